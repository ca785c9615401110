"""What every command that changes a scenario file shares: one write, checked, journalled, or nothing.

A change is a pure function of the text (`planner.core.change`). The file is read once, all changes of a call are
made in the text, and it is replaced only if it has no error that it did not have before and nobody changed it
meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from planner.cli.options import telling

if TYPE_CHECKING:
    from planner.cli.output import Output
    from planner.core.change.draft import Change
    from planner.core.change.edit import EditError
    from planner.core.diagnostics import Diagnostic
    from planner.core.source import Source

STDIN = "-"
MOST_FILES = 300  # of the workspace that are looked through for an include
Function = TypeVar("Function", bound="Callable[..., Any]")
Said = Sequence[str] | Callable[["Source", "Source"], Sequence[str]]


def editing(function: Function) -> Function:
    """Give a command that changes a file its `out`, and the options --dry-run, --force, --json and --color."""
    function = click.option("--force", is_flag=True, help="Write the file even if it gets an error by this.")(function)
    function = click.option("--dry-run", is_flag=True, help="Show the difference and write nothing.")(function)
    return telling(function)  # type: ignore[return-value]


def edit_file(
    out: Output,
    path: str,
    changes: Sequence[Change],
    *,
    command: str,
    said: Said = (),
    force: bool = False,
    dry_run: bool = False,
) -> int:
    """Make changes in a scenario file as one write; return the exit code.

    Args:
        out: where data and talk go.
        path: the file, or `-` to change standard input into standard output.
        changes: made one after the other, each in the text that the one before left.
        command: the command line without `planner`, for `planner undo --list`.
        said: one line for each change, to say when it is done; or a function of the text before and after.
        force: write although the file gets a new error.
        dry_run: show the difference and write nothing.

    Raises:
        PlannerError: the file cannot be read or written, or somebody changed it meanwhile.
    """
    from planner.core.change.draft import Draft
    from planner.core.change.edit import EditError
    from planner.core.diagnostics import ScenarioError
    from planner.files import read_source

    source = read_source(path)
    if source.data is None:  # not UTF-8, or not YAML to its end: there are no places to edit
        return _refuse(out, path, source.diagnostics)
    before = Draft(source)
    try:
        after = before.apply(*changes)
    except EditError as error:
        return show_refusal(out, source, error)
    except ScenarioError as error:  # what was asked for needs a sound file, or numbers that it does not have
        return _refuse(out, path, error.diagnostics)
    lines = list(said(before.source, after.source) if callable(said) else said)
    new = after.new_errors(before) if after.text != before.text else []
    if new and not force:
        code = _refuse(out, path, new, "; --force changes it all the same")
        for line in _hints(path, after.source, new, command):
            out.say(f"help: {line}")
        return code
    if not dry_run:
        lines += _write(path, source, after.text, command)
        if path != STDIN and after.text != source.text:
            lines += _hurt(path)
    _tell(out, path, (source.text, after.text), new, lines, dry_run=dry_run)
    return 0


def _hints(path: str, source: Source, found: Sequence[Diagnostic], command: str) -> list[str]:
    """Return what to call instead, where the faults of a refused edit say it."""
    from planner.core.change.places import section

    hints = []
    for name, one in section(source, "parameters").items():
        spans = [source.span(("parameters", name))] if isinstance(one, dict) else []
        inside = [fault for fault in found if fault.code == "P206" for span in spans
                  if span.start <= fault.span.start <= span.end]  # fmt: skip
        for key, word in (("low", "below"), ("high", "above")):
            if any(f"{word} its {key}" in f"{fault.message} {fault.label}" or f"{word} {key}" in
                   f"{fault.message} {fault.label}" for fault in inside):  # fmt: skip
                hints.append(f"`planner set {path} {name}.{key}=…` widens the range; both fit in one call")
    if command.startswith(("add actor ", "add criterion ")) and " + " not in command:
        hints.append("add criteria and actors in one call, with + between them")
    return hints


def _hurt(path: str) -> list[str]:
    """Return a line that names the workspace's files that include this one and have errors now."""
    from pathlib import Path

    from planner.cli.options import workspace
    from planner.core.rules import examine
    from planner.errors import PlannerError
    from planner.files import read_source

    real = Path(os.path.realpath(path))
    names = []
    for file in sorted(workspace().folder.rglob("*.y*ml"))[:MOST_FILES]:
        try:
            if (
                file.resolve() == real
                or b"include" not in (text := file.read_bytes())
                or os.fsencode(real.name) not in text
            ):
                continue
            source = read_source(file)
            within = [Path(os.path.realpath(file.parent / entry.file)) for entry in source.included.values()]
            if real in within and any(one.severity == "error" for one in examine(source)[1]):
                names.append(workspace().shown(file))
        except (OSError, PlannerError):
            continue
    if not names:
        return []
    verbs = ("includes", "has") if len(names) == 1 else ("include", "have")
    check = f"planner check {' '.join(names)}"
    return [f"warning: {', '.join(names)} {verbs[0]} this file and now {verbs[1]} errors: {check}"]


def show_refusal(out: Output, source: Source, error: EditError) -> int:
    """Say why a change cannot be made, with the places that stand in its way; return the exit code.

    The code is 1 where the file itself stands in the way, and 2 where the command line asks for what is not there.
    """
    from planner.cli.output import complain

    uses = [(source.position(use.span.start), use.text) for use in error.uses]
    if out.json and uses:
        places = [
            {"file": source.path, "line": line, "column": column, "message": text} for (line, column), text in uses
        ]
        result = {"changed": False, "diff": "", "diagnostics": [], "message": error.message, "uses": places}
        out.envelope(result, settings={})
        return 1
    complain(error.message, "" if uses else error.next_step)
    for (line, column), text in uses:
        out.say(f"  {source.path}:{line}:{column}: {text}")
    if uses and error.next_step:
        out.say(f"help: {error.next_step}")
    return 1 if uses else 2


def difference(path: str, before: str, after: str) -> str:
    """Return the unified difference of two texts, as `diff -u` and git write it."""
    from difflib import unified_diff

    name = "<stdin>" if path == STDIN else path
    lines = unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), name, name)
    return "".join(line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _refuse(out: Output, path: str, found: Sequence[Diagnostic], more: str = "") -> int:
    from planner.cli.output import show_faults

    if out.json:
        result = {"changed": False, "diff": "", "diagnostics": [one.to_dict() for one in found]}
        out.envelope(result, settings={})
    else:
        show_faults(found)
    out.say(f"{'nothing' if path == STDIN else path} is {'written' if path == STDIN else 'left as it was'}{more}")
    return 1


def _write(path: str, source: Source, text: str, command: str) -> list[str]:
    """Replace the file if the text is another; return notes for the person at the terminal."""
    from planner import journal
    from planner.files import fingerprint, write_atomic

    if path == STDIN or text == source.text:
        return []
    write_atomic(path, text, expect_fingerprint=source.fingerprint)
    before, after = source.text.encode(), fingerprint(text.encode())
    note = journal.record(path, before, after, command=command, now=datetime.now(UTC))
    return [note] if note else []


def _tell(
    out: Output,
    path: str,
    texts: tuple[str, str],
    found: Sequence[Diagnostic],
    lines: Sequence[str],
    *,
    dry_run: bool,
) -> None:
    """Show what was done, or would be."""
    from planner.cli.output import show_faults

    changed = texts[0] != texts[1]
    if out.json:
        diff = difference(path, *texts)
        result = {
            "changed": changed,
            "diff": diff,
            "diagnostics": [one.to_dict() for one in found],
            "said": list(lines),
        }
        if path == STDIN and not dry_run:
            result["text"] = texts[1]
        out.envelope(result, settings={"file": path, "dry_run": dry_run})
        return
    if dry_run:
        out.write(difference(path, *texts))
    elif path == STDIN:
        out.write(texts[1])
    if found:
        show_faults(found)
    for line in lines:
        out.say(line)
    if not changed:
        out.say(f"nothing to change in {'standard input' if path == STDIN else path}")
