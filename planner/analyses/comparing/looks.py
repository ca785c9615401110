"""One side of a comparison: the scenario, what follows from it, or what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from planner.analyses.evaluate import evaluate
from planner.analyses.forecast import forecast
from planner.analyses.result import BadArgument
from planner.core.change.differences import text_of
from planner.core.diagnostics import ScenarioError
from planner.core.model import Scenario
from planner.core.rules import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analyses.comparing.names import Names
    from planner.analyses.evaluate import Evaluation
    from planner.analyses.forecast import Forecast
    from planner.core.change.differences import Side
    from planner.core.diagnostics import Diagnostic

MOST_FORECAST = 2_000  # states beyond which equilibria of a comparison would take too long


@dataclass(frozen=True)
class Look:
    """One side.

    Attributes:
        path: the file, or ``REVISION:path``.
        fingerprint: SHA-256 of its text and all that it includes.
        scenario: the scenario; None if its text has errors.
        evaluation: what follows from it; None if it cannot be evaluated.
        diagnostics: the errors that stand in the way.
        problem: what else does, in one sentence.
        readable: whether the text can be read at all, whatever is wrong with what it says.
    """

    path: str
    fingerprint: str
    scenario: Scenario | None = field(default=None, repr=False)
    evaluation: Evaluation | None = field(default=None, repr=False)
    diagnostics: tuple[Diagnostic, ...] = ()
    problem: str = ""
    readable: bool = True

    @property
    def reason(self) -> str:
        """Why it cannot be evaluated, in words; empty if it can."""
        if self.problem:
            return self.problem
        if not self.diagnostics:
            return ""
        first, *others = self.diagnostics
        more = f" ({len(others)} more)" if others else ""
        return f"error[{first.code}] in line {first.line}: {first.message}{more}"

    def to_dict(self) -> dict[str, Any]:
        """Return the side as JSON data."""
        return {
            "path": self.path,
            "fingerprint": self.fingerprint,
            "evaluated": self.evaluation is not None,
            "diagnostics": [one.to_dict() for one in self.diagnostics],
            "problem": self.problem,
            "readable": self.readable,
        }


def look(side: Side, numbers: Mapping[str, float | str], names: Names | None, rule: str, max_states: int) -> Look:
    """Read one side and evaluate it.

    Args:
        side: the scenario, or its text.
        numbers: numbers that replace parameters, in the names of the second side.
        names: the names of this side in the second; None for the second itself.
        rule: what decisions go by.
        max_states: how many states it may unfold into.
    """
    source = text_of(side)
    path, fingerprint = source.path, source.content_fingerprint
    try:
        scenario = side if isinstance(side, Scenario) else load(source)
    except ScenarioError as error:
        readable = source.data is not None
        return Look(path, fingerprint, diagnostics=error.diagnostics, readable=readable)
    known = {each: names.parameter(each) if names is not None else each for each in scenario.parameters}
    given = {each: numbers[name] for each, name in known.items() if name in numbers}
    if not scenario.nodes:
        problem = "it has a conflict and no tree; `planner negotiate` says what is stable"
        return Look(path, fingerprint, scenario, problem=problem)
    try:
        done = evaluate(scenario, overrides=given, rule=rule, max_states=max_states)
    except ScenarioError as error:
        return Look(path, fingerprint, scenario, diagnostics=error.diagnostics)
    except BadArgument as error:
        return Look(path, fingerprint, scenario, problem=error.message)
    return Look(path, fingerprint, scenario, done)


@dataclass(frozen=True)
class ForecastMove:
    """What happens if each does what is best for it, before and after, in the names of the second scenario.

    Attributes:
        before: the first forecast's path as edges.
        after: the same after.
        count_before: how many equilibria there are.
        count_after: the same after.
        changed: whether another path is forecast, or another set of paths.
        why: why there is no forecast; empty otherwise.
    """

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    count_before: int = 0
    count_after: int = 0
    changed: bool = False
    why: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "before": list(self.before),
            "after": list(self.after),
            "count_before": self.count_before,
            "count_after": self.count_after,
            "changed": self.changed,
            "why": self.why,
        }


def forecast_move(first: Look, second: Look, names: Names, max_states: int) -> ForecastMove | None:
    """Return how the forecast moves; None where on both sides one actor decides alone, or nobody."""
    deciders = [
        {actor for one in each.evaluation.decisions for actor in one.by} if each.evaluation is not None else set()
        for each in (first, second)
    ]
    if max(map(len, deciders)) < 2:
        return None
    found: list[Forecast] = []
    for each in (first, second):
        assert each.scenario is not None
        assert each.evaluation is not None
        if len(each.evaluation.decisions) > MOST_FORECAST:
            return ForecastMove(
                why=f"there are more than {MOST_FORECAST:,} decisions; `planner negotiate` takes its time"
            )
        given = each.evaluation.settings.get("set") or {}
        try:
            found.append(forecast(each.scenario, overrides=given, max_states=max_states))
        except BadArgument as error:
            return ForecastMove(why=error.message)
        except ScenarioError as error:
            return ForecastMove(why=error.diagnostics[0].message)
    assert first.scenario is not None
    assert second.scenario is not None
    old = [tuple(names.edge(edge) for edge in path) for path in _moves(found[0].paths, first.scenario)]
    new = _moves(found[1].paths, second.scenario)
    return ForecastMove(
        old[0] if old else (), new[0] if new else (), found[0].count, found[1].count, changed=set(old) != set(new)
    )


def _moves(paths: tuple[tuple[str, ...], ...], scenario: Scenario) -> list[tuple[str, ...]]:
    """Return what actors do along paths, without what chance does, each once."""
    found = (
        tuple(edge for edge in path if scenario.nodes[edge.rpartition(".")[0]].kind == "decision") for path in paths
    )
    return list(dict.fromkeys(found))
