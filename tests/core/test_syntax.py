"""Broken YAML as people write it: the code, the marked text and the repair of each case."""

from __future__ import annotations

import pytest

from planner.core.diagnostics import apply_fixes
from planner.core.source import Source

CASES = {
    "a:\n\tb: 1\n": ("P017", "\t"),
    "a:\n  b: 1\n\tc: 2\n": ("P017", "\t"),
    "a:\n  b: 1\n  \tc: 2\n": ("P017", "\t"),
    "a: |\n\ttext\n": ("P017", "\t"),
    "a:\n-\tb: 1\n": ("P017", "\t"),
    "a:\n  b: 1\n   c: 2\n": ("P018", "c"),
    "a:\n   b: 1\n  c: 2\n": ("P018", "c"),
    "a:\n  b:\n    c: 1\n   d: 2\n": ("P018", "d"),
    " a: 1\nb: 2\n": ("P018", "b"),
    "a:\n  - x\n - y\n": ("P018", "-"),
    "a: - b\n": ("P018", "-"),
    "- a\nb: 1\n": ("P018", "b"),
    "b: 1\na:\n  x: 1\n  - c\n": ("P018", "-"),
    "title: One: two\n": ("P023", "One: two"),
    "a:\n  title: What now: talk?  # c\n  b: 1\n": ("P023", "What now: talk?"),
    "a: {t: One: two}\n": ("P023", "One: two"),
    "a: b:\n": ("P023", "b:"),
    "a:\n  name:Foo\n  to: x\n": ("P021", "name:"),
    "a:\n  to: x\n  name:Foo\n": ("P021", "name:"),
    "planner:1\ntitle: x\n": ("P021", "planner:"),
    "a: {b:1, c: 2}\n": ("P021", "b:"),
    "a:\n  b\n  c: 1\n": ("P022", "b"),
    "a: 1\nfree text # c\nc: 1\n": ("P022", "free text"),
    'a: "x\nb: 1\n': ("P019", '"x'),
    "a: 'it's\nb: 1\n": ("P019", "s"),
    'a: "say "hi" to"\n': ("P019", 'hi" to"'),
    'a: "x\nb: "y"\n': ("P019", '"x'),
    'a: "x\n---\n': ("P019", '"x'),
    "a: {b: 1\nc: 2\n": ("P020", "{"),
    "a: {b: 1, c: {d: 1}\ne: 2\n": ("P020", "{"),
    "a: [1, 2": ("P020", "["),
    "a: [": ("P020", "["),
    "a: {b: [1, 2}\n": ("P020", "}"),
    "a: {b: 1}}\n": ("P020", "}"),
    "c: ]\n": ("P020", "]"),
    "a: {b: 1 c: 2}\n": ("P025", "c"),
    'a: {b: "x" c: 2}\n': ("P025", "c"),
    "a: [{x: 1} {y: 2}]\n": ("P025", "{"),
    "a: {b: 1,\n  c: 2\n  d: 3}\n": ("P025", "d"),
    "a: [1, , 2]\n": ("P016", ","),
    "a: [b]c\n": ("P016", "c"),
    "a: [link](url)\n": ("P016", "(url)"),
    ": a\n": ("P016", ":"),
    "a: {:b}\n": ("P016", ":"),
    "[a]\nb: 1\n": ("P016", "b: 1"),
    "%YAML 1.1\na: 1\n": ("P016", "%YAML 1.1"),
    "%YAML 2.0\n---\na: 1\n": ("P016", "%"),
    "x" * 1100 + ": 1\n": ("P016", "x" * 20),
    "a: %x\n": ("P024", "%x"),
    "a: {b: @x, c: 1}\n": ("P024", "@x"),
    "a: `x`  # c\n": ("P024", "`x`"),
    "a: **bold** text\n": ("P024", "**bold** text"),
    "a: & b\n": ("P024", "& b"),
    "a: ? b\n": ("P024", "? b"),
    "when: >= 3\n": ("P024", ">= 3"),
    "a: | x\n": ("P024", "| x"),
    "%x\na: 1\n": ("P024", "%x"),
    'a: "C:\\path"\n': ("P026", "\\p"),
    'a: "\\xzz"\n': ("P026", "\\x"),
    'a: "\\ud83d"\n': ("P026", "\\ud83d"),
    "a: !x!y z\n": ("P012", "!x!y"),
    "a: 1\n...\nb: 2\n": ("P006", "b"),
}


@pytest.mark.parametrize("text", CASES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_syntax_fault(text: str, end: str) -> None:
    source = Source.from_text(text.replace("\n", end))
    assert source.data is None or CASES[text][0] in {"P006", "P021"}
    (diagnostic,) = source.diagnostics
    assert (diagnostic.code, source.text[diagnostic.span.start : diagnostic.span.end]) == CASES[text]
    assert "expected" not in diagnostic.message  # the parser's own words do not help
    assert diagnostic.help


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("a:\n\tb: 1\n\tc:\n\t\td: 2\n", "a:\n  b: 1\n  c:\n    d: 2\n"),
        ("a:\n  b: 1\n\t\nc: 2\n", "a:\n  b: 1\n\nc: 2\n"),
        ("a:\n  b: 1\n\tc: 2\n", None),
        ("a:\n  name:Foo\n  to: x\n", "a:\n  name: Foo\n  to: x\n"),
        ("a: {b:x y, c: https://x}\n", "a: {b: x y, c: https://x}\n"),
    ],
)
def test_sure_repairs(text: str, repaired: str | None) -> None:
    source = Source.from_text(text)
    made, count = apply_fixes(text, source.diagnostics)
    assert (made if count else None) == repaired
    if repaired:
        assert Source.from_text(repaired).diagnostics == ()


@pytest.mark.parametrize("lead", ["", "a:\n  b: 1\n", "a: {b: 1,\n"])
def test_a_conflict_that_git_left_is_called_by_its_name(lead: str) -> None:
    source = Source.from_text(f"{lead}<<<<<<< ours\n  c: 2\n=======\n  c: 3\n>>>>>>> theirs\nd: 1\n")
    (diagnostic,) = source.diagnostics
    first = lead.count("\n") + 1
    assert diagnostic.message == f"a conflict of git is not settled, in lines {first} to {first + 4}"
    assert source.text[diagnostic.span.start : diagnostic.span.end] == "<<<<<<< ours"
    assert diagnostic.help is not None
    assert "take out the lines" in diagnostic.help


def test_arrows_in_a_text_are_no_conflict() -> None:
    assert Source.from_text("a: |\n  <<<<<<< ours\n  >>>>>>> theirs\n").diagnostics == ()


@pytest.mark.parametrize(
    "text", ["a: 12:30\n", "a: {b: https://x.org, c: d:e}\n", "a: {http://x: 1}\n", "a: {'b:c', d: 1}\n"]
)
def test_colons_without_a_space_are_text(text: str) -> None:
    assert Source.from_text(text).diagnostics == ()
