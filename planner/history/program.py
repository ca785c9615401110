"""Git's own program, called so that nobody's settings, pager, hooks or language change what it says."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

OLDEST = (2, 25)
# Inside a hook git sets these for its own repository, which need not be the file's.
_OF_A_HOOK = frozenset(
    {
        "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_NAMESPACE", "GIT_CEILING_DIRECTORIES", "GIT_LITERAL_PATHSPECS",
        "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_TRACE", "GIT_PAGER",
    }
)  # fmt: skip
_SETTINGS = (
    "core.quotePath=false", "core.pager=cat", "color.ui=false", "log.showSignature=false", "diff.renames=true",
    "diff.noprefix=false", "core.fsmonitor=false", "gc.auto=0", "log.follow=false", "log.date=default",
    "i18n.logOutputEncoding=UTF-8",
)  # fmt: skip


def environment() -> dict[str, str]:
    """Return the environment that git is called in."""
    kept = {name: text for name, text in os.environ.items() if name not in _OF_A_HOOK}
    return kept | {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_PAGER": "cat", "GIT_TERMINAL_PROMPT": "0"}


def command(folder: Path | str, arguments: Sequence[str]) -> list[str]:
    """Return the whole command line of a call in a folder."""
    settings = [part for each in _SETTINGS for part in ("-c", each)]
    return ["git", "-C", os.fspath(folder), "--no-pager", "--literal-pathspecs", *settings, *arguments]


def call(folder: Path | str, *arguments: str, data: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """Call git in a folder and return what it said, whether it succeeded or not.

    Raises:
        PlannerError: git is not installed, or the folder cannot be entered.
    """
    try:
        return subprocess.run(  # noqa: S603 - the arguments are a list, no shell reads them
            command(folder, arguments), input=data, capture_output=True, check=False, env=environment()
        )
    except FileNotFoundError:
        raise no_git() from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PlannerError(f"git cannot be started: {reason}", "check that the program 'git' can be run") from error


def ask(folder: Path | str, *arguments: str, data: bytes | None = None) -> bytes:
    """Call git in a folder and return its output.

    Raises:
        PlannerError: git fails; the message holds git's own words.
    """
    done = call(folder, *arguments, data=data)
    if done.returncode == 0:
        return done.stdout
    raise PlannerError(f"git {arguments[0]} failed: {words(done.stderr)}", "the words are git's own")


def words(said: bytes) -> str:
    """Return the first sentence of what git said on standard error, without its prefix."""
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith("hint:")] or lines
    first = lines[0] if lines else "it gave no reason"
    for prefix in ("fatal: ", "error: ", "warning: "):
        first = first.removeprefix(prefix)
    return first.rstrip(".")


def no_git() -> PlannerError:
    """Return the error that says that git is not there."""
    return PlannerError("git is not installed", "install git; everything else works without it")


def version() -> tuple[int, ...]:
    """Return the version of git.

    Raises:
        PlannerError: git is not installed.
    """
    said = call(".", "--version").stdout.decode("ascii", "replace").split()
    number = said[2] if len(said) > 2 else "0"
    return tuple(int(part) for part in number.split(".")[:3] if part.isdigit())
