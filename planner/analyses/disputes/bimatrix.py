"""Equilibria of a table of two actors' plans: found in floats, solved again in rational numbers, and proved there.

In an equilibrium all plans in use are equally good against the other's mix, and no plan is better (Nash 1951). Once it
is known which plans are in use, and which are as good, the chances follow from linear equations; so what a solver finds
in floats only has to tell those plans.
"""

from __future__ import annotations

import warnings
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from planner.analyses.disputes.complementary import path
from planner.analyses.disputes.gambit import missing
from planner.analyses.disputes.linear import solved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_CORNERS = 15_000  # bases of a polytope that are enumerated: 8 plans against 8 have 12,870
PATHS = 12  # of Lemke and Howson, at most
NEAR = 1e-7
Mix = tuple[Fraction, ...]


class Found(NamedTuple):
    """Equilibria of a table.

    Attributes:
        mixes: both actors' chances, each pair once, pure ones first.
        method: how they were found.
        complete: whether these are all, or all corners if there are infinitely many.
        dropped: how many candidates did not stand the proof.
    """

    mixes: tuple[tuple[Mix, Mix], ...]
    method: str
    complete: bool
    dropped: int


def equilibria(first: Any, second: Any) -> Found:
    """Return the equilibria of a table, values for each of the two as arrays of Fractions.

    Args:
        first: what each pair of plans is worth to the one who picks the row.
        second: the same for the one who picks the column.

    Raises:
        BadArgument: the table has no solution without nashpy, which is not installed.
    """
    rows, columns = first.shape
    certain = list(pure(first, second))
    if min(rows, columns) == 1:
        return Found(tuple(certain), "best answers", complete=True, dropped=0)
    everything = comb(rows + columns, rows) <= MAX_CORNERS
    total = first + second
    method, candidates = "vertex enumeration", _corners(first, second) if everything else None
    if candidates is None:
        if (total == total[0, 0]).all():
            method, candidates = "linear programming", [_minimax(first)]
        else:
            method, candidates = "Lemke-Howson", list(_paths(first, second))
    mixes = dict.fromkeys(certain)
    dropped = 0
    for candidate in candidates:
        mix = proved(first, second, candidate)
        if mix is None:
            dropped += 1
        else:
            mixes.setdefault(mix)
    clean = (
        method == "vertex enumeration"
        and not dropped
        and (len(mixes) % 2 == 1 or degenerate(first, second, list(mixes)))
    )
    return Found(tuple(mixes), method, complete=clean, dropped=dropped)


def pure(first: Any, second: Any) -> Iterator[tuple[Mix, Mix]]:
    """Yield the cells in which nobody gains by another plan."""
    best = first == first.max(axis=0, keepdims=True)
    other = second == second.max(axis=1, keepdims=True)
    for row, column in np.argwhere(best & other).tolist():
        yield _unit(first.shape[0], row), _unit(first.shape[1], column)


def _unit(size: int, at: int) -> Mix:
    return tuple(Fraction(int(one == at)) for one in range(size))


def degenerate(first: Any, second: Any, mixes: Sequence[tuple[Mix, Mix]]) -> bool:
    """Whether some equilibrium has more best answers than plans in use."""
    for x, y in mixes:
        for values, mix in ((first @ np.array(y, object), x), (np.array(x, object) @ second, y)):
            if int((values == values.max()).sum()) > sum(p > 0 for p in mix):
                return True
    return False


def proved(first: Any, second: Any, candidate: tuple[Any, Any]) -> tuple[Mix, Mix] | None:
    """Return a candidate in rational numbers if it is an equilibrium, else None."""
    floats = [np.asarray(part, float) for part in candidate]
    if any(not np.isfinite(part).all() for part in floats):
        return None
    x, y = floats
    mine = _indifferent(second.T, x, y)  # the first's chances make the second indifferent
    theirs = _indifferent(first, y, x)
    if mine is None or theirs is None:
        return None
    row_values, column_values = first @ np.array(theirs, object), np.array(mine, object) @ second
    rows_best = all(value == row_values.max() for value, p in zip(row_values, mine, strict=True) if p)
    columns_best = all(value == column_values.max() for value, p in zip(column_values, theirs, strict=True) if p)
    return (mine, theirs) if rows_best and columns_best else None


def _indifferent(values: Any, mix: Any, other: Any) -> Mix | None:
    """Return the chances on the plans that ``mix`` uses by which the other's good plans are worth the same.

    Args:
        values: what each plan of the other is worth to it, against each of these plans.
        mix: chances in floats.
        other: the other's chances in floats.
    """
    used = [at for at, p in enumerate(mix) if p > NEAR]
    rows = values.astype(float)
    worth = rows @ mix
    span = max(1e-300, float(rows.max() - rows.min()))
    tight = [at for at, value in enumerate(worth) if value >= worth.max() - NEAR * span]
    for good in (tight, [at for at, p in enumerate(other) if p > NEAR]):
        if not good:
            continue
        equations = [[values[at][plan] - values[good[0]][plan] for plan in used] for at in good[1:]]
        found = solved([*equations, [Fraction(1)] * len(used)], [*[Fraction(0)] * len(equations), Fraction(1)])
        if found is not None and all(p >= 0 for p in found):
            chances = dict(zip(used, found, strict=True))
            return tuple(chances.get(at, Fraction(0)) for at in range(len(mix)))
    return None


def _scaled(values: Any) -> Any:
    """Return a table in floats from 1 to 2, with the same equilibria."""
    low, high = values.min(), values.max()
    if low == high:
        return np.ones(values.shape)
    return (1 + (values - low) / (high - low)).astype(float)


def _nashpy(first: Any, second: Any) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import nashpy
    except ImportError:
        raise missing("nashpy", "equilibria") from None
    return nashpy.Game(_scaled(first), _scaled(second))


def _corners(first: Any, second: Any) -> list[tuple[Any, Any]] | None:
    """Return what the corners give; None where floats cannot tell them apart."""
    from scipy.spatial import QhullError

    try:
        return list(_vertices(first, second))
    except QhullError:
        return None


def _vertices(first: Any, second: Any) -> Iterator[tuple[Any, Any]]:
    game = _nashpy(first, second)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about degenerate games, which are told apart here
        yield from game.vertex_enumeration()


def _paths(first: Any, second: Any) -> Iterator[tuple[Any, Any]]:
    """Yield where paths end that drop one plan each."""
    labels = sum(first.shape)
    step = -(-labels // PATHS)
    for dropped in range(0, labels, step):
        yield path(first, second, dropped)


def _minimax(first: Any) -> tuple[Any, Any]:
    """Return optimal mixes of a game in which one gains what the other loses (von Neumann 1928)."""
    from scipy.optimize import linprog

    table = _scaled(first)
    rows, columns = table.shape
    # more than 0 throughout: x / value is the least vector that gives 1 against everything, and dually
    one = linprog(np.ones(rows), A_ub=-table.T, b_ub=-np.ones(columns), method="highs-ds")
    other = linprog(-np.ones(columns), A_ub=table, b_ub=np.ones(rows), method="highs-ds")
    return one.x / one.x.sum(), other.x / other.x.sum()
