"""How far probabilities may be off: by hand, against brute force, and the law that nothing within the bound flips."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.analyses.focus import Focus, focus
from planner.analyses.result import BadArgument
from planner.analyses.varying.chance_radius import ChanceChange, chance_changes
from planner.analyses.varying.doubt import filled
from planner.analyses.varying.stability import refocused
from planner.core.expression import Expression
from planner.core.rules import load
from planner.core.source import Source
from tests.analyses.test_laws import scenarios, total
from tests.analyses.varying.test_thresholds import JOINT_RULES
from tests.stories.test_stories import load as story

if TYPE_CHECKING:
    from planner.core.model import Scenario


def change(scenario: Scenario, at: str | None = None) -> ChanceChange:
    (found,) = chance_changes([focus(scenario, at=at)])
    return found


def made(text: str) -> Scenario:
    return load(Source.from_text(f"planner: 1\ntitle: A test\n{text}"))


# Three gambles: 60 or 30, 20 or 100, 40 or 60. The example of the documentation of chondro (Szufel, Kaminski, Jakubczyk
# 2016), worth 48, 44 and 44.
THREE = """
nodes:
  d: {decision: Which?, options: {one: {to: c1}, two: {to: c2}, three: {to: c3}}}
  c1: {chance: One?, branches: {a: {p: 0.6, payoff: 60}, b: {p: 0.4, payoff: 30}}}
  c2: {chance: Two?, branches: {a: {p: 0.7, payoff: 20}, b: {p: 0.3, payoff: 100}}}
  c3: {chance: Three?, branches: {a: {p: 0.8, payoff: 40}, b: {p: 0.2, payoff: 60}}}
"""


def test_three_gambles_by_hand():
    # 48 - 30 e = 44 + 80 e at e = 4/110
    found = change(made(THREE))
    assert found.proved
    assert found.radius == pytest.approx(4 / 110, abs=1e-9)
    assert found.at_least == pytest.approx(4 / 110, abs=1e-9)
    assert found.chosen == "two"
    alone = {node.node: node.alone for node in found.nodes}
    assert alone == {"c2": pytest.approx(4 / 80), "c1": pytest.approx(4 / 30), "c3": pytest.approx(4 / 20)}
    assert [node.node for node in found.nodes] == ["c2", "c1", "c3"]
    first = found.nodes[0]
    assert (first.branch, first.now, first.to) == ("b", 0.3, pytest.approx(0.35))


def test_one_chance_by_hand():
    # The tutorial: 3.5 - 45 e = 0
    text = """
nodes:
  d: {decision: Send?, options: {send: {payoff: -5, to: c}, wait: {}}}
  c: {chance: C?, branches: {step: {p: 0.3, payoff: 40}, stall: {p: rest, payoff: -5}}}
"""
    assert change(made(text)).radius == pytest.approx(3.5 / 45, abs=1e-9)


def test_published_problems_by_hand():
    # Jenny Lind: small and medium or large, 0.3, 0.6 and 0.1: 955,000 - e (3,000,000 - 200,000) = 900,000
    assert change(story("jenny-lind")).radius == pytest.approx(55 / 2800, abs=1e-9)
    # Refusing 3 billion: court 10.3, 5, 0; 4.56 - 10.3 e = 3
    assert change(story("texaco-pennzoil"), at="pennzoil").radius == pytest.approx(1.56 / 10.3, abs=1e-9)


def test_a_chance_that_both_options_lead_to_cancels_out():
    # both meet the same chance at the end; only the first also meets one of its own
    scenario = made("""
nodes:
  d: {decision: Which?, options: {a: {payoff: 1, to: own}, b: {to: shared}}}
  own: {chance: Own?, branches: {up: {p: 0.5, payoff: 2, to: shared}, down: {p: rest, payoff: -2, to: shared}}}
  shared: {chance: Shared?, branches: {good: {p: 0.5, payoff: 50}, bad: {p: rest}}}
""")
    found = change(scenario)
    assert found.radius == pytest.approx(0.25, abs=1e-9)  # 1 - 4 e = 0
    assert not found.proved  # the bound takes the shared chance for two
    assert found.at_least < 0.25
    assert {node.node: node.alone for node in found.nodes} == {"own": pytest.approx(0.25), "shared": None}


def test_what_no_probability_can_change():
    found = change(
        made("""
nodes:
  d: {decision: D?, options: {a: {payoff: 9, to: c}, b: {}}}
  c: {chance: C?, branches: {x: {p: 0.5, payoff: 1}, y: {p: rest}}}
""")
    )
    assert (found.radius, found.at_least, found.proved) == (None, 1.0, True)


def test_a_chance_that_has_happened_is_not_in_doubt():
    text = THREE.replace("c2: {chance: Two?, ", "c2: {chance: Two?, resolved: {branch: a}, ")
    found = change(made(text))
    assert {node.node for node in found.nodes} == {"c1", "c3"}
    assert found.radius == pytest.approx(4 / 50, abs=1e-9)


def test_what_another_actor_does_with_it():
    # Bob gives way as long as the threat is likely; where it is not, Ann's demand is worth -1
    scenario = made("""
actors: {ann: {}, bob: {}}
nodes:
  ann: {decision: Demand?, by: [ann], options: {demand: {to: bob}, leave: {}}}
  bob:
    decision: Give way?
    by: [bob]
    options: {give: {payoff: {ann: 2, bob: -1}}, resist: {payoff: {ann: -1, bob: 0}, to: threat}}
  threat: {chance: Threat?, branches: {real: {p: 0.3, payoff: {ann: 0, bob: -10}}, bluff: {p: rest}}}
""")
    found = change(scenario)
    assert found.radius == pytest.approx(0.2, abs=1e-9)  # -10 p = -1
    assert found.proved
    assert found.chosen == "leave"


def test_the_fallback_gives_way():
    # b gains only if the chance is 0.6 or more
    scenario = made("""
actors: {a: {}, b: {}}
nodes:
  deal:
    decision: Deal?
    by: [a, b]
    rule: unanimity
    fallback: none
    options: {none: {}, deal: {payoff: {a: 5, b: -6}, to: luck}}
  luck: {chance: Luck?, branches: {good: {p: 0.5, payoff: {b: 10}}, bad: {p: rest}}}
""")
    found = change(scenario)
    assert (found.radius, found.chosen, found.proved) == (pytest.approx(0.1, abs=1e-9), "deal", True)


def test_an_averse_actor():
    neutral, averse = (
        change(made(THREE if r is None else f"actors: {{ann: {{risk_tolerance: {r}}}}}\n{THREE}")) for r in (None, 1e9)
    )
    assert averse.radius == pytest.approx(neutral.radius, abs=1e-6)


def test_filled_moves_as_much_as_it_may():
    p, epsilon = np.array([0.5, 0.3, 0.2]), np.array([0.25])
    assert filled(p, np.array([[1], [2], [0]]), epsilon).ravel() == pytest.approx([0.25, 0.55, 0.2])
    assert filled(p, np.array([[2], [0], [1]]), np.array([1.0])).ravel() == pytest.approx([0, 0, 1])


# --- brute force ----------------------------------------------------------------------------------------------


def extremes(scenario: Scenario, name: str | None, epsilon: float) -> tuple[float, float]:
    """Return the worst and best value from a node on, by trying every order of filling at every chance."""
    if name is None:
        return 0.0, 0.0
    node = scenario.nodes[name]
    if node.kind == "outcome":
        worth = float(total(scenario, node.payoff, "ann"))
        return worth, worth
    ahead = []
    for edge in node.edges.values():
        low, high = extremes(scenario, edge.to, epsilon)
        gain = float(total(scenario, edge.payoff, "ann"))
        ahead.append((low + gain, high + gain))
    lows, highs = ([pair[side] for pair in ahead] for side in (0, 1))
    if node.kind == "decision":
        return max(lows), max(highs)
    p = [float(edge.p.exact_constant) for edge in node.edges.values()]  # type: ignore[union-attr]
    if len(p) == 1:
        return lows[0], highs[0]
    found = []
    for order in permutations(range(len(p))):
        q = [max(0.0, each - epsilon) for each in p]
        left = 1 - sum(q)
        for i in order:
            more = min(left, min(1.0, p[i] + epsilon) - q[i])
            q[i] += more
            left -= more
        found.append(
            (sum(a * b for a, b in zip(q, lows, strict=True)), sum(a * b for a, b in zip(q, highs, strict=True)))
        )
    return min(low for low, _ in found), max(high for _, high in found)


def is_tree(scenario: Scenario, root: str) -> bool:
    """Whether no chance is met on two ways from the root."""
    seen: list[str] = []
    stack = [root]
    while stack:
        node = scenario.nodes[stack.pop()]
        seen += [node.id] if node.kind == "chance" else []
        stack += [edge.to for edge in node.edges.values() if edge.to is not None]
    return len(seen) == len(set(seen))


def decisions(scenario: Scenario) -> list[Focus]:
    try:
        first = focus(scenario)
    except BadArgument:
        return []
    states = [state for state in range(len(first.unfolded)) if first.unfolded.kind(state) == "decision"]
    found = [refocused(first, state) for state in states]
    return [one for one in found if len(one.options) > 1]


def slack(one: Focus, epsilon: float) -> float:
    """Return by how much an option is ahead of all others at the worst."""
    scenario, ends = one.scenario, {}
    for edge in scenario.nodes[one.node].edges.values():
        low, high = extremes(scenario, edge.to, epsilon)
        gain = float(total(scenario, edge.payoff, "ann"))
        ends[edge.id] = low + gain, high + gain
    return ends[one.chosen][0] - max(high for option, (_, high) in ends.items() if option != one.chosen)


@given(scenarios(sizes=(2, 6)))
@settings(deadline=None, max_examples=40)
def test_bounds_are_those_of_brute_force(scenario: Scenario):
    focuses = decisions(scenario)
    for one, found in zip(focuses, chance_changes(focuses), strict=True):
        if found.at_least > 1e-6:
            assert slack(one, found.at_least - 1e-7) > -1e-9
        if found.at_least < 1 - 1e-6 and not (found.radius is not None and found.radius <= found.at_least):
            assert slack(one, found.at_least + 1e-6) < 1e-9
        if is_tree(scenario, one.node) and found.at_least < 1 - 1e-6 and slack(one, 1.0) < -1e-6:
            assert found.radius == pytest.approx(found.at_least, abs=1e-7)


def shifted(scenario: Scenario, epsilon: float, chance: np.random.Generator) -> Scenario:
    """Return the scenario with every probability moved at random by at most epsilon."""
    nodes = {}
    for node in scenario.nodes.values():
        edges = dict(node.edges)
        if node.kind == "chance" and len(edges) > 1:
            p = np.array([float(edge.p.exact_constant) for edge in edges.values()])  # type: ignore[union-attr]
            order = chance.permutation(len(p))[:, None]
            q = filled(p, order, np.array([epsilon * chance.choice([1.0, chance.random()])]))[:, 0]
            edges = {
                edge.id: replace(edge, p=Expression.of(float(value)))
                for edge, value in zip(edges.values(), q, strict=True)
            }
        nodes[node.id] = replace(node, edges=edges)
    return replace(scenario, nodes=nodes)


@given(scenarios(actors=3, joint=True, sizes=(2, 6)), st.integers(0, 2**32 - 1), st.sampled_from(JOINT_RULES))
@settings(deadline=None, max_examples=30)
def test_no_error_within_the_bound_flips_a_choice(scenario: Scenario, seed: int, rule: str | None):
    chance = np.random.default_rng(seed)
    nodes = {name: replace(node, rule=rule if len(node.by) > 1 else None) for name, node in scenario.nodes.items()}
    scenario = replace(scenario, nodes=nodes)
    focuses = decisions(scenario)
    for one, found in zip(focuses, chance_changes(focuses), strict=True):
        for _ in range(12):
            moved = shifted(scenario, found.at_least * (1 - 1e-9), chance)
            evaluation = planner.evaluate(moved)
            decision = next(each for each in evaluation.decisions if each.state == one.label)
            assert decision.chosen == one.chosen or one.chosen in decision.tied
        if found.radius is not None:
            assert found.at_least <= found.radius + 1e-9
