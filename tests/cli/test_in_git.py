"""One clear sentence wherever git is not as hoped, from each of the commands on a file's history."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.gitrepo import GitRepo
from tests.history.story import TEXT, with_oil

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

COMMANDS = [("log",), ("blame",), ("bisect", "--until", "land=sell")]


@pytest.fixture(params=COMMANDS, ids=lambda words: words[0])
def words(request: pytest.FixtureRequest) -> tuple[str, ...]:
    found: tuple[str, ...] = request.param
    return found


@pytest.fixture
def field(repo: GitRepo, monkeypatch: pytest.MonkeyPatch, cli: Cli) -> GitRepo:
    monkeypatch.chdir(repo.path)
    return repo


def refused(cli: Cli, words: tuple[str, ...], file: str = "land.yaml") -> str:
    found = cli(words[0], file, *words[1:])
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("error: ")
    assert len(found.err.splitlines()) <= 2
    return found.err


def test_no_git(cli: Cli, words: tuple[str, ...], field: GitRepo, monkeypatch: pytest.MonkeyPatch):
    field.commit("one", {"land.yaml": TEXT})
    monkeypatch.setenv("PATH", "/nowhere")
    assert refused(cli, words) == "error: git is not installed.\nhelp: install git; everything else works without it\n"


def test_no_repository(cli: Cli, words: tuple[str, ...], tmp_path: Path):
    (tmp_path / "land.yaml").write_text(TEXT)
    assert "'land.yaml' is not in a git repository.\nhelp: `git init` makes one" in refused(cli, words)


def test_unborn_branch(cli: Cli, words: tuple[str, ...], field: GitRepo):
    field.write("land.yaml", TEXT)
    assert "there is no commit yet.\nhelp: `git commit` makes the first one" in refused(cli, words)


def test_a_file_in_no_commit(cli: Cli, words: tuple[str, ...], field: GitRepo):
    field.commit("one", {"other.yaml": TEXT})
    field.write("land.yaml", TEXT)
    assert "no commit has 'land.yaml' yet.\nhelp: `git add` and `git commit` put it into one" in refused(cli, words)


def test_a_misspelt_file(cli: Cli, words: tuple[str, ...], field: GitRepo):
    field.commit("one", {"land.yaml": TEXT})
    assert "no commit has 'lnd.yaml'.\nhelp: did you mean 'land.yaml'?" in refused(cli, words, "lnd.yaml")


def test_an_unknown_revision(cli: Cli, words: tuple[str, ...], field: GitRepo):
    field.commit("one", {"land.yaml": TEXT})
    field.git("tag", "meeting")
    said = refused(cli, (*words, "--to", "meting"))
    assert "there is no revision 'meting'.\nhelp: did you mean 'meeting'?" in said


def test_standard_input_and_folders(cli: Cli, words: tuple[str, ...], field: GitRepo):
    field.commit("one", {"s/land.yaml": TEXT})
    assert "standard input has no history" in refused(cli, words, "-")
    assert "'s' is a folder" in refused(cli, words, "s")


def test_a_shallow_clone(
    cli: Cli, words: tuple[str, ...], repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    repo.commit("one", {"land.yaml": TEXT})
    repo.commit("two", {"land.yaml": with_oil(0.2)})
    repo.clone(tmp_path / "clone", "--depth", "1")
    monkeypatch.chdir(tmp_path / "clone")
    found = cli(words[0], "land.yaml", *words[1:])
    assert found.code == 0
    assert found.err == "this clone is shallow: older commits are missing, `git fetch --unshallow` brings them\n"


def test_a_bare_repository(
    cli: Cli, words: tuple[str, ...], repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    repo.commit("one", {"s/land.yaml": TEXT})
    repo.commit("two", {"s/land.yaml": with_oil(0.2)})
    repo.clone(tmp_path / "bare.git", "--bare")
    outs = []
    for folder, file in ((".", "bare.git/s/land.yaml"), ("bare.git", "s/land.yaml")):
        monkeypatch.chdir(tmp_path / folder)
        found = cli(words[0], file, *words[1:])
        assert (found.code, found.err) == (0, ""), file
        outs.append(found.out)
    assert len(set(outs)) == 1
    assert "two" in outs[0]


def test_a_detached_head(cli: Cli, words: tuple[str, ...], field: GitRepo):
    field.commit("one", {"land.yaml": TEXT})
    second = field.commit("two", {"land.yaml": with_oil(0.2)})
    field.commit("three", {"land.yaml": with_oil(0.3)})
    field.git("checkout", "-q", second)
    found = cli(words[0], "land.yaml", *words[1:])
    assert (found.code, found.err) == (0, "")
    assert "two" in found.out
    assert "three" not in found.out


def test_a_renamed_file(cli: Cli, words: tuple[str, ...], field: GitRepo):
    field.commit("one", {"old.yaml": TEXT})
    field.commit("two", {"old.yaml": with_oil(0.2)})
    field.git("mv", "old.yaml", "land.yaml")
    field.commit("moved")
    found = cli(words[0], "land.yaml", *words[1:])
    assert (found.code, found.err) == (0, "")
    assert "two" in found.out
    old = cli(words[0], "old.yaml", *words[1:])
    if words[0] == "log":
        assert "moved to 'land.yaml'" in old.out
    elif words[0] == "blame":
        assert (old.code, old.out) == (2, "")
        assert "'old.yaml' is called 'land.yaml' since" in old.err
        assert "help: name 'land.yaml'" in old.err


def test_a_deleted_file(cli: Cli, words: tuple[str, ...], field: GitRepo):
    field.commit("one", {"land.yaml": TEXT})
    field.commit("two", {"land.yaml": with_oil(0.2)})
    gone = field.commit("gone", {"land.yaml": None})
    found = cli(words[0], "land.yaml", *words[1:])
    if words[0] == "log":
        assert found.code == 0
        assert "deleted" in found.out
        assert "two" in found.out
    elif words[0] == "blame":
        assert f"'land.yaml' was deleted in {gone[:10]}" in found.err
    before = cli(words[0], "land.yaml", *words[1:], "--to", "HEAD^")
    assert before.code == 0
    assert "two" in before.out


def test_a_file_deleted_in_the_working_tree(cli: Cli, words: tuple[str, ...], field: GitRepo):
    field.commit("one", {"land.yaml": TEXT})
    field.commit("two", {"land.yaml": with_oil(0.2)})
    (field.path / "land.yaml").unlink()
    found = cli(words[0], "land.yaml", *words[1:])
    if words[0] == "log":
        assert "not committed yet" in found.out
        assert "deleted" in found.out
    elif words[0] == "blame":
        assert "'land.yaml' is deleted, but not in a commit yet.\nhelp: --to HEAD looks at" in found.err
    assert cli(words[0], "land.yaml", *words[1:], "--to", "HEAD").code == 0


def test_a_submodule(cli: Cli, words: tuple[str, ...], field: GitRepo, tmp_path: Path):
    inner = GitRepo.make(tmp_path / "inner")
    inner.commit("one", {"land.yaml": TEXT})
    inner.commit("two", {"land.yaml": with_oil(0.2)})
    field.commit("outer", {"x": "x"})
    field.git("submodule", "--quiet", "add", inner.path.as_uri(), "sub")
    field.commit("with a submodule")
    there = cli(words[0], "sub/land.yaml", *words[1:])
    assert (there.code, there.err) == (0, "")
    assert "two" in there.out
    field.git("submodule", "--quiet", "deinit", "--force", "sub")
    said = refused(cli, words, "sub/land.yaml")
    assert "'sub/land.yaml' lies in the submodule 'sub', which has a history of its own" in said
    assert "`git submodule update --init`" in said


def test_a_sparse_checkout(cli: Cli, words: tuple[str, ...], field: GitRepo):
    field.commit("one", {"in/a.yaml": TEXT, "out/land.yaml": TEXT})
    field.commit("two", {"out/land.yaml": with_oil(0.2)})
    field.git("sparse-checkout", "set", "in")
    found = cli(words[0], "out/land.yaml", *words[1:])
    assert (found.code, found.err) == (0, "")
    assert "two" in found.out
    assert "not committed" not in found.out


def test_names_and_settings_that_disturb(cli: Cli, words: tuple[str, ...], field: GitRepo):
    for key, text in {
        "core.pager": "false", "color.ui": "always", "diff.external": "false", "core.quotePath": "true",
        "log.showSignature": "true", "diff.renames": "false", "log.date": "relative", "core.abbrev": "4",
        "i18n.logOutputEncoding": "latin1", "log.follow": "true",
    }.items():  # fmt: skip
        field.git("config", key, text)
    name = 'Élysée "x".yaml'
    field.commit("one", {name: TEXT})
    field.commit("zweitens: größer", {name: with_oil(0.2)}, by="Jürgen <j@example.org>")
    found = cli(words[0], name, *words[1:])
    assert (found.code, found.err) == (0, "")
    assert "größer" in found.out


def test_the_repository_of_a_running_hook_is_not_the_file_s(
    cli: Cli, words: tuple[str, ...], field: GitRepo, monkeypatch: pytest.MonkeyPatch
):
    field.commit("one", {"land.yaml": TEXT})
    field.commit("two", {"land.yaml": with_oil(0.2)})
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    assert cli(words[0], "land.yaml", *words[1:]).code == 0


def test_an_author_without_a_name_in_ascii_and_a_subject_that_would_steer_the_terminal(cli: Cli, field: GitRepo):
    field.commit("one \x1b[31mred", {"land.yaml": TEXT})
    assert "\x1b" not in cli("log", "land.yaml").out
    assert "\x1b" not in cli("blame", "land.yaml").out


def test_history_writes_nothing_into_the_repository(cli: Cli, words: tuple[str, ...], field: GitRepo):
    field.commit("one", {"land.yaml": TEXT})
    before = sorted(Path().rglob("*"))
    cli(words[0], "land.yaml", *words[1:])
    assert sorted(Path().rglob("*")) == before
