from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Cli
    from tests.conftest import Golden

MOSCOW = "scenarios/european-line-on-moscow.yaml"
SHARING = "scenarios/intelligence-sharing.yaml"
LUMBER = """planner: 1
title: Thompson Lumber in two markets
parameters:
  favourable: {name: Chance of a favourable market, value: 0.5, low: 0, high: 1}
futures:
  good: {name: Favourable market, set: {favourable: 1}, probability: 0.5}
  bad: {name: Unfavourable market, set: {favourable: 0}, probability: 0.5}
nodes:
  plant:
    decision: Which plant?
    options: {large: {name: Large plant, to: large}, small: {name: Small plant, to: small}, none: {name: Do nothing}}
  large:
    chance: Which market for a large plant?
    branches: {favourable: {p: favourable, payoff: 200000}, unfavourable: {p: rest, payoff: -180000}}
  small:
    chance: Which market for a small plant?
    branches: {favourable: {p: favourable, payoff: 100000}, unfavourable: {p: rest, payoff: -20000}}
"""


@pytest.fixture
def lumber(workspace: Path) -> str:
    (workspace / "lumber.yaml").write_text(LUMBER, encoding="utf-8")
    return "lumber.yaml"


@pytest.mark.parametrize("columns", [80, 40])
def test_tables(cli: Cli, lumber: str, golden: Golden, monkeypatch: pytest.MonkeyPatch, columns: int):
    monkeypatch.setenv("COLUMNS", str(columns))
    result = cli("stress", lumber, "--optimism", "0.8")
    assert (result.code, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) <= columns
    golden(f"cli/stress.lumber.{columns}.txt", result.out)


@pytest.mark.parametrize("columns", [40, 60, 80])
@pytest.mark.parametrize("file", [MOSCOW, SHARING])
def test_tables_fit_the_terminal(cli: Cli, monkeypatch: pytest.MonkeyPatch, columns: int, file: str):
    monkeypatch.setenv("COLUMNS", str(columns))
    result = cli("stress", file)
    assert (result.code, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) <= columns


def test_json(cli: Cli):
    result = cli("stress", SHARING, "--json")
    assert (result.code, result.err) == (0, "")
    document = json.loads(result.out)
    assert document["schema"] == "planner/stress/1"
    assert document["settings"] == {
        "at": "sharing", "actor": "uk", "rule": "expected", "with_base": False, "optimism": 0.5, "fails": "regret",
        "points": 4096, "seed": 1,
    }  # fmt: skip
    found = document["result"]
    assert {row["future"] for row in found["table"]} == {"mole", "dark-winter"}
    assert found["minimax_regret"] == "pairs"
    assert found["deciders"]["france"]["maximin"]["option"] == "cell"


def test_options_reach_the_analysis(cli: Cli):
    arguments = ["--actor", "italy", "--with-base", "--optimism", "0", "--fails", "below:45", "--points", "200"]
    document = json.loads(cli("stress", SHARING, *arguments, "--seed", "7", "--set", "harm=25", "--json").out)
    settings, found = document["settings"], document["result"]
    assert (settings["actor"], settings["fails"], settings["seed"], settings["set"]) == (
        "italy",
        "below:45",
        7,
        {"harm": 25},
    )
    assert {row["future"] for row in found["table"]} == {"base", "mole", "dark-winter"}
    assert found["rules"]["hurwicz"]["values"] == found["rules"]["maximin"]["values"]
    assert any("harm was set for this run" in note for note in found["notes"])
    assert "harm" not in {row["parameter"] for row in found["ranges"]["parameters"]}


def test_many_futures_make_a_long_table_with_a_cap(cli: Cli, workspace: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "80")
    futures = "".join(f"  a-rather-long-name-{at}: {{set: {{x: {at}}}}}\n" for at in range(30))
    (workspace / "many.yaml").write_text(
        f"planner: 1\ntitle: Many\nparameters: {{x: 3}}\nfutures:\n{futures}"
        "nodes: {q: {decision: Q?, options: {go: {payoff: x}, stay: {payoff: 12}}}}\n"
    )
    out = cli("stress", "many.yaml").out
    assert "… and 42 more rows; --rows 0 or --json shows all." in out
    every = cli("stress", "many.yaml", "--rows", "0").out
    assert "--rows 0" not in every
    assert sum(line.split()[-3:-2] == ["a-rather-long-name-28"] for line in every.splitlines()) == 2


def test_results_are_kept(cli: Cli):
    result = cli("stress", SHARING, "--save", "--points", "200")
    assert result.code == 0
    assert "run 1, of intelligence-sharing@1" in result.err
    assert "stress" in cli("history", "intelligence-sharing").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["scenarios/tutorial.yaml"], "neither futures nor ranges"),
        ([SHARING, "--fails", "minimum"], "United Kingdom has no minimum"),
        ([SHARING, "--fails", "sometimes"], "no kind of failure"),
        ([SHARING, "--optimism", "2"], "--optimism"),
        ([SHARING, "--points", "5"], "--points"),
        ([SHARING, "--at", "nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_asked(cli: Cli, arguments: list[str], message: str):
    result = cli("stress", *arguments)
    assert (result.code, result.out) == (2, "")
    assert message in result.err
    assert "help:" in result.err


def test_a_fault_in_a_future_is_shown_in_the_file(cli: Cli, workspace: Path, lumber: str):
    text = (workspace / lumber).read_text()
    (workspace / lumber).write_text(text.replace("set: {favourable: 1}", "set: {favourable: 2}"))
    result = cli("stress", lumber)
    assert (result.code, result.out) == (1, "")
    assert "in future 'good' the probability of 'favourable' at 'large' is 2" in result.err


def test_completion_of_failures():
    from planner.cli.commands.stress import command

    param = next(each for each in command.params if each.name == "fails")
    context = command.make_context("stress", ["x.yaml"], resilient_parsing=True)
    assert [item.value for item in param.shell_complete(context, "b")] == ["below:"]
    assert CliRunner().invoke(command, ["--help"]).exit_code == 0
