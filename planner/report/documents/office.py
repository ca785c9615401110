"""What Word and PowerPoint files have in common: how pandoc is told what stands in them, and their properties."""

from __future__ import annotations

import json
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from planner.report.documents.measure import svg_size
from planner.report.documents.paper import by_direction
from planner.report.documents.tree import Code, Line, Link, Paragraph, Styled, Text, plain_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.report.documents.measure import Fitted
    from planner.report.documents.paper import Paper
    from planner.report.documents.tree import Inlines

Node = dict[str, Any]

SCALE = 2.0  # pixels of a picture in a file for one on the page
MOST_PIXELS = 3200  # of its longer side
POINTS = 72
NO_MARKS: list[Any] = ["", [], []]
_API = [1, 23, 1]  # version of pandoc's own types
_STYLED = {"strong": "Strong", "emphasis": "Emph", "struck": "Strikeout"}


def converted(blocks: Sequence[Node], to: str, pictures: Mapping[str, bytes], *arguments: str) -> bytes:
    """Return what pandoc makes of blocks in its own notation.

    Args:
        blocks: the document.
        to: the format.
        pictures: files that the document names.
        arguments: more arguments for pandoc.

    Raises:
        ImportError: pandoc is not installed.
    """
    import pypandoc

    document = json.dumps({"pandoc-api-version": _API, "meta": {}, "blocks": list(blocks)}, ensure_ascii=False)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, content in pictures.items():
            (folder / file).write_bytes(content)
        target = folder / f"paper.{to}"
        more = [f"--resource-path={folder}", "--fail-if-warnings", *arguments]
        pypandoc.convert_text(document, to=to, format="json", outputfile=str(target), extra_args=more)
        return target.read_bytes()


@lru_cache(maxsize=32)  # Word and PowerPoint show the same pictures
def png(svg: str) -> bytes:
    """Return a picture as PNG, with twice the pixels that it has on the page, a large one with fewer."""
    import vl_convert

    return bytes(vl_convert.svg_to_png(svg, scale=max(1.0, min(SCALE, MOST_PIXELS / max(svg_size(svg))))))


def text_nodes(text: str) -> list[Node]:
    """Return words for pandoc, those that run from right to left marked as such."""
    made: list[Node] = []
    for piece, left in by_direction(text):
        said = {"t": "Str", "c": piece}
        made.append({"t": "Span", "c": [["", [], [["dir", "rtl"]]], [said]]} if left else said)
    return made


def inline_nodes(parts: Inlines) -> list[Node]:
    """Return inline parts for pandoc."""
    made: list[Node] = []
    for part in parts:
        match part:
            case Text(text):
                made += text_nodes(text)
            case Code(text):
                made.append({"t": "Code", "c": [NO_MARKS, text]})
            case Line():
                made.append({"t": "LineBreak"})
            case Styled(kind, inner):
                made.append({"t": _STYLED[kind], "c": inline_nodes(inner)})
            case Link(address, inner):
                made.append({"t": "Link", "c": [NO_MARKS, inline_nodes(inner), [address, ""]]})
    return made


def picture_node(file: str, alt: str, width: float, height: float) -> Node:
    """Return a picture of a size in points for pandoc."""
    size = [["width", f"{width / POINTS:.4f}in"], ["height", f"{height / POINTS:.4f}in"]]
    return {"t": "Image", "c": [["", [], size], text_nodes(alt), [file, ""]]}


def table_node(part: Fitted, cell: Any) -> Node:
    """Return a table for pandoc; ``cell`` makes the blocks of a cell from its inline parts."""
    table, total = part.table, sum(part.widths)

    def row(cells: Sequence[Inlines]) -> list[Any]:
        return [NO_MARKS, [[NO_MARKS, {"t": "AlignDefault"}, 1, 1, cell(each)] for each in cells]]

    columns = [
        [{"t": "AlignRight" if i in table.right else "AlignLeft"}, {"t": "ColWidth", "c": each / total}]
        for i, each in enumerate(part.widths)
    ]
    body = [NO_MARKS, 0, [], [row(cells) for cells in table.rows]]
    return {"t": "Table", "c": [NO_MARKS, [None, []], columns, [NO_MARKS, [row(table.head)]], [body], [NO_MARKS, []]]}


def core_properties(paper: Paper) -> bytes:
    """Return the properties of an office file: title, subject, language and dates."""
    moment = paper.moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"\
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"\
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{escape(paper.tree.name)}</dc:title>\
<dc:subject>{escape(subject(paper))}</dc:subject><dc:creator>{escape(paper.style.header)}</dc:creator>\
<dc:language>{escape(paper.language)}</dc:language>\
<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>\
<dcterms:modified xsi:type="dcterms:W3CDTF">{moment}</dcterms:modified></cp:coreProperties>
""".encode()


def subject(paper: Paper) -> str:
    """Return what a paper says of itself below its title."""
    leads = [plain_text(block.parts) for block in paper.tree.blocks if isinstance(block, Paragraph) and block.lead]
    return leads[0] if leads else ""


def added(types: bytes, parts: Mapping[str, str], extensions: Mapping[str, str]) -> bytes:
    """Return the list of an archive's content types with more parts and endings in it."""
    text = types.decode()
    more = [
        f"<Default Extension={quoteattr(ending)} ContentType={quoteattr(kind)}/>"
        for ending, kind in extensions.items()
        if f'Extension="{ending}"' not in text
    ]
    more += [f"<Override PartName={quoteattr(name)} ContentType={quoteattr(kind)}/>" for name, kind in parts.items()]
    return text.replace("</Types>", f"{''.join(more)}</Types>").encode()


def related(relations: bytes, more: Mapping[str, tuple[str, str]]) -> bytes:
    """Return the relations of a part with more in it: by id, the kind and the target."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    made = "".join(
        f'<Relationship Id="{name}" Type="{kind}/{what}" Target={quoteattr(target)}/>'
        for name, (what, target) in more.items()
    )
    return relations.decode().replace("</Relationships>", f"{made}</Relationships>").encode()
