"""How Alembic runs the steps: always inside the transaction of a connection that the store hands over."""

from __future__ import annotations

from alembic import context

from planner.store.tables import VERSION_TABLE, Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    # SQLite cannot alter most of a table: batch mode builds a new one and moves the rows.
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
