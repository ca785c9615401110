from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planner.report.documents.measure import fitted, line_count, placed, svg_size
from planner.report.documents.style import Style
from planner.report.documents.tree import Table, Text, plain_text
from planner.report.text import width

SIZES = (9.0, 8.0, 7.0)
cells = st.text(st.sampled_from("ab cdW谈é.-"), max_size=60)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    count = draw(st.integers(1, 14))
    row = st.lists(cells, min_size=count, max_size=count)
    head, *rows = draw(st.lists(row, min_size=1, max_size=5))
    right = draw(st.frozensets(st.integers(0, count - 1)))
    made = [tuple((Text(cell),) for cell in each) for each in (head, *rows)]
    return Table(made[0], tuple(made[1:]), right)


@given(tables(), st.sampled_from([300.0, 480.0, 650.0]))
def test_a_table_fills_its_room_and_loses_no_column(table: Table, room: float):
    parts = fitted(table, room, SIZES)
    for part in parts:
        assert abs(sum(part.widths) - room) < 0.01
        assert len(part.widths) == len(part.table.head)
        assert part.table.head[0] == table.head[0]
    heads = [table.head[0], *(head for part in parts for head in part.table.head[1:])]
    assert heads == list(table.head)
    for at, row in enumerate(table.rows):
        assert [row[0], *(cell for part in parts for cell in part.table.rows[at][1:])] == list(row)


def test_wide_tables_come_in_parts_in_which_no_word_is_broken():
    head = tuple((Text(f"Criterion{i} of deterrence"),) for i in range(16))
    table = Table(head, (tuple((Text("12.5 (+3.5)"),) for _ in head),), frozenset(range(1, 16)))
    parts = fitted(table, 480, SIZES)
    assert len(parts) > 1
    for part in parts:
        for cell, room in zip(part.table.head, part.widths, strict=True):
            assert max(width(word, part.size, bold=True) for word in plain_text(cell).split()) <= room


@given(st.text(max_size=200), st.floats(20, 500), st.sampled_from([8.0, 14.0]))
def test_lines_hold_what_they_count(text: str, room: float, size: float):
    lines = line_count(text, room, size)
    assert lines >= 1
    flat = "".join(text.split())
    assert lines * room >= width(flat, size) - 0.01


def test_pictures_that_cannot_be_read_get_a_page_of_their_own():
    style = Style()
    small, wide, tall = placed((600, 300), style), placed((1400, 500), style), placed((1644, 2006), style)
    assert small.page is None
    assert small.width == 450  # as large as it was drawn
    assert wide.page == (297.0, 210.0)
    assert tall.page == (297.0, 420.0)
    for place, page in ((small, (210, 297)), (wide, (297, 210)), (tall, (297, 420))):
        assert place.width < page[0] / 25.4 * 72
        assert place.height < page[1] / 25.4 * 72
    assert placed((1400, 500), Style(paper="letter")).page == (279.4, 215.9)


def test_a_picture_without_a_size_has_one():
    assert svg_size("<svg/>") == (640, 400)
