"""Keeping the rows of a result: the store against sqlite3's own `executemany` on the same tables.

The store is handed what `planner evaluate` gives, a tree of dictionaries, and takes it apart; sqlite3 is handed
finished rows. Both write in one transaction to a file of their own, with the same settings.
"""

from __future__ import annotations

import gc
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import planner
from benchmarks.goals import Row
from planner.core.source import Source
from planner.store import Run, Store
from planner.store.results import split

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.core.model import Scenario

ACTORS = ("uk", "france", "italy", "russia")
OPTIONS = ("engage", "isolate", "coordinate", "drift", "wait")
ROUNDS = 7
SIZES = (10_000, 100_000)
GOAL = 1.5
NOW = datetime(2026, 11, 23, tzinfo=UTC)
TEXT = """\
planner: 1
title: A line
nodes:
  line:
    decision: Which?
    options:
      go: {payoff: 1}
      stay: {}
"""


def table() -> list[Row]:
    """Return the medians of seconds, the two taking turns."""
    return [_row(size) for size in SIZES]


def _row(size: int) -> Row:
    scenario = planner.load(Source.from_text(TEXT, path="line.yaml"))
    run = Run(analysis="evaluate", settings={}, result=_result(size), version=planner.__version__)
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            ours.append(_ours(Path(folder, f"ours-{number}.sqlite"), scenario, run))
            theirs.append(_theirs(Path(folder, f"theirs-{number}.sqlite"), scenario, run))
    what = f"save {size:,} result rows, s"
    return Row(what, statistics.median(ours), "sqlite3 executemany", statistics.median(theirs), GOAL)


def _result(rows: int) -> dict[str, Any]:
    """Return an evaluation of so many rows: decisions of five options that four actors value."""
    decisions = [
        {
            "state": f"line[round={number}]",
            "node": "line",
            "by": list(ACTORS[:3]),
            "chosen": OPTIONS[number % 5],
            "tied": [],
            "options": [
                {"option": option, "values": {actor: number / (i + j + 1) for j, actor in enumerate(ACTORS)}}
                for i, option in enumerate(OPTIONS)
            ],
            "probability": 1 / (number + 1),
        }
        for number in range(rows // (len(ACTORS) * len(OPTIONS)))
    ]
    return {
        "values": dict.fromkeys(ACTORS, 50.0),
        "strategy": {decision["state"]: decision["chosen"] for decision in decisions},
        "decisions": decisions,
        "outcomes": [],
    }


def _ours(path: Path, scenario: Scenario, run: Run) -> float:
    with Store.open(path) as store:
        store.save_scenario(scenario, now=NOW)
        return _seconds(lambda: store.save_run(scenario, run, now=NOW))


def _theirs(path: Path, scenario: Scenario, run: Run) -> float:
    with Store.open(path) as store:
        kept = store.save_run(scenario, Run(analysis="none", settings={}, result={}, version=""), now=NOW)
    rows = [(model.__table__, found) for model, found in split(run.result).rows(kept.id) if found]
    statements = [
        (f"INSERT INTO {table} VALUES ({', '.join('?' * len(table.columns))})", found) for table, found in rows
    ]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")

        def save() -> None:
            connection.execute("BEGIN IMMEDIATE")
            for statement, found in statements:
                connection.executemany(statement, found)
            connection.execute("COMMIT")

        return _seconds(save)


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    for row in table():
        print(f"{row.what}: {row.ours:.3f} against {row.theirs:.3f} of {row.peer}, ratio {row.ratio:.2f}, goal {GOAL}")
