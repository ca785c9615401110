from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import planner

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Cli
    from tests.conftest import Golden

MOSCOW = "scenarios/european-line-on-moscow.yaml"
TUTORIAL = "scenarios/tutorial.yaml"
COSTS = """\
planner: 1
title: Two roads
objective: minimize
criteria: {cost: {name: Cost, unit: EUR m}}
nodes:
  road:
    decision: Which road?
    options: {flat: {payoff: 10}, steep: {to: snow}}
  snow: {chance: Snow?, branches: {yes: {p: 0.1, payoff: 50}, no: {p: rest, payoff: 4}}}
"""


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("name", ["moscow", "tutorial"])
def test_tables(cli: Cli, golden: Golden, monkeypatch: pytest.MonkeyPatch, name: str, columns: int):
    monkeypatch.setenv("COLUMNS", str(columns))
    result = cli("risk", MOSCOW if name == "moscow" else TUTORIAL)
    assert (result.code, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) <= columns
    golden(f"cli/risk.{name}.{columns}.txt", result.out)


@pytest.mark.parametrize(
    "path", ["eu-nato-diplomacy", "intelligence-sharing", "sanctions-benchmarks", "trilateral-talks"]
)
@pytest.mark.parametrize("columns", [40, 80])
def test_every_example_fits(cli: Cli, monkeypatch: pytest.MonkeyPatch, path: str, columns: int):
    monkeypatch.setenv("COLUMNS", str(columns))
    result = cli("risk", f"scenarios/{path}.yaml")
    assert (result.code, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) <= columns


def test_json_is_what_the_library_returns(cli: Cli):
    document = json.loads(cli("risk", MOSCOW, "--json").out)
    assert document["schema"] == "planner/risk/1"
    assert document["settings"]["at"] == "line"
    expected = planner.risk(planner.load(MOSCOW)).to_dict()
    assert document["result"] == json.loads(json.dumps(expected))


def test_every_option_reaches_the_analysis(cli: Cli):
    options = ["--below", "3", "--level", "0.2", "--risk-tolerance", "7", "--tolerances", "1,2.5", "--tolerances", "9"]
    settings = json.loads(cli("risk", TUTORIAL, *options, "--atoms", "100", "--json").out)["settings"]
    assert {name: settings[name] for name in ("below", "level", "risk_tolerance", "tolerances", "atoms")} == {
        "below": 3,
        "level": 0.2,
        "risk_tolerance": 7,
        "tolerances": [1, 2.5, 9],
        "atoms": 100,
    }


def test_a_point_of_view_a_decision_and_a_number(cli: Cli):
    found = json.loads(cli("risk", MOSCOW, "--at", "after-stall", "--set", "talks_yield=0.3", "--json").out)
    assert (found["settings"]["at"], found["settings"]["set"]) == ("after-stall", {"talks_yield": 0.3})
    assert found["result"]["actor"] == "france"
    assert "Value to Russia" in cli("risk", MOSCOW, "--actor", "russia").out


def test_the_full_profile(cli: Cli):
    out = cli("risk", TUTORIAL, "--profile").out
    assert out.endswith(
        "send: Send one\n"
        "value  probability  at or below\n"
        "-------------------------------\n"
        "  -10         70 %         70 %\n"
        "   35         30 %        100 %\n"
        "\n"
        "wait: Wait\n"
        "value  probability  at or below\n"
        "-------------------------------\n"
        "    0        100 %        100 %\n"
    )
    assert "probability  at or below" not in cli("risk", TUTORIAL).out


def test_long_lists_are_cut_and_the_cut_is_said(cli: Cli):
    assert "… and 3 more sentences; --rows 0 or --json shows all." in cli("risk", MOSCOW, "--rows", "1").out
    assert "… and" not in cli("risk", MOSCOW, "--rows", "0").out


def test_costs(cli: Cli, workspace: Path):
    (workspace / "road.yaml").write_text(COSTS)
    out = " ".join(cli("risk", "road.yaml").out.split())
    assert "'steep' costs 8.6 EUR m in the mean, always between 4 and 50;" in out
    assert "How likely it is to end at or above" in out
    assert "No probability of a loss: nothing says from what cost on it is too much" in out
    assert "above 9" in cli("risk", "road.yaml", "--below", "9").out


def test_a_grid_is_said_to_be_one(cli: Cli, workspace: Path):
    branches = "{{x: {{p: 0.5, payoff: {}, to: n{}}}, y: {{p: 0.5, to: n{}}}}}"
    nodes = "".join(f"  n{i}: {{chance: N, branches: {branches.format(1.7**i, i + 1, i + 1)}}}\n" for i in range(8))
    text = f"planner: 1\ntitle: Many\nnodes:\n  d: {{decision: D, options: {{go: {{to: n0}}, stay: {{}}}}}}\n{nodes}"
    (workspace / "many.yaml").write_text(f"{text}  n8: {{outcome: End}}\n")
    assert "Profiles are on a grid: no value is displaced by more than" in cli("risk", "many.yaml", "--atoms", "16").out
    assert "grid" not in cli("risk", "many.yaml").out


def test_a_careful_actor(cli: Cli):
    out = cli("risk", TUTORIAL, "--risk-tolerance", "20").out
    assert "'Wait' brings 0 for certain" in out
    assert "CE: the certainty equivalent, at a risk tolerance of 20." in out


def test_a_run_is_kept(cli: Cli):
    result = cli("risk", TUTORIAL, "--save")
    assert result.code == 0
    assert "of tutorial@1, in db/planner.sqlite" in result.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--at", "lime"], "did you mean 'line'?"),
        (["--actor", "frans"], "did you mean 'france'?"),
        (["--set", "talks=1"], "unknown parameter 'talks'"),
        (["--level", "0"], "--level"),
        (["--level", "1.5"], "--level"),
        (["--risk-tolerance", "0"], "--risk-tolerance"),
        (["--risk-tolerance", "inf"], "no tolerance of risk"),
        (["--tolerances", "1,x"], "'x' is no number"),
        (["--tolerances", "-4"], "no tolerance of risk"),
        (["--below", "nan"], "no value that an outcome could fall below"),
        (["--atoms", "2"], "--atoms"),
        (["--rule", "best"], "there is no rule 'best'"),
    ],
)
def test_options_that_do_not_fit(cli: Cli, options: list[str], message: str):
    result = cli("risk", MOSCOW, *options)
    assert (result.code, result.out) == (2, "")
    assert message in result.err


def test_a_scenario_without_a_decision(cli: Cli, workspace: Path):
    (workspace / "coin.yaml").write_text("planner: 1\ntitle: A coin\nnodes: {c: {outcome: Done}}\n")
    result = cli("risk", "coin.yaml")
    assert (result.code, result.out) == (2, "")
    assert "the scenario has no decision" in result.err


def test_a_fault_of_the_scenario(cli: Cli, workspace: Path):
    (workspace / "a.yaml").write_text("planner: 1\ntitle: A\nnodes: {a: {chance: A, branches: {b: {p: 0.5}}}}\n")
    result = cli("risk", "a.yaml")
    assert (result.code, result.out) == (1, "")
    assert "error[P201]" in result.err


def test_help_teaches(cli: Cli):
    text = " ".join(cli("risk", "--help").out.split())
    assert "an even bet to win R or lose R/2 is just about acceptable" in text
    assert "planner risk scenarios/tutorial.yaml" in text
