"""Flipping keeps the joint distribution, path totals and what follows; formulas still follow the parameters."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.core.change.draft import Draft
from planner.core.change.edit import EditError
from planner.core.change.flipping import flip, flipped
from planner.core.diagnostics import ScenarioError
from planner.core.parameters import values
from planner.core.rules import load
from tests.conftest import GOLDEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.core.model import Scenario

INSPECTION = (GOLDEN / "change" / "inspection.before.yaml").read_text()

Joint = dict[tuple[frozenset[tuple[str, str]], str], tuple[Fraction, Any]]


def after(text: str, *pairs: tuple[str, str]) -> str:
    return Draft.of(text).apply(*(flip(*pair) for pair in pairs)).text


def question(scenario: Scenario, node: str) -> str:
    """Name a chance node by what it asks, which a flip does not change."""
    return scenario.nodes[node].title


def joint(text: str, overrides: Mapping[str, Fraction] | None = None) -> Joint:
    """Return, for every way through the chances below the root, its probability and its payoff in exact fractions.

    A way is the set of (question, answer) on it and the node or edge in which it ends.
    """
    scenario = load(Draft.of(text).source)
    env = values(scenario.parameters, overrides, exact=True)
    found: Joint = {}
    stack: list[tuple[str, frozenset[tuple[str, str]], Fraction, Counter[Any]]] = [
        (scenario.root.id, frozenset(), Fraction(1), Counter())
    ]
    while stack:
        name, way, p, total = stack.pop()
        node = scenario.nodes[name]
        given = sum((edge.p.exact(env) for edge in node.edges.values() if edge.p is not None), Fraction(0))
        rests = sum(edge.rest for edge in node.edges.values())
        for edge in node.edges.values():
            chance = edge.p.exact(env) if edge.p is not None else (1 - given) / rests if edge.rest else Fraction(1)
            amounts = Counter(total)
            for who, amount in edge.payoff.items():
                for criterion, formula in amount.items():
                    amounts[who, criterion] += formula.exact(env)  # type: ignore[assignment]
            here = way | {(question(scenario, name), edge.id)}
            if edge.to is None or not scenario.nodes[edge.to].edges:
                key = (here, edge.to or "")
                assert key not in found
                found[key] = p * chance, {each: amount for each, amount in amounts.items() if amount}
            else:
                stack.append((edge.to, here, p * chance, amounts))
    return found


def test_bayes_rule_in_formulas():
    scenario = load(Draft.of(after(INSPECTION, ("cheats", "report-cheat"))).source)
    assert list(scenario.nodes)[1:4] == ["report", "cheats-alarm", "cheats-silence"]
    alarm = scenario.nodes["report"].edges["alarm"]
    assert alarm.p is not None
    assert alarm.p.text == "prior * sens + (1 - prior) * (1 - spec)"
    cheats = scenario.nodes["cheats-alarm"].edges["yes"]
    assert cheats.p is not None
    assert cheats.p.text == "prior * sens / (prior * sens + (1 - prior) * (1 - spec))"
    # of 1000 cases 200 cheat and 180 of them give an alarm, as do 160 of the 800 others
    assert cheats.p.exact(values(scenario.parameters, exact=True)) == Fraction(180, 340)


@pytest.mark.parametrize("overrides", [{}, {"prior": Fraction(1, 3)}, {"sens": Fraction(1), "spec": Fraction(2, 3)}])
def test_joint_probabilities_totals_and_ends_stay_under_any_parameters(overrides: dict[str, Fraction]):
    once = after(INSPECTION, ("cheats", "report-cheat"))
    assert joint(once, overrides) == joint(INSPECTION, overrides)
    twice = after(once, ("report", "cheats-silence"))
    assert joint(twice, overrides) == joint(INSPECTION, overrides)


def test_flipping_back_gives_the_old_formulas():
    twice = load(Draft.of(after(INSPECTION, ("cheats", "report-cheat"), ("report", "cheats-alarm"))).source)
    assert list(twice.nodes)[1:4] == ["cheats", "report-yes", "report-no"]
    shown = {edge.path: edge.p.text for edge in twice.edges() if edge.p is not None}
    assert shown == {
        "cheats.yes": "prior",
        "cheats.no": "1 - prior",
        "report-yes.alarm": "sens",
        "report-yes.silence": "1 - sens",
        "report-no.alarm": "1 - spec",
        "report-no.silence": "spec",
    }


def test_everything_else_stays_byte_for_byte():
    text = after(INSPECTION, ("cheats", "report-cheat"))
    head = INSPECTION[: INSPECTION.index("  cheats:\n")].replace("to: cheats}", "to: report}")
    assert text.startswith(head)
    assert text.endswith(INSPECTION[INSPECTION.index("\n  caught:") :])
    assert sorted(re.findall(r"#.*", text)) == sorted(re.findall(r"#.*", INSPECTION))


SHARED = """\
planner: 1
title: Two coins
nodes:
  first:
    chance: First?
    branches: {heads: {p: 0.3, payoff: 1, to: second}, tails: {p: rest, payoff: 2, to: second}}
  second:
    chance: Second?
    branches: {heads: {p: 0.4, payoff: 10}, tails: {p: rest, to: end}}
  end: {outcome: The end}
"""


def test_independent_chances_change_places_as_they_are():
    text = after(SHARED, ("first", "second"))
    scenario = load(Draft.of(text).source)
    assert scenario.root.id == "second"
    assert [edge.p.text for edge in scenario.root.edges.values() if edge.p] == ["0.4", "1 - 0.4"]
    assert joint(text) == joint(SHARED)
    back = load(Draft.of(after(text, ("second", "first-heads"))).source)
    assert joint(after(text, ("second", "first-heads"))) == joint(SHARED)
    assert [edge.to for edge in back.root.edges.values()] == ["second", "second"]


def test_equal_answers_share_one_node():
    text = after(SHARED.replace(", to: end}", "}"), ("first", "second"))
    assert [edge.to for edge in load(Draft.of(text).source).root.edges.values()] == ["first", "first"]


def test_a_node_that_others_lead_to_stays():
    text = INSPECTION.replace("wait: {name: Wait, payoff: -1}", "wait: {name: Wait, payoff: -1, to: report-honest}")
    scenario = load(Draft.of(after(text, ("cheats", "report-cheat"))).source)
    assert "report-honest" in scenario.nodes
    assert "report-cheat" not in scenario.nodes
    assert scenario.nodes["treaty"].edges["wait"].to == "report-honest"


def test_payoffs_of_several_criteria_and_actors_are_added_up():
    text = """\
planner: 1
title: T
actors: {uk: {weights: {x: 1, y: 1}}}
criteria: {x: {worst: 0, best: 1}, y: {worst: 0, best: 1}}
parameters: {hope: 0.3}
nodes:
  a:
    chance: A
    branches: {u: {p: 0.5, payoff: {x: 1, uk: {y: 2}}, to: b}, v: {p: 0.5, payoff: {y: hope}, to: c}}
  b: {chance: B, branches: {s: {p: 0.1, payoff: {x: -3, y: 1}}, t: {p: 0.9, payoff: {uk: {y: -1}}}}}
  c: {chance: B, branches: {s: {p: 0.2, payoff: {y: -2}}, t: {p: 0.8, payoff: {uk: {y: -1}}}}}
"""
    flipped_text = after(text, ("a", "b"))
    assert joint(flipped_text) == joint(text)
    nodes = load(Draft.of(flipped_text).source).nodes
    assert {who: dict(amounts) for who, amounts in nodes["b"].edges["t"].payoff.items()}.keys() == {"uk"}
    assert nodes["a-s"].edges["u"].payoff[None]["x"].text == "-2"
    assert nodes["a-s"].edges["v"].payoff[None]["y"].text == "hope - 2"


IMPOSSIBLE = """\
planner: 1
title: T
parameters: {never: 0}
nodes:
  a: {chance: A, branches: {u: {p: 0.5, to: b}, v: {p: rest, to: c}}}
  b: {chance: B, branches: {s: {p: never}, t: {p: rest}}}
  c: {chance: B, branches: {s: {p: 0}, t: {p: 1}}}
"""


def test_an_impossible_event_is_a_diagnostic_at_its_probabilities():
    with pytest.raises(ScenarioError) as raised:
        after(IMPOSSIBLE, ("a", "b"))
    (found,) = raised.value.diagnostics
    assert found.code == "P203"
    assert found.message == "'s' of 'b' has probability 0, so 'a' would have the probabilities 0 / 0 after it"
    marked = [IMPOSSIBLE[span.start : span.end] for span in (found.span, *(one.span for one in found.related))]
    assert marked == ["never", "0"]


def test_a_parameter_that_is_zero_on_one_side_only_is_no_trouble():
    text = IMPOSSIBLE.replace("{p: 0}, t: {p: 1}", "{p: 0.25}, t: {p: 0.75}")
    assert joint(after(text, ("a", "b"))) == joint(text)


REFUSED = [
    ({}, ("cheats", "nowhere"), "there is no node 'nowhere'"),
    ({}, ("treaty", "cheats"), "'treaty' is a decision, which is taken and does not happen; only two chance nodes"),
    ({}, ("caught", "cheats"), "'caught' is an outcome; only two chance nodes can change places"),
    ({}, ("report-cheat", "cheats"), "'report-cheat.alarm' leads to the outcome 'caught', so 'cheats' does not follow"),
    ({"to: report-honest": "to: treaty", "to: cheats": "note: S"}, ("cheats", "report-cheat"), "leads to the decision"),
    ({", to: report-honest": ""}, ("cheats", "report-cheat"), "'cheats.no' ends the path, so 'report-cheat' does not"),
    ({}, ("cheats", "caught"), "'caught' does not follow 'cheats': 'cheats.yes' leads to 'report-cheat'"),
    ({"p: spec}": "p: 0.1}\n      third: {p: 0.7}"}, ("cheats", "report-cheat"), "have different branches"),
    ({"p: sens,": "p: sens / round,"}, ("cheats", "report-cheat"), "reads the path state 'round'"),
    ({"p: sens,": "p: sens, set: {round: 2},"}, ("cheats", "report-cheat"), "changes the path state"),
    ({"p: sens,": "p: sens, when: round > 0,"}, ("cheats", "report-cheat"), "depends on the path state"),
    ({"# the truth": "\n    certainty: 30"}, ("cheats", "report-cheat"), "the certainty of 'cheats'"),
    ({"# the truth": "\n    resolved: {branch: no}"}, ("cheats", "report-cheat"), "'cheats' is resolved"),
]


@pytest.mark.parametrize(("changes", "pair", "message"), REFUSED)
def test_what_would_be_meaningless_is_refused_in_one_sentence(
    changes: dict[str, str], pair: tuple[str, str], message: str
):
    text = INSPECTION.replace("nodes:\n", "state: {round: 1}\nnodes:\n")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    with pytest.raises(EditError) as raised:
        after(text, pair)
    assert message in raised.value.message


def test_the_new_nodes_are_named():
    assert flipped(Draft.of(INSPECTION).source, "cheats", "report-honest") == [
        "report",
        "cheats-alarm",
        "cheats-silence",
    ]


def test_a_json_file_is_flipped_and_stays_json():
    import json

    data = {
        "planner": 1,
        "title": "T",
        "nodes": {
            "a": {"chance": "A", "branches": {"u": {"p": 0.5, "to": "b"}, "v": {"p": "rest", "to": "c"}}},
            "b": {"chance": "B", "branches": {"s": {"p": 0.1}, "t": {"p": "rest"}}},
            "c": {"chance": "B", "branches": {"s": {"p": 0.2}, "t": {"p": "rest"}}},
        },
    }
    for indent in (None, 2):
        text = json.dumps(data, indent=indent)
        made = Draft.of(text, path="t.json").apply(flip("a", "b")).text
        assert list(json.loads(made)["nodes"]) == ["b", "a-s", "a-t"]
        assert joint(made) == joint(text)


# --- any two questions ------------------------------------------------------------------------------------


@st.composite
def questions(draw: st.DrawFn) -> str:
    """Return a scenario in which one question follows another, with numbers, parameters and rests."""
    rows = draw(st.integers(2, 3))
    columns = draw(st.integers(2, 3))
    weights = st.integers(1, 9)

    def branches(count: int, target: str) -> str:
        parts = [draw(weights) for _ in range(count)]
        whole = sum(parts)
        style = draw(st.sampled_from(["rest", "fractions", "parameters"]))
        made = []
        for place, part in enumerate(parts):
            p = (
                f"{part} / {whole}"
                if style != "parameters"
                else f"k{part} / (" + " + ".join(f"k{x}" for x in parts) + ")"
            )
            p = "rest" if style == "rest" and place == count - 1 else p
            payoff = draw(st.sampled_from(["", "", "payoff: 3, ", "payoff: -0.5, ", "payoff: k2 * 2, "]))
            to = (
                draw(st.sampled_from(["", ", to: end", f", to: o{place}"]))
                if target == "end"
                else f", to: {target}{place}"
            )
            made.append(f"      e{place}: {{{payoff}p: {p}{to}}}\n")
        return "".join(made)

    text = "planner: 1\ntitle: T\nparameters:\n" + "".join(f"  k{number}: {number}\n" for number in range(1, 10))
    text += "nodes:\n  a:\n    chance: A\n    branches:\n" + branches(rows, "b")
    for row in range(rows):
        text += f"  b{row}:\n    chance: B\n    branches:\n" + branches(columns, "end")
    return text + "".join(f"  o{place}: {{outcome: O}}\n" for place in range(3)) + "  end: {outcome: The end}\n"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(questions())
def test_flipping_once_or_twice_keeps_the_joint_distribution(text: str):
    before = joint(text)
    once = Draft.of(text).apply(flip("a", "b1"))
    assert once.new_errors(Draft.of(text)) == []
    assert joint(once.text) == before
    top, below, *_ = flipped(Draft.of(text).source, "a", "b1")
    twice = once.apply(flip(top, below))
    assert joint(twice.text) == before
    assert twice.new_errors(Draft.of(text)) == []
