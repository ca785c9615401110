"""Copies of a database, and files that appear complete or not at all."""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select

from planner.errors import PlannerError
from planner.store.connect import APPLICATION_ID, file_database
from planner.store.faults import faults
from planner.store.location import Location
from planner.store.tables import HEAD, VERSION, Base

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BLOCK = 10_000


@contextmanager
def draft(path: Path) -> Iterator[Path]:
    """Give another name to make a file under; at the end the finished file gets its own name.

    Nobody ever sees half a file, and a process killed on the way leaves none.

    Raises:
        FileExistsError: the name is taken; the file that has it stays.
    """
    new = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        yield new
        _publish(new, path)
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            new.with_name(f"{new.name}{ending}").unlink(missing_ok=True)


def _publish(new: Path, path: Path) -> None:
    try:
        os.link(new, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links.
        if path.exists():
            raise FileExistsError(path) from None
        new.rename(path)


def copy_file(source: sqlite3.Connection, target: Path) -> None:
    """Copy a database of SQLite in one consistent state while others may write.

    Raises:
        PlannerError: the target exists, its folder cannot be written, the disk is full.
    """
    with faults(Location("sqlite", path=target)), new_file(target) as new, closing(sqlite3.connect(new)) as copy:
        source.backup(copy)


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """Give a `draft` of a file that must not exist yet.

    Raises:
        PlannerError: it does.
    """
    taken = PlannerError(f"'{target}' exists already", "give another name")
    if target.exists():
        raise taken
    try:
        with draft(target) as new:
            yield new
    except FileExistsError:
        raise taken from None


def copy_server(source: Connection, target: Path) -> None:
    """Copy all rows of a database of any kind into a new file of SQLite, one a `Store` opens.

    Raises:
        PlannerError: the target exists, its folder cannot be written, the disk is full.
    """
    with (
        faults(Location("sqlite", path=target)),
        new_file(target) as new,
        file_database(new) as database,
        database.write() as copy,
    ):
        create_tables(copy)
        for table in Base.metadata.sorted_tables:
            if table is not VERSION:
                for rows in source.execution_options(yield_per=_BLOCK).execute(select(table)).mappings().partitions():
                    copy.execute(insert(table), [dict(row) for row in rows])


def create_tables(connection: Connection) -> None:
    """Make all tables at once; the tests prove that the migrations lead to the same."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    Base.metadata.create_all(connection, checkfirst=False)
    connection.execute(insert(VERSION).values(version_num=HEAD))
