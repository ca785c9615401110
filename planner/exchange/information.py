"""What the players of a game do not know: which nodes set the histories of an information set apart."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from planner.exchange.tree import CHANCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.exchange.tree import Tree

Forks = tuple[tuple[int, int], ...]  # the nodes on the way to a member at which the ways part, and the action taken


class ForgetfulError(ValueError):
    """An information set that is met twice on a path: its player does not know whether it has moved there."""

    def __init__(self, first: int, second: int) -> None:
        """Keep the two nodes."""
        super().__init__(first, second)
        self.first, self.second = first, second


@dataclass(frozen=True)
class Groups:
    """Which nodes of a game become one node of the scenario.

    Nodes of an information set of a player do. Chance nodes stay apart, although Gambit lets some share one list of
    probabilities: nobody chooses there.

    Attributes:
        of: for each node of the game the number of its group, by first mention; -1 at the ends.
        members: the nodes of each group, in prefix order.
    """

    of: Sequence[int]
    members: Sequence[Sequence[int]]

    @classmethod
    def of_tree(cls, tree: Tree) -> Groups:
        """Return the groups of a game."""
        of: list[int] = []
        members: list[list[int]] = []
        numbers: dict[tuple[int, int], int] = {}
        for at, position in enumerate(tree.positions):
            if position.set < 0:
                of.append(-1)
                continue
            alone = tree.sets[position.set].player == CHANCE
            key = (at, -1) if alone else (-1, position.set)
            number = numbers.setdefault(key, len(members))
            if number == len(members):
                members.append([])
            members[number].append(at)
            of.append(number)
        return cls(of, members)


@dataclass(frozen=True, slots=True)
class Hidden:
    """How the nodes of one group differ.

    Attributes:
        unseen: the groups whose actions its player does not see.
        forks: for each of its nodes where its way parts from those of others.
    """

    unseen: tuple[int, ...]
    forks: tuple[Forks, ...]


def hidden(tree: Tree, groups: Groups, group: int, depth: Sequence[int]) -> Hidden:
    """Find what the player of a group does not see.

    The ways from the last node that all share to the nodes of the group are walked, upwards and then downwards. An
    action that every way takes is seen; that of a node where ways differ is not.

    Raises:
        ForgetfulError: a node of the group lies on the way to another.
    """
    members = groups.members[group]
    if len(members) == 1:
        return Hidden((), ((),))
    below = _between(tree, members, depth)
    top = min(below, key=depth.__getitem__)
    through = _counts(tree, members, below, top)
    unseen = _differing(tree, groups, below, through, len(members))
    order = sorted(below)  # prefix order: parents first
    if not _alike(tree, groups, order, top, members, unseen):
        unseen = sorted({groups.of[at] for at in below})
    forks: dict[int, Forks] = {top: ()}
    for at in [*order, *members]:
        if at != top:
            position = tree.positions[at]
            before = forks[position.parent]
            forks[at] = (*before, (position.parent, position.slot)) if len(below[position.parent]) > 1 else before
    return Hidden(tuple(unseen), tuple(forks[at] for at in members))


def _between(tree: Tree, members: Sequence[int], depth: Sequence[int]) -> dict[int, set[int]]:
    """Return the nodes between the last common one and the members, each with the actions that lead to members."""
    inside = set(members)
    below: dict[int, set[int]] = {}
    waiting = [(-depth[at], at) for at in members]
    heapify(waiting)
    while len(waiting) > 1 or waiting[0][1] in inside:
        _, at = heappop(waiting)
        position = tree.positions[at]
        parent = position.parent
        if parent in inside:
            raise ForgetfulError(parent, min(other for other in members if other > parent))
        if parent in below:
            below[parent].add(position.slot)
        else:
            below[parent] = {position.slot}
            heappush(waiting, (-depth[parent], parent))
    return below


def _counts(tree: Tree, members: Sequence[int], below: dict[int, set[int]], top: int) -> dict[int, int]:
    """Return how many members lie below each node."""
    through = dict.fromkeys(members, 1)
    for at in [*members, *sorted(below, reverse=True)]:
        if at != top:
            parent = tree.positions[at].parent
            through[parent] = through.get(parent, 0) + (through[at] if at in below else 1)
    return through


def _differing(
    tree: Tree, groups: Groups, below: dict[int, set[int]], through: dict[int, int], count: int
) -> list[int]:
    """Return the groups in which not every way to the members takes the same action."""
    passed: dict[int, int] = {}
    actions: dict[int, set[int]] = {}
    for at, slots in below.items():
        if len(tree.sets[tree.positions[at].set].actions) > 1:  # a sole action tells nothing
            passed[groups.of[at]] = passed.get(groups.of[at], 0) + through[at]
            actions.setdefault(groups.of[at], set()).update(slots)
    return sorted(group for group in passed if passed[group] < count or len(actions[group]) > 1)


def _alike(
    tree: Tree, groups: Groups, order: Sequence[int], top: int, members: Sequence[int], unseen: Sequence[int]
) -> bool:
    """Whether all ways look the same once some groups are not seen; actions might be taken in another order."""
    left_out = set(unseen)
    told: dict[int, int] = {top: 0}
    numbers: dict[tuple[int, int, int], int] = {}
    for at in [*order, *members]:
        if at == top:
            continue
        position = tree.positions[at]
        parent = position.parent
        key = (told[parent], groups.of[parent], position.slot)
        sole = len(tree.sets[tree.positions[parent].set].actions) == 1
        told[at] = told[parent] if sole or groups.of[parent] in left_out else numbers.setdefault(key, len(numbers) + 1)
    return len({told[at] for at in members}) == 1
