"""`planner check`: every fault of a file in one run."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from planner.cli import complete
from planner.cli.app import did_you_mean
from planner.cli.options import Command, only_scenarios_option, reading, scenario_folder, scenarios_in
from planner.cli.output import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.cli.output import Output
    from planner.core.diagnostics import Diagnostic, Format
    from planner.core.source import Source

STDIN = "-"
STDIN_SHOWN = "<stdin>"
ROUNDS = 10  # a repair may uncover another fault, but not for ever
FORMATS = ("text", "concise", "json", "github", "sarif")


@click.command(
    "check",
    cls=Command,
    examples=("planner check", "planner check scenarios/ --strict", "planner check draft.yaml --fix"),
)
@click.argument("files", nargs=-1, metavar="[FILE|FOLDER]...", shell_complete=complete.scenario_files)
@click.option("--format", type=click.Choice(FORMATS), default="text", show_default=True, help="How to print findings.")
@click.option("--strict", is_flag=True, help="Let warnings decide about the exit code, too.")
@click.option(
    "--select", multiple=True, metavar="CODE", shell_complete=complete.codes, help="Only codes that begin so; P2,P301."
)
@click.option(
    "--ignore", multiple=True, metavar="CODE", shell_complete=complete.codes, help="All but codes that begin so."
)
@click.option("--fix", is_flag=True, help="Make the sure repairs in the files.")
@only_scenarios_option
@reading
def command(  # noqa: PLR0913 - one for each option
    out: Output,
    *,
    files: tuple[str, ...],
    format: Format,
    strict: bool,
    fix: bool,
    select: Sequence[str],
    ignore: Sequence[str],
    only_scenarios: bool,
) -> int:
    """Report every fault of scenario files, with place and repair.

    A folder stands for the scenario files in it; without FILE it is the workspace's `scenarios/` or the current
    folder. `-` is standard input; with --fix its repaired text goes to standard output.
    Exit code 1 means that there are errors, or with --strict warnings.
    """
    wanted = _Filter(_codes(select, "--select"), _codes(ignore, "--ignore"))
    names = scenarios_in(files or [scenario_folder()], only=only_scenarios)
    each: dict[str, list[Diagnostic]] = {}
    fixed = 0
    with out.progress("checking", len(names)) as step:
        for name in names:
            each[name], repairs = _check(out, name, wanted, fix=fix)
            fixed += repairs
            step()
    found = _each_once(each)
    settings = {"strict": strict, "select": list(wanted.select), "ignore": list(wanted.ignore), "fix": fix}
    _show(out, found, "json" if out.json else format, names, settings)
    if fix:
        out.say(f"{counted(fixed, 'fault')} repaired")
    return int(any(strict or one.severity == "error" for one in found))


def _codes(texts: Sequence[str], option: str) -> tuple[str, ...]:
    """Return code prefixes; slugs are taken for their codes, and a prefix of no code is a mistake."""
    from planner.core.rule_table import RULES

    names = [name.strip() for text in texts for name in text.split(",") if name.strip()]
    slugs = {rule.slug: rule.code for rule in RULES.values()}
    codes = []
    for name in names:
        code = slugs.get(name.lower(), name.upper())
        if not any(known.startswith(code) for known in slugs.values()):
            near = did_you_mean(name, [*slugs.values(), *slugs])
            raise click.BadParameter(f"no code begins with '{name}'.{near}", param_hint=f"'{option}'")
        codes.append(code)
    return tuple(codes)


class _Filter(NamedTuple):
    """Which codes are wanted."""

    select: tuple[str, ...]
    ignore: tuple[str, ...]

    def findings(self, source: Source) -> list[Diagnostic]:
        """Return the wanted findings in a text."""
        from planner.core.rules import check

        kept = [one for one in check(source) if not one.code.startswith(self.ignore)]
        return [one for one in kept if not self.select or one.code.startswith(self.select)]


def _each_once(found: Mapping[str, Sequence[Diagnostic]]) -> list[Diagnostic]:
    """Return the findings of all files; what stands in an included file is left to it, or said once."""
    checked = {os.path.realpath(name) for name in found}
    kept: dict[tuple[str, Diagnostic], Diagnostic] = {}
    for name, diagnostics in found.items():
        for one in diagnostics:
            if one.file in {name, STDIN_SHOWN}:
                kept[name, one] = one
            elif (real := os.path.realpath(one.file)) not in checked:
                kept.setdefault((real, one), one)
    return list(kept.values())


def _repaired(source: Source, wanted: _Filter) -> tuple[Source, list[Diagnostic], int]:
    """Make the sure repairs; repairs that touch each other are made one after the other."""
    from planner.core.diagnostics import apply_fixes

    found, total = wanted.findings(source), 0
    for _ in range(ROUNDS):
        text, count = apply_fixes(source.text, [one for one in found if one.source is source])
        if not count:
            break
        source = source.changed(text)
        found, total = wanted.findings(source), total + count
    return source, found, total


def _check(out: Output, name: str, wanted: _Filter, *, fix: bool) -> tuple[list[Diagnostic], int]:
    """Return the findings in one file after the repairs that were asked for, and the number of those."""
    from planner.files import read_source, write_atomic

    source = read_source(name)
    if not fix or source.fingerprint != sha256(source.text.encode()).hexdigest():
        # a text that is not UTF-8 would be damaged by writing it back
        return wanted.findings(source), 0
    better, found, repairs = _repaired(source, wanted)
    if name == STDIN:
        out.write(better.text)
    elif repairs:
        write_atomic(name, better.text, expect_fingerprint=source.fingerprint)
    return found, repairs


def _show(out: Output, found: list[Diagnostic], format: Format, names: Sequence[str], settings: dict[str, Any]) -> None:
    """Print the findings; where standard output holds the repaired text, to standard error."""
    from planner import __version__
    from planner.core.diagnostics import render
    from planner.core.rule_table import RULES

    aside = settings["fix"] and STDIN in names
    if format == "json" and not aside:
        out.envelope({"files": list(names), "diagnostics": [one.to_dict() for one in found]}, settings=settings)
        return
    if found or format in {"json", "sarif"}:
        text = render(found, format, width=out.width, color=out.color, rules=tuple(RULES.values()), version=__version__)
    else:
        text = f"{counted(len(names), 'file')} checked, nothing found\n" if format == "text" else ""
    if aside:
        out.say(text.rstrip("\n"))
    else:
        out.write(text)
