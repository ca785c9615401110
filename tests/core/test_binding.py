"""Numbers of a scenario: worked out once for each path state, checked in every draw, and named when they do not fit."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from planner.core import rules
from planner.core.binding import Bound, bind, environment
from planner.core.diagnostics import Diagnostic, ScenarioError
from planner.core.expression import Expression
from planner.core.read import read_draft
from planner.core.reader import Reader
from planner.core.source import Source
from planner.core.unfold import unfold

HEAD = "planner: 1\ntitle: Talks\n"


def numbers(text: str, *, exact: bool = False, **given: Any) -> Bound:
    scenario = read_draft(Reader(Source.from_text(HEAD + text, path="talks.yaml")))
    assert scenario is not None
    return bind(unfold(scenario, exact=exact), environment(scenario, given, exact=exact), exact=exact)


def fault(text: str, *, exact: bool = False, **given: Any) -> tuple[Diagnostic, str]:
    """Return the one fault, and the text that it points at."""
    with pytest.raises(ScenarioError) as raised:
        numbers(text, exact=exact, **given)
    (found,) = raised.value.diagnostics
    return found, found.source.text[found.span.start : found.span.end]


def chances(text: str, *, exact: bool = False, **given: Any) -> list[Any]:
    bound = numbers(text, exact=exact, **given)
    return [bound.p[row] for row in bound.p_row]


def node(branches: str) -> str:
    return f"nodes: {{answer: {{chance: Answer, branches: {{{branches}}}}}}}\n"


def test_rest_is_shared_equally():
    assert chances(node("a: {p: 0.4}, b: {p: rest}, c: {p: rest}")) == [0.4, 0.3, 0.3]


def test_the_rest_of_decimals_is_exact():
    # 1 - 0.3 - 0.6 is 0.10000000000000003 in floats.
    assert chances(node("a: {p: 0.3}, b: {p: 0.6}, c: {p: rest}"))[2] == 0.1


def test_formulas_give_fractions_in_exact_mode():
    text = "parameters: {hope: 0.1}\n" + node("a: {p: hope / 3}, b: {p: rest}")
    assert chances(text, exact=True) == [Fraction(1, 30), Fraction(29, 30)]


def test_what_happened_has_probability_1():
    text = "nodes: {answer: {chance: A, resolved: {branch: b}, branches: {a: {p: 0.7}, b: {p: 0.3}}}}\n"
    assert chances(text) == [0.0, 1.0]


def test_the_probabilities_of_what_happened_are_checked_all_the_same():
    text = "nodes: {answer: {chance: A, resolved: {branch: b}, branches: {a: {p: 0.7}, b: {p: 0.4}}}}\n"
    assert fault(text)[0].code == "P201"


def test_a_draw_reaches_only_what_reads_it():
    text = "parameters: {hope: 0.5, cost: 2}\n" + node("a: {p: hope, payoff: cost}, b: {p: rest, payoff: 3}")
    bound = numbers(text, hope=np.array([0.2, 0.9]))
    assert [np.ndim(bound.p[row]) for row in bound.p_row] == [1, 1]
    assert [bound.amounts[row] for row in bound.edge_row] == [{0: 2.0}, {0: 3.0}]


def test_parameters_follow_what_they_depend_on():
    text = "parameters: {late: hope / 2, hope: 0.5}\n" + node("a: {p: late}, b: {p: rest}")
    assert chances(text, hope=0.25) == [0.125, 0.875]


def test_each_formula_is_worked_out_once_for_each_path_state(monkeypatch: pytest.MonkeyPatch):
    text = """
parameters: {cost: 2}
state: {round: 1}
nodes:
  table:
    decision: Round
    options:
      again: {when: round < 30, set: {round: round + 1}, to: answer, payoff: -cost}
      stop: {payoff: cost * round, to: settle}
  answer: {chance: Answer, branches: {yes: {p: 1 / round, to: settle}, no: {p: rest, to: table, payoff: -cost}}}
  settle: {outcome: Settled}
"""
    scenario = rules.load(Source.from_text(HEAD + text, path="talks.yaml"))
    unfolded = unfold(scenario)
    env = environment(scenario, {"cost": np.arange(5.0)})
    worked: list[str] = []
    evaluate = Expression.evaluate

    def counted(formula: Expression, given: Any) -> Any:
        worked.append(formula.text)
        return evaluate(formula, given)

    monkeypatch.setattr(Expression, "evaluate", counted)
    bind(unfolded, env)
    assert {text: worked.count(text) for text in set(worked)} == {"-cost": 1, "cost * round": 30, "1 / round": 29}


# --- what does not fit ----------------------------------------------------------------------------------------


def test_a_sum_that_is_off_shows_its_parts():
    text = "parameters: {hope: 0.3}\n" + node("yes: {p: hope}, no: {p: 0.6}")
    found, place = fault(text)
    assert (found.code, found.slug, place) == ("P201", "probability-sum", "answer")
    assert found.message == "probabilities of 'answer' sum to 0.9, not 1"
    assert [label.text for label in found.related] == ["hope = 0.3", "0.6 = 0.6"]


@pytest.mark.parametrize("off", [1e-9, -1e-9])
def test_a_sum_may_be_off_by_a_billionth(off: float):
    text = "parameters: {hope: 0.3}\n" + node("yes: {p: hope}, no: {p: 0.7}")
    assert len(chances(text, hope=0.3 + 0.9 * off)) == 2
    with pytest.raises(ScenarioError):
        chances(text, hope=0.3 + 1.1 * off)


def test_a_rest_of_less_than_nothing_is_refused():
    found, _ = fault("parameters: {hope: 0.7}\n" + node("yes: {p: hope}, no: {p: 0.6}, open: {p: rest}"))
    assert found.code == "P201"
    assert found.message == "probabilities of 'answer' sum to 1.3 before 'rest', more than 1"


def test_a_probability_outside_its_range_names_the_draw_and_its_parameters():
    text = "parameters: {hope: 0.5, scale: 1}\n" + node("yes: {p: hope * scale}, no: {p: rest}")
    found, place = fault(text, hope=np.array([0.5, 0.5, 0.6]), scale=np.array([1.0, 1.5, 2.0]))
    assert (found.code, place) == ("P202", "hope * scale")
    assert found.message == "probability of branch 'yes' of 'answer' is 1.2 in draw 3 (hope = 0.6, scale = 2)"


def test_a_sum_names_the_first_draw_that_is_off():
    text = "parameters: {hope: 0.4}\n" + node("yes: {p: hope}, no: {p: 0.6}")
    found, _ = fault(text, hope=np.array([0.4, 0.4, 0.3, 0.2]))
    assert found.message == "probabilities of 'answer' sum to 0.9, not 1 in draw 3 (hope = 0.3)"


def test_a_fault_names_the_state():
    text = """
state: {round: 1}
nodes:
  table: {decision: Round, options: {again: {when: round < 3, set: {round: round + 1}, to: answer}, stop: {}}}
  answer: {chance: Answer, branches: {yes: {p: round * 0.4}, no: {p: rest, to: table}}}
"""
    found, _ = fault(text)
    assert found.message == "probability of branch 'yes' of 'answer' in state 'answer[round=3]' is 1.2"


def test_an_undefined_probability_is_no_probability():
    found, _ = fault("parameters: {hope: 0}\n" + node("yes: {p: hope / hope}, no: {p: rest}"))
    assert (found.code, "nan" in found.message) == ("P203", True)


@pytest.mark.parametrize(("formula", "word"), [("1 / cost", "infinite"), ("log(-1 - cost)", "undefined")])
def test_payoffs_are_finite(formula: str, word: str):
    options = f"{{go: {{payoff: {formula}}}, stay: {{}}}}"
    text = f"parameters: {{cost: 0}}\nnodes: {{pick: {{decision: Pick, options: {options}}}}}\n"
    found, place = fault(text)
    assert (found.code, place) == ("P203", formula)
    assert found.message == f"payoff of 'pick.go' is {word}"


def test_payoffs_of_outcomes_are_finite_in_every_draw():
    text = """
parameters: {cost: 1}
nodes:
  pick: {decision: Pick, options: {go: {to: end}}}
  end: {outcome: End, payoff: {value: 1 / cost}}
"""
    found, place = fault(text, cost=np.array([1.0, 0.0]))
    assert (found.message, place) == ("payoff of 'end' is infinite in draw 2 (cost = 0)", "1 / cost")


def test_what_happened_must_be_there():
    text = """
state: {round: 1}
nodes:
  answer:
    chance: Answer
    resolved: {branch: late}
    branches: {soon: {p: rest}, late: {p: 0.5, when: round > 1}}
"""
    found, place = fault(text)
    assert (found.code, place) == ("P304", "late")


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        (node("yes: {p: exp(-1)}, no: {p: rest}"), "exp(-1)", "--exact cannot do exp(…)"),
        (node("yes: {p: 2 ** -0.5}, no: {p: rest}"), "2 ** -0.5", "'**'"),
        (
            "parameters: {rate: 1, hope: {value: log(rate)}}\n" + node("yes: {p: hope}, no: {p: rest}"),
            "log(rate)",
            "'hope'",
        ),
        (
            "parameters: {late: hope / 2, rate: 1, hope: log(rate)}\n" + node("yes: {p: late}, no: {p: rest}"),
            "log(rate)",
            "'hope'",
        ),
        (
            "parameters: {rate: 0, hope: 1 / rate}\n" + node("yes: {p: hope}, no: {p: rest}"),
            "1 / rate",
            "divide by zero",
        ),
        ("parameters: {rate: 1, hope: log(rate)}\n" + node("yes: {p: hope}, no: {p: rest}"), "log(rate)", "'hope'"),
    ],
)
def test_exact_mode_points_at_what_has_no_fraction(text: str, place: str, said: str):
    found, pointed = fault(text, exact=True)
    assert (found.code, pointed) == ("P211", place)
    assert said in found.message
