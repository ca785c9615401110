"""`planner diff`."""

from __future__ import annotations

import click

from planner.cli.options import Command, question_options, reading


@click.command("diff", cls=Command, examples=())
@click.argument("files", nargs=-1)
@question_options
@reading
def command(out, *, files, question) -> None:
    from planner.analyses.comparison import compare
    from planner.cli.diff_text import show
    from planner.files import read_source

    found = compare(read_source(files[0]), read_source(files[1]), **question.arguments)
    if out.json:
        out.envelope(found.to_dict(), settings=found.settings)
    else:
        show(out, found, 20)
