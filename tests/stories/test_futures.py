"""Tables of options by futures from text books: what is published about them stands in `published.toml`."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import planner

HERE = Path(__file__).parent
PUBLISHED: dict[str, Any] = tomllib.loads((HERE / "published.toml").read_text(encoding="utf-8"))
TABLES = {name: story for name, story in PUBLISHED.items() if "futures" in story}
ROWS = [(name, rule) for name, story in TABLES.items() for rule in story["futures"]]


def stressed(name: str) -> planner.Stress:
    return planner.stress(planner.load(HERE / f"{name}.yaml"), optimism=float(TABLES[name].get("optimism", 0.5)))


def floats(published: dict[str, Any]) -> dict[str, float]:
    return {option: float(Fraction(value)) for option, value in published.items()}


def test_there_are_tables():
    assert len(ROWS) >= 25


@pytest.mark.parametrize(("name", "rule"), ROWS)
def test_a_rule_takes_what_is_published(name: str, rule: str):
    published = TABLES[name]["futures"][rule]
    result = stressed(name).to_dict()
    assert result[rule] == published["chosen"]
    found = result["rules"][rule]
    assert found["values"] == pytest.approx(floats(published["values"]), rel=1e-12)
    assert found["value"] == found["values"][published["chosen"]]
    assert found["tied"] == published.get("tied", [])


@pytest.mark.parametrize("name", [name for name, story in TABLES.items() if "switches" in story])
def test_hurwicz_goes_over_where_it_is_published(name: str):
    found = {row["at"]: [row["from"], row["to"]] for row in stressed(name).to_dict()["hurwicz_switches"]}
    expected = {float(Fraction(at)): pair for at, pair in TABLES[name]["switches"].items()}
    assert list(found) == pytest.approx(list(expected), rel=1e-12)
    assert list(found.values()) == list(expected.values())


def test_the_largest_regrets_of_the_table_are_7_5_and_11():
    rows = stressed("investor").to_dict()["table"]
    largest = {option: max(row["regret"] for row in rows if row["option"] == option) for option in
               ("stocks", "bonds", "money-market")}  # fmt: skip
    assert largest == {"stocks": 7, "bonds": 5, "money-market": 11}


def test_a_third_option_turns_the_first_two_round():
    found = [
        [row["without"], row["preferred"], row["before"]] for row in stressed("third-option").to_dict()["reversals"]
    ]
    assert found == TABLES["third-option"]["reversals"]
