"""Edits of a scenario's text by span: one value, one entry, nothing else moves.

Every function takes a `Source` and returns the (start, end, new text) replacements that make the change; the caller
applies them with `planner.core.diagnostics.replace` and reads the result anew. Comments, order, quotation marks, line
ends and blank lines outside the replaced spans stay as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from planner.core.marks import Map, Seq
from planner.core.num import Num
from planner.core.source import Path, Source

if TYPE_CHECKING:
    from planner.core.diagnostics import Edit, Label

INDENT = 2
_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?=\r|\n|\Z)")
_COLON = re.compile(r"[ \t]*:")

Plain = str | float | bool | None
Content = Plain | Mapping[str, "Content"] | Sequence["Content"]


class EditError(ValueError):
    """A change that the text does not allow, in one sentence.

    Attributes:
        message: what stands in the way.
        next_step: what to write instead, if that is known.
        uses: the places that stand in the way, each with a few words about it.
    """

    def __init__(self, message: str, next_step: str = "", uses: Sequence[Label] = ()) -> None:
        super().__init__(message)
        self.message, self.next_step, self.uses = message, next_step, tuple(uses)


# --- writing YAML -----------------------------------------------------------------------------------------


def scalar(value: Plain, *, flow: bool = True) -> str:
    """Write a text or number so that it reads back the same, with quotation marks only where they are needed.

    ``flow`` says whether it will stand between brackets, where commas end a value.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Num):
        return value.text
    if isinstance(value, float | int):
        return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
    if _reads_back(value, value, flow=flow):
        return value
    if any(ord(char) < 0x20 or char in "\x7f\x85\u2028\u2029\ufeff" for char in value):
        return json.dumps(value, ensure_ascii=False)
    return "'" + value.replace("'", "''") + "'"


def _reads_back(text: str, value: str, *, flow: bool) -> bool:
    if not text or text != text.strip() or "\n" in text or "\r" in text:
        return False
    source = Source.from_text(f"k: {{k: {text}}}\n" if flow else f"k:\n  k: {text}\n")
    if source.diagnostics or source.data is None:
        return False
    inner = source.data.get("k")
    return isinstance(inner, Map) and list(inner) == ["k"] and inner["k"] == value


def typed(text: str, *, flow: bool = True) -> str:
    """Write what somebody typed as a value: numbers, formulas and [lists] as they are, other text quoted if needed."""
    stripped = text.strip()
    if stripped[:1] in {"[", "{"} or stripped in {"true", "false"}:
        return stripped
    source = Source.from_text(f"k: {{k: {stripped}}}\n" if flow else f"k:\n  k: {stripped}\n")
    inner = source.data.get("k") if source.data is not None and not source.diagnostics else None
    if isinstance(inner, Map) and list(inner) == ["k"] and isinstance(inner["k"], Num):
        return stripped
    return scalar(stripped, flow=flow)


def flow(content: Content) -> str:
    """Write content on one line: ``{p: 0.3, to: end}``."""
    if isinstance(content, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(value)}".rstrip() for key, value in content.items()) + "}"
    if isinstance(content, Sequence) and not isinstance(content, str):
        return "[" + ", ".join(flow(item) for item in content) + "]"
    return scalar(content)


def block(content: Mapping[str, Content], indent: int, *, flow_below: int = 2, end: str = "\n") -> str:
    """Write a mapping as lines; what is nested deeper than ``flow_below`` levels stands on one line."""
    lines: list[str] = []
    for key, value in content.items():
        head = " " * indent + scalar(key, flow=False) + ":"
        if isinstance(value, Mapping) and value and flow_below > 0:
            lines.append(head)
            lines.append(block(value, indent + INDENT, flow_below=flow_below - 1, end=end))
        elif isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str)):
            lines.append(f"{head} {flow(value)}")
        else:
            lines.append(f"{head} {scalar(value, flow=False)}".rstrip())
    return end.join(lines)


# --- looking at the text ----------------------------------------------------------------------------------


def line_end(text: str) -> str:
    """Return how the text ends its lines."""
    return "\r\n" if "\r\n" in text else "\n"


def value_at(source: Source, path: Path) -> object:
    """Return the value under a path that exists."""
    value: object = source.data
    for part in path:
        value = value[part]  # type: ignore[index]
    return value


def in_flow(source: Source, path: Path) -> bool:
    """Whether the value under ``path`` stands, or would stand, between brackets."""
    return any(source.has(path[:length]) and is_flow(source, path[:length]) for length in range(len(path)))


def is_flow(source: Source, path: Path) -> bool:
    """Whether the collection under ``path`` is written in brackets."""
    span = source.span(path)
    return source.text[span.start : span.start + 1] in {"{", "["} and isinstance(value_at(source, path), Map | Seq)


def after_colon(source: Source, path: Path) -> int:
    """Return the offset behind the colon of an entry's key."""
    end = source.key_span(path).end
    match = _COLON.match(source.text, end)
    return match.end() if match else end


def entry_end(source: Source, path: Path) -> int:
    """Return where an entry ends, its value included."""
    span = source.span(path)
    if isinstance(path[-1], int):
        return span.end
    return max(span.end, after_colon(source, path)) if value_at(source, path) is not None else after_colon(source, path)


def line_stop(source: Source, offset: int) -> int:
    """Return the end of the line, past spaces and a comment; ``offset`` itself if more stands there."""
    match = _REST_OF_LINE.match(source.text, offset)
    return match.end() if match else offset


def line_start(text: str, offset: int) -> int:
    """Return where the line of ``offset`` starts."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def spaced(source: Source, path: Path, keys: Sequence[str]) -> bool:
    """Whether most entries of a block mapping are set apart by blank lines."""
    gaps = [
        bool(
            re.search(
                r"\n[ \t]*\r?\n", source.text[entry_end(source, (*path, one)) : source.key_span((*path, two)).start]
            )
        )
        for one, two in pairwise(keys)
    ]
    return sum(gaps) * 2 > len(gaps)


# --- the changes ------------------------------------------------------------------------------------------


def replace_value(source: Source, path: Path, text: str) -> list[Edit]:
    """Put ``text`` in the place of the value under a path that exists."""
    span = source.span(path)
    value = value_at(source, path)
    if value is None or (isinstance(value, Map | Seq) and not is_flow(source, path)):
        if isinstance(path[-1], int):
            return [(span.start, span.end, text)]
        start = after_colon(source, path)
        return [(start, max(span.end, start) if value is not None else start, f" {text}")]
    return [(span.start, span.end, text)]


def rename_key(source: Source, path: Path, name: str) -> list[Edit]:
    """Give an entry another key."""
    span = source.key_span(path)
    return [(span.start, span.end, scalar(name, flow=in_flow(source, path)))]


def insert(source: Source, path: Path, key: str, content: Content, *, after: str | None = None) -> list[Edit]:
    """Add an entry to the mapping under ``path``, behind the entry ``after`` or at its end.

    In brackets it goes on the same line; else it becomes lines indented like its neighbours, with a blank line before
    it if they have one. A mapping that is empty or not written yet is begun.
    """
    mapping = value_at(source, path)
    if not isinstance(mapping, Map):
        if mapping is not None:
            raise EditError(f"'{'.'.join(map(str, path))}' holds a value, not a mapping")
        return replace_value(source, path, flow({key: content}))
    if not mapping:
        if not path:
            end = line_end(source.text)
            return [(len(source.text), len(source.text), block({key: content}, 0) + end)]
        return replace_value(source, path, flow({key: content}))
    keys = list(mapping)
    neighbour = (*path, after if after is not None else keys[-1])
    if is_flow(source, path):
        at = entry_end(source, neighbour)
        return [(at, at, f", {flow({key: content})[1:-1]}")]
    return insert_lines(source, path, keys, neighbour, {key: content})


def insert_lines(
    source: Source, path: Path, keys: Sequence[str], neighbour: Path, content: Mapping[str, Content]
) -> list[Edit]:
    """Add an entry to a block mapping, behind ``neighbour``."""
    end = line_end(source.text)
    first = source.key_span((*path, keys[0])).start
    indent = first - line_start(source.text, first)
    depth = 2 if path in {(), ("nodes",)} else 1
    lines = block(content, indent, flow_below=depth, end=end)
    at = line_stop(source, entry_end(source, neighbour))
    gap = end if len(keys) > 1 and spaced(source, path, keys) else ""
    return [(at, at, f"{end}{gap}{lines}")]


def remove(source: Source, path: Path) -> list[Edit]:
    """Take an entry out: its own lines, or its part of a line with the comma. Comments above it stay."""
    parent = path[:-1]
    holder = value_at(source, parent)
    keys: list[str | int] = list(holder) if isinstance(holder, Map) else list(range(len(holder)))  # type: ignore[arg-type]
    if len(keys) == 1 and parent:
        if is_flow(source, parent):
            span = source.span(parent)
            return [(span.start + 1, span.end - 1, "")]
        return replace_value(source, parent, "{}" if isinstance(holder, Map) else "[]")
    start, stop = source.key_span(path).start, entry_end(source, path)
    if is_flow(source, parent):
        place = keys.index(path[-1])
        if place + 1 < len(keys):
            return [(start, source.key_span((*parent, keys[place + 1])).start, "")]
        return [(entry_end(source, (*parent, keys[place - 1])), stop, "")]
    begin = line_start(source.text, start)
    stop = line_stop(source, stop)
    if source.text.startswith("\r\n", stop):
        stop += 2
    elif source.text[stop : stop + 1] in {"\n", "\r"}:
        stop += 1
    return [(begin, stop, "")]
