"""What it is worth to know more: published numbers, independent oracles, and the laws of information."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import asin, exp, log, pi, prod, sin, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy.stats import beta, norm

import planner
from planner.analyses.learning import decomposed, perfect
from planner.analyses.learning.events import Event, events
from planner.analyses.learning.evppi import in_blocks
from planner.analyses.learning.foresight import Foresight
from planner.analyses.result import BadArgument, UnknownName
from planner.core.beliefs import Likelihoods
from planner.core.expression import Expression
from planner.core.model import Edge, Node, Scenario, Signal
from planner.core.rules import load
from planner.core.solve import solve_unfolded
from planner.core.source import Source
from planner.core.unfold import unfold
from tests.analyses.test_laws import edited, scenarios
from tests.core.test_news import tables, with_signal

STORIES = Path(__file__).parents[1] / "stories"
SCENARIOS = Path(__file__).parents[2] / "scenarios"


def story(name: str) -> Scenario:
    return planner.load(STORIES / f"{name}.yaml")


def made(text: str) -> Scenario:
    return load(Source.from_text(f"planner: 1\ntitle: T\n{text}", path="made.yaml"))


def chance(found: planner.Information, node: str) -> float:
    (value,) = [one.value for one in found.chances if one.node == node]
    assert value is not None
    return value


# --- published ------------------------------------------------------------------------------------------------


def test_goferbroke():
    # Hillier and Lieberman: EVPI 142.5, and the survey is worth 53 before its cost of 30; so losing it costs 23.
    bare, survey = planner.information(story("goferbroke-oil")), planner.information(story("goferbroke-signal"))
    assert bare.perfect == pytest.approx(142.5)
    assert bare.signals[0].value == pytest.approx(53)
    assert (bare.signals[0].observed, bare.signals[0].if_lost) == (False, None)
    assert survey.perfect == pytest.approx(242.5 - 123)
    assert survey.signals[0].if_lost == pytest.approx(23)
    assert (bare.perfect_of, bare.alone, bare.deciders) == ("chances", True, ("self",))


def test_sas_wildcatter():
    # SAS/OR User's Guide, The DTREE Procedure: perfect information about the oil improves the value by $155,000.
    # Control by hand: the lowest cost 300,000 - 140,000, the most oil 890,000 - 140,000 with the mean cost of 310,000.
    found = planner.information(story("sas-wildcatter"))
    assert chance(found, "oil") == pytest.approx(155_000)
    assert {one.node: (one.branch, one.control) for one in found.chances} == {
        "oil": ("soaking", pytest.approx(1_200_000 - 310_000 - 140_000)),
        "cost": ("low", pytest.approx(300_000 - 140_000)),
    }


def test_clemen():
    # Making Hard Decisions, instructor's solutions to problem 12.4: 3.04 about E, 1.2 about F, 3.22 about both.
    found = planner.information(story("clemen-two-chances"))
    assert {one.node: one.value for one in found.chances} == {"e": pytest.approx(3.04), "f": pytest.approx(1.2)}
    assert found.perfect == pytest.approx(3.22)


def test_thompson_lumber():
    # Render, Stair and Hanna: with perfect information 100,000, without 40,000.
    assert planner.information(story("thompson-market")).perfect == pytest.approx(60_000)


def test_raiffa():
    # By hand: with the oil known 0.3 x 50 + 0.2 x 200 = 55 against 22.5 with and 20 without soundings; the soundings
    # gain 22.5 - 20 although they cost 10.
    found = planner.information(story("raiffa-wildcatter-signal"))
    assert chance(found, "oil") == pytest.approx(55 - 22.5)
    assert found.signals[0].if_lost == pytest.approx(2.5)


def test_used_car_and_a_chance_that_changes_nothing():
    # Clemen, problem 12.3: information that cannot change the decision is worth nothing.
    found = planner.information(
        made(
            "nodes:\n  pick: {decision: A or B?, options: {a: {to: a}, b: {payoff: 2}}}\n"
            "  a: {chance: A, branches: {x: {p: 0.5, payoff: 3}, y: {p: rest, payoff: 9}}}\n"
        )
    )
    assert found.perfect == 0
    assert found.headline() == "Nothing that could be learned before deciding is worth anything."


def unit_loss(mean: float, sd: float) -> float:
    """Return E max(0, X) - max(0, E X) of a normal X."""
    return float(sd * norm.pdf(mean / sd) - abs(mean) * norm.cdf(-abs(mean) / sd))


def test_two_normal_arms_in_closed_form():
    found = planner.information(story("normal-two-arms"), draws=20_000)
    worth = {one.name: one for one in found.parameters}
    expected = {"p1": unit_loss(1, 1), "p2": unit_loss(1, 2)}
    assert found.perfect_of == "parameters"
    assert found.perfect == pytest.approx(unit_loss(1, sqrt(5)), abs=0.01)
    for name, value in expected.items():
        assert abs(worth[name].value - value) < 3 * worth[name].standard_error
        assert worth[name].low < value < worth[name].high
        assert worth[name].distinct
        assert worth[name].agrees
    assert [one.name for one in found.parameters] == ["p2", "p1"]


# --- oracles on the tree --------------------------------------------------------------------------------------


def settled(scenario: Scenario, outcome: dict[str, str]) -> Scenario:
    """Return a scenario in which it is written that chance nodes turn out in certain ways."""
    return edited(
        scenario,
        {
            name: replace(
                scenario.nodes[name],
                edges={
                    edge.id: replace(edge, p=Expression.of(int(edge.id == branch)), rest=False)
                    for edge in scenario.nodes[name].edges.values()
                },
            )
            for name, branch in outcome.items()
        },
    )


def value(scenario: Scenario, actor: str = "ann") -> Fraction:
    found = planner.evaluate(scenario, exact=True).values[actor]
    assert isinstance(found, Fraction)
    return found


def reached_chances(scenario: Scenario) -> list[Node]:
    """Return the chance nodes that some choice leads to, with more than one possible branch."""
    seen, stack = {scenario.root.id}, [scenario.root.id]
    while stack:
        for edge in scenario.nodes[stack.pop()].edges.values():
            possible = edge.p is None or edge.p.exact_constant > 0
            if possible and edge.to is not None and edge.to not in seen:
                seen.add(edge.to)
                stack.append(edge.to)
    return [
        node
        for node in scenario.nodes.values()
        if node.id in seen and node.kind == "chance" and len(possible_branches(node)) > 1
    ]


def possible_branches(node: Node) -> list[Edge]:
    return [edge for edge in node.edges.values() if edge.p is not None and edge.p.exact_constant > 0]


def expected_gain(scenario: Scenario, nodes: list[Node], actor: str) -> float:
    """Return the mean value over joint outcomes, each written into the file, less the value now."""
    total = Fraction(0)
    for outcome in product(*(possible_branches(node) for node in nodes)):
        chances = [edge.p.exact_constant for edge in outcome if edge.p is not None]
        known = settled(scenario, {edge.node: edge.id for edge in outcome})
        total += prod(chances, start=Fraction(1)) * value(known, actor)
    return float(total - value(scenario, actor))


def has_decision(scenario: Scenario) -> bool:
    unfolded = unfold(scenario)
    return any(unfolded.kind(state) == "decision" for state in range(len(unfolded)))


@given(scenarios(actors=2, joint=True), st.sampled_from(["unanimity", "majority", "quota(0.5)", "weighted", "nash"]))
@settings(deadline=None, max_examples=60)
def test_chances_are_worth_what_files_with_the_outcome_written_in_say(scenario: Scenario, rule: str):
    assume(has_decision(scenario))
    joint = {node.id: replace(node, rule=rule) for node in scenario.nodes.values() if len(node.by) > 1}
    scenario = edited(scenario, joint)
    found = planner.information(scenario, actor="ann")
    nodes = reached_chances(scenario)
    assert {one.node for one in found.chances} == {node.id for node in nodes}
    for one in found.chances:
        for actor, gain in one.values.items():
            expected = expected_gain(scenario, [scenario.nodes[one.node]], actor)
            assert gain == pytest.approx(expected, abs=1e-8)
    if nodes:
        assert found.perfect_chances is not None
        for actor, gain in found.perfect_chances.values.items():
            assert gain == pytest.approx(expected_gain(scenario, nodes, actor), abs=1e-8)


@given(scenarios(actors=2))
@settings(deadline=None, max_examples=60)
def test_control_turns_the_node_into_a_decision(scenario: Scenario):
    assume(has_decision(scenario))
    for one in planner.information(scenario, actor="bob").chances:
        node = scenario.nodes[one.node]
        options = {edge.id: replace(edge, p=None) for edge in possible_branches(node)}
        decision = Node(node.id, "decision", node.title, options, by=("bob",))
        controlled = edited(scenario, {node.id: decision})
        assert one.controls["bob"] == pytest.approx(float(value(controlled, "bob") - value(scenario, "bob")), abs=1e-8)


@given(scenarios(sizes=(2, 7)))
@settings(deadline=None, max_examples=80)
def test_laws_of_information_for_one_decider(scenario: Scenario):
    assume(has_decision(scenario))
    found = planner.information(scenario)
    singles = [(one.value, one.control) for one in found.chances]
    assert found.alone
    for gain, control in singles:
        assert gain is not None
        assert control is not None
        assert 0 <= gain <= (found.perfect or 0) + 1e-8
        assert gain <= control + 1e-8


@given(scenarios(sizes=(2, 7)))
@settings(deadline=None, max_examples=80)
def test_taking_the_tree_apart_is_exact(scenario: Scenario):
    foresight, known = looked_at(scenario)
    assume(known)
    expected = expected_gain(scenario, reached_chances(scenario), "ann")
    gain = decomposed.worth_of_all(foresight, known, 0) - foresight.now[0]
    assert gain == pytest.approx(expected, abs=1e-8)
    assert perfect.perfect(foresight, known, alone=0).gains[0] == pytest.approx(expected, abs=1e-8)
    sampled = perfect._sampled(perfect.Outcomes(foresight, known), 1, 1)
    assert abs(sampled.gains[0] - expected) <= 5 * sampled.errors[0] + 1e-8


def looked_at(scenario: Scenario) -> tuple[Foresight, tuple[Event, ...]]:
    """Return a scenario ready to be looked at with its events known."""
    unfolded = unfold(scenario)
    solution = solve_unfolded(unfolded)
    foresight = Foresight(solution, Likelihoods(scenario, {}))
    return foresight, events(unfolded, solution.bound, foresight.likelihoods)


@given(scenarios(sizes=(3, 7)), st.floats(5, 100))
@settings(deadline=None, max_examples=60)
def test_taking_the_tree_apart_is_exact_for_the_careful(scenario: Scenario, tolerance: float):
    careful = {name: replace(actor, risk_tolerance=tolerance) for name, actor in scenario.actors.items()}
    foresight, known = looked_at(replace(scenario, actors=careful))
    assume(known)
    every = perfect._every(perfect.Outcomes(foresight, known), prod(len(event.possible) for event in known))
    assert decomposed.worth_of_all(foresight, known, 0) == pytest.approx(foresight.expected(*every)[0], abs=1e-8)


@given(tables())
@settings(deadline=None, max_examples=40)
def test_taking_a_tree_with_news_apart_is_exact(case: Any):
    foresight, known = looked_at(with_signal(*case))
    assume(known)
    every = perfect._every(perfect.Outcomes(foresight, known), prod(len(event.possible) for event in known))
    assert decomposed.worth_of_all(foresight, known, 0) == pytest.approx(foresight.expected(*every)[0], abs=1e-8)


def test_a_long_negotiation_is_taken_apart_exactly():
    # 40 rounds of warm or cold, and then a settlement that every round may lead to: 2**40 outcomes. Knowing them, one
    # stops after the last round that pays: the mean of the largest partial sum of a walk with steps of 1 and -2.
    text = """state: {round: 0}
nodes:
  table:
    decision: Go on?
    options: {go: {when: round < 40, set: {round: round + 1}, to: answer}, stop: {to: settle}}
  answer: {chance: Answer, branches: {warm: {p: 0.5, payoff: 1, to: table}, cold: {p: rest, payoff: -2, to: table}}}
  settle: {chance: Settled, branches: {good: {p: 0.5, payoff: 10}, bad: {p: rest}}}
"""
    found = planner.information(made(text))
    assert found.perfect_chances is not None
    assert (found.perfect_chances.way, found.perfect_chances.count) == ("decomposed", 2**41)
    # sums so far, and the largest of them: the future of a walk does not depend on its past
    best = {0: 1.0}  # largest partial sum from here on -> probability, the walk taken backwards
    for _ in range(40):
        after: dict[int, float] = {}
        for top, p in best.items():
            for step in (1, -2):
                reached = max(0, top + step)
                after[reached] = after.get(reached, 0.0) + p / 2
        best = after
    assert found.perfect == pytest.approx(sum(top * p for top, p in best.items()))
    assert {one.node for one in found.chances} == {"settle", *(f"answer[round={at}]" for at in range(1, 41))}
    assert chance(found, "settle") == 0


def test_too_many_outcomes_are_sampled_and_said_so(monkeypatch: pytest.MonkeyPatch):
    scenario = story("clemen-two-chances")
    monkeypatch.setattr(perfect, "MOST_OUTCOMES", 1)
    assert planner.information(scenario).perfect == pytest.approx(3.22)
    monkeypatch.setattr(decomposed, "MOST_CASES", 1)
    found = planner.information(scenario, seed=3)
    total = found.perfect_chances
    assert total is not None
    assert (total.way, total.sampled) == ("sampled", 16_384)
    assert abs(total.value - 3.22) < 4 * total.standard_error < 0.4
    assert "16,384 of 8 joint outcomes" in found.method
    assert planner.information(scenario, seed=3).perfect == total.value != planner.information(scenario, seed=4).perfect


def test_risk_aversion_compares_certainty_equivalents():
    text = """actors: {ann: {risk_tolerance: 100}}
nodes:
  field: {decision: Drill?, options: {drill: {payoff: -70, to: hole}, sell: {payoff: 30}}}
  hole: {chance: Oil?, branches: {oil: {p: 0.4, payoff: 400}, dry: {p: rest}}}
"""
    found = planner.information(made(text))
    drill = -100 * log(0.4 * exp(-3.3) + 0.6 * exp(0.7))
    now = max(drill, 30)
    assert found.perfect == pytest.approx(-100 * log(0.4 * exp(-3.3) + 0.6 * exp(-0.3)) - now)
    assert found.chances[0].control == pytest.approx(330 - now)


def test_a_cost_that_is_saved_is_worth_something():
    text = """objective: minimize
nodes:
  insure: {decision: Insure?, options: {insure: {payoff: 12}, not: {to: fire}}}
  fire: {chance: Does it burn?, branches: {burns: {p: 0.1, payoff: 100}, not: {p: rest}}}
"""
    found = planner.information(made(text))
    assert found.perfect == pytest.approx(10 - 0.1 * 12)
    assert found.chances[0].control == pytest.approx(10)


# --- events ---------------------------------------------------------------------------------------------------


ROUNDS = """state: {round: 1, last: 0}
nodes:
  table:
    decision: Go on?
    options: {go: {when: round < 3, set: {round: round + 1}, to: answer}, stop: {payoff: last}}
  answer:
    chance: Answer
    branches:
      warm: {p: 0.5, set: {last: 1}, payoff: 1, to: table}
      cold: {p: rest, set: {last: 0}, payoff: -3, to: table}
"""


def test_rounds_are_events_of_their_own_and_states_of_one_round_are_one():
    found = planner.information(made(ROUNDS))
    assert sorted(one.node for one in found.chances) == ["answer[round=2]", "answer[round=3]"]
    both = next(one for one in found.chances if one.node == "answer[round=3]")
    assert both.states == ("answer[round=3]",)
    # what `last` was is read after the second answer alone, so both ways there are one event
    assert found.perfect_chances is not None
    assert found.perfect_chances.count == 4


def test_states_that_exclude_each_other_are_one_event():
    # The market is the same whichever plant is built: one event in three states.
    found = planner.information(story("thompson-market"))
    (market,) = found.chances
    assert (market.node, len(market.states)) == ("market", 3)


def test_states_with_different_probabilities_are_events_of_their_own():
    text = """state: {tone: 0}
nodes:
  line: {decision: Tone?, options: {soft: {to: answer}, hard: {set: {tone: 1}, to: answer}}}
  answer: {chance: Answer, branches: {yes: {p: 0.3 + tone / 2, payoff: 10 - 8 * tone}, no: {p: rest}}}
"""
    found = planner.information(made(text))
    assert {one.node for one in found.chances} == {"answer[tone=0]", "answer[tone=1]"}
    # soft 3, hard 1.6; knowing soft: 0.3 x 10 + 0.7 x 1.6; knowing hard: 0.8 x max(3, 2) + 0.2 x 3
    assert chance(found, "answer[tone=0]") == pytest.approx(3 + 0.7 * 1.6 - 3)
    assert chance(found, "answer[tone=1]") == 0
    assert found.perfect == pytest.approx(0.3 * 10 + 0.7 * 0.8 * 2 - 3)


def test_what_is_certain_or_has_happened_is_no_event():
    text = """nodes:
  go: {decision: Go?, options: {go: {to: a}, stay: {}}}
  a: {chance: A, branches: {x: {p: 1, to: b}, y: {p: 0}}}
  b: {chance: B, branches: {x: {p: 0.5, payoff: 1}, y: {p: 0.5, payoff: -9}}, resolved: {branch: x}}
"""
    found = planner.information(made(text))
    assert (found.chances, found.perfect, found.perfect_of) == ((), None, None)
    assert found.headline() == "Nothing is uncertain here, so there is nothing to be learned."


# --- signals --------------------------------------------------------------------------------------------------


def heard_first(scenario: Scenario, signal: str) -> Scenario:
    """Return the scenario with a node in front that observes a signal."""
    root = scenario.root.id
    words = dict.fromkeys(word for row in scenario.signals[signal].likelihood.values() for word in row)
    edges = {word: Edge(word, "first", word, to=root) for word in words}
    return replace(scenario, nodes={"first": Node("first", "chance", "First", edges, observe=signal), **scenario.nodes})


NEVER_SAID = (  # the first word never comes, so no event is met after it
    [Fraction(0), Fraction(1, 2), Fraction(1, 2)],
    [[Fraction(0), Fraction(0), Fraction(1)], [Fraction(0), Fraction(0), Fraction(1)],
     [Fraction(0), Fraction(1, 2), Fraction(1, 2)]],
    [[0, 0, 1]],
)  # fmt: skip


@given(tables(), st.booleans())
@example(NEVER_SAID, True)
@settings(deadline=None, max_examples=50)
def test_a_signal_is_worth_what_a_node_in_front_that_observes_it_says(case: Any, listen: bool):
    scenario = with_signal(*case, listen=listen)
    found = planner.information(scenario)
    (signal,) = found.signals
    expected = value(heard_first(scenario, "news"), "self") - value(scenario, "self")
    assert signal.value == pytest.approx(float(expected), abs=1e-8)
    truth = [one for one in found.chances if one.node == "truth"]
    nodes = [scenario.nodes["truth"]] if len(possible_branches(scenario.nodes["truth"])) > 1 else []
    assert len(truth) == len(nodes)
    for one in truth:
        assert one.value == pytest.approx(expected_gain(scenario, nodes, "self"), abs=1e-8)
        assert 0 <= (signal.value or 0) <= (one.value or 0) + 1e-8
    # What losing it costs: the same file with a signal that says the same whatever is true.
    if listen:
        useless = {name: next(iter(row for row in scenario.signals["news"].likelihood.values()))
                   for name in scenario.signals["news"].likelihood}  # fmt: skip
        deaf = replace(scenario, signals={"news": Signal("news", "truth", useless)})
        assert signal.observed
        assert signal.if_lost == pytest.approx(float(value(scenario, "self") - value(deaf, "self")), abs=1e-8)


def test_two_signals_about_one_chance_and_news_heard_by_then():
    text = """signals:
  a: {about: x, likelihood: {"on": {hi: 0.9, lo: 0.1}, "off": {hi: 0.2, lo: 0.8}}}
  b: {about: x, likelihood: {"on": {hi: 0.7, lo: 0.3}, "off": {hi: 0.4, lo: 0.6}}}
nodes:
  hear: {observe: a, branches: {hi: {to: act}, lo: {to: act}}}
  act: {decision: Act?, options: {go: {to: x}, stay: {payoff: 2}}}
  x: {chance: X, branches: {"on": {p: 0.4, payoff: 10}, "off": {p: rest, payoff: -6}}}
"""
    scenario = made(text)
    found = planner.information(scenario, at="act[a=hi]")
    # After the first news P(on) = 0.36 / 0.48 = 3/4 and going is worth 6; knowing X then gives 7.5 + 0.5. After b,
    # P(on | lo) = 0.225 / 0.375 = 0.6, so going stays best: nothing gained.
    assert chance(found, "x") == pytest.approx(0.75 * 10 + 0.25 * 2 - 6)
    assert {one.signal: one.value for one in found.signals}["b"] == pytest.approx(0)
    start = planner.information(scenario)
    for name in ("a", "b"):
        expected = float(value(heard_first(scenario, name), "self") - value(scenario, "self"))
        assert {one.signal: one.value for one in start.signals}[name] == pytest.approx(expected)
    assert chance(start, "x") == pytest.approx(0.4 * 10 + 0.6 * 2 - float(value(scenario, "self")))


def test_news_about_a_node_that_depends_on_the_way_has_no_value():
    text = """state: {tone: 0}
signals: {tip: {about: answer, likelihood: {"yes": {good: 0.8, bad: 0.2}, "no": {good: 0.1, bad: 0.9}}}}
nodes:
  line: {decision: Tone?, options: {soft: {to: answer}, hard: {set: {tone: 1}, to: answer}}}
  answer: {chance: Answer, branches: {"yes": {p: 0.3 + tone / 2, payoff: 10 - 8 * tone}, "no": {p: rest}}}
"""
    (signal,) = planner.information(made(text)).signals
    assert (signal.value, signal.values) == (None, {})
    assert signal.unclear == "'answer' may come with different probabilities, or at different turns"


TWO_MEETINGS = """state: {mode: 1}
signals: {tip: {about: answer, likelihood: {"yes": {good: 0.8, bad: 0.2}, "no": {good: 0.1, bad: 0.9}}}}
nodes:
  hear: {observe: tip, branches: {good: {to: table}, bad: {to: table}}}
  table: {decision: Short or long?, options: {short: {to: answer}, long: {set: {mode: 2}, to: answer}}}
  answer:
    chance: Answer
    branches: {"yes": {p: 0.3, payoff: 10 - mode, to: end}, "no": {p: rest, payoff: -2, to: end}}
  end: {decision: Once more?, options: {again: {when: mode == 1, set: {mode: 2}, to: later}, stop: {}}}
  later: {observe: tip, branches: {good: {to: answer}, bad: {to: answer}}}
"""


def test_news_that_may_be_about_one_of_two_meetings():
    # The long talks are the first meeting for some and the second for others, and both hear the same about it.
    found = planner.information(made(TWO_MEETINGS))
    assert {one.id: one.value for one in found.chances} == {"answer": None}
    assert len(found.chances) == 2
    (note,) = [note for note in found.notes if "one of several meetings" in note]
    assert note.startswith("No value for 'answer[mode=1]' and 'answer[mode=2]': ")
    assert found.perfect == 0  # of what is clear
    assert found.signals[0].unclear == "'answer' may come with different probabilities, or at different turns"
    assert found.signals[0].if_lost is not None  # what is heard is heard, whatever it is about
    # without news each meeting is clear
    deaf = (
        TWO_MEETINGS.replace("observe: tip", "chance: Talk")
        .replace("good: {", "good: {p: 0.5, ")
        .replace("bad: {to", "bad: {p: rest, to")
    )
    clear = planner.information(made(deaf.replace(deaf.splitlines()[1] + "\n", "")))
    assert {one.node for one in clear.chances if one.value is not None} >= {"answer[mode=1]", "answer[mode=2]"}


# --- uncertain numbers ----------------------------------------------------------------------------------------


def drawn(payoff: str, parameters: str, more: str = "") -> Scenario:
    node = f"  go: {{decision: Go?, options: {{stay: {{}}, go: {{payoff: {payoff}}}}}}}\n"
    return made(f"parameters:\n{parameters}{more}nodes:\n{node}")


ABC = """  a: {value: 0, distribution: "normal(0, 1)"}
  b: {value: 0, distribution: "normal(0, 2)"}
  c: {value: 0, distribution: "normal(0, 3)"}
"""


def test_groups_in_closed_form():
    found = planner.information(drawn("0.5 + a + b + c", ABC), groups=[["a", "b"], ["b", "c"], ["a", "b", "c"], ["b"]])
    expected = [sqrt(5), sqrt(13), sqrt(14), 2]
    for group, sd in zip(found.groups, expected, strict=True):
        assert abs(group.value - unit_loss(0.5, sd)) < 3 * group.standard_error
        assert group.distinct
    assert found.perfect_parameters is not None
    whole = found.groups[2]
    assert whole.value == pytest.approx(found.perfect, abs=1e-6)  # a line is fitted exactly
    assert found.groups[0].to_dict()["parameters"] == ["a", "b"]


def test_a_group_of_a_product_needs_the_product():
    # E|ab| = 2 / pi for independent standard normals; neither of them alone says anything.
    found = planner.information(drawn("a * b", ABC.replace("(0, 2)", "(0, 1)")), groups=[["a", "b"]], draws=20_000)
    (group,) = found.groups
    assert abs(group.value - 1 / pi) < 3 * group.standard_error
    assert {one.name: one.distinct for one in found.parameters} == {"a": False, "b": False, "c": False}
    assert all(one.value < 3 * one.noise for one in found.parameters)


def test_correlated_numbers_tell_of_each_other():
    # With rank correlation 0.6 of two normals r = 2 sin(0.1 pi); given the first, the mean of a - b is a (1 - 2 r).
    more = "correlations:\n  - [a, b, 0.6]\n"
    found = planner.information(drawn("0.2 + a - b", ABC, more), draws=20_000)
    r = 2 * sin(pi * 0.6 / 6)
    worth = {one.name: one for one in found.parameters}
    for name, sd in {"a": abs(1 - 2 * r), "b": abs(r - 2)}.items():
        assert abs(worth[name].value - unit_loss(0.2, sd)) < 4 * worth[name].standard_error + 0.002
    assert found.perfect == pytest.approx(unit_loss(0.2, sqrt(1 + 4 - 4 * r)), abs=0.02)
    assert asin(r / 2) * 6 / pi == pytest.approx(0.6)


def test_a_number_that_takes_two_values_has_two_blocks():
    table = (
        "  a: {value: 1, distribution: 'discrete({-1: 0.5, 3: 0.5})'}\n  b: {value: 0, distribution: 'normal(0, 1)'}\n"
    )
    found = planner.information(drawn("a + 0 * b", table), sampling="random")
    worth = {one.name: one for one in found.parameters}
    assert worth["a"].value == pytest.approx(0.5, abs=0.03)  # half the time -1 is avoided
    assert (worth["a"].value, worth["b"].value) == (pytest.approx(found.perfect), 0.0)
    assert not worth["b"].distinct


def test_uncertain_probabilities_of_a_chance():
    text = """nodes:
  field: {decision: Drill?, options: {drill: {payoff: -25, to: hole}, sell: {}}}
  hole: {chance: Oil?, certainty: 8, branches: {oil: {p: 0.25, payoff: 100}, dry: {p: rest}}}
"""
    found = planner.information(made(text), draws=20_000)
    points = np.linspace(0, 1, 100_001)[1:-1]
    expected = float(np.trapezoid(np.maximum(100 * points - 25, 0) * beta.pdf(points, 2, 6), points))
    (worth,) = found.parameters
    assert (worth.name, worth.kind) == ("hole", "chance")
    assert found.perfect == pytest.approx(expected, rel=0.03)
    assert worth.value == pytest.approx(found.perfect, rel=0.01)
    # and what is under the ground is worth more to know than how probable it is
    assert chance(found, "hole") == pytest.approx(0.25 * 75)
    assert found.perfect_everything is not None
    assert found.perfect_everything.value == pytest.approx(0.25 * 75, abs=4 * found.perfect_everything.standard_error)


def test_uncertain_probabilities_of_three_branches():
    text = """nodes:
  field: {decision: Drill?, options: {drill: {payoff: -25, to: hole}, sell: {}}}
  hole: {chance: Oil?, certainty: 8, branches: {oil: {p: 0.2, payoff: 100}, some: {p: 0.1, payoff: 50}, dry: {p: rest}}}
"""
    found = planner.information(made(text))
    (worth,) = found.parameters
    assert worth.value == pytest.approx(found.perfect, rel=0.01)
    assert worth.finer is None


def test_knowing_all_numbers_is_the_smallest_expected_loss():
    scenario = planner.load(SCENARIOS / "intelligence-sharing.yaml")
    found = planner.information(scenario, draws=2_000, seed=5)
    from planner.analyses.drawing.sample import sample
    from planner.analyses.focus import focus

    one = sample(focus(story("normal-two-arms")), draws=2_000, seed=5)
    losses = one.scores.max(axis=0) - one.scores
    arms = planner.information(story("normal-two-arms"), draws=2_000, seed=5)
    assert arms.perfect == pytest.approx(losses.mean(axis=1).min())
    assert found.settings["seed"] == 5


PARAMETERS = st.lists(
    st.sampled_from(["normal(0, 1)", "uniform(-3, 2)", "beta(2, 5)", "discrete({-2: 0.3, 1: 0.7})"]),
    min_size=1,
    max_size=3,
)


@given(PARAMETERS, st.lists(st.integers(-3, 3), min_size=3, max_size=3), st.integers(0, 50))
@settings(deadline=None, max_examples=10)
def test_laws_of_uncertain_numbers(families: list[str], factors: list[int], seed: int):
    names = "abc"[: len(families)]
    rows = "".join(
        f"  {name}: {{value: 0, distribution: '{family}'}}\n" for name, family in zip(names, families, strict=True)
    )
    rows = rows.replace("value: 0, distribution: 'uniform(-3", "value: -0.5, distribution: 'uniform(-3")
    terms = " + ".join(f"({factor}) * {name}" for factor, name in zip(factors, names, strict=False))
    found = planner.information(
        drawn(f"0.1 + {terms} + a * {names[-1]}", rows), draws=400, seed=seed, groups=[list(names)]
    )
    assert found.perfect is not None
    for one in (*found.parameters, *found.groups):
        assert 0 <= one.value <= found.perfect + 1e-9
        assert 0 <= one.low <= one.high <= found.perfect + 1e-9
    assert (
        found.to_dict()
        == planner.information(
            drawn(f"0.1 + {terms} + a * {names[-1]}", rows), draws=400, seed=seed, groups=[list(names)]
        ).to_dict()
    )


def test_blocks_are_equally_large_and_in_order():
    values = np.random.default_rng(1).normal(size=1_003)
    labels = in_blocks(values, 20)
    assert set(np.bincount(labels)) <= {50, 51}
    assert np.all(np.diff(labels[np.argsort(values)]) >= 0)


# --- both, and several deciders -------------------------------------------------------------------------------


def test_everything_with_numbers_that_do_not_matter_is_how_chance_turns_out():
    scenario = planner.load(SCENARIOS / "sanctions-benchmarks.yaml")
    fixed = replace(
        scenario,
        correlations=(),
        parameters={name: replace(parameter, distribution=None) for name, parameter in scenario.parameters.items()},
    )
    idle = made("parameters: {idle: {value: 1, distribution: 'normal(1, 1)'}}\nnodes: {n: {outcome: N}}").parameters
    found = planner.information(replace(fixed, parameters={**fixed.parameters, **idle}))
    both, chances = found.perfect_everything, found.perfect_chances
    assert both is not None
    assert chances is not None
    for actor, gain in chances.values.items():
        assert both.values[actor] == pytest.approx(gain, abs=4 * both.standard_error + 0.02)
    assert found.perfect == 0  # the numbers alone


def test_everything_is_worth_at_least_its_parts():
    text = """parameters: {oil: {value: 0.3, low: 0.1, high: 0.5, distribution: uniform}}
nodes:
  field: {decision: Drill?, options: {drill: {payoff: -70, to: hole}, sell: {payoff: 40}}}
  hole: {chance: Oil?, branches: {oil: {p: oil, payoff: 400}, dry: {p: rest}}}
"""
    found = planner.information(made(text))
    both = found.perfect_everything
    assert both is not None
    assert found.perfect is not None
    assert both.value > found.perfect
    # knowing the oil itself is all there is to know: 0.3 x 330 + 0.7 x 40 - 50
    assert both.value == pytest.approx(0.3 * 330 + 0.7 * 40 - 50, abs=4 * both.standard_error)


def test_information_may_hurt_where_others_decide():
    # Insurance that nobody sells any more once it is known whose house burns (Hirshleifer 1971): ann sells to bob only
    # while neither knows.
    text = """actors: {ann: {}, bob: {}}
nodes:
  contract:
    decision: Insure bob?
    by: [ann, bob]
    fallback: none
    options: {sell: {payoff: {ann: 15, bob: -15}, to: insured}, none: {to: bare}}
  insured: {chance: Does it burn?, branches: {burns: {p: 0.1, payoff: {ann: -100}}, stands: {p: rest}}}
  bare: {decision: And now?, by: bob, options: {wait: {payoff: {bob: -20}}}}
"""
    found = planner.information(made(text))
    (fire,) = found.chances
    assert not found.alone
    assert found.deciders == ("ann", "bob")
    # known to stand, ann sells for 15; known to burn, she does not: 13.5 against 5 now; bob loses his cover: -0.5
    assert fire.values == {"ann": pytest.approx(0.9 * 15 - 5), "bob": pytest.approx(-0.9 * 15 - 0.1 * 20 + 15)}
    bob = planner.information(made(text), actor="bob")
    assert bob.chances[0].value == pytest.approx(-0.5)
    assert "Bob would lose 0.5" in bob.headline().replace("bob", "Bob")
    assert bob.headline().startswith("If all who decide knew how chance turns out first, bob would lose 0.5")
    assert any(note.startswith("Others decide, too") for note in bob.notes)


def test_main_example_has_values_for_every_decider():
    found = planner.information(planner.load(SCENARIOS / "european-line-on-moscow.yaml"), draws=1_000)
    assert found.deciders == ("uk", "france", "italy", "russia")
    assert all(set(one.values) == set(found.deciders) for one in found.chances)
    assert set(found.parameters[0].values) == {"uk", "france", "italy"}
    assert found.perfect_chances is not None
    assert found.perfect_chances.count == 3 * 3 * 2 * 2 * 3


# --- arguments and data ---------------------------------------------------------------------------------------


def test_json_keys_and_settings():
    found = planner.information(story("normal-two-arms"), draws=500, groups=[["p1", "p2"]])
    data = json.loads(json.dumps(found.to_dict()))
    assert {"perfect", "parameters", "chances", "signals"} <= set(data)
    assert {"parameter", "value"} <= set(data["parameters"][0])
    assert data["perfect_of"] == "parameters"
    assert data["totals"]["parameters"]["way"] == "simulated"
    assert found.settings == {
        "at": "treatment", "actor": "self", "rule": "expected", "draws": 500, "seed": 1, "sampling": "lhs",
        "groups": [["p1", "p2"]],
    }  # fmt: skip
    tree = planner.information(story("goferbroke-signal")).to_dict()
    assert {"node", "value", "control"} <= set(tree["chances"][0])
    assert {"signal", "value", "if_lost"} <= set(tree["signals"][0])
    assert tree["perfect"] == pytest.approx(119.5)


def test_overrides_are_not_drawn():
    found = planner.information(story("normal-two-arms"), overrides={"p1": 5})
    assert [one.name for one in found.parameters] == ["p2"]
    assert found.settings["set"] == {"p1": 5.0}
    both = planner.information(story("normal-two-arms"), overrides={"p1": 5, "p2": 1})
    assert (both.perfect, both.parameters) == (None, ())


def test_later_decision_and_another_point_of_view():
    scenario = planner.load(SCENARIOS / "european-line-on-moscow.yaml")
    found = planner.information(scenario, at="after-stall", draws=1_000)
    assert (found.at, found.actor) == ("after-stall", "france")
    assert {one.id for one in found.chances} == {"benchmarks", "sanctions", "partners", "hybrid"}
    russia = planner.information(scenario, actor="russia", draws=1_000)
    assert russia.chances[0].values["russia"] == russia.chances[0].value


def test_a_scenario_that_starts_with_chance():
    text = """parameters: {gain: {value: 3, distribution: "normal(3, 2)"}}
nodes:
  weather: {chance: Weather, branches: {sun: {p: 0.5, to: go}, rain: {p: rest, to: go}}}
  go: {decision: Go?, options: {go: {payoff: gain}, stay: {payoff: 2}}}
"""
    found = planner.information(made(text))
    assert chance(found, "weather") == 0  # it is known by then anyway
    assert found.perfect_everything is None
    assert found.perfect == pytest.approx(unit_loss(1, 2), abs=0.02)
    assert any(
        "Knowing everything at once was not worked out: chance comes before 'go'." in note for note in found.notes
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"rule": "maximin"},
            "the value of information is an expected value, which the rule maximin does not work with",
        ),
        ({"draws": 10}, "10 draws are too few for blocks of draws"),
        ({"groups": [["p1", "p9"]]}, "unknown uncertain number 'p9'"),
        ({"at": "nowhere"}, "unknown decision 'nowhere'"),
        ({"actor": "nobody"}, "unknown actor 'nobody'"),
        ({"sampling": "dice"}, "unknown sampling 'dice'"),
    ],
)
def test_what_cannot_be_answered(arguments: dict[str, Any], message: str):
    with pytest.raises(BadArgument, match=message):
        planner.information(story("normal-two-arms"), **arguments)


def test_groups_need_something_drawn():
    with pytest.raises(BadArgument, match="nothing is drawn"):
        planner.information(story("goferbroke-oil"), groups=[["oil"]])
    with pytest.raises(UnknownName):
        planner.information(story("normal-two-arms"), overrides={"p1": 1}, groups=[["p1", "p2"]])
    with pytest.raises(BadArgument, match="the scenario has no decision"):
        planner.information(story("st-petersburg"))


def test_headlines():
    assert planner.information(story("goferbroke-oil")).headline() == (
        "Knowing how chance turns out before deciding is worth at most 142.5 ('Is there oil?'); hearing 'sounding' "
        "first is worth 53."
    )
    assert planner.information(story("clemen-two-chances")).headline() == (
        "Knowing how chance turns out before deciding is worth at most 3.22: 'E' alone 3.04, nothing else more than "
        "1.20."
    )


def test_notebook():
    text = planner.information(story("goferbroke-oil"))._repr_markdown_()
    assert "| oil | 142.5 |" in text
    assert "600" in text


def test_a_parameter_and_a_node_of_one_name():
    text = """parameters: {oil: {name: Chance of oil, value: 0.3, low: 0.1, high: 0.5, distribution: uniform}}
nodes:
  field: {decision: Drill?, options: {drill: {payoff: -70, to: oil}, sell: {payoff: 40}}}
  oil: {chance: Is there oil?, branches: {oil: {p: oil, payoff: 400}, dry: {p: rest}}}
"""
    found = planner.information(made(text), draws=400)
    assert found.number_name(found.parameters[0]) == "Chance of oil"
    assert "('Chance of oil')" in found.headline()
    assert "('Is there oil?')" in found.headline()
