"""Packages by rule, with numbers that follow by hand from the definitions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.analyses.disputes.bargaining import bargain, pareto

ZERO = {"a": Fraction(0), "b": Fraction(0)}


def table(**rows: tuple[int, int]) -> dict[str, dict[str, Fraction]]:
    return {option: {"a": Fraction(one), "b": Fraction(two)} for option, (one, two) in rows.items()}


def test_prisoners_dilemma_against_defection():
    found = bargain(table(CC=(3, 3), CD=(0, 5), DC=(5, 0), DD=(1, 1)), {"a": Fraction(1), "b": Fraction(1)})
    assert found.pareto == ("CC", "CD", "DC")
    assert found.rational == ("CC", "DD")
    assert {rule: package.options for rule, package in found.packages.items()} == dict.fromkeys(
        ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian"), ("CC",)
    )
    assert found.packages["nash"].score == 4
    assert found.packages["egalitarian"].gains == {"CC": {"a": 2, "b": 2}}
    assert found.mixes["nash"].values == {"a": 3, "b": 3}
    assert found.agreed


def test_a_straight_edge_is_split_in_the_middle():
    """On u1 / 20 + u2 / 10 = 1 the Nash and the Kalai-Smorodinsky solution are both (10, 5)."""
    found = bargain(table(x=(0, 10), y=(20, 0)), ZERO)
    assert found.packages["nash"].options == ("x", "y")  # without lotteries both products are 0
    assert found.packages["utilitarian"].options == ("y",)
    for rule in ("nash", "kalai_smorodinsky"):
        assert found.mixes[rule].values == {"a": 10, "b": 5}
    assert not bargain(table(b=(1, 9), c=(9, 2), d=(4, 4)), ZERO).agreed


def test_battle_of_the_sexes_ties():
    found = bargain(table(opera=(2, 1), boxing=(1, 2), miss=(0, 0)), ZERO)
    assert found.packages["nash"].options == ("opera", "boxing")
    assert found.mixes["nash"].values == {"a": Fraction(3, 2), "b": Fraction(3, 2)}


def test_chicken_from_security_levels():
    found = bargain(table(SS=(3, 3), SD=(2, 4), DS=(4, 2), DD=(1, 1)), {"a": Fraction(2), "b": Fraction(2)})
    assert found.rational == ("SS", "SD", "DS")
    assert found.packages["kalai_smorodinsky"].score == Fraction(1, 2)
    assert found.packages["utilitarian"].options == ("SS", "SD", "DS")


def test_nobody_is_better_off():
    found = bargain(table(x=(-1, 5), y=(5, -1)), ZERO)
    assert found.rational == ()
    assert set(found.packages) == {"utilitarian"}


points = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=6)


@given(points)
def test_packages_are_efficient_and_optimal(rows: list[tuple[int, int]]):
    values = table(**{f"o{at}": row for at, row in enumerate(rows)})
    found = bargain(values, ZERO)
    efficient = {tuple(values[option].values()) for option in pareto(values)}
    products = {option: row["a"] * row["b"] for option, row in values.items()}
    assert found.packages["nash"].score == max(products.values())
    assert any(tuple(values[option].values()) in efficient for option in found.packages["utilitarian"].options)
    if "nash" in found.mixes:
        mixed = found.mixes["nash"].values
        assert mixed["a"] * mixed["b"] >= max(products.values())
        for one in values.values():  # no mixture of two options has a larger product
            for other in values.values():
                for share in (Fraction(at, 16) for at in range(17)):
                    a, b = (one[x] + share * (other[x] - one[x]) for x in ("a", "b"))
                    assert a * b <= mixed["a"] * mixed["b"]


@given(points, st.integers(1, 5), st.integers(-4, 4))
def test_units_do_not_matter_to_nash(rows: list[tuple[int, int]], scale: int, shift: int):
    """The Nash and Kalai-Smorodinsky rules ignore how either actor's values are measured (Nash 1950, axiom 2)."""
    values = table(**{f"o{at}": row for at, row in enumerate(rows)})
    other = {option: {"a": row["a"] * scale + shift, "b": row["b"]} for option, row in values.items()}
    one, two = bargain(values, ZERO), bargain(other, {"a": Fraction(shift), "b": Fraction(0)})
    for rule in ("nash", "kalai_smorodinsky"):
        assert one.packages[rule].options == two.packages[rule].options


def test_floats_work_as_well():
    values = {"x": {"a": 0.1 + 0.2, "b": 1.0}, "y": {"a": 0.3, "b": 1.0}}
    assert bargain(values, {"a": 0.0, "b": 0.0}, tie=1e-12).packages["nash"].options == ("x", "y")
    assert pytest.approx(1.0) == float(bargain(values, {"a": 0.0, "b": 0.0}, tie=1e-12).ideal["b"])
