from __future__ import annotations

import json
import os
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from planner.cli.commands.evaluate import LATER, LONG

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Cli
    from tests.conftest import Golden

MOSCOW = "scenarios/european-line-on-moscow.yaml"
TUTORIAL = "scenarios/tutorial.yaml"
ACTORS = ["uk", "france", "italy", "russia"]


@pytest.mark.parametrize("name", ["tutorial", "european-line-on-moscow", "trilateral-talks"])
def test_tables(cli: Cli, golden: Golden, name: str):
    result = cli("evaluate", f"scenarios/{name}.yaml")
    assert (result.code, result.err) == (0, "")
    golden(f"cli/evaluate.{name}.txt", result.out)


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_tables_fit_the_terminal(cli: Cli, golden: Golden, monkeypatch: pytest.MonkeyPatch, columns: int):
    monkeypatch.setenv("COLUMNS", str(columns))
    result = cli("evaluate", MOSCOW)
    assert max(map(len, result.out.splitlines())) <= columns
    golden(f"cli/evaluate.moscow.{columns}.txt", result.out)


def test_json(cli: Cli):
    result = cli("evaluate", MOSCOW, "--json")
    assert (result.code, result.err) == (0, "")
    document = json.loads(result.out)
    assert document["schema"] == "planner/evaluate/1"
    assert document["scenario"]["name"] == "european-line-on-moscow"
    assert document["scenario"]["path"] == MOSCOW
    assert document["settings"]["rule"] == "expected"
    found = document["result"]
    assert list(found["values"]) == ACTORS
    assert {"state", "node", "by", "chosen", "tied", "options", "probability"} <= set(found["decisions"][0])
    assert {"outcome", "probability", "values", "payoff"} <= set(found["outcomes"][0])
    assert sum(one["probability"] for one in found["outcomes"]) == pytest.approx(1)


def test_point_of_view(cli: Cli):
    found = json.loads(cli("evaluate", MOSCOW, "--actor", "france", "--json").out)["result"]
    assert list(found["values"]) == ["france"]
    out = cli("evaluate", MOSCOW, "--actor", "france").out
    assert "russia" not in out


def test_other_number_for_a_parameter(cli: Cli):
    base = json.loads(cli("evaluate", MOSCOW, "--json").out)
    changed = json.loads(
        cli("evaluate", MOSCOW, "--set", "benchmarks_met=0.4", "--set", "energy_shock=30", "--json").out
    )
    assert changed["result"]["values"] != base["result"]["values"]
    assert changed["settings"]["set"] == {"benchmarks_met": 0.4, "energy_shock": 30}


def test_exact(cli: Cli):
    assert "(7/2)" in cli("evaluate", TUTORIAL, "--exact").out
    found = json.loads(cli("evaluate", TUTORIAL, "--exact", "--json").out)["result"]
    assert Fraction(found["exact_values"]["self"]) == Fraction(7, 2)
    assert found["values"] == {"self": 3.5}


@pytest.mark.parametrize(("rule", "chosen"), [("maximin", "wait"), ("maximax", "send"), ("hurwicz:0.1", "wait")])
def test_rules(cli: Cli, rule: str, chosen: str):
    found = json.loads(cli("evaluate", TUTORIAL, "--rule", rule, "--json").out)["result"]
    assert found["strategy"] == {"envoy": chosen}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--rule", "maximum"], "Did you mean 'maximin'?"),
        (["--rule", "hurwicz:2"], "as in hurwicz:0.4"),
        (["--actor", "frence"], "did you mean 'france'?"),
        (["--set", "talks_yeild=0.3"], "did you mean 'talks_yield'?"),
        (["--set", "talks_yield"], "'talks_yield' is not of the form PARAMETER=VALUE"),
        (["--set", "talks_yield=high"], "talks_yield"),
    ],
)
def test_options_that_do_not_fit(cli: Cli, options: list[str], message: str):
    result = cli("evaluate", MOSCOW, *options)
    assert (result.code, result.out) == (2, "")
    assert message in result.err


def test_faulty_file_shows_its_faults_and_leaves_with_1(cli: Cli, workspace: Path):
    (workspace / "a.yaml").write_text("planner: 1\ntitle: A\nnodes: {a: {chance: A, branches: {b: {p: 0.5}}}}\n")
    result = cli("evaluate", "a.yaml")
    assert (result.code, result.out) == (1, "")
    assert "error[P201]" in result.err
    assert "a.yaml:3:" in result.err


def test_changed_number_that_breaks_the_scenario(cli: Cli):
    result = cli("evaluate", MOSCOW, "--set", "talks_yield=0.9")
    assert (result.code, result.out) == (1, "")
    assert "answer" in result.err


def test_standard_input(cli: Cli, workspace: Path):
    text = (workspace / TUTORIAL).read_bytes()
    assert cli("evaluate", "-", stdin=text).out == cli("evaluate", TUTORIAL).out


def test_output_file(cli: Cli, workspace: Path):
    shown = cli("evaluate", TUTORIAL, "--json").out
    assert cli("evaluate", TUTORIAL, "--json", "-o", "found.json") == (0, "", "wrote found.json\n")
    assert (workspace / "found.json").read_text() == shown


def test_failed_command_leaves_the_output_file(cli: Cli, workspace: Path):
    (workspace / "found.json").write_text("before")
    assert cli("evaluate", MOSCOW, "--actor", "nobody", "-o", "found.json").code == 2
    assert (workspace / "found.json").read_text() == "before"


def test_best_option_is_marked_without_colour(cli: Cli):
    lines = cli("evaluate", MOSCOW).out.splitlines()
    assert [line.split()[1] for line in lines if line.startswith(">")] == ["coordinate", "benchmarks", "press"]


def test_ties_are_marked(cli: Cli, workspace: Path):
    text = "planner: 1\ntitle: A tie\nnodes: {a: {decision: A, options: {b: {payoff: 1}, c: {payoff: 1}, d: {}}}}\n"
    (workspace / "tie.yaml").write_text(text)
    lines = cli("evaluate", "tie.yaml").out.splitlines()
    assert [line.split()[:2] for line in lines if line.startswith((">", "="))] == [[">", "b"], ["=", "c"]]


def test_long_lists_are_cut_and_the_cut_is_said(cli: Cli, workspace: Path):
    nodes = [
        f"  n{i}: {{decision: N, options: {{stop: {{}}, on: {{payoff: 1, to: n{i + 1}}}}}}}" for i in range(2 * LONG)
    ]
    text = "\n".join(["planner: 1", "title: A chain", "nodes:", *nodes, f"  n{2 * LONG}: {{outcome: End}}", ""])
    (workspace / "chain.yaml").write_text(text)
    out = cli("evaluate", "chain.yaml").out
    assert f"… and {LONG} more decisions; --rows 0 or --json shows all." in out
    everything = cli("evaluate", "chain.yaml", "--rows", "0").out
    assert "… and" not in everything
    assert everything.count("reached:") == 2 * LONG


def test_what_values_at_later_decisions_count(cli: Cli):
    def said(path: str) -> bool:
        return LATER in " ".join(cli("evaluate", path).out.split())

    assert said(MOSCOW)
    assert not said(TUTORIAL)  # its only decision is the root


def test_colour(cli: Cli):
    plain = cli("evaluate", MOSCOW).out
    coloured = cli("evaluate", MOSCOW, "--color", "always").out
    assert "\033[1;32m" in coloured
    assert "\033[" not in plain


def test_nothing_but_the_data_on_standard_output(cli: Cli):
    for line in cli("evaluate", MOSCOW, "--json").out.splitlines()[:1]:
        assert line == "{"
    assert not os.path.exists("db")  # noqa: PTH110 - evaluating keeps nothing


def test_names_cannot_command_the_terminal(cli: Cli, workspace: Path):
    text = 'planner: 1\ntitle: "A \\e[31mred\\e[0m title"\n'
    text += 'nodes: {a: {decision: "B\\nC", options: {b: {name: "\\e]0;x\\a"}}}}\n'
    (workspace / "red.yaml").write_text(text)
    result = cli("evaluate", "red.yaml")
    assert result.code == 0
    assert "\033" not in result.out
    assert "B C" in result.out
