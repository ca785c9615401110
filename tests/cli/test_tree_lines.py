from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planner.cli.tree_lines import NO_BREAK, Marks, Piece, cells, fitted, painted, wrapped

MARKS = Marks.of(ascii=False)


def texts(lines: list[list[Piece]]) -> list[str]:
    return [painted(line, color=False) for line in lines]


def test_what_fits_stays():
    assert texts(wrapped([("one two", "plain")], 7, 2, 3, MARKS)) == ["one two"]


def test_lines_break_at_blanks_and_hang():
    assert texts(wrapped([("one two three four", "plain")], 9, 2, 3, MARKS)) == ["one two", "  three", "  four"]


def test_what_is_left_over_ends_in_an_ellipsis():
    assert texts(wrapped([("one two three four five six", "plain")], 9, 0, 2, MARKS)) == ["one two", "three…"]
    ascii_marks = Marks.of(ascii=True)
    assert texts(wrapped([("one two three four five six", "plain")], 9, 0, 2, ascii_marks))[-1].endswith("...")


def test_a_long_word_is_broken():
    assert texts(wrapped([("abcdefghij", "plain")], 4, 0, 3, MARKS)) == ["abcd", "efgh", "ij"]


def test_blanks_at_which_nothing_breaks():
    text = f"economy{NO_BREAK}+3, cohesion{NO_BREAK}-2"
    assert texts(wrapped([(text, "plain")], 14, 0, 3, MARKS)) == ["economy +3,", "cohesion -2"]


def test_wide_letters_take_two_columns():
    lines = texts(wrapped([("話す 話す 話す", "plain")], 9, 0, 3, MARKS))
    assert lines == ["話す 話す", "話す"]


def test_what_a_terminal_would_obey_is_shown():
    (line,) = texts(wrapped([("a\x1b[31mb", "plain")], 40, 0, 3, MARKS))
    assert "\x1b" not in line


def test_colours_of_neighbours_are_joined():
    line: list[Piece] = [("one", "faint"), (" two", "guide"), (" three", "plain"), ("four", "best")]
    assert painted(line, color=True) == "\x1b[2mone two\x1b[0m three\x1b[1;32mfour\x1b[0m"
    assert painted(line, color=False) == "one two threefour"


def test_filled_up():
    assert fitted([("ab", "plain")], 4) == [("ab", "plain"), ("  ", "plain")]
    assert fitted([("abcde", "plain")], 4) == [("abcde", "plain")]


words = st.lists(st.text("ab話é-", min_size=1, max_size=12), min_size=1, max_size=12).map(" ".join)


@given(words, st.integers(8, 40), st.integers(0, 6))
def test_no_line_is_too_long_and_no_word_is_lost(text: str, width: int, hanging: int):
    lines = texts(wrapped([(text, "plain")], width, hanging, 1000, MARKS))
    assert all(cells(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == text.replace(" ", "")


@given(words, st.integers(8, 40), st.integers(1, 3))
def test_no_more_lines_than_wanted(text: str, width: int, most: int):
    lines = texts(wrapped([(text, "plain")], width, 2, most, MARKS))
    assert len(lines) <= most
    assert all(cells(line) <= width for line in lines)
