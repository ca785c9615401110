"""`planner report`: from the scenario file to the paper on the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner.cli.options import Command

if TYPE_CHECKING:
    from planner.cli.output import Output


@click.command("report", cls=Command, examples=("planner report scenarios/european-line-on-moscow.yaml",))
def command(out: Output) -> None:
    """Write the paper for the meeting; keep scenario and run."""
