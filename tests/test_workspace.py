from __future__ import annotations

import os
import re
import tomllib
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from planner import workspace
from planner.cli.app import COMMANDS
from planner.cli.settings import SHARED, find_workspace
from planner.errors import PlannerError
from planner.report.documents.style import style_of
from planner.workspace import EXAMPLE, FOLDERS, SCHEMA, TEXTS, create, make
from tests.conftest import ROOT

if TYPE_CHECKING:
    from planner.workspace import Layout


def made(folder: Path) -> Layout:
    return make(folder, example="planner: 1\n", schema="{}\n")


def files_in(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_everything_is_made_once(tmp_path: Path):
    first = made(tmp_path)
    everything = {*(f"{name}/" for name in FOLDERS), *TEXTS, EXAMPLE, SCHEMA}
    assert (set(first.made), first.there, first.notes) == (everything, (), ())
    before = files_in(tmp_path)
    second = made(tmp_path)
    assert (second.made, set(second.there), second.notes) == ((), everything - {EXAMPLE}, ())
    assert files_in(tmp_path) == before


def test_a_folder_that_is_not_there_is_made(tmp_path: Path):
    assert EXAMPLE in made(tmp_path / "deep" / "down").made


def test_what_is_there_is_left_as_it_is(tmp_path: Path):
    mine = {name: f"mine: {name}\n" for name in (".gitignore", "planner.toml", "reports/README.md")}
    for name, text in mine.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    done = made(tmp_path)
    assert {*mine, "reports/"} <= set(done.there)
    assert {name: (tmp_path / name).read_text() for name in mine} == mine
    assert done.notes == ("add '/db/*' to .gitignore: the database does not belong into git",)
    (tmp_path / ".gitignore").write_text("/db/\n")
    assert made(tmp_path).notes == ()


def test_the_example_is_not_brought_back(tmp_path: Path):
    made(tmp_path)
    (tmp_path / EXAMPLE).unlink()
    made(tmp_path)
    assert not (tmp_path / EXAMPLE).exists()


def test_a_workspace_in_a_workspace_is_told(tmp_path: Path):
    made(tmp_path)
    inner = made(tmp_path / "inner")
    assert inner.notes == (f"'{tmp_path}' is a workspace, too; its settings do not apply here",)
    assert made(tmp_path / "inner").notes == ()


def test_an_old_schema_is_told(tmp_path: Path):
    made(tmp_path)
    (tmp_path / SCHEMA).write_text("{old}")
    assert "`planner schema -o scenario.schema.json`" in made(tmp_path).notes[0]
    assert (tmp_path / SCHEMA).read_text() == "{old}"


@pytest.mark.parametrize("name", FOLDERS)
def test_a_file_in_the_place_of_a_folder(tmp_path: Path, name: str):
    (tmp_path / name).touch()
    with pytest.raises(PlannerError, match="is a file, and a folder is needed there"):
        made(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_folder_in_the_place_of_a_file(tmp_path: Path):
    (tmp_path / "planner.toml").mkdir()
    with pytest.raises(PlannerError, match="is a folder, and a file is needed there"):
        made(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["planner.toml"]


def test_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(PlannerError, match=r"'.*scenarios' cannot be made: permission denied") as caught:
        made(tmp_path)
    assert caught.value.next_step == "choose a folder in which you may write"
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(PlannerError, match="cannot be made: permission denied"):
        create(tmp_path / "x.yaml", "text")


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PlannerError, match="no space left on device"):
        create(tmp_path / "x.yaml", "text")
    assert list(tmp_path.iterdir()) == []


def test_create_never_replaces(tmp_path: Path):
    assert create(tmp_path / "sub" / "x.yaml", "one")
    assert not create(tmp_path / "sub" / "x.yaml", "two")
    assert (tmp_path / "sub" / "x.yaml").read_text() == "one"


def test_settings_are_read_as_they_are_and_with_every_line_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    text = workspace.text("workspace/planner.toml")
    used = re.sub(r"^# (?=\w+ = )", "", text, flags=re.MULTILINE)
    assert used.count("\n#") < text.count("\n#")
    for one in (text, used):
        (tmp_path / "planner.toml").write_text(one)
        monkeypatch.chdir(tmp_path)
        assert find_workspace().get("report", "provenance") == "blob"
    for name, value in tomllib.loads(used).items():
        if name in SHARED:
            continue
        assert name in COMMANDS
        command: click.Command = import_module(f"planner.cli.commands.{name}").command
        with click.Context(command) as context:
            options = {param.name: param for param in command.params}
            for key, setting in value.items():
                if key == "style":
                    with pytest.raises(PlannerError, match=r"'logo' in \[report.style\] is 'logo.svg', which cannot"):
                        style_of(setting, tmp_path / "planner.toml")
                    style_of({each: setting[each] for each in setting if each != "logo"}, tmp_path / "planner.toml")
                    continue
                options[key].process_value(context, setting)


def test_texts_are_as_this_repository_has_them():
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert {"/db/*", "!/db/README.md"} <= set(workspace.text("workspace/gitignore").splitlines()) & set(ignored)
    kept = (ROOT / ".gitattributes").read_text().splitlines()
    assert {line for line in workspace.text("workspace/gitattributes").splitlines() if line[0] != "#"} <= set(kept)
