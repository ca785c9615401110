"""Which option is taken where two inputs vary together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analyses.varying.thresholds import finite

if TYPE_CHECKING:
    from planner.analyses.varying.axes import Axis
    from planner.analyses.varying.probe import Probe


@dataclass(frozen=True, slots=True)
class Regions:
    """The options taken on a grid over two inputs.

    Attributes:
        parameters: the two inputs, across and up.
        words: what they are, in words.
        units: of the inputs.
        now: where they stand.
        x, y: the values on the grid, rising.
        chosen: for each value of y a row, the option taken at each value of x; None where the scenario is impossible.
    """

    parameters: tuple[str, str]
    words: tuple[str, str]
    units: tuple[str, str]
    now: tuple[float, float]
    x: tuple[float, ...]
    y: tuple[float, ...]
    chosen: tuple[tuple[str | None, ...], ...]

    @property
    def options(self) -> tuple[str, ...]:
        """The options that are taken somewhere, the most frequent first."""
        found = [option for row in self.chosen for option in row if option is not None]
        return tuple(sorted(dict.fromkeys(found), key=lambda option: -found.count(option)))

    def to_dict(self) -> dict[str, Any]:
        """Return the grid as JSON data; None stands for an infinite tolerance of risk."""
        return {
            "parameters": list(self.parameters),
            "now": [finite(value) for value in self.now],
            "x": [finite(value) for value in self.x],
            "y": [finite(value) for value in self.y],
            "chosen": [list(row) for row in self.chosen],
        }


def regions(probe: Probe, across: Axis, up: Axis, steps: int) -> Regions:
    """Work the decision out on a grid of ``steps`` by ``steps`` points, evenly spread along both ranges."""
    x, y = (np.linspace(*axis.ends(), steps) for axis in (across, up))
    at = {across.name: np.tile(across.values(x), steps), up.name: np.repeat(up.values(y), steps)}
    choice = probe.run(at, np.zeros(steps * steps, np.bool_)).choice.tolist()
    chosen = [probe.focus.options[option] if option >= 0 else None for option in choice]
    return Regions(
        parameters=(across.name, up.name),
        words=(across.words, up.words),
        units=(across.unit, up.unit),
        now=(across.value(across.now), up.value(up.now)),
        x=tuple(across.values(x).tolist()),
        y=tuple(up.values(y).tolist()),
        chosen=tuple(tuple(chosen[row * steps : (row + 1) * steps]) for row in range(steps)),
    )
