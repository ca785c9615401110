"""One word for a model: equal where nothing is different, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.core.change.differences import differences
from planner.core.change.digest import digest, digests
from planner.core.change.layout import layout
from planner.core.source import Source
from planner.files import read_source
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted((ROOT / "scenarios").glob("*.yaml")) + sorted((ROOT / "tests" / "stories").glob("*.yaml"))
TEXT = """planner: 1
title: T
actors: {ann: {weights: {c: 1}}, bob: {weights: {c: 2}}}
criteria: {c: {}}
parameters: {a: {value: 0.5, low: 0.1, high: 0.9, distribution: "beta(2, 2)"}}
nodes:
  d: {decision: D, by: ann, options: {x: {to: e}, y: {payoff: {c: 2}}}}
  e: {chance: E, branches: {u: {p: a, payoff: {c: 1 + a}}, v: {p: rest}}}
"""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_layout_changes_no_digest(file: Path):
    source = read_source(file)
    made = digest(source)
    assert made is not None
    assert digest(source.changed("# why\n" + layout(source))) == made


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("0.5", "0.50"),
        ("value: 0.5, low: 0.1", "low: 0.1, value: 0.5"),
        ("by: ann", "by: [ann]"),
        ("1 + a", "(1+a)"),
        ("title: T", "title: 'T' # words"),
        (
            "actors: {ann: {weights: {c: 1}}, bob: {weights: {c: 2}}}",
            "actors: {bob: {weights: {c: 2}}, ann: {weights: {c: 1}}}",
        ),
    ],
)
def test_what_means_the_same_has_one_digest(before: str, after: str):
    check(TEXT, TEXT.replace(before, after), same=True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("0.5", "0.51"),
        ("title: T", "title: U"),
        ("beta(2, 2)", "beta(2, 3)"),
        ("1 + a", "a + 1"),
        ("x: {to: e}, y: {payoff: {c: 2}}", "y: {payoff: {c: 2}}, x: {to: e}"),
        ("by: ann", "by: bob"),
        ("v: {p: rest}", "v: {p: rest}, w: {p: rest}"),
        ("bob", "eve"),
    ],
)
def test_what_differs_has_another(before: str, after: str):
    check(TEXT, TEXT.replace(before, after), same=False)


def test_the_first_node_counts():
    one = "planner: 1\ntitle: T\nnodes:\n  d: {decision: D, options: {x: {}}}\n  e: {outcome: E}\n"
    other = "planner: 1\ntitle: T\nnodes:\n  e: {outcome: E}\n  d: {decision: D, options: {x: {}}}\n"
    check(one, other, same=False)


def test_what_cannot_be_read_has_none():
    assert digest(Source.from_text("nodes: [")) is None


def check(before: str, after: str, *, same: bool) -> None:
    assert before != after
    one, other = Source.from_text(before), Source.from_text(after)
    assert (digest(one) == digest(other)) is same
    found = differences(one, other)
    assert (not found) is same
    first, second = digests(one), digests(other)
    assert first is not None
    assert second is not None
    if not any(each.kind in {"renamed", "added", "removed"} for each in found):
        assert (first.numbers == second.numbers) is not any(each.effect for each in found)
    if first.numbers == second.numbers:
        assert not any(each.effect for each in found)
