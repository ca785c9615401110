"""`planner schema`: the format for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner.cli.options import Command, reading

if TYPE_CHECKING:
    from planner.cli.output import Output


@click.command("schema", cls=Command, examples=("planner schema -o scenario.schema.json",))
@reading
def command(out: Output) -> None:
    """Print the JSON Schema by which editors complete and check.

    An editor with a YAML language server completes keys, explains them and marks faults of shape while a scenario is
    typed. Write the schema beside planner.toml, and as the first line of a scenario in scenarios/:

    # yaml-language-server: $schema=../scenario.schema.json

    What the schema cannot see (references, formulas, sums of probabilities) `planner check` tells.
    """
    from planner.core.schema import json_schema, schema_text

    if out.json:
        out.envelope(json_schema(), settings={})
    else:
        out.write(schema_text())
