"""The expected value of partial perfect information: what it is worth to know some uncertain numbers before deciding.

For one number the block method of Strong and Oakley (2013, An Efficient Method for Computing Single-Parameter Partial
Expected Value of Perfect Information, Medical Decision Making 33): sort the draws by the number, cut them into blocks,
take in each block the option that is best there on average. For several numbers together a regression, as in Strong,
Oakley and Brennan (2014, Medical Decision Making 34), here on polynomials and used as a rule of decision: each draw is
decided by a regression that was fitted to other draws, so that what is counted is what the rule really gets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations_with_replacement
from math import comb, sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.core import kernels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.focus import Focus

Floats = NDArray[np.float64]
Choice = NDArray[np.int64]
Labels = NDArray[np.int64]

BLOCKS = 20
FINER = 40  # as many blocks must say the same
REPLICATES = 100  # of the bootstrap
SHUFFLES = 200  # of the draws, to see what blocks of chance alone would be worth
FOLDS = 5
DEGREES = (1, 2, 3, 4)
MOST_TERMS = 150
NEGLIGIBLE = 1e-10  # of the largest direction's size; what is smaller says nothing new
SURE = 1.645  # standard errors from 0 that make a difference, one-sided 5 %


@dataclass(frozen=True, eq=False)
class Table:
    """What the options of a decision are worth in each draw, and who chooses among them.

    Attributes:
        focus: the decision.
        options: (options, actors, draws), in the scenario's own sense.
        now: the number of the option that is taken on average over the draws.
    """

    focus: Focus = field(repr=False)
    options: Floats = field(repr=False)
    now: int

    @classmethod
    def of(cls, focus: Focus, options: Floats) -> Table:
        """Take the options' values in all draws."""
        return cls(focus, options, int(focus.taken(options.mean(axis=-1)[..., None])[0]))

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return int(self.options.shape[-1])

    def gains(self, choice: Choice) -> Floats:
        """Return how much better a choice in each draw is than that of now, oriented, (actors, draws)."""
        chosen = np.take_along_axis(self.options, choice[None, None], axis=0)[0]
        found: Floats = self.focus.sense * (chosen - self.options[self.now])
        return found

    def perfect(self) -> tuple[Floats, Floats]:
        """Return for each actor the gain of deciding every draw with all its numbers known, and its standard error."""
        gains = self.gains(self.focus.taken(self.options))
        return gains.mean(axis=-1), error_of_mean(gains)

    def worth(self, labels: Labels, weights: Floats | None = None) -> Floats:
        """Return for each actor the gain of deciding each block of draws on its average, (actors,).

        ``labels`` numbers the block of each draw; ``weights`` says how often each draw counts.
        """
        blocks = int(labels.max()) + 1
        counts = np.bincount(labels, weights, minlength=blocks)
        rows = self.options.reshape(-1, self.draws)
        sums = np.array([np.bincount(labels, row if weights is None else row * weights, blocks) for row in rows])
        held = counts > 0
        means = (sums[:, held] / counts[held]).reshape(*self.options.shape[:2], -1)
        share = counts[held] / counts.sum()
        now = int(self.focus.taken((means @ share)[..., None])[0])
        chosen = np.take_along_axis(means, self.focus.taken(means)[None, None], axis=0)[0]
        found: Floats = self.focus.sense * ((chosen - means[now]) @ share)
        return found


@dataclass(frozen=True, eq=False)
class Partial:
    """What some uncertain numbers are worth to know, for each actor in file order, oriented.

    Attributes:
        gains: the gain of each actor.
        errors: its standard error.
        finer: the gain by twice as many blocks; None where no blocks were used.
        noise: what is found in 19 of 20 cases where there is nothing, for each actor.
    """

    gains: Floats
    errors: Floats
    finer: Floats | None
    noise: Floats

    def distinct(self, actor: int) -> bool:
        """Whether an actor's gain can be told from 0: above the noise, and above what its own error may make of 0."""
        return bool(abs(self.gains[actor]) > max(self.noise[actor], SURE * self.errors[actor]))


def spread(values: Floats) -> Floats:
    """Return standard deviations along the last axis, of numbers of any size."""
    scale = np.maximum(np.abs(values).max(axis=-1, keepdims=True), np.finfo(np.float64).tiny)
    found: Floats = scale[..., 0] * (values / scale).std(axis=-1, ddof=1)
    return found


def error_of_mean(values: Floats) -> Floats:
    """Return standard errors of the means along the last axis, of independent values of any size."""
    found: Floats = spread(values) / sqrt(values.shape[-1])
    return found


def in_blocks(values: Floats, blocks: int) -> Labels:
    """Return the number of each draw's block: draws sorted by a value, cut into blocks of equal size.

    A number that takes few values gets one block for each.

    >>> in_blocks(np.array([0.3, 0.1, 0.4, 0.2]), 2).tolist()
    [1, 0, 1, 0]
    """
    distinct, number = np.unique(values, return_inverse=True)
    if len(distinct) <= blocks:
        return np.asarray(number, np.int64)
    labels = np.empty(len(values), np.int64)
    labels[np.argsort(values, kind="stable")] = np.arange(len(values)) * blocks // len(values)
    return labels


class Blocks:
    """The block method on one table: the bootstrap and the shuffles are made once for all numbers."""

    def __init__(self, table: Table, draw: np.random.Generator) -> None:
        self.table, self.draw = table, draw
        draws = table.draws
        self.replicates = [
            np.bincount(draw.integers(draws, size=draws), minlength=draws).astype(np.float64) for _ in range(REPLICATES)
        ]
        self.known: dict[tuple[int, ...], Floats] = {}

    def partial(self, values: Floats) -> Partial:
        """Work out what it is worth to know a number before deciding; ``values`` holds it for each draw."""
        table, labels = self.table, in_blocks(values, BLOCKS)
        gains = table.worth(labels)
        rounding = kernels.TIE * 1_000 * np.maximum(np.abs(table.options).max(axis=(0, 2)), 1.0)
        return Partial(
            np.where(np.abs(gains) <= rounding, 0.0, gains),
            spread(np.array([table.worth(labels, weights) for weights in self.replicates]).T),
            table.worth(in_blocks(values, FINER)),
            np.maximum(self.noise(labels), rounding),
        )

    def noise(self, labels: Labels) -> Floats:
        """Return what blocks of these sizes find in 19 of 20 cases if draws fall into them by chance, (actors,)."""
        sizes = tuple(np.bincount(labels).tolist())
        if sizes not in self.known:
            shuffled = [np.abs(self.table.worth(self.draw.permutation(labels))) for _ in range(SHUFFLES)]
            self.known[sizes] = np.quantile(shuffled, 0.95, axis=0)
        return self.known[sizes]


def by_regression(table: Table, values: Sequence[Floats], draw: np.random.Generator) -> Partial:
    """Work out what it is worth to know several numbers together before deciding.

    What each option is worth more than that of now is fitted by polynomials in the numbers, of the degree that predicts
    best the draws that it was not fitted to. Each draw is then decided by the prediction for it. A rule that decides by
    these numbers alone gets at most what they are worth, so the estimate is, but for its standard error, a lower bound;
    it misses what such polynomials cannot follow.

    Args:
        table: what the options are worth.
        values: for each number its value in each draw.
        draw: where random numbers come from.
    """
    columns = [(row - row.mean()) / row.std() for row in values if np.ptp(row) > 0]
    owners = [table.focus.actor_at(actor) for actor in table.focus.by]
    shape = (len(table.options), len(owners), table.draws)
    targets = (table.options[:, owners] - table.options[table.now, owners]).reshape(-1, table.draws).T
    targets = targets / max(float(np.abs(targets).max()), np.finfo(np.float64).tiny)  # which is best is all that counts
    fold = draw.permutation(table.draws) % FOLDS
    best, least = np.zeros_like(targets), np.inf
    for degree in DEGREES:
        if comb(len(columns) + degree, degree) > min(MOST_TERMS, table.draws // 20):
            break
        predicted = _predicted(_basis(columns, degree, table.draws), targets, fold)
        error = float(((predicted - targets) ** 2).sum())
        if error < least:
            best, least = predicted, error
    leads = np.zeros((len(table.options), table.options.shape[1], table.draws))
    leads[:, owners] = best.T.reshape(shape)
    gains = table.gains(table.focus.taken(leads))
    errors = error_of_mean(gains)
    return Partial(gains.mean(axis=-1), errors, None, np.zeros_like(errors))


def _predicted(basis: Floats, targets: Floats, fold: Labels) -> Floats:
    """Return for each draw the prediction of least squares fitted to the draws of other folds.

    With columns made orthonormal once, what other folds say is what all say less what the fold itself says.
    """
    scaled = basis / np.sqrt((basis**2).sum(axis=0))
    sizes, directions = np.linalg.eigh(scaled.T @ scaled)
    kept = sizes > NEGLIGIBLE * sizes[-1]
    columns = scaled @ (directions[:, kept] / np.sqrt(sizes[kept]))
    both = columns.T @ targets
    predicted = np.empty_like(targets)
    for out in range(FOLDS):
        held = fold == out
        own = columns[held]
        rest = np.eye(columns.shape[1]) - own.T @ own
        predicted[held] = own @ np.linalg.lstsq(rest, both - own.T @ targets[held], rcond=None)[0]
    return predicted


def _basis(columns: Sequence[Floats], degree: int, draws: int) -> Floats:
    """Return all products of at most ``degree`` columns, (draws, terms), the empty one first."""
    terms = [np.ones(draws)]
    for size in range(1, degree + 1):
        terms += (
            np.prod([columns[at] for at in chosen], axis=0)
            for chosen in combinations_with_replacement(range(len(columns)), size)
        )
    return np.array(terms).T
