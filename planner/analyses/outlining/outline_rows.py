"""The rows of an outline: what stands at each node that is drawn, from a solution or without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.analyses.outlining.outline_growth import MANY, Bud, Growth, Limits, TooManyRows
from planner.analyses.result import BadArgument
from planner.core.model import Node

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.binding import Bound
    from planner.core.solve import Solution
    from planner.core.unfold import Unfolded

Amounts = dict[str | None, dict[str, float]]  # by actor, None for everybody, and by criterion


@dataclass(frozen=True, slots=True)
class Row:
    """One node of the tree, with the edge that leads to it.

    Attributes:
        parent: number of the row before it; -1 at the start. Parents stand before their children.
        depth: how many edges lead to it from the start.
        kind: decision, chance or outcome.
        state: ``node`` or ``node[round=2]``; ``node.edge`` where the edge ends the path itself.
        node: the node's id; empty where the edge ends the path itself.
        title: the node's title.
        by: who decides there.
        path: the edge that leads here, as ``node.edge``; empty at the start.
        name: the edge's name.
        probability: of the branch; None on options and at the start.
        path_probability: of coming this far on this path under the strategy; None without values.
        payoff: amounts of the edge by actor (None for everybody) and criterion.
        end_payoff: amounts of the outcome itself.
        values: for each actor the total to be expected once the path has come here; empty without values.
        to_go: the part of it that is still to come.
        chosen: whether the edge is the option that the strategy takes.
        tied: whether it is an option as good as that.
        reached: whether the strategy can come here on this path.
        hidden: how many paths are folded behind this row, counted up to a million.
        see: the row behind which this state's future is drawn, where it is not drawn here; None elsewhere.
    """

    parent: int
    depth: int
    kind: str
    state: str
    node: str
    title: str
    by: tuple[str, ...]
    path: str
    name: str
    probability: float | None
    path_probability: float | None
    payoff: Amounts
    end_payoff: Amounts
    values: Mapping[str, float]
    to_go: Mapping[str, float]
    chosen: bool = False
    tied: bool = False
    reached: bool = False
    hidden: int = 0
    see: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON data."""
        return {
            "parent": self.parent if self.parent >= 0 else None,
            "depth": self.depth,
            "kind": self.kind,
            "state": self.state,
            "node": self.node or None,
            "title": self.title,
            "by": list(self.by),
            "edge": self.path or None,
            "name": self.name,
            "probability": self.probability,
            "path_probability": self.path_probability,
            "payoff": self.payoff.get(None, {}),
            "payoffs": {actor: amounts for actor, amounts in self.payoff.items() if actor is not None},
            "end_payoff": self.end_payoff.get(None, {}),
            "end_payoffs": {actor: amounts for actor, amounts in self.end_payoff.items() if actor is not None},
            "values": dict(self.values),
            "to_go": dict(self.to_go),
            "chosen": self.chosen,
            "tied": self.tied,
            "reached": self.reached,
            "hidden": self.hidden,
            "see": self.see,
        }


class Numbers:
    """What is known about each state and edge, with a solution or without."""

    def __init__(self, unfolded: Unfolded, bound: Bound, solution: Solution | None) -> None:
        self.unfolded, self.bound, self.solution = unfolded, bound, solution
        self.scenario = unfolded.scenario
        self.actors, self.criteria = list(self.scenario.actors), list(self.scenario.criteria)

    def chances(self) -> tuple[list[float], list[float]]:
        """Return for each unfolded edge its probability, and the same under the strategy."""
        if self.solution is not None:
            return self.solution.p, self.solution.follows  # type: ignore[return-value]
        p = [float(self.bound.p[row]) for row in self.bound.p_row.tolist()]
        for state in range(len(self.unfolded)):
            slots = self.unfolded.slots(state)
            if slots and self.unfolded.kind(state) == "decision":
                p[slots.start : slots.stop] = [1 / len(slots)] * len(slots)
        return p, p

    def probability(self, source: int, slot: int) -> float | None:
        """Return a branch's probability; None for an option."""
        if self.unfolded.kind(source) == "decision":
            return None
        return float(self.bound.p[self.bound.p_row[slot]])

    def amounts(self, row: int) -> Amounts:
        """Return a row of amounts by actor and criterion."""
        found: Amounts = {}
        for column, amount in self.bound.amounts[row].items():
            actor, criterion = self.bound.columns[column]
            found.setdefault(None if actor is None else self.actors[actor], {})[self.criteria[criterion]] = amount
        return found

    def owners(self, state: int) -> tuple[str, ...]:
        """Return who decides in a state."""
        node = self.unfolded.node(state)
        if node is None or node.kind != "decision":
            return ()
        return node.by or (self.actors[0],)


class RowWriter:
    """Makes the rows."""

    def __init__(
        self, numbers: Numbers, start: int, limits: Limits, actors: Sequence[str], counts: Sequence[int]
    ) -> None:
        self.numbers, self.actors, self.counts = numbers, actors, counts
        self.indices = [numbers.actors.index(actor) for actor in actors]
        self.p, self.follows = numbers.chances()
        growth = Growth(numbers.unfolded, self.p, self.follows, start, limits)
        try:
            self.buds, self.order = growth.run()
        except TooManyRows:
            repeated = " when shared nodes are repeated" if limits.expand else ""
            message = f"the tree has over {MANY:,} rows{repeated}"
            raise BadArgument(message, "limit them with --rows or --depth") from None
        self.position = {bud: at for at, bud in enumerate(self.order)}
        self.drawn = {} if limits.expand else growth.drawn
        self.tied: dict[int, set[int]] = {}

    def rows(self) -> tuple[Row, ...]:
        """Return all rows in order."""
        gained: list[list[float]] = []
        chance: list[float] = []
        found = []
        for number in self.order:
            bud = self.buds[number]
            if bud.slot < 0:
                gained.append([0.0] * len(self.indices))
                chance.append(1.0)
            else:
                before = self.position[bud.parent]
                gained.append([a + b for a, b in zip(gained[before], self._gain(bud.slot), strict=True)])
                chance.append(chance[before] * self.follows[bud.slot] if bud.reached else 0.0)
            found.append(self._row(bud, gained[-1], chance[-1]))
        return tuple(found)

    def _gain(self, slot: int) -> list[float]:
        solution = self.numbers.solution
        if solution is None:
            return [0.0] * len(self.indices)
        gain, sense = solution.gain[self.numbers.bound.edge_row[slot]], solution.worth.sense
        return [sense * float(gain[actor]) for actor in self.indices]

    def _row(self, bud: Bud, gained: Sequence[float], chance: float) -> Row:
        numbers, unfolded = self.numbers, self.numbers.unfolded
        place = unfolded.places[int(unfolded.place[bud.state])]
        edge = unfolded.edges[int(unfolded.edge[bud.slot])] if bud.slot >= 0 else None
        source = self.buds[bud.parent].state if edge else -1
        option = edge is not None and unfolded.kind(source) == "decision"
        open_ended = not bud.children and len(unfolded.slots(bud.state)) > 0
        elsewhere = self.drawn.get(bud.state) if open_ended else None
        values, to_go = self._values(bud.state, gained)
        solved = numbers.solution is not None
        return Row(
            parent=self.position.get(bud.parent, -1),
            depth=bud.depth,
            kind=unfolded.kind(bud.state),
            state=unfolded.labels[bud.state],
            node=place.id if isinstance(place, Node) else "",
            title=place.title if isinstance(place, Node) else "",
            by=numbers.owners(bud.state),
            path=edge.path if edge else "",
            name=edge.name if edge else "",
            probability=numbers.probability(source, bud.slot) if edge else None,
            path_probability=chance if solved else None,
            payoff=numbers.amounts(int(numbers.bound.edge_row[bud.slot])) if edge else {},
            end_payoff=numbers.amounts(int(numbers.bound.end_row[bud.state])),
            values=values,
            to_go=to_go,
            chosen=solved and option and self.follows[bud.slot] > 0,
            tied=solved and option and bud.slot in self._ties(source),
            reached=solved and bud.reached,
            hidden=self.counts[bud.state] if open_ended and elsewhere is None else 0,
            see=self.position[elsewhere] if elsewhere is not None else None,
        )

    def _values(self, state: int, gained: Sequence[float]) -> tuple[dict[str, float], dict[str, float]]:
        solution = self.numbers.solution
        if solution is None:
            return {}, {}
        full = solution.value(state)
        values = [before + float(full[actor]) for before, actor in zip(gained, self.indices, strict=True)]
        ahead = [float(full[actor] - solution.worth.base[actor]) for actor in self.indices]
        return dict(zip(self.actors, values, strict=True)), dict(zip(self.actors, ahead, strict=True))

    def _ties(self, state: int) -> set[int]:
        """Return the unfolded edges of a decision that are as good as the chosen one, if there are several."""
        if state not in self.tied:
            solution = self.numbers.solution
            assert solution is not None
            slots, tied = self.numbers.unfolded.slots(state), solution.tied(state)
            self.tied[state] = {slots[at] for at in tied} if len(tied) > 1 else set()
        return self.tied[state]
