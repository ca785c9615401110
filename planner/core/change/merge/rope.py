"""A merged text with its open places: what is settled is text, what is not has three versions of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from planner.core.change.merge.lines import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.core.source import Path

Side = Literal["base", "ours", "theirs"]
Style = Literal["merge", "diff3", "zdiff3"]
SHORTEST = 40  # characters of a value that words show at least


@dataclass(frozen=True, slots=True)
class Clash:
    """A place where both sides made something else of the base.

    Attributes:
        path: the value in the document.
        reason: what stands against what, as a clause: "both sides changed it".
        base: its text before, empty where there was none.
        ours: its text on our side.
        theirs: its text on their side.
        words: the same three as a person would say them; None where there is nothing.
    """

    path: Path
    reason: str
    base: str
    ours: str
    theirs: str
    words: tuple[str | None, str | None, str | None] = (None, None, None)

    @classmethod
    def of(cls, path: Path, reason: str, texts: Sequence[str], words: Sequence[str | None] | None = None) -> Clash:
        """Return a clash of three texts, which are its words as well if no others are given."""
        base, ours, theirs = texts
        first, second, third = map(in_words, texts) if words is None else words
        return cls(path, reason, base, ours, theirs, (first, second, third))

    def side(self, side: Side) -> str:
        """Return the text of one side."""
        return self.base if side == "base" else self.ours if side == "ours" else self.theirs


Rope = list["str | Clash"]


@dataclass(frozen=True, slots=True)
class Labels:
    """What stands behind the markers."""

    ours: str = "ours"
    base: str = "base"
    theirs: str = "theirs"


def pick(rope: Iterable[str | Clash], side: Side) -> str:
    """Return the text with every open place as one side has it."""
    return "".join(part if isinstance(part, str) else part.side(side) for part in rope)


def clashes(rope: Iterable[str | Clash]) -> list[Clash]:
    """Return the open places in the order of the text."""
    return [part for part in rope if isinstance(part, Clash)]


def rendered(rope: Rope, labels: Labels, *, style: Style = "merge", size: int = 7) -> str:
    """Return the text with ordinary conflict markers round the lines that are open."""
    made: list[str] = []
    for is_open, lines in groupby(_lines(rope), key=lambda line: any(isinstance(part, Clash) for part in line)):
        stretch = [part for line in lines for part in line]
        made.append(_marked(stretch, labels, style, size) if is_open else pick(stretch, "ours"))
    return "".join(made)


def _lines(rope: Rope) -> Iterable[Rope]:
    """Cut a rope into lines; a line with open places goes on to the next line end that is settled."""
    line: Rope = []
    for part in rope:
        if isinstance(part, str):
            for piece in split(part):
                line.append(piece)
                if piece.endswith("\n"):
                    yield line
                    line = []
            continue
        alone = not pick(line, "ours")
        line.append(part)
        if alone and all(not text or text.endswith("\n") for text in (part.base, part.ours, part.theirs)):
            yield line
            line = []
    if line:
        yield line


def _marked(line: Rope, labels: Labels, style: Style, size: int) -> str:
    """Write the versions of a stretch of lines between markers; lines on which both sides agree stand outside."""
    sides: tuple[Side, Side, Side] = ("base", "ours", "theirs")
    base, ours, theirs = (split(pick(line, side)) for side in sides)
    head = tail = 0
    together = [ours, theirs, base] if style == "diff3" else [ours, theirs]
    least = min(map(len, together))
    while head < least and len({lines[head] for lines in together}) == 1:
        head += 1
    while tail < least - head and len({lines[-1 - tail] for lines in together}) == 1:
        tail += 1
    above, below = ours[:head], ours[len(ours) - tail :]
    ours, theirs = ours[head : len(ours) - tail], theirs[head : len(theirs) - tail]
    parts = [*above, f"{_marker('<', size, labels.ours)}\n", *_ended(ours)]
    if style != "merge":
        if style == "diff3" or (base[:head] == above and base[len(base) - tail :] == below):
            base = base[head : len(base) - tail]
        parts += [f"{_marker('|', size, labels.base)}\n", *_ended(base)]
    parts += ["=" * size + "\n", *_ended(theirs), f"{_marker('>', size, labels.theirs)}\n", *below]
    return "".join(parts)


def _ended(lines: list[str]) -> list[str]:
    return [*lines[:-1], lines[-1] if lines[-1].endswith("\n") else lines[-1] + "\n"] if lines else []


def _marker(sign: str, size: int, label: str) -> str:
    return sign * size + (f" {label}" if label else "")


def in_words(text: str, longest: int = SHORTEST) -> str | None:
    """Return a text on one line, shortened in its middle; None for none."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line or None
    return f"{line[: longest - 16].rstrip()} … {line[-12:].lstrip()}"
