"""Timing by turns: all peers run once a round, so that a busy machine is busy for all of them."""

from __future__ import annotations

import gc
import math
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROUNDS = 5
TURN = 0.01  # seconds that a turn takes at least: short runs are repeated, and their mean counts


def turns(peers: Mapping[str, Callable[[], object]], *, rounds: int = ROUNDS) -> dict[str, float]:
    """Return each peer's median time in seconds; a first round that warms up does not count."""
    times: dict[str, list[float]] = {name: [] for name in peers}
    gc.collect()
    gc.disable()
    try:
        for turn in range(rounds + 1):
            for name, run in peers.items():
                took = _turn(run)
                if turn:
                    times[name].append(took)
    finally:
        gc.enable()
    return {name: median(found) for name, found in times.items()}


def _turn(run: Callable[[], object]) -> float:
    runs, start = 0, perf_counter()
    while True:
        run()
        runs += 1
        took = perf_counter() - start
        if took >= TURN:
            return took / runs


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """Return the growth exponent between the first and the last (size, time)."""
    (size, time), (large, long) = points[0], points[-1]
    return math.log(long / time) / math.log(large / size)
