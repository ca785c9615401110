"""Spaces of strategies, their ranking and their points, against all strategies written out path by path."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planner.core.binding import bind, environment
from planner.core.model import VALUE
from planner.core.points import Points
from planner.core.ranking import Ranking, Worth
from planner.core.rules import load
from planner.core.source import Source
from planner.core.space import Space, space
from planner.core.ties import as_good
from planner.core.unfold import unfold
from tests.analyses.enumerated import Choices, every_strategy, mean, ways
from tests.analyses.test_laws import scenarios

if TYPE_CHECKING:
    from planner.core.model import Scenario
    from planner.core.plan import Plan

MOST = 400


def made(scenario: Scenario) -> tuple[Space, list[float], list[float]]:
    """Return the space of a scenario of one actor and one criterion, and what edges and ends add."""
    unfolded = unfold(scenario)
    bound = bind(unfolded, environment(scenario, {}))
    amounts = [float(row.get(0, 0.0)) for row in bound.amounts]
    found = space(unfolded, [bound.p[row] for row in bound.p_row.tolist()])
    return found, [amounts[row] for row in bound.edge_row.tolist()], [amounts[row] for row in bound.end_row.tolist()]


def written_out(plan: Plan, found: Space) -> Choices:
    """Return what a plan chooses, by path."""
    unfolded = found.unfolded
    choices: Choices = {}
    stack: list[tuple[int, tuple[str, ...]]] = [(0, ())]
    while stack:
        at, path = stack.pop()
        for slot, to in zip(plan.slots[at], plan.ahead[at], strict=True):
            edge = unfolded.edges[unfolded.edge[slot]]
            if found.open[plan.state[at]]:
                choices[path] = edge.id
            stack.append((to, (*path, edge.path)))
    return choices


def few(scenario: Scenario) -> list[Choices]:
    everything = list(islice(every_strategy(scenario, {}), MOST + 1))
    assume(len(everything) <= MOST)
    return everything


def as_set(strategies: list[Choices]) -> set[frozenset[tuple[tuple[str, ...], str]]]:
    return {frozenset(one.items()) for one in strategies}


@given(scenarios())
@settings(deadline=None, max_examples=60)
def test_every_strategy_is_counted_and_numbered_once(scenario: Scenario):
    everything = few(scenario)
    found, _, _ = made(scenario)
    assert found.count == len(everything) == round(10**found.digits)
    plans = [written_out(found.plan(index), found) for index in range(len(everything))]
    assert plans == everything
    assert found.nominal == np.prod([len(found.slots[state]) for state in found.decisions], initial=1)


@given(scenarios(), st.sampled_from(["mean", "worst", "best"]), st.integers(1, 30))
@settings(deadline=None, max_examples=80)
def test_the_best_are_found_in_order(scenario: Scenario, kind: str, top: int):
    everything = few(scenario)
    found, gain, end = made(scenario)
    paths = [ways(scenario, choices, {}) for choices in everything]
    totals = [[way.totals["ann", VALUE] for way in one] for one in paths]
    pick = {
        "mean": [mean(one, "ann", VALUE) for one in paths],
        "worst": [min(one) for one in totals],
        "best": [max(one) for one in totals],
    }[kind]
    ranking = Ranking(found, Worth(kind), gain=gain, end=end, margin=1e-10)
    best = list(islice(ranking, top))
    expected = sorted(pick, reverse=True)[:top]
    assert [worth for worth, _ in best] == pytest.approx([float(value) for value in expected])
    plans = [written_out(ranking.plan(rank), found) for _, rank in best]
    assert len(as_set(plans)) == len(plans)
    worth_of = dict(zip((frozenset(one.items()) for one in everything), pick, strict=True))
    assert [float(worth_of[frozenset(plan.items())]) for plan in plans] == pytest.approx([worth for worth, _ in best])
    assert as_good(ranking) == sum(value == max(pick) for value in pick)


@given(scenarios(sizes=(2, 6)))
@settings(deadline=None, max_examples=40)
def test_all_strategies_in_the_end(scenario: Scenario):
    everything = few(scenario)
    found, gain, end = made(scenario)
    ranking = Ranking(found, Worth(tolerance=5.0), gain=gain, end=end)
    plans = [written_out(ranking.plan(rank), found) for _, rank in list(ranking)]
    assert as_set(plans) == as_set(everything)
    assert len(plans) == len(everything)


@given(scenarios())
@settings(deadline=None, max_examples=60)
def test_worst_and_best_paths_of_all_strategies(scenario: Scenario):
    everything = few(scenario)
    found, gain, end = made(scenario)
    points = Points(
        found,
        end=lambda state: np.array([end[state]] * 2),
        gain=lambda slot: np.array([gain[slot]] * 2),
        join="extremes",
        frontier=False,
        tolerance=(1e-9, 1e-9),
    )
    expected: dict[tuple[float, float], int] = {}
    for choices in everything:
        totals = [way.totals["ann", VALUE] for way in ways(scenario, choices, {})]
        pair = float(min(totals)), float(max(totals))
        expected[pair] = expected.get(pair, 0) + 1
    counted = {(float(x), float(y)): int(many) for (x, y), many in zip(points.root.xy, points.root.many, strict=True)}
    assert counted == expected
    plans = [
        written_out(points.plan(point, variant), found)
        for point, many in enumerate(points.root.many.astype(int).tolist())
        for variant in range(many)
    ]
    assert as_set(plans) == as_set(everything)
    assert len(plans) == len(everything)


def chain(length: int) -> Space:
    text = f"""
planner: 1
title: A chain
state: {{round: 0}}
nodes:
  stay:
    decision: Stay?
    options: {{go: {{payoff: 1}}, wait: {{when: round < {length}, set: {{round: round + 1}}, to: luck}}}}
  luck: {{chance: Luck?, branches: {{good: {{p: 0.5, payoff: 2, to: stay}}, bad: {{p: rest, to: stay}}}}}}
"""
    return made(load(Source.from_text(text)))[0]


def test_a_chain_of_many_rounds():
    found = chain(8_000)
    assert found.count is None  # c(n) = 1 + c(n - 1)**2, of twice as many digits each round
    assert found.digits == float("inf")
    assert found.nominal is not None
    assert found.nominal.bit_length() == 8_001
    zeros = [0.0] * len(found.p)
    ranking = Ranking(found, Worth(), gain=zeros, end=[0.0] * len(found.unfolded))
    assert [worth for worth, _ in islice(ranking, 3)] == [0.0] * 3
    assert len(ranking.plan(2)) > 1


def test_counts_of_a_few_rounds():
    expected = [1]
    for _ in range(6):
        expected.append(1 + expected[-1] ** 2)
    assert [chain(length).count for length in range(7)] == expected


def test_points_do_not_mind_branches_without_choices():
    found = chain(0)
    points = Points(found, end=lambda _: np.zeros(2), gain=lambda _: np.array([-1.0, 2.0]))
    assert points.root.xy.tolist() == [[-1.0, 2.0]]
