"""What becomes of a scenario's probabilities when more is known of one of its chance nodes than the file says.

Knowledge replaces the node's own probabilities. News about it follows: if the branch is known, news has the probability
that its likelihood gives it, and changes nothing any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.core.amounts import many
from planner.core.beliefs import chance_of, posterior

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from planner.core.amounts import Amount
    from planner.core.beliefs import Likelihoods
    from planner.core.unfold import Unfolded


def with_prior(
    unfolded: Unfolded,
    likelihoods: Likelihoods,
    states: Collection[int],
    prior: Mapping[str, Amount],
    listeners: Collection[int] = (),
) -> dict[int, list[Amount]]:
    """Return the probabilities of all states that a change of a chance node's own probabilities touches.

    Args:
        unfolded: the states.
        likelihoods: of the scenario's signals.
        states: states of one chance node in which it has the same branches and probabilities.
        prior: its new probabilities by branch, before any news; they sum to 1.
        listeners: states that bring news about these ones although `Unfolded.next_met` names another for them, such as
            one that follows only on news that never comes.

    Returns:
        For each of the states, and each state that brings news about them, the probabilities of its edges.
    """
    if not states:
        return {}
    node = unfolded.node(min(states))
    assert node is not None
    signals, names = unfolded.scenario.signals, list(prior)

    start = list(prior.values())
    sure = not any(many(p) for p in start) and sum(p > 0 for p in start) == 1

    def belief(state: int) -> list[Amount]:
        news = tuple(item for item in unfolded.heard(state) if signals[item[0]].about == node.id)
        return start if sure or not news else posterior(start, likelihoods.told(names, news))

    changed: dict[int, list[Amount]] = {}
    meant, also = set(states), set(listeners)
    for state in states:
        found = dict(zip(names, belief(state), strict=True))
        changed[state] = [found[unfolded.edges[edge].id] for edge in edges_of(unfolded, state)]
    for state, met in unfolded.next_met.items():
        listener = unfolded.node(state)
        if (met in meant or state in also) and listener is not None and listener.observe is not None:
            words = [unfolded.edges[edge].id for edge in edges_of(unfolded, state)]
            now = belief(state)
            changed[state] = [chance_of(now, likelihoods.of(listener.observe, names, word)) for word in words]
    return changed


def edges_of(unfolded: Unfolded, state: int) -> list[int]:
    """Return the scenario's edges that a state has left, by number."""
    slots = unfolded.slots(state)
    edges: list[int] = unfolded.edge[slots.start : slots.stop].tolist()
    return edges
