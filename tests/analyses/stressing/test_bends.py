"""What is said of how values depend on parameters holds wherever it is tried."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planner.analyses.evaluate import evaluate
from planner.analyses.focus import focus
from planner.analyses.stressing.bends import Bend, formula, of_options
from planner.core.expression import Expression
from planner.core.model import Edge, Parameter, Scenario
from planner.core.rules import load
from planner.core.source import Source
from tests.analyses.test_laws import scenarios

VARIED = ("t", "u")


@st.composite
def parametric(draw: st.DrawFn) -> Scenario:
    """Draw a scenario whose payoffs read t and u, and whose two-way chances have the probability u."""
    scenario = draw(scenarios(actors=2, joint=True))
    nodes = {}
    for name, node in scenario.nodes.items():
        edges: list[Edge] = []
        by_u = node.kind == "chance" and len(node.edges) == 2 and draw(st.booleans())
        for slot, edge in enumerate(node.edges.values()):
            payoff = {
                actor: {
                    k: Expression.parse(
                        f"({amount.text}) + {draw(st.sampled_from(['0', '3 * t', '-5 * u', '2 * t * u']))}"
                    )
                    for k, amount in amounts.items()
                }
                for actor, amounts in edge.payoff.items()
            }
            p = Expression.parse("u" if slot == 0 else "1 - u") if by_u else edge.p
            edges.append(replace(edge, payoff=payoff, p=p))
        nodes[name] = replace(node, edges={edge.id: edge for edge in edges})
    parameters = {name: Parameter(name, Expression.of("0.5"), low=0.0, high=1.0) for name in VARIED}
    return replace(scenario, nodes=nodes, parameters=parameters)


@given(parametric(), st.integers(0, 10**6))
@settings(deadline=None, max_examples=150)
def test_straight_is_straight_convex_is_convex_and_the_rest_stands_still(scenario: Scenario, seed: int):
    assume(evaluate(scenario).decisions)
    looked = focus(scenario)
    bends = of_options(looked, VARIED)
    machine = looked.machine()
    chance = np.random.default_rng(seed)
    for at, name in enumerate(VARIED):
        other = VARIED[1 - at]
        fixed = np.repeat(chance.random(20), 3)
        ends = np.sort(chance.random((20, 2)), axis=1)
        along = np.stack([ends[:, 0], ends.mean(axis=1), ends[:, 1]], axis=1).ravel()
        found = machine.run({name: along, other: fixed}).options.reshape(len(looked.options), 2, 20, 3)
        low, middle, high = found[..., 0], found[..., 1], found[..., 2]
        for option, row in enumerate(bends):
            for actor, bend in enumerate(row):
                values = low[option, actor], middle[option, actor], high[option, actor]
                gap = values[1] - (values[0] + values[2]) / 2
                if not bend.on >> at & 1:
                    assert np.allclose(values[0], values[2], atol=1e-9)
                    assert np.allclose(values[0], values[1], atol=1e-9)
                if not bend.bent >> at & 1:
                    assert np.allclose(gap, 0, atol=1e-9)
                if not bend.wild >> at & 1:
                    assert (gap <= 1e-9).all()


@pytest.mark.parametrize(
    ("text", "x", "y"),
    [
        ("3", "not", "not"),
        ("-x", "straight", "not"),
        ("2 * x - y / 4", "straight", "straight"),
        ("x * y", "straight", "straight"),
        ("x * (1 - x)", "wild", "not"),
        ("y / x", "wild", "straight"),
        ("x / 2 * y", "straight", "straight"),
        ("x ** 2 + y", "wild", "straight"),
        ("max(x, 1) + y", "wild", "straight"),
        ("1 if x > 2 else y", "wild", "wild"),
        ("half * x", "wild", "not"),
    ],
)
def test_formulas(text: str, x: str, y: str):
    names = {"x": Bend(on=1), "y": Bend(on=2), "half": Bend(on=1)}
    found = formula(Expression.parse(text), names)
    kinds = {0: "not", 1: "straight", 3: "bent", 7: "wild"}
    told = [kinds[(found.on >> at & 1) + 2 * (found.bent >> at & 1) + 4 * (found.wild >> at & 1)] for at in (0, 1)]
    assert told == [x, y]


def options(text: str, *, actor: int = 0) -> dict[str, Bend]:
    scenario = load(Source.from_text("planner: 1\ntitle: A test\nparameters: {x: 0.5, y: 0.2}\n" + text))
    looked = focus(scenario)
    return dict(zip(looked.options, (row[actor] for row in of_options(looked, ("x", "y"))), strict=True))


def test_a_probability_and_a_payoff_that_share_a_parameter_bend():
    found = options("""
nodes:
  q: {decision: Q?, options: {shared: {to: one}, apart: {to: two}}}
  one: {chance: C?, branches: {a: {p: x, payoff: x}, b: {p: rest}}}
  two: {chance: C?, branches: {a: {p: x, payoff: y}, b: {p: rest}}}
""")
    assert found == {"shared": Bend(on=1, bent=1, wild=1), "apart": Bend(on=3)}


def test_the_best_of_several_is_convex_and_behind_a_chance_of_its_own_stays_so():
    found = options("""
nodes:
  q: {decision: Q?, options: {mine: {to: mine}, later: {to: c}, mixed: {to: d}}}
  c: {chance: C?, branches: {a: {p: y, to: mine}, b: {p: rest}}}
  d: {chance: D?, branches: {a: {p: x, to: mine}, b: {p: rest}}}
  mine: {decision: M?, options: {left: {payoff: x}, right: {payoff: 1 - x}}}
""")
    assert found == {"mine": Bend(1, 1, 0), "later": Bend(3, 1, 0), "mixed": Bend(1, 1, 1)}


def test_what_another_chooses_can_jump():
    found = options("""
actors: {me: {}, you: {}}
nodes:
  q: {decision: Q?, by: me, options: {yours: {to: yours}, moot: {to: moot}}}
  yours: {decision: Y?, by: you, options: {left: {payoff: {you: x}}, right: {payoff: {me: 1}}}}
  moot: {decision: Y?, by: you, options: {left: {payoff: {me: x}}, right: {payoff: {me: 2 * x, you: 1}}}}
""")
    assert found == {"yours": Bend(1, 1, 1), "moot": Bend(1, 0, 0)}


def test_tolerance_of_risk_bends_what_chance_brings_and_nothing_else():
    found = options("""
actors: {me: {risk_tolerance: 10}}
nodes:
  q: {decision: Q?, options: {sure: {payoff: x}, risky: {to: c}}}
  c: {chance: C?, branches: {a: {p: 0.5, payoff: x}, b: {p: rest, payoff: y}}}
""")
    assert found == {"sure": Bend(1, 0, 0), "risky": Bend(3, 3, 3)}


def test_what_happened_depends_on_no_probability():
    found = options("""
nodes:
  q: {decision: Q?, options: {go: {to: c}, stay: {}}}
  c: {chance: C?, resolved: {branch: a}, branches: {a: {p: x, payoff: y}, b: {p: rest}}}
""")
    assert found["go"] == Bend(on=2)
