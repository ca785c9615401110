"""What a diagnostic says in each format, and how repairs are applied."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.core.diagnostics import FORMATS, Diagnostic, Fix, Label, ScenarioError, Span, apply_fixes, render, replace
from planner.core.faults import FAULTS
from planner.core.source import Source

TEXT = "planner: 1\r\nnodes:\r\n  é😀: {to: fatige}\r\n"


def fault(text: str = TEXT, mark: str = "fatige", **more: object) -> Diagnostic:
    source = Source.from_text(text, path="a b/100%.yaml")
    start = text.index(mark)
    given_ = {"message": "unknown node 'fatige'", "help": "did you mean 'fatigue'?", **more}
    return Diagnostic("P103", "unknown-node", "error", source=source, span=Span(start, start + len(mark)), **given_)  # type: ignore[arg-type]


def fixing(*edits: tuple[int, int, str]) -> Diagnostic:
    return fault(fix=Fix("repair", edits))


def test_place_counts_lines_and_characters() -> None:
    found = fault()
    assert (found.file, found.line, found.column) == ("a b/100%.yaml", 3, 12)
    assert (found.end_line, found.end_column) == (3, 18)


def test_dict_has_the_keys_of_the_contract() -> None:
    found = fault(related=(Label(Span(12, 17), "in here"),), fix=Fix("use 'fatigue'", ((34, 34, "u"),)))
    assert found.to_dict() == {
        "code": "P103",
        "slug": "unknown-node",
        "severity": "error",
        "message": "unknown node 'fatige'",
        "file": "a b/100%.yaml",
        "line": 3,
        "column": 12,
        "end_line": 3,
        "end_column": 18,
        "label": "",
        "help": "did you mean 'fatigue'?",
        "related": [{"message": "in here", "line": 2, "column": 1, "end_line": 2, "end_column": 6}],
        "fix": {
            "title": "use 'fatigue'",
            "edits": [{"line": 3, "column": 15, "end_line": 3, "end_column": 15, "text": "u"}],
        },
    }
    assert fault(help=None).to_dict()["help"] is None


def test_json_is_a_list_under_one_key() -> None:
    assert json.loads(render([fault(), fault()], "json")) == {"diagnostics": [fault().to_dict()] * 2}
    assert json.loads(render([], "json")) == {"diagnostics": []}


def test_concise_is_one_line_each() -> None:
    assert render([fault(), fault()], "concise") == "a b/100%.yaml:3:12: error[P103] unknown node 'fatige'\n" * 2
    assert render([], "concise") == ""


def test_github_escapes_what_its_commands_mean() -> None:
    found = fault(message="50% of: this, that")
    assert render([found], "github") == (
        "::error title=planner P103 (unknown-node),file=a b/100%25.yaml,line=3,col=12,endLine=3,endColumn=18"
        "::50%25 of: this, that%0Ahelp: did you mean 'fatigue'?\n"
    )
    odd = Source.from_text("a: [", path="a:b,c.yaml").diagnostics
    assert "file=a%3Ab%2Cc.yaml," in render(odd, "github")


@pytest.mark.parametrize("format_", FORMATS)
def test_no_format_obeys_control_characters(format_: str) -> None:
    found = fault("a: x\x1b[31m\n", "x", message="not \x1b[31m red")
    shown = render([found, *found.source.diagnostics], format_)  # type: ignore[arg-type]
    assert "\x1b" not in shown
    assert shown.encode()


def test_error_says_all_faults() -> None:
    error = ScenarioError([fault(), fault(message="second")])
    assert str(error).splitlines() == [
        "a b/100%.yaml:3:12: error[P103] unknown node 'fatige'",
        "a b/100%.yaml:3:12: error[P103] second",
    ]
    assert isinstance(error, ValueError)
    for twin in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert twin.diagnostics == error.diagnostics


def test_equal_faults_of_two_readings_are_equal() -> None:
    assert fault() == fault()
    assert fault() != fault(message="other")
    assert len({fault(), fault()}) == 1


# --- repairs ------------------------------------------------------------------------------------------------


def test_replace_makes_edits_in_any_order() -> None:
    assert replace("abcdef", [(4, 6, "X"), (0, 1, ""), (2, 2, "-"), (2, 2, "+")]) == "b-+cdX"
    assert replace("abc", []) == "abc"


@pytest.mark.parametrize("edits", [[(0, 2, ""), (1, 3, "")], [(2, 1, "")], [(0, 9, "")], [(-1, 0, "")]])
def test_replace_refuses_what_is_no_edit(edits: list[tuple[int, int, str]]) -> None:
    with pytest.raises(ValueError, match="overlaps another or lies outside"):
        replace("abc", edits)


@pytest.mark.parametrize(
    ("fixes", "text", "count"),
    [
        ([], "abcdef", 0),
        ([[(0, 1, "A")], [(3, 4, "D")]], "AbcDef", 2),
        ([[(3, 4, "D")], [(0, 1, "A")]], "AbcDef", 2),
        ([[(0, 3, "X")], [(2, 4, "Y")]], "Xdef", 1),
        ([[(0, 3, "X")], [(3, 4, "Y")]], "XYef", 2),
        ([[(1, 1, "x")], [(1, 1, "y")]], "axbcdef", 1),
        ([[(1, 1, "x")], [(1, 1, "x")]], "axbcdef", 2),
        ([[(1, 1, "x")], [(1, 2, "y")]], "axbcdef", 1),
        ([[(0, 4, "X")], [(2, 2, "y")]], "Xef", 1),
        ([[(0, 1, "A"), (5, 6, "F")], [(1, 2, "B"), (5, 5, "!")]], "AbcdeF", 1),
        ([[(0, 2, "A"), (1, 3, "B")]], "abcdef", 0),
        ([[(5, 9, "x")]], "abcdef", 0),
        ([[]], "abcdef", 0),
    ],
)
def test_fixes_are_applied_whole_or_not_at_all(fixes: list[list[tuple[int, int, str]]], text: str, count: int) -> None:
    assert apply_fixes("abcdef", [fixing(*edits) for edits in fixes]) == (text, count)


edits = st.tuples(st.integers(0, 8), st.integers(0, 8), st.sampled_from(["", "x", "yz"])).map(
    lambda edit: (min(edit[:2]), max(edit[:2]), edit[2])
)


@given(st.lists(st.lists(edits, max_size=3), max_size=6))
def test_any_fixes_can_be_applied(fixes: list[list[tuple[int, int, str]]]) -> None:
    made, count = apply_fixes("abcdefgh", [fixing(*found) for found in fixes])
    assert 0 <= count <= len(fixes)
    if count == 0:
        assert made == "abcdefgh"
    if any(fixes[:1]) and len(fixes) == 1 and count:
        assert made == replace("abcdefgh", set(fixes[0]))


def test_every_repair_of_the_text_faults_repairs() -> None:
    for row in FAULTS:
        source = Source.from_text(row.bad.replace("«", "").replace("»", ""))
        made, count = apply_fixes(source.text, source.diagnostics)
        assert count == sum(found.fix is not None for found in source.diagnostics)
        if count:
            assert Source.from_text(made).diagnostics == ()
