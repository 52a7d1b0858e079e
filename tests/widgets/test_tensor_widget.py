"""A tensor in a notebook: what a page may ask and is answered, and what is drawn where no program runs."""

import base64
import importlib
import io
import re
import sys
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import msgspec
import numpy as np
import pytest
from PIL import Image

from vitrail import explore
from vitrail.widgets import front_end, static_tensor
from vitrail.widgets.tensor_conversation import TensorConversation
from vitrail.wire import messages as wire
from vitrail.wire.tensor_messages import Arrange, Arrangement, Measure, Pick

_message = msgspec.msgpack.Decoder(wire.ServerMessage)
_opening = msgspec.msgpack.Decoder(list[wire.ServerMessage])
TABLE = np.array([[1.5, np.nan], [-2.0, np.inf]])
FLAT = Arrangement(["rows", "columns"], [0, 0], "heat", "slice", [0, 0, 0])


def ask(value, request):
    letter = request if isinstance(request, bytes) else msgspec.msgpack.encode(request)
    (answer,) = TensorConversation(explore(value), "fr").answer(letter)
    return _message.decode(answer)


def pictures(page):
    """The pictures of a page, decoded by another library."""
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))) for data in re.findall(r"base64,([^\"]+)", page)]


def test_a_conversation_opens_with_the_tensor_and_answers_from_it():
    hello, card, slab, statistics = _opening.decode(TensorConversation(explore(TABLE), "fr").opening())
    assert (hello.protocol, card.expression, statistics.span.axis) == (wire.PROTOCOL, "x", 1)
    assert slab.written == ["1,5", "NaN", "\N{MINUS SIGN}2", "∞"]
    assert ask(TABLE, Arrange(FLAT)).arrangement == FLAT
    assert ask(TABLE, Measure(0)).span.axis == 0
    assert ask(TABLE, Pick(FLAT, [0, 1], [1, 2], [0, 1])).expression == "x[1, 0]"


@pytest.mark.parametrize(
    ("request_", "key"),
    [
        (Measure(2), "error.explore.axis"),
        (Pick(FLAT, [0, 1], [0, 9], [0, 1]), "error.explore.part"),
        (b"\xc1", "error.widget.message"),
        (wire.Play(), "error.widget.message"),
        (
            {"type": "pick", "arrangement": FLAT, "facets": [0], "rows": [0, 1], "columns": [0, 1]},
            "error.widget.message",
        ),
    ],
)
def test_what_cannot_be_answered_is_said(request_, key):
    notice = ask(TABLE, request_)
    assert (type(notice), notice.level, notice.key) == (wire.Notice, "error", key)


def test_it_shows_itself_as_a_widget_only_where_one_can_be_shown(monkeypatch, tmp_path):
    importlib.import_module("anywidget")  # which looks for the real IPython
    found = explore(TABLE)
    assert sorted(found._repr_mimebundle_()) == ["text/html", "text/plain"]
    monkeypatch.setattr(front_end, "STATIC", tmp_path)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=1)))
    (tmp_path / "trace.js").write_text("export default {};", encoding="utf-8")
    assert sorted(found._repr_mimebundle_()) == ["text/html", "text/plain"]
    (tmp_path / "explorer.js").write_text("export default {};", encoding="utf-8")
    assert sorted(found._repr_mimebundle_()) == [front_end.WIDGET, "text/html", "text/plain"]


def test_the_widget_answers_over_its_channel_in_its_language(monkeypatch, tmp_path):
    (tmp_path / "explorer.js").write_text("export default {};", encoding="utf-8")
    monkeypatch.setattr(front_end, "STATIC", tmp_path)
    from vitrail.widgets import TensorWidget

    widget, sent = TensorWidget(explore(TABLE, language="en"), language="fr"), []
    monkeypatch.setattr(widget, "send", lambda _, buffers: sent.extend(buffers))
    pick = Pick(FLAT, [0, 1], [0, 1], [0, 1])
    widget._handle_custom_msg({}, [memoryview(msgspec.msgpack.encode(pick))])
    (picked,) = map(_message.decode, sent)
    assert (widget.language, picked.value) == ("fr", "1,5")


def test_numbers_are_a_table_with_the_indices_of_its_window():
    html = static_tensor.page(explore(np.arange(60.0).reshape(30, 2) / 4, language="fr"))
    table = ET.fromstring(re.search(r"<table.*</table>", html)[0])
    cells = [[cell.text for cell in row] for row in table.iter("tr")]
    assert (cells[0], cells[1], cells[-1]) == ([None, "0", "1"], ["0", "0", "0,25"], ["23", "11,5", "11,75"])
    assert "0 à 23 sur 30" in html
    assert "<code>x</code>" in html


def test_pictures_have_the_tensors_own_pixels():
    photo = np.random.default_rng(2).integers(0, 256, (40, 30, 3), np.uint8)
    (shown,) = pictures(static_tensor.page(explore(photo)))
    assert np.array_equal(shown, photo)
    grey = np.random.default_rng(3).integers(0, 256, (15, 12, 10), np.uint8)
    shown = pictures(static_tensor.page(explore(grey)))
    assert len(shown) == 12
    assert all(
        np.array_equal(one, np.repeat(each[..., None], 3, axis=-1)) for one, each in zip(shown, grey, strict=False)
    )


def test_colours_lie_around_zero_and_nan_has_its_own():
    values = np.zeros((1, 1, 1, 1, 2, 5))
    values[..., 0, :] = [2, 0, -2, np.nan, np.inf]
    html = static_tensor.page(explore(values, language="en"))
    (shown,) = pictures(html)
    assert shown[0].tolist() == [[0, 109, 179], [246, 244, 239], [217, 95, 14], [196, 30, 120], [0, 109, 179]]
    assert "NaN 1, +∞ 1" in html


def test_series_are_lines_with_gaps():
    values = np.tile(np.arange(30.0), (2, 1)).reshape(1, 30, 2)
    values[0, 10, 0] = np.nan
    svg = ET.fromstring(re.search(r"<svg.*</svg>", static_tensor.page(explore(values, language="en")))[0])
    paths = [path.get("d") for path in svg.iter("{http://www.w3.org/2000/svg}path")]
    assert [(path.count("M"), path.count("L")) for path in paths] == [(2, 27), (1, 29)]


@pytest.mark.parametrize("value", [np.zeros((3, 0)), np.float32(2), np.array([1j, np.nan]), np.full((2, 2), np.nan)])
def test_anything_that_is_a_tensor_is_drawn(value):
    assert "<code>x</code>" in static_tensor.page(explore(value))
