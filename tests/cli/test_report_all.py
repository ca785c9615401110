"""`planner report --all`: what is out of date is made anew, everything else is left."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import planner
from planner.report.note import read_paper
from tests.cli.conftest import edit
from tests.conftest import ROOT

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

pytestmark = pytest.mark.usefixtures("one_scenario")
TUTORIAL = "scenarios/tutorial.yaml"
PAPER = Path("reports/tutorial.md")
TALKS = """\
planner: 1
title: Talks
nodes:
  answer:
    chance: What now?
    branches: {yes: {p: 0.3, payoff: 2}, no: {p: 0.7}}
"""
LINE = """\
planner: 1
title: Line
as_of: 2026-11-23
include: {talks: {file: parts/talks.yaml}}
nodes: {line: {decision: Talk?, options: {talk: {to: talks}, wait: {payoff: 0.5}}}}
"""


def everything() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path("reports").rglob("*") if path.is_file()}


def papers(cli: Cli, *arguments: str, code: int = 0) -> dict[str, tuple[str, list[str]]]:
    """Return for each paper what was done, and the kinds of reasons."""
    result = cli("report", "--all", "--json", *arguments)
    assert result.code == code, result
    document: dict[str, Any] = json.loads(result.out)
    assert document["schema"] == "planner/report/1"
    listed = document["result"]["papers"]
    return {one["report"]: (one["done"], [reason["kind"] for reason in one["why"]]) for one in listed}


def test_a_missing_paper_is_made_once(cli: Cli):
    assert papers(cli, "--check", code=1) == {"reports/tutorial.md": ("missing", [])}
    assert not Path("reports").exists()
    assert papers(cli) == {"reports/tutorial.md": ("made", [])}
    before = everything()
    stamps = {name: Path(name).stat().st_mtime_ns for name in before}
    assert papers(cli) == {"reports/tutorial.md": ("current", [])}
    assert papers(cli, "--check") == {"reports/tutorial.md": ("current", [])}
    assert {name: Path(name).stat().st_mtime_ns for name in before} == stamps


def test_what_it_makes_is_what_report_makes(cli: Cli):
    cli("report", TUTORIAL)
    before = everything()
    shutil.rmtree("reports")
    cli("report", "--all")
    assert everything() == before
    PAPER.unlink()
    assert papers(cli, "--force") == {"reports/tutorial.md": ("made", [])}
    assert papers(cli, "--force") == {"reports/tutorial.md": ("renewed", [])}
    assert everything() == before


def test_a_changed_scenario(cli: Cli):
    cli("report", TUTORIAL)
    edit(TUTORIAL, "p: 0.3", "p: 0.4")
    assert papers(cli, "--check", code=1) == {"reports/tutorial.md": ("out of date", ["scenario"])}
    assert papers(cli) == {"reports/tutorial.md": ("renewed", ["scenario"])}
    assert "value: 8)" in PAPER.read_text()  # 0.4 x 40 - 0.6 x 5 - 5
    assert papers(cli) == {"reports/tutorial.md": ("current", [])}


def test_a_changed_included_file(cli: Cli):
    Path("scenarios/parts").mkdir()
    Path("scenarios/line.yaml").write_text(LINE)
    Path("scenarios/parts/talks.yaml").write_text(TALKS)
    made = papers(cli)
    assert made == {"reports/line.md": ("made", []), "reports/tutorial.md": ("made", [])}  # none for the part
    edit("scenarios/parts/talks.yaml", "payoff: 2", "payoff: 3")
    assert papers(cli)["reports/line.md"] == ("renewed", ["scenario"])
    assert papers(cli)["reports/line.md"] == ("current", [])


def test_another_version(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    cli("report", TUTORIAL)
    for module in ("planner", "planner.cli.paper", "planner.cli.papers"):
        monkeypatch.setattr(f"{module}.__version__", "9.9")
    result = cli("report", "--all", "--check")
    assert result.code == 1
    assert f"it was made by planner {planner_version()}, this is 9.9" in result.out
    assert papers(cli) == {"reports/tutorial.md": ("renewed", ["version"])}
    assert papers(cli) == {"reports/tutorial.md": ("current", [])}


def planner_version() -> str:
    found = re.search(r'__version__ = "(.*)"', (ROOT / "planner" / "__init__.py").read_text())
    assert found
    return found[1]


def test_the_same_options_again(cli: Cli):
    Path("mine").mkdir()
    Path("mine/t.md.j2").write_text("# {{ title }}\n\n{{ recommendation }}\n")
    made = [
        ("--rule", "maximin", "-o", "reports/bleak.md"),
        ("--max-states", "1000", "--template", "mine/t.md.j2", "-o", "reports/deep/own.md"),
        ("--kind", "brief", "--lang", "fr", "--analyses", "risk"),
    ]
    for arguments in made:
        assert cli("report", TUTORIAL, *arguments).code == 0
    edit(TUTORIAL, "p: 0.3", "p: 0.4")
    done = papers(cli)
    assert {name: what for name, (what, _) in done.items()} == {
        "reports/bleak.md": "renewed",
        "reports/deep/own.md": "renewed",
        "reports/tutorial-brief.md": "renewed",
    }
    renewed = everything()
    shutil.rmtree("reports")
    for arguments in made:
        cli("report", TUTORIAL, *arguments)
    assert everything() == renewed


def test_a_what_if_paper_is_not_the_paper(cli: Cli):
    cli("report", TUTORIAL, "--rule", "maximin")
    assert papers(cli) == {"reports/tutorial-what-if.md": ("current", []), "reports/tutorial.md": ("made", [])}


def test_a_missing_picture_is_made_again(cli: Cli):
    cli("report", TUTORIAL)
    before = everything()
    Path("reports/tutorial-tree.svg").unlink()
    assert papers(cli) == {"reports/tutorial.md": ("renewed", ["picture missing"])}
    assert everything() == before


@pytest.mark.parametrize(
    ("name", "before", "after", "kind"),
    [
        ("tutorial.md", "## The decision", "## Decide!", "edited"),
        ("tutorial-tree.svg", "<svg", "<!-- mine --><svg", "picture edited"),
        ("tutorial.md", "<!-- planner report", "<!-- nothing", "unknown"),
    ],
)
def test_work_by_hand_is_left_until_forced(cli: Cli, name: str, before: str, after: str, kind: str):
    cli("report", TUTORIAL)
    edit(Path("reports") / name, before, after)
    edit(TUTORIAL, "p: 0.3", "p: 0.4")
    stands = everything()
    for arguments, done in (((), "left"), (("--check",), "out of date")):
        what, why = papers(cli, *arguments, code=1)["reports/tutorial.md"]
        assert (what, why[-1]) == (done, kind)
        assert everything() == stands
    assert "--force overwrites it" in " ".join(cli("report", "--all").out.split())
    assert papers(cli, "--force")["reports/tutorial.md"][0] == "renewed"
    assert papers(cli) == {"reports/tutorial.md": ("current", [])}
    assert after not in (Path("reports") / name).read_text()


def test_an_edit_that_the_new_paper_makes_itself_is_no_loss(cli: Cli):
    cli("report", TUTORIAL)
    old = read_paper(PAPER)
    edit(TUTORIAL, "p: 0.3", "p: 0.4")
    cli("report", TUTORIAL)
    new = read_paper(PAPER)
    assert old is not None
    assert old.note is not None
    assert new is not None
    PAPER.write_text(f"{new.body}\n{old.note.comment()}")  # as a merge of two branches leaves it
    assert papers(cli)["reports/tutorial.md"][0] == "renewed"
    assert papers(cli) == {"reports/tutorial.md": ("current", [])}


def test_a_changed_template(cli: Cli):
    folder = Path("reports/templates")
    folder.mkdir(parents=True)
    (folder / "report.md.j2").write_text("# Ours: {{ title }}\n")
    cli("report", TUTORIAL)
    assert papers(cli) == {"reports/tutorial.md": ("current", [])}
    (folder / "report.md.j2").write_text("# Theirs: {{ title }}\n")
    assert papers(cli) == {"reports/tutorial.md": ("renewed", ["template"])}
    shutil.rmtree(folder)
    assert papers(cli) == {"reports/tutorial.md": ("renewed", ["template"])}


def test_a_template_that_is_gone(cli: Cli):
    Path("t.md.j2").write_text("# {{ title }}\n")
    cli("report", TUTORIAL, "--template", "t.md.j2")
    Path("t.md.j2").unlink()
    result = cli("report", "--all")
    assert result.code == 2
    assert "there is no file 't.md.j2'" in " ".join(result.out.split())


def test_faults_in_one_file_do_not_stop_the_others(cli: Cli):
    shutil.copy(TUTORIAL, "scenarios/another.yaml")
    shutil.copy(TUTORIAL, "scenarios/zulu.yaml")
    edit("scenarios/another.yaml", "to: answer", "to: anwser")
    edit("scenarios/tutorial.yaml", "as_of: 2026-11-23\n", "")
    result = cli("report", "--all")
    assert result.code == 1
    assert "error[P103]" in result.err
    assert "error[P131]" in result.err
    words = " ".join(result.out.split())
    assert "option 'send' of 'envoy' leads to unknown node 'anwser'" in words
    assert "a report needs the date of the assessment" in words
    assert {path.name for path in Path("reports").glob("*.md")} == {"zulu.md"}


def test_a_paper_whose_scenario_is_gone(cli: Cli):
    shutil.copy(TUTORIAL, "scenarios/old.yaml")
    cli("report", "--all")
    Path("scenarios/old.yaml").unlink()
    before = everything()
    assert papers(cli, code=1)["reports/old.md"] == ("left", ["gone"])
    assert papers(cli, "--force", code=1)["reports/old.md"] == ("left", ["gone"])
    assert everything() == before
    assert "reports/old.md" not in papers(cli, TUTORIAL)
    assert papers(cli, "scenarios", code=1)["reports/old.md"] == ("left", ["gone"])


def test_a_scenario_renamed_together_with_its_paper(cli: Cli):
    cli("report", TUTORIAL, "--lang", "fr")
    Path(TUTORIAL).rename("scenarios/envoy.yaml")
    PAPER.rename("reports/envoy.md")
    assert papers(cli) == {"reports/envoy.md": ("renewed", ["gone"])}
    paper = read_paper("reports/envoy.md")
    assert paper is not None
    assert paper.note is not None
    assert (paper.note.scenario, paper.note.options["lang"]) == ("../scenarios/envoy.yaml", "fr")
    assert papers(cli) == {"reports/envoy.md": ("current", [])}


def test_two_scenarios_of_one_name_do_not_fight_for_a_paper(cli: Cli):
    Path("scenarios/deep").mkdir()
    shutil.copy(TUTORIAL, "scenarios/deep/tutorial.yaml")
    edit("scenarios/deep/tutorial.yaml", "p: 0.3", "p: 0.4")
    for _ in range(2):
        result = cli("report", "--all")
        assert result.code == 1
        words = "it is the paper on scenarios/tutorial.yaml; make one on scenarios/deep/tutorial.yaml with -o"
        assert words in " ".join(result.out.split())
    cli("report", "scenarios/deep/tutorial.yaml", "-o", "reports/deep.md")
    assert papers(cli) == {"reports/tutorial.md": ("current", []), "reports/deep.md": ("current", [])}


def test_other_yaml_in_the_folder_is_passed_over(cli: Cli):
    Path("scenarios/mkdocs.yml").write_text("site_name: planner\n")
    assert list(papers(cli)) == ["reports/tutorial.md"]


def test_no_scenario_no_paper(cli: Cli):
    Path(TUTORIAL).write_text("site_name: planner\n")
    result = cli("report", "--all")
    assert (result.code, result.out) == (0, "No scenario is here, and so no paper.\n")


def test_a_conflict_without_a_tree_has_no_paper(cli: Cli):
    shutil.copy(ROOT / "tests" / "stories" / "conflict" / "elmira.yaml", "scenarios")
    assert list(papers(cli)) == ["reports/tutorial.md"]


def test_a_note_of_a_later_version(cli: Cli):
    cli("report", TUTORIAL)
    edit(PAPER, '"lang": "en"', '"lang": "eo"')
    edit(TUTORIAL, "p: 0.3", "p: 0.4")
    result = cli("report", "--all")
    assert result.code == 2
    assert "it was made with 'lang: eo', which planner" in " ".join(result.out.split())


@pytest.mark.parametrize(
    "option", [("--set", "a=1"), ("--rule", "maximin"), ("--kind", "brief"), ("-o", "x.md"), ("--analyses", "all")]
)
def test_options_of_one_paper(cli: Cli, option: tuple[str, str]):
    result = cli("report", "--all", *option)
    assert (result.code, result.out) == (2, "")
    assert "shapes one paper" in result.err


def test_several_files_need_all(cli: Cli):
    shutil.copy(TUTORIAL, "scenarios/two.yaml")
    assert "--all looks after all papers" in cli("report", TUTORIAL, "scenarios/two.yaml").err
    assert "Missing argument 'FILE'" in cli("report").err
    assert set(papers(cli, "scenarios/two.yaml")) == {"reports/two.md"}
    assert cli("report", "--all", "scenarios/none.yaml").code == 2
    assert cli("report", "--all", "-").code == 2


def test_runs_are_kept_unless_told_otherwise(cli: Cli):
    cli("report", "--all", "--save")
    listed = json.loads(cli("history", "tutorial", "--json").out)["result"]["revisions"]
    assert [run["analysis"] for run in listed[0]["runs"]] == ["evaluate"]


def test_papers_elsewhere(cli: Cli):
    assert list(papers(cli, "--reports", "papers")) == ["papers/tutorial.md"]
    assert not Path("reports").exists()
    edit("planner.toml", "[report]", '[report]\nreports = "papers"')
    assert papers(cli) == {"papers/tutorial.md": ("current", [])}


@pytest.mark.parametrize("columns", ["40", "80"])
def test_what_is_shown(cli: Cli, columns: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", columns)
    shutil.copy(TUTORIAL, "scenarios/b.yaml")
    cli("report", TUTORIAL)
    edit(TUTORIAL, "p: 0.3", "p: 0.4")
    result = cli("report", "--all")
    assert (result.code, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) <= int(columns)
    words = " ".join(result.out.split())
    assert "there was none" in words
    assert "the scenario has changed" in words
    assert "2 papers: 1 made, 1 renewed" in words


def test_a_folder_that_cannot_be_written(cli: Cli):
    Path("reports").write_text("a file in the way")
    result = cli("report", "--all")
    assert result.code == 2
    assert "cannot be made" in result.out


def test_the_workspace_is_the_scenario_s(cli: Cli, workspace: Path, monkeypatch: pytest.MonkeyPatch):
    cli("report", "--all")
    monkeypatch.chdir(workspace / "scenarios")
    assert papers(cli) == {"../reports/tutorial.md": ("current", [])}
    assert planner.load("tutorial.yaml").name == "tutorial"
