"""What a decision does not see: histories as its owner knows them, and the states that share one choice.

A decision with ``unseen: [node, ...]`` is taken without knowing which edge was followed at those nodes. Two histories
look the same to its owner if they differ at those nodes alone; the states of the decision that are reached by
histories that look the same form an information set (Kuhn 1953, Extensive games and the problem of information) and
share one choice. The unfolded state therefore carries, for each such decision that still lies ahead, the edges that its
owner has seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.core.news import nodes_before
from planner.core.places import edge_path, fault, node_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.model import Edge, Scenario
    from planner.core.unfold import Unfolded

HIDDEN_OPTIONS = ("P315", "hidden-options")

Token = tuple[int, ...]  # the edges that were seen, in order
Seen = tuple[Token | None, ...]  # for each decision that does not see something its token; None where it lies not ahead
NOTHING: Seen = ()


@dataclass(frozen=True, slots=True)
class Hiding:
    """Which decisions do not see what.

    Attributes:
        decisions: those with `unseen`, in file order.
        unseen: for each of them, the nodes that it does not see.
        before: for each of them, the nodes from which it can be reached, itself among them.
    """

    decisions: tuple[str, ...]
    unseen: tuple[frozenset[str], ...]
    before: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, scenario: Scenario) -> Hiding:
        """Return them for a scenario; empty where everything is seen."""
        found = [node for node in scenario.nodes.values() if node.unseen]
        return cls(
            tuple(node.id for node in found),
            tuple(frozenset(node.unseen) for node in found),
            tuple(nodes_before(scenario, node.id) for node in found),
        )

    def start(self, root: str) -> Seen:
        """Return what has been seen at the root."""
        return tuple(() if root in before else None for before in self.before)

    def carried(self, seen: Seen, edge: Edge, index: int, *, alone: bool) -> Seen:
        """Return what has been seen behind an edge; one that was ``alone`` at its node tells nothing."""
        return tuple(
            None
            if token is None or edge.to not in before
            else token
            if alone or edge.node in unseen
            else (*token, index)
            for token, unseen, before in zip(seen, self.unseen, self.before, strict=True)
        )


def information_sets(unfolded: Unfolded) -> tuple[tuple[int, ...], ...]:
    """Return the states that share one choice, sets of one state left out, in topological order of their first states.

    Raises:
        ScenarioError: P315, the options of a decision differ by something that its owner does not see.
    """
    gathered: dict[tuple[str, Token], list[int]] = {}
    places = {decision: at for at, decision in enumerate(unfolded.hides)}
    for state, seen in enumerate(unfolded.seen):
        name = unfolded.place_ids[unfolded.place[state]]
        if name in places:
            token = seen[places[name]]
            assert token is not None
            gathered.setdefault((name, token), []).append(state)
    found = tuple(tuple(states) for states in gathered.values() if len(states) > 1)
    for states in found:
        _same_options(unfolded, states)
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
    others = [state for state in range(len(unfolded)) if int(unfolded.place[state]) == place]
    if len(others) == len(states):
        return name
    at = unfolded.hides.index(name)
    tokens = [unfolded.seen[state][at] or () for state in others]
    told = seen_words(unfolded, unfolded.seen[states[0]][at] or (), tokens)
    return f"{name}[{told}]"


def seen_words(unfolded: Unfolded, token: Token, tokens: Sequence[Token]) -> str:
    """Return in which edges a history, as it was seen, differs from others."""
    common = set.intersection(*(set(each) for each in tokens)) if tokens else set()
    edges = [unfolded.edges[edge].path for edge in token if edge not in common]
    return f"seen={'+'.join(edges) or '-'}"


def told_apart(unfolded: Unfolded, labels: Sequence[str]) -> tuple[str, ...]:
    """Return labels with what was seen added wherever states would otherwise be written alike."""
    groups: dict[str, list[int]] = {}
    for state, label in enumerate(labels):
        groups.setdefault(label, []).append(state)
    made = list(labels)
    for states in groups.values():
        if len(states) == 1:
            continue
        for at in range(len(unfolded.hides)):
            tokens = [unfolded.seen[state][at] or () for state in states]
            if len(set(tokens)) == 1:
                continue
            for state, token in zip(states, tokens, strict=True):
                made[state] = _with(made[state], seen_words(unfolded, token, tokens))
            if len({made[state] for state in states}) == len(states):
                break
    return tuple(made)


def _with(label: str, told: str) -> str:
    return f"{label[:-1]}, {told}]" if label.endswith("]") else f"{label}[{told}]"


def own_moves(unfolded: Unfolded, owners: Mapping[int, int], owner: int, unit: Sequence[int]) -> list[int | None]:
    """Return for each state a number for the owner's own moves and knowledge on the way there; None if ways differ.

    Perfect recall means that the states of each of the owner's information sets have the same number.

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
    for state in range(len(unfolded)):
        here = found[state]
        for slot, edge in enumerate(range(first[state], first[state + 1])):
            on = here
            if here is not None and owners.get(state) == owner:
                on = numbers.setdefault((here, unit[state], slot), len(numbers) + 1)
            there = target[edge]
            found[there] = on if found[there] in {-1, on} else None
    return found
