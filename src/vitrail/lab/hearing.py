"""Sounds of one's own: which form they are given, one that is tried, and one as waveform and as spectrogram."""

from __future__ import annotations

import dataclasses
import math
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from vitrail.data import sounds, wav, zipped
from vitrail.data.sound_form import SoundForm
from vitrail.errors import DataError
from vitrail.lab import own

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vitrail.data import Dataset
    from vitrail.models import Json
    from vitrail.types import Array
    from vitrail.wire.files_card import SoundsCard

USUAL_MOMENTS = 20_000
"""Of a waveform: longer ones are given a lower rate, and then cut, unless somebody says otherwise."""
USUAL_RATE = 8000
"""Hz: enough for speech."""
USUAL_SECONDS = 2.0

_STROKES = 200
"""Places along a drawn waveform, each with its lowest and highest value."""
_COLUMNS = 200
"""Frames of a drawn spectrogram, at most."""


class Tried(msgspec.Struct, frozen=True):
    """A sound as the network gets it, and what the file held."""

    values: list[float]
    """In C order."""
    rate: int
    """Of the file, in Hz."""
    seconds: float
    channels: int


class Heard(msgspec.Struct, frozen=True):
    """The sound that an example was made of, at the rate and length of all samples."""

    name: str
    """Of its file, with its class' folder."""
    low: list[float]
    """Of the waveform, at places along it."""
    high: list[float]
    seconds: float
    frames: int
    frequencies: int
    decibels: list[float]
    """(frames, frequencies): the power of each frequency; where frames were put together, the highest."""
    together: int
    """Frames that each drawn one stands for."""
    top: float
    """The highest frequency, in Hz."""


def usual(file: Path, options: Mapping[str, Json]) -> dict[str, Json]:
    """The options that read a zip of sounds so that a network can learn from them: rate and length, unless said.

    Raises:
        DataError: it is no such archive, or a sound is damaged.
    """
    told = dict(options)
    with zipped.unpacked(file) as folder:
        forms = [wav.form_of(path) for path in sorted(folder.rglob("*")) if path.suffix.lower() in sounds.SUFFIXES]
    rates = Counter(form.rate for form in forms)
    if not rates or {"rate", "seconds"} & set(told):
        return told
    rate = rates.most_common(1)[0][0]
    seconds = max(form.moments / form.rate for form in forms)
    if seconds * rate > USUAL_MOMENTS and rate > USUAL_RATE:
        rate = USUAL_RATE
    if seconds * rate > USUAL_MOMENTS:
        told["seconds"] = USUAL_SECONDS
    if set(rates) != {rate}:
        told["rate"] = rate
    return told


def tried(path: Path, card: SoundsCard) -> Tried:
    """A WAV file as an example of sounds that are learnt from.

    Raises:
        DataError: it is no whole WAV file.
    """
    form = SoundForm(card.rate, card.channels, card.moments, card.form, card.frame, card.hop)
    sound = wav.read(path)
    if sound.samples.shape[1] < form.channels:
        sound = sound._replace(samples=np.repeat(sound.samples[:, :1], form.channels, axis=1))
    moments, channels = sound.samples.shape
    return Tried(form.sample(sound).reshape(-1).tolist(), sound.rate, moments / sound.rate, channels)


def heard(dataset: Dataset, folder: Path, index: int) -> bytes:
    """The sound that an example was made of, in JSON.

    Args:
        dataset: of sounds of one's own.
        folder: where its file is.
        index: among all examples, those of the test set first.

    Raises:
        DataError: the data are no sounds of one's own.
    """
    source, form = dataset.source, dataset.fitted
    if not isinstance(source, sounds.Sounds) or not isinstance(form, SoundForm):
        raise DataError("error.lab.no_sounds", name=dataset.name)
    name = (source.test + source.train)[index].relative_to(source.folder).as_posix()
    with tempfile.TemporaryDirectory(prefix="vitrail-") as place:
        path = Path(place) / "sound.wav"
        path.write_bytes(zipped.content(folder / own.ZIP, name))
        sound = wav.read(path)
    waveform = dataclasses.replace(form, form="waveform").sample(sound).mean(axis=1)
    frame = min(form.frame, form.moments)
    hop = min(form.hop, frame)
    mono = dataclasses.replace(form, form="spectrogram", channels=1, frame=frame, hop=hop)
    power, together = _columns(mono.sample(sound))
    low, high = _strokes(waveform)
    return msgspec.json.encode(
        Heard(
            name=name,
            low=low,
            high=high,
            seconds=form.moments / form.rate,
            frames=power.shape[0],
            frequencies=power.shape[1],
            decibels=power.round(1).reshape(-1).tolist(),
            together=together,
            top=form.rate / 2,
        )
    )


def _strokes(waveform: Array) -> tuple[list[float], list[float]]:
    """The lowest and the highest value at places along a waveform."""
    parts = np.array_split(waveform, min(_STROKES, len(waveform)))
    return [float(part.min()) for part in parts], [float(part.max()) for part in parts]


def _columns(power: Array) -> tuple[Array, int]:
    """A spectrogram of no more frames than are drawn, and how many each stands for."""
    together = math.ceil(len(power) / _COLUMNS)
    starts = np.arange(0, len(power), together)
    return np.maximum.reduceat(power, starts, axis=0), together
