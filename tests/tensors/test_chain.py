"""Chains: kept as JSON, edited, watched, and written as programs that give the same numbers."""

import ast
import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitrail.errors import DataError, ShapeError, VitrailError
from vitrail.tensors import Chain, Step, kinds
from vitrail.tensors import operations as o
from vitrail.tensors.kinds import kind_of
from vitrail.tensors.parameters import parameters

RANDOM = np.random.default_rng(7)
PHOTO = RANDOM.integers(0, 256, (6, 8, 3)).astype("uint8")
OTHER = RANDOM.integers(0, 256, (4, 4, 3)).astype("uint8")
ROWS = RANDOM.normal(size=(5, 4)) * 3

EXERCISE = Chain(
    (
        Step("colour", o.Scale(), "photo"),
        Step("grey", o.Grey(), "colour"),
        Step("flat", o.Squeeze(-1), "grey"),
        Step("bright", o.Threshold(), "flat"),
        Step("resized", o.Resize(6, 8), "other"),
        Step("small", o.Scale(), "resized"),
        Step("mixed", o.Blend(0.4), "colour", "small"),
        Step("warm", o.Multiply(), "mixed", [[[1.0, 0.75, 0.4]]]),
        Step("share", o.Mean(None), "bright"),
    )
)
LAYER = Chain(
    (
        Step("x", o.Standardise(), "rows"),
        Step("z", o.MatMul(), "x", "w"),
        Step("shifted", o.Add(), "z", [0.5, -1.0, 0.0]),
        Step("p", o.Softmax(), "shifted"),
        Step("found", o.Argmax(-1), "p"),
        Step("coded", o.OneHot(3), "found"),
        Step("twice", o.Multiply(), "found", 2),
        Step("both", o.Stack(-1), "found", "twice"),
        Step("right", o.Subtract(), "twice", True),  # noqa: FBT003 - a constant
    )
)
TENSORS = {"photo": PHOTO, "other": OTHER}
NUMBERS = {"rows": ROWS, "w": RANDOM.normal(size=(4, 3)), "unused": "a text"}


def arguments_of(parameter):
    match parameter.type:
        case "choice":
            return st.sampled_from(parameter.choices)
        case "switch":
            return st.booleans()
        case "number":
            return st.floats(parameter.low, parameter.high)
        case "axes" | "shape":
            return st.lists(st.integers(int(parameter.low), int(parameter.high)), max_size=8).map(tuple)
        case _:
            whole = st.integers(int(parameter.low), int(parameter.high))
            return st.none() | whole if parameter.optional else whole


@st.composite
def operations(draw):
    kind = draw(st.sampled_from(list(o.OPERATIONS.values())))
    given = {parameter.name: draw(arguments_of(parameter)) for parameter in parameters(kind)}
    return kind(**({"low": 0, "high": 1} if kind is o.Scale and given["low"] == given["high"] else given))


numbers = st.booleans() | st.integers(-(2**31), 2**31 - 1) | st.floats(-1e30, 1e30)
constants = numbers | st.lists(st.lists(numbers, min_size=2, max_size=2), min_size=1, max_size=3)


@st.composite
def chains(draw):
    steps = []
    for number in range(draw(st.integers(0, 5))):
        known = st.sampled_from(["x", "photo", *(step.name for step in steps)])
        operation = draw(operations())
        second = draw(known | constants) if operation.arity == 2 else None
        steps.append(Step(f"step{number}", operation, draw(known), second))
    return Chain(tuple(steps))


@given(chains())
def test_json_keeps_all_of_a_chain(made):
    text = json.dumps(made.to_dict(), allow_nan=False)
    read = Chain.from_dict(json.loads(text))
    assert read == made
    assert json.dumps(read.to_dict()) == text


@given(chains(), st.data())
@settings(max_examples=20)
def test_a_step_that_comes_and_goes_changes_nothing(made, data):
    place = data.draw(st.integers(0, len(made.steps)))
    longer = made.with_step(Step("new", o.Sqrt(), "x"), at=place)
    assert longer.steps[place].name == "new"
    assert longer.without_step("new") == made
    renamed = longer.replaced("new", Step("other", o.Exp(), "x"))
    assert [step.name for step in renamed.steps if step.name != "other"] == [step.name for step in made.steps]


def test_what_follows_a_step_follows_its_name_and_its_end():
    renamed = EXERCISE.replaced("colour", Step("tint", o.ColourFilter(), "photo"))
    assert [step.takes for step in renamed.steps if "tint" in step.takes] == [("tint",), ("tint", "small")]
    without = EXERCISE.without_step("colour")
    assert (without.steps[0].of, without.steps[5].takes) == ("photo", ("photo", "small"))
    assert (EXERCISE.inputs, LAYER.inputs, Chain().inputs) == (("photo", "other"), ("rows", "w"), ())


def test_each_step_is_watched():
    watched = EXERCISE.apply(TENSORS)
    assert {one.step.name: (one.shape, one.dtype) for one in watched.steps} == {
        "colour": ((6, 8, 3), "float32"),
        "grey": ((6, 8, 1), "float32"),
        "flat": ((6, 8), "float32"),
        "bright": ((6, 8), "bool"),
        "resized": ((6, 8, 3), "float32"),
        "small": ((6, 8, 3), "float32"),
        "mixed": ((6, 8, 3), "float32"),
        "warm": ((6, 8, 3), "float32"),
        "share": ((), "float32"),
    }
    mixed, warm = watched.steps[6:8]
    np.testing.assert_array_equal(mixed.before[0], watched["colour"])
    np.testing.assert_array_equal(mixed.before[1], watched["small"])
    assert [list(region.indices()) for region in warm.origins((5, 7, 1))] == [[(5, 7, 1)], [(0, 0, 1)]]
    assert watched.steps[2].moves().tolist() == np.arange(48).reshape(6, 8).tolist()
    assert (mixed.moves(), watched.result.item()) == (None, np.float32(watched["bright"].mean()))
    assert watched["photo"].tolist() == PHOTO.tolist()
    assert (
        str(watched).splitlines()[7] == "warm = Multiply(): (6, 8, 3) float32, (1, 1, 3) float32 -> (6, 8, 3) float32"
    )


def test_what_was_watched_stays_as_it_was():
    mine = PHOTO.copy()
    watched = EXERCISE.apply({"photo": mine, "other": OTHER})
    mine[:] = 0
    assert watched["photo"].tolist() == PHOTO.tolist()
    assert {array.flags.writeable for one in watched.steps for array in (*one.before, one.after)} == {False}
    with pytest.raises(TypeError):
        watched.tensors["photo"] = mine


@pytest.mark.parametrize(("made", "tensors"), [(EXERCISE, TENSORS), (LAYER, NUMBERS)], ids=["exercise", "layer"])
@pytest.mark.parametrize("library", ["numpy", "keras"])
def test_a_program_gives_the_same_numbers(made, tensors, library, capsys):
    names = {}
    exec(made.code(library, tensors), names)
    watched = made.apply(tensors)
    for one in watched.steps:
        found = np.asarray(names[one.step.name])
        assert kind_of(found) == kind_of(one.after), one.step.name
        np.testing.assert_allclose(found, one.after, rtol=1e-5, atol=1e-6, err_msg=one.step.name)
    assert capsys.readouterr().out


@st.composite
def chains_that_fit(draw):
    """Steps chosen among those that take what there is."""
    tensors, steps = {"x": ROWS[:3], "photo": PHOTO}, []
    known = {name: kind_of(kinds.tensor(array)) for name, array in tensors.items()}
    for number in range(draw(st.integers(1, 6))):
        name = draw(st.sampled_from(list(known)))
        variants = [(operation, second) for operation in SOME for second in (*known, 3, 0.5, [True])]
        fitting = [pair for pair in variants if fits(*pair, known[name], known)]
        operation, second = draw(st.sampled_from(fitting))
        steps.append(Step(f"step{number}", operation, name, second if operation.arity == 2 else None))
        known[f"step{number}"] = planned(operation, second, known[name], known)
    return Chain(tuple(steps)), tensors


SOME = (
    *(kind() for kind in o.OPERATIONS.values() if kind not in (o.OneHot, o.Cast, o.Resize)),
    *(o.Reshape((-1, 2)), o.Transpose((1, 0)), o.Squeeze(-1), o.ExpandDims(-1), o.Sum(None), o.Max(-1, keepdims=True)),
    *(o.Resize(3, 5), o.Resize(7, 2, "nearest"), o.Crop(0, 1, 2, 2), o.Cast("float32"), o.Flatten(keep_samples=True)),
)


def planned(operation, second, kind, known):
    other = known.get(second) if isinstance(second, str) else kind_of(kinds.tensor(second))
    return operation.plan(kind, other) if operation.arity == 2 else operation.plan(kind)


def fits(operation, second, kind, known):
    try:
        return planned(operation, second, kind, known).size < 5000
    except (DataError, ShapeError):
        return False


@given(chains_that_fit())
def test_every_chain_has_programs(drawn):
    made, tensors = drawn
    watched = made.apply(tensors)
    for library in ("keras", "tensorflow"):
        assert ast.parse(made.code(library, tensors))
    names = {}
    with np.errstate(all="ignore"):
        exec(made.code("numpy", tensors).replace("print(", "str("), names)
    for one in watched.steps:
        np.testing.assert_array_equal(np.asarray(names[one.step.name]), one.after)


def test_a_program_runs_by_itself(tmp_path):
    (tmp_path / "program.py").write_text(EXERCISE.code("numpy", TENSORS), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "program.py"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout, done.stderr) == (f"{EXERCISE.apply(TENSORS).result!s}\n", "")


def test_a_large_tensor_is_read_from_a_file(tmp_path, monkeypatch):
    photo = np.arange(1200).reshape(20, 20, 3) % 256
    made = Chain((Step("flipped", o.Flip(1), "photo"),))
    code = made.code("numpy", {"photo": photo})
    assert code == (
        'import numpy as np\n\nphoto = np.array(np.load("photo.npy"), dtype="int32")\n\n'
        "flipped = np.flip(photo, axis=1)\n\nprint(flipped)\n"
    )
    np.save(tmp_path / "photo.npy", photo)
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(code, names)
    np.testing.assert_array_equal(names["flipped"], photo[:, ::-1])


def test_programs_in_three_libraries():
    made = Chain((Step("half", o.Divide(), "x", 2), Step("p", o.Softmax(), "half")))
    assert made.code("numpy", {"x": [1, 2]}) == (
        "import numpy as np\n\n\n"
        "def softmax(x, axis):\n"
        '    """The largest number is taken away first, which changes nothing but keeps exp within bounds."""\n'
        "    e = np.exp(x - np.max(x, axis=axis, keepdims=True))\n"
        "    return e / np.sum(e, axis=axis, keepdims=True)\n\n\n"
        'x = np.array([1, 2], dtype="int32")\n\n'
        'half = np.divide(x.astype("float32"), 2.0)\np = softmax(half, axis=-1)\n\nprint(p)\n'
    )
    assert made.code("keras", {"x": [1, 2]}) == (
        'import os\n\nos.environ["KERAS_BACKEND"] = "jax"\n\nimport numpy as np\nfrom keras import ops\n\n'
        'x = ops.array([1, 2], dtype="int32")\n\n'
        'half = ops.divide(ops.cast(x, "float32"), 2.0)\np = ops.softmax(half, axis=-1)\n\nprint(p)\n'
    )
    assert made.code("tensorflow", {"x": [1, 2]}) == (
        "import numpy as np\nimport tensorflow as tf\n\n"
        'x = tf.constant([1, 2], dtype="int32")\n\n'
        'half = tf.divide(tf.cast(x, "float32"), 2.0)\np = tf.nn.softmax(half, axis=-1)\n\nprint(p)\n'
    )


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("class", o.Sqrt(), "x"), "name"),
        (("np", o.Sqrt(), "x"), "name"),
        (("print", o.Sqrt(), "x"), "name"),
        (("_y", o.Sqrt(), "x"), "name"),
        (("y", o.Sqrt(), "a b"), "name"),
        (("y", o.Sqrt(), "ﬁ"), "name"),
        (("y" * 61, o.Sqrt(), "x"), "name"),
        (("y", o.Sqrt(), "x", 2), "arity"),
        (("y", o.Add(), "x"), "arity"),
        (("y", o.Add(), "x", float("nan")), "constant_finite"),
        (("y", o.Add(), "x", np.zeros(10_001)), "constant_large"),
        (("y", o.Add(), "x", 2**40), "beyond_whole"),
        (("y", o.Add(), "x", []), "empty"),
    ],
    ids=str,
)
def test_a_step_that_cannot_be(arguments, error):
    with pytest.raises(VitrailError) as caught:
        Step(*arguments)
    assert caught.value.key == f"error.tensor.{error}"


def kept(**changes):
    step = {"name": "y", "operation": "squeeze", "of": "x", "arguments": {"axis": 0}, "second": None}
    return {"format": 1, "steps": [step | changes]}


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        {},
        {"format": 2, "steps": []},
        {"format": "1", "steps": []},
        {"format": 1},
        {"format": 1, "steps": [], "more": 1},
        kept(more=1),
        kept(name=3),
        kept(operation="power"),
        kept(arguments={"axes": 0}),
        kept(arguments={"axis": 0.0}),
        kept(arguments=[]),
        kept(second=2),
        kept(operation="add", arguments={}, second={"a": 1}),
        kept(operation="add", arguments={}, second=[[1], [2, 3]]),
        kept(of="y"),
        {"format": 1, "steps": kept()["steps"] * 2},
        {"format": 1, "steps": [kept(name=f"y{number}")["steps"][0] for number in range(101)]},
    ],
    ids=str,
)
def test_a_form_that_is_not_ours_is_refused(broken):
    assert Chain.from_dict(kept()).to_dict() == kept()
    with pytest.raises(VitrailError) as caught:
        Chain.from_dict(broken)
    assert caught.value.render("en")
    assert caught.value.render("fr")


def test_what_goes_wrong_names_its_step():
    with pytest.raises(ShapeError) as shape:
        LAYER.apply(NUMBERS | {"w": np.zeros((3, 3))})
    assert (shape.value.key, shape.value.arguments["step"]) == ("error.tensor.matmul", "z")
    with pytest.raises(DataError) as missing:
        LAYER.apply({"rows": ROWS})
    assert str(missing.value) == (
        "The chain takes a tensor w, which is not among those given: rows. Give it by that name."
    )
    turns = Chain(tuple(Step(f"turn{number}", o.Flip(), "x") for number in range(6)))
    with pytest.raises(ShapeError) as large:
        turns.apply({"x": np.zeros((3000, 3000), "uint8")})
    assert (large.value.key, large.value.arguments["step"]) == ("error.tensor.watched", "turn5")


def test_what_is_asked_of_a_chain_without_it():
    for ask in (
        lambda: Chain().apply({}).result,
        lambda: LAYER.without_step("y"),
        lambda: LAYER.code("torch", NUMBERS),
    ):
        with pytest.raises(DataError):
            ask()
    assert Chain().code("numpy", {}) == "import numpy as np\n\n\n"
