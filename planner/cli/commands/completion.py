"""`planner completion`: the script that the shell reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner.cli.options import Command, printing

if TYPE_CHECKING:
    from planner.cli.output import Output

SHELLS = ("bash", "zsh", "fish")

# Click's own script for bash takes words as bash splits them, at `=`, too, which tears `--choose line=engage` apart.
BASH = r"""
_planner_completion() {
    local line=${COMP_LINE:0:COMP_POINT} current="" words word
    read -a words <<< "$line"
    [[ $line == *[[:space:]] ]] && words+=("") || current=${words[-1]}
    COMPREPLY=()
    while IFS=, read -r _ word; do
        [[ $current == *=* && $COMP_WORDBREAKS == *=* ]] && word=${word#"${current%"${current##*=}"}"}
        COMPREPLY+=("$word")
    done < <(COMP_WORDS="$line" COMP_CWORD=$((${#words[@]} - 1)) _PLANNER_COMPLETE=bash_complete "${words[0]}")
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=/:] ]] && compopt -o nospace
    return 0
}
complete -o nosort -F _planner_completion planner
"""


@click.command(
    "completion",
    cls=Command,
    examples=(
        'eval "$(planner completion bash)"                    # in ~/.bashrc',
        'eval "$(planner completion zsh)"                     # in ~/.zshrc',
        "planner completion fish > ~/.config/fish/completions/planner.fish",
    ),
)
@click.argument("shell", type=click.Choice(SHELLS))
@printing
def command(out: Output, *, shell: str) -> None:
    """Print the script for TAB completion in your shell.

    It completes commands, options, scenario files, and the ids of nodes, edges, actors and parameters that the file
    on the line holds.
    """
    if shell == "bash":
        out.write(BASH.lstrip())
        return
    from click.shell_completion import get_completion_class

    from planner.cli.app import application

    kind = get_completion_class(shell)
    assert kind is not None
    out.write(kind(application, {}, "planner", "_PLANNER_COMPLETE").source().strip() + "\n")
