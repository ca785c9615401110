"""How wide the columns of a table are where they do not all fit: numbers stay whole, and words as long as they can."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.cli.output import Column, Row

WORDS = re.compile(r"\S+")
# Where an id may be broken if a word does not fit: at a mark between its words, never in a number or an arrow.
PARTS = re.compile(r"\S+?(?:(?<=\w)[_./-]+(?=[^\W\d_])|(?=\s|\Z))")


class Layout(NamedTuple):
    """Widths of columns and the gap between them; cells with line breaks where they have to be."""

    widths: Sequence[int]
    gap: int
    heads: Sequence[str]
    cells: Sequence[Sequence[str]]


def fitted(columns: Sequence[Column], rows: Sequence[Row], width: int, gap: int) -> Layout | None:
    """Return a layout in which no word is broken, if there is one; else one that breaks ids at their marks; else None.

    The widest columns give way first, none below its longest word or number. Where that is not enough, the gap does.

    Args:
        columns: the table's columns.
        rows: its rows.
        width: the room there is.
        gap: the usual room between columns.
    """
    lines = [list(row.cells) for row in rows]
    for pieces, between, whole in ((WORDS, gap, True), (WORDS, gap, False), (WORDS, 1, False), (PARTS, 1, False)):
        natural, least = [], []
        for column, *cells in zip(columns, *lines, strict=True):
            full = max(map(cell_len, [column.head, *cells]))
            low = max([1, _longest(column.head, WORDS), *(_least(cell, column, pieces) for cell in cells)])
            natural.append(full if whole or not column.number else low)
            least.append(full if whole and column.number else low)
        room = width - between * (len(columns) - 1)
        if sum(least) <= room:
            widths = _levelled(natural, least, room)
            heads = [wrapped(column.head, size, WORDS) for column, size in zip(columns, widths, strict=True)]
            made = [
                [
                    cell if column.number else wrapped(cell, size, pieces)
                    for cell, column, size in zip(line, columns, widths, strict=True)
                ]
                for line in lines
            ]
            return Layout(widths, between, heads, made)
    return None


def _least(cell: str, column: Column, pieces: re.Pattern[str]) -> int:
    return cell_len(cell) if column.number else _longest(cell, pieces)


def _longest(text: str, pieces: re.Pattern[str]) -> int:
    return max((cell_len(piece) for piece in pieces.findall(text)), default=0)


def _levelled(natural: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Return widths that are natural where they are below a level, and as high as possible."""

    def at(level: int) -> list[int]:
        return [max(low, min(size, level)) for size, low in zip(natural, least, strict=True)]

    level = max(natural)
    while level > 1 and sum(at(level)) > room:
        level -= 1
    widths, higher = at(level), at(level + 1)
    for place, size in enumerate(higher):
        if size > widths[place] and sum(widths) < room:
            widths[place] = size
    return widths


def wrapped(text: str, size: int, pieces: re.Pattern[str], length: Callable[[str], int] = cell_len) -> str:
    """Return text with line breaks so that no line is longer than ``size``, broken between ``pieces`` alone."""
    if length(text) <= size:
        return text
    lines, start = [""], 0
    for piece in pieces.finditer(text):
        glue = text[start : piece.start()] if lines[-1] else ""
        start = piece.end()
        if length(lines[-1] + glue + piece.group()) > size and lines[-1]:
            lines.append(piece.group())
        else:
            lines[-1] += glue + piece.group()
    return "\n".join(lines)
