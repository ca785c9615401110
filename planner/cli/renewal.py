"""All papers of a workspace at once: those that are out of date are made anew, those that are missing are made."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from planner.analyses.result import BadArgument
from planner.cli.against import again_against
from planner.cli.output import NARROW, Column, Row, counted, show_faults
from planner.cli.paper import STDIN, Shape, compose, keep, target_of, write
from planner.cli.papers import Judged, papers_on, read_files
from planner.core.diagnostics import ScenarioError
from planner.errors import PlannerError
from planner.report.kinds import COMPARISON, FULL
from planner.report.note import Paper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from planner.cli.output import Output
    from planner.cli.papers import File
    from planner.cli.settings import Workspace
    from planner.report.note import Reason

Done = Literal["made", "renewed", "current", "left", "failed", "missing", "out of date"]
WANTING = {"made": "there was none", "missing": "there is none yet"}


@dataclass(frozen=True, slots=True)
class Task:
    """A paper to look after: one that is there, or one that a scenario should have."""

    target: Path
    file: File | None
    judged: Judged | None = None
    problem: str = ""

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why the paper is out of date."""
        return self.judged.reasons if self.judged else ()


@dataclass(frozen=True, slots=True)
class Item:
    """What was done about a paper; `problem` says why nothing could be, `trouble` that it is none of the file's."""

    task: Task
    done: Done
    problem: str = ""
    trouble: bool = False
    run: int | None = None

    @property
    def finding(self) -> bool:
        """Whether the paper is not current even now."""
        return self.done in {"left", "failed", "missing", "out of date"}

    def why(self) -> str:
        """Return why it was done, or what stood in the way."""
        if self.problem:
            return self.problem
        if self.done in WANTING:
            return WANTING[self.done]
        reasons = "; ".join(reason.words for reason in self.task.reasons)
        return reasons or ("made anew all the same" if self.done == "renewed" else "")

    def to_dict(self, place: Workspace) -> dict[str, Any]:
        """Return all of it as plain data."""
        file = self.task.file
        return {
            "report": place.shown(self.task.target),
            "scenario": file.name if file else None,
            "done": self.done,
            "why": [reason.to_dict() for reason in self.task.reasons],
            "error": self.problem or None,
            "run": self.run,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be renewed, and how.

    `shape` is that of papers which are missing; the others are made with the options of their notes.
    """

    paths: tuple[str, ...]
    folder: Path
    shape: Shape
    place: Workspace
    check: bool = False
    force: bool = False
    save: bool = True
    db: str | None = None


def renew_all(out: Output, order: Order, default: str) -> int:
    """Look after every paper and tell what was done about each; return the exit code."""
    tasks = list(_tasks(order, default))
    items = []
    with out.progress("looking" if order.check else "renewing", len(tasks)) as step:
        for task in tasks:
            items.append(_looked_at(task) if order.check else _renewed(task, order))
            step()
    _tell(out, items, order)
    if any(item.trouble for item in items):
        return 2
    return int(any(item.finding for item in items))


def _tasks(order: Order, default: str) -> Iterator[Task]:
    """Yield the papers on the files at hand, with those that are missing, then papers whose file is gone."""
    files = read_files(order.paths or [default])
    mine, others = papers_on(files, order.folder, order.place)
    homes = {os.path.realpath(one.paper.path): one for one in (*others, *(each for on in mine.values() for each in on))}
    adopted = set()
    for file in files:
        yield from (Task(judged.paper.path, file, judged) for judged in mine[file.real])
        if not file.has_paper or any(judged.stands_alone for judged in mine[file.real]):
            continue
        target = target_of(file.scenario, order.shape, str(order.folder), order.place)
        home = os.path.realpath(target)
        taken = homes.get(home)
        if taken is None:
            homes[home] = Judged(Paper(target, "", None), (), file)
            yield Task(target, file)
        elif taken.file is not None:
            yield Task(target, file, None, f"it is the paper on {taken.file.name}; make one on {file.name} with -o")
        else:  # file and paper were given another name together
            homes[home] = Judged(taken.paper, taken.reasons, file)
            adopted.add(home)
            yield Task(target, file, homes[home])
    for judged in others:
        if judged.file is None and os.path.realpath(judged.paper.path) not in adopted and _meant(judged, order):
            yield Task(judged.paper.path, None, judged)


def _meant(judged: Judged, order: Order) -> bool:
    """Whether a paper whose file is gone is among what is to be looked after."""
    if not order.paths:
        return True
    gone = os.path.realpath(judged.paper.scenario or "")
    return any(Path(gone).is_relative_to(os.path.realpath(path)) for path in order.paths)


def _looked_at(task: Task) -> Item:
    """Say how a paper stands, without touching it."""
    if task.problem:
        return Item(task, "failed", task.problem)
    if task.judged is None:
        return Item(task, "missing")
    return Item(task, "out of date" if task.reasons else "current")


def _renewed(task: Task, order: Order) -> Item:
    """Make one paper, if that is called for; trouble with it is an item, too."""
    file, judged = task.file, task.judged
    if task.problem:
        return Item(task, "failed", task.problem)
    if judged is not None and not task.reasons and not order.force:
        return Item(task, "current")
    if file is None:
        return Item(task, "left", "; ".join(reason.words for reason in task.reasons))
    try:
        if file.problem is not None:
            raise file.problem
        assert file.source is not None
        shape = _shape(task, order)
        against = again_against(judged.paper, order.place, db=order.db, now=True) if judged is not None else None
        composed = compose(file.source, file.name, shape, target=task.target, place=order.place, against=against)
        lost = composed.lost() if not order.force else []
        if lost:
            return Item(task, "left", f"{lost[0].words}; --force overwrites it")
        write(composed, force=order.force)
        saved = keep(composed, order.db)[0] if order.save else None
    except ScenarioError as error:
        show_faults(error.diagnostics)
        first, *more = error.diagnostics
        return Item(task, "failed", f"{first.message}{f', and {len(more)} more' if more else ''}")
    except BadArgument as error:
        return Item(task, "failed", error.message)
    except PlannerError as error:
        return Item(
            task, "failed", f"{error.message}; {error.next_step}" if error.next_step else error.message, trouble=True
        )
    return Item(task, "made" if judged is None else "renewed", run=saved.runs[0].id if saved else None)


def _shape(task: Task, order: Order) -> Shape:
    """Return the options with which a paper is made: those of its note, or those of the command."""
    note = task.judged.paper.note if task.judged is not None else None
    if note is None:
        return replace(order.shape, kind=FULL) if order.shape.kind == COMPARISON else order.shape
    shape = Shape.of_note(note, task.target.parent)
    if task.file is not None and task.file.fingerprint != note.fingerprint:
        shape = shape.with_new_changes()
    if shape.template == STDIN:
        raise PlannerError("its template came from standard input", "make it by `planner report FILE --template -`")
    return shape


def _tell(out: Output, items: Sequence[Item], order: Order) -> None:
    """Show a line for each paper, and how many there are of each kind."""
    shown: Callable[[Path], str] = order.place.shown
    if out.json:
        settings = {"check": order.check, "force": order.force, "save": order.save, "reports": shown(order.folder)}
        out.envelope({"papers": [item.to_dict(order.place) for item in items]}, settings=settings)
        return
    if not items:
        out.line("No scenario is here, and so no paper.")
        return
    if out.width < NARROW:
        for item in items:
            out.line(f"{item.done}: {shown(item.task.target)}")
            if item.why():
                out.line(item.why(), indent=2)
    else:
        columns = [Column("paper"), Column("stands" if order.check else "done")]
        rows = [[shown(item.task.target), item.done] for item in items]
        if any(item.why() for item in items):
            columns.append(Column("why"))
            rows = [[*row, item.why()] for row, item in zip(rows, items, strict=True)]
        out.table(columns, [Row(row, faint=item.done == "current") for row, item in zip(rows, items, strict=True)])
    counts: dict[str, int] = {}
    for item in items:
        counts[item.done] = counts.get(item.done, 0) + 1
    out.write("\n")
    out.line(f"{counted(len(items), 'paper')}: {', '.join(f'{n} {done}' for done, n in counts.items())}")
    if order.check and any(item.finding for item in items):
        out.line("next    planner report --all")
