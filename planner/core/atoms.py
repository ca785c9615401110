"""Atoms: values with a probability each, of many distributions in one set of arrays, added up where they meet."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST = 1e-200  # what is less probable is left out: no sum with the rest can tell


@dataclass(frozen=True, eq=False)
class Atoms:
    """Values with a probability each, of one or more distributions.

    Attributes:
        group: the number of the distribution that an atom belongs to.
        value: where it lies.
        mass: its probability.
        off: how far it may lie from where its probability belongs, because it was put on a grid.
    """

    group: Ints = field(repr=False)
    value: Floats = field(repr=False)
    mass: Floats = field(repr=False)
    off: Floats = field(repr=False)

    def __len__(self) -> int:
        return len(self.value)

    def take(self, which: NDArray[np.integer] | NDArray[np.bool_]) -> Atoms:
        """Return some of the atoms."""
        return Atoms(self.group[which], self.value[which], self.mass[which], self.off[which])

    @classmethod
    def joined(cls, parts: Sequence[Atoms]) -> Atoms:
        """Return the atoms of all parts, one part after the other."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            np.concatenate([part.group for part in parts]),
            np.concatenate([part.value for part in parts]),
            np.concatenate([part.mass for part in parts]),
            np.concatenate([part.off for part in parts]),
        )


def merged(atoms: Atoms, same: Floats) -> Atoms:
    """Return atoms in the order of group and value, equal ones added up.

    Atoms of a group that lie within ``same`` (one number for each atom) of the next are one atom, at the least of their
    values. The most improbable are left out.

    >>> made = merged(Atoms(np.zeros(3, int), np.array([0.3, 5, 0.1 + 0.2]), np.array([0.2, 0.5, 0.3]), np.zeros(3)),
    ...               np.full(3, 1e-12))
    >>> made.value.tolist(), made.mass.tolist()
    ([0.3, 5.0], [0.5, 0.5])
    """
    mixed = bool((atoms.group != atoms.group[:1]).any())
    order = np.lexsort((atoms.value, atoms.group)) if mixed else np.argsort(atoms.value, kind="stable")
    atoms = atoms.take(order)
    new = np.empty(len(atoms), np.bool_)
    new[:1] = True
    np.greater(atoms.value[1:] - atoms.value[:-1], same[order[1:]], out=new[1:])
    if mixed:
        new[1:] |= atoms.group[1:] != atoms.group[:-1]
    if not new.all():
        starts = np.flatnonzero(new)
        mass, off = np.add.reduceat(atoms.mass, starts), np.maximum.reduceat(atoms.off, starts)
        atoms = replace(atoms.take(starts), mass=mass, off=off)
    likely = atoms.mass >= LEAST
    return atoms if likely.all() else atoms.take(likely)


def coarsened(atoms: Atoms, limit: int) -> Atoms:
    """Put each group that has more atoms than ``limit`` on a grid of its own; the others stay as they are.

    The grid divides the group's range evenly. Atoms in one cell become one, at their centre of mass: the mean stays as
    it was, an atom that is alone in its cell stays where it is, and no atom moves by more than the width of a cell. The
    least and the largest atom of a group have a cell to themselves, so the range stays as well.

    Args:
        atoms: in the order of group and value.
        limit: how many atoms a group may have, at least 4.
    """
    first = np.flatnonzero(np.concatenate(([True], atoms.group[1:] != atoms.group[:-1])))
    count = np.diff(first, append=len(atoms))
    large = count > limit
    if not large.any():
        return atoms
    low, high = atoms.value[first], atoms.value[first + count - 1]
    step = np.where(large, (high - low) / (limit - 3), 1.0)
    cell = 1 + np.floor((atoms.value - np.repeat(low, count)) / np.repeat(step, count)).astype(np.int64)
    cell[first], cell[first + count - 1] = 0, limit
    made, moved = _gathered(atoms, _apart(cell, np.repeat(~large, count)))
    return replace(made, off=moved)


def on_lattice(atoms: Atoms, low: Floats, step: Floats, which: NDArray[np.bool_]) -> Atoms:
    """Gather the atoms of some groups in the cells of a lattice that each group has once and for all.

    However often more atoms are added and gathered again, none leaves its cell: the centre of mass of a cell lies
    within it. So ``off`` does not grow here, and whoever reads the atoms at last adds one ``step``.

    Args:
        atoms: in the order of group and value; groups are numbered from 0.
        low: for each group where its lattice begins.
        step: for each group the width of a cell.
        which: for each group whether it is put on its lattice.
    """
    cell = np.floor((atoms.value - low[atoms.group]) / step[atoms.group]).astype(np.int64)
    return _gathered(atoms, _apart(cell, ~which[atoms.group]))[0]


def _apart(cell: Ints, alone: NDArray[np.bool_]) -> Ints:
    """Give some atoms a cell each."""
    cell[alone] = np.flatnonzero(alone)
    return cell


def _gathered(atoms: Atoms, cell: Ints) -> tuple[Atoms, Floats]:
    """Return one atom for each cell, and how far its atoms may lie now from where they belong."""
    new = np.ones(len(atoms), np.bool_)
    new[1:] = (cell[1:] != cell[:-1]) | (atoms.group[1:] != atoms.group[:-1])
    starts = np.flatnonzero(new)
    count = np.diff(starts, append=len(atoms))
    mass = np.add.reduceat(atoms.mass, starts)
    beyond = atoms.value - np.repeat(atoms.value[starts], count)
    value = atoms.value[starts] + np.add.reduceat(atoms.mass * beyond, starts) / mass
    moved = np.maximum.reduceat(atoms.off + np.abs(atoms.value - np.repeat(value, count)), starts)
    off = np.maximum.reduceat(atoms.off, starts)
    return Atoms(atoms.group[starts], value, mass, off), moved
