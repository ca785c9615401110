"""What a change does, and which change did it: laws against an oracle that edits texts, and cases by hand."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from planner.analyses.comparison import Comparison, compare
from tests.analyses.comparing import Case, cases

if TYPE_CHECKING:
    from planner.analyses.comparing.attribution import Effect

SLOW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
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
