"""Worked problems from text books, papers and other tools: `published.toml` holds what is published about each."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import planner

HERE = Path(__file__).parent
PUBLISHED: dict[str, Any] = tomllib.loads((HERE / "published.toml").read_text(encoding="utf-8"))
CERTAINTY_EQUIVALENTS: list[dict[str, Any]] = PUBLISHED.pop("certainty_equivalents")
THRESHOLDS: list[dict[str, Any]] = PUBLISHED.pop("thresholds")
FILES = sorted(file.stem for file in HERE.glob("*.yaml"))

numbers = pytest.mark.parametrize("exact", [False, True], ids=["floats", "fractions"])


def having(key: str) -> pytest.MarkDecorator:
    """Run a test for every story for which this is published."""
    return pytest.mark.parametrize("name", [name for name, story in PUBLISHED.items() if key in story])


def load(name: str) -> planner.Scenario:
    return planner.load(HERE / f"{name}.yaml")


def first_actor(name: str) -> str:
    return next(iter(load(name).actors))


def fractions(published: dict[str, int | str]) -> dict[str, Fraction]:
    return {key: Fraction(value) for key, value in published.items()}


def root_values(evaluation: planner.Evaluation, actor: str) -> dict[str, float | Fraction]:
    return {option.option: option.values[actor] for option in evaluation.decisions[0].options}


def test_every_file_is_used_and_every_story_has_a_file() -> None:
    named = {*PUBLISHED, *(row["story"] for row in CERTAINTY_EQUIVALENTS)}
    assert sorted(named) == FILES
    assert len(FILES) >= 18


@pytest.mark.parametrize("name", FILES)
def test_file_has_no_errors_and_names_its_source(name: str) -> None:
    file = HERE / f"{name}.yaml"
    assert [found.message for found in planner.check(file) if found.severity == "error"] == []
    assert file.read_text(encoding="utf-8").startswith("# ")


@having("values")
@numbers
def test_value(name: str, exact: bool) -> None:
    values = planner.evaluate(load(name), exact=exact).values
    expected = fractions(PUBLISHED[name]["values"])
    if exact:
        assert values == expected
    else:
        assert values == pytest.approx({actor: float(value) for actor, value in expected.items()}, rel=1e-12)


@having("options")
def test_values_of_the_options_at_the_root(name: str) -> None:
    found = root_values(planner.evaluate(load(name), exact=True), first_actor(name))
    expected = fractions(PUBLISHED[name]["options"])
    assert {option: found[option] for option in expected} == expected


@having("strategy")
@numbers
def test_strategy(name: str, exact: bool) -> None:
    strategy = planner.evaluate(load(name), exact=exact).strategy
    expected = PUBLISHED[name]["strategy"]
    assert {state: strategy.get(state) for state in expected} == expected


@having("tied")
@numbers
def test_ties_are_reported_and_the_first_is_followed(name: str, exact: bool) -> None:
    root = planner.evaluate(load(name), exact=exact).decisions[0]
    assert list(root.tied) == PUBLISHED[name]["tied"]
    assert root.chosen == root.tied[0]


@having("profile")
def test_risk_profile(name: str) -> None:
    actor = first_actor(name)
    mass: dict[float, float] = defaultdict(float)
    for path in planner.paths(load(name)).paths:
        mass[round(float(path.values[actor]), 6)] += path.probability
    expected = {float(Fraction(total)): float(Fraction(p)) for total, p in PUBLISHED[name]["profile"].items()}
    assert dict(mass) == pytest.approx(expected, rel=1e-12)


@having("profile")
def test_outcomes_carry_the_whole_profile(name: str) -> None:
    # Paths that share an outcome are averaged there, so only the mass and the mean can be compared.
    actor = first_actor(name)
    outcomes = planner.evaluate(load(name), exact=True).outcomes
    mean = sum(Fraction(total) * Fraction(p) for total, p in PUBLISHED[name]["profile"].items())
    assert sum(outcome.probability for outcome in outcomes) == 1
    assert sum(outcome.probability * outcome.values[actor] for outcome in outcomes) == mean


@having("paths")
def test_number_of_paths(name: str) -> None:
    scenario = load(name)
    found = {"all": planner.paths(scenario, all=True).total, "followed": planner.paths(scenario).total}
    assert found == PUBLISHED[name]["paths"]


@pytest.mark.parametrize(
    ("name", "rule"), [(name, rule) for name, story in PUBLISHED.items() for rule in story.get("rules", {})]
)
def test_other_rules(name: str, rule: str) -> None:
    published = PUBLISHED[name]["rules"][rule]
    evaluation = planner.evaluate(load(name), rule=rule)
    assert evaluation.decisions[0].chosen == published["chosen"]
    actor = first_actor(name)
    assert evaluation.values[actor] == pytest.approx(float(Fraction(published["value"])))
    found = root_values(evaluation, actor)
    expected = {option: float(value) for option, value in fractions(published.get("options", {})).items()}
    assert {option: found[option] for option in expected} == pytest.approx(expected)


@having("simulated")
@pytest.mark.parametrize("sampling", ["lhs", "sobol", "random"])
def test_simulation(name: str, sampling: str) -> None:
    result = planner.simulate(load(name), sampling=sampling, indices=0, once=True)
    for option, published in PUBLISHED[name]["simulated"].items():
        found = result.option(option).to_dict()
        error = found["standard_error"]  # of independent draws; a standard deviation has one about as large
        for key, number in published.items():
            within = 4 * found.get(f"{key}_error", error) if sampling == "random" else 0.01 * max(abs(number), 0.5)
            assert found[key] == pytest.approx(number, abs=within), key


@having("sobol")
def test_sobol_indices(name: str) -> None:
    drivers = planner.simulate(load(name)).drivers[-1]
    found = {driver.name: driver for driver in drivers.drivers}
    for parameter, (first, total) in PUBLISHED[name]["sobol"].items():
        driver = found[parameter]
        assert driver.first is not None
        assert driver.total is not None
        assert (driver.first.value, driver.total.value) == pytest.approx((first, total), abs=0.004)
        assert driver.first.low <= first <= driver.first.high
        assert driver.total.low <= total <= driver.total.high


@pytest.mark.parametrize("row", CERTAINTY_EQUIVALENTS, ids=lambda row: f"{row['story']}-{row['risk_tolerance']:.0f}")
def test_certainty_equivalents(row: dict[str, Any]) -> None:
    scenario = load(row["story"])
    actor_id, actor = next(iter(scenario.actors.items()))
    careful = {**scenario.actors, actor_id: replace(actor, risk_tolerance=row["risk_tolerance"])}
    evaluation = planner.evaluate(replace(scenario, actors=careful))
    assert evaluation.values[actor_id] == pytest.approx(row["root"], abs=row["within"], rel=0)
    for option, published in row.get("options", {}).items():
        assert root_values(evaluation, actor_id)[option] == pytest.approx(published, abs=row["within"], rel=0)


def test_kim_goes_indoors_where_a_neutral_host_takes_the_porch() -> None:
    # Kim's curve in the book is u(x) = 4/3 (1 - 2^(-x/50)); indoors she gets u^-1(0.4 u(40) + 0.6 u(50)) = 45.8322.
    evaluation = planner.evaluate(load("party"))
    assert evaluation.strategy == {"place": "indoors"}
    assert evaluation.values["kim"] == pytest.approx(45.8322, abs=5e-5)
    # By expected value, as Jane sees it, the porch is best.
    assert root_values(evaluation, "jane") == pytest.approx({"outdoors": 40, "porch": 48, "indoors": 46})


@pytest.mark.parametrize("row", THRESHOLDS, ids=lambda row: f"{row['story']}-{row['parameter']}")
@pytest.mark.parametrize("side", ["below", "above"])
def test_thresholds(row: dict[str, Any], side: str) -> None:
    value, chosen = row[side]
    evaluation = planner.evaluate(load(row["story"]), overrides={row["parameter"]: value})
    assert evaluation.decisions[0].chosen == chosen
