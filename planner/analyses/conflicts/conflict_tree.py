"""A conflict read off a tree that begins with choices of several actors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner.analyses.result import BadArgument
from planner.core.diagnostics import ScenarioError
from planner.core.graph_model import GraphModel
from planner.core.graph_moves import Moves
from planner.core.graph_states import MAX_STATES
from planner.core.rules import unsupported
from planner.core.settle import score
from planner.core.solve import Number, Solution, solve
from planner.core.tree import DECISION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from planner.core.model import Edge, Scenario

NEXT = "write the conflict under 'conflict:', with options and preferences by actor"


def conflict_of_tree(
    scenario: Scenario, *, overrides: Mapping[str, Number] | None = None, max_states: int
) -> GraphModel:
    """Return the conflict over the choices with which a tree begins.

    The tree must begin with decisions of one actor each, one after the other and before any chance, in which every
    actor has the same options whatever was chosen before. A state of the conflict says which option each of them has
    taken; what it is worth to everybody is the value of the tree from there on, its later decisions taken as
    recommended. In the conflict each actor can change its own choice, as often as it likes; so it makes no difference
    whether these first choices see one another (``unseen``).

    Raises:
        ScenarioError: the tree cannot be evaluated.
        BadArgument: the tree does not begin so.
    """
    missing = unsupported(scenario)
    if missing:
        raise ScenarioError(missing)
    seen, opened = _seeing(scenario)
    layers = _Layers(solve(seen, overrides=overrides, max_states=max_states))
    model = layers.model()
    if opened - layers.passed:
        first = min(opened - layers.passed)
        message = f"no conflict follows from the tree: '{first}' is taken without seeing what came before"
        raise BadArgument(f"{message}, and does not have the same options in every case", NEXT)
    return model


def _seeing(scenario: Scenario) -> tuple[Scenario, frozenset[str]]:
    """Return the scenario with nothing hidden among the first choices of its actors, and which nodes that changed.

    What they are worth when taken so is never asked: a state of the conflict is what comes after all of them.
    """
    nodes, opened, owners = dict(scenario.nodes), set(), set[tuple[str, ...]]()
    front: set[str | None] = {scenario.root.id}
    while None not in front:
        here = [scenario.nodes[str(name)] for name in sorted(map(str, front))]
        alike = {(node.kind, node.by, tuple(node.edges)) for node in here}
        if len(alike) > 1 or here[0].kind != "decision" or len(here[0].by) != 1 or here[0].by in owners:
            break
        owners.add(here[0].by)
        for node in here:
            if node.unseen:
                nodes[node.id] = replace(node, unseen=())
                opened.add(node.id)
        front = {edge.to for node in here for edge in node.edges.values()}
    return (replace(scenario, nodes=nodes) if opened else scenario), frozenset(opened)


class _Layers:
    """The decisions with which a tree begins, a layer for each actor.

    Attributes:
        states: where each combination of choices leads, the last actor's choice changing first.
        worth: what was gained on the way there, by channel.
        choices: for each layer its actor and options.
        passed: the nodes of all layers.
    """

    def __init__(self, solution: Solution) -> None:
        self.solution, self.unfolded = solution, solution.unfolded
        self.states: list[int] = [0]
        self.worth: list[list[Number]] = [[0.0] * len(solution.channels[0])]
        self.passed: set[str] = set()
        self.choices: list[tuple[int, tuple[str, ...], tuple[str, ...]]] = []
        while (layer := self.layer()) is not None and self.fits(layer):
            self.pass_through(layer)

    def layer(self) -> tuple[int, tuple[str, ...], tuple[str, ...]] | None:
        """Return the actor and the options that all states have in common; None if they are no such layer."""
        found: set[tuple[int, tuple[str, ...]]] = set()
        for state in self.states:
            who = self.solution.who(state)
            if who.kind != DECISION or len(who.owners) != 1:
                return None
            found.add((who.owners[0], tuple(edge.id for edge in self.edges(state))))
        if len(found) != 1:
            return None
        ((owner, options),) = found
        if len(options) < 2 or any(owner == known for known, _, _ in self.choices):
            return None
        return owner, options, tuple(edge.name for edge in self.edges(self.states[0]))

    def fits(self, layer: tuple[int, tuple[str, ...], tuple[str, ...]]) -> bool:
        """Whether the states of the conflict stay within their limit."""
        count = len(self.states) * len(layer[1])
        if count <= MAX_STATES:
            return True
        message = f"the choices with which the tree begins have more than {MAX_STATES:,} combinations"
        raise BadArgument(message, NEXT)

    def edges(self, state: int) -> list[Edge]:
        return [self.unfolded.edges[edge] for edge in self.unfolded.edge[self.unfolded.slots(state)].tolist()]

    def pass_through(self, layer: tuple[int, tuple[str, ...], tuple[str, ...]]) -> None:
        """Follow every option of a layer."""
        solution, unfolded = self.solution, self.unfolded
        self.passed |= {unfolded.place_ids[unfolded.place[state]] for state in self.states}
        states: list[int] = []
        worth: list[list[Number]] = []
        for state, before in zip(self.states, self.worth, strict=True):
            for edge in unfolded.slots(state):
                gain = solution.gain[solution.bound.edge_row[edge]]
                states.append(int(unfolded.target[edge]))
                worth.append([old + more for old, more in zip(before, gain, strict=True)])
        self.states, self.worth = states, worth
        self.choices.append(layer)

    def model(self) -> GraphModel:
        """Return the conflict."""
        self.complain()
        scenario = self.unfolded.scenario
        actors = list(scenario.actors)
        shape = tuple(len(options) for _, options, _ in self.choices)
        places = np.stack(np.unravel_index(np.arange(len(self.states)), shape), axis=1)
        taking = [actors[owner] for owner, _, _ in self.choices]
        owned = [actor for actor in actors if actor in taking]
        titles = [scenario.actors[actor].name for actor in taking]
        ids = tuple(", ".join(self.choices[at][1][place] for at, place in enumerate(row)) for row in places.tolist())
        names = tuple(
            "; ".join(f"{titles[at]}: {self.choices[at][2][place]}" for at, place in enumerate(row))
            for row in places.tolist()
        )
        taken = np.concatenate([np.eye(size, dtype=np.int8)[places[:, at]] for at, size in enumerate(shape)], axis=1)
        paths = [f"{actor}.{option}" for actor, (_, options, _) in zip(taking, self.choices, strict=True)
                 for option in options]  # fmt: skip
        return GraphModel(
            actors=tuple(owned),
            states=ids,
            names=names,
            options=tuple(paths),
            taken=taken,
            moves=tuple(_changes(places, shape, taking.index(actor)) for actor in owned),
            value=np.array([self.order(actors.index(actor)) for actor in owned], np.int32),
        )

    def complain(self) -> None:
        """Refuse a tree that does not begin with choices of several actors."""
        if len(self.choices) > 1:
            return
        root = self.unfolded.scenario.root
        if not self.choices:
            several = root.kind == "decision" and len(root.by) > 1
            reason = "several decide together there" if several else "there nobody chooses alone between options"
        else:
            reason = "what follows is no choice of another actor with the same options in every case"
        message = f"no conflict follows from the tree: it begins with '{root.id}', and {reason}"
        raise BadArgument(message, NEXT)

    def order(self, actor: int) -> list[int]:
        """Return the place of every state in an actor's order, values within its margin equal."""
        solution = self.solution
        values = [
            float(score(solution.channels[state], actor, solution.rule) + before[actor])
            for state, before in zip(self.states, self.worth, strict=True)
        ]
        margin = float(solution.margin[actor])
        made, rank = [0] * len(values), -1
        last = -np.inf
        for state in sorted(range(len(values)), key=values.__getitem__):
            if values[state] > last + margin:
                rank, last = rank + 1, values[state]
            made[state] = rank
        return made


def _changes(places: NDArray[np.int64], shape: Sequence[int], layer: int) -> Moves:
    """Return the moves by which one layer's choice changes."""
    states = np.arange(len(places))
    stride = int(np.prod(shape[layer + 1 :], dtype=np.int64))
    base = states - places[:, layer] * stride
    ends = base[:, None] + np.arange(shape[layer]) * stride
    pairs = np.stack([np.repeat(states, shape[layer]), ends.ravel()], axis=1)
    return Moves.of(len(states), pairs[pairs[:, 0] != pairs[:, 1]])
