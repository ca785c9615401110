"""`planner log`: the history of a scenario as a history of its recommendation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.cli import complete
from planner.cli.in_git import cache_options, span_options
from planner.cli.options import Command, Question, file_argument, question_options, reading
from planner.errors import PlannerError

if TYPE_CHECKING:
    from planner.cli.output import Output
    from planner.history.log import Log

PICTURES = (".svg", ".png")


@click.command(
    "log",
    cls=Command,
    examples=(
        "planner log scenarios/moscow.yaml",
        "planner log moscow.yaml --at line --actor france -n 20",
        "planner log moscow.yaml --chart --of consensus -o history.svg",
    ),
)
@file_argument
@click.option("-n", "--rows", type=click.IntRange(min=0), default=0, metavar="N",
              help="Show the newest N commits; without it all.")  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="Show commits that changed names, notes or layout alone, too.")
@click.option("--reverse", is_flag=True, help="The oldest first.")
@click.option(
    "--chart", is_flag=True, help="Draw value and a probability over time; -o FILE.svg or .png makes a picture."
)
@click.option("--of", metavar="NAME", shell_complete=complete.all_nodes,
              help="What the chart draws below: an outcome, a branch (node.branch) or a parameter.")  # fmt: skip
@span_options
@cache_options
@question_options
@reading
def command(  # noqa: PLR0913 - one argument for each option
    out: Output,
    *,
    file: str,
    rows: int,
    everything: bool,
    reverse: bool,
    chart: bool,
    of: str | None,
    span: tuple[str | None, str | None],
    cached: tuple[bool, str | None],
    question: Question,
) -> None:
    """List the commits that changed the model, and what it came to.

    One line for every commit after which the model is another one, the newest first: what is recommended, what that is
    worth, how far it is ahead (the margin), and by how much the value changed. A `!` marks commits that turned the
    recommendation. Renames of the file are followed, and so are those of decisions, actors and parameters that options
    name. A commit that changes a file which the scenario includes counts. What cannot be evaluated says why.

    A merge is listed if its model is none of those that it merged. What is not committed yet comes first.
    Commits that only change layout, comments, names, notes or sources are left out without --all.

    What a state comes to is kept in the workspace's database by its content, so that it is worked out once.
    """
    from planner.cli.in_git import asked, in_git, memory
    from planner.history.log import log

    picture = _picture(out, chart=chart)
    repository, path = in_git(file)
    with memory(out, cached) as kept, out.progress("reading history"):
        found = log(
            repository, path, question=asked(question, of), span=span, everything=everything, most=rows or None,
            memory=kept,
        )  # fmt: skip
    if found.cut:
        out.say("this clone is shallow: older commits are missing, `git fetch --unshallow` brings them")
    if out.json:
        out.envelope(found.to_dict(), settings={"file": file, **found.settings})
    elif chart:
        _draw(out, found, picture)
    else:
        from planner.cli.log_text import show

        show(out, found, reverse=reverse)


def _picture(out: Output, *, chart: bool) -> str | None:
    """Return the ending of the picture that is wanted; None for a chart on the terminal."""
    ending = Path(out.target or "").suffix.lower()
    if ending in PICTURES and not chart:
        raise PlannerError(f"'{out.target}' would be a picture, and a table was asked for", "add --chart")
    if out.json and chart:
        raise PlannerError("--json and --chart are two forms of one answer", "leave one of them out")
    return ending if ending in PICTURES else None


def _draw(out: Output, found: Log, picture: str | None) -> None:
    from planner.cli.log_chart import drawn, text

    if picture is None:
        text(out, found)
        return
    made: Any = drawn(found)
    if picture == ".svg":
        out.write(made)
        return
    import vl_convert

    from planner.files import write_atomic

    target, out.target = out.target, None  # these bytes go past the text that is kept for the file
    assert target is not None
    write_atomic(target, vl_convert.svg_to_png(made, scale=2))
    out.say(f"wrote {target}")
