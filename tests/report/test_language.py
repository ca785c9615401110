"""Headings in other languages: complete, and nothing but headings."""

from __future__ import annotations

import re
import string
from typing import Any

import pytest

from planner.analyses.evaluate import evaluate
from planner.analyses.paths import paths
from planner.core.rules import load
from planner.core.source import Source
from planner.files import load as load_file
from planner.report.language import LANGUAGES, catalogue, headings, with_columns
from planner.report.render import render_report
from planner.report.tables import table
from tests.conftest import ROOT

TEMPLATES = ROOT / "planner" / "report" / "templates"
SAID = re.compile(r"\bt\(\"([^\"]+)\"")
OTHERS = [language for language in LANGUAGES if language != "en"]


def said() -> set[str]:
    """Every heading of the templates, and those that sections choose among."""
    texts = {text for path in TEMPLATES.rglob("*.j2") for text in SAID.findall(path.read_text("utf-8"))}
    chosen = {
        text for path in (ROOT / "planner/report/sections").glob("*.py") for text in _chosen(path.read_text("utf-8"))
    }
    under = {f"Outcomes {each}" for each in ("under the recommendation", "without agreement", "with the best choices")}
    return {text for text in texts if not text.endswith(" ")} | chosen | under | {"Outcomes"}


def _chosen(text: str) -> set[str]:
    heading = re.search(r"def _heading.*?(?=\ndef |\Z)", text, re.DOTALL)
    fixed = set(re.findall(r'"heading": "([^"]+)"', text))
    found = re.findall(r'(?<!f)"((?:How|What)[^"]+\?)"', heading[0]) if heading else []
    below = ["How likely is it to end below {}?", "How likely is it to end above {}?"]
    return fixed | set(found) | (set(below) if "{{}}?" in text else set())


@pytest.mark.parametrize("language", OTHERS)
def test_every_heading_has_a_translation_and_no_translation_is_left_over(language: str):
    assert set(catalogue(language)["headings"]) == said()


@pytest.mark.parametrize("language", OTHERS)
def test_names_stand_where_they_stand_in_english(language: str):
    for english, other in catalogue(language)["headings"].items():
        fields = [[name for _, name, _, _ in string.Formatter().parse(text)] for text in (english, other)]
        assert fields[0].count("") == fields[1].count(""), english


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("kind", ["full", "brief", "options-paper", "slides"])
def test_sentences_stay_as_they_are(language: str, kind: str):
    scenario = load_file(ROOT / "scenarios" / "european-line-on-moscow.yaml")
    made: dict[str, Any] = {"version": "0", "kind": kind}
    english, other = (
        render_report(evaluate(scenario), paths(scenario), language=each, **made).markdown.splitlines()
        for each in ("en", language)
    )
    assert len(english) == len(other)
    changed = [(a, b) for a, b in zip(english, other, strict=True) if " ".join(a.split()) != " ".join(b.split())]
    assert changed
    for a, _ in changed:
        assert re.match(r"#+ |\||\*|- \*\*|> \*\*|Likelihood words:", a), a


def test_the_scenarios_own_words_stay():
    text = """
planner: 1
title: Value
as_of: 2026-11-23
actors: {a: {name: Value}, b: {name: Outcome}}
nodes:
  d:
    decision: The decision
    by: a
    options: {x: {name: Today, payoff: {a: 1}}, y: {name: Option, payoff: {b: 1}}}
"""
    scenario = load(Source.from_text(text))
    made = render_report(evaluate(scenario), paths(scenario), version="0", language="de").markdown
    assert made.startswith("# Value\n")
    assert re.search(r"^\| Option +\| Value \| Outcome \|$", made, re.MULTILINE)
    assert "**Zu entscheiden:** The decision" in made


def test_heads_of_columns_are_lined_up_again():
    given = table(["Option", "Value"], [["a \\| b", "1"]], right=[1])
    made = with_columns(f"Text\n\n{given}\n", "it", ())
    assert made == "Text\n\n| Opzione | Valore |\n| ------- | -----: |\n| a \\| b  |      1 |\n"


def test_an_unknown_heading_stays_english():
    assert headings("fr")("Something of a user's own") == "Something of a user's own"
