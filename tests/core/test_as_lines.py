from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.core.as_lines import FIRST_LINE, as_lines, open_lines
from planner.core.change.layout import layout
from planner.core.change.merge.pieces import frozen
from planner.core.marks import Map, Seq
from planner.core.source import Source
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted([*(ROOT / "scenarios").glob("*.yaml"), *(ROOT / "tests/stories").glob("**/*.yaml")])
TEXT = """\
planner: 1
title: Talks
summary: |
  One line.

  And another.
tags: [a, b]
actors:
  uk: {name: The UK, weights: {calm: 2}}
  it: {}
criteria: {calm: {name: Calm, worst: 0, best: 10}}
parameters:
  hope: {name: Hope, value: 0.30, low: 0.1}
  fear: -4
correlations:
  - [hope, fear, 0.4]
state: {round: 1}
signals:
  news: {about: talks, likelihood: {yes: {warm: 0.8}}}
nodes:
  line:
    decision: Which line?
    by: [uk, it]
    unseen: []
    options:
      a: {name: A, payoff: {calm: -2, uk: {calm: 1}}, to: talks}
      b:
  talks:
    chance: And they?
    branches:
      yes: {name: Yes, p: hope, to: end}
      no: {p: rest}
  hear:
    observe: news
    branches: {warm: {}}
  end: {outcome: The end}
"""


def test_one_fact_a_line():
    assert (
        as_lines(Source.from_text(TEXT))
        == f"""\
{FIRST_LINE}
planner 1
title Talks
summary
  One line.

  And another.
tags a, b
actor uk: The UK
  weights calm 2
actor it
criterion calm: Calm
  worst 0
  best 10
parameter hope = 0.30: Hope
  low 0.1
parameter fear = -4
correlations hope, fear, 0.4
state round 1
signal news
  about talks
  likelihood yes warm 0.8
decision line: Which line?
  by uk, it
  unseen empty
  option a -> talks: A
    payoff calm -2
    payoff uk calm 1
  option b nothing
chance talks: And they?
  branch yes p hope -> end: Yes
  branch no p rest
observe hear
  observe news
  branch warm
outcome end: The end
"""
    )


def words(value: object) -> set[str]:
    if isinstance(value, Map):
        return {word for key, inner in value.items() for word in {key, *words(inner)}}
    if isinstance(value, Seq):
        return {word for inner in value for word in words(inner)}
    return {str(getattr(value, "text", value))} if value is not None else set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_everything_shows_and_layout_does_not(file: Path):
    source = Source.from_text(file.read_text(encoding="utf-8"))
    text = as_lines(source)
    assert text is not None
    known = {
        "actors",
        "criteria",
        "parameters",
        "futures",
        "signals",
        "nodes",
        "options",
        "branches",
        "name",
        "value",
        "to",
    }
    for word in words(source.data) - known - {"True", "False"}:
        for line in word.strip().splitlines():
            assert line.strip() in text or " ".join(line.split()) in text
    assert as_lines(Source.from_text(layout(source))) == text


@pytest.mark.parametrize("text", ["", "a: 1\n", "title: [T\n", "- a\n", "planner: 1\n---\nplanner: 1\n"])
def test_what_is_no_scenario_has_no_lines(text: str):
    assert as_lines(Source.from_text(text)) is None


def test_odd_data_is_shown_as_well():
    text = as_lines(
        Source.from_text("planner: 1\nnodes: {a: 3, b: {x: [1, [2]], options: 4}}\nactors: [u]\nparameters: {p: }\n")
    )
    assert (
        text == f"{FIRST_LINE}\nplanner 1\nactors u\nparameter p nothing\nnode a 3\nnode b\n  x 1\n  x 2\n  options 4\n"
    )


def test_a_text_with_markers_has_both_versions():
    marked = TEXT.replace("  fear: -4\n", "<<<<<<< HEAD\n  fear: -4\n||||||| x\n=======\n  fear: -5\n>>>>>>> other\n")
    text = open_lines(marked.replace("\n", "\r\n"), "a.yaml")
    plain = as_lines(Source.from_text(TEXT))
    assert plain is not None
    assert text == plain.replace(
        "parameter fear = -4\n",
        "<<<<<<< ours\nparameter fear = -4\n=======\nparameter fear = -5\n>>>>>>> theirs\n",
    )
    assert open_lines(TEXT, "a.yaml") is None
    assert open_lines(marked.replace("title: Talks", "title: [Talks"), "a.yaml") is None
    assert open_lines(marked.replace(">>>>>>> other\n", ""), "a.yaml") is None


def test_frozen_data_is_the_same_for_the_same_numbers():
    one, two = (Source.from_text(text).data for text in ("a: {b: 0.30, c: x}\n", "a: {c: 'x', b: .3}\n"))
    assert frozen(one) == frozen(two)
