"""Which commits changed a scenario: its file under whatever path it had, and the files that it included then."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from planner.errors import PlannerError
from planner.history.commit_graph import Graph
from planner.history.states import State, States, in_repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.history.objects import Objects
    from planner.history.repository import Commit, Repository

MOST_ROUNDS = 100  # of finding more paths: each adds one that was not known


@dataclass(frozen=True, slots=True)
class Revision:
    """A state of a scenario that its parents do not have, and the commit that made it.

    Attributes:
        commit: who made it, when and why; None for what is not committed yet.
        state: the file and what it includes; None where the file is not there.
        parents: names of the commits that it follows.
        before: the states of the parents, None where the file was not there.
        path: the file's path there.
        renamed: the path that it had before, if this commit gave it another.
        moved_to: where the file went, in a commit that took it away under this path.
        cut: whether the history was cut off here when it was cloned, so that the state may be older.
    """

    commit: Commit | None
    state: State | None
    parents: tuple[str, ...]
    before: tuple[State | None, ...]
    path: str
    renamed: str | None = None
    moved_to: str | None = None
    cut: bool = False

    @property
    def name(self) -> str:
        """The commit as people write it."""
        return self.commit.short if self.commit is not None else "not committed yet"


@dataclass(frozen=True)
class Timeline:
    """The history of one scenario, the newest state first, what follows before what it follows.

    Attributes:
        path: the file's path in the newest state, from the top of the repository.
        revisions: its states.
        cut: whether the clone lacks older commits.
    """

    path: str
    revisions: tuple[Revision, ...]
    cut: bool = False
    _graph: Graph | None = field(default=None, repr=False)

    @cached_property
    def _of(self) -> dict[str, Revision]:
        """The revision whose state each commit has."""
        assert self._graph is not None
        found = {one.commit.id: one for one in self.revisions if one.commit is not None}
        for commit in reversed(self._graph.order):
            above = self._graph.parents[commit][:1]
            if commit not in found and above and above[0] in found:
                found[commit] = found[above[0]]
        return found

    def of(self, commit: str) -> Revision | None:
        """Return the revision whose state a commit has; None where that lies before all that was asked for."""
        return self._of.get(commit)

    def ancestors(self, commit: str) -> set[str]:
        """Return a commit and all that came before it."""
        assert self._graph is not None
        found: set[str] = set()
        waiting = [commit]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self._graph.parents.get(one, ())
        return found

    def main_line(self) -> list[Revision]:
        """Return the revisions from first parent to first parent, the newest first."""
        found = []
        here = self.revisions[0] if self.revisions else None
        while here is not None:
            found.append(here)
            here = self.of(here.parents[0]) if here.parents else None
        return found

    def followed(self, revision: Revision) -> list[Revision | None]:
        """Return what a revision follows, parent by parent; see `of`."""
        return [self.of(parent) for parent in revision.parents]


def timeline(
    repository: Repository, path: str, objects: Objects, *, start: str | None = None, end: str | None = None
) -> Timeline:
    """Return the history of a scenario's file.

    Args:
        repository: where it lies.
        path: its path in the newest state, from the top of the repository.
        objects: what reads the repository's contents.
        start: only what came after this revision.
        end: the newest revision; None for what is checked out and, before it, what is not committed yet.

    Raises:
        PlannerError: there is no commit yet or no such revision, or no commit has the file.
    """
    head = repository.resolve(end or "HEAD")
    finder = _Finder(repository, path, objects, Graph.read(repository, head, start))
    for _ in range(MOST_ROUNDS):
        known = set(finder.paths)
        finder.find()
        if known == set(finder.paths):
            break
    revisions = tuple(finder.revisions())
    if end is None:
        newest = finder.working(head)
        revisions = (newest, *revisions) if newest is not None else revisions
    if not revisions and finder.state(head) is None:
        raise _nowhere(repository, path, start)
    return Timeline(path, revisions, finder.graph.is_cut, finder.graph)


def _nowhere(repository: Repository, path: str, start: str | None) -> PlannerError:
    from difflib import get_close_matches

    if repository.top is not None and (repository.top / path).is_file():
        return PlannerError(f"no commit has '{path}' yet", "`git add` and `git commit` put it into one")
    if start is not None:
        return PlannerError(f"no commit after {start} has '{path}'", "start from an older one")
    near = get_close_matches(path, repository.paths_at("HEAD"), 1)
    shallow = "; this clone is shallow, and `git fetch --unshallow` brings older commits" if repository.shallow else ""
    step = f"did you mean '{near[0]}'?" if near else "check the path"
    return PlannerError(f"no commit has '{path}'", f"{step}{shallow}")


class _Finder:
    """Finds the commits that changed a scenario, round by round: each may show more paths that count."""

    def __init__(self, repository: Repository, path: str, objects: Objects, graph: Graph) -> None:
        self.repository, self.path, self.objects, self.graph = repository, path, objects, graph
        self.states = States(objects)
        self.paths: dict[str, None] = {path: None}
        self.touched: list[str] = []
        self.path_at: dict[str, str] = {}
        self.renamed: dict[str, str] = {}
        self.moved_to: dict[str, str] = {}
        self._renames: dict[tuple[str, str], dict[str, str]] = {}

    def find(self) -> None:
        """Look for the commits that change any path known so far, and for more paths in them."""
        found = set(self.graph.touching(self.paths))
        self.touched = [commit for commit in self.graph.order if commit in found]
        near = [each for commit in self.touched for each in (commit, *self.graph.parents[commit])]
        self.objects.prepare((commit, path) for path in self.paths for commit in near)
        self._name()
        for commit in dict.fromkeys(near):
            state = self.state(commit)
            if state is not None:
                self.paths.update(dict.fromkeys(path for path, _ in state.included if in_repository(path)))

    def _name(self) -> None:
        """Say which path the file has in each commit, from the newest to the oldest."""
        touched = set(self.touched)
        self.path_at = {self.graph.head: self.path}
        self.renamed.clear()
        for commit in self.graph.order:
            path = self.path_at.setdefault(commit, self.path)
            for parent in self.graph.parents[commit]:
                before = self._before(commit, parent, path) if commit in touched else path
                self.path_at.setdefault(parent, before)
                self.paths.setdefault(before)

    def _before(self, commit: str, parent: str, path: str) -> str:
        """Return the path that a file had in a parent."""
        here, there = self.objects.blob(commit, path), self.objects.blob(parent, path)
        if (here is None) == (there is None):
            return path
        renames = self._renames_of(parent, commit)
        if here is None:
            if path in renames:
                self.moved_to[commit] = renames[path]
            return path
        before = next((old for old, new in renames.items() if new == path), path)
        if before != path:
            self.renamed[commit] = before
        return before

    def _renames_of(self, parent: str, commit: str) -> dict[str, str]:
        if (parent, commit) not in self._renames:
            self._renames[parent, commit] = self.repository.renames(parent, commit)
        return self._renames[parent, commit]

    def state(self, commit: str) -> State | None:
        """Return the state of the scenario in a commit; None where the file is not there."""
        path = self.path_at.get(commit, self.path)
        return self.states.of(path, lambda each: self.objects.blob(commit, each))

    def revisions(self) -> Iterator[Revision]:
        """Yield what changed the state, the newest first."""
        kept = []
        for commit in self.touched:
            state = self.state(commit)
            before = tuple(self.state(parent) for parent in self.graph.parents[commit])
            if any(each != state for each in before) or (not before and state is not None):
                kept.append((commit, state, before))
        commits = self.graph.described(commit for commit, _, _ in kept)
        for commit, state, before in kept:
            yield Revision(
                commits[commit],
                state,
                self.graph.parents[commit],
                before,
                self.path_at[commit],
                self.renamed.get(commit),
                self.moved_to.get(commit),
                cut=commit in self.graph.cut,
            )

    def working(self, head: str) -> Revision | None:
        """Return what is not committed yet; None where nothing is, or there is no working tree."""
        top = self.repository.top
        if top is None:
            return None
        before = self.state(head)
        now = self.states.in_folder(self.repository, posixpath.normpath(self.path))
        if now == before or (before is None and not self.touched):
            return None
        return Revision(None, now, (head,), (before,), self.path)
