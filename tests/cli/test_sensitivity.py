from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Cli
    from tests.conftest import Golden

MOSCOW = "scenarios/european-line-on-moscow.yaml"
SHARING = "scenarios/intelligence-sharing.yaml"
TUTORIAL = "scenarios/tutorial.yaml"
OIL = """
planner: 1
title: An oil field
parameters:
  oil: {name: Chance of oil, value: 0.4, low: 0.1, high: 0.7}
  gas: {name: Chance of gas, value: 0.2, low: 0, high: 0.5}
  cost: {name: Cost of the hole, unit: million, value: 70, low: 50, high: 200}
  spare: 1
nodes:
  site:
    decision: Drill or sell?
    options: {drill: {name: Drill, payoff: -cost * spare, to: hole}, sell: {name: Sell, payoff: 30}}
  hole: {chance: What is there?, branches: {oil: {p: oil, payoff: 400}, gas: {p: gas}, dry: {p: rest}}}
"""


@pytest.fixture
def oil(workspace: Path) -> str:
    (workspace / "oil.yaml").write_text(OIL)
    return "oil.yaml"


def test_tables(cli: Cli, golden: Golden, oil: str):
    result = cli("sensitivity", oil, "--two-way", "oil,gas", "--steps", "9", "--one-way", "cost")
    assert (result.code, result.err) == (0, "")
    golden("cli/sensitivity.oil.txt", result.out)


@pytest.mark.parametrize("columns", [40, 80])
def test_tables_fit_the_terminal(cli: Cli, golden: Golden, monkeypatch: pytest.MonkeyPatch, columns: int):
    monkeypatch.setenv("COLUMNS", str(columns))
    names = ["source_lost", "harm", "harm_warned", "actors.uk.weights.sources", "actors.russia.risk_tolerance"]
    wanted = [part for name in names for part in ("--parameter", name)]
    result = cli("sensitivity", SHARING, *wanted, "--two-way", "source_lost,harm", "--one-way", "harm")
    assert result.code == 0
    assert max(map(len, result.out.splitlines())) <= columns
    golden(f"cli/sensitivity.sharing.{columns}.txt", result.out)


def test_json(cli: Cli, oil: str):
    result = cli("sensitivity", oil, "--json", "--range", "spare=0.5:3", "--weights", "3", "--seed", "4")
    assert (result.code, result.err) == (0, "")
    document = json.loads(result.out)
    assert document["schema"] == "planner/sensitivity/1"
    assert document["settings"]["ranges"] == {"spare": [0.5, 3.0]}
    assert (document["settings"]["weights"], document["settings"]["seed"]) == (3.0, 4)
    found = document["result"]
    flips = {one["parameter"]: one for one in found["thresholds"]}
    assert flips["oil"]["exact"] == "1/4"
    assert (flips["oil"]["from"], flips["oil"]["to"], flips["oil"]["now"]) == ("drill", "sell", 0.4)
    assert flips["spare"]["exact"] == "13/7"
    assert {bar["parameter"] for bar in found["tornado"]} == {
        "oil",
        "gas",
        "cost",
        "spare",
        "actors.self.risk_tolerance",
    }
    assert found["regions"]["parameters"] == [bar["parameter"] for bar in found["tornado"]][:2]


def test_a_neutral_actor_in_json_and_on_the_command_line(cli: Cli):
    name = "actors.self.risk_tolerance"
    found = json.loads(cli("sensitivity", TUTORIAL, "--range", f"{name}=40:neutral", "--json").out)["result"]
    (bar,) = found["tornado"]
    assert (bar["low"], bar["high"], bar["now"]) == (pytest.approx(40), None, None)
    assert found["thresholds"][0]["at"] == pytest.approx(53.3325, rel=1e-5)


def test_rows(cli: Cli, oil: str):
    few, every = (cli("sensitivity", oil, "--rows", rows).out for rows in ("1", "0"))
    assert "more" in few
    assert "more" not in every


def test_what_was_not_varied_and_what_is_impossible_is_said(cli: Cli, oil: str):
    out = cli("sensitivity", oil).out
    assert "Not varied, without a range: spare" in out
    assert "Note: gas was" not in out  # 0.4 and up to 0.5
    out = cli("sensitivity", oil, "--range", "gas=0:0.9").out
    assert "Note: gas was to go from 0 to 0.900; while the rest stays" in " ".join(out.split())


def test_another_decision_point_of_view_and_rule(cli: Cli):
    out = cli("sensitivity", MOSCOW, "--at", "pressure", "--actor", "uk", "--parameter", "attack_exposed").out
    assert "'Step up the pressure' stops being best for Russia" in out
    out = cli("sensitivity", TUTORIAL, "--rule", "maximin").out
    assert "Nothing has a range to vary it in" in " ".join(out.split())


@pytest.mark.parametrize("kind", ["tornado", "spider", "regions", "one-way"])
def test_pictures(cli: Cli, oil: str, kind: str):
    result = cli("sensitivity", oil, "--svg", kind, "--one-way", "oil", "--steps", "5")
    assert (result.code, result.err) == (0, "")
    root = ET.fromstring(result.out)
    assert root.tag.endswith("svg")
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"]


def test_a_picture_in_a_file(cli: Cli, oil: str, workspace: Path):
    result = cli("sensitivity", oil, "--svg", "tornado", "-o", "oil.svg")
    assert (result.code, result.out, result.err) == (0, "", "wrote oil.svg\n")
    assert (workspace / "oil.svg").read_text().startswith("<svg")


def test_keeping_the_run(cli: Cli, oil: str):
    result = cli("sensitivity", oil, "--save")
    assert result.code == 0
    assert "run 1, of oil@1" in result.err
    assert "sensitivity" in cli("history", "oil").out


def test_with_everything_tied_and_with_one_option(cli: Cli):
    text = "planner: 1\ntitle: T\nnodes: {d: {decision: D?, options: {a: {payoff: 1}, b: {payoff: 1}}}}\n"
    result = cli("sensitivity", "-", stdin=text.encode())
    assert result.code == 0
    assert "'a' ties with 'b' as things stand" in result.out
    text = "planner: 1\ntitle: T\nnodes: {d: {decision: D?, options: {a: {payoff: 1}}}}\n"
    result = cli("sensitivity", "-", stdin=text.encode())
    assert (result.code, result.out) == (0, "T\n'a' is the only option, so nothing changes the choice.\n")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--range", "oil"], 2, "not of the form NAME=LOW:HIGH"),
        (["--range", "oil=1:x"], 2, "not of the form"),
        (["--range", "oli=0:1"], 2, "did you mean 'oil'?"),
        (["--range", "oil=0.5:0.1"], 2, "smaller number first"),
        (["--two-way", "oil"], 2, "two inputs and a comma"),
        (["--two-way", "oil,gas,cost"], 2, "two inputs and a comma"),
        (["--two-way", "oil,spare"], 2, "--range spare=LOW:HIGH"),
        (["--parameter", "spare"], 2, "--range spare=LOW:HIGH"),
        (["--one-way", "nothing"], 2, "unknown input 'nothing'"),
        (["--steps", "1"], 2, "--steps"),
        (["--svg", "tornado", "--json"], 2, "exclude each other"),
        (["--svg", "one-way"], 2, "--one-way NAME"),
        (["--set", "oil=0.9"], 1, "P201"),
        (["--at", "hole"], 2, "decision"),
    ],
)
def test_what_cannot_be_done(cli: Cli, oil: str, arguments: list[str], code: int, words: str):
    result = cli("sensitivity", oil, *arguments)
    assert result.code == code
    assert words in " ".join(result.err.split())
    assert result.out == ""


def test_a_scenario_without_a_decision(cli: Cli):
    text = "planner: 1\ntitle: T\nnodes: {c: {chance: C?, branches: {a: {p: 0.5, payoff: 1}, b: {p: rest}}}}\n"
    result = cli("sensitivity", "-", stdin=text.encode())
    assert result.code == 2
    assert "no decision" in result.err


def test_what_the_shell_offers(workspace: Path):
    import click

    from planner.cli import complete

    context = click.Context(click.Command("sensitivity"))
    context.params["file"] = MOSCOW
    parameter = click.Option(["--x"])
    names = [item.value for item in complete.inputs(context, parameter, "actors.uk.")]
    assert names == [
        *(f"actors.uk.weights.{one}" for one in ("deterrence", "cohesion", "deescalation", "economy", "credibility")),
        "actors.uk.risk_tolerance",
    ]
    assert [item.value for item in complete.input_ranges(context, parameter, "talks")] == ["talks_yield="]
    pairs = [item.value for item in complete.input_pairs(context, parameter, "talks_yield,ener")]
    assert pairs == ["talks_yield,energy_shock"]
