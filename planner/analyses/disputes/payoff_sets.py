"""Sets of equilibrium payoffs with how many equilibria give each, made to be handed on from state to state.

A long tree in which somebody is indifferent again and again has thousands of payoffs at every state, nearly all of them
those of the state below, shifted by what a move adds. So a set is kept relative to an offset, its counts relative to a
factor, and a move changes only what it must: whatever is struck out was put in once.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.analyses.disputes.game import Number, Vector


class Order:
    """One actor's values in a set, from the lowest up, with the number of equilibria and the keys at each."""

    __slots__ = ("counts", "keys", "start", "values")

    def __init__(self, rows: Mapping[Vector, int], actor: int) -> None:
        self.counts: dict[Number, int] = {}
        self.keys: dict[Number, dict[Vector, None]] = {}
        for key, count in rows.items():
            value = key[actor]
            self.counts[value] = self.counts.get(value, 0) + count
            self.keys.setdefault(value, {})[key] = None
        self.values = sorted(self.keys)
        self.start = 0

    def lowest(self) -> Number:
        """Return the lowest value that is left."""
        while not self.keys[self.values[self.start]]:
            gone = self.values[self.start]
            del self.keys[gone], self.counts[gone]
            self.start += 1
        return self.values[self.start]

    def upto(self, most: Number) -> int:
        """Return how many equilibria give no more than ``most``."""
        self.lowest()
        total = 0
        for at in range(self.start, len(self.values)):
            if self.values[at] > most:
                break
            total += self.counts[self.values[at]]
        return total

    def near(self, value: Number, slack: Number) -> Number | None:
        """Return the value in the set that is the same as ``value``; None if there is none."""
        if not slack:
            return value if self.keys.get(value) else None
        at = bisect_left(self.values, value - slack, self.start)
        while at < len(self.values) and self.values[at] <= value + slack:
            if self.keys[self.values[at]]:
                return self.values[at]
            at += 1
        return None

    def add(self, key: Vector, value: Number, count: int) -> None:
        """Take in one more payoff, or more equilibria of one that is there."""
        if value not in self.keys:
            at = bisect_left(self.values, value, self.start)
            self.values.insert(at, value)
            self.keys[value] = {}
            self.counts[value] = 0
        self.keys[value][key] = None
        self.counts[value] += count

    def strike(self, key: Vector, value: Number, count: int) -> None:
        """Take one out."""
        del self.keys[value][key]
        self.counts[value] -= count


class PayoffSet:
    """Distinct payoffs of the equilibria of a subgame.

    Attributes:
        rows: for each payoff, less ``offset``, its number of equilibria, in units of ``factor``.
        offset: what is to be added; None for nothing.
        factor: what all numbers are to be multiplied by: the equilibria of parts that are played in any way.
    """

    __slots__ = ("_orders", "factor", "offset", "rows")

    def __init__(self, rows: dict[Vector, int], factor: int = 1) -> None:
        self.rows, self.factor = rows, factor
        self.offset: Vector | None = None
        self._orders: dict[int, Order] = {}
        if len(rows) == 1:
            ((key, count),) = rows.items()
            if count != 1:
                self.factor *= count
                rows[key] = 1

    def __len__(self) -> int:
        return len(self.rows)

    def copied(self) -> PayoffSet:
        """Return the same set, to be changed on its own."""
        made = PayoffSet(dict(self.rows), self.factor)
        made.offset = self.offset
        return made

    def items(self, gain: Vector | None = None) -> Iterable[tuple[Vector, Vector, int]]:
        """Yield keys, payoffs with what a move adds, and numbers in units of the factor."""
        total = _plus(self.offset, gain)
        if total is None or not any(total):
            for key, count in self.rows.items():
                yield key, key, count
        else:
            for key, count in self.rows.items():
                yield key, tuple([one + more for one, more in zip(key, total, strict=True)]), count

    def shift(self, gain: Vector) -> None:
        """Add what a move adds."""
        self.offset = _plus(self.offset, gain)

    def order(self, actor: int) -> Order:
        """Return one actor's values, kept up to date from now on; they are less ``offset``."""
        found = self._orders.get(actor)
        if found is None:
            found = self._orders[actor] = Order(self.rows, actor)
        return found

    def base(self, actor: int) -> Number:
        """Return what is to be added to one actor's values."""
        return 0 if self.offset is None else self.offset[actor]

    def strike_below(self, actor: int, least: Number) -> int:
        """Take out what gives an actor less than ``least``, and return how many equilibria that were."""
        order = self.order(actor)
        gone = 0
        while self.rows and (low := order.lowest()) < least:
            gone += order.counts[low]
            for key in list(order.keys[low]):
                count = self.rows.pop(key)
                for who, other in self._orders.items():
                    other.strike(key, key[who], count)
        return gone

    def put(self, payoff: Vector, count: int, slack: Sequence[Number]) -> Vector:
        """Take in a payoff, and return its key; one that is the same as another becomes that one."""
        key = payoff if self.offset is None else tuple([x - y for x, y in zip(payoff, self.offset, strict=True)])
        if any(slack):
            same = [self.order(actor).near(value, slack[actor]) for actor, value in enumerate(key)]
            key = tuple([value if known is None else known for value, known in zip(key, same, strict=True)])
        self.rows[key] = self.rows.get(key, 0) + count
        for who, order in self._orders.items():
            order.add(key, key[who], count)
        return key


def _plus(one: Vector | None, other: Vector | None) -> Vector | None:
    if one is None or other is None:
        return one if other is None else other
    return tuple([x + y for x, y in zip(one, other, strict=True)])


def alike(vectors: Iterable[Vector], slack: Sequence[Number]) -> Mapping[Vector, Vector]:
    """Return for each vector the one that it is the same as: numbers that differ by no more than a tie become one.

    >>> alike([(1.0, 2.0), (1.0 + 1e-15, 3.0)], (1e-12, 1e-12))
    {(1.0, 2.0): (1.0, 2.0), (1.000000000000001, 3.0): (1.0, 3.0)}
    """
    given = list(dict.fromkeys(vectors))
    if len(given) < 2 or not any(slack):
        return dict(zip(given, given, strict=True))
    columns = []
    for actor, tie in enumerate(slack):
        known: dict[Number, Number] = {}
        first: Number = None
        for value in sorted({vector[actor] for vector in given}):
            if first is None or value - first > tie:
                first = value
            known[value] = first
        columns.append(known)
    return {vector: tuple([known[x] for known, x in zip(columns, vector, strict=True)]) for vector in given}
