"""The border to git: commits, texts and renames, and a sentence for everything that is not as hoped."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from planner.errors import PlannerError
from planner.history.repository import Repository
from planner.history.revisions import source_at
from tests.gitrepo import GitRepo

if TYPE_CHECKING:
    from pathlib import Path

TREE = "planner: 1\ntitle: {}\nnodes: {{d: {{decision: D, options: {{a: {{payoff: 1}}, b: {{payoff: 2}}}}}}}}\n"


def said(error: pytest.ExceptionInfo[PlannerError]) -> str:
    return str(error.value)


def test_commits_carry_who_when_and_why(repo: GitRepo):
    first = repo.commit("First: say why\n\nMore words,\nin lines.", {"a.yaml": "one\n"}, by="Bob <bob@example.org>")
    second = repo.commit("Second", {"a.yaml": "two\n"})
    found = Repository.of(repo.path / "a.yaml")
    one = found.commit("HEAD~1")
    assert (one.id, one.parents, one.author, one.email) == (first, (), "Bob", "bob@example.org")
    assert (one.at, one.subject, one.body) == (
        datetime(2026, 1, 1, 12, tzinfo=UTC),
        "First: say why",
        "More words,\nin lines.",
    )
    assert [each.id for each in found.commits("HEAD")] == [second, first]
    assert found.head() == second
    assert found.branch() == "main"


@pytest.mark.parametrize(
    "name", ["with space.yaml", "Élysée.yaml", 'quo"te.yaml', "tab\there.yaml", "-dash.yaml", ":(top)x.yaml"]
)
def test_names_of_files_may_hold_anything(repo: GitRepo, name: str):
    repo.commit("one", {f"sub/{name}": "text\n"})
    found = Repository.of(repo.path / "sub")
    inside = found.path_in(repo.path / "sub" / name)
    assert inside == f"sub/{name}"
    assert found.content("HEAD", inside) == b"text\n"
    assert set(found.paths_at("HEAD")) == {inside}


def test_names_that_are_not_utf8(repo: GitRepo):
    name = os.fsdecode(b"caf\xe9.yaml")
    repo.commit("one", {name: "text\n"})
    found = Repository.of(repo.path)
    assert list(found.paths_at("HEAD")) == [name]
    assert next(found.read(found.paths_at("HEAD").values()))[1] == b"text\n"


def test_contents_are_read_through_one_process_in_order(repo: GitRepo):
    texts = {f"{at}.yaml": bytes([at]) * at * 1000 + b"\n\0" for at in range(40)}
    repo.commit("many", dict(texts))
    found = Repository.of(repo.path)
    blobs = found.paths_at("HEAD")
    names = sorted(texts)
    assert [data for _, data in found.read([blobs[name] for name in names])] == [texts[name] for name in names]
    with pytest.raises(PlannerError, match="does not have the content"):
        list(found.read(["0" * 39 + "1"]))


def test_changes_with_renames_against_commits_index_and_working_tree(repo: GitRepo):
    repo.commit("one", {"a.yaml": TREE.format("A") * 3, "b.yaml": "b\n", "gone.yaml": "g\n"})
    repo.git("mv", "a.yaml", "c d.yaml")
    repo.git("rm", "-q", "gone.yaml")
    repo.commit("two", {"b.yaml": "bb\n", "new.yaml": "n\n"})
    found = Repository.of(repo.path)
    pairs = {(change.before, change.after) for change in found.changes("HEAD~1", "HEAD")}
    assert pairs == {("a.yaml", "c d.yaml"), ("b.yaml", "b.yaml"), ("gone.yaml", None), (None, "new.yaml")}
    repo.write("b.yaml", "now\n")
    assert [(one.after, one.new) for one in found.changes("HEAD", None)] == [("b.yaml", None)]
    assert found.changes("HEAD", None, staged=True) == []
    repo.git("add", "b.yaml")
    assert [one.after for one in found.changes("HEAD", None, staged=True)] == ["b.yaml"]
    assert found.changes("HEAD", None, ["new.yaml"]) == []


def test_settings_of_the_user_do_not_disturb(repo: GitRepo, monkeypatch: pytest.MonkeyPatch):
    for key, text in {
        "core.pager": "false", "color.ui": "always", "diff.external": "false", "diff.noprefix": "true",
        "log.showSignature": "true", "core.quotePath": "true", "diff.renames": "false", "log.follow": "true",
    }.items():  # fmt: skip
        repo.git("config", key, text)
    repo.commit("one", {"é.yaml": "a\n" * 9})
    repo.git("mv", "é.yaml", "è.yaml")
    repo.commit("two")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    found = Repository.of(repo.path)
    assert [(one.before, one.after) for one in found.changes("HEAD~1", "HEAD")] == [("é.yaml", "è.yaml")]
    assert [each.subject for each in found.commits("HEAD")] == ["two", "one"]


# --- sentences ------------------------------------------------------------------------------------------------


def test_no_git(repo: GitRepo, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(PlannerError) as error:
        Repository.of(repo.path)
    assert said(error) == "git is not installed; install git; everything else works without it"


def test_no_repository(tmp_path: Path):
    with pytest.raises(PlannerError, match="is not in a git repository"):
        Repository.of(tmp_path / "nothing" / "there.yaml")


def test_no_commit_yet(repo: GitRepo):
    found = Repository.of(repo.path)
    assert found.head() is None
    with pytest.raises(PlannerError) as error:
        found.commit("HEAD")
    assert said(error) == "there is no commit yet; `git commit` makes the first one"


def test_an_unknown_revision_with_the_nearest_name(repo: GitRepo):
    repo.commit("one", {"a": "a"})
    repo.git("branch", "feature-talks")
    with pytest.raises(PlannerError, match=r"there is no revision 'feature-talk'; did you mean 'feature-talks'\?"):
        Repository.of(repo.path).commit("feature-talk")


@pytest.mark.parametrize("revision", ["--help", "-n1", "", " ", "a\0b"])
def test_what_looks_like_an_option_is_no_revision(repo: GitRepo, revision: str):
    repo.commit("one", {"a": "a"})
    with pytest.raises(PlannerError, match="is no revision"):
        Repository.of(repo.path).commit(revision)


def test_a_blob_is_no_commit(repo: GitRepo):
    repo.commit("one", {"a": "a"})
    with pytest.raises(PlannerError, match="'HEAD:a' is no commit"):
        Repository.of(repo.path).commit("HEAD:a")


def test_a_detached_head_is_a_head(repo: GitRepo):
    first = repo.commit("one", {"a": "a"})
    repo.commit("two", {"a": "b"})
    repo.git("checkout", "-q", first)
    found = Repository.of(repo.path)
    assert (found.head(), found.branch()) == (first, None)


def test_a_shallow_clone(repo: GitRepo, tmp_path: Path):
    first = repo.commit("one", {"a": "a"})
    repo.commit("two", {"a": "b"})
    repo.clone(tmp_path / "clone", "--depth", "1")
    found = Repository.of(tmp_path / "clone")
    assert found.shallow
    with pytest.raises(PlannerError, match="in this shallow clone; `git fetch --unshallow` brings the rest"):
        found.commit(first)


def test_a_bare_repository_has_no_working_tree(repo: GitRepo, tmp_path: Path):
    repo.commit("one", {"s/a.yaml": TREE.format("A")})
    repo.clone(tmp_path / "bare", "--bare")
    found = Repository.of(tmp_path / "bare")
    assert found.bare
    assert source_at(found, "main", "s/a.yaml").data is not None


def test_a_submodule_has_a_history_of_its_own(repo: GitRepo, tmp_path: Path):
    inner = GitRepo.make(tmp_path / "inner")
    inner.commit("one", {"a.yaml": "a\n"})
    repo.commit("one", {"b": "b"})
    repo.git("submodule", "--quiet", "add", str(inner.path), "sub")
    found = Repository.of(repo.path)
    with pytest.raises(PlannerError, match="lies in the submodule 'sub', which has a history of its own"):
        found.path_in(repo.path / "sub/a.yaml")
    assert Repository.of(repo.path / "sub/a.yaml").path_in(repo.path / "sub/a.yaml") == "a.yaml"


def test_outside_of_the_repository(repo: GitRepo, tmp_path: Path):
    with pytest.raises(PlannerError, match="lies outside of the repository"):
        Repository.of(repo.path).path_in(tmp_path / "other.yaml")


# --- texts of revisions -----------------------------------------------------------------------------------------


INCLUDING = """planner: 1
title: Outer
include: {talks: {file: parts/talks.yaml}}
nodes: {d: {decision: D, options: {a: {to: talks}, b: {payoff: 2}}}}
"""


def test_a_text_comes_with_what_it_includes_from_the_same_revision(repo: GitRepo):
    repo.commit("one", {"s/out.yaml": INCLUDING, "s/parts/talks.yaml": TREE.format("Old")})
    repo.commit("two", {"s/parts/talks.yaml": TREE.format("New")})
    found = Repository.of(repo.path)
    old, new = (source_at(found, revision, "s/out.yaml") for revision in ("HEAD~1", "HEAD"))
    inner = [each.included["talks"].source for each in (old, new)]
    assert [each and each.data and each.data["title"] for each in inner] == ["Old", "New"]
    assert [each and each.path for each in inner] == ["HEAD~1:s/parts/talks.yaml", "HEAD:s/parts/talks.yaml"]
    assert old.path == "HEAD~1:s/out.yaml"
    assert old.fingerprint == new.fingerprint
    assert old.content_fingerprint != new.content_fingerprint


def test_the_fingerprint_is_that_of_the_file_on_the_disk(repo: GitRepo):
    from planner.files import read_source

    repo.commit("one", {"s/out.yaml": INCLUDING, "s/parts/talks.yaml": TREE.format("Old")})
    there = source_at(Repository.of(repo.path), "HEAD", "s/out.yaml")
    assert there.content_fingerprint == read_source(repo.path / "s/out.yaml").content_fingerprint


def test_an_included_file_that_a_revision_does_not_have(repo: GitRepo):
    repo.commit("one", {"out.yaml": INCLUDING})
    there = source_at(Repository.of(repo.path), "HEAD", "out.yaml").included["talks"]
    assert (there.source, there.problem) == (None, "there is no file 'HEAD:parts/talks.yaml'")


def test_files_that_include_each_other(repo: GitRepo):
    a, b = (INCLUDING.replace("parts/talks.yaml", name) for name in ("b.yaml", "a.yaml"))
    repo.commit("one", {"a.yaml": a, "b.yaml": b})
    inner = source_at(Repository.of(repo.path), "HEAD", "a.yaml").included["talks"].source
    assert inner is not None
    assert inner.included["talks"].cycle


def test_what_became_of_a_file_that_is_not_there(repo: GitRepo):
    body = TREE.format("A") * 4
    repo.commit("zero", {"x": "x"})
    repo.commit("one", {"old.yaml": body, "late.yaml": "l\n"})
    repo.git("mv", "old.yaml", "new.yaml")
    repo.git("rm", "-q", "late.yaml")
    repo.commit("two")
    found = Repository.of(repo.path)
    with pytest.raises(PlannerError, match=r"there is no 'new.yaml' in HEAD~1: there it is called 'old.yaml'"):
        source_at(found, "HEAD~1", "new.yaml")
    with pytest.raises(PlannerError, match=r"there is no 'late.yaml' in HEAD: commit \w+ deleted it"):
        source_at(found, "HEAD", "late.yaml")
    with pytest.raises(PlannerError, match=r"there is no 'late.yaml' in HEAD~2: commit \w+ added it later"):
        source_at(found, "HEAD~2", "late.yaml")
    with pytest.raises(PlannerError, match=r"there is no 'never.yaml' in HEAD; check the path"):
        source_at(found, "HEAD", "never.yaml")


def test_a_sparse_checkout_still_has_every_text_in_git(repo: GitRepo):
    repo.commit("one", {"in/a.yaml": TREE.format("A"), "out/b.yaml": TREE.format("B")})
    repo.git("sparse-checkout", "set", "in")
    assert not (repo.path / "out/b.yaml").exists()
    assert source_at(Repository.of(repo.path), "HEAD", "out/b.yaml").data is not None
    assert Repository.of(repo.path).changes("HEAD", None) == []
