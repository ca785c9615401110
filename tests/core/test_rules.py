"""Every rule by its own bad and good example, with the exact place; and a few cases that the table cannot show."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from planner.core import rule_examples
from planner.core.rule_table import RULES, Rule
from planner.core.rules import check, examine, unsupported
from planner.core.source import Included, Source

if TYPE_CHECKING:
    from planner.core.diagnostics import Diagnostic

BY_CHECK = [rule for rule in RULES.values() if rule.when == "check" and rule.bad]
WHOLE = [rule for rule in BY_CHECK if not rule.code.startswith("P0")]  # examples of P0xx are pieces of files


def bare(text: str) -> str | bytes:
    """Take the marks out of an example."""
    plain = text.replace("«", "").replace("»", "")
    try:
        plain.encode()
    except UnicodeEncodeError:
        return plain.encode("utf-8", "surrogateescape")
    return plain


def example(text: str) -> Source:
    """Read an example as the file `umbrella.yaml`, beside which there is a `talks.yaml`."""
    source = Source.from_text(bare(text), path="umbrella.yaml")
    section = source.data.get("include") if source.data is not None else None
    beside = {
        "talks.yaml": Included(
            "talks.yaml", Source.from_text(rule_examples.HEAD + rule_examples.TREE, path="talks.yaml")
        ),
        "umbrella.yaml": Included("umbrella.yaml", None, "the files include each other", cycle=True),
    }
    return source.including(
        {
            name: beside.get(entry["file"], Included(entry["file"], None, "there is no such file"))
            for name, entry in (section or {}).items()
        }
    )


@cache
def found_in(text: str) -> list[Diagnostic]:
    """Check an example; the endless one takes seconds, so once is enough."""
    return check(example(text))


def errors(found: list[Diagnostic]) -> list[str]:
    return [each.code for each in found if each.severity == "error"]


@pytest.mark.parametrize("rule", BY_CHECK, ids=lambda rule: rule.code)
def test_bad_example_is_found_at_its_place(rule: Rule) -> None:
    found = [each for each in found_in(rule.bad) if each.code == rule.code]
    assert found, "the bad example is not found"
    assert (found[0].slug, found[0].severity) == (rule.slug, rule.severity)
    start = rule.bad.index("«")
    end = rule.bad.index("»") - 1
    assert (found[0].span.start, found[0].span.end) == (start, end)


@pytest.mark.parametrize("rule", WHOLE, ids=lambda rule: rule.code)
def test_bad_example_has_no_other_error(rule: Rule) -> None:
    found = errors(found_in(rule.bad))
    assert set(found) <= {rule.code}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_good_example_is_good(rule: Rule) -> None:
    if rule.code.startswith("P0"):
        assert Source.from_text(rule.good).diagnostics == ()
        return
    found = check(example(rule.good))
    assert [each.code for each in found if each.severity == "error" or each.code == rule.code] == []


@pytest.mark.parametrize("code", ["P310", "P616"])
def test_what_only_evaluation_finds(code: str) -> None:
    rule = RULES[code]
    scenario, found = examine(Source.from_text(bare(rule.bad)))
    assert scenario is not None
    assert errors(found) == []
    (stop,) = unsupported(scenario, knowing=True)
    assert (stop.code, stop.span.start) == (code, rule.bad.index("«"))


def test_codes_and_slugs_are_unique_and_speak() -> None:
    slugs = [rule.slug for rule in RULES.values()]
    assert len(slugs) == len(set(slugs))
    for rule in RULES.values():
        assert re.fullmatch(r"P[0-6]\d\d", rule.code)
        assert re.fullmatch(r"[a-z0-9-]+", rule.slug)
        assert rule.title
        assert rule.why.endswith((".", "?"))


HEAD = "planner: 1\ntitle: T\nnodes:\n  c:\n    chance: C?\n    branches:\n"


def branches(*chances: str) -> list[str]:
    rows = "".join(f"      b{place}: {{p: {p}}}\n" for place, p in enumerate(chances))
    return [each.code for each in check(Source.from_text(HEAD + rows))]


@pytest.mark.parametrize(
    ("chances", "codes"),
    [
        (("0.7", "0.2", "0.1"), []),
        (("0.1", "0.2", "0.7"), []),
        (("0.3333333333", "0.3333333333", "0.3333333333"), ["P201"]),
        (("0.9999",), ["P201"]),
        (("1e-20", "0.99999999999999999999"), []),
        (("1e-20", "1"), ["P201"]),
        (("1/3", "1/3", "1/3"), []),
        (("1/3", "1/3", "0.33"), ["P201"]),
        (("0.5", "rest", "rest"), []),
        (("0.5", "0.5", "rest"), []),
        (("0.5", "0.6", "rest"), ["P201"]),
        (("0.5", "1 - 0.5"), []),
        (("-0.1", "1.1"), ["P202", "P202"]),
        (("1e-300", "1"), ["P201"]),
    ],
)
def test_sums_of_plain_decimals_are_exact(chances: tuple[str, ...], codes: list[str]) -> None:
    assert branches(*chances) == codes


def test_all_faults_of_a_file_come_in_one_run() -> None:
    text = """planner: 1
tilte: Typo
as_of: 2026-13-01
actors: {a: {weights: {x: 1}}}
parameters: {k: {value: 5, low: 6, high: 7}}
nodes:
  d:
    decision: D?
    by: b
    options: {go: {to: nowhere}, stay: {payoff: unheard_of}}
  lost: {outcome: Lost}
"""
    found = check(Source.from_text(text))
    assert {each.code for each in found} >= {
        "P101",
        "P109",
        "P113",
        "P105",
        "P206",
        "P104",
        "P103",
        "P111",
        "P306",
        "P501",
        "P502",
    }
    assert [each.span.start for each in found] == sorted(each.span.start for each in found)


def test_a_misspelt_target_does_not_make_its_node_unreachable() -> None:
    rule = RULES["P103"]
    assert "P306" not in [each.code for each in found_in(rule.bad)]


@pytest.mark.parametrize(("written", "meant"), [("30 %", "0.3"), ("0,3", "0.3"), ("2.5%", "0.025")])
def test_sure_repairs_of_numbers(written: str, meant: str) -> None:
    (found,) = list(check(Source.from_text(HEAD + f"      a: {{p: '{written}'}}\n      b: {{p: rest}}\n")))
    assert found.fix is not None
    assert found.fix.edits[0][2] == meant


def test_scenario_equality_ignores_layout() -> None:
    one = examine(Source.from_text(HEAD + "      a: {p: 0.3}\n      b: {p: rest}\n"))[0]
    two = examine(Source.from_text(HEAD + "      a:\n        p: 0.30  # comment\n      b: {p: rest}\n"))[0]
    assert one == two
    assert one is not None
    assert two is not None
    assert one.fingerprint != two.fingerprint


@pytest.mark.parametrize("written", ["p: .inf", "p: 1e999", "p: 0x10", "p: *anchor", "p: 0.3, p: 0.4"])
def test_a_fault_of_the_text_is_said_once(written: str) -> None:
    found = check(Source.from_text(HEAD + f"      a: {{{written}}}\n      b: {{p: 0.7}}\n"))
    at_place = [each.code for each in found if each.line == 7]
    assert len(at_place) == 1
    assert at_place[0].startswith("P0")


ACTORS = "planner: 1\ntitle: T\nactors: {ann: {}, bob: {}}\nnodes:\n  d:\n    decision: D\n    by: ann, bob\n"


@pytest.mark.parametrize(
    ("text", "code", "help_"),
    [
        (HEAD + "      a: {p: min(1, 0.2), to: c}\n", "P110", "a comma ends the entry inside { }"),
        (HEAD + "      a: {name: This, and that, p: 1}\n", "P101", "in quotation marks"),
        (HEAD + "      a: {p: 0,6}\n", "P101", "decimals with a point"),
        (HEAD + "      a: {p: 60}\n", "P202", "write 0.6 for 60 %"),
        (HEAD + "      a: {p: 1, when: round < 4}\n", "P111", "add 'state: {…}' at the top"),
        (HEAD.replace("chance:", "chnace:") + "      a: {p: 1}\n", "P115", "did you mean 'chance'?"),
        (ACTORS + "    options: {x: {}}\n", "P104", "write a list: [ann, bob]"),
        ("planner: 1\ntitle: T\nparameters: {k: {value: 250 EUR m}}\nnodes: {o: {outcome: O}}\n", "P110", "'unit: …'"),
    ],
)
def test_help_for_what_beginners_write(text: str, code: str, help_: str) -> None:
    (found,) = [each for each in check(Source.from_text(text)) if each.code == code][:1]
    assert found.help is not None
    assert help_ in found.help


def test_a_when_that_cannot_be_read_makes_no_endless_loop() -> None:
    text = "planner: 1\ntitle: T\nnodes:\n  d:\n    decision: D\n    options: {x: {when: round = 4, to: d}, y: {}}\n"
    assert errors(check(Source.from_text(text))) == ["P110"]


DRAWN = """planner: 1
title: Rain
parameters:
  risk: {value: 0.3, source: x, %s}
nodes:
  rain: {chance: Rain?, branches: {wet: {p: %s}, dry: {p: rest}}}
"""


@pytest.mark.parametrize(
    ("spread", "p", "told"),
    [
        ('distribution: "normal(0.9, 0.2)"', "risk", "with probability 0.31"),  # beyond half a deviation: 30.9 %
        ('distribution: "normal(0.5, 0.1)"', "risk", ""),  # five deviations: 6 in ten million
        ("low: -0.1, high: 0.6, distribution: uniform", "risk", "runs from -0.1 to 0.6"),
        ("low: 0.1, high: 1.2, distribution: pert", "risk", "runs from 0.1 to 1.2"),
        ("low: 0, high: 1, distribution: triangular", "risk", ""),
        ('distribution: "discrete({0.3: 0.9, 1.3: 0.1})"', "risk", "draws 1.3"),
        ('distribution: "lognormal(-1, 1)"', "risk", "with probability 0.16"),  # above 1: one deviation
        ('distribution: "beta(3, 7)"', "risk", ""),
        ('distribution: "normal(0.9, 0.2)"', "min(1, max(0, risk))", ""),  # a formula may see to it
        ('distribution: "normal(0.9, 0.2)"', "0.3", ""),
    ],
)
def test_drawn_probabilities(spread: str, p: str, told: str) -> None:
    text = DRAWN % (spread, p)
    found = [each for each in check(Source.from_text(text)) if each.code == "P214"]
    assert [told in each.message for each in found] == [True] * bool(told)
    assert all(each.severity == "warning" and each.span.start > text.index("distribution") for each in found)


FUTURES = """planner: 1
title: Rain
parameters:
  base: {value: 0.2, source: x}
  risk: base * 2
state: {k: 1}
futures:
  storm: {set: {%s}}
nodes:
  rain: {chance: Rain?, branches: {wet: {p: risk}, damp: {p: 0.3}, dry: {p: %s}}}
"""


@pytest.mark.parametrize(
    ("changes", "dry", "message"),
    [
        ("base: 0.6", "rest", "the probability of 'wet' at 'rain' is 1.2"),
        ("base: 0.4", "rest", "the probabilities of 'rain' sum to 1.1 before 'rest'"),
        ("base: base + 0.05", "0.3", "the probabilities of 'rain' sum to 1.1, not 1"),
        ("base: 0.25", "0.7 - risk", ""),
        ("base: 0.1", "rest", ""),
        ("base: 0.3", "0.2 * k", ""),  # how much that is hangs on the path
        ("risk: base * 6", "rest", "the probability of 'wet' at 'rain' is 1.2"),
    ],
)
def test_futures(changes: str, dry: str, message: str) -> None:
    text = FUTURES % (changes, dry)
    found = [each for each in check(Source.from_text(text)) if each.code == "P215"]
    assert [each.message for each in found] == [f"in future 'storm' {message}"] * bool(message)
    start = text.index("{set: {") + 7 + changes.index(":") + 2
    assert all(each.span.start == start for each in found)


def test_a_future_of_a_file_that_is_wrong_already_is_not_blamed() -> None:
    found = check(Source.from_text(FUTURES % ("base: 0.25", "0.7")))
    assert [each.code for each in found if each.severity == "error"] == ["P201"]
