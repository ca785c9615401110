"""The first schema: scenarios by revision, their content, runs and their results."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables of the first schema."""
    _scenarios()
    _content_of_actors()
    _content_of_nodes()
    _runs()
    _results()


def _text(*names: str, null: bool = True) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String(), nullable=null) for name in names]


def _number(*names: str, null: bool = True) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Double(), nullable=null) for name in names]


def _integer(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql"), nullable=False)


def _key(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names, name=f"pk_{table}")


def _part_of(table: str, parent: str, *names: str) -> sa.ForeignKeyConstraint:
    columns = [f"{parent}.{name}" for name in (*names[:-1], "id")]
    return sa.ForeignKeyConstraint(names, columns, name=f"fk_{table}_{'_'.join(names)}", ondelete="CASCADE")


def _scenarios() -> None:
    op.create_table(
        "scenario",
        *_integer("id"),
        *_text("name", null=False),
        *_integer("current"),
        _key("scenario", "id"),
        sa.UniqueConstraint("name", name="uq_scenario_name"),
    )
    op.create_table(
        "revision",
        *_integer("id", "scenario_id", "number"),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        *_text("title", null=False),
        *_text("question"),
        sa.Column("as_of", sa.Date()),
        sa.Column("decide_by", sa.Date()),
        *_text("objective", null=False),
        _moment("saved_at"),
        _key("revision", "id"),
        sa.UniqueConstraint("scenario_id", "number", name="uq_revision_scenario_id_number"),
        sa.UniqueConstraint("scenario_id", "fingerprint", name="uq_revision_scenario_id_fingerprint"),
        _part_of("revision", "scenario", "scenario_id"),
    )


def _content(table: str, *parts: sa.Column[Any] | sa.Constraint, key: tuple[str, ...] = ("id",)) -> None:
    """Make a table of rows that belong to a revision."""
    of_revision = [] if any(isinstance(part, sa.ForeignKeyConstraint) for part in parts) else ["revision_id"]
    op.create_table(
        table,
        *_integer("revision_id"),
        *parts,
        _key(table, "revision_id", *key),
        *[_part_of(table, "revision", name) for name in of_revision],
        sqlite_with_rowid=False,
    )


def _content_of_actors() -> None:
    _content(
        "actor",
        *_text("id", null=False),
        *_integer("position"),
        *_text("name", null=False),
        *_number("risk_tolerance", "votes", "minimum"),
        *_text("note"),
    )
    _content(
        "criterion",
        *_text("id", null=False),
        *_integer("position"),
        *_text("name", null=False),
        *_text("unit"),
        *_number("worst", "best", "start"),
        *_text("note"),
    )
    _content(
        "weight",
        *_text("actor", "criterion", null=False),
        *_number("weight", null=False),
        _part_of("weight", "actor", "revision_id", "actor"),
        _part_of("weight", "criterion", "revision_id", "criterion"),
        key=("actor", "criterion"),
    )
    _content(
        "parameter",
        *_text("id", null=False),
        *_integer("position"),
        *_text("name", "unit"),
        *_text("formula", null=False),
        *_number("value", "low", "high"),
        *_text("distribution", "source", "note"),
    )


def _content_of_nodes() -> None:
    _content(
        "node",
        *_text("id", null=False),
        *_integer("position"),
        *_text("kind", "title", null=False),
        *_text("rule", "fallback", "observe"),
        *_number("certainty"),
        *_text("resolved_branch"),
        sa.Column("resolved_on", sa.Date()),
        *_text("resolved_source", "note"),
        sa.CheckConstraint("kind IN ('decision', 'chance', 'outcome')", name=op.f("ck_node_kind")),
    )
    _content(
        "owner",
        *_text("node", "actor", null=False),
        *_integer("position"),
        _part_of("owner", "node", "revision_id", "node"),
        _part_of("owner", "actor", "revision_id", "actor"),
        key=("node", "actor"),
    )
    _content(
        "edge",
        *_text("node", "id", null=False),
        *_integer("position"),
        *_text("name", null=False),
        *_text("to_node", "p"),
        *_number("p_value"),
        *_text("condition", "note"),
        _part_of("edge", "node", "revision_id", "node"),
        _part_of("edge", "node", "revision_id", "to_node"),
        key=("node", "id"),
    )
    _content(
        "payoff",
        *_integer("position"),
        *_text("node", null=False),
        *_text("edge", "actor"),
        *_text("criterion", "formula", null=False),
        *_number("value"),
        _part_of("payoff", "node", "revision_id", "node"),
        _part_of("payoff", "edge", "revision_id", "node", "edge"),
        _part_of("payoff", "actor", "revision_id", "actor"),
        _part_of("payoff", "criterion", "revision_id", "criterion"),
        key=("position",),
    )


def _runs() -> None:
    op.create_table(
        "run",
        *_integer("id", "revision_id"),
        *_text("analysis", null=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        _moment("at"),
        *_text("version", null=False),
        sa.Column("seed", sa.BigInteger()),
        *_text("git_commit"),
        sa.Column("git_dirty", sa.Boolean()),
        _key("run", "id"),
        _part_of("run", "revision", "revision_id"),
    )
    op.create_index("ix_run_revision_id", "run", ["revision_id"])


def _result(table: str, *parts: sa.Column[Any] | sa.Constraint) -> None:
    """Make a table of rows that belong to a run."""
    op.create_table(
        table,
        *_integer("run_id", "position"),
        *parts,
        _key(table, "run_id", "position"),
        _part_of(table, "run", "run_id"),
        sqlite_with_rowid=False,
    )


def _results() -> None:
    _result("run_value", *_text("actor", null=False), *_number("value"))
    _result(
        "run_decision",
        *_text("state", "node", "option", null=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("tied", sa.Boolean(), nullable=False),
        *_text("actor", null=False),
        *_number("value", "probability"),
    )
    _result("run_outcome", *_text("outcome", null=False), *_number("probability"))
    _result(
        "run_outcome_amount",
        *_text("outcome", null=False),
        *_text("actor", "criterion"),
        *_number("amount"),
        sa.CheckConstraint("actor IS NOT NULL OR criterion IS NOT NULL", name=op.f("ck_run_outcome_amount_whose")),
    )
