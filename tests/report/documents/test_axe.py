"""axe-core in a headless Chromium finds no barrier in HTML papers."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from planner.report.documents.html import html
from planner.report.documents.paper import Paper
from planner.report.documents.style import Style
from tests.report.documents.papers import AWKWARD, MAIN, TUTORIAL, made

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The rules of axe-core are WCAG 2.2 A and AA and what its makers hold to be good practice.
SCREENS = (
    (TUTORIAL, 390, "light"), (TUTORIAL, 390, "dark"), (TUTORIAL, 1200, "light"), (TUTORIAL, 1200, "dark"),
    (AWKWARD, 390, "dark"), (MAIN, 390, "light"),
)  # fmt: skip


def missing(why: str) -> None:
    """Skip, or fail where a browser is required."""
    if os.environ.get("PLANNER_TEST_CHROMIUM") == "required":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        missing("there is no Chromium on this machine")
    try:
        import axe_playwright_python  # noqa: F401
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("axe-playwright-python is not installed; it comes with planner[test]")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def axe() -> str:
    from importlib.resources import files

    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


def violations(browser: Any, page: Path, width: int, scheme: str) -> list[str]:
    context = browser.new_context(
        bypass_csp=True, viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True
    )
    try:
        tab = context.new_page()
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(page.as_uri())
        assert [url for url in asked if not url.startswith(("data:", "file:"))] == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        tab.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        tab.evaluate(axe())
        found = tab.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert len(found["passes"]) > 20
        return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found["violations"]]
    finally:
        context.close()


@pytest.mark.parametrize(("name", "width", "scheme"), SCREENS)
def test_no_barriers(chromium: Any, tmp_path: Path, name: str, width: int, scheme: str):
    page = tmp_path / "paper.html"
    page.write_bytes(made("html", name))
    assert violations(chromium, page, width, scheme) == []


def test_a_pale_style_has_none_either(chromium: Any, tmp_path: Path):
    page = tmp_path / "paper.html"
    style = Style(accent="#ffe082", header="Cabinet Office", footer="Official")
    page.write_bytes(html(Paper("# A\n\n*Lead.*\n\n## B\n\n> C [d](https://example.org)\n", style=style)))
    assert violations(chromium, page, 390, "light") == []
    assert violations(chromium, page, 390, "dark") == []


def test_axe_finds_barriers(chromium: Any, tmp_path: Path):
    page = tmp_path / "paper.html"
    page.write_bytes(made("html", "tutorial").replace(b"--quiet: #555555", b"--quiet: #aaaaaa"))
    assert any(each.startswith("color-contrast") for each in violations(chromium, page, 1200, "light"))
