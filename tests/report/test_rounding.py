"""Rounding that adds up, and numbers that read the same everywhere."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.analyses.likelihood import word
from planner.report.rounding import apportion, decimals_for, formatter, number, percentages, signed
from planner.report.rounding import shares as of_one_chance


def shares(weights: list[float]) -> list[float]:
    return [weight / sum(weights) for weight in weights]


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([0.125, 0.125, 0.75], ["12.5 %", "12.5 %", "75.0 %"]),
        ([0.345, 0.345, 0.31], ["34.5 %", "34.5 %", "31.0 %"]),
        ([0.175, 0.825], ["17.5 %", "82.5 %"]),
        ([0.6, 0.4], ["60 %", "40 %"]),
        ([0.996, 0.004], ["99.6 %", "0.4 %"]),
        ([1.0, 0.0], ["100 %", "0 %"]),
        ([1 - 1e-7, 1e-7], ["over 99.999 %", "under 0.001 %"]),
    ],
)
def test_shares_of_one_chance(parts: list[float], told: list[str]) -> None:
    assert list(of_one_chance(parts)) == told


@given(st.lists(st.floats(0.001, 1000), min_size=1, max_size=40), st.integers(0, 3))
def test_shares_of_one_add_up_to_a_hundred(weights: list[float], decimals: int) -> None:
    rounded = apportion(shares(weights), decimals)
    assert sum(round(x * 10**decimals) for x in rounded) == 100 * 10**decimals


@given(st.lists(st.floats(0.001, 1000), min_size=1, max_size=40), st.integers(0, 3))
def test_no_share_moves_by_a_whole_unit(weights: list[float], decimals: int) -> None:
    parts = shares(weights)
    for part, rounded in zip(parts, apportion(parts, decimals), strict=True):
        assert abs(part * 100 - rounded) < 10**-decimals + 1e-9


def test_ties_go_by_order() -> None:
    assert apportion([1 / 6] * 6) == (17, 17, 17, 17, 16, 16)


def test_what_is_exact_stays() -> None:
    assert apportion([0.29, 0.57, 0.14]) == (29, 57, 14)
    assert apportion([Fraction(1, 4), Fraction(3, 4)]) == (25, 75)


def test_part_of_a_whole_adds_up_to_its_rounded_sum() -> None:
    assert sum(apportion([0.104, 0.104, 0.104])) == 31


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([0.655, 0.345], ("66 %", "34 %")),
        ([1 / 3] * 3, ("34 %", "33 %", "33 %")),
        ([0.996, 0.004], ("99.6 %", "0.4 %")),
        ([1.0], ("100 %",)),
        ([1.0, 0.0], ("100 %", "0 %")),
        ([], ()),
    ],
)
def test_percentages(parts: list[float], expected: tuple[str, ...]) -> None:
    assert percentages(parts) == expected


def test_percentages_do_not_contradict_their_words() -> None:
    parts = [0.054, 0.346, 0.6]
    shown = percentages(parts, "phia")
    assert shown == ("5.4 %", "34.6 %", "60.0 %")
    assert [word(float(text.removesuffix(" %")) / 100, "phia") for text in shown] == [word(p, "phia") for p in parts]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (-0.0, "0"),
        (1234567.8, "1,234,568"),
        (-70, "-70"),
        (58.349, "58.3"),
        (4.6348, "4.63"),
        (0.25, "0.25"),
        (0.000123456, "0.0001235"),
        (1e-9, "1e-09"),
        (2.5e20, "2.5e+20"),
        (Fraction(45, 2), "22.5"),
        (float("inf"), "no upper limit"),
        (float("nan"), "not defined"),
    ],
)
def test_number(value: float, expected: str) -> None:
    assert number(value) == expected


@given(st.floats(-1e-9, 1e-9), st.integers(0, 4))
def test_no_minus_zero(value: float, decimals: int) -> None:
    assert not number(value, decimals).startswith("-0") or float(number(value, decimals)) != 0


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([58.31, 4.2], 1),
        ([3, -70], 0),
        ([1234.5, 2.25], 0),
        ([50.01, 50.02], 2),
        ([0.1 + 0.2, 0.3], 1),
        ([], 0),
        ([0.0], 0),
        ([float("inf"), 2.5], 1),
    ],
)
def test_decimals_for(values: list[float], expected: int) -> None:
    assert decimals_for(values) == expected


def test_signed() -> None:
    assert [signed(x, 1) for x in (3.21, -4, 0, 0.01)] == ["+3.2", "-4.0", "0.0", "0.0"]


def test_a_column_has_one_number_of_decimals() -> None:
    write = formatter([58.31, 4.2])
    assert [write(x) for x in (58.31, 4.2)] == ["58.3", "4.2"]
