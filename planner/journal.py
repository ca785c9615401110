"""The journal that `planner undo` reads: what scenario files held before each edit.

It stands in the folder `.planner/undo` of the workspace (the nearest `planner.toml` upwards, else beside the file), one
file for each edit, so that two processes that write at once cannot spoil each other's entries. It is bounded: the
oldest entries are dropped. It is a convenience and never a reason for an edit to fail.
"""

from __future__ import annotations

import json
import os
import secrets
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from planner.files import fingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

FOLDER = ".planner"
MARK = "planner.toml"  # stands at the top of a workspace
MAX_ENTRIES = 100
MAX_BYTES = 16 * 1024 * 1024
_SUFFIX = ".edit"
_LAST = "last"
_HEAD = 64 * 1024  # a first line that is longer is not ours


@dataclass(frozen=True, slots=True)
class Entry:
    """One edit: the file, its fingerprints before and after, and the command that made it."""

    place: Path
    file: Path
    before: str
    after: str
    command: str
    at: str

    def content(self) -> bytes | None:
        """Return the bytes of the file before the edit; None if the entry is damaged."""
        try:
            data = zlib.decompress(self.place.read_bytes().partition(b"\n")[2])
        except (OSError, zlib.error):
            return None
        return data if fingerprint(data) == self.before else None

    def drop(self) -> None:
        """Take the entry out of the journal."""
        with suppress(OSError):
            self.place.unlink()


def home(file: str | os.PathLike[str]) -> Path:
    """Return the folder of the journal that an edit of ``file`` goes into; a folder may be named as well."""
    real = Path(os.path.realpath(file))
    beside = real if real.is_dir() else real.parent
    top = next((folder for folder in (beside, *beside.parents) if (folder / MARK).is_file()), beside)
    return top / FOLDER


def record(file: str | os.PathLike[str], before: bytes, after: str, *, command: str, now: datetime) -> str | None:
    """Keep what a file held before an edit; return a sentence about why that was not possible, or None.

    Args:
        file: the file that was edited.
        before: its bytes before.
        after: the fingerprint of its bytes now.
        command: the command line that made the edit.
        now: the time of the edit.
    """
    folder = home(file)
    head = {
        "file": os.path.relpath(os.path.realpath(file), folder.parent),
        "before": fingerprint(before),
        "after": after,
        "command": command,
        "at": now.isoformat(),
    }
    data = json.dumps(head, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n" + zlib.compress(before)
    if len(data) > MAX_BYTES:
        return "this edit cannot be undone: the file is too large for the journal"
    try:
        _keep(folder, data)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return f"this edit cannot be undone: the journal in '{folder}' cannot be written ({reason})"
    touch(file)
    return None


def touch(file: str | os.PathLike[str]) -> None:
    """Remember a file as the one that an edit or an undo changed last."""
    folder = home(file)
    with suppress(OSError):
        (folder / _LAST).write_text(os.path.relpath(os.path.realpath(file), folder.parent), "utf-8", "surrogateescape")


def touched(folder: Path) -> Path | None:
    """Return the file that an edit or an undo changed last, if that is known."""
    with suppress(OSError, ValueError):
        return Path(os.path.realpath(folder.parent / (folder / _LAST).read_text("utf-8", "surrogateescape")))
    return None


def entries(folder: Path, file: str | os.PathLike[str] | None = None) -> list[Entry]:
    """Return the edits in the journal at ``folder``, of one file or of all, the oldest first."""
    wanted = None if file is None else Path(os.path.realpath(file))
    read = (_read(folder, place) for place in _places(folder))
    return [entry for entry in read if entry is not None and wanted in {None, entry.file}]


def chain(kept: Sequence[Entry], current: str, steps: int) -> list[Entry]:
    """Return the last edits of one file that led to the fingerprint ``current``, at most ``steps``, newest first.

    The fingerprints say what followed what: two processes may have kept their entries in another order.
    """
    found: list[Entry] = []
    left = list(kept)
    while len(found) < steps:
        place = next((at for at in reversed(range(len(left))) if left[at].after == current), None)
        if place is None:
            break
        found.append(left[place])
        current = left[place].before
        del left[place]
    return found


def _places(folder: Path) -> list[Path]:
    """Return the files of the entries in the order in which they were made."""
    with suppress(OSError):
        return sorted(path for path in (folder / "undo").iterdir() if path.suffix == _SUFFIX)
    return []


def _keep(folder: Path, data: bytes) -> None:
    """Write an entry under a name of its own, in one step, and drop what is too old."""
    undo = folder / "undo"
    undo.mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("# a convenience for one machine, not a part of the workspace\n*\n", encoding="utf-8")
    last = max((_number(path) for path in _places(folder)), default=0)
    name = f"{last + 1:010d}-{secrets.token_hex(4)}"
    beside = undo / f".{name}.tmp"
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(undo / f"{name}{_SUFFIX}")
    finally:
        with suppress(OSError):
            beside.unlink()
    _trim(folder)


def _trim(folder: Path) -> None:
    total = 0
    for count, place in enumerate(reversed(_places(folder)), 1):
        with suppress(OSError):  # another process may have dropped it already
            total += place.stat().st_size
            if count > MAX_ENTRIES or total > MAX_BYTES:
                place.unlink()


def _number(place: Path) -> int:
    digits = place.name.partition("-")[0]
    return int(digits) if digits.isdecimal() else 0


def _read(folder: Path, place: Path) -> Entry | None:
    """Return an entry, or None for a file that is none."""
    try:
        with place.open("rb") as opened:
            head = json.loads(opened.readline(_HEAD))
        file = Path(os.path.realpath(folder.parent / head["file"]))
        return Entry(place, file, head["before"], head["after"], head["command"], head["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
