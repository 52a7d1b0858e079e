"""What a trace shows of itself in a notebook, with and without what a widget needs."""

import sys
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import msgspec
import pytest

from vitrail.errors import UnavailableError
from vitrail.widgets import front_end, static_trace
from vitrail.wire import messages as wire

SVG = "{http://www.w3.org/2000/svg}"


def test_without_a_notebook_it_is_a_picture_and_a_table(step):
    forms = step._repr_mimebundle_()
    assert sorted(forms) == ["text/html", "text/plain"]
    assert forms["text/plain"] == repr(step)


def test_in_a_notebook_it_is_a_widget_too(step, monkeypatch, tmp_path):
    monkeypatch.setattr(front_end, "STATIC", tmp_path)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=1)))
    assert sorted(step._repr_mimebundle_()) == ["text/html", "text/plain"]
    (tmp_path / "trace.js").write_text("export default {};", encoding="utf-8")
    forms = step._repr_mimebundle_()
    assert sorted(forms) == ["application/vnd.jupyter.widget-view+json", "text/html", "text/plain"]
    assert sorted(forms["application/vnd.jupyter.widget-view+json"]) == ["model_id", "version_major", "version_minor"]


def test_the_widget_answers_over_its_channel(step, monkeypatch, tmp_path):
    (tmp_path / "trace.js").write_text("export default {};", encoding="utf-8")
    monkeypatch.setattr(front_end, "STATIC", tmp_path)
    from vitrail.widgets import TraceWidget

    widget, sent = TraceWidget(step, language="fr"), []
    monkeypatch.setattr(widget, "send", lambda _, buffers: sent.extend(buffers))
    widget._handle_custom_msg({}, [memoryview(msgspec.msgpack.encode(wire.Walk("layer", 0)))])
    (entry,) = map(msgspec.msgpack.Decoder(wire.ServerMessage).decode, sent)
    assert (widget.language, entry.name, entry.shape) == ("fr", "hidden", [4, 5])


def test_a_widget_without_its_front_end_says_what_to_do(step, monkeypatch, tmp_path):
    monkeypatch.setattr(front_end, "STATIC", tmp_path)
    from vitrail.widgets import TraceWidget

    with pytest.raises(UnavailableError, match="make frontend"):
        TraceWidget(step)


def test_a_widget_without_anywidget_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    for module in ("trace_widget", "notebook_widget"):
        monkeypatch.delitem(sys.modules, f"vitrail.widgets.{module}", raising=False)
    import vitrail.widgets

    with pytest.raises(UnavailableError, match=r"pip install 'vitrail\[notebook\]'"):
        vitrail.widgets.__getattr__("TraceWidget")


def test_the_drawing_says_each_units_activation(step):
    drawing = ET.fromstring(static_trace.drawing(step, "fr"))
    shown = [text.text for text in drawing.iter(f"{SVG}text")]
    expected = []
    for layer in step:
        numbers = [f"{value:+.3g}".replace("-", "\N{MINUS SIGN}").replace(".", ",") for value in layer.a[0]]
        expected += [layer.name, f"Dense {layer.a.shape[1]}", *numbers]
    assert shown == expected
    assert len(list(drawing.iter(f"{SVG}rect"))) == 8


def test_the_table_has_the_ranges_of_the_text_table(step):
    table = ET.fromstring(static_trace.table(step, "en"))
    cells = [[cell.text for cell in row] for row in table.iter("tr")]
    assert cells[0] == ["layer", "class", "z", "a", "δ = ∂L/∂z"]
    assert [row[:2] for row in cells[1:]] == [["hidden", "Dense"], ["out", "Dense"]]
    plain = [line.split("  ") for line in repr(step).splitlines()[2:]]
    ranges = [[part.strip() for part in line if ".." in part] for line in plain]
    assert [[cell.replace("+", "").replace("\N{MINUS SIGN}", "-") for cell in row[2:]] for row in cells[1:]] == ranges


def test_a_layer_of_many_units_says_how_many_it_does_not_show():
    import keras
    import numpy as np

    import vitrail

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(13, name="<wide>")])
    model.compile(optimizer="sgd", loss="mse")
    record = vitrail.trace(model, np.ones((1, 2)), np.ones((1, 13)))
    drawing = ET.fromstring(static_trace.drawing(record, "en"))
    texts = [text.text for text in drawing.iter(f"{SVG}text")]
    assert (texts[0], texts[-1], len(texts)) == ("<wide>", "+ 3 more units", 13)
