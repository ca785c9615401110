"""What `evaluate` says about small scenarios, number by number and word by word."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from planner.analyses.evaluate import Evaluation, evaluate
from planner.analyses.headline import recommendation
from planner.analyses.result import BadArgument, UnknownName, decimals, listing, written
from planner.core import rules
from planner.core.diagnostics import ScenarioError
from planner.core.source import Source
from tests.conftest import ODDS_AND_EVENS

if TYPE_CHECKING:
    from planner.core.model import Scenario

HEAD = "planner: 1\ntitle: Talks\n"


def load(text: str) -> Scenario:
    return rules.load(Source.from_text(HEAD + text, path="talks.yaml"))


def run(text: str, **how: Any) -> Evaluation:
    return evaluate(load(text), **how)


DRILL = """
parameters: {oil: 0.4}
nodes:
  site:
    decision: Drill or sell?
    options:
      drill: {name: Drill, payoff: -70, to: hole}
      sell: {name: Sell the site, payoff: 30}
  hole:
    chance: What is down there?
    branches:
      oil: {p: oil, payoff: 400}
      dry: {p: rest}
"""

ROUNDS = """
state: {round: 1}
nodes:
  table:
    decision: Another round?
    options:
      stop: {payoff: 2, to: deal}
      again: {when: round < 3, set: {round: round + 1}, payoff: -1, to: answer}
  answer: {chance: Answer, branches: {yes: {p: 0.5, payoff: 10, to: deal}, no: {p: 0.5, to: table}}}
  deal: {outcome: Deal, payoff: 1}
"""

ALLIES = """
actors:
  uk: {name: United Kingdom, weights: {security: 3, economy: 1}}
  france: {name: France, weights: {security: 1, economy: 1}}
  russia: {name: Russia, weights: {security: -1}}
criteria:
  security: {name: Security, worst: 0, best: 100, start: 50}
  economy: {name: Economy, unit: EUR bn, worst: 40, best: 0, start: 20}
nodes:
  line:
    decision: Which line?
    by: [uk, france]
    rule: unanimity
    fallback: drift
    options:
      engage: {name: Engage, payoff: {security: -8, economy: -10}}
      coordinate: {name: Coordinate, payoff: {security: 12}}
      isolate: {name: Isolate, payoff: {security: 30, economy: 15}}
      drift: {name: Drift apart}
"""


def test_one_actor_takes_the_best_option():
    found = run(DRILL)
    assert found.values == {"self": pytest.approx(90)}
    assert found.strategy == {"site": "drill"}
    (site,) = found.decisions
    assert (site.state, site.node, site.by, site.chosen, site.tied) == ("site", "site", ("self",), "drill", ())
    assert {option.option: option.values["self"] for option in site.options} == {"drill": pytest.approx(90), "sell": 30}
    assert site.probability == 1
    assert [(one.outcome, one.probability, one.values, one.payoff) for one in found.outcomes] == [
        ("hole.oil", 0.4, {"self": 330}, {"value": 330}),
        ("hole.dry", 0.6, {"self": -70}, {"value": -70}),
    ]


def test_fractions_stand_beside_the_floats():
    found = run(DRILL, exact=True, overrides={"oil": "1/3"})
    assert found.values == {"self": Fraction(190, 3)}
    plain = json.loads(json.dumps(found.to_dict()))
    assert plain["values"] == {"self": 190 / 3}
    assert plain["exact_values"] == {"self": "190/3"}
    assert plain["decisions"][0]["options"][0] == {
        "option": "drill", "values": {"self": 190 / 3}, "exact_values": {"self": "190/3"},
    }  # fmt: skip
    assert plain["outcomes"][0]["exact_probability"] == "1/3"
    assert plain["outcomes"][0]["exact_payoff"] == {"value": "330"}
    assert found.settings == {"rule": "expected", "exact": True, "set": {"oil": "1/3"}}


def test_the_keys_that_others_build_on():
    plain = run(DRILL).to_dict()
    assert set(plain) >= {"values", "strategy", "decisions", "outcomes"}
    assert set(plain["decisions"][0]) == {"state", "node", "by", "chosen", "tied", "options", "probability"}
    assert set(plain["outcomes"][0]) == {"outcome", "probability", "values", "payoff"}
    assert json.loads(json.dumps(plain)) == plain


def test_states_are_named_and_unreached_decisions_are_listed():
    found = run(ROUNDS)
    assert [(one.state, one.chosen, one.probability) for one in found.decisions] == [
        ("table[round=1]", "again", 1),
        ("table[round=2]", "again", 0.5),
        ("table[round=3]", "stop", 0.25),
    ]
    assert found.strategy == {"table[round=1]": "again", "table[round=2]": "again", "table[round=3]": "stop"}
    assert [option.option for option in found.decisions[2].options] == ["stop"]
    assert found.values == {"self": 7.5}  # -1 + (11 + (-1 + (11 + 3) / 2)) / 2
    # With certain refusal the table is left at once; later tables have probability 0 and are not in the strategy.
    stubborn = run(ROUNDS.replace("p: 0.5, payoff", "p: 0, payoff").replace("no: {p: 0.5", "no: {p: 1"))
    assert [one.probability for one in stubborn.decisions] == [1, 0, 0]
    assert stubborn.strategy == {"table[round=1]": "stop"}


def test_values_of_options_count_from_the_decision_onward():
    root, second, _ = run(ROUNDS).decisions
    assert root.option("stop").values == {"self": 3}
    assert second.option("stop").values == {"self": 3}  # what was paid to get here is not in it


def test_an_outcome_is_the_mean_over_the_paths_that_end_there():
    (deal,) = run(ROUNDS).outcomes
    assert deal.outcome == "deal"
    assert deal.probability == 1
    assert deal.values["self"] == pytest.approx(7.5)


def test_states_of_one_outcome_are_one_row():
    found = run(ROUNDS.replace("payoff: 1}", "payoff: round}"))
    (deal,) = found.outcomes
    assert deal.probability == 1
    # half end in round 2 with -1 + 10 + 2, a quarter each in round 3 with -2 + 10 + 3 and -2 + 2 + 3
    assert deal.values["self"] == pytest.approx(0.5 * 11 + 0.25 * 11 + 0.25 * 3)
    assert found.values["self"] == pytest.approx(deal.values["self"])


def test_path_totals_that_are_equal_stay_equal_to_the_last_digit():
    text = """
nodes:
  one: {chance: One, branches: {a: {p: 0.1, to: two}, b: {p: 0.2, to: two}, c: {p: 0.7, to: two}}}
  two: {chance: Two, branches: {a: {p: 0.3, payoff: 0.1}, b: {p: rest, payoff: 0.1, to: end}}}
  end: {outcome: End}
"""
    assert [outcome.payoff["value"] for outcome in run(text).outcomes] == [0.1, 0.1]


def test_ties_are_reported_and_the_first_is_followed():
    text = "nodes: {pick: {decision: Pick, options: {a: {payoff: 0.3}, b: {payoff: 0.1 + 0.2}, c: {payoff: 0}}}}"
    for exact in (False, True):
        (pick,) = run(text, exact=exact).decisions
        assert (pick.chosen, pick.tied) == ("a", ("a", "b"))


def test_weights_turn_amounts_into_scores():
    found = run(ALLIES)
    # Drift: uk 0.75 * 50 + 0.25 * 50, russia 100 - 50.
    drift = found.decisions[0].option("drift").values
    assert drift == {"uk": 50, "france": 50, "russia": 50}
    isolate = found.decisions[0].option("isolate").values
    assert isolate == {"uk": 0.75 * 80 + 0.25 * 12.5, "france": 46.25, "russia": 20}


def test_unanimity_takes_the_largest_smallest_gain():
    # Gains over drift: engage -6 + 6.25 for the uk and 8.5 for france; coordinate 9 and 6; isolate hurts france.
    (line,) = run(ALLIES).decisions
    gains = {option.option: (option.values["uk"] - 50, option.values["france"] - 50) for option in line.options}
    assert gains == {"engage": (0.25, 8.5), "coordinate": (9, 6), "isolate": (13.125, -3.75), "drift": (0, 0)}
    assert line.chosen == "coordinate"


def test_without_agreement_the_fallback_stands():
    found = run(ALLIES.replace("security: 12", "security: -12").replace("economy: -10", "economy: 1"))
    assert found.decisions[0].chosen == "drift"
    assert "Those who decide agree on no other option, so the fallback 'Drift apart' stands" in found.headline()


def test_equal_smallest_gains_are_broken_by_the_sum_then_by_the_file():
    text = """
actors: {a: {}, b: {}}
nodes:
  line:
    decision: Line
    by: [a, b]
    fallback: none
    options:
      none: {}
      first: {payoff: {a: 1, b: 2}}
      second: {payoff: {a: 3, b: 1}}
      third: {payoff: {a: 1, b: 3}}
"""
    (line,) = run(text).decisions
    assert (line.chosen, line.tied) == ("second", ("second", "third"))


def test_actors_may_have_amounts_of_their_own():
    text = """
actors: {a: {}, b: {}}
nodes:
  pick: {decision: Pick, options: {share: {payoff: {a: 3, b: 2}, to: end}, keep: {payoff: {a: 4}}}}
  end: {outcome: End, payoff: {b: 5}}
"""
    found = run(text)
    assert found.values == {"a": 4, "b": 0}
    share = evaluate(load(text.replace("a: 4", "a: 2"))).outcomes[0]
    assert share.values == {"a": 3, "b": 7}
    assert share.payoff == {"value": 0}
    assert share.payoffs == {"a": {"value": 3}, "b": {"value": 7}}
    assert share.to_dict()["payoffs"] == {"a": {"value": 3.0}, "b": {"value": 7.0}}


def test_costs_are_kept_low():
    text = "objective: minimize\nnodes: {pick: {decision: Pick, options: {dear: {payoff: 9}, cheap: {payoff: 4}}}}"
    found = run(text)
    assert found.values == {"self": 4}
    assert found.strategy == {"pick": "cheap"}
    assert found.headline() == "'cheap' costs least: 4, 5 below 'dear'."


def test_a_careful_payer_fears_the_dear_case():
    text = """
objective: minimize
actors: {payer: {name: Payer, risk_tolerance: 10}}
nodes:
  pick: {decision: Pick, options: {fixed: {payoff: 12}, open: {to: bill}}}
  bill: {chance: Bill, branches: {low: {p: 0.5}, high: {p: 0.5, payoff: 20}}}
"""
    # 10 ln((1 + e^2) / 2) = 14.338…
    (pick,) = run(text).decisions
    assert pick.option("open").values["payer"] == pytest.approx(14.338, abs=1e-3)
    assert pick.chosen == "fixed"
    with pytest.raises(ScenarioError, match=r"P211.*certainty equivalents"):
        run(text, exact=True)
    assert run(text, exact=True, rule="maximin").strategy == {"pick": "fixed"}


@pytest.mark.parametrize(
    ("rule", "value", "chosen"),
    [
        ("expected", 90, "drill"),
        ("laplace", 130, "drill"),
        ("maximin", 30, "sell"),
        ("maximax", 330, "drill"),
        ("hurwicz:0.25", 30, "drill"),
        ("hurwicz:0", 30, "sell"),
    ],
)
def test_rules(rule: str, value: float, chosen: str):
    found = run(DRILL, rule=rule)
    assert found.values == {"self": pytest.approx(value)}
    assert found.decisions[0].chosen == chosen
    assert found.rule == rule


def test_a_point_of_view_leaves_the_strategy():
    every, russia = run(ALLIES), run(ALLIES, actor="russia")
    assert russia.strategy == every.strategy
    assert list(russia.values) == ["russia"]
    assert {tuple(option.values) for option in russia.decisions[0].options} == {("russia",)}
    assert russia.headline() == "United Kingdom and France take 'Coordinate': 38 for Russia, 20 less than 'Engage'."


# --- arguments ------------------------------------------------------------------------------------------------


def test_overrides_may_lie_outside_their_range():
    text = DRILL.replace("{oil: 0.4}", "{oil: {value: 0.4, low: 0.3, high: 0.5}}")
    assert run(text, overrides={"oil": 1.0}).values == {"self": 330}


def test_overrides_reach_what_depends_on_them():
    text = DRILL.replace("{oil: 0.4}", "{oil: half / 2, half: 0.8}")
    assert run(text, overrides={"half": "1"}).values == {"self": 130}
    assert run(text, overrides={"oil": "0.25", "half": 1}).values == {"self": 30}


def test_unknown_names_come_with_the_nearest():
    with pytest.raises(UnknownName) as raised:
        run(DRILL, overrides={"oill": 0.3})
    assert (raised.value.kind, raised.value.name, raised.value.suggestion) == ("parameter", "oill", "oil")
    assert str(raised.value) == "unknown parameter 'oill'; did you mean 'oil'?"
    with pytest.raises(UnknownName, match="unknown actor 'uq'"):
        run(ALLIES, actor="uq")


@pytest.mark.parametrize("given", ["much", "1 +", "1/0", "oil * 2"])
def test_an_override_is_a_number(given: str):
    with pytest.raises(BadArgument, match="for parameter 'oil'"):
        run(DRILL, overrides={"oil": given})


def test_an_override_without_an_exact_value_is_refused_in_exact_mode():
    assert run(DRILL, overrides={"oil": "sqrt(0.25)"}).strategy == {"site": "drill"}
    with pytest.raises(BadArgument, match="no exact value"):
        run(DRILL, overrides={"oil": "sqrt(0.25)"}, exact=True)


@pytest.mark.parametrize("rule", ["best", "hurwicz", "hurwicz:", "hurwicz:2", "hurwicz:x", "maximin:1"])
def test_rules_that_are_none(rule: str):
    with pytest.raises(BadArgument):
        run(DRILL, rule=rule)


def test_hidden_moves_of_several_stop_with_one_diagnostic():
    scenario = rules.load(Source.from_text(ODDS_AND_EVENS))
    with pytest.raises(ScenarioError) as raised:
        evaluate(scenario)
    assert [found.code for found in raised.value.diagnostics] == ["P316"]


def test_a_fallback_must_be_left_in_every_state():
    text = ALLIES.replace("nodes:", "state: {round: 1}\nnodes:").replace(
        "name: Drift apart", "name: Drift, when: round > 1"
    )
    with pytest.raises(ScenarioError, match=r"P309.*'drift' of 'line' is not left"):
        run(text)


def test_a_value_beyond_the_floats_is_said():
    text = """
nodes:
  first: {decision: First, options: {go: {payoff: 1e308, to: second}}}
  second: {decision: Second, options: {go: {payoff: 1e308, to: end}}}
  end: {outcome: End, payoff: 1e308}
"""
    with pytest.raises(ScenarioError, match=r"P203.*value of 'second' is too large"):
        run(text)


# --- sentences ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "how", "said"),
    [
        (DRILL, {}, "'Drill' is best: 90, 60 above 'Sell the site'."),
        (DRILL, {"rule": "maximin"}, "'Sell the site' is best by maximin: 30, 100 above 'Drill'."),
        (DRILL, {"overrides": {"oil": "0.25"}}, "'Drill' ties with 'Sell the site' at 30; the first is followed."),
        (
            ALLIES,
            {},
            "'Coordinate' is best: United Kingdom 59 and France 56 agree on it, 6 to 9 above 'Drift apart'.",
        ),
        ("nodes: {a: {decision: A, options: {b: {name: Go, payoff: 2.5}}}}", {}, "'Go' is the only option: 2.5."),
        ("nodes: {a: {chance: A, branches: {b: {p: 0.5, payoff: 45}, c: {p: 0.5}}}}", {},
         "No decision at the start: expected value 22.5."),
        ("nodes: {a: {outcome: A, payoff: 3}}", {}, "No decision at the start: expected value 3."),
        (
            "actors: {a: {name: Ann}, b: {name: Bob}}\nnodes: {x: {chance: X, branches: {y: {p: 1, payoff: {a: 1}}}}}",
            {"rule": "maximax"},
            "No decision at the start: values by maximax Ann 1 and Bob 0.",
        ),
        (
            (
                "criteria: {cost: {name: Cost, unit: EUR}}\n"
                "nodes: {a: {decision: A, options: {b: {payoff: {cost: 2}}, c: {}}}}"
            ),
            {},
            "'b' is best: 2 EUR, 2 above 'c'.",
        ),
        (
            ("actors: {a: {name: Ann}, b: {name: Bob}}\n"
            "nodes: {x: {decision: X, by: b, options: {y: {payoff: {a: 1}}, z: {payoff: {b: 0.001}}}}}"),
            {},
            "'z' is best for Bob: 0.001, 0.001 above 'y'.",
        ),
    ],
)  # fmt: skip
def test_headline(text: str, how: dict[str, Any], said: str):
    assert run(text, **how).headline() == said


EQUAL = """
actors: {a: {name: Ann}, b: {name: Bob}, c: {name: Cid}}
nodes:
  line:
    decision: Line
    by: [a, b]
    fallback: none
    options:
      none: {name: Nothing}
      first: {name: First, payoff: {a: 1, b: 2}}
      second: {name: Second, payoff: {a: 2, b: 1, c: 0}}
"""


def test_a_headline_names_joint_ties():
    assert (
        run(EQUAL).headline() == "'First' ties with 'Second': Ann 1 and Bob 2 agree on the first rather than 'Nothing'."
    )


def test_a_headline_for_somebody_to_whom_it_is_all_the_same():
    assert run(EQUAL, actor="c").headline() == "Ann and Bob take 'First': 0 for Cid, as much as 'Nothing'."


def test_a_headline_for_somebody_who_watches_the_only_option():
    text = "actors: {a: {name: Ann}, b: {name: Bob}}\nnodes: {x: {decision: X, options: {y: {payoff: {b: 2}}}}}"
    assert run(text, actor="b").headline() == "Ann takes 'y', the only option: 2 for Bob."


def test_a_small_margin_is_never_written_as_nothing():
    text = "nodes: {a: {decision: A, options: {b: {payoff: 61.2304}, c: {payoff: 61.23}}}}"
    assert run(text).headline() == "'b' is best: 61.2304, 0.0004 above 'c'."


def test_the_recommendation_says_who_gains():
    found = recommendation(run(ALLIES))
    assert found is not None
    assert (found.option, found.fallback, found.reference) == ("coordinate", "drift", "drift")
    assert found.gainers == ("uk", "france")
    assert found.losers == ("russia",)
    uk = found.standings["uk"]
    assert (uk.value, uk.runner_up, uk.margin) == (59, "isolate", -4.125)


def test_the_recommendation_of_one_actor_is_measured_against_the_first_option():
    sell = recommendation(run(DRILL, rule="maximin"))
    assert sell is not None
    assert sell.reference == "drill"
    assert sell.gains == {"self": pytest.approx(100)}
    drill = recommendation(run(DRILL))
    assert drill is not None
    assert drill.reference == "sell"
    assert drill.gains == {"self": pytest.approx(60)}
    assert recommendation(run("nodes: {a: {outcome: A}}")) is None


def test_gains_of_a_cost_are_savings():
    text = "objective: minimize\nnodes: {pick: {decision: Pick, options: {dear: {payoff: 9}, cheap: {payoff: 4}}}}"
    found = recommendation(run(text))
    assert found is not None
    assert found.gains == {"self": 5}
    assert found.standings["self"].margin == 5


def test_notebooks_get_a_table():
    text = run(ALLIES)._repr_markdown_()
    assert "| option | United Kingdom | France | Russia |" in text
    assert "| **Coordinate** | 59.0 | 56.0 | 38.0 |" in text


def test_numbers_in_sentences():
    assert [written(value, 1) for value in (-0.04, 0.05, 1234.56, -2)] == ["0.0", "0.1", "1,234.6", "-2.0"]
    assert decimals([]) == 0
    assert listing(["a"]) == "a"


def test_a_long_negotiation_is_evaluated_on_its_states():
    # 200 rounds of three branches each: 3**200 paths, 201 states.
    text = """
state: {round: 1}
nodes:
  table:
    chance: Round
    branches:
      up: {p: 0.25, payoff: 1, when: round < 200, set: {round: round + 1}, to: table}
      same: {p: 0.5, when: round < 200, set: {round: round + 1}, to: table}
      down: {p: 0.25, payoff: 3, when: round < 200, set: {round: round + 1}, to: table}
      over: {p: rest, when: round >= 200}
"""
    found = run(text, exact=True)
    assert found.values == {"self": 199}
    assert found.outcomes[0].probability == 1


def test_of_many_options_that_tie_the_sentence_names_a_few():
    options = "\n".join(f"      o{at}: {{payoff: 1}}" for at in range(40))
    text = f"planner: 1\ntitle: Many\nnodes:\n  go:\n    decision: Which?\n    options:\n{options}\n"
    said = evaluate(rules.load(Source.from_text(text))).headline()
    assert said.startswith("'o0' ties with 'o1', 'o2', 'o3', 'o4', 'o5', 'o6' and 33 more at 1;")
