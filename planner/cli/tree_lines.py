"""Lines of styled words that fit a width, and the marks that trees are drawn with."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from planner.core.excerpt import cells, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

Style = Literal["plain", "title", "best", "faint", "guide"]
Piece = tuple[str, Style]

NO_BREAK = "\u00a0"  # a blank at which lines do not break

_CODES: dict[Style, str] = {"plain": "", "title": "1", "best": "1;32", "faint": "2", "guide": "2"}

__all__ = ["NO_BREAK", "Marks", "Piece", "Style", "cells", "fitted", "painted", "wrapped"]


@dataclass(frozen=True, slots=True)
class Marks:
    """The signs of a drawing."""

    decision: str
    chance: str
    outcome: str
    chosen: str
    ellipsis: str
    bar: str
    blank: str
    tee: str
    corner: str
    dash: str

    @classmethod
    def of(cls, *, ascii: bool) -> Marks:
        """Return the signs, those of ASCII where nothing else can be shown."""
        if ascii:
            return cls("[]", "()", "<|", ">", "...", "|  ", "   ", "|", "`", "-")
        return cls("□", "○", "◁", "►", "…", "│  ", "   ", "├", "└", "─")

    def of_kind(self, kind: str) -> str:
        """Return the sign of a decision, a chance node or an outcome."""
        return {"decision": self.decision, "chance": self.chance}.get(kind, self.outcome)

    def branch(self, *, last: bool, chosen: bool, tied: bool) -> str:
        """Return what stands before an edge."""
        return f"{self.corner if last else self.tee}{self.chosen if chosen else '=' if tied else self.dash} "


def painted(line: Sequence[Piece], *, color: bool) -> str:
    """Return a line as text, with the codes of a terminal's colours if they are wanted."""
    if color:
        groups = groupby(line, lambda piece: _CODES[piece[1]])
        line = [(_colored("".join(text for text, _ in group), code), "plain") for code, group in groups]
    return "".join(text for text, _ in line).replace(NO_BREAK, " ").rstrip()


def _colored(text: str, code: str) -> str:
    return f"\033[{code}m{text}\033[0m" if code and text.strip() else text


def fitted(line: Sequence[Piece], width: int) -> list[Piece]:
    """Return a line filled up with blanks."""
    missing = width - sum(cells(text) for text, _ in line)
    return [*line, (" " * missing, "plain")] if missing > 0 else list(line)


def wrapped(pieces: Sequence[Piece], width: int, hanging: int, most: int, marks: Marks) -> list[list[Piece]]:
    """Return styled text in at most ``most`` lines of ``width`` columns.

    Lines after the first begin ``hanging`` columns further in. What is left over ends in an ellipsis; a word that is
    too long for a line is broken where the line ends.
    """
    pieces = [(visible(text), style) for text, style in pieces]
    width = max(width, 4)
    if sum(cells(text) for text, _ in pieces) <= width:
        return [list(pieces)]
    hanging = min(hanging, width // 3)
    words = _words(pieces)
    lines: list[list[Piece]] = []
    while words and len(lines) < most:
        indent = hanging if lines else 0
        line, words = _filled(words, width - indent)
        if words and len(lines) == most - 1:
            line = _cropped(line, width - indent, marks.ellipsis)
        lines.append([(" " * indent, "plain"), *line] if indent else line)
    return lines


def _words(pieces: Sequence[Piece]) -> list[Piece]:
    """Split text at its blanks; each word keeps the blanks before it."""
    found: list[Piece] = []
    for text, style in pieces:
        blanks = ""
        for word in text.split(" "):
            if word:
                found.append((blanks + word, style))
                blanks = ""
            blanks += " "
        if text.endswith(" "):
            found.append((blanks[1:], style))
    return found


def _filled(words: list[Piece], width: int) -> tuple[list[Piece], list[Piece]]:
    """Return the words that fit a line, and the rest."""
    line: list[Piece] = []
    used = 0
    for at, (word, style) in enumerate(words):
        text = word if line else word.lstrip(" ")
        size = cells(text)
        if used + size <= width:
            line.append((text, style))
            used += size
            continue
        if not any(text.strip() for text, _ in line):  # one word is wider than the line
            cut = _fitting(text, width - used)
            return [*line, (text[:cut], style)], [(text[cut:], style), *words[at + 1 :]]
        return line, words[at:]
    return line, []


def _fitting(text: str, width: int) -> int:
    """Return how many characters fit, at least one."""
    count = 1
    while count < len(text) and cells(text[: count + 1]) <= width:
        count += 1
    return count


def _cropped(line: list[Piece], width: int, ellipsis: str) -> list[Piece]:
    """Return a line with an ellipsis at its end, shortened where there is no room for it."""
    line = list(line)
    while line and sum(cells(text) for text, _ in line) + len(ellipsis) > width:
        text, style = line.pop()
        if len(text) > 1:
            line.append((text[:-1], style))
    style = line[-1][1] if line else "plain"
    return [*line, (ellipsis, style)]
