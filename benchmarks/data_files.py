"""The files that loaders are measured on: two tables, an array and a folder of pictures, the same for everybody.

`python -m benchmarks.data_files FOLDER '{"csv": 1000, "npy": 1000, "pictures": 1000}'` writes those that are not there
yet, in Vitrail's environment, and prints where they are and what the sum of all values in each is.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

FEATURES = 20
"""Columns of the CSV file, beside the class in the last one."""
NUMBERS = 10
"""Columns of numbers in the Parquet file, one of them with gaps, beside a category and what is to be learnt."""
CITIES = ("Brest", "Lille", "Lyon", "Metz", "Nantes", "Nice", "Paris", "Tours")
PART = 1_000_000
"""Rows of the Parquet file that are in memory while it is written."""
SIDE = 32
"""Of a picture, in pixels; they are grey."""
CLASSES = 10


def write(folder: Path, sizes: dict[str, int]) -> dict[str, dict[str, object]]:
    """Write the files of some sizes, unless they are there.

    Returns:
        For each kind its path and the sum of its values, without classes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return {kind: _written(folder, kind, count) for kind, count in sizes.items()}


def _written(folder: Path, kind: str, count: int) -> dict[str, object]:
    names = {"csv": "table-{}.csv", "rows": "rows-{}.parquet", "npy": "array-{}.npy", "pictures": "pictures-{}"}
    path = folder / names[kind].format(count)
    told = folder / f"{path.stem}-{kind}.json"
    if not told.is_file():
        unfinished = path.with_name(f"unfinished-{path.name}")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.unlink(missing_ok=True)
        total = _WRITERS[kind](unfinished, count)
        if path.is_dir():
            shutil.rmtree(path)
        unfinished.rename(path)
        told.write_text(json.dumps({"path": str(path), "total": total}), encoding="utf-8")
    return json.loads(told.read_text(encoding="utf-8"))


def _csv(path: Path, count: int) -> float:
    values = np.random.default_rng(0).normal(size=(count, FEATURES)).round(4)
    names = [*(f"x{place}" for place in range(FEATURES)), "class"]
    with path.open("w", encoding="ascii") as file:
        file.write(",".join(names) + "\n")
        for row, label in zip(values.tolist(), _labels(count).tolist(), strict=True):
            file.write(",".join(map(repr, row)) + f",{label}\n")
    return float(values.sum())


def _rows(path: Path, count: int) -> float:
    """Whose sum nobody asks for: each column is encoded."""
    import polars as pl

    with tempfile.TemporaryDirectory(dir=path.parent) as temporary:
        parts = [Path(temporary) / f"{start:012}.parquet" for start in range(0, count, PART)]
        for number, part in enumerate(parts):
            _part(min(PART, count - number * PART), seed=number).write_parquet(part)
        pl.scan_parquet(parts).sink_parquet(path, row_group_size=250_000)
    return 0.0


def _part(count: int, seed: int) -> pl.DataFrame:
    import polars as pl

    draw = np.random.default_rng(seed)
    numbers, city = draw.normal(size=(count, NUMBERS)).astype(np.float32), draw.integers(0, len(CITIES), count)
    learnt = 2 * numbers[:, 0] - numbers[:, 1] + city / 4 + draw.normal(scale=0.1, size=count)
    numbers[numbers[:, 3] > 1.5, 3] = np.nan  # noqa: PLR2004 - one in fifteen
    columns = {f"x{place}": numbers[:, place] for place in range(NUMBERS)}
    return pl.DataFrame({**columns, "city": np.array(CITIES)[city].tolist(), "y": learnt.astype(np.float32)})


def _npy(path: Path, count: int) -> float:
    values = _pixels(count, 28)
    with path.open("wb") as file:
        np.save(file, values)
    np.save(path.with_name(path.name.removeprefix("unfinished-").replace("array", "labels")), _labels(count))
    return float(values.sum(dtype=np.int64))


def _pictures(path: Path, count: int) -> float:
    for label in range(CLASSES):
        (path / f"class-{label}").mkdir(parents=True)
    total = 0
    for place, label in enumerate(_labels(count).tolist()):
        pixels = _pixels(1, SIDE, seed=place)[0]
        total += int(pixels.sum(dtype=np.int64))
        Image.fromarray(pixels).save(path / f"class-{label}" / f"{place}.png")
    return float(total)


def _labels(count: int) -> NDArray[np.int64]:
    return np.arange(count) % CLASSES


def _pixels(count: int, side: int, seed: int = 0) -> NDArray[np.uint8]:
    """Pictures that are packed neither to nothing nor not at all: 16 shades of noise."""
    return np.random.default_rng(seed).integers(0, 16, (count, side, side), np.uint8) * 16


_WRITERS = {"csv": _csv, "rows": _rows, "npy": _npy, "pictures": _pictures}


if __name__ == "__main__":
    print(json.dumps(write(Path(sys.argv[1]), json.loads(sys.argv[2]))))
