from __future__ import annotations

from planner.analyses.evaluate import Evaluation, evaluate
from planner.analyses.movement import ChoiceMove, movement
from planner.core.rules import load
from planner.core.source import Source

TWO = """\
planner: 1
title: Two decisions
nodes:
  first: {decision: First, options: {go: {payoff: 3, to: second}, stay: {payoff: 4}}}
  second: {decision: Second, options: {left: {payoff: 2}, right: {payoff: 1}}}
"""


def evaluation(*changes: tuple[str, str]) -> Evaluation:
    text = TWO
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return evaluate(load(Source.from_text(text, path="test.yaml")))


def test_nothing_moves():
    found = movement(evaluation(), evaluation(("title: Two decisions", "title: Others")))
    assert not found.moved
    assert [(move.option, move.actor, move.before, move.after) for move in found.values] == [
        ("go", "self", 5, 5),
        ("stay", "self", 4, 4),
    ]
    assert found.recommendation == ChoiceMove("first", "go", "go")


def test_noise_is_no_move():
    found = movement(evaluation(), evaluation(("payoff: 3", "payoff: 3.0000000000001")))
    assert not found.moved


def test_values_and_recommendation():
    found = movement(evaluation(), evaluation(("payoff: 4", "payoff: 6")))
    assert [move.option for move in found.values if move.moved] == ["stay"]
    assert found.recommendation == ChoiceMove("first", "go", "stay")
    assert found.recommendation_changed
    assert found.choices == ()


def test_choices_further_on():
    found = movement(evaluation(), evaluation(("payoff: 1", "payoff: 2.5")))
    assert not found.recommendation_changed
    assert found.choices == (ChoiceMove("second", "left", "right"),)


def test_options_that_come_and_go():
    found = movement(evaluation(), evaluation(("stay: {payoff: 4}", "wait: {payoff: 1}")))
    assert [(move.option, move.before, move.after) for move in found.values] == [
        ("go", 5, 5),
        ("wait", None, 1),
        ("stay", 4, None),
    ]
    assert found.moved


def test_a_decision_that_is_gone():
    found = movement(evaluation(), evaluation((", to: second", ""), ("  second:", "  third:")))
    assert ChoiceMove("second", "left", None) in found.choices


def test_from_a_decision_to_chance():
    chance = "nodes:\n  luck: {chance: Luck, branches: {go: {p: 0.5, to: first}, stay: {p: rest}}}"
    found = movement(evaluation(), evaluation(("nodes:", chance)))
    assert found.recommendation == ChoiceMove("first", "go", None)
    assert next((move.option, move.actor, move.after) for move in found.values) == ("", "self", 2.5)


def test_json():
    found = movement(evaluation(), evaluation(("payoff: 4", "payoff: 6"))).to_dict()
    assert found["recommendation"] == {"state": "first", "before": "go", "after": "stay"}
    assert found["recommendation_changed"] is True
    assert found["values"][1] == {"option": "stay", "actor": "self", "before": 4.0, "after": 6.0}


def test_a_renamed_option_is_the_same_one():
    found = movement(evaluation(("{go: {payoff: 3", "{off: {payoff: 3.5")), evaluation())
    assert found.renamed == {"off": "go"}
    assert not found.recommendation_changed
    assert [(move.option, move.before, move.after) for move in found.values] == [("go", 5.5, 5), ("stay", 4, 4)]
    assert not movement(evaluation(), evaluation(("{go: {", "{off: {"))).moved


def test_options_of_another_target_are_others():
    found = movement(evaluation(), evaluation(("{go: {payoff: 3, to: second}", "{off: {payoff: 3}")))
    assert found.renamed == {}
