"""`planner init`: a workspace to work in."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from planner.cli.options import Command, telling

if TYPE_CHECKING:
    from planner.cli.output import Output
    from planner.workspace import Layout


@click.command("init", cls=Command, examples=("planner init", "planner init ~/crises"))
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False))
@telling
def command(out: Output, *, folder: str) -> None:
    """Make a workspace: folders, settings, an example to delete.

    Makes scenarios/ with an example, reports/, db/, planner.toml, the schema for editors, .gitignore and
    .gitattributes in DIR, which is the current folder if none is named. What is there already is left as it is, so
    that a second time does no harm.
    """
    from planner.authoring.templates import from_template
    from planner.core.schema import editor_line, schema_text
    from planner.workspace import EXAMPLE, make, text

    today = date.today()  # noqa: DTZ011 - the person's own calendar
    example = from_template(
        text("new/dispute.yaml"), title="An example to delete", question=None, as_of=today, editor=editor_line()
    )
    done = make(folder, example=example, schema=schema_text())
    if out.json:
        result = {"folder": folder, "made": done.made, "there": done.there, "notes": done.notes}
        out.envelope(result, settings={})
        return
    _tell(out, done)
    for note in done.notes:
        out.say(f"note: {note}")
    if EXAMPLE in done.made:
        out.line(f"next   planner report {Path(folder, EXAMPLE)}")
    out.line(f"{'       ' if EXAMPLE in done.made else 'next   '}{_new(folder)}")


def _tell(out: Output, done: Layout) -> None:
    """List what was made and what was there."""
    from planner.workspace import EXAMPLE

    for name in done.made:
        out.line(f"made   {name}{', an example to delete' if name == EXAMPLE else ''}")
    for name in done.there:
        out.line(f"there  {name}")


def _new(folder: str) -> str:
    return "planner new NAME" if folder == "." else f"planner new {Path(folder, 'scenarios', 'NAME')}"
