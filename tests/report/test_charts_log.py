"""The picture of a history: what stands in it, and that it stands clear of itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from planner.report.charts_log import History, Moment, log_svg

START = datetime(2026, 1, 1, tzinfo=UTC)


def drawn(*moments: tuple[float, str | None, float | None, float | None], axis: str = "Probability of peace") -> str:
    told = tuple(Moment(START + timedelta(days=day), name, value, p) for day, name, value, p in moments)
    return log_svg(History(told, "Value, EUR bn", axis), title="It went up", subtitle="A file", alt="In words")


def test_names_axes_and_words():
    svg = drawn((0, "Talk", 1.0, 0.2), (100, "Wait", 2.0, 0.4), (300, "Talk", None, None), (310, "Talk", 3.0, 0.5))
    for text in ("It went up", "A file", "Value, EUR bn", "Probability of peace", "Talk", "Wait", "Date of the commit"):
        assert text in svg
    assert 'aria-label="In words"' in svg or "In words" in svg


def test_the_same_history_is_the_same_bytes():
    history = [(day, f"Option {day % 3}", float(day % 7), (day % 10) / 10) for day in range(1000)]
    assert drawn(*history) == drawn(*history)


def test_names_that_do_not_fit_become_letters_that_are_explained():
    svg = drawn((0, "Short lived", 1.0, None), (0.1, "A long name " * 8, 2.0, None), (100, "End", 1.0, None))
    assert "A Short lived; B A long name" in svg
    assert ">B<" in svg
    assert ">A<" not in svg  # its box has no room even for that


def test_one_long_name_is_cut():
    assert "…" in drawn((0, "A long name " * 20, 1.0, None), (100, "A long name " * 20, 2.0, None))


def test_one_moment_and_no_lower_panel():
    svg = drawn((0, None, 5.0, None), axis="")
    assert "Probability" not in svg


def test_clocks_that_went_back():
    svg = drawn((5, "A", 1.0, 0.5), (2, "B", 2.0, 0.5), (9, "B", 2.5, 0.5))
    assert "NaN" not in svg


@pytest.mark.parametrize("value", [0.0, 1e9, -1e-9, 1e300])
def test_flat_lines_of_any_size(value: float):
    assert "NaN" not in drawn((0, "A", value, 1.0), (5, "A", value, 1.0))
