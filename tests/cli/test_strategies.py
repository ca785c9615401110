from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planner.cli.commands.strategies import TOP
from tests.cli.test_frontier import offered
from tests.conftest import ROOT

if TYPE_CHECKING:
    from tests.cli.conftest import Cli
    from tests.conftest import Golden

MOSCOW = "scenarios/european-line-on-moscow.yaml"
TALKS = "scenarios/trilateral-talks.yaml"
STORIES = ROOT / "tests" / "stories"


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("tutorial", ["scenarios/tutorial.yaml"]),
        ("moscow-all", [MOSCOW, "--all", "--rule", "minimax-regret", "--top", "4", "--show", "2"]),
        ("talks", [TALKS, "--top", "4"]),
    ],
)
def test_tables(
    cli: Cli, golden: Golden, monkeypatch: pytest.MonkeyPatch, columns: int, name: str, arguments: list[str]
):
    monkeypatch.setenv("COLUMNS", str(columns))
    result = cli("strategies", *arguments)
    assert (result.code, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) <= columns
    golden(f"cli/strategies.{name}.{columns}.txt", result.out)


def test_json(cli: Cli):
    document = json.loads(cli("strategies", MOSCOW, "--json").out)
    assert document["schema"] == "planner/strategies/1"
    assert document["settings"] == {"at": "line", "actor": "uk", "rule": "expected", "all": False, "top": TOP}
    found = document["result"]
    assert (found["count"], found["nominal"], found["tied"], found["truncated"]) == (4, 4, 1, False)
    assert [each["rank"] for each in found["strategies"]] == [1, 2, 3, 4]
    assert sum(option["probability"] for option in found["strategies"][0]["summary"][0]["options"]) == 1


def test_exact_counts_of_any_size(cli: Cli):
    found = json.loads(cli("strategies", str(STORIES / "secretary.yaml"), "--json", "--top", "1").out)["result"]
    # One worse than an earlier candidate is passed, the best so far is taken or passed; the first is the best so far.
    expected = 1
    for _ in range(8):
        expected = expected * (expected + 1)
    assert found["count"] == expected + 1
    assert found["nominal"] == 512


def test_the_question(cli: Cli):
    lumber = str(STORIES / "thompson-lumber.yaml")
    found = json.loads(
        cli("strategies", lumber, "--rule", "minimax-regret", "--same", "market-large,market-small", "--json").out
    )
    assert found["settings"]["same"] == [["market-large", "market-small"]]
    assert found["result"]["strategies"][0]["regret"] == 100_000
    found = json.loads(cli("strategies", TALKS, "--at", "table[round=2, trust=1]", "--actor", "france", "--json").out)
    assert found["settings"]["at"] == "table[round=2, trust=1]"
    assert found["result"]["actor"] == "france"
    changed = json.loads(cli("strategies", MOSCOW, "--set", "talks_yield=0.3", "--rule", "hurwicz:0.4", "--json").out)
    assert changed["settings"]["set"] == {"talks_yield": 0.3}
    assert changed["result"]["rule"] == "hurwicz:0.4"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rule", "minmax"], "there is no rule 'minmax'; use expected, maximin, maximax, laplace, minimax-regret or"),
        (["--show", "11"], "--show 11 is beyond the 10 strategies that are listed"),
        (["--same", "answer"], "'answer' is not of the form NODE,NODE"),
        (["--same", "answer,nothing", "--rule", "minimax-regret"], "unknown chance node 'nothing'"),
        (["--at", "answer"], "'answer' is a chance node"),
        (["--actor", "spain"], "unknown actor 'spain'"),
    ],
)
def test_what_is_refused(cli: Cli, arguments: list[str], message: str):
    result = cli("strategies", MOSCOW, *arguments)
    assert result.code == 2
    assert message in result.err
    assert result.out == ""


def test_too_many_for_regret(cli: Cli):
    result = cli("strategies", TALKS, "--rule", "minimax-regret")
    assert result.code == 2
    assert "13,875,505 strategies in 8,192 joint outcomes" in result.err
    assert "help: begin at a later decision with --at" in result.err


def test_a_fault_of_the_file(cli: Cli, workspace: Path):
    (workspace / "bad.yaml").write_text(
        "planner: 1\ntitle: Bad\nnodes: {a: {decision: What?, options: {b: {to: c}}}}\n"
    )
    assert cli("strategies", "bad.yaml").code == 1


def test_chance_nodes_are_offered():
    asked = f"planner strategies {ROOT / MOSCOW} --same "
    nodes = ["answer", "benchmarks", "sanctions", "partners", "hybrid", "fatigue-talks"]
    assert set(offered(asked)) >= set(nodes[:5])
    assert "answer,benchmarks" in offered(f"{asked}answer,be")
    assert offered(f"planner strategies {ROOT / MOSCOW} --rule minimax") == ["minimax-regret"]


def test_a_run_is_kept(cli: Cli):
    result = cli("strategies", MOSCOW, "--save")
    assert "run 1, of european-line-on-moscow@1" in result.err
    assert "strategies" in cli("history", "european-line-on-moscow").out


def test_help(cli: Cli):
    text = cli("strategies", "--help").out
    assert "minimax-regret" in text
    assert "How strategies are ranked" in text
    assert "minimax-regret" not in cli("evaluate", "--help").out


def test_one_strategy(cli: Cli, workspace: Path):
    (workspace / "one.yaml").write_text(
        "planner: 1\ntitle: One\nnodes: {a: {decision: What?, options: {b: {payoff: 1}}}}\n"
    )
    result = cli("strategies", "one.yaml")
    assert "There is one strategy: 1." in result.out
    assert result.code == 0


def test_many_decisions_and_choices(cli: Cli, workspace: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "80")
    nodes = "\n".join(
        f"  d{i}: {{decision: D{i}?, options: {{x: {{payoff: 1, to: d{i + 1}}}, y: {{to: d{i + 1}}}}}}}"
        for i in range(30)
    )
    (workspace / "long.yaml").write_text(f"planner: 1\ntitle: Long\nnodes:\n{nodes}\n  d30: {{outcome: End}}\n")
    result = cli("strategies", "long.yaml", "--top", "2")
    assert "The best of 1,073,741,824 strategies" in result.out
    assert "and 23 more" in result.out
    assert "… and 1,073,741,822 more; --top K lists more." in result.out
    assert "… and 15 more decisions; --json has all." in result.out
    assert max(map(len, result.out.splitlines())) <= 80


def test_huge_values_do_not_crash(cli: Cli):
    Path("huge.yaml").write_text(
        "planner: 1\ntitle: Huge\nnodes:\n  a: {decision: A, options: {x: {to: c}, y: {}}}\n"
        "  c: {chance: C, branches: {u: {p: 0.6, payoff: 1e300}, d: {p: rest, payoff: -5}}}\n"
    )
    assert cli("strategies", "huge.yaml").code == 0
    assert cli("risk", "huge.yaml").code == 0
