"""Keeps compiled programs on disk, so that a new process does not compile again what an earlier one did.

The folder may be deleted at any time and is shared by all processes of a person; JAX drops what was unused longest
when it grows beyond `LARGEST`. `VITRAIL_COMPILATION_CACHE` names another folder, or is `off`. Who has already given JAX
a folder keeps it.
"""

from __future__ import annotations

import functools

import jax

from vitrail import places

LARGEST = 256 * 2**20
"""Bytes that the folder may take."""


@functools.cache
def keep() -> None:
    """Let JAX keep every program that it compiles from now on, once per process."""
    place = places.programs()
    given: str | None = jax.config.jax_compilation_cache_dir  # pyright: ignore[reportAttributeAccessIssue]
    if place is None or given is not None:
        return
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError:
        return  # a home that cannot be written to costs time, nothing else
    jax.config.update("jax_compilation_cache_dir", str(place))
    jax.config.update("jax_compilation_cache_max_size", LARGEST)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
