"""`db/schema.sql` is the schema."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from planner.store import Store
from planner.store.schema import schema_text
from planner.store.tables import Base
from tests.store.conftest import ROOT
from tests.store.test_migrate import shape

if TYPE_CHECKING:
    from pathlib import Path


def test_schema_file_is_current() -> None:
    text = (ROOT / "db" / "schema.sql").read_text(encoding="utf-8")
    assert text == schema_text(), "run `python -m planner.store.schema > db/schema.sql`"


def test_schema_text_makes_the_same_database(tmp_path: Path, file: Path) -> None:
    Store.open(file).close()
    with closing(sqlite3.connect(tmp_path / "from-text")) as made:
        made.executescript(schema_text())
    assert shape(tmp_path / "from-text") == shape(file)


def test_every_table_says_what_it_is() -> None:
    for table in Base.metadata.tables:
        before = schema_text().partition(f"CREATE TABLE {table} (")[0]
        assert before.splitlines()[-1].startswith("-- ")
