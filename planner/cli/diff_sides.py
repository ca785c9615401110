"""Which scenario files `planner diff` compares, and where both sides of each come from."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from planner.errors import PlannerError
from planner.files import SCHEMAS, STDIN, SUFFIXES, read_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.core.source import Source
    from planner.history import Repository

WORKING = "the working tree"
STAGED = "what is staged"
_PLANNER_KEY = re.compile(rb"""^[\s{]*(?:planner|"planner"|'planner')\s*:""", re.MULTILINE)
_INCLUDES = re.compile(rb"""^[\s{]*(?:include|"include"|'include')\s*:""", re.MULTILINE)


@dataclass(frozen=True)
class Pair:
    """One scenario on both sides.

    Attributes:
        path: the file, as it is called after; before, if it is gone.
        before: its text before; None for a new file.
        after: its text after; None for a file that is gone.
        old_path: its path before, if that is another one.
        through: the files that it includes and that differ, where its own text does not.
    """

    path: str
    before: Source | None
    after: Source | None
    old_path: str | None = None
    through: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """Such as added, deleted, renamed, changed."""
        if self.before is None:
            return "added"
        return "deleted" if self.after is None else "renamed" if self.old_path else "changed"


@dataclass(frozen=True)
class Sides:
    """What is compared with what.

    Attributes:
        before: the first side in words.
        after: the second side in words.
        pairs: the scenarios that differ in their bytes.
        untracked: scenario files that git does not know yet.
    """

    before: str
    after: str
    pairs: tuple[Pair, ...]
    untracked: tuple[str, ...] = ()


class Wanted(NamedTuple):
    """What somebody typed: revisions (before, after; None for the working tree), and paths."""

    before: str
    after: str | None
    paths: tuple[str, ...]


def sides(words: Sequence[str], paths: Sequence[str] | None, *, staged: bool) -> Sides:
    """Return what the words of a command line compare.

    Args:
        words: revisions and paths as they were typed; two files are compared with each other.
        paths: what stood behind ``--``, paths for sure, as the words before it are revisions; None without it.
        staged: whether what is staged is meant instead of the working tree.

    Raises:
        PlannerError: there is no such revision or path, or no repository.
    """
    if len(words) == 2 and paths is None and not staged:
        two = [_one_side(word) for word in words]
        if two[0] is not None and two[1] is not None:
            pair = Pair(two[1].path, two[0], two[1], two[0].path if two[0].path != two[1].path else None)
            return Sides(two[0].path, two[1].path, (pair,) if _differ(two[0], two[1]) else ())
    repository = _repository(words, paths or ())
    wanted = _wanted(repository, words, paths, staged=staged)
    return _Compared(repository, wanted, staged=staged).sides()


def _one_side(word: str) -> Source | None:
    """Return the text of a file, of standard input or of ``REVISION:path``; None if the word is none of these."""
    if word == STDIN or Path(word).is_file():
        return read_source(word)
    revision, colon, path = word.partition(":")
    if not (revision and colon and path) or Path(word).exists():
        return None
    from planner.history import Repository, source_at

    repository = Repository.of(".")
    if repository.tried("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}") is None:
        return None
    top = repository.top
    local = path if top is None or not path.startswith("./") else repository.path_in(path)
    return source_at(repository, revision, local)


def _differ(first: Source, second: Source) -> bool:
    return first.content_fingerprint != second.content_fingerprint


# --- what the words mean --------------------------------------------------------------------------------------


def _repository(words: Sequence[str], paths: Sequence[str]) -> Repository:
    from planner.history import Repository

    known = next((word for word in (*paths, *words) if word != STDIN and Path(word).exists()), ".")
    return Repository.of(known)


def _wanted(repository: Repository, words: Sequence[str], paths: Sequence[str] | None, *, staged: bool) -> Wanted:
    """Tell revisions from paths as git does: what exists on the disk is a path."""
    revisions: list[str] = []
    waiting = list(words)
    while waiting and len(revisions) < 2 and (paths is not None or _is_revision(repository, waiting[0], revisions)):
        revisions.append(waiting.pop(0))
        if ".." in revisions[0]:
            break
    late = next((word for word in waiting if paths is not None or (".." in word and not Path(word).exists())), None)
    if late is not None or any(".." in word for word in revisions[1:]):
        raise PlannerError(f"'{late or revisions[1]}' comes after another revision", "write A..B, or A B")
    inside = [*(paths or ()), *waiting]
    before, after = _ends(repository, revisions)
    if staged and after is not None:
        raise PlannerError("--staged compares with one revision, not with two", "leave one of them out")
    if repository.bare and after is None:
        raise PlannerError("a bare repository has no working tree", "name two revisions, as in HEAD~1 HEAD")
    return Wanted(before, after, tuple(inside))


def _is_revision(repository: Repository, word: str, found: Sequence[str]) -> bool:
    if word.startswith("-"):
        return False
    if (Path(word).exists() and not repository.bare) or (word.endswith(SUFFIXES) and ".." not in word):
        known = repository.tried("rev-parse", "--verify", "--quiet", f"{word}^{{commit}}") if "." not in word else None
        if known is not None:
            raise PlannerError(
                f"'{word}' is a revision and a path", f"write `{word} --` for the revision, `-- {word}` for the path"
            )
        return False
    if ".." in word:
        return not found
    if "/" in word and repository.tried("rev-parse", "--verify", "--quiet", f"{word}^{{commit}}") is None:
        return False
    repository.resolve(word)
    return True


def _ends(repository: Repository, revisions: Sequence[str]) -> tuple[str, str | None]:
    """Return the two revisions that are compared; A...B stands for what B has done since it left A."""
    if not revisions:
        return "HEAD", None
    first = revisions[0]
    if "..." in first:
        one, _, other = (part or "HEAD" for part in first.partition("..."))
        other = first.partition("...")[2] or "HEAD"
        base = repository.merge_base(one, other)
        if base is None:
            raise PlannerError(f"{one} and {other} have no commit in common", f"write {one}..{other}")
        return base[:12], other
    if ".." in first:
        one, _, other = first.partition("..")
        return one or "HEAD", other or "HEAD"
    return first, revisions[1] if len(revisions) > 1 else None


# --- the files ------------------------------------------------------------------------------------------------


@dataclass
class _Compared:
    """Two states of a repository."""

    repository: Repository
    wanted: Wanted
    staged: bool
    contents: dict[str, bytes] = field(default_factory=dict)

    def sides(self) -> Sides:
        """Return the scenarios that differ, those that include what differs after them."""
        self.repository.resolve(self.wanted.before)
        changes = self.repository.changes(self.wanted.before, self.wanted.after, staged=self.staged)
        under = self._under
        pairs = []
        touched: set[str] = set()
        for change in changes:
            names = [name for name in (change.before, change.after) if name is not None]
            touched.update(names)
            if not any(_is_under(name, under) and _is_candidate(name) for name in names):
                continue
            before = self._text(change.before, old=True)
            after = self._text(change.after, old=False)
            texts = [text for text in (before, after) if text is not None]
            if not any(_is_scenario(text) for text in texts):
                continue
            if before is not None and after is not None and not _differ(before, after) and not change.renamed:
                continue
            old_path = change.before if change.renamed else None
            shown = self._shown(str(change.after or change.before))
            pairs.append(Pair(shown, before, after, self._shown(old_path) if old_path else None))
        pairs += self._including(touched, {name for each in changes for name in (each.before, each.after) if name})
        return Sides(self.wanted.before, self._after_name, tuple(pairs), tuple(self._untracked()))

    @property
    def _on_disk(self) -> bool:
        """Whether the second side is the working tree."""
        return self.wanted.after is None and not self.staged

    @property
    def _after_name(self) -> str:
        return STAGED if self.staged else self.wanted.after or WORKING

    @cached_property
    def _under(self) -> tuple[str, ...]:
        """Return the paths to which the comparison is narrowed, from the top of the repository."""
        made = []
        for path in self.wanted.paths:
            inside = self.repository.path_in(path)
            if inside not in {"", "."} and not self._known(path, inside):
                raise PlannerError(
                    f"there is no '{path}' in {self.wanted.before} and none in {self._after_name}", self._near(inside)
                )
            made.append(inside)
        return tuple(made)

    def _known(self, path: str, inside: str) -> bool:
        return Path(path).exists() or any(
            _is_under(name, (inside,)) for files in (self._old_files, self._new_files) for name in files
        )

    def _near(self, inside: str) -> str:
        from difflib import get_close_matches

        found = get_close_matches(inside, [name for name in self._new_files if _is_candidate(name)], 1)
        return f"did you mean '{self._shown(found[0])}'?" if found else "check the path"

    @cached_property
    def _old_files(self) -> Mapping[str, str]:
        return self.repository.paths_at(self.wanted.before)

    @cached_property
    def _new_files(self) -> Mapping[str, str]:
        """Return the files of the second side; those of the working tree have no name in git yet."""
        if self.wanted.after is not None:
            return self.repository.paths_at(self.wanted.after)
        if self.staged:
            return self._staged_files
        return dict.fromkeys(self._listed("ls-files", "-z"), "")

    @cached_property
    def _left_out(self) -> Mapping[str, str]:
        """Return the contents of files that a sparse working tree leaves out: they are what is staged."""
        skipped = {entry[2:] for entry in self._listed("ls-files", "-t", "-z") if entry.startswith("S ")}
        return {name: blob for name, blob in self._staged_files.items() if name in skipped} if skipped else {}

    @cached_property
    def _staged_files(self) -> Mapping[str, str]:
        entries = (entry.partition("\t") for entry in self._listed("ls-files", "-s", "-z"))
        return {path: head.split()[1] for head, _, path in entries if head[:6] not in {"120000", "160000"}}

    def _listed(self, *arguments: str) -> list[str]:
        said = self.repository.run(*arguments).decode("utf-8", "surrogateescape")
        return [each for each in said.split("\0") if each]

    def _untracked(self) -> Iterator[str]:
        """Yield scenario files that git does not know yet, where the working tree is compared."""
        if not self._on_disk or self.repository.top is None:
            return
        for name in self._listed("ls-files", "-o", "--exclude-standard", "-z"):
            if _is_candidate(name) and _is_under(name, self._under):
                shown = self._shown(name)
                if _is_scenario(read_source(shown)):
                    yield shown

    # --- texts ------------------------------------------------------------------------------------------------

    def _text(self, name: str | None, *, old: bool) -> Source | None:
        """Return a file's text on one side, with what it includes on the same side."""
        if name is None:
            return None
        if not old and self._on_disk and name not in self._left_out:
            return read_source(self._shown(name))
        from planner.history.revisions import source_of

        files = self._old_files if old else self._left_out if self._on_disk else self._new_files
        label = f"{self.wanted.before}:" if old else ":" if self.staged else f"{self.wanted.after}:"
        content = self._content(files, name)
        return (
            None if content is None else source_of(content, name, lambda path: self._content(files, path), label=label)
        )

    def _content(self, files: Mapping[str, str], name: str) -> bytes | None:
        blob = files.get(name)
        if not blob:
            return None
        if blob not in self.contents:
            self.contents[blob] = next(iter(self.repository.read([blob])))[1]
        return self.contents[blob]

    def _including(self, touched: set[str], listed: set[str]) -> Iterator[Pair]:
        """Yield scenarios whose own text is the same, but not that of a file that they include."""
        if not touched:
            return
        names = [
            name
            for name in self._new_files
            if name not in listed and name in self._old_files and _is_candidate(name) and _is_under(name, self._under)
        ]
        blobs = dict.fromkeys(self._old_files[name] for name in names)
        held = dict(self.repository.read(blobs)) if blobs else {}
        for name in names:
            if not _INCLUDES.search(held[self._old_files[name]]):
                continue
            if self.repository.top is not None and self._on_disk and not (self.repository.top / name).is_file():
                continue  # deleted, or left out of a sparse working tree
            before, after = self._text(name, old=True), self._text(name, old=False)
            if before is None or after is None or not _differ(before, after):
                continue
            old = {file: text.fingerprint for file, text in before.files()}
            through = [file for file, text in after.files() if old.get(file) != text.fingerprint]
            gone = [file for file in old if file not in dict(after.files())]
            yield Pair(self._shown(name), before, after, through=(*through, *gone))

    def _shown(self, name: str) -> str:
        """Return a path as one sees it from the current folder."""
        if self.repository.top is None:
            return name
        return os.path.relpath(self.repository.top / name)


def _is_candidate(name: str) -> bool:
    return name.endswith(SUFFIXES) and not name.endswith(SCHEMAS)


def _is_under(name: str, under: Sequence[str]) -> bool:
    return not under or any(path in {"", "."} or name == path or name.startswith(f"{path}/") for path in under)


def _is_scenario(text: Source) -> bool:
    """Whether a text has a `planner` key; one that cannot be read, whether it looks as if it had."""
    if text.data is not None:
        return "planner" in text.data
    return _PLANNER_KEY.search(text.raw) is not None
