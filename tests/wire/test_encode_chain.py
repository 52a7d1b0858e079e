"""What travels of a chain is the chain: its lines, its numbers, and where each element comes from and goes to."""

import json

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tensors.test_chain import EXERCISE, TENSORS, chains, chains_that_fit

from vitrail.errors import VitrailError
from vitrail.tensors import Chain, Step
from vitrail.tensors import operations as o
from vitrail.tensors.parameters import parameters
from vitrail.wire import chain_messages as wire
from vitrail.wire import encode_chain
from vitrail.wire.chain_answers import ChainAnswers
from vitrail.wire.messages import Redo, Undo
from vitrail.wire.tensor_messages import Arrangement

X = np.arange(6).reshape(2, 3)
SMALL = Chain((Step("y", o.Add(), "x", [10, 20, 30]), Step("z", o.Sum(1), "y"), Step("t", o.Transpose(), "y")))


def answers(chain=SMALL, tensors=None):
    return ChainAnswers(chain.apply({"x": X} if tensors is None else tensors, language="en").editing)


def travelled(message):
    return msgspec.msgpack.decode(msgspec.msgpack.encode(message), type=wire.ChainMessage)


def ask(asked, request, language="en"):
    letter = msgspec.msgpack.encode(request)
    return travelled(asked.answer(msgspec.msgpack.decode(letter, type=wire.ChainRequest), language))


def array(tensor):
    return np.frombuffer(tensor.data, np.dtype(tensor.dtype).newbyteorder("<")).reshape(tensor.shape)


def test_a_chain_opens_with_all_operations_its_steps_and_the_last_one():
    operations, card, stage = map(travelled, answers().opening("en"))
    assert [one.name for one in operations.operations] == list(o.OPERATIONS)
    assert operations.operations[list(o.OPERATIONS).index("sum")] == wire.OperationCard(
        "sum",
        "reductions",
        1,
        [
            wire.ParameterCard("axis", "axis", 0, -8, 7, [], optional=True),
            wire.ParameterCard("keepdims", "switch", default=False, low=0, high=1, choices=[], optional=False),
        ],
    )
    assert (card.tensors, card.error, card.can_undo, card.files) == (
        [wire.NamedKind("x", [2, 3], "int32")],
        None,
        False,
        [],
    )
    first = card.steps[0]
    assert first.draft == wire.StepDraft("y", "add", {}, "x", None, "[10,20,30]")
    assert first.result == wire.NamedKind("y", [2, 3], "int32")
    assert first.lines == {
        "numpy": 'np.add(x, np.array([10, 20, 30], dtype="int32"))',
        "keras": 'ops.add(x, ops.array([10, 20, 30], dtype="int32"))',
        "tensorflow": 'tf.add(x, tf.constant([10, 20, 30], dtype="int32"))',
    }
    assert card.programs["keras"] == SMALL.code("keras", {"x": X})
    assert (stage.step, stage.written, stage.moving, stage.every, len(stage.flights)) == ("t", True, True, 1, 6)
    assert stage.flights[1] == wire.Flight(0, [1, 0], [0, 1])


def test_a_step_of_two_tensors_shows_how_they_meet():
    stage = ask(answers(), wire.ShowStep("y"))
    assert [pane.name for pane in stage.panes] == ["x", "", "y"]
    assert [(pane.shape, pane.stretched, pane.ended) for pane in stage.panes] == [
        ([2, 3], [], []),
        ([3], [0], []),
        ([2, 3], [], []),
    ]
    assert stage.aligned == [wire.AlignedAxis(2, None, 2, "second"), wire.AlignedAxis(3, 3, 3, None)]
    assert array(stage.panes[1].slab.values).reshape(2, 3).tolist() == [[10, 20, 30]] * 2
    assert stage.panes[2].slab.written == ["10", "21", "32", "13", "24", "35"]
    assert (stage.flights, stage.moving) == ([], False)
    assert not ask(answers(), wire.ShowStep("y", written=False)).written


def test_a_reduction_says_which_axis_ends():
    stage = ask(answers(), wire.ShowStep("z"))
    assert [(pane.ended, [axis.name for axis in pane.card.axes]) for pane in stage.panes] == [
        ([1], ["sample", "feature"]),
        ([], ["sample"]),
    ]


def test_an_element_says_what_it_comes_from_and_where_it_goes():
    asked = answers()
    assert ask(asked, wire.Relate("y", 2, [1, 2]), "fr").parts == [
        wire.RelatedPart([1, 2], [2, 3], 1, "x[1, 2]", "5"),
        wire.RelatedPart([2], [3], 1, "constante[2]", "30"),
        wire.RelatedPart([1, 2], [2, 3], 1, "y[1, 2]", "35"),
    ]
    assert ask(asked, wire.Relate("y", 1, [1, 2])).parts == [
        None,
        wire.RelatedPart([2], [3], 1, "constant[2]", "30"),
        wire.RelatedPart([0, 2], [2, 3], 2, "y[:, 2]", None),
    ]
    assert ask(asked, wire.Relate("z", 1, [0])).parts[0] == wire.RelatedPart([0, 0], [1, 3], 3, "y[0, :]", None)


@given(chains_that_fit(), st.data())
def test_origins_on_the_wire_are_the_chains_own(drawn, data):
    chain, tensors = drawn
    asked = answers(chain, tensors)
    watched = asked.editing.watched
    step = data.draw(st.sampled_from(watched.steps))
    index = tuple(data.draw(st.integers(0, length - 1)) for length in step.shape)
    told = ask(asked, wire.Relate(step.step.name, len(step.before), list(index)))
    found = [
        None if part is None else tuple(map(range, part.starts, part.stops)) for part in told.parts[: len(step.before)]
    ]
    assert found == [None if region is None else region.axes for region in step.origins(index)]
    assert told.parts[-1].starts == list(index)
    stage = ask(asked, wire.ShowStep(step.step.name))
    for flight in stage.flights:
        assert np.array_equal(step.before[flight.pane][tuple(flight.source)], step.after[tuple(flight.target)])


@given(chains())
def test_a_step_comes_back_from_a_page_as_it_went(chain):
    for step in chain.steps:
        draft = encode_chain.draft(step)
        assert encode_chain.step_in(msgspec.json.decode(msgspec.json.encode(draft), type=wire.StepDraft)) == step


def test_programs_that_are_taken_away_give_the_same_numbers():
    card = encode_chain.card(EXERCISE.apply(TENSORS, language="en").editing)
    names = {}
    exec(card.programs["numpy"].replace("print(", "str("), names)
    for one in EXERCISE.apply(TENSORS).steps:
        np.testing.assert_allclose(names[one.step.name], one.after, rtol=1e-6)
    large = encode_chain.card(SMALL.apply({"x": np.ones((400, 3))}, language="en").editing)
    assert large.files == ["x"]


def test_edits_are_the_chains_own_and_come_back():
    asked = answers()
    put = wire.PutStep(wire.StepDraft("w", "reshape", {"to": [3, 2]}, "y"), at=1)
    assert [step.draft.name for step in ask(asked, put).steps] == ["y", "w", "z", "t"]
    changed = ask(asked, wire.PutStep(wire.StepDraft("v", "reshape", {"to": [6]}, "y"), instead_of="w"))
    assert [step.draft.name for step in changed.steps] == ["y", "v", "z", "t"]
    assert ask(asked, wire.MoveStep("v", 3)).steps[3].draft.name == "v"
    assert len(ask(asked, wire.DropStep("z")).steps) == 3
    assert [one.can_redo for one in (ask(asked, Undo()), ask(asked, Undo()), ask(asked, Redo()))] == [True, True, True]
    assert asked.editing.chain.steps[3].name == "v"
    broken = ask(asked, wire.PutStep(wire.StepDraft("v", "reshape", {"to": [4]}, "y"), instead_of="v"))
    assert (broken.error.step, broken.error.key, broken.steps[3].result, broken.steps[3].lines) == (
        "v",
        "error.tensor.reshape",
        None,
        {},
    )


@pytest.mark.parametrize(
    ("request_", "key"),
    [
        (wire.ShowStep("none"), "error.tensor.step_undone"),
        (wire.Relate("y", 3, [0, 0]), "error.tensor.pane"),
        (wire.Relate("y", 2, [0, 3]), "error.tensor.index"),
        (wire.Relate("z", 0, [2, 0]), "error.tensor.operand_index"),
        (wire.Relate("y", 1, [0]), "error.tensor.operand_index"),
        (wire.ArrangePane("y", 0, Arrangement([], [], "heat", "tensor", [0, 0, 0])), "error.explore.rank"),
        (wire.PutStep(wire.StepDraft("w", "power", {}, "y")), "error.tensor.operation"),
        (wire.PutStep(wire.StepDraft("w", "sum", {"axis": "a"}, "y")), "error.data.option_whole"),
        (wire.PutStep(wire.StepDraft("w", "add", {}, "y", None, "[1,")), "error.tensor.constant_text"),
        (wire.PutStep(wire.StepDraft("w", "add", {}, "y", None, "[" * 100_000)), "error.tensor.constant_text"),
        (wire.PutStep(wire.StepDraft("w", "add", {}, "y", None, "1" * 500_001)), "error.tensor.constant_text"),
        (wire.PutStep(wire.StepDraft("w", "add", {}, "y", None, '{"a": 1}')), "error.tensor.constant_text"),
        (wire.PutStep(wire.StepDraft("w", "add", {}, "y", None, '"x"')), "error.tensor.constant_text"),
        (wire.PutStep(wire.StepDraft("w", "add", {}, "y", None, "[[1], [2, 3]]")), "tensor.obstacle.ragged"),
        (wire.PutStep(wire.StepDraft("w", "add", {}, "y")), "error.tensor.arity"),
        (wire.PutStep(wire.StepDraft("w", "square", {}, "nowhere")), "error.tensor.missing"),
        (wire.PutStep(wire.StepDraft("y", "square", {}, "x")), "error.tensor.step_twice"),
        (wire.MoveStep("z", 0), "error.tensor.step_later"),
        (wire.DropStep("none"), "error.tensor.step_unknown"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_cannot_be_is_one_error_in_both_languages(request_, key):
    asked = answers()
    with pytest.raises(VitrailError) as caught:
        asked.answer(request_, "en")
    assert caught.value.render("en") != caught.value.render("fr")
    assert (caught.value.key, asked.editing.chain) == (key, SMALL)


def test_all_of_the_catalogue_can_be_asked_for_by_its_card():
    for card in encode_chain.operations().operations:
        kind = o.OPERATIONS[card.name]
        given = {one.name: one.default for one in card.parameters}
        second = "1" if card.arity == 2 else None
        step = encode_chain.step_in(wire.StepDraft("s", card.name, given, "x", None, second))
        assert step.operation == kind()
        assert json.dumps([one.name for one in card.parameters]) == json.dumps([one.name for one in parameters(kind)])
