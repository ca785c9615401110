from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from planner.errors import PlannerError
from planner.report.documents.style import Style, style_of

if TYPE_CHECKING:
    from pathlib import Path

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><rect width="80" height="40"/></svg>'


def test_all_keys(tmp_path: Path):
    (tmp_path / "logo.svg").write_text(SVG)
    settings = {
        "logo": "logo.svg",
        "accent": "#7B1E3C",
        "text": "#000",
        "header": " Cabinet  Office ",
        "footer": "Official",
        "paper": "Letter",
    }
    style = style_of(settings, tmp_path / "planner.toml")
    assert (style.accent, style.text, style.header, style.paper) == ("#7b1e3c", "#000000", "Cabinet Office", "letter")
    assert style.logo is not None
    assert style.logo.png(200).startswith(b"\x89PNG")
    assert style.page == (215.9, 279.4)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"accent": "blue"}, "'accent' in [report.style] is 'blue', which is no colour"),
        ({"accent": "#12345"}, "which is no colour"),
        ({"text": "#999"}, "its contrast to white is 2.8, and 4.5 is the least"),
        ({"paper": "a3"}, "which is no paper known here"),
        ({"header": 3}, "'header' in [report.style] is 3, and a text is needed"),
        ({"acent": "#000"}, "did you mean 'accent'?"),
        ({"logo": "none.svg"}, "which cannot be read: no such file or directory"),
        ({"logo": "logo.gif"}, "which is no picture known here"),
        ({"logo": "bad.svg"}, "which cannot be drawn"),
        ({"logo": "bad.png"}, "which cannot be drawn"),
    ],
)
def test_what_does_not_fit(tmp_path: Path, settings: dict[str, Any], message: str):
    (tmp_path / "bad.svg").write_text("this is no drawing")
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nnot")
    with pytest.raises(PlannerError) as caught:
        style_of(settings, tmp_path / "planner.toml", shown="planner.toml")
    assert message in caught.value.message
    assert caught.value.message.startswith("planner.toml: ")
    assert caught.value.next_step


def test_keys_of_two_files_come_together(tmp_path: Path):
    base = style_of({"accent": "#111111", "footer": "F"}, tmp_path / "config.toml")
    assert style_of({"accent": "#222222"}, tmp_path / "planner.toml", base=base) == Style(accent="#222222", footer="F")
