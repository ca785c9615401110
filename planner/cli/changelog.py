"""The change log of a paper: the last commits that changed the model, and what each did to the recommendation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from planner.errors import PlannerError

if TYPE_CHECKING:
    from planner.analyses.gist import Gist
    from planner.core.model import Scenario
    from planner.history import GitState
    from planner.history.log import Entry

MOST = 8


class ChangeLog(NamedTuple):
    """What a paper tells of the history of its scenario.

    Attributes:
        rows: the commits, the newest first, each with ``date``, ``who``, ``what`` and ``effect``.
        note: what must be said besides; empty for nothing.
        end: the newest commit that was looked at; None where git does not know the file.
    """

    rows: tuple[dict[str, str], ...] = ()
    note: str = ""
    end: str | None = None


def change_log(
    scenario: Scenario, git: GitState | None, *, end: str, rule: str, overrides: dict[str, float | str]
) -> ChangeLog:
    """Return the last commits that changed a scenario's model.

    Args:
        scenario: what the paper is on.
        git: where its file stands in git.
        end: the newest commit that counts; empty for the last one of the file, which the paper's provenance names.
        rule: of the paper.
        overrides: numbers that replace parameters in the paper.
    """
    source = scenario.source
    if source is None or git is None:
        return ChangeLog(note="The file is not kept in git, so that its changes are not known.")
    last = end or git.commit
    if last is None:
        return ChangeLog(note="The file is not in any commit yet.")
    from planner.analyses.gist import Question
    from planner.cli.origins import text_at
    from planner.history import Repository
    from planner.history.log import log

    try:
        repository = Repository.of(source.path)
        newest = text_at(repository, last, Path(source.path))
        inside = newest.path.partition(":")[2] or repository.path_in(source.path)
        found = log(repository, inside, question=Question(overrides=overrides, rule=rule), span=(None, last), most=MOST)
    except (PlannerError, ValueError) as error:
        said = error.message if isinstance(error, PlannerError) else str(error)
        return ChangeLog(note=f"Its changes cannot be told: {said}.", end=last)
    notes = []
    if newest.content_fingerprint != source.content_fingerprint:
        notes.append("What is not committed yet is not listed.")
    if found.more:
        notes.append(f"Only the last {MOST} commits that changed the model are listed.")
    elif found.cut:
        notes.append("This clone of the repository lacks older commits.")
    # what a clone begins with was made by some commit before
    rows = tuple(_row(entry) for entry in found.entries if not entry.revision.cut)
    return ChangeLog(rows, " ".join(notes), last)


def _row(entry: Entry) -> dict[str, str]:
    commit = entry.revision.commit
    assert commit is not None
    what = commit.subject or "(no subject)"
    return {"date": commit.at.date().isoformat(), "who": commit.author, "what": what, "effect": effect(entry)}


def effect(entry: Entry) -> str:
    """Say what a commit did to the recommendation: ``Coordinate 54.3 (+1.2)``."""
    from planner.report.rounding import decimals_for, number, signed

    now, before = entry.gist, entry.before
    if now is None or now.problem or now.value is None:
        return f"cannot be evaluated: {entry.problem}" if now is not None else f"the file was {entry.problem}"
    known = [each for each in (now.value, before.value if before is not None else None) if each is not None]
    places = decimals_for(known)
    told = f"{_option(now)} {number(now.value, places)}{f' {now.unit}' if now.unit else ''}".strip()
    if entry.new:
        return f"{told}, the first version"
    if before is None or before.value is None:
        return f"{told}; could not be evaluated before"
    if entry.turned:
        return f"{told}; recommendation was {_option(before)} {number(before.value, places)}"
    change = entry.change
    return f"{told} ({signed(change, places)})" if change else f"{told}, unchanged"


def _option(found: Gist) -> str:
    return found.options.get(found.chosen or "", found.chosen or "")
