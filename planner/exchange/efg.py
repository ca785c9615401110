"""Gambit's `.efg` files: games in extensive form, read leniently and written strictly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.exchange import Exported, Imported
from planner.exchange.efg_text import read, write
from planner.exchange.from_tree import scenario_text
from planner.exchange.to_tree import MAX_NODES, to_tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.core.model import Scenario


def to_scenario(content: bytes | str, path: str) -> Imported:
    """Return a game as a scenario file; see `planner.exchange.import_text`."""
    reading = read(content, path=path)
    return Imported(scenario_text(reading), reading.warnings)


def from_scenario(
    scenario: Scenario, *, overrides: Mapping[str, float | str] | None = None, max_nodes: int | None = None
) -> Exported:
    """Return a scenario as a game; see `planner.exchange.export`."""
    made = to_tree(scenario, overrides=overrides, max_nodes=MAX_NODES if max_nodes is None else max_nodes)
    return Exported(write(made.tree), made.notes)
