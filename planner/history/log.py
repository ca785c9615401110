"""The history of a scenario as a history of its recommendation: a line for every commit that changed the model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from planner.analyses.gist import Gist, Question
from planner.analyses.result import BadArgument, decimals, listing, written
from planner.history.gists import Gists, Memory
from planner.history.names import Namer
from planner.history.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.history.repository import Repository
    from planner.history.timeline import Revision

NOISE = 1e-9
METHOD = "Every state of the file and of what it includes, evaluated; a change is against the commit that it follows"


@dataclass(frozen=True)
class Entry:
    """One line of the history.

    Attributes:
        revision: the commit and the state that it made.
        gist: what the scenario came to; None where the file was taken away.
        before: what it came to before, in the commit that this one follows; None where the file was not there.
        changed: whether the model is another one, not only its layout and comments.
        turned: whether another option is recommended; an option that only has another id is the same.
        new: whether the file was not there before.
    """

    revision: Revision
    gist: Gist | None
    before: Gist | None
    changed: bool
    turned: bool
    new: bool

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


@dataclass(frozen=True)
class Log:
    """The history of a scenario.

    Attributes:
        path: the file's path in the newest state, from the top of the repository.
        entries: its lines, the newest first.
        question: what was asked of each state.
        settings: the arguments that the result depends on.
        cut: whether the clone lacks older commits.
        more: whether older lines were left out because only some were wanted.
        worked_out: how many states had to be evaluated; what was evaluated before is remembered.
    """

    path: str
    entries: tuple[Entry, ...]
    question: Question
    settings: dict[str, Any] = field(default_factory=dict)
    cut: bool = False
    more: bool = False
    worked_out: int = 0
    method: str = METHOD

    @property
    def known(self) -> list[Entry]:
        """The lines with numbers, the oldest first."""
        return [one for one in reversed(self.entries) if one.gist is not None and one.gist.value is not None]

    def headline(self) -> str:
        """Say in one sentence how the recommendation went."""
        known = self.known
        changes = sum(one.changed for one in self.entries)
        count = f"{changes:,} {'commit' if changes == 1 else 'commits'} changed the model"
        if not known:
            return f"{count}; none of its states can be evaluated."
        first, last = known[0].gist, known[-1].gist
        assert first is not None
        assert last is not None
        places = decimals([first.value or 0.0, last.value or 0.0])
        unit = f" {last.unit}" if last.unit else ""
        value = f"from {written(first.value or 0.0, places)} to {written(last.value or 0.0, places)}{unit}"
        turns = [one for one in known if one.turned]
        if last.chosen is None:
            return f"{count}; nobody decides, and the value went {value}."
        if not turns:
            return f"{count}; the recommendation was always '{_name(last)}', its value went {value}."
        often = "once" if len(turns) == 1 else "twice" if len(turns) == 2 else f"{len(turns):,} times"
        since = turns[-1].revision.name
        return f"{count}; the recommendation turned {often}, since {since} it is '{_name(last)}'. Value {value}."

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
    start: str | None = None,
    end: str | None = None,
    everything: bool = False,
    most: int | None = None,
    memory: Memory | None = None,
    version: str = "",
) -> Log:
    """Return the history of a scenario's recommendation.

    Args:
        repository: where the file lies.
        path: its path in the newest state, from the top of the repository; renames are followed.
        question: what is asked of each state; a decision, actor or parameter is named as the newest state names it.
        start: only what came after this revision.
        end: the newest revision; None for what is checked out and what is not committed yet.
        everything: keep commits that only changed layout and comments.
        most: no more lines than these, the newest.
        memory: where evaluations are kept by content.
        version: of the program; what another version worked out is not taken.

    Raises:
        PlannerError: there is no commit yet or no such revision, or no commit has the file.
        BadArgument: the newest state has no such decision, actor, parameter or outcome.
    """
    asked = question or Question()
    with repository.objects() as objects:
        line = timeline(repository, path, objects, start=start, end=end)
        gists = Gists(objects, asked, memory=memory, version=version)
        namer = Namer(objects, gists, line)
        gists.prepare(state for one in line.revisions for state in (one.state, *one.before))
        entries: list[Entry] = []
        more = False
        for entry in _entries(line.revisions, namer):
            if not (entry.changed or everything):
                continue
            more = most is not None and len(entries) == most
            if more:
                break
            entries.append(entry)
        gists.keep()
        worked_out = gists.worked_out
    _refuse_unknown(entries, asked)
    settings: dict[str, Any] = {"at": asked.at, "actor": asked.actor, "rule": asked.rule, "of": asked.of}
    settings |= {"from": start, "to": end, "all": everything, "set": dict(asked.overrides)}
    return Log(line.path, tuple(entries), asked, settings, line.cut, more, worked_out)


def _entries(revisions: tuple[Revision, ...], namer: Namer) -> Iterator[Entry]:
    for one in revisions:
        found = namer.gist(one)
        before = [namer.gist_before(one, at) for at in range(len(one.before))]
        there = [each for each in before if each is not None]
        changed = [_differs(found, each) for each in before]
        first = there[0] if there else None
        # a merge is a change if it is not what any of its parents is
        yield Entry(
            one,
            found,
            first,
            changed=all(changed) if changed else found is not None,
            turned=first is not None and found is not None and namer.turned(one, first, found),
            new=found is not None and not there,
        )


def _differs(found: Gist | None, before: Gist | None) -> bool:
    """Whether a state's model is another one; what cannot be read counts as another."""
    if found is None or before is None:
        return found is not before
    return found.model is None or found.model != before.model


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
