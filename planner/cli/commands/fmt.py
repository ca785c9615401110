"""`planner fmt`: the one canonical layout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from planner.cli import complete
from planner.cli.options import Command, only_scenarios_option, scenario_folder, scenarios_in, telling
from planner.cli.output import complain, counted, show_faults

if TYPE_CHECKING:
    from planner.cli.output import Output
    from planner.core.change.edit import EditError
    from planner.core.source import Source

STDIN = "-"


@click.command(
    "fmt",
    cls=Command,
    examples=("planner fmt", "planner fmt scenarios/ --check", "planner fmt draft.yaml --diff"),
)
@click.argument("files", nargs=-1, metavar="[FILE|FOLDER]...", shell_complete=complete.scenario_files)
@click.option("--check", is_flag=True, help="Write nothing; name the files that are not laid out so.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@only_scenarios_option
@telling
def command(out: Output, *, files: tuple[str, ...], check: bool, diff: bool, only_scenarios: bool) -> int:
    """Bring scenario files into the one canonical layout.

    Spaces, indentation, blank lines and the order of the format's own keys change; data, comments, words and quotation
    marks do not. What does not fit into 120 columns is opened into lines. A folder stands for the scenario files in
    it; without FILE it is the workspace's `scenarios/` or the current folder. `-` goes from standard input to standard
    output. JSON files and files that cannot be read as YAML are left as they are.
    Exit code 1 means faults in a text, or with --check that a file is not laid out so.
    """
    names = scenarios_in(files or [scenario_folder()], only=only_scenarios)
    done: list[_Done] = []
    with out.progress("laying out", len(names)) as step:
        for name in names:
            done.append(_lay_out(name))
            _put(out, done[-1], writes=not (check or diff))
            step()
    if out.json:
        result = {"files": [one.to_dict() for one in done]}
        out.envelope(result, settings={"check": check, "diff": diff})
    else:
        _tell(out, done, check=check, diff=diff)
    if any(one.problem for one in done):
        return 2
    return int(any(one.source.diagnostics or (check and one.changed) for one in done))


@dataclass(frozen=True)
class _Done:
    """A file and its layout; ``text`` is the same as before where it is left alone."""

    name: str
    source: Source
    text: str
    problem: EditError | None = None

    @property
    def changed(self) -> bool:
        return self.text != self.source.text

    @property
    def diff(self) -> str:
        from planner.cli.editing import difference

        return difference(self.name, self.source.text, self.text)

    @property
    def is_json(self) -> bool:
        return self.name.lower().endswith(".json")

    def to_dict(self) -> dict[str, object]:
        return {
            "file": self.name,
            "changed": self.changed,
            "diff": self.diff,
            "diagnostics": [one.to_dict() for one in self.source.diagnostics],
            "problem": self.problem.message if self.problem else None,
        }


def _lay_out(name: str) -> _Done:
    """Read one file and lay its text out, if it has no fault of its own."""
    from planner.core.change.edit import EditError
    from planner.core.change.layout import layout
    from planner.files import read_source

    source = read_source(name)
    if source.diagnostics:
        return _Done(name, source, source.text)
    try:
        return _Done(name, source, layout(source))
    except EditError as error:
        return _Done(name, source, source.text, error)


def _put(out: Output, done: _Done, *, writes: bool) -> None:
    """Write one file, or standard output."""
    from planner import journal
    from planner.files import fingerprint, write_atomic

    if not writes or (done.name != STDIN and not done.changed):
        return
    text = done.text.encode("utf-8", "surrogatepass")
    if done.name != STDIN:
        write_atomic(done.name, text, expect_fingerprint=done.source.fingerprint)
        before = done.source.text.encode()
        note = journal.record(done.name, before, fingerprint(text), command="fmt", now=datetime.now(UTC))
        out.say(f"laid out {done.name}{f' ({note})' if note else ''}")
    elif not out.json and (done.changed or fingerprint(text) == done.source.fingerprint):
        out.write(done.text)  # also when it has faults: an editor's buffer must not become empty


def _tell(out: Output, done: list[_Done], *, check: bool, diff: bool) -> None:
    """Say what was found; names and differences are data."""
    changed = [one for one in done if one.changed]
    for one in done:
        if one.source.diagnostics:
            show_faults(one.source.diagnostics)
        elif one.problem:
            complain(f"'{one.name}' is left as it was: {one.problem.message}", one.problem.next_step)
        elif one.is_json:
            out.say(f"{one.name} is left as it is: JSON has its own layout")
    for one in changed:
        if diff:
            out.write(one.diff)
        elif check:
            out.write(f"{one.name}\n")
    fine = sum(not (one.changed or one.problem or one.source.diagnostics or one.is_json) for one in done)
    if check and changed:
        out.say(f"{counted(len(changed), 'file')} to lay out, {counted(fine, 'file')} fine")
    elif not changed and fine and [one.name for one in done] != [STDIN]:
        out.say(f"{counted(fine, 'file')} fine")
