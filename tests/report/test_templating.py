"""Templates: a user's own first, and errors that name template and line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.errors import PlannerError
from planner.report.templating import fill

if TYPE_CHECKING:
    from pathlib import Path

CONTEXT = {"title": "A test", "items": [1, 2]}


def test_a_given_text_is_taken() -> None:
    assert fill(CONTEXT, name="report.md.j2", template="# {{ title }}\n") == "# A test\n"


def test_a_users_folder_comes_first(tmp_path: Path) -> None:
    (tmp_path / "report.md.j2").write_text("own {{ title }}", encoding="utf-8")
    assert fill(CONTEXT, name="report.md.j2", folders=[tmp_path]) == "own A test"


def test_a_given_text_can_include_from_the_users_folder(tmp_path: Path) -> None:
    (tmp_path / "part.md").write_text("part of {{ title }}", encoding="utf-8")
    assert fill(CONTEXT, name="x", template='{% include "part.md" %}', folders=[tmp_path]) == "part of A test"


@pytest.mark.parametrize(
    ("template", "line", "says"),
    [
        ("one\n{{ title", 2, "expected"),
        ("one\ntwo\n{{ nothing }}", 3, "'nothing' is undefined"),
        ("one\n\n{% for x in items %}\n{{ x.y }}\n{% endfor %}", 4, "no attribute 'y'"),
        ("one\n{{ 1 / 0 }}", 2, "division by zero"),
        ("one\n{{ title + 1 }}", 2, "concatenate"),
        ("one\n{{ title.__class__.__mro__ }}", 2, "unsafe"),
        ("one\n{{ items | nofilter }}", 2, "nofilter"),
        ('one\n\n{% include "missing.md" %}', 3, "there is no template 'missing.md'"),
    ],
)
def test_an_error_names_template_and_line(template: str, line: int, says: str) -> None:
    with pytest.raises(PlannerError) as caught:
        fill(CONTEXT, name="report.md.j2", template=template)
    assert caught.value.message.startswith(f"the given template, line {line}: ")
    assert says in caught.value.message
    assert caught.value.next_step


def test_an_error_in_a_folders_template_names_it(tmp_path: Path) -> None:
    (tmp_path / "report.md.j2").write_text('{% include "part.md.j2" %}', encoding="utf-8")
    (tmp_path / "part.md.j2").write_text("one\n\n{{ nothing }}", encoding="utf-8")
    with pytest.raises(PlannerError) as caught:
        fill(CONTEXT, name="report.md.j2", folders=[tmp_path])
    assert caught.value.message == "template 'part.md.j2', line 3: 'nothing' is undefined"


def test_an_error_names_no_path_of_the_machine(tmp_path: Path) -> None:
    (tmp_path / "report.md.j2").write_text("{{ nothing", encoding="utf-8")
    with pytest.raises(PlannerError) as caught:
        fill(CONTEXT, name="report.md.j2", folders=[tmp_path])
    assert str(tmp_path) not in str(caught.value)
