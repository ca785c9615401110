"""Many rows at once, by the fastest way of each driver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table

if TYPE_CHECKING:
    from planner.store import tables
    from planner.store.content import Row


def insert_rows(connection: Connection, model: type[tables.Base], rows: list[Row]) -> None:
    """Insert rows whose values stand in the order of the model's columns; values go to the driver as they are.

    SQLAlchemy's own insert takes 2.7 times as long as the driver's `executemany`, and a server answers `COPY`
    several times faster than it takes single rows.
    """
    if not rows:
        return
    table = model.__table__
    assert isinstance(table, Table)
    preparer = connection.dialect.identifier_preparer
    name = preparer.format_table(table)
    columns = ", ".join(preparer.quote(column.name) for column in table.columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(table.columns))
        connection.exec_driver_sql(f"INSERT INTO {name} ({columns}) VALUES ({marks})", rows)  # noqa: S608 (our own names)
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {name} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
