"""New databases, old ones and newer ones."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import inspect, text

from planner.errors import PlannerError
from planner.store import Location, Store, check, upgrade
from planner.store.connect import APPLICATION_ID, connect_server, file_engine
from planner.store.migrate import RELEASED, Schema, migrate, upgrade_file, upgrade_server, version
from planner.store.tables import HEAD, REVISIONS, VERSION_TABLE
from tests.store.examples import ANSWERS, AWKWARD, INCLUDED, NOW, result, run, scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.store.conftest import Server, StartChild

DATA = Path(__file__).with_name("data")

# Rebuilds the table that all others hang from: with foreign keys on, SQLite would delete every one of their rows.
REBUILD = """
always = "always" if op.get_bind().dialect.name == "sqlite" else "never"
with op.batch_alter_table("scenario", recreate=always) as batch:
    batch.add_column(sa.Column("folder", sa.String()))
"""
ORPHANS = 'op.execute("DELETE FROM scenario")'
BROKEN = REBUILD + '\nraise RuntimeError("half way")'


def shape(path: Path) -> dict[str, str]:
    """Return the definitions of everything in a file of SQLite, without comments and spaces that mean nothing."""
    with closing(sqlite3.connect(path)) as connection:
        found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        (found["application_id"],) = map(str, connection.execute("PRAGMA application_id").fetchone())
        (found["version"],) = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()
    return {name: re.sub(r"\s+|--.*", "", sql) for name, sql in found.items()}


@pytest.fixture
def next_schema(tmp_path: Path) -> Callable[[str], Schema]:
    """Make a schema after the released ones from the body of its step."""

    def make(body: str) -> Schema:
        folder = tmp_path / "migrations"
        shutil.copytree(RELEASED.migrations, folder)
        lines = "\n".join(f"    {line}" for line in body.splitlines())
        (folder / "versions" / "9999_next.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n"
            f"revision = '9999'\ndown_revision = {HEAD!r}\ndef upgrade():\n{lines}\n"
        )
        return Schema((*REVISIONS, "9999"), folder)

    return make


@pytest.fixture
def old(file: Path) -> Path:
    """A file with a revision and a run, of the schema before the next."""
    with Store.open(file) as store:
        store.save(scenario(raw=AWKWARD), [run(3)], now=NOW)
    return file


def test_constant_names_the_last_step() -> None:
    from alembic.script import ScriptDirectory

    steps = ScriptDirectory(str(RELEASED.migrations))
    assert steps.get_heads() == [HEAD]
    assert tuple(reversed([step.revision for step in steps.walk_revisions()])) == REVISIONS


def test_all_steps_from_nothing_make_what_is_made_at_once(tmp_path: Path, file: Path) -> None:
    Store.open(file).close()
    engine = file_engine(tmp_path / "step-by-step", foreign_keys=False)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        migrate(connection)
    engine.dispose()
    assert shape(tmp_path / "step-by-step") == shape(file)


@pytest.mark.postgres
def test_all_steps_from_nothing_make_what_is_made_at_once_on_a_server(server: Server) -> None:
    def whole(url: str) -> Any:
        database = connect_server(Location.parse(url))
        with database.read() as connection:
            seen = inspect(connection)
            names = seen.get_table_names()
            found: dict[str, list[Any]] = {
                name: [
                    [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in seen.get_columns(name)],
                    seen.get_pk_constraint(name),
                    sorted(map(str, seen.get_foreign_keys(name))),
                    sorted(map(str, seen.get_unique_constraints(name))),
                    sorted(map(str, seen.get_check_constraints(name))),
                    sorted(map(str, seen.get_indexes(name))),
                ]
                for name in names
            }
            found["version"] = [version(connection)]
        database.engine.dispose()
        return found

    at_once, step_by_step = server.new_database(), server.new_database()
    upgrade(at_once)
    database = connect_server(Location.parse(step_by_step))
    with database.write() as connection:
        migrate(connection)
    database.engine.dispose()
    assert whole(step_by_step) == whole(at_once)
    assert len(whole(at_once)) > 10


def test_new_file_needs_no_alembic(file: Path) -> None:
    code = f"""
import sys
from planner.store import Store
with Store.open({str(file)!r}) as store:
    store.history()
sys.exit(any(name.startswith("alembic") for name in sys.modules))
"""
    for _ in range(2):
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_store_is_found_without_a_database_library() -> None:
    code = "import sys, planner.store as s; s.Location.parse('x'); s.Run; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("path", sorted(DATA.glob("*.sqlite")), ids=lambda path: path.stem)
def test_every_released_schema_is_brought_up_to_date(path: Path, file: Path) -> None:
    file.parent.mkdir()
    shutil.copyfile(path, file)
    with Store.open(file) as store:
        assert store.restore("line") == b"planner: 1\n"
        assert store.restore("line", 1) == AWKWARD
        assert [entry.revision for entry in store.history("line")] == [2, 1]
        assert store.result(store.history("line")[1].runs[0].id) == result(3)
        assert store.save_scenario(scenario(raw=b"new"), now=NOW).revision == 3
        if path.stem > "0001":
            assert {file.path: file.text for file in store.texts("whole").included} == INCLUDED
        assert store.save_scenario(scenario("whole", b"planner: 1\n", INCLUDED), now=NOW).new == (path.stem == "0001")
        assert store.recall(ANSWERS) == (ANSWERS if path.stem > "0002" else {})
        store.remember(ANSWERS, now=NOW)
        assert store.recall(ANSWERS) == ANSWERS
        assert {file.path: file.text for file in store.texts("whole").included} == INCLUDED
        assert store.check() == []
    assert shape(file)["version"] == HEAD


def test_there_is_an_old_database_for_every_released_schema() -> None:
    assert {path.stem for path in DATA.glob("*.sqlite")} == set(REVISIONS)


def test_upgrade_keeps_every_row_and_a_copy(old: Path, next_schema: Callable[[str], Schema]) -> None:
    before = shape(old)
    done = upgrade_file(Location.parse(old), next_schema(REBUILD))
    assert (done.before, done.after, done.changed) == (HEAD, "9999", True)
    assert done.backup == old.with_name(f"planner.sqlite.bak-{HEAD}")
    assert shape(done.backup) == before
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("SELECT folder FROM scenario").fetchall() == [(None,)]
        assert connection.execute("SELECT count(*) FROM run_decision").fetchone() == (12,)
        assert connection.execute("SELECT text FROM revision").fetchone() == (AWKWARD,)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    with Store.open(done.backup) as copy:
        assert copy.restore("line") == AWKWARD
    assert not [path for path in old.parent.iterdir() if path.name.startswith(".")]


def test_second_upgrade_does_nothing(old: Path, next_schema: Callable[[str], Schema]) -> None:
    schema = next_schema(REBUILD)
    upgrade_file(Location.parse(old), schema)
    again = upgrade_file(Location.parse(old), schema)
    assert (again.changed, again.backup) == (False, None)
    assert not upgrade(upgrade_place := old.with_name("new.sqlite")).backup
    assert not upgrade(upgrade_place).changed


def test_copies_of_upgrades_never_replace_each_other(old: Path, next_schema: Callable[[str], Schema]) -> None:
    taken = old.with_name(f"planner.sqlite.bak-{HEAD}")
    taken.write_text("mine")
    done = upgrade_file(Location.parse(old), next_schema(REBUILD))
    assert done.backup == old.with_name(f"planner.sqlite.bak-{HEAD}-2")
    assert taken.read_text() == "mine"


def test_step_that_orphans_rows_changes_nothing(old: Path, next_schema: Callable[[str], Schema]) -> None:
    before = old.read_bytes()
    with pytest.raises(PlannerError, match=r"was not upgraded: rows of '.*' would lose"):
        upgrade_file(Location.parse(old), next_schema(ORPHANS))
    assert old.read_bytes() == before


def test_step_that_fails_half_way_changes_nothing(old: Path, next_schema: Callable[[str], Schema]) -> None:
    before = old.read_bytes()
    with pytest.raises(RuntimeError, match="half way"):
        upgrade_file(Location.parse(old), next_schema(BROKEN))
    assert old.read_bytes() == before


def test_process_killed_half_way_changes_nothing(
    old: Path, next_schema: Callable[[str], Schema], child: StartChild
) -> None:
    schema = next_schema(REBUILD)
    half_way = child(
        "upgrade",
        old,
        migrations=str(schema.migrations),
        revisions=schema.revisions,
        pause_before=f"UPDATE {VERSION_TABLE}",
    )
    assert half_way.line() == "paused"
    half_way.kill()
    with Store.open(old) as store:
        assert store.restore("line") == AWKWARD
        assert store.check() == []
    assert upgrade_file(Location.parse(old), schema).after == "9999"


def test_old_file_is_upgraded_when_it_is_opened(
    old: Path, next_schema: Callable[[str], Schema], monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_next(monkeypatch, next_schema(REBUILD))
    with pytest.raises(PlannerError, match=rf"has the old schema {HEAD}, not 9999; run `planner db upgrade`"):
        Store.open(old, upgrade=False)
    assert f"schema is {HEAD}, not 9999" in str(check(old)[0])
    assert not list(old.parent.glob("*.bak*"))
    with Store.open(old) as store:
        assert store.restore("line") == AWKWARD
    assert shape(old)["version"] == "9999"
    assert list(old.parent.glob("*.bak*")) == [old.with_name(f"planner.sqlite.bak-{HEAD}")]


def test_eight_processes_upgrade_one_file(old: Path, next_schema: Callable[[str], Schema], child: StartChild) -> None:
    schema = next_schema(REBUILD)
    order = {"migrations": str(schema.migrations), "revisions": schema.revisions}
    assert [one.end() for one in [child("upgrade", old, **order) for _ in range(8)]] == ["9999"] * 8
    assert len(list(old.parent.glob("*.bak*"))) == 1


def test_newer_file_is_refused_and_left(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
        connection.commit()
    before = old.read_bytes()
    for use in (Store.open, upgrade):
        with pytest.raises(
            PlannerError, match=f"written by a newer planner: its schema is 9999, this one knows {HEAD}"
        ):
            use(old)
    assert old.read_bytes() == before
    assert list(old.parent.iterdir()) == [old]


@pytest.mark.postgres
def test_server_is_upgraded_only_when_asked(
    server: Server, next_schema: Callable[[str], Schema], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = server.new_database()
    with pytest.raises(PlannerError, match="has no tables of planner yet; run `planner db upgrade`"):
        Store.open(place)
    assert (upgrade(place).before, upgrade(place).changed) == (None, False)
    with Store.open(place) as store:
        store.save(scenario(), [run()], now=NOW)
    pretend_next(monkeypatch, next_schema(REBUILD))
    with pytest.raises(PlannerError, match=rf"has the old schema {HEAD}, not 9999; run `planner db upgrade`"):
        Store.open(place)
    assert upgrade(place).after == "9999"
    with Store.open(place) as store:
        assert store.restore("line") == AWKWARD
        assert store.history()[0].runs


@pytest.mark.postgres
def test_newer_server_is_refused(server: Server, ready: str) -> None:
    place = server.new_database(ready)
    database = connect_server(Location.parse(place))
    with database.engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    database.engine.dispose()
    for use in (Store.open, upgrade):
        with pytest.raises(PlannerError, match="written by a newer planner"):
            use(place)


@pytest.mark.postgres
def test_tables_of_another_application_are_left(server: Server) -> None:
    place = server.new_database()
    database = connect_server(Location.parse(place))
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE node (id integer)"))
    with pytest.raises(PlannerError, match="database of another application: it has a table 'node'"):
        upgrade_server(database)
    with database.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["node"]
    database.engine.dispose()


@pytest.mark.postgres
def test_failing_step_changes_nothing_on_a_server(
    server: Server, ready: str, next_schema: Callable[[str], Schema]
) -> None:
    database = connect_server(Location.parse(server.new_database(ready)))
    with pytest.raises(RuntimeError, match="half way"):
        upgrade_server(database, next_schema(BROKEN))
    with database.read() as connection:
        assert version(connection) == HEAD
        assert "folder" not in {column["name"] for column in inspect(connection).get_columns("scenario")}
    database.engine.dispose()


def pretend_next(monkeypatch: pytest.MonkeyPatch, schema: Schema) -> None:
    """Let the package believe that the next schema is out."""
    monkeypatch.setattr("planner.store.migrate.RELEASED", schema)
