from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.core.change.draft import Draft
from planner.core.change.edit import EditError
from planner.core.change.references import references
from planner.core.change.renaming import rename
from planner.core.rules import check
from planner.core.source import Source
from tests.conftest import ROOT
from tests.core.change.scenarios import plain, renamed, scenarios, texts

SHIPPED = {path.name: path.read_text() for path in sorted((ROOT / "scenarios").glob("*.yaml"))}
SECTIONS = {
    "actor": "actors",
    "criterion": "criteria",
    "parameter": "parameters",
    "state": "state",
    "future": "futures",
    "signal": "signals",
    "node": "nodes",
    "edge": "nodes",
}
NAMES = sorted(
    {
        (file, f"{SECTIONS[each.kind]}.{each.name}")
        for file, text in SHIPPED.items()
        for each in references(Source.from_text(text))
        if each.defines
    }
)
SIGNAL = """\
planner: 1
title: News
actors: {uk: }
parameters: {hope: 0.3, hopeless: '1 - hope'}
state: {round: 0}
futures: {dark: {set: {hope: hopeless / 2}}}
correlations: [[hope, hopeless, 0.1]]
signals:
  wire: {about: talks, likelihood: {step: {warm: hope, cold: 1 - hope}, "stall": {warm: 0.3, cold: 0.7}}}
nodes:
  listen:
    observe: wire
    branches: {warm: {to: line}, cold: {to: again}}
  again:
    observe: wire
    branches: {warm: {to: line}, cold: {to: line}}
  line: {decision: What?, by: [uk], fallback: go, unseen: [talks], options: {go: {to: 'talks'}, stay: {}}}
  talks:
    chance: How?
    resolved: {branch: step}
    branches:
      step:
        p: >-
          (hope
          + hope) / 2
        set: {round: round + hope * 0}
        payoff: {uk: "-hope"}
      stall: {p: rest, when: round < 1}
"""


def after(text: str, *pairs: tuple[str, str]) -> str:
    return Draft.of(text).apply(*(rename(*pair) for pair in pairs)).text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hope", "faith"),
        ("round", "turn"),
        ("uk", "london"),
        ("wire", "cable"),
        ("talks", "answer"),
        ("line.go", "leave"),
        ("talks.step", "talks.move"),
        ("signals.wire", "cable"),
        ("futures.dark", "black"),
        ("listen.warm", "hot"),
    ],
)
def test_every_use_follows(old: str, new: str):
    text = after(SIGNAL, (old, new))
    was, word = old.rpartition(".")[2], new.rpartition(".")[2]
    assert plain(Source.from_text(text).data) == renamed(plain(Source.from_text(SIGNAL).data), was, word)
    assert after(text, (f"{old.rpartition('.')[0]}.{word}".removeprefix("."), was)) == SIGNAL


@pytest.mark.parametrize(
    ("old", "new", "message", "step"),
    [
        ("hope", "hopeless", "'hopeless' is taken (line 4, column 25)", ""),
        ("hope", "round", "'round' is taken (line 5", ""),
        ("hope", "min", "a parameter cannot be called 'min'", ""),
        ("hope", "rest", "a parameter cannot be called 'rest'", ""),
        ("hope", "late-hope", "'late-hope' is no id for a parameter", "'_'"),
        ("talks", "Talks", "'Talks' is no id for a node", "small letters"),
        ("talks", "", "'' is no id for a node", ""),
        ("talks", "null", "a node cannot be called 'null'", ""),
        ("talks", "line", "'line' is taken", ""),
        ("line.go", "stay", "'stay' is taken", ""),
        ("listen.warm", "cold", "'cold' is taken", ""),
        ("line.go", "talks.go", "'line.go' cannot become 'talks.go'", "'planner move'"),
        ("title", "x", "'title' has no id of its own", ""),
        ("line.by", "x", "'line.by' has no id of its own", ""),
        ("tlaks", "x", "'tlaks' is no key", "did you mean 'talks'?"),
    ],
)
def test_what_cannot_be_renamed(old: str, new: str, message: str, step: str):
    with pytest.raises(EditError) as caught:
        after(SIGNAL, (old, new))
    assert message in caught.value.message
    assert step in caught.value.next_step


def test_two_things_of_one_name_need_their_section():
    text = SIGNAL.replace("talks", "uk")
    with pytest.raises(EditError, match="'uk' could be 2 things") as caught:
        after(text, ("uk", "x"))
    assert caught.value.next_step == "write 'actors.uk' or 'nodes.uk'"
    data = plain(Source.from_text(after(text, ("nodes.uk", "talks"))).data)
    assert data == plain(Source.from_text(SIGNAL).data)


def test_the_same_name_changes_nothing():
    assert after(SIGNAL, ("hope", "hope")) == SIGNAL


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(NAMES), st.sampled_from(["zz", "z9_z", "zebra_" * 9 + "z"]))
def test_there_and_back_is_the_identity(name: tuple[str, str], new: str):
    file, old = name
    text = SHIPPED[file]
    there = after(text, (old, new))
    head, _, short = old.rpartition(".")
    assert there != text
    assert not [each for each in check(Source.from_text(there)) if each.severity == "error"]
    assert after(there, (f"{head}.{new}", short)) == text


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_data_and_comments_of_any_text_follow(data: st.DataObject):
    scenario = data.draw(scenarios())
    text = data.draw(texts(scenario))
    found = [each for each in references(Source.from_text(text)) if each.defines]
    one = data.draw(st.sampled_from(found))
    there = after(text, (one.name, "zz"))
    short = one.name.rpartition(".")[2]
    source = Source.from_text(there)
    assert plain(source.data) == renamed(plain(scenario), short, "zz")
    assert not [each for each in check(source) if each.severity == "error"]
    assert there.count("# note") == text.count("# note")
    back = f"{one.name.rpartition('.')[0]}.zz".removeprefix(".")
    assert after(there, (back, short)) == text
