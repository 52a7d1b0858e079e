r"""Central finite differences on the NumPy forward pass in float64.

$$\frac{\partial L}{\partial w} \approx \frac{L(w + h) - L(w - h)}{2h}$$

Every parameter of a small variable, some of a large one, and of all together the derivative in one random direction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vitrail.tracing.chain import step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vitrail.tracing.chain.step import Network, Passed
    from vitrail.types import Array

STEP = 1e-6
"""h, times the size of the parameter where that is above 1."""
SMALL = 64
"""Variables of at most so many parameters are taken whole."""
SAMPLED = 24
"""Parameters that are taken of a larger one."""


class Difference(NamedTuple):
    """The finite differences of one variable."""

    indices: Array
    """Flat places of the parameters that were moved."""
    values: Array
    """dL/dw of each; NaN where a kink lies between w - h and w + h."""
    sampled: bool
    """Whether these are not all of them."""
    crossed: tuple[str, ...]
    """The layers in which a kink was crossed."""


def of_variable(network: Network, place: int) -> Difference:
    """The finite differences of one variable."""
    w = network.parameters[place]
    whole = w.size <= SMALL
    indices = np.arange(w.size) if whole else np.sort(np.random.default_rng(place).permutation(w.size)[:SAMPLED])
    values, crossed = np.empty(len(indices)), set[str]()
    for row, index in enumerate(indices):
        h = STEP * max(1.0, abs(float(w.flat[index])))
        moved = [w.copy(), w.copy()]
        moved[0].flat[index] += h
        moved[1].flat[index] -= h
        values[row], kinks = _slope(network, {place: moved[0]}, {place: moved[1]}, h)
        crossed |= kinks
    return Difference(indices, values, not whole, tuple(sorted(crossed)))


def in_a_direction(network: Network, places: list[int]) -> tuple[float, dict[int, Array]]:
    """The derivative of L in one random direction in the space of some variables, NaN at a kink; and the direction."""
    random = np.random.default_rng(0)
    direction = {place: random.normal(size=network.parameters[place].shape) for place in places}
    norm = np.sqrt(sum(float((each**2).sum()) for each in direction.values()))
    direction = {place: each / norm for place, each in direction.items()}
    ways = [
        {place: network.parameters[place] + sign * STEP * each for place, each in direction.items()} for sign in (1, -1)
    ]
    return _slope(network, ways[0], ways[1], STEP)[0], direction


def _slope(
    network: Network, ahead: Mapping[int, Array], behind: Mapping[int, Array], h: float
) -> tuple[float, set[str]]:
    (above, one), (below, other) = (network.forward({**network.parameters, **moved}) for moved in (ahead, behind))
    crossed = {
        name for name, side in _sides(network, one).items() if not np.array_equal(side, _sides(network, other)[name])
    }
    return (np.nan if crossed else (above - below) / (2 * h)), crossed


def _sides(network: Network, passed: Mapping[str, Passed]) -> dict[str, Array]:
    """On which side of its layer's kinks every value lies."""
    found: dict[str, Array] = {}
    for layer in network.trace.layers:
        if not layer.opaque and (kinks := step.kinks(layer)):
            here = passed[layer.name]
            values = step.bent(layer, here.inputs, here.z)
            found[layer.name] = np.stack([values > kink for kink in kinks])
    for output in network.trace.outputs:
        found[output.name] = step.side(output, network.prediction(output, passed))
    return found
