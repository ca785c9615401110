"""Many draws of a scenario's parameters: the product's machine and other ways to work out the same model by turns.

    python -m benchmarks.draws

Slow peers run fewer draws; all times are nanoseconds for one state in one draw. Drawing the numbers is not part of it.
"""

from __future__ import annotations

import sys
import tracemalloc
from contextlib import ExitStack
from statistics import median
from time import process_time
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.__main__ import main
from benchmarks.goals import Row
from benchmarks.machines import by_numba
from benchmarks.models import Model, draws
from benchmarks.peers import AbsentError
from benchmarks.timing import ROUNDS, turns
from planner.core.machine import Machine
from planner.core.solve import solve_unfolded
from planner.core.unfold import unfold

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.core.draws import Inputs

SIZES = (100, 1_000, 10_000)
DRAWS = 100_000
STATES_A_TURN = 100_000  # states that a peer in plain Python works out in one turn, over some draws
MOST = 2.0  # ns for one state in one draw
GOALS = {"one fused Python function": 1 / 45}
MEMORY = 1.1  # times as much with ten times the draws


def measure(model: Model, inputs: Inputs) -> dict[str, float]:
    """Return the nanoseconds for one state in one draw, by peer; they must find the same values."""
    machine = Machine(unfold(model.scenario()))
    count = len(inputs[model.names[0]])
    found = machine.run(inputs).value[0]
    few = max(2, STATES_A_TURN // len(model))
    some = [tuple(float(inputs[name][at]) for name in model.names) for at in range(few)]
    runs: dict[str, Callable[[], object]] = {"ours": lambda: machine.run(inputs)}
    over = {"ours": count}

    def draw_by_draw(name: str, work_out: Callable[..., float], values: list[tuple[float, ...]]) -> None:
        values_found = [work_out(*each) for each in values]
        if not np.allclose(values_found, found[: len(values)], rtol=1e-9, atol=1e-9):
            raise SystemExit(f"{name} finds {values_found[0]}, planner {found[0]}")
        runs[name], over[name] = lambda: [work_out(*each) for each in values], len(values)

    draw_by_draw("one fused Python function", model.fused(), some)
    draw_by_draw("formulas one by one", model.one_by_one(), some)
    compiled = by_numba(model)
    if compiled is not None:
        if not np.allclose(compiled(inputs), found, rtol=1e-9, atol=1e-9):
            raise SystemExit("the machine compiled by numba finds other values")
        runs["a machine compiled by numba"], over["a machine compiled by numba"] = lambda: compiled(inputs), count
    else:
        print("a machine compiled by numba is left out: numba is not installed", file=sys.stderr)
    with ExitStack() as stack:
        try:
            draw_by_draw("SilverDecisions' engine", stack.enter_context(model.silverdecisions()), some[:2])
        except AbsentError as reason:
            print(f"SilverDecisions is left out: {reason}", file=sys.stderr)
        times = turns(runs)
    return {name: time / over[name] / len(model) * 1e9 for name, time in times.items()}


def on_one_core(model: Model, inputs: Inputs) -> float:
    """Return the nanoseconds of processor time for one state in one draw, whatever else the machine does."""
    machine = Machine(unfold(model.scenario()))
    machine.run(inputs)
    times = []
    for _ in range(ROUNDS):
        start = process_time()
        machine.run(inputs)
        times.append(process_time() - start)
    return median(times) / len(inputs[model.names[0]]) / len(model) * 1e9


def compile_time(model: Model) -> tuple[float, float]:
    """Return the microseconds a state of compiling for all parameters, and of evaluating the scenario once."""
    unfolded = unfold(model.scenario())
    one = draws(1)
    times = turns({"ours": lambda: Machine(unfolded).run(one), "once": lambda: solve_unfolded(unfolded)})
    return times["ours"] / len(model) * 1e6, times["once"] / len(model) * 1e6


def beyond(model: Model, count: int) -> float:
    """Return the megabytes that a run takes at most beside its inputs and results, compiling included."""
    inputs, unfolded = draws(count), unfold(model.scenario())
    tracemalloc.start()
    made = Machine(unfolded).run(inputs)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (peak - made.options.nbytes - made.choice.nbytes - made.value.nbytes) / 1e6


def table() -> list[Row]:
    """Time trees of all sizes, and measure the memory of ever more draws."""
    rows: list[Row] = []
    inputs = draws(DRAWS)
    for size in SIZES:
        model = Model.of(size)
        times = measure(model, inputs)
        what = f"{DRAWS:,} draws, {len(model):,} states, ns"
        rows.append(Row(f"{what} of one core", on_one_core(model, inputs), "2 ns", MOST, 1.0))
        rows += [
            Row(what, times["ours"], peer, time, GOALS.get(peer)) for peer, time in times.items() if peer != "ours"
        ]
    ours, once = compile_time(Model.of(SIZES[-1]))
    rows.append(Row(f"compile {SIZES[-1]:,} states, µs a state", ours, "evaluate once", once))
    model = Model.of(SIZES[1])
    memory = {count: beyond(model, count) for count in (10_000, 100_000, 1_000_000)}
    what = "peak memory beside inputs and results, MB, {:,} draws"
    rows.append(Row(what.format(100_000), memory[100_000], "10,000 draws", memory[10_000]))
    rows.append(Row(what.format(1_000_000), memory[1_000_000], "100,000 draws", memory[100_000], MEMORY))
    return rows


if __name__ == "__main__":
    sys.exit(main(["draws"]))
