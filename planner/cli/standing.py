"""How things stand: for each scenario its faults, runs, papers and uncommitted changes, and what is out of date."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner import __version__
from planner.cli.paper import Shape
from planner.cli.papers import Judged, papers_on
from planner.errors import PlannerError
from planner.report.kinds import FULL, KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from planner.cli.papers import File
    from planner.cli.settings import Workspace
    from planner.store import RevisionRecord, RunRecord

SAVING = ("strategies", "frontier", "risk", "sensitivity", "simulate", "information", "stress", "negotiate")
WORDS = {"scenario": "the scenario has changed", "version": "another version of planner"}


def outdated(run: RunRecord, fingerprints: Collection[str] | None) -> tuple[str, ...]:
    """Return why a run is out of date: `scenario`, `version`, or nothing.

    Args:
        run: as it is kept.
        fingerprints: of the files that it may be on; None where there is none to compare it with.
    """
    changed = fingerprints is not None and run.fingerprint not in fingerprints
    return (*(["scenario"] if changed else []), *(["version"] if run.version != __version__ else []))


def is_what_if(run: RunRecord) -> bool:
    """Whether a run was on other numbers than the file's own."""
    return bool(run.settings.get("set")) or run.settings.get("rule", "expected") not in {None, "expected"}


@dataclass(frozen=True, slots=True)
class Ran:
    """The run of an analysis that speaks for it, and why it is out of date."""

    run: RunRecord
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Runs:
    """What the database keeps of a scenario.

    Attributes:
        each: for each analysis the newest run on the file's own numbers; one that still holds counts before a newer one
            that does not.
        what_ifs: runs on other numbers.
        what_ifs_out_of_date: how many of these are.
    """

    each: tuple[Ran, ...] = ()
    what_ifs: int = 0
    what_ifs_out_of_date: int = 0

    @classmethod
    def of(cls, runs: Sequence[RunRecord], fingerprints: Collection[str] | None) -> Runs:
        """Sort runs of one scenario out."""
        newest: dict[str, Ran] = {}
        for run in sorted(runs, key=lambda one: one.id):
            if is_what_if(run):
                continue
            ran, before = Ran(run, outdated(run, fingerprints)), newest.get(run.analysis)
            if before is None or before.reasons or not ran.reasons:
                newest[run.analysis] = ran
        others = [outdated(run, fingerprints) for run in runs if is_what_if(run)]
        return cls(tuple(newest.values()), len(others), sum(map(bool, others)))

    @property
    def out_of_date(self) -> list[str]:
        """The analyses whose results do not hold any more."""
        return [ran.run.analysis for ran in self.each if ran.reasons]

    @property
    def reasons(self) -> list[str]:
        """Why, in words, each once."""
        return list(dict.fromkeys(WORDS[reason] for ran in self.each for reason in ran.reasons))

    @property
    def last(self) -> datetime | None:
        """When the last of these runs was."""
        return max((ran.run.at for ran in self.each), default=None)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        each = [
            {
                "analysis": ran.run.analysis,
                "run": ran.run.id,
                "revision": ran.run.revision,
                "at": ran.run.at.isoformat(),
                "version": ran.run.version,
                "settings": dict(ran.run.settings),
                "out_of_date": list(ran.reasons),
            }
            for ran in self.each
        ]
        what_ifs = {"count": self.what_ifs, "out_of_date": self.what_ifs_out_of_date}
        return {"last": self.last and self.last.isoformat(), "analyses": each, "what_ifs": what_ifs}


@dataclass(frozen=True)
class Standing:
    """How one scenario stands.

    Attributes:
        name: the scenario's.
        file: its file; None where it is gone and the database alone keeps it.
        errors: how many the file has.
        warnings: the same.
        runs: what the database keeps of it; None where there is no database to ask.
        papers: on it.
        git: for the file and each that it includes how it differs from the last commit: `changed`, `new`, `ignored` or
            `clean`; None outside of git.
        revisions: how many the database keeps of it.
        moved: the file that now has the content which the gone one had last, if there is one.
    """

    name: str
    file: File | None
    errors: int = 0
    warnings: int = 0
    runs: Runs | None = None
    papers: tuple[Judged, ...] = ()
    git: dict[str, str] | None = None
    revisions: int = 0
    moved: str = ""

    @property
    def out_of_date(self) -> bool:
        """Whether a run or a paper does not hold any more. Of a scenario without a file only papers count."""
        runs = self.runs is not None and self.file is not None and bool(self.runs.out_of_date)
        return runs or any(judged.reasons for judged in self.papers)

    @property
    def uncommitted(self) -> str:
        """The state of the file in a word or two, or that what it includes is changed; `-` outside of git."""
        if self.file is None or not self.git:
            return "-"
        own, *others = self.git.values()
        if own == "clean" and any(other != "clean" for other in others):
            return "included changed"
        return own

    @property
    def covered(self) -> set[str]:
        """The analyses whose runs are made anew, and kept, along with the papers that are to be renewed."""
        found: set[str] = set()
        for judged in self.papers:
            if judged.reasons and not judged.by_hand and not judged.what_if and judged.file is not None:
                shape = judged.shape or Shape()
                every = KINDS[shape.kind].analyses
                found |= {"evaluate", *(every if shape.analyses == "all" else shape.analyses.split(","))}
        return found


@dataclass(frozen=True)
class Kept:
    """What the database keeps, by the scenario's name; `problem` says why it cannot be asked."""

    revisions: dict[str, list[RevisionRecord]] = field(default_factory=dict)
    there: bool = False
    problem: PlannerError | None = None

    def runs(self, name: str) -> list[RunRecord]:
        """Return the runs of a scenario."""
        return [run for revision in self.revisions.get(name, ()) for run in revision.runs]

    def count(self, name: str) -> int:
        """Return how many revisions of a scenario there are."""
        return len(self.revisions.get(name, ()))


def kept_in(place: str) -> Kept:
    """Read what a database keeps, without making one, upgrading it or writing anything into it."""
    from planner.store.location import Location

    try:
        location = Location.parse(place)
        if location.path is not None and not location.path.exists():
            return Kept()
        from planner.store import Store

        with Store.open(location, create=False, upgrade=False) as store:
            found: dict[str, list[RevisionRecord]] = {}
            for revision in store.history():
                found.setdefault(revision.scenario_name, []).append(revision)
            return Kept(found, there=True)
    except PlannerError as error:
        return Kept(problem=error)


def standings(files: Sequence[File], kept: Kept, folder: Path, place: Workspace, *, whole: bool) -> Iterator[Standing]:
    """Yield how each scenario stands.

    Args:
        files: the scenario files at hand.
        kept: what the database keeps.
        folder: where papers stand.
        place: the workspace.
        whole: whether the files are all of the workspace's, so that what is on no file at hand is told, too.
    """
    papers, others = papers_on(files, folder, place)
    states = _git_states(files)
    for file in files:
        errors, warnings = _faults(file)
        runs = Runs.of(kept.runs(file.scenario), {file.fingerprint}) if kept.there else None
        git = {os.path.relpath(path): states[os.path.realpath(path)] for path in file.whole if _in(states, path)}
        yield Standing(
            file.scenario,
            file,
            errors,
            warnings,
            runs,
            tuple(papers[file.real]),
            git or None,
            kept.count(file.scenario),
        )
    if whole:
        yield from _gone(files, kept, [judged for judged in others if judged.file is None])


def _in(states: dict[str, str], path: Path) -> bool:
    return os.path.realpath(path) in states


def _git_states(files: Sequence[File]) -> dict[str, str]:
    from planner.history import uncommitted

    return uncommitted(path for file in files for path in file.whole)


def _faults(file: File) -> tuple[int, int]:
    from planner.files import check

    if file.source is None:
        return 1, 0
    found = check(file.source)
    errors = sum(one.severity == "error" for one in found)
    return errors, len(found) - errors


def _gone(files: Sequence[File], kept: Kept, orphans: Sequence[Judged]) -> Iterator[Standing]:
    """Yield scenarios whose file is gone, but of which the database keeps something or on which there are papers."""
    here = {file.scenario for file in files}
    by_fingerprint = {file.fingerprint: file.name for file in files}
    on: dict[str, list[Judged]] = {}
    for judged in orphans:
        on.setdefault((judged.paper.scenario or Path()).stem, []).append(judged)
    names = [name for name in kept.revisions if name not in here]
    for name in sorted({*names, *on}):
        revisions = kept.revisions.get(name, []) if name not in here else []
        prints = [one.fingerprint for one in revisions if one.current]
        prints += [judged.paper.note.fingerprint for judged in on.get(name, ()) if judged.paper.note is not None]
        moved = next((by_fingerprint[each] for each in prints if each in by_fingerprint), "")
        runs = Runs.of(kept.runs(name), None) if revisions else None
        yield Standing(name, None, runs=runs, papers=tuple(on.get(name, ())), revisions=len(revisions), moved=moved)


def next_steps(found: Sequence[Standing], given: Sequence[str]) -> list[str]:
    """Return the commands that bring up to date what is not, the shortest way."""
    steps = []
    sound = [one for one in found if one.file is not None and not one.errors]
    steps += [f"planner check {_quoted(one)}" for one in found if one.errors and one.out_of_date]
    if any(judged.reasons and not judged.by_hand for one in sound for judged in one.papers):
        steps.append(" ".join(["planner report --all", *map(shlex.quote, given)]))
    for one in sound:
        left = [name for name in one.runs.out_of_date if name not in one.covered] if one.runs is not None else []
        if any(name not in SAVING for name in left):
            edited = any(judged.by_hand for judged in one.papers)
            if not edited:
                steps.append(f"planner report {_quoted(one)}")
                left = [name for name in left if name not in KINDS[FULL].analyses]
        steps += [f"planner {name} {_quoted(one)} --save" for name in left if name in SAVING]
    return steps


def _quoted(one: Standing) -> str:
    return shlex.quote(one.file.name) if one.file is not None else ""
