"""What `planner.core.rollback` has on the board when it comes to a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.core.rollback import backwards, chunk

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.core.layout import Part
    from planner.core.tree import Tree


def board(tree: Tree, state: int, draws: int) -> NDArray[np.bool_]:
    """Return which states of the unfolded scenario count for the largest value when a decision is taken.

    Those that are settled before it, those that are settled together with it, and itself; for a single actor.

    Args:
        tree: the states as they are laid out.
        state: the decision.
        draws: how many draws go through the sweep at once.
    """
    position = int(tree.position[state])
    seen = np.zeros(len(tree), np.bool_)
    seen[tree.ends :] = True
    for part in reversed(tree.parts):
        first, stop = part.first_state, part.first_state + part.states
        if not first <= position < stop:
            seen[first:stop] = True
            continue
        for at in _until(part, position - first, draws):
            seen[first + at] = True
        break
    found = np.zeros(len(tree), np.bool_)
    found[tree.origin] = seen
    return found


def _until(part: Part, at: int, draws: int) -> list[int]:
    """Return the states of a part that are settled by the time of one, counted from the part's first."""
    if part.degree is not None:
        width = chunk(1, part.degree, draws)
        return list(range(min((at // width + 1) * width, part.states)))
    order = list(backwards(part))
    return order[: order.index(at) + 1]
