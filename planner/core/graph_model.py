"""From a conflict to the arrays that its analysis runs on: states, moves and each actor's order of the states.

The graph model for conflict resolution (Kilgour, Hipel and Fang 1987; Fang, Hipel and Kilgour 1993): a state says for
every option whether it is taken, or either; an actor moves from a state to those that it can bring about alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.core.diagnostics import ScenarioError
from planner.core.graph_moves import Moves, option_moves
from planner.core.graph_states import combinations, listed_states, numbered_states
from planner.core.read_conflict import statement_paths
from planner.core.reader import Path, Reader, did_you_mean, listing
from planner.core.source import Seq, Source
from planner.core.statement import PATTERN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.core.conflict import Conflict, StateId
    from planner.core.graph_states import States
    from planner.core.model import Scenario

HERE: Path = ("conflict",)
MAX_MOVES = 5_000_000  # of all actors together
_SHOWN = 4  # states that a message lists

Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class GraphModel:
    """A conflict as arrays.

    Attributes:
        actors: who takes part.
        states: the states as the file names them.
        names: the states in words; empty where the file gives none and there are no options.
        options: every option as ``actor.option``.
        taken: (states, options): 1 taken, 0 left, -1 either.
        moves: for each actor the unilateral moves.
        value: (actors, states): place in the actor's order of the states, 0 the worst; equal for what ties.
        status_quo: number of the state in which things are now; None if nobody says.
    """

    actors: tuple[str, ...]
    states: tuple[StateId, ...]
    names: tuple[str, ...]
    options: tuple[str, ...]
    taken: NDArray[np.int8] = field(repr=False)
    moves: tuple[Moves, ...] = field(repr=False)
    value: Ints = field(repr=False)
    status_quo: int | None = None

    def __len__(self) -> int:
        return len(self.states)

    @cached_property
    def improvements(self) -> tuple[Moves, ...]:
        """For each actor the moves to a state that it prefers."""
        return tuple(
            moves.where(own[moves.target] > own[moves.source])
            for moves, own in zip(self.moves, self.value, strict=True)
        )


def graph_model(scenario: Scenario) -> GraphModel:
    """Return the graph model of a scenario's conflict.

    Raises:
        ScenarioError: the states, moves and preferences of the file do not fit together.
    """
    reader = Reader(scenario.source or Source.from_text(""))
    made = build(reader, scenario)
    faults = [each for each in reader.diagnostics if each.severity == "error"]
    if made is None or faults:
        raise ScenarioError(faults)
    return made


def build(reader: Reader, scenario: Scenario) -> GraphModel | None:
    """Work out states, moves and rankings; what does not fit is reported. None if there is no model to speak of."""
    conflict = scenario.conflict
    assert conflict is not None
    found = combinations(reader, conflict, scenario.actors)
    if found is None:
        return None
    states = listed_states(reader, conflict, found) if conflict.states else numbered_states(reader, found)
    if states is None:
        return None
    if len(states) < 2:
        many = "one state" if len(states) == 1 else "no state"
        where = (*HERE, "states") if conflict.states else HERE
        help_ = "list the others, too, or loosen what is feasible"
        message = f"the conflict has {many}, so nothing can move"
        reader.fault("P608", message, where, key=True, label="at least two are needed", help=help_)
        return None
    return _Builder(reader, conflict, states).run()


class _Builder:
    def __init__(self, reader: Reader, conflict: Conflict, states: States) -> None:
        self.reader, self.conflict, self.states = reader, conflict, states
        self.index = {name: at for at, name in enumerate(states.ids)}
        self.sound = True

    def run(self) -> GraphModel | None:
        moves = self.moves()
        orders = [self.order(actor) for actor in self.conflict.actors]
        here = self.conflict.status_quo
        quo = None if here is None else self.state(here, (*HERE, "status_quo"))
        if not self.sound or moves is None:
            return None
        self.hygiene(moves)
        return GraphModel(
            actors=self.conflict.actors,
            states=self.states.ids,
            names=self.states.names,
            options=tuple(option.path for option in self.conflict.all_options),
            taken=self.states.taken,
            moves=tuple(moves),
            value=np.array([order for order in orders if order is not None], np.int32),
            status_quo=quo,
        )

    def fault(self, code: str, message: str, path: Path, *, key: bool = False, label: str = "", help: str = "") -> None:
        self.reader.fault(code, message, path, key=key, label=label, help=help or None)
        self.sound = False

    def state(self, given: StateId, path: Path, *, key: bool = False) -> int | None:
        """Return the number of the state that the file names at a place; report one that is not there."""
        if given in self.index:
            return self.index[given]
        found = self.states.matching(given) if isinstance(given, str) else []
        if len(found) == 1:
            return found[0]
        if found:
            shown = self.shown(found)
            self.fault("P605", f"'{given}' could be states {shown}", path, key=key, label="one state is meant")
            return None
        known = [str(each) for each in self.states.ids]
        help_ = did_you_mean(str(given), known, "states") if len(known) <= 1000 else "states are numbered from 1"
        if isinstance(given, str) and PATTERN.match(given):
            help_ = "no state fits it: is it excluded by 'feasible' or 'infeasible', or not listed?"
        if isinstance(given, int):
            help_ = f"the states are {self.shown(range(len(known)))}"
        self.fault("P605", f"unknown state '{given}'", path, key=key, label="no such state", help=help_)
        return None

    def shown(self, states: Sequence[int]) -> str:
        """List states for a message, the first few of many."""
        names = [f"'{self.states.ids[state]}'" for state in states[:_SHOWN]]
        more = len(states) - _SHOWN
        return f"{', '.join(names)} and {more:,} more" if more > 0 else listing([name[1:-1] for name in names], "and")

    # --- moves --------------------------------------------------------------------------------------------

    def moves(self) -> list[Moves] | None:
        """Return each actor's moves: those that the file lists, else those that follow from its options."""
        conflict, count = self.conflict, len(self.states)
        if not conflict.moves and not conflict.options:
            help_ = "add 'options:' by actor, or 'moves:' by actor and state"
            self.fault("P109", "the conflict does not say who can move where", HERE, key=True, help=help_)
            return None
        made: list[Moves] = []
        left = MAX_MOVES
        for actor in conflict.actors:
            found = self.listed(actor) if actor in conflict.moves else None
            if found is None:
                found = option_moves(self.states, conflict, actor, limit=left)
            if found is None or len(found) > left:
                message = f"the conflict has more than {MAX_MOVES:,} moves"
                help_ = "leave out options that do not matter, or states that cannot come about"
                self.fault("P612", message, HERE, key=True, label="too many", help=help_)
                return None
            left -= len(found)
            made.append(found)
        assert all(moves.first.size == count + 1 for moves in made)
        return made

    def listed(self, actor: str) -> Moves:
        """Return the moves that the file lists."""
        pairs: list[tuple[int, int]] = []
        for start, ends in self.conflict.moves[actor].items():
            path: Path = (*HERE, "moves", actor, self.written(actor, start))
            source = self.state(start, path, key=True)
            given = self.reader.given(*map(str, path))
            for place, end in enumerate(ends):
                where = (*path, place) if type(given) is Seq else path
                target = self.state(end, where)
                if target is not None and target == source:
                    message = f"'{actor}' moves from state '{start}' to itself"
                    self.fault("P605", message, where, label="no move", help="staying is always possible: leave it out")
                elif source is not None and target is not None:
                    pairs.append((source, target))
        return Moves.of(len(self.states), np.array(pairs, np.int64).reshape(-1, 2))

    def written(self, actor: str, start: StateId) -> str:
        """Return the key under which the moves from a state stand in the file."""
        section = self.reader.given("conflict", "moves", actor)
        keys = list(section) if isinstance(section, dict) else []
        return next((key for key in keys if key == str(start) or "".join(key.split()) == start), str(start))

    # --- preferences --------------------------------------------------------------------------------------

    def order(self, actor: str) -> Ints | None:
        """Return the place of every state in an actor's order, 0 the worst."""
        wants = self.conflict.preferences.get(actor)
        if wants is None or not (wants.statements or wants.ranking):
            message = f"actor '{actor}' takes part in the conflict but has no preferences"
            where = next(
                (part, actor) for part in ("preferences", "options", "moves") if actor in getattr(self.conflict, part)
            )
            help_ = f"add '{actor}:' under 'preferences', with statements or a ranking"
            self.fault("P609", message, (*HERE, *where), key=True, label="what does it want?", help=help_)
            return None
        return self.ranked(actor) if wants.ranking else self.by_statements(actor)

    def ranked(self, actor: str) -> Ints | None:
        """Return the order that a ranking gives."""
        ranking = self.conflict.preferences[actor].ranking
        path: Path = (*HERE, "preferences", actor, "ranking")
        given = self.reader.given(*map(str, path))
        place = np.full(len(self.states), -1, np.int32)
        for rank, group in enumerate(ranking):
            inside = type(given) is Seq and rank < len(given) and type(given[rank]) is Seq
            for at, name in enumerate(group):
                where: Path = (*path, rank, at) if inside else (*path, rank)
                state = self.state(name, where)
                if state is not None and place[state] >= 0:
                    message = f"'{actor}' ranks state '{self.states.ids[state]}' twice"
                    self.fault("P610", message, where, label="ranked before", help="leave it in one place")
                elif state is not None:
                    place[state] = len(ranking) - 1 - rank
        missing = np.flatnonzero(place < 0).tolist()
        if missing and self.sound:
            message = f"'{actor}' does not rank {'state' if len(missing) == 1 else 'states'} {self.shown(missing)}"
            help_ = "put them where they belong; equally good ones go in square brackets: [7, [4, 8], 1]"
            self.fault("P610", message, path, key=True, label="every state has a place", help=help_)
        return place

    def by_statements(self, actor: str) -> Ints:
        """Return the order that statements give: the earlier one decides (option prioritisation)."""
        wants = self.conflict.preferences[actor]
        base: Path = (*HERE, "preferences", actor)
        base = (*base, "statements") if self.reader.given(*map(str, base), "statements") is not None else base
        paths = statement_paths(self.reader, base, wants.statements)
        order = np.zeros(len(self.states), np.int32)
        for said, path in zip(wants.statements, paths, strict=True):
            some, every = self.states.holds(said)
            unclear = np.flatnonzero((some != every) & (np.bincount(order)[order] > 1)).tolist()
            if unclear:
                first = self.states.ids[unclear[0]]
                message = f"'{said.text}' is true of some of what state '{first}' stands for, and false of the rest"
                help_ = f"put a statement before it that sets state '{first}' apart from all others, or rank the states"
                self.fault("P611", message, path, label="is it better or worse?", help=help_)
                return order
            order = np.unique(order * 2 + every, return_inverse=True)[1].astype(np.int32)
            if (some == some[0]).all() and (every == every[0]).all():
                always = "true" if every[0] else "false"
                message = f"'{said.text}' is {always} in every state, so it sets none apart"
                help_ = "leave it out, or say what was meant"
                self.reader.fault("P615", message, path, label="has no influence", help=help_)
        return order

    # --- hygiene ------------------------------------------------------------------------------------------

    def hygiene(self, moves: Sequence[Moves]) -> None:
        """Report options that no state tells apart, and actors who cannot move."""
        for option, column in zip(self.conflict.all_options, self.states.taken.T, strict=True):
            if (column == column[0]).all():
                always = {1: "taken in every state", 0: "taken in no state", -1: "left open in every state"}
                message = f"option '{option.path}' is {always[int(column[0])]}"
                where = (*HERE, "options", option.actor, option.id)
                help_ = "leave the option out, or let it differ between states"
                self.reader.fault("P614", message, where, key=True, label="no state differs by it", help=help_)
        for actor, own in zip(self.conflict.actors, moves, strict=True):
            if not len(own):
                part = next(
                    each for each in ("moves", "options", "preferences") if actor in getattr(self.conflict, each)
                )
                message = f"actor '{actor}' cannot move from any state"
                help_ = "give it options or moves, or leave it out of the conflict"
                self.reader.fault("P613", message, (*HERE, part, actor), key=True, label="no moves", help=help_)
