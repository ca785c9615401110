from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from tests.cli.conftest import Cli
    from tests.conftest import Golden

MOSCOW = "scenarios/european-line-on-moscow.yaml"
STORIES = ROOT / "tests" / "stories"


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("moscow", [MOSCOW, "--spread", "0.3", "--draws", "200"]),
        ("entry", [str(STORIES / "entry-deterrence.yaml")]),
        ("ultimatum", [str(STORIES / "ultimatum.yaml")]),
        ("at-once", [str(STORIES / "unseen" / "dilemma.yaml")]),
        ("stag-hunt", [str(STORIES / "unseen" / "stag-hunt.yaml")]),
        ("tennessee", [str(STORIES / "tennessee.yaml")]),
        ("chicken", [str(STORIES / "conflict" / "chicken.yaml")]),
    ],
)
def test_tables(
    cli: Cli, golden: Golden, monkeypatch: pytest.MonkeyPatch, columns: int, name: str, arguments: list[str]
):
    monkeypatch.setenv("COLUMNS", str(columns))
    result = cli("negotiate", *arguments)
    assert (result.code, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) <= columns
    assert "\x1b" not in result.out
    golden(f"cli/negotiate.{name}.{columns}.txt", result.out)


def test_json(cli: Cli):
    document = json.loads(cli("negotiate", MOSCOW, "--among", "uk, france", "--spread", "0.1", "--json").out)
    assert document["schema"] == "planner/negotiate/1"
    assert document["settings"] == {
        "at": "line", "actor": "uk", "rule": "expected", "among": ["uk", "france"],
        "seed": 1, "draws": 4096, "spread": 0.1,
    }  # fmt: skip
    found = document["result"]
    assert found["deciders"] == ["uk", "france"]
    assert found["agreement"]["option"] == "coordinate"
    assert found["preferences"]["draws"] == 4096


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["scenarios/tutorial.yaml"], "one actor alone"),
        ([MOSCOW, "--at", "lien"], "did you mean 'line'?"),
        ([MOSCOW, "--among", "uk,itly"], "did you mean 'italy'?"),
        ([MOSCOW, "--among", "uk"], "name two actors at least"),
        ([MOSCOW, "--from", "3"], "the scenario has none"),
        ([MOSCOW, "--spread", "1"], "--spread"),
        ([str(STORIES / "conflict" / "elmira.yaml"), "--wanted", "77"], "unknown state '77'"),
    ],
)
def test_what_cannot_be_asked(cli: Cli, arguments: list[str], message: str):
    result = cli("negotiate", *arguments)
    assert (result.code, result.out) == (2, "")
    assert message in result.err


def test_terms_are_told_once_and_only_those_that_are_used(cli: Cli):
    told = cli("negotiate", MOSCOW).out
    assert told.count("Terms\n") == 1
    assert "Banzhaf" not in told
    assert "not credible:" not in told
    assert cli("negotiate", str(STORIES / "conflict" / "chicken.yaml")).out.count("Terms\n") == 1
    assert "Banzhaf and Shapley-Shubik index:" in cli("negotiate", str(STORIES / "tennessee.yaml")).out


def test_runs_are_kept(cli: Cli):
    assert cli("negotiate", MOSCOW, "--save").code == 0
    assert "negotiate" in cli("history", "european-line-on-moscow").out
