"""Risk of options: against all paths, by laws, at every tolerance of risk, in words, and what is refused."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from math import exp, inf, log
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

import planner
from planner.analyses.result import BadArgument, UnknownName
from planner.analyses.risk import risk
from planner.core.diagnostics import ScenarioError
from planner.core.model import VALUE, Criterion
from planner.core.rules import load
from planner.core.source import Source
from planner.core.unfold import unfold
from tests.analyses.test_laws import careful, scenarios

if TYPE_CHECKING:
    from planner.core.model import Scenario

HEAD = "planner: 1\ntitle: A test\n"
GAMBLE = """\
nodes:
  d: {decision: Which?, options: {sure: {name: Sure thing, payoff: SURE}, bet: {name: A bet, to: c}}}
  c: {chance: Luck?, branches: {bad: {p: 0.4, payoff: -10}, good: {p: rest, payoff: 20}}}
"""
SCORES = """\
actors:
  north: {name: North, weights: {trade: 1}}
  south: {name: South, weights: {trade: -1}}
criteria: {trade: {name: Trade, worst: 0, best: 10START}}
nodes:
  open:
    decision: Open the border?
    by: [north]
    options: {open: {name: Open it, payoff: {trade: 3}, to: c}, close: {name: Close it, payoff: {trade: -2}}}
  c: {chance: Then?, branches: {more: {p: 0.5, payoff: {trade: 1}}, less: {p: 0.5, payoff: {trade: -4}}}}
"""
JOINT = """\
actors: {a: {name: Aland}, b: {name: Borduria, minimum: 2}, c: {name: Carpania}}
nodes:
  pact:
    decision: Which pact?
    by: [a, b]
    rule: unanimity
    fallback: none
    options:
      broad: {name: A broad pact, payoff: {a: 4, b: 1}, to: luck}
      narrow: {name: A narrow pact, payoff: {a: 2, b: 1}}
      none: {name: No pact}
  luck: {chance: Luck?, branches: {bad: {p: 0.5, payoff: {a: -3, c: 5}}, good: {p: 0.5, payoff: {b: 4}}}}
"""
COSTS = """\
objective: minimize
criteria: {cost: {name: Cost, unit: EUR m}}
nodes:
  road:
    decision: Which road?
    options: {flat: {payoff: 10}, steep: {to: snow}}
  snow: {chance: Snow?, branches: {yes: {p: 0.1, payoff: 50}, no: {p: rest, payoff: 4}}}
"""


def made(text: str) -> Scenario:
    return load(Source.from_text(HEAD + text))


def gamble(sure: float = 0) -> Scenario:
    return made(GAMBLE.replace("SURE", str(sure)))


def profile_of(found: planner.Risk, option: str) -> dict[float, float]:
    profile = found.option(option).profile
    return dict(zip(profile.values.tolist(), profile.mass.tolist(), strict=True))


# --- against everything that can happen ---------------------------------------------------------------------------


@given(scenarios(actors=2, joint=True, sizes=(1, 6)))
@settings(deadline=None, max_examples=30)
def test_a_profile_is_that_of_the_paths_listed(scenario: Scenario):
    assume(scenario.root.kind == "decision")
    found = risk(scenario)
    for option in found.options:
        listed: dict[float, float] = defaultdict(float)
        for path in planner.paths(scenario, choose={"n0": option.option}).paths:
            listed[round(path.values[found.actor], 9)] += path.probability
        profile = option.profile
        assert profile.values.tolist() == pytest.approx(sorted(listed), abs=1e-8)
        assert profile.mass.tolist() == pytest.approx([listed[value] for value in sorted(listed)], abs=1e-12)
        assert (profile.low, profile.high) == pytest.approx((min(listed), max(listed)), abs=1e-8)


@given(scenarios(actors=2, joint=True, sizes=(1, 6)))
@settings(deadline=None, max_examples=30)
def test_the_mean_is_the_value_of_the_option_that_evaluate_gives(scenario: Scenario):
    unfolded = unfold(scenario)
    assume(any(unfolded.kind(state) == "decision" for state in range(len(unfolded))))
    found = risk(scenario)
    decision = next(one for one in planner.evaluate(scenario).decisions if one.state == found.at)
    for actor, options in found.by_actor.items():
        for option in options:
            assert option.profile.mean == pytest.approx(decision.option(option.option).values[actor], abs=1e-9)
            assert option.certainty_equivalent == option.profile.mean  # nobody shuns risk here
    assert (found.chosen, found.tied) == (decision.chosen, decision.tied)


@given(scenarios(sizes=(2, 6)), st.floats(0.01, 1.0))
@settings(deadline=None, max_examples=30)
def test_tails_quantiles_and_range_are_in_order(scenario: Scenario, level: float):
    assume(scenario.root.kind == "decision")
    for option in risk(scenario, level=level, tolerances=[1]).options:
        made = option.profile
        assert made.low - 1e-9 <= option.cvar <= made.quantile(level) + 1e-9
        assert option.cvar <= made.mean + 1e-9
        assert made.tail_mean(level / 2) <= option.cvar + 1e-9
        values = list(option.quantiles.values())
        assert values == sorted(values)
        assert made.low <= values[0] + 1e-9
        assert values[-1] <= made.high + 1e-9
        assert made.below(made.mean) < 1


# --- attitudes to risk ------------------------------------------------------------------------------------------


@given(scenarios(sizes=(2, 6)), st.floats(0.05, 1e4))
@settings(deadline=None, max_examples=30)
def test_what_is_folded_back_is_the_equivalent_of_path_totals(scenario: Scenario, tolerance: float):
    assume(scenario.root.kind == "decision")
    for option in risk(careful(scenario, tolerance), tolerances=[1]).options:
        equivalent = option.certainty_equivalent
        assert equivalent == pytest.approx(option.profile.equivalent(tolerance), rel=1e-9, abs=1e-8)
        assert option.profile.low - 1e-9 <= equivalent <= option.profile.mean + 1e-9


@given(scenarios(sizes=(2, 6)), st.floats(0.05, 1e3))
@settings(deadline=None, max_examples=30)
def test_who_shuns_risk_prefers_what_dominates(scenario: Scenario, tolerance: float):
    assume(scenario.root.kind == "decision")
    found = risk(scenario, tolerances=[1])
    for pair in found.pairs[found.actor].dominance:
        better, worse = (found.option(one).profile for one in (pair.better, pair.worse))
        assert better.equivalent(tolerance) >= worse.equivalent(tolerance) - 1e-9
        assert better.mean >= worse.mean - 1e-9
        if pair.order == 1:
            assert all(better.quantile(share) >= worse.quantile(share) - 1e-9 for share in (0.01, 0.3, 0.5, 0.77))


@given(scenarios(actors=2, joint=True, sizes=(2, 5)), st.floats(0.05, 1e3))
@settings(deadline=None, max_examples=30)
def test_a_row_of_the_table_is_the_scenario_with_that_tolerance(scenario: Scenario, tolerance: float):
    assume(scenario.root.kind == "decision")
    found = risk(scenario, tolerances=[tolerance])
    if not found.tolerances.rows:
        return
    (row,) = found.tolerances.rows
    viewer = scenario.actors[found.actor]
    changed = replace(scenario, actors={**scenario.actors, viewer.id: replace(viewer, risk_tolerance=tolerance)})
    decision = planner.evaluate(changed).decisions[0]
    expected = {option.option: option.values[found.actor] for option in decision.options}
    assert row.values == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert row.chosen == decision.chosen
    again = risk(scenario, risk_tolerance=tolerance)
    assert {one.option: one.certainty_equivalent for one in again.options} == pytest.approx(expected, abs=1e-9)
    assert again.chosen == decision.chosen
    assert risk(changed).to_dict()["options"] == again.to_dict()["options"]


@given(scenarios(sizes=(2, 5)))
@settings(deadline=None, max_examples=30)
def test_equivalents_of_the_table_grow_to_the_neutral_ones(scenario: Scenario):
    assume(scenario.root.kind == "decision")
    found = risk(scenario).tolerances
    if found.neutral is None:
        return
    rows = [*found.rows, found.neutral]
    for low, high in pairwise(rows):
        assert all(low.values[option] <= high.values[option] + 1e-9 for option in high.values)


@given(scenarios(sizes=(2, 5)), st.data())
@settings(deadline=None, max_examples=30)
def test_between_two_flips_one_option_is_as_good_as_any(scenario: Scenario, data: st.DataObject):
    assume(scenario.root.kind == "decision")
    found = risk(scenario).tolerances
    if found.looked is None:
        return
    ends = [found.looked[0], *(flip.risk_tolerance for flip in found.flips), found.looked[1]]
    taken = [flip.below for flip in found.flips]
    taken.append(found.flips[-1].above if found.flips else "")
    for (low, high), option in zip(pairwise(ends), taken, strict=True):
        share = data.draw(st.floats(0.001, 0.999))
        values = planner.evaluate(careful(scenario, low ** (1 - share) * high**share)).decisions[0]
        own = {one.option: one.values["ann"] for one in values.options}
        if option:
            assert own[option] >= max(own.values()) - 1e-9


def test_flips_are_where_equivalents_cross():
    # By the published profiles of three options: 0 for sure; -1 or 2; -1, 0 or 4 with 1/6, 2/3, 1/6.
    def two(risk: float) -> float:
        return -risk * log((exp(1 / risk) + exp(-2 / risk)) / 2)

    def three(risk: float) -> float:
        return -risk * log(exp(1 / risk) / 6 + 2 / 3 + exp(-4 / risk) / 6)

    found = risk(planner.load("tests/stories/policies.yaml")).tolerances
    first, second = found.flips
    assert first.risk_tolerance == pytest.approx(brentq(three, 0.5, 5, rtol=1e-14), rel=1e-9)
    assert second.risk_tolerance == pytest.approx(brentq(lambda r: two(r) - three(r), 3, 50, rtol=1e-14), rel=1e-9)
    assert [(flip.below, flip.above) for flip in found.flips] == [("one", "three"), ("three", "two")]
    assert found.neutral is not None
    assert found.neutral.tied == ("two", "three")  # a tie of means is no change of mind


def test_news_written_as_a_signal_changes_nothing():
    by_hand, by_signal = (risk(planner.load(f"tests/stories/raiffa-wildcatter{end}.yaml")) for end in ("", "-signal"))
    for written, heard in zip(by_hand.options, by_signal.options, strict=True):
        assert heard.profile.values.tolist() == written.profile.values.tolist()
        assert heard.profile.mass.tolist() == pytest.approx(written.profile.mass.tolist(), rel=1e-12)
    flips = [[flip.risk_tolerance for flip in found.tolerances.flips] for found in (by_hand, by_signal)]
    assert flips[0] == pytest.approx(flips[1], rel=1e-9)


def test_a_tie_at_small_tolerances_is_no_flip():
    # Both lose nothing with 1/2; for the very cautious the rest is too small to tell, and the file's order decides.
    text = """\
nodes:
  d: {decision: Which?, options: {less: {to: l}, more: {to: m}}}
  l: {chance: L, branches: {a: {p: 0.5}, b: {p: 0.5, payoff: 90}}}
  m: {chance: M, branches: {a: {p: 0.5}, b: {p: 0.5, payoff: 100}}}
"""
    found = risk(made(text), tolerances=[0.01, 1000])
    assert found.tolerances.flips == ()
    assert found.tolerances.looked is not None
    assert [row.tied for row in found.tolerances.rows] == [("less", "more"), ()]
    assert found.tolerance_words() == "'more' is taken whatever the tolerance of risk."


def test_later_decisions_follow_the_tolerance_and_the_profiles_do():
    text = """\
nodes:
  d: {decision: Which?, options: {wait: {to: later}, now: {payoff: 3}}}
  later: {decision: And then?, options: {bet: {to: c}, stop: {payoff: 2}}}
  c: {chance: Luck?, branches: {bad: {p: 0.5, payoff: -10}, good: {p: 0.5, payoff: 20}}}
"""
    scenario = made(text)
    neutral, cautious = risk(scenario), risk(scenario, risk_tolerance=5)
    assert profile_of(neutral, "wait") == {-10: 0.5, 20: 0.5}
    assert profile_of(cautious, "wait") == {2: 1}
    assert (neutral.chosen, cautious.chosen) == ("wait", "now")
    assert neutral.risk_tolerance is None
    assert cautious.risk_tolerance == 5
    assert neutral.scenario is cautious.scenario
    row = risk(scenario, tolerances=[5]).tolerances.rows[0]
    assert row.values == {"wait": 2, "now": 3}


@pytest.mark.parametrize(
    ("tolerance", "expected"),
    [(1e-9, -10), (1e-300, -10), (0.01, -10), (1e9, 8), (1e15, 8), (5, -5 * log(0.4 * exp(2) + 0.6 * exp(-4)))],
)
def test_neither_clamp_nor_overflow(tolerance: float, expected: float):
    found = risk(gamble(), risk_tolerance=tolerance, tolerances=[tolerance])
    assert found.option("bet").certainty_equivalent == pytest.approx(expected, abs=0.01 if tolerance == 0.01 else 1e-6)
    assert found.tolerances.rows[0].values["bet"] == found.option("bet").certainty_equivalent


def test_a_large_sure_amount_is_worth_itself_at_a_small_tolerance():
    # Another tool stops at 9.2103 times the tolerance and shows 1842.07.
    assert risk(gamble(2745), risk_tolerance=200).option("sure").certainty_equivalent == 2745


@pytest.mark.parametrize("rule", ["maximin", "maximax", "hurwicz:0.5", "laplace"])
def test_other_rules_choose_otherwise_and_probabilities_stay(rule: str):
    scenario = planner.load("tests/stories/raiffa-wildcatter.yaml")
    found = risk(scenario, rule=rule)
    assert found.chosen == planner.evaluate(scenario, rule=rule).decisions[0].chosen
    assert all(option.profile.mass.sum() == pytest.approx(1) for option in found.options)
    assert (found.tolerances.rows, found.tolerances.flips) == ((), ())
    assert found.tolerance_words() == (
        f"The tolerance of risk changes nothing: by {rule} decisions do not depend on the tolerance of risk."
    )


def test_by_another_rule_the_equivalent_is_that_of_the_profile():
    found = risk(gamble(), rule="maximax", risk_tolerance=5)
    assert found.chosen == "bet"
    assert found.option("bet").certainty_equivalent == pytest.approx(-5 * log(0.4 * exp(2) + 0.6 * exp(-4)))


# --- invariance -------------------------------------------------------------------------------------------------


@given(scenarios(actors=2, joint=True, sizes=(1, 5)), st.integers(-50, 50))
@settings(deadline=None, max_examples=30)
def test_a_constant_moves_values_and_nothing_else(scenario: Scenario, shift: int):
    assume(scenario.root.kind == "decision")
    moved = replace(scenario, criteria={VALUE: Criterion(VALUE, VALUE, start=shift)})
    before, after = risk(scenario, below=0), risk(moved, below=shift)
    for old, new in zip(before.options, after.options, strict=True):
        assert new.profile.values.tolist() == pytest.approx([value + shift for value in old.profile.values.tolist()])
        assert (new.profile.sd, new.profile.mean) == pytest.approx((old.profile.sd, old.profile.mean + shift))
        assert new.probability_of_loss == pytest.approx(old.probability_of_loss)
        assert new.cvar == pytest.approx(old.cvar + shift)
    assert [(one.better, one.worse, one.order) for one in after.pairs[after.actor].dominance] == [
        (one.better, one.worse, one.order) for one in before.pairs[before.actor].dominance
    ]
    assert [flip.risk_tolerance for flip in after.tolerances.flips] == pytest.approx(
        [flip.risk_tolerance for flip in before.tolerances.flips], rel=1e-6
    )


@given(scenarios(sizes=(2, 5)))
@settings(deadline=None, max_examples=30)
def test_other_names_change_nothing(scenario: Scenario):
    assume(scenario.root.kind == "decision")
    renamed = {
        f"x-{name}": replace(
            node,
            id=f"x-{name}",
            edges={
                f"y-{edge.id}": replace(edge, id=f"y-{edge.id}", node=f"x-{name}", to=edge.to and f"x-{edge.to}")
                for edge in node.edges.values()
            },
        )
        for name, node in scenario.nodes.items()
    }
    before, after = risk(scenario).to_dict(), risk(replace(scenario, nodes=renamed)).to_dict()
    assert json.loads(json.dumps(after).replace("x-n", "n").replace("y-e", "e")) == json.loads(json.dumps(before))


# --- what counts as a loss ----------------------------------------------------------------------------------------


def test_below_zero_where_values_are_amounts():
    found = risk(gamble())
    assert found.references["self"].to_dict() == {"value": 0.0, "kind": "zero", "words": "neither gain nor loss"}
    assert [option.probability_of_loss for option in found.options] == [0, 0.4]


def test_below_what_is_given():
    found = risk(gamble(), below=20)
    assert found.references["self"].kind == "below"
    assert [option.probability_of_loss for option in found.options] == [1, 0.4]


def test_below_the_minimum_of_the_actor():
    found = risk(made(JOINT))
    assert found.references["a"].value == 0
    assert found.references["b"].to_dict() == {"value": 2, "kind": "minimum", "words": "the minimum of Borduria"}
    assert [option.probability_of_loss for option in found.by_actor["b"]] == [0.5, 1, 1]
    assert risk(made(JOINT), below=1).references["b"].value == 1


def test_below_today_where_values_are_scores():
    found = risk(made(SCORES.replace("START", ", start: 5")))
    assert (found.references["north"].value, found.references["north"].kind) == (50, "today")
    assert [option.probability_of_loss for option in found.options] == [0.5, 1]


def test_scores_without_a_start_have_no_loss():
    found = risk(made(SCORES.replace("START", "")))
    assert [option.probability_of_loss for option in found.options] == [None, None]
    assert "no criterion has a start" in found.references["north"].words
    assert found.to_dict()["reference"]["value"] is None
    assert "probability" not in found.headline()


def test_a_loss_of_costs_lies_above():
    found = risk(made(COSTS))
    assert found.references["self"].value is None
    assert found.chosen == "steep"
    steep = found.option("steep")
    assert (steep.profile.mean, steep.cvar, steep.probability_of_loss) == (8.6, 50, None)
    above = risk(made(COSTS), below=10)
    assert [option.probability_of_loss for option in above.options] == [0, 0.1]
    assert "above 10 with probability 10 %" in above.headline()
    averse = risk(made(COSTS), risk_tolerance=20).option("steep").certainty_equivalent
    assert averse == pytest.approx(20 * log(0.1 * exp(50 / 20) + 0.9 * exp(4 / 20)))
    (flip,) = found.tolerances.flips
    assert (flip.below, flip.above) == ("flat", "steep")


# --- points of view ---------------------------------------------------------------------------------------------


def test_all_who_decide_are_told_of():
    found = risk(made(JOINT))
    assert (found.actor, found.by, list(found.by_actor)) == ("a", ("a", "b"), ["a", "b"])
    assert found.chosen == "broad"
    assert profile_of(found, "broad") == {1: 0.5, 4: 0.5}
    assert [one.profile.mean for one in found.by_actor["b"]] == [3, 1, 0]
    plain = found.to_dict()
    assert set(plain["by_actor"]) == set(plain["references"]) == set(plain["dominance_by_actor"]) == {"a", "b"}
    assert plain["by_actor"]["a"] == plain["options"]


def test_anybody_can_be_the_point_of_view():
    found = risk(made(JOINT), actor="c")
    assert list(found.by_actor) == ["c", "a", "b"]
    assert [one.profile.mean for one in found.options] == [2.5, 0, 0]
    assert found.pairs["c"].equal == (("narrow", "none"),)
    assert "'A narrow pact' and 'No pact' have the same profile." in found.dominance_words()


def test_a_joint_choice_changes_with_the_tolerance_of_one_of_them():
    # The smallest gain decides: with the narrow pact it is b's 1, with the broad one what 0 or 3 are worth to a.
    found = risk(made(JOINT.replace("a: 4, b: 1", "a: 3, b: 1")))
    (flip,) = found.tolerances.flips
    assert (flip.below, flip.above) == ("narrow", "broad")
    at = brentq(lambda r: -r * log((1 + exp(-3 / r)) / 2) - 1, 0.1, 10, rtol=1e-14)
    assert flip.risk_tolerance == pytest.approx(at, rel=1e-9)


def test_a_later_decision():
    found = risk(planner.load("tests/stories/used-car.yaml"), at="buy-lemon")
    assert found.at == "buy-lemon"
    assert [one.profile.mean for one in found.options] == [-100, 40, 0]
    assert found.chosen == "guarantee"
    state = risk(planner.load("tests/stories/reject-allowances.yaml"), at="produce[run=3]")
    assert state.settings["at"] == "produce[run=3]"


def test_the_used_car_is_safer_with_the_test():
    found = risk(planner.load("tests/stories/used-car.yaml"))
    (pair,) = found.pairs["self"].dominance
    assert (pair.better, pair.worse, pair.order) == ("test", "no-test", 2)
    assert pair.witness.worse - pair.witness.better == pytest.approx(23)
    (sentence,) = found.dominance_words()
    assert sentence == (
        "'test' dominates 'no-test' (in the mean 0 short of 15 against 23) at second order: "
        "whoever shuns risk prefers this profile."
    )
    assert found.headline() == (
        "'test' brings 31 in the mean, always between 15 and 35, never below 0; "
        "its profile dominates all others, yet with a risk tolerance below 3.65 'no-test' would be taken."
    )


# --- the result -------------------------------------------------------------------------------------------------

KEYS = {
    "option", "mean", "sd", "min", "max", "quantiles", "probability_of_loss", "cvar", "certainty_equivalent", "profile",
    "skewness", "kurtosis", "probability_of_loss_range", "exact", "bound",
}  # fmt: skip


def test_keys():
    found = risk(gamble()).to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert set(found["options"][0]) == KEYS
    assert found["options"][1]["profile"] == [[-10, 0.4], [20, 1.0]]
    assert found["options"][1]["quantiles"]["0.05"] == -10
    assert {"dominance", "crossings", "equal", "undecided", "flips", "certainty_equivalents", "neutral"} <= set(found)
    assert found["crossings"] == [
        {
            "options": ["sure", "bet"],
            "ahead": [
                {"option": "sure", "value": -10, "measure": [0, 0.4]},
                {"option": "bet", "value": 0, "measure": [0.4, 1]},
            ],
        }
    ]
    row = found["certainty_equivalents"][0]
    assert set(row) == {"risk_tolerance", "values", "chosen", "tied"}
    assert set(found["flips"][0]) == {"risk_tolerance", "from", "to"}
    assert "risk_tolerance" not in found["neutral"]


def test_settings_hold_every_argument():
    given_ = {"below": 1.0, "level": 0.1, "risk_tolerance": 9.0, "tolerances": [4.0, 2.0], "atoms": 99}
    found = risk(gamble(), **given_)  # type: ignore[arg-type]
    assert {name: found.settings[name] for name in given_} == given_
    assert found.settings["actor"] == "self"
    assert [row.risk_tolerance for row in found.tolerances.rows] == [2, 4, 9]


def test_a_grid_is_said_to_be_one():
    text = """\
state: {round: 1}
nodes:
  start: {decision: Play?, options: {play: {to: turn}, pay: {payoff: -1, to: turn}, leave: {payoff: -40}}}
  turn:
    chance: How does the round go?
    branches:
      down: {p: 0.3, payoff: -sqrt(2), set: {round: round + 1}, to: check}
      up: {p: rest, payoff: 1, set: {round: round + 1}, to: check}
  check:
    decision: Another round?
    options: {on: {when: round <= 40, to: turn}, out: {when: round > 40}}
"""
    coarse, exact = (risk(made(text), atoms=atoms, below=8) for atoms in (32, 65_536))
    assert exact.exact
    assert not coarse.exact
    plain, truth = coarse.to_dict()["options"][0], exact.to_dict()["options"][0]
    low, high = plain["probability_of_loss_range"]
    assert low <= truth["probability_of_loss"] <= high
    assert plain["bound"] > 0
    assert (truth["bound"], truth["probability_of_loss_range"]) == (0, None)
    assert plain["mean"] == truth["mean"]
    undecided = {(one.better, one.worse, one.order) for one in coarse.pairs["self"].undecided}
    assert {("play", "pay", 1), ("play", "pay", 2)} <= undecided
    assert not [one for one in coarse.pairs["self"].dominance if {one.better, one.worse} == {"play", "pay"}]
    assert (exact.pairs["self"].dominance[0].better, exact.pairs["self"].dominance[0].worse) == ("play", "pay")
    assert any("left open by the grid" in sentence for sentence in coarse.dominance_words())


def test_nothing_at_risk():
    found = risk(made("nodes:\n  d: {decision: Which?, options: {a: {payoff: 2}, b: {payoff: 1}}}\n"))
    assert found.headline() == "'a' brings 2 for certain; its profile dominates all others."
    assert found.tolerances.reason
    assert found.tolerance_words() == "The tolerance of risk changes nothing: no value that can follow is uncertain."
    assert found.to_dict()["no_flips_because"] == "no value that can follow is uncertain"
    given_ = risk(found.scenario, tolerances=[3])
    assert given_.tolerances.rows[0].values == {"a": 2, "b": 1}


def test_one_option():
    found = risk(made("nodes:\n  d: {decision: Which?, options: {a: {payoff: 2}}}\n"))
    assert (found.dominance_words(), found.headline()) == ([], "'a' brings 2 for certain.")


def test_a_tie_is_told():
    found = risk(made("nodes:\n  d: {decision: Which?, options: {a: {payoff: 2}, b: {payoff: 2}}}\n"))
    assert found.tied == ("a", "b")
    assert found.pairs["self"].equal == (("a", "b"),)


def test_an_option_that_is_dominated_is_said_to_be():
    scenario = planner.load("tests/stories/agreement-split.yaml")
    assert risk(scenario).headline() == "'third' brings 6 for certain for A; 'fourth' dominates it."


def test_in_a_notebook():
    text = risk(gamble())._repr_markdown_()
    assert text.startswith("**A test**\n\n'A bet' brings 8 in the mean, ")
    assert "| **A bet** | 8 | 15 | -10 | 20 | 20 | 40 % | -10 | 8 |" in text


def test_a_frame_has_a_row_for_each_actor_and_option(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(DataFrame=list))
    rows = risk(made(JOINT)).to_frame()
    assert [(row["actor"], row["option"]) for row in rows][2:4] == [("a", "none"), ("b", "broad")]
    assert rows[3]["q0.05"] == 1
    assert "profile" not in rows[0]


def test_a_frame_needs_pandas(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(BadArgument, match="needs pandas"):
        risk(gamble()).to_frame()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"below": inf}, "no value that an outcome could fall below"),
        ({"level": 0}, "no share of probability"),
        ({"level": 1.5}, "no share of probability"),
        ({"risk_tolerance": 0}, "no tolerance of risk"),
        ({"risk_tolerance": inf}, "no tolerance of risk"),
        ({"tolerances": [3, -1]}, "no tolerance of risk"),
        ({"atoms": 3}, "says too little"),
        ({"at": "nowhere"}, "unknown decision 'nowhere'"),
        ({"actor": "nobody"}, "unknown actor 'nobody'"),
        ({"rule": "best"}, "unknown rule 'best'"),
        ({"overrides": {"x": 1}}, "unknown parameter 'x'"),
    ],
)
def test_arguments_that_do_not_fit(arguments: dict[str, Any], message: str):
    with pytest.raises(BadArgument, match=message):
        risk(gamble(), **arguments)


def test_a_name_that_is_nearly_right():
    with pytest.raises(UnknownName, match="did you mean 'd'"):
        risk(gamble(), at="dd")


def test_without_a_decision_there_are_no_options():
    with pytest.raises(BadArgument, match="has no decision"):
        risk(made("nodes:\n  c: {chance: C, branches: {a: {p: 0.5}, b: {p: 0.5}}}\n"))


def test_paths_beyond_the_floats():
    text = "nodes:\n  d: {decision: D, options: {go: {payoff: 1e308, to: c}}}\n"
    text += "  c: {chance: C, branches: {a: {p: 0.2, payoff: 1e308}, b: {p: 0.8, payoff: -1e308}}}\n"
    with pytest.raises((BadArgument, ScenarioError), match="too large"):
        risk(made(text))
