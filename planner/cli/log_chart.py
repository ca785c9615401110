"""The history of a scenario drawn: as a picture, or in signs that any terminal has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from planner.errors import PlannerError
from planner.report.rounding import formatter, percentages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.cli.output import Output
    from planner.history.log import Log

HIGH, LOW = 8, 5  # lines of the chart of the value, and of the one below it
MOST_WIDE = 100
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Drawn:
    """What is drawn: moments with option, value and the number below."""

    at: list[datetime]
    options: list[str | None]
    values: list[float | None]
    wanted: list[float | None]
    name: str
    share: bool
    unit: str

    @property
    def title(self) -> str:
        """What the number below the value is."""
        return f"Probability of {self.name}" if self.share else self.name


def data(found: Log) -> Drawn:
    """Return what there is to draw.

    Raises:
        PlannerError: no state could be evaluated.
    """
    points = list(found.points)
    gists = [one.gist if one.gist is not None and one.gist.known else None for one in points]
    known = [each for each in gists if each is not None]
    if not known:
        raise PlannerError("there is nothing to draw: no state can be evaluated", "`planner log` says why")
    newest = known[-1]
    wanted = [one.wanted for one in points]
    there = [value for value in wanted if value is not None]
    is_outcome = found.question.of is None or "." in found.of or any(found.of in each.outcomes for each in known)
    now = datetime.now(UTC)
    return Drawn(
        [one.at or now for one in points],
        [None if each is None else each.options.get(each.chosen or "") for each in gists],
        [None if each is None else each.value for each in gists],
        wanted,
        newest.titles.get(found.of, found.of),
        is_outcome and all(-1e-9 <= value <= 1 + 1e-9 for value in there),
        newest.unit,
    )


def drawn(found: Log) -> str:
    """Return the history as SVG."""
    from planner.report.charts_log import History, Moment, log_svg

    told = data(found)
    newest = found.known[-1].gist
    actor = newest.actor if newest is not None else None
    whose = f" for {actor}" if actor and actor != "self" else ""
    moments = tuple(
        Moment(*each) for each in zip(told.at, told.options, told.values, told.wanted, strict=True)
    )  # fmt: skip
    axis = f"Value of what is recommended{whose}{f', {told.unit}' if told.unit else ''}"
    lower = told.title
    gaps = " Grey: states that cannot be evaluated." if any(value is None for value in told.values) else ""
    return log_svg(
        History(moments, axis, lower if told.name else "", told.share),
        title=found.headline().removesuffix("."),
        subtitle=f"{found.path}; on top what is recommended. Each state holds until the next of the main line.{gaps}",
        alt=f"The value of what {found.path} recommends over time. {found.headline()}",
    )


# --- on the terminal ----------------------------------------------------------------------------------------


def text(out: Output, found: Log) -> None:
    """Write the history as a chart of letters and dots."""
    told = data(found)
    out.line(found.headline(), style="bold")
    values, wanted = _labels(told.values), _labels(told.wanted, share=told.share)
    margin = max([*map(len, values), *map(len, wanted), 1])
    wide = max(10, min(MOST_WIDE, out.width - margin - 3))
    columns = _columns(told.at, wide)
    out.write("\n")
    names = list(dict.fromkeys(name for name in told.options if name is not None))
    out.line(f"Value of what is recommended{f' ({told.unit})' if told.unit else ''}")
    _plot(out, [told.values[at] for at in columns], values, HIGH, margin)
    if names:
        letters = dict(zip(names, LETTERS * (len(names) // len(LETTERS) + 1), strict=False))
        strip = "".join(letters.get(told.options[at] or "", " ") for at in columns)
        out.write(f"{'':>{margin}}  {strip}\n")
    if told.name and any(value is not None for value in told.wanted):
        out.write("\n")
        out.line(told.title)
        _plot(out, [told.wanted[at] for at in columns], wanted, LOW, margin)
    first, last = (f"{at.astimezone():%Y-%m-%d}" for at in (told.at[0], told.at[-1]))
    out.write(f"{'':>{margin}}  {first}{last:>{max(1, wide - len(first))}}\n")
    for name in names:
        out.line(f"{letters[name]} = {name}")


def _columns(times: Sequence[datetime], wide: int) -> list[int]:
    """Return for each column the moment that holds at its right end."""
    stamps: list[float] = []
    for at in times:
        stamps.append(max(at.timestamp(), stamps[-1] if stamps else at.timestamp()))
    length = stamps[-1] - stamps[0]
    found = []
    here = 0
    for column in range(wide):
        end = stamps[0] + length * (column + 1) / wide if column < wide - 1 else stamps[-1]
        while here + 1 < len(stamps) and stamps[here + 1] <= end:
            here += 1
        found.append(here)
    return found


def _labels(values: Sequence[float | None], *, share: bool = False) -> list[str]:
    """Return the smallest and the largest value as they are written."""
    known = [value for value in values if value is not None]
    if not known:
        return []
    ends = [min(known), max(known)]
    write: Callable[[float], str] = formatter(ends)
    return [percentages([p, 1 - p])[0] for p in ends] if share else [write(end) for end in ends]


def _plot(out: Output, values: Sequence[float | None], labels: Sequence[str], high: int, margin: int) -> None:
    known = [value for value in values if value is not None]
    if not known:
        return
    low, top = min(known), max(known)
    rows = [None if value is None else _row(value, low, top, high) for value in values]
    used = sorted({row for row in rows if row is not None}) if low == top else range(high)
    for row in reversed(used):
        label = labels[1] if row == high - 1 else labels[0] if row == min(used) else ""
        signs = "".join("*" if each == row else " " for each in rows)
        out.write(f"{label:>{margin}} |{signs}".rstrip() + "\n")


def _row(value: float, low: float, top: float, high: int) -> int:
    return 0 if top == low else round((value - low) / (top - low) * (high - 1))
