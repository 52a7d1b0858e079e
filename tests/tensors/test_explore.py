"""What the explorer shows of a tensor is what NumPy's own indexing gives, and what was left out is said."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import vitrail
from vitrail import explore
from vitrail.errors import InputError
from vitrail.tensors import slab as slabs
from vitrail.tensors import statistics
from vitrail.tensors.arrangement import Arrangement
from vitrail.tensors.slab import Marks

PLACES = ("facets", "rows", "columns")
CHOICES = ("numbers", "heat", "series")


@st.composite
def arranged(draw):
    """An array of up to six axes, and one of its arrangements."""
    shape = draw(arrays.array_shapes(min_dims=0, max_dims=6, min_side=1, max_side=4))
    dtype = draw(st.sampled_from(["float32", "int64", "bool", "complex64", "uint8"]))
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    places = draw(st.permutations([*PLACES, "film", *["held"] * len(shape)]))
    at = tuple(draw(st.integers(0, length - 1)) for length in shape)
    start = tuple(draw(st.tuples(*[st.integers(0, 4)] * 3)))
    return array, Arrangement(tuple(places[: len(shape)]), at, draw(st.sampled_from(CHOICES)), start=start)


def numpys_own(array, arrangement):
    """The slice with an axis for each place, by names instead of by transposing."""
    names = "abcdef"[: array.ndim]
    held = {name for name, role in zip(names, arrangement.roles, strict=True) if role not in PLACES}
    for axis in reversed(range(array.ndim)):
        if names[axis] in held:
            array = array.take(arrangement.at[axis], axis=axis)
    kept = "".join(name for name in names if name not in held)
    wanted = [names[arrangement.roles.index(role)] if role in arrangement.roles else None for role in PLACES]
    ordered = np.einsum(f"{kept}->{''.join(name for name in wanted if name)}", array)
    return np.expand_dims(ordered, [*(place for place, name in enumerate(wanted) if name is None), 3])


@given(arranged())
def test_a_slab_is_numpys_own_slice(case):
    array, arrangement = case
    found = explore(array).slab(arrangement)
    expected = numpys_own(array, arrangement)
    assert np.array_equal(found.values, expected)
    assert found.values.dtype == array.dtype
    assert [(span.step, span.count) for span in found.spans] == [(1, length) for length in expected.shape]


@given(arranged())
def test_the_expression_gives_the_slice(case):
    array, arrangement = case
    found = explore(array, name="data").slab(arrangement)
    again = eval(found.expression, {"data": array})
    assert again.shape == found.shape
    assert sorted(np.ravel(again).tolist(), key=repr) == sorted(np.ravel(found.values).tolist(), key=repr)
    assert again.ndim == sum(role in PLACES for role in arrangement.roles)


@given(arranged(), st.data())
def test_the_expression_of_a_part_gives_that_part(case, data):
    array, arrangement = case
    whole = numpys_own(array, arrangement)
    ends = []
    for length in whole.shape[:3]:
        start = data.draw(st.integers(0, length - 1))
        ends.append((start, data.draw(st.integers(start + 1, length))))
    found = explore(array).select(arrangement, *ends)
    assert np.array_equal(eval(found.expression, {"x": array}), found.values)
    part = whole[tuple(slice(*one) for one in ends)]
    assert sorted(np.ravel(found.values).tolist(), key=repr) == sorted(part.ravel().tolist(), key=repr)


FIRST = [
    ((60, 28, 28), np.uint8, ("facets", "rows", "columns"), "image"),
    ((9, 28, 28), float, ("facets", "rows", "columns"), "image"),
    ((40, 30, 3), np.uint8, ("rows", "columns", "colour"), "image"),
    ((8, 32, 32, 3), np.uint8, ("facets", "rows", "columns", "colour"), "image"),
    ((8, 3, 32, 32), np.uint8, ("facets", "colour", "rows", "columns"), "image"),
    ((2, 10, 36, 64, 3), np.uint8, ("held", "film", "rows", "columns", "colour"), "image"),
    ((4, 10, 30, 28), float, ("held", "film", "rows", "columns"), "image"),
    ((250, 390, 3), float, ("held", "columns", "rows"), "series"),
    ((150, 4), float, ("rows", "columns"), "numbers"),
    ((10,), float, ("columns",), "numbers"),
    ((500,), float, ("columns",), "series"),
    ((), float, (), "numbers"),
    ((1,) * 6, float, ("held",) * 4 + ("rows", "columns"), "heat"),
]


@pytest.mark.parametrize(("shape", "dtype", "roles", "drawing"), FIRST, ids=str)
def test_a_first_arrangement_follows_from_what_the_axes_are(shape, dtype, roles, drawing):
    found = explore(np.zeros(shape, dtype))
    assert (found.arrangement.roles, found.arrangement.drawing) == (roles, drawing)
    assert found.slab().values.ndim == 4


def test_negative_numbers_are_no_light():
    kernel = np.random.default_rng(1).normal(size=(3, 3, 16, 32))
    assert explore(kernel).arrangement.drawing == "heat"


def test_a_tensor_without_values_is_shown_as_itself():
    found = explore(np.zeros((3, 0, 2)))
    slab = found.slab(found.arrangement)
    assert (slab.values.size, slab.expression, slab.shape) == (0, "x", (3, 0, 2))
    assert found.statistics(0).mean.tolist() == pytest.approx([np.nan] * 3, nan_ok=True)
    assert found.statistics(1).mean.tolist() == []


def test_numbers_show_a_window_and_stay_within_the_tensor():
    found = explore(np.arange(6000.0).reshape(100, 60))
    slab = found.slab(Arrangement(("rows", "columns"), (0, 0), start=(0, 90, 20)))
    assert [(span.start, span.step, span.count, span.length) for span in slab.spans[1:3]] == [
        (76, 1, 24, 100),
        (20, 1, 12, 60),
    ]
    assert np.array_equal(slab.values[0, :, :, 0], found.array[76:, 20:32])


@settings(max_examples=20)
@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 30), st.sampled_from(["heat", "image", "series"]))
def test_a_drawing_has_no_more_values_than_there_is_room_for(rows, columns, facets, drawing):
    arrangement = Arrangement(("facets", "rows", "columns"), (0, 0, 0), drawing)
    spans = slabs.spans(arrangement, (facets, rows, columns, 1))
    assert np.prod([span.count for span in spans]) <= max(slabs.PIXELS, 12 * slabs.LINES * slabs.MOMENTS)
    for span, length in zip(spans, (facets, rows, columns, 1), strict=True):
        assert len(range(length)[span.indices]) == span.count


def test_a_large_picture_keeps_its_form():
    slab = explore(np.zeros((1200, 1600, 3), np.uint8)).slab()
    assert [(span.step, span.count) for span in slab.spans] == [(1, 1), (4, 300), (4, 400), (1, 3)]


def test_what_no_colour_stands_for_is_counted_in_the_whole_slice():
    values = np.linspace(-1, 1, 200_000).reshape(400, 500)
    values[0, :3] = np.nan
    values[5, :2] = np.inf
    values[6, 0] = -np.inf
    found = explore(values)
    arrangement = Arrangement(("rows", "columns"), (0, 0), "heat", "tensor")
    assert found.slab(arrangement).marks == Marks(3, 2, 1, 0, 0)
    robust = found.slab(Arrangement(("rows", "columns"), (0, 0), "heat", "robust"))
    finite = values[np.isfinite(values)]
    assert (robust.low, robust.high) == pytest.approx((-0.98, 0.98), abs=1e-3)
    assert (robust.marks.below, robust.marks.above) == ((finite < robust.low).sum(), (finite > robust.high).sum())
    assert (found.broken_at, explore(finite).broken_at) == ((0, 0), None)


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        (np.array([[3, 200]], np.uint8), (0, 255)),
        (np.array([[0.0, 0.5]]), (0, 1)),
        (np.array([[0, 130]]), (0, 255)),
        (np.array([[0, 9]]), (0, 9)),
        (np.array([[-3.0, 9.0]]), (-3, 9)),
        (np.array([[np.nan, np.nan]]), (0, 1)),
    ],
)
def test_light_reaches_as_far_as_pictures_do(values, ends):
    slab = explore(values).slab(Arrangement(("rows", "columns"), (0, 0), "image"))
    assert (slab.low, slab.high) == ends


def test_the_slice_has_a_scale_of_its_own():
    slab = explore(np.arange(12.0).reshape(3, 4)).slab(Arrangement(("held", "columns"), (1, 0), "heat", "slice"))
    assert (slab.low, slab.high) == (4, 7)


@given(
    arrays.arrays(
        np.float64, arrays.array_shapes(min_dims=1, max_dims=4, max_side=4), elements=st.integers(-(10**6), 10**6)
    ),
    st.data(),
)
def test_statistics_are_numpys_along_the_other_axes(array, data):
    axis = data.draw(st.integers(0, array.ndim - 1))
    found = explore(array).statistics(axis)
    others = tuple(other for other in range(array.ndim) if other != axis)
    for name, function in (("mean", np.mean), ("deviation", np.std), ("low", np.min), ("high", np.max)):
        expected = function(array, axis=others)
        assert np.allclose(getattr(found, name), expected, rtol=1e-9, atol=1e-9 * np.abs(array).max()), name
    assert found.broken.tolist() == [0] * array.shape[axis]


def test_statistics_leave_out_what_is_not_finite_and_say_how_much():
    found = explore(np.array([[1.0, np.nan, np.inf], [np.nan, np.nan, np.nan], [1e308, 1e308, 1e308]])).statistics(0)
    assert found.mean.tolist() == pytest.approx([1.0, np.nan, 1e308], nan_ok=True)
    assert found.deviation.tolist() == pytest.approx([0.0, np.nan, 0.0], nan_ok=True)
    assert found.broken.tolist() == [2, 3, 0]


def test_statistics_of_a_long_axis_are_those_of_every_so_many_indices(monkeypatch):
    monkeypatch.setattr(statistics, "MEASURED", 1000)
    array = np.arange(300 * 40.0).reshape(300, 40)
    found = explore(array).statistics(0)
    assert (found.span.step, found.span.count) == (3, 100)
    assert (found.measured, found.size) == (1000, 12000)
    assert np.array_equal(found.mean, array[::3, ::4].mean(axis=1))


def wrong():
    x = explore(np.zeros((4, 5, 2)))
    start = (0, 1)
    roles = ("rows", "columns", "held")
    yield "rank", lambda: x.slab(Arrangement(("rows", "columns"), (0, 0)))
    yield "rank", lambda: x.slab(Arrangement(roles, (0, 0)))
    yield "role", lambda: x.slab(Arrangement(("rows", "rows", "held"), (0, 0, 0)))
    yield "index", lambda: x.slab(Arrangement(roles, (0, 0, 2)))
    yield "index", lambda: x.slab(Arrangement(roles, (0, 0, -1)))
    yield "colour", lambda: x.slab(Arrangement(("rows", "columns", "colour"), (0, 0, 0), "image"))
    yield "axis", lambda: x.statistics(3)
    yield "part", lambda: x.select(Arrangement(roles, (0, 0, 0)), start, (3, 5), start)
    yield "part", lambda: x.select(Arrangement(roles, (0, 0, 0)), start, (2, 2), start)


@pytest.mark.parametrize(("key", "ask"), list(wrong()))
def test_what_the_tensor_does_not_have_is_refused(key, ask):
    with pytest.raises(InputError) as caught:
        ask()
    assert caught.value.key == f"error.explore.{key}"
    assert caught.value.render("fr")


def test_what_is_no_tensor_is_refused_with_the_remedy():
    with pytest.raises(InputError, match=r"Not a tensor: \[1\] has a length of 1"):
        explore([[1, 2], [3]])


def test_in_a_terminal_it_is_its_description():
    x = np.zeros((2, 3))
    assert repr(explore(x, language="fr")) == vitrail.describe(x).render("fr")


@pytest.mark.parametrize(
    ("shape", "axes", "roles", "drawing"),
    [
        ((4, 3), ("input", "unit"), ("rows", "columns"), "numbers"),
        ((784, 128), ("input", "unit"), ("columns", "rows"), "heat"),
        ((30, 128), ("input", "unit"), ("rows", "columns"), "heat"),
        ((3, 3, 5, 8), ("height", "width", "channel", "unit"), ("rows", "columns", "held", "facets"), "heat"),
        ((9, 4), ("time", "unit"), ("columns", "rows"), "series"),
        ((9, 4, 5), (None, None, None), ("held", "rows", "columns"), "heat"),
    ],
)
def test_axes_that_are_known_decide_how_it_starts(shape, axes, roles, drawing):
    found = explore(-np.ones(shape), axes=axes)
    assert [(axis.name, axis.length) for axis in found.description.axes] == list(zip(axes, shape, strict=True))
    assert (found.arrangement.roles, found.arrangement.drawing) == (roles, drawing)
    assert found.slab().values.size > 0
    with pytest.raises(InputError, match=str(len(axes) + 1)) as caught:
        explore(np.ones(3), axes=(*axes, None))
    assert caught.value.key == "error.explore.axes"
