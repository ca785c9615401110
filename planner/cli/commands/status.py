"""`planner status`: what is out of date."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from planner.cli import complete
from planner.cli.options import Command, db_option, reading, scenario_folder, workspace
from planner.cli.output import NARROW, Column, Row, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.cli.output import Output
    from planner.cli.papers import File
    from planner.cli.standing import Kept, Standing

OLD, CURRENT, NONE = "out of date", "current", "none"


@click.command(
    "status",
    cls=Command,
    examples=("planner status", "planner status scenarios/tutorial.yaml", "planner status --exit-code"),
)
@click.argument("files", nargs=-1, metavar="[FILE|FOLDER]...", shell_complete=complete.scenario_files)
@click.option("--exit-code", is_flag=True, help="Leave with 1 if something is out of date.")
@click.option("--reports", metavar="FOLDER", help="Where the papers stand, if not in the workspace's reports/.")
@db_option
@reading
def command(out: Output, *, files: tuple[str, ...], exit_code: bool, reports: str | None, db: str | None) -> int:
    """Say which runs and papers are out of date, and what to run.

    For each scenario of the workspace, or for those in the files and folders named: faults, the last runs and whether
    they still hold, the papers and whether they do, and what is not committed to git. A run holds for the text that it
    was on, with all that the file includes, and for the version of planner that made it; a paper, in addition, as long
    as its template is the same and nobody edited its text or its pictures. Nothing is written, no database is made.
    """
    from planner.cli.papers import reports_folder
    from planner.cli.standing import kept_in, next_steps, standings

    place = workspace()
    kept = kept_in(place.database(db))
    at_hand = _files(files, kept)
    with out.progress("looking", len(at_hand)) as step:
        found = []
        for one in standings(at_hand, kept, reports_folder(reports, place), place, whole=not files):
            found.append(one)
            step()
    steps = next_steps(found, files)
    if kept.problem is not None:
        out.say(f"runs are not shown: {kept.problem.message}; {kept.problem.next_step}".rstrip("; "))
    if out.json:
        shown = place.shown_database(place.database(db)) if kept.there else None
        settings = {"files": list(files), "reports": place.shown(reports_folder(reports, place)), "db": shown}
        out.envelope({"scenarios": [_as_dict(one) for one in found], "next": steps}, settings=settings)
    else:
        _show(out, found, steps, single=len(files) == 1)
    return int(exit_code and any(one.out_of_date for one in found))


def _files(files: Sequence[str], kept: Kept) -> list[File]:
    """Return the files at hand; none are fine where the database keeps something."""
    from planner.cli.papers import read_files
    from planner.errors import PlannerError

    try:
        return read_files(files or [scenario_folder()])
    except PlannerError:
        if files or not kept.revisions:
            raise
        return []


def _show(out: Output, found: Sequence[Standing], steps: Sequence[str], *, single: bool) -> None:
    if not found:
        out.line("No scenario is here; `planner new NAME` writes one.")
    elif out.width < NARROW or (single and len(found) == 1):
        for number, one in enumerate(found):
            out.write("\n" if number else "")
            _block(out, one, whole=single)
    else:
        columns = [Column("scenario"), Column("faults"), Column("runs"), Column("papers"), Column("git")]
        out.table(columns, [Row(_cells(one), faint=one.file is None) for one in found])
    stale = [line for one in found for line in _reasons(one)]
    for head, lines in (("Out of date", stale), ("Without a file", [line for one in found for line in _gone(one)])):
        if lines:
            out.write("\n")
            out.line(head, style="bold")
            for line in lines:
                out.line(line, indent=2)
    if steps:
        out.write("\n")
        out.line("Next", style="bold")
        for line in steps:
            out.write(f"  {line}\n")  # a command is never broken
    if found and not stale:
        out.write("\n")
        out.line("Nothing is out of date.")


def _cells(one: Standing) -> list[str]:
    return [one.name, _faults(one), _runs(one), _papers(one), one.uncommitted]


def _faults(one: Standing) -> str:
    if one.file is None:
        return "no file"
    if one.file.problem is not None:
        return "cannot be read"
    words = [counted(number, word) for number, word in ((one.errors, "error"), (one.warnings, "warning")) if number]
    return ", ".join(words) or NONE


def _runs(one: Standing) -> str:
    runs = one.runs
    if runs is None or runs.last is None:
        return counted(runs.what_ifs, "what-if") if runs is not None and runs.what_ifs else NONE
    at = f"{runs.last.astimezone():%Y-%m-%d}"
    if one.file is None:
        return f"{len(runs.each)} kept, {at}"
    old = len(runs.out_of_date)
    state = CURRENT if not old else OLD if old == len(runs.each) else f"{old} of {len(runs.each)} {OLD}"
    return f"{state}, {at}"


def _papers(one: Standing) -> str:
    if not one.papers:
        return f"part of {len(one.file.part_of)}" if one.file is not None and one.file.part_of else NONE
    old = sum(bool(judged.reasons) for judged in one.papers)
    return CURRENT if not old else OLD if old == len(one.papers) else f"{old} of {len(one.papers)} {OLD}"


def _block(out: Output, one: Standing, *, whole: bool) -> None:
    """Tell of one scenario in lines; whole, with every run and every paper."""
    place = workspace()
    out.line(one.name, style="bold")
    if one.file is not None:
        out.line(f"file: {one.file.name}", indent=2)
        for name in one.file.part_of:
            out.line(f"included by {name}", indent=4)
    out.line(f"faults: {_faults(one)}", indent=2)
    out.line(f"runs: {_runs(one)}", indent=2)
    for ran in one.runs.each if whole and one.runs is not None else ():
        state = f"{OLD}, " if ran.reasons and one.file is not None else ""
        out.line(f"{ran.run.analysis}: {state}{ran.run.at.astimezone():%Y-%m-%d %H:%M}, run {ran.run.id}", indent=4)
    if one.runs is not None and one.runs.what_ifs:
        old = (
            f", {one.runs.what_ifs_out_of_date} {OLD}" if one.file is not None and one.runs.what_ifs_out_of_date else ""
        )
        out.line(f"{counted(one.runs.what_ifs, 'what-if')}{old}", indent=4)
    out.line(f"papers: {_papers(one)}", indent=2)
    for judged in one.papers if whole else ():
        out.line(f"{place.shown(judged.paper.path)}: {OLD if judged.reasons else CURRENT}", indent=4)
    out.line(f"git: {one.uncommitted}", indent=2)


def _reasons(one: Standing) -> list[str]:
    """Return a line for the runs, and for each paper, that does not hold any more."""
    lines = []
    if one.file is not None and one.runs is not None and one.runs.out_of_date:
        lines.append(f"{one.name}, runs of {', '.join(one.runs.out_of_date)}: {'; '.join(one.runs.reasons)}")
    for judged in one.papers:
        if judged.reasons:
            force = f"; `planner report --all --force {quote(one.file.name)}` makes it anew" if one.file else ""
            more = force if judged.by_hand else ""
            words = "; ".join(reason.words for reason in judged.reasons)
            lines.append(f"{workspace().shown(judged.paper.path)}: {words}{more}")
    return lines


def _gone(one: Standing) -> list[str]:
    """Return what has become of a scenario that the database keeps, but whose file is not here."""
    if one.file is not None:
        return []
    if one.moved:
        return [f"{one.name}: {one.moved} has the same content"]
    return [f"{one.name}: `planner restore {one.name}` brings it back"] if one.revisions else []


def _as_dict(one: Standing) -> dict[str, Any]:
    file = one.file
    return {
        "name": one.name,
        "path": file.name if file else None,
        "fingerprint": (file.fingerprint or None) if file else None,
        "part_of": list(file.part_of) if file else [],
        "faults": {"errors": one.errors, "warnings": one.warnings} if file else None,
        "runs": one.runs and one.runs.to_dict(),
        "papers": [
            {
                "path": workspace().shown(judged.paper.path),
                "options": dict(judged.paper.note.options) if judged.paper.note else None,
                "out_of_date": [reason.to_dict() for reason in judged.reasons],
            }
            for judged in one.papers
        ],
        "git": one.git,
        "revisions": one.revisions,
        "moved_to": one.moved or None,
        "out_of_date": one.out_of_date,
    }
