"""Decision-tree scenarios between actors who disagree.

>>> import planner
>>> scenario = planner.load("scenarios/tutorial.yaml")  # doctest: +SKIP
>>> planner.evaluate(scenario).headline()  # doctest: +SKIP

Names are imported when they are first used, so that `import planner` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.analyses.evaluate import Evaluation, evaluate
    from planner.analyses.paths import Paths, paths
    from planner.analyses.sensitivity import Sensitivity, sensitivity
    from planner.core.diagnostics import Diagnostic, ScenarioError
    from planner.core.model import Scenario
    from planner.errors import PlannerError
    from planner.files import check, load
    from planner.report import render_report

__version__ = "0.1.0"

__all__ = [
    "Diagnostic",
    "Evaluation",
    "Paths",
    "PlannerError",
    "Scenario",
    "ScenarioError",
    "Sensitivity",
    "__version__",
    "check",
    "evaluate",
    "load",
    "paths",
    "render_report",
    "sensitivity",
]

_HOMES = {
    "Diagnostic": "planner.core.diagnostics",
    "Evaluation": "planner.analyses.evaluate",
    "Paths": "planner.analyses.paths",
    "PlannerError": "planner.errors",
    "Scenario": "planner.core.model",
    "ScenarioError": "planner.core.diagnostics",
    "Sensitivity": "planner.analyses.sensitivity",
    "check": "planner.files",
    "evaluate": "planner.analyses.evaluate",
    "load": "planner.files",
    "paths": "planner.analyses.paths",
    "render_report": "planner.report",
    "sensitivity": "planner.analyses.sensitivity",
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
