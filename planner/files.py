"""Scenario files: reading, finding and replacing them, and loading them as scenarios.

A file is replaced in one step and only if it still holds what was read: nobody's edit is lost, and a
full disk or a killed process leaves the old file as it was.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import sys
from contextlib import contextmanager, suppress
from pathlib import Path, PureWindowsPath
from typing import IO, TYPE_CHECKING

from planner.core.faults import MAX_BYTES
from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from planner.core.diagnostics import Diagnostic
    from planner.core.model import Scenario
    from planner.core.source import Source

STDIN = "-"
SUFFIXES = (".yaml", ".yml", ".json")
SCHEMAS = ".schema.json"  # files for editors, no scenarios


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """Return the bytes of a file, or of standard input for `-`.

    At most one byte more than the limit of a scenario is read, so that a wrong file (a device, a video)
    is refused by its size and not by the machine's memory.
    """
    name = os.fspath(path)
    try:
        if name == STDIN:
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        with Path(name).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise PlannerError(f"there is no file '{name}'", _similar(Path(name))) from None
    except IsADirectoryError:
        raise PlannerError(f"'{name}' is a folder", "name a scenario file in it") from None
    except OSError as error:
        raise PlannerError(
            f"'{name}' cannot be read: {_reason(error)}", "check the path and its permissions"
        ) from error


def read_source(path: str | os.PathLike[str]) -> Source:
    """Read a scenario file, or standard input for `-`, with the position of every key and value.

    Faults in the text are in `Source.diagnostics`; only a file that cannot be read at all raises
    `PlannerError`.
    """
    return source_of(read_bytes(path), path)


def source_of(content: str | bytes, path: str | os.PathLike[str]) -> Source:
    """Read a text as if it stood in a file: with the files that it includes from there."""
    from planner.core.source import Source
    from planner.included import with_included

    name = os.fspath(path)
    source = Source.from_text(content, path="<stdin>" if name == STDIN else name)
    trail = () if name == STDIN else (os.path.realpath(name),)
    return with_included(source, Path() if name == STDIN else Path(name).parent, trail)


def _source(file: str | os.PathLike[str] | Source) -> Source:
    return read_source(file) if isinstance(file, str | os.PathLike) else file


def check(file: str | os.PathLike[str] | Source) -> list[Diagnostic]:
    """Return every fault of a scenario file in the order of the text, errors and warnings alike."""
    from planner.core import rules

    return rules.check(_source(file))


def load(file: str | os.PathLike[str] | Source) -> Scenario:
    """Return the scenario of a file.

    Raises `ScenarioError` with all diagnostics when the file has an error, and `PlannerError` when it
    cannot be read. Warnings are left to `check`.
    """
    from planner.core import rules

    return rules.load(_source(file))


def discover(paths: Iterable[str | os.PathLike[str]]) -> list[str]:
    """Return the scenario files that the paths name, each once, in the order given.

    A folder stands for the `.yaml` and `.yml` files in it and below it, and for those `.json` files that
    have a `planner` key; hidden files, hidden folders and schemas are left out.
    """
    found: dict[str, None] = {}
    for path in (os.fspath(one) for one in paths):
        if path != STDIN and Path(path).is_dir():
            inside = list(_in_folder(Path(path)))
            if not inside:
                raise PlannerError(f"there is no scenario file in '{path}'", "name a file that ends in .yaml or .json")
            found.update(dict.fromkeys(inside))
        else:
            found[path] = None
    return list(found)


def _in_folder(folder: Path) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if name.startswith(".") or path.suffix not in SUFFIXES or name.endswith(SCHEMAS):
                continue
            if path.suffix != ".json" or b'"planner"' in read_bytes(path)[:4096]:
                yield str(path)


def is_scenario(content: bytes) -> bool:
    r"""Whether a text has the key `planner` at its top, as every scenario does, however broken it is otherwise.

    It is found without reading the text as YAML: quickly, and in a file with faults, too.

    >>> is_scenario(b"# Talks\nplanner: 1\n"), is_scenario(b"on: push\njobs: {planner: {}}\n")
    (True, False)
    """
    # Zero bytes: saved as UTF-16, which `check` reports. What is no letter at the start is a byte order mark.
    text = content.replace(b"\0", b"").decode("utf-8", "replace").lstrip("\ufeff\ufffd")
    head = _BEFORE_KEYS.match(text)
    start = head.end() if head else 0
    if text[start : start + 1] == "{":
        return _in_braces(text, start)
    indent = " " * (start - text.rfind("\n", 0, start) - 1)
    return re.search(rf"^{indent}{_KEY}", text, re.MULTILINE) is not None


_KEY = r"""(?:planner|'planner'|"planner")[ \t]*:"""
_BEFORE_KEYS = re.compile(r"(?:[ \t\r\n]|#.*|%.*|---(?=\s))*")
_TOKEN = re.compile(
    rf"""(?P<key>(?<![\w-]){_KEY})|(?<!\S)#.*|(?<=[\s,:\[{{])(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|[\[\]{{}}]"""
)


def _in_braces(text: str, start: int) -> bool:
    """Whether JSON, or YAML in braces, has the key at its top."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        if token["key"] and depth == 1:
            return True
        depth += (token[0] in "{[") - (token[0] in "}]")
    return False


def _similar(path: Path) -> str:
    """Say what to do about a path that leads nowhere, with the nearest name in its folder if there is one."""
    from difflib import get_close_matches

    with suppress(OSError):
        names = [entry.name for entry in path.parent.iterdir() if entry.suffix in SUFFIXES]
        near = get_close_matches(path.name, names, n=1, cutoff=0.6) or [
            name for name in names if Path(name).stem == path.name
        ]
        if near:
            return f"did you mean '{path.with_name(near[0])}'?"
    return "check the path"


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def fingerprint(content: bytes) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal: the name under which the store knows them."""
    return hashlib.sha256(content).hexdigest()


def write_atomic(path: str | os.PathLike[str], content: str | bytes, *, expect_fingerprint: str | None = None) -> None:
    """Replace or create a file in one step.

    With `expect_fingerprint` the file is replaced only if its bytes still have that fingerprint. Raises `PlannerError`
    and leaves everything as it was when something stands in the way; see `put_in_place`.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    with put_in_place(path, expect_fingerprint=expect_fingerprint) as file, saying_why(path):
        file.write(data)


@contextmanager
def put_in_place(path: str | os.PathLike[str], *, expect_fingerprint: str | None = None) -> Iterator[IO[bytes]]:
    """Yield a file to write to, which takes the place of another at the end of the block if all went well.

    The new content is written beside the file, forced to the disk and put in its place; permissions are
    kept and a symbolic link is followed, so that the link stays. If the block is left by an error, everything
    stays as it was.
    """
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    with saying_why(path):
        mode = _mode(Path(path))
        whole = mode is None or stat.S_ISREG(mode)
        # a device or a pipe (/dev/null, /dev/stdout) is written to, never replaced
        file = beside.open("xb") if whole else Path(path).open("wb")  # noqa: SIM115 - closed below
    try:
        with file:
            with saying_why(path):
                if whole and mode is not None:
                    beside.chmod(stat.S_IMODE(mode))
            yield file
            with saying_why(path):
                file.flush()
                if whole:
                    os.fsync(file.fileno())
        if not whole:
            return
        with saying_why(path), _alone(target.parent):
            if expect_fingerprint is not None and fingerprint(target.read_bytes()) != expect_fingerprint:
                raise PlannerError(
                    f"'{os.fspath(path)}' was changed by somebody else meanwhile", "run the command again"
                )
            beside.replace(target)
    finally:
        if whole:
            with suppress(FileNotFoundError):
                beside.unlink()
    _sync_folder(target.parent)


@contextmanager
def saying_why(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn an error of the system in the block into a sentence about the file that is written."""
    try:
        yield
    except OSError as error:
        next_step = _what_to_do(Path(os.path.realpath(path)))
        raise PlannerError(f"'{os.fspath(path)}' cannot be written: {_reason(error)}", next_step) from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes of this program from replacing a file in the folder while this one looks and replaces.

    Where the system cannot lock a folder, the moment between the two stays open.
    """
    handle = None
    with suppress(ImportError, OSError):
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def write_below(folder: str | os.PathLike[str], texts: Mapping[str, bytes], *, force: bool = False) -> list[str]:
    """Write files at their paths below a folder, the last first; return those that were not there already.

    Nothing is written if one of them would stand outside the folder, or, without `force`, replace a file that holds
    something else.

    Raises:
        PlannerError: a file may not be written there, or cannot be.
    """
    targets = {path: _below(Path(folder), path) for path in texts}
    new = [path for path, target in targets.items() if not _holds(target, texts[path], force=force)]
    for path in reversed(new):
        target = targets[path]
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PlannerError(
                f"the folder '{target.parent}' cannot be made: {_reason(error)}", "give another folder"
            ) from error
        write_atomic(target, texts[path])
    return new


def _below(folder: Path, path: str) -> Path:
    """Return a path below a folder, whatever links stand in it."""
    parts = PureWindowsPath(path)  # takes both kinds of strokes
    target, root = folder / path.replace("\0", ".."), os.path.realpath(folder)
    inside = os.path.commonpath([root, os.path.realpath(target)]) == root != os.path.realpath(target)
    if parts.drive or parts.root or ".." in parts.parts or "\0" in path or not inside:
        raise PlannerError(
            f"'{path}' lies outside the folder '{folder}'", "`planner restore NAME --included PATH -o FILE` writes one"
        )
    return target


def _holds(target: Path, content: bytes, *, force: bool) -> bool:
    """Whether a file is there with this content; one with another may stand in the way."""
    if target.is_dir():
        raise PlannerError(f"'{target}' is a folder", "give another folder")
    try:
        same = target.read_bytes() == content
    except FileNotFoundError:
        return False
    except OSError as error:
        raise PlannerError(f"'{target}' cannot be read: {_reason(error)}", "give another folder") from error
    if not same and not force:
        raise PlannerError(f"'{target}' holds something else", "give another folder, or --force to replace it")
    return same


def _mode(path: Path) -> int | None:
    """Return kind and permissions of an existing file; None for a new one, which takes the user's umask."""
    try:
        found = path.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found):
        raise PlannerError(f"'{path}' is a folder", "name a file")
    return found


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable, where the system lets a folder be synced."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _what_to_do(target: Path) -> str:
    if not target.parent.is_dir():
        return f"make the folder '{target.parent}' first"
    return "check the folder's permissions and the free space on the disk"
