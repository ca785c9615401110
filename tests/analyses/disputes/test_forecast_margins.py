"""How far values and payoffs may move: exactly up to there, by moving them in the file."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.analyses.disputes.game import game
from planner.analyses.disputes.margins import first_equilibrium
from planner.analyses.forecast import forecast
from planner.core.expression import Expression
from planner.core.rules import load
from planner.core.source import Source
from tests.analyses.disputes.naive_games import ACTORS, drawn, text
from tests.conftest import ROOT

if TYPE_CHECKING:
    from planner.core.model import Scenario

RULES = ("unanimity", "majority", "quota(0.5)", "quota(0.7)", "quota(0.55, 0.65)", "weighted", "nash")
PAYS = ("0", "1", "2", "3", "5", "-2", "7", "0.5", "11", "-3/2")
HAIR = Fraction(1, 1000)


def moved(scenario: Scenario, outcome: str, actor: str, change: Fraction) -> Scenario:
    """Return the scenario with one actor's payoff on one edge changed."""
    node, _, edge = outcome.partition(".")
    old = scenario.nodes[node].edges[edge]
    mine = dict(old.payoff.get(actor, {}))
    (criterion,) = scenario.criteria
    mine[criterion] = Expression.of(mine.get(criterion, Expression.of(0)).exact_constant + change)
    edges = {**scenario.nodes[node].edges, edge: replace(old, payoff={**old.payoff, actor: mine})}
    return replace(scenario, nodes={**scenario.nodes, node: replace(scenario.nodes[node], edges=edges)})


def choices(scenario: Scenario, *, reached: bool = True) -> dict[str, int]:
    """Return what is chosen where, by the first of equally good options."""
    first = first_equilibrium(game(scenario))
    states = first.reached if reached else [state for state in range(len(first.game)) if first.game.owners(state)]
    return {first.game.label(state): first.choice[state] for state in states}


def disputed(random: Random, rule: str, *, averse: float) -> Scenario:
    """Draw a scenario in which about half of the decisions are joint ones."""
    actors = random.choice([2, 3, 3, 4])
    made = drawn(random, actors=actors, size=4, degree=3, pays=PAYS, chance=0.3, shared=random.random() < 0.6,
                 averse=averse)  # fmt: skip
    written = text(made)
    for actor in ACTORS[:actors]:
        written = written.replace(f"  {actor}: {{", f"  {actor}: {{votes: {random.randint(1, 4)}, ", 1)
    for name, node in made.nodes.items():
        if node.owner >= 0 and random.random() < 0.6:
            owners = ", ".join(random.sample(ACTORS[:actors], random.randint(2, actors)))
            alone = f"  {name}:\n    decision: Which way?\n    by: {ACTORS[node.owner]}\n"
            fallback = f"e{random.randrange(len(node.edges))}"
            joint = (
                f"  {name}:\n    decision: Which way?\n    by: [{owners}]\n    rule: {rule}\n    fallback: {fallback}\n"
            )
            written = written.replace(alone, joint)
    return load(Source.from_text(written))


@pytest.mark.parametrize("averse", [0.0, 0.6])
@pytest.mark.parametrize("rule", RULES)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=8, deadline=None)
def test_a_choice_stands_up_to_its_margin(rule: str, averse: float, seed: int):
    scenario = disputed(Random(seed), rule, averse=averse)
    before = choices(scenario, reached=False)
    for margin in [each for each in forecast(scenario).margins if each.margin][:12]:
        change, outcome = Fraction(margin.change), f"{margin.state}.{margin.option}"
        within = choices(moved(scenario, outcome, margin.actor, change * (1 - HAIR)), reached=False)
        beyond = choices(moved(scenario, outcome, margin.actor, change * (1 + HAIR)), reached=False)
        assert within[margin.state] == before[margin.state]
        assert beyond[margin.state] != before[margin.state]
        named = list(scenario.nodes[margin.state].edges)
        assert (named[before[margin.state]], named[beyond[margin.state]]) == (margin.chosen, margin.other)


@pytest.mark.parametrize("averse", [0.0, 0.6])
@pytest.mark.parametrize("rule", RULES)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=8, deadline=None)
def test_the_forecast_stands_up_to_the_margin_of_a_payoff(rule: str, averse: float, seed: int):
    scenario = disputed(Random(seed), rule, averse=averse)
    before = choices(scenario)
    for margin in [each for each in forecast(scenario).payoff_margins if each.change][:8]:
        change = Fraction(margin.change)
        assert choices(moved(scenario, margin.outcome, margin.actor, change * (1 - HAIR))) == before
        assert choices(moved(scenario, margin.outcome, margin.actor, change * (1 + HAIR))) != before


@pytest.mark.parametrize("rule", RULES)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=6, deadline=None)
def test_no_margin_of_a_joint_decision_is_missed(rule: str, seed: int):
    """Whatever single value of an owner is moved by a random amount: the choice changes only if a margin says so."""
    random = Random(seed)
    scenario = disputed(random, rule, averse=0)
    found = [margin for margin in forecast(scenario).margins if margin.joint]
    before = choices(scenario, reached=False)
    for state in {margin.state for margin in found}:
        node = scenario.nodes[state]
        for _ in range(6):
            actor, option = random.choice(node.by), random.choice(list(node.edges))
            change = Fraction(random.randint(-400, 400), 37)
            after = choices(moved(scenario, f"{state}.{option}", actor, change), reached=False)
            if after[state] != before[state]:
                assert any(
                    (margin.state, margin.actor, margin.option) == (state, actor, option)
                    and 0 <= margin.change * (1 if change > 0 else -1) <= abs(change)
                    for margin in found
                )


def test_the_main_example():
    """Every criterion of the example is shared, so each actor's own value is moved through one that it alone has."""
    text = (ROOT / "scenarios" / "european-line-on-moscow.yaml").read_text(encoding="utf-8")
    scenario = load(Source.from_text(text))
    found = forecast(scenario)
    joint = [margin for margin in found.margins if margin.joint]
    (italy,) = [each for each in joint if (each.actor, each.option) == ("italy", "coordinate")]
    assert (italy.chosen, italy.other) == ("coordinate", "drift")
    gains = planner.negotiate(scenario).agreement
    assert gains is not None
    assert float(italy.margin) == pytest.approx(gains.gains["italy"])  # the gain over the fallback is what may be lost
    assert {margin.state for margin in found.margins} == {"line", "pressure"}
    document = json.loads(json.dumps(found.to_dict()))
    assert {"line"} <= {margin["state"] for margin in document["payoff_margins"]}
    assert document["margins"][1]["by"] == ["uk", "france", "italy"]
    # value points of an actor alone: 1 of a criterion with scale 0 to 100, of which it has the share of its weights
    for margin in joint:
        for hair, same in ((-HAIR, True), (HAIR, False)):
            change = float(margin.change * (1 + hair)) * 100 / (scenario.actors[margin.actor].weights["deterrence"])
            edge = scenario.nodes["line"].edges[margin.option]
            own: dict[str | None, dict[str, Expression]] = {
                margin.actor: {**edge.payoff.get(margin.actor, {}), "deterrence": Expression.of(Fraction(change))}
            }
            edges = {**scenario.nodes["line"].edges, margin.option: replace(edge, payoff={**edge.payoff, **own})}
            other = replace(scenario, nodes={**scenario.nodes, "line": replace(scenario.nodes["line"], edges=edges)})
            assert (choices(other)["line"] == choices(scenario)["line"]) is same


UNIT = """
planner: 1
title: One lottery
actors: {{a: {{risk_tolerance: {risk}}}, b: {{}}}}
nodes:
  go: {{decision: Go?, by: a, options: {{yes: {{to: toss}}, no: {{payoff: {{a: {sure}}}}}}}}}
  toss: {{chance: Heads?, branches: {{heads: {{p: 1/2, payoff: {{a: 10}}}}, tails: {{p: rest}}}}}}
"""


def test_a_rise_that_can_never_be_enough_is_left_out():
    """With R = 1 half a chance of anything is worth less than R ln 2 above what else there is: 0.693 for the toss.

    So a sure 1 can be beaten by tails alone: the toss is worth 1 with tails at x, exp(-10) / 2 + exp(-x) / 2 = 1 / e.
    """
    found = forecast(load(Source.from_text(UNIT.format(risk=1, sure=1))))
    by_outcome = {margin.outcome: margin for margin in found.payoff_margins}
    assert set(by_outcome) == {"go.no", "toss.tails"}
    assert by_outcome["toss.tails"].change == pytest.approx(0.30691, abs=1e-5)
    assert by_outcome["go.no"].change == pytest.approx(-(1 - 0.693102), abs=1e-5)


def test_a_tolerance_far_below_the_stakes_does_not_overflow():
    found = forecast(load(Source.from_text(UNIT.format(risk=0.001, sure=-5000))))
    by_outcome = {margin.outcome: margin.change for margin in found.payoff_margins}
    assert by_outcome["toss.tails"] == pytest.approx(-5000, abs=0.01)
    assert by_outcome["toss.heads"] == pytest.approx(-5010, abs=0.01)
    assert by_outcome["go.no"] == pytest.approx(5000, abs=0.01)
