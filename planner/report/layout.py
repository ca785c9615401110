"""Where everything of a drawn tree stands, in pixels, so that no label touches another.

The tree grows from left to right. What happens on an edge is written above it, what stands at its end below it,
and all outcomes line up at the right as a table of values. Every sub-tree gets a band of its own, as high as its
labels need, so labels cannot collide whatever their length; names that are too long are wrapped and then cut with
an ellipsis.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from planner.report.rounding import formatter
from planner.report.sketch import hidden
from planner.report.text import balance, shorten, width, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.report.sketch import Sketch, Twig

_SHAPES = {"decision": "square", "chance": "circle", "outcome": "triangle-left", "folded": "diamond"}
_AREAS = {"decision": 196.0, "chance": 176.0, "outcome": 110.0, "folded": 70.0}


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text: its baseline begins (or, aligned right, ends) at (x, y)."""

    x: float
    y: float
    text: str
    style: str
    align: str = "left"

    def box(self, styles: dict[str, Any]) -> tuple[float, float, float, float]:
        """Return left, top, right, bottom in pixels."""
        style = styles[self.style]
        wide = width(self.text, style["size"], bold=style["bold"])
        left = self.x - (wide if self.align == "right" else wide / 2 if self.align == "center" else 0.0)
        return (left, self.y - 0.78 * style["size"], left + wide, self.y + 0.22 * style["size"])


@dataclass(frozen=True, slots=True)
class Line:
    """An edge: from (x0, y0) along to `turn`, up or down, and on to (x1, y1)."""

    x0: float
    y0: float
    turn: float
    x1: float
    y1: float
    style: str
    dotted: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A node's mark, centred at (x, y)."""

    x: float
    y: float
    shape: str
    area: float
    style: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A finished drawing: sizes and all marks."""

    width: float
    height: float
    lines: tuple[Line, ...]
    shapes: tuple[Shape, ...]
    texts: tuple[Text, ...]


@dataclass(slots=True)
class _Labels:
    """The wrapped texts of one twig and the room that they take."""

    above: tuple[str, ...]
    below: tuple[tuple[str, str], ...]  # (text, style)
    beside: tuple[str, ...]
    wide: float


@dataclass(slots=True)
class _Board:
    """What the steps of one layout share."""

    sketch: Sketch
    look: dict[str, Any]
    write: Callable[[float], str]
    labels: list[_Labels] = field(default_factory=list)
    node_x: list[float] = field(default_factory=list)
    node_y: list[float] = field(default_factory=list)
    leaf_x: float = 0.0
    columns: list[float] = field(default_factory=list)  # right edges of the value columns
    title_x: float = 0.0
    right: float = 0.0

    def lead(self, style: str) -> float:
        """Return the distance from one line of text to the next."""
        return float(self.look["styles"][style]["size"] * self.look["line_height"])


def lay_out(sketch: Sketch, look: dict[str, Any], *, title: str, subtitle: str) -> Layout:
    """Return the drawing of ``sketch`` in the ``look`` of the tree specification's ``usermeta``.

    Args:
        sketch: the tree to draw.
        look: sizes, gaps and styles.
        title: the finding; wrapped to the width of the picture.
        subtitle: what the numbers mean.
    """
    many = sum(map(_is_leaf, sketch.twigs)) > look["crowded"]["outcomes"]
    look = look | look["crowded"] if many else look
    write = formatter([value for twig in sketch.twigs for value in twig.values], apart=False)
    board = _Board(sketch, look, write)
    board.labels = [_labels(board, twig, chance) for twig, chance in zip(sketch.twigs, sketch.chances(), strict=True)]
    _place_columns(board)
    texts, top = _heading(board, title, subtitle)
    bottom = _place_rows(board, top)
    lines, shapes = _marks(board)
    for index in range(len(sketch.twigs)):
        texts += _twig_texts(board, index)
    _, legend_texts, legend_shapes, legend_lines = _legend(board, bottom + 26)
    height = bottom + 26 + look["margin"]
    return Layout(
        round(board.right + look["margin"]),
        round(height),
        tuple(lines + legend_lines),
        tuple(shapes + legend_shapes),
        tuple(texts + legend_texts),
    )


def _is_leaf(twig: Twig) -> bool:
    return twig.kind in ("outcome", "folded")


def _labels(board: _Board, twig: Twig, chance: str) -> _Labels:
    """Wrap what is written about one twig."""
    look, styles = board.look, board.look["styles"]
    room = look["label_width"]
    bold = twig.chosen
    name = f"{chance} · {twig.edge}" if chance else twig.edge
    most = look["leaf_lines" if _is_leaf(twig) else "label_lines"]
    above = balance(name, room, styles["edge"]["size"], lines=most, bold=bold) if twig.edge else ()
    beside: tuple[str, ...] = ()
    below: list[tuple[str, str]] = []
    side = "" if twig.reached else "_aside"
    if _is_leaf(twig):
        text = hidden(twig) if twig.hidden else twig.title
        if text != twig.edge:
            beside = wrap(text, look["leaf_width"], styles["leaf"]["size"], lines=2)
    else:
        size = styles["node"]["size"]
        below = [(line, f"value{side}") for line in _value_lines(board, twig, room)]
        below += [(line, f"node{side}") for line in balance(twig.title, room, size, lines=look["title_lines"])]
    wide = max(
        (
            *(width(line, styles["edge"]["size"], bold=bold) for line in above),
            *(width(line, styles[style]["size"], bold=styles[style]["bold"]) for line, style in below),
            30.0,
        )
    )
    return _Labels(above, tuple(below), beside, wide)


def _value_lines(board: _Board, twig: Twig, room: float) -> list[str]:
    """Return the values beside a node, with the actors' ids where there is more than one actor."""
    focus = board.sketch.focus
    if not twig.values:
        return []
    if len(board.sketch.actors) == 1:
        return [board.write(twig.values[0])]
    size = board.look["styles"]["value"]["size"]
    lines: list[str] = []
    for index in focus:
        number = board.write(twig.values[index])
        left = room - width(f" {number} · ", size, bold=True)
        part = f"{shorten(board.sketch.short[index], left, size, bold=True)} {number}"
        joined = f"{lines[-1]} · {part}" if lines else part
        if lines and width(joined, size, bold=True) <= room:
            lines[-1] = joined
        else:
            lines.append(part)
    return lines


def _place_columns(board: _Board) -> None:
    """Set every node's x and the columns of the table of outcomes."""
    sketch, look = board.sketch, board.look
    depths = sketch.depths()
    radius = look["radius"]
    widest: dict[int, float] = {}
    for depth, labels in zip(depths, board.labels, strict=True):
        widest[depth] = max(widest.get(depth, 0.0), labels.wide)
    right = look["margin"]
    ends = {}
    for depth in range(max(depths) + 1):
        lead_in = look["elbow"] + 6 if depth else 0
        right += lead_in + widest[depth] + 8 + 2 * radius
        ends[depth] = right - radius
    board.leaf_x = ends[max(depths)]
    board.node_x = [
        board.leaf_x if _is_leaf(twig) else ends[depth] for twig, depth in zip(sketch.twigs, depths, strict=True)
    ]
    leaves = [i for i, twig in enumerate(sketch.twigs) if _is_leaf(twig)]
    x = board.leaf_x + radius + look["value_gap"]
    style = look["styles"]["leaf"]
    for actor in range(len(sketch.actors)):
        numbers = [width(board.write(sketch.twigs[i].values[actor]), style["size"], bold=True) for i in leaves]
        x += max(34.0, *numbers, *(width(t, 11, bold=True) for t in _column_title(board, actor)))
        board.columns.append(x)
        x += look["value_gap"]
    board.title_x = x
    named = [width(line, style["size"]) for i in leaves for line in board.labels[i].beside]
    board.right = max(x + max([*named, width("Outcome", style["size"], bold=True)]), _legend(board, 0.0)[0])


def _column_title(board: _Board, actor: int) -> tuple[str, ...]:
    """Return the heading of an actor's column; a sole actor needs none."""
    if len(board.sketch.actors) == 1:
        return ("Value",)
    return balance(board.sketch.actors[actor], 66.0, board.look["styles"]["column"]["size"], lines=2, bold=True)


def _heading(board: _Board, title: str, subtitle: str) -> tuple[list[Text], float]:
    """Return title, subtitle and column headings, and where the tree may begin."""
    look, margin = board.look, board.look["margin"]
    room = board.right - margin
    y = margin + look["styles"]["headline"]["size"] * 0.8
    texts = []
    for style, text, lines in (("headline", title, 3), ("subtitle", subtitle, 4)):
        bold = look["styles"][style]["bold"]
        for line in wrap(text, room, look["styles"][style]["size"], lines=lines, bold=bold):
            texts.append(Text(margin, y, line, style))
            y += board.lead(style)
        y += 4
    columns = [_column_title(board, actor) for actor in range(len(board.sketch.actors))]
    last = y + 8 + board.lead("column") * max(map(len, columns), default=1)
    for right, column in zip(board.columns, columns, strict=True):
        start = last - board.lead("column") * (len(column) - 1)
        texts += [
            Text(right, start + i * board.lead("column"), line, "column", "right") for i, line in enumerate(column)
        ]
    if any(labels.beside for labels in board.labels):
        texts.append(Text(board.title_x, last, "Outcome", "column"))
    return texts, last + 8


def _place_rows(board: _Board, top: float) -> float:
    """Set every node's y; return where the tree ends.

    Going backwards, every sub-tree becomes a band with so much room above and below its root; going forwards, the
    bands get their places.
    """
    twigs, look = board.sketch.twigs, board.look
    children = board.sketch.children()
    up, down = [0.0] * len(twigs), [0.0] * len(twigs)
    offset = [0.0] * len(twigs)  # of a child from its parent
    for i in reversed(range(len(twigs))):
        up[i], down[i] = _own_room(board, i)
        if not children[i]:
            continue
        at, places = 0.0, []
        for child in children[i]:
            at += up[child]
            places.append(at)
            at += down[child] + look["row_gap"]
        middle = (places[0] + places[-1]) / 2
        for child, place in zip(children[i], places, strict=True):
            offset[child] = place - middle
        up[i] = max(up[i], middle)
        down[i] = max(down[i], at - look["row_gap"] - middle)
    board.node_y = [top + up[0]]
    for i in range(1, len(twigs)):
        board.node_y.append(board.node_y[twigs[i].parent] + offset[i])
    board.node_y = [round(y * 2) / 2 for y in board.node_y]
    return top + up[0] + down[0]


def _own_room(board: _Board, i: int) -> tuple[float, float]:
    """Return how far a twig's own labels and mark reach above and below its line."""
    labels, radius = board.labels[i], board.look["radius"] + 2
    above = 6 + board.lead("edge") * len(labels.above)
    below = 5 + sum(board.lead(style) for _, style in labels.below)
    beside = board.lead("leaf") * max(len(labels.beside), 1) / 2 if _is_leaf(board.sketch.twigs[i]) else 0.0
    return max(above, radius, beside), max(below if labels.below else 0.0, radius, beside)


def _marks(board: _Board) -> tuple[list[Line], list[Shape]]:
    """Return all edges, the recommended ones last so that they lie on top, and all nodes."""
    twigs, look = board.sketch.twigs, board.look
    lines, shapes = [], []
    for i, twig in enumerate(twigs):
        x, y = board.node_x[i], board.node_y[i]
        mark = "reached" if twig.reached else "aside"
        shapes.append(Shape(x, y, _SHAPES[twig.kind], _AREAS[twig.kind], mark))
        if twig.parent >= 0:
            start_x, start_y = board.node_x[twig.parent], board.node_y[twig.parent]
            style = "aside" if not twig.reached else "chosen" if twig.chosen else "reached"
            turn = start_x + look["radius"] + look["elbow"] / 2
            end = turn + look["elbow"] / 2 + 6 + board.labels[i].wide
            early = _is_leaf(twig) and x - end > 3 * look["elbow"]
            lines.append(Line(start_x, start_y, turn, end if early else x, y, style))
            if early:  # lead the eye to the table of outcomes
                lines.append(Line(end, y, end, x, y, "reached" if twig.reached else "aside", dotted=True))
    rank = {"aside": 0, "reached": 1, "chosen": 2}
    return sorted(lines, key=lambda line: rank[line.style]), shapes


def _twig_texts(board: _Board, i: int) -> list[Text]:
    """Return the texts of one twig."""
    twig, labels, look = board.sketch.twigs[i], board.labels[i], board.look
    y = board.node_y[i]
    texts: list[Text] = []
    if twig.parent >= 0:
        x = board.node_x[twig.parent] + look["radius"] + look["elbow"] + 6
        style = "edge_chosen" if twig.chosen and twig.reached else "edge" if twig.reached else "edge_aside"
        above = y - 6 - board.lead("edge") * (len(labels.above) - 1)
        texts += [Text(x, above + n * board.lead("edge"), line, style) for n, line in enumerate(labels.above)]
    else:
        x = look["margin"]
    below = y + 4
    for line, style in labels.below:
        below += board.lead(style)
        texts.append(Text(x, below - 2, line, style))
    if _is_leaf(twig):
        texts += _leaf_texts(board, i)
    return texts


def _leaf_texts(board: _Board, i: int) -> list[Text]:
    """Return an outcome's row of the table: a value for each actor and the outcome's name."""
    twig, labels = board.sketch.twigs[i], board.labels[i]
    size = board.look["styles"]["leaf"]["size"]
    base = board.node_y[i] + 0.36 * size
    style = "folded" if twig.kind == "folded" else "leaf" if twig.reached else "leaf_aside"
    values = "value" if twig.reached else "value_aside"
    texts = [
        Text(right, base, board.write(value), values, "right")
        for right, value in zip(board.columns, twig.values, strict=True)
    ]
    first = base - board.lead("leaf") * (len(labels.beside) - 1) / 2
    texts += [Text(board.title_x, first + n * board.lead("leaf"), t, style) for n, t in enumerate(labels.beside)]
    return texts


def _legend(board: _Board, y: float) -> tuple[float, list[Text], list[Shape], list[Line]]:
    """Return the key to shapes and lines in one row, and where it ends."""
    x = board.look["margin"] + board.look["radius"]
    texts, shapes, lines = [], [], []
    size = board.look["styles"]["legend"]["size"]
    kinds = [("decision", "decision"), ("chance", "chance"), ("outcome", "outcome")]
    if board.sketch.folded:
        kinds.append(("folded", "folded, not drawn"))
    for kind, text in kinds:
        shapes.append(Shape(x, y, _SHAPES[kind], _AREAS[kind], "aside"))
        texts.append(Text(x + 12, y + 4, text, "legend"))
        x += 12 + width(text, size) + 24
    for style, text in (("chosen", "chosen option"), ("reached", "can follow"), ("aside", "not chosen")):
        lines.append(Line(x - 6, y, x, x + 18, y, style))
        texts.append(Text(x + 24, y + 4, text, "legend"))
        x += 24 + width(text, size) + 24
    return x, texts, shapes, lines
