"""Amounts, each a float, a Fraction or an array with one number a draw, and how messages write them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.expression import Expression

Amount = Any  # float, NDArray[np.float64] of draws, or Fraction


def many(value: Amount) -> bool:
    """Whether a number is one for each draw."""
    return isinstance(value, np.ndarray)


def all_fit(fits: Any) -> bool:
    """Whether something holds, in every draw where there are draws."""
    return bool(fits.all()) if isinstance(fits, np.ndarray) else bool(fits)


def first_not(fits: Any) -> int | None:
    """Return the first draw that does not fit; None if there are no draws."""
    return int(np.argmin(fits)) if isinstance(fits, np.ndarray) else None


def pick(value: Amount, draw: int | None) -> float | Fraction:
    """Return the number of one draw."""
    if isinstance(value, np.ndarray):
        return float(value[0 if draw is None else draw])
    found: float | Fraction = value
    return found


def as_text(value: float | Fraction) -> str:
    """Write a number as messages do."""
    if isinstance(value, Fraction):
        return str(value) if value.denominator < 1000 else format(float(value), ".12g")
    return format(float(value), ".12g")


def in_draw(env: Mapping[str, Amount], draw: int | None, formulas: Sequence[Expression], first_draw: int) -> str:
    """Name the draw and the values of the parameters that the formulas read; nothing where there are no draws."""
    if draw is None:
        return ""
    names = sorted({name for formula in formulas for name in formula.names if name in env})
    given = ", ".join(f"{name} = {as_text(pick(env[name], draw))}" for name in names)
    return f" in draw {first_draw + draw + 1} ({given})"
