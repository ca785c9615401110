from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from planner.report.documents.html import html, inlined
from planner.report.documents.paper import Paper
from planner.report.documents.style import Style
from tests.report.documents.barriers import barriers, faint
from tests.report.documents.papers import ALL, AWKWARD, MAIN, made, paper, said, squeezed

if TYPE_CHECKING:
    from collections.abc import Callable


def page(markdown: str, **settings: Any) -> str:
    return html(Paper(markdown, **settings)).decode()


@pytest.mark.parametrize("name", ALL)
def test_nobody_is_kept_from_reading(name: str):
    assert barriers(made("html", name).decode()) == []


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda text: text.replace(' lang="en"', ""), "no language"),
        (lambda text: text.replace("<h2", "<h4").replace("</h2", "</h4"), "h1 is followed by h4"),
        (lambda text: text.replace(' role="img"', ""), "a drawing without a name"),
        (lambda text: text.replace(' scope="row"', ""), "a head without scope"),
        (lambda text: text.replace("<main", "<div").replace("</main", "</div"), "no <main>"),
        (lambda text: text.replace("--quiet: #555555", "--quiet: #999999"), "light: quiet on ground"),
        (lambda text: text.replace("</main>", "<script>1</script></main>"), "<script>"),
        (lambda text: text.replace('href="#text"', 'href="#nowhere"'), "#nowhere leads nowhere"),
        (lambda text: text.replace("<figure", '<p onclick="x">y</p><figure', 1), "onclick=x"),
    ],
)
def test_the_checker_finds_barriers(spoil: Callable[[str], str], found: str):
    assert found in barriers(spoil(made("html", "tutorial").decode()))


@pytest.mark.parametrize("accent", ["#0b4a82", "#ffd54f", "#000000", "#ffffff", "#7f7f7f", "#c00000"])
def test_every_accent_can_be_read(accent: str):
    assert faint(page("# A", style=Style(accent=accent))) == []


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_lost(name: str):
    text = made("html", name).decode()
    labels = " ".join(re.findall(r'aria-label="([^"]*)"', text))
    shown = squeezed(unescape(re.sub(r"<[^>]*>", "", text) + labels))
    assert [piece for piece in said(paper(name)) if squeezed(piece) not in shown] == []


def test_one_file_that_needs_no_other():
    text = made("html", MAIN).decode()
    assert "default-src 'none'" in text
    assert not re.search(r'(?:src|href)="(?!data:|#|https?://|mailto:)', text)
    assert text.count("<svg") == len(paper(MAIN).pictures)
    assert len(text) < 500_000


def test_names_are_names_not_markup():
    text = made("html", AWKWARD).decode()
    inside = text.partition("<body>")[2]
    assert not re.search(r"<(?:script|iframe|img|b|i)\b", inside)
    assert "javascript:" not in "".join(re.findall(r'href="([^"]*)"', text))
    assert "nobody sees this" not in text
    assert 'href="https://example.org/a?b=1&amp;c=2"' in text
    style = text.partition("<style>")[2].partition("</style>")[0]
    assert "<" not in style


@pytest.mark.parametrize("text", ["</style><script>alert(1)</script>", '"; } body { display: none', "a\\", "é ü 谈"])
def test_a_header_stays_within_its_style(text: str):
    style = page("# A", style=Style(header=text, footer=text)).partition("<style>")[2].partition("</style>")[0]
    contents = re.findall(r'content: "([^"]*)"', style)
    assert len(contents) == style.count("content:") - 1 - style.count("content: counter")
    assert "<" not in style
    assert style.count("{") == style.count("}")


def test_a_long_paper_has_a_table_of_contents():
    assert "<nav" in made("html", MAIN).decode()
    assert "<nav" not in page("# A\n\n## B\n\nC")
    assert "<summary>Inhalt</summary>" in page("# A\n" + "".join(f"\n## {i}\n" for i in range(6)), language="de")


def test_letters_that_run_from_right_to_left():
    text = page("# A\n\nتهران\n\nTo *تهران* now\n")
    assert '<p dir="rtl"><bdi>تهران</bdi></p>' in text
    assert "<p>To <em><bdi>تهران</bdi></em> now</p>" in text


def test_pictures_do_not_share_ids():
    inner = '<clipPath id="a"/><g clip-path="url(#a)" aria-hidden="true"/>'
    svg = f'<svg width="1" height="1" role="x" aria-label="y">{inner}</svg>'
    text = inlined(svg, "p3", 'say "no"')
    assert text == (
        '<svg role="img" aria-label="say &quot;no&quot;" width="1" height="1"><clipPath id="p3-a"/>'
        '<g clip-path="url(#p3-a)"/></svg>'
    )


def test_a_logo_is_part_of_the_file():
    from planner.report.documents.style import Logo

    logo = Logo(b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "image/svg+xml")
    assert '<img src="data:image/svg+xml;base64,' in page("# A", style=Style(logo=logo))
