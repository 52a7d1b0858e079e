"""One sample to look at: a file that holds a single picture or a single sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vitrail import locale
from vitrail.data import decoding, npy, options
from vitrail.data.dataset import Dataset
from vitrail.data.image_folder import COLOUR_NAMES
from vitrail.data.images import fit_image
from vitrail.data.whole_file import WholeFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vitrail.data.sound_form import SoundForm
    from vitrail.types import Array, Axis

_GREY, _COLOURS = 1, 3


def picture(path: Path, *, size: int | Sequence[int] | None = None, channels: int | None = None) -> Dataset:
    """Load one picture, in its own size and colours unless others are asked for.

    Args:
        path: the file.
        size: height and width in pixels, or one number for both.
        channels: 1 for grey, 3 for colours.

    Returns:
        x: (1, height, width), with channels where there are three, uint8 from 0 to 255. It is its own target, for
        training and for testing.

    Raises:
        DataError: the file is no whole picture, it has too many pixels, or an option is wrong.
    """
    asked = None if size is None else options.sides("size", size)
    if channels is not None:
        options.among("channels", channels, (_GREY, _COLOURS))
    pixels = decoding.read_picture(path)
    shape = (*(asked or pixels.shape[:2]), channels or pixels.shape[2])
    sample = fit_image(pixels, shape).sample.round().astype(np.uint8)
    axes: tuple[Axis, ...] = ("sample", "height", "width", "channel")
    if shape[2] == _GREY:
        sample, axes = sample[..., 0], axes[:3]
    return alone(path, sample, axes, COLOUR_NAMES if shape[2] == _COLOURS else ())


def alone(
    path: Path,
    sample: Array,
    axes: tuple[Axis, ...],
    feature_names: tuple[str, ...] = (),
    fitted: SoundForm | None = None,
) -> Dataset:
    """A set of one sample, which is its own target.

    Args:
        path: where it comes from.
        sample: without the axis of samples.
        axes: with that axis.
        feature_names: of its last axis.
        fitted: what made it of the file.
    """
    x, source = npy.native(sample[None]), WholeFile(path, "single")
    return Dataset(
        name=path.name,
        x_train=x,
        y_train=x,
        x_test=x,
        y_test=x,
        axes=axes,
        feature_names=feature_names,
        class_names=(),
        task="regression",
        provenance=source.render(path.name),
        licence=locale.text("data.licence.own"),
        source=source,
        fitted=fitted,
    )
