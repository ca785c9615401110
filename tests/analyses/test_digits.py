"""Rounding that does not depend on how a number was computed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.analyses.digits import fixed, rounded


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (50.65, 1, "50.7"),
        (50.650000000000006, 1, "50.7"),
        (0.1 + 0.2, 1, "0.3"),
        (2.5, 0, "3"),
        (-2.5, 0, "-3"),
        (-0.04, 1, "0.0"),
        (1234567.891, 2, "1,234,567.89"),
        (1e-7, 3, "0.000"),
        (1e20, 0, "100,000,000,000,000,000,000"),
    ],
)
def test_fixed(value: float, decimals: int, expected: str) -> None:
    assert fixed(value, decimals) == expected


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_rounding_moves_by_half_a_unit_at_most(value: float, decimals: int) -> None:
    assert abs(rounded(value, decimals) - value) <= 0.5 * 10**-decimals * (1 + 1e-9) + abs(value) * 1e-11
