"""A scenario as a game in extensive form.

Shared states are written out once for each path that reaches them, as a tree must. Payoffs stand at the ends alone:
each actor's value of the whole path, its weights applied, more being better. Decisions that do not see something keep
one information set for all histories that look the same to their owner; every other decision knows its whole path.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from planner.analyses.disputes.game import game
from planner.analyses.result import BadArgument
from planner.core.hidden import token_at
from planner.core.model import Node
from planner.core.tree import CHANCE as CHANCE_STATE
from planner.core.tree import OUTCOME
from planner.exchange.labels import Names, Unique
from planner.exchange.tree import CHANCE, InformationSet, Outcome, Position, Tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analyses.disputes.game import Game, Vector
    from planner.core.model import Scenario

MAX_NODES = 200_000


@dataclass(frozen=True)
class Made:
    """A game made from a scenario.

    Attributes:
        tree: the game, its labels fit for Gambit.
        notes: what a reader of the file should know.
    """

    tree: Tree
    notes: tuple[str, ...]


def to_tree(
    scenario: Scenario, *, overrides: Mapping[str, float | str] | None = None, max_nodes: int = MAX_NODES
) -> Made:
    """Return a scenario as a game in extensive form.

    >>> from planner.core.rules import load
    >>> from planner.core.source import Source
    >>> made = to_tree(load(Source.from_text('''
    ... planner: 1
    ... title: Enter?
    ... actors: {entrant: {name: Élan}, incumbent: {}}
    ... nodes:
    ...   enter: {decision: Enter?, by: entrant, options: {in: {payoff: {entrant: 1/3}}, out: {payoff: {incumbent: 2}}}}
    ... ''')))
    >>> made.tree.players, [one.payoffs for one in made.tree.outcomes]
    (('Elan', 'incumbent'), [(Fraction(1, 3), Fraction(0, 1)), (Fraction(0, 1), Fraction(2, 1))])
    >>> made.tree.comment
    'Names in full: Elan = &#201;lan.'

    Args:
        scenario: the scenario, read and checked.
        overrides: numbers that replace parameters.
        max_nodes: how many nodes the tree may have.

    Raises:
        ScenarioError: the scenario cannot be evaluated.
        BadArgument: it has something that a game in extensive form cannot say, or would be too large.
    """
    made = game(scenario, overrides=overrides)
    _refuse(made)
    count = nodes(made)
    if count > max_nodes:
        size = f"{count:,}" if count < 10**12 else f"more than 10 to the power of {len(str(count)) - 1}"
        raise BadArgument(
            f"written out path by path the scenario has {size} nodes, more than the {max_nodes:,} that are written",
            "raise --max-nodes, or export a part of the scenario",
        )
    return _Writer(made).run()


def _refuse(made: Game) -> None:
    """Refuse what a game cannot say."""
    for actor in made.scenario.actors.values():
        if actor.risk_tolerance is not None:
            raise BadArgument(
                f"'{actor.id}' has a tolerance of risk, and the payoffs of a game are averaged",
                "take 'risk_tolerance' out of a copy of the scenario",
            )
    for state in range(len(made)):
        if len(made.owners(state)) > 1:
            raise BadArgument(
                f"'{made.label(state)}' is a joint decision; in a game each move has one player",
                "write it as moves of single actors that do not see each other ('unseen')",
            )


def skipped(made: Game, state: int) -> bool:
    """Whether a state only leads on: a chance node of which path state leaves one branch."""
    if made.kind(state) != CHANCE_STATE or len(made.edges(state)) != 1:
        return False
    node = made.unfolded.node(state)
    return node is not None and len(node.edges) > 1


def nodes(made: Game) -> int:
    """Return how many nodes the scenario has when it is written out path by path."""
    below = [0] * len(made)
    for state in range(len(made) - 1, -1, -1):
        below[state] = sum(below[made.target[edge]] for edge in made.edges(state)) + (not skipped(made, state))
    return below[0]


@dataclass
class _Writer:
    """Walks all paths with a stack of its own."""

    made: Game
    names: Names = field(default_factory=Names)
    sets: list[InformationSet] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    states: dict[int, int] = field(default_factory=dict)  # of positions
    shared: dict[object, int] = field(default_factory=dict)  # what the owner knows -> information set
    counts: dict[int, int] = field(default_factory=dict)  # sets of each player
    labels: dict[int, Unique] = field(default_factory=dict)
    outcome_labels: Unique = field(default_factory=Unique)
    known: dict[tuple[str, tuple[Fraction, ...]], int] = field(default_factory=dict)
    actions: dict[tuple[int, ...], tuple[str, ...]] = field(default_factory=dict)
    chances: dict[int, tuple[Fraction, ...]] = field(default_factory=dict)
    rounded: bool = False
    evened: bool = False

    def run(self) -> Made:
        made, scenario = self.made, self.made.scenario
        unique = Unique()
        players = tuple(
            unique(self.names.plain(a.name, f"Player {n}")) for n, a in enumerate(scenario.actors.values(), 1)
        )
        base = tuple(made.worth.sense * x for x in made.worth.base)
        stack: list[tuple[int, int, int, Vector, int]] = [(0, -1, 0, base, -1)]
        while stack:
            state, parent, slot, total, by = stack.pop()
            while skipped(made, state):
                by = made.edges(state)[0]
                total = _sum(total, made.gain[by])
                state = made.target[by]
            at = len(self.positions)
            if made.kind(state) == OUTCOME:
                end = _sum(total, made.end[state])
                self.positions.append(Position("", -1, self.outcome(state, by, end), parent, slot))
                continue
            self.states[at] = state
            self.positions.append(Position("", self.set_of(state, parent), -1, parent, slot))
            edges = made.edges(state)
            for way in range(len(edges) - 1, -1, -1):
                edge = edges[way]
                stack.append((made.target[edge], at, way, _sum(total, made.gain[edge]), edge))
        title = self.names.plain(scenario.title, "Scenario")
        tree = Tree(title, players, tuple(self.sets), tuple(self.outcomes), tuple(self.positions), self.names.comment())
        return Made(tree, tuple(self.notes()))

    def notes(self) -> list[str]:
        """Return what a reader of the file should know."""
        found = []
        if self.made.worth.sense < 0:
            found.append("costs are written below zero, because a game looks for the largest payoffs")
        if self.rounded:
            found.append("some formulas have no exact value: their numbers are decimals with up to 17 digits")
        if self.evened:
            found.append("probabilities that sum to 1 but for a rounding error were made to sum to exactly 1")
        if self.names.comment():
            found.append("names are written in ASCII; the comment at the top of the file tells them in full")
        return found

    def set_of(self, state: int, parent: int) -> int:
        """Return the information set of a node at a state that follows on another."""
        made, unfolded = self.made, self.made.unfolded
        node = unfolded.node(state)
        assert node is not None
        player = made.owners(state)[0] + 1 if made.owners(state) else CHANCE
        key: object = None
        token = token_at(unfolded, state)
        if token is not None:
            while self.states[parent] != token[0]:  # up to where its owner knew on which path it was
                parent = self.positions[parent].parent
            key = (node.id, token, parent)
            if key in self.shared:
                return self.shared[key]
        number = self.counts[player] = self.counts.get(player, 0) + 1
        label = self.labels.setdefault(player, Unique())(self.names.plain(node.title, node.id))
        chances = self.probabilities(state) if player == CHANCE else ()
        self.sets.append(InformationSet(player, number, label, self.action_labels(state), chances))
        if key is not None:
            self.shared[key] = len(self.sets) - 1
        return len(self.sets) - 1

    def action_labels(self, state: int) -> tuple[str, ...]:
        edges = [int(self.made.unfolded.edge[edge]) for edge in self.made.edges(state)]
        key = tuple(edges)
        if key not in self.actions:
            unique = Unique()
            found = (self.made.unfolded.edges[edge] for edge in edges)
            self.actions[key] = tuple(unique(self.names.plain(edge.name, edge.id)) for edge in found)
        return self.actions[key]

    def probabilities(self, state: int) -> tuple[Fraction, ...]:
        """Return the probabilities of a state, which sum to exactly 1."""
        if state not in self.chances:
            found = [self.exact(self.made.p[edge]) for edge in self.made.edges(state)]
            largest = max(range(len(found)), key=found.__getitem__)
            off = 1 - sum(found)
            found[largest] += off
            self.evened = self.evened or bool(off)
            self.chances[state] = tuple(found)
        return self.chances[state]

    def outcome(self, state: int, by: int, total: Vector) -> int:
        """Return the outcome that pays a total, by the name of the node or edge that ends the path."""
        unfolded = self.made.unfolded
        place = unfolded.places[int(unfolded.place[state])]
        title = place.title if isinstance(place, Node) else place.name
        payoffs = tuple(map(self.exact, total))
        key = (title, payoffs)
        if key not in self.known:
            label = self.outcome_labels(self.names.plain(title, f"o{len(self.outcomes) + 1}"))
            self.known[key] = len(self.outcomes)
            self.outcomes.append(Outcome(len(self.outcomes) + 1, label, payoffs))
        del by
        return self.known[key]

    def exact(self, number: Fraction | float) -> Fraction:
        """Return a number as a fraction; a float as the decimal that it is written with."""
        if isinstance(number, Fraction):
            return number
        self.rounded = True
        return Fraction(repr(float(number)))


def _sum(one: Vector, other: Vector) -> Vector:
    return tuple(x + y for x, y in zip(one, other, strict=True)) if any(other) else one
