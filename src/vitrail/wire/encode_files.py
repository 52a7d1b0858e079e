"""Own data that are no table, as a page is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vitrail.data.image_folder import Pictures
from vitrail.data.sound_form import SoundForm
from vitrail.data.sounds import Sounds
from vitrail.data.whole_file import WholeFile
from vitrail.wire.files_card import ArraysCard, ClassCount, FilesCard, HeldArray, PicturesCard, SoundsCard

if TYPE_CHECKING:
    from vitrail.data import Dataset

_GREY = 1


def files_card(dataset: Dataset) -> FilesCard | None:
    """What was read of arrays, of pictures or of sounds; none of other data."""
    match dataset.source:
        case WholeFile(arrays=arrays) as source if arrays:
            return ArraysCard(
                [HeldArray(one.name, list(one.shape), one.dtype) for one in arrays],
                source.x,
                str(source.y),
                source.given,
                class_counts(dataset),
            )
        case Pictures() as source:
            height, width, *colours = source.shape
            return PicturesCard(
                height,
                width,
                colours[0] if colours else _GREY,
                **source.changes._asdict(),
                passed_over=source.passed_over,
                given=source.given,
                classes=class_counts(dataset),
            )
        case Sounds() as source if isinstance(dataset.fitted, SoundForm):
            form = dataset.fitted
            return SoundsCard(
                form=form.form,
                rate=form.rate,
                moments=form.moments,
                channels=form.channels,
                frame=form.frame,
                hop=form.hop,
                resampled=source.resampled,
                mixed=source.mixed,
                cut=source.cut,
                padded=source.padded,
                clipped=source.clipped,
                passed_over=source.passed_over,
                given=source.given,
                classes=class_counts(dataset),
            )
        case _:
            return None


def class_counts(dataset: Dataset) -> list[ClassCount]:
    """How many samples each class has in both parts; empty for a regression."""
    names = dataset.class_names
    train, test = (
        np.bincount(y.reshape(-1), minlength=len(names)).tolist() if names else []
        for y in (dataset.y_train, dataset.y_test)
    )
    return [ClassCount(*one) for one in zip(names, train, test, strict=True)]
