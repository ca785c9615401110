from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from planner.authoring.answers import Answers, Named, Yardstick
from planner.authoring.interview import Step, answers, more_is_better, steps
from planner.authoring.unclear import Unclear

NOW = date(2026, 11, 23)


def keys(**given: str) -> list[str]:
    return [step.key for step in steps(given, name="moscow")]


def made(**given: str) -> Answers:
    return answers(given, name="one-line", as_of=NOW)


def step(key: str, **given: str) -> Step:
    return next(
        one
        for one in steps({name.replace("__", "."): text for name, text in given.items()}, name="x")
        if one.key == key
    )


def test_least_of_questions():
    assert keys(outcomes="Done") == [
        *("title", "question", "actors", "options", "outcomes", "criteria", "unit", "better"),
        *("outcome.done.value", "effects"),
    ]


def test_defaults_are_answers():
    for one in steps({}, name="moscow"):
        one.read(one.default)
    assert made().title == "One line"
    assert made().options == (Named("act", "Act"), Named("wait", "Wait"))


def test_several_actors_need_a_fallback():
    assert "fallback" not in keys(actors="Us")
    assert "fallback" in keys(actors="UK, France")
    assert made(actors="UK, France", fallback="act").fallback == "act"
    assert made(actors="UK, France").fallback == "wait"


def test_several_criteria_need_scales_and_weights():
    found = keys(criteria="Security, Cost", actors="UK, France")
    assert [key for key in found if key.startswith(("scale", "weights"))] == [
        *("scale.security", "scale.cost", "weights.uk", "weights.france")
    ]
    given = {"criteria": "Security, Cost", "scale.cost": "120 to 0 EUR bn", "weights.us": "70 30"}
    got = answers(given, name="x", as_of=NOW)
    assert got.criteria == (
        Yardstick("security", "Security", "", Decimal(0), Decimal(100)),
        Yardstick("cost", "Cost", "EUR bn", Decimal(120), Decimal(0)),
    )
    assert got.weights == {("us", "security"): 70, ("us", "cost"): 30}


@pytest.mark.parametrize(
    ("name", "more"),
    [("Cost", False), ("LOSSES", False), ("Casualties", False), ("Security", True), ("Cost savings", True)],
)
def test_the_name_tells_the_direction(name: str, more: bool):
    assert more_is_better(name) is more
    first, second = steps({"criteria": f"{name}, Other"}, name="x")[6:8]
    assert (first.default, second.default) == (("yes", "0 to 100") if more else ("no", "100 to 0"))
    assert steps({"criteria": name}, name="x")[7].default == first.default


def test_a_scale_fits_the_direction():
    both = {"criteria": "Security, Cost"}
    scale = {"scale.cost": "0 to 120"}
    assert "better.cost" not in [one.key for one in steps(both | scale, name="x")]
    assert answers(both | scale, name="x", as_of=NOW).criteria[1].best == 120
    with pytest.raises(Unclear, match="less is better, you said, and the worst comes first: 120 to 0"):
        answers(both | scale | {"better.cost": "no"}, name="x", as_of=NOW)
    assert answers(both | {"better.cost": "yes"}, name="x", as_of=NOW).criteria[1].best == 100


def test_the_last_outcome_takes_the_rest():
    assert [key for key in keys(outcomes="A, B, C") if key.startswith("p.")] == [
        *("p.act.a", "p.act.b", "p.wait.a", "p.wait.b")
    ]
    asked = step("p.act.b", outcomes="A, B, C")
    assert asked.ask == "How likely is it that 'Act' leads to 'B', if not to 'A'?"
    assert asked.hint.startswith("The rest is 'C'. ")


def test_less_may_be_better():
    assert step("outcome.it-works.value").default == "70 to 90"
    assert step("outcome.it-works.value", better="no").default == "10 to 30"
    assert made(better="no").minimize
    assert not made().minimize


def test_effects_are_asked_when_there_are_any():
    assert not any(key.startswith("option.") for key in keys())
    assert [key for key in keys(effects="yes") if key.startswith("option.")] == [
        "option.act.value",
        "option.wait.value",
    ]


def test_names_with_ids_and_commas():
    assert made(actors="uk=United Kingdom; France, the Republic").actors == (
        Named("uk", "United Kingdom"),
        Named("france-republic", "France, the Republic"),
    )
    assert made(options="Act, now;Wait").options == (Named("act-now", "Act, now"), Named("wait", "Wait"))


def test_ids_never_clash():
    got = made(actors="Value", criteria="Value", options="Choice, Stop", outcomes="Choice, Stop, Мир, Mир")
    assert got.criteria[0].id == "value-2"
    assert [one.id for one in got.outcomes] == ["choice-2", "stop-2", "outcome", "m"]


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("options", "Act", "at least two"),
        ("options", "Act, act", "twice"),
        ("options", "", "at least two"),
        ("actors", ",", "at least one"),
        ("better", "maybe", "yes or no"),
        ("title", "a\x1bb", "cannot be printed"),
        ("p.act.it-works", "lots", "no number"),
    ],
)
def test_unclear_answers(key: str, text: str, said: str):
    with pytest.raises(Unclear, match=said):
        made(**{key: text})
    with pytest.raises(Unclear, match=said):
        step(key).read(text)
    assert [one.key for one in steps({key: text}, name="x")] == keys()  # the default stands in


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("weights.us", "50", "2 numbers"),
        ("weights.us", "50 x", "2 numbers"),
        ("weights.us", "0 0", "must count"),
        ("weights.us", "nan 1", "2 numbers"),
        ("scale.cost", "5 to 5", "must differ"),
        ("scale.cost", "much", "two numbers"),
        ("fallback", "C", "Act, Wait"),
    ],
)
def test_unclear_answers_about_several(key: str, text: str, said: str):
    with pytest.raises(Unclear, match=said):
        answers({"criteria": "Security, Cost", "actors": "Us, Them", key: text}, name="x", as_of=NOW)


def test_answers_to_questions_that_are_gone_do_no_harm():
    assert made(**{"p.gone.away": "12 %", "weights.nobody": "x"}).chances.keys() == made().chances.keys()
