"""What a paper says of a stress test, and its picture."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import planner
from planner.core.rules import load
from planner.core.source import Source
from planner.report.charts import spec
from planner.report.charts_stress import RegretMap, _Grid, limits, regrets_svg
from planner.report.text import width

if TYPE_CHECKING:
    from tests.conftest import Golden

ROOT = Path(__file__).parents[2]

AWKWARD = """
planner: 1
title: Whom to trust
as_of: 2026-11-23
actors:
  uk: {name: United Kingdom of Great Britain and Northern Ireland, minimum: 20}
  fr: {name: "France | *Élysée*", minimum: 30}
parameters:
  x: {name: "Share of *votes* | in the Council", value: 0.5, low: 0.1, high: 0.9}
  y: {value: 10, low: -20, high: 1200}
futures:
  crisis:
    name: "Donaudampfschifffahrtsgesellschaftskapitänswitwen in Brussels insist on a <further> round of consultations"
    set: {x: 0.1}
  winter: {name: "Energy crisis | in winter", set: {x: 0.9, y: 1200}}
  c: {set: {y: -20}}
  d: {set: {y: y * 2}}
  e: {set: {x: 0.2}}
  f: {set: {x: 0.3}}
  g: {set: {x: 0.4}}
  h: {set: {x: 0.6}}
  i: {set: {x: 0.7}}
  j: {set: {x: 0.8}}
nodes:
  q:
    decision: Which of the ten?
    by: uk
    options:
      o1: {name: Reopen structured talks after a further round of consultations with partners, payoff: {uk: y, fr: 10}}
      o2: {name: "Straße gesperrt | *wirklich*", payoff: {uk: 100 * x, fr: 40 * x}}
      o3: {payoff: {uk: 3}}
      o4: {payoff: {uk: 4, fr: 100}}
      o5: {payoff: {uk: 5}}
      o6: {payoff: {uk: 6}}
      o7: {payoff: {uk: 7}}
      o8: {payoff: {uk: 8}}
      o9: {payoff: {uk: y - 3}}
      o10: {payoff: {uk: 70 * (1 - x)}}
"""


def paper(scenario: planner.Scenario, *, pictures: bool = False, **arguments: Any) -> tuple[str, dict[str, str]]:
    """Return the section of a paper, and the pictures."""
    dated = replace(scenario, as_of=scenario.as_of or date(2026, 11, 23))
    result = planner.stress(dated, **arguments)
    report = planner.render_report(
        planner.evaluate(dated), planner.paths(dated), version="1.2.3", analyses={"stress": result}, pictures=pictures
    )
    start = report.markdown.index("## How the options stand up")
    return report.markdown[start : report.markdown.index("\n## ", start)], dict(report.pictures)


def example(name: str) -> planner.Scenario:
    folder = "scenarios" if (ROOT / "scenarios" / f"{name}.yaml").exists() else "tests/stories"
    return planner.load(ROOT / folder / f"{name}.yaml")


@pytest.mark.parametrize("name", ["thompson-stress", "intelligence-sharing", "camp-supplies"])
def test_the_section_as_it_is_read(golden: Golden, name: str):
    golden(f"report/stress.{name}.md", paper(example(name))[0])


def test_the_picture_stands_in_the_section():
    text, pictures = paper(example("intelligence-sharing"), pictures=True)
    assert "](intelligence-sharing-stress.svg)" in text
    assert paper(example("intelligence-sharing"), pictures=True)[1] == pictures  # the same bytes again
    picture = pictures["intelligence-sharing-stress.svg"]
    assert 'role="img"' in picture
    assert "A grid of options and futures" in picture


def test_awkward_names_and_many_futures_stay_whole():
    text, pictures = paper(load(Source.from_text(AWKWARD, path="awkward.yaml")), pictures=True)
    for line in text.splitlines():
        if line.startswith("|"):
            cells = re.split(r"(?<!\\)\|", line)[1:-1]
            assert len(cells) in {2, 3, 4, 6, 7}
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    for block in blocks:
        assert len({len(re.split(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1
    assert "*wirklich*" not in text.replace(r"\*wirklich\*", "")
    assert "<further>" not in text.replace(r"\<further>", "")
    assert "Not shown: four options more." in text
    assert "The share of the futures / of points spread over the ranges" in text
    picture = pictures["awkward-stress.svg"]
    assert picture.count("<svg ") == 1
    assert "Not shown: two futures more." in picture


def test_without_futures_there_is_no_table_and_no_picture():
    scenario = example("thompson-stress")
    text, pictures = paper(replace(scenario, futures={}), pictures=True)
    assert "No futures in the file; within all ranges maximin takes 'Do nothing' (worst 0)" in text
    assert "The rules side by side" not in text
    assert "### The worst within all ranges" in text
    assert not any(name.endswith("-stress.svg") for name in pictures)


def test_without_ranges_nothing_is_said_of_them():
    text, _ = paper(example("investor"))
    assert "### The rules side by side" in text
    assert "ranges" not in text


def test_another_decision_than_the_first_is_named():
    text, _ = paper(example("trilateral-talks"), at="table[round=2, trust=1]")
    assert "*The decision:* What do the three do next?" in text


def regret_map(names: list[str], futures: list[str]) -> RegretMap:
    regrets = [[float(7 * row + column) for column in range(len(futures))] for row in range(len(names))]
    return RegretMap(names, futures, regrets, regrets, [max(row) for row in regrets], [0])


def test_nothing_overlaps():
    """Texts keep to their cell or row; heads stand above the cells."""
    long = "A further round of consultations with all partners in Brussels and beyond, whoever they may be"
    data = regret_map([long, "B", long * 2], [long, "Winter", "Donaudampfschifffahrtsgesellschaft"])
    look = spec("stress")["usermeta"]
    grid = _Grid(data, look)
    cells = list(grid.cells())
    assert len(cells) == 3 * 4
    for row in grid.names():
        if row["align"] == "center":
            assert row["y"] + look["line_height"] / 2 <= grid.top
            assert row["y"] - look["line_height"] / 2 >= 0
            assert width(row["text"], row["size"]) <= grid.cell
        else:
            assert width(row["text"], row["size"], bold=row["bold"]) <= grid.labels
    spread: dict[int, list[float]] = {}
    for row in grid.names():
        if row["align"] == "right":
            spread.setdefault(int((row["y"] - grid.top) // grid.high), []).append(row["y"])
    assert [len(lines) for lines in spread.values()] == [len(name) for name in grid.options]
    for number in grid.numbers():
        assert width(number["text"], number["size"], bold=number["bold"]) <= grid.cell - look["cell_gap"]


def test_numbers_can_be_read_on_every_grey():
    data = regret_map(["a"], [f"f{at}" for at in range(9)])
    grid = _Grid(data, spec("stress")["usermeta"])

    def luminance(grey: int) -> float:
        share = grey / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    inks = [row["ink"] for row in grid.numbers() if row["size"] == 14][:9]
    for number, ink in zip(data.regrets[0], inks, strict=True):
        light, dark = luminance(grid.grey(number)), luminance(255 if ink == "#ffffff" else 0x11)
        assert (max(light, dark) + 0.05) / (min(light, dark) + 0.05) >= 4.0


def test_no_regret_at_all_is_drawn_pale():
    data = RegretMap(["a"], ["f"], [[0.0]], [[3.0]], [0.0], [0])
    assert _Grid(data, spec("stress")["usermeta"]).grey(0.0) == 0xFA
    assert "<svg " in regrets_svg(data, title="Nothing", subtitle="", alt="Nothing")
    assert limits() == (15, 9)
