"""What is added up over draws: the same as NumPy on all of them, and ties as a single evaluation sees them."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.analyses.drawing.tally import Moments, Tally
from planner.analyses.focus import focus
from planner.core import settle
from planner.core.machine import Draws
from planner.core.rule import EXPECTED
from planner.core.rules import load
from planner.core.source import Source
from planner.core.tree import DECISION, Decider

if TYPE_CHECKING:
    from planner.analyses.focus import Focus

TEXT = """
planner: 1
title: Three
actors: {ann: {}, bob: {}, cid: {}}
nodes:
  go: {decision: Where?, by: [BY], options: {here: {}, there: {}, home: {}}}
"""
values = st.integers(-3, 3).map(float)


def asked(*by: str) -> Focus:
    fallback = "fallback: there, " if len(by) > 1 else ""
    return focus(load(Source.from_text(TEXT.replace("by: [BY], ", f"by: [{', '.join(by)}], {fallback}"))))


def draws(options: np.ndarray) -> Draws:
    return Draws(options, np.zeros(options.shape[-1], np.int32), options[0])


@given(st.lists(st.integers(1, 39), max_size=4, unique=True).map(sorted), st.floats(-1e12, 1e12))
@settings(deadline=None)
def test_moments_of_parts_are_those_of_the_whole(cuts: list[int], far: float):
    whole = np.random.default_rng(7).normal(far, 1.0, (2, 3, 40))
    parts = [Moments.of(whole[..., first:last]) for first, last in pairwise([0, *cuts, 40])]
    found = parts[0]
    for part in parts[1:]:
        found = found.joined(part)
    assert found.count == 40
    assert found.mean == pytest.approx(whole.mean(axis=-1), rel=1e-13)
    assert found.deviation == pytest.approx(whole.std(axis=-1, ddof=1), rel=1e-3)
    assert np.array_equal(found.least, whole.min(axis=-1))
    assert np.array_equal(found.most, whole.max(axis=-1))


@given(st.lists(st.lists(values, min_size=9, max_size=9), min_size=1, max_size=6))
@settings(deadline=None)
def test_ties_are_those_of_a_single_evaluation(rows: list[list[float]]):
    options = np.array(rows).reshape(-1, 3, 3).transpose(1, 2, 0)  # (options, actors, draws)
    for by in (("bob",), ("ann", "cid")):
        decision = asked(*by)
        owners = tuple(decision.actor_at(actor) for actor in by)
        decider = Decider(DECISION, owners, decision.fallback or 0)
        level = decision.adopted(options)
        for draw in range(options.shape[-1]):
            gains = [[Fraction(number) for number in row] for row in options[..., draw]]
            assert sorted(settle.tied(gains, decider, EXPECTED, 0)) == np.flatnonzero(level[:, draw]).tolist()


def test_one_option_as_good_as_no_other_is_no_tie():
    found = Tally.of(asked("ann"), draws(np.array([[[1.0, 2.0]], [[1.0, 0.0]], [[0.0, 2.0]]]).repeat(3, axis=1)), {})
    assert found.tied.tolist() == [2, 1, 1]
    assert found.favourite[:, 0].tolist() == [2, 0, 0]
    assert found.losses.mean.tolist() == [0.0, 1.0, 0.5]
