"""Texts of scenarios as they once were: found by their fingerprint in git or in the database."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from planner.errors import PlannerError

if TYPE_CHECKING:
    from pathlib import Path

    from planner.cli.settings import Workspace
    from planner.core.source import Source
    from planner.history import Repository

MOST_COMMITS = 5_000  # beyond those that changed the file, looked at for a change of what it includes


def found_text(
    fingerprint: str, file: Path, place: Workspace, db: str | None, *, revision: str | None = None
) -> tuple[Source, str] | None:
    """Return the text of a scenario that has a fingerprint, and where it was found in words; None if it is nowhere.

    Args:
        fingerprint: of the text and all that it includes.
        file: where the scenario stands now, or stood.
        place: the workspace, for the database.
        db: the database, if not the workspace's own.
        revision: the commit in which it stood, if that is known; it is looked at first.
    """
    return _in_git(fingerprint, file, revision) or _in_database(fingerprint, file, place, db)


def text_at(repository: Repository, revision: str, file: Path) -> Source:
    """Return the text of a scenario in a revision, also where it had another name there.

    Raises:
        PlannerError: there is no such revision, or the scenario is not in it.
    """
    from planner.history.revisions import source_at

    inside = repository.path_in(file)
    try:
        return source_at(repository, revision, inside)
    except PlannerError:
        commit = repository.resolve(revision)
        renames = repository.renames(commit)
        before = next((old for old, new in renames.items() if new == inside), None)
        if before is None:
            raise
        return source_at(repository, revision, before)


def _in_git(fingerprint: str, file: Path, revision: str | None) -> tuple[Source, str] | None:
    """Look for a text among the commits that changed a file, the newest first."""
    from planner.history import Repository
    from planner.history.revisions import source_at

    try:
        repository = Repository.of(file)
        inside = repository.path_in(file)
        commits = repository.run("log", "--format=%H", "--follow", "HEAD", "--", inside).decode().split()
    except PlannerError:
        return None
    # A file that it includes may have changed without it: every commit may hold the text.
    named = dict.fromkeys([revision, *commits] if revision else commits)
    for commit in (*named, *_others(repository, set(named))):
        try:
            # the file may have had another name in those that changed it
            source = text_at(repository, commit, file) if commit in named else source_at(repository, commit, inside)
        except PlannerError:
            continue
        if source.content_fingerprint == fingerprint:
            return source, f"git, commit {commit[:12]}"
    return None


def _others(repository: Repository, known: set[str]) -> list[str]:
    """Return the other commits, the newest first."""
    told = repository.run("log", "--format=%H", f"-{MOST_COMMITS}", "HEAD").decode().split()
    return [each for each in told if each not in known]


def _in_database(fingerprint: str, file: Path, place: Workspace, db: str | None) -> tuple[Source, str] | None:
    """Look for a text among the revisions that the database keeps."""
    from planner.core.source import Source
    from planner.included import with_included
    from planner.store import Store

    try:
        with Store.open(place.database(db), create=False) as store:
            kept = [one for one in store.history(file.stem) if one.fingerprint == fingerprint]
            if not kept:
                return None
            texts = store.texts(file.stem, kept[0].revision)
    except PlannerError:
        return None
    source = Source.from_text(texts.text, path=place.shown(file))
    if texts.included:
        inside = {os.path.normpath(file.parent / each.path): each.text for each in texts.included}
        source = with_included(source, file.parent, (os.path.realpath(file),), files=inside.get)
    if source.content_fingerprint != fingerprint:
        return None
    return source, f"the database, {file.stem}@{kept[0].revision}"
