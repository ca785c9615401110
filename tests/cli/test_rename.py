from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planner.files import load

if TYPE_CHECKING:
    from tests.cli.conftest import Cli
    from tests.conftest import Golden

MOSCOW = "scenarios/european-line-on-moscow.yaml"


def test_rename_follows_every_use(cli: Cli, golden: Golden):
    before = Path(MOSCOW).read_text()
    steps = [
        ("attack_exposed", "exposed", "parameters.attack_exposed -> exposed; 3 uses follow\n"),
        ("line", "stance", "line -> stance\n"),
        ("stance.engage", "stance.talk", "stance.engage -> talk\n"),
        ("uk", "london", "actors.uk -> london; 1 use follows\n"),
        ("benchmarks", "tests", None),
    ]
    for old, new, said in steps:
        result = cli("rename", MOSCOW, old, new)
        assert (result.code, result.out) == (0, "")
        assert said is None or result.err == said
    golden("cli/rename.moscow.yaml", Path(MOSCOW).read_text())
    assert cli("check", MOSCOW, "--strict").code == 0
    assert {"stance", "tests"} <= set(load(MOSCOW).nodes)
    for old, new, _ in reversed(steps):
        name = new if "." not in old else f"{old.partition('.')[0]}.{new.rpartition('.')[2]}"
        assert cli("rename", MOSCOW, name, old.rpartition(".")[2]).code == 0
    assert Path(MOSCOW).read_text() == before


def test_values_do_not_change(cli: Cli):
    before = cli("evaluate", MOSCOW, "--json").out
    cli("rename", MOSCOW, "criteria.cohesion", "unity")
    cli("rename", MOSCOW, "parameters.energy_shock", "shock")
    after = cli("evaluate", MOSCOW, "--json").out
    import json

    one, two = (json.loads(text)["result"] for text in (before, after))
    assert one["values"] == two["values"]
    assert one["strategy"] == two["strategy"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["line", "answer"], 2, "'answer' is taken (line "),
        (["line", "Line"], 2, "'Line' is no id for a node"),
        (["lien", "x"], 2, "did you mean 'line'?"),
        (["title", "x"], 2, "'title' has no id of its own"),
        (["line"], 2, "Missing argument 'NEW'"),
    ],
)
def test_refusals(cli: Cli, arguments: list[str], code: int, message: str):
    before = Path(MOSCOW).read_bytes()
    result = cli("rename", MOSCOW, *arguments)
    assert result.code == code
    assert message in result.err
    assert Path(MOSCOW).read_bytes() == before


def test_an_actor_and_a_node_of_one_name(cli: Cli):
    Path("a.yaml").write_text(
        "planner: 1\ntitle: t\nactors: {uk: {}}\nnodes: {uk: {decision: d, by: uk, options: {a: {}, b: {}}}}\n"
    )
    result = cli("rename", "a.yaml", "uk", "london")
    assert result.code == 2
    assert "'uk' could be 2 things" in result.err
    assert "write 'actors.uk' or 'nodes.uk'" in result.err
    assert cli("rename", "a.yaml", "actors.uk", "london").code == 0
    assert "actors: {london: {}}\nnodes: {uk: {decision: d, by: london" in Path("a.yaml").read_text()


def test_an_include_is_renamed_where_edges_lead_to_it(cli: Cli):
    Path("a.yaml").write_text(
        "planner: 1\ntitle: t\ninclude: {more: {file: scenarios/tutorial.yaml}}\n"
        "nodes: {a: {decision: d, options: {x: {to: more}, y: {}}}}\n"
    )
    result = cli("rename", "a.yaml", "more", "envoys")
    assert result.code == 0, result.err
    assert "include: {envoys: {" in Path("a.yaml").read_text()
    assert "x: {to: envoys}" in Path("a.yaml").read_text()
    assert cli("evaluate", "a.yaml").code == 0


def test_dry_run(cli: Cli):
    before = Path(MOSCOW).read_bytes()
    result = cli("rename", MOSCOW, "line", "stance", "--dry-run")
    assert "-  line:\n+  stance:\n" in result.out
    assert Path(MOSCOW).read_bytes() == before


def test_files_that_include_this_one_and_break_are_named(cli: Cli, workspace: Path):
    inner = "planner: 1\ntitle: T\nparameters: {cheat: 0.3}\nnodes:\n  a: {outcome: A, payoff: cheat}\n"
    outer = (
        "planner: 1\ntitle: T\ninclude: {insp: {file: inner.yaml, set: {cheat: 0.5}}}\n"
        "nodes:\n  a: {decision: A, options: {x: {to: insp}, y: {payoff: 2}}}\n"
    )
    (workspace / "inner.yaml").write_text(inner)
    (workspace / "outer.yaml").write_text(outer)
    assert "warning" not in cli("set", "inner.yaml", "cheat=0.4").err
    result = cli("rename", "inner.yaml", "cheat", "fraud")
    assert result.code == 0
    assert "warning: outer.yaml includes this file and now has errors: planner check outer.yaml\n" in result.err
