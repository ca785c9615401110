"""`planner diff`: what is compared with what, and how it is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.shell_completion import ShellComplete

from planner.cli.app import application
from tests.gitrepo import GitRepo

if TYPE_CHECKING:
    from tests.cli.conftest import Cli
    from tests.conftest import Golden

TUTORIAL = "scenarios/tutorial.yaml"
MOSCOW = "scenarios/european-line-on-moscow.yaml"
TURN = ("p: 0.3, payoff: 40", "p: 0.1, payoff: 40")
MAIN = """\
planner: 1
title: Main
include: {talks: {file: talks.yaml}}
nodes:
  go: {decision: Go?, options: {yes: {to: talks}, no: {payoff: 1}}}
"""
TALKS = """\
planner: 1
title: Talks
parameters: {hope: 0.3}
nodes:
  answer: {chance: What?, branches: {step: {p: hope, payoff: 10}, stall: {p: rest, payoff: -3}}}
"""


@pytest.fixture
def git(workspace: Path) -> GitRepo:
    """The workspace as a repository with one commit."""
    repo = GitRepo.make(workspace)
    repo.commit("Scenarios")
    return repo


def edit(file: str, *pairs: tuple[str, str]) -> None:
    path = Path(file)
    text = path.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)


def files(cli: Cli, *arguments: str) -> list[dict[str, Any]]:
    result = cli("diff", "--json", *arguments)
    assert result.code == 0, result.err
    found: list[dict[str, Any]] = json.loads(result.out)["result"]["files"]
    return found


def after_moscow() -> None:
    """Write a second state of the main example: renames, numbers, a payoff, words."""
    text = Path(MOSCOW).read_text()
    for old, new in (
        ("talks_yield", "step_chance"),
        ("value: 0.25", "value: 0.40"),
        ("value: 14\n", "value: 7\n"),
        ("credibility: -legitimacy_cost", "credibility: -legitimacy_cost / 2"),
        ("economy: 45", "economy: 30"),
        ("Relief demanded first", "Relief asked for first"),
        ("attack_exposed) / 2 ", "attack_exposed) / 3 "),
        ("    value: 0.30\n    low: 0.15", "    value: 0.15\n    low: 0.15"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    Path("after.yaml").write_text(text)


# --- what is said ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [40, 80])
def test_two_files_on_the_terminal(cli: Cli, golden: Golden, monkeypatch: pytest.MonkeyPatch, columns: int):
    after_moscow()
    monkeypatch.setenv("COLUMNS", str(columns))
    result = cli("diff", MOSCOW, "after.yaml")
    assert (result.code, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) <= columns
    golden(f"cli/diff.moscow.{columns}.txt", result.out)


def test_markdown_for_a_pull_request(cli: Cli, golden: Golden):
    after_moscow()
    result = cli("diff", MOSCOW, "after.yaml", "--markdown")
    assert (result.code, result.err) == (0, "")
    assert result.out.count("<details>") == result.out.count("</details>") == result.out.count("<summary>")
    golden("cli/diff.moscow.md", result.out)


def test_names_cannot_break_out_of_markdown(cli: Cli):
    Path("a.yaml").write_text(
        "planner: 1\ntitle: T\nnodes:\n"
        "  d: {decision: 'D', options: {x: {name: 'a | <b> `c` *d*', payoff: 1}, y: {payoff: 0}}}\n"
    )
    Path("b.yaml").write_text(Path("a.yaml").read_text().replace("payoff: 1", "payoff: -1").replace("*d*", "*e* |"))
    out = cli("diff", "a.yaml", "b.yaml", "--markdown").out
    assert "a \\| \\<b> \\`c\\` \\*" in out
    rows = [line for line in out.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} <= {3, 4, 5, 6}


def test_colour_says_what_words_say(cli: Cli):
    edited = Path("other.yaml")
    edited.write_text(Path(TUTORIAL).read_text().replace(*TURN))
    plain = cli("diff", TUTORIAL, "other.yaml").out
    coloured = cli("diff", TUTORIAL, "other.yaml", "--color", "always").out
    assert "\033[" in coloured
    assert "\033[" not in plain
    assert "The recommendation changed from 'Send one' to 'Wait': answer.step.p 0.3 -> 0.1 does it alone." in plain


def test_json(cli: Cli, git: GitRepo):
    edit(TUTORIAL, TURN)
    result = cli("diff", "--json", "--exit-code")
    assert (result.code, result.err) == (1, "")
    document = json.loads(result.out)
    assert document["schema"] == "planner/diff/1"
    assert document["scenario"]["path"] == TUTORIAL
    found = document["result"]
    assert (found["before"], found["after"], found["changed"]) == ("HEAD", "the working tree", True)
    (one,) = found["files"]
    assert (one["path"], one["status"]) == (TUTORIAL, "changed")
    comparison = one["comparison"]
    (change,) = comparison["differences"]
    assert change | {"path_before": 0, "path_after": 0} == {
        "kind": "changed", "what": "probability", "place": "answer.step.p", "before": "0.3", "after": "0.1",
        "delta": -0.2, "effect": True, "reach": "values", "path_before": 0, "path_after": 0,
    }  # fmt: skip
    assert change["path_after"] == ["nodes", "answer", "branches", "step", "p"]
    assert comparison["recommendation"] | {} == {
        "before": "send", "after": "wait", "changed": True, "tied_before": [], "tied_after": [],
        "value_before": {"self": 3.5}, "value_after": {"self": 0.0},
    }  # fmt: skip
    (effect,) = comparison["effects"]
    assert (effect["sufficient"], effect["necessary"], effect["alone_choice"]) == (True, True, "wait")
    assert comparison["flip"] == {"sets": [[0]], "count": 1, "smallest": True, "minimal": True, "tried_to_size": 1}
    assert {"options", "forecast", "outcomes", "shares", "not_tried", "headline"} <= set(comparison)


# --- what is compared -----------------------------------------------------------------------------------------


def test_nothing_differs(cli: Cli, git: GitRepo):
    result = cli("diff", "--exit-code")
    assert (result.code, result.out) == (0, "No scenario differs between HEAD and the working tree.\n")
    assert cli("diff", "--markdown").out == "No scenario differs between `HEAD` and the working tree.\n".replace(
        "the working tree", "`the working tree`"
    )


def test_layout_and_comments_are_no_change_in_the_model(cli: Cli, git: GitRepo):
    edit(TUTORIAL, ("p: 0.3", "p: 0.30"), ("planner: 1 ", "# a comment\nplanner: 1 "))
    result = cli("diff", "--exit-code")
    assert result.code == 0
    assert "No change in the model." in result.out


def test_names_and_notes_stand_apart_and_are_no_change_in_the_model(cli: Cli, git: GitRepo):
    edit(TUTORIAL, ("name: Wait", "name: Wait and see"))
    result = cli("diff", "--exit-code")
    assert result.code == 0
    assert "No change in the model; in words there is: 1 of names, notes or sources." in result.out
    assert "envoy.wait.name  Wait -> Wait and see" in result.out


def test_revisions_and_ranges(cli: Cli, git: GitRepo):
    git.git("checkout", "-q", "-b", "talks")
    edit(TUTORIAL, TURN)
    git.commit("Less hope")
    git.git("checkout", "-q", "main")
    edit(TUTORIAL, ("payoff: 40", "payoff: 50"))
    git.commit("More to win")
    both = {"answer.step.p", "answer.step.payoff"}
    for words, places in [
        (["main", "talks"], both),
        (["main..talks"], both),
        (["main...talks"], {"answer.step.p"}),
        (["talks...main"], {"answer.step.payoff"}),
        (["HEAD~1"], {"answer.step.payoff"}),
        (["HEAD~1.."], {"answer.step.payoff"}),
        (["talks", TUTORIAL], both),
        (["talks", "main", "scenarios"], both),
        ([f"talks:{TUTORIAL}", f"main:{TUTORIAL}"], both),
        ([f"talks:{TUTORIAL}", TUTORIAL], both),
    ]:
        (one,) = files(cli, *words)
        assert {change["place"] for change in one["comparison"]["differences"]} == places, words


def test_what_is_staged(cli: Cli, git: GitRepo):
    edit(TUTORIAL, TURN)
    git.git("add", TUTORIAL)
    edit(TUTORIAL, ("payoff: -5, to", "payoff: -6, to"))
    for flag in ("--staged", "--cached"):
        (one,) = files(cli, flag)
        assert [change["place"] for change in one["comparison"]["differences"]] == ["answer.step.p"]
    (one,) = files(cli)
    assert len(one["comparison"]["differences"]) == 2


def test_standard_input(cli: Cli):
    text = Path(TUTORIAL).read_text().replace(*TURN).encode()
    result = cli("diff", TUTORIAL, "-", stdin=text)
    assert "answer.step.p  0.3 -> 0.1 (-0.2)" in result.out
    assert result.out.startswith(f"{TUTORIAL} -> <stdin>\n")


def test_paths_narrow(cli: Cli, git: GitRepo):
    edit(TUTORIAL, TURN)
    edit(MOSCOW, ("value: 0.25", "value: 0.30"))
    assert [one["path"] for one in files(cli)] == [MOSCOW, TUTORIAL]
    assert [one["path"] for one in files(cli, TUTORIAL)] == [TUTORIAL]
    assert [one["path"] for one in files(cli, "HEAD", "--", MOSCOW)] == [MOSCOW]
    assert [one["path"] for one in files(cli, "--", MOSCOW, TUTORIAL)] == [MOSCOW, TUTORIAL]
    result = cli("diff")
    assert result.out.rstrip().endswith("2 files: 2 with another model, 1 with another recommendation.")


def test_new_deleted_and_renamed_files(cli: Cli, git: GitRepo):
    Path("scenarios/new.yaml").write_text(Path(TUTORIAL).read_text().replace(*TURN))
    git.git("mv", "scenarios/sanctions-benchmarks.yaml", "scenarios/benchmarks.yaml")
    Path("scenarios/trilateral-talks.yaml").unlink()
    result = cli("diff")
    assert "not tracked by git yet, so not compared: scenarios/new.yaml" in result.err
    git.git("add", "scenarios/new.yaml")
    found = {one["path"]: one for one in files(cli)}
    assert {path: one["status"] for path, one in found.items()} == {
        "scenarios/benchmarks.yaml": "renamed",
        "scenarios/new.yaml": "added",
        "scenarios/trilateral-talks.yaml": "deleted",
    }
    assert found["scenarios/benchmarks.yaml"]["headline"] == "No change in the model."
    assert found["scenarios/new.yaml"]["headline"].startswith("New scenario: 'Wait' is best")
    assert found["scenarios/trilateral-talks.yaml"]["headline"].startswith("Deleted; it said: ")
    assert cli("diff", "--exit-code").code == 1


def test_other_yaml_files_are_left_alone(cli: Cli, git: GitRepo):
    Path("settings.yaml").write_text("a: 1\n")
    Path("planner-notes.yml").write_text("note: {planner: 1}\n")
    git.git("add", "-A")
    assert files(cli) == []
    Path("broken.yaml").write_text("planner: 1\ntitle: [\n")
    git.git("add", "-A")
    (one,) = files(cli)
    assert (one["path"], one["status"]) == ("broken.yaml", "added")


def test_a_scenario_whose_included_file_changed(cli: Cli, git: GitRepo):
    git.commit("Includes", {"main.yaml": MAIN, "talks.yaml": TALKS})
    edit("talks.yaml", ("hope: 0.3", "hope: 0.1"))
    found = {one["path"]: one for one in files(cli)}
    assert set(found) == {"main.yaml", "talks.yaml"}
    assert found["main.yaml"]["through"] == ["talks.yaml"]
    (change,) = found["main.yaml"]["comparison"]["differences"]
    assert (change["place"], change["path_after"]) == ("talks/hope", ["parameters", "talks/hope"])
    assert found["main.yaml"]["comparison"]["recommendation"] | {} == {
        "before": "no", "after": "no", "changed": False, "tied_before": [], "tied_after": [],
        "value_before": {"self": 1.0}, "value_after": {"self": 1.0},
    }  # fmt: skip
    git.git("add", "-A")
    assert {one["path"] for one in files(cli, "--staged")} == {"main.yaml", "talks.yaml"}


def test_the_working_folder_may_be_below_the_top(cli: Cli, git: GitRepo, monkeypatch: pytest.MonkeyPatch):
    edit(TUTORIAL, TURN)
    monkeypatch.chdir("scenarios")
    assert [one["path"] for one in files(cli)] == ["tutorial.yaml"]
    assert [one["path"] for one in files(cli, "tutorial.yaml")] == ["tutorial.yaml"]


# --- what is wrong --------------------------------------------------------------------------------------------


def test_a_side_with_faults_still_shows_the_differences(cli: Cli, git: GitRepo):
    edit(TUTORIAL, TURN, ("to: answer", "to: answr"))
    result = cli("diff")
    assert result.code == 0
    assert "2 changes in the model; what is after cannot be evaluated (error[P103] in line 7: " in result.out
    assert "envoy.send.to  answer -> answr" in result.out
    assert "did you mean 'answer'?" in result.out
    (one,) = files(cli)
    assert one["comparison"]["after"]["diagnostics"][0]["code"] == "P103"
    assert "cannot be evaluated:" in cli("diff", "--markdown").out


def test_a_text_that_cannot_be_read_is_a_sentence(cli: Cli, git: GitRepo):
    Path(TUTORIAL).write_text("planner: 1\ntitle: [\n")
    result = cli("diff", "--exit-code")
    assert result.code == 1
    assert "The two cannot be compared: what is after cannot be read (error[P" in " ".join(result.out.split())


@pytest.mark.parametrize(
    ("words", "message", "help_"),
    [
        (["mian"], "there is no revision 'mian'", "did you mean 'main'?"),
        (["HEAD~7"], "there is no revision 'HEAD~7'", ""),
        (["scenarios/tutorail.yaml"], "there is no 'scenarios/tutorail.yaml' in HEAD", "did you mean 'scen"),
        (["main", "main", "--staged"], "--staged compares with one revision", "leave one of them out"),
        (["--json", "--markdown"], "--json and --markdown are two forms", ""),
        (["main", "main..main"], "'main..main' comes after another revision", "write A..B, or A B"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared(cli: Cli, git: GitRepo, words: list[str], message: str, help_: str):
    result = cli("diff", *words)
    assert result.code == 2
    assert message in result.err
    assert help_ in result.err
    assert result.out == ""


def test_an_unknown_decision_or_actor(cli: Cli, git: GitRepo):
    edit(TUTORIAL, TURN)
    result = cli("diff", "--at", "envoi")
    assert (result.code, "unknown decision 'envoi'" in result.err) == (2, True)
    assert "did you mean 'envoy'?" in result.err
    assert "unknown actor 'uk'" in cli("diff", "--actor", "uk").err


def test_no_repository_no_commit_and_no_working_tree(cli: Cli, workspace: Path):
    assert "is not in a git repository" in cli("diff").err
    repo = GitRepo.make(workspace)
    result = cli("diff")
    assert (result.code, "there is no commit yet" in result.err) == (2, True)
    repo.commit("One")
    repo.clone(workspace / "bare.git", "--bare")
    assert "a bare repository has no working tree" in cli("diff", "--", "bare.git").err


def test_a_bare_repository_compares_revisions(cli: Cli, git: GitRepo, monkeypatch: pytest.MonkeyPatch):
    edit(TUTORIAL, ("p: 0.3", "p: 0.4"))
    git.commit("Two")
    monkeypatch.chdir(git.clone(git.path / "bare.git", "--bare").path)
    assert [one["path"] for one in files(cli, "HEAD~1", "HEAD")] == [TUTORIAL]  # HEAD is a file there, too


def test_what_a_sparse_working_tree_leaves_out_is_compared_as_it_is_staged(cli: Cli, git: GitRepo):
    edit(TUTORIAL, ("p: 0.3", "p: 0.4"))
    git.commit("Two")
    git.git("sparse-checkout", "set", "reports")
    assert not Path(TUTORIAL).exists()
    (one,) = files(cli, "HEAD~1")
    assert (one["path"], one["status"]) == (TUTORIAL, "changed")
    assert files(cli) == []


def test_completion_offers_files_branches_and_decisions(git: GitRepo):
    git.git("branch", "talks")

    def offered(*typed: str) -> set[str]:
        complete = ShellComplete(application, {}, "planner", "_PLANNER_COMPLETE")
        return {item.value for item in complete.get_completions(list(typed[:-1]), typed[-1])}

    assert {TUTORIAL, "HEAD", "main", "talks"} <= offered("diff", "")
    assert offered("diff", "main...t") == {"main...talks"}
    assert "envoy" in offered("diff", "HEAD", TUTORIAL, "--at", "")


def test_a_word_that_is_a_revision_and_a_path(cli: Cli, git: GitRepo):
    Path("talks").mkdir()
    git.git("branch", "talks")
    result = cli("diff", "talks")
    assert (result.code, "'talks' is a revision and a path" in result.err) == (2, True)
    assert files(cli, "talks", "--") == []
    assert cli("diff", "--", "talks").code == 0
