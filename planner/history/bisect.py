"""Since which commit something is recommended, and how it came and went before."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from planner.analyses.gist import Question
from planner.analyses.result import BadArgument, UnknownName
from planner.errors import PlannerError
from planner.history.condition import Condition
from planner.history.gists import Gists, Memory
from planner.history.names import Backwards, Namer
from planner.history.states import source_in
from planner.history.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.comparison import Comparison
    from planner.analyses.gist import Gist
    from planner.history.objects import Objects
    from planner.history.repository import Repository
    from planner.history.states import State
    from planner.history.timeline import Revision, Timeline

METHODS = {
    "scan": "Every state of the main line, from first parent to first parent, is evaluated",
    "binary": "Binary search on the main line, which supposes that the condition changed once",
}


@dataclass(frozen=True)
class Step:
    """One state on the way back.

    Attributes:
        revision: the commit and its state.
        gist: what it came to; None where the file was not there.
        holds: whether the condition does; None where that cannot be said.
    """

    revision: Revision
    gist: Gist | None
    holds: bool | None

    def to_dict(self) -> dict[str, Any]:
        """Return the step as JSON data."""
        commit, found = self.revision.commit, self.gist
        return {
            "commit": commit and commit.id,
            "date": commit and commit.at.isoformat(),
            "author": commit and commit.author,
            "subject": commit and commit.subject,
            "path": self.revision.path,
            "holds": self.holds,
            "recommendation": found and found.chosen,
            "value": found and found.value,
            "margin": found and found.margin,
            "problem": (found.problem or None) if found is not None else "the file is not there",
        }


@dataclass(frozen=True)
class Bisection:
    """Since when a condition holds.

    Attributes:
        path: the file, from the top of the repository.
        condition: what was asked.
        steps: the states of the main line that were looked at, the newest first.
        since: the commit since which it holds without a break; None if it does not hold in the newest state.
        until: the commit that ended it, if it held before and does not any more.
        merge: the merge that brought that commit to the main line; None if it stands there itself.
        before: the last state before that in which it was otherwise; None if there is none.
        perhaps: states in between of which it cannot be said.
        flips: all commits of the main line that changed it, the newest first.
        unknown: all states of which it cannot be said.
        comparison: what the commit changed and what that did; None where there is nothing to compare.
        settings: the arguments that the result depends on.
        cut: whether the clone lacks older commits.
        method: scan or binary.
    """

    path: str
    condition: Condition
    steps: tuple[Step, ...]
    since: Step | None
    until: Step | None
    before: Step | None
    perhaps: tuple[Step, ...]
    flips: tuple[Step, ...]
    unknown: tuple[Step, ...]
    merge: Step | None = None
    comparison: Comparison | None = field(default=None, repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict)
    cut: bool = False
    method: str = "scan"

    @property
    def holds(self) -> bool:
        """Whether it holds in the newest state."""
        return self.since is not None

    def headline(self) -> str:
        """Say in one sentence since when it holds."""
        text = self.condition.text.strip()
        newest = next((one for one in self.steps if one.holds is not None), None)
        if newest is None:
            return f"No state can tell whether {text} holds."
        where = _at(newest)
        if self.since is None:
            now = _now(newest.gist, self.condition)
            if self.until is None:
                return f"{text} does not hold {where}{now}, and it never did."
            return f"{text} does not hold {where}{now}; {_who(self.until)} ended it{self._through()}."
        if self.before is None:
            if self.cut:
                return f"{text} holds {where}, and did in the oldest commit that this shallow clone has."
            return f"{text} holds {where}, and always did."
        maybe = ""
        if self.perhaps:
            before = f"{len(self.perhaps)} before it" if len(self.perhaps) > 1 else self.perhaps[0].revision.name
            maybe = f", or since {'one of ' if len(self.perhaps) > 1 else ''}{before}, which cannot be evaluated"
        return f"{text} holds since {_who(self.since)}{maybe}{self._through()}."

    def _through(self) -> str:
        return f", merged by {self.merge.revision.name}" if self.merge is not None else ""

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        return {
            "headline": self.headline(),
            "path": self.path,
            "condition": self.condition.text,
            "holds": self.holds,
            "since": self.since and self.since.to_dict(),
            "until": self.until and self.until.to_dict(),
            "before": self.before and self.before.to_dict(),
            "merge": self.merge and self.merge.to_dict(),
            "perhaps": [one.to_dict() for one in self.perhaps],
            "flips": [one.to_dict() for one in self.flips],
            "unknown": [one.to_dict() for one in self.unknown],
            "looked_at": len(self.steps),
            "comparison": self.comparison and self.comparison.to_dict(),
            "cut": self.cut,
            "method": METHODS[self.method],
        }

    def _repr_markdown_(self) -> str:
        from planner.analyses.notebook import escaped

        return escaped(self.headline())


def _who(step: Step) -> str:
    commit = step.revision.commit
    if commit is None:
        return "what is not committed yet"
    return f"{commit.short} ({commit.author}, {commit.at.astimezone():%Y-%m-%d}: {commit.subject})"


def _at(step: Step) -> str:
    return "now" if step.revision.commit is None else f"in {step.revision.name}"


def _now(found: Gist | None, condition: Condition) -> str:
    if found is None:
        return ""
    if condition.at is not None:
        return f" (there it is {found.chosen})"
    value = condition.told(found)
    return f" (there it is {value:.6g})" if value is not None else ""


def bisect(
    repository: Repository,
    path: str,
    until: str,
    *,
    question: Question | None = None,
    span: tuple[str | None, str | None] = (None, None),
    method: str = "scan",
    memory: Memory | None = None,
) -> Bisection:
    """Say since which commit a condition holds.

    Args:
        repository: where the file lies.
        path: its path in the newest state, from the top of the repository; renames are followed.
        until: the condition, in the names of the newest state; see `Condition.parse`.
        question: what numbers and rule each state is evaluated with.
        span: only what came after the first revision; the second is the newest, None for what is checked out and what
            is not committed yet.
        method: scan, or binary, which evaluates few states and supposes that the condition changed once.
        memory: where evaluations are kept by content.

    Raises:
        PlannerError: there is no commit yet or no such revision, or no commit has the file.
        BadArgument: the condition cannot be read, or names what no state has.
    """
    condition = Condition.parse(until)
    asked = question or Question()
    of = condition.what if condition.at is None and condition.what not in {"value", "margin"} else None
    asked = replace(asked, at=condition.at or asked.at, of=of)
    with repository.objects() as objects:
        line = timeline(repository, path, objects, start=span[0], end=span[1])
        if not line.revisions:
            raise PlannerError(f"no commit after {span[0]} changed '{path}'", "start --from an older one")
        gists = Gists(objects, asked, memory)
        judge = _Judge(condition, Namer(objects, gists), gists)
        walked = _scan(line, judge) if method == "scan" else _halve(line, judge)
        _refuse_unknown(condition, walked, gists.question)
        made = _told(line, condition, walked, method)
        turn = made.since or made.until
        side = _merged(line, judge, turn) if turn is not None and made.before is not None else None
        if side is not None:
            since, until_ = (side[0], None) if made.since is not None else (None, side[0])
            made = replace(made, since=since, until=until_, before=side[1], merge=turn, perhaps=())
        gists.keep()
        comparison = _compared(objects, judge, made)
    settings: dict[str, Any] = {
        "until": until,
        "at": asked.at,
        "actor": asked.actor,
        "rule": asked.rule,
        "from": span[0],
        "to": span[1],
    }
    settings |= {"set": dict(asked.overrides), "method": method}
    return replace(made, comparison=comparison, settings=settings)


class _Judge:
    """Says of states whether the condition holds, in the names that they have."""

    def __init__(self, condition: Condition, namer: Namer, gists: Gists) -> None:
        self.condition, self.namer, self._gists = condition, namer, gists
        self._options: dict[State, str] = {}

    def step(self, revision: Revision) -> Step:
        """Judge a revision; what follows it must have been judged before."""
        found = self.namer.gist(revision)
        if found is None or revision.state is None:
            return Step(revision, None, None)
        return Step(revision, found, self.condition.holds(found, self._option(revision.state)))

    def _option(self, state: State) -> str:
        return self._options.get(state, self.condition.option)

    def older(self, revision: Revision) -> None:
        """Hand the names of a revision on to those that it follows."""
        for at, state in enumerate(revision.before):
            found = self.namer.gist_before(revision, at)
            if state is None or found is None or revision.state is None or state in self._options:
                continue
            option = self._option(revision.state)
            if self.condition.at is not None and found.known and option not in found.options:
                names = Backwards(self.namer.renames(state, revision.state))
                node = (self.namer.question(revision).at or "").partition("[")[0]
                option = names.edge(f"{node}.{option}").rpartition(".")[2]
            self._options[state] = option


def _scan(line: Timeline, judge: _Judge) -> list[Step]:
    """Return every state of the main line, the newest first."""
    found = []
    for here in line.main_line():
        found.append(judge.step(here))
        judge.older(here)
    return found


def _merged(line: Timeline, judge: _Judge, turn: Step) -> tuple[Step, Step] | None:
    """Return the commit on a merged side line that changed the condition there, and the state before it.

    None where the turn is no merge, or the merge made of several lines what none of them was.
    """
    first, *others = turn.revision.parents or ("",)
    main = line.ancestors(first) if others else set()
    for parent in others:
        here = line.of(parent)
        newer: Step | None = None
        while here is not None and here.commit is not None:
            step = judge.step(here)
            judge.older(here)
            if step.holds is not None and step.holds != turn.holds:
                if newer is not None:
                    return newer, step
                break
            if here.commit.id in main:
                break
            newer = step if step.holds is not None else newer
            here = line.of(here.parents[0]) if here.parents else None
    return None


def _halve(line: Timeline, judge: _Judge) -> list[Step]:
    """Return the states that a binary search on the main line looks at, the newest first."""
    chain = line.main_line()
    seen: dict[int, Step] = {}

    def look(at: int) -> Step:
        if at not in seen:
            seen[at] = judge.step(chain[at])
            judge.older(chain[at])
        return seen[at]

    def known(at: int, end: int, way: int) -> int | None:
        while (at - end) * way <= 0:
            if look(at).holds is not None:
                return at
            at += way
        return None

    low = known(0, len(chain) - 1, 1)
    high = known(len(chain) - 1, 0, -1)
    if low is not None and high is not None and look(low).holds != look(high).holds:
        while high - low > 1:
            middle = known((low + high) // 2, high - 1, 1)
            if middle is None:
                middle = known((low + high) // 2, low + 1, -1)
            if middle is None:
                break
            if look(middle).holds == look(low).holds:
                low = middle
            else:
                high = middle
    return [seen[at] for at in sorted(seen)]


def _told(line: Timeline, condition: Condition, steps: Sequence[Step], method: str) -> Bisection:
    known = [one for one in steps if one.holds is not None]
    flips = [one for one, other in pairwise(known) if one.holds != other.holds]
    first = flips[0] if flips else (known[-1] if known else None)
    before = next((other for one, other in pairwise(known) if one is first), None) if flips else None
    holds = bool(known) and known[0].holds is True
    perhaps: tuple[Step, ...] = ()
    if first is not None and before is not None:
        here, there = (next(at for at, each in enumerate(steps) if each is one) for one in (first, before))
        perhaps = tuple(one for one in steps[here + 1 : there] if one.gist is not None)
    return Bisection(
        line.path,
        condition,
        tuple(steps),
        since=first if holds else None,
        until=first if not holds and flips else None,
        before=before,
        perhaps=perhaps,
        flips=tuple(flips),
        unknown=tuple(one for one in steps if one.holds is None and one.gist is not None),
        cut=line.cut,
        method=method,
    )


def _compared(objects: Objects, judge: _Judge, made: Bisection) -> Comparison | None:
    """Return what the commit in question changed, and what that did."""
    from planner.analyses.comparison import compare

    turn = made.since or made.until
    if turn is None or made.before is None or turn.revision.state is None or made.before.revision.state is None:
        return None
    asked = judge.namer.question(turn.revision)
    sources = [
        source_in(objects, one.revision.state, f"{one.revision.name}:")
        for one in (made.before, turn)
        if one.revision.state is not None
    ]
    if None in sources:
        return None
    first, second = sources
    assert first is not None
    assert second is not None
    return compare(
        first, second, at=asked.at, actor=asked.actor, overrides=asked.overrides, rule=asked.rule,
        max_states=asked.max_states,
    )  # fmt: skip


def _refuse_unknown(condition: Condition, steps: Sequence[Step], asked: Question) -> None:
    """Refuse a condition on what no state has."""
    gists = [one.gist for one in steps if one.gist is not None]
    newest = next((each for each in gists if each.known), None)
    if newest is None:
        problem = gists[0].problem if gists else "the file is not there"
        if asked.at is not None and f"decision '{asked.at}'" in problem:
            raise BadArgument(problem, "name a decision of the newest state, such as those that `planner show` draws")
        raise BadArgument(f"no state can be evaluated: {problem}", "`planner log` lists them")
    if condition.at is not None and condition.option not in newest.options:
        raise UnknownName.among(f"option of '{condition.at}'", condition.option, newest.options)
    if asked.of is not None and all(each.wanted is None for each in gists):
        raise BadArgument(
            f"no state has an outcome, a branch or a parameter '{asked.of}'", "value and margin can be compared, too"
        )
