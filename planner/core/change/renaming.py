"""Give something another id, everywhere it is used, formulas included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.core.change.edit import EditError
from planner.core.change.places import edges, find, section, shown
from planner.core.change.references import SECTIONS, NameKind, Reference, listeners, references
from planner.core.expression import WORDS
from planner.core.read_conflict import NUMBER
from planner.core.reader import FORMULA_ID, ID
from planner.core.scalars import CONSTANTS
from planner.core.statement import WORDS as STATEMENT_WORDS

if TYPE_CHECKING:
    from planner.core.change.draft import Change
    from planner.core.diagnostics import Edit
    from planner.core.source import Path, Source

# Names that must differ: a payoff's key is a criterion or an actor, a formula's name a parameter or state.
_TOGETHER = (("actors", "criteria"), ("parameters", "state"), ("nodes", "include"))
_FORMULA_KINDS = frozenset({"parameter", "state"})
_CALLED: dict[NameKind, str] = {"state": "state variable", "edge": "option or branch"}
_CONFLICT: dict[tuple[str, int], NameKind] = {("options", 4): "conflict option", ("states", 3): "conflict state"}


def rename(old: str, new: str) -> Change:
    """Return the change that gives what ``old`` names the id ``new``.

    Args:
        old: a node, ``node.edge``, actor, criterion, parameter, state variable, future, signal, or an option or state
            of the conflict; where several have the id, with its section before it (``actors.uk``).
        new: the id alone; for an option or branch ``node.edge`` may be written, too.
    """

    def change(source: Source) -> list[Edit]:
        kind, path = named(source, old)
        name = _new_name(kind, path, new)
        if name == path[-1]:
            return []
        _valid(kind, name)
        group = coupled(source, path) if kind == "edge" else [path]
        for each in group:
            _free(source, kind, each, name)
        wanted = {(kind, name_of(each)) for each in group}
        found = [use for use in references(source) if (use.kind, use.name) in wanted]
        return sorted({_edit(source, use, name) for use in found})

    return change


def named(source: Source, text: str) -> tuple[NameKind, Path]:
    """Return the kind and the place of what has an id.

    Raises:
        EditError: there is nothing of that name, it could be several things, or it has no id of its own.
    """
    path = find(source, text).path
    if len(path) == 2 and path[0] in SECTIONS:
        return SECTIONS[str(path[0])], path
    if len(path) == 2 and path[0] == "include":
        return "node", path
    if len(path) == 4 and path[0] == "nodes" and path[2] in {"options", "branches"}:
        return "edge", path
    if path[0] == "conflict" and len(path) > 1 and (str(path[1]), len(path)) in _CONFLICT:
        return _CONFLICT[str(path[1]), len(path)], path
    raise EditError(f"'{text}' has no id of its own", "name a node, node.edge, actor, criterion, parameter …")


def name_of(path: Path) -> str:
    """Return the name under which `references` knows what stands at a path."""
    if path[0] == "conflict":
        return ".".join(map(str, path[2:]))
    return f"{path[1]}.{path[3]}" if len(path) == 4 else str(path[1])


def coupled(source: Source, path: Path) -> list[Path]:
    """Return an option or branch, and the branches that must have the same id: those that observe the same signal."""
    node, edge = str(path[1]), str(path[3])
    nodes = next((nodes for nodes in listeners(source).values() if node in nodes), [node])
    return [("nodes", each, group, edge) for each in nodes if (group := edges(source, each).get(edge)) is not None]


def _new_name(kind: NameKind, path: Path, new: str) -> str:
    name = new.strip()
    if kind != "edge" or "." not in name:
        return name
    node, _, edge = name.rpartition(".")
    if node != path[1]:
        raise EditError(
            f"'{shown(path)}' cannot become '{name}': an option or branch stays at its node",
            f"write '{edge}' alone, or use 'planner move'",
        )
    return edge


def _valid(kind: NameKind, name: str) -> None:
    """Refuse an id that the format does not take."""
    formula = kind in _FORMULA_KINDS
    what = _CALLED.get(kind, kind)
    if kind == "conflict state" and NUMBER.match(name):
        return
    if kind == "conflict option" and name in STATEMENT_WORDS:
        raise EditError(f"a {what} cannot be called '{name}', a word of the statements", "choose another id")
    if not (FORMULA_ID if formula else ID).match(name):
        allowed = "small letters, digits and '_'" if formula else "small letters, digits, '-' and '_'"
        raise EditError(f"'{name}' is no id for a {what}", f"ids start with a letter and hold {allowed}")
    if name in CONSTANTS or (formula and (name in WORDS or name == "rest")):
        raise EditError(f"a {what} cannot be called '{name}', a word of the format", "choose another id")


def _free(source: Source, kind: NameKind, path: Path, name: str) -> None:
    """Refuse an id that something else has."""
    if kind == "edge":
        taken: dict[str, Path] = {each: (*path[:2], group, each) for each, group in edges(source, str(path[1])).items()}
    elif path[0] == "conflict":
        taken = {each: (*path[:-1], each) for each in section(source, *map(str, path[:-1]))}
    else:
        groups = next((group for group in _TOGETHER if path[0] in group), (str(path[0]),))
        taken = {each: (group, each) for group in groups for each in section(source, group)}
    if name in taken:
        line, column = source.position(source.key_span(taken[name]).start)
        raise EditError(f"'{name}' is taken (line {line}, column {column})", "choose another id")


def _edit(source: Source, use: Reference, name: str) -> Edit:
    """Write the new name in the place of the old one; quotation marks that are there stay."""
    start, end = use.span.start, use.span.end
    quoted = source.text[start : start + 1] in {'"', "'"}
    return (start + 1, end - 1, name) if quoted else (start, end, name)


def path_of(source: Source, kind: NameKind, name: str) -> Path:
    """Return where a text defines the name of a kind, as `references` knows it; where it would, if it does not."""
    if kind == "edge":
        node, _, edge = name.rpartition(".")
        return ("nodes", node, edges(source, node).get(edge, "options"), edge)
    if kind == "conflict option":
        return ("conflict", "options", *name.split(".", 1))
    if kind == "conflict state":
        return ("conflict", "states", name)
    of_kind = next(part for part, each in SECTIONS.items() if each == kind)
    return ("include" if kind == "node" and name in section(source, "include") else of_kind, name)
