"""Commits and what they follow, as far as a question reaches back."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.history.repository import Commit, Repository


@dataclass(frozen=True)
class Graph:
    """The commits up to one of them.

    Attributes:
        head: the newest.
        order: all of them, what follows before what it follows.
        parents: for each what it follows; some may lie before the first commit that was asked for.
        cut: those whose own parents are missing in a shallow clone.
    """

    repository: Repository = field(repr=False)
    head: str
    order: tuple[str, ...]
    parents: Mapping[str, tuple[str, ...]]
    cut: frozenset[str]
    range: tuple[str, ...]

    @classmethod
    def read(cls, repository: Repository, head: str, start: str | None) -> Self:
        """Read the commits from a head back to a revision, which is left out, or to the first.

        Raises:
            PlannerError: there is no such revision, or git fails.
        """
        asked = (head, *([f"^{repository.resolve(start)}"] if start is not None else []))
        lines = repository.run("rev-list", "--date-order", "--parents", *asked).decode().splitlines()
        rows = [line.split() for line in lines]
        cut: frozenset[str] = frozenset()
        if repository.shallow:
            place = repository.run("rev-parse", "--git-path", "shallow").decode("utf-8", "surrogateescape").rstrip("\n")
            ends = Path(repository.top or repository.place, place)
            cut = frozenset(ends.read_text("ascii").split()) & {row[0] for row in rows} if ends.is_file() else cut
        parents = {row[0]: tuple(row[1:]) for row in rows}
        return cls(repository, head, tuple(parents), parents, cut, asked)

    @property
    def is_cut(self) -> bool:
        """Whether older commits are missing."""
        return bool(self.cut)

    def touching(self, paths: Iterable[str]) -> list[str]:
        """Return the commits in which any of these files is not what it is in all parents."""
        said = self.repository.run("rev-list", "--full-history", *self.range, "--", *paths)
        return said.decode().split()

    def described(self, commits: Iterable[str]) -> dict[str, Commit]:
        """Return commits with author, date and message."""
        names = "".join(f"{commit}\n" for commit in commits).encode()
        if not names:
            return {}
        found = self.repository.commits("--no-walk=unsorted", "--stdin", input=names)
        return {commit.id: commit for commit in found}
