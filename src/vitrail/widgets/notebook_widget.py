"""A widget of a notebook: a front end, what it opens with, answers over its channel. The only module with anywidget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from vitrail.errors import UnavailableError
from vitrail.widgets import front_end

try:
    import anywidget
    import traitlets
except ModuleNotFoundError as error:
    raise UnavailableError("error.widget.no_anywidget") from error

if TYPE_CHECKING:
    from vitrail.types import Language


class Talks(Protocol):
    """What a widget shows of a record."""

    def opening(self) -> bytes:
        """What is shown before anything is asked: one array of messages, which a saved notebook keeps."""
        ...

    def answer(self, request: bytes) -> list[bytes]:
        """The messages that answer a request; an error becomes a notice."""
        ...


class NotebookWidget(anywidget.AnyWidget):
    """A record, to be looked at in a notebook.

    Args:
        name: of the front end's module.
        conversation: what answers.
        language: of texts and numbers.

    Raises:
        UnavailableError: the front end is not built.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    language = traitlets.Unicode().tag(sync=True)
    opening = traitlets.Bytes().tag(sync=True)

    def __init__(self, name: str, conversation: Talks, language: Language) -> None:
        self._conversation = conversation
        super().__init__(_esm=front_end.module(name), language=language, opening=conversation.opening())
        self.on_msg(self._hear)

    def _hear(self, _widget: object, _content: object, buffers: list[Any]) -> None:
        for buffer in buffers:
            for letter in self._conversation.answer(bytes(buffer)):
                self.send({}, buffers=[letter])
