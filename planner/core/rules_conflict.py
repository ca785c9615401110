"""Checks on the conflict: states, moves and preferences that do not fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.core.places import fault
from planner.core.read_conflict import BROKEN

if TYPE_CHECKING:
    from planner.core.diagnostics import Diagnostic
    from planner.core.model import Scenario
    from planner.core.reader import Reader

NO_TREE = ("P616", "no-tree")


def check_conflict(reader: Reader, scenario: Scenario) -> None:
    """Work the graph model out and report what does not fit; its shape must be in order for that."""
    if scenario.conflict is None or BROKEN in reader.broken:
        return
    from planner.core.graph_model import build  # NumPy, for files with a conflict alone

    build(reader, scenario)


def no_tree(scenario: Scenario) -> Diagnostic:
    """Return what commands say that need a tree, about a scenario that is a conflict alone."""
    message = "the scenario has a conflict but no tree, so there is nothing to evaluate"
    help_ = "add 'nodes:', or ask which states of the conflict are stable: planner negotiate"
    (found,) = fault(
        scenario, NO_TREE, message, ("conflict",), key=True, label="no 'nodes:' beside it", help=help_
    ).diagnostics
    return found
