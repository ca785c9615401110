"""Joint changes of parameters: by hand, against brute force, and the law that nothing inside of the radius flips."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.analyses.focus import Focus, focus
from planner.analyses.varying.axes import axes_of
from planner.analyses.varying.multilinear import extremes_at_corners
from planner.analyses.varying.probe import Probe
from planner.analyses.varying.radius import JointChange, joint_change
from planner.core.rules import load
from planner.core.source import Source
from tests.analyses.varying.test_thresholds import varied
from tests.conftest import ROOT

if TYPE_CHECKING:
    from planner.core.model import Scenario


def made(text: str) -> Focus:
    return focus(load(Source.from_text(f"planner: 1\ntitle: A test\n{text}")))


def radius(found: Focus, **more: bool) -> JointChange:
    axes = [axis for axis in axes_of(found, weights=0).axes if axis.kind == "parameter"]
    return joint_change(Probe(found), axes, seed=1, **more)


TWO = """
parameters: {a: {value: 10, low: 0, high: 15}, b: {value: 4, low: 2, high: 9}}
nodes: {d: {decision: D?, options: {x: {payoff: a}, y: {payoff: b}}}}
"""


def test_two_payoffs_by_hand():
    # 10 - 10 t = 4 + 5 t at t = 2/5
    found = radius(made(TWO))
    assert found.proved
    assert found.radius == pytest.approx(0.4, rel=1e-9)
    assert found.point == pytest.approx({"a": 6, "b": 6})
    assert found.chosen == "y"
    # a alone has to fall by 0.6 of the way; b alone comes to 9 and does not get there
    assert found.without == {"a": None, "b": pytest.approx(0.6)}
    # the distance of the line 10 u + 5 v = 6 from 0
    assert found.euclidean == pytest.approx(6 / math.hypot(10, 5), rel=1e-9)


def test_a_product_of_probabilities_by_hand():
    # (0.5 - 0.5 t)^2 * 100 = 16 at t = 0.2
    found = radius(
        made("""
parameters: {p: {value: 0.5, low: 0, high: 1}, q: {value: 0.5, low: 0, high: 1}}
nodes:
  d: {decision: D?, options: {go: {to: first}, stay: {payoff: 16}}}
  first: {chance: First?, branches: {yes: {p: p, to: second}, no: {p: rest}}}
  second: {chance: Second?, branches: {yes: {p: q, payoff: 100}, no: {p: rest}}}
""")
    )
    assert found.proved
    assert found.radius == pytest.approx(0.2, rel=1e-9)
    assert found.point == pytest.approx({"p": 0.4, "q": 0.4})


def test_what_cannot_flip_within_the_ranges():
    found = radius(made(TWO.replace("low: 0, high: 15", "low: 9.5, high: 15").replace("high: 9}", "high: 9}")))
    assert found == JointChange(None, proved=True, parameters=2)


def test_a_least_lead_that_is_not_at_a_corner_is_found():
    # x is worth 1 + (a - 2)^2 + (b - 2)^2 against 2: the corners of every box are further off than its inside
    found = radius(
        made("""
parameters: {a: {value: 0, low: -4, high: 4}, b: {value: 0, low: -4, high: 4}}
nodes: {d: {decision: D?, options: {x: {payoff: 1 + (a - 2) ** 2 + (b - 1.5) ** 2}, y: {payoff: 1.2}}}}
""")
    )
    assert not found.proved
    # the box first meets the circle of radius sqrt(0.2) around (2, 1.5) where a = 2 - sqrt(0.2)
    assert found.radius == pytest.approx((2 - math.sqrt(0.2)) / 4, rel=0.03)
    assert found.radius >= (2 - math.sqrt(0.2)) / 4 - 1e-9  # type: ignore[operator]


def test_parameters_that_need_not_move_stay():
    found = radius(
        made(TWO.replace("b: {", "c: {value: 1, low: 0, high: 2}, b: {").replace("payoff: b", "payoff: b + 0 * c"))
    )
    assert set(found.point) == {"a", "b"}
    assert found.parameters == 3


def test_a_tie_has_radius_0():
    assert radius(made(TWO.replace("value: 10", "value: 4"))).radius == 0


def test_many_parameters():
    # 14 of them, each worth 1 to 3 to the first option, and 14 t = 7 against what it is worth to stay
    names = [f"p{i}" for i in range(14)]
    parameters = ", ".join(f"{name}: {{value: 2, low: 1, high: 3}}" for name in names)
    options = f"{{x: {{payoff: {' + '.join(names)}}}, y: {{payoff: 21}}}}"
    found = radius(made(f"parameters: {{{parameters}}}\nnodes: {{d: {{decision: D?, options: {options}}}}}"))
    assert not found.proved  # not all corners were looked at
    assert found.radius == pytest.approx(0.5, rel=1e-6)
    assert len(found.point) == 14


def test_impossible_corners_are_no_flips():
    found = radius(
        made("""
parameters: {p: {value: 0.4, low: 0, high: 1}, q: {value: 0.4, low: 0, high: 1}}
nodes:
  d: {decision: D?, options: {safe: {payoff: 75}, go: {to: first}}}
  first: {chance: First?, branches: {one: {p: p, payoff: 100}, two: {p: q, payoff: 50}, three: {p: rest}}}
""")
    )
    # 100 p + 50 q >= 75 with p + q <= 1: at p = q = 1/2, or p larger; p rises by 0.6 t and q by up to 0.6 t
    assert found.radius == pytest.approx(0.1 / 0.6, rel=0.02)
    assert not found.proved
    assert sum(found.point.values()) <= 1 + 1e-9 or "q" not in found.point


def test_which_extremes_lie_at_corners():
    assert extremes_at_corners(made(TWO), ["a", "b"])
    assert not extremes_at_corners(made(TWO.replace("payoff: a", "payoff: a * a")), ["a", "b"])
    assert extremes_at_corners(made(TWO.replace("payoff: a", "payoff: a * b")), ["a", "b"])
    assert not extremes_at_corners(made(TWO.replace("payoff: a", "payoff: exp(a)")), ["a", "b"])
    assert extremes_at_corners(made(TWO.replace("payoff: a", "payoff: exp(a)")), ["b"])
    later = TWO.replace("y: {payoff: b}", "y: {payoff: b, to: e}").replace("nodes: {", "nodes: {") + "\n"
    later = later.replace("}}}\n\n", "}}, e: {decision: E?, options: {m: {payoff: a / 4}, n: {payoff: b / 4}}}}\n")
    assert extremes_at_corners(made(later), ["a", "b"])
    # a largest of several on the side that is now the choice may be least in between
    mine = later.replace("x: {payoff: a}", "x: {payoff: a, to: e}").replace("y: {payoff: b, to: e}", "y: {payoff: b}")
    assert not extremes_at_corners(made(mine), ["a", "b"])
    averse = TWO.replace("parameters", "actors: {ann: {risk_tolerance: 5}}\nparameters")
    assert not extremes_at_corners(made(averse), ["a", "b"])


@given(varied(), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=30)
def test_nothing_inside_of_a_proved_radius_flips(scenario: Scenario, seed: int):
    found = focus(scenario)
    axes = [axis for axis in axes_of(found, weights=0).axes if axis.kind == "parameter"]
    probe = Probe(found)
    change = joint_change(probe, axes, seed=1, full=False)
    chance = np.random.default_rng(seed)
    size = (1.0 if change.radius is None else change.radius) * (1 - 1e-9)
    u = chance.uniform(-size, size, (2000, len(axes)))
    u[: len(u) // 2] = np.where(u[: len(u) // 2] < 0, -size, size)
    rows = {
        axis.name: axis.now + np.where(u[:, i] < 0, u[:, i] * (axis.now - axis.low), u[:, i] * (axis.high - axis.now))
        for i, axis in enumerate(axes)
    }
    points = probe.run(rows)
    flipped = points.choice != probe.base.choice[0]
    flipped &= ~probe.tied(points)[int(probe.base.choice[0])]
    if change.proved or len(axes) <= 3:  # with so few, the search inside finds what random points find
        assert not flipped.any()
    if change.radius:
        assert change.chosen != found.chosen
        evaluation = planner.evaluate(scenario, overrides=dict(change.point))
        decision = next(one for one in evaluation.decisions if one.state == found.label)
        assert decision.chosen == change.chosen


def test_the_main_example_flips_where_it_says():
    found = focus(planner.load(ROOT / "scenarios" / "european-line-on-moscow.yaml"))
    change = radius(found, full=False)
    assert change.radius is not None
    evaluation = planner.evaluate(found.scenario, overrides=dict(change.point))
    assert evaluation.decisions[0].chosen == change.chosen == "engage"
    nearer = {
        name: value + (found.scenario.parameters[name].value.constant - value) * 1e-6  # type: ignore[operator]
        for name, value in change.point.items()
    }
    assert planner.evaluate(found.scenario, overrides=nearer).decisions[0].chosen == "coordinate"
