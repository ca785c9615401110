"""Pictures: the same bytes everywhere, nothing cut, the finding in words."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from planner.report.charts import OptionValues, options_svg, spec, tree_svg
from planner.report.text import width
from tests.report.conftest import ACTORS, LONG, OPTIONS, MakeSketch

ROOT = Path(__file__).parents[2]
SCRIPT = """
from tests.report.conftest import sketch
from planner.report.charts import tree_svg
import sys
sys.stdout.buffer.write(tree_svg(sketch(12, actors=3), title="T", subtitle="S", alt="A").encode())
"""


def values(actors: int, options: int, *, reference: int | None = 1, more: str = "", spread: float = 1) -> OptionValues:
    return OptionValues(
        options=tuple(OPTIONS[i % len(OPTIONS)] + more for i in range(options)),
        actors=ACTORS[:actors],
        values=tuple(
            tuple(spread * (13.37 * (i + 1) * (o - 1.5) % 90 - 20) for o in range(options)) for i in range(actors)
        ),
        chosen=0,
        reference=reference,
        axis="Value, from 0 (worst) to 100 (best)",
    )


def test_two_renders_are_equal(make_sketch: MakeSketch) -> None:
    first, second = (tree_svg(make_sketch(30, actors=2), title="T", subtitle="S", alt="A") for _ in range(2))
    assert first == second
    assert options_svg(values(3, 4), title="T", subtitle="S", alt="A") == options_svg(
        values(3, 4), title="T", subtitle="S", alt="A"
    )


@pytest.mark.parametrize(("seed", "language"), [("1", "C"), ("77", "de_DE.UTF-8")])
def test_another_process_draws_the_same_bytes(
    make_sketch: MakeSketch, tmp_path: Path, seed: str, language: str
) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "LANG": language,
        "LC_ALL": language,
        "TZ": "Asia/Kolkata",
        "PYTHONHASHSEED": seed,
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, cwd=tmp_path, capture_output=True, check=True
    )
    assert done.stdout.decode() == tree_svg(make_sketch(12, actors=3), title="T", subtitle="S", alt="A")


@pytest.mark.parametrize("actors", [1, 2, 3, 6])
@pytest.mark.parametrize("options", [2, 8])
@pytest.mark.parametrize("more", ["", LONG])
@pytest.mark.parametrize("spread", [0.001, 1.0, 100_000.0])
def test_no_text_of_the_options_overlaps_or_is_cut(actors: int, options: int, more: str, spread: float) -> None:
    svg = options_svg(values(actors, options, more=more, spread=spread), title="A title" + LONG, subtitle="S", alt="A")
    wide, high = (float(x) for x in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
    boxes = _boxes(svg)
    assert boxes
    for left, top, right, bottom, _ in boxes:
        assert left >= 0
        assert top >= 0
        assert right <= wide
        assert bottom <= high
    clashes = [
        (a[4], b[4])
        for a, b in combinations(boxes, 2)
        if a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] < b[3] - 1 and b[1] < a[3] - 1
    ]
    assert not clashes


def _boxes(svg: str) -> list[tuple[float, float, float, float, str]]:
    """Return the estimated box of every text with its group's offset."""
    boxes = []
    x = y = 0.0
    stack: list[tuple[float, float]] = []
    for token in re.finditer(r"<g\b[^>]*>|</g>|<text\b[^>]*>.*?</text>", svg, re.DOTALL):
        tag = token.group()
        if tag.startswith("</g"):
            x, y = stack.pop()
        elif tag.startswith("<g"):
            stack.append((x, y))
            if moved := re.search(r'transform="translate\(([-\d.]+),([-\d.]+)\)', tag):
                x, y = x + float(moved[1]), y + float(moved[2])
        else:
            size = float(re.findall(r'font-size="([\d.]+)px"', tag)[0])
            anchor = re.findall(r'text-anchor="(\w+)"', tag)[0]
            dx, dy = (float(n) for n in re.findall(r"translate\(([-\d.]+),([-\d.]+)\)", tag)[0])
            lines = re.findall(r'<tspan x="0" dy="([\d.]+)">([^<]*)|<tspan>([^<]*)', tag) or [
                ("0", re.sub("<[^>]+>", "", tag), "")
            ]
            for dy_line, text, first in lines:
                dy += float(dy_line or 0)
                wide = width(text or first, size, bold="font-weight" in tag) / 1.04
                left = x + dx - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
                boxes.append((left, y + dy - 0.75 * size, left + wide, y + dy + 0.2 * size, text or first))
    return boxes


def test_every_text_names_the_bundled_font(make_sketch: MakeSketch) -> None:
    for svg in (
        tree_svg(make_sketch(12), title="T", subtitle="S", alt="A"),
        options_svg(values(3, 4), title="T", subtitle="S", alt="A"),
    ):
        fonts = set(re.findall(r'font-family="([^"]*)"', svg))
        assert fonts == {"Liberation Sans, Arial, Helvetica, sans-serif"}


def test_the_alternative_text_and_the_title_are_in_the_picture(make_sketch: MakeSketch) -> None:
    svg = tree_svg(make_sketch(5), title="A finding", subtitle="S", alt='Worth 58.3 & "more"')
    assert 'aria-label="Worth 58.3 &amp; &quot;more&quot;"' in svg
    assert "A finding" in svg


def test_pictures_load_nothing(make_sketch: MakeSketch) -> None:
    svg = tree_svg(make_sketch(12), title="T", subtitle="S", alt="A")
    assert not re.search(r"<(image|script|style|use)\b", svg)
    assert set(re.findall(r"https?://[^\"]+", svg)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_a_sole_actor_without_a_name_has_no_heading() -> None:
    data = replace(values(1, 2, reference=None), actors=("",))
    texts = [text for *_, text in _boxes(options_svg(data, title="T", subtitle="S", alt="A"))]
    assert [text for text in texts if not re.fullmatch(r"\d\d", text)] == [
        *OPTIONS[:2],
        "Value, from 0 (worst) to 100 (best)",
        "49.9",
        "63.3",
        "T",
        "S",
    ]


def test_names_may_hold_markup() -> None:
    data = values(1, 2)
    nasty = OptionValues(("<b>&\"'", "a\tb\nc"), ("<i>",), data.values, 0, None, "Value")
    svg = options_svg(nasty, title="<script>", subtitle="&", alt='"')
    assert "<script>" not in svg
    assert "<b>" not in svg


@pytest.mark.parametrize("name", ["tree", "options"])
def test_a_specification_is_a_fresh_copy(name: str) -> None:
    spec(name)["data"] = "changed"
    assert spec(name)["data"] != "changed"
