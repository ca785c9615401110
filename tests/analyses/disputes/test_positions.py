"""Positions, and the smallest change of weights that brings an actor round: by hand, and worked out anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import planner
from planner.analyses.disputes.positions import amounts, differences, positions
from planner.analyses.focus import focus
from planner.core.rules import load
from planner.core.source import Source
from tests.conftest import ROOT

if TYPE_CHECKING:
    from planner.analyses.disputes.positions import Difference
    from planner.core.model import Scenario

MOSCOW = ROOT / "scenarios" / "european-line-on-moscow.yaml"
TWO = """
planner: 1
title: Peace or money
actors:
  a: {weights: {peace: 1, money: 3}}
  b: {weights: {peace: 4, money: 1}}
criteria: {peace: {worst: 0, best: 10}, money: {worst: 0, best: 100}}
nodes:
  deal:
    decision: Which?
    by: [a, b]
    fallback: none
    options:
      none: {}
      treaty: {payoff: {peace: 8, money: 20}}
      trade: {payoff: {peace: 2, money: 60}}
"""


def read(text: str) -> Scenario:
    return load(Source.from_text(text))


def change(scenario: Scenario, actor: str, option: str, at: str | None = None) -> Difference:
    asked = focus(scenario, at=at)
    (found,) = differences(asked, positions(asked), option, [actor])
    return found


def with_weights(scenario: Scenario, actor: str, weights: dict[str, float]) -> dict[str, float]:
    """Return what options are worth to an actor with other weights."""
    who = replace(scenario.actors[actor], weights=weights)
    changed = replace(scenario, actors={**scenario.actors, actor: who})
    return {option: row[actor] for option, row in focus(changed).option_values().items()}


def test_positions_by_hand():
    # a: treaty 0.25 * 80 + 0.75 * 20 = 35, trade 0.25 * 20 + 0.75 * 60 = 50; b: 0.8 * 80 + 0.2 * 20 = 68, 28
    a, b = positions(focus(read(TWO)))
    assert a.values == pytest.approx({"none": 0, "treaty": 35, "trade": 50})
    assert (a.ranking, b.ranking) == (("trade", "treaty", "none"), ("treaty", "trade", "none"))
    assert (a.margin, b.margin) == pytest.approx((15, 40))


def test_smallest_change_by_hand():
    # with a share p on peace treaty leads by 60 p - 40 (1 - p): level at p = 0.4, up from 0.25
    found = change(read(TWO), "a", "treaty")
    assert found.changed == pytest.approx({"peace": 0.4, "money": 0.6})
    assert found.moved == pytest.approx(0.15)
    assert found.holds
    # trade is ahead by 0.75 * 40 for money and behind by 0.25 * 60 for peace
    assert found.by_criterion == pytest.approx({"money": 30, "peace": -15})


def test_no_weights_will_do():
    assert change(read(TWO), "a", "none").changed is None


@pytest.mark.parametrize("actor", ["france", "italy"])
def test_main_example_with_the_changed_weights(actor: str):
    scenario = planner.load(MOSCOW)
    found = change(scenario, actor, "coordinate")
    assert found.changed is not None
    assert found.holds
    values = with_weights(scenario, actor, dict(found.changed))
    assert values["coordinate"] >= max(values.values()) - 1e-6
    less = {name: share + 0.99 * (found.changed[name] - share) for name, share in found.weights.items()}
    values = with_weights(scenario, actor, less)
    assert values["coordinate"] < max(values.values())
    lead = dict(focus(scenario).option_values()["engage"])[actor] - focus(scenario).option_values()["coordinate"][actor]
    assert sum(found.by_criterion.values()) == pytest.approx(lead)


share = st.integers(0, 20)


@st.composite
def disputes(draw: st.DrawFn) -> Scenario:
    weights = draw(st.lists(st.integers(-5, 5).filter(bool), min_size=3, max_size=3))
    rows = draw(st.lists(st.lists(share, min_size=3, max_size=3), min_size=3, max_size=4))
    options = "".join(f"      o{at}: {{payoff: {{x: {r[0]}, y: {r[1]}, z: {r[2]}}}}}\n" for at, r in enumerate(rows))
    return read(
        "planner: 1\ntitle: t\nactors: {a: {weights: {x: %d, y: %d, z: %d}}, b: {weights: {x: 1}}}\n"  # noqa: UP031
        "criteria: {x: {worst: 0, best: 20}, y: {worst: 20, best: 0}, z: {worst: -10, best: 30}}\n"
        "nodes:\n  n:\n    decision: Which?\n    by: [b]\n    options:\n" % tuple(weights) + options
    )


@settings(max_examples=20, deadline=None)
@given(disputes())
def test_the_change_is_enough_and_none_smaller_is(scenario: Scenario):
    (held, _) = positions(focus(scenario))
    option = held.ranking[-1]
    assume(option not in held.best)
    found = change(scenario, "a", option)
    signs = {name: 1 if weight > 0 else -1 for name, weight in scenario.actors["a"].weights.items()}

    def ahead(shares: dict[str, float]) -> float:
        values = with_weights(scenario, "a", {name: signs[name] * part for name, part in shares.items()})
        return values[option] - max(values.values())

    if found.changed is not None:
        assert ahead(dict(found.changed)) >= -1e-6
        assert sum(found.changed.values()) == pytest.approx(1)
    grid = [i / 8 for i in range(9)]
    points = [{"x": p, "y": q, "z": 1 - p - q} for p in grid for q in grid if p + q <= 1]
    for point in points:
        if ahead(point) >= 0:
            assert found.moved is not None
            distance = sum(abs(point[name] - found.weights[name]) for name in point) / 2
            assert distance >= found.moved - 1e-6


def test_a_later_decision_counts_from_there_on():
    """The way to a decision is the same for all its options, and so is the chance to come there."""
    scenario = read(
        TWO.replace(
            "  deal:\n", "  start: {chance: '?', branches: {on: {p: 0.1, to: deal}, off: {p: rest}}}\n  deal:\n"
        )
    )
    found = change(scenario, "a", "treaty", at="deal")
    assert found.by_criterion == pytest.approx({"money": 30, "peace": -15})
    asked = focus(scenario, at="deal")
    assert amounts(asked)["treaty"] == [8, 20]


def test_later_choices_may_undo_the_change():
    """A who cares more for peace would itself choose otherwise later, and like another option more."""
    scenario = read("""
planner: 1
title: t
actors: {a: {weights: {peace: 1, money: 3}}, b: {weights: {peace: 1}}}
criteria: {peace: {worst: 0, best: 100}, money: {worst: 0, best: 100}}
nodes:
  n:
    decision: Which?
    by: [b]
    options: {treaty: {payoff: {peace: 50}}, later: {to: m}}
  m:
    decision: And then?
    by: [a]
    options: {gain: {payoff: {money: 60}}, calm: {payoff: {peace: 90}}}
""")
    found = change(scenario, "a", "treaty")
    assert found.changed == pytest.approx({"peace": 60 / 110, "money": 50 / 110})
    assert found.holds is False


def test_nothing_is_looked_for_with_a_tolerance_of_risk_or_one_criterion():
    risky = read(TWO.replace("a: {weights", "a: {risk_tolerance: 50, weights"))
    assert (change(risky, "a", "treaty").changed, change(risky, "a", "treaty").weights) == (None, {})
    alone = read("planner: 1\ntitle: t\nactors: {a: {}, b: {}}\nnodes:\n  n:\n    decision: '?'\n    by: [a, b]\n"
                 "    fallback: f\n    options: {f: {}, x: {payoff: {a: -1, b: 1}}}\n")  # fmt: skip
    assert change(alone, "b", "f").by_criterion == {}


def test_costs():
    scenario = read("planner: 1\ntitle: t\nobjective: minimize\nactors: {a: {}, b: {}}\nnodes:\n  n:\n"
                    "    decision: '?'\n    by: [a, b]\n    fallback: f\n"
                    "    options: {f: {payoff: {a: 5, b: 5}}, x: {payoff: {a: 2, b: 4}}}\n")  # fmt: skip
    a, b = positions(focus(scenario))
    assert (a.ranking, a.values, a.margin, b.margin) == (("x", "f"), {"f": 5, "x": 2}, 3, 1)
