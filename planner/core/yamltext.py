"""YAML text -> plain data and marks, straight from the parser's events, without recursion.

libyaml's parser gives an event for each scalar and each end of a collection. Building data from those
events takes a fraction of the time of PyYAML's loaders, which make a node and a Python generator for each.
"""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING, Any

from planner.core.collector import no_collection
from planner.core.faults import DEPTH, Found
from planner.core.marks import Map, Marks, Seq, Value
from planner.core.scalars import CONSTANTS, HINTS, Scalar, resolve, scalar_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Takes the place of a key whose value is read and then forgotten; no text that YAML gives is equal to it.
DROPPED = "\udc00"
_UNKNOWN: Any = object()

# libyaml ends lines at these three as YAML 1.1 did; in YAML 1.2 and in editors they are characters like others.
_BREAKS = "\x85\u2028\u2029"
_PROPERTY = re.compile(r"!<[^>\s]*>|![^\s,\[\]{}]*|&[^\s,\[\]{}]*")
_GAP = re.compile(r"(?:[ \t\r\n]+(?:#[^\r\n]*)?)*")
_GLUED = re.compile(r"([a-z][a-z0-9_-]*):(?!//)\S.*")


class Stop(Exception):  # noqa: N818 - not a fault of ours: the rest of the text is not read
    """Ends the reading of a text at a fault after which the rest makes no sense."""


def read_yaml(text: str) -> tuple[list[Value], Marks, list[Found]]:
    """Return the documents of the text (at most one), the places of everything in them, and the faults.

    The list is empty when there is no document or when it could not be read to its end. Characters that YAML
    forbids must have been replaced. The garbage collector is paused meanwhile: none of the many objects
    made here is garbage, and looking for it takes most of the time in large files.
    """
    from yaml.error import MarkedYAMLError

    skip = 1 if text.startswith("\ufeff") else 0
    body, restored = _plain_breaks(text[skip:])
    builder = _Builder(body, restored)
    with no_collection():
        try:
            builder.read(_events(body))
            documents = list(builder.root)
        except Stop:
            documents = []
        except MarkedYAMLError as error:
            from planner.core.syntax import syntax_fault

            documents = []
            last = builder.marks.starts[-1] if builder.marks.starts else 0
            builder.found.append(syntax_fault(body, error, last, builder.open_bracket()))
    builder.finish()
    if skip:
        _shift(builder, skip)
    return documents, builder.marks, builder.found


def events(text: str) -> Iterator[Any]:
    """Yield the parser's events of a text that `read_yaml` found no fault in; offsets count from its first character.

    A byte order mark must have been taken off.
    """
    next_event = _events(_plain_breaks(text)[0])
    while True:
        event = next_event()
        yield event
        if event.__class__.__name__ == "StreamEndEvent":
            return


def _events(body: str) -> Callable[[], Any]:
    """Return the function that gives the next event, from libyaml or from PyYAML's own slower parser."""
    try:
        from yaml._yaml import CParser
    except ImportError:
        from yaml import Loader

        return Loader(body).get_event  # type: ignore[no-any-return,no-untyped-call,unused-ignore]
    return CParser(body).get_event  # type: ignore[no-any-return,no-untyped-call,unused-ignore]


def _plain_breaks(body: str) -> tuple[str, dict[int, str] | None]:
    """Put private characters that the text does not hold in the place of breaks that are none."""
    if not any(char in body for char in _BREAKS):
        return body, None
    free = (chr(code) for code in range(0xE000, 0xF900) if chr(code) not in body)
    stand_ins = dict(zip(map(ord, _BREAKS), free, strict=False))
    return body.translate(stand_ins), {ord(new): chr(old) for old, new in stand_ins.items()}


def _shift(builder: _Builder, skip: int) -> None:
    marks = builder.marks
    marks.starts[:] = array("I", (place + skip for place in marks.starts))
    marks.ends[:] = array("I", (place and place + skip for place in marks.ends))  # 0: not a collection
    builder.found = [_shifted(fault, skip) for fault in builder.found]


def _shifted(fault: Found, skip: int) -> Found:
    return Found(
        fault.code,
        fault.message,
        fault.start + skip,
        fault.end + skip,
        fault.label,
        fault.help,
        tuple((start + skip, end + skip, words) for start, end, words in fault.related),
        fault.title,
        tuple((start + skip, end + skip, words) for start, end, words in fault.edits),
    )


class _Builder:
    """Turns events into data, with a stack of its own."""

    def __init__(self, body: str, restored: dict[int, str] | None) -> None:
        self.body = body
        self.restored = restored
        self.careful = restored is not None or any(mark in body for mark in ("&", "!", "<<"))
        self.marks = Marks()
        self.found: list[Found] = []
        self.root = Seq()
        self.documents = 0
        self.stack: list[tuple[Any, str | None]] = []  # the collections round the open one, and their waiting keys
        self.opened: list[int] = []  # entries of the open collections
        self.closed: list[tuple[int, int, int]] = []  # (entry, entry after, end) of finished ones
        self.twice: list[tuple[Map, int, str, int]] = []
        self.values: dict[str, Scalar] = dict(CONSTANTS)

    def read(self, next_event: Callable[[], Any]) -> None:  # noqa: C901, PLR0912, PLR0915 - the inner loop, calls cost
        """Read all events; raises Stop or the parser's error where the text cannot be read further."""
        from yaml import events

        scalar, map_start, seq_start = events.ScalarEvent, events.MappingStartEvent, events.SequenceStartEvent
        map_end, seq_end = events.MappingEndEvent, events.SequenceEndEvent
        starts, dropped = self.marks.starts, self.marks.dropped
        add_start = starts.append
        careful, hints, stack, opened, closed = self.careful, HINTS, self.stack, self.opened, self.closed
        plain = self.plain
        container: Any = self.root
        mapped = False
        key: str | None = None
        last = 0  # where the collection closed last ends
        leaf = next_event()  # the scalar or alias read last
        while True:
            event = next_event()
            kind = event.__class__
            if kind is scalar:
                value = event.value
                add_start(event.start_mark.index)
                leaf = event
                if careful:
                    value = self.properties(event, value)
                if not mapped:
                    container.append(plain(event, value) if value[:1] in hints else value)
                elif key is None:
                    key = (
                        self.odd_key(event, container, value)
                        if value in container or (careful and value == "<<")
                        else value
                    )
                else:
                    if value[:1] not in hints:
                        container[key] = value
                    elif value or ":" not in key or event.style:
                        container[key] = plain(event, value)
                    else:
                        self.glued(container, key)
                    key = None
            elif kind is map_start or kind is seq_start:
                stack.append((container, key))
                opened.append(len(starts))
                add_start(event.start_mark.index)
                if careful or len(stack) > DEPTH:
                    self.odd_collection(event)
                mapped = kind is map_start
                container = Map() if mapped else Seq()
                key = None
            elif kind is map_end or kind is seq_end:
                end = event.end_mark.index
                if end == event.start_mark.index and end > last:  # without a bracket: it ends with what it holds
                    end = max(last, leaf.end_mark.index)
                last = end
                entry = opened.pop()
                closed.append((entry, len(starts), last))
                done = container
                if dropped and mapped:
                    done.pop(DROPPED, None)
                container, key = stack.pop()
                mapped = container.__class__ is Map
                if not mapped:
                    container.append(done)
                elif key is None:
                    key = self.key_collection(done, entry, last)
                else:
                    container[key] = done
                    key = None
            elif kind is events.AliasEvent:
                leaf = event
                key = self.alias(event, container, key)
            elif kind is events.StreamEndEvent or (kind is events.DocumentStartEvent and self.is_second(event)):
                return

    def plain(self, event: Any, text: str) -> Scalar:
        """Return the value of a scalar that may be more than text."""
        if event.style:
            return text
        value: Scalar = self.values.get(text, _UNKNOWN)
        if value is _UNKNOWN:
            if text[0] > "9":
                return text
            value, code = resolve(text)
            if code is None:
                self.values[text] = value
            else:
                self.found.append(scalar_fault(code, text, self.marks.starts[-1], event.end_mark.index))
        return value

    def odd_collection(self, event: Any) -> None:
        """Report anchor, tag and too great a depth of the collection that was just opened."""
        if event.anchor is not None or event.tag is not None:
            self.property_faults(event, (event.anchor is not None) + (event.tag is not None))
        if len(self.stack) > DEPTH:
            at = self.marks.starts[-1]
            help_ = "write it flatter, or look for a bracket that is never closed"
            message = f"nested deeper than {DEPTH} levels"
            self.found.append(Found("P007", message, at, at + 1, f"level {DEPTH + 1}", help_))
            raise Stop

    def key_collection(self, key: Map | Seq, entry: int, end: int) -> str:
        """Report a collection in the place of a key; what follows it is not kept."""
        what = "mapping" if isinstance(key, Map) else "list"
        help_ = "write a word or an id before the ':'"
        self.found.append(Found("P013", f"a {what} cannot be a key", self.marks.starts[entry], end, "", help_))
        self.marks.dropped.add(entry)
        return DROPPED

    def odd_key(self, event: Any, container: Map, key: str) -> str:
        """Report a key that is there already, or a merge key; what follows it is not kept."""
        entry = len(self.marks.starts) - 1
        if key not in container:
            if event.style:
                return key
            start, end = self.marks.starts[entry], event.end_mark.index
            help_ = "write the keys out where they are needed"
            self.found.append(Found("P011", "merge keys are not part of the format", start, end, "", help_))
        else:
            self.twice.append((container, self.opened[-1], key, entry))
        self.marks.dropped.add(entry)
        return DROPPED

    def glued(self, container: Map, key: str) -> None:
        """Read `{p:0.5}`, which YAML takes for a key without a value, as the key and value that it surely is."""
        marks, body = self.marks, self.body
        start = marks.starts[-2]
        end = start + len(key)
        match = _GLUED.fullmatch(body, start, end) if body.startswith(key, start) else None
        following = _GAP.match(body, end)
        after = following.end() if following else end
        if match is None or match[1] in container or body[after : after + 1] not in {",", "}"}:
            container[key] = None
            return
        colon = match.end(1) + 1
        self.found.append(
            Found(
                "P021",
                f"'{match[0]}' needs a space after its colon",
                start,
                colon,
                "",
                f"write '{match[1]}: {body[colon:end]}'",
                title="put a space after the colon",
                edits=((colon, colon, " "),),
            )
        )
        marks.starts[-1] = colon
        container[match[1]] = resolve(body[colon:end])[0]

    def properties(self, event: Any, value: str) -> str:
        """Report anchor and tag of a scalar, and give back the characters that were replaced."""
        start, end = self.marks.starts[-1], event.end_mark.index
        tagged = event.tag is not None or (start < end and self.body[start] == "!")
        if tagged or event.anchor is not None:
            self.property_faults(event, (event.anchor is not None) + tagged)
        return value.translate(self.restored) if self.restored else value

    def property_faults(self, event: Any, count: int) -> None:
        """Report anchors and tags before the value opened last, and move its start past them."""
        at = self.marks.starts[-1]
        limit = event.end_mark.index if event.end_mark.index > at else len(self.body)
        for _ in range(count):
            match = _PROPERTY.match(self.body, at)
            if match is None:
                break
            anchor = match[0].startswith("&")
            code, what = ("P009", "anchors") if anchor else ("P012", "tags")
            help_ = "write the value out where it is needed" if anchor else "leave the tag out"
            message = f"{what} such as '{match[0]}' are not part of the format"
            self.found.append(Found(code, message, at, match.end(), "", help_))
            gap = _GAP.match(self.body, match.end())
            at = min(gap.end() if gap else match.end(), limit)
        self.marks.starts[-1] = at

    def alias(self, event: Any, container: Any, key: str | None) -> str | None:
        """Report an alias and put nothing in its place; return the key that waits for a value then."""
        marks = self.marks
        start, end = event.start_mark.index, event.end_mark.index
        merged = key is DROPPED and self.body.startswith("<<", marks.starts[-1])
        marks.starts.append(start)
        if not merged:
            message = f"aliases such as '{self.body[start:end]}' are not part of the format"
            self.found.append(Found("P010", message, start, end, "", "write the value out where it is needed"))
        if container.__class__ is not Map:
            container.append(None)
        elif key is None:
            marks.dropped.add(len(marks.starts) - 1)
            return DROPPED
        else:
            container[key] = None
        return None

    def is_second(self, event: Any) -> bool:
        """Whether a second document starts here; report it."""
        self.documents += 1
        if self.documents == 1:
            return False
        start, end = event.start_mark.index, event.end_mark.index
        help_ = "keep one scenario in a file, and leave '---' out"
        self.found.append(Found("P006", "a second document starts here", start, end, "", help_))
        return True

    # --- the end -------------------------------------------------------------------------------------------

    def open_bracket(self) -> int | None:
        """Return where the innermost bracket stands that is open now."""
        starts = (self.marks.starts[entry] for entry in reversed(self.opened))
        return next((start for start in starts if self.body[start] in "[{"), None)

    def finish(self) -> None:
        """Complete the marks and report duplicate keys with both places."""
        marks = self.marks
        stop = len(marks.starts)
        marks.close([*((entry, stop, len(self.body)) for entry in self.opened), *self.closed])
        for container, entry, key, at in self.twice:
            container.pop(DROPPED, None)
            first = marks.children(entry, container)[key]
            self.found.append(duplicate(self.body, marks, key, first, at))


def duplicate(text: str, marks: Marks, key: str, first: int, second: int) -> Found:
    """Return the fault of a key that stands twice in one mapping, given the entries of both."""
    start, end = marks.place(text, first, key)
    help_ = "keep one of the two, or give one another name"
    again = marks.place(text, second, key)
    return Found("P008", f"key '{key}' is given twice", *again, "again here", help_, ((start, end, "first here"),))
