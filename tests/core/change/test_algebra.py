"""Formulas written from programs read back as the same programs, and are simplified without changing their value."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planner.core.change import algebra
from planner.core.expression import Expression, Program

if TYPE_CHECKING:
    from collections.abc import Callable

ENV = {"a": Fraction(1, 3), "b": Fraction(2, 7), "c": Fraction(-5, 2)}
WORDS = ["a", "b", "c", "0.30", "2", "-3", "1e-2", "0"]


def program(text: str) -> Program:
    return Expression.parse(text).program


def formulas() -> st.SearchStrategy[str]:
    def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        operator = st.sampled_from(["+", "-", "*", "/", "**", "<", "<=", "==", "and", "or"])
        joined = st.tuples(inner, operator, inner).map(" ".join)
        choice = st.tuples(inner, inner, inner).map(lambda each: f"{each[0]} if {each[1]} else {each[2]}")
        call = st.tuples(inner, inner).map(lambda each: f"min({each[0]}, {each[1]})")
        signed = st.tuples(st.sampled_from(["-", "not ", "+"]), inner).map("".join)
        return joined | choice | call | signed | inner.map(lambda each: f"({each})")

    return st.recursive(st.sampled_from(WORDS), larger, max_leaves=8)


@given(formulas())
def test_a_formula_written_anew_is_the_same_program(text: str):
    try:
        made = program(text)
    except ValueError:
        assume(False)
    assert program(algebra.text(made)) == made


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(a+b)*c", "(a + b) * c"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a-b)-c", "a - b - c"),
        ("a/(b*c)", "a / (b * c)"),
        ("a--3", "a - (-3)"),
        ("(-3)**2", "(-3) ** 2"),
        ("(a if b else c) * 2", "(a if b else c) * 2"),
    ],
)
def test_brackets_stand_only_where_they_are_needed(text: str, expected: str):
    assert algebra.text(program(text)) == expected


@pytest.mark.parametrize(
    ("operation", "first", "second", "expected"),
    [
        (algebra.product, "a", "0.0", "0"),
        (algebra.product, "1.0", "a", "a"),
        (algebra.product, "a", "b / a", "b"),
        (algebra.product, "b / a", "a", "b"),
        (algebra.product, "a + b", "c", "(a + b) * c"),
        (algebra.quotient, "a * b", "a", "b"),
        (algebra.quotient, "a * b", "b", "a"),
        (algebra.quotient, "a + b", "a + b", "1"),
        (algebra.quotient, "0", "a", "0"),
        (algebra.quotient, "a", "1", "a"),
        (algebra.quotient, "a", "b * c", "a / (b * c)"),
        (algebra.plus, "-70", "0.5", "-69.5"),
        (algebra.plus, "0.1", "0.2", "0.3"),
        (algebra.plus, "a", "-2", "a - 2"),
        (algebra.plus, "-2", "a", "-2 + a"),
        (algebra.plus, "a", "b", "a + b"),
    ],
)
def test_arithmetic(operation: Callable[[Program, Program], Program], first: str, second: str, expected: str):
    assert algebra.text(operation(program(first), program(second))) == expected


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (["a * b", "a * (1 - b)"], "a"),
        (["b * a", "(1 - b) * a"], "a"),
        (["a * 0.3", "a * 0.7"], "a"),
        (["a * 0.3", "a * 0.6"], "a * 0.3 + a * 0.6"),
        (["a * b", "a * c", "a * (1 - b - c)"], "a"),
        (["a * b", "a * ((1 - b) / 2)", "a * ((1 - b) / 2)"], "a"),
        (["a * b", "0", "c"], "a * b + c"),
        (["0", "0"], "0"),
    ],
)
def test_sums(terms: list[str], expected: str):
    assert algebra.text(algebra.total([program(term) for term in terms])) == expected


@given(formulas(), formulas())
def test_simplifications_do_not_change_the_value(first: str, second: str):
    try:
        one, two = program(first), program(second)
        values = [algebra.expression(each).exact(ENV) for each in (one, two)]
        assert algebra.expression(algebra.product(one, two)).exact(ENV) == values[0] * values[1]
        assert algebra.expression(algebra.plus(one, two)).exact(ENV) == values[0] + values[1]
        assert algebra.expression(algebra.total([one, two, one])).exact(ENV) == 2 * values[0] + values[1]
        if values[1]:
            assert algebra.expression(algebra.quotient(one, two)).exact(ENV) == values[0] / values[1]
    except (ValueError, ArithmeticError):
        assume(False)
