"""`planner undo`: the last edits by commands, taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING, Any

import click

from planner.cli import complete
from planner.cli.editing import difference
from planner.cli.options import Command, telling
from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.cli.output import Output
    from planner.journal import Entry


@click.command(
    "undo",
    cls=Command,
    examples=("planner undo", "planner undo talks.yaml --steps 3", "planner undo --list"),
)
@click.argument("file", required=False, metavar="[FILE]", shell_complete=complete.scenario_files)
@click.option(
    "--steps", type=click.IntRange(min=1), default=1, show_default=True, metavar="N", help="Take back N edits."
)
@click.option("--list", "listing", is_flag=True, help="List the edits that can be taken back, the last one first.")
@click.option("--dry-run", is_flag=True, help="Show the difference and write nothing.")
@click.option(
    "--force", is_flag=True, help="Even if the file was changed in another way since; another undo brings that back."
)
@telling
def command(out: Output, *, file: str | None, steps: int, listing: bool, dry_run: bool, force: bool) -> int:
    """Take back the last edits that commands made.

    Without FILE it is the file of this workspace that a command changed last. No git is needed: what a file held
    before each of the last 100 edits is kept in the workspace, in `.planner/`. What editors and other programs did to
    the file is not, so an edit is taken back only as long as the file is as the command left it.
    """
    from planner import journal

    folder = journal.home(file or Path.cwd())
    kept = journal.entries(folder, file)
    if listing:
        _list(out, kept)
        return 0
    if not kept:
        what = f"'{file}'" if file else "this workspace"
        raise PlannerError(f"no edit of {what} is kept", "edits by set, add, rename, remove and the like are")
    name = file or _shown(kept[-1].file)
    last = journal.touched(folder)
    if file is None and last is not None and last != kept[-1].file:
        out.say(f"note: '{_shown(last)}' was changed last; the edit that is kept last is one of '{name}'")
    mine = kept if file else [entry for entry in kept if entry.file == kept[-1].file]
    return _undo(out, name, mine, steps, dry_run=dry_run, force=force)


def _undo(out: Output, name: str, kept: Sequence[Entry], steps: int, *, dry_run: bool, force: bool) -> int:
    from planner import journal
    from planner.files import fingerprint, read_bytes, write_atomic

    now = read_bytes(name)
    current = fingerprint(now)
    found = journal.chain(kept, current, steps)
    forced = not found and force
    if forced:
        found = [kept[-1], *journal.chain(kept[:-1], kept[-1].before, steps - 1)]
    if not found:
        at = _local(kept[-1].at)
        raise PlannerError(
            f"'{name}' was changed in another way since the last edit by a command ({at}: {kept[-1].command})",
            "'planner undo --force' goes back to what it was before that edit",
        )
    if len(found) < steps:
        raise PlannerError(
            f"only {len(found)} of {steps} edits of '{name}' can be taken back", f"use --steps {len(found)}"
        )
    before = found[-1].content()
    if before is None:
        raise PlannerError(f"the journal's entry for '{name}' is damaged", f"delete '{found[-1].place}'")
    diff = difference(name, now.decode("utf-8", "replace"), before.decode("utf-8", "replace"))
    if not dry_run:
        write_atomic(name, before, expect_fingerprint=current)
        for entry in found:
            entry.drop()
        journal.touch(name)
        if forced:
            line, after = join(["undo", name, "--force"]), fingerprint(before)
            note = journal.record(name, now, after, command=line, now=datetime.now(UTC))
            out.say(note or "what this discards is kept: another undo brings it back")
    if out.json:
        rows = [_as_dict(entry) for entry in found]
        out.envelope(
            {"changed": before != now, "diff": diff, "diagnostics": [], "undone": rows},
            settings={"file": name, "steps": steps, "dry_run": dry_run},
        )
        return 0
    if dry_run:
        out.write(diff)
    for entry in found:
        out.say(f"{'would take' if dry_run else 'took'} back: planner {entry.command} in {name} ({_local(entry.at)})")
    return 0


def _list(out: Output, kept: Sequence[Entry]) -> None:
    if out.json:
        out.envelope({"edits": [_as_dict(entry) for entry in reversed(kept)]}, settings={})
    elif not kept:
        out.line("No edit is kept.")
    else:
        last = len(str(len(kept)))
        for number, entry in enumerate(reversed(kept), 1):
            command = " ".join(entry.command.split())
            line = f"{number:>{last}}  {_local(entry.at)}  {_shown(entry.file)}: {command}"
            out.write(f"{line if len(line) <= out.width else line[: out.width - 1] + '…'}\n")


def _as_dict(entry: Entry) -> dict[str, Any]:
    return {
        "file": _shown(entry.file),
        "command": entry.command,
        "at": entry.at,
        "before": entry.before,
        "after": entry.after,
    }


def _shown(file: Path) -> str:
    from planner.cli.options import workspace

    return workspace().shown(file)


def _local(at: str) -> str:
    """Return a time as the clock on the wall here showed it."""
    try:
        return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return at
