from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from planner.history import GitState, blob_id, git_state

if TYPE_CHECKING:
    from pathlib import Path


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / "a.yaml").write_text("one\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def test_committed_file(repository: Path) -> None:
    head, blob = git(repository, "rev-parse", "HEAD"), git(repository, "rev-parse", "HEAD:a.yaml")
    assert git_state(repository / "a.yaml") == GitState(commit=head, dirty=False, blob=blob)


def test_commit_is_the_one_that_changed_the_file(repository: Path) -> None:
    first = git(repository, "rev-parse", "HEAD")
    (repository / "b.yaml").write_text("two\n")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "second")
    state = git_state(repository / "a.yaml")
    assert state is not None
    assert state.commit == first


def test_changed_file_is_dirty(repository: Path) -> None:
    (repository / "a.yaml").write_text("changed\n")
    state = git_state(repository / "a.yaml")
    assert state is not None
    assert state.dirty
    assert state.blob == blob_id(b"changed\n")


def test_new_file_has_no_commit(repository: Path) -> None:
    (repository / "new.yaml").write_text("new\n")
    state = git_state(repository / "new.yaml")
    assert state is not None
    assert (state.commit, state.dirty) == (None, True)


def test_included_files_count(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    def state(*included: Path) -> tuple[str | None, bool]:
        found = git_state(repository / "a.yaml", included)
        assert found is not None
        assert found.blob == git(repository, "rev-parse", "HEAD:a.yaml")
        return found.commit, found.dirty

    part, new = repository / "parts" / "b.yaml", repository / "new.yaml"
    first = git(repository, "rev-parse", "HEAD")
    part.parent.mkdir()
    part.write_text("two\n")
    assert state(part) == (first, True)
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "second")
    second = git(repository, "rev-parse", "HEAD")
    assert state() == (first, False)
    assert state(part) == (second, False)
    new.write_text("three\n")
    assert state(part, new) == (second, True)
    part.write_text("changed\n")
    assert state(part) == (second, True)
    assert state() == (first, False)
    git(repository, "checkout", "-q", ".")
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "c.yaml"
    elsewhere.write_text("four\n")
    assert state(part, elsewhere) == (second, True)


def test_name_with_special_characters(repository: Path) -> None:
    (repository / "[a]*.yaml").write_text("new\n")
    state = git_state(repository / "[a]*.yaml")
    assert state is not None
    assert state.commit is None


def test_ignored_file_and_other_folders_have_no_state(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (repository / ".gitignore").write_text("*.secret\n")
    (repository / "a.secret").write_text("x")
    assert git_state(repository / "a.secret") is None
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "a.yaml"
    elsewhere.write_text("x")
    assert git_state(elsewhere) is None
    assert git_state("-") is None


def test_repository_of_a_running_hook_is_not_taken_for_the_file_s(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path_factory.mktemp("other")
    git(other, "init", "-q")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    state = git_state(repository / "a.yaml")
    assert state is not None
    assert state.commit is not None


def test_without_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert git_state(repository / "a.yaml") is None
