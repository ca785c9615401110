from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.core.change.references import Reference, listeners, references
from planner.core.source import Source
from tests.conftest import ROOT
from tests.core.change.scenarios import scenarios, texts

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "planner: 1\ntitle: t\n"


def found(text: str) -> list[tuple[str, str, str]]:
    """Return (kind, name, text at the place) of every use."""
    source = Source.from_text(HEAD + text)
    return [(each.kind, each.name, word(source, each)) for each in references(source) if not each.defines]


def word(source: Source, each: Reference) -> str:
    return source.text[each.span.start : each.span.end].strip("\"'")


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("actors: {uk: {weights: {c: 1}}}", [("criterion", "c")]),
        ("parameters: {a: 1, b: {value: 2 * a, note: a}, c: a}", [("parameter", "a"), ("parameter", "a")]),
        ("correlations: [[a, b, 0.2], [c], 3]", [("parameter", "a"), ("parameter", "b"), ("parameter", "c")]),
        ("futures: {f: {set: {a: b + 1}}}", [("parameter", "a"), ("parameter", "b")]),
        ("include: {t: {file: t.yaml, set: {x: a}}}", [("parameter", "a")]),
        ("nodes: {n: {decision: d, by: uk}}", [("actor", "uk")]),
        ("nodes: {n: {decision: d, by: [uk, 'fr'], fallback: x}}", [("edge", "n.x"), ("actor", "uk"), ("actor", "fr")]),
        ("nodes: {n: {decision: d, unseen: [m]}}", [("node", "m")]),
        ("nodes: {n: {chance: c, resolved: {branch: x}}}", [("edge", "n.x")]),
        ("nodes: {n: {options: {x: {to: m, when: r < 1}}}}\nstate: {r: 0}", [("node", "m"), ("state", "r")]),
        (
            "nodes: {n: {options: {x: {set: {r: r + a}}}}}\nstate: {r: 0}",
            [("state", "r"), ("state", "r"), ("parameter", "a")],
        ),
        ("nodes: {n: {branches: {x: {p: rest}, y: {p: a}}}}", [("parameter", "a")]),
        ("nodes: {n: {outcome: o, payoff: -a}}", [("parameter", "a")]),
        (
            "nodes: {n: {outcome: o, payoff: {c: a, uk: 1}}}\nactors: {uk: }",
            [("criterion", "c"), ("parameter", "a"), ("actor", "uk")],
        ),
        (
            "nodes: {n: {outcome: o, payoff: {uk: {c: a}}}}\nactors: {uk: }",
            [("actor", "uk"), ("criterion", "c"), ("parameter", "a")],
        ),
        (
            "signals: {s: {about: n, likelihood: {x: {w: a}}}}\nnodes: {m: {observe: s}}",
            [("node", "n"), ("edge", "n.x"), ("edge", "m.w"), ("parameter", "a"), ("signal", "s")],
        ),
        ("parameters: {a: 'min(b, c", []),
        ("parameters: {a: exp(1) + 1e3}", []),
        ("nodes: {n: {outcome: a, note: b}}", []),
    ],
)
def test_uses(text: str, uses: list[tuple[str, str]]):
    assert [(kind, name) for kind, name, _ in found(text)] == uses
    assert all(name.rpartition(".")[2] == there for _, name, there in found(text))


@pytest.mark.parametrize(
    "formula",
    ["b + b * 2", "'b + b'", '"b +\\\n  b"', '"\\tb + b"', "b +\n    b", ">-\n    b\n    + b", "|\n    (b +\n    b)"],
)
def test_formulas_in_every_form_of_text(formula: str):
    assert found(f"parameters:\n  b: 1\n  a: {formula}\n") == [("parameter", "b", "b")] * 2


def test_names_that_hold_other_names():
    names = [(name, there) for _, name, there in found("parameters: {a: a1 + a_a * b1a / a}")]
    assert names == [("a1", "a1"), ("a_a", "a_a"), ("b1a", "b1a"), ("a", "a")]


def test_a_text_that_cannot_be_read_has_none():
    assert references(Source.from_text("a: [")) == []
    assert references(Source.from_text("nodes: 3\nactors: [x]\nsignals: {s: }\nparameters: x\n")) != []


def test_who_listens():
    text = "nodes: {a: {observe: s}, b: {chance: c}, c: {observe: s}, d: {observe: [x]}, e: }"
    assert listeners(Source.from_text(text)) == {"s": ["a", "c"]}


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_place_holds_its_name(path: Path):
    source = Source.from_text(path.read_text())
    uses = references(source)
    assert all(word(source, each) == each.name.rpartition(".")[2] for each in uses)
    assert len({(each.span, each.name) for each in uses}) == len(uses)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_use_is_missed(data: st.DataObject):
    """All ids of the generated scenarios are words of their own, so every such word outside comments is a use."""
    scenario = data.draw(scenarios())
    text = data.draw(texts(scenario))
    source = Source.from_text(text)
    without = re.sub(r"#[^\r\n]*", lambda match: " " * len(match[0]), text)
    words = {match.start() for match in re.finditer(r"\b[acenpfs]\d\d?\b", without)}
    starts = {each.span.start + (text[each.span.start] in "\"'") for each in references(source)}
    assert starts == words
