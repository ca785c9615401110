"""Digits of one number: rounded as people round, whatever the binary fraction beside it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

# Twelve digits are more than any input has; what lies beyond is the noise of adding floats.
_CONTEXT = Context(prec=40, rounding=ROUND_HALF_UP)
_DIGITS = 12


def rounded(value: float, decimals: int) -> float:
    """Return ``value`` with so many decimals, halves away from zero: 50.65 gives 50.7 however it was computed.

    Examples:
        >>> rounded(50.65, 1), rounded(0.1 + 0.2 + 50.35, 1), rounded(-0.5, 0), rounded(-0.04, 1)
        (50.7, 50.7, -1.0, 0.0)
    """
    if abs(value) >= 1e15:
        return float(value)
    clean = Decimal(f"{float(value):.{_DIGITS}g}")
    return float(clean.quantize(Decimal(1).scaleb(-decimals), context=_CONTEXT)) + 0.0


def fixed(value: float, decimals: int) -> str:
    """Return ``value`` with so many decimals, commas for thousands and no minus before zero.

    Examples:
        >>> fixed(1234.5, 0), fixed(-0.001, 2)
        ('1,235', '0.00')
    """
    return f"{rounded(value, decimals):,.{decimals}f}"
