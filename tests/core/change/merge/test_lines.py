from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.core.change.merge.lines import joined, split, stretches
from planner.core.change.merge.unsettled import differing, versions
from planner.core.source import Source

if TYPE_CHECKING:
    from pathlib import Path

texts = st.lists(st.sampled_from("abcd"), max_size=6).map("".join)


@given(texts, texts, texts)
def test_the_stretches_give_the_sequences_again(base: str, ours: str, theirs: str):
    found = list(stretches(base, ours, theirs))
    assert "".join(each.base for each in found) == base  # type: ignore[misc]
    assert "".join(each.ours for each in found) == ours  # type: ignore[misc]
    assert "".join(each.theirs for each in found) == theirs  # type: ignore[misc]


@given(texts, texts)
def test_what_one_side_does_is_done(base: str, side: str):
    for ours, theirs in ((side, base), (base, side), (side, side)):
        merged = [each.merged for each in stretches(base, ours, theirs)]
        assert None not in merged
        assert "".join(each or "" for each in merged) == side  # type: ignore[misc]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts, texts, texts)
def test_what_is_clean_here_and_in_git_is_the_same(tmp_path: Path, base: str, ours: str, theirs: str):
    for name, text in (("base", base), ("ours", ours), ("theirs", theirs)):
        (tmp_path / name).write_text("".join(f"{letter}\n" for letter in text), encoding="utf-8")
    done = subprocess.run(
        ["git", "merge-file", "-p", "ours", "base", "theirs"], cwd=tmp_path, capture_output=True, check=False, text=True
    )
    merged = [each.merged for each in stretches(base, ours, theirs)]
    if done.returncode == 0 and None not in merged and len(set(base)) == len(base):
        assert done.stdout.replace("\n", "") == "".join(each or "" for each in merged)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "both"),
    [
        ("ab", "axb", "ayb", "axyb"),
        ("ab", "ayb", "axb", "axyb"),
        ("ab", "axb", "axyb", "axyb"),
        ("ab", "xb", "yb", None),
        ("ab", "b", "axb", None),
        ("", "x", "x", "x"),
    ],
)
def test_both_may_add(base: str, ours: str, theirs: str, both: str | None):
    assert joined(base, ours, theirs) == (None if both is None else list(both))


def test_only_line_feeds_end_lines():
    assert split("a\u2028b\x0cc\r\nd") == ["a\u2028b\x0cc\r\n", "d"]


def test_versions_of_a_text_with_markers_inside_markers():
    inner = "<<<<<<<<< a\n1\n||||||||| b\n0\n=========\n2\n>>>>>>>>> c\n"
    assert versions(f"x\n<<<<<<< A\n{inner}=======\n3\n>>>>>>> B\ny\n") == ("x\n1\ny\n", "x\n3\ny\n")
    assert versions(f"x\n<<<<<<< A\n4\n=======\n{inner}>>>>>>> B\n") == ("x\n4\n", "x\n2\n")
    for text in ("x\n", "<<<<<<< A\nx\n", "=======\nx\n>>>>>>> B\n", "<<<<<<< A\n>>>>>>> B\n=======\n"):
        assert versions(text) is None


def test_differing_places_are_the_innermost():
    one, two = (
        Source.from_text(text).data for text in ("a: {b: 1, c: 2}\nd: [1]\n", "a: {b: 1.0, c: 3, e: 4}\nd: [2]\n")
    )
    assert differing(one, two) == {("a", "c"), ("a", "e"), ("d",)}
