"""What the shell offers when TAB is pressed: scenario files, and the ids that the file on the line holds.

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
