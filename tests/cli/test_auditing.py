"""`planner verify` and `planner explain-number`: papers made again, number by number."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT
from tests.gitrepo import GitRepo

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

PAPER = "reports/tutorial.md"


@pytest.fixture
def paper(cli: Cli) -> Path:
    shutil.rmtree("reports", ignore_errors=True)
    assert cli("report", "scenarios/tutorial.yaml").code == 0
    return Path(PAPER)


def test_a_paper_that_holds(cli: Cli, paper: Path):
    result = cli("verify", PAPER)
    assert result.code == 0
    assert " ".join(result.out.split()).startswith("All ")
    assert "numbers hold: made again by planner" in " ".join(result.out.split())


def test_a_number_changed_by_hand_is_found(cli: Cli, paper: Path):
    paper.write_text(paper.read_text("utf-8").replace("value: 3.5", "value: 4.5", 1), "utf-8")
    result = cli("verify", PAPER, "--json")
    found = json.loads(result.out)["result"]
    assert result.code == 1
    assert [(one["shown"], one["again"]) for one in found["different"]] == [("4.5", "3.5")]
    assert (found["holds"], found["changed_since"], found["lines"]) == (False, False, [])


def test_a_sentence_changed_by_hand_is_a_line(cli: Cli, paper: Path):
    text = paper.read_text("utf-8")
    paper.write_text(text.replace("## Recommendation\n", "## Recommendation\n\nWe trust this blindly.\n"), "utf-8")
    result = cli("verify", PAPER)
    assert result.code == 1
    assert "1 line with other words" in result.out


def test_a_file_that_has_changed_is_found_in_the_database(cli: Cli, paper: Path):
    file = Path("scenarios/tutorial.yaml")
    file.write_text(file.read_text("utf-8").replace("payoff: -", "payoff: -9", 1), "utf-8")
    result = cli("verify", PAPER, "--json")
    found = json.loads(result.out)["result"]
    assert result.code == 1
    assert found["origin"] == "the database, tutorial@1"
    assert found["holds"]
    assert found["different_now"]


def test_a_file_that_has_changed_is_found_in_git(cli: Cli, workspace: Path):
    repo = GitRepo.make(workspace)
    repo.commit("first")
    assert cli("report", "scenarios/tutorial.yaml", "--no-save").code == 0
    file = Path("scenarios/tutorial.yaml")
    text = file.read_text("utf-8")
    repo.commit("second", {str(file): text.replace("payoff: -", "payoff: -9", 1)})
    repo.commit("third", {str(file): text + "# a comment\n"})
    found = json.loads(cli("verify", PAPER, "--json").out)["result"]
    assert found["origin"].startswith("git, commit ")
    assert (found["holds"], found["changed_since"], found["different_now"]) == (True, True, [])


INCLUDING = """planner: 1
title: Outer
as_of: 2026-11-23
include: {talks: {file: parts/talks.yaml}}
nodes: {d: {decision: D, options: {a: {to: talks}, b: {payoff: 2}}}}
"""


def test_what_was_included_is_found_with_it(cli: Cli):
    part = Path("scenarios/parts/talks.yaml")
    part.parent.mkdir()
    Path("scenarios/outer.yaml").write_text(INCLUDING)
    inner = "planner: 1\ntitle: Inner\nnodes: {c: {chance: C, branches: {x: {p: 0.5, payoff: %s}, y: {p: rest}}}}\n"
    part.write_text(inner % 6)
    assert cli("report", "scenarios/outer.yaml").code == 0
    part.write_text(inner % 8)
    found = json.loads(cli("verify", "reports/outer.md", "--json").out)["result"]
    assert (found["origin"], found["holds"]) == ("the database, outer@1", True)
    assert {(one["shown"], one["again"]) for one in found["different_now"]} >= {("3", "4")}


def test_without_its_text_a_paper_cannot_be_made_again(cli: Cli, paper: Path):
    shutil.rmtree("db")
    file = Path("scenarios/tutorial.yaml")
    file.write_text(file.read_text("utf-8") + "# changed\n", "utf-8")
    result = cli("verify", PAPER)
    assert result.code == 2
    assert "nor in git, nor in the database" in " ".join(result.err.split())


@pytest.mark.parametrize("text", ["", "# A paper of ours\n\nWith 3.5.\n"])
def test_what_is_no_paper_of_ours_is_said(cli: Cli, text: str):
    Path("notes.md").write_text(text)
    for arguments in (("verify", "notes.md"), ("explain-number", "notes.md", "3.5")):
        result = cli(*arguments)
        assert result.code == 2
        assert "does not say how it was made" in result.err
    assert cli("verify", "nothing.md").code == 2


def test_a_number_is_explained_by_its_id_and_as_it_is_printed(cli: Cli, paper: Path):
    by_id = cli("explain-number", PAPER, "recommendation.1", "--json")
    one = json.loads(by_id.out)["result"]["numbers"][0]
    assert (one["shown"], one["kind"], one["results"][0]["value"]) == ("3.5", "result", 3.5)
    assert one["results"][0]["path"] == "evaluate.decisions[envoy].options[send].values.self"
    assert one["formula"][0].startswith("envoy.send 3.5 = ")
    assert all("scenarios/tutorial.yaml:" in each["place"] for each in one["inputs"])
    as_printed = json.loads(cli("explain-number", PAPER, "3.5", "--json").out)["result"]["numbers"]
    assert one in as_printed
    assert len(as_printed) > 1
    assert "made of    envoy.send 3.5 = " in cli("explain-number", PAPER, "recommendation.1").out


def test_a_number_changed_by_hand_is_explained_as_what_should_stand_there(cli: Cli, paper: Path):
    paper.write_text(paper.read_text("utf-8").replace("value: 3.5", "value: 4.5", 1), "utf-8")
    one = json.loads(cli("explain-number", PAPER, "recommendation.1", "--json").out)["result"]["numbers"][0]
    assert (one["shown"], one["again"], one["results"][0]["value"]) == ("4.5", "3.5", 3.5)
    assert "CHANGED    by hand: 3.5 stands there" in cli("explain-number", PAPER, "recommendation.1").out


def test_a_number_added_by_hand_is_no_result(cli: Cli, paper: Path):
    text = paper.read_text("utf-8")
    paper.write_text(text.replace("## Recommendation\n", "## Recommendation\n\nWe spoke to 35 of them.\n"), "utf-8")
    one = json.loads(cli("explain-number", PAPER, "35", "--json").out)["result"]["numbers"][0]
    assert (one["kind"], one["results"]) == ("added", [])


def test_numbers_are_listed_with_their_places(cli: Cli, paper: Path):
    found = json.loads(cli("explain-number", PAPER, "--list", "--json").out)["result"]["numbers"]
    assert found[0]["id"] == "recommendation.1"
    assert len({one["id"] for one in found}) == len(found)
    assert "recommendation.1" in cli("explain-number", PAPER, "--list").out


def test_a_number_that_is_not_there(cli: Cli, paper: Path):
    result = cli("explain-number", PAPER, "12345")
    assert result.code == 2
    assert "has no number '12345'" in result.err


def test_headings_in_another_language(cli: Cli):
    made = cli("report", "scenarios/tutorial.yaml", "--lang", "fr", "--kind", "brief", "-o", "note.md")
    assert made.code == 0
    assert cli("verify", "note.md").code == 0
    one = json.loads(cli("explain-number", "note.md", "recommandation.1", "--json").out)["result"]["numbers"][0]
    assert one["results"][0]["value"] == 3.5


def test_the_committed_paper_holds(cli: Cli):
    shutil.copytree(ROOT / "reports", "reports")
    result = cli("verify", "reports/european-line-on-moscow.md", "--json")
    assert json.loads(result.out)["result"]["holds"]
