"""A paper as PDF, set by Typst: tagged, with a running head and page numbers.

Typst's own fonts are used, so that a page is the same on every machine. Only where they lack a letter (Chinese, Arabic,
emoji) the fonts of the machine help out.
"""

from __future__ import annotations

import re
from string import Template
from typing import TYPE_CHECKING, Any

from planner.report.documents.colours import readable
from planner.report.documents.measure import FOOT, HEAD, MARGIN, OUTSET, SMALL, fitted, placed, svg_size, text_width
from planner.report.documents.paper import data, runs_left
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
    from collections.abc import Iterator

    from planner.report.documents.paper import Paper
    from planner.report.documents.tree import Block, Blocks, Inlines

SIZES = (9.0, 8.5, 8.0, 7.5, 7.0)  # of letters in tables, in points
SLIDE_SIZE = 16  # points; slides are read from afar
TIGHT_EDGE = 18.0  # millimetres above and below a page that is set tightly
_STYLED = {"strong": "strong", "emphasis": "emph", "struck": "strike"}
_LACKING = re.compile(r"the text `\"(.+?)\"` could not be displayed")
_SPECIAL = re.compile(r'["\\]|[\x00-\x1f\x7f]')


def pdf(paper: Paper) -> bytes:
    """Return a paper as a PDF file that follows PDF/UA-1, the standard for accessible documents.

    Raises:
        ImportError: Typst is not installed.
    """
    import typst

    source = markup(paper).encode()
    lacking: list[str] = []
    # A letter that no font has is an error of the standard, so the standard is left out last.
    for own, standard in ((True, True), (False, True), (False, False)):
        try:
            made: bytes = typst.compile(
                source,
                format="pdf",
                timestamp=int(paper.moment.timestamp()),
                ignore_system_fonts=own,
                pdf_standards=["ua-1"] if standard else [],
            )
        except typst.TypstError as error:
            lacking = _LACKING.findall(f"{error}\n{error.diagnostic}")
            if not (lacking and standard):
                raise
        else:
            break
    if not standard:
        letters = sorted({letter for letter in lacking if not letter.startswith("\\u")})
        shown = f"{' '.join(letters[:8])}{' …' if len(letters) > 8 else ''}"
        paper.remarks.append(f"no font of this machine has {shown}: the PDF shows boxes there, and is not PDF/UA")
    return made


def markup(paper: Paper) -> str:
    """Return what Typst sets."""
    style = paper.style
    day = paper.moment
    frame = Template(data("paper.typ")).substitute(
        accent=readable(style.accent, "#ffffff"),
        mark=style.accent,
        text=style.text,
        title=quoted(paper.tree.name),
        top=34 if style.slides else 20,
        section=24 if style.slides else 13.5,
        size=SLIDE_SIZE if style.slides else 9.3 if paper.tight else 10.5,
        above=9 if paper.tight else 20,
        leading=0.54 if paper.tight else 0.62,
        date=f"datetime(year: {day.year}, month: {day.month}, day: {day.day})",
        language=paper.language,
        width=style.page[0],
        height=style.page[1],
        margin=MARGIN,
        narrow=MARGIN - OUTSET,
        head=TIGHT_EDGE if paper.tight else HEAD,
        foot=TIGHT_EDGE if paper.tight else FOOT,
        header=words(paper.header),
        footer=words(style.footer),
        paged="true" if style.slides else "false",
    )
    writer = _Writer(paper)
    return "\n".join(
        [frame, *writer.banner(), f"#heading(level: 1, {writer.inlines(paper.tree.title)})", *writer.all()]
    )


def quoted(text: str) -> str:
    r"""Return a text as a string of Typst.

    >>> print(quoted('say "no"'))
    "say \"no\""
    """
    return f'"{_SPECIAL.sub(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return f"\\{character}" if character in '"\\' else f"\\u{{{ord(character):x}}}"


def words(text: str) -> str:
    """Return a text as content of Typst."""
    way = "dir: rtl, " if runs_left(text) else ""
    return f"text({way}{quoted(text)})"


class _Writer:
    """Writes blocks as calls of the functions in paper.typ."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.room = text_width(paper.style)

    def banner(self) -> Iterator[str]:
        """Yield what stands on top of the first page."""
        logo = self.paper.style.logo
        content, kind = ("none", "none") if logo is None else (_bytes(logo.content), f'"{logo.kind[6:9]}"')
        yield f"#banner({content}, {kind}, {words(self.paper.style.header)})"

    def all(self) -> Iterator[str]:
        """Yield all blocks of the paper; a picture that needs a page of its own takes its headings with it."""
        waiting: list[Block] = []
        for block in self.paper.tree.blocks:
            if isinstance(block, Heading):
                waiting.append(block)
                continue
            page = self.place(block).page if isinstance(block, Picture) else None
            made = [*map(self.block, waiting), self.block(block)]
            waiting = []
            if page is None:
                yield from (f"#{each}" for each in made if each)
            else:
                yield f"#apart({page[0]}, {page[1]}, {{\n" + "\n".join(made) + "\n})"
        yield from (f"#{self.block(each)}" for each in waiting)

    def place(self, picture: Picture) -> Any:
        """Return where a picture stands."""
        return placed(svg_size(self.paper.pictures[picture.name]), self.paper.style)

    def content(self, blocks: Blocks) -> str:
        """Return blocks as one content."""
        return "{\n" + "\n".join(self.block(block) for block in blocks) + "\n}"

    def block(self, block: Block) -> str:
        """Return a block as an expression of Typst."""
        match block:
            case Heading(level, parts):
                return f"heading(level: {level}, {self.inlines(parts)})"
            case Paragraph(parts, lead):
                return f"{'lead' if lead else 'par'}({self.inlines(parts)})"
            case Picture(name, alt):
                place = self.place(block)
                svg = quoted(self.paper.pictures[name])
                return f"picture({svg}, {quoted(alt)}, {place.width:.2f}pt, {place.height:.2f}pt)"
            case Table():
                return self.table(block)
            case Listing(items, first, tight):
                kind = f"tight: {str(tight).lower()}, "
                kind = f"list({kind}" if first is None else f"enum({kind}start: {first}, "
                return kind + ", ".join(self.item(item) for item in items) + ")"
            case Quote(blocks):
                return f"aside({self.content(blocks)})"
            case Listed(text):
                return f"listed({quoted(text)})"
            case Details(summary, blocks):
                return "" if block.drawing else f"[#strong({quoted(summary)})#parbreak()#{self.content(blocks)}]"
            case Rule():
                return "across"

    def item(self, blocks: Blocks) -> str:
        """Return what stands in an item of a list."""
        first, rest = blocks[:1], blocks[1:]
        if first and isinstance(first[0], Paragraph):
            return f"{self.inlines(first[0].parts)} + {self.content(rest)}" if rest else self.inlines(first[0].parts)
        return self.content(blocks)

    def table(self, table: Table) -> str:
        """Return a table, in several parts where it is too wide."""
        made = []
        small = str(len(table.rows) <= SMALL).lower()
        for part in fitted(table, self.room, SIZES[1:] if self.paper.tight else SIZES):
            columns = ", ".join(f"{each:.2f}fr" for each in part.widths)
            align = ", ".join("right" if i in part.table.right else "left" for i in range(len(part.widths)))
            rows = "".join(f",\n  {self.row(row)}" for row in part.table.rows)
            made.append(f"sheet({part.size}pt, {small}, ({columns},), ({align},), {self.row(part.table.head)}{rows})")
        return made[0] if len(made) == 1 else "{\n" + "\n".join(made) + "\n}"

    def row(self, cells: tuple[Inlines, ...]) -> str:
        """Return a row of a table."""
        return f"({''.join(f'{self.inlines(cell)}, ' for cell in cells)})"

    def inlines(self, parts: Inlines) -> str:
        """Return inline parts as one content."""
        made = []
        for part in parts:
            match part:
                case Text(text):
                    made.append(words(text))
                case Code(text):
                    made.append(f"raw({quoted(text)})")
                case Line():
                    made.append("linebreak()")
                case Styled(kind, inner):
                    made.append(f"{_STYLED[kind]}({self.inlines(inner)})")
                case Link(address, inner):
                    shown = plain_text(inner) in {address, address.removeprefix("mailto:")}
                    target = "" if shown else f" + {words(f' ({address})')}"
                    made.append(f"link({quoted(address)}, {self.inlines(inner)}){target}")
        return " + ".join(made) or "[]"


def _bytes(content: bytes) -> str:
    return f"bytes(({', '.join(map(str, content))},))"
