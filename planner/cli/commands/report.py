"""`planner report`: from the scenario file to the paper on the table, and what it says kept in the database."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, NamedTuple, TypedDict

import click
from click.core import ParameterSource

from planner.cli import complete, documents
from planner.cli.against import beside, earlier, name_of
from planner.cli.options import (
    Command,
    Numbers,
    db_option,
    numbers_options,
    scenario_folder,
    spare_the_input,
    telling,
    workspace,
)
from planner.cli.output import counted
from planner.cli.paper import STDIN, Shape, compose, keep, target_of, write
from planner.errors import PlannerError
from planner.report.kinds import COMPARISON, FULL, KINDS
from planner.report.language import LANGUAGES
from planner.report.sections import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Unpack

    from planner.cli.against import Against
    from planner.cli.output import Output
    from planner.cli.paper import Composed
    from planner.store import Saved

ONE_PAPER = (
    "output", "format", "template", "kind", "lang", "do_minimum", "analyses", "set_", "rule", "max_states", "since",
    "changelog",
)  # fmt: skip


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
    format: tuple[str, ...]
    since: str | None
    changelog: bool
    check: bool
    force: bool
    save: bool
    db: str | None


class Kept(NamedTuple):
    """Where the paper and the run went."""

    papers: dict[str, str]
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
        "planner report moscow.yaml --kind brief --format html,pdf,docx",
        "planner report moscow.yaml --kind comparison --since HEAD~3",
        "planner report --all",
    ),
)
@click.argument("files", nargs=-1, metavar="FILE", shell_complete=complete.scenario_files)
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="Make anew what is out of date, and what is missing, in the workspace or the FILEs and folders named.",
)
@click.option("--check", is_flag=True, help="With --all: write nothing; exit with 1 if a paper is not current.")
@click.option("--force", is_flag=True, help="Overwrite what was edited by hand; with --all make every paper anew.")
@click.option("-o", "--output", metavar="FILE", help="Where the paper goes, if not reports/NAME.md; `-` prints it.")
@click.option(
    "--format",
    multiple=True,
    metavar=documents.LISTED,
    callback=documents.names,
    help="In which formats the paper is written, if not in Markdown; -o with such an ending chooses one, too.",
)
@click.option(
    "--template", metavar="FILE", help="Fill this Jinja2 template, not the one from reports/templates/ or our own."
)
@click.option(
    "--kind",
    type=click.Choice(list(KINDS)),
    default=FULL,
    show_default=True,
    help="What kind of paper: all of it, one page, an options appraisal, one idea a page, or what has changed and why.",
)
@click.option(
    "--since",
    metavar="REVISION",
    help="With --kind comparison: compare with the text of this revision of git, not with that of the last paper.",
)
@click.option(
    "--changelog/--no-changelog",
    default=False,
    show_default=True,
    help="In full and options papers: the last commits that changed the model, and what each did.",
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
def command(
    out: Output,
    *,
    files: tuple[str, ...],
    numbers: Numbers,
    every: bool,
    list_blocks: bool,
    **options: Unpack[Options],
) -> int:
    """Write the paper for the meeting; keep scenario and run.

    Checks and evaluates the scenario, writes reports/NAME.md with its SVG pictures beside it, and keeps the scenario
    and the run in the database. Another --kind of paper is reports/NAME-KIND.md. With --set or another --rule it is a
    what-if paper, reports/NAME-what-if.md. With -o the paper goes to FILE, with `-o -` to standard output, without
    pictures.

    With --format the same paper is written as HTML, PDF, Word or PowerPoint, each in one file that holds its pictures;
    several get one name and their own endings. PDF and the office files need `pip install 'planner[documents]'`.
    With --kind comparison the paper says what has changed in the model since the text from which the present paper was
    made (or the last commit, or --since REVISION), what that does and which change did it. Several FILEs are set side
    by side, and each is compared with the first.

    With --all every paper that is out of date is made anew, with the options with which it was made, and a scenario
    without one gets one. A paper is out of date when the scenario, a file that it includes, its template or the program
    is another than that by which it was made, or when its text or pictures are no longer what was written; what was
    edited by hand is left, and said to be. Exit code 1 means that a paper is not current after all.
    """
    if list_blocks:
        _list_blocks(out, options)
        return 0
    if every or options["check"]:
        return _all(out, files, _shape(numbers, options), options)
    if not files:
        raise click.MissingParameter(param_hint="'FILE'", param_type="argument", ctx=click.get_current_context())
    shape = _shape(numbers, options)
    if shape.kind != COMPARISON and len(files) > 1:
        said = "A paper is on one FILE; --kind comparison sets several side by side, --all looks after all papers."
        raise click.UsageError(said, click.get_current_context())
    if options["since"] is not None and (shape.kind != COMPARISON or len(files) > 1):
        said = "--since goes with --kind comparison and one FILE."
        raise click.UsageError(said, click.get_current_context())
    _one(out, files, shape, options)
    return 0


def _all(out: Output, files: tuple[str, ...], shape: Shape, options: Options) -> int:
    """Look after all papers."""
    from planner.cli.papers import reports_folder
    from planner.cli.renewal import Order, renew_all

    context = click.get_current_context()
    for param in context.command.params:
        if param.name in ONE_PAPER and context.get_parameter_source(param.name) == ParameterSource.COMMANDLINE:
            said = f"{param.opts[-1]} shapes one paper; --all makes each with the options that it was made with."
            raise click.UsageError(said, context)
    order = Order(
        paths=files,
        folder=reports_folder(options["reports"], workspace()),
        shape=shape,
        place=workspace(),
        check=options["check"],
        force=options["force"],
        save=options["save"],
        db=options["db"],
    )
    return renew_all(out, order, scenario_folder())


def _one(out: Output, files: Sequence[str], shape: Shape, options: Options) -> None:
    """Make one paper, whatever stands in its place."""
    from planner.files import read_source
    from planner.report.documents import require

    file, *others = files
    output = options["output"]
    spare_the_input(output, {"file": file, **{f"file {at}": each for at, each in enumerate(others, 2)}})
    formats = documents.chosen(options["format"], output, said=_said("format"))
    require(formats)
    place = workspace()
    with out.progress("writing"):
        source = read_source(file)
        name = name_of([source.name, *(Path(each).stem for each in others)])
        papers = documents.targets(_target(name, shape, options), formats, named=output is not None)
        printed = output == STDIN
        target = None if printed and formats == (documents.MARKDOWN,) else documents.markdown_of(papers)
        against = _against(files, target, options) if shape.kind == COMPARISON else None
        composed = compose(source, file, shape, target=target, place=place, against=against)
        made, remarks = documents.texts(composed.report, composed.evaluation.scenario, formats, shape, place)
        if printed:
            out.write(made[formats[0]].decode() if made else composed.text)
            return
        others_made = {papers[name]: content for name, content in made.items()}
        write(composed, others_made, markdown=documents.MARKDOWN in formats, force=options["force"])
        saved = keep(composed, options["db"]) if options["save"] else None
    for remark in remarks:
        out.say(remark)
    if composed.warnings:
        out.say(f"{counted(len(composed.warnings), 'warning')}: `planner check {file}` shows what to mend")
    database = place.shown_database(saved[1]) if saved else ""
    shown = {name: place.shown(path) for name, path in papers.items()}
    pictures = composed.report.pictures if documents.MARKDOWN in formats else {}
    drawn = [place.shown(papers[documents.MARKDOWN].with_name(name)) for name in pictures]
    kept = Kept(shown, drawn, saved[0] if saved else None, database)
    _tell(out, composed, kept, files)


def _said(name: str) -> bool:
    """Whether an option stands on the command line."""
    return click.get_current_context().get_parameter_source(name) == ParameterSource.COMMANDLINE


def _against(files: Sequence[str], target: Path | None, options: Options) -> Against:
    """Return with what a comparison paper compares: other scenarios, or an earlier text of the one that is named."""
    from planner.cli.papers import reports_folder

    if STDIN in files:
        raise PlannerError("what comes from standard input has no place to be compared from", "name a file")
    reports = reports_folder(options["reports"], workspace())
    folder = target.parent if target is not None else reports
    if len(files) > 1:
        return beside(files[1:], folder)
    return earlier(files[0], options["since"], folder=folder, reports=reports, place=workspace(), db=options["db"])


def _shape(numbers: Numbers, options: Options) -> Shape:
    """Return what shapes a paper that is made by the options of the command line."""
    return Shape(
        set=numbers.overrides,
        rule=numbers.rule,
        max_states=numbers.max_states,
        analyses=options["analyses"],
        kind=options["kind"],
        lang=options["lang"],
        do_minimum=options["do_minimum"],
        provenance=options["provenance"],
        template=options["template"],
        changelog="" if options["changelog"] else None,
    )


def _target(name: str, shape: Shape, options: Options) -> Path:
    """Return where the paper goes, or would go if it were not printed."""
    if options["output"] not in {None, STDIN}:
        return Path(options["output"])
    return target_of(name, shape, options["reports"], workspace())


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


def _tell(out: Output, composed: Composed, kept: Kept, files: Sequence[str]) -> None:
    """Say what follows, where everything went, and what to do next."""
    saved, evaluation = kept.saved, composed.evaluation
    headline = (composed.comparison or evaluation).headline()
    if out.json:
        result = {
            "headline": headline,
            "report": next(iter(kept.papers.values())),
            "documents": kept.papers,
            "pictures": kept.pictures,
            "run": saved and saved.runs[0].id,
            "revision": saved and saved.revision.revision,
            "db": kept.database or None,
        }
        out.envelope(result, scenario=evaluation.scenario, settings=evaluation.settings)
        return
    out.line(headline, style="bold")
    out.write("\n")
    for name, paper in kept.papers.items():
        illustrated = name == documents.MARKDOWN and kept.pictures
        pictures = f" with {counted(len(kept.pictures), 'picture')} beside it" if illustrated else ""
        out.line(f"report  {paper}{pictures}")
    if saved:
        first, last, revision = saved.runs[0].id, saved.runs[-1].id, saved.revision
        runs = f"run     {first}" if first == last else f"runs    {first} to {last}"
        out.line(f"{runs}, of {revision.scenario_name}@{revision.revision}, in {kept.database}")
    out.line(f"next    planner {'diff' if composed.comparison is not None else 'paths'} {' '.join(map(quote, files))}")
