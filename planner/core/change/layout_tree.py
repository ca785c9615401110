"""A scenario's text as a tree that has everything in it: keys and values as they are written, and every comment.

The parser's events give the structure, the text between them the comments. Each comment finds its home here:

- behind a value, it stays on that value's line;
- on lines of its own it belongs to the entry below it, or, where it is indented like a mapping or list that ended just
  before, to the end of that one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from yaml.events import MappingEndEvent, MappingStartEvent, SequenceEndEvent, SequenceStartEvent

from planner.core.yamltext import events

if TYPE_CHECKING:
    from collections.abc import Iterator

LINE_END = re.compile(r"\r\n?|\n")
_COMMENT = re.compile(r"#[^\r\n]*")
_BLANK_LINE = re.compile(r"(?:\r\n|\r(?!\n)|\n)[ \t]*[\r\n]")
_COLON = re.compile(r"[ \t]*:")
_HEADER = re.compile(r"[|>](?:([1-9])[+-]?|[+-]([1-9])?)?")


class Unusual(Exception):  # noqa: N818 - what is met is no fault of the file
    """Something that YAML allows and the layout has no form for; the message says what the file has."""


@dataclass(slots=True)
class Comment:
    """A comment with its mark `#`.

    Attributes:
        text: the comment without spaces at its end.
        column: where it starts in its line.
        gap: the spaces before it, where it stands behind something.
        blank: whether a blank line stands before it, where it has its line for itself.
    """

    text: str
    column: int
    gap: int = 0
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value that is no collection, as it is written.

    Attributes:
        lines: its lines without their indentation; of text after | or > those below its header.
        header: `|`, `>-` and the like, a comment behind it included; empty for other values.
        keeps: whether blank lines at its end are part of it.
    """

    lines: tuple[str, ...]
    header: str = ""
    keeps: bool = False


@dataclass(slots=True)
class Collection:
    """A mapping or list; `flow` is written in brackets. ``tail`` holds the comments after its last entry."""

    mapping: bool
    flow: bool
    column: int
    entries: list[Entry] = field(default_factory=list)
    tail: list[Comment] = field(default_factory=list)


EMPTY = Scalar(("",))


@dataclass(slots=True)
class Entry:
    """A key with its value, or an item of a list.

    Attributes:
        key: the key as it is written; empty for an item.
        name: the key's value.
        value: what it holds.
        colon: whether a colon follows the key; in brackets a key may stand alone.
        below: whether the value starts on a later line than the key.
        blank: whether a blank line stands before the key or item, below the comments above it.
        above: comments on the lines before it.
        head: the comment behind the key, its dash or the bracket that it opens.
        inner: comments between key and value.
        after: the comment behind the value.
    """

    key: str = ""
    name: str = ""
    value: Scalar | Collection = EMPTY
    colon: bool = True
    below: bool = False
    blank: bool = False
    above: list[Comment] = field(default_factory=list)
    head: Comment | None = None
    inner: list[Comment] = field(default_factory=list)
    after: Comment | None = None


@dataclass(slots=True)
class Document:
    """A whole text.

    Attributes:
        mark: the byte order mark, or nothing.
        start: the lines up to `---`, if there is one.
        root: the document as the value of an entry without a key.
        tail: comments at the end that belong to nothing else.
        end: the lines from `...` on, if there is one.
        comments: every comment, in the order of the text.
    """

    mark: str
    start: list[str]
    root: Entry
    tail: list[Comment]
    end: list[str]
    comments: list[str]


def document(text: str) -> Document:
    """Take apart a text that has no fault of its own (no P0xx).

    Raises:
        Unusual: it holds a key over several lines.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    return _Parser(text[len(mark) :]).run(mark)


class _Parser:
    """Goes through the events once; what it keeps is where it stands and what may still take a comment."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.events = events(text)
        self.at = 0  # the end of the last key, value, dash or bracket
        self.slot: tuple[Entry, Literal["head", "after"]] | None = None  # what takes a comment behind that
        self.ended: list[tuple[int, list[Comment]]] = []  # (column, tail) of what ended since, the deepest first
        self.comments: list[str] = []

    def run(self, mark: str) -> Document:
        self.next()
        opening = self.next()
        start: list[str] = []
        if opening.explicit:
            self.at = opening.end_mark.index
            start = self.verbatim(0, self.at)
        root = Entry()
        self.value(root, self.next(), -1)
        closing = self.next()
        stop = closing.start_mark.index if closing.explicit else len(self.text)
        tail: list[Comment] = []
        self.lead(tail, stop, 0)
        end = self.verbatim(stop, len(self.text)) if closing.explicit else []
        return Document(mark, start, root, tail, end, self.comments)

    def next(self) -> Any:
        """Return the next event."""
        return next(self.events)

    def verbatim(self, start: int, stop: int) -> list[str]:
        """Return lines as they are, without spaces at their ends and blank lines at the end of all."""
        found = self.text[start:stop].rstrip()
        self.comments += [match[0].rstrip() for match in _COMMENT.finditer(found)]
        return [line.rstrip() for line in LINE_END.split(found)] if found else []

    # --- structure ----------------------------------------------------------------------------------------

    def value(self, entry: Entry, event: Any, column: int) -> None:
        """Read what an entry holds; the collection round it starts in ``column``."""
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            entry.value = self.collection(entry, event)
            return
        start, end = event.start_mark.index, event.end_mark.index
        if start == end and not event.style:
            entry.colon = _COLON.match(self.text, self.at) is not None
        else:
            self.between(entry, start)
            entry.value, self.at = self.scalar(event, start, end, column)
        self.slot = (entry, "after")

    def collection(self, owner: Entry, event: Any) -> Collection:
        """Read a mapping or list."""
        start = event.start_mark.index
        mapping = isinstance(event, MappingStartEvent)
        made = Collection(mapping, bool(event.flow_style), self.column(start))
        bracket = made.flow and self.text[start] == ("{" if mapping else "[")
        if bracket:
            self.between(owner, start)
            self.at, self.slot = start + 1, (owner, "head")
        while not _closes(event := self.next()):
            child = Entry()
            if mapping:
                self.key(child, event, made)
                event = self.next()
            else:
                self.item(child, event, made)
            self.value(child, event, made.column)
            made.entries.append(child)
            if child.value is EMPTY and not made.flow:
                self.ended.append((made.column + 1, child.inner))
        if bracket:
            self.at = self.lead(made.tail if made.entries else owner.above, event.end_mark.index - 1, made.column) + 1
            self.slot = (owner, "after")
        elif not made.flow:
            self.ended.append((made.column, made.tail))
        return made

    def key(self, child: Entry, event: Any, made: Collection) -> None:
        """Read a key."""
        start, end = event.start_mark.index, event.end_mark.index
        self.open(child, start, made.column)
        child.name, child.key = event.value, self.text[start:end]
        if "\n" in child.key or "\r" in child.key:
            lines = LINE_END.split(child.key)
            if event.style in {"|", ">"} or not all(line.strip() for line in lines[1:]):
                raise Unusual("a key with line ends in it")
            child.key = " ".join(line.strip() for line in lines)
        self.at, self.slot = end, (child, "head")

    def item(self, child: Entry, event: Any, made: Collection) -> None:
        """Find the start of an item: its dash, or between brackets the item itself."""
        start = event.start_mark.index
        if made.flow:
            self.open(child, start, made.column)
            self.at, self.slot = start, None
            return
        at = self.at
        for comment in _COMMENT.finditer(self.text, at, start):
            if "-" in self.text[at : comment.start()]:
                break
            at = comment.end()
        dash = self.text.index("-", at)
        self.open(child, dash, made.column)
        self.at, self.slot = dash + 1, (child, "head")

    def scalar(self, event: Any, start: int, end: int, column: int) -> tuple[Scalar, int]:
        """Return a value that is no collection, and where it ends."""
        if event.style in {"|", ">"}:
            return self.block_text(event, start, end, column)
        lines = LINE_END.split(self.text[start:end])
        if len(lines) > 1:
            quoted = event.style == '"'
            inner = [_without_margin(line.lstrip(" \t"), quoted=quoted) for line in lines[1:-1]]
            lines = [_without_margin(lines[0], quoted=quoted), *inner, lines[-1].lstrip(" \t")]
        return Scalar(tuple(lines)), end

    def block_text(self, event: Any, start: int, end: int, column: int) -> tuple[Scalar, int]:
        """Return text after | or >, its lines without their common indentation."""
        header, *lines = LINE_END.split(self.text[start:end])
        match = _HEADER.match(header)
        assert match is not None
        self.comments += [found[0].rstrip() for found in _COMMENT.finditer(header)]
        mark, rest, digit = match[0], header[match.end() :].rstrip(), match[1] or match[2]
        words = next((line for line in lines if line.strip(" ")), "")
        width = column + int(digit) if digit else len(words) - len(words.lstrip(" ")) if words else len(header) + end
        lines = [line[width:] for line in lines]
        if words and not event.value.endswith("\n") and "-" not in mark:  # the file ends without a line end
            mark = mark.replace("+", "") + "-"
        keeps = "+" in mark
        if keeps and lines:
            lines.pop()  # what follows the last line end
        while lines and not lines[-1] and not keeps:
            lines.pop()
        ends = [found.start() for found in LINE_END.finditer(self.text, start, end)]
        at = end if keeps or len(lines) >= len(ends) else ends[len(lines)]
        return Scalar(tuple(lines), header=mark.replace(digit or "2", "2") + rest, keeps=keeps), at

    # --- comments -----------------------------------------------------------------------------------------

    def column(self, at: int) -> int:
        """Return how far a place is from the start of its line."""
        line = self.text.rfind("\n", 0, at) + 1
        return at - max(line, self.text.rfind("\r", line, at) + 1)

    def gap(self, stop: int) -> Iterator[tuple[Comment, bool]]:
        """Go to ``stop``, and yield the comments on the way with whether each has its line for itself."""
        if self.text.find("#", self.at, stop) < 0:
            return
        for match in _COMMENT.finditer(self.text, self.at, stop):
            start = match.start()
            column = self.column(start)
            before = self.text[start - column : start].rstrip(" \t")
            comment = Comment(match[0].rstrip(), column, column - len(before))
            comment.blank = not before and _BLANK_LINE.search(self.text, self.at, start) is not None
            self.comments.append(comment.text)
            self.at = match.end()
            yield comment, not before

    def takes(self, comment: Comment, *, alone: bool) -> bool:
        """Put a comment behind what stands before it in its line; False if there is no place."""
        if alone or self.slot is None or getattr(*self.slot) is not None:
            return False
        setattr(*self.slot, comment)
        return True

    def between(self, entry: Entry, start: int) -> None:
        """Take in the comments between a key and its value."""
        entry.below = LINE_END.search(self.text, self.at, start) is not None
        for comment, alone in self.gap(start):
            if not self.takes(comment, alone=alone):
                comment.blank = False
                entry.inner.append(comment)

    def open(self, entry: Entry, start: int, column: int) -> None:
        """Hand out the comments before an entry of a collection."""
        self.lead(entry.above, start, column)
        entry.blank = _BLANK_LINE.search(self.text, self.at, start) is not None

    def lead(self, above: list[Comment], start: int, column: int) -> int:
        """Hand out the comments before ``start``; what no other place has a claim to goes to ``above``."""
        ended = [each for each in self.ended if each[0] > column]
        self.ended.clear()
        for comment, alone in self.gap(start):
            if self.takes(comment, alone=alone):
                continue
            while ended and ended[0][0] > comment.column:
                ended.pop(0)
            (ended[0][1] if ended else above).append(comment)
        return start


def _closes(event: object) -> bool:
    return isinstance(event, MappingEndEvent | SequenceEndEvent)


def _without_margin(line: str, *, quoted: bool) -> str:
    """Return a line without spaces at its end, unless a backslash holds one there."""
    bare = line.rstrip(" \t")
    return line if quoted and bare.endswith("\\") else bare
