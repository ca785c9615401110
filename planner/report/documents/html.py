"""A paper as one HTML file that needs nothing else: no network, no script, no other file."""

from __future__ import annotations

import re
from html import escape
from string import Template
from typing import TYPE_CHECKING

from planner.report.documents.colours import readable
from planner.report.documents.measure import SMALL, svg_size
from planner.report.documents.paper import by_direction, data, runs_left
from planner.report.documents.seal import sealed
from planner.report.documents.tree import (
    Code,
    Details,
    Heading,
    Line,
    Link,
    Listed,
    Listing,
    Paragraph,
    Picture,
    Quote,
    Rule,
    Styled,
    Table,
    Text,
    plain_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.report.documents.paper import Paper
    from planner.report.documents.tree import Block, Blocks, Inlines

_DARK = "#15181b"  # the ground of paper.css in the dark
_MANY = 5  # from so many sections on a table of contents helps
_LONG = 40  # characters of a cell that needs room
_TAGS = {"strong": "strong", "emphasis": "em", "struck": "s"}
_ID = re.compile(r"""(\sid=["'])([^"']+)|(url\(\s*["']?#)([^)"']+)|(\s(?:xlink:)?href=["']#)([^"']+)""")
_ROLES = re.compile(r"""\s(?:role|aria-[a-z]+)="[^"]*\"""")
# Nothing is fetched and nothing runs, even if some name slipped through unescaped.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def html(paper: Paper) -> bytes:
    r"""Return a paper as an HTML file.

    Examples:
        >>> from planner.report.documents.paper import Paper
        >>> page = html(Paper("# Line\n\n## Why <b>\n\nSo.\n")).decode()
        >>> '<h2 id="why-b">Why &lt;b&gt;</h2>' in page
        True
    """
    writer = _Writer(paper)
    blocks = paper.tree.blocks
    start = next((at for at, block in enumerate(blocks) if isinstance(block, Heading)), len(blocks))
    body = "\n".join([*writer.blocks(blocks[:start]), *writer.contents(), *writer.blocks(blocks[start:])])
    title = writer.inlines(paper.tree.title)
    style = paper.style
    logo = f'<img src="{style.logo.data}" alt="">' if style.logo else ""
    banner = f"<div>{escape(style.header)}</div>{logo}" if style.header or logo else ""
    foot = escape(style.footer) if style.footer else escape(paper.tree.name)
    page = f"""<!DOCTYPE html>
<html lang="{escape(paper.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="planner">
<title>{escape(paper.tree.name)}</title>
<style>
{_css(paper)}</style>
</head>
<body{' class="tight"' if paper.tight else ""}>
<a class="skip" href="#text">{escape(paper.word("skip"))}</a>
<header class="page"><div class="banner">{banner}</div></header>
<main class="page" id="text">
<h1{_direction(paper.tree.name)}>{title}</h1>
{body}
</main>
<footer class="page"><div class="foot"{_direction(foot)}>{foot}</div></footer>
</body>
</html>
"""
    return sealed(page.encode())


def _css(paper: Paper) -> str:
    style = paper.style
    return Template(data("paper.css")).substitute(
        text=style.text,
        mark=style.accent,
        accent=readable(style.accent, "#ffffff"),
        accent_dark=readable(style.accent, _DARK),
        paper=style.paper,
        header=_css_text(paper.header),
        footer=_css_text(style.footer),
    )


def _css_text(text: str) -> str:
    """Return a text as it may stand between the quotes of a style sheet."""
    return "".join(c if c.isalnum() or c in " .,:;-()/" else f"\\{ord(c):x} " for c in text)


def _direction(text: str) -> str:
    return ' dir="rtl"' if runs_left(text) else ""


def _words(text: str) -> str:
    """Return words; those that run from right to left do not move what stands around them."""
    pieces = ((escape(piece, quote=False), left) for piece, left in by_direction(text))
    return "".join(f"<bdi>{piece}</bdi>" if left else piece for piece, left in pieces)


class _Writer:
    """Writes blocks; it knows the heading above and counts tables and pictures, so that each has a name."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.heading = paper.tree.name
        self.counts = {"table": 0, "picture": 0, "text": 0}

    def name(self, kind: str) -> str:
        """Return a name for the next table, picture or text."""
        self.counts[kind] += 1
        return escape(f"{self.paper.word(kind)} {self.counts[kind]}: {self.heading}")

    def contents(self) -> list[str]:
        """Return the list of sections of a long paper; nothing for a short one."""
        found = [each for each in self.paper.tree.blocks if isinstance(each, Heading) and each.level == 2]
        if len(found) < _MANY:
            return []
        title = escape(self.paper.word("contents"))
        items = "".join(
            f'<li><a href="#{escape(each.name)}">{escape(plain_text(each.parts))}</a></li>' for each in found
        )
        return [f'<nav aria-label="{title}"><details><summary>{title}</summary><ol>{items}</ol></details></nav>']

    def blocks(self, blocks: Blocks) -> Iterable[str]:
        """Yield each block."""
        for block in blocks:
            if isinstance(block, Heading):
                self.heading = plain_text(block.parts)
            yield self.block(block)

    def block(self, block: Block) -> str:
        """Return a block."""
        match block:
            case Heading(level, parts, name):
                way = _direction(self.heading)
                return f'<h{level} id="{escape(name)}"{way}>{self.inlines(parts)}</h{level}>'
            case Paragraph(parts, lead):
                kind = ' class="lead"' if lead else ""
                return f"<p{kind}{_direction(plain_text(parts))}>{self.inlines(parts)}</p>"
            case Picture(name, alt):
                return self.picture(name, alt)
            case Table():
                return self.table(block)
            case Listing(items, first, tight):
                tag, start = ("ul", "") if first is None else ("ol", f' start="{first}"' if first != 1 else "")
                inner = "\n".join(f"<li>{self.item(item, tight=tight)}</li>" for item in items)
                return f"<{tag}{start}>\n{inner}\n</{tag}>"
            case Quote(blocks):
                return f"<blockquote>{''.join(self.blocks(blocks))}</blockquote>"
            case Listed(text):
                name = self.name("text")
                return f'<pre tabindex="0" role="group" aria-label="{name}"><code>{escape(text)}</code></pre>'
            case Details(summary, blocks):
                kind = ' class="screen"' if block.drawing else ""
                inner = "\n".join(self.blocks(blocks))
                return f"<details{kind}>\n<summary>{escape(summary)}</summary>\n{inner}\n</details>"
            case Rule():
                return "<hr>"

    def item(self, blocks: Blocks, *, tight: bool) -> str:
        """Return what stands in an item of a list."""
        made = []
        for block in blocks:
            if tight and isinstance(block, Paragraph):
                text = self.inlines(block.parts)
                made.append(f'<div dir="rtl">{text}</div>' if runs_left(plain_text(block.parts)) else text)
            else:
                made.append(self.block(block))
        return "\n".join(made)

    def picture(self, name: str, alt: str) -> str:
        """Return a picture as part of the page, as wide as it can be and never too small to read."""
        svg = self.paper.pictures[name]
        width = svg_size(svg)[0]
        label = self.name("picture")
        drawn = inlined(svg, f"p{self.counts['picture']}", alt)
        drawn = drawn.replace("<svg", f'<svg style="min-width:{round(width * 0.7)}px"', 1)
        return f'<figure tabindex="0" aria-label="{label}">{drawn}</figure>'

    def table(self, table: Table) -> str:
        """Return a table in a box of its own, in which it can be moved on a narrow screen."""
        name = self.name("table")
        head = "".join(
            f'<th scope="col"{self.cell(parts, number=i in table.right)}>{self.inlines(parts)}</th>'
            for i, parts in enumerate(table.head)
        )
        names = 0 not in table.right
        whole = " whole" if len(table.rows) <= SMALL else ""
        rows = []
        for row in table.rows:
            cells = []
            for i, parts in enumerate(row):
                tag, scope = ("th", ' scope="row"') if i == 0 and names else ("td", "")
                marks = self.cell(parts, number=i in table.right)
                cells.append(f"<{tag}{scope}{marks}>{self.inlines(parts)}</{tag}>")
            rows.append(f"<tr>{''.join(cells)}</tr>")
        return (
            f'<div class="scroll{whole}" tabindex="0" role="group" aria-label="{name}"><table><caption>{name}</caption>'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{chr(10).join(rows)}\n</tbody></table></div>"
        )

    def cell(self, parts: Inlines, *, number: bool) -> str:
        """Return what marks a cell."""
        text = plain_text(parts)
        kind = ' class="number"' if number and len(text) < _LONG else ' class="long"' if len(text) > _LONG else ""
        return f"{kind}{_direction(text)}"

    def inlines(self, parts: Inlines) -> str:
        """Return inline parts."""
        made = []
        for part in parts:
            match part:
                case Text(text):
                    made.append(_words(text))
                case Code(text):
                    made.append(f"<code>{escape(text, quote=False)}</code>")
                case Line():
                    made.append("<br>")
                case Styled(kind, inner):
                    made.append(f"<{_TAGS[kind]}>{self.inlines(inner)}</{_TAGS[kind]}>")
                case Link(address, inner):
                    made.append(f'<a href="{escape(address)}" rel="noreferrer">{self.inlines(inner)}</a>')
        return "".join(made)


def inlined(svg: str, prefix: str, alt: str) -> str:
    """Return a picture as it may stand within a page: one image with one name, and ids that no other picture has."""
    text = svg[svg.index("<svg") :] if "<svg" in svg else "<svg/>"
    text = _ROLES.sub("", text)
    text = _ID.sub(lambda found: _own(found, prefix), text)
    return text.replace("<svg", f'<svg role="img" aria-label="{escape(alt)}"', 1).strip()


def _own(found: re.Match[str], prefix: str) -> str:
    start = found[1] or found[3] or found[5]
    name = found[2] or found[4] or found[6]
    return f"{start}{prefix}-{name}"
