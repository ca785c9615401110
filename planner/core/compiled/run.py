"""Any number of draws through a program, block by block, and the plain way for draws that it does not cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.core.compiled.steps import LIMIT
from planner.core.diagnostics import ScenarioError
from planner.core.draws import Draws, Floats, Inputs, Plain, Uniforms, inputs_of, length, weights_among
from planner.core.valuation import valuation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from planner.core.compiled.program import Program
    from planner.core.compiled.steps import Source

LINE = 64  # bytes of a cache line
ROOM = 2.0  # a bound on inputs is set so many times as large as the largest seen, lest each block raise it a little
OFTEN = 16  # one draw in so many outside 0 to 1 by a rounding error, and the program is written anew


class Pool:
    """Rows of one width, on cache lines of their own and not a power of two apart."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.rows: list[Floats] = []

    def grown(self, count: int) -> list[Floats]:
        """Return at least so many rows."""
        missing = count - len(self.rows)
        if missing > 0:
            stride = self.width + 5 * LINE // 8
            memory = np.zeros(missing * stride + LINE // 8)
            skip = -memory.ctypes.data % LINE // 8
            self.rows += [memory[skip + at * stride :][: self.width] for at in range(missing)]
        return self.rows


class Run:
    """One call of `planner.core.machine.Machine.run`.

    Attributes:
        made: the results so far.
    """

    def __init__(
        self,
        plain: Plain,
        inputs: Mapping[str, Floats],
        uniforms: Mapping[str, Sequence[Floats]],
        first_draw: int,
        unfit: NDArray[np.bool_] | None,
    ) -> None:
        inputs_of(plain.unfolded.scenario, inputs)
        self.plain, self.first_draw, self.unfit = plain, first_draw, unfit
        self.inputs = {name: np.asarray(row, np.float64) for name, row in inputs.items()}
        self.uniforms = {node: [np.asarray(row, np.float64) for row in rows] for node, rows in uniforms.items()}
        self.count = length(inputs, uniforms)
        slots, actors = len(plain.unfolded.slots(plain.focus)), len(plain.unfolded.scenario.actors)
        self.made = Draws(
            np.empty((slots, actors, self.count)), np.zeros(self.count, np.int32), np.empty((actors, self.count))
        )

    # --- the fast way --------------------------------------------------------------------------------------

    def fast(
        self, program: Program, pools: dict[int, Pool], exact: Callable[[], Program | None], start: int = 0
    ) -> int:
        """Take draws from ``start`` on through a program.

        Args:
            program: the program.
            pools: the rows of blocks, by width.
            exact: returns the program that works out the largest value on the board, too, if there is one.
            start: the first draw.

        Returns:
            The draw at which another program would do better, one that brings probabilities between 0 and 1; else how
            many draws there are.
        """
        self._connect(program, start)
        while start < self.count:
            width = program.width_for(self.count - start)
            rows = pools.setdefault(width, Pool(width)).grown(program.rows)
            count = min(width, self.count - start)
            watch = program.watch
            watch.begin(width, start, count)
            self._load(program, slice(start, start + count))
            if not program.bounded:
                watch.unsure(np.ones(width, np.bool_))
            elif not program.settled:
                watch.too_close(np.ones(width, np.bool_))
            else:
                program.run(width, rows)
            if watch.outside * OFTEN > count and not watch.clip:
                return start
            if watch.flagged:
                self._settle(start, watch.bad[:count], watch.doubt[:count])
                self._closely(
                    start + np.flatnonzero(watch.close[:count] & ~(watch.bad | watch.doubt)[:count]), pools, exact
                )
            if watch.limit < watch.largest < LIMIT:
                watch.limit = 4 * watch.largest
                program.expect()
            start += count
        return self.count

    def _connect(self, program: Program, start: int) -> None:
        """Say where results go, and fill in those that are the same in every draw."""
        results = {"option": self.made.options, "choice": self.made.choice, "value": self.made.value}
        for sink in program.sinks:
            name, *at = sink.key
            sink.rows = results[name][tuple(at)] if at else results[name]
            if sink.constant is not None:
                sink.rows[start:] = sink.constant

    def _load(self, program: Program, block: slice) -> None:
        """Give a program the inputs of a block."""
        drawn = {name: row[block] for name, row in self.inputs.items()}
        worth = None
        grown = False
        for source in program.sources:
            kind, *key = source.key
            if kind == "parameter":
                source.row = drawn[key[0]]
            elif kind == "uniform":
                source.row = self.uniforms[key[0]][key[1]][block]
            elif kind == "tolerance":
                source.row = drawn[f"actors.{self._actor(key[0])}.risk_tolerance"]
            else:
                worth = worth or valuation(self.plain.unfolded.scenario, drawn=weights_among(drawn))
                found = worth.base[key[0]] if kind == "base" else worth.coefficient[key[0]][key[1]]
                source.row = np.broadcast_to(found, (block.stop - block.start,))
            grown |= self._bounded(source, program)
        if grown:
            program.expect()

    def _bounded(self, source: Source, program: Program) -> bool:
        """Look at an input's numbers; whether its bound had to be raised."""
        largest = max(np.maximum.reduce(source.row), -np.minimum.reduce(source.row))
        fits = None
        if source.key[0] == "tolerance":  # whatever it is, values stay between the worst and the mean
            fits, largest = source.row > 0, np.float64(0)
        elif not np.isfinite(largest):
            fits = np.isfinite(source.row)
            largest = np.max(np.abs(source.row), initial=0.0, where=fits)
        if fits is not None and not fits.all():
            program.watch.doubt[: len(fits)] |= ~fits
            program.watch.flagged = True
        if largest <= source.bound:
            return False
        source.bound = ROOM * float(largest)
        return True

    def _actor(self, number: int) -> str:
        return list(self.plain.unfolded.scenario.actors)[number]

    def _settle(self, start: int, bad: NDArray[np.bool_], doubt: NDArray[np.bool_]) -> None:
        """Do what is to be done about draws that do not fit, and about those in doubt."""
        if self.unfit is None:
            self.plainly(start + np.flatnonzero(bad | doubt))
            return
        unfit = start + np.flatnonzero(bad)
        self.unfit[unfit] = True
        self.made.options[..., unfit] = self.made.value[:, unfit] = np.nan
        self.made.choice[unfit] = -1
        self.plainly(start + np.flatnonzero(doubt & ~bad))

    def _closely(self, draws: NDArray[np.intp], pools: dict[int, Pool], exact: Callable[[], Program | None]) -> None:
        """Work out draws in which it matters what the largest value on the board is."""
        program = exact() if len(draws) else None
        if program is None:
            self.plainly(draws)
            return
        some = Run(self.plain, *self._part(draws), 0, None)
        some.fast(program, pools, lambda: None)
        self._take(draws, some.made)

    # --- the plain way -------------------------------------------------------------------------------------

    def plainly(self, draws: NDArray[np.intp]) -> None:
        """Work out some draws the plain way.

        Raises:
            ScenarioError: a number does not fit in some draw; the message names the first.
        """
        for part in self._batches(draws):
            marks = None if self.unfit is None else np.zeros(len(part), np.bool_)
            try:
                made = self._plain(part, marks)
            except ScenarioError:
                self._raise_first(part)
                raise
            self._take(part, made)
            if self.unfit is not None and marks is not None:
                self.unfit[part] |= marks

    def _batches(self, draws: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
        for start in range(0, len(draws), self.plain.width):
            yield draws[start : start + self.plain.width]

    def _plain(self, draws: NDArray[np.intp], unfit: NDArray[np.bool_] | None) -> Draws:
        return self.plain.block(*self._part(draws), self.first_draw + int(draws[0]), unfit)

    def _part(self, draws: NDArray[np.intp]) -> tuple[Inputs, Uniforms]:
        """Return inputs and uniforms of some draws."""
        uniforms = {node: [row[draws] for row in rows] for node, rows in self.uniforms.items()}
        return {name: row[draws] for name, row in self.inputs.items()}, uniforms

    def _take(self, draws: NDArray[np.intp], made: Draws) -> None:
        """Keep the results of some draws."""
        self.made.options[..., draws], self.made.choice[draws] = made.options, made.choice
        self.made.value[:, draws] = made.value

    def _raise_first(self, draws: NDArray[np.intp]) -> None:
        """Raise the error of the first draw that has one, whatever draws it was found among."""
        fine, fails = 0, len(draws)
        while fails - fine > 1:
            middle = (fine + fails) // 2
            try:
                self._plain(draws[fine:middle], None)
                fine = middle
            except ScenarioError:
                fails = middle
        self._plain(draws[fine:fails], None)
