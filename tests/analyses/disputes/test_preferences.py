"""Shares of draws against direct evaluation of single draws, and what cannot be asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

import planner
from planner.analyses.disputes.preferences import preferences, weight_ranges
from planner.analyses.focus import focus
from planner.analyses.result import BadArgument
from planner.core.rules import load
from planner.core.source import Source
from tests.analyses.disputes.test_positions import TWO
from tests.conftest import ROOT

if TYPE_CHECKING:
    from planner.core.model import Scenario

MOSCOW = ROOT / "scenarios" / "european-line-on-moscow.yaml"
DECIDERS = ("uk", "france", "italy")


def reweighed(scenario: Scenario, inputs: dict[str, float]) -> Scenario:
    """Return the scenario with some weights replaced."""
    actors = dict(scenario.actors)
    for name, weight in inputs.items():
        _, actor, _, criterion = name.split(".")
        actors[actor] = replace(actors[actor], weights={**actors[actor].weights, criterion: weight})
    return replace(scenario, actors=actors)


@pytest.mark.parametrize("by", [DECIDERS, ("uk",)])
def test_shares_against_direct_evaluation(by: tuple[str, ...]):
    scenario = planner.load(MOSCOW)
    line = replace(scenario.nodes["line"], by=by, fallback="drift" if len(by) > 1 else None)
    scenario = replace(scenario, nodes={**scenario.nodes, "line": line})
    asked = focus(scenario)
    found = preferences(asked, DECIDERS, draws=40, seed=3, spread=0.5)
    assert found is not None
    random = np.random.Generator(np.random.Philox(key=3))
    points = {name: low + (high - low) * random.random(40) for name, (low, high) in found.ranges.items()}
    adopted = dict.fromkeys(asked.options, 0)
    blocks = {option: dict.fromkeys(DECIDERS, 0) for option in asked.options}
    acceptable = dict.fromkeys(asked.options, 0)
    for draw in range(40):
        one = focus(reweighed(scenario, {name: float(column[draw]) for name, column in points.items()}))
        values = one.option_values()
        adopted[one.chosen] += 1
        base = values["drift" if len(by) > 1 else one.chosen]
        for option, row in values.items():
            losers = [actor for actor in DECIDERS if row[actor] < base[actor] - 1e-9]
            acceptable[option] += not losers
            for actor in losers:
                blocks[option][actor] += 1
    assert found.adopted == {option: count / 40 for option, count in adopted.items()}
    assert found.acceptable == {option: count / 40 for option, count in acceptable.items()}
    assert found.blocks == {o: {a: count / 40 for a, count in row.items()} for o, row in blocks.items()}
    assert max(found.adopted.values()) <= 1


def test_a_share_by_hand():
    """A loses by 'peace at a price' unless its share of peace is above a half, which is so for weights above 10."""
    text = TWO.replace(
        "a: {weights: {peace: 1, money: 3}}", "a: {weights: {peace: 9, money: 10}, weight_ranges: {peace: [8, 16]}}"
    )
    text = text.replace("treaty: {payoff: {peace: 8, money: 20}}", "treaty: {payoff: {peace: 8, money: -80}}")
    scenario = load(Source.from_text(text.replace("trade: {payoff: {peace: 2, money: 60}}", "")))
    found = preferences(focus(scenario), ("a", "b"), draws=20_000)
    assert found is not None
    assert found.ranges == {"actors.a.weights.peace": (8, 16)}
    assert found.acceptable["treaty"] == pytest.approx(6 / 8, abs=0.01)  # four standard errors: 0.012
    assert found.blocks["treaty"] == {"a": pytest.approx(2 / 8, abs=0.01), "b": 0}
    assert found.adopted["treaty"] == found.acceptable["treaty"]


def test_the_same_seed_the_same_shares():
    asked = focus(planner.load(MOSCOW))
    one, same, other = (preferences(asked, DECIDERS, draws=200, seed=seed, spread=0.6) for seed in (1, 1, 2))
    assert one == same != other


def test_nothing_is_uncertain():
    asked = focus(planner.load(MOSCOW))
    assert preferences(asked, DECIDERS) is None
    assert weight_ranges(asked) == {}
    ranges = weight_ranges(asked, 0.2)
    weight = asked.scenario.actors["uk"].weights["deterrence"]
    assert ranges["actors.uk.weights.deterrence"] == pytest.approx((0.8 * weight, 1.2 * weight))


@pytest.mark.parametrize("asked", [{"draws": 1}, {"spread": 1.0}, {"spread": -0.1}])
def test_no_sense(asked: dict[str, float]):
    with pytest.raises(BadArgument, match="make no sense"):
        preferences(focus(planner.load(MOSCOW)), DECIDERS, **asked)  # type: ignore[arg-type]
