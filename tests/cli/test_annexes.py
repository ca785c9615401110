"""Papers on large scenarios: what is left out is said, what tables cut stands in annexes."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planner.analyses.evaluate import evaluate
from planner.cli import paper
from planner.core.rules import load
from planner.core.source import Source
from planner.report.annexes import annexes, written

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

BRANCHES = "".join(f"      b{at}: {{name: '=Branch {at}', p: {1 / 64}, payoff: {at}, to: d{at}}}\n" for at in range(64))
LATER = "".join(f"  d{at}: {{decision: 'Then {at}?', options: {{a: {{payoff: 1}}, b: {{}}}}}}\n" for at in range(64))
WIDE = f"""planner: 1
title: Wide
as_of: 2026-11-23
parameters: {{x: {{value: 1, low: 0, high: 2, distribution: uniform, source: S}}}}
nodes:
  start: {{decision: Go?, options: {{go: {{payoff: x, to: luck}}, stay: {{}}}}}}
  luck:
    chance: Where?
    branches:
{BRANCHES}{LATER}"""


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_annexes_hold_all_that_the_tables_cut():
    evaluation = evaluate(load(Source.from_text(WIDE)))
    made = annexes(evaluation, "wide")
    assert set(made) == {"wide-outcomes.csv", "wide-decisions.csv"}
    outcomes = rows(made["wide-outcomes.csv"])
    assert len(outcomes) == 64
    assert sum(float(row["probability"]) for row in outcomes) == pytest.approx(1)
    mean = sum(float(row["probability"]) * float(row["value self"]) for row in outcomes)
    assert mean == pytest.approx(float(evaluation.values["self"]))
    decisions = rows(made["wide-decisions.csv"])
    assert len(decisions) == 2 * 65
    assert {row["option"] for row in decisions if row["chosen"] == "yes" and row["state"] != "start"} == {"a"}


def test_a_small_scenario_has_none():
    text = "planner: 1\ntitle: T\nas_of: 2026-11-23\nnodes: {d: {decision: D, options: {a: {payoff: 1}, b: {}}}}\n"
    assert annexes(evaluate(load(Source.from_text(text))), "small") == {}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_text_is_no_formula_and_numbers_stay_numbers(text: str):
    assert rows(written(["a", "b"], [[text, -1.5]])) == [{"a": f"'{text}", "b": "-1.5"}]


def test_a_paper_on_a_large_scenario_says_what_it_leaves_out(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(paper, "LARGE", 50)
    Path("wide.yaml").write_text(WIDE)
    assert cli("report", "wide.yaml", "--no-save").code == 0
    text = Path("reports/wide.md").read_text("utf-8")
    assert re.search(r"The scenario unfolds into \d+ states\.", text)
    assert (
        "`planner sensitivity wide`, `planner simulate wide`, `planner stress wide` and `planner information wide`"
        in text
    )
    assert "## What would change the choice?" not in text
    assert "In full: [wide-outcomes.csv](wide-outcomes.csv), [wide-decisions.csv](wide-decisions.csv)." in text
    assert len(rows(Path("reports/wide-outcomes.csv").read_text("utf-8"))) == 64
    verified = cli("verify", "reports/wide.md", "--json")
    assert json.loads(verified.out)["result"]["holds"]


def test_what_is_asked_for_by_name_is_made(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(paper, "LARGE", 50)
    Path("wide.yaml").write_text(WIDE)
    assert cli("report", "wide.yaml", "--no-save", "--analyses", "sensitivity", "-o", "asked.md").code == 0
    assert "## What would change the choice?" in Path("asked.md").read_text("utf-8")


def test_an_annex_changed_by_hand_is_known(cli: Cli):
    Path("wide.yaml").write_text(WIDE)
    assert cli("report", "wide.yaml", "--no-save", "--analyses", "none").code == 0
    Path("reports/wide-outcomes.csv").write_text("mine\n")
    result = cli("report", "wide.yaml", "--no-save", "--analyses", "none")
    assert result.code == 2
    assert "wide-outcomes.csv was changed by hand" in " ".join(result.err.split())
