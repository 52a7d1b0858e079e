"""Series in windows: where each lies, nothing reaches over the cut, scaled by what was learnt from."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitrail import load_dataset
from vitrail.data import splits, windows
from vitrail.data.scaling import Scaling
from vitrail.errors import DataError, VitrailError

SMALL = st.integers(1, 6)


def starts(first, last, window, horizon, stride):
    """Counted one by one."""
    return [start for start in range(first, last, stride) if start + window - 1 + horizon < last]


@given(st.integers(2, 60), SMALL, SMALL, SMALL, st.floats(0.01, 0.99))
def test_no_window_reaches_over_the_cut_and_none_is_left_out(rows, window, horizon, stride, ratio):
    cut = splits.learnt(rows, ratio)
    expected = {part: starts(*ends, window, horizon, stride) for part, ends in parts(cut, rows).items()}
    settings = {"window": window, "horizon": horizon, "stride": stride, "train_ratio": ratio}
    if not all(expected.values()):
        with pytest.raises(DataError) as short:
            windows.place(rows, **settings)
        assert short.value.key == "error.data.series_short"
        return
    laid = windows.place(rows, **settings)
    values = np.arange(rows, dtype=float)[:, None] * [1, 10]
    for part, first in expected.items():
        spans = laid.spans(part)
        assert (spans.start.tolist(), spans.end.tolist()) == (first, [start + window for start in first])
        assert spans.target.tolist() == [start + window - 1 + horizon for start in first]
        assert windows.cut_out(values, laid, part).tolist() == [values[at : at + window].tolist() for at in first]


def parts(cut, rows):
    return {"train": (0, cut), "test": (cut, rows)}


def table(path, rows=30, *, change=lambda lines: lines):
    begin = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    lines = ["when,inside,note,outside"]
    lines += [f"{begin + dt.timedelta(hours=row):%Y-%m-%d %H:%M:%S},{row},a,{row * row}" for row in range(rows)]
    path.write_text("\n".join(change(lines)), encoding="utf-8")
    return str(path)


def test_a_table_over_time(tmp_path):
    data = load_dataset(table(tmp_path / "t.csv"), window=3, horizon=2, stride=2, train_ratio=0.5)
    assert (data.axes, data.feature_names, data.task) == (
        ("sample", "time", "feature"),
        ("inside", "outside"),
        "regression",
    )
    rows = np.arange(30.0)
    values = np.stack([rows, rows**2], axis=1)
    learnt = values[:15]
    scaled = ((values - learnt.mean(axis=0)) / learnt.std(axis=0)).astype(np.float32)
    assert data.source == windows.Windows(30, 3, 2, 2, 15)
    for part, x, y in (("train", data.x_train, data.y_train), ("test", data.x_test, data.y_test)):
        spans = data.source.spans(part)
        assert x.tolist() == [scaled[start:end].tolist() for start, end in zip(spans.start, spans.end, strict=True)]
        assert y.tolist() == [float(place**2) for place in spans.target]
    assert data.fitted.apply(values[:3]).tolist() == data.x_train[0].tolist()
    assert np.allclose(data.fitted.undo(data.x_train[0]), values[:3], atol=1e-4)
    assert Scaling.from_dict(data.fitted.to_dict()) == data.fitted


def test_columns_are_chosen_and_values_may_stay(tmp_path):
    path = table(tmp_path / "t.csv")
    data = load_dataset(path, window=2, features=["outside"], target="inside", scaling="none")
    assert (data.feature_names, data.x_train[1].tolist(), data.y_train[1]) == (("outside",), [[1.0], [4.0]], 3.0)
    assert data.fitted == Scaling(("outside",), (0.0,), (1.0,))


def test_steps_of_another_length_are_counted(tmp_path):
    path = table(tmp_path / "t.csv", change=lambda lines: [*lines[:5], *lines[7:]])
    data = load_dataset(path, window=2)
    assert (data.source.rows, data.source.irregular) == (28, 1)


def test_an_array_over_time(tmp_path):
    np.save(tmp_path / "x.npy", np.arange(20))
    data = load_dataset(str(tmp_path / "x.npy"), window=4, scaling="none", train_ratio=0.5)
    assert (data.feature_names, data.sample_shape) == (("x1",), (4, 1))
    assert (data.x_train[1].ravel().tolist(), data.y_train[1]) == ([1.0, 2.0, 3.0, 4.0], 5.0)
    with pytest.raises(DataError) as refused:
        load_dataset(str(tmp_path / "x.npy"), window=4, train_ratio=0.9)
    assert refused.value.key == "error.data.series_short"


def test_what_does_not_vary_is_not_divided():
    scaling = Scaling.fit(np.full((3, 1), 0.1), ("x",))
    assert scaling.deviation == (1.0,)


def gap(lines):
    return [*lines[:4], lines[4].replace(",3,", ",,"), *lines[5:]]


@pytest.mark.parametrize(
    ("change", "options", "key", "arguments"),
    [
        (gap, {}, "error.data.series_empty", {"file": "t.csv", "line": 5, "column": "inside"}),
        (
            lambda lines: [*lines[:4], lines[3], *lines[4:]],
            {},
            "error.data.series_order",
            {"file": "t.csv", "line": 5, "column": "when"},
        ),
        (list, {"target": "note"}, "error.data.series_column", None),
        (list, {"features": ["none"]}, "error.data.series_column", None),
        (list, {"time": "note"}, "error.data.series_time", {"file": "t.csv", "column": "note"}),
        (list, {"window": 0}, "error.data.option_whole", None),
        (list, {"scaling": "most"}, "error.data.option_choice", None),
        (
            list,
            {"window": 25},
            "error.data.series_short",
            {"rows": 30, "cut": 24, "window": 25, "horizon": 1},
        ),
    ],
)
def test_what_is_refused(tmp_path, change, options, key, arguments):
    path = table(tmp_path / "t.csv", change=change)
    with pytest.raises(VitrailError) as refused:
        load_dataset(path, **{"window": 2, **options})
    assert refused.value.key == key
    assert arguments in (None, refused.value.arguments)


def test_an_array_of_more_axes_is_no_series(tmp_path):
    np.save(tmp_path / "x.npy", np.zeros((4, 4, 4)))
    with pytest.raises(VitrailError) as refused:
        load_dataset(str(tmp_path / "x.npy"), window=2)
    assert refused.value.key == "error.data.series_shape"
