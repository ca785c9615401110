"""How long a command takes from Enter to prompt, as multiples of `python -c pass`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.goals import Row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROUNDS = 15
BARE = "python -c pass"
GOALS = {"planner --help": 5.0, "planner check (1,000 nodes)": 20.0, "planner evaluate (1,000 nodes)": 20.0}


def scenario(count: int) -> str:
    """Return a scenario of that many nodes: a ternary tree, decisions and chances by turns."""
    lines = ["planner: 1", f"title: A tree of {count} nodes", "nodes:"]
    level, next_level = 0, 1
    for node in range(count):
        if node == next_level:
            level, next_level = level + 1, 3 * node + 1
        below = [one for one in range(3 * node + 1, 3 * node + 4) if one < count]
        lines.append(f"  n{node}:")
        if not below:
            lines += [f"    outcome: Outcome {node}", f"    payoff: {(node * 37) % 101}"]
        elif level % 2 == 0:
            lines += [f"    decision: Decision {node}", "    options:"]
            lines += [f"      o{one}: {{name: Option {one}, payoff: {one % 7 - 3}, to: n{one}}}" for one in below]
        else:
            lines += [f"    chance: Chance {node}", "    branches:"]
            shares = ["0.25", "0.25", "rest"][3 - len(below) :]
            lines += [
                f"      b{one}: {{name: Branch {one}, p: {p}, to: n{one}}}"
                for one, p in zip(below, shares, strict=True)
            ]
    return "\n".join(lines) + "\n"


def seconds(commands: Mapping[str, Sequence[str]], rounds: int = ROUNDS) -> dict[str, float]:
    """Return the median wall time of each command; they take turns, so that a busy moment hits all alike."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    # An installed package is compiled once; a checkout is, too, unless the environment forbids it.
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(rounds + 1):
        for name, command in commands.items():
            start = perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
            times[name].append(perf_counter() - start)
    return {name: median(taken[1:]) for name, taken in times.items()}  # the first round fills the caches


def table() -> list[Row]:
    """Measure."""
    planner = str(Path(sys.executable).with_name("planner"))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "thousand.yaml")
        file.write_text(scenario(1000), encoding="utf-8")
        commands = {
            BARE: [sys.executable, "-c", "pass"],
            "planner --help": [planner, "--help"],
            "planner check (1,000 nodes)": [planner, "check", str(file)],
            "planner evaluate (1,000 nodes)": [planner, "evaluate", str(file)],
        }
        found = seconds(commands)
    return [Row(name, found[name], BARE, found[BARE], at_most=goal) for name, goal in GOALS.items()]
