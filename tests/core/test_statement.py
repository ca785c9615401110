"""Statements about options: read, worked out for one state and for many, and refused with a reason."""

from __future__ import annotations

import pickle
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.core.expression import FormulaError
from planner.core.statement import PATTERN, Statement, names_in

NAMES = ("a", "b", "c-d", "x.a")
STATES = [dict(zip(NAMES, taken, strict=True)) for taken in product([False, True], repeat=len(NAMES))]


def holds(text: str) -> list[bool]:
    """Work a statement out in every state, one by one, and check that all at once gives the same."""
    said = Statement.parse(text)
    one_by_one = [bool(said.holds(state)) for state in STATES]
    together = said.holds({name: np.array([state[name] for state in STATES]) for name in NAMES})
    assert np.asarray(together, bool).tolist() == one_by_one
    return one_by_one


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("a", "a"),
        ("not a and b", "(not a) and b"),
        ("not (a and b)", "not (a and b)"),
        ("a or b and c-d", "a or (b and c)"),
        ("a if b", "a or not b"),
        ("a and b if c-d or x.a", "(a and b) or not (c or x)"),
        ("a iff not b", "a != b"),
        ("a if b iff c-d", "(a or not b) == c"),
        ("(a if b) if c-d", "(a or not b) or not c"),
        ("not not a", "a"),
        ("exactly(a, b, c-d)", "a + b + c == 1"),
        ("exactly(2, a, b, c-d)", "a + b + c == 2"),
        ("at_least(2, a, b or c-d, x.a)", "a + (b or c) + x >= 2"),
        ("at_most(a, b) and at_most(0, c-d, x.a)", "a + b <= 1 and c + x <= 0"),
        ("  a\n  and b ", "a and b"),
    ],
)
def test_meaning(text: str, meaning: str) -> None:
    values = [dict(zip("abcx", state.values(), strict=True)) for state in STATES]
    assert holds(text) == [bool(eval(meaning, {}, state)) for state in values]


@pytest.mark.parametrize(
    ("text", "message", "place", "help_"),
    [
        ("", "empty", (0, 0), "name an option"),
        ("a and", "ends too early", (4, 5), "missing at its end"),
        ("a b", "'b' cannot stand here", (2, 3), "'and' or 'or' is missing"),
        ("a & b", "'&' cannot stand here", (2, 3), "write 'and'"),
        ("a || b", "'||' cannot stand here", (2, 4), "write 'or'"),
        ("!a", "'!' cannot stand here", (0, 1), "write 'not'"),
        ("a == b", "'==' cannot stand here", (2, 4), "write 'iff'"),
        ("a -> b", "'->' cannot stand here", (2, 4), "'b if a'"),
        ("a + b == 1", "'+' cannot stand here", (2, 3), "exactly"),
        ("a if b else c", "'else' cannot stand here", (7, 11), "takes no 'else'"),
        ("a if b if c", "'if' twice", (7, 9), "brackets"),
        ("(a and b", "not closed", (0, 1), "add ')'"),
        ("a)", "')' cannot stand here", (1, 2), None),
        ("exactly", "counts options", (0, 7), "exactly(1, first, second)"),
        ("exactly(2)", "')' cannot stand here", (9, 10), None),
        ("atleast(a, b)", "no 'atleast' to count by", (0, 7), "did you mean 'at_least'"),
        ("foo(a)", "no 'foo' to count by", (0, 3), "counted by exactly"),
        ("3", "'3' cannot stand here", (0, 1), "options go by their ids"),
        ("AND a", "'a' cannot stand here", (4, 5), "missing"),
        ("(" * 120 + "a" + ")" * 120, "nested more than 100", (100, 101), "split it"),
        ("a or " * 2500 + "a", "more than 10,000", (0, 12501), "split it"),
    ],
)
def test_faults(text: str, message: str, place: tuple[int, int], help_: str | None) -> None:
    with pytest.raises(FormulaError) as caught:
        Statement.parse(text)
    error = caught.value
    assert message in error.message
    assert (error.start, error.end) == place
    assert error.help is None if help_ is None else help_ in str(error.help)


@given(st.text("abYN-()., ifandor1", max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        names = Statement.parse(text).names
        fault = None
    except FormulaError as error:
        names, fault = frozenset(), error
    if fault is not None:
        assert 0 <= fault.start <= fault.end <= len(text)
    else:
        assert {name for name, _, _ in names_in(text)} == (set() if PATTERN.match(text) else names)


def test_patterns() -> None:
    said = Statement.of_pattern("Y - N", ["a", "b", "c"])
    assert said.text == "Y - N"
    assert [said.holds({"a": a, "b": b, "c": c}) for a, b, c in product([False, True], repeat=3)] == [
        False, False, False, False, True, False, True, False,
    ]  # fmt: skip
    with pytest.raises(ValueError, match="2 letters for 3 options"):
        Statement.of_pattern("YN", ["a", "b", "c"])
    with pytest.raises(ValueError, match="says nothing"):
        Statement.of_pattern("--", ["a", "b"])
    assert names_in("YN-") == []


def test_names_and_their_places() -> None:
    text = "insist if uk.modify-it and not insist"
    assert [(name, text[start:end]) for name, start, end in names_in(text)] == [
        ("insist", "insist"), ("uk.modify-it", "uk.modify-it"), ("insist", "insist"),
    ]  # fmt: skip


def test_equal_if_they_say_the_same_steps() -> None:
    one, other = Statement.parse("a and  b"), Statement.parse("a and b")
    assert one == other
    assert hash(one) == hash(other)
    assert one != Statement.parse("b and a")
    assert str(one) == "a and  b"
    assert pickle.loads(pickle.dumps(one)) == one
    assert Statement.parse("a if b").meaning({"a": "x.a"}).names == {"x.a", "b"}
