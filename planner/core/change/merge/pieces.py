"""A scenario's text cut into pieces that give the text again when they are put together, entry by entry.

An entry in lines has everything from the blank lines and comments above it to the end of its last line, and the
comments below that are indented deeper. An entry in brackets has what stands before it, and its comma with the comment
behind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from planner.core.marks import Map, Seq

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from planner.core.source import Path, Source, Value

COMMENT = re.compile(r"#[^\n]*")
_REST = re.compile(r"[ \t]*(?:#[^\n]*)?\n")
_LEAD = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*")
_LINE = re.compile(r"([ \t]*)(#[^\n]*)?\n")
_ITEM = re.compile(r"((?:[ \t]*(?:#[^\n]*)?\n)*)( *)-(?=[ \n])")
_COLON = re.compile(r"[ \t]*:(?=[ \n])")
_FLOW_COLON = re.compile(r"[ \t\n]*:")
_GAP = re.compile(r"(?:[ \t\n]|#[^\n]*\n)*")
_BEHIND = re.compile(r"[ \t]*#[^\n]*")
_KEPT = re.compile(r"[|>][1-9]?\+")
_BLANK = re.compile(r"(?:[ \t]*\n)*")
_START = re.compile(r"(?:.*\n)?---[ \t]*(?:#[^\n]*)?\n", re.DOTALL)


class Irregular(Exception):  # noqa: N818 - no fault of the file: it is merged in a coarser way
    """Something that YAML allows and that is not cut into pieces."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that is not cut further: its text as written, and what it means."""

    text: str
    data: Value

    @property
    def comments(self) -> list[str]:
        """The comments inside a collection that could not be cut, and the one behind the mark of text in lines."""
        if isinstance(self.data, Map | Seq):
            return [each.rstrip() for each in COMMENT.findall(self.text)]
        header = self.text.partition("\n")[0] if self.text[:1] in {"|", ">"} else ""
        return [each.rstrip() for each in COMMENT.findall(header)]


@dataclass(frozen=True, slots=True)
class Cut:
    """The entries of a mapping or list, and what stands behind the last one."""

    entries: tuple[Entry, ...]
    tail: str


class Group:
    """A mapping or list. ``column`` is that of its entries in lines.

    In brackets it is cut only when somebody asks for its entries; most are never asked.
    """

    def __init__(
        self,
        data: Map | Seq,
        column: int = 0,
        *,
        flow: bool,
        made: Cut | Callable[[], Cut],
        text: str | None = None,
    ) -> None:
        self.data, self.column, self.flow = data, column, flow
        self.mapping = isinstance(data, Map)
        self._made = made
        self._text = text

    @cached_property
    def _cut(self) -> Cut:
        return self._made if isinstance(self._made, Cut) else self._made()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries."""
        return self._cut.entries

    @property
    def tail(self) -> str:
        """What stands behind the last entry."""
        return self._cut.tail

    @cached_property
    def text(self) -> str:
        """The text of all of it."""
        if self._text is not None:
            return self._text
        inner = "".join(entry.text for entry in self.entries) + self.tail
        if not self.flow:
            return inner
        return f"{{{inner}}}" if self.mapping else f"[{inner}]"

    @property
    def comments(self) -> list[str]:
        """Every comment inside."""
        if "#" not in self.text:
            return []
        return [each for entry in self.entries for each in entry.comments] + COMMENT.findall(self.tail)


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value, or an item of a list.

    Attributes:
        id: the key; of an item, what it is known by.
        column: columns before the key, or the dash.
        lead: what stands before: blank lines and comments.
        before: the spaces before the key in lines; with the dash of an item.
        key: the key as written.
        colon: from the end of the key to the value; up to the end of the line where the value stands in lines below.
        value: what it holds.
        closing: the rest of the line; in brackets, what stands before the comma.
        comma: the comma, in brackets.
        after: the comment behind the value or its comma, in brackets.
        below: comments on the lines below, in lines.
        flow: whether it stands in brackets.
    """

    id: Hashable
    column: int
    lead: str
    before: str
    key: str
    colon: str
    value: Leaf | Group
    closing: str = ""
    comma: str = ""
    after: str = ""
    below: str = ""
    flow: bool = False

    @property
    def body(self) -> str:
        """The entry from its key to the end of its value, with the spaces before the key."""
        return self.before + self.key + self.colon + self.value.text

    @property
    def text(self) -> str:
        """The text of all of it."""
        return self.lead + self.body + self.closing + self.comma + self.after + self.below

    @property
    def side(self) -> tuple[str, ...]:
        """The comments behind the key and the value."""
        return tuple(each.rstrip() for each in COMMENT.findall(self.colon + self.closing + self.after))

    @property
    def comments(self) -> list[str]:
        """Every comment of it."""
        around = COMMENT.findall(self.lead) + list(self.side) + COMMENT.findall(self.below)
        return [each.rstrip() for each in (*around, *self.value.comments)]


@dataclass(frozen=True, slots=True)
class Pieces:
    """A whole text: what stands before and behind the document, and the document."""

    header: str
    root: Group
    suffix: str

    @property
    def text(self) -> str:
        """The text of all of it."""
        return self.header + self.root.text + self.suffix


NOTHING = Group(Map(), flow=False, made=Cut((), ""))


def pieces(source: Source) -> Pieces:
    """Cut the text of a source without faults of its own; it must end lines with line feeds alone, the last one, too.

    Raises:
        Irregular: the text has a form that is not cut.
    """
    if source.data is None or source.diagnostics:
        raise Irregular
    text, parser = source.text, _Parser(source)
    span = source.span(())
    if not source.data:
        whole = text[span.start : span.end] in {"{}", ""}
        if not whole:
            raise Irregular
        return Pieces(text[: span.start], Group(source.data, flow=True, made=Cut((), "")), text[span.end :])
    if text[span.start] == "{":
        made = Pieces(text[: span.start], parser.flow((), source.data), text[span.end :])
    else:
        start = _line_start(text, source.key_span((next(iter(source.data)),)).start)
        root, end = parser.block((), source.data, start, -1)
        split = _header(text[:start], root.entries[0])
        first = replace(root.entries[0], lead=text[split:start])
        cut = Cut((first, *root.entries[1:]), root.tail)
        made = Pieces(text[:split], Group(source.data, root.column, flow=False, made=cut), text[end:])
    if made.text != text:
        raise Irregular
    return made


def _header(above: str, first: Entry) -> int:
    """Return where the first entry's own comments begin; what stands above that is about the file."""
    start = _START.match(above)
    at = start.end() if start else 0
    if not isinstance(first.value, Group):
        return len(above)
    blank = above.rfind("\n\n", at)
    return blank + 2 if blank >= 0 else at


def _line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, offset) + 1


class _Parser:
    """Goes down the data and takes the text between the places of keys and values."""

    def __init__(self, source: Source) -> None:
        self.source, self.text = source, source.text

    # --- lines --------------------------------------------------------------------------------------------

    def block(self, path: Path, value: Map | Seq, at: int, outer: int) -> tuple[Group, int]:
        """Cut a collection in lines that begins at a line; return it and where it ends."""
        entries = []
        for key, id_ in _ids(path, value):
            entry, at = self.line((*path, key), value[key], id_, at)  # type: ignore[index]
            entries.append(entry)
        if len({entry.column for entry in entries}) > 1:
            raise Irregular
        end = self.comments(at, outer)
        column = entries[0].column
        cut = Cut(tuple(entries), self.text[at:end])
        return Group(value, column, flow=False, made=cut), end

    def line(self, path: Path, value: Value, id_: Hashable, at: int) -> tuple[Entry, int]:
        """Cut one entry; return it and where the next begins."""
        text = self.text
        if isinstance(path[-1], str):
            key = self.source.key_span(path)
            begin = _line_start(text, key.start)
            lead, before = text[at:begin], text[begin : key.start]
            colon = _COLON.match(text, key.end)
            if before.strip(" ") or not _LEAD.fullmatch(lead) or colon is None:
                raise Irregular
            made = Entry(id_, len(before), lead, before, text[key.start : key.end], "", Leaf("", None))
            name, stop = key.end, colon.end()
        else:
            item = _ITEM.match(text, at)
            if item is None:
                raise Irregular
            made = Entry(id_, len(item[2]), item[1], item[2] + "-", "", "", Leaf("", None))
            name = stop = item.end()
        return self.held(made, path, value, name, stop)

    def held(self, made: Entry, path: Path, value: Value, name: int, stop: int) -> tuple[Entry, int]:
        """Cut what an entry holds; its key ends at ``name``, its colon at ``stop``."""
        text, span = self.text, self.source.span(path)
        collection = isinstance(value, Map | Seq)
        if collection and text[span.start] not in "{[":
            rest = _REST.match(text, stop)
            if rest is not None:
                group, end = self.block(path, value, rest.end(), made.column)  # type: ignore[arg-type]
                return replace(made, colon=text[name : rest.end()], value=group), end
        start, end = (span.start, span.end) if span.end > span.start else (stop, stop)
        inner: Leaf | Group = Leaf(text[start:end], value)
        if collection and text[start] in "{[":
            inner = self.flow(path, value)  # type: ignore[arg-type]
        rest = _REST.match(text, end)
        if rest is None or start < stop:
            raise Irregular
        closed = rest.end()
        if isinstance(value, str) and _KEPT.match(text, start):
            blank = _BLANK.match(text, closed)
            closed = blank.end() if blank else closed
        below = self.comments(closed, made.column)
        made = replace(made, colon=text[name:start], value=inner, closing=text[end:closed], below=text[closed:below])
        return made, below

    def comments(self, at: int, column: int) -> int:
        """Return where the comments end that are indented deeper than a column."""
        end = at
        while (line := _LINE.match(self.text, at)) is not None:
            if line[2] and len(line[1]) <= column:
                break
            at = line.end()
            end = at if line[2] else end
        return end

    # --- brackets -----------------------------------------------------------------------------------------

    def flow(self, path: Path, value: Map | Seq) -> Group:
        """Return a collection in brackets."""
        text, span = self.text, self.source.span(path)
        mapping = isinstance(value, Map)
        if text[span.start] != ("{" if mapping else "[") or text[span.end - 1] != ("}" if mapping else "]"):
            raise Irregular
        made = partial(self.cut, path, value, span.start + 1, span.end - 1)
        return Group(value, flow=True, made=made, text=text[span.start : span.end])

    def cut(self, path: Path, value: Map | Seq, at: int, stop: int) -> Cut:
        """Cut what stands between brackets."""
        entries = []
        for key, id_ in _ids(path, value):
            entry, at = self.within((*path, key), value[key], id_, at)  # type: ignore[index]
            entries.append(entry)
        tail = self.text[at:stop]
        if not _GAP.fullmatch(tail):
            raise Irregular
        return Cut(tuple(entries), tail)

    def within(self, path: Path, value: Value, id_: Hashable, at: int) -> tuple[Entry, int]:
        """Cut one entry in brackets; return it and where the next begins."""
        text, span = self.text, self.source.span(path)
        start, end, key, colon = span.start, span.end, "", ""
        begin = start
        if isinstance(path[-1], str):
            name = self.source.key_span(path)
            begin, key = name.start, text[name.start : name.end]
            sign = _FLOW_COLON.match(text, name.end)
            if start == end:
                start = end = sign.end() if sign else name.end
            colon = text[name.end : start]
        inner: Leaf | Group = Leaf(text[start:end], value)
        if isinstance(value, Map | Seq):
            inner = self.flow(path, value)
        lead, gap = text[at:begin], _GAP.match(text, end)
        if not _GAP.fullmatch(lead) or gap is None:
            raise Irregular
        made = Entry(id_, begin - _line_start(text, begin), lead, "", key, colon, inner, flow=True)
        comma = text[gap.end() : gap.end() + 1] == ","
        at = gap.end() + 1 if comma else end
        after = _BEHIND.match(text, at)
        behind = after[0] if after else ""
        return replace(made, closing=gap[0] if comma else "", comma="," * comma, after=behind), at + len(behind)


def _ids(path: Path, value: Map | Seq) -> Iterator[tuple[str | int, Hashable]]:
    """Yield the keys of a collection, each with what its entry is known by."""
    if isinstance(value, Map):
        yield from ((key, key) for key in value)
        return
    seen: dict[Hashable, int] = {}
    for place, item in enumerate(value):
        known = item_id(path, place, item)
        seen[known] = seen.get(known, 0) + 1
        yield place, (known, seen[known])


def item_id(path: Path, place: int, item: Value) -> Hashable:
    """Return what an item of a list is known by: itself, the pair of a correlation, or its place in such a row."""
    if path == ("correlations",) and isinstance(item, Seq) and len(item) == 3:
        return "pair", frozenset(map(str, item[:2]))
    if (path[:1] == ("correlations",) and len(path) == 2) or path[2:3] == ("weight_ranges",):
        return "place", place
    return "item", frozen(item)


def frozen(value: Value) -> Hashable:
    """Return data as something that can be compared: mappings without order, numbers without their digits."""
    if isinstance(value, Map):
        return "mapping", frozenset((key, frozen(inner)) for key, inner in value.items())
    if isinstance(value, Seq):
        return "list", tuple(map(frozen, value))
    if isinstance(value, float):
        return "number", float(value)
    return type(value).__name__, value


def shifted(text: str, by: int, *, whole: bool = True) -> str:
    """Indent lines by more or fewer columns, all of them or, for a text that begins inside a line, those after it."""
    if not by or (not whole and "\n" not in text):
        return text
    first, *lines = text.split("\n")
    if whole:
        first = _moved(first, by)
    return "\n".join([first, *(_moved(line, by) for line in lines)])


def _moved(line: str, by: int) -> str:
    if not line.strip(" "):
        return line
    if by > 0:
        return " " * by + line
    return line[min(-by, len(line) - len(line.lstrip(" "))) :]
