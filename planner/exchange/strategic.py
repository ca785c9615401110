"""Games in strategic form: what each combination of strategies pays, from and to a tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from planner.analyses.result import BadArgument
from planner.exchange.labels import Unique
from planner.exchange.tree import CHANCE, InformationSet, Outcome, Position, Tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MAX_CELLS = 20_000
MAX_WORK = 5_000_000


@dataclass(frozen=True)
class Table:
    """A game in strategic form.

    Attributes:
        title: what the game is called.
        players: their names.
        strategies: for each player the names of its strategies.
        payoffs: for each combination what each player gets; the first player's strategy varies fastest.
        comment: free text.
    """

    title: str
    players: tuple[str, ...]
    strategies: tuple[tuple[str, ...], ...]
    payoffs: tuple[tuple[Fraction, ...], ...] = field(repr=False)
    comment: str = ""


def as_tree(table: Table) -> Tree:
    """Return the game in which all players choose at once, as a tree in which nobody sees what was chosen.

    >>> tree = as_tree(Table("T", ("A", "B"), (("x", "y"), ("l",)), ((Fraction(1), Fraction(2)),) * 2))
    >>> [(position.set, position.outcome) for position in tree.positions]
    [(0, -1), (1, -1), (-1, 0), (1, -1), (-1, 1)]
    """
    count = len(table.players)
    sets = tuple(InformationSet(n, 1, "", actions) for n, actions in enumerate(table.strategies, 1))
    outcomes = tuple(Outcome(n, "", paid) for n, paid in enumerate(table.payoffs, 1))
    strides = [prod(len(each) for each in table.strategies[:player]) for player in range(count)]
    positions: list[Position] = []
    stack = [(0, 0, -1, 0)]  # the player, the cell so far, the node before and its action
    while stack:
        player, cell, parent, slot = stack.pop()
        at = len(positions)
        if player == count:
            positions.append(Position("", -1, cell, parent, slot))
            continue
        positions.append(Position("", player, -1, parent, slot))
        ways = range(len(table.strategies[player]) - 1, -1, -1)
        stack += [(player + 1, cell + way * strides[player], at, way) for way in ways]
    return Tree(table.title, table.players, sets, outcomes, tuple(positions), table.comment)


def as_table(tree: Tree, *, max_cells: int = MAX_CELLS) -> Table:
    """Return a game in its reduced strategic form.

    A strategy says what its player does at each of its information sets that its own earlier moves leave within reach
    (Kuhn 1953); payoffs are expected over chance.

    Raises:
        BadArgument: there are more than ``max_cells`` combinations.
    """
    own = _own_moves(tree)
    plans = [_plans(tree, player, own, max_cells) for player in range(1, len(tree.players) + 1)]
    sizes = [len(each) for each in plans]
    if prod(sizes) > max_cells:
        raise BadArgument(
            f"the strategic form has {' x '.join(f'{size:,}' for size in sizes)} = {prod(sizes):,} combinations, more "
            f"than the {max_cells:,} that are written",
            "use --to efg, which needs no table",
        )
    strides = [prod(sizes[:player]) for player in range(len(sizes))]
    nothing = (Fraction(0),) * len(sizes)
    cells = [nothing] * prod(sizes)
    work = 0
    for chance, moves, paid in _ends(tree, own):
        fitting = [
            [
                at * strides[player]
                for at, plan in enumerate(each)
                if all(plan.get(s) == slot for s, slot in moves[player])
            ]
            for player, each in enumerate(plans)
        ]
        work += prod(map(len, fitting))
        if work > MAX_WORK:
            raise BadArgument("the strategic form takes too long to work out", "use --to efg, which needs no table")
        gained = tuple(chance * x for x in paid)
        if any(gained):
            for parts in product(*fitting):
                cell = sum(parts)
                cells[cell] = tuple(x + y for x, y in zip(cells[cell], gained, strict=True))
    strategies = tuple(tuple(_labels(tree, each)) for each in plans)
    return Table(tree.title, tree.players, strategies, tuple(cells), tree.comment)


Moves = tuple[tuple[int, int], ...]  # information sets and what was done there


def _own_moves(tree: Tree) -> list[tuple[Moves, ...]]:
    """Return for each node what each player has done on the way there."""
    found: list[tuple[Moves, ...]] = []
    for position in tree.positions:
        if position.parent < 0:
            found.append(((),) * len(tree.players))
            continue
        before = found[position.parent]
        which = tree.positions[position.parent].set
        player = tree.sets[which].player
        if player != CHANCE:
            more = (*before[player - 1], (which, position.slot))
            before = (*before[: player - 1], more, *before[player:])
        found.append(before)
    return found


def _plans(tree: Tree, player: int, own: Sequence[tuple[Moves, ...]], most: int) -> list[Mapping[int, int]]:
    """Return a player's reduced strategies: for each set within reach what is done there."""
    plans: list[dict[int, int]] = [{}]
    for which, members in enumerate(tree.members):
        if tree.sets[which].player != player:
            continue
        ways = {own[at][player - 1] for at in members}
        longer: list[dict[int, int]] = []
        for plan in plans:
            if any(all(plan.get(s) == slot for s, slot in way) for way in ways):
                longer += [plan | {which: slot} for slot in range(len(tree.sets[which].actions))]
            else:
                longer.append(plan)
        plans = longer
        if len(plans) > most:
            raise BadArgument(
                f"'{tree.players[player - 1]}' has more than {most:,} strategies, too many for a table",
                "use --to efg, which needs no table",
            )
    return list(plans)


def _ends(tree: Tree, own: Sequence[tuple[Moves, ...]]) -> Iterator[tuple[Fraction, tuple[Moves, ...], list[Fraction]]]:
    """Yield for each end its probability, the moves that lead there, and what is paid on the whole path."""
    chance: list[Fraction] = []
    total: list[list[Fraction]] = []
    for at, position in enumerate(tree.positions):
        before = [Fraction(0)] * len(tree.players) if position.parent < 0 else total[position.parent]
        paid = tree.payoffs(at)
        total.append([x + y for x, y in zip(before, paid, strict=True)] if paid else before)
        p = Fraction(1)
        if position.parent >= 0:
            one = tree.sets[tree.positions[position.parent].set]
            p = chance[position.parent] * (one.chances[position.slot] if one.player == CHANCE else 1)
        chance.append(p)
        if position.set < 0:
            yield p, own[at], total[at]


def _labels(tree: Tree, plans: Sequence[Mapping[int, int]]) -> Iterator[str]:
    unique = Unique()
    for plan in plans:
        yield unique(", ".join(tree.sets[which].actions[slot] for which, slot in plan.items()) or "no move")
