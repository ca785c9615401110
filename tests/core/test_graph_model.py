"""The section `conflict`: states, moves and orders that follow from it, and faults at their place."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.core.diagnostics import ScenarioError
from planner.core.graph_model import GraphModel, graph_model
from planner.core.rules import check, examine, load, unsupported
from planner.core.source import Source
from planner.core.unfold import unfold

HEAD = "planner: 1\ntitle: T\nactors: {uk: {name: London}, ru: {name: Moscow}}\n"


def source(conflict: str) -> Source:
    return Source.from_text(f"{HEAD}conflict:\n{conflict}")


def model(conflict: str) -> GraphModel:
    return graph_model(load(source(conflict)))


def moves(found: GraphModel, actor: str) -> dict[Any, list[Any]]:
    own = found.moves[found.actors.index(actor)]
    return {found.states[at]: [found.states[end] for end in own.ends(at)] for at in range(len(found))}


def order(found: GraphModel, actor: str) -> list[list[Any]]:
    own = found.value[found.actors.index(actor)].tolist()
    return [
        [found.states[at] for at in range(len(found)) if own[at] == rank] for rank in sorted(set(own), reverse=True)
    ]


WANTS = "  preferences: {uk: [talk], ru: [strike]}\n"
TWO = "  options: {uk: {talk: Talk, arm: }, ru: {strike: Strike}}\n"


# --- states -------------------------------------------------------------------------------------------------


def test_every_combination_is_a_state_the_first_option_changing_first() -> None:
    found = model(TWO + WANTS)
    assert found.states == tuple(range(1, 9))
    assert found.options == ("uk.talk", "uk.arm", "ru.strike")
    assert ["".join("NY"[said] for said in row) for row in found.taken.tolist()] == [
        "NNN", "YNN", "NYN", "YYN", "NNY", "YNY", "NYY", "YYY",
    ]  # fmt: skip
    assert found.names[:4] == ("nothing is done", "Talk", "arm", "Talk, arm")
    assert found.status_quo is None


def test_feasible_and_infeasible_thin_them_out() -> None:
    text = TWO + '  feasible: ["exactly(talk, arm)", not (talk and strike)]\n' + WANTS
    assert [row.tolist() for row in model(text).taken] == [[1, 0, 0], [0, 1, 0], [0, 1, 1]]
    same = TWO + "  infeasible: [YY-, NN-, talk and strike]\n" + WANTS
    assert model(same).taken.tolist() == model(text).taken.tolist()


def test_a_state_stands_for_all_that_fits_its_pattern() -> None:
    text = TWO + "  states: {talk-only: YNN, arms: -Y N, war: {name: War, options: --Y}, 4: NNN}\n"
    found = model(text + "  preferences: {uk: [not strike, arm, talk], ru: {ranking: [war, [4, arms], talk-only]}}\n")
    assert found.states == ("talk-only", "arms", "war", 4)
    assert found.names == ("Talk", "arm", "War", "nothing is done")
    assert moves(found, "uk") == {
        "talk-only": ["arms", 4],
        "arms": ["talk-only", 4],
        "war": [],
        4: ["talk-only", "arms"],
    }
    assert moves(found, "ru") == {"talk-only": ["war"], "arms": ["war"], "war": ["talk-only", "arms", 4], 4: ["war"]}
    assert order(found, "uk") == [["arms"], ["talk-only"], [4], ["war"]]
    assert order(found, "ru") == [["war"], ["arms", 4], ["talk-only"]]


def test_options_of_one_name_are_told_with_their_actor() -> None:
    found = model("  options: {uk: {go: Go}, ru: {go: Go}}\n  preferences: {uk: [uk.go], ru: [not uk.go]}\n")
    assert found.names == ("nothing is done", "London: Go", "Moscow: Go", "London: Go, Moscow: Go")


def test_a_graph_without_options() -> None:
    found = model(
        "  states: {peace: , 2: Cold war, war: {name: War, note: Bad.}}\n"
        "  moves: {uk: {peace: [2, war], 2: peace}, ru: {2: war}}\n  status_quo: 2\n"
        "  preferences: {uk: {ranking: [peace, [2, war]], source: Interviews}, ru: {ranking: [[2, peace, war]]}}\n"
    )
    assert found.names == ("", "Cold war", "War")
    assert moves(found, "uk") == {"peace": [2, "war"], 2: ["peace"], "war": []}
    assert found.status_quo == 1
    assert order(found, "ru") == [["peace", 2, "war"]]


def test_an_actor_with_listed_moves_has_these_alone() -> None:
    found = model(TWO + "  moves: {ru: {1: 5, NYN: [NYY]}}\n" + WANTS)
    assert {state: ends for state, ends in moves(found, "ru").items() if ends} == {1: [5], 3: [7]}
    assert moves(found, "uk")[1] == [2, 3, 4]


def test_states_go_by_pattern_wherever_they_are_named() -> None:
    text = "  options: {uk: {talk: }, ru: {strike: }}\n"
    found = model(text + "  status_quo: N N\n  preferences: {uk: {ranking: [YN, NN, YY, NY]}, ru: [-Y]}\n")
    assert found.status_quo == 0
    assert order(found, "uk") == [[2], [1], [4], [3]]
    assert order(found, "ru") == [[3, 4], [1, 2]]


# --- moves --------------------------------------------------------------------------------------------------

KINDS = st.lists(st.sampled_from(["false", "true", "taken", "dropped"]), min_size=0, max_size=3)


@settings(max_examples=40, deadline=None)
@given(uk=KINDS, ru=KINDS, data=st.data())
def test_moves_are_changes_of_own_options_that_are_allowed(uk: list[str], ru: list[str], data: st.DataObject) -> None:
    """By brute force over all pairs of states."""
    kinds = [*(("uk", kind) for kind in uk), *(("ru", kind) for kind in ru)]
    if not kinds:
        return
    every = list(product("NY", repeat=len(kinds)))
    patterns = data.draw(st.lists(st.sampled_from(every), min_size=2, unique=True)) if len(every) > 2 else every
    options = {
        who: ", ".join(f"{who}{at}: {{irreversible: {kind}}}" for at, kind in enumerate(own))
        for who, own in (("uk", uk), ("ru", ru))
    }
    states = ", ".join(f"{at}: {''.join(pattern)}" for at, pattern in enumerate(patterns))
    ranking = [list(range(len(patterns)))]
    found = model(
        f"  options: {{uk: {{{options['uk']}}}, ru: {{{options['ru']}}}}}\n  states: {{{states}}}\n"
        f"  preferences: {{uk: {{ranking: {ranking}}}, ru: {{ranking: {ranking}}}}}\n"
    )

    def allowed(actor: str, one: tuple[str, ...], other: tuple[str, ...]) -> bool:
        return one != other and all(
            before == after
            or (who == actor and kind != {"Y": "taken", "N": "dropped"}[before] and (kind, before) != ("true", "Y"))
            for (who, kind), before, after in zip(kinds, one, other, strict=True)
        )

    for actor in ("uk", "ru"):
        wanted = {
            at: [to for to, other in enumerate(patterns) if allowed(actor, one, other)]
            for at, one in enumerate(patterns)
        }
        assert moves(found, actor) == wanted


# --- preferences --------------------------------------------------------------------------------------------


def test_an_earlier_statement_outdoes_all_later_ones() -> None:
    found = model(TWO + "  preferences: {uk: [not strike, talk if arm, arm], ru: strike}\n")
    assert order(found, "uk") == [[4], [1, 2], [3], [8], [5, 6], [7]]
    assert order(found, "ru") == [[5, 6, 7, 8], [1, 2, 3, 4]]


MEANS = {
    "talk": "t",
    "not arm": "not a",
    "strike if talk": "s or not t",
    "arm iff strike": "a == s",
    "YN-": "t and not a",
    "talk or arm": "t or a",
}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(list(MEANS)), min_size=1, max_size=6))
def test_statements_order_states_like_binary_digits(said: list[str]) -> None:
    found = model(TWO + f"  preferences: {{uk: [{', '.join(said)}], ru: [strike]}}\n")
    score = {
        at: sum(
            2**-place for place, each in enumerate(said) if eval(MEANS[each], {}, dict(zip("tas", row, strict=True)))
        )
        for at, row in zip(found.states, found.taken.tolist(), strict=True)
    }
    ranks = sorted(set(score.values()), reverse=True)
    assert order(found, "uk") == [[at for at in found.states if score[at] == rank] for rank in ranks]


# --- faults -------------------------------------------------------------------------------------------------


def codes(conflict: str) -> list[str]:
    return [each.code for each in check(source(conflict)) if each.severity == "error"]


def messages(conflict: str) -> list[str]:
    return [each.message for each in check(source(conflict))]


@pytest.mark.parametrize(
    ("conflict", "found"),
    [
        ("  options: [talk]\n", ["P102"]),
        (TWO.replace("uk", "fr") + WANTS.replace("talk", "strike"), ["P104"]),
        ("  optoins: {}\n" + TWO + WANTS, ["P101"]),
        (TWO.replace("arm", "Arm") + WANTS, ["P108"]),
        (TWO.replace("arm", "exactly") + WANTS, ["P108"]),
        ("  options: {uk: {talk: {irreversible: 3}}, ru: {strike: }}\n" + WANTS, ["P119"]),
        ("  options: {uk: {talk: {irreversible: [a]}}, ru: {strike: }}\n" + WANTS, ["P119"]),
        (TWO + "  preferences: {uk: [talk, 3], ru: [strike]}\n", ["P102"]),
        (TWO + "  preferences: {uk: , ru: [strike]}\n", ["P102"]),
        (TWO + "  preferences: {uk: {ranking: [1], statements: [talk]}, ru: [strike]}\n", ["P609"]),
        (TWO + "  preferences: {uk: {note: None}, ru: [strike]}\n", ["P609"]),
        (TWO + "  preferences: {uk: [], ru: [strike]}\n", ["P609"]),
        (TWO + "  preferences: {uk: {ranking: 3}, ru: [strike]}\n", ["P102"]),
        (TWO + "  preferences: {uk: {ranking: [1, 2, 3, 4, 5, 6, 7, 8, 8]}, ru: [strike]}\n", ["P610"]),
        (TWO + "  preferences: {uk: {ranking: [1, 2, 3, 4, 5, 6, 7, 9]}, ru: [strike]}\n", ["P605"]),
        (TWO + "  preferences: {uk: {ranking: [1, 1.5, {}]}, ru: [strike]}\n", ["P102", "P102"]),
        (TWO + "  status_quo: now\n" + WANTS, ["P605"]),
        (TWO + "  status_quo: Y--\n" + WANTS, ["P605"]),
        (TWO + "  status_quo: YYYY\n" + WANTS, ["P604"]),
        (TWO + "  moves: {uk: {1: 1}}\n" + WANTS, ["P605"]),
        (TWO + "  moves: {uk: {17: 1, 1: 18}}\n" + WANTS, ["P605", "P605"]),
        (TWO + "  moves: {uk: [1]}\n" + WANTS, ["P102"]),
        (TWO + "  states: {1: }\n" + WANTS, ["P102"]),
        (TWO + "  states: {1: {name: X}, 2: YYN}\n" + WANTS, ["P109"]),
        (TWO + "  states: {X: YYN, 2: YYY}\n" + WANTS, ["P108"]),
        (TWO + "  states: [NNN, YNN]\n" + WANTS, ["P102"]),
        (TWO + "  states: {1: ---}\n" + WANTS, ["P608"]),
        (TWO + "  states: {1: NNN}\n" + WANTS, ["P608"]),
        (TWO + "  feasible: talk\n  states: {1: YNN, 2: YNY}\n" + WANTS, ["P607"]),
        (TWO + "  feasible: talk and not talk\n" + WANTS, ["P608"]),
        (TWO + "  feasible: ---\n" + WANTS, ["P604"]),
        ("  preferences: {uk: {ranking: [1]}}\n", ["P109"]),
        ("  states: {1: , 2: }\n  preferences: {uk: {ranking: [1, 2]}}\n", ["P109"]),
        ("  states: {1: {options: Y}, 2: }\n  moves: {uk: {1: 2}}\n  preferences: {uk: {ranking: [1, 2]}}\n", ["P604"]),
        ("  states: {1: , 2: }\n  moves: {uk: {1: 2}}\n  preferences: {uk: [talk]}\n", ["P602"]),
        ("  []\n", ["P102"]),
    ],
)  # fmt: skip
def test_errors(conflict: str, found: list[str]) -> None:
    assert codes(conflict) == found


MERGED = TWO + "  infeasible: talk\n  states: {1: NNN, 2: YNN, 3: NYN}\n"
OPEN = "'strike' is true of some of what state '1' stands for, and false of the rest"


@pytest.mark.parametrize(
    ("conflict", "message"),
    [
        (
            TWO + "  preferences: {uk: {ranking: [1, 2, 3]}, ru: [strike]}\n",
            "'uk' does not rank states '4', '5', '6', '7' and 1 more",
        ),
        (MERGED + WANTS, "state '2' stands for no feasible combination of options"),
        (MERGED.replace(", 2: YNN", "") + WANTS, "NNY is feasible but no state, and so are 1 more"),
        (
            TWO + "  states: {1: N--, 2: -NN, 3: YY-, 4: YNY}\n" + WANTS,
            "states '1' and '2' have a combination of options in common",
        ),
        (TWO + "  preferences: {uk: [talk, tlak], ru: [strike]}\n", "statement names unknown option 'tlak'"),
        (TWO + "  states: {1: N--, 2: Y--}\n" + WANTS, OPEN),
        (
            TWO + "  states: {1: N-N, 2: Y-N}\n  preferences: {uk: [talk], ru: [talk]}\n",
            "option 'uk.arm' is left open in every state",
        ),
    ],
)
def test_messages(conflict: str, message: str) -> None:
    assert message in messages(conflict)


def test_places() -> None:
    listed = "  moves:\n    uk: {1: 2, 31: 4}\n"
    text = TWO + listed + "  preferences:\n    uk: [talk, not (arm or tlak)]\n    ru: strike and nuke\n"
    made = source(text)
    found = check(made)
    assert [made.text[each.span.start : each.span.end] for each in found] == ["tlak", "nuke"]
    made = source(text.replace("tlak", "talk").replace("nuke", "arm"))
    (fault,) = check(made)
    assert made.text[fault.span.start : fault.span.end] == "31"


def test_a_statement_that_a_merged_state_leaves_open_does_no_harm_once_the_state_is_set_apart() -> None:
    states = "  states: {1: NNN, 2: YNN, war: --Y}\n"
    assert codes(TWO + states + "  preferences: {uk: [not strike, talk], ru: [strike]}\n") == []
    assert codes(TWO + states + "  preferences: {uk: [talk, not strike], ru: [strike]}\n") == ["P611"]


@pytest.mark.parametrize(
    ("options", "more", "message"),
    [
        (20, "", "the conflict has 21 options, more than 20"),
        (13, "", "the conflict has 16,384 states, more than 10,000"),
        (61, "  states: {1: " + "N" * 62 + ", 2: " + "Y" * 62 + "}\n", "the conflict has 62 options, more than 60"),
        (25, f"  states: {{1: N{'-' * 25}, 2: Y{'-' * 25}}}\n", "the listed states stand for more than 1,048,576"),
        (13, "  feasible: not strike\n", "the conflict has more than 5,000,000 moves"),
    ],
)  # fmt: skip
def test_limits(options: int, more: str, message: str) -> None:
    own = ", ".join(f"o{at}: " for at in range(options))
    found = check(source(f"  options: {{uk: {{{own}}}, ru: {{strike: }}}}\n{more}" + WANTS.replace("talk", "o1")))
    (error,) = [each for each in found if each.severity == "error"]
    assert error.code == "P612"
    assert message in error.message


def test_listed_states_take_many_options() -> None:
    own = ", ".join(f"o{at}: " for at in range(59))
    found = model(
        f"  options: {{uk: {{{own}}}, ru: {{strike: }}}}\n"
        f"  states: {{1: {'N' * 60}, 2: {'Y' * 59}N, 3: {'Y' * 60}}}\n" + WANTS.replace("talk", "o1")
    )
    assert moves(found, "uk") == {1: [2], 2: [1], 3: []}
    assert moves(found, "ru") == {1: [], 2: [3], 3: [2]}


# --- beside a tree, or without one --------------------------------------------------------------------------


def test_a_conflict_alone_is_a_scenario() -> None:
    scenario, found = examine(source(TWO + WANTS))
    assert found == []
    assert scenario is not None
    assert scenario.nodes == {}
    assert [each.code for each in unsupported(scenario)] == ["P616"]
    with pytest.raises(ScenarioError, match="P616"):
        unfold(scenario)


def test_a_conflict_beside_a_tree() -> None:
    scenario, found = examine(Source.from_text(source(TWO + WANTS).text + "nodes: {end: {outcome: End}}\n"))
    assert found == []
    assert scenario is not None
    assert unsupported(scenario) == []
    assert len(unfold(scenario)) == 1


def test_neither_is_nothing() -> None:
    (found,) = check(Source.from_text(HEAD))
    assert found.code == "P116"
    assert codes("\nnodes:\n") == ["P102", "P116"]
    assert "P116" in [each.code for each in check(Source.from_text(source(TWO + WANTS).text + "nodes: {}\n"))]


def test_two_scenarios_are_equal_if_their_conflicts_are() -> None:
    one, other = load(source(TWO + WANTS)), load(source("  # talk\n" + TWO + WANTS.replace("[talk]", "[ talk ]")))
    assert one == other
    assert one != load(source(TWO + WANTS.replace("[talk]", "[arm]")))
