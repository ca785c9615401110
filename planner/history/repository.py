"""A repository: commits, the texts in them, and what was renamed between them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from planner.errors import PlannerError
from planner.history.objects import Objects
from planner.history.program import OLDEST, ask, call, version, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FIELDS = ("%H", "%P", "%aN", "%aE", "%at", "%s", "%b")
FORMAT = "%x00".join(FIELDS) + "%x00"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit.

    Attributes:
        id: its full name.
        parents: full names of those that it follows; several for a merge.
        author, email: who wrote it.
        at: when it was written.
        subject: the first line of its message.
        body: the rest.
    """

    id: str
    parents: tuple[str, ...]
    author: str
    email: str
    at: datetime
    subject: str
    body: str = ""

    @property
    def short(self) -> str:
        """The name as people write it."""
        return self.id[:10]


@dataclass(frozen=True, slots=True)
class Change:
    """A path that differs between two states of a repository.

    Attributes:
        before: its path in the first; None where it is new.
        after: its path in the second; None where it is gone.
        old, new: git's names of the two contents; None where there is none, or it is not known yet.
    """

    before: str | None
    after: str | None
    old: str | None
    new: str | None

    @property
    def renamed(self) -> bool:
        """Whether it has another path now."""
        return None not in {self.before, self.after} and self.before != self.after


@dataclass(frozen=True)
class Repository:
    """One repository, with or without a working tree.

    Attributes:
        place: the folder in which git is asked.
        top: the folder of the working tree; None where there is none.
    """

    place: Path
    top: Path | None

    @classmethod
    def of(cls, path: str | os.PathLike[str]) -> Self:
        """Return the repository in which a path lies; the path itself need not be there.

        Raises:
            PlannerError: git is not installed or too old, or there is no repository.
        """
        folder = Path(os.path.realpath(path))
        while not folder.is_dir():
            folder = folder.parent
        done = call(folder, "rev-parse", "--is-bare-repository", "--is-inside-git-dir")
        if done.returncode != 0:
            said = words(done.stderr)
            if "dubious ownership" in said:
                raise PlannerError(
                    f"git does not trust the repository of '{os.fspath(path)}', which belongs to another user",
                    f"`git config --global --add safe.directory {folder}` says that you do",
                )
            raise PlannerError(f"'{os.fspath(path)}' is not in a git repository", "`git init` makes one")
        if version() < OLDEST:
            raise PlannerError(f"git {'.'.join(map(str, version()))} is too old", "install git 2.25 or newer")
        bare, inside = (word == "true" for word in done.stdout.decode().split())
        if bare or inside:
            return cls(folder, None)
        top = ask(folder, "rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape").rstrip("\n")
        return cls(folder, Path(os.path.realpath(top)))

    @property
    def bare(self) -> bool:
        """Whether there is no working tree."""
        return self.top is None

    @cached_property
    def shallow(self) -> bool:
        """Whether the history was cut off when it was cloned."""
        return self.run("rev-parse", "--is-shallow-repository").strip() == b"true"

    def run(self, *arguments: str, input: bytes | None = None) -> bytes:
        """Return the output of a git command that reads ``input``.

        Raises:
            PlannerError: it fails; the message holds git's own words.
        """
        return ask(self.top or self.place, *arguments, data=input)

    def tried(self, *arguments: str) -> bytes | None:
        """Return the output of a git command; None where it fails."""
        done = call(self.top or self.place, *arguments)
        return done.stdout if done.returncode == 0 else None

    # --- commits ---------------------------------------------------------------------------------------------

    def head(self) -> str | None:
        """Return the commit that is checked out; None before the first one."""
        found = self.tried("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        return found.decode().strip() if found else None

    def branch(self) -> str | None:
        """Return the branch that is checked out; None with a detached head."""
        found = self.tried("symbolic-ref", "--quiet", "--short", "HEAD")
        return found.decode("utf-8", "replace").strip() if found else None

    def resolve(self, revision: str) -> str:
        """Return the full name of the commit that a revision means.

        Raises:
            PlannerError: there is none.
        """
        if revision.startswith("-") or not revision.strip() or "\0" in revision:
            raise PlannerError(f"'{revision}' is no revision", "write a commit, branch or tag, such as HEAD~1")
        found = self.tried("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if found is None:  # older git takes no --end-of-options here
            found = self.tried("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        name = (found or b"").decode().split()
        if name:
            return name[-1]
        raise self._unknown(revision)

    def _unknown(self, revision: str) -> PlannerError:
        if self.head() is None and revision.upper().startswith("HEAD"):
            return PlannerError("there is no commit yet", "`git commit` makes the first one")
        if self.tried("cat-file", "-e", revision) is not None:
            return PlannerError(f"'{revision}' is no commit", "name a commit, branch or tag")
        if os.path.lexists(revision):
            return PlannerError(
                f"'{revision}' is no revision but a path", f"write `-- {revision}` to name a path alone"
            )
        if self.shallow:
            return PlannerError(
                f"there is no revision '{revision}' in this shallow clone", "`git fetch --unshallow` brings the rest"
            )
        near = self._near(revision)
        return PlannerError(
            f"there is no revision '{revision}'", f"did you mean '{near}'?" if near else "`git log` lists commits"
        )

    def _near(self, revision: str) -> str | None:
        import difflib

        names = (self.tried("for-each-ref", "--format=%(refname:short)") or b"").decode("utf-8", "replace").split()
        found = difflib.get_close_matches(revision, names, 1)
        return found[0] if found else None

    def commit(self, revision: str) -> Commit:
        """Return the commit that a revision means.

        Raises:
            PlannerError: there is none.
        """
        return next(self.commits("--no-walk", self.resolve(revision)))

    def commits(self, *arguments: str, input: bytes | None = None) -> Iterator[Commit]:
        """Yield the commits that `git log` lists with these arguments.

        Raises:
            PlannerError: git fails.
        """
        said = self.run("log", "-z", f"--format={FORMAT}", *arguments, input=input)
        parts = said.split(b"\0")
        step = len(FIELDS)
        at = 0
        while at + step <= len(parts):
            yield made_commit(parts[at : at + step])
            at += step + 1  # -z ends each entry with one more

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the commit from which two parted; None where they have nothing in common."""
        found = self.tried("merge-base", self.resolve(one), self.resolve(other))
        return found.decode().split()[0] if found and found.strip() else None

    # --- paths -----------------------------------------------------------------------------------------------

    def path_in(self, path: str | os.PathLike[str]) -> str:
        """Return a path from the top of the repository, with "/"; in a bare one the path as it is.

        Raises:
            PlannerError: it lies outside, or in a submodule.
        """
        name = os.fspath(path)
        if self.top is None:
            folder = self.run("rev-parse", "--absolute-git-dir").decode("utf-8", "surrogateescape").rstrip("\n")
            inside_git = os.path.relpath(os.path.realpath(name), os.path.realpath(folder))
            return (os.path.normpath(name) if inside_git.startswith("..") else inside_git).replace(os.sep, "/")
        file = Path(os.path.realpath(name))
        try:
            inside = file.relative_to(self.top)
        except ValueError:
            raise PlannerError(f"'{name}' lies outside of the repository '{self.top}'", "name a file in it") from None
        for parent in [*inside.parents][:-1]:
            if (self.top / parent / ".git").exists() or self._is_submodule(parent.as_posix(), self.top / parent):
                raise PlannerError(
                    f"'{name}' lies in the submodule '{parent.as_posix()}', which has a history of its own",
                    f"run the command in '{parent.as_posix()}' (`git submodule update --init` brings an empty one)",
                )
        return inside.as_posix()

    def _is_submodule(self, name: str, folder: Path) -> bool:
        """Whether a folder without a file in it is the place of a submodule that is not here."""
        if folder.is_dir() and any(folder.iterdir()):
            return False
        return (self.tried("ls-files", "-s", "-z", "--", name) or b"").startswith(b"160000")

    def paths_at(self, revision: str, under: Sequence[str] = ()) -> dict[str, str]:
        """Return the files of a revision by path, each with git's name of its content.

        Links and submodules are left out; ``under`` narrows to files and folders.
        """
        said = self.run("ls-tree", "-r", "-z", "--full-tree", self.resolve(revision), "--", *under)
        found = {}
        for entry in said.split(b"\0"):
            head, _, path = entry.partition(b"\t")
            mode, kind, blob = (*head.split(), b"", b"", b"")[:3]
            if kind == b"blob" and mode != b"120000":
                found[decoded(path)] = blob.decode()
        return found

    def content(self, revision: str, path: str) -> bytes | None:
        """Return the content of a file in a revision; None where there is no such file."""
        blob = self.paths_at(revision, [path]).get(path)
        return None if blob is None else next(self.read([blob]))[1]

    def read(self, blobs: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield contents by git's names of them, in the order given, through one process.

        Raises:
            PlannerError: a content is not there, as in a clone that left it out.
        """
        with self.objects() as objects:
            yield from objects.contents(blobs)

    def objects(self) -> Objects:
        """Return what reads many contents; use it in a ``with`` block."""
        return Objects(self.top or self.place)

    def changes(self, one: str, other: str | None, paths: Sequence[str] = (), *, staged: bool = False) -> list[Change]:
        """Return the paths that differ between two revisions, renames recognised.

        Args:
            one: a revision.
            other: another; None for the working tree, or for what is staged.
            paths: files and folders to which it is narrowed.
            staged: compare with what is staged instead of the working tree.
        """
        options = ["--raw", "-z", "--no-abbrev", "-M", "--no-ext-diff", "--no-textconv", "--ignore-submodules"]
        if other is not None:
            said = self.run("diff-tree", "-r", *options, self.resolve(one), self.resolve(other), "--", *paths)
        else:
            cached = ["--cached"] if staged else []
            self.tried("update-index", "-q", "--refresh")
            said = self.run("diff-index", *cached, *options, self.resolve(one), "--", *paths)
        return list(_changes(said))

    def renames(self, one: str, other: str | None = None) -> dict[str, str]:
        """Return the files that have another path in ``other`` (None: the working tree), by their paths in ``one``."""
        return {
            change.before: change.after
            for change in self.changes(one, other)
            if change.renamed and change.before is not None and change.after is not None
        }


def made_commit(parts: Sequence[bytes]) -> Commit:
    """Return a commit from the fields of `FORMAT`."""
    name, parents, author, email, at, subject, body = (part.decode("utf-8", "replace") for part in parts)
    return Commit(
        name.strip(),
        tuple(parents.split()),
        author,
        email,
        datetime.fromtimestamp(int(at), UTC),
        subject,
        body.strip(),
    )


def decoded(path: bytes) -> str:
    """Return a path as Python has it, whatever bytes stand in it."""
    return path.decode("utf-8", "surrogateescape")


def _changes(said: bytes) -> Iterator[Change]:
    parts = said.split(b"\0")
    at = 0
    while at < len(parts) and parts[at].startswith(b":"):
        before_mode, after_mode, old, new, kind = parts[at][1:].split()
        first = decoded(parts[at + 1])
        second = decoded(parts[at + 2]) if kind[:1] in b"RC" else first
        at += 3 if kind[:1] in b"RC" else 2
        if {before_mode, after_mode} & {b"120000", b"160000"}:
            continue
        yield Change(
            None if kind[:1] == b"A" else first,
            None if kind[:1] == b"D" else second,
            _known(old) if kind[:1] != b"A" else None,
            _known(new) if kind[:1] != b"D" else None,
        )


def _known(name: bytes) -> str | None:
    return None if set(name) == {ord("0")} else name.decode()
