"""States are (node, live path state): equal futures are shared, and what does not end is named."""

from __future__ import annotations

from fractions import Fraction

import pytest

from planner.core import rules
from planner.core.diagnostics import Diagnostic, ScenarioError
from planner.core.expression import Expression
from planner.core.model import Actor, Criterion, Edge, Node, Scenario
from planner.core.read import read_draft
from planner.core.reader import Reader
from planner.core.source import Source
from planner.core.unfold import MAX_STATES, unfold

HEAD = "planner: 1\ntitle: Talks\n"


def load(text: str) -> Scenario:
    return rules.load(Source.from_text(HEAD + text, path="talks.yaml"))


def fault(text: str, max_states: int = MAX_STATES) -> tuple[Diagnostic, str]:
    """Return the one fault of unfolding, and the text that it points at."""
    scenario = read_draft(Reader(Source.from_text(HEAD + text, path="talks.yaml")))
    assert scenario is not None
    with pytest.raises(ScenarioError) as raised:
        unfold(scenario, max_states=max_states)
    (found,) = raised.value.diagnostics
    return found, found.source.text[found.span.start : found.span.end]


ROUNDS = """
state: {round: 1, trust: 0}
nodes:
  table:
    decision: Round of talks
    options:
      again: {when: round < LAST, set: {round: round + 1}, to: answer}
      stop: {to: settle}
  answer:
    chance: Answer
    branches:
      warm: {p: 0.5, set: {trust: trust + 1}, to: table}
      cold: {p: 0.5, to: table}
  settle: {outcome: Settled, payoff: PAYOFF}
"""


def rounds(last: int, payoff: str = "7") -> Scenario:
    return load(ROUNDS.replace("LAST", str(last)).replace("PAYOFF", payoff))


def test_forty_rounds_with_two_branches_are_forty_copies():
    unfolded = unfold(rounds(40))
    ids = [unfolded.place_ids[place] for place in unfolded.place]
    assert {name: ids.count(name) for name in set(ids)} == {"table": 40, "answer": 39, "settle": 1}


def test_state_that_the_future_reads_keeps_copies_apart():
    # After round r the trust is one of r numbers: a triangle, still not 2**40.
    unfolded = unfold(rounds(40, "trust"))
    ids = [unfolded.place_ids[place] for place in unfolded.place]
    assert ids.count("table") == 40 * 41 // 2
    assert ids.count("settle") == 40


def test_labels_name_the_live_state_only_where_a_node_has_several():
    unfolded = unfold(rounds(3))
    assert unfolded.labels == (
        "table[round=1]", "answer[round=2]", "table[round=2]", "answer[round=3]", "table[round=3]", "settle",
    )  # fmt: skip


def test_labels_write_fractions_of_state_like_floats():
    text = """
state: {share: 0.1}
nodes:
  cut:
    decision: Cut
    options:
      more: {when: share < 0.3, set: {share: share + 0.1}, to: cut}
      stop: {payoff: share}
"""
    assert unfold(load(text), exact=True).labels[:3] == ("cut[share=0.1]", "cut[share=0.2]", "cut[share=0.3]")


def test_exact_state_adds_decimals_exactly():
    text = """
state: {share: 0}
nodes:
  cut:
    decision: Cut
    options:
      more: {when: share < 0.3, set: {share: share + 0.1}, to: cut}
      stop: {payoff: share}
"""
    # 0.1 + 0.1 + 0.1 is below 0.3 in no arithmetic but above it in floats: both stop there.
    assert unfold(load(text), exact=True).values[-1] == ()
    assert [values for values in unfold(load(text), exact=True).values if values] == [
        (Fraction(tenth, 10),) for tenth in range(4)
    ]


def test_states_stand_in_topological_order():
    unfolded = unfold(rounds(12, "trust"))
    for state in range(len(unfolded)):
        assert all(unfolded.target[edge] > state for edge in unfolded.slots(state))


def test_edges_of_a_state_keep_the_order_of_the_file():
    unfolded = unfold(rounds(4))
    names = [[unfolded.edges[unfolded.edge[edge]].id for edge in unfolded.slots(state)] for state in range(3)]
    assert names == [["again", "stop"], ["warm", "cold"], ["again", "stop"]]


def test_an_edge_without_target_ends_in_a_state_of_its_own():
    unfolded = unfold(load("nodes: {pick: {decision: Pick, options: {one: {payoff: 1}, two: {payoff: 2}}}}"))
    assert unfolded.labels == ("pick", "pick.one", "pick.two")
    assert [unfolded.kind(state) for state in range(3)] == ["decision", "outcome", "outcome"]


def test_shared_nodes_are_one_state():
    text = """
nodes:
  pick: {decision: Pick, options: {one: {to: end}, two: {to: end}}}
  end: {outcome: End}
"""
    assert len(unfold(load(text))) == 2


def test_all_sets_of_an_edge_read_the_state_before_it():
    text = """
state: {a: 1, b: 2}
nodes:
  swap: {decision: Swap, options: {go: {set: {a: b, b: a}, to: end}}}
  end: {outcome: End, payoff: a * 10 + b}
"""
    assert unfold(load(text)).values[1] == (2.0, 1.0)


def test_a_set_that_nothing_reads_later_is_not_live():
    text = """
state: {a: 1, b: 1}
nodes:
  one: {decision: One, options: {go: {set: {a: b + 1}, to: two}, stay: {to: two}}}
  two: {decision: Two, options: {go: {set: {b: b + 1}, to: end}}}
  end: {outcome: End, payoff: b}
"""
    unfolded = unfold(load(text))
    assert unfolded.live[:3] == (("b",), ("b",), ("b",))
    assert len(unfolded) == 3


def test_a_long_chain_needs_no_recursion():
    count = 50_000
    nodes = {}
    for at in range(count):
        to = f"n{at + 1}" if at + 1 < count else None
        nodes[f"n{at}"] = Node(f"n{at}", "chance", "", {"on": Edge("on", f"n{at}", "", to=to, p=Expression.of(1))})
    unfolded = unfold(Scenario("chain", nodes, {"self": Actor("self", "")}, {"value": Criterion("value", "")}))
    assert len(unfolded) == count + 1


# --- what does not end ----------------------------------------------------------------------------------------


def test_a_loop_that_changes_nothing_live_is_endless():
    text = """
state: {round: 1}
nodes:
  table:
    decision: Round of talks
    options:
      again: {when: round < 4, to: answer}
      stop: {}
  answer: {chance: Answer, branches: {yes: {p: 0.5, to: table}, no: {p: 0.5}}}
"""
    found, place = fault(text)
    assert found.code == "P301"
    assert found.message == "the path goes round for ever: table[round=1] -> answer[round=1] -> table[round=1]"
    assert place == "table"
    assert found.help is not None
    assert "'when'" in found.help


def test_a_long_loop_is_cut_in_the_middle():
    nodes = [
        f"  n{at}: {{chance: N, branches: {{on: {{p: 1, to: n{(at + 1) % 20}, set: {{a: 1 - a}}}}}}}}"
        for at in range(20)
    ]
    end = "  n20: {outcome: End, payoff: a}\n"
    nodes[0] = "  n0: {decision: N, options: {on: {to: n1, when: a < 5}, off: {to: n20}}}"
    found, _ = fault("state: {a: 1}\nnodes:\n" + "\n".join(nodes) + "\n" + end)
    assert found.code == "P301"
    assert " -> … -> " in found.message
    assert len(found.message) < 200


def test_state_without_bound_is_stopped_at_the_limit():
    text = """
state: {round: 1}
nodes:
  table: {decision: Round, options: {again: {set: {round: round + 1}, to: table}, stop: {payoff: round}}}
"""
    found, place = fault(text, max_states=100)
    assert found.code == "P302"
    assert "more than 100 states" in found.message
    assert "'table[round=1]' to 'table[round=99]'" in found.message
    assert place == "table"
    assert found.help is not None
    assert "--max-states" in found.help


def test_the_limit_itself_is_allowed():
    scenario = rounds(10)
    count = len(unfold(scenario))
    assert len(unfold(scenario, max_states=count)) == count
    with pytest.raises(ScenarioError):
        unfold(scenario, max_states=count - 1)


@pytest.mark.parametrize(
    ("kind", "code", "message"),
    [
        ("{decision: Last, options: {go: {when: round < 2}}}", "P303", "decision 'last[round=2]' has no option left"),
        (
            "{chance: Last, branches: {go: {p: 1, when: round < 2}}}",
            "P304",
            "chance 'last[round=2]' has no branch left",
        ),
    ],
)
def test_a_state_without_a_way_on_is_named(kind: str, code: str, message: str):
    text = f"""
state: {{round: 1}}
nodes:
  first: {{decision: First, options: {{on: {{set: {{round: round + 1}}, to: last}}}}}}
  last: {kind}
"""
    found, place = fault(text)
    assert (found.code, found.message, place) == (code, message, "last")
    assert [found.source.text[label.span.start : label.span.end] for label in found.related] == ["round < 2"]


def test_a_state_formula_must_be_finite():
    text = """
state: {round: 0}
nodes:
  first: {decision: First, options: {on: {set: {round: 1 / round}, to: last}}}
  last: {outcome: Last, payoff: round}
"""
    found, place = fault(text)
    assert (found.code, place) == ("P305", "1 / round")
    assert "first.on" in found.message
    assert found.label == "with round = 0"


def test_faults_of_a_scenario_without_text_have_a_place_too():
    loop = {"on": Edge("on", "n", "", to="n", p=Expression.of(1))}
    scenario = Scenario(
        "t", {"n": Node("n", "chance", "", loop)}, {"self": Actor("self", "")}, {"value": Criterion("value", "")}
    )
    with pytest.raises(ScenarioError, match="P301"):
        unfold(scenario)
