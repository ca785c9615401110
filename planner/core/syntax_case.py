"""A place where the parser stopped, and the text round it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml.error import MarkedYAMLError

LINE_END = re.compile(r"\r\n?|\n")
WORD = re.compile(r"[^\s,\[\]{}:]+")
LINE = re.compile(r"[^\r\n]+(?:\r\n?|\n|\Z)|\r\n?|\n")
KEY = re.compile(
    r"(?:- +)*(\"[^\"\\]*(?:\\.[^\"\\]*)*\"|'[^']*'|[^\s\"'#\[\]{},](?:[^:#\s]|[ \t]+(?=[^:#\s]))*)[ \t]*:(?=\s|$)"
)
GLUED = re.compile(r"(?:- +)*([a-z][a-z0-9_-]*):(?!//)[^\s:]")

_INDENT = re.compile(r"[ \t]*")
_COMMENT = re.compile(r"[ \t]#")
_FAR = 10_000  # no line further away explains an error


class Case:
    """What the parser said about a text it could not read, and where."""

    def __init__(self, text: str, error: MarkedYAMLError, last: int, bracket: int | None) -> None:
        self.text = text
        self.problem = error.problem or "the text cannot be read"
        self.at = min(error.problem_mark.index if error.problem_mark else len(text), len(text))
        self.context = min(error.context_mark.index, len(text)) if error.context_mark else None
        self.last = last  # where the last scalar that was read starts
        self.bracket = bracket  # where the innermost open bracket stands
        self.char = text[self.at : self.at + 1]
        self.start = self.line_start(self.at)
        self.stop = self.line_stop(self.at)
        self.indent = indent(text, self.start)

    def line_start(self, at: int) -> int:
        """Return where the line of a character starts."""
        start = self.text.rfind("\n", 0, at) + 1
        return max(start, self.text.rfind("\r", start, at) + 1)

    def line_stop(self, at: int) -> int:
        """Return where the line of a character ends, before its line break."""
        match = LINE_END.search(self.text, at)
        return match.start() if match else len(self.text)

    def number(self, at: int) -> int:
        """Line number of a place, from 1."""
        return sum(1 for _ in LINE_END.finditer(self.text, 0, at)) + 1

    def above(self) -> Iterator[tuple[int, int]]:
        """Yield start and first letter of the lines above that are neither empty nor a comment, nearest first."""
        at = self.start
        for _ in range(_FAR):
            if at == 0:
                return
            stop = at - 2 if self.text[at - 2 : at] == "\r\n" else at - 1
            at = self.line_start(stop)
            first = indent(self.text, at)
            if first < stop and self.text[first] != "#":
                yield at, first

    def content(self, start: int) -> str:
        """Return the rest of a line without spaces and a comment at its end."""
        line = self.text[start : self.line_stop(start)]
        comment = _COMMENT.search(line)
        return (line[: comment.start()] if comment else line).rstrip()


def indent(text: str, start: int) -> int:
    """Return where the text of a line starts, given where the line starts."""
    match = _INDENT.match(text, start)
    return match.end() if match else start
