"""Pure Nash equilibria of a game, or of the part of it between one subgame and those inside, path by path.

A strategy of an actor picks an option wherever it can tell that it is (Nash 1951): in each information set, and at a
shared state on each path that leads there. So the states are unrolled into the tree of their paths. All profiles of
strategies are worked out at once, as arrays of whole numbers over a common denominator with an axis for each choice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm, prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from planner.analyses.disputes.normal_form import MAX_PROFILES, chosen, recalled
from planner.analyses.disputes.payoff_sets import alike
from planner.analyses.result import BadArgument
from planner.core.kernels import certainty_equivalent
from planner.core.tree import DECISION, OUTCOME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.disputes.game import Game, Number, Vector

MAX_PLACES = 50_000  # places on paths between one subgame and those inside it
MOST_PICKED = 100  # profiles that are kept for each payoff, to follow their paths
MOST_LOOKED_AT = 5_000  # profiles whose paths are compared for each payoff
SAFE = 2**61


class Block(NamedTuple):
    """What all profiles give each actor from some place on, times a common denominator; ``bound`` is the largest."""

    values: list[Any]
    denominator: int = 1
    bound: int = 0


class Stable(NamedTuple):
    """The equilibria with one payoff: their number, and slots by choice of some that follow all their paths.

    ``complete`` is False where there were too many to look at.
    """

    number: int
    some: list[tuple[int, ...]]
    complete: bool


@dataclass(frozen=True, eq=False)
class Unrolled:
    """The places on the paths from a state on, up to the leaves at which other subgames begin or paths end.

    Attributes:
        game: the game.
        state: for each place its state; the root first, others after where they come from.
        onward: for each place and edge where it leads: a place, or ``-1 - leaf``.
        leaves: the state of each leaf; one that is reached on two paths is there twice.
        choice: for each place the number of the choice that is made there; -1 for chance, and where one way is left.
        owners: who makes each choice.
        shape: how many options each choice has.
    """

    game: Game = field(repr=False)
    state: tuple[int, ...]
    onward: tuple[tuple[int, ...], ...]
    leaves: tuple[int, ...]
    choice: tuple[int, ...]
    owners: tuple[int, ...]
    shape: tuple[int, ...]

    @classmethod
    def of(cls, game: Game, root: int, roots: set[int]) -> Unrolled:
        """Return what lies between ``root`` and the subgames inside it.

        Raises:
            BadArgument: a joint decision lies in it, an actor forgets what it knew or did, or there are too many paths.
        """
        state, came = [root], [-1]
        leaves: list[int] = []
        onward: list[tuple[int, ...]] = []
        choices: dict[tuple[int, int], int] = {}
        choice: list[int] = []
        while len(onward) < len(state):
            place = len(onward)
            here = state[place]
            if len(game.owners(here)) > 1:
                raise BadArgument(
                    f"'{game.label(here)}' is a joint decision among moves that others do not see",
                    "let one actor decide there, or take 'unseen' out",
                )
            key = (game.unit[here], _known_at(game, state, came, place))
            decides = game.kind(here) == DECISION and len(game.edges(here)) > 1
            choice.append(choices.setdefault(key, len(choices)) if decides else -1)
            steps = []
            for edge in game.edges(here):
                target = game.target[edge]
                if target in roots or game.kind(target) == OUTCOME:
                    steps.append(-1 - len(leaves))
                    leaves.append(target)
                else:
                    steps.append(len(state))
                    state.append(target)
                    came.append(place)
            onward.append(tuple(steps))
            if len(state) + len(leaves) > MAX_PLACES:
                raise BadArgument(
                    f"more than {MAX_PLACES:,} places on the paths from '{game.label(root)}' on",
                    "let decisions see more of what happened before",
                )
        units = [unit for unit, _ in choices]
        recalled(game, sorted(set(units)))
        at = [game.units[unit][0] for unit in units]
        owners, shape = tuple(game.owners(one)[0] for one in at), tuple(len(game.edges(one)) for one in at)
        return cls(game, tuple(state), tuple(onward), tuple(leaves), tuple(choice), owners, shape)

    @property
    def profiles(self) -> int:
        """How many profiles of strategies there are."""
        return prod(self.shape)

    def equilibria(self, leaves: Sequence[Vector]) -> dict[Vector, Stable]:
        """Return the payoffs of all pure equilibria: how many give each, and profiles for all their paths.

        Args:
            leaves: what each leaf is worth to each actor.

        Raises:
            BadArgument: there are more than 200,000 profiles.
        """
        if self.profiles > MAX_PROFILES:
            raise BadArgument(
                f"hidden moves below '{self.game.label(self.state[0])}' combine in {self.profiles:,} ways, "
                f"more than the {MAX_PROFILES:,} that are compared",
                "let decisions see more of what happened before",
            )
        made = self.payoffs(leaves)
        stable = np.ones(self.shape, bool)
        for actor, (values, slack) in enumerate(zip(made.values, self.game.slack, strict=True)):
            axes = tuple(at for at, owner in enumerate(self.owners) if owner == actor)
            if axes:
                best = np.maximum.reduce(values, axis=axes, keepdims=True)
                stable &= (values >= best - slack).astype(bool)
        where = np.flatnonzero(stable)
        rows = list(zip(*(values.reshape(-1)[where].tolist() for values in made.values), strict=True))
        same = alike(rows, self.game.slack)
        gathered: dict[Vector, list[int]] = {}
        for at, row in zip(where.tolist(), rows, strict=True):
            gathered.setdefault(same[row], []).append(at)
        found = {row: self._stable(profiles) for row, profiles in gathered.items()}
        if not self.game.exact:
            return found
        return {tuple([_divided(x, made.denominator) for x in row]): stable for row, stable in found.items()}

    def _stable(self, profiles: Sequence[int]) -> Stable:
        """Return how many profiles there are, and one for each set of paths that they follow."""
        kept: dict[frozenset[int], tuple[int, ...]] = {}
        looked = profiles[:MOST_LOOKED_AT]
        for at in looked:
            slots = tuple(int(slot) for slot in np.unravel_index(at, self.shape)) if self.shape else ()
            kept.setdefault(self._met(slots), slots)
            if len(kept) > MOST_PICKED:
                break
        complete = len(looked) == len(profiles) and len(kept) <= MOST_PICKED
        return Stable(len(profiles), list(kept.values())[:MOST_PICKED], complete)

    def _met(self, slots: Sequence[int]) -> frozenset[int]:
        """Return the places and leaves that a profile leads to."""
        met: set[int] = set()
        waiting = [0]
        while waiting:
            place = waiting.pop()
            met.add(place)
            if place < 0:
                continue
            choice, edges = self.choice[place], self.game.edges(self.state[place])
            onward = self.onward[place]
            waiting += (
                [onward[slots[choice]]]
                if choice >= 0
                else [to for edge, to in zip(edges, onward, strict=True) if self.game.p[edge] > 0]
            )
        return frozenset(met)

    def payoffs(self, leaves: Sequence[Vector]) -> Block:
        """Return the payoffs of all profiles, an axis for each choice."""
        axes = (1,) * len(self.shape)
        ends = [self._leaf(vector, axes) for vector in leaves]
        made: list[Block | None] = [None] * len(self.state)
        for place in range(len(self.state) - 1, -1, -1):
            edges = self.game.edges(self.state[place])
            ahead = []
            for edge, to in zip(edges, self.onward[place], strict=True):
                after = ends[-1 - to] if to < 0 else made[to]
                assert after is not None
                ahead.append(self._plus(after, self.game.gain[edge]))
                if to >= 0:
                    made[to] = None
            at = self.choice[place]
            made[place] = self._decided(ahead, at) if at >= 0 else self._chance(ahead, [self.game.p[e] for e in edges])
        root = made[0]
        assert root is not None
        return root._replace(values=[np.broadcast_to(values, self.shape) for values in root.values])

    def _leaf(self, vector: Vector, axes: tuple[int, ...]) -> Block:
        if not self.game.exact:
            return Block([np.full(axes, float(x)) for x in vector])
        denominator, whole = _whole(vector)
        bound = max(map(abs, whole))
        return Block([np.full(axes, x, np.int64 if bound < SAFE else object) for x in whole], denominator, bound)

    def _plus(self, block: Block, gain: Vector) -> Block:
        if not any(gain):
            return block
        if not self.game.exact:
            return Block([values + float(x) for values, x in zip(block.values, gain, strict=True)])
        denominator, whole = _whole(gain)
        common = lcm(denominator, block.denominator)
        more = [x * (common // denominator) for x in whole]
        block = _scaled(block, common // block.denominator, max(map(abs, more)))
        return block._replace(
            values=[values + x for values, x in zip(block.values, more, strict=True)], denominator=common
        )

    def _decided(self, ahead: Sequence[Block], at: int) -> Block:
        """Join what the options of a place give along the axis of its choice."""
        ahead, denominator, bound = _common(ahead)
        values = [chosen([block.values[a] for block in ahead], at, self.shape) for a in range(len(self.game.actors))]
        return Block(values, denominator, bound)

    def _chance(self, ahead: Sequence[Block], p: Sequence[Number]) -> Block:
        if not self.game.exact:
            chances = [float(x) for x in p]
            return Block(
                [
                    _expected([block.values[actor] for block in ahead], chances, tolerance)
                    for actor, tolerance in enumerate(self.game.tolerance)
                ]
            )
        ahead, denominator, _ = _common(ahead)
        unit, shares = _whole(tuple(p))
        ahead = [_scaled(block, share) for block, share in zip(ahead, shares, strict=True)]
        bound = sum(block.bound for block in ahead)
        if bound >= SAFE:
            ahead = [_wide(block) for block in ahead]
        values = [sum(block.values[actor] for block in ahead) for actor in range(len(self.game.actors))]
        return Block(values, denominator * unit, bound)


def _known_at(game: Game, state: Sequence[int], came: Sequence[int], place: int) -> int:
    """Return the last place on the way at which who decides here knew where it is; the place itself if it does now."""
    base = game.unfolded.last_known(state[place])
    if base is None:
        return place
    while place >= 0 and state[place] != base:
        place = came[place]
    return place


def _whole(vector: Vector) -> tuple[int, list[int]]:
    """Return rational numbers as whole ones over a common denominator."""
    rational = [Fraction(x) for x in vector]
    common = lcm(*(x.denominator for x in rational))
    return common, [x.numerator * (common // x.denominator) for x in rational]


def _divided(value: int, denominator: int) -> Number:
    found = Fraction(value, denominator)
    return found.numerator if found.denominator == 1 else found


def _wide(block: Block) -> Block:
    """Return whole numbers of any size."""
    return block._replace(values=[values.astype(object) for values in block.values])


def _scaled(block: Block, factor: int, more: int = 0) -> Block:
    """Return a block times a number, with room for ``more``."""
    bound = block.bound * abs(factor) + more
    if bound >= SAFE and block.values[0].dtype != object:
        block = _wide(block)
    if factor != 1:
        block = block._replace(values=[values * factor for values in block.values])
    return block._replace(bound=bound, denominator=block.denominator * factor if factor else block.denominator)


def _common(ahead: Sequence[Block]) -> tuple[list[Block], int, int]:
    """Return blocks over one denominator, and in one kind of number."""
    denominator = lcm(*(block.denominator for block in ahead))
    found = [_scaled(block, denominator // block.denominator) for block in ahead]
    bound = max(block.bound for block in found)
    if bound >= SAFE:
        found = [_wide(block) for block in found]
    return found, denominator, bound


def _expected(rows: Sequence[Any], p: Sequence[float], tolerance: float | None) -> Any:
    """Return means or certainty equivalents of arrays."""
    if tolerance is None:
        return sum(chance * row for chance, row in zip(p, rows, strict=True))
    stacked = np.stack(np.broadcast_arrays(*rows))
    return certainty_equivalent(stacked, np.array(p).reshape(-1, *[1] * (stacked.ndim - 1)), tolerance)
