"""What makes raw samples a model's inputs, kept beside it: texts, sounds, and the windows of a series."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from vitrail.data import fitted, wav
from vitrail.data.arrays import check_sample_shape
from vitrail.data.scaling import Scaling
from vitrail.data.sound_form import SoundForm
from vitrail.data.vocabulary import Vocabulary
from vitrail.errors import DataError

if TYPE_CHECKING:
    from vitrail.data.fitted import Fitted
    from vitrail.types import Array

FORMAT = 1
_FIELDS = {"format", "fitted", "shape", "class_names"}


@dataclass(frozen=True, slots=True)
class SampleForm:
    """What was fitted on the training part of a data set, and what its samples and classes are.

    Args:
        fitted: on the training part.
        shape: of a sample.
        class_names: in the order of the class numbers; empty for a regression.

    Examples:
        >>> form = SampleForm(Vocabulary.fit(["good film", "bad film"], length=3), (3,), ("no", "yes"))
        >>> form.apply("a good film").tolist()
        [[1, 4, 2]]
        >>> SampleForm.from_json(form.to_json()) == form
        True
    """

    fitted: Fitted
    shape: tuple[int, ...]
    class_names: tuple[str, ...]

    def apply(self, raw: Any) -> Array:  # noqa: ANN401 - texts, files, sounds or rows
        """Raw samples as a model was given them.

        Args:
            raw: one sample or several. Of texts: a text or a list. Of sounds: a WAV file, a `Sound` or a list. Of a
                series: the rows of a window in their units, (time, feature), or several, (windows, time, feature).

        Returns:
            (samples, *shape), not divided by an experiment's scale.

        Raises:
            DataError: it is not what the model learnt from, or a file cannot be read.
            ShapeError: a window has another shape.
        """
        match self.fitted:
            case Vocabulary():
                return self.fitted.apply([raw] if isinstance(raw, str) else raw)
            case SoundForm():
                several = [raw] if isinstance(raw, str | Path | wav.Sound) else list(raw)
                return self.fitted.apply([self._sound(one) for one in several])
            case Scaling():
                return self._windows(raw)

    def _sound(self, one: object) -> wav.Sound:
        if isinstance(one, wav.Sound):
            return one
        if isinstance(one, str | Path):
            return wav.read(Path(one))
        raise DataError("error.data.form_sound", got=type(one).__name__)

    def _windows(self, raw: object) -> Array:
        rows = np.asarray(raw)
        x = self.fitted.apply(rows[None] if rows.ndim == len(self.shape) else rows)
        check_sample_shape(x, self.shape, what="raw")
        return x

    def to_json(self) -> str:
        """The form that is kept beside a model."""
        kept = {
            "format": FORMAT,
            "fitted": self.fitted.to_dict(),
            "shape": self.shape,
            "class_names": self.class_names,
        }
        return msgspec.json.format(msgspec.json.encode(kept), indent=1).decode() + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> SampleForm:
        """Read what `to_json` wrote.

        Raises:
            DataError: it is damaged, or a later version wrote it.
        """
        try:
            kept = msgspec.json.decode(text, type=dict[str, Any])
            if (version := kept.get("format")) != FORMAT:
                raise DataError("error.data.record_format", got=str(version)[:60], known=FORMAT)
            if set(kept) != _FIELDS or not isinstance(kept["fitted"], dict):
                raise DataError("error.data.record", kind="form", reason=", ".join(sorted(kept))[:60])
            shape = msgspec.convert(kept["shape"], tuple[int, ...])
            names = msgspec.convert(kept["class_names"], tuple[str, ...])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise DataError("error.data.record", kind="form", reason=str(error)[:120]) from error
        return cls(fitted.from_dict(kept["fitted"]), shape, names)

    @classmethod
    def read(cls, path: Path) -> SampleForm:
        """Read a file that `to_json` wrote.

        Raises:
            DataError: it cannot be read, is damaged, or a later version wrote it.
        """
        try:
            return cls.from_json(path.read_bytes())
        except OSError as error:
            raise DataError("error.data.record", kind="form", reason=error.strerror or str(error)) from error
