from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planner.files import load

if TYPE_CHECKING:
    from tests.cli.conftest import Cli
    from tests.conftest import Golden

MOSCOW = "scenarios/european-line-on-moscow.yaml"


def test_what_hangs_on_a_node_is_listed(cli: Cli, golden: Golden):
    before = Path(MOSCOW).read_bytes()
    result = cli("remove", MOSCOW, "answer")
    assert (result.code, result.out) == (1, "")
    golden("cli/remove.answer.txt", result.err)
    assert Path(MOSCOW).read_bytes() == before


def test_with_its_subtree(cli: Cli, golden: Golden):
    result = cli("remove", MOSCOW, "answer", "--with-subtree")
    assert result.code == 0
    lost = "nodes 'after-stall', 'fatigue', 'legitimised'"
    assert result.err == f"removed answer, with it {lost}; 'line.engage' now ends there\n"
    golden("cli/remove.answer.yaml", Path(MOSCOW).read_text())
    assert cli("check", MOSCOW).code == 0
    assert set(load(MOSCOW).nodes).isdisjoint({"answer", "after-stall", "fatigue", "legitimised"})


def test_uses_in_json(cli: Cli):
    document = json.loads(cli("remove", MOSCOW, "attack_exposed", "--json").out)
    result = document["result"]
    assert result["changed"] is False
    assert result["message"] == "'parameters.attack_exposed' is used in 3 places"
    assert [sorted(use) for use in result["uses"]] == [["column", "file", "line", "message"]] * 3
    lines = Path(MOSCOW).read_text().splitlines()
    assert all(lines[use["line"] - 1][use["column"] - 1 :].startswith("attack_exposed") for use in result["uses"])


def test_several_at_once(cli: Cli):
    before = Path(MOSCOW).read_text()
    paths = [
        "talks_yield.low",
        "talks_yield.high",
        "talks_yield.distribution",
        "line.isolate.payoff.economy",
        "summary",
    ]
    result = cli("remove", MOSCOW, *paths)
    assert result.code == 0
    assert result.err.splitlines() == [
        "removed parameters.talks_yield.low",
        "removed parameters.talks_yield.high",
        "removed parameters.talks_yield.distribution",
        "removed line.isolate.payoff.economy",
        "removed summary",
    ]
    cli("undo", MOSCOW)
    assert Path(MOSCOW).read_text() == before


def test_one_that_cannot_go_keeps_the_others(cli: Cli):
    before = Path(MOSCOW).read_bytes()
    assert cli("remove", MOSCOW, "talks_yield.low", "talks_yield").code == 1
    assert Path(MOSCOW).read_bytes() == before


@pytest.mark.parametrize(
    ("path", "code", "message"),
    [
        ("title", 1, "the scenario has no title"),
        ("line", 1, "'line' is the root of the tree"),
        ("answer.stall", 1, "alone leads to 'after-stall', 'fatigue'"),
        ("line.drift", 1, "line.fallback names edge 'line.drift'"),
        ("answer.demand.p", 1, "error[P"),
        ("line.engage.when", 2, "there is no 'line.engage.when' in the file"),
        ("uk", 1, "line.by.0 names actor 'uk'"),
    ],
)
def test_refusals(cli: Cli, path: str, code: int, message: str):
    before = Path(MOSCOW).read_bytes()
    result = cli("remove", MOSCOW, path)
    assert result.code == code
    assert message in result.err
    assert Path(MOSCOW).read_bytes() == before


def test_dry_run_with_subtree(cli: Cli):
    before = Path(MOSCOW).read_bytes()
    result = cli("remove", MOSCOW, "line.engage", "--with-subtree", "--dry-run")
    assert result.code == 0
    assert "-  answer:\n" in result.out
    assert Path(MOSCOW).read_bytes() == before


def test_what_goes_along_with_another_may_be_named_too(cli: Cli):
    result = cli("remove", MOSCOW, "answer", "fatigue", "nodes.after-stall", "answer", "--with-subtree")
    assert result.code == 0, result.err
    assert result.err.count("removed ") == 1
    assert set(load(MOSCOW).nodes).isdisjoint({"answer", "after-stall", "fatigue"})


def test_items_of_a_list_count_as_in_the_file(cli: Cli):
    assert cli("set", MOSCOW, "tags=[a, b, c, d]").code == 0
    assert cli("remove", MOSCOW, "tags.0", "tags.2").code == 0
    assert load(MOSCOW).tags == ("b", "d")
