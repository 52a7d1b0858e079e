"""A trace as a widget: the network, a unit's equations, the walk through the ledger. The only module with anywidget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vitrail.errors import UnavailableError
from vitrail.locale import language_of_environment
from vitrail.widgets import front_end
from vitrail.widgets.conversation import Conversation

try:
    import anywidget
    import traitlets
except ModuleNotFoundError as error:
    raise UnavailableError("error.widget.no_anywidget") from error

if TYPE_CHECKING:
    from vitrail.tracing import Trace
    from vitrail.types import Language


class TraceWidget(anywidget.AnyWidget):
    """One step of a model, to be looked at in a notebook.

    Args:
        trace: what `vitrail.trace` found. Every number that is shown is read from it.
        language: of texts, numbers and formulas; none for that of the environment.

    Raises:
        UnavailableError: anywidget is not installed, or the front end not built.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    language = traitlets.Unicode().tag(sync=True)
    opening = traitlets.Bytes().tag(sync=True)

    def __init__(self, trace: Trace, *, language: Language | None = None) -> None:
        spoken = language_of_environment() if language is None else language
        self._conversation = Conversation(trace, spoken)
        super().__init__(_esm=front_end.module("trace"), language=spoken, opening=self._conversation.opening())
        self.on_msg(self._hear)

    def _hear(self, _widget: object, _content: object, buffers: list[Any]) -> None:
        for buffer in buffers:
            for letter in self._conversation.answer(bytes(buffer)):
                self.send({}, buffers=[letter])
