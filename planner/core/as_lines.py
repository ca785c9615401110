"""A scenario's data as plain lines, one fact a line: what `git diff` compares instead of the file's own text.

Layout, comments, quotation marks and the order of the format's own keys do not show; everything else does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.core.change.layout_order import DOCUMENT
from planner.core.marks import Map, Seq
from planner.core.num import Num

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.core.change.layout_order import Place
    from planner.core.source import Source, Value

FIRST_LINE = "scenario in plain lines (planner 1)"
KINDS = ("decision", "chance", "observe", "outcome")
ONE_OF = {
    "actors": "actor",
    "criteria": "criterion",
    "parameters": "parameter",
    "futures": "future",
    "signals": "signal",
    "include": "include",
}
EDGES = {"options": "option", "branches": "branch"}


def as_lines(source: Source) -> str | None:
    r"""Return a scenario in plain lines; None for a text with faults, or one that is no scenario.

    Examples:
        >>> from planner.core.source import Source
        >>> print(as_lines(Source.from_text("planner: 1\nnodes: {end: {payoff: -4, outcome: 'Over'}}")), end="")
        scenario in plain lines (planner 1)
        planner 1
        outcome end: Over
          payoff -4
    """
    data = source.data
    if data is None or source.diagnostics or not ("planner" in data or "nodes" in data):
        return None
    return "\n".join([FIRST_LINE, *_document(data)]) + "\n"


def open_lines(text: str, path: str) -> str | None:
    """Return a text with conflict markers in plain lines, both versions between markers where they differ.

    None where it has no markers, or where a version of it cannot be read.
    """
    from difflib import SequenceMatcher

    from planner.core.change.merge.form import plain
    from planner.core.change.merge.unsettled import versions
    from planner.core.source import Source

    both = versions(plain(text))
    made = [as_lines(Source.from_text(each, path=path)) for each in both or ()]
    if len(made) < 2 or made[0] is None or made[1] is None:
        return None
    one, two = (each.splitlines(keepends=True) for each in made if each is not None)
    lines: list[str] = []
    for kind, start, stop, begin, end in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if kind == "equal":
            lines += one[start:stop]
        else:
            lines += ["<<<<<<< ours\n", *one[start:stop], "=======\n", *two[begin:end], ">>>>>>> theirs\n"]
    return "".join(lines)


def _document(data: Map) -> Iterator[str]:
    for key, value in _ordered(data, DOCUMENT):
        place = DOCUMENT.below(key)
        if key == "nodes" and isinstance(value, Map):
            for name, node in value.items():
                yield from _node(name, node, place.below(name))
        elif key in ONE_OF and isinstance(value, Map):
            for name, entry in value.items():
                yield from _entry(f"{ONE_OF[key]} {name}", entry, place.below(name), "")
        else:
            yield from _fact(key, value, place, "")


def _node(name: str, node: Value, place: Place) -> Iterator[str]:
    if not isinstance(node, Map):
        yield from _fact(f"node {name}", node, place, "")
        return
    kind = next((each for each in KINDS if each in node), "node")
    title = node.get(kind)
    yield _line(f"{kind} {name}", "" if kind == "observe" else title, "")
    for key, value in _ordered(node, place):
        if key == kind and kind != "observe":
            continue
        if key in EDGES and isinstance(value, Map):
            for edge, content in value.items():
                yield from _edge(f"{EDGES[key]} {edge}", content, place.below(key).below(edge))
        else:
            yield from _fact(key, value, place.below(key), "  ")


def _edge(head: str, edge: Value, place: Place) -> Iterator[str]:
    """Write an option or branch: its probability and where it leads on its first line."""
    if isinstance(edge, Map):
        scalars = {key: edge[key] for key in ("p", "to") if key in edge and not isinstance(edge[key], Map | Seq)}
        head += f" p {_scalar(scalars['p'])}" if "p" in scalars else ""
        head += f" -> {_scalar(scalars['to'])}" if "to" in scalars else ""
        edge = Map({key: value for key, value in edge.items() if key not in scalars})
    yield from _entry(head, edge, place, "  ")


def _entry(head: str, entry: Value, place: Place, indent: str) -> Iterator[str]:
    """Write something with a name, and what it holds on the lines below."""
    if not isinstance(entry, Map):
        yield from _fact(f"{head} =" if entry is not None else head, entry, place, indent)
        return
    value = entry.get("value")
    shown = not isinstance(value, Map | Seq) and value is not None and "\n" not in str(value)
    named = isinstance(entry.get("name"), str)
    yield _line(f"{head} = {_scalar(value)}" if shown else head, entry["name"] if named else "", indent)
    for key, inner in _ordered(entry, place):
        if not (key == "name" and named) and not (key == "value" and shown):
            yield from _fact(key, inner, place.below(key), f"{indent}  ")


def _fact(key: str, value: Value, place: Place, indent: str) -> Iterator[str]:
    """Write a value under the words that lead to it."""
    if isinstance(value, Map) and value:
        for name, inner in _ordered(value, place):
            yield from _fact(f"{key} {name}", inner, place.below(name), indent)
    elif isinstance(value, Seq) and any(isinstance(item, Map | Seq) for item in value):
        for item in value:
            yield from _fact(key, item, place.below("*"), indent)
    elif isinstance(value, Map | Seq):
        yield f"{indent}{key} {', '.join(map(_scalar, value)) if value else 'empty'}"
    elif isinstance(value, str) and "\n" in value.strip("\n"):
        yield f"{indent}{key}"
        yield from (f"{indent}  {line}".rstrip() for line in value.strip("\n").split("\n"))
    else:
        yield f"{indent}{key} {_scalar(value)}".rstrip()


def _line(head: str, title: Value, indent: str) -> str:
    words = " ".join(str(title).split()) if title not in (None, "") else ""
    return f"{indent}{head}: {words}" if words else f"{indent}{head}"


def _scalar(value: Value) -> str:
    if isinstance(value, Num):
        return value.text
    if isinstance(value, bool):
        return "true" if value else "false"
    return "nothing" if value is None else str(value)


def _ordered(data: Map, place: Place) -> list[tuple[str, Value]]:
    keys = list(data)
    return [(keys[at], data[keys[at]]) for at in place.order(keys)]
