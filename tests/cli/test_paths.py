from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from planner.cli.commands.paths import TOP

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Cli
    from tests.conftest import Golden

MOSCOW = "scenarios/european-line-on-moscow.yaml"


@pytest.mark.parametrize("columns", [50, 100])
def test_tables(cli: Cli, golden: Golden, monkeypatch: pytest.MonkeyPatch, columns: int):
    monkeypatch.setenv("COLUMNS", str(columns))
    result = cli("paths", MOSCOW, "--top", "5")
    assert (result.code, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) <= columns
    golden(f"cli/paths.moscow.{columns}.txt", result.out)


def test_json(cli: Cli):
    document = json.loads(cli("paths", MOSCOW, "--json").out)
    assert document["schema"] == "planner/paths/1"
    found = document["result"]
    assert found["total"] == len(found["paths"])
    assert {"edges", "outcome", "probability", "values", "payoff"} <= set(found["paths"][0])
    chances = [one["probability"] for one in found["paths"]]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1)


def test_filters(cli: Cli):
    options = [
        "--all",
        "--to",
        "standoff",
        "--through",
        "benchmarks",
        "--given",
        "sanctions.hold",
        "--choose",
        "line=engage",
    ]
    found = json.loads(cli("paths", MOSCOW, *options, "--json").out)
    assert found["settings"]["choose"] == {"line": "engage"}
    for one in found["result"]["paths"]:
        assert one["outcome"] == "standoff"
        assert one["edges"][0] == "line.engage"
        assert "sanctions.leak" not in one["edges"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--to", "stanoff"], "did you mean 'standoff'?"),
        (["--through", "benchmark"], "did you mean 'benchmarks'?"),
        (["--given", "answer.stepp"], "did you mean 'answer.step'?"),
        (["--choose", "line=engaged"], "did you mean 'engage'?"),
        (["--choose", "line.engage"], "'line.engage' is not of the form NODE=OPTION"),
        (["--top", "0"], "--top"),
    ],
)
def test_options_that_do_not_fit(cli: Cli, options: list[str], message: str):
    result = cli("paths", MOSCOW, *options)
    assert (result.code, result.out) == (2, "")
    assert message in result.err


def test_no_path_is_an_answer(cli: Cli):
    result = cli("paths", MOSCOW, "--to", "legitimised")
    assert result.code == 0
    assert "No path" in result.out


def test_two_to_the_hundredth(cli: Cli, workspace: Path):
    stages = [
        f"  n{i}: {{chance: N, branches: {{a: {{p: 0.6, to: n{i + 1}}}, b: {{p: 0.4, to: n{i + 1}}}}}}}"
        for i in range(100)
    ]
    (workspace / "ladder.yaml").write_text(
        "\n".join(["planner: 1", "title: A ladder", "nodes:", *stages, "  n100: {outcome: End}", ""])
    )
    found = json.loads(cli("paths", "ladder.yaml", "--json").out)["result"]
    assert found["total"] == 2**100
    assert len(found["paths"]) == TOP


def test_text_says_what_paths_share_and_what_is_not_reached(cli: Cli):
    out = cli("paths", MOSCOW).out
    assert "shifting    line, benchmarks, sanctions, partners" in out
    assert "Not reached under the strategy: answer, after-stall, fatigue, legitimised." in out


def test_given_without_effect_is_said(cli: Cli):
    assert cli("paths", MOSCOW, "--given", "answer.step").err == (
        "note: --given answer.step is without effect: no path comes to 'answer'\n"
    )
    assert cli("paths", MOSCOW, "--given", "sanctions.hold").err == ""
    assert cli("paths", MOSCOW, "--given", "answer.step", "--choose", "line=engage").err == ""
    assert cli("paths", MOSCOW, "--given", "answer.step", "--all").err == ""


def test_states_as_evaluate_names_them(cli: Cli, workspace: Path):
    trilateral = "scenarios/trilateral-talks.yaml"
    result = json.loads(cli("evaluate", trilateral, "--json").out)["result"]
    state = next(one for one in result["decisions"] if "[" in one["state"] and one["probability"] > 0)
    option = next(one["option"] for one in state["options"] if one["option"] != state["chosen"])
    found = cli("paths", trilateral, "--choose", f"{state['state']}={option}", "--json")
    assert (found.code, json.loads(found.out)["settings"]["choose"]) == (0, {state["state"]: option})
    edge = f"{state['state']}.{state['chosen']}"
    assert cli("paths", trilateral, "--given", edge).err == ""
    wrong = cli("paths", trilateral, "--given", f"{state['state']}.nothing")
    assert (wrong.code, wrong.out) == (2, "")
    assert f"unknown branch of '{state['node']}' 'nothing'" in wrong.err
    assert "unknown state" in cli("paths", trilateral, "--given", f"{state['node']}[round=99].x").err


def test_what_is_given_for_a_state_outdoes_what_is_given_for_its_node(cli: Cli):
    def asked(*given: str) -> list[tuple[str, ...]]:
        options = [word for one in given for word in ("--given", one)]
        found = json.loads(cli("paths", "scenarios/trilateral-talks.yaml", "--all", *options, "--json").out)["result"]
        return [tuple(one["edges"]) for one in found["paths"]]

    both = asked("table[round=1, trust=0].meet", "table.short")
    assert {edges[0] for edges in both} == {"table.meet"}
    assert {edges[2] for edges in both} == {"table.short"}
    assert asked("table.short", "table[round=1, trust=0].meet") == both
