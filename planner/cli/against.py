"""With what a comparison paper compares its scenario: an earlier text of it, or other scenarios."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.cli.origins import found_text, text_at
from planner.errors import PlannerError
from planner.report.kinds import COMPARISON, FULL
from planner.report.note import Other, find_papers, relative

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.analyses.comparison import Comparison
    from planner.analyses.side_by_side import SideBySide
    from planner.cli.settings import Workspace
    from planner.core.model import Scenario
    from planner.core.source import Source
    from planner.report.note import Note, Paper

SHOWN = 12  # characters of a commit
LONGEST = 100  # characters of a paper's name


@dataclass(frozen=True)
class Against:
    """The other texts of a comparison paper, each with what the paper's note says of it."""

    sources: tuple[Source, ...]
    others: tuple[Other, ...]

    @property
    def several(self) -> bool:
        """Whether other scenarios stand beside the paper's own, not an earlier text of it."""
        return self.others[0].scenario is not None

    def compared(self, scenario: Scenario, settings: dict[str, Any]) -> Comparison | SideBySide:
        """Compare a scenario with the other texts; the settings are those of the paper's evaluation."""
        from planner.analyses.comparison import compare
        from planner.analyses.side_by_side import side_by_side

        if self.several:
            return side_by_side([scenario, *self.sources], **settings)
        return compare(self.sources[0], scenario, **settings)

    def words(self, found: Comparison | SideBySide, scenario: Scenario) -> str:
        """Return with which earlier text the scenario is compared, in words that follow on "since"."""
        from planner.analyses.comparison import Comparison
        from planner.report.words import day

        if not isinstance(found, Comparison):
            return ""
        other, before = self.others[0], found.before.scenario
        if other.paper is not None:
            said = f"the text of the paper `{other.paper.replace('`', ' ')}`"
        else:
            said = f"commit `{other.revision[:SHOWN]}`" if other.revision is not None else "the text before"
        dated = before.as_of if before is not None else None
        return f"{said} as of {day(dated)}" if dated is not None and dated != scenario.as_of else said


# --- for a new paper ------------------------------------------------------------------------------------------


def earlier(
    file: str, revision: str | None, *, folder: Path, reports: Path, place: Workspace, db: str | None
) -> Against:
    """Return the text before: that of a revision, else that of the scenario's present paper, else the last commit's.

    Args:
        file: the scenario's file.
        revision: a revision of git; None where nobody names one.
        folder: where the comparison paper will stand.
        reports: where papers stand.
        place: the workspace.
        db: the database, if not the workspace's own.

    Raises:
        PlannerError: there is no such text, or nothing to compare with.
    """
    from planner.history import Repository

    path = Path(os.path.realpath(file))
    if revision is None:
        paper = present_paper(path, reports)
        if paper is not None:
            return _of_paper(paper, path, folder, place, db)
    try:
        repository = Repository.of(path)
        commit = repository.resolve(revision or "HEAD")
        source = text_at(repository, revision or commit, path)
    except PlannerError as error:
        if revision is not None:
            raise
        raise PlannerError(
            f"'{file}' has nothing to be compared with: {place.shown(reports)} has no paper on it, and {error.message}",
            f"`planner report {file}` makes a first paper; with a second FILE the two are set side by side",
        ) from error
    return Against((source,), (Other(fingerprint=source.content_fingerprint, revision=commit),))


def present_paper(file: Path, reports: Path) -> Paper | None:
    """Return the paper on a scenario's file: the full one before others; no what-if and no comparison."""
    found = []
    for paper in find_papers(reports):
        note = paper.note
        if note is None or paper.scenario is None or os.path.realpath(paper.scenario) != str(file):
            continue
        options = note.options
        if options.get("set") or options.get("rule", "expected") != "expected" or options.get("kind") == COMPARISON:
            continue
        found.append(paper)
    return min(
        found, key=lambda paper: paper.note is None or paper.note.options.get("kind", FULL) != FULL, default=None
    )


def _of_paper(paper: Paper, file: Path, folder: Path, place: Workspace, db: str | None) -> Against:
    from planner.files import read_source

    assert paper.note is not None
    wanted, shown = paper.note.fingerprint, place.shown(file)
    present = read_source(shown)
    if present.content_fingerprint == wanted:
        source = present
    else:
        found = found_text(wanted, file, place, db)
        if found is None:
            raise PlannerError(
                f"the text that '{place.shown(paper.path)}' was made from (fingerprint {wanted[:SHOWN]}) is neither in "
                "git nor in the database",
                "--since REVISION names another text to compare with",
            )
        source = found[0]
    return Against((source,), (Other(fingerprint=wanted, paper=relative(paper.path, folder)),))


def beside(files: Sequence[str], folder: Path) -> Against:
    """Return other scenarios as they stand now, for a paper in a folder."""
    from planner.files import read_source

    sources = tuple(read_source(file) for file in files)
    others = (
        Other(fingerprint=source.content_fingerprint, scenario=relative(file, folder))
        for file, source in zip(files, sources, strict=True)
    )
    return Against(sources, tuple(others))


def name_of(names: Sequence[str]) -> str:
    """Return what a paper on several scenarios is called, without what its kind adds.

    >>> name_of(["moscow", "talks"]), name_of(["a" * 60, "b" * 60, "c"])[-13:]
    ('moscow-and-talks', '-and-2-others')
    """
    joined = "-and-".join(names)
    return joined if len(joined) <= LONGEST else f"{names[0]}-and-{len(names) - 1}-others"


# --- for a paper that is there ----------------------------------------------------------------------------------


def again_against(paper: Paper, place: Workspace, *, db: str | None, now: bool = False) -> Against | None:
    """Return with what a paper compares its scenario; None for a paper that compares nothing.

    Args:
        paper: as it stands.
        place: the workspace.
        db: the database, if not the workspace's own.
        now: whether other scenarios are meant as they are now, not as they were when the paper was made. An earlier
            text of the paper's own scenario is always the same one.

    Raises:
        PlannerError: a text is nowhere to be found any more.
    """
    note = paper.note
    if note is None or not note.compared:
        return None
    folder = paper.path.parent
    sources, others = [], []
    for other in note.compared:
        source = _again(paper, other, folder, place, db, now=now and other.scenario is not None)
        sources.append(source)
        kept = other if source.content_fingerprint == other.fingerprint else None
        others.append(kept or Other(fingerprint=source.content_fingerprint, scenario=other.scenario))
    return Against(tuple(sources), tuple(others))


def _again(paper: Paper, other: Other, folder: Path, place: Workspace, db: str | None, *, now: bool) -> Source:
    from planner.files import read_source

    own = paper.scenario
    assert own is not None
    file = own if other.scenario is None else _path(other.scenario, folder)
    shown = place.shown(file)
    if now:
        return read_source(shown)
    if file.is_file():
        present = read_source(shown)
        if present.content_fingerprint == other.fingerprint:
            return present
    found = found_text(other.fingerprint, file, place, db, revision=other.revision)
    if found is None:
        raise PlannerError(
            f"the text of '{shown}' with which the paper compares it (fingerprint {other.fingerprint[:SHOWN]}) is not "
            "there now, nor in git, nor in the database",
            f"`planner report {shown} --kind comparison --since REVISION` makes the paper anew",
        )
    return found[0]


def _path(other: str, folder: Path) -> Path:
    return Path(os.path.normpath(Path(os.path.realpath(folder), other)))


def others_changed(note: Note, folder: Path) -> Iterable[tuple[str, str]]:
    """Yield the other scenarios of a paper that are not what they were: each with "gone", "unreadable" or "changed"."""
    from planner.files import read_source

    for other in note.compared:
        if other.scenario is None:
            continue
        file = _path(other.scenario, folder)
        if not file.exists():
            yield str(file), "gone"
            continue
        try:
            now = read_source(str(file)).content_fingerprint
        except PlannerError:
            yield str(file), "unreadable"
            continue
        if now != other.fingerprint:
            yield str(file), "changed"
