"""Tensors explained: what a value of any kind is, what its axes most likely are, and what operations make of it."""

from vitrail.tensors import operations
from vitrail.tensors.axes import AxisGuess
from vitrail.tensors.broadcasting import AlignedAxis, Broadcast, broadcast
from vitrail.tensors.chain import Chain
from vitrail.tensors.description import Description, describe
from vitrail.tensors.layers import Taken
from vitrail.tensors.operation import Operation
from vitrail.tensors.reading import Obstacle
from vitrail.tensors.regions import Region
from vitrail.tensors.steps import Step
from vitrail.tensors.watched import Watched, WatchedStep

__all__ = [
    "AlignedAxis",
    "AxisGuess",
    "Broadcast",
    "Chain",
    "Description",
    "Obstacle",
    "Operation",
    "Region",
    "Step",
    "Taken",
    "Watched",
    "WatchedStep",
    "broadcast",
    "describe",
    "operations",
]
