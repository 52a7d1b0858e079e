"""What is answered to whoever looks at one trace: read from its frozen record alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vitrail.errors import RequestError
from vitrail.wire import encode_trace
from vitrail.wire import messages as wire

if TYPE_CHECKING:
    from vitrail.tracing import Ledger, Trace
    from vitrail.tracing.ledger import Entry
    from vitrail.types import Language


class Answers:
    """One trace, to be asked by any number of people.

    Args:
        trace: the record.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._ledgers: dict[wire.LedgerGrain, Ledger] = {}

    def explained(self, focus: tuple[str, int], sample: int, language: Language) -> wire.Explained:
        """The formulas of a unit, named by its layer and its place there.

        Raises:
            VitrailError: there is no such layer, unit or sample.
        """
        return encode_trace.explained(self.trace, *focus, sample, language)

    def entry(
        self, walk: wire.Walk, focus: tuple[str, int] | None, sample: int, language: Language
    ) -> wire.LedgerEntry:
        """One entry of the ledger.

        Args:
            walk: the grain and the place; none for where the opened unit comes in.
            focus: the opened unit.
            sample: the followed sample.
            language: of the formula.

        Raises:
            RequestError: there is no such entry.
        """
        ledger = self._ledger(walk.grain)
        if walk.index is not None:
            found = self._entry(walk.grain, walk.index)
        elif focus is not None:
            found = ledger.of_unit(focus[0], unit=focus[1], sample=sample)
        else:
            found = ledger[0]
        return encode_trace.entry(found, language)

    def judged(self, guess: wire.Guess) -> wire.Judged:
        """What a guess is worth.

        Raises:
            RequestError: there is no such entry.
            InputError: nothing can be guessed there, or what was typed is no number.
        """
        verdict = self._entry(guess.grain, guess.index).guess(guess.typed)
        return wire.Judged(guess.grain, guess.index, verdict.right, list(verdict.mistakes))

    def _entry(self, grain: wire.LedgerGrain, index: int) -> Entry:
        ledger = self._ledger(grain)
        if index >= len(ledger):
            raise RequestError("error.trace.no_entry", index=index, last=len(ledger) - 1)
        return ledger[index]

    def _ledger(self, grain: wire.LedgerGrain) -> Ledger:
        if grain not in self._ledgers:
            self._ledgers[grain] = self.trace.ledger(grain)
        return self._ledgers[grain]
