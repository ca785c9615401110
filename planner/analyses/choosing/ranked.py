"""The strategies of a point of view, ranked by a rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analyses.choosing.policy import Measures, measures
from planner.analyses.choosing.regret import Regrets, regrets
from planner.analyses.result import BadArgument
from planner.core.points import COUNTLESS, Points, TooManyPointsError
from planner.core.ranking import Ranking, Worth
from planner.core.space import Space, space
from planner.core.ties import as_good
from planner.core.tree import DECISION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from planner.analyses.focus import Focus
    from planner.core.plan import Plan
    from planner.core.rule import Rule

MERGED = "the best found by lazy k-best combination (Huang and Chiang), each shared state ranked once"
FOLDED = "ranked by pairs of a worst and a best path, folded back"
COMPARED = "all compared in every joint outcome of the events"
MOST_PAIRS_LISTED = 100_000  # pairs of a worst and a best path that are kept of a state


@dataclass(frozen=True, slots=True)
class Ranked:
    """A strategy with its place.

    Attributes:
        plan: what it does.
        rank: 1 for the best; equally good ones share a rank.
        score: what the rule goes by, oriented so that more is better and without the start; a regret as it is.
        regret_when: the events, by the branch that they take, in which it loses most; empty unless regret counts.
    """

    plan: Plan = field(repr=False)
    rank: int
    score: float
    regret_when: Mapping[str, str]


class Search:
    """What there is to choose for a point of view, and how strategies compare.

    Args:
        asked: the scenario folded back; the decisions of others stay as they are there.
        start: the state at which strategies begin.
        all: whether everybody's decisions are chosen.
    """

    def __init__(self, asked: Focus, *, start: int, all: bool) -> None:
        self.asked, solution = asked, asked.solution
        self.how = MERGED
        self.me = asked.actor_at()
        unfolded, bound = asked.unfolded, solution.bound
        deciding = [state for state in range(start, len(unfolded)) if solution.who(state).kind == DECISION]
        settled = {
            state: int(unfolded.first_edge[state]) + solution.choice[state]
            for state in deciding
            if not all and self.me not in solution.who(state).owners
        }
        self.space: Space = space(unfolded, solution.p, start=start, settled=settled)
        self.gain: list[Sequence[Any]] = [solution.gain[row] for row in bound.edge_row.tolist()]
        self.end: list[Sequence[Any]] = [solution.gain[row] for row in bound.end_row.tolist()]
        self.margin = float(solution.margin[self.me])
        met = {owner for state in self.space.states if state in settled for owner in solution.who(state).owners}
        actors = list(asked.scenario.actors)
        self.others = tuple(actors[owner] for owner in sorted(met))
        if not self.space.decisions:
            raise self._nothing_to_choose([actors[owner] for state in deciding for owner in solution.who(state).owners])

    def _nothing_to_choose(self, deciders: Sequence[str]) -> BadArgument:
        if not deciders:
            return BadArgument("nothing is decided from there on", "begin at an earlier decision")
        names = ", ".join(dict.fromkeys(deciders))
        return BadArgument(
            f"'{self.asked.actor}' takes no decision that can be reached, so there are no strategies of its own",
            f"give --actor one of {names}, or --all for what all of them decide",
        )

    @cached_property
    def own(self) -> tuple[list[float], list[float]]:
        """What edges and ends add for the point of view."""
        return [float(gain[self.me]) for gain in self.gain], [float(end[self.me]) for end in self.end]

    def measures(self, plan: Plan) -> Measures:
        """Work a strategy out."""
        return measures(plan, self.space.p, self.gain, self.end, self.me)

    def full(self, oriented: float, actor: int | None = None) -> float:
        """Return a value with the start, in the scenario's own sense."""
        worth = self.asked.solution.worth
        return float(worth.base[self.me if actor is None else actor] + worth.sense * oriented)

    def by_rule(self, rule: Rule, top: int) -> tuple[list[Ranked], int | None]:
        """Return the best strategies by a rule of choice, and how many are as good as the best."""
        if rule.extremes and rule.optimism not in {0, 1}:
            return self._by_extremes(float(rule.optimism or 0), top)
        kind = "mean" if not rule.extremes else "best" if rule.optimism else "worst"
        tolerance = list(self.asked.scenario.actors.values())[self.me].risk_tolerance if kind == "mean" else None
        gain, end = self.own
        ranking = Ranking(self.space, Worth(kind, rule.equal, tolerance), gain=gain, end=end, margin=self.margin)
        found = list(islice(ranking, top))
        ranks = _ranks([worth for worth, _ in found], self.margin)
        made = [Ranked(ranking.plan(at), rank, worth, {}) for (worth, at), rank in zip(found, ranks, strict=True)]
        return made, as_good(ranking)

    def _by_extremes(self, optimism: float, top: int) -> tuple[list[Ranked], int | None]:
        """Rank by a mix of the worst and the best path, which asks for both at every state."""
        self.how = FOLDED
        gain, end = self.own
        try:
            points = Points(
                self.space,
                end=lambda state: np.array([end[state]] * 2),
                gain=lambda slot: np.array([gain[slot]] * 2),
                join="extremes",
                frontier=False,
                tolerance=(self.margin, self.margin),
                limit=MOST_PAIRS_LISTED,
            )
        except TooManyPointsError:
            raise BadArgument(
                f"strategies have more than {MOST_PAIRS_LISTED:,} pairs of a worst and a best path at one state",
                "begin at a later decision with --at, or use --rule expected, maximin, maximax or laplace",
            ) from None
        scores = (1 - optimism) * points.root.xy[:, 0] + optimism * points.root.xy[:, 1]
        order, group = _grouped(scores, self.margin)
        tied = int(points.root.many[order[group == 0]].sum())
        found: list[tuple[float, Plan]] = []
        for point in order.tolist():
            many = min(int(points.root.many[point]), top - len(found))
            found += [(float(scores[point]), points.plan(point, variant)) for variant in range(many)]
        ranks = _ranks([score for score, _ in found], self.margin)
        made = [Ranked(plan, rank, score, {}) for (score, plan), rank in zip(found, ranks, strict=True)]
        return made, tied if tied < COUNTLESS else None

    def by_regret(self, top: int, same: Sequence[Sequence[str]] = ()) -> tuple[list[Ranked], int | None]:
        """Return the strategies whose largest regret is smallest, and how many are as good as the best."""
        found = regrets(self.space, *self.own, before=self._before(), same=same)
        self.how = COMPARED
        order, group = _grouped(-found.regret, self.margin)
        best = order[:top].tolist()
        ranks = _ranks([-float(found.regret[index]) for index in best], self.margin)
        made = []
        for index, rank in zip(best, ranks, strict=True):
            plan = self.space.plan(index)
            made.append(Ranked(plan, rank, float(found.regret[index]), self._when(found, plan, index)))
        return made, int(np.count_nonzero(group == 0))

    def _before(self) -> dict[int, list[Any]]:
        """Return for each state at which news was heard the probabilities of its branches without it."""
        bound, unfolded = self.asked.solution.bound, self.space.unfolded
        return {state: bound.p[row : row + len(unfolded.slots(state))] for state, row in bound.prior_row.items()}

    def _when(self, found: Regrets, plan: Plan, index: int) -> dict[str, str]:
        """Return the events that a strategy, or what would have been best, meets where it loses most."""
        if found.regret[index] <= self.margin:
            return {}
        outcome = found.outcome(int(found.case[index]))
        rival = self.space.plan(int(found.rival[index]))
        met = sorted({*self._met(found, plan, outcome), *self._met(found, rival, outcome)})
        return {found.events[event].label: found.events[event].branches[outcome[event]] for event in met}

    def _met(self, found: Regrets, plan: Plan, outcome: Sequence[int]) -> set[int]:
        """Return the events on the path of a strategy in a joint outcome."""
        event_of = {state: number for number, event in enumerate(found.events) for state in event.states}
        first = self.space.unfolded.first_edge
        met = set()
        at = 0
        while plan.slots[at]:
            state, taken = plan.state[at], 0
            if state in event_of:
                event = event_of[state]
                met.add(event)
                taken = list(plan.slots[at]).index(int(first[state]) + outcome[event])
            at = plan.ahead[at][taken]
        return met


def _grouped(scores: NDArray[np.float64], margin: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the numbers of the scores, the best first and ties in order, and for each the number of its tie."""
    order = np.argsort(-scores, kind="stable")
    falls = -np.diff(scores[order], prepend=scores[order[:1]])
    group = np.cumsum((falls > margin).astype(np.intp))
    return order[np.lexsort((order, group))], group


def _ranks(scores: Sequence[float], margin: float) -> list[int]:
    """Return the rank of each score of a falling list: that of the first that is as good."""
    ranks: list[int] = []
    for at, score in enumerate(scores):
        same = at > 0 and scores[at - 1] - score <= margin
        ranks.append(ranks[-1] if same else at + 1)
    return ranks
