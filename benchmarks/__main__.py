"""Run the benchmarks and say which goals are met.

    python -m benchmarks                 all of them
    python -m benchmarks startup paths   some of them

The exit code is 1 when a goal is missed.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.goals import Row

MODULES = ("reading", "rollback", "draws", "sensitivity", "paths", "forecast", "store", "history", "startup")
VERDICTS = {True: "yes", False: "NO", None: ""}


def main(names: Sequence[str]) -> int:
    """Run some benchmark modules, print their table and return the exit code."""
    unknown = sorted(set(names) - set(MODULES))
    if unknown:
        print(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(MODULES)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for name in names or MODULES:
        print(f"{name} …", file=sys.stderr)
        rows += import_module(f"benchmarks.{name}").table()
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(drawn(rows))
    return int(any(row.met is False for row in rows))


def drawn(rows: Sequence[Row]) -> Table:
    """Return the rows as a table."""
    table = Table(box=None, pad_edge=False)
    for head in ("what", "ours", "against", "theirs", "ratio", "goal", "met"):
        table.add_column(head, justify="right" if head in {"ours", "theirs", "ratio", "goal"} else "left")
    for row in rows:
        goal = "" if row.at_most is None else f"<= {row.at_most:.3g}"
        table.add_row(
            row.what, f"{row.ours:.3g}", row.peer, f"{row.theirs:.3g}", f"{row.ratio:.3g}", goal, VERDICTS[row.met]
        )
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
