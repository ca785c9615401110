"""Which chance states are one and the same event.

A node with path state unfolds into many states, and a chance that is the same in all of them is one thing that nature
settles, not many. News of a signal changes what is known of an event, not the event. What nature settles for one event
says nothing about another one, but for news and what it is about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from planner.core.unfold import state_label

if TYPE_CHECKING:
    from planner.core.unfold import Unfolded

DIGITS = 12  # probabilities that agree so far are the same: path state is worked out in floats


@dataclass(frozen=True)
class Event:
    """Something that nature settles once on every path that comes by.

    Attributes:
        node: the id of the chance node.
        label: the node's id where the event is all of the node, else with what its states agree in that others do
            not: ``answer[round=2]``.
        states: the states in which it is settled, in topological order; no path meets two of them.
        branches: the ids of its branches, in file order.
        p: their probabilities, without the news that was heard.
    """

    node: str
    label: str
    states: tuple[int, ...]
    branches: tuple[str, ...]
    p: tuple[float, ...]

    @cached_property
    def possible(self) -> tuple[int, ...]:
        """The numbers of the branches that are possible."""
        return tuple(at for at, p in enumerate(self.p) if p > 0)

    @property
    def uncertain(self) -> bool:
        """Whether it can turn out in more than one way."""
        return len(self.possible) > 1


Before = Mapping[int, Sequence[Any]]


def events(unfolded: Unfolded, p: Sequence[Any], before: Before | None = None) -> tuple[Event, ...]:
    """Group the chance states that some choices reach into events.

    Two states of one node are one event if no path meets both and their branches have the same probabilities, news of
    signals left aside. Where a path may meet a node again and again, its first meeting is one event, its second another
    one, and so on; a state that several meetings lead to counts with the latest.

    >>> from planner.core.binding import bind, environment
    >>> from planner.core.rules import load
    >>> from planner.core.source import Source
    >>> from planner.core.unfold import unfold
    >>> scenario = load(Source.from_text('''
    ... planner: 1
    ... title: Two doors
    ... state: {door: 0}
    ... nodes:
    ...   doors:
    ...     decision: Which door?
    ...     options: {left: {set: {door: 1}, to: prize}, right: {set: {door: 2}, to: prize}}
    ...   prize: {chance: A prize?, branches: {yes: {p: 0.5, payoff: door}, no: {p: rest}}}
    ... '''))
    >>> unfolded = unfold(scenario)
    >>> bound = bind(unfolded, environment(scenario, {}))
    >>> [(event.label, event.states, event.p) for event in events(unfolded, [bound.p[row] for row in bound.p_row])]
    [('prize', (1, 2), (0.5, 0.5))]

    Args:
        unfolded: the states.
        p: for each unfolded edge its probability; anything above 0 on options.
        before: for states at which news was heard the probabilities of their branches without it.

    Returns:
        The events in the order of their first states.
    """
    prior = before or {}
    kinds = _kinds(unfolded, p, prior)
    members = Counter(kinds.values())
    meetings = _meetings(unfolded, p, {state: kind for state, kind in kinds.items() if members[kind] > 1})
    grouped: dict[tuple[int, int], list[int]] = {}
    for state, kind in kinds.items():
        grouped.setdefault((kind, meetings.get(state, 1)), []).append(state)
    made = [_event(unfolded, _chances(unfolded, p, prior, states[0]), states) for states in grouped.values()]
    return tuple(_told_apart(unfolded, made))


def _chances(unfolded: Unfolded, p: Sequence[Any], before: Before, state: int) -> tuple[float, ...]:
    """Return the probabilities of a state's branches without news."""
    given = before.get(state)
    return tuple(float(chance) for chance in (given if given is not None else [p[s] for s in unfolded.slots(state)]))


def _event(unfolded: Unfolded, p: tuple[float, ...], states: list[int]) -> Event:
    slots = unfolded.slots(states[0])
    node = unfolded.place_ids[unfolded.place[states[0]]]
    return Event(
        node=node,
        label=node,
        states=tuple(states),
        branches=tuple(unfolded.edges[unfolded.edge[slot]].id for slot in slots),
        p=p,
    )


def _told_apart(unfolded: Unfolded, made: list[Event]) -> list[Event]:
    """Give the events of one node labels of their own."""
    copies = Counter(event.node for event in made)
    agreed = [_agreed(unfolded, event) for event in made]
    times = Counter(agreed)
    return [
        event
        if copies[event.node] == 1
        else replace(
            event, label=unfolded.labels[event.states[0]] if times[label] > 1 or label == event.node else label
        )
        for event, label in zip(made, agreed, strict=True)
    ]


def _agreed(unfolded: Unfolded, event: Event) -> str:
    """Return the node with the path state that all states of an event share."""
    place = unfolded.place[event.states[0]]
    columns = zip(
        unfolded.live[place], zip(*(unfolded.values[state] for state in event.states), strict=True), strict=True
    )
    same = [(name, values[0]) for name, values in columns if len(set(values)) == 1]
    return state_label(event.node, [name for name, _ in same], tuple(value for _, value in same))


def _kinds(unfolded: Unfolded, p: Sequence[Any], before: Before) -> dict[int, int]:
    """Return for each chance state that can be reached what it looks like, as a number, in topological order."""
    numbers: dict[tuple[Any, ...], int] = {}
    found: dict[int, int] = {}
    reached = bytearray(len(unfolded))
    reached[0] = 1
    first, target, edge = unfolded.first_edge.tolist(), unfolded.target.tolist(), unfolded.edge.tolist()
    place = unfolded.place.tolist()
    chance = [getattr(what, "kind", "outcome") == "chance" for what in unfolded.places]
    for state in range(len(unfolded)):
        if not reached[state]:
            continue
        slots = range(first[state], first[state + 1])
        for slot in slots:
            if not chance[place[state]] or p[slot] > 0:
                reached[target[slot]] = 1
        if chance[place[state]]:
            chances = _chances(unfolded, p, before, state)
            look = (place[state], *((edge[slot], round(one, DIGITS)) for slot, one in zip(slots, chances, strict=True)))
            found[state] = numbers.setdefault(look, len(numbers))
    return found


def _meetings(unfolded: Unfolded, p: Sequence[Any], kinds: dict[int, int]) -> dict[int, int]:
    """Return for each of some states how many of its kind a path may have met there at most, itself included."""
    found: dict[int, int] = {}
    first, target = unfolded.first_edge.tolist(), unfolded.target.tolist()
    met: dict[int, dict[int, int]] = {}  # what a path to a state may have met of each kind, for states still ahead
    for state in range(min(kinds, default=0), max(kinds, default=-1) + 1):
        before = met.pop(state, {})
        kind = kinds.get(state)
        if kind is not None:
            found[state] = before.get(kind, 0) + 1
            before = {**before, kind: found[state]}
        if not before:
            continue
        for slot in range(first[state], first[state + 1]):
            if p[slot] > 0:
                _carry(met, target[slot], before)
    return found


def _carry(met: dict[int, dict[int, int]], state: int, before: dict[int, int]) -> None:
    """Let a state know what a path to it may have met."""
    there = met.get(state)
    if there is None:
        met[state] = before
    elif there is not before and any(there.get(kind, 0) < count for kind, count in before.items()):
        met[state] = {kind: max(there.get(kind, 0), before.get(kind, 0)) for kind in {**there, **before}}
