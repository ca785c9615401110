"""`planner export`: a scenario for another program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner.cli.options import Command, file_argument, parameter_number, reading, set_option

if TYPE_CHECKING:
    from planner.cli.options import Pairs
    from planner.cli.output import Output

FORMATS = ("efg", "nfg")  # the keys of `planner.exchange.FORMATS`, which is not imported for a mere --help


@click.command(
    "export",
    cls=Command,
    examples=(
        "planner export scenarios/poker.yaml --to efg -o poker.efg",
        "planner export entry.yaml --to nfg --set cost=3",
    ),
)
@file_argument
@click.option("--to", "format", type=click.Choice(FORMATS), help="The format; absent = by the ending of -o.")
@set_option
@click.option(
    "--max-nodes",
    type=click.IntRange(min=1),
    metavar="N",
    help="Refuse larger files (default: 200000 nodes of a tree, 20000 cells of a table).",
)
@reading
def command(out: Output, *, file: str, format: str | None, set_: Pairs, max_nodes: int | None) -> None:
    """Write a scenario as a file of another program.

    Formats: Gambit's games in extensive form (efg) and in reduced strategic form (nfg). Numbers are fractions, names
    are in ASCII with the full ones in the file's comment. Shared nodes are written once for each path; payoffs are the
    actors' values of whole paths. Joint decisions and tolerances of risk have no place in a game and are refused.
    """
    from planner.exchange import export, format_of
    from planner.files import load

    if format is None:
        if out.target is None:
            raise click.UsageError("Say the format with --to, or name a file with -o.")
        format = format_of(out.target)  # noqa: A001 - the word of the command line
    overrides = {name: parameter_number(text) for name, text in set_}
    with out.progress("exporting"):
        scenario = load(file)
        made = export(scenario, format, overrides=overrides, max_nodes=max_nodes)
    for note in made.notes:
        out.say(f"note: {note}")
    if out.json:
        settings = {"to": format, **({"set": dict(overrides)} if overrides else {})}
        out.envelope({"text": made.text, "notes": list(made.notes)}, scenario=scenario, settings=settings)
    else:
        out.write(made.text)
