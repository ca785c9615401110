"""JSON text -> the same plain data as YAML gives, fast; and marks for it when somebody asks for a place."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from planner.core.faults import DEPTH, Found
from planner.core.marks import Map, Marks, Seq, Value
from planner.core.scalars import CONSTANTS, Scalar, resolve, scalar_fault
from planner.core.yamltext import DROPPED, duplicate

if TYPE_CHECKING:
    from json.decoder import JSONDecodeError

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)
_HALF = re.compile("[\ud800-\udfff]")
_MAYBE_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_NOT_FINITE = {"NaN": ".nan", "Infinity": ".inf", "-Infinity": "-.inf"}


def read_json(text: str) -> Value | None:
    """Return the data of a faultless JSON text, or None when `scan_json` has to look for faults.

    Raises JSONDecodeError where the text is not JSON.
    """
    odd = _MAYBE_HALF.search(text) is not None
    numbers: dict[str, Scalar] = {}

    def number(digits: str) -> Scalar:
        nonlocal odd
        value = numbers.get(digits)
        if value is None:
            value, code = resolve(digits)
            odd = odd or code is not None
            numbers[digits] = value
        return value

    def constant(_: str) -> None:
        nonlocal odd
        odd = True

    def mapping(pairs: list[tuple[str, Any]]) -> Map:
        nonlocal odd
        made = Map(pairs)
        odd = odd or len(made) < len(pairs)
        return made

    try:
        data = json.loads(
            text, object_pairs_hook=mapping, parse_float=number, parse_int=number, parse_constant=constant
        )
    except RecursionError:
        return None
    return None if odd else _settled(data)


def _settled(data: Any) -> Value | None:
    """Make lists `Seq`, level by level; None if there are too many levels."""
    root = Seq([data])
    level: list[Any] = [root]
    for _ in range(DEPTH + 1):
        below = []
        for container in level:
            for key, value in container.items() if container.__class__ is Map else enumerate(container):
                kind = value.__class__
                if kind is Map:
                    below.append(value)
                elif kind is list:
                    container[key] = made = Seq(value)
                    below.append(made)
        if not below:
            return root[0]  # type: ignore[no-any-return]
        level = below
    return None


def scan_json(text: str) -> tuple[list[Value], Marks, list[Found]]:
    """Return data, marks and faults of a text that is JSON, at least down to the deepest level that is read.

    The list holds the one document, or nothing if it nests too deep.
    """
    scanner = _Scanner()
    for token in _TOKEN.finditer(text):
        word = token[0]
        if word in {"[", "{"}:
            if not scanner.start(token):
                return [], Marks(), scanner.found
        elif word in {"]", "}"}:
            scanner.close(token)
        elif word not in {",", ":"}:
            scanner.scalar(token)
    marks = scanner.marks
    marks.close(scanner.closed)
    for container, entry, key, again in scanner.twice:
        scanner.found.append(duplicate(text, marks, key, marks.children(entry, container)[key], again))
    return list(scanner.root), marks, scanner.found


class _Scanner:
    """Turns the tokens of a JSON text into data and marks, with a stack of its own."""

    def __init__(self) -> None:
        self.marks = Marks()
        self.found: list[Found] = []
        self.closed: list[tuple[int, int, int]] = []
        self.twice: list[tuple[Map, int, str, int]] = []
        self.root = Seq()
        self.container: Map | Seq = self.root
        self.key: str | None = None
        self.entry = 0
        self.stack: list[tuple[Map | Seq, str | None, int]] = []

    def mark(self, token: re.Match[str]) -> int:
        """Add an entry and return its number."""
        self.marks.starts.append(token.start())
        return len(self.marks.starts) - 1

    def start(self, token: re.Match[str]) -> bool:
        """Open a collection; return False where it is too deep."""
        self.stack.append((self.container, self.key, self.entry))
        self.entry = self.mark(token)
        self.container, self.key = Map() if token[0] == "{" else Seq(), None
        if len(self.stack) > DEPTH:
            message, help_ = f"nested deeper than {DEPTH} levels", "write it flatter"
            self.found.append(Found("P007", message, *token.span(), f"level {DEPTH + 1}", help_))
        return len(self.stack) <= DEPTH

    def close(self, token: re.Match[str]) -> None:
        """Finish a collection and put it into its parent."""
        self.closed.append((self.entry, len(self.marks.starts), token.end()))
        done = self.container
        if isinstance(done, Map):
            done.pop(DROPPED, None)
        self.container, self.key, self.entry = self.stack.pop()
        self.put(done)

    def put(self, value: Value) -> None:
        """Keep a value in the open collection."""
        if isinstance(self.container, Map):
            self.container[self.key or ""] = value
            self.key = None
        else:
            self.container.append(value)

    def scalar(self, token: re.Match[str]) -> None:
        """Keep a key or a value that is no collection."""
        entry = self.mark(token)
        if not isinstance(self.container, Map) or self.key is not None:
            self.put(self.value(token))
            return
        self.key = self.text(token)
        if self.key in self.container:
            self.twice.append((self.container, self.entry, self.key, entry))
            self.marks.dropped.add(entry)
            self.key = DROPPED

    def text(self, token: re.Match[str]) -> str:
        """Return a string without its escapes."""
        if "\\" not in token[0]:
            return token[0][1:-1]
        text: str = json.loads(token[0])
        if _HALF.search(text):
            message, help_ = "this escape is half of a character", "write the character itself"
            escapes = _MAYBE_HALF.search(token[0])
            start = token.start() + (escapes.start() if escapes else 0)
            self.found.append(Found("P026", message, start, start + 6, "", help_))
        return _HALF.sub("\ufffd", text)

    def value(self, token: re.Match[str]) -> Scalar:
        """Return text, number, truth value or nothing."""
        word = token[0]
        if word.startswith('"'):
            return self.text(token)
        if word in CONSTANTS:
            return CONSTANTS[word]
        value, code = resolve(_NOT_FINITE.get(word, word))
        if code:
            self.found.append(scalar_fault(code, word, *token.span()))
        return value


def json_fault(text: str, error: JSONDecodeError) -> Found:
    """Return the fault behind a JSON error."""
    at = min(error.pos, len(text))
    char = text[at : at + 1]
    code, end, help_ = "P016", min(at + 1, len(text)), "the rules of JSON hold in a .json file; a .yaml file is freer"
    message = f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
    if error.msg.startswith("Unterminated string"):
        line_end = re.compile(r"[\r\n]|\Z").search(text, at)
        code, end = "P019", line_end.start() if line_end else at + 1
        message, help_ = "the quotation mark opened here is never closed", 'close it with " where the text ends'
    elif "escape" in error.msg:
        code, message = "P026", "this escape is none in JSON"
        help_ = "write \\\\ for a backslash"
    elif char == "'":
        message, help_ = "JSON takes double quotation marks only", "write \" instead of '"
    elif char in {"#", "/"}:
        message, help_ = "JSON knows no comments", "take it out, or name the file .yaml, where # starts a comment"
    elif char in {"}", "]"} or "trailing comma" in error.msg:
        message, help_ = "a comma or colon has nothing after it", "take the comma before the closing bracket out"
    elif error.msg.startswith("Extra data"):
        message, help_ = "text goes on after the end of the document", "keep one scenario in a file"
    elif not char and error.msg.startswith(("Expecting ',' delimiter", "Expecting property")):
        code, message = "P020", "the file ends before its brackets are closed"
        help_ = "close every { with } and every [ with ]"
    return Found(code, message, at, end, "", help_)
