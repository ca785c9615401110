"""The steps of a program that are no NumPy call: choices, certainty equivalents, checks.

A step is called with a tuple of rows (a number a draw, or one number for all), what is to be known about it, and the
row to write to. Rows are as wide as the block.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.core import kernels
from planner.core.binding import TOLERANCE
from planner.core.dirichlet import shares

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Floats = NDArray[np.float64]
Rows = tuple[Floats, ...]
Step = Any  # (rows, detail, row to write to) -> None; a ufunc takes a row in the place of the detail

ONE = np.float64(1.0).view(np.uint64)
LEFT_OVER = 1 - (1 + TOLERANCE)  # a rest is at least this where the sum is at most 1 + TOLERANCE
LIMIT = 1e300  # below this nothing that is added up along a path overflows
SLACK = 1e-3  # of a margin, where the difference of two values may be rounded


class Watch:
    """What the checks of a block find out, and what they go by.

    Two values are as good as each other when they differ by at most `kernels.TIE` times the largest value on the
    board. As a rule that value is not worked out: it lies between two bounds, and it matters only for a difference
    between the margins of both.

    Attributes:
        bad: draws in which a number does not fit.
        doubt: draws that are to be worked out the plain way.
        close: draws in which a choice depends on the largest value on the board.
        flagged: whether there may be some of these.
        low, high: for each actor the smallest margin that may apply, and the largest of all.
        limit: payoffs beyond it are doubted where no bound is known beforehand; ``largest`` is the largest there was.
        clip: whether probabilities are brought between 0 and 1; where not, those outside are doubted, ``outside`` in
            number.
    """

    def __init__(self, low: Sequence[float], limit: float) -> None:
        self.bad = self.doubt = self.close = np.zeros(0, np.bool_)
        self.flagged = False
        self.low, self.high = list(low), 0.0
        self.limit, self.largest = limit, 0.0
        self.clip = False
        self.outside = 0
        self.start = self.count = 0

    def begin(self, width: int, start: int, count: int) -> None:
        """Get ready for a block of ``count`` draws, the first of which is number ``start``."""
        self.bad, self.doubt, self.close = np.zeros((3, width), np.bool_)
        self.flagged = False
        self.start, self.count, self.outside = start, count, 0

    def not_fit(self, fits: NDArray[np.bool_]) -> None:
        """Mark the draws in which a number does not fit."""
        self.bad |= ~fits
        self.flagged = True

    def not_between(self, where: NDArray[np.bool_]) -> None:
        """Put draws in doubt in which a probability is outside 0 to 1, by less than is an error."""
        if not self.clip:
            where &= ~self.bad
            self.outside += int(np.count_nonzero(where))
            self.unsure(where)

    def too_close(self, where: NDArray[np.bool_]) -> None:
        """Mark draws in which a choice cannot be told without the largest value."""
        self.close |= where
        self.flagged = True

    def unsure(self, where: NDArray[np.bool_]) -> None:
        """Put draws in doubt."""
        self.doubt |= where
        self.flagged = True


def unary(function: Callable[..., Any]) -> Step:
    """Return a NumPy function of one argument as a step that takes that argument twice."""

    def step(row: Floats, _: Floats, out: Floats) -> None:
        function(row, out=out)

    return step


def load(_: Rows, source: Source, out: Floats) -> None:
    """Take an input's numbers of this block; the last fills up the row."""
    row = source.row
    out[: len(row)] = row
    out[len(row) :] = row[-1]


def select(rows: Rows, _: None, out: Floats) -> None:
    """Take one of two values by a condition."""
    condition, value, other = rows
    np.copyto(out, other)
    np.putmask(out, np.not_equal(condition, 0), value)  # faster than a masked copy where the mask has no pattern


# --- checks -----------------------------------------------------------------------------------------------


def between(rows: Rows, watch: Watch, out: Floats) -> None:  # noqa: ARG001
    """Check that a probability is between 0 and 1: as whole numbers, the bits of those floats stand in one range."""
    (p,) = rows
    if np.maximum.reduce(p.view(np.uint64)) > ONE:
        watch.not_fit((p >= -TOLERANCE) & (p <= 1 + TOLERANCE))
        watch.not_between((p < 0) | (p > 1))


def left_over(rows: Rows, watch: Watch, out: Floats) -> None:  # noqa: ARG001
    """Check that the others leave something for `rest`."""
    (rest,) = rows
    if np.maximum.reduce(rest.view(np.uint64)) > ONE:
        watch.not_fit(rest >= LEFT_OVER)
        watch.not_between((rest < 0) | (rest > 1))


def sums_to_one(rows: Rows, watch: Watch, out: Floats) -> None:  # noqa: ARG001
    """Check a sum of probabilities."""
    (total,) = rows
    near = 0.999 * TOLERANCE
    if not (np.minimum.reduce(total) >= 1 - near and np.maximum.reduce(total) <= 1 + near):
        watch.not_fit(np.abs(total - 1) <= TOLERANCE)


def finite(rows: Rows, watch: Watch, out: Floats) -> None:  # noqa: ARG001
    """Check a payoff that may be infinite or undefined, or larger than was thought."""
    (amount,) = rows
    largest = max(np.maximum.reduce(amount), -np.minimum.reduce(amount))
    if not largest <= watch.limit:
        fits = np.isfinite(amount)
        watch.not_fit(fits)
        sizes = np.abs(amount)
        watch.unsure(fits & (sizes > watch.limit))
        watch.largest = max(watch.largest, float(np.max(sizes, initial=0.0, where=fits)))


# --- chance -----------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Shares:
    """Branch probabilities of one chance state that are drawn together.

    Attributes:
        certainty: the weight of the Dirichlet distribution.
        found: for each branch its probabilities in this block.
    """

    certainty: float
    found: Sequence[Floats] = field(default=(), repr=False)


def draw_shares(rows: Rows, detail: Shares, out: Floats) -> None:  # noqa: ARG001
    """Draw the probabilities of a chance state's branches from their means and uniform numbers."""
    half = len(rows) // 2
    detail.found = shares(rows[:half], detail.certainty, rows[half:])


def share(_: Rows, detail: tuple[Shares, int], out: Floats) -> None:
    """Take what was drawn for one branch."""
    drawn, slot = detail
    np.copyto(out, drawn.found[slot])


def certainty_equivalent(rows: Rows, _: None, out: Floats) -> None:
    """Work out a certainty equivalent from the tolerance, the branches' values and their probabilities.

    As `kernels.certainty_equivalent` does, to the bit, but branch by branch, and without what no draw needs.
    """
    tolerance, *rest = rows
    chances = rest[len(rest) // 2 :]
    values = [_possible(value, p) for value, p in zip(rest, chances, strict=False)]
    worst = np.minimum(values[0], values[1], out=np.empty_like(out))
    for value in values[2:]:
        np.minimum(worst, value, out=worst)
    careful = np.isfinite(tolerance)
    neutral = not careful.all()
    scale = np.where(careful, tolerance, 1.0) if neutral else tolerance
    exponents = []
    for value in values:
        exponent = np.subtract(worst, value)
        exponents.append(np.divide(exponent, scale, out=exponent))
    near = _mean([np.expm1(exponent, out=np.empty_like(out)) for exponent in exponents], chances)
    logarithm = np.log1p(np.maximum(near, -0.75))
    close = near > -0.5
    if not close.all():
        far = _mean([np.exp(exponent, out=exponent) for exponent in exponents], chances)
        logarithm = np.where(close, logarithm, np.log(far))
    np.subtract(worst, np.multiply(scale, logarithm, out=logarithm), out=out)
    if neutral:
        mean = _mean([np.array(np.broadcast_to(value, out.shape)) for value in rest[: len(chances)]], chances)
        np.putmask(out, ~careful, mean)


def _possible(value: Floats, p: Floats) -> Floats:
    """Return a branch's value, infinite where the branch is not possible."""
    if np.minimum.reduce(p, axis=None) > 0:
        return value
    return np.where(p > 0, value, np.inf)


def _mean(values: Sequence[Floats], chances: Sequence[Floats]) -> Floats:
    """Return the average of some rows, which are written over."""
    total = np.multiply(values[0], chances[0], out=values[0])
    for value, p in zip(values[1:], chances[1:], strict=True):
        np.add(total, np.multiply(value, p, out=value), out=total)
    return total


def unless_possible(rows: Rows, other: float, out: Floats) -> None:
    """Take a branch's value where the branch is possible, else ``other``."""
    p, value = rows
    out.fill(other)
    np.putmask(out, p > 0, value)


# --- choices ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Owners:
    """Who chooses among how many slots; several have a fallback."""

    owners: tuple[int, ...]
    slots: int
    watch: Watch = field(repr=False)
    fallback: int = -1


def numbers_of(row: Floats) -> NDArray[np.uint16]:
    """Return a row read as numbers of slots."""
    return row.view(np.uint16)[: len(row)]


def choose(rows: Rows, detail: Owners, out: Floats) -> None:
    """Write the first slot that is as good as the best for its only owner: the best value, then the slots' values."""
    best, *own = rows
    watch = detail.watch
    low, high = watch.low[detail.owners[0]], watch.high
    leading = zone = None
    choice = numbers_of(out)
    for at, value in enumerate(own[:-1]):
        gap = np.subtract(best, value)
        worse = gap > high
        near = gap > low
        if np.count_nonzero(near) != np.count_nonzero(worse):
            near &= ~worse
            near &= gap > kernels.TIE * (1 - SLACK) * np.abs(best)
            zone = near if zone is None else zone | near
        leading = worse if leading is None else leading & worse
        if at:
            choice += leading
        else:
            choice[...] = leading
    if zone is not None and zone.any():
        watch.too_close(zone)


def choose_exactly(rows: Rows, _: None, out: Floats) -> None:
    """Write the first slot that is as good as the best: the largest value on the board, the best, the slots' values."""
    largest, best, *own = rows
    least = np.subtract(best, np.multiply(kernels.TIE, largest, out=np.empty_like(out)))
    leading = np.ones(len(out), np.bool_)
    choice = numbers_of(out)
    choice[...] = 0
    for value in own[:-1]:
        leading &= np.less(value, least)
        choice += leading


def agree(rows: Rows, detail: Owners, out: Floats) -> None:
    """Write the option that several owners adopt unanimously, from each owner's values of the slots."""
    watch, slots, fallback = detail.watch, detail.slots, detail.fallback
    table = np.zeros((3, slots, len(out)))
    least, most, total = table
    for slot in range(slots):
        if slot != fallback:
            np.subtract(rows[slot], rows[fallback], out=least[slot])
            most[slot] = total[slot] = least[slot]
            for first in range(slots, len(rows), slots):
                gain = np.subtract(rows[first + slot], rows[first + fallback])
                np.minimum(least[slot], gain, out=least[slot])
                np.maximum(most[slot], gain, out=most[slot])
                np.add(total[slot], gain, out=total[slot])
    numbers_of(out)[...] = kernels.adopted(least, most, total, fallback, watch.high)
    low = max(watch.low[owner] for owner in detail.owners)
    zone = None
    for gap in (*-least, *most, *_between(least, fallback), *_between(total, fallback)):
        near = gap > low
        if np.count_nonzero(near) != np.count_nonzero(gap > watch.high):
            near &= gap <= watch.high
            zone = near if zone is None else zone | near
    if zone is not None:
        watch.too_close(zone)


def _between(rows: Floats, fallback: int) -> list[Floats]:
    """Return the distances between any two rows but the fallback's."""
    others = [slot for slot in range(len(rows)) if slot != fallback]
    return [np.abs(rows[one] - rows[other]) for one in others for other in others if other < one]


def follow(rows: Rows, _: None, out: Floats) -> None:
    """Write what the chosen slot gives."""
    chosen, first, *others = rows
    choice = numbers_of(chosen)
    np.copyto(out, first)
    for slot, value in enumerate(others, 1):
        np.putmask(out, choice == slot, value)


# --- the ends of a program --------------------------------------------------------------------------------


@dataclass(eq=False)
class Source:
    """An input of a program.

    Attributes:
        key: what it is.
        row: its numbers in the block at hand.
        bound: no number in the block is farther from 0.
    """

    key: tuple[Any, ...]
    row: Floats = field(default_factory=lambda: np.zeros(0), repr=False)
    bound: float = -1.0  # none yet


@dataclass(eq=False)
class Sink:
    """A result of a program: the rows of all draws.

    Attributes:
        key: what it is.
        rows: where it goes, one number a draw.
        watch: says which draws are at hand.
        constant: the number that it is in every draw; None if it depends on the draw.
    """

    key: tuple[Any, ...]
    watch: Watch = field(repr=False)
    rows: NDArray[Any] = field(default_factory=lambda: np.zeros(0), repr=False)
    constant: float | None = None

    @property
    def target(self) -> NDArray[Any]:
        """The draws at hand."""
        return self.rows[self.watch.start : self.watch.start + self.watch.count]


def store(rows: Rows, sink: Sink, out: Floats) -> None:  # noqa: ARG001
    """Write a result."""
    target = sink.target
    target[...] = rows[0][: len(target)]


def store_choice(rows: Rows, sink: Sink, out: Floats) -> None:  # noqa: ARG001
    """Write which slot was chosen."""
    target = sink.target
    target[...] = numbers_of(rows[0])[: len(target)]


SILENT = frozenset({between, left_over, sums_to_one, finite, draw_shares, store, store_choice})  # they write no row
