"""Pages that are made from the package are current, and examples run."""

from __future__ import annotations

import doctest
import importlib.util
import re
from typing import TYPE_CHECKING

import pytest

import planner
from planner.cli.app import COMMANDS
from planner.core.rule_table import RULES
from planner.core.source import Source
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["cli", "rules"])
def test_page_is_current(generate: ModuleType, page: str):
    made = getattr(generate, page)()
    assert made == (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8"), "run docs/generate.py"


def test_everything_is_documented(generate: ModuleType):
    assert all(f"\n## planner {name}\n" in generate.cli() for name in COMMANDS)
    assert all(f"\n### {code} {rule.slug}\n" in generate.rules() for code, rule in RULES.items())


def test_example_of_several_files_runs(tmp_path: Path):
    page = (ROOT / "docs" / "format.md").read_text(encoding="utf-8")
    section = page[page.index("## Several files") : page.index("## Forecasts")]
    for text in re.findall(r"```yaml\n(.+?)```", section, re.DOTALL):
        (tmp_path / re.findall(r"# (\S+)\n", text)[0]).write_text(text, encoding="utf-8")
    scenario = planner.load(tmp_path / "line.yaml")
    found = planner.evaluate(scenario)
    assert found.strategy["line"] == "later"
    assert found.values == {"self": pytest.approx(-2 + 4.5 + 0.55 * (-1 + 4.5))}
    for name in re.findall(r"`(talks/[a-z]+)`", section):
        assert name in scenario.nodes or name in scenario.parameters or name in scenario.state
    assert planner.paths(scenario, all=True, through=["talks/again[talks/round=2]"]).total == 1


def test_example_of_a_conflict_runs():
    page = (ROOT / "docs" / "format.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```yaml\n(.+?)```", page[page.index("## Conflict") :], re.DOTALL)
    source = Source.from_text(text)
    assert planner.check(source) == []
    result = planner.stability(planner.load(source))
    assert (
        len(result.model) == 2 * (2 + 3) * 2
    )  # modified or not, delay, accept, or abandoned in three ways; insisted or not
    assert result.status_quo is not None
    assert result.model.names[result.status_quo] == "Delay"


def test_python_on_the_page_of_methods_runs(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    found = doctest.testfile(str(ROOT / "docs" / "methods.md"), module_relative=False, encoding="utf-8")
    assert found.attempted
    assert found.failed == 0
