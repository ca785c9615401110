"""Threshold strips and the probability of being best: what is drawn is what the scenario does there."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from planner.analyses.sensitivity import Sensitivity, sensitivity
from planner.analyses.simulate import simulate
from planner.core.rules import load
from planner.core.source import Source
from planner.files import load as load_file
from planner.report.charts_best import Share, best_svg
from planner.report.charts_strips import drawn_strips, finding, pieces, strips_alt, strips_svg
from tests.conftest import ROOT

TURNS = """planner: 1
title: Turns
parameters: {x: {value: 5, low: 0, high: 10, source: S}, y: {value: 1, low: 0, high: 2, source: S}}
nodes:
  d:
    decision: D
    options:
      steep: {name: "Steep & long", payoff: "x * x - 9"}
      level: {payoff: 7 + y / 100}
      first: {payoff: 40 - 20 * x}
"""


@pytest.fixture(scope="module")
def turns() -> Sensitivity:
    return sensitivity(load(Source.from_text(TURNS)))


def test_pieces_cover_the_range_and_each_has_the_option_that_is_taken_there(turns: Sensitivity):
    for bar in drawn_strips(turns):
        row = pieces(turns, bar)
        assert (row[0].low, row[-1].high) == (bar.low.at, bar.high.at)
        assert all(one.high == after.low for one, after in pairwise(row))
        for piece in row:
            middle = (piece.low + piece.high) / 2
            again = sensitivity(turns.scenario, overrides={bar.parameter: middle})
            assert again.chosen == piece.option


def test_turns_by_hand(turns: Sensitivity):
    (bar,) = drawn_strips(turns)
    # 40 - 20 x = 7.01 at 1.6495, x^2 - 9 = 7.01 at 4.00125
    assert [(piece.option, pytest.approx(piece.high, abs=1e-6)) for piece in pieces(turns, bar)] == [
        ("first", 1.6495),
        ("level", 16.01**0.5),
        ("steep", 10.0),
    ]
    assert finding(turns, [bar]) == "x alone can turn the choice away from Steep & long"
    assert strips_alt(turns).startswith(
        "Which option is taken along the range of each input. x: first from 0.0 to 1.6, level"
    )


def test_the_shipped_scenario_at_every_middle():
    result = sensitivity(load_file(ROOT / "scenarios" / "intelligence-sharing.yaml"))
    for bar in drawn_strips(result):
        for piece in pieces(result, bar):
            again = sensitivity(result.scenario, overrides={bar.parameter: (piece.low + piece.high) / 2})
            assert again.chosen == piece.option


def test_drawn_twice_it_is_the_same_and_names_are_safe(turns: Sensitivity):
    drawn = strips_svg(turns)
    assert drawn == strips_svg(turns)
    assert "Steep &amp; long" in drawn
    assert drawn.startswith('<svg role="img" aria-label="Which option is taken')


def test_nothing_that_flips_is_no_picture():
    text = "planner: 1\ntitle: T\nparameters: {x: {value: 1, low: 0, high: 2, source: S}}\n"
    text += "nodes: {d: {decision: D, options: {a: {payoff: x + 5}, b: {payoff: x}}}}\n"
    assert drawn_strips(sensitivity(load(Source.from_text(text)))) == []


def test_shares_are_bars_of_their_length():
    shares = [
        Share("Long", 0.75, "75 %", best=True),
        Share("Short", 0.25, "25 %", best=False),
        Share("None", 0.0, "0 %", best=False),
    ]
    drawn = best_svg(shares, axis="Draws, %", title="T", subtitle="S", alt="A")
    widths = [float(found) for found in re.findall(r'd="M0,0h([\d.]+)v', drawn)]
    assert len(widths) >= 2
    assert max(widths[-2:]) == pytest.approx(3 * min(widths[-2:]), rel=1e-3)
    for text in ("Long", "75 %", "None", "0 %", "Draws, %"):
        assert text in drawn


def test_the_paper_shows_them_where_they_say_something():
    from planner.analyses.evaluate import evaluate
    from planner.analyses.paths import paths
    from planner.report.render import render_report

    scenario = load_file(ROOT / "scenarios" / "intelligence-sharing.yaml")
    made = render_report(
        evaluate(scenario), paths(scenario), version="0",
        analyses={"sensitivity": sensitivity(scenario), "simulate": simulate(scenario, draws=500)},
    )  # fmt: skip
    assert {"intelligence-sharing-strips.svg", "intelligence-sharing-best.svg"} <= set(made.pictures)
