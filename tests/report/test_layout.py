"""Nothing in a drawn tree overlaps or is cut, whatever the tree."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

from planner.report.charts import spec
from planner.report.layout import Layout, lay_out

if TYPE_CHECKING:
    from planner.report.sketch import Sketch
    from tests.report.conftest import MakeSketch

Box = tuple[float, float, float, float]
TITLE = "Coordinate sanctions with clear benchmarks is worth 58.3 to the United Kingdom, 6.2 more than to isolate"
SUBTITLE = "Beside a node stands what it is worth to those who decide, from 0 to 100. Computed from the stated inputs."
CASES = [(5, 1), (5, 6), (12, 3), (30, 1), (30, 4), (60, 1), (60, 3), (60, 6)]


def drawn(sketch: Sketch) -> tuple[Layout, dict[str, Any]]:
    look = spec("tree")["usermeta"]
    return lay_out(sketch, look, title=TITLE, subtitle=SUBTITLE), look


def overlap(a: Box, b: Box, slack: float = 0.5) -> bool:
    return a[0] < b[2] - slack and b[0] < a[2] - slack and a[1] < b[3] - slack and b[1] < a[3] - slack


@pytest.mark.parametrize(("nodes", "actors"), CASES)
@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("deep", [False, True])
def test_labels_do_not_overlap(make_sketch: MakeSketch, nodes: int, actors: int, long: bool, deep: bool) -> None:
    for seed in range(4):
        layout, look = drawn(make_sketch(nodes, actors=actors, long=long, deep=deep, seed=seed))
        boxes = [text.box(look["styles"]) for text in layout.texts]
        clashes = [
            (layout.texts[i].text, layout.texts[j].text)
            for (i, a), (j, b) in combinations(enumerate(boxes), 2)
            if overlap(a, b)
        ]
        assert not clashes


@pytest.mark.parametrize(("nodes", "actors"), CASES)
@pytest.mark.parametrize("long", [False, True])
def test_everything_lies_inside_the_picture(make_sketch: MakeSketch, nodes: int, actors: int, long: bool) -> None:
    layout, look = drawn(make_sketch(nodes, actors=actors, long=long))
    for left, top, right, bottom in (text.box(look["styles"]) for text in layout.texts):
        assert left >= 0
        assert top >= 0
        assert right <= layout.width
        assert bottom <= layout.height


@pytest.mark.parametrize(("nodes", "actors"), CASES)
@pytest.mark.parametrize("long", [False, True])
def test_lines_and_shapes_leave_the_labels_alone(make_sketch: MakeSketch, nodes: int, actors: int, long: bool) -> None:
    layout, look = drawn(make_sketch(nodes, actors=actors, long=long))
    marks: list[Box] = [(s.x - 7, s.y - 7, s.x + 7, s.y + 7) for s in layout.shapes]
    for line in layout.lines:
        marks.append((line.turn, line.y1 - 1, line.x1, line.y1 + 1))
        marks.append((line.turn - 1, min(line.y0, line.y1), line.turn + 1, max(line.y0, line.y1)))
    hits = [text.text for text in layout.texts if any(overlap(text.box(look["styles"]), mark) for mark in marks)]
    assert not hits


def test_outcomes_line_up(make_sketch: MakeSketch) -> None:
    sketch = make_sketch(30, actors=3)
    layout, _ = drawn(sketch)
    ends = {shape.x for shape in layout.shapes if shape.shape == "triangle-left"}
    assert len(ends - {min(ends)}) == 1  # the legend's own triangle apart


def test_recommended_lines_lie_on_top(make_sketch: MakeSketch) -> None:
    layout, _ = drawn(make_sketch(30))
    styles = [line.style for line in layout.lines if not line.dotted]
    tree = styles[:-3]  # without the legend
    assert tree == sorted(tree, key=["aside", "reached", "chosen"].index)
    assert "chosen" in tree


def test_a_long_name_ends_in_an_ellipsis(make_sketch: MakeSketch) -> None:
    layout, _ = drawn(make_sketch(12, long=True))
    assert any(text.text.endswith("…") for text in layout.texts)


def test_a_spine_of_a_thousand_nodes_needs_no_recursion(make_sketch: MakeSketch) -> None:
    layout, _ = drawn(make_sketch(2001, deep=True))
    assert layout.width > 1000 * 50
