"""The schema as text: ``python -m planner.store.schema > db/schema.sql``."""

from __future__ import annotations

import sys
import textwrap
from itertools import zip_longest
from typing import TYPE_CHECKING

from sqlalchemy import literal_column
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from planner.store.connect import APPLICATION_ID
from planner.store.tables import HEAD, VERSION, Base

if TYPE_CHECKING:
    from sqlalchemy import ClauseElement, Index, Table

_ABOUT = f"""\
-- What the store keeps, as SQLite sees it; PostgreSQL has the same tables with its own types.
-- Written by `python -m planner.store.schema`; do not edit.

PRAGMA application_id = {APPLICATION_ID};
"""


def schema_text() -> str:
    """Return the statements that make an empty database, with the models' words as comments.

    >>> "CREATE TABLE scenario" in schema_text()
    True
    """
    abouts = {mapper.class_.__tablename__: mapper.class_.__doc__ for mapper in Base.registry.mappers}
    parts = [_ABOUT]
    for table in Base.metadata.sorted_tables:
        about = abouts.get(table.name) or table.info["about"]
        parts.append("\n".join(f"-- {line}" for line in textwrap.wrap(about, 110)) + "\n" + _table(table))
        parts += [f"{_compiled(CreateIndex(index))};\n" for index in sorted(table.indexes, key=_index_name)]
    parts.append(f"{_compiled(VERSION.insert().values(version_num=literal_column(repr(HEAD))))};\n")
    return "\n".join(parts)


def _table(table: Table) -> str:
    """Return the statement with the columns' docs at the ends of their lines."""
    docs = [column.doc for column in table.columns]
    first, *lines = [line.strip() for line in _compiled(CreateTable(table)).splitlines() if line.strip()]
    width = max(len(line) for line, doc in zip(lines, docs, strict=False) if doc) if any(docs) else 0
    text = [
        f"    {line:<{width}}  -- {doc}" if doc else (line if line.startswith((")", "WITHOUT")) else f"    {line}")
        for line, doc in zip_longest(lines, docs)
        if line
    ]
    return "\n".join([first, *text]).replace(")\nWITHOUT", ") WITHOUT") + ";\n"


def _compiled(statement: ClauseElement) -> str:
    return str(statement.compile(dialect=sqlite.dialect())).strip()


def _index_name(index: Index) -> str:
    return str(index.name)


if __name__ == "__main__":
    sys.stdout.write(schema_text())
