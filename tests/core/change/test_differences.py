"""What is different between two texts: the laws, and the cases by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.core.change.adding import add_edge, add_entry, add_node, value_of
from planner.core.change.differences import Difference, differences
from planner.core.change.draft import Draft
from planner.core.change.edit import EditError
from planner.core.change.layout import layout
from planner.core.change.references import references
from planner.core.change.removing import take_out
from planner.core.change.renaming import rename
from planner.core.change.setting import set_value
from planner.core.rules import load
from planner.core.source import Source
from tests.conftest import ROOT
from tests.core.change.scenarios import scenarios, texts
from tests.core.change.weird import texts as weird_texts

SHIPPED = [*sorted((ROOT / "scenarios").glob("*.yaml")), *sorted((ROOT / "tests" / "stories").glob("*.yaml"))]
MOSCOW = (ROOT / "scenarios" / "european-line-on-moscow.yaml").read_text()
SLOW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])

BASE = """\
planner: 1
title: A matter of talks
actors:
  uk: {name: London, weights: {calm: 60, cost: 40}, risk_tolerance: 40, votes: 3, minimum: 20}
  france: {weights: {calm: 50, cost: 50}}
criteria:
  calm: {worst: 0, best: 100, start: 50}
  cost: {name: Cost, unit: EUR, worst: 100, best: 0}
parameters:
  hope: {name: Hope, value: 0.3, low: 0.1, high: 0.5, distribution: pert, source: A guess}
  doubt: 1 - hope
  price: 7
correlations:
  - [hope, price, 0.2]
futures:
  dark: {name: Dark, set: {hope: 0.1}, probability: 0.2}
state: {round: 0}
nodes:
  line:
    decision: Which line?
    by: [uk, france]
    fallback: drift
    options:
      talk: {name: Talk, payoff: {calm: 5, cost: price}, set: {round: round + 1}, to: answer}
      drift: {payoff: {calm: -5}}
  answer:
    chance: What comes?
    branches:
      step: {p: hope, payoff: {calm: 20}, to: peace}
      stall: {p: doubt, when: round < 3, payoff: {uk: {calm: -3}}}
  peace:
    outcome: Peace
    payoff: {calm: 10}
"""


def found(before: str, after: str) -> list[Difference]:
    return list(differences(Source.from_text(before), Source.from_text(after)))


def told(before: str, after: str) -> list[tuple[Any, ...]]:
    return [(one.kind, one.what, one.place, one.before, one.after) for one in found(before, after)]


def with_(old: str, new: str, text: str = BASE) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


# --- laws -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_layout_is_no_difference(path: Any):
    source = Source.from_text(path.read_text(), path=path.name)
    assert differences(source, source) == ()
    assert differences(source, Source.from_text(layout(source), path=path.name)) == ()


@SLOW
@given(st.data())
def test_two_ways_to_write_one_scenario_are_no_difference(data: st.DataObject):
    scenario = data.draw(scenarios())
    one, other = data.draw(texts(scenario)), data.draw(texts(scenario))
    assert found(one, other) == []


@SLOW
@given(st.data())
def test_renaming_yields_a_rename_alone(data: st.DataObject):
    scenario = data.draw(scenarios())
    text = data.draw(texts(scenario))
    names = [each for each in references(Source.from_text(text)) if each.defines]
    one = data.draw(st.sampled_from(names))
    new = data.draw(st.sampled_from(["zz", "z9_z", "a_new_name"]))
    there = Draft.of(text).apply(rename(one.name, new)).text
    node, dot, _ = one.name.rpartition(".")
    assert [(each.kind, each.before, each.after) for each in found(text, there)] == [
        ("renamed", one.name, f"{node}{dot}{new}")
    ]


@SLOW
@given(st.data())
def test_many_renames_at_once_yield_renames_alone(data: st.DataObject):
    text = data.draw(texts(data.draw(scenarios())))
    names = [each.name for each in references(Source.from_text(text)) if each.defines]
    chosen = data.draw(st.lists(st.sampled_from([name for name in names if "." not in name]), max_size=3, unique=True))
    there = Draft.of(text).apply(*(rename(name, f"zz{at}") for at, name in enumerate(chosen))).text
    made = found(text, there)
    assert {each.kind for each in made} <= {"renamed"}
    assert {(each.before, each.after) for each in made} == {(name, f"zz{at}") for at, name in enumerate(chosen)}


@SLOW
@given(st.data())
def test_an_edit_is_named_exactly(data: st.DataObject):
    """Set, add and remove: the place that was edited, and no other."""
    scenario = data.draw(scenarios())
    text = data.draw(texts(scenario))
    payoffs = [
        f"{node}.{edge}.payoff.{criterion}"
        for node, each in scenario["nodes"].items()
        for edge, own in {**each.get("options", {}), **each.get("branches", {})}.items()
        for criterion in own.get("payoff", {})
    ]
    places = ["actors.a0.weights.c0", "criteria.c0.best", "p0", "p0.high", "state.s0", "futures.f0.set.p0", *payoffs]
    place = data.draw(st.sampled_from(places))
    there = Draft.of(text).apply(set_value(place, "0.123")).text
    assert [(each.kind, each.place, each.after) for each in found(text, there)] == [("changed", place, "0.123")]
    fresh = Draft.of(text).apply(add_entry("parameters", "fresh", value_of("9"))).text
    assert told(text, fresh) == [("added", "parameter", "fresh", None, "9")]
    assert told(fresh, text) == [("removed", "parameter", "fresh", "9", None)]


@SLOW
@given(st.data())
def test_several_edits_are_named_each(data: st.DataObject):
    scenario = data.draw(scenarios())
    text = data.draw(texts(scenario))
    draft = Draft.of(text)
    wanted: set[tuple[str, str]] = set()
    number = data.draw(st.integers(31, 99))
    if data.draw(st.booleans()):
        draft = draft.apply(set_value("p0", f"0.0{number}"))
        wanted.add(("changed", "pp" if (renames := data.draw(st.booleans())) else "p0"))
        if renames:
            draft = draft.apply(rename("p0", "pp"))
            wanted.add(("renamed", "pp"))
    if data.draw(st.booleans()):
        draft = draft.apply(set_value("actors.a0.weights.c1", str(number)))
        wanted.add(("changed", "actors.a0.weights.c1"))
    if data.draw(st.booleans()):
        draft = draft.apply(rename("n0", "start"))
        wanted.add(("renamed", "start"))
    if data.draw(st.booleans()):
        draft = draft.apply(add_entry("criteria", "luck", value_of("{name: Luck, worst: 0, best: 10}")))
        wanted.add(("added", "criteria.luck"))
    assert {(each.kind, each.place) for each in found(text, draft.text)} == wanted


@SLOW
@given(weird_texts(), weird_texts())
def test_any_text_can_be_compared(one: str, other: str):
    assert found(one, one) == []
    for each in found(one, other):
        assert each.place
        assert (each.before is None) == (each.kind == "added") or each.kind in {"renamed", "moved"}


def test_the_other_way_round_swaps_before_and_after():
    after = Draft.of(BASE).apply(rename("price", "cost_of_talks"), rename("line.talk", "speak"),
                                 set_value("cost_of_talks", "9")).text  # fmt: skip
    there, back = found(BASE, after), found(after, BASE)
    assert sorted((one.before, one.after) for one in there) == sorted((one.after, one.before) for one in back)


# --- by hand --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("value: 0.3,", "value: 0.30,"),
        ("price: 7", "price: {value: 7.0}"),
        ("risk_tolerance: 40", "risk_tolerance: 4e1"),
        ("doubt: 1 - hope", "doubt: (1-hope)"),
        ("doubt: 1 - hope", "doubt: '1 - hope'  # what is left"),
        ("by: [uk, france]", "by: [uk, france]\n    rule: unanimity"),
        ("[hope, price, 0.2]", "[price, hope, 0.20]"),
        ("{payoff: {calm: -5}}", "{name: drift, payoff: {calm: -5.}}"),
        (
            "  cost: {name: Cost, unit: EUR, worst: 100, best: 0}",
            "  cost: {best: 0, worst: 100, start: 0, unit: EUR, name: Cost}",
        ),
        ("distribution: pert", "distribution: ' pert '"),
        ("title: A matter of talks", "title: A matter of talks\nobjective: maximize\nlikelihood_words: none\ntags: []"),
    ],
)
def test_ways_to_write_the_same(old: str, new: str):
    assert found(BASE, with_(old, new)) == []


@pytest.mark.parametrize(
    ("old", "new", "kind", "what", "place", "before", "after"),
    [
        ("value: 0.3,", "value: 0.35,", "changed", "parameter", "hope", "0.3", "0.35"),
        ("low: 0.1,", "low: 0.05,", "changed", "low end", "hope.low", "0.1", "0.05"),
        ("low: 0.1, ", "", "removed", "low end", "hope.low", "0.1", None),
        ("distribution: pert", "distribution: 'beta(1, 2)'", "changed", "distribution", "hope.distribution", "pert",
         "beta(1, 2)"),
        ("1 - hope", "0.9 - hope", "changed", "parameter", "doubt", "1 - hope", "0.9 - hope"),
        ("[hope, price, 0.2]", "[hope, price, 0.4]", "changed", "correlation", "correlations.hope.price", "0.2", "0.4"),
        ("set: {hope: 0.1}", "set: {hope: 0.2}", "changed", "future", "futures.dark.set.hope", "0.1", "0.2"),
        ("round: 0", "round: 1", "changed", "state variable", "state.round", "0", "1"),
        ("risk_tolerance: 40", "risk_tolerance: 50", "changed", "risk tolerance", "actors.uk.risk_tolerance", "40",
         "50"),
        ("risk_tolerance: 40, ", "", "removed", "risk tolerance", "actors.uk.risk_tolerance", "40", None),
        ("votes: 3", "votes: 4", "changed", "votes", "actors.uk.votes", "3", "4"),
        ("cost: 40}", "cost: 30}", "changed", "weight", "actors.uk.weights.cost", "40", "30"),
        ("worst: 100", "worst: 120", "changed", "scale", "criteria.cost.worst", "100", "120"),
        ("fallback: drift", "fallback: talk", "changed", "fallback", "line.fallback", "drift", "talk"),
        ("by: [uk, france]", "by: [uk, france]\n    rule: majority", "added", "rule", "line.rule", None, "majority"),
        ("by: [uk, france]", "by: uk", "changed", "deciders", "line.by", "uk, france", "uk"),
        ("by: [uk, france]", "by: [uk, france]\n    unseen: [answer]", "added", "unseen", "line.unseen", None,
         "answer"),
        ("cost: price}", "cost: price + 1}", "changed", "payoff", "line.talk.payoff.cost", "price", "price + 1"),
        ("calm: -3", "calm: -4", "changed", "payoff", "answer.stall.payoff.uk.calm", "-3", "-4"),
        ("p: hope", "p: 0.4", "changed", "probability", "answer.step.p", "hope", "0.4"),
        ("p: doubt", "p: rest", "changed", "probability", "answer.stall.p", "doubt", "rest"),
        ("round < 3", "round < 2", "changed", "condition", "answer.stall.when", "round < 3", "round < 2"),
        ("to: peace", "to: line", "changed", "target", "answer.step.to", "peace", "line"),
        (", to: peace", "", "removed", "target", "answer.step.to", "peace", None),
        ("talk: {name: Talk", "talk: {name: Speak", "changed", "name", "line.talk.name", "Talk", "Speak"),
        ("source: A guess", "source: A study", "changed", "source", "hope.source", "A guess", "A study"),
        ("outcome: Peace", "outcome: A truce", "changed", "title", "peace", "Peace", "A truce"),
        ("decision: Which line?", "chance: Which line?", "changed", "kind of node", "line.kind", "decision",
         "chance"),
        ("title: A matter of", "title: On", "changed", "title", "title", "A matter of talks", "On talks"),
    ],
)  # fmt: skip
def test_each_part_of_the_model(old: str, new: str, kind: str, what: str, place: str, before: str, after: str):
    made = [one for one in told(BASE, with_(old, new)) if one[1] != "option"]
    assert (kind, what, place, before, after) in made
    assert len(made) == 1 or what == "kind of node"


@pytest.mark.parametrize("name", ["hope.source", "line.talk.name", "title", "peace.note"])
def test_words_have_no_effect(name: str):
    (one,) = differences(Source.from_text(BASE), Draft.of(BASE).apply(set_value(name, "Other words")).source)
    assert not one.effect
    assert one.reach == "words"


@pytest.mark.parametrize("name", ["hope.low", "hope.high", "actors.uk.minimum"])
def test_ranges_move_no_value(name: str):
    (one,) = differences(Source.from_text(BASE), Draft.of(BASE).apply(set_value(name, "0.2")).source)
    assert one.effect
    assert one.reach == "ranges"


def test_a_number_has_the_difference_of_its_decimals():
    (one,) = found(BASE, with_("value: 0.3,", "value: 0.1,"))
    assert one.delta == -0.2
    (one,) = found(BASE, with_("cost: price}", "cost: 8}"))
    assert one.delta is None


def test_the_order_of_options_counts_and_that_of_keys_does_not():
    lines = BASE.splitlines(keepends=True)
    at = next(place for place, line in enumerate(lines) if "drift: {payoff" in line)
    swapped = "".join([*lines[: at - 1], lines[at], lines[at - 1], *lines[at + 1 :]])
    assert told(BASE, swapped) == [("moved", "option", "line.drift", "2nd", "1st")]
    assert told(BASE, with_("  price: 7\n", "", BASE).replace("parameters:\n", "parameters:\n  price: 7\n")) == []


def test_the_first_node_is_the_root():
    start = BASE.index("  line:\n")
    stop = BASE.index("  peace:\n")
    other = BASE[:start] + BASE[stop:] + BASE[start:stop]
    assert told(BASE, other) == [("changed", "root", "nodes", "line", "peace")]


def test_a_new_node_is_one_difference():
    after = with_("  peace:\n", "  war: {outcome: War, payoff: {calm: -50}}\n  peace:\n")
    assert told(BASE, after) == [("added", "node", "war", None, "{outcome: War, payoff: {calm: -50}}")]
    assert told(after, BASE) == [("removed", "node", "war", "{outcome: War, payoff: {calm: -50}}", None)]


def test_a_rename_with_a_change_is_both():
    after = with_("hope: {name: Hope, value: 0.3", "trust: {name: Hope, value: 0.4").replace("[hope", "[trust")
    after = after.replace("1 - hope", "1 - trust").replace("p: hope", "p: trust").replace("{hope: 0.1}", "{trust: 0.1}")
    assert told(BASE, after) == [
        ("renamed", "parameter", "trust", "hope", "trust"),
        ("changed", "parameter", "trust", "0.3", "0.4"),
    ]


def test_another_thing_in_the_place_of_one_is_no_rename():
    after = with_("talk: {name: Talk, payoff: {calm: 5, cost: price}, set: {round: round + 1}, to: answer}",
                  "strike: {name: Strike at once, payoff: {calm: -40, cost: 90}, to: peace}")  # fmt: skip
    assert [one[:3] for one in told(BASE, after)] == [
        ("added", "option", "line.strike"),
        ("removed", "option", "line.talk"),
    ]


def test_ids_that_change_places():
    one = "planner: 1\ntitle: T\nparameters: {a: {name: First, value: 1}, b: {name: Second, value: 2}}\n"
    one += "nodes: {go: {decision: Go?, options: {yes: {payoff: a}, no: {payoff: b}}}}\n"
    other = one.replace("a: {name: First", "c: {name: First").replace("payoff: a", "payoff: c")
    other = other.replace("b: {name: Second", "a: {name: Second").replace("payoff: b", "payoff: a")
    assert ("changed", "name", "a.name", "First", "Second") in told(one, other)  # an id that stays is the same thing


def test_a_scenario_made_in_python_is_compared_by_what_it_says():
    scenario = load(Source.from_text(BASE))
    from dataclasses import replace

    assert differences(replace(scenario, source=None), replace(scenario, source=None)) == ()
    (one,) = differences(replace(scenario, source=None), replace(scenario, title="Other", source=None))
    assert (one.what, one.before, one.after) == ("title", "A matter of talks", "Other")


def test_a_text_with_faults_is_compared_as_far_as_it_goes():
    broken = with_("to: peace", "to: pease")
    assert told(BASE, broken) == [("changed", "target", "answer.step.to", "peace", "pease")]
    assert told(BASE, with_("p: hope", "p: hope +")) == [("changed", "probability", "answer.step.p", "hope", "hope +")]
    assert {one[0] for one in told(BASE, "planner: [")} == {"removed"}


def test_removing_says_what_went():
    try:
        draft = Draft.of(BASE).apply(take_out("line.drift.payoff"))
    except EditError:
        draft = Draft.of(BASE)
    assert [one[:3] for one in told(BASE, draft.text)] == [("removed", "payoff", "line.drift.payoff.calm")]


@SLOW
@given(st.data())
def test_changes_of_shape_are_named_exactly(data: st.DataObject):
    """Options, branches and nodes that come and go."""
    scenario = data.draw(scenarios())
    text = data.draw(texts(scenario))
    node = data.draw(st.sampled_from([name for name, each in scenario["nodes"].items() if "outcome" not in each]))
    group = "options" if "options" in scenario["nodes"][node] else "branches"
    word = "option" if group == "options" else "branch"
    content: dict[str, Any] = {"name": "A new way", "payoff": {"c0": 3}}
    content |= {} if word == "option" else {"p": 0.1}
    more = Draft.of(text).apply(add_edge(f"{node}.fresh", content, word=word)).text
    assert [one[:3] for one in told(text, more)] == [("added", word, f"{node}.fresh")]
    assert [one[:3] for one in told(more, text)] == [("removed", word, f"{node}.fresh")]
    hung = (
        Draft.of(more)
        .apply(add_node("haven", {"outcome": "A haven", "payoff": {"c1": 2}}), set_value(f"{node}.fresh.to", "haven"))
        .text
    )
    assert {one[:3] for one in told(more, hung)} == {
        ("added", "node", "haven"),
        ("added", "target", f"{node}.fresh.to"),
    }
    assert {one[:3] for one in told(text, hung)} == {("added", "node", "haven"), ("added", word, f"{node}.fresh")}
    gone = Draft.of(hung).apply(rename("haven", "harbour"), rename(f"{node}.fresh", "stale")).text
    assert {one[:3] for one in told(hung, gone)} == {("renamed", "node", "harbour"), ("renamed", word, f"{node}.stale")}
