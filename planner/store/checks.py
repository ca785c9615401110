"""What may be wrong with a database, found without changing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.exc import DatabaseError

from planner.store import migrate
from planner.store.migrate import version
from planner.store.records import Problem
from planner.store.tables import Base, RevisionRow, ScenarioRow
from planner.store.texts import damage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.store.connect import Database


def problems(database: Database) -> list[Problem]:
    """Return everything wrong with the file, the references between rows, the schema and the kept texts.

    Raises:
        PlannerError: the database is so damaged that it cannot be read to its end.
    """
    with database.read() as connection:
        found = list(_file(connection)) if database.local else []
        found += _schema(connection)
        # In a damaged file, or with tables missing, the texts cannot be looked at.
        if any(problem.kind in ("integrity", "schema") for problem in found):
            return found
        return [*found, *_texts(connection)]


def _file(connection: Connection) -> Iterator[Problem]:
    try:
        lines = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    except DatabaseError as error:
        # Damage may end the search for damage.
        lines = [str(error.orig)]
    for line in lines:
        if line != "ok":
            yield Problem("integrity", f"SQLite finds the file damaged: {' '.join(line.split())}")
    if lines != ["ok"]:
        return
    for table, _, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Problem("reference", f"a row of table '{table}' has lost its row of table '{parent}'")


def _schema(connection: Connection) -> Iterator[Problem]:
    found = version(connection)
    if found is None:
        yield Problem("schema", "the database does not say which schema it has")
    elif found != (head := migrate.RELEASED.head):
        yield Problem("schema", f"the schema is {found}, not {head}: run `planner db upgrade`")
    for table in sorted(set(Base.metadata.tables) - set(inspect(connection).get_table_names())):
        yield Problem("schema", f"table '{table}' is missing")


def _texts(connection: Connection) -> Iterator[Problem]:
    for sentence in damage(connection):
        yield Problem("fingerprint", sentence)
    numbers = (
        select(ScenarioRow.name, ScenarioRow.current, func.count(RevisionRow.id), func.max(RevisionRow.number))
        .outerjoin(RevisionRow, RevisionRow.scenario_id == ScenarioRow.id)
        .group_by(ScenarioRow.id, ScenarioRow.name, ScenarioRow.current)
        .order_by(ScenarioRow.name)
    )
    for name, current, count, last in connection.execute(numbers):
        if count != (last or 0) or not 1 <= current <= count:
            yield Problem("revision", f"'{name}' has {count} revisions, the last {last}, the current {current}")
