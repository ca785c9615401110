"""From a scenario to a program: what varies becomes steps, the rest numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.core import kernels, settle
from planner.core.compiled import steps
from planner.core.compiled.branches import Branches
from planner.core.compiled.steps import SLACK, Owners, Sink, Watch
from planner.core.compiled.terms import Syms, Terms
from planner.core.tree import CHANCE, DECISION, Decider

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planner.core.compiled.code import Sym
    from planner.core.compiled.ground import Ground, Varying


@dataclass(slots=True)
class Frame:
    """A state whose branches or options are being worked out."""

    state: int
    edge: int
    stop: int
    decider: Decider
    branches: Branches | None = None
    gathers: bool = True
    slot: int = 0
    total: list[Sym | None] = field(default_factory=list)
    parts: list[Syms] = field(default_factory=list)
    after: list[Syms] = field(default_factory=list)
    p: list[Sym] = field(default_factory=list)


class Writer(Terms):
    """Writes one program.

    Attributes:
        values: for each state that is done its value in every channel, as in `planner.core.rollback`.
        closest: for each decision among what does not vary the smallest difference that may count or not.
        board: the states that count for the largest value when the decision in focus is taken, where that value is to
            be worked out; for a single actor, whose other decisions do without.
        largest: that value.
    """

    def __init__(
        self, ground: Ground, varying: Varying, known: Sequence[Syms] | None, watch: Watch, focus: int
    ) -> None:
        super().__init__(ground, varying, watch)
        self.known, self.focus = known, focus
        self.sinks: list[Sink] = []
        self.values: dict[int, Syms] = {}
        self.closest: dict[int, float] = {}
        self.extremes = ground.rule.extremes
        self.channels = ground.actors * (2 if self.extremes else 1)
        self.board: NDArray[np.bool_] | None = None
        self.largest: Sym = 1.0
        self._open_choice: tuple[Sym, ...] = ()
        self._branches: dict[int, Branches] = {}
        self._neutral = not any(tolerance is not None for tolerance in self.tolerance)

    # --- states --------------------------------------------------------------------------------------------

    def write(self) -> None:
        """Write the steps to everything that is returned."""
        assert self.known is not None
        if self.varying.states[0]:
            self.settle(0)
        if not self.varying.states[self.focus]:
            self.settle(self.focus)
        if self._open_choice:
            self._choice_sink(self.code.step(steps.choose_exactly, (self.largest, *self._open_choice)))
        root = self.values[0] if self.varying.states[0] else self.known[0]
        for actor in range(self.ground.actors):
            self.sink(self.full(self.score(root, actor), actor), "value", actor)

    def settle(self, root: int) -> None:
        """Work out a state and all that it needs, ends first."""
        target, first = self.ground.target, self.ground.first_edge
        if first[root] == first[root + 1]:
            self.end(root)
            return
        stack = [self.open(root)]
        while stack:
            frame = stack[-1]
            if frame.edge == frame.stop:
                stack.pop()
                self.close(frame)
                continue
            after = self.ahead(target[frame.edge])
            if after is not None:
                self.take(frame, after)
            elif first[target[frame.edge]] == first[target[frame.edge] + 1]:
                self.take(frame, self.end(target[frame.edge]))
            else:
                stack.append(self.open(target[frame.edge]))

    def ahead(self, state: int) -> Syms | None:
        """Return a state's value if it is known by now."""
        if self.known is not None and not self.varying.states[state]:
            return self.known[state]
        return self.values.get(state)

    def end(self, state: int) -> Syms:
        """Work out a state at which paths end."""
        gain = self.gain(self.ground.end_row[state])
        found = self.values[state] = gain if self.channels == len(gain) else gain + gain
        self._seen(state, gain)
        return found

    def _seen(self, state: int, values: Syms) -> None:
        """Let bounds and board take in the values of a state."""
        self.code.values += [value for value in values if type(value) is int]
        if self.board is not None and self.board[state]:
            size = self.code.size(values[0])
            self.largest = self.code.most(self.largest, size)

    def open(self, state: int) -> Frame:
        """Begin with a state that has edges."""
        ground = self.ground
        decider = ground.deciders[ground.decider[state]]
        frame = Frame(state, ground.first_edge[state], ground.first_edge[state + 1], decider)
        if decider.kind == CHANCE:
            frame.gathers = not self._neutral
            frame.branches = self.branches(ground.p_row[frame.edge])
            frame.total = [None if self.extremes else 0.0] * self.channels
        elif decider.kind == DECISION:
            frame.gathers = self.channels > 1 or state == self.focus
            frame.total = [None] * self.channels
        return frame

    def branches(self, row: int) -> Branches:
        """Return the probabilities that begin with a row."""
        found = self._branches.get(row)
        if found is None:
            found = self._branches[row] = Branches(self, row)
        return found

    def take(self, frame: Frame, after: Syms) -> None:
        """Take in what one slot of a state leads to."""
        code, row, slot = self.code, self.ground.edge_row[frame.edge], frame.slot
        got = after
        if row:
            gain = self.gain(row) * (self.channels // self.ground.actors)
            got = tuple([code.plus(value, more) for value, more in zip(after, gain, strict=True)])
        frame.edge += 1
        frame.slot += 1
        frame.parts.append(got)
        if frame.state == self.focus or len(frame.decider.owners) > 1:
            frame.after.append(after)
        if frame.branches is None:
            if not frame.gathers:
                best = frame.total[0]
                frame.total[0] = got[0] if best is None else code.most(best, got[0])
            return
        p = frame.branches.weight(slot)
        frame.p.append(p)
        if self.extremes:
            self._widen(frame, got, p)
        elif not frame.gathers:
            for channel, value in enumerate(got):
                total = frame.total[channel]
                assert total is not None
                frame.total[channel] = code.plus(total, code.times(value, p))

    def _widen(self, frame: Frame, got: Syms, p: Sym) -> None:
        """Let the worst and the best case take in one branch, if it is possible."""
        if type(p) is float and p <= 0:
            return
        for channel, sure in enumerate(got):
            worst, value = channel < self.ground.actors, sure
            if type(p) is int:
                value = self.code.step(steps.unless_possible, (p, sure), np.inf if worst else -np.inf)
            total = frame.total[channel]
            if total is None:
                frame.total[channel] = value
            else:
                frame.total[channel] = self.code.least(total, value) if worst else self.code.most(total, value)

    def close(self, frame: Frame) -> None:
        """Finish a state whose slots are all known."""
        if frame.decider.kind == CHANCE:
            found = self._chance(frame)
            if frame.state == self.focus:
                self._choice_sink(0.0)
        elif frame.gathers:
            found = self._decide(frame)
        else:
            assert frame.total[0] is not None
            found = (frame.total[0],)
        self.values[frame.state] = found
        self._seen(frame.state, found)
        if frame.state == self.focus:
            self._options(frame)

    # --- chance --------------------------------------------------------------------------------------------

    def _chance(self, frame: Frame) -> Syms:
        found: list[Sym] = []
        for channel, total in enumerate(frame.total):
            parts = [part[channel] for part in frame.parts]
            value = total
            if frame.gathers:
                tolerance = self.tolerance[channel]
                value = (
                    self._expected(parts, frame.p) if tolerance is None else self._careful(parts, frame.p, tolerance)
                )
            assert value is not None
            if type(value) is int and value not in parts:
                kept = [part for part, p in zip(parts, frame.p, strict=True) if type(p) is int or p > 0]
                self.code.mixes[value] = self._largest(kept)
            found.append(value)
        return tuple(found)

    def _expected(self, parts: Sequence[Sym], chances: Sequence[Sym]) -> Sym:
        total: Sym = 0.0
        for value, p in zip(parts, chances, strict=True):
            total = self.code.plus(total, self.code.times(value, p))
        return total

    def _careful(self, parts: Sequence[Sym], chances: Sequence[Sym], tolerance: Sym) -> Sym:
        """Return a certainty equivalent."""
        kept = [(value, p) for value, p in zip(parts, chances, strict=True) if type(p) is int or p > 0]
        values, weights = zip(*kept, strict=True)
        if len(set(zip(map(type, values), values, strict=True))) == 1:
            return values[0]  # type: ignore[no-any-return]
        if type(tolerance) is int or any(type(one) is int for one in (*values, *weights)):
            return self.code.step(steps.certainty_equivalent, (tolerance, *values, *weights))
        table = np.repeat(np.array([values, weights])[:, :, None], 16, axis=2)
        return float(kernels.certainty_equivalent(table[0], table[1], tolerance)[0])

    def _largest(self, parts: Sequence[Sym]) -> tuple[int, ...]:
        """Return what bounds an average of values: the steps among them, and the largest constant."""
        constants = [abs(part) for part in parts if type(part) is float]
        found = [part for part in parts if type(part) is int]
        return (*found, self.code.number(max(constants))) if constants else tuple(found)

    # --- decisions -----------------------------------------------------------------------------------------

    def score(self, channels: Syms, actor: int) -> Sym:
        """Return what an actor compares."""
        optimism = self.ground.rule.optimism
        if optimism is None:
            return channels[actor]
        share, code = float(optimism), self.code
        worst, best = channels[actor], channels[actor + self.ground.actors]
        return code.plus(code.times(worst, 1 - share), code.times(best, share))

    def _decide(self, frame: Frame) -> Syms:
        """Let the owners choose."""
        own = [[self.score(part, owner) for part in frame.parts] for owner in frame.decider.owners]
        best: Sym | None = None
        if len(own) == 1:
            best = own[0][0]
            for value in own[0][1:]:
                best = self.code.most(best, value)
        choice: Sym | None = None  # the step that chooses, or a slot
        if self.channels > 1 or frame.state == self.focus:
            if len(frame.parts) == 1:
                choice = 0.0
            elif self.board is not None:
                assert best is not None
                self._open_choice = (best, *own[0])
            elif all(type(value) is float for row in own for value in row):
                slot = self._settled(frame, own)
                choice = float(slot)
            elif best is not None:
                owners = Owners(frame.decider.owners, len(frame.parts), self.watch)
                choice = self.code.step(steps.choose, (best, *own[0]), owners)
            else:
                owners = Owners(frame.decider.owners, len(frame.parts), self.watch, frame.decider.fallback)
                choice = self.code.step(steps.agree, tuple(value for row in own for value in row), owners)
        if frame.state == self.focus and choice is not None:
            self._choice_sink(choice)
        found: list[Sym] = []
        for channel in range(self.channels):
            if best is not None and not self.extremes and channel == frame.decider.owners[0]:
                found.append(best)
            else:
                assert choice is not None
                found.append(self._followed(choice, [part[channel] for part in frame.parts]))
        return tuple(found)

    def _followed(self, choice: Sym, values: Sequence[Sym]) -> Sym:
        if type(choice) is float:
            return values[int(choice)]
        if all(type(value) is type(values[0]) and value == values[0] for value in values):
            return values[0]
        return self.code.step(steps.follow, (choice, *values))

    def _settled(self, frame: Frame, own: Sequence[Sequence[Sym]]) -> int:
        """Choose among constants, and note how close that was."""
        owners, slots = frame.decider.owners, range(len(frame.parts))
        if len(owners) == 1:
            best = max(own[0])
            low = kernels.TIE * (1 - SLACK) * max(1.0, abs(best))
            gaps = [best - value for value in own[0]]
        else:
            board = [abs(self.score(after, owner)) for after in frame.after for owner in owners]
            low = kernels.TIE * (1 - SLACK) * max(1.0, *board)
            gain = [[value - row[frame.decider.fallback] for value in row] for row in own]
            least = [min(row[slot] for row in gain) for slot in slots]
            total = [sum(row[slot] for row in gain) for slot in slots]
            gaps = [abs(value) for row in gain for value in row]
            gaps += [abs(row[one] - row[other]) for row in (least, total) for one in slots for other in range(one)]
        self.closest[frame.state] = min([gap for gap in gaps if gap > low], default=np.inf)
        rows = [[row[slot] for row in own] for slot in slots]
        decider = Decider(DECISION, tuple(range(len(owners))), frame.decider.fallback)
        return settle.decide(rows, decider, type(self.ground.rule)(), low)

    # --- results -------------------------------------------------------------------------------------------

    def full(self, value: Sym, actor: int) -> Sym:
        """Return a value in the scenario's own sense, what stands at the start included."""
        code = self.code
        return code.plus(self.base[actor], code.times(value, float(self.ground.worth.sense)))

    def sink(self, value: Sym, *key: Any) -> None:
        """Write a result."""
        sink = Sink(key, self.watch)
        if type(value) is float:
            sink.constant = value
        else:
            self.code.step(steps.store, (value,), sink)
        self.sinks.append(sink)

    def _choice_sink(self, choice: Sym) -> None:
        sink = Sink(("choice",), self.watch)
        if type(choice) is float:
            sink.constant = choice
        else:
            self.code.step(steps.store_choice, (choice,), sink)
        self.sinks.append(sink)

    def _options(self, frame: Frame) -> None:
        """Write what each option in focus is worth."""
        first = self.ground.first_edge[frame.state]
        for slot, after in enumerate(frame.after):
            gain = self.gain(self.ground.edge_row[first + slot])
            for actor, more in enumerate(gain):
                self.sink(self.full(self.code.plus(self.score(after, actor), more), actor), "option", slot, actor)
