"""The three-way merge of plain data, written again without a thought of texts."""

from __future__ import annotations

from typing import Any

from planner.core.marks import Map, Seq

NOTHING = object()


class Both(Exception):  # noqa: N818 - no fault
    """Both sides changed something."""


class Lists(Exception):  # noqa: N818 - no fault
    """Both sides changed a list, of which this knows nothing."""


def plain(value: Any) -> Any:
    """Return data that compares by meaning: numbers by their value."""
    if isinstance(value, Map):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, Seq):
        return [plain(inner) for inner in value]
    return float(value) if isinstance(value, float) else value


def merged(base: Any, ours: Any, theirs: Any) -> Any:
    """Return what becomes of a value; `Both` where both changed it."""
    if theirs in (ours, base):
        return ours
    if ours == base:
        return theirs
    if isinstance(ours, dict) and isinstance(theirs, dict):
        before = base if isinstance(base, dict) else {}
        keys = dict.fromkeys([*ours, *theirs])
        found = {
            key: merged(before.get(key, NOTHING), ours.get(key, NOTHING), theirs.get(key, NOTHING)) for key in keys
        }
        return {key: value for key, value in found.items() if value is not NOTHING}
    raise Lists if isinstance(ours, list) and isinstance(theirs, list) else Both
