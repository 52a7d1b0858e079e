"""A training killed with SIGKILL, again and again, ends where one ends that was never killed."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("killing.py")
DIGEST = 64
"""Characters of what a life says at its end."""


class Zygote:
    """The process that has imported everything, and forks a child for each life."""

    def __init__(self, folder):
        self._folder, self._fifos = folder, 0
        self._process = subprocess.Popen(
            [sys.executable, str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def close(self):
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()

    def live(self, mode, folder, seed, kill):
        """Let a child live; `kill` reads what it says and may end it. Gives all that it said.

        The number of a child that has ended stays its own until the zygote has waited for it.
        """
        self._fifos += 1
        fifo = self._folder / f"fifo-{self._fifos}"
        os.mkfifo(fifo)
        self._process.stdin.write(f"{mode} {folder} {seed} {fifo}\n")
        self._process.stdin.flush()
        child = int(self._process.stdout.readline())
        with fifo.open("rb", buffering=0) as pipe:
            said = kill(
                pipe, lambda: os.kill(child, signal.SIGKILL)
            )  # unreaped until all was read: the number is its own
            while more := pipe.read(4096):
                said += more
        assert self._process.stdout.readline() == "over\n"
        return said


def never(pipe, end):
    return b""


def at_some_moment(draw):
    """Kill some time after training began, or go by the end of the life."""

    def kill(pipe, end):
        said = pipe.read(1)
        time.sleep(draw.uniform(0, 0.3))
        end()
        return said

    return kill


def in_a_write(draw):
    """Kill while one of the first writes is under way."""
    writes = draw.randint(1, 6)

    def kill(pipe, end):
        said = b""
        while said.count(b"w") < writes and b"e" not in said:
            said += pipe.read(1)
        time.sleep(draw.uniform(0, 0.01))
        end()
        return said

    return kill


def kill_often(folder, times, seed):
    draw = random.Random(seed)
    zygote = Zygote(folder)
    try:
        expected = zygote.live("straight", folder, 0, never).decode()
        assert len(expected) == DIGEST
        killed = in_writes = runs = 0
        ends = []
        while killed < times:
            place = folder / f"run-{runs}"
            kill = in_a_write(draw) if killed % 2 else at_some_moment(draw)
            said = zygote.live("kill", place, draw.randrange(2**31), kill)
            if b"e" in said:
                ends.append(said[-DIGEST:].decode())
                runs += 1
            else:
                killed += 1
                in_writes += said.rfind(b"w") > said.rfind(b"d")
        ends.append(zygote.live("kill", folder / f"run-{runs}", 0, never)[-DIGEST:].decode())
    finally:
        zygote.close()
    assert set(ends) == {expected}
    assert in_writes >= times / 3


@pytest.mark.timeout(600)
def test_a_few_kills_change_nothing(tmp_path):
    kill_often(tmp_path, times=4, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_two_hundred_kills_change_nothing(tmp_path):
    kill_often(tmp_path, times=200, seed=2)
