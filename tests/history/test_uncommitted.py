"""Which files are not committed as they are."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from planner.history import uncommitted
from tests.gitrepo import GitRepo

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

ODD = ["[a]*.yaml", "with space.yaml", "naïve.yaml", "new\nline.yaml", '"q".yaml', "-x.yaml", "\udcff.yaml"]


def states(repo: GitRepo, *names: str) -> list[str | None]:
    found = uncommitted(repo.path / name for name in names)
    return [found.get(str(repo.path / name)) for name in names]


def test_every_state(tmp_path: Path):
    repo = GitRepo.make(tmp_path)
    names = ["kept.yaml", "deep/changed.yaml", "staged.yaml", "added.yaml", "new.yaml", "ignored.yaml", "none.yaml"]
    repo.write("kept.yaml", "one")
    assert states(repo, "kept.yaml") == ["new"]  # before the first commit
    repo.commit("first", {"deep/changed.yaml": "one", "staged.yaml": "one", ".gitignore": "ignored.yaml\n"})
    for name in names[1:-1]:
        repo.write(name, "two")
    repo.git("add", "staged.yaml", "added.yaml")
    assert states(repo, *names) == ["clean", "changed", "changed", "new", "new", "ignored", None]


def test_odd_names_and_settings(tmp_path: Path):
    repo = GitRepo.make(tmp_path)
    repo.commit("first", dict.fromkeys(ODD, "one"))
    for setting in ("status.showUntrackedFiles=no", "core.quotePath=true", "color.ui=always", "status.short=false"):
        repo.git("config", *setting.split("="))
    repo.write(ODD[0], "two")
    repo.write("new.yaml", "new")
    assert states(repo, *ODD, "new.yaml") == ["changed", *["clean"] * 6, "new"]


def test_many_files(tmp_path: Path):
    repo = GitRepo.make(tmp_path)
    names = [f"s{number}.yaml" for number in range(450)]
    repo.commit("first", dict.fromkeys(names, "one"))
    repo.write(names[401], "two")
    assert states(repo, *names) == ["changed" if number == 401 else "clean" for number in range(450)]


def test_two_repositories_and_a_file_outside(tmp_path: Path):
    one, two = GitRepo.make(tmp_path / "one"), GitRepo.make(tmp_path / "two")
    one.write("a.yaml", "one")
    two.commit("first", {"deep/a.yaml": "one"})
    (tmp_path / "a.yaml").write_text("outside")
    found = uncommitted([tmp_path / "one/a.yaml", tmp_path / "two/deep/a.yaml", tmp_path / "a.yaml"])
    assert found == {str(tmp_path / "one/a.yaml"): "new", str(tmp_path / "two/deep/a.yaml"): "clean"}


def test_in_a_submodule_a_link_a_bare_repository(tmp_path: Path):
    inner = GitRepo.make(tmp_path / "inner")
    inner.commit("first", {"a.yaml": "one"})
    outer = GitRepo.make(tmp_path / "outer")
    outer.git("submodule", "add", "-q", inner.path.as_uri(), "sub")
    outer.commit("first")
    outer.write("sub/a.yaml", "two")
    (outer.path / "link.yaml").symlink_to("sub/a.yaml")
    real = str(outer.path / "sub" / "a.yaml")
    assert uncommitted([outer.path / "sub/a.yaml", outer.path / "link.yaml"]) == {real: "changed"}
    bare = outer.clone(tmp_path / "bare", "--bare")
    bare.write("x.yaml", "x")
    assert uncommitted([bare.path / "x.yaml"]) == {}


def test_git_s_own_repository_of_a_hook_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    repo, other = GitRepo.make(tmp_path / "repo"), GitRepo.make(tmp_path / "other")
    repo.commit("first", {"a.yaml": "one"})
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / ".git" / "index"))
    assert states(repo, "a.yaml") == ["clean"]


def test_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    repo = GitRepo.make(tmp_path)
    repo.commit("first", {"a.yaml": "one"})
    monkeypatch.setenv("PATH", "")
    assert states(repo, "a.yaml") == [None]


def test_a_conflict_of_a_merge_is_told_from_a_change(tmp_path: Path):
    repo = GitRepo.make(tmp_path)
    repo.commit("One", {"a.yaml": "a: 1\n"})
    repo.git("checkout", "-q", "-b", "theirs")
    repo.commit("Two", {"a.yaml": "a: 2\n", "both.yaml": "b: 2\n"})
    repo.git("checkout", "-q", "main")
    repo.commit("Three", {"a.yaml": "a: 3\n", "both.yaml": "b: 3\n"})
    subprocess.run(["git", "-C", tmp_path, "-c", "user.name=A", "-c", "user.email=a@example.org", "merge", "theirs"],
                   check=False, capture_output=True)  # fmt: skip
    found = uncommitted([tmp_path / "a.yaml", tmp_path / "both.yaml"])
    assert set(found.values()) == {"conflict"}
