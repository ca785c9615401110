"""How predictable actors are: logit answers, in which better options are likelier and none is certain."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, floor, log10
from typing import TYPE_CHECKING, Any

from planner.analyses.disputes.behaviour import Stage
from planner.analyses.disputes.branch import branch
from planner.analyses.disputes.mixed import ready
from planner.analyses.disputes.normal_form import Trunk
from planner.analyses.disputes.perfection import adopted_slots
from planner.analyses.disputes.profile import told
from planner.analyses.disputes.subgames import subgames
from planner.analyses.result import BadArgument
from planner.core.tree import CHANCE, DECISION, OUTCOME
from planner.core.unfold import MAX_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.disputes.branch import Point
    from planner.analyses.disputes.game import Game
    from planner.analyses.disputes.profile import Told
    from planner.core.model import Scenario

TOLERANCE = 1e-7
SPREADS = (0, 1, 2, 5, 10, 20, 50)  # precision times the range of payoffs


@dataclass(frozen=True)
class Answer:
    """What happens at one precision.

    Attributes:
        precision: by which factor e**precision an option is likelier for each point of value that it is better.
        values: what each actor may expect, full values in the scenario's own sense.
        told: what each does where, and where that leads.
        residual: by how much a chance is off at most from what its option is worth.
        splits: whether other answers have come up below this precision.
        tied: joint decisions whose rule finds several options equally good; the first of them is followed.
    """

    precision: float
    values: Mapping[str, float]
    told: Told = field(repr=False)
    residual: float
    splits: bool
    tied: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "precision": self.precision,
            "values": dict(self.values),
            "strategies": {
                actor: {at: {option: float(p) for option, p in row.items()} for at, row in rows.items()}
                for actor, rows in self.told.strategies.items()
            },
            "adopted": dict(self.told.adopted),
            "outcomes": {outcome: float(p) for outcome, p in self.told.outcomes.items()},
            "residual": self.residual,
            "splits": self.splits,
            "tied": list(self.tied),
        }


@dataclass(frozen=True)
class Quantal:
    """Logit answers at some precisions.

    Attributes:
        scenario: what was analysed.
        answers: what happens at each precision, the lowest first.
        given: whether the precisions were asked for; else they are picked for the range of the payoffs.
        method: how, in words.
        settings: the arguments that the result depends on.
    """

    scenario: Scenario = field(repr=False)
    answers: tuple[Answer, ...]
    given: bool
    method: str = "agent logit equilibria on the principal branch (McKelvey and Palfrey 1998)"
    settings: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        return {"method": self.method, "answers": [each.to_dict() for each in self.answers]}


def quantal(
    scenario: Scenario,
    precisions: Sequence[float] = (),
    *,
    overrides: Mapping[str, float | str] | None = None,
    max_states: int = MAX_STATES,
) -> Quantal:
    """Find what happens if better options are likelier, and none is certain.

    At each decision the chance of an option is in proportion to exp(precision times what it is worth to the actor
    from there on). With precision 0 every option is equally likely; with growing precision the answer comes near to
    an equilibrium. Joint decisions follow their rule without error.

    >>> from planner.core.rules import load
    >>> from planner.core.source import Source
    >>> scenario = load(Source.from_text('''
    ... planner: 1
    ... title: One choice
    ... actors: {a: {}, b: {}}
    ... nodes:
    ...   n: {decision: Which?, by: a, options: {x: {payoff: {a: 1}}, y: {}}}
    ... '''))
    >>> [round(each.told.outcomes["n.x"], 4) for each in quantal(scenario, [0, 1, 3]).answers]  # e / (e + 1) at 1
    [0.5, 0.7311, 0.9526]

    Args:
        scenario: the scenario, read and checked.
        precisions: at which precisions, per point of value; empty for some that fit the range of the payoffs.
        overrides: numbers that replace parameters.
        max_states: how many states the scenario may unfold into.

    Raises:
        ScenarioError: the scenario cannot be evaluated.
        BadArgument: a precision is below 0, the game is too large, or an actor forgets what it knew.
    """
    if any(not 0 <= each < float("inf") for each in precisions):
        raise BadArgument("a precision is 0 or more, and finite", "0 means that every option is equally likely")
    made = ready(scenario, overrides, max_states)
    asked = sorted(set(map(float, precisions))) or fitting(made)
    settings: dict[str, Any] = {"precisions": asked}
    if overrides:
        settings["set"] = {name: str(value) for name, value in overrides.items()}
    answers = tuple(_answers(made, asked))
    return Quantal(scenario, answers, bool(precisions), settings=settings)


def fitting(made: Game) -> list[float]:
    """Return some round precisions from no to full predictability, for the range of a game's payoffs."""
    low = [0.0] * len(made.actors)
    high = list(low)
    for state in range(len(made)):
        for edge in made.edges(state):
            low = [min(one, float(gain)) for one, gain in zip(low, made.gain[edge], strict=True)]
            high = [max(one, float(gain)) for one, gain in zip(high, made.gain[edge], strict=True)]
        if made.kind(state) == OUTCOME:
            low = [min(one, float(value)) for one, value in zip(low, made.end[state], strict=True)]
            high = [max(one, float(value)) for one, value in zip(high, made.end[state], strict=True)]
    widest = max(one - other for one, other in zip(high, low, strict=True))
    unit = 10.0 ** floor(log10(widest)) if widest > 0 else 1.0
    return [float(f"{spread / unit:.6g}") for spread in SPREADS]


def _answers(made: Game, precisions: Sequence[float]) -> list[Answer]:
    followed = _hidden(made, precisions)
    found = []
    for at, precision in enumerate(precisions):
        points = [points[at] for points in followed.values()]
        chances = {unit: row for point in points for unit, row in point.behaviour.items()}
        values, tied = _settled(made, precision, chances)
        residual = max((point.residual for point in points), default=0.0)
        if residual > TOLERANCE:
            raise BadArgument(
                f"the answer at a precision of {precision:g} is off by {residual:.1g} and is not shown",
                "ask for a smaller precision",
            )
        splits = any(point.splits for point in points)
        worth = {actor: float(value) for actor, value in made.full(values).items()}
        found.append(Answer(precision, worth, told(made, chances), residual, splits, tied))
    return found


def _hidden(made: Game, precisions: Sequence[float]) -> dict[int, list[Point]]:
    """Return what happens behind moves that are not seen, where the first of them begin a subgame."""
    found: dict[int, list[Point]] = {}
    if not made.sets:
        return found
    roots = subgames(made)
    inside = {state for state in range(len(made)) if made.kind(state) != OUTCOME} - roots
    covered: set[int] = set()
    for state in range(len(made)):
        if state in covered:
            covered |= {made.target[edge] for edge in made.edges(state)}
        elif any(made.target[edge] in inside for edge in made.edges(state)):
            found[state] = branch(Stage(_below(made, state), {}), precisions)
            covered |= {made.target[edge] for edge in made.edges(state)}
    return found


def _below(made: Game, root: int) -> Trunk:
    """Return everything behind a state, in which no joint decision may lie: its rule jumps where chances glide."""
    reached = {root}
    for state in range(root, len(made)):
        if state in reached:
            reached |= {made.target[edge] for edge in made.edges(state)}
            if len(made.owners(state)) > 1:
                raise BadArgument(
                    f"'{made.label(state)}' is a joint decision behind moves that others do not see",
                    "logit answers need single actors there; or take 'unseen' out",
                )
    return Trunk.of(made, root, set())


def _settled(
    made: Game, precision: float, chances: dict[int, tuple[float, ...]]
) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Settle the decisions that see everything, from the last one.

    Returns:
        What the root is worth to each actor, and the joint decisions with ties.
    """
    tied: list[str] = []
    values: list[tuple[float, ...]] = [()] * len(made)
    for state in range(len(made) - 1, -1, -1):
        if made.kind(state) == OUTCOME:
            values[state] = tuple(map(float, made.end[state]))
            continue
        ahead = [
            tuple(x + float(y) for x, y in zip(values[made.target[edge]], made.gain[edge], strict=True))
            for edge in made.edges(state)
        ]
        if made.kind(state) == CHANCE:
            row = tuple(float(made.p[edge]) for edge in made.edges(state))
        else:
            unit = made.unit[state]
            if unit not in chances:
                slots, chances[unit] = _row(made, state, ahead, precision)
                tied += [made.label(state)] * (slots > 1)
            row = chances[unit]
        values[state] = tuple(
            sum(p * vector[actor] for p, vector in zip(row, ahead, strict=True)) for actor in range(len(made.actors))
        )
    return values[0], tuple(reversed(tied))


def _row(made: Game, state: int, ahead: Sequence[tuple[float, ...]], precision: float) -> tuple[int, tuple[float, ...]]:
    """Return the chances of a decision's options, and among how many options a rule cannot choose."""
    assert made.kind(state) == DECISION
    owners = made.owners(state)
    if len(owners) > 1:
        slots = adopted_slots(made, state, ahead)
        return len(slots), tuple(float(at == slots[0]) for at in range(len(ahead)))
    best = max(vector[owners[0]] for vector in ahead)
    weights = [exp(precision * (vector[owners[0]] - best)) for vector in ahead]
    return 1, tuple(weight / sum(weights) for weight in weights)
