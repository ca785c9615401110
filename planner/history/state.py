"""What git knows about a scenario file, asked through git's own program."""

from __future__ import annotations

import hashlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class GitState:
    """Where a file stands in its repository.

    `commit` is the commit that last changed the file (None before its first commit), `dirty` whether the
    file differs from that commit, `blob` git's name for the content as it is now.
    """

    commit: str | None
    dirty: bool
    blob: str


def blob_id(content: bytes) -> str:
    """Return git's name for a content: the same wherever and in whatever commit it stands.

    >>> blob_id(b"")
    'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'
    """
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def git_state(path: str | os.PathLike[str], included: Iterable[str | os.PathLike[str]] = ()) -> GitState | None:
    """Return what git knows about a file; None without git, outside a repository or for a file git ignores.

    Commit and `dirty` cover the files that it includes, too; one outside of the repository counts as a difference.
    """
    file = Path(os.path.realpath(path))
    if not file.is_file() or _git(file.parent, "rev-parse", "--is-inside-work-tree") != "true\n":
        return None
    status = _git(file.parent, "status", "--porcelain", "--ignored", "--", file.name)
    if status is None or status.startswith("!!"):
        return None
    commit = _git(file.parent, "log", "-1", "--format=%H", "--", file.name)
    others = [Path(os.path.realpath(each)) for each in included]
    if commit and others:
        top = _git(file.parent, "rev-parse", "--show-toplevel")
        inside = [each for each in others if _git(each.parent, "rev-parse", "--show-toplevel") == top]
        changes = [_git(each.parent, "status", "--porcelain", "--ignored", "--", each.name) for each in inside]
        status += "".join(each or "" for each in changes) or ("elsewhere" if len(inside) < len(others) else "")
        commit = _git(file.parent, "log", "-1", "--format=%H", "--", file.name, *map(str, inside))
    return GitState(commit=(commit or "").strip() or None, dirty=bool(status), blob=blob_id(file.read_bytes()))


def _git(folder: Path, *arguments: str) -> str | None:
    """Return the output of a git command, None when it fails or git is not installed."""
    # Inside a hook git sets GIT_DIR and GIT_INDEX_FILE for its own repository, which need not be the file's.
    environment = {name: text for name, text in os.environ.items() if name not in {"GIT_DIR", "GIT_INDEX_FILE"}}
    environment |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    command = ["git", "-C", str(folder), "--literal-pathspecs", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - the arguments are a list, no shell reads them
            command, capture_output=True, check=False, env=environment, text=True, encoding="utf-8", errors="replace"
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
