"""`planner blame`: who set each number and text of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner.analyses.comparing.comparison_words import shortened
from planner.cli import complete
from planner.cli.options import Command, file_argument, reading
from planner.cli.output import GAP, Column, Row, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.cli.output import Output
    from planner.history.blame import Blame, Line

WIDE = 100  # columns from which a value takes one line
LONGEST = 40
AUTHOR = 16
LOOSE = "not committed yet"


@click.command(
    "blame",
    cls=Command,
    examples=(
        "planner blame scenarios/moscow.yaml",
        "planner blame moscow.yaml talks_yield",
        "planner blame moscow.yaml line.engage --to v1.0",
    ),
)
@file_argument
@click.argument("place", metavar="[PATH]", required=False, shell_complete=complete.places)
@click.option("--to", metavar="REVISION", shell_complete=complete.revisions_and_files,
              help="Ask about this revision, not about the file as it is.")  # fmt: skip
@click.option(
    "--rows", type=click.IntRange(min=0), default=0, metavar="N", help="Show the first N values; 0 shows all."
)
@reading
def command(out: Output, *, file: str, place: str | None, to: str | None, rows: int) -> None:
    """Say who set each number and text of the model, and why.

    For every value the newest commit before which it was another one, with author, date and subject. Whoever only
    brought the file into another layout, moved lines, renamed the file, or gave a node or a parameter another id set
    nothing. Values of included files are told too, under names such as `talks/answer`.

    PATH is a place as `planner set` takes it, and stands for all below it: a parameter (talks_yield), an option or
    branch (line.engage), a node (line), an actor (actors.uk). A `^` at a commit says that a shallow clone hides whether
    the value is older.
    """
    from planner.cli.in_git import in_git
    from planner.history.blame import blame

    repository, path = in_git(file)
    with out.progress("reading history"):
        found = blame(repository, path, place=place, end=to)
    if found.cut:
        out.say("this clone is shallow: older commits are missing, `git fetch --unshallow` brings them")
    if out.json:
        out.envelope(found.to_dict(), settings={"file": file, **found.settings})
    else:
        _show(out, found, rows or None)


def _show(out: Output, found: Blame, rows: int | None) -> None:
    out.line(found.headline(), style="bold")
    out.write("\n")
    lines = found.lines[:rows]
    if out.width >= WIDE:
        _table(out, lines)
    else:
        _lines(out, lines)
    if len(lines) < len(found.lines):
        out.line(f"… and {counted(len(found.lines) - len(lines), 'more value')}; --rows 0 or --json shows all.")
    perhaps = [one for one in found.lines if one.perhaps]
    if perhaps:
        names = dict.fromkeys(each.name for one in perhaps for each in one.perhaps)
        out.write("\n")
        what = counted(len(perhaps), "value")
        out.line(f"* {what} may have been set before already, in a text that cannot be read: {', '.join(names)}")


def _table(out: Output, lines: Sequence[Line]) -> None:
    places = [shortened(one.place, LONGEST) for one in lines]
    values = [shortened(one.value, LONGEST) for one in lines]
    authors = [shortened(_author(one), AUTHOR) for one in lines]
    sizes = [max([*map(len, column), len(head)]) for column, head in
             ((places, "place"), (values, "value"), (authors, "author"))]  # fmt: skip
    if sum(sizes) + 30 + 5 * GAP + 12 > out.width:
        sizes[1] = min(sizes[1], 24)
        values = [shortened(one.value, 24) for one in lines]
    room = max(12, out.width - sum(sizes) - 10 - 12 - 5 * GAP)
    rows = [
        Row([place, value, _commit(one), _date(one), author, shortened(_subject(one), room)], faint=not one.committed)
        for place, value, author, one in zip(places, values, authors, lines, strict=True)
    ]
    out.table([*map(Column, ("place", "value", "commit", "date", "author", "subject"))], rows)


def _lines(out: Output, lines: Sequence[Line]) -> None:
    for one in lines:
        out.line(f"{one.place}{f' = {shortened(one.value, 200)}' if one.value else ''}", style="bold")
        told = f"{_commit(one)} {_date(one)} {_author(one)}: {_subject(one)}" if one.committed else LOOSE
        out.line(told, indent=4)


def _commit(one: Line) -> str:
    if not one.committed:
        return ""
    return f"{one.revision.name}{'^' if one.revision.cut else ''}{'*' if one.perhaps else ''}"


def _date(one: Line) -> str:
    commit = one.revision.commit
    return "" if commit is None else f"{commit.at.astimezone():%Y-%m-%d}"


def _author(one: Line) -> str:
    return one.revision.commit.author if one.revision.commit is not None else ""


def _subject(one: Line) -> str:
    return one.revision.commit.subject if one.revision.commit is not None else LOOSE
