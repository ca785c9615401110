from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, assume, given, settings

from planner.core.change import layout as module
from planner.core.change.draft import Draft
from planner.core.change.edit import EditError
from planner.core.change.layout import lay_out, layout, same
from planner.core.change.layout_order import (
    ACTOR,
    CONFLICT,
    CONFLICT_OPTION,
    CONFLICT_STATE,
    CRITERION,
    DOCUMENT,
    EDGE,
    FUTURE,
    INCLUDE,
    NODE,
    PARAMETER,
    PREFERENCE,
    SIGNAL,
    Place,
)
from planner.core.read import DOCUMENT_KEYS
from planner.core.read_conflict import KEYS, OPTION_KEYS, PREFERENCE_KEYS, STATE_KEYS
from planner.core.read_inputs import (
    ACTOR_KEYS,
    CRITERION_KEYS,
    FUTURE_KEYS,
    INCLUDE_KEYS,
    PARAMETER_KEYS,
    SIGNAL_KEYS,
)
from planner.core.read_nodes import BRANCH_KEYS, NODE_KEYS
from planner.core.source import Source
from tests.conftest import GOLDEN, ROOT, Golden
from tests.core.change.weird import texts

if TYPE_CHECKING:
    from pathlib import Path

SCENARIOS = sorted((ROOT / "scenarios").glob("*.yaml"))
LONG = "word " * 25 + "end"


def laid_out(text: str) -> str:
    return layout(Source.from_text(text))


# --- the laws -----------------------------------------------------------------------------------------------


@settings(max_examples=150, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], deadline=None)
@given(texts())
def test_data_and_comments_stay_and_a_second_time_changes_nothing(text: str):
    source = Source.from_text(text)
    assume(not source.diagnostics)
    done = layout(source)
    after = Source.from_text(done)
    assert after.diagnostics == ()
    assert same(source.data, after.data)
    assert sorted(re.findall(r"c\d+!", done)) == sorted(re.findall(r"c\d+!", text))
    assert layout(after) == done
    assert done.endswith(("\n", "\r"))
    assert done.startswith("\ufeff") == text.startswith("\ufeff")


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_the_scenarios_of_this_repository_are_laid_out(file: Path):
    text = file.read_text(encoding="utf-8")
    assert laid_out(text) == text


def test_a_whole_file(golden: Golden):
    text = (GOLDEN / "layout/messy.before.yaml").read_text(encoding="utf-8")
    golden("layout/messy.after.yaml", laid_out(text))


@pytest.mark.parametrize(
    ("place", "keys"),
    [
        (DOCUMENT, DOCUMENT_KEYS),
        (NODE, frozenset().union(*NODE_KEYS.values())),
        (EDGE, BRANCH_KEYS),
        (ACTOR, ACTOR_KEYS),
        (CRITERION, CRITERION_KEYS),
        (PARAMETER, PARAMETER_KEYS),
        (FUTURE, FUTURE_KEYS),
        (SIGNAL, SIGNAL_KEYS),
        (INCLUDE, INCLUDE_KEYS),
        (CONFLICT, frozenset(KEYS)),
        (CONFLICT_OPTION, frozenset(OPTION_KEYS)),
        (CONFLICT_STATE, frozenset(STATE_KEYS)),
        (PREFERENCE, frozenset(PREFERENCE_KEYS)),
    ],
)
def test_every_key_of_the_format_has_its_place(place: Place, keys: frozenset[str]):
    assert set(place.keys) == keys
    assert len(place.keys) == len(keys)


# --- spaces -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title :  A\n", "title: A\n"),
        ("title:\tA", "title: A\n"),
        ("title: A   \n", "title: A\n"),
        ("\n\n\ntitle: A\n\n\n\nnodes: {}\n\n\n", "title: A\n\nnodes: {}\n"),
        ("nodes:\n\n    a:\n\n        outcome: A\n", "nodes:\n  a:\n    outcome: A\n"),
        ("tags: [ a,b ,\n  c, ]\n", "tags: [a, b, c]\n"),
        ("nodes: { a : {outcome: A},\n b: {}, }\n", "nodes: {a: {outcome: A}, b: {}}\n"),
        ("nodes:\n  a: {options: {go: , stay}}\n", "nodes:\n  a: {options: {go: , stay}}\n"),
        ('{"title":"A","tags":["b"]}\n', '{"title": "A", "tags": ["b"]}\n'),
        ("tags:\n- a\n-   b\n", "tags:\n  - a\n  - b\n"),
        ("tags:\n-\n  - a\n  - b: c\n    d: e\n", "tags:\n  - - a\n    - b: c\n      d: e\n"),
        ("tags: [a: b]\n", "tags: [{a: b}]\n"),
        ("? title\n: A\n", "title: A\n"),
        ("title:\n    A\n", "title: A\n"),
        ("title: 'A'\nquestion: \"B\"\n", "title: 'A'\nquestion: \"B\"\n"),
        (f"title:\n    {LONG}\n", f"title:\n  {LONG}\n"),
        (f"title:  {LONG}\n", f"title: {LONG}\n"),
        ("   title: A\n   nodes: {}\n", "title: A\nnodes: {}\n"),
        ("---\ntitle:  A\n...\n", "---\ntitle: A\n...\n"),
        ("tags: []\r\ntitle:  A\r\n", "title: A\r\ntags: []\r\n"),
        ("\ufefftags: []\ntitle:  A", "\ufefftitle: A\ntags: []\n"),
    ],
)
def test_spaces(before: str, after: str):
    assert laid_out(before) == after
    assert laid_out(after) == after


def test_what_does_not_fit_in_a_line_is_opened_level_by_level():
    by, signs = (
        ", ".join(f"actor-{number}" for number in range(11)),
        ", ".join(f"sign-{number}" for number in range(14)),
    )
    node = f"{{decision: A?, by: [{by}], options: {{go: {{signs: [{signs}]}}, stay: {{}}}}}}"
    text = f"nodes: {{a: {node}, b: {{outcome: B}}}}"
    assert laid_out(text) == (
        f"nodes:\n  a:\n    decision: A?\n    by: [{by}]\n    options:\n      go:\n        signs:\n"
        + "".join(f"          - sign-{number}\n" for number in range(14))
        + "      stay: {}\n  b: {outcome: B}\n"
    )


def test_what_stands_in_lines_is_never_closed():
    text = "nodes:\n  a:\n    outcome: A\ntags:\n  - b\n"
    assert laid_out(text) == "tags:\n  - b\nnodes:\n  a:\n    outcome: A\n"


def test_the_limit_is_120_columns():
    fits = "  a: {outcome: " + "x" * 104 + "}"
    assert len(fits) == 120
    assert laid_out(f"nodes:\n{fits}\n") == f"nodes:\n{fits}\n"
    assert laid_out(f"nodes:\n{fits.replace('x', 'xx', 1)}\n") == f"nodes:\n  a:\n    outcome: {'x' * 105}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("summary: >\n      One\n        two\n\n      three\n\n\n", "summary: >\n  One\n    two\n\n  three\n"),
        ("summary: |4\n      One\n    two\ntags: []\n", "summary: |2\n    One\n  two\ntags: []\n"),
        ("summary: |+\n   One\n\n\ntags: []\n", "summary: |+\n  One\n\n\ntags: []\n"),
        (
            "tags: [a]\n\nsummary: |+\n   One\n\n",
            "summary: |+\n  One\n\ntags: [a]\n",
        ),  # no blank line more: it would count
        ("summary: |\n   One", "summary: |-\n  One\n"),  # a line end at the end would be part of the text
        ("summary: |  # why\n   One  \n", "summary: |  # why\n  One  \n"),
        ("summary: one\n     two\n\n   three\n", "summary: one\n  two\n\n  three\n"),
        ("summary:\n     one\n     two\n", "summary:\n  one\n  two\n"),
        ('summary: "one\\  \n     two \\\n     three"\n', 'summary: "one\\  \n  two \\\n  three"\n'),
        ("nodes: {a: one\n two, b: 'x\n\n y'}\n", "nodes:\n  a: one\n    two\n  b: 'x\n\n    y'\n"),
    ],
)
def test_text_over_several_lines_keeps_its_words(before: str, after: str):
    assert laid_out(before) == after
    assert laid_out(after) == after


# --- order --------------------------------------------------------------------------------------------------


def test_keys_of_the_format_come_in_its_order_and_names_in_the_user_s():
    text = """\
nodes:
  z: {options: {b: {to: a, name: B}, a: {}}, decision: Z?}
  a: {payoff: {y: 1, x: 2}, outcome: A}
title: T
"""
    assert (
        laid_out(text)
        == """\
title: T
nodes:
  z: {decision: Z?, options: {b: {name: B, to: a}, a: {}}}
  a: {outcome: A, payoff: {y: 1, x: 2}}
"""
    )


def test_a_key_that_the_format_does_not_know_stays_behind_the_one_before_it():
    assert laid_out("nodes: {}\nmine: 1\ntitle: T\n") == "title: T\nnodes: {}\nmine: 1\n"
    assert laid_out("mine: 1\nnodes: {}\ntitle: T\n") == "mine: 1\ntitle: T\nnodes: {}\n"


# --- comments -----------------------------------------------------------------------------------------------


def test_a_comment_moves_with_the_entry_below_it():
    text = "planner: 1\n# the tree\n\n# really\nnodes: {}  # empty\n# the name\ntitle: T\n"
    assert laid_out(text) == "planner: 1\n# the name\ntitle: T\n# the tree\n\n# really\nnodes: {}  # empty\n"


def test_a_comment_indented_like_what_ended_above_it_stays_at_its_end():
    text = "nodes:\n    a:\n        outcome: A\n        # payoff: 3\n    # b: {}\n# the name\ntitle: T\n"
    assert laid_out(text) == "# the name\ntitle: T\nnodes:\n  a:\n    outcome: A\n    # payoff: 3\n  # b: {}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# About\ntitle: T\nplanner: 1\n", "# About\nplanner: 1\ntitle: T\n"),
        ("# About\n\n# Nodes\nnodes: {}\nplanner: 1\n", "# About\n\nplanner: 1\n# Nodes\nnodes: {}\n"),
        ("# Nodes\nnodes:\n  a: {}\nplanner: 1\n", "planner: 1\n# Nodes\nnodes:\n  a: {}\n"),
        ("# About\ntitle: T\n# One\nplanner: 1\n", "# About\n\n# One\nplanner: 1\ntitle: T\n"),
    ],
)
def test_what_is_about_the_file_stays_at_its_top(before: str, after: str):
    assert laid_out(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tags: [a, # one\n  b # two\n ] # all\n", "tags:  # all\n  - a  # one\n  - b  # two\n"),
        ("tags: [ # all\n  # one\n  a\n  # end\n  ]\n", "tags:  # all\n  # one\n  - a\n  # end\n"),
        ("tags: [ # none\n ]\n", "tags: []  # none\n"),
        ("tags: [\n # none\n ]\n", "# none\ntags: []\n"),
        ("nodes: {a: {# why\n outcome: A}}\n", "nodes:\n  a:  # why\n    outcome: A\n"),
        ("title: # why\n  A\n", "title:  # why\n  A\n"),
        ("title:\n  # why\n  A # b\n", "title:\n  # why\n  A  # b\n"),
        ("tags:\n- # why\n  a\n", "tags:\n  -  # why\n    a\n"),
        (
            "nodes:\n  a:   # why\n    # because\n    outcome: A\n",
            "nodes:\n  a:   # why\n    # because\n    outcome: A\n",
        ),
        ("nodes:\n  # later\n", "nodes:\n  # later\n"),
        ("nodes:\n# later\n", "nodes:\n# later\n"),
    ],
)
def test_comments_within(before: str, after: str):
    assert laid_out(before) == after
    assert laid_out(after) == after


def test_comments_in_one_column_stay_in_one_column():
    text = "low:    0.1   # one\nhigh:   0.25  # two\nvalue: 1 # three\n"
    assert laid_out(text) == "low: 0.1    # one\nhigh: 0.25  # two\nvalue: 1  # three\n"


# --- what is left alone -------------------------------------------------------------------------------------


def test_json_is_returned_as_it_is():
    text = '{"title":"A"}'
    assert layout(Source.from_text(text, path="a.json")) == text


@pytest.mark.parametrize("text", ["title: [A\n", "a: 1\na: 2\n", "", "a: &b 1\n"])
def test_a_text_with_faults_is_refused(text: str):
    with pytest.raises(EditError, match="the text has faults"):
        laid_out(text)


def test_a_form_without_a_layout_is_refused():
    with pytest.raises(EditError, match="the file has a key with line ends in it, which has no canonical layout"):
        laid_out("? 'a\n\n  b'\n: 1\n")


@pytest.mark.parametrize("damage", ["title: B\n# c\n", "title: A\n", "title: 'A\n# c\n"])
def test_a_layout_that_would_change_something_is_never_returned(damage: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "write", lambda *_: damage)
    with pytest.raises(EditError, match="cannot be laid out without a change of its data or comments"):
        laid_out("title: A\n# c\n")


@pytest.mark.parametrize(
    ("one", "other"), [("a: 1\n", "a: 1.0\n"), ("a: '1'\n", "a: 1\n"), ("nodes: {a: , b: }\n", "nodes: {b: , a: }\n")]
)
def test_digits_and_the_user_s_order_are_data(one: str, other: str):
    assert not same(Source.from_text(one).data, Source.from_text(other).data)


def test_as_a_change_of_a_draft():
    assert Draft.of("title:  A\n").apply(lay_out).text == "title: A\n"
    assert lay_out(Source.from_text("title: A\n")) == []
