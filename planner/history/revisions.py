"""Scenario texts as they stand in a commit, with what they include from the same commit."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import TYPE_CHECKING

from planner.core.source import Source
from planner.errors import PlannerError
from planner.included import with_included

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.history.repository import Repository


def source_at(repository: Repository, revision: str, path: str) -> Source:
    """Return the text of a scenario in a revision, with the files that it includes from the same revision.

    Args:
        repository: where to look.
        revision: a commit, branch or tag; it names the text's path: ``HEAD~1:scenarios/moscow.yaml``.
        path: from the top of the repository.

    Raises:
        PlannerError: there is no such revision, or no such file in it.
    """
    commit = repository.resolve(revision)
    content = repository.content(commit, path)
    if content is None:
        raise _missing(repository, revision, commit, path)
    return source_of(content, path, lambda name: repository.content(commit, name), label=f"{revision}:")


def source_of(content: bytes, path: str, files: Callable[[str], bytes | None], *, label: str = "") -> Source:
    """Return a text with what it includes, wherever that comes from.

    Args:
        content: the text.
        path: where it stands, with "/".
        files: returns the content of another path, None where there is none.
        label: what stands before paths in messages.
    """
    source = Source.from_text(content, path=f"{label}{path}")
    return with_included(source, Path(posixpath.dirname(path)), (posixpath.normpath(path),), files=files, label=label)


def _missing(repository: Repository, revision: str, commit: str, path: str) -> PlannerError:
    """Say what became of a file that a revision does not have."""
    said = f"there is no '{path}' in {revision}"
    head = repository.head()
    if head is not None and head != commit:
        for change in repository.changes(commit, head):
            if change.after == path and change.before is not None and change.renamed:
                return PlannerError(f"{said}: there it is called '{change.before}'", f"name '{change.before}'")
    gone = next(repository.commits("-1", "--diff-filter=D", commit, "--", path), None)
    if gone is not None:
        return PlannerError(f"{said}: commit {gone.short} deleted it", f"{gone.short}^ still has it")
    first = next(repository.commits("--reverse", "--diff-filter=A", "HEAD", "--", path), None) if head else None
    if first is not None:
        return PlannerError(f"{said}: commit {first.short} added it later", f"name {first.short} or a later commit")
    return PlannerError(said, "check the path; it counts from the top of the repository")
