"""Scenarios of several files: what an include brings, under which names, and what keeps it from fitting."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.analyses.evaluate import evaluate
from planner.analyses.paths import paths
from planner.core.diagnostics import render
from planner.core.rules import MAX_NODES, check, examine, load
from planner.core.source import Included, Source
from tests.core.several import HEAD, TALKS, line, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.core.diagnostics import Diagnostic
    from planner.core.model import Scenario

TWICE = line(
    "talks: {file: talks.yaml}, late: {file: talks.yaml, set: {hope: luck / 2, gain: 20}}",
    more="parameters: {luck: 0.8}\n",
    options="now: {to: talks}, later: {payoff: -2, to: late}",
)


def scenario(text: str, talks: str = TALKS, **more: str) -> Scenario:
    """Return the scenario of a file beside `talks.yaml`."""
    return load(read({"line.yaml": text, "talks.yaml": talks, **more}))


def faults(text: str, talks: str = TALKS, *, severity: str = "error", **more: str) -> list[Diagnostic]:
    """Return what is wrong with a file beside `talks.yaml`."""
    found = check(read({"line.yaml": text, "talks.yaml": talks, **more}))
    return [each for each in found if each.severity == severity]


def only(found: list[Diagnostic]) -> Diagnostic:
    (one,) = found
    return one


def pointed(one: Diagnostic) -> str:
    """Return the text that a diagnostic points at."""
    return one.source.text[one.span.start : one.span.end]


# --- what it brings ---------------------------------------------------------------------------------------


def test_names_are_those_of_the_include() -> None:
    found = scenario(TWICE)
    assert list(found.nodes) == [
        *("line", "talks/answer", "talks/again", "talks/settled"),
        *("late/answer", "late/again", "late/settled"),
    ]
    assert found.root.id == "line"
    assert list(found.parameters) == ["luck", "talks/hope", "talks/gain", "late/hope", "late/gain"]
    assert dict(found.state) == {"talks/round": 1, "late/round": 1}
    assert found.nodes["line"].edges["later"].to == "late/answer"
    assert found.nodes["late/again"].edges["ask"].path == "late/again.ask"
    assert found.includes["late"].set["hope"].text == "luck / 2"


def test_override_takes_the_range_away() -> None:
    found = scenario(TWICE).parameters
    kept, given_ = found["talks/hope"], found["late/hope"]
    assert (kept.low, kept.high, kept.source) == (0.1, 0.5, "a guess")
    assert (given_.low, given_.high, given_.source) == (None, None, "a guess")
    assert given_.value.evaluate({"luck": 0.8}) == 0.4


def test_each_include_has_its_own_parameters() -> None:
    found = evaluate(scenario(TWICE))
    # three rounds at 0.3 for 10, and at 0.4 for 20 after paying 2; a further round costs 1
    talks = 0.3 * 10 + 0.7 * (-1 + 0.3 * 10 + 0.7 * (-1 + 0.3 * 10))
    late = -2 + 0.4 * 20 + 0.6 * (-1 + 0.4 * 20 + 0.6 * (-1 + 0.4 * 20))
    values = {option.option: option.values["self"] for option in found.decisions[0].options}
    assert values == pytest.approx({"now": talks, "later": late, "never": 0})
    assert found.decisions[0].chosen == "later"


def test_override_follows_the_parameter_that_it_reads() -> None:
    low = evaluate(scenario(TWICE), overrides={"luck": 0})
    assert {option.option: option.values["self"] for option in low.decisions[0].options}["later"] == -2


def test_inner_parameter_can_be_changed_for_one_evaluation() -> None:
    assert evaluate(scenario(TWICE), overrides={"talks/hope": 1}).decisions[0].options[0].values == {"self": 10}


def test_states_are_named_by_the_include() -> None:
    states = [decision.state for decision in evaluate(scenario(TWICE)).decisions]
    assert "late/again[late/round=2]" in states
    assert paths(scenario(TWICE), through=["late/again[late/round=2]"]).total == 2


def test_exact_evaluation() -> None:
    found = evaluate(scenario(TWICE), exact=True)
    assert str(found.values["self"]) == "318/25"


def test_paths_and_chokepoints() -> None:
    found = paths(scenario(TWICE), all=True)
    assert {path.edges[0] for path in found.paths} == {"line.now", "line.later", "line.never"}
    assert paths(scenario(TWICE), all=True, to="talks/settled").total == 3
    chosen = paths(scenario(TWICE), choose={"line": "now"}, given=["talks/answer.yes"])
    assert [path.edges for path in chosen.paths] == [("line.now", "talks/answer.yes")]
    assert "late/answer" in str(paths(scenario(TWICE)).to_dict()["chokepoints"])


def test_graph() -> None:
    found = scenario(TWICE).graph()
    assert found.nodes["late/again[late/round=3]"]["node"] == "late/again"
    assert ("line", "talks/answer[talks/round=1]") in found.edges()


def test_state_starts_anew_wherever_an_edge_enters() -> None:
    text = f"""{HEAD}include: {{talks: {{file: talks.yaml}}}}
state: {{turn: 1}}
nodes:
  line:
    decision: Which?
    options:
      once: {{to: talks}}
      more: {{when: turn < 3, set: {{turn: turn + 1}}, to: line}}
"""
    found = evaluate(scenario(text))
    alone = load(Source.from_text(TALKS))
    assert found.values == evaluate(alone).values
    assert {decision.state for decision in found.decisions if decision.node == "talks/again"} == {
        f"talks/again[talks/round={number}]" for number in (1, 2, 3)
    }


def test_nested_includes() -> None:
    middle = line("talks: {file: talks.yaml, set: {hope: chance, gain: 4}}", more="parameters: {chance: 0.1}\n")
    outer = line(
        "one: {file: middle.yaml, set: {chance: 0.5}}, two: {file: middle.yaml, set: {talks/hope: 0.25}}",
        options="a: {to: one}, b: {to: two}",
    )
    found = scenario(outer, **{"middle.yaml": middle})
    assert "two/talks/answer" in found.nodes
    assert found.nodes["two/line"].edges["now"].to == "two/talks/answer"
    assert found.parameters["one/talks/hope"].value.names == {"one/chance"}
    values = [option.values["self"] for option in evaluate(found).decisions[0].options]
    assert values == pytest.approx([0.5 * 4 + 0.5 * (-1 + 0.5 * 4 + 0.5 * (-1 + 0.5 * 4)), 0.25 * 4, 0])


def test_decision_without_owner_is_taken_by_the_first_actor_of_its_own_file() -> None:
    talks = f"""{HEAD}actors: {{france: {{}}, uk: {{}}}}
nodes:
  again: {{decision: Which?, options: {{left: {{payoff: {{uk: 1}}}}, right: {{payoff: {{france: 1}}}}}}}}
"""
    text = line("talks: {file: talks.yaml}", more="actors: {uk: {}, france: {}}\n", options="now: {to: talks}")
    found = scenario(text, talks)
    assert found.nodes["talks/again"].by == ("france",)
    assert evaluate(found).strategy["talks/again"] == "right"


def test_values_are_counted_with_the_weights_of_the_including_file() -> None:
    talks = f"""{HEAD}actors: {{uk: {{weights: {{peace: 1, money: 0}}}}}}
criteria: {{peace: {{worst: 0, best: 10, start: 9}}, money: {{worst: 0, best: 100}}}}
nodes:
  again: {{decision: Which?, options: {{left: {{payoff: {{peace: 5}}}}, right: {{payoff: {{money: 5}}}}}}}}
"""
    criteria = "criteria: {money: {worst: 0, best: 100}, peace: {worst: 0, best: 10}}\n"
    text = line("talks: {file: talks.yaml}", more="actors: {uk: {weights: {money: 1, peace: 0}}}\n" + criteria)
    found = evaluate(scenario(text, talks))
    assert found.strategy == {"line": "now", "talks/again": "right"}
    assert found.values == {"uk": 5}


def test_correlation_of_an_overridden_parameter_is_left_out() -> None:
    talks = TALKS.replace("state:", "correlations: [[hope, gain, 0.4]]\nstate:")
    found = scenario(TWICE, talks)
    assert [(each.first, each.second, each.value) for each in found.correlations] == [("talks/hope", "talks/gain", 0.4)]


def test_signals_and_hidden_moves_keep_to_their_include() -> None:
    talks = f"""{HEAD}signals:
  news: {{about: rain, likelihood: {{wet: {{a: 0.8, b: 0.2}}, dry: {{a: 0.1, b: 0.9}}}}}}
nodes:
  listen: {{observe: news, branches: {{a: {{to: go}}, b: {{to: go}}}}}}
  go: {{decision: Take it?, unseen: [listen], options: {{take: {{to: rain}}, leave: {{}}}}}}
  rain: {{chance: Rain?, branches: {{wet: {{p: 0.3}}, dry: {{p: 0.7}}}}}}
"""
    found, _ = examine(read({"line.yaml": line("talks: {file: talks.yaml}"), "talks.yaml": talks}))
    assert found is not None
    assert (found.nodes["talks/listen"].observe, found.nodes["talks/go"].unseen) == ("talks/news", ("talks/listen",))
    assert found.signals["talks/news"].about == "talks/rain"


def test_what_the_included_file_says_of_itself_stays_there() -> None:
    talks = TALKS.replace("title: T", "title: Talks\nas_of: 2020-01-01\nfutures: {crisis: {set: {hope: 0.1}}}")
    found = scenario(line("talks: {file: talks.yaml}"), talks)
    assert (found.title, found.as_of, dict(found.futures)) == ("T", None, {})


def test_json_and_yaml_include_each_other() -> None:
    talks = json.dumps({"planner": 1, "title": "T", "include": {"deep": {"file": "deep.yaml"}}, "nodes": {
        "ask": {"decision": "Ask?", "options": {"yes": {"to": "deep"}, "no": {}}}}})  # fmt: skip
    text = line("talks: {file: talks.json}")
    found = load(read({"line.yaml": text, "talks.json": talks, "deep.yaml": TALKS}))
    assert list(found.nodes) == ["line", "talks/ask", "talks/deep/answer", "talks/deep/again", "talks/deep/settled"]
    faulty = talks.replace('"to": "deep"', '"to": "dep"')
    one = only(
        [
            each
            for each in check(read({"line.yaml": text, "talks.json": faulty, "deep.yaml": TALKS}))
            if each.severity == "error"
        ]
    )
    assert (one.file, one.code, pointed(one)) == ("talks.json", "P103", '"dep"')


# --- what does not fit ------------------------------------------------------------------------------------

PAIR = "actors: {uk: {}, france: {}}\n"
MONEY = "criteria: {money: {unit: EUR, worst: 0, best: 10}}\n"
INCLUDE = "talks: {file: talks.yaml}"
MISFITS = {
    "objective": (
        line(INCLUDE, more="objective: minimize\n"),
        TALKS,
        "'talks.yaml' has the objective maximize, this file minimize",
        "give both the same objective",
    ),
    "unknown actor": (
        line(INCLUDE, more=PAIR),
        TALKS.replace("state:", "actors: {uk: {}, italy: {}}\nstate:"),
        "'talks.yaml' names actor 'italy', whom this file does not know",
        "add 'italy' under 'actors'",
    ),
    "no actors there": (
        line(INCLUDE, more=PAIR),
        TALKS,
        "'talks.yaml' has decisions but does not say who takes them",
        "name the actors in 'talks.yaml' and give 'by'",
    ),
    "no actors here": (
        line(INCLUDE),
        TALKS.replace("state:", "actors: {uk: {}, italy: {}}\nstate:"),
        "'talks.yaml' has actors and this file has none",
        "name the actors in this file, too",
    ),
    "no tree": (
        line(INCLUDE, more=PAIR),
        (
            "planner: 1\ntitle: Alone\nactors: {uk: {}, france: {}}\nconflict: {states: {1: , 2: }, "
            "moves: {uk: {1: 2}}, preferences: {uk: {ranking: [1, 2]}}}\n"
        ),
        "'talks.yaml' holds a conflict and no tree",
        "include a file with 'nodes:'",
    ),
    "unknown criterion": (
        line(INCLUDE),
        TALKS.replace("state:", f"{MONEY}state:"),
        "'talks.yaml' counts in 'money', which is no criterion of this file",
        "use the same criteria in both",
    ),
    "unnamed criterion": (
        line(INCLUDE, more=MONEY),
        TALKS,
        "'talks.yaml' counts in 'value', which is no criterion of this file",
        "use the same criteria in both",
    ),
    **{
        f"other {what}": (
            line(INCLUDE, more=MONEY),
            TALKS.replace("state:", f"{MONEY.replace(*change)}state:"),
            "'money' has another scale or unit in 'talks.yaml' than here",
            "give it the same worst, best and unit in both files",
        )
        for what, change in {"worst": ("0", "1"), "best": ("10", "20"), "unit": ("EUR", "USD")}.items()
    },
}


@pytest.mark.parametrize("name", MISFITS)
def test_misfit(name: str) -> None:
    text, talks, message, help_ = MISFITS[name]
    one = only(faults(text, talks))
    assert (one.code, one.slug, one.message, one.help) == ("P125", "include-mismatch", message, help_)
    assert (one.file, pointed(one)) == ("line.yaml", "talks.yaml")


def test_what_fits() -> None:
    alone = f"{HEAD}nodes: {{answer: {{chance: What now?, branches: {{yes: {{p: 0.3}}, no: {{p: rest}}}}}}}}\n"
    assert faults(line(INCLUDE, more=PAIR + MONEY), alone) == []  # it pays nothing and nobody decides
    assert (
        faults(
            line(INCLUDE, more=MONEY),
            TALKS.replace("state:", f"{MONEY.replace('best: 10', 'best: 10, start: 5')}state:"),
        )
        == []
    )
    assert (
        faults(line(INCLUDE, more="objective: minimize\n"), TALKS.replace("state:", "objective: minimize\nstate:"))
        == []
    )


def test_unknown_override() -> None:
    one = only(faults(line("talks: {file: talks.yaml, set: {hop: 0.5}}")))
    assert (one.code, one.message) == ("P117", "include 'talks' overrides unknown parameter 'hop'")
    assert (one.file, pointed(one), one.label, one.help) == (
        "line.yaml",
        "hop",
        "not in 'talks.yaml'",
        "did you mean 'hope'?",
    )


def test_override_of_a_file_without_parameters() -> None:
    alone = f"{HEAD}nodes: {{end: {{outcome: The end}}}}\n"
    one = only(faults(line("talks: {file: talks.yaml, set: {hope: 0.5}}"), alone))
    assert (one.code, one.help) == ("P117", None)


def test_override_reads_names_of_the_including_file_alone() -> None:
    one = only(faults(line("talks: {file: talks.yaml, set: {hope: gain / 100}}")))
    assert (one.code, one.file, pointed(one)) == ("P111", "line.yaml", "gain")


def test_override_that_leaves_the_range_is_found_where_it_works_and_says_who_set_it() -> None:
    one = only(faults(line("talks: {file: talks.yaml, set: {hope: 1.5}}")))
    assert (one.code, one.file, pointed(one)) == ("P202", "talks.yaml", "hope")
    assert "'talks/answer'" in one.message
    assert one.help is not None
    assert one.help.endswith("; line.yaml includes it as 'talks' with hope = 1.5")


def test_parameter_that_only_an_override_reads_is_used() -> None:
    assert "P501" not in {each.code for each in faults(TWICE, severity="warning")}


def test_include_that_no_edge_leads_to() -> None:
    text = line("talks: {file: talks.yaml}, late: {file: talks.yaml}")
    (one,) = (each for each in check(read({"line.yaml": text, "talks.yaml": TALKS})) if each.code == "P306")
    assert (one.message, pointed(one)) == ("no edge leads to include 'late'", "late")


def test_include_with_the_name_of_a_node() -> None:
    one = only(faults(line("line: {file: talks.yaml}", options="now: {}")))
    assert (one.code, one.message) == ("P121", "'line' is both an include and a node")
    assert [one.source.text[label.span.start : label.span.end] for label in one.related] == ["line"]


@pytest.mark.parametrize(
    ("include", "code", "at"),
    [
        ("talks: {}", "P109", "talks"),
        ("talks: talks.yaml", "P102", "talks.yaml"),
        ("talks: {file: [talks.yaml]}", "P102", "[talks.yaml]"),
        ("talks: {file: talks.yaml, set: [hope]}", "P102", "[hope]"),
        ("talks: {file: talks.yaml, sets: {}}", "P101", "sets"),
        ("talks: {file: talks.yaml, set: {hope: 1 +}}", "P110", "+"),
        ("Talks: {file: talks.yaml}, talks: {file: talks.yaml}", "P108", "Talks"),
    ],
)
def test_shape(include: str, code: str, at: str) -> None:
    one = only(faults(line(include)))
    assert (one.code, one.file, pointed(one)) == (code, "line.yaml", at)


def test_edge_to_a_misspelt_include() -> None:
    one = only(faults(line(INCLUDE, options="now: {to: tlaks}")))
    assert (one.code, one.help) == ("P103", "did you mean 'talks'?")


def test_edges_lead_to_includes_not_into_them() -> None:
    assert only(faults(line(INCLUDE, options="now: {to: talks}, b: {to: talks/again}"))).code == "P103"


def test_text_without_its_files() -> None:
    one = only([each for each in check(Source.from_text(line(INCLUDE))) if each.severity == "error"])
    assert (one.code, one.message) == ("P123", "'talks.yaml' cannot be included: its text is not given")


# --- faults inside ----------------------------------------------------------------------------------------


def test_fault_of_an_included_file_stands_there_and_is_said_once() -> None:
    text = TWICE.replace("luck / 2", "luc / 2")
    found = faults(text, TALKS.replace("p: hope", "p: hop"))
    assert [(each.file, each.line, each.column, each.code, pointed(each)) for each in found] == [
        ("line.yaml", 4, 75, "P111", "luc"),
        ("talks.yaml", 11, 16, "P111", "hop"),
    ]


def test_warnings_of_an_included_file_are_its_own() -> None:
    files = {each.file for each in faults(TWICE, severity="warning")}
    assert files == {"line.yaml"}
    assert "talks.yaml" in {each.file for each in check(read({"talks.yaml": TALKS}, "talks.yaml"))}


def test_fault_that_shows_in_a_state_stands_in_its_file() -> None:
    talks = TALKS.replace("p: hope,", "p: hope * round,")
    one = only(faults(line("talks: {file: talks.yaml, set: {hope: 0.4}}"), talks))
    assert (one.code, one.file, pointed(one)) == ("P202", "talks.yaml", "hope * round")
    assert "talks/answer[talks/round=3]" in one.message


def test_faults_of_text_come_in_the_order_of_the_files() -> None:
    found = faults(TWICE + "title: Again\nnodes: 3\n", TALKS + "nodes: 3\n")
    assert [each.file for each in found] == sorted(each.file for each in found)
    assert {each.file for each in found} == {"line.yaml", "talks.yaml"}


def test_every_format_names_the_right_file() -> None:
    found = faults(TWICE, TALKS.replace("p: hope", "p: hop"))
    assert "--> talks.yaml:11:16\n" in render(found, "text", width=80)
    assert "|       yes: {p: hop, to: settled}\n" in render(found, "text", width=80)
    assert render(found, "concise").startswith("talks.yaml:11:16: error[P111]")
    assert "file=talks.yaml,line=11,col=16" in render(found, "github")
    assert [each["file"] for each in json.loads(render(found, "json"))["diagnostics"]] == ["talks.yaml"]
    (result,) = json.loads(render(found, "sarif"))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "talks.yaml"


def test_repeated_doubling_is_stopped_before_it_fills_the_memory() -> None:
    source = Source.from_text(TALKS, path="f0.yaml")
    for number in range(1, 40):
        text = line("a: {file: x.yaml}, b: {file: x.yaml}", options="a: {to: a}, b: {to: b}")
        outer = Source.from_text(text, path=f"f{number}.yaml")
        source = outer.including({name: Included("x.yaml", source) for name in "ab"})
    one = only([each for each in check(source) if each.severity == "error"])
    assert (one.code, one.file, pointed(one)) == ("P302", "f39.yaml", "include")
    assert f"more than {MAX_NODES:,}" in one.message
    assert len(source.files()) == 1  # all of the same name


# --- fingerprints -----------------------------------------------------------------------------------------


def test_fingerprint_covers_what_is_included() -> None:
    files = {"line.yaml": line(INCLUDE), "talks.yaml": TALKS, "other.yaml": TALKS}
    before = read(files)
    assert load(before).fingerprint == before.content_fingerprint != before.fingerprint
    assert read({**files, "other.yaml": "x"}).content_fingerprint == before.content_fingerprint
    assert read({**files, "talks.yaml": TALKS + "\n"}).content_fingerprint != before.content_fingerprint
    assert read({**files, "talks.yaml": TALKS + "\n"}).fingerprint == before.fingerprint
    renamed = {"line.yaml": files["line.yaml"].replace("talks.yaml", "other.yaml"), "other.yaml": TALKS}
    assert read(renamed).content_fingerprint != before.content_fingerprint
    assert read({"a.yaml": TALKS}, "a.yaml").content_fingerprint == read({"a.yaml": TALKS}, "a.yaml").fingerprint


def test_fingerprint_covers_what_is_included_by_includes() -> None:
    files = {
        "line.yaml": line("talks: {file: sub/middle.yaml}"),
        "sub/middle.yaml": line("talks: {file: ../talks.yaml}"),
    }
    one, other = (read({**files, "talks.yaml": text}) for text in (TALKS, TALKS + "#"))
    assert [path for path, _ in one.files()] == ["sub/middle.yaml", "talks.yaml"]
    assert one.content_fingerprint != other.content_fingerprint


def test_each_file_is_counted_once() -> None:
    names = "a: {file: talks.yaml}, b: {file: ./talks.yaml}, c: {file: x/../talks.yaml}"
    assert [path for path, _ in read({"line.yaml": line(names), "talks.yaml": TALKS}).files()] == ["talks.yaml"]


# --- edits ------------------------------------------------------------------------------------------------


def test_edited_text_keeps_what_it_includes() -> None:
    source = read({"line.yaml": line(INCLUDE), "talks.yaml": TALKS})

    def finder(text: Source) -> Source:
        return text.including(source.included, finder=finder)

    source = source.including(source.included, finder=finder)
    assert not [each for each in check(source.changed(source.text + "# a note\n")) if each.severity == "error"]


def test_diagnostics_of_the_text_belong_to_the_source_with_its_includes() -> None:
    source = read({"line.yaml": "planner: 1\nplanner: 2\n" + line(INCLUDE)[11:], "talks.yaml": TALKS})
    assert source.diagnostics
    assert all(each.source is source for each in source.diagnostics)


# --- the law: an include is what one would write by hand -----------------------------------------------------

Data = dict[str, Any]
NUMBERS = st.integers(-9, 9)
CHANCES = st.sampled_from([0, 0.1, 0.25, 0.5, 1])


@st.composite
def tree(draw: st.DrawFn, targets: tuple[str, ...] = (), *, rounds: bool = True) -> Data:
    """Return a scenario whose last nodes may lead to some includes."""
    count = draw(st.integers(1, 3))
    names = [f"n{number}" for number in range(count)]
    looped = rounds and draw(st.booleans())
    nodes: Data = {}
    for number, name in enumerate(names):
        ends = [*names[number + 1 :], *targets, None]

        def edge(ends: list[str | None] = ends) -> Data:
            made: Data = {"payoff": draw(st.one_of(NUMBERS, st.sampled_from(["gain", "gain * 2", "hope - gain"])))}
            to = draw(st.sampled_from(ends))
            return made if to is None else {**made, "to": to}

        if draw(st.booleans()):
            nodes[name] = {"decision": "Which?", "options": {key: edge() for key in ("a", "b")}}
            if looped:
                again = {"when": "round < 3", "set": {"round": "round + 1"}, "payoff": -1, "to": names[0]}
                nodes[name]["options"]["again"] = again
        else:
            p = draw(st.one_of(CHANCES, st.sampled_from(["hope", "hope / 2", "hope * hope"])))
            nodes[name] = {"chance": "What?", "branches": {"a": {**edge(), "p": p}, "b": {**edge(), "p": "rest"}}}
    state = {"state": {"round": 1}} if looped else {}
    return {
        "planner": 1,
        "title": "T",
        "parameters": {"hope": draw(CHANCES), "gain": draw(NUMBERS)},
        **state,
        "nodes": nodes,
    }


@st.composite
def several(draw: st.DrawFn) -> dict[str, Data]:
    """Return files of which the first includes the others, one of them twice, and the second the third."""
    override = st.dictionaries(
        st.sampled_from(["hope", "gain"]), st.one_of(CHANCES, st.sampled_from(["hope", "hope / 2", "hope * hope"]))
    )
    inner = draw(tree())
    middle = {**draw(tree(("in",))), "include": {"in": {"file": "inner.json", "set": draw(override)}}}
    outer = draw(tree(("one", "two", "other")))
    outer["include"] = {
        "one": {"file": "middle.json", "set": draw(override)},
        "two": {"file": "middle.json", "set": draw(override)},
        "other": {"file": "inner.json", "set": draw(override)},
    }
    return {"line.json": outer, "middle.json": middle, "inner.json": inner}


def by_hand(files: Mapping[str, Data], name: str) -> Data:
    """Write one file that says the same, with the ids of includes before a `_`."""
    own = json.loads(json.dumps(files[name]))
    entries = own.pop("include", {})
    whole = {
        **own,
        "parameters": dict(own["parameters"]),
        "state": dict(own.get("state", {})),
        "nodes": dict(own["nodes"]),
    }
    roots, starts = {}, {}
    for key, entry in entries.items():
        part = renamed(by_hand(files, entry["file"]), key)
        part["parameters"] |= {f"{key}_{parameter}": value for parameter, value in entry["set"].items()}
        roots[key], starts[key] = next(iter(part["nodes"])), part["state"]
        for section in ("parameters", "state", "nodes"):
            whole[section] |= part[section]
    for node in own["nodes"]:
        for edges in ("options", "branches"):
            for edge in whole["nodes"][node].get(edges, {}).values():
                if edge.get("to") in roots:
                    edge["set"] = {**edge.get("set", {}), **starts[edge["to"]]}
                    edge["to"] = roots[edge["to"]]
    return whole


def renamed(data: Data, key: str) -> Data:
    """Put an id before all names of a file."""
    text = json.dumps({section: data[section] for section in ("parameters", "state", "nodes")})
    names = [*data["parameters"], *data["state"], *data["nodes"]]
    pattern = rf"(?<![A-Za-z0-9_])({'|'.join(sorted(names, key=len, reverse=True))})(?![A-Za-z0-9_])"
    new: Data = json.loads(re.sub(pattern, rf"{key}_\1", text))
    return new


@settings(max_examples=120, deadline=None)
@given(files=several())
def test_include_equals_the_same_written_by_hand(files: dict[str, Data]) -> None:
    one = load(read({name: json.dumps(data) for name, data in files.items()}, "line.json"))
    other = load(Source.from_text(json.dumps(by_hand(files, "line.json")), path="line.json"))

    def plain(result: object) -> Any:
        return json.loads(json.dumps(result).replace("/", "_"))

    for exact in (False, True):
        first, second = evaluate(one, exact=exact), evaluate(other, exact=exact)
        assert plain(first.to_dict()) == plain(second.to_dict())
    for everything in (False, True):
        mine, hand = paths(one, all=everything, top=50), paths(other, all=everything, top=50)
        assert plain(mine.to_dict()) == plain(hand.to_dict())
