"""What may turn out: the events behind the chance nodes of an unfolded scenario.

A chance node stands in many states, but often for one thing in the world that is found out once. A node that is met
again, as in rounds, is an event for each round: a state belongs to the turn by which the node may have been met most
often on the way to it. States of one turn exclude each other on every path; those with the same probabilities are one
event. News about a node is news about the event that is met next.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.core.beliefs import posterior
from planner.core.known import edges_of
from planner.core.model import Node
from planner.core.news import NO_NEWS
from planner.core.unfold import state_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.core.beliefs import Likelihoods
    from planner.core.binding import Bound
    from planner.core.news import News
    from planner.core.unfold import Unfolded


@dataclass(frozen=True, eq=False)
class Event:
    """One thing that may turn out in several ways.

    Attributes:
        name: the node's id, or a state's label where the node stands for several events.
        node: the node's id.
        states: the states in which it is found out; all have the same branches.
        listeners: the states that bring news about it.
        branches: what it may turn out to be, in the order of the states' edges.
        prior: how probable each branch is at the start, given the news heard by then.
        heard: that news.
        unclear: why its value cannot be worked out; empty where it can.
    """

    name: str
    node: str
    states: tuple[int, ...] = field(repr=False)
    listeners: tuple[int, ...] = field(repr=False)
    branches: tuple[str, ...]
    prior: tuple[float, ...]
    heard: News = NO_NEWS
    unclear: str = ""

    @property
    def possible(self) -> tuple[int, ...]:
        """The branches that may happen, by number."""
        return tuple(at for at, p in enumerate(self.prior) if p > 0)


Key = tuple[int, int, int]  # place, row of the probabilities, turn

SEVERAL_MEETINGS = "news about it may be about one of several meetings of the node, depending on what is done before"


def prior_row(unfolded: Unfolded, bound: Bound, state: int) -> int:
    """Return the row of the first branch's probability before any news in a state of a chance node."""
    return int(bound.prior_row.get(state, bound.p_row[unfolded.first_edge[state]]))


def ahead(unfolded: Unfolded, bound: Bound, start: int = 0) -> list[int]:
    """Return the states that some choice may reach from a state, itself among them, in topological order."""
    met = np.zeros(len(unfolded), np.bool_)
    met[start] = True
    found = []
    first, target, rows = unfolded.first_edge.tolist(), unfolded.target.tolist(), bound.p_row.tolist()
    possible = [bool(np.any(np.asarray(p) > 0)) for p in bound.p]
    for state in range(start, len(unfolded)):
        if met[state]:
            found.append(state)
            for edge in range(first[state], first[state + 1]):
                if possible[rows[edge]]:
                    met[target[edge]] = True
    return found


def events(
    unfolded: Unfolded, bound: Bound, likelihoods: Likelihoods, start: int = 0, *, certain: bool = False
) -> tuple[Event, ...]:
    """Return the events that may be found out after a state, in topological order.

    >>> from planner.core.binding import bind, environment
    >>> from planner.core.beliefs import Likelihoods
    >>> from planner.core.rules import load
    >>> from planner.core.source import Source
    >>> from planner.core.unfold import unfold
    >>> scenario = load(Source.from_text('''
    ... planner: 1
    ... title: Two rounds
    ... state: {round: 1}
    ... nodes:
    ...   table:
    ...     decision: Another round?
    ...     options: {again: {when: round < 3, set: {round: round + 1}, to: answer}, stop: {payoff: round}}
    ...   answer: {chance: Their answer, branches: {warm: {p: 0.3, payoff: 1, to: table}, cold: {p: rest, to: table}}}
    ... '''))
    >>> states = unfold(scenario)
    >>> [event.name for event in events(states, bind(states, {}), Likelihoods(scenario, {}))]
    ['answer[round=2]', 'answer[round=3]']

    Args:
        unfolded: the states.
        bound: their numbers, for one or many draws; of many, the first draw's probabilities are taken.
        likelihoods: of the scenario's signals.
        start: the state from which one looks ahead.
        certain: take in what is certain with these numbers.
    """
    found = _Finder(unfolded, bound, likelihoods, start).run()
    return found if certain else tuple(event for event in found if len(event.possible) > 1)


class _Finder:
    def __init__(self, unfolded: Unfolded, bound: Bound, likelihoods: Likelihoods, start: int) -> None:
        self.unfolded, self.bound, self.likelihoods, self.start = unfolded, bound, likelihoods, start
        self.reached = ahead(unfolded, bound, start)
        self.group: dict[int, Key] = {}
        self.listeners: dict[Key, list[int]] = {}
        self.states: dict[int, list[int]] = {}  # by place
        for state in self.reached:
            node = unfolded.node(state)
            if node is not None and node.kind == "chance" and node.observe is None:
                self.states.setdefault(int(unfolded.place[state]), []).append(state)

    def run(self) -> tuple[Event, ...]:
        """Group the states of each node."""
        turns = self.turns()
        groups: dict[Key, list[int]] = {}
        for place, states in self.states.items():
            for state in states:
                key = place, prior_row(self.unfolded, self.bound, state), turns.get(state, 0)
                groups.setdefault(key, []).append(state)
        self.group = {state: key for key, states in groups.items() for state in states}
        for state in self.reached:
            met = self.unfolded.next_met.get(state)
            if met is None:
                continue
            # The state named may be one that cannot be reached, after news that never comes.
            keys = {self.group[met]} if met in self.group else self.asked_about(state, int(self.unfolded.place[met]))
            for key in keys:
                self.listeners.setdefault(key, []).append(state)
        unclear = self.unclear()
        made = [self.event(key, states, key in unclear) for key, states in groups.items()]
        named = [replace(event, name=name) for name, event in zip(self.names(made), made, strict=True)]
        return tuple(sorted(named, key=lambda event: event.states[0]))

    def event(self, key: Key, states: list[int], unclear: bool) -> Event:
        """Make one event, not named yet."""
        unfolded = self.unfolded
        node = unfolded.places[key[0]]
        assert isinstance(node, Node)
        branches = [unfolded.edges[edge].id for edge in edges_of(unfolded, states[0])]
        prior = [_one(p) for p in self.bound.p[key[1] : key[1] + len(branches)]]
        signals = unfolded.scenario.signals
        news = tuple(item for item in unfolded.heard(self.start) if signals[item[0]].about == node.id)
        news = news if news and key in self.asked_about(self.start, key[0]) else NO_NEWS
        told = [([_one(each) for each in row], times) for row, times in self.likelihoods.told(branches, news)]
        chances = tuple(map(float, posterior(prior, told)))
        listeners = tuple(self.listeners.get(key, ()))
        why = SEVERAL_MEETINGS if unclear else ""
        return Event(node.id, node.id, tuple(states), listeners, tuple(branches), chances, news, why)

    def turns(self) -> dict[int, int]:
        """Return for each state of a chance node how often the node may have been met before, at most."""
        places = [place for place, states in self.states.items() if len(states) > 1]
        if not places:
            return {}
        unfolded, number = self.unfolded, {place: at for at, place in enumerate(places)}
        most = np.zeros((len(unfolded), len(places)), np.int32)
        first, target, place = unfolded.first_edge.tolist(), unfolded.target.tolist(), unfolded.place.tolist()
        for state in self.reached:
            met = most[state]
            if place[state] in number:
                met = met.copy()
                met[number[place[state]]] += 1
            for edge in range(first[state], first[state + 1]):
                np.maximum(most[target[edge]], met, out=most[target[edge]])
        return {state: int(most[state, at]) for place, at in number.items() for state in self.states[place]}

    def unclear(self) -> set[Key]:
        """Return the groups that some news may be about while it may as well be about another."""
        counts = Counter(place for place, _, _ in set(self.group.values()))
        found: set[Key] = set()
        for state in self.reached:
            met = self.unfolded.next_met.get(state)
            if met is not None and counts[int(self.unfolded.place[met])] > 1:
                groups = self.asked_about(state, int(self.unfolded.place[met]))
                found |= groups if len(groups) > 1 else set()
        return found

    def asked_about(self, state: int, place: int) -> set[Key]:
        """Return the groups of a node that news heard in a state may be about."""
        return {self.group[each] for each in next_met(self.unfolded, state, place) if each in self.group}

    def names(self, made: Sequence[Event]) -> list[str]:
        """Name each event by its node, by the path state that its states share, or by its first state."""
        unfolded = self.unfolded
        count = Counter(event.node for event in made)
        shared = [event.node if count[event.node] == 1 else self.shared(event) for event in made]
        often = Counter(shared)
        return [
            name if often[name] == 1 and (name != event.node or count[name] == 1) else unfolded.labels[event.states[0]]
            for name, event in zip(shared, made, strict=True)
        ]

    def shared(self, event: Event) -> str:
        """Write the node with the path state that is the same in all states of an event."""
        bindings = [self.unfolded.binding(state) for state in event.states]
        same = {name: value for name, value in bindings[0].items() if all(each[name] == value for each in bindings)}
        return state_label(event.node, list(same), tuple(same.values()))


def next_met(unfolded: Unfolded, start: int, place: int) -> list[int]:
    """Return the states at a place that may be the first there after a state, in topological order."""
    found, seen, stack = [], {start}, [start]
    while stack:
        state = stack.pop()
        if state != start and int(unfolded.place[state]) == place:
            found.append(state)
            continue
        slots = unfolded.slots(state)
        for other in unfolded.target[slots.start : slots.stop].tolist():
            if other not in seen:
                seen.add(other)
                stack.append(other)
    return sorted(found)


def _one(value: object) -> float:
    """Return a number, of many draws that of the first."""
    return float(np.ravel(np.asarray(value, np.float64))[0])
