"""Rules of choice on tables, against definitions written out once more."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from planner.analyses.stressing.choice_rules import Floats, picks, regrets, reversals, switches

whole = st.integers(-30, 30).map(float)
shapes = st.tuples(st.integers(1, 5), st.integers(1, 5))
tables = shapes.flatmap(lambda shape: arrays(np.float64, shape, elements=whole))


def by_hand(table: list[list[float]], optimism: float) -> dict[str, list[float]]:
    """Return what each rule compares, more being better."""
    best = [max(column) for column in zip(*table, strict=True)]
    return {
        "maximin": [min(row) for row in table],
        "maximax": [max(row) for row in table],
        "minimax_regret": [-max(top - value for top, value in zip(best, row, strict=True)) for row in table],
        "hurwicz": [optimism * max(row) + (1 - optimism) * min(row) for row in table],
        "laplace": [sum(row) / len(row) for row in table],
    }


@given(tables, st.sampled_from([0.0, 0.25, 0.5, 0.8, 1.0]))
def test_picks_are_what_the_definitions_say(table: Floats, optimism: float):
    expected = by_hand(table.tolist(), optimism)
    found = picks(table, optimism=optimism)
    assert found.keys() == expected.keys()
    for rule, score in expected.items():
        assert found[rule].score.tolist() == pytest.approx(score, abs=1e-12)
        best = [at for at, value in enumerate(score) if value >= max(score) - 1e-9]
        assert list(found[rule].tied) == best
        assert found[rule].option == best[0]


@given(tables, st.data())
def test_expected_values_weigh_the_futures(table: Floats, data: st.DataObject):
    parts = data.draw(st.lists(st.integers(1, 9), min_size=table.shape[1], max_size=table.shape[1]))
    weights = [part / sum(parts) for part in parts]
    score = picks(table, optimism=0.5, weights=weights)["expected"].score
    assert score.tolist() == pytest.approx(
        [sum(w * v for w, v in zip(weights, row, strict=True)) for row in table.tolist()], abs=1e-9
    )


@given(tables)
def test_regrets_are_never_negative_and_somebody_has_none_in_each_future(table: Floats):
    found = regrets(table)
    assert (found >= 0).all()
    assert (found.min(axis=0) == 0).all()


@given(tables, st.data())
def test_a_constant_in_one_future_changes_no_regret(table: Floats, data: st.DataObject):
    shift = data.draw(arrays(np.float64, table.shape[1], elements=whole))
    moved = table + shift
    assert regrets(moved).tolist() == regrets(table).tolist()
    assert picks(moved, optimism=0.5)["minimax_regret"].tied == picks(table, optimism=0.5)["minimax_regret"].tied


@given(tables, st.floats(0, 1))
def test_the_mixed_rule_lies_between_the_worst_and_the_best(table: Floats, optimism: float):
    found = picks(table, optimism=optimism)
    worst, mixed, best = (found[rule].score for rule in ("maximin", "hurwicz", "maximax"))
    assert (worst <= mixed + 1e-9).all()
    assert (mixed <= best + 1e-9).all()
    assert (found["laplace"].score >= worst - 1e-9).all()


def test_what_floats_leave_of_nothing_is_no_regret():
    table = np.array([[0.1 + 0.2, 1.0], [0.3, 1.0]])
    assert regrets(table).tolist() == [[0, 0], [0, 0]]
    assert picks(table, optimism=0.5)["minimax_regret"].tied == (0, 1)


@given(tables)
def test_switches_are_where_the_choice_changes(table: Floats):
    found = switches(table)
    ends = [0.0, *(each.at for each in found), 1.0]
    assert ends == sorted(ends)
    steps = [picks(table, optimism=(low + high) / 2)["hurwicz"].option for low, high in pairwise(ends)]
    assert [(each.before, each.after) for each in found] == list(pairwise(steps))
    for optimism in np.linspace(0.013, 0.987, 37).tolist():  # and nowhere else
        section = sum(optimism > each.at for each in found)
        near = any(abs(optimism - each.at) < 1e-9 for each in found)
        assert near or steps[section] in picks(table, optimism=optimism)["hurwicz"].tied


@given(tables)
def test_reversals_are_all_there_are(table: Floats):
    rows = table.tolist()
    expected = set()
    for without in range(len(rows)):
        left = [at for at in range(len(rows)) if at != without]

        def largest(among: list[int], option: int) -> float:
            best = [max(float(rows[other][future]) for other in among) for future in range(len(rows[0]))]
            return max(top - value for top, value in zip(best, map(float, rows[option]), strict=True))

        for one, other in combinations(left, 2):
            before = largest(list(range(len(rows))), one) - largest(list(range(len(rows))), other)
            after = largest(left, one) - largest(left, other)
            if before > 0 > after:
                expected.add((without, one, other))
            if before < 0 < after:
                expected.add((without, other, one))
    found = reversals(table)
    assert {(each.without, each.preferred, each.before) for each in found} == expected
    assert all(each.regrets[0] < each.regrets[1] for each in found)
    assert all(each.regrets_before[0] > each.regrets_before[1] for each in found)


def test_two_options_cannot_reverse():
    assert reversals(np.array([[8.0, 0.0], [2.0, 4.0]])) == ()
