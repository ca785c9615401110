"""Near-ties that hang on the largest value on the board, where states are settled in blocks, runs and chains."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest

from planner.core.compiled.run import Run
from planner.core.draws import Plain
from planner.core.machine import Machine
from planner.core.rule import EXPECTED
from planner.core.rules import load
from planner.core.source import Source
from planner.core.unfold import Unfolded, unfold

HEAD = "planner: 1\ntitle: Near\nparameters: {near: 0, far: 1}\nnodes:\n"


def wide(count: int) -> str:
    """Decisions side by side, each over two ends that nearly tie, and a chance of reaching each."""
    lines = [f"      b{at}: {{p: 1 / {count}, to: d{at}}}\n" for at in range(count)]
    text = f"  root:\n    chance: Which?\n    branches:\n{''.join(lines)}"
    for at in range(count):
        text += f"  d{at}: {{decision: '{at}', options: {{first: {{to: x{at}}}, second: {{to: y{at}}}}}}}\n"
        text += f"  x{at}: {{outcome: X, payoff: far * {at % 7 - 3}}}\n"
        text += f"  y{at}: {{outcome: Y, payoff: far * {at % 7 - 3} + near * {1 + at % 5}}}\n"
    return text


def line(count: int) -> str:
    """A long line of decisions, each of which may stop for nearly as much as going on brings."""
    text = ""
    for at in range(count):
        ends = f"on: {{payoff: far, to: n{at + 1}}}, stop: {{payoff: (far + near) * {count - at}}}"
        text += f"  n{at}: {{decision: '{at}', options: {{{ends}}}}}\n"
    return text + f"  n{count}: {{outcome: End}}\n"


SHAPES = {"a block": wide(60), "a run": wide(5), "a chain": line(700), "a short line": line(20)}


@pytest.fixture(params=SHAPES, scope="module")
def states(request: pytest.FixtureRequest) -> Unfolded:
    return unfold(load(Source.from_text(HEAD + SHAPES[request.param])))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.99])
def test_the_choice_is_that_of_the_plain_way(states: Unfolded, share: float):
    decisions = [state for state in range(len(states)) if states.kind(state) == "decision"]
    focus = decisions[int(share * len(decisions))]
    random = np.random.default_rng(2)
    far = 10 ** random.uniform(0, 6, 64)
    near = far * 1e-12 * 10 ** random.uniform(-1, 3, 64)
    inputs = {"near": near, "far": far}
    plain = Plain(states, focus, {}, EXPECTED).block(inputs, {})
    with patch.object(Run, "_plain", side_effect=AssertionError("went the plain way")):
        made = Machine(states, focus=focus).run(inputs)
    assert made.choice.tolist() == plain.choice.tolist()
    assert np.array_equal(made.options, plain.options)
    assert 0 < np.count_nonzero(made.choice == made.choice[np.argmax(near / far)]) < 64
