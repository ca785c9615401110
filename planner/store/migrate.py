"""The schema's versions: new databases, old ones brought up to date, newer ones refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect, select, text

from planner.errors import PlannerError
from planner.store.connect import Database, connect_file, file_database
from planner.store.copies import copy_file, create_tables, draft
from planner.store.faults import MOVE, faults
from planner.store.location import Location
from planner.store.records import Upgraded
from planner.store.tables import REVISIONS, VERSION, Base

# Two upgrades of one server wait for each other: https://www.postgresql.org/docs/current/explicit-locking.html
_LOCK = "SELECT pg_advisory_xact_lock(1886151022)"


@dataclass(frozen=True, slots=True)
class Schema:
    """The schemas that exist, oldest first, and the folder with the steps between them."""

    revisions: tuple[str, ...] = REVISIONS
    migrations: Path = Path(__file__).with_name("migrations")

    @property
    def head(self) -> str:
        """The newest schema."""
        return self.revisions[-1]


RELEASED = Schema()


def version(connection: Connection) -> str | None:
    """Return the schema of the database; None if it has none of our tables."""
    if not inspect(connection).has_table(VERSION.name):
        return None
    found = connection.scalar(select(VERSION.c.version_num))
    return None if found is None else str(found)


def refuse_newer(found: str | None, location: Location, schema: Schema | None = None) -> None:
    """Stop at a schema that this version of the package does not know."""
    schema = schema or RELEASED
    if found is not None and found not in schema.revisions:
        raise PlannerError(
            f"'{location}' was written by a newer planner: its schema is {found}, this one knows {schema.head}",
            "install the newer planner, or give another place with --db",
        )


def no_version(location: Location) -> PlannerError:
    """Return the fault of a file that is ours and does not say which schema it has."""
    return PlannerError(f"'{location}' is damaged: it does not say which schema it has", MOVE)


def create_file(path: Path) -> None:
    """Make a new database and, if need be, its folder; whoever comes second finds the first one's.

    Raises:
        PlannerError: the folder cannot be written, the disk is full.
    """
    with faults(Location("sqlite", path=path)), suppress(FileExistsError):
        path.parent.mkdir(exist_ok=True)
        with draft(path) as new, file_database(new) as database, database.write() as connection:
            create_tables(connection)


def upgrade_file(location: Location, schema: Schema | None = None) -> Upgraded:
    """Bring a file up to date after copying it to ``….bak-REVISION`` beside it; the file changes wholly or not at all.

    Raises:
        PlannerError: the file cannot be written, is newer, or its rows would lose their parents.
    """
    assert location.path is not None
    schema = schema or RELEASED
    # With foreign keys on, rebuilding a parent table would delete its children.
    database = connect_file(location, foreign_keys=False)
    try:
        with database.write() as connection:
            before = version(connection)
            refuse_newer(before, location, schema)
            if before is None:
                raise no_version(location)
            if before == schema.head:
                return Upgraded(before, schema.head)
            backup = _backup_name(location.path, before)
            with closing(sqlite3.connect(location.path)) as reader:
                copy_file(reader, backup)
            migrate(connection, schema)
            lost = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if lost:
                raise PlannerError(
                    f"'{location}' was not upgraded: rows of '{lost[0][0]}' would lose those that they belong to",
                    f"`planner db check` says more; the copy made before is '{backup}'",
                )
            return Upgraded(before, schema.head, backup)
    finally:
        database.engine.dispose()


def upgrade_server(database: Database, schema: Schema | None = None) -> Upgraded:
    """Make or bring up to date the tables in a server's database, wholly or not at all.

    Raises:
        PlannerError: the schema is newer, or tables of the same names belong to somebody else.
    """
    schema = schema or RELEASED
    with database.write() as connection:
        connection.execute(text(_LOCK))
        before = version(connection)
        refuse_newer(before, database.location, schema)
        if before is None:
            taken = sorted(set(inspect(connection).get_table_names()) & set(Base.metadata.tables))
            if taken:
                raise PlannerError(
                    f"'{database.location}' is a database of another application: it has a table '{taken[0]}'",
                    "create a database for planner",
                )
            create_tables(connection)
        elif before != schema.head:
            migrate(connection, schema)
        return Upgraded(before, schema.head)


def migrate(connection: Connection, schema: Schema | None = None) -> None:
    """Run the steps that are missing inside the connection's transaction; foreign keys have to be off in SQLite."""
    schema = schema or RELEASED
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(schema.migrations).replace("%", "%%"))
    command.upgrade(config, schema.head)


def _backup_name(path: Path, before: str) -> Path:
    """Return a free name for the copy made before an upgrade."""
    name = path.with_name(f"{path.name}.bak-{before}")
    number = 1
    while name.exists():
        number += 1
        name = path.with_name(f"{path.name}.bak-{before}-{number}")
    return name
