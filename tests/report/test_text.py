"""Text that has to fit into pixels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.report.text import ELLIPSIS, balance, shorten, width, wrap

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=120)
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwe"


@given(TEXTS, st.floats(40, 300), st.integers(1, 4))
def test_no_line_is_wider_than_its_room(text: str, room: float, lines: int) -> None:
    wrapped = wrap(text, room, 12, lines=lines)
    assert len(wrapped) <= lines
    assert all(width(line, 12) <= room for line in wrapped)


@given(TEXTS, st.floats(40, 300))
def test_nothing_is_lost_without_an_ellipsis(text: str, room: float) -> None:
    wrapped = wrap(text, room, 12, lines=3)
    if not any(ELLIPSIS in line for line in wrapped):
        assert "".join("".join(wrapped).split()) == "".join(text.split())


@given(TEXTS, st.floats(40, 300))
def test_balancing_changes_breaks_only(text: str, room: float) -> None:
    once, balanced = wrap(text, room, 12, lines=3), balance(text, room, 12, lines=3)
    assert "".join(balanced).replace(" ", "") == "".join(once).replace(" ", "")
    assert len(balanced) == len(once)


def test_a_long_word_is_broken() -> None:
    lines = wrap(LONG, 150, 12, lines=3)
    assert "".join(lines) == LONG
    assert len(lines) > 1


def test_bold_is_wider() -> None:
    assert width("Sanctions", 12, bold=True) > width("Sanctions", 12)


@pytest.mark.parametrize("text", ["é", "Ł", "ş", "Ж", "Ω", "€", "—"])
def test_european_letters_are_known(text: str) -> None:
    assert width(text, 100) < 104.1  # an unknown character counts as a full em
    assert width("中", 100) == pytest.approx(104)


def test_combining_marks_take_no_room() -> None:
    assert width("e\u0301", 12) == width("e", 12)


def test_shorten_keeps_whole_words_where_it_can() -> None:
    assert shorten("Coordinate sanctions with benchmarks", 150, 12) == "Coordinate sanctions…"
