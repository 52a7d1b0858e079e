"""What a call of the program does, by what is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vitrail.experiment.code_in import data, folding, models, names, objects
from vitrail.experiment.code_in.errors import refusal, source
from vitrail.experiment.code_in.values import (
    Arrays,
    Column,
    Function,
    Generator,
    Made,
    Method,
    Model,
    Opaque,
    Symbol,
    Tensor,
    Unknown,
    Value,
    holds,
    is_plain,
)
from vitrail.types import MAX_SEED

if TYPE_CHECKING:
    import ast

    from vitrail.experiment.code_in.expressions import Expressions

ACTING = {"fit", "compile", "fit_generator", "train_on_batch"}
"""Methods that a run depends on, whatever they belong to."""

_SEEDS = {"keras.utils.set_random_seed", "tensorflow.random.set_seed", "numpy.random.seed", "random.seed"}
_SAME_ARRAYS = {"numpy.array", "numpy.asarray", "numpy.ascontiguousarray"}
_CHANGING = {"copyto", "put", "place", "putmask", "shuffle", "fill_diagonal", "put_along_axis"}
"""Functions of NumPy and `random` that change what they are given."""
_LOOKING = (
    "keras.activations.", "keras.backend.backend", "keras.backend.clear_session", "keras.config.backend",
    "keras.ops.", "keras.utils.clear_session", "keras.utils.model_to_dot", "keras.utils.normalize",
    "keras.utils.plot_model", "vitrail.evaluate", "vitrail.predict", "vitrail.summary", "vitrail.trace",
)  # fmt: skip
"""What leaves a run as it is, or gives what only a run could tell."""


def call(
    reader: Expressions, function: Value, arguments: list[Value], named: dict[str, Value], node: ast.Call
) -> Value:
    """What a call gives; what it changes is changed.

    Raises:
        ExperimentError: the run depends on it and it cannot be read.
    """
    match function:
        case Function():
            return reader.call_function(function, arguments, named, node)
        case Made(module="keras.layers") | Model():
            return _record(reader, models.call(function, arguments, named, node))
        case Symbol():
            return _symbol(reader, function.path, arguments, named, node)
        case Method():
            return _method(reader, function.owner, function.name, arguments, named, node)
        case Unknown() | Opaque() if not holds([*arguments, *named.values()], (Model, Made, Function)):
            return reader.unknown(node)
        case _:
            raise refusal("unread", node, what=source(node))


def _symbol(reader: Expressions, path: str, arguments: list[Value], named: dict[str, Value], node: ast.Call) -> Value:
    name = path.rpartition(".")[2]
    given = [*arguments, *named.values()]
    if path in _SEEDS:
        return _set_seed(reader, given, node)
    match path.split(".", maxsplit=1)[0]:
        case "builtins":
            return _builtin(reader, name, arguments, named, node)
        case "keras" | "vitrail":
            return _of_keras(reader, path, arguments, named, node)
        case "numpy" | "random":
            if name in _CHANGING and holds(given, (Arrays, list, Generator)):
                raise refusal("unread", node, what=source(node))
            return _of_numpy(reader, path, arguments, named, node)
        case "tensorflow" if not holds(given, (Model, Made, Function)):
            return reader.unknown(node)
        case _:
            pass
    if not names.only_looks(path):
        raise refusal("refused", node, what=source(node))
    if holds(given, Function):
        raise refusal("unread", node, what=source(node))
    return reader.unknown(node)


def _of_keras(reader: Expressions, path: str, arguments: list[Value], named: dict[str, Value], node: ast.Call) -> Value:
    module, _, name = path.rpartition(".")
    if path == "keras.Sequential":
        return _begin(reader, models.sequential(arguments, named, node))
    if path == "keras.Model":
        return _begin(reader, models.functional(arguments, named, reader.calls, node))
    if path == "keras.Input":
        return _record(reader, Tensor(objects.make("keras.layers.InputLayer", arguments, named, node), (), node.lineno))
    if path == "keras.utils.to_categorical":
        return data.to_categorical(arguments, named, node)
    if path == "vitrail.load_dataset":
        return data.load_dataset(arguments, named, node)
    if path == "vitrail.fit" and arguments:
        return _method(reader, arguments[0], "fit", arguments[1:], named, node)
    if module.startswith("keras.datasets.") and name == "load_data":
        return data.load_keras_set(module.rpartition(".")[2], arguments, named, node)
    if merged := objects.merging_layer(path):
        layer = objects.make(f"keras.layers.{merged}", arguments[1:], named, node)
        return _record(reader, models.call(layer, arguments[:1], {}, node))
    if objects.is_class(module, name):
        return objects.make(path, arguments, named, node)
    if path.startswith((*_LOOKING, "keras.losses.", "keras.metrics.")):
        return reader.unknown(node)
    raise refusal("unread", node, what=source(node))


def _of_numpy(reader: Expressions, path: str, arguments: list[Value], named: dict[str, Value], node: ast.Call) -> Value:
    first = arguments[0] if arguments else None
    if path == "numpy.random.RandomState" and isinstance(first, int) and not named:
        return Generator(first)
    if path == "numpy.prod" and isinstance(first, list | tuple) and is_plain(first) and len(arguments) == 1:
        return _or_unknown(reader, folding.product(first), node)
    if path == "numpy.sin" and isinstance(first, Column) and len(arguments) == 1 and not named:
        return data.sine(first) or reader.unknown(node)
    if path == "numpy.stack" and isinstance(first, list | tuple) and (arguments[1:], named) == ([], {"axis": 1}):
        return data.stack(first) or reader.unknown(node)
    if isinstance(first, Arrays):
        if path in _SAME_ARRAYS and len(arguments) == 1 and not named:
            return first
        if path == "numpy.expand_dims":
            return data.expand(first, named.get("axis", arguments[-1]), node)
        if path == "numpy.reshape":
            return data.reshape(first, named.get("shape", arguments[-1]), node)
    return reader.unknown(node)


def _builtin(reader: Expressions, name: str, arguments: list[Value], named: dict[str, Value], node: ast.Call) -> Value:
    if name == "len" and len(arguments) == 1 and (count := data.count(arguments[0])) is not None:
        return count
    if holds([*arguments, *named.values()], Function):
        raise refusal("unread", node, what=source(node))
    return _or_unknown(reader, folding.call(name, arguments, named), node)


def _or_unknown(reader: Expressions, value: Value, node: ast.AST) -> Value:
    return reader.unknown(node) if value is folding.FAILED else value


def _method(
    reader: Expressions, owner: Value, name: str, arguments: list[Value], named: dict[str, Value], node: ast.Call
) -> Value:
    match owner:
        case Model():
            return _of_model(reader, owner, name, arguments, named, node)
        case Arrays():
            return data.method(owner, name, arguments, named, node)
        case Generator() if name == "normal":
            reader.effect(node)
            return data.draw(owner, arguments, named, node)
        case list() if not named:
            return _of_list(reader, owner, name, arguments, node)
        case dict() if name in {"items", "keys", "values"}:
            return list(getattr(owner, name)())
        case dict() if name == "get" and 1 <= len(arguments) <= 2 and isinstance(arguments[0], str | int):  # noqa: PLR2004
            return owner.get(*arguments)
        case str() | int() | float() | tuple():
            return reader.unknown(node)
        case Unknown() if name in ACTING:
            raise refusal("unknown", node, what=source(node), source=owner.line, text=owner.text)
        case Unknown() if not holds([*arguments, *named.values()], (Model, Made, Function)):
            return reader.unknown(node)
        case _:
            raise refusal("unread", node, what=source(node))


def _of_model(
    reader: Expressions, model: Model, name: str, arguments: list[Value], named: dict[str, Value], node: ast.Call
) -> Value:
    if name in models.LOOKING:
        return reader.unknown(node)
    if name not in {"add", "compile", "fit", "build"}:
        raise refusal("unread", node, what=source(node))
    reader.effect(node)
    if model.fitted is not None and name != "build":
        model.problem = model.problem or refusal("twice", node)
    elif name == "add" and len(arguments) == 1 and not named:
        models.add(model, arguments[0], node)
    elif name == "compile":
        models.compile_model(model, arguments, named, node)
    elif name == "fit":
        models.fit_model(model, arguments, named, node)
    elif name == "add":
        raise refusal("unread", node, what=source(node))
    return None if name in {"add", "compile", "build"} else reader.unknown(node)


def _of_list(reader: Expressions, owner: list[Value], name: str, arguments: list[Value], node: ast.Call) -> Value:
    if name in {"index", "count", "copy"}:
        return list(owner) if name == "copy" else reader.unknown(node)
    more = reader.items(arguments[0]) if name == "extend" and arguments else arguments
    if name not in {"append", "extend"} or len(arguments) != 1 or more is None:
        raise refusal("unread", node, what=source(node))
    owner += [reader.unknown(node)] * len(more) if reader.is_unsure else more
    return None


def _begin(reader: Expressions, model: Value) -> Value:
    if isinstance(model, Model):
        reader.models.append(model)
    return model


def _record(reader: Expressions, tensor: Value) -> Value:
    if isinstance(tensor, Tensor):
        reader.calls.append(tensor)
    return tensor


def _set_seed(reader: Expressions, given: list[Value], node: ast.Call) -> None:
    reader.effect(node)
    if len(given) != 1 or isinstance(given[0], bool) or not isinstance(given[0], int) or not 0 <= given[0] <= MAX_SEED:
        raise refusal("seed", node, what=source(node), largest=MAX_SEED)
    if reader.seed not in {None, given[0]}:
        raise refusal("seeds", node, what=source(node), before=reader.seed or 0)
    reader.seed = given[0]
