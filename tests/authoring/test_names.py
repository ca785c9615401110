from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.authoring.names import ID, LONGEST, humanised, slug, unique


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Talk", "talk"),
        ("Reopen structured talks with Moscow", "reopen-structured"),
        ("The way out", "way-out"),
        ("To the", "to-the"),
        ("Ministers' time", "ministers-time"),
        ("Coût élevé", "cout-eleve"),
        ("2027 plan", "plan-2027"),
        ("2027", "option"),
        ("Мир", "option"),
        ("", "option"),
        ("Donaudampfschifffahrtsgesellschaft", "donaudampfschifffahrtsgesellschaft"),
    ],
)
def test_slug(name: str, wanted: str):
    assert slug(name, "option") == wanted


@given(st.text())
def test_slug_is_an_id(name: str):
    assert ID.match(slug(name, "option"))
    assert len(slug(name, "option")) <= 2 * LONGEST


def test_unique():
    assert unique("talk", set()) == "talk"
    assert unique("talk", {"talk", "talk-2"}) == "talk-3"


@pytest.mark.parametrize(
    ("name", "title"), [("one-line_on moscow", "One line on moscow"), ("NATO", "NATO"), ("--", "A decision")]
)
def test_humanised(name: str, title: str):
    assert humanised(name) == title
