"""`planner show`: the tree of a scenario, on the terminal or as a picture."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import click

from planner.cli import complete
from planner.cli.options import Command, Numbers, file_argument, numbers_options, telling
from planner.errors import PlannerError

if TYPE_CHECKING:
    from typing import Unpack

    from planner.analyses.outline import Outline
    from planner.cli.output import Output

ROWS, PICTURE_ROWS = 40, 60
FORMATS = ("text", "mermaid", "dot", "svg", "png", "json")
SUFFIXES = {".mmd": "mermaid", ".mermaid": "mermaid", ".dot": "dot", ".gv": "dot", ".svg": "svg", ".png": "png",
            ".json": "json"}  # fmt: skip
PICTURES = ("mermaid", "svg", "png")  # trees in which nothing can refer to another place


class Options(TypedDict):
    """What is drawn, and how."""

    actor: str | None
    at: str | None
    depth: int | None
    rows: int | None
    expand: bool
    ids: bool
    payoff: bool
    ascii: bool


@click.command(
    "show",
    cls=Command,
    examples=(
        "planner show scenarios/tutorial.yaml",
        "planner show moscow.yaml --depth 2 --actor france",
        "planner show moscow.yaml --at benchmarks --set benchmarks_met=0.5",
        "planner show moscow.yaml -o moscow.png",
    ),
)
@file_argument
@click.option("--as", "as_", type=click.Choice(FORMATS), help="What to make; if not said, -o FILE says it, else text.")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE, not to the terminal.")
@click.option("--depth", type=click.IntRange(min=0), metavar="N", help="Fold what is more than N steps from the start.")
@click.option(
    "--rows",
    type=click.IntRange(min=0),
    metavar="N",
    help=f"Draw the likeliest N nodes; 0 draws all.  [default: {ROWS}; in pictures {PICTURE_ROWS}]",
)
@click.option("--expand", is_flag=True, help="Repeat shared nodes, which are otherwise drawn once and referred to.")
@click.option(
    "--at", metavar="NODE", shell_complete=complete.all_nodes, help="Start at a node or state, not at the root."
)
@click.option("--actor", metavar="ACTOR", shell_complete=complete.actors, help="Show the values of one actor alone.")
@click.option("--payoff/--no-payoff", default=True, show_default=True, help="Write what each step adds.")
@click.option("--ids", is_flag=True, help="Write ids in place of names, as commands take them.")
@click.option("--ascii", is_flag=True, help="Draw with ASCII signs alone.")
@numbers_options
@telling
def command(
    out: Output, *, file: str, as_: str | None, output: str | None, numbers: Numbers, **options: Unpack[Options]
) -> None:
    """Draw the tree with probabilities, payoffs and values.

    Each line shows an option or branch and what the whole path is worth when it has come that far; where a path ends,
    its probability under the recommended strategy. The recommended option is marked. A node that several paths share
    is drawn once, where the strategy passes, and referred to elsewhere. Large trees are folded to the likeliest part.
    """
    form = _form(out, as_, output)
    out.target = None if output == "-" else output
    if form == "png" and out.target is None and sys.stdout.isatty():
        raise PlannerError("a PNG picture cannot be shown on a terminal", "name a file for it, as in -o tree.png")
    result = _outline(out, file, numbers, options, form)
    if form == "text":
        _write_text(out, result, options)
    elif form == "json":
        out.envelope(result.to_dict(), scenario=result.scenario, settings=result.settings)
    else:
        _write_picture(out, result, form)


def _form(out: Output, as_: str | None, output: str | None) -> str:
    """Return what to make."""
    if out.json and as_ not in {None, "json"}:
        raise click.UsageError(f"--json and --as {as_} exclude each other.")
    if out.json:
        return "json"
    return as_ or SUFFIXES.get(Path(output or "").suffix.lower(), "text")


def _outline(out: Output, file: str, numbers: Numbers, options: Options, form: str) -> Outline:
    from planner.analyses.outline import outline
    from planner.analyses.outlining.outline_growth import Limits
    from planner.core.collector import no_collection
    from planner.files import load

    rows = options["rows"]
    if rows is None:
        rows = ROWS if form in {"text", "json"} else PICTURE_ROWS
    with out.progress("drawing"), no_collection():
        return outline(
            load(file),
            actor=options["actor"],
            overrides=numbers.overrides,
            rule=numbers.rule,
            at=options["at"],
            limits=Limits(options["depth"], rows or None, expand=options["expand"] or form in PICTURES),
            max_states=numbers.max_states,
        )


def _write_text(out: Output, result: Outline, options: Options) -> None:
    from planner.cli.output import counted
    from planner.cli.tree_text import Look, draw

    out.line(result.scenario.title, style="bold")
    out.line(result.headline())
    out.write("\n")
    ascii_only = options["ascii"] or not _draws(out)
    look = Look(out.width, ascii=ascii_only, color=out.color, ids=options["ids"], payoff=options["payoff"])
    for line in draw(result, look):
        out.write(f"{line}\n")
    folds = sum(1 for row in result.rows if row.hidden)
    if folds:
        out.line(f"Folded in {counted(folds, 'place')}; --rows 0 draws all, --at NODE starts there.")


def _draws(out: Output) -> bool:
    """Return whether what we write to can take the signs of a drawing."""
    if out.target is not None:
        return True
    try:
        "├►□○◁…".encode(sys.stdout.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def _write_picture(out: Output, result: Outline, form: str) -> None:
    from planner.cli import tree_pictures

    if form != "png":
        make = {"svg": tree_pictures.svg, "mermaid": tree_pictures.mermaid_text, "dot": tree_pictures.dot}[form]
        out.write(make(result))
    elif out.target is None:
        out.write_bytes(tree_pictures.png(result))
    else:
        from planner.files import write_atomic

        target, out.target = out.target, None  # these bytes go past the text that is kept for the file
        write_atomic(target, tree_pictures.png(result))
        out.say(f"wrote {target}")
