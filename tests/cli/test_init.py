from __future__ import annotations

import json
import subprocess
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planner.core.schema import schema_text

if TYPE_CHECKING:
    from tests.cli.conftest import Cli


@pytest.fixture
def empty(cli: Cli, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to an empty folder."""
    del cli
    folder = tmp_path_factory.mktemp("empty")
    monkeypatch.chdir(folder)
    return folder


def test_init_says_what_it_made_and_what_to_do(cli: Cli, empty: Path):
    result = cli("init")
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        "made   scenarios/\n"
        "made   reports/\n"
        "made   db/\n"
        "made   scenarios/example.yaml, an example to delete\n"
        "made   reports/README.md\n"
        "made   db/README.md\n"
        "made   planner.toml\n"
        "made   .gitignore\n"
        "made   .gitattributes\n"
        "made   scenario.schema.json\n"
        "next   planner report scenarios/example.yaml\n"
        "       planner new NAME\n"
    )
    assert (empty / "scenario.schema.json").read_text() == schema_text()
    assert (empty / "scenarios/example.yaml").read_text().startswith("# yaml-language-server: $schema=../scenario.")
    assert f"as_of: {datetime.now().astimezone():%Y}-" in (empty / "scenarios/example.yaml").read_text()


def test_a_second_time_does_no_harm(cli: Cli, empty: Path):
    cli("init")
    before = {path: path.read_bytes() for path in empty.rglob("*") if path.is_file()}
    result = cli("init")
    assert result.code == 0
    assert "made" not in result.out
    assert result.out.endswith("there  scenario.schema.json\nnext   planner new NAME\n")
    assert {path: path.read_bytes() for path in empty.rglob("*") if path.is_file()} == before


def test_the_workspace_works_at_once(cli: Cli, empty: Path):
    cli("init", "work")
    assert cli("check", "--strict", "work").code == 0
    assert cli("fmt", "--check", "work").code == 0
    result = cli("report", "work/scenarios/example.yaml")
    assert result.code == 0
    assert (empty / "work/reports/example.md").is_file()
    assert (empty / "work/db/planner.sqlite").is_file()
    assert "judgement" in (empty / "work/reports/example.md").read_text()


def test_next_steps_for_another_folder(cli: Cli, empty: Path):
    out = cli("init", "work").out
    assert "next   planner report work/scenarios/example.yaml\n       planner new work/scenarios/NAME\n" in out


def test_git_repository(cli: Cli, empty: Path):
    subprocess.run(["git", "init", "-q"], check=True)
    (empty / ".gitignore").write_text("*.log\n")
    result = cli("init")
    assert result.err == "note: add '/db/*' to .gitignore: the database does not belong into git\n"
    (empty / ".gitignore").unlink()
    assert cli("init").err == ""
    cli("report", "scenarios/example.yaml")
    (empty / "scenarios/x.yaml.draft").touch()
    done = subprocess.run(["git", "add", "-Av"], check=True, capture_output=True, text=True)
    assert "planner.sqlite" not in done.stdout
    assert "draft" not in done.stdout
    assert "add 'db/README.md'" in done.stdout


def test_read_only_folder(cli: Cli, empty: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    result = cli("init")
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "error: 'scenarios' cannot be made: permission denied.\nhelp: choose a folder in which you may write\n"
    )


def test_a_file_is_no_folder(cli: Cli, empty: Path):
    (empty / "notes").touch()
    assert cli("init", "notes").code == 2


def test_json(cli: Cli, empty: Path):
    document = json.loads(cli("init", "--json").out)
    assert document["schema"] == "planner/init/1"
    assert document["result"]["made"][:2] == ["scenarios/", "reports/"]
    assert json.loads(cli("init", "--json").out)["result"]["made"] == []
