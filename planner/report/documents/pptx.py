"""A paper as a PowerPoint file: pandoc makes the frame and the notes, this module what stands on each slide."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from planner.report.documents import slides as plan
from planner.report.documents.archive import packed, unpacked
from planner.report.documents.colours import readable
from planner.report.documents.measure import line_count
from planner.report.documents.office import (
    NO_MARKS,
    added,
    converted,
    core_properties,
    picture_node,
    png,
    related,
    text_nodes,
)
from planner.report.documents.paper import runs_left
from planner.report.documents.seal import APPLICATION, PROPERTIES
from planner.report.documents.style import png_size
from planner.report.documents.tree import Code, Line, Link, Styled, Text, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.report.documents.measure import Fitted
    from planner.report.documents.office import Node
    from planner.report.documents.paper import Paper
    from planner.report.documents.slides import Say, Slide
    from planner.report.documents.tree import Inlines

EMU = 12700  # in a point
_SPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
_QUIET, _LINE = "555555", "B8BEC4"
_NO_TABLE_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_IMAGE = re.compile(r'Id="(\w+)"[^>]*Type="[^"]*/image"|Type="[^"]*/image"[^>]*Id="(\w+)"')
_ACCENT = re.compile(r"(<a:accent1>).*?(</a:accent1>)", re.DOTALL)
_FACE = re.compile(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=)"[^"]*"')


def pptx(paper: Paper) -> bytes:
    """Return a paper as a PowerPoint file, 16 to 9.

    Raises:
        ImportError: pandoc is not installed.
    """
    shown = plan.slides(paper.tree, paper.pictures)
    names = list(dict.fromkeys(slide.picture.name for slide in shown if slide.picture))
    names = [name for name in names if name in paper.pictures]
    file = {name: f"picture{at}.png" for at, name in enumerate(names, 1)}
    frame = [_header(paper.tree.name)]
    frame += [node for slide in shown for node in _frame(slide, file)]
    pictures = {file[name]: png(paper.pictures[name]) for name in names}
    files = unpacked(converted(frame, "pptx", pictures, "--slide-level=1"))
    draw = _Drawer(paper)
    files["ppt/slides/slide1.xml"] = draw.first()
    for at, slide in enumerate(shown, 2):
        relations = files[f"ppt/slides/_rels/slide{at}.xml.rels"].decode()
        image = _IMAGE.search(relations)
        files[f"ppt/slides/slide{at}.xml"] = draw.slide(slide, (image[1] or image[2]) if image else "", at)
    logo = paper.style.logo
    if logo:
        files["ppt/media/logo.png"] = logo.png(200)
        name = "ppt/slides/_rels/slide1.xml.rels"
        files[name] = related(files[name], {"logo": ("image", "../media/logo.png")})
        files["[Content_Types].xml"] = added(files["[Content_Types].xml"], {}, {"png": "image/png"})
    files["ppt/theme/theme1.xml"] = _theme(files["ppt/theme/theme1.xml"].decode(), paper)
    files["docProps/core.xml"] = core_properties(paper)
    files[PROPERTIES] = APPLICATION
    return packed(files, paper.moment)


def _header(title: str) -> Node:
    return {"t": "Header", "c": [1, NO_MARKS, text_nodes(title)]}


def _frame(slide: Slide, file: dict[str, str]) -> Iterator[Node]:
    """Yield what pandoc needs to make a slide with its picture and its notes."""
    yield _header(slide.title)
    if slide.picture:
        yield {"t": "Para", "c": [picture_node(file[slide.picture.name], "", *slide.size)]}
    else:
        yield {"t": "Para", "c": text_nodes("-")}
    if slide.notes:
        notes = [{"t": "Para", "c": text_nodes(note)} for note in slide.notes]
        yield {"t": "Div", "c": [["", ["notes"], []], notes]}


def _theme(text: str, paper: Paper) -> bytes:
    """Return the theme with the style's colour, and letters that every machine has."""
    colour = paper.style.accent[1:]
    text = _ACCENT.sub(lambda found: f'{found[1]}<a:srgbClr val="{colour}"/>{found[2]}', text)
    return _FACE.sub(lambda found: f'{found[1]}"Arial"', text).encode()


class _Drawer:
    """Draws the shapes of slides."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.ink = paper.style.text[1:]
        self.accent = readable(paper.style.accent, "#ffffff")[1:]

    def first(self) -> bytes:
        """Return the slide with the title of the paper."""
        style = self.paper.style
        title = self.paper.tree.title
        size = 34.0 if len(plain_text(title)) < 60 else 26.0
        shapes = [self.bar(0, 0, plan.WIDTH, 10)]
        paragraphs = [self.paragraph(title, size, bold=True)]
        shapes.append(self.box("title", (plan.LEFT, 110, plan.ACROSS, 90), paragraphs, anchor="b"))
        below = [self.paragraph(parts, 15, colour=_QUIET, after=6) for parts in plan.opening(self.paper.tree)]
        if below:
            shapes.append(self.box("", (plan.LEFT, 210, plan.ACROSS, 120), below, name="Subtitle"))
        if style.header:
            line = [self.paragraph((Text(style.header),), 12, colour=_QUIET)]
            shapes.append(self.box("", (plan.LEFT, 28, plan.ACROSS * 0.6, 30), line, name="Header"))
        if style.logo:
            across, down = png_size(style.logo.png(200))
            scale = min(48 / down, 200 / across)
            place = (plan.WIDTH - plan.LEFT - across * scale, 24, across * scale, down * scale)
            shapes.append(self.image("logo", "", "logo", place))
        shapes += self.foot(1)
        return self.whole(shapes)

    def slide(self, slide: Slide, image: str, number: int) -> bytes:
        """Return a slide."""
        size = next(
            (each for each in (24.0, 20.0, 17.0) if line_count(slide.title, plan.ACROSS, each, bold=True) <= 2), 15.0
        )
        title = [self.paragraph((Text(slide.title),), size, bold=True, colour=self.accent)]
        shapes = [self.bar(0, 0, plan.WIDTH, 5)]
        shapes.append(self.box("title", (plan.LEFT, 14, plan.ACROSS, 58), title, anchor="ctr"))
        bottom = plan.TOP
        beside = 0.0
        if slide.table:
            shapes.append(self.table(slide.table, slide.title))
            rows = slide.table.table.rows
            bottom += plan.row_height(slide.table.table.head, slide.table, bold=True)
            bottom += sum(plan.row_height(row, slide.table) for row in rows)
        if slide.picture:
            across, down = slide.size
            left = plan.LEFT if slide.says else plan.LEFT + (plan.ACROSS - across) / 2
            shapes.append(self.image("Picture", slide.picture.alt, image, (left, plan.TOP, across, down)))
            bottom += down
            beside = across + 24 if slide.says else 0.0
        if slide.says:
            text = [self.say(say, slide.letters) for say in slide.says]
            place = (plan.LEFT + beside, plan.TOP, plan.ACROSS - beside, plan.DOWN)
            shapes.append(self.box("body", place, text))
        if slide.caption:
            lines = [self.paragraph(parts, plan.CAPTION, colour=_QUIET) for parts in slide.caption]
            room = plan.caption_height(slide.caption)
            place = (plan.LEFT, min(bottom + 4, plan.TOP + plan.DOWN - room + 8), plan.ACROSS, room)
            shapes.append(self.box("", place, lines, name="Caption"))
        return self.whole([*shapes, *self.foot(number)])

    def whole(self, shapes: Sequence[str]) -> bytes:
        """Return a slide with its shapes, which get their numbers here."""
        numbered = [shape.replace("{id}", str(at), 1) for at, shape in enumerate(shapes, 2)]
        return (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<p:sld {_SPACES}><p:cSld><p:spTree><p:nvGrpSpPr>'
            '<p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" y="0"/>'
            '<a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
            f"{''.join(numbered)}</p:spTree></p:cSld></p:sld>"
        ).encode()

    def box(
        self,
        kind: str,
        place: tuple[float, float, float, float],
        paragraphs: Sequence[str],
        *,
        anchor: str = "t",
        name: str = "",
    ) -> str:
        """Return a box of text; ``kind`` is title or body where it is the slide's own."""
        holder = {"title": '<p:ph type="title"/>', "body": '<p:ph idx="1"/>'}.get(kind, "")
        free = "" if holder else ' txBox="1"'
        locks = '<a:spLocks noGrp="1"/>' if holder else ""
        return (
            f'<p:sp><p:nvSpPr><p:cNvPr id="{{id}}" name="{name or kind.title()}"/><p:cNvSpPr{free}>{locks}</p:cNvSpPr>'
            f"<p:nvPr>{holder}</p:nvPr></p:nvSpPr><p:spPr>{_place('a', place)}"
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody>'
            f'<a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}"><a:noAutofit/></a:bodyPr>'
            f"<a:lstStyle/>{''.join(paragraphs)}</p:txBody></p:sp>"
        )

    def bar(self, x: float, y: float, width: float, height: float) -> str:
        """Return a bar in the style's colour; it says nothing, so readers aloud pass over it."""
        return (
            '<p:sp><p:nvSpPr><p:cNvPr id="{id}" name="Bar" descr="">'
            '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
            'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
            f"</p:cNvPr><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>{_place('a', (x, y, width, height))}"
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill>'
            f'<a:srgbClr val="{self.paper.style.accent[1:]}"/>'
            "</a:solidFill><a:ln><a:noFill/></a:ln></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p/></p:txBody></p:sp>"
        )

    def image(self, name: str, alt: str, relation: str, place: tuple[float, float, float, float]) -> str:
        """Return a picture."""
        return (
            f'<p:pic><p:nvPicPr><p:cNvPr id="{{id}}" name="{name}" descr={quoteattr(alt)}/><p:cNvPicPr>'
            '<a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr/></p:nvPicPr><p:blipFill>'
            f'<a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr>'
            f"{_place('a', place)}"
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
        )

    def table(self, part: Fitted, title: str) -> str:
        """Return a table."""
        table = part.table
        grid = "".join(f'<a:gridCol w="{round(each * EMU)}"/>' for each in part.widths)
        rows = [self.row(table.head, part, bold=True), *(self.row(cells, part) for cells in table.rows)]
        heights = plan.row_height(table.head, part, bold=True) + sum(plan.row_height(row, part) for row in table.rows)
        place = _place("p", (plan.LEFT, plan.TOP, sum(part.widths), heights))
        return (
            f'<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="{{id}}" name="Table" descr={quoteattr(title)}/>'
            '<p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr>'
            f'{place}<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table"><a:tbl>'
            f'<a:tblPr firstRow="1"><a:tableStyleId>{_NO_TABLE_STYLE}</a:tableStyleId></a:tblPr>'
            f"<a:tblGrid>{grid}</a:tblGrid>{''.join(rows)}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
        )

    def row(self, cells: Sequence[Inlines], part: Fitted, *, bold: bool = False) -> str:
        """Return a row of a table."""
        across, down = (round(each * EMU) for each in plan.CELL)
        line, width = (self.ink, 12700) if bold else (_LINE, 6350)
        none = "".join(f'<a:{side} w="0"><a:noFill/></a:{side}>' for side in ("lnL", "lnR", "lnT"))
        border = f'<a:lnB w="{width}"><a:solidFill><a:srgbClr val="{line}"/></a:solidFill></a:lnB>'
        anchor = "b" if bold else "t"
        made = []
        for i, parts in enumerate(cells):
            text = self.paragraph(parts, part.size, bold=bold, align="r" if i in part.table.right else "l", after=0)
            made.append(
                f'<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>{text}</a:txBody><a:tcPr marL="{across}" marR="{across}"'
                f' marT="{down}" marB="{down}" anchor="{anchor}">{none}{border}<a:noFill/></a:tcPr></a:tc>'
            )
        height = round(plan.row_height(cells, part, bold=bold) * EMU)
        return f'<a:tr h="{height}">{"".join(made)}</a:tr>'

    def say(self, say: Say, size: float) -> str:
        """Return a paragraph of a slide's text."""
        left = plan.INDENT * (say.level + bool(say.mark))
        if say.mark == "•":
            mark = '<a:buFont typeface="Arial"/><a:buChar char="•"/>'
        elif say.mark:
            mark = f'<a:buFont typeface="+mj-lt"/><a:buAutoNum type="arabicPeriod" startAt="{say.mark[:-1]}"/>'
        else:
            mark = ""
        return self.paragraph(say.parts, size, left=left, mark=mark, after=size * 0.5)

    def paragraph(  # noqa: PLR0913
        self,
        parts: Inlines,
        size: float,
        *,
        bold: bool = False,
        colour: str = "",
        align: str = "l",
        left: float = 0.0,
        mark: str = "",
        after: float = 3.0,
    ) -> str:
        """Return a paragraph."""
        indent = -plan.INDENT if mark else 0.0
        way = ' rtl="1"' if runs_left(plain_text(parts)) else ""
        runs = "".join(self.runs(parts, size, colour or self.ink, "b" if bold else ""))
        return (
            f'<a:p><a:pPr marL="{round(left * EMU)}" indent="{round(indent * EMU)}" algn="{align}"{way}><a:lnSpc>'
            f'<a:spcPct val="100000"/></a:lnSpc><a:spcBef><a:spcPts val="0"/></a:spcBef><a:spcAft><a:spcPts '
            f'val="{round(after * 100)}"/></a:spcAft>{mark or "<a:buNone/>"}</a:pPr>{runs}</a:p>'
        )

    def runs(self, parts: Inlines, size: float, colour: str, marks: str) -> Iterator[str]:
        """Yield the runs of a paragraph; ``marks`` holds b, i and s for what is set apart."""
        for part in parts:
            match part:
                case Text(text) | Code(text):
                    face = '<a:latin typeface="Courier New"/>' if isinstance(part, Code) else ""
                    kinds = "".join(
                        f' {name}="{value}"'
                        for mark, name, value in (("b", "b", "1"), ("i", "i", "1"), ("s", "strike", "sngStrike"))
                        if mark in marks
                    )
                    how = f'lang="{self.paper.language}" sz="{round(size * 100)}"{kinds} dirty="0"'
                    yield (
                        f"<a:r><a:rPr {how}><a:solidFill>"
                        f'<a:srgbClr val="{colour}"/></a:solidFill>{face}</a:rPr><a:t>{escape(text)}</a:t></a:r>'
                    )
                case Line():
                    yield "<a:br/>"
                case Styled(kind, inner):
                    yield from self.runs(inner, size, colour, marks + {"strong": "b", "emphasis": "i"}.get(kind, "s"))
                case Link(address, inner):
                    yield from self.runs(inner, size, colour, marks)
                    if plain_text(inner) != address:
                        yield from self.runs((Text(f" ({address})"),), size, colour, marks)

    def foot(self, number: int) -> list[str]:
        """Return what stands at the foot of a slide: the style's line, or the paper's title, and the number."""
        text = self.paper.style.footer or (self.paper.tree.name if number > 1 else "")
        made = []
        if text:
            line = [self.paragraph((Text(text),), 9, colour=_QUIET)]
            made.append(self.box("", (plan.LEFT, 383, plan.ACROSS - 60, 14), line, name="Footer"))
        field = (
            '<a:p><a:pPr algn="r"/><a:fld id="{18BDFEC3-8487-43E8-A154-7C12CBC1FFF2}" type="slidenum"><a:rPr sz="900">'
            f'<a:solidFill><a:srgbClr val="{_QUIET}"/></a:solidFill></a:rPr><a:t>{number}</a:t></a:fld></a:p>'
        )
        place = (plan.WIDTH - plan.LEFT - 50, 383.0, 50.0, 14.0)
        return [*made, self.box("", place, [field], name="Number")] if number > 1 else made


def _place(space: str, place: tuple[float, float, float, float]) -> str:
    x, y, across, down = (round(each * EMU) for each in place)
    return f'<{space}:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{across}" cy="{down}"/></{space}:xfrm>'
