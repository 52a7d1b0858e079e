"""Flats that were never sold: a small table of everything that a table can hold, made by a seed."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vitrail import locale
from vitrail.data.tables import loading
from vitrail.data.tables.frame import Column, Frame, objects

if TYPE_CHECKING:
    from vitrail.data.dataset import Dataset

COLUMNS = ("id", "city", "area", "rooms", "year", "sold", "price")
ROWS = 600

_CITIES = {"Paris": 9.5, "Lyon": 5.0, "Nantes": 4.0, "Lille": 3.5, "Limoges": 1.8}
"""Thousands of euros for a square metre."""
_MISSING = 0.08
"""The share of cities and of years that nobody wrote down."""


class Flat(NamedTuple):
    """One row."""

    id: int
    city: str | None
    area: float
    """In square metres."""
    rooms: int
    year: int | None
    """It was built in."""
    sold: np.datetime64
    """The day, in the order of the rows."""
    price: float
    """In thousands of euros."""


def flats() -> list[Flat]:
    """All rows, the same each time.

    Examples:
        >>> flats()[0]
        Flat(id=1, city='Lyon', area=19.5, rooms=1, year=1918, sold=np.datetime64('2020-01-01'), price=93.8)
    """
    random = np.random.RandomState(7)
    days = np.sort(random.randint(0, 1_826, size=ROWS))
    return [_flat(number, int(day), random) for number, day in enumerate(days, 1)]


def load() -> Dataset:
    """Load 480 + 120 flats: learn what one costs, from the earlier sales, and be tested on the later ones.

    Returns:
        x: (samples, feature) float32, the city one-hot, numbers standardised; y: (samples,) float32, in thousands of
        euros.
    """
    data = loading.dataset("flats", frame(), loading.asked(target="price", split="time"))
    return dataclasses.replace(
        data, provenance=locale.text("data.flats.provenance"), licence=locale.text("data.licence.computed")
    )


def frame() -> Frame:
    """The table, before anything is made of it."""
    columns = dict(zip(COLUMNS, zip(*flats(), strict=True), strict=True))
    made = [
        Column(name, "number", np.array([np.nan if value is None else value for value in columns[name]], dtype=float))
        for name in ("id", "area", "rooms", "year", "price")
    ]
    city = Column("city", "text", objects(list(columns["city"])))
    sold = Column("sold", "time", np.array(columns["sold"], dtype="datetime64[us]"))
    found = {column.name: column for column in (*made, city, sold)}
    return Frame(tuple(found[name] for name in COLUMNS), np.arange(1, ROWS + 1))


def write(path: str | Path) -> None:
    """Write the table as a CSV file, to try what can be done with one's own.

    Args:
        path: of the file; one that is there is replaced.
    """
    with Path(path).open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        rows.writerows(flats())


def _flat(number: int, day: int, random: np.random.RandomState) -> Flat:
    city = list(_CITIES)[random.randint(len(_CITIES))]
    area = round(float(np.clip(random.normal(62, 24), 14, 160)) * 2) / 2
    rooms = int(np.clip(round(area / 24 + random.normal(0, 0.5)), 1, 6))
    year = int(random.randint(1880, 2021))
    age = 1 - 0.0015 * (2021 - year) + 0.0012 * max(0, 1920 - year)
    worth = _CITIES[city] * area * age * (1 + 0.00008 * day) + 6 * rooms
    price = round(float(worth * np.exp(random.normal(0, 0.06))), 1)
    gone = random.uniform(size=2) < _MISSING
    sold = np.datetime64("2020-01-01") + np.timedelta64(day, "D")
    return Flat(number, None if gone[0] else city, area, rooms, None if gone[1] else year, sold, price)
