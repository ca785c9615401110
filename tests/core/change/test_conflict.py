"""The section of the conflict under the commands that edit a file: laid out, set, renamed, removed."""

from __future__ import annotations

import pytest

from planner.core.change.draft import Draft
from planner.core.change.edit import EditError
from planner.core.change.layout import layout
from planner.core.change.places import find
from planner.core.change.removing import plan, take_out
from planner.core.change.renaming import rename
from planner.core.change.setting import set_value
from planner.core.rules import check
from planner.core.source import Source

TEXT = """planner: 1
title: Spoils
actors:
  moe: {name: Ministry}
  plant: {}
conflict:
  options:
    moe: {modify: Modify the order, wait: }
    plant:
      accept: {name: Accept, irreversible: true}
      wait: Wait
  infeasible: accept and plant.wait  # not both
  states: {1: NNNY, better: {name: Better, options: YNYN}, 3: -YYN}
  status_quo: 1
  moves:
    plant: {1: [better, 3], better: 3}
  preferences:
    moe: ["accept if modify", "not (moe.wait and plant.wait)", moe.wait]
    plant: {ranking: [[1, "better"], 3]}
"""


def draft(text: str = TEXT) -> Draft:
    return Draft(Source.from_text(text))


def lines(before: str, after: str) -> list[str]:
    """Return the lines of the text after that were not there before."""
    old = before.splitlines()
    return [line.strip() for line in after.splitlines() if line not in old]


def test_the_text_names_nothing_that_is_not_there():
    """It lists too few states, which is no matter here."""
    assert [each.code for each in check(Source.from_text(TEXT)) if each.severity == "error"] == ["P607"]


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        (
            "moe", "ministry",
            [
                "ministry: {name: Ministry}", "ministry: {modify: Modify the order, wait: }",
                'ministry: ["accept if modify", "not (ministry.wait and plant.wait)", ministry.wait]',
            ],
        ),
        ("conflict.options.plant.accept", "yield", [
            "yield: {name: Accept, irreversible: true}", "infeasible: yield and plant.wait  # not both",
            'moe: ["yield if modify", "not (moe.wait and plant.wait)", moe.wait]',
        ]),
        ("moe.modify", "soften", [
            "moe: {soften: Modify the order, wait: }",
            'moe: ["accept if soften", "not (moe.wait and plant.wait)", moe.wait]',
        ]),
        ("plant.wait", "stall", [
            "stall: Wait", "infeasible: accept and plant.stall  # not both",
            'moe: ["accept if modify", "not (moe.wait and plant.stall)", moe.wait]',
        ]),
        ("conflict.states.better", "4", [
            "states: {1: NNNY, 4: {name: Better, options: YNYN}, 3: -YYN}",
            "plant: {1: [4, 3], 4: 3}",
            'plant: {ranking: [[1, "4"], 3]}',
        ]),
        ("conflict.states.1", "now", [
            "states: {now: NNNY, better: {name: Better, options: YNYN}, 3: -YYN}",
            "status_quo: now",
            "plant: {now: [better, 3], better: 3}",
            'plant: {ranking: [[now, "better"], 3]}',
        ]),
    ],
)  # fmt: skip
def test_a_new_name_follows_everywhere(old: str, new: str, changed: list[str]):
    after = draft().apply(rename(old, new))
    assert lines(TEXT, after.text) == changed
    assert after.new_errors(draft()) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("conflict.states.better", "3", "'3' is taken"),
        ("conflict.states.better", "X y", "no id for a conflict state"),
        ("moe.modify", "wait", "'wait' is taken"),
        ("moe.modify", "exactly", "a word of the statements"),
        ("moe.modify", "Modify", "no id for a conflict option"),
        ("conflict", "dispute", "has no id of its own"),
    ],
)
def test_names_that_cannot_be(old: str, new: str, message: str):
    with pytest.raises(EditError, match=message):
        draft().apply(rename(old, new))


@pytest.mark.parametrize(
    ("place", "value", "line"),
    [
        ("conflict.status_quo", "better", "status_quo: better"),
        ("conflict.status_quo", "3", "status_quo: 3"),
        ("conflict.infeasible", "[accept and plant.wait, moe.wait and modify]",
         "infeasible: [accept and plant.wait, moe.wait and modify]  # not both"),
        ("moe.modify.irreversible", "true",
         "moe: {modify: {name: Modify the order, irreversible: true}, wait: }"),
        ("plant.accept.irreversible", "dropped", "accept: {name: Accept, irreversible: dropped}"),
        ("conflict.options.plant.wait.name", "Play for time", "wait: Play for time"),
        ("conflict.states.3.name", "Worst",
         "states: {1: NNNY, better: {name: Better, options: YNYN}, 3: {options: -YYN, name: Worst}}"),
        ("conflict.states.better.options", "YNYY", "states: {1: NNNY, better: {name: Better, options: YNYY}, 3: -YYN}"),
        ("conflict.moves.plant.better", "[1, 3]", "plant: {1: [better, 3], better: [1, 3]}"),
        ("conflict.preferences.plant.ranking", "[1, better, 3]", "plant: {ranking: [1, better, 3]}"),
        ("conflict.preferences.plant.note", "Interviews", 'plant: {ranking: [[1, "better"], 3], note: Interviews}'),
        ("conflict.preferences.moe", "[modify]", "moe: [modify]"),
    ],
)  # fmt: skip
def test_a_place_gets_another_value(place: str, value: str, line: str):
    assert lines(TEXT, draft().apply(set_value(place, value)).text) == [line]


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("conflict.optoins", "has no key 'optoins'"),
        ("conflict.options.fr.go", "there is no actor 'fr'"),
        ("conflict.options.moe", "holds several values"),
        ("conflict.preferences.moe.source", "holds a value, so it has no 'source'"),
    ],
)
def test_places_that_are_none(place: str, message: str):
    with pytest.raises(EditError, match=message):
        draft().apply(set_value(place, "x"))


def test_what_is_not_there_yet_is_begun():
    after = draft(TEXT.replace("  status_quo: 1\n", "")).apply(set_value("conflict.status_quo", "1"))
    assert "  status_quo: 1\n" in after.text
    bare = Draft(Source.from_text("planner: 1\ntitle: T\nactors: {uk: {}}\n"))
    assert bare.apply(set_value("conflict.status_quo", "1")).text.endswith("\n\nconflict:\n  status_quo: 1\n")


def test_removing_says_what_hangs_on_an_actor():
    with pytest.raises(EditError, match="used in") as caught:
        plan(draft().source, "plant")
    assert {label.text for label in caught.value.uses} >= {
        "conflict.options.plant names actor 'plant'",
        "conflict.preferences.plant names actor 'plant'",
        "conflict.infeasible names actor 'plant'",
        "conflict.infeasible names conflict option 'plant.accept'",
    }
    assert "status_quo" not in draft().apply(take_out("conflict.status_quo")).text


def test_layout_sorts_the_keys_and_leaves_the_names_in_their_order():
    messy = """title: T
planner: 1
conflict:
  preferences: {b: {note: N, ranking: [2,1]}, a: [ y ]}
  states:  {2: {options: N, name: Two},  1: 'Y'}
  status_quo:   2
  options:
    b:  {}
    a: {y: {note: N,   irreversible: true, name: Yes}}
actors: {a: , b: }
"""
    assert (
        layout(Source.from_text(messy))
        == """planner: 1
title: T
actors: {a: , b: }
conflict:
  options:
    b: {}
    a: {y: {name: Yes, irreversible: true, note: N}}
  states: {2: {name: Two, options: N}, 1: 'Y'}
  status_quo: 2
  preferences: {b: {ranking: [2, 1], note: N}, a: [y]}
"""
    )


def test_kinds_of_places():
    source = draft().source
    assert find(source, "conflict.options.moe.new.irreversible").kind == "truth"
    assert find(source, "conflict.states.17.options").kind == "text"
    assert find(source, "moe.modify").path == ("conflict", "options", "moe", "modify")
