"""`planner history`: what the database keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from planner.cli import complete
from planner.cli.options import Command, db_option, reading, workspace
from planner.cli.output import Column, Row, counted
from planner.core.model import SELF

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from planner.cli.output import Output
    from planner.store import Choice, RevisionRecord, RunRecord


@click.command("history", cls=Command, examples=("planner history", "planner history european-line-on-moscow"))
@click.argument("name", required=False, shell_complete=complete.saved)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Show the newest N revisions.")
@db_option
@reading
def command(out: Output, *, name: str | None, limit: int | None, db: str | None) -> None:
    """List saved scenarios, or the revisions and runs of one.

    NAME is a scenario's name: its file name without the ending. A `*` marks the revision that was saved last.
    """
    from planner.store import Store

    with Store.open(workspace().database(db), create=False) as store:
        kept = store.history(name, limit=limit)
        choices = store.choices(name) if name is not None else {}
        location = workspace().shown_database(store.location)
    if out.json:
        out.envelope({"revisions": [_as_dict(one, choices) for one in kept]}, settings={"db": location, "name": name})
    elif not kept:
        out.line(f"Nothing is kept in {location} yet; `planner save FILE` keeps a scenario.")
    elif name is None:
        _overview(out, kept)
    else:
        _details(out, kept, choices)


def _overview(out: Output, kept: Sequence[RevisionRecord]) -> None:
    names = dict.fromkeys(one.scenario_name for one in kept)
    columns = [Column("scenario"), Column("revisions", number=True), Column("runs", number=True), Column("last saved")]
    rows = []
    for name in sorted(names):
        mine = [one for one in kept if one.scenario_name == name]
        rows.append(Row([name, str(len(mine)), str(sum(len(one.runs) for one in mine)), _local(mine[0].saved_at)]))
    out.table(columns, rows)


def _details(out: Output, kept: Sequence[RevisionRecord], choices: Mapping[int, Choice]) -> None:
    columns = [Column(""), Column("revision", number=True), Column("saved"), Column("fingerprint"), Column("title")]
    rows = [
        Row(["*" if one.current else "", str(one.revision), _local(one.saved_at), one.fingerprint[:12], one.title])
        for one in kept
    ]
    out.table(columns, rows)
    runs = [run for one in kept for run in reversed(one.runs)]
    if runs:
        out.write("\n")
        heads = [Column("run", number=True), Column("rev.", number=True), Column("changed"), Column("came to")]
        lines = [
            Row([str(run.id), str(run.revision), _changed(run), _came_to(choices.get(run.id)), _local(run.at)])
            for run in runs
        ]
        lines = [Row([*line.cells, _commit(run)]) for line, run in zip(lines, runs, strict=True)]
        out.table([*heads, Column("at"), Column("git commit")], lines, title=counted(len(runs), "run"))


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


def _as_dict(one: RevisionRecord, choices: Mapping[int, Choice]) -> dict[str, Any]:
    return {
        "name": one.scenario_name,
        "revision": one.revision,
        "fingerprint": one.fingerprint,
        "title": one.title,
        "saved_at": one.saved_at.isoformat(),
        "current": one.current,
        "runs": [_run_as_dict(run, choices.get(run.id)) for run in one.runs],
    }


def _run_as_dict(run: RunRecord, choice: Choice | None) -> dict[str, Any]:
    return {
        "id": run.id,
        "analysis": run.analysis,
        "settings": dict(run.settings),
        "at": run.at.isoformat(),
        "version": run.version,
        "seed": run.seed,
        "git_commit": run.git_commit,
        "git_dirty": run.git_dirty,
        "choice": choice and {"option": choice.option, "actor": choice.actor, "value": choice.value},
    }
