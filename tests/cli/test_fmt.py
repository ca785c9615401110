from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from planner.core.change import layout as module

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Cli

MESSY = "title :  A  # why\nplanner: 1\nnodes: { a: {outcome: A} }\n"
NEAT = "planner: 1\ntitle: A  # why\nnodes: {a: {outcome: A}}\n"
FAULTY = "title: [A\n"


@pytest.fixture
def messy(workspace: Path) -> Path:
    file = workspace / "messy.yaml"
    file.write_text(MESSY)
    return file


def test_the_workspace_is_laid_out_already(cli: Cli):
    result = cli("fmt")
    assert (result.code, result.out, result.err) == (0, "", "6 files fine\n")


def test_a_file_is_laid_out_and_a_second_time_left_as_it_is(cli: Cli, messy: Path):
    result = cli("fmt", "messy.yaml")
    assert (result.code, result.out, result.err) == (0, "", "laid out messy.yaml\n")
    assert messy.read_text() == NEAT
    before = messy.stat()
    assert cli("fmt", "messy.yaml").err == "1 file fine\n"
    assert (messy.stat().st_ino, messy.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_folder(cli: Cli, messy: Path):
    messy.rename("scenarios/messy.yaml")
    assert cli("fmt", "scenarios").err == "laid out scenarios/messy.yaml\n"


def test_check_names_what_is_not_laid_out(cli: Cli, messy: Path):
    result = cli("fmt", "--check", "messy.yaml", "scenarios")
    assert (result.code, result.out, result.err) == (1, "messy.yaml\n", "1 file to lay out, 6 files fine\n")
    assert messy.read_text() == MESSY
    assert cli("fmt", "--check", "scenarios").code == 0


def test_diff_shows_what_would_change(cli: Cli, messy: Path):
    result = cli("fmt", "--diff", "messy.yaml")
    assert result.code == 0
    assert result.out.startswith("--- messy.yaml\n+++ messy.yaml\n@@")
    assert "\n-title :  A  # why\n" in result.out
    assert "\n+title: A  # why\n" in result.out
    assert messy.read_text() == MESSY
    assert cli("fmt", "--diff", "--check", "messy.yaml") == (1, result.out, "1 file to lay out, 0 files fine\n")


def test_standard_input_goes_to_standard_output(cli: Cli):
    assert cli("fmt", "-", stdin=MESSY.encode()) == (0, NEAT, "")
    assert cli("fmt", "-", stdin=NEAT.encode()) == (0, NEAT, "")
    assert cli("fmt", "-", "--check", stdin=MESSY.encode())[:2] == (1, "-\n")


def test_a_file_with_faults_is_left_alone(cli: Cli, workspace: Path, messy: Path):
    (workspace / "faulty.yaml").write_text(FAULTY)
    result = cli("fmt", "faulty.yaml", "messy.yaml")
    assert result.code == 1
    assert "error[P020]" in result.err
    assert "faulty.yaml:1:8" in result.err
    assert (workspace / "faulty.yaml").read_text() == FAULTY
    assert messy.read_text() == NEAT
    assert cli("fmt", "--check", "faulty.yaml").code == 1


def test_standard_input_with_faults_comes_out_as_it_went_in(cli: Cli):
    result = cli("fmt", "-", stdin=FAULTY.encode())
    assert (result.code, result.out) == (1, FAULTY)
    assert cli("fmt", "-", stdin=b"title: Caf\xe9\n")[:2] == (1, "")


def test_json_is_left_alone(cli: Cli, workspace: Path):
    (workspace / "a.json").write_text('{"planner":1}')
    result = cli("fmt", "a.json")
    assert (result.code, result.out, result.err) == (0, "", "a.json is left as it is: JSON has its own layout\n")
    assert (workspace / "a.json").read_text() == '{"planner":1}'


def test_a_form_without_a_layout(cli: Cli, workspace: Path):
    (workspace / "odd.yaml").write_text("? 'a\n\n  b'\n: 1\n")
    result = cli("fmt", "odd.yaml")
    assert result.code == 2
    assert "'odd.yaml' is left as it was: the file has a key with line ends in it" in result.err


@pytest.mark.usefixtures("messy")
def test_what_would_lose_a_comment_is_not_written(cli: Cli, messy: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "write", lambda *_: NEAT.replace("  # why", ""))
    result = cli("fmt", "messy.yaml")
    assert result.code == 2
    assert "cannot be laid out without a change of its data or comments" in result.err
    assert messy.read_text() == MESSY


@pytest.mark.usefixtures("messy")
def test_json_result(cli: Cli):
    document = json.loads(cli("fmt", "messy.yaml", "scenarios/tutorial.yaml", "--check", "--json").out)
    assert document["schema"] == "planner/fmt/1"
    first, second = document["result"]["files"]
    assert (first["file"], first["changed"], first["diagnostics"], first["problem"]) == ("messy.yaml", True, [], None)
    assert first["diff"].startswith("--- messy.yaml\n")
    assert (second["changed"], second["diff"]) == (False, "")


def test_line_ends_stay(cli: Cli, messy: Path):
    messy.write_bytes(MESSY.replace("\n", "\r\n").encode())
    cli("fmt", "messy.yaml")
    assert messy.read_bytes() == NEAT.replace("\n", "\r\n").encode()


def test_a_file_that_is_not_there(cli: Cli):
    result = cli("fmt", "nothing.yaml")
    assert result.code == 2
    assert "there is no file 'nothing.yaml'" in result.err


@pytest.mark.usefixtures("messy")
def test_undo_takes_it_back(cli: Cli, messy: Path):
    cli("fmt", "messy.yaml")
    assert messy.read_text() == NEAT
    assert cli("undo", "messy.yaml").code == 0
    assert messy.read_text() == MESSY
