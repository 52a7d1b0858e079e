"""The order of rounds, their budget, and what becomes of a contender that fails. Nothing is trained here."""

from pathlib import Path

import numpy as np
import pytest
from benchmarks.results import Failure

from benchmarks import cases, data, memory, runner

CASE = cases.Case("case", "pictures", (cases.VITRAIL, cases.KERAS_JAX, cases.TORCH), 10, 5)
TOLD = {"seconds": [1.0], "first": 2.0, "loss": 0.5, "peak": 1, "grown": 0}
NOWHERE = Path("nowhere")


@pytest.fixture
def order(monkeypatch):
    """Who was measured, in order; PyTorch fails."""
    asked = []

    def measure(contender, case, *, programs):
        asked.append(contender)
        if contender == cases.TORCH:
            raise runner.ContenderError("broken")
        return TOLD | {"versions": {"numpy": "2"}}

    monkeypatch.setattr(runner, "measure", measure)
    return asked


def test_the_order_turns_and_a_contender_that_failed_is_not_tried_again(order):
    bench = runner.Benchmark([CASE], programs=NOWHERE)
    bench.run(rounds=3, budget=1000)
    assert order == ["vitrail", "keras-jax", "torch", "keras-jax", "vitrail", "vitrail", "keras-jax"]
    assert bench.failures == [Failure("case", "torch", "broken")]
    assert [(entry.round, entry.contender) for entry in bench.measurements] == [
        (0, "vitrail"),
        (0, "keras-jax"),
        (1, "keras-jax"),
        (1, "vitrail"),
        (2, "vitrail"),
        (2, "keras-jax"),
    ]


def test_one_round_is_run_when_time_is_up_at_once(order):
    bench = runner.Benchmark([CASE], programs=NOWHERE)
    bench.run(rounds=3, budget=0)
    assert (bench.rounds, order) == (1, ["vitrail", "keras-jax", "torch"])


def test_a_case_too_large_for_the_machine_is_said_and_left_out(order):
    large = cases.Case("large", "pictures", (cases.VITRAIL,), 10**12, 5)
    bench = runner.Benchmark([large, CASE], programs=NOWHERE)
    assert bench.chosen == (CASE,)
    assert bench.failures == [Failure("large", "", "this machine has too little memory")]


def test_a_missing_environment_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(runner, "PEERS", tmp_path)
    with pytest.raises(runner.ContenderError, match="no environment: No such file or directory"):
        runner.measure(cases.TORCH, CASE, programs=tmp_path)


def test_a_set_is_repeated_up_to_the_number_asked_for(tmp_path):
    x, y = np.arange(3 * 4, dtype=np.float32).reshape(3, 2, 2), np.arange(3, dtype=np.int32)
    np.save(tmp_path / "pictures-x.npy", x)
    np.save(tmp_path / "pictures-y.npy", y)
    rows = [0, 1, 2, 0, 1, 2, 0]
    for load in (data.pictures, data.streamed):
        more_x, more_y = load(tmp_path, 7)
        assert np.array_equal(more_x, x[rows])
        assert np.array_equal(more_y, y[rows])


@pytest.mark.skipif(not memory.STATUS.is_file(), reason="counts memory as Linux does")
def test_memory_that_is_held_is_seen():
    with memory.Growth() as growth:
        held = np.ones(2**26, dtype=np.uint8)
    assert growth.bytes >= held.nbytes
    assert memory.peak() >= held.nbytes
