"""Stochastic dominance: against its definition in fractions, its laws, and what a grid leaves open."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.core.dominance import Lead, compared
from planner.core.profile import Profile

if TYPE_CHECKING:
    from collections.abc import Mapping

Distribution = dict[int, Fraction]


@st.composite
def distributions(draw: st.DrawFn) -> Distribution:
    values = draw(st.lists(st.integers(-6, 6), min_size=1, max_size=5, unique=True))
    weights = draw(st.lists(st.integers(1, 5), min_size=len(values), max_size=len(values)))
    return {value: Fraction(weight, sum(weights)) for value, weight in zip(values, weights, strict=True)}


def profile(masses: Mapping[int, Fraction], bound: float = 0.0) -> Profile:
    values = np.array(sorted(masses), float)
    mass = np.array([float(masses[int(value)]) for value in values])
    mean = float((values * mass).sum())
    return Profile(
        values, mass, np.cumsum(mass), float(values[0]), float(values[-1]), mean, 1.0, None, None, bound, 1e-10
    )


def at_most(masses: Distribution, value: int) -> Fraction:
    return sum((mass for at, mass in masses.items() if at <= value), Fraction(0))


def short_of(masses: Distribution, value: int) -> Fraction:
    return sum((mass * (value - at) for at, mass in masses.items() if at <= value), Fraction(0))


def defined(first: Distribution, second: Distribution, order: int) -> int:
    """Return 1 if the first dominates, -1 if the second does, 0 if neither or if they are the same."""
    measure = at_most if order == 1 else short_of
    gaps = [measure(second, value) - measure(first, value) for value in range(-7, 8)]
    return int(min(gaps) >= 0) - int(max(gaps) <= 0)


@given(distributions(), distributions())
@settings(deadline=None, max_examples=150)
def test_dominance_is_what_its_definition_says(first: Distribution, second: Distribution):
    found = compared(profile(first), profile(second))
    assert found.dominates == (defined(first, second, 1), defined(first, second, 2))
    assert found.equal == (first == second)
    assert found.undecided == (0, 0)


@given(distributions(), distributions())
@settings(deadline=None, max_examples=100)
def test_the_witness_is_where_the_gap_is_largest(first: Distribution, second: Distribution):
    found = compared(profile(first), profile(second))
    for versus, measure in zip(found.orders, (at_most, short_of), strict=True):
        for lead, better, worse in ((versus.ahead, first, second), (versus.behind, second, first)):
            largest = max(measure(worse, value) - measure(better, value) for value in range(-7, 8))
            if lead is None:
                assert largest <= 0
                continue
            assert lead.worse - lead.better == pytest.approx(float(largest), abs=1e-12)
            at = round(lead.value)
            assert (lead.better, lead.worse) == pytest.approx((float(measure(better, at)), float(measure(worse, at))))


@given(distributions(), distributions())
@settings(deadline=None)
def test_first_order_implies_second_order_implies_the_order_of_means(first: Distribution, second: Distribution):
    one, other = profile(first), profile(second)
    by_first, by_second = compared(one, other).dominates
    if by_first:
        assert by_second == by_first
    if by_second:
        assert by_second * (one.mean - other.mean) >= -1e-12


@given(distributions(), distributions())
@settings(deadline=None)
def test_the_order_of_the_two_does_not_matter(first: Distribution, second: Distribution):
    forth, back = compared(profile(first), profile(second)), compared(profile(second), profile(first))
    assert forth.dominates == tuple(-sign for sign in back.dominates)
    assert forth.orders[0].ahead == back.orders[0].behind


@given(distributions(), distributions())
@settings(deadline=None)
def test_a_cost_is_a_gain_the_other_way_round(first: Distribution, second: Distribution):
    gains = [{-value: mass for value, mass in masses.items()} for masses in (first, second)]
    as_cost = compared(profile(first), profile(second), sense=-1)
    as_gain = compared(profile(gains[0]), profile(gains[1]))
    assert as_cost.dominates == as_gain.dominates
    for cost, gain in zip(as_cost.orders, as_gain.orders, strict=True):
        assert (cost.ahead is None) == (gain.ahead is None)
        if cost.ahead is not None and gain.ahead is not None:
            assert cost.ahead.value == -gain.ahead.value
            assert (cost.ahead.better, cost.ahead.worse) == pytest.approx((gain.ahead.better, gain.ahead.worse))


@given(distributions(), distributions())
@settings(deadline=None, max_examples=100)
def test_one_step_up_dominates(first: Distribution, second: Distribution):
    raised = {value + 1: mass for value, mass in first.items()}
    assert compared(profile(raised), profile(first)).dominates == (1, 1)
    mean = sum(value * mass for value, mass in second.items())
    if mean.denominator == 1 and len(second) > 1:  # the mean for sure is the safer bet
        assert compared(profile({int(mean): Fraction(1)}), profile(second)).dominates[1] == 1


def test_values_equal_within_the_last_bits_are_one_value():
    one = profile({0: Fraction(1, 2), 3: Fraction(1, 2)})
    assert compared(one, replace(one, values=np.array([0.0, 3.0 + 4e-16]))).equal
    assert not compared(one, replace(one, values=np.array([0.0, 3.0 + 1e-6]))).equal


def test_the_most_improbable_loss_counts():
    safe = profile({0: Fraction(1)})
    risky = replace(
        safe, values=np.array([-1.0, 5.0]), mass=np.array([1e-150, 1]), cumulative=np.array([1e-150, 1]), low=-1, high=5
    )
    assert compared(risky, safe).dominates == (0, 0)
    left_out = replace(safe, values=np.array([5.0]), low=-1, high=5)  # the same, too improbable for the profile
    assert compared(left_out, safe).dominates == (0, 0)
    assert compared(replace(left_out, low=0), safe).dominates == (1, 1)


def test_a_small_difference_counts():
    half, more = Fraction(1, 2), Fraction(1, 2) + Fraction(1, 10**7)
    assert compared(profile({0: half, 1: half}), profile({0: more, 1: 1 - more})).dominates == (1, 1)


def test_noise_in_a_tail_does_not_count():
    one = profile({0: Fraction(1, 4), 1: Fraction(3, 4)})
    noisy = replace(one, mass=one.mass * (1 + 1e-13), cumulative=one.cumulative * (1 + 1e-13))
    assert compared(one, noisy).equal


# --- with a grid ------------------------------------------------------------------------------------------------


@given(distributions(), distributions(), st.data())
@settings(deadline=None, max_examples=100)
def test_what_is_said_for_certain_holds_however_the_grid_moved_the_values(
    first: Distribution, second: Distribution, data: st.DataObject
):
    bound = 2
    moved = []
    for masses in (first, second):
        low, high = min(masses), max(masses)
        made: Distribution = {}
        for value, mass in masses.items():
            at = min(max(value + data.draw(st.integers(-bound, bound)), low), high)
            made[at] = made.get(at, Fraction(0)) + mass
        moved.append(made)
    blurred = []
    for true, seen in zip((first, second), moved, strict=True):
        one = profile(seen, bound)
        blurred.append(
            Profile(one.values, one.mass, one.cumulative, min(true), max(true), 0, 1, None, None, bound, 1e-10)
        )
    found = compared(*blurred)
    for order in (1, 2):
        truth = defined(first, second, order)
        said, open_ = found.dominates[order - 1], found.undecided[order - 1]
        if said:
            assert said == truth or first == second
        elif not open_ and not found.equal:
            assert truth == 0


def test_a_lead_that_the_grid_hides_is_left_open():
    # 2 or 3 against 2 for sure, both seen as 2: the range of the first tells that it dominates, not by how much.
    seen = profile({2: Fraction(1)}, 2)
    found = compared(replace(seen, high=3.0), seen)
    assert (found.dominates, found.undecided) == ((1, 0), (0, 1))
    assert not found.equal


def test_a_clear_lead_is_certain_on_a_grid_and_a_narrow_one_is_not():
    low, high = {0: Fraction(1, 2), 10: Fraction(1, 2)}, {20: Fraction(1, 2), 30: Fraction(1, 2)}
    assert compared(profile(high, 4), profile(low, 4)).dominates == (1, 1)
    near = {1: Fraction(1, 2), 11: Fraction(1, 2)}
    found = compared(profile(near, 4), profile(low, 4))
    assert found.dominates[0] == 0
    assert found.undecided == (1, 1)


def test_crossing_profiles_stay_undominated_on_a_fine_grid():
    safe, risky = {5: Fraction(1)}, {-20: Fraction(1, 2), 40: Fraction(1, 2)}
    found = compared(profile(safe, 1), profile(risky, 1))
    assert found.dominates == (0, 0)
    assert found.undecided == (0, 0)


def test_costs_on_a_grid_are_moved_the_right_way():
    cheap, dear = {0: Fraction(1, 2), 5: Fraction(1, 2)}, {9: Fraction(1, 2), 14: Fraction(1, 2)}
    assert compared(profile(cheap, 1), profile(dear, 1), sense=-1).dominates == (1, 1)
    assert compared(profile(dear, 1), profile(cheap, 1), sense=-1).dominates == (-1, -1)


def test_where_each_is_ahead():
    # Howard's car: with the test 15 or 35, without it -100 or 60.
    test, no_test = {15: Fraction(1, 5), 35: Fraction(4, 5)}, {-100: Fraction(1, 5), 60: Fraction(4, 5)}
    first, second = compared(profile(test), profile(no_test)).orders
    assert first.ahead == Lead(-100, 0, 0.2)
    assert first.behind == Lead(35, 0.2, 1)
    assert second.behind is None
    assert second.ahead is not None
    assert second.ahead.worse - second.ahead.better == pytest.approx(23)  # at 15: 0.2 times 115
