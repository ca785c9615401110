"""Signs: each branch taken as certain is the scenario with that branch at probability one."""

from __future__ import annotations

import pytest

from planner.analyses.evaluate import evaluate
from planner.analyses.indicators import indicators
from planner.analyses.result import BadArgument
from planner.core.rules import load
from planner.core.source import Source

TALKS = """
planner: 1
title: Talks
actors: {us: {}, them: {}}
nodes:
  line:
    decision: Which line?
    by: us
    options: {talk: {to: answer}, wait: {payoff: {us: 2}}}
  answer:
    chance: What do they say?
    branches:
      yes: {p: 0.7, payoff: {us: 6}, signs: [A date is named]}
      later: {p: 0.1, payoff: {us: 3, them: 1}, signs: [A working group, A second paper]}
      no: {p: rest, payoff: {us: -9}, signs: [Silence]}
"""


def read(text: str):
    return load(Source.from_text(text))


def test_each_sign_is_the_branch_made_certain():
    found = indicators(read(TALKS))
    assert next(one.branch for one in found.indicators) == "no"
    for one in found.indicators:
        certain = TALKS
        for branch, p in (("yes", "0.7"), ("later", "0.1"), ("no", "rest")):
            certain = certain.replace(f"{branch}: {{p: {p}", f"{branch}: {{p: {int(branch == one.branch)}")
        plain = evaluate(read(certain)).root
        assert plain is not None
        assert one.chosen == plain.chosen
        for option in plain.options:
            assert one.values[option.option] == pytest.approx({a: float(v) for a, v in option.values.items()})


def test_what_turns_the_choice_comes_first_with_its_signs():
    found = indicators(read(TALKS))
    assert [(one.branch, one.changes) for one in found.indicators] == [("no", True), ("yes", False), ("later", False)]
    assert (
        found.headline()
        == "If it were certain that 'no' comes true, the choice would be 'wait'; to be seen from: Silence."
    )
    assert found.to_dict()["indicators"][1]["moves"] == pytest.approx(6 - (0.7 * 6 + 0.3 - 0.2 * 9))


def test_what_is_known_already_is_no_sign():
    text = TALKS.replace("    chance: What do they say?", "    chance: What do they say?\n    resolved: {branch: yes}")
    with pytest.raises(BadArgument, match="no branch of the scenario has signs"):
        indicators(read(text))


def test_a_probability_that_differs_from_path_to_path_is_not_told():
    text = """
planner: 1
title: Rounds
state: {round: 1}
nodes:
  again:
    decision: Again?
    options: {go: {when: round < 3, set: {round: round + 1}, to: luck}, stop: {payoff: round}}
  luck:
    chance: Luck?
    branches: {up: {p: 1 / (1 + round), payoff: 2, to: again, signs: [Clouds]}, down: {p: rest, payoff: -1}}
"""
    assert indicators(read(text)).indicators[0].probability is None
