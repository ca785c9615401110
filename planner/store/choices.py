"""What the runs of a scenario came to, in short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, and_, select

from planner.store.records import Choice
from planner.store.result_choice import READERS, choice_in
from planner.store.tables import DecisionRow, NodeRow, OwnerRow, RevisionRow, RunRow, ScenarioRow, ValueRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sqlalchemy import Select


def choices_of(connection: Connection, name: str) -> dict[int, Choice]:
    """Return for each run of a scenario what it came to at the start; runs without values are left out."""
    found: dict[int, Choice] = {}
    for row in connection.execute(_values(name)):
        found.setdefault(row.run_id, Choice(None, row.actor, row.value))
    states: dict[int, str] = {}
    owned: set[int] = set()
    for row in connection.execute(_root_options(name)):
        # A root that is met again stands for several states; the first of them is the start.
        if states.setdefault(row.run_id, row.state) != row.state or row.run_id in owned:
            continue
        owner = row.place == 0
        if owner or found.get(row.run_id, Choice(None, "", None)).option is None:
            found[row.run_id] = Choice(row.option, row.actor, row.value)
        if owner:
            owned.add(row.run_id)
    for run in connection.execute(_results(name, without=list(found))):
        choice = choice_in(run.analysis, run.result, run.settings, run.root)
        if choice is not None:
            found[run.id] = choice
    return found


def _results(name: str, *, without: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Return the query of results of runs that have no rows of values, with the first node of the file."""
    return (
        select(RunRow.id, RunRow.analysis, RunRow.settings, RunRow.result, NodeRow.id.label("root"))
        .join(RevisionRow, RevisionRow.id == RunRow.revision_id)
        .join(ScenarioRow, ScenarioRow.id == RevisionRow.scenario_id)
        .outerjoin(NodeRow, and_(NodeRow.revision_id == RunRow.revision_id, NodeRow.position == 0))
        .where(ScenarioRow.name == name, RunRow.analysis.in_(list(READERS)), RunRow.id.not_in(list(without)))
    )


def _values(name: str) -> Select[*tuple[Any, ...]]:
    return (
        select(ValueRow.run_id, ValueRow.actor, ValueRow.value)
        .join(RunRow, RunRow.id == ValueRow.run_id)
        .join(RevisionRow, RevisionRow.id == RunRow.revision_id)
        .join(ScenarioRow, ScenarioRow.id == RevisionRow.scenario_id)
        .where(ScenarioRow.name == name)
        .order_by(ValueRow.run_id, ValueRow.position)
    )


def _root_options(name: str) -> Select[*tuple[Any, ...]]:
    """Return the query of the chosen options at the first node of the file, with the place of the actor as owner."""
    root = and_(NodeRow.revision_id == RunRow.revision_id, NodeRow.id == DecisionRow.node, NodeRow.position == 0)
    owner = and_(
        OwnerRow.revision_id == RunRow.revision_id,
        OwnerRow.node == DecisionRow.node,
        OwnerRow.actor == DecisionRow.actor,
    )
    return (
        select(DecisionRow.run_id, DecisionRow.state, DecisionRow.option, DecisionRow.actor, DecisionRow.value)
        .add_columns(OwnerRow.position.label("place"))
        .join(RunRow, RunRow.id == DecisionRow.run_id)
        .join(RevisionRow, RevisionRow.id == RunRow.revision_id)
        .join(ScenarioRow, ScenarioRow.id == RevisionRow.scenario_id)
        .join(NodeRow, root)
        .outerjoin(OwnerRow, owner)
        .where(ScenarioRow.name == name, DecisionRow.chosen)
        .order_by(DecisionRow.run_id, DecisionRow.position)
    )
