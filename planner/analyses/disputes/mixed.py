"""Equilibria in which actors may choose by chance, subgame by subgame, each proved before it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice, product
from math import prod
from typing import TYPE_CHECKING, Any

from planner.analyses.disputes.behaviour import Stage
from planner.analyses.disputes.game import game as as_game
from planner.analyses.disputes.game import neutral
from planner.analyses.disputes.normal_form import Trunk
from planner.analyses.disputes.perfection import adopted_slots
from planner.analyses.disputes.profile import told
from planner.analyses.disputes.stages import MOST, solved
from planner.analyses.disputes.subgames import subgames
from planner.analyses.result import BadArgument
from planner.core.tree import CHANCE, OUTCOME
from planner.core.unfold import MAX_STATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.analyses.disputes.behaviour import Behaviour
    from planner.analyses.disputes.game import Game, Vector
    from planner.analyses.disputes.profile import Told
    from planner.analyses.result import Number
    from planner.core.model import Scenario

MAX_SETS = 5_000
MAX_SELECTIONS = 1_000


@dataclass(frozen=True)
class Equilibrium:
    """One equilibrium.

    Attributes:
        values: what each actor may expect, full values in the scenario's own sense.
        told: what each does where, and where that leads.
        pure: whether nobody leaves a choice to chance.
        exact: whether its chances and values are Fractions.
    """

    values: Mapping[str, Number]
    told: Told = field(repr=False)
    pure: bool
    exact: bool

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data; exact numbers stand beside the floats as text."""
        made = self.told
        found: dict[str, Any] = {
            "values": {actor: float(value) for actor, value in self.values.items()},
            "strategies": {
                actor: {at: {option: float(p) for option, p in row.items()} for at, row in rows.items()}
                for actor, rows in made.strategies.items()
            },
            "adopted": dict(made.adopted),
            "open": list(made.open),
            "outcomes": {outcome: float(p) for outcome, p in made.outcomes.items()},
            "paths": [{"path": list(path), "probability": float(p)} for path, p in made.paths],
            "paths_complete": made.complete,
            "pure": self.pure,
            "exact": self.exact,
        }
        if self.exact:
            found["exact_values"] = {actor: str(value) for actor, value in self.values.items()}
            found["exact_strategies"] = {
                actor: {at: {option: str(p) for option, p in row.items()} for at, row in rows.items()}
                for actor, rows in made.strategies.items()
            }
        return found


@dataclass(frozen=True)
class Mixed:
    """Equilibria of a scenario in pure and mixed strategies.

    Attributes:
        scenario: what was analysed.
        equilibria: what was found and proved, pure ones first.
        method: how, in words.
        complete: whether there are no others.
        infinite: whether there are infinitely many, of which these are corners.
        dropped: how many candidates of a solver did not stand the proof.
        why: why the list is not complete, in sentences.
        settings: the arguments that the result depends on.
    """

    scenario: Scenario = field(repr=False)
    equilibria: tuple[Equilibrium, ...]
    method: str
    complete: bool
    infinite: bool = False
    dropped: int = 0
    why: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        return {
            "method": self.method,
            "complete": self.complete,
            "infinite": self.infinite,
            "dropped": self.dropped,
            "why": list(self.why),
            "equilibria": [each.to_dict() for each in self.equilibria],
        }


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """An equilibrium of a subgame: what it gives, what is done in its first part, and equilibria of what is behind."""

    vector: Vector
    chances: Behaviour
    behind: tuple[tuple[int, Part], ...]


def mixed(
    scenario: Scenario, *, overrides: Mapping[str, float | str] | None = None, max_states: int = MAX_STATES
) -> Mixed:
    """Find equilibria in which actors may leave choices to chance.

    Subgames are solved from the end, so what is found is subgame-perfect (Selten 1965). Where moves are hidden, the
    part of the tree between one subgame and those inside it is solved by its number of actors: two by enumerating
    the corners of what is best for them (nashpy), more by enumerating which options they use (pygambit). Every
    equilibrium is proved with the game's own values: nobody gains by any other strategy.

    Args:
        scenario: the scenario, read and checked.
        overrides: numbers that replace parameters.
        max_states: how many states the scenario may unfold into.

    Raises:
        ScenarioError: the scenario cannot be evaluated.
        BadArgument: the game is too large, an actor forgets what it knew, or a package is not installed.
    """
    made = ready(scenario, overrides, max_states)
    walk = _Walk(made)
    walk.run()
    found = []
    for part in walk.parts[0]:
        chances = _whole(part)
        if chances is None:
            walk.alike = False
            continue
        found.append(_equilibrium(made, part.vector, chances))
    found.sort(key=lambda each: not each.pure)
    settings = {"set": {name: str(value) for name, value in overrides.items()}} if overrides else {}
    why = tuple(walk.why())
    method = "; ".join(["each subgame on its own, from the end", *walk.methods])
    return Mixed(scenario, tuple(found), method, not why, walk.infinite, walk.dropped, why, settings)


def ready(scenario: Scenario, overrides: Mapping[str, float | str] | None, max_states: int) -> Game:
    """Return a scenario as a game of which every decision can be listed.

    Raises:
        ScenarioError: the scenario cannot be evaluated.
        BadArgument: it has more than 5,000 decisions, or an actor does not go by means.
    """
    made = as_game(scenario, overrides=overrides, max_states=max_states)
    neutral(made)
    if len(made.units) > MAX_SETS:
        raise BadArgument(
            f"{len(made.units):,} decisions are too many to list what is done at each, the most are {MAX_SETS:,}",
            "the forecast takes more; or look at a part of the tree",
        )
    return made


def _equilibrium(made: Game, vector: Vector, chances: Behaviour) -> Equilibrium:
    rows = list(chances.values())
    exact = made.exact and not any(isinstance(p, float) for row in rows for p in row)
    pure = all(p in {0, 1} for row in rows for p in row)
    return Equilibrium(made.full(vector), told(made, chances), pure, exact)


def _whole(part: Part) -> Behaviour | None:
    """Return what is done everywhere; None if a shared state would be played in two ways."""
    found: Behaviour = {}
    seen: dict[int, Part] = {}
    stack = [part]
    while stack:
        here = stack.pop()
        found |= here.chances
        for state, behind in here.behind:
            if seen.setdefault(state, behind) is not behind:
                return None
            stack.append(behind)
    return found


class _Walk:
    """Solves subgames from the last to the first."""

    def __init__(self, made: Game) -> None:
        self.game = made
        self.parts: list[tuple[Part, ...]] = [()] * len(made)
        self.methods: dict[str, None] = {}
        self.complete, self.infinite, self.cut, self.alike, self.dropped = True, False, False, True, 0

    def why(self) -> Iterator[str]:
        """Say what may be missing."""
        if self.infinite:
            yield "there are infinitely many: where an actor is indifferent, other mixes of its options do as well"
        if not self.complete:
            yield "the method does not find all where the table is large, or three and more actors move unseen"
            if self.methods.keys() == {"linear programming"}:
                yield "where one gains what the other loses, as here, all give the same values"
        if self.dropped:
            plural = "candidates" if self.dropped > 1 else "candidate"
            yield f"{self.dropped:,} {plural} of the solver did not stand the proof and were left out"
        if self.cut:
            yield f"no more than {MOST} are followed from any decision"
        if not self.alike:
            yield "decisions that several paths share are taken alike on all of them"

    def run(self) -> None:
        made = self.game
        roots = subgames(made) if made.sets else set(range(len(made)))
        inside = {state for state in range(len(made)) if made.kind(state) != OUTCOME} - roots
        for state in range(len(made) - 1, -1, -1):
            if state in inside:
                continue
            if made.kind(state) == OUTCOME:
                found: Iterator[Part] = iter([Part(made.end[state], {}, ())])
            elif any(made.target[edge] in inside for edge in made.edges(state)):
                found = self.hidden(Trunk.of(made, state, roots))
            else:
                found = self.open(state)
            kept = list(islice(found, MOST + 1))
            self.cut |= len(kept) > MOST
            self.parts[state] = tuple(kept[:MOST])

    def selections(self, targets: Sequence[int]) -> Iterator[dict[int, Part]]:
        """Yield every choice of equilibria of what is behind, as far as can be followed."""
        several = list(dict.fromkeys(targets))
        count = prod(len(self.parts[target]) for target in several)
        self.cut |= count > MAX_SELECTIONS
        for chosen in islice(product(*(self.parts[target] for target in several)), MAX_SELECTIONS):
            yield dict(zip(several, chosen, strict=True))

    def open(self, state: int) -> Iterator[Part]:
        """Yield the equilibria from a state on whose successors all begin subgames."""
        made = self.game
        edges = list(made.edges(state))
        owners = made.owners(state)
        one, none = made.zero + 1, made.zero
        for chosen in self.selections([made.target[edge] for edge in edges]):
            behind = tuple(chosen.items())
            ahead = [
                tuple(x + y for x, y in zip(chosen[made.target[edge]].vector, made.gain[edge], strict=True))
                for edge in edges
            ]
            if made.kind(state) == CHANCE:
                rows = zip(*ahead, strict=True)
                p = [made.p[edge] for edge in edges]
                total = tuple(sum((q * x for q, x in zip(p, row, strict=True)), none) for row in rows)
                yield Part(total, {}, behind)
                continue
            if len(owners) == 1:
                best = max(vector[owners[0]] for vector in ahead)
                slots = [at for at, vector in enumerate(ahead) if vector[owners[0]] >= best - made.tie]
                self.infinite |= len(slots) > 1
            else:
                slots = adopted_slots(made, state, ahead)
            for slot in slots:
                row = tuple(one if at == slot else none for at in range(len(edges)))
                yield Part(ahead[slot], {made.unit[state]: row}, behind)

    def hidden(self, trunk: Trunk) -> Iterator[Part]:
        """Yield the equilibria from a state on behind which moves are not seen."""
        for chosen in self.selections(trunk.leaves):
            stage = Stage(trunk, {leaf: part.vector for leaf, part in chosen.items()})
            made = solved(stage)
            self.methods.setdefault(made.method)
            self.complete &= made.complete
            self.infinite |= made.infinite
            self.dropped += made.dropped
            for chances in made.found:
                yield Part(stage.worth(chances), chances, tuple(chosen.items()))
