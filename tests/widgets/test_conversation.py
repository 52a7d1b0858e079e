"""What a page may ask about a trace, and what it is answered: without a browser, from the record alone."""

import pickle
import re

import msgspec
import numpy as np
import pytest

from vitrail.widgets.conversation import Conversation
from vitrail.wire import messages as wire

_message = msgspec.msgpack.Decoder(wire.ServerMessage)
_opening = msgspec.msgpack.Decoder(list[wire.ServerMessage])


@pytest.fixture
def ask(step):
    """What asks one request and gives the messages that answer it, of a trace that nobody has checked."""
    conversation = Conversation(pickle.loads(pickle.dumps(step)), "fr")

    def answers(request):
        letter = request if isinstance(request, bytes) else msgspec.msgpack.encode(request)
        return [_message.decode(each) for each in conversation.answer(letter)]

    return answers


def read(mathml):
    """What a person reads of some formulas."""
    return re.sub("<[^>]*>", "", mathml)


def values(tensor):
    return np.frombuffer(tensor.data, "<f4").reshape(tensor.shape)


def test_the_network_is_shown_before_anything_is_asked(step):
    hello, workspace, frame, look = _opening.decode(Conversation(step, "en").opening())
    assert hello.protocol == wire.PROTOCOL
    assert [(card.name, card.activation, card.kernel_shape, card.parameters) for card in workspace.layers] == [
        ("hidden", "tanh", [4, 5], 25),
        ("out", "softmax", [5, 3], 18),
    ]
    assert (workspace.dataset.task, workspace.strip.labels) == ("classification", [0, 2, 1, 1])
    assert np.array_equal(values(workspace.strip.values), step["hidden"].inputs)
    assert [kernel.layer for kernel in frame.kernels] == ["hidden", "out"]
    assert (look.index, look.label, look.loss) == (0, 0, step.loss)


def test_a_followed_sample_is_shown_to_the_last_bit(ask, step):
    (look,) = ask(wire.Follow(2))
    for shown, layer in zip(look.layers, step, strict=True):
        for name in ("z", "a", "delta"):
            assert np.array_equal(values(getattr(shown, name)), getattr(layer, name)[2])


def test_an_opened_unit_is_explained_and_the_ledger_goes_there(ask, step):
    ask(wire.Follow(1))
    explained, entry = ask(wire.Focus("hidden", 3))
    explanation = step.explain("hidden", unit=3, sample=1)
    assert [(formula.key, formula.value) for formula in explained.formulas] == [
        (equation.key, equation.value) for equation in explanation.equations
    ]
    assert [term.weight * term.value for term in explained.back_terms] == pytest.approx(
        sorted(step["out"].delta[1] * step["out"].parameters["kernel"][3], key=abs, reverse=True)
    )
    assert (entry.phase, entry.name, entry.what, entry.sample, entry.unit) == ("forward", "hidden", "z", 1, 3)


def test_symbols_and_numbers_are_together_the_whole_equation(ask, step):
    explained, _ = ask(wire.Focus("out", 1))
    for formula, whole in zip(explained.formulas, step.explain("out", unit=1).mathml("fr"), strict=True):
        shown = [read(part) for part in (formula.symbols, formula.numbers) if part]
        assert read(whole).startswith("=".join(shown))


def test_an_unopened_unit_is_explained_no_more(ask):
    ask(wire.Focus("hidden", 3))
    assert ask(wire.Focus("", 0)) == []
    assert [type(message) for message in ask(wire.Follow(1))] == [wire.Look]


def test_a_walk_begins_where_the_opened_unit_comes_in(ask, step):
    assert [entry.index for entry in ask(wire.Walk("layer", None))] == [0]
    ask(wire.Focus("out", 1))
    places = [ask(wire.Walk(grain, None))[0].index for grain in ("operation", "unit", "layer", "example", "batch")]
    operation, unit = (
        step.ledger(grain).find("forward", "out", what=what, unit=1).index
        for grain, what in (("operation", "z"), ("unit", "a"))
    )
    assert places == [operation, unit, 1, 0, 0]


def test_a_check_is_told_with_the_opened_unit(ask):
    assert ask(wire.Check()) == []
    explained, _ = ask(wire.Focus("hidden", 3))
    assert explained.checked
    assert [message.checked for message in ask(wire.Check())] == [True]


@pytest.mark.parametrize("grain", ["operation", "unit", "layer", "example", "batch"])
def test_every_entry_of_the_ledger_is_what_the_record_says(ask, step, grain):
    for entry in step.ledger(grain):
        (shown,) = ask(wire.Walk(grain, entry.index))
        assert (shown.index, shown.phase, shown.name, shown.what) == (entry.index, entry.phase, entry.name, entry.what)
        assert (shown.sample, shown.unit, shown.uses_count) == (entry.sample, entry.unit, len(entry.uses))
        assert shown.value == (None if entry.output.ndim else float(entry.output))
        assert (shown.low, shown.high) == (float(entry.output.min()), float(entry.output.max()))
        assert [used.index for used in shown.uses] == list(entry.uses[:8])


def test_a_guess_is_judged(ask, step):
    z = float(step["hidden"].z[0, 1])
    typed = f"{z:.4f}".replace(".", ",")
    index = step.ledger("operation").find("forward", "hidden", what="z", unit=1).index
    assert ask(wire.Guess("operation", index, typed)) == [wire.Judged("operation", index, right=True, mistakes=[])]
    turned = typed.removeprefix("-") if z < 0 else f"-{typed}"
    assert ask(wire.Guess("operation", index, turned)) == [
        wire.Judged("operation", index, right=False, mistakes=["sign"])
    ]


@pytest.mark.parametrize(
    ("request_", "key"),
    [
        (wire.Follow(4), "error.trace.sample"),
        (wire.Focus("nothing", 0), "error.trace.name"),
        (wire.Focus("hidden", 5), "error.trace.unit"),
        (wire.Walk("batch", 99), "error.trace.no_entry"),
        (wire.Guess("batch", 99, "1"), "error.trace.no_entry"),
        (wire.Guess("operation", 0, "much"), "error.trace.guess"),
        (wire.Guess("layer", 0, "1"), "error.trace.guess_many"),
        (b"\xc1", "error.widget.message"),
        (wire.Play(), "error.widget.message"),
    ],
)
def test_what_cannot_be_answered_is_said(ask, request_, key):
    (notice,) = ask(request_)
    assert (type(notice), notice.level, notice.key) == (wire.Notice, "error", key)


def test_a_wrong_focus_is_forgotten(ask):
    ask(wire.Focus("hidden", 5))
    assert [type(message) for message in ask(wire.Follow(1))] == [wire.Look]


def test_connections_are_drawn_only_where_columns_follow_each_other():
    import keras

    import vitrail

    x = keras.Input((3,), name="x")
    side = keras.layers.Dense(3, activation="relu", name="side")(x)
    out = keras.layers.Dense(1, name="out")(keras.layers.Add(name="sum")([x, side]))
    model = keras.Model(x, out)
    model.compile(optimizer="sgd", loss="mse")
    conversation = Conversation(vitrail.trace(model, np.ones((2, 3)), np.ones((2, 1))), "en")
    assert _opening.decode(conversation.opening())[2].kernels == []
    explained = _message.decode(conversation.answer(msgspec.msgpack.encode(wire.Focus("side", 0)))[0])
    assert (explained.terms, explained.back_terms) == ([], [])
    assert [formula.key for formula in explained.formulas][:2] == ["z", "a"]


def opened(model, x, y, **options):
    """The card and the look that a trace opens with."""
    import vitrail

    _, workspace, _, look = _opening.decode(Conversation(vitrail.trace(model, x, y, **options), "en").opening())
    return workspace, look


def test_targets_and_inputs_are_those_of_the_recorded_samples():
    import keras

    hidden = keras.layers.Dense(3, name="hidden")
    model = keras.Sequential([keras.Input((2,)), hidden, keras.layers.Dense(1, name="out")])
    model.compile(optimizer="sgd", loss="mse")
    x, y = np.arange(8.0).reshape(4, 2), np.array([[5.0], [6.0], [7.0], [8.0]])
    workspace, look = opened(model, x, y, samples=[1, 3])
    assert (workspace.strip.labels, look.label) == ([6, 8], 6)
    assert np.array_equal(values(workspace.strip.values), x[[1, 3]])
    workspace, _ = opened(model, x, y, layers=["out"])
    assert (workspace.strip.labels, workspace.strip.values.shape) == ([5, 6, 7, 8], [4, 0])


def test_targets_of_many_numbers_are_no_label():
    import keras

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, name="out")])
    model.compile(optimizer="sgd", loss="mse")
    workspace, look = opened(model, np.ones((1, 2)), np.array([[0.2, 0.7]]))
    assert (workspace.strip.labels, str(look.label)) == ([], "nan")


def test_what_was_left_out_is_said_and_a_layer_in_part_is_drawn_as_a_whole():
    import keras

    layer = keras.layers
    hidden = [layer.Dense(6, name="first"), layer.Dense(3, name="second")]
    model = keras.Sequential([keras.Input((2,)), *hidden, layer.Dense(1, name="out")])
    model.compile(optimizer="sgd", loss="mse")
    choice = {"samples": [1, 3], "layers": ["first", "out"], "units": {"first": [0, 4]}}
    workspace, _ = opened(model, np.ones((4, 2)), np.ones((4, 1)), **choice)
    assert [(note.key, note.arguments) for note in workspace.notes] == [
        ("trace.left_out.samples", {"kept": 2, "count": 4}),
        ("trace.left_out.layers", {"names": "second"}),
        ("trace.left_out.units", {"layer": "first", "kept": 2, "count": 6}),
    ]
    assert [(card.name, card.output_shape, card.kernel_shape) for card in workspace.layers] == [
        ("first", [2], []),
        ("out", [1], [3, 1]),
    ]
