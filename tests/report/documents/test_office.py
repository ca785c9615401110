from __future__ import annotations

import re
import zipfile
from datetime import date
from html import unescape
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest

from planner.report.documents import document
from planner.report.documents.docx import SIZES
from planner.report.documents.measure import placed, svg_size
from planner.report.documents.paper import Paper
from planner.report.documents.slides import slides
from planner.report.documents.style import Logo, Style
from planner.report.documents.tree import Heading, Picture, Table
from tests.report.documents.papers import ALL, MAIN, made, paper, said, squeezed

pytest.importorskip("pypandoc")

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
LOGO = Logo(b'<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"/>', "image/svg+xml")
STYLE = Style(accent="#7b1e3c", header="Cabinet & Office", footer="Official <1>", paper="letter", logo=LOGO)


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def xml(content: bytes, name: str) -> ET.Element:
    return ET.fromstring(parts(content)[name])


def text_of(content: bytes, kind: str) -> str:
    """Return all text and all alternative texts of an office file."""
    found = []
    for name, part in parts(content).items():
        if re.match(r"(?:word|ppt)/(?:document|slides/|notesSlides/)", name) and name.endswith(".xml"):
            root = ET.fromstring(part)
            found += ["".join(each.itertext()) for each in root.iter(f"{W if kind == 'docx' else A}p")]
            found += [value for each in root.iter() if (value := each.get("descr"))]
    return squeezed("\n".join(found))


@pytest.mark.parametrize("kind", ["docx", "pptx"])
@pytest.mark.parametrize("name", ALL)
def test_every_part_can_be_read(kind: str, name: str):
    content = made(kind, name)
    files = parts(content)
    types = files["[Content_Types].xml"].decode()
    for file, part in files.items():
        if file.endswith((".xml", ".rels")):
            ET.fromstring(part)
            assert f"/{file}" in types or 'Extension="xml"' in types
    for file in (each for each in files if each.endswith(".rels")):
        folder = file.replace("_rels/", "").rpartition("/")[0]
        for relation in ET.fromstring(files[file]):
            if relation.get("TargetMode") != "External":
                target = relation.get("Target", "")
                path = target[1:] if target.startswith("/") else f"{folder}/{target}" if folder else target
                while "/../" in path:
                    path = re.sub(r"[^/]+/\.\./", "", path, count=1)
                assert path in files, (file, target)


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_lost_in_word(name: str):
    text = text_of(made("docx", name), "docx")
    assert [piece for piece in said(paper(name)) if squeezed(piece) not in text] == []


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_lost_on_slides(name: str):
    text = text_of(made("pptx", name), "pptx")
    lost = [piece for piece in said(paper(name)) if squeezed(piece) not in text]
    # a text that takes two slides is cut between sentences, and a link is followed by its address
    assert [piece for piece in lost if any(word.strip(",.") not in text for word in piece.split())] == []
    assert len(lost) <= 2


@pytest.mark.parametrize("kind", ["docx", "pptx"])
def test_bytes_and_dates(kind: str, monkeypatch: pytest.MonkeyPatch):
    one = Paper("# A\n\n*Lead.*\n\n## B\n\n| x |\n|---|\n| y |\n", day=date(2026, 11, 23), style=STYLE)
    content = document(kind, one)
    assert content == document(kind, one)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2026, 11, 23, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"
    core = parts(content)["docProps/core.xml"].decode()
    assert "<dc:title>A</dc:title><dc:subject>Lead.</dc:subject>" in core
    assert "<dc:language>en</dc:language>" in core
    assert core.count("2026-11-23T00:00:00Z") == 2
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert "2001-09-09T01:46:40Z" in parts(document(kind, one))["docProps/core.xml"].decode()


def test_word_tables_are_tables():
    document_ = xml(made("docx", MAIN), "word/document.xml")
    tables = list(document_.iter(f"{W}tbl"))
    assert len(tables) >= sum(isinstance(block, Table) for block in paper(MAIN).tree.blocks)
    for table in tables:
        rows = table.findall(f"{W}tr")
        assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        widths = [int(column.get(f"{W}w", 0)) for column in table.iter(f"{W}gridCol")]
        assert abs(sum(widths) - 168 / 25.4 * 1440) < 15
        assert min(widths) > 300


@pytest.mark.parametrize("name", ALL)
def test_word_uses_no_style_that_is_not_there(name: str):
    styles = {each.get(f"{W}styleId") for each in xml(made("docx", name), "word/styles.xml").iter(f"{W}style")}
    used = {
        each.get(f"{W}val")
        for tag in ("pStyle", "rStyle", "tblStyle")
        for each in xml(made("docx", name), "word/document.xml").iter(f"{W}{tag}")
    }
    assert used <= styles


def test_every_size_of_letters_in_a_table_has_a_style():
    styles = parts(made("docx", MAIN))["word/styles.xml"].decode()
    for size in SIZES[1:]:
        assert f'w:styleId="TableText{size * 10:g}"' in styles


def test_word_pictures_and_pages():
    document_ = xml(made("docx", MAIN), "word/document.xml")
    alts = [each.get("descr") for each in document_.iter() if each.tag.endswith("}docPr")]
    assert alts == [block.alt for block in paper(MAIN).tree.blocks if isinstance(block, Picture)]
    sections = [(each.find(f"{W}pgSz"), each.find(f"{W}pgMar")) for each in document_.iter(f"{W}sectPr")]
    pictures = paper(MAIN).pictures
    folded = [placed(svg_size(svg), Style()).page for svg in pictures.values()]
    assert sum(page is not None for page in folded) > 0
    widths = [size.get(f"{W}w") for size, _ in sections if size is not None]
    assert widths[0] == widths[-1] == "11906"
    assert len(widths) == 1 + 2 * sum(page is not None for page in folded)
    assert document_.findall(f".//{W}sectPr")[0].find(f"{W}titlePg") is not None
    levels = [each.get(f"{W}val", "") for each in document_.iter(f"{W}pStyle")]
    headings = [block for block in paper(MAIN).tree.blocks if isinstance(block, Heading)]
    assert sum(level.startswith("Heading") for level in levels) == len(headings)
    assert levels[:2] == ["Title", "Subtitle"]


def test_word_in_the_style_of_the_house():
    files = parts(document("docx", Paper("# A\n\n## B\n\nC", language="fr", style=STYLE)))
    assert '<w:color w:val="7b1e3c"/>' in files["word/styles.xml"].decode()
    assert 'w:val="fr"' in files["word/styles.xml"].decode()
    assert "Cabinet &amp; Office" in files["word/paper-header.xml"].decode()
    assert "Official &lt;1&gt;" in files["word/paper-footer.xml"].decode()
    assert files["word/media/logo.png"].startswith(b"\x89PNG")
    assert 'w:w="12240"' in files["word/document.xml"].decode()


@pytest.mark.parametrize("name", ALL)
def test_slides_hold_what_stands_on_them(name: str):
    content = made("pptx", name)
    planned = slides(paper(name).tree, paper(name).pictures)
    size = xml(content, "ppt/presentation.xml").find(f"{P}sldSz")
    assert size is not None
    assert int(size.get("cx", 0)) * 9 == int(size.get("cy", 0)) * 16
    assert sum(bool(re.fullmatch(r"ppt/slides/slide\d+\.xml", file)) for file in parts(content)) == len(planned) + 1
    for at in range(1, len(planned) + 2):
        slide = xml(content, f"ppt/slides/slide{at}.xml")
        for place in (*slide.iter(f"{A}xfrm"), *slide.iter(f"{P}xfrm")):
            off, ext = place.find(f"{A}off"), place.find(f"{A}ext")
            assert off is not None
            assert ext is not None
            assert min(int(off.get("x", -1)), int(off.get("y", -1))) >= 0
            assert int(off.get("x", 0)) + int(ext.get("cx", 0)) <= int(size.get("cx", 0)) + 1
            assert int(off.get("y", 0)) + int(ext.get("cy", 0)) <= int(size.get("cy", 0)) + 1
        ids = [each.get("id") for each in slide.iter(f"{P}cNvPr")]
        assert len(ids) == len(set(ids))
        titles = [each for each in slide.iter(f"{P}ph") if each.get("type") == "title"]
        assert len(titles) == 1
        for table in slide.iter(f"{A}tbl"):
            heights = sum(int(row.get("h", 0)) for row in table.iter(f"{A}tr"))
            assert heights <= 300 * 12700


def test_pictures_on_slides_have_words_and_notes():
    content = made("pptx", MAIN)
    planned = slides(paper(MAIN).tree, paper(MAIN).pictures)
    notes = " ".join(
        "".join(ET.fromstring(part).itertext())
        for file, part in parts(content).items()
        if re.fullmatch(r"ppt/notesSlides/notesSlide\d+\.xml", file)
    )
    for at, slide in enumerate(planned, 2):
        if slide.picture:
            part = parts(content)[f"ppt/slides/slide{at}.xml"].decode()
            assert slide.picture.alt in unescape(part)
            assert squeezed(slide.picture.alt) in squeezed(notes)


@pytest.mark.parametrize("kind", ["docx", "pptx"])
def test_their_size(kind: str):
    assert len(made(kind, MAIN)) < 2_500_000


def test_links_that_must_not_work_do_not():
    for kind in ("docx", "pptx"):
        relations = b"".join(part for file, part in parts(made(kind, "awkward")).items() if file.endswith(".rels"))
        assert b"javascript" not in relations
