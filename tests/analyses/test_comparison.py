"""What a change does, and which change did it: laws against an oracle that edits texts, and cases by hand."""

from __future__ import annotations

import json
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from planner.analyses.comparing import judge
from planner.analyses.comparing.comparison_words import unit_text
from planner.analyses.comparison import Comparison, compare
from planner.analyses.result import UnknownName
from planner.core.change.draft import Draft
from planner.core.change.renaming import rename
from planner.core.source import Included, Source
from tests.analyses.comparing import Case, cases

if TYPE_CHECKING:
    from planner.analyses.comparing.attribution import Effect

SLOW = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def by_place(found: Comparison) -> dict[str, Effect]:
    return {found.differences[at].place: each for each in found.attribution.effects for at in each.changes}


def compared(case: Case) -> Comparison:
    everything = range(len(case.edits))
    assume(case.evaluated(everything) is not None)
    return compare(case.with_([]), case.with_(everything))


def moved(case: Case, found: Comparison) -> list[tuple[int, Effect]]:
    """Return the edits that make a difference, with their effects; some edits write what stood there."""
    effects = by_place(found)
    return [(at, effects[place]) for at, (place, _) in enumerate(case.edits) if place in effects]


@SLOW
@given(cases(joint=True))
def test_every_change_alone_does_what_the_edit_does_alone(case: Case):
    found = compared(case)
    nothing, everything = case.chosen([]), range(len(case.edits))
    whole = case.chosen(everything)
    assert nothing is not None
    assert whole is not None
    pairs = moved(case, found)
    assert {one.place for one in found.differences} == {case.edits[at][0] for at, _ in pairs}
    for at, effect in pairs:
        if len(effect.changes) > 1:
            continue
        alone, without = case.chosen([at]), case.chosen([each for each in everything if each != at])
        assert (effect.alone is None) == (alone is None)
        if alone is not None:
            assert effect.alone_choice == alone[0]
            assert effect.alone == pytest.approx({who: value - nothing[1][who] for who, value in alone[1].items()})
            assert effect.sufficient == (nothing[0] != whole[0] == alone[0])
        if without is not None:
            assert effect.without_choice == without[0]
            assert effect.without == pytest.approx({who: value - whole[1][who] for who, value in without[1].items()})
            assert effect.necessary == (nothing[0] != whole[0] != without[0])


@SLOW
@given(cases(joint=True))
def test_shares_add_up_to_the_whole_difference(case: Case):
    found = compared(case)
    nothing, whole = case.chosen([]), case.chosen(range(len(case.edits)))
    assert nothing is not None
    assert whole is not None
    if found.attribution.shares.method == "left out":
        return
    for actor, value in whole[1].items():
        total = sum(effect.share[actor] for effect in found.attribution.effects)
        assert total == pytest.approx(value - nothing[1][actor], abs=1e-9)


@SLOW
@given(cases())
def test_the_smallest_set_is_the_smallest_and_turns_the_recommendation(case: Case):
    found = compared(case)
    flip = found.attribution.flip
    smallest = case.smallest()
    if smallest is None:
        assert flip is None
        return
    assert flip is not None
    assert flip.smallest
    number = {place: at for at, (place, _) in enumerate(case.edits)}
    whole = case.chosen(range(len(case.edits)))
    assert whole is not None
    for units in flip.sets:
        effects = [found.attribution.effects[unit] for unit in units]
        edits = [number[found.differences[at].place] for effect in effects for at in effect.changes]
        made = case.chosen(edits)
        assert made is not None
        assert made[0] == whole[0]
    if all(len(effect.changes) == 1 for effect in found.attribution.effects):
        assert {len(units) for units in flip.sets} == {smallest}
        again = [each for each in combinations(range(len(case.edits)), smallest) if _turns(case, each, whole[0])]
        wanted = {frozenset(each) & frozenset(at for at, _ in moved(case, found)) for each in again}
        assert flip.count == len({each for each in wanted if len(each) == smallest})


def _turns(case: Case, edits: tuple[int, ...], option: str) -> bool:
    made = case.chosen(edits)
    return made is not None and made[0] == option


@SLOW
@given(cases(most=7), st.integers(0, 3))
def test_what_delta_debugging_leaves_turns_it_and_no_part_of_it_does(case: Case, seed: int):
    from planner.analyses.comparing import flips

    found = compared(case)
    assume(found.recommendation is not None and found.recommendation.changed)
    patch = pytest.MonkeyPatch()
    patch.setattr(flips, "MOST_SIZE", 0)
    try:
        again = compare(case.with_([]), case.with_(range(len(case.edits))), seed=seed)
    finally:
        patch.undo()
    flip = again.attribution.flip
    assert flip is not None
    (units,) = flip.sets
    number = {place: at for at, (place, _) in enumerate(case.edits)}
    whole = case.chosen(range(len(case.edits)))
    assert whole is not None
    places = {
        unit: [number[again.differences[at].place] for at in again.attribution.effects[unit].changes] for unit in units
    }
    assert _turns(case, tuple(sorted(at for each in places.values() for at in each)), whole[0])
    for unit in units:
        rest = tuple(sorted(at for other, each in places.items() if other != unit for at in each))
        assert not _turns(case, rest, whole[0])


# --- by hand --------------------------------------------------------------------------------------------------

OIL = """\
planner: 1
title: An oil field
parameters: {oil: 0.4, gain: 400, price: 30}
nodes:
  site:
    decision: Drill or sell?
    options:
      drill: {name: Drill, payoff: -70, to: hole}
      sell: {name: Sell, payoff: price}
  hole:
    chance: What is there?
    branches: {oil: {p: oil, payoff: gain}, dry: {p: rest}}
"""


def oil(*pairs: tuple[str, str], text: str = OIL) -> Comparison:
    before = after = text
    for old, new in pairs:
        assert after.count(old) == 1, old
        after = after.replace(old, new)
    return compare(Source.from_text(before), Source.from_text(after))


def told(found: Comparison) -> list[str]:
    return [unit_text(found, each) for each in found.attribution.effects]


def test_two_changes_that_only_turn_it_together():
    # drill: 0.4 * 400 - 70 = 90; 0.3 * 400 - 70 = 50; 0.4 * 300 - 70 = 50; 0.3 * 300 - 70 = 20 < 30
    found = oil(("oil: 0.4", "oil: 0.3"), ("gain: 400", "gain: 300"))
    assert [each.alone for each in found.attribution.effects] == [{"self": -40.0}, {"self": -40.0}]
    assert not any(each.sufficient for each in found.attribution.effects)
    assert all(each.necessary for each in found.attribution.effects)
    assert found.attribution.flip is not None
    assert found.attribution.flip.sets == (frozenset({0, 1}),)
    # in either order the second adds what is left of 30 - 90 = -60
    assert [each.share["self"] for each in found.attribution.effects] == [-30.0, -30.0]
    assert found.headline() == (
        "The recommendation changed from 'Drill' to 'Sell': oil 0.4 -> 0.3 and gain 400 -> 300 do it together, neither "
        "alone. Its value goes from 90 to 30 (-60)."
    )


def test_several_changes_each_of_which_turns_it():
    found = oil(("oil: 0.4", "oil: 0.2"), ("gain: 400", "gain: 200"))
    assert [(each.sufficient, each.necessary) for each in found.attribution.effects] == [(True, False)] * 2
    assert found.attribution.flip is not None
    assert (found.attribution.flip.count, found.attribution.flip.smallest) == (2, True)
    assert "oil 0.4 -> 0.2 does it alone; so does 1 other." in found.headline()


def test_changes_that_make_up_for_each_other():
    found = oil(("oil: 0.4", "oil: 0.2"), ("gain: 400", "gain: 800"))
    assert found.recommendation is not None
    assert not found.recommendation.changed
    assert found.attribution.flip is None
    assert [each.alone_choice for each in found.attribution.effects] == ["sell", "drill"]
    assert found.headline().endswith(
        "oil 0.4 -> 0.2 alone would have turned it to 'Sell'; other changes make up for it."
    )


def test_a_new_option_with_its_node_is_one_unit():
    found = oil(
        ("      sell:", "      test: {name: Test first, payoff: -1, to: lab}\n      sell:"),
        (
            "  hole:\n",
            "  lab: {chance: Good?, branches: {good: {p: 0.5, payoff: 300, to: hole}, bad: {p: rest}}}\n  hole:\n",
        ),
    )
    (effect,) = found.attribution.effects
    assert [found.differences[at].place for at in effect.changes] == ["site.test"]
    assert [found.differences[at].place for at in effect.along] == ["lab"]
    assert effect.sufficient
    assert found.headline().startswith(
        "The recommendation changed from 'Drill' to 'Test first': the new option site.test does it alone."
    )
    assert found.before.scenario is not None
    assert found.after.scenario is not None
    back = compare(found.after.scenario, found.before.scenario)
    assert told(back) == ["option site.test gone"]
    assert back.recommendation is not None
    assert (back.recommendation.before, back.recommendation.after) == ("test", "drill")


def test_probabilities_without_rest_move_together():
    text = OIL.replace("dry: {p: rest}", "dry: {p: 0.6}").replace("p: oil,", "p: 0.4,")
    found = oil(("p: 0.4,", "p: 0.2,"), ("p: 0.6", "p: 0.8"), text=text)
    assert told(found) == ["hole.oil.p 0.4 -> 0.2 with hole.dry.p 0.6 -> 0.8"]
    with_names = OIL.replace("price: 30}", "price: 30, dry: 0.6}").replace("dry: {p: rest}", "dry: {p: dry}")
    found = oil(("oil: 0.4", "oil: 0.2"), ("dry: 0.6", "dry: 0.8"), ("gain: 400", "gain: 390"), text=with_names)
    assert told(found) == ["oil 0.4 -> 0.2 with dry 0.6 -> 0.8", "gain 400 -> 390"]
    assert found.attribution.shares.method == "exact"


def test_costs_are_better_when_they_are_smaller():
    text = OIL.replace("title: An oil field", "title: Costs\nobjective: minimize")
    found = oil(("price: 30", "price: 100"), text=text)
    assert found.recommendation is not None
    assert (found.recommendation.before, found.recommendation.after) == ("sell", "drill")
    assert found.recommendation.delta("self") == 60


def test_a_tie_is_said():
    found = oil(("price: 30", "price: 90"))
    assert found.recommendation is not None
    assert found.recommendation.tied_after == ("drill", "sell")
    assert found.headline() == "The recommendation stays 'Drill', now only as good as 'Sell'. Its value stays 90."


def test_the_order_of_tied_options_turns_the_recommendation():
    text = OIL.replace("price: 30", "price: 90")
    lines = text.splitlines(keepends=True)
    at = next(place for place, line in enumerate(lines) if "sell:" in line)
    swapped = "".join([*lines[: at - 1], lines[at], lines[at - 1], *lines[at + 1 :]])
    found = compare(Source.from_text(text), Source.from_text(swapped))
    assert found.recommendation is not None
    assert (found.recommendation.before, found.recommendation.after) == ("drill", "sell")
    assert [(one.kind, one.place) for one in found.differences] == [("moved", "site.sell")]
    assert found.attribution.effects[0].sufficient


def test_renames_change_nothing():
    after = Draft.of(OIL).apply(rename("site", "field"), rename("field.drill", "bore"), rename("oil", "luck")).source
    found = compare(Source.from_text(OIL), after)
    assert found.headline() == "No change in the model; in words there is: 3 renamed."
    assert found.recommendation is not None
    assert (found.recommendation.before, found.recommendation.after) == ("bore", "bore")
    assert found.outcomes == ()
    assert [one.delta("self") for one in found.options] == [0.0, 0.0]
    for at in ("field", "site"):  # either name
        assert compare(Source.from_text(OIL), after, at=at).decision == "field"


def test_ranges_move_no_value():
    found = oil(("price: 30", "price: {value: 30, low: 20, high: 40}"))
    assert found.headline().startswith("No value changes: what is different are ranges")
    assert found.attribution.effects == ()


def test_a_scenario_without_a_decision():
    text = "planner: 1\ntitle: T\nparameters: {p: 0.5, x: 4}\nnodes:\n"
    text += "  c: {chance: C, branches: {a: {p: p, payoff: x}, b: {p: rest}}}\n"
    found = oil(("p: 0.5", "p: 0.25"), ("x: 4", "x: 8"), text=text)
    assert found.decision is None
    assert found.headline() == "The value stays 2."
    assert [each.alone for each in found.attribution.effects] == [{"self": -1.0}, {"self": 2.0}]
    assert [each.share["self"] for each in found.attribution.effects] == [-1.5, 1.5]


def test_hidden_moves_are_compared_too():
    text = """\
planner: 1
title: Matching
actors: {ann: {}, bob: {}}
parameters: {prize: 3}
nodes:
  first: {decision: A?, by: ann, options: {l: {to: left}, r: {to: right}}}
  left: {decision: B?, by: bob, unseen: [first], options: {l: {payoff: {ann: prize, bob: 1}}, r: {payoff: {ann: 1}}}}
  right: {decision: B?, by: bob, options: {l: {payoff: {ann: 2, bob: 1}}, r: {payoff: {ann: 0}}}}
"""
    found = oil(("prize: 3", "prize: 1"), ("ann: 2", "ann: 2.5"), text=text)
    assert found.recommendation is not None
    assert (found.recommendation.before, found.recommendation.after) == ("l", "r")
    assert [each.sufficient for each in found.attribution.effects] == [True, False]
    assert sum(each.share["ann"] for each in found.attribution.effects) == pytest.approx(-0.5)


def test_path_state_and_joint_decisions():
    text = """\
planner: 1
title: Rounds
actors: {ann: {}, bob: {}}
parameters: {step: 1}
state: {round: 1}
nodes:
  table:
    decision: On?
    by: [ann, bob]
    fallback: stop
    options:
      again: {when: round < 3, set: {round: round + 1}, payoff: {ann: step, bob: 1}, to: table}
      stop: {}
"""
    found = oil(("step: 1", "step: -1"), ("round < 3", "round < 4"), text=text)
    assert found.decision == "table[round=1]"
    assert found.recommendation is not None
    assert (found.recommendation.before, found.recommendation.after) == ("again", "stop")
    effects = by_place(found)
    assert effects["step"].sufficient
    assert effects["step"].necessary
    assert effects["table.again.when"].alone == {"ann": 1.0, "bob": 1.0}
    assert found.forecast is not None
    assert found.forecast.changed


def test_a_change_in_an_included_file_that_is_there_twice_is_one_change():
    talks = "planner: 1\ntitle: T\nparameters: {{hope: {hope}}}\n"
    talks += "nodes: {{c: {{chance: C, branches: {{a: {{p: hope, payoff: 10}}, b: {{p: rest}}}}}}}}\n"
    main = "planner: 1\ntitle: M\ninclude: {one: {file: talks.yaml}, two: {file: talks.yaml}}\n"
    main += "nodes:\n  go: {decision: Go?, options: {x: {to: one, payoff: 1}, y: {to: two}, z: {payoff: 6}}}\n"

    def made(hope: float) -> Source:
        inner = Source.from_text(talks.format(hope=hope), path="talks.yaml")
        return Source.from_text(main).including({name: Included("talks.yaml", inner) for name in ("one", "two")})

    found = compare(made(0.3), made(0.7))
    assert [one.place for one in found.differences] == ["one/hope", "two/hope"]
    (effect,) = found.attribution.effects
    assert effect.changes == (0, 1)
    assert effect.sufficient
    assert found.recommendation is not None
    assert (found.recommendation.before, found.recommendation.after) == ("z", "x")


def test_another_root_and_a_decision_that_is_gone():
    text = OIL.replace(
        "nodes:\n", "nodes:\n  start: {decision: Begin?, options: {go: {to: site}, stay: {payoff: 1}}}\n"
    )
    found = compare(Source.from_text(OIL), Source.from_text(text))
    assert [(one.kind, one.what, one.place) for one in found.differences] == [
        ("changed", "root", "nodes"),
        ("added", "node", "start"),
    ]
    assert found.recommendation is not None
    assert (found.recommendation.before, found.recommendation.after) == ("drill", "go")
    same = compare(Source.from_text(OIL), Source.from_text(text), at="site")
    assert same.recommendation is not None
    assert not same.recommendation.changed
    with pytest.raises(UnknownName, match="unknown decision 'sight'"):
        compare(Source.from_text(OIL), Source.from_text(text), at="sight")


def test_many_numbers_are_quick_and_what_is_left_out_is_said():
    def made(sign: int) -> Source:
        names = "".join(f"  a{at}: {sign * (at + 1)}\n" for at in range(40))
        rows = "".join(f"        b{at}: {{p: 1/40, payoff: a{at}}}\n" for at in range(40))
        text = f"planner: 1\ntitle: Many\nparameters:\n{names}nodes:\n"
        text += "  go: {decision: Go?, options: {yes: {to: c}, no: {}}}\n"
        return Source.from_text(f"{text}  c:\n    chance: C\n    branches:\n{rows}")

    found = compare(made(1), made(-1))
    given_ = found.attribution
    assert given_.shares.method == "sampled"
    assert len(given_.effects) == 40
    total = sum(each.share["self"] for each in given_.effects)
    assert total == pytest.approx(0 - 20.5)
    assert given_.flip is not None
    assert not given_.flip.smallest
    # mean (1 + ... + 40) / 40 falls below 0 once numbers that sum to more than 410 have changed sign: the 12 largest
    # from 29 to 40 sum to 414, the 11 largest to 385
    assert len(given_.flip.sets[0]) == 12
    other = compare(made(1), made(-1), seed=1)
    assert [each.share for each in other.attribution.effects] != [each.share for each in given_.effects]


def test_a_result_goes_into_notebooks_and_json():
    found = oil(("oil: 0.4", "oil: 0.2"))
    assert "| parameter oil | 0.4 | 0.2 |" in found._repr_markdown_()
    assert json.loads(json.dumps(found.to_dict()))["recommendation"]["changed"] is True


def test_a_side_that_cannot_be_evaluated_is_compared_all_the_same():
    found = oil(("to: hole", "to: whole"), ("price: 30", "price: 40"))
    assert [one.place for one in found.differences] == ["price", "site.drill.to"]
    assert found.recommendation is None
    assert found.headline().startswith(
        "2 changes in the model; what is after cannot be evaluated (error[P103] in line 8"
    )


@pytest.mark.parametrize("work", [0, 100, 250, 400, 900])
def test_what_there_was_no_time_for_is_said(monkeypatch: pytest.MonkeyPatch, work: int):
    """With ever less work allowed nothing is wrong and nothing is left out silently."""
    monkeypatch.setattr(judge, "WORK", work)
    monkeypatch.setattr(judge, "MOST_WORK", work)
    rows = "".join(f"      o{at}: {{payoff: {at}, to: end}}\n" for at in range(12))
    text = f"planner: 1\ntitle: T\nnodes:\n  go:\n    decision: Go?\n    options:\n{rows}"
    text += "  end: {outcome: E, payoff: 1}\n"
    after = text.replace(", to: end", "").replace("payoff: 3}", "payoff: 30}")
    found = compare(Source.from_text(text), Source.from_text(after))
    assert found.recommendation is not None
    assert (found.recommendation.before, found.recommendation.after) == ("o11", "o3")
    given_ = found.attribution
    untried = [each for each in given_.effects if each.why == "not tried"]
    said = any("not tried alone" in each or "some of" in each for each in given_.not_tried)
    assert bool(untried or not given_.effects) == said
    if work >= 900:
        assert given_.flip is not None
    if given_.flip is not None:
        places = {found.differences[at].place for unit in given_.flip.sets[0] for at in given_.effects[unit].changes}
        assert "o3" in "".join(places)
    assert found.headline().startswith("The recommendation changed from 'o11' to 'o3'")
