"""Draws: their distributions, strata, correlations, and that a draw is the same however it is made."""

from __future__ import annotations

import math
import pickle
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from planner.analyses.drawing.design import Design, design, mixed
from planner.analyses.drawing.distributions import quantile
from planner.analyses.drawing.randomness import ROUNDS, bits, permuted
from planner.analyses.result import BadArgument
from planner.core.diagnostics import ScenarioError
from planner.core.dirichlet import shares
from planner.core.expression import Expression
from planner.core.model import Correlation, Distribution, Parameter
from planner.core.rules import load
from planner.core.source import Source

TREE = """
nodes:
  start: {decision: Go?, options: {go: {payoff: a, to: luck}, stay: {payoff: 0}}}
  luck:
    chance: Luck?
    certainty: 8
    branches: {good: {p: 0.5, payoff: 3}, fair: {p: 0.3}, bad: {p: rest, payoff: -2}}
"""
PARAMETERS = """
  a: {value: 1, low: 0, high: 4, distribution: uniform}
  b: {value: 2, low: 1, high: 6, distribution: pert}
  c: {value: 0.2, distribution: "beta(4, 16)"}
  d: {value: 0, distribution: "normal(0, 1)"}
  e: 7
"""


def scenario(parameters: str = PARAMETERS, correlations: str = "", tree: str = TREE) -> Any:
    head = "planner: 1\ntitle: Draws\nparameters:" + parameters
    return load(Source.from_text(head + (f"correlations: {correlations}\n" if correlations else "") + tree))


def made(plan: Design, *cuts: int) -> dict[str, np.ndarray]:
    """Return all draws, made in parts."""
    ends = [0, *cuts, plan.draws]
    parts = [plan.block(first, last - first) for first, last in pairwise(ends) if last > first]
    columns: dict[str, list[np.ndarray]] = {}
    for inputs, uniforms in parts:
        for name, row in inputs.items():
            columns.setdefault(name, []).append(row)
        for node, rows in uniforms.items():
            for at, row in enumerate(rows):
                columns.setdefault(f"{node}.{at}", []).append(row)
    return {name: np.concatenate(rows) for name, rows in columns.items()}


@pytest.mark.parametrize("sampling", ["lhs", "sobol", "random"])
@pytest.mark.parametrize("correlations", ["", "[[a, d, 0.6], [b, d, -0.3]]"])
@settings(deadline=None, max_examples=15)
@given(cuts=st.lists(st.integers(0, 700), max_size=4).map(sorted), seed=st.integers(0, 2**64 - 1))
def test_a_draw_is_the_same_bits_however_blocks_are_cut(sampling: str, correlations: str, cuts: list[int], seed: int):
    plan = design(scenario(correlations=correlations), draws=701, seed=seed, sampling=sampling)
    whole, cut = made(plan), made(plan, *cuts)
    assert list(whole) == ["a", "b", "c", "d", "luck.0", "luck.1", "luck.2"]
    for name, row in whole.items():
        assert row.tobytes() == cut[name].tobytes()


@pytest.mark.parametrize("sampling", ["lhs", "sobol", "random"])
def test_blocks_may_be_made_in_any_order_and_by_a_copy(sampling: str):
    plan = design(scenario(), draws=64, seed=5, sampling=sampling)
    copy = pickle.loads(pickle.dumps(plan))
    late = copy.block(40, 24)[0]["b"]
    early = copy.block(0, 40)[0]["b"]
    assert np.array_equal(np.concatenate([early, late]), plan.block(0, 64)[0]["b"])


def test_blocks_begin_at_multiples_of_their_size():
    plan = design(scenario(), draws=25, seed=5)
    assert [(first, len(inputs["a"])) for first, inputs, _ in plan.blocks(size=10)] == [(0, 10), (10, 10), (20, 5)]
    assert [(first, len(inputs["a"])) for first, inputs, _ in plan.blocks(7, 9, size=10)] == [(7, 3), (10, 6)]


@settings(deadline=None, max_examples=60)
@given(size=st.integers(1, 3000), seed=st.integers(0, 2**64 - 1))
def test_an_order_holds_every_number_once(size: int, seed: int):
    order = permuted(np.arange(size, dtype=np.uint64), size, bits(seed, 1, 0, ROUNDS))
    assert sorted(order.tolist()) == list(range(size))


def test_orders_are_as_random_as_they_should_be():
    """All 24 orders of four numbers come equally often, within 4 standard errors of a chi-square with 23 degrees."""
    counts: dict[tuple[int, ...], int] = {}
    for seed in range(4800):
        order = tuple(permuted(np.arange(4, dtype=np.uint64), 4, bits(seed, 1, 0, ROUNDS)).tolist())
        counts[order] = counts.get(order, 0) + 1
    assert len(counts) == 24
    chi_square = sum((count - 200) ** 2 / 200 for count in counts.values())
    assert chi_square < 23 + 4 * math.sqrt(46)


@settings(deadline=None, max_examples=30)
@given(draws=st.integers(1, 5000), seed=st.integers(0, 1000))
def test_every_stratum_of_a_latin_hypercube_is_met_once(draws: int, seed: int):
    plan = design(scenario(), draws=draws, seed=seed)
    drawn = made(plan)
    for row in (drawn["a"] / 4, drawn["luck.0"], drawn["luck.2"]):
        assert sorted(np.floor(row * draws).astype(int).tolist()) == list(range(draws))


def test_uncorrelated_parameters_and_the_first_of_correlated_ones_keep_their_strata():
    drawn = made(design(scenario(correlations="[[a, d, 0.6]]"), draws=500, seed=3))
    for name in ("a", "c"):
        law = stats.uniform(0, 4) if name == "a" else stats.beta(4, 16)
        assert sorted(np.floor(law.cdf(drawn[name]) * 500).astype(int).tolist()) == list(range(500))


def test_columns_are_independent_of_each_other():
    """Rank correlations of 21 pairs of columns with 20,000 draws: none beyond 5 standard errors."""
    for sampling in ("lhs", "sobol", "random"):
        drawn = made(design(scenario(), draws=20_000, seed=11, sampling=sampling))
        ranks = stats.spearmanr(np.array(list(drawn.values())), axis=1).statistic
        assert np.abs(ranks - np.eye(len(drawn))).max() < 5 / math.sqrt(20_000)


@pytest.mark.parametrize("sampling", ["lhs", "sobol", "random"])
def test_rank_correlations_are_what_the_file_says(sampling: str):
    table = {("a", "d"): 0.6, ("b", "d"): -0.3, ("a", "c"): 0.7}
    text = "[" + ", ".join(f"[{a}, {b}, {value}]" for (a, b), value in table.items()) + "]"
    drawn = made(design(scenario(correlations=text), draws=20_000, seed=2, sampling=sampling))
    for first, second in [("a", "d"), ("b", "d"), ("a", "c"), ("a", "b"), ("c", "d"), ("b", "c")]:
        wanted = table.get((first, second), 0.0)
        assert stats.spearmanr(drawn[first], drawn[second]).statistic == pytest.approx(wanted, abs=0.03)
    for name, law in {"a": stats.uniform(0, 4), "c": stats.beta(4, 16), "d": stats.norm()}.items():
        assert stats.kstest(drawn[name], law.cdf).statistic < 0.02


def test_perfectly_correlated_parameters_rise_and_fall_together():
    text = "[[a, c, 1], [a, d, -1], [c, d, -1]]"
    drawn = made(design(scenario(correlations=text), draws=400, seed=2))
    assert stats.spearmanr(drawn["a"], drawn["c"]).statistic == pytest.approx(1)
    assert stats.spearmanr(drawn["a"], drawn["d"]).statistic == pytest.approx(-1)


def test_rank_correlations_that_cannot_hold_together_are_named():
    rows = "[[c, d, 0.1], [a, b, 0.9], [b, c, 0.9]]"
    with pytest.raises(ScenarioError) as caught:
        scenario(correlations=rows)
    (found,) = caught.value.diagnostics
    assert found.code == "P213"
    assert found.line == 9
    assert "a and b 0.9; a and c 0 (not given); b and c 0.9" in found.message
    # r = 2 sin(0.15 pi) = 0.908; the third is at least r**2 - (1 - r**2) = 0.649, as a rank 6/pi asin(0.649/2) = 0.63
    assert "can have 0.63 to 1.00" in (found.help or "")
    sound = scenario(correlations=rows.replace("[b, c, 0.9]", "[b, c, 0.1]"))
    changed = replace(sound, correlations=(*sound.correlations[:2], Correlation("b", "c", 0.9)))
    with pytest.raises(ScenarioError, match=r"a and b 0.9; a and c 0 \(not given\); b and c 0.9"):
        design(changed, draws=10)


def test_a_fixed_parameter_leaves_the_draws_of_the_others_as_they_were():
    for sampling in ("lhs", "sobol", "random"):
        file = scenario(correlations="[[a, b, 0.5], [b, c, 0.5]]")
        free = made(design(file, draws=50, seed=9, sampling=sampling))
        held = made(design(file, draws=50, seed=9, sampling=sampling, fixed={"b": 3.0, "e": 1.0}))
        assert set(free) - set(held) == {"b"}
        assert all(np.array_equal(free[name], row) for name, row in held.items())


def test_seeds_and_partners_make_other_draws():
    for sampling in ("lhs", "sobol", "random"):
        plan = design(scenario(), draws=4096, seed=1, sampling=sampling)
        other = design(scenario(), draws=4096, seed=2, sampling=sampling)
        again = design(scenario(), draws=4096, seed=1, sampling=sampling)
        assert np.array_equal(made(plan)["a"], made(again)["a"])
        # two scrambles of one Sobol sequence are independent as samples, not draw by draw
        for second in (plan.partner(),) if sampling == "sobol" else (other, plan.partner()):
            assert not np.array_equal(made(plan)["a"], made(other)["a"])
            for one in made(plan).values():
                for two in made(second).values():
                    assert abs(stats.spearmanr(one, two).statistic) < 5 / math.sqrt(4096)


def test_groups_hold_what_is_correlated_together():
    plan = design(scenario(correlations="[[a, d, 0.5], [b, e, 0.5]]"), draws=8)
    assert plan.groups == (("a", "d"), ("b",), ("c",), ("luck",))
    one, two = plan.block(0, 8), plan.partner().block(0, 8)
    inputs, uniforms = mixed(one, two, ("a", "d"))
    assert inputs["a"] is two[0]["a"]
    assert inputs["d"] is two[0]["d"]
    assert inputs["b"] is one[0]["b"]
    assert uniforms["luck"] is one[1]["luck"]
    assert mixed(one, two, ("luck",))[1]["luck"] is two[1]["luck"]


LAWS: list[tuple[str, dict[str, float], Any]] = [
    ("uniform(2, 5)", {}, stats.uniform(2, 3)),
    ("uniform", {"low": 0.1, "high": 0.4}, stats.uniform(0.1, 0.3)),
    ("triangular", {"low": 1, "high": 5}, stats.triang(0.25, 1, 4)),
    ("pert", {"low": 1, "high": 5}, stats.beta(2, 4, 1, 4)),
    ("normal(2, 0.5)", {}, stats.norm(2, 0.5)),
    ("normal", {"low": -3, "high": 5}, stats.norm(1, 4 / stats.norm.ppf(0.95))),
    ("lognormal(0.5, 0.2)", {}, stats.lognorm(0.2, scale=math.exp(0.5))),
    ("lognormal", {"low": 1, "high": 9}, stats.lognorm(math.log(9) / 2 / stats.norm.ppf(0.95), scale=3)),
    ("beta(4, 16)", {}, stats.beta(4, 16)),
]


def parameter(family: str, value: float = 2.0, **ends: float) -> Parameter:
    name, _, inside = family.partition("(")
    numbers = tuple(map(float, inside.rstrip(")").split(","))) if inside else ()
    return Parameter("x", Expression.of(value), distribution=Distribution(name, numbers), **ends)  # type: ignore[arg-type]


@pytest.mark.parametrize(("family", "ends", "law"), LAWS)
def test_quantiles_agree_with_those_of_scipy(family: str, ends: dict[str, float], law: Any):
    at = np.array([2.0**-53, 1e-6, 0.01, 0.2, 0.5, 0.77, 0.99, 1 - 2.0**-53])
    found = quantile(parameter(family, **ends))(at)
    assert np.isfinite(found).all()
    assert found == pytest.approx(law.ppf(at), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("mode", [1.0, 5.0])
@pytest.mark.parametrize("family", ["pert", "triangular"])
def test_the_most_likely_value_may_be_an_end(family: str, mode: float):
    found = quantile(parameter(family, mode, low=1.0, high=5.0))(np.linspace(0.001, 0.999, 999))
    assert (np.diff(found) > 0).all()
    mean = (1 + 4 * mode + 5) / 6 if family == "pert" else (1 + mode + 5) / 3
    assert found.mean() == pytest.approx(mean, abs=0.01)


def test_a_table_gives_its_values_with_their_probabilities_in_rising_order():
    table = Distribution("discrete", (), ((3.0, 0.5), (1.0, 0.25), (7.0, 0.0), (2.0, 0.25)))
    found = quantile(Parameter("x", Expression.of(2), distribution=table))(np.linspace(0.0005, 0.9995, 1000))
    assert (np.diff(found) >= 0).all()
    assert {value: int((found == value).sum()) for value in (1, 2, 3, 7)} == {1: 250, 2: 250, 3: 500, 7: 0}


def test_probabilities_drawn_by_certainty_have_the_moments_of_their_distribution():
    """Dirichlet with means m and weight s: variance m (1 - m) / (s + 1), covariance -m n / (s + 1)."""
    _, uniforms = design(scenario(), draws=20_000, seed=4).block(0, 20_000)
    found = np.array(shares([0.5, 0.3, 0.2], 8.0, uniforms["luck"]))
    assert found.sum(axis=0) == pytest.approx(1)
    assert found.mean(axis=1) == pytest.approx([0.5, 0.3, 0.2], abs=0.005)
    assert found.var(axis=1) == pytest.approx([0.25 / 9, 0.21 / 9, 0.16 / 9], rel=0.04)
    assert np.cov(found)[0, 1] == pytest.approx(-0.15 / 9, rel=0.06)


def test_what_cannot_be_drawn_is_refused():
    fixed = scenario("\n  a: 1\n", tree=TREE.replace("    certainty: 8\n", ""))
    with pytest.raises(BadArgument, match=r"nothing is drawn.*distribution: pert"):
        design(fixed, draws=10)
    with pytest.raises(BadArgument, match="every parameter with a distribution is set"):
        design(scenario(tree=TREE.replace("    certainty: 8\n", "")), draws=10, fixed=("a", "b", "c", "d"))
    wrongs: tuple[dict[str, Any], ...] = ({"draws": 0}, {"draws": 10, "seed": -1}, {"draws": 10, "sampling": "halton"})
    for wrong in wrongs:
        with pytest.raises(BadArgument):
            design(scenario(), **wrong)
    with pytest.raises(BadArgument, match="Sobol points"):
        design(scenario(), draws=2**33, sampling="sobol")
    with pytest.raises(BadArgument, match="no draws 5 to 11"):
        design(scenario(), draws=10).block(5, 6)


def test_what_has_happened_is_not_drawn():
    resolved = TREE.replace("    certainty: 8\n", "    certainty: 8\n    resolved: {branch: good}\n")
    assert design(scenario(tree=resolved), draws=10).chances == ()


def test_an_infinite_draw_names_parameter_and_draw():
    wide = scenario('\n  a: {value: 1, distribution: "lognormal(0, 900)"}\n')
    with pytest.raises(ScenarioError, match=r"parameter 'a' is infinite in draw \d+"):
        design(wide, draws=100).block(0, 100)
