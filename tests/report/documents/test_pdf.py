from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest

from planner.report.documents.paper import Paper
from planner.report.documents.pdf import markup, pdf, quoted
from planner.report.documents.style import Style
from tests.report.documents.papers import MAIN, TUTORIAL, made, paper, said, squeezed

pytest.importorskip("typst")
pypdf = pytest.importorskip("pypdf", reason="reads PDF files back; it comes with planner[test]")


def read(content: bytes) -> Any:
    return pypdf.PdfReader(BytesIO(content))


def shown(content: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in read(content).pages))


def alts(content: bytes) -> list[str]:
    """Return the alternative texts of the pictures, from the tree of tags."""
    found: list[str] = []
    root = read(content).trailer["/Root"]["/StructTreeRoot"]
    waiting = [root]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting += reversed(node)
        elif isinstance(node, dict):
            found += [str(node["/Alt"])] if "/Alt" in node else []
            waiting += [node["/K"]] if "/K" in node else []
    return found


@pytest.mark.parametrize("name", [MAIN, TUTORIAL])
def test_nothing_is_lost(name: str):
    content = made("pdf", name)
    text = shown(content)
    pictured = alts(content)
    numbers = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)?")
    for piece in said(paper(name)):
        if piece in pictured:
            continue
        words = numbers.findall(piece)
        assert all(word in text for word in words), piece
    assert squeezed(paper(name).tree.name) in text
    assert len(pictured) == len(paper(name).pictures)


def test_it_is_accessible():
    reader = read(made("pdf", MAIN))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("en")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "One European line on Moscow"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()


def test_the_date_is_the_papers(monkeypatch: pytest.MonkeyPatch):
    one = Paper("# A\n\nB", day=date(2026, 11, 23))
    assert read(pdf(one)).metadata.creation_date.date() == date(2026, 11, 23)
    assert pdf(one) == pdf(one)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400000")
    assert read(pdf(one)).metadata.creation_date.date() == date(1980, 1, 1)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert read(pdf(one)).metadata.creation_date.date() == date(2001, 9, 9)


def test_every_page_has_its_number_and_all_but_the_first_the_title():
    pages = [page.extract_text() for page in read(made("pdf", MAIN)).pages]
    assert 10 < len(pages) < 30
    for at, page in enumerate(pages, 1):
        assert f"{at} / {len(pages)}" in page
        assert ("One European line on Moscow" in page.splitlines()[0]) == (at > 1) or at == 1


def test_a_large_tree_folds_out():
    sizes = {(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in read(made("pdf", MAIN)).pages}
    assert sizes == {(595, 842), (842, 1191)}


def test_names_are_never_markup():
    one = Paper('# A\n\n#panic("x") \\$ $ @ref `#let` <label> *b* "q" \\\\ \u2028 //c /*d*/\n')
    assert "panic" in shown(pdf(one))
    assert quoted('a"b\\c\n') == '"a\\"b\\\\c\\u{a}"'


def test_letters_that_no_font_has_are_told():
    one = Paper("# A\n\nB \U0001f9ff\U00013000\n")
    pdf(one)
    assert len(one.remarks) == 1
    assert "\U00013000" in one.remarks[0]
    plain = Paper("# A\n\nB é ž ß я → ≥\n")
    pdf(plain)
    assert plain.remarks == []


def test_the_style():
    style = Style(accent="#7b1e3c", header="Cabinet Office", footer="Official", paper="letter")
    one = Paper("# A\n\nB\n\n## C\n\n" + "D\n\n" * 80, style=style)
    pages = read(pdf(one)).pages
    assert round(float(pages[0].mediabox.width)) == 612
    assert all("Cabinet Office" in page.extract_text() and "Official" in page.extract_text() for page in pages)
    assert 'rgb("#7b1e3c")' in markup(one)


def test_a_brief_that_nearly_fits_on_one_page_does():
    points = "".join(f"- {'What would change it, in some words and more of them. ' * 2}\n" for _ in range(12))
    one = Paper(f"# A\n\n*Lead.*\n\n## B\n\n{points}\n## C\n\n{points}")
    assert one.tight
    assert len(read(pdf(one)).pages) == 1
    assert not Paper(one.markdown * 2).tight
    assert not paper(MAIN).tight


def test_its_size():
    assert len(made("pdf", MAIN)) < 700_000


def test_slides_lie_on_their_side_and_each_section_has_a_page():
    text = "# Deck\n\nWords.\n\n## One\n\nFirst.\n\n## Two\n\nSecond.\n"
    made = pdf(Paper(text, style=Style(slides=True)))
    pages = pypdf.PdfReader(BytesIO(made)).pages
    assert [page.mediabox.width > page.mediabox.height for page in pages] == [True, True, True]
    assert ["First." in page.extract_text() for page in pages] == [False, True, False]
