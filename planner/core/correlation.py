"""Rank correlations between parameters: what a normal copula makes of them, and whether they can all hold.

Two normal variables with correlation r have the rank correlation ``rho = 6 / pi * asin(r / 2)`` (Kruskal 1958, Ordinal
Measures of Association), which numbers keep that rise with them. So a table of rank correlations holds if normal
variables can have the correlations ``r = 2 sin(pi rho / 6)``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.model import Correlation

Pairs = dict[frozenset[str], float]
Rows = list[list[float]]

NOISE = 1e-9  # what rounding may leave of a variance that is 0


def normal_correlation(rank: float) -> float:
    """Return the correlation of normal variables with a rank correlation.

    >>> normal_correlation(0.0), round(normal_correlation(0.5), 4), round(normal_correlation(-1.0), 12)
    (0.0, 0.5176, -1.0)
    """
    return 2 * math.sin(math.pi * rank / 6)


def rank_correlation(normal: float) -> float:
    """Return the rank correlation of normal variables with a correlation."""
    return 6 / math.pi * math.asin(normal / 2)


def pairs(correlations: Sequence[Correlation]) -> Pairs:
    """Return the rank correlations by pair."""
    return {frozenset((each.first, each.second)): float(each.value) for each in correlations}


def factor(names: Sequence[str], known: Pairs) -> Rows | None:
    """Return the lower triangle L that gives independent normal scores the correlations of a table; None if none does.

    Row i of the scores ``L z`` belongs to ``names[i]``. Pairs that are not in the table have no correlation. A table
    may be singular: with a rank correlation of 1 two parameters follow the same score.
    """
    rows: Rows = []
    for i, name in enumerate(names):
        row: list[float] = []
        for j, other in enumerate(rows):
            left = normal_correlation(known.get(frozenset((name, names[j])), 0.0))
            left -= math.fsum(a * b for a, b in zip(row, other, strict=False))
            if other[j] > 0:
                row.append(left / other[j])
            elif abs(left) > math.sqrt(NOISE):
                return None
            else:
                row.append(0.0)
        rest = 1.0 - math.fsum(a * a for a in row)
        if rest < -NOISE:
            return None
        rows.append([*row, math.sqrt(rest) if rest > NOISE else 0.0])
        assert len(rows[-1]) == i + 1
    return rows


def components(names: Sequence[str], known: Pairs) -> list[list[str]]:
    """Return which names hang together by correlations that are not 0, in order of first mention."""
    near: dict[str, list[str]] = {name: [] for name in names}
    for pair, value in known.items():
        if value and len(pair) == 2 and pair <= near.keys():
            first, second = pair
            near[first].append(second)
            near[second].append(first)
    home: dict[str, int] = {}
    found: list[list[str]] = []
    for name in names:
        if name in home:
            continue
        stack = [name]
        while stack:
            each = stack.pop()
            if each not in home:
                home[each] = len(found)
                stack += near[each]
        found.append([])
    for name in names:
        found[home[name]].append(name)
    return found


def contradiction(names: Sequence[str], known: Pairs) -> list[str]:
    """Return a smallest set of names whose correlations cannot all hold; empty if they can."""
    for component in components(names, known):
        if factor(component, known) is None:
            left = list(component)
            for name in component:
                fewer = [each for each in left if each != name]
                if factor(fewer, known) is None:
                    left = fewer
            return left
    return []


def complaint(names: Sequence[str], known: Pairs) -> tuple[str, str]:
    """Say that the rank correlations of these names cannot all hold, and what would do."""
    shown = []
    for at, name in enumerate(names):
        for other in names[at + 1 :]:
            value = known.get(frozenset((name, other)))
            shown.append(f"{name} and {other} " + ("0 (not given)" if value is None else f"{value:g}"))
    help_ = "bring them nearer to 0, or give the pairs that are missing"
    if len(names) == 3:
        low, high = possible(names[0], names[1], names[2], known)
        help_ = f"with the other two, {names[0]} and {names[2]} can have {low:.2f} to {high:.2f}"
    return f"these rank correlations cannot hold together: {'; '.join(shown)}", help_


def possible(first: str, second: str, third: str, known: Mapping[frozenset[str], float]) -> tuple[float, float]:
    """Return the rank correlations that ``first`` and ``third`` can have, given those with ``second``."""
    one, two = (normal_correlation(known.get(frozenset((name, second)), 0.0)) for name in (first, third))
    reach = math.sqrt(max(0.0, (1 - one * one) * (1 - two * two)))
    return rank_correlation(max(one * two - reach, -1.0)), rank_correlation(min(one * two + reach, 1.0))
