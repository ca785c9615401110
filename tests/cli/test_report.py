from __future__ import annotations

import json
import re
import shlex
import sqlite3
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import planner
from planner.report.note import read_paper
from tests.conftest import ROOT

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

MOSCOW = "scenarios/european-line-on-moscow.yaml"
TUTORIAL = "scenarios/tutorial.yaml"


def test_the_main_job(cli: Cli):
    result = cli("report", MOSCOW)
    assert (result.code, result.err) == (0, "")
    headline, where = result.out.split("\n\n")
    assert "Coordinate sanctions with clear benchmarks" in headline
    assert where.splitlines() == [
        "report  reports/european-line-on-moscow.md with 9 pictures beside it",
        "runs    1 to 9, of european-line-on-moscow@1, in db/planner.sqlite",
        f"next    planner paths {MOSCOW}",
    ]
    assert Path("reports/european-line-on-moscow.md").read_text().startswith("# One European line on Moscow\n")
    with sqlite3.connect("db/planner.sqlite") as database:
        assert database.execute("SELECT count(*) FROM run").fetchone() == (9,)
    database.close()


def test_next_command_works(cli: Cli):
    *_, line = cli("report", TUTORIAL).out.splitlines()
    program, *arguments = line.removeprefix("next").split()
    assert program == "planner"
    assert cli(*arguments).code == 0


@pytest.mark.parametrize("scenario", sorted(path.stem for path in (ROOT / "scenarios").glob("*.yaml")))
def test_committed_reports_are_current(cli: Cli, scenario: str):
    assert cli("report", f"scenarios/{scenario}.yaml", "--no-save").code == 0
    made = {path.name: path.read_bytes() for path in Path("reports").iterdir()}
    kept = {path.name: path.read_bytes() for path in (ROOT / "reports").glob(f"{scenario}*") if path.name in made}
    assert made == kept


def test_json(cli: Cli):
    document = json.loads(cli("report", TUTORIAL, "--json").out)
    assert document["schema"] == "planner/report/1"
    found = document["result"]
    assert found["report"] == "reports/tutorial.md"
    assert all(Path(picture).is_file() for picture in found["pictures"])
    assert (found["run"], found["revision"], found["db"]) == (1, 1, "db/planner.sqlite")


def test_saving_again_keeps_one_revision(cli: Cli):
    cli("report", TUTORIAL)
    kept = len(json.loads(cli("history", "tutorial", "--json").out)["result"]["revisions"][0]["runs"])
    found = json.loads(cli("report", TUTORIAL, "--json").out)["result"]
    assert (found["run"], found["revision"]) == (kept + 1, 1)
    assert kept > 1


def test_only_the_analyses_that_are_wanted(cli: Cli):
    cli("report", TUTORIAL, "--analyses", "risk")
    runs = json.loads(cli("history", "tutorial", "--json").out)["result"]["revisions"][0]["runs"]
    assert {run["analysis"] for run in runs} == {"evaluate", "risk"}
    result = cli("report", TUTORIAL, "--analyses", "risks")
    assert result.code == 2
    assert "there is no analysis 'risks' for a paper" in result.err
    result = cli("report", TUTORIAL, "--analyses", "simulate")  # asked for by name, it is not left out silently
    assert result.code == 2
    assert "nothing is drawn" in result.err


def test_no_save(cli: Cli):
    result = cli("report", TUTORIAL, "--no-save")
    assert "run" not in result.out
    assert not Path("db").exists()


def test_workspace_is_the_scenario_s(cli: Cli, workspace: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(workspace / "scenarios")
    out = cli("report", "tutorial.yaml").out
    assert "../reports/tutorial.md" in out
    assert (workspace / "reports" / "tutorial.md").is_file()
    assert (workspace / "db" / "planner.sqlite").is_file()
    assert not (workspace / "scenarios" / "reports").exists()


def test_output_elsewhere(cli: Cli):
    cli("report", TUTORIAL, "-o", "papers/envoy.md")
    assert {path.suffix for path in Path("papers").iterdir()} == {".md", ".svg"}
    assert not Path("reports").exists()


def test_standard_output(cli: Cli):
    cli("report", TUTORIAL)
    paper = Path("reports/tutorial.md").read_text().splitlines()
    printed = cli("report", TUTORIAL, "-o", "-").out.splitlines()
    assert ".svg" not in "".join(printed)
    assert [line for line in printed if line not in paper and not line.startswith("*The pictures are left out")] == []


def test_pictures_are_named_after_the_paper(cli: Cli):
    cli("report", TUTORIAL)
    first = {path: path.read_bytes() for path in Path("reports").iterdir()}
    cli("report", TUTORIAL, "--rule", "maximin", "-o", "reports/bleak.md")
    assert {path: path.read_bytes() for path in first} == first
    paper = Path("reports/bleak.md").read_text()
    assert set(re.findall(r"\]\((.*?)\)", paper)) == {path.name for path in Path("reports").glob("bleak-*.svg")}
    assert Path("reports/bleak-tree.svg").is_file()
    assert Path("reports/bleak-options.svg").is_file()


@pytest.mark.parametrize("change", [("--set", "talks_yield=0.4"), ("--rule", "maximin")])
def test_a_what_if_paper_never_replaces_the_paper(cli: Cli, change: tuple[str, str]):
    cli("report", MOSCOW)
    first = {path: path.read_bytes() for path in Path("reports").iterdir()}
    assert "reports/european-line-on-moscow-what-if.md with" in cli("report", MOSCOW, *change).out
    assert {path: path.read_bytes() for path in first} == first
    assert set(Path("reports").glob("*what-if*")) == set(Path("reports").iterdir()) - first.keys() != set()


def test_same_input_same_bytes(cli: Cli):
    cli("report", MOSCOW)
    first = {path: path.read_bytes() for path in Path("reports").iterdir()}
    cli("report", MOSCOW)
    assert {path: path.read_bytes() for path in Path("reports").iterdir()} == first


def test_changed_number_is_in_the_paper(cli: Cli):
    assert "`talks_yield` = 0.4" in cli("report", MOSCOW, "--set", "talks_yield=0.4", "-o", "-").out


def test_provenance_names_the_commit_by_default(cli: Cli, workspace: Path):
    (workspace / "planner.toml").unlink()
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *command], check=True)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout[:12]
    assert f"commit `{commit}`" in cli("report", TUTORIAL, "-o", "-").out
    assert f"commit `{commit}`" not in cli("report", TUTORIAL, "-o", "-", "--provenance", "blob").out


def test_own_template(cli: Cli):
    Path("mine.md").write_text("{{ title }} as of {{ as_of }}\n")
    result = cli("report", TUTORIAL, "--template", "mine.md", "-o", "-")
    assert result.out == "An envoy to Moscow as of 23 November 2026\n"


def test_template_in_the_workspace(cli: Cli):
    Path("reports/templates").mkdir(parents=True)
    Path("reports/templates/report.md.j2").write_text("Ours: {{ title }}\n")
    assert cli("report", TUTORIAL, "-o", "-").out == "Ours: An envoy to Moscow\n"


def test_template_with_a_fault(cli: Cli):
    Path("mine.md").write_text("line\n{{ titel }}\n")
    result = cli("report", TUTORIAL, "--template", "mine.md")
    assert (result.code, result.out) == (2, "")
    assert "line 2" in result.err
    assert not Path("reports").exists()


def test_scenario_without_a_date(cli: Cli):
    text = Path(TUTORIAL).read_text().replace("as_of: 2026-11-23\n", "")
    Path("undated.yaml").write_text(text)
    result = cli("report", "undated.yaml")
    assert result.code == 1
    assert "error[P131]" in result.err
    assert not Path("reports").exists()


def test_folder_that_cannot_be_made(cli: Cli):
    Path("reports").write_text("a file in the way")
    result = cli("report", TUTORIAL)
    assert result.code == 2
    assert "reports" in result.err


def test_warnings_are_told(cli: Cli):
    text = Path(TUTORIAL).read_text().replace("nodes:", "parameters: {idle: {value: 1, source: mine}}\nnodes:")
    Path("idle.yaml").write_text(text)
    result = cli("report", "idle.yaml")
    assert (result.code, result.err) == (0, "1 warning: `planner check idle.yaml` shows what to mend\n")


def test_the_note_says_how_the_paper_was_made(cli: Cli):
    cli("report", MOSCOW, "--set", "talks_yield=0.4", "--analyses", "risk,stress", "--no-save", "-o", "papers/x/m.md")
    paper = read_paper("papers/x/m.md")
    assert paper is not None
    assert paper.note is not None
    assert paper.note.scenario == "../../scenarios/european-line-on-moscow.yaml"
    assert paper.note.fingerprint == planner.load(MOSCOW).fingerprint
    assert paper.note.version == planner.__version__
    assert (paper.note.options["set"], paper.note.options["analyses"]) == ({"talks_yield": 0.4}, "risk,stress")
    assert set(paper.note.pictures) == {path.name for path in Path("papers/x").glob("*.svg")}
    assert paper.edits() == []


def test_a_paper_edited_by_hand_is_left(cli: Cli):
    cli("report", TUTORIAL, "--no-save")
    paper = Path("reports/tutorial.md")
    made = paper.read_text()
    edited = made.replace("The decision", "What is to be decided")
    paper.write_text(edited)
    Path(TUTORIAL).write_text(Path(TUTORIAL).read_text().replace("p: 0.3", "p: 0.4"))
    pictures = {path: path.read_bytes() for path in Path("reports").glob("*.svg")}
    result = cli("report", TUTORIAL)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("error: 'reports/tutorial.md' is left as it is: its text was edited by hand.\n")
    assert paper.read_text() == edited
    assert {path: path.read_bytes() for path in pictures} == pictures
    assert not Path("db").exists()
    assert cli("report", TUTORIAL, "--force").code == 0
    assert paper.read_text() not in {made, edited}


def test_a_picture_changed_by_hand_is_left(cli: Cli):
    cli("report", TUTORIAL, "--no-save")
    picture = Path("reports/tutorial-tree.svg")
    picture.write_text(picture.read_text().replace("<svg", "<!-- mine --><svg", 1))
    result = cli("report", TUTORIAL, "--no-save")
    assert result.code == 2
    assert "the picture tutorial-tree.svg was changed by hand" in result.err
    assert "mine" in picture.read_text()
    picture.unlink()  # what is gone is nobody's work
    assert cli("report", TUTORIAL, "--no-save").code == 0
    assert picture.is_file()


def test_a_file_that_is_no_paper_is_left(cli: Cli):
    Path("notes.md").write_text("my notes\n")
    result = cli("report", TUTORIAL, "-o", "notes.md")
    assert result.code == 2
    assert "it does not say how it was made" in result.err
    assert Path("notes.md").read_text() == "my notes\n"


def test_no_note_where_it_would_be_text(cli: Cli):
    Path("mine.txt.j2").write_text("{{ title }}\n")
    for _ in range(2):
        assert cli("report", TUTORIAL, "--no-save", "--template", "mine.txt.j2", "-o", "paper.txt").code == 0
    assert Path("paper.txt").read_text() == "An envoy to Moscow\n"


def test_the_next_step_can_be_pasted(cli: Cli):
    name = "scenarios/what 'they' want.yaml"
    Path(name).write_bytes(Path("scenarios/tutorial.yaml").read_bytes())
    said = cli("report", name, "--analyses", "none", "--no-save").out.splitlines()[-1]
    assert shlex.split(said) == ["next", "planner", "paths", name]
