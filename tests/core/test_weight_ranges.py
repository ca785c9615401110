"""`weight_ranges` of an actor: read, checked, in the schema, laid out, set and renamed."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from planner.core.change.draft import Draft
from planner.core.change.layout import layout
from planner.core.change.renaming import rename
from planner.core.change.setting import set_value
from planner.core.rules import check, load
from planner.core.schema import json_schema
from planner.core.source import Source

TEXT = """\
planner: 1
title: t
actors:
  uk: {weights: {peace: 3, money: -2}, weight_ranges: RANGES}
criteria: {peace: {worst: 0, best: 10}, money: {worst: 0, best: 10}}
nodes:
  n: {decision: What?, options: {a: {payoff: {peace: 1}}, b: {payoff: {money: 1}}}}
"""


def text(ranges: str) -> str:
    return TEXT.replace("RANGES", ranges)


def test_read():
    found = load(Source.from_text(text("{peace: [2, 4], money: [-3, -2]}"))).actors["uk"]
    assert found.weight_ranges == {"peace": (2, 4), "money": (-3, -2)}
    assert load(Source.from_text(text("{}"))).actors["uk"].weight_ranges == {}


@pytest.mark.parametrize(
    ("ranges", "code", "message"),
    [
        ("{peace: [4, 5]}", "P119", "does not fit: [4, 5]"),  # the weight lies outside
        ("{peace: [5, 1]}", "P119", "does not fit: [5, 1]"),
        ("{peace: [3, 3]}", "P119", "does not fit: [3, 3]"),
        ("{peace: [-1, 4]}", "P119", "does not fit: [-1, 4]"),  # a weight of both signs
        ("{war: [1, 2]}", "P119", "has a range for the weight of 'war', and no weight"),
        ("{peace: [1, 2, 3]}", "P102", "a list of two numbers"),
        ("{peace: 3}", "P102", "a list of two numbers"),
        ("[1, 2]", "P102", "ranges by criterion"),
    ],
)
def test_check(ranges: str, code: str, message: str):
    found = check(Source.from_text(text(ranges)))
    assert any(one.code == code and message in one.message for one in found), [(o.code, o.message) for o in found]


@pytest.mark.parametrize(
    ("ranges", "fine"),
    [("{peace: [2, 4]}", True), ("{peace: [2]}", False), ("{peace: [2, 3, 4]}", False), ("{peace: ['a', 3]}", False)],
)
def test_schema(ranges: str, fine: bool):
    data = Source.from_text(text(ranges)).data
    assert Draft202012Validator(json_schema()).is_valid(data) is fine


def test_fmt_puts_them_behind_the_weights():
    row = "weights: {peace: 3, money: -2}"
    before = text("{peace: [2,4]}, " + row).replace(row, "note: x", 1)
    assert layout(Source.from_text(before)) == text("{peace: [2, 4]}, note: x")


def test_set():
    changed = Draft.of(text("{peace: [2, 4]}")).apply(set_value("actors.uk.weight_ranges.peace", "[1, 5]")).text
    assert "weight_ranges: {peace: [1, 5]}" in changed
    assert load(Source.from_text(changed)).actors["uk"].weight_ranges == {"peace": (1, 5)}


def test_rename():
    changed = Draft.of(text("{peace: [2, 4]}")).apply(rename("criteria.peace", "calm")).text
    assert "weight_ranges: {calm: [2, 4]}" in changed
    assert "peace" not in changed
