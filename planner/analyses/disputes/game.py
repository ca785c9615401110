"""A scenario as a game: who moves where, what each move adds for whom, in rational numbers wherever there are such.

Where an actor has a tolerance of risk, its numbers are certainty equivalents. Constant absolute risk aversion does not
depend on what was gained before, so they count from a state on as means do: what a move adds is added to what it leads
to, and chance alone treats them otherwise (Howard and Matheson 1972, Risk-sensitive Markov decision processes).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analyses.result import BadArgument, overridden
from planner.core import settle
from planner.core.binding import INEXACT, bind, environment
from planner.core.collector import no_collection
from planner.core.diagnostics import ScenarioError
from planner.core.exact import gains
from planner.core.hidden import confused, own_moves
from planner.core.kernels import TIE
from planner.core.rule import EXPECTED
from planner.core.rules import unsupported
from planner.core.solve import finite
from planner.core.tree import DECISION, OUTCOME, Decider, deciders_of
from planner.core.unfold import MAX_STATES, Unfolded, unfold
from planner.core.valuation import Valuation, valuation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.model import Scenario

Number = Any  # Fraction, or float where a formula has no rational value
Vector = tuple[Number, ...]  # one number for each actor


@dataclass(frozen=True, eq=False)
class Game:
    """The states of a scenario with the numbers that equilibria are worked out from.

    Values are oriented (more is better) and count from a state on.

    Attributes:
        scenario: the scenario.
        unfolded: its states, in topological order.
        deciders: for each state who settles what happens there.
        first: offsets of each state's edges, one more than states.
        target: for each edge the state that it leads to.
        gain: for each edge what it adds for each actor.
        p: for each edge its probability; 1 on options.
        end: for each state what its own payoff adds for each actor.
        worth: how amounts become value.
        exact: whether numbers are Fractions.
        tolerance: for each actor its tolerance of risk; None for whoever goes by means.
    """

    scenario: Scenario
    unfolded: Unfolded = field(repr=False)
    deciders: tuple[Decider, ...] = field(repr=False)
    first: Sequence[int] = field(repr=False)
    target: Sequence[int] = field(repr=False)
    gain: Sequence[Vector] = field(repr=False)
    p: Sequence[Number] = field(repr=False)
    end: Sequence[Vector] = field(repr=False)
    worth: Valuation = field(repr=False)
    exact: bool = True
    tolerance: tuple[float | None, ...] = ()

    def __len__(self) -> int:
        return len(self.unfolded)

    @property
    def actors(self) -> tuple[str, ...]:
        """The actors' ids."""
        return tuple(self.scenario.actors)

    @property
    def zero(self) -> Number:
        """Nothing, in the kind of number that the game is in."""
        return Fraction(0) if self.exact else 0.0

    @property
    def tie(self) -> Number:
        """The difference up to which two values are the same."""
        return 0 if self.exact else TIE * self.scale

    @property
    def scale(self) -> float:
        """The largest value that anybody may come to, at least 1."""
        return max(self.scales)

    @cached_property
    def scales(self) -> tuple[float, ...]:
        """For each actor the largest value, up or down, that it may come to from some state on, at least 1.

        Raises:
            ScenarioError: P203, a value is beyond the floats.
        """
        actors = range(len(self.actors))
        least: list[list[float]] = [[]] * len(self)
        most: list[list[float]] = [[]] * len(self)
        found = [1.0] * len(self.actors)
        for state in range(len(self) - 1, -1, -1):
            if self.kind(state) == OUTCOME:
                low = high = [float(x) for x in self.end[state]]
            else:
                ways = [([float(x) for x in self.gain[edge]], self.target[edge]) for edge in self.edges(state)]
                low = [min([gain[a] + least[to][a] for gain, to in ways]) for a in actors]
                high = [max([gain[a] + most[to][a] for gain, to in ways]) for a in actors]
            least[state], most[state] = low, high
            found = [max(x, -one, other) for x, one, other in zip(found, low, high, strict=True)]
        if not all(x < float("inf") for x in found):
            finite(self.unfolded, np.array([low + high for low, high in zip(least, most, strict=True)])[:, :, None])
        return tuple(found)

    @cached_property
    def slack(self) -> tuple[Number, ...]:
        """For each actor the difference up to which two values are the same to it."""
        return (0,) * len(self.actors) if self.exact else tuple(TIE * scale for scale in self.scales)

    def expected(self, rows: Sequence[Vector], p: Sequence[Number]) -> Vector:
        """Return what chance is worth to each actor: the mean, or the certainty equivalent, of what it may bring."""
        return tuple(settle.chance(rows, p, EXPECTED, self.tolerance))

    @cached_property
    def _moves(self) -> dict[int, list[int | None]]:
        return {}

    def moves(self, actor: int) -> list[int | None]:
        """Return for each state a number for an actor's own moves on the way there; see `planner.core.hidden`."""
        if actor not in self._moves:
            owners = {state: who.owners[0] for state, who in enumerate(self.deciders) if who.owners}
            self._moves[actor] = own_moves(self.unfolded, owners, actor, self.unit)
        return self._moves[actor]

    def edges(self, state: int) -> range:
        """Return a state's edges."""
        return range(self.first[state], self.first[state + 1])

    def kind(self, state: int) -> int:
        """Return DECISION, CHANCE or OUTCOME."""
        return self.deciders[state].kind

    def owners(self, state: int) -> tuple[int, ...]:
        """Return who decides in a state; nobody where chance does."""
        return self.deciders[state].owners

    def label(self, state: int) -> str:
        """Return a state as it is written."""
        return self.unfolded.labels[state]

    def edge(self, edge: int) -> str:
        """Return an edge as it is written: ``node.option``."""
        return self.unfolded.edges[int(self.unfolded.edge[edge])].path

    def full(self, vector: Sequence[Number]) -> dict[str, Number]:
        """Return values from the root on as full values in the scenario's own sense, by actor."""
        worth = self.worth
        return {
            actor: base + worth.sense * value
            for actor, base, value in zip(self.actors, worth.base, vector, strict=True)
        }

    @cached_property
    def unit(self) -> list[int]:
        """For each decision state the number of its information set; -1 elsewhere. Sets are numbered by first state."""
        found = [-1] * len(self)
        together = {state: states for states in self.unfolded.sets for state in states}
        count = 0
        for state in range(len(self)):
            if self.kind(state) == DECISION and found[state] < 0:
                for other in together.get(state, (state,)):
                    found[other] = count
                count += 1
        return found

    @cached_property
    def sets(self) -> tuple[tuple[int, ...], ...]:
        """The states that share one choice because their owner cannot tell them, or the paths to them, apart.

        Two paths that it cannot tell apart may lead to one state, which is a set of its own then.
        """
        if not self.unfolded.hides:
            return ()
        shared = {state for states in self.unfolded.sets for state in states}
        alone = [
            state
            for state, numbers in enumerate(self.confused)
            if state not in shared and numbers and self.hides(state) in numbers
        ]
        return (*self.unfolded.sets, *((state,) for state in alone))

    @cached_property
    def unclear(self) -> frozenset[int]:
        """The states in these sets."""
        return frozenset(state for states in self.sets for state in states)

    @cached_property
    def confused(self) -> list[frozenset[int]]:
        """For each state the decisions to whose owners several paths that lead there look the same."""
        return confused(self.unfolded)

    def hides(self, state: int) -> int:
        """Return the number of a state's decision among those that do not see something; -1 for others."""
        return self.unfolded.hide_number.get(self.unfolded.place_ids[self.unfolded.place[state]], -1)

    @cached_property
    def units(self) -> list[tuple[int, ...]]:
        """The states of each information set."""
        found: dict[int, list[int]] = {}
        for state, unit in enumerate(self.unit):
            if unit >= 0:
                found.setdefault(unit, []).append(state)
        return [tuple(found[unit]) for unit in sorted(found)]


def game(
    scenario: Scenario, *, overrides: Mapping[str, float | str] | None = None, max_states: int = MAX_STATES
) -> Game:
    """Return a scenario as a game, in Fractions if all its numbers have exact values, else in floats.

    Certainty equivalents have no exact values: with a tolerance of risk numbers are floats.

    Raises:
        ScenarioError: the scenario cannot be evaluated.
        BadArgument, UnknownName: an override cannot be used.
    """
    missing = unsupported(scenario)
    if missing:
        raise ScenarioError(missing)
    with no_collection():
        if any(actor.risk_tolerance is not None for actor in scenario.actors.values()):
            return _game(scenario, overrides, max_states, exact=False)
        try:
            return _game(scenario, overrides, max_states, exact=True)
        except ScenarioError as error:
            if any(found.code != INEXACT[0] for found in error.diagnostics):
                raise
        return _game(scenario, overrides, max_states, exact=False)


def neutral(made: Game) -> None:
    """Refuse games with actors who do not go by means."""
    for owner in sorted({owner for who in made.deciders for owner in who.owners}):
        if made.scenario.actors[made.actors[owner]].risk_tolerance is not None:
            raise BadArgument(
                f"'{made.actors[owner]}' has a tolerance of risk, and equilibria are worked out for means alone",
                "`planner evaluate` follows certainty equivalents; leave 'risk_tolerance' out for a forecast",
            )


def _game(scenario: Scenario, overrides: Mapping[str, float | str] | None, max_states: int, *, exact: bool) -> Game:
    given = overridden(scenario, overrides, exact=exact)
    tolerance = tuple(actor.risk_tolerance for actor in scenario.actors.values())
    unfolded = unfold(scenario, max_states=max_states, exact=exact)
    bound = bind(unfolded, environment(scenario, given, exact=exact), exact=exact)
    worth = valuation(scenario, exact=exact)
    rows = gains(bound, worth, Fraction(0) if exact else 0.0)
    kinds, number = deciders_of(unfolded)
    deciders = tuple(kinds[at] for at in number.tolist())
    return Game(
        scenario=scenario,
        unfolded=unfolded,
        deciders=deciders,
        first=unfolded.first_edge.tolist(),
        target=unfolded.target.tolist(),
        gain=[rows[row] for row in bound.edge_row.tolist()],
        p=[bound.p[row] for row in bound.p_row.tolist()],
        end=[
            rows[row] if who.kind == OUTCOME else () for row, who in zip(bound.end_row.tolist(), deciders, strict=True)
        ],
        worth=worth,
        exact=exact,
        tolerance=tolerance,
    )
