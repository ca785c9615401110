"""What sensitivity analysis finds, in sentences."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from planner.analyses.digits import fixed
from planner.analyses.likelihood import word
from planner.analyses.paths import percent
from planner.analyses.result import listing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.analyses.sensitivity import Sensitivity
    from planner.analyses.varying.thresholds import Threshold
    from planner.core.model import LikelihoodWords

MOST_DECIMALS = 6
FINER = 5
HUGE = 1e15
# Titles of parameters that begin with one of these read well inside a sentence; others are quoted.
NOUNS = (
    "chance", "chances", "probability", "likelihood", "risk", "odds", "share", "cost", "costs", "price", "rate", "size",
    "number", "amount", "value", "time", "duration", "fee", "fees", "weight", "yield", "loss", "gain", "extra",
    "tolerance",
)  # fmt: skip


def headline(result: Sensitivity) -> str:
    """Say in one sentence what would change the choice."""
    best = _best(result)
    if len(result.options) < 2:
        return f"{best} is the only option, so nothing changes the choice."
    by_rule = "" if result.rule == "expected" else f" by {result.rule}"
    if result.tied:
        others = listing(quoted(result, option) for option in result.tied if option != result.chosen)
        return f"{best} ties with {others}{by_rule} as things stand, so any change may decide between them."
    nearest = next((one for one in result.thresholds if one.kind in {"parameter", "derived"}), None)
    nearest = nearest or next(iter(result.thresholds), None)
    if nearest is not None:
        return f"{stops(result)}{by_rule} if {condition(nearest, result.scenario.likelihood_words)}."
    return _unmoved(result, by_rule)


def _unmoved(result: Sensitivity, by_rule: str) -> str:
    """Say that no input alone changes the choice, and what does."""
    joint, chances, best = result.joint, result.chances, _best(result)
    if not result.tornado:
        if chances is not None and chances.radius is not None:
            return f"{stops(result)}{by_rule} if all probabilities are off by {points(chances.radius)} against it."
        return f"Nothing has a range to vary it in, so the choice of {best}{by_rule} was not put to the test."
    text = f"No input alone changes the choice of {best}{by_rule} within its range"
    if joint.radius is not None:
        moving = "both parameters" if joint.parameters == 2 else f"all {joint.parameters} parameters"
        return f"{text}; {moving} together do, each {percent(joint.radius)} of the way to an end of its range."
    if joint.parameters > 1:
        surely = "no joint change of parameters does" if joint.proved else "no joint change was found that does"
        return f"{text}, and {surely}."
    if chances is not None and chances.radius is not None:
        return f"{text}; errors of {points(chances.radius)} in all probabilities at once do."
    return f"{text}."


def stops(result: Sensitivity) -> str:
    """Begin a sentence on what ends the choice."""
    best = _best(result)
    focus = result.focus
    if focus.fallback is not None and focus.options[focus.fallback] == result.chosen:
        return f"The fallback {best} no longer stands"
    if focus.joint:
        return f"{best} is no longer agreed on"
    whose = f" for {result.scenario.actors[focus.by[0]].name}" if result.scenario.has_actors else ""
    return f"{best} stops {'costing least' if focus.sense < 0 else 'being best'}{whose}"


def condition(threshold: Threshold, standard: LikelihoodWords) -> str:
    """Say where an input flips the choice: 'the chance that partners join falls below 0.34 (now 0.55, likely)'."""
    verb = "falls below" if threshold.side == "below" else "rises above"
    at, now = pair(threshold)
    unit = f" {threshold.unit}" if threshold.unit else ""
    name = "" if not threshold.chance else word(threshold.now, standard)
    bracket = f"now {now}, {name}" if name else f"now {now}"
    return f"{subject(threshold.words)} {verb} {at}{unit} ({bracket})"


def subject(words: str) -> str:
    """Return the title of an input as the subject of a sentence.

    >>> subject("Chance that partners join"), subject("Credibility lost"), subject("p_small")
    ('the chance that partners join', "'Credibility lost'", "'p_small'")
    """
    first = re.match(r"[A-Za-z]+(?=\s)", words)
    if first is None or first.group().lower() not in NOUNS:
        return f"'{words}'"
    return f"the {words[0].lower()}{words[1:]}"


def pair(threshold: Threshold, *, fine: bool = False, apart: Iterable[float] = ()) -> tuple[str, str]:
    """Return the value of a threshold and that of now as they are written.

    Args:
        threshold: the threshold.
        fine: whether a hundredth of the range shows, not only a twentieth.
        apart: other values from which it is to be told.
    """
    if not math.isfinite(threshold.width):
        now = "neutral" if math.isinf(threshold.now) else short(threshold.now)
        return short(threshold.at), now
    places = places_for(threshold.width, threshold.at, threshold.now, *apart)
    if fine:
        finer = max(places, places_for(threshold.width / FINER))
        places = next((one for one in range(places, finer) if _in_full(threshold.at, one)), finer)
    more = next((one for one in range(places, places + 3) if _in_full(threshold.now, one)), places)
    return along(threshold.at, places), along(threshold.now, more)


def siblings(threshold: Threshold, thresholds: Iterable[Threshold]) -> list[float]:
    """Return the other values at which the same input flips the choice."""
    return [one.at for one in thresholds if one.parameter == threshold.parameter]


def places_for(width: float, *values: float) -> int:
    """Return how many decimals values along a range get: a twentieth of it shows, and so do differences.

    >>> places_for(0.45, 0.34, 0.55), places_for(100000, 60000), places_for(0.4, 0.5, 0.5001)
    (2, 0, 4)
    """
    places = min(max(0, math.ceil(-math.log10(width / 20))), MOST_DECIMALS) if 0 < width < math.inf else 0
    finite = {value for value in values if math.isfinite(value)}
    while places < MOST_DECIMALS and len({fixed(value, places) for value in finite}) < len(finite):
        places += 1
    return places


def along(value: float, places: int) -> str:
    """Write a value with so many decimals, one that is very large or small with three digits and an exponent.

    >>> along(0.25, 2), along(1e300, 0), along(2.5e-9, 6), along(math.inf, 2)
    ('0.25', '1e+300', '2.5e-09', 'neutral')
    """
    if math.isinf(value):
        return "neutral"
    if abs(value) >= HUGE or 0 < abs(value) < 10.0**-MOST_DECIMALS:
        return f"{value:.3g}"
    return fixed(value, places)


def _in_full(value: float, places: int) -> bool:
    return abs(value - round(value, places)) <= 1e-12 * max(1.0, abs(value))


def short(value: float) -> str:
    """Write a number with three significant digits, commas for thousands.

    >>> short(780930.4), short(53.33), short(0.0421)
    ('781,000', '53.3', '0.0421')
    """
    if value == 0:
        return "0"
    places = 2 - math.floor(math.log10(abs(value))) if math.isfinite(value) else 0
    return along(round(value, places) if abs(places) < 300 and math.isfinite(value) else value, max(0, places))


def quoted(result: Sensitivity, option: str) -> str:
    """Return an option's name in quotes."""
    return f"'{result.focus.name(option)}'"


def _best(result: Sensitivity) -> str:
    return quoted(result, result.chosen)


def points(epsilon: float) -> str:
    """Write an error of a probability: '7.8 percentage points'."""
    share = 100 * epsilon
    places = 0 if share >= 20 else 1 if share >= 1 else 2
    return f"{fixed(share, places)} percentage point{'' if fixed(share, places) == '1' else 's'}"
