"""The picture of a stress test: regrets by option and future, in greys, with the numbers in the cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.report.charts import spec, svg
from planner.report.rounding import formatter
from planner.report.text import balance, width, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PALE, DARK = 0xFA, 0x50  # greys of no regret and of the largest
WHITE_BELOW = 0x75  # where white on grey reads as well as black on grey
BLACK, WHITE, FRAME, EDGE = "#111111", "#ffffff", "#333333", "#c9c9c9"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RegretMap:
    """What the picture shows.

    Attributes:
        options: names, one a row.
        futures: names, one a column.
        regrets: for each option the regret in each future.
        values: for each option what it is worth in each future.
        largest: for each option the largest regret of the futures that count.
        taken: the rows that minimax regret takes.
    """

    options: Sequence[str]
    futures: Sequence[str]
    regrets: Sequence[Sequence[float]]
    values: Sequence[Sequence[float]]
    largest: Sequence[float]
    taken: Sequence[int]


def limits() -> tuple[int, int]:
    """Return how many options and how many futures the picture has room for."""
    look = spec("stress")["usermeta"]
    return look["most_options"], look["most_futures"]


def regrets_svg(data: RegretMap, *, title: str, subtitle: str, alt: str) -> str:
    """Return the regrets as SVG; at most as many options and futures as `limits` says."""
    made = spec("stress")
    grid = _Grid(data, made["usermeta"])
    look = grid.look
    room = grid.labels + grid.cell * len(grid.heads)
    made["title"]["text"] = list(wrap(title, room, look["title_size"], lines=4, bold=True))
    made["title"]["subtitle"] = list(wrap(subtitle, room, look["subtitle_size"], lines=4))
    made |= {"width": grid.cell * len(grid.heads), "height": grid.top + grid.high * len(data.options)}
    texts = [*grid.names(), *grid.numbers()]
    made["layer"][0]["data"]["values"] = list(grid.cells())
    for layer in made["layer"][1:]:
        layer["data"]["values"] = texts
    return svg(made, alt, lite=True)


class _Grid:
    """Where everything stands, in pixels from the left upper cell's column and the top of the heads."""

    def __init__(self, data: RegretMap, look: Row) -> None:
        self.data, self.look = data, look
        regrets = [number for row in data.regrets for number in row]
        values = [number for row in data.values for number in row]
        self.regret = formatter([*regrets, *data.largest], apart=False)
        self.value = formatter(values, apart=False)
        self.most = max(regrets, default=0.0)
        widest = max(
            *(width(self.regret(number), look["regret_size"], bold=True) for number in (*regrets, *data.largest)),
            *(width(self.value(number), look["value_size"]) for number in values),
        )
        self.cell = float(max(look["cell_width"], widest + look["cell_room"]))
        room, lines = self.cell - look["cell_room"], look["head_lines"]
        self.heads = [balance(name, room, look["head_size"], lines=lines) for name in (*data.futures, "Largest regret")]
        self.options = [
            balance(name, look["label_width"], look["label_size"], lines=look["label_lines"], bold=row in data.taken)
            for row, name in enumerate(data.options)
        ]
        self.labels = look["label_gap"] + max(
            width(line, look["label_size"], bold=row in data.taken)
            for row, name in enumerate(self.options)
            for line in name
        )
        self.top = max(map(len, self.heads)) * look["line_height"] + look["label_gap"] / 2
        tallest = max(map(len, self.options)) * look["line_height"]
        self.high = float(max(look["cell_height"], tallest + look["cell_room"]))

    def middle(self, row: int) -> float:
        """Return how far down the middle of a row is."""
        return float(self.top + self.high * (row + 0.5))

    def cells(self) -> Iterator[Row]:
        """Yield the cells."""
        gap = self.look["cell_gap"] / 2
        for row, regrets in enumerate(self.data.regrets):
            for column, number in enumerate((*regrets, None)):
                yield {
                    "x": column * self.cell + gap,
                    "x2": (column + 1) * self.cell - gap,
                    "y": self.top + row * self.high + gap,
                    "y2": self.top + (row + 1) * self.high - gap,
                    "fill": WHITE if number is None else "#" + f"{self.grey(number):02x}" * 3,
                    "stroke": FRAME if number is None else EDGE,
                }

    def grey(self, number: float) -> int:
        """Return how light a cell is."""
        return round(PALE + (DARK - PALE) * (number / self.most if self.most > 0 else 0.0))

    def names(self) -> Iterator[Row]:
        """Yield the lines of the names of options and futures."""
        look = self.look
        for column, lines in enumerate(self.heads):
            for at, line in enumerate(reversed(lines)):
                y = self.top - look["label_gap"] / 2 - (at + 0.5) * look["line_height"]
                yield self.text((column + 0.5) * self.cell, y, line, look["head_size"])
        for row, lines in enumerate(self.options):
            for at, line in enumerate(lines):
                y = self.middle(row) + (at - (len(lines) - 1) / 2) * look["line_height"]
                bold = row in self.data.taken
                yield self.text(-look["label_gap"], y, line, look["label_size"], bold=bold, align="right")

    def numbers(self) -> Iterator[Row]:
        """Yield the numbers in the cells."""
        look = self.look
        for row, regrets in enumerate(self.data.regrets):
            bold, y = row in self.data.taken, self.middle(row)
            for column, number in enumerate(regrets):
                x, ink = (column + 0.5) * self.cell, WHITE if self.grey(number) < WHITE_BELOW else BLACK
                yield self.text(x, y - 7, self.regret(number), look["regret_size"], bold=bold, ink=ink)
                yield self.text(x, y + 11, self.value(self.data.values[row][column]), look["value_size"], ink=ink)
            x = (len(regrets) + 0.5) * self.cell
            yield self.text(x, y, self.regret(self.data.largest[row]), look["regret_size"], bold=bold)

    def text(
        self, x: float, y: float, text: str, size: float, *, bold: bool = False, align: str = "center", ink: str = BLACK
    ) -> Row:
        """Return a line of text as a row of data."""
        place = {"x": round(x, 1), "y": round(y, 1)}
        return {**place, "text": text, "size": size, "bold": bold, "align": align, "ink": ink}
