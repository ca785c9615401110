"""New entries as text: how a node, an actor or an option is laid out, and where in the file it goes.

A new entry looks like its neighbours: in brackets or in lines, with a blank line between or none. A section that is not
there yet is begun at its place in the order of the format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from planner.core.change.draft import Change, Draft
from planner.core.change.edit import (
    INDENT,
    Content,
    EditError,
    after_colon,
    entry_end,
    flow,
    in_flow,
    is_flow,
    is_json,
    line_end,
    line_start,
    line_stop,
    replace_value,
    scalar,
    spaced,
    value_at,
)
from planner.core.marks import Map, Seq

if TYPE_CHECKING:
    from planner.core.diagnostics import Edit
    from planner.core.source import Path, Source

WIDTH = 110  # columns that an entry in brackets may take before it is written in lines
SECTIONS = (
    *("planner", "title", "question", "summary", "as_of", "horizon", "decide_by", "likelihood_words", "tags"),
    *("objective", "actors", "criteria", "parameters", "correlations", "futures", "state", "signals"),
    *("include", "conflict", "nodes"),
)
EDGE_KEYS = ("name", "p", "when", "set", "payoff", "to", "signs", "note")
OPENED = frozenset({"options", "branches", "likelihood"})  # mappings that are written in lines
FLAT = frozenset({"criteria", "state", "correlations"})  # sections whose entries take one line each
GROUPS = ("options", "branches")

_COMMENT_LINE = re.compile(r"(?:\r\n?|\n)([ \t]*)#[^\r\n]*")
_BLANK_LINES = re.compile(r"(?:[ \t]*(?:\r\n?|\n))*(?:[ \t]+\Z)?")
_SPACES = re.compile(r"(?:(?:\r\n?|\n)[ \t]*)*(?:\r\n?|\n)[ \t]+(?=\r|\n|\Z)")
_SPACE = re.compile(r"[ \t]+")
_REST = re.compile(r"[ \t]+(?=\r|\n|\Z)")
_MARK = re.compile(r"[|>][-+0-9]*")
_COMMA = re.compile(r"\s*,")
_BLANK_ABOVE = re.compile(r"(?:\n|\r)[ \t]*(?:\r\n?|\n)(?:[ \t]*#[^\r\n]*(?:\r\n?|\n))*\Z")


# --- the text of an entry ---------------------------------------------------------------------------------


def in_brackets(source: Source, content: Content) -> str:
    """Write content on one line, as JSON in a JSON file."""
    return flow(content, json=is_json(source))


def written(key: str, content: Content, indent: int, *, opened: bool, edges_opened: bool = False, end: str) -> str:
    """Write an entry as lines; what is inside stands in brackets where it fits.

    Args:
        key: the entry's key.
        content: its value.
        indent: columns before the key.
        opened: whether a mapping gets a line for each of its own keys.
        edges_opened: the same for the options and branches in it.
        end: how lines end.
    """
    head = " " * indent + scalar(key, flow=False) + ":"
    if isinstance(content, Mapping) and content:
        line = f"{head} {flow(content)}"
        if not opened and len(line) <= WIDTH:
            return line
        lead = indent + INDENT
        long = any(lead + len(f"{each}: {_shown(value)}") > WIDTH for each, value in content.items())
        inner = key in OPENED and (edges_opened or long)  # all in brackets or none
        below = [
            written(each, value, lead, opened=each in OPENED or inner, edges_opened=edges_opened, end=end)
            for each, value in content.items()
        ]
        return end.join([head, *below])
    if isinstance(content, Mapping) or (isinstance(content, Sequence) and not isinstance(content, str)):
        return f"{head} {flow(content)}"
    return f"{head} {scalar(content, flow=False)}".rstrip()


def _shown(content: Content) -> str:
    return flow(content) if isinstance(content, Mapping) else ""


def lines_of(source: Source, path: Path, content: Mapping[str, Content], indent: int) -> list[str]:
    """Write entries of the mapping under ``path`` as lines, laid out as those that stand there."""
    opened, edges_opened = _layout(source, path)
    end = line_end(source.text)
    return [
        written(key, value, indent, opened=opened, edges_opened=edges_opened, end=end) for key, value in content.items()
    ]


def _layout(source: Source, path: Path) -> tuple[bool, bool]:
    """Return whether entries under ``path`` stand in lines, and whether options and branches in them do."""
    if path == ("nodes",):
        return True, _in_lines(
            source,
            [
                ("nodes", node, group, edge)
                for node, group in _edge_groups(source)
                for edge in _map(source, ("nodes", node, group))
            ],
        )
    siblings = [(*path, key) for key in _map(source, path)]
    if any(isinstance(_at(source, one), Map) and _at(source, one) for one in siblings):
        return _in_lines(source, siblings), False
    if len(path) > 1 and path[-1] in GROUPS:
        return _layout(source, ("nodes",))[1], False
    return len(path) == 1 and path[0] not in FLAT, False


def _in_lines(source: Source, paths: Sequence[Path]) -> bool:
    """Whether most of the mappings are written in lines."""
    kinds = [is_flow(source, path) for path in paths if isinstance(_at(source, path), Map) and _at(source, path)]
    return bool(kinds) and sum(kinds) * 2 < len(kinds)


def _edge_groups(source: Source) -> list[tuple[str, str]]:
    nodes = _map(source, ("nodes",))
    return [
        (node, group) for node, value in nodes.items() for group in GROUPS if isinstance(value, Map) and group in value
    ]


def _at(source: Source, path: Path) -> Any:
    return value_at(source, path) if source.has(path) else None


def _map(source: Source, path: Path) -> Map:
    value = _at(source, path)
    return value if isinstance(value, Map) else Map()


def section(source: Source, name: str) -> Map:
    """Return a section of the file; an empty one if it is not there.

    Raises:
        EditError: something else than a mapping stands there.
    """
    if source.data is None:
        raise EditError("the file cannot be read to its end, so nothing can be added to it")
    value = source.data.get(name)
    if value is not None and not isinstance(value, Map):
        raise EditError(f"'{name}' holds a value, not a mapping")
    return value if value is not None else Map()


# --- where it goes ----------------------------------------------------------------------------------------


def insert_entry(
    source: Source, path: Path, key: str, content: Content, *, after: str | None = None, first: bool = False
) -> list[Edit]:
    """Add an entry to the mapping under ``path``: behind the entry ``after``, ``first``, or at its end.

    The mapping itself may be empty or, as a section of the file, not there yet.
    """
    mapping = _at(source, path)
    if not isinstance(mapping, Map) and mapping is not None:
        raise EditError(f"'{'.'.join(map(str, path))}' holds a value, not a mapping")
    if path and not source.has(path):
        return begin_section(source, str(path[-1]), {key: content})
    if not mapping:
        return _begin(source, path, {key: content})
    if is_flow(source, path):
        return insert_text(source, path, in_brackets(source, {key: content})[1:-1], after=after, first=first)
    column = len(_lead(source, path, next(iter(mapping))))
    entry = lines_of(source, path, {key: content}, column)[0].lstrip(" ")
    return insert_text(source, path, entry, after=after, first=first)


def insert_text(source: Source, path: Path, text: str, *, after: str | None = None, first: bool = False) -> list[Edit]:
    """Add the text of an entry to a mapping that has some; its first line has no indentation, the others theirs."""
    keys = list(_map(source, path))
    place = -1 if first else keys.index(after) if after is not None else len(keys) - 1
    if is_flow(source, path):
        return _insert_in_brackets(source, path, keys, place, text)
    if path and isinstance(path[-1], str) and not is_flow(source, path[:-1]):
        _lead(source, path[:-1], path[-1])  # behind a '?' the mapping's own key ends elsewhere
    lead, *_ = [_lead(source, path, key) for key in (keys[0], *keys[max(place, 0) : place + 2])]
    end = line_end(source.text)
    gap = end if _apart(source, path, keys) else ""
    if place < 0:
        return _insert_first(source, path, keys[0], lead, f"{text}{end}{gap}")
    return _behind(source, (*path, keys[place]), len(lead), gap, lead + text)


def _lead(source: Source, path: Path, key: str) -> str:
    """Return the spaces before the keys of a mapping in lines."""
    start = source.key_span((*path, key)).start
    before = source.text[line_start(source.text, start) : start]
    if "?" in before:
        raise EditError(f"'{key}' is a key behind a '?', where nothing can be added", "write it as 'key: value'")
    return " " * len(before)


def _behind(source: Source, path: Path, indent: int, gap: str, lines: str) -> list[Edit]:
    """Put lines behind an entry and the comments below it that are indented deeper.

    Text in lines (after | or >) must not take in what comes behind it.
    """
    text, end = source.text, line_end(source.text)
    at = line_stop(source, entry_end(source, path))
    mark = _in_lines_mark(source, path)
    if mark is not None and "+" in mark[0]:  # every line break behind it is part of it
        blank = _BLANK_LINES.match(text, at)
        at = blank.end() if blank else at
        if at == line_start(text, at):
            return [(at, at, lines + end)]
        raise EditError(f"'{path[-1]}' ends with text after '{mark[0]}' without a line break", "add one")
    if mark is not None:
        blank = _SPACES.match(text, at)
        at = blank.end() if blank else at
        if at == len(text) and "-" not in mark[0]:
            return [(mark.end(), mark.end(), "-"), (at, at, f"{end}{gap}{lines}")]
    while (match := _COMMENT_LINE.match(text, at)) is not None and len(match[1]) > indent:
        at = match.end()
    return [(at, at, f"{end}{gap}{lines}")]


def _in_lines_mark(source: Source, path: Path) -> re.Match[str] | None:
    """Return the mark (|, >-, |+2) of the text in lines that an entry ends with."""
    value = _at(source, path)
    while isinstance(value, Map | Seq) and value and not is_flow(source, path):
        path = (*path, next(reversed(value)) if isinstance(value, Map) else len(value) - 1)
        value = _at(source, path)
    return _MARK.match(source.text, source.span(path).start) if isinstance(value, str) else None


def _apart(source: Source, path: Path, keys: Sequence[str]) -> bool:
    """Whether a new entry is set apart by a blank line: if its neighbours are, or a lone one is by what is above."""
    if len(keys) > 1:
        return spaced(source, path, keys)
    return path == ("nodes",) and not is_flow(source, (*path, keys[0]))


def _insert_first(source: Source, path: Path, key: str, lead: str, text: str) -> list[Edit]:
    """Put lines before the first entry; comments above that stay with it where it has a line of its own."""
    start = source.key_span((*path, key)).start
    begin = line_start(source.text, start)
    if source.text[begin:start].strip() or not path or isinstance(path[-1], int):
        return [(start, start, text + lead)]
    at = line_stop(source, after_colon(source, path))
    end = line_end(source.text)
    return [(at, at, f"{end}{lead}{text.removesuffix(end)}")]


def _insert_in_brackets(source: Source, path: Path, keys: Sequence[str], place: int, pair: str) -> list[Edit]:
    """Put an entry between brackets: on the line of its neighbours, or on one of its own if they have their own."""
    head = source.span(path).start
    first = source.key_span((*path, keys[0])).start
    between = source.text[head + 1 : first]
    lead = between[max(between.rfind("\n"), between.rfind("\r")) :] if "\n" in between or "\r" in between else ""
    lead = f"{line_end(source.text)}{lead.lstrip(chr(13) + chr(10))}" if lead else ""
    if place < 0:
        return [(head + 1, head + 1, f"{lead}{pair},{'' if lead else ' '}")]
    at = entry_end(source, (*path, keys[place]))
    comma = " ," if source.text[at - 1] == ":" else ","  # `{a:, b: 1}` cannot be read
    if not lead:
        return [(at, at, f"{comma} {pair}")]
    there = _COMMA.match(source.text, at)  # behind a comment that belongs to the entry before
    stop = line_stop(source, there.end() if there else at)
    return [(stop, stop, f"{lead}{pair},")] if there else [(at, at, comma), (stop, stop, f"{lead}{pair}")]


def _begin(source: Source, path: Path, content: Mapping[str, Content]) -> list[Edit]:
    """Write the first entries of a mapping that is empty."""
    where = source.span(path)
    if "#" in source.text[where.start : where.end]:  # a comment between the brackets
        return [(where.end - 1, where.end - 1, in_brackets(source, content)[1:-1])]
    if len(path) != 1 or is_flow(source, ()):
        return replace_value(source, path, flow(content))
    indent = len(_lead(source, (), str(path[0])))
    end = line_end(source.text)
    at = line_stop(source, entry_end(source, path))
    edits: list[Edit] = [(at, at, "".join(f"{end}{line}" for line in lines_of(source, path, content, indent + INDENT)))]
    span, colon = source.span(path), after_colon(source, path)
    if span.end == span.start:
        return edits
    start = max(colon, line_start(source.text, span.start))
    rest = (_REST if start == colon else _SPACE).match(source.text, span.end)
    return [(start, rest.end() if rest else span.end, ""), *edits]


def begin_section(source: Source, name: str, content: Mapping[str, Content] | Sequence[Content]) -> list[Edit]:
    """Begin a section behind those that the format has before it."""
    data = section_order(source)
    rank = SECTIONS.index(name)
    before = [key for key in data if key in SECTIONS and SECTIONS.index(key) < rank]
    neighbour = max(before, key=SECTIONS.index) if before else None
    if is_flow(source, ()):
        keys = list(data)
        pair = in_brackets(source, {name: content})[1:-1]
        return _insert_in_brackets(source, (), keys, keys.index(neighbour) if neighbour else -1, pair)
    end = line_end(source.text)
    lead = _lead(source, (), data[0]) if data else ""
    indent = len(lead) + INDENT
    lines = (
        lines_of(source, (name,), content, indent)
        if isinstance(content, Mapping)
        else [f"{' ' * indent}- {flow(item)}" for item in content]
    )
    text = end.join([f"{lead}{name}:", *lines])
    gap = end if _sections_apart(source, data) else ""
    if neighbour is None:
        start = line_start(source.text, source.key_span((data[0],)).start) if data else len(source.text)
        return [(start, start, f"{text}{end}{gap}")]
    return _behind(source, (neighbour,), 0, gap, text)


def section_order(source: Source) -> list[str]:
    """Return the keys at the top of the file."""
    if source.data is None:
        raise EditError("the file cannot be read to its end, so nothing can be added to it")
    return list(source.data)


def _sections_apart(source: Source, keys: Sequence[str]) -> bool:
    """Whether the sections of the file have blank lines before them; so they get in a file that has none yet."""
    starts = [
        line_start(source.text, source.key_span((key,)).start)
        for key in keys
        if isinstance(_at(source, (key,)), Map) and not is_flow(source, (key,))
    ]
    return not starts or any(_BLANK_ABOVE.search(source.text, 0, start) for start in starts)


# --- changes of several steps -----------------------------------------------------------------------------


def put(source: Source, path: Path, key: str, content: Content, order: Sequence[str]) -> list[Edit]:
    """Give the mapping under ``path`` a value for ``key``, a new key at its place in ``order``."""
    mapping = _map(source, path)
    if key in mapping:
        where = (*path, key)
        if isinstance(content, str | float | bool) or content is None:
            return replace_value(source, where, scalar(content, flow=in_flow(source, where)))
        return replace_value(source, where, flow(content))
    rank = order.index(key)
    before = [each for each in mapping if each in order and order.index(each) < rank]
    return insert_entry(source, path, key, content, after=before[-1] if before else None, first=not before)


def together(steps: Callable[[Source], Sequence[Change]]) -> Change:
    """Make one change of several, which ``steps`` plans from the text as it was before the first."""

    def change(source: Source) -> list[Edit]:
        before, after = source.text, Draft(source).apply(*steps(source)).text
        if before == after:
            return []
        head = _common(before, after)
        tail = _common(before[head:][::-1], after[head:][::-1])
        return [(head, len(before) - tail, after[head : len(after) - tail])]

    return change


def _common(first: str, second: str) -> int:
    """Return how many characters two texts have in common at their start."""
    low, high = 0, min(len(first), len(second))
    while low < high:
        middle = (low + high + 1) // 2
        if first[:middle] == second[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
