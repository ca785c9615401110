"""What could be settled on if options can be mixed: by lot, in turn, or by dividing the matter.

A mixture gives every option a share, the shares adding up to 1, and is worth the mean of what it mixes. Over mixtures
the three rules that look at gains have their classical form, on a convex set: Nash's product (1950), Kalai and
Smorodinsky's equal shares of what each could hope for (1975) and the egalitarian rule (Kalai 1977). Between two
actors the answer is exact, on the upper right edge of the convex hull; among more it is found by linear programmes,
and for the product by Newton's method on a concave function. A sum has no use for mixtures: one of the options mixed
has it, too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

Number = Any  # Fraction or float

NEGLIGIBLE = 1e-9  # a smaller share is a rounding error of the solver
CLOSE = 1e-10  # the barrier's weight at which Newton's method stops
STEPS = 200
NASH, SHARES, EGALITARIAN = "nash", "kalai_smorodinsky", "egalitarian"


@dataclass(frozen=True, slots=True)
class Mix:
    """What actors would settle on by one rule if they could toss coins or share out between options.

    Attributes:
        rule: nash, kalai_smorodinsky or egalitarian.
        shares: the options that are mixed, each with its share; they add up to 1.
        gains: what each actor gains over no agreement.
        values: what each gets.
        better: whether it is better by the rule than every single option.
    """

    rule: str
    shares: Mapping[str, Number]
    gains: Mapping[str, Number]
    values: Mapping[str, Number] = field(default_factory=dict)
    better: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data; ``between`` and ``share`` say the same where two options are mixed."""
        found: dict[str, Any] = {
            "values": {actor: float(value) for actor, value in self.values.items()},
            "gains": {actor: float(gain) for actor, gain in self.gains.items()},
            "shares": {option: float(share) for option, share in self.shares.items()},
            "better": self.better,
        }
        if len(self.shares) <= 2:
            names = list(self.shares)
            found |= {"between": [names[0], names[-1]], "share": float(self.shares[names[-1]])}
        return found


def mixes(
    values: Mapping[str, Mapping[str, Number]], disagreement: Mapping[str, Number], *, tie: Number = 0
) -> dict[str, Mix]:
    """Return what each rule picks among all mixtures by which nobody loses.

    >>> found = mixes({"opera": {"a": 2, "b": 1}, "boxing": {"a": 1, "b": 2}}, {"a": 0, "b": 0})
    >>> {option: str(share) for option, share in found["nash"].shares.items()}, found["nash"].better
    ({'opera': '1/2', 'boxing': '1/2'}, True)

    Args:
        values: for each option what it is worth to each actor; more is better.
        disagreement: what no agreement is worth to each.
        tie: the difference up to which two numbers are the same.

    Returns:
        By rule; empty where some actor cannot gain by any mixture that costs nobody anything.
    """
    actors = list(disagreement)
    gains = {option: {a: row[a] - disagreement[a] for a in actors} for option, row in values.items()}
    found = _two(gains, tie) if len(actors) == 2 else _several(gains, tie)
    made = {}
    for rule, (picked, ideal) in found.items():
        shares = {option: picked[option] for option in gains if option in picked}
        got = {a: sum(share * gains[option][a] for option, share in shares.items()) for a in actors}
        worth = {a: got[a] + disagreement[a] for a in actors}
        made[rule] = Mix(rule, shares, got, worth, better=_better(rule, got, gains, ideal, tie))
    return made


def _better(
    rule: str,
    got: Mapping[str, Number],
    gains: Mapping[str, Mapping[str, Number]],
    ideal: Sequence[Number],
    tie: Number,
) -> bool:
    """Return whether a mixture scores more than every single option by which nobody loses."""
    goal = _goals(ideal)[rule]
    rest = [goal(tuple(row.values())) for row in gains.values() if all(gain >= -tie for gain in row.values())]
    mine, best = goal(tuple(got.values())), max(rest, default=0)
    slack = 1e-6 * max(1, abs(best)) if tie else 0
    return bool(mine > best + slack)


def _goals(ideal: Sequence[Number]) -> dict[str, Callable[[Sequence[Number]], Number]]:
    def product(point: Sequence[Number]) -> Number:
        made: Number = 1
        for gain in point:
            made *= max(gain, gain * 0)
        return made

    return {
        NASH: product,
        SHARES: lambda point: min(_ratio(gain, most) for gain, most in zip(point, ideal, strict=True)),
        EGALITARIAN: min,
    }


def _ratio(part: Number, whole: Number) -> Number:
    return Fraction(part) / whole if isinstance(whole, (int, Fraction)) else part / whole


# --- two actors: along the edge -------------------------------------------------------------------------------------


def _two(
    gains: Mapping[str, Mapping[str, Number]], tie: Number
) -> dict[str, tuple[dict[str, Number], Sequence[Number]]]:
    """Return shares by rule, and the most that each could hope for, along the upper right edge."""
    points: dict[str, tuple[Number, Number]] = {}
    for option, row in gains.items():
        one, other = row.values()
        points[option] = (one, other)
    edge = _upper_hull(points)
    legs = list(pairwise(edge)) or [(edge[0], edge[0])]
    ideal = [_reach(points, legs, axis) for axis in (0, 1)]
    if any(value is None or value <= tie for value in ideal):
        return {}
    rows = []
    for one, other in legs:
        a, b = points[one], points[other]
        for share in _candidates(a, b, (ideal[0], ideal[1])):
            point = tuple(x + share * (y - x) for x, y in zip(a, b, strict=True))
            if min(point) >= -tie:
                rows.append((one, other, share, point))
    made: dict[str, tuple[dict[str, Number], Sequence[Number]]] = {}
    for rule, goal in _goals(ideal).items():
        one, other, share, _ = max(rows, key=lambda row: (goal(row[3]), sum(row[3])))
        parts = {one: 1 - share, other: share} if one != other else {one: share * 0 + 1}
        made[rule] = ({option: part for option, part in parts.items() if part > NEGLIGIBLE}, ideal)
    return made


def _upper_hull(points: Mapping[str, tuple[Number, Number]]) -> list[str]:
    """Return the options on the upper right edge of the convex hull, by the first actor's gain."""
    order = sorted(points, key=lambda option: points[option])
    hull: list[str] = []
    for option in order:
        while len(hull) >= 2 and _turn(points[hull[-2]], points[hull[-1]], points[option]) >= 0:
            hull.pop()
        hull.append(option)
    top = max(range(len(hull)), key=lambda at: (points[hull[at]][1], at))
    return hull[top:]


def _turn(a: tuple[Number, Number], b: tuple[Number, Number], c: tuple[Number, Number]) -> Number:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _reach(points: Mapping[str, tuple[Number, Number]], legs: Sequence[tuple[str, str]], axis: int) -> Number | None:
    """Return the most that one actor can gain on the edge while the other loses nothing."""
    best: Number | None = None
    for one, other in legs:
        a, b = points[one], points[other]
        there, here = 1 - axis, axis
        for share in {0, 1, *([_ratio(-a[there], b[there] - a[there])] if b[there] != a[there] else [])}:
            if 0 <= share <= 1 and a[there] + share * (b[there] - a[there]) >= 0:
                value = a[here] + share * (b[here] - a[here])
                best = value if best is None else max(best, value)
    return best


def _candidates(a: tuple[Number, Number], b: tuple[Number, Number], ideal: tuple[Number, Number]) -> list[Number]:
    """Return the shares of a leg at which a goal may be largest: ends, the product's top, rays of equal shares."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    found: list[Number] = [0, 1]
    if dx * dy:
        found.append(_ratio(-(a[0] * dy + a[1] * dx), 2 * dx * dy))
    for right, up in (ideal, (1, 1)):
        slope = dx * up - dy * right
        if slope:
            found.append(_ratio(a[1] * right - a[0] * up, slope))
    return [share for share in found if 0 <= share <= 1]


# --- more actors: programmes ----------------------------------------------------------------------------------------


def _several(
    gains: Mapping[str, Mapping[str, Number]], tie: Number
) -> dict[str, tuple[dict[str, Number], Sequence[Number]]]:
    """Return shares by rule, and the most that each could hope for, among three actors and more."""
    options = list(gains)
    table = np.array([[float(gain) for gain in row.values()] for row in gains.values()]).T  # (actors, options)
    if (table.max(axis=1) <= float(tie)).any():
        return {}  # somebody cannot gain by anything
    ideal = []
    for row in table:
        shares = _programme(row, table, np.zeros(len(table)))
        ideal.append(float(row @ shares) if shares is not None else 0.0)
    if min(ideal) <= max(float(tie), 1e-9 * np.abs(table).max()):
        return {}
    units = {SHARES: np.array(ideal), EGALITARIAN: np.ones(len(table))}
    made: dict[str, tuple[dict[str, Number], Sequence[Number]]] = {}
    for rule in (NASH, *units):
        found = _product(table, np.array(ideal)) if rule == NASH else _equal(table, units[rule])
        kept = {option: float(share) for option, share in zip(options, found, strict=True) if share > NEGLIGIBLE}
        total = sum(kept.values())
        made[rule] = ({option: share / total for option, share in kept.items()}, ideal)
    return made


def _programme(goal: NDArray[np.float64], table: NDArray[np.float64], least: NDArray[np.float64]) -> Any:
    """Return the shares that make a linear goal largest while every actor gains ``least``; None if there are none."""
    from scipy.optimize import linprog

    solved = linprog(
        -goal,
        A_ub=-table,
        b_ub=-least,
        A_eq=np.ones((1, table.shape[1])),
        b_eq=[1.0],
        bounds=(0, None),
        method="highs-ds",  # ends in a corner, which mixes few options
    )
    return solved.x if solved.success else None


def _equal(table: NDArray[np.float64], units: NDArray[np.float64]) -> Any:
    """Return the shares with the largest smallest gain, counted in ``units``; of those, with the largest sum."""
    from scipy.optimize import linprog

    actors, options = table.shape
    solved = linprog(
        [*[0.0] * options, -1.0],
        A_ub=np.hstack([-table, units[:, None]]),
        b_ub=np.zeros(actors),
        A_eq=[[*[1.0] * options, 0.0]],
        b_eq=[1.0],
        bounds=[*[(0, None)] * options, (None, None)],
        method="highs-ds",
    )
    worst = -solved.fun - 1e-10 * max(1.0, abs(solved.fun))
    finer = _programme(table.sum(axis=0), table, worst * units)
    return solved.x[:options] if finer is None else finer


def _product(table: NDArray[np.float64], ideal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the shares with the largest product of gains.

    Nothing is better than gains x if no option o has sum_i gain(i, o) / x_i above the number of actors. Only options
    that had it there are let in, so few have to be looked at.
    """
    scaled = table / ideal[:, None]
    actors, options = scaled.shape
    shares = np.array(_equal(scaled, np.ones(actors)))
    inside = np.flatnonzero(shares > NEGLIGIBLE)
    for _ in range(options):
        shares[inside] = _largest(scaled[:, inside], shares[inside])
        there = (1 / (scaled @ shares)) @ scaled
        there[inside] = 0.0
        if there.max() <= actors * (1 + 1e-9):
            break
        best = np.argsort(-there, kind="stable")[: actors + 1]
        inside = np.union1d(inside, best[there[best] > actors])
    corner = _programme(np.zeros(options), scaled, scaled @ shares * (1 - 1e-10))
    return shares if corner is None else np.asarray(corner)


def _largest(table: NDArray[np.float64], start: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the shares of few options with the largest product of gains, from shares with gains above 0 on.

    Newton's method on sum log(gain) + mu * sum log(share), with mu falling to nothing: the gap is at most mu times the
    number of options.
    """
    even = np.full(len(start), 1 / len(start))
    part = 1.0
    while (table @ (part * even + (1 - part) * start)).min() <= 0.5 * (table @ start).min():
        part /= 2
    shares: Any = part * even + (1 - part) * start
    mu = 1.0
    while mu > CLOSE:
        mu /= 8
        for _ in range(STEPS):
            step, left = _newton(table, shares, mu)
            shares = shares + step
            if left < 1e-3:
                break
    return np.asarray(shares / shares.sum())


def _newton(table: NDArray[np.float64], shares: NDArray[np.float64], mu: float) -> tuple[NDArray[np.float64], float]:
    """Return a step that keeps shares and gains positive and their sum 1, and Newton's decrement where it starts.

    Everything is in the shares' own scale, share * (1 + y), which keeps the system sound where shares are tiny.
    """
    gains: NDArray[np.float64] = table @ shares
    bend: NDArray[np.float64] = (table.T / gains) * shares[:, None]
    matrix = bend @ bend.T + mu * np.eye(len(shares))
    right = bend.sum(axis=1) + mu
    both = np.linalg.solve(matrix, np.stack([right, shares], axis=1))
    move: NDArray[np.float64] = both[:, 0] - (shares @ both[:, 0]) / (shares @ both[:, 1]) * both[:, 1]
    decrement = max(0.0, float(move @ matrix @ move) / mu) ** 0.5
    size = 1.0 / (1.0 + decrement) if decrement > 0.25 else 1.0
    while (size * move <= -1).any() or (table @ (shares * (1 + size * move)) <= 0).any():
        size /= 2
    return size * shares * move, decrement
