"""A paper as a Word file: pandoc writes the text, this module the styles, the pages and what stands above and below."""

from __future__ import annotations

import re
from string import Template
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from planner.report.documents.archive import packed, unpacked
from planner.report.documents.colours import readable
from planner.report.documents.measure import (
    FOOT,
    HEAD,
    MARGIN,
    MM,
    OUTSET,
    SMALL,
    Placed,
    fitted,
    placed,
    svg_size,
    text_width,
)
from planner.report.documents.office import (
    NO_MARKS,
    added,
    converted,
    core_properties,
    inline_nodes,
    picture_node,
    png,
    related,
    table_node,
)
from planner.report.documents.paper import data
from planner.report.documents.seal import APPLICATION, PROPERTIES
from planner.report.documents.style import png_size
from planner.report.documents.tree import (
    Details,
    Heading,
    Listed,
    Listing,
    Paragraph,
    Picture,
    Quote,
    Rule,
    Styled,
    Table,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from planner.report.documents.office import Node
    from planner.report.documents.paper import Paper
    from planner.report.documents.style import Logo
    from planner.report.documents.tree import Block, Blocks, Inlines

SIZES = (9.0, 8.5, 8.0, 7.5, 7.0)  # of letters in tables, in points; each has a style of its own
TWIPS = 20  # in a point
EMU = 12700  # in a point
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_LAST_SECTION = re.compile(r"<w:sectPr\b(?:(?!<w:sectPr\b).)*?(?:</w:sectPr>|/>)\s*</w:body>", re.DOTALL)
_ROW = re.compile(r"<w:tr>(?!\s*<w:trPr>)")
_ROW_MARKS = re.compile(r"<w:trPr>")
_TABLE = re.compile(r"<w:tbl>.*?</w:tbl>", re.DOTALL)
_GRID = re.compile(r"<w:tblW\b[^>]*/>(?P<between>.*?)<w:tblGrid>.*?</w:tblGrid>", re.DOTALL)
_INDENT = re.compile(r'<w:ind w:left="(\d+)" w:hanging="\d+"')
_STYLE = re.compile(r"<w:pStyle\b[^>]*/>")
_DRAWING = re.compile(r"<w:drawing>.*?</w:drawing>", re.DOTALL)
_EXTENT = re.compile(r"(<(?:wp:extent|a:ext) )cx=\"\d+\" cy=\"\d+\"")


def docx(paper: Paper) -> bytes:
    """Return a paper as a Word file.

    Raises:
        ImportError: pandoc is not installed.
    """
    writer = _Writer(paper)
    blocks = list(writer.all())
    pictures = {file: png(paper.pictures[name]) for name, file in writer.shown.items()}
    files = unpacked(converted(blocks, "docx", pictures))
    files["word/styles.xml"] = _styles(paper)
    files["word/numbering.xml"] = _INDENT.sub(_indented, files["word/numbering.xml"].decode()).encode()
    files["docProps/core.xml"] = core_properties(paper)
    files[PROPERTIES] = APPLICATION
    files["word/document.xml"] = _document(files["word/document.xml"].decode(), writer).encode()
    files |= _headers(paper)
    types = dict.fromkeys(("/word/paper-header.xml", "/word/paper-first-header.xml"), f"{_KIND}.header+xml")
    types |= {"/word/paper-footer.xml": f"{_KIND}.footer+xml"}
    files["[Content_Types].xml"] = added(files["[Content_Types].xml"], types, {"png": "image/png"})
    relations = "word/_rels/document.xml.rels"
    files[relations] = related(
        files[relations],
        {
            "paperHeader": ("header", "paper-header.xml"),
            "paperFirstHeader": ("header", "paper-first-header.xml"),
            "paperFooter": ("footer", "paper-footer.xml"),
        },
    )
    return packed(files, paper.moment)


def _styles(paper: Paper) -> bytes:
    style = paper.style
    text = Template(data("word-styles.xml")).substitute(
        text=style.text[1:],
        mark=style.accent[1:],
        accent=readable(style.accent, "#ffffff")[1:],
        language=paper.language,
        size=18 if paper.tight else 21,
        line=245 if paper.tight else 264,
        above=140 if paper.tight else 360,
        below=60 if paper.tight else 120,
        tab=round(text_width(style) * TWIPS),
    )
    return text.encode()


def _indented(found: re.Match[str]) -> str:
    """Return half of pandoc's indentation of a list."""
    return f'<w:ind w:left="{int(found[1]) // 2}" w:hanging="280"'


def _document(text: str, writer: _Writer) -> str:
    """Return the document's text with whole rows, names of tables, and the last section as it should be."""
    text = _ROW_MARKS.sub("<w:trPr><w:cantSplit/>", _ROW.sub("<w:tr><w:trPr></w:trPr>", text))
    sizes, grids = iter(writer.sizes), iter(writer.grids)
    text = _DRAWING.sub(lambda found: _sized(found[0], *next(sizes)), text)
    text = _TABLE.sub(lambda found: _gridded(found[0], next(grids)), text)
    last = _section(writer.paper.style.page, first=not writer.sections, tight=writer.paper.tight)
    return _LAST_SECTION.sub(lambda _: f"{last}</w:body>", text)


def _sized(drawing: str, width: float, height: float) -> str:
    """Return a picture in its size; pandoc makes pictures no wider than a page of its own."""
    return _EXTENT.sub(lambda found: f'{found[1]}cx="{round(width * EMU)}" cy="{round(height * EMU)}"', drawing)


def _gridded(table: str, widths: tuple[float, ...]) -> str:
    """Return a table as wide as the text."""
    columns = [round(each * TWIPS) for each in widths]
    grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in columns)
    size = f'<w:tblW w:type="dxa" w:w="{sum(columns)}"/>'
    rows = table.split("<w:tr>")
    if len(rows) <= SMALL + 2:  # what stands before the first, the heads, and as many rows
        rows[1:-1] = [_STYLE.sub(lambda found: f"{found[0]}<w:keepNext/>", row) for row in rows[1:-1]]
        table = "<w:tr>".join(rows)
    return _GRID.sub(lambda found: f"{size}{found['between']}<w:tblGrid>{grid}</w:tblGrid>", table, count=1)


def _section(page: tuple[float, float], *, first: bool = False, narrow: bool = False, tight: bool = False) -> str:
    """Return the end of a section whose pages have a size in millimetres."""
    width, height = (round(each * MM * TWIPS) for each in page)
    side = round((MARGIN - OUTSET if narrow else MARGIN) * MM * TWIPS)
    heights = (18.0, 16.0, 9.0) if tight else (HEAD, FOOT, 11.0)
    top, bottom, edge = (round(each * MM * TWIPS) for each in heights)
    turned = ' w:orient="landscape"' if width > height else ""
    kinds = (
        f'<w:headerReference w:type="default" r:id="paperHeader" xmlns:r="{_R}"/>'
        f'<w:headerReference w:type="first" r:id="paperFirstHeader" xmlns:r="{_R}"/>'
        f'<w:footerReference w:type="default" r:id="paperFooter" xmlns:r="{_R}"/>'
        f'<w:footerReference w:type="first" r:id="paperFooter" xmlns:r="{_R}"/>'
    )
    return (
        f'<w:sectPr>{kinds}<w:type w:val="nextPage"/><w:pgSz w:w="{width}" w:h="{height}"{turned}/>'
        f'<w:pgMar w:top="{top}" w:right="{side}" w:bottom="{bottom}" w:left="{side}" w:header="{edge}"'
        f' w:footer="{edge}" w:gutter="0"/>{"<w:titlePg/>" if first else ""}</w:sectPr>'
    )


def _headers(paper: Paper) -> dict[str, bytes]:
    """Return the parts that stand above and below the pages."""
    style = paper.style
    logo = style.logo
    files = {
        "word/paper-header.xml": _part("hdr", "Header", _run(paper.header)),
        "word/paper-first-header.xml": _part("hdr", "FirstHeader", _run(style.header) + (_logo(logo) if logo else "")),
        "word/paper-footer.xml": _part("ftr", "Footer", f"{_run(style.footer)}<w:r><w:tab/></w:r>{_pages()}"),
    }
    if logo:
        files["word/media/logo.png"] = logo.png(200)
        empty = (
            b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships '
            b'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        )
        files["word/_rels/paper-first-header.xml.rels"] = related(empty, {"logo": ("image", "media/logo.png")})
    return files


def _part(tag: str, style: str, runs: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:{tag} xmlns:w="{_W}" xmlns:r="{_R}">'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p></w:{tag}>'
    ).encode()


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def _pages() -> str:
    """Return the number of the page and how many there are."""
    field = '<w:fldSimple w:instr=" {} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    return f"{field.format('PAGE')}{_run(' / ')}{field.format('NUMPAGES')}"


def _logo(logo: Logo) -> str:
    """Return the logo at the right edge, as a decoration that is not read aloud."""
    across, down = png_size(logo.png(200))
    scale = min(45 / down, 200 / across)  # points
    width, height = round(across * scale * EMU), round(down * scale * EMU)
    a, pic = (f"http://schemas.openxmlformats.org/drawingml/2006/{each}" for each in ("main", "picture"))
    wp = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
    return (
        f'<w:r><w:tab/></w:r><w:r><w:drawing><wp:inline xmlns:wp="{wp}" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/><wp:docPr id="9001" name="logo" descr="">'
        f'<a:extLst xmlns:a="{a}"><a:ext uri="{{C183D7F6-B498-43B3-948B-1728B52AA6E4}}"><adec:decorative '
        'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
        f'</wp:docPr><a:graphic xmlns:a="{a}"><a:graphicData uri="{pic}"><pic:pic xmlns:pic="{pic}"><pic:nvPicPr>'
        f'<pic:cNvPr id="0" name="logo"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="logo"/>'
        f'<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        f"</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


class _Writer:
    """Writes blocks in pandoc's own notation."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.room = text_width(paper.style)
        self.shown: dict[str, str] = {}
        self.sections = 0
        self.sizes: list[tuple[float, float]] = []
        self.grids: list[tuple[float, ...]] = []

    def all(self) -> Iterator[Node]:
        """Yield all blocks of the paper; a picture that needs a page of its own takes its headings with it."""
        yield _styled("Title", [{"t": "Para", "c": inline_nodes(self.paper.tree.title)}])
        waiting: list[Block] = []
        for block in self.paper.tree.blocks:
            if isinstance(block, Heading):
                waiting.append(block)
                continue
            page = self.place(block).page if isinstance(block, Picture) else None
            if page:
                yield self.end(self.paper.style.page)
            for each in (*waiting, block):
                yield from self.block(each)
            waiting = []
            if page:
                yield self.end(page, narrow=True)
        for each in waiting:
            yield from self.block(each)

    def end(self, page: tuple[float, float], *, narrow: bool = False) -> Node:
        """Return the end of a section."""
        self.sections += 1
        section = _section(page, first=self.sections == 1, narrow=narrow)
        tiny = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
        return {"t": "RawBlock", "c": ["openxml", f"<w:p><w:pPr>{tiny}{section}</w:pPr></w:p>"]}

    def place(self, picture: Picture) -> Placed:
        """Return where a picture stands."""
        return placed(svg_size(self.paper.pictures[picture.name]), self.paper.style)

    def blocks(self, blocks: Blocks) -> list[Node]:
        """Return blocks."""
        return [node for block in blocks for node in self.block(block)]

    def block(self, block: Block) -> list[Node]:
        """Return a block."""
        match block:
            case Heading(level, parts):
                return [{"t": "Header", "c": [level - 1, NO_MARKS, inline_nodes(parts)]}]
            case Paragraph(parts, lead):
                node: Node = {"t": "Para", "c": inline_nodes(parts)}
                return [_styled("Subtitle", [node])] if lead else [node]
            case Picture(name, alt):
                place = self.place(block)
                file = self.shown.setdefault(name, f"picture{len(self.shown) + 1}.png")
                width = min(place.width, self.room) if place.page is None else place.width
                height = place.height * width / place.width
                self.sizes.append((width, height))
                picture = picture_node(file, alt, width, height)
                return [_styled("Picture", [{"t": "Para", "c": [picture]}])]
            case Table():
                return self.table(block)
            case Listing(items, first):
                inner = [[*self.item(item)] for item in items]
                if first is None:
                    return [{"t": "BulletList", "c": inner}]
                return [{"t": "OrderedList", "c": [[first, {"t": "Decimal"}, {"t": "Period"}], inner]}]
            case Quote(blocks):
                return [{"t": "BlockQuote", "c": self.blocks(blocks)}]
            case Listed(text):
                return [{"t": "CodeBlock", "c": [NO_MARKS, text]}]
            case Details(summary, blocks):
                title = Paragraph((Styled("strong", (Text(summary),)),))
                return [] if block.drawing else self.blocks((title, *blocks))
            case Rule():
                return [{"t": "HorizontalRule"}]

    def item(self, blocks: Blocks) -> Iterator[Node]:
        """Yield what stands in an item of a list."""
        for block in blocks:
            if isinstance(block, Paragraph):
                yield {"t": "Plain", "c": inline_nodes(block.parts)}
            else:
                yield from self.block(block)

    def table(self, table: Table) -> list[Node]:
        """Return a table, in several parts where it is too wide."""
        made: list[Node] = []
        for part in fitted(table, self.room, SIZES[1:] if self.paper.tight else SIZES):
            name = "Table Text" if part.size == SIZES[0] else f"Table Text {part.size * 10:g}"
            made.append(table_node(part, _cell(name)))
            self.grids.append(part.widths)
        return made


def _cell(style: str) -> Callable[[Inlines], list[Node]]:
    def made(parts: Inlines) -> list[Node]:
        return [_styled(style, [{"t": "Para", "c": inline_nodes(parts)}])]

    return made


def _styled(style: str, blocks: list[Node]) -> Node:
    """Return blocks in a style of the document."""
    marks: list[Any] = ["", [], [["custom-style", style]]]
    return {"t": "Div", "c": [marks, blocks]}
