"""What README.md and the pages of methods show was run: the tutorial, its table of commands, its Python, its links."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from planner.cli.app import COMMANDS
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

README = ROOT / "README.md"
METHODS = ROOT / "docs" / "methods.md"
GIT = ROOT / "docs" / "git.md"
PAPERS = ROOT / "docs" / "papers.md"
PAGES = [(README, ""), (ROOT / "docs" / "exchange.md", "")]
PAGES += [
    (page, f"## {section.partition(chr(10))[0]}")
    for page in (METHODS, GIT, PAPERS)
    for section in page.read_text(encoding="utf-8").split("\n## ")[1:]
    if page == METHODS or "```console" in section  # of git and papers much is shown that nobody can run here
]
CONSOLE = re.compile(r"^```console\n\$ (?P<command>.*)\n(?P<shown>(?s:.*?))```$", re.MULTILINE)
TABLE = re.compile(r"(?<=\| command \| what it does \|\n\|---\|---\|\n)(?:\|.*\n)*")
PYTHON = re.compile(r"^```python\n(?P<code>(?s:.*?))```$", re.MULTILINE)


@pytest.fixture
def run(tmp_path: Path) -> Callable[[str], str]:
    """Run a line of the tutorial in a copy of the workspace, on a terminal of 80 columns."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    shutil.copytree(ROOT / "tests" / "stories", tmp_path / "stories", ignore=shutil.ignore_patterns("*.py", "*.toml"))
    program = tmp_path / "bin" / "planner"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m planner "$@"\n')
    program.chmod(0o755)

    def call(command: str) -> str:
        environment = os.environ | {"PATH": f"{program.parent}:{os.environ['PATH']}", "COLUMNS": "80"}
        environment |= {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        done = subprocess.run(
            ["sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.stderr == "" or "--dry-run" in command  # the difference is data, the sentence about it is talk
        return done.stdout

    return call


@pytest.mark.parametrize(("page", "head"), PAGES, ids=[head or page.stem for page, head in PAGES])
def test_console_blocks(run: Callable[[str], str], page: Path, head: str, request: pytest.FixtureRequest):
    whole = page.read_text(encoding="utf-8")
    start = whole.index(f"{head}\n") if head else 0
    stop = whole.find("\n## ", start + 1) if head else -1
    text = whole[start : stop if stop > 0 else None]
    if " --mixed" in text:
        pytest.importorskip("nashpy", reason="pip install planner[equilibria]")
    made = CONSOLE.sub(lambda block: f"```console\n$ {block['command']}\n{run(block['command'])}```", text)
    if request.config.getoption("--update-golden"):
        page.write_text(whole.replace(text, made), encoding="utf-8", newline="\n")
        text = made
    assert made == text
    assert CONSOLE.findall(made) or "```python" in made


def test_table_of_commands(request: pytest.FixtureRequest):
    rows = "".join(f"| `planner {name}` | {entry.line} |\n" for name, entry in COMMANDS.items())
    made = TABLE.sub(lambda _: rows, README.read_text(encoding="utf-8"))
    if request.config.getoption("--update-golden"):
        README.write_text(made, encoding="utf-8", newline="\n")
    assert made == README.read_text(encoding="utf-8")
    assert rows in made


def test_tutorial_file_is_shown_as_it_is():
    assert (ROOT / "scenarios" / "tutorial.yaml").read_text(encoding="utf-8") in README.read_text(encoding="utf-8")


def test_python(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    blocks = PYTHON.findall(README.read_text(encoding="utf-8"))
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})
    assert capsys.readouterr().out


def test_links_lead_somewhere():
    for name in re.findall(r"\]\(([^):#]+)\)", README.read_text(encoding="utf-8")):
        assert (ROOT / name).exists(), name


def test_lines_that_ci_runs():
    text = README.read_text(encoding="utf-8")
    for mark in ("quick-start", "run-tests"):
        _, _, rest = text.partition(f"<!-- {mark} -->\n```sh\n")
        line, end, _ = rest.partition("\n```\n")
        assert end
        assert "\n" not in line, "one line to copy and paste"
