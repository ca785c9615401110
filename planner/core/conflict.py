"""The conflict of a scenario as plain, frozen data: who may do what, which states there are, who prefers which.

It mirrors the section ``conflict`` of the file; `planner.core.graph_model` works out states, moves and rankings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from planner.core.model import about

if TYPE_CHECKING:
    from planner.core.statement import Statement

StateId = int | str  # numbers stay numbers; a text is a name, or a pattern of the options taken
Irreversible = Literal["taken", "dropped"]


@dataclass(frozen=True, slots=True)
class ConflictOption:
    """Something that an actor may do or leave."""

    id: str
    actor: str
    name: str = about("what the actor does if it takes the option; absent = the id")
    irreversible: Irreversible | None = about(
        "true or taken: once taken, it stays taken; dropped: once given up, it cannot be taken again", default=None
    )
    note: str | None = about("free text", default=None)

    @property
    def path(self) -> str:
        """The option as it is written where its id alone could be several: ``actor.option``."""
        return f"{self.actor}.{self.id}"


@dataclass(frozen=True, slots=True)
class ConflictState:
    """One of the states, where the file lists them."""

    id: StateId
    name: str | None = about("the state in words", default=None)
    options: str | None = about(
        "which options are taken in it, a letter each in the order of the file: Y, N, or - for either", default=None
    )
    note: str | None = about("free text", default=None)


@dataclass(frozen=True, slots=True)
class Preference:
    """What an actor prefers: statements that it wants to hold, the most important first, or a ranking of the states."""

    actor: str
    statements: tuple[Statement, ...] = about(
        "what the actor wants to hold, the most important first; a later one counts only between states in which all "
        "earlier ones hold alike",
        default=(),
    )
    ranking: tuple[tuple[StateId, ...], ...] = about(
        "every state, the best first; states in square brackets are equally good", default=()
    )
    source: str | None = about("where the preferences are known from", default=None)
    note: str | None = about("free text", default=None)


Targets = Mapping[StateId, tuple[StateId, ...]]


@dataclass(frozen=True)
class Conflict:
    """Options, states, moves and preferences of the graph model for conflict resolution.

    Statements name options as ``actor.option``.
    """

    options: Mapping[str, Mapping[str, ConflictOption]] = about(
        "by actor: what it may do or leave", default_factory=dict
    )
    feasible: tuple[Statement, ...] = about("what holds in every state", default=())
    infeasible: tuple[Statement, ...] = about("what holds in no state", default=())
    states: Mapping[StateId, ConflictState] = about(
        "all states there are, by number or name; absent = every combination of options that is feasible, numbered "
        "from 1, the first option changing first",
        default_factory=dict,
    )
    status_quo: StateId | None = about("the state in which things are now", default=None)
    moves: Mapping[str, Targets] = about(
        "by actor: the states that it can move to from each state; an actor that stands here has these moves alone, "
        "others move by changing their options",
        default_factory=dict,
    )
    preferences: Mapping[str, Preference] = about(
        "by actor: what it wants to hold, the most important first, or a ranking of the states", default_factory=dict
    )

    @cached_property
    def actors(self) -> tuple[str, ...]:
        """Everybody who takes part, in the order of the file."""
        return tuple(dict.fromkeys((*self.options, *self.moves, *self.preferences)))

    @cached_property
    def all_options(self) -> tuple[ConflictOption, ...]:
        """Every option, in the order in which a pattern has its letters."""
        return tuple(option for own in self.options.values() for option in own.values())
