"""Decisions among moves that are not seen: tables, best answers, dominance and positions, against the definitions."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.analyses.disputes.moves_words import dominance_words, equilibrium_words, setting_words, table_words
from planner.analyses.disputes.unseen import unseen_moves
from planner.analyses.negotiate import negotiate
from planner.analyses.result import BadArgument, UnknownName
from planner.core.rules import load
from planner.core.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.disputes.moves import Moves
    from planner.core.model import Scenario

Payoffs = dict[tuple[int, ...], tuple[int, ...]]
NAMES = "abcd"


def read(text: str) -> Scenario:
    return load(Source.from_text(text))


def at_once(payoffs: Payoffs, options: Sequence[Sequence[str]], title: str = "At once") -> Scenario:
    """Return a game in which all move without seeing each other: a table of payoffs as a scenario."""
    count = len(options)
    nodes = []
    for at in range(count):
        last = at == count - 1
        edges = []
        for slot, option in enumerate(options[at]):
            if not last:
                edges.append(f"{option}: {{set: {{m{at}: {slot}}}, to: n{at + 1}}}")
                continue
            own = []
            for actor in range(count):
                formula = "0"
                for key, row in payoffs.items():
                    if key[at] == slot:
                        test = " and ".join(f"m{i} == {key[i]}" for i in range(at)) or "1 == 1"
                        formula = f"{row[actor]} if {test} else ({formula})"
                own.append(f"{NAMES[actor]}: {formula}")
            edges.append(f"{option}: {{payoff: {{{', '.join(own)}}}}}")
        unseen = f", unseen: [{', '.join(f'n{i}' for i in range(at))}]" if at else ""
        nodes.append(f"  n{at}: {{decision: What?, by: {NAMES[at]}{unseen}, options: {{{', '.join(edges)}}}}}\n")
    actors = ", ".join(f"{NAMES[at]}: {{}}" for at in range(count))
    state = ", ".join(f"m{at}: 0" for at in range(count))
    return read(f"planner: 1\ntitle: {title}\nactors: {{{actors}}}\nstate: {{{state}}}\nnodes:\n" + "".join(nodes))


def two(rows: Sequence[Sequence[tuple[int, int]]], options: Sequence[str]) -> Scenario:
    made: Payoffs = {(i, j): cell for i, row in enumerate(rows) for j, cell in enumerate(row)}
    return at_once(made, [options[: len(rows)], options[: len(rows[0])]])


DILEMMA = two([[(3, 3), (0, 5)], [(5, 0), (1, 1)]], ["c", "d"])
CHICKEN = two([[(3, 3), (2, 4)], [(4, 2), (1, 1)]], ["swerve", "drive"])
STAG = two([[(4, 4), (0, 3)], [(3, 0), (2, 2)]], ["stag", "hare"])
SEXES = two([[(2, 1), (0, 0)], [(0, 0), (1, 2)]], ["opera", "boxing"])
PENNIES = two([[(1, -1), (-1, 1)], [(-1, 1), (1, -1)]], ["heads", "tails"])


def told(scenario: Scenario, at: str | None = None) -> str:
    result = negotiate(scenario, at=at)
    assert result.moves is not None
    made = result.moves
    return " ".join(
        [setting_words(result, made), *table_words(result, made), *dominance_words(result, made),
         *equilibrium_words(result, made)]
    )  # fmt: skip


def played(found: Moves) -> list[dict[str, str]]:
    return [dict(one.moves) for one in found.settled]


# --- textbook games (numbers by hand) -------------------------------------------------------------------------------


def test_the_prisoners_dilemma():
    found = unseen_moves(DILEMMA)
    assert [dict(cell.others) for cell in found.cells] == [{"n1": "c"}, {"n1": "d"}]
    assert found.cells[0].values == {"c": {"a": 3, "b": 3}, "d": {"a": 5, "b": 0}}
    assert [cell.best["a"] for cell in found.cells] == [("d",), ("d",)]
    assert {(d.actor, d.better, d.worse, d.strict) for d in found.dominance} == {
        ("a", "d", "c", True),
        ("b", "d", "c", True),
    }
    assert (found.rounds, found.left) == (1, {"n0": ("d",), "n1": ("d",)})
    (only,) = found.settled
    assert (only.moves, only.payoffs) == ({"n0": "d", "n1": "d"}, {"a": 1, "b": 1})
    assert (only.better, only.better_payoffs) == ({"n0": "c", "n1": "c"}, {"a": 3, "b": 3})
    position = only.positions[0]
    assert (position.ranking, dict(position.values), position.margin) == (("d", "c"), {"c": 0, "d": 1}, 1)
    said = told(DILEMMA)
    assert "'d' is best for a whatever others do (strictly dominant)." in said
    assert "All who move would be better off with 'c' at 'n0' and 'c' at 'n1' (a 3, b 3); nothing enforces it." in said


@pytest.mark.parametrize(
    ("scenario", "equilibria"),
    [
        (CHICKEN, [{"n0": "swerve", "n1": "drive"}, {"n0": "drive", "n1": "swerve"}]),
        (STAG, [{"n0": "stag", "n1": "stag"}, {"n0": "hare", "n1": "hare"}]),
        (SEXES, [{"n0": "opera", "n1": "opera"}, {"n0": "boxing", "n1": "boxing"}]),
        (PENNIES, []),
    ],
)
def test_games_without_a_dominant_option(scenario: Scenario, equilibria: list[dict[str, str]]):
    result = negotiate(scenario)
    found = result.moves
    assert found is not None
    assert played(found) == equilibria
    assert found.dominance == ()
    assert "No option of anybody is dominated" in told(scenario)
    data = result.to_dict()
    json.dumps(data)
    assert data["agreement"] is None
    assert result.forecast is not None
    assert result.forecast.count == len(equilibria)
    if equilibria:
        assert [each["equilibrium"] for each in data["positions"][0]["equilibria"]] == [1, 2]
        assert set(data["positions"][0]) >= {"actor", "ranking", "values", "margin"}
    else:
        assert data["positions"] == []
        assert "somebody would rather have done otherwise" in result.missing["positions"]


def test_positions_differ_from_one_equilibrium_to_the_other():
    """Chicken: against `drive` swerving gives 2 and driving 1; against `swerve` 3 and 4."""
    first, second = unseen_moves(CHICKEN).settled
    assert (first.positions[0].ranking, first.positions[0].margin) == (("swerve", "drive"), 1)
    assert (second.positions[0].ranking, dict(second.positions[0].values)) == (
        ("drive", "swerve"), {"swerve": 3, "drive": 4},
    )  # fmt: skip


def test_weakly_dominated_and_iterated():
    """Up is strictly dominated by middle, then right by left, then down by middle: only (middle, left) is left."""
    scenario = at_once(
        {(0, 0): (0, 2), (0, 1): (1, 9), (1, 0): (3, 1), (1, 1): (2, 0), (2, 0): (2, 1), (2, 1): (4, 0)},
        [["up", "middle", "down"], ["left", "right"]],
    )
    found = unseen_moves(scenario)
    assert found.rounds == 3
    assert found.left == {"n0": ("middle",), "n1": ("left",)}
    assert "after 3 rounds: nothing else can be expected" in told(scenario)
    weak = two([[(1, 1), (1, 1)], [(1, 0), (0, 0)]], ["x", "y"])
    (one, *_rest) = unseen_moves(weak).dominance
    assert (one.actor, one.better, one.worse, one.strict) == ("a", "x", "y", False)
    assert "'x' is never worse for a than any other option (weakly dominant)." in told(weak)


# --- other shapes ---------------------------------------------------------------------------------------------------


LATER = """
planner: 1
title: Joint first, then chicken
actors: {a: {}, b: {}, c: {}}
state: {s: 0}
nodes:
  line:
    decision: Which line?
    by: [a, b, c]
    fallback: none
    options: {fight: {to: first, payoff: {c: 1}}, none: {}, pay: {payoff: {a: 2, b: 2, c: -1}}}
  first: {decision: A?, by: a, options: {swerve: {to: second, set: {s: 1}}, drive: {to: second}}}
  second:
    decision: B?
    by: b
    unseen: [first]
    options:
      swerve: {payoff: {a: 3 if s else 4, b: 3 if s else 2}}
      drive: {payoff: {a: 2 if s else 1, b: 4 if s else 1}}
"""


def test_hidden_moves_after_a_joint_decision():
    """Fighting is worth (2, 4, 1) or (4, 2, 1), as chicken goes; paying (2, 2, -1) hurts c."""
    result = negotiate(read(LATER))
    assert result.moves is not None
    assert not result.moves.simultaneous
    assert [one.positions[0].values["fight"] for one in result.moves.settled] == [2, 4]
    assert result.agreement is not None
    assert (result.agreement.option, dict(result.agreement.gains)) == ("fight", {"a": 2, "b": 4, "c": 1})
    assert [stand.blocked_by for stand in result.agreement.stands] == [(), (), ("c",)]
    assert result.bargain is not None
    assert "With equilibrium 2 of later moves" in told(read(LATER))
    later = negotiate(read(LATER), at="second").moves
    assert later is not None
    assert (later.by, dict(later.others)) == (("b",), {"first": "a"})
    assert played(later) == [{"first": "swerve", "second": "drive"}, {"first": "drive", "second": "swerve"}]


def test_later_moves_without_an_equilibrium():
    pennies = LATER.replace("{a: 3 if s else 4, b: 3 if s else 2}", "{a: 1 if s else -1, b: -1 if s else 1}").replace(
        "{a: 2 if s else 1, b: 4 if s else 1}", "{a: -1 if s else 1, b: 1 if s else -1}"
    )
    result = negotiate(read(pennies))
    assert (result.moves, result.positions, result.agreement) == (None, (), None)
    assert "what comes from 'first' on has no equilibrium without chance" in result.missing["positions"]
    assert negotiate(read(pennies), at="second").moves is not None


WEATHER = """
planner: 1
title: Weather unseen
actors: {a: {}, b: {}}
state: {w: 0}
nodes:
  rain: {chance: Rain?, branches: {wet: {p: 0.3, to: go, set: {w: 1}}, dry: {p: 0.7, to: go}}}
  go: {decision: Go?, by: a, unseen: [rain], options: {go: {to: meet}, stay: {payoff: {a: 1}}}}
  meet:
    decision: Meet?
    by: b
    options: {yes: {payoff: {a: 5 - 20 * w, b: 2 - 3 * w}}, no: {payoff: {a: 2 * w, b: 1}}}
"""


def test_hidden_chance():
    """B sees the weather: no in rain (2 for A), yes when dry (5 for A): 0.3 * 2 + 0.7 * 5 = 4.1 against 1."""
    result = negotiate(read(WEATHER))
    assert result.moves is not None
    assert not result.moves.simultaneous
    assert dict(result.positions[0].values) == pytest.approx({"go": 4.1, "stay": 1})
    assert result.positions[0].margin == pytest.approx(3.1)
    assert result.agreement is not None
    assert result.agreement.option == "go"


FORGOTTEN = """
planner: 1
title: Forgetful
actors: {a: {}, b: {}}
state: {x: 0}
nodes:
  first: {decision: One?, by: a, options: {l: {to: last, set: {x: 1}, payoff: {b: 1}}, r: {to: last}}}
  last:
    decision: Two?
    by: a
    unseen: [first]
    options: {l: {payoff: {a: 3 * x}}, r: {payoff: {a: 2 - 2 * x, b: 2 * x}}}
"""


def test_a_sole_decider_who_forgets_follows_its_best_plan():
    result = negotiate(read(FORGOTTEN))
    assert result.moves is not None
    assert result.moves.planned
    (plan,) = result.moves.settled
    assert plan.moves == {"first": "l", "last": "l"}
    assert dict(result.positions[0].values) == {"l": 3, "r": 0}
    assert dict(result.positions[1].values) == {"l": 1, "r": 0}
    assert "forgets" in result.missing["forecast"]
    assert told(read(FORGOTTEN)).count("Best plan:") == 1


def test_one_of_several_who_forgets_gets_a_table_and_no_equilibrium():
    middle = FORGOTTEN.replace("to: last, set", "to: mid, set").replace("r: {to: last}", "r: {to: mid}")
    text = middle + "  mid: {decision: B?, by: b, options: {u: {to: last}, d: {payoff: {b: 1}}}}\n"
    result = negotiate(read(text))
    assert result.moves is not None
    assert result.moves.settled == ()
    assert "perfect recall" in result.moves.why
    assert result.positions == ()
    cell = next(cell for cell in result.moves.cells if set(cell.others.values()) == {"u"})
    assert dict(cell.values) == {"l": {"a": 3}, "r": {"a": 2}}  # its second move at its best for each first one
    assert cell.best == {"a": ("l",)}
    assert result.headline().startswith("No forecast: 'a' forgets")


def test_a_decision_that_is_not_reached():
    text = """
planner: 1
title: Out
actors: {a: {}, b: {}}
state: {l: 0}
nodes:
  start: {decision: In?, by: a, options: {out: {payoff: {a: 9}}, left: {to: answer, set: {l: 1}}, right: {to: answer}}}
  answer:
    decision: Answer?
    by: b
    unseen: [start]
    options: {x: {payoff: {a: 1, b: 1 - l}}, y: {payoff: {a: 2 * l, b: l}}}
"""
    found = unseen_moves(read(text), at="answer")
    assert all(not one.reached and one.positions == () for one in found.settled)
    assert "'answer' is not reached" in told(read(text), at="answer")
    assert unseen_moves(read(text)).positions[0].best == ("out",)


def test_costs_and_overrides():
    text = """
planner: 1
title: Costs
objective: minimize
actors: {a: {}, b: {}}
parameters: {toll: 2}
state: {s: 0}
nodes:
  first: {decision: A?, by: a, options: {c: {to: second, set: {s: 1}}, d: {to: second}}}
  second:
    decision: B?
    by: b
    unseen: [first]
    options: {c: {payoff: {a: toll if s else 1, b: 1}}, d: {payoff: {a: 3, b: 2}}}
"""
    found = unseen_moves(read(text))
    assert found.cells[0].values["c"] == {"a": 2, "b": 1}
    assert [cell.best["a"] for cell in found.cells] == [("d",), ("c", "d")]
    assert found.positions[0].ranking == ("d", "c")
    cheap = unseen_moves(read(text), overrides={"toll": 0.5})
    assert cheap.positions[0].ranking == ("c", "d")
    assert cheap.positions[0].margin == pytest.approx(0.5)


def test_what_cannot_be_asked():
    with pytest.raises(UnknownName, match="unknown decision 'n7'"):
        unseen_moves(DILEMMA, at="n7")
    averse = load(Source.from_text(LATER.replace("a: {}", "a: {risk_tolerance: 3}")))
    with pytest.raises(BadArgument, match="tolerance of risk"):
        unseen_moves(averse)
    assert "tolerance of risk" in negotiate(averse).missing["positions"]


def test_large_tables_are_cut():
    options = [[f"o{at}" for at in range(3)] for _ in range(4)]
    payoffs = {key: tuple(-key[at] for at in range(4)) for key in product(range(3), repeat=4)}
    scenario = at_once(payoffs, [*options[:3], [f"o{at}" for at in range(3)]])
    found = unseen_moves(scenario)
    assert (found.combinations, len(found.cells)) == (27, 27)
    assert "12 of 27 combinations of others' moves are shown; --json has all." in told(scenario)
    assert found.left == {f"n{at}": ("o0",) for at in range(4)}


# --- against the definitions ----------------------------------------------------------------------------------------


@st.composite
def games(draw: st.DrawFn) -> tuple[Payoffs, list[list[str]]]:
    shape = draw(st.sampled_from([(2, 2), (3, 2), (2, 3), (3, 3), (2, 2, 2)]))
    keys = list(product(*map(range, shape)))
    rows = draw(st.lists(st.tuples(*[st.integers(-3, 3)] * len(shape)), min_size=len(keys), max_size=len(keys)))
    return dict(zip(keys, rows, strict=True)), [[f"o{at}" for at in range(size)] for size in shape]


def best(payoffs: Payoffs, key: tuple[int, ...], actor: int, size: int) -> bool:
    others = [payoffs[(*key[:actor], slot, *key[actor + 1 :])][actor] for slot in range(size)]
    return payoffs[key][actor] == max(others)


@settings(max_examples=60, deadline=None)
@given(games())
def test_tables_and_equilibria_by_definition(made: tuple[Payoffs, list[list[str]]]):
    payoffs, options = made
    found = unseen_moves(at_once(payoffs, options))
    sizes = [len(each) for each in options]
    actors = len(sizes)
    for cell in found.cells:
        slots = tuple(int(option[1:]) for option in cell.others.values())
        for slot, option in enumerate(options[0]):
            key = (slot, *slots)
            assert list(cell.values[option].values()) == list(payoffs[key])
            for actor in range(actors):
                assert (option in cell.best[NAMES[actor]]) == best(payoffs, key, actor, sizes[actor])
    equilibria = [key for key in payoffs if all(best(payoffs, key, at, sizes[at]) for at in range(actors))]
    assert [tuple(int(o[1:]) for o in one.moves.values()) for one in found.settled] == equilibria
    for one, key in zip(found.settled, equilibria, strict=True):
        for actor, position in enumerate(one.positions):
            values = {f"o{slot}": payoffs[(slot, *key[1:])][actor] for slot in range(sizes[0])}
            assert dict(position.values) == values
        dominating = [p for p in payoffs.values() if all(x > y for x, y in zip(p, payoffs[key], strict=True))]
        assert bool(one.better) == bool(dominating)
        if one.better:
            assert tuple(one.better_payoffs.values()) in dominating


@settings(max_examples=60, deadline=None)
@given(games())
def test_dominance_by_definition(made: tuple[Payoffs, list[list[str]]]):
    payoffs, options = made
    found = unseen_moves(at_once(payoffs, options))
    sizes = [len(each) for each in options]
    for at, size in enumerate(sizes):
        keys = [key for key in payoffs if key[at] == 0]

        def worth(slot: int, at: int = at, keys: Sequence[tuple[int, ...]] = keys) -> list[int]:
            return [payoffs[(*key[:at], slot, *key[at + 1 :])][at] for key in keys]

        strict, weak = set(), set()
        for worse, better in product(range(size), repeat=2):
            pairs = list(zip(worth(better), worth(worse), strict=True))
            if all(x > y for x, y in pairs):
                strict.add(f"o{worse}")
            elif all(x >= y for x, y in pairs) and any(x > y for x, y in pairs):
                weak.add(f"o{worse}")
        mine = [one for one in found.dominance if one.state == f"n{at}"]
        assert {one.worse for one in mine if one.strict} == strict
        assert {one.worse for one in mine if not one.strict} == weak - strict
    assert found.left == remaining(payoffs, sizes)


def remaining(payoffs: Mapping[tuple[int, ...], tuple[int, ...]], sizes: Sequence[int]) -> dict[str, tuple[str, ...]]:
    """Take strictly dominated options away one at a time, the last first: order must not matter."""
    kept = [list(range(size)) for size in sizes]
    while True:
        gone = next(
            (
                (at, worse)
                for at in reversed(range(len(sizes)))
                for worse in reversed(kept[at])
                for better in kept[at]
                if all(
                    payoffs[(*key[:at], better, *key[at + 1 :])][at] > payoffs[(*key[:at], worse, *key[at + 1 :])][at]
                    for key in product(*kept)
                )
            ),
            None,
        )
        if gone is None:
            return {f"n{at}": tuple(f"o{slot}" for slot in mine) for at, mine in enumerate(kept)}
        kept[gone[0]].remove(gone[1])
