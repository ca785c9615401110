"""Keep the files that a scenario includes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table of included files."""
    op.create_table(
        "included_file",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("revision_id", "position", name="pk_included_file"),
        sa.UniqueConstraint("revision_id", "path", name="uq_included_file_revision_id_path"),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name="fk_included_file_revision_id", ondelete="CASCADE"
        ),
    )
