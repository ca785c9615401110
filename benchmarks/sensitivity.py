"""Sensitivity against the number of parameters: each over its range, and the places where the choice changes.

    python -m benchmarks.sensitivity

The peer evaluates the scenario anew at every point; it runs a few of them, scaled.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.__main__ import main
from benchmarks.goals import Row
from benchmarks.models import Model
from benchmarks.timing import exponent, turns
from planner.analyses.focus import focus
from planner.analyses.varying.axes import axes_of
from planner.analyses.varying.probe import Probe
from planner.analyses.varying.scan import scan, steps_for
from planner.core.machine import Machine
from planner.core.solve import solve_unfolded
from planner.core.unfold import unfold

if TYPE_CHECKING:
    from planner.core.model import Scenario

STATES = 1_000
PARAMETERS = (12, 100, 1_000)
POINTS = 1_001
FEW = 3  # points that the peer runs in a turn
GROWTH = 1.1


def one_at_a_time(scenario: Scenario) -> tuple[float, float]:
    """Return the seconds for all points of one parameter, on average: ours, programs written anew, and the peer's."""
    unfolded = unfold(scenario)
    names = list(scenario.parameters)
    some = names[:: max(1, len(names) // 12)]
    points = np.linspace(0.1, 0.9, POINTS)
    values = {name: Machine(unfolded).run({name: points}).value[0] for name in some}
    for name, found in values.items():
        for at in (0, POINTS // 2, POINTS - 1):
            expected = solve_unfolded(unfolded, overrides={name: float(points[at])}).value(0)
            if not np.isclose(found[at], float(expected[0]), rtol=1e-9):
                raise SystemExit(f"{name} = {points[at]}: evaluated {expected[0]}, planner {found[at]}")

    def ours() -> None:
        machine = Machine(unfolded)
        for name in some:
            machine.run({name: points})

    def anew() -> None:
        for at in range(FEW):
            solve_unfolded(unfolded, overrides={some[0]: float(points[at])})

    times = turns({"ours": ours, "anew": anew})
    return times["ours"] / len(some), times["anew"] / FEW * POINTS


def thresholds(scenario: Scenario) -> int:
    """Walk every parameter over its range; return how many places there are at which the choice changes."""
    found = focus(scenario)
    probe = Probe(found)
    axes = axes_of(found, names=[], ranges=None, weights=0.0).axes
    count = steps_for(probe, len(axes))
    return sum(len(scan(probe, axis, count).crossings) for axis in axes)


def table() -> list[Row]:
    """Time trees of one size with ever more parameters."""
    rows: list[Row] = []
    whole: list[tuple[float, float]] = []
    for count in PARAMETERS:
        scenario = Model.of(STATES, count).scenario()
        ours, anew = one_at_a_time(scenario)
        rows.append(Row(f"{POINTS:,} points of one of {count:,} parameters, s", ours, "evaluated anew", anew))

        def run(scenario: Scenario = scenario) -> int:
            return thresholds(scenario)

        time = turns({"all": run}, rounds=3)["all"]
        whole.append((count, time))
        what = f"thresholds of {count:,} parameters, s"
        rows.append(Row(what, time, f"{POINTS:,} points of each, anew", anew * count))
    growth = exponent(whole)
    rows.append(Row(f"growth exponent, {PARAMETERS[0]} to {PARAMETERS[-1]:,} parameters", growth, "linear", 1, GROWTH))
    return rows


if __name__ == "__main__":
    sys.exit(main(["sensitivity"]))
