"""Many processes at once, processes that die, and what connections are set to."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from planner.errors import PlannerError
from planner.store import Store
from tests.store.examples import NOW, run, scenario

if TYPE_CHECKING:
    from tests.store.conftest import StartChild


def test_eight_processes_save_at_once(place: str, child: StartChild, tmp_path: Path) -> None:
    # The first to come makes the file, while the others look for it.
    start = tmp_path / "start"
    racers = [child("race", place, me=me, start=str(start)) for me in range(8)]
    for racer in racers:
        assert racer.line() == "ready"
    start.touch()
    said: list[dict[str, Any]] = [racer.end() for racer in racers]
    assert [one.get("error") for one in said] == [None] * 8
    assert [one["same"] for one in said] == [1] * 8
    assert sum(one["new"] for one in said) == 1
    assert [one["own"] for one in said] == [1] * 8
    assert sorted(number for one in said for number in one["shared"]) == list(range(1, 41))
    with Store.open(place) as store:
        assert store.check() == []
        assert len(store.history("same")[0].runs) == 8
        for me, one in enumerate(said):
            assert [store.restore("shared", number) for number in one["shared"]] == [
                f"{me}, {i}".encode() for i in range(5)
            ]


# Before a run, and before the last rows of a result: a revision or thousands of rows are already in.
@pytest.mark.parametrize("middle", ["INSERT INTO run ", "UPDATE scenario", "SELECT run.id"])
def test_killed_process_loses_nothing_that_was_saved(place: str, child: StartChild, middle: str) -> None:
    assert child("save", place, text="first").end() == {"revision": 1, "run": 1}
    victim = child("save", place, text="second", decisions=2000, pause_before=middle)
    assert victim.line() == "paused"
    victim.kill()
    with Store.open(place) as store:
        assert store.check() == []
        assert [(entry.revision, len(entry.runs)) for entry in store.history()] == [(1, 1)]
        assert store.restore("line") == b"first"
        assert store.save(scenario(raw=b"third"), [run()], now=NOW).revision.revision == 2


def test_killed_process_leaves_no_half_made_file(file: Path, child: StartChild) -> None:
    maker = child("save", file, pause_before="INSERT INTO planner_schema")
    assert maker.line() == "paused"
    maker.kill()
    assert not file.exists()
    assert child("save", file).end() == {"revision": 1, "run": 1}


def test_writer_waits_for_another(place: str, child: StartChild) -> None:
    with Store.open(place) as store, store._database.write() as connection:
        # On a server only savers of the same scenario wait for each other; the file waits as a whole.
        connection.exec_driver_sql("INSERT INTO scenario (name, current) VALUES ('line', 1)")
        waiting = child("save", place)
        with pytest.raises(Exception, match="timed out"):
            waiting.process.wait(1.5)
        connection.exec_driver_sql("DELETE FROM scenario")
    assert waiting.end()["revision"] == 1


def test_writer_that_waits_too_long_says_so(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.store.connect.BUSY_SECONDS", 0.05)
    with Store.open(file) as first, Store.open(file) as second, first._database.write():
        with pytest.raises(PlannerError, match=r"another process has been writing to .* for too long; try again"):
            second.save_scenario(scenario(), now=NOW)
        assert second.history() == ()


def test_reader_sees_one_state_while_another_writes(store: Store, place: str) -> None:
    store.save_scenario(scenario(raw=b"a"), now=NOW)
    with Store.open(place) as other, other._database.read() as connection:
        count = "SELECT count(*) FROM revision"
        assert connection.exec_driver_sql(count).scalar() == 1
        store.save_scenario(scenario(raw=b"b"), now=NOW)
        assert connection.exec_driver_sql(count).scalar() == 1
    with Store.open(place) as other:
        assert len(other.history()) == 2


def test_settings_of_a_file(file: Path) -> None:
    with Store.open(file) as store, store._database.read() as connection:
        ask = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("foreign_keys", "journal_mode")}
        assert ask == {"foreign_keys": 1, "journal_mode": "wal"}
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() >= 10_000
    assert [path.name for path in file.parent.iterdir()] == ["planner.sqlite"]


def test_rows_without_parents_are_refused(store: Store) -> None:
    with pytest.raises(Exception, match=r"FOREIGN KEY|foreign key"), store._database.write() as connection:
        connection.exec_driver_sql("INSERT INTO run_value (run_id, position, actor, value) VALUES (99, 0, 'uk', 1.0)")


def test_default_place_and_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PlannerError, match=r"there is no database at 'db/planner.sqlite' yet; `planner save FILE`"):
        Store.open(create=False)
    assert list(tmp_path.iterdir()) == []
    with Store.open() as store:
        assert store.location == str(Path("db/planner.sqlite"))
        store.save_scenario(scenario(), now=NOW)
    with Store.open(create=False) as store:
        assert store.names() == ("line",)


@pytest.mark.parametrize("name", ["two words", "a?b=c&d", "100%", "#1", "Москва", "it's"])
def test_names_of_files_may_be_awkward(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / f"{name}.sqlite"
    with Store.open(path) as store:
        store.save_scenario(scenario(), now=NOW)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM scenario").fetchall() == [("line",)]
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
