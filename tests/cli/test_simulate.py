from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

import planner

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Cli
    from tests.conftest import Golden

SHARING = "scenarios/intelligence-sharing.yaml"
TUTORIAL = "scenarios/tutorial.yaml"


@pytest.mark.parametrize("columns", [40, 80, 100])
def test_tables_fit_the_terminal(cli: Cli, golden: Golden, monkeypatch: pytest.MonkeyPatch, columns: int):
    monkeypatch.setenv("COLUMNS", str(columns))
    result = cli("simulate", SHARING)
    assert (result.code, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) <= columns
    golden(f"cli/simulate.sharing.{columns}.txt", result.out)


def test_a_small_model_is_told_without_actors(cli: Cli, workspace: Path, golden: Golden):
    (workspace / "oil.yaml").write_text(
        "planner: 1\ntitle: Oil\n"
        "parameters:\n"
        "  oil: {value: 0.4, low: 0.1, high: 0.6, distribution: uniform}\n"
        "  cost: {value: 70, low: 50, high: 90, distribution: uniform}\n"
        "correlations: [[oil, cost, -0.5]]\n"
        "criteria: {profit: {unit: M$}}\n"
        "nodes:\n"
        "  site:\n"
        "    decision: Drill or sell?\n"
        "    options: {drill: {payoff: -cost, to: hole}, twin: {payoff: -cost, to: hole}, sell: {payoff: 30}}\n"
        "  hole: {chance: Oil?, certainty: 20, branches: {oil: {p: oil, payoff: 400}, dry: {p: rest}}}\n"
    )
    result = cli("simulate", "oil.yaml", "--draws", "2000", "--at", "site", "--rows", "2")
    assert (result.code, result.err) == (0, "")
    golden("cli/simulate.oil.txt", result.out)
    assert "Value to" not in result.out


def test_json(cli: Cli):
    result = cli(
        "simulate", SHARING, "--draws", "500", "--seed", "9", "--sampling", "sobol", "--indices", "64", "--json"
    )
    assert (result.code, result.err) == (0, "")
    document = json.loads(result.out)
    assert document["schema"] == "planner/simulate/1"
    question = {"at": "sharing", "actor": "uk", "rule": "expected"}
    drawing = {"draws": 500, "seed": 9, "sampling": "sobol", "indices": 64, "once": False}
    assert document["settings"] == question | drawing
    found = document["result"]
    assert (found["draws"], found["seed"]) == (500, 9)
    assert [option["option"] for option in found["options"]] == ["cell", "pairs", "alone"]
    assert sum(option["probability_best"] for option in found["options"]) == pytest.approx(1)
    python = planner.simulate(planner.load(SHARING), draws=500, seed=9, sampling="sobol", indices=64)
    assert python.to_dict() == found


def test_workers_change_no_bit(cli: Cli):
    arguments = ("simulate", SHARING, "--draws", "20000", "--indices", "0", "--json")
    assert cli(*arguments, "--workers", "2").out == cli(*arguments).out


def test_a_scheduler_that_does_not_answer(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("planner.parallel.PATIENCE", 0.2)
    result = cli("simulate", SHARING, "--scheduler", "tcp://127.0.0.1:1")
    assert result.code == 2
    assert result.err.startswith("error: no Dask scheduler answers at 'tcp://127.0.0.1:1'.\nhelp: start one")
    both = cli("simulate", SHARING, "--scheduler", "tcp://127.0.0.1:1", "--workers", "2")
    assert both.code == 2
    assert "--workers and --scheduler exclude each other" in both.err


def test_draws_are_saved_in_full(cli: Cli, workspace: Path):
    result = cli(
        "simulate", SHARING, "--draws", "300", "--once", "--indices", "0", "--save-draws", "draws.csv", "--json"
    )
    assert result.err == "wrote 300 draws to draws.csv\n"
    with (workspace / "draws.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 300
    cell = json.loads(result.out)["result"]["options"][0]
    mean = sum(float(row["value:cell:uk"]) for row in rows) / 300
    assert cell["mean"] == pytest.approx(mean)
    assert cell["probability_best"] == sum(row["Taken"] == "cell" for row in rows) / 300
    refused = cli("simulate", SHARING, "--save-draws", "draws.xlsx")
    assert refused.code == 2
    assert "ends neither in .csv nor in .parquet" in refused.err


def test_a_run_is_kept(cli: Cli):
    assert "run 1, of intelligence-sharing@1" in cli("simulate", SHARING, "--draws", "200", "--save").err
    assert "simulate" in cli("history", "intelligence-sharing").out


def test_what_cannot_be_simulated_is_said(cli: Cli, workspace: Path):
    nothing = cli("simulate", TUTORIAL)
    assert nothing.code == 2
    assert "nothing is drawn" in nothing.err
    assert "distribution: pert" in nothing.err
    text = (
        (workspace / SHARING)
        .read_text(encoding="utf-8")
        .replace("distribution: pert", "distribution: normal(0.25, 0.2)", 1)
    )
    (workspace / "wild.yaml").write_text(text, encoding="utf-8")
    wild = cli("simulate", "wild.yaml")
    assert wild.code == 1
    assert "in draw " in wild.err
    assert "sees_alone = -0." in wild.err
    for wrong in (("--seed", "-1"), ("--draws", "1"), ("--sampling", "halton"), ("--workers", "0"), ("--indices", "3")):
        assert cli("simulate", SHARING, *wrong).code == 2
