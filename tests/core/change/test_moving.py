from __future__ import annotations

import copy as copies
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.core.change import adding, moving
from planner.core.change.draft import Draft
from planner.core.change.edit import EditError
from planner.core.rules import check
from tests.conftest import GOLDEN
from tests.core.change.scenarios import Data, plain, scenarios, texts
from tests.core.change.test_writing import ordered

if TYPE_CHECKING:
    from planner.core.change.draft import Change

TALKS = (GOLDEN / "change" / "talks.before.yaml").read_text()


def after(*changes: Change, text: str = TALKS) -> str:
    return Draft.of(text).apply(*changes).text


def test_moving_changes_one_word():
    assert after(moving.move("talks.stall", "fatigue")) == TALKS.replace("to: answer\n", "to: fatigue\n")
    assert after(moving.move("answer.go-on", "talks")) == TALKS.replace("{go-on: {to: fatigue}", "{go-on: {to: talks}")


def test_a_split_keeps_the_way_to_the_old_target():
    edges = adding.edges(["yes:0.7", "no:rest They do not -> fatigue", "late:0.1 ->"], branch=True)
    text = after(moving.split("line.engage", "offer", {"chance": "Do they listen?"}, edges))
    new = """\
  offer:
    chance: Do they listen?
    branches:
      yes: {p: 0.7, to: talks}
      no: {name: They do not, p: rest, to: fatigue}
      late: {p: 0.1}

  talks:
"""
    assert text == TALKS.replace("to: talks}", "to: offer}").replace("  talks:\n", new)


def test_a_split_of_an_edge_that_ends_the_path():
    text = after(moving.split("line.drift", "next", {"decision": "And then?"}, {"go": {}, "stop": {"to": "fatigue"}}))
    assert "      drift: {to: next}\n" in text
    assert "    decision: And then?\n    options:\n      go: {}\n      stop: {to: fatigue}\n" in text


def test_a_copy_has_fresh_ids_and_its_own_comments():
    text = after(moving.copy("talks", "talks-late"))
    source = Draft.of(text).source
    assert source.data is not None
    nodes = source.data["nodes"]
    new = ["talks-late", "answer-late", "calm-down-late", "fatigue-late"]
    assert list(nodes) == ["line", "talks", "answer", *new[:2], "calm-down", "fatigue", *new[2:]]
    assert nodes["talks-late"]["branches"]["stall"]["to"] == "answer-late"
    assert nodes["answer-late"]["options"]["stop"] == {"to": "calm-down-late"}
    assert text.count("# most likely") == 2
    assert 'name: "A step"' in text[text.index("talks-late:") :]


def test_a_copy_may_share_the_outcomes():
    source = Draft.of(after(moving.copy("talks", "again", share_outcomes=True))).source
    assert source.data is not None
    nodes = source.data["nodes"]
    assert list(nodes) == ["line", "talks", "answer", "again", "answer-2", "calm-down", "fatigue"]
    assert nodes["answer-2"]["options"] == nodes["answer"]["options"]


SIGNALS = """\
planner: 1
title: Signals
signals:
  wire: {about: rain, likelihood: {wet: {up: 0.8, down: 0.2}, dry: {up: 0.1, down: 0.9}}}
nodes:
  hear:
    observe: wire
    branches: {up: {to: go}, down: {to: go}}
  go:
    decision: Go?
    unseen: [hear]
    options: {yes: {to: rain}, no: {}}
  rain:
    chance: Does it rain?
    branches: {wet: {p: 0.3, payoff: -5}, dry: {p: rest}}
"""


def test_what_a_copy_refers_to_follows():
    draft = Draft.of(SIGNALS).apply(moving.copy("hear", "hear-late"))
    assert draft.source.data is not None
    data = draft.source.data
    assert data["signals"]["wire-late"]["about"] == "rain-late"
    assert data["nodes"]["hear-late"]["observe"] == "wire-late"
    assert data["nodes"]["go-late"]["unseen"] == ["hear-late"]
    assert data["nodes"]["go-late"]["options"]["yes"] == {"to": "rain-late"}
    assert draft.new_errors(Draft.of(SIGNALS)) == []


def test_fresh_ids_go_round_those_that_are_taken():
    text = TALKS.replace("fatigue:", "answer-late:").replace("to: fatigue", "to: answer-late")
    source = Draft.of(after(moving.copy("talks", "talks-late"), text=text)).source
    assert source.data is not None
    assert {"answer-2", "answer-late-late"} <= source.data["nodes"].keys()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (moving.move("talks.stall", "nowhere"), "there is no node 'nowhere'"),
        (moving.copy("nowhere", "x"), "there is no node 'nowhere'"),
        (moving.copy("talks", "line"), "there is a node 'line' already"),
        (moving.split("line.engage", "talks", {"chance": "x"}, {"a": {}}), "there is a node 'talks' already"),
    ],
)
def test_what_cannot_be_done_is_refused(change: Change, message: str):
    with pytest.raises(EditError) as raised:
        after(change)
    assert raised.value.message == message


# --- any sequence of edits --------------------------------------------------------------------------------


class Twin:
    """The same changes, made in the text and, by other means, in the data."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.data: Data = draw(scenarios())
        self.draft = Draft.of(draw(texts(self.data)))
        self.count = 0

    def fresh(self) -> str:
        self.count += 1
        return f"x{self.count}"

    def edge(self) -> tuple[str, str, Data]:
        """Choose an edge: its name, its node, its data."""
        found = [
            (f"{name}.{edge}", name, value)
            for name, node in self.data["nodes"].items()
            for edge, value in node.get("options", node.get("branches", {})).items()
        ]
        chosen: tuple[str, str, Data] = self.draw(st.sampled_from(found))
        return chosen

    def node(self) -> str:
        return str(self.draw(st.sampled_from(list(self.data["nodes"]))))

    def insert(self, name: str, node: Data, *, after: str | None = None) -> None:
        """Put a node into the data where it belongs."""
        items = list(self.data["nodes"].items())
        inner = [place for place, (_, each) in enumerate(items) if "outcome" not in each]
        names = [each for each, _ in items]
        place = len(items) if "outcome" in node else inner[-1] + 1 if inner else 0
        items.insert(names.index(after) + 1 if after else place, (name, node))
        self.data["nodes"] = dict(items)

    def apply(self, *changes: Change) -> None:
        self.draft = self.draft.apply(*changes)

    def add(self) -> None:
        name = self.fresh()
        nodes: list[Data] = [
            {"chance": "What, now?", "branches": {"a": {"p": 0.3, "payoff": {"c0": -1}}, "b": {"p": "rest"}}},
            {"decision": "Which: this?", "by": ["a0"], "options": {"a": {"name": "it's"}, "b": {}}},
            {"outcome": "[The] end", "payoff": {"c1": 2}},
        ]
        node = self.draw(st.sampled_from(nodes))
        edge, _, value = self.edge()
        value["to"] = name
        self.insert(name, copies.deepcopy(node))
        self.apply(adding.add_node(name, node), adding.hang(edge, name, replace=True))

    def add_more(self) -> None:
        name = self.fresh()
        contents: list[tuple[str, Any]] = [
            ("parameters", 0.5),
            ("parameters", {"value": "p0 * 2", "source": "a: b"}),
            ("state", 3.0),
            ("futures", {"name": "F", "set": {"p0": 0.1}}),
        ]
        section, content = self.draw(st.sampled_from(contents))
        self.data[section][name] = content
        self.apply(adding.add_entry(section, name, content))

    def add_edge(self) -> None:
        name, new = self.node(), self.fresh()
        node = self.data["nodes"][name]
        group = "options" if "decision" in node else "branches"
        if "outcome" in node:
            return
        node[group][new] = {"name": "New"}
        self.apply(adding.add_edge(f"{name}.{new}", {"name": "New"}, word=adding.WORDS[group]))

    def move(self) -> None:
        (edge, _, value), node = self.edge(), self.node()
        value["to"] = node
        self.apply(moving.move(edge, node))

    def split(self) -> None:
        (edge, owner, value), name = self.edge(), self.fresh()
        old = {"to": value["to"]} if "to" in value else {}
        value["to"] = name
        made = {"a": {"p": 0.5, **old}, "b": {"name": "B", "p": "rest"}}
        self.insert(name, {"chance": "Between?", "branches": made}, after=owner)
        edges: Data = {"a": {"p": 0.5}, "b": {"name": "B", "p": "rest", "to": ""}}
        self.apply(moving.split(edge, name, {"chance": "Between?"}, edges))

    def copy(self) -> None:
        node, new = self.node(), self.fresh()
        share = self.draw(st.booleans())
        nodes = self.data["nodes"]
        reached: set[str] = set()
        waiting = [node]
        while waiting:
            name = waiting.pop()
            if name not in reached and not (share and name != node and "outcome" in nodes[name]):
                reached.add(name)
                edges = nodes[name].get("options", nodes[name].get("branches", {})).values()
                waiting += [edge["to"] for edge in edges if "to" in edge]
        ids = {node: new}
        for name in [each for each in nodes if each in reached and each != node]:
            number = 2
            while f"{name}-{number}" in {*nodes, *ids.values()}:
                number += 1
            ids[name] = f"{name}-{number}"
        for name in [each for each in nodes if each in reached]:
            made = copies.deepcopy(nodes[name])
            for edge in made.get("options", made.get("branches", {})).values():
                if edge.get("to") in ids:
                    edge["to"] = ids[edge["to"]]
            self.insert(ids[name], made)
        self.apply(moving.copy(node, new, share_outcomes=share))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_sequence_of_edits_reads_to_the_expected_model(data: st.DataObject):
    twin: Twin = data.draw(st.composite(Twin)())
    remarks = re.findall(r"# note \d+!", twin.draft.text)
    for _ in range(data.draw(st.integers(1, 5))):
        before = twin.draft.text
        step = data.draw(st.sampled_from(["add", "add_more", "add_edge", "move", "split", "copy"]))
        getattr(twin, step)()
        text = twin.draft.text
        assert not twin.draft.source.diagnostics
        assert ordered(plain(twin.draft.source.data)) == ordered(plain(twin.data))
        assert not [remark for remark in remarks if remark not in text]
        if step in {"add_more", "add_edge", "copy"}:
            rest = iter(text)  # nothing that was there is touched
            assert all(char in rest for char in before)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_copy_of_a_sound_scenario_is_sound(data: st.DataObject):
    content = data.draw(scenarios())
    draft = Draft.of(data.draw(texts(content)))
    node = data.draw(st.sampled_from(list(content["nodes"])))
    made = draft.apply(moving.copy(node, "new"))
    assert [each for each in check(made.source) if each.severity == "error"] == []
