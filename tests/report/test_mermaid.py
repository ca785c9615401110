"""Mermaid text that Mermaid reads, whatever the names."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from planner.report.mermaid import MAX_LABEL, label, mermaid

if TYPE_CHECKING:
    from planner.report.sketch import Sketch
    from tests.report.conftest import MakeSketch

NASTY = (
    'say "no"', "a [b] (c) {d}", "-3", "#1; drop", "`code` `", "end", "1. first", "2) second", "* star", "- dash",
    "+ plus", "%%{init}%%", "%% comment", "<b>&amp;</b>", "a|b", "back\\new", "**bold** _it_ ~~x~~", "subgraph",
    "style n1 fill:red", "click", "Élysée ✓ 中文", "$$x^2$$", '"`md`"', "o--o", "x-->y", "@{shape: x}", ":::c",
    "http://example.org/ www.example.org", "> quote", "# head", "fa:fa-car", "[link](there)", "flowchart LR", "-->",
)  # fmt: skip


def with_names(sketch: Sketch, names: tuple[str, ...]) -> Sketch:
    twigs = tuple(
        replace(twig, title=names[i % len(names)], edge=names[(i + 1) % len(names)] if i else "")
        for i, twig in enumerate(sketch.twigs)
    )
    return replace(sketch, twigs=twigs)


def test_mermaid_draws_every_nasty_name_as_it_is_written(make_sketch: MakeSketch) -> None:
    mermaidx = pytest.importorskip("mermaidx", reason="mermaidx, which runs Mermaid itself, is not installed")
    sketch = with_names(make_sketch(40), NASTY)
    svg = mermaidx.render(mermaid(sketch)).svg()
    assert "Unsupported markdown" not in svg
    drawn = html.unescape(re.sub(r"<[^>]+>", "\n", svg)).replace("\u200b", "")
    missing = [name for name in NASTY if name not in drawn]
    assert not missing


@pytest.mark.parametrize("name", NASTY)
def test_no_label_holds_a_bare_quote_or_line_break(name: str) -> None:
    text = label(f"{name}\n{name}")
    assert '"' not in text
    assert "\n" not in text


@pytest.mark.parametrize("seed", range(20))
def test_branches_of_a_chance_add_up(make_sketch: MakeSketch, seed: int) -> None:
    sketch = make_sketch(40, seed=seed)
    chances = sketch.chances()
    text = mermaid(sketch)
    for children in sketch.children():
        told = [chances[child].removesuffix(" %") for child in children if chances[child]]
        assert not told or sum(map(float, told)) == pytest.approx(100)
        assert all(f'"{chances[child]}: ' in text for child in children if chances[child])


def test_every_label_is_quoted(make_sketch: MakeSketch) -> None:
    text = mermaid(make_sketch(30, actors=3))
    nodes = [line for line in text.splitlines() if re.match(r"  n\d+[\[(>]", line)]
    links = [line for line in text.splitlines() if "-->" in line or "==>" in line]
    assert len(nodes) == 30
    assert len(links) == 29
    assert all(
        re.fullmatch(r'  n\d+(\["[^"]*"\]|\(\["[^"]*"\]\)|>"[^"]*"\]|\("[^"]*"\)):::\w+', line) for line in nodes
    )
    assert all(re.fullmatch(r'  n\d+ (-->|==>)\|"[^"]*"\| n\d+', line) for line in links)


def test_the_recommended_option_is_a_thick_link(make_sketch: MakeSketch) -> None:
    text = mermaid(make_sketch(5))
    thick = [line for line in text.splitlines() if "==>" in line]
    assert thick
    links = [line for line in text.splitlines() if "-->" in line or "==>" in line]
    chosen = re.findall(r"linkStyle ([\d,]+) stroke:#0b4a82,stroke-width:5px", text)[0]
    assert [links[int(i)] for i in chosen.split(",")] == thick


def test_a_folded_twig_says_what_it_hides(make_sketch: MakeSketch) -> None:
    assert "12,345 more paths, not drawn" in mermaid(make_sketch(12))


def test_long_names_are_cut() -> None:
    assert len(label("x" * 10_000)) == MAX_LABEL


def test_negative_values_are_no_list(make_sketch: MakeSketch) -> None:
    assert not re.search(r'"-\d', mermaid(with_names(make_sketch(12), ("",))))
