from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Cli
    from tests.conftest import Golden

MOSCOW = "scenarios/european-line-on-moscow.yaml"
STORIES = ROOT / "tests" / "stories" / "frontier"
USUAL = str(STORIES / "usual-care.yaml")


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("two-therapies", [str(STORIES / "two-therapies.yaml"), "--rows", "3"]),
        ("usual-care", [USUAL, "--wtp", "0,6000,20000"]),
        ("moscow", [MOSCOW, "--cost", "economy", "--effect", "deterrence"]),
    ],
)
def test_tables(
    cli: Cli, golden: Golden, monkeypatch: pytest.MonkeyPatch, columns: int, name: str, arguments: list[str]
):
    monkeypatch.setenv("COLUMNS", str(columns))
    result = cli("frontier", *arguments)
    assert (result.code, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) <= columns
    golden(f"cli/frontier.{name}.{columns}.txt", result.out)


def test_json(cli: Cli):
    document = json.loads(cli("frontier", USUAL, "--wtp", "0,6000", "--json").out)
    assert document["schema"] == "planner/frontier/1"
    assert document["settings"] == {
        "at": "programme", "actor": "self", "rule": "expected", "cost": "cost", "effect": "effect",
        "minimize": [], "maximize": [], "wtp": [0.0, 6000.0], "all": False,
    }  # fmt: skip
    found = document["result"]
    assert [each["strategy"] for each in found["strategies"]] == ["Usual care", "B", "A", "C", "D", "E"]
    assert [one["willingness_to_pay"] for one in found["thresholds"]] == [5000, 12500, 20000]
    assert [row["net_monetary_benefit"] for row in found["net_benefit"]] == [-5000, 2000]


def test_nobody_need_weigh(cli: Cli):
    assert cli("evaluate", USUAL).code == 1
    assert cli("frontier", USUAL).code == 0


def test_directions(cli: Cli):
    arguments = ["--minimize", "effect", "--maximize", "cost", "--json"]
    found = json.loads(cli("frontier", USUAL, *arguments).out)["result"]
    assert (found["cost"]["direction"], found["effect"]["direction"]) == ("maximize", "minimize")
    assert [each["strategy"] for each in found["strategies"] if each["status"] == "efficient"] == [
        "E",
        "A",
        "Usual care",
    ]
    assert found["strategies"][-2]["reason"] == "brings 2,000 USD less and avoids 0.5 less than 'A'"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([MOSCOW], "which of the criteria deterrence, cohesion, deescalation, economy, credibility"),
        ([MOSCOW, "--cost", "economy"], "besides 'economy' there are 4 criteria"),
        ([MOSCOW, "--cost", "economies", "--effect", "deterrence"], "unknown criterion 'economies'"),
        (["scenarios/tutorial.yaml"], "a frontier compares two criteria, and the scenario has one, 'value'"),
        ([USUAL, "--wtp", "a,b"], "'a,b' is no list of numbers"),
        ([USUAL, "--wtp", "-5"], "a willingness to pay cannot be -5"),
        ([USUAL, "--rule", "minimax-regret"], "there is no rule 'minimax-regret'"),
        ([USUAL, "--at", "nowhere"], "unknown decision 'nowhere'"),
    ],
)
def test_what_is_refused(cli: Cli, arguments: list[str], message: str):
    result = cli("frontier", *arguments)
    assert result.code == 2
    assert message in " ".join(result.err.split())
    assert result.out == ""


def test_a_run_is_kept(cli: Cli, workspace: Path):
    (workspace / "usual-care.yaml").write_text((STORIES / "usual-care.yaml").read_text())
    result = cli("frontier", "usual-care.yaml", "--save")
    assert "run 1, of usual-care@1" in result.err


MANY = """\
planner: 1
title: Many ways
criteria: {cost: {}, effect: {}}
state: {round: 0}
nodes:
  pay:
    decision: Pay?
    options:
      much: {when: round < 5, payoff: {cost: 1, effect: round + 1}, set: {round: round + 1}, to: luck}
      none: {when: round < 5, set: {round: round + 1}, to: luck}
      end: {when: round >= 5}
  luck: {chance: Luck?, branches: {good: {p: 0.5, to: pay}, bad: {p: 0.5, to: pay}}}
"""


def test_many_strategies(cli: Cli, workspace: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "80")
    (workspace / "many.yaml").write_text(MANY)
    result = cli("frontier", "many.yaml", "--rows", "4")
    assert result.code == 0
    assert "2,147,483,648 strategies are efficient" in result.out
    text = " ".join(result.out.split())
    assert "more; --rows 0 or --json shows all." in text
    assert "--all lists every strategy" in text
    assert "variant 2 chooses pay[round=0]: none" in text
    assert max(map(len, result.out.splitlines())) <= 80
    refused = cli("frontier", "many.yaml", "--all")
    assert refused.code == 2
    assert "there are 2,147,483,648 strategies, more than the 20,000 that --all lists" in refused.err


def test_criteria_are_offered(workspace: Path):
    del workspace
    asked = "planner frontier scenarios/european-line-on-moscow.yaml --cost "
    assert offered(asked) == ["deterrence", "cohesion", "deescalation", "economy", "credibility"]
    assert offered(f"{asked}ec") == ["economy"]


def offered(line: str) -> list[str]:
    """Return what bash is offered at the end of a line."""
    done = subprocess.run(
        [sys.executable, "-c", "from planner.cli import main; main()"],
        env={"PYTHONPATH": str(ROOT), "_PLANNER_COMPLETE": "bash_complete", "COMP_LINE": line},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()
