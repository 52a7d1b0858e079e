"""A chain in a notebook: what a page may ask and is answered, edits, and what is drawn without a program."""

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

from vitrail.tensors import Chain, Step
from vitrail.tensors import operations as o
from vitrail.widgets import front_end, static_chain
from vitrail.widgets.chain_conversation import ChainConversation
from vitrail.wire import chain_messages as wire
from vitrail.wire.messages import PROTOCOL, Notice, Play

_message = msgspec.msgpack.Decoder(wire.ChainMessage)
CHAIN = Chain((Step("y", o.Divide(), "x", [2, 4]), Step("total", o.Sum(1), "y")))


def watched(language="fr"):
    return CHAIN.apply({"x": [[1, 2], [3, 4]]}, language=language)


def ask(found, request):
    letter = request if isinstance(request, bytes) else msgspec.msgpack.encode(request)
    (answer,) = ChainConversation(found.editing, "fr").answer(letter)
    return _message.decode(answer)


def test_a_conversation_opens_with_the_chain_and_answers_from_it():
    opening = msgspec.msgpack.decode(ChainConversation(watched().editing, "fr").opening(), type=list[wire.ChainMessage])
    hello, operations, card, stage = opening
    assert (hello.protocol, len(operations.operations), len(card.steps), stage.step) == (PROTOCOL, 32, 2, "total")
    assert [pane.slab.written for pane in stage.panes] == [["0,5", "0,5", "1,5", "1"], ["1", "2,5"]]


def test_what_a_page_edits_python_has():
    found = watched()
    put = wire.PutStep(wire.StepDraft("total", "mean", {"axis": None, "keepdims": False}, "y"), instead_of="total")
    assert ask(found, put).steps[1].lines["keras"] == "ops.mean(y)"
    assert found.editing.watched.result.item() == np.float32(0.875)
    assert (found.editing.chain.steps[1].operation, found.chain) == (o.Mean(None), CHAIN)


@pytest.mark.parametrize(
    ("request_", "key"),
    [
        (wire.ShowStep("none"), "error.tensor.step_undone"),
        (b"\xc1", "error.widget.message"),
        (Play(), "error.widget.message"),
        ({"type": "relate", "step": "y", "pane": -1, "index": []}, "error.widget.message"),
        ({"type": "relate", "step": "y", "pane": 0, "index": [0] * 9}, "error.widget.message"),
    ],
)
def test_what_cannot_be_answered_is_said(request_, key):
    notice = ask(watched(), request_)
    assert (type(notice), notice.level, notice.key) == (Notice, "error", key)


def test_it_shows_itself_as_a_widget_only_where_one_can_be_shown(monkeypatch, tmp_path):
    importlib.import_module("anywidget")  # which looks for the real IPython
    found = watched()
    assert sorted(found._repr_mimebundle_()) == ["text/html", "text/plain"]
    monkeypatch.setattr(front_end, "STATIC", tmp_path)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=1)))
    (tmp_path / "chain.js").write_text("export default {};", encoding="utf-8")
    assert sorted(found._repr_mimebundle_()) == [front_end.WIDGET, "text/html", "text/plain"]


def test_the_widget_answers_over_its_channel_in_its_language(monkeypatch, tmp_path):
    (tmp_path / "chain.js").write_text("export default {};", encoding="utf-8")
    monkeypatch.setattr(front_end, "STATIC", tmp_path)
    from vitrail.widgets import ChainWidget

    widget, sent = ChainWidget(watched("en"), language="fr"), []
    monkeypatch.setattr(widget, "send", lambda _, buffers: sent.extend(buffers))
    relate = msgspec.msgpack.encode(wire.Relate("y", 2, [0, 1]))
    widget._handle_custom_msg({}, [memoryview(relate)])
    (related,) = map(_message.decode, sent)
    assert (widget.language, related.parts[2].value) == ("fr", "0,5")


def test_steps_stand_side_by_side_without_a_program():
    html = static_chain.page(watched())
    tree = ET.fromstring(html.replace("<br>", "<br/>"))
    assert [code.text for code in tree.iter("code")] == [
        'y = np.divide(x.astype("float32"), np.array([2.0, 4.0], dtype="float32"))',
        "total = np.sum(y, axis=1)",
    ]
    titles = [found.text for found in tree.iter("p")]
    assert titles[1:4] == ["x (2, 2)", "constante (2,), répété en (2, 2)", "→ y (2, 2)"]
    cells = [[cell.text for cell in table.iter("td") if cell.text] for table in tree.iter("table")]
    assert cells == [
        ["1", "2", "3", "4"],
        ["2", "4", "2", "4"],
        ["0,5", "0,5", "1,5", "1"],
        ["0,5", "0,5", "1,5", "1"],
        ["1", "2,5"],
    ]
    assert "Une chaîne sans étape." in static_chain.page(Chain().apply({}, language="fr"))


def test_of_a_long_chain_the_first_steps_are_drawn():
    steps = tuple(Step(f"y{number}", o.Square(), "x") for number in range(static_chain.DRAWN + 2))
    html = static_chain.page(Chain(steps).apply({"x": [2]}, language="en"))
    assert (html.count("<code>"), html.count("<table"), "The first 8 steps are drawn." in html) == (10, 16, True)


def test_pictures_before_and_after_have_the_tensors_own_pixels():
    photo = np.random.default_rng(2).integers(0, 256, (20, 30, 3), np.uint8)
    html = static_chain.page(Chain((Step("y", o.Flip(1), "photo"),)).apply({"photo": photo}, language="en"))
    shown = [
        np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))) for data in re.findall(r"base64,([^\"]+)", html)
    ]
    assert [np.array_equal(*pair) for pair in zip(shown, (photo, photo[:, ::-1]), strict=True)] == [True, True]
