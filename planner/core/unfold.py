"""From a scenario to the states that its numbers run on.

A state is a node together with the values of the path state that the node's future still reads
(`planner.core.liveness`) and the news that was heard about what lies ahead (`planner.core.news`), so equal futures are
shared: forty rounds of a negotiation are forty copies of the table and not 2**40. The states form a directed acyclic
graph; a loop that does not end is an error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.core.arithmetic import FLOATS, FRACTIONS
from planner.core.diagnostics import ScenarioError
from planner.core.expression import Expression, InexactError, run
from planner.core.hidden import NOTHING, Hiding, Seen, information_sets, renumbered, token_at, told_apart
from planner.core.liveness import live_state
from planner.core.model import Edge, Node, Scenario
from planner.core.news import NO_NEWS, Hearings, News, carried, with_priors, written
from planner.core.places import as_fraction, edge_path, fault, node_path, short
from planner.core.rules_conflict import no_tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_STATES = 1_000_000
ENDLESS = ("P301", "endless-loop")
TOO_MANY = ("P302", "too-many-states")
NO_OPTION = ("P303", "no-option-left")
NO_BRANCH = ("P304", "no-branch-left")
STATE_FORMULA = ("P305", "state-formula")

Value = float | Fraction
Values = tuple[Value, ...]
Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Unfolded:
    """The states of a scenario in topological order: the root is state 0, every edge leads to a later state.

    States are ordered by their longest distance from the root, then by the file. The edges of state ``s`` are
    ``first_edge[s]`` to ``first_edge[s + 1]``, in file order.

    Attributes:
        scenario: what was unfolded.
        places: what a state can stand at: every node, then every edge that ends the path itself.
        edges: options and branches of the scenario, in file order.
        live: for each place the names of its live state variables.
        place: for each state, the index of its place.
        values: for each state, the values of its place's live variables.
        first_edge: offsets into ``edge`` and ``target``, one more than states.
        edge: for each unfolded edge, the index of the scenario's edge.
        target: for each unfolded edge, the state it leads to.
        news: for each state the live news; empty where no node observes a signal.
        next_met: for each state that brings news, one in which the node that it is about is met next.
        hides: the decisions with `unseen`, in file order.
        seen: for each state the decisions from which something is hidden by now, and what their owners have seen.
    """

    scenario: Scenario
    places: tuple[Node | Edge, ...]
    edges: tuple[Edge, ...]
    live: tuple[tuple[str, ...], ...]
    place: Ints = field(repr=False)
    values: tuple[Values, ...] = field(repr=False)
    first_edge: Ints = field(repr=False)
    edge: Ints = field(repr=False)
    target: Ints = field(repr=False)
    news: tuple[News, ...] = field(default=(), repr=False)
    next_met: Mapping[int, int] = field(default_factory=dict, repr=False)
    hides: tuple[str, ...] = ()
    seen: tuple[Seen, ...] = field(default=(), repr=False)

    def __len__(self) -> int:
        return len(self.place)

    @cached_property
    def place_ids(self) -> tuple[str, ...]:
        """Node ids, and ``node.edge`` for an edge that ends the path."""
        return tuple(place.path if isinstance(place, Edge) else place.id for place in self.places)

    def node(self, state: int) -> Node | None:
        """Return the node of a state; None where an edge without `to` ended the path."""
        place = self.places[self.place[state]]
        return place if isinstance(place, Node) else None

    def kind(self, state: int) -> str:
        """Return decision, chance or outcome."""
        node = self.node(state)
        return node.kind if node is not None else "outcome"

    def binding(self, state: int) -> dict[str, Value]:
        """Return the live path state by name."""
        return dict(zip(self.live[self.place[state]], self.values[state], strict=True))

    def heard(self, state: int) -> News:
        """Return the live news of a state."""
        return self.news[state] if self.news else NO_NEWS

    def slots(self, state: int) -> range:
        """Return the indices of a state's unfolded edges."""
        return range(int(self.first_edge[state]), int(self.first_edge[state + 1]))

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """``node``, or ``node[round=2, intercept=warm]`` where a node unfolds into several states.

        ``intercept=-`` is the state in which nothing was heard.
        """
        copies = np.bincount(self.place, minlength=len(self.places))
        ids, live, signals = self.place_ids, self.live, self._signals
        made = tuple(
            ids[place]
            if copies[place] == 1
            else state_label(ids[place], live[place], values, written(self.heard(state), signals.get(place, ())))
            for state, (place, values) in enumerate(zip(self.place.tolist(), self.values, strict=True))
        )
        return told_apart(self, made) if self.hides else made

    @cached_property
    def sets(self) -> tuple[tuple[int, ...], ...]:
        """The states that share one choice, because their owner cannot tell them apart; sets of one state left out.

        Raises:
            ScenarioError: P315, the options of a decision differ by something that its owner does not see.
        """
        return information_sets(self) if self.hides else ()

    @cached_property
    def hide_number(self) -> Mapping[str, int]:
        """The decisions with `unseen`, and their numbers."""
        return {name: number for number, name in enumerate(self.hides)}

    def last_known(self, state: int) -> int | None:
        """Return the last state on the way at which the owner of a decision knew where it was; None if it does here."""
        token = token_at(self, state)
        return token[0] if token is not None else None

    @cached_property
    def copies(self) -> Mapping[int, Sequence[int]]:
        """For each place its states."""
        found: dict[int, list[int]] = {}
        for state, place in enumerate(self.place.tolist()):
            found.setdefault(place, []).append(state)
        return found

    @cached_property
    def sources(self) -> Sequence[tuple[int, int]]:
        """For each state the first edge that leads there, with the state that it comes from; the root has none."""
        found = [(-1, -1)] * len(self)
        for state in range(len(self) - 1, -1, -1):
            for edge in self.slots(state):
                found[self.target[edge]] = (state, edge)
        return found

    @property
    def _signals(self) -> dict[int, list[str]]:
        """For each place the signals that were heard in some state of it, in file order."""
        found: dict[int, set[str]] = {}
        for place, news in zip(self.place.tolist(), self.news, strict=False):
            for signal, _, _ in news:
                found.setdefault(place, set()).add(signal)
        return {place: [name for name in self.scenario.signals if name in heard] for place, heard in found.items()}


def state_label(place: str, names: Sequence[str], values: Values, told: Sequence[str] = ()) -> str:
    """Write a state as ``node[round=2, trust=1]``; ``told`` is what signals have told, already written."""
    inside = ", ".join([*(f"{name}={short(value)}" for name, value in zip(names, values, strict=True)), *told])
    return f"{place}[{inside}]" if inside else place


def unfold(scenario: Scenario, *, max_states: int = MAX_STATES, exact: bool = False) -> Unfolded:
    """Walk from the root and make one state for each distinct (node, live path state, live news, history seen).

    With ``exact``, path state is kept in rational numbers.

    >>> from planner.core.rules import load
    >>> from planner.core.source import Source
    >>> scenario = load(Source.from_text('''
    ... planner: 1
    ... title: Two rounds
    ... state: {round: 1}
    ... nodes:
    ...   table:
    ...     decision: Another round?
    ...     options: {again: {when: round < 2, set: {round: round + 1}, to: table}, stop: {to: deal}}
    ...   deal: {outcome: Deal}
    ... '''))
    >>> unfold(scenario).labels
    ('table[round=1]', 'table[round=2]', 'deal')

    Raises:
        ScenarioError: P301 a loop that does not end, P302 more than ``max_states`` states, P303 a decision without
            an option left, P304 a chance node without a branch left, P305 a state formula without a finite value,
            P313 news about a node that does not follow, P314 news about a node whose probabilities depend on the way,
            P616 a conflict without a tree.
    """
    if not scenario.nodes:
        raise ScenarioError([no_tree(scenario)])
    unfolded = _Walk(scenario, max_states, exact=exact).run()
    return with_priors(unfolded) if unfolded.news else unfolded


class _Walk:
    """A depth-first walk with its own stack."""

    def __init__(self, scenario: Scenario, max_states: int, *, exact: bool) -> None:
        self.scenario, self.max_states, self.exact = scenario, max_states, exact
        nodes = tuple(scenario.nodes.values())
        edges = tuple(scenario.edges())
        ends = tuple(edge for edge in edges if edge.to is None)
        live = live_state(scenario)
        self.places: tuple[Node | Edge, ...] = (*nodes, *ends)
        self.live: tuple[tuple[str, ...], ...] = (*(live[node.id] for node in nodes), *(() for _ in ends))
        index = {node.id: at for at, node in enumerate(nodes)}
        index.update({edge.path: at for at, edge in enumerate(ends, len(nodes))})
        numbered = {edge.path: at for at, edge in enumerate(edges)}
        hearings = Hearings.of(scenario)
        self.listens = bool(hearings.observed)
        self.hiding = Hiding.of(scenario)
        self.hides = bool(self.hiding.decisions)
        self.exits = [
            [_Exit.of(edge, numbered, index, live, hearings) for edge in node.edges.values()] for node in nodes
        ]
        self.exits += [[] for _ in ends]
        self.known: dict[tuple[int, Values, News, Seen], int] = {}
        self.states: list[tuple[int, Values, News, Seen]] = []
        self.out: list[list[tuple[int, int]]] = []  # for each state its (edge, target) pairs

    def run(self) -> Unfolded:
        given = self.scenario.state
        start = tuple(as_fraction(given[name]) if self.exact else float(given[name]) for name in self.live[0])
        root = self.enter(0, start, NO_NEWS, NOTHING)
        self.expand(root)
        progress = bytearray(b"\x01")  # 0 new, 1 on the path at hand, 2 done
        finished: list[int] = []
        stack = [(root, iter(self.out[root]))]
        while stack:
            state, following = stack[-1]
            for _, target in following:
                if target >= len(progress):
                    progress.extend(bytes(len(self.states) - len(progress)))
                if progress[target] == 1:
                    raise self.endless([state for state, _ in stack], target)
                if progress[target] == 0:
                    progress[target] = 1
                    self.expand(target)
                    stack.append((target, iter(self.out[target])))
                    break
            else:
                stack.pop()
                progress[state] = 2
                finished.append(state)
        return self.sorted(finished)

    def enter(self, place: int, values: Values, news: News, seen: Seen) -> int:
        """Return the state's number, a new one if it was not met before."""
        key = (place, values, news, seen)
        state = self.known.get(key)
        if state is None:
            state = self.known[key] = len(self.states)
            if state >= self.max_states:
                raise self.too_many()
            self.states.append(key)
            self.out.append([])
        return state

    def expand(self, state: int) -> None:
        """Find the edges of a state and number what they lead to."""
        place, values, news, seen = self.states[state]
        binding = dict(zip(self.live[place], values, strict=True)) if values else {}
        exits = [
            way
            for way in self.exits[place]
            if way.edge.when is None or self.formula(way.edge, "when", way.edge.when, binding)
        ]
        edges = self.out[state]
        for way in exits:
            target = tuple(
                self.formula(way.edge, name, formula, binding) if formula is not None else binding[name]
                for name, formula in way.values
            )
            told = carried(news, way.tells, way.keeps) if self.listens else NO_NEWS
            known = (
                self.hiding.carried(seen, way.edge, way.index, state, alone=len(exits) == 1) if self.hides else NOTHING
            )
            edges.append((way.index, self.enter(way.place, target, told, known)))
        node = self.places[place]
        if not edges and isinstance(node, Node) and node.kind != "outcome":
            raise self.stuck(node, self.label(state))

    def formula(self, edge: Edge, name: str, formula: Expression, binding: Mapping[str, Value]) -> Value:
        """Work out a `when` or `set` formula; it must be a finite number."""
        try:  # the kind of number is known, and a big scenario comes here a million times
            value: Value = run(formula.program, binding, FRACTIONS if self.exact else FLOATS)
        except InexactError as error:
            message = f"'{formula.text}' of '{edge.path}' has no exact value: {error}"
            raise self.bad_formula(edge, name, message, binding) from error
        if self.exact:
            return Fraction(value)
        if not math.isfinite(value):
            raise self.bad_formula(edge, name, f"'{formula.text}' of '{edge.path}' is {value}, not a number", binding)
        return value + 0.0  # -0.0 and 0.0 are one state

    def sorted(self, finished: list[int]) -> Unfolded:
        """Number the states by distance from the root, then by the file, then as they were met."""
        count = len(self.states)
        depth = [0] * count
        for state in reversed(finished):
            further = depth[state] + 1
            for _, target in self.out[state]:
                depth[target] = max(depth[target], further)
        place = np.fromiter((state[0] for state in self.states), np.int32, count)
        order = np.lexsort((np.arange(count), place, np.asarray(depth)))
        position = np.empty(count, np.int32)
        position[order] = np.arange(count, dtype=np.int32)
        ordered = order.tolist()
        degrees = np.fromiter((len(self.out[state]) for state in ordered), np.int32, count)
        first_edge = np.zeros(count + 1, np.int32)
        np.cumsum(degrees, out=first_edge[1:])
        pairs = np.array([pair for state in ordered for pair in self.out[state]], np.int32).reshape(-1, 2)
        return Unfolded(
            scenario=self.scenario,
            places=self.places,
            edges=tuple(self.scenario.edges()),
            live=self.live,
            place=place[order],
            values=tuple(self.states[state][1] for state in ordered),
            first_edge=first_edge,
            edge=pairs[:, 0].copy(),
            target=position[pairs[:, 1]],
            news=tuple(self.states[state][2] for state in ordered) if self.listens else (),
            hides=self.hiding.decisions,
            seen=tuple(renumbered(self.states[state][3], position) for state in ordered) if self.hides else (),
        )

    # --- what can go wrong ---------------------------------------------------------------------------------

    def label(self, state: int) -> str:
        place, values, news, _ = self.states[state]
        what = self.places[place]
        return state_label(
            what.path if isinstance(what, Edge) else what.id, self.live[place], values, written(news, ())
        )

    def endless(self, path: list[int], target: int) -> Exception:
        loop = path[path.index(target) :]
        edge = next(index for index, end in self.out[loop[-1]] if end == target)
        closing = next(way.edge for way in self.exits[self.states[loop[-1]][0]] if way.index == edge)
        names = [self.label(state) for state in loop]
        if len(names) > 8:
            names = [*names[:4], "…", *names[-3:]]
        route = " -> ".join([*names, names[0]])
        return fault(
            self.scenario,
            ENDLESS,
            f"the path goes round for ever: {route}",
            edge_path(self.scenario, closing, "to"),
            label="leads back into the loop, nothing has changed",
            help="let the loop change the path state with 'set' and end it with 'when'",
        )

    def too_many(self) -> Exception:
        places = np.fromiter((state[0] for state in self.states), np.int64, len(self.states))
        place = int(np.bincount(places).argmax())
        what = self.places[place]
        found = np.flatnonzero(places == place)
        copies = len(found)
        first, last = self.label(int(found[0])), self.label(int(found[-1]))
        return fault(
            self.scenario,
            TOO_MANY,
            f"the scenario unfolds into more than {self.max_states:,} states, '{first}' to '{last}' being {copies:,}",
            edge_path(self.scenario, what, "to") if isinstance(what, Edge) else node_path(what),
            key=True,
            label=f"{copies:,} copies of this node",
            help="bound the state with 'when', or raise the limit with --max-states",
        )

    def stuck(self, node: Node, label: str) -> Exception:
        formulas = tuple(
            (edge_path(self.scenario, edge, "when"), "is false here")
            for edge in node.edges.values()
            if edge.when is not None
        )
        return fault(
            self.scenario,
            NO_OPTION if node.kind == "decision" else NO_BRANCH,
            f"{node.kind} '{label}' has no {node.word} left",
            node_path(node),
            key=True,
            help=f"give '{node.id}' one {node.word} without 'when'",
            related=formulas,
        )

    def bad_formula(self, edge: Edge, name: str, message: str, binding: Mapping[str, Value]) -> Exception:
        given = ", ".join(f"{key} = {short(value)}" for key, value in binding.items())
        inside = ("when",) if name == "when" else ("set", name)
        return fault(
            self.scenario,
            STATE_FORMULA,
            message,
            edge_path(self.scenario, edge, *inside),
            label=f"with {given}" if given else "",
            help="a state formula must give a finite number in every state that is reached",
        )


@dataclass(frozen=True, slots=True)
class _Exit:
    """An edge as the walk needs it: its number, where it leads, what state and news it hands on there."""

    edge: Edge
    index: int
    place: int
    values: tuple[tuple[str, Expression | None], ...]
    tells: tuple[str, str] | None
    keeps: frozenset[str]

    @classmethod
    def of(
        cls,
        edge: Edge,
        numbered: Mapping[str, int],
        index: Mapping[str, int],
        live: Mapping[str, tuple[str, ...]],
        hearings: Hearings,
    ) -> _Exit:
        names = live[edge.to] if edge.to is not None else ()
        place = index[edge.path if edge.to is None else edge.to]
        values = tuple((name, edge.set.get(name)) for name in names)
        return cls(edge, numbered[edge.path], place, values, hearings.tells(edge), hearings.kept(edge))
