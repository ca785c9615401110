from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from planner.core.change.draft import Draft
from planner.core.change.edit import EditError
from planner.core.change.references import references
from planner.core.change.removing import plan, take_out
from planner.core.change.renaming import rename
from planner.core.change.setting import set_value
from planner.core.rules import check
from planner.core.source import Source
from tests.core.change.scenarios import WORD, Data, plain, renamed, scenarios, texts

TALKS = """\
planner: 1
title: Talks
actors:
  uk: {weights: {peace: 1, money: 1}} # London
  france: {weights: {peace: 1}}
criteria:
  peace: {worst: 0, best: 10}
  money: {worst: 0, best: 10}
parameters:
  hope: 0.3 # used
  half: hope / 2
  idle: 1

correlations:
  - [half, idle, 0.1]
  - [hope, half, 0.2] # why
futures:
  dark: {set: {hope: 0.1}}
nodes:
  line:
    decision: Which line?
    by: [uk, france]
    fallback: wait
    options:
      talk: {payoff: {peace: 1}, to: answer}
      wait: {to: drift}
      shout: {to: drift}

  # The answer.
  answer:
    chance: What do they say?
    branches:
      yes: {p: hope, to: deal}
      no: {p: rest, payoff: {money: 2}, to: drift}

  deal: {outcome: A deal, payoff: {peace: 5}}

  drift: {outcome: Drift}
"""


def after(text: str, *places: str, with_subtree: bool = False) -> str:
    return Draft.of(text).apply(*(take_out(place, with_subtree=with_subtree) for place in places)).text


def refusal(text: str, place: str, *, with_subtree: bool = False) -> tuple[str, list[str], str]:
    source = Source.from_text(text)
    with pytest.raises(EditError) as caught:
        take_out(place, with_subtree=with_subtree)(source)
    uses = [f"{':'.join(map(str, source.position(use.span.start)))} {use.text}" for use in caught.value.uses]
    return caught.value.message, uses, caught.value.next_step


@pytest.mark.parametrize(
    ("place", "old", "new"),
    [
        ("idle", "  idle: 1\n", None),
        ("line.shout", "      shout: {to: drift}\n", ""),
        ("answer.no.payoff.money", ", payoff: {money: 2}", ""),
        ("answer.no.payoff", ", payoff: {money: 2}", ""),
        ("uk.weights.money", ", money: 1}} # L", "}} # L"),
        ("peace.worst", "{worst: 0, best: 10}\n  money", "{best: 10}\n  money"),
        ("futures", "futures:\n  dark: {set: {hope: 0.1}}\n", ""),
        ("dark", "futures:\n  dark: {set: {hope: 0.1}}\n", ""),
        ("dark.set.hope", ": {set: {hope: 0.1}}", ": {}"),
        ("correlations.0", "  - [half, idle, 0.1]\n", ""),
        ("correlations.1", "  - [hope, half, 0.2] # why\n", ""),
        ("line.by.0", "[uk, france]", "[france]"),
    ],
)
def test_what_nothing_hangs_on_is_taken_out(place: str, old: str, new: str | None):
    assert TALKS.count(old) == 1
    text = TALKS
    if new is None:  # a parameter that only a correlation names
        text = after(text, "correlations.0")
        new = ""
    assert after(text, place) == text.replace(old, new)


def test_uses_are_listed_with_their_places():
    assert refusal(TALKS, "hope") == (
        "'parameters.hope' is used in 4 places",
        [
            "11:9 parameters.half names parameter 'hope'",
            "16:6 correlations.1.0 names parameter 'hope'",
            "18:16 futures.dark.set.hope names parameter 'hope'",
            "33:16 answer.yes.p names parameter 'hope'",
        ],
        "change these places first",
    )
    assert refusal(TALKS, "hope", with_subtree=True)[1] == [
        "11:9 parameters.half names parameter 'hope'",
        "33:16 answer.yes.p names parameter 'hope'",
    ]
    message, uses, step = refusal(TALKS, "money")
    assert message == "'criteria.money' is used in 2 places"
    assert uses == [
        "4:28 actors.uk.weights.money names criterion 'money'",
        "34:30 answer.no.payoff.money names criterion 'money'",
    ]
    assert step == "--with-subtree takes out what hangs on it, too"
    assert refusal(TALKS, "line.wait")[1] == ["23:15 line.fallback names edge 'line.wait'"]
    assert refusal(TALKS, "uk", with_subtree=True)[1] == ["22:10 line.by.0 names actor 'uk'"]


def test_entries_under_its_id_go_with_a_criterion():
    text = after(TALKS, "money", with_subtree=True)
    assert plain(Source.from_text(text).data) == without(
        TALKS, "criteria.money", "actors.uk.weights.money", "nodes.answer.branches.no.payoff"
    )
    text = after(TALKS, "idle", with_subtree=True)
    assert text == TALKS.replace("  idle: 1\n", "").replace("  - [half, idle, 0.1]\n", "")


def without(text: str, *paths: str) -> Any:
    data = plain(Source.from_text(text).data)
    for path in paths:
        *way, last = path.split(".")
        holder = data
        for part in way:
            holder = holder[part]
        del holder[last]
    return data


def test_an_option_with_all_that_only_it_leads_to():
    message, uses, _ = refusal(TALKS, "line.talk")
    assert message == "'line.talk' alone leads to 'answer', 'deal'"
    assert uses == ["30:3 'answer'", "36:3 'deal'"]
    text = after(TALKS, "line.talk", with_subtree=True)
    assert plain(Source.from_text(text).data) == without(TALKS, "nodes.line.options.talk", "nodes.answer", "nodes.deal")
    assert text.endswith("      shout: {to: drift}\n\n  # The answer.\n\n  drift: {outcome: Drift}\n")


def test_a_node_goes_and_what_led_to_it_ends_there():
    message, uses, _ = refusal(TALKS, "answer")
    assert message == "'answer' is used in 1 place and alone leads to 'deal'"
    assert uses == ["25:38 line.talk.to names node 'answer'", "36:3 'deal'"]
    text = after(TALKS, "answer", with_subtree=True)
    assert plain(Source.from_text(text).data) == without(
        TALKS, "nodes.line.options.talk.to", "nodes.answer", "nodes.deal"
    )
    assert not [each for each in check(Source.from_text(text)) if each.severity == "error"]
    removal = plan(Source.from_text(TALKS), "drift", with_subtree=True)
    assert [edge[-1] for edge in removal.ends] == ["wait", "shout", "no"]
    assert removal.nodes == ()


def test_the_root_stays():
    assert refusal(TALKS, "line", with_subtree=True)[0] == "'line' is the root of the tree"
    assert "scenario without nodes" in refusal(TALKS, "nodes")[0]


def test_nodes_that_nothing_leads_to_go_alone():
    text = (
        TALKS + "\n  lone: {chance: c, branches: {a: {p: 1, to: last}}}\n  last: {outcome: o}\n  other: {outcome: p}\n"
    )
    assert (
        after(text, "other") == TALKS + "\n  lone: {chance: c, branches: {a: {p: 1, to: last}}}\n  last: {outcome: o}\n"
    )
    assert refusal(text, "lone")[0] == "'lone' alone leads to 'last'"
    assert plain(Source.from_text(after(text, "lone", "other", with_subtree=True)).data) == plain(
        Source.from_text(TALKS).data
    )


def test_unseen_nodes_are_forgotten_and_signals_are_not():
    text = TALKS.replace("    fallback: wait", "    fallback: wait\n    unseen: [answer]")
    data = plain(Source.from_text(after(text, "answer", with_subtree=True)).data)
    assert "unseen" not in data["nodes"]["line"]
    text = TALKS + "signals: {wire: {about: answer, likelihood: {yes: {a: 1}, no: {a: 1}}}}\n"
    assert refusal(text, "answer", with_subtree=True)[1] == ["39:25 signals.wire.about names node 'answer'"]


def test_a_section_goes_when_nothing_uses_it():
    assert refusal(TALKS, "parameters")[0] == "'parameters' is used in 6 places"
    assert "correlations" not in after(TALKS, "correlations")


@pytest.mark.parametrize("place", ["line.talks", "hoep", "line.talk.p", "correlations.5"])
def test_what_is_not_there(place: str):
    with pytest.raises(EditError):
        after(TALKS, place)


# --- any sequence of edits ----------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_edits_leave_a_file_that_reads_to_the_expected_model(data: st.DataObject):
    """Set, rename and remove in a row, each done in plain data as well."""
    model = plain(data.draw(scenarios()))
    text = data.draw(texts(model))
    path = "a.json" if text.startswith("{") else "a.yaml"
    draft = Draft.of(text, path=path)
    assume(not draft.source.diagnostics)
    for step in range(data.draw(st.integers(1, 5))):
        edit = data.draw(st.sampled_from([_set, _set_new, _rename, _remove_edge, _remove_payoff, _remove_criterion]))
        change, model = edit(data, draft, model, step)
        draft = draft.apply(*change)
        assert draft.source.diagnostics == ()
        assert plain(draft.source.data) == model
    assert not [each for each in check(draft.source) if each.severity == "error"]


def _edges(model: Data) -> list[tuple[str, str, str]]:
    return [
        (node, group, edge)
        for node, value in model["nodes"].items()
        for group in ("options", "branches")
        for edge in value.get(group, {})
    ]


def _set(data: st.DataObject, draft: Draft, model: Data, step: int) -> tuple[list[Any], Data]:
    name = data.draw(st.sampled_from(sorted(model["criteria"])))
    key = data.draw(st.sampled_from(["worst", "start", "unit"]))
    made = copy.deepcopy(model)
    made["criteria"][name][key] = "7" if key == "unit" else -7.0
    return [set_value(f"criteria.{name}.{key}", "7" if key == "unit" else "-7")], made


def _set_new(data: st.DataObject, draft: Draft, model: Data, step: int) -> tuple[list[Any], Data]:
    node, group, edge = data.draw(st.sampled_from(_edges(model)))
    criterion = data.draw(st.sampled_from(sorted(model["criteria"])))
    made = copy.deepcopy(model)
    made["nodes"][node][group][edge].setdefault("payoff", {})[criterion] = "max(1, 2)"
    made["nodes"][node][group][edge]["note"] = "a: [note"
    changes = [
        set_value(f"{node}.{edge}.payoff.{criterion}", "max(1, 2)"),
        set_value(f"{node}.{edge}.note", "a: [note"),
    ]
    return changes, made


def _rename(data: st.DataObject, draft: Draft, model: Data, step: int) -> tuple[list[Any], Data]:
    names = sorted({each.name for each in references(draft.source) if each.defines and not each.name.endswith("z")})
    assume(names)
    name = data.draw(st.sampled_from(names))
    new = f"x{step}z"
    return [rename(name, new)], renamed(model, name.rpartition(".")[2], new)


def _remove_edge(data: st.DataObject, draft: Draft, model: Data, step: int) -> tuple[list[Any], Data]:
    """Take out an option of a decision that has another one, with its subtree."""
    nodes = model["nodes"]
    found = [(node, edge) for node, group, edge in _edges(model) if group == "options" and len(nodes[node][group]) > 1]
    if not found:
        return [], model
    node, edge = data.draw(st.sampled_from(found))
    made = copy.deepcopy(model)
    del made["nodes"][node]["options"][edge]
    root = next(iter(nodes))
    before, now = _reached(nodes, root), _reached(made["nodes"], root)
    for lost in before - now:
        del made["nodes"][lost]
    return [take_out(f"{node}.{edge}", with_subtree=True)], made


def _reached(nodes: Data, root: str) -> set[str]:
    seen, stack = {root}, [root]
    while stack:
        node = nodes[stack.pop()]
        for edge in (node.get("options") or node.get("branches") or {}).values():
            if edge.get("to") and edge["to"] not in seen:
                seen.add(edge["to"])
                stack.append(edge["to"])
    return seen


def _remove_payoff(data: st.DataObject, draft: Draft, model: Data, step: int) -> tuple[list[Any], Data]:
    found = [
        (node, group, edge, name)
        for node, group, edge in _edges(model)
        for name in model["nodes"][node][group][edge].get("payoff", {})
    ]
    if not found:
        return [], model
    node, group, edge, name = data.draw(st.sampled_from(found))
    made = copy.deepcopy(model)
    del made["nodes"][node][group][edge]["payoff"][name]
    if not made["nodes"][node][group][edge]["payoff"]:
        del made["nodes"][node][group][edge]["payoff"]
    return [take_out(f"{node}.{edge}.payoff.{name}")], made


def _remove_criterion(data: st.DataObject, draft: Draft, model: Data, step: int) -> tuple[list[Any], Data]:
    if len(model["criteria"]) < 2:
        return [], model
    name = data.draw(st.sampled_from(sorted(model["criteria"])))
    return [take_out(name, with_subtree=True)], _dropped(model, name)


def _dropped(value: Any, name: str) -> Any:
    """Return data without the entries under a name, and without payoffs and weights that this leaves empty."""
    if not isinstance(value, dict):
        assert not (isinstance(value, str) and name in WORD.findall(value))
        return value
    kept = {key: _dropped(inner, name) for key, inner in value.items() if key != name}
    return {key: inner for key, inner in kept.items() if inner != {} or value[key] == {}}
