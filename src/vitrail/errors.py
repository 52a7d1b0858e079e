"""The exceptions of Vitrail, one tree.

```
VitrailError
|- BackendError (RuntimeError)       Keras runs on another backend than JAX
|- InputError (ValueError)           something a person gave cannot be used
|  |- ShapeError                     an array does not have the shape that was expected
|  |- DataError                      the values of an array, a file or a data set cannot be used
|  |- ExperimentError                a field of an experiment is wrong; `.field` names it
|  |- ModelError                     a model or layer cannot be used here
|- UnavailableError (RuntimeError)   something outside (a download, a port, a file) cannot be had
|- RunError (RuntimeError)           a training could not go on
|  |- DivergenceError                NaN or infinity; `.divergence` says where (vitrail.training)
|- CheckError (ArithmeticError)      two ways to compute one number of a trace disagree; `.layer` names where
|- RequestError (ValueError)         a message or address that the lab was sent cannot be used
```

Each error carries the key of its text and the arguments the text needs, so that whoever shows it can do so in the
language of the person who reads it. `str(error)` is English.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vitrail import locale

if TYPE_CHECKING:
    from vitrail.types import Language


class VitrailError(Exception):
    """Anything that Vitrail raises on purpose.

    Args:
        key: name of the text in the catalogue (`src/vitrail/locale/`), such as `"error.data.empty"`.
        **arguments: what the text's placeholders stand for; strings and numbers.

    Examples:
        >>> error = DataError("error.data.empty", what="x_train")
        >>> str(error)
        'x_train is empty: expected at least one sample. Check how it was loaded or sliced.'
        >>> error.render("fr")[:16]
        'x_train est vide'
    """

    def __init__(self, key: str, /, **arguments: str | float) -> None:
        super().__init__(key)
        self.key = key
        self.arguments = arguments

    def render(self, language: Language = "en") -> str:
        """The error's text in one language, what the system said of a file included."""
        said = {
            name: locale.system_reason(value, language) if isinstance(value, str) else value
            for name, value in self.arguments.items()
        }
        return locale.text(self.key, language, **said)

    def __str__(self) -> str:
        return self.render()

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.key, self.arguments)


class BackendError(VitrailError, RuntimeError):
    """Keras runs on another backend than JAX."""


class InputError(VitrailError, ValueError):
    """Something that a person gave cannot be used."""


class ShapeError(InputError):
    """An array does not have the shape that was expected."""


class DataError(InputError):
    """The values of an array, a file or a data set cannot be used."""


class ExperimentError(InputError):
    """A field of an experiment is wrong.

    Args:
        key: as for every error.
        field: dotted path of the field, such as `"fit.batch_size"` or `"layers.1.config.units"`.
        **arguments: as for every error; the text may also use `{field}`.
    """

    def __init__(self, key: str, /, *, field: str, **arguments: str | float) -> None:
        super().__init__(key, field=field, **arguments)
        self.field = field


class ModelError(InputError):
    """A model or a layer cannot be used here."""


class UnavailableError(VitrailError, RuntimeError):
    """Something outside, such as a download, a port or a file, cannot be had."""


class RunError(VitrailError, RuntimeError):
    """A training could not go on."""


class CheckError(VitrailError, ArithmeticError):
    """Two ways to compute one number of a trace disagree.

    Args:
        key: as for every error.
        layer: the layer whose numbers they are.
        **arguments: as for every error; the text may also use `{layer}`.
    """

    def __init__(self, key: str, /, *, layer: str, **arguments: str | float) -> None:
        super().__init__(key, layer=layer, **arguments)
        self.layer = layer


class RequestError(VitrailError, ValueError):
    """A message or an address that the lab was sent cannot be used."""


def _rebuild(kind: type[VitrailError], key: str, arguments: dict[str, Any]) -> VitrailError:
    """Restore an error that crossed a process boundary."""
    return kind(key, **arguments)
