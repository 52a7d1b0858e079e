"""Each operation against NumPy's and Keras' own lines, and its origins against what happens when inputs are changed."""

import ast
import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from keras import ops

from vitrail.errors import DataError, ShapeError, VitrailError
from vitrail.locale import catalogue
from vitrail.tensors import operations as o
from vitrail.tensors.dialects import LIBRARIES, Operand
from vitrail.tensors.kinds import Kind, kind_of, tensor
from vitrail.tensors.parameters import parameters

RANDOM = np.random.default_rng(5)
FLOATS = RANDOM.normal(size=(3, 4)).astype("float32")
WHOLE = RANDOM.integers(-9, 9, (3, 4)).astype("int32")
BYTES = RANDOM.integers(0, 256, (3, 4)).astype("uint8")
BOOLS = FLOATS > 0
MANY = (FLOATS, WHOLE, BYTES, BOOLS)
PAIRS = ((FLOATS, FLOATS), (WHOLE, FLOATS), (BYTES, BYTES), (BOOLS, BOOLS), (BYTES, WHOLE), (BOOLS, BYTES))
CUBE = RANDOM.normal(size=(2, 1, 3)).astype("float32")
PHOTO = RANDOM.integers(0, 256, (6, 7, 3)).astype("uint8")
PHOTOS = RANDOM.random((2, 5, 4, 3)).astype("float32")
GREY = PHOTO[..., 0]
LABELS = np.array([[0, 2], [1, 1]], dtype="int32")

CASES = [
    *((kind(), pair) for kind in (o.Add, o.Subtract, o.Multiply, o.Divide) for pair in PAIRS),
    *(
        (kind(), (x, y))
        for kind in (o.Add, o.Divide)
        for x, y in ((CUBE, FLOATS[:, :3]), (WHOLE, WHOLE[0]), (BYTES, 3))
    ),
    *((kind(), (x,)) for kind in (o.Square, o.Sqrt, o.Exp) for x in (*MANY, np.float32(2.5))),
    *((kind(), (x,)) for kind in (o.Flatten, o.Transpose, o.Flip) for x in (BOOLS, CUBE)),
    *((o.Reshape(to), (BYTES,)) for to in ((-1,), (2, 6), (2, -1, 3), (12, 1))),
    (o.Reshape(()), (np.array([3.0], dtype="float32"),)),
    (o.Flatten(keep_samples=True), (CUBE,)),
    *((o.Transpose(axes), (CUBE,)) for axes in ((0, 2, 1), (1, 2, 0), (-1, 0, 1))),
    (o.Transpose((-1, 0, 1)), (PHOTO,)),
    (o.Squeeze(1), (CUBE,)),
    (o.Squeeze(-2), (CUBE,)),
    *((o.ExpandDims(axis), (x,)) for axis in (0, -1) for x in (BOOLS, CUBE, np.int32(3))),
    *((o.Stack(axis), pair) for axis in (0, 1, -1) for pair in ((FLOATS, WHOLE), (BYTES, BOOLS), (BYTES, BYTES))),
    (o.Flip(-1), (PHOTOS,)),
    *(
        (kind(axis=axis, keepdims=keepdims), (x,))
        for kind in (o.Sum, o.Mean, o.Max, o.Min, o.Argmax)
        for axis, keepdims, x in (
            *((-1, False, x) for x in MANY),
            *((axis, True, FLOATS) for axis in (0, None)),
            (None, False, BYTES),
        )
    ),
    *((o.Cast(dtype), (x,)) for dtype in ("bool", "uint8", "int32", "float32") for x in (BOOLS, WHOLE, FLOATS * 1e12)),
    *((o.Scale(low, high), (x,)) for low, high, x in ((0, 255, BYTES), (-1.5, 0.1, FLOATS), (9, -9, WHOLE))),
    *((o.Standardise(axis), (x,)) for axis, x in ((0, FLOATS), (-1, BYTES), (None, FLOATS))),
    *((o.OneHot(3), (x,)) for x in (LABELS, LABELS.astype("uint8"), np.int32(2))),
    *((o.Threshold(value), (x,)) for value, x in ((0.5, FLOATS), (100, BYTES), (-3.25, WHOLE))),
    *((o.Blend(weight), (x, y)) for weight in (0.4, 0, 1) for x, y in ((PHOTO, PHOTO[::-1]), (GREY, GREY / 255))),
    *((o.ColourFilter(1.0, 0.75, 0.4), (x,)) for x in (PHOTO, PHOTOS)),
    *((o.Grey(), (x,)) for x in (PHOTO, PHOTOS)),
    *(
        (o.Resize(height, width, method), (x,))
        for height, width in ((3, 14), (13, 1))
        for method in ("nearest", "bilinear")
        for x in (PHOTO, PHOTOS)
    ),
    *((o.Crop(1, 2, 3, 2), (x,)) for x in (GREY, PHOTO, PHOTOS)),
    *((o.Pad(1, 0, 2, 3, value), (x,)) for value in (0, 7) for x in (GREY, PHOTO, PHOTOS)),
    (o.Pad(value=1), (BOOLS,)),
    *(
        (o.MatMul(), pair)
        for pair in (
            *((x, y.T) for x, y in ((FLOATS, FLOATS), (WHOLE, WHOLE), (BYTES, BOOLS), (WHOLE, FLOATS))),
            *((FLOATS, FLOATS[0]), (FLOATS[:, 0], FLOATS), (FLOATS[0], FLOATS[1]), (PHOTOS, PHOTOS[0, 0].T)),
            *((FLOATS[0], PHOTOS), (CUBE, RANDOM.normal(size=(4, 1, 3, 2)))),
        )
    ),
    *((o.Softmax(axis), (x,)) for axis, x in ((0, FLOATS), (-1, BYTES), (-1, FLOATS * 1000))),
]


def named(case):
    operation, operands = case
    return f"{operation}-" + "-".join(f"{np.asarray(x).dtype}{np.asarray(x).shape}" for x in operands)


def test_the_table_has_every_operation():
    assert {type(operation) for operation, _ in CASES} == set(o.OPERATIONS.values())
    assert {name: o.operation(name).name for name in o.OPERATIONS} == {name: name for name in o.OPERATIONS}


def test_every_operation_and_family_is_explained():
    texts = catalogue("en")
    assert sorted(key for key in texts if key.startswith("tensor.operation.")) == sorted(
        f"tensor.operation.{name}" for name in o.OPERATIONS
    )
    assert sorted(key for key in texts if key.startswith("tensor.family.")) == sorted(
        {f"tensor.family.{kind.family}" for kind in o.OPERATIONS.values()}
    )


@pytest.mark.parametrize("case", CASES, ids=named)
def test_the_lines_of_numpy_and_keras_give_what_apply_gives(case):
    operation, operands = case
    x, *more = (tensor(operand) for operand in operands)
    result = operation.apply(*operands)
    given = [Operand(name, kind_of(array)) for name, array in zip("xy", (x, *more), strict=False)]
    assert kind_of(result) == operation.plan(*(operand.kind for operand in given))
    assert not result.flags.writeable
    for library, module in (("numpy", {"np": np}), ("keras", {"ops": ops})):
        names = module | dict(zip("xy", (x, *more), strict=False))
        if library == "keras":
            names |= {name: ops.array(value) for name, value in names.items() if name in "xy"}
        exec(operation.helper(library), names)
        with np.errstate(all="ignore"):
            found = np.asarray(eval(operation.line(library, *given), names))
        assert kind_of(found) == kind_of(result), library
        if operation.moving or result.dtype.kind in "bi" or operation.name in ("add", "multiply", "one_hot"):
            np.testing.assert_array_equal(found, result)
        else:
            np.testing.assert_allclose(found, result, rtol=3e-6, atol=1e-6)
    line = operation.line("tensorflow", *given)
    assert ast.parse(line, mode="eval")
    assert not re.search(r"\bnp\.|\bops\.|astype", line)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_nothing_but_its_origins_changes_an_element(case):
    operation, operands = case
    before = [np.asarray(tensor(operand)) for operand in operands]
    result, kinds = operation.apply(*before), [kind_of(array) for array in before]
    for index in list(np.ndindex(result.shape))[:: max(1, result.size // 4)]:
        others = []
        for array, region in zip(before, operation.origins(index, *kinds), strict=True):
            inside = np.zeros(array.shape, dtype=bool)
            if region is not None:
                inside[region.slices] = True
                assert np.count_nonzero(inside) == region.size
            others.append(np.where(inside, array, changed(array)).astype(array.dtype))
        assert np.array_equal(operation.apply(*others)[index], result[index], equal_nan=True)
        if shows(operation, operands):
            for number, region in enumerate(operation.origins(index, *kinds)):
                for source in itertools.islice(region.indices() if region else (), 5):
                    assert operation.apply(*with_one_changed(before, number, source))[index] != result[index], source


def changed(array):
    """Other values everywhere, of the same type, that class numbers may have too."""
    if array.dtype == bool:
        return ~array
    if array.dtype.kind == "f":
        return array * 1.25 + (np.arange(array.size).reshape(array.shape) % 5 + 1)
    return (array + 1) % 3 if array.max() < 3 else array ^ 1


def shows(operation, operands):
    """Whether each origin alone shows in a result, which in one of few values, or of large numbers, it need not."""
    hidden = (o.Sqrt, o.Max, o.Min, o.Argmax, o.Cast, o.OneHot, o.Threshold, o.Exp)
    within = all(np.asarray(x).dtype == np.float32 and np.abs(x).max() < 100 for x in operands)
    return within and not isinstance(operation, hidden)


def with_one_changed(before, number, source):
    array = before[number].copy()
    array[source] += 1
    return [*before[:number], array, *before[number + 1 :]]


@pytest.mark.parametrize("case", [case for case in CASES if case[0].moving], ids=named)
def test_moves_and_origins_agree(case):
    operation, operands = case
    given = [tensor(operand) for operand in operands]
    kinds = [kind_of(array) for array in given]
    moves = operation.moves(*kinds)
    starts = np.cumsum([0, *(array.size for array in given)])
    for index in np.ndindex(moves.shape):
        places = [
            int(start + np.ravel_multi_index(next(region.indices()), array.shape))
            for start, array, region in zip(starts, given, operation.origins(index, *kinds), strict=False)
            if region is not None
        ]
        assert places in ([moves[index]], []), index
        assert (moves[index] == -1) == (places == [])


def test_what_computes_moves_nothing():
    assert o.Sqrt().moves(Kind((2,), "float32")) is None
    assert o.Resize(2, 2).moves(Kind((2, 2, 3), "uint8")) is None


def test_bilinear_origins_are_the_neighbours_with_a_weight():
    resize = o.Resize(4, 2)
    kind = Kind((2, 4, 1), "float32")
    assert [list(region.axes[0]) for (region,) in (resize.origins((row, 0, 0), kind) for row in range(4))] == [
        [0],
        [0, 1],
        [0, 1],
        [1],
    ]
    assert [list(region.axes[1]) for (region,) in (resize.origins((0, column, 0), kind) for column in range(2))] == [
        [0, 1],
        [2, 3],
    ]


@pytest.mark.parametrize(
    ("operation", "operands", "error", "words"),
    [
        (o.Reshape((5, -1)), (FLOATS,), "reshape", "(5, -1)"),
        (o.Reshape((-1, -1)), (FLOATS,), "reshape", "12"),
        (o.Squeeze(0), (CUBE,), "squeeze", "length 2"),
        (o.Squeeze(3), (CUBE,), "axis", "-3 to 2"),
        (o.Sum(0), (3,), "no_axis", "expand_dims"),
        (o.Flatten(keep_samples=True), (3,), "no_axis", "expand_dims"),
        (o.Transpose((0, 0)), (FLOATS,), "order", "(0, 0)"),
        (o.Stack(), (FLOATS, FLOATS.T), "same_shape", "(4, 3)"),
        (o.Add(), (FLOATS, FLOATS[:, 0]), "broadcast_expand", "y[:, None]"),
        (o.Add(), (FLOATS, FLOATS.T), "broadcast_transpose", "(3, 4)"),
        (o.Add(), (FLOATS, [1, 2]), "broadcast", "axis -1 has the lengths 4 and 2"),
        (o.MatMul(), (FLOATS, FLOATS), "matmul", "4 numbers"),
        (o.MatMul(), (FLOATS, 2), "no_axis", "expand_dims"),
        (o.MatMul(), (np.zeros((2000, 2000), "uint8"), np.zeros((2000, 2000), "uint8")), "products", "8000000000"),
        (o.OneHot(3), ([3],), "classes", "0 to 2"),
        (o.OneHot(3), ([1.0],), "whole", "float32"),
        (o.OneHot(100_000), (np.zeros(101, "int32"),), "large", "10100000"),
        (o.Cast("int32"), ([np.nan],), "cast_nan", "NaN"),
        (o.Crop(4, 0, 3, 1), (PHOTO,), "crop", "row 7"),
        (o.Pad(value=0.5), (PHOTO,), "pad", "uint8"),
        (o.Pad(value=300), (PHOTO,), "pad", "300"),
        (o.Pad(), (FLOATS[0],), "picture", "(4,)"),
        (o.Blend(), (PHOTO, PHOTOS), "same_shape", "(2, 5, 4, 3)"),
        (o.Grey(), (GREY,), "colours", "3"),
        (o.ColourFilter(), (PHOTO[..., :2],), "colours", "(6, 7, 2)"),
        (o.Resize(), (GREY,), "channels", "expand_dims"),
        (o.Resize(), (np.zeros((16385, 1, 1)),), "side", "16384"),
        (o.ExpandDims(), (np.zeros((1,) * 8),), "rank", "9"),
        (o.Add(), (FLOATS,), "arity", "2"),
        (o.Sqrt(), (FLOATS, FLOATS), "arity", "1"),
        (o.Sqrt(), ([],), "empty", "(0,)"),
        (o.Sqrt(), ([2**31],), "beyond_whole", "2147483648"),
        (o.Sqrt(), ([1e39],), "beyond_float", "1e+39"),
        (o.Sqrt(), (np.zeros(10_000_001, "uint8"),), "large", "10000001"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_one_error_with_a_remedy(operation, operands, error, words):
    with pytest.raises((ShapeError, DataError)) as caught:
        operation.apply(*operands)
    assert caught.value.key == f"error.tensor.{error}"
    assert words in str(caught.value)
    assert caught.value.render("fr")


@pytest.mark.parametrize("value", ["a text", [[1], [1, 2]], None, [1j]])
def test_what_is_no_tensor_is_told_as_describe_tells_it(value):
    with pytest.raises(DataError) as caught:
        o.Sqrt().apply(value)
    assert caught.value.key.startswith(("tensor.obstacle.", "error.data.complex"))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("power", {}),
        ("scale", {"lowest": 0}),
        ("scale", {"low": 1, "high": 1}),
        ("scale", {"low": float("nan")}),
        ("scale", {"low": "0"}),
        ("reshape", {"to": 3}),
        ("reshape", {"to": [1] * 9}),
        ("reshape", {"to": [-2]}),
        ("sum", {"axis": True}),
        ("sum", {"axis": 8}),
        ("squeeze", {"axis": None}),
        ("sum", {"keepdims": 1}),
        ("cast", {"dtype": "float64"}),
        ("blend", {"weight": 1.01}),
        ("resize", {"height": 4097}),
    ],
    ids=str,
)
def test_arguments_have_bounds(name, arguments):
    with pytest.raises(VitrailError):
        o.operation(name, **arguments)


def test_the_lines_that_one_reads():
    photo = Operand("photo", Kind((427, 640, 3), "uint8"))
    colours = [o.Scale().line(library, photo) for library in LIBRARIES]
    assert colours == [
        'photo.astype("float32") / 255.0',
        'ops.cast(photo, "float32") / 255.0',
        'tf.cast(photo, "float32") / 255.0',
    ]
    warm = [o.ColourFilter().line(library, photo._replace(kind=Kind((2, 2, 3), "float32"))) for library in LIBRARIES]
    assert warm == [
        'photo * np.array([[[1.0, 0.75, 0.4]]], dtype="float32")',
        'photo * ops.array([[[1.0, 0.75, 0.4]]], dtype="float32")',
        'photo * tf.constant([[[1.0, 0.75, 0.4]]], dtype="float32")',
    ]
    number = Operand("", Kind((), "int32"), np.array(3, dtype="int32"))
    assert o.Multiply().line("tensorflow", Operand("x", Kind((2,), "float32")), number) == "tf.multiply(x, 3.0)"
    assert o.Stack().line("numpy", Operand("x", Kind((), "float32")), number) == (
        'np.stack([x, np.array(3.0, dtype="float32")], axis=0)'
    )


def test_a_form_finds_types_defaults_and_bounds():
    assert [tuple(parameter) for parameter in parameters(o.Blend)] == [
        ("number", 0.5, 0.0, 1.0, (), False, "weight"),
    ]
    assert [(one.name, one.type, one.default, one.optional) for one in parameters(o.Sum)] == [
        ("axis", "axis", 0, True),
        ("keepdims", "switch", False, False),
    ]
    assert o.operation("reshape", to=[2, 3]).arguments == {"to": (2, 3)}


SMALL = arrays.arrays(
    st.sampled_from([np.dtype(name) for name in ("bool", "uint8", "int32")]),
    arrays.array_shapes(min_dims=0, max_dims=4, max_side=4),
)


@given(SMALL, st.data())
def test_reshape_keeps_the_elements_in_their_order(x, data):
    lengths = st.sampled_from([length for length in range(1, x.size + 1) if x.size % length == 0])
    result = o.Reshape((data.draw(lengths), -1)).apply(x)
    np.testing.assert_array_equal(result.ravel(), x.ravel())


@given(SMALL, st.data())
def test_two_transpositions_with_the_inverse_order_change_nothing(x, data):
    order = tuple(data.draw(st.permutations(range(x.ndim))))
    back = tuple(order.index(axis) for axis in range(x.ndim))
    once = o.Transpose(order).apply(x)
    np.testing.assert_array_equal(once, np.transpose(x, order or None))
    np.testing.assert_array_equal(o.Transpose(back).apply(once), x)
    np.testing.assert_array_equal(o.Transpose().apply(o.Transpose().apply(x)), x)


@given(SMALL)
def test_the_origins_of_flatten_are_a_permutation(x):
    kind = kind_of(tensor(x))
    sources = [next(o.Flatten().origins((place,), kind)[0].indices()) for place in range(x.size)]
    assert sorted(sources) == list(np.ndindex(x.shape))
    assert sorted(o.Flatten().moves(kind).tolist()) == list(range(x.size))


@given(arrays.arrays("int32", arrays.array_shapes(max_dims=3, max_side=4), elements=st.integers(0, 6)))
def test_argmax_undoes_one_hot(classes):
    np.testing.assert_array_equal(o.Argmax(-1).apply(o.OneHot(7).apply(classes)), classes)


@given(arrays.arrays("float32", arrays.array_shapes(max_dims=3, max_side=5), elements=st.floats(-100, 100, width=32)))
def test_softmax_sums_to_one_and_minds_no_shift(x):
    found = o.Softmax().apply(x)
    np.testing.assert_allclose(found.sum(axis=-1), 1, rtol=1e-5)
    assert (found >= 0).all()
    np.testing.assert_allclose(o.Softmax().apply(x + np.float32(8)), found, rtol=1e-3, atol=1e-6)
