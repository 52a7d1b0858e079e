"""One step opened: what every layer computed, and what came back to it."""

from typing import TYPE_CHECKING, Any

import lazy_loader

if TYPE_CHECKING:
    from vitrail.tracing.checking import CheckReport as CheckReport
    from vitrail.tracing.ledger import Ledger as Ledger
    from vitrail.tracing.record import LayerTrace as LayerTrace
    from vitrail.tracing.record import Trace as Trace
    from vitrail.tracing.tracer import trace as trace
    from vitrail.tracing.walking import EpochLedger as EpochLedger
    from vitrail.tracing.walking import walk as walk

__getattr__: Any
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["backprop", "chain"],
    submod_attrs={
        "checking": ["CheckReport"],
        "ledger": ["Ledger"],
        "record": ["LayerTrace", "Trace"],
        "tracer": ["trace"],
        "walking": ["EpochLedger", "walk"],
    },
)
