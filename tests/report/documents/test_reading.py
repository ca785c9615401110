from __future__ import annotations

import pytest

from planner.report.documents.reading import parse
from planner.report.documents.tree import (
    Details,
    Heading,
    Link,
    Listing,
    Paragraph,
    Picture,
    Table,
    plain_text,
    sections,
)
from tests.report.documents.papers import MAIN, paper


def texts(markdown: str) -> list[str]:
    return [plain_text(block.parts) for block in parse(markdown).blocks if isinstance(block, Paragraph)]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("a <b onclick=x>c</b>", ["a <b onclick=x>c</b>"]),
        ("<script>\nalert(1)\n</script>", ["<script> alert(1) </script>"]),
        ("a <!-- b --> c", ["a  c"]),
        ("<!-- b\n\nc -->\n\nd", ["d"]),
        ("---\ntitle: x\n---\n\nd", ["d"]),
        ("![x](https://example.org/a.png)", ["x"]),
        ("30 % and 4.5 % off", ["30\u00a0% and 4.5\u00a0% off"]),
        ("a<br>b\\\nc", ["a b c"]),
    ],
)
def test_what_stands_there(markdown: str, expected: list[str]):
    assert texts(markdown) == expected


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://example.org", True),
        ("mailto:a@example.org", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("page.html", False),
    ],
)
def test_links_lead_to_the_web_and_to_mailboxes(address: str, kept: bool):
    (block,) = parse(f"[words](<{address}>)").blocks
    assert isinstance(block, Paragraph)
    assert any(isinstance(part, Link) for part in block.parts) == kept
    assert "words" in plain_text(block.parts)


def test_headings_pass_over_no_level_and_have_names_of_their_own():
    tree = parse("# T\n\n#### A\n\n## B\n\n##### A\n\n# C\n")
    found = [(block.level, block.name) for block in tree.blocks if isinstance(block, Heading)]
    assert tree.name == "T"
    assert found == [(2, "a"), (2, "b"), (3, "a-2"), (2, "c")]


def test_a_paper_without_a_title_gets_one():
    assert parse("## A", title="Given").name == "Given"


def test_a_committed_paper():
    tree = paper(MAIN).tree
    kinds = [type(block) for block in tree.blocks]
    assert kinds.count(Picture) == len(paper(MAIN).pictures)
    assert [block.drawing for block in tree.blocks if isinstance(block, Details)] == [True]
    assert len(sections(tree)) == 1 + sum(isinstance(b, Heading) and b.level == 2 for b in tree.blocks)
    first = tree.blocks[0]
    assert isinstance(first, Paragraph)
    assert first.lead


def test_tables_and_lists():
    tree = parse("| a | b |\n|---|--:|\n| x \\| y | 1 |\n\n3. c\n   - d\n\n     e\n4. f\n")
    table, listing = tree.blocks
    assert isinstance(table, Table)
    assert (plain_text(table.rows[0][0]), table.right) == ("x | y", {1})
    assert isinstance(listing, Listing)
    assert (listing.first, len(listing.items)) == (3, 2)
    inner = listing.items[0][1]
    assert isinstance(inner, Listing)
    assert not inner.tight


def test_deep_nesting_ends():
    parse("> " * 5000 + "a\n\n" + "".join(f"{'  ' * i}- x\n" for i in range(300)))
