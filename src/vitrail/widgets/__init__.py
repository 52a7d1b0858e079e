"""Notebook widgets, one for each view: the same front end as the lab's, over the notebook's own channel."""

from typing import TYPE_CHECKING, Any

import lazy_loader

if TYPE_CHECKING:
    from vitrail.widgets.chain_widget import ChainWidget as ChainWidget
    from vitrail.widgets.tensor_widget import TensorWidget as TensorWidget
    from vitrail.widgets.trace_widget import TraceWidget as TraceWidget

__getattr__: Any
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "chain_widget": ["ChainWidget"],
        "tensor_widget": ["TensorWidget"],
        "trace_widget": ["TraceWidget"],
    },
)
