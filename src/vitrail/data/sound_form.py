"""The form that sounds are brought to before a model gets them: rate, channels, length, waveform or spectrogram."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from vitrail.data import records

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vitrail.data.wav import Sound
    from vitrail.types import Array, Axis

Form = Literal["waveform", "spectrogram"]

_SILENCE = 1e-10
"""The power that stands for silence: -100 decibels."""


@dataclass(frozen=True, slots=True)
class SoundForm:
    """The form of each sample.

    Args:
        rate: moments in a second, Hz.
        channels: of the waveform; those of a sound that has more are averaged.
        moments: of the waveform. What is longer is cut at its end, what is shorter gets silence.
        form: waveform or spectrogram.
        frame: moments of a frame of a spectrogram.
        hop: moments from one frame to the next.

    Examples:
        >>> from vitrail.data.wav import Sound
        >>> form = SoundForm(rate=8000, channels=1, moments=4)
        >>> form.apply([Sound(8000, np.array([[0.5, 0.0], [1.0, 1.0]]), 0)]).tolist()
        [[[0.25], [1.0], [0.0], [0.0]]]
        >>> SoundForm.from_dict(form.to_dict()) == form
        True
    """

    KIND: ClassVar[str] = "sound_form"

    rate: int
    channels: int
    moments: int
    form: Form = "waveform"
    frame: int = 256
    hop: int = 128

    @property
    def shape(self) -> tuple[int, int]:
        """Of a sample: (time, channel) or (time, frequency)."""
        if self.form == "waveform":
            return self.moments, self.channels
        return (self.moments - self.frame) // self.hop + 1, self.frame // 2 + 1

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Of several samples."""
        return ("sample", "time", "channel" if self.form == "waveform" else "feature")

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The frequencies of a spectrogram."""
        if self.form == "waveform":
            return ()
        return tuple(f"{place * self.rate / self.frame:.0f} Hz" for place in range(self.shape[1]))

    def apply(self, raw: Iterable[Sound]) -> Array:
        """Bring sounds to this form, (samples, *shape) float32."""
        return np.stack([self.sample(sound) for sound in raw])

    def sample(self, sound: Sound) -> Array:
        """Bring one sound to this form."""
        waveform = self._waveform(sound)
        if self.form == "waveform":
            return waveform
        return spectrogram(waveform[:, 0], self.rate, frame=self.frame, hop=self.hop)

    def length(self, moments: int, rate: int) -> int:
        """How many moments a sound of another rate has at this one."""
        return -(-moments * self.rate // rate)

    def to_dict(self) -> dict[str, Any]:
        """For a file of JSON. Keras has no layer that does the same."""
        return records.written(self, self.KIND, None)

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> SoundForm:
        """What `to_dict` gave.

        Raises:
            DataError: it is damaged, or a later version wrote it.
        """
        return records.read(kept, cls.KIND, cls)

    def _waveform(self, sound: Sound) -> Array:
        """Its rate, channels and length, (time, channel)."""
        samples = sound.samples
        if samples.shape[1] > self.channels:
            samples = samples.mean(axis=1, keepdims=True)
        if sound.rate != self.rate:
            from scipy import signal

            common = math.gcd(sound.rate, self.rate)
            samples = signal.resample_poly(samples, self.rate // common, sound.rate // common, axis=0)
            samples = np.clip(samples, -1, 1)  # a filter overshoots where a sound is as loud as can be
        fitted = np.zeros((self.moments, self.channels), np.float32)
        length = min(len(samples), self.moments)
        fitted[:length] = samples[:length]
        return fitted


def spectrogram(samples: Array, rate: int, *, frame: int, hop: int) -> Array:
    """The power of each frequency in frames of a waveform, by a Hann window.

    Args:
        samples: (time,) from -1 to 1.
        rate: moments in a second, Hz.
        frame: moments of a frame.
        hop: moments from one frame to the next.

    Returns:
        (time, frequency) float32, in decibels below full scale: 10 log10 of the power, never below -100. Frequencies
        are k * rate / frame, k = 0 .. frame / 2.

    Examples:
        >>> tone = np.sin(2 * np.pi * 1000 * np.arange(800) / 8000)
        >>> power = spectrogram(tone, 8000, frame=256, hop=128)
        >>> power.shape, int(power[0].argmax()) * 8000 / 256, round(float(power.max()))
        ((5, 129), 1000.0, -3)
    """
    from scipy import signal

    settings: dict[str, Any] = {"detrend": False, "scaling": "spectrum"}
    _, _, power = signal.spectrogram(samples.astype(np.float64), rate, "hann", frame, frame - hop, **settings)
    return (10 * np.log10(np.maximum(power, _SILENCE))).T.astype(np.float32)
