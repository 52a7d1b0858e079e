"""Compiles and runs epochs. Knows nobody who watches."""

from typing import TYPE_CHECKING, Any

import lazy_loader

if TYPE_CHECKING:
    from vitrail.training.checkpointing import Checkpoints as Checkpoints
    from vitrail.training.divergence import Divergence as Divergence
    from vitrail.training.divergence import DivergenceError as DivergenceError
    from vitrail.training.fitting import fit as fit
    from vitrail.training.interruption import interruptible as interruptible
    from vitrail.training.measuring import measure as measure
    from vitrail.training.run import Run as Run
    from vitrail.training.session import Session as Session
    from vitrail.training.snapshot import Snapshot as Snapshot
    from vitrail.training.state import Clock as Clock
    from vitrail.training.state import EpochRecord as EpochRecord
    from vitrail.training.state import Stop as Stop

__getattr__: Any
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "checkpointing": ["Checkpoints"],
        "divergence": ["Divergence", "DivergenceError"],
        "fitting": ["fit"],
        "interruption": ["interruptible"],
        "measuring": ["measure"],
        "run": ["Run"],
        "session": ["Session"],
        "snapshot": ["Snapshot"],
        "state": ["Clock", "EpochRecord", "Stop"],
    },
)
