"""Scenario files and the papers on them: which paper is on which file, and what keeps it from being current."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from planner import __version__
from planner.cli.against import others_changed
from planner.cli.follow import files_of
from planner.cli.paper import STDIN, Shape, target_of, template_text, templates_folder
from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.cli.settings import Workspace
    from planner.core.source import Source
    from planner.report.note import Paper, Reason


@dataclass(frozen=True)
class File:
    """A scenario file, read with all that it includes; without a source it could not be read.

    `part_of` are the other files at hand that include it.
    """

    name: str
    source: Source | None
    problem: PlannerError | None = None
    part_of: tuple[str, ...] = ()

    @property
    def scenario(self) -> str:
        """The scenario's name."""
        return self.source.name if self.source is not None else Path(self.name).stem

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the text and all that it includes."""
        return self.source.content_fingerprint if self.source is not None else ""

    @property
    def real(self) -> str:
        """The file behind all links."""
        return os.path.realpath(self.name)

    @property
    def has_paper(self) -> bool:
        """Whether there should be a paper on it: not on a part of others, nor on a conflict without a tree."""
        data = self.source.data if self.source is not None else None
        return not self.part_of and not (data is not None and "conflict" in data and "nodes" not in data)

    @property
    def whole(self) -> list[Path]:
        """The file and all that it includes, those that are missing too."""
        return files_of(self.name, self.source)


@dataclass(frozen=True)
class Judged:
    """A paper, and why it is out of date; without reasons it is current."""

    paper: Paper
    reasons: tuple[Reason, ...] = ()
    file: File | None = field(default=None, repr=False)

    @property
    def by_hand(self) -> bool:
        """Whether making it anew may undo what somebody did by hand."""
        return any(reason.by_hand for reason in self.reasons)

    @property
    def shape(self) -> Shape | None:
        """The options with which it was made; None where it does not say so, or this version does not know them."""
        if self.paper.note is None:
            return None
        try:
            return Shape.of_note(self.paper.note, self.paper.path.parent)
        except PlannerError:
            return None

    @property
    def what_if(self) -> bool:
        """Whether the paper is on other numbers than the file's own."""
        return self.shape is not None and self.shape.what_if

    @property
    def stands_alone(self) -> bool:
        """Whether it is a paper on the scenario as it is: no what-if, and no comparison with another text."""
        return not self.what_if and not (self.paper.note is not None and self.paper.note.compared)


def read_files(paths: Iterable[str]) -> list[File]:
    """Read the scenario files that the paths name; in a folder those alone that have a `planner` key.

    A file that cannot be read is one without a source.

    Raises:
        PlannerError: a path leads nowhere, or a folder has no such file.
    """
    from planner.files import discover, is_scenario, read_source

    given = list(paths)
    found = []
    for name in dict.fromkeys(discover(given)):
        if name == STDIN:
            raise PlannerError("standard input has no place in the workspace", "name files or folders")
        try:
            source = read_source(name)
        except PlannerError as error:
            if name in given and not Path(name).exists():
                raise
            found.append(File(name, None, error))
            continue
        if name in given or is_scenario(source.raw):
            found.append(File(name, source))
    return _with_parts(found)


def _with_parts(files: Sequence[File]) -> list[File]:
    """Return the files, each with the names of those that include it."""
    users: dict[str, list[str]] = {}
    for file in files:
        for path in file.whole[1:]:
            users.setdefault(os.path.realpath(path), []).append(file.name)
    return [File(file.name, file.source, file.problem, tuple(users.get(file.real, ()))) for file in files]


def files_named(name: str, folder: str, place: Workspace) -> list[File]:
    """Return the files that a scenario of this name may be: in a folder of scenarios, here, or in the workspace."""
    from planner.files import SUFFIXES, discover, read_source

    try:
        known = discover([folder])
    except PlannerError:
        known = []
    known += [str(Path(each, name + suffix)) for each in (Path(), place.folder) for suffix in SUFFIXES]
    found: dict[str, File] = {}
    for path in known:
        if Path(path).stem == name and Path(path).is_file():
            try:
                found.setdefault(os.path.realpath(path), File(place.shown(path), read_source(path)))
            except PlannerError:
                continue  # a run cannot be compared with what cannot be read
    return list(found.values())


def reports_folder(given: str | None, place: Workspace) -> Path:
    """Return where papers stand: the folder given, the setting of `planner report`, or the workspace's own."""
    setting = place.get("report", "reports")
    named = given or (setting if isinstance(setting, str) else "")
    return Path(named or place.shown(place.folder / "reports"))


def judge(paper: Paper, file: File | None, place: Workspace) -> Judged:
    """Return a paper with all that keeps it from being current."""
    from planner.report.note import Reason

    note = paper.note
    reasons = []
    if note is not None:
        if file is None:
            reasons.append(Reason("gone", f"its scenario {place.shown(paper.scenario or '')} is gone"))
        elif file.source is None:
            reasons.append(Reason("scenario", "its scenario cannot be read"))
        elif file.fingerprint != note.fingerprint:
            others = " or a file that it includes" if len(file.whole) > 1 else ""
            reasons.append(Reason("scenario", f"the scenario{others} has changed"))
        for other, how in others_changed(note, paper.path.parent):
            reasons.append(_of_other(place.shown(other), how))
        if note.version != __version__:
            reasons.append(Reason("version", f"it was made by planner {note.version}, this is {__version__}"))
        if file is not None and _templates(paper, place) != note.templates:
            reasons.append(Reason("template", "its template has changed"))
    return Judged(paper, (*reasons, *paper.edits()), file)


def _of_other(name: str, how: str) -> Reason:
    """Return why a paper on several scenarios is out of date for one of the others."""
    from planner.report.note import Reason

    if how == "gone":
        return Reason("gone", f"{name}, with which it compares, is gone")
    what = "has changed" if how == "changed" else "cannot be read"
    return Reason("scenario", f"{name}, with which it compares, {what}")


def _templates(paper: Paper, place: Workspace) -> str | None:
    """Return the fingerprint of the templates by which a paper would be made now; an empty text if one is gone."""
    from planner.report.note import templates_fingerprint

    assert paper.note is not None
    try:
        name = Shape.of_note(paper.note, paper.path.parent).template
        template = template_text(name) if name != STDIN else None
    except PlannerError:
        return ""
    return templates_fingerprint(template, [templates_folder(place)])


def papers_on(files: Sequence[File], folder: Path, place: Workspace) -> tuple[dict[str, list[Judged]], list[Judged]]:
    """Return the papers in a folder: by the real path of the file at hand that they are on, and those on other files.

    A file in the place of a scenario's own paper that does not say how it was made counts as one on that scenario.
    """
    from planner.report.note import find_papers, read_paper

    by_real = {file.real: file for file in files}
    mine: dict[str, list[Judged]] = {file.real: [] for file in files}
    others = []
    known = set()
    for paper in find_papers(folder):
        known.add(os.path.realpath(paper.path))
        real = os.path.realpath(paper.scenario) if paper.scenario is not None else None
        if real in by_real:
            mine[real].append(judge(paper, by_real[real], place))
        elif paper.scenario is not None:
            others.append(
                judge(paper, None if not paper.scenario.exists() else _elsewhere(paper.scenario, place), place)
            )
    for file in files:
        target = target_of(file.scenario, Shape(), str(folder), place)
        if os.path.realpath(target) not in known and (paper_here := read_paper(target)) is not None:
            known.add(os.path.realpath(target))
            mine[file.real].append(judge(paper_here, file, place))
    return mine, others


def _elsewhere(path: Path, place: Workspace) -> File:
    """Return a file that nobody named, with which a paper is to be compared."""
    from planner.files import read_source

    name = place.shown(path)
    try:
        return File(name, read_source(path))
    except PlannerError as error:
        return File(name, None, error)
