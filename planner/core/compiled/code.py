"""Programs while they are written: one step after the other, equal ones once, what is constant worked out at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from planner.core.arithmetic import arrays
from planner.core.compiled import steps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.compiled.steps import Step
    from planner.core.expression import Expression

Sym = float | int  # a number, or the number of the step that works it out

BINARY: Mapping[str, Step] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.true_divide, "**": np.power,
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
    "==": np.equal, "!=": np.not_equal, "and": np.logical_and, "or": np.logical_or,
    "min": np.minimum, "max": np.maximum,
}  # fmt: skip
UNARY: Mapping[str, Step] = {
    "negative": steps.unary(np.negative),
    "abs": steps.unary(np.abs),
    **{
        name: steps.unary(getattr(np, name))
        for name in ("exp", "log", "log10", "sqrt", "floor", "ceil", "sin", "cos", "tan")
    },
}
RISKY = frozenset({np.true_divide, np.power, *(UNARY[name] for name in ("exp", "log", "log10", "sqrt", "tan"))})


class Code:
    """Steps in the order in which they are taken.

    Step ``i`` calls ``function[i]`` with ``first[i]`` and ``second[i]``. Of a NumPy call both are numbers of earlier
    steps, or of constants: ``~7`` is constant 7. Of another step ``first`` is a tuple of such numbers and ``second``
    what it has to know.

    Attributes:
        risky: the steps whose numbers may be infinite or undefined though those of all inputs are finite.
        mixes: for steps that write an average of others, those others.
        amounts, values: the steps that write amounts of payoffs, and values of states.
    """

    def __init__(self) -> None:
        self.function: list[Step] = []
        self.first: list[Any] = []
        self.second: list[Any] = []
        self.constants: list[float] = []
        self.known: dict[float | str, int] = {}
        self.seen: dict[tuple[Any, ...], int] = {}
        self.risky: set[int] = set()
        self.mixes: dict[int, tuple[int, ...]] = {}
        self.amounts: list[int] = []
        self.values: list[int] = []

    def __len__(self) -> int:
        return len(self.function)

    def number(self, sym: Sym) -> int:
        """Return what stands for a value in a step."""
        if type(sym) is int:
            return sym
        key = sym or str(sym)  # 0.0 and -0.0 are equal, yet not the same
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = ~len(self.constants)
            self.constants.append(sym)
        return found

    def call(self, function: Step, left: Sym, right: Sym) -> int:
        """Add a NumPy call, not both of whose arguments are constants."""
        one = left if type(left) is int else self.number(left)
        other = right if type(right) is int else self.number(right)
        key = (function, one, other)
        found = self.seen.get(key)
        if found is None:
            found = self.seen[key] = len(self.function)
            self.function.append(function)
            self.first.append(one)
            self.second.append(other)
            risky = function in RISKY and not (function is np.true_divide and type(right) is float and right)
            if risky or (self.risky and (one in self.risky or other in self.risky)):
                self.risky.add(found)
        return found

    def step(self, function: Step, rows: tuple[Sym, ...], detail: object = None) -> int:
        """Add another step; equal ones are not looked for."""
        found = len(self.function)
        numbers = tuple([self.number(row) for row in rows])
        self.function.append(function)
        self.first.append(numbers)
        self.second.append(detail)
        if self.risky and not self.risky.isdisjoint(numbers):
            self.risky.add(found)
        return found

    # --- values: finite, and neither 0 has a sign ----------------------------------------------------------

    def plus(self, left: Sym, right: Sym) -> Sym:
        """Add two values."""
        if type(right) is float:
            if right == 0:
                return left
            if type(left) is float:
                return left + right
        elif type(left) is float and left == 0:
            return right
        return self.call(np.add, left, right)

    def times(self, left: Sym, right: Sym) -> Sym:
        """Multiply two values."""
        for one, other in ((left, right), (right, left)):
            if type(one) is float:
                if type(other) is float:
                    return left * right
                if one == 1:
                    return other
                if one == 0:
                    return 0.0
        return self.call(np.multiply, left, right)

    def most(self, left: Sym, right: Sym) -> Sym:
        """Return the larger of two values."""
        if left == right and type(left) is type(right):
            return left
        if type(left) is float and type(right) is float:
            return max(left, right)
        return self.call(np.maximum, left, right)

    def least(self, left: Sym, right: Sym) -> Sym:
        """Return the smaller of two values."""
        if left == right and type(left) is type(right):
            return left
        if type(left) is float and type(right) is float:
            return min(left, right)
        return self.call(np.minimum, left, right)

    def size(self, value: Sym) -> Sym:
        """Return how far a value is from 0."""
        return abs(value) if type(value) is float else self.call(UNARY["abs"], value, value)

    # --- formulas: IEEE 754 to the letter ------------------------------------------------------------------

    def operation(self, code: str, left: Sym, right: Sym) -> Sym:
        """Add one operation of a formula; operations of one argument are given it twice."""
        function = BINARY.get(code)
        if type(left) is float and type(right) is float:
            operation = arrays()[code]
            return float(operation(left) if function is None else operation(left, right))
        if function is not None:
            return self.call(function, left, right)
        return self.call(np.equal, left, 0.0) if code == "not" else self.call(UNARY[code], left, left)

    def formula(self, formula: Expression, env: Mapping[str, Sym]) -> Sym:
        """Add the operations of a formula."""
        stack: list[Sym] = []
        push, pop = stack.append, stack.pop
        for code, detail in formula.program:
            if code == "name":
                push(env[detail])
            elif code == "number":
                push(float(detail))
            elif code == "call":
                name, count = detail
                arguments = stack[-count:]
                del stack[-count:]
                push(self._function(name, arguments))
            elif detail == 2:
                right = pop()
                push(self.operation(code, pop(), right))
            elif detail == 1:
                found = pop()
                push(self.operation(code, found, found))
            else:
                other, condition, value = pop(), pop(), pop()
                push(self.select(condition, value, other))
        return stack[0]

    def _function(self, name: str, arguments: Sequence[Sym]) -> Sym:
        """Add a call of a function."""
        found, *others = arguments
        if name in UNARY:
            return self.operation(name, found, found)
        for other in others:
            found = self.operation(name, found, other)
        return found

    def select(self, condition: Sym, value: Sym, other: Sym) -> Sym:
        """Add ``value if condition else other``."""
        if type(condition) is float:
            return value if condition != 0 else other
        return self.step(steps.select, (condition, value, other))
