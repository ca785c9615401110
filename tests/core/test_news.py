"""News of signals: states that remember it as long as it matters, and probabilities by Bayes' rule."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.core import rules
from planner.core.binding import Bound, bind, environment
from planner.core.change import flipping
from planner.core.change.draft import Draft
from planner.core.diagnostics import Diagnostic, ScenarioError
from planner.core.dirichlet import shares
from planner.core.expression import Expression
from planner.core.machine import Machine
from planner.core.model import VALUE, Actor, Criterion, Edge, Node, Scenario, Signal
from planner.core.read import read_draft
from planner.core.reader import Reader
from planner.core.source import Source
from planner.core.unfold import Unfolded, unfold
from tests.core import several

HEAD = "planner: 1\ntitle: Storm\n"
REPORT = "{about: storm, likelihood: {rain: {warm: 0.2, cold: 0.8}, sun: {warm: 0.7, cold: 0.3}}}"
STORM = "  storm: {chance: A storm?, branches: {rain: {p: 0.3, payoff: -10}, sun: {p: rest, payoff: 5}}}\n"
SAIL = "  sail: {decision: Sail?, options: {out: {to: storm}, home: {}}}\n"
HEAR = "  listen: {observe: report, branches: {warm: {to: sail}, cold: {to: sail}}}\n"
PLAIN = f"signals: {{report: {REPORT}}}\nnodes:\n{HEAR}{SAIL}{STORM}"


def load(text: str) -> Scenario:
    return rules.load(Source.from_text(HEAD + text, path="storm.yaml"))


def bound(text: str, *, exact: bool = False, **given: Any) -> tuple[Unfolded, Bound]:
    scenario = load(text)
    unfolded = unfold(scenario, exact=exact)
    return unfolded, bind(unfolded, environment(scenario, given, exact=exact), exact=exact)


def chances(made: tuple[Unfolded, Bound]) -> dict[str, Any]:
    """Return the probability of each branch by the label of its state: ``storm[report=warm].rain``."""
    unfolded, numbers = made
    return {
        f"{label}.{unfolded.edges[unfolded.edge[slot]].id}": numbers.p[numbers.p_row[slot]]
        for state, label in enumerate(unfolded.labels)
        if unfolded.kind(state) == "chance"
        for slot in unfolded.slots(state)
    }


def fault(text: str) -> tuple[Diagnostic, str]:
    """Return the one fault of unfolding and binding, and the text that it points at."""
    scenario = read_draft(Reader(Source.from_text(HEAD + text, path="storm.yaml")))
    assert scenario is not None
    with pytest.raises(ScenarioError) as raised:
        bind(unfold(scenario), environment(scenario, {}))
    (found,) = raised.value.diagnostics
    return found, found.source.text[found.span.start : found.span.end]


def codes(text: str) -> list[str]:
    return [each.code for each in rules.check(Source.from_text(HEAD + text)) if each.severity == "error"]


# --- numbers --------------------------------------------------------------------------------------------------


def test_posteriors_by_hand():
    # P(warm) = 0.3 x 0.2 + 0.7 x 0.7 = 0.55; P(rain | warm) = 0.06 / 0.55, P(rain | cold) = 0.24 / 0.45.
    assert chances(bound(PLAIN, exact=True)) == {
        "listen.warm": Fraction(55, 100),
        "listen.cold": Fraction(45, 100),
        "storm[report=warm].rain": Fraction(6, 55),
        "storm[report=warm].sun": Fraction(49, 55),
        "storm[report=cold].rain": Fraction(24, 45),
        "storm[report=cold].sun": Fraction(21, 45),
    }


def test_floats_say_what_fractions_say():
    exact, floats = chances(bound(PLAIN, exact=True)), chances(bound(PLAIN))
    assert floats == pytest.approx({name: float(p) for name, p in exact.items()})


def test_the_paths_have_their_joint_probabilities():
    found = planner.paths(load(PLAIN), choose={"sail": "out"})
    assert {path.edges[0] + path.edges[-1]: path.probability for path in found.paths} == pytest.approx(
        {
            "listen.warmstorm.rain": 0.3 * 0.2,
            "listen.warmstorm.sun": 0.7 * 0.7,
            "listen.coldstorm.rain": 0.3 * 0.8,
            "listen.coldstorm.sun": 0.7 * 0.3,
        }
    )


TWICE = f"""signals: {{report: {REPORT}, glass: {{about: storm, likelihood: {{rain: {{falls: 0.9, rises: 0.1}},
  sun: {{falls: 0.4, rises: 0.6}}}}}}}}
nodes:
  listen: {{observe: report, branches: {{warm: {{to: look}}, cold: {{to: look}}}}}}
  look: {{observe: glass, branches: {{falls: {{to: again}}, rises: {{to: again}}}}}}
  again: {{observe: report, branches: {{warm: {{to: sail}}, cold: {{to: sail}}}}}}
{SAIL}{STORM}"""


def test_signals_are_independent_once_it_is_given_what_is_true():
    found = chances(bound(TWICE, exact=True))
    rain = {"warm": Fraction(2, 10), "cold": Fraction(8, 10), "falls": Fraction(9, 10), "rises": Fraction(1, 10)}
    sun = {"warm": Fraction(7, 10), "cold": Fraction(3, 10), "falls": Fraction(4, 10), "rises": Fraction(6, 10)}

    def joint(*words: str) -> tuple[Fraction, Fraction]:
        one, other = Fraction(3, 10), Fraction(7, 10)
        for word in words:
            one, other = one * rain[word], other * sun[word]
        return one, other

    for label, words in {
        "storm[report=2 warm, glass=falls]": ("warm", "warm", "falls"),
        "storm[report=cold + warm, glass=rises]": ("warm", "cold", "rises"),
        "storm[report=2 cold, glass=rises]": ("cold", "cold", "rises"),
    }.items():
        assert found[f"{label}.rain"] == joint(*words)[0] / sum(joint(*words))
    assert found["look[report=warm].falls"] == sum(joint("warm", "falls")) / sum(joint("warm"))
    assert found["again[report=warm, glass=falls].cold"] == sum(joint("warm", "falls", "cold")) / sum(
        joint("warm", "falls")
    )
    # warm and then cold is the same news as cold and then warm: one state, and only three of them for two reports
    assert sum(name.startswith("storm") for name in found) == 2 * 3 * 2


def test_a_hundred_reports_neither_underflow_nor_multiply():
    faint = (
        "{about: storm, likelihood: {rain: {hiss: 1e-9, none: 0.999999999}, sun: {hiss: 1e-12, none: 0.999999999999}}}"
    )
    text = f"""state: {{n: 0}}
signals: {{noise: {faint}}}
nodes:
  listen:
    observe: noise
    branches: {{hiss: {{set: {{n: n + 1}}, to: again}}, none: {{set: {{n: n + 1}}, to: again}}}}
  again: {{decision: Again?, options: {{more: {{when: n < 100, to: listen}}, sail: {{when: n >= 100, to: storm}}}}}}
{STORM}"""
    made = bound(text)
    found = chances(made)
    assert found["storm[noise=100 hiss].rain"] == pytest.approx(1.0)  # 1000**100 times as likely under rain
    # (1 - 1e-9)**100 against (1 - 1e-12)**100 times 3 : 7
    assert found["storm[noise=100 none].rain"] == pytest.approx(0.3, abs=1e-6)
    assert len(made[0]) < 3 * 101 * 101


def test_news_that_cannot_come_divides_nothing_by_zero():
    sure = "{about: storm, likelihood: {rain: {warm: 0, cold: 1}, sun: {warm: 0, cold: 1}}}"
    for exact in (False, True):
        found = chances(bound(PLAIN.replace(REPORT, sure), exact=exact))
        assert found["listen.warm"] == 0
        assert found["storm[report=warm].rain"] == found["storm[report=cold].rain"] == pytest.approx(0.3)
    evaluation = planner.evaluate(load(PLAIN.replace(REPORT, sure)))
    assert evaluation.values == {"self": pytest.approx(0.5)}
    assert "sail[report=warm]" not in evaluation.strategy


def test_perfect_news_is_certainty():
    perfect = "{about: storm, likelihood: {rain: {warm: 0, cold: 1}, sun: {warm: 1, cold: 0}}}"
    evaluation = planner.evaluate(load(PLAIN.replace(REPORT, perfect)), exact=True)
    assert evaluation.strategy == {"sail[report=warm]": "out", "sail[report=cold]": "home"}
    assert evaluation.values == {"self": Fraction(7, 10) * 5}


def test_a_word_that_a_branch_does_not_know_is_impossible_there():
    text = PLAIN.replace("rain: {warm: 0.2, cold: 0.8}", "rain: {cold: 1}")
    assert chances(bound(text, exact=True))["storm[report=warm].rain"] == 0


def test_what_happened_is_not_changed_by_news():
    text = PLAIN.replace("sun: {p: rest, payoff: 5}}", "sun: {p: rest, payoff: 5}}, resolved: {branch: rain}")
    found = chances(bound(text, exact=True))
    assert found["storm[report=warm].rain"] == 1
    assert (found["listen.warm"], found["listen.cold"]) == (Fraction(2, 10), Fraction(8, 10))


def test_a_branch_that_is_not_there_has_no_part_in_the_news():
    text = f"""state: {{season: 2}}
signals: {{report: {{about: storm, likelihood: {{snow: {{warm: 0, cold: 1}}, rain: {{warm: 0.2, cold: 0.8}},
  sun: {{warm: 0.7, cold: 0.3}}}}}}}}
nodes:
{HEAR}{SAIL}  storm:
    chance: A storm?
    branches: {{snow: {{p: 0.1, when: season < 2}}, rain: {{p: 0.3}}, sun: {{p: rest}}}}
"""
    found = chances(bound(text, exact=True))
    assert found["listen.warm"] == Fraction(55, 100)
    assert "storm[report=warm].snow" not in found


def test_arrays_of_draws_say_what_single_numbers_say():
    text = f"parameters: {{hit: 0.8, base: 0.3}}\n{PLAIN}".replace("p: 0.3", "p: base").replace(
        "rain: {warm: 0.2, cold: 0.8}", "rain: {warm: 1 - hit, cold: hit}"
    )
    hit, base = np.array([0.5, 0.8, 1.0, 1.0]), np.array([0.0, 0.3, 0.6, 1.0])
    many = chances(bound(text, hit=hit, base=base))
    for draw in range(4):
        one = chances(bound(text, hit=float(hit[draw]), base=float(base[draw])))
        assert {name: float(np.broadcast_to(p, 4)[draw]) for name, p in many.items()} == pytest.approx(one)
    assert many["listen.warm"][3] == 0  # rain is sure and never warm
    assert all(np.isfinite(p).all() for p in many.values())


def test_the_posterior_starts_from_the_drawn_prior():
    text = PLAIN.replace("sun: {p: rest, payoff: 5}}", "sun: {p: rest, payoff: 5}}, certainty: 8")
    unfolded = unfold(load(text))
    uniforms = [np.array([0.1, 0.5, 0.9]), np.array([0.7, 0.2, 0.4])]
    found = chances((unfolded, bind(unfolded, {}, uniforms={"storm": uniforms})))
    rain, sun = shares([0.3, 0.7], 8, uniforms)
    assert found["listen.warm"] == pytest.approx(0.2 * rain + 0.7 * sun)
    assert found["storm[report=cold].rain"] == pytest.approx(0.8 * rain / (0.8 * rain + 0.3 * sun))


def test_likelihoods_are_checked_in_every_draw():
    text = f"parameters: {{hit: 0.8}}\n{PLAIN}".replace("rain: {warm: 0.2, cold: 0.8}", "rain: {warm: 0.2, cold: hit}")
    with pytest.raises(ScenarioError, match=r"given 'rain' sum to 1.1, not 1 in draw 2 \(hit = 0.9\)") as raised:
        bound(text, hit=np.array([0.8, 0.9]))
    assert raised.value.diagnostics[0].code == "P210"
    with pytest.raises(ScenarioError, match=r"'cold' of 'report' given 'rain' is 1.5 in draw 1 \(hit = 1.5\)"):
        bound(text, hit=np.array([1.5, 0.8]))


def test_exact_likelihoods_have_exact_values():
    text = f"parameters: {{hit: 0.8}}\n{PLAIN}".replace("cold: 0.8", "cold: sqrt(hit) * sqrt(hit)")
    with pytest.raises(ScenarioError, match="--exact cannot work out the likelihood of 'cold' given 'rain'"):
        bound(text, exact=True)


# --- states ---------------------------------------------------------------------------------------------------


def test_nothing_heard_is_a_state_of_its_own():
    ask = "  go: {decision: Ask?, options: {ask: {to: listen}, no: {to: sail}}}\n"
    scenario = load(f"signals: {{report: {REPORT}}}\nnodes:\n{ask}{HEAR}{SAIL}{STORM}")
    assert [label for label in unfold(scenario).labels if label.startswith("sail")] == [
        "sail[report=-]", "sail[report=warm]", "sail[report=cold]", "sail.home",
    ]  # fmt: skip
    evaluation = planner.evaluate(scenario)
    assert set(evaluation.strategy) == {"go", "sail[report=cold]", "sail[report=warm]"}
    forced = planner.paths(scenario, choose={"go": "no", "sail[report=-]": "home"})
    assert [path.edges for path in forced.paths] == [("go.no", "sail.home")]
    (other,) = planner.paths(scenario, through=["sail[report=cold]"], given=["storm[report=cold].sun"]).paths
    assert other.edges == ("go.ask", "listen.cold", "sail.home")


def test_news_is_forgotten_once_its_node_is_passed():
    text = f"""signals: {{report: {REPORT}}}
nodes:
{HEAR}{SAIL}  storm: {{chance: A storm?, branches: {{rain: {{p: 0.3, to: port}}, sun: {{p: rest, to: port}}}}}}
  port: {{decision: Unload?, options: {{unload: {{payoff: 1}}, wait: {{}}}}}}
"""
    labels = unfold(load(text)).labels
    assert [label for label in labels if label.startswith("port")] == ["port", "port.unload", "port.wait"]


def test_news_is_forgotten_where_its_node_cannot_be_reached_any_more():
    text = PLAIN.replace("home: {}", "home: {to: port}") + "  port: {decision: Unload?, options: {now: {payoff: 1}}}\n"
    assert [label for label in unfold(load(text)).labels if label.startswith("port")] == ["port", "port.now"]


ROUNDS = f"""state: {{round: 1}}
signals: {{report: {REPORT}}}
nodes:
  listen: {{observe: report, branches: {{warm: {{to: sail}}, cold: {{to: sail}}}}}}
  sail: {{decision: Sail?, options: {{out: {{to: storm}}, home: {{}}}}}}
  storm:
    chance: A storm?
    branches:
      rain: {{p: 0.3, payoff: -10}}
      sun: {{p: rest, payoff: 5, to: port}}
  port: {{decision: On?, options: {{on: {{when: round < 3, set: {{round: round + 1}}, to: listen}}, stop: {{}}}}}}
"""


def test_news_is_about_the_next_meeting_of_its_node():
    made = bound(ROUNDS, exact=True)
    found = chances(made)
    for voyage in (1, 2, 3):
        assert found[f"listen[round={voyage}].warm"] == Fraction(55, 100)
        assert found[f"storm[round={voyage}, report=warm].rain"] == Fraction(6, 55)
    assert sum(label.startswith("port[") for label in made[0].labels) == 3


def test_one_prior_for_each_round():
    found = chances(bound(ROUNDS.replace("p: 0.3", "p: 0.1 * round"), exact=True))
    assert [found[f"listen[round={voyage}].warm"] for voyage in (1, 2, 3)] == [
        Fraction(voyage, 10) * Fraction(2, 10) + (1 - Fraction(voyage, 10)) * Fraction(7, 10) for voyage in (1, 2, 3)
    ]


def test_a_signal_keeps_to_its_include():
    talks = f"{several.HEAD}signals: {{report: {REPORT}}}\nnodes:\n{HEAR}{SAIL}{STORM}"
    files = {"line.yaml": several.line("talks: {file: talks.yaml}"), "talks.yaml": talks}
    scenario = rules.load(several.read(files))
    labels = unfold(scenario).labels
    assert "talks/sail[talks/report=warm]" in labels
    # 0.55 x (-10 x 6 + 5 x 49) / 55 for warm, and staying at home otherwise
    assert planner.evaluate(scenario, exact=True).values == {"self": Fraction(185, 100)}


# --- what is refused ------------------------------------------------------------------------------------------


def test_news_after_its_node_is_too_late():
    text = (
        f"signals: {{report: {REPORT}}}\nnodes:\n"
        + STORM.replace("rain: {", "rain: {to: listen, ")
        + ("  listen: {observe: report, branches: {warm: {}, cold: {}}}\n")
    )
    found, at = fault(text)
    assert (found.code, at) == ("P313", "report")
    assert found.message == "'listen' brings news about 'storm', but no path leads from there to 'storm'"
    assert codes(text) == ["P313"]


def test_news_about_what_never_comes():
    text = PLAIN.replace("warm: {to: sail}, cold: {to: sail}", "warm: {}, cold: {}")
    assert codes(text) == ["P313"]


def test_news_about_what_cannot_come_any_more_in_one_state():
    found, at = fault(ROUNDS.replace("out: {to", "out: {when: round < 3, to"))
    assert (found.code, at) == ("P313", "report")
    assert found.message.startswith("'listen[round=3]' brings news about 'storm'")


def test_news_about_two_priors_is_refused():
    waits = SAIL.replace("home: {}", "wait: {set: {month: month + 1}, to: storm}")
    text = f"state: {{month: 7}}\nsignals: {{report: {REPORT}}}\nnodes:\n{HEAR}{waits}" + STORM.replace(
        "p: 0.3", "p: month / 20"
    )
    found, at = fault(text)
    assert (found.code, at) == ("P314", "report")
    assert found.message == (
        "'listen' brings news about 'storm', whose probabilities are not the same in 'storm[month=7, report=warm]' and "
        "in 'storm[month=8, report=warm]'"
    )
    assert codes(text) == ["P314"]
    # what it pays may depend on the month
    assert codes(text.replace("p: month / 20", "p: 0.3").replace("payoff: -10", "payoff: -month")) == []


def test_news_that_is_taken_away():
    text = f"state: {{month: 7}}\n{PLAIN}".replace("cold: {to: sail}}}", "cold: {when: month > 7, to: sail}}}")
    found, at = fault(text)
    assert (found.code, at) == ("P201", "listen")
    assert found.message == "the news left in 'listen' has probability 0.55, not 1"


def test_news_about_news_is_refused():
    text = PLAIN.replace("signals: {", "signals: {rumour: {about: listen, likelihood: {warm: {a: 1}, cold: {a: 1}}}, ")
    assert codes(text) == ["P119"]


# --- laws -----------------------------------------------------------------------------------------------------


def pay(amount: int) -> Any:
    return {None: {VALUE: Expression.of(amount)}}


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[Fraction], list[list[Fraction]], list[list[int]]]:
    """Draw a prior, likelihoods by branch and news, and what each option pays under each branch."""
    branches, words, options = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 3))

    def row(size: int) -> list[Fraction]:
        weights = draw(st.lists(st.integers(0, 4), min_size=size, max_size=size).filter(any))
        return [Fraction(weight, sum(weights)) for weight in weights]

    amounts = st.lists(st.integers(-20, 20), min_size=branches, max_size=branches)
    return row(branches), [row(words) for _ in range(branches)], [draw(amounts) for _ in range(options)]


def with_signal(
    prior: list[Fraction], table: list[list[Fraction]], pays: list[list[int]], *, listen: bool = True
) -> Scenario:
    """Hear the news, choose an option, meet the chance node; every option leads to the same one."""
    words = range(len(table[0]))
    likelihood = {f"b{b}": {f"w{w}": Expression.of(p) for w, p in enumerate(row)} for b, row in enumerate(table)}
    options = {
        f"o{o}": Edge(f"o{o}", "act", f"o{o}", to="truth", set={"option": Expression.of(o)}) for o in range(len(pays))
    }
    by_option = [" + ".join(f"({pays[o][b]}) * (option == {o})" for o in range(len(pays))) for b in range(len(prior))]
    nodes = {
        "hear": Node(
            "hear", "chance", "Hear", {f"w{w}": Edge(f"w{w}", "hear", f"w{w}", to="act") for w in words}, observe="news"
        ),
        "act": Node("act", "decision", "Act", options, by=("self",)),
        "truth": Node(
            "truth",
            "chance",
            "Truth",
            {
                f"b{b}": Edge(
                    f"b{b}", "truth", f"b{b}", p=Expression.of(p), payoff={None: {VALUE: Expression.of(by_option[b])}}
                )
                for b, p in enumerate(prior)
            },
        ),
    }
    if not listen:
        del nodes["hear"]
    return Scenario(
        "made", nodes, {"self": Actor("self", "Self")}, {VALUE: Criterion(VALUE, VALUE)}, state={"option": 0.0},
        signals={"news": Signal("news", "truth", likelihood)},
    )  # fmt: skip


def flipped(prior: list[Fraction], table: list[list[Fraction]], pays: list[list[int]]) -> Scenario:
    """Return the same tree as it is flipped by hand: posteriors written out, a chance node for each news and option."""
    joint = [[p * chance for chance in row] for p, row in zip(prior, table, strict=True)]
    nodes: dict[str, Node] = {"hear": Node("hear", "chance", "Hear", {})}
    heard = {}
    for w in range(len(table[0])):
        total = sum(row[w] for row in joint)
        heard[f"w{w}"] = Edge(f"w{w}", "hear", f"w{w}", to=f"act{w}", p=Expression.of(total))
        after = [row[w] / total for row in joint] if total else prior
        options = {f"o{o}": Edge(f"o{o}", f"act{w}", f"o{o}", to=f"truth{w}-{o}") for o in range(len(pays))}
        nodes[f"act{w}"] = Node(f"act{w}", "decision", "Act", options, by=("self",))
        for o, amounts in enumerate(pays):
            name = f"truth{w}-{o}"
            edges = {
                f"b{b}": Edge(f"b{b}", name, f"b{b}", p=Expression.of(after[b]), payoff=pay(amounts[b]))
                for b in range(len(prior))
            }
            nodes[name] = Node(name, "chance", "Truth", edges)
    nodes["hear"] = replace(nodes["hear"], edges=heard)
    return Scenario("made", nodes, {"self": Actor("self", "Self")}, {VALUE: Criterion(VALUE, VALUE)})


@given(tables())
@settings(deadline=None)
def test_a_tree_flipped_by_hand_says_the_same(case: Any):
    signal, hand = planner.evaluate(with_signal(*case), exact=True), planner.evaluate(flipped(*case), exact=True)
    assert signal.values == hand.values
    assert [(d.chosen, d.tied, d.probability) for d in signal.decisions] == [
        (d.chosen, d.tied, d.probability) for d in hand.decisions
    ]
    rounded = planner.evaluate(with_signal(*case))
    assert rounded.values["self"] == pytest.approx(float(hand.values["self"]))


@given(tables())
@settings(deadline=None)
def test_news_never_hurts_who_decides_alone_and_useless_news_changes_nothing(case: Any):
    prior, table, pays = case
    without = planner.evaluate(with_signal(*case, listen=False), exact=True).values["self"]
    assert planner.evaluate(with_signal(*case), exact=True).values["self"] >= without
    useless = [table[0]] * len(prior)
    deaf = planner.evaluate(with_signal(prior, useless, pays), exact=True)
    assert deaf.values["self"] == without
    assert len({d.chosen for d in deaf.decisions}) == 1


@given(tables())
@settings(deadline=None)
def test_paths_carry_the_joint_probabilities(case: Any):
    prior, table, _ = case
    found = planner.paths(with_signal(*case), choose={"act": "o0"})
    joint = {
        (f"hear.w{w}", "act.o0", f"truth.b{b}"): float(p * chance)
        for b, (p, row) in enumerate(zip(prior, table, strict=True))
        for w, chance in enumerate(row)
        if p * chance
    }
    assert {path.edges: path.probability for path in found.paths} == pytest.approx(joint)


@given(tables(), st.data())
@settings(deadline=None)
def test_what_is_given_reaches_back_to_the_news_about_it(case: Any, data: st.DataObject):
    prior, table, _ = case
    branch = data.draw(st.sampled_from([b for b, p in enumerate(prior) if p]))
    found = planner.paths(with_signal(*case), choose={"act": "o0"}, given=[f"truth.b{branch}"])
    assert {path.edges[0]: path.probability for path in found.paths} == pytest.approx(
        {f"hear.w{w}": float(chance) for w, chance in enumerate(table[branch]) if chance}
    )


def test_flip_makes_of_a_test_what_a_signal_says():
    # The text-book order, disease first, turned round by `planner flip`, against the signal.
    natural = HEAD + (
        "nodes:\n"
        "  storm: {chance: A storm?, branches: {rain: {p: 0.3, to: wet}, sun: {p: rest, to: dry}}}\n"
        "  wet: {chance: Report, branches: {warm: {p: 0.2, payoff: 1}, cold: {p: rest, payoff: 2}}}\n"
        "  dry: {chance: Report, branches: {warm: {p: 0.7, payoff: 3}, cold: {p: rest, payoff: 4}}}\n"
    )
    text = Draft.of(natural).apply(flipping.flip("storm", "wet")).text
    turned = planner.paths(rules.load(Source.from_text(text)))
    direct = planner.paths(load(f"signals: {{report: {REPORT}}}\nnodes:\n{HEAR.replace('sail', 'storm')}{STORM}"))
    first = {
        (path.edges[0].partition(".")[2], path.edges[1].partition(".")[2]): path.probability for path in turned.paths
    }
    other = {
        (path.edges[0].partition(".")[2], path.edges[1].partition(".")[2]): path.probability for path in direct.paths
    }
    assert first == pytest.approx(other)


def test_several_actors_hear_the_same():
    text = f"""actors: {{ann: {{}}, bob: {{}}}}
signals: {{report: {REPORT}}}
nodes:
{HEAR}  sail:
    decision: Sail?
    by: [ann, bob]
    fallback: home
    options: {{out: {{to: storm}}, home: {{}}}}
  storm:
    chance: A storm?
    branches: {{rain: {{p: 0.3, payoff: {{ann: -10, bob: -1}}}}, sun: {{p: rest, payoff: {{ann: 5, bob: 1}}}}}}
"""
    evaluation = planner.evaluate(load(text), exact=True)
    assert evaluation.strategy == {"sail[report=warm]": "out", "sail[report=cold]": "home"}
    assert evaluation.values == {"ann": Fraction(185, 100), "bob": Fraction(43, 100)}


def test_the_machine_hears_news_in_every_draw():
    text = f"parameters: {{hit: 0.8, base: 0.3}}\n{PLAIN}".replace("p: 0.3", "p: base").replace(
        "rain: {warm: 0.2, cold: 0.8}", "rain: {warm: 1 - hit, cold: hit}"
    )
    scenario = load(text)
    hit, base = np.array([0.5, 0.8, 1.0, 1.0]), np.array([0.0, 0.3, 0.6, 1.0])
    draws = Machine(unfold(scenario)).run({"hit": hit, "base": base})
    for draw in range(4):
        given_numbers = {"hit": float(hit[draw]), "base": float(base[draw])}
        one = planner.evaluate(scenario, overrides=given_numbers).values["self"]
        assert draws.value[0, draw] == pytest.approx(one)
