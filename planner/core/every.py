"""The numbers of every strategy of a space at once, in the order of `planner.core.space.Space.plan`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.core.space import Space

Floats = NDArray[np.float64]


def every(
    space: Space,
    *,
    end: Callable[[int], Floats],
    gain: Callable[[int], Floats],
    weight: Callable[[int], Floats | float],
) -> Floats:
    """Return some numbers that add up along a path, weighted at every chance, for every strategy.

    Args:
        space: what there is to choose; the count of its strategies must be known and moderate.
        end: for a state at which paths end its numbers, (width,).
        gain: for an unfolded edge what it adds, (width,) or (1,).
        weight: for the branch of a chance how it counts, one number or (width,).

    Returns:
        (strategies, width).
    """
    uses = Counter(space.target[slot] for state in space.states for slot in space.slots[state])
    found: dict[int, Floats] = {}
    for state in reversed(space.states):
        slots = space.slots[state]
        if not slots:
            found[state] = end(state)[None, :]
            continue
        ahead = []
        for slot in slots:
            to = space.target[slot]
            ahead.append(found[to] + gain(slot))
            uses[to] -= 1
            if not uses[to]:
                del found[to]
        if space.open[state]:
            found[state] = np.concatenate(ahead)
            continue
        sofar = np.zeros((1, 1))
        for slot, each in zip(slots, ahead, strict=True):
            joined = sofar[:, None, :] + weight(slot) * each[None, :, :]
            sofar = joined.reshape(-1, joined.shape[-1])
        found[state] = sofar
    return found[space.start]
