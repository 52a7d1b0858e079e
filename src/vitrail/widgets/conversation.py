"""What a page that looks at one trace asks, and what the record answers. Knows no notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vitrail._version import __version__
from vitrail.errors import InputError, RequestError, VitrailError
from vitrail.wire import encode_trace
from vitrail.wire import messages as wire
from vitrail.wire.answers import Answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.tracing import Trace
    from vitrail.types import Language

_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(wire.TraceRequest)


class Conversation:
    """One trace, and somebody who looks at it.

    Args:
        trace: the record; every answer is read from it alone.
        language: of the formulas.
    """

    def __init__(self, trace: Trace, language: Language) -> None:
        self._answers = Answers(trace)
        self._language: Language = language
        self._sample = 0
        self._focus: tuple[str, int] | None = None
        self._grain: wire.LedgerGrain = "operation"

    def opening(self) -> bytes:
        """What is shown before anything is asked: one array of messages, which a saved notebook keeps."""
        trace = self._answers.trace
        messages = [
            wire.Hello(__version__, ""),
            encode_trace.workspace(trace),
            encode_trace.frame(trace),
            encode_trace.look(trace, self._sample),
        ]
        return _encode(messages)

    def answer(self, request: bytes) -> list[bytes]:
        """The messages that answer a request; an error becomes a notice."""
        try:
            return [_encode(message) for message in self._reply(_read(request))]
        except VitrailError as error:
            return [_encode(wire.Notice("error", error.key, error.arguments))]

    def _reply(self, request: wire.TraceRequest) -> Sequence[wire.ServerMessage]:
        match request:
            case wire.Follow(index=sample):
                return [] if sample is None else self._follow(sample)
            case wire.Focus(layer=""):
                self._focus = None
                return []
            case wire.Focus(layer=layer, unit=unit):
                answer = self._answers.explained((layer, unit), self._sample, self._language)
                self._focus = (layer, unit)
                return [answer, self._entry(wire.Walk(self._grain, None))]
            case wire.Check():
                self._answers.trace.check()
                return self._explained()
            case wire.Walk(grain=grain):
                self._grain = grain
                return [self._entry(request)]
            case wire.Guess():
                return [self._answers.judged(request)]

    def _follow(self, sample: int) -> Sequence[wire.ServerMessage]:
        trace = self._answers.trace
        count = len(trace[0].a)
        if sample >= count:
            raise InputError("error.trace.sample", sample=sample, count=count, last=count - 1)
        self._sample = sample
        return [encode_trace.look(trace, sample), *self._explained()]

    def _explained(self) -> Sequence[wire.ServerMessage]:
        """The opened unit, where there is one."""
        return [] if self._focus is None else [self._answers.explained(self._focus, self._sample, self._language)]

    def _entry(self, walk: wire.Walk) -> wire.LedgerEntry:
        return self._answers.entry(walk, self._focus, self._sample, self._language)


def _read(request: bytes) -> wire.TraceRequest:
    try:
        return _decoder.decode(request)
    except msgspec.DecodeError as error:
        raise RequestError("error.widget.message", reason=str(error)) from error
