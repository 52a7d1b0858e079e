"""A session on disk: one file, written whole or not at all."""

from __future__ import annotations

import dataclasses
import json
import os
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np

from vitrail.errors import RunError
from vitrail.experiment import Experiment
from vitrail.training.state import Clock, EpochRecord, State, Variables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vitrail.types import Array

FORMAT = 1
NAME = "session.npz"


@dataclass(frozen=True)
class Snapshot:
    """What a snapshot holds."""

    experiment: Experiment
    state: State


def write(folder: Path, experiment: Experiment, state: State) -> None:
    """Write a session's state into a folder, replacing an earlier one in a single step."""
    arrays: dict[str, Array] = {
        f"{group}.{place}": np.asarray(value)
        for group, values in state.variables._asdict().items()
        for place, value in enumerate(values)
    }
    if state.order is not None:
        arrays["order"] = state.order
    arrays["generator.key"] = state.generator["state"]["key"]
    arrays["text"] = np.frombuffer(json.dumps(_text(experiment, state)).encode(), dtype=np.uint8)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{NAME}.{os.getpid()}"
    with unfinished.open("wb") as file:
        np.savez(file, **arrays)  # pyright: ignore[reportArgumentType] - the names of arrays never clash with its options
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / NAME)


def read(folder: Path) -> Snapshot:
    """Read what `write` wrote.

    Raises:
        RunError: there is none, it is damaged, or a later version wrote it.
    """
    path = folder / NAME
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
            text = json.loads(arrays.pop("text").tobytes())
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise RunError("error.run.snapshot", path=str(path), reason=str(error)) from error
    if text["format"] != FORMAT:
        raise RunError("error.run.snapshot_format", path=str(path), got=text["format"], known=FORMAT)
    return Snapshot(Experiment.from_dict(text["experiment"]), _state(arrays, text))


def _text(experiment: Experiment, state: State) -> dict[str, Any]:
    generator = state.generator
    return {
        "format": FORMAT,
        "experiment": experiment.to_dict(),
        "clock": dataclasses.asdict(state.clock),
        "history": [dataclasses.asdict(record) for record in state.history],
        "seconds": state.seconds,
        "counts": [len(values) for values in state.variables],
        "generator": {
            "bit_generator": generator["bit_generator"],
            "pos": int(generator["state"]["pos"]),
            "has_gauss": int(generator["has_gauss"]),
            "gauss": float(generator["gauss"]),
        },
    }


def _state(arrays: Mapping[str, Array], text: Mapping[str, Any]) -> State:
    groups = [
        tuple(jnp.asarray(arrays[f"{group}.{place}"]) for place in range(count))
        for group, count in zip(Variables._fields, text["counts"], strict=True)
    ]
    generator = {**text["generator"], "state": {"key": arrays["generator.key"], "pos": text["generator"]["pos"]}}
    return State(
        variables=Variables(*groups),
        clock=Clock(**text["clock"]),
        generator=generator,
        order=arrays.get("order"),
        history=tuple(EpochRecord(**record) for record in text["history"]),
        seconds=text["seconds"],
    )
