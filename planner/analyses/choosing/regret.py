"""Regret of whole strategies: what is lost against the best that hindsight would have done."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.analyses.paths import big
from planner.analyses.result import BadArgument, UnknownName, listing
from planner.core.events import DIGITS, Before, events
from planner.core.every import every

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.core.events import Event
    from planner.core.space import Space

Floats = NDArray[np.float64]
MOST_CELLS = 20_000_000  # strategies times joint outcomes
BLOCK = 2_000_000  # numbers held at once


@dataclass(frozen=True, eq=False)
class Regrets:
    """The largest regret of every strategy, and the joint outcome in which it has it.

    A joint outcome settles every event (`planner.core.events`), those that are not met among them; outcomes that news
    rules out do not count. The regret of a strategy in it is the value of the best strategy for it minus its own
    (Savage 1951, The theory of statistical decision; here for whole strategies of a tree, one column for each outcome).

    Attributes:
        events: what nature settles.
        outcomes: how many joint outcomes there are.
        regret: for each strategy its largest regret, 0 or more.
        case: for each strategy the number of the first joint outcome in which it has it.
        rival: for each strategy the number of a strategy that is best there.
    """

    events: tuple[Event, ...]
    outcomes: int
    regret: Floats = field(repr=False)
    case: NDArray[np.int64] = field(repr=False)
    rival: NDArray[np.int64] = field(repr=False)

    def outcome(self, case: int) -> list[int]:
        """Return for each event the number of the branch that a joint outcome settles it on."""
        return _outcome(self.events, case)


def regrets(
    space: Space,
    gain: Sequence[float],
    end: Sequence[float],
    *,
    before: Before | None = None,
    same: Sequence[Sequence[str]] = (),
) -> Regrets:
    """Return the largest regret of every strategy.

    Args:
        space: what there is to choose.
        gain: for each unfolded edge what it adds, oriented so that more is better.
        end: for each state what it adds where a path ends there.
        before: for states at which news was heard the probabilities of their branches without it.
        same: groups of chance nodes that stand for one event, such as the market behind each of two options.

    Raises:
        UnknownName: no chance node has the name that was given.
        BadArgument: there are too many strategies and joint outcomes, or nodes cannot be one event.
    """
    found = _events(space, before, same)
    outcomes = prod(len(event.possible) for event in found)
    count = space.count
    if count is None or count * outcomes > MOST_CELLS:
        many = big(count) if count is not None else f"more than 10 to the power of {int(space.digits):,}"
        raise BadArgument(
            f"minimax regret compares every strategy in every joint outcome of the chances, and {many} strategies in "
            f"{big(outcomes)} joint outcomes are more than {MOST_CELLS:,} cases",
            "begin at a later decision with --at, or use --rule expected, maximin or maximax",
        )
    at_once = max(1, BLOCK // count)
    event_of = {state: number for number, event in enumerate(found) for state in event.states}
    regret = np.full(count, -1.0)
    case, rival = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for first in range(0, outcomes, at_once):
        cases = np.arange(first, min(first + at_once, outcomes))
        settled = _branches(found, cases)
        values = _values(space, gain, end, settled, event_of)
        best = values.argmax(axis=0)
        lost = values[best, np.arange(len(cases))] - values
        lost[:, _ruled_out(space, settled, event_of, len(cases))] = -1.0
        worst = lost.argmax(axis=1)
        here = lost[np.arange(count), worst]
        larger = here > regret
        regret[larger] = here[larger]
        case[larger] = cases[worst[larger]]
        rival[larger] = best[worst[larger]]
    return Regrets(found, outcomes, regret, case, rival)


def _events(space: Space, before: Before | None, same: Sequence[Sequence[str]]) -> tuple[Event, ...]:
    """Return the events that are met and can turn out in more than one way."""
    met = set(space.states)
    found = [event for event in events(space.unfolded, space.p, before) if not met.isdisjoint(event.states)]
    for group in same:
        found = _united(space, found, group)
    return tuple(event for event in found if event.uncertain)


def _united(space: Space, found: list[Event], group: Sequence[str]) -> list[Event]:
    """Make one event of several nodes."""
    chances = [node.id for node in space.unfolded.scenario.nodes.values() if node.kind == "chance"]
    for name in group:
        if name not in chances:
            raise UnknownName.among("chance node", name, chances)
    mine = [event for event in found if event.node in group]
    nodes = listing(f"'{name}'" for name in group)
    if len(mine) > len(set(group)) or len({_look(event) for event in mine}) > 1:
        raise BadArgument(
            f"{nodes} cannot be one event: their branches, or the probabilities of these, differ",
            "give --same nodes with the same branches and probabilities in every state",
        )
    if _met_twice(space, mine):
        raise BadArgument(f"{nodes} cannot be one event: a path meets more than one of them", "leave one of them out")
    if len(mine) < 2:
        return found
    states = tuple(sorted(state for event in mine for state in event.states))
    united = replace(mine[0], label=", ".join(event.label for event in mine), states=states)
    return [united if event is mine[0] else event for event in found if event is mine[0] or event not in mine]


def _look(event: Event) -> tuple[Any, ...]:
    return event.branches, tuple(round(p, DIGITS) for p in event.p)


def _met_twice(space: Space, mine: Sequence[Event]) -> bool:
    """Whether some path meets two of some events."""
    states = {state for event in mine for state in event.states}
    behind: set[int] = set()
    for state in space.states:
        if state in behind and state in states:
            return True
        if state in behind or state in states:
            behind.update(space.target[slot] for slot in space.slots[state])
    return False


def _branches(found: Sequence[Event], cases: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return for each event the number of its branch in each joint outcome; the last event changes first."""
    rest = cases
    settled = []
    for event in reversed(found):
        rest, digit = np.divmod(rest, len(event.possible))
        settled.append(np.asarray(event.possible)[digit])
    return settled[::-1]


def _outcome(found: Sequence[Event], case: int) -> list[int]:
    return [int(each[0]) for each in _branches(found, np.array([case]))]


def _ruled_out(
    space: Space, settled: Sequence[NDArray[np.int64]], event_of: dict[int, int], width: int
) -> NDArray[np.bool_]:
    """Return the joint outcomes in which some path would have to take a branch that is impossible behind its news."""
    slots = {state: {slot: at for at, slot in enumerate(space.unfolded.slots(state))} for state in event_of}
    missing = any(len(space.slots[state]) < len(slots[state]) for state in slots if space.slots[state])
    out = np.zeros(width, np.bool_)
    if not missing:
        return out
    reach = {space.start: np.ones(width, np.bool_)}
    for state in space.states:
        here = reach.pop(state)
        rest = here.copy()
        for slot in space.slots[state]:
            goes = here & (settled[event_of[state]] == slots[state][slot]) if state in event_of else here
            rest &= ~goes
            to = space.target[slot]
            reach[to] = reach[to] | goes if to in reach else goes
        if space.slots[state]:
            out |= rest
    return out


def _values(
    space: Space,
    gain: Sequence[float],
    end: Sequence[float],
    settled: Sequence[NDArray[np.int64]],
    event_of: dict[int, int],
) -> Floats:
    """Return what every strategy is worth in some joint outcomes."""
    number: dict[int, tuple[int, int]] = {}  # for a branch of an uncertain chance its event and its place there
    for state in space.states:
        if state in event_of:
            for at, slot in enumerate(space.unfolded.slots(state)):
                number[slot] = event_of[state], at
    width = len(settled[0]) if settled else 1

    def weight(slot: int) -> Floats | float:
        if slot not in number:
            return 1.0
        event, at = number[slot]
        return np.asarray(settled[event] == at, np.float64)

    return every(
        space,
        end=lambda state: np.full(width, end[state]),
        gain=lambda slot: np.array([gain[slot]]),
        weight=weight,
    )
