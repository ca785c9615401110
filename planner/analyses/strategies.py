"""Whole strategies: how many there are, which are the best, and how often each option is chosen under them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from planner.analyses.choosing.policy import ChoiceSummary, choices, deviation, first_option, summary
from planner.analyses.choosing.ranked import Ranked, Search
from planner.analyses.choosing.strategies_words import headline, markdown
from planner.analyses.focus import focus
from planner.analyses.notebook import frame
from planner.core.unfold import MAX_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.model import Scenario

MINIMAX_REGRET = "minimax-regret"
TOP = 10
METHOD = "Strategies counted by sums over options and products over branches (full recall)"


@dataclass(frozen=True, slots=True)
class StrategyResult:
    """One strategy.

    Attributes:
        rank: 1 for the best; strategies that are equally good share a rank.
        value: its expected value for the point of view, in the scenario's own sense.
        score: what the rule goes by: a certainty equivalent, the worst case, the largest regret … else ``value``.
        values: its expected value for each actor.
        sd: the standard deviation of what a path comes to for the point of view.
        worst: the worst path that is possible.
        best: the best one.
        regret: the largest regret; None unless the rule goes by it.
        regret_when: the events that make it so large, by the branch that they take.
        choices: the option taken at every decision of the point of view that is reached; see
            `planner.analyses.choosing.policy.choices`.
        followed: whether it is what `planner.evaluate` follows.
        summary: how often every decision is reached, whoever takes it, and which way it goes.
    """

    rank: int
    value: float
    score: float
    values: Mapping[str, float]
    sd: float
    worst: float
    best: float
    regret: float | None
    regret_when: Mapping[str, str]
    choices: Mapping[str, str]
    followed: bool
    summary: tuple[ChoiceSummary, ...] = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the strategy as JSON data."""
        found: dict[str, Any] = {
            "rank": self.rank,
            "value": self.value,
            "score": self.score,
            "values": dict(self.values),
            "sd": self.sd,
            "worst": self.worst,
            "best": self.best,
        }
        if self.regret is not None:
            found |= {"regret": self.regret, "regret_when": dict(self.regret_when)}
        return found | {
            "choices": dict(self.choices),
            "followed": self.followed,
            "summary": [each.to_dict() for each in self.summary],
        }


@dataclass(frozen=True)
class Strategies:
    """The strategies of a scenario, the best of them listed; made by `strategies`.

    Attributes:
        scenario: whose strategies.
        actor: the point of view.
        count: the exact number of strategies; None if it has more than 100,000 digits.
        digits: the decimal logarithm of that number.
        nominal: the number of ways to choose one option for every decision state, reached or not; None if that has more
            than 100,000 digits.
        strategies: the best, in order.
        tied: how many strategies are as good as the best, itself included; None if that could not be counted.
        first: for each strategy listed the name of the option with which it begins; empty where strategies begin with
            chance.
        others: the actors whose decisions are settled as the evaluation settles them.
        rule: how strategies are ranked.
        settings: the arguments.
        method: how it was done.
    """

    scenario: Scenario = field(repr=False)
    actor: str
    count: int | None
    digits: float
    nominal: int | None
    strategies: tuple[StrategyResult, ...]
    tied: int | None
    first: tuple[str, ...]
    others: tuple[str, ...]
    rule: str
    settings: Mapping[str, Any]
    method: str

    @property
    def truncated(self) -> bool:
        """Whether there are more strategies than are listed."""
        return self.count is None or len(self.strategies) < self.count

    @cached_property
    def common(self) -> dict[str, str]:
        """What all strategies listed choose alike."""
        first, *others = [set(each.choices.items()) for each in self.strategies]
        shared = first.intersection(*others)
        return {state: option for state, option in self.strategies[0].choices.items() if (state, option) in shared}

    def headline(self) -> str:
        """Say in one sentence which strategy is the best."""
        return headline(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        return {
            "actor": self.actor,
            "count": self.count,
            "count_log10": self.digits if self.digits < float("inf") else None,
            "nominal": self.nominal,
            "strategies": [each.to_dict() for each in self.strategies],
            "truncated": self.truncated,
            "rule": self.rule,
            "tied": self.tied,
            "others": list(self.others),
            "method": self.method,
        }

    def to_frame(self) -> Any:
        """Return the strategies listed as a pandas DataFrame, one row each.

        Raises:
            BadArgument: pandas is not installed.
        """
        rows = []
        for each in self.strategies:
            told = each.to_dict()
            del told["summary"], told["values"]
            rows.append(told | {"choices": "; ".join(f"{state}={option}" for state, option in each.choices.items())})
        return frame(rows)

    def _repr_markdown_(self) -> str:
        return markdown(self)


def strategies(  # noqa: PLR0913 - what every analysis takes, and two more
    scenario: Scenario,
    *,
    at: str | None = None,
    actor: str | None = None,
    overrides: Mapping[str, float | str] | None = None,
    rule: str = "expected",
    max_states: int = MAX_STATES,
    all: bool = False,
    top: int = TOP,
    same: Sequence[Sequence[str]] = (),
) -> Strategies:
    """Count the strategies of a scenario and list the best.

    A strategy says what the point of view does at each of its decisions that this very strategy makes reachable, on
    every path of positive probability. With full recall a state that several paths share may be decided differently on
    each. A decision that several take together counts as one decision of each of them. What others decide is taken from
    the evaluation: they play as `planner.evaluate` says, whatever the strategy is.

    >>> from planner.core.rules import load
    >>> from planner.core.source import Source
    >>> scenario = load(Source.from_text('''
    ... planner: 1
    ... title: An oil field
    ... nodes:
    ...   survey: {decision: Survey first?, options: {yes: {payoff: -10, to: news}, no: {to: site}}}
    ...   news: {chance: What does it say?, branches: {good: {p: 0.5, to: rich}, bad: {p: 0.5, to: poor}}}
    ...   site: {decision: Drill or sell?, options: {drill: {payoff: 60}, sell: {payoff: 90}}}
    ...   rich: {decision: Drill or sell after good news?, options: {drill: {payoff: 300}, sell: {payoff: 90}}}
    ...   poor: {decision: Drill or sell after bad news?, options: {drill: {payoff: -180}, sell: {payoff: 90}}}
    ... '''))
    >>> found = strategies(scenario, top=2)
    >>> found.count, found.nominal
    (6, 16)
    >>> [(each.value, dict(each.choices)) for each in found.strategies]
    [(185.0, {'survey': 'yes', 'rich': 'drill', 'poor': 'sell'}), (90.0, {'survey': 'no', 'site': 'sell'})]

    Args:
        scenario: the scenario, read and checked.
        at: the decision at which strategies begin, ``node`` or ``node[round=2]``; None for the scenario's beginning.
        actor: the point of view; None for the first of those who take the first decision.
        overrides: numbers that replace parameters.
        rule: expected, maximin, maximax, hurwicz:ALPHA, laplace or minimax-regret. Strategies are ranked as wholes: the
            worst case of a strategy is the worst of its paths. Others decide by the same rule; by expected value under
            minimax-regret.
        max_states: how many states the scenario may unfold into.
        all: count and choose everybody's decisions, not only those of the point of view.
        top: how many strategies to list at most.
        same: groups of chance nodes that stand for one event under minimax-regret, such as the market behind each of
            two options; nodes are independent otherwise.

    Raises:
        ScenarioError: the scenario cannot be evaluated.
        UnknownName: no decision, actor or parameter has the name that was given.
        BadArgument: nobody or somebody else decides, or there are too many strategies for the rule.
    """
    by_regret = rule == MINIMAX_REGRET
    asked = focus(
        scenario,
        at=at,
        actor=actor,
        overrides=overrides,
        rule="expected" if by_regret else rule,
        max_states=max_states,
    )
    start = 0 if at is None else asked.state
    search = Search(asked, start=start, all=all)
    found, tied = search.by_regret(top, same) if by_regret else search.by_rule(asked.rule, top)
    more: dict[str, Any] = {"all": all, "top": top}
    if same:
        more["same"] = [list(group) for group in same]
    firsts = [first_option(each.plan, search.space) for each in found]
    return Strategies(
        scenario=scenario,
        actor=asked.actor,
        count=search.space.count,
        digits=search.space.digits,
        nominal=search.space.nominal,
        strategies=tuple(_result(search, each, rule) for each in found),
        tied=tied,
        first=tuple(option.name for _, option in filter(None, firsts)),
        others=search.others,
        rule=rule,
        settings={**asked.settings, "at": asked.unfolded.labels[start], "rule": rule, **more},
        method=f"{METHOD}; {search.how}",
    )


def _result(search: Search, ranked: Ranked, rule: str) -> StrategyResult:
    """Work out everything that is told of one strategy."""
    plan, solution = ranked.plan, search.asked.solution
    first_edge = search.space.unfolded.first_edge
    made = search.measures(plan)
    value = search.full(made.mean[search.me])
    neutral = list(search.asked.scenario.actors.values())[search.me].risk_tolerance is None
    by_regret = rule == MINIMAX_REGRET
    score = ranked.score if by_regret else value if rule == "expected" and neutral else search.full(ranked.score)
    return StrategyResult(
        rank=ranked.rank,
        value=value,
        score=score,
        values={actor: search.full(made.mean[at], at) for at, actor in enumerate(search.asked.scenario.actors)},
        sd=deviation(made.variance),
        worst=search.full(made.worst),
        best=search.full(made.best),
        regret=ranked.score if by_regret else None,
        regret_when=ranked.regret_when,
        choices=choices(plan, search.space),
        followed=all(
            plan.slots[at][0] == first_edge[state] + solution.choice[state]
            for at, state in enumerate(plan.state)
            if search.space.open[state]
        ),
        summary=summary(plan, search.space, list(search.asked.scenario.actors)),
    )
