"""Make the small database that stands for a released schema: `python -m tests.store.make_old FILE`."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from planner.store import Store
from tests.store.examples import ANSWERS, AWKWARD, INCLUDED, NOW, run, scenario


def main(path: Path) -> None:
    with Store.open(path) as store:
        store.save(scenario(raw=AWKWARD), [run(3, seed=7, git_commit="0f" * 20, git_dirty=True)], now=NOW)
        store.save(scenario(raw=b"planner: 1\n"), [run(1)], now=NOW)
        store.remember(ANSWERS, now=NOW)
        store.save_scenario(scenario("whole", b"planner: 1\n", INCLUDED), now=NOW)
    with closing(sqlite3.connect(path)) as connection:
        # Small pages make a small file.
        for pragma in ("journal_mode = DELETE", "page_size = 512"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("VACUUM")
        connection.execute("PRAGMA journal_mode = WAL")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
