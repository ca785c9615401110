"""How each option of a decision stands against each other: which dominates, which are equal, where they cross."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from planner.core.dominance import compared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.core.dominance import Comparison, Lead
    from planner.core.profile import Profile


@dataclass(frozen=True, slots=True)
class Dominance:
    """One option that dominates another.

    Attributes:
        better: the option that everybody prefers: at order 1 who wants more, at order 2 who shuns risk as well.
        worse: the other.
        order: the lowest order that holds, 1 or 2; what holds at first order holds at second order too.
        witness: where the options are furthest apart, and what each has there; see `planner.core.dominance.Lead`.
    """

    better: str
    worse: str
    order: int
    witness: Lead

    def to_dict(self) -> dict[str, Any]:
        """Return the pair as JSON data."""
        found = {"better": self.better, "worse": self.worse, "order": self.order, "orders": [*range(self.order, 3)]}
        return found | {"witness": self.witness.value, "measure": [self.witness.better, self.witness.worse]}


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two options of which neither dominates.

    Attributes:
        options: the two.
        ahead: for each of them where it is ahead by most: the value, and how likely it and the other are to end there
            or worse.
    """

    options: tuple[str, str]
    ahead: tuple[Lead, Lead]

    def to_dict(self) -> dict[str, Any]:
        """Return the pair as JSON data."""
        ahead = [
            {"option": option, "value": lead.value, "measure": [lead.better, lead.worse]}
            for option, lead in zip(self.options, self.ahead, strict=True)
        ]
        return {"options": list(self.options), "ahead": ahead}


@dataclass(frozen=True, slots=True)
class Undecided:
    """Two options of which one may dominate: what the grid moved leaves it open."""

    better: str
    worse: str
    order: int

    def to_dict(self) -> dict[str, Any]:
        """Return the pair as JSON data."""
        return {"better": self.better, "worse": self.worse, "order": self.order}


@dataclass(frozen=True, slots=True)
class Pairs:
    """All pairs of options.

    Attributes:
        dominance: the pairs of which one dominates.
        equal: the pairs with the same distribution.
        crossings: the pairs of which neither dominates.
        undecided: the pairs of which one would dominate if the grid had moved nothing.
    """

    dominance: tuple[Dominance, ...] = ()
    equal: tuple[tuple[str, str], ...] = ()
    crossings: tuple[Crossing, ...] = ()
    undecided: tuple[Undecided, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the pairs as JSON data."""
        return {
            "dominance": [one.to_dict() for one in self.dominance],
            "equal": [list(one) for one in self.equal],
            "crossings": [one.to_dict() for one in self.crossings],
            "undecided": [one.to_dict() for one in self.undecided],
        }

    def over(self, option: str) -> tuple[Dominance, ...]:
        """Return what dominates an option."""
        return tuple(one for one in self.dominance if one.worse == option)


def pairs(profiles: Mapping[str, Profile], sense: int) -> Pairs:
    """Compare every two options.

    Args:
        profiles: for each option its profile.
        sense: -1 where values are costs.
    """
    dominance, equal, crossings, undecided = [], [], [], []
    for one, other in combinations(profiles, 2):
        found = compared(profiles[one], profiles[other], sense=sense)
        if found.equal:
            equal.append((one, other))
            continue
        order = next((order for order in (1, 2) if found.dominates[order - 1]), None)
        undecided += [
            Undecided(one, other, at) if sign > 0 else Undecided(other, one, at)
            for at, sign in enumerate(found.undecided, 1)
            if sign and (order is None or at < order)
        ]
        ahead, behind = found.orders[0].ahead, found.orders[0].behind
        if order is not None:
            dominance.append(_dominance(one, other, order, found))
        elif ahead and behind and not any(found.undecided):
            crossings.append(Crossing((one, other), (ahead, behind)))
    return Pairs(tuple(dominance), tuple(equal), tuple(crossings), tuple(undecided))


def _dominance(one: str, other: str, order: int, found: Comparison) -> Dominance:
    first = found.dominates[order - 1] > 0
    versus = found.orders[order - 1]
    witness = versus.ahead if first else versus.behind
    assert witness is not None
    return Dominance(one, other, order, witness) if first else Dominance(other, one, order, witness)
