"""A tensor as a widget: axes along rows, columns, facets and sliders; values as numbers, colours, light or lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vitrail.widgets.notebook_widget import NotebookWidget
from vitrail.widgets.tensor_conversation import TensorConversation

if TYPE_CHECKING:
    from vitrail.tensors import Exploration
    from vitrail.types import Language


class TensorWidget(NotebookWidget):
    """A tensor, to be explored in a notebook.

    Args:
        exploration: what `vitrail.explore` gave. Every number that is shown is read from its array.
        language: of texts and numbers; none for that of the exploration.

    Raises:
        UnavailableError: anywidget is not installed, or the front end not built.
    """

    def __init__(self, exploration: Exploration, *, language: Language | None = None) -> None:
        spoken = exploration.language if language is None else language
        super().__init__("explorer", TensorConversation(exploration, spoken), spoken)
