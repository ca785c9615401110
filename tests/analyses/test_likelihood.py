"""Words for probabilities: every edge of both standards, and that gaps stay open."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.analyses.likelihood import (
    Standard,
    bands,
    percent,
    phrase,
    range_phrase,
    standard_name,
    word,
    words,
)

GAP = "between {} and {}"

PHIA = [
    (0, ""),
    (1e-6, "remote chance"),
    (0.2, "remote chance"),
    (2.5, "remote chance"),
    (5, "remote chance"),
    (5.4, "between remote chance and highly unlikely"),
    (7.5, "between remote chance and highly unlikely"),
    (9.6, "between remote chance and highly unlikely"),
    (10, "highly unlikely"),
    (20, "highly unlikely"),
    (20.001, "between highly unlikely and unlikely"),
    (24.999, "between highly unlikely and unlikely"),
    (25, "unlikely"),
    (35, "unlikely"),
    (35.1, "between unlikely and realistic possibility"),
    (39.9, "between unlikely and realistic possibility"),
    (40, "realistic possibility"),
    (49.99, "realistic possibility"),
    (50, ""),
    (50.01, "between realistic possibility and likely"),
    (54.9, "between realistic possibility and likely"),
    (55, "likely"),
    (75, "likely"),
    (75.5, "between likely and highly likely"),
    (79.9, "between likely and highly likely"),
    (80, "highly likely"),
    (90, "highly likely"),
    (90.1, "between highly likely and almost certain"),
    (94.9, "between highly likely and almost certain"),
    (95, "almost certain"),
    (99.99, "almost certain"),
    (100, ""),
]

ICD203 = [
    (0, ""),
    (0.99, ""),
    (1, "almost no chance"),
    (4.99, "almost no chance"),
    (5, ""),
    (5.01, "very unlikely"),
    (19.99, "very unlikely"),
    (20, ""),
    (20.01, "unlikely"),
    (44.99, "unlikely"),
    (45, ""),
    (45.01, "roughly even chance"),
    (50, "roughly even chance"),
    (54.99, "roughly even chance"),
    (55, ""),
    (55.01, "likely"),
    (79.99, "likely"),
    (80, ""),
    (80.01, "very likely"),
    (94.99, "very likely"),
    (95, ""),
    (95.01, "almost certain"),
    (99, "almost certain"),
    (99.01, ""),
    (100, ""),
]


@pytest.mark.parametrize(("number", "expected"), PHIA)
def test_phia(number: float, expected: str) -> None:
    assert word(number / 100, "phia") == expected


@pytest.mark.parametrize(("number", "expected"), ICD203)
def test_icd203(number: float, expected: str) -> None:
    assert word(number / 100, "icd203") == expected


@pytest.mark.parametrize("number", range(101))
def test_no_standard_has_no_words(number: int) -> None:
    assert word(number / 100, "none") == ""


def test_phia_gaps_are_not_closed() -> None:
    """Published encodings of the yardstick that close its gaps are common and wrong."""
    gaps = [(low.high, high.low) for low, high in zip(bands("phia"), bands("phia")[1:], strict=False)]
    assert gaps == [(5, 10), (20, 25), (35, 40), (50, 55), (75, 80), (90, 95)]
    for low, high in gaps:
        assert len(words((low + high) / 200, "phia")) == 2


def test_icd203_bands_touch() -> None:
    assert all(low.high == high.low for low, high in zip(bands("icd203"), bands("icd203")[1:], strict=False))


@pytest.mark.parametrize(
    ("p", "expected"),
    [
        (0.1 + 0.1, "highly unlikely"),  # 0.2
        (1 - 0.9, "highly unlikely"),  # 0.09999999999999998
        (0.3 - 0.05, "unlikely"),
        (0.7 + 0.1 + 0.1, "highly likely"),  # 0.8999999999999999
        (1 - 0.45, "likely"),  # 0.55
        (Fraction(11, 20), "likely"),
        (0.5 + 1e-13, ""),
        (1 - 1e-13, ""),
        (1e-13, ""),
    ],
)
def test_floating_point_noise_moves_nobody_across_an_edge(p: float, expected: str) -> None:
    assert word(p, "phia") == expected


@pytest.mark.parametrize(
    ("p", "standard", "expected"),
    [
        (0.62, "phia", "likely (62 %)"),
        (0.62, "icd203", "likely (62 %)"),
        (0.62, "none", "62 %"),
        (0.5, "phia", "50 %"),
        (0.5, "icd203", "roughly even chance (50 %)"),
        (0.07, "phia", "between remote chance and highly unlikely (7 %)"),
        (0.054, "phia", "between remote chance and highly unlikely (5.4 %)"),
        (0.096, "phia", "between remote chance and highly unlikely (9.6 %)"),
        (0.096, "icd203", "very unlikely (10 %)"),
        (0.002, "phia", "remote chance (0.2 %)"),
        (0.002, "icd203", "0.2 %"),
        (0.4996, "phia", "realistic possibility (49.96 %)"),
        (0.9996, "phia", "almost certain (99.96 %)"),
        (0.0499, "icd203", "almost no chance (4.99 %)"),
        (0.05, "icd203", "5 %"),
        (1e-7, "phia", "remote chance (under 0.001 %)"),
        (1 - 1e-7, "phia", "almost certain (over 99.999 %)"),
        (0.0, "phia", "0 %"),
        (1.0, "icd203", "100 %"),
    ],
)
def test_phrase(p: float, standard: Standard, expected: str) -> None:
    assert phrase(p, standard) == expected


@pytest.mark.parametrize(
    ("low", "high", "standard", "expected"),
    [
        (0.3, 0.62, "phia", "unlikely (30 %) to likely (62 %)"),
        (0.6, 0.7, "phia", "likely (60 % to 70 %)"),
        (0.6, 0.6, "phia", "likely (60 %)"),
        (0.5, 0.6, "phia", "50 % to likely (60 %)"),
        (0.07, 0.3, "phia", "between remote chance and highly unlikely (7 %) to unlikely (30 %)"),
        (0.1, 0.3, "icd203", "very unlikely (10 %) to unlikely (30 %)"),
        (0.1, 0.3, "none", "10 % to 30 %"),
    ],
)
def test_range_phrase(low: float, high: float, standard: Standard, expected: str) -> None:
    assert range_phrase(low, high, standard) == expected


@pytest.mark.parametrize("p", [-0.01, 1.01, float("nan")])
def test_no_probability_no_word(p: float) -> None:
    with pytest.raises(ValueError, match="no probability"):
        word(p, "phia")


@given(st.floats(0, 1), st.sampled_from(["phia", "icd203"]))
def test_the_printed_number_has_the_printed_word(p: float, standard: Standard) -> None:
    text = percent(p, standard)
    if text.startswith(("under", "over")):
        assert p * 100 < 0.001 or p * 100 > 99.999
    else:
        assert word(float(text.removesuffix(" %")) / 100, standard) == word(p, standard)


@given(st.floats(0, 1), st.sampled_from(["phia", "icd203"]))
def test_the_number_always_stands_beside_the_word(p: float, standard: Standard) -> None:
    text = phrase(p, standard)
    assert percent(p, standard) in text
    assert text.endswith(("%", "%)"))


@pytest.mark.parametrize(
    ("standard", "parts"), [("phia", ["GOV.UK", "24 March 2025"]), ("icd203", ["ICD 203", "2 January 2015"])]
)
def test_standards_are_cited(standard: Standard, parts: list[str]) -> None:
    assert all(part in standard_name(standard) for part in parts)


def test_limits_in_words() -> None:
    assert [band.limits() for band in bands("phia")][:4] == [
        "above 0 to 5 %",
        "10 to 20 %",
        "25 to 35 %",
        "40 to below 50 %",
    ]
