"""`planner watch`: what each save of a file changes."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner import __version__
from planner.cli.options import Command, Numbers, file_argument, numbers_options, telling
from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.evaluate import Evaluation
    from planner.cli.follow import Follower
    from planner.cli.output import Output
    from planner.core.diagnostics import Diagnostic
    from planner.core.source import Source

GRACE = 0.5  # seconds that a text with new errors gets to become whole
INTERVAL = 0.3
UNEVALUATED = {"P316", "P405"}
MOST_CHOICES = 10


@dataclass(frozen=True)
class Look:
    """What one look at the file found.

    Attributes:
        source: the text; None if the file cannot be read.
        trouble: why not, in one sentence.
        diagnostics: the faults in it, those that evaluating it brought up last.
        evaluation: what follows from it; None if it has errors.
    """

    source: Source | None
    trouble: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    evaluation: Evaluation | None = field(default=None, repr=False)

    @property
    def fingerprint(self) -> str:
        """What the texts of the file and of all that it includes are known by; empty without them."""
        return self.source.content_fingerprint if self.source is not None else ""


@click.command(
    "watch",
    cls=Command,
    examples=("planner watch scenarios/tutorial.yaml", "planner watch moscow.yaml --set talks_yield=0.4"),
)
@file_argument
@click.option("--interval", type=click.FloatRange(min=0.01), default=INTERVAL, show_default=True, metavar="SECONDS",
              help="How often to look at the file.")  # fmt: skip
@click.option("--cycles", type=click.IntRange(min=0), metavar="N", help="End after N changes, not with Ctrl-C alone.")
@numbers_options
@telling
def command(out: Output, *, file: str, interval: float, cycles: int | None, numbers: Numbers) -> None:
    """Check and evaluate on each save; say what changed.

    Prints faults that are new or gone, the first decision's values before and after, and whether the recommendation is
    another one. Files that the scenario includes are watched, too. With --json every change is one line.
    Ctrl-C ends it.
    """
    from planner.cli.follow import Follower, files_of

    if file == "-":
        raise PlannerError("standard input cannot be watched", "name a file")
    try:
        follower = Follower([Path(file)], interval)  # before the first look, so that no save falls between the two
        now = look(file, numbers, first=True)
        follower.follow(files_of(file, now.source))
        watching = Watching(out, file, numbers, now)
        watching.begin()
        while cycles is None or watching.changes < cycles:
            watching.step(follower)
    except KeyboardInterrupt:
        if sys.stderr.isatty():
            out.say("")


def look(file: str, numbers: Numbers, *, first: bool = False) -> Look:
    """Read, check and evaluate the file; only a ``first`` look fails where there is nothing to look at."""
    from planner.core.collector import no_collection
    from planner.files import read_source

    try:
        with no_collection():
            return _look(read_source(file), numbers, first=first)
    except PlannerError as error:
        if first:
            raise
        return Look(None, error.message)


def _look(source: Source, numbers: Numbers, *, first: bool) -> Look:
    """Check and evaluate a text."""
    from planner.core.rules import examine

    scenario, diagnostics = examine(source)
    if scenario is None:
        return Look(source, "", tuple(diagnostics))
    from planner.analyses.evaluate import evaluate
    from planner.analyses.result import BadArgument
    from planner.core.diagnostics import ScenarioError

    try:
        settings: Any = {"overrides": numbers.overrides, "rule": numbers.rule, "max_states": numbers.max_states}
        return Look(source, "", tuple(diagnostics), evaluate(scenario, **settings))
    except ScenarioError as error:
        return Look(source, "", (*diagnostics, *(one for one in error.diagnostics if one not in diagnostics)))
    except BadArgument as error:
        if first:
            raise
        return Look(source, str(error), tuple(diagnostics))


class Watching:
    """What was last seen, and what is said about the next look."""

    def __init__(self, out: Output, file: str, numbers: Numbers, now: Look) -> None:
        self.out, self.file, self.numbers = out, file, numbers
        self.seen = now
        self.valued = now.evaluation  # the last one that there was
        self.changes = 0

    def begin(self) -> None:
        """Say how things stand."""
        self.out.say(f"watching {self.file}; Ctrl-C ends")
        self._tell("start", None, self.seen)

    def step(self, follower: Follower) -> None:
        """Wait for a save and say what it changed."""
        from planner.cli.follow import files_of

        follower.wait()
        now = self._look(follower)
        if now.source is not None:
            follower.follow(files_of(self.file, now.source))
        if (now.fingerprint, now.trouble) == (self.seen.fingerprint, self.seen.trouble):
            return
        before, self.seen = self.seen, now
        self._tell("gone" if now.source is None else "back" if before.source is None else "changed", before, now)
        self.valued = now.evaluation or self.valued
        self.changes += 1

    def _look(self, follower: Follower) -> Look:
        """Look at the file; one that is not there or has new errors may be just being written."""
        now = look(self.file, self.numbers)
        while now.fingerprint != self.seen.fingerprint and self._doubtful(now) and not follower.calm(GRACE):
            now = look(self.file, self.numbers)
        return now

    def _doubtful(self, now: Look) -> bool:
        """Return whether a text may break off: it cannot be read, or has errors where there were none."""
        return now.source is None or (_broken(now) and not _broken(self.seen))

    # --- what is said --------------------------------------------------------------------------------------

    def _tell(self, event: str, before: Look | None, now: Look) -> None:
        new, gone = _difference(before.diagnostics if before else (), now.diagnostics)
        if self.out.json:
            self._tell_json(event, new, gone, now)
        else:
            self._tell_text(event, new, gone, now)
        sys.stdout.flush()

    def _tell_json(self, event: str, new: Sequence[Diagnostic], gone: Sequence[Diagnostic], now: Look) -> None:
        from planner.analyses.movement import movement

        evaluation = now.evaluation
        result: dict[str, Any] = {
            "event": event,
            "trouble": now.trouble or None,
            "new": [one.to_dict() for one in new],
            "gone": [one.to_dict() for one in gone],
            "headline": evaluation.headline() if evaluation else None,
            "movement": movement(self.valued, evaluation).to_dict() if self.valued and evaluation else None,
        }
        source = now.source
        about = source and {"name": source.name, "fingerprint": source.fingerprint, "path": source.path}
        settings: dict[str, Any] = {"rule": self.numbers.rule}
        if self.numbers.overrides:
            settings["set"] = dict(self.numbers.overrides)
        document = {"schema": "planner/watch/1", "scenario": about, "settings": settings, "result": result}
        self.out.write(json.dumps(document, ensure_ascii=False) + "\n")

    def _tell_text(self, event: str, new: Sequence[Diagnostic], gone: Sequence[Diagnostic], now: Look) -> None:
        from planner.core.diagnostics import render

        out = self.out
        if event != "start":
            words = {"gone": "cannot be read", "back": "is back", "changed": "changed"}
            clock = datetime.now().astimezone().strftime("%H:%M:%S")
            out.write("\n")
            out.line(f"{clock}  {self.file} {words[event]}", style="bold")
        if now.trouble:
            out.line(f"{now.trouble}; waiting")
            return
        for one in gone:
            out.line(f"gone: {one.severity}[{one.code}]: {one.message}", style="green")
        if new:
            out.write(render(new, "text", width=out.width, color=out.color, version=__version__))
        if now.evaluation is None:
            self._without_values(new, now)
        elif event == "start" or self.valued is None:
            self._values(now.evaluation)
        else:
            self._movement(self.valued, now.evaluation, said=bool(new or gone))

    def _without_values(self, new: Sequence[Diagnostic], now: Look) -> None:
        errors = [one for one in now.diagnostics if one.severity == "error"]
        if errors and all(one.code in UNEVALUATED for one in errors):
            self.out.line("No values until then.")
        elif not new:
            self.out.line("The errors are still there.")

    def _values(self, evaluation: Evaluation) -> None:
        """Say what follows, with the options of the first decision."""
        from planner.cli.show import BEST, TIED, Line, edge_name, value_table

        out, root = self.out, evaluation.root
        out.line(evaluation.headline())
        if root is not None:
            lines = [
                Line(
                    one.option,
                    {actor: one.values[actor] for actor in root.by},
                    edge_name(evaluation.scenario, root.node, one.option),
                    BEST if one.option == root.chosen else TIED if one.option in root.tied else "",
                )
                for one in root.options
            ]
            value_table(out, "option", lines)

    def _movement(self, before: Evaluation, after: Evaluation, *, said: bool) -> None:
        """Say how values and choices moved."""
        from planner.analyses.movement import movement
        from planner.cli.watch_text import movement_table, recommendation_line

        found = movement(before, after)
        for old, new in found.renamed.items():
            self.out.line(f"renamed {old} -> {new}")
        if not found.moved:
            self.out.line("Values and choices are the same." if not said else "Values and choices: the same.")
            return
        movement_table(self.out, found, after)
        if line := recommendation_line(found, before, after):
            self.out.line(line, style="bold yellow" if found.recommendation_changed else "")
        for move in found.choices[:MOST_CHOICES]:
            self.out.line(f"{move.state}: {move.before or 'nothing'} -> {move.after or 'nothing'}")
        if len(found.choices) > MOST_CHOICES:
            self.out.line(f"… and {len(found.choices) - MOST_CHOICES} more decisions.")


def _broken(seen: Look) -> bool:
    return any(one.severity == "error" for one in seen.diagnostics)


def _difference(before: Sequence[Diagnostic], now: Sequence[Diagnostic]) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """Return what is new and what is gone; a fault that an edit only moves to another line is neither."""
    return _beyond(now, before), _beyond(before, now)


def _beyond(some: Sequence[Diagnostic], others: Sequence[Diagnostic]) -> list[Diagnostic]:
    known = Counter((one.code, one.message) for one in others)
    found = []
    for one in some:
        if known[one.code, one.message] > 0:
            known[one.code, one.message] -= 1
        else:
            found.append(one)
    return found
