"""What goes wrong around a database, each in one sentence with a next step."""

from __future__ import annotations

import re
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from planner.store.location import Location

MOVE = "move the file away or put a backup in its place; scenario files are not touched"
_WRITABLE = "give a place that you may write with --db or PLANNER_DB"
_SPACE = "free some space and try again; what was saved before is still there"

# https://www.sqlite.org/rescode.html, primary result codes
_SQLITE = {
    sqlite3.SQLITE_PERM: ("'{}' may not be opened", _WRITABLE),
    sqlite3.SQLITE_BUSY: ("another process has been writing to '{}' for too long", "try again when it is done"),
    sqlite3.SQLITE_LOCKED: ("another process has been writing to '{}' for too long", "try again when it is done"),
    sqlite3.SQLITE_READONLY: ("'{}' cannot be written: the file or its folder is read-only", _WRITABLE),
    sqlite3.SQLITE_IOERR: ("the disk refused to write or read '{}'", _SPACE),
    sqlite3.SQLITE_CORRUPT: ("'{}' is damaged", MOVE),
    sqlite3.SQLITE_FULL: ("the disk is full: '{}' was not changed", _SPACE),
    sqlite3.SQLITE_CANTOPEN: ("'{}' cannot be opened", "look at the permissions of the file and of its folder"),
    sqlite3.SQLITE_TOOBIG: ("the text is too long for '{}'", "keep it in a PostgreSQL database"),
    sqlite3.SQLITE_NOTADB: ("'{}' is damaged or no database", MOVE),
}

# https://www.postgresql.org/docs/current/errcodes-appendix.html, whole codes before classes
_POSTGRESQL = {
    "53100": ("the disk of the server is full: '{}' was not changed", _SPACE),
    "25006": ("'{}' takes no changes: the server is read-only", "give the address of the server that takes changes"),
    "42501": ("the user of '{}' lacks a permission", "ask the database's owner for it"),
    "3D000": ("there is no such database: '{}'", "create it with `createdb`, then run `planner db upgrade`"),
    "XX001": ("'{}' is damaged", "ask the database's owner for a backup"),
    "XX002": ("'{}' is damaged", "ask the database's owner for a backup"),
    "28": ("the server does not let the user in: '{}'", "look at the user and the password in --db or PLANNER_DB"),
    "53": ("the server of '{}' has run out of something", "try again later"),
    "57": ("the server of '{}' is stopping", "try again later"),
    "40": ("others changed '{}' at the same moment", "try again"),
}

# A connection that fails has no code yet, only the server's words.
_WORDS = {
    "28": r'authentication failed|no pg_hba\.conf entry|role ".*" does not exist|no password supplied',
    "3D000": r'database ".*" does not exist',
}


def damaged(location: Location) -> PlannerError:
    """Return the fault of a file that is no whole database."""
    message, next_step = _SQLITE[sqlite3.SQLITE_NOTADB]
    return PlannerError(message.format(location), next_step)


def read_only(location: Location) -> PlannerError:
    """Return the fault of a change to a database that may only be read."""
    message, next_step = _SQLITE[sqlite3.SQLITE_READONLY]
    return PlannerError(message.format(location), next_step)


@contextmanager
def faults(location: Location) -> Iterator[None]:
    """Turn the surroundings' errors inside the block into sentences; anything else is a bug and goes through.

    Raises:
        PlannerError: the disk, the file, the server or a permission stands in the way.
    """
    try:
        yield
    except DBAPIError as error:
        fault = _fault(error.orig, location)
        if fault is None:
            raise
        raise fault from error
    except OSError as error:
        place = error.filename or str(location)
        raise PlannerError(f"'{place}': {error.strerror or error}", _WRITABLE) from error
    except Exception as error:
        fault = _fault(error, location)
        if fault is None:
            raise
        raise fault from error


def _fault(error: BaseException | None, location: Location) -> PlannerError | None:
    if isinstance(error, sqlite3.Error):
        return _sqlite_fault(error, location)
    if type(error).__module__.startswith("psycopg"):
        return _postgresql_fault(error, location)
    return None


def _sqlite_fault(error: sqlite3.Error, location: Location) -> PlannerError | None:
    known = _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    if known is None:
        return None
    message, next_step = known
    if known is _SQLITE[sqlite3.SQLITE_CANTOPEN] and location.path and not location.path.parent.is_dir():
        return PlannerError(f"there is no folder '{location.path.parent}'", "create it or give another place with --db")
    return PlannerError(message.format(location), next_step)


def _postgresql_fault(error: BaseException | None, location: Location) -> PlannerError | None:
    code: str | None = getattr(error, "sqlstate", None)
    text = str(error)
    if code is None:
        code = next((code for code, words in _WORDS.items() if re.search(words, text)), None)
    known = _POSTGRESQL.get(code or "") or _POSTGRESQL.get((code or "")[:2])
    if known is not None:
        return PlannerError(known[0].format(location), known[1])
    if code is None and type(error).__name__ in ("OperationalError", "ConnectionTimeout"):
        return PlannerError(f"the server does not answer: '{location}'", "look at the address and whether it runs")
    return None


def missing(path: Path) -> PlannerError:
    """Return the fault of reading a database that is not there."""
    return PlannerError(f"there is no database at '{path}' yet", "`planner save FILE` makes one")
