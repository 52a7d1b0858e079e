"""Scores, predictions and summaries of Keras models."""

from typing import TYPE_CHECKING, Any

import lazy_loader

if TYPE_CHECKING:
    from vitrail.evaluation.class_scores import ClassScore as ClassScore
    from vitrail.evaluation.class_scores import class_scores as class_scores
    from vitrail.evaluation.confusion_table import confusion as confusion
    from vitrail.evaluation.confusion_table import predicted_classes as predicted_classes
    from vitrail.evaluation.model_summary import Summary as Summary
    from vitrail.evaluation.model_summary import SummaryRow as SummaryRow
    from vitrail.evaluation.model_summary import summary as summary
    from vitrail.evaluation.scores import evaluate as evaluate
    from vitrail.evaluation.scores import predict as predict
    from vitrail.evaluation.separation import separation as separation

__getattr__: Any
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "class_scores": ["ClassScore", "class_scores"],
        "confusion_table": ["confusion", "predicted_classes"],
        "scores": ["evaluate", "predict"],
        "separation": ["separation"],
        "model_summary": ["Summary", "SummaryRow", "summary"],
    },
)
