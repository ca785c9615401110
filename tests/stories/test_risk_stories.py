"""Risk profiles, their statistics, dominance and attitudes to risk as published: `risk.toml` and `published.toml`."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from math import exp
from pathlib import Path
from typing import Any

import pytest

import planner

HERE = Path(__file__).parent
RISK: dict[str, Any] = tomllib.loads((HERE / "risk.toml").read_text(encoding="utf-8"))
PUBLISHED: dict[str, Any] = tomllib.loads((HERE / "published.toml").read_text(encoding="utf-8"))
EQUIVALENTS: list[dict[str, Any]] = PUBLISHED.pop("certainty_equivalents")
STORIES = pytest.mark.parametrize("name", RISK)


def load(name: str) -> planner.Scenario:
    return planner.load(HERE / f"{name}.yaml")


def masses(published: dict[str, str]) -> dict[float, float]:
    return {float(Fraction(value)): float(Fraction(mass)) for value, mass in published.items()}


@STORIES
def test_profiles_of_all_options(name: str) -> None:
    found = planner.risk(load(name))
    for option, published in RISK[name].get("options", {}).items():
        made = found.option(option).profile
        expected = sorted(masses(published).items())
        assert made.values.tolist() == pytest.approx([value for value, _ in expected], rel=1e-12)
        assert made.mass.tolist() == pytest.approx([mass for _, mass in expected], rel=1e-12)
    if "options" in RISK[name]:
        assert set(RISK[name]["options"]) == {option.option for option in found.options}


@pytest.mark.parametrize("name", [name for name in RISK if "profile" in PUBLISHED[name]])
def test_the_profile_of_what_is_taken(name: str) -> None:
    found = planner.risk(load(name))
    made = found.option(found.chosen).profile
    expected = masses(PUBLISHED[name]["profile"])
    assert dict(zip(made.values.tolist(), made.mass.tolist(), strict=True)) == pytest.approx(expected, rel=1e-12)


@STORIES
def test_statistics(name: str) -> None:
    found = planner.risk(load(name))
    stats, plain = RISK[name]["stats"], found.option(found.chosen).to_dict()
    for key in ("mean", "min", "max"):
        assert plain[key] == pytest.approx(float(Fraction(stats[key])), rel=1e-12)
    for key in ("sd", "skewness", "kurtosis"):
        assert plain[key] == pytest.approx(stats[key], rel=1e-9, abs=1e-9)
    if "p_loss" in stats:
        assert plain["probability_of_loss"] == pytest.approx(float(Fraction(stats["p_loss"])), rel=1e-12)


@pytest.mark.parametrize("name", [name for name in RISK if "dominance" in RISK[name]])
def test_dominance(name: str) -> None:
    found = planner.risk(load(name)).to_dict()["dominance"]
    assert [[one["better"], one["worse"], one["order"]] for one in found] == RISK[name]["dominance"]


@pytest.mark.parametrize(
    "row",
    [row for row in EQUIVALENTS if "options" in row],
    ids=lambda row: f"{row['story']}-{row['risk_tolerance']:.0f}",
)
def test_certainty_equivalents_by_tolerance(row: dict[str, Any]) -> None:
    tolerance = row["risk_tolerance"]
    found = planner.risk(load(row["story"]), risk_tolerance=tolerance, tolerances=[tolerance])
    (line,) = found.tolerances.rows
    for option, published in row["options"].items():
        assert found.option(option).certainty_equivalent == pytest.approx(published, abs=row["within"], rel=0)
        assert line.values[option] == pytest.approx(published, abs=row["within"], rel=0)


def test_at_a_tolerance_of_700000_the_wildcatter_of_sas_does_not_drill() -> None:
    # SAS guide, figure 7.4: by expectation he drills, at this tolerance -13,580 for sure is worth as much.
    found = planner.risk(load("sas-wildcatter"), tolerances=[700_000])
    (line,) = found.tolerances.rows
    assert round(line.values["drill"]) == -13_580
    assert (found.chosen, line.chosen) == ("drill", "not-drill")
    (flip,) = found.tolerances.flips
    assert (flip.below, flip.above) == ("not-drill", "drill")
    assert flip.risk_tolerance > 700_000
    # There drilling is worth nothing: over the published profile the mean of exp(-value / tolerance) is 1.
    profile = masses(PUBLISHED["sas-wildcatter"]["profile"])
    assert sum(mass * exp(-value / flip.risk_tolerance) for value, mass in profile.items()) == pytest.approx(
        1, rel=1e-9
    )


def test_the_bid_changes_between_the_published_rows() -> None:
    # stguide_fig_7_19: at 125 and above the low bid, at 107.14 and below the high one.
    (flip,) = planner.risk(load("bid")).tolerances.flips
    assert (flip.below, flip.above) == ("high", "low")
    assert 107.14 < flip.risk_tolerance < 125
