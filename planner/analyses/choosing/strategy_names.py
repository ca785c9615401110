"""Short names for strategies that are told together: what they choose first, and where they differ after that."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from planner.analyses.choosing.policy import first_option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.plan import Plan
    from planner.core.space import Space

LONG = 100  # characters after which a strategy gets a number instead
ONLY = "the only strategy"
THEN = "then"

Stop = tuple[str, str, str]  # a choice as `choices` writes it, where it is made in words, the option's name


def names(plans: Sequence[Plan], chosen: Sequence[Mapping[str, str]], space: Space) -> list[str]:
    """Return a name for each strategy, no two alike; ``chosen`` holds what `choices` says of each.

    A strategy is called by the option with which it begins. Where several begin alike, the choices in which they differ
    stand in brackets, each behind what has to happen for it: ``Test (positive: Treat; negative: Wait)``.
    """
    firsts = [first_option(plan, space) for plan in plans]
    bases = [first[1].name if first is not None else "" for first in firsts]
    state_of = {label: state for state, label in enumerate(space.unfolded.labels)}
    stops = [_stops(plan, taken, space, state_of) for plan, taken in zip(plans, chosen, strict=True)]
    alike: dict[str, list[int]] = {}
    for at, base in enumerate(bases):
        alike.setdefault(base, []).append(at)
    found = [""] * len(plans)
    for base, group in alike.items():
        differing = _differing([stops[at] for at in group])
        for number, at in enumerate(group, 1):
            found[at] = _name(base, [stop for stop in stops[at] if stop[0] in differing], number)
    return _told_apart(found)


def _differing(group: Sequence[Sequence[Stop]]) -> set[str]:
    """Return the choices that not all strategies of a group make alike."""
    shared = set.intersection(*({(key, option) for key, _, option in stops} for stops in group))
    return {key for stops in group for key, _, option in stops if (key, option) not in shared}


def _name(base: str, stops: Sequence[Stop], number: int) -> str:
    if not stops:
        return base or ONLY
    twice = Counter(where for _, where, _ in stops)
    words = "; ".join(f"{where if twice[where] == 1 else key}: {option}" for key, where, option in stops)
    if len(words) > LONG:
        return f"{base}, variant {number}" if base else f"variant {number}"
    return f"{base} ({words})" if base else words


def _told_apart(found: Sequence[str]) -> list[str]:
    known: set[str] = set()
    made = []
    for name in found:
        number, fresh = 1, name
        while fresh in known:
            number += 1
            fresh = f"{name} [{number}]"
        known.add(fresh)
        made.append(fresh)
    return made


def _stops(plan: Plan, chosen: Mapping[str, str], space: Space, state_of: Mapping[str, int]) -> list[Stop]:
    """Return the choices of a strategy after its first."""
    unfolded = space.unfolded
    news = _news(plan, space)
    begins = unfolded.labels[plan.state[0]] if space.open[plan.state[0]] else None
    found = []
    for key, option in chosen.items():
        label = key.partition(" after ")[0]
        if label == begins:
            continue
        state = state_of[label]
        node = unfolded.node(state)
        assert node is not None
        where = news.get(state, key) if key == label else key
        found.append((key, where, node.edges[option].name))
    return found


def _news(plan: Plan, space: Space) -> Mapping[int, str]:
    """Return what has to happen for each state that one edge alone leads to: a branch by name, or nothing more."""
    into: dict[int, set[int]] = {}
    for slots, ahead in zip(plan.slots, plan.ahead, strict=True):
        for slot, to in zip(slots, ahead, strict=True):
            into.setdefault(plan.state[to], set()).add(slot)
    found = {}
    for state, leading in into.items():
        if len(leading) == 1:
            edge = space.unfolded.edges[space.unfolded.edge[next(iter(leading))]]
            found[state] = edge.name if space.unfolded.scenario.nodes[edge.node].kind == "chance" else THEN
    return found
