"""Programs that would do harm, or take for ever: refused quickly, and nothing of them runs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_code_in import PROGRAMS

from vitrail.errors import ExperimentError
from vitrail.experiment import Experiment, reference
from vitrail.experiment.code_in import guard

SENTINEL = "SENTINEL"
REFERENCE = reference().to_code()

HOSTILE = {
    "import subprocess\nsubprocess.run(['touch', 'SENTINEL'])": ("import", 1),
    "from shutil import rmtree\nrmtree('/')": ("import", 1),
    "from .secret import run": ("import", 1),
    "from os import *\nsystem('touch SENTINEL')": ("import", 1),
    "import os\nos.system('touch SENTINEL')": ("refused", 2),
    "import sys\nsys.exit()": ("refused", 2),
    "open('SENTINEL', 'w')": ("name", 1),
    "__import__('os').system('touch SENTINEL')": ("name", 1),
    'eval(\'open("SENTINEL", "w")\')': ("name", 1),
    "exec('x = 1')": ("name", 1),
    "getattr(print, '__self__')": ("name", 1),
    "().__class__.__bases__[0].__subclasses__()": ("refused", 1),
    "print.__globals__": ("refused", 1),
    "class Touch:\n    open('SENTINEL', 'w')": ("statement", 1),
    "import keras\n\n@keras.saving.register_keras_serializable()\ndef f(x):\n    return x": ("statement", 3),
    "async def f():\n    pass": ("statement", 1),
    "def f(n):\n    return f(n + 1)\nf(0)": ("recursion", 2),
    "def f(n):\n    f(n)\n    f(n)\nfor i in range(9):\n    f(i)": ("recursion", 2),
    "for a in range(1000):\n    for b in range(1000):\n        print(a)": ("steps", 3),
    "x = [0] * 10 ** 4\nwhile True:\n    print(x)\nimport socket": ("import", 4),
    "raise SystemExit": ("statement", 1),
    "(" * 101 + ")" * 101: ("deep", 1),
    "x = " + "-" * 200 + "1": ("deep", 1),
    "x = " + "+".join("1" * 20_000): ("deep", None),
    "x = " + "not " * 50_000 + "1": ("deep", None),
    "x = a" + ".b" * 50_000: ("deep", None),
    "".join(" " * n + "if 1:\n" for n in range(120)) + " " * 120 + "pass": ("syntax", None),
    "pass\n" * 5001: ("statements", None),
    "x = 1\n\x00": ("syntax", None),
    "model = (": ("syntax", None),
    "x = " + "9" * 10_000: ("syntax", None),
    "import keras\nkeras.Sequential([keras.layers.Lambda(lambda x: open('SENTINEL', 'w'))])": ("name", 2),
    "import keras\nkeras.Sequential([keras.layers.Lambda(print)])": ("foreign", 2),
    "import keras\nkeras.layers.TFSMLayer('folder')": ("foreign", 2),
    "import keras\nkeras.layers.Dens(3)": ("no_class", 2),
    "import keras\nkeras.models.load_model('SENTINEL.keras')": ("unread", 2),
    "import keras\nkeras.callbacks.LearningRateScheduler(lambda e, r: r)": ("foreign", 2),
}


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:30] for text in HOSTILE])
def test_hostile_programs_are_refused_and_run_nothing(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    key, line = HOSTILE[text]
    with pytest.raises(ExperimentError) as caught:
        Experiment.from_code(f"{text}\n{REFERENCE}")
    assert caught.value.key == f"error.code.{key}"
    assert line in {None, caught.value.arguments["line"]}
    assert list(tmp_path.iterdir()) == []


def test_ten_megabytes_are_refused_before_they_are_parsed(monkeypatch):
    monkeypatch.setattr(guard.ast, "parse", lambda _: pytest.fail("parsed"))
    with pytest.raises(ExperimentError) as caught:
        Experiment.from_code("x = 1\n" * 1_700_000)
    assert (caught.value.key, caught.value.arguments["limit"]) == ("error.code.long", 1_000_000)


@pytest.mark.parametrize(
    "text",
    [
        "x = 10 ** 10 ** 10",
        "x = 'a' * 10 ** 12",
        "x = [0] * 10 ** 12",
        "x = f'{1:999999999999}'",
        "x = '%9999999999d' % 1",
        "x = list(range(10 ** 12))",
        "x = sum(range(10 ** 12))",
        "x = 1 << 10 ** 12",
        "x = 1\nx = [x, x] * 9000",
    ],
)
def test_what_would_fill_the_memory_is_not_worked_out(text):
    assert Experiment.from_code(f"{text}\n{REFERENCE}") == reference()


@settings(max_examples=80)
@given(st.text(max_size=200))
def test_any_text_gives_an_experiment_or_one_error(text):
    read_or_refuse(text)


PIECES = sorted(
    {piece for path in PROGRAMS for piece in path.read_text(encoding="utf-8").splitlines() if piece.strip()}
)


@settings(max_examples=80)
@given(st.data())
def test_any_change_of_a_program_gives_an_experiment_or_one_error(data):
    lines = data.draw(st.sampled_from(PROGRAMS)).read_text(encoding="utf-8").splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["drop", "double", "insert", "letter", "swap"]))
        if change == "drop" and len(lines) > 1:
            del lines[place]
        elif change == "double":
            lines.insert(place, lines[place])
        elif change == "insert":
            lines.insert(place, data.draw(st.sampled_from(PIECES)))
        elif change == "letter" and lines[place]:
            at = data.draw(st.integers(0, len(lines[place]) - 1))
            lines[place] = lines[place][:at] + data.draw(st.sampled_from("0-1()[].,x*")) + lines[place][at + 1 :]
        else:
            lines[place], lines[-1] = lines[-1], lines[place]
    read_or_refuse("\n".join(lines))


def read_or_refuse(text):
    try:
        experiment = Experiment.from_code(text)
    except ExperimentError as error:
        return str(error), error.render("fr")  # with all their arguments
    assert Experiment.from_code(experiment.to_code()) == experiment
    return None
