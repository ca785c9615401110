"""The drawn tree: the same numbers as the analyses, folded when it is large."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.analyses.paths import paths
from planner.report.board import board, worst_path
from planner.report.drawing import draw, focus
from tests.report import scenarios

if TYPE_CHECKING:
    from tests.report.conftest import Found

LADDER = "nodes:\n" + "".join(
    f"  s{i}:\n    chance: Stage {i}\n    branches:\n"
    f"      up: {{name: Up, p: 0.6, payoff: 1{f', to: s{i + 1}' if i < 99 else ''}}}\n"
    f"      down: {{name: Down, p: rest, payoff: -1{f', to: s{i + 1}' if i < 99 else ''}}}\n"
    for i in range(100)
)


@pytest.mark.parametrize("rule", ["expected", "maximin", "hurwicz:0.3"])
@pytest.mark.parametrize("text", scenarios.ALL.values(), ids=scenarios.ALL)
def test_leaves_are_the_paths_and_have_their_values(found: Found, text: str, rule: str) -> None:
    evaluation = found(text, rule=rule).evaluation
    sketch = draw(evaluation, board(evaluation), limit=1000)
    drawn = {}
    for twig in sketch.twigs:
        if twig.kind == "outcome" and twig.probability != 0:
            way, at = [], twig
            while at.parent >= 0:
                way.append(at.path)
                at = sketch.twigs[at.parent]
            drawn[tuple(reversed(way))] = twig.values
    listed = {
        path.edges: tuple(path.values[actor] for actor in evaluation.values)
        for path in paths(evaluation.scenario, all=True, rule=rule).paths
    }
    known = {edges: values for edges, values in drawn.items() if edges in listed}
    assert known.keys() == listed.keys()
    for edges, values in known.items():
        assert values == pytest.approx(listed[edges])


@pytest.mark.parametrize("text", scenarios.ALL.values(), ids=scenarios.ALL)
def test_the_root_and_its_options_have_the_values_of_the_evaluation(found: Found, text: str) -> None:
    findings = found(text)
    evaluation = findings.evaluation
    sketch = draw(evaluation, board(evaluation))
    assert sketch.twigs[0].values == pytest.approx([float(v) for v in evaluation.values.values()])
    if findings.root is not None:
        for twig, option in zip(
            [twig for twig in sketch.twigs if twig.parent == 0], findings.root.options, strict=True
        ):
            assert twig.values == pytest.approx([float(v) for v in option.values.values()])
            assert twig.chosen == (option.option == findings.root.chosen)


@pytest.mark.parametrize("text", scenarios.ALL.values(), ids=scenarios.ALL)
def test_the_worst_path_is_the_worst_of_all(found: Found, text: str) -> None:
    evaluation = found(text).evaluation
    worst = worst_path(board(evaluation), 0)
    actor = next(iter(evaluation.values))
    listed = paths(evaluation.scenario).paths
    sign = -1 if evaluation.scenario.objective == "minimize" else 1
    least = min(listed, key=lambda path: sign * path.values[actor])
    assert worst.values[0] == pytest.approx(least.values[actor])
    same = next(path for path in listed if path.edges == worst.edges)
    assert (worst.outcome, worst.probability) == (same.outcome, pytest.approx(same.probability))


def test_a_large_tree_is_folded_to_the_limit(found: Found) -> None:
    evaluation = found(LADDER).evaluation
    sketch = draw(evaluation, board(evaluation), limit=60)
    assert 50 <= len(sketch.twigs) <= 60
    assert sketch.folded
    assert max(twig.hidden for twig in sketch.twigs) > 1_000_000


def test_folding_keeps_the_likeliest(found: Found) -> None:
    evaluation = found(LADDER).evaluation
    sketch = draw(evaluation, board(evaluation), limit=9)
    ups = [twig for twig in sketch.twigs if twig.path.endswith(".up")]
    assert [twig.path for twig in ups[:3]] == ["s0.up", "s1.up", "s2.up"]


def test_paths_that_meet_again_are_drawn_apart(found: Found) -> None:
    evaluation = found(scenarios.ROUNDS).evaluation
    sketch = draw(evaluation, board(evaluation), limit=1000)
    states = [twig.state for twig in sketch.twigs if twig.kind == "decision"]
    assert len(states) > len(set(states))
    assert "Another round? (round 2)" in {twig.title for twig in sketch.twigs}


def test_a_branch_that_did_not_happen_is_not_reached(found: Found) -> None:
    evaluation = found(scenarios.RESOLVED).evaluation
    lost = next(t for t in draw(evaluation, board(evaluation)).twigs if t.path == "vote.lost")
    assert (lost.probability, lost.reached) == (0, False)


def test_overrides_count(found: Found) -> None:
    text = scenarios.NASTY
    changed = found(text, overrides={"p_x": "1/4"}, exact=True).evaluation
    sketch = draw(changed, board(changed))
    assert next(twig for twig in sketch.twigs if twig.path == "second.win").probability == 0.25


def test_focus_is_on_those_who_decide(found: Found) -> None:
    assert focus(found(scenarios.JOINT.replace("PACT", "3")).evaluation) == ("a", "b")
    assert focus(found(scenarios.JOINT.replace("PACT", "3"), actor="c").evaluation) == ("c",)
