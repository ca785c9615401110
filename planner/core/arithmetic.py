"""What each operation of a formula does to floats, Fractions and arrays of draws."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache, reduce
from typing import Any

from planner.core.expression import InexactError
from planner.core.num import Num

Table = Mapping[str, Callable[..., Any]]
LARGEST_POWER = 4096  # exact powers beyond this fill the memory before they answer anything


def _truth(test: Callable[..., bool]) -> Callable[..., float]:
    return lambda *arguments: 1.0 if test(*arguments) else 0.0


# --- floats: IEEE 754 where Python would raise ------------------------------------------------------------


def _divide(left: float, right: float) -> float:
    if right == 0:
        if left == 0 or math.isnan(left):
            return math.nan
        return math.copysign(math.inf, left) * math.copysign(1.0, right)
    return left / right


def _power(left: float, right: float) -> float:
    try:
        result = left**right
    except ZeroDivisionError:
        return math.copysign(math.inf, left) if right % 2 == 1 else math.inf
    except OverflowError:
        return -math.inf if left < 0 and right % 2 == 1 else math.inf
    return result if isinstance(result, float) else math.nan


def _ieee(function: Callable[[float], float], overflow: float = math.nan) -> Callable[[float], float]:
    def call(value: float) -> float:
        try:
            return float(function(value))
        except ValueError:
            return math.nan
        except OverflowError:
            return overflow if math.isfinite(value) else value

    return call


def _log(function: Callable[[float], float]) -> Callable[[float], float]:
    inner = _ieee(function)
    return lambda value: -math.inf if value == 0 else inner(value)


def _least(*values: float) -> float:
    return math.nan if any(map(math.isnan, values)) else min(values)


def _most(*values: float) -> float:
    return math.nan if any(map(math.isnan, values)) else max(values)


_COMPARE: Table = {
    "<": _truth(operator.lt),
    "<=": _truth(operator.le),
    ">": _truth(operator.gt),
    ">=": _truth(operator.ge),
    "==": _truth(operator.eq),
    "!=": _truth(operator.ne),
    "and": _truth(lambda left, right: left != 0 and right != 0),
    "or": _truth(lambda left, right: left != 0 or right != 0),
    "not": _truth(lambda value: value == 0),
    "select": lambda condition, value, other: value if condition != 0 else other,
}

FLOATS: Table = {
    **_COMPARE,
    "number": float,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "**": _power,
    "negative": operator.neg,
    "min": _least,
    "max": _most,
    "abs": abs,
    "exp": _ieee(math.exp, math.inf),
    "log": _log(math.log),
    "log10": _log(math.log10),
    "sqrt": _ieee(math.sqrt),
    "floor": _ieee(math.floor),
    "ceil": _ieee(math.ceil),
    "sin": _ieee(math.sin),
    "cos": _ieee(math.cos),
    "tan": _ieee(math.tan),
}


# --- Fractions --------------------------------------------------------------------------------------------


def _number(number: float) -> Fraction:
    return Fraction(number.text) if isinstance(number, Num) else Fraction(number)


def _exact_divide(left: Fraction, right: Fraction) -> Fraction:
    if right == 0:
        raise InexactError("division by zero")
    return Fraction(left) / right


def _exact_power(left: Fraction, right: Fraction) -> Fraction:
    if Fraction(right).denominator != 1 or abs(right) > LARGEST_POWER:
        raise InexactError("**")
    if left == 0 and right < 0:
        raise InexactError("division by zero")
    return Fraction(left) ** int(right)


def _inexact(name: str) -> Callable[..., Fraction]:
    def call(*_: Fraction) -> Fraction:
        raise InexactError(name)

    return call


def _exact_truth(test: Callable[..., float]) -> Callable[..., Fraction]:
    return lambda *arguments: Fraction(int(test(*arguments)))


FRACTIONS: Table = {
    **{word: _exact_truth(test) for word, test in _COMPARE.items() if word != "select"},
    "select": _COMPARE["select"],
    "number": _number,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _exact_divide,
    "**": _exact_power,
    "negative": operator.neg,
    "min": lambda *values: min(values),
    "max": lambda *values: max(values),
    "abs": abs,
    "floor": lambda value: Fraction(math.floor(value)),
    "ceil": lambda value: Fraction(math.ceil(value)),
    **{name: _inexact(name) for name in ("exp", "log", "log10", "sqrt", "sin", "cos", "tan")},
}


# --- arrays of draws --------------------------------------------------------------------------------------


@cache
def arrays() -> Table:
    """Return the operations on arrays, importing NumPy when they are first needed."""
    import numpy as np

    def quiet(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            with np.errstate(all="ignore"):
                return function(*arguments)

        return call

    def truth(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments: np.asarray(function(*arguments), dtype=np.float64)

    return {
        "number": float,
        "+": quiet(np.add),
        "-": quiet(np.subtract),
        "*": quiet(np.multiply),
        "/": quiet(np.true_divide),
        "**": quiet(np.power),
        "negative": np.negative,
        "<": truth(np.less),
        "<=": truth(np.less_equal),
        ">": truth(np.greater),
        ">=": truth(np.greater_equal),
        "==": truth(np.equal),
        "!=": truth(np.not_equal),
        "and": truth(lambda left, right: np.logical_and(left != 0, right != 0)),
        "or": truth(lambda left, right: np.logical_or(left != 0, right != 0)),
        "not": truth(lambda value: np.equal(value, 0)),
        "select": lambda condition, value, other: np.where(np.not_equal(condition, 0), value, other),
        "min": lambda *values: reduce(np.minimum, values),
        "max": lambda *values: reduce(np.maximum, values),
        "abs": np.abs,
        **{
            name: quiet(getattr(np, name))
            for name in ("exp", "log", "log10", "sqrt", "floor", "ceil", "sin", "cos", "tan")
        },
    }
