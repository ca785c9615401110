"""What those who decide together would adopt, who blocks what, and what a blocked option would need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from planner.analyses.disputes.consensus import MOST_VOTERS, Power, consensus, power, ranked
from planner.core.joint_rule import UNANIMITY, JointRule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.disputes.positions import Position
    from planner.core.model import Scenario
    from planner.core.valuation import Valuation

Levels = Mapping[str, Mapping[str, Mapping[str, float]]]
TINY = 1e-9


class Question(Protocol):
    """The decision at which an agreement is looked for: what `Focus` has, or a decision before hidden moves."""

    @property
    def scenario(self) -> Scenario:
        """The scenario."""

    @property
    def node(self) -> str:
        """The id of the decision."""

    @property
    def options(self) -> tuple[str, ...]:
        """Its options."""

    @property
    def by(self) -> tuple[str, ...]:
        """Who decides there."""

    @property
    def fallback(self) -> int | None:
        """The number of the option that stands without agreement; None where one actor decides alone."""

    @property
    def chosen(self) -> str:
        """What is done there."""

    @property
    def tied(self) -> tuple[str, ...]:
        """The options that might as well be done, if they are several."""

    @property
    def worth(self) -> Valuation:
        """How amounts become value."""


@dataclass(frozen=True, slots=True)
class Concession:
    """What would make a blocked option acceptable to one who blocks it.

    Attributes:
        option: the option.
        actor: who blocks it.
        shortfall: how many points of value it lacks against no agreement.
        criteria: for each criterion that the actor weighs, how many units of it would make up for that, all else being
            the same; the sign says in which direction.
        room: how many units of each the option has left in that direction before its mean leaves the criterion's scale;
            a criterion without a scale is left out.
        enough: whether all of that room together would do; None where some criterion has no end.
    """

    option: str
    actor: str
    shortfall: float
    criteria: Mapping[str, float] = field(default_factory=dict)
    room: Mapping[str, float] = field(default_factory=dict)
    enough: bool | None = None

    @property
    def beyond(self) -> tuple[str, ...]:
        """The criteria that cannot make up for it alone: their scale ends before."""
        return tuple(
            name for name, units in self.criteria.items() if abs(units) > abs(self.room.get(name, units)) * (1 + TINY)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "option": self.option,
            "actor": self.actor,
            "shortfall": self.shortfall,
            "criteria": dict(self.criteria),
            "room": dict(self.room),
            "beyond_scale": list(self.beyond),
        }


@dataclass(frozen=True, slots=True)
class Stand:
    """How those who decide stand to one option.

    Attributes:
        option: the option.
        gains: what each would gain by it over no agreement; positive is better, also where value is a cost.
        losers: who would lose by it.
        blocked_by: the losers, where by the rule they can keep it from being adopted: one is enough under unanimity and
            the Nash product, under a quota or a majority it takes so many that the others are too few.
        surplus: the sum of all gains: where it is positive, gainers could make up for the losses of losers if points
            were money.
    """

    option: str
    gains: Mapping[str, float]
    losers: tuple[str, ...]
    blocked_by: tuple[str, ...]
    surplus: float

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "option": self.option,
            "gains": dict(self.gains),
            "losers": list(self.losers),
            "blocked_by": list(self.blocked_by),
            "surplus": self.surplus,
        }


@dataclass(frozen=True, slots=True)
class Agreement:
    """What is adopted, and how far everybody is from anything else.

    Attributes:
        rule: how they decide, as the file writes it; None where one actor decides alone.
        option: what is adopted, or stands.
        fallback: the option that stands without agreement; None where one actor decides alone, and no agreement then
            means what happens if each does what is best for it.
        tied: all options that they might as well adopt, itself among them; empty if there is no other.
        gains: what each gains by it over no agreement.
        blocked_by: who blocks the option with the largest surplus, where that is not adopted.
        stands: all options.
        concessions: for each blocked option and each who blocks it what would help.
        cycle: under a majority rule, options that beat each other in a circle, so that none is adopted.
        power: how often each is decisive, under a quota or a majority.
    """

    rule: str | None
    option: str
    fallback: str | None
    tied: tuple[str, ...]
    gains: Mapping[str, float]
    blocked_by: tuple[str, ...]
    stands: tuple[Stand, ...]
    concessions: tuple[Concession, ...]
    cycle: tuple[str, ...] = ()
    power: Power | None = None

    @property
    def reached(self) -> bool:
        """Whether they agree on something else than the fallback."""
        return self.option != self.fallback

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "rule": self.rule,
            "option": self.option,
            "fallback": self.fallback,
            "tied": list(self.tied),
            "gains": dict(self.gains),
            "blocked_by": list(self.blocked_by),
            "options": [stand.to_dict() for stand in self.stands],
            "concessions": [each.to_dict() for each in self.concessions],
            "cycle": list(self.cycle),
            "power": None if self.power is None else self.power.to_dict(),
        }


def agreement(
    focus: Question,
    held: Sequence[Position],
    deciders: Sequence[str],
    disagreement: Mapping[str, float],
    levels: Levels | None = None,
) -> Agreement:
    """Return what is adopted at the decision in focus, and who stands where.

    Args:
        focus: the decision.
        held: everybody's position.
        deciders: between whom an agreement is looked for.
        disagreement: what no agreement is worth to each of them, in the scenario's own sense.
        levels: by option, actor and criterion the mean amounts that concessions would add to, where they are known.
    """
    values = {position.actor: position.values for position in held}
    rule = focus.scenario.nodes[focus.node].rule or UNANIMITY if len(focus.by) > 1 else None
    stands = []
    for option in focus.options:
        gains = {actor: _clean(focus.worth.sense * (values[actor][option] - disagreement[actor])) for actor in deciders}
        losers = tuple(actor for actor, gain in gains.items() if gain < 0)
        blockers = losers if rule is None or _blocks(focus, JointRule.parse(rule), gains) else ()
        stands.append(Stand(option, gains, losers, blockers, sum(gains.values())))
    by_option = {stand.option: stand for stand in stands}
    richest = max(stands, key=lambda stand: stand.surplus)
    chosen = by_option[focus.chosen]
    return Agreement(
        rule=rule,
        option=chosen.option,
        fallback=focus.options[focus.fallback] if focus.fallback is not None else None,
        tied=focus.tied,
        gains=chosen.gains,
        blocked_by=richest.blocked_by if richest.option != chosen.option else (),
        stands=tuple(stands),
        concessions=tuple(
            _concession(focus, stand, actor, levels or {}) for stand in stands for actor in stand.blocked_by
        ),
        cycle=_cycle(focus, values) if rule == "majority" else (),
        power=_power(focus, rule),
    )


def _blocks(focus: Question, rule: JointRule, gains: Mapping[str, float]) -> bool:
    """Return whether those who lose are enough to keep an option from being adopted.

    Where others than the deciders negotiate, their consent is asked of all.
    """
    if rule.name == "weighted":
        return False
    if rule.name not in {"quota", "majority"} or set(gains) != set(focus.by):
        return True
    if rule.name == "majority":
        return 2 * sum(gain > 0 for gain in gains.values()) <= len(gains)
    votes = _votes(focus)
    willing = [actor for actor, gain in gains.items() if gain >= 0]
    held = sum(votes[actor] for actor in willing) / sum(votes.values())
    return held < rule.votes - 1e-12 or len(willing) / len(gains) < rule.heads - 1e-12


def _cycle(focus: Question, values: Mapping[str, Mapping[str, float]]) -> tuple[str, ...]:
    """Return options that beat each other in a circle when heads are counted, as the majority rule does."""
    rows = [{option: focus.worth.sense * value for option, value in values[actor].items()} for actor in focus.by]
    return consensus([ranked(row, tie=TINY * max(1.0, *map(abs, row.values()))) for row in rows]).cycle


def _votes(focus: Question) -> dict[str, float]:
    given = {actor: focus.scenario.actors[actor].votes for actor in focus.by}
    return {actor: 1.0 if count is None else count for actor, count in given.items()}


def _clean(gain: float) -> float:
    return gain if abs(gain) > TINY else 0.0


def _concession(focus: Question, stand: Stand, actor: str, levels: Levels) -> Concession:
    """Return what an actor would need, criterion by criterion, and how much of it the scales allow."""
    worth, criteria = focus.worth, focus.scenario.criteria
    units = worth.coefficient[list(focus.scenario.actors).index(actor)]
    short = -stand.gains[actor]
    value = {name: float(unit) * worth.sense for name, unit in zip(criteria, units, strict=True) if unit}
    needed = {name: short / each for name, each in value.items()}
    at, room = levels.get(stand.option, {}).get(actor, {}), {}
    for name, wanted in needed.items():
        worst, best = criteria[name].worst, criteria[name].best
        if name in at and worst is not None and best is not None:
            end = max(worst, best) if wanted > 0 else min(worst, best)
            room[name] = end - at[name] if (end - at[name]) * wanted > 0 else 0.0
    enough = sum(room[name] * value[name] for name in room) >= short - TINY if len(room) == len(needed) else None
    return Concession(stand.option, actor, short, needed, room, enough)


def _power(focus: Question, rule: str | None) -> Power | None:
    """Return the power of those who decide, where the rule counts votes or heads."""
    parsed = JointRule.parse(rule)
    if rule is None or len(focus.by) > MOST_VOTERS or parsed.name not in {"quota", "majority", "unanimity"}:
        return None
    if parsed.name == "majority":
        return power(dict.fromkeys(focus.by, 1.0), (len(focus.by) // 2 + 1) / len(focus.by))
    return power(_votes(focus), parsed.votes, parsed.heads)
