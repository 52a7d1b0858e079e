"""Broadcasting explained: against NumPy's own, element by element."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitrail.tensors import broadcast

shapes = st.lists(st.sampled_from([1, 2, 3]), max_size=4).map(tuple)


@given(shapes, shapes)
def test_it_agrees_with_numpy(first, second):
    found = broadcast(first, second)
    try:
        expected = np.broadcast_shapes(first, second)
    except ValueError:
        assert found.shape is None
        assert found.error().key.startswith("error.tensor.broadcast")
        assert found.render("fr") == found.error().render("fr")
        return
    assert (found.shape, found.error()) == (expected, None)
    assert [axis.length for axis in found.axes] == list(expected)
    x, y = np.arange(np.prod(first, dtype=int)).reshape(first), -np.arange(np.prod(second, dtype=int)).reshape(second)
    stretched = np.broadcast_arrays(x, y)
    for index in np.ndindex(expected):
        one, other = found.meets(index)
        assert (x[one], y[other]) == (stretched[0][index], stretched[1][index])


@given(shapes, shapes)
def test_a_remedy_works(first, second):
    error = broadcast(first, second).error()
    if error is None:
        return
    x, y = np.zeros(first), np.zeros(second)
    if error.key.endswith("expand"):
        opened = eval(error.arguments["expression"], {"x": x, "y": y})
        assert str(opened.shape) == error.arguments["shape"]
        pair = (opened, y) if error.arguments["expression"].startswith("x") else (x, opened)
        assert str(np.add(*pair).shape) == error.arguments["result"]
    elif error.key.endswith("transpose"):
        assert str((x + y.T).shape) == error.arguments["result"]


def test_an_alignment_in_words():
    found = broadcast((427, 640, 3), (640, 1))
    assert str(found) == found.render("en")
    assert found.render("en").splitlines() == [
        "(427, 640, 3) and (640, 1) give (427, 640, 3), aligned from the right",
        "axis 0: 427 and - give 427; the second is repeated",
        "axis 1: 640 and 640 give 640",
        "axis 2: 3 and 1 give 3; the second is repeated",
    ]
    assert found.meets((5, 6, 2)) == ((5, 6, 2), (6, 0))


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ((2, 3), (2,), "Write y[:, None], of shape (2, 1), and they give (2, 3)."),
        ((3,), (3, 4), "Write x[:, None], of shape (3, 1), and they give (3, 4)."),
        ((2, 3), (3, 2), "Transpose the second: of shape (2, 3), it gives (2, 3)."),
        ((2, 3), (4, 5), "Cut, reduce or reshape one of them."),
    ],
)
def test_a_clash_has_a_remedy(first, second, words):
    assert broadcast(first, second).render("en").endswith(words)
