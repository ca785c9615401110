"""The command line, called in this process, in a workspace of its own."""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from planner.cli.app import run
from tests.conftest import ROOT


class Result(NamedTuple):
    code: int
    out: str
    err: str


class Cli(Protocol):
    def __call__(self, *arguments: str, stdin: bytes = b"") -> Result: ...


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to an empty workspace with the scenarios of this repository."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    (tmp_path / "planner.toml").write_text('[report]\nprovenance = "blob"\n')
    return tmp_path


@pytest.fixture
def one_scenario(workspace: Path) -> None:
    """Keep the tutorial alone, and papers without further analyses, which take longest."""
    for path in (workspace / "scenarios").iterdir():
        if path.name != "tutorial.yaml":
            path.unlink()
    (workspace / "planner.toml").write_text('[report]\nprovenance = "blob"\nanalyses = "none"\n')


def edit(path: str | Path, before: str, after: str) -> None:
    """Replace words in a file that must be there."""
    text = Path(path).read_text()
    assert before in text
    Path(path).write_text(text.replace(before, after))


@pytest.fixture
def cli(workspace: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Cli:
    """Run one command line."""
    del workspace

    def call(*arguments: str, stdin: bytes = b"") -> Result:
        capfdbinary.readouterr()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = run(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
        out, err = capfdbinary.readouterr()
        return Result(code, out.decode(), err.decode())

    return call
