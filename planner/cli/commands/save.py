"""`planner save`: keep scenario files as revisions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from planner.cli import complete
from planner.cli.options import Command, db_option, reading, workspace

if TYPE_CHECKING:
    from planner.cli.output import Output


@click.command("save", cls=Command, examples=("planner save scenarios/tutorial.yaml", "planner save scenarios/"))
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER...", shell_complete=complete.scenario_files)
@db_option
@reading
def command(out: Output, *, files: tuple[str, ...], db: str | None) -> None:
    """Keep scenario files as revisions in the database.

    A text is kept once: saving it again makes no new revision. When one file has errors, none is saved.
    """
    from planner.core.diagnostics import ScenarioError
    from planner.errors import PlannerError
    from planner.files import discover, load

    names = discover(files)
    scenarios = []
    for name in names:
        try:
            scenarios.append(load(name))
        except (PlannerError, ScenarioError):
            if len(names) > 1:
                out.say(f"'{name}' cannot be saved as it is, so none of the {len(names)} files was saved")
            raise
    from planner.store import Store

    saved = []
    with Store.open(workspace().database(db)) as store, out.progress("saving", len(names)) as step:
        for scenario in scenarios:
            saved.append(store.save_scenario(scenario, now=datetime.now(UTC)))
            step()
        location = workspace().shown_database(store.location)
    if out.json:
        rows = [
            {"name": one.scenario_name, "revision": one.revision, "fingerprint": one.fingerprint, "new": one.new}
            for one in saved
        ]
        out.envelope({"saved": rows}, settings={"db": location})
        return
    for one in saved:
        known = "saved" if one.new else "is kept already"
        out.line(f"{one.scenario_name}@{one.revision} {known} in {location} ({one.fingerprint[:12]})")
