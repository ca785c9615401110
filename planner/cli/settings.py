"""Where settings come from: a flag, then `PLANNER_*`, then `planner.toml`, then the user's own file.

Flags and environment are Click's. This module finds the two files and fills in the options that neither
named. The nearest `planner.toml` upwards from the scenario also says where the workspace is, the folder that
holds `reports/` and `db/`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "planner.toml"
SHARED = ("color", "db")  # settings of all commands, at the top of the file
PATHS = ("db", "template", "reports")  # settings that are relative to the file they stand in


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """One file of settings, read."""

    path: Path
    values: Mapping[str, Any]

    def get(self, command: str, name: str) -> object:
        """Return a setting of a command (`"db backup"` looks under `[db.backup]`), None where it is not set."""
        table: Any = self.values
        if name not in SHARED:
            for word in command.split():
                table = table.get(word)
                if not isinstance(table, dict):
                    return None
        value = table.get(name, table.get(name.replace("_", "-")))
        if isinstance(value, str) and name in PATHS and "://" not in value:
            return str(self.path.parent / Path(value).expanduser())
        return value


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder that a scenario belongs to, and the settings that apply there, the nearest first."""

    folder: Path
    files: tuple[SettingsFile, ...] = field(default=())

    def get(self, command: str, name: str) -> object:
        """Return a setting from the first file that has it."""
        return next((value for file in self.files if (value := file.get(command, name)) is not None), None)

    def database(self, given: str | None) -> str:
        """Return the path or URL of the database: the one given, or the workspace's own."""
        return given or str(self.folder / "db" / "planner.sqlite")

    def shown(self, path: Path | str) -> str:
        """Return a path as a person here would type it."""
        try:
            short = os.path.relpath(path)
        except ValueError:  # another drive
            return str(path)
        return str(path) if short.startswith("../..") else short

    def shown_database(self, location: str) -> str:
        """Return the database's place as a person here would type it."""
        return location if "://" in location else self.shown(location)


def find_workspace(start: str | None = None) -> Workspace:
    """Return the workspace of a scenario file, or of the current folder for None and standard input."""
    here = Path.cwd()
    place = here if start in {None, "-"} else Path(os.path.abspath(start or ""))  # noqa: PTH100 - keeps symlinks
    found = next((folder / NAME for folder in (place, *place.parents) if (folder / NAME).is_file()), None)
    files = tuple(SettingsFile(path, _read(path)) for path in (found, user_file()) if path and path.is_file())
    return Workspace(found.parent if found else here, files)


def user_file() -> Path:
    """Return where the user's own settings stand (XDG base directories)."""
    home = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(home).expanduser() / "planner" / "config.toml"


def _read(path: Path) -> dict[str, Any]:
    import tomllib

    from planner.cli.app import COMMANDS, did_you_mean

    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PlannerError(f"'{path}' cannot be read: {error.strerror}", "check its permissions") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlannerError(f"'{path}' is not TOML: {error}", "correct it or take it away") from error
    for key in values:
        if key not in SHARED and key not in COMMANDS:
            near = did_you_mean(key, [*SHARED, *COMMANDS])
            raise PlannerError(f"'{path}' has a setting '{key}' that nothing reads.{near}", "rename it or take it away")
    return values
