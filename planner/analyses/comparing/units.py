"""The changes between two scenarios as units that can be made one without the other."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.core.change.depending import at_place, carries, groups, requirements
from planner.core.change.difference_words import split
from planner.core.change.leaf import Leaf
from planner.core.change.normal import EDGES, INNER
from planner.core.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.core.change.difference_words import Place
    from planner.core.change.differences import Compared, Difference


NAMED = "changed_number_"


@dataclass(frozen=True)
class Unit:
    """Changes that are made together.

    Attributes:
        changes: the numbers of the differences that it makes.
        needs: the numbers of all that must be made with it, its own among them.
        numbers: its numbers by the names under which an analysis takes other ones, (before, after); None if it is more
            than numbers.
    """

    changes: tuple[int, ...]
    needs: frozenset[int]
    numbers: dict[str, tuple[float, float]] | None = None


@dataclass(frozen=True)
class Units:
    """All units of a comparison.

    Attributes:
        found: the differences that can move values.
        units: the units.
        trailing: the numbers of the differences that take out what nothing names any more.
        named: numbers that stand in options, branches and outcomes, by place, with the names that they get.
    """

    found: tuple[Difference, ...]
    units: tuple[Unit, ...]
    trailing: frozenset[int]
    named: dict[Place, str]

    def differences(self, chosen: Iterable[int]) -> list[Difference]:
        """Return the differences that some units make, and what they need."""
        return [self.found[at] for at in sorted(set().union(*(self.units[unit].needs for unit in chosen)))]

    def joined(self, sets: Sequence[Iterable[int]]) -> Units:
        """Return the units with some of them made one."""
        leader = _Union(len(self.units))
        for each in sets:
            first, *others = sorted(each)
            for other in others:
                leader.join(first, other)
        made = []
        for members in leader.sets():
            own = tuple(sorted({change for unit in members for change in self.units[unit].changes}))
            needs = frozenset().union(*(self.units[unit].needs for unit in members))
            made.append(Unit(own, needs, _together([self.units[unit].numbers for unit in members])))
        return Units(self.found, tuple(made), self.trailing, self.named)


def units_of(compared: Compared, *, weights: bool = True) -> Units:
    """Return the units of a comparison.

    Args:
        compared: the two texts.
        weights: whether other weights and tolerances can be taken as other numbers, without reading the scenario again.
    """
    found = tuple(one for one in compared.differences if one.reach == "values" and one.kind != "renamed")
    needs = _closed(requirements(compared, found))
    together = groups(compared, found)
    carried = [carries(one) for one in found]
    wanted: dict[int, set[int]] = defaultdict(set)
    for at in range(len(found)):
        if not carried[at]:
            for need in needs[at]:
                wanted[need].add(at)
    leader = _Union(len(found))
    for each in together:
        first, *others = sorted(each)
        for other in others:
            leader.join(first, other)
    trailing = frozenset(
        at for at, one in enumerate(found) if carried[at] and one.kind == "removed" and needs[at] - {at}
    )
    named: dict[Place, str] = {}
    made = []
    for members in leader.sets():
        own = [at for at in members if at not in trailing and not (carried[at] and wanted[at] - {at})]
        if not own:
            continue
        all_needs = frozenset().union(*(needs[at] for at in own)) - trailing
        numbers = _numbers(compared, [found[at] for at in own], named, weights=weights)
        made.append(Unit(tuple(own), all_needs, numbers if all_needs == frozenset(own) else None))
    return Units(found, tuple(made), trailing, named)


def _closed(needs: list[set[int]]) -> list[set[int]]:
    """Return for each difference all that it needs, itself among them."""
    made = []
    for at in range(len(needs)):
        seen = {at}
        stack = [at]
        while stack:
            more = needs[stack.pop()] - seen
            seen |= more
            stack.extend(more)
        made.append(seen)
    return made


def _together(numbers: Iterable[dict[str, tuple[float, float]] | None]) -> dict[str, tuple[float, float]] | None:
    made: dict[str, tuple[float, float]] = {}
    for each in numbers:
        if each is None:
            return None
        made.update(each)
    return made


def _numbers(
    compared: Compared, own: Sequence[Difference], named: dict[Place, str], *, weights: bool
) -> dict[str, tuple[float, float]] | None:
    """Return the numbers that differences give other values, by name; None if they do more."""
    made: dict[str, tuple[float, float]] = {}
    places: dict[Place, str] = {}
    for one in own:
        name = _input(compared, one, len(named) + len(places), weights=weights)
        values = [_constant(at_place(tree, one.at)) for tree in (compared.old, compared.new)]
        if name is None or one.kind != "changed" or values[0] is None or values[1] is None:
            return None
        made[name] = values[0], values[1]
        if split(one.at)[1][0] == "nodes":
            places[one.at] = name.rpartition("/")[2]
    named.update(places)
    return made


def _input(compared: Compared, one: Difference, number: int, *, weights: bool) -> str | None:
    """Return the name under which an analysis gives a number another value."""
    prefix, at = split(one.at)
    if at[0] == "parameters" and at[2:] == ("value",):
        return None if _overridden(compared, one.at) else f"{prefix}{at[1]}"
    if at[0] == "nodes" and ("payoff" in at[2:6] or (at[2] == EDGES and at[4:] == ("p",))):
        return f"{prefix}{NAMED}{number}"
    if weights and not prefix and at[0] == "actors" and (at[2:3] == ("weights",) or at[2:] == ("risk_tolerance",)):
        return ".".join(at)
    return None


def _overridden(compared: Compared, at: Place) -> bool:
    """Whether a file on the way to an included parameter gives parameters other values; such a change is read anew."""
    for length in range(2, len(at), 3):
        if at[length : length + 1] != (INNER,):
            return False
        if any(at_place(tree, (*at[:length], "set")) for tree in (compared.old, compared.new)):
            return True
    return False


def _constant(value: object) -> float | None:
    found = value.value if isinstance(value, Leaf) else None
    if isinstance(found, Expression):
        return found.constant
    return found if isinstance(found, float) else None


class _Union:
    """Sets of numbers that grow together."""

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))

    def find(self, one: int) -> int:
        while self.parent[one] != one:
            self.parent[one] = self.parent[self.parent[one]]
            one = self.parent[one]
        return one

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.find(one), self.find(other)))
        self.parent[second] = first

    def sets(self) -> list[list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for one in range(len(self.parent)):
            found[self.find(one)].append(one)
        return list(found.values())
