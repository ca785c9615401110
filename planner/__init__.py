"""Decision-tree scenarios between actors who disagree.

>>> import planner
>>> scenario = planner.load("scenarios/tutorial.yaml")  # doctest: +SKIP
>>> planner.evaluate(scenario).headline()  # doctest: +SKIP

Names are imported when they are first used, so that `import planner` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.analyses.appraisal import Appraisal, appraisal
    from planner.analyses.comparison import Comparison, compare
    from planner.analyses.conflict import Stability, stability
    from planner.analyses.drawing.simulation import Simulation
    from planner.analyses.evaluate import Evaluation, evaluate
    from planner.analyses.forecast import Forecast, forecast
    from planner.analyses.frontier import Frontier, frontier
    from planner.analyses.indicators import Indicators, indicators
    from planner.analyses.information import information
    from planner.analyses.learning.information_result import Information
    from planner.analyses.negotiate import Negotiation, negotiate
    from planner.analyses.paths import Paths, paths
    from planner.analyses.risk import Risk, risk
    from planner.analyses.sensitivity import Sensitivity, sensitivity
    from planner.analyses.side_by_side import SideBySide, side_by_side
    from planner.analyses.simulate import simulate
    from planner.analyses.strategies import Strategies, strategies
    from planner.analyses.stress import Stress, stress
    from planner.core.change.differences import Difference, differences
    from planner.core.diagnostics import Diagnostic, ScenarioError
    from planner.core.model import Scenario
    from planner.errors import PlannerError
    from planner.files import check, load
    from planner.report import render_report

__version__ = "0.1.0"

__all__ = [
    "Appraisal",
    "Comparison",
    "Diagnostic",
    "Difference",
    "Evaluation",
    "Forecast",
    "Frontier",
    "Indicators",
    "Information",
    "Negotiation",
    "Paths",
    "PlannerError",
    "Risk",
    "Scenario",
    "ScenarioError",
    "Sensitivity",
    "SideBySide",
    "Simulation",
    "Stability",
    "Strategies",
    "Stress",
    "__version__",
    "appraisal",
    "check",
    "compare",
    "differences",
    "evaluate",
    "forecast",
    "frontier",
    "indicators",
    "information",
    "load",
    "negotiate",
    "paths",
    "render_report",
    "risk",
    "sensitivity",
    "side_by_side",
    "simulate",
    "stability",
    "strategies",
    "stress",
]

_HOMES = {
    "Comparison": "planner.analyses.comparison",
    "Difference": "planner.core.change.differences",
    "compare": "planner.analyses.comparison",
    "differences": "planner.core.change.differences",
    "Appraisal": "planner.analyses.appraisal",
    "Indicators": "planner.analyses.indicators",
    "appraisal": "planner.analyses.appraisal",
    "indicators": "planner.analyses.indicators",
    "Diagnostic": "planner.core.diagnostics",
    "Evaluation": "planner.analyses.evaluate",
    "Information": "planner.analyses.learning.information_result",
    "Forecast": "planner.analyses.forecast",
    "Negotiation": "planner.analyses.negotiate",
    "forecast": "planner.analyses.forecast",
    "negotiate": "planner.analyses.negotiate",
    "Frontier": "planner.analyses.frontier",
    "Paths": "planner.analyses.paths",
    "PlannerError": "planner.errors",
    "Risk": "planner.analyses.risk",
    "Scenario": "planner.core.model",
    "ScenarioError": "planner.core.diagnostics",
    "Strategies": "planner.analyses.strategies",
    "Simulation": "planner.analyses.drawing.simulation",
    "Stress": "planner.analyses.stress",
    "Stability": "planner.analyses.conflict",
    "Sensitivity": "planner.analyses.sensitivity",
    "check": "planner.files",
    "evaluate": "planner.analyses.evaluate",
    "information": "planner.analyses.information",
    "frontier": "planner.analyses.frontier",
    "load": "planner.files",
    "paths": "planner.analyses.paths",
    "render_report": "planner.report",
    "strategies": "planner.analyses.strategies",
    "simulate": "planner.analyses.simulate",
    "stress": "planner.analyses.stress",
    "risk": "planner.analyses.risk",
    "stability": "planner.analyses.conflict",
    "sensitivity": "planner.analyses.sensitivity",
    "SideBySide": "planner.analyses.side_by_side",
    "side_by_side": "planner.analyses.side_by_side",
}


def __getattr__(name: str) -> object:
    """Import a public name from its home the first time somebody asks for it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'planner' has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return sorted({*globals(), *__all__})
