"""`planner explain`: what a code means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner.cli import complete
from planner.cli.app import did_you_mean
from planner.cli.options import Command, reading

if TYPE_CHECKING:
    from planner.cli.output import Output
    from planner.core.rule_table import Rule

OPEN, CLOSE = "«", "»"  # around the fault in a bad example


@click.command("explain", cls=Command, examples=("planner explain P201", "planner explain probability-sum"))
@click.argument("codes", nargs=-1, metavar="[CODE]...", shell_complete=complete.codes)
@click.option("--all", is_flag=True, help="Explain every code.")
@reading
def command(out: Output, *, codes: tuple[str, ...], all: bool) -> None:
    """Say what a code of `check` means, by example.

    CODE is a code such as P201, its name, or the beginning of codes: P2 explains all about numbers.
    """
    from planner.core.rule_table import RULES

    if not codes and not all:
        raise click.UsageError("Name a code, or use --all.", click.get_current_context())
    rules = list(RULES.values()) if all else [rule for code in codes for rule in _found(code)]
    if out.json:
        out.envelope({"rules": [_as_dict(rule) for rule in rules]}, settings={"codes": list(codes), "all": all})
        return
    for number, rule in enumerate(rules):
        out.write("\n" * bool(number))
        _explain(out, rule)


def _found(code: str) -> list[Rule]:
    from planner.core.rule_table import RULES

    wanted = code.strip().upper()
    by_name = {rule.slug: rule for rule in RULES.values()}
    exact = RULES.get(wanted) or by_name.get(wanted.lower())
    if exact is not None:
        return [exact]
    rules = [rule for rule in RULES.values() if wanted and rule.code.startswith(wanted)]
    if not rules:
        near = did_you_mean(wanted, list(RULES)) or did_you_mean(wanted.lower(), by_name)
        raise click.BadParameter(f"there is no code '{code}'.{near}", param_hint="'CODE'")
    return rules


def _explain(out: Output, rule: Rule) -> None:
    out.line(f"{rule.code} {rule.slug} ({rule.severity})", style="bold")
    out.line(rule.title)
    out.write("\n")
    out.line(rule.why)
    for head, text in (("Instead of", _underlined(rule.bad)), ("write" if rule.bad else "Write", shown(rule.good))):
        if not text:
            continue
        out.write("\n")
        out.line(f"{head}:", style="bold")
        out.write("".join(f"    {line}".rstrip() + "\n" for line in text.rstrip("\n").splitlines()))


def shown(example: str) -> str:
    """Return an example without its marks, with what cannot be seen or printed spelt out by its number."""
    plain = example.replace(OPEN, "").replace(CLOSE, "")
    lines = plain.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace").split("\n")
    return "\n".join("".join(c if c.isprintable() else ascii(c)[1:-1] for c in line) for line in lines)


def _underlined(example: str) -> str:
    """Turn the marks around a fault into a line of carets under it."""
    lines = []
    for line in example.rstrip("\n").split("\n"):
        before, mark, marked = line.partition(OPEN)
        lines.append(shown(line))
        if mark:
            lines.append(" " * len(shown(before)) + "^" * max(1, len(shown(marked.partition(CLOSE)[0]))))
    return "\n".join(lines)


def _as_dict(rule: Rule) -> dict[str, str]:
    """Return the row of the table; the bad example without its marks."""
    return rule.to_dict() | {"bad": shown(rule.bad)}
