"""Which changes together broke a model that was sound on both sides."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from planner.core.change.merge.unsettled import differing
from planner.core.marks import Map, Seq
from planner.core.rules import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.core.diagnostics import Diagnostic, Span
    from planner.core.source import Path, Source

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_EDGE = re.compile(r"(?<![\w.-])([a-z][a-z0-9_-]*)\.([a-z][a-z0-9_-]*)(?![\w.-])")
_NAMED = ("parameters", "nodes", "actors", "criteria", "state", "signals", "futures", "include")
_ABSENT = object()


def new_errors(made: Source, ours: Source, theirs: Source) -> list[Diagnostic]:
    """Return the errors of a merged text that neither side had."""
    found = [each for each in check(made) if each.severity == "error"]
    if not found:
        return []
    said: Counter[tuple[str, str]] = Counter()
    for side in (ours, theirs):
        said |= Counter((each.code, each.message) for each in check(side) if each.severity == "error")
    new = []
    for each in found:
        if said[each.code, each.message]:
            said[each.code, each.message] -= 1
        else:
            new.append(each)
    return new


def causes(found: Sequence[Diagnostic], made: Source, ours: Source, theirs: Source) -> frozenset[Path]:
    """Return the places at which the two sides differ and on which the errors hang; all of them if none is named."""
    paths: set[Path] = set()
    for each in found:
        labels = [label.span for label in each.related] if each.source is made else []
        spans = [*labels, each.span]
        paths |= _of_names(spans, made, ours, theirs)
        steps = _EDGE.findall(each.message)  # those of a loop
        edges = [("nodes", node, group, edge) for node, edge in steps for group in ("options", "branches")]
        paths |= _differing_at(edges, ours, theirs)
        at_labels = _differing_at((path_at(made, span) for span in labels), ours, theirs)
        paths |= at_labels or _differing_at([path_at(made, each.span)], ours, theirs)
    return frozenset(paths or differing(ours.data, theirs.data))


def path_at(source: Source, span: Span) -> Path:
    """Return the innermost path whose key or value holds a place of the text."""
    path: Path = ()
    value: object = source.data
    while isinstance(value, Map | Seq):
        keys: Iterable[str | int] = value if isinstance(value, Map) else range(len(value))
        inside = None
        for key in keys:
            here = (*path, key)
            if source.key_span(here).start <= span.start and span.end <= max(
                source.span(here).end, source.key_span(here).end
            ):
                inside = key
        if inside is None or source.key_span((*path, inside)) == span:
            return path if inside is None else (*path, inside)
        path, value = (*path, inside), value[inside]  # type: ignore[index]
    return path


def _of_names(spans: Iterable[Span], made: Source, ours: Source, theirs: Source) -> set[Path]:
    """Return where the sides differ in what the faulty places name, through formulas of formulas, too."""
    found: set[Path] = set()
    words = [word for span in spans for word in _WORD.findall(made.text[span.start : span.end])]
    done: set[str] = set()
    while words:
        word = words.pop()
        if word in done:
            continue
        done.add(word)
        for section in _NAMED:
            sides = [_value(side, (section, word)) for side in (ours, theirs)]
            if section != "nodes" or _ABSENT in sides:
                found |= _differing_at([(section, word)], ours, theirs)
            if section == "parameters":
                for value in sides:
                    value = value.get("value") if isinstance(value, Map) else value  # noqa: PLW2901
                    words += _WORD.findall(value) if isinstance(value, str) else []
    return found


def _differing_at(paths: Iterable[Path], ours: Source, theirs: Source) -> set[Path]:
    """Return the innermost places at or below the paths at which the sides differ; above, where one has none."""
    found: set[Path] = set()
    for path in paths:
        one, two = _value(ours, path), _value(theirs, path)
        if one is not _ABSENT and two is not _ABSENT:
            found |= differing(one, two, path)
        elif one is not two:
            while len(path) > 1 and _ABSENT in (_value(ours, path[:-1]), _value(theirs, path[:-1])):
                path = path[:-1]  # noqa: PLW2901
            found.add(path)
    return found


def _value(source: Source, path: Path) -> object:
    value: object = source.data
    for part in path:
        if isinstance(value, Map) and isinstance(part, str) and part in value:
            value = value[part]
        elif isinstance(value, Seq):
            value = value[part] if isinstance(part, int) and part < len(value) else _ABSENT
        else:
            return _ABSENT
    return value
