"""What the shell offers when TAB is pressed: scenario files, and the ids and paths that the file on the line holds.

Completion must never fail or wait: it reads keys from the text without checking it, and offers nothing when
that does not work.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import click
    from click.shell_completion import CompletionItem

    from planner.core.source import Source

Items = list["CompletionItem[Any]"]
MAX_BYTES = 4_000_000  # beyond this, reading takes longer than a person waits
MANY = 10_000  # beyond this, nobody reads what is offered


def items(names: Iterable[str], incomplete: str) -> Items:
    """Return the names that begin with what was typed."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def scenario_files(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer scenario files and the folders that lead to them; in an empty line, those of `scenarios/` too."""
    del ctx, param
    from planner.files import SCHEMAS, SUFFIXES

    names = [name for name in _files(incomplete, SUFFIXES) if not name.endswith(SCHEMAS)]
    if not incomplete and Path("scenarios").is_dir():
        names = [str(path) for path in sorted(Path("scenarios").iterdir()) if path.suffix in SUFFIXES] + names
    return items(names, incomplete)


def revisions_and_files(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer scenario files, branches and tags; behind two dots the revision that comes there."""
    from planner.errors import PlannerError
    from planner.history import Repository

    found = scenario_files(ctx, param, incomplete)
    lead, dots, _ = incomplete.rpartition("..")
    try:
        said = Repository.of(".").tried("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags") or b""
    except PlannerError:
        return found
    names = ["HEAD", *said.decode("utf-8", "replace").split("\n")]
    return found + items([f"{lead}{dots}{name}" for name in names if name], incomplete)


def papers(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer papers; in an empty line, those of `reports/` too."""
    del ctx, param
    from planner.report.note import NOTED

    names = _files(incomplete, NOTED)
    if not incomplete and Path("reports").is_dir():
        names = [str(path) for path in sorted(Path("reports").iterdir()) if path.suffix in NOTED] + names
    return items(names, incomplete)


def foreign_files(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer files of the formats that `import` reads, and the folders that lead to them."""
    del ctx, param
    from planner.exchange import FORMATS

    endings = tuple(ending for known in FORMATS.values() for ending in known.endings)
    return items(_files(incomplete, endings), incomplete)


def _files(incomplete: str, endings: tuple[str, ...]) -> list[str]:
    """Return folders, and files with one of the endings, where somebody is typing a path."""
    typed = Path(incomplete or ".")
    folder = typed if incomplete.endswith("/") or not incomplete else typed.parent
    names = []
    for entry in sorted(folder.iterdir()) if folder.is_dir() else []:
        shown = str(folder / entry.name)
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            names.append(f"{shown}/")
        elif entry.suffix in endings:
            names.append(shown)
    return names


def _source(ctx: click.Context) -> Source | None:
    """Return the text of the scenario on the command line, and those that it includes, as they are."""
    from planner.errors import PlannerError
    from planner.files import read_source

    # Click gives up on the arguments where the option's value is missing, and that is where we are.
    several = ctx.params.get("files") or ctx.args
    file = ctx.params.get("file") or next((each for each in several if Path(each).is_file()), None)
    if not file or file == "-" or not Path(file).is_file() or Path(file).stat().st_size > MAX_BYTES:
        return None
    try:
        return read_source(file)
    except PlannerError:
        return None


def _document(ctx: click.Context) -> dict[str, Any]:
    source = _source(ctx)
    return source.data if source is not None and source.data is not None else {}


def _section(ctx: click.Context, name: str) -> dict[str, Any]:
    return _section_of(_document(ctx), name)


def _section_of(document: dict[str, Any], name: str) -> dict[str, Any]:
    section = document.get(name)
    return section if isinstance(section, dict) else {}


def _whole(ctx: click.Context, name: str) -> dict[str, Any]:
    """Return a section of the file and of all that it includes, under the names that analyses know: `talks/answer`."""
    source = _source(ctx)
    stack = [("", source)] if source is not None else []
    found: dict[str, Any] = {}
    for _ in range(MANY):
        if not stack or len(found) > MANY:
            break
        prefix, each = stack.pop()
        found |= {f"{prefix}{key}": body for key, body in _section_of(each.data or {}, name).items()}
        inner = [(f"{prefix}{key}/", entry.source) for key, entry in each.included.items() if entry.source is not None]
        stack += reversed(inner)
    return found


def _edges(nodes: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield (node, its kind's key, edge) for every option and branch."""
    for node, body in nodes.items():
        for kind in ("options", "branches"):
            edges = body.get(kind) if isinstance(body, dict) else None
            if isinstance(edges, dict):
                yield from ((node, kind, edge) for edge in edges)


def parameters(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer parameters of the file."""
    del param
    return items(_section(ctx, "parameters"), incomplete)


def overrides(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer `parameter=`, those of included files among them."""
    del param
    return items((f"{name}=" for name in _whole(ctx, "parameters")), incomplete)


def parameter_lists(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer parameters, those of included files among them, each to be added to a list with commas."""
    del param
    begun, comma, _ = incomplete.rpartition(",")
    taken = begun.split(",")
    return items((f"{begun}{comma}{name}" for name in _whole(ctx, "parameters") if name not in taken), incomplete)


def criteria(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer criteria."""
    del param
    return items(_section(ctx, "criteria"), incomplete)


def chances(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer chance nodes, several of them joined by commas."""
    del param
    head, comma, _ = incomplete.rpartition(",")
    named = head.split(",")
    nodes = _whole(ctx, "nodes")
    names = [name for name, body in nodes.items() if isinstance(body, dict) and "chance" in body and name not in named]
    return items((f"{head}{comma}{name}" for name in names), incomplete)


def _inputs(ctx: click.Context) -> list[str]:
    """Return what sensitivity analysis can vary: parameters, weights, tolerances of risk."""
    found = list(_whole(ctx, "parameters"))
    for actor, body in _section(ctx, "actors").items():
        weights = body.get("weights") if isinstance(body, dict) else None
        found += [f"actors.{actor}.weights.{name}" for name in weights] if isinstance(weights, dict) else []
        found.append(f"actors.{actor}.risk_tolerance")
    return found


def inputs(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer parameters, weights of actors and tolerances of risk."""
    del param
    return items(_inputs(ctx), incomplete)


def input_ranges(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer `input=`."""
    del param
    return items((f"{name}=" for name in _inputs(ctx)), incomplete)


def input_pairs(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer inputs, and after a comma the others."""
    del param
    first, comma, _ = incomplete.partition(",")
    names = _inputs(ctx)
    return items((f"{first},{name}" for name in names if name != first) if comma else names, incomplete)


def actors(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer actors."""
    del param
    return items(_section(ctx, "actors"), incomplete)


def nodes(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer nodes of the file."""
    del param
    return items(_section(ctx, "nodes"), incomplete)


def targets(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer what an edge may lead to: nodes and includes."""
    del param
    return items([*_section(ctx, "nodes"), *_section(ctx, "include")], incomplete)


def all_nodes(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer nodes, those of included files among them."""
    del param
    return items(_whole(ctx, "nodes"), incomplete)


def outcomes(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer outcomes: the nodes, and the edges that lead to none."""
    del param
    whole = _whole(ctx, "nodes")
    names = [node for node, body in whole.items() if isinstance(body, dict) and "outcome" in body]
    names += [f"{node}.{edge}" for node, kind, edge in _edges(whole) if not _has_target(whole[node][kind][edge])]
    return items(names, incomplete)


def _has_target(edge: object) -> bool:
    return isinstance(edge, dict) and "to" in edge


def edges(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer edges of the file as `node.edge`."""
    del param
    return items((f"{node}.{edge}" for node, _, edge in _edges(_section(ctx, "nodes"))), incomplete)


def all_edges(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer edges, those of included files among them."""
    del param
    return items((f"{node}.{edge}" for node, _, edge in _edges(_whole(ctx, "nodes"))), incomplete)


def choices(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer `decision=option`."""
    del param
    return items(
        (f"{node}={edge}" for node, kind, edge in _edges(_whole(ctx, "nodes")) if kind == "options"), incomplete
    )


# What an entry of a section may hold, in the order in which it is written; offered where it is not set yet.
FIELDS = {
    "": ("title", "question", "summary", "as_of", "horizon", "decide_by", "likelihood_words", "objective"),
    "actors": ("name", "weights", "risk_tolerance", "votes", "minimum", "note"),
    "criteria": ("name", "unit", "worst", "best", "start", "note"),
    "parameters": ("name", "unit", "value", "low", "high", "distribution", "source", "note"),
    "futures": ("name", "set", "probability", "note"),
    "signals": ("name", "about", "likelihood"),
    "include": ("file", "set", "note"),
    "decision": ("decision", "by", "rule", "fallback", "note"),
    "chance": ("chance", "certainty", "note"),
    "outcome": ("outcome", "payoff", "note"),
    "options": ("name", "when", "payoff", "set", "to", "note"),
    "branches": ("name", "p", "payoff", "set", "to", "note"),
}
CONFLICT = ("options", "feasible", "infeasible", "states", "status_quo", "moves", "preferences")
SECTIONS = ("actors", "criteria", "parameters", "futures", "state", "signals", "include")
MAPPINGS = frozenset({"weights", "payoff", "set", "likelihood"})
Names = dict[str, object]  # what stands under each name; a dict where more names follow


def _below(document: dict[str, Any], path: list[str]) -> Names:
    """Return the names that may follow a path as it is written on the command line: `line.engage`, `parameters.x`."""
    nodes = document.get("nodes")
    nodes = nodes if isinstance(nodes, dict) else {}
    if not path:
        sections = {name: document[name] for name in (*SECTIONS, "conflict") if isinstance(document.get(name), dict)}
        return {**nodes, **sections, **{name: document.get(name) for name in FIELDS[""]}}
    first, *rest = path
    if first in nodes:
        found = _node(nodes[first])
        kind, edges = _edges_of(nodes[first])
        if rest and rest[0] in edges:
            return _descend(_filled(edges[rest[0]], kind), rest[1:], document)
        return _descend(found, rest, document)
    section = document.get(first)
    if first == "conflict" and isinstance(section, dict):
        return _descend({**dict.fromkeys(CONFLICT), **section}, rest, document)
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
    kinds = {"to": ("nodes", "include"), "by": ("actors",), "p": ("parameters",), "value": ("parameters",)}
    known = [name for kind in kinds.get(path.rpartition(".")[2], ()) for name in _section(ctx, kind)]
    return items((f"{path}={name}" for name in known), incomplete)


def names(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer every id that can be renamed: nodes, edges, and what other sections define, with the section or bare."""
    del param
    found = [*_section(ctx, "nodes"), *(f"{node}.{edge}" for node, _, edge in _edges(_section(ctx, "nodes")))]
    defined = [(section, name) for section in SECTIONS for name in _section(ctx, section)]
    bare = Counter([*found, *(name for _, name in defined)])
    found += [name for _, name in defined if bare[name] == 1]
    found += [f"{section}.{name}" for section, name in defined]
    conflict = _section(ctx, "conflict")
    found += [f"conflict.{path}" for path in (*_options(conflict.get("options")), *_states(conflict.get("states")))]
    return items(found, incomplete)


def _options(actors: object) -> list[str]:
    """Return the options of a conflict as they are named: `options.uk.insist`."""
    found = actors.items() if isinstance(actors, dict) else ()
    return [f"options.{actor}.{option}" for actor, own in found for option in (own if isinstance(own, dict) else ())]


def _states(states: object) -> list[str]:
    """Return the states of a conflict as they are named: `states.9`."""
    return [f"states.{state}" for state in (states if isinstance(states, dict) else ())]


def codes(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer the codes of the checks."""
    del ctx, param
    from planner.core.rule_table import RULES

    return items(RULES, incomplete)


def rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Offer the rules of choice."""
    return rules_and()(ctx, param, incomplete)


def rules_and(*more: str) -> Callable[[click.Context, click.Parameter, str], Items]:
    """Return a function that offers the rules of choice and some more."""

    def offer(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
        del ctx, param
        from planner.cli.options import RULES

        return items([*RULES, *more, "hurwicz:"], incomplete)

    return offer


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
