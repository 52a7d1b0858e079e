"""Pictures are due when something changed, to those who look, and one at a time."""

from __future__ import annotations

import pytest

from vitrail.lab.album import FRAME_SECONDS, LOOK_SECONDS, Album
from vitrail.lab.orders import View


def taken(album, now=0.0, *, playing=False):
    return [(due.client, due.frame, due.look, due.unit) for due in album.due(now, playing=playing)]


@pytest.fixture
def album():
    """Seen by one page that looks at everything and has seen it."""
    album = Album()
    album.watch(1, View(see=("dense",), follow=3, focus=("dense", 0)))
    assert taken(album) == [(1, True, True, True)]
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
    assert taken(album) == [(1, True, True, True)]
    for _ in range(100):
        album.outdate()
        assert taken(album) == []
    album.shown(1)
    assert taken(album) == [(1, True, True, True)]
    album.shown(1)
    assert taken(album) == []


def test_only_what_is_looked_at_is_due(album):
    album.watch(2, View(follow=7))
    assert taken(album) == [(2, True, True, False)]
    album.shown(2)
    album.watch(2, View(follow=7, focus=("dense", 1)))
    assert taken(album) == [(2, False, False, True)]
    album.shown(2)
    album.watch(2, View(see=("dense",), follow=7, focus=("dense", 1)))
    assert taken(album) == [(2, True, False, False)]
    album.shown(2)
    album.watch(2, View(see=("dense",)))
    assert taken(album) == []
    album.watch(2, View(see=("dense",), focus=("dense", 1)))
    assert taken(album) == []
    album.watch(2, View(see=("dense",), follow=0, focus=("dense", 1)))
    assert taken(album) == [(2, False, True, True)]


def test_pictures_of_a_training_that_plays_keep_their_distance(album):
    album.outdate()
    assert taken(album, FRAME_SECONDS / 2, playing=True) == []
    assert taken(album, FRAME_SECONDS, playing=True) == [(1, True, False, False)]
    album.shown(1)
    album.outdate()
    assert taken(album, LOOK_SECONDS, playing=True) == [(1, True, True, True)]
    album.shown(1)
    album.outdate()
    assert taken(album, LOOK_SECONDS, playing=False) == [(1, True, True, True)]


def test_what_cannot_be_shown_is_not_tried_again(album):
    album.outdate()
    (due,) = album.due(1.0, playing=False)
    due.watcher.close_eyes()
    album.shown(1)
    album.outdate()
    assert taken(album, 2.0) == [(1, True, False, False)]
