"""Comparison papers: what they say of two texts and of several scenarios, and their picture."""

from __future__ import annotations

import re
from typing import Any

import pytest

from planner.analyses.comparison import Comparison, compare
from planner.analyses.evaluate import evaluate
from planner.analyses.paths import paths
from planner.analyses.side_by_side import side_by_side
from planner.core.rules import load
from planner.core.source import Source
from planner.errors import PlannerError
from planner.files import read_source
from planner.report.comparing.traced import Traced
from planner.report.comparing.words import Words
from planner.report.render import Report, render_report
from tests.conftest import ROOT

MOSCOW = read_source(ROOT / "scenarios" / "european-line-on-moscow.yaml")
# Drilling is worth 400 p - 70 (by hand), selling the price.
FIELD = """planner: 1
title: An oil field
as_of: 2026-11-23
parameters:
  oil: {name: Chance of oil, value: 0.4, low: 0.1, high: 0.6, source: A guess}
  price: {value: 30}
nodes:
  site:
    decision: Drill or sell?
    options: {drill: {name: Drill, payoff: -70, to: hole}, sell: {name: Sell, payoff: price}}
  hole: {chance: What is there?, branches: {oil: {name: Oil, p: oil, payoff: 400}, dry: {name: Dry, p: rest}}}
"""
BEFORE = Source.from_text(FIELD, path="field.yaml")


def after(*edits: tuple[str, str]) -> Source:
    text = FIELD
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return BEFORE.changed(text)


def paper(before: Source, now: Source, **more: Any) -> Report:
    return of(compare(before, now), now, **more)


def of(found: Any, now: Source, **more: Any) -> Report:
    scenario = load(now)
    return render_report(
        evaluate(scenario), paths(scenario), version="0", kind="comparison", comparison=found,
        since="commit `abc`" if isinstance(found, Comparison) else "", **more,
    )  # fmt: skip


def section(text: str, heading: str) -> str:
    assert f"\n## {heading}\n" in text
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_one_change_that_turns_the_recommendation():
    text = paper(BEFORE, after(("value: 0.4", "value: 0.2"))).markdown
    said = section(text, "What has changed, and why")
    assert "The recommendation changed from *Drill* to **Sell**." in said
    assert "Chance of oil 0.4 → 0.2 (-0.2) did it, the only change." in said
    assert "What is recommended is worth 90 → 30 (-60)." in said
    options = section(text, "The options before and now")
    assert re.search(r"\| Drill \(recommended before\) +\| 90 → 10 \(-80\) \|", options)
    assert re.search(r"\| \*\*Sell\*\* \(recommended\) +\| +30 \|", options)
    assert "Which change did it" not in text
    assert re.search(
        r"\| Chance of oil \| `oil` \| 0.4 +\| 0.2 +\| +-0.2 \|", section(text, "The changes in the model")
    )


def test_which_of_several_changes_did_it():
    text = paper(BEFORE, after(("value: 0.4", "value: 0.2"), ("value: 30", "value: 35"))).markdown
    said = section(text, "What has changed, and why")
    assert "Chance of oil 0.4 → 0.2 (-0.2) does it alone." in said
    table = section(text, "Which change did it")
    assert re.search(r"Chance of oil 0.4 → 0.2 \(-0.2\) .*\| alone, needed +\|", table)
    assert re.search(r"Parameter `price` 30 → 35 \(\+5\) +\| +0.0 \| +\+2.5 \|", table)


def test_changes_that_do_it_together():
    # by hand: 400 * 0.3 - 70 = 50 > 30 with the first change alone, 90 > 60 with the second alone, but 50 < 60
    text = paper(BEFORE, after(("value: 0.4", "value: 0.3"), ("value: 30", "value: 60"))).markdown
    said = section(text, "What has changed, and why")
    assert "do it together; neither does alone." in said


def test_a_change_that_others_make_up_for():
    text = paper(BEFORE, after(("value: 30", "value: 95"), ("payoff: -70", "payoff: -40"))).markdown
    said = section(text, "What has changed, and why")
    assert "The recommendation stays **Drill**." in said
    assert "Parameter `price` 30 → 95 (+65) alone would have turned it to *Sell*; other changes make up for it." in said


def test_nothing_changed_is_one_sentence():
    text = paper(BEFORE, after(("A guess", "A survey"))).markdown
    said = section(text, "What has changed, and why").strip()
    assert said == (
        "Nothing has changed in the model since commit `abc`, apart from one change of names, notes and sources; "
        "the recommendation stays **Drill**."
    )
    assert "Chance of oil, source" in section(text, "Changes of names, notes and sources")
    same = paper(BEFORE, BEFORE)
    assert "Nothing has changed in the model since commit `abc`; the recommendation stays **Drill**." in same.markdown
    assert not same.pictures
    assert [line for line in same.markdown.splitlines() if line.startswith("## ")] == [
        "## What has changed, and why", "## Method and provenance",
    ]  # fmt: skip


def test_ranges_alone_move_no_value():
    text = paper(BEFORE, after(("high: 0.6", "high: 0.9"))).markdown
    assert "No value moves" in section(text, "What has changed, and why")
    assert "One change of ranges" in section(text, "What cannot be compared")
    assert "Chance of oil, high end" in section(text, "The changes in the model")


def test_a_text_before_with_errors_is_said_not_fatal():
    broken = after(("p: oil", "p: oli"))
    text = paper(broken, BEFORE).markdown
    assert "What was before cannot be evaluated" in section(text, "What cannot be compared")
    unreadable = BEFORE.changed("planner: [")
    assert "cannot be read" in section(paper(unreadable, BEFORE).markdown, "What has changed, and why")


def test_new_and_gone_options_are_named():
    more = "sell: {name: Sell, payoff: price}, wait: {name: Wait, payoff: 5}"
    text = paper(BEFORE, after(("sell: {name: Sell, payoff: price}", more))).markdown
    assert re.search(r"\| Wait +\| none → 5 \|", section(text, "The options before and now"))
    assert "*Wait*: new, so there is no value before." in section(text, "What cannot be compared")


def test_outcomes_whose_probability_moved():
    text = paper(BEFORE, after(("value: 0.4", "value: 0.5"))).markdown
    outcomes = section(text, "Outcomes before and now")
    assert re.search(r"\| Oil \(What is there\?\) +\| +40 % +\| +50 % \|", outcomes)


def test_the_forecast_before_and_now():
    edits = [
        ("value: 0.25", "value: 0.60"),
        ("high: 0.40", "high: 0.70"),
        ("value: 14", "value: 1"),
        ("low: 7", "low: 1"),
    ]
    text = MOSCOW.text
    for old, new in edits:
        text = text.replace(old, new, 1)
    made = paper(MOSCOW, MOSCOW.changed(text)).markdown
    assert "Before: Coordinate sanctions with clear benchmarks. Now: **Reopen structured talks**." in made
    assert "do it together; neither does alone." in made
    assert section(made, "The options before and now").count("→") == 4  # the one option that moved, for four actors


def test_words_for_places():
    edits = [("weights: {deterrence: 35", "weights: {deterrence: 30")]
    text = MOSCOW.text.replace(*edits[0])
    found = compare(MOSCOW, MOSCOW.changed(text))
    words = Words(found)
    assert [words.change(one) for one in found.in_model] == [
        "weight of Deterrence and security for United Kingdom 35 → 30 (-5)"
    ]


def test_names_cannot_break_out():
    text = paper(BEFORE, after(("name: Drill", 'name: "Dr|ill *now* <b>"'), ("value: 30", "value: 31"))).markdown
    assert "Dr\\|ill \\*now\\* \\<b>" in section(text, "The options before and now")


def test_the_picture_holds_every_value():
    made = paper(BEFORE, after(("value: 0.4", "value: 0.2")))
    (name,) = made.pictures
    assert name == "field-moved.svg"
    svg = made.pictures[name]
    assert ">90 to 10 (-80)<" in svg
    assert "Sell is recommended, was Drill" in svg
    assert 'aria-label="Sell is recommended, was Drill. Drill 90 to 10 (-80), Sell 30."' in svg
    assert made.pictures == paper(BEFORE, after(("value: 0.4", "value: 0.2"))).pictures


def test_several_scenarios_in_one_table():
    other = Source.from_text(FIELD.replace("0.4", "0.2").replace("An oil field", "A poor field"), path="poor.yaml")
    walk = Source.from_text(
        "planner: 1\ntitle: A walk\nnodes: {w: {decision: Which?, options: {l: {payoff: 1}, r: {payoff: 2}}}}",
        path="walk.yaml",
    )
    made = of(side_by_side([BEFORE, other, walk]), BEFORE)
    text = made.markdown
    table = section(text, "What each option is worth")
    assert re.search(r"\| Drill +\| +\*\*90\*\* \| +10 \|", table)
    assert re.search(r"\| Sell +\| +30 \| +\*\*30\*\* \|", table)
    assert re.search(r"\| A walk +\| no date +\| \*\*r\*\* +\| 2 +\| +1 \|", section(text, "What they recommend"))
    assert "Chance of oil" in section(text, "What differs: A poor field")
    assert "- A walk: the two have no option in common by its id." in section(text, "What cannot be compared")
    assert list(made.pictures) == ["field-moved.svg"]


@pytest.mark.parametrize("count", [2, 3, 4, 6])
def test_several_scenarios_are_told_apart_in_the_picture(count: int):
    many = [Source.from_text(FIELD.replace("0.4", f"0.{1 + at}"), path=f"f{at}.yaml") for at in range(count)]
    made = of(side_by_side(many), many[0])
    (svg,) = made.pictures.values()
    assert ("more scenario" in svg) == (len(many) > 4)


def test_a_comparison_paper_compares_something():
    scenario = load(BEFORE)
    with pytest.raises(PlannerError, match="compares something"):
        render_report(evaluate(scenario), paths(scenario), version="0", kind="comparison")


def test_many_options_and_long_names_stay_within_a_page():
    long = "A name that goes on and on and says more than anybody who has to decide would like to read in one line"
    options = ", ".join(f"o{at}: {{name: {long} {at}, payoff: {at}}}" for at in range(30))
    text = f"planner: 1\ntitle: Many\nas_of: 2026-11-23\nnodes: {{d: {{decision: Which?, options: {{{options}}}}}}}"
    before = Source.from_text(text, path="many.yaml")
    now = before.changed(text.replace("payoff: 3}", "payoff: 300}"))
    made = paper(before, now).markdown
    assert "Ten more options not shown" in made
    assert f"**{long} 3** (recommended)" in made


def test_numbers_of_texts_can_be_looked_up():
    found = compare(BEFORE, after(("value: 0.4", "value: 0.2")))
    assert Traced(found).to_dict()["differences"]["oil"] == pytest.approx({"before": 0.4, "after": 0.2, "delta": -0.2})
    several = Traced(side_by_side([BEFORE, after(("value: 0.4", "value: 0.2"))])).to_dict()
    assert several["scenarios"][1]["comparison"]["differences"]["oil"]["after"] == 0.2
