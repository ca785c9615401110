"""Samples: what a single draw comes to is what evaluating the scenario with its numbers gives."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import planner
from planner.analyses.drawing.design import design
from planner.analyses.drawing.job import Block, Job
from planner.analyses.drawing.sample import gathered, sample
from planner.analyses.focus import focus
from planner.analyses.result import BadArgument
from planner.core.diagnostics import ScenarioError
from planner.core.rules import load
from planner.core.source import Source

JOINT = """
planner: 1
title: Two allies
actors: {ann: {}, bob: {}}
parameters:
  cost: {value: 3, low: 1, high: 8, distribution: triangular}
  help: {value: 4, low: 0, high: 9, distribution: uniform}
  luck: {value: 0.4, distribution: "beta(4, 6)"}
  fee: 1
nodes:
  start:
    decision: Act together?
    by: [ann, bob]
    fallback: wait
    options:
      act: {payoff: {ann: -cost, bob: 1}, to: turn}
      half: {payoff: {ann: 2 - cost, bob: help - 6}}
      wait: {payoff: {ann: 0, bob: -fee}}
  turn:
    chance: Does it turn?
    branches: {yes: {p: luck, payoff: {ann: 9, bob: 2}}, no: {p: rest, payoff: {bob: -help}}}
"""


def test_each_draw_is_the_scenario_evaluated_with_its_numbers():
    scenario = load(Source.from_text(JOINT))
    found = sample(scenario, draws=25, seed=3)
    assert found.options.shape == (3, 2, 25)
    for draw in range(25):
        numbers = {name: float(row[draw]) for name, row in found.inputs.items()}
        direct = planner.evaluate(scenario, overrides=numbers)
        root = direct.root
        assert root is not None
        for at, option in enumerate(root.options):
            assert found.options[at, :, draw] == pytest.approx(list(option.values.values()))
        assert root.options[found.choice[draw]].option == root.chosen
        assert found.value[:, draw] == pytest.approx(list(direct.values.values()))
        gains = found.options[:, :, draw] - found.options[2, :, draw]
        assert found.scores[:, draw] == pytest.approx(gains.min(axis=1))
    assert len(set(found.choice.tolist())) > 1


def test_it_is_the_same_bits_however_it_is_cut_and_wherever_it_is_made():
    scenario = load(Source.from_text(JOINT))
    whole = sample(scenario, draws=300, seed=3)
    job = Job.about(focus(scenario), whole.design)
    sent = gathered(pickle.loads(pickle.dumps(job)))
    cut = Block.joined([job.block(first, count) for first, count in ((0, 1), (1, 7), (8, 200), (208, 92))])
    assert cut.draws.options.tobytes() == whole.options.tobytes()
    assert cut.draws.choice.tolist() == whole.choice.tolist()
    assert cut.draws.value.tobytes() == whole.value.tobytes()
    assert sent.options.tobytes() == whole.options.tobytes()
    assert sent.choice.tobytes() == whole.choice.tobytes()
    assert sent.value.tobytes() == whole.value.tobytes()
    assert all(np.array_equal(row, sent.inputs[name]) for name, row in whole.inputs.items())


def test_a_parameter_that_the_decision_overrides_is_not_drawn():
    scenario = load(Source.from_text(JOINT))
    found = sample(focus(scenario, overrides={"help": 2}, actor="bob"), draws=10)
    assert list(found.inputs) == ["cost", "luck"]
    assert found.focus.actor == "bob"
    assert np.allclose(found.options[1, 1], 2 - 6)


def test_an_impossible_probability_is_an_error_that_names_the_draw():
    wide = load(Source.from_text(JOINT.replace('"beta(4, 6)"', '"normal(0.4, 0.17)"')))
    luck = design(wide, draws=20_000).block(0, 20_000)[0]["luck"]
    first = int(np.argmax((luck < 0) | (luck > 1)))
    assert first > 0
    with pytest.raises(ScenarioError, match=rf"'yes' of 'turn' is \S+ in draw {first + 1} \(luck = "):
        sample(wide, draws=20_000)


def test_more_draws_than_memory_holds_are_refused():
    with pytest.raises(BadArgument, match="2,000,000 draws do not fit into memory"):
        sample(load(Source.from_text(JOINT)), draws=2_000_000)
