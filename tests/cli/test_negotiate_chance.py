"""`planner negotiate` with --mixed and --quantal."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Cli
    from tests.conftest import Golden

MIXED = ROOT / "tests" / "stories" / "mixed"
MOSCOW = "scenarios/european-line-on-moscow.yaml"


@pytest.mark.parametrize("columns", [40, 80])
def test_tables(cli: Cli, golden: Golden, monkeypatch: pytest.MonkeyPatch, columns: int):
    pytest.importorskip("nashpy", reason="pip install planner[equilibria]")
    monkeypatch.setenv("COLUMNS", str(columns))
    result = cli("negotiate", str(MIXED / "battle-of-the-sexes.yaml"), "--mixed", "--quantal", "0,1,5.5")
    assert (result.code, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) <= columns
    assert "\x1b" not in result.out
    golden(f"cli/negotiate.mixed.{columns}.txt", result.out)


@pytest.mark.parametrize("columns", [40, 80])
def test_the_main_example(cli: Cli, monkeypatch: pytest.MonkeyPatch, columns: int):
    monkeypatch.setenv("COLUMNS", str(columns))
    told = cli("negotiate", MOSCOW, "--mixed", "--quantal", "0,0.5").out
    assert max(map(len, told.splitlines())) <= columns
    words = " ".join(told.split())
    assert "1 equilibrium, in which nothing is left to chance; there is no other." in words
    assert "By its rule 'line': Coordinate sanctions with clear benchmarks" in words
    assert "Ends: Renewed consensus 30 %" in words
    assert "France at 'after-stall'" in words


def test_json(cli: Cli):
    pytest.importorskip("nashpy", reason="pip install planner[equilibria]")
    file = str(MIXED / "battle-of-the-sexes.yaml")
    document = json.loads(cli("negotiate", file, "--mixed", "--quantal", "2,0.5", "--json").out)
    assert document["settings"]["mixed"] is True
    assert document["settings"]["quantal"] == [0.5, 2.0]
    mixed, quantal = document["result"]["mixed"], document["result"]["quantal"]
    assert set(mixed) >= {"method", "complete", "equilibria"}
    assert mixed["complete"] is True
    last = mixed["equilibria"][-1]
    assert last["values"] == pytest.approx({"one": 2 / 3, "two": 2 / 3})
    assert last["exact_values"] == {"one": "2/3", "two": "2/3"}
    assert last["strategies"]["one"]["one"] == pytest.approx({"fight": 2 / 3, "ballet": 1 / 3})
    assert last["outcomes"] == pytest.approx({"two.fight": 1 / 3, "two.ballet": 2 / 3})
    assert sum(each["probability"] for each in last["paths"]) == pytest.approx(1)
    assert [each["precision"] for each in quantal["answers"]] == [0.5, 2.0]
    assert set(quantal["answers"][0]) >= {"values", "strategies", "outcomes", "residual"}


def test_without_being_asked_nothing_is_worked_out(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "nashpy", None)
    monkeypatch.setitem(sys.modules, "pygambit", None)
    file = str(MIXED / "matching-pennies.yaml")
    document = json.loads(cli("negotiate", file, "--json").out)
    assert (document["result"]["mixed"], document["result"]["quantal"]) == (None, None)
    assert not {"mixed", "quantal"} & set(document["settings"])
    told = cli("negotiate", file).out
    assert "--mixed finds equilibria in which choices are left to chance." in told
    assert "Mixed equilibrium:" not in told
    assert "Precision:" not in told


@pytest.mark.parametrize(
    ("package", "name", "extra"), [("nashpy", "matching-pennies", "equilibria"), ("pygambit", "volunteers", "gambit")]
)
def test_what_to_install(cli: Cli, monkeypatch: pytest.MonkeyPatch, package: str, name: str, extra: str):
    monkeypatch.setitem(sys.modules, package, None)
    result = cli("negotiate", str(MIXED / f"{name}.yaml"), "--mixed")
    assert (result.code, result.out) == (2, "")
    assert f"'{package}', which is not installed" in result.err
    assert f"pip install 'planner[{extra}]'" in result.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([MOSCOW, "--quantal", "high"], "no list of numbers"),
        ([MOSCOW, "--quantal", "1,,2"], "no list of numbers"),
        ([MOSCOW, "--quantal=-1"], "0 or more"),
        ([MOSCOW, "--quantal", "nan"], "0 or more"),
        (["tests/stories/conflict/elmira.yaml", "--mixed"], "need decisions"),
    ],
)
def test_what_cannot_be_asked(cli: Cli, arguments: list[str], message: str):
    result = cli("negotiate", str(ROOT / arguments[0]), *arguments[1:])
    assert (result.code, result.out) == (2, "")
    assert message in result.err


def test_many_decisions_and_long_names(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "40")
    name = "A very long name of an option that fits nowhere"
    nodes = "".join(
        f"  n{at}: {{decision: '?', by: {'ab'[at % 2]}, options: {{"
        + ", ".join(f"o{k}: {{name: '{name} {k}', payoff: {{a: {k}, b: {-k}}}}}" for k in range(9))
        + f", on: {{to: n{at + 1}}}}}}}\n"
        for at in range(12)
    )
    file = tmp_path / "long.yaml"
    file.write_text(f"planner: 1\ntitle: T\nactors: {{a: {{}}, b: {{}}}}\nnodes:\n{nodes}  n12: {{outcome: Over}}\n")
    result = cli("negotiate", str(file), "--mixed", "--quantal", "auto")
    assert (result.code, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) <= 40
    assert "6 more decisions" in " ".join(result.out.split())
