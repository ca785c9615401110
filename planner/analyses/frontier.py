"""Two criteria as cost and effect: efficient strategies, dominated ones with the reason, ratios, net benefit."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analyses.choosing.frontier_search import Candidate, Field, listed, prepared
from planner.analyses.choosing.frontier_words import headline, markdown, reason
from planner.analyses.choosing.league import EFFICIENT, League, best_at, league
from planner.analyses.choosing.policy import choices
from planner.analyses.choosing.strategy_names import names
from planner.analyses.choosing.two_criteria import Axis, two_criteria
from planner.analyses.notebook import frame
from planner.analyses.result import BadArgument
from planner.core.points import MOST_POINTS, grouped
from planner.core.unfold import MAX_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from planner.core.model import Scenario

WHOLE = "Expected cost and effect of every strategy"
FOLDED = "Efficient strategies by vector-valued backward induction: dominated points are dropped at every state"
HULL = "; where a state had too many points only the corners of their convex hull were kept (supported strategies)"


@dataclass(frozen=True, slots=True)
class FrontierStrategy:
    """One strategy with its place in the league.

    Attributes:
        strategy: its name, no two alike.
        option: the option with which it begins; None where strategies begin with chance.
        choices: the option taken at every decision that is reached; see `planner.analyses.choosing.policy.choices`.
        cost: its expected cost, in the criterion's own sense.
        effect: its expected effect, in the criterion's own sense.
        status: efficient, dominated or extendedly dominated.
        reason: why it is not efficient; empty if it is.
        incremental_cost: its cost less that of the efficient strategy one step cheaper; None where there is none.
        incremental_effect: its effect less that of that strategy.
        icer: what a further unit of effect costs over that strategy; None where there is none.
        compared_with: that strategy.
        dominated_by: the strategy that dominates it.
        mix: the two strategies of which a mixture outdoes it, each with its share.
        tied_with: other strategies listed of the same cost and effect.
        same: how many strategies come to this cost and effect, itself included; None if they were not counted.
    """

    strategy: str
    option: str | None
    choices: Mapping[str, str]
    cost: float
    effect: float
    status: str
    reason: str
    incremental_cost: float | None
    incremental_effect: float | None
    icer: float | None
    compared_with: str | None
    dominated_by: str | None
    mix: Mapping[str, float]
    tied_with: tuple[str, ...]
    same: int | None

    def to_dict(self) -> dict[str, Any]:
        """Return the strategy as JSON data."""
        return {
            "strategy": self.strategy,
            "option": self.option,
            "choices": dict(self.choices),
            "cost": self.cost,
            "effect": self.effect,
            "status": self.status,
            "reason": self.reason,
            "incremental_cost": self.incremental_cost,
            "incremental_effect": self.incremental_effect,
            "icer": self.icer,
            "compared_with": self.compared_with,
            "dominated_by": self.dominated_by,
            "mix": dict(self.mix),
            "tied_with": list(self.tied_with),
            "same": self.same,
        }


@dataclass(frozen=True, slots=True)
class Threshold:
    """The willingness to pay at which the best strategy changes."""

    willingness_to_pay: float
    before: str
    after: str

    def to_dict(self) -> dict[str, Any]:
        """Return the threshold as JSON data."""
        return {"willingness_to_pay": self.willingness_to_pay, "from": self.before, "to": self.after}


@dataclass(frozen=True, slots=True)
class NetBenefit:
    """What is best at one willingness to pay.

    Attributes:
        willingness_to_pay: for a unit of effect.
        best: the strategies of the largest net benefit.
        net_monetary_benefit: willingness to pay times effect, less cost.
        net_health_benefit: effect, less cost in units of effect; None where nothing is paid.
        strategies: the net monetary benefit of every efficient strategy.
    """

    willingness_to_pay: float
    best: tuple[str, ...]
    net_monetary_benefit: float
    net_health_benefit: float | None
    strategies: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON data."""
        return {
            "willingness_to_pay": self.willingness_to_pay,
            "best": list(self.best),
            "net_monetary_benefit": self.net_monetary_benefit,
            "net_health_benefit": self.net_health_benefit,
            "strategies": dict(self.strategies),
        }


@dataclass(frozen=True)
class Frontier:
    """Cost and effect of strategies; made by `frontier`.

    Attributes:
        scenario: whose strategies.
        actor: the point of view: whose decisions are compared.
        cost: the criterion that is the cost.
        effect: the criterion that is the effect.
        count: the exact number of strategies; None if it has more than 100,000 digits.
        digits: the decimal logarithm of that number.
        strategies: those listed, from the cheapest on.
        points: how many different pairs of cost and effect are not dominated; of more than 1,000 those that some
            willingness to pay makes the best are listed, and others evenly between them.
        listed_all: whether every strategy is listed; otherwise those that are not dominated, and the best of each first
            option that has none.
        complete: whether every strategy that is not dominated was found; otherwise only those that some willingness to
            pay makes the best are certain to be there.
        thresholds: where the best strategy changes as willingness to pay grows.
        net_benefit: what is best at some willingness to pay: at 0 and at the thresholds unless others were asked for.
        others: the actors whose decisions are settled as the evaluation settles them.
        settings: the arguments.
        method: how it was done.
    """

    scenario: Scenario = field(repr=False)
    actor: str
    cost: Axis
    effect: Axis
    count: int | None
    digits: float
    strategies: tuple[FrontierStrategy, ...]
    points: int
    listed_all: bool
    complete: bool
    thresholds: tuple[Threshold, ...]
    net_benefit: tuple[NetBenefit, ...]
    others: tuple[str, ...]
    settings: Mapping[str, Any]
    method: str

    @property
    def efficient(self) -> tuple[FrontierStrategy, ...]:
        """The efficient strategies, from the cheapest on, tied ones beside each other."""
        return tuple(each for each in self.strategies if each.status == EFFICIENT)

    def headline(self) -> str:
        """Say in one sentence which strategies are efficient and what more effect costs."""
        return headline(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        return {
            "actor": self.actor,
            "cost": self.cost.to_dict(),
            "effect": self.effect.to_dict(),
            "count": self.count,
            "count_log10": self.digits if self.digits < math.inf else None,
            "strategies": [each.to_dict() for each in self.strategies],
            "points": self.points,
            "listed_all": self.listed_all,
            "complete": self.complete,
            "thresholds": [each.to_dict() for each in self.thresholds],
            "net_benefit": [each.to_dict() for each in self.net_benefit],
            "others": list(self.others),
            "method": self.method,
        }

    def to_frame(self) -> Any:
        """Return the league table as a pandas DataFrame, one row a strategy.

        Raises:
            BadArgument: pandas is not installed.
        """
        kept = (
            "strategy",
            "option",
            "cost",
            "effect",
            "status",
            "incremental_cost",
            "incremental_effect",
            "icer",
            "reason",
        )
        return frame([{name: each.to_dict()[name] for name in kept} for each in self.strategies])

    def _repr_markdown_(self) -> str:
        return markdown(self)


def frontier(  # noqa: PLR0913 - what every analysis takes, and the two criteria
    scenario: Scenario,
    *,
    at: str | None = None,
    actor: str | None = None,
    overrides: Mapping[str, float | str] | None = None,
    rule: str = "expected",
    max_states: int = MAX_STATES,
    cost: str | None = None,
    effect: str | None = None,
    minimize: Sequence[str] = (),
    maximize: Sequence[str] = (),
    wtp: Sequence[float] = (),
    all: bool = False,
    limit: int = MOST_POINTS,
) -> Frontier:
    """Compare strategies by expected cost and expected effect.

    Amounts are path totals, the start included, averaged by the probabilities of the file; tolerance of risk plays no
    role, and nobody need weigh the criteria. With up to 60 strategies all are listed; of more, those that are not
    dominated, found without listing the others. Strategies that tie in both criteria are all kept. The point of view's
    decisions are compared, those taken together with others among them; what others decide on their own is taken from
    the evaluation, which needs weights.

    >>> from planner.core.rules import load
    >>> from planner.core.source import Source
    >>> scenario = load(Source.from_text('''
    ... planner: 1
    ... title: Screening
    ... criteria: {cost: {unit: USD}, years: {}}
    ... nodes:
    ...   screen:
    ...     decision: Screen whom?
    ...     options:
    ...       nobody: {payoff: {cost: 5000, years: 1}}
    ...       some: {payoff: {cost: 10000, years: 2}}
    ...       many: {payoff: {cost: 12000, years: 1.5}}
    ... '''))
    >>> found = frontier(scenario)
    >>> [(each.strategy, each.status, each.icer) for each in found.strategies]
    [('nobody', 'efficient', None), ('some', 'efficient', 5000.0), ('many', 'dominated', None)]
    >>> found.strategies[2].reason
    "costs 2,000 USD more and gains 0.5 less than 'some'"

    Args:
        scenario: the scenario, read and checked.
        at: the decision at which strategies begin, ``node`` or ``node[round=2]``; None for the scenario's beginning.
        actor: the point of view; None for the first of those who take the first decision.
        overrides: numbers that replace parameters.
        rule: what others decide by.
        max_states: how many states the scenario may unfold into.
        cost: the criterion that is the cost; see `planner.analyses.choosing.two_criteria.two_criteria`.
        effect: the criterion that is the effect.
        minimize: criteria of which less is better, whatever their scale says.
        maximize: criteria of which more is better.
        wtp: willingness to pay for a unit of effect, at which net benefit is told.
        all: list every strategy, up to 20,000.
        limit: how many points of a state are kept before only the corners of their hull are.

    Raises:
        ScenarioError: the scenario does not unfold, or a number does not fit.
        UnknownName: no decision, actor, parameter or criterion has the name that was given.
        BadArgument: the criteria are not two, somebody else decides without weights, or there are too many strategies.
    """
    axes = two_criteria(scenario, cost, effect, minimize, maximize)
    for willingness in wtp:
        if not (math.isfinite(willingness) and willingness >= 0):
            raise BadArgument(f"a willingness to pay cannot be {willingness:g}", "give numbers from 0 on")
    asked = prepared(scenario, axes, at=at, actor=actor, overrides=overrides, rule=rule, max_states=max_states)
    found = listed(asked, all=all, limit=limit)
    table = _Table(asked, axes, found.candidates)
    given = {"minimize": list(minimize), "maximize": list(maximize), "wtp": [float(each) for each in wtp]}
    settings = {**asked.settings, "cost": axes[0].criterion, "effect": axes[1].criterion, **given, "all": all}
    return Frontier(
        scenario=scenario,
        actor=asked.actor,
        cost=axes[0],
        effect=axes[1],
        count=asked.space.count,
        digits=asked.space.digits,
        strategies=table.strategies(),
        points=found.points or table.points,
        listed_all=found.whole,
        complete=found.complete,
        thresholds=table.thresholds(),
        net_benefit=table.net_benefit(wtp),
        others=asked.others,
        settings=settings,
        method=WHOLE if found.whole else FOLDED + ("" if found.complete else HULL),
    )


class _Table:
    """The strategies listed, put in their places."""

    def __init__(self, asked: Field, axes: tuple[Axis, Axis], found: Sequence[Candidate]) -> None:
        self.asked, self.axes, self.found = asked, axes, found
        xy = np.array([each.xy for each in found])
        self.cost, self.effect = -xy[:, 0], xy[:, 1]
        self.league: League = league(self.cost, self.effect, asked.tolerance)
        self.choices = [choices(each.plan, asked.space) for each in found]
        self.names = names([each.plan for each in found], self.choices, asked.space)
        self.at_point: dict[tuple[bool, int], list[int]] = {}  # strategies that are equal in both criteria
        self.point = self._points(xy)

    @property
    def points(self) -> int:
        """How many different points are not dominated."""
        return sum(stands for stands, _ in self.at_point)

    def _points(self, xy: NDArray[np.float64]) -> list[tuple[bool, int]]:
        """Return for each strategy which point it comes to, dominated ones counted apart."""
        equal, _ = grouped(xy, self.asked.tolerance, frontier=False)
        found = [
            (True, place.group) if place.group >= 0 else (False, int(other))
            for place, other in zip(self.league.places, equal, strict=True)
        ]
        for at, point in enumerate(found):
            self.at_point.setdefault(point, []).append(at)
        return found

    def strategies(self) -> tuple[FrontierStrategy, ...]:
        """Return the strategies from the cheapest on; of equal cost the most effective first."""
        order = sorted(range(len(self.found)), key=lambda at: (self._rank(at), at))
        return tuple(self._strategy(at) for at in order)

    def _rank(self, at: int) -> tuple[float, float]:
        lead = self.at_point[self.point[at]][0]  # ties are equal to the last digit here
        return float(self.cost[lead]), -float(self.effect[lead])

    def _strategy(self, at: int) -> FrontierStrategy:
        place, candidate = self.league.places[at], self.found[at]
        plan, space = candidate.plan, self.asked.space
        first = space.unfolded.edges[space.unfolded.edge[plan.slots[0][0]]].id if space.open[plan.state[0]] else None
        step = place.before
        return FrontierStrategy(
            strategy=self.names[at],
            option=first,
            choices=self.choices[at],
            cost=self._own(0, self.cost[at]),
            effect=self._own(1, self.effect[at]),
            status=place.status,
            reason=reason(at, place, self.names, self.cost, self.effect, self.axes, self.asked.tolerance),
            incremental_cost=None if step is None else self._own(0, self.cost[at] - self.cost[step]),
            incremental_effect=None if step is None else self._own(1, self.effect[at] - self.effect[step]),
            icer=place.icer,
            compared_with=None if step is None else self.names[step],
            dominated_by=None if place.by is None else self.names[place.by],
            mix={self.names[one]: share for one, share in place.mix},
            tied_with=tuple(self.names[other] for other in self.at_point[self.point[at]] if other != at),
            same=candidate.same if candidate.same is not None or not self.whole else len(self.at_point[self.point[at]]),
        )

    @property
    def whole(self) -> bool:
        """Whether every strategy is listed."""
        return self.asked.space.count == len(self.found)

    def _own(self, axis: int, oriented: float) -> float:
        """Return an amount in the criterion's own sense."""
        flipped = self.axes[axis].minimize == bool(axis)
        return float(-oriented if flipped else oriented) + 0.0

    def thresholds(self) -> tuple[Threshold, ...]:
        """Return where the best strategy changes; strategies on one line change hands all at once."""
        found: list[Threshold] = []
        for one, two in pairwise(self.league.efficient):
            icer = self.league.places[two].icer
            assert icer is not None
            if found and math.isclose(icer, found[-1].willingness_to_pay, rel_tol=1e-9):
                found[-1] = Threshold(found[-1].willingness_to_pay, found[-1].before, self.names[two])
            else:
                found.append(Threshold(icer, self.names[one], self.names[two]))
        return tuple(found)

    def net_benefit(self, wtp: Sequence[float]) -> tuple[NetBenefit, ...]:
        """Return what is best at each willingness to pay."""
        asked = [float(each) for each in wtp] or [0.0, *(each.willingness_to_pay for each in self.thresholds())]
        lead = list(self.league.efficient)
        cost, effect = self.cost[lead], self.effect[lead]
        found = []
        for willingness in dict.fromkeys(asked):
            best, benefit = best_at(cost, effect, willingness, self.asked.tolerance)
            tied = [self.names[other] for at in best for other in self.at_point[self.point[lead[at]]]]
            each = {self.names[at]: float(willingness * self.effect[at] - self.cost[at]) for at in lead}
            health = benefit / willingness if willingness > 0 else None
            found.append(NetBenefit(willingness, tuple(tied), benefit, health, each))
        return tuple(found)
