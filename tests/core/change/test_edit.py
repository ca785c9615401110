from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.core.change.draft import Draft
from planner.core.change.edit import (
    EditError,
    block,
    flow,
    insert,
    is_json,
    parsed,
    remove,
    rename_key,
    replace_value,
    scalar,
    typed,
)
from planner.core.diagnostics import replace
from planner.core.num import Num
from planner.core.source import Source
from tests.core.change.scenarios import plain

CONTENT = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=6), inner, max_size=3),
    max_leaves=8,
)


def edited(text: str, edit: Any, *arguments: Any, path: str = "<stdin>", **named: Any) -> str:
    source = Source.from_text(text, path=path)
    return replace(text, edit(source, *arguments, **named))


@given(st.text(max_size=30), st.booleans())
def test_a_text_reads_back_as_it_was(text: str, brackets: bool):
    written = scalar(text, flow=brackets)
    source = Source.from_text(f"k: {{k: {written}}}\n" if brackets else f"k:\n  k: {written}\n")
    assert source.diagnostics == ()
    assert source.data == {"k": {"k": text}}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("talks", "talks"),
        ("no", "no"),
        ("0.3", "'0.3'"),
        ("", "''"),
        ("it's, here", "'it''s, here'"),
        ("a\nb\x85\ufeff", '"a\\nb\\u0085\\ufeff"'),
        (0.3, "0.3"),
        (3, "3"),
        (-70.0, "-70"),
        (1e300, "1e+300"),
        (True, "true"),
        (None, ""),
        (Num("0.20"), "0.20"),
    ],
)
def test_values_are_written_as_people_do(value: Any, written: str):
    assert scalar(value) == written


def test_commas_need_marks_between_brackets_only():
    assert scalar("a, b", flow=False) == "a, b"
    assert scalar("a, b", flow=True) == "'a, b'"


@given(CONTENT)
def test_content_on_one_line_reads_back(content: Any):
    expected = plain(content)
    source = Source.from_text(f"k: {flow({'k': content})}\n")
    assert source.diagnostics == ()
    assert plain(source.data) == {"k": {"k": expected}}
    source = Source.from_text(flow({"k": content}, json=True), path="a.json")
    assert source.diagnostics == ()
    assert plain(source.data) == {"k": expected}


@given(st.dictionaries(st.text(min_size=1, max_size=6), CONTENT, min_size=1, max_size=3), st.integers(0, 3))
def test_content_in_lines_reads_back(content: dict[str, Any], indent: int):
    source = Source.from_text("k:\n" + block(content, indent + 1) + "\n")
    assert source.diagnostics == ()
    assert plain(source.data) == {"k": plain(content)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.30", 0.3),
        (" talks ", "talks"),
        ("[a, 2]", ["a", 2]),
        ("{a: {b: 1}}", {"a": {"b": 1}}),
        ("[sic] yes", "[sic] yes"),
        ("[open", "[open"),
        ("true", "true"),
        ("~", "~"),
        ("# no comment", "# no comment"),
        ("a: b", "a: b"),
    ],
)
def test_what_somebody_typed(text: str, value: Any):
    assert plain(parsed(text)) == value
    source = Source.from_text(f"k: {{k: {typed(text)}}}\n")
    assert plain(source.data) == {"k": {"k": value}}


@pytest.mark.parametrize(
    ("text", "path", "after"),
    [
        ("a: {b, c: 1}\n", ("a", "b"), "a: {b: 5, c: 1}\n"),
        ("a: {b: , c: 1}\n", ("a", "b"), "a: {b: 5 , c: 1}\n"),
        ("a:\n  b:\n  c: 1\n", ("a", "b"), "a:\n  b: 5\n  c: 1\n"),
        ("a:\n  b:   # none\n", ("a", "b"), "a:\n  b: 5   # none\n"),
        ("a: ~ # none\n", ("a",), "a: 5 # none\n"),
        ("a:\n  b: 1\n\n# on\nc: 2\n", ("a",), "a: 5\n\n# on\nc: 2\n"),
        ("a: >\n  long\n  text\n\nb: 1\n", ("a",), "a: 5\n\nb: 1\n"),
        ("a: long\n  text # why\n", ("a",), "a: 5 # why\n"),
        ("a: [1, 'x, y', 3]", ("a", 1), "a: [1, 5, 3]"),
        ("a:\n- 1\n- two # 2\n", ("a", 1), "a:\n- 1\n- 5 # 2\n"),
        ('\ufeff"a" : "x" #', ("a",), '\ufeff"a" : 5 #'),
    ],
)
def test_replace_value(text: str, path: tuple[str | int, ...], after: str):
    assert edited(text, replace_value, path, "5") == after


@pytest.mark.parametrize(
    ("text", "path", "after"),
    [
        ("a: {b: 1}\n", ("a",), "a: {b: 1, k: {p: 0.5}}\n"),
        ("a: {b: 1,}\n", ("a",), "a: {b: 1, k: {p: 0.5},}\n"),
        ("a: {}\n", ("a",), "a: {k: {p: 0.5}}\n"),
        ("a:\nb: 1\n", ("a",), "a: {k: {p: 0.5}}\nb: 1\n"),
        ("a:\n  b: 1 # one\n\n# on\nc: 1\n", ("a",), "a:\n  b: 1 # one\n  k:\n    p: 0.5\n\n# on\nc: 1\n"),
        ("a:\r\n  b: 1", ("a",), "a:\r\n  b: 1\r\n  k:\r\n    p: 0.5"),
        ("a: {\n  b: 1\n}\n", ("a",), "a: {\n  b: 1,\n  k: {p: 0.5}\n}\n"),
        ("\ufeffa: 1\n\nb: 2\n", (), "\ufeffa: 1\n\nb: 2\n\nk:\n  p: 0.5\n"),
        ("{}", (), "{k: {p: 0.5}}"),
    ],
)
def test_insert(text: str, path: tuple[str, ...], after: str):
    path_of = "a.yaml"
    if text == "{}":
        after = '{"k": {"p": 0.5}}'  # that is JSON, and stays it
    assert edited(text, insert, path, "k", {"p": 0.5}, path=path_of) == after


def test_insert_behind_an_entry_and_where_none_can_be():
    assert edited("a: 1\nb: 2\n", insert, (), "k", 3, after="a") == "a: 1\nk: 3\nb: 2\n"
    with pytest.raises(EditError, match="'a' holds a value, not a mapping"):
        edited("a: 1\n", insert, ("a",), "k", 3)


@pytest.mark.parametrize(
    ("text", "path", "after"),
    [
        ("a: 1 # one\nb: 2\n", ("a",), "b: 2\n"),
        ("a: 1\r\nb: 2", ("b",), "a: 1\r\n"),
        ("a: 1\n\nb: 2\n\nc: 3\n", ("b",), "a: 1\n\nc: 3\n"),
        ("a: 1\r\n\r\nb: 2\r\n\r\nc: 3\r\n", ("b",), "a: 1\r\n\r\nc: 3\r\n"),
        ("a: 1\r\nb: 2\r\n\r\nc: 3\r\n", ("b",), "a: 1\r\n\r\nc: 3\r\n"),
        ("a: 1\n\nb: 2\n", ("b",), "a: 1\n"),
        ("a: {b: 1, c: 2, d: 3}\n", ("a", "b"), "a: {c: 2, d: 3}\n"),
        ("a: {b: 1, c: 2, d: 3}\n", ("a", "d"), "a: {b: 1, c: 2}\n"),
        ("a: {b: 1, c: 2,}\n", ("a", "c"), "a: {b: 1,}\n"),
        ("a: {b: 1}\n", ("a", "b"), "a: {}\n"),
        ("a:\n  b: 1\nc: 2\n", ("a", "b"), "a: {}\nc: 2\n"),
        ("a: [1, 2]\n", ("a", 0), "a: [2]\n"),
        ("a:\n  - 1\n  - 2 # two\n", ("a", 1), "a:\n  - 1\n"),
        ("\ufeffa: 1\nb: 2\n", ("a",), "\ufeffb: 2\n"),
        ("# top\na:\n  # in\n  b: 1\nc: 2\n", ("a",), "# top\nc: 2\n"),
    ],
)
def test_remove(text: str, path: tuple[str | int, ...], after: str):
    assert edited(text, remove, path) == after


JSON = '{\n  "a": {\n    "b": 1,\n    "c": ["x"]\n  }\n}\n'


@pytest.mark.parametrize(
    ("edit", "arguments", "old", "new"),
    [
        (replace_value, (("a", "b"), "min(a, b)"), ": 1", ': "min(a, b)"'),
        (replace_value, (("a", "b"), "[x, '1']"), ": 1", ': ["x", "1"]'),
        (replace_value, (("a", "b"), ""), ": 1", ": null"),
        (
            insert,
            (("a",), "e", {"p": Num("007"), "q": 'a "b"'}),
            '["x"]',
            '["x"],\n    "e": {"p": 7, "q": "a \\"b\\""}',
        ),
        (rename_key, (("a", "b"), "z"), '"b"', '"z"'),
        (remove, (("a", "c"),), ',\n    "c": ["x"]', ""),
        (remove, (("a", "b"),), '"b": 1,\n    ', ""),
    ],
)
def test_json_stays_json(edit: Any, arguments: tuple[Any, ...], old: str, new: str):
    assert edited(JSON, edit, *arguments, path="a.json") == JSON.replace(old, new)
    assert edited(JSON, edit, *arguments) == JSON.replace(old, new)


def test_what_is_json():
    assert is_json(Source.from_text("a: 1", path="x.JSON"))
    assert is_json(Source.from_text('{"a": 1}'))
    assert not is_json(Source.from_text("{a: 1}"))
    assert not is_json(Source.from_text("a: 1"))


def test_a_name_keeps_to_its_brackets():
    assert edited("a: {b: 1}\n", rename_key, ("a", "b"), "x, y") == "a: {'x, y': 1}\n"
    assert edited("a:\n  b: 1\n", rename_key, ("a", "b"), "x, y") == "a:\n  x, y: 1\n"


# --- drafts -------------------------------------------------------------------------------------------------


def test_each_change_sees_what_the_one_before_left():
    draft = Draft.of("a: 1\n").apply(
        lambda source: insert(source, (), "b", 2.0), lambda source: replace_value(source, ("b",), "3")
    )
    assert draft.text == "a: 1\nb: 3\n"


HEAD = "planner: 1\ntitle: t\nnodes:\n  a:\n    chance: c\n"


def test_only_errors_that_are_new_count():
    sound = Draft.of(HEAD + "    branches: {x: {p: 0.5}, y: {p: 0.5}}\n")
    wrong = Draft.of(HEAD + "    branches: {x: {p: 0.4}, y: {p: 0.5}}\n")
    other = Draft.of(HEAD + "    branches: {x: {p: 0.3}, y: {p: 0.5}}\n")
    worse = Draft.of(HEAD + "    branches: {x: {p: 0.3, to: b}, y: {p: 0.5}}\n")
    assert [each.code for each in wrong.new_errors(sound)] == ["P201"]
    assert sound.new_errors(wrong) == []
    assert other.new_errors(wrong) == []  # the sum was wrong before
    assert [each.code for each in worse.new_errors(wrong)] == ["P103"]
