"""What fits where: the columns of tables, and the pages of pictures."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.report.documents.tree import (
    Details,
    Heading,
    Listed,
    Listing,
    Paragraph,
    Picture,
    Quote,
    Styled,
    Table,
    plain_text,
)
from planner.report.text import width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.report.documents.style import Style
    from planner.report.documents.tree import Block, Inlines, Tree

MM = 72 / 25.4  # points in a millimetre
PIXEL = 0.75  # points in a pixel of a picture
LEGIBLE = 0.66  # a picture that is drawn smaller than this cannot be read on paper: its text is 12 pixels high
_FOLDED = {"a4": (297.0, 420.0), "letter": (279.4, 431.8)}  # the sheet of twice the size
_BREAKS = re.compile(r"(?<=[-/\u2013\u2014\u200b])|\s+")
_WIDE_SCRIPT = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_NEARLY = 1.4  # pages
_LONGEST_WORD = 16  # ems; a longer word is broken


SMALL = 10  # rows; so small a table is not torn apart by the end of a page


@dataclass(frozen=True, slots=True)
class Fitted:
    """A table, or some of its columns, as it fits: the size of its letters and the width of each column, in points."""

    table: Table
    size: float
    widths: tuple[float, ...]


def fitted(table: Table, room: float, sizes: Sequence[float], *, padding: float = 8.0) -> list[Fitted]:
    """Return a table as it fits into a width, in several parts where it has too many columns.

    The largest of ``sizes`` is taken at which no word is broken. If there is none, the columns are spread over several
    tables, each beginning with the first column.

    Args:
        table: what is to fit.
        room: the width that there is, in points.
        sizes: of letters, in points, the largest first.
        padding: what a column needs beside its text, in points.
    """
    for size in sizes:
        least = _least(table, size, padding)
        if sum(least) <= room:
            return [Fitted(table, size, _shared(table, least, room, size, padding))]
    size = sizes[-1]
    least = _least(table, size, padding)
    if len(least) < 3:
        return [Fitted(table, size, _squeezed(least, room))]
    parts = []
    for columns in _spread(least, room):
        part = _columns(table, columns)
        narrow = [least[i] for i in columns]
        fits = sum(narrow) <= room
        widths = _shared(part, narrow, room, size, padding) if fits else _squeezed(narrow, room)
        parts.append(Fitted(part, size, widths))
    return parts


def _least(table: Table, size: float, padding: float) -> list[float]:
    """Return how wide each column must be for its longest word."""
    least = []
    for i, head in enumerate(table.head):
        words = [
            (word, at == 0 or is_bold(cell))
            for at, cell in enumerate((head, *(row[i] for row in table.rows)))
            for word in _words(plain_text(cell), whole=i in table.right and at > 0)
        ]
        longest = max((width(word, size, bold=bold) for word, bold in words), default=0.0)
        least.append(min(max(longest, 2 * size), _LONGEST_WORD * size) + padding)
    return least


def is_bold(parts: Inlines) -> bool:
    """Whether some of a cell is bold, so that it needs more room."""
    return any(isinstance(part, Styled) and part.kind == "strong" for part in parts)


def _words(text: str, *, whole: bool) -> list[str]:
    """Return what must stand on one line: words; a number with what belongs to it is one."""
    if whole and len(text) <= 16:
        return [text]
    words = [word for word in _BREAKS.split(text) if word]
    return [part for word in words for part in (list(word) if _WIDE_SCRIPT.search(word) else [word])]


def _shared(table: Table, least: Sequence[float], room: float, size: float, padding: float) -> tuple[float, ...]:
    """Share a width among columns: each gets what it must have, and of the rest what it would like.

    What a column would like grows more slowly than its longest text, so that a long remark does not starve a name.
    """
    wanted, heads = [], []
    for i, head in enumerate(table.head):
        cells = [width(plain_text(row[i]), size, bold=is_bold(row[i])) for row in table.rows]
        cells.append(width(plain_text(head), size, bold=True) / 2)
        heads.append(2 * cells[-1])
        wanted.append(max(cells) + padding)
    if sum(wanted) <= room:
        more = [max(want, low) for want, low in zip(wanted, least, strict=True)]
        if sum(more) <= room:
            scale = room / sum(more)
            return tuple(each * scale for each in more)
    two_lines = [max(low, min(0.6 * head + padding, 9 * size)) for low, head in zip(least, heads, strict=True)]
    least = two_lines if sum(two_lines) <= room else least
    greed = [max(want - low, 0.0) ** 0.75 for want, low in zip(wanted, least, strict=True)]
    rest = room - sum(least)
    total = sum(greed) or 1.0
    made = [low + rest * each / total for low, each in zip(least, greed, strict=True)]
    scale = room / sum(made)
    return tuple(each * scale for each in made)


def _squeezed(least: Sequence[float], room: float) -> tuple[float, ...]:
    return tuple(each * room / sum(least) for each in least)


def _spread(least: Sequence[float], room: float) -> list[list[int]]:
    """Return the columns of each part, the first column being in all of them; parts are of similar width."""
    free = max(room - least[0], *least[1:])
    count = 1
    while True:
        parts = _into(least, free, count, sum(least[1:]) / count)
        if all(sum(least[i] for i in part) <= free for part in parts) or count >= len(least) - 1:
            return [[0, *part] for part in parts if part]
        count += 1


def _into(least: Sequence[float], free: float, count: int, even: float) -> list[list[int]]:
    parts: list[list[int]] = [[]]
    used = 0.0
    for i in range(1, len(least)):
        full = used + least[i] > free or (len(parts) < count and used + least[i] / 2 > even)
        if parts[-1] and full and len(parts) < count:
            parts.append([])
            used = 0.0
        parts[-1].append(i)
        used += least[i]
    return parts


def _columns(table: Table, columns: Sequence[int]) -> Table:
    """Return some columns of a table."""
    right = frozenset(at for at, i in enumerate(columns) if i in table.right)
    rows = tuple(tuple(row[i] for i in columns) for row in table.rows)
    return Table(tuple(table.head[i] for i in columns), rows, right)


def line_count(text: str, room: float, size: float, *, bold: bool = False) -> int:
    """Return into how many lines of a width a text breaks.

    >>> line_count("Coordinate sanctions with clear benchmarks", 90, 12), line_count("", 90, 12)
    (4, 1)
    """
    lines, used = 1, 0.0
    space = width(" ", size, bold=bold)
    for word in (part for each in text.split() for part in (list(each) if _WIDE_SCRIPT.search(each) else [each])):
        wide = width(word, size, bold=bold)
        if used and used + space + wide > room:
            lines, used = lines + 1, 0.0
        if wide > room:
            lines += math.ceil(wide / room) - 1
            wide %= room
        used += wide + (space if used else 0.0)
    return lines


# --- pictures ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a picture is shown: its size in points, and the page in millimetres; None for the ordinary one."""

    width: float
    height: float
    page: tuple[float, float] | None = None


MARGIN = 21.0  # millimetres beside the text
OUTSET = 8.0  # how far a picture may reach into that
HEAD = 24.0  # above the text
FOOT = 22.0  # below it


def placed(size: tuple[float, float], style: Style) -> Placed:
    """Return how a picture of so many pixels is shown on paper.

    It stands in the text if it can be read there, else on a page of its own: the sheet turned, or one of twice the size
    to fold out.
    """
    pages = [style.page, style.page[::-1], _FOLDED[style.paper], _FOLDED[style.paper][::-1]]
    scales = [_scale(size, page) for page in pages]
    at = next((i for i in (0, 1) if scales[i] >= LEGIBLE), None)
    if at is None:
        at = max((2, 3), key=lambda i: scales[i])
    beside_text = _scale(size, pages[0], share=0.8)
    scale = min(beside_text if at == 0 and beside_text >= LEGIBLE else scales[at], 1.0)
    return Placed(size[0] * PIXEL * scale, size[1] * PIXEL * scale, pages[at] if at else None)


def _scale(size: tuple[float, float], page: tuple[float, float], share: float = 1.0) -> float:
    across = (page[0] - 2 * (MARGIN - OUTSET)) * MM
    heading = 48.0  # what a heading above the picture takes
    down = (page[1] - HEAD - FOOT - heading) * MM * share
    return min(across / (size[0] * PIXEL), down / (size[1] * PIXEL))


def short(tree: Tree, style: Style) -> bool:
    """Whether a paper nearly fits on one page, so that it is worth setting it tighter to make it fit."""
    if any(isinstance(block, Picture) for block in tree.blocks):
        return False
    room = (style.page[1] - HEAD - FOOT) * MM
    return 70 + sum(_height(block, text_width(style)) for block in tree.blocks) <= _NEARLY * room


def _height(block: Block, room: float) -> float:
    """Return about how high a block is, in points."""
    match block:
        case Heading(level):
            return 42.0 if level == 2 else 32.0
        case Paragraph(parts):
            return line_count(plain_text(parts), room, 10.5) * 14 + 7
        case Listing(items):
            return sum(_height(each, room - 20) - 3 for item in items for each in item)
        case Quote(blocks) | Details(_, blocks):
            return 20 + sum(_height(each, room - 20) for each in blocks)
        case Listed(text):
            return 20 + 12.0 * (text.count("\n") + 1)
        case Table():
            made = fitted(block, room, (9.0, 8.0, 7.0))
            return 20 + sum(_row_height(part, row) for part in made for row in (part.table.head, *part.table.rows))
    return 20.0


def _row_height(part: Fitted, row: Sequence[Inlines]) -> float:
    lines = [line_count(plain_text(cell), wide - 8, part.size) for cell, wide in zip(row, part.widths, strict=True)]
    return max(lines) * part.size * 1.25 + 6


def text_width(style: Style) -> float:
    """Return the width of the text on an ordinary page, in points."""
    return (style.page[0] - 2 * MARGIN) * MM


_SIZE = re.compile(r"<svg\b[^>]*?\bwidth=\"(?P<width>[\d.]+)\"[^>]*?\bheight=\"(?P<height>[\d.]+)\"")


def svg_size(svg: str) -> tuple[float, float]:
    """Return width and height of a picture in pixels.

    >>> svg_size('<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10.5"/>')
    (20.0, 10.5)
    """
    found = _SIZE.search(svg)
    return (float(found["width"]), float(found["height"])) if found else (640.0, 400.0)
