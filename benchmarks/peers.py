"""Other decision-tree programs on the same trees, where they are on the machine and where they answer.

`pip install -r benchmarks/requirements.txt` and `npm install` in this folder bring them. What is left out is said on
standard error, with the reason. At larger sizes SilverDecisions' engine overflows its stack or takes minutes, and
pygambit's linear program takes more than a second.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.goals import Row
from benchmarks.shapes import ternary
from benchmarks.timing import turns
from planner.core.rollback import rollback
from planner.core.tree import CHANCE, OUTCOME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.shapes import Arrays
    from planner.core.numbers import Numbers
    from planner.core.tree import Tree

    Run = Callable[[], float]

HERE = Path(__file__).parent


class AbsentError(Exception):
    """A peer that cannot take part, and why."""


@contextmanager
def pygambit(arrays: Arrays) -> Iterator[Run]:
    """Solve the tree by pygambit's linear program, a second player losing what the first wins."""
    try:
        import pygambit as gambit
    except ImportError as error:
        raise AbsentError("not installed") from error
    game = gambit.Game.new_tree(players=["one", "other"])
    stack = [(0, game.root, 0.0)]
    while stack:
        state, node, total = stack.pop()
        edges = range(arrays.first_edge[state], arrays.first_edge[state + 1])
        if arrays.kind[state] == OUTCOME:
            value = int(total + arrays.end[state])
            game.set_outcome(node, game.add_outcome(str(state), [value, -value]))
            continue
        chance = arrays.kind[state] == CHANCE
        game.append_move(node, game.players.chance if chance else "one", [str(slot) for slot in range(len(edges))])
        if chance:
            game.set_chance_probs(node.infoset, [Fraction(float(arrays.p[edge])) for edge in edges])
        for child, edge in zip(node.children, edges, strict=True):
            stack.append((int(arrays.target[edge]), child, total + float(arrays.gain[edge])))

    def run() -> float:
        found = gambit.nash.lp_solve(game, rational=False, use_strategic=False)
        return float(found.equilibria[0].payoff("one"))

    yield run


@contextmanager
def engine(tree: dict[str, Any]) -> Iterator[Callable[[str], str]]:
    """Start SilverDecisions' engine in node with a tree; yields how to ask it for one run."""
    node = shutil.which("node")
    if node is None:
        raise AbsentError("node is not installed")
    if not (HERE / "node_modules" / "sd-computations").is_dir():
        raise AbsentError("not installed: npm install in benchmarks/")
    command = [node, str(HERE / "silverdecisions.js")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def ask(line: str) -> str:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(line + "\n")
            process.stdin.flush()
            return process.stdout.readline()

        ask(json.dumps(tree))  # the first line builds the tree
        yield ask
        assert process.stdin is not None
        process.stdin.close()


@contextmanager
def silverdecisions(arrays: Arrays) -> Iterator[Run]:
    """Recompute the tree with SilverDecisions' engine."""
    tree = {
        "kind": arrays.kind.tolist(),
        "first": arrays.first_edge.tolist(),
        "target": arrays.target.tolist(),
        "p": arrays.p.tolist(),
        "gain": arrays.gain.tolist(),
        "end": arrays.end.tolist(),
    }
    with engine(tree) as ask:
        yield lambda: float(ask("again"))


PEERS = (
    ("pygambit's linear program", pygambit, (1_000,)),
    ("SilverDecisions' engine", silverdecisions, (1_000, 10_000)),
)


def table() -> list[Row]:
    """Time the programs that are there; say of the others why they are left out."""
    rows: list[Row] = []
    print("smart_choice is left out: its release on PyPI, 0.0.0, holds no code", file=sys.stderr)
    for name, make, sizes in PEERS:
        for size in sizes:
            arrays = ternary(size)
            tree = arrays.tree()
            numbers = arrays.numbers(tree)

            def ours(tree: Tree = tree, numbers: Numbers = numbers) -> float:
                return float(rollback(tree, numbers).values[0, 0, 0])

            try:
                with make(arrays) as theirs:
                    if not np.isclose(theirs(), ours(), rtol=1e-9):
                        raise SystemExit(f"{name} finds {theirs()}, planner {ours()}")
                    times = turns({"ours": ours, name: theirs})
                    rows.append(Row(f"fold back ternary, {len(arrays):,} states, s", times["ours"], name, times[name]))
            except AbsentError as reason:
                print(f"{name} is left out: {reason}", file=sys.stderr)
                break
    return rows
