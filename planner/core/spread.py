"""How probability spreads over path totals: from the options of a decision forward, level by level, to the ends.

At each state, totals that are equal are one atom, so 3^200 paths over 600 shared states are as many atoms as there are
different totals. Where these are more than a limit, they are put on a grid, and how far that moves them is kept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner.core.atoms import Atoms, coarsened, merged, on_lattice
from planner.core.followed import ranges

if TYPE_CHECKING:
    from planner.core.ahead import Ahead, Worth
    from planner.core.followed import Followed, Ints

ATOMS = 2**16  # as many different totals are kept at a state
SAME = 1e-12  # totals that differ by less, as a share of the largest amount, are one: sums in another order end apart


def spread(followed: Followed, worth: Worth, ahead: Ahead, limit: int = ATOMS) -> list[Atoms]:
    """Return for each option the distribution of the totals of all paths that follow it.

    The total of a path is what came before, all amounts on the way and that of its end. Values are in ascending order;
    ``off`` is 0 where no grid was needed.

    Args:
        followed: what can follow.
        worth: what edges and ends are worth.
        ahead: the range of what lies ahead.
        limit: how many atoms a state may hold.
    """
    return _Spread(followed, worth, ahead, limit).run()


class _Spread:
    """Atoms on their way: those that wait at a level, and those that have come to an end.

    A group is an option and a state; at the ends it is the option alone.
    """

    def __init__(self, followed: Followed, worth: Worth, ahead: Ahead, limit: int) -> None:
        self.followed, self.worth, self.limit = followed, worth, limit
        low, high = worth.start + ahead.low[followed.options], worth.start + ahead.high[followed.options]
        largest = np.maximum(ahead.size[followed.options], np.maximum(np.abs(low), np.abs(high)))
        self.same = SAME * largest
        self.low, self.step = low, np.where(high > low, (high - low) / limit, 1.0)
        self.level = np.searchsorted(followed.levels, followed.target, side="right") - 1
        self.waiting: dict[int, list[Atoms]] = {}
        self.ended: list[Atoms] = []
        self.arrived = 0
        self.on_grid = np.zeros(len(low), np.bool_)

    def run(self) -> list[Atoms]:
        """Send everything on its way and gather it at the ends."""
        options, states = len(self.followed.options), len(self.followed)
        target = self.followed.options
        start = Atoms(np.arange(options) * states + target, self.worth.start, np.ones(options), np.zeros(options))
        self.send(start, np.searchsorted(self.followed.levels, target, side="right") - 1)
        for level in range(len(self.followed.levels) - 1):
            if level in self.waiting:
                self.send(*self.moved(Atoms.joined(self.waiting.pop(level))))
        self.gather()
        made = self.ended[0]
        made = replace(made, off=made.off + np.where(self.on_grid, self.step, 0.0)[made.group])
        bounds = np.searchsorted(made.group, np.arange(options + 1))
        return [made.take(np.arange(bounds[option], bounds[option + 1])) for option in range(options)]

    def moved(self, atoms: Atoms) -> tuple[Atoms, Ints]:
        """Take the atoms of one level an edge further; return them, and for each the level that it comes to."""
        followed, states = self.followed, len(self.followed)
        atoms = coarsened(merged(atoms, self.same[atoms.group // states]), self.limit)
        option, state = np.divmod(atoms.group, states)
        first = followed.first_edge[state]
        degree = followed.first_edge[state + 1] - first
        edge = ranges(first, degree)
        atom = np.repeat(np.arange(len(atoms)), degree)
        made = Atoms(
            option[atom] * states + followed.target[edge],
            atoms.value[atom] + self.worth.edge[edge],
            atoms.mass[atom] * followed.p[edge],
            atoms.off[atom],
        )
        return made, self.level[edge]

    def send(self, atoms: Atoms, level: Ints) -> None:
        """Let atoms wait at the levels that they come to; those at an end have arrived."""
        last = len(self.followed.levels) - 1
        least, most = int(level.min()), int(level.max())
        levels = [least] if least == most else np.unique(level).tolist()
        for one in levels:
            part = atoms if len(levels) == 1 else atoms.take(level == one)
            if one < last:
                self.waiting.setdefault(one, []).append(part)
            else:
                option, state = np.divmod(part.group, len(self.followed))
                self.ended.append(replace(part, group=option, value=part.value + self.worth.end[state]))
                self.arrived += len(part)
        if self.arrived > 8 * self.limit * len(self.followed.options):
            self.gather()

    def gather(self) -> None:
        """Add up what has come to the ends."""
        atoms = Atoms.joined(self.ended)
        atoms = merged(atoms, self.same[atoms.group])
        self.on_grid |= np.bincount(atoms.group, minlength=len(self.low)) > self.limit
        if self.on_grid.any():
            atoms = on_lattice(atoms, self.low, self.step, self.on_grid)
        self.ended, self.arrived = [atoms], 0
