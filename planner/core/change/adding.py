"""Adding actors, criteria, parameters, nodes, options and whatever else a scenario holds.

The first half reads what people type on one line (`step:0.3 A first step (economy=-14) -> consensus`); the second
makes changes of a text of it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from planner.core.change.edit import Content, EditError, flow, is_flow, line_end, line_start, line_stop, replace_value
from planner.core.change.writing import (
    EDGE_KEYS,
    begin_section,
    in_brackets,
    insert_entry,
    put,
    section,
)
from planner.core.marks import Map, Seq
from planner.core.num import Num
from planner.core.reader import did_you_mean, nearest
from planner.core.scalars import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.change.draft import Change
    from planner.core.diagnostics import Edit
    from planner.core.source import Path, Source

KINDS = {
    "actors": "actor",
    "criteria": "criterion",
    "parameters": "parameter",
    "futures": "future",
    "state": "state variable",
    "signals": "signal",
    "include": "include",
    "nodes": "node",
}
WORDS = {"options": "option", "branches": "branch"}
_TARGET = re.compile(r"\s*->\s*([^\s()]*)\s*\Z")
_GOES_ON = re.compile(r"\s*(?:[-+*/<>=!)]|(?:if|and|or)\b)")
PERCENT = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*%")
_OPENING = "([{"
_CLOSING = ")]}"


# --- what people type -------------------------------------------------------------------------------------


def value_of(text: str) -> Content:
    """Read a number or a formula; a number keeps its digits."""
    value, fault = resolve(text.strip())
    return value if isinstance(value, Num) and fault is None else text.strip()


def share_of(text: str) -> Content:
    """Read a number or a formula where shares and probabilities stand: 30% is 0.3."""
    percent = PERCENT.fullmatch(text.strip())
    return value_of(format((Decimal(percent[1]) / 100).normalize(), "f") if percent else text)


def parts(text: str, mark: str = ",") -> list[str]:
    """Split at a mark outside brackets: ``min(a, b), c`` is two parts."""
    made, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth += (char in _OPENING) - (char in _CLOSING)
        if char == mark and depth <= 0:
            made.append(text[start:at])
            start = at + 1
    return [part.strip() for part in (*made, text[start:]) if part.strip()]


def pairs(texts: Sequence[str], what: str = "name=value") -> dict[str, Content]:
    """Read ``a=1,b=2``, given once or several times.

    Raises:
        EditError: a part has no equals sign, or a name comes twice.
    """
    made: dict[str, Content] = {}
    for part in (part for text in texts for part in parts(text)):
        name, sign, value = (piece.strip() for piece in part.partition("="))
        if not (sign and name and value):
            raise EditError(f"'{part}' is not of the form {what}")
        if name in made:
            raise EditError(f"'{name}' is given twice")
        made[name] = value_of(value)
    return made


def payoff(texts: Sequence[str]) -> Content:
    """Read a payoff: ``-70``, ``cohesion=-3,economy=2``, ``uk=3`` or ``uk.cohesion=3``.

    Raises:
        EditError: it is none of these.
    """
    if len(texts) == 1 and not re.search(r"(?<![<>=!])=(?!=)", texts[0]):
        return value_of(texts[0])
    made: dict[str, Content] = {}
    for name, amount in pairs(texts, "criterion=amount").items():
        actor, dot, criterion = name.partition(".")
        if not dot:
            made[name] = amount
            continue
        inner = made.setdefault(actor, {})
        if not isinstance(inner, dict):
            raise EditError(f"the payoff of '{actor}' is given as a whole and by criterion")
        inner[criterion] = amount
    return made


def names(texts: Sequence[str]) -> list[str]:
    """Read ids, given one by one or with commas between them."""
    return [part for text in texts for part in parts(text)]


def edge(text: str, *, branch: bool) -> tuple[str, dict[str, Content]]:
    """Read an option or branch: ``ID[:P] [NAME] [(PAYOFF)] [-> NODE]``.

    Returns the id and the entry; its ``to`` is empty where the arrow points at nothing: the path ends there.

    Raises:
        EditError: it has no id, or an option has a probability.
    """
    rest, made = text.strip(), {}
    arrow = _TARGET.search(rest)
    if arrow:
        rest = rest[: arrow.start()]
    rest, amounts = _trailing_payoff(rest)
    match = re.match(r"([^\s:]+)(\s*:\s*)?", rest)
    if match is None:
        raise EditError(f"'{text}' has no id", f"write it as {_form(branch=branch)}")
    name, rest = match[1], rest[match.end() :]
    if match[2]:
        if not branch:
            raise EditError(f"the option '{name}' is given a probability", "leave ':…' out: an option is chosen")
        p, rest = _word(rest)
        if _GOES_ON.match(rest):
            raise EditError(f"where does the formula of '{name}' end?", f"put it in brackets: '{name}:(1 - p)'")
        made["p"] = share_of(p[1:-1] if _bracketed(p) else p)
    title = rest.strip()
    content: dict[str, Content] = {"name": title} if title else {}
    content |= made
    if amounts is not None:
        content["payoff"] = amounts
    if arrow:
        content["to"] = arrow[1]
    return name, content


def _form(*, branch: bool) -> str:
    return f"'ID{':P' if branch else ''} NAME (CRITERION=AMOUNT) -> NODE'; all but the id may be left out"


def _word(text: str) -> tuple[str, str]:
    """Split off the first word; spaces in brackets belong to it."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char in _OPENING) - (char in _CLOSING)
        if char.isspace() and depth <= 0:
            return text[:at], text[at:]
    return text, ""


def _bracketed(text: str) -> bool:
    """Whether one pair of brackets holds the whole text."""
    inner = text[1:-1]
    return text.startswith("(") and text.endswith(")") and _balanced(inner)


def _balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return False
    return depth == 0


def _trailing_payoff(text: str) -> tuple[str, Content]:
    """Split off ``(cohesion=-3)`` or ``(-70)`` at the end; other words in brackets belong to the name."""
    body = text.rstrip()
    if not body.endswith(")"):
        return text, None
    depth = 0
    for at in range(len(body) - 1, -1, -1):
        depth += (body[at] in _CLOSING) - (body[at] in _OPENING)
        if depth == 0:
            inside = body[at + 1 : -1]
            spaced = at > 0 and body[at - 1].isspace()
            if spaced and ("=" in inside or isinstance(value_of(inside), Num)):
                return body[:at], payoff([inside])
            break
    return text, None


def edges(texts: Sequence[str], *, branch: bool) -> dict[str, dict[str, Content]]:
    """Read several options or branches.

    Raises:
        EditError: one cannot be read, or an id comes twice.
    """
    made: dict[str, dict[str, Content]] = {}
    for text in texts:
        name, content = edge(text, branch=branch)
        if name in made:
            raise EditError(f"the {'branch' if branch else 'option'} '{name}' is given twice")
        made[name] = content
    return made


def without_ends(found: Mapping[str, dict[str, Content]]) -> dict[str, Content]:
    """Return options or branches as they are written: an arrow that points at nothing is no key."""
    return {name: {key: value for key, value in each.items() if key != "to" or value} for name, each in found.items()}


# --- looking up -------------------------------------------------------------------------------------------


def node_of(source: Source, name: str) -> Map:
    """Return a node's mapping.

    Raises:
        EditError: there is no such node.
    """
    nodes = section(source, "nodes")
    node = nodes.get(name)
    if not isinstance(node, Map):
        raise EditError(f"there is no node '{name}'", did_you_mean(name, nodes, "nodes"))
    return node


def group_of(source: Source, name: str) -> str | None:
    """Return ``options`` or ``branches``, whichever the node has or should have; None for an outcome."""
    node = node_of(source, name)
    if "decision" in node or "options" in node:
        return "options"
    return None if "outcome" in node else "branches"


def edge_path(source: Source, text: str) -> Path:
    """Return the path of an edge written as ``node.edge``.

    Raises:
        EditError: there is no such edge.
    """
    name, dot, wanted = text.partition(".")
    node = node_of(source, name)
    group = group_of(source, name)
    if group is None:
        raise EditError(f"'{name}' is an outcome and has no edges")
    found = node.get(group)
    known = list(found) if isinstance(found, Map) else []
    if not dot:
        shown = f"'{name}.{known[0]}'" if known else f"'{name}.…'"
        raise EditError(f"'{text}' is a node, not one of its {group}", f"write for instance {shown}")
    if wanted not in known:
        near = nearest(wanted, known)
        help_ = f"did you mean '{name}.{near}'?" if near else did_you_mean(wanted, known, group)
        raise EditError(f"'{name}' has no {WORDS[group]} '{wanted}'", help_)
    return ("nodes", name, group, wanted)


def known_target(source: Source, name: str) -> None:
    """Pass if an edge can lead to ``name``: a node, or another scenario that is included.

    Raises:
        EditError: there is neither.
    """
    if name not in section(source, "include"):
        node_of(source, name)


def target_of(source: Source, path: Path) -> str | None:
    """Return the node that the edge under ``path`` leads to."""
    value: object = source.data
    for part in path:
        value = value[part]  # type: ignore[index]
    to = value.get("to") if isinstance(value, Map) else None
    return to if isinstance(to, str) else None


# --- changes ----------------------------------------------------------------------------------------------


def add_entry(where: str, name: str, content: Content) -> Change:
    """Add an entry to a section; the section is begun at its place if it is not there."""

    def change(source: Source) -> list[Edit]:
        _unused(source, where, name)
        return insert_entry(source, (where,), name, content)

    return change


def add_node(name: str, content: Mapping[str, Content], *, root: bool = False, after: str | None = None) -> Change:
    """Add a node: decisions and chances before the outcomes at the end, the root before all."""

    def change(source: Source) -> list[Edit]:
        _unused(source, "nodes", name)
        nodes = section(source, "nodes")
        inner = [each for each, node in nodes.items() if not (isinstance(node, Map) and "outcome" in node)]
        behind = after
        if behind is None and "outcome" not in content and inner:
            behind = inner[-1]
        first = root or (bool(nodes) and "outcome" not in content and not inner)
        return insert_entry(source, ("nodes",), name, content, after=None if first else behind, first=first)

    return change


def add_edge(text: str, content: Mapping[str, Content], *, word: str) -> Change:
    """Add an option or branch, written as ``node.edge``."""

    def change(source: Source) -> list[Edit]:
        name, dot, new = text.partition(".")
        if not (dot and new):
            raise EditError(f"'{text}' names no {word}", f"write NODE.{word.upper()}, for instance '{name}.first'")
        group = group_of(source, name)
        if group is None or WORDS[group] != word:
            kind = {"options": "a decision", "branches": "a chance node", None: "an outcome"}[group]
            takes = f"add {'an' if group == 'options' else 'a'} {WORDS[group]}" if group else "split the edge to it"
            raise EditError(f"'{name}' is {kind} and takes no {word}", takes)
        found = node_of(source, name).get(group)
        if isinstance(found, Map) and new in found:
            raise EditError(f"'{name}' has {'an' if group == 'options' else 'a'} {word} '{new}' already")
        path = ("nodes", name, group)
        if not source.has(path):
            return put(source, ("nodes", name), group, {new: content}, (*node_of(source, name), group))
        return insert_entry(source, path, new, content)

    return change


def hang(text: str, node: str, *, replace: bool = False) -> Change:
    """Lead an edge to a node.

    Raises when applied:
        EditError: the edge leads elsewhere already and ``replace`` does not say that this may change.
    """

    def change(source: Source) -> list[Edit]:
        path = edge_path(source, text)
        known_target(source, node)
        old = target_of(source, path)
        if old == node:
            return []
        if old is not None and not replace:
            help_ = f"add --replace, or put '{node}' between them with `planner split`"
            raise EditError(f"'{text}' leads to '{old}' already", help_)
        return set_target(source, path, node)

    return change


def set_target(source: Source, path: Path, node: str) -> list[Edit]:
    """Write ``to`` of the edge under ``path``."""
    value: object = source.data
    for part in path:
        value = value[part]  # type: ignore[index]
    if not value:  # `wait:` or `wait: {}`
        return replace_value(source, path, flow({"to": node}))
    return put(source, path, "to", node, EDGE_KEYS)


def add_correlation(first: str, second: str, value: Content) -> Change:
    """Add a rank correlation between two parameters."""

    def change(source: Source) -> list[Edit]:
        found = source.data.get("correlations") if source.data is not None else None
        row: list[Content] = [first, second, value]
        if not isinstance(found, Seq) or not found:
            if found is None and source.data is not None and "correlations" not in source.data:
                return begin_section(source, "correlations", [row])
            return replace_value(source, ("correlations",), flow([row]))
        if any(isinstance(old, Seq) and {first, second} == {*old[:2]} for old in found):
            raise EditError(f"'{first}' and '{second}' have a correlation already")
        last: Path = ("correlations", len(found) - 1)
        span = source.span(last)
        text = in_brackets(source, row)
        if is_flow(source, ("correlations",)):
            return [(span.end, span.end, f", {text}")]
        return _list_item(source, last, text)

    return change


def _list_item(source: Source, last: Path, text: str) -> list[Edit]:
    span = source.span(last)
    begin = line_start(source.text, span.start)
    lead = source.text[begin : span.start]
    at = line_stop(source, span.end)
    return [(at, at, f"{line_end(source.text)}{lead}{text}")]


def _unused(source: Source, where: str, name: str) -> None:
    if name in section(source, where):
        word = KINDS[where]
        raise EditError(f"there is {'an' if word[0] in 'aeiou' else 'a'} {word} '{name}' already")
