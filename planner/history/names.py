"""What the newest state of a scenario calls things, in its older states."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from planner.analyses.comparing.names import Names
from planner.core.change.differences import compared, differences
from planner.history.states import source_in

if TYPE_CHECKING:
    from planner.analyses.gist import Gist, Question
    from planner.history.gists import Gists
    from planner.history.objects import Objects
    from planner.history.states import State
    from planner.history.timeline import Revision

Kind = Literal["layout", "words", "model"]


class Namer:
    """Asks the states of a timeline one question, in the names that each of them has.

    Renames are looked for only where a state does not know a name that the state after it knows.
    """

    def __init__(self, objects: Objects, gists: Gists) -> None:
        self._objects, self._gists = objects, gists
        self._asked: dict[State, Question] = {}
        self._renames: dict[tuple[State, State], Names] = {}

    @property
    def usual(self) -> Question:
        """The question as the newest state is asked it."""
        return self._gists.question

    def gist(self, revision: Revision) -> Gist | None:
        """Return what a revision's state comes to; None where the file is not there."""
        state = revision.state
        return None if state is None else self._gists.of(state, self._question(state))

    def gist_before(self, revision: Revision, parent: int) -> Gist | None:
        """Return what the state of a parent comes to; None where the file is not there."""
        state = revision.before[parent]
        if state is None:
            return None
        if state not in self._asked and revision.state is not None:
            self._asked[state] = self._translated(state, revision.state)
        return self._gists.of(state, self._question(state))

    def _question(self, state: State) -> Question:
        return self._asked.get(state, self._gists.question)

    def question(self, revision: Revision) -> Question:
        """Return the question in the names of a revision; `gist` must have been asked about what comes after it."""
        return self._gists.question if revision.state is None else self._question(revision.state)

    def _translated(self, state: State, after: State) -> Question:
        """Return the question that the later state is asked in the names of the earlier one."""
        asked = self._question(after)
        if asked.at is None and asked.actor is None and asked.of is None and not asked.overrides:
            return asked
        if self._gists.of(state, asked).known and (asked.of is None or self._gists.of(state, asked).wanted is not None):
            return asked
        names = self.renames(state, after)
        back = Backwards(names)
        return replace(
            asked,
            at=back.label(asked.at) if asked.at is not None else None,
            actor=back.actor(asked.actor) if asked.actor is not None else None,
            overrides={back.parameter(name): value for name, value in asked.overrides.items()},
            of=back.thing(asked.of) if asked.of is not None else None,
        )

    def renames(self, before: State, after: State) -> Names:
        """Return the names of one state in another."""
        if (before, after) not in self._renames:
            first, second = (source_in(self._objects, each) for each in (before, after))
            known = first is not None and second is not None and first.data is not None and second.data is not None
            made = Names(compared(first, second).renames) if known and first and second else Names({})
            self._renames[before, after] = made
        return self._renames[before, after]

    def kind(self, state: State | None, found: Gist | None, earlier: State | None, before: Gist | None) -> Kind:
        """Return what a state changed; what cannot be read counts as another model."""
        if found is None and before is None:
            return "layout"
        if found is None or before is None or found.model is None or before.model is None:
            return "model"
        if found.model == before.model:
            return "layout"
        if found.numbers == before.numbers:
            return "words"
        if found.ids == before.ids or state is None or earlier is None:
            return "model"
        # things were added and removed, or some have other ids
        first, second = (source_in(self._objects, each) for each in (earlier, state))
        assert first is not None
        assert second is not None
        return "model" if any(one.effect for one in differences(first, second)) else "words"

    def turned(self, state: State | None, found: Gist | None, earlier: State | None, before: Gist | None) -> bool:
        """Whether another option is recommended in a state than in an earlier one, whatever it is called."""
        if state is None or found is None or earlier is None or before is None:
            return False
        if before.chosen is None or found.chosen is None or not before.known or not found.known:
            return False
        was, now = (_node(before), before.chosen), (_node(found), found.chosen)
        if was == now:
            return False
        if was[0] == now[0] and was[1] in found.options and now[1] in before.options:
            return True
        names = self.renames(earlier, state)
        return (names.node(was[0]), names.option(*was)) != now


def _node(found: Gist) -> str:
    return (found.decision or "").partition("[")[0]


class Backwards:
    """The names of the second of two scenarios in the first."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._back: dict[str, dict[str, str]] = {"node": {}, "edge": {}, "actor": {}, "parameter": {}, "state": {}}
        for prefix, own in names.renames.items():
            for (kind, old), new in own.items():
                self._back.setdefault(kind, {})[f"{prefix}{new}"] = f"{prefix}{old}"

    def node(self, new: str) -> str:
        """Return a node's id."""
        return self._back["node"].get(new, new)

    def actor(self, new: str) -> str:
        """Return an actor's id."""
        return self._back["actor"].get(new, new)

    def parameter(self, new: str) -> str:
        """Return a parameter's id."""
        return self._back["parameter"].get(new, new)

    def edge(self, new: str) -> str:
        """Return ``node.edge``."""
        node, _, edge = new.rpartition(".")
        own = self._back["edge"].get(new)
        return own if own is not None else f"{self.node(node)}.{edge}"

    def label(self, new: str) -> str:
        """Return a state: ``node`` or ``node[round=2]``."""
        node, bracket, rest = new.partition("[")
        return f"{self.node(node)}{bracket}{rest}"

    def thing(self, new: str) -> str:
        """Return a parameter, an outcome, or ``node.edge``."""
        if "." in new:
            return self.edge(new)
        return self._back["parameter"].get(new, self.node(new))
