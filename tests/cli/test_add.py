from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.shell_completion import ShellComplete

from planner import journal
from planner.cli.app import application
from planner.core.rules import load
from planner.core.source import Source
from tests.conftest import GOLDEN, ROOT

if TYPE_CHECKING:
    from tests.cli.conftest import Cli, Result
    from tests.conftest import Golden

TALKS = "talks.yaml"

CASES = {
    "actor": "actor talks.yaml italy Italy --weights calm=70,cohesion=30 --risk-tolerance 40 --minimum 20 --note South",
    "criterion": "criterion talks.yaml cost 'Cost to Europe' --unit 'EUR bn' --worst 120 --best 0 --start 60",
    "parameter": "parameter talks.yaml fatigue -4 --low -8 --high 0 --name Fatigue --unit points --distribution pert "
    "--source 'A guess' + parameter talks_late 'hope / 2' + parameter bare --value -4",
    "correlation": "parameter talks.yaml fear 0.1 + correlation hope fear -0.4",
    "future": "future talks.yaml winter 'A hard winter' --set hope=0.1 --probability 0.2",
    "state": "state talks.yaml round 1 + state trust -0.5",
    "signal": "signal talks.yaml wire 'Intercepts' --about talks --likelihood step:warm=0.8,cold=0.2 "
    "--likelihood stall:warm=0.3,cold=0.7",
    "decision": "decision talks.yaml patience 'Wait on?' --by uk,france --rule unanimity --fallback leave --option "
    "'stay Stay the course (calm=-2, uk.cohesion=3) -> calm-down' --option leave --under line.drift --note 'A note'",
    "chance": "chance talks.yaml weather 'A hard winter?' --branch 'hard:hope / 2' --branch 'mild:rest -> calm-down' "
    "--certainty 30 --under line.isolate",
    "outcome": "outcome talks.yaml war 'War, at last' --payoff calm=-50,uk.calm=-3 --under answer.stop --replace",
    "option": "state talks.yaml round 1 + option line.wait 'Wait and see' --payoff calm=-1 --to fatigue "
    "--when 'round < 3' --set 'round=round + 1' --sign 'Nothing moves' --sign 'No calls' --note N",
    "branch": "branch talks.yaml talks.demand 'Relief first' --p 0.1 --payoff cohesion=-8 --to fatigue",
    "root": "decision talks.yaml start 'Do we begin?' --option 'begin -> line' --option 'not' --root",
    "several": "chance talks.yaml offer 'Do they listen?' --branch yes:0.7 --branch no:rest --under line.drift "
    "+ outcome peace Peace --payoff calm=40 --under offer.yes + parameter trust 0.5",
}


@pytest.fixture
def talks(workspace: Path) -> Path:
    shutil.copy(GOLDEN / "change" / "talks.before.yaml", workspace / TALKS)
    return workspace / TALKS


def add(cli: Cli, line: str) -> Result:
    return cli("add", *shlex.split(line.replace("'hard:hope / 2'", "'hard:(hope / 2)'")))


@pytest.mark.parametrize("name", CASES)
def test_every_kind_is_added(cli: Cli, talks: Path, golden: Golden, name: str):
    before = talks.read_text()
    result = add(cli, CASES[name])
    assert (result.code, result.out) == (0, ""), result.err
    golden(f"change/add.{name}.after.yaml", talks.read_text())
    golden(f"change/add.{name}.said.txt", result.err)
    rest = iter(talks.read_text().splitlines())
    kept = before.splitlines()
    if name != "outcome":  # leads an edge to another node
        kept = [line for line in kept if not line.startswith(("      drift:", "      isolate:"))]
        assert all(line in rest for line in kept)
    assert len(journal.entries(Path(".planner"))) == 1
    assert not [line for line in cli("check", TALKS, "--format", "concise").out.splitlines() if "error[" in line]


def test_the_main_example_is_built_with_commands_alone(cli: Cli, workspace: Path):
    """The commands are read off the main example: one for each section, one for each node."""
    example = Source.from_text((ROOT / "scenarios" / "european-line-on-moscow.yaml").read_text())
    head = "planner: 1\ntitle: One European line on Moscow\nas_of: 2026-11-23\nlikelihood_words: phia\n"
    (workspace / "new.yaml").write_text(head)
    assert example.data is not None
    for command in commands(example.data):
        result = cli("add", command[0], "new.yaml", *command[1:])
        assert result.code == 0, (command, result.err)
    assert cli("check", "new.yaml").code == 0
    made, wanted = load(Source.from_text((workspace / "new.yaml").read_text())), load(example)
    for part in ("actors", "criteria", "parameters", "correlations", "futures"):
        assert getattr(made, part) == getattr(wanted, part), part
    assert made.nodes == wanted.nodes


def commands(data: dict[str, Any]) -> list[list[str]]:
    """Return the arguments of `planner add` that make a scenario: one call for each section, one for the tree."""
    inputs: list[list[list[str]]] = [
        [["criterion", name, *flags(each, "name unit worst best start")] for name, each in data["criteria"].items()],
        [["actor", name, each["name"], "--weights", amounts(each["weights"])] for name, each in data["actors"].items()],
        [
            ["parameter", name, *flags(each, "value name unit low high distribution source note")]
            for name, each in data["parameters"].items()
        ],
        [["correlation", *map(shown, row)] for row in data["correlations"]],
        [["future", name, each["name"], "--set", amounts(each["set"])] for name, each in data["futures"].items()],
    ]
    nodes, outcomes, edges = [], [], []
    for name, node in data["nodes"].items():
        if "outcome" in node:
            outcomes.append(["outcome", name, node["outcome"], "--payoff", amounts(node["payoff"])])
            continue
        kind, group = ("decision", "options") if "decision" in node else ("chance", "branches")
        by = ["--by", ",".join(node["by"])] if "by" in node else []
        nodes.append([kind, name, node[kind], *by, *flags(node, "rule fallback")])
        word = {"options": "option", "branches": "branch"}[group]
        for edge, each in node[group].items():
            signs = [part for sign in each.get("signs", ()) for part in ("--sign", sign)]
            payoff = ["--payoff", amounts(each["payoff"])] if "payoff" in each else []
            edges.append([word, f"{name}.{edge}", each["name"], *flags(each, "p to"), *payoff, *signs])
    # in one write: a node is not sound without its edges, nor an edge without its target
    return [joined(parts) for parts in (*inputs, [*nodes, *outcomes, *edges])]


def shown(value: object) -> str:
    return str(getattr(value, "text", value))


def amounts(values: dict[str, object]) -> str:
    return ",".join(f"{key}={shown(value)}" for key, value in values.items())


def flags(entry: dict[str, object], keys: str) -> list[str]:
    return [f"--{key}={shown(entry[key])}" for key in keys.split() if key in entry]


def joined(parts: list[list[str]]) -> list[str]:
    return [word for part in parts for word in ("+", *part)][1:]


def test_a_branch_too_many_is_refused_with_its_diagnostic(cli: Cli, talks: Path):
    before = talks.read_bytes()
    result = add(cli, "chance talks.yaml bad --branch a:0.7 --branch b:0.4 --under line.drift")
    assert result.code == 1
    assert "probabilities of 'bad' sum to 1.1, not 1" in result.err
    assert talks.read_bytes() == before
    assert add(cli, "chance talks.yaml bad --branch a:0.7 --branch b:0.4 --under line.drift --force").code == 0
    assert talks.read_bytes() != before


def test_one_part_that_fails_undoes_the_others(cli: Cli, talks: Path):
    before = talks.read_bytes()
    result = add(cli, "parameter talks.yaml x 0.1 + outcome fatigue Again")
    assert (result.code, result.err) == (2, "error: there is a node 'fatigue' already.\n")
    assert talks.read_bytes() == before


def test_dry_run_and_json_behind_any_part(cli: Cli, talks: Path):
    before = talks.read_bytes()
    result = add(cli, "parameter talks.yaml x 0.1 + parameter y 0.2 --dry-run")
    assert "+  x: 0.1\n+  y: 0.2\n" in result.out
    document = json.loads(add(cli, "parameter talks.yaml x 0.1 --json + parameter y 0.2 --dry-run").out)
    assert document["result"]["changed"] is True
    assert document["result"]["said"] == ["added parameter 'x'", "added parameter 'y'"]
    assert talks.read_bytes() == before


def test_standard_input_becomes_standard_output(cli: Cli):
    result = cli("add", "outcome", "-", "end", "The end", stdin=b"planner: 1\ntitle: T\n")
    assert (result.code, result.err) == (0, "added outcome 'end'\n")
    assert result.out == "planner: 1\ntitle: T\n\nnodes:\n  end:\n    outcome: The end\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("otcome talks.yaml x", "'otcome' is nothing to add. Did you mean 'outcome'?"),
        ("parameter talks.yaml x 1 + paramter y 2", "'paramter' is nothing to add. Did you mean 'parameter'?"),
        ("parameter talks.yaml x 1 +", "There is nothing beside a '+'."),
        ("outcome talks.yaml", "Missing argument 'ID'."),
        ("parameter talks.yaml x", "'x' needs a value."),
        ("outcome talks.yaml x --payoff a=1,2", "'2' is not of the form criterion=amount"),
        ("outcome talks.yaml x --under line.drft", "'line' has no option 'drft'"),
        ("option talks.yaml line", "'line' names no option"),
    ],
)
def test_what_cannot_be_understood_is_said_in_one_sentence(cli: Cli, talks: Path, line: str, message: str):
    before = talks.read_bytes()
    result = add(cli, line)
    assert result.code == 2
    assert message in result.err
    assert talks.read_bytes() == before


def test_a_node_that_nothing_leads_to_is_said(cli: Cli, talks: Path):
    result = add(cli, "outcome talks.yaml war War")
    assert result.err == "added outcome 'war'; no edge leads to it yet\n"


def offered(*words: str) -> list[str]:
    """Return what the shell offers for the last word."""
    *before, last = words
    return [item.value for item in ShellComplete(application, {}, "planner", "X").get_completions(before, last)]


def test_completion_knows_the_file_behind_a_plus_as_well(talks: Path):
    assert offered("add", "cha") == ["chance"]
    assert offered("add", "chance", TALKS, "x", "--under", "line.d") == ["line.drift"]
    assert offered("add", "chance", TALKS, "x", "+", "outcome", "y", "--under", "talks.") == [
        "talks.step",
        "talks.stall",
    ]
    assert offered("add", "parameter", TALKS, "x", "1", "+", "out") == ["outcome"]


BARE = """\
planner: 1
title: T
nodes:
  a: {decision: A, options: {x: {payoff: 1, to: b}, y: {payoff: 2}}}
  b: {chance: B, branches: {u: {p: 0.5, payoff: 1}, v: {p: rest}}}
"""
BARE_CASES = (
    "actor F uk UK",
    "criterion F c C",
    "criterion F c C + actor uk UK --weights c=1",
    "parameter F p 0.3",
    "parameter F q 0.3 + parameter r 0.2 + correlation q r 0.3",
    "future F w --probability 0.2",
    "state F s 1",
    "signal F sg --about b --likelihood u:warm=0.8,cold=0.2 --likelihood v:warm=0.3,cold=0.7",
    "include F insp inner.yaml --set cheat=0.5",
    "option F a.z",
    "branch F b.w --p 0.1",
    "outcome F o --under b.u",
    "chance F n --branch k:rest --under a.y",
    "decision F n --option k --under a.y",
)


@pytest.mark.parametrize("line", BARE_CASES)
def test_every_kind_in_a_file_of_header_and_nodes(cli: Cli, workspace: Path, line: str):
    inner = "planner: 1\ntitle: T\nparameters: {cheat: 0.3}\nnodes:\n  a: {outcome: A, payoff: cheat}\n"
    (workspace / "inner.yaml").write_text(inner)
    (workspace / "bare.yaml").write_text(BARE)
    result = add(cli, line.replace(" F ", " bare.yaml "))
    assert result.code == 0, result.err
    assert cli("fmt", "--check", "bare.yaml").code == 0
    text = (workspace / "bare.yaml").read_text()
    assert text != BARE
    assert text.index("title:") < text.index("nodes:")
    if "include" in line:
        assert text.index("include:") < text.index("nodes:")


def test_a_percentage_of_a_branch_is_a_share(cli: Cli, workspace: Path):
    (workspace / "bare.yaml").write_text(BARE)
    result = add(cli, "chance bare.yaml n --branch good:70% --branch bad:rest")
    assert result.code == 0, result.err
    assert "good: {p: 0.7}" in (workspace / "bare.yaml").read_text()
