"""A process that trains for a test that kills it: started once, it forks a child for each life.

Run as `python killing.py`, it imports everything, initialises no device, and then reads lines, each of them
`MODE FOLDER SEED FIFO` of one life. It answers with the child's number, and with `over` once the child is no more. A
life goes on from the folder's last checkpoint, or begins, and writes one after each chunk. Into the FIFO it writes `t`
when it trains, `w` and `d` around each write, `e` and a digest of everything at its end.
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
import time
import warnings
from pathlib import Path

warnings.filterwarnings("ignore", message="os.fork")

import numpy as np  # noqa: E402

from vitrail.experiment import CompileSpec, DataSpec, Experiment, FitSpec  # noqa: E402
from vitrail.models import ObjectSpec  # noqa: E402
from vitrail.training import Session, snapshot  # noqa: E402

EPOCHS = 12


def experiment() -> Experiment:
    """Dropout and Adam, in an order drawn anew each epoch, with a rest."""
    return Experiment(
        seed=11,
        data=DataSpec(name="spiral", options={"points": 90}),
        layers=(
            ObjectSpec(class_name="Dense", config={"units": 6, "activation": "tanh"}),
            ObjectSpec(class_name="Dropout", config={"rate": 0.3}),
            ObjectSpec(class_name="Dense", config={"units": 2, "activation": "softmax"}),
        ),
        compile=CompileSpec(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=("accuracy",)),
        fit=FitSpec(epochs=EPOCHS, batch_size=10),
    )


def digest(session: Session) -> str:
    """Of all that a session consists of, the seconds apart."""
    state = session.state
    whole = hashlib.sha256()
    for value in [array for group in state.variables for array in group]:
        whole.update(np.asarray(value).tobytes())
    whole.update(state.generator["state"]["key"].tobytes())
    past = [(record.epoch, sorted(record.logs.items())) for record in state.history]
    whole.update(repr((state.clock, int(state.generator["state"]["pos"]), past, state.events)).encode())
    return whole.hexdigest()


def slow_down(announce, draw: random.Random) -> None:
    """Make each step of a write take a while, so that a kill can fall into any of them."""
    rename, fsync, savez = Path.rename, os.fsync, np.savez

    def waiting(function):
        def slow(*arguments, **options):
            time.sleep(draw.uniform(0, 0.004))
            result = function(*arguments, **options)
            time.sleep(draw.uniform(0, 0.004))
            return result

        return slow

    def in_pieces(file, **arrays):
        savez(file, **arrays)
        size = file.tell()
        file.flush()
        os.ftruncate(file.fileno(), size // 2)  # what a killed writer leaves
        time.sleep(draw.uniform(0, 0.004))
        file.seek(0)
        file.truncate()
        savez(file, **arrays)

    Path.rename, os.fsync, np.savez = waiting(rename), waiting(fsync), in_pieces
    write = snapshot.write

    def announced(*arguments):
        announce(b"w")
        result = write(*arguments)
        announce(b"d")
        return result

    snapshot.write = announced


def live(folder: Path, pipe: int, draw: random.Random, *, straight: bool) -> None:
    """One life."""

    def announce(what: bytes) -> None:
        os.write(pipe, what)

    if straight:
        session = Session.open(experiment())
        session.advance(epochs=EPOCHS)
        announce(digest(session).encode())
        return
    slow_down(announce, draw)
    session = Session.restore(folder) if snapshot.snapshots(folder) else Session.open(experiment())
    announce(b"t")
    while session.clock.epoch < EPOCHS:
        session.advance(batches=draw.randint(1, 3))
        session.save(folder)
    announce(b"e" + digest(session).encode())


def main() -> None:
    """Fork a child for each line, and say its number."""
    for line in sys.stdin:
        mode, folder, seed, fifo = line.split()
        child = os.fork()
        if child == 0:
            pipe = os.open(fifo, os.O_WRONLY)
            live(Path(folder), pipe, random.Random(int(seed)), straight=mode == "straight")
            os._exit(0)
        print(child, flush=True)  # noqa: T201 - the answer
        os.waitpid(child, 0)
        print("over", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
