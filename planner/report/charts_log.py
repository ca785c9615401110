"""The picture of a scenario's history: what is recommended, its value and a probability, over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from planner.report.canvas import padded
from planner.report.charts import spec, svg
from planner.report.text import shorten, width, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOM = 8  # pixels beside a name in its box
LEAST = 12  # pixels below which a box gets no letter
LISTED = 10  # letters that are explained
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DOTS = 60  # changes up to which each has a ring
EDGE = 0.02


@dataclass(frozen=True, slots=True)
class Moment:
    """What a scenario came to from one moment on; None where it could not be evaluated.

    Attributes:
        at: when.
        option: the name of what is recommended; None where nobody decides.
        value: what it is worth.
        wanted: the probability or other number of the lower panel.
    """

    at: datetime
    option: str | None
    value: float | None
    wanted: float | None


@dataclass(frozen=True, slots=True)
class History:
    """A scenario's history as the picture needs it.

    Attributes:
        moments: the oldest first.
        axis: title of the axis of values, with unit.
        wanted_axis: title of the lower axis; empty leaves the panel out.
        share: whether the lower panel holds probabilities.
    """

    moments: tuple[Moment, ...]
    axis: str
    wanted_axis: str
    share: bool = True


def log_svg(data: History, *, title: str, subtitle: str, alt: str) -> str:
    """Return the history as SVG.

    Args:
        data: what to draw; at least one moment that could be evaluated.
        title: the finding, as the picture's heading.
        subtitle: what is drawn.
        alt: the picture in words, for readers who do not see it.
    """
    made = spec("log")
    look = made["usermeta"]
    moments = _in_order(data.moments)
    first = moments[0].at
    end = moments[-1].at + max((moments[-1].at - first) * EDGE, timedelta(hours=1))
    ends = [each.at for each in moments[1:]] + [end]
    made["scales"][0]["domain"] = [_ms(first), _ms(end)]
    scale = look["width"] / (_ms(end) - _ms(first))
    rows: dict[str, list[dict[str, Any]]] = {each["name"]: each["values"] for each in made["data"]}
    spans = list(zip(moments, ends, strict=True))
    letters = _boxes(rows, spans, look, lambda at: (_ms(at) - _ms(first)) * scale)
    rows["gaps"] += [{"x": _ms(one.at), "x2": _ms(until)} for one, until in spans if one.value is None]
    rows["value"] += _steps([(one.at, until, one.value) for one, until in spans])
    rows["wanted"] += _steps([(one.at, until, one.wanted) for one, until in spans])
    known = [(before, one) for before, one in pairwise([None, *moments]) if one is not None and one.value is not None]
    if len(known) <= DOTS:
        rows["dots"] += [{"x": _ms(one.at), "y": one.value} for _, one in known]
    made["signals"][0]["value"] = 2 if len(known) <= DOTS else 1.2
    _panel(made["marks"][1], [one.value for one in moments], data.axis, look, share=False)
    lower = made["marks"][2]
    high = look["strip"] + 12 + look["upper"]
    if data.wanted_axis and rows["wanted"]:
        _panel(lower, [one.wanted for one in moments], data.wanted_axis, look, share=data.share)
        high += look["gap"] + look["lower"]
    else:
        made["marks"].remove(lower)
    made["height"] = high
    _ticks(made["axes"][0], first, end)
    room = look["width"] + 60
    made["title"]["text"] = list(wrap(title, room, look["title_size"], lines=3, bold=True))
    made["title"]["subtitle"] = list(wrap(f"{subtitle}{_legend(letters)}", room, look["subtitle_size"], lines=8))
    return svg(made, alt)


def _ms(at: datetime) -> int:
    return round(at.astimezone(UTC).timestamp() * 1000)


def _in_order(moments: Sequence[Moment]) -> list[Moment]:
    """Return moments of which none lies before the one that it follows, whatever clocks said."""
    found: list[Moment] = []
    for one in moments:
        at = max(one.at, found[-1].at) if found else one.at
        found.append(Moment(at, one.option, one.value, one.wanted))
    return found


def _boxes(
    rows: dict[str, list[dict[str, Any]]],
    spans: Sequence[tuple[Moment, datetime]],
    look: dict[str, Any],
    pixel: Callable[[datetime], float],
) -> list[str]:
    """Add a box from each turn to the next with the name of what was recommended, and a line through each turn.

    Where a name does not fit, all are letters; returned are the names that these stand for.
    """
    runs: list[tuple[str, datetime, datetime]] = []
    for one, until in spans:
        if one.option is None:
            continue
        if runs and runs[-1][0] == one.option:
            runs[-1] = (one.option, runs[-1][1], until)
        else:
            runs.append((one.option, one.at, until))
    names = list(dict.fromkeys(name for name, _, _ in runs))
    fits = all(width(name, look["label_size"]) <= pixel(until) - pixel(start) - 2 * ROOM for name, start, until in runs)
    lone = len(names) == 1
    texts = {name: name if fits or lone else LETTERS[at % len(LETTERS)] for at, name in enumerate(names)}
    for at, (name, start, until) in enumerate(runs):
        fill = look["box_fills"][names.index(name) % 2 if len(names) == 2 else at % 2]
        rows["boxes"].append({"x": _ms(start), "x2": _ms(until), "fill": fill})
        room = pixel(until) - pixel(start)
        if fits or lone:
            text = shorten(name, room - 2 * ROOM, look["label_size"])
            rows["names"].append({"x": round(pixel(start) + ROOM, 1), "text": text, "align": "left"})
        elif room >= LEAST:
            rows["names"].append({"x": round(pixel(start) + room / 2, 1), "text": texts[name], "align": "center"})
        if at:
            rows["turns"].append({"x": _ms(start)})
    return [] if fits or lone else names


def _legend(names: Sequence[str]) -> str:
    """Say what the letters in the boxes stand for."""
    told = [f"{LETTERS[at % len(LETTERS)]} {name}" for at, name in enumerate(names[:LISTED])]
    more = len(names) - LISTED
    return f" {'; '.join(told)}{f' and {more} more' if more > 0 else ''}." if told else ""


def _steps(spans: Sequence[tuple[datetime, datetime, float | None]]) -> Iterator[dict[str, Any]]:
    """Yield the corners of a step line, a new series behind every gap."""
    series = 0
    for start, until, value in spans:
        if value is None:
            series += 1
            continue
        yield {"series": series, "x": _ms(start), "y": value}
        yield {"series": series, "x": _ms(until), "y": value}


def _panel(
    group: dict[str, Any], values: Sequence[float | None], title: str, look: dict[str, Any], *, share: bool
) -> None:
    known = [value for value in values if value is not None]
    low, high = padded(known, 0.1)
    axis = group["axes"][0]
    if share:
        low, high = max(low, 0.0) if low > -EDGE or min(known) >= 0 else low, min(high, 1.0)
        axis["encode"]["labels"]["update"]["text"] = {"signal": "format(datum.value * 100, '~f') + ' %'"}
    group["scales"][0]["domain"] = [low, high]
    tall = group["encode"]["enter"]["height"]["value"]
    axis["title"] = list(wrap(title, tall + 20, look["axis_size"], lines=3))


def _ticks(axis: dict[str, Any], first: datetime, end: datetime) -> None:
    """Give the axis of time labels that say the year once where that is enough."""
    days = (end - first).total_seconds() / 86_400
    axis["format"] = "%d %b %H:%M" if days < 3 else "%d %b %Y" if days < 700 else "%b %Y"
    widest = width("00 Mmm 0000", axis["labelFontSize"]) + 30
    axis["tickCount"] = int(min(5, 560 // widest))
