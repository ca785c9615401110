"""Stability by the graph model: against the definitions, as laws, and what is said about it."""

from __future__ import annotations

import importlib.util
import json
import math
from dataclasses import replace
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.analyses.conflict import Stability, stability
from planner.analyses.conflicts.conflict_answers import RULES
from planner.analyses.result import BadArgument, UnknownName
from planner.core.diagnostics import ScenarioError
from planner.core.rules import load
from planner.core.source import Source
from tests.analyses.conflicts import CONCEPTS, Case, answers, cases, coalition_ends, equilibria, stays
from tests.conftest import ROOT

if TYPE_CHECKING:
    from planner.core.model import Scenario

rules = pytest.mark.parametrize("rule", RULES)
few = settings(max_examples=20, deadline=None)
STORIES = ROOT / "tests" / "stories" / "conflict"


def scenario(text: str) -> Scenario:
    return load(Source.from_text("planner: 1\ntitle: T\n" + text))


def story(name: str) -> Scenario:
    return planner.load(STORIES / f"{name}.yaml")


def found(result: Stability, concept: str) -> list[Any]:
    states: list[Any] = result.to_dict()[concept]
    return states


# --- the definitions ----------------------------------------------------------------------------------------


@rules
@few
@given(case=cases())
def test_stability_is_that_of_the_definitions(case: Case, rule: str):
    result = stability(case.scenario(), rule=rule)
    for concept in CONCEPTS:
        assert found(result, concept) == equilibria(case, concept, rule)
        for actor in case.actors:
            own = [state for state in case.all if stays(case, actor, state, concept, rule)]
            assert result.stays(actor, concept) == own  # type: ignore[arg-type]


@few
@given(case=cases(actors=(2, 4)))
def test_coalition_moves_are_those_of_the_definition(case: Case):
    result = stability(case.scenario())
    states = {move.start for move in result.coalition_moves}
    holds = {state for concept in CONCEPTS for state in equilibria(case, concept, "legal")}
    assert states <= {state - 1 for state in holds}
    for state in holds:
        mine = {
            (frozenset(case.actors[actor] for actor in move.by), move.end + 1)
            for move in result.coalition_moves
            if move.start == state - 1
        }
        assert mine == coalition_ends(case, state)
    nash = equilibria(case, "nash", "legal")
    assert result.coalition_stable == [state for state in nash if not coalition_ends(case, state)]


def is_way(case: Case, start: int, way: list[tuple[int, int]], *, rule: str, improving: bool = False) -> bool:
    """Whether each move of a way is one, and the way is one that the rule allows."""
    places = [start, *(end + 1 for _, end in way)]
    movers = [case.actors[actor] for actor, _ in way]
    step = case.improvements if improving else (lambda who, place: case.moves[who][place])
    fits = [end in step(who, place) for who, (place, end) in zip(movers, pairwise(places), strict=True)]
    allowed = {
        "legal": all(one != other for one, other in pairwise(movers)),
        "single": len(way) == 1,
        "repeated": True,
    }[rule]
    return allowed and bool(way) and all(fits)


@rules
@few
@given(case=cases(actors=(2, 4)))
def test_counter_moves_deter_and_are_there_where_they_must_be(case: Case, rule: str):
    result = stability(case.scenario(), rule=rule)
    assert len(result.reasons) == case.states * len(case.actors)
    for reason in result.reasons:
        actor, state = case.actors[reason.actor], reason.state + 1
        assert {each.end + 1 for each in reason.improvements} == case.improvements(actor, state)
        assert reason.stable == tuple(each for each in CONCEPTS if stays(case, actor, state, each, rule))
        for each in reason.improvements:
            kinds = {"credible": each.credible, "possible": each.possible, "inescapable": each.inescapable}
            for kind, way in kinds.items():
                if way is None:
                    continue
                assert is_way(case, each.end + 1, way, rule=rule, improving=kind == "credible")
                assert actor not in {case.actors[who] for who, _ in way}
                end = way[-1][1] + 1
                assert not case.better(actor, end, state)
                if kind == "inescapable":
                    assert not any(case.better(actor, escape, state) for escape in case.moves[actor][end])
        for concept, kind in (("seq", "credible"), ("gmr", "possible"), ("smr", "inescapable")):
            assert (concept in reason.stable) == all(getattr(each, kind) is not None for each in reason.improvements)


@few
@given(case=cases(actors=(2, 4)), start=st.integers(1, 2))
def test_ways_from_the_status_quo_are_the_shortest(case: Case, start: int):
    result = stability(case.scenario(), from_=start)
    for course in result.courses:
        for way, improving in ((course.moves, False), (course.improvements, True)):
            step = case.improvements if improving else (lambda who, place: case.moves[who][place])
            ends = answers(case, case.actors, start, "legal", step)
            if course.end + 1 == start:
                assert way == []
            elif way is None:
                assert course.end + 1 not in ends
            else:
                assert is_way(case, start, way, rule="legal", improving=improving)
                assert len(way) == shortest(case, start, course.end + 1, improving=improving)


def shortest(case: Case, start: int, end: int, *, improving: bool) -> float:
    """Return the least number of moves between two states, nobody moving twice in a row."""
    front, steps = {(start, "")}, 0
    seen = set(front)
    while front:
        if any(place == end for place, _ in front):
            return steps
        steps += 1
        front = {
            (to, who)
            for place, last in front
            for who in case.actors
            if who != last
            for to in (case.improvements(who, place) if improving else case.moves[who][place])
        } - seen
        seen |= front
    return math.inf


# --- the inverse question -----------------------------------------------------------------------------------


def ranked(case: Case, actor: str, rank: dict[int, int]) -> Case:
    return replace(case, rank={**case.rank, actor: rank})


@rules
@few
@given(case=cases(actors=(1, 3), states=(2, 5)))
def test_a_state_that_rises_as_told_is_stable_and_no_lower(case: Case, rule: str):
    for change in stability(case.scenario(), rule=rule).changes:
        actor, state = case.actors[change.actor], change.state + 1
        own = case.rank[actor]
        (level,) = {own[each + 1] for each in change.rise_to}
        assert change.passes == sum(own[state] < place < level for place in own.values())
        assert stays(ranked(case, actor, {**own, state: level}), actor, state, change.concept, rule)
        double = {each: 2 * place for each, place in own.items()}
        assert not stays(ranked(case, actor, {**double, state: 2 * level - 1}), actor, state, change.concept, rule)


@rules
@few
@given(case=cases(actors=(1, 3), states=(2, 5)))
def test_the_states_that_must_not_be_better_are_the_fewest(case: Case, rule: str):
    for change in stability(case.scenario(), rule=rule).changes:
        actor, state = case.actors[change.actor], change.state + 1
        own = case.rank[actor]
        better = [each for each in case.all if own[each] > own[state]]

        def enough(
            fallen: tuple[int, ...], own: dict[int, int] = own, actor: str = actor, state: int = state,
            concept: str = change.concept,
        ) -> bool:  # fmt: skip
            rank = {**own, **dict.fromkeys(fallen, own[state])}
            return stays(ranked(case, actor, rank), actor, state, concept, rule)

        assert change.proven
        sizes = {len(each) for each in change.not_better}
        assert len(sizes) == 1
        size = sizes.pop()
        assert all(enough(tuple(each + 1 for each in found)) for found in change.not_better)
        assert not any(enough(fallen) for least in range(size) for fallen in combinations(better, least))
        if len(change.not_better) < 3:
            ways = [tuple(each - 1 for each in fallen) for fallen in combinations(better, size) if enough(fallen)]
            assert sorted(change.not_better) == sorted(ways)


def test_every_state_that_somebody_would_leave_is_asked_about():
    result = stability(story("elmira"))
    asked = {(change.state, change.actor, change.concept) for change in result.changes}
    model = result.model
    for concept, needed in result.needed["legal"].items():
        for actor, state in zip(*np.nonzero(needed > model.value), strict=True):
            assert (int(state), int(actor), concept) in asked


# --- laws ---------------------------------------------------------------------------------------------------


@rules
@few
@given(case=cases())
def test_concepts_are_nested(case: Case, rule: str):
    result = stability(case.scenario(), rule=rule)
    for actor in case.actors:
        own = {concept: set(result.stays(actor, concept)) for concept in CONCEPTS}  # type: ignore[arg-type]
        assert own["nash"] <= own["sseq"] <= own["seq"] <= own["gmr"]
        assert own["sseq"] <= own["smr"] <= own["gmr"]


@few
@given(case=cases(), data=st.data())
def test_relabelling_changes_nothing(case: Case, data: st.DataObject):
    order = data.draw(st.permutations(list(case.all)))
    names = dict(zip(case.all, order, strict=True))
    actors = data.draw(st.permutations(case.actors))
    other = Case(
        case.states,
        {who: {names[state]: frozenset(names[end] for end in case.moves[who][state]) for state in case.all}
         for who in actors},
        {who: {names[state]: case.rank[who][state] for state in case.all} for who in actors},
    )  # fmt: skip
    one, two = stability(case.scenario()), stability(other.scenario())
    for concept in CONCEPTS:
        assert sorted(names[state] for state in found(one, concept)) == found(two, concept)


@few
@given(case=cases(actors=(2, 2)))
def test_between_two_actors_one_answers_by_one_move(case: Case):
    result = stability(case.scenario())
    assert result.alternatives()["single"]["differs"] == {}


OPTIONS = st.lists(st.sampled_from(["false", "taken", "dropped"]), min_size=1, max_size=2)


@few
@given(one=OPTIONS, other=OPTIONS, data=st.data())
def test_between_two_actors_whose_moves_follow_from_options_all_rules_agree(
    one: list[str], other: list[str], data: st.DataObject
):
    size = 2 ** (len(one) + len(other))
    options = ", ".join(
        f"{who}: {{{', '.join(f'{who}{at}: {{irreversible: {kind}}}' for at, kind in enumerate(kinds))}}}"
        for who, kinds in (("a", one), ("b", other))
    )
    wants = ", ".join(f"{who}: {{ranking: {data.draw(st.permutations(range(1, size + 1)))}}}" for who in "ab")
    made = scenario(f"actors: {{a: , b: }}\nconflict:\n  options: {{{options}}}\n  preferences: {{{wants}}}\n")
    assert all(each["differs"] == {} for each in stability(made).alternatives().values())


# --- what the result says -----------------------------------------------------------------------------------

THREE = """actors: {a: {name: Ann}, b: {name: Bob}, c: {name: Cid}}
conflict:
  states: {1: , 2: , 3: , 4: }
  moves: {a: {1: 2}, b: {2: 3}, c: {3: 4}}
  status_quo: 1
  preferences: {a: {ranking: [2, 3, 1, 4]}, b: {ranking: [4, 1, 2, 3]}, c: {ranking: [4, 1, 2, 3]}}
"""


def test_the_rule_decides_where_only_two_together_can_answer():
    """Ann's move to 2 is answered by Bob (to 3) and then Cid (to 4), which only both together bring about."""
    result = stability(scenario(THREE))
    assert (result.gmr, result.seq, result.nash) == ([1, 2, 4], [2, 4], [2, 4])
    single = stability(scenario(THREE), rule="single")
    assert single.gmr == [2, 4]
    here, there = (each.to_dict()["alternatives"] for each in (result, single))
    assert here["single"]["differs"]["gmr"] == {"only_here": [1], "only_there": []}
    assert there["legal"]["differs"]["gmr"] == {"only_here": [], "only_there": [1]}
    assert here["repeated"]["differs"] == {}


def test_keys_and_states_as_the_file_names_them():
    result = stability(story("elmira"))
    data = json.loads(json.dumps(result.to_dict()))
    assert {"nash", "seq", "gmr", "smr", "rule", "actors", "reasons", "coalition_moves", "alternatives"} <= set(data)
    assert data["nash"] == [5, 8, 9]
    assert data["rule"] == "legal"
    assert data["status_quo"] == 1
    assert data["states"][8] == {"state": 9, "name": "Uniroyal abandons its plant", "options": "---Y-"}
    assert data["actors"][1]["ranking"] == [[1], [4], [8], [5], [9], [3], [7], [2], [6]]
    assert data["coalition_moves"] == [
        {
            "state": 5,
            "by": ["moe", "uniroyal"],
            "to": 8,
            "moves": [{"actor": "uniroyal", "to": 7}, {"actor": "moe", "to": 8}],
            "gain": ["moe", "uniroyal"],
            "lose": ["local"],
        }
    ]
    assert result.settings == {"rule": "legal"}


def test_headlines():
    assert stability(story("elmira")).headline() == (
        "Nobody can do better by moving alone from states 5 (Delay, Insist on the original order), 8 (Modify the "
        "order, Accept the order, Insist on the original order) and 9 (Uniroyal abandons its plant). States 1 and 4 "
        "hold only out of caution: counter-moves are possible, not credible. But Ministry of the Environment and "
        "Uniroyal Chemical together can move from 5 to 8 and both gain."
    )
    assert stability(story("cuban-missile-crisis"), from_="NNNY").headline() == (
        "From every state somebody could do better by moving alone. States 5 (Withdraw the missiles) and 7 (Blockade "
        "of Cuba, Withdraw the missiles) hold because any improvement meets a credible counter-move. States 1, 2, 3, 6 "
        "and 8 hold only out of caution: counter-moves are possible, not credible. Somebody would leave the status "
        "quo, state 9."
    )


def test_no_state_is_stable_if_only_one_may_answer():
    """By hand: a0 leaves 3 for 1 and a2 leaves 1 for 2; a1 leaves 2 for 3, and nobody alone brings it below 2 again."""
    text = """actors: {a0: , a1: , a2: }
conflict:
  states: {1: , 2: , 3: }
  moves: {a0: {1: 2, 2: 3, 3: 1}, a1: {1: 2, 2: 3, 3: [1, 2]}, a2: {1: 2, 2: 1}}
  preferences:
    a0: {ranking: [[1, 2], 3]}
    a1: {ranking: [[1, 3], 2]}
    a2: {ranking: [[2, 3], 1]}
"""
    result = stability(scenario(text), rule="single")
    assert result.gmr == []
    assert result.headline() == "From every state somebody could do better by moving alone. No state is stable."


def test_reasons_in_words():
    result = stability(story("elmira"))
    told = {(reason.actor, reason.state): result.words.reason(reason) for reason in result.reasons}
    assert told[0, 1] == "Ministry of the Environment stays put at 2: it cannot move."
    assert told[2, 4] == "Local government stays put at 5: it has no better move."
    assert told[2, 1] == (
        "Local government stays put at 2: any improvement meets a credible counter-move. If it moves to 6, Uniroyal "
        "Chemical moves to 9."
    )
    assert told[2, 3] == (
        "Local government stays put at 4 only out of caution: any improvement meets an inescapable counter-move, "
        "though not always a credible one. If it moves to 8, Uniroyal Chemical moves to 9."
    )
    assert told[1, 1] == (
        "Uniroyal Chemical leaves 2 for 4 or 9: it is better off there, and no counter-move can take that back."
    )


def test_changes_in_words():
    result = stability(story("elmira"), wanted=4)
    assert {change.state for change in result.changes} == {3}
    assert result.words.change(result.changes[0]) == (
        "Local government would stay at 4 (Nash) if 8 were no better for it; or if 4 rose in its ranking to the level "
        "of 8, past 1 other."
    )


def test_markdown_and_frame():
    result = stability(story("elmira"))
    assert "| 9 | Uniroyal abandons its plant | Nash, sequential, general" in result._repr_markdown_()
    if importlib.util.find_spec("pandas") is None:
        with pytest.raises(BadArgument, match="needs pandas"):
            result.to_frame()
    else:
        frame = result.to_frame()
        assert frame[frame.nash].state.tolist() == [5, 8, 9]


def test_arguments_that_cannot_be_used():
    made = story("elmira")
    with pytest.raises(BadArgument, match=r"no rule 'greedy'.*legal, single, repeated"):
        stability(made, rule="greedy")
    with pytest.raises(UnknownName, match="unknown state '17'"):
        stability(made, from_=17)
    with pytest.raises(UnknownName, match="unknown state 'sttaus'"):
        stability(made, wanted="sttaus")
    with pytest.raises(UnknownName, match="unknown actor 'mo'; did you mean 'moe'"):
        stability(made).stays("mo", "nash")
    assert stability(made, from_="NYNNY").status_quo == stability(made, from_="5").status_quo == 4


def test_a_conflict_made_in_python_that_does_not_fit_is_refused():
    made = story("elmira")
    assert made.conflict is not None
    without = replace(made.conflict, preferences={})
    with pytest.raises(ScenarioError, match="'moe' takes part in the conflict but has no preferences"):
        stability(replace(made, conflict=without, source=None))


# --- a conflict read off a tree -----------------------------------------------------------------------------

GAME = """actors: {a: {name: Ann}, b: {name: Bob}}
nodes:
  first:
    decision: What does Ann do?
    by: a
    options: {stay: {to: second}, go: {payoff: {a: 1, b: -1}, to: second}}
  second:
    decision: What does Bob do?
    by: b
    options: {stay: {payoff: {b: 2}, to: luck}, go: {payoff: {a: 3, b: 2}}}
  luck: {chance: Luck?, branches: {good: {p: 0.5, payoff: {a: 4}}, bad: {p: rest, payoff: {a: -2}}}}
"""


def test_values_of_the_tree_rank_the_combinations_of_first_choices():
    """Ann: 1, 3, 2, 4 for stay-stay, stay-go, go-stay, go-go; Bob: 2, 2, 1, 1."""
    result = stability(scenario(GAME))
    assert result.derived
    assert result.model.states == ("stay, stay", "stay, go", "go, stay", "go, go")
    assert result.model.value.tolist() == [[0, 2, 1, 3], [1, 1, 0, 0]]
    assert result.model.options == ("a.stay", "a.go", "b.stay", "b.go")
    assert result.nash == ["go, stay", "go, go"]
    assert "read off the choices" in result.method


def test_costs_are_ranked_the_other_way_round():
    cost = scenario("objective: minimize\n" + GAME)
    assert stability(cost).model.value.tolist() == [[3, 1, 2, 0], [0, 0, 1, 1]]


def test_numbers_of_the_tree_can_be_replaced():
    made = scenario(GAME.replace("payoff: {a: 3, b: 2}", "payoff: {a: gain, b: 2}") + "parameters: {gain: 3}\n")
    assert stability(made).model.value.tolist() == stability(scenario(GAME)).model.value.tolist()
    result = stability(made, overrides={"gain": -5})
    assert result.model.value.tolist()[0] == [2, 0, 3, 1]
    assert result.settings["set"] == {"gain": -5}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("by: a\n", "by: [a, b]\n    fallback: stay\n"), "several decide together there"),
        (("by: b\n", "by: a\n"), "what follows is no choice of another actor"),
        (("stay: {to: second}", "stay: {}"), "what follows is no choice of another actor"),
    ],
)
def test_other_trees_are_refused(change: tuple[str, str], why: str):
    with pytest.raises(BadArgument, match=why):
        stability(scenario(GAME.replace(*change)))


SECRET = """actors: {a: {name: Ann}, b: {name: Bob}}
state: {went: 0}
nodes:
  first:
    decision: What does Ann do?
    by: a
    options: {stay: {to: second}, go: {set: {went: 1}, to: second}}
  second:
    decision: What does Bob do?
    by: b
    unseen: [first]
    options:
      stay: {payoff: {a: 3 + 2 * went, b: 3 - 3 * went}}
      go: {payoff: {a: went, b: 5 - 4 * went}}
"""


def test_secret_first_choices_are_the_prisoners_dilemma():
    """Payoffs 3, 5, 0 and 1; what is best for Bob depends on what he does not see, but no state asks for that."""
    result = stability(scenario(SECRET))
    assert result.model.value.tolist() == [[2, 0, 3, 1], [2, 3, 0, 1]]
    assert (result.nash, result.seq) == (["go, go"], ["stay, stay", "go, go"])


def test_a_secret_choice_that_is_not_the_same_in_every_case_is_refused():
    third = """
  third:
    decision: What does Cid do?
    by: c
    unseen: [second]
    options: {stay: {}, go: {when: went > 0}}
"""
    text = SECRET.replace("actors: {", "actors: {c: , ").rstrip() + third
    led = text.replace("went}}", "went}, to: third}")
    assert led.count("to: third") == 2
    with pytest.raises(
        BadArgument, match="'third' is taken without seeing what came before, and does not have the same"
    ):
        stability(scenario(led))
    assert stability(scenario(led.replace("{when: went > 0}", ""))).model.actors == ("c", "a", "b")


def test_a_tree_that_begins_with_chance_is_refused():
    with pytest.raises(BadArgument, match="there nobody chooses alone"):
        stability(scenario("nodes: {luck: {chance: Luck?, branches: {good: {p: 1, payoff: 4}}}}\n"))


def test_a_tree_that_cannot_be_evaluated_is_refused():
    """Nobody weighs the two criteria."""
    text = GAME
    for amount in ("{a: 1, b: -1}", "{b: 2}", "{a: 3, b: 2}", "{a: 4}", "{a: -2}"):
        text = text.replace(f"payoff: {amount}", "payoff: {x: 1}")
    with pytest.raises(ScenarioError, match="P405"):
        stability(scenario("criteria: {x: , y: }\n" + text))


# --- size ---------------------------------------------------------------------------------------------------


def many(count: int) -> Scenario:
    """Two actors with ``count`` options each, who want all of their own, then nothing of the other's."""
    own = {who: [f"{who}{at}" for at in range(count)] for who in "ab"}
    options = ", ".join(f"{who}: {{{', '.join(f'{each}: ' for each in names)}}}" for who, names in own.items())
    wants = {who: ", ".join([*own[who], *(f"not {each}" for each in own["b" if who == "a" else "a"])]) for who in "ab"}
    return scenario(
        f"actors: {{a: , b: }}\nconflict:\n  options: {{{options}}}\n"
        f"  preferences: {{{', '.join(f'{who}: [{said}]' for who, said in wants.items())}}}\n"
    )


def test_a_thousand_states():
    """Everybody's own options come first whatever the other does, so only the last state is Nash, where all is done."""
    result = stability(many(5))
    assert len(result.model) == 1024
    assert result.nash == [1024]
    assert len(json.dumps(result.to_dict())) < 1_000_000


def test_a_long_chain_of_moves():
    """Two others take turns along 1,500 states; only the last is worse for A than the start, so it stays there."""
    count = 1500
    turns = [", ".join(f"{state}: {state + 1}" for state in range(1 + odd, count, 2)) for odd in (0, 1)]
    states = list(range(1, count + 1))
    result = stability(
        scenario(
            f"actors: {{a: , b: , c: }}\nconflict:\n  states: {{{', '.join(f'{state}: ' for state in states)}}}\n"
            f"  moves: {{a: {{1: 2}}, b: {{{turns[1]}}}, c: {{{turns[0]}}}}}\n  preferences:\n"
            f"    a: {{ranking: {[*states[1:-1], 1, count]}}}\n"
            f"    b: {{ranking: {[states]}}}\n    c: {{ranking: {[states]}}}\n"
        )
    )
    assert 1 in result.gmr
    assert 1 not in result.seq
    (reason,) = [each for each in result.reasons if (each.actor, each.state) == (0, 0)]
    assert reason.improvements[0].possible is not None
    assert len(reason.improvements[0].possible) == count - 2
