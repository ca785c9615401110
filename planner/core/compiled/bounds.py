"""How large the numbers of a program can be, step by step, from how large its inputs are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.core.compiled import steps
from planner.core.compiled.code import UNARY
from planner.core.compiled.steps import LIMIT

if TYPE_CHECKING:
    from planner.core.compiled.code import Code

ADDS = frozenset({np.add, np.subtract})
TESTS = frozenset({
    np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal, np.logical_and, np.logical_or,
    UNARY["sin"], UNARY["cos"], steps.share,
})  # fmt: skip
LARGER = frozenset({np.minimum, np.maximum, UNARY["negative"], UNARY["abs"]})
PROBABILITIES = frozenset({steps.between, steps.left_over})
EXPONENT = 700.0


class Bounds:
    """The largest magnitudes of a program's values."""

    def __init__(self, code: Code) -> None:
        self._steps = code.function, code.first, code.second
        self._constants = [abs(number) for number in code.constants]
        self._mixes, self._amounts, self._values = code.mixes, code.amounts, code.values

    def largest(self, limit: float) -> float:
        """Return how large a value may be while no input is beyond its bound and no checked payoff beyond ``limit``.

        Infinite where an amount or a value may not be finite.
        """
        size = self._sizes(limit)
        if any(size[one] >= LIMIT for one in self._amounts):
            return math.inf
        return max([1.0, *(size[one] for one in self._values)])

    def _sizes(self, limit: float) -> list[float]:
        constants, mixes = self._constants, self._mixes
        size: list[float] = []

        def of(one: int) -> float:
            return constants[~one] if one < 0 else size[one]

        for at, (function, one, other) in enumerate(zip(*self._steps, strict=True)):
            found = math.inf
            if at in mixes:
                found = max([of(part) for part in mixes[at]])
            elif function in ADDS:
                found = of(one) + of(other)
            elif function is np.multiply:
                left, right = of(one), of(other)
                found = left * right if left and right else 0.0
            elif function in TESTS:
                found = 1.0
            elif function in LARGER:
                found = max(of(one), of(other))
            elif type(one) is tuple:
                if function in PROBABILITIES:
                    size[one[0]] = min(size[one[0]], 1.0)
                elif function is steps.finite:
                    size[one[0]] = min(size[one[0]], limit)
                found = other.bound if function is steps.load else max([of(row) for row in one], default=0.0)
            else:
                found = self._function(function, of(one), other)
            size.append(found)
        return size

    def _function(self, function: Any, size: float, other: int) -> float:
        """Return the bound of a function or of a division by a constant."""
        if function is np.true_divide and other < 0 and self._constants[~other]:
            return size / self._constants[~other]
        if function is UNARY["floor"] or function is UNARY["ceil"]:
            return size + 1
        if function is UNARY["exp"] and size < EXPONENT:
            return math.exp(size)
        return math.inf
