"""The text of a scenario file as plain data, with a place in the text for every key and value."""

from __future__ import annotations

import copy
import dataclasses
import posixpath
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from planner.core.diagnostics import Diagnostic, Fix, Label, Span, replace
from planner.core.faults import FAULTS, MAX_BYTES, Fault, Found
from planner.core.marks import Map, Marks, Seq, Value
from planner.core.yamltext import read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

__all__ = ["FAULTS", "Fault", "Included", "Map", "Path", "Seq", "Source", "Value", "replace"]

Path = tuple[str | int, ...]

_SLUGS = {fault.code: fault.slug for fault in FAULTS}
_LINE_END = re.compile(r"\r\n?|\n")
_BOM = "\ufeff"
# What YAML 1.2 takes no character for, in bytes and, beyond ASCII, in text.
_CONTROL_BYTES = bytes({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0D})
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]+")
_MOST_CONTROLS = 100


class Source:
    """A scenario file's text, read once.

    Attributes:
        path: the file's path as it was given.
        text: the whole text, a byte order mark at its start included.
        data: the document as plain data; None if the text cannot be read to its end or holds no mapping.
        diagnostics: the faults of the text itself, P0xx, in the order of the text.
        included: id -> the file that an entry under `include` names; filled by `including`.
    """

    def __init__(
        self, path: str, raw: bytes, text: str, data: Map | None, marks: Marks | None, found: Iterable[Found]
    ) -> None:
        self.path = path
        self.text = text
        self.data = data
        self.included: Mapping[str, Included] = {}
        self._finder: Callable[[Source], Source] | None = None
        self._raw = raw
        self._given_marks = marks
        faults = sorted(found, key=lambda fault: (fault.start, fault.end, fault.code))
        self.diagnostics: tuple[Diagnostic, ...] = tuple(self._diagnostic(fault) for fault in faults)

    @classmethod
    def from_text(cls, text: str | bytes, *, path: str = "<stdin>") -> Source:
        """Read YAML, or JSON where the path ends in `.json`; what is wrong with it is in `diagnostics`."""
        raw = _as_bytes(text) if isinstance(text, str) else bytes(text)
        if len(raw) > MAX_BYTES:
            help_ = "is this the right file? split a scenario that is really so large"
            fault = Found("P002", "the file has more than 64 MiB of text", 0, 0, "", help_)
            return cls(path, raw, "", None, None, [fault])
        try:
            decoded = raw.decode()
        except UnicodeDecodeError as error:
            shown, fault = _not_utf8(raw, error)
            return cls(path, raw, shown, None, None, [fault])
        if _looks_like_utf16(raw):
            shown, fault = _not_utf8(raw, None)
            return cls(path, raw, shown, None, None, [fault])
        clean, found = _without_controls(raw, decoded)
        documents, marks, more = _documents(clean, path)
        found += more
        data = _top(decoded, documents, marks, found)
        return cls(path, raw, decoded, data, marks, found)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the file's bytes, in hexadecimal."""
        from hashlib import sha256

        return sha256(self._raw).hexdigest()

    @property
    def raw(self) -> bytes:
        """The file's bytes as they were read."""
        return self._raw

    def including(
        self, included: Mapping[str, Included], *, finder: Callable[[Source], Source] | None = None
    ) -> Source:
        """Return the same text together with the files that it includes.

        ``finder`` does this for another text in the place of this one; see `changed`.
        """
        source = copy.copy(self)
        source.__dict__.pop("content_fingerprint", None)
        source.included = included
        source._finder = finder  # noqa: SLF001 - a copy of ourselves
        source.diagnostics = tuple(dataclasses.replace(each, source=source) for each in self.diagnostics)
        return source

    def changed(self, text: str | bytes) -> Source:
        """Return another text in the place of this one, together with the files that it includes."""
        source = Source.from_text(text, path=self.path)
        return source if self._finder is None else self._finder(source)

    def files(self) -> list[tuple[str, Source]]:
        """Return every included file once, as (path from this file, text), in the order of first mention."""
        found: dict[str, Source] = {}
        stack = [("", self)]
        while stack:
            file, source = stack.pop()
            if file in found:
                continue
            if source is not self:
                found[file] = source
            folder = posixpath.dirname(file)
            stack += [
                (posixpath.normpath(posixpath.join(folder, entry.file)), entry.source)
                for entry in list(source.included.values())[::-1]
                if entry.source is not None
            ]
        return list(found.items())

    @cached_property
    def content_fingerprint(self) -> str:
        """SHA-256 of this text and all that it includes; the plain fingerprint of a text that includes nothing."""
        return combined_fingerprint(self.fingerprint, [(file, source.fingerprint) for file, source in self.files()])

    def home(self, path: Path) -> tuple[Source, Path]:
        """Return the text in which a path of the whole scenario stands, and the path in that text.

        What an included scenario brings is named ``include/id``: its formulas and edges stand in its own file.
        """
        source = self
        while len(path) > 1 and isinstance(path[1], str) and "/" in path[1] and not source.has(path[:2]):
            name, _, rest = path[1].partition("/")
            entry = source.included.get(name)
            if entry is None or entry.source is None:
                break
            override: Path = ("include", name, "set", rest)
            if path[0] == "parameters" and source.has(override):
                return source, override
            source, path = entry.source, (path[0], rest, *path[2:])
        return source, path

    def __repr__(self) -> str:
        return f"Source({self.path!r}, {len(self.text):,} characters, {len(self.diagnostics)} faults)"

    @property
    def name(self) -> str:
        """The file's name without folder and ending; `scenario` for a text without a file."""
        last = re.split(r"[\\/]", self.path)[-1]
        if self.path.startswith("<") or not last:
            return "scenario"
        stem, dot, _ = last.rpartition(".")
        return stem if dot and stem else last

    # --- places ---------------------------------------------------------------------------------------------

    def span(self, path: Path) -> Span:
        """Return the place of the value under a path such as ("nodes", "line", "options", "engage", "to").

        A path that does not exist gives the key of its nearest ancestor that does.
        """
        *_, (length, entry, _, value) = self._walk(path)
        return self._place(entry, value) if length == len(path) else self.key_span(path)

    def key_span(self, path: Path) -> Span:
        """Return the place of the key under a path; of an item of a list, the item itself.

        A path that does not exist gives the key of its nearest ancestor that does; the whole document stands at
        its first key.
        """
        *_, (length, entry, key, value) = self._walk(path)
        if length == 0:
            first = next(iter(value), None) if isinstance(value, Map) else None
            return self.key_span((first,)) if first is not None else self._place(entry, value)
        return self._place(key, value if key == entry else path[length - 1])

    def has(self, path: Path) -> bool:
        """Whether there is a value under the path."""
        *_, (length, _, _, _) = self._walk(path)
        return self.data is not None and length == len(path)

    def _walk(self, path: Path) -> Iterator[tuple[int, int, int, object]]:
        """Yield (length, entry, entry of the key, value) of every beginning of the path that exists."""
        marks = self._marks
        value: object = self.data
        entry = 0
        yield 0, entry, entry, value
        for length, part in enumerate(path, 1):
            key = marks.children(entry, value).get(part) if isinstance(value, Map | Seq) else None
            if key is None:
                return
            entry = marks.next(key) if isinstance(value, Map) else key
            value = value[part]  # type: ignore[index]
            yield length, entry, key, value

    @cached_property
    def _marks(self) -> Marks:
        if self._given_marks is not None or self.data is None:
            return self._given_marks or Marks()
        from planner.core.jsontext import scan_json

        return scan_json(self.text)[1]

    def _place(self, entry: int, value: object) -> Span:
        return Span(*self._marks.place(self.text, entry, value)) if self.data is not None else Span(0, 0)

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    def position(self, offset: int) -> tuple[int, int]:
        """Return (line, column) of a character, both from 1; a byte order mark is no column."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self._lines, offset)
        column = offset - self._lines[line - 1] + 1
        return line, column - 1 if line == 1 and offset and self.text.startswith(_BOM) else column

    def line_text(self, number: int) -> str:
        """Return a line without its end; lines count from 1, and one that is not there is empty."""
        if not 0 < number <= len(self._lines):
            return ""
        start = self._lines[number - 1]
        stop = self._lines[number] if number < len(self._lines) else len(self.text)
        return self.text[start:stop].rstrip("\r\n").removeprefix(_BOM if number == 1 else "")

    def _diagnostic(self, fault: Found) -> Diagnostic:
        related = tuple(Label(Span(start, end), words) for start, end, words in fault.related)
        fix = Fix(fault.title, fault.edits) if fault.edits else None
        span = Span(fault.start, fault.end)
        slug = _SLUGS[fault.code]
        return Diagnostic(fault.code, slug, "error", fault.message, self, span, fault.label, related, fault.help, fix)


@dataclass(frozen=True)
class Included:
    """A file that a scenario includes: its name as written, and its text or the reason why there is none.

    ``help`` says what to write instead where that is known.
    """

    file: str
    source: Source | None
    problem: str = ""
    cycle: bool = False
    help: str = ""


def combined_fingerprint(own: str, files: Iterable[tuple[str, str]]) -> str:
    """Return the fingerprint of a text with the (path, fingerprint) of the files that it includes."""
    lines = [f"{file}\0{fingerprint}\n" for file, fingerprint in files]
    if not lines:
        return own
    from hashlib import sha256

    return sha256("".join([own + "\n", *lines]).encode()).hexdigest()


def _as_bytes(text: str) -> bytes:
    """Return the bytes of a text; surrogate escapes stand for the bytes that they escape."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _not_utf8(raw: bytes, error: UnicodeDecodeError | None) -> tuple[str, Found]:
    """Return a text to show, and the fault."""
    if _looks_like_utf16(raw):
        order = "be" if raw[:2] == b"\xfe\xff" or (raw[:1] == b"\0" and raw[:2] != b"\0\0") else "le"
        help_ = "save it as UTF-8; editors offer that under 'save with encoding'"
        shown = raw.decode(f"utf-16-{order}", "replace")
        return shown, Found("P001", "the file is UTF-16, not UTF-8", 0, 0, "", help_)
    assert error is not None
    start = len(raw[: error.start].decode())
    line = len(_LINE_END.findall(raw[: error.start].decode())) + 1
    message = f"byte 0x{raw[error.start]:02x} at offset {error.start:,} (line {line:,}) is not UTF-8"
    letter = raw[error.start : error.start + 1].decode("cp1252", "replace")
    hint = f"; in Windows-1252 it would be '{letter}'" if letter.isprintable() and letter != "\ufffd" else ""
    shown = raw.decode("utf-8", "replace")
    return shown, Found("P001", message, start, start + 1, "not UTF-8", f"save the file as UTF-8{hint}")


def _looks_like_utf16(raw: bytes) -> bool:
    """Whether there is the mark of UTF-16 at the start, or a zero byte at about every other place."""
    head = raw[:256]
    zeros = max(head[::2].count(0), head[1::2].count(0))
    return raw.startswith((b"\xff\xfe", b"\xfe\xff")) or (len(head) > 1 and zeros * 2 > len(head) * 0.6)


def _without_controls(raw: bytes, text: str) -> tuple[str, list[Found]]:
    """Replace characters that YAML forbids, each run of them a fault, so that the rest can be read."""
    head = _BOM if text.startswith(_BOM) else ""
    no_ascii_control = len(raw.translate(None, _CONTROL_BYTES)) == len(raw)
    if no_ascii_control and (text.isascii() or not _CONTROL.search(text, len(head))):
        return text, []
    found: list[Found] = []
    for match in _CONTROL.finditer(text, len(head)):
        if len(found) == _MOST_CONTROLS:
            break
        code = f"U+{ord(match[0][0]):04X}"
        many = f"control characters from {code} on are" if len(match[0]) > 1 else f"the control character {code} is"
        help_ = "take it out; if the whole file looks so, it is no text file"
        found.append(Found("P003", f"{many} not allowed", *match.span(), "", help_))
    return head + _CONTROL.sub(lambda match: "\ufffd" * len(match[0]), text[len(head) :]), found


def _documents(text: str, path: str) -> tuple[list[Value], Marks | None, list[Found]]:
    """Read a text as JSON or YAML: its documents (at most one), marks unless they can wait, and faults."""
    named = path.lower().endswith(".json")
    if not text.strip(" \t\r\n" + _BOM):
        return [], Marks(), []
    if not named and not text.startswith("{"):
        return read_yaml(text)
    from json.decoder import JSONDecodeError

    from planner.core.jsontext import json_fault, read_json, scan_json

    body = text.replace(_BOM, " ", 1)
    try:
        data = read_json(body)
    except JSONDecodeError as error:
        return ([], Marks(), [json_fault(body, error)]) if named else read_yaml(text)
    return scan_json(body) if data is None else ([data], None, [])


def _top(text: str, documents: list[Value], marks: Marks | None, found: list[Found]) -> Map | None:
    """Return the document if it is a mapping; report an empty file or another value."""
    if documents and isinstance(documents[0], Map):
        return documents[0]
    head = int(text.startswith(_BOM))
    if documents and not _is_empty(documents[0], text, marks):
        begin, end = marks.place(text, 0, documents[0]) if marks else (head, len(text.rstrip()))
        help_ = "write 'planner: 1' and the other keys at the margin, each with a ':'"
        found.append(Found("P005", "the file is no mapping of keys to values", begin, end, "", help_))
    elif not found:
        help_ = "start with 'planner: 1' and 'nodes:'"
        found.append(Found("P004", "the file is empty", head, head, "", help_))
    return None


def _is_empty(document: Value, text: str, marks: Marks | None) -> bool:
    """Whether there is nothing written where the document should stand."""
    return document is None and marks is not None and len(set(marks.place(text, 0, None))) == 1
