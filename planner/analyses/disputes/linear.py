"""Linear equations in rational numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def solved(rows: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> list[Fraction] | None:
    """Return the only solution of linear equations; None where there is none or more than one.

    There may be more equations than unknowns.

    >>> [str(x) for x in solved([[Fraction(3), Fraction(-1)], [Fraction(1), Fraction(1)]], [Fraction(0), Fraction(1)])]
    ['1/4', '3/4']
    """
    size = len(rows[0])
    work = [[*map(Fraction, row), Fraction(value)] for row, value in zip(rows, right, strict=True)]
    for column in range(size):
        at = next((at for at in range(column, len(work)) if work[at][column]), None)
        if at is None:
            return None
        work[column], work[at] = work[at], work[column]
        lead = work[column] = [x / work[column][column] for x in work[column]]
        for other in range(len(work)):
            factor = work[other][column]
            if other != column and factor:
                work[other] = [x - factor * y for x, y in zip(work[other], lead, strict=True)]
    if any(row[size] for row in work[size:]):
        return None
    return [work[at][size] for at in range(size)]
