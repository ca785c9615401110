"""New entries in any layout: they read back, stand where they were put, and leave everything else as it was."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from planner.core.change.edit import EditError
from planner.core.change.writing import insert_entry
from planner.core.diagnostics import replace
from planner.core.marks import Map, Seq
from planner.core.source import Source
from tests.core.change.weird import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.core.source import Path

CONTENTS: tuple[Any, ...] = (3.0, "x y", {"a": 1.0, "options": {"b": {"p": 0.5}}}, {})


def mappings(data: Map) -> Iterator[Path]:
    """Yield the path of every mapping."""
    stack: list[tuple[Path, object]] = [((), data)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, Map):
            yield path
            stack += [((*path, key), each) for key, each in value.items()]
        elif isinstance(value, Seq):
            stack += [((*path, place), each) for place, each in enumerate(value)]


def ordered(value: Any) -> Any:
    """Make the order of mappings count."""
    if isinstance(value, dict):
        return [(key, ordered(each)) for key, each in value.items()]
    return [ordered(each) for each in value] if isinstance(value, list) else value


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts(), st.data())
def test_an_entry_is_added_to_any_mapping_in_any_layout(text: str, data: st.DataObject):
    source = Source.from_text(text)
    assume(source.data is not None and not source.diagnostics)
    assert source.data is not None
    path = data.draw(st.sampled_from(sorted(mappings(source.data), key=repr)))
    expected = copy.deepcopy(source.data)
    holder: Any = expected
    for part in path:
        holder = holder[part]
    keys = list(holder)
    place = data.draw(st.integers(0, len(keys)))
    content = data.draw(st.sampled_from(CONTENTS))
    try:
        edits = insert_entry(
            source, path, "new", content, after=keys[place - 1] if place and keys else None, first=not place
        )
    except EditError:
        assume("?" not in text and "+" not in text)  # keys behind a '?' and |+ at the very end are refused
        raise
    made = Source.from_text(replace(text, edits))
    entries = list(holder.items())
    entries.insert(place, ("new", content))
    holder.clear()
    holder.update(entries)
    assert not made.diagnostics
    assert ordered(made.data) == ordered(expected)
    assert not [comment for comment in re.findall(r"c\d+!", text) if comment not in made.text]


def test_nothing_is_added_behind_a_question_mark():
    with pytest.raises(EditError, match="behind a '\\?'"):
        insert_entry(Source.from_text("? 3\n:\n a: 1\n"), ("3",), "new", 3.0, first=True)


SECTIONS = "planner: 1\ntitle: T\n\n# who\nactors:\n  uk: {}\n\n# where it starts\nnodes:\n  a: {outcome: A}\n"


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("criteria", "actors:\n  uk: {}\n\ncriteria:\n  new: {p: 1}\n\n# where it starts\nnodes:"),
        ("parameters", "actors:\n  uk: {}\n\nparameters:\n  new:\n    p: 1\n\n# where it starts\nnodes:"),
        ("signals", "actors:\n  uk: {}\n\nsignals:\n  new:\n    p: 1\n\n# where it starts\nnodes:"),
    ],
)
def test_a_section_is_begun_at_its_place(section: str, expected: str):
    made = replace(SECTIONS, insert_entry(Source.from_text(SECTIONS), (section,), "new", {"p": 1}))
    assert expected in made


def test_a_section_before_all_others_goes_to_the_top_of_them():
    text = "# about\nplanner: 1\nnodes: {}\n"
    assert replace(text, insert_entry(Source.from_text(text), ("actors",), "uk", {"votes": 1})) == (
        "# about\nplanner: 1\n\nactors:\n  uk:\n    votes: 1\nnodes: {}\n"
    )


def test_a_json_file_stays_json():
    import json

    text = '{\n  "planner": 1,\n  "nodes": {"a": {"outcome": "A"}}\n}\n'
    source = Source.from_text(text, path="talks.json")
    made = replace(text, insert_entry(source, ("parameters",), "hope", 0.3))
    assert json.loads(made) == {"planner": 1, "parameters": {"hope": 0.3}, "nodes": {"a": {"outcome": "A"}}}
    assert made == '{\n  "planner": 1,\n  "parameters": {"hope": 0.3},\n  "nodes": {"a": {"outcome": "A"}}\n}\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: {}   # none\n", "a:   # none\n  x: 1\n"),
        ("a:\n", "a:\n  x: 1\n"),
        ("a:   # none\n", "a:   # none\n  x: 1\n"),
        ("a: {b: 1}\n", "a: {b: 1, x: 1}\n"),
        ("a: {b: }\n", "a: {b: , x: 1 }\n"),
        ("a: {\n  b: 1,  # one\n  c: 2  # two\n}\n", "a: {\n  b: 1,  # one\n  c: 2,  # two\n  x: 1\n}\n"),
        ("a:\n  b: 1\n    # deeper\n# margin\nc: 2\n", "a:\n  b: 1\n    # deeper\n  x: 1\n# margin\nc: 2\n"),
        ("a:\n  b: |\n    text", "a:\n  b: |-\n    text\n  x: 1"),
        ("a:\n  b: |+\n    text\n\n", "a:\n  b: |+\n    text\n\n  x: 1\n"),
        ("a:\r\n  b: 1\r\n", "a:\r\n  b: 1\r\n  x: 1\r\n"),
    ],
)
def test_an_entry_stands_as_its_neighbours_do(text: str, expected: str):
    made = replace(text, insert_entry(Source.from_text(text), ("a",), "x", 1))
    assert made == expected


def test_text_in_lines_ends_before_the_next_item_of_a_list():
    text = "a:\n  - |\n    one\n    two\n  - three\nb: 1\n"
    span = Source.from_text(text).span(("a", 0))
    assert text[span.start : span.end] == "|\n    one\n    two"
