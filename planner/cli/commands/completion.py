"""`planner completion`: the script that the shell reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner.cli.options import Command, printing

if TYPE_CHECKING:
    from planner.cli.output import Output

SHELLS = ("bash", "zsh", "fish", "powershell")


@click.command(
    "completion",
    cls=Command,
    examples=(
        'eval "$(planner completion bash)"                    # in ~/.bashrc',
        'eval "$(planner completion zsh)"                     # in ~/.zshrc',
        "planner completion fish > ~/.config/fish/completions/planner.fish",
        "planner completion powershell | Out-String | Invoke-Expression   # in $PROFILE",
    ),
)
@click.argument("shell", type=click.Choice(SHELLS))
@printing
def command(out: Output, *, shell: str) -> None:
    """Print the script for TAB completion in your shell.

    It completes commands, options, scenario files, and the ids and paths that the file on the line holds: nodes,
    edges, actors, parameters, and what `planner set` can change.
    """
    from planner.cli import shells
    from planner.cli.app import COMPLETE, application

    out.write(shells.SHELLS[shell](application, {}, "planner", COMPLETE).source().strip() + "\n")
