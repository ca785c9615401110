"""Numbers as a reader sees them: stable, honest about small differences, and adding up.

Rounded percentages are given out by the method of largest remainders (Hamilton's method of apportionment), so
that a table of shares adds up to what the unrounded shares add up to.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import floor, inf, isfinite, isnan
from typing import TYPE_CHECKING

from planner.analyses.digits import fixed, rounded
from planner.analyses.likelihood import Standard, percent, tells

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Real = float | Fraction

_MOST_DECIMALS = 6
_NOISE = 1e-9


def apportion(parts: Sequence[Real], decimals: int = 0) -> tuple[float, ...]:
    """Round ``parts`` (shares of 1) to per cent so that the rounded numbers add up to the rounded sum.

    Every number is rounded down or up, never further; the largest remainders are rounded up. Equal remainders go
    by order.

    Args:
        parts: non-negative shares of 1, in any order.
        decimals: decimals of a per cent.

    Examples:
        >>> apportion([1 / 3, 1 / 3, 1 / 3])
        (34.0, 33.0, 33.0)
    """
    unit = 10**decimals
    exact = [_snapped(float(part) * 100 * unit) for part in parts]
    down = [floor(x) for x in exact]
    missing = round(sum(exact)) - sum(down)
    by_remainder = sorted(range(len(exact)), key=lambda i: (-round(exact[i] - down[i], 9), i))
    for i in by_remainder[: max(missing, 0)]:
        down[i] += 1
    return tuple(x / unit for x in down)


def percentages(parts: Sequence[Real], standard: Standard = "none", *, most_decimals: int = 2) -> tuple[str, ...]:
    """Return ``parts`` in per cent for one column of a table: same decimals, adding up.

    As few decimals as possible, but enough that nothing possible reads 0 %, nothing uncertain reads 100 % and no
    number contradicts its likelihood word; never more than ``most_decimals``.

    Examples:
        >>> percentages([0.655, 0.345])
        ('66 %', '34 %')
        >>> percentages([0.996, 0.004])
        ('99.6 %', '0.4 %')
    """
    for decimals in range(most_decimals + 1):
        texts = [f"{x:.{decimals}f}" for x in apportion(parts, decimals)]
        if all(tells(text, float(part), standard) for text, part in zip(texts, parts, strict=True)):
            break
    return tuple(f"{text} %" for text in texts) if parts else ()


def shares(parts: Sequence[Real]) -> tuple[str, ...]:
    """Return the branches of one chance in per cent, adding up to 100 %.

    Where usual rounding does not add up, up to two decimals are tried before it is done as in `percentages`. A branch
    too unlikely for three decimals reads ``under``.

    Examples:
        >>> shares([0.175, 0.825]), shares([0.125, 0.125, 0.75])
        (('17.5 %', '82.5 %'), ('12.5 %', '12.5 %', '75.0 %'))
        >>> shares([1 / 3, 1 / 3, 1 / 3])
        ('34 %', '33 %', '33 %')
    """
    for decimals in range(3):
        texts = tuple(f"{x:.{decimals}f}" for x in apportion(parts, decimals))
        usual = tuple(fixed(_snapped(float(part) * 100), decimals) for part in parts)
        if texts == usual and all(tells(text, float(part), "none") for text, part in zip(texts, parts, strict=True)):
            return tuple(f"{text} %" for text in texts)
    written = percentages(parts, most_decimals=3)
    return tuple(
        text if tells(text.removesuffix(" %"), float(part), "none") else percent(float(part))
        for text, part in zip(written, parts, strict=True)
    )


def decimals_for(values: Sequence[Real], *, apart: bool = True) -> int:
    """Return how many decimals a column of ``values`` needs.

    Three significant digits of the largest value, fewer if all values are written in full with fewer, and more, up
    to six, where two different values would look the same or their difference like 0 (``apart``).

    Examples:
        >>> decimals_for([58.31, 4.2]), decimals_for([3, -70]), decimals_for([1234.5]), decimals_for([50.01, 50.02])
        (1, 0, 0, 2)
    """
    finite = [float(v) for v in values if isfinite(v)]
    largest = max((abs(v) for v in finite), default=0.0)
    wanted = next((d for d, least in enumerate((100.0, 10.0, 1.0, 0.1, 0.01)) if largest >= least), 5)
    if largest == 0:
        return 0
    enough = next((d for d in range(wanted) if all(_same(rounded(v, d), v) for v in finite)), wanted)
    if not apart:
        return enough
    return next((d for d in range(enough, _MOST_DECIMALS) if _told_apart(finite, d)), enough)


def number(value: Real, decimals: int | None = None) -> str:
    """Return ``value`` with a comma for thousands, without ``-0`` and without an exponent where it can be helped.

    Examples:
        >>> number(-0.0), number(1234567.8), number(58.349), number(0.00012)
        ('0', '1,234,568', '58.3', '0.00012')
        >>> number(-0.04, 1), number(2, 1)
        ('0.0', '2.0')
    """
    x = float(value)
    if isnan(x):
        return "not defined"
    if x in (inf, -inf):
        return "no upper limit" if x > 0 else "no lower limit"
    if decimals is None:
        decimals = decimals_for([x])
        if x != 0 and abs(x) < 0.001:
            return f"{x:.3g}" if abs(x) < 0.00001 else f"{x:.7f}".rstrip("0")
    if abs(x) >= 1e15:
        return f"{x:.6g}"
    return fixed(x, decimals)


def signed(value: Real, decimals: int | None = None) -> str:
    """Return ``value`` with its sign, ``+3.2``; a zero has none.

    Examples:
        >>> signed(3.21), signed(-4), signed(0)
        ('+3.21', '-4', '0')
    """
    text = number(value, decimals)
    return f"+{text}" if float(value) > 0 and text.strip("0.,") else text


def formatter(values: Sequence[Real], *, apart: bool = True) -> Callable[[Real], str]:
    """Return a function that writes any number with the decimals that a column of ``values`` needs."""
    decimals = decimals_for(values, apart=apart)
    return lambda value: number(value, decimals)


def _snapped(x: float) -> float:
    """Return the whole number that ``x`` misses only by floating-point noise, else ``x``."""
    whole = round(x)
    return float(whole) if abs(x - whole) <= _NOISE * max(1.0, abs(x)) else x


def _same(a: float, b: float) -> bool:
    return abs(a - b) <= _NOISE * max(1.0, abs(b))


def _told_apart(values: Sequence[float], decimals: int) -> bool:
    """Return whether values that differ, and their difference, show it when written with ``decimals``."""
    ordered = sorted(values)
    return all(
        _same(a, b) or (rounded(a, decimals) != rounded(b, decimals) and rounded(b - a, decimals) != 0)
        for a, b in pairwise(ordered)
    )
