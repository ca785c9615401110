"""By how much the choices on the forecast's path are ahead.

What follows the first equilibrium is asked of it: of options that are worth the same, the first in the file is taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from planner.analyses.disputes.perfection import adopted_slots
from planner.analyses.disputes.turning import turns
from planner.core.tree import CHANCE, DECISION, OUTCOME

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.analyses.disputes.game import Game, Number, Vector

MOST_JOINT = 200  # joint decisions whose margins are worked out


class Shift(NamedTuple):
    """A change of what an option is worth to an owner beyond which something else is chosen.

    Attributes:
        actor: the owner, by number.
        slot: the option.
        change: by how much its value moves, more being better.
        instead: the option that is chosen then.
    """

    actor: int
    slot: int
    change: Number
    instead: int


@dataclass(frozen=True, slots=True)
class Margin:
    """How far one actor's choice on the forecast's path is ahead of its next best.

    Attributes:
        state: where it chooses.
        actor: who.
        chosen: what it takes.
        other: its next best option.
        margin: by how much the value of what it takes may fall, or of the other rise, before it changes its mind; at a
            joint decision, by how much the actor's value of ``option`` may move before ``other`` is adopted.
        option: the option whose value moves.
        change: the margin with the sign of that move, in the scenario's own sense.
        by: who decides there; several take a joint decision.
    """

    state: str
    actor: str
    chosen: str
    other: str
    margin: Number
    option: str = ""
    change: Number = 0
    by: tuple[str, ...] = ()

    @property
    def joint(self) -> bool:
        """Whether several decide."""
        return len(self.by) > 1


@dataclass(frozen=True, eq=False)
class First:
    """The equilibrium that takes the first of equally good options: values and choices of every state."""

    game: Game
    values: Sequence[Vector]
    choice: Sequence[int]
    _shifts: dict[int, list[Shift]] = field(default_factory=dict, repr=False)
    _joint_asked: set[int] = field(default_factory=set, repr=False)

    @property
    def reached(self) -> list[int]:
        """The decisions on its path, in topological order."""
        met = {0}
        for state in range(len(self.game)):
            if state not in met:
                continue
            for slot, edge in enumerate(self.game.edges(state)):
                decides = self.game.kind(state) == DECISION
                if (slot == self.choice[state]) if decides else self.game.p[edge] > 0:
                    met.add(self.game.target[edge])
        return sorted(state for state in met if self.game.kind(state) == DECISION)

    def ahead(self, state: int) -> list[Vector]:
        """Return what each of a state's edges leads to."""
        game = self.game
        return [
            tuple([one + more for one, more in zip(self.values[game.target[edge]], game.gain[edge], strict=True)])
            for edge in game.edges(state)
        ]

    def shifts(self, state: int) -> list[Shift]:
        """Return which changes of single values would change the choice at a decision."""
        if state not in self._shifts:
            alone = len(self.game.owners(state)) == 1
            asked = self.asked(state)
            self._shifts[state] = list(self._own(state) if alone else self._joint(state)) if asked else []
        return self._shifts[state]

    def asked(self, state: int) -> bool:
        """Whether it is worked out what would change the choice at a decision: of joint ones the first are."""
        if len(self.game.owners(state)) == 1:
            return True
        if len(self._joint_asked) < MOST_JOINT:
            self._joint_asked.add(state)
        return state in self._joint_asked

    def _own(self, state: int) -> Iterator[Shift]:
        (owner,), chosen = self.game.owners(state), self.choice[state]
        own = [row[owner] for row in self.ahead(state)]
        rivals = [slot for slot in range(len(own)) if slot != chosen]
        if not rivals:
            return
        best = max(rivals, key=lambda slot: (own[slot], -slot))
        for slot, value in enumerate(own):
            gap = own[chosen] - (own[best] if slot == chosen else value)
            yield Shift(owner, slot, -gap if slot == chosen else gap, best if slot == chosen else slot)

    def _joint(self, state: int) -> Iterator[Shift]:
        game = self.game
        who, ahead = game.deciders[state], self.ahead(state)
        own = [[Fraction(row[owner]) for row in ahead] for owner in who.owners]
        for mover, owner in enumerate(who.owners):
            for slot in range(len(ahead)):
                slopes = [Fraction(slot == each) for each in range(len(ahead))]
                for turn in turns(own, who, mover, slopes, self.choice[state]):
                    if turn is not None:
                        change = turn.change if game.exact else float(turn.change)
                        yield Shift(owner, slot, change, turn.adopted)


def first_equilibrium(game: Game) -> First:
    """Fold a game without hidden moves back, the first of equally good options taken."""
    values: list[Vector] = [()] * len(game)
    choice = [0] * len(game)
    first = First(game, values, choice)
    for state in range(len(game) - 1, -1, -1):
        if game.kind(state) == OUTCOME:
            values[state] = game.end[state]
            continue
        ahead = first.ahead(state)
        if game.kind(state) == CHANCE:
            values[state] = game.expected(ahead, [game.p[edge] for edge in game.edges(state)])
            continue
        owners = game.owners(state)
        if len(owners) > 1:
            slots = adopted_slots(game, state, ahead)
            choice[state] = game.deciders[state].fallback if game.deciders[state].fallback in slots else slots[0]
        else:
            best = max(row[owners[0]] for row in ahead)
            least = best - game.slack[owners[0]]
            choice[state] = next(slot for slot, row in enumerate(ahead) if row[owners[0]] >= least)
        values[state] = ahead[choice[state]]
    return first


def margins(first: First) -> list[Margin]:
    """Return by how much each choice on the forecast's path is ahead, the narrowest first.

    A choice of one actor has one margin; a joint one has one for each value of an owner that can change it.
    """
    game = first.game
    found = []
    for state in first.reached:
        shifts = first.shifts(state)
        names = [game.edge(edge).rpartition(".")[2] for edge in game.edges(state)]
        joint = len(game.owners(state)) > 1
        for shift in shifts:
            if joint or shift.slot == first.choice[state]:
                change = game.worth.sense * shift.change
                found.append(
                    Margin(
                        game.label(state), game.actors[shift.actor], names[first.choice[state]], names[shift.instead],
                        abs(change), names[shift.slot], change, tuple(map(game.actors.__getitem__, game.owners(state))),
                    )
                )  # fmt: skip
    return sorted(found, key=lambda margin: margin.margin)
