"""Which files are not committed as they are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import PlannerError
from planner.history.program import call

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

AT_ONCE = 200  # names on one command line


def uncommitted(paths: Iterable[str | os.PathLike[str]]) -> dict[str, str]:
    """Return how files differ from the last commit, by real path: `changed`, `new`, `conflict`, `ignored` or `clean`.

    A conflict is one that a merge or rebase left. Files outside of git, and those that are not there, are left out;
    all are where git is not installed. Git is asked a few times for all of them together.
    """
    by_top: dict[str, list[str]] = {}
    tops: dict[str, str] = {}
    for real in dict.fromkeys(os.path.realpath(path) for path in paths):
        if not Path(real).is_file():
            continue
        folder = str(Path(real).parent)
        if folder not in tops:
            tops[folder] = (_asked(folder, "rev-parse", "--show-toplevel") or "").removesuffix("\n")
        if tops[folder]:
            by_top.setdefault(os.path.realpath(tops[folder]), []).append(real)
    found: dict[str, str] = {}
    for top, reals in by_top.items():
        for start in range(0, len(reals), AT_ONCE):
            found |= _states(top, reals[start : start + AT_ONCE])
    return found


def _states(top: str, reals: Sequence[str]) -> dict[str, str]:
    names = {os.path.relpath(real, top).replace(os.sep, "/"): real for real in reals}
    tracked = _asked(top, "ls-files", "-z", "--", *names)
    changes = _asked(top, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", *names)
    if tracked is None or changes is None:
        return {}
    states = dict.fromkeys(names, "ignored") | dict.fromkeys(tracked.split("\0"), "clean")
    states |= {line[3:]: _state(line[:2]) for line in changes.split("\0") if line}
    return {real: states[name] for name, real in names.items()}


def _state(letters: str) -> str:
    """Return what the two letters of `git status` say."""
    if "U" in letters or letters in {"AA", "DD"}:
        return "conflict"
    return "new" if letters[0] in "?A" else "changed"


def _asked(folder: str, *arguments: str) -> str | None:
    """Return the output of a git command, None when it fails or git is not installed."""
    try:
        done = call(Path(folder), *arguments)
    except PlannerError:
        return None
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else None
