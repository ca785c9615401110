"""Gambit's extensive form: every game becomes a scenario that says the same, and comes back as the same game."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.analyses.evaluate import evaluate
from planner.analyses.result import BadArgument
from planner.core.change.layout import layout
from planner.core.diagnostics import ScenarioError
from planner.core.source import Source
from planner.errors import PlannerError
from planner.exchange import export, format_of, import_text
from planner.exchange.efg_text import read, write
from planner.exchange.labels import Names, Unique, mapping, plain
from planner.exchange.tree import InformationSet, Outcome, Position, Tree
from planner.files import load
from tests.analyses.test_laws import scenarios
from tests.conftest import ROOT
from tests.exchange.oracle import answers, paths, scenario, uniform
from tests.exchange.witness import tree as tree_in_gambit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.core.model import Scenario

GAMES = Path(__file__).parent / "games"

# Known from theory and checked by enumeration of all pure profiles: (nodes, ends, information sets of players), payoffs
# under uniform play, subgame-perfect equilibria and their payoffs, pure Nash equilibria and their payoffs.
KNOWN: list[tuple[str, tuple[int, int, int], str, int, str, int | None, str]] = [
    ("entry-deterrence", (5, 3, 2), "0 1", 1, "1 1", 2, "0 2 | 1 1"),
    ("ultimatum-4", (16, 10, 6), "1 1", 2, "3 1 | 4 0", 33, "0 0 | 0 4 | 1 3 | 2 2 | 3 1 | 4 0"),
    ("sequential-pd", (7, 4, 3), "9/4 9/4", 1, "1 1", 1, "1 1"),
    ("sequential-chicken", (7, 4, 3), "5/2 5/2", 1, "4 2", 3, "2 4 | 4 2"),
    ("simultaneous-chicken", (7, 4, 2), "5/2 5/2", 2, "2 4 | 4 2", 2, "2 4 | 4 2"),
    ("all-ties", (9, 6, 3), "1 1", 18, "1 1", 18, "1 1"),
    ("exact-decimal-tie", (4, 2, 2), "3/10", 2, "3/10", 2, "3/10"),
    ("single-actor-survey", (11, 6, 3), "4", 1, "11", 1, "11"),
    ("three-actor-sequential", (40, 27, 13), "167/54 167/54 167/54", 1, "7 7 6", None, ""),
    ("three-actor-simultaneous", (40, 27, 3), "167/54 167/54 167/54", 2, "3 4 5 | 7 7 6", 2, "3 4 5 | 7 7 6"),
    ("crisis-signalling", (11, 6, 3), "9/16 11/8", 1, "4 0", 1, "4 0"),
    ("nonterminal-and-null", (5, 3, 2), "41/4 43/4", 1, "10 10", 1, "10 10"),
]
known = pytest.mark.parametrize("case", KNOWN, ids=lambda case: case[0])
slowly = partial(settings, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HEAD = 'EFG 2 R "T" { "A" "B" } '


def vectors(text: str) -> list[tuple[str, ...]]:
    return sorted(tuple(each.split()) for each in text.split("|")) if text else []


def game(name: str) -> bytes:
    return (GAMES / f"{name}.efg").read_bytes()


def ends(tree: Tree) -> list[tuple[Fraction, tuple[Fraction, ...]]]:
    """Return probability under uniform play and payoffs of each path, straight from the definition."""
    found: list[tuple[Fraction, tuple[Fraction, ...]]] = []
    sofar: list[tuple[Fraction, tuple[Fraction, ...]]] = []
    for at, position in enumerate(tree.positions):
        p, paid = (Fraction(1), (Fraction(0),) * len(tree.players)) if position.parent < 0 else sofar[position.parent]
        if position.parent >= 0:
            one = tree.sets[tree.positions[position.parent].set]
            p *= one.chances[position.slot] if one.chances else Fraction(1, len(one.actions))
        if tree.payoffs(at):
            paid = tuple(x + y for x, y in zip(paid, tree.payoffs(at), strict=True))
        sofar.append((p, paid))
        if position.set < 0:
            found.append((p, paid))
    return found


def same_game(one: Tree, other: Tree) -> None:
    """Both have the same nodes in the same order, know the same, and pay the same."""
    assert [(p.parent, p.slot, p.set < 0) for p in one.positions] == [
        (p.parent, p.slot, p.set < 0) for p in other.positions
    ]
    assert ends(one) == ends(other)
    pairs: dict[int, int] = {}
    for mine, theirs in zip(one.positions, other.positions, strict=True):
        if mine.set >= 0:
            a, b = one.sets[mine.set], other.sets[theirs.set]
            assert (a.player, len(a.actions), a.chances) == (b.player, len(b.actions), b.chances)
            if a.player:
                assert pairs.setdefault(mine.set, theirs.set) == theirs.set
    assert len(set(pairs.values())) == len(pairs)


# --- known games --------------------------------------------------------------------------------------------


@known
def test_known_games(case: Any):
    name, sizes, play, count, spe, nash, nash_payoffs = case
    tree = read(game(name)).tree
    assert (len(tree), tree.ends, sum(one.player > 0 for one in tree.sets)) == sizes
    made = scenario(import_text(game(name), "efg").text)
    assert [str(x) for x in uniform(made)] == play.split()
    found = answers(made)
    assert (found["count"], found["payoffs"]) == (count, vectors(spe))
    assert (found["nash"], found["nash_payoffs"]) == (nash, vectors(nash_payoffs))


@known
def test_there_and_back(case: Any):
    text = import_text(game(case[0]), "efg").text
    assert layout(Source.from_text(text)) == text
    back = export(scenario(text), "efg").text
    assert back.isascii()
    same_game(read(game(case[0])).tree, read(back).tree)
    assert answers(scenario(import_text(back, "efg").text)) == answers(scenario(text))


@pytest.mark.parametrize("name", ["entry-deterrence", "ultimatum-4", "three-actor-sequential", "single-actor-survey"])
def test_what_is_seen_becomes_a_plain_tree(name: str):
    made = scenario(import_text(game(name), "efg").text)
    assert made.state == {}
    assert not any(node.unseen for node in made.nodes.values())
    assert not any(edge.rest or edge.when for edge in made.edges())


def test_simultaneous_choices_read_well():
    assert import_text(game("simultaneous-chicken"), "efg").text == (GAMES / "simultaneous-chicken.yaml").read_text()


def test_a_lone_nameless_actor_needs_no_name():
    text = "planner: 1\ntitle: T\n\nnodes:\n  a:\n    decision: A\n    options:\n"
    text += "      l: {payoff: 0.5}\n      r: {to: over}\n"
    text += "\n  over:\n    outcome: Over\n    payoff: 2\n"
    back = import_text(export(scenario(text), "efg").text, "efg").text
    assert back == "# Imported from an extensive-form game.\n" + text


def test_named_ends_become_outcomes():
    text = HEAD + 'p "" 1 1 "Talk?" { "Yes" "No" } 0 t "" 1 "Peace" { 1/3 2 } t "" 2 "No" { 0, -.5 }'
    made = scenario(import_text(text, "efg").text)
    assert list(made.nodes) == ["talk", "peace"]
    assert made.nodes["peace"].title == "Peace"
    assert paths(made) == [
        (Fraction(1, 2), (Fraction(1, 3), Fraction(2))),
        (Fraction(1, 2), (Fraction(0), Fraction(-1, 2))),
    ]


# --- any game -----------------------------------------------------------------------------------------------

numbers = st.sampled_from([Fraction(n, d) for n in (-7, -1, 0, 1, 2, 10) for d in (1, 3, 10)])


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Draw a game of three players and chance; information sets join what they can, forgetting what they like."""
    players = ("Ann", "Bob", "Ann")
    sets: list[InformationSet] = []
    outcomes: list[Outcome] = []
    positions: list[Position] = []
    stack: list[tuple[int, int, frozenset[int], int]] = [(-1, 0, frozenset(), 0)]
    while stack:
        parent, slot, before, depth = stack.pop()
        outcome = -1
        if draw(st.integers(0, 2)) == 0:
            outcome = len(outcomes)
            label = draw(st.sampled_from(["", "o1", "Peace", "War", "a"]))
            outcomes.append(Outcome(outcome + 1, label, tuple(draw(numbers) for _ in players)))
        if depth >= 4 or len(positions) > 40 or (depth and draw(st.integers(0, 3)) == 0):
            positions.append(Position("", -1, outcome, parent, slot))
            continue
        free = [at for at, one in enumerate(sets) if one.player and at not in before]
        again: bool = draw(st.booleans())
        if free and again:
            index = draw(st.sampled_from(free))
        else:
            player = draw(st.integers(0, len(players)))
            size = draw(st.integers(1, 3))
            weights: list[int] = draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))
            weights[0] += not any(weights)
            chances = tuple(Fraction(w, sum(weights)) for w in weights) if not player else ()
            index = len(sets)
            label = draw(st.sampled_from(["", "War", "a", "1", "Élysée"]))
            sets.append(InformationSet(player, index + 1, label, ("a", "b", "a")[:size], chances))
        at = len(positions)
        positions.append(Position("", index, outcome, parent, slot))
        stack += [(at, way, before | {index}, depth + 1) for way in range(len(sets[index].actions) - 1, -1, -1)]
    return Tree("Drawn", players, tuple(sets), tuple(outcomes), tuple(positions))


@slowly(max_examples=60)
@given(trees())
def test_every_game_without_absent_mindedness_has_an_exact_scenario(tree: Tree):
    tree = read(write(tree)).tree
    text = import_text(write(tree), "efg").text
    assert layout(Source.from_text(text)) == text
    made = scenario(text)
    assert sorted(paths(made)) == sorted(ends(tree))
    back = export(made, "efg").text
    assert back.isascii()
    same_game(tree, read(back).tree)


@slowly(max_examples=30)
@given(scenarios(actors=3))
def test_scenarios_come_back_with_the_same_answers(made: Scenario):
    back = scenario(import_text(export(made, "efg").text, "efg").text)
    assert sorted(paths(back)) == sorted(paths(made))
    mine, theirs = answers(made), answers(back)  # Nash equilibria are counted by state, and shared states are no more
    assert (mine["count"], mine["payoffs"]) == (theirs["count"], theirs["payoffs"])


@pytest.mark.parametrize(
    "name", ["centipede", "goferbroke-signal", "monty-hall-signal", "payoffs-on-the-way", "secretary"]
)
def test_worked_problems_come_back(name: str):
    made = load(ROOT / "tests" / "stories" / f"{name}.yaml")
    back = scenario(import_text(export(made, "efg").text, "efg").text)
    assert uniform(back) == uniform(made)
    assert list(evaluate(back).values.values()) == pytest.approx(list(evaluate(made).values.values()))


# --- what people write --------------------------------------------------------------------------------------


def one(text: str | bytes) -> Tree:
    return read(text).tree


def test_lenient_reading():
    head = '\ufeffEFG 2 D "Ca\\"fé"\r\n{ "É" "É" }\r\n"a comment" p "n" 1 1 "s" { "x" "x" } 3 "o" { +1, .5, } '
    first = 'p "" 2 9 { "l" "r" } 0 t "" 4 "o" { 1e3 1E-2 } t "" 0 '
    text = f'{head}{first}p "" 2 9 3 t "" 4 t "" 5 "" {{ 1. 2/6 }} '
    tree = one(text.encode())
    assert (tree.title, tree.players, tree.comment) == ('Ca"fé', ("É", "É"), "a comment")
    paid = [" ".join(map(str, each.payoffs)) for each in tree.outcomes]
    assert paid == ["1 1/2", "1000 1/100", "1 1/3"]
    assert [position.set for position in tree.positions] == [0, 1, -1, -1, 1, -1, -1]
    made = scenario(import_text(text, "efg").text)
    assert [(actor.id, actor.name) for actor in made.actors.values()] == [("e", "É"), ("e-2", "É")]
    assert list(next(iter(made.nodes.values())).edges) == ["x", "x-2"]


def test_windows_text_is_read_with_a_warning():
    made = import_text(HEAD.replace("A", "Élysée").encode("cp1252") + b't "" 0', "efg")
    assert [each.code for each in made.warnings] == ["X107"]
    assert "Élysée" in made.text


def test_what_stands_behind_the_end_is_told():
    (warning,) = import_text(HEAD + 't "" 0\nt "" 0', "efg").warnings
    assert (warning.severity, warning.line, warning.column) == ("warning", 2, 1)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("", (1, 1), "does not begin with 'EFG 2 R'"),
        ('NFG 1 R "T" { "A" } { 1 } 1', (1, 1), "does not begin"),
        ('EFG 1 R "T" { }', (1, 5), "version 1"),
        ('EFG 2 R "T { }', (1, 9), "quotation mark is not closed"),
        (HEAD, (1, 23), "the file ends where"),
        (HEAD + 'p "" 1 1 "" { "l" "r" } 0\nt "" 0', (2, 6), "the file ends where a node"),
        (HEAD + 'p "" 1 1 "" { "l" "r', (1, 43), "quotation mark"),
        (HEAD + 'p "" 3 1 "" { "l" } 0 t "" 0', (1, 30), "there is no player 3"),
        (HEAD + 'p "" 0 1 "" { "l" } 0 t "" 0', (1, 30), "there is no player 0"),
        (HEAD + 'p "" 1 1 0 t "" 0', (1, 32), "has no actions where it comes first"),
        (HEAD + 'x "" 1', (1, 25), "'x' stands where a node"),
        (HEAD + 't "" 1 "" { nan, 1 }', (1, 37), "'nan' is no number"),
        (HEAD + 't "" 1 "" { 1/0, 1 }', (1, 37), "divides by zero"),
        (HEAD + 't "" 1 "" { 1e999999999, 1 }', (1, 37), "too many digits"),
        (HEAD + f't "" 1 "" {{ {"9" * 5000}, 1 }}', (1, 37), "too many digits"),
        (HEAD + 't "" 1 "" { 1e300, 1 }', (1, 37), "too large"),
        (HEAD + 't "" 1 "" { 1 }', (1, 35), "1 payoffs for 2 players"),
        (HEAD + 't "" 7', (1, 30), "outcome 7 has no payoffs"),
        (HEAD + 't "" 0 "" { 1 1 }', (1, 35), "outcome 0 means no payoffs"),
        (HEAD + 'c "" 1 "" { "l" 0.333 "r" 0.333 } 0 t "" 0 t "" 0', (1, 35), "sum to 0.666, not 1"),
        (HEAD + 'c "" 1 "" { "l" -1 "r" 2 } 0 t "" 0 t "" 0', (1, 35), "below 0"),
        (HEAD + 'p "" 1 1 "" { "l" } 0 p "" 1 1 "" { "l" } 0 t "" 0', (1, 47), "twice"),
        (HEAD + 'p "" 1 1 "" { "l" } 0 p "" 2 1 "" { "l" } 0 p "" 1 1 0 t "" 0', (1, 69), "twice"),
        (HEAD + 'p "" 1 1 "" {"l" "r"} 0 p "" 2 1 "" {"l"} 0 t "" 0 p "" 2 1 "" {"l" "r"} 0', (1, 83), "1 actions"),
        (HEAD + 'p "" 1 1 "" { "l" "r" } 0 t "" 1 "" { 1 1 } t "" 1 "" { 1 2 }', (1, 74), "other payoffs"),
        ('EFG 2 R "T" { } t "" 0', (1, 1), "nobody plays"),
    ],
)  # fmt: skip
def test_bad_files_are_shown_with_their_place(text: str, place: tuple[int, int], said: str):
    with pytest.raises(ScenarioError) as caught:
        import_text(text, "efg", path="bad.efg")
    fault = caught.value.diagnostics[-1]
    assert said in fault.message
    assert (fault.file, fault.line, fault.column) == ("bad.efg", *place)


@slowly(max_examples=80)
@given(st.data())
def test_damaged_files_never_crash(data: st.DataObject):
    text = game(data.draw(st.sampled_from([case[0] for case in KNOWN])))
    at = data.draw(st.integers(0, len(text)))
    junk = data.draw(
        st.binary(max_size=6) | st.sampled_from([b'"', b"{", b"}", b"\\", b"1/0", b"nan", b" 0 ", b"\xff\xfe"])
    )
    damaged = text[:at] + junk + text[at + data.draw(st.integers(0, 9)) :]
    try:
        made = import_text(damaged, "efg")
    except (ScenarioError, PlannerError):
        return
    scenario(made.text)


def test_a_deep_game_needs_no_recursion():
    nodes = [f'p "" {at % 2 + 1} {at + 1} "" {{ "stop" "go" }} 0 t "" {at + 1} "" {{ {at} 0 }}' for at in range(20_000)]
    tree = one(HEAD + " ".join(nodes) + ' t "" 0')
    assert len(tree) == 40_001
    text = import_text(write(tree), "efg").text
    assert text.count("decision:") == 20_000


# --- export -------------------------------------------------------------------------------------------------


def written(text: str) -> Tree:
    return one(export(scenario("planner: 1\ntitle: T\n" + text), "efg").text)


def test_shared_nodes_are_written_once_for_each_path():
    tree = written(
        "nodes:\n  a: {decision: A, options: {l: {to: b}, r: {to: b, payoff: 3}}}\n"
        "  b: {decision: B, options: {l: {payoff: 1}, r: {}}}\n"
    )
    assert [position.set for position in tree.positions] == [0, 1, -1, -1, 2, -1, -1]
    assert [paid for _, (paid,) in ends(tree)] == [1, 0, 4, 3]


def test_weights_and_scales_make_the_payoffs():
    tree = written(
        "actors: {uk: {weights: {peace: 3, money: -1}}}\ncriteria:\n  peace: {worst: 0, best: 10}\n"
        "  money: {worst: 0, best: 4}\n"
        "nodes: {a: {decision: A, options: {l: {payoff: {peace: 5, money: 1}}, r: {}}}}"
    )
    assert [paid for _, (paid,) in ends(tree)] == [Fraction(3, 4) * 50 + Fraction(1, 4) * 75, 25]


def test_costs_are_written_below_zero():
    made = export(
        scenario(
            "planner: 1\ntitle: T\nobjective: minimize\nnodes:\n  a: {decision: A, options: {l: {payoff: 5}, r: {}}}"
        ),
        "efg",
    )
    assert [paid for _, (paid,) in ends(one(made.text))] == [-5, 0]
    assert "costs are written below zero" in made.notes[0]


NO_EXACT_VALUE = "nodes: {a: {chance: A, branches: {l: {p: exp(-1), payoff: sqrt(2)}, r: {p: rest}}}}"


def test_numbers_without_an_exact_value_are_rounded_and_sum_to_one():
    made = export(
        scenario(
            "planner: 1\ntitle: T\nnodes:\n  a: {chance: A, branches: {l: {p: exp(-1), payoff: sqrt(2)}, r: {p: rest}}}"
        ),
        "efg",
    )
    tree = one(made.text)
    assert sum(tree.sets[0].chances) == 1
    assert float(ends(tree)[0][1][0]) == 2**0.5
    assert "no exact value" in made.notes[0]


def test_a_true_chance_node_with_one_branch_stays():
    assert len(written("nodes:\n  a: {chance: A, branches: {l: {p: 1, to: b}}}\n  b: {outcome: B}\n")) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "actors: {a: {}, b: {}}\nnodes:\n  x: {decision: X, by: [a, b], fallback: n, options: {y: {}, n: {}}}\n",
            "joint",
        ),
        (
            "actors: {a: {risk_tolerance: 4}}\nnodes:\n  x: {decision: X, options: {y: {}, n: {}}}\n",
            "tolerance of risk",
        ),
        (
            "state: {n: 0}\nnodes:\n  x: {decision: X, options: {y: &, z: &, e: {}}}\n".replace(
                "&", "{when: n < 60, set: {n: n + 1}, to: x}"
            ),
            "more than 10 to the power of 18",
        ),
    ],
)
def test_what_a_game_cannot_say_is_refused(text: str, said: str):
    with pytest.raises(BadArgument, match=said):
        written(text)


def test_formats_are_known_by_their_endings():
    assert (format_of("A.EFG"), format_of("x/y.nfg")) == ("efg", "nfg")
    with pytest.raises(PlannerError, match=r"ending of 'game\.gbt'"):
        format_of("game.gbt")


# --- names --------------------------------------------------------------------------------------------------

labels = st.text(max_size=12) | st.sampled_from(
    ["Élysée", "Elysee", "a = b; c", "back\\", 'q"q', "&#65;", "x.", "Кремль"]
)


@given(st.lists(labels, max_size=6))
def test_names_are_plain_and_can_be_told_in_full(names: Sequence[str]):
    writer = Names()
    made = [writer.plain(name, "it") for name in names]
    for name in made:
        assert name.isascii()
        assert name.isprintable()
        assert name == name.strip() != ""
        assert not set('"\\') & set(name)
        assert "  " not in name
    told, rest = mapping(writer.comment())
    assert rest == ""
    assert told == {key: value for key, value in writer.original.items() if value and value != key}


def test_unique_labels():
    unique = Unique({"x 2"})
    assert [unique("x") for _ in range(3)] == ["x", "x 3", "x 4"]
    assert plain("Straße – «Nord»", "?") == "Strasse - Nord"


# --- Gambit itself ------------------------------------------------------------------------------------------

AWKWARD = """planner: 1
title: 'Élysée \\ "Kremlin"'
actors: {a: {name: Élysée}, b: {name: Elysée}, c: {name: 'back\\'}, d: {name: Кремль}}
nodes:
  x:
    decision: Wait?
    by: a
    options: {l: {name: same, to: y}, r: {name: same, to: y}, s: {name: 'ends \\', payoff: {a: 1/3, d: 0.1}}}
  y: {decision: Wait?, by: a, options: {l: {name: '"q"', to: z}, r: {to: z}}}
  z: {chance: Wait?, branches: {h: {name: '  ', p: 1/3, to: o}, k: {p: rest, to: o}, m: {p: 0}}}
  o: {outcome: '€ 100 – won', payoff: {a: 1, b: -2.5}}
"""


def agrees(text: str) -> None:
    """Gambit reads the same game as we do."""
    theirs, mine = tree_in_gambit(text), one(text)
    assert (theirs.nodes, theirs.ends) == (len(mine), mine.ends)
    assert theirs.sets == sum(each.player > 0 for each in mine.sets)
    assert theirs.payoffs == {paid for _, paid in ends(mine)}


@known
def test_gambit_reads_known_games_back(case: Any):
    theirs = tree_in_gambit(game(case[0]).decode())
    text = export(scenario(import_text(game(case[0]), "efg").text), "efg").text
    agrees(text)
    mine = tree_in_gambit(text)
    assert (mine.nodes, mine.sets) == (theirs.nodes, theirs.sets)


def test_gambit_reads_awkward_names():
    text = export(scenario(AWKWARD), "efg").text
    agrees(text)
    back = scenario(import_text(text, "efg").text)
    assert [actor.name for actor in back.actors.values()] == ["Élysée", "Elysée", "back\\", "Кремль"]
    assert back.title == 'Élysée \\ "Kremlin"'


@slowly(max_examples=20)
@given(trees(), labels, labels)
def test_gambit_reads_whatever_is_written(tree: Tree, name: str, other: str):
    text = import_text(write(tree), "efg").text
    made = scenario(text)
    actors = {
        key: type(actor)(key, shown)
        for (key, actor), shown in zip(made.actors.items(), (name, other, name), strict=True)
    }
    agrees(
        export(
            type(made)(title=other, nodes=made.nodes, actors=actors, criteria=made.criteria, state=made.state), "efg"
        ).text
    )
