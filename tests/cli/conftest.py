"""The command line, called in this process, in a workspace of its own."""

from __future__ import annotations

import io
import shutil
import sys
from typing import TYPE_CHECKING, NamedTuple, Protocol

import pytest

from planner.cli.app import run
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path


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
