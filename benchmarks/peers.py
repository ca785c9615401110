"""Other decision-tree programs on the same trees, where they are installed and where they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.goals import Row


def table() -> list[Row]:
    """Time the programs that are there; say of the others why they are left out."""
    return []
