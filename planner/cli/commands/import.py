"""`planner import`: a scenario from another program's file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from planner.cli import complete
from planner.cli.options import Command, reading
from planner.cli.output import show_faults

if TYPE_CHECKING:
    from planner.cli.output import Output

STDIN = "-"
FORMATS = ("efg", "nfg")  # the keys of `planner.exchange.FORMATS`, which is not imported for a mere --help


@click.command(
    "import",
    cls=Command,
    examples=(
        "planner import poker.efg -o scenarios/poker.yaml",
        "planner import chicken.nfg | planner evaluate -",
        "planner import --from efg -",
    ),
)
@click.argument("file", metavar="FILE", shell_complete=complete.foreign_files)
@click.option("--from", "format", type=click.Choice(FORMATS), help="The format; absent = by the ending of FILE.")
@click.option("--force", is_flag=True, help="Replace a file behind -o that holds something else.")
@reading
def command(out: Output, *, file: str, format: str | None, force: bool) -> None:
    """Make a scenario from a file of another program.

    Formats: Gambit's games in extensive form (.efg) and in strategic form (.nfg). Players become actors, information
    sets become decisions with `unseen`, and numbers stay exact. What can be passed over is, with a warning. Of a file
    that cannot be read the place is shown, and nothing is written.
    """
    from planner.core.faults import MAX_BYTES
    from planner.errors import PlannerError
    from planner.exchange import format_of, import_text
    from planner.files import read_bytes

    known = format or format_of(file)
    content = read_bytes(file)
    if len(content) > MAX_BYTES:
        raise PlannerError(f"'{file}' has more than 64 MiB", "is this the right file?")
    with out.progress("importing"):
        made = import_text(content, known, path="<stdin>" if file == STDIN else file)
    if out.target is not None and not force:
        _spare(Path(out.target), made.text)
    if made.warnings:
        show_faults(made.warnings)
    if out.json:
        warnings = [warning.to_dict() for warning in made.warnings]
        out.envelope({"text": made.text, "warnings": warnings}, settings={"from": known})
    else:
        out.write(made.text)


def _spare(target: Path, text: str) -> None:
    """Leave a file alone that holds something else: somebody may have worked on it."""
    from planner.errors import PlannerError

    if target.is_file() and target.read_bytes() != text.encode():
        raise PlannerError(f"'{target}' holds something else", "choose another name, or --force to replace it")
