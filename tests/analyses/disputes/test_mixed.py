"""Mixed equilibria against text books, against the definition by brute force, and against each other."""

from __future__ import annotations

import sys
from fractions import Fraction
from itertools import combinations, product
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.spatial import QhullError

import planner
from planner.analyses.disputes import bimatrix, stages
from planner.analyses.disputes.behaviour import Stage
from planner.analyses.disputes.complementary import path
from planner.analyses.disputes.game import game
from planner.analyses.disputes.linear import solved
from planner.analyses.disputes.mixed import Mixed, mixed
from planner.analyses.disputes.normal_form import Trunk
from planner.analyses.disputes.plans import plans
from planner.analyses.forecast import forecast
from planner.analyses.result import BadArgument
from planner.core.rules import load
from planner.core.source import Source
from tests.analyses.test_forecast import CHICKEN
from tests.analyses.test_laws import scenarios
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.analyses.disputes.game import Game
    from planner.core.model import Scenario

STORIES = ROOT / "tests" / "stories"
Matrix = list[list[tuple[int, int]]]
HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


@pytest.fixture(scope="module")
def two() -> None:
    """Skip where mixed equilibria of two actors cannot be found."""
    pytest.importorskip("nashpy", reason="pip install planner[equilibria]")


@pytest.fixture(scope="module")
def several() -> None:
    """Skip where mixed equilibria of three actors cannot be found."""
    pygambit = pytest.importorskip("pygambit", reason="pip install planner[gambit]")
    if pygambit.__version__.startswith("16."):
        pytest.skip("pygambit 16 may search without end: pip install --upgrade planner[gambit]")


def read(text: str) -> Scenario:
    return load(Source.from_text(text))


def story(name: str) -> Mixed:
    return mixed(planner.load(STORIES / f"{name}.yaml"))


def table(cells: Matrix) -> Scenario:
    """Return a game in which both choose at once: rows are the first's options, columns the second's."""
    rows, columns = range(len(cells)), range(len(cells[0]))

    def pay(who: int, column: int) -> str:
        return " + ".join(f"({cells[row][column][who]}) * (1 if r == {row} else 0)" for row in rows)

    first = ", ".join(f"r{row}: {{set: {{r: {row}}}, to: second}}" for row in rows)
    second = "".join(
        f"      c{column}: {{payoff: {{a: {pay(0, column)}, b: {pay(1, column)}}}}}\n" for column in columns
    )
    return read(
        "planner: 1\ntitle: T\nactors: {a: {}, b: {}}\nstate: {r: 0}\nnodes:\n"
        f"  first: {{decision: Row?, by: a, options: {{{first}}}}}\n"
        f"  second:\n    decision: Column?\n    by: b\n    unseen: [first]\n    options:\n{second}"
    )


def chances(found: Mixed) -> list[tuple[tuple[Any, ...], ...]]:
    """Return for each equilibrium the chances of each decision, without names."""
    return [
        tuple(tuple(row.values()) for rows in each.told.strategies.values() for row in rows.values())
        for each in found.equilibria
    ]


def values(found: Mixed) -> list[tuple[str, ...]]:
    return [tuple(map(str, each.values.values())) for each in found.equilibria]


# --- text books -----------------------------------------------------------------------------------------------------


def test_matching_pennies(two: None):
    """Whoever shows one side more often than the other loses by it: 1/2 each, and nobody gains."""
    found = story("mixed/matching-pennies")
    assert chances(found) == [((HALF, HALF), (HALF, HALF))]
    assert values(found) == [("0", "0")]
    assert found.complete
    assert not found.infinite
    (only,) = found.equilibria
    assert only.told.outcomes == {"odd.heads": HALF, "odd.tails": HALF}
    assert dict(only.told.paths) == {
        (f"even.{one}", f"odd.{other}"): Fraction(1, 4) for one in ("heads", "tails") for other in ("heads", "tails")
    }


def test_battle_of_the_sexes(two: None):
    """One goes to the fight with p: Two is indifferent if p = 2(1 - p), so p = 2/3; likewise Two with 1/3.

    They meet with chance 2/3 * 1/3 at each place: each has (2 + 1) * 2/9 = 2/3.
    """
    found = story("mixed/battle-of-the-sexes")
    assert found.complete
    assert values(found)[2:] == [("2/3", "2/3")]
    assert chances(found)[2] == ((2 * THIRD, THIRD), (THIRD, 2 * THIRD))
    assert sorted(values(found)[:2]) == [("1", "2"), ("2", "1")]


@pytest.mark.parametrize(
    ("cells", "mix", "value"),
    [
        # chicken with 3, 2, 4, 1: swerving gives 3q + 2(1 - q), straight 4q + 1(1 - q); equal at q = 1/2: 5/2
        ([[(3, 3), (2, 4)], [(4, 2), (1, 1)]], HALF, "5/2"),
        # stag hunt with 4 together, 3 for a hare: 4q = 3, so q = 3/4, worth 3
        ([[(4, 4), (0, 3)], [(3, 0), (3, 3)]], Fraction(3, 4), "3"),
        # hawk and dove, prize 2, fight costs 4: hawks fare q(-1) + 2(1 - q), doves 1 - q; q = 1/2
        ([[(-1, -1), (2, 0)], [(0, 2), (1, 1)]], HALF, "1/2"),
    ],
)
def test_symmetric_games(two: None, cells: Matrix, mix: Fraction, value: str):
    found = mixed(table(cells))
    assert found.complete
    assert len(found.equilibria) == 3
    assert chances(found)[2] == ((mix, 1 - mix), (mix, 1 - mix))
    assert values(found)[2] == (value, value)


def test_rock_paper_scissors(two: None):
    cells = [[(0, 0), (-1, 1), (1, -1)], [(1, -1), (0, 0), (-1, 1)], [(-1, 1), (1, -1), (0, 0)]]
    found = mixed(table(cells))
    assert chances(found) == [((THIRD,) * 3, (THIRD,) * 3)]
    assert found.complete


def test_no_dilemma_is_mixed(two: None):
    """In the prisoner's dilemma talking is better whatever the other does."""
    found = mixed(table([[(3, 3), (0, 5)], [(5, 0), (1, 1)]]))
    assert (values(found), found.complete) == ([("1", "1")], True)
    assert found.equilibria[0].pure


def test_kuhns_poker_needs_no_extra():
    """The first player loses 1/18; the second calls with the queen and bluffs with the jack in a third (Kuhn 1950).

    The first bluffs with the jack in some share up to a third, bets the king three times as often, and calls with the
    queen in that share and a third more.
    """
    found = story("mixed/kuhn-poker")
    (only,) = found.equilibria
    assert only.values == {"first": Fraction(-1, 18), "second": Fraction(1, 18)}
    first, second = only.told.strategies["first"], only.told.strategies["second"]
    bluff = first["opening[mine=1]"]["bet"]
    assert 0 <= bluff <= THIRD
    assert first["opening[mine=2]"]["bet"] == 0
    assert first["opening[mine=3]"]["bet"] == 3 * bluff
    assert [first[f"late[mine={card}]"]["call"] for card in (1, 2, 3) if f"late[mine={card}]" in first][:2] == [
        0, bluff + THIRD,
    ]  # fmt: skip
    assert [second[f"called[theirs={card}]"]["call"] for card in (1, 2, 3)] == [0, THIRD, 1]
    assert [second[f"checked[theirs={card}]"]["bet"] for card in (1, 2, 3)] == [THIRD, 0, 1]
    assert sum(only.told.outcomes.values()) == 1
    assert not found.complete
    assert "all give the same values" in " ".join(found.why)


def test_volunteers(two: None, several: None):
    """Three symmetric volunteers: q with q² = 1/4. With one who never goes, the two others stay away with 1/4 each.

    One goes and the others stay: 3. One of three stays for sure and two mix: 3. All mix: 1.
    """
    found = story("mixed/volunteers")
    assert len(found.equilibria) == 7
    stays = [tuple(row[1] for row in each) for each in chances(found)]
    quarter = Fraction(1, 4)
    assert set(stays) == {
        (0, 1, 1), (1, 0, 1), (1, 1, 0), (HALF, HALF, HALF),
        (1, quarter, quarter), (quarter, 1, quarter), (quarter, quarter, 1),
    }  # fmt: skip
    assert not found.complete
    assert all(each.exact for each in found.equilibria)
    assert values(found)[stays.index((HALF, HALF, HALF))] == ("3", "3", "3")


def test_seltens_horse(several: None):
    """Selten names (1, 1, 1) and (3, 2, 2) as the payoffs of its equilibria in pure strategies."""
    found = story("mixed/seltens-horse")
    assert {one for one, each in zip(values(found), found.equilibria, strict=True) if each.pure} == {
        ("1", "1", "1"), ("3", "2", "2"),
    }  # fmt: skip


def test_irrational_chances_stay_floats(several: None):
    """With a cost of 2 of 4 the symmetric volunteer stays away with the square root of 1/2."""
    text = (STORIES / "mixed" / "volunteers.yaml").read_text()
    text = text.replace("4 - a_goes", "4 - 2 * a_goes").replace("4 - b_goes", "4 - 2 * b_goes").replace("c: 3", "c: 2")
    text = text.replace("- a_goes\n", "- 2 * a_goes\n").replace("- b_goes\n", "- 2 * b_goes\n")
    rough = [each for each in mixed(read(text)).equilibria if not each.exact]
    assert [row["stay"] for each in rough for rows in each.told.strategies.values() for row in rows.values()] == (
        pytest.approx([0.5**0.5] * 3, abs=1e-5)
    )


# --- subgames, what is refused, what is said ------------------------------------------------------------------------

ENTER = CHICKEN.replace(
    "nodes:\n",
    "nodes:\n  enter: {decision: Go in?, by: ann, options: {in: {to: first}, out: {payoff: {ann: 3, bob: 3}}}}\n",
)


def test_equilibria_hold_in_every_subgame(two: None):
    """Inside, chicken has (4, 2), (2, 4) and a mix worth 5/2: Ann, who has 3 outside, goes in for the first alone."""
    found = mixed(read(ENTER))
    assert found.complete
    assert sorted((each["ann"], each["bob"]) for each in (one.values for one in found.equilibria)) == [
        (3, 3), (3, 3), (4, 2),
    ]  # fmt: skip
    threat = next(each for each in found.equilibria if not each.pure)
    assert threat.told.strategies["ann"] == {"enter": {"in": 0, "out": 1}, "first": {"one": HALF, "two": HALF}}
    assert threat.told.outcomes == {"enter.out": 1}


def test_joint_decisions_follow_their_rule(two: None):
    text = ENTER.replace("by: ann, options: {in", "by: [ann, bob], fallback: out, options: {in")
    found = mixed(read(text))
    assert {each.told.adopted["enter"] for each in found.equilibria} == {"out"}
    with pytest.raises(BadArgument, match="joint decision among moves that others do not see"):
        mixed(read(CHICKEN.replace("by: bob", "by: [ann, bob]\n    fallback: one")))


def test_forgetting_is_refused():
    with pytest.raises(BadArgument, match="forgets"):
        mixed(read(CHICKEN.replace("by: bob\n    unseen: [first]", "by: ann\n    unseen: [first]")))


def test_infinitely_many_are_said(two: None):
    """The second gains nothing by either column, so every mix of his up to a half goes with the first's upper row."""
    found = mixed(table([[(1, 0), (0, 0)], [(0, 0), (1, 0)]]))
    assert found.infinite
    assert not found.complete
    assert "infinitely many" in found.why[0]
    assert set(chances(found)) == {
        ((1, 0), (1, 0)), ((1, 0), (HALF, HALF)), ((0, 1), (0, 1)), ((0, 1), (HALF, HALF)),
    }  # fmt: skip


def test_plans_that_own_moves_exclude_are_left_open(two: None):
    """Staying out beforehand, Ann never shows anything; what she would show is left open where it cannot matter."""
    text = CHICKEN.replace("by: bob\n    unseen: [first]", "by: bob\n    unseen: [first, enter]").replace(
        "nodes:\n",
        "nodes:\n  enter: {decision: Go in?, by: ann, options: {in: {to: first}, out: {set: {up: 2}, to: second}}}\n",
    )
    text = text.replace("ann: 1 if up else 2", "ann: 9 if up == 2 else 1").replace(
        "ann: 4 if up else 3", "ann: 9 if up == 2 else 1"
    )
    found = mixed(read(text))
    assert found.equilibria
    assert {each.told.open for each in found.equilibria} == {("first",)}
    assert all("first" not in each.told.strategies["ann"] for each in found.equilibria)


@pytest.mark.parametrize(
    ("package", "name", "extra"),
    [("nashpy", "matching-pennies", "equilibria"), ("pygambit", "volunteers", "gambit")],
)
def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, package: str, name: str, extra: str):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(BadArgument, match=f"'{package}', which is not installed; pip install 'planner.{extra}.'"):
        story(f"mixed/{name}")


def test_an_old_gambit_is_refused(monkeypatch: pytest.MonkeyPatch):
    old = ModuleType("pygambit")
    monkeypatch.setattr(old, "__version__", "16.7.0", raising=False)
    monkeypatch.setitem(sys.modules, "pygambit", old)
    with pytest.raises(BadArgument, match=r"pygambit 16\.7\.0 may search .* pip install --upgrade"):
        story("mixed/volunteers")


def test_too_much_is_refused():
    """Twelve hidden choices of one actor are 4,096 plans."""
    names = [f"n{at}" for at in range(12)]
    nodes = "".join(
        f"  {name}: {{decision: '?', by: a, options: {{x: {{set: {{s{at}: 1}}, to: {after}}}, y: {{to: {after}}}}}}}\n"
        for at, (name, after) in enumerate(zip(names, [*names[1:], "last"], strict=True))
    )
    state = ", ".join(f"s{at}: 0" for at in range(12))
    pay = " + ".join(f"s{at}" for at in range(12))
    last = f"  last: {{decision: '?', by: b, unseen: [{', '.join(names)}], options: {{x: {{payoff: {{a: {pay}}}}}, y: {{}}}}}}\n"  # noqa: E501
    with pytest.raises(BadArgument, match="more than 2,000 plans"):
        mixed(read(f"planner: 1\ntitle: T\nactors: {{a: {{}}, b: {{}}}}\nstate: {{{state}}}\nnodes:\n{nodes}{last}"))


def test_payoffs_without_rational_values(two: None):
    """Matching pennies for the square root of 2."""
    text = (STORIES / "mixed" / "matching-pennies.yaml").read_text()
    text = text.replace("2 * heads - 1", "sqrt(2) * (2 * heads - 1)", 1)
    found = mixed(read(text))
    (only,) = found.equilibria
    assert not only.exact
    assert list(only.told.strategies["even"]["even"].values()) == pytest.approx([0.5, 0.5])
    assert "exact_values" not in only.to_dict()


def test_what_a_solver_makes_up_is_dropped(two: None, monkeypatch: pytest.MonkeyPatch):
    made_up = (np.array([1.0, 0.0]), np.array([0.0, 1.0]))  # each at the other's place
    monkeypatch.setattr(bimatrix, "_vertices", lambda first, second: iter([made_up]))
    found = story("mixed/battle-of-the-sexes")
    assert (len(found.equilibria), found.dropped, found.complete) == (2, 1, False)
    assert "1 candidate of the solver did not stand the proof" in " ".join(found.why)


# --- any game, against the definition -------------------------------------------------------------------------------

payoff = st.integers(-6, 6)


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    rows, columns = draw(st.sampled_from([(2, 2), (2, 3), (3, 2), (3, 3)]))
    return [[(draw(payoff), draw(payoff)) for _ in range(columns)] for _ in range(rows)]


def side(cells: Matrix, who: int) -> list[list[int]]:
    return [[cell[who] for cell in row] for row in cells]


def by_supports(cells: Matrix) -> Iterator[tuple[tuple[Fraction, ...], tuple[Fraction, ...]]]:
    """Yield all equilibria of a table that is not degenerate: all pairs of equally many plans, straight from theory."""
    first, second = side(cells, 0), [list(column) for column in zip(*side(cells, 1), strict=True)]
    rows, columns = len(first), len(second)
    for size in range(1, min(rows, columns) + 1):
        for mine, theirs in product(combinations(range(rows), size), combinations(range(columns), size)):
            y = balanced([[first[row][column] for column in theirs] for row in mine], theirs, columns)
            x = balanced([[second[column][row] for row in mine] for column in theirs], mine, rows)
            if x and y and best(first, y, mine) and best(second, x, theirs):
                yield x, y


def balanced(worth: list[list[int]], used: Sequence[int], size: int) -> tuple[Fraction, ...]:
    equations = [[Fraction(x - y) for x, y in zip(row, worth[0], strict=True)] for row in worth[1:]]
    found = solved([*equations, [Fraction(1)] * len(used)], [Fraction(0)] * len(equations) + [Fraction(1)])
    if found is None or min(found) <= 0:
        return ()
    told = dict(zip(used, found, strict=True))
    return tuple(told.get(at, Fraction(0)) for at in range(size))


def best(worth: list[list[int]], mix: Sequence[Fraction], used: Sequence[int]) -> bool:
    each = [sum((x * p for x, p in zip(row, mix, strict=True)), Fraction(0)) for row in worth]
    return all(each[at] == max(each) for at in used)


@settings(max_examples=60, deadline=None)
@given(matrices())
def test_tables_have_the_equilibria_of_the_definition(cells: Matrix):
    pytest.importorskip("nashpy", reason="pip install planner[equilibria]")
    scenario = table(cells)
    found = mixed(scenario)
    first, second = side(cells, 0), [list(column) for column in zip(*side(cells, 1), strict=True)]
    for x, y in chances(found):
        assert sum(x) == sum(y) == 1
        assert min(*x, *y) >= 0
        assert best(first, y, [at for at, p in enumerate(x) if p])
        assert best(second, x, [at for at, p in enumerate(y) if p])
    assert found.dropped == 0
    kept = chances(found)
    assert len(set(kept)) == len(kept)
    assert set(by_supports(cells)) <= set(kept) or found.infinite
    if found.complete:
        first_values, second_values = (np.array(rational(side(cells, who)), object) for who in (0, 1))
        mixes: Any = kept
        assert len(kept) % 2 == 1 or bimatrix.degenerate(first_values, second_values, mixes)
    pure = {each for each, one in zip(values(found), found.equilibria, strict=True) if one.pure}
    made = forecast(scenario)
    assert pure == {tuple(map(str, each.values())) for each in made.payoffs}
    assert sum(one.pure for one in found.equilibria) == made.count


def rational(rows: list[list[int]]) -> list[list[Fraction]]:
    return [[Fraction(x) for x in row] for row in rows]


@settings(max_examples=25, deadline=None)
@given(matrices(), st.randoms(use_true_random=False))
def test_other_names_change_nothing(cells: Matrix, random: Any):
    pytest.importorskip("nashpy", reason="pip install planner[equilibria]")
    rows, columns = list(range(len(cells))), list(range(len(cells[0])))
    random.shuffle(rows)
    random.shuffle(columns)
    mine = mixed(table(cells))
    turned = mixed(table([[cells[row][column] for column in columns] for row in rows]))
    expected = {(tuple(x[row] for row in rows), tuple(y[column] for column in columns)) for x, y in chances(mine)}
    assert set(chances(turned)) == expected
    swapped = mixed(table([[(cells[r][c][1], cells[r][c][0]) for r in range(len(rows))] for c in range(len(columns))]))
    assert {(x, y) for y, x in chances(swapped)} == set(chances(mine))
    assert (turned.complete, turned.infinite) == (mine.complete, mine.infinite)


@settings(max_examples=40, deadline=None)
@given(matrices(), st.integers(0, 5))
def test_paths_end_in_equilibria(cells: Matrix, dropped: int):
    first, second = (np.array(rational(side(cells, who)), object) for who in (0, 1))
    x, y = path(first, second, dropped % sum(first.shape))
    assert best(side(cells, 0), y, [at for at, p in enumerate(x) if p])
    assert best([list(column) for column in zip(*side(cells, 1), strict=True)], x, [at for at, p in enumerate(y) if p])


def test_large_tables_get_some(monkeypatch: pytest.MonkeyPatch):
    """Without corners to enumerate, the paths of Lemke and Howson find some, which needs no package."""
    monkeypatch.setattr(bimatrix, "MAX_CORNERS", 1)
    monkeypatch.setitem(sys.modules, "nashpy", None)
    found = story("mixed/battle-of-the-sexes")
    assert not found.complete
    assert len(found.equilibria) >= 2
    assert "Lemke-Howson" in found.method


def test_corners_that_floats_cannot_tell(monkeypatch: pytest.MonkeyPatch):
    def fails(first: Any, second: Any) -> Any:
        del first, second
        raise QhullError

    monkeypatch.setattr(bimatrix, "_vertices", fails)
    found = story("mixed/battle-of-the-sexes")
    assert (found.complete, len(found.equilibria) >= 2) == (False, True)


def expected(made: Game, taken: Mapping[int, Sequence[Fraction]], state: int = 0) -> list[Fraction]:
    """Return what a profile is worth, by walking down every path."""
    edges = list(made.edges(state))
    if not edges:
        return list(made.end[state])
    row = taken[made.unit[state]] if made.owners(state) else [made.p[edge] for edge in edges]
    total = [Fraction(0)] * len(made.actors)
    for p, edge in zip(row, edges, strict=True):
        if p:
            ahead = expected(made, taken, made.target[edge])
            total = [x + p * (y + z) for x, y, z in zip(total, ahead, made.gain[edge], strict=True)]
    return total


@pytest.mark.parametrize("name", ["kuhn-poker", "seltens-horse", "volunteers", "matching-pennies"])
def test_nobody_gains_by_any_plan(two: None, request: pytest.FixtureRequest, name: str):
    """All plans of each actor, one after the other, against what the others do."""
    if name in {"seltens-horse", "volunteers"}:
        request.getfixturevalue("several")
    made = game(planner.load(STORIES / "mixed" / f"{name}.yaml"))
    stage = Stage(Trunk.of(made, 0, set()), {})
    found = stages.solved(stage).found
    assert found
    hold(made, stage, found)


def hold(made: Game, stage: Stage, found: Sequence[Mapping[int, Sequence[Fraction]]]) -> None:
    for solution in found:
        filled = {unit: solution.get(unit, (Fraction(0),) * stage.options(unit)) for unit in stage.trunk.units}
        worth = expected(made, filled)
        for actor in stage.movers:
            for plan in plans(stage, actor):
                deviant = filled | {
                    unit: tuple(Fraction(int(at == plan.get(unit, -1))) for at in range(stage.options(unit)))
                    for unit in stage.trunk.units
                    if stage.owner[unit] == actor
                }
                assert expected(made, deviant)[actor] <= worth[actor]


@settings(max_examples=30, deadline=None)
@given(st.lists(payoff, min_size=16, max_size=16), st.sampled_from(["1/2", "1/4", "1/3"]))
def test_signals_about_what_only_one_knows(drawn: list[int], p: str):
    """Two types, two signals, two answers: plans of both, off the way as well."""
    pytest.importorskip("nashpy", reason="pip install planner[equilibria]")
    cells = iter(drawn)

    def pay() -> str:
        each = {(t, s): (next(cells), next(cells)) for t in (0, 1) for s in (0, 1)}
        parts = [
            " + ".join(f"{row[who]} * (1 if t == {t} and s == {s} else 0)" for (t, s), row in each.items())
            for who in (0, 1)
        ]
        return f"{{payoff: {{a: {parts[0]}, b: {parts[1]}}}}}"

    made = game(
        read(
            "planner: 1\ntitle: T\nactors: {a: {}, b: {}}\nstate: {t: 0, s: 0}\nnodes:\n"
            f"  kind: {{chance: '?', branches: {{x: {{p: {p}, set: {{t: 1}}, to: say}}, y: {{p: rest, to: say}}}}}}\n"
            "  say: {decision: '?', by: a, options: {u: {set: {s: 1}, to: hear}, v: {to: hear}}}\n"
            f"  hear: {{decision: '?', by: b, unseen: [kind], options: {{l: {pay()}, r: {pay()}}}}}\n"
        )
    )
    stage = Stage(Trunk.of(made, 0, set()), {})
    found = stages.solved(stage)
    assert found.found
    assert found.dropped == 0
    hold(made, stage, found.found)


@settings(max_examples=30, deadline=None)
@given(scenarios(actors=2, sizes=(1, 5)))
def test_where_everything_is_seen_mixed_equilibria_are_the_forecast(scenario: Scenario):
    """Nothing is hidden: the pure equilibria, and infinitely many if somebody is indifferent."""
    found, made = mixed(scenario), forecast(scenario)
    assume(made.count <= 50)
    assert all(each.pure for each in found.equilibria)
    assert {tuple(each.values.values()) for each in found.equilibria} <= {tuple(each.values()) for each in made.payoffs}
    if made.count == 1:
        assert (len(found.equilibria), found.complete) == (1, True)
        assert dict(found.equilibria[0].values) == dict(made.payoffs[0])
    for each in found.equilibria:
        assert sum(each.told.outcomes.values()) == 1


@settings(max_examples=12, deadline=None)
@given(st.lists(payoff, min_size=24, max_size=24))
def test_three_actors_at_once(several: None, drawn: list[int]):
    """Two options each: nobody gains by either of its own, and pure equilibria are all there."""
    cells = {at: tuple(drawn[3 * n : 3 * n + 3]) for n, at in enumerate(product((0, 1), repeat=3))}

    def pay(third: int) -> str:
        each = [
            " + ".join(
                f"{cells[r, s, third][who]} * (1 if r == {r} and s == {s} else 0)" for r in (0, 1) for s in (0, 1)
            )
            for who in range(3)
        ]
        return "{payoff: {" + ", ".join(f"{name}: {formula}" for name, formula in zip("abc", each, strict=True)) + "}}"

    scenario = read(
        "planner: 1\ntitle: T\nactors: {a: {}, b: {}, c: {}}\nstate: {r: 0, s: 0}\nnodes:\n"
        "  x: {decision: '?', by: a, options: {u: {to: y}, v: {set: {r: 1}, to: y}}}\n"
        "  y: {decision: '?', by: b, unseen: [x], options: {u: {to: z}, v: {set: {s: 1}, to: z}}}\n"
        f"  z:\n    decision: '?'\n    by: c\n    unseen: [x, y]\n    options:\n      u: {pay(0)}\n      v: {pay(1)}\n"
    )
    found = mixed(scenario)

    def worth(mixes: Sequence[Sequence[Any]], who: int) -> float:
        return sum(
            cells[at][who] * float(mixes[0][at[0]]) * float(mixes[1][at[1]]) * float(mixes[2][at[2]]) for at in cells
        )

    for mixes in chances(found):
        for who in range(3):
            for option in ((1, 0), (0, 1)):
                other = (*mixes[:who], option, *mixes[who + 1 :])
                assert worth(other, who) <= worth(mixes, who) + 2e-5
    assert sum(each.pure for each in found.equilibria) == forecast(scenario).count
