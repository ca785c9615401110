from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT, Golden

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

FAULTY = """\
planner: 1
title: Umbrella
parameters: {unused: {value: 1, source: mine}}
nodes:
  rain:
    chance: Does it rain?
    branches:
      wet: {p: 0.3, to: wett}
      dry: {p: 0.6}
"""
FIXABLE = """\
planner: 1
title: Umbrella
nodes:
  rain:
    chance: Does it rain?
    branches:
      wet: {p: 0.3, too: wet}
      dry: {p: 0.7}
  wet: {outcome: Wet}
"""


@pytest.fixture
def faulty(workspace: Path) -> Path:
    file = workspace / "faulty.yaml"
    file.write_text(FAULTY)
    return file


def test_without_a_name_the_workspace_s_scenarios_are_checked(cli: Cli):
    result = cli("check")
    assert (result.code, result.err) == (0, "")
    count = len(list((ROOT / "scenarios").glob("*.yaml")))
    assert result.out == f"{count} files checked, nothing found\n"


@pytest.mark.usefixtures("faulty")
@pytest.mark.parametrize("format", ["text", "concise", "github", "sarif", "json"])
def test_formats(cli: Cli, golden: Golden, format: str):
    result = cli("check", "faulty.yaml", "--format", format)
    assert (result.code, result.err) == (1, "")
    golden(f"cli/check.{format}.txt", result.out)


@pytest.mark.usefixtures("faulty")
def test_json_is_the_envelope_of_all_commands(cli: Cli):
    first = cli("check", "faulty.yaml", "--json")
    assert first.out == cli("check", "faulty.yaml", "--format", "json").out
    document = json.loads(first.out)
    assert document["schema"] == "planner/check/1"
    keys = {"code", "slug", "severity", "message", "file", "line", "column", "end_line", "end_column", "help"}
    assert all(keys <= set(one) for one in document["result"]["diagnostics"])
    assert document["result"]["files"] == ["faulty.yaml"]


@pytest.mark.usefixtures("faulty")
def test_all_files_are_reported_in_one_run(cli: Cli, workspace: Path):
    (workspace / "other.yaml").write_text("planner: 1\n")
    out = cli("check", "faulty.yaml", "other.yaml", "scenarios/", "--format", "concise").out
    assert {line.partition(":")[0] for line in out.splitlines()} == {"faulty.yaml", "other.yaml"}


def test_standard_input(cli: Cli):
    result = cli("check", "-", "--format", "concise", stdin=FAULTY.encode())
    assert result.code == 1
    assert result.out.startswith("<stdin>:3:")


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ([], ["P103", "P201", "P501"]),
        (["--select", "P2"], ["P201"]),
        (["--select", "P201,p103"], ["P103", "P201"]),
        (["--select", "unknown-node"], ["P103"]),
        (["--ignore", "P1"], ["P201", "P501"]),
        (["--select", "P", "--ignore", "P103", "--ignore", "P501"], ["P201"]),
    ],
)
@pytest.mark.usefixtures("faulty")
def test_select_and_ignore(cli: Cli, options: list[str], codes: list[str]):
    document = json.loads(cli("check", "faulty.yaml", "--json", *options).out)
    assert sorted(one["code"] for one in document["result"]["diagnostics"]) == codes


def test_code_that_does_not_exist(cli: Cli):
    result = cli("check", "--select", "X201")
    assert result.code == 2
    assert "no code begins with 'X201'. Did you mean 'P201'?" in result.err


@pytest.mark.usefixtures("faulty")
def test_warnings_decide_only_when_strict(cli: Cli):
    assert cli("check", "faulty.yaml", "--select", "P501").code == 0
    assert cli("check", "faulty.yaml", "--select", "P501", "--strict").code == 1


def test_fix_repairs_what_is_sure_and_nothing_else(cli: Cli, workspace: Path):
    file = workspace / "fixable.yaml"
    file.write_text("# a comment\n" + FIXABLE)
    result = cli("check", "fixable.yaml", "--fix")
    assert result.err == "1 fault repaired\n"
    assert file.read_text() == "# a comment\n" + FIXABLE.replace("too: wet", "to: wet")
    assert result.code == 0


def test_fix_of_standard_input_goes_to_standard_output(cli: Cli):
    result = cli("check", "-", "--fix", stdin=FIXABLE.encode())
    assert result.out == FIXABLE.replace("too: wet", "to: wet")
    assert "1 fault repaired" in result.err


def test_fix_never_writes_a_file_that_is_not_utf8(cli: Cli, workspace: Path):
    raw = FIXABLE.replace("Umbrella", "Umbr\xe9lla").encode("latin-1")
    (workspace / "latin.yaml").write_bytes(raw)
    result = cli("check", "latin.yaml", "--fix")
    assert result.code == 1
    assert (workspace / "latin.yaml").read_bytes() == raw


def test_fix_leaves_a_clean_file_untouched(cli: Cli, workspace: Path):
    file = workspace / "scenarios" / "tutorial.yaml"
    before = file.stat()
    cli("check", str(file), "--fix")
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.usefixtures("faulty")
def test_output_file(cli: Cli):
    shown = cli("check", "faulty.yaml").out
    result = cli("check", "faulty.yaml", "-o", "found.txt")
    assert (result.code, result.out, result.err) == (1, "", "wrote found.txt\n")
    assert Path("found.txt").read_text() == shown


@pytest.mark.usefixtures("faulty")
def test_color(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    plain = cli("check", "faulty.yaml").out
    assert "\033[" not in plain
    assert "\033[" in cli("check", "faulty.yaml", "--color", "always").out
    assert "\033[" in cli("--color", "always", "check", "faulty.yaml").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert cli("check", "faulty.yaml").out == plain
