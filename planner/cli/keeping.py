"""Keeping results in the database, with what git knows of the scenario's file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from planner import __version__
from planner.cli.options import workspace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.cli.output import Output
    from planner.core.model import Scenario
    from planner.history import GitState
    from planner.store import Saved


def git_of(scenario: Scenario) -> GitState | None:
    """Return where a scenario's file and what it includes stand in git; None without a file or outside of git."""
    from planner.history import git_state

    source = scenario.source
    if source is None or source.path == "<stdin>":
        return None
    return git_state(source.path, [text.path for _, text in source.files()])


def keep_runs(
    scenario: Scenario, results: Mapping[str, Any], *, git: GitState | None, db: str | None
) -> tuple[Saved, str]:
    """Keep a scenario and the results of analyses of it in one transaction.

    Args:
        scenario: what was analysed.
        results: for each analysis its result, with ``settings`` and ``to_dict()``.
        git: where the file stands in git.
        db: the database, if not the workspace's own.

    Returns:
        What was kept, and where.
    """
    from planner.store import Run, Store

    runs = [
        Run(
            analysis=name,
            settings=result.settings,
            result=result.to_dict(),
            version=__version__,
            seed=result.settings.get("seed"),
            git_commit=git.commit if git else None,
            git_dirty=git.dirty if git else None,
        )
        for name, result in results.items()
    ]
    with Store.open(workspace().database(db)) as store:
        return store.save(scenario, runs, now=datetime.now(UTC)), store.location


def keep_result(out: Output, name: str, result: Any, db: str | None) -> None:
    """Keep one result and say where it went."""
    scenario = result.scenario
    saved, location = keep_runs(scenario, {name: result}, git=git_of(scenario), db=db)
    revision = saved.revision
    place = workspace().shown_database(location)
    out.say(f"run {saved.runs[0].id}, of {revision.scenario_name}@{revision.revision}, in {place}")
