from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

TUTORIAL = "scenarios/tutorial.yaml"
MOSCOW = "scenarios/european-line-on-moscow.yaml"


def test_the_last_edit_is_taken_back(cli: Cli):
    before = Path(TUTORIAL).read_bytes()
    cli("set", TUTORIAL, "title=x")
    result = cli("undo")
    assert (result.code, result.out) == (0, "")
    assert result.err.startswith(f"took back: planner set {TUTORIAL} title=x in {TUTORIAL} (20")
    assert Path(TUTORIAL).read_bytes() == before
    result = cli("undo")
    assert result.code == 2
    assert "no edit of this workspace is kept" in result.err


def test_bytes_come_back_as_they_were(cli: Cli):
    text = b"\xef\xbb\xbf" + Path(TUTORIAL).read_bytes().replace(b"\n", b"\r\n").rstrip()
    Path("a.yaml").write_bytes(text)
    assert cli("rename", "a.yaml", "answer", "reply").code == 0
    assert cli("set", "a.yaml", "reply.note=x").code == 0
    assert cli("undo", "a.yaml", "--steps", "2").code == 0
    assert Path("a.yaml").read_bytes() == text


def test_several_steps(cli: Cli):
    states = [Path(TUTORIAL).read_bytes()]
    for title in ("one", "two", "three"):
        cli("set", TUTORIAL, f"title={title}")
        states.append(Path(TUTORIAL).read_bytes())
    result = cli("undo", TUTORIAL, "--steps", "2")
    assert result.err.count("took back: ") == 2
    assert Path(TUTORIAL).read_bytes() == states[1]
    result = cli("undo", TUTORIAL, "--steps", "2")
    assert result.code == 2
    assert f"only 1 of 2 edits of '{TUTORIAL}' can be taken back" in result.err
    assert Path(TUTORIAL).read_bytes() == states[1]
    cli("undo", TUTORIAL)
    assert Path(TUTORIAL).read_bytes() == states[0]


def test_each_file_has_its_own_edits(cli: Cli):
    before = Path(TUTORIAL).read_bytes()
    cli("set", TUTORIAL, "title=x")
    cli("set", MOSCOW, "title=x")
    assert cli("undo", TUTORIAL).code == 0
    assert Path(TUTORIAL).read_bytes() == before
    assert "title: x\n" in Path(MOSCOW).read_text()
    assert cli("undo", TUTORIAL).code == 2
    result = cli("undo")
    note = f"note: '{TUTORIAL}' was changed last; the edit that is kept last is one of '{MOSCOW}'\n"
    assert result.err.startswith(f"{note}took back: planner set {MOSCOW} title=x in {MOSCOW} (20")


@pytest.mark.usefixtures("workspace")
def test_a_file_that_was_changed_in_another_way_is_left(cli: Cli):
    before = Path(TUTORIAL).read_bytes()
    cli("set", TUTORIAL, "title=x")
    changed = Path(TUTORIAL).read_bytes() + b"# by hand\n"
    Path(TUTORIAL).write_bytes(changed)
    result = cli("undo", TUTORIAL)
    assert result.code == 2
    assert f"'{TUTORIAL}' was changed in another way since the last edit by a command" in result.err
    assert "--force" in result.err
    assert Path(TUTORIAL).read_bytes() == changed
    result = cli("undo", TUTORIAL, "--force")
    assert result.code == 0
    assert "another undo brings it back" in result.err
    assert Path(TUTORIAL).read_bytes() == before
    assert cli("undo").code == 0
    assert Path(TUTORIAL).read_bytes() == changed


def test_what_can_be_taken_back_is_listed(cli: Cli):
    assert cli("undo", "--list").out == "No edit is kept.\n"
    cli("set", TUTORIAL, "title=An envoy")
    cli("rename", MOSCOW, "line", "stance")
    lines = cli("undo", "--list").out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("1  20")
    assert f"  {MOSCOW}: rename {MOSCOW}"[:50] in lines[0]
    assert lines[1].startswith("2  20")
    assert f"  {TUTORIAL}: set {TUTORIAL}" in lines[1]
    cli("set", TUTORIAL, f"title={'An envoy ' * 30}")
    assert all(len(line) <= 100 for line in cli("undo", "--list").out.splitlines())
    assert cli("undo").code == 0
    edits = json.loads(cli("undo", "--list", "--json").out)["result"]["edits"]
    assert [edit["command"] for edit in edits] == [
        f"rename {MOSCOW} line stance",
        f"set {TUTORIAL} 'title=An envoy'",
    ]


def test_dry_run_and_json(cli: Cli):
    cli("set", TUTORIAL, "title=x")
    changed = Path(TUTORIAL).read_bytes()
    result = cli("undo", "--dry-run")
    assert "-title: x\n+title: An envoy to Moscow\n" in result.out
    assert "would take back: " in result.err
    assert Path(TUTORIAL).read_bytes() == changed
    document = json.loads(cli("undo", "--json").out)
    assert document["schema"] == "planner/undo/1"
    assert document["result"]["changed"] is True
    assert document["result"]["undone"][0]["command"] == f"set {TUTORIAL} title=x"
    assert Path(TUTORIAL).read_bytes() != changed


def test_a_damaged_entry_changes_nothing(cli: Cli):
    cli("set", TUTORIAL, "title=x")
    changed = Path(TUTORIAL).read_bytes()
    (entry,) = Path(".planner/undo").iterdir()
    entry.write_bytes(entry.read_bytes()[:-3])
    result = cli("undo")
    assert result.code == 2
    assert "the journal's entry" in result.err
    assert "is damaged" in result.err
    assert Path(TUTORIAL).read_bytes() == changed


def test_a_file_that_is_gone(cli: Cli):
    cli("set", TUTORIAL, "title=x")
    Path(TUTORIAL).unlink()
    result = cli("undo")
    assert result.code == 2
    assert f"there is no file '{TUTORIAL}'" in result.err
