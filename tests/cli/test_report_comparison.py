"""`planner report --kind comparison` and `--changelog`, with real repositories."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from planner.report.note import Note, read_paper
from tests.cli.conftest import edit
from tests.gitrepo import GitRepo

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

FILE = "scenarios/tutorial.yaml"
PAPER = "reports/tutorial-comparison.md"
OTHER = "scenarios/trilateral-talks.yaml"


@pytest.fixture
def repo(workspace: Path, one_scenario: None) -> GitRepo:
    del one_scenario
    repo = GitRepo.make(workspace)
    repo.write(".gitignore", "db/\n")
    repo.commit("A first judgement")
    return repo


def note(path: str = PAPER) -> Note:
    paper = read_paper(path)
    assert paper is not None
    assert paper.note is not None
    return paper.note


def text(path: str = PAPER) -> str:
    return Path(path).read_text("utf-8")


def flip() -> None:
    """Make the envoy less likely to bring a step: 0.2 x 40 + 0.8 x -5 - 5 = -1 (by hand), so waiting is better."""
    edit(FILE, "p: 0.3", "p: 0.2")


def verified(cli: Cli, path: str = PAPER) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(cli("verify", path, "--json").out)["result"]
    return found


# --- since the last paper ---------------------------------------------------------------------------------------


def test_since_the_text_of_the_present_paper(cli: Cli, repo: GitRepo):
    assert cli("report", FILE).code == 0
    before = note("reports/tutorial.md").fingerprint
    flip()
    repo.commit("Less likely")
    result = cli("report", FILE, "--kind", "comparison")
    assert result.code == 0
    assert "The recommendation changed from 'Send one' to 'Wait'" in " ".join(result.out.split())
    assert "since the text of the paper `tutorial.md`" in text()
    (other,) = note().compared
    assert (other.fingerprint, other.scenario, other.revision, other.paper) == (before, None, None, "tutorial.md")
    assert verified(cli)["holds"]


def test_without_a_paper_since_the_last_commit(cli: Cli, repo: GitRepo):
    flip()
    assert cli("report", FILE, "--kind", "comparison").code == 0
    head = repo.git("rev-parse", "HEAD")
    assert f"since commit `{head[:12]}`" in text()
    assert note().compared[0].revision == head


def test_since_a_revision_also_where_the_file_had_another_name(cli: Cli, repo: GitRepo):
    flip()
    repo.git("mv", FILE, "scenarios/envoy.yaml")
    repo.commit("Renamed and less likely")
    result = cli("report", "scenarios/envoy.yaml", "--kind", "comparison", "--since", "HEAD~1", "-o", "-")
    assert "The recommendation changed from *Send one* to **Wait**." in result.out
    assert result.code == 0


def test_nothing_changed_is_said(cli: Cli, repo: GitRepo):
    del repo
    cli("report", FILE)
    result = cli("report", FILE, "--kind", "comparison")
    assert result.code == 0
    assert result.out.startswith("No change in the model.")
    assert "Nothing has changed in the model since the text of the paper `tutorial.md`" in text()


def test_the_full_paper_counts_before_others_and_what_ifs_do_not(cli: Cli, repo: GitRepo):
    del repo
    cli("report", FILE, "--kind", "brief")
    cli("report", FILE, "--set", "x=1")
    flip()
    cli("report", FILE)
    edit(FILE, "p: 0.2", "p: 0.25")
    cli("report", FILE, "--kind", "comparison")
    assert note().compared[0].paper == "tutorial.md"
    assert "0.2 → 0.25" in text()


def test_without_git_the_database_has_the_text_of_the_paper(cli: Cli, one_scenario: None):
    del one_scenario
    cli("report", FILE)
    flip()
    assert cli("report", FILE, "--kind", "comparison").code == 0
    assert "The recommendation changed from" in text()


def test_without_git_and_paper_there_is_nothing(cli: Cli, one_scenario: None):
    del one_scenario
    result = cli("report", FILE, "--kind", "comparison")
    assert result.code == 2
    assert "has nothing to be compared with: reports has no paper on it" in result.err
    assert not Path(PAPER).exists()


def test_a_text_that_is_nowhere_is_not_replaced_silently(cli: Cli, repo: GitRepo):
    edit(FILE, "p: 0.3", "p: 0.31")
    cli("report", FILE, "--no-save")
    flip_back = Path(FILE).read_text().replace("p: 0.31", "p: 0.3")
    Path(FILE).write_text(flip_back)
    result = cli("report", FILE, "--kind", "comparison")
    assert result.code == 2
    assert "is neither in git nor in the database" in result.err
    assert "--since REVISION" in result.err
    del repo


def test_an_unknown_revision_and_wrong_uses(cli: Cli, repo: GitRepo):
    del repo
    assert cli("report", FILE, "--kind", "comparison", "--since", "nowhere").code == 2
    assert "--since goes with --kind comparison" in cli("report", FILE, "--since", "HEAD").err
    assert "A paper is on one FILE" in cli("report", FILE, FILE).err
    assert "--since goes with" in cli("report", FILE, FILE, "--kind", "comparison", "--since", "HEAD").err
    assert "standard input" in cli("report", "-", FILE, "--kind", "comparison").err
    assert "--since shapes one paper" in cli("report", "--all", "--since", "HEAD").err


# --- renewing ---------------------------------------------------------------------------------------------------


def test_renewing_compares_with_the_same_text(cli: Cli, repo: GitRepo):
    cli("report", FILE)
    flip()
    repo.commit("Less likely")
    cli("report", FILE, "--kind", "comparison")
    known = note().compared
    edit(FILE, "p: 0.2", "p: 0.25")
    assert "tutorial-comparison.md  out of date" in cli("report", "--all", "--check").out
    assert cli("report", "--all").code == 0
    assert note().compared == known
    assert "0.3 → 0.25" in text()
    assert cli("report", "--all", "--check").code == 0
    assert verified(cli)["holds"]


def test_renewing_says_where_the_other_text_is_nowhere(cli: Cli, repo: GitRepo):
    flip()
    cli("report", FILE, "--kind", "comparison", "--no-save")
    cli("report", FILE, "--no-save")
    shutil.rmtree(repo.path / ".git")
    edit(FILE, "p: 0.2", "p: 0.25")
    shown = cli("report", "--all", "--no-save", "--json")
    done = {one["report"]: one for one in json.loads(shown.out)["result"]["papers"]}
    assert done[PAPER]["done"] == "failed"
    assert "nor in git, nor in the database" in done[PAPER]["error"]
    assert done["reports/tutorial.md"]["done"] == "renewed"
    assert shown.code == 2
    assert "nor in git" in cli("verify", PAPER).err


def test_a_comparison_does_not_stand_for_the_paper_on_a_scenario(cli: Cli, repo: GitRepo):
    del repo
    cli("report", FILE, "--kind", "comparison")
    assert "reports/tutorial.md             missing" in cli("report", "--all", "--check").out
    status = json.loads(cli("status", "--json").out)["result"]
    assert "comparison" in json.dumps(status)


def test_numbers_of_both_texts_are_explained(cli: Cli, repo: GitRepo):
    del repo
    cli("report", FILE)
    flip()
    cli("report", FILE, "--kind", "comparison")
    before = cli("explain-number", PAPER, "3.5").out
    assert "comparison.options[send].before.self = 3.5" in before
    assert "Hangs on" not in before
    after = cli("explain-number", PAPER, "the-options-before-and-now", "--json")
    found = json.loads(after.out)["result"]["numbers"]
    assert any(one["formula"] for one in found)
    assert {one["kind"] for one in found} == {"result"}


# --- several scenarios ------------------------------------------------------------------------------------------


@pytest.fixture
def two(workspace: Path) -> tuple[str, str]:
    """Two variants of the tutorial."""
    (workspace / "planner.toml").write_text('[report]\nprovenance = "blob"\nanalyses = "none"\n')
    other = Path("scenarios/hopeful.yaml")
    other.write_text(Path(FILE).read_text().replace("p: 0.3", "p: 0.5"))
    return FILE, str(other)


def test_several_scenarios_side_by_side(cli: Cli, two: tuple[str, str]):
    result = cli("report", *two, "--kind", "comparison", "--json")
    made = json.loads(result.out)["result"]
    assert made["report"] == "reports/tutorial-and-hopeful-comparison.md"
    assert made["headline"] == "Both recommend 'Send one'."
    (other,) = note(made["report"]).compared
    assert other.scenario == "../scenarios/hopeful.yaml"
    assert verified(cli, made["report"])["holds"]


def test_several_are_out_of_date_when_any_of_them_changes(cli: Cli, two: tuple[str, str]):
    paper = "reports/tutorial-and-hopeful-comparison.md"
    cli("report", *two, "--kind", "comparison")
    edit(two[1], "p: 0.5", "p: 0.1")
    checked = json.loads(cli("report", "--all", "--check", "--json").out)["result"]["papers"]
    (one,) = [each for each in checked if each["report"] == paper]
    assert one["why"] == [{"kind": "scenario", "message": f"{two[1]}, with which it compares, has changed"}]
    cli("report", "--all", *two)
    assert "The recommendations differ" in text(paper)
    assert verified(cli, paper)["holds"]
    Path(two[1]).unlink()
    again = json.loads(cli("report", "--all", "--check", "--json").out)["result"]["papers"]
    (one,) = [each for each in again if each["report"] == paper]
    assert [each["kind"] for each in one["why"]] == ["gone"]


def test_verifying_takes_the_other_text_as_it_was(cli: Cli, two: tuple[str, str]):
    paper = "reports/tutorial-and-hopeful-comparison.md"
    cli("report", two[1])  # keeps its text
    cli("report", *two, "--kind", "comparison")
    edit(two[1], "p: 0.5", "p: 0.1")
    found = verified(cli, paper)
    assert (found["holds"], found["changed_since"]) == (True, True)
    assert found["different_now"]


def test_blocks_and_languages(cli: Cli, two: tuple[str, str]):
    listed = cli("report", "--list-blocks", "--kind", "comparison")
    assert "What cannot be compared" in " ".join(listed.out.split())
    made = cli("report", *two, "--kind", "comparison", "--lang", "fr", "-o", "-").out
    assert "## Ce qu’ils recommandent" in made
    Path("reports/templates").mkdir(parents=True)
    own = '{% extends "planner/comparison.md.j2" %}{% block method %}Ours.{% endblock %}'
    Path("reports/templates/comparison.md.j2").write_text(own)
    assert "Ours." in cli("report", *two, "--kind", "comparison", "-o", "-").out


# --- the change log ---------------------------------------------------------------------------------------------

LOGGED = "reports/tutorial.md"


def changes(path: str = LOGGED) -> list[list[str]]:
    part = text(path).partition("\n## Changes to this scenario\n")[2].partition("\n## ")[0]
    rows = [line for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in rows]


def test_the_last_commits_and_what_they_did(cli: Cli, repo: GitRepo):
    edit(FILE, "p: 0.3", "p: 0.4")
    repo.commit("More likely | surely")
    Path(FILE).write_text(Path(FILE).read_text() + "# a comment alone\n")
    repo.commit("Only a comment")
    edit(FILE, "p: 0.4", "p: 0.2")
    repo.commit("Less likely")
    assert cli("report", FILE, "--changelog").code == 0
    # by hand: -5 + 0.3 * 40 - 0.7 * 5 = 3.5; 0.4 gives 8, 0.2 gives -1, so that waiting, 0, is better
    assert changes() == [
        ["2026-01-04", "Ada Lovelace", "Less likely", "Wait 0; recommendation was Send one 8"],
        ["2026-01-02", "Ada Lovelace", "More likely \\| surely", "Send one 8.0 (+4.5)"],
        ["2026-01-01", "Ada Lovelace", "A first judgement", "Send one 3.5, the first version"],
    ]


def test_it_ends_at_a_commit_that_the_note_names(cli: Cli, repo: GitRepo):
    cli("report", FILE, "--changelog")
    first = text(LOGGED)
    assert note(LOGGED).options["changelog"] == repo.git("rev-parse", "HEAD")
    repo.commit("Something else", {"other.txt": "x"})
    assert cli("report", "--all", "--force").code == 0
    assert text(LOGGED) == first
    flip()
    cli("report", "--all")
    assert len(changes()) == 1
    assert "What is not committed yet is not listed." in text(LOGGED)
    repo.commit("Less likely")
    assert cli("report", "--all", "--check").code == 0  # the paper is on this very text
    assert verified(cli, LOGGED)["holds"]
    edit(FILE, "p: 0.2", "p: 0.25")
    repo.commit("A little more")
    cli("report", "--all")
    assert len(changes()) == 3


def test_papers_without_one_keep_their_note(cli: Cli, repo: GitRepo):
    del repo
    cli("report", FILE)
    assert "changelog" not in note(LOGGED).options
    assert "compared" not in text(LOGGED)
    assert "Changes to this scenario" not in text(LOGGED)


def test_no_more_than_eight(cli: Cli, repo: GitRepo):
    for at in range(9):
        edit(FILE, f"p: 0.3{at or ''},", f"p: 0.3{at + 1},")
        repo.commit(f"Step {at}")
    cli("report", FILE, "--changelog")
    assert [row[2] for row in changes()] == [f"Step {at}" for at in range(8, 0, -1)]
    assert "Only the last 8 commits that changed the model are listed." in text(LOGGED)


def test_settings_can_ask_for_it(cli: Cli, repo: GitRepo):
    del repo
    Path("planner.toml").write_text('[report]\nanalyses = "none"\nchangelog = true\n')
    cli("report", FILE)
    assert len(changes()) == 1
    cli("report", FILE, "--no-changelog")
    assert not changes()


def test_without_git_a_sentence(cli: Cli, one_scenario: None):
    del one_scenario
    assert cli("report", FILE, "--changelog").code == 0
    assert "The file is not kept in git, so that its changes are not known." in text(LOGGED)
    assert note(LOGGED).options["changelog"] == ""
    assert cli("report", "--all", "--check").code == 0


def test_a_shallow_clone_says_so(cli: Cli, repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    flip()
    repo.commit("Less likely")
    clone = tmp_path / "clone"
    repo.git("clone", "-q", "--depth", "1", f"file://{repo.path}", str(clone))
    monkeypatch.chdir(clone)
    assert cli("report", FILE, "--changelog").code == 0
    assert not changes()
    assert "This clone of the repository lacks older commits." in text(LOGGED)
