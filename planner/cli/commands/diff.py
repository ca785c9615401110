"""`planner diff`."""

from __future__ import annotations
import click
from planner.cli.options import Command, reading, question_options


@click.command("diff", cls=Command, examples=())
@click.argument("files", nargs=-1)
@question_options
@reading
def command(out, *, files, question):
    from planner.analyses.comparison import compare
    from planner.files import read_source
    from planner.cli.diff_text import show

    found = compare(read_source(files[0]), read_source(files[1]), **question.arguments)
    if out.json:
        out.envelope(found.to_dict(), settings=found.settings)
    else:
        show(out, found, 20)
