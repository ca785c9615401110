from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planner.report.documents.measure import line_count
from planner.report.documents.reading import parse
from planner.report.documents.slides import ACROSS, DOWN, Slide, caption_height, height, row_height, slides
from planner.report.documents.tree import plain_text

PICTURES = {"small.svg": '<svg width="600" height="300"/>', "tall.svg": '<svg width="700" height="3000"/>'}


def planned(markdown: str) -> list[Slide]:
    return slides(parse(markdown, PICTURES), PICTURES)


def test_a_heading_a_slide():
    found = planned("# T\n\nopening\n\n## A\n\na\n\n## B\n\n### C\n\nc\n\n## D\n")
    assert [(slide.title, [plain_text(say.parts) for say in slide.says]) for slide in found] == [
        ("A", ["a"]),
        ("B: C", ["c"]),
        ("D", []),
    ]


def test_a_table_and_a_picture_have_slides_of_their_own():
    found = planned("## A\n\nbefore\n\n| x |\n|---|\n| y |\n\nafter\n\n![alt](small.svg)\n\n- point\n")
    assert [slide.title for slide in found] == ["A (1/3)", "A (2/3)", "A (3/3)"]
    assert found[0].table is not None
    assert [plain_text(parts) for parts in found[0].caption] == ["before", "after"]
    assert found[1].notes == ("alt",)
    assert found[2].says[0].mark == "•"


def test_a_long_table_is_spread_evenly_and_repeats_its_heads():
    rows = "".join(f"| Option {i} | {i} |\n" for i in range(60))
    found = planned(f"## A\n\n| Option | Value |\n|---|--:|\n{rows}")
    tables = [slide.table for slide in found if slide.table]
    assert len(tables) > 2
    assert all(table.table.head == tables[0].table.head for table in tables)
    counts = [len(table.table.rows) for table in tables]
    assert sum(counts) == 60
    assert max(counts) - min(counts) <= 2


def test_a_picture_that_cannot_be_read_is_told_beside_it():
    (slide,) = planned("## A\n\n![Values. One: 1; two: 2; three: 3.](tall.svg)\n")
    assert [plain_text(say.parts) for say in slide.says] == ["Values. One: 1", "two: 2", "three: 3"]
    assert slide.size[1] <= DOWN


words = st.text(st.sampled_from("abcde fgh谈W "), min_size=1, max_size=400).filter(str.strip)


@given(st.lists(words, min_size=1, max_size=12), st.sampled_from(["", "- ", "1. "]))
def test_texts_fit(texts: list[str], mark: str):
    markdown = "## A\n\n" + "\n\n".join(f"{mark}{' '.join(text.split())}" for text in texts)
    found = planned(markdown)
    for slide in found:
        assert sum(height(say, slide.letters) for say in slide.says) <= DOWN
    told = "".join(plain_text(say.parts) for slide in found for say in slide.says)
    assert "".join(told.split()) == "".join("".join(texts).split())


@given(st.lists(st.tuples(words, words), min_size=1, max_size=15), words)
def test_tables_fit_with_what_stands_below(rows: list[tuple[str, str]], note: str):
    body = "".join(f"| {' '.join(a.split())} | {' '.join(b.split())} |\n" for a, b in rows)
    found = planned(f"## A\n\n| x | y |\n|---|---|\n{body}\n{' '.join(note.split())}\n")
    total = 0
    for slide in found:
        if slide.table:
            part = slide.table
            total += len(part.table.rows)
            high = row_height(part.table.head, part, bold=True) + sum(row_height(row, part) for row in part.table.rows)
            assert high + caption_height(slide.caption) <= DOWN or len(part.table.rows) == 1
    assert total == len(rows)


def test_one_paragraph_longer_than_a_slide_is_cut_between_sentences():
    text = "This is one sentence of several words. " * 120
    found = planned(f"## A\n\n{text}\n")
    assert len(found) > 1
    assert all(plain_text(slide.says[-1].parts).endswith(".") for slide in found)
    assert sum(line_count(plain_text(say.parts), ACROSS, 12) for slide in found for say in slide.says) > 20
