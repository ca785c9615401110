"""Making a workspace: the folders and files that `planner init` lays out, and texts that are kept as package data."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS = "planner.toml"
EXAMPLE = "scenarios/example.yaml"
FOLDERS = ("scenarios", "reports", "db")
SCHEMA = "scenario.schema.json"
TEXTS: Mapping[str, str] = {  # a file of the workspace, and where its text stands
    "reports/README.md": "reports.md",
    "db/README.md": "db.md",
    SETTINGS: "planner.toml",
    ".gitignore": "gitignore",
    ".gitattributes": "gitattributes",
}
IGNORES_DB = frozenset(
    {"db", "db/", "db/*", "/db", "/db/", "/db/*", "db/**", "*.sqlite", "*.sqlite*", "planner.sqlite"}
)


@dataclass(frozen=True, slots=True)
class Layout:
    """What making a workspace did.

    Attributes:
        made: folders (with a slash behind) and files that were made, relative to the workspace.
        there: those that were there before and were left as they are.
        notes: sentences about what the person should know.
    """

    made: tuple[str, ...]
    there: tuple[str, ...]
    notes: tuple[str, ...] = ()


def text(name: str) -> str:
    """Return a text that is part of the package, by its path below `templates/`."""
    return files("planner").joinpath("templates", *name.split("/")).read_text(encoding="utf-8")


def make(folder: str | os.PathLike[str], *, example: str, schema: str) -> Layout:
    """Lay out a workspace in a folder, which is made if need be; what is there already is left as it is.

    Args:
        folder: where.
        example: the text of an example scenario, written only when `scenarios/` is made: who deleted it does not
            want it back.
        schema: the text of the schema for editors.

    Raises:
        PlannerError: something else stands where a file or folder must go, or nothing can be written here.
    """
    top = Path(folder)
    _check_kinds(top)
    notes = [*_workspace_above(top), *_database_in_git(top / ".gitignore"), *_old_schema(top / SCHEMA, schema)]
    fresh = not (top / "scenarios").exists()
    texts = {EXAMPLE: example} if fresh else {}
    texts |= {name: text(f"workspace/{source}") for name, source in TEXTS.items()} | {SCHEMA: schema}
    made: list[str] = []
    there: list[str] = []
    for name in FOLDERS:
        (made if make_folder(top / name) else there).append(f"{name}/")
    for name, content in texts.items():
        (made if create(top / name, content) else there).append(name)
    return Layout(tuple(made), tuple(there), tuple(notes))


def create(path: str | os.PathLike[str], content: str) -> bool:
    """Write a file that is not there yet; return False, and leave it alone, if it is.

    Raises:
        PlannerError: the file cannot be written; nothing is left of it then.
    """
    target = Path(path)
    make_folder(target.parent)
    try:
        with target.open("x", encoding="utf-8", newline="\n") as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                with suppress(OSError):
                    target.unlink()
                raise
    except FileExistsError:
        return False
    except OSError as error:
        raise _cannot(target, error) from error
    return True


def make_folder(folder: Path) -> bool:
    """Make a folder and those above it; return False if it is there."""
    if folder.is_dir():
        return False
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return False
    except OSError as error:
        raise _cannot(folder, error) from error
    return True


def _cannot(path: Path, error: OSError) -> PlannerError:
    reason = (error.strerror or str(error)).lower()
    return PlannerError(f"'{path}' cannot be made: {reason}", "choose a folder in which you may write")


def _check_kinds(top: Path) -> None:
    """Refuse, before anything is made, where a file stands in the place of a folder or the other way round."""
    for folder in (top, *(top / name for name in FOLDERS)):
        if folder.exists() and not folder.is_dir():
            raise PlannerError(
                f"'{folder}' is a file, and a folder is needed there", "rename it or choose another folder"
            )
    for name in (*TEXTS, SCHEMA):
        if (top / name).is_dir():
            raise PlannerError(
                f"'{top / name}' is a folder, and a file is needed there", "rename it or choose another folder"
            )


def _workspace_above(top: Path) -> list[str]:
    """Say so if the folder lies in another workspace and is none itself yet."""
    real = Path(os.path.realpath(top))
    above = next((folder for folder in real.parents if (folder / SETTINGS).is_file()), None)
    if above is None or (top / SETTINGS).exists():
        return []
    return [f"'{above}' is a workspace, too; its settings do not apply here"]


def _old_schema(path: Path, schema: str) -> list[str]:
    """Say so if the schema for editors was written by another version."""
    try:
        old = path.read_text(encoding="utf-8") != schema
    except (OSError, UnicodeDecodeError):
        return []
    return [f"{SCHEMA} is of another version; `planner schema -o {SCHEMA}` writes it anew"] if old else []


def _database_in_git(ignore: Path) -> list[str]:
    """Say so if a file of ignored names was there and lets the database into git."""
    try:
        lines = {line.strip() for line in ignore.read_text(encoding="utf-8", errors="replace").splitlines()}
    except OSError:
        return []
    return [] if lines & IGNORES_DB else ["add '/db/*' to .gitignore: the database does not belong into git"]
