"""Ctrl-C asks once, and insists the second time."""

import signal
import threading

import pytest

from vitrail.training import interruptible


def test_the_first_is_a_question_and_the_second_an_order():
    with interruptible() as interruption:
        assert interruption.asked is False
        signal.raise_signal(signal.SIGINT)
        assert interruption.asked is True
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_what_ctrl_c_does_elsewhere_stays():
    pressed = []
    before = signal.signal(signal.SIGINT, lambda *_: pressed.append("theirs"))
    try:
        with interruptible() as interruption:
            signal.raise_signal(signal.SIGINT)
        assert (interruption.asked, pressed) == (False, ["theirs"])
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_thread_leaves_signals_alone():
    seen = []

    def work():
        with interruptible() as interruption:
            seen.append((interruption.asked, signal.getsignal(signal.SIGINT)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [(False, signal.default_int_handler)]
