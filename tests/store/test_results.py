"""A result taken apart and put together again is the same result."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.store import tables
from planner.store.results import join, split
from tests.store.examples import result

NUMBERS = st.none() | st.floats(allow_nan=False) | st.integers(-(2**80), 2**80)
IDS = st.text(min_size=1, max_size=3)
ODD = st.dictionaries(st.sampled_from(["exact", "why"]), st.text(max_size=3), max_size=2)
VALUES = st.dictionaries(IDS, NUMBERS, max_size=3)
OPTIONS = st.lists(
    st.builds(lambda option, values, odd: {"option": option, "values": values, **odd}, IDS, VALUES, ODD),
    max_size=3,
    unique_by=lambda option: option["option"],
)


@st.composite
def decisions(draw: st.DrawFn) -> dict[str, Any]:
    options = draw(OPTIONS)
    names = [option["option"] for option in options]
    return {
        "state": draw(IDS),
        "node": draw(st.sampled_from("ab")),
        "by": draw(st.sampled_from([["uk"], ["uk"], ["uk", "france"]])),
        "chosen": draw(st.sampled_from([*names, "x"])),
        "tied": draw(st.permutations(names)) if draw(st.booleans()) else [],
        "options": options,
        "probability": draw(NUMBERS),
        **draw(ODD),
    }


@st.composite
def outcomes(draw: st.DrawFn) -> dict[str, Any]:
    more = {"payoffs": draw(st.dictionaries(IDS, VALUES, max_size=2))} if draw(st.booleans()) else {}
    key = {"outcome": draw(IDS), "probability": draw(NUMBERS)}
    return {**key, "values": draw(VALUES), "payoff": draw(VALUES), **more, **draw(ODD)}


RESULTS = st.fixed_dictionaries(
    {},
    optional={
        "values": VALUES | st.text(),
        "decisions": st.lists(decisions(), max_size=4) | st.lists(st.text(max_size=3)) | st.none(),
        "outcomes": st.lists(outcomes(), max_size=4) | st.dictionaries(IDS, NUMBERS, max_size=2),
        "rule": st.text(),
    },
)


def there_and_back(original: dict[str, Any]) -> dict[str, Any]:
    """Send a result through rows and JSON as a database would."""
    parts = split(original)
    rows = {
        model: [tuple(float(x) if type(x) is int else x for x in row[2:]) for row in found]
        for model, found in parts.rows(1)
    }
    return join(
        json.loads(json.dumps(parts.rest)),
        json.loads(json.dumps(parts.extra)),
        values=rows[tables.ValueRow],
        decisions=rows[tables.DecisionRow],
        outcomes=rows[tables.OutcomeRow],
        amounts=rows[tables.OutcomeAmountRow],
    )


@given(RESULTS)
def test_round_trip(original: dict[str, Any]) -> None:
    assert there_and_back(original) == original


@pytest.mark.parametrize("number", [0, 1, 20])
def test_round_trip_of_an_evaluation(number: int) -> None:
    assert there_and_back(result(number)) == result(number)


def test_an_evaluation_becomes_rows_and_little_else() -> None:
    parts = split(result(50))
    assert parts.rest.keys() == {"strategy", "rule", "exact"}
    assert parts.extra == {
        "values": {},
        "by": {"line": ["uk", "france"]},
        "decisions": {},
        "options": {},
        "outcomes": {},
    }
    count = {model.__tablename__: len(rows) for model, rows in parts.rows(7)}
    assert count == {"run_value": 2, "run_decision": 200, "run_outcome": 2, "run_outcome_amount": 9}


def test_rows_are_numbered_from_zero_in_order() -> None:
    for _, rows in split(result(5)).rows(7):
        assert [row[:2] for row in rows] == [(7, i) for i in range(len(rows))]


def test_integers_that_a_float_cannot_hold_stay_json() -> None:
    assert split({"values": {"uk": 2**53 + 1}}).rest == {"values": {"uk": 2**53 + 1}}
    assert split({"values": {"uk": 10**400}}).rest == {"values": {"uk": 10**400}}
