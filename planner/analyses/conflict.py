"""Which states of a conflict are stable, by the graph model for conflict resolution."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from planner.analyses.conflicts.conflict_answers import CONCEPTS, RULES, Concept, Ints, Rule, levels
from planner.analyses.conflicts.conflict_coalitions import CoalitionMove, Course, coalition_moves, courses
from planner.analyses.conflicts.conflict_inverse import Change, changes
from planner.analyses.conflicts.conflict_reasons import Reason, reasons
from planner.analyses.conflicts.conflict_tree import conflict_of_tree
from planner.analyses.conflicts.conflict_words import Words
from planner.analyses.notebook import escaped, frame
from planner.analyses.result import BadArgument, UnknownName, overridden
from planner.core.graph_model import GraphModel, graph_model
from planner.core.graph_states import fitting, letters
from planner.core.read_conflict import state_id
from planner.core.unfold import MAX_STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.analyses.conflicts.conflict_reach import Way
    from planner.core.conflict import StateId
    from planner.core.model import Scenario

ALL_REASONS = 300  # states up to which every state is explained
ALL_CHANGES = 30
MOST_STATES = 200  # equilibria whose coalition moves and ways from the status quo are looked for


@dataclass(frozen=True, eq=False)
class Stability:
    """Who stays in which state of a conflict, and why.

    Everything by number here is by the file's own numbers and names in `to_dict`.

    Attributes:
        scenario: what was analysed.
        settings: the arguments.
        model: states, moves and rankings.
        rule: whose counter-moves count: `legal`, `single` or `repeated`.
        derived: whether the conflict was read off the beginning of a tree.
        status_quo: number of the state in which things are now; None if nobody says.
        needed: rule -> concept -> (actors, states): how high a state must stand in an actor's order to hold it.
        coalition_moves: moves of several actors by which all of them gain, from the stable states and the status quo.
        courses: how the stable states come about from the status quo; empty without one.
        reasons: why each actor stays or leaves; of a large conflict from the stable states and the status quo alone.
        changes: what would make states stable that are not.
        complete: False where reasons or coalitions were too many to be worked out in full.
    """

    scenario: Scenario
    settings: Mapping[str, Any]
    model: GraphModel = field(repr=False)
    rule: Rule
    derived: bool
    status_quo: int | None
    needed: Mapping[Rule, Mapping[Concept, Ints]] = field(repr=False)
    coalition_moves: tuple[CoalitionMove, ...] = field(repr=False)
    courses: tuple[Course, ...] = field(repr=False)
    reasons: tuple[Reason, ...] = field(repr=False)
    changes: tuple[Change, ...] = field(repr=False)
    complete: bool = True

    # --- which states -------------------------------------------------------------------------------------

    @property
    def nash(self) -> list[StateId]:
        """States from which no actor has a better move."""
        return self._ids(self.equilibria["nash"])

    @property
    def seq(self) -> list[StateId]:
        """States that hold because improvements meet credible counter-moves."""
        return self._ids(self.equilibria["seq"])

    @property
    def gmr(self) -> list[StateId]:
        """States that hold because improvements meet possible counter-moves."""
        return self._ids(self.equilibria["gmr"])

    @property
    def smr(self) -> list[StateId]:
        """States that hold because improvements meet inescapable counter-moves."""
        return self._ids(self.equilibria["smr"])

    @property
    def sseq(self) -> list[StateId]:
        """States that hold because improvements meet counter-moves that are credible and inescapable."""
        return self._ids(self.equilibria["sseq"])

    @property
    def coalition_stable(self) -> list[StateId]:
        """The Nash states that no coalition can leave to the gain of all its members, as far as looked at."""
        left = {move.start for move in self.coalition_moves}
        looked = self.equilibria["nash"][:MOST_STATES]
        return self._ids(state for state in looked if state not in left)

    @cached_property
    def equilibria(self) -> dict[Concept, list[int]]:
        """For each concept the numbers of the states in which every actor stays."""
        return _equilibria(self.model, self.needed[self.rule])

    def stays(self, actor: str, concept: Concept) -> list[StateId]:
        """Return the states in which one actor stays by a concept."""
        if actor not in self.model.actors:
            raise UnknownName.among("actor", actor, self.model.actors)
        at = self.model.actors.index(actor)
        return self._ids(np.flatnonzero(self.needed[self.rule][concept][at] <= self.model.value[at]).tolist())

    def leavers(self, state: int) -> list[int]:
        """Return the numbers of the actors who leave a state: those whom no possible counter-move holds."""
        return np.flatnonzero(self.needed[self.rule]["gmr"][:, state] > self.model.value[:, state]).tolist()

    def _ids(self, states: Iterable[int]) -> list[StateId]:
        return [self.model.states[state] for state in states]

    # --- in words -----------------------------------------------------------------------------------------

    @cached_property
    def words(self) -> Words:
        """What writes sentences about this conflict."""
        return Words(self.model, [self.scenario.actors[actor].name for actor in self.model.actors], self.rule)

    @property
    def method(self) -> str:
        """What was done, in words."""
        return self.words.method(derived=self.derived)

    def headline(self) -> str:
        """Say in plain English which states are stable and what could still move them."""
        stable = {str(concept): states for concept, states in self.equilibria.items()}
        return self.words.headline(stable, self.coalition_moves, self.status_quo)

    def _repr_markdown_(self) -> str:
        chosen = sorted({state for states in self.equilibria.values() for state in states})
        lines = [f"**{escaped(self.scenario.title)}**", "", escaped(self.headline())]
        lines += ["", "| state | what is the case | stable |", "|---|---|---|"]
        for state in chosen:
            how = ", ".join(name for concept, name in CONCEPTS.items() if state in self.equilibria[concept])
            lines.append(f"| {self.model.states[state]} | {escaped(self.model.names[state])} | {how} |")
        return "\n".join(lines) + "\n"

    def to_frame(self) -> Any:
        """Return a pandas table: a row for each state, a column for each actor and concept.

        Raises:
            BadArgument: pandas is not installed.
        """
        data: dict[str, Any] = {"state": list(self.model.states), "name": list(self.model.names)}
        for concept, rows in self.needed[self.rule].items():
            stays = rows <= self.model.value
            data |= {f"{actor} {concept}": row for actor, row in zip(self.model.actors, stays.tolist(), strict=True)}
            data[concept] = stays.all(axis=0).tolist()
        return frame(dict(zip(data, row, strict=True)) for row in zip(*data.values(), strict=True))

    # --- as data ------------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Return the result under the keys of `stability` in `planner negotiate --json`.

        States stand as the file names them, numbers as numbers.
        """
        model = self.model
        quo = self.status_quo
        return {
            **{concept: self._ids(states) for concept, states in self.equilibria.items()},
            "rule": self.rule,
            "method": self.method,
            "derived": self.derived,
            "actors": [self._actor(at) for at in range(len(model.actors))],
            "states": [self._state(at) for at in range(len(model))],
            "options": list(model.options),
            "status_quo": None if quo is None else model.states[quo],
            "coalition_stable": self.coalition_stable,
            "coalition_moves": [self._coalition(move) for move in self.coalition_moves],
            "from_status_quo": [self._course(course) for course in self.courses],
            "reasons": [self._reason(reason) for reason in self.reasons],
            "inverse": [self._change(change) for change in self.changes],
            "alternatives": self.alternatives(),
            "complete": self.complete,
        }

    def alternatives(self) -> dict[str, Any]:
        """Return the stable states under the other rules for counter-moves, and where they differ from these."""
        made: dict[str, Any] = {}
        for rule, needed in self.needed.items():
            if rule == self.rule:
                continue
            found = _equilibria(self.model, needed)
            differs = {
                concept: {
                    "only_here": self._ids(sorted({*self.equilibria[concept]} - {*states})),
                    "only_there": self._ids(sorted({*states} - {*self.equilibria[concept]})),
                }
                for concept, states in found.items()
                if states != self.equilibria[concept]
            }
            made[rule] = {**{concept: self._ids(states) for concept, states in found.items()}, "differs": differs}
        return made

    def _actor(self, at: int) -> dict[str, Any]:
        model, own = self.model, self.model.value[at]
        ranks = [self._ids(np.flatnonzero(own == rank).tolist()) for rank in np.unique(own)[::-1]]
        needed = self.needed[self.rule]
        return {
            "actor": model.actors[at],
            "name": self.words.names[at],
            "ranking": ranks,
            **{concept: self._ids(np.flatnonzero(needed[concept][at] <= own).tolist()) for concept in CONCEPTS},
        }

    def _state(self, at: int) -> dict[str, Any]:
        pattern = letters(self.model.taken[at].tolist())
        return {"state": self.model.states[at], "name": self.model.names[at], "options": pattern or None}

    def _way(self, way: Way | Sequence[tuple[int, int]] | None) -> list[dict[str, Any]] | None:
        if way is None:
            return None
        return [{"actor": self.model.actors[actor], "to": self.model.states[state]} for actor, state in way]

    def _coalition(self, move: CoalitionMove) -> dict[str, Any]:
        actors, states = self.model.actors, self.model.states
        return {
            "state": states[move.start],
            "by": [actors[each] for each in move.by],
            "to": states[move.end],
            "moves": self._way(move.way),
            "gain": [actors[each] for each in move.gain],
            "lose": [actors[each] for each in move.lose],
        }

    def _course(self, course: Course) -> dict[str, Any]:
        return {
            "state": self.model.states[course.end],
            "moves": self._way(course.moves),
            "improvements": self._way(course.improvements),
        }

    def _reason(self, reason: Reason) -> dict[str, Any]:
        return {
            "actor": self.model.actors[reason.actor],
            "state": self.model.states[reason.state],
            "stable": list(reason.stable),
            "sentence": self.words.reason(reason),
            "improvements": [
                {
                    "to": self.model.states[each.end],
                    "credible": self._way(each.credible),
                    "possible": self._way(each.possible),
                    "inescapable": self._way(each.inescapable),
                }
                for each in reason.improvements
            ],
        }

    def _change(self, change: Change) -> dict[str, Any]:
        return {
            "state": self.model.states[change.state],
            "actor": self.model.actors[change.actor],
            "concept": change.concept,
            "rise_to": self._ids(change.rise_to),
            "passes": change.passes,
            "not_better": [self._ids(each) for each in change.not_better],
            "smallest": change.proven,
        }


def stability(
    scenario: Scenario,
    *,
    rule: str | None = None,
    from_: StateId | None = None,
    wanted: StateId | None = None,
    overrides: Mapping[str, float | str] | None = None,
    max_states: int = MAX_STATES,
) -> Stability:
    """Work out which states of a conflict are stable, and why (graph model for conflict resolution).

    The conflict is that of the section ``conflict``. From a scenario without one, it is read off the tree if that
    begins with choices of several actors (`planner.analyses.conflicts.conflict_tree`).

    Args:
        scenario: the scenario, read and checked.
        rule: whose counter-moves an actor fears where there are several others: `legal` (the default: all of them
            together, nobody moving twice in a row; Fang, Hipel and Kilgour 1993), `single` (one move of one of them) or
            `repeated` (all together in any order). Between two actors `legal` and `single` are the same.
        from_: the status quo, in the place of the file's own.
        wanted: a state for which the smallest changes of rankings that make it stable are asked; None for all states of
            a small conflict, and for the status quo and the states that one actor alone would leave of a larger one.
        overrides: numbers that replace parameters, for a conflict that is read off a tree.
        max_states: how many states the tree may unfold into.

    Raises:
        ScenarioError: the conflict, or the tree that it should be read off, does not fit together.
        UnknownName: no state or parameter has the name that was given.
        BadArgument: there is no such rule, or no conflict follows from the tree.

    Examples:
        >>> from planner.core.rules import load
        >>> from planner.core.source import Source
        >>> found = stability(load(Source.from_text('''
        ... planner: 1
        ... title: Prisoners' dilemma
        ... actors: {a: , b: }
        ... conflict:
        ...   options: {a: {defect: }, b: {defect: }}
        ...   states: {1: NN, 2: NY, 3: YN, 4: YY}
        ...   preferences: {a: {ranking: [3, 1, 4, 2]}, b: {ranking: [2, 1, 4, 3]}}
        ... ''')))
        >>> found.nash, found.seq
        ([4], [1, 4])
        >>> [(move.by, found.model.states[move.end]) for move in found.coalition_moves]
        [((0, 1), 1)]
    """
    if rule is not None and rule not in RULES:
        raise BadArgument(f"there is no rule '{rule}' for counter-moves", f"the rules are {', '.join(RULES)}")
    chosen: Rule = next((each for each in get_args(Rule) if each == rule), "legal")
    given = overridden(scenario, overrides, exact=False)
    derived = scenario.conflict is None
    model = conflict_of_tree(scenario, overrides=given, max_states=max_states) if derived else graph_model(scenario)
    quo = model.status_quo if from_ is None else _state(model, from_)
    target = None if wanted is None else _state(model, wanted)
    needed = {each: levels(model, each) for each in (chosen, *(other for other in RULES if other != chosen))}
    here = needed[chosen]
    stable = {state for states in _equilibria(model, here).values() for state in states}
    looked = sorted({*sorted(stable)[:MOST_STATES], *([] if quo is None else [quo])})
    moves, all_moves = coalition_moves(model, looked, chosen)
    told, all_told = reasons(model, range(len(model)) if len(model) <= ALL_REASONS else looked, here, chosen)
    asked = _asked(model, here, quo) if target is None else [target]
    settings: dict[str, Any] = {"rule": chosen}
    settings |= {key: value for key, value in (("from", from_), ("wanted", wanted)) if value is not None}
    return Stability(
        scenario=scenario,
        settings=settings | ({"set": dict(given)} if given else {}),
        model=model,
        rule=chosen,
        derived=derived,
        status_quo=quo,
        needed=needed,
        coalition_moves=tuple(moves),
        courses=tuple(courses(model, quo, sorted(stable)[:MOST_STATES])) if quo is not None else (),
        reasons=tuple(told),
        changes=tuple(changes(model, asked, here, chosen)),
        complete=all_moves and all_told and len(stable) <= MOST_STATES,
    )


def _equilibria(model: GraphModel, needed: Mapping[Concept, Ints]) -> dict[Concept, list[int]]:
    return {concept: np.flatnonzero((rows <= model.value).all(axis=0)).tolist() for concept, rows in needed.items()}


def _state(model: GraphModel, given: StateId) -> int:
    """Return the number of the state that an argument names: a number, a name, or a pattern of the options taken."""
    name = state_id(given) if isinstance(given, str) else given
    if name in model.states:
        return model.states.index(name)
    if isinstance(name, str):
        found = fitting(model.taken, name)
        if len(found) == 1:
            return found[0]
    raise UnknownName.among("state", str(given), map(str, model.states[:1000]))


def _asked(model: GraphModel, needed: Mapping[Concept, Ints], quo: int | None) -> list[int]:
    """Return the states about which the inverse question is asked if nobody names one."""
    if len(model) <= ALL_CHANGES:
        return list(range(len(model)))
    leavers = (needed["nash"] > model.value).sum(axis=0)
    near = np.flatnonzero(leavers == 1).tolist()
    return list(dict.fromkeys([*([] if quo is None else [quo]), *near]))[:ALL_CHANGES]
