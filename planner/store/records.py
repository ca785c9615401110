"""What goes into the store and what comes out of it: frozen values, no database objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One analysis to keep: what was asked and what came out.

    ``result`` is the analysis's ``to_dict()``; its ``values``, ``decisions`` and ``outcomes`` become rows.
    """

    analysis: str
    settings: Mapping[str, Any]
    result: Mapping[str, Any]
    version: str
    seed: int | None = None
    git_commit: str | None = None
    git_dirty: bool | None = None


@dataclass(frozen=True, slots=True)
class SavedRevision:
    """The revision that holds a scenario's text; ``new`` is false when it was kept before."""

    scenario_name: str
    revision: int
    fingerprint: str
    new: bool


@dataclass(frozen=True, slots=True)
class IncludedText:
    """A file that a scenario includes: its path from the scenario's folder, and its bytes."""

    path: str
    fingerprint: str
    text: bytes


@dataclass(frozen=True, slots=True)
class KeptTexts:
    """All texts of a revision. ``fingerprint`` covers the scenario's own and the included ones."""

    scenario_name: str
    revision: int
    fingerprint: str
    text: bytes
    included: tuple[IncludedText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """A run that is kept. ``id`` is unique in the database, ``at`` is in UTC."""

    id: int
    scenario_name: str
    revision: int
    fingerprint: str
    analysis: str
    settings: Mapping[str, Any]
    at: datetime
    version: str
    seed: int | None
    git_commit: str | None
    git_dirty: bool | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a run came to at the start: the option of the root decision, None if there is none, and its value.

    ``actor`` is whose value it is: the first of those who decide, else the first of the result.
    """

    option: str | None
    actor: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Saved:
    """What one save kept: a revision and the runs on it."""

    revision: SavedRevision
    runs: tuple[RunRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRecord:
    """One revision in the history of a scenario, with its runs, oldest first.

    ``current`` marks the revision saved last: after A, B and A again it is A's, and there are two.
    """

    scenario_name: str
    revision: int
    fingerprint: str
    title: str
    saved_at: datetime
    current: bool
    runs: tuple[RunRecord, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a check found wrong; ``kind`` says which check."""

    kind: Literal["integrity", "reference", "schema", "fingerprint", "revision"]
    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade did: the schema before (None: there was none) and after, and the copy made first."""

    before: str | None
    after: str
    backup: Path | None = None

    @property
    def changed(self) -> bool:
        """Whether there was anything to do."""
        return self.before != self.after
