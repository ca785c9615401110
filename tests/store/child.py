"""A process of its own that uses a store and may be stopped, limited, or made somebody else.

`python child.py '{"place": …, "do": …}'` prints one JSON value a line.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

import sqlalchemy
import sqlalchemy.dialects.sqlite
from sqlalchemy import event

from planner.errors import PlannerError
from planner.store import Location, Store, upgrade
from planner.store.migrate import Schema, upgrade_file
from tests.store.examples import NOW, run, scenario


def main(order: dict[str, Any]) -> None:
    if "pause_before" in order:
        pause_before(order["pause_before"])
    if "file_limit" in order:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["file_limit"], order["file_limit"]))
    if "uid" in order and os.getuid() == 0:
        # Everything is imported by now: the other user may not be able to read Python's own folder.
        import alembic.command  # noqa: F401

        os.setgroups([])
        os.setgid(order["uid"])
        os.setuid(order["uid"])
    try:
        say(WORK[order["do"]](order))
    except PlannerError as error:
        say({"error": error.message, "next": error.next_step})


def pause_before(start: str) -> None:
    """Say so and stop before the first statement that starts like this."""

    @event.listens_for(sqlalchemy.Engine, "before_cursor_execute")
    def pause(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().startswith(start):
            say("paused")
            time.sleep(60)


def save(order: dict[str, Any]) -> Any:
    """Keep one revision and a run, perhaps a large one."""
    with Store.open(order["place"]) as store:
        raw = order.get("text", "child").encode()
        saved = store.save(scenario("line", raw), [run(order.get("decisions", 2))], now=NOW)
        return {"revision": saved.revision.revision, "run": saved.runs[0].id}


def race(order: dict[str, Any]) -> Any:
    """Wait for the start, then save what all save, what nobody else saves, and many versions of one scenario."""
    me = order["me"]
    say("ready")
    while not Path(order["start"]).exists():
        time.sleep(0.001)
    with Store.open(order["place"]) as store:
        same = store.save(scenario("same", b"the same for all"), [run()], now=NOW).revision
        own = store.save_scenario(scenario(f"own-{me}", b"mine"), now=NOW)
        shared = [store.save_scenario(scenario("shared", f"{me}, {i}".encode()), now=NOW).revision for i in range(5)]
        return {"same": same.revision, "new": same.new, "own": own.revision, "shared": shared}


def read(order: dict[str, Any]) -> Any:
    with Store.open(order["place"]) as store:
        return {"texts": [store.restore(name).decode() for name in store.names()], "writable": store.writable}


def bring_up(order: dict[str, Any]) -> Any:
    if "migrations" not in order:
        return upgrade(order["place"]).after
    schema = Schema(tuple(order["revisions"]), Path(order["migrations"]))
    return upgrade_file(Location.parse(order["place"]), schema).after


def back_up(order: dict[str, Any]) -> Any:
    with Store.open(order["place"]) as store:
        return str(store.backup(order["target"]))


WORK = {"save": save, "race": race, "read": read, "upgrade": bring_up, "backup": back_up}


def say(value: Any) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
