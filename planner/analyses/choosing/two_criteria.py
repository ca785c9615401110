"""Which criterion is the cost and which the effect, and which way each of them is good."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.analyses.result import BadArgument, UnknownName

if TYPE_CHECKING:
    from collections.abc import Collection

    from planner.core.model import Criterion, Scenario

MONEY = re.compile(
    r"\b(costs?|prices?|money|budget|expen\w+|spen[dt]\w*|eur|euros?|usd|gbp|dollars?|pounds?|chf|cad|sek|nok|dkk|pln|jpy)\b"
    r"|[€$£¥]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Axis:
    """One of the two criteria.

    Attributes:
        criterion: its id.
        name: its name.
        unit: its unit; empty if the file gives none.
        minimize: whether less of it is better.
    """

    criterion: str
    name: str
    unit: str
    minimize: bool

    @property
    def direction(self) -> str:
        """``minimize`` or ``maximize``."""
        return "minimize" if self.minimize else "maximize"

    def to_dict(self) -> dict[str, Any]:
        """Return the criterion as JSON data."""
        return {"criterion": self.criterion, "name": self.name, "unit": self.unit, "direction": self.direction}


def two_criteria(
    scenario: Scenario,
    cost: str | None,
    effect: str | None,
    minimize: Collection[str] = (),
    maximize: Collection[str] = (),
) -> tuple[Axis, Axis]:
    """Return the cost and the effect.

    Of exactly two criteria the one that is not named is the other one. If none is named, the cost is the one whose
    scale says that less is better, or the only one that is money by its id, name or unit. A scale says which way a
    criterion is good; without it the cost is minimised and the effect maximised. ``minimize`` and ``maximize`` outdo
    both.

    Raises:
        UnknownName: there is no such criterion.
        BadArgument: the criteria are not two, or which is the cost cannot be told.
    """
    criteria = scenario.criteria
    for name in (cost, effect, *minimize, *maximize):
        if name is not None and name not in criteria:
            raise UnknownName.among("criterion", name, criteria)
    both = sorted(set(minimize).intersection(maximize))
    if both:
        raise BadArgument(f"'{both[0]}' cannot be both minimised and maximised", "leave out one of the two")
    if len(criteria) < 2:
        (only,) = criteria
        raise BadArgument(
            f"a frontier compares two criteria, and the scenario has one, '{only}'",
            "add a second criterion, or use `planner strategies`",
        )
    if cost is None and effect is None:
        cost = _cost(scenario)
    cost, effect = _other(scenario, cost, effect), _other(scenario, effect, cost)
    if cost == effect:
        raise BadArgument(f"'{cost}' cannot be both cost and effect", "name two criteria")
    return (
        _axis(criteria[cost], minimize=_less(criteria[cost], minimize, maximize, usual=True)),
        _axis(criteria[effect], minimize=_less(criteria[effect], minimize, maximize, usual=False)),
    )


def _axis(criterion: Criterion, *, minimize: bool) -> Axis:
    return Axis(criterion.id, criterion.name, criterion.unit or "", minimize)


def _less(criterion: Criterion, minimize: Collection[str], maximize: Collection[str], *, usual: bool) -> bool:
    """Whether less of a criterion is better."""
    if criterion.id in minimize or criterion.id in maximize:
        return criterion.id in minimize
    if criterion.worst is not None and criterion.best is not None:
        return criterion.worst > criterion.best
    return usual


def _cost(scenario: Scenario) -> str:
    """Return the one of two criteria that is the cost."""
    criteria = list(scenario.criteria.values())
    if len(criteria) == 2:
        for is_cost in (_falls, _is_money):
            found = [criterion.id for criterion in criteria if is_cost(criterion)]
            if len(found) == 1:
                return found[0]
    names = list(scenario.criteria)
    few = ", ".join(names[:6]) + (" …" if len(names) > 6 else "")
    raise BadArgument(
        f"which of the criteria {few} are the cost and the effect cannot be told",
        f"name them, such as --cost {names[0]} --effect {names[1]}",
    )


def _falls(criterion: Criterion) -> bool:
    return criterion.worst is not None and criterion.best is not None and criterion.worst > criterion.best


def _is_money(criterion: Criterion) -> bool:
    words = f"{criterion.id.replace('_', ' ').replace('-', ' ')} {criterion.name} {criterion.unit or ''}"
    return MONEY.search(words) is not None


def _other(scenario: Scenario, wanted: str | None, given: str | None) -> str:
    """Return the criterion that is wanted; where it is not named, the one besides the one that is given."""
    if wanted is not None:
        return wanted
    others = [name for name in scenario.criteria if name != given]
    if len(others) > 1:
        missing = "--effect" if given is not None else "--cost"
        raise BadArgument(
            f"besides '{given}' there are {len(others)} criteria: {', '.join(others[:6])}",
            f"name both: --cost and --effect, such as {missing} {others[0]}",
        )
    return others[0]
