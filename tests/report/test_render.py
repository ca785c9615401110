"""The whole paper."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planner.core.diagnostics import ScenarioError
from planner.errors import PlannerError
from planner.report.render import _tidy
from tests.report import scenarios

if TYPE_CHECKING:
    from tests.conftest import Golden
    from tests.report.conftest import Render

ROOT = Path(__file__).parents[2]
GIT = {"commit": "0123456789abcdef", "dirty": False, "blob": "fedcba9876543210"}
SCRIPT = """
import sys
from pathlib import Path
from planner import evaluate, load, paths, render_report
scenario = load(sys.argv[1])
report = render_report(evaluate(scenario), paths(scenario), version="1.2.3")
sys.stdout.buffer.write(report.markdown.encode())
for name, svg in report.pictures.items():
    sys.stdout.buffer.write(name.encode() + svg.encode())
"""
HEADINGS = ["The decision", "The tree", "Paths", "Outcomes", "Assumptions", "Method and provenance"]


@pytest.mark.parametrize("name", ["envoy", "joint", "no-agreement", "costs", "chance-first", "rounds", "nasty"])
def test_the_paper_as_it_is_read(render: Render, golden: Golden, name: str) -> None:
    golden(f"report/{name}.md", render(scenarios.ALL[name], report={"git": GIT}).markdown)


@pytest.mark.parametrize("text", scenarios.ALL.values(), ids=scenarios.ALL)
def test_every_scenario_makes_a_clean_paper(render: Render, text: str) -> None:
    report = render(text)
    lines = report.markdown.split("\n")
    outside = "".join(report.markdown.split("```")[0::2])
    assert [heading for heading in HEADINGS if f"## {heading}" not in report.markdown] == []
    assert ("## Recommendation" in lines) != ("## Result: no agreement" in lines)
    assert not [line for line in lines if line != line.rstrip()]
    assert "\n\n\n" not in report.markdown
    assert not re.search(r"(?<![\w.])-0(\.0+)?(?![\w.])|\bnan\b|\bNone\b|Fraction", outside)
    for shown in re.findall(r"\]\(([^)]*\.svg)\)", report.markdown):
        assert shown in report.pictures
    assert len(re.findall(r"^!\[.+\]\([^)]+\.svg\)$", report.markdown, re.MULTILINE)) == len(report.pictures)


def test_news_is_told_in_words(render: Render) -> None:
    markdown = render(scenarios.NEWS).markdown
    # of the likelihoods 0.2 and 0.8 one follows from the other; `hit` is a parameter
    assert "Two probabilities and four consequences stand in the scenario without a source" in markdown
    assert re.search(r"Chance that the survey tells oil \(`hit`\) +\| 60 %", markdown)
    assert "Drill or sell? (survey good)" in markdown
    assert "Drill or sell? (survey not heard)" in markdown


@pytest.mark.parametrize("text", scenarios.ALL.values(), ids=scenarios.ALL)
def test_tables_have_the_same_number_of_cells_in_every_row(render: Render, text: str) -> None:
    blocks = re.findall(r"(?:^\|.*\n)+", render(text).markdown, re.MULTILINE)
    assert blocks
    for block in blocks:
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in block.strip().split("\n")}) == 1


@pytest.mark.parametrize("text", scenarios.ALL.values(), ids=scenarios.ALL)
def test_probabilities_of_outcomes_add_up(render: Render, text: str) -> None:
    markdown = render(text).markdown
    table = markdown[markdown.index("## Outcomes") :].split("\n\n")[1]
    shares = [float(row.split("|")[2].strip().removesuffix(" %")) for row in table.split("\n")[2:]]
    assert sum(shares) == pytest.approx(100)


def test_page_one_comes_first_and_says_everything(render: Render) -> None:
    head = (
        "planner: 1\ntitle: A pact\nas_of: 2026-11-23\ndecide_by: 2027-01-15\nquestion: Should they sign?\n"
        "horizon: 24 months\n"
    )
    markdown = render(scenarios.JOINT.replace("PACT", "3"), head=head).markdown
    page = markdown[: markdown.index("## The tree")]
    for text in (
        "23 November 2026",
        "15 January 2027",
        "Should they sign?",
        "Aland and Borduria, together",
        "**Without agreement:** No pact",
        "at least 3 better off than the fallback",
        "No pact (the fallback)",
        "| Carpania | affected |",
        "loses 1",
        "judgements",
    ):
        assert text in page


def test_a_report_needs_its_date(render: Render) -> None:
    with pytest.raises(ScenarioError) as caught:
        render(scenarios.ENVOY, head="planner: 1\ntitle: A test\n")
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.slug, diagnostic.line, diagnostic.column) == ("P131", "missing-as-of", 1, 1)
    assert diagnostic.help is not None
    assert "as_of" in diagnostic.help


def test_likelihood_words_stand_beside_numbers(render: Render) -> None:
    head = "planner: 1\ntitle: T\nas_of: 2026-11-23\nlikelihood_words: phia\n"
    markdown = render(scenarios.ENVOY, head=head).markdown
    assert "Likely (70 %)." in markdown
    assert "Unlikely (30 %)." in markdown
    assert "GOV.UK, 24 March 2025" in markdown


def test_a_range_that_spans_bands_has_both_words(render: Render) -> None:
    head = "planner: 1\ntitle: T\nas_of: 2026-11-23\nlikelihood_words: icd203\n"
    assert "very unlikely (10 %) to likely (62 %)" in render(scenarios.NASTY, head=head).markdown


def test_judgements_are_told_from_sources(render: Render) -> None:
    text = (
        "parameters:\n"
        "  a: {value: 1, source: 'Illustrative judgement, no data'}\n"
        "  b: {value: 2, source: 'Eurostat, nrg_cb_gas, 2026'}\n"
        "  c: 3\n"
        "nodes:\n  d: {decision: What?, options: {x: {payoff: a + b}, y: {payoff: c}}}\n"
    )
    markdown = render(text).markdown
    assert "Two of the three parameters are judgements; the other names a source." in markdown
    basis = dict(re.findall(r"^\| `(\w)` .*\| (judgement|source) ", markdown, re.MULTILINE))
    assert basis == {"a": "judgement", "b": "source", "c": "judgement"}


@pytest.mark.parametrize(
    ("git", "shown"),
    [
        (None, "not kept in git"),
        (GIT, "commit `0123456789ab`, blob `fedcba987654`"),
        (GIT | {"dirty": True}, "commit `0123456789ab`, changed since, blob `fedcba987654`"),
        (GIT | {"commit": None}, "not committed yet, blob `fedcba987654`"),
        ({"blob": "fedcba9876543210"}, "blob `fedcba987654`"),
    ],
)
def test_provenance(render: Render, git: object, shown: str) -> None:
    markdown = render(scenarios.ENVOY, report={"git": git}).markdown
    rows = dict(re.findall(r"^\| ([^|]+?) +\| ([^|]+?) +\|$", markdown[markdown.index("| What ") :], re.MULTILINE))
    assert rows["Git"] == shown
    assert rows["Program"] == "planner 1.2.3"
    assert rows["Seed"] == "none: nothing is drawn"
    assert re.fullmatch("`[0-9a-f]{12}`", rows["Fingerprint of the file (SHA-256)"])


def test_what_was_changed_for_the_paper_is_said(render: Render) -> None:
    markdown = render(scenarios.NASTY, overrides={"p_x": 0.5}, rule="maximin").markdown
    assert "`p_x` = 0.5" in markdown
    assert "\n\n**What-if paper:** A | bar and \\`code\\` 50 % (file: 30 %); rule: maximin.\n" in markdown
    assert "| **changed for this paper** | for the value in the file: See table" in markdown
    assert "\n\nBy the maximin rule: **" in markdown
    assert "The ranges were not varied: the recommendation holds for the values of this paper." in markdown


def test_a_changed_number_outside_its_range_is_marked(render: Render) -> None:
    markdown = render(scenarios.NASTY, overrides={"p_x": 0.9}).markdown
    assert "**changed for this paper**, outside the range" in markdown
    assert "By the" not in markdown


@pytest.mark.parametrize(
    ("value", "told"), [(0.3001, "30.01 % (file: 30.00 %)"), (0.3, "30 % (file: 30 %)"), (0.45, "45 % (file: 30 %)")]
)
def test_a_small_change_shows(render: Render, value: float, told: str) -> None:
    assert f"code\\` {told}." in render(scenarios.NASTY, overrides={"p_x": value}).markdown


def test_the_paper_on_the_file_as_it_stands_is_no_what_if(render: Render) -> None:
    markdown = render(scenarios.NASTY).markdown
    assert "What-if" not in markdown
    assert "The ranges were not varied: the recommendation holds for the central values." in markdown
    assert "ranges" not in render(scenarios.ENVOY).markdown


@pytest.mark.parametrize("amount", ["8", "-7"])
def test_values_beyond_the_scale_are_explained(render: Render, amount: str) -> None:
    assert "beyond" not in render(scenarios.OPPOSITES).markdown
    markdown = render(scenarios.OPPOSITES.replace("trade: 3", f"trade: {amount}")).markdown
    assert "Values beyond 0 to 100 mean that a consequence goes beyond the worst or best of its scale" in markdown
    assert ("Trade reaches 13, beyond its best, 10." in markdown) == (amount == "8")  # -7 is not chosen


def test_a_fallback_without_agreement_is_not_recommended(render: Render) -> None:
    report = render(
        "parameters: {low: {value: -1, low: -2, high: 3}}\n" + scenarios.NO_AGREEMENT.replace("a: -1", "a: low")
    )
    assert "The ranges were not varied: the results hold for the central values." in report.markdown
    told = report.markdown + "".join(report.pictures.values())
    assert "## Result: no agreement\n\nNo option suits all who decide, so the fallback stands" in told
    assert "**No pact** (what stands without agreement)" in told
    assert "recommend" not in told.lower()
    assert "*what stands*" in told
    point = render(scenarios.NO_AGREEMENT, actor="c").markdown
    assert "**No pact** stands without agreement of Aland and Borduria (value" in point


def test_one_path_is_not_told_twice(render: Render) -> None:
    assert "### The worst" not in render(scenarios.COSTS).markdown
    assert "### The worst" in render(scenarios.ENVOY).markdown


@pytest.mark.parametrize(
    ("payoff", "told"),
    [("20 * a + 3", "One formula contains numbers of its own"), ("1 - a", ""), ("max(0, a)", "")],
)
def test_numbers_in_formulas_are_counted(render: Render, payoff: str, told: str) -> None:
    text = (
        "parameters: {a: {value: 1, source: 'Eurostat 2026'}}\n"
        f"nodes:\n  d: {{decision: What?, options: {{x: {{payoff: '{payoff}'}}, y: {{}}}}}}\n"
    )
    markdown = render(text).markdown
    assert told in markdown
    assert bool(told) == ("formula" in markdown.split("## The options")[0])


def test_a_point_of_view_is_said(render: Render) -> None:
    assert "Point of view" in render(scenarios.OPPOSITES, actor="south").markdown


def test_the_day_of_writing_is_printed_if_it_is_given(render: Render) -> None:
    assert "Written on" not in render(scenarios.ENVOY).markdown
    assert "| 2 January 2027 " in render(scenarios.ENVOY, report={"now": date(2027, 1, 2)}).markdown


def test_a_user_can_change_one_block(render: Render) -> None:
    template = '{% extends "planner/report.md.j2" %}{% block tree %}## My tree\n{% endblock %}'
    markdown = render(scenarios.ENVOY, report={"template": template}).markdown
    assert "## My tree" in markdown
    assert "```mermaid" not in markdown
    assert "## Recommendation" in markdown


def test_a_workspace_can_replace_the_template(render: Render, tmp_path: Path) -> None:
    (tmp_path / "report.md.j2").write_text("{{ recommendation }}\n", encoding="utf-8")
    assert render(scenarios.ENVOY, report={"template_dirs": [tmp_path]}).markdown.startswith("**Send one**")


def test_a_template_fault_is_a_fault_of_the_surroundings(render: Render) -> None:
    with pytest.raises(PlannerError, match="line 2: 'nothing' is undefined"):
        render(scenarios.ENVOY, report={"template": "a\n{{ nothing }}"})


def test_every_name_of_the_context_is_documented(render: Render) -> None:
    names = set(re.findall(r"`([a-z_.]+)`", (ROOT / "docs/decisions/0004-templates.md").read_text("utf-8")))
    template = "{% for name in self._TemplateReference__context.get_all() %}{{ name }}\n{% endfor %}"
    with pytest.raises(PlannerError):  # the sandbox does not let templates look behind the curtain
        render(scenarios.ENVOY, report={"template": template})
    for name in names & {"title", "recommendation", "provenance", "options", "stakes"}:
        assert render(scenarios.ENVOY, report={"template": f"x{{{{ {name} }}}}"}).markdown.startswith("x")


@pytest.mark.parametrize(("seed", "language"), [("0", "C"), ("4711", "fr_FR.UTF-8")])
def test_another_process_writes_the_same_bytes(render: Render, tmp_path: Path, seed: str, language: str) -> None:
    file = tmp_path / "test.yaml"
    file.write_text("planner: 1\ntitle: A test\nas_of: 2026-11-23\n" + scenarios.JOINT.replace("PACT", "3"), "utf-8")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "LC_ALL": language,
        "TZ": "Pacific/Auckland",
        "PYTHONHASHSEED": seed,
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", SCRIPT, str(file)]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, check=True)
    report = render(scenarios.JOINT.replace("PACT", "3"))
    assert done.stdout.decode() == report.markdown + "".join(name + svg for name, svg in report.pictures.items())


def test_tidy_leaves_code_alone() -> None:
    assert _tidy("\n\na  \n\n\n\nb\n```\nx\n\n\ny\n```\n\n") == "a\n\nb\n```\nx\n\n\ny\n```\n"
