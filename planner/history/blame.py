"""Who set each number and text of a scenario's model, when, in which commit and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from planner.analyses.result import UnknownName
from planner.core.change.difference_words import said, split
from planner.core.change.edit import EditError
from planner.core.change.leaf import Leaf
from planner.core.change.normal import EDGES
from planner.core.change.places import find
from planner.core.collector import no_collection
from planner.core.expression import Expression
from planner.errors import PlannerError
from planner.history.states import source_in
from planner.history.timeline import timeline
from planner.history.views import View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.change.difference_words import Said
    from planner.core.source import Source
    from planner.history.objects import Objects
    from planner.history.repository import Repository
    from planner.history.timeline import Revision, Timeline
    from planner.history.views import Place

METHOD = "The newest commit before which the value was another one, layout, comments and ids apart"


@dataclass(frozen=True)
class Line:
    """One value of the newest text, and who set it.

    Attributes:
        place: where it stands, in the words of the command line.
        what: the field's word: parameter, payoff, probability, name …
        value: as the file writes it; empty for an option or the like that says nothing.
        number: as a number; None if it is none.
        revision: who set it so.
        before: what stood there before; None where there was nothing.
        perhaps: commits between that one and the last that had another value, whose texts cannot be read.
        file: the path of the file in which it stands, from the top of the repository.
        line: its line there, from 1.
    """

    place: str
    what: str
    value: str
    number: float | None
    revision: Revision
    before: str | None
    perhaps: tuple[Revision, ...]
    file: str
    line: int

    @property
    def committed(self) -> bool:
        """Whether it stands in a commit."""
        return self.revision.commit is not None

    def to_dict(self) -> dict[str, Any]:
        """Return the line as JSON data."""
        commit = self.revision.commit
        return {
            "place": self.place,
            "what": self.what,
            "value": self.value,
            "number": self.number,
            "before": self.before,
            "file": self.file,
            "line": self.line,
            "committed": self.committed,
            "commit": commit and commit.id,
            "date": commit and commit.at.isoformat(),
            "author": commit and commit.author,
            "email": commit and commit.email,
            "subject": commit and commit.subject,
            "body": commit and commit.body,
            "path": self.revision.path,
            "or_earlier": self.revision.cut,
            "perhaps": [each.commit.id for each in self.perhaps if each.commit is not None],
        }


@dataclass(frozen=True)
class Blame:
    """Who set what.

    Attributes:
        path: the file, from the top of the repository.
        lines: the values, in the order of the text.
        settings: the arguments that the result depends on.
        cut: whether the clone lacks older commits.
    """

    path: str
    lines: tuple[Line, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    cut: bool = False
    method: str = METHOD

    def headline(self) -> str:
        """Say in one sentence how many values there are, and who set them."""
        known = [one.revision.commit for one in self.lines if one.revision.commit is not None]
        loose = len(self.lines) - len(known)
        count = f"{len(self.lines):,} {'value' if len(self.lines) == 1 else 'values'}"
        if not known:
            return f"{count}, none of them committed yet."
        authors = len({commit.email for commit in known})
        commits = len({commit.id for commit in known})
        who = f"{authors:,} {'person' if authors == 1 else 'people'} in {commits:,} commit{'s' * (commits != 1)}"
        return f"{count}, set by {who}{f'; {loose:,} not committed yet' if loose else ''}."

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        return {
            "headline": self.headline(),
            "path": self.path,
            "values": [one.to_dict() for one in self.lines],
            "cut": self.cut,
            "method": self.method,
        }

    def _repr_markdown_(self) -> str:
        from planner.analyses.notebook import escaped

        rows = [
            [one.place, one.value, one.revision.name, one.revision.commit.author if one.revision.commit else ""]
            for one in self.lines
        ]
        head = ["| place | value | commit | author |", "| --- | --- | --- | --- |"]
        return "\n".join(
            [escaped(self.headline()), "", *head, *(f"| {' | '.join(map(escaped, row))} |" for row in rows)]
        )

    def to_frame(self) -> Any:
        """Return a row for each value, as a pandas DataFrame."""
        from planner.analyses.notebook import frame

        return frame([one.to_dict() for one in self.lines])


def blame(repository: Repository, path: str, *, place: str | None = None, end: str | None = None) -> Blame:
    """Say who set the values of a scenario.

    Args:
        repository: where the file lies.
        path: its path in the newest state, from the top of the repository; renames are followed.
        place: only what stands there or below: a parameter, a node, ``node.edge``, an actor; None for all.
        end: the newest revision; None for what is checked out with what is not committed yet.

    Raises:
        PlannerError: there is no commit yet or no such revision, no commit has the file, or the newest text cannot be
            read.
        UnknownName: nothing stands at that place.
    """
    with repository.objects() as objects:
        line = timeline(repository, path, objects, end=end)
        newest = line.revisions[0]
        if newest.state is None:
            raise _gone(newest)
        source = source_in(objects, newest.state)
        if source is None or source.data is None:
            where = f" in {newest.name}" if newest.commit is not None else ""
            step = f"`planner check {path}` says why; --to HEAD looks at the last commit"
            raise PlannerError(f"the text of '{path}' cannot be read{where}", step)
        view = View(source)
        wanted = {at: leaf for at, leaf in view.values.items() if at != ("planner",)}
        words = {at: _words(view, at) for at in wanted}
        kept = list(wanted) if place is None else _below(source, wanted, words, place)
        found = _Search(objects, line).run(view, kept)
    lines = tuple(_line(source, newest.state.path, at, wanted[at], words[at], found[at]) for at in kept)
    return Blame(path, lines, {"place": place, "to": end}, line.cut)


def _gone(newest: Revision) -> PlannerError:
    if newest.moved_to is not None:
        step = f"name '{newest.moved_to}'"
        return PlannerError(f"'{newest.path}' is called '{newest.moved_to}' since {newest.name}", step)
    said = f"'{newest.path}' was deleted in {newest.name}"
    if newest.commit is None:
        return PlannerError(
            f"'{newest.path}' is deleted, but not in a commit yet", "--to HEAD looks at the last commit"
        )
    return PlannerError(said, f"--to {newest.name}^ looks at the last commit that has it")


def _words(view: View, at: Place) -> Said:
    inside = split(at)[1]
    word = "branch"
    if inside[0] == "nodes" and len(inside) > 1:
        node = _under(view.tree, at[: len(at) - len(inside) + 2])
        kind = node.get("kind") if isinstance(node, dict) else None
        word = "option" if isinstance(kind, Leaf) and kind.value == "decision" else word
    return said(at, word=word, sole="criteria" not in view.tree)


def _under(tree: Any, at: Place) -> Any:
    for key in at:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def _below(source: Source, wanted: Mapping[Place, Leaf], words: Mapping[Place, Said], place: str) -> list[Place]:
    """Return what stands at a place or below it."""
    heads = (place, place.removeprefix("nodes.").removeprefix("parameters."))

    def is_below(at: Place) -> bool:
        told = (words[at].place, ".".join(part for part in at if part != EDGES))
        return any(each == head or each.startswith((f"{head}.", f"{head}/")) for each in told for head in heads)

    found = [at for at in wanted if is_below(at)]
    if found:
        return found
    try:
        path = find(source, place).path
    except EditError as error:
        names = [each.place for each in words.values()]
        known = dict.fromkeys([*names, *(name.partition(".")[0] for name in names)])
        unknown = UnknownName.among("place", place, known)
        unknown.next_step = unknown.next_step or error.next_step
        raise unknown from None
    found = [at for at, leaf in wanted.items() if at[0] != "include" and leaf.path[: len(path)] == path]
    if not found:
        raise UnknownName("place", place)
    return found


@dataclass(frozen=True)
class _Set:
    """Who set a value, and what was there before."""

    revision: Revision
    before: str | None
    perhaps: tuple[Revision, ...]


class _Search:
    """Hands values from each revision to those that it follows as long as they have them."""

    def __init__(self, objects: Objects, line: Timeline) -> None:
        self._objects, self._line = objects, line
        self._views: dict[int, View] = {}
        self._sources: dict[int, Source | None] = {}
        self._waiting: dict[int, dict[Place, tuple[Revision, ...]]] = {}

    def run(self, view: View, places: Sequence[Place]) -> dict[Place, _Set]:
        """Return for every place who set what stands there."""
        revisions = self._line.revisions
        self._views[id(revisions[0])] = view
        self._waiting[id(revisions[0])] = dict.fromkeys(places, ())
        found: dict[Place, _Set] = {}
        with no_collection():
            for one in revisions:
                waiting = self._waiting.pop(id(one), None)
                here = self._views.pop(id(one), None)
                if waiting and here is not None:
                    found |= self._ask(one, here, waiting)
        return found

    def _ask(self, one: Revision, here: View, waiting: Mapping[Place, tuple[Revision, ...]]) -> dict[Place, _Set]:
        above = [self._readable(each) for each in self._line.followed(one)]
        older = [(each, self._view(each, here)) for each, _ in above if each is not None]
        found: dict[Place, _Set] = {}
        for at, perhaps in waiting.items():
            leaf = here.values[at]
            heir = next((each for each, view in older if view.values.get(at) == leaf), None)
            if heir is not None:
                self._waiting.setdefault(id(heir), {}).setdefault(at, ())
                continue
            was = next((view.values[at].text for _, view in older if at in view.values), None)
            skipped = tuple(each for _, more in above for each in more)
            found[at] = _Set(one, was, (*perhaps, *skipped))
        return found

    def _view(self, revision: Revision, below: View) -> View:
        if id(revision) not in self._views:
            source = self._source(revision)
            assert source is not None
            self._views[id(revision)] = below.of(source)
            del self._sources[id(revision)]
        return self._views[id(revision)]

    def _readable(self, revision: Revision | None) -> tuple[Revision | None, tuple[Revision, ...]]:
        """Return the nearest revision on a line whose text can be read, and those that were passed by."""
        skipped: list[Revision] = []
        while revision is not None and revision.state is not None and self._source(revision) is None:
            skipped.append(revision)
            above = self._line.followed(revision)
            revision = above[0] if above else None
        if revision is None or revision.state is None:
            return None, tuple(skipped)
        return revision, tuple(skipped)

    def _source(self, revision: Revision) -> Source | None:
        if id(revision) not in self._sources and id(revision) not in self._views:
            assert revision.state is not None
            found = source_in(self._objects, revision.state)
            self._sources[id(revision)] = found if found is not None and found.data is not None else None
        return self._sources[id(revision)] if id(revision) in self._sources else self._views[id(revision)].source


def _line(source: Source, path: str, at: Place, leaf: Leaf, words: Said, found: _Set) -> Line:
    import posixpath

    file, text = path, source
    prefix = split(at)[0]
    for name in prefix.split("/")[:-1]:
        entry = text.included[name]
        assert entry.source is not None
        file, text = posixpath.normpath(posixpath.join(posixpath.dirname(file), entry.file)), entry.source
    where = leaf.path or _document_path(split(at)[1], text)
    row = text.position(text.key_span(where).start)[0]
    number = leaf.value if isinstance(leaf.value, float) else None
    if isinstance(leaf.value, Expression) and not leaf.value.names:
        number = leaf.value.constant
    return Line(words.place, words.what, leaf.text, number, found.revision, found.before, found.perhaps, file, row)


def _document_path(at: Place, source: Source) -> Place:
    for group in ("options", "branches"):
        path = tuple(group if part == EDGES else part for part in at)
        if source.has(path):
            return path
    return at
