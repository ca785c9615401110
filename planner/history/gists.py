"""What each state of a scenario comes to, worked out once and remembered by content."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol

from planner.analyses.gist import Gist, Question, gist
from planner.history.states import source_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.history.objects import Objects
    from planner.history.states import State

AT_ONCE = 256  # states that memory is asked for together
FORM = 1  # of what is remembered; another number forgets what was kept before


class Memory(Protocol):
    """Where answers are kept from one command to the next.

    Attributes:
        version: of the program; what another version worked out is not taken.
    """

    version: str

    def recall(self, keys: Iterable[str]) -> Mapping[str, Any]:
        """Return what is kept under any of the keys."""

    def remember(self, answers: Mapping[str, Any]) -> None:
        """Keep answers."""


class Forgetful:
    """A memory that keeps nothing."""

    version = ""

    def recall(self, keys: Iterable[str]) -> Mapping[str, Any]:
        """Return nothing."""
        del keys
        return {}

    def remember(self, answers: Mapping[str, Any]) -> None:
        """Keep nothing."""
        del answers


class Gists:
    """Answers one question for states of a scenario.

    What was not known before is kept by `keep`, all together.
    """

    def __init__(self, objects: Objects, question: Question, memory: Memory | None = None) -> None:
        self.question = question
        self.worked_out = 0
        self._objects = objects
        self._memory = memory or Forgetful()
        self._head = [FORM, self._memory.version]
        self._known: dict[str, Gist] = {}
        self._new: dict[str, Any] = {}
        self._asked: set[str] = set()

    def prepare(self, states: Iterable[State | None], question: Question | None = None) -> None:
        """Recall what is known of states."""
        keys = {self._key(state, question or self.question) for state in states if state is not None}
        unknown = sorted(keys - self._known.keys() - self._asked)
        for start in range(0, len(unknown), AT_ONCE):
            part = unknown[start : start + AT_ONCE]
            self._asked.update(part)
            for key, answer in self._memory.recall(part).items():
                self._known[key] = Gist.from_dict(answer)

    def of(self, state: State, question: Question | None = None) -> Gist:
        """Return what a state comes to; ``question`` is asked in the place of the usual one."""
        asked = question or self.question
        key = self._key(state, asked)
        if key not in self._known:
            self.prepare([state], asked)
        if key not in self._known:
            self._known[key] = found = gist(source_in(self._objects, state), asked)
            self.worked_out += 1
            if found.model is not None or found.problem:
                self._new[key] = found.to_dict()
        return self._known[key]

    def keep(self) -> None:
        """Remember what was worked out."""
        if self._new:
            self._memory.remember(self._new)
            self._new = {}

    def _key(self, state: State, question: Question) -> str:
        text = json.dumps([*self._head, state.key, question.to_dict()], sort_keys=True)
        return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
