"""The memory: scenarios as revisions, runs and their results, in SQLite or PostgreSQL.

Text is the truth; deleting the database loses history, never a scenario. SQLAlchemy is imported when a
store is first opened, and Alembic only when an old database is upgraded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.store.location import DEFAULT, Location
    from planner.store.records import (
        Choice,
        IncludedText,
        KeptTexts,
        Problem,
        RevisionRecord,
        Run,
        RunRecord,
        Saved,
        SavedRevision,
        Upgraded,
    )
    from planner.store.store import Store, check, upgrade

__all__ = [
    "DEFAULT",
    "Choice",
    "IncludedText",
    "KeptTexts",
    "Location",
    "Problem",
    "RevisionRecord",
    "Run",
    "RunRecord",
    "Saved",
    "SavedRevision",
    "Store",
    "Upgraded",
    "check",
    "upgrade",
]

_HOMES = {"DEFAULT": "location", "Location": "location", "Store": "store", "check": "store", "upgrade": "store"}


def __getattr__(name: str) -> object:
    """Import a public name from its module the first time somebody asks for it."""
    if name not in __all__:
        raise AttributeError(f"module 'planner.store' has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"planner.store.{_HOMES.get(name, 'records')}"), name)
    globals()[name] = value
    return value
