"""Who blocks what by each rule, what a blocked option would need, cycles, power."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.analyses.disputes.negotiate_words import concession_words, view_words
from planner.analyses.negotiate import negotiate
from planner.analyses.result import UnknownName
from planner.core.expression import Expression
from planner.core.rules import load
from planner.core.source import Source
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analyses.disputes.agreement import Agreement
    from planner.core.model import Scenario

MOSCOW = ROOT / "scenarios" / "european-line-on-moscow.yaml"


def vote(
    rule: str, rows: Mapping[str, tuple[float, ...]], votes: tuple[int, ...] = (5, 3, 1), head: str = ""
) -> Scenario:
    names = "abcdefg"[: len(votes)]
    actors = ", ".join(f"{name}: {{votes: {count}}}" for name, count in zip(names, votes, strict=True))
    options = "".join(
        f"      {option}: {{payoff: {{{', '.join(f'{n}: {v}' for n, v in zip(names, row, strict=True))}}}}}\n"
        for option, row in rows.items()
    )
    return load(Source.from_text(
        f"planner: 1\ntitle: Votes\n{head}actors: {{{actors}}}\nnodes:\n  vote:\n    decision: Which?\n"
        f"    by: [{', '.join(names)}]\n    rule: {rule}\n    fallback: none\n    options:\n      none: {{}}\n{options}"
    ))  # fmt: skip


def made(rule: str, rows: Mapping[str, tuple[float, ...]], votes: tuple[int, ...] = (5, 3, 1)) -> Agreement:
    found = negotiate(vote(rule, rows, votes)).agreement
    assert found is not None
    return found


ONE_LOSER = {"x": (9, 4, -2), "y": (1, 1, 1)}


@pytest.mark.parametrize(
    ("rule", "option", "blocked"),
    [
        ("unanimity", "y", ("c",)),
        ("nash", "y", ("c",)),
        ("quota(1)", "y", ("c",)),
        ("quota(0.9)", "y", ("c",)),  # a and b have 8 of 9 votes: 88.9 %
        ("quota(0.85)", "x", ()),
        ("quota(0.7, 0.85)", "y", ("c",)),  # two of three heads: 66.7 %
        ("majority", "x", ()),
        ("weighted", "x", ()),
    ],
)
def test_who_blocks_by_which_rule(rule: str, option: str, blocked: tuple[str, ...]):
    found = made(rule, ONE_LOSER)
    stand = next(stand for stand in found.stands if stand.option == "x")
    assert (found.option, stand.losers, stand.blocked_by) == (option, ("c",), blocked)
    assert found.blocked_by == blocked
    assert [(each.option, each.actor, each.shortfall) for each in found.concessions] == [
        ("x", who, 2) for who in blocked
    ]


def test_a_cycle_is_named_when_heads_are_counted():
    circle = {"x": (3, 1, 2), "y": (2, 3, 1), "z": (1, 2, 3)}
    result = negotiate(vote("majority", circle, (5, 1, 1)))
    found = result.agreement
    assert found is not None
    assert (found.option, found.reached, found.cycle) == ("none", False, ("x", "y", "z"))
    assert result.headline() == (
        "A, b and c settle on nothing else by majority: 'none' stands; 'x', 'y' and 'z' beat each other in a circle."
    ).replace("A,", "a,", 1)
    # with its five votes a would have its way: the ranking of votes is another matter, and says so
    assert result.consensus is not None
    assert result.consensus.condorcet == "x"


def test_equally_good_options_are_named():
    result = negotiate(vote("nash", {"x": (3, 1, 2), "y": (2, 3, 1)}))
    assert result.agreement is not None
    assert result.agreement.tied == ("x", "y")
    assert "('y' is as good)" in result.headline()


def test_power_by_hand():
    """Of 5, 3 and 1 votes with 6 needed: {a,b}, {a,c}, {a,b,c} win; a swings 3 times, b and c once each."""
    power = made("quota(0.65)", ONE_LOSER).power
    assert power is not None
    assert power.banzhaf == pytest.approx({"a": 3 / 5, "b": 1 / 5, "c": 1 / 5})
    assert power.shapley_shubik == pytest.approx({"a": 4 / 6, "b": 1 / 6, "c": 1 / 6})
    assert power.veto == ("a",)
    assert made("weighted", ONE_LOSER).power is None


def test_concessions_make_a_blocked_option_acceptable():
    scenario = planner.load(MOSCOW)
    result = negotiate(scenario)
    assert result.agreement is not None
    assert {(each.option, each.actor) for each in result.agreement.concessions} == {
        ("engage", "uk"), ("isolate", "france"), ("isolate", "italy"),
    }  # fmt: skip
    line = scenario.nodes["line"]
    for one in result.agreement.concessions:
        for criterion, units in one.criteria.items():
            for share, enough in ((1 + 1e-9, True), (0.99, False)):
                edge = line.edges[one.option]
                paid = {**edge.payoff}
                more = Expression.of(units * share)
                paid[one.actor] = {**paid.get(one.actor, {}), criterion: more}
                node = replace(line, edges={**line.edges, one.option: replace(edge, payoff=paid)})
                changed = negotiate(replace(scenario, nodes={**scenario.nodes, "line": node}))
                assert changed.agreement is not None
                stand = next(each for each in changed.agreement.stands if each.option == one.option)
                assert (one.actor not in stand.blocked_by) is enough, (one, criterion)


def test_where_value_is_a_cost():
    scenario = vote("unanimity", {"x": (-3, 2), "y": (-1, -1)}, (1, 1), head="objective: minimize\n")
    found = negotiate(scenario).agreement
    assert found is not None
    assert (found.option, found.gains) == ("y", {"a": 1, "b": 1})
    (one,) = found.concessions
    assert (one.option, one.actor, one.shortfall) == ("x", "b", 2)
    assert list(one.criteria.values()) == [-2]  # the cost must fall


values = st.integers(-5, 5)
tables = st.lists(st.tuples(values, values, values), min_size=1, max_size=4)
RULES = ["unanimity", "nash", "quota(0.5)", "quota(0.65)", "quota(0.55, 0.65)", "majority"]


@settings(max_examples=60, deadline=None)
@given(tables, st.sampled_from(RULES))
def test_laws(rows: list[tuple[int, int, int]], rule: str):
    found = made(rule, {f"o{at}": row for at, row in enumerate(rows)})
    chosen = next(stand for stand in found.stands if stand.option == found.option)
    assert chosen.blocked_by == ()  # whoever could keep it from being adopted would
    for stand in found.stands:
        assert set(stand.blocked_by) <= set(stand.losers)
        assert stand.surplus == pytest.approx(sum(stand.gains.values()))
    if rule in {"unanimity", "nash"}:
        assert all(gain >= 0 for gain in found.gains.values())
        best = [s for s in found.stands if not s.losers and s.surplus > 0]
        assert found.reached == bool([s for s in best if rule == "unanimity" or max(s.gains.values()) > 0])
    if rule == "quota(0.5)":  # a alone has more than half of the votes and is followed
        assert found.gains["a"] == max(0, *(row[0] for row in rows))


# --- how far a concession can go ------------------------------------------------------------------------------------

SCALES = """
planner: 1
title: Scales
actors: {{a: {{weights: {{x: 1, y: 1}}}}, b: {{weights: {{x: {x}, y: {y}}}}}}}
criteria: {{x: {{name: X, worst: 0, best: 100, start: 50}}, y: {{name: Y, worst: 0, best: 10, start: 5}}}}
nodes:
  go:
    decision: Which?
    by: [a, b]
    fallback: none
    options: {{deal: {{payoff: {{x: 45, y: -4}}}}, none: {{}}}}
"""


def conceded(x: float, y: float) -> tuple[str, dict[str, float], dict[str, float], tuple[str, ...]]:
    result = negotiate(load(Source.from_text(SCALES.format(x=x, y=y))))
    assert result.agreement is not None
    (one,) = result.agreement.concessions
    (said,) = concession_words(result)
    return said, dict(one.criteria), dict(one.room), one.beyond


def test_a_concession_ends_with_its_scale():
    """b loses 0.75 * 40 points on y and gains 0.25 * 45 on x: 18.75 short; a unit of y is worth 7.5, one of x 0.25.

    It needs 2.5 of y, of which 9 are left, or 75 of x, of which 5 are left.
    """
    said, needed, room, beyond = conceded(1, 3)
    assert needed == pytest.approx({"x": 75, "y": 2.5})
    assert room == pytest.approx({"x": 5, "y": 9})
    assert beyond == ("x",)
    assert said == "'deal' is 18.8 short for b: it would need +2.5 of Y (X alone would leave its scale)."


def test_no_criterion_alone_has_room():
    """Whoever wants less of x and more of y: 0.9 * 45 + 0.1 * 40 = 44.5 short.

    All of y's room is worth 0.1 * 90 = 9, all of x's 0.9 * 95 = 85.5. The other way round nothing is left at all.
    """
    said, needed, room, beyond = conceded(-9, 1)
    assert needed == pytest.approx({"x": -44.5 / 0.9, "y": 44.5})
    assert room == pytest.approx({"x": -95, "y": 9})
    assert beyond == ("y",)
    assert "(Y alone would leave its scale)" in said
    text = (
        SCALES.format(x=1, y=1).replace("45, y: -4", "-10, y: -1").replace("worst: 0, best: 100", "worst: 0, best: 41")
    )
    said = next(concession_words(negotiate(load(Source.from_text(text.replace("best: 10,", "best: 4.5,"))))))
    assert said.endswith("no criterion alone has so much room on its scale, all together have not.")


def test_the_point_of_view_comes_first():
    scenario = planner.load(MOSCOW)
    result = negotiate(scenario, actor="italy")
    assert result.positions[0].actor == "italy"
    assert result.deciders == ("italy", "uk", "france")
    assert next(concession_words(result)).startswith("'Isolate Moscow and tighten sanctions' is 6.38 short for Italy")
    assert view_words(result) == (
        "For Italy, 'Coordinate sanctions with clear benchmarks' (48.7) comes 2nd of 4 options; it would rather have "
        "'Reopen structured talks' (52.7)."
    )
    assert view_words(negotiate(scenario, actor="uk")).endswith("is as good as any (54.3).")
    assert view_words(negotiate(scenario, actor="russia")).endswith("It has no say at 'line'; --among takes it in.")
    assert view_words(negotiate(scenario)) == ""
    same, other = negotiate(scenario).to_dict(), result.to_dict()
    assert {p["actor"]: p for p in same["positions"]} == {p["actor"]: p for p in other["positions"]}
    assert same["agreement"]["gains"] == other["agreement"]["gains"]
    with pytest.raises(UnknownName, match="unknown actor 'itly'"):
        negotiate(scenario, actor="itly")
