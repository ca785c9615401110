"""What holds for every merge, whatever two people did to a text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from planner.core.change.matching import renamed
from planner.core.change.merge.lines import split, stretches
from planner.core.change.merge.merging import Merged, merge
from planner.core.change.merge.pieces import pieces
from planner.core.change.references import references
from planner.core.rules import check
from planner.core.source import Source
from tests.core.change.merge.edits import TRIPLES
from tests.core.change.merge.oracle import Both, Lists, merged, plain

MARKER = re.compile(r"^(<<<<<<<|=======|>>>>>>>)", re.MULTILINE)
laws = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


def data(text: str) -> Any:
    source = Source.from_text(text)
    assert source.diagnostics == ()
    return plain(source.data)


def comments(text: str) -> set[str]:
    return set(re.findall(r"# (?:above|beside) \w+!", text))


def errors(text: str) -> int:
    return sum(each.severity == "error" for each in check(Source.from_text(text)))


@laws
@given(TRIPLES)
def test_one_sided_changes_come_out_byte_for_byte(texts: tuple[str, str, str]):
    base, ours, theirs = texts
    assert merge(base, ours, base).text == ours
    assert merge(base, base, theirs).text == theirs
    assert merge(base, ours, ours).text == ours


@laws
@given(TRIPLES)
def test_the_data_is_what_a_merge_of_plain_data_gives(texts: tuple[str, str, str]):
    result = merge(*texts)
    assert result.way == "meaning"
    try:
        expected = merged(*map(data, texts))
    except Lists:
        return
    except Both:
        event("both changed it")
        assert not result.clean
        return
    if result.clean:
        event("clean")
        assert data(result.text) == expected
        assert MARKER.search(result.text) is None
    else:
        event("comments or faults")
        reasons = re.compile("comment|took it out|first|order")
        assert result.faults or all(reasons.search(each.reason) for each in result.conflicts), result.conflicts


@laws
@given(TRIPLES)
def test_which_side_is_which_does_not_matter(texts: tuple[str, str, str]):
    base, ours, theirs = texts
    one, two = merge(base, ours, theirs), merge(base, theirs, ours)
    assert one.clean == two.clean
    if one.clean:
        assert data(one.text) == data(two.text)
        assert list(data(one.text).get("nodes", {}))[:1] == list(data(two.text).get("nodes", {}))[:1]


@laws
@given(TRIPLES)
def test_no_comment_and_no_value_is_lost(texts: tuple[str, str, str]):
    base, ours, theirs = texts
    result = merge(base, ours, theirs)
    for side in (ours, theirs):
        assert comments(side) - comments(base) <= comments(result.text)
        for word in set(re.findall(r"(?:new|top|words)[- ](?:ours|theirs)\d", side)):
            assert word in result.text


@laws
@given(TRIPLES)
def test_a_clean_result_has_no_new_faults(texts: tuple[str, str, str]):
    base, ours, theirs = texts
    result = merge(base, ours, theirs)
    if result.clean:
        assert errors(result.text) <= errors(ours) + errors(theirs)


@laws
@given(TRIPLES)
def test_where_a_merge_of_lines_is_clean_and_sound_the_data_is_the_same(texts: tuple[str, str, str]):
    base, ours, theirs = texts
    found = [stretch.merged for stretch in stretches(*map(split, texts))]
    assume(None not in found)
    by_lines = "".join(line for lines in found for line in lines or ())
    assume(not Source.from_text(by_lines).diagnostics and errors(by_lines) <= min(errors(ours), errors(theirs)))
    result = merge(base, ours, theirs)
    if result.clean:
        assert data(result.text) == data(by_lines)
    else:
        assert all("comment" in each.reason or "took it out" in each.reason for each in result.conflicts)


@laws
@given(TRIPLES)
def test_each_side_of_the_conflicts_can_be_read(texts: tuple[str, str, str]):
    result = merge(*texts)
    if result.clean:
        return
    for keep in (1, 3):
        parts = re.split(
            r"^<<<<<<< ours\n(.*?)^=======\n(.*?)^>>>>>>> theirs\n", result.text, flags=re.MULTILINE | re.DOTALL
        )
        text = "".join(part for place, part in enumerate(parts) if place % 3 in {0, keep % 3 or 2})
        assert Source.from_text(text).diagnostics == ()


@pytest.mark.parametrize("which", range(3))
@laws
@given(TRIPLES)
def test_the_pieces_give_the_text_again(which: int, texts: tuple[str, str, str]):
    text = texts[which].removeprefix("\ufeff")
    assert pieces(Source.from_text(text)).text == text


def test_the_result_is_plain_data():
    result = merge("title: A\n", "title: B\n", "title: C\n")
    assert isinstance(result, Merged)
    assert set(result.to_dict()) == {"clean", "way", "conflicts", "faults", "notes", "text"}


@laws
@given(TRIPLES, st.data())
def test_a_clean_merge_with_a_rename_is_the_rename_of_the_merge(texts: tuple[str, str, str], choice: st.DataObject):
    base, ours, theirs = texts
    names = [use for use in references(Source.from_text(ours)) if use.defines and use.kind in {"node", "parameter"}]
    assume(names)
    name = choice.draw(st.sampled_from(names))
    new = {(name.kind, name.name): "renamed_by_ours"}
    result = merge(base, renamed(Source.from_text(ours), new).text, theirs)
    plainly = merge(base, ours, theirs)
    if result.clean and plainly.clean:
        event("clean")
        assert data(result.text) == data(renamed(Source.from_text(plainly.text), new).text)
