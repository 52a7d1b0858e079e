"""Scores, predictions and summaries of Keras models."""

from typing import TYPE_CHECKING, Any

import lazy_loader

if TYPE_CHECKING:
    from vitrail.evaluation.confusion_table import confusion as confusion
    from vitrail.evaluation.model_summary import Summary as Summary
    from vitrail.evaluation.model_summary import SummaryRow as SummaryRow
    from vitrail.evaluation.model_summary import summary as summary
    from vitrail.evaluation.scores import evaluate as evaluate
    from vitrail.evaluation.scores import predict as predict

__getattr__: Any
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "confusion_table": ["confusion"],
        "scores": ["evaluate", "predict"],
        "model_summary": ["Summary", "SummaryRow", "summary"],
    },
)
