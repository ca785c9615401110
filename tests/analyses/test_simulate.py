"""Simulation: closed forms, laws, and that the bits do not depend on who does the work."""

from __future__ import annotations

import json
import sys
import tracemalloc
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.analyses import simulate as simulating
from planner.analyses.drawing.sample import sample
from planner.analyses.focus import focus
from planner.analyses.result import BadArgument, UnknownName
from planner.analyses.simulate import simulate
from planner.core.diagnostics import ScenarioError
from planner.core.expression import Expression
from planner.core.rules import load
from planner.core.source import Source
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from planner.analyses.drawing.simulation import Simulation

OIL = """
planner: 1
title: An oil field
parameters:
  oil: {value: 0.4, low: 0.1, high: 0.6, distribution: uniform}
  size: {value: 400, low: 300, high: 500, distribution: triangular}
nodes:
  site:
    decision: Drill or sell?
    options: {drill: {name: Drill, payoff: -70, to: hole}, sell: {name: Sell, payoff: 30}}
  hole: {chance: What is there?, branches: {oil: {p: oil, payoff: size}, dry: {p: rest}}}
"""
ALLIES = """
planner: 1
title: Two allies
actors: {ann: {}, bob: {name: Bob}}
parameters:
  cost: {value: 3, low: 1, high: 8, distribution: triangular}
  help: {value: 4, low: 0, high: 9, distribution: uniform}
correlations: [[cost, help, 0.7]]
nodes:
  start:
    decision: Act together?
    by: [ann, bob]
    fallback: wait
    options:
      act: {payoff: {ann: 4.5 - cost, bob: help - 3}}
      half: {payoff: {ann: 1, bob: 4 - help}}
      wait: {payoff: {ann: 0, bob: 0}}
"""


def read(text: str) -> planner.Scenario:
    return load(Source.from_text(text))


def numbers(result: Simulation) -> dict[str, Any]:
    """Return everything that was computed, without names."""
    found = result.to_dict()
    for option in found["options"]:
        del option["option"]
        option["by_actor"] = list(option["by_actor"].values())
    return {key: found[key] for key in ("options", "second_seed", "drivers", "inputs")}


# --- closed forms ---------------------------------------------------------------------------------------------


def test_shares_and_losses_that_can_be_worked_out_by_hand():
    """Drilling is worth 400 p - 70 with p uniform on (0.1, 0.6), selling 30: best above a quarter.

    Expected losses: the integral of 100 - 400 p over (0.1, 0.25), and of 400 p - 100 over (0.25, 0.6), both times 2.
    """
    scenario = read(OIL)
    found = simulate(scenario, overrides={"size": 400})
    drill, sell = found.option("drill"), found.option("sell")
    assert drill.spread.mean == pytest.approx(70, abs=0.05)
    assert drill.spread.sd == pytest.approx(400 * 0.5 / 12**0.5, rel=1e-3)
    assert drill.spread.quantiles == pytest.approx(
        {q: 400 * (0.1 + 0.5 * q) - 70 for q in drill.spread.quantiles}, abs=0.1
    )
    assert (drill.spread.least, drill.spread.most) == pytest.approx((-30, 170), abs=0.1)
    assert drill.probability_best == pytest.approx(0.7, abs=1e-3)
    assert drill.probability_best + sell.probability_best == 1
    assert (drill.expected_loss, sell.expected_loss) == pytest.approx((9, 49), abs=0.05)
    assert sell.spread.sd == 0
    assert (found.best, found.order) == ("drill", ("drill", "sell"))
    assert drill.spread.standard_error == pytest.approx(drill.spread.sd / 100)


@given(
    st.lists(st.integers(-5, 5), min_size=5, max_size=5),
    st.sampled_from(["lhs", "sobol", "random"]),
    st.integers(0, 10**6),
)
@settings(deadline=None, max_examples=20)
def test_the_mean_is_the_exact_value_where_numbers_enter_once_and_independently(
    weights: list[int], sampling: str, seed: int
):
    a, b, c, d, e = weights
    text = f"""
planner: 1
title: Multilinear
parameters:
  x: {{value: 2, low: 1, high: 3, distribution: uniform}}
  y: {{value: 2, low: 0, high: 4, distribution: triangular}}
  z: {{value: 3, low: 0, high: 6, distribution: pert}}
  w: {{value: 0.25, distribution: "beta(2, 6)"}}
nodes:
  go: {{decision: Go?, options: {{only: {{payoff: {a} * x + {b} * y * z, to: turn}}}}}}
  turn:
    chance: Turn?
    certainty: 5
    branches: {{yes: {{p: w, payoff: {c} * x + {e}}}, no: {{p: rest, payoff: {d} * y}}}}
"""
    exact = planner.evaluate(read(text)).values["self"]  # every value is the mean of its distribution
    (found,) = simulate(read(text), draws=2_000, seed=seed, sampling=sampling, once=True, indices=0).options
    assert abs(found.spread.mean - float(exact)) <= 5 * found.spread.standard_error + 1e-9


def test_a_joint_decision_counts_the_draws_in_which_each_option_is_agreed_on():
    scenario = read(ALLIES)
    found = simulate(scenario, draws=4_000, seed=3)
    inputs = sample(scenario, draws=4_000, seed=3).inputs
    cost, helps = inputs["cost"], inputs["help"]
    gains = np.array([np.minimum(4.5 - cost, helps - 3), np.minimum(1, 4 - helps), np.zeros(4_000)])
    fine = gains > 0
    fine[2] = ~fine[:2].any(axis=0)
    taken = np.where(fine, gains, -np.inf).argmax(axis=0)
    shares = [float((taken == number).mean()) for number in range(3)]
    assert [option.probability_best for option in found.options] == pytest.approx(shares)
    assert min(shares) > 0.05
    losses = [float((gains.max(axis=0) - row).mean()) for row in gains]
    assert [option.expected_loss for option in found.options] == pytest.approx(losses)
    assert [option.by_actor["bob"].mean for option in found.options] == pytest.approx(
        [float((helps - 3).mean()), float((4 - helps).mean()), 0.0]
    )
    assert found.best == "act"  # means: 4.5 - 4 and 4.5 - 3 are both gains, 4 - 4.5 is none
    assert "smallest of their gains" in found.notes[0]
    assert found.headline().startswith(f"'act' is agreed on in {100 * shares[0]:.1f} % of 4,000 draws, ")
    assert "costs its deciders" in found.headline()


# --- laws -----------------------------------------------------------------------------------------------------


@given(st.sampled_from(["lhs", "sobol", "random"]), st.integers(0, 2**64 - 1), st.sampled_from([OIL, ALLIES]))
@settings(deadline=None, max_examples=15)
def test_shares_add_up_and_losses_are_none_below_zero(sampling: str, seed: int, text: str):
    found = simulate(read(text), draws=300, seed=seed, sampling=sampling, indices=0, once=True)
    assert sum(option.probability_best for option in found.options) == pytest.approx(1)
    for actor in found.scenario.actors:
        assert sum(option.by_actor[actor].favourite for option in found.options) == pytest.approx(1)
    assert min(option.expected_loss for option in found.options) >= 0
    if text is OIL:
        assert found.option(found.best).expected_loss == min(option.expected_loss for option in found.options)
    for option in found.options:
        ends = [option.spread.least, *option.spread.quantiles.values(), option.spread.most]
        assert ends == sorted(ends)


def backwards(work: Any, parts: Iterable[Any]) -> Iterator[Any]:
    """Do the last part first, as other processes may."""
    todo = list(parts)
    return iter([work(part) for part in todo[::-1]][::-1])


@pytest.mark.parametrize("sampling", ["lhs", "sobol", "random"])
def test_the_bits_do_not_depend_on_the_order_of_work(sampling: str):
    scenario = read(ALLIES)
    plain = simulate(scenario, draws=20_000, sampling=sampling, indices=128)
    other = simulate(scenario, draws=20_000, sampling=sampling, indices=128, mapper=backwards)
    assert plain.to_dict() == other.to_dict()


def test_other_names_change_nothing():
    text = ALLIES.replace("cost", "price").replace("act:", "zap:").replace("start:", "begin:")
    text = text.replace("ann:", "zoe:").replace("[ann,", "[zoe,")
    one, two = (json.dumps(numbers(simulate(read(each), draws=500))) for each in (ALLIES, text))
    assert one.replace("cost", "price").replace('"act"', '"zap"') == two


def test_adding_a_constant_moves_the_means_by_it():
    one = simulate(read(OIL), draws=1_000, indices=256)
    text = OIL.replace("payoff: -70,", "payoff: 930,").replace("payoff: 30}", "payoff: 1030}")
    two = simulate(read(text), draws=1_000, indices=256)
    for here, there in zip(one.options, two.options, strict=True):
        assert there.spread.mean == pytest.approx(here.spread.mean + 1000)
        assert there.expected_loss == pytest.approx(here.expected_loss)
        assert there.probability_best == here.probability_best
    for here_, there_ in zip(one.drivers, two.drivers, strict=True):
        for a, b in zip(here_.drivers, there_.drivers, strict=True):
            assert a.total and b.total  # noqa: PT018 - for mypy
            assert a.total.value == pytest.approx(b.total.value, abs=1e-9)


def test_a_cost_is_a_value_turned_round():
    cost = OIL.replace("title:", "objective: minimize\ntitle:").replace("payoff: -70", "payoff: 70")
    cost = cost.replace("payoff: 30", "payoff: -30").replace("payoff: size", "payoff: -size")
    one, two = simulate(read(OIL), draws=1_000), simulate(read(cost), draws=1_000)
    assert two.best == one.best
    assert two.order == one.order
    for value, turned in zip(one.options, two.options, strict=True):
        assert turned.spread.mean == pytest.approx(-value.spread.mean)
        assert turned.probability_best == value.probability_best
        assert turned.expected_loss == pytest.approx(value.expected_loss)


def test_equal_options_are_tied_and_the_first_is_taken():
    text = OIL.replace("sell: {name: Sell", "again: {payoff: -70, to: hole}, sell: {name: Sell")
    found = simulate(read(text), draws=400, overrides={"size": 400})
    drill, again, sell = found.options
    assert drill.probability_tied == again.probability_tied == drill.probability_best == pytest.approx(0.7, abs=0.01)
    assert again.probability_best == sell.probability_tied == 0
    assert found.best == "drill"
    assert again.expected_loss == drill.expected_loss
    assert found.drivers[0].varies is False  # the best two never differ
    assert all(driver.total is None for driver in found.drivers[0].drivers)


# --- a second seed --------------------------------------------------------------------------------------------


def test_a_second_seed_is_the_same_simulation_with_other_draws():
    scenario = read(OIL)
    first, second = simulate(scenario, draws=200, seed=7), simulate(scenario, draws=200, seed=8)
    assert first.second_seed is not None
    assert first.second_seed.seed == 8
    assert first.second_seed.means == {each.option: each.spread.mean for each in second.options}
    assert first.second_seed.order == second.order
    assert first.second_seed.held
    assert "is the same" in first.enough()
    assert simulate(scenario, draws=200, seed=2**64 - 1, indices=0).second_seed.seed == 0  # type: ignore[union-attr]
    assert simulate(scenario, draws=200, once=True).second_seed is None


def test_an_order_that_does_not_hold_is_said():
    even = """
planner: 1
title: Even
parameters: {x: {value: 0, distribution: "normal(0, 1)"}, y: {value: 0, distribution: "normal(0, 1)"}}
nodes: {go: {decision: Which?, options: {one: {payoff: x}, two: {payoff: y}}}}
"""
    found = [simulate(read(even), draws=50, seed=seed, sampling="random", indices=0) for seed in range(12)]
    unsettled = [each for each in found if each.second_seed and not each.second_seed.held]
    assert 0 < len(unsettled) < 12
    assert "take more" in unsettled[0].enough()
    for each in found:
        assert each.second_seed is not None
        assert each.second_seed.held == (each.order == each.second_seed.order)


# --- what drives it -------------------------------------------------------------------------------------------


def test_a_file_whose_best_option_changes_over_the_draws_is_noted():
    text = """
planner: 1
title: Skewed
parameters: {x: {value: 1, low: 0, high: 30, distribution: triangular}}
nodes: {go: {decision: Which?, options: {sure: {name: Sure, payoff: 4}, risky: {name: Risky, payoff: x}}}}
"""
    found = simulate(read(text), draws=500)
    assert (found.chosen, found.best) == ("sure", "risky")
    assert found.notes == (
        "With the numbers as the file has them 'Sure' is followed; the means over the draws lead to 'Risky'.",
    )


def test_correlated_parameters_count_as_one():
    found = simulate(read(ALLIES), draws=2_000, indices=512)
    assert [driver.name for driver in found.drivers[0].drivers] == ["cost + help"]
    assert found.drivers[0].drivers[0].kind == "group"
    assert list(found.drivers[0].rank_correlations) == ["cost", "help"]
    assert any("correlated parameters count as one: cost + help" in note for note in found.notes)
    (correlation,) = found.correlations
    assert (correlation.given, correlation.drawn) == (0.7, pytest.approx(0.7, abs=0.03))


def test_a_correlation_with_a_fixed_parameter_is_noted():
    found = simulate(read(ALLIES), draws=200, overrides={"help": 5})
    assert any("of 'cost' and 'help' has no effect: 'help' is not drawn" in note for note in found.notes)
    assert found.correlations == ()
    assert found.settings["set"] == {"help": 5}


def test_drawn_probabilities_are_a_driver():
    """One option, a coin that pays 1: the value is the drawn probability, and nothing else drives it."""
    text = """
planner: 1
title: Coin
nodes:
  go: {decision: Toss?, options: {toss: {to: coin}, keep: {payoff: 0.4}}}
  coin: {chance: Heads?, certainty: 9, branches: {heads: {p: 0.5, payoff: 1}, tails: {p: rest}}}
"""
    found = simulate(read(text), draws=4_000)
    toss = found.option("toss").spread
    assert found.chances == ("coin",)
    assert toss.mean == pytest.approx(0.5, abs=0.003)
    assert toss.sd == pytest.approx((0.25 / 10) ** 0.5, rel=0.03)  # m (1 - m) / (s + 1)
    (driver,) = found.drivers[0].drivers
    assert (driver.inputs, driver.kind, driver.rank, driver.rank_correlation) == (("coin",), "chance", 1, None)
    assert driver.total is not None
    assert driver.total.value == pytest.approx(1, abs=0.02)


def test_without_indices_rank_correlations_give_the_places():
    found = simulate(read(OIL), draws=2_000, indices=0)
    assert found.drivers[0].rows == 0
    assert [(driver.name, driver.rank) for driver in found.drivers[0].drivers] == [("oil", 1), ("size", 2)]
    assert found.drivers[0].drivers[0].total is None
    assert "Sobol" not in found.method


# --- many draws -----------------------------------------------------------------------------------------------


def test_quantiles_of_more_draws_than_are_kept_are_those_of_the_first(monkeypatch: pytest.MonkeyPatch):
    scenario = read(OIL)
    monkeypatch.setattr(simulating, "KEPT", 1_000)
    found = simulate(scenario, draws=9_000, indices=0)
    values = sample(scenario, draws=9_000).options[0, 0]
    assert found.quantile_draws == 1_000
    assert found.option("drill").spread.mean == pytest.approx(values.mean())
    assert found.option("drill").spread.quantiles[0.95] == pytest.approx(float(np.quantile(values[:1_000], 0.95)))
    assert "Quantiles and rank correlations are those of the first 1,000 draws." in found.notes


def test_memory_does_not_grow_with_the_draws(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(simulating, "KEPT", 8_192)
    scenario = read(OIL)

    def peak(draws: int) -> int:
        tracemalloc.start()
        simulate(scenario, draws=draws, once=True, indices=0)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(20_000)
    assert peak(400_000) < peak(20_000) + 200_000  # bytes; 400,000 draws of one number are 3,200,000


def test_raw_draws_are_what_the_options_were_worked_out_from():
    scenario = read(ALLIES)
    parts: list[dict[str, Any]] = []
    found = simulate(scenario, draws=9_000, raw=parts.append, indices=0)
    rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    assert list(rows) == [
        *("Draw", "cost", "help", "value:act:ann", "value:act:bob", "value:half:ann", "value:half:bob"),
        *("value:wait:ann", "value:wait:bob", "Taken"),
    ]
    assert rows["Draw"].tolist() == list(range(1, 9_001))
    assert rows["value:act:ann"] == pytest.approx(4.5 - rows["cost"])
    assert found.option("act").by_actor["ann"].mean == pytest.approx(rows["value:act:ann"].mean())
    assert found.option("half").probability_best == pytest.approx(float((rows["Taken"] == "half").mean()))


def test_raw_draws_hold_the_drawn_probabilities_of_every_state():
    text = """
planner: 1
title: Rounds
state: {round: 1}
parameters: {luck: {value: 0.3, low: 0.2, high: 0.4, distribution: uniform}}
nodes:
  go: {decision: Again?, options: {again: {when: round < 3, to: coin}, stop: {payoff: 0.2}}}
  coin:
    chance: Heads?
    certainty: 20
    branches:
      heads: {p: luck * round, payoff: 1}
      tails: {p: rest, set: {round: round + 1}, to: go}
"""
    parts: list[dict[str, Any]] = []
    found = simulate(read(text), draws=400, raw=parts.append, indices=0, once=True)
    rows = parts[0]
    assert [name for name in rows if "." in name] == [
        *("coin[round=1].heads", "coin[round=1].tails", "coin[round=2].heads", "coin[round=2].tails"),
    ]
    first, second = rows["coin[round=1].heads"], rows["coin[round=2].heads"]
    assert first + rows["coin[round=1].tails"] == pytest.approx(1)
    assert second.mean() == pytest.approx(2 * first.mean(), rel=0.05)
    again = np.maximum(0.2, second + (1 - second) * 0.2)
    assert rows["value:again"] == pytest.approx(first + (1 - first) * again)
    assert found.settings["at"] == "go[round=1]"


# --- other scenarios ------------------------------------------------------------------------------------------


def test_path_state_risk_tolerance_and_points_of_view():
    scenario = planner.load(ROOT / "scenarios" / "trilateral-talks.yaml")
    found = simulate(scenario, draws=60, indices=64, actor="france")
    assert found.actor == "france"
    draw = {name: float(row[5]) for name, row in sample(scenario, draws=60).inputs.items()}
    direct = planner.evaluate(scenario, overrides=draw).root
    assert direct is not None
    parts: list[dict[str, Any]] = []
    simulate(scenario, draws=60, indices=0, once=True, raw=parts.append)
    for option in direct.options:
        assert parts[0][f"value:{option.option}:france"][5] == pytest.approx(float(option.values["france"]))
    averse = replace(read(OIL), actors={"self": replace(read(OIL).actors["self"], risk_tolerance=100.0)})
    drill = simulate(averse, draws=500).option("drill").spread
    assert drill.mean < simulate(read(OIL), draws=500).option("drill").spread.mean


def test_a_later_decision_may_be_looked_at(tmp_path: Path):
    text = OIL.replace("payoff: size}", "payoff: size, to: more}")
    text += "  more: {decision: Refine?, options: {refine: {payoff: size - 390}, leave: {payoff: 5}}}\n"
    found = simulate(read(text), at="more", draws=500)
    assert (found.state, [each.option for each in found.options]) == ("more", ["refine", "leave"])
    with pytest.raises(UnknownName, match="unknown decision 'mor'; did you mean 'more'"):
        simulate(read(text), at="mor")


def test_an_included_scenario_brings_its_draws(tmp_path: Path):
    (tmp_path / "inner.yaml").write_text(OIL, encoding="utf-8")
    (tmp_path / "outer.yaml").write_text(
        "planner: 1\ntitle: Outer\ninclude: {field: {file: inner.yaml, set: {size: 400}}}\n"
        "nodes: {go: {decision: Go?, options: {go: {to: field}, stay: {payoff: 20}}}}\n",
        encoding="utf-8",
    )
    found = simulate(planner.load(tmp_path / "outer.yaml"), draws=1_000)
    assert [each.parameter for each in found.inputs] == ["field/oil"]
    # the better of 400 p - 70 and 30 in each draw: 30 + 49, see above
    assert found.option("go").spread.mean == pytest.approx(79, abs=0.2)


# --- arguments and faults -------------------------------------------------------------------------------------


def test_an_impossible_draw_is_an_error_that_names_it():
    text = OIL.replace("low: 0.1, high: 0.6, distribution: uniform", 'distribution: "normal(0.4, 0.2)"')
    with pytest.raises(ScenarioError, match=r"probability of branch 'oil' of 'hole' is \S+ in draw \d+ \(oil = "):
        simulate(read(text))


def test_arguments_that_cannot_be_used():
    scenario = read(OIL)
    for wrong, message in (
        ({"draws": 1}, "1 draws tell nothing of a spread"),
        ({"sampling": "halton"}, "unknown sampling 'halton'"),
        ({"indices": 10}, "no Sobol indices can be worked out from 10 rows"),
        ({"seed": -1}, "-1 is no seed"),
        ({"rule": "best"}, "unknown rule"),
    ):
        with pytest.raises(BadArgument, match=message):
            simulate(scenario, **wrong)
    with pytest.raises(UnknownName):
        simulate(scenario, actor="nobody")
    with pytest.raises(BadArgument, match="nothing is drawn"):
        simulate(planner.load(ROOT / "scenarios" / "tutorial.yaml"))


def test_json_keys_that_others_build_on():
    found = simulate(read(OIL), draws=300, seed=4)
    plain = json.loads(json.dumps(found.to_dict()))
    assert (plain["draws"], plain["seed"]) == (300, 4)
    assert {"option", "mean", "standard_error", "quantiles", "probability_best", "expected_loss"} <= set(
        plain["options"][0]
    )
    assert list(plain["options"][0]["quantiles"]) == ["0.05", "0.25", "0.5", "0.75", "0.95"]
    assert plain["drivers"][0]["drivers"][0]["total"].keys() == {"estimate", "low", "high"}
    assert found.settings["seed"] == 4
    again = dict(found.settings)
    assert simulate(read(OIL), **again).to_dict() == found.to_dict()


def test_words_and_tables():
    found = simulate(read(OIL), draws=1_000, overrides={"size": 400})
    assert found.headline() == (
        "'Drill' is best in 70 % of 1,000 draws, 'Sell' in 30 %: 70.0 on average, -19.9 to 160.0 in nine draws out of "
        "ten; keeping to it whatever comes costs 9.0 on average."
    )
    assert found.hangs_on() == "The value of 'Drill' itself hangs most on oil (1.00)."
    text = found._repr_markdown_()
    assert "| Drill | 70.0 | 1.8 | -19.9 | 70.0 | 160.0 | 70 % | 9.0 |" in text
    always = simulate(read(OIL), draws=100, overrides={"oil": 0.6})
    assert always.headline().startswith("'Drill' is best in all 100 draws: ")
    one = simulate(read(OIL.replace(", sell: {name: Sell, payoff: 30}", "")), draws=100)
    assert one.headline().startswith("'Drill' is the only option: ")
    assert [drivers.of for drivers in one.drivers] == ["value"]


class Frame(list[dict[str, Any]]):
    """Rows as a data frame would take them, so that pandas need not be there."""

    def set_index(self, name: str) -> dict[str, dict[str, Any]]:
        return {row[name]: row for row in self}


def test_a_data_frame_of_the_options(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(DataFrame=Frame))
    found = simulate(read(OIL), draws=300)
    frame = found.to_frame()
    assert list(frame) == ["drill", "sell"]
    assert frame["drill"]["q95"] == found.option("drill").spread.quantiles[0.95]


def test_a_scenario_made_in_python_works():
    scenario = read(OIL)
    bare = replace(scenario, source=None)
    spread = replace(bare.parameters["oil"], value=Expression.of(0.3))
    changed = replace(bare, parameters={**bare.parameters, "oil": spread})
    assert simulate(changed, draws=100).draws == 100
    assert focus(changed).label == "site"


def test_lopsided_inputs_are_those_whose_mean_is_not_the_files_number():
    """Triangular on 0 to 1 with its mode at 0.1 has the mean 1.1 / 3; on 0.2 to 0.8 about 0.5 it has 0.5."""
    text = """
planner: 1
title: t
parameters:
  skewed: {value: 0.1, low: 0, high: 1, distribution: triangular, source: x}
  even: {value: 0.5, low: 0.2, high: 0.8, distribution: triangular, source: x}
nodes: {q: {decision: Q?, options: {go: {payoff: skewed}, stay: {payoff: even}}}}
"""
    found = simulate(read(text), draws=2_000)
    assert [each.parameter for each in found.lopsided] == ["skewed"]
    assert found.lopsided[0].mean == pytest.approx(1.1 / 3, abs=0.01)
