"""Small pieces of English."""

from __future__ import annotations

from datetime import date

from planner.report.words import count, day, ended, listed, state_words


def test_listed() -> None:
    assert [listed(["a", "b", "c"][:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]


def test_count() -> None:
    assert [count(n, "path") for n in (0, 1, 2, 12, 13, 1234)] == [
        "no paths",
        "one path",
        "two paths",
        "twelve paths",
        "13 paths",
        "1,234 paths",
    ]


def test_day_is_english() -> None:
    assert day(date(2026, 3, 1)) == "1 March 2026"


def test_ended() -> None:
    assert [ended(text) for text in ("a", "a.", "a?", "")] == ["a.", "a.", "a?", ""]


def test_state_words() -> None:
    assert state_words("talks[round=2]") == "(round 2)"
