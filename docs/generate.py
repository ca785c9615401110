"""Write the pages that are made from the package itself: the commands' help, the table of checks, the JSON Schema.

python docs/generate.py
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from planner.cli.app import COMMANDS, application
from planner.cli.commands.explain import shown
from planner.core.rule_table import RULES, Rule
from planner.core.schema import FILE, schema_text

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
MADE = "<!-- Made by docs/generate.py; do not edit. -->"
GROUPS = {
    "0": "Text",
    "1": "Shape and references",
    "2": "Numbers",
    "3": "Structure",
    "4": "Actors and criteria",
    "5": "Hygiene",
    "6": "The conflict",
}


def commands(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    """Yield (command line, help) of a command and of those below it."""
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            if below.hidden:  # what only scripts call
                continue
            yield from commands(below, click.Context(below, parent=context, info_name=name))


def cli() -> str:
    """Return the page of all commands."""
    settings = dict(application.context_settings, terminal_width=80, max_content_width=80)
    root = click.Context(application, info_name="planner", **settings)
    parts = [f"# Commands\n\n{MADE}\n"]
    for path, text in commands(application, root):
        level = "##" if path.count(" ") < 2 else "###"
        parts.append(f"{level} {path}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def rules() -> str:
    """Return the page of all checks."""
    parts = [f"# What `planner check` finds\n\n{MADE}\n"]
    parts.append("Codes are never reused. `planner explain CODE` says the same on the terminal.\n")
    group = ""
    for rule in RULES.values():
        if rule.code[1] != group:
            group = rule.code[1]
            parts.append(f"## P{group}xx {GROUPS[group]}\n")
        parts.append(rule_section(rule))
    return "\n".join(parts)


def rule_section(rule: Rule) -> str:
    """Return one check: what, why, a bad and a good example."""
    text = f"### {rule.code} {rule.slug}\n\n{rule.title} ({rule.severity}). {rule.why}\n"
    for lead, example in (("Instead of", rule.bad), ("write" if rule.bad else "Write", rule.good)):
        if example:
            body = shown(example).rstrip("\n")
            text += f"\n{lead}\n\n```yaml\n{body}\n```\n"
    return text


if __name__ == "__main__":
    assert set(COMMANDS) == set(application.list_commands(click.Context(application)))
    for name, text in {"cli.md": cli(), "rules.md": rules(), FILE: schema_text()}.items():
        (HERE / name).write_text(text, encoding="utf-8", newline="\n")
