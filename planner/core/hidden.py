"""What a decision does not see: histories as its owner knows them, and the states that share one choice.

A decision with ``unseen: [node, ...]`` is taken without knowing which edge was followed at those nodes. Two histories
look the same to its owner if they differ at those nodes alone; the states of the decision that are reached by
histories that look the same form an information set (Kuhn 1953, Extensive games and the problem of information) and
share one choice. An unfolded state therefore carries, for each such decision that still lies ahead and from which
something has been hidden, the last state at which its owner knew where it was, and the edges that it has seen since.
From a state where nothing has been hidden yet the future is the same for all histories that lead there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.core.places import edge_path, fault, node_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from planner.core.model import Edge, Scenario
    from planner.core.unfold import Unfolded

HIDDEN_OPTIONS = ("P315", "hidden-options")

Token = tuple[int, ...]  # the last state at which all was known, then the edges that were seen
Seen = tuple[tuple[int, Token], ...]  # the decisions from which something is hidden by now, by number, with tokens
NOTHING: Seen = ()


@dataclass(frozen=True, slots=True)
class Hiding:
    """Which decisions do not see what.

    Attributes:
        decisions: those with `unseen`, in file order.
        from_: for each node, the numbers of the decisions that do not see what happens there.
        ahead: for each node, the decisions that can be reached from it, itself among them, as bits.
    """

    decisions: tuple[str, ...]
    from_: Mapping[str, tuple[int, ...]]
    ahead: Mapping[str, int]

    @classmethod
    def of(cls, scenario: Scenario) -> Hiding:
        """Return them for a scenario; empty where everything is seen."""
        found = [node for node in scenario.nodes.values() if node.unseen]
        hidden: dict[str, list[int]] = {}
        for number, node in enumerate(found):
            for name in node.unseen:
                hidden.setdefault(name, []).append(number)
        names = tuple(node.id for node in found)
        return cls(names, {name: tuple(numbers) for name, numbers in hidden.items()}, ahead_of(scenario, names))

    def carried(self, seen: Seen, edge: Edge, index: int, state: int, *, alone: bool) -> Seen:
        """Return what is hidden behind an edge of a state; an edge that was ``alone`` at its node tells nothing."""
        ahead = self.ahead[edge.to] if edge.to is not None else 0
        if not ahead:
            return NOTHING
        hidden = () if alone else self.from_.get(edge.node, ())
        if not seen and not hidden:
            return NOTHING
        found = {
            number: token if alone or number in hidden else (*token, index)
            for number, token in seen
            if ahead >> number & 1
        }
        for number in hidden:
            if number not in found and ahead >> number & 1:
                found[number] = (state,)
        return tuple(sorted(found.items()))


def ahead_of(scenario: Scenario, decisions: Sequence[str]) -> Mapping[str, int]:
    """Return for each node which of some decisions can be reached from it, itself among them, as bits."""
    following = {
        node.id: [edge.to for edge in node.edges.values() if edge.to is not None and edge.to in scenario.nodes]
        for node in scenario.nodes.values()
    }
    found = dict.fromkeys(following, 0)
    for number, name in enumerate(decisions):
        found[name] = 1 << number
    order = _last_first(following)
    changed = bool(decisions)
    while changed:  # once, and once more for each loop inside another
        changed = False
        for name in order:
            mask = found[name]
            for other in following[name]:
                mask |= found[other]
            if mask != found[name]:
                found[name], changed = mask, True
    return found


def _last_first(following: Mapping[str, Sequence[str]]) -> list[str]:
    """Return nodes so that each comes after those that it leads to, loops aside."""
    order: list[str] = []
    met: set[str] = set()
    for start in following:
        stack = [(start, iter(following[start]))] if start not in met else []
        met.add(start)
        while stack:
            name, others = stack[-1]
            for other in others:
                if other not in met:
                    met.add(other)
                    stack.append((other, iter(following[other])))
                    break
            else:
                order.append(name)
                stack.pop()
    return order


def renumbered(seen: Seen, position: NDArray[np.int32]) -> Seen:
    """Return what is hidden with states numbered anew."""
    return tuple((number, (int(position[token[0]]), *token[1:])) for number, token in seen)


def token_at(unfolded: Unfolded, state: int) -> Token | None:
    """Return what the owner of a decision with `unseen` has seen; None where it knows where it is."""
    if not unfolded.hides:
        return None
    name = unfolded.place_ids[unfolded.place[state]]
    number = unfolded.hide_number.get(name)
    return next((token for each, token in unfolded.seen[state] if each == number), None)


def information_sets(unfolded: Unfolded) -> tuple[tuple[int, ...], ...]:
    """Return the states that share one choice, sets of one state left out, in topological order of their first states.

    Raises:
        ScenarioError: P315, the options of a decision differ by something that its owner does not see.
    """
    gathered: dict[tuple[int, Token], list[int]] = {}
    number = [unfolded.hide_number.get(name, -1) for name in unfolded.place_ids]
    for state, place in enumerate(unfolded.place.tolist()):
        for each, token in unfolded.seen[state] if number[place] >= 0 else ():
            if each == number[place]:
                gathered.setdefault((each, token), []).append(state)
    found = tuple(tuple(states) for states in gathered.values() if len(states) > 1)
    for states in found:
        _same_options(unfolded, states)
    return found


def confused(unfolded: Unfolded) -> list[frozenset[int]]:
    """Return for each state the decisions to whose owners several paths that lead there look the same."""
    counts: list[dict[tuple[int, int], int]] = [{} for _ in range(len(unfolded))]  # of paths since all was known
    found = []
    for state in range(len(unfolded)):
        here = counts[state]
        found.append(frozenset(number for (number, _), ways in here.items() if ways > 1))
        for edge in unfolded.slots(state):
            target = int(unfolded.target[edge])
            for number, token in unfolded.seen[target]:
                key = (number, token[0])
                ways = 1 if token[0] == state else here.get(key, 0)
                counts[target][key] = min(2, counts[target].get(key, 0) + ways)
        counts[state] = {}
    return found


def _same_options(unfolded: Unfolded, states: Sequence[int]) -> None:
    slots = {state: [int(unfolded.edge[slot]) for slot in unfolded.slots(state)] for state in states}
    first = states[0]
    for state in states[1:]:
        if slots[state] == slots[first]:
            continue
        (odd,) = [*set(slots[state]) ^ set(slots[first])][:1]
        edge = unfolded.edges[odd]
        node = unfolded.scenario.nodes[edge.node]
        there, gone = (first, state) if odd in slots[first] else (state, first)
        raise fault(
            unfolded.scenario,
            HIDDEN_OPTIONS,
            f"option '{edge.id}' of '{node.id}' is there in '{unfolded.labels[there]}' and not in "
            f"'{unfolded.labels[gone]}', which its owner cannot tell apart",
            edge_path(unfolded.scenario, edge, "when"),
            label="would tell what 'unseen' hides",
            help="let 'when' read only what the owner sees, or take the node out of 'unseen'",
            related=((node_path(node, "unseen"), "not seen"),),
        )


def set_label(unfolded: Unfolded, states: Sequence[int]) -> str:
    """Return how an information set is written: the decision's id if it has no other, else what was seen besides."""
    place = int(unfolded.place[states[0]])
    name = unfolded.place_ids[place]
    if len(states) == 1:
        return unfolded.labels[states[0]]
    others = unfolded.copies[place]
    if len(others) == len(states):
        return name
    number = unfolded.hides.index(name)
    return f"{name}[{_seen_words(unfolded, number, states[0], others)}]"


def _seen_words(unfolded: Unfolded, number: int, state: int, others: Sequence[int]) -> str:
    """Return in which edges a history, as a decision's owner saw it, differs from those of other states."""
    token = _edges(unfolded, number, state)
    tokens = [_edges(unfolded, number, other) for other in others]
    common = set.intersection(*map(set, tokens))
    edges = [unfolded.edges[edge].path for edge in token if edge not in common]
    return f"seen={'+'.join(edges) or '-'}"


def _edges(unfolded: Unfolded, number: int, state: int) -> Token:
    """Return the edges that a decision's owner saw on the way to a state, those alone at their node left out.

    Before anything was hidden from it they are those of one of the ways.
    """
    token = next((token for each, token in unfolded.seen[state] if each == number), (state,))
    before = []
    here = token[0]
    while here:
        here, edge = unfolded.sources[here]
        if len(unfolded.slots(here)) > 1:
            before.append(int(unfolded.edge[edge]))
    return (*reversed(before), *token[1:])


def told_apart(unfolded: Unfolded, labels: Sequence[str]) -> tuple[str, ...]:
    """Return labels with what was seen added wherever states would otherwise be written alike."""
    groups: dict[str, list[int]] = {}
    for state, label in enumerate(labels):
        groups.setdefault(label, []).append(state)
    made = list(labels)
    for states in groups.values():
        if len(states) == 1:
            continue
        for number in sorted({each for state in states for each, _ in unfolded.seen[state]}):
            tokens = [_edges(unfolded, number, state) for state in states]
            if len(set(tokens)) == 1:
                continue
            for state in states:
                made[state] = _with(made[state], _seen_words(unfolded, number, state, states))
            if len({made[state] for state in states}) == len(states):
                break
    return tuple(made)


def _with(label: str, told: str) -> str:
    return f"{label[:-1]}, {told}]" if label.endswith("]") else f"{label}[{told}]"


def own_moves(unfolded: Unfolded, owners: Mapping[int, int], owner: int, unit: Sequence[int]) -> list[int | None]:
    """Return for each state a number for the owner's own moves and knowledge on the way there; None if ways differ.

    Perfect recall means that the states of each of the owner's information sets have the same number. Where nothing is
    hidden from the owner it begins anew: who knows the state forgets nothing that matters.

    Args:
        unfolded: the states.
        owners: for each decision state, who decides there.
        owner: whose moves.
        unit: for each state, the number of its information set.
    """
    numbers: dict[tuple[int, int, int], int] = {}
    found: list[int | None] = [-1] * len(unfolded)  # -1: not reached yet
    found[0] = 0
    first, target = unfolded.first_edge.tolist(), unfolded.target.tolist()
    named = {unfolded.place_ids[unfolded.place[state]] for state, who in owners.items() if who == owner}
    mine = {number for number, name in enumerate(unfolded.hides) if name in named}
    for state in range(len(unfolded)):
        here = found[state]
        if unfolded.hides and not any(number in mine for number, _ in unfolded.seen[state]):
            here = numbers.setdefault((-1, state, 0), len(numbers) + 1)
        for slot, edge in enumerate(range(first[state], first[state + 1])):
            on = here
            if here is not None and owners.get(state) == owner:
                on = numbers.setdefault((here, unit[state], slot), len(numbers) + 1)
            there = target[edge]
            found[there] = on if found[there] in {-1, on} else None
    return found
