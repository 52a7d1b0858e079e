"""What a traced program is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax

CONVOLUTION = "conv_general_dilated"
"""The operation that XLA computes otherwise inside a loop than outside it, on a processor."""

if TYPE_CHECKING:
    from collections.abc import Iterator


def equations(jaxpr: Any) -> Iterator[Any]:  # noqa: ANN401 - JAX gives neither a public type
    """All operations of a traced program, those of its inner programs too.

    Examples:
        >>> traced = jax.make_jaxpr(jax.jit(lambda x: -x + 1))(2.0)
        >>> sorted(equation.primitive.name for equation in equations(traced.jaxpr))[:2]
        ['add', 'jit']
    """
    for equation in jaxpr.eqns:
        yield equation
        for inner in jax.tree.leaves(list(equation.params.values()), is_leaf=lambda value: hasattr(value, "eqns")):
            if hasattr(inner, "eqns") or hasattr(inner, "jaxpr"):
                yield from equations(inner if hasattr(inner, "eqns") else inner.jaxpr)


def obstacle(loop: Any, arguments: tuple[Any, ...]) -> str | None:  # noqa: ANN401 - a function that JAX compiles
    """Why batches are not run in a loop: `"convolution"`, `"carry"` when JAX cannot; none when they are.

    JAX keeps what it traces here for the call that follows.
    """
    try:
        traced = loop.trace(*arguments)
    except TypeError:  # a step that gives a variable back in another shape or dtype
        return "carry"
    convolves = any(equation.primitive.name == CONVOLUTION for equation in equations(traced.jaxpr.jaxpr))
    return "convolution" if convolves and jax.default_backend() == "cpu" else None
