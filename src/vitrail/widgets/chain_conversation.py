"""What a page that shows one chain asks, and what is answered. Knows no notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vitrail._version import __version__
from vitrail.errors import RequestError, VitrailError
from vitrail.wire import chain_messages as wire
from vitrail.wire.chain_answers import ChainAnswers
from vitrail.wire.messages import Hello, Notice

if TYPE_CHECKING:
    from vitrail.tensors.editing import Editing
    from vitrail.types import Language

_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(wire.ChainRequest)


class ChainConversation:
    """One chain, and somebody who watches and edits it.

    Args:
        editing: the chain.
        language: of numbers.
    """

    def __init__(self, editing: Editing, language: Language) -> None:
        self._answers = ChainAnswers(editing)
        self._language: Language = language

    def opening(self) -> bytes:
        """What is shown before anything is asked: one array of messages, which a saved notebook keeps."""
        return _encode([Hello(__version__, ""), *self._answers.opening(self._language)])

    def answer(self, request: bytes) -> list[bytes]:
        """The messages that answer a request; an error becomes a notice."""
        try:
            return [_encode(self._answers.answer(_read(request), self._language))]
        except VitrailError as error:
            return [_encode(Notice("error", error.key, error.arguments))]


def _read(request: bytes) -> wire.ChainRequest:
    try:
        return _decoder.decode(request)
    except msgspec.DecodeError as error:
        raise RequestError("error.widget.message", reason=str(error)) from error
