"""Which slides a paper makes: one idea each, nothing that does not fit.

Every heading begins a slide, and so does every picture and every table below it; long tables and texts are spread over
several. What stands in no slide in full (what a picture shows, in words) stands in its notes.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from planner.report.documents.measure import Fitted, fitted, is_bold, line_count, svg_size
from planner.report.documents.tree import (
    Code,
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
    plain_text,
    sections,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.report.documents.tree import Block, Blocks, Inlines, Tree

# A slide is 720 by 405 points.
WIDTH, HEIGHT = 720.0, 405.0
LEFT, TOP = 36.0, 80.0
ACROSS, DOWN = WIDTH - 2 * LEFT, 292.0
LETTERS = (20.0, 18.0, 16.0, 15.0, 14.0, 13.0, 12.0)  # sizes of text, the first that fits
TABLE_LETTERS = (14.0, 13.0, 12.0, 11.0, 10.0)
CAPTION = 11.0
INDENT = 24.0
CELL = (6.0, 3.0)  # what a cell needs beside and above its text
_CAPTION_LINES = 4
_LINES_ALONG = 2
_LEAST_SCALE = 0.5  # of a picture; below it nobody can read it
_MOST_SCALE = 1.2
_SENTENCE = re.compile(r"(?<=[.!?;:]) ")


@dataclass(frozen=True, slots=True)
class Say:
    """A paragraph on a slide; ``mark`` is empty, a bullet or a number, ``level`` how far it is set in."""

    parts: Inlines
    mark: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide: its title and what stands on it.

    Attributes:
        title: what stands on top.
        says: paragraphs, in the size ``letters``.
        letters: size of the paragraphs in points.
        table: a table, or some of its rows.
        picture: the name of a picture and what it shows.
        size: of the picture, in points.
        caption: paragraphs below the table or picture.
        notes: what the speaker sees.
    """

    title: str
    says: tuple[Say, ...] = ()
    letters: float = LETTERS[0]
    table: Fitted | None = None
    picture: Picture | None = None
    size: tuple[float, float] = (0.0, 0.0)
    caption: tuple[Inlines, ...] = ()
    notes: tuple[str, ...] = field(default=())


def slides(tree: Tree, pictures: Mapping[str, str]) -> list[Slide]:
    """Return the slides of a paper after the first, which bears its title.

    Args:
        tree: the paper.
        pictures: SVG by name.
    """
    made: list[Slide] = []
    for part in sections(tree):
        if part.heading is None:
            continue
        title = plain_text(part.heading.parts)
        groups = _groups(title, part.blocks)
        for name, blocks in groups:
            made += _slides(name, blocks, pictures)
        if not any(blocks for _, blocks in groups):
            made.append(Slide(title))
    return made


def opening(tree: Tree) -> tuple[Inlines, ...]:
    """Return what stands below the title on the first slide."""
    first = sections(tree)[:1]
    blocks = first[0].blocks if first and first[0].heading is None else ()
    return tuple(block.parts for block in blocks if isinstance(block, Paragraph))


def _groups(title: str, blocks: Blocks) -> list[tuple[str, Blocks]]:
    """Return the blocks of a section by what their slides are called."""
    groups: list[tuple[str, list[Block]]] = [(title, [])]
    for block in blocks:
        if not isinstance(block, Heading):
            groups[-1][1].append(block)
            continue
        last = groups[-1][1]
        short = len(groups) == 1 and all(isinstance(each, Paragraph) for each in last) and _lines(last) <= _LINES_ALONG
        if short:  # a sentence or two lead on to what comes below the next heading
            groups.pop()
        groups.append((f"{title}: {plain_text(block.parts)}", last if short else []))
    return [(name, tuple(found)) for name, found in groups]


def _lines(blocks: Sequence[Block]) -> int:
    """Return how many lines paragraphs take as a caption."""
    found = [plain_text(block.parts) for block in blocks if isinstance(block, Paragraph)]
    return sum(line_count(text, ACROSS, CAPTION) for text in found)


def _slides(title: str, blocks: Blocks, pictures: Mapping[str, str]) -> list[Slide]:
    """Return the slides of one heading, numbered where there are several."""
    made: list[Slide] = []
    waiting: list[Say] = []
    rest = list(_flat(blocks))
    while rest:
        block = rest.pop(0)
        if not isinstance(block, Table | Picture):
            waiting += _says(block)
            continue
        caption = _caption(rest, waiting)
        made += _texts(title, waiting)
        waiting = []
        made += _table(title, block, caption) if isinstance(block, Table) else _picture(title, block, caption, pictures)
    made += _texts(title, waiting)
    if len(made) > 1:
        return [replace(slide, title=f"{title} ({at}/{len(made)})") for at, slide in enumerate(made, 1)]
    return made


def _flat(blocks: Blocks) -> Iterator[Block]:
    """Yield blocks without what only a screen folds away."""
    for block in blocks:
        if isinstance(block, Details):
            if not block.drawing:
                yield Paragraph((Styled("strong", (Text(block.summary),)),))
                yield from _flat(block.blocks)
        elif not isinstance(block, Rule):
            yield block


def _caption(rest: list[Block], before: list[Say]) -> tuple[Inlines, ...]:
    """Take the short paragraphs that belong to a table or picture: those around it."""
    lines = 0
    taken: list[Inlines] = []
    if before and all(not say.mark and not say.level for say in before):
        lines = sum(line_count(plain_text(say.parts), ACROSS, CAPTION) for say in before)
        if lines <= _LINES_ALONG:
            taken = [say.parts for say in before]
            before.clear()
        else:
            lines = 0
    while rest and isinstance(rest[0], Paragraph):
        more = line_count(plain_text(rest[0].parts), ACROSS, CAPTION)
        if lines + more > _CAPTION_LINES:
            break
        lines += more
        taken.append(rest.pop(0).parts)  # type: ignore[union-attr]
    return tuple(taken)


# --- text -------------------------------------------------------------------------------------------------


def _says(block: Block, level: int = 0) -> Iterator[Say]:
    """Yield the paragraphs of a block."""
    match block:
        case Heading(_, parts) | Paragraph(parts):
            yield Say(parts, level=level)
        case Quote(blocks) | Details(_, blocks):
            yield from (say for each in blocks for say in _says(each, level))
        case Listed(text):
            yield from (Say((Code(line),), level=level) for line in text.splitlines())
        case Listing(items, first):
            for at, item in enumerate(items):
                yield from _item(item, "•" if first is None else f"{first + at}.", level)
        case Table(head, rows):  # within a list or a quotation
            for row in rows:
                cells = [f"{plain_text(name)}: {plain_text(cell)}" for name, cell in zip(head, row, strict=True)]
                yield Say((Text("; ".join(cells)),), "•", level)
        case Picture(_, alt):
            yield Say((Text(alt),), level=level)


def _item(item: Blocks, mark: str, level: int) -> Iterator[Say]:
    """Yield the paragraphs of an item of a list; the first bears its mark."""
    for each in item:
        for say in _says(each, level + (0 if isinstance(each, Paragraph) else 1)):
            yield replace(say, mark=mark or say.mark)
            mark = ""


def _texts(title: str, says: Sequence[Say]) -> list[Slide]:
    """Return slides of paragraphs, in the largest letters in which they fit on one, else spread evenly."""
    if not says:
        return []
    for letters in LETTERS:
        if sum(height(say, letters) for say in says) <= DOWN:
            return [Slide(title, tuple(says), letters)]
    letters = LETTERS[-1]
    pieces = [piece for say in says for piece in _pieces(say, letters)]
    heights = [height(piece, letters) for piece in pieces]
    return [Slide(title, tuple(pieces[a:b]), letters) for a, b in _even(heights, DOWN)]


def height(say: Say, letters: float, across: float = ACROSS) -> float:
    """Return how high a paragraph is, in points."""
    room = across - INDENT * (say.level + bool(say.mark))
    return line_count(plain_text(say.parts), room, letters) * letters * 1.2 + letters * 0.5


def _pieces(say: Say, letters: float) -> list[Say]:
    """Return a paragraph, in pieces where it is too high for a slide."""
    if height(say, letters) <= DOWN:
        return [say]
    pieces: list[str] = []
    parts = [word for sentence in _SENTENCE.split(plain_text(say.parts)) for word in _short(sentence)]
    for sentence in parts:
        longer = f"{pieces[-1]} {sentence}" if pieces else sentence
        if pieces and height(Say((Text(longer),)), letters) <= DOWN * 0.6:
            pieces[-1] = longer
        else:
            pieces.append(sentence)
    return [replace(say, parts=(Text(piece),), mark=say.mark if at == 0 else "") for at, piece in enumerate(pieces)]


def _short(sentence: str) -> list[str]:
    """Return a sentence in parts of at most 500 characters."""
    return [sentence[at : at + 500] for at in range(0, len(sentence), 500)] or [""]


def _even(heights: Sequence[float], room: float) -> list[tuple[int, int]]:
    """Return where to cut a column of things so that every part fits and parts are about as high as each other."""
    count = max(1, math.ceil(sum(heights) / room))
    while True:
        cuts = _cuts(heights, room, sum(heights) / count)
        if len(cuts) <= count or count > len(heights):
            return cuts
        count += 1


def _cuts(heights: Sequence[float], room: float, even: float) -> list[tuple[int, int]]:
    cuts = []
    start, used = 0, 0.0
    for at, each in enumerate(heights):
        if at > start and (used + each > room or used + each / 2 > even):
            cuts.append((start, at))
            start, used = at, 0.0
        used += each
    return [*cuts, (start, len(heights))]


# --- tables and pictures ----------------------------------------------------------------------------------


def caption_height(caption: Sequence[Inlines]) -> float:
    """Return how high the paragraphs below a table or picture are, in points."""
    lines = sum(line_count(plain_text(parts), ACROSS, CAPTION) for parts in caption)
    return lines * CAPTION * 1.2 + 8 if caption else 0.0


def row_height(cells: Sequence[Inlines], part: Fitted, *, bold: bool = False) -> float:
    """Return how high a row is, in points."""
    rooms = [each - 2 * CELL[0] for each in part.widths]
    lines = [
        line_count(plain_text(cell), room, part.size, bold=bold or is_bold(cell))
        for cell, room in zip(cells, rooms, strict=True)
    ]
    return max(lines) * part.size * 1.2 + 2 * CELL[1]


def _table(title: str, table: Table, caption: tuple[Inlines, ...]) -> list[Slide]:
    """Return the slides of a table."""
    room = DOWN - caption_height(caption)
    parts = fitted(table, ACROSS, TABLE_LETTERS[2:], padding=2 * CELL[0] + 2)
    for at in range(len(TABLE_LETTERS)):
        tried = fitted(table, ACROSS, TABLE_LETTERS[at:], padding=2 * CELL[0] + 2)
        if len(tried) == 1 and tried[0].size >= 11 and _high(tried[0]) <= room:
            parts = tried
            break
    notes = tuple(plain_text(each) for each in caption)
    made = [Slide(title, table=shown, notes=notes) for part in parts for shown in _by_rows(part)]
    last = made[-1].table
    if last is not None and _high(last) <= room:
        return [*made[:-1], replace(made[-1], caption=caption)]
    return [*made, *_texts(title, [Say(parts) for parts in caption])]


def _by_rows(part: Fitted) -> list[Fitted]:
    """Return a table, in several with the same heads where it is too high for a slide."""
    head = row_height(part.table.head, part, bold=True)
    heights = [row_height(row, part) for row in part.table.rows]
    cuts = _even(heights, max(DOWN - head, 60.0))
    return [replace(part, table=replace(part.table, rows=part.table.rows[start:end])) for start, end in cuts]


def _high(part: Fitted) -> float:
    rows = sum(row_height(row, part) for row in part.table.rows)
    return row_height(part.table.head, part, bold=True) + rows


def _picture(title: str, picture: Picture, caption: tuple[Inlines, ...], pictures: Mapping[str, str]) -> list[Slide]:
    """Return the slide of a picture; where it is too large to be read there, what it shows stands beside it."""
    width, high = svg_size(pictures[picture.name])
    notes = (picture.alt, *(plain_text(each) for each in caption))
    room = DOWN - caption_height(caption)
    scale = min(ACROSS / width, room / high, _MOST_SCALE)
    if scale >= _LEAST_SCALE * 0.75:  # a pixel is three quarters of a point
        return [Slide(title, picture=picture, size=(width * scale, high * scale), caption=caption, notes=notes)]
    beside = min(ACROSS * 0.4 / width, room / high)
    says = [Say((Text(each),), "•") for each in picture.alt.rstrip(".").split("; ")]
    for letters in (*LETTERS[1:], 11.0, 10.0):
        if sum(height(say, letters, ACROSS - width * beside - 24) for say in says) <= room:
            size = (width * beside, high * beside)
            return [Slide(title, tuple(says), letters, None, picture, size, caption, notes)]
    return [Slide(title, picture=picture, size=(width * scale, high * scale), caption=caption, notes=notes)]
