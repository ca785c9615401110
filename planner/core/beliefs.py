"""Bayes' rule: what news of a signal makes of a chance node's probabilities, and how probable the news itself is.

Several signals about one node, and one signal heard several times, are independent of each other once it is given what
is true: P(branch | news) is P(branch) times the likelihoods of all that was heard, divided by their sum over branches
(Raiffa 1968, Decision Analysis). Numbers are floats, Fractions or arrays with one number a draw.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.core.amounts import Amount, all_fit, as_text, first_not, in_draw, many, pick
from planner.core.expression import InexactError
from planner.core.places import fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from planner.core.model import Scenario
    from planner.core.news import News

PROBABILITY_RANGE = ("P202", "probability-range")
NOT_FINITE = ("P203", "not-finite")
LIKELIHOOD_SUM = ("P210", "likelihood-sum")
INEXACT = ("P211", "inexact")
TOLERANCE = 1e-9

Table = dict[str, dict[str, Amount]]  # branch -> news -> P(news | branch)


def posterior(belief: Sequence[Amount], told: Sequence[tuple[Sequence[Amount], int]]) -> list[Amount]:
    """Return the branches' probabilities once news is heard.

    News that cannot come, given what is known before, changes nothing: nobody hears it, and nothing is divided by 0.

    >>> posterior([Fraction(1, 4), Fraction(3, 4)], [([Fraction(3, 5), Fraction(1, 5)], 1)])
    [Fraction(1, 2), Fraction(1, 2)]

    Args:
        belief: the probabilities before.
        told: for each news how likely it is under each branch, and how often it was heard.
    """
    belief = list(belief)
    for likelihoods, times in told:
        weights = [p * factor for p, factor in zip(belief, _powers(belief, likelihoods, times), strict=True)]
        total = sum(weights[1:], weights[0])
        if not many(total):
            belief = [weight / total for weight in weights] if total > 0 else belief
            continue
        can_come = total > 0
        sure = np.where(can_come, total, 1.0)
        belief = [np.where(can_come, weight / sure, p) for weight, p in zip(weights, belief, strict=True)]
    return belief


def _powers(belief: Sequence[Amount], likelihoods: Sequence[Amount], times: int) -> Sequence[Amount]:
    """Return factors proportional to the likelihoods of the same news heard several times, without underflow."""
    if times == 1 or isinstance(likelihoods[0], Fraction):
        return [factor**times for factor in likelihoods]
    if not any(many(number) for number in (*belief, *likelihoods)):
        most = max(factor if p > 0 else 0.0 for p, factor in zip(belief, likelihoods, strict=True)) or 1.0
        return [(factor / most) ** times for factor in likelihoods]
    largest = np.maximum.reduce([np.where(p > 0, factor, 0.0) for p, factor in zip(belief, likelihoods, strict=True)])
    return [(factor / np.where(largest > 0, largest, 1.0)) ** times for factor in likelihoods]


def chance_of(belief: Sequence[Amount], likelihoods: Sequence[Amount]) -> Amount:
    """Return the total probability of news: the sum over branches of their probability times its likelihood."""
    products = [p * factor for p, factor in zip(belief, likelihoods, strict=True)]
    return sum(products[1:], products[0])


@dataclass(frozen=True, slots=True)
class Likelihoods:
    """The likelihoods of a scenario's signals, each row worked out and checked when it is first asked for.

    Attributes:
        scenario: whose signals.
        env: the parameters, numbers or arrays of draws.
        exact: compute in Fractions.
        first_draw: the number of the first draw, for messages.
        passes: whether numbers fit; by default they must in every draw.
    """

    scenario: Scenario
    env: Mapping[str, Any]
    exact: bool = False
    first_draw: int = 0
    passes: Callable[[Any], bool] = all_fit
    known: dict[tuple[str, str], dict[str, Amount]] = field(default_factory=dict, repr=False)

    def of(self, signal: str, branches: Sequence[str], word: str) -> list[Amount]:
        """Return how likely a word is under each of the branches.

        Raises:
            ScenarioError: P202, P210 likelihoods that do not fit, P211 exact and one has no rational value; with many
                draws the message names the draw.
        """
        nothing: Amount = Fraction(0) if self.exact else 0.0
        return [self.row(signal, branch).get(word, nothing) for branch in branches]

    def told(self, branches: Sequence[str], news: News) -> list[tuple[list[Amount], int]]:
        """Return what `posterior` takes, for news about a node with these branches."""
        return [(self.of(signal, branches, word), times) for signal, word, times in news]

    def row(self, signal: str, branch: str) -> dict[str, Amount]:
        """Return the likelihoods of all news if a branch is true."""
        found = self.known.get((signal, branch))
        if found is None:
            found = self.known[signal, branch] = self._work_out(signal, branch)
        return found

    def _work_out(self, signal: str, branch: str) -> dict[str, Amount]:
        path = ("signals", signal, "likelihood", branch)
        formulas = self.scenario.signals[signal].likelihood[branch]
        row: dict[str, Amount] = {}
        for word, formula in formulas.items():
            try:
                row[word] = formula.exact(self.env) if self.exact else formula.evaluate(self.env)
            except InexactError as error:
                message = f"--exact cannot work out the likelihood of '{word}' given '{branch}'"
                help_ = "evaluate without --exact, or put a decimal number here"
                raise fault(self.scenario, INEXACT, message, (*path, word), label=str(error), help=help_) from error
            fits = (row[word] >= -TOLERANCE) & (row[word] <= 1 + TOLERANCE)
            if not self.passes(fits):
                raise self._outside(signal, branch, word, pick(row[word], first_not(fits)), first_not(fits))
        total = sum(row.values(), Fraction(0) if self.exact else 0.0)
        fits = abs(total - 1) <= TOLERANCE
        if not self.passes(fits):
            draw = first_not(fits)
            where = in_draw(self.env, draw, list(formulas.values()), self.first_draw)
            message = f"likelihoods of '{signal}' given '{branch}' sum to {as_text(pick(total, draw))}, not 1{where}"
            raise fault(self.scenario, LIKELIHOOD_SUM, message, path, key=True, label="this row")
        return {word: _within(chance) for word, chance in row.items()}

    def _outside(self, signal: str, branch: str, word: str, value: float | Fraction, draw: int | None) -> Exception:
        formula = self.scenario.signals[signal].likelihood[branch][word]
        where = in_draw(self.env, draw, [formula], self.first_draw)
        return fault(
            self.scenario,
            PROBABILITY_RANGE if math.isfinite(value) else NOT_FINITE,
            f"likelihood of '{word}' of '{signal}' given '{branch}' is {as_text(value)}{where}",
            ("signals", signal, "likelihood", branch, word),
            label=f"{formula.text} is not between 0 and 1",
            help="keep its parameters in the range in which it stays between 0 and 1",
        )


def _within(chance: Amount) -> Amount:
    """Take off what rounding adds beyond 0 and 1."""
    return np.clip(chance, 0.0, 1.0) if many(chance) else min(max(chance, 0), 1)
