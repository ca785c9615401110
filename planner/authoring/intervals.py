"""Rough numbers as people say them, `10 to 40 %`, and the distribution that says the same.

What somebody is nine times in ten sure of is a 90 % interval. A probability becomes a beta distribution with the best
guess as its mean and nine tenths of its mass in the interval; an amount becomes a normal distribution, or a lognormal
one where the ends are both positive and a factor of ten or more apart. Where the best guess lies too far to one side
for these, it is the peak of a PERT distribution, which stays between the ends.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from planner.authoring.unclear import Unclear
from planner.core.num import Num

if TYPE_CHECKING:
    from collections.abc import Callable

    Fit = Callable[[Decimal, Decimal | None, Decimal], "Rough"]

SHARE = 0.9  # of the mass lies in the interval
WIDTH = 2 * 1.6448536269514722  # of that interval, in standard deviations of a normal distribution
SPREAD = 10  # from this ratio of the ends on, an amount is thought of in factors
_NUMBER = r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?)\s*(%?)"
_BETWEEN = r"(?:\s*(?:\.\.\.?|…|–|—|;|,\s)\s*|\s+to\s+|\s+-\s+|(?<=[\d%])-(?=[-\d.])|\s+)"  # noqa: RUF001 - as people write
_INTERVAL = re.compile(rf"{_NUMBER}(?:{_BETWEEN}{_NUMBER})?(?:{_BETWEEN}{_NUMBER})?\Z")
_ENDS = re.compile(rf"{_NUMBER}{_BETWEEN}{_NUMBER}\s*(.*)\Z")


@dataclass(frozen=True, slots=True)
class Rough:
    """A number with its 90 % interval; ``low`` and ``high`` are None for a number that is taken as certain.

    ``distribution`` is written as the scenario file has it, empty for a certain number; ``placeholder`` tells that
    nobody said the number.
    """

    value: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    distribution: str = ""
    placeholder: bool = False

    @property
    def family(self) -> str:
        """The name of the distribution."""
        return self.distribution.partition("(")[0]


def digits(number: Decimal) -> Num:
    """Return a number with the digits that the file shall have.

    Examples:
        >>> digits(Decimal("0.250")).text, digits(Decimal("1.2E+3")).text
        ('0.25', '1200')
    """
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return Num("0" if text in {"", "-", "-0"} else text)


def chance(text: str) -> Rough:
    """Read a probability: `25 %`, `0.1 to 0.4`, `10 25 40` (low, best guess, high).

    Raises:
        Unclear: what was written is no probability, or could be read in two ways.
    """
    numbers, percent = _numbers(text)
    most, least = max(numbers), min(numbers)
    if not percent and most > 1 and 0 < least < 1:
        raise Unclear(f"'{text}' can be read in two ways: write 25 % or 0.25")
    if not percent and most == 1 and 0 not in numbers and (len(numbers) == 1 or least == 1):
        raise Unclear(f"'{text}' can be read in two ways: write 1 % or 100 %")
    if percent or most > 1:
        numbers = [number / 100 for number in numbers]
    if least < 0 or max(numbers) > 1:
        raise Unclear("a probability lies between 0 and 100 %")
    return _rough(numbers, beta_or_pert)


def amount(text: str) -> Rough:
    """Read an amount: `-5`, `10 to 40`, `10 25 40` (low, best guess, high).

    Raises:
        Unclear: what was written is no amount.
    """
    numbers, percent = _numbers(text)
    if percent:
        raise Unclear("an amount takes no % sign")
    return _rough(numbers, normal_or_pert)


def _numbers(text: str) -> tuple[list[Decimal], bool]:
    match = _INTERVAL.match(text.strip())
    if match is None and re.search(r"\d,\d", text):
        raise Unclear(f"write decimals with a point and thousands with nothing: {text.strip()} can be read in two ways")
    if match is None:
        raise Unclear(f"'{text.strip()}' is no number or interval; write for instance 10 to 40, or 10 25 40")
    numbers = [Decimal(part) for part in match.groups()[::2] if part]
    if any(abs(number) > Decimal("1e12") for number in numbers):
        raise Unclear("that is too large a number; choose a larger unit")
    return numbers, "%" in text


def _rough(numbers: list[Decimal], fit: Fit) -> Rough:
    if numbers != sorted(numbers):
        order = "the low end first" if len(numbers) == 2 else "low end, best guess, high end"
        raise Unclear(f"write {order}")
    low, high = numbers[0], numbers[-1]
    if low == high:
        return Rough(low)
    return fit(low, numbers[1] if len(numbers) == 3 else None, high)


def two_ends(text: str) -> tuple[Decimal, Decimal, str]:
    """Read `120 to 0 EUR bn`: two numbers in any order, and what stands behind them.

    Raises:
        Unclear: there are no two numbers.
    """
    match = _ENDS.match(text.strip())
    if match is None:
        raise Unclear("two numbers, please, the worst first: 0 to 100")
    return Decimal(match.group(1)), Decimal(match.group(3)), match.group(5)


def beta_or_pert(low: Decimal, value: Decimal | None, high: Decimal) -> Rough:
    """Return a probability with its distribution; without a best guess it is the middle of the interval."""
    mean = (low + high) / 2 if value is None else value
    if low < mean < high and (weight := concentration(float(low), float(mean), float(high))):
        first, second = short(float(mean) * weight), short((1 - float(mean)) * weight)
        return Rough(mean, low, high, f"beta({first}, {second})")
    return Rough(mean, low, high, "pert")


def normal_or_pert(low: Decimal, value: Decimal | None, high: Decimal) -> Rough:
    """Return an amount with its distribution; without a best guess it is the distribution's mean."""
    middle, width = (low + high) / 2, float(high - low)
    if value is None and low > 0 and high >= SPREAD * low:
        centre, sigma = math.log(low * high) / 2, math.log(high / low) / WIDTH
        mean = Decimal(short(math.exp(centre + sigma * sigma / 2)))
        if low < mean < high:
            return Rough(mean, low, high, f"lognormal({short(centre, 4)}, {short(sigma, 4)})")
    if value is None or abs(float(value - middle)) <= width / 40:
        mean = middle if value is None else value
        return Rough(mean, low, high, f"normal({digits(mean).text}, {short(width / WIDTH)})")
    return Rough(value, low, high, "pert")


def short(number: float, figures: int = 3) -> str:
    """Write a number with a few significant figures, without an exponent."""
    return digits(Decimal(f"{number:.{figures}g}")).text


def concentration(low: float, mean: float, high: float) -> float | None:
    """Return a + b of the beta distribution that has this mean and nine tenths of its mass between the ends.

    None where no such distribution exists: the mean is too near an end. Of several, the most concentrated is meant.
    """

    def inside(weight: float) -> float:
        first, second = mean * weight, (1 - mean) * weight
        return incomplete_beta(high, first, second) - incomplete_beta(low, first, second)

    least, most = 0.5, 1e7
    if inside(most) < SHARE:
        return None
    step = most
    while step > least and inside(step) >= SHARE:  # come down from where all of the mass is inside
        most, step = step, step / 2
    least = step
    if inside(least) >= SHARE:
        return None
    for _ in range(60):
        middle = math.sqrt(least * most)
        least, most = (middle, most) if inside(middle) < SHARE else (least, middle)
    return most


def incomplete_beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b), the mass of a beta distribution below ``x``.

    By its continued fraction (NIST Digital Library of Mathematical Functions, 8.17.22), evaluated as Lentz (1976) does.

    Examples:
        >>> round(incomplete_beta(0.3, 1, 1), 12), round(incomplete_beta(0.5, 4, 4), 12)
        (0.3, 0.5)
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(1 - x, b, a)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x) - math.log(a)
    )
    tiny = 1e-300
    fraction, upper, lower = 1.0, 1.0, 0.0
    for step in range(2000):
        half = step // 2
        if step == 0:
            term = 1.0
        elif step % 2 == 0:
            term = half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
        else:
            term = -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
        lower = 1 / (1 + term * lower or tiny)
        upper = 1 + term / upper or tiny
        fraction *= upper * lower
        if abs(1 - upper * lower) < 1e-14:
            break
    return front * (fraction - 1)
