"""Merges one by one: what comes out as text, and what is left open in which words."""

from __future__ import annotations

import json
import re

import pytest

from planner.core.change.draft import Draft
from planner.core.change.layout import layout
from planner.core.change.merge.merging import Conflict, Labels, merge
from planner.core.change.renaming import rename
from planner.core.rules import check
from planner.core.source import Source
from tests.core.change.merge.edits import SMALL

MOSCOW = """\
planner: 1
title: T
tags: [a, b]
actors:
  uk: {weights: {calm: 1}}
  france: {weights: {calm: 2}}
  italy: {weights: {calm: 3}}
criteria:
  calm: {worst: 0, best: 10}
parameters:
  hope: 0.3   # why
  fear: {value: 0.2, low: 0.1, high: 0.3}
correlations:
  - [hope, fear, 0.4]
nodes:
  line:
    decision: D?
    by: [uk, france]
    rule: unanimity
    fallback: b
    options:
      a: {name: A, to: talks}
      b: {name: B}
  talks:
    chance: C?
    branches:
      yes: {p: hope, payoff: {calm: 3}, signs: [Letters, Calls]}
      maybe: {p: fear, to: end}
      no: {p: rest}
  end:
    outcome: End
    payoff: {calm: 1}
"""


def changed(text: str, *pairs: str) -> str:
    """Return a text in which each first of a pair is replaced once by its second; it must be there."""
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def clean(base: str, ours: str, theirs: str, **options: str) -> str:
    result = merge(base, ours, theirs, **options)  # type: ignore[arg-type]
    assert result.conflicts == ()
    assert result.way == "meaning"
    return result.text


def conflict(base: str, ours: str, theirs: str) -> Conflict:
    result = merge(base, ours, theirs)
    assert result.way == "meaning"
    assert len(result.conflicts) == 1, result.conflicts
    return result.conflicts[0]


def test_the_example_is_sound():
    assert [each for each in check(Source.from_text(MOSCOW)) if each.severity == "error"] == []


# --- values and entries ---------------------------------------------------------------------------------------


def test_values_on_one_line():
    ours, theirs = changed(MOSCOW, "low: 0.1", "low: 0.05"), changed(MOSCOW, "high: 0.3", "high: 0.4")
    assert clean(MOSCOW, ours, theirs) == changed(ours, "high: 0.3", "high: 0.4")


def test_new_keys_on_one_line_stand_in_the_order_of_the_format():
    ours = changed(MOSCOW, "high: 0.3}", "high: 0.3, note: ours}")
    theirs = changed(MOSCOW, "{value: 0.2", "{name: Fear, value: 0.2", "high: 0.3}", "high: 0.3, source: theirs}")
    both = "fear: {name: Fear, value: 0.2, low: 0.1, high: 0.3, source: theirs, note: ours}"
    assert both in clean(MOSCOW, ours, theirs)
    assert both in clean(MOSCOW, theirs, ours)


def test_new_nodes_at_one_place_are_ordered_by_name_whoever_adds_them():
    ours = MOSCOW + "  ours:\n    outcome: Ours\n    payoff: {calm: 1}\n"
    theirs = MOSCOW + "\n  # the other\n  further:\n    outcome: Further\n    payoff: {calm: 2}\n"
    ours = changed(ours, "b: {name: B}", "b: {name: B, to: ours}")
    theirs = changed(theirs, "no: {p: rest}", "no: {p: rest, to: further}")
    made = clean(MOSCOW, ours, theirs)
    assert made == clean(MOSCOW, theirs, ours)
    assert list(Source.from_text(made).data["nodes"]) == ["line", "talks", "end", "further", "ours"]  # type: ignore[index]
    assert "\n  # the other\n  further:" in made


def test_a_node_goes_with_its_branch_while_the_rest_is_changed():
    ours = changed(
        MOSCOW, "      maybe: {p: fear, to: end}\n", "", "  end:\n    outcome: End\n    payoff: {calm: 1}\n", ""
    )
    theirs = changed(MOSCOW, "payoff: {calm: 3}", "payoff: {calm: 4}", "title: T", "title: Talks")
    assert clean(MOSCOW, ours, theirs) == changed(
        ours, "payoff: {calm: 3}", "payoff: {calm: 4}", "title: T", "title: Talks"
    )


def test_an_actor_and_a_parameter_come_and_another_goes():
    ours = changed(MOSCOW, "  italy: {weights: {calm: 3}}\n", "", "  hope: 0.3", "  doubt: hope / 3\n  hope: 0.3")
    theirs = changed(
        MOSCOW, "  italy:", "  spain: {weights: {calm: 4}}\n  italy:", "high: 0.3}", "high: 0.3}\n  joy: 1"
    )
    made = Source.from_text(clean(MOSCOW, ours, theirs)).data
    assert made is not None
    assert list(made["actors"]) == ["uk", "france", "spain"]
    assert list(made["parameters"]) == ["doubt", "hope", "fear", "joy"]


def test_what_one_side_takes_out_and_the_other_changes_is_open():
    ours = changed(
        MOSCOW, "      maybe: {p: fear, to: end}\n", "", "  end:\n    outcome: End\n    payoff: {calm: 1}\n", ""
    )
    theirs = changed(MOSCOW, "    payoff: {calm: 1}", "    payoff: {calm: 2}")
    found = conflict(MOSCOW, ours, theirs)
    assert found.place == "end"
    assert (found.reason, found.ours) == ("ours took it out, theirs changed it", None)
    text = merge(MOSCOW, ours, theirs).text
    assert text.endswith("<<<<<<< ours\n=======\n  end:\n    outcome: End\n    payoff: {calm: 2}\n>>>>>>> theirs\n")
    assert conflict(MOSCOW, theirs, ours).reason == "theirs took it out, ours changed it"


def test_what_goes_on_one_line_and_is_changed_is_open():
    ours, theirs = changed(MOSCOW, "low: 0.1, ", ""), changed(MOSCOW, "low: 0.1", "low: 0.15")
    found = conflict(MOSCOW, ours, theirs)
    assert found == Conflict(
        "parameters.fear.low", "ours took it out, theirs changed it", "low: 0.1", None, "low: 0.15"
    )
    text = merge(MOSCOW, ours, theirs).text
    assert (
        "<<<<<<< ours\n  fear: {value: 0.2, high: 0.3}\n=======\n  fear: {value: 0.2, low: 0.15, high: 0.3}\n" in text
    )


def test_the_last_entry_goes_and_leaves_an_empty_mapping():
    base = "nodes:\n  a:\n    payoff:\n      x: 1\n      y: 2\n"
    ours, theirs = changed(base, "      x: 1\n", ""), changed(base, "      y: 2\n", "")
    assert clean(base, ours, theirs) == "nodes:\n  a:\n    payoff: {}\n"
    base = "nodes: {a: {payoff: {x: 1, y: 2}}}\n"
    assert clean(base, changed(base, "x: 1, ", ""), changed(base, ", y: 2", "")) == "nodes: {a: {payoff: {}}}\n"


def test_a_bare_parameter_gets_its_range_from_one_side_and_its_value_from_the_other():
    ours, theirs = (
        changed(MOSCOW, "hope: 0.3 ", "hope: 0.35 "),
        changed(MOSCOW, "hope: 0.3 ", "hope: {value: 0.3, low: 0.2} "),
    )
    for one, two in ((ours, theirs), (theirs, ours)):
        assert "  hope: {value: 0.35, low: 0.2}   # why\n" in clean(MOSCOW, one, two)
    theirs = changed(MOSCOW, "  hope: 0.3   # why\n", "  hope:   # why\n    value: 0.3\n    low: 0.2\n")
    assert "  hope:   # why\n    value: 0.35\n    low: 0.2\n" in clean(MOSCOW, ours, theirs)


def test_numbers_written_otherwise_are_no_change():
    ours, theirs = changed(MOSCOW, "low: 0.1", "low: 0.10"), changed(MOSCOW, "low: 0.1", "low: 0.15")
    assert "low: 0.15" in clean(MOSCOW, ours, theirs)
    assert "low: 0.10" in clean(MOSCOW, ours, changed(MOSCOW, "title: T", "title: U"))


def test_both_make_the_same_change():
    ours = changed(MOSCOW, "low: 0.1", "low: 0.05", "title: T", "title: Ours")
    theirs = changed(MOSCOW, "low: 0.1", "low: 0.05", "high: 0.3", "high: 0.4")
    assert clean(MOSCOW, ours, theirs) == changed(ours, "high: 0.3", "high: 0.4")


def test_two_roots_are_open_and_one_is_taken():
    first = "nodes:\n  {0}:\n    decision: {0}?\n    by: uk\n    options: {{x: {{to: line}}}}\n"
    ours, theirs = (changed(MOSCOW, "nodes:\n", first.format(name)) for name in ("before", "ahead"))
    assert conflict(MOSCOW, ours, theirs).reason == "both sides put another first"
    assert clean(MOSCOW, changed(MOSCOW, "title: T", "title: U"), theirs) == changed(theirs, "title: T", "title: U")


def test_the_order_of_options_is_open_where_both_change_it():
    base = changed(MOSCOW, "      b: {name: B}\n", "      b: {name: B}\n      c: {name: C}\n")
    a, b, c = "      a: {name: A, to: talks}\n", "      b: {name: B}\n", "      c: {name: C}\n"
    ours, theirs = changed(base, a + b + c, b + a + c), changed(base, a + b + c, a + c + b)
    assert conflict(base, ours, theirs).reason == "both sides changed the order"
    assert clean(base, changed(base, "title: T", "title: U"), theirs) == changed(theirs, "title: T", "title: U")


# --- lists ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "ours", "theirs", "both"),
    [
        ("tags: [a, b]", "tags: [a, b, d]", "tags: [a, b, c]", "tags: [a, b, c, d]"),
        ("tags: [a, b]", "tags: [b]", "tags: [a, b, c]", "tags: [b, c]"),
        ("tags: [a, b]", "tags: [b, a]", "tags: [a, b, c]", "tags: [b, c, a]"),
        ("tags: [a, b]", "tags:\n  - a\n  - b # b\n  - d", "tags: [a, b, c]", "tags:\n  - a\n  - b # b\n  - c\n  - d"),
        ("by: [uk, france]", "by: [uk, france, italy]", "by: [uk, france]", "by: [uk, france, italy]"),
        ("[Letters, Calls]", "[Letters]", "[Letters, Calls, Visits]", "[Letters, Visits]"),
        ("- [hope, fear, 0.4]", "- [hope, fear, 0.5]", "- [hope, fear, 0.4]  # so", "- [hope, fear, 0.5]  # so"),
    ],
)  # fmt: skip
def test_lists_are_merged_item_by_item(old: str, ours: str, theirs: str, both: str):
    assert clean(MOSCOW, changed(MOSCOW, old, ours), changed(MOSCOW, old, theirs)) == changed(MOSCOW, old, both)


@pytest.mark.parametrize(
    ("old", "ours", "theirs", "place"),
    [
        ("[Letters, Calls]", "[Letters, Phone calls]", "[Letters, Video calls]", "talks.yes.signs"),
        ("[Letters, Calls]", "[Letters]", "[Letters, Video calls]", "talks.yes.signs"),
        ("[hope, fear, 0.4]", "[hope, fear, 0.5]", "[fear, hope, 0.3]", "correlations.0.2"),
    ],
)
def test_an_item_that_both_changed_is_open(old: str, ours: str, theirs: str, place: str):
    texts = changed(MOSCOW, old, ours), changed(MOSCOW, old, theirs)
    assert conflict(MOSCOW, *texts).place.startswith(place.rpartition(".")[0])


def test_the_two_ends_of_a_range_of_weights():
    base = changed(MOSCOW, "weights: {calm: 1}", "weights: {calm: 1}, weight_ranges: {calm: [1, 5]}")
    ours, theirs = changed(base, "[1, 5]", "[0, 5]"), changed(base, "[1, 5]", "[1, 6]")
    assert clean(base, ours, theirs) == changed(base, "[1, 5]", "[0, 6]")


def test_rankings_are_sequences():
    base = "conflict:\n  preferences:\n    uk:\n      ranking: [1, 2, 3]\n"
    ours, theirs = changed(base, "[1, 2, 3]", "[1, 4, 2, 3]"), changed(base, "[1, 2, 3]", "[1, 5, 2, 3]")
    assert not merge(base, ours, theirs).clean
    assert clean(base, ours, changed(base, "2, 3]", "2]")) == changed(base, "[1, 2, 3]", "[1, 4, 2]")


# --- comments -------------------------------------------------------------------------------------------------


def test_comments_come_from_both_sides():
    ours = changed(SMALL, "  hope: 0.3 ", "  # ours above\n  hope: 0.3 ", "payoff: 4}", "payoff: 4}  # ours beside")
    theirs = changed(SMALL, "  hope: 0.3   # a guess", "  # theirs above\n  hope: 0.3   # a better guess",
                     "    # the last words", "    # the last words\n    # and theirs")  # fmt: skip
    made = clean(SMALL, ours, theirs)
    assert "  # ours above\n  # theirs above\n  hope: 0.3   # a better guess\n" in made
    assert "payoff: 4}  # ours beside\n" in made
    assert made.endswith("    # the last words\n    # and theirs\n")


def test_a_new_comment_on_a_line_of_which_the_other_changes_the_value():
    ours, theirs = changed(SMALL, "hope: 0.3 ", "hope: 0.4 "), changed(SMALL, "# a guess", "# a wild guess")
    assert clean(SMALL, ours, theirs) == changed(SMALL, "0.3   # a guess", "0.4   # a wild guess")


def test_a_comment_that_both_changed_is_open_and_its_value_is_not():
    ours, theirs = changed(SMALL, "0.3   # a guess", "0.4   # ours"), changed(SMALL, "# a guess", "# theirs")
    assert conflict(SMALL, ours, theirs) == Conflict(
        "parameters.hope", "both sides changed the comment", "# a guess", "# ours", "# theirs"
    )
    text = merge(SMALL, ours, theirs).text
    assert "<<<<<<< ours\n  hope: 0.4   # ours\n=======\n  hope: 0.4   # theirs\n>>>>>>> theirs\n" in text


def test_comments_inside_brackets():
    base = "parameters:\n  p: {\n    value: 1, # one\n    low: 0\n  }\n"
    ours = changed(base, "low: 0", "low: 0.5")
    theirs = changed(base, "value: 1, # one\n", "value: 1, # one\n    # above high\n    high: 2, # two\n")
    made = clean(base, ours, theirs)
    assert made == changed(theirs, "low: 0", "low: 0.5")
    theirs = changed(base, "    low: 0\n", "    low: 0, # zero\n    high: 2 # two\n    # the end\n")
    made = clean(base, ours, theirs)
    for comment in ("# one", "# zero", "# two", "# the end"):
        assert comment in made
    assert Source.from_text(made).data["parameters"]["p"] == {"value": 1, "low": 0.5, "high": 2}  # type: ignore[index]


def test_taking_out_what_the_other_remarks_on_is_open():
    ours, theirs = (
        changed(SMALL, "      b: {name: B, payoff: 4}\n", ""),
        changed(SMALL, "payoff: 4}", "payoff: 4}  # no!"),
    )
    assert conflict(SMALL, ours, theirs).reason == "ours took it out, theirs changed it"


def test_the_header_of_the_file_is_merged_by_itself():
    ours = changed(
        SMALL, "# It has a header.", "# It has a longer header.", "planner: 1\n", "planner: 1\nas_of: 2026-11-23\n"
    )
    theirs = changed(SMALL, "title: Talks", "title: More talks", "# A scenario about talks.", "# A scenario of talks.")
    made = merge(SMALL, ours, theirs)
    assert [each.reason for each in made.conflicts] == ["both sides changed the comment"]
    theirs = changed(SMALL, "# A scenario about", "# new first line\n# A scenario about")
    assert clean(SMALL, ours, theirs).startswith(
        "# new first line\n# A scenario about talks.\n# It has a longer header.\n"
    )


# --- texts of several lines, layouts, forms --------------------------------------------------------------------


def test_lines_of_a_long_text():
    ours, theirs = changed(SMALL, "First line", "1st line"), changed(SMALL, "Third line.", "3rd line.\n  Fourth line.")
    made = clean(SMALL, ours, theirs)
    assert "  1st line.\n  Second line.\n  3rd line.\n  Fourth line.\n" in made
    theirs = changed(SMALL, "First line", "One line")
    assert conflict(SMALL, ours, theirs).place == "summary"
    assert (
        "<<<<<<< ours\n  1st line.\n=======\n  One line.\n>>>>>>> theirs\n  Second line.\n"
        in merge(SMALL, ours, theirs).text
    )


MESSY = changed(MOSCOW, "fear: {value: 0.2, low: 0.1, high: 0.3}", "fear: { high: 0.3,value: 0.2,   low: 0.1 }",
                "planner: 1\ntitle: T\n", "title:   T\nplanner: 1\n")  # fmt: skip


@pytest.mark.parametrize("formatter", ["ours", "theirs"])
def test_one_side_formats_the_file_and_the_other_changes_a_value(formatter: str):
    formatted, other = (
        layout(Source.from_text(MESSY)),
        changed(MESSY, "high: 0.3", "high: 0.4", "0.3   # why", "0.35   # why"),
    )
    sides = (formatted, other) if formatter == "ours" else (other, formatted)
    made = clean(MESSY, *sides)
    expected = changed(formatted, "high: 0.3", "high: 0.4", "0.3", "0.35")
    if formatter == "ours":
        assert made.replace("   #", "  #") == expected.replace("   #", "  #")
    assert made.startswith("planner: 1\ntitle: T\n")
    assert layout(Source.from_text(made)).replace("   #", "  #") == expected.replace("   #", "  #")


def test_one_side_opens_brackets_into_lines():
    opened = changed(MOSCOW, "  fear: {value: 0.2, low: 0.1, high: 0.3}\n",
                     "  fear:\n    value: 0.2\n    # the worst\n    low: 0.1\n    high: 0.3  # the best\n")  # fmt: skip
    other = changed(MOSCOW, "high: 0.3}", "high: 0.4, note: so}")
    expected = changed(opened, "high: 0.3  # the best\n", "high: 0.4  # the best\n    note: so\n")
    assert clean(MOSCOW, opened, other) == expected
    assert clean(MOSCOW, other, opened) == expected


def test_another_indentation():
    wide = re.sub(r"^( +)", lambda match: match[1] * 2, MOSCOW, flags=re.MULTILINE)
    other = MOSCOW + "  more:\n    outcome: More\n    payoff:\n      calm: 2\n"
    other = changed(other, "b: {name: B}", "b: {name: B, to: more}")
    assert clean(MOSCOW, wide, other).endswith("    more:\n      outcome: More\n      payoff:\n        calm: 2\n")
    assert Source.from_text(clean(MOSCOW, other, wide)).data == Source.from_text(clean(MOSCOW, wide, other)).data


def test_windows_line_ends_byte_order_mark_and_the_last_line_end():
    ours, theirs = changed(MOSCOW, "low: 0.1", "low: 0.05"), changed(MOSCOW, "high: 0.3", "high: 0.4")
    both = changed(ours, "high: 0.3", "high: 0.4")
    windows = [text.replace("\n", "\r\n") for text in (MOSCOW, ours, theirs, both)]
    assert clean(*windows[:3]) == windows[3]
    assert clean(MOSCOW, windows[1], theirs) == windows[3]
    assert clean(MOSCOW, ours, windows[2]) == windows[3]
    assert clean(MOSCOW, ours, "\ufeff" + theirs) == "\ufeff" + both
    assert clean(MOSCOW, ours, theirs.rstrip("\n")) == both.rstrip("\n")
    marked = merge(
        windows[0], changed(windows[0], "low: 0.1", "low: 0.2"), changed(windows[0], "low: 0.1", "low: 0")
    ).text
    assert "\n" not in marked.replace("\r\n", "")


def test_json():
    base = json.dumps(
        {"planner": 1, "parameters": {"p": 1, "q": {"value": 2}}, "nodes": {"end": {"outcome": "E"}}}, indent=2
    )
    ours = changed(base, '"p": 1', '"p": 3', '"value": 2', '"value": 2,\n      "low": 1')
    theirs = changed(base, '"value": 2', '"value": 4', '"p": 1', '"p": 1,\n    "r": 5', '"E"', '"E \\ud83d\\ude00"')
    made = clean(base, ours, theirs, path="a.json")
    data = {"p": 3, "r": 5, "q": {"value": 4, "low": 1}}
    assert json.loads(made) == {"planner": 1, "parameters": data, "nodes": {"end": {"outcome": "E \U0001f600"}}}
    assert '    "r": 5,\n    "q": {' in made
    line = json.dumps(json.loads(base))
    made = clean(
        line, changed(line, '"p": 1', '"p": 3'), changed(line, '"value": 2', '"value": 2, "x": [1]'), path="a.json"
    )
    assert json.loads(made)["parameters"] == {"p": 3, "q": {"value": 2, "x": [1]}}


def test_both_add_the_file():
    theirs = changed(MOSCOW, "title: T", "title: Their talks", "tags: [a, b]", "tags: [a, c]")
    found = merge("", MOSCOW, theirs).conflicts
    assert found == (Conflict("title", "both sides added it", None, "T", "Their talks"),)
    assert "tags: [a, b, c]" in merge("", MOSCOW, theirs).text


def test_labels_sizes_and_styles_of_markers():
    texts = MOSCOW, changed(MOSCOW, "title: T", "title: O"), changed(MOSCOW, "title: T", "title: X")
    made = merge(*texts, labels=Labels("HEAD", "abc123", "their branch"), style="diff3", size=9).text
    assert (
        "<<<<<<<<< HEAD\ntitle: O\n||||||||| abc123\ntitle: T\n=========\ntitle: X\n>>>>>>>>> their branch\n"
    ) in made


# --- names ----------------------------------------------------------------------------------------------------


def test_a_rename_is_followed_into_new_uses_and_changed_values():
    ours = Draft.of(MOSCOW).apply(rename("talks", "parley"), rename("parameters.hope", "chance")).text
    theirs = changed(MOSCOW, "hope: 0.3", "hope: 0.25", "b: {name: B}", "b: {name: B, to: talks}")
    both = changed(ours, "chance: 0.3", "chance: 0.25", "b: {name: B}", "b: {name: B, to: parley}")
    result = merge(MOSCOW, ours, theirs)
    assert result.text == both
    assert result.clean
    assert "ours calls the node 'talks' 'parley' now, and what theirs changed there follows" in result.notes
    other = merge(MOSCOW, theirs, ours)
    assert other.clean
    assert Source.from_text(other.text).data == Source.from_text(both).data


def test_another_name_from_each_side_is_open_wherever_it_stands():
    ours, theirs = (Draft.of(MOSCOW).apply(rename("talks", name)).text for name in ("parley", "chat"))
    result = merge(MOSCOW, ours, changed(theirs, "title: T", "title: U"))
    assert result.conflicts == (Conflict("", "each side gave it another name", "talks", "parley", "chat"),)
    assert "<<<<<<< ours\n  parley:\n=======\n  chat:\n>>>>>>> theirs\n" in result.text
    assert "title: U" in result.text


# --- what is sound on both sides alone -------------------------------------------------------------------------


def test_probabilities_that_no_longer_add_up():
    base = changed(MOSCOW, "p: hope", "p: 0.3", "p: fear", "p: 0.2", "p: rest", "p: 0.5")
    ours = changed(base, "p: 0.3", "p: 0.4", "p: 0.5", "p: 0.4")
    theirs = changed(base, "p: 0.2", "p: 0.3", "p: 0.5", "p: 0.4")
    result = merge(base, ours, theirs)
    assert [each.place for each in result.conflicts] == ["talks.yes.p", "talks.maybe.p"]
    assert [each.message for each in result.faults] == ["probabilities of 'talks' sum to 1.1, not 1"]
    assert result.text.count("<<<<<<<") == 1


def test_probabilities_that_no_longer_add_up_through_a_parameter():
    base = changed(MOSCOW, "p: rest", "p: 0.5")
    ours = changed(base, "hope: 0.3", "hope: 0.4", "p: 0.5", "p: 0.4")
    theirs = changed(base, "p: fear", "p: 0.1", "p: 0.5", "p: 0.6")
    assert [each.place for each in merge(base, ours, theirs).conflicts] == ["talks.no.p"]
    ours = changed(base, "hope: 0.3", "hope: 0.2", "p: 0.5", "p: 0.6")
    theirs = changed(base, "value: 0.2", "value: 0.1", "p: 0.5", "p: 0.6")
    result = merge(base, ours, theirs)
    assert [each.place for each in result.conflicts] == ["parameters.hope", "parameters.fear.value"]
    assert result.text.count("<<<<<<<") == 1


def test_a_reference_to_a_node_that_is_gone():
    ours = changed(MOSCOW, ", to: end}", "}", "  end:\n    outcome: End\n    payoff: {calm: 1}\n", "")
    theirs = changed(MOSCOW, "b: {name: B}", "b: {name: B, to: end}")
    result = merge(MOSCOW, ours, theirs)
    assert [each.place for each in result.conflicts] == ["line.b.to", "end"]
    assert result.faults[0].message == "option 'b' of 'line' leads to unknown node 'end'"
    assert "      b: {name: B}\n=======\n      b: {name: B, to: end}\n" in result.text


def test_a_formula_that_reads_a_parameter_that_is_gone():
    ours = changed(MOSCOW, "p: fear", "p: 0.2", "  fear: {value: 0.2, low: 0.1, high: 0.3}\n", "",
                   "correlations:\n  - [hope, fear, 0.4]\n", "")  # fmt: skip
    theirs = changed(MOSCOW, "{calm: 3}, signs", "{calm: 3 * fear}, signs")
    result = merge(MOSCOW, ours, theirs)
    assert {"talks.yes.payoff.calm", "parameters.fear"} <= {each.place for each in result.conflicts}


def test_a_loop():
    base = changed(MOSCOW, "  end:\n    outcome: End\n    payoff: {calm: 1}\n",
                   "  end:\n    decision: E?\n    by: uk\n    options: {x: {payoff: {calm: 1}}}\n",
                   "b: {name: B}", "b: {name: B, to: end}", ", to: end}\n      no", "}\n      no")  # fmt: skip
    ours, theirs = changed(base, "x: {", "x: {to: talks, "), changed(base, "no: {p: rest}", "no: {p: rest, to: end}")
    result = merge(base, ours, theirs)
    assert [each.code for each in result.faults] == ["P301"]
    assert {each.place for each in result.conflicts} == {"end.x.to", "talks.no.to"}


def test_an_error_that_one_side_has_already_is_none_of_the_merge():
    ours = changed(MOSCOW, "p: rest", "p: 0.7")
    theirs = changed(MOSCOW, "title: T", "title: U")
    assert clean(MOSCOW, ours, theirs) == changed(ours, "title: T", "title: U")


# --- what cannot be read ---------------------------------------------------------------------------------------


def test_a_side_with_faults_is_merged_line_by_line():
    result = merge(MOSCOW, changed(MOSCOW, "title: T", "title: [T"), changed(MOSCOW, "calm: 1}\n", "calm: 2}\n"))
    assert (result.way, result.readable, result.clean) == ("lines", False, True)
    result = merge(MOSCOW, changed(MOSCOW, "title: T", "title: [T"), changed(MOSCOW, "title: T", "title: U"))
    assert result.conflicts == (Conflict("", "both sides changed these lines", "title: T", "title: [T", "title: U"),)


def test_a_form_that_is_not_taken_apart_is_merged_by_lines_and_checked():
    base = MOSCOW.replace("title: T", "? title\n: T")
    result = merge(base, changed(base, ": T", ": U"), changed(base, "calm: 3}}", "calm: 4}}"))
    assert (result.way, result.readable, result.clean) == ("lines", True, True)
    assert result.text == changed(base, ": T", ": U", "calm: 3}}", "calm: 4}}")
    base = changed(base, "p: hope", "p: 0.3", "p: fear", "p: 0.2", "p: rest", "p: 0.5")
    base = changed(base, "      maybe:", "      # between\n      maybe:", "      no:", "      # and here\n      no:")
    result = merge(
        base,
        changed(base, "p: 0.3", "p: 0.2", "p: 0.5", "p: 0.6"),
        changed(base, "p: 0.2", "p: 0.1", "p: 0.5", "p: 0.6"),
    )
    assert result.way == "lines"
    assert [each.code for each in result.faults] == ["P201"]
    assert not result.clean


def test_a_base_with_markers_in_it():
    base = changed(MOSCOW, "title: T\n", "<<<<<<< A\ntitle: One\n||||||| B\ntitle: T\n=======\ntitle: Two\n>>>>>>> C\n")
    one, two = changed(MOSCOW, "title: T", "title: One"), changed(MOSCOW, "title: T", "title: Two")
    assert conflict(base, one, two) == Conflict(
        "title", "it was settled in two ways before", "a conflict itself", "One", "Two"
    )
    assert clean(base, one, changed(one, "low: 0.1", "low: 0")) == changed(one, "low: 0.1", "low: 0")
    gone = changed(MOSCOW, "title: T\n", "")
    assert conflict(base, one, gone).place == "title"
    assert merge("<<<<<<< A\nbroken", one, two).way == "lines"
