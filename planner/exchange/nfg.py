"""Gambit's `.nfg` files: games in strategic form, in which all choose at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.exchange import Exported, Imported
from planner.exchange.from_tree import scenario_text
from planner.exchange.nfg_text import read, write
from planner.exchange.strategic import MAX_CELLS, as_table
from planner.exchange.to_tree import to_tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.core.model import Scenario


def to_scenario(content: bytes | str, path: str) -> Imported:
    """Return a table of payoffs as a scenario file; see `planner.exchange.import_text`."""
    reading = read(content, path=path)
    return Imported(scenario_text(reading), reading.warnings)


def from_scenario(
    scenario: Scenario, *, overrides: Mapping[str, float | str] | None = None, max_nodes: int | None = None
) -> Exported:
    """Return a scenario's reduced strategic form; see `planner.exchange.export`."""
    made = to_tree(scenario, overrides=overrides)
    table = as_table(made.tree, max_cells=MAX_CELLS if max_nodes is None else max_nodes)
    note = "moves in sequence are written as plans for all that may happen; who knows what when is lost"
    return Exported(write(table), (*made.notes, note))
