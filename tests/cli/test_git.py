"""`planner git` in real repositories: merges of every kind, programs that fail, what is registered and taken away."""

from __future__ import annotations

import json
import os
import shlex
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from planner.cli.app import run
from planner.core.as_lines import FIRST_LINE
from planner.history.setup import Place, install, settings
from tests.conftest import ROOT
from tests.gitrepo import CLEAN, GitRepo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PROGRAM = f"{shlex.quote(sys.executable)} -m planner"
FILE = "scenarios/talks.yaml"
BASE = """\
planner: 1
title: Talks
# what we guess
parameters:
  hope: {value: 0.3, low: 0.1, high: 0.5}
nodes:
  line:
    decision: Which line?
    options:
      talk: {name: Talk, payoff: -2, to: answer}
      wait: {name: Wait}
  answer:
    chance: And they?
    branches:
      step: {name: A step, p: 0.3, payoff: 10}
      show: {name: Talk for show, p: 0.2, payoff: 1}
      stall: {name: Nothing, p: 0.5, payoff: -5}
"""
OURS = BASE.replace("low: 0.1", "low: 0.2")
THEIRS = BASE.replace("high: 0.5", "high: 0.6").replace("  answer:\n", "  # nature\n  answer:\n")
BOTH = OURS.replace("high: 0.5", "high: 0.6").replace("  answer:\n", "  # nature\n  answer:\n")


@pytest.fixture(autouse=True)
def this_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitRepo:
    """A repository with one scenario, in which the drivers are registered; the name of its folder has a space."""
    made = GitRepo.make(tmp_path / "a repo")
    monkeypatch.chdir(made.path)
    made.commit("base", {FILE: BASE})
    install(Place.of_repository(made.path, made.path), settings(FIRST_LINE, PROGRAM))
    made.commit("register")
    return made


def attempt(repo: GitRepo, *arguments: str, env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run git, which may fail; return its code and all that was said."""
    who = {f"GIT_{role}_{what}": "ada@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    kept = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-C", str(repo.path), "-c", "core.autocrlf=false", *arguments]
    done = subprocess.run(
        command, capture_output=True, check=False, text=True, env={**kept, **CLEAN, **who, **(env or {})}
    )
    return done.returncode, done.stdout + done.stderr


def text(repo: GitRepo, file: str = FILE) -> str:
    return (repo.path / file).read_bytes().decode()


def branches(repo: GitRepo, ours: str = OURS, theirs: str = THEIRS, file: str = FILE) -> None:
    """Commit two versions on `main` and `other`; `main` is checked out."""
    repo.git("checkout", "-q", "-b", "other")
    repo.commit("theirs", {file: theirs})
    repo.git("checkout", "-q", "main")
    repo.commit("ours", {file: ours})


def program_that(repo: GitRepo, script: str) -> None:
    """Register another program in the place of this one."""
    file = repo.path.parent / "program"
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    for key, value in settings(FIRST_LINE, shlex.quote(str(file))).items():
        repo.git("config", key, value)


# --- merges of every kind ------------------------------------------------------------------------------------


def test_two_values_on_one_line_and_a_comment(repo: GitRepo):
    branches(repo)
    assert attempt(repo, "merge", "--no-edit", "other")[0] == 0
    assert text(repo) == BOTH
    assert repo.git("status", "--porcelain") == ""


def test_a_conflict_is_told_in_words_and_marked_on_its_line(repo: GitRepo):
    branches(repo, OURS, BASE.replace("low: 0.1", "low: 0.05"))
    code, said = attempt(repo, "merge", "other")
    assert code == 1
    assert "parameters.hope.low: both sides changed it\n    base    0.1\n    ours    0.2\n    theirs  0.05" in said
    assert "<<<<<<< ours\n  hope: {value: 0.3, low: 0.2, high: 0.5}\n=======\n" in text(repo)
    assert repo.git("ls-files", "-u").count(FILE) == 3


@pytest.mark.parametrize("style", ["diff3", "zdiff3"])
def test_the_base_stands_between_markers_where_git_is_told_so(repo: GitRepo, style: str):
    repo.git("config", "merge.conflictStyle", style)
    branches(repo, OURS, BASE.replace("low: 0.1", "low: 0.05"))
    assert attempt(repo, "merge", "other")[0] == 1
    assert "||||||| base\n  hope: {value: 0.3, low: 0.1, high: 0.5}\n=======\n" in text(repo)


def test_a_model_that_is_broken_only_together_is_a_conflict(repo: GitRepo):
    ours = BASE.replace("p: 0.3", "p: 0.4").replace("p: 0.5", "p: 0.4")
    theirs = BASE.replace("p: 0.2", "p: 0.3").replace("p: 0.5", "p: 0.4")
    branches(repo, ours, theirs)
    code, said = attempt(repo, "merge", "other", env={"COLUMNS": "200"})
    assert code == 1
    assert "probabilities of 'answer' sum to 1.1, not 1" in said
    assert text(repo).count("<<<<<<<") == 1
    assert "answer.step.p" in said
    assert "answer.show.p" in said


def test_rebase_cherry_pick_revert_and_stash(repo: GitRepo):
    branches(repo)
    theirs = repo.git("rev-parse", "other")
    assert attempt(repo, "rebase", "-q", "other")[0] == 0
    assert text(repo) == BOTH
    repo.git("reset", "-q", "--hard", "ORIG_HEAD")
    assert attempt(repo, "cherry-pick", theirs)[0] == 0
    assert text(repo) == BOTH
    assert attempt(repo, "revert", "--no-edit", "HEAD~1")[0] == 0
    assert text(repo) == THEIRS
    repo.write(FILE, THEIRS.replace("title: Talks", "title: Mine"))
    repo.git("stash", "-q")
    repo.commit("more", {FILE: THEIRS.replace("payoff: 10", "payoff: 11")})
    assert attempt(repo, "stash", "pop")[0] == 0
    assert text(repo) == THEIRS.replace("title: Talks", "title: Mine").replace("payoff: 10", "payoff: 11")


def test_an_octopus_calls_no_driver_and_is_refused_where_lines_clash(repo: GitRepo):
    branches(repo)
    repo.git("checkout", "-q", "-b", "third", "main~1")
    repo.commit("third", {FILE: BASE.replace("payoff: 10", "payoff: 12")})
    repo.git("checkout", "-q", "main")
    code, said = attempt(repo, "merge", "--no-edit", "other", "third")
    assert code == 2
    assert "octopus" in said
    repo.git("reset", "-q", "--hard")
    assert text(repo) == OURS
    assert attempt(repo, "merge", "--no-edit", "other")[0] == 0
    assert attempt(repo, "merge", "--no-edit", "third")[0] == 0
    assert text(repo) == BOTH.replace("payoff: 10", "payoff: 12")


def test_histories_that_cross_with_a_conflict_between_them(repo: GitRepo):
    branches(repo, BASE.replace("Talks", "One"), BASE.replace("Talks", "Two"))
    for name, other, title in (("left", "other", "Left"), ("right", "main", "Right")):
        repo.git("checkout", "-q", "-b", name, "main" if name == "left" else "other")
        assert attempt(repo, "merge", other)[0] == 1
        repo.commit(f"merge on {name}", {FILE: BASE.replace("Talks", title)})
    repo.git("checkout", "-q", "left")
    code, said = attempt(repo, "merge", "right")
    assert code == 1
    assert "title: it was settled in two ways before" in said
    assert "title: Left" in text(repo)
    assert "title: Right" in text(repo)
    repo.commit("settled", {FILE: BASE.replace("Talks", "Settled")})


def test_histories_that_cross_and_were_settled_alike(repo: GitRepo):
    branches(repo, BASE.replace("Talks", "One"), BASE.replace("Talks", "Two"))
    for name, other, more in (("left", "other", "12"), ("right", "main", "10")):
        repo.git("checkout", "-q", "-b", name, "main" if name == "left" else "other")
        assert attempt(repo, "merge", other)[0] == 1
        version = BASE.replace("Talks", "Both").replace("payoff: 10", f"payoff: {more}")
        repo.commit(f"merge on {name}", {FILE: version})
    repo.git("checkout", "-q", "left")
    assert attempt(repo, "merge", "--no-edit", "right")[0] == 0
    assert text(repo) == BASE.replace("Talks", "Both").replace("payoff: 10", "payoff: 12")


def test_rerere_settles_a_conflict_a_second_time(repo: GitRepo):
    repo.git("config", "rerere.enabled", "true")
    branches(repo, OURS, BASE.replace("low: 0.1", "low: 0.05"))
    assert attempt(repo, "merge", "other")[0] == 1
    repo.commit("settled", {FILE: BASE.replace("low: 0.1", "low: 0.07")})
    repo.git("reset", "-q", "--hard", "HEAD~1")
    code, said = attempt(repo, "merge", "other")
    assert code == 1
    assert "using previous resolution" in said
    assert text(repo) == BASE.replace("low: 0.1", "low: 0.07")


def test_settings_that_are_a_conflict_themselves_do_not_matter(repo: GitRepo):
    repo.commit("settings", {"planner.toml": "color = 'auto'\n"})
    branches(repo)
    repo.commit("broken", {"planner.toml": "<<<<<<< ours\n"})
    assert attempt(repo, "merge", "--no-edit", "other")[0] == 0
    assert text(repo) == BOTH


def test_both_add_a_file(repo: GitRepo):
    repo.git("checkout", "-q", "-b", "other")
    repo.commit("theirs", {"scenarios/new.yaml": BASE.replace("payoff: 10", "payoff: 11")})
    repo.git("checkout", "-q", "main")
    repo.commit("ours", {"scenarios/new.yaml": BASE + "  # the end\n"})
    code, said = attempt(repo, "merge", "other")
    assert code == 1
    assert "answer.step.payoff: both sides added it" in said
    assert text(repo, "scenarios/new.yaml").count("<<<<<<<") == 1


def test_one_side_renames_the_file_and_makes_it_executable(repo: GitRepo):
    branches(repo)
    repo.git("mv", FILE, 'scenarios/it\'s "new" and ünusual.yaml')
    moved = repo.path / 'scenarios/it\'s "new" and ünusual.yaml'
    moved.chmod(0o755)
    repo.commit("moved")
    assert attempt(repo, "merge", "--no-edit", "other")[0] == 0
    assert moved.read_text(encoding="utf-8") == BOTH
    assert moved.stat().st_mode & stat.S_IXUSR


def test_names_with_quotes_and_spaces_are_told(repo: GitRepo):
    name = 'scenarios/it\'s $HOME `x` "here".yaml'
    repo.commit("base", {name: BASE})
    branches(repo, OURS, BASE.replace("low: 0.1", "low: 0.05"), name)
    code, said = attempt(repo, "merge", "other", env={"COLUMNS": "200"})
    assert code == 1
    assert f"{name}: 1 conflict to settle" in said


def test_windows_line_ends_and_a_byte_order_mark_stay(repo: GitRepo):
    repo.write(".gitattributes", text(repo, ".gitattributes").replace("\n", " -text\n").replace("end -text", "end"))
    base, ours, theirs, both = ("\ufeff" + each.replace("\n", "\r\n") for each in (BASE, OURS, THEIRS, BOTH))
    repo.commit("windows", {FILE: base})
    branches(repo, ours, theirs)
    assert attempt(repo, "merge", "--no-edit", "other")[0] == 0
    assert text(repo) == both


def test_a_merge_that_a_hook_makes(repo: GitRepo):
    branches(repo)
    hook = repo.path / ".git/hooks/post-commit"
    hook.write_text(
        "#!/bin/sh\ntest -f .git/MERGE_HEAD || test -f once || { touch once; git merge --no-edit other; }\n"
    )
    hook.chmod(0o755)
    assert attempt(repo, "commit", "-q", "--allow-empty", "-m", "go")[0] == 0
    assert text(repo) == BOTH


def test_worktrees_have_the_settings_of_their_repository(repo: GitRepo, tmp_path: Path):
    branches(repo)
    repo.git("worktree", "add", "-q", str(tmp_path / "second tree"), "other")
    second = GitRepo(tmp_path / "second tree")
    assert attempt(second, "merge", "--no-edit", "main")[0] == 0
    assert text(second) == BOTH


def test_a_submodule_has_settings_and_attributes_of_its_own(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    plans = GitRepo.make(tmp_path / "plans")
    plans.commit("base", {FILE: BASE})
    repo.git("submodule", "add", "-q", plans.path.as_uri(), "plans")
    repo.commit("with plans")
    before = config(repo)
    inner = GitRepo(repo.path / "plans")
    monkeypatch.chdir(inner.path)
    assert run(["git", "install", "--program", PROGRAM]) == 0
    assert (config(repo), repo.git("status", "--porcelain")) == (before, " M plans")
    inner.commit("register")
    branches(inner)
    assert attempt(inner, "merge", "--no-edit", "other")[0] == 0
    assert text(inner) == BOTH


# --- the program fails ---------------------------------------------------------------------------------------

SEPARATE = BASE.replace("title: Talks", "title: More talks"), BASE.replace("payoff: -5", "payoff: -6")


@pytest.mark.parametrize(
    "script",
    [
        "exec /nowhere/planner",
        "exit 0",
        "exit 1",
        "echo 'No such command git' >&2; exit 2",
        'echo half >"$8.new"; kill -9 $$',
        'echo half >"$8"; exit 70',
        "kill -9 $$",
        'for file in "$5" "$6" "$7"; do echo lost >"$file"; done; exit 1',
    ],
    ids=["missing", "another-0", "another-1", "old", "killed-writing", "crashed", "killed", "vandal"],
)
def test_without_the_program_git_merges_lines_and_loses_nothing(repo: GitRepo, script: str):
    program_that(repo, script)
    branches(repo, *SEPARATE)
    code, said = attempt(repo, "merge", "--no-edit", "other")
    assert code == 0
    assert "line by line" in said
    assert text(repo) == SEPARATE[0].replace("payoff: -5", "payoff: -6")
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.git("checkout", "-q", "-b", "again", "other")
    repo.commit("more", {FILE: BASE.replace("title: Talks", "title: Their talks")})
    repo.git("checkout", "-q", "main")
    assert attempt(repo, "merge", "again")[0] == 1
    for part in ("<<<<<<< ours\ntitle: More talks\n", "title: Their talks\n>>>>>>> theirs\n"):
        assert part in text(repo)


def test_a_script_of_another_version_is_refused(repo: GitRepo):
    driver = repo.git("config", "merge.planner.driver").replace("merge-driver -- 1 ", "merge-driver -- 99 ")
    repo.git("config", "merge.planner.driver", driver)
    branches(repo, *SEPARATE)
    code, said = attempt(repo, "merge", "--no-edit", "other")
    assert code == 0
    assert "by a script of another version (99, not 1)" in said
    assert "line by line" in said


def test_a_clone_without_settings_merges_as_ever(repo: GitRepo, tmp_path: Path):
    branches(repo, *SEPARATE)
    clone = repo.clone(tmp_path / "clone")
    assert attempt(clone, "merge", "--no-edit", "origin/other")[0] == 0


@pytest.mark.parametrize(
    ("ours", "theirs", "why"),
    [
        ("title: [Ours\n" + BASE, BASE.replace("payoff: -5", "payoff: -6"), "faults"),
        (b"title: caf\xe9\n" + BASE.encode(), BASE.replace("payoff: -5", "payoff: -6"), "UTF-8"),
    ],
    ids=["broken", "latin"],
)
def test_texts_that_cannot_be_read_are_merged_by_lines(repo: GitRepo, ours: str | bytes, theirs: str, why: str):
    branches(repo, ours, theirs)  # type: ignore[arg-type]
    code, said = attempt(repo, "merge", "--no-edit", "other")
    assert code == 0
    assert why in said
    assert said.count("line by line") == 1
    raw = ours if isinstance(ours, bytes) else ours.encode()
    assert (repo.path / FILE).read_bytes() == raw.replace(b"payoff: -5", b"payoff: -6")


def test_files_that_are_no_scenarios_are_merged_by_lines_without_a_word(repo: GitRepo):
    name = "scenarios/compose.yaml"
    repo.commit("base", {name: "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n"})
    branches(repo, "a: 0\nb: 2\nc: 3\nd: 4\ne: 5\n", "a: 1\nb: 2\nc: 3\nd: 4\ne: 6\n", name)
    code, said = attempt(repo, "merge", "--no-edit", "other")
    assert code == 0
    assert "planner" not in said
    assert text(repo, name) == "a: 0\nb: 2\nc: 3\nd: 4\ne: 6\n"
    assert attempt(repo, "diff", "HEAD~1", "--", name)[1].count("+") > 1


# --- diff ----------------------------------------------------------------------------------------------------


def test_the_diff_shows_the_model_and_its_node(repo: GitRepo):
    repo.write(FILE, BASE.replace("payoff: -5", "payoff: -7").replace("# what we guess\n", ""))
    code, said = attempt(repo, "diff")
    assert code == 0
    assert "@@ chance answer: And they?" in said
    assert [line for line in said.splitlines() if line[:1] in "+-"][2:] == ["-    payoff -5", "+    payoff -7"]


def test_the_diff_of_layout_and_comments_alone_is_empty(repo: GitRepo):
    repo.write(FILE, BASE.replace("# what we guess\n", "# guesses\n\n").replace("{name: Wait}", "{ name:  'Wait' }"))
    assert "@@" not in attempt(repo, "diff")[1]


def test_the_diff_within_a_conflict_has_its_markers(repo: GitRepo):
    branches(repo, OURS, BASE.replace("low: 0.1", "low: 0.05"))
    attempt(repo, "merge", "other")
    said = attempt(repo, "diff")[1]
    assert "++<<<<<<< ours" in said
    assert "  low 0.2" in said
    assert "  low 0.05" in said
    assert "{" not in said.partition("@@@")[2]


@pytest.mark.parametrize("script", ["exec /nowhere", "exit 0", "echo other; exit 0", "kill -9 $$"])
def test_without_the_program_the_diff_is_that_of_lines(repo: GitRepo, script: str):
    program_that(repo, script)
    repo.write(FILE, BASE.replace("payoff: -5", "payoff: -7"))
    code, said = attempt(repo, "diff")
    assert code == 0
    assert "-      stall: {name: Nothing, p: 0.5, payoff: -5}" in said


# --- what is registered --------------------------------------------------------------------------------------


def config(repo: GitRepo) -> str:
    return (repo.path / ".git/config").read_text(encoding="utf-8")


def test_uninstall_takes_away_what_install_wrote_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    repo = GitRepo.make(tmp_path / "repo")
    monkeypatch.chdir(repo.path)
    repo.git("config", "merge.mine.driver", "true")
    before = config(repo)
    foreign = "* text=auto\nscenarios/*.yaml -whitespace"
    repo.write(".gitattributes", foreign)
    assert run(["git", "install", "--program", PROGRAM]) == 0
    assert run(["git", "install", "--private", "--program", PROGRAM]) == 0
    there = config(repo), text(repo, ".gitattributes"), text(repo, ".git/info/attributes")
    assert run(["git", "install", "--program", PROGRAM]) == 0
    assert run(["git", "install", "--private", "--program", PROGRAM]) == 0
    assert there == (config(repo), text(repo, ".gitattributes"), text(repo, ".git/info/attributes"))
    assert run(["git", "uninstall"]) == 0
    assert config(repo) == before
    assert text(repo, ".gitattributes") == foreign + "\n"
    assert not (repo.path / ".git/info/attributes").exists()


def test_uninstall_leaves_settings_that_others_added_to_the_driver(repo: GitRepo):
    repo.git("config", "merge.planner.recursive", "binary")
    assert run(["git", "uninstall"]) == 0
    assert repo.git("config", "--get-regexp", "planner") == "merge.planner.recursive binary"
    assert not (repo.path / ".gitattributes").exists()


def test_other_patterns_take_the_place_of_the_old(repo: GitRepo, capsys: pytest.CaptureFixture[str]):
    repo.write(".gitattributes", "*.png binary\n" + text(repo, ".gitattributes") + "*.svg binary\n")
    capsys.readouterr()
    assert run(["git", "install", "--program", PROGRAM, "--pattern", "plans of ours/*.yaml", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["settings"]["patterns"] == ["plans of ours/*.yaml"]
    assert text(repo, ".gitattributes").startswith("*.png binary\n# planner: ")
    assert text(repo, ".gitattributes").endswith("# planner: end\n*.svg binary\n")
    repo.write("plans of ours/x.yaml", BASE)
    assert "merge: planner" in repo.git("check-attr", "merge", "--", "plans of ours/x.yaml")
    assert "unspecified" in repo.git("check-attr", "merge", "--", FILE)


def test_a_workspace_below_the_top_gets_its_own_attributes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    repo = GitRepo.make(tmp_path / "repo")
    repo.commit("base", {"our plans/planner.toml": "", f"our plans/{FILE}": BASE, FILE: BASE})
    monkeypatch.chdir(repo.path / "our plans/scenarios")
    assert run(["git", "install", "--program", PROGRAM]) == 0
    assert not (repo.path / ".gitattributes").exists()
    assert "merge: planner" in repo.git("check-attr", "merge", "--", f"our plans/{FILE}")
    assert "unspecified" in repo.git("check-attr", "merge", "--", FILE)
    monkeypatch.chdir(repo.path)
    assert run(["git", "uninstall"]) == 0
    assert repo.git("status", "--porcelain") == ""
    monkeypatch.chdir(repo.path / "our plans")
    assert run(["git", "install", "--private", "--program", PROGRAM]) == 0
    assert "merge: planner" in repo.git("check-attr", "merge", "--", f"our plans/{FILE}")
    assert "unspecified" in repo.git("check-attr", "merge", "--", FILE)


def test_for_all_repositories_of_a_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repo: GitRepo):
    assert run(["git", "uninstall"]) == 0
    settings_file = tmp_path / "gitconfig"
    settings_file.write_text("[core]\n\tattributesFile = ~/my attributes\n", encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings_file))
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "my attributes").write_text("*.doc binary\n", encoding="utf-8")
    assert run(["git", "install", "--global", "--program", PROGRAM]) == 0
    branches(repo)
    user = {"GIT_CONFIG_GLOBAL": str(settings_file), "HOME": str(tmp_path)}
    assert attempt(repo, "merge", "--no-edit", "other", env=user)[0] == 0
    assert text(repo) == BOTH
    assert run(["git", "uninstall", "--global"]) == 0
    assert settings_file.read_text(encoding="utf-8") == "[core]\n\tattributesFile = ~/my attributes\n"
    assert (tmp_path / "my attributes").read_text(encoding="utf-8") == "*.doc binary\n"


def test_a_bare_repository_keeps_its_attributes_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    repo = GitRepo.make(tmp_path / "bare.git", "--bare")
    monkeypatch.chdir(repo.path)
    assert run(["git", "install", "--program", PROGRAM]) == 0
    assert "**/scenarios/**/*.yaml" in (repo.path / "info/attributes").read_text(encoding="utf-8")
    assert run(["git", "status"]) == 0
    assert run(["git", "uninstall"]) == 0


def test_outside_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert run(["git", "install"]) == 2
    assert "is not in a git repository" in capsys.readouterr().err
    assert run(["git", "status"]) == 0


def test_settings_that_cannot_be_written(repo: GitRepo, capsys: pytest.CaptureFixture[str]):
    (repo.path / ".git/config.lock").touch()
    assert run(["git", "install", "--program", "another"]) == 2
    assert "could not lock config file" in capsys.readouterr().err
    assert run(["git", "uninstall"]) == 2


def test_no_path_of_this_machine_is_committed(repo: GitRepo):
    committed = repo.git("show", "HEAD:.gitattributes")
    assert str(repo.path.parent) not in committed
    assert sys.executable not in committed


def test_status_says_what_is_registered_where(repo: GitRepo, capsys: pytest.CaptureFixture[str]):
    capsys.readouterr()
    assert run(["git", "status", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)["result"]
    assert result["scopes"] == {"local": "registered", "global": "no"}
    assert result["program_fits"] is True
    assert result["files"] == [{"file": FILE, "merge": "planner", "diff": "planner"}]
    assert [each["file"] for each in result["attributes"]] == [".gitattributes"]
    assert run(["git", "status"]) == 0
    assert "1 scenario file merged and compared by meaning" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["config", "merge.planner.driver", "false"], "of another version"),
        (["config", "--unset", "diff.planner.textconv"], "incomplete"),
        (["config", "merge.planner.program", "/nowhere"], "cannot be called"),
        (["rm", "-q", "-f", ".gitattributes"], "no attribute names the driver"),
        (["config", "--remove-section", "merge.planner"], "incomplete"),
    ],
)
def test_status_finds_what_is_half_done(
    repo: GitRepo, capsys: pytest.CaptureFixture[str], arguments: list[str], problem: str
):
    repo.git(*arguments)
    assert run(["git", "status"]) == 1
    assert problem in " ".join(capsys.readouterr().out.split())


def test_install_warns_of_a_program_that_cannot_be_called(repo: GitRepo, capsys: pytest.CaptureFixture[str]):
    capsys.readouterr()
    assert run(["git", "install", "--program", "/nowhere/planner"]) == 0
    assert "cannot be called" in capsys.readouterr().err
    assert run(["git", "install", "--program", "echo"]) == 0
    assert "another program or another version" in capsys.readouterr().err
    assert run(["git", "install", "--program", " "]) == 2
