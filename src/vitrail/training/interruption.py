"""Ctrl-C as a question that a training answers between two batches."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator


class Interruption:
    """Whether somebody pressed Ctrl-C since the block was entered."""

    def __init__(self) -> None:
        self.asked = False


@contextlib.contextmanager
def interruptible() -> Generator[Interruption]:
    """Within the block the first Ctrl-C only sets `asked`; a second one raises `KeyboardInterrupt` as always.

    In a thread that is not the main one, or where Ctrl-C does something else already, nothing changes.

    Examples:
        >>> with interruptible() as interruption:
        ...     signal.raise_signal(signal.SIGINT)
        ...     interruption.asked
        True
    """
    interruption = Interruption()
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is not signal.default_int_handler:
        yield interruption
        return

    def ask(number: int, frame: Any) -> None:  # noqa: ANN401, ARG001 - what Python gives a handler
        interruption.asked = True
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, ask)
    try:
        yield interruption
    finally:
        signal.signal(signal.SIGINT, before)
