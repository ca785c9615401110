"""A machine compiled by numba that takes the steps of a generated model on short blocks of draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from planner.core.tree import CHANCE, OUTCOME

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.models import Model
    from planner.core.draws import Floats, Inputs

TIMES, PLUS, LARGER, SCALE, SHIFT, REST = range(6)
LANES = 256  # draws that one step takes: some dozens of rows of them stay next to the processor


class Steps:
    """A model as steps (code, row, row, row to write to) with a number for each."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.names = {name: row for row, name in enumerate(model.names)}
        self.steps: list[tuple[int, int, int, int]] = []
        self.numbers: list[float] = []
        self.free: list[int] = []
        self.rows = len(self.names)
        self.value(0)

    def write(self, code: int, one: int, other: int = 0, number: float = 0.0, into: int | None = None) -> int:
        """Add a step; return the row that it writes to."""
        if into is None:
            if not self.free:
                self.free.append(self.rows)
                self.rows += 1
            into = self.free.pop()
        self.steps.append((code, one, other, into))
        self.numbers.append(number)
        return into

    def scaled(self, text: str) -> int:
        """Add ``a * x``."""
        factor, name = text.split(" * ")
        return self.write(SCALE, self.names[name], number=float(factor))

    def value(self, state: int) -> int:
        """Add what a state takes; return the row of its value."""
        if self.model.kind(state) == OUTCOME:
            return self.outcome(str(self.model.payoff[state]))
        if self.model.kind(state) == CHANCE:
            return self.chance(state)
        best, *others = (int(self.model.arrays.target[edge]) for edge in self.model.edges(state))
        found = self.value(best)
        for other in others:
            row = self.value(other)
            self.write(LARGER, found, row, into=found)
            self.free.append(row)
        return found

    def outcome(self, text: str) -> int:
        """Add ``a * x + b * y + c``."""
        one, other, constant = text.split(" + ")
        row, more = self.scaled(one), self.scaled(other)
        self.write(PLUS, row, more, into=row)
        self.free.append(more)
        return self.write(SHIFT, row, number=float(constant), into=row)

    def chance(self, state: int) -> int:
        """Add an expectation over two given branches and the rest."""
        one, other, rest = self.model.edges(state)
        target = self.model.arrays.target
        total = self.value(int(target[one]))
        p = self.scaled(str(self.model.p[one]))
        self.write(TIMES, total, p, into=total)
        row = self.value(int(target[other]))
        q = self.scaled(str(self.model.p[other]))
        self.write(TIMES, row, q, into=row)
        self.write(PLUS, total, row, into=total)
        self.write(PLUS, p, q, into=p)
        self.write(REST, p, into=p)
        self.free += [row, q]
        row = self.value(int(target[rest]))
        self.write(TIMES, row, p, into=row)
        self.write(PLUS, total, row, into=total)
        self.free += [row, p]
        return total


def by_numba(model: Model) -> Callable[[Inputs], Floats] | None:  # noqa: C901 (the loop inside is all there is to it)
    """Return the compiled machine, which returns the value at the root of every draw; None without numba."""
    try:
        import numba
    except ImportError:
        return None

    @numba.njit
    def run(steps: Any, numbers: Any, inputs: Any, rows: Any, found: Any) -> None:  # noqa: C901, PLR0912
        for start in range(0, inputs.shape[1], LANES):
            lanes = min(LANES, inputs.shape[1] - start)
            rows[: len(inputs), :lanes] = inputs[:, start : start + lanes]
            for at in range(len(steps)):
                code, one, other, out = steps[at]
                number, first, second, result = numbers[at], rows[one], rows[other], rows[out]
                if code == TIMES:
                    for lane in range(LANES):
                        result[lane] = first[lane] * second[lane]
                elif code == PLUS:
                    for lane in range(LANES):
                        result[lane] = first[lane] + second[lane]
                elif code == LARGER:
                    for lane in range(LANES):
                        result[lane] = max(second[lane], first[lane])
                elif code == SCALE:
                    for lane in range(LANES):
                        result[lane] = first[lane] * number
                elif code == SHIFT:
                    for lane in range(LANES):
                        result[lane] = first[lane] + number
                else:
                    for lane in range(LANES):
                        result[lane] = 1.0 - first[lane]
            found[start : start + lanes] = rows[steps[-1, 3], :lanes]

    written = Steps(model)
    steps, numbers = np.array(written.steps, np.int32), np.array(written.numbers)
    rows = np.zeros((written.rows, LANES))

    def work_out(inputs: Inputs) -> Floats:
        found = np.empty(len(inputs[model.names[0]]))
        run(steps, numbers, np.array([inputs[name] for name in model.names]), rows, found)
        return found

    return work_out
