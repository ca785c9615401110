"""`planner verify`: whether each number of a paper still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from planner.cli import complete
from planner.cli.options import Command, db_option, reading, workspace
from planner.cli.output import Column, Row, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.cli.auditing import Again
    from planner.cli.output import Output
    from planner.report.figures import Compared, Figure

SHOWN = 30


@click.command(
    "verify",
    cls=Command,
    examples=("planner verify reports/european-line-on-moscow.md", "planner verify reports/moscow-brief.md --json"),
)
@click.argument("report", metavar="REPORT", shell_complete=complete.papers)
@db_option
@reading
def command(out: Output, *, report: str, db: str | None) -> int:
    """Make a paper again and say whether each of its numbers holds.

    The paper is made from the very text that it was made from, with the options that it was made with: from the file if
    that has not changed, else from git, else from the database. Each number is put beside the new one. Where the file
    has changed since, the numbers are put beside those of today as well. Exit code 1 means that a number does not hold.
    """
    from planner.cli.auditing import again
    from planner.report.figures import compared

    with out.progress("making the paper again"):
        found = again(report, workspace(), db=db)
    then = compared(found.paper.body, found.composed.report.markdown)
    now = compared(found.paper.body, found.now.report.markdown) if found.now is not None else None
    if out.json:
        out.envelope(
            _as_dict(found, then, now), scenario=found.composed.evaluation.scenario, settings={"report": report}
        )
    else:
        _tell(out, found, then, now)
    return int(bool(then.different or then.lines or (now is not None and now.different) or found.problem))


def _tell(out: Output, found: Again, then: Compared, now: Compared | None) -> None:
    total = len(then.pairs)
    made = f"planner {found.note.version}, from {found.origin}"
    if not then.different and not then.lines:
        out.line(f"All {total:,} numbers hold: made again by {made}.", style="bold")
    else:
        wrong = len(then.different)
        out.line(f"{wrong:,} of {total:,} numbers do not hold: made again by {made}.", style="bold")
        _table(out, then.different, "made again")
        if then.lines:
            out.line(f"{counted(len(then.lines), 'line')} with other words: {_few(then.lines)}")
    if found.version:
        out.say(f"the paper was made by planner {found.version}; numbers may differ for that reason alone")
    if found.problem:
        out.line(f"Against the file as it is now nothing can be said: {found.problem}.")
    if now is None:
        return
    if not now.different:
        out.line(f"The file has changed since; all {total:,} numbers still hold.")
        return
    out.line(f"The file has changed since: {len(now.different):,} of {total:,} numbers no longer hold.", style="bold")
    _table(out, now.different, "now")


def _table(out: Output, pairs: Sequence[tuple[Figure, Figure | None]], head: str) -> None:
    columns = [Column("number"), Column("paper", number=True), Column(head, number=True), Column("line", number=True)]
    rows = [Row([one.id, one.shown, new.shown if new else "-", str(one.line)]) for one, new in pairs[:SHOWN]]
    out.table(columns, rows)
    if len(pairs) > SHOWN:
        out.say(f"{len(pairs) - SHOWN:,} more; --json lists them all")


def _few(lines: Sequence[int]) -> str:
    return f"{', '.join(map(str, lines[:10]))}{' …' if len(lines) > 10 else ''}"


def _as_dict(found: Again, then: Compared, now: Compared | None) -> dict[str, Any]:
    return {
        "holds": not then.different and not then.lines,
        "origin": found.origin,
        "version": found.note.version,
        "fingerprint": found.note.fingerprint,
        "numbers": len(then.pairs),
        "different": [_pair(one, new) for one, new in then.different],
        "lines": list(then.lines),
        "changed_since": now is not None or bool(found.problem),
        "different_now": [_pair(one, new) for one, new in now.different] if now is not None else None,
        "problem": found.problem or None,
    }


def _pair(one: Figure, new: Figure | None) -> dict[str, Any]:
    return {
        "id": one.id,
        "line": one.line,
        "column": one.column,
        "shown": one.shown,
        "again": new.shown if new is not None else None,
    }
