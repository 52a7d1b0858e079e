"""Short sounds of three shapes: a sine, a square wave and a sawtooth, at any pitch, made by a seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import numpy as np

from vitrail import locale
from vitrail.data import generated, options, splits
from vitrail.data.dataset import Dataset
from vitrail.data.sound_form import Form, SoundForm
from vitrail.data.wav import Sound

if TYPE_CHECKING:
    from vitrail.types import Array

SHAPES = ("sine", "square", "sawtooth")
RATE = 8000
"""Moments in a second, Hz."""
MOMENTS = 512

_LOWEST, _HIGHEST = 200.0, 1000.0
"""Hz."""
_FRAME, _HOP = 128, 64


def load(
    *, points: int = 600, form: Form = "waveform", noise: float = 0.02, seed: int = 0, train_ratio: float = 0.8
) -> Dataset:
    """Make sounds of 64 ms, as many of each shape.

    Pitch, phase and loudness say nothing of the shape: what tells it is how the wave goes up and down, or which
    overtones it has: none, the odd ones, or all of them.

    Args:
        points: how many sounds.
        form: `"waveform"`, or `"spectrogram"` in frames of 16 ms.
        noise: the standard deviation of normal noise, where 1 is full scale.
        seed: of everything random.
        train_ratio: the share to train on.

    Returns:
        x: (samples, time, channel) float32 from -1 to 1, or (samples, time, frequency) float32 in decibels; y:
        (samples,) int64.

    Raises:
        DataError: an option is out of its bounds.
    """
    settings = generated.check(points, noise, seed, train_ratio, most_noise=1.0)
    options.choice("form", form, get_args(Form))
    random = settings.random()
    y = np.arange(settings.points) % len(SHAPES)
    sound_form = SoundForm(RATE, 1, MOMENTS, form, _FRAME, _HOP)
    waves = _waves(y, settings.noise, random)
    x = sound_form.apply(Sound(RATE, wave[:, None], 0) for wave in waves)
    cut = splits.stratified(y, train_ratio=settings.train_ratio, seed=settings.seed)
    return Dataset(
        name="tones",
        x_train=x[cut.train],
        y_train=y[cut.train],
        x_test=x[cut.test],
        y_test=y[cut.test],
        axes=sound_form.axes,
        feature_names=sound_form.feature_names,
        class_names=SHAPES,
        task="classification",
        provenance=generated.provenance("tones", **settings._asdict(), form=form),
        licence=locale.text("data.licence.computed"),
        fitted=sound_form,
    )


def _waves(y: Array, noise: float, random: np.random.RandomState) -> Array:
    """A wave of each shape, (sounds, time) float64 from -1 to 1."""
    pitch, phase, loudness = (
        random.uniform(low, high, size=(len(y), 1)) for low, high in ((_LOWEST, _HIGHEST), (0.0, 1.0), (0.2, 0.9))
    )
    turn = (pitch * np.arange(MOMENTS) / RATE + phase) % 1
    sine = np.sin(2 * np.pi * turn)
    shapes = np.stack([sine, np.where(turn < 0.5, 1.0, -1.0), 2 * turn - 1])  # noqa: PLR2004 - half a turn
    waves = loudness * shapes[y, np.arange(len(y))] + noise * random.normal(size=(len(y), MOMENTS))
    return np.clip(waves, -1, 1)
