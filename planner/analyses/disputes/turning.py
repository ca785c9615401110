"""How far one actor's values may move before several who decide together adopt something else: exactly.

By every rule the scores of options are piecewise linear in one actor's value of one option (the Nash product too: one
factor moves). So what is adopted changes only where two of these lines meet. All such places are worked out in rational
numbers, and the rule itself is asked what is adopted between one and the next.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.core import joint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from planner.core.tree import Decider

    Row = Sequence[Fraction]

SAFE = 2**61


class Turn(NamedTuple):
    """From which change of a value on something else is adopted, and what."""

    change: Fraction
    adopted: int


def turns(own: Sequence[Row], who: Decider, mover: int, slopes: Row, chosen: int) -> tuple[Turn | None, Turn | None]:
    """Return the nearest changes down and up beyond which something else is adopted; None where nothing is.

    >>> from planner.core.tree import DECISION, Decider
    >>> own = [[Fraction(6), Fraction(4), Fraction(3)], [Fraction(1), Fraction(5), Fraction(3)]]
    >>> turns(own, Decider(DECISION, (0, 1), fallback=2), 1, [Fraction(1), Fraction(0), Fraction(0)], 1)
    (None, Turn(change=Fraction(3, 1), adopted=0))

    Args:
        own: for each owner what each option is worth to it, more being better.
        who: the owners, their votes and their rule.
        mover: the owner whose values move, counted from the first.
        slopes: by how much its value of each option rises when the change is 1.
        chosen: the option that is adopted as things are.
    """
    points = sorted(set(_meetings(own, who, mover, slopes)))
    found: list[Turn | None] = []
    for sense in (-1, 1):
        ahead = sorted(sense * point for point in points if sense * point > 0)
        places = [Fraction(0), *ahead]
        between = [sense * (low + high) / 2 for low, high in pairwise([*places, places[-1] + 2])]
        follow = _followed(own, who, mover, slopes, between)
        found.append(next((Turn(sense * at, slot) for at, slot in zip(places, follow, strict=True) if slot != chosen),
                          None))  # fmt: skip
    return found[0], found[1]


def _followed(own: Sequence[Row], who: Decider, mover: int, slopes: Row, changes: Sequence[Fraction]) -> list[int]:
    """Return what is adopted after each of some changes."""
    moved = [[value + slope * change for change in changes] for value, slope in zip(own[mover], slopes, strict=True)]
    common = lcm(*(x.denominator for row in moved for x in row), *(x.denominator for row in own for x in row))
    table = [
        [_whole(row, common) for row in moved]
        if owner == mover
        else [[x] * len(changes) for x in _whole(values, common)]
        for owner, values in enumerate(own)
    ]
    bound = 2 * max(abs(x) for row in table for values in row for x in values) + 1
    power = len(own) if who.rule.name == "nash" else 1
    safe = who.rule.name != "weighted" and len(own) * bound**power < SAFE
    array = np.array(table, np.int64 if safe else object)
    equal = joint.adopted(array, who.fallback, 0, who.rule, who.votes)
    found: list[int] = joint.follow(equal, who.fallback).tolist()
    return found


def _whole(row: Iterable[Fraction], common: int) -> list[int]:
    return [x.numerator * (common // x.denominator) for x in row]


def _meetings(own: Sequence[Row], who: Decider, mover: int, slopes: Row) -> Iterator[Fraction]:
    """Yield every change at which what is adopted may change, and some at which it does not."""
    fallback, slots = who.fallback, range(len(slopes))
    line = [(own[mover][s] - own[mover][fallback], slopes[s] - slopes[fallback]) for s in slots]
    others = [[row[s] - row[fallback] for s in slots] for at, row in enumerate(own) if at != mover]
    moving = [s for s in slots if line[s][1]]
    for s in moving:
        for t in slots:
            yield from _crossing(line[s], line[t])
            total = sum((row[t] - row[s] for row in others), Fraction(0))  # the same sum of gains
            yield from _crossing(line[s], (line[t][0] + total, line[t][1]))
    rule = who.rule.name
    if rule in {"unanimity", "quota"}:
        still = joint.scores(np.array(own, object), fallback, who.rule, who.votes)
        for s in moving:
            levels = {row[t] for row in others for t in moving} | {still[t] for t in slots if t not in moving}
            for level in levels:
                yield from _crossing(line[s], (level, Fraction(0)))
    elif rule == "nash":
        product = [_product(row[s] for row in others) for s in slots]
        scaled = [(at * factor, slope * factor) for (at, slope), factor in zip(line, product, strict=True)]
        for s in moving:
            for t in slots:
                yield from _crossing(scaled[s], scaled[t])
    elif rule == "weighted":
        votes = joint.exact_votes(who.votes, len(own))
        mean = [sum((v * row[s] for v, row in zip(votes, own, strict=True)), Fraction(0)) for s in slots]
        rise = [votes[mover] * slopes[s] for s in slots]
        for s in slots:
            for t in slots:
                yield from _crossing((mean[s], rise[s]), (mean[t], rise[t]))


def _product(factors: Iterable[Fraction]) -> Fraction:
    made = Fraction(1)
    for factor in factors:
        made *= factor
    return made


def _crossing(one: tuple[Fraction, Fraction], other: tuple[Fraction, Fraction]) -> Iterator[Fraction]:
    """Yield where two lines meet, each its value now and its slope."""
    if one[1] != other[1]:
        yield (other[0] - one[0]) / (one[1] - other[1])
