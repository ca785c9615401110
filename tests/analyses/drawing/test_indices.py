"""Indices: against SciPy's own, closed forms, and the share of intervals that hold the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from planner.analyses.drawing.indices import Estimate, rank_correlations, ranking, ranks, sobol_indices
from planner.analyses.drawing.randomness import uniforms


def linear(rows: int, seed: int, weights: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a weighted sum of independent uniform numbers for the designs A, B and the mixed ones."""
    count = len(weights)
    a = np.array([uniforms(seed, at, 0, rows) for at in range(count)])
    b = np.array([uniforms(seed, count + at, 0, rows) for at in range(count)])
    w = np.array(weights)
    changed = np.array([w @ np.where((np.arange(count) == at)[:, None], b, a) for at in range(count)])
    return w @ a, w @ b, changed


def test_indices_are_those_of_scipy():
    a, b, changed = linear(512, 3, (1.0, 2.0, 0.5))
    a, b, changed = a**2 + 40, b**2 + 40, changed**2 + 40
    theirs = stats.sobol_indices(func={"f_A": a[None], "f_B": b[None], "f_AB": changed[:, None]}, n=512)
    ours = sobol_indices(a, b, changed, seed=1)
    assert ours is not None
    assert [each.first.value for each in ours] == pytest.approx(theirs.first_order.ravel(), rel=1e-10)
    assert [each.total.value for each in ours] == pytest.approx(theirs.total_order.ravel(), rel=1e-10)


def test_a_sum_has_no_interactions():
    """Variance of a sum of independent numbers: shares are 1/14, 4/14 and 9/14, alone and in all."""
    found = sobol_indices(*linear(20_000, 5, (1.0, 2.0, 3.0)), seed=1)
    assert found is not None
    for each, share in zip(found, (1 / 14, 4 / 14, 9 / 14), strict=True):
        assert each.first.value == pytest.approx(share, abs=0.02)
        assert each.total.value == pytest.approx(share, abs=0.02)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    """Of 100 intervals of 95 % about 95 hold it; fewer than 87 are four standard deviations away."""
    held = {"first": 0, "total": 0}
    for seed in range(100):
        found = sobol_indices(*linear(256, seed, (1.0, 2.0)), seed=seed)
        assert found is not None
        held["first"] += found[0].first.low <= 0.2 <= found[0].first.high
        held["total"] += found[0].total.low <= 0.2 <= found[0].total.high
    assert all(87 <= count <= 100 for count in held.values()), held


def test_what_does_not_vary_has_no_indices():
    same = np.full(100, 1e9)
    assert sobol_indices(same, same, np.array([same, same]), seed=1) is None


def test_a_large_constant_takes_no_digits():
    plain = sobol_indices(*linear(256, 1, (1.0, 2.0)), seed=1)
    far = sobol_indices(*(part + 2.0**30 for part in linear(256, 1, (1.0, 2.0))), seed=1)
    assert plain is not None
    assert far is not None
    for one, two in zip(plain, far, strict=True):
        assert one.first.value == pytest.approx(two.first.value, abs=1e-6)
        assert one.total.low == pytest.approx(two.total.low, abs=1e-6)


def test_rank_correlations_are_spearmans():
    x = np.floor(uniforms(1, 0, 0, 500) * 20)  # many ties
    y = x + 8 * uniforms(1, 1, 0, 500)
    (found,) = rank_correlations([x], y)
    assert found is not None
    assert found.value == pytest.approx(stats.spearmanr(x, y).statistic, rel=1e-12)
    assert found.low < found.value < found.high
    assert ranks(x).tolist() == stats.rankdata(x).tolist()


def test_intervals_of_rank_correlations_hold_the_truth_about_as_often_as_they_say():
    truth = 6 / math.pi * math.asin(0.6 / 2)  # of normal variables with correlation 0.6
    held = 0
    for seed in range(300):
        x, y = (stats.norm.ppf(uniforms(seed, stream, 0, 80)) for stream in (0, 1))
        (found,) = rank_correlations([x], 0.6 * x + 0.8 * y)
        assert found is not None
        held += found.low <= truth <= found.high
    assert 270 <= held < 300


def test_a_few_numbers_say_nothing_of_a_correlation():
    assert rank_correlations([np.arange(3.0)], np.arange(3.0)) == [None]


def test_no_place_where_intervals_meet():
    sizes = [Estimate(0.5, 0.4, 0.6), Estimate(0.45, 0.38, 0.5), None, Estimate(0.1, 0.05, 0.2), Estimate(0.0, 0, 0.01)]
    assert ranking(sizes) == [(None, [1]), (None, [0]), (None, []), (3, []), (4, [])]
