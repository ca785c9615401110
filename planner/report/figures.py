"""The numbers of a paper: each with an id, the place where it stands and what stands around it.

A number's id is the name of its section and its place there, such as ``recommendation.2``: the same whenever the paper
is made anew from a scenario of the same shape. Numbers in code, in the drawing as text, in links and in dates are not
counted: they are names.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HEADING = re.compile(r"(#+) (.+)")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_NAMES = re.compile(
    r"`[^`]*`"  # code
    r"|\]\([^)]*\)"  # where a link or picture leads
    rf"|\b\d{{1,2}} (?:{_MONTHS}) \d{{4}}\b"
    r"|\b\d{4}-\d{2}-\d{2}\b"
)
_NUMBER = re.compile(
    r"(?<![\w.,])[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w])|(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w])"
)
_RULE = re.compile(r"\| [-:| ]+ \|\Z")
_BAR = re.compile(r"(?<!\\)\|")
_UNIT = re.compile(r"[ \u00a0]?(%|percentage points?|per cent)")
_ORDINAL = re.compile(r"\d+\.\Z")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a paper.

    Attributes:
        id: the section and the number's place in it: ``recommendation.2``.
        text: as it is printed, the sign included.
        value: what that is; of a percentage the share: 0.3 for 30 %.
        unit: ``%``, ``percentage points`` or ``per cent`` where it is counted in hundredths; else empty.
        line, column: where it stands in the Markdown, from 1.
        section: the heading above it.
        row: the first cell of its row; empty outside of tables.
        head: the heading of its column; empty outside of tables.
        sentence: the line, or the cell, that it stands in.
    """

    id: str
    text: str
    value: float
    unit: str
    line: int
    column: int
    section: str
    row: str = ""
    head: str = ""
    sentence: str = ""

    @property
    def shown(self) -> str:
        """The number as it is read, with its sign for per cent."""
        return f"{self.text} {self.unit}".rstrip()

    @property
    def unit_in_last_place(self) -> float:
        """How much one more in its last digit would be."""
        digits = self.text.replace(",", "").lower()
        mantissa, _, power = digits.partition("e")
        places = len(mantissa.partition(".")[2])
        return float(f"1e{int(power or 0) - places}") / (100 if self.unit else 1)


def slug(heading: str) -> str:
    """Return a heading as a name for ids.

    >>> slug("Who wants what, what will happen")
    'who-wants-what-what-will-happen'
    """
    return re.sub(r"[^\w]+", "-", heading.lower()).strip("-") or "top"


def figures(markdown: str) -> list[Figure]:
    r"""Return all numbers of a paper in the order in which they stand.

    >>> paper = "# T\n\n## Odds\n\n| What | P |\n| ---- | -: |\n| a | 30 % |\n"
    >>> [(one.id, one.shown, one.row, one.head) for one in figures(paper)]
    [('odds.1', '30 %', 'a', 'P')]
    """
    found = []
    section, name, count = "", "top", 0
    used: dict[str, int] = {}
    head: list[str] = []
    lines = markdown.splitlines()
    for at, line in _read_lines(lines):
        heading = _HEADING.match(line)
        if heading:
            section = heading[2].strip()
            name, count, head = _fresh(slug(section), used) if len(heading[1]) > 1 else "top", 0, []
            continue
        if not line.startswith("|"):
            head = []
            cells = [(0, line)]
        else:
            if _RULE.match(line) or (at < len(lines) and _RULE.match(lines[at]) and not head):
                head = head or [text.strip() for _, text in _cells(line)]
                continue
            cells = _cells(line)
        row = cells[0][1].strip() if head else ""
        for column, (start, text) in enumerate(cells):
            for begin, number in _numbers(text):
                count += 1
                unit = _UNIT.match(text, begin + len(number))
                found.append(
                    Figure(
                        id=f"{name}.{count}",
                        text=number,
                        value=float(number.replace(",", "")) / (100 if unit else 1),
                        unit=unit[1] if unit else "",
                        line=at,
                        column=start + begin + 1,
                        section=section,
                        row=row,
                        head=head[column] if column < len(head) else "",
                        sentence=text.strip(),
                    )
                )
    return found


def _read_lines(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield what a reader of the paper reads, with its number from 1: no drawing as text."""
    fenced = False
    for at, line in enumerate(lines, 1):
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced and not line.startswith("<"):
            yield at, line


def _fresh(name: str, used: dict[str, int]) -> str:
    used[name] = used.get(name, 0) + 1
    return name if used[name] == 1 else f"{name}-{used[name]}"


def _cells(line: str) -> list[tuple[int, str]]:
    """Return the cells of a row with where they start."""
    bars = [found.start() for found in _BAR.finditer(line)]
    return [(left + 1, line[left + 1 : right]) for left, right in pairwise(bars)]


def _numbers(text: str) -> Iterator[tuple[int, str]]:
    """Yield the numbers of a text that are no names, with their places."""
    plain = _NAMES.sub(lambda found: " " * len(found[0]), text)
    for found in _NUMBER.finditer(plain):
        number = found[0]
        begin = found.start()
        if number.endswith("."):  # the end of a sentence, or the number of an item
            if _ORDINAL.match(number) and not plain[:begin].strip():
                continue
            number = number[:-1]
        if number.startswith("-") and plain[:begin][-1:].isalnum():
            number, begin = number[1:], begin + 1  # a hyphen
        yield begin, number


# --- two papers -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compared:
    """The numbers of a paper beside those of the same paper made again.

    Attributes:
        pairs: each number with what it is now; None where nothing stands in its place now.
        lines: lines of the first paper that the second does not have, apart from their numbers.
    """

    pairs: tuple[tuple[Figure, Figure | None], ...]
    lines: tuple[int, ...]

    @property
    def different(self) -> tuple[tuple[Figure, Figure | None], ...]:
        """The numbers that do not hold."""
        return tuple((one, now) for one, now in self.pairs if now is None or now.shown != one.shown)


def compared(paper: str, again: str) -> Compared:
    """Put the numbers of a paper beside those of another, line by line as far as the words are the same."""
    before, after = paper.splitlines(), again.splitlines()
    mine, theirs = _by_line(paper), _by_line(again)
    masked = [_mask(line) for line in before], [_mask(line) for line in after]
    pairs: list[tuple[Figure, Figure | None]] = []
    lines = []
    for kind, a0, a1, b0, b1 in difflib.SequenceMatcher(None, masked[0], masked[1], autojunk=False).get_opcodes():
        if kind == "insert":
            continue
        for step in range(a1 - a0):
            at = a0 + step + 1
            here = mine.get(at, [])
            there = theirs.get(b0 + step + 1, []) if b0 + step < b1 else []
            same = kind == "equal" or (len(here) == len(there) and _alike(masked[0][at - 1], masked[1][b0 + step]))
            if kind != "equal" and before[at - 1].strip():
                lines.append(at)
            pairs += [(one, there[i] if same and i < len(there) else None) for i, one in enumerate(here)]
    return Compared(tuple(pairs), tuple(lines))


def _alike(one: str, other: str) -> bool:
    """Whether two lines say the same about other numbers: a word or two may have changed with them."""
    return difflib.SequenceMatcher(None, one, other, autojunk=False).quick_ratio() > 0.8


def _by_line(text: str) -> dict[int, list[Figure]]:
    found: dict[int, list[Figure]] = {}
    for figure in figures(text):
        found.setdefault(figure.line, []).append(figure)
    return found


def _mask(line: str) -> str:
    """Return a line without its numbers and without the spaces that line up a table."""
    return " ".join(_NUMBER.sub("#", re.sub(r"-{3,}", "---", line)).split())
