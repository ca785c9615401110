"""The history of a scenario as it is read on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analyses.comparing.comparison_words import shortened, signed
from planner.cli.output import GAP, Column, Row, counted
from planner.report.rounding import decimals_for, formatter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.cli.output import Output
    from planner.history.log import Entry, Log

WIDE = 100  # columns from which a commit takes one line
LEAST_SUBJECT = 16
AUTHOR = 14
OPTION = 22
REASONS = 10
ALONE = {"words": "names or notes alone", "layout": "layout or comments alone"}
UNCOMMITTED = "not committed yet"


def show(out: Output, found: Log, *, reverse: bool) -> None:
    """Write the lines of the history."""
    out.line(found.headline(), style="bold")
    entries = list(reversed(found.entries)) if reverse else list(found.entries)
    if not entries:
        return
    out.write("\n")
    cells = _Cells(entries)
    if out.width >= WIDE:
        _table(out, entries, cells)
    else:
        _lines(out, entries, cells)
    if found.more:
        out.line(f"… and older commits; -n {2 * len(entries)} shows more, --json without -n all.")
    if any(one.turned for one in entries):
        out.write("\n")
        out.line("! another option is recommended than before")


class _Cells:
    """Writes the numbers of the lines, each column in its own precision."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        gists = [one.gist for one in entries if one.gist is not None]
        values = [each.value for each in gists if each.value is not None]
        margins = [each.margin for each in gists if each.margin is not None]
        changes = [one.change for one in entries if one.change is not None]
        self._value: Callable[[float], str] = formatter(values or [0.0], apart=False)
        self._margin: Callable[[float], str] = formatter(margins or [0.0], apart=False)
        self._places = max(decimals_for(values or [0.0], apart=False), decimals_for(changes or [0.0], apart=False))

    def value(self, one: Entry) -> str:
        found = one.gist.value if one.gist is not None else None
        return "" if found is None else self._value(found)

    def margin(self, one: Entry) -> str:
        found = one.gist.margin if one.gist is not None else None
        return "" if found is None else self._margin(found)

    def change(self, one: Entry) -> str:
        if one.change is None:
            return "new" if one.new and not one.problem else ""
        return signed(one.change, self._places) if one.change else "="


def _table(out: Output, entries: Sequence[Entry], cells: _Cells) -> None:
    """Write a line for each commit, texts cut to what fits."""
    numbers = [[cells.value(one), cells.margin(one), cells.change(one)] for one in entries]
    options = [_option(one) for one in entries]
    option = min(OPTION, max(len("recommendation"), *map(len, options)))
    author = min(AUTHOR, max(len("author"), *(len(_author(one)) for one in entries)))
    heads = ("value", "margin", "change")
    fixed = sum(max(len(head), *(len(row[at]) for row in numbers)) for at, head in enumerate(heads))
    marks = any(one.turned for one in entries)
    gaps = GAP * (7 + marks)
    subject = max(LEAST_SUBJECT, out.width - fixed - gaps - marks - 10 - 10 - author - option)
    lines = [
        Row(
            [
                *(["!" if one.turned else ""] if marks else []), _date(one), _commit(one),
                shortened(_author(one), author), shortened(_subject(one), subject), shortened(text, option), *row,
            ],
            best=one.turned,
            faint=not one.changed,
        )
        for one, text, row in zip(entries, options, numbers, strict=True)
    ]  # fmt: skip
    columns = [
        *([Column("")] if marks else []),
        *map(Column, ("date", "commit", "author", "subject", "recommendation")),
    ]
    out.table([*columns, *(Column(head, number=True) for head in heads)], lines)
    reasons = [one for one in entries if one.gist is not None and one.problem]
    if reasons:
        out.write("\n")
        out.line("Why there are no numbers", style="bold")
        for one in reasons[:REASONS]:
            out.line(f"{_commit(one) or UNCOMMITTED}: {one.problem}")
        if len(reasons) > REASONS:
            out.line(f"… and {counted(len(reasons) - REASONS, 'more commit')}; --json says why.")


def _lines(out: Output, entries: Sequence[Entry], cells: _Cells) -> None:
    """Write two lines for each commit, folded where they do not fit."""
    for one in entries:
        mark = "! " if one.turned else ""
        commit = one.revision.commit
        head = f"{_date(one)} {_commit(one)} {commit.author}: " if commit is not None else ""
        out.line(f"{mark}{head}{_subject(one)}", style="bold" if one.turned else "")
        words = [("value", cells.value(one)), ("margin", cells.margin(one))]
        change = cells.change(one)
        told = [f"{word} {text}" for word, text in words if text]
        told += [] if not change else [change if change == "new" else "unchanged" if change == "=" else f"({change})"]
        reason = f": {one.problem}" if one.problem and one.gist is not None else ""
        out.line("  ".join([_option(one) + reason, *told]), indent=4)


def _date(one: Entry) -> str:
    commit = one.revision.commit
    return "" if commit is None else f"{commit.at.astimezone():%Y-%m-%d}"


def _commit(one: Entry) -> str:
    return "" if one.revision.commit is None else one.revision.name


def _author(one: Entry) -> str:
    return one.revision.commit.author if one.revision.commit is not None else ""


def _subject(one: Entry) -> str:
    """Return the subject, and what happened besides."""
    commit = one.revision.commit
    if commit is None:
        return UNCOMMITTED
    renamed = f" [renamed from {one.revision.renamed}]" if one.revision.renamed else ""
    same = "" if one.changed or renamed else f" [{ALONE[one.kind]}]"
    cut = " [or earlier]" if one.revision.cut else ""
    return f"{commit.subject}{renamed}{same}{cut}"


def _option(one: Entry) -> str:
    """Return what is recommended, or why nothing is."""
    found = one.gist
    if found is None:
        return one.problem
    if found.problem:
        return "cannot be evaluated"
    if found.chosen is None:
        return "(no decision)"
    return f"{found.chosen}{' (tie)' if found.tied else ''}"
