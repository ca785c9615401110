"""Pages that are made from the package are current."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import pytest

from planner.cli.app import COMMANDS
from planner.core.rule_table import RULES
from tests.conftest import ROOT

if TYPE_CHECKING:
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
