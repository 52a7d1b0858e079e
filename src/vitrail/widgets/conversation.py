"""What a page that looks at one trace asks, and what the record answers. Knows no notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vitrail._version import __version__
from vitrail.errors import InputError, RequestError, VitrailError
from vitrail.wire import encode_trace
from vitrail.wire import messages as wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.tracing import Ledger, Trace
    from vitrail.tracing.ledger import Entry
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
        self._trace = trace
        self._language: Language = language
        self._sample = 0
        self._focus: tuple[str, int] | None = None
        self._ledgers: dict[wire.LedgerGrain, Ledger] = {}
        self._grain: wire.LedgerGrain = "operation"

    def opening(self) -> bytes:
        """What is shown before anything is asked: one array of messages, which a saved notebook keeps."""
        messages = [
            wire.Hello(__version__, ""),
            encode_trace.workspace(self._trace),
            encode_trace.frame(self._trace),
            encode_trace.look(self._trace, self._sample),
        ]
        return _encode(messages)

    def answer(self, request: bytes) -> list[bytes]:
        """The messages that answer a request; an error becomes a notice."""
        try:
            return [_encode(message) for message in self._answers(_read(request))]
        except VitrailError as error:
            return [_encode(wire.Notice("error", error.key, error.arguments))]

    def _answers(self, request: wire.TraceRequest) -> Sequence[wire.ServerMessage]:
        match request:
            case wire.Follow(index=sample):
                return [] if sample is None else self._follow(sample)
            case wire.Focus(layer=""):
                self._focus = None
                return []
            case wire.Focus(layer=layer, unit=unit):
                answers = [self._explained(layer, unit), *self._first_entry(layer, unit)]
                self._focus = (layer, unit)
                return answers
            case wire.Walk(grain=grain, index=index):
                self._grain = grain
                return [encode_trace.entry(self._entry(grain, index), self._language)]
            case wire.Guess(grain=grain, index=index, typed=typed):
                verdict = self._entry(grain, index).guess(typed)
                return [wire.Judged(grain, index, verdict.right, list(verdict.mistakes))]

    def _follow(self, sample: int) -> Sequence[wire.ServerMessage]:
        count = len(self._trace[0].a)
        if sample >= count:
            raise InputError("error.trace.sample", sample=sample, count=count, last=count - 1)
        self._sample = sample
        look = encode_trace.look(self._trace, sample)
        return [look] if self._focus is None else [look, self._explained(*self._focus)]

    def _explained(self, layer: str, unit: int) -> wire.Explained:
        return encode_trace.explained(self._trace, layer, unit, self._sample, self._language)

    def _first_entry(self, layer: str, unit: int) -> Sequence[wire.ServerMessage]:
        """Where the opened unit comes into the ledger, at a grain that tells units apart."""
        if self._grain not in {"operation", "unit"}:
            return []
        what = "z" if self._grain == "operation" and self._trace[layer].activation is not None else "a"
        found = self._ledger(self._grain).find("forward", layer, what=what, sample=self._sample, unit=unit)
        return [encode_trace.entry(found, self._language)]

    def _entry(self, grain: wire.LedgerGrain, index: int) -> Entry:
        ledger = self._ledger(grain)
        if index >= len(ledger):
            raise RequestError("error.widget.entry", index=index, last=len(ledger) - 1)
        return ledger[index]

    def _ledger(self, grain: wire.LedgerGrain) -> Ledger:
        if grain not in self._ledgers:
            self._ledgers[grain] = self._trace.ledger(grain)
        return self._ledgers[grain]


def _read(request: bytes) -> wire.TraceRequest:
    try:
        return _decoder.decode(request)
    except msgspec.DecodeError as error:
        raise RequestError("error.widget.message", reason=str(error)) from error
