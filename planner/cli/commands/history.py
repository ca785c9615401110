"""`planner history`: what the database keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from planner.cli import complete
from planner.cli.options import Command, db_option, reading, scenario_folder, workspace
from planner.cli.output import NARROW, Column, Row, counted
from planner.core.model import SELF

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from planner.cli.output import Output
    from planner.cli.papers import File
    from planner.store import Choice, RevisionRecord, RunRecord

WORDS = {"scenario": "older text", "version": "other version"}


@click.command("history", cls=Command, examples=("planner history", "planner history european-line-on-moscow"))
@click.argument("name", required=False, shell_complete=complete.saved)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Show the newest N revisions.")
@db_option
@reading
def command(out: Output, *, name: str | None, limit: int | None, db: str | None) -> None:
    """List saved scenarios, or the revisions and runs of one.

    NAME is a scenario's name: its file name without the ending. A `*` marks the revision that was saved last. A run
    holds as long as the file in `scenarios/`, with all that it includes, is the one that it was on, and the program has
    the version that made it; what does not hold any more is marked, and `planner status` says what to run.
    """
    from planner.store import Store

    here = _here(name) if name is not None else []
    with Store.open(workspace().database(db), create=False) as store:
        kept = store.history(name, limit=limit)
        known = Known(store.choices(name) if name is not None else {}, here)
        location = workspace().shown_database(store.location)
    if out.json:
        settings = {"db": location, "name": name, "files": [file.name for file in here]}
        out.envelope({"revisions": [_as_dict(one, known) for one in kept]}, settings=settings)
    elif not kept:
        out.line(f"Nothing is kept in {location} yet; `planner save FILE` keeps a scenario.")
    elif name is None:
        _overview(out, kept)
    else:
        _details(out, kept, known)


class Known(NamedTuple):
    """What is known of a scenario's runs beside what is kept: what they came to, and the files that they may be on."""

    choices: Mapping[int, Choice]
    files: Sequence[File]

    def outdated(self, run: RunRecord) -> tuple[str, ...]:
        """Return why a run is out of date, as `planner status` has it."""
        from planner.cli.standing import outdated

        return outdated(run, {file.fingerprint for file in self.files} or None)


def _here(name: str) -> list[File]:
    from planner.cli.papers import files_named

    return files_named(name, scenario_folder(), workspace())


def _overview(out: Output, kept: Sequence[RevisionRecord]) -> None:
    names = dict.fromkeys(one.scenario_name for one in kept)
    columns = [Column("scenario"), Column("revisions", number=True), Column("runs", number=True), Column("last saved")]
    rows = []
    for name in sorted(names):
        mine = [one for one in kept if one.scenario_name == name]
        rows.append(Row([name, str(len(mine)), str(sum(len(one.runs) for one in mine)), _local(mine[0].saved_at)]))
    out.table(columns, rows)


def _details(out: Output, kept: Sequence[RevisionRecord], known: Known) -> None:
    runs = [run for one in kept for run in reversed(one.runs)]
    if out.width < NARROW:
        _lines(out, kept, known)
    else:
        _tables(out, kept, runs, known)
    if runs and not known.files:
        out.line(f"No file of the name '{kept[0].scenario_name}' is here to compare the runs with.")


def _lines(out: Output, kept: Sequence[RevisionRecord], known: Known) -> None:
    """Tell of each revision and its runs in lines, for a narrow terminal."""
    for one in kept:
        mark = "*" if one.current else " "
        out.line(f"{mark} revision {one.revision}, saved {_local(one.saved_at)}, {one.fingerprint[:12]}: {one.title}")
        for run in reversed(one.runs):
            out.line(f"run {run.id}, {_local(run.at)}, git {_commit(run)}", indent=2)
            for text in (_changed(run), _came_to(known.choices.get(run.id))):
                if text != "-":
                    out.line(text, indent=4)
            if (holds := _holds(run, known)) != "-":
                out.line(f"holds: {holds}", indent=4)


def _tables(out: Output, kept: Sequence[RevisionRecord], runs: Sequence[RunRecord], known: Known) -> None:
    columns = [Column(""), Column("revision", number=True), Column("saved"), Column("fingerprint"), Column("title")]
    rows = [
        Row(["*" if one.current else "", str(one.revision), _local(one.saved_at), one.fingerprint[:12], one.title])
        for one in kept
    ]
    out.table(columns, rows)
    if runs:
        out.write("\n")
        heads = [Column("run", number=True), Column("rev.", number=True), Column("changed"), Column("came to")]
        lines = []
        for run in runs:
            told = [
                _changed(run),
                _came_to(known.choices.get(run.id)),
                _local(run.at),
                _commit(run),
                _holds(run, known),
            ]
            lines.append(Row([str(run.id), str(run.revision), *told], faint=bool(known.outdated(run))))
        out.table([*heads, Column("at"), Column("git commit"), Column("holds")], lines, title=counted(len(runs), "run"))


def _holds(run: RunRecord, known: Known) -> str:
    """Say whether a run is still true of the file, or why it is not."""
    words = [WORDS[reason] for reason in known.outdated(run)]
    return f"no: {', '.join(words)}" if words else "yes" if known.files else "-"


def _changed(run: RunRecord) -> str:
    """Say how a run differs from one of the file as it is."""
    settings = run.settings
    parts = [] if run.analysis == "evaluate" else [run.analysis]
    parts += [f"{name}={_brief(value)}" for name, value in (settings.get("set") or {}).items()]
    parts += [] if settings.get("rule", "expected") == "expected" else [f"rule={settings['rule']}"]
    return ", ".join(parts) or "-"


def _came_to(choice: Choice | None) -> str:
    """Name the option at the start and what it is worth to the one who decides."""
    if choice is None:
        return "-"
    words = [choice.option] if choice.option else []
    words += [_brief(choice.value)] if choice.value is not None else []
    return " ".join([*words, *([] if choice.actor == SELF else [f"({choice.actor})"])])


def _brief(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def _commit(run: RunRecord) -> str:
    return f"{(run.git_commit or '-')[:7]}{' + edits' if run.git_dirty else ''}"


def _local(at: datetime) -> str:
    """Return a time as the clock on the wall here showed it."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def _as_dict(one: RevisionRecord, known: Known) -> dict[str, Any]:
    return {
        "name": one.scenario_name,
        "revision": one.revision,
        "fingerprint": one.fingerprint,
        "title": one.title,
        "saved_at": one.saved_at.isoformat(),
        "current": one.current,
        "runs": [_run_as_dict(run, known) for run in one.runs],
    }


def _run_as_dict(run: RunRecord, known: Known) -> dict[str, Any]:
    choice = known.choices.get(run.id)
    return {
        "id": run.id,
        "analysis": run.analysis,
        "settings": dict(run.settings),
        "at": run.at.isoformat(),
        "version": run.version,
        "seed": run.seed,
        "git_commit": run.git_commit,
        "git_dirty": run.git_dirty,
        "out_of_date": list(known.outdated(run)) if known.files or known.outdated(run) else None,
        "choice": choice and {"option": choice.option, "actor": choice.actor, "value": choice.value},
    }
