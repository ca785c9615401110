"""What each option brings by criterion: published sums of a weighted score, and laws on random scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from planner.analyses.appraisal import appraisal
from planner.analyses.evaluate import evaluate
from planner.core.rules import load
from planner.core.source import Source
from tests.analyses.test_laws import scenarios

if TYPE_CHECKING:
    from planner.core.model import Scenario

LINE = """
planner: 1
title: Weights
actors:
  us: {weights: {peace: 3, money: 1}}
  them: {weights: {peace: -1, money: 1}, risk_tolerance: 20}
criteria: {peace: {worst: 0, best: 10, start: 2}, money: {worst: 40, best: 0, start: 10}}
nodes:
  act:
    decision: Act?
    by: us
    options: {act: {payoff: {peace: 2}, to: luck}, wait: {payoff: {money: 10}}}
  luck:
    chance: Luck?
    branches: {good: {p: 0.25, payoff: {peace: 4}}, bad: {p: 0.75, payoff: {us: {money: 8}}}}
"""


def made(text: str):
    return appraisal(load(Source.from_text(text)))


def test_amounts_and_parts_by_hand():
    act = made(LINE).option("act")
    # peace: 2 at the start, 2 for acting, 4 in one case of four; money: 10 at the start, 8 in three of four for us
    assert act.amounts == pytest.approx({"peace": 5, "money": 10})
    assert act.own == {"us": pytest.approx({"money": 6})}
    assert act.parts["us"] == pytest.approx({"peace": 0.75 * 50, "money": 0.25 * 60})
    # a negative weight counts what is missing to the best
    assert act.parts["them"] == pytest.approx({"peace": 0.5 * 50, "money": 0.5 * 75})
    assert act.premium["us"] == 0
    assert act.premium["them"] > 0


def test_no_change_is_what_the_criteria_start_at():
    assert made(LINE).unchanged == {"peace": 2, "money": 10}
    assert made(LINE.replace(", start: 2", "").replace(", start: 10", "")).unchanged is None


def test_the_headline_names_what_speaks_for_and_against():
    assert made(LINE).headline() == (
        "Against 'wait', what speaks most for 'act' to us is peace (22.5 points); nothing speaks against it."
    )


def test_one_criterion_is_said_so():
    text = "planner: 1\ntitle: One\nnodes: {d: {decision: D, options: {a: {payoff: 1}, b: {payoff: 2}}}}\n"
    assert made(text).headline() == "'b' is judged by one criterion alone."


@settings(max_examples=60, deadline=None)
@given(scenarios(actors=2))
def test_parts_less_premium_are_the_value(scenario: Scenario):
    found = evaluate(scenario)
    if found.root is None:
        return
    result = appraisal(scenario)
    for one in result.options:
        values = found.root.option(one.option).values
        for actor in scenario.actors:
            total = sum(one.parts[actor].values()) - one.premium[actor]
            assert total == pytest.approx(float(values[actor]), abs=1e-7, rel=1e-9)
            if scenario.actors[actor].risk_tolerance is None:
                assert one.premium[actor] == 0
