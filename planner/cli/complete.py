"""What the shell offers when TAB is pressed: scenario files, and the ids and paths that the file on the line holds.

Completion must never fail or wait: it reads keys from the text without checking it, and offers nothing when
that does not work.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import click
    from click.shell_completion import CompletionItem

Items = list["CompletionItem[Any]"]
MAX_BYTES = 4_000_000  # beyond this, reading takes longer than a person waits


def items(names: Iterable[str], incomplete: str) -> Items:
    """Return the names that begin with what was typed."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def scenario_files(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer scenario files and the folders that lead to them; in an empty line, those of `scenarios/` too."""
    del ctx, param
    from planner.files import SUFFIXES

    typed = Path(incomplete or ".")
    folder = typed if incomplete.endswith("/") or not incomplete else typed.parent
    names = []
    for entry in sorted(folder.iterdir()) if folder.is_dir() else []:
        shown = str(folder / entry.name)
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            names.append(f"{shown}/")
        elif entry.suffix in SUFFIXES:
            names.append(shown)
    if not incomplete and Path("scenarios").is_dir():
        names = [str(path) for path in sorted(Path("scenarios").iterdir()) if path.suffix in SUFFIXES] + names
    return items(names, incomplete)


def _document(ctx: click.Context) -> dict[str, Any]:
    """Return the data of the scenario on the command line, as it is."""
    from planner.errors import PlannerError
    from planner.files import read_source

    # Click gives up on the arguments where the option's value is missing, and that is where we are.
    file = ctx.params.get("file") or next(iter(ctx.args), None)
    if not file or file == "-" or not Path(file).is_file() or Path(file).stat().st_size > MAX_BYTES:
        return {}
    try:
        data = read_source(file).data
    except PlannerError:
        return {}
    return data if isinstance(data, dict) else {}


def _section(ctx: click.Context, name: str) -> dict[str, Any]:
    section = _document(ctx).get(name)
    return section if isinstance(section, dict) else {}


def _edges(ctx: click.Context) -> Iterator[tuple[str, str, str]]:
    """Yield (node, its kind's key, edge) for every option and branch."""
    for node, body in _section(ctx, "nodes").items():
        for kind in ("options", "branches"):
            edges = body.get(kind) if isinstance(body, dict) else None
            if isinstance(edges, dict):
                yield from ((node, kind, edge) for edge in edges)


def parameters(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer `parameter=`."""
    del param
    return items((f"{name}=" for name in _section(ctx, "parameters")), incomplete)


def actors(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer actors."""
    del param
    return items(_section(ctx, "actors"), incomplete)


def nodes(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer nodes."""
    del param
    return items(_section(ctx, "nodes"), incomplete)


def outcomes(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer outcomes: the nodes, and the edges that lead to none."""
    del param
    section = _section(ctx, "nodes")
    names = [node for node, body in section.items() if isinstance(body, dict) and "outcome" in body]
    names += [f"{node}.{edge}" for node, kind, edge in _edges(ctx) if not _has_target(section[node][kind][edge])]
    return items(names, incomplete)


def _has_target(edge: object) -> bool:
    return isinstance(edge, dict) and "to" in edge


def edges(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer edges as `node.edge`."""
    del param
    return items((f"{node}.{edge}" for node, _, edge in _edges(ctx)), incomplete)


def choices(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer `decision=option`."""
    del param
    return items((f"{node}={edge}" for node, kind, edge in _edges(ctx) if kind == "options"), incomplete)


# What an entry of a section may hold, in the order in which it is written; offered where it is not set yet.
FIELDS = {
    "": ("title", "question", "summary", "as_of", "horizon", "decide_by", "likelihood_words", "objective"),
    "actors": ("name", "weights", "risk_tolerance", "votes", "minimum", "note"),
    "criteria": ("name", "unit", "worst", "best", "start", "note"),
    "parameters": ("name", "unit", "value", "low", "high", "distribution", "source", "note"),
    "futures": ("name", "set", "probability", "note"),
    "signals": ("name", "about", "likelihood"),
    "decision": ("decision", "by", "rule", "fallback", "note"),
    "chance": ("chance", "certainty", "note"),
    "outcome": ("outcome", "payoff", "note"),
    "options": ("name", "when", "payoff", "set", "to", "note"),
    "branches": ("name", "p", "payoff", "set", "to", "note"),
}
SECTIONS = ("actors", "criteria", "parameters", "futures", "state", "signals")
MAPPINGS = frozenset({"weights", "payoff", "set", "likelihood"})
Names = dict[str, object]  # what stands under each name; a dict where more names follow


def _below(document: dict[str, Any], path: list[str]) -> Names:
    """Return the names that may follow a path as it is written on the command line: `line.engage`, `parameters.x`."""
    nodes = document.get("nodes")
    nodes = nodes if isinstance(nodes, dict) else {}
    if not path:
        sections = {name: document[name] for name in SECTIONS if isinstance(document.get(name), dict)}
        return {**nodes, **sections, **{name: document.get(name) for name in FIELDS[""]}}
    first, *rest = path
    if first in nodes:
        found = _node(nodes[first])
        kind, edges = _edges_of(nodes[first])
        if rest and rest[0] in edges:
            return _descend(_filled(edges[rest[0]], kind), rest[1:], document)
        return _descend(found, rest, document)
    section = document.get(first)
    if first not in SECTIONS or not isinstance(section, dict):
        return {}
    if not rest:
        return section
    return _descend(_filled(section.get(rest[0]), first), rest[1:], document)


def _node(body: object) -> Names:
    """Return the edges and the fields of a node."""
    if not isinstance(body, dict):
        return {}
    kind = next((kind for kind in ("decision", "chance", "outcome") if kind in body), "outcome")
    return {**_edges_of(body)[1], **_filled(body, kind)}


def _edges_of(body: object) -> tuple[str, Names]:
    """Return the key under which a node keeps its edges, and the edges."""
    for kind in ("options", "branches"):
        edges = body.get(kind) if isinstance(body, dict) else None
        if isinstance(edges, dict):
            return kind, edges
    return "", {}


def _filled(value: object, kind: str) -> Names:
    given = value if isinstance(value, dict) else {}
    return {name: given.get(name, {} if name in MAPPINGS else None) for name in FIELDS.get(kind, ())}


def _descend(found: Names, rest: list[str], document: dict[str, Any]) -> Names:
    for name in rest:
        found = _inner(found.get(name), name, document)
    return found


def _inner(value: object, name: str, document: dict[str, Any]) -> Names:
    """Return what may stand in a mapping of amounts: what does, and for payoffs and weights every criterion."""
    known = document.get("criteria") if name in {"payoff", "weights"} else None
    known = document.get("parameters") if name == "set" else known
    return {**dict.fromkeys(known if isinstance(known, dict) else ()), **(value if isinstance(value, dict) else {})}


def _paths(ctx: click.Context, incomplete: str, *, end: str) -> Items:
    head = incomplete.rpartition(".")[0]
    names = _below(_document(ctx), head.split(".") if head else [])
    lead = f"{head}." if head else ""
    offered = []
    for name, value in names.items():
        if isinstance(value, dict):
            offered += [f"{lead}{name}."] if end else [f"{lead}{name}", f"{lead}{name}."]
        else:
            offered.append(f"{lead}{name}{end}")
    return items(offered, incomplete)


def places(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer paths, one name at a time: `line`, `line.engage`, `parameters.talks_yield`."""
    del param
    return _paths(ctx, incomplete, end="")


def settings(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer `PATH=`, one name of the path at a time: `line.engage.payoff.cohesion=`; behind a `to=`, the nodes."""
    del param
    path, sign, _ = incomplete.partition("=")
    if not sign:
        return _paths(ctx, incomplete, end="=")
    known = {"to": "nodes", "by": "actors", "p": "parameters", "value": "parameters"}.get(path.rpartition(".")[2])
    return items((f"{path}={name}" for name in _section(ctx, known)), incomplete) if known else []


def names(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer every id that can be renamed: nodes, edges, and what the other sections define."""
    del param
    found = [*_section(ctx, "nodes"), *(f"{node}.{edge}" for node, _, edge in _edges(ctx))]
    found += [f"{section}.{name}" for section in SECTIONS for name in _section(ctx, section)]
    return items(found, incomplete)


def codes(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer the codes of the checks."""
    del ctx, param
    from planner.core.rule_table import RULES

    return items(RULES, incomplete)


def rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer the rules of choice."""
    del ctx, param
    from planner.cli.options import RULES

    return items([*RULES, "hurwicz:"], incomplete)


def saved(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer the names of saved scenarios."""
    del param
    from planner.cli.settings import find_workspace
    from planner.errors import PlannerError
    from planner.store import Store

    try:
        with Store.open(find_workspace().database(ctx.params.get("db")), create=False, upgrade=False) as store:
            return items(store.names(), incomplete)
    except PlannerError:
        return []
