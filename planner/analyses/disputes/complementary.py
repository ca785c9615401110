"""One equilibrium of a table by the path of Lemke and Howson (1964), in rational numbers.

Each plan is a label. A point of the two polytopes is an equilibrium if every label is present: the plan is not in use,
or as good as any. Dropping one label starts a path of such points that ends in an equilibrium. Ties in the ratio test
are broken lexicographically, so that no path goes in circles (Shapley 1974; von Stengel 2002).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

Row = list[Fraction]


class _Side:
    """One polytope: a tableau with a column for each label, and the numbers on the right last."""

    def __init__(self, values: Any, labels: int, slack: range) -> None:
        own = [at for at in range(labels) if at not in slack]
        self.slack, self.basis = slack, list(slack)
        self.rows: list[Row] = []
        for at, line in enumerate(values):
            row = [Fraction(0)] * (labels + 1)
            for label, value in zip(own, line, strict=True):
                row[label] = value
            row[slack[at]] = row[labels] = Fraction(1)
            self.rows.append(row)

    def enter(self, label: int) -> int:
        """Bring a label's variable in; return the label of the one that leaves."""
        ratios = [
            ([row[-1] / row[label], *(row[at] / row[label] for at in self.slack)], number)
            for number, row in enumerate(self.rows)
            if row[label] > 0
        ]
        number = min(ratios)[1]
        lead = self.rows[number] = [x / self.rows[number][label] for x in self.rows[number]]
        for other, row in enumerate(self.rows):
            if other != number and row[label]:
                factor = row[label]
                self.rows[other] = [x - factor * y if y else x for x, y in zip(row, lead, strict=True)]
        self.basis[number], leaving = label, self.basis[number]
        return leaving

    def mix(self, labels: range) -> tuple[Fraction, ...]:
        """Return the chances of plans."""
        found = {label: row[-1] for label, row in zip(self.basis, self.rows, strict=True)}
        total = sum((found.get(label, Fraction(0)) for label in labels), Fraction(0))
        return tuple(found.get(label, Fraction(0)) / total for label in labels)


def path(first: Any, second: Any, dropped: int) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    """Return the equilibrium at the end of a path.

    Args:
        first: what each pair of plans is worth to the one who picks the row, as an array of Fractions.
        second: the same for the one who picks the column.
        dropped: the label that is dropped: a row, or a column counted on from the last row.
    """
    rows, columns = first.shape
    labels = rows + columns
    lift = [1 - table.min() for table in (first, second)]
    sides = (
        _Side((second + lift[1]).T, labels, range(rows, labels)),
        _Side(first + lift[0], labels, range(rows)),
    )
    turn = 0 if dropped < rows else 1
    label = sides[turn].enter(dropped)
    while label != dropped:
        turn = 1 - turn
        label = sides[turn].enter(label)
    return sides[0].mix(range(rows)), sides[1].mix(range(rows, labels))
