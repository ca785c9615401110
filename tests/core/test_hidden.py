"""Decisions that do not see everything: information sets, the best choice without knowing, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.core.binding import bind, environment
from planner.core.diagnostics import ScenarioError
from planner.core.rules import check, load
from planner.core.source import Source
from planner.core.unfold import unfold
from tests.conftest import ROOT

if TYPE_CHECKING:
    from planner.core.model import Scenario

STORIES = ROOT / "tests" / "stories"
COIN = """
planner: 1
title: A coin under the cup
state: {up: 0}
nodes:
  coin: {chance: Which side is up?, branches: {heads: {p: 0.6, set: {up: 1}, to: call}, tails: {p: rest, to: call}}}
  call:
    decision: Bet on which side?
    unseen: [coin]
    options: {heads: {payoff: 10 * up - 5}, tails: {payoff: 5 - 10 * up}, pass: {payoff: 0.5}}
"""


def read(text: str) -> Scenario:
    return load(Source.from_text(text))


def codes(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as raised:
        planner.evaluate(read(text))
    return [found.code for found in raised.value.diagnostics]


def test_a_bet_on_a_hidden_coin():
    found = planner.evaluate(read(COIN), exact=True)
    (call,) = found.decisions
    assert (call.state, call.chosen, call.probability) == ("call", "heads", 1)
    assert {option.option: option.values["self"] for option in call.options} == {
        "heads": Fraction(1), "tails": Fraction(-1), "pass": Fraction(1, 2)
    }  # fmt: skip
    assert found.values["self"] == 1
    assert (
        planner.evaluate(read(COIN.replace("    unseen: [coin]\n", ""))).values["self"] == 5
    )  # who sees it wins always


def test_ties_are_judged_without_knowing():
    tied = planner.evaluate(read(COIN.replace("0.6", "0.5").replace("payoff: 0.5}", "payoff: 0}")), exact=True)
    assert tied.decisions[0].tied == ("heads", "tails", "pass")


def test_risk_counts_over_what_is_not_seen():
    averse = COIN.replace("title:", "actors: {me: {risk_tolerance: 2}}\ntitle:")
    found = planner.evaluate(read(averse))
    assert found.strategy == {"call": "pass"}  # -2 ln(0.6 e^-2.5 + 0.4 e^2.5) is far below 0.5


@pytest.mark.parametrize(("name", "value"), [("pig-no-recall", 726.8121), ("pig-hidden", 729.225)])
def test_pigs(name: str, value: float):
    scenario = planner.load(STORIES / f"{name}.yaml")
    assert planner.evaluate(scenario).values["self"] == pytest.approx(value, abs=6e-4)
    assert float(planner.evaluate(scenario, exact=True).values["self"]) == pytest.approx(value, abs=6e-4)


def test_states_that_are_not_told_apart_are_written_apart():
    unfolded = unfold(planner.load(STORIES / "pig-hidden.yaml"))
    assert len(set(unfolded.labels)) == len(unfolded)
    assert {unfolded.node(states[0]).id for states in unfolded.sets} == {"treat-1", "treat-2", "treat-3"}  # type: ignore[union-attr]


def test_options_that_would_tell():
    text = COIN.replace("pass: {payoff: 0.5}", "pass: {when: up > 0, payoff: 0.5}")
    assert codes(text) == ["P315"]


def test_several_actors():
    text = (
        COIN.replace("title:", "actors: {me: {}, you: {}}\ntitle:")
        .replace(
            "coin: {chance: Which side is up?, branches: {heads: {p: 0.6,",
            "coin: {decision: Which side?, by: you, options: {heads: {",
        )
        .replace("tails: {p: rest, to", "tails: {to")
    )
    assert codes(text) == ["P316"]


def test_the_absent_minded_driver():
    """Piccione and Rubinstein 1997: a decision cannot hide itself; that is said when the file is read."""
    text = """
planner: 1
title: The absent-minded driver
state: {exit: 1}
nodes:
  road:
    decision: Leave the road?
    unseen: [road]
    options: {leave: {payoff: 4 * (exit - 1)}, on: {when: exit < 2, set: {exit: exit + 1}, to: road}}
"""
    assert codes(text) == ["P312"]


def test_rules_of_extremes_are_refused():
    with pytest.raises(ScenarioError, match="maximin"):
        planner.evaluate(read(COIN), rule="maximin")


def test_analyses_that_need_full_knowledge_say_so():
    from planner.analyses.focus import focus

    with pytest.raises(ScenarioError, match="without seeing"):
        focus(read(COIN))


def test_paths_follow_the_choice():
    found = planner.paths(read(COIN))
    assert {path.edges: path.probability for path in found.paths} == {
        ("coin.heads", "call.heads"): 0.6, ("coin.tails", "call.heads"): 0.4
    }  # fmt: skip
    assert [path.edges[-1] for path in planner.paths(read(COIN), choose={"call": "pass"}).paths] == ["call.pass"] * 2


def test_sound_files_have_no_findings():
    for name in ("pig-no-recall", "pig-hidden"):
        assert check(Source.from_text((STORIES / f"{name}.yaml").read_text(encoding="utf-8"))) == []


@st.composite
def games(draw: st.DrawFn) -> str:
    """Draw two chances and two decisions of one owner, each of which may miss some of what went before."""
    p, q = draw(st.sampled_from(["0.3", "0.5", "0.9"])), draw(st.sampled_from(["0.2", "0.5", "0.7"]))
    first = draw(st.sets(st.sampled_from(["a"])))
    second = draw(st.sets(st.sampled_from(["a", "b", "c"])))
    pay = [draw(st.integers(-9, 9)) for _ in range(6)]
    lines = [
        "planner: 1", "title: made", "state: {x: 0, y: 0, z: 0}", "nodes:",
        f"  a: {{chance: A, branches: {{one: {{p: {p}, set: {{x: 1}}, to: b}}, two: {{p: rest, to: b}}}}}}",
        "  b:", "    decision: B", f"    unseen: {sorted(first)}",
        f"    options: {{l: {{payoff: {pay[0]} * x, set: {{y: 1}}, to: c}}, r: {{payoff: {pay[1]}, to: c}}}}",
        f"  c: {{chance: C, branches: {{one: {{p: {q}, set: {{z: 1}}, to: d}}, two: {{p: rest, to: d}}}}}}",
        "  d:", "    decision: D", f"    unseen: {sorted(second)}",
        f"    options: {{l: {{payoff: {pay[2]} * x + {pay[3]} * y}}, r: {{payoff: {pay[4]} * z + {pay[5]} * x}}}}",
    ]  # fmt: skip
    return "\n".join(line for line in lines if not line.endswith("unseen: []")).replace("'", "")


@settings(max_examples=25, deadline=None)
@given(games())
def test_no_strategy_is_better(text: str):
    """Every assignment of options to information sets is worth at most what was found; brute force over all of them."""
    scenario = read(text)
    unfolded = unfold(scenario, exact=True)
    bound = bind(unfolded, environment(scenario, {}, exact=True), exact=True)
    decisions = [state for state in range(len(unfolded)) if unfolded.kind(state) == "decision"]
    unit = {state: states for states in unfolded.sets for state in states}
    units = list(dict.fromkeys(unit.get(state, (state,)) for state in decisions))
    best = None
    for chosen in product(*(range(len(unfolded.slots(states[0]))) for states in units)):
        taken = {state: slot for states, slot in zip(units, chosen, strict=True) for state in states}
        values: dict[int, Fraction] = {}
        for state in range(len(unfolded) - 1, -1, -1):
            slots = list(unfolded.slots(state))
            ahead = [
                values[int(unfolded.target[edge])] + bound.amounts[int(bound.edge_row[edge])].get(0, Fraction(0))
                for edge in slots
            ]
            if state in taken:
                values[state] = ahead[taken[state]]
            else:
                p = [bound.p[int(bound.p_row[edge])] for edge in slots]
                values[state] = sum((a * b for a, b in zip(p, ahead, strict=True)), Fraction(0))
        best = values[0] if best is None else max(best, values[0])
    assert planner.evaluate(scenario, exact=True).values["self"] == best
    assert planner.evaluate(scenario).values["self"] == pytest.approx(float(best or 0))
