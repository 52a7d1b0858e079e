"""Sounds as tensors: the waveform itself, or how much of each frequency there is at each moment."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np

from vitrail import locale
from vitrail.data import class_folders, options, single, wav
from vitrail.data.dataset import Dataset
from vitrail.data.sound_form import Form, SoundForm
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vitrail.data.class_folders import Cut
    from vitrail.types import Array, Language

SUFFIXES = frozenset({".wav"})
MOST_VALUES = 250_000_000
"""Numbers in all samples together: 1 GB."""


@dataclass(frozen=True, slots=True)
class Sounds:
    """Where each sample of a folder comes from, and what was done to all of them."""

    folder: Path
    train: tuple[Path, ...]
    """The file of each training sample."""
    test: tuple[Path, ...]
    rate: int
    """Moments in a second of all waveforms, Hz."""
    resampled: int
    """Sounds that had another rate."""
    mixed: int
    """Sounds whose channels were averaged."""
    cut: int
    """Sounds that were longer than a sample."""
    padded: int
    """Sounds that were shorter, and have silence at their end."""
    clipped: int
    """Values in floating point outside -1 to 1, which were brought there."""
    passed_over: int
    """Files that are no sounds by their name."""
    given: bool = False
    """Whether there were `train/` and `test/`."""

    def render(self, name: str, language: Language = "en") -> str:
        """Where a data set of this name comes from, and what was done to it."""
        words = ("rate", "resampled", "mixed", "cut", "padded", "clipped", "passed_over")
        return locale.text(
            "data.sounds.provenance", language, name=name, **{word: getattr(self, word) for word in words}
        )


def load(
    path: Path,
    *,
    form: Form = "waveform",
    rate: int | None = None,
    seconds: float | None = None,
    channels: int | None = None,
    frame: int = 256,
    hop: int = 128,
    classes: Sequence[str] = (),
    split: Cut = "stratified",
    train_ratio: float = 0.8,
    seed: int = 0,
) -> Dataset:
    """Load a folder that has a folder of WAV files for each class, or `train/` and `test/` with such folders.

    Args:
        path: the folder.
        form: `"waveform"`, or `"spectrogram"`: the power of each frequency in frames of the sound, in decibels.
        rate: moments in a second, Hz; that of the sounds, when left out, where they share one.
        seconds: of a sample; as long as the longest sound when left out. What is longer is cut at its end, what is
            shorter gets silence.
        channels: 1 averages them; as many as the sounds have when left out, where they share one number, otherwise 1.
            A spectrogram has one.
        frame: moments of a frame of a spectrogram.
        hop: moments from one frame to the next.
        classes: the names of the classes in their order; as they are sorted when left out.
        split: `"stratified"`, each class by itself, or `"random"`; what `train/` and `test/` hold is kept as it is.
        train_ratio: the share to train on.
        seed: of the order in which sounds are taken.

    Returns:
        x: (samples, time, channel) float32 from -1 to 1, or (samples, time, frequency) float32 in decibels, -100 where
        there is nothing; y: (samples,) int64. `source` holds the file of each sample, as `Sounds`,
        and `fitted` the form of all.

    Raises:
        DataError: no such folder, nothing in it, fewer than two classes, a damaged file (it is named), sounds of
            several rates, more than fits, or a wrong option.
    """
    _check_options(form, rate, seconds, channels)
    found = class_folders.find(path, SUFFIXES, classes=classes, split=split, train_ratio=train_ratio, seed=seed)
    forms = [wav.form_of(file) for file in found.files]
    wanted = _wanted(forms, path, form, rate=rate, seconds=seconds, channels=channels, frame=frame, hop=hop)
    x, clipped = _filled(found.files, wanted, path)
    cut, name = len(found.train), path.resolve().name
    lengths = [wanted.length(each.moments, each.rate) for each in forms]
    source = Sounds(
        path,
        found.train,
        found.test,
        wanted.rate,
        resampled=sum(each.rate != wanted.rate for each in forms),
        mixed=sum(each.channels > wanted.channels for each in forms),
        cut=sum(length > wanted.moments for length in lengths),
        padded=sum(length < wanted.moments for length in lengths),
        clipped=clipped,
        passed_over=found.passed_over,
        given=found.given,
    )
    return Dataset(
        name=name,
        x_train=x[:cut],
        y_train=found.y_train,
        x_test=x[cut:],
        y_test=found.y_test,
        axes=wanted.axes,
        feature_names=wanted.feature_names,
        class_names=found.class_names,
        task="classification",
        provenance=source.render(name),
        licence=locale.text("data.licence.own"),
        source=source,
        fitted=wanted,
    )


def look(
    path: Path, *, form: Form = "waveform", channels: int | None = None, frame: int = 256, hop: int = 128
) -> Dataset:
    """Load one WAV file, at its own rate.

    Returns:
        x: (1, time, channel) or (1, time, frequency), as of `load`. It is its own target, for training and for testing.

    Raises:
        DataError: the file is damaged or larger than it may be, or an option is wrong.
    """
    _check_options(form, None, None, channels)
    known = wav.form_of(path)
    wanted = _wanted([known], path, form, rate=None, seconds=None, channels=channels, frame=frame, hop=hop)
    x, _ = _filled([path], wanted, path)
    return single.alone(path, x[0], wanted.axes, wanted.feature_names, wanted)


def _check_options(form: Form, rate: int | None, seconds: float | None, channels: int | None) -> None:
    options.choice("form", form, get_args(Form))
    if rate is not None:
        options.whole("rate", rate, low=100, high=wav.MOST_RATE)
    if seconds is not None:
        options.number("seconds", seconds, low=0.001, high=3600)
    if channels is not None:
        options.whole("channels", channels, low=1, high=1)


def _wanted(
    forms: Sequence[wav.Form],
    path: Path,
    form: Form,
    *,
    rate: int | None,
    seconds: float | None,
    channels: int | None,
    frame: int,
    hop: int,
) -> SoundForm:
    """What all sounds are brought to."""
    rates = sorted({each.rate for each in forms})
    if rate is None and len(rates) > 1:
        raise DataError("error.data.sound_rates", path=str(path), rates=", ".join(map(str, rates))[:200])
    chosen = rate or rates[0]
    moments = max(-(-each.moments * chosen // each.rate) for each in forms)
    if seconds is not None:
        moments = max(1, round(seconds * chosen))
    counts = {each.channels for each in forms}
    kept = 1 if channels or form == "spectrogram" or len(counts) > 1 else counts.pop()
    frame = options.whole("frame", frame, low=2, high=moments) if form == "spectrogram" else frame
    hop = options.whole("hop", hop, low=1, high=frame)
    return SoundForm(chosen, kept, moments, form, frame, hop)


def _filled(files: Sequence[Path], wanted: SoundForm, path: Path) -> tuple[Array, int]:
    """All samples, and how many values were brought within -1 to 1."""
    if len(files) * math.prod(wanted.shape) > MOST_VALUES:
        raise DataError("error.data.sounds_large", path=str(path), count=len(files), most=MOST_VALUES)
    x = np.empty((len(files), *wanted.shape), np.float32)
    clipped = 0
    for row, file in enumerate(files):
        sound = wav.read(file)
        clipped += sound.clipped
        x[row] = wanted.sample(sound)
    x.setflags(write=False)
    return x, clipped
