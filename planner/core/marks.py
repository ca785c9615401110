"""Plain data that came out of a text, and where each piece of it stands."""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING, Any

from planner.core.num import Num

if TYPE_CHECKING:
    from collections.abc import Iterable


class Map(dict[str, Any]):
    """A mapping of the file, in file order."""

    __slots__ = ()


class Seq(list[Any]):
    """A list of the file."""

    __slots__ = ()


Value = Map | Seq | str | Num | bool | None


class Marks:
    """The places of all keys and values of a document in the order of the text, 12 bytes each.

    An entry is a key or a value; a collection is followed by what it holds. ``ends`` and ``after`` say where a
    collection ends and which entry comes after it; both are 0 for scalars, whose end is found when somebody asks,
    because most are never asked for. ``dropped`` holds keys that are in the text but not in the data (duplicates).
    """

    __slots__ = ("_tables", "after", "dropped", "ends", "starts")

    def __init__(self) -> None:
        self.starts = array("I")
        self.ends = array("I")
        self.after = array("I")
        self.dropped: set[int] = set()
        self._tables: dict[int, dict[str | int, int]] = {}

    def close(self, collections: Iterable[tuple[int, int, int]]) -> None:
        """Take in the (entry, entry after, end) of the collections when all entries are there."""
        nothing = bytes(self.starts.itemsize * len(self.starts))
        self.ends, self.after = array("I", nothing), array("I", nothing)
        for entry, after, end in collections:
            self.after[entry], self.ends[entry] = after, end

    def children(self, at: int, value: object) -> dict[str | int, int]:
        """Return the entry of each key of a mapping, or of each item of a list, that is entry ``at``."""
        table = self._tables.get(at)
        if table is None:
            table = self._tables[at] = self._table(at, value)
        return table

    def _table(self, at: int, value: object) -> dict[str | int, int]:
        stop, entry = self.after[at], at + 1
        entries: list[int] = []
        while entry < stop:
            if not isinstance(value, Map):
                entries.append(entry)
                entry = self.next(entry)
                continue
            if entry not in self.dropped:
                entries.append(entry)
            entry = self.next(self.next(entry)) if self.next(entry) < stop else stop
        keys: Iterable[str | int] = value if isinstance(value, Map) else range(len(entries))
        return dict(zip(keys, entries, strict=False))  # a mapping that breaks off ends with a key alone

    def next(self, entry: int) -> int:
        """Return the entry after this one and all that it holds."""
        return self.after[entry] or entry + 1

    def place(self, text: str, entry: int, value: object) -> tuple[int, int]:
        """Return start and end of a key or value in the text that was read."""
        start, end = self.starts[entry], self.ends[entry]
        if not end:
            limit = self.starts[entry + 1] if entry + 1 < len(self.starts) else len(text)
            return start, scalar_end(text, start, limit, value)
        while end > start and text[end - 1] in " \t\r\n":
            end -= 1
        return start, end


def scalar_end(text: str, start: int, limit: int, value: object) -> int:
    """Return where a scalar ends that starts at ``start``; the next key or value starts at ``limit``.

    Quoted text ends with its mark, text in lines (after | or >) with its last line, plain text where its words end.
    """
    if start == limit:
        return start
    first = text[start : start + 1]
    if isinstance(value, str) and first in {'"', "'"}:
        match = (_DOUBLE if first == '"' else _SINGLE).match(text, start)
    elif isinstance(value, str) and first in {"|", ">"}:
        return _block_end(text, start, limit if value.strip("\n") else start)
    elif isinstance(value, str | Num):
        words = re.split(r"[ \t\r\n]+", value if isinstance(value, str) else value.text)
        match = re.compile(r"[ \t\r\n]+".join(map(re.escape, words))).match(text, start)
    else:
        match = _CONSTANT.match(text, start)
        return match.end() if match else start
    if match is None:
        match = _WORD.match(text, start)
    return match.end() if match else start


_DOUBLE = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_SINGLE = re.compile(r"'[^']*(?:''[^']*)*'")
_CONSTANT = re.compile(r"~|\*[^\s,\[\]{}]+|[a-zA-Z]+")
_WORD = re.compile(r"[^\s,\[\]{}]*")
_COMMENT = re.compile("#")
_OUTSIDE = re.compile(r"#|-(?:[ \t]|\Z)")  # a comment, or the next item of a list, whose dash is no entry
_LINE = re.compile(r"([ \t]*)((?:[^ \t\r\n]|[ \t]+(?=[^ \t\r\n]))*)[ \t]*(?:\r\n?|\n|\Z)")


def _block_end(text: str, start: int, limit: int) -> int:
    """Return where text in lines ends: comments and items below it are indented less than its first line."""
    header = _LINE.match(text, start)
    end = header.end(2) if header else start
    at = header.end() if header else limit
    indent = -1
    told = header is not None and re.match("[|>][-+]?[1-9]", header[2]) is not None
    outside = _COMMENT if told else _OUTSIDE  # after |2, lines may be indented less than the first
    while at < limit:
        line = _LINE.match(text, at, limit)
        if line is None or line.end() == at:
            break
        at = line.end()
        width = line.end(1) - line.start(1)
        if not line[2]:
            continue
        if indent < 0:
            indent = width
        elif (width < indent and outside.match(line[2])) or (not width and line[2][:3] in {"---", "..."}):
            break
        end = line.end(2)
    return end
