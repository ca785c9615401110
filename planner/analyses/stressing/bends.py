"""How the options of a decision depend on parameters: not at all, in a straight line, bent, or in some other way.

Where a value is a straight line in each parameter while the others stand still, its worst point in a box of ranges is a
corner; where it is convex in each, its largest is. So corners can prove what a search can only find. A product
of a probability and what it leads to is straight in each of its parameters as long as the two share none; the best of
several options is convex where all of them are. Other actors' choices, joint ones, hidden moves, news, tolerance of
risk and functions other than sums and products can do anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from planner.core.model import Edge, Node
from planner.core.parameters import in_order
from planner.core.tree import CHANCE, DECISION

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from planner.analyses.focus import Focus
    from planner.core.expression import Expression
    from planner.core.model import Payoff


class Bend(NamedTuple):
    """How a number depends on parameters, each set as the bits of a whole number.

    Attributes:
        on: the parameters that it depends on.
        bent: those in which it is no straight line; in the rest of these it is convex.
        wild: those in which it may be anything.
    """

    on: int = 0
    bent: int = 0
    wild: int = 0


NOT_AT_ALL = Bend()


def summed(parts: Iterable[Bend]) -> Bend:
    """Return how a sum depends on parameters; the larger of two straight lines is not among its parts."""
    on = bent = wild = 0
    for part in parts:
        on, bent, wild = on | part.on, bent | part.bent, wild | part.wild
    return Bend(on, bent, wild)


def multiplied(factor: Bend, value: Bend) -> Bend:
    """Return how a product depends on parameters; the factor, a probability, is never negative."""
    wild = factor.bent | factor.wild | value.wild | (factor.on & value.on)
    return Bend(factor.on | value.on, value.bent | wild, wild)


def anything(part: Bend) -> Bend:
    """Return that a number depends on the same parameters in an unknown way."""
    return Bend(part.on, part.on, part.on)


def formula(expression: Expression, names: Mapping[str, Bend]) -> Bend:
    """Return how a formula depends on parameters; names that are missing are constants.

    >>> from planner.core.expression import Expression
    >>> names = {"x": Bend(on=1), "y": Bend(on=2)}
    >>> formula(Expression.parse("3 * x * (1 - y) / 2"), names), formula(Expression.parse("x * x + y"), names)
    (Bend(on=3, bent=0, wild=0), Bend(on=3, bent=1, wild=1))
    """
    stack: list[Bend] = []
    for code, detail in expression.program:
        if code == "number":
            stack.append(NOT_AT_ALL)
        elif code == "name":
            stack.append(names.get(detail, NOT_AT_ALL))
        elif code == "negative":
            pass
        elif code in {"+", "-", "*", "/"}:
            right, left = stack.pop(), stack.pop()
            if code == "*":
                stack.append(multiplied(left, right))
            elif code == "/":
                stack.append(multiplied(anything(right), left))
            else:
                stack.append(summed([left, right]))
        else:
            count = detail if isinstance(detail, int) else detail[1]
            stack[-count:] = [anything(summed(stack[-count:]))]
    return stack[0]


def of_parameters(focus: Focus, varied: Sequence[str]) -> dict[str, Bend]:
    """Return for every parameter how it depends on those that are varied."""
    bits = {name: Bend(on=1 << at) for at, name in enumerate(varied)}
    found: dict[str, Bend] = {}
    parameters = focus.scenario.parameters
    for name in in_order(parameters):
        if name in bits:
            found[name] = bits[name]
        elif name not in focus.overrides:
            found[name] = formula(parameters[name].value, found)
    return found


def of_options(focus: Focus, varied: Sequence[str]) -> list[list[Bend]]:
    """Return for each option of the decision in focus, and each actor, how its value depends on parameters.

    A rule other than that of expected values looks at extremes or at which branches are possible: anything may happen.
    """
    made = _Sweep(focus, varied)
    made.run()
    return [made.taken(slot) for slot in focus.unfolded.slots(focus.state)]


class _Sweep:
    """One sweep over the states behind the decision in focus, from the ends on."""

    def __init__(self, focus: Focus, varied: Sequence[str]) -> None:
        self.focus, self.unfolded = focus, focus.unfolded
        self.names = of_parameters(focus, varied)
        everything = (1 << len(varied)) - 1
        self.unknown = Bend(everything, everything, everything)
        nodes = focus.scenario.nodes.values()
        heard = {node.observe for node in nodes if node.observe is not None}
        self.news = {node.id for node in nodes if node.observe is not None}
        self.news |= {signal.about for signal in focus.scenario.signals.values() if signal.id in heard}
        self.actors = list(focus.scenario.actors)
        self.criteria = list(focus.scenario.criteria)
        self.neutral = [actor.risk_tolerance is None for actor in focus.scenario.actors.values()]
        self.expected = focus.rule.name == "expected"
        self.gains = [self.gain(edge.payoff) for edge in self.unfolded.edges]
        self.found: dict[int, list[Bend]] = {}
        self.chances: dict[tuple[int, ...], list[Bend]] = {}

    def run(self) -> None:
        """Work out all states that the options lead to, the last in the order of states first."""
        first, target = self.unfolded.first_edge.tolist(), self.unfolded.target.tolist()
        waiting = {target[slot] for slot in self.unfolded.slots(self.focus.state)}
        behind = set(waiting)
        while waiting:
            state = waiting.pop()
            more = set(target[first[state] : first[state + 1]]) - behind
            behind |= more
            waiting |= more
        for state in sorted(behind, reverse=True):
            self.found[state] = self.settle(state)

    def settle(self, state: int) -> list[Bend]:
        """Return how the value of a state depends on parameters, for each actor."""
        place = self.unfolded.places[self.unfolded.place[state]]
        slots = self.unfolded.slots(state)
        if not slots:
            return self.gain(place.payoff) if isinstance(place, Node) else [NOT_AT_ALL] * len(self.actors)
        taken = [self.taken(slot) for slot in slots]
        who = self.focus.solution.who(state)
        if who.kind == CHANCE:
            return self.chance([self.unfolded.edges[edge] for edge in self.unfolded.edge[slots].tolist()], taken)
        assert who.kind == DECISION
        if isinstance(place, Node) and place.unseen:  # one choice for several states
            return [self.unknown] * len(self.actors)
        return taken[0] if len(taken) == 1 else self.decision(who.owners, taken)

    def taken(self, slot: int) -> list[Bend]:
        """Return how what an edge gives and leads to depends on parameters, for each actor."""
        gain = self.gains[self.unfolded.edge[slot]]
        after = self.found[int(self.unfolded.target[slot])]
        return [summed([one, other]) for one, other in zip(gain, after, strict=True)]

    def chance(self, edges: Sequence[Edge], taken: Sequence[list[Bend]]) -> list[Bend]:
        p = self.probabilities(edges)
        found = []
        for actor, neutral in enumerate(self.neutral):
            terms = [multiplied(one, row[actor]) for one, row in zip(p, taken, strict=True)]
            value = summed(terms)
            found.append(value if neutral and self.expected else anything(value))
        return found

    def probabilities(self, edges: Sequence[Edge]) -> list[Bend]:
        """Return how each branch's probability depends on parameters; what is left depends on all others."""
        key = tuple(map(id, edges))
        if key not in self.chances:
            node = self.focus.scenario.nodes[edges[0].node]
            if node.id in self.news:  # probabilities by Bayes' rule are quotients of sums
                return [self.unknown] * len(edges)
            if node.resolved is not None:
                return [NOT_AT_ALL] * len(edges)
            given = [formula(edge.p, self.names) if edge.p is not None else None for edge in edges]
            rest = summed(bend for bend in given if bend is not None)
            self.chances[key] = [rest if bend is None else bend for bend in given]
        return self.chances[key]

    def decision(self, owners: Collection[int], taken: Sequence[list[Bend]]) -> list[Bend]:
        """Return what follows from a choice: convex for the only owner, a jump for others where the choice changes."""
        compared = summed(row[owner] for row in taken for owner in owners)
        found = []
        for actor in range(len(self.actors)):
            value = summed(row[actor] for row in taken)
            if len(owners) == 1 and actor in owners and self.expected:
                found.append(Bend(value.on, value.on, value.wild))
            else:
                found.append(Bend(value.on | compared.on, value.bent | compared.on, value.wild | compared.on))
        return found

    def gain(self, payoff: Payoff) -> list[Bend]:
        """Return how the value of a payoff depends on parameters, for each actor."""
        coefficient = self.focus.solution.worth.coefficient
        return [
            summed(
                formula(amount, self.names)
                for only, amounts in payoff.items()
                if only in {None, actor}
                for criterion, amount in amounts.items()
                if coefficient[at][self.criteria.index(criterion)]
            )
            for at, actor in enumerate(self.actors)
        ]
