"""Answers that are kept by what they depend on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from planner.store import Store
from planner.store.answers import KEPT_FOR
from tests.store.examples import ANSWERS, NOW

if TYPE_CHECKING:
    from pathlib import Path


def test_answers_come_back_as_they_were(file: Path) -> None:
    with Store.open(file) as store:
        store.remember(ANSWERS, now=NOW)
    with Store.open(file) as store:
        assert store.recall([*ANSWERS, "0" * 64]) == ANSWERS
        assert store.recall([]) == {}


def test_the_last_answer_stands(file: Path) -> None:
    with Store.open(file) as store:
        store.remember({"a": {"n": 1}, "b": {"n": 2}}, now=NOW)
        store.remember({"a": {"n": 3}}, now=NOW)
        store.remember({}, now=NOW)
        assert store.recall("ab") == {"a": {"n": 3}, "b": {"n": 2}}


def test_many_answers(file: Path) -> None:
    many = {f"{at:064d}": {"n": at} for at in range(2_345)}
    with Store.open(file) as store:
        store.remember(many, now=NOW)
        assert store.recall(many) == many


def test_old_answers_are_thrown_away_by_new_ones(file: Path) -> None:
    with Store.open(file) as store:
        store.remember({"old": {}}, now=NOW)
        store.remember({"new": {}}, now=NOW + KEPT_FOR - timedelta(days=1))
        assert set(store.recall(["old", "new"])) == {"old", "new"}
        store.remember({"newest": {}}, now=NOW + KEPT_FOR + timedelta(days=1))
        assert set(store.recall(["old", "new", "newest"])) == {"new", "newest"}
