"""Pictures are due when something changed, to those who look, and one at a time."""

from __future__ import annotations

import dataclasses

import pytest

from vitrail.lab.album import FRAME_SECONDS, LOOK_SECONDS, Album
from vitrail.lab.orders import View
from vitrail.training import EpochRecord
from vitrail.wire.messages import Walk

KINDS = ("frame", "history", "look", "unit", "entry")
EVERYTHING = View(see=("dense",), follow=3, focus=("dense", 0), walk=Walk("operation", 7))


def taken(album, now=0.0, *, playing=False):
    due = album.due(now, playing=playing)
    return [(each.client, {name for name in KINDS if getattr(each, name)}) for each in due]


@pytest.fixture
def album():
    """Seen by one page that looks at everything and has seen it."""
    album = Album()
    album.watch(1, EVERYTHING)
    assert taken(album) == [(1, set(KINDS))]
    album.shown(1)
    assert taken(album) == []
    return album


def test_nobody_looking_means_nothing_due():
    album = Album()
    album.outdate()
    assert taken(album) == []
    album.watch(1, View())
    album.leave(1)
    album.shown(1)
    assert taken(album) == []


def test_newest_wins_and_never_two_are_on_their_way(album):
    album.outdate()
    assert taken(album) == [(1, set(KINDS))]
    for _ in range(100):
        album.outdate()
        assert taken(album) == []
    album.shown(1)
    assert taken(album) == [(1, set(KINDS))]
    album.shown(1)
    assert taken(album) == []


def test_only_what_is_looked_at_is_due(album):
    album.watch(2, View(follow=7))
    assert taken(album) == [(2, {"frame", "history", "look"})]
    album.shown(2)
    album.watch(2, View(follow=7, focus=("dense", 1)))
    assert taken(album) == [(2, {"unit"})]
    album.shown(2)
    album.watch(2, View(see=("dense",), follow=7, focus=("dense", 1)))
    assert taken(album) == [(2, {"frame"})]
    album.shown(2)
    album.watch(2, View(see=("dense",)))
    assert taken(album) == []
    album.watch(2, View(see=("dense",), focus=("dense", 1)))
    assert taken(album) == []
    album.watch(2, View(see=("dense",), follow=0, focus=("dense", 1)))
    assert taken(album) == [(2, {"look", "unit"})]


def test_a_frame_is_due_where_another_layer_is_seen_in_large(album):
    view = View(regions=("dense", "dense_1"), large=("dense_1",))
    album.watch(1, view)
    assert taken(album) == [(1, {"frame"})]
    album.shown(1)
    album.watch(1, view)
    assert taken(album) == []
    album.watch(1, dataclasses.replace(view, large=("dense",)))
    assert taken(album) == [(1, {"frame"})]


def test_pictures_of_a_training_that_plays_keep_their_distance(album):
    album.outdate()
    assert taken(album, FRAME_SECONDS / 2, playing=True) == []
    assert taken(album, FRAME_SECONDS, playing=True) == [(1, {"frame"})]
    album.shown(1)
    album.outdate()
    assert taken(album, LOOK_SECONDS, playing=True) == [(1, set(KINDS))]
    album.shown(1)
    album.outdate()
    assert taken(album, LOOK_SECONDS, playing=False) == [(1, set(KINDS))]


def test_a_history_rests_while_training_plays_and_is_whole_where_it_stands(album):
    told = []

    def show(now, epochs, *, playing):
        album.outdate()
        for due in album.due(now, playing=playing):
            if due.history and due.watcher.take_history(epochs):
                told.append(len(epochs))
            album.shown(due.client)

    rows = tuple(EpochRecord(epoch, {"loss": 1 / epoch}, 0.1) for epoch in range(1, 200))
    for frame in range(1, 100):
        show(frame * FRAME_SECONDS, rows[:frame], playing=True)
    assert told == list(range(10, 100, 10))
    show(100 * FRAME_SECONDS, last := rows[:104], playing=False)
    show(101 * FRAME_SECONDS, last, playing=True)
    show(200 * FRAME_SECONDS, last, playing=True)
    assert told[9:] == [104]
    show(201 * FRAME_SECONDS, rows[:150], playing=True)
    assert told[9:] == [104]
    assert [due.history for due in album.due(220 * FRAME_SECONDS, playing=True)] == [True], "nothing else changed"
    album.watch(2, View())
    assert [due.history for due in album.due(220 * FRAME_SECONDS, playing=True)] == [True], "a page that comes later"


def test_what_cannot_be_shown_is_not_tried_again(album):
    album.outdate()
    (due,) = album.due(1.0, playing=False)
    due.watcher.close_eyes()
    album.shown(1)
    album.outdate()
    assert taken(album, 2.0) == [(1, {"frame", "history"})]


def test_an_entry_is_due_where_somebody_walks_and_again_in_another_language(album):
    walking = View(follow=3, walk=Walk("unit", None))
    album.watch(2, walking)
    assert taken(album) == [(2, {"frame", "history", "look", "entry"})]
    album.shown(2)
    for view in (
        dataclasses.replace(walking, walk=Walk("unit", 1)),
        dataclasses.replace(walking, language="fr"),
        dataclasses.replace(walking, language="fr"),
    ):
        album.watch(2, view)
        due = taken(album)
        album.shown(2)
    assert due == []
    album.watch(2, dataclasses.replace(walking, language="fr", focus=("dense", 1)))
    assert taken(album) == [(2, {"unit", "entry"})]
    album.shown(2)
    album.watch(2, dataclasses.replace(walking, language="en", focus=("dense", 1)))
    assert taken(album) == [(2, {"unit", "entry"})]


def test_a_check_is_told_with_the_units_of_its_example_alone(album):
    album.watch(2, View(follow=4, focus=("dense", 0)))
    album.watch(3, View(follow=3))
    for client, _ in taken(album):
        album.shown(client)
    album.checked(3)
    assert taken(album) == [(1, {"unit"})]
    assert (album.view(2).follow, album.view(9)) == (4, View())
