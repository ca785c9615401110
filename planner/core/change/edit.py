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
from planner.core.scalars import HINTS
from planner.core.source import Path, Source

if TYPE_CHECKING:
    from planner.core.diagnostics import Edit, Label

INDENT = 2
_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?=\r|\n|\Z)")
_COLON = re.compile(r"[ \t]*:")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_BLANK_LINE = re.compile(r"[ \t]*(?:\r\n?|\n)")
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_BOM = "\ufeff"

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
    if _UNSEEN.search(value):
        return _double_quoted(value)
    return "'" + value.replace("'", "''") + "'"


def _reads_back(text: str, value: str, *, flow: bool) -> bool:
    if not text or text != text.strip() or "\n" in text or "\r" in text:
        return False
    return _read(text, flow=flow) == value


def parsed(text: str) -> Content:
    """Return what somebody typed as a value: a number, a [list] or {mapping}, else the text itself."""
    stripped = text.strip()
    found = _read(stripped) if stripped[:1] in {"[", "{"} or stripped[:1] in HINTS else None
    return found if isinstance(found, Num | Map | Seq) else stripped


def _double_quoted(value: str) -> str:
    """Write a text as JSON and YAML both read it, with escapes for what is not seen."""
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))


def _read(text: str, *, flow: bool = True) -> object:
    """Return the value that a text has behind a key, or None."""
    source = Source.from_text(f"k: {{k: {text}}}\n" if flow else f"k:\n  k: {text}\n")
    inner = source.data.get("k") if source.data is not None and not source.diagnostics else None
    return inner["k"] if isinstance(inner, Map) and list(inner) == ["k"] else None


def typed(text: str, *, flow: bool = True) -> str:
    """Write what somebody typed as a value: numbers, formulas and [lists] as they are, other text quoted if needed."""
    value = parsed(text)
    return scalar(value, flow=flow) if isinstance(value, str) else text.strip()


def flow(content: Content, *, json: bool = False) -> str:
    """Write content on one line: ``{p: 0.3, to: end}``, or as JSON has it."""
    if isinstance(content, Mapping):
        pairs = [(_json(key) if json else scalar(key), flow(value, json=json)) for key, value in content.items()]
        return "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
    if isinstance(content, Sequence) and not isinstance(content, str):
        return "[" + ", ".join(flow(item, json=json) for item in content) + "]"
    return _json(content) if json else scalar(content) or "null"


def _json(value: Plain) -> str:
    """Write one value as JSON; digits stay as they are where JSON allows them."""
    if isinstance(value, Num) and not _JSON_NUMBER.fullmatch(value.text):
        value = float(value)
    if isinstance(value, str):
        return _double_quoted(value)
    return scalar(value) or "null"


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


def is_json(source: Source) -> bool:
    """Whether the text is JSON and must stay so."""
    if source.path.lower().endswith(".json"):
        return True
    if not source.text.startswith("{"):
        return False
    try:
        json.loads(source.text)
    except ValueError:
        return False
    return True


def line_end(text: str) -> str:
    """Return how the text ends its lines."""
    return "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"


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
    return max(span.end, after_colon(source, path)) if span.end > span.start else after_colon(source, path)


def line_stop(source: Source, offset: int) -> int:
    """Return the end of the line, past spaces and a comment; ``offset`` itself if more stands there."""
    match = _REST_OF_LINE.match(source.text, offset)
    return match.end() if match else offset


def line_start(text: str, offset: int) -> int:
    """Return where the line of ``offset`` starts."""
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    return start or int(text.startswith(_BOM))


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
    """Put ``text``, written as YAML, in the place of the value under a path that exists."""
    if is_json(source):
        text = flow(_content(_read(text, flow=False)), json=True)
    span = source.span(path)
    value = value_at(source, path)
    written = span.end > span.start and not (isinstance(value, Map | Seq) and not is_flow(source, path))
    if written or isinstance(path[-1], int):
        return [(span.start, span.end, text)]
    start = after_colon(source, path)
    colon = "" if source.text[start - 1] == ":" else ":"
    return [(start, start if value is None else max(span.end, start), f"{colon} {text}")]


def _content(value: object) -> Content:
    if isinstance(value, Map | Seq | str | float | bool) or value is None:
        return value
    raise TypeError(value)


def rename_key(source: Source, path: Path, name: str) -> list[Edit]:
    """Give an entry another key."""
    span = source.key_span(path)
    return [(span.start, span.end, _json(name) if is_json(source) else scalar(name, flow=in_flow(source, path)))]


def insert(source: Source, path: Path, key: str, content: Content, *, after: str | None = None) -> list[Edit]:
    """Add an entry to the mapping under ``path``, behind the entry ``after`` or at its end.

    In brackets it goes on the same line, or on one of its own if the entry before has one; else it becomes lines
    indented like its neighbours, with a blank line before it if they have one. A mapping that is empty or not written
    yet is begun.
    """
    mapping = value_at(source, path)
    if not isinstance(mapping, Map):
        if mapping is not None:
            raise EditError(f"'{'.'.join(map(str, path))}' holds a value, not a mapping")
        return replace_value(source, path, flow({key: content}))
    written = flow({key: content}, json=is_json(source))[1:-1]
    if not mapping and not path:
        end = line_end(source.text)
        at = source.span(()).start + 1
        whole = is_flow(source, ())
        return [(at, at, written)] if whole else [(len(source.text),) * 2 + (block({key: content}, 0) + end,)]
    if not mapping:
        return replace_value(source, path, flow({key: content}))
    keys = list(mapping)
    neighbour = (*path, after if after is not None else keys[-1])
    if is_flow(source, path):
        at = entry_end(source, neighbour)
        start = source.key_span(neighbour).start
        before = source.text[line_start(source.text, start) : start]
        gap = " " if before.strip() else line_end(source.text) + before
        return [(at, at, f",{gap}{written}")]
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
    line = _BLANK_LINE.match(source.text, stop)
    stop = line.end() if line else stop
    if _after_blank(source.text, begin) and (stop == len(source.text) or _BLANK_LINE.match(source.text, stop)):
        begin = _line_before(source.text, begin)  # one blank line is enough between the neighbours
    return [(begin, stop, "")]


def _after_blank(text: str, begin: int) -> bool:
    """Whether the line before the one that begins at ``begin`` is blank."""
    return begin > 1 and not text[_line_before(text, begin) : begin].strip()


def _line_before(text: str, begin: int) -> int:
    """Return the start of the line before the one that begins at ``begin``."""
    return line_start(text, begin - (2 if text.endswith("\r\n", 0, begin) else 1))
