from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planner.authoring.intervals import (
    SHARE,
    Rough,
    amount,
    chance,
    concentration,
    digits,
    incomplete_beta,
    short,
    two_ends,
)
from planner.authoring.unclear import Unclear


def ends(rough: Rough) -> tuple[float | None, ...]:
    return tuple(None if number is None else float(number) for number in (rough.low, rough.value, rough.high))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("10 to 40 %", (0.1, 0.25, 0.4)),
        ("10-40%", (0.1, 0.25, 0.4)),
        ("10 % to 40 %", (0.1, 0.25, 0.4)),
        ("10..40", (0.1, 0.25, 0.4)),
        ("0.1 to 0.4", (0.1, 0.25, 0.4)),
        ("0.1 – 0.4", (0.1, 0.25, 0.4)),
        (".1, .2, .4", (0.1, 0.2, 0.4)),
        ("10 20 40", (0.1, 0.2, 0.4)),
        ("25 %", (None, 0.25, None)),
        ("0.25", (None, 0.25, None)),
        ("25", (None, 0.25, None)),
        ("0", (None, 0, None)),
        ("0 to 1", (0, 0.5, 1)),
        ("0.5 %", (None, 0.005, None)),
        ("5 to 5 %", (None, 0.05, None)),
    ],
)
def test_probabilities(text: str, wanted: tuple[float | None, ...]):
    assert ends(chance(text)) == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1", "two ways"),
        ("0.5 to 20", "two ways"),
        ("120 %", "between 0 and 100 %"),
        ("-5 %", "between 0 and 100 %"),
        ("40 to 10 %", "the low end first"),
        ("10 40 20", "low end, best guess, high end"),
        ("10 -40", "between 0 and 100 %"),
        ("maybe", "no number or interval"),
        ("", "no number or interval"),
        ("1 2 3 4", "no number or interval"),
        ("nan", "no number or interval"),
        ("10,5", "with a point"),
    ],
)
def test_what_is_no_probability_is_refused(text: str, said: str):
    with pytest.raises(Unclear, match=said):
        chance(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("10 to 40", (10, 25, 40)),
        ("-10 to -4", (-10, -7, -4)),
        ("-10--4", (-10, -7, -4)),
        ("-10 -2 0", (-10, -2, 0)),
        ("-5", (None, -5, None)),
        ("1e3", (None, 1000, None)),
        ("+3", (None, 3, None)),
        ("2.5..7.5", (2.5, 5, 7.5)),
    ],
)
def test_amounts(text: str, wanted: tuple[float | None, ...]):
    assert ends(amount(text)) == wanted


@pytest.mark.parametrize("text", ["10 %", "1e99", "40 to 10", "10 -40", "10 EUR", "1,000"])
def test_what_is_no_amount_is_refused(text: str):
    with pytest.raises(Unclear):
        amount(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("10 to 40", "normal(25, 9.12)"),
        ("10 25 40", "normal(25, 9.12)"),
        ("10 12 40", "pert"),
        ("-40 to -1", "normal(-20.5, 11.9)"),
        ("1 to 100", "lognormal(2.303, 1.4)"),
        ("1 to 100000000", "normal(50000000.5, 30400000)"),  # the lognormal's mean would lie outside
        ("7", ""),
    ],
)
def test_distribution_of_an_amount(text: str, wanted: str):
    assert amount(text).distribution == wanted


@pytest.mark.parametrize(("text", "wanted"), [("0 to 100 %", "pert"), ("10 10 40 %", "pert"), ("0 1 50 %", "pert")])
def test_no_beta_distribution_fits(text: str, wanted: str):
    assert chance(text).distribution == wanted


def test_lognormal_means_what_it_says():
    rough = amount("1 to 100")
    low, high = (math.exp(2.3026 + sign * 1.6449 * 1.4) for sign in (-1, 1))
    assert (low, high) == pytest.approx((1, 100), rel=0.01)
    assert float(rough.value) == pytest.approx(math.exp(2.3026 + 1.4**2 / 2), rel=0.01)


# I_x(a, b) for whole a and b is a binomial tail: P(at least a successes in a + b - 1 tries)
@given(st.integers(1, 30), st.integers(1, 30), st.floats(0.001, 0.999))
def test_incomplete_beta_is_a_binomial_tail(a: int, b: int, x: float):
    tries = a + b - 1
    tail = math.fsum(math.comb(tries, k) * x**k * (1 - x) ** (tries - k) for k in range(a, tries + 1))
    assert incomplete_beta(x, a, b) == pytest.approx(tail, rel=1e-9, abs=1e-12)


def test_incomplete_beta_against_published_values():
    # Abramowitz and Stegun, example of 26.5: I_0.1(0.5, 0.5) is 2/pi asin(sqrt(x))
    for x in (0.1, 0.5, 0.9):
        assert incomplete_beta(x, 0.5, 0.5) == pytest.approx(2 / math.pi * math.asin(math.sqrt(x)), rel=1e-12)
    assert (incomplete_beta(0, 2, 3), incomplete_beta(1, 2, 3)) == (0, 1)


@given(st.integers(0, 99), st.integers(1, 100), st.floats(0.1, 0.9))
def test_nine_tenths_of_a_beta_distribution_lie_in_the_interval(low: int, width: int, at: float):
    high = low + width
    assume(high <= 100)
    mean = (low + width * at) / 100
    weight = concentration(low / 100, mean, high / 100)
    if weight is not None:
        first, second = mean * weight, (1 - mean) * weight
        inside = incomplete_beta(high / 100, first, second) - incomplete_beta(low / 100, first, second)
        assert inside == pytest.approx(SHARE, abs=1e-6)


def test_written_numbers():
    assert [digits(Decimal(text)).text for text in ("0.250", "1E+3", "-0.0", "5")] == ["0.25", "1000", "0", "5"]
    assert [short(number) for number in (0.0012345, 12345.0, 8.35)] == ["0.00123", "12300", "8.35"]


def test_two_ends():
    assert two_ends("120 to 0 EUR bn a year") == (120, 0, "EUR bn a year")
    assert two_ends("0..100") == (0, 100, "")
    with pytest.raises(Unclear, match="two numbers"):
        two_ends("12")
