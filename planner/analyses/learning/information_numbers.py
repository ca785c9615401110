"""What it is worth to know uncertain numbers before deciding: from draws of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.analyses.learning.events import prior_row
from planner.analyses.learning.evppi import Blocks, Partial, Table, by_regression
from planner.analyses.learning.information_result import Gains, ParameterWorth, Total
from planner.analyses.result import UnknownName
from planner.core.binding import bind, environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.drawing.sample import Sample
    from planner.analyses.focus import Focus

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FromDraws:
    """What is worked out from draws of the uncertain numbers."""

    asked: Focus
    drawn: Sample = field(repr=False)
    seed: int

    @cached_property
    def table(self) -> Table:
        """What the options are worth in each draw."""
        return Table.of(self.asked, self.drawn.options)

    @property
    def shown(self) -> list[str]:
        """The point of view, and who decides."""
        return list(dict.fromkeys((self.asked.actor, *self.asked.by)))

    @property
    def sure(self) -> bool:
        """Whether no information can be worth less than nothing to the point of view."""
        return self.asked.by == (self.asked.actor,)

    def gains(self, gains: Floats) -> Gains:
        """Return gains by actor."""
        return {actor: float(gains[self.asked.actor_at(actor)]) for actor in self.shown}

    @cached_property
    def all_gains(self) -> tuple[Floats, Floats]:
        """Gains and standard errors of knowing all numbers."""
        gains, errors = self.table.perfect()
        rounding = 1e-9 * np.maximum(np.abs(self.table.options).max(axis=(0, 2)), 1.0)
        return np.where(np.abs(gains) <= rounding, 0.0, gains), errors

    def perfect(self) -> Total:
        """Return what it is worth to know all numbers."""
        gains, errors = self.all_gains
        me = self.asked.actor_at()
        return Total(float(gains[me]), self.gains(gains), float(errors[me]), "simulated", self.drawn.draws)

    @cached_property
    def columns(self) -> dict[str, list[Floats]]:
        """For each parameter its values; for each drawn chance node the probabilities of its branches but the last."""
        found = {name: [row] for name, row in self.drawn.inputs.items()}
        if not self.drawn.uniforms:
            return found
        unfolded = self.asked.unfolded
        env = environment(self.asked.scenario, {**self.asked.overrides, **self.drawn.inputs})
        bound = bind(unfolded, env, uniforms=self.drawn.uniforms)
        for node in self.drawn.uniforms:
            place = unfolded.place_ids.index(node)
            rows: dict[int, int] = {}
            for state in np.flatnonzero(unfolded.place == place).tolist():
                rows.setdefault(prior_row(unfolded, bound, state), len(unfolded.slots(state)))
            found[node] = [
                np.broadcast_to(np.asarray(bound.p[row + at], np.float64), self.drawn.draws)
                for row, count in rows.items()
                for at in range(max(count - 1, 1))
            ]
        return found

    def singles(self) -> tuple[ParameterWorth, ...]:
        """Work out what each number is worth to know, the probabilities of a chance node together."""
        draw = np.random.default_rng([self.seed, 1])
        blocks = Blocks(self.table, draw)
        rows = []
        for name, columns in self.columns.items():
            kind = "chance" if name in self.drawn.uniforms else "parameter"
            one = len(columns) == 1
            part = blocks.partial(columns[0]) if one else by_regression(self.table, columns, draw)
            rows.append(self.row((name,), kind, part))
        return tuple(sorted(rows, key=lambda row: (not row.distinct, -abs(row.value))))

    def groups(self, groups: Sequence[Sequence[str]]) -> tuple[ParameterWorth, ...]:
        """Work out what it is worth to know several numbers together."""
        draw = np.random.default_rng([self.seed, 2])
        rows = []
        for group in groups:
            for name in group:
                if name not in self.columns:
                    raise UnknownName.among("uncertain number", name, self.columns)
            columns = [column for name in dict.fromkeys(group) for column in self.columns[name]]
            rows.append(self.row(tuple(dict.fromkeys(group)), "group", by_regression(self.table, columns, draw)))
        return tuple(rows)

    def row(self, parameters: tuple[str, ...], kind: str, part: Partial) -> ParameterWorth:
        """Make a row of the table of uncertain numbers."""
        me = self.asked.actor_at()
        value, error = float(part.gains[me]), float(part.errors[me])
        low, high = value - 1.96 * error, value + 1.96 * error
        if self.sure:
            most = float(self.all_gains[0][me])
            value = min(max(value, 0.0), most)
            low, high = (min(max(end, 0.0), most) for end in (low, high))
        finer = None if part.finer is None else float(part.finer[me])
        gains = {**self.gains(part.gains), self.asked.actor: value}
        return ParameterWorth(
            parameters, kind, value, gains, error, low, high, finer, float(part.noise[me]), part.distinct(me)
        )
