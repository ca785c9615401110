"""`planner bisect`: the commit that turned the recommendation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner.cli import complete
from planner.cli.in_git import cache_options, span_options
from planner.cli.options import Command, Question, file_argument, question_options, reading
from planner.cli.output import NARROW, Column, Row, counted

if TYPE_CHECKING:
    from planner.cli.output import Output
    from planner.history.bisect import Bisection, Step

ROWS = 10


@click.command(
    "bisect",
    cls=Command,
    examples=(
        "planner bisect scenarios/moscow.yaml --until line=coordinate",
        'planner bisect moscow.yaml --until "line!=engage" --from v1.0',
        'planner bisect moscow.yaml --until "value>50" --actor france',
    ),
)
@file_argument
@click.option("--until", required=True, metavar="CONDITION", shell_complete=complete.choices,
              help="What holds now: DECISION=OPTION, DECISION!=OPTION, or a comparison of a number.")  # fmt: skip
@click.option("--binary", is_flag=True, help="Search by halves: quicker, right if the condition changed once.")
@click.option("--rows", type=click.IntRange(min=0), default=ROWS, show_default=True, metavar="N",
              help="Show the first N commits and changes of each list; 0 shows all.")  # fmt: skip
@span_options
@cache_options
@question_options
@reading
def command(  # noqa: PLR0913 - one argument for each option
    out: Output,
    *,
    file: str,
    until: str,
    binary: bool,
    rows: int,
    span: tuple[str | None, str | None],
    cached: tuple[bool, str | None],
    question: Question,
) -> int:
    """Find the commit since which something is recommended.

    The first commit since which the condition holds without a break, what it changed in the model, and which of its
    changes did it. CONDITION is DECISION=OPTION (`line=coordinate`: this option is recommended there) or
    DECISION!=OPTION; `value` or `margin`, or the name of an outcome, a branch (node.branch) or a parameter, compared by
    <, <=, >, >= with a number (`value>50`, `consensus>=0.3`). Names are those of the newest state, and renames are
    followed.

    All states of the main line are evaluated, from first parent to first parent, so that it is also told when the
    condition came and went before; with --binary few are. Where a merge brought the change, the commit on the merged
    line is named. States that cannot be evaluated are passed by and named.

    Exit code 1 means that the condition does not hold in the newest state.
    """
    from planner.cli.in_git import asked, in_git, memory
    from planner.history.bisect import bisect

    repository, path = in_git(file)
    with memory(out, cached) as kept, out.progress("searching"):
        found = bisect(
            repository, path, until, question=asked(question), span=span, method="binary" if binary else "scan",
            memory=kept,
        )  # fmt: skip
    if found.cut:
        out.say("this clone is shallow: older commits are missing, `git fetch --unshallow` brings them")
    if out.json:
        out.envelope(found.to_dict(), settings={"file": file, **found.settings})
    else:
        _show(out, found, rows or None)
    return int(not found.holds)


def _show(out: Output, found: Bisection, rows: int | None) -> None:
    out.line(found.headline(), style="bold")
    if found.method == "binary":
        looked = counted(len(found.steps), "state")
        out.line(f"{looked} evaluated by halves, which is right if the condition changed once.")
    if found.comparison is not None:
        from planner.cli.diff_text import show

        turn = found.since or found.until
        assert turn is not None
        assert found.before is not None
        out.write("\n")
        out.line(f"{found.before.revision.name} -> {turn.revision.name}", style="bold")
        show(out, found.comparison, rows)
    if len(found.flips) > 1:
        out.write("\n")
        _flips(out, found, rows)
    if found.unknown:
        out.write("\n")
        out.line(f"Passed by: {counted(len(found.unknown), 'state')} that cannot tell", style="bold")
        for one in found.unknown[:rows]:
            reason = one.gist.problem if one.gist is not None and one.gist.problem else "there is no such number"
            out.line(f"{one.revision.name}: {reason}")
        if rows is not None and len(found.unknown) > rows:
            out.line(f"… and {counted(len(found.unknown) - rows, 'more state')}; --rows 0 or --json shows all.")


def _flips(out: Output, found: Bisection, rows: int | None) -> None:
    narrow = out.width < NARROW
    lines = [
        Row(
            [*([] if narrow else [_date(one)]), one.revision.name, "began" if one.holds else "ended", _subject(one)],
            best=bool(one.holds),
        )
        for one in found.flips[:rows]
    ]
    columns = [*([] if narrow else [Column("date")]), Column("commit"), Column("it"), Column("subject")]
    out.table(columns, lines, title=f"It changed {len(found.flips):,} times on the main line")
    if rows is not None and len(found.flips) > rows:
        out.line(f"… and {len(found.flips) - rows:,} more; --rows 0 or --json shows all.")


def _date(one: Step) -> str:
    commit = one.revision.commit
    return "" if commit is None else f"{commit.at.astimezone():%Y-%m-%d}"


def _subject(one: Step) -> str:
    return one.revision.commit.subject if one.revision.commit is not None else ""
