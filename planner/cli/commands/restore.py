"""`planner restore`: a saved text, as it was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from planner.cli import complete
from planner.cli.options import Command, db_option, printing, workspace

if TYPE_CHECKING:
    from planner.cli.output import Output


@click.command(
    "restore",
    cls=Command,
    examples=(
        "planner restore tutorial",
        "planner restore tutorial@2 -o scenarios/tutorial.yaml",
    ),
)
@click.argument("revision", metavar="NAME[@REV]", shell_complete=complete.saved)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE, not to the terminal.")
@db_option
@printing
def command(out: Output, *, revision: str, output: str | None, db: str | None) -> None:
    """Bring back a saved revision, byte for byte.

    Without a number it is the revision that was saved last.
    """
    from planner.files import write_atomic
    from planner.store import Store

    name, number = _parsed(revision)
    with Store.open(workspace().database(db), create=False) as store:
        text = store.restore(name, number)
    if output in {None, "-"}:
        out.write_bytes(text)
    else:
        assert output is not None
        write_atomic(output, text)
        out.say(f"wrote {output}")


def _parsed(revision: str) -> tuple[str, int | None]:
    found = re.fullmatch(r"(?P<name>.+?)(?:@(?P<number>[0-9]+))?", revision)
    if found is None or ("@" in revision and found["number"] is None):
        raise click.BadParameter(
            f"'{revision}' is not a name, or a name with a number behind '@'.", param_hint="'NAME[@REV]'"
        )
    return found["name"], int(found["number"]) if found["number"] else None
