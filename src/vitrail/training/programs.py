"""Compiled programs that sessions of one architecture share, so that a process that opens many does not grow."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

import keras

from vitrail.training.program import program_of
from vitrail.training.responses import Responses

if TYPE_CHECKING:
    from vitrail.experiment import Experiment
    from vitrail.training.portions import Portions
    from vitrail.training.program import Program

MOST = 16
"""Programs that are kept for sessions to come. One that a living session uses lives as long as the session."""

_lock = threading.Lock()
_shared: OrderedDict[object, Shared] = OrderedDict()


class Shared(NamedTuple):
    """A model that nobody trains or changes, and the programs that are compiled from it.

    They take all values as arguments (weights, optimizer, seed generators, metrics), so that it serves every
    session whose model is built alike.
    """

    model: keras.Model
    program: Program
    responses: Responses


def shared(experiment: Experiment, portions: Portions, model: keras.Model) -> Shared:
    """The program for an experiment: an earlier session's where there is one alike, otherwise of the given model.

    Args:
        experiment: what is trained. Its seed and number of epochs change no program.
        portions: its data, whose shapes and dtypes a program is compiled for.
        model: the experiment's, built. It must not be changed any more when it is taken.
    """
    key = _key(experiment, portions)
    with _lock:
        if key not in _shared:
            _shared[key] = Shared(model, program_of(model, experiment.fit.batch_size), Responses(model))
        _shared.move_to_end(key)
        while len(_shared) > MOST:
            _shared.popitem(last=False)
        return _shared[key]


def _key(experiment: Experiment, portions: Portions) -> object:
    described = experiment.model_dump_json(include={"layers", "compile"})
    policy = keras.config.dtype_policy().name, keras.config.floatx()
    return described, experiment.fit.batch_size, portions.shapes, policy
