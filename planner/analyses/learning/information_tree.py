"""What it is worth to know how chance turns out, to decide it, and to hear a signal: exactly, on the tree."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.analyses.learning.events import Event, ahead, events, next_met
from planner.analyses.learning.information_result import ChanceWorth, Gains, SignalWorth, Total
from planner.analyses.learning.perfect import perfect
from planner.core.tree import DECISION

if TYPE_CHECKING:
    from planner.analyses.focus import Focus
    from planner.analyses.learning.foresight import Change, Foresight

Floats = NDArray[np.float64]

MOST_EFFORT = 1_000_000_000  # edges settled for single events, over all of them


@dataclass(frozen=True, eq=False)
class OnTree:
    """What is worked out on the tree, at the numbers of the file."""

    asked: Focus
    foresight: Foresight
    seed: int

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """What may turn out."""
        return events(self.asked.unfolded, self.asked.solution.bound, self.foresight.likelihoods, self.foresight.start)

    @property
    def clear(self) -> list[Event]:
        """The events of which it is clear what news is about."""
        return [event for event in self.events if not event.unclear]

    @cached_property
    def looked_at(self) -> list[Event]:
        """The events that are looked at one by one: all, or in a very large scenario those met most probably."""
        reach = self.asked.solution.reach
        most = max(1, MOST_EFFORT // (4 * max(1, len(self.asked.unfolded.edge))))
        ordered = sorted(self.events, key=lambda event: -float(sum(reach[state] for state in event.states)))
        return sorted(ordered[:most], key=lambda event: event.states[0])

    @cached_property
    def owners(self) -> set[tuple[int, ...]]:
        """Who takes the decisions ahead."""
        solution = self.asked.solution
        return {solution.who(state).owners for state in self.ahead if solution.who(state).kind == DECISION}

    @cached_property
    def ahead(self) -> list[int]:
        """The states that may be reached from the start."""
        return ahead(self.asked.unfolded, self.asked.solution.bound, self.foresight.start)

    @property
    def deciders(self) -> tuple[str, ...]:
        """Who decides anywhere ahead, in file order."""
        deciding = {owner for owners in self.owners for owner in owners}
        return tuple(actor for at, actor in enumerate(self.asked.scenario.actors) if at in deciding)

    @property
    def alone(self) -> int | None:
        """The number of the point of view if it takes all decisions ahead, else None."""
        me = self.asked.actor_at()
        return me if self.owners <= {(me,)} else None

    def gains(self, gains: Floats) -> Gains:
        """Return gains by actor: the point of view and all who decide, as far as they are known."""
        shown = [self.asked.actor, *(actor for actor in self.deciders if actor != self.asked.actor)]
        every = dict(zip(self.asked.scenario.actors, gains.tolist(), strict=True))
        return {actor: every[actor] for actor in shown if not np.isnan(every[actor])}

    def perfect(self) -> Total | None:
        """Work out what it is worth to know how all events turn out."""
        if not self.events:
            return None
        found = perfect(self.foresight, self.clear, alone=self.alone, seed=self.seed)
        me = self.asked.actor_at()
        return Total(
            float(found.gains[me]),
            self.gains(found.gains),
            float(found.errors[me]),
            found.way,
            found.outcomes,
            found.sampled,
        )

    def chances(self) -> tuple[ChanceWorth, ...]:
        """Work out what it is worth to know, and to decide, how each event turns out."""
        foresight, me = self.foresight, self.asked.actor_at()
        clear = [event for event in self.looked_at if not event.unclear]
        changes: list[Change] = [foresight.known(event, at) for event in clear for at in event.possible]
        controls = [foresight.chosen(event, me) for event in clear]
        values = foresight.values([*changes, *controls])
        found, first = {}, 0
        for number, event in enumerate(clear):
            last = first + len(event.possible)
            worth = foresight.expected(values[:, first:last], np.array([event.prior[at] for at in event.possible]))
            found[event] = foresight.gain(worth), foresight.gain(values[:, len(changes) + number])
            first = last
        rows = [self.chance(event, found.get(event), controls[clear.index(event)] if event in found else {})
                for event in self.looked_at]  # fmt: skip
        return tuple(sorted(rows, key=lambda row: -abs(row.value or 0.0)))

    def chance(self, event: Event, gains: tuple[Floats, Floats] | None, control: Change) -> ChanceWorth:
        """Make a row of the table of chances."""
        labels, me = self.asked.unfolded.labels, self.asked.actor_at()
        states = tuple(labels[state] for state in event.states)
        if gains is None:
            return ChanceWorth(event.name, event.node, states, None, {}, None, {}, None, event.unclear)
        chosen = {row.index(1.0) for row in control.values()}
        branch = event.branches[chosen.pop()] if len(chosen) == 1 else None
        value, control_value = (float(each[me]) for each in gains)
        return ChanceWorth(
            event.name, event.node, states, value, self.gains(gains[0]), control_value, self.gains(gains[1]), branch
        )

    # --- signals -----------------------------------------------------------------------------------------------

    def signals(self) -> tuple[SignalWorth, ...]:
        """Work out what it is worth to hear each signal at the start, and what it would cost to lose it."""
        return tuple(
            sorted((self.signal(name) for name in self.asked.scenario.signals), key=lambda row: -abs(row.value or 0.0))
        )

    def signal(self, name: str) -> SignalWorth:
        """Work one signal out."""
        foresight, me = self.foresight, self.asked.actor_at()
        signal = self.asked.scenario.signals[name]
        event, why = self.about(signal.about)
        observed = any(
            (node := self.asked.unfolded.node(state)) is not None and node.observe == name for state in self.followed
        )
        losses = np.full(len(foresight.now), np.nan)
        if observed:
            deaf = foresight.values([foresight.deaf(name, self.ahead)])[:, 0]
            losses = -foresight.gain(deaf) + 0.0
        gains = np.zeros(len(foresight.now))
        if event is not None:
            words = list(dict.fromkeys(word for row in signal.likelihood.values() for word in row))
            told = [foresight.heard(event, name, word) for word in words]
            told = [(chance, change) for chance, change in told if chance > 0]
            values = foresight.values([change for _, change in told])
            gains = foresight.gain(foresight.expected(values, np.array([chance for chance, _ in told])))
        return SignalWorth(
            signal=name,
            about=signal.about,
            value=None if why else float(gains[me]),
            values={} if why else self.gains(gains),
            observed=observed,
            if_lost=float(losses[me]) if observed else None,
            losses=self.gains(losses),
            unclear=why,
        )

    def about(self, node: str) -> tuple[Event | None, str]:
        """Return the event that news at the start would be about, None if it is certain; or why there is none."""
        unfolded = self.asked.unfolded
        place = unfolded.place_ids.index(node)
        met = set(next_met(unfolded, self.foresight.start, place)) & set(self.ahead)
        if not met:
            return None, f"no path leads to '{node}'"
        found = [event for event in self.events if met & set(event.states)]
        if not found:
            return None, ""
        if len(found) > 1 or found[0].unclear or not met <= set(found[0].states):
            return None, f"'{node}' may come with different probabilities, or at different turns"
        return found[0], ""

    @cached_property
    def followed(self) -> list[int]:
        """The states that the recommended strategy may reach from the start."""
        unfolded, follows = self.asked.unfolded, self.asked.solution.follows
        met, stack = {self.foresight.start}, [self.foresight.start]
        while stack:
            for slot in unfolded.slots(stack.pop()):
                after = int(unfolded.target[slot])
                if follows[slot] > 0 and after not in met:
                    met.add(after)
                    stack.append(after)
        return sorted(met)
