"""A trace as a widget: the network, a unit's equations, the walk through the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vitrail.locale import language_of_environment
from vitrail.widgets.conversation import Conversation
from vitrail.widgets.notebook_widget import NotebookWidget

if TYPE_CHECKING:
    from vitrail.tracing import Trace
    from vitrail.types import Language


class TraceWidget(NotebookWidget):
    """One step of a model, to be looked at in a notebook.

    Args:
        trace: what `vitrail.trace` found. Every number that is shown is read from it.
        language: of texts, numbers and formulas; none for that of the environment.

    Raises:
        UnavailableError: anywidget is not installed, or the front end not built.
    """

    def __init__(self, trace: Trace, *, language: Language | None = None) -> None:
        spoken = language_of_environment() if language is None else language
        super().__init__("trace", Conversation(trace, spoken), spoken)
