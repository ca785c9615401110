"""What tests share: golden outputs and a clean environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

import pytest

from tests.gitrepo import CLEAN, GitRepo

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden"


class Golden(Protocol):
    def __call__(self, name: str, text: str) -> None: ...


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the outputs in tests/golden/")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare a text with the one kept in `tests/golden/`; --update-golden keeps the new one for the diff."""

    def compare(name: str, text: str) -> None:
        kept = GOLDEN / name
        if request.config.getoption("--update-golden"):
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(text, encoding="utf-8", newline="\n")
        assert kept.is_file(), f"there is no {kept.relative_to(ROOT)} yet; --update-golden makes it"
        assert text == kept.read_bytes().decode("utf-8")

    return compare


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the developer's own settings and terminal out of the tests."""
    for name in os.environ:
        if name.startswith(("PLANNER_", "GIT_")) and not name.startswith("PLANNER_TEST"):
            monkeypatch.delenv(name)
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.getbasetemp() / "no-settings"))
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, CLEAN[name])


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    """An empty repository of git on the branch `main`."""
    return GitRepo.make(tmp_path / "repo")


ODDS_AND_EVENS = """\
planner: 1
title: Odds and evens
actors: {ann: {}, bob: {}}
state: {up: 0}
nodes:
  first:
    decision: What does Ann show?
    by: ann
    options: {one: {set: {up: 1}, to: second}, two: {to: second}}
  second:
    decision: What does Bob show?
    by: bob
    unseen: [first]
    options:
      one: {payoff: {ann: 2 * up - 1, bob: 1 - 2 * up}}
      two: {payoff: {ann: 1 - 2 * up, bob: 2 * up - 1}}
"""
