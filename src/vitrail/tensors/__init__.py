"""Tensors explained: what a value of any kind is, what its axes most likely are, and which layers could take it."""

from vitrail.tensors.axes import AxisGuess
from vitrail.tensors.description import Description, describe
from vitrail.tensors.layers import Taken
from vitrail.tensors.reading import Obstacle

__all__ = ["AxisGuess", "Description", "Obstacle", "Taken", "describe"]
