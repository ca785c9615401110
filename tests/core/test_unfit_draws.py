"""Draws whose numbers do not fit: an error that names the draw, or set aside where that is wanted."""

from __future__ import annotations

import numpy as np
import pytest

from planner.core.diagnostics import ScenarioError
from planner.core.machine import Machine
from planner.core.rules import load
from planner.core.source import Source
from planner.core.unfold import unfold

TEXT = """
planner: 1
title: A field
parameters: {oil: 0.4, gas: 0.2, cost: 10, share: 2}
nodes:
  site:
    decision: Drill or sell?
    options: {drill: {payoff: -cost / share, to: hole}, sell: {payoff: 30}}
  hole:
    chance: What is there?
    branches: {oil: {p: oil, payoff: 400}, gas: {p: gas, payoff: 50}, dry: {p: rest}}
"""


@pytest.fixture
def machine() -> Machine:
    return Machine(unfold(load(Source.from_text(TEXT))))


INPUTS = {
    "oil": np.array([0.4, 1.2, 0.9, 0.5, -0.1]),
    "gas": np.array([0.2, 0.0, 0.2, 0.5, 0.2]),
    "share": np.array([2.0, 2.0, 2.0, 0.0, 2.0]),
}


def test_without_a_mask_the_first_unfit_draw_is_an_error(machine: Machine):
    with pytest.raises(ScenarioError, match=r"draw 2 \(oil = 1.2\)"):
        machine.run({"oil": INPUTS["oil"], "gas": INPUTS["gas"]})


def test_unfit_draws_are_marked_and_the_others_are_as_if_alone(machine: Machine):
    unfit = np.zeros(5, np.bool_)
    draws = machine.run(INPUTS, unfit=unfit)
    # above 1, a sum above 1, divided by 0, below 0
    assert unfit.tolist() == [False, True, True, True, True]
    assert np.isnan(draws.options[..., unfit]).all()
    assert np.isnan(draws.value[:, unfit]).all()
    alone = machine.run({name: row[:1] for name, row in INPUTS.items()})
    assert draws.options[..., :1].tolist() == alone.options.tolist() == [[[-5 + 160 + 10]], [[30]]]


@pytest.mark.parametrize("at", range(5))
def test_one_draw_alone_is_marked_too(machine: Machine, at: int):
    unfit = np.zeros(1, np.bool_)
    machine.run({name: row[at : at + 1] for name, row in INPUTS.items()}, unfit=unfit)
    assert unfit.tolist() == [at > 0]


def test_a_value_beyond_the_floats_is_marked(machine: Machine):
    unfit = np.zeros(2, np.bool_)
    machine.run({"cost": np.array([1e308, -1e308]), "share": np.array([0.1, 2.0])}, unfit=unfit)
    assert unfit.tolist() == [True, False]
