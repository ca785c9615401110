"""A paper made again from what it says about itself, and from the very text that it was made from."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner import __version__
from planner.cli.against import again_against, others_changed
from planner.cli.origins import found_text
from planner.cli.paper import Shape, compose
from planner.errors import PlannerError

if TYPE_CHECKING:
    from pathlib import Path

    from planner.cli.paper import Composed
    from planner.cli.settings import Workspace
    from planner.core.source import Source
    from planner.report.note import Note, Paper


@dataclass(frozen=True)
class Again:
    """A paper, and the same paper made again.

    Attributes:
        paper: as it stands.
        note: what it says about itself.
        composed: it made again from the text that it was made from.
        origin: where that text was found, in words.
        now: it made from the file as it is now; None where that is the same text, or the file cannot be used.
        problem: why it cannot be made from the file as it is now; empty if it can.
        version: the version of the program that made it, where that is another one than this.
    """

    paper: Paper
    note: Note
    composed: Composed
    origin: str
    now: Composed | None = None
    problem: str = ""
    version: str = ""

    def english(self) -> dict[str, str]:
        """Return the English words of the paper's headings, by the words of its language."""
        from planner.report.language import catalogue

        known = catalogue(Shape.of_note(self.note, self.paper.path.parent).lang)["headings"]
        return {other: english for english, other in known.items()}


def again(path: str, place: Workspace, *, db: str | None = None, now: bool = True) -> Again:
    """Make a paper again.

    Args:
        path: the paper.
        place: the workspace, for templates and the database.
        db: the database, if not the workspace's own.
        now: whether to make it from the file as it is now, too, where that has changed.

    Raises:
        PlannerError: the file is no paper of this program, or the text that it was made from is nowhere to be found.
        ScenarioError: the text that it was made from has faults by the rules of this version.
    """
    from planner.core.diagnostics import ScenarioError
    from planner.files import read_source
    from planner.report.note import read_paper

    paper = read_paper(path)
    if paper is None:
        raise PlannerError(f"there is no paper '{path}'", "`planner report FILE` writes one")
    if paper.note is None or paper.scenario is None:
        raise PlannerError(
            f"'{path}' does not say how it was made",
            "only papers that `planner report` wrote to a file, with the comment at their end, can be made again",
        )
    note, file = paper.note, paper.scenario
    shape = Shape.of_note(note, paper.path.parent)
    shown = place.shown(file)
    present: Source | None = None
    with suppress(PlannerError):
        present = read_source(shown)
    if present is not None and present.content_fingerprint == note.fingerprint:
        source, origin = present, f"{shown} as it stands"
    else:
        source, origin = _found(note, file, shown, place, db)
    against = again_against(paper, place, db=db)
    composed = compose(source, shown, shape, target=paper.path, place=place, against=against)
    other = note.version if note.version != __version__ else ""
    if not now or (present is source and not any(others_changed(note, paper.path.parent))):
        return Again(paper, note, composed, origin, version=other)
    if present is None:
        return Again(paper, note, composed, origin, problem=f"{shown} is gone", version=other)
    try:
        against = again_against(paper, place, db=db, now=True)
    except PlannerError as error:
        return Again(paper, note, composed, origin, problem=error.message, version=other)
    try:
        if present is not source:
            shape = shape.with_new_changes()
        later = compose(present, shown, shape, target=paper.path, place=place, against=against)
    except (ScenarioError, ValueError):
        return Again(paper, note, composed, origin, problem=f"{shown} has faults now", version=other)
    return Again(paper, note, composed, origin, later, version=other)


def _found(note: Note, file: Path, shown: str, place: Workspace, db: str | None) -> tuple[Source, str]:
    """Return the text with a paper's fingerprint from git or the database, and where it was.

    Raises:
        PlannerError: it is nowhere.
    """
    found = found_text(note.fingerprint, file, place, db)
    if found is None:
        raise PlannerError(
            f"the text that the paper was made from (fingerprint {note.fingerprint[:12]}) stands neither in '{shown}' "
            "now, nor in git, nor in the database",
            f"`planner report {shown}` makes the paper anew",
        )
    return found
