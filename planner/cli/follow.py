"""Waiting for a file to be saved, however the editor does it.

A look at a few files' stamps every third of a second needs no library, costs next to nothing, and works on every file
system, network folders included. Editors write in place, replace the file by another, or delete it first; a save counts
when the files have been still for a moment.
"""

from __future__ import annotations

import os
import time
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.core.source import Source

INTERVAL = 0.3  # seconds between two looks
STILL = 0.1  # seconds without a change after which a save is over
PATIENCE = 2.0  # seconds after which a file that never stands still is read all the same
FRESH = 2.0  # seconds in which a second save may leave the same stamp

Stamp = tuple[int, int, int] | None


class Follower:
    """Looks after files until one of them changes."""

    def __init__(self, files: Iterable[Path], interval: float = INTERVAL) -> None:
        self.interval = interval
        self._files: tuple[Path, ...] = ()
        self._known: tuple[Stamp, ...] = ()
        self.follow(files)
        self._remember()

    def follow(self, files: Iterable[Path]) -> None:
        """Look after these files from now on; those that are not there yet may come."""
        before = dict(zip(self._files, self._known, strict=True))
        self._files = tuple(dict.fromkeys(files))
        self._known = tuple(before[file] if file in before else _stamp(file) for file in self._files)

    def wait(self) -> None:
        """Return when a file may have changed; its content has to say whether it did."""
        while True:
            time.sleep(self.interval)
            if self._look():
                self._settle()
                self._remember()
                return
            if time.monotonic() < self._fresh_until and _content(self._files) != self._bytes:
                self._remember()
                return

    def _remember(self) -> None:
        self._bytes = _content(self._files)
        self._fresh_until = time.monotonic() + FRESH

    def calm(self, seconds: float) -> bool:
        """Wait as long as nothing changes, at most so many seconds; return whether nothing did."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(STILL, left))
            if self._look():
                self._settle()
                self._remember()
                return False
        return True

    def _look(self) -> bool:
        """Take the stamps anew; return whether they are others."""
        before, self._known = self._known, tuple(map(_stamp, self._files))
        return before != self._known

    def _settle(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            time.sleep(STILL)
            if not self._look():
                return


def _stamp(file: Path) -> Stamp:
    """Return what changes when a file is written or replaced; None where there is none."""
    try:
        found = os.stat(file)  # noqa: PTH116 - a Path would make it no clearer
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _content(files: Iterable[Path]) -> bytes:
    """Return what the bytes of files are known by."""
    known = sha256()
    for file in files:
        try:
            known.update(sha256(file.read_bytes()).digest())
        except OSError:
            known.update(b"none")
    return known.digest()


def files_of(file: str, source: Source | None) -> list[Path]:
    """Return a scenario's file and all that it includes, those that are missing too."""
    found = [Path(file)]
    stack = [] if source is None else [(Path(file).parent, source)]
    seen = set()
    while stack:
        folder, text = stack.pop()
        for entry in text.included.values():
            path = folder / entry.file
            if path not in seen:
                seen.add(path)
                found.append(path)
                if entry.source is not None:
                    stack.append((path.parent, entry.source))
    return found
