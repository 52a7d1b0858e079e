"""A chain that is edited: as far as it can be done it is watched, and every edit can be undone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitrail.errors import DataError
from vitrail.tensors import Chain, Editing, Step
from vitrail.tensors import operations as o

CHAIN = Chain((Step("a", o.Square(), "x"), Step("b", o.Reshape((3, 2)), "a"), Step("c", o.Sum(1), "b")))
X = {"x": [1, 2, 3, 4, 5, 6]}


def test_what_cannot_be_done_is_said_and_the_rest_is_watched():
    editing = Editing(CHAIN.apply(X, language="en"))
    wrong = CHAIN.replaced("b", Step("b", o.Reshape((4, 2)), "a"))
    editing.edit(wrong)
    assert (editing.chain, [one.step.name for one in editing.watched.steps]) == (wrong, ["a"])
    assert (editing.error.key, editing.error.arguments["step"]) == ("error.tensor.reshape", "b")
    editing.edit(wrong.replaced("b", Step("b", o.Reshape((2, 3)), "a")))
    assert (editing.error, editing.watched.result.tolist()) == (None, [14, 77])


def test_an_edit_that_makes_no_chain_changes_nothing():
    editing = Editing(CHAIN.apply(X))
    with pytest.raises(DataError) as caught:
        editing.edit(CHAIN.with_step(Step("d", o.Square(), "y")))
    assert caught.value.key == "error.tensor.missing"
    assert (editing.chain, editing.can_undo) == (CHAIN, False)


def test_a_step_moves_where_what_it_takes_is_before_it():
    longer = CHAIN.with_step(Step("d", o.Exp(), "x"))
    assert [step.name for step in longer.moved("d", 0).steps] == ["d", "a", "b", "c"]
    assert longer.moved("d", 0).moved("d", 3) == longer
    with pytest.raises(DataError) as caught:
        longer.moved("c", 0)
    assert caught.value.key == "error.tensor.step_later"


@given(st.lists(st.sampled_from([1, 2, 3, 6, 4, "undo", "redo"]), max_size=12))
def test_undo_and_redo_walk_over_the_same_chains(moves):
    editing, past, future = Editing(CHAIN.apply(X)), [CHAIN], []
    for move in moves:
        if move == "undo":
            editing.undo()
            if len(past) > 1:
                future.append(past.pop())
        elif move == "redo":
            editing.redo()
            if future:
                past.append(future.pop())
        else:
            chain = CHAIN.replaced("b", Step("b", o.Reshape((move, -1)), "a"))
            editing.edit(chain)
            if chain != past[-1]:
                past.append(chain)
                future = []
        assert (editing.chain, editing.can_undo, editing.can_redo) == (past[-1], len(past) > 1, bool(future))


def test_what_was_watched_stays_and_what_a_notebook_edits_is_found_beside_it():
    watched = CHAIN.apply(X, language="fr")
    watched.editing.edit(CHAIN.without_step("c"))
    assert (watched.chain, watched.editing.chain.steps) == (CHAIN, CHAIN.steps[:2])
    assert (watched.editing.watched.language, watched.code("numpy")) == ("fr", CHAIN.code("numpy", X))
