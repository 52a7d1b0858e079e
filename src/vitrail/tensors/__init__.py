"""Tensors explained: what a value of any kind is, what its axes are, which layers take it, what is in it."""

from vitrail.tensors.arrangement import Arrangement
from vitrail.tensors.axes import AxisGuess
from vitrail.tensors.description import Description, describe
from vitrail.tensors.exploration import Exploration, Selection, explore
from vitrail.tensors.layers import Taken
from vitrail.tensors.reading import Obstacle
from vitrail.tensors.slab import Slab
from vitrail.tensors.statistics import AxisStatistics

__all__ = [
    "Arrangement",
    "AxisGuess",
    "AxisStatistics",
    "Description",
    "Exploration",
    "Obstacle",
    "Selection",
    "Slab",
    "Taken",
    "describe",
    "explore",
]
