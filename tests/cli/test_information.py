from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from planner.cli.commands.information import command
from planner.cli.complete import parameter_lists

if TYPE_CHECKING:
    from tests.cli.conftest import Cli
    from tests.conftest import Golden

STORIES = Path(__file__).parents[1] / "stories"
MOSCOW = "scenarios/european-line-on-moscow.yaml"


@pytest.fixture
def stories(workspace: Path) -> Path:
    for name in ("goferbroke-signal", "normal-two-arms", "sas-wildcatter"):
        shutil.copy(STORIES / f"{name}.yaml", workspace / f"{name}.yaml")
    return workspace


def test_tables(cli: Cli, stories: Path, golden: Golden):
    golden("information/goferbroke.txt", cli("information", "goferbroke-signal.yaml").out)
    golden("information/two-arms.txt", cli("information", "normal-two-arms.yaml", "--group", "p1,p2").out)
    golden("information/moscow.txt", cli("information", MOSCOW, "--draws", "1000").out)


@pytest.mark.parametrize("columns", ["40", "80"])
def test_narrow_terminals(cli: Cli, stories: Path, monkeypatch: pytest.MonkeyPatch, columns: str):
    monkeypatch.setenv("COLUMNS", columns)
    for arguments in (
        ["goferbroke-signal.yaml"],
        ["normal-two-arms.yaml", "--group", "p1,p2"],
        [MOSCOW, "--draws", "400"],
    ):
        out = cli("information", *arguments).out
        assert max(map(len, out.splitlines())) <= int(columns)


def test_json(cli: Cli, stories: Path):
    result = cli("information", "goferbroke-signal.yaml", "--json")
    document = json.loads(result.out)
    assert document["schema"] == "planner/information/1"
    assert document["settings"]["at"] == "survey"
    assert document["result"]["perfect"] == pytest.approx(119.5)
    assert document["result"]["chances"][0]["node"] == "oil"
    assert document["result"]["signals"][0]["if_lost"] == pytest.approx(23)


def test_rows_are_cut_and_said_so(cli: Cli, stories: Path):
    out = cli("information", "sas-wildcatter.yaml", "--rows", "1").out
    assert "155,000" in out
    assert "… and 1 more chance; --rows 0 or --json shows all." in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["normal-two-arms.yaml", "--group", ","], "name at least one uncertain number"),
        (["normal-two-arms.yaml", "--group", "p1,p3"], "unknown uncertain number 'p3'"),
        (["goferbroke-signal.yaml", "--group", "oil"], "nothing is drawn"),
        (["goferbroke-signal.yaml", "--rule", "laplace"], "which the rule laplace does not work with"),
        (["goferbroke-signal.yaml", "--draws", "10"], "400"),
    ],
)
def test_what_cannot_be_asked(cli: Cli, stories: Path, arguments: list[str], message: str):
    result = cli("information", *arguments)
    assert result.code == 2
    assert message in result.err
    assert result.out == ""


def test_a_run_is_kept(cli: Cli, stories: Path):
    result = cli("information", "goferbroke-signal.yaml", "--save")
    assert "run 1, of goferbroke-signal@1" in result.err


def test_groups_complete(cli: Cli, stories: Path):
    context = click.Context(command)
    context.params = {"file": str(stories / "normal-two-arms.yaml")}
    (group,) = [param for param in command.params if param.name == "groups"]
    assert [item.value for item in parameter_lists(context, group, "p1,")] == ["p1,p2"]
    assert [item.value for item in parameter_lists(context, group, "")] == ["p1", "p2"]
