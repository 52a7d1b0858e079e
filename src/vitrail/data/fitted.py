"""What was fitted on the training part and makes new samples a model's inputs; each knows its form of JSON.

`apply` takes raw samples: rows of numbers for a `Scaling`, texts for a `Vocabulary`, sounds for a `SoundForm`.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from vitrail.data.scaling import Scaling
from vitrail.data.sound_form import SoundForm
from vitrail.data.vocabulary import Vocabulary
from vitrail.errors import DataError

Fitted: TypeAlias = Scaling | Vocabulary | SoundForm

_KINDS: dict[str, type[Fitted]] = {record.KIND: record for record in (Scaling, Vocabulary, SoundForm)}


def from_dict(kept: dict[str, Any]) -> Fitted:
    """The record that a `to_dict` gave, whatever its kind.

    Examples:
        >>> scaling = Scaling(("t",), (2.0,), (0.5,))
        >>> from_dict(scaling.to_dict()) == scaling
        True

    Raises:
        DataError: it is damaged, of an unknown kind, or a later version wrote it.
    """
    kind = str(kept.get("kind"))
    if kind not in _KINDS:
        raise DataError("error.data.record", kind=", ".join(_KINDS), reason=kind[:60])
    return _KINDS[kind].from_dict(kept)
