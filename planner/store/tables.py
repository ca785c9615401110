"""The tables, as SQLAlchemy models. Their docs become `db/schema.sql`.

A scenario's content belongs to a revision and never changes; the order of the file is kept in
``position``. The rows of results have no key of their own beyond (run, position), so that a hundred
thousand of them go in as fast as the database takes them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

# The schemas ever released, oldest first; the last is the one that this version of the package writes.
REVISIONS = ("0001", "0002", "0003")
HEAD = REVISIONS[-1]
VERSION_TABLE = "planner_schema"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, always with its time zone in Python, always UTC in the database."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Use the server's own type with a time zone where there is one."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any moment with a time zone into UTC; a naive one is a bug of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be kept")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's)
        """Give every moment back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables of the store."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        bool: Boolean(),
        bytes: LargeBinary(),
        date: Date(),
        datetime: UtcDateTime(),
        float: Double(),
        int: Integer(),
        str: String(),
    }


# Alembic's own table; it stands here so that a new database is made without Alembic.
VERSION = Table(
    VERSION_TABLE,
    Base.metadata,
    Column("version_num", String(32), nullable=False, doc="the schema's revision"),
    PrimaryKeyConstraint("version_num", name=f"{VERSION_TABLE}_pkc"),
    info={"about": "Which schema this database has."},
)

# Clustered by the primary key: half the writes of a table with a separate index.
_CLUSTERED = {"sqlite_with_rowid": False}


def _part_of(table: str, *columns: str) -> ForeignKeyConstraint:
    """Tie columns to the rows of another table; all but the last have the same names there."""
    target = [f"{table}.{column}" for column in (*columns[:-1], "id")]
    return ForeignKeyConstraint(columns, target, ondelete="CASCADE")


class ScenarioRow(Base):
    """A scenario by its name."""

    __tablename__ = "scenario"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True, doc="the file's name without folder and ending")
    current: Mapped[int] = mapped_column(doc="number of the revision saved last; 0 before the first")


class RevisionRow(Base):
    """One text of a scenario, with the texts that it includes. Each distinct one is kept once."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("scenario_id", "number"), UniqueConstraint("scenario_id", "fingerprint"))

    id: Mapped[int] = mapped_column(primary_key=True)
    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(doc="1, 2, 3 … for each scenario")
    fingerprint: Mapped[str] = mapped_column(
        String(64), doc="SHA-256 of the text and all that it includes, in hexadecimal"
    )
    text: Mapped[bytes] = mapped_column(doc="the file, byte for byte")
    title: Mapped[str]
    question: Mapped[str | None]
    as_of: Mapped[date | None] = mapped_column(doc="date of the assessment")
    decide_by: Mapped[date | None]
    objective: Mapped[str] = mapped_column(doc="maximize or minimize")
    saved_at: Mapped[datetime] = mapped_column(doc="UTC")


class IncludedFileRow(Base):
    """A file that a revision includes."""

    __tablename__ = "included_file"
    __table_args__ = (UniqueConstraint("revision_id", "path"),)

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(doc="from the folder of the scenario's file")
    fingerprint: Mapped[str] = mapped_column(String(64), doc="SHA-256 of this text alone, in hexadecimal")
    text: Mapped[bytes] = mapped_column(doc="the file, byte for byte")


class ActorRow(Base):
    """Somebody who wants something."""

    __tablename__ = "actor"
    __table_args__ = (_CLUSTERED,)

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[str]
    risk_tolerance: Mapped[float | None]
    votes: Mapped[float | None]
    minimum: Mapped[float | None]
    note: Mapped[str | None]


class CriterionRow(Base):
    """A yardstick for consequences."""

    __tablename__ = "criterion"
    __table_args__ = (_CLUSTERED,)

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[str]
    unit: Mapped[str | None]
    worst: Mapped[float | None] = mapped_column(doc="amount that scores 0")
    best: Mapped[float | None] = mapped_column(doc="amount that scores 100")
    start: Mapped[float | None]
    note: Mapped[str | None]


class WeightRow(Base):
    """What a criterion is worth to an actor, as the file gives it."""

    __tablename__ = "weight"
    __table_args__ = (
        _part_of("actor", "revision_id", "actor"),
        _part_of("criterion", "revision_id", "criterion"),
        _CLUSTERED,
    )

    revision_id: Mapped[int] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(primary_key=True)
    criterion: Mapped[str] = mapped_column(primary_key=True)
    weight: Mapped[float]


class ParameterRow(Base):
    """A named number or formula."""

    __tablename__ = "parameter"
    __table_args__ = (_CLUSTERED,)

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[str | None]
    unit: Mapped[str | None]
    formula: Mapped[str] = mapped_column(doc="as the file gives it")
    value: Mapped[float | None] = mapped_column(doc="null where the formula reads other parameters")
    low: Mapped[float | None]
    high: Mapped[float | None]
    distribution: Mapped[str | None] = mapped_column(doc="as the file gives it, e.g. beta(4, 16)")
    source: Mapped[str | None]
    note: Mapped[str | None]


class NodeRow(Base):
    """A decision, a chance node or an outcome. The root has position 0."""

    __tablename__ = "node"
    __table_args__ = (
        CheckConstraint("kind IN ('decision', 'chance', 'outcome')", name="kind"),
        _CLUSTERED,
    )

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    kind: Mapped[str]
    title: Mapped[str]
    rule: Mapped[str | None]
    fallback: Mapped[str | None]
    observe: Mapped[str | None]
    certainty: Mapped[float | None]
    resolved_branch: Mapped[str | None]
    resolved_on: Mapped[date | None]
    resolved_source: Mapped[str | None]
    note: Mapped[str | None]


class OwnerRow(Base):
    """An actor who takes part in a decision."""

    __tablename__ = "owner"
    __table_args__ = (_part_of("node", "revision_id", "node"), _part_of("actor", "revision_id", "actor"), _CLUSTERED)

    revision_id: Mapped[int] = mapped_column(primary_key=True)
    node: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]


class EdgeRow(Base):
    """An option of a decision or a branch of a chance node."""

    __tablename__ = "edge"
    __table_args__ = (
        _part_of("node", "revision_id", "node"),
        _part_of("node", "revision_id", "to_node"),
        _CLUSTERED,
    )

    revision_id: Mapped[int] = mapped_column(primary_key=True)
    node: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[str]
    to_node: Mapped[str | None] = mapped_column(doc="null where the path ends with the edge")
    p: Mapped[str | None] = mapped_column(doc="probability of a branch, as the file gives it: a formula, or rest")
    p_value: Mapped[float | None] = mapped_column(doc="null where the formula reads parameters or state")
    condition: Mapped[str | None] = mapped_column(doc="the formula of `when`")
    note: Mapped[str | None]


class PayoffRow(Base):
    """A consequence of an edge, or of an outcome node where edge is null."""

    __tablename__ = "payoff"
    __table_args__ = (
        _part_of("node", "revision_id", "node"),
        _part_of("edge", "revision_id", "node", "edge"),
        _part_of("actor", "revision_id", "actor"),
        _part_of("criterion", "revision_id", "criterion"),
        _CLUSTERED,
    )

    revision_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    node: Mapped[str]
    edge: Mapped[str | None]
    actor: Mapped[str | None] = mapped_column(doc="null where the consequence is the same for all")
    criterion: Mapped[str]
    formula: Mapped[str] = mapped_column(doc="as the file gives it")
    value: Mapped[float | None] = mapped_column(doc="null where the formula reads parameters or state")


class RunRow(Base):
    """One analysis of a revision."""

    __tablename__ = "run"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), index=True)
    analysis: Mapped[str] = mapped_column(doc="evaluate, paths …")
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, doc="the part of the result that has no rows below")
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, doc="what belongs to the rows below and has no column there")
    at: Mapped[datetime] = mapped_column(doc="UTC")
    version: Mapped[str] = mapped_column(doc="of the package")
    seed: Mapped[int | None] = mapped_column(BigInteger)
    git_commit: Mapped[str | None]
    git_dirty: Mapped[bool | None] = mapped_column(doc="whether the file differed from the commit")


class ValueRow(Base):
    """An actor's value of the whole scenario."""

    __tablename__ = "run_value"
    __table_args__ = (_CLUSTERED,)

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    actor: Mapped[str]
    value: Mapped[float | None]


class DecisionRow(Base):
    """What an option of a decision is worth to an actor."""

    __tablename__ = "run_decision"
    __table_args__ = (_CLUSTERED,)

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(doc="node, or node[round=2] where it unfolds into several")
    node: Mapped[str]
    option: Mapped[str]
    chosen: Mapped[bool]
    tied: Mapped[bool] = mapped_column(doc="as good as the chosen one")
    actor: Mapped[str]
    value: Mapped[float | None]
    probability: Mapped[float | None] = mapped_column(doc="of reaching the decision under the strategy")


class OutcomeRow(Base):
    """How likely an outcome is under the strategy."""

    __tablename__ = "run_outcome"
    __table_args__ = (_CLUSTERED,)

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    probability: Mapped[float | None]


class OutcomeAmountRow(Base):
    """An actor's value of an outcome (no criterion), or an amount in one criterion, for all or for one actor."""

    __tablename__ = "run_outcome_amount"
    __table_args__ = (
        CheckConstraint("actor IS NOT NULL OR criterion IS NOT NULL", name="whose"),
        _CLUSTERED,
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    actor: Mapped[str | None]
    criterion: Mapped[str | None]
    amount: Mapped[float | None]


class AnswerRow(Base):
    """What a text in git came to, kept so that it need not be worked out again. Rows may be deleted at any time."""

    __tablename__ = "answer"
    __table_args__ = (_CLUSTERED,)

    question: Mapped[str] = mapped_column(
        String(64), primary_key=True, doc="SHA-256 of contents, settings and version, in hexadecimal"
    )
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(index=True, doc="UTC")
