"""What a page is told of own data that are no table: what was read, and what was done to it."""

from __future__ import annotations

import msgspec

from vitrail.data.sound_form import Form as SoundKind  # noqa: TC001 - of a field


class ClassCount(msgspec.Struct, frozen=True):
    """The samples of one class."""

    name: str
    train: int
    test: int


class HeldArray(msgspec.Struct, frozen=True):
    """An array that a file holds."""

    name: str
    shape: list[int]
    dtype: str


class ArraysCard(msgspec.Struct, frozen=True, tag="arrays"):
    """Arrays, and which of them is which."""

    arrays: list[HeldArray]
    x: str
    """The one of the samples, or of those to learn from where both parts are given."""
    y: str
    """The one of what is to be learnt, or the number of the column that holds it; empty where each sample is its own
    target."""
    given: bool
    """Whether the file has its own parts for training and for testing."""
    classes: list[ClassCount]
    """Empty for a regression."""


class PicturesCard(msgspec.Struct, frozen=True, tag="pictures"):
    """Pictures, a folder of them for each class."""

    height: int
    width: int
    channels: int
    resized: int
    """Pictures that had another size."""
    greyed: int
    """Pictures in colours that were made grey."""
    coloured: int
    """Grey pictures that were given three equal colours."""
    passed_over: int
    """Files of other kinds."""
    given: bool
    """Whether there were folders for training and for testing."""
    classes: list[ClassCount]


class SoundsCard(msgspec.Struct, frozen=True, tag="sounds"):
    """Sounds, a folder of them for each class."""

    form: SoundKind
    rate: int
    """Moments in a second, Hz."""
    moments: int
    """Of a waveform."""
    channels: int
    frame: int
    """Moments of a frame of a spectrogram."""
    hop: int
    """Moments from one frame to the next."""
    resampled: int
    """Sounds that had another rate."""
    mixed: int
    """Sounds whose channels were averaged."""
    cut: int
    """Sounds that were longer than a sample."""
    padded: int
    """Sounds that were shorter, and have silence at their end."""
    clipped: int
    """Values outside -1 to 1, which were brought there."""
    passed_over: int
    """Files of other kinds."""
    given: bool
    """Whether there were folders for training and for testing."""
    classes: list[ClassCount]


FilesCard = ArraysCard | PicturesCard | SoundsCard
