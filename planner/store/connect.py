"""Connections: how SQLite and PostgreSQL are opened so that no writer can lose another's work."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import sqlalchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import QueuePool

from planner.errors import PlannerError
from planner.store.faults import damaged, faults, read_only
from planner.store.location import Location

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APPLICATION_ID = 0x706C616E  # "plan"; https://www.sqlite.org/pragma.html#pragma_application_id
BUSY_SECONDS = 60.0

_BEGIN = "planner_begin"


@dataclass(frozen=True, slots=True)
class Database:
    """An open database: an engine and what may be done with it."""

    location: Location
    engine: Engine
    writable: bool = True

    @property
    def local(self) -> bool:
        """Whether it is a file of this machine."""
        return self.location.path is not None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection in one consistent view of the database."""
        with faults(self.location), self.engine.connect() as connection:
            if not self.local:
                connection.execution_options(isolation_level="REPEATABLE READ")
            # Leaving the block without a commit ends the transaction with a rollback: even where damage forbids one.
            connection.begin()
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection in a transaction that holds the write lock from its start; an error undoes all of it."""
        if not self.writable:
            raise read_only(self.location)
        with faults(self.location), self.engine.connect() as connection:
            # A transaction that reads first and asks for the lock later fails at once when another wrote meanwhile.
            connection.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
            with connection.begin():
                yield connection


@contextmanager
def file_database(path: Path) -> Iterator[Database]:
    """Open a file of SQLite that may be new, for as long as the block runs."""
    database = Database(Location("sqlite", path=path), file_engine(path))
    try:
        yield database
    finally:
        database.engine.dispose()


def connect_server(location: Location) -> Database:
    """Return a PostgreSQL database; nothing is sent to the server yet.

    Raises:
        PlannerError: the driver is not installed, or the URL cannot be read.
    """
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise PlannerError(
            "PostgreSQL needs the driver psycopg, which is not installed", "run: pip install 'planner[postgres]'"
        ) from None
    try:
        engine = sqlalchemy.create_engine(location.url or "", hide_parameters=True)
    except (sqlalchemy.exc.ArgumentError, ValueError):
        # Their messages repeat the URL, and with it the password.
        raise PlannerError(
            f"'{location}' is no URL of a database", "write it as postgresql://user:password@host:5432/database"
        ) from None
    return Database(location, engine)


def connect_file(location: Location, *, foreign_keys: bool = True) -> Database:
    """Return the SQLite database in an existing file, after making sure that it is one of ours.

    A file or folder that may not be written gives a database that can be read. Nothing here changes the file.

    Raises:
        PlannerError: it is no file, empty, no database, damaged, or another application's.
    """
    path = location.path
    assert path is not None
    with faults(location):
        _recognise(path, location)
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    return Database(location, file_engine(path, writable=writable, foreign_keys=foreign_keys), writable)


def file_engine(path: Path, *, writable: bool = True, foreign_keys: bool = True) -> Engine:
    """Return an engine for a file of SQLite, which need not exist when it is writable."""
    uri = _uri(path, "mode=rwc" if writable else _read_only_mode(path))

    def connect() -> sqlite3.Connection:
        # Without an isolation level sqlite3 leaves transactions to the "begin" event below.
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
            if writable:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
        return connection

    engine = sqlalchemy.create_engine("sqlite+pysqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))

    return engine


def _uri(path: Path, query: str) -> str:
    return f"file:{quote(str(path.absolute()))}?{query}"


def _read_only_mode(path: Path) -> str:
    """Return how a file is opened that may not be written.

    SQLite wants to make its `-wal` and `-shm` files even to read; without a log beside the file it need not.
    """
    return "mode=ro" if _has_log(path) else "mode=ro&immutable=1"


def _has_log(path: Path) -> bool:
    return path.with_name(f"{path.name}-wal").exists()


def _recognise(path: Path, location: Location) -> None:
    """Refuse what is no database of ours.

    The file is read through SQLite alone: closing it by another way drops the locks of this process's connections.
    """
    if path.is_dir():
        raise PlannerError(f"'{location}' is a folder, not a database", "give the path of a file")
    size = path.stat().st_size
    if size == 0:
        raise PlannerError(f"'{location}' is empty, not a database", "delete it, and the next save makes a new one")
    try:
        with closing(sqlite3.connect(_uri(path, "mode=ro&immutable=1"), uri=True)) as connection:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (page,) = connection.execute("PRAGMA page_size").fetchone()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CORRUPT:
            return  # perhaps another process is just moving its log into the file; a proper connection knows
        raise
    # SQLite does not miss the end of the last page. The smallest page is 512 bytes.
    if size < 512 or (size % page and not _has_log(path)):
        raise damaged(location)
    if application != APPLICATION_ID:
        raise PlannerError(
            f"'{location}' is a database of another application", "give another place with --db or PLANNER_DB"
        )
