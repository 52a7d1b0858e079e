"""Generators that a session owns, where Keras only knows the global ones.

Keras draws initial weights, Dropout seeds and the order of samples from Python's and NumPy's global generators. A
session seeds them as `keras.utils.set_random_seed` does, builds under one lock, and takes NumPy's generator with it, so
that sessions never disturb each other nor the program around them.
"""

from __future__ import annotations

import contextlib
import random
import threading
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
from keras.src.backend.common import global_state
from keras.src.random import seed_generator
from keras.src.utils import rng_utils

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from vitrail.types import Array

_lock = threading.RLock()
_KERAS_ATTRIBUTES = (rng_utils.GLOBAL_RANDOM_SEED, seed_generator.GLOBAL_SEED_GENERATOR)

GeneratorState = "Mapping[str, Any]"


@contextlib.contextmanager
def seeded(seed: int) -> Generator[None]:
    """Within the block the global generators are as after `keras.utils.set_random_seed(seed)`; after it, as before."""
    with _lock:
        python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - the generator that Keras draws from
        attributes = {name: global_state.get_global_attribute(name) for name in _KERAS_ATTRIBUTES}
        keras.utils.set_random_seed(seed)
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)  # noqa: NPY002
            for name, value in attributes.items():
                global_state.set_global_attribute(name, value)


def numpy_state() -> Mapping[str, Any]:
    """State of NumPy's global generator."""
    return np.random.get_state(legacy=False)  # noqa: NPY002


def permutation(state: Mapping[str, Any], count: int) -> tuple[Array, Mapping[str, Any]]:
    """Draw the order of an epoch's samples as Keras does.

    Args:
        state: of the generator.
        count: samples to order.

    Returns:
        The permutation, int32 (count,), and the generator's next state.
    """
    generator = np.random.RandomState()
    generator.set_state(dict(state))
    order = generator.permutation(count).astype(np.int32)
    order.setflags(write=False)
    return order, generator.get_state(legacy=False)
