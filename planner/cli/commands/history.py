"""`planner history`: what the database keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from planner.cli import complete
from planner.cli.options import Command, db_option, reading, workspace
from planner.cli.output import Column, Row, counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from planner.cli.output import Output
    from planner.store import RevisionRecord, RunRecord


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
        location = workspace().shown_database(store.location)
    if out.json:
        out.envelope({"revisions": [_as_dict(one) for one in kept]}, settings={"db": location, "name": name})
    elif not kept:
        out.line(f"Nothing is kept in {location} yet; `planner save FILE` keeps a scenario.")
    elif name is None:
        _overview(out, kept)
    else:
        _details(out, kept)


def _overview(out: Output, kept: Sequence[RevisionRecord]) -> None:
    names = dict.fromkeys(one.scenario_name for one in kept)
    columns = [Column("scenario"), Column("revisions", number=True), Column("runs", number=True), Column("last saved")]
    rows = []
    for name in sorted(names):
        mine = [one for one in kept if one.scenario_name == name]
        rows.append(Row([name, str(len(mine)), str(sum(len(one.runs) for one in mine)), _local(mine[0].saved_at)]))
    out.table(columns, rows)


def _details(out: Output, kept: Sequence[RevisionRecord]) -> None:
    columns = [Column(""), Column("revision", number=True), Column("saved"), Column("fingerprint"), Column("title")]
    rows = [
        Row(["*" if one.current else "", str(one.revision), _local(one.saved_at), one.fingerprint[:12], one.title])
        for one in kept
    ]
    out.table(columns, rows)
    runs = [run for one in kept for run in reversed(one.runs)]
    if runs:
        out.write("\n")
        heads = [Column("run", number=True), Column("revision", number=True), Column("analysis"), Column("at")]
        lines = [Row([str(run.id), str(run.revision), run.analysis, _local(run.at), _commit(run)]) for run in runs]
        out.table([*heads, Column("git commit")], lines, title=counted(len(runs), "run"))


def _commit(run: RunRecord) -> str:
    return f"{(run.git_commit or '-')[:12]}{' and changes' if run.git_dirty else ''}"


def _local(at: datetime) -> str:
    """Return a time as the clock on the wall here showed it."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def _as_dict(one: RevisionRecord) -> dict[str, Any]:
    return {
        "name": one.scenario_name,
        "revision": one.revision,
        "fingerprint": one.fingerprint,
        "title": one.title,
        "saved_at": one.saved_at.isoformat(),
        "current": one.current,
        "runs": [_run_as_dict(run) for run in one.runs],
    }


def _run_as_dict(run: RunRecord) -> dict[str, Any]:
    return {
        "id": run.id,
        "analysis": run.analysis,
        "settings": dict(run.settings),
        "at": run.at.isoformat(),
        "version": run.version,
        "seed": run.seed,
        "git_commit": run.git_commit,
        "git_dirty": run.git_dirty,
    }
