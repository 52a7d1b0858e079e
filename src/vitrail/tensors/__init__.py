"""Tensors explained: what a value of any kind is, what its axes most likely are, what is in it, what operations do."""

from vitrail.tensors import operations
from vitrail.tensors.arrangement import Arrangement
from vitrail.tensors.axes import AxisGuess
from vitrail.tensors.broadcasting import AlignedAxis, Broadcast, broadcast
from vitrail.tensors.chain import Chain
from vitrail.tensors.description import Description, describe
from vitrail.tensors.editing import Editing
from vitrail.tensors.exploration import Exploration, Selection, explore
from vitrail.tensors.layers import Taken
from vitrail.tensors.operation import Operation
from vitrail.tensors.reading import Obstacle
from vitrail.tensors.regions import Region
from vitrail.tensors.slab import Slab
from vitrail.tensors.statistics import AxisStatistics
from vitrail.tensors.steps import Step
from vitrail.tensors.watched import Watched, WatchedStep

__all__ = [
    "AlignedAxis",
    "Arrangement",
    "AxisGuess",
    "AxisStatistics",
    "Broadcast",
    "Chain",
    "Description",
    "Editing",
    "Exploration",
    "Obstacle",
    "Operation",
    "Region",
    "Selection",
    "Slab",
    "Step",
    "Taken",
    "Watched",
    "WatchedStep",
    "broadcast",
    "describe",
    "explore",
    "operations",
]
