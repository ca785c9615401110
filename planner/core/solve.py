"""From a scenario and its numbers to values and choices, in floats or in Fractions."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planner.core import kernels, settle
from planner.core.binding import NOT_FINITE, Bound, bind, environment
from planner.core.collector import no_collection
from planner.core.exact import fold_back, gains
from planner.core.model import Edge
from planner.core.numbers import Numbers
from planner.core.places import edge_path, fault, node_path
from planner.core.rollback import rollback
from planner.core.rule import EXPECTED, Rule
from planner.core.tree import DECISION, Decider, Tree, deciders_of
from planner.core.unfold import MAX_STATES, Unfolded, unfold
from planner.core.unknowing import Unknowing
from planner.core.valuation import Valuation, valuation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from planner.core.amounts import Amount
    from planner.core.model import Scenario
    from planner.core.numbers import Floats

Number = float | Fraction


@dataclass(frozen=True, eq=False)
class Solution:
    """A scenario folded back once, in the numbering of its unfolded states and edges.

    Attributes:
        unfolded: the states.
        bound: probabilities and amounts.
        worth: how amounts become value.
        rule: what decisions went by.
        channels: for each state and channel the oriented value from there on (see `planner.core.rollback`).
        choice: for each state the slot that its owners take; 0 where nobody decides.
        margin: for each actor the difference below which values count as equal.
        exact: whether numbers are Fractions.
        unknowing: how states were settled that their owner cannot tell apart.
    """

    unfolded: Unfolded
    bound: Bound = field(repr=False)
    worth: Valuation
    rule: Rule
    deciders: tuple[Decider, ...]
    decider: Sequence[int] = field(repr=False)
    channels: Sequence[Sequence[Number]] = field(repr=False)
    choice: Sequence[int] = field(repr=False)
    margin: Sequence[Number] = ()
    exact: bool = False
    unknowing: Unknowing = field(default_factory=Unknowing, repr=False)

    @cached_property
    def p(self) -> list[Number]:
        """For each unfolded edge its probability; 1 on options."""
        return [self.bound.p[row] for row in self.bound.p_row.tolist()]

    @cached_property
    def gain(self) -> list[tuple[Number, ...]]:
        """For each row of amounts its oriented value for each actor."""
        return gains(self.bound, self.worth, Fraction(0) if self.exact else 0.0)

    def who(self, state: int) -> Decider:
        """Return who settles what happens in a state."""
        return self.deciders[self.decider[state]]

    def value(self, state: int) -> list[Number]:
        """Return each actor's full value at a state: the start and everything from there on, by the rule."""
        return self._full(self.channels[state])

    def _full(self, channels: Sequence[Number]) -> list[Number]:
        worth = self.worth
        return [base + worth.sense * settle.score(channels, actor, self.rule) for actor, base in enumerate(worth.base)]

    def ahead(self, state: int) -> list[list[Number]]:
        """Return for each slot of a state what it leads to in every channel, oriented."""
        copies = 2 if self.rule.extremes else 1
        found = []
        for edge in self.unfolded.slots(state):
            gain = self.gain[self.bound.edge_row[edge]] * copies
            after = self.channels[self.unfolded.target[edge]]
            found.append([value + more for value, more in zip(after, gain, strict=True)])
        return found

    def option_values(self, state: int) -> list[list[Number]]:
        """Return for each slot of a decision each actor's full value of taking it there."""
        return [self._full(channels) for channels in self.ahead(state)]

    def tied(self, state: int) -> list[int]:
        """Return the slots that are as good as the chosen one for those who decide, in file order."""
        if state in self.unknowing.tied:
            return list(self.unknowing.tied[state])
        who = self.who(state)
        margin = max(self.margin[owner] for owner in who.owners)
        return sorted({self.choice[state], *settle.tied(self.ahead(state), who, self.rule, margin)})

    @cached_property
    def follows(self) -> list[Number]:
        """For each unfolded edge the probability that it is taken where its state is reached."""
        taken = list(self.p)
        first = self.unfolded.first_edge.tolist()
        kinds = [decider.kind for decider in self.deciders]
        for state, number in enumerate(self.decider):
            if kinds[number] == DECISION:
                start, stop = first[state], first[state + 1]
                taken[start:stop] = [Fraction(0) if self.exact else 0.0] * (stop - start)
                taken[start + self.choice[state]] = Fraction(1) if self.exact else 1.0
        return taken

    @cached_property
    def reach(self) -> list[Number]:
        """For each state the probability of reaching it under the strategy."""
        return self._forward[0]

    @property
    def path_amounts(self) -> list[list[Number] | None]:
        """For each state the mean amounts by column over the paths that lead there, the state's own payoff included.

        None where no path leads under the strategy.
        """
        return self._forward[1]

    @cached_property
    def _forward(self) -> tuple[list[Number], list[list[Number] | None]]:
        """Carry probabilities and mean amounts from the root on; equal amounts stay exactly equal."""
        unfolded, bound = self.unfolded, self.bound
        zero: Number = Fraction(0) if self.exact else 0.0
        reach: list[Number] = [zero] * len(unfolded)
        means: list[list[Number] | None] = [None] * len(unfolded)
        start = [self.worth.start[criterion] if actor is None else zero for actor, criterion in bound.columns]
        reach[0], means[0] = zero + 1, start
        first, target = unfolded.first_edge.tolist(), unfolded.target.tolist()
        edge_row, end_row = bound.edge_row.tolist(), bound.end_row.tolist()
        for state in range(len(unfolded)):
            mean = means[state]
            if mean is None:
                continue
            if end_row[state]:
                mean = means[state] = _plus(mean, bound.amounts[end_row[state]])
            for edge in range(first[state], first[state + 1]):
                flow = reach[state] * self.follows[edge]
                if not flow:
                    continue
                arrives = _plus(mean, bound.amounts[edge_row[edge]])
                end = target[edge]
                reach[end] += flow
                there = means[end]
                means[end] = arrives if there is None else _mixed(there, arrives, flow / reach[end])
        return reach, means

    def worth_of(self, amounts: Sequence[Number]) -> list[Number]:
        """Return each actor's value of amounts by column."""
        return [
            sum(
                (
                    units[criterion] * amount
                    for (only, criterion), amount in zip(self.bound.columns, amounts, strict=True)
                    if units[criterion] and only in {None, actor}
                ),
                constant,
            )
            for actor, (units, constant) in enumerate(zip(self.worth.coefficient, self.worth.constant, strict=True))
        ]


def finite(unfolded: Unfolded, channels: Floats) -> None:
    """Check that no value is beyond the floats.

    Raises:
        ScenarioError: P203, naming the first state from the ends on whose value is.
    """
    beyond = np.flatnonzero(~np.isfinite(channels).all(axis=(1, 2)))
    if not len(beyond):
        return
    state = int(beyond[-1])
    what = unfolded.places[unfolded.place[state]]
    raise fault(
        unfolded.scenario,
        NOT_FINITE,
        f"the value of '{unfolded.labels[state]}' is too large for floating point",
        edge_path(unfolded.scenario, what) if isinstance(what, Edge) else node_path(what),
        key=True,
        help="write the payoffs in larger units",
    )


def _plus(amounts: list[Number], more: Mapping[int, Amount]) -> list[Number]:
    if not more:
        return amounts
    total = list(amounts)
    for column, amount in more.items():
        total[column] += amount
    return total


def _mixed(first: list[Number], second: list[Number], share: Number) -> list[Number]:
    return [one + (other - one) * share for one, other in zip(first, second, strict=True)]


def solve(
    scenario: Scenario,
    *,
    overrides: Mapping[str, Number] | None = None,
    rule: Rule = EXPECTED,
    exact: bool = False,
    max_states: int = MAX_STATES,
) -> Solution:
    """Unfold a scenario, work out its numbers and fold it back.

    Raises:
        ScenarioError: the scenario does not unfold, a number does not fit, or has no exact value.
    """
    with no_collection():
        unfolded = unfold(scenario, max_states=max_states, exact=exact)
    if not exact:
        return solve_unfolded(unfolded, overrides=overrides, rule=rule)
    if unfolded.sets:
        return _without_knowing(unfolded, overrides, rule, exact=True)
    with no_collection():
        bound = bind(unfolded, environment(scenario, overrides or {}, exact=True), exact=True)
    return folded_exactly(unfolded, deciders_of(unfolded), bound, valuation(scenario, exact=True), rule)


def _without_knowing(
    unfolded: Unfolded, overrides: Mapping[str, Number] | None, rule: Rule, *, exact: bool
) -> Solution:
    """Settle the information sets first; they are forced then."""
    from planner.core.forced import solve_forced

    return solve_forced(unfolded, {}, overrides=overrides, rule=rule, exact=exact)


def folded_exactly(
    unfolded: Unfolded,
    deciders: tuple[tuple[Decider, ...], NDArray[np.integer]],
    bound: Bound,
    worth: Valuation,
    rule: Rule,
) -> Solution:
    """Fold numbers back in Fractions; some states may be decided beforehand.

    Raises:
        ScenarioError: P211, an actor compares certainty equivalents.
    """
    kinds, number = deciders[0], deciders[1].tolist()
    folded = fold_back(unfolded, bound, worth, rule, (kinds, number))
    margin: Sequence[Number] = (Fraction(0),) * len(unfolded.scenario.actors)
    return Solution(unfolded, bound, worth, rule, kinds, number, folded.channels, folded.choice, margin, exact=True)


def solve_unfolded(
    unfolded: Unfolded, *, overrides: Mapping[str, Number] | None = None, rule: Rule = EXPECTED
) -> Solution:
    """Work out the numbers of an unfolded scenario and fold it back in floats.

    Raises:
        ScenarioError: a number does not fit.
    """
    if unfolded.sets:
        return _without_knowing(unfolded, overrides, rule, exact=False)
    with no_collection():
        bound = bind(unfolded, environment(unfolded.scenario, overrides or {}))
    return folded_back(unfolded, Tree.from_unfolded(unfolded), bound, valuation(unfolded.scenario), rule)


def folded_back(unfolded: Unfolded, tree: Tree, bound: Bound, worth: Valuation, rule: Rule) -> Solution:
    """Fold numbers back in floats; ``tree`` has the states of ``unfolded``, some of them perhaps decided beforehand.

    Raises:
        ScenarioError: a value is beyond the floats.
    """
    tolerance = [actor.risk_tolerance for actor in unfolded.scenario.actors.values()]
    result = rollback(tree, Numbers.of_bound(tree, bound, worth, tolerance), rule)
    finite(unfolded, np.moveaxis(result.channels, 1, 0)[tree.position])
    choice = np.zeros(len(tree), np.int32)
    choice[tree.origin[: tree.ends]] = result.choice[:, 0]
    return Solution(
        unfolded,
        bound,
        worth,
        rule,
        tree.deciders,
        tree.decider[tree.position].tolist(),
        result.channels[:, tree.position, 0].T.tolist(),
        choice.tolist(),
        (kernels.TIE * result.scale[:, 0]).tolist(),
    )
