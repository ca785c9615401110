"""The history of a scenario as a history of its recommendation: a line for every commit that changed the model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from planner.analyses.gist import Gist, Question
from planner.analyses.result import BadArgument, decimals, listing, written
from planner.history.gists import Gists, Memory
from planner.history.names import Backwards, Kind, Namer
from planner.history.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from planner.history.repository import Repository
    from planner.history.states import State
    from planner.history.timeline import Revision, Timeline

NOISE = 1e-9
KINDS: tuple[Kind, ...] = ("layout", "words", "model")
METHOD = "Every state of the file and of what it includes, evaluated; changes are against the state that it follows"


@dataclass(frozen=True)
class Entry:
    """One line of the history.

    Attributes:
        revision: the commit and the state that it made.
        gist: what the scenario came to; None where the file was taken away.
        before: what it came to before, in the last state on this line that could be evaluated; None where none could.
        kind: what changed: the model; words, which is names, ids, notes and sources; or layout, which is comments, too.
        turned: whether another option is recommended; an option that only has another id is the same.
        new: whether the file was not there before.
    """

    revision: Revision
    gist: Gist | None
    before: Gist | None
    kind: Kind
    turned: bool
    new: bool

    @property
    def changed(self) -> bool:
        """Whether the model is another one, not only its words or layout."""
        return self.kind == "model"

    @property
    def change(self) -> float | None:
        """By how much the value is larger than before; None where one of the two is not known."""
        if self.gist is None or self.before is None or self.gist.value is None or self.before.value is None:
            return None
        moved = self.gist.value - self.before.value
        return 0.0 if abs(moved) <= NOISE * max(1.0, abs(self.gist.value)) else moved

    @property
    def problem(self) -> str:
        """Why there are no numbers; empty where there are some."""
        if self.gist is not None:
            return self.gist.problem
        moved = self.revision.moved_to
        return f"moved to '{moved}'" if moved else "deleted"

    def to_dict(self) -> dict[str, Any]:
        """Return the line as JSON data."""
        commit, found, state = self.revision.commit, self.gist, self.revision.state
        return {
            "commit": commit and commit.id,
            "parents": list(self.revision.parents),
            "date": commit and commit.at.isoformat(),
            "author": commit and commit.author,
            "email": commit and commit.email,
            "subject": commit and commit.subject,
            "path": self.revision.path,
            "renamed_from": self.revision.renamed,
            "blob": state and state.blob,
            "included": dict(state.included) if state is not None else {},
            "model_changed": self.changed,
            "changed": self.kind,
            "problem": self.problem or None,
            "decision": found and found.decision,
            "recommendation": found and found.chosen,
            "recommendation_name": found and found.options.get(found.chosen or ""),
            "recommendation_changed": self.turned,
            "tied": list(found.tied) if found else [],
            "actor": found and found.actor,
            "value": found and found.value,
            "margin": found and found.margin,
            "change": self.change,
            "outcomes": dict(found.outcomes) if found else {},
            "of": found and found.wanted,
            "cut": self.revision.cut,
        }


@dataclass(frozen=True, slots=True)
class Point:
    """What a scenario came to from one moment on.

    Attributes:
        name: the commit.
        at: when it was made; None for what is not committed yet.
        gist: what the scenario came to; None where the file was not there.
        wanted: the number that the question asks for besides, or the probability of the outcome that is likeliest in
            the newest state; None where it is not known.
        turned: whether another option is recommended than before.
    """

    name: str
    at: datetime | None
    gist: Gist | None
    wanted: float | None = None
    turned: bool = False


@dataclass(frozen=True)
class Log:
    """The history of a scenario.

    Attributes:
        path: the file's path in the newest state, from the top of the repository.
        entries: its lines, the newest first.
        question: what was asked of each state.
        settings: the arguments that the result depends on.
        of: what `Point.wanted` is, as the newest state calls it.
        points: what it came to on the main line, from first parent to first parent, the oldest first.
        cut: whether the clone lacks older commits.
        more: whether older lines were left out because only some were wanted.
        worked_out: how many states had to be evaluated; what was evaluated before is remembered.
    """

    path: str
    entries: tuple[Entry, ...]
    question: Question
    settings: dict[str, Any] = field(default_factory=dict)
    of: str = ""
    points: tuple[Point, ...] = field(default=(), repr=False)
    cut: bool = False
    more: bool = False
    worked_out: int = 0
    method: str = METHOD

    @property
    def known(self) -> list[Point]:
        """The states of the main line that could be evaluated, the oldest first."""
        return [one for one in self.points if one.gist is not None and one.gist.known]

    def headline(self) -> str:
        """Say in one sentence how the recommendation went on the main line."""
        changes = sum(one.changed and one.revision.commit is not None for one in self.entries)
        count = f"{changes:,} {'commit' if changes == 1 else 'commits'} changed the model"
        count = f"Of those shown, {count}" if self.more else count
        gists = [one.gist for one in self.known if one.gist is not None]
        if not self.entries and not self.points:
            return "Nothing changed the file or what it includes."
        if not gists:
            return f"{count}; none of its states can be evaluated."
        last = gists[-1]
        numbers = [gists[0].value or 0.0, last.value or 0.0]
        places = decimals(numbers, apart=[numbers[1] - numbers[0]])
        old, new = (written(number, places) for number in numbers)
        unit = f" {last.unit}" if last.unit else ""
        stays = f"its value is {new}{unit}{' as at the start' if len(gists) > 1 else ''}"
        value = stays if old == new else f"its value went from {old} to {new}{unit}"
        turns = [one for one in self.known if one.turned]
        if last.chosen is None:
            return f"{count}; nobody decides, {value}."
        if not turns:
            always = "was always" if len(gists) > 1 else "is"
            return f"{count}; the recommendation {always} '{_name(last)}', {value}."
        often = "once" if len(turns) == 1 else "twice" if len(turns) == 2 else f"{len(turns):,} times"
        since = f"since {turns[-1].name}" if turns[-1].at is not None else "with what is not committed yet"
        return f"{count}; the recommendation turned {often}, {since} it is '{_name(last)}'; {value}."

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        return {
            "headline": self.headline(),
            "path": self.path,
            "commits": [one.to_dict() for one in self.entries],
            "cut": self.cut,
            "more": self.more,
            "evaluated": self.worked_out,
            "method": self.method,
        }

    def _repr_markdown_(self) -> str:
        from planner.analyses.notebook import escaped

        rows = [
            [
                one.revision.name,
                escaped(one.revision.commit.subject if one.revision.commit else ""),
                escaped(_name(one.gist) if one.gist and one.gist.chosen else one.problem),
                f"{one.gist.value:.6g}" if one.gist and one.gist.value is not None else "",
            ]
            for one in self.entries
        ]
        head = ["| commit | subject | recommendation | value |", "| --- | --- | --- | ---: |"]
        return "\n".join([escaped(self.headline()), "", *head, *(f"| {' | '.join(row)} |" for row in rows)])

    def to_frame(self) -> Any:
        """Return a row for each line, as a pandas DataFrame."""
        from planner.analyses.notebook import frame

        return frame([one.to_dict() for one in self.entries])


def _name(found: Gist) -> str:
    return found.options.get(found.chosen or "", found.chosen or "")


def log(
    repository: Repository,
    path: str,
    *,
    question: Question | None = None,
    span: tuple[str | None, str | None] = (None, None),
    everything: bool = False,
    most: int | None = None,
    memory: Memory | None = None,
) -> Log:
    """Return the history of a scenario's recommendation.

    Args:
        repository: where the file lies.
        path: its path in the newest state, from the top of the repository; renames are followed.
        question: what is asked of each state; a decision, actor or parameter is named as the newest state names it.
        span: only what came after the first revision; the second is the newest, None for what is checked out and what
            is not committed yet.
        everything: keep commits that only changed names, notes, layout or comments.
        most: no more lines than these, the newest.
        memory: where evaluations are kept by content.

    Raises:
        PlannerError: there is no commit yet or no such revision, or no commit has the file.
        BadArgument: the newest state has no such decision, actor, parameter or outcome.
    """
    asked = question or Question()
    with repository.objects() as objects:
        line = timeline(repository, path, objects, start=span[0], end=span[1])
        gists = Gists(objects, asked, memory)
        namer = Namer(objects, gists)
        gists.prepare(state for one in line.revisions for state in (one.state, *one.before))
        entries: list[Entry] = []
        more = False
        for entry in _entries(line, namer):
            if not (entry.changed or everything):
                continue
            more = most is not None and len(entries) == most
            if more:
                break
            entries.append(entry)
        of, points = _main_line(line, namer, entries if more else None)
        gists.keep()
        worked_out = gists.worked_out
    _refuse_unknown(entries, asked)
    settings: dict[str, Any] = {"at": asked.at, "actor": asked.actor, "rule": asked.rule, "of": asked.of}
    settings |= {"from": span[0], "to": span[1], "all": everything, "set": dict(asked.overrides)}
    return Log(line.path, tuple(entries), asked, settings, of, points, line.cut, more, worked_out)


def _main_line(line: Timeline, namer: Namer, shown: list[Entry] | None) -> tuple[str, tuple[Point, ...]]:
    """Return what the scenario came to from first parent to first parent, the oldest first, and what else is told."""
    visible = None if shown is None else {id(one.revision) for one in shown}
    found: list[Point] = []
    outcome = _Outcome(namer)
    for here in line.main_line():
        if visible is None or id(here) in visible:
            told = namer.gist(here)
            at = here.commit.at if here.commit is not None else None
            turned = namer.turned(here.state, told, *_last_known(line, namer, here))
            found.append(Point(here.name, at, told, outcome.of(here.state, told), turned))
    return namer.usual.of or outcome.newest, tuple(reversed(found))


class _Outcome:
    """Follows the outcome that is likeliest in the newest state through the names that it had."""

    def __init__(self, namer: Namer) -> None:
        self._namer, self._name = namer, ""
        self._after: State | None = None
        self.newest = ""

    def of(self, state: State | None, found: Gist | None) -> float | None:
        """Return the number of a state that is older than the one before."""
        if state is None or found is None or not found.known:
            return None
        if self._namer.usual.of is not None:
            return found.wanted
        if not self._name:
            self.newest = self._name = max(found.outcomes, key=lambda each: found.outcomes[each], default="")
        elif self._name not in found.outcomes and self._after is not None:
            self._name = Backwards(self._namer.renames(state, self._after)).thing(self._name)
        self._after = state
        return found.outcomes.get(self._name, 0.0) if self._name else None


def _entries(line: Timeline, namer: Namer) -> Iterator[Entry]:
    for one in line.revisions:
        found = namer.gist(one)
        before = [namer.gist_before(one, at) for at in range(len(one.before))]
        kinds = [namer.kind(one.state, found, state, each) for state, each in zip(one.before, before, strict=True)]
        earlier = _last_known(line, namer, one)
        # a merge is a change if it is not what any of its parents is
        yield Entry(
            one,
            found,
            earlier[1],
            kind=min(kinds, key=KINDS.index) if kinds else "model",
            turned=namer.turned(one.state, found, *earlier),
            new=found is not None and all(each is None for each in before),
        )


def _last_known(line: Timeline, namer: Namer, revision: Revision) -> tuple[State | None, Gist | None]:
    """Return the last state before a revision that could be evaluated, and what it came to."""
    here: Revision | None = revision
    while here is not None and here.before:
        found = namer.gist_before(here, 0)
        if found is not None and found.known:
            return here.before[0], found
        here = line.of(here.parents[0])
    return None, None


def _refuse_unknown(entries: list[Entry], asked: Question) -> None:
    """Refuse a question that no state can answer, but for faults of its own."""
    wanted = [name for name in (asked.at, asked.actor, *asked.overrides) if name is not None]
    found = [one.gist for one in entries if one.gist is not None]
    if wanted and found and not any(each.known for each in found):
        problem = found[0].problem
        if any(f"'{name}'" in problem for name in wanted):
            raise BadArgument(problem, "ask for what the newest state has, by its name there")
    if asked.of is not None and any(each.known for each in found) and all(each.wanted is None for each in found):
        newest = next(each for each in found if each.known)
        raise BadArgument(
            f"no state has an outcome, a branch or a parameter '{asked.of}'",
            f"outcomes of the newest: {listing(newest.outcomes)}" if newest.outcomes else "",
        )
