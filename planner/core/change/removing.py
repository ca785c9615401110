"""Take something out of a scenario, and say what hangs on it.

Nothing is taken out while something else needs it; with its subtree it is:

- an option or branch, and the nodes that only it leads to;
- a node, and the nodes that only it leads to; the options and branches that led to it end there, so that the
  probabilities of what is left still add up;
- an actor, criterion, parameter or state variable, and the entries under its id in weights, payoffs, futures, changes
  of state and correlations. What formulas read or a decision's ``by`` names is never taken out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.core.change.draft import Draft
from planner.core.change.edit import EditError, remove, value_at
from planner.core.change.places import EDGES, ENTRIES, LISTS, edges, kind_at, resolve, section, shown
from planner.core.change.references import SECTIONS, NameKind, Reference, references
from planner.core.change.renaming import name_of
from planner.core.change.writing import together
from planner.core.diagnostics import Label
from planner.core.marks import Map, Seq

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.core.change.draft import Change
    from planner.core.diagnostics import Edit
    from planner.core.source import Path, Source

# What is left out rather than written empty.
_OPTIONAL = (frozenset(ENTRIES) | LISTS | {"resolved"}) - {"nodes", "options", "branches", "by", "row"}
_SHOWN = 6  # names that a sentence lists


@dataclass(frozen=True, slots=True)
class Removal:
    """What goes when something is taken out.

    Attributes:
        path: what was named.
        nodes: the nodes that only it leads to, in the order of the file.
        ends: the options and branches that led to a node and end there now.
        entries: other entries that go with it.
    """

    path: Path
    nodes: tuple[str, ...] = ()
    ends: tuple[Path, ...] = ()
    entries: tuple[Path, ...] = ()


def take_out(text: str, *, with_subtree: bool = False) -> Change:
    """Return the change that takes out what stands at a place."""

    def steps(source: Source) -> list[Change]:
        removal = plan(source, text, with_subtree=with_subtree)
        nodes: list[Path] = [("nodes", node) for node in removal.nodes]
        paths = {*nodes, *((*edge, "to") for edge in removal.ends), *removal.entries, removal.path}
        outer = [path for path in paths if not any(path[:at] in paths for at in range(1, len(path)))]
        return [_removed(path) for path in sorted(outer, key=_from_the_end)]

    return together(steps)


def take_out_all(texts: Sequence[str], *, with_subtree: bool = False) -> Change:
    """Return the change that takes out what stands at several places, all named as the text is before the first.

    What one takes along is gone when its turn comes, and that is fine.
    """

    def steps(source: Source) -> list[Change]:
        return [change for _, change in in_turn(source, texts, with_subtree=with_subtree)]

    return together(steps)


def in_turn(source: Source, texts: Sequence[str], *, with_subtree: bool = False) -> list[tuple[Removal, Change]]:
    """Return what goes with each of several places, one after the other, and the change that takes it out.

    Raises:
        EditError: there is no such thing, or something needs it.
    """
    found: list[tuple[Removal, Change]] = []
    draft = Draft(source)
    paths = dict.fromkeys(resolve(source, text) for text in texts)
    for path in sorted(
        paths, key=lambda path: -path[-1] if isinstance(path[-1], int) else 0
    ):  # items of lists from the last
        if draft.source.has(path):
            place = ".".join(map(str, path))
            removal = plan(draft.source, place, with_subtree=with_subtree)
            change = take_out(place, with_subtree=with_subtree)
            draft = draft.apply(change)
            found.append((removal, change))
    return found


def plan(source: Source, text: str, *, with_subtree: bool = False) -> Removal:
    """Return what goes when something is taken out.

    Raises:
        EditError: there is no such thing, or something needs it; `EditError.uses` are the places.
    """
    path = resolve(source, text)
    if path[:1] == ("nodes",) and len(path) == 1:
        raise EditError("a scenario without nodes is none", "name one of them")
    if path[0] == "nodes" and len(path) == 2:
        removal, uses = _node(source, path)
    elif path[0] == "nodes" and len(path) == 4 and path[2] in EDGES:
        removal, uses = _edge(source, path)
    elif len(path) == 2 and (path[0] in SECTIONS or path[0] == "include"):
        removal, uses = _named(source, path)
    elif len(path) == 1 and (path[0] in SECTIONS or path[0] == "include"):
        removal, uses = Removal(path), _of_section(source, path)
    else:
        return Removal(path)
    inside: list[Path] = [path, *(("nodes", node) for node in removal.nodes)]
    going = [(*edge, "to") for edge in removal.ends] + list(removal.entries)
    needed = [use for use in uses if not any(use.path[: len(each)] == each for each in inside)]
    firm = [use for use in needed if not any(use.path[: len(each)] == each for each in going)]
    if firm or ((needed or removal.nodes) and not with_subtree):
        raise _held(source, removal, firm if with_subtree else needed, firm=bool(firm))
    return removal


# --- what hangs on it ---------------------------------------------------------------------------------------


def _node(source: Source, path: Path) -> tuple[Removal, list[Reference]]:
    """Return the removal of a node and all that refers to what goes."""
    node = str(path[1])
    nodes = section(source, "nodes")
    if node == next(iter(nodes)):
        root = Label(source.key_span(path), "the tree begins here")
        raise EditError(f"'{node}' is the root of the tree", "remove what follows from it instead", [root])
    lost = _lost(source, node, None)
    uses = _uses(source, {("node", each) for each in (node, *lost)})
    ends = [use.path[:-1] for use in uses if use.path[-1] == "to" and use.name == node]
    unseen = [use.path for use in uses if len(use.path) == 4 and use.path[2] == "unseen"]
    return Removal(path, tuple(lost), tuple(ends), tuple(unseen)), uses


def _edge(source: Source, path: Path) -> tuple[Removal, list[Reference]]:
    lost = _lost(source, str(path[1]), str(path[3]))
    uses = _uses(source, {("edge", name_of(path)), *(("node", each) for each in lost)})
    unseen = [use.path for use in uses if len(use.path) == 4 and use.path[2] == "unseen"]
    return Removal(path, tuple(lost), (), tuple(unseen)), uses


def _named(source: Source, path: Path) -> tuple[Removal, list[Reference]]:
    """Return the removal of an actor, parameter or the like; entries under its id may go with it."""
    kind: NameKind = SECTIONS.get(str(path[0]), "node")
    wanted: set[tuple[NameKind, str]] = {(kind, str(path[1]))}
    if kind == "actor":  # what others say of its options in the conflict goes by them
        own = section(source, "conflict", "options", str(path[1]))
        wanted |= {("conflict option", f"{path[1]}.{option}") for option in own}
    uses = _uses(source, wanted)
    entries = [use.path for use in uses if use.path[-1] == path[1]]
    entries += [use.path[:2] for use in uses if use.path[0] == "correlations"]
    ends = [use.path[:-1] for use in uses if kind == "node" and use.path[-1] == "to"]
    return Removal(path, (), tuple(ends), tuple(entries)), uses


def _of_section(source: Source, path: Path) -> list[Reference]:
    kind: NameKind = SECTIONS.get(str(path[0]), "node")
    return _uses(source, {(kind, name) for name in section(source, *map(str, path))})


def _uses(source: Source, wanted: set[tuple[NameKind, str]]) -> list[Reference]:
    return [use for use in references(source) if not use.defines and (use.kind, use.name) in wanted]


def _lost(source: Source, node: str, edge: str | None) -> list[str]:
    """Return the nodes that nothing leads to any more without a node, or without one of its edges."""
    nodes = section(source, "nodes")
    links = {each: _targets(source, each) for each in nodes}
    root = next(iter(nodes))
    before = _reached(links, [root])
    if edge is None:
        after, starts = {**links, node: {}}, list(links[node].values())
    else:
        kept = {name: to for name, to in links[node].items() if name != edge}
        after, starts = {**links, node: kept}, [to for name, to in links[node].items() if name == edge]
    hanging = _reached(links, starts)
    others = [each for each in nodes if each not in before and each not in hanging and each != node]
    still = _reached(after, [root, *others])
    return [each for each in nodes if each in hanging and each not in still and each != node]


def _targets(source: Source, node: str) -> dict[str, str]:
    nodes = section(source, "nodes")
    found = {}
    for edge, group in edges(source, node).items():
        to = section(source, "nodes", node, group, edge).get("to")
        if isinstance(to, str) and to in nodes:
            found[edge] = to
    return found


def _reached(links: dict[str, dict[str, str]], starts: Iterable[str]) -> set[str]:
    stack = list(starts)
    seen = set(stack)
    while stack:
        new = [to for to in links[stack.pop()].values() if to not in seen]
        seen.update(new)
        stack += new
    return seen


def _held(source: Source, removal: Removal, needed: Sequence[Reference], *, firm: bool) -> EditError:
    """Return the refusal, with every place that needs what would go."""
    name = shown(removal.path)
    reasons = []
    if needed:
        reasons.append(f"is used in {len(needed)} place{'' if len(needed) == 1 else 's'}")
    if removal.nodes:
        reasons.append(f"alone leads to {listed(removal.nodes)}")
    spans = sorted({use.span: use for use in needed}.values(), key=lambda use: use.span.start)
    labels = [Label(use.span, f"{shown(use.path)} names {use.kind} '{use.name}'") for use in spans]
    labels += [Label(source.key_span(("nodes", node)), f"'{node}'") for node in removal.nodes if not firm]
    step = "change these places first" if firm else "--with-subtree takes out what hangs on it, too"
    return EditError(f"'{name}' {' and '.join(reasons)}", step, labels)


def listed(names: Sequence[str]) -> str:
    """Return names for a sentence, the first few of many."""
    few = ", ".join(f"'{name}'" for name in names[:_SHOWN])
    return few if len(names) <= _SHOWN else f"{few} and {len(names) - _SHOWN} more"


# --- the text -----------------------------------------------------------------------------------------------


def _removed(path: Path) -> Change:
    def change(source: Source) -> list[Edit]:
        here = path
        while _size(source, here[:-1]) == 1 and kind_at(source, here[:-1]) in _OPTIONAL:
            here = here[:-1]
        return remove(source, here)

    return change


def _size(source: Source, path: Path) -> int:
    value = value_at(source, path)
    return len(value) if isinstance(value, Map | Seq) else 0


def _from_the_end(path: Path) -> tuple[tuple[int, str], ...]:
    """Order items of lists from the last, so that the places of the others stay."""
    return tuple((-part, "") if isinstance(part, int) else (0, part) for part in path)
