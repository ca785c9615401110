"""What a paper says of information: what would be worth finding out before deciding, and what would not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.analyses.learning.information_words import writer
from planner.report.charts_information import Bar, information_svg, most_bars
from planner.report.sections import Picture, Section
from planner.report.tables import plain, table
from planner.report.words import count, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.learning.information_result import Information
    from planner.report.findings import Findings

LISTED = 8  # rows of the table
NUMBER, CHANCE, SIGNAL = range(3)
KINDS = ("uncertain number", "chance", "signal, heard first")


@dataclass(frozen=True, slots=True)
class Learned:
    """One thing that may be learned."""

    name: str
    kind: int
    value: float
    error: float = 0.0
    low: float | None = None
    high: float | None = None
    control: float | None = None
    branch: str = ""


def section(result: Information, found: Findings) -> Section:
    """Return table, sentences and picture of what would be worth finding out."""
    del found
    things = _things(result)
    worth = [one for one in things if one.value]
    shown = worth[:LISTED]
    pictures = _picture(result, worth)
    context = {
        "drawn": bool(pictures),
        "headline": plain(result.headline()),
        "table": _table(result, shown) if shown else "",
        "note": plain(_note(result, things, worth)) if shown else "",
        "notes": [plain(note) for note in result.notes[0 if result.alone else 1 :]],  # the note says that others decide
    }
    return Section(context, pictures)


def _things(result: Information) -> list[Learned]:
    """Return all that may be learned, the most valuable first; what cannot be told from 0 counts as 0."""
    numbers = [
        Learned(
            result.number_name(one), NUMBER, one.value if one.distinct else 0.0, one.standard_error, one.low, one.high
        )
        for one in result.parameters
    ]
    chances = [
        Learned(
            result.chance_name(one.node),
            CHANCE,
            one.value,
            control=one.control,
            branch=result.scenario.nodes[one.id].edges[one.branch].name if one.branch else "",
        )
        for one in result.chances
        if one.value is not None
    ]
    signals = [
        Learned(result.signal_name(one.signal), SIGNAL, one.value) for one in result.signals if one.value is not None
    ]
    return sorted([*numbers, *chances, *signals], key=lambda one: -abs(one.value))


def _table(result: Information, shown: Sequence[Learned]) -> str:
    write = writer([one.value for one in shown])
    chosen = writer([one.control for one in shown if one.control is not None])
    unit = f" ({result.unit})" if result.unit else ""
    head = ["To be learned", "Kind", f"Worth{unit}", "Choosing it instead"]
    rows = [
        [
            plain(one.name),
            KINDS[one.kind],
            _with_error(one) if one.error else write(one.value),
            "" if one.control is None else f"{chosen(one.control)}{f' ({plain(one.branch)})' if one.branch else ''}",
        ]
        for one in shown
    ]
    if not any(row[3] for row in rows):
        head, rows = head[:3], [row[:3] for row in rows]
    return table(head, rows, right=[2])


def _with_error(one: Learned) -> str:
    """Write a simulated value with its standard error, which is not to read as 0."""
    write = writer([one.value, one.error])
    return f"{write(one.value)} ± {write(one.error)}"


def _note(result: Information, things: Sequence[Learned], worth: Sequence[Learned]) -> str:
    """Say what the numbers are for, and what is not in the table."""
    sentences = ["Worth is what knowing it before deciding would add, at most: an inquiry should cost less."]
    if not result.alone:
        me = result.scenario.actors[result.actor].name
        sentences = [f"Worth is what {me} would gain if all who decide knew it first; it may be negative."]
    if len(worth) > LISTED:
        write = writer([worth[LISTED].value])
        rest = count(len(worth) - LISTED, "more thing")
        sentences.append(f"Left out: {rest}, none worth more than {write(abs(worth[LISTED].value))}.")
    nothing = [one.name for one in things if not one.value]
    if nothing:
        named = listed([f"'{name}'" for name in nothing[:3]])
        more = f" and {count(len(nothing) - 3, 'other')}" if len(nothing) > 3 else ""
        sentences.append(f"Worth nothing that could be told from 0: {named}{more}.")
    return " ".join(sentences)


def _picture(result: Information, worth: Sequence[Learned]) -> dict[str, Picture]:
    """Draw the bars; nothing is drawn where nothing is worth anything."""
    if not worth:
        return {}
    shown = worth[: most_bars()]
    write = writer([one.value for one in shown])
    bars = [Bar(one.name, one.kind, one.value, one.low, one.high, write(one.value)) for one in shown]
    alt = "; ".join(f"{one.name}: {write(one.value)}" for one in shown)
    subtitle = "Each bar: what knowing it before deciding would add."
    if any(one.low is not None for one in shown):
        subtitle += " Lines: 95 % intervals of the simulation."
    if len(worth) > len(shown):
        subtitle += f" The first {len(shown)} of {len(worth)}."
    who = "" if not result.scenario.has_actors else f" to {result.scenario.actors[result.actor].name}"
    axis = f"Worth{who}{f', {result.unit}' if result.unit else ''}"
    drawn = information_svg(bars, axis=axis, title=_title(result, shown), subtitle=subtitle, alt=f"{axis}. {alt}.")
    return {"information": Picture(f"{axis}. {alt}.", drawn)}


def _title(result: Information, shown: Sequence[Learned]) -> str:
    """State the finding."""
    write = writer([one.value for one in shown[:2]])
    first = shown[0]
    best = f"'{first.name}' is worth most to know: {write(first.value)}"
    if first.value < 0:
        best = (
            f"Knowing '{first.name}' would cost {result.scenario.actors[result.actor].name} most: {write(-first.value)}"
        )
    if len(shown) == 1:
        return f"{best}; nothing else is worth anything"
    return f"{best}; nothing else more than {write(abs(shown[1].value))}"
