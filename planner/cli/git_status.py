"""What `planner git status` finds and shows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.cli.output import Column, Row, counted
from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.cli.output import Output
    from planner.cli.settings import Workspace

MOST = 20  # files that are listed


@dataclass(frozen=True)
class Status:
    """What is registered.

    Attributes:
        scopes: "local" and "global" -> "registered", "of another version", "partly" or "no"; local is left out outside
            of a repository.
        files: files of attributes that have our lines, with their patterns.
        program: how git calls planner; None where nothing is registered.
        answer: what that program says; None where it cannot be called.
        fits: whether it is this program, in a version that the scripts can call.
        drivers: scenario file -> the merge and diff drivers that attributes give it.
    """

    scopes: Mapping[str, str]
    files: Mapping[str, list[str]]
    program: str | None
    answer: str | None
    fits: bool
    drivers: Mapping[str, tuple[str, str]]

    @property
    def registered(self) -> bool:
        """Whether git knows the drivers."""
        return any(state != "no" for state in self.scopes.values())

    @property
    def problems(self) -> list[str]:
        """What is half done, each as a sentence."""
        from planner.history.wrappers import NAME

        found = [
            f"the {scope} settings are {'incomplete' if state == 'partly' else 'of another version'}"
            f"; `planner git install{' --global' if scope == 'global' else ''}` renews them"
            for scope, state in self.scopes.items()
            if state in {"partly", "of another version"}
        ]
        if self.program is not None and not self.fits:
            found.append(f"'{self.program}' cannot be called or has another version, so git merges line by line")
        applied = [file for file, drivers in self.drivers.items() if NAME in drivers]
        if applied and not self.registered:
            found.append("attributes name the driver, but git does not know it here; run `planner git install`")
        if self.registered and self.drivers and not applied:
            found.append("no attribute names the driver for any scenario file; run `planner git install`")
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return the status under stable keys."""
        return {
            "scopes": dict(self.scopes),
            "attributes": [{"file": file, "patterns": patterns} for file, patterns in self.files.items()],
            "program": self.program,
            "program_says": self.answer,
            "program_fits": self.fits,
            "files": [{"file": file, "merge": one, "diff": two} for file, (one, two) in self.drivers.items()],
            "problems": self.problems,
        }


def find_status(workspace: Workspace) -> Status:
    """Ask git, the files and the program."""
    from planner.history import attributes, setup

    places = [setup.Place.of_user()]
    try:
        places.insert(0, setup.Place.of_repository(Path.cwd(), workspace.folder))
    except PlannerError as error:
        if "not in a git repository" not in error.message:
            raise
    scopes: dict[str, str] = {}
    files: dict[str, list[str]] = {}
    programs: list[str] = []
    for place in places:
        known = place.known()
        scopes[place.scope] = _state(known)
        programs += [known[setup.PROGRAM_KEY]] if setup.PROGRAM_KEY in known else []
        for file in setup.attribute_files(place):
            patterns = attributes.patterns_in(file.read_text(encoding="utf-8", errors="replace"))
            if patterns:
                files[workspace.shown(file)] = patterns
    program = programs[0] if programs else None
    answer = setup.answer_of(program) if program is not None else None
    drivers = setup.checked(Path.cwd(), _scenarios(workspace)) if places[0].scope == "local" else {}
    return Status(scopes, files, program, answer, setup.fits(answer), drivers)


def _state(known: Mapping[str, str]) -> str:
    from planner.core.as_lines import FIRST_LINE
    from planner.history.setup import PROGRAM_KEY, settings

    if not known:
        return "no"
    wanted = settings(FIRST_LINE, known.get(PROGRAM_KEY, "planner"))
    if set(known) != set(wanted):
        return "partly"
    return "registered" if known == wanted else "of another version"


def _scenarios(workspace: Workspace) -> list[str]:
    from planner.files import discover

    folder = workspace.folder / "scenarios"
    if not folder.is_dir():
        return []
    try:
        return [os.path.relpath(file) for file in discover([folder])]
    except PlannerError:
        return []


def show_status(out: Output, found: Status) -> None:
    """Show it to a person."""
    from planner.history.wrappers import NAME

    rows = [Row(["settings", scope, state]) for scope, state in found.scopes.items()]
    rows += [Row(["attributes", file, ", ".join(patterns)]) for file, patterns in found.files.items()]
    if not found.files:
        rows.append(Row(["attributes", "nowhere", ""]))
    if found.program is not None:
        says = "cannot be called" if found.answer is None else found.answer if found.fits else f"says '{found.answer}'"
        rows.append(Row(["program", found.program, says]))
    out.table([Column("What"), Column("Where"), Column("State")], rows)
    applied = [file for file, drivers in found.drivers.items() if drivers == (NAME, NAME)]
    others = [file for file in found.drivers if file not in applied]
    out.line()
    out.line(f"{counted(len(applied), 'scenario file')} merged and compared by meaning, {len(others)} line by line")
    for file in others[:MOST] if applied else []:
        out.line(f"line by line: {file}", indent=2)
    for problem in found.problems:
        out.line(f"problem: {problem}")
