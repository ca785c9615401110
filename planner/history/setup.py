"""Registering with git: which settings and attributes there are, writing them, taking them away."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from planner.errors import PlannerError
from planner.history import attributes
from planner.history.program import call, words
from planner.history.repository import Repository
from planner.history.wrappers import NAME, PROGRAM, PROTOCOL, merge_command, textconv_command

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Scope = Literal["local", "global"]
FUNCTION_LINE = (
    r"^((actor|criterion|parameter|future|signal|include|decision|chance|observe|outcome|node) .*"
    r"|(  )?[a-z][a-z0-9_-]*:.*)$"
)
PROGRAM_KEY = f"merge.{NAME}.program"  # for `status`; git takes no notice of it


def settings(first_line: str, program: str = PROGRAM) -> dict[str, str]:
    """Return git's settings, by key; ``first_line`` is how the text begins that the program makes for `git diff`."""
    return {
        f"merge.{NAME}.name": "scenarios by meaning (planner)",
        f"merge.{NAME}.driver": merge_command(program),
        PROGRAM_KEY: program,
        f"diff.{NAME}.textconv": textconv_command(first_line, program),
        f"diff.{NAME}.xfuncname": FUNCTION_LINE,
    }


@dataclass(frozen=True, slots=True)
class Place:
    """Where things are registered: the settings of a repository or of the user, and the file of attributes.

    Attributes:
        scope: the repository's own settings, or those of the user for all repositories.
        folder: where git is called.
        attributes: the file that gets the lines.
        patterns: the scenario files there, as that file names them.
    """

    scope: Scope
    folder: Path
    attributes: Path
    patterns: tuple[str, ...]

    @classmethod
    def of_user(cls) -> Place:
        """Return the user's own settings and file of attributes (`core.attributesFile`), for all repositories."""
        folder = Path.cwd()
        asked = ("--type=path", "--get", "core.attributesFile")
        scopes = ("--global", "--system")
        set_ = next(
            (found for each in scopes if (found := git(folder, "config", each, *asked, codes=(0, 1)))), ""
        ).strip()
        home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111 - git's own words
        file = Path(set_) if set_ else Path(home) / "git" / "attributes"
        return cls("global", folder, file, _everywhere())

    @classmethod
    def of_repository(cls, folder: Path, workspace: Path, *, private: bool = False) -> Place:
        """Return a repository's own settings, and the `.gitattributes` of the workspace.

        ``private``, or a bare repository: `info/attributes`, which is not part of the history.

        Raises:
            PlannerError: the folder lies in no repository.
        """
        repository = Repository.of(folder)
        info = info_attributes(folder)
        top = repository.top
        if top is None:
            return cls("local", folder, info, _everywhere())
        inside = Path(os.path.realpath(workspace))
        inside = inside if inside == top or top in inside.parents else top
        if not private:
            return cls("local", folder, inside / ".gitattributes", tuple(attributes.default_patterns()))
        prefix = "" if inside == top else f"{inside.relative_to(top).as_posix()}/"
        return cls("local", folder, info, tuple(attributes.default_patterns(prefix)))

    def config(self, *arguments: str, codes: Sequence[int] = (0,)) -> str:
        """Call `git config` for the settings of this scope."""
        return git(self.folder, "config", f"--{self.scope}", *arguments, codes=codes)

    def known(self) -> dict[str, str]:
        """Return the settings of this scope that are ours, by key."""
        found = self.config("--null", "--get-regexp", rf"^(merge|diff)\.{NAME}\.", codes=(0, 1))
        pairs = (entry.partition("\n") for entry in found.split("\0") if entry)
        return {key: value for key, _, value in pairs if key in settings("")}


def _everywhere() -> tuple[str, ...]:
    return tuple(f"**/scenarios/**/*.{suffix}" for suffix in attributes.SUFFIXES)


@dataclass(frozen=True, slots=True)
class Done:
    """What was written or taken away: keys of settings, and files."""

    settings: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything was."""
        return bool(self.settings or self.files)


def install(place: Place, wanted: Mapping[str, str], patterns: Sequence[str] = ()) -> Done:
    """Write settings and attributes; what is there already is left alone.

    Raises:
        PlannerError: something cannot be written; what was written before that is named.
    """
    known = place.known()
    written = []
    for key, value in wanted.items():
        if known.get(key) != value:
            place.config("--replace-all", key, value)
            written.append(key)
    before = _read(place.attributes)
    after = attributes.with_lines(before, patterns or place.patterns)
    if after != before:
        _write(place.attributes, after)
    return Done(tuple(written), (place.attributes,) if after != before else ())


def uninstall(place: Place, files: Sequence[Path]) -> Done:
    """Take our settings of a scope away, and our lines out of files; a file of nothing else goes with them."""
    gone = []
    for key in place.known():
        place.config("--unset-all", key)
        gone.append(key)
    changed = []
    for file in files:
        before = _read(file)
        after = attributes.without_lines(before)
        if after == before:
            continue
        if after.strip():
            _write(file, after)
        else:
            file.unlink()
        changed.append(file)
    return Done(tuple(gone), tuple(changed))


def info_attributes(folder: Path) -> Path:
    """Return the attributes of a repository that are no part of its history."""
    return folder / git(folder, "rev-parse", "--git-path", "info/attributes").removesuffix("\n")


def attribute_files(place: Place) -> list[Path]:
    """Return the files that may have lines of ours: the one of the place, and in a repository every one of its own."""
    found = [place.attributes]
    if place.scope == "local":
        found.append(info_attributes(place.folder))
        top = Repository.of(place.folder).top
        if top is not None:
            listed = git(top, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
            found += [top / name for name in listed if name.rpartition("/")[2] == ".gitattributes"]
    once = {os.path.realpath(file): file for file in found}
    return [file for file in once.values() if file.is_file()]


def checked(folder: Path, files: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return what attributes say about files: the names of their merge and diff drivers."""
    if not files:
        return {}
    told = "\0".join(files) + "\0"
    answer = git(folder, "check-attr", "--stdin", "-z", "merge", "diff", input=told).split("\0")
    found: dict[str, dict[str, str]] = {}
    for file, name, value in zip(answer[::3], answer[1::3], answer[2::3], strict=False):
        found.setdefault(file, {})[name] = value
    return {file: (values.get("merge", ""), values.get("diff", "")) for file, values in found.items()}


def answer_of(program: str) -> str | None:
    """Return what a program says when it is asked which scripts it fits; None where it cannot be called."""
    try:
        done = subprocess.run(  # noqa: S602 - the user's own setting, called as git calls it
            f"{program} git protocol", shell=True, capture_output=True, check=False, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def fits(answer: str | None) -> bool:
    """Whether a program is this one, in a version that the scripts can call."""
    return answer is not None and answer.split()[:3] == ["planner", "git", PROTOCOL]


def git(folder: Path, *arguments: str, input: str | None = None, codes: Sequence[int] = (0,)) -> str:
    """Call git in a folder.

    Raises:
        PlannerError: there is no git, or it leaves with another code than those expected.
    """
    done = call(folder, *arguments, data=None if input is None else input.encode("utf-8", "surrogateescape"))
    if done.returncode in codes:
        return done.stdout.decode("utf-8", "surrogateescape")
    said = words(done.stderr)
    if "not a git repository" in said or "only be used inside a git repository" in said:
        raise PlannerError(f"'{folder}' is not in a git repository", "`git init` makes one; or use --global")
    raise PlannerError(f"git {arguments[0]} failed: {said}", "the words are git's own")


def _read(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise PlannerError(f"'{file}' cannot be read: {(error.strerror or str(error)).lower()}", "") from error


def _write(file: Path, text: str) -> None:
    from planner.files import write_atomic

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PlannerError(f"'{file}' cannot be made: {(error.strerror or str(error)).lower()}", "") from error
    write_atomic(file, text.encode("utf-8", "surrogateescape"))
