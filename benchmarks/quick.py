"""`make bench-quick`: Vitrail beside Keras on JAX, in less than three minutes, in the ordinary environment.

It prints ratios and writes nothing.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from benchmarks.runner import benchmark

from benchmarks import cases, report

CASES = tuple(
    replace(case, contenders=tuple(name for name in case.contenders if name in cases.ORDINARY))
    for case in (*cases.BATCHES, cases.PLAYGROUND, cases.COLD)
)
ROUNDS = 3
BUDGET = 100.0
"""Seconds after which no round begins: a round takes about 40, so that the last one ends within three minutes."""


def main() -> int:
    """Measure and print."""
    results = benchmark(CASES, rounds=ROUNDS, budget=BUDGET, broken_down=False)
    print(f"\n{report.table(results)}")
    return 0 if results.sound() else 1


if __name__ == "__main__":
    sys.exit(main())
