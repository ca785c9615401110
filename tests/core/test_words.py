"""Vague words in a scenario's prose are warned of, at the word; the month and what is no prose are left alone."""

from __future__ import annotations

import pytest

from planner.core.rules import check
from planner.core.source import Source

TREE = "nodes: {d: {decision: Go?, options: {a: {payoff: 1}, b: {payoff: 2}}}}\n"


def words(head: str) -> list[str]:
    source = Source.from_text(f"planner: 1\n{head}{TREE}")
    return [source.text[one.span.start : one.span.end] for one in check(source) if one.code == "P507"]


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ("title: It may rain\n", ["may"]),
        ("title: 'It ''might'' rain'\n", ["might"]),
        ('title: "It\\tcould rain"\n', ['"It\\tcould rain"']),
        ("title: T\nsummary: |\n  One line.\n  Perhaps another, possibly a third.\n", ["Perhaps"]),
        ("title: T\nquestion: >-\n  Folded\n  over, maybe\n", ["maybe"]),
        ("title: Talks in May\n", []),
        ("title: Mayor of London and a couldn't-care-less\n", []),
        ("title: T\ntags: [may, might]\n", []),
        ("title: T\nparameters: {might: {value: 1, source: It could be so}}\n", []),
        ("title: T\nparameters: {p: {value: 1, name: What might be, note: May be, source: S}}\n", ["might"]),
    ],
)
def test_vague_words(head: str, found: list[str]):
    assert words(head) == found


def test_one_warning_for_each_text():
    assert words("title: It may, might or could\nquestion: Could it?\n") == ["may", "Could"]


def test_a_large_file_is_walked_without_recursion():
    edges = "".join(f"  n{at}: {{decision: May we go on?, options: {{on: {{to: n{at + 1}}}}}}}\n" for at in range(3000))
    text = f"planner: 1\ntitle: It might\nnodes:\n{edges}  n3000: {{outcome: It may end}}\n"
    assert [one.span.start for one in check(Source.from_text(text)) if one.code == "P507"] == [
        text.index("might"),
        text.index("may end"),
    ]
