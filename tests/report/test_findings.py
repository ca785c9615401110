"""The findings in one sentence, for every shape of scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import planner
from planner.report.findings import Findings
from tests.conftest import ROOT
from tests.report import scenarios

if TYPE_CHECKING:
    from tests.report.conftest import Found

SENTENCES = [
    (
        scenarios.ENVOY,
        {},
        "**Send one** (value: 3.5) is worth 3.5 more than the next best option, *Wait* (0.0).",
    ),
    (
        scenarios.COSTS,
        {},
        "**On the hill** (cost: 10.0 EUR bn) costs 2.5 EUR bn less than the next best option, *On the coast* (12.5).",
    ),
    (
        scenarios.TIE,
        {},
        "**Left** (value: 5) is as good as *Right*; this paper follows the one that comes first in the file.",
    ),
    (scenarios.ONE_OPTION, {}, "**On** (value: 5) is the only option."),
    (
        scenarios.CHANCE_FIRST,
        {},
        "Nothing is decided at the start; the choices that come later stand under What follows (value: 2.2).",
    ),
    (scenarios.NO_DECISION, {}, "There is nothing to decide in this scenario (value: 1)."),
    (scenarios.OUTCOME_ONLY, {}, "There is nothing to decide in this scenario (value: 7)."),
    (
        scenarios.OPPOSITES,
        {},
        "**Open it** (value to North: 80) is worth 50 more than the next best option, *Close it* (30).",
    ),
    (
        scenarios.OPPOSITES,
        {"actor": "south"},
        (
            "**Open it** is what North decides on (value to South: 20); South would rather have *Close it* (70), "
            "50 better for it."
        ),
    ),
    (
        scenarios.JOINT.replace("PACT", "3"),
        {},
        (
            "**A broad pact** (value: Aland 3, Borduria 4) leaves each of them at least 3 better off than the "
            "fallback, *No pact*; with the next best option, *A narrow pact*, the least gain is 1, which is 2 less."
        ),
    ),
    (
        scenarios.JOINT.replace("PACT", "-1"),
        {},
        (
            "**A narrow pact** (value: Aland 2, Borduria 1) leaves each of them at least 1 better off than the "
            "fallback, *No pact*, while the next best option, *A broad pact*, leaves one of them, Aland, 1 worse off."
        ),
    ),
    (
        scenarios.JOINT.replace("PACT", "-1").replace("a: 2, b: 1", "a: -2, b: 1"),
        {},
        (
            "No option suits all who decide, so the fallback stands: **No pact** (value: Aland 0, Borduria 0); "
            "*A broad pact* comes closest but leaves one of them, Aland, 1 worse off."
        ),
    ),
    (
        scenarios.JOINT.replace("PACT", "0"),
        {},
        (
            "**A narrow pact** (value: Aland 2, Borduria 1) leaves each of them at least 1 better off than the "
            "fallback, *No pact*; with the next best option, *A broad pact*, the least gain is 0, which is 1 less."
        ),
    ),
    (
        scenarios.JOINT.replace("PACT", "3"),
        {"actor": "c"},
        (
            "**A broad pact** is what Aland and Borduria agree on (value to Carpania: -1); Carpania would rather have "
            "*A narrow pact* (0), 1 better for it."
        ),
    ),
]


@pytest.mark.parametrize(("text", "settings", "sentence"), SENTENCES)
def test_recommendation(found: Found, text: str, settings: dict[str, Any], sentence: str) -> None:
    assert found(text, **settings).recommendation() == sentence


@pytest.mark.parametrize("rule", ["expected", "maximin", "maximax", "hurwicz:0.3", "laplace"])
@pytest.mark.parametrize("text", scenarios.ALL.values(), ids=scenarios.ALL)
def test_every_scenario_has_a_sentence_and_a_title(found: Found, text: str, rule: str) -> None:
    findings = found(text, rule=rule)
    assert findings.recommendation().endswith(".")
    assert findings.finding()


@pytest.mark.parametrize("text", scenarios.ALL.values(), ids=scenarios.ALL)
def test_exact_numbers_make_the_same_sentence(found: Found, text: str) -> None:
    assert found(text, exact=True).recommendation() == found(text).recommendation()


def test_margins_are_taken_before_rounding(found: Found) -> None:
    text = scenarios.TIE.replace("payoff: 5}, right", "payoff: 54.06}, right").replace("payoff: 5}", "payoff: 41.94}")
    assert found(text).recommendation() == (
        "**Left** (value: 54.1) is worth 12.1 more than the next best option, *Right* (41.9)."
    )


def test_no_margin_reads_as_nothing(found: Found) -> None:
    text = scenarios.TIE.replace("payoff: 5}, right", "payoff: 54.06}, right").replace("payoff: 5}", "payoff: 54.04}")
    assert "(value: 54.06) is worth 0.02 more" in found(text).recommendation()


def test_close_options_are_told_apart(found: Found) -> None:
    text = scenarios.TIE.replace("payoff: 5}, right", "payoff: 50.001}, right").replace("payoff: 5}", "payoff: 50}")
    assert "**Left** (value: 50.001) is worth 0.001 more" in found(text).recommendation()


def test_today_is_the_reference_without_a_fallback(found: Found) -> None:
    findings = found(scenarios.OPPOSITES)
    assert findings.today == {"north": 50, "south": 50}
    assert findings.gain(80, "north") == "+30"


def test_the_fallback_is_the_reference_of_a_joint_decision(found: Found) -> None:
    findings = found(scenarios.JOINT.replace("PACT", "3"))
    assert findings.reference == {"a": 0, "b": 0, "c": 0}


def test_costs_gain_by_getting_smaller(found: Found) -> None:
    assert found(scenarios.COSTS).difference(10, 12.5) == 2.5


def test_best_for_keeps_the_recommendation_on_a_tie(found: Found) -> None:
    assert found(scenarios.TIE).best_for("self") == ("left", 0)


def test_a_quota_does_not_leave_nobody_worse_off() -> None:
    """By 51 % of the votes Memphis loses its capital, and the paper must not say that nobody loses."""
    scenario = planner.load(ROOT / "tests" / "stories" / "tennessee.yaml")
    found = Findings(planner.evaluate(scenario))
    assert "is adopted with 51 % of the votes" in found.recommendation()
    assert "it costs Voters near Memphis 2" in found.recommendation()
    assert found.finding() == "Chattanooga is adopted with 51 % of the votes"
    assert "against 'Memphis' it costs Voters near Memphis 2" in planner.evaluate(scenario).headline()
