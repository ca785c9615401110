from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

TUTORIAL = "scenarios/tutorial.yaml"


@pytest.fixture
def two_revisions(cli: Cli) -> bytes:
    """Save the tutorial, change it, save again; return the first text."""
    first = Path(TUTORIAL).read_bytes()
    cli("save", TUTORIAL)
    Path(TUTORIAL).write_bytes(first.replace(b"p: 0.3", b"p: 0.4"))
    cli("save", TUTORIAL)
    return first


def test_save(cli: Cli):
    first = cli("save", TUTORIAL)
    assert (first.code, first.err) == (0, "")
    assert first.out.startswith("tutorial@1 saved in db/planner.sqlite (")
    assert cli("save", TUTORIAL).out.startswith("tutorial@1 is kept already in db/planner.sqlite (")


def test_save_a_folder(cli: Cli):
    saved = json.loads(cli("save", "scenarios", "--json").out)["result"]["saved"]
    assert {one["name"] for one in saved} == {path.stem for path in Path("scenarios").glob("*.yaml")}


def test_save_keeps_nothing_when_one_file_is_faulty(cli: Cli):
    Path("scenarios/faulty.yaml").write_text("planner: 1\n")
    assert cli("save", "scenarios").code == 1
    assert not Path("db").exists()


@pytest.mark.usefixtures("two_revisions")
def test_history(cli: Cli):
    assert cli("history").out.splitlines()[-1].split()[:3] == ["tutorial", "2", "0"]
    cli("report", TUTORIAL)
    out = cli("history", "tutorial").out
    assert "1 run" in out
    kept = json.loads(cli("history", "tutorial", "--json").out)["result"]["revisions"]
    assert [(one["revision"], one["current"], len(one["runs"])) for one in kept] == [(2, True, 1), (1, False, 0)]


def test_history_of_nothing(cli: Cli):
    result = cli("history")
    assert (result.code, result.out) == (2, "")
    assert "planner.sqlite" in result.err


@pytest.mark.usefixtures("two_revisions")
def test_history_of_an_unknown_name(cli: Cli):
    result = cli("history", "tutorals")
    assert result.code == 2
    assert "did you mean 'tutorial'?" in result.err


def test_restore_is_byte_for_byte(cli: Cli, two_revisions: bytes):
    assert cli("restore", "tutorial@1").out.encode() == two_revisions
    assert cli("restore", "tutorial").out.encode() == Path(TUTORIAL).read_bytes()
    assert cli("restore", "tutorial@1", "-o", "old.yaml") == (0, "", "wrote old.yaml\n")
    assert Path("old.yaml").read_bytes() == two_revisions


def test_restore_keeps_line_ends_and_a_byte_order_mark(cli: Cli):
    raw = b"\xef\xbb\xbf" + Path(TUTORIAL).read_bytes().replace(b"\n", b"\r\n")
    Path("windows.yaml").write_bytes(raw)
    assert cli("save", "windows.yaml").code == 0
    cli("restore", "windows", "-o", "again.yaml")
    assert Path("again.yaml").read_bytes() == raw


@pytest.mark.parametrize("name", ["tutorial@x", "tutorial@", "tutorial@-1"])
def test_restore_what_is_no_revision(cli: Cli, name: str):
    result = cli("restore", name)
    assert result.code == 2
    assert "number behind '@'" in result.err


@pytest.mark.usefixtures("two_revisions")
def test_restore_a_revision_that_is_not_there(cli: Cli):
    assert "revisions are 1 to 2" in cli("restore", "tutorial@3").err


def test_db_path_and_where_it_comes_from(cli: Cli, workspace: Path, monkeypatch: pytest.MonkeyPatch):
    assert cli("db", "path").out == f"{workspace}/db/planner.sqlite\n"
    (workspace / "planner.toml").write_text('db = "memory.sqlite"\n')
    assert cli("db", "path").out == f"{workspace}/memory.sqlite\n"
    monkeypatch.setenv("PLANNER_DB", "other.sqlite")
    assert cli("db", "path").out == "other.sqlite\n"
    assert cli("db", "path", "--db", "given.sqlite").out == "given.sqlite\n"


def test_db_path_hides_the_password(cli: Cli):
    out = cli("db", "path", "--db", "postgresql://me:secret@server/plans").out
    assert "secret" not in out
    assert "server/plans" in out


def test_db_upgrade(cli: Cli):
    assert cli("db", "upgrade").out.startswith("made db/planner.sqlite with schema ")
    assert "is up to date" in cli("db", "upgrade").out


@pytest.mark.usefixtures("two_revisions")
def test_db_check(cli: Cli):
    assert cli("db", "check") == (0, "db/planner.sqlite: no problems\n", "")
    assert json.loads(cli("db", "check", "--json").out)["result"] == {"problems": []}


def test_db_check_without_a_database(cli: Cli):
    assert cli("db", "check").code == 2
    assert not Path("db").exists()


def test_db_check_of_a_file_that_is_none(cli: Cli):
    Path("notes.sqlite").write_text("not a database at all")
    result = cli("db", "check", "--db", "notes.sqlite")
    assert result.code == 2
    assert result.err.startswith("error: ")
    assert Path("notes.sqlite").read_text() == "not a database at all"


def test_db_backup(cli: Cli, two_revisions: bytes):
    assert cli("db", "backup", "copy.sqlite").out == "copied to copy.sqlite\n"
    assert cli("restore", "tutorial@1", "--db", "copy.sqlite").out.encode() == two_revisions
    assert cli("db", "backup", "copy.sqlite").code == 2
    assert cli("db", "backup").out.startswith("copied to db/planner-2")
