"""What a page that explores one tensor asks, and what is answered. Knows no notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vitrail._version import __version__
from vitrail.errors import RequestError, VitrailError
from vitrail.wire import messages as wire
from vitrail.wire.tensor_answers import TensorAnswers
from vitrail.wire.tensor_messages import TensorRequest

if TYPE_CHECKING:
    from vitrail.tensors import Exploration
    from vitrail.types import Language

_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(TensorRequest)


class TensorConversation:
    """One tensor, and somebody who explores it.

    Args:
        exploration: the tensor; every answer is read from it alone.
        language: of numbers.
    """

    def __init__(self, exploration: Exploration, language: Language) -> None:
        self._answers = TensorAnswers(exploration)
        self._language: Language = language

    def opening(self) -> bytes:
        """What is shown before anything is asked: one array of messages, which a saved notebook keeps."""
        return _encode([wire.Hello(__version__, ""), *self._answers.opening(self._language)])

    def answer(self, request: bytes) -> list[bytes]:
        """The messages that answer a request; an error becomes a notice."""
        try:
            return [_encode(self._answers.answer(_read(request), self._language))]
        except VitrailError as error:
            return [_encode(wire.Notice("error", error.key, error.arguments))]


def _read(request: bytes) -> TensorRequest:
    try:
        return _decoder.decode(request)
    except msgspec.DecodeError as error:
        raise RequestError("error.widget.message", reason=str(error)) from error
