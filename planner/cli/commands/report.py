"""`planner report`: from the scenario file to the paper on the table, and what it says kept in the database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

import click

from planner import __version__
from planner.cli import complete
from planner.cli.options import (
    Command,
    Numbers,
    Question,
    db_option,
    numbers_options,
    spare_the_input,
    telling,
    workspace,
)
from planner.cli.output import counted
from planner.report.kinds import FULL, KINDS
from planner.report.language import LANGUAGES
from planner.report.sections import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Unpack

    from planner.analyses.evaluate import Evaluation
    from planner.cli.output import Output
    from planner.core.model import Scenario
    from planner.history import GitState
    from planner.report import Report
    from planner.store import Saved

SHOWN_PATHS = 10


class Options(TypedDict):
    """What shapes the paper and where it goes."""

    reports: str | None
    output: str | None
    template: str | None
    provenance: str
    analyses: str
    kind: str
    lang: str
    do_minimum: str | None
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
        if name not in SECTIONS:
            known = f"use all, none or some of {', '.join(SECTIONS)}."
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
@click.argument("file", required=False, metavar="FILE", shell_complete=complete.scenario_files)
@click.option("-o", "--output", metavar="FILE", help="Where the paper goes, if not reports/NAME.md; `-` prints it.")
@click.option(
    "--template", metavar="FILE", help="Fill this Jinja2 template, not the one from reports/templates/ or our own."
)
@click.option(
    "--kind",
    type=click.Choice(list(KINDS)),
    default=FULL,
    show_default=True,
    help="What kind of paper: all of it, one page, an options appraisal, or one idea a page.",
)
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    help="Language of the headings; sentences stay English, the scenario's own words stay as they are.",
)
@click.option(
    "--do-minimum",
    metavar="OPTION",
    help="The option that is the least that must be done, where it is not the fallback of a joint decision.",
)
@click.option(
    "--list-blocks",
    is_flag=True,
    help="Write nothing; list the blocks of this kind of paper that a template of yours can override.",
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
    help=f"Which further analyses the paper tells of: {', '.join(SECTIONS)}.",
)
@click.option("--save/--no-save", default=True, show_default=True, help="Keep scenario and run in the database.")
@db_option
@numbers_options
@telling
def command(out: Output, *, file: str | None, numbers: Numbers, list_blocks: bool, **options: Unpack[Options]) -> None:
    """Write the paper for the meeting; keep scenario and run.

    Checks and evaluates the scenario, writes reports/NAME.md with its SVG pictures beside it, and keeps the scenario
    and the run in the database. Another --kind of paper is reports/NAME-KIND.md. With --set or another --rule it is a
    what-if paper, reports/NAME-what-if.md. With -o the paper goes to FILE, with `-o -` to standard output, without
    pictures.
    """
    if list_blocks:
        _list_blocks(out, options)
        return
    if file is None:
        raise click.MissingParameter(param_hint="'FILE'", param_type="argument", ctx=click.get_current_context())
    from planner.analyses.evaluate import evaluate
    from planner.cli.keeping import git_of
    from planner.files import check, load, read_source

    spare_the_input(options["output"], {"file": file})
    with out.progress("writing"):
        source = read_source(file)
        scenario = load(source)
        warnings = check(source)
        settings: Any = {"overrides": numbers.overrides, "rule": numbers.rule, "max_states": numbers.max_states}
        evaluation = evaluate(scenario, **settings)
        git = git_of(scenario)
        target = _target(scenario, numbers, options)
        further = _analyses(scenario, numbers, options["kind"], options["analyses"])
        report = _rendered(evaluation, settings, git, options, target, further)
        if target is None:
            out.write(report.markdown)
            return
        _write(target, report)
        saved = _save({"evaluate": evaluation, **further}, git, options["db"]) if options["save"] else None
    if warnings:
        out.say(f"{counted(len(warnings), 'warning')}: `planner check {file}` shows what to mend")
    place = workspace()
    pictures = [place.shown(target.with_name(name)) for name in report.pictures]
    database = place.shown_database(saved[1]) if saved else ""
    _tell(out, evaluation, Kept(place.shown(target), pictures, saved[0] if saved else None, database), file)


def _analyses(scenario: Scenario, numbers: Numbers, kind: str, wanted: str) -> dict[str, Any]:
    """Make the further analyses that are wanted and that the scenario has what it takes for."""
    from importlib import import_module

    from planner.analyses.result import BadArgument
    from planner.core.diagnostics import ScenarioError

    question = Question(None, None, numbers).arguments
    found = {}
    every = KINDS[kind].analyses
    for name in every if wanted == "all" else () if wanted == "none" else wanted.split(","):
        analysis = getattr(import_module(f"planner.analyses.{name}"), name)
        try:
            found[name] = analysis(scenario, **question)
        except BadArgument:  # nothing is drawn, nobody decides …: a paper on all that there is leaves it out
            if wanted != "all":
                raise
        except ScenarioError as error:  # so it does where an analysis cannot take hidden moves in
            if wanted != "all" or any(found.code != "P310" for found in error.diagnostics):
                raise
    return found


def _rendered(
    evaluation: Evaluation,
    settings: dict[str, Any],
    git: GitState | None,
    options: Options,
    target: Path | None,
    further: Mapping[str, Any],
) -> Report:
    from planner.analyses.paths import paths
    from planner.history import blob_id
    from planner.report import render_report

    scenario = evaluation.scenario
    assert scenario.source is not None
    return render_report(
        evaluation,
        paths(scenario, top=SHOWN_PATHS, **settings),
        version=__version__,
        git={"blob": blob_id(scenario.source.text.encode())} if options["provenance"] == "blob" else git,
        template=_template(options["template"]),
        template_dirs=[workspace().folder / "reports" / "templates"],
        name=target.stem if target else None,
        pictures=target is not None,
        analyses=further,
        kind=options["kind"],
        language=options["lang"],
        do_minimum=_do_minimum(evaluation, options["do_minimum"]),
    )


def _do_minimum(evaluation: Evaluation, option: str | None) -> str | None:
    """Return the option that is named as do-minimum, if the first decision has it."""
    from planner.analyses.result import BadArgument, UnknownName

    if option is None:
        return None
    if evaluation.root is None:
        raise BadArgument("nothing is decided at the start, so no option is the do-minimum", "leave --do-minimum out")
    known = [each.option for each in evaluation.root.options]
    if option not in known:
        raise UnknownName.among("option", option, known)
    return option


def _list_blocks(out: Output, options: Options) -> None:
    """Name the blocks of a kind of paper, each with the heading that it prints."""
    from planner.cli.output import Column, Row
    from planner.report.templating import blocks

    kind = KINDS[options["kind"]]
    found = blocks(kind.template)
    if out.json:
        listed = [{"block": name, "headings": list(headings)} for name, headings in found.items()]
        out.envelope({"kind": kind.name, "template": kind.template, "blocks": listed}, settings={"kind": kind.name})
        return
    rows = [Row([name, "; ".join(headings) or "-"]) for name, headings in found.items()]
    out.table([Column("block"), Column("headings")], rows, title=f"Blocks of {kind.template}")
    out.say(
        f'reports/templates/{kind.template} overrides them: it begins with {{% extends "planner/{kind.template}" %}}'
    )


def _template(name: str | None) -> str | None:
    """Return the text of the user's template."""
    from planner.errors import PlannerError
    from planner.files import read_bytes

    if name is None:
        return None
    try:
        return read_bytes(name).decode("utf-8")
    except UnicodeDecodeError:
        raise PlannerError(f"the template '{name}' is not UTF-8 text", "save it as UTF-8") from None


def _target(scenario: Scenario, numbers: Numbers, options: Options) -> Path | None:
    """Return where the paper goes; None for standard output.

    A what-if paper has a name of its own, so that it never takes the place of the paper on the file as it stands.
    """
    if options["output"] == "-":
        return None
    if options["output"] is not None:
        return Path(options["output"])
    what_if = "-what-if" if numbers.overrides or numbers.rule != "expected" else ""
    kind = "" if options["kind"] == FULL else f"-{options['kind']}"
    return Path(options["reports"] or workspace().folder / "reports") / f"{scenario.name}{kind}{what_if}.md"


def _write(target: Path, report: Report) -> None:
    """Write the pictures and then the paper that shows them."""
    from planner.errors import PlannerError
    from planner.files import write_atomic

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PlannerError(
            f"the folder '{target.parent}' cannot be made: {reason}", "name another with -o; --no-save keeps nothing"
        ) from error
    for name, svg in report.pictures.items():
        write_atomic(target.with_name(name), svg)
    write_atomic(target, report.markdown)


def _save(results: Mapping[str, Any], git: GitState | None, db: str | None) -> tuple[Saved, str]:
    """Keep the scenario and the runs; return what was kept, and where."""
    from planner.cli.keeping import keep_runs
    from planner.errors import PlannerError

    try:
        return keep_runs(results["evaluate"].scenario, results, git=git, db=db)
    except PlannerError as error:
        step = f"{error.next_step}; " if error.next_step else ""
        message = f"the paper is written, but not kept: {error.message}"
        raise PlannerError(message, f"{step}--no-save writes the paper alone") from error


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
