"""A game in extensive form as plain data: what an `.efg` file says, whoever wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

CHANCE = 0  # the player number of chance


class InformationSet(NamedTuple):
    """Nodes that their player cannot tell apart; chance nodes with one list of probabilities.

    Attributes:
        player: the player's number from 1; 0 for chance.
        number: the set's number, unique for its player.
        label: its name; may be empty.
        actions: what can be done, or can happen, there.
        chances: the probabilities of the actions; empty unless chance moves.
    """

    player: int
    number: int
    label: str
    actions: tuple[str, ...]
    chances: tuple[Fraction, ...] = ()


class Outcome(NamedTuple):
    """Payoffs, one for each player, that a node adds to a path."""

    number: int
    label: str
    payoffs: tuple[Fraction, ...]


class Position(NamedTuple):
    """A node of the tree.

    Attributes:
        label: the node's own name; may be empty.
        set: the index of its information set; -1 at the end of a path.
        outcome: the index of its outcome; -1 without one.
        parent: the index of the node before; -1 at the root.
        slot: which action of the parent leads here.
        offset: where it stands in the text, for messages.
    """

    label: str
    set: int
    outcome: int
    parent: int
    slot: int
    offset: int = 0


@dataclass(frozen=True)
class Tree:
    """A game in extensive form.

    Attributes:
        title: what the game is called.
        players: their names.
        sets: the information sets.
        outcomes: the outcomes.
        positions: the nodes in prefix order, the root first.
        comment: free text.
    """

    title: str
    players: tuple[str, ...]
    sets: tuple[InformationSet, ...] = field(repr=False)
    outcomes: tuple[Outcome, ...] = field(repr=False)
    positions: tuple[Position, ...] = field(repr=False)
    comment: str = ""

    def __len__(self) -> int:
        return len(self.positions)

    @cached_property
    def children(self) -> Sequence[Sequence[int]]:
        """For each node the nodes that its actions lead to."""
        found: list[list[int]] = [[] for _ in self.positions]
        for at, position in enumerate(self.positions):
            if position.parent >= 0:
                found[position.parent].append(at)
        return found

    @cached_property
    def members(self) -> Sequence[Sequence[int]]:
        """For each information set its nodes, in prefix order."""
        found: list[list[int]] = [[] for _ in self.sets]
        for at, position in enumerate(self.positions):
            if position.set >= 0:
                found[position.set].append(at)
        return found

    @property
    def ends(self) -> int:
        """How many paths there are."""
        return sum(position.set < 0 for position in self.positions)

    def payoffs(self, at: int) -> tuple[Fraction, ...]:
        """Return what a node itself adds; nothing for nobody where it has no outcome."""
        outcome = self.positions[at].outcome
        return self.outcomes[outcome].payoffs if outcome >= 0 else ()
