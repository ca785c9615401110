"""Joint decisions: which option several adopt by each rule, by hand, by law, and alike in floats and Fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.core.joint import adopted, follow, scores
from planner.core.joint_rule import UNANIMOUS, JointRule
from planner.core.rule import EXPECTED
from planner.core.settle import decide, tied
from planner.core.tree import DECISION, Decider

if TYPE_CHECKING:
    from collections.abc import Sequence

RULES = ["unanimity", "majority", "quota(0.6)", "quota(0.5, 0.6)", "nash", "weighted"]


def choice(own: Sequence[Sequence[float]], fallback: int, rule: str, votes: tuple[float, ...] = ()) -> int:
    values = np.array(own, float)
    return int(follow(adopted(values, fallback, 1e-12, JointRule.parse(rule), votes), fallback))


def test_rules_by_hand():
    # three deciders (rows), options a, b, c and the fallback d
    own = [[6, 4, 9, 3], [1, 5, 4, 3], [2, 4, 1, 3]]
    assert choice(own, 3, "unanimity") == 1  # a and c lose somebody something
    assert choice(own, 3, "majority") == 1  # b beats a 2 to 1, c 2 to 1, d 3 to 0
    assert choice(own, 3, "quota(0.6)") == 2  # b and c assure two of three of 1; gains from c add up to 5, from b to 4
    assert choice(own, 3, "quota(0.7)") == 1  # all three are needed
    assert choice(own, 3, "quota(0.3)") == 2  # one alone is enough, and the first gains 6 from c
    assert choice(own, 3, "weighted") == 2  # sums 9, 13, 14, 9
    assert choice(own, 3, "weighted", (0, 1, 1)) == 1
    assert choice(own, 3, "nash") == 1


def test_nash_product_of_four_splits():
    # gains (1,9), (4,7), (6,5), (8,1) over no agreement at (0,0): products 9, 28, 30 and 8
    own = [[1, 4, 6, 8, 0], [9, 7, 5, 1, 0]]
    assert choice(own, 4, "nash") == 2
    assert scores(np.array(own, float), 4, JointRule("nash")).tolist() == [9, 28, 30, 8, 0]


def test_a_cycle_leaves_the_fallback():
    # Condorcet's paradox: each of a, b, c is beaten by another two to one
    own = [[3, 2, 1, 0], [1, 3, 2, 0], [2, 1, 3, 0]]
    assert choice(own, 3, "majority") == 3


def test_double_quota_needs_heads_and_votes():
    # option 0: wanted by one with 70 % of the votes; option 1: by two of three with 30 %
    own = [[5, -1, 0], [-1, 2, 0], [-1, 2, 0]]
    votes = (70.0, 15.0, 15.0)
    assert choice(own, 2, "quota(0.65)", votes) == 0
    assert choice(own, 2, "quota(0.55, 0.65)", votes) == 2
    assert choice(own, 2, "quota(0.55, 0.30)", votes) == 1


def test_unknown_rule():
    with pytest.raises(ValueError, match="no rule 'lottery'"):
        JointRule.parse("lottery")
    assert JointRule.parse(None) == UNANIMOUS


values = st.lists(st.lists(st.integers(-5, 5), min_size=3, max_size=3), min_size=2, max_size=5)


@given(values, st.integers(0, 2), st.sampled_from(RULES))
def test_floats_arrays_and_fractions_agree(own: list[list[int]], fallback: int, rule: str):
    votes = tuple(float(1 + at) for at in range(len(own)))
    decider = Decider(DECISION, tuple(range(len(own))), fallback, JointRule.parse(rule), votes)
    floats = [[float(row[slot]) for row in own] for slot in range(3)]
    fractions = [[Fraction(row[slot]) for row in own] for slot in range(3)]
    found = decide(floats, decider, EXPECTED, 1e-12)
    assert found == decide(fractions, decider, EXPECTED, Fraction(0))
    assert tied(floats, decider, EXPECTED, 1e-12) == tied(fractions, decider, EXPECTED, Fraction(0))
    many = np.array(own, float)[:, :, None].repeat(4, axis=2)
    equal = adopted(many, fallback, np.full(4, 1e-12), JointRule.parse(rule), votes)
    assert follow(equal, fallback).tolist() == [found] * 4


@given(values, st.integers(0, 2), st.floats(0.2, 1.0))
def test_a_quota_by_enumerating_coalitions(own: list[list[int]], fallback: int, share: float):
    """The score is the best smallest gain of any coalition that is large enough."""
    table = np.array(own, float)
    votes = np.arange(1.0, len(own) + 1)
    score = scores(table, fallback, JointRule("quota", share), list(votes))
    for slot in range(3):
        gain = table[:, slot] - table[:, fallback]
        best = max(
            min(gain[list(some)])
            for size in range(1, len(own) + 1)
            for some in combinations(range(len(own)), size)
            if votes[list(some)].sum() >= share * votes.sum() - 1e-9
        )
        assert score[slot] == best


@given(values, st.integers(0, 2))
def test_everybodys_quota_is_unanimity(own: list[list[int]], fallback: int):
    assert choice(own, fallback, "quota(1)") == choice(own, fallback, "unanimity")


@given(values, st.integers(0, 2))
def test_a_majority_beats_every_other_option(own: list[list[int]], fallback: int):
    found = choice(own, fallback, "majority")
    table = np.array(own)
    others = [slot for slot in range(3) if slot != found]
    wins = [np.sum(table[:, found] > table[:, slot]) > len(own) / 2 for slot in others]
    assert found == fallback or all(wins)


@given(values, st.integers(0, 2), st.sampled_from(RULES), st.integers(-3, 3))
def test_a_constant_for_one_decider_changes_nothing(own: list[list[int]], fallback: int, rule: str, more: int):
    shifted = [[value + more for value in own[0]], *own[1:]]
    assert choice(own, fallback, rule) == choice(shifted, fallback, rule)
