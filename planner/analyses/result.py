"""What the results of all analyses share: problems with arguments, numbers in sentences, fractions in JSON."""

from __future__ import annotations

import difflib
import math
from fractions import Fraction
from typing import TYPE_CHECKING

from planner.analyses.digits import fixed
from planner.core.expression import Expression, FormulaError, InexactError
from planner.core.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.core.model import Scenario

Number = float | Fraction

MOST_DECIMALS = 6


class BadArgument(ValueError):  # noqa: N818 - named by what it is, like PlannerError's kinds
    """An argument that an analysis cannot use; the scenario itself is in order.

    Attributes:
        message: what is wrong, in one sentence.
        next_step: what to write instead.
    """

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(f"{message}; {next_step}" if next_step else message)
        self.message, self.next_step = message, next_step


class UnknownName(BadArgument):
    """An argument that names what the scenario does not have.

    Attributes:
        kind: what was looked for: actor, parameter, node …
        name: the name as it was given.
        suggestion: the nearest name that exists, if one is near.
    """

    def __init__(self, kind: str, name: str, suggestion: str | None = None) -> None:
        super().__init__(f"unknown {kind} '{name}'", f"did you mean '{suggestion}'?" if suggestion else "")
        self.kind, self.name, self.suggestion = kind, name, suggestion

    @classmethod
    def among(cls, kind: str, name: str, names: Iterable[str]) -> UnknownName:
        """Return the error with the nearest of ``names``."""
        near = difflib.get_close_matches(name, list(names), 1)
        return cls(kind, name, near[0] if near else None)


def parsed_rule(text: str) -> Rule:
    """Return the rule of choice that a text names; raises `BadArgument` if none has this name."""
    try:
        return Rule.parse(text)
    except ValueError as error:
        raise BadArgument(str(error)) from None


def known_actor(scenario: Scenario, actor: str | None) -> None:
    """Raise `UnknownName` if a point of view is nobody's."""
    if actor is not None and actor not in scenario.actors:
        raise UnknownName.among("actor", actor, scenario.actors)


def overridden(scenario: Scenario, overrides: Mapping[str, float | str] | None, *, exact: bool) -> dict[str, Number]:
    """Return the numbers that replace parameters, ``"1/4"`` and other sums without names worked out.

    A number outside the parameter's own low and high is taken as it is.

    Raises:
        UnknownName: no parameter has this name.
        BadArgument: the text is no number, or has no exact or finite value.
    """
    found: dict[str, Number] = {}
    for name, given in (overrides or {}).items():
        if name not in scenario.parameters:
            raise UnknownName.among("parameter", name, scenario.parameters)
        found[name] = _number(name, given, exact=exact)
    return found


def _number(name: str, given: float | str, *, exact: bool) -> Number:
    try:
        formula = Expression.of(given)
    except (FormulaError, ValueError) as error:
        raise BadArgument(f"'{given}' for parameter '{name}' is no number: {error}", "write 0.3 or 1/4") from None
    if formula.names:
        names = ", ".join(sorted(formula.names))
        raise BadArgument(f"'{given}' for parameter '{name}' reads {names}", "write a number, such as 0.3 or 1/4")
    if not math.isfinite(formula.constant or 0.0):
        raise BadArgument(f"'{given}' for parameter '{name}' has no finite value", "write a number, such as 0.3 or 1/4")
    if not exact:
        return float(formula.constant or 0.0)
    try:
        return formula.exact_constant
    except InexactError as error:
        message = f"'{given}' for parameter '{name}' has no exact value: {error}"
        raise BadArgument(message, "write a decimal number or a fraction") from None


def size(value: Number) -> Number:
    """Return the absolute value, in the kind of number that it is."""
    return value if value >= 0 else -value


def floats(values: Mapping[str, Number]) -> dict[str, float]:
    """Return numbers by name as floats."""
    return {name: float(value) for name, value in values.items()}


def fractions(values: Mapping[str, Number]) -> dict[str, str]:
    """Return Fractions by name as text, such as ``45/2``."""
    return {name: str(value) for name, value in values.items()}


def decimals(values: Iterable[Number], *, apart: Iterable[Number] = ()) -> int:
    """Return how many decimals numbers in one sentence get.

    One from 10 on, two from 1 on, three below, fewer if they write all numbers in full; more, up to six, while one of
    the differences in ``apart`` would read as 0.

    Examples:
        >>> decimals([61.23, 58.0]), decimals([1477, 1450]), decimals([0.5, 0.25])
        (1, 0, 2)
        >>> decimals([61.23, 61.22], apart=[0.01])
        2
    """
    numbers = [float(value) for value in values]
    largest = max((abs(number) for number in numbers), default=0.0)
    most = 0 if largest >= 10_000 else 1 if largest >= 10 else 2 if largest >= 1 else 3
    places = next((fewer for fewer in range(most) if all(_in_full(number, fewer) for number in numbers)), most)
    while places < MOST_DECIMALS and any(difference and not round(float(difference), places) for difference in apart):
        places += 1
    return places


def _in_full(number: float, places: int) -> bool:
    return abs(number - round(number, places)) < 1e-9 * max(1.0, abs(number))


def written(value: Number, places: int) -> str:
    """Write a number for a sentence, without a minus before zero.

    Examples:
        >>> written(1477.0, 0), written(-0.04, 1)
        ('1,477', '0.0')
    """
    return fixed(float(value), places)


def listing(words: Iterable[str]) -> str:
    """Join words with commas and a last 'and'.

    Examples:
        >>> listing(["a", "b", "c"])
        'a, b and c'
    """
    *head, last = words
    return f"{', '.join(head)} and {last}" if head else last
