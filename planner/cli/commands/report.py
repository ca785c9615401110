"""`planner report`: from the scenario file to the paper on the table, and what it says kept in the database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict

import click

from planner.cli.options import (
    Command,
    Numbers,
    db_option,
    file_argument,
    numbers_options,
    spare_the_input,
    telling,
    workspace,
)
from planner.cli.output import counted
from planner.cli.paper import ANALYSES, STDIN, Shape, compose, keep, target_of, write

if TYPE_CHECKING:
    from typing import Unpack

    from planner.analyses.evaluate import Evaluation
    from planner.cli.output import Output
    from planner.store import Saved


class Options(TypedDict):
    """What shapes the paper and where it goes."""

    reports: str | None
    output: str | None
    template: str | None
    provenance: str
    analyses: str
    force: bool
    save: bool
    db: str | None


class Kept(NamedTuple):
    """Where the paper and the run went."""

    paper: str
    pictures: list[str]
    saved: Saved | None
    database: str


def _names(ctx: click.Context, param: click.Parameter, text: str) -> str:
    """Accept all, none or names of analyses."""
    names = text.split(",") if text not in {"all", "none"} else []
    for name in names:
        if name not in ANALYSES:
            known = f"use all, none or some of {', '.join(ANALYSES)}."
            raise click.BadParameter(f"there is no analysis '{name}' for a paper; {known}", ctx, param)
    return text


@click.command(
    "report",
    cls=Command,
    examples=(
        "planner report scenarios/european-line-on-moscow.yaml",
        "planner report moscow.yaml --set talks_yield=0.4 -o papers/hopeful.md",
    ),
)
@file_argument
@click.option("-o", "--output", metavar="FILE", help="Where the paper goes, if not reports/NAME.md; `-` prints it.")
@click.option(
    "--template", metavar="FILE", help="Fill this Jinja2 template, not the one from reports/templates/ or our own."
)
@click.option("--reports", metavar="FOLDER", help="Where the paper goes, if not the workspace's reports/.")
@click.option(
    "--provenance",
    type=click.Choice(["commit", "blob"]),
    default="commit",
    show_default=True,
    help="What the paper says about git: the last commit of the file, or the blob alone.",
)
@click.option(
    "--analyses",
    metavar="all|none|NAME,...",
    default="all",
    show_default=True,
    callback=_names,
    help=f"Which further analyses the paper tells of: {', '.join(ANALYSES)}.",
)
@click.option("--force", is_flag=True, help="Overwrite a paper that was edited by hand.")
@click.option("--save/--no-save", default=True, show_default=True, help="Keep scenario and run in the database.")
@db_option
@numbers_options
@telling
def command(out: Output, *, file: str, numbers: Numbers, **options: Unpack[Options]) -> None:
    """Write the paper for the meeting; keep scenario and run.

    Checks and evaluates the scenario, writes reports/NAME.md with its SVG pictures beside it, and keeps the scenario
    and the run in the database. With --set or another --rule it is a what-if paper, reports/NAME-what-if.md. With -o
    the paper goes to FILE, with `-o -` to standard output, without pictures.
    """
    from planner.files import read_source

    spare_the_input(options["output"], {"file": file})
    shape = _shape(numbers, options)
    place = workspace()
    with out.progress("writing"):
        source = read_source(file)
        target = _target(source.name, shape, options)
        composed = compose(source, file, shape, target=target, place=place)
        if target is None:
            out.write(composed.text)
            return
        write(composed, force=options["force"])
        saved = keep(composed, options["db"]) if options["save"] else None
    if composed.warnings:
        out.say(f"{counted(len(composed.warnings), 'warning')}: `planner check {file}` shows what to mend")
    pictures = [place.shown(target.with_name(name)) for name in composed.report.pictures]
    database = place.shown_database(saved[1]) if saved else ""
    kept = Kept(place.shown(target), pictures, saved[0] if saved else None, database)
    _tell(out, composed.evaluation, kept, file)


def _shape(numbers: Numbers, options: Options) -> Shape:
    """Return what shapes a paper that is made by the options of the command line."""
    return Shape(
        set=numbers.overrides,
        rule=numbers.rule,
        max_states=numbers.max_states,
        analyses=options["analyses"],
        provenance=options["provenance"],
        template=options["template"],
    )


def _target(name: str, shape: Shape, options: Options) -> Path | None:
    """Return where the paper goes; None for standard output."""
    if options["output"] == STDIN:
        return None
    if options["output"] is not None:
        return Path(options["output"])
    return target_of(name, shape, options["reports"], workspace())


def _tell(out: Output, evaluation: Evaluation, kept: Kept, file: str) -> None:
    """Say what follows, where everything went, and what to do next."""
    saved = kept.saved
    if out.json:
        result = {
            "headline": evaluation.headline(),
            "report": kept.paper,
            "pictures": kept.pictures,
            "run": saved and saved.runs[0].id,
            "revision": saved and saved.revision.revision,
            "db": kept.database or None,
        }
        out.envelope(result, scenario=evaluation.scenario, settings=evaluation.settings)
        return
    out.line(evaluation.headline(), style="bold")
    out.write("\n")
    pictures = f" with {counted(len(kept.pictures), 'picture')} beside it" if kept.pictures else ""
    out.line(f"report  {kept.paper}{pictures}")
    if saved:
        first, last, revision = saved.runs[0].id, saved.runs[-1].id, saved.revision
        runs = f"run     {first}" if first == last else f"runs    {first} to {last}"
        out.line(f"{runs}, of {revision.scenario_name}@{revision.revision}, in {kept.database}")
    out.line(f"next    planner paths {file}")
