"""What knowing more would be worth, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analyses.result import decimals, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from planner.analyses.learning.information_result import Information, Total

HUGE = 1e15  # from here on digits say less than the size
Row = tuple[str, float]  # a name, and what knowing it is worth to the point of view
ALIKE = 1e-9


def writer(values: Iterable[float]) -> Callable[[float], str]:
    """Return a function that writes the worths of one column, none of which reads as 0 unless it is.

    >>> write = writer([155000.0, 0.0])
    >>> write(155000.0), writer([3.04, 1.2])(1.2), writer([2e20])(2e20)
    ('155,000', '1.20', '2e+20')
    """
    sizes = [value for value in values if value]
    if any(abs(value) >= HUGE for value in sizes):
        return lambda value: f"{value:.6g}"
    places = decimals(sizes or [0.0], apart=sizes)
    return lambda value: written(value, places)


def sentence(found: Information) -> str:
    """Say what knowing all of a kind is worth, which single thing is worth most, and what nothing else exceeds."""
    numbers = [(found.number_name(one), one.value if one.distinct else 0.0) for one in found.parameters]
    chances = [(found.chance_name(one.node), one.value) for one in found.chances if one.value is not None]
    signals = [(found.signal_name(one.signal), one.value) for one in found.signals if one.value is not None]
    kinds = [
        (WHAT["parameters"], found.perfect_parameters, numbers),
        (WHAT["chances"], found.perfect_chances, chances),
    ]
    totals = [(what, total, rows) for what, total, rows in kinds if total is not None]
    if not totals:
        return "Nothing is uncertain here, so there is nothing to be learned."
    if not any(total.value for _, total, _ in totals) and not any(value for _, value in (*numbers, *chances, *signals)):
        me = "" if found.alone else f" to {found.scenario.actors[found.actor].name}"
        return f"Nothing that could be learned before deciding is worth anything{me}."
    parts = [_alone(found, what, total, rows) if found.alone else _shared(found, what, total, rows)
             for what, total, rows in totals]  # fmt: skip
    heard = [row for row in signals if row[1]]
    if heard:
        best, value = max(heard, key=lambda row: abs(row[1]))
        gains = "is worth" if found.alone else "would bring"
        parts.append(f"hearing '{best}' first {gains} {found.written(value)}")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


WHAT = {"parameters": "the uncertain numbers", "chances": "how chance turns out"}


def _alone(found: Information, what: str, total: Total, rows: Sequence[Row]) -> str:
    """Say it to somebody who decides alone."""
    head = f"knowing {what} before deciding is worth at most {found.written(total.value)}"
    return head + _single(total, rows, "nothing else more than")


def _shared(found: Information, what: str, total: Total, rows: Sequence[Row]) -> str:
    """Say it to somebody beside whom others decide, and know as much."""
    me = found.scenario.actors[found.actor].name
    if not total.value:
        change = f"{me} would neither gain nor lose"
    else:
        change = f"{me} would {'gain' if total.value > 0 else 'lose'} {found.written(abs(total.value))}"
    return f"if all who decide knew {what} first, {change}" + _single(total, rows, "nothing else by more than")


def _single(total: Total, rows: Sequence[Row], other: str) -> str:
    """Say which single thing is worth most."""
    ranked = sorted(rows, key=lambda row: -abs(row[1]))
    largest = [row for row in ranked if row[1]]
    if not largest:
        return " (none of them anything by itself)" if len(ranked) > 1 and total.value else ""
    name, value = largest[0]
    if len(ranked) == 1:
        return f" ('{name}')"
    second = abs(largest[1][1]) if len(largest) > 1 else 0.0
    write = writer([value, second, abs(value) - second])
    text = f": '{name}' alone {write(value)}"
    if abs(value) - second <= ALIKE * max(1.0, second):
        return f"{text}, another as much"
    return f"{text}, {other} {write(second)}"
