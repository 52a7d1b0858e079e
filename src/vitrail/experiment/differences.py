"""What two experiments do not have in common, setting by setting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vitrail.experiment.description import Experiment


class Difference(NamedTuple):
    """One setting, as two experiments have it; `None` where one has none."""

    field: str
    """Such as `layers.1.config.units`."""
    before: Any
    after: Any


def differences(before: Experiment, after: Experiment) -> tuple[Difference, ...]:
    """The settings that differ, in the order of the experiment's file. Lists of other lengths differ as a whole.

    Examples:
        >>> from vitrail.experiment import reference
        >>> other = reference().model_copy(update={"seed": 7})
        >>> differences(reference(), other)
        (Difference(field='seed', before=42, after=7),)
    """
    return tuple(_between("", before.to_dict(), after.to_dict()))


def plain(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """A setting in one line: a name as it is, an object by its class, anything else as JSON.

    Examples:
        >>> plain("adam"), plain({"class_name": "Adam", "config": {}}), plain([3, 3]), plain(None)
        ('adam', 'Adam', '[3, 3]', '-')
    """
    if value is None:
        return "-"
    if isinstance(value, Mapping) and "class_name" in value:
        return str(value["class_name"])
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _between(field: str, before: Any, after: Any) -> Iterator[Difference]:  # noqa: ANN401 - any JSON values
    def within(name: object) -> str:
        return f"{field}.{name}" if field else str(name)

    if (
        isinstance(before, Mapping)
        and isinstance(after, Mapping)
        and before.get("class_name") == after.get("class_name")
    ):
        for name in dict.fromkeys((*before, *after)):
            yield from _between(within(name), before.get(name), after.get(name))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for place, pair in enumerate(zip(before, after, strict=True)):
            yield from _between(within(place), *pair)
    elif before != after:
        yield Difference(field, before, after)
