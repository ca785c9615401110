from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from planner.core.change import adding
from planner.core.change.draft import Draft
from planner.core.change.edit import EditError
from planner.core.num import Num
from tests.conftest import GOLDEN

if TYPE_CHECKING:
    from planner.core.change.draft import Change

TALKS = (GOLDEN / "change" / "talks.before.yaml").read_text()


def after(*changes: Change, text: str = TALKS) -> str:
    return Draft.of(text).apply(*changes).text


def added(*changes: Change, text: str = TALKS) -> list[str]:
    """Return the lines that are new."""
    old, new = text.splitlines(), after(*changes, text=text).splitlines()
    assert not [line for line in old if line not in new]
    return [line for line in new if line not in old]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("step", ("step", {})),
        ("step:0.30", ("step", {"p": Num("0.30")})),
        ("step: 0.3 A step", ("step", {"name": "A step", "p": 0.3})),
        ("step:rest -> calm", ("step", {"p": "rest", "to": "calm"})),
        ("step:hope A step (soft)", ("step", {"name": "A step (soft)", "p": "hope"})),
        ("step:0.3 A step (soft) (-70)", ("step", {"name": "A step (soft)", "p": 0.3, "payoff": -70})),
        ("step:0.3 (calm=-3)", ("step", {"p": 0.3, "payoff": {"calm": -3}})),
        ("step:(1 - hope) A step", ("step", {"name": "A step", "p": "1 - hope"})),
        ("step:(1-a)/(1-b) A", ("step", {"name": "A", "p": "(1-a)/(1-b)"})),
        ("step:min(a, b) A", ("step", {"name": "A", "p": "min(a, b)"})),
        ("step:1-hope->calm", ("step", {"p": "1-hope", "to": "calm"})),
        ("step:0.3 Stop ->", ("step", {"name": "Stop", "p": 0.3, "to": ""})),
        (
            "step:0.3 A step (uk.calm=2, uk.cohesion=hope*3, calm=min(1, 2)) -> calm",
            (
                "step",
                {
                    "name": "A step",
                    "p": 0.3,
                    "payoff": {"uk": {"calm": 2, "cohesion": "hope*3"}, "calm": "min(1, 2)"},
                    "to": "calm",
                },
            ),
        ),
    ],
)
def test_a_branch_in_one_piece(text: str, expected: tuple[str, dict[str, Any]]):
    name, content = adding.edge(text, branch=True)
    assert (name, content) == expected
    assert list(content) == list(expected[1])


@pytest.mark.parametrize(
    ("text", "branch", "message"),
    [
        ("", True, "has no id"),
        ("-> calm", True, "has no id"),
        ("engage:0.3 Talk", False, "an option is chosen|given a probability"),
        ("step:1 - hope A step", True, "where does the formula of 'step' end"),
        ("step:a if b else c", True, "where does the formula of 'step' end"),
        ("step:0.3 A (calm=1, calm=2)", True, "'calm' is given twice"),
        ("step:0.3 A (calm=1, 3)", True, "'3' is not of the form"),
        ("step:0.3 A (uk=1, uk.calm=2)", True, "as a whole and by criterion"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, branch: bool, message: str):
    with pytest.raises(EditError, match=message):
        adding.edge(text, branch=branch)


def test_an_id_given_twice_is_refused():
    with pytest.raises(EditError, match="the branch 'a' is given twice"):
        adding.edges(["a:0.3", "a:rest"], branch=True)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["-70"], -70),
        (["fatigue * 2"], "fatigue * 2"),
        (["3 if round == 2 else 0"], "3 if round == 2 else 0"),
        (["calm=-3,cohesion=2"], {"calm": -3, "cohesion": 2}),
        (["calm=-3", "uk=2"], {"calm": -3, "uk": 2}),
    ],
)
def test_payoffs(texts: list[str], expected: object):
    assert adding.payoff(texts) == expected


def test_a_new_entry_is_written_like_its_neighbours():
    lines = added(
        adding.add_entry("parameters", "late", "hope / 2"),
        adding.add_entry("actors", "italy", {"name": "Italy", "weights": {"calm": 1}}),
        adding.add_entry("criteria", "cost", {"name": "Cost", "worst": 120, "best": 0}),
    )
    assert lines == [
        "  italy: {name: Italy, weights: {calm: 1}}",
        "  cost: {name: Cost, worst: 120, best: 0}",
        "  late: hope / 2",
    ]


def test_sections_that_are_missing_are_begun_in_the_order_of_the_format():
    text = after(
        adding.add_entry("state", "round", Num("1")),
        adding.add_entry("futures", "winter", {"set": {"hope": 0.1}}),
        adding.add_correlation("hope", "hope", 1.0),
    )
    order = [text.index(f"\n{name}:") for name in ("parameters", "correlations", "futures", "state", "nodes")]
    assert order == sorted(order)


def test_correlations_are_added_in_lines_and_in_brackets():
    rows = [adding.add_correlation("a", "b", 0.5), adding.add_correlation("a", "c", Num("-0.10"))]
    assert "correlations:\n  - [a, b, 0.5]\n  - [a, c, -0.10]\n" in after(*rows)
    assert "[[a, b, 0.5], [a, c, -0.10]]\n" in after(*rows, text="planner: 1\ncorrelations: []\n")
    with pytest.raises(EditError, match="'b' and 'a' have a correlation already"):
        after(rows[0], adding.add_correlation("b", "a", 0.5))


def test_a_node_goes_before_the_outcomes_at_the_end_and_an_outcome_to_the_end():
    text = after(
        adding.add_node("wait", {"decision": "Wait?", "options": {"yes": {}}}),
        adding.add_node("war", {"outcome": "War", "payoff": {"calm": -50}}),
    )
    source = Draft.of(text).source
    assert source.data is not None
    assert list(source.data["nodes"]) == ["line", "talks", "answer", "wait", "calm-down", "fatigue", "war"]
    assert text.endswith("\n\n  war:\n    outcome: War\n    payoff: {calm: -50}\n# the end\n")


def test_a_new_root_stands_first_and_comments_stay_with_the_old_one():
    text = after(
        adding.add_node("start", {"chance": "What happens?", "branches": {"a": {"p": 1, "to": "line"}}}, root=True)
    )
    new = "nodes:\n  start:\n    chance: What happens?\n    branches:\n      a: {p: 1, to: line}\n\n"
    assert f"{new}  # where it starts\n  line:\n" in text


@pytest.mark.parametrize(
    ("edge", "before", "expected"),
    [
        ("line.drift", "      drift:\n", "      drift: {to: talks}\n"),
        ("line.isolate", "isolate: {payoff: {calm: -10}}", "isolate: {payoff: {calm: -10}, to: talks}"),
    ],
)
def test_an_edge_is_led_to_a_node(edge: str, before: str, expected: str):
    assert after(adding.hang(edge, "talks")) == TALKS.replace(before, expected)


def test_an_edge_that_leads_elsewhere_is_left_alone_unless_it_may_change():
    with pytest.raises(EditError, match=r"'talks.stall' leads to 'answer' already"):
        after(adding.hang("talks.stall", "fatigue"))
    changed = TALKS.replace("        to: answer\n", "        to: fatigue\n")
    assert after(adding.hang("talks.stall", "fatigue", replace=True)) == changed
    assert after(adding.hang("talks.stall", "answer")) == TALKS


def test_options_and_branches_are_added_to_their_nodes():
    lines = added(
        adding.add_edge("line.wait", {"name": "Wait"}, word="option"),
        adding.add_edge("talks.demand", {"p": 0.1, "to": "fatigue"}, word="branch"),
    )
    assert lines == ["      wait: {name: Wait}", "      demand: {p: 0.1, to: fatigue}"]


@pytest.mark.parametrize(
    ("change", "message", "help_"),
    [
        (adding.add_entry("actors", "uk", {}), "there is an actor 'uk' already", ""),
        (adding.add_node("line", {"outcome": "x"}), "there is a node 'line' already", ""),
        (adding.hang("line.drft", "talks"), "'line' has no option 'drft'", "did you mean 'line.drift'?"),
        (adding.hang("lin.drift", "talks"), "there is no node 'lin'", "did you mean 'line'?"),
        (adding.hang("line.drift", "tlks"), "there is no node 'tlks'", "did you mean 'talks'?"),
        (adding.hang("line", "talks"), "'line' is a node, not one of its options", "write for instance 'line.engage'"),
        (adding.hang("fatigue.x", "talks"), "'fatigue' is an outcome and has no edges", ""),
        (adding.add_edge("talks.x", {}, word="option"), "'talks' is a chance node and takes no option", "add a branch"),
        (adding.add_edge("line.drift", {}, word="option"), "'line' has an option 'drift' already", ""),
        (adding.add_edge("line", {}, word="option"), "'line' names no option", "write NODE.OPTION"),
    ],
)
def test_what_cannot_be_added_is_refused_in_one_sentence(change: Change, message: str, help_: str):
    with pytest.raises(EditError) as raised:
        after(change)
    assert raised.value.message == message
    assert raised.value.next_step.startswith(help_)


def test_an_edge_may_lead_to_another_scenario():
    text = TALKS.replace("nodes:\n", "include:\n  other: {file: other.yaml}\nnodes:\n")
    assert "      drift: {to: other}\n" in after(adding.hang("line.drift", "other"), text=text)
