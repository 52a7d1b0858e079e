"""What `describe` says of a value of any kind: exact facts, careful guesses, and a remedy instead of a crash."""

import importlib.util

import jax.numpy as jnp
import keras
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from vitrail import describe, load_dataset
from vitrail.tensors import axes, layers

LANGUAGES = ("en", "fr")
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text(max_size=5)
    | st.binary(max_size=3)
    | st.dates()
)
nested = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=12,
)


@given(nested)
@example([None, 1j])
def test_there_is_an_answer_for_any_nested_value(value):
    found = describe(value)
    assert (found.obstacle is None) == bool(found.dtype)
    for language in LANGUAGES:
        assert found.render(language)


@given(arrays.arrays(arrays.scalar_dtypes(), arrays.array_shapes(min_dims=0, max_dims=6, min_side=0, max_side=4)))
def test_there_is_an_answer_for_any_array_and_its_facts_are_numpys(array):
    found = describe(array)
    assert found.render("fr")
    if found.obstacle is not None:
        assert array.dtype.kind in "OSUVmM"
        return
    assert (found.shape, found.rank, found.size) == (array.shape, array.ndim, array.size)
    assert tuple(axis.length for axis in found.axes) == array.shape
    if array.dtype.kind in "biuf":
        finite = array[np.isfinite(array)] if array.dtype.kind == "f" else array
        assert found.low == (float(finite.min()) if finite.size else None)
        assert found.high == (float(finite.max()) if finite.size else None)
        assert found.nan == np.count_nonzero(array != array)  # noqa: PLR0124 - what NaN is


def test_a_list_that_holds_itself_is_told():
    endless = []
    endless.append(endless)
    assert describe(endless).obstacle.key == "tensor.obstacle.deep"


@pytest.mark.parametrize(
    ("value", "key", "place"),
    [
        ([[1, 2], [3]], "ragged", "[1]"),
        ([[1, 2], 3], "shallow", "[1]"),
        ([1, [2]], "deeper", "[1]"),
        ([[5.1, "setosa"]], "text_in", "[0][1]"),
        ([10**400], "large", "[0]"),
        ("a text", "text", None),
        ({"a": 1}, "no_array", None),
        (None, "no_array", None),
        (np.array(["2026-01-01"], dtype="datetime64[D]"), "times", None),
        (np.zeros(2, dtype=[("a", "f4")]), "fields", None),
        (pd.DataFrame({"length": [1.0], "kind": ["a"]}), "columns", None),
        (pl.DataFrame({"length": [1.0], "kind": ["a"]}), "columns", None),
    ],
)
def test_what_stands_in_the_way_is_named_with_its_place(value, key, place):
    obstacle = describe(value).obstacle
    assert obstacle.key == f"tensor.obstacle.{key}"
    assert obstacle.arguments.get("place") == place
    if key == "columns":
        assert obstacle.arguments == {"columns": "kind", "count": 1}


def sources():
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    yield "numpy", x
    yield "jax", jnp.asarray(x)
    yield "list", x.tolist()
    yield "pandas", pd.DataFrame(x)
    yield "polars", pl.DataFrame(x)
    if importlib.util.find_spec("torch"):
        import torch

        yield "torch", torch.tensor(x, requires_grad=True)
        yield "torch", torch.tensor(x, dtype=torch.bfloat16)


def test_the_same_numbers_are_the_same_tensor_wherever_they_come_from():
    for name, value in sources():
        found = describe(value)
        assert found.source.startswith(name), name
        facts = (found.shape, found.low, found.high, found.mean, found.nan, found.infinite)
        assert facts == ((2, 3), 0.0, 5.0, 2.5, 0, 0), name
        assert found.deviation == pytest.approx(np.arange(6).std()), name


def test_a_picture_is_height_width_channel():
    found = describe(Image.new("RGB", (40, 30), (255, 0, 128)))
    assert (found.source, found.shape, found.dtype, found.bytes) == ("pillow", (30, 40, 3), "uint8", 3600)
    assert [axis.name for axis in found.axes] == ["height", "width", "channel"]
    assert found.layers[-1].expression == "x[None]"


@pytest.mark.parametrize(
    ("array", "names"),
    [
        (np.float32(3), []),
        (np.arange(10), ["sample"]),
        (load_dataset("iris").x_train, ["sample", "feature"]),
        (load_dataset("fashion_mnist_mini").x_train[0], ["height", "width"]),
        (load_dataset("fashion_mnist_mini").x_train[:9], ["sample", "height", "width"]),
        (load_dataset("fashion_mnist_mini").x_train[:9] / 255, ["sample", "height", "width"]),
        (np.zeros((8, 32, 32, 3), np.uint8), ["sample", "height", "width", "channel"]),
        (np.zeros((8, 3, 32, 32)), ["sample", "channel", "height", "width"]),
        (np.zeros((250, 390, 3)), ["sample", "time", "feature"]),
        (np.zeros((4, 240, 280, 128)), ["sample", "frame", "height", "width"]),
        (np.zeros((2, 10, 36, 64, 3), np.uint8), ["sample", "frame", "height", "width", "channel"]),
        (np.zeros((1,) * 6), [None] * 6),
    ],
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, list) else "",
)
def test_the_axes_of_the_course(array, names):
    assert [axis.name for axis in describe(array).axes] == names


CASES = (("sample", 6), ("feature", 5)), (("sample", 6), ("time", 5), ("feature", 3)), (("sample", 6),)
PICTURES = (
    (("sample", 2), ("height", 9), ("width", 8)),
    (("sample", 2), ("height", 9), ("width", 8), ("channel", 3)),
    (("sample", 2), ("channel", 3), ("height", 9), ("width", 8)),
    (("height", 9), ("width", 8), ("channel", 3)),
    (("sample", 2), ("frame", 4), ("height", 9), ("width", 8)),
    (("sample", 2), ("frame", 4), ("height", 9), ("width", 8), ("channel", 3)),
)
UNITS = 7


@pytest.mark.parametrize("named", [*CASES, *PICTURES], ids=lambda named: "-".join(name for name, _ in named))
def test_each_layer_takes_what_is_said_and_gives_what_is_said(named):
    guessed = [axes.AxisGuess(*one) for one in named]
    x = np.zeros([length for _, length in named], dtype=np.int32)
    taken = layers.takers(guessed, whole=True, least=0.0)
    assert taken
    for one in taken:
        given = eval(one.expression, {"x": x, "len": len})
        assert given.shape == one.takes
        gives = tuple(UNITS if size == layers.UNITS else size for size in one.gives)
        assert built(one.layer).compute_output_shape(one.takes) == gives, one


def built(name):
    layer = getattr(keras.layers, name)
    if name == "Flatten":
        return layer()
    if name == "Embedding":
        return layer(2, UNITS)
    return layer(UNITS, 3, padding="same") if name.startswith("Conv") else layer(UNITS)


def test_words_in_both_languages():
    found = describe([[1.5, float("nan")], [2.5, float("inf")]])
    assert found.render("en").splitlines() == [
        "Tensor of rank 2, shape (2, 2), from list",
        "4 values of float64, 32 B",
        "from 1.5 to 2.5, mean 2, standard deviation 0.5",
        "1 NaN, 1 infinite",
        "axes, most likely: sample (2), feature (2)",
        "Two axes: a table, with a row for each sample and a column for each feature.",
        "Dense could take x: (2, 2) becomes (2, units)",
    ]
    assert "de 1,5 à 2,5, moyenne 2, écart type 0,5" in found.render("fr")


def test_neither_sum_nor_square_leaves_float64():
    found = describe(np.array([1e308, -1e308, 1e308, 1e308]))
    assert (found.mean, found.deviation) == (5e307, pytest.approx(8.66e307, rel=1e-3))


def test_what_is_larger_than_a_block_has_the_mean_and_deviation_of_all_of_it():
    numbers = np.arange(3 * 2**20 + 7, dtype=np.uint8).reshape(-1, 5)
    found = describe(numbers)
    assert (found.mean, found.deviation) == pytest.approx((numbers.mean(), numbers.std()), rel=1e-12)
