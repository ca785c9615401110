"""Diagnostics for people: the sentence, the place, an excerpt with marks under it, and the help."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.core.diagnostics import Diagnostic, Span
    from planner.core.source import Source

TAB = 4
WHOLE_SPAN = 4  # a longer span shows its first and last line
LEAST_WIDTH = 20

# Control characters, half surrogates and marks that turn the direction of writing: a terminal must not obey them.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class _Mark:
    """A piece of one line to underline; columns count characters from 0, the end exclusive."""

    line: int
    start: int
    end: int
    label: str
    primary: bool


class _Paint:
    """ANSI colours, or none."""

    def __init__(self, severity: str, *, color: bool) -> None:
        self.main = "1;31" if severity == "error" else "1;33"
        self.color = color

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.color and text else text


_BOLD, _FRAME, _HELP = "1", "1;34", "1;36"


def visible(text: str) -> str:
    """Return the text with characters that a terminal would obey replaced by ones that it shows."""
    return _UNSEEN.sub(lambda match: _picture(match[0]), text) if _UNSEEN.search(text) else text


def _picture(char: str) -> str:
    code = ord(char)
    if char in "\t\n\r":
        return " "
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\ufffd"


def cells(text: str) -> int:
    """Return the number of terminal columns that a text takes, without tabs and control characters."""
    return len(text) if text.isascii() else sum(map(_cell, text))


def _widest(text: str) -> int:
    """Return the most columns that a part of a line takes, wherever its tabs stand."""
    return cells(text) + text.count("\t") * (TAB - 1)


def _cell(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def render_text(diagnostics: Sequence[Diagnostic], *, width: int, color: bool) -> str:
    """Return all diagnostics with excerpts and a last line that counts them; none give an empty text."""
    if not diagnostics:
        return ""
    blocks = ["\n".join(_block(diagnostic, width, color=color)) for diagnostic in diagnostics]
    return "\n\n".join([*blocks, summary(diagnostics)]) + "\n"


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """Return the line that counts errors, warnings and files, and names the command that says more."""
    errors = sum(diagnostic.severity == "error" for diagnostic in diagnostics)
    counts = [_count(errors, "error")] if errors else []
    if errors < len(diagnostics):
        counts.append(_count(len(diagnostics) - errors, "warning"))
    files = _count(len({diagnostic.file for diagnostic in diagnostics}), "file")
    first = next((each for each in diagnostics if each.severity == "error"), diagnostics[0])
    more = f" `planner explain {first.code}` says more." if first.code.startswith("P") else ""
    return f"{', '.join(counts)} in {files}.{more}"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def _block(diagnostic: Diagnostic, width: int, *, color: bool) -> Iterator[str]:
    paint = _Paint(diagnostic.severity, color=color)
    head = paint(paint.main, f"{diagnostic.severity}[{diagnostic.code}]")
    yield head + paint(_BOLD, f": {visible(diagnostic.message)}")
    marks = _marks(diagnostic) if diagnostic.source.text else []
    gutter = len(str(max((mark.line for mark in marks), default=1)))
    place = visible(f"{diagnostic.file}:{diagnostic.line}:{diagnostic.column}")
    yield " " * (gutter - 1) + paint(_FRAME, "--> ") + place
    bar = paint(_FRAME, " " * gutter + " |")
    if marks:
        yield bar
        yield from _excerpt(diagnostic.source, marks, gutter, width, paint)
    if diagnostic.help:
        if marks:
            yield bar
        yield paint(_HELP, "help:") + f" {visible(diagnostic.help)}"


def _marks(diagnostic: Diagnostic) -> list[_Mark]:
    source = diagnostic.source
    found = list(_line_marks(source, diagnostic.span, diagnostic.label, primary=True))
    for label in diagnostic.related:
        found += _line_marks(source, label.span, label.text, primary=False)
    return sorted(found, key=lambda mark: (mark.line, mark.start, not mark.primary))


def _line_marks(source: Source, span: Span, label: str, *, primary: bool) -> Iterator[_Mark]:
    """Yield the underlined pieces of a span: one a line, of a long span only the first and the last."""
    line, column = source.position(span.start)
    last, end = source.position(max(span.start, span.end))
    if last > line and end == 1:  # it ends with a line break: mark nothing on the line after
        last -= 1
        end = len(source.line_text(last)) + 1
    if last == line:
        yield _Mark(line, column - 1, max(end - 1, column), label, primary)
        return
    short = last - line < WHOLE_SPAN
    for number in range(line, last + 1) if short else (line, last):
        text = source.line_text(number)
        if not text.strip() and number not in (line, last):
            continue
        start = column - 1 if number == line else len(text) - len(text.lstrip())
        stop = end - 1 if number == last else len(text.rstrip())
        yield _Mark(number, start, max(stop, start + 1), label if number == last else "", primary)


def _excerpt(source: Source, marks: list[_Mark], gutter: int, width: int, paint: _Paint) -> Iterator[str]:
    room = max(width - gutter - 3, LEAST_WIDTH)
    lines = [(number, list(group)) for number, group in groupby(marks, key=lambda mark: mark.line)]
    shown = [lines[0]]
    for (before, _), (number, group) in pairwise(lines):
        if number == before + 2:
            shown.append((before + 1, []))
        elif number > before + 2:
            shown.append((0, []))
        shown.append((number, group))
    for number, group in shown:
        if number == 0:
            yield paint(_FRAME, "...")
            continue
        text = source.line_text(number)
        for piece, placed in _windows(text, group, room):
            yield f"{paint(_FRAME, f'{number:>{gutter}} |')} {piece}".rstrip()
            for row in _rows(placed, paint):
                yield paint(_FRAME, " " * gutter + " |") + " " + row


def _windows(text: str, marks: list[_Mark], room: int) -> Iterator[tuple[str, list[_Mark]]]:
    """Yield the line, or the parts of a long line round its marks, with the marks in terminal columns."""
    if len(text) <= room and _widest(text) <= room:
        yield _laid_out(text, 0, len(text), marks)
        return
    groups: list[list[_Mark]] = []
    for mark in marks or [_Mark(0, 0, 0, "", primary=False)]:
        if groups and mark.end - groups[-1][0].start <= room // 2:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    for group in groups:
        first, last = group[0].start, max(mark.end for mark in group)
        left = 0 if last < room - 1 else max(0, min(first - room // 3, last - room + 2 + room // 4))
        left = min(left, first)
        right = left + room - 2
        while (over := _widest(text[left:right]) - room + 2) > 0 and right > left + 1:
            right -= max(1, over // TAB)
        yield _laid_out(text, left, min(right, len(text)), group if marks else [])


def _laid_out(text: str, left: int, right: int, marks: list[_Mark]) -> tuple[str, list[_Mark]]:
    """Return a part of a line as it is printed, and its marks moved to terminal columns."""
    shown = ["\u2026"] if left else []
    columns = [len(shown)]
    for char in text[left:right]:
        piece = " " * (TAB - columns[-1] % TAB) if char == "\t" else visible(char)
        shown.append(piece)
        columns.append(columns[-1] + cells(piece))
    if right < len(text):
        shown.append("\u2026")

    def column(at: int) -> int:
        return columns[min(max(at - left, 0), right - left)] + max(0, at - len(text))

    moved = []
    for mark in marks:
        start = column(mark.start)
        moved.append(replace(mark, start=start, end=max(column(mark.end), start + 1)))
    return "".join(shown), moved


def _rows(marks: list[_Mark], paint: _Paint) -> Iterator[str]:
    """Yield the underlines of one line, each label beside its mark or, where there is no room, below it."""
    while marks:
        row: list[_Mark] = marks[:1]
        later: list[_Mark] = []
        for mark in marks[1:]:
            (row if mark.start >= row[-1].end else later).append(mark)
        drawn, at, below = "", 0, []
        for mark, following in zip(row, [*row[1:], None], strict=True):
            label = visible(mark.label)
            fits = following is None or mark.end + cells(label) + 2 <= following.start
            text = ("^" if mark.primary else "-") * (mark.end - mark.start)
            if label and fits:
                text += f" {label}"
            elif label:
                below.append((mark, label))
            drawn += " " * (mark.start - at) + paint(_style(mark, paint), text)
            at = mark.start + cells(text)
        yield drawn
        yield from (" " * mark.start + paint(_style(mark, paint), label) for mark, label in below)
        marks = later


def _style(mark: _Mark, paint: _Paint) -> str:
    return paint.main if mark.primary else _FRAME
