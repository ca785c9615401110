"""What a scenario consists of at one moment: its file and those that it includes, by git's names of their contents."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from planner.history.revisions import source_of
from planner.history.state import blob_id
from planner.included import named

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.core.source import Source
    from planner.history.objects import Objects
    from planner.history.repository import Repository


@dataclass(frozen=True, slots=True)
class State:
    """A scenario's file with what it includes.

    Attributes:
        path: from the top of the repository.
        blob: git's name of its content.
        included: path and content of every file that it includes, and they include; None where that is not there.
    """

    path: str
    blob: str
    included: tuple[tuple[str, str | None], ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """What everything that follows from the state depends on, wherever it lies in the repository."""
        folder = posixpath.dirname(self.path) or "."
        files = tuple((posixpath.relpath(path, folder), blob) for path, blob in self.included)
        return posixpath.splitext(self.path)[1].lower(), self.blob, files


def in_repository(path: str) -> bool:
    """Whether a path from the top of a repository can be in it."""
    return not path.startswith(("../", "/")) and "\0" not in path


class States:
    """Puts states together, and reads their texts."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._names: dict[tuple[str, str], tuple[str, ...]] = {}

    def of(self, path: str, blob: Callable[[str], str | None]) -> State | None:
        """Return the state of a file where ``blob`` names the content of each path; None where it is not there."""
        own = blob(path)
        if own is None:
            return None
        found: dict[str, str | None] = {}
        waiting = [(path, own)]
        while waiting:
            where, content = waiting.pop()
            for name in self._included(where, content):
                inner = posixpath.normpath(posixpath.join(posixpath.dirname(where), name))
                if inner in found or inner == path:
                    continue
                found[inner] = blob(inner) if in_repository(inner) else None
                if found[inner] is not None:
                    waiting.append((inner, found[inner] or ""))
        return State(path, own, tuple(sorted(found.items())))

    def _included(self, path: str, blob: str) -> tuple[str, ...]:
        """Return the files that a text names under `include`."""
        key = posixpath.splitext(path)[1], blob
        if key not in self._names:
            from planner.core.source import Source

            content = self._objects.content(blob) or b""
            # most texts include nothing, and need not be read to know that
            read = Source.from_text(content, path=path) if b"include" in content else None
            self._names[key] = tuple(file for _, file in named(read)) if read is not None else ()
        return self._names[key]

    def in_folder(self, repository: Repository, path: str) -> State | None:
        """Return the state of a file in the working tree; what a sparse checkout left out is as it is in git."""
        top = repository.top
        assert top is not None

        def blob(each: str) -> str | None:
            file = Path(top, each)
            try:
                content = file.read_bytes()
            except (OSError, ValueError):
                return left_out(repository, each)
            # git says what it would call it: line ends may be converted, and names may be SHA-256
            name = (repository.tried("hash-object", "--", each) or blob_id(content).encode()).decode().strip()
            self._objects.add(name, content)
            return name

        return self.of(path, blob)

    def source(self, state: State, label: str = "") -> Source | None:
        """Return the text of a state with what it includes; None where git does not have it.

        Args:
            state: which.
            label: what stands before paths in messages, such as ``HEAD~1:``.
        """
        return source_in(self._objects, state, label)


def source_in(objects: Objects, state: State, label: str = "") -> Source | None:
    """Return the text of a state with what it includes; None where git does not have it."""
    content = objects.content(state.blob)
    if content is None:
        return None
    blobs = dict(state.included) | {state.path: state.blob}

    def read(path: str) -> bytes | None:
        blob = blobs.get(path)
        return None if blob is None else objects.content(blob)

    return source_of(content, state.path, read, label=label)


def left_out(repository: Repository, path: str) -> str | None:
    """Return git's name of the content of a file that a sparse checkout keeps out of the working tree."""
    said = (repository.tried("ls-files", "-t", "-s", "-z", "--", path) or b"").split(b"\0")[0]
    parts = said.split(b"\t")[0].split()
    return parts[2].decode() if len(parts) == 4 and parts[0] == b"S" else None
