"""The text format, letter by letter."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.core.diagnostics import Diagnostic, Label, Span, render
from planner.core.excerpt import cells, visible
from planner.core.source import Source

LINES = [""] * 60
LINES[41] = "      stall: {name: Talks for show, p: rest, to: fatige}"
LINES[52] = "  answer:"
LINES[55] = "      yes: {p: hope, to: settled}"
LINES[56] = "      no: {p: 0.6}"
SAMPLE = Source.from_text("a:\n" + "\n".join(LINES[2:]), path="scenarios/european-line-on-moscow.yaml")


def span(source: Source, mark: str, after: str = "") -> Span:
    start = source.text.index(mark, source.text.index(after))
    return Span(start, start + len(mark))


def show(text: str, mark: str, *related: tuple[str, str], width: int = 100, **more: Any) -> list[str]:
    """Return the lines of the excerpt of one diagnostic, without message, help and summary."""
    source = Source.from_text(text, path="x.yaml")
    labels = tuple(Label(span(source, piece), words) for piece, words in related)
    found = Diagnostic("P103", "s", "error", "m", source, span(source, mark), related=labels, **more)
    return render([found], width=width).split("\n\n`", maxsplit=1)[0].splitlines()[2:-2]


def test_sample_of_the_style_guide() -> None:
    first = Diagnostic(
        "P103",
        "unknown-node",
        "error",
        "branch 'stall' of 'talks' leads to unknown node 'fatige'",
        SAMPLE,
        span(SAMPLE, "fatige"),
        "no node has this id",
        help="did you mean 'fatigue'?",
    )
    second = Diagnostic(
        "P201",
        "sum",
        "error",
        "probabilities of 'answer' sum to 0.9, not 1",
        SAMPLE,
        span(SAMPLE, "answer:"),
        related=(Label(span(SAMPLE, "hope"), "hope = 0.3"), Label(span(SAMPLE, "0.6"), "0.6")),
        help="give one branch 'p: rest' to let it take what is left",
    )
    assert (
        render([first, second])
        == """\
error[P103]: branch 'stall' of 'talks' leads to unknown node 'fatige'
 --> scenarios/european-line-on-moscow.yaml:41:50
   |
41 |       stall: {name: Talks for show, p: rest, to: fatige}
   |                                                  ^^^^^^ no node has this id
   |
help: did you mean 'fatigue'?

error[P201]: probabilities of 'answer' sum to 0.9, not 1
 --> scenarios/european-line-on-moscow.yaml:52:3
   |
52 |   answer:
   |   ^^^^^^^
...
55 |       yes: {p: hope, to: settled}
   |                ---- hope = 0.3
56 |       no: {p: 0.6}
   |               --- 0.6
   |
help: give one branch 'p: rest' to let it take what is left

2 errors in 1 file. `planner explain P103` says more.
"""
    )


def test_nothing_found_is_nothing_printed() -> None:
    assert render([]) == ""


@pytest.mark.parametrize(
    ("severities", "line"),
    [
        (["error"], "1 error in 1 file."),
        (["warning"], "1 warning in 1 file."),
        (["warning", "error", "warning"], "1 error, 2 warnings in 3 files."),
    ],
)
def test_summary(severities: list[Any], line: str) -> None:
    found = [
        Diagnostic("P501", "s", severity, "m", Source.from_text("a: 1", path=f"{number}.yaml"), Span(0, 1))
        for number, severity in enumerate(severities)
    ]
    assert render(found).splitlines()[-1] == f"{line} `planner explain P501` says more."


def test_one_line_between_two_marked_ones_is_shown() -> None:
    assert show("a: 1\nb: 2\nc: 3\n", "c", ("a", "here")) == [
        "  |",
        "1 | a: 1",
        "  | - here",
        "2 | b: 2",
        "3 | c: 3",
        "  | ^",
    ]


def test_marks_share_a_row_and_labels_go_where_there_is_room() -> None:
    assert show("k: [aa, bb, cc]\n", "bb", ("aa", "first"), ("cc", "third"), label="second") == [
        "  |",
        "1 | k: [aa, bb, cc]",
        "  |     --  ^^  -- third",
        "  |     first",
        "  |         second",
    ]
    assert show("k: [aa,           bb]\n", "bb", ("aa", "first")) == [
        "  |",
        "1 | k: [aa,           bb]",
        "  |     -- first      ^^",
    ]


def test_marks_that_overlap_get_rows_of_their_own() -> None:
    assert show("key: [a, b]\n", "b", ("[a, b]", "list"), ("key: [a", "x")) == [
        "  |",
        "1 | key: [a, b]",
        "  | -------  ^",
        "  | x",
        "  |      ------ list",
    ]


def test_span_over_lines() -> None:
    text = "a: {b: 1,\n\n    c: 2,\n    d: 3}\ne: 1\n"
    assert show(text, text[3 : text.index("\ne")], label="all of it") == [
        "  |",
        "1 | a: {b: 1,",
        "  |    ^^^^^^",
        "2 |",
        "3 |     c: 2,",
        "  |     ^^^^^",
        "4 |     d: 3}",
        "  |     ^^^^^ all of it",
    ]
    long = "a: [1,\n" + "  2,\n" * 9 + "  3]\n"
    assert show(long, long[3:-1]) == [
        "   |",
        " 1 | a: [1,",
        "   |    ^^^",
        "...",
        "11 |   3]",
        "   |   ^^",
    ]


def test_span_that_ends_with_its_line() -> None:
    assert show("a: 1\nb: 2\n", "1\n") == ["  |", "1 | a: 1", "  |    ^"]


def test_end_of_file() -> None:
    source = Source.from_text("a: [1,\n", path="x.yaml")
    found = Diagnostic("P020", "s", "error", "m", source, Span(7, 7), "ends here", help="h")
    assert render([found]).splitlines()[1:-2] == ["--> x.yaml:2:1", "  |", "2 |", "  | ^ ends here", "  |", "help: h"]
    past = Diagnostic("P020", "s", "error", "m", source, Span(90, 95))
    assert "--> x.yaml:2:1" in render([past])


def test_without_text_there_is_no_excerpt() -> None:
    found = Diagnostic("P002", "s", "error", "m", Source.from_text("", path="x.yaml"), Span(0, 0), help="h")
    assert render([found]).splitlines()[:3] == ["error[P002]: m", "--> x.yaml:1:1", "help: h"]


@pytest.mark.parametrize(
    ("text", "mark", "line", "row"),
    [
        ("a:\tx\tyy # z", "yy", "a:  x   yy # z", "        ^^"),
        ("k: 東京 x", "x", "k: 東京 x", "        ^"),
        ("k: 東京", "京", "k: 東京", "     ^^"),
        ("k: e\u0301e\u0301 x", "x", "k: e\u0301e\u0301 x", "      ^"),
        ("k: 😀 x", "x", "k: 😀 x", "      ^"),
        ("k: a\x1b[31m b", "b", "k: a␛[31m b", "          ^"),
        ("k: a\u202ex b", "b", "k: a\ufffdx b", "       ^"),
    ],
)
def test_width_of_characters(text: str, mark: str, line: str, row: str) -> None:
    assert show(text, mark) == ["  |", f"1 | {line}", f"  | {row}"]


def test_long_line_is_cropped_round_the_mark() -> None:
    text = "k: [" + "aaaa, " * 200 + "here, " + "bbbb, " * 200 + "]"
    _, line, row = show(text, "here", width=60, label="this one")
    assert len(line) <= 60
    assert line.startswith("1 | …")
    assert line.endswith("…")
    assert line[row.index("^") : row.rindex("^") + 1] == "here"
    assert row.endswith("^^^^ this one")


def test_long_line_with_distant_marks_is_shown_twice() -> None:
    text = "first: 1" + " " * 500 + "# last"
    shown = show(text, "last", ("first", "here"), width=60)
    assert [line[:4] for line in shown] == ["  | ", "1 | ", "  | ", "1 | ", "  | "] or len(shown) == 5
    assert shown[2].endswith("----- here")
    assert shown[3][shown[4].index("^") : shown[4].rindex("^") + 1] == "last"


def test_long_mark_is_cut() -> None:
    _, line, row = show("k: " + "x" * 1000, "x" * 1000, width=60, label="long")
    assert len(line) <= 60
    assert set(row.removeprefix("  | ").removesuffix(" long").strip()) == {"^"}
    assert len(row.removesuffix(" long")) <= 60


def test_colour() -> None:
    found = Diagnostic("P103", "s", "warning", "m", Source.from_text("a: 1", path="x"), Span(0, 1), "l", help="h")
    coloured = render([found], color=True)
    assert coloured.startswith("\x1b[1;33mwarning[P103]\x1b[0m\x1b[1m: m\x1b[0m\n")
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render([found])


texts = st.text(st.sampled_from("ab \t\n\r東e\u0301😀\x1b\u2028#"), max_size=60)


@given(texts, st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), min_size=1, max_size=4), st.integers(1, 50))
@settings(max_examples=300)
def test_any_marks_in_any_text(text: str, marks: list[tuple[int, int]], width: int) -> None:
    source = Source.from_text(text, path="x")
    spans = [Span(min(mark), max(mark)) for mark in marks]
    labels = tuple(Label(each, "label") for each in spans[1:])
    found = Diagnostic("P001", "s", "error", "m", source, spans[0], "main", labels, "help")
    shown = render([found], width=width)
    lines = shown.splitlines()
    assert "\x1b" not in shown
    assert not any(line != line.rstrip() for line in lines)
    if text:
        assert "^" in shown
        gutter = lines[2].index("|")
        widest = max(width, gutter + 22)
        assert all(cells(line) <= widest for line in lines if re.match(r" *\d+ \|", line))


def test_visible_keeps_what_a_terminal_shows() -> None:
    assert visible("é 東 e\u0301 😀 \u200d") == "é 東 e\u0301 😀 \u200d"
    assert visible("a\nb\tc\x00\x7f\x9b\u2066") == "a b c␀␡\ufffd\ufffd"
