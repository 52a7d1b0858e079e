"""A chain as a widget: its steps and their lines, one step side by side, edits that can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vitrail.widgets.chain_conversation import ChainConversation
from vitrail.widgets.notebook_widget import NotebookWidget

if TYPE_CHECKING:
    from vitrail.tensors import Watched
    from vitrail.types import Language


class ChainWidget(NotebookWidget):
    """A chain of operations, to be watched and edited in a notebook.

    Args:
        watched: what `Chain.apply` gave. Edits are made in `watched.editing`, where the chain as it stands is found;
            `watched` itself stays as it is.
        language: of texts and numbers; none for that of `watched`.

    Raises:
        UnavailableError: anywidget is not installed, or the front end not built.
    """

    def __init__(self, watched: Watched, *, language: Language | None = None) -> None:
        spoken = watched.language if language is None else language
        super().__init__("chain", ChainConversation(watched.editing, spoken), spoken)
