"""A session on disk: files that are written whole or not at all, and verified before an older one goes.

Each snapshot is a file of its own, `session-000001.npz` and so on, which NumPy opens. Beside the arrays it holds a text
(clock, history, events, experiment) and the SHA-256 of all that. A new one is written under another name, synchronised
with the disk, read back and compared, and only then renamed; the one before stays until the next is there.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np

from vitrail.errors import RunError
from vitrail.experiment import Experiment
from vitrail.training.state import Clock, EpochRecord, State, Stop, Variables, Weights
from vitrail.training.timeline import LearningRateSet, WeightEdited

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import jax

    from vitrail.training.timeline import Event
    from vitrail.types import Array

FORMAT = 1
KEPT = 2
"""Snapshots that a folder holds: the newest, and the one before it."""

_NAME = re.compile(r"session-(\d{6,})\.npz")
_UNFINISHED = re.compile(r"\.session-\d{6,}\.npz\.\d+")
_DIGEST = "sha256"
_FLOOR = "floor."


@dataclass(frozen=True)
class Snapshot:
    """What a snapshot holds."""

    experiment: Experiment
    state: State
    damaged: tuple[Path, ...] = ()
    """Newer snapshots that could not be read."""


def write(folder: Path, experiment: Experiment, state: State) -> Path:
    """Write a session's state into a folder, and then remove all but the newest snapshots.

    Raises:
        RunError: it could not be written, or does not read as it was written. The earlier snapshots are still there.
    """
    arrays = _arrays(experiment, state)
    newest = max(map(_number, snapshots(folder)), default=0)
    final = folder / f"session-{newest + 1:06d}.npz"
    unfinished = folder / f".{final.name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            np.savez(file, **arrays)  # pyright: ignore[reportArgumentType] - no array has the name of an option
            file.flush()
            os.fsync(file.fileno())
        _verify(unfinished, arrays[_DIGEST])
        unfinished.rename(final)
        _synchronize(folder)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunError("error.run.snapshot_write", path=str(folder), reason=reason) from error
    finally:
        with contextlib.suppress(OSError):  # the next snapshot removes what this one cannot
            _remove_others(folder)
    return final


def read(folder: Path) -> Snapshot:
    """Read the newest snapshot that `write` wrote; where it is damaged, the one before.

    Raises:
        RunError: there is none, all are damaged, or a later version wrote them.
    """
    damaged: list[Path] = []
    failure: Exception | None = None
    for path in snapshots(folder):
        try:
            kept = _read(path)
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            failure = failure or error
            damaged.append(path)
        else:
            return dataclasses.replace(kept, damaged=tuple(damaged))
    path, reason = (damaged[0], str(failure)) if damaged else (folder, "-")
    raise RunError("error.run.snapshot", path=str(path), reason=reason) from failure


def snapshots(folder: Path) -> list[Path]:
    """The snapshots of a folder, the newest first."""
    found = [path for path in folder.iterdir() if _NAME.fullmatch(path.name)] if folder.is_dir() else []
    return sorted(found, key=_number, reverse=True)


def _synchronize(folder: Path) -> None:
    """Make sure that what was renamed in a folder outlives a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_others(folder: Path) -> None:
    """Remove the oldest snapshots, and what writers left that were killed."""
    for path in snapshots(folder)[KEPT:]:
        path.unlink(missing_ok=True)
    for path in folder.iterdir():
        if _UNFINISHED.fullmatch(path.name):
            path.unlink(missing_ok=True)


def _number(path: Path) -> int:
    found = _NAME.fullmatch(path.name)
    assert found is not None, "only snapshots are counted"
    return int(found[1])


def _verify(path: Path, digest: Array) -> None:
    """Refuse a file that does not read as it was written.

    Raises:
        OSError: it does not.
    """
    try:
        arrays = _load(path)
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise OSError(str(error)) from error
    if not np.array_equal(arrays[_DIGEST], digest):
        raise OSError(str(path))


def _load(path: Path) -> dict[str, Array]:
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    if not np.array_equal(_digest(arrays), arrays[_DIGEST]):
        raise ValueError(_DIGEST)
    return arrays


def _digest(arrays: Mapping[str, Array]) -> Array:
    """The SHA-256 of all arrays but itself, with their names, dtypes and shapes."""
    digest = hashlib.sha256()
    for name in sorted(arrays.keys() - {_DIGEST}):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {arrays[name].shape}\n".encode())
        digest.update(array.reshape(-1).view(np.uint8).data)
    return np.frombuffer(digest.digest(), dtype=np.uint8)


def _read(path: Path) -> Snapshot:
    arrays = _load(path)
    text = json.loads(arrays.pop("text").tobytes())
    if text["format"] != FORMAT:
        raise RunError("error.run.snapshot_format", path=str(path), got=text["format"], known=FORMAT)
    return Snapshot(Experiment.from_dict(text["experiment"]), _state(arrays, text))


def _arrays(experiment: Experiment, state: State) -> dict[str, Array]:
    arrays, text = _values(state), {"format": FORMAT, "experiment": experiment.to_dict(), **_text(state)}
    if state.floor is not None:
        arrays |= {f"{_FLOOR}{name}": array for name, array in _values(state.floor).items()}
        text["floor"] = _text(state.floor)
    arrays["text"] = np.frombuffer(json.dumps(text).encode(), dtype=np.uint8)
    return {**arrays, _DIGEST: _digest(arrays)}


def _values(state: State) -> dict[str, Array]:
    arrays: dict[str, Array] = {
        f"{group}.{place}": np.asarray(value)
        for group, values in state.variables._asdict().items()
        for place, value in enumerate(values)
    }
    for epoch, weights in state.best.items():
        for group, values in weights._asdict().items():
            arrays |= {f"best.{epoch}.{group}.{place}": np.asarray(value) for place, value in enumerate(values)}
    if state.order is not None:
        arrays["order"] = state.order
    arrays["generator.key"] = state.generator["state"]["key"]
    return arrays


def _text(state: State) -> dict[str, Any]:
    generator = state.generator
    return {
        "clock": dataclasses.asdict(state.clock),
        "history": [  # by hand: `asdict` looks into each number, and a history may be long
            {"epoch": record.epoch, "logs": dict(record.logs), "seconds": record.seconds} for record in state.history
        ],
        "events": [{"kind": type(event).__name__, **dataclasses.asdict(event)} for event in state.events],
        "seconds": state.seconds,
        "best": list(state.best),
        "stopped": None if state.stopped is None else dataclasses.asdict(state.stopped),
        "restored": state.restored,
        "counts": [len(values) for values in state.variables],
        "generator": {
            "bit_generator": generator["bit_generator"],
            "pos": int(generator["state"]["pos"]),
            "has_gauss": int(generator["has_gauss"]),
            "gauss": float(generator["gauss"]),
        },
    }


def _state(arrays: Mapping[str, Array], text: Mapping[str, Any]) -> State:
    counts = dict(zip(Variables._fields, text["counts"], strict=True))

    def group(name: str, before: str = "") -> tuple[jax.Array, ...]:
        return tuple(jnp.asarray(arrays[f"{before}{name}.{place}"]) for place in range(counts[name]))

    below = {name.removeprefix(_FLOOR): array for name, array in arrays.items() if name.startswith(_FLOOR)}
    generator = {**text["generator"], "state": {"key": arrays["generator.key"], "pos": text["generator"]["pos"]}}
    return State(
        variables=Variables(*map(group, Variables._fields)),
        clock=Clock(**text["clock"]),
        generator=generator,
        order=arrays.get("order"),
        history=tuple(EpochRecord(**record) for record in text["history"]),
        seconds=text["seconds"],
        events=tuple(map(_event, text["events"])),
        best={
            epoch: Weights(*(group(name, f"best.{epoch}.") for name in Weights._fields))
            for epoch in text.get("best", [])  # earlier versions wrote none of these three
        },
        stopped=Stop(**text["stopped"]) if text.get("stopped") else None,
        restored=text.get("restored"),
        floor=_state(below, text["floor"]) if text.get("floor") else None,
    )


def _event(values: Mapping[str, Any]) -> Event:
    if values["kind"] == LearningRateSet.__name__:
        return LearningRateSet(values["updates"], values["value"])
    index = tuple(values["index"])
    return WeightEdited(values["updates"], values["layer"], values["variable"], index, values["value"])
