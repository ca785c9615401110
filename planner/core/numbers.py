"""Numbers on a tree: probabilities, value and amounts as tables of rows, over one or many draws.

An edge's numbers are a row of a table. In a scenario many edges share a row, because a formula is worked out once for
each path state; on a generated tree every edge has its own row, in the tree's order, and no index is kept.
Arrays end with the axis of draws, of length 1 where no draw makes a difference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.core.binding import Bound, Column
    from planner.core.layout import Ints
    from planner.core.tree import Tree
    from planner.core.valuation import Valuation

Floats = NDArray[np.float64]
Tolerance = float | Floats | None


@dataclass(frozen=True, eq=False)
class Numbers:
    """What the sweeps read; rows are in the order of the tree's edges and ends where no index is given.

    Value is oriented: more is better, whatever the scenario's objective.

    Attributes:
        p: probabilities (rows, draws); meaningless on options.
        gain: value that an edge adds for each actor (actors, rows, draws).
        end: value that an end adds for each actor (actors, rows, draws).
        amount: consequences of an edge by column (columns, rows, draws); see `planner.core.binding.Column`.
        end_amount: consequences of an end by column (columns, rows, draws).
        risk_tolerance: for each actor, None for neutral; a number, or an array with one a draw.
        p_row, gain_row, end_row: for each edge or end the row of ``p``, of ``gain`` and ``amount``, of ``end`` and
            ``end_amount``; None if each has its own.
        draws: how many draws there are.
    """

    p: Floats = field(repr=False)
    gain: Floats = field(repr=False)
    end: Floats = field(repr=False)
    amount: Floats = field(repr=False)
    end_amount: Floats = field(repr=False)
    risk_tolerance: tuple[Tolerance, ...]
    p_row: Ints | None = field(default=None, repr=False)
    gain_row: Ints | None = field(default=None, repr=False)
    end_row: Ints | None = field(default=None, repr=False)
    draws: int = 1

    @property
    def actors(self) -> int:
        """How many actors there are."""
        return len(self.gain)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays, each counted once."""
        tables = [_base(table) for table in (self.p, self.gain, self.end, self.amount, self.end_amount)]
        rows = sum(row.nbytes for row in (self.p_row, self.gain_row, self.end_row) if row is not None)
        return sum({id(table): table.nbytes for table in tables}.values()) + rows

    @classmethod
    def of_arrays(
        cls,
        tree: Tree,
        p: ArrayLike,
        gain: ArrayLike,
        end: ArrayLike,
        *,
        risk_tolerance: Sequence[float | None] = (),
    ) -> Numbers:
        """Take numbers in the numbering that the tree was made from.

        Args:
            tree: the shape.
            p: probability of each edge, (edges,) or (edges, draws); options may hold anything.
            gain: value that each edge adds, (edges,), (edges, actors) or (edges, actors, draws).
            end: value that each state adds where a path ends there, (states,), (states, actors) or
                (states, actors, draws); the entries of other states are passed over.
            risk_tolerance: one for each actor, None for neutral; empty for all neutral.
        """
        chance = np.asarray(p, np.float64)
        chance = (chance if chance.ndim == 2 else chance[:, None])[tree.edge_origin]
        gains = _by_actor(gain)[:, tree.edge_origin]
        ends = _by_actor(end)[:, tree.origin[tree.ends :]]
        draws = max(chance.shape[-1], gains.shape[-1], ends.shape[-1])
        tolerance = tuple(risk_tolerance) or (None,) * len(gains)
        return cls(chance, gains, ends, gains, ends, tolerance, draws=draws)

    @classmethod
    def of_bound(
        cls, tree: Tree, bound: Bound, worth: Valuation, risk_tolerance: Sequence[Tolerance], draws: int = 1
    ) -> Numbers:
        """Take the numbers of a scenario, in float."""
        p = _table(bound.p)
        width = _width(value for row in bound.amounts for value in row.values())
        amount = np.zeros((len(bound.columns), len(bound.amounts), width))
        for row, amounts in enumerate(bound.amounts):
            for column, value in amounts.items():
                amount[column, row] = value
        gain = _gain(amount, bound.columns, worth)
        return cls(
            p, gain, gain, amount, amount, tuple(risk_tolerance),
            p_row=bound.p_row[tree.edge_origin],
            gain_row=bound.edge_row[tree.edge_origin],
            end_row=bound.end_row[tree.origin[tree.ends :]],
            draws=draws,
        )  # fmt: skip


def _base(array: Floats) -> Floats:
    return array if array.base is None else array.base


def _by_actor(values: ArrayLike) -> Floats:
    """Bring (things,), (things, actors) or (things, actors, draws) into the order (actors, things, draws)."""
    array = np.asarray(values, np.float64)
    while array.ndim < 3:
        array = array[..., None]
    return np.ascontiguousarray(np.moveaxis(array, 1, 0))


def _width(values: Any) -> int:
    return max((len(value) for value in values if isinstance(value, np.ndarray)), default=1)


def _table(rows: Sequence[Any]) -> Floats:
    table = np.empty((len(rows), _width(rows)))
    for at, row in enumerate(rows):
        table[at] = row
    return table


def _gain(amount: Floats, columns: Sequence[Column], worth: Valuation) -> Floats:
    """Return the oriented value of each row for each actor, summed column by column so that draws do not mix."""
    if len(columns) == len(worth.coefficient) == 1 and np.all(worth.coefficient[0][0] * worth.sense == 1):
        return amount
    width = max(amount.shape[2], _width(unit for units in worth.coefficient for unit in units))
    gain = np.zeros((len(worth.coefficient), amount.shape[1], width))
    for column, (only, criterion) in enumerate(columns):
        for actor, units in enumerate(worth.coefficient):
            unit = units[criterion] * worth.sense
            if only in {None, actor} and np.any(unit):
                gain[actor] += unit * amount[column]
    return gain
