"""The patient rule induction method finds what was planted, and nothing where there is nothing."""

from __future__ import annotations

import itertools
from math import comb

import numpy as np
import pytest

from planner.analyses.stressing.prim import Box, Floats, Marks, Merit, chance_of_more, induce, merit, p_value


def cloud(count: int, dimensions: int, seed: int) -> Floats:
    return np.random.default_rng(seed).random((count, dimensions))


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_box_is_found(seed: int):
    points = cloud(4000, 5, seed)
    marked = (points[:, 1] > 0.55) & (points[:, 3] < 0.4)
    found = induce(points, marked)
    assert found.box.sides() == [(1, 0), (3, 1)]
    assert found.box.limit((1, 0)) == pytest.approx(0.55, abs=0.02)
    assert found.box.limit((3, 1)) == pytest.approx(0.4, abs=0.02)
    assert found.merit.coverage > 0.95
    assert found.merit.density > 0.95
    assert max(found.p_values.values()) < 1e-6


def test_a_planted_box_is_found_among_noise():
    points = cloud(4000, 4, 1)
    chance = np.where((points[:, 0] < 0.3) & (points[:, 2] > 0.5), 0.9, 0.1)
    marked = np.random.default_rng(2).random(4000) < chance
    found = induce(points, marked)
    assert {(0, 1), (2, 0)} <= set(found.box.sides())
    assert found.box.limit((0, 1)) == pytest.approx(0.3, abs=0.08)
    assert found.box.limit((2, 0)) == pytest.approx(0.5, abs=0.08)
    assert found.merit.density > 0.8


def test_a_box_with_both_limits_in_one_dimension():
    points = cloud(4000, 3, 3)
    marked = (points[:, 0] > 0.35) & (points[:, 0] < 0.65)
    found = induce(points, marked)
    assert found.box.sides() == [(0, 0), (0, 1)]
    assert found.merit.coverage > 0.95
    assert found.merit.density > 0.95


def test_the_line_trades_coverage_for_density():
    points = cloud(2000, 3, 4)
    marked = points.sum(axis=1) < 1.2
    found = induce(points, marked)
    merits = [each for _, each in found.line]
    assert merits[0].coverage == 1
    assert merits[0].density == pytest.approx(marked.mean())
    assert all(later.inside < before.inside for before, later in itertools.pairwise(merits))
    assert merits[-1].density > merits[0].density
    distance = [(1 - each.coverage) ** 2 + ((1 - each.density) / (1 - marked.mean())) ** 2 for each in merits]
    assert distance[found.knee] == min(distance)


def test_pasting_never_lowers_the_density_of_the_chosen_box():
    for seed in range(5):
        points = cloud(1000, 3, seed)
        marked = (points[:, 0] * points[:, 1]) > 0.4
        found = induce(points, marked)
        assert found.merit.density >= found.line[found.knee][1].density - 0.02  # a limit that means nothing may go
        assert found.merit.coverage >= found.line[found.knee][1].coverage


def test_marks_by_lot_leave_no_box_that_matters():
    kept = 0
    for seed in range(10):
        points = cloud(1000, 3, seed)
        marked = np.random.default_rng(100 + seed).random(1000) < 0.3
        found = induce(points, marked)
        fresh, again = cloud(1000, 3, 50 + seed), np.random.default_rng(200 + seed).random(1000) < 0.3
        kept += chance_of_more(merit(found.box, fresh, again), float(again.mean())) < 0.05
    assert kept <= 2


def test_equal_values_are_never_cut_apart():
    points = np.repeat(np.arange(4.0), 250)[:, None]
    marked = points[:, 0] >= 2
    found = induce(points, marked)
    assert (found.merit.coverage, found.merit.density) == (1, 1)
    assert found.box.limit((0, 0)) == 1.5


def test_one_value_for_all_points_cannot_be_peeled():
    points = np.ones((200, 1))
    marked = np.arange(200) % 2 == 0
    assert induce(points, marked).box.sides() == []


def binomial(hits: int, count: int, share: float) -> float:
    return sum(comb(count, k) * share**k * (1 - share) ** (count - k) for k in range(hits, count + 1))


@pytest.mark.parametrize(("hits", "count", "share"), [(3, 10, 0.2), (0, 10, 0.2), (10, 10, 0.5), (17, 40, 0.3)])
def test_the_chance_of_more_is_the_tail_of_the_binomial_distribution(hits: int, count: int, share: float):
    found = chance_of_more(Merit(count, hits, 0.5, hits / count), share)
    assert found == pytest.approx(binomial(hits, count, share), rel=1e-9)


def test_a_quasi_p_value_by_hand():
    # Without its limit the box has 6 points, 3 of them marked; with it 3 points, all of them marked: 0.5 ** 3.
    points = np.array([[0.1], [0.2], [0.3], [0.4], [0.5], [0.6]])
    marked: Marks = np.array([True, True, True, False, False, False])
    box = Box.whole(1).limited((0, 1), 0.35)
    assert p_value(box, (0, 1), points, marked) == pytest.approx(0.125)
    assert merit(box, points, marked) == Merit(3, 3, 1.0, 1.0)


def test_limits_of_a_box():
    box = Box.whole(2).limited((0, 0), 0.2).limited((1, 1), 0.5)
    assert box.sides() == [(0, 0), (1, 1)]
    assert box.holds(np.array([[0.2, 0.5], [0.1, 0.5], [0.3, 0.6]])).tolist() == [True, False, False]
    assert box.limited((0, 0), None).sides() == [(1, 1)]
