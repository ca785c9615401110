"""What would change the choice: published and hand-worked switching values, and the shape of the result."""

from __future__ import annotations

import json
import math
import sys
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from scipy.optimize import brentq

import planner
from planner.analyses.result import BadArgument, UnknownName
from planner.analyses.sensitivity import Sensitivity, sensitivity
from planner.core.diagnostics import ScenarioError
from planner.core.rules import load
from planner.core.source import Source
from tests.conftest import ROOT
from tests.stories.test_stories import THRESHOLDS
from tests.stories.test_stories import load as story

if TYPE_CHECKING:
    from planner.analyses.varying.thresholds import Threshold

MOSCOW = planner.load(ROOT / "scenarios" / "european-line-on-moscow.yaml")
TALKS = ["talks_yield", "benchmarks_met", "energy_shock"]  # fewer inputs than all: quicker
RANGES = {"cost_exercise": (0.0, 2000.0), "p_exercise": (0.0, 1.0), "p_gas": (0.0, 1.0)}


@cache
def moscow() -> Sensitivity:
    return sensitivity(MOSCOW, one_way=["talks_yield"])


def scenario(text: str) -> planner.Scenario:
    return load(Source.from_text(f"planner: 1\ntitle: A test\n{text}"))


def of(result: Sensitivity, parameter: str) -> list[Threshold]:
    """Return an input's thresholds from its low end to its high end."""
    return sorted((one for one in result.thresholds if one.parameter == parameter), key=lambda one: one.at)


def flips(result: Sensitivity, parameter: str) -> list[tuple[float, str, str]]:
    return [(one.at, one.below, one.above) for one in of(result, parameter)]


OIL = """
parameters: {oil: {name: Chance of oil, value: 0.4, low: 0.1, high: 0.6}, cost: 70, half: oil / 2}
nodes:
  site:
    decision: Drill or sell?
    options: {drill: {name: Drill, payoff: -cost, to: hole}, sell: {name: Sell, payoff: 30}}
  hole: {chance: What is there?, branches: {oil: {p: oil, payoff: 400}, dry: {p: rest}}}
"""


# --- published, and by hand -----------------------------------------------------------------------------------


@pytest.mark.parametrize("row", THRESHOLDS, ids=lambda row: f"{row['story']}-{row['parameter']}-{row['exact']}")
def test_published_thresholds(row: dict[str, Any]):
    parameter = row["parameter"]
    given = {parameter: RANGES[parameter]} if parameter in RANGES else {}
    found = of(sensitivity(story(row["story"]), parameters=[parameter], ranges=given), parameter)
    (low, below), (high, above) = row["below"], row["above"]
    (one,) = [one for one in found if low <= one.at <= high]
    assert (one.below, one.above) == (below, above)
    assert one.exact == Fraction(row["exact"])
    assert one.at == float(Fraction(row["exact"]))


def test_texaco_against_pennzoil():
    # Clemen 1991: with C what the court is worth, a counteroffer is worth 0.17 * 5 + 0.5 C + 0.33 max(3, C). At C < 3
    # that is 1.84 + 0.5 C, and 2 at C = 0.32. Refusing 3 is better than taking it where C is above 3.
    text = story("texaco-pennzoil").source.text  # type: ignore[union-attr]
    text = text.replace("full: {p: 0.2, payoff: 10.3}", "full: {p: full, payoff: 10.3}")
    text = text.replace(
        "half: {p: 0.5, payoff: 5}, nothing: {p: 0.3}", "half: {p: half, payoff: 5}, nothing: {p: rest}"
    )
    text = text.replace(
        "nodes:", "parameters: {full: {value: 0.2, low: 0, high: 0.5}, half: {value: 0, low: 0, high: 0.5}}\nnodes:"
    )
    case = load(Source.from_text(text))
    result = sensitivity(case, parameters=["full"])
    (one,) = result.thresholds
    assert one.exact == Fraction(32, 1030)  # 10.3 p = 0.32
    assert (one.below, one.above) == ("accept", "counter")
    (one,) = sensitivity(case, at="pennzoil", overrides={"half": 0.5}, parameters=["full"]).thresholds
    assert one.exact == Fraction(5, 103)  # 10.3 p + 2.5 = 3
    assert (one.below, one.above, one.side) == ("accept", "refuse", "below")


def test_raiffa_without_a_test():
    # Raiffa 1968: -70, 50 and 200 at 0.5, 0.3 and 0.2. With s soaking and 0.3 wet, -70 (0.7 - s) + 15 + 200 s = 0.
    result = sensitivity(
        scenario("""
parameters: {soaking: {value: 0.2, low: 0.05, high: 0.4}}
nodes:
  well: {decision: Drill?, options: {drill: {to: hole}, leave: {}}}
  hole:
    chance: Hole?
    branches: {dry: {p: rest, payoff: -70}, wet: {p: 0.3, payoff: 50}, soaking: {p: soaking, payoff: 200}}
""")
    )
    assert [str(one.exact) for one in of(result, "soaking")] == ["17/135"]
    assert flips(result, "soaking") == [(17 / 135, "leave", "drill")]


def certain(tolerance: float) -> float:
    """What drilling is worth for certain in SAS's example, from the printed table of payoffs."""
    costs = {-150: 0.2, -300: 0.6, -500: 0.2}
    finds = {0: 0.5, 700: 0.3, 1200: 0.2}
    total = sum(
        p * q * math.exp(-1000 * (cost + find) / tolerance) for cost, p in costs.items() for find, q in finds.items()
    )
    return -tolerance * math.log(total)


def test_how_averse_the_wildcatter_must_be_not_to_drill():
    # The guide prints -13,580 for drilling at a tolerance of 700,000; a neutral wildcatter drills.
    root = brentq(certain, 700_000, 1_000_000, xtol=1e-6)
    (one,) = sensitivity(story("sas-wildcatter")).thresholds
    assert one.parameter == "actors.wildcatter.risk_tolerance"
    assert one.at == pytest.approx(root, rel=1e-10)
    assert (one.origin, one.to, one.side, one.now) == ("drill", "not-drill", "below", math.inf)
    assert one.to_dict()["now"] is None


def test_where_an_averse_bidder_bids_high():
    # Published: the low bid is better at a tolerance of 125, the high one at 75.
    (one,) = sensitivity(story("bid")).thresholds
    assert 75 < one.at < 125
    assert (one.below, one.above) == ("high", "low")


def test_a_weight_flips_where_algebra_says():
    # 80 w + 20 * 40 = 50 w + 70 * 40 at w = 200/3
    result = sensitivity(
        scenario("""
actors: {ann: {weights: {a: 60, b: 40}}}
criteria: {a: {worst: 0, best: 100}, b: {worst: 0, best: 100}}
nodes: {choice: {decision: Which?, options: {x: {payoff: {a: 80, b: 20}}, y: {payoff: {a: 50, b: 70}}}}}
""")
    )
    (one,) = of(result, "actors.ann.weights.a")
    assert (one.exact, one.below, one.above, one.kind) == (Fraction(200, 3), "y", "x", "weight")
    (other,) = of(result, "actors.ann.weights.b")  # 30 * 60 = 50 w
    assert (other.exact, other.below, other.above) == (36, "x", "y")
    # each weight from 0 to twice what it is
    assert {(bar.low.at, bar.high.at) for bar in result.tornado if bar.kind == "weight"} == {(0, 120), (0, 80)}
    assert [bar.kind for bar in sensitivity(result.scenario, weights=0).tornado] == []


CUBIC = """
parameters: {x: {value: 0.1, low: 0, high: 1}}
nodes: {choice: {decision: Which?, options: {flat: {}, curved: {payoff: "(x - 0.2) * (x - 0.5) * (x - 0.7)"}}}}
"""


def test_all_three_crossings_of_a_cubic():
    found = of(sensitivity(scenario(CUBIC)), "x")
    assert [str(one.exact) for one in found] == ["1/5", "1/2", "7/10"]
    assert [(one.below, one.above) for one in found] == [("flat", "curved"), ("curved", "flat"), ("flat", "curved")]
    assert [(one.origin, one.to) for one in found] == [("flat", "curved"), ("curved", "flat"), ("flat", "curved")]
    assert [one.share for one in found] == pytest.approx([0.1, 0.4, 0.6])


def test_crossings_on_both_sides_of_now_lead_away_from_it():
    found = of(sensitivity(scenario(CUBIC), overrides={"x": 0.6}), "x")
    assert [(one.side, one.origin, one.to) for one in found] == [
        ("below", "curved", "flat"),
        ("below", "flat", "curved"),
        ("above", "flat", "curved"),
    ]
    assert [one.parameter for one in sensitivity(scenario(CUBIC), overrides={"x": 0.6}).thresholds] == ["x"] * 3
    shares = [one.share for one in sensitivity(scenario(CUBIC), overrides={"x": 0.6}).thresholds]
    assert shares == sorted(shares) == pytest.approx([0.1, 0.1, 0.4])


@pytest.mark.parametrize("gap", [1e-4, 1e-5, 1e-7])
def test_two_crossings_inside_one_step_of_the_grid(gap: float):
    # (x - c)^2 = gap^2; half the grid's step is 2.5e-4
    dip = f"{gap * gap:.17g} - (x - 0.61803) ** 2"
    result = sensitivity(
        scenario(f"""
parameters: {{x: {{value: 0.1, low: 0, high: 1}}}}
nodes: {{choice: {{decision: Which?, options: {{flat: {{}}, dip: {{payoff: "{dip}"}}}}}}}}
""")
    )
    if gap < 1e-6:  # the dip is less deep than the difference below which values count as equal
        assert result.thresholds == ()
        return
    first, second = of(result, "x")
    assert first.at == pytest.approx(0.61803 - gap, abs=1e-3 * gap)
    assert second.at == pytest.approx(0.61803 + gap, abs=1e-3 * gap)


def touching(first: str, second: str) -> planner.Scenario:
    return scenario(f"""
parameters: {{x: {{value: 0.9, low: 0, high: 1}}}}
nodes: {{choice: {{decision: Which?, options: {{first: {{payoff: "{first}"}}, second: {{payoff: "{second}"}}}}}}}}
""")


@pytest.mark.parametrize(
    ("first", "second"), [("0", "-(x - 1/3) ** 2"), ("-(x - 1/3) ** 2", "0"), ("0", "-abs(x - 1/3)")]
)
def test_options_that_touch_are_told_and_flip_nothing(first: str, second: str):
    result = sensitivity(touching(first, second))
    assert result.thresholds == ()
    (tie,) = result.ties
    assert tie.low == tie.high == pytest.approx(1 / 3, abs=1e-6)
    assert tie.options == ("first", "second")


def test_a_tie_over_a_stretch():
    for first, second in (("0", "-max(0, 0.4 - x, x - 0.6)"), ("-max(0, 0.4 - x, x - 0.6)", "0")):
        result = sensitivity(touching(first, second))
        (tie,) = result.ties
        assert (tie.low, tie.high) == pytest.approx((0.4, 0.6), abs=1e-9)
        assert not any(abs(one.at - 0.5) < 0.09 for one in result.thresholds)


def test_options_that_are_the_same_are_a_tie_and_no_threshold():
    result = sensitivity(touching("x", "x"))
    assert (result.thresholds, result.ties, result.tied) == ((), (), ("first", "second"))
    assert "ties with" in result.headline()


@pytest.mark.parametrize(("condition", "below", "above"), [("x > 0.3", "off", "on"), ("x <= 0.3", "on", "off")])
def test_a_condition_flips_by_a_jump(condition: str, below: str, above: str):
    result = sensitivity(
        scenario(f"""
parameters: {{x: {{value: 0.9, low: 0, high: 1}}}}
nodes: {{choice: {{decision: Which?, options: {{on: {{payoff: "5 if {condition} else -5"}}, off: {{}}}}}}}}
""")
    )
    (one,) = of(result, "x")
    assert (one.at, one.below, one.above, one.jump, one.exact) == (0.3, below, above, True, None)


def test_a_quotient_and_a_root_that_is_no_fraction():
    result = sensitivity(
        scenario("""
parameters: {x: {value: 2, low: 1, high: 9}, y: {value: 1, low: 0, high: 3}}
nodes: {choice: {decision: Which?, options: {a: {payoff: 3 / x}, b: {payoff: 7 / 11}, c: {payoff: y * y - 1}}}}
""")
    )
    assert str(of(result, "x")[0].exact) == "33/7"
    (one,) = of(result, "y")
    assert one.exact is None
    assert one.at == pytest.approx(math.sqrt(2.5), rel=1e-15)


def test_several_decide_together():
    # 'other' gains 3 and x over the fallback, 'even' gains 1 and 1: the smaller gain of 'other' is below 1 where x is.
    text = """
actors: {a: {}, b: {}}
parameters: {x: {value: 2, low: -2, high: 6}}
nodes:
  deal:
    decision: Which deal?
    by: [a, b]
    rule: unanimity
    fallback: none
    options: {none: {}, even: {payoff: {a: 1, b: 1}}, other: {payoff: {a: 3, b: x}}}
"""
    result = sensitivity(scenario(text))
    assert result.chosen == "other"
    assert flips(result, "x") == [(1.0, "even", "other")]
    assert result.difference == 1  # 2 against 1
    assert result.headline() == "'other' is no longer agreed on if 'x' falls below 1.0 (now 2.0)."
    alone = sensitivity(scenario(text.replace("even: {payoff: {a: 1, b: 1}}, ", "")))
    assert flips(alone, "x") == [(0.0, "none", "other")]
    stands = sensitivity(scenario(text.replace("even: {payoff: {a: 1, b: 1}}, ", "")), overrides={"x": -1})
    assert stands.headline() == "The fallback 'none' no longer stands if 'x' rises above 0.0 (now -1.0)."


def test_costs_are_told_in_their_own_sense():
    result = sensitivity(story("stent"), ranges={"cost_exercise": (500, 1000)}, parameters=["cost_exercise"])
    (bar,) = result.tornado
    assert bar.now.value == pytest.approx(70850 / 17)  # the smaller cost
    assert bar.low.value == pytest.approx(500 + 5000 * 40 / 58)
    assert bar.low.difference < 0 < bar.high.difference
    assert result.headline() == "'diet' stops costing least if 'cost_exercise' falls below 719 (now 750)."


# --- what is varied -------------------------------------------------------------------------------------------


def test_formulas_are_varied_over_what_their_inputs_make_of_them():
    result = sensitivity(scenario(OIL.replace("oil: {p: oil", "oil: {p: 2 * half")))
    bars = {bar.parameter: bar for bar in result.tornado}
    assert (bars["half"].kind, bars["half"].low.at, bars["half"].high.at) == ("derived", 0.05, 0.3)
    assert bars["half"].origin == "follows from the range of oil"
    (root,), (derived,) = of(result, "oil"), of(result, "half")
    assert (root.exact, derived.exact) == (Fraction(1, 4), Fraction(1, 8))
    assert root.share == pytest.approx(derived.share)
    assert result.without_range == ("cost",)


def test_a_formula_with_a_range_of_its_own():
    result = sensitivity(
        scenario(
            OIL.replace("half: oil / 2", "half: {value: oil / 2, low: 0.1, high: 0.25}").replace(
                "oil: {p: oil", "oil: {p: 2 * half"
            )
        )
    )
    bar = next(bar for bar in result.tornado if bar.parameter == "half")
    assert (bar.low.at, bar.high.at, bar.origin) == (0.1, 0.25, "the file's")


def test_any_input_can_be_given_a_range():
    result = sensitivity(scenario(OIL), parameters=["cost"], ranges={"cost": (50, 200)})
    assert flips(result, "cost") == [(130, "drill", "sell")]  # 160 - 30
    assert [bar.parameter for bar in result.tornado] == ["cost"]
    result = sensitivity(scenario(OIL), ranges={"actors.self.risk_tolerance": (50, math.inf)})
    bar = next(bar for bar in result.tornado if bar.kind == "risk_tolerance")
    assert (bar.low.at, bar.high.at) == (pytest.approx(50), math.inf)
    assert bar.to_dict()["high"] is None


def test_a_number_of_this_run_outside_of_the_range_widens_it():
    result = sensitivity(scenario(OIL), overrides={"oil": 0.9})
    bar = result.tornado[0]
    assert (bar.low.at, bar.now.at, bar.high.at) == (0.1, 0.9, 0.9)


def test_a_parameter_that_is_overridden_by_a_formula_of_it_stays():
    result = sensitivity(scenario(OIL), overrides={"half": 0.2})
    assert [bar.parameter for bar in result.tornado if bar.kind == "derived"] == []


def test_where_the_scenario_is_impossible_the_range_is_cut():
    text = OIL.replace("dry: {p: rest}", "gas: {p: 0.45}, dry: {p: rest}").replace("value: 0.4,", "value: 0.3,")
    result = sensitivity(scenario(text))
    bar = next(bar for bar in result.tornado if bar.parameter == "oil")
    assert (bar.low.at, bar.high.at, bar.given) == (0.1, 0.55, (0.1, 0.6))
    assert bar.to_dict()["range_given"] == [0.1, 0.6]
    assert flips(result, "oil") == [(0.25, "sell", "drill")]


def test_a_hole_in_the_range_ends_it():
    text = OIL.replace("payoff: -cost", "payoff: -7 / abs(oil - 0.2)")
    bar = sensitivity(scenario(text)).tornado[0]
    assert bar.low.at == pytest.approx(0.2, abs=1e-6)
    assert bar.high.at == 0.6


def test_only_those_who_decide_have_weights_that_matter():
    result = moscow()
    weights = {bar.parameter.split(".")[1] for bar in result.tornado if bar.kind == "weight"}
    assert weights == {"uk", "france", "italy", "russia"}  # Moscow decides later
    assert all(bar.low.at == -2 * 30 for bar in result.tornado if bar.parameter == "actors.russia.weights.deterrence")


def test_rules_that_look_at_worst_cases_have_no_tolerance_of_risk():
    result = sensitivity(scenario(OIL), rule="maximin")
    assert [bar.kind for bar in result.tornado] == ["parameter", "derived"]
    assert result.chances is None
    assert "by maximin" in result.headline()


# --- the result -----------------------------------------------------------------------------------------------


def test_headline_with_a_likelihood_word():
    text = OIL.replace("parameters", "likelihood_words: phia\nparameters").replace(
        "0.4, low: 0.1, high: 0.6", "0.55, low: 0.1, high: 0.6"
    )
    assert (
        sensitivity(scenario(text)).headline()
        == "'Drill' stops being best if the chance of oil falls below 0.25 (now 0.55, likely)."
    )


def test_bars_are_evaluations_at_the_ends():
    result = moscow()
    assert [bar.swing for bar in result.tornado] == sorted((bar.swing for bar in result.tornado), reverse=True)
    bar = next(bar for bar in result.tornado if bar.parameter == "benchmarks_met")
    for end in (bar.low, bar.high, bar.now):
        evaluation = planner.evaluate(MOSCOW, overrides={"benchmarks_met": end.at})
        root = evaluation.decisions[0]
        assert (end.chosen, end.value) == (root.chosen, pytest.approx(root.option(root.chosen).values["uk"]))
        least = {o.option: min(o.values[a] - root.option("drift").values[a] for a in root.by) for o in root.options}
        others = [gain for option, gain in least.items() if option != "coordinate"]
        assert end.difference == pytest.approx(least["coordinate"] - max(others))
    assert bar.difference_min <= min(bar.low.difference, bar.high.difference)


def test_the_point_of_view_changes_values_and_no_choice():
    mine, theirs = (sensitivity(MOSCOW, actor=actor, parameters=["talks_yield"]) for actor in ("uk", "russia"))
    assert mine.tornado[0].difference_min == theirs.tornado[0].difference_min
    assert mine.tornado[0].now.value != theirs.tornado[0].now.value


def test_two_inputs_at_once():
    result = sensitivity(scenario(OIL), two_way=("oil", "cost"), ranges={"cost": (0, 200), "oil": (0, 1.5)}, steps=31)
    found = result.regions
    assert found is not None
    assert (found.x[0], found.x[-1], found.y[0], found.y[-1]) == (0, 1.5, 0, 200)
    for cost, row in zip(found.y, found.chosen, strict=True):
        for oil, option in zip(found.x, row, strict=True):
            if oil > 1 + 1e-9:
                assert option is None
            elif abs(400 * oil - cost - 30) > 1e-9:
                assert option == ("drill" if 400 * oil - cost > 30 else "sell")
    assert result.to_dict()["regions"]["chosen"][0][0] == "sell"


def test_the_two_parameters_that_matter_most_are_mapped_when_nobody_says():
    result = moscow()
    assert result.regions is not None
    assert result.regions.parameters == ("benchmarks_met", "legitimacy_cost")
    assert [bar.parameter for bar in result.tornado if bar.kind == "parameter"][:2] == list(result.regions.parameters)
    assert sensitivity(scenario(OIL)).regions is None


def test_curves():
    result = sensitivity(scenario(OIL), one_way=["oil", "actors.self.risk_tolerance"])
    curve, risk = result.curves
    assert (curve.at[0], curve.at[-1]) == (0.1, 0.6)
    assert 0.25 in curve.at
    assert 0.4 in curve.at
    for at, drill, lead in zip(curve.at, curve.values["drill"], curve.difference, strict=True):
        assert drill == pytest.approx(400 * at - 70)
        assert lead == pytest.approx(400 * at - 100)
    assert set(curve.values["sell"]) == {30}
    assert list(risk.at) == sorted(risk.at)
    assert risk.at[-1] == math.inf
    assert risk.to_dict()["points"][-1]["at"] is None
    (line,) = result.spider
    assert (line.share[0], line.share[-1]) == (-1, 1)
    assert line.difference[0] == pytest.approx(-60)
    assert line.difference[-1] == pytest.approx(140)


def test_keys_of_the_json_contract():
    found = moscow().to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    wanted = {"parameter", "low", "high", "value_low", "value_high", "chosen_low", "chosen_high"}
    assert all(wanted <= set(bar) for bar in found["tornado"])
    again = sensitivity(scenario(OIL)).to_dict()
    assert all({"parameter", "at", "from", "to", "now"} <= set(one) for one in again["thresholds"])
    shares = [one["share"] for one in again["thresholds"]]
    assert shares == sorted(shares)
    assert {"x", "y", "chosen"} <= set(found["regions"])
    assert {"radius", "proved", "point"} <= set(found["joint"])
    assert found["decisions"][0]["state"] == "line"


def test_the_same_arguments_give_the_same_result():
    first, second = (sensitivity(MOSCOW, parameters=TALKS, seed=3).to_dict() for _ in range(2))
    assert first == second


def test_settings_name_every_argument():
    result = sensitivity(
        MOSCOW, parameters=TALKS, ranges={"talks_yield": (0.1, 0.3)}, seed=7, two_way=("talks_yield", "energy_shock")
    )
    settings = result.settings
    assert settings["parameters"] == TALKS
    assert settings["seed"] == 7
    assert settings["ranges"] == {"talks_yield": [0.1, 0.3]}
    assert settings["two_way"] == ["talks_yield", "energy_shock"]
    assert settings["at"] == "line"
    assert json.dumps(settings)


def test_another_decision():
    result = sensitivity(MOSCOW, at="pressure", parameters=["attack_exposed"])
    assert result.focus.by == ("russia",)
    assert result.headline().startswith(
        "'Step up the pressure' stops being best for Russia if the chance that hybrid attacks"
    )


def test_one_option_alone():
    result = sensitivity(
        scenario(
            "parameters: {x: {value: 1, low: 0, high: 2}}\nnodes: {d: {decision: D?, options: {only: {payoff: x}}}}"
        )
    )
    assert result.headline() == "'only' is the only option, so nothing changes the choice."
    assert (result.tornado, result.thresholds, result.difference, result.decisions) == ((), (), None, ())
    assert json.dumps(result.to_dict(), allow_nan=False)


def test_nothing_to_vary():
    result = sensitivity(scenario("nodes: {d: {decision: D?, options: {a: {payoff: 2}, b: {payoff: 1}}}}"))
    assert result.headline() == "Nothing has a range to vary it in, so the choice of 'a' was not put to the test."
    chance = sensitivity(
        planner.load(ROOT / "scenarios" / "tutorial.yaml"), ranges={}, parameters=["actors.self.risk_tolerance"]
    )
    assert chance.chances is not None


def test_state_and_rounds():
    result = sensitivity(
        scenario("""
parameters: {luck: {value: 0.5, low: 0, high: 1}}
state: {round: 1}
nodes:
  table:
    decision: Go on?
    options:
      again: {when: round < 3, payoff: -1, set: {round: round + 1}, to: roll}
      stop: {to: end}
  roll: {chance: Roll?, branches: {win: {p: luck, payoff: 3, to: end}, lose: {p: rest, to: table}}}
  end: {outcome: End}
""")
    )
    # one more roll is worth 3 p - 1: it pays from p = 1/3 on, in every round
    assert [(str(one.exact), one.below, one.above) for one in of(result, "luck")] == [("1/3", "stop", "again")]
    assert [one.state for one in result.decisions] == ["table[round=1]", "table[round=2]"]


def test_exact_values_need_a_scenario_that_has_them():
    text = OIL.replace("payoff: 400", "payoff: 400 * exp(0)")
    (one,) = of(sensitivity(scenario(text)), "oil")
    assert one.exact is None
    assert one.at == pytest.approx(0.25, rel=1e-14)
    averse = sensitivity(scenario("actors: {ann: {risk_tolerance: 1000}}\n" + OIL))
    assert all(one.exact is None for one in averse.thresholds)


def test_fractions_in_overrides_stay_exact():
    (one,) = of(sensitivity(scenario(OIL), overrides={"cost": "200/3"}), "oil")
    assert one.exact == Fraction(290, 1200)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"parameters": ["oli"]}, UnknownName, "did you mean 'oil'"),
        ({"parameters": ["cost"]}, BadArgument, "--range cost=LOW:HIGH"),
        ({"one_way": ["cost"]}, BadArgument, "--range cost=LOW:HIGH"),
        ({"one_way": ["oli"]}, UnknownName, "oil"),
        ({"ranges": {"oli": (0, 1)}}, UnknownName, "oil"),
        ({"ranges": {"oil": (1, 0)}}, BadArgument, "is empty"),
        ({"ranges": {"oil": (0, math.inf)}}, BadArgument, "no upper end"),
        ({"ranges": {"oil": (math.nan, 1)}}, BadArgument, "is empty"),
        ({"ranges": {"actors.self.risk_tolerance": (0, 10)}}, BadArgument, "above 0"),
        ({"ranges": {"actors.self.weights.value": (0, 10)}}, BadArgument, "only weight"),
        ({"parameters": ["actors.uk.weights.value"]}, UnknownName, "unknown input"),
        ({"two_way": ("oil", "oil")}, BadArgument, "itself"),
        ({"two_way": ("oil", "cost")}, BadArgument, "--range cost"),
        ({"steps": 1}, BadArgument, "2 to 201"),
        ({"weights": -1}, BadArgument, "weights"),
        ({"at": "hole"}, BadArgument, "'hole' is a chance node"),
        ({"actor": "uk"}, UnknownName, "actor"),
        ({"rule": "best"}, BadArgument, "rule"),
        ({"overrides": {"oil": 2.0}}, ScenarioError, "probability of branch 'oil'"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(arguments: dict[str, Any], error: type[Exception], words: str):
    with pytest.raises(error, match=words):
        sensitivity(scenario(OIL), **arguments)


def test_a_criterion_without_a_scale_carries_no_weight():
    case = scenario("""
actors: {ann: {weights: {a: 60}}}
criteria: {a: {worst: 0, best: 100}, b: {unit: EUR}}
nodes: {choice: {decision: Which?, options: {x: {payoff: {a: 80, b: 20}}, y: {payoff: {a: 50}}}}}
""")
    with pytest.raises(BadArgument, match="no scale"):
        sensitivity(case, ranges={"actors.ann.weights.b": (0, 1)})


def test_a_frame_needs_pandas(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(BadArgument, match="needs pandas"):
        sensitivity(scenario(OIL)).to_frame()


def test_notebooks():
    text = sensitivity(scenario(OIL))._repr_markdown_()
    assert text.startswith("**A test**\n\n'Drill' stops being best")
    assert "| Chance of oil | 0.40 | below 0.25 | Sell | 30 % |" in text


def test_a_pole_is_a_jump():
    result = sensitivity(
        scenario("""
parameters: {x: {value: 1, low: -3, high: 4}}
nodes: {choice: {decision: Which?, options: {steep: {payoff: 10 / (2 + x)}, flat: {}}}}
""")
    )
    assert [(one.at, one.below, one.above, one.jump) for one in of(result, "x")] == [(-2.0, "flat", "steep", True)]


@pytest.mark.parametrize(
    ("rule", "exact", "below"),
    [
        ("weighted", "1/2", "even"),  # (3 + x) / 2 = 7/4
        ("nash", "1", "even"),  # 3 x = 3
        ("quota(0.5)", "9/2", "other"),  # the larger gain: of 'other' max(3, x), and 4.5 once 'late' gains as much to a
        ("unanimity", "3/2", "even"),  # min(3, x) = 1.5
    ],
)
def test_several_decide_by_another_rule(rule: str, exact: str, below: str):
    late = ", late: {payoff: {a: 4.5, b: -9}}" if rule.startswith("quota") else ""
    even = {"nash": "{a: 1, b: 3}", "weighted": "{a: 1.75, b: 1.75}"}.get(rule, "{a: 1.5, b: 1.5}")
    result = sensitivity(
        scenario(f"""
actors: {{a: {{}}, b: {{}}}}
parameters: {{x: {{value: 2, low: 0.1, high: 6}}}}
nodes:
  deal:
    decision: Which deal?
    by: [a, b]
    rule: {rule}
    fallback: none
    options: {{none: {{}}, even: {{payoff: {even}}}, other: {{payoff: {{a: 3, b: x}}}}{late}}}
"""),
        parameters=["x"],
    )
    assert [str(one.exact) for one in result.thresholds] == [exact]
    if not late:
        assert (result.thresholds[0].below, result.thresholds[0].above) == (below, "other")


def test_hidden_moves_are_refused():
    text = """
actors: {a: {}, b: {}}
nodes:
  first: {decision: A?, by: [a], options: {l: {to: second}, r: {to: second}}}
  second: {decision: B?, by: [b], unseen: [first], options: {l: {payoff: {a: 1, b: 1}}, r: {}}}
"""
    with pytest.raises(ScenarioError, match="P310"):
        sensitivity(scenario(text))


def test_news_moves_thresholds():
    # With news that is right in 80 % of cases, buying after good news pays if 10 P(up | good) > 4:
    # 0.8 p / (0.8 p + 0.2 (1 - p)) = 0.4 at p = 1/7; after bad news where 0.2 p / (0.2 p + 0.8 (1 - p)) = 0.4, at p =
    # 8/11.
    text = """
parameters: {p: {value: 0.5, low: 0, high: 1}}
signals: {news: {about: market, likelihood: {up: {good: 0.8, bad: 0.2}, down: {good: 0.2, bad: 0.8}}}}
nodes:
  listen: {observe: news, branches: {good: {to: buy}, bad: {to: buy}}}
  buy: {decision: Buy?, options: {yes: {payoff: -4, to: market}, no: {}}}
  market: {chance: Market?, branches: {up: {p: p, payoff: 10}, down: {p: rest}}}
"""
    good = sensitivity(scenario(text), at="buy[news=good]", parameters=["p"])
    bad = sensitivity(scenario(text), at="buy[news=bad]", parameters=["p"])
    assert [str(one.exact) for one in good.thresholds] == ["1/7"]
    assert [str(one.exact) for one in bad.thresholds] == ["8/11"]
    assert not good.joint.proved
