"""The files that a scenario includes, read along with it."""

from __future__ import annotations

import os
import stat
from functools import partial
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING

from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from planner.core.source import Included, Source

DEPTH = 50  # files that include files; more is a mistake, and the checks run from file to file


class _Disk:
    """Files as they stand on the disk."""

    def real(self, path: Path) -> str:
        """Return the file behind all links and detours."""
        return os.path.realpath(path)

    def read(self, file: str, path: Path, trail: tuple[str, ...]) -> Source:
        """Read one file; see `_read`."""
        return _read(file, path, trail)


class _Elsewhere:
    """Files of a commit or of the database: by path, without links."""

    def __init__(self, files: Callable[[str], bytes | None], label: str) -> None:
        self.files, self.label = files, label

    def real(self, path: Path) -> str:
        """Return a path without detours."""
        return os.path.normpath(path).replace(os.sep, "/")

    def read(self, file: str, path: Path, trail: tuple[str, ...]) -> Source:
        """Return the text of one file.

        Raises:
            PlannerError: it is not there, or may not be included.
        """
        from planner.core.source import Source

        _refuse(file, trail)
        name = self.real(path)
        content = self.files(name)
        if content is None:
            raise PlannerError(f"there is no file '{self.label}{name}'", "")
        return Source.from_text(content, path=f"{self.label}{name}")


def with_included(
    source: Source,
    folder: Path,
    trail: tuple[str, ...] = (),
    *,
    files: Callable[[str], bytes | None] | None = None,
    label: str = "",
) -> Source:
    """Return a text with the files that it includes, and those that they include; each file is read once.

    `folder` is where the paths count from; `trail` holds the real paths of the files that led here, so that a circle is
    found. With `files` they are not read from the disk: it returns the content of a path, None where there is none, and
    `label` stands before their paths in messages.
    """
    finder = partial(with_included, folder=folder, trail=trail, files=files, label=label)
    where = _Disk() if files is None else _Elsewhere(files, label)
    return source.including(_included(source, folder, trail, {}, where), finder=finder)


def _included(
    source: Source,
    folder: Path,
    trail: tuple[str, ...],
    read: dict[tuple[str, str], Source],
    where: _Disk | _Elsewhere,
) -> dict[str, Included]:
    from planner.core.source import Included

    found: dict[str, Included] = {}
    for name, file in named(source):
        path = folder / file
        real = where.real(path)
        if real in trail:
            names = " -> ".join(Path(each).name for each in (*trail[trail.index(real) :], real))
            found[name] = Included(file, None, f"the files include each other: {names}", cycle=True)
            continue
        # Two links to one file in different folders may include different files.
        key = (real, where.real(path.parent))
        try:
            if key not in read:
                text = where.read(file, path, trail)
                read[key] = text.including(_included(text, path.parent, (*trail, real), read, where))
            found[name] = Included(file, read[key])
        except PlannerError as error:
            found[name] = Included(file, None, error.message, help=error.next_step)
    return found


def named(source: Source) -> Iterator[tuple[str, str]]:
    """Yield the id and the file of every entry under `include`, whatever else is wrong with it."""
    section = source.data.get("include") if source.data is not None else None
    for name, entry in section.items() if isinstance(section, dict) else ():
        file = entry.get("file") if isinstance(entry, dict) else None
        file = getattr(file, "text", file)
        if isinstance(file, str):
            yield name, file


def _read(file: str, path: Path, trail: tuple[str, ...]) -> Source:
    """Read one file; the fault's next step is what to write instead, if that is known.

    Raises:
        PlannerError: it is not there, no file, not readable, or included too deep.
    """
    from planner.core.source import Source
    from planner.files import STDIN, read_bytes

    _refuse(file, trail)
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise PlannerError(f"'{_shown(path)}' is no regular file", "")
    except FileNotFoundError:
        raise PlannerError(f"there is no file '{_shown(path)}'", _near(file, path, trail)) from None
    except (OSError, ValueError):
        pass  # reading it will say why
    shown = _shown(path)
    try:
        return Source.from_text(read_bytes(f"./{shown}" if shown == STDIN else shown), path=shown)
    except PlannerError as error:
        raise PlannerError(error.message, "") from error
    except ValueError:
        raise PlannerError("its path holds a character that no path can have", "") from None


def _refuse(file: str, trail: tuple[str, ...]) -> None:
    """Refuse a path that holds on one machine alone, and files that include each other without end."""
    if PureWindowsPath(file).is_absolute() or file.startswith("/"):
        raise PlannerError("its path is absolute, which holds on one machine alone", "write it from this file's folder")
    if len(trail) > DEPTH:
        raise PlannerError(f"files include files more than {DEPTH} levels deep", "include it nearer to the first file")


def _shown(path: Path) -> str:
    """Return a path without detours, where that is the same file."""
    plain = os.path.normpath(path)
    return plain if os.path.realpath(plain) == os.path.realpath(path) else os.fspath(path)


def _near(file: str, path: Path, trail: tuple[str, ...]) -> str:
    """Return the help for a file that is not there: the nearest name in its folder."""
    from difflib import get_close_matches

    from planner.files import SUFFIXES

    try:
        there = [entry for entry in path.parent.iterdir() if entry.suffix in SUFFIXES]
    except OSError:
        return ""
    names = [entry.name for entry in there if os.path.realpath(entry) not in trail]
    near = get_close_matches(path.name, names, n=1, cutoff=0.6) or [
        each for each in names if Path(each).stem == path.name
    ]
    return f"did you mean '{Path(file).with_name(near[0]).as_posix()}'?" if near and Path(file).name else ""
