"""Best answers, dominated options and their iterated elimination, in the payoffs of all combinations of moves.

Payoffs come as arrays with an axis for each information set, one array for each actor (`normal_form.all_payoffs`).
An option dominates another strictly if it is better for its owner whatever others do, weakly if it is never worse and
sometimes better; where the owner moves elsewhere as well, it does there what is best. Strategies that others dominate
strictly are taken away until none is left to take; the order does not matter (Luce and Raiffa 1957). For weakly
dominated ones it does, so these are named and never taken away.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_STRATEGIES = 64  # an actor with more is not looked at for elimination


@dataclass(frozen=True, slots=True)
class Dominated:
    """An option that another one is at least as good as whatever others do.

    Attributes:
        unit: the information set, by its place among the axes.
        better: the option that is better, by number.
        worse: the option that is dominated.
        strict: whether it is worse in every combination, and not in some alone.
    """

    unit: int
    better: int
    worse: int
    strict: bool


def owned(owners: Sequence[int], actor: int) -> tuple[int, ...]:
    """Return the axes of an actor's own information sets."""
    return tuple(axis for axis, owner in enumerate(owners) if owner == actor)


def against(payoffs: Sequence[Any], owners: Sequence[int], axis: int) -> Any:
    """Return what each option at one set is worth to its owner against each combination of others' moves.

    Where the owner moves at other sets, too, it does there what is best for it against that combination.

    Returns:
        (options, combinations), the last of the others' axes changing fastest.
    """
    actor = owners[axis]
    rest = tuple(other for other in owned(owners, actor) if other != axis)
    own = payoffs[actor]
    if rest:
        own = np.maximum.reduce(own, axis=rest, keepdims=True)
    return np.moveaxis(own, axis, 0).reshape(own.shape[axis], -1)


def dominated(payoffs: Sequence[Any], owners: Sequence[int], slack: Any) -> list[Dominated]:
    """Return for each information set which options are dominated, each by the first that does so most strictly."""
    found = []
    for axis in range(len(owners)):
        table = against(payoffs, owners, axis)
        for worse, row in enumerate(table):
            weak = None
            for better, other in enumerate(table):
                if better == worse:
                    continue
                lead = other - row
                if (lead > slack).all():
                    found.append(Dominated(axis, better, worse, strict=True))
                    break
                if weak is None and (lead >= -slack).all() and (lead > slack).any():
                    weak = Dominated(axis, better, worse, strict=False)
            else:
                found += [weak] if weak is not None else []
    return found


@dataclass(frozen=True, slots=True)
class Left:
    """What iterated elimination leaves.

    Attributes:
        rounds: after how many rounds nothing was left to take away.
        options: for each information set the options that some strategy left uses.
    """

    rounds: int
    options: tuple[tuple[int, ...], ...]


def eliminated(payoffs: Sequence[Any], owners: Sequence[int], slack: Any) -> Left | None:
    """Take away strictly dominated strategies, round by round; None where an actor has too many strategies."""
    shape = payoffs[0].shape
    movers = sorted(set(owners))
    axes = [owned(owners, actor) for actor in movers]
    sizes = [prod(shape[axis] for axis in own) for own in axes]
    if max(sizes, default=0) > MOST_STRATEGIES:
        return None
    order = [axis for own in axes for axis in own]
    tables = [np.transpose(payoffs[actor], order).reshape(sizes) for actor in movers]
    kept = [list(range(size)) for size in sizes]
    rounds = 0
    while True:
        gone = [_worse(np.moveaxis(table[np.ix_(*kept)], at, 0), slack) for at, table in enumerate(tables)]
        if not any(gone):
            break
        rounds += 1
        kept = [[s for at, s in enumerate(mine) if at not in out] for mine, out in zip(kept, gone, strict=True)]
    options: dict[int, tuple[int, ...]] = {}
    for own, mine in zip(axes, kept, strict=True):
        slots = np.unravel_index(mine, [shape[axis] for axis in own])
        options |= {axis: tuple(sorted(set(slot.tolist()))) for axis, slot in zip(own, slots, strict=True)}
    return Left(rounds, tuple(options[axis] for axis in range(len(owners))))


def _worse(table: Any, slack: Any) -> set[int]:
    """Return the rows that another row is above in every place."""
    rows = table.reshape(len(table), -1)
    return {
        at for at, row in enumerate(rows) if any(((other - row) > slack).all() for other in rows if other is not row)
    }
