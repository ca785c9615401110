"""How far probabilities may be off before a decision's choice changes, and which of them decide that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.analyses.varying.doubt import Board, Doubt, filled
from planner.analyses.varying.probe import Points
from planner.core.numbers import Numbers
from planner.core.rollback import rollback
from planner.core.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.focus import Focus

Floats = NDArray[np.float64]
Ints = NDArray[np.integer]
Mask = NDArray[np.bool_]

GRID = 65
SECTION = 65
SECTIONS = 5
RAY = 65
CLOSE = 1e-9  # a bound and a change that was found are the same if they are as near
NUMBERS = 4_000_000
LARGEST = 8_000  # states beyond which the question is not asked
SEARCHED = 300  # chance states beyond which moves are not tried one by one
NODES, FEW = 40, 6  # chance nodes that are moved alone, the fewer in a scenario that is long
LONG = 1_000
ROUNDS = 4
MOVES = 20


@dataclass(frozen=True, slots=True)
class NodeChange:
    """How far the probabilities of one chance node alone have to move to flip a choice.

    Attributes:
        node: the chance node.
        alone: by how much its probabilities have to be off, at most; None if it cannot flip the choice alone.
        branch: the branch that gains.
        now, to: its probability as things stand, and where the choice flips.
    """

    node: str
    alone: float | None
    branch: str | None = None
    now: float | None = None
    to: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the change as JSON data."""
        return {"node": self.node, "alone": self.alone, "branch": self.branch, "now": self.now, "to": self.to}


@dataclass(frozen=True, slots=True)
class ChanceChange:
    """How far all probabilities together may be off.

    Attributes:
        radius: the smallest error of probabilities that was found to flip the choice, the same for all; None if none
            was found.
        at_least: no error up to this flips the choice, for certain.
        proved: whether the two are the same.
        chosen: the option that is taken at the radius.
        nodes: the chance nodes that follow from the decision, the one that flips it soonest alone first.
    """

    radius: float | None
    at_least: float
    proved: bool
    chosen: str | None = None
    nodes: tuple[NodeChange, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the change as JSON data."""
        return {
            "radius": self.radius,
            "at_least": self.at_least,
            "proved": self.proved,
            "chosen": self.chosen,
            "nodes": [node.to_dict() for node in self.nodes],
        }


def asked(focus: Focus) -> bool:
    """Whether the question has an answer: the rule goes by probabilities, and the scenario is not too large."""
    return focus.rule.name == "expected" and len(focus.unfolded) <= LARGEST


def chance_changes(focuses: Sequence[Focus]) -> list[ChanceChange]:
    """Return for each of some decisions of one scenario how far probabilities may be off.

    Every probability written or worked out in the tree may be off by up to epsilon, all at once and independently; so
    may those of a node that unfolds into several states. What is certain follows from bounds on what states are worth
    (`planner.analyses.varying.doubt`). A change is then looked for: chances after the option now taken move against it,
    chances after another for it, those that both lead to by which leads there more often; then single moves are tried.
    """
    if not focuses:
        return []
    board = Board(focuses[0])
    return [
        _Search(board, focus, certain).run() for focus, certain in zip(focuses, _certain(board, focuses), strict=True)
    ]


def _certain(board: Board, focuses: Sequence[Focus]) -> list[float]:
    """Return for each decision the largest epsilon up to which its choice is certain to stay."""
    chosen = [focus.solution.choice[focus.state] for focus in focuses]
    states = board.below([focus.state for focus in focuses])
    room = max(2, NUMBERS // (2 * len(states) * board.gain.shape[1]))
    low, high = np.zeros(len(focuses)), np.ones(len(focuses))
    walk = np.tile(np.linspace(0.0, 1.0, min(GRID, room)), (len(focuses), 1))
    steps = max(2, min(SECTION, room // len(focuses)))
    for turn in range(1 + SECTIONS * (2 if steps < SECTION else 1)):
        flat = walk[0] if turn == 0 else walk.ravel()
        doubt = Doubt(board, states, flat)
        for at, focus in enumerate(focuses):
            slack = doubt.slack(focus.state, chosen[at])
            slack = slack if turn == 0 else slack.reshape(walk.shape)[at]
            fails = slack < -1e-12
            first = int(np.argmax(fails)) if fails.any() else len(fails)
            if first == len(fails):
                low[at] = walk[at, -1]
            else:
                high[at] = walk[at, first]
                low[at] = walk[at, first - 1] if first else low[at]
        walk = low[:, None] + (high - low)[:, None] * (np.arange(1, steps + 1) / steps)
    return low.tolist()


class _Search:
    """Looks for the smallest error of probabilities that flips one decision."""

    def __init__(self, board: Board, focus: Focus, certain: float) -> None:
        self.board, self.focus, self.certain = board, focus, certain
        solution, unfolded = focus.solution, focus.unfolded
        self.chosen = solution.choice[focus.state]
        slots = unfolded.slots(focus.state)
        self.after = [board.below([int(unfolded.target[slot])]) for slot in slots]
        self.owners = [focus.actor_at(actor) for actor in focus.by]
        self.states = sorted({state for states in self.after for state in states})
        self.moving = [state for state in self.states if board.moves[state]]
        self.tree = Tree.from_unfolded(unfolded)
        self.numbers = Numbers.of_bound(self.tree, solution.bound, solution.worth, board.tolerance)
        self.base = np.array(solution.worth.base, np.float64)[:, None]
        self.tables: list[Ints] = []

    def run(self) -> ChanceChange:
        if not self.moving:
            return ChanceChange(None, 1.0, proved=True)
        starts = self.starts()
        radius, modes = self.smallest(starts)
        if len(self.moving) <= SEARCHED:
            radius, modes = self.improved(radius, modes, starts)
        if radius is None or modes is None:
            nodes = self.alone(starts)
            return ChanceChange(None, self.certain, proved=self.certain >= 1.0, nodes=nodes)
        _, choice = self.leads(modes[:, None], np.array([radius]))
        radius = radius if radius > CLOSE else 0.0
        return ChanceChange(
            radius=radius,
            at_least=min(self.certain, radius),
            proved=radius - self.certain <= CLOSE,
            chosen=self.focus.options[int(choice[0])],
            nodes=self.alone(starts),
        )

    # --- moves ---------------------------------------------------------------------------------------------------

    def starts(self) -> Ints:
        """Return (chance states, starts) ways to move all chances against the option now taken and for another.

        A move is a number in the state's table of orders; 0 stays put.
        """
        sizes = [self.certain * 1.0001 + 1e-9, self.certain * 1.3 + 0.01, self.certain * 2 + 0.05, 1.0]
        doubt = Doubt(self.board, self.states, np.minimum(sizes, 1.0), keep=True)
        owners, count = self.owners, len(sizes)
        everybody = range(self.board.gain.shape[1])
        for state in self.moving:
            low, high = doubt.orders[state]
            still = np.arange(len(low))[:, None]
            parts = [still, *(orders[:, owners].reshape(len(orders), -1) for orders in (low, high)), still[::-1], still]
            others = [orders[:, actor] for actor in everybody if actor not in owners for orders in (low, high)]
            self.tables.append(np.concatenate((*parts, *others), axis=1))
        reach = [self.reached(option) for option in range(len(self.after))]
        inside = [set(states) for states in self.after]
        each = np.arange(len(owners) * count)
        found = []
        for other in range(len(self.after)):
            if other == self.chosen:
                continue
            rows = []
            for state in self.moving:
                mine, theirs = state in inside[self.chosen], state in inside[other]
                against = mine and (not theirs or reach[self.chosen].get(state, 0.0) > reach[other].get(state, 0.0))
                move = 1 + each if against else 1 + len(each) + each
                rows.append(move if mine or theirs else 0 * each)
            found.append(np.stack(rows))
        return np.unique(np.concatenate(found, axis=1), axis=1)

    def reached(self, option: int) -> dict[int, float]:
        """Return how probable each state is once an option is taken, as things stand."""
        board, follows = self.board, self.focus.solution.follows
        found = {self.after[option][0]: 1.0}
        for state in self.after[option]:
            mass = found.get(state, 0.0)
            for edge in range(board.first[state], board.first[state + 1]) if mass else ():
                target = int(board.target[edge])
                found[target] = found.get(target, 0.0) + mass * float(follows[edge])
        return found

    # --- working moves out ---------------------------------------------------------------------------------------

    def leads(self, modes: Ints, epsilon: Floats) -> tuple[Floats, Ints]:
        """Return the lead of the option now taken, and what is taken, for moves (chance states, draws)."""
        total = len(epsilon)
        lead, choice = np.empty(total), np.empty(total, np.int32)
        room = max(2, NUMBERS // max(len(self.board.p) + len(self.board.end) * self.board.gain.shape[1], 1))
        for start in range(0, total, room):
            part = slice(start, start + room)
            lead[part], choice[part] = self.some(modes[:, part], epsilon[part])
        return lead, choice

    def some(self, modes: Ints, epsilon: Floats) -> tuple[Floats, Ints]:
        board, focus, tree = self.board, self.focus, self.tree
        wide = len(epsilon) == 1
        if wide:  # one draw alone would take another way through the sweep
            modes, epsilon = np.repeat(modes, 2, axis=1), np.repeat(epsilon, 2)
        p = np.repeat(board.p[:, None], len(epsilon), axis=1)
        for row, state in enumerate(self.moving):
            moves = modes[row]
            slots = board.slots(state)
            if moves.any():
                p[slots] = filled(board.p[slots], self.tables[row][:, moves], epsilon * (moves > 0))
        numbers = replace(self.numbers, p=p[tree.edge_origin], p_row=None, draws=len(epsilon))
        result = rollback(tree, numbers, focus.rule)
        values = result.values
        options = np.stack(
            [
                self.base + focus.sense * (values[tree.position[board.target[slot]]] + board.gain[slot][:, None])
                for slot in focus.unfolded.slots(focus.state)
            ]
        )
        choice = result.choice[tree.position[focus.state]].astype(np.int32)
        points = Points(options, focus.scores(options), choice)
        lead = points.lead(self.chosen)
        return (lead[:1], choice[:1]) if wide else (lead, choice)

    def smallest(self, modes: Ints) -> tuple[float | None, Ints | None]:
        """Return the smallest error at which one of some moves flips the choice, and that move."""
        count = modes.shape[1]
        low, high = self.certain, 1.0
        for turn in range(1 + SECTIONS):
            walk = low + (high - low) * np.arange(1, RAY + 1) / RAY
            _, choice = self.leads(np.tile(modes, len(walk)), np.repeat(walk, count))
            flipped = choice.reshape(len(walk), count) != self.chosen
            if not flipped.any():
                if turn == 0:
                    return None, None
                break
            first = int(np.argmax(flipped.any(axis=1)))
            modes = modes[:, flipped[first]][:, :4]
            count = modes.shape[1]
            low, high = (low if first == 0 else float(walk[first - 1])), float(walk[first])
            if high - low < 1e-15:
                break
        return high, modes[:, 0]

    def improved(self, radius: float | None, modes: Ints | None, starts: Ints) -> tuple[float | None, Ints | None]:
        """Try single moves at a smaller error, as long as the lead shrinks."""
        for _ in range(ROUNDS):
            if radius is not None and radius - self.certain <= CLOSE:
                break
            size = 1.0 if radius is None else max(radius * (1 - 1e-6), self.certain)
            if modes is None:
                modes = starts[:, int(self.leads(starts, np.full(starts.shape[1], size))[0].argmin())]
            better = self.descended(modes, size)
            if better is None:
                break
            found, moved = self.smallest(better[:, None])
            if found is None or (radius is not None and found >= radius):
                break
            radius, modes = found, moved
        return radius, modes if radius is not None else None

    def descended(self, at: Ints, size: float) -> Ints | None:
        """Return moves that flip the choice at an error, reached by changing one chance state's move at a time."""
        at = at.copy()
        least = float(self.leads(at[:, None], np.array([size]))[0][0])
        tries = [(row, move) for row, table in enumerate(self.tables) for move in _distinct(table)]
        for _ in range(MOVES):
            tried = np.repeat(at[:, None], len(tries), axis=1)
            for column, (row, move) in enumerate(tries):
                tried[row, column] = move
            lead, choice = self.leads(tried, np.full(len(tries), size))
            flips = np.flatnonzero(choice != self.chosen)
            if len(flips):
                return np.asarray(tried[:, int(flips[0])])
            best = int(lead.argmin())
            if lead[best] >= least:
                return None
            at, least = tried[:, best].copy(), float(lead[best])
        return None

    def alone(self, starts: Ints) -> tuple[NodeChange, ...]:
        """Return for each chance node how far it alone has to move, the soonest first."""
        unfolded = self.focus.unfolded
        ids, place = unfolded.place_ids, unfolded.place.tolist()
        nodes = [ids[place[state]] for state in self.moving]
        found = []
        few = NODES if len(self.states) <= LONG else FEW
        for name in list(dict.fromkeys(nodes))[:few]:
            mine = np.array([node == name for node in nodes])
            modes = np.unique(np.where(mine[:, None], starts, 0), axis=1)
            radius, moved = self.smallest(modes) if modes.any() else (None, None)
            if radius is None or moved is None:
                found.append(NodeChange(name, None))
                continue
            row = int(np.flatnonzero(mine)[0])
            slots = self.board.slots(self.moving[row])
            p = self.board.p[slots]
            after = filled(p, self.tables[row][:, [int(moved[row])]], np.array([radius]))[:, 0]
            gains = int((after - p).argmax())
            branch = unfolded.edges[int(unfolded.edge[slots.start + gains])].id
            found.append(NodeChange(name, radius, branch, float(p[gains]), float(after[gains])))
        return tuple(sorted(found, key=lambda one: (one.alone is None, one.alone or 0.0)))


def _distinct(table: Ints) -> list[int]:
    """Return the moves of a table that differ: staying put, and one of each order."""
    _, first = np.unique(table[:, 1:], axis=1, return_index=True)
    return [0, *sorted((first + 1).tolist())]
