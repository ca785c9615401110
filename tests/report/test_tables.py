"""Tables that stay tables, names that stay names."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.report.tables import cell, columns, plain, table

markdown_it = pytest.importorskip("markdown_it", reason="markdown-it-py is not installed")

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40)
NASTY = (
    "a | b", "a \\| b", "`code|x`", "*a* _b_ **c**", "<b>x</b>", "[a](b)", "# head", "- item", "1. item", "> quote",
    "a\nb", "~~x~~", "&amp; &lt;", "![x](y)", "+ x", "===", "---", "\\", "snake_case_name", "a < b & c", "2) x",
)  # fmt: skip


def rendered(text: str) -> str:
    parser = markdown_it.MarkdownIt("commonmark").enable("table").enable("strikethrough")
    made: str = parser.render(text)
    return made


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_name_reads_as_it_was_written(name: str) -> None:
    for source, pattern in ((plain(name), "<p>(.*)</p>"), (table(["Head"], [[plain(name)]]), "<td>(.*)</td>")):
        found = re.search(pattern, rendered(source), re.DOTALL)
        assert found, source
        assert html.unescape(found[1]) == " ".join(name.split())


@given(st.lists(st.lists(NAMES, min_size=3, max_size=3), min_size=1, max_size=5))
def test_every_row_keeps_its_cells(rows: list[list[str]]) -> None:
    made = rendered(table(["A", "B", "C"], [[plain(text) for text in row] for row in rows]))
    assert made.count("<td>") == 3 * len(rows)


@given(st.lists(st.lists(NAMES, min_size=2, max_size=2), min_size=1, max_size=5))
def test_the_source_lines_up(rows: list[list[str]]) -> None:
    lines = table(["A", "B"], [[plain(text) for text in row] for row in rows], right=[1]).split("\n")
    assert len({columns(line) for line in lines}) == 1


def test_numbers_are_aligned_right() -> None:
    assert table(["A", "B"], [["x", "1"]], right=[1]).split("\n")[1] == "| --- | --: |"


def test_a_cell_is_escaped_once() -> None:
    assert cell(cell("a | b")) == "a \\| b"


def test_two_dollars_are_no_formula() -> None:
    assert plain("$2 or $3") == "\\$2 or \\$3"
    assert plain("$2") == "$2"
