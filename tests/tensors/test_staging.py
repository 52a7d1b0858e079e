"""A step laid side by side: destinations are origins read the other way, and axes keep their names."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tensors.test_operations import CASES, named

from vitrail.errors import ShapeError
from vitrail.tensors import Chain, Step
from vitrail.tensors import operations as o
from vitrail.tensors.carrying import carried
from vitrail.tensors.kinds import Kind, kind_of, tensor
from vitrail.tensors.staging import MOST_FLIGHTS, numbers, stage

PHOTO = np.random.default_rng(3).integers(0, 256, (12, 16, 3)).astype("uint8")


@pytest.mark.parametrize("case", CASES, ids=named)
def test_destinations_are_origins_read_the_other_way(case):
    operation, operands = case
    kinds = [kind_of(tensor(operand)) for operand in operands]
    shape = operation.plan(*kinds).shape
    goes = [{source: set() for source in np.ndindex(kind.shape)} for kind in kinds]
    for index in np.ndindex(shape):
        for number, region in enumerate(operation.origins(index, *kinds)):
            for source in region.indices() if region else ():
                goes[number][source].add(index)
    for number, targets in enumerate(goes):
        for source in list(targets)[:: max(1, len(targets) // 12)]:
            found = operation.destinations(number, source, *kinds)
            assert ({*found.indices()} if found else set()) == targets[source], (number, source)


def test_an_operand_has_no_element_beyond_its_ends():
    with pytest.raises(ShapeError) as caught:
        o.Add().destinations(1, (3,), Kind((2, 3), "uint8"), Kind((3,), "uint8"))
    assert (caught.value.key, caught.value.arguments["index"]) == ("error.tensor.operand_index", "(3,)")


@pytest.mark.parametrize(
    ("operation", "shapes", "rank", "sources"),
    [
        (o.Transpose((2, 0, 1)), [(2, 3, 4)], 3, ((2,), (0,), (1,))),
        (o.Sum(1), [(2, 3, 4)], 2, ((0,), (2,))),
        (o.Mean(-1, keepdims=True), [(2, 3)], 2, ((0,), (None,))),
        (o.Max(None), [(2, 3)], 0, ()),
        (o.Squeeze(-1), [(2, 3, 1)], 2, ((0,), (1,))),
        (o.Squeeze(0), [(1, 2, 3)], 2, ((1,), (2,))),
        (o.ExpandDims(-1), [(2, 3)], 3, ((0,), (1,), (None,))),
        (o.Stack(0), [(2,), (2,)], 2, ((None, None), (0, 0))),
        (o.OneHot(4), [(3,)], 2, ((0,), (None,))),
        (o.Flatten(keep_samples=True), [(2, 3, 4)], 2, ((0,), (None,))),
        (o.Reshape((6,)), [(2, 3)], 1, ((None,),)),
        (o.MatMul(), [(5, 2, 3), (3, 4)], 3, ((0, None), (1, None), (None, 1))),
        (o.MatMul(), [(3,), (3,)], 0, ()),
        (o.Add(), [(2, 3), (3,)], 2, ((0, None), (1, 0))),
        (o.Softmax(), [(2, 3)], 2, ((0,), (1,))),
    ],
    ids=str,
)
def test_axes_go_through_an_operation(operation, shapes, rank, sources):
    assert carried(operation, shapes, rank).sources == sources


def test_names_follow_the_axes_through_a_chain():
    chain = Chain(
        (
            Step("grey", o.Grey(), "photo"),
            Step("flat", o.Squeeze(-1), "grey"),
            Step("turned", o.Transpose(), "flat"),
            Step("rows", o.Mean(1), "turned"),
            Step("cut", o.Reshape((4, -1)), "flat"),
            Step("both", o.MatMul(), "flat", "turned"),
        )
    )
    watched = chain.apply({"photo": PHOTO}, language="en")
    names = {
        one.step.name: [axis.name for axis in stage(watched, one.step.name).panes[-1].exploration.description.axes]
        for one in watched.steps
    }
    assert names == {
        "grey": ["height", "width", "channel"],
        "flat": ["height", "width"],
        "turned": ["width", "height"],
        "rows": ["width"],
        "cut": [None, None],
        "both": [None, None],
    }
    mean = stage(watched, "rows")
    assert (mean.carried.ended(0), mean.carried.begun, mean.few) == ((1,), (), False)


def test_a_repeated_tensor_is_drawn_as_it_meets_the_other():
    chain = Chain((Step("warm", o.Multiply(), "photo", [1.0, 0.75, 0.4]),))
    found = stage(chain.apply({"photo": PHOTO}, language="en"), "warm")
    _, factors, _ = found.panes
    assert (factors.own.shape, factors.exploration.array.shape, factors.stretched) == ((3,), (12, 16, 3), (0, 1))
    assert factors.constant
    assert [region.slices for region in found.related(1, (5, 7, 2))[:2] if region] == [(slice(2, 3),)]
    assert found.related(1, (5, 7, 2))[2].axes == (range(12), range(16), range(2, 3))
    assert [list(region.indices()) for region in found.related(2, (5, 7, 1))] == [[(5, 7, 1)], [(1,)], [(5, 7, 1)]]


@given(st.integers(1, 40), st.integers(1, 40))
def test_flights_lead_from_each_origin_to_its_place(rows, columns):
    x = np.arange(rows * columns, dtype="int32").reshape(rows, columns)
    found = stage(Chain((Step("y", o.Transpose(), "x"),)).apply({"x": x}, language="en"), "y")
    slab = found.panes[-1].exploration.slab(found.panes[-1].arranged(written=True))
    ways = found.flights(slab)
    shown = slab.spans[1].count * slab.spans[2].count
    assert 0 < len(ways) <= MOST_FLIGHTS
    assert len(ways) == shown or shown > MOST_FLIGHTS
    assert {way.operand for way in ways} == {0}
    assert all(x[way.source] == found.step.after[way.target] for way in ways)


def test_numbers_of_pictures_have_their_sides_and_then_their_channels():
    found = stage(Chain((Step("y", o.Flip(), "photo"),)).apply({"photo": PHOTO}, language="en"), "y")
    assert numbers(found.panes[0].exploration.description.axes).roles == ("rows", "columns", "facets")
    assert numbers(()).roles == ()
