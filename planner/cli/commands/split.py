"""`planner split`: a new chance or decision between an edge and its target."""

from __future__ import annotations

from shlex import join
from typing import TYPE_CHECKING

import click

from planner.cli import complete
from planner.cli.editing import edit_file, editing
from planner.cli.options import Command, file_argument

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.cli.output import Output


@click.command(
    "split",
    cls=Command,
    examples=(
        "planner split moscow.yaml line.engage chance offer 'Do they listen?' \\",
        "  --branch yes:0.7 --branch 'no:rest They do not -> fracture'",
        "planner split moscow.yaml answer.step decision next --option go --option stop",
    ),
)
@file_argument
@click.argument("edge", metavar="NODE.EDGE", shell_complete=complete.edges)
@click.argument("kind", type=click.Choice(["chance", "decision"]))
@click.argument("id", metavar="ID")
@click.argument("title", required=False, metavar="[NAME]")
@click.option("--branch", multiple=True, metavar="BRANCH", help="ID:P NAME (PAYOFF) -> NODE; again for more.")
@click.option("--option", multiple=True, metavar="OPTION", help="ID NAME (PAYOFF) -> NODE; again for more.")
@click.option(
    "--by", multiple=True, metavar="ACTOR,…", shell_complete=complete.actors, help="Who decides; several with commas."
)
@click.option("--rule", metavar="RULE", help="How several decide.")
@click.option("--fallback", metavar="OPTION", help="The option that stands when they do not agree.")
@editing
def command(  # noqa: PLR0913 - a node in all its parts
    out: Output,
    *,
    file: str,
    edge: str,
    kind: str,
    id: str,
    title: str | None,
    branch: Sequence[str],
    option: Sequence[str],
    by: Sequence[str],
    rule: str | None,
    fallback: str | None,
    dry_run: bool,
    force: bool,
) -> int:
    """Put a new chance or decision on an edge.

    Its branches or options lead to what the edge led to, unless they name a node: "ID:P NAME -> NODE". An arrow that
    points at nothing ends the path.
    """
    from planner.cli.additions import content
    from planner.core.change.adding import edges, names
    from planner.core.change.moving import split
    from planner.core.change.writing import together

    decides = kind == "decision"
    given = (
        {"--option": option, "--by": by, "--rule": rule, "--fallback": fallback}
        if not decides
        else {"--branch": branch}
    )
    for flag, value in given.items():
        if value:
            raise click.UsageError(f"{flag} does not belong to a {kind}.")
    if not (option or branch):
        raise click.UsageError(f"A {kind} needs at least one --{'option' if decides else 'branch'}.")

    change = together(
        lambda _: [
            split(
                edge,
                id,
                content((kind, title or id), ("by", names(by)), ("rule", rule), ("fallback", fallback)),
                edges(option if decides else branch, branch=not decides),
            )
        ]
    )
    return edit_file(
        out,
        file,
        [change],
        command=join(["split", file, edge, kind, id]),
        said=[f"'{edge}' leads to the {kind} '{id}' now"],
        force=force,
        dry_run=dry_run,
    )
