"""A finished program: its steps on rows of one block, as few rows as it takes, used again and again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.core import kernels
from planner.core.compiled.bounds import Bounds
from planner.core.compiled.steps import LIMIT, SILENT, SLACK, Floats, Sink, Source, Watch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.core.compiled.code import Code

CACHE = 2**20  # bytes of rows that stay near the processor
MEMORY = 2**26  # bytes of rows at most, if a block is not to be narrower still
WIDTHS = (
    16,
    128,
    1024,
    2048,
    4096,
    8192,
)  # whole vectors of every processor, so that no draw is worked out differently
NARROW = 1024  # below this the calls take longer than the numbers


class Program:
    """The steps of a `Code`, ready to be run block by block.

    Attributes:
        sources: the inputs.
        sinks: the results.
        watch: what its checks find out.
        board: the largest value, and the smallest difference of two values, among what does not vary.
        width: draws in a block of a long run.
        rows: how many rows of a block are in use at a time.
    """

    def __init__(
        self, code: Code, sources: Sequence[Source], sinks: Sequence[Sink], watch: Watch, board: tuple[float, float]
    ) -> None:
        self.sources, self.sinks, self.watch = tuple(sources), tuple(sinks), watch
        self.board = board
        self._functions, self._first, self._second = code.function, code.first, code.second
        self._constants = [np.array(number) for number in code.constants]
        self._bounds = Bounds(code)
        self._row, self.rows = allocate(code)
        self._bound: dict[int, list[Any]] = {}
        self.width = _width(self.rows)

    def __len__(self) -> int:
        return len(self._functions)

    def width_for(self, draws: int) -> int:
        """Return how wide a block is when there are so many draws."""
        return next((width for width in WIDTHS if width >= draws and width <= self.width), self.width)

    def run(self, width: int, pool: Sequence[Floats]) -> None:
        """Take all steps for the block that the sources hold; ``pool`` has the rows."""
        bound = self._bound.get(width)
        if bound is None:
            bound = self._bound[width] = self._bind(pool)
        following = iter(bound)
        for function, first, second, out in zip(following, following, following, following, strict=True):
            function(first, second, out=out)

    def _bind(self, pool: Sequence[Floats]) -> list[Any]:
        """Return function, arguments and result of all steps in one list."""
        constants, row = self._constants, self._row
        bound: list[Any] = []
        for at, (function, first, second) in enumerate(zip(self._functions, self._first, self._second, strict=True)):
            out = None if row[at] < 0 else pool[row[at]]
            if type(first) is tuple:
                rows = tuple([constants[~one] if one < 0 else pool[row[one]] for one in first])
                bound += (function, rows, second, out)
            else:
                bound += (
                    function,
                    constants[~first] if first < 0 else pool[row[first]],
                    constants[~second] if second < 0 else pool[row[second]],
                    out,
                )
        return bound

    def expect(self) -> None:
        """Work out the largest value that can be on the board while no input is beyond its bound."""
        largest = max(self.board[0], self._bounds.largest(self.watch.limit))
        self.watch.high = kernels.TIE * (1 + SLACK) * largest if largest < LIMIT else math.inf

    @property
    def bounded(self) -> bool:
        """Whether values are sure to be finite."""
        return math.isfinite(self.watch.high)

    @property
    def settled(self) -> bool:
        """Whether the choices among what does not vary hold whatever the largest value is."""
        return self.board[1] > self.watch.high


def _width(rows: int) -> int:
    """Return the width of a block in which so many rows stay within bounds."""
    return max([width for width in WIDTHS if rows * width * 8 <= MEMORY], default=WIDTHS[0])


def last_reads(code: Code) -> list[int]:
    """Return for each step the last that reads what it writes, 0 if nobody does."""
    last = [0] * len(code)
    for at, (first, second) in enumerate(zip(code.first, code.second, strict=True)):
        for one in first if type(first) is tuple else (first, second):
            if one >= 0:
                last[one] = at
    return last


def allocate(code: Code) -> tuple[list[int], int]:
    """Return the row that each step writes to, -1 for none, and how many rows there are.

    A row is free again after the last step that reads it; the row freed last, which is most likely still in the
    cache, is taken first. A NumPy call may write where one of its arguments stands.
    """
    last = last_reads(code)
    row = [-1] * len(code)
    free: list[int] = []
    rows = 0
    for at, (function, first, second) in enumerate(zip(code.function, code.first, code.second, strict=True)):
        call = type(first) is not tuple
        read = first if not call else (second, first) if first != second else (first,)
        done = [row[one] for one in read if one >= 0 and last[one] == at]
        if call:
            free += done
        if call or function not in SILENT:
            if not free:
                free.append(rows)
                rows += 1
            row[at] = free.pop()
        if not call:
            free += dict.fromkeys(done)
        if row[at] >= 0 and last[at] <= at:  # nobody reads it
            free.append(row[at])
    return row, rows
