"""What the result of an analysis says about the choice at its decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.store.records import Choice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Found = tuple[str, str, str, float | None]  # decision, option, actor, value


def choice_in(analysis: str, result: Mapping[str, Any], settings: Mapping[str, Any], root: str | None) -> Choice | None:
    """Return what a run came to; None where its result does not say.

    Args:
        analysis: what was asked: risk, sensitivity, ….
        result: its result as it was kept; results of earlier versions may lack what today's have.
        settings: the arguments it depends on.
        root: the first node of the file: a choice elsewhere is named with its decision.
    """
    reader = READERS.get(analysis)
    if reader is None:
        return None
    try:
        decision, option, actor, value = reader(result, settings)
    except (KeyError, TypeError, IndexError, StopIteration):
        return None
    node = decision.partition("[")[0]
    return Choice(option if node == root else f"{decision}.{option}", actor, value)


def _mean(result: Mapping[str, Any]) -> float | None:
    """Return the mean of the chosen option from the list of options."""
    found: float | None = next(row for row in result["options"] if row["option"] == result["chosen"])["mean"]
    return found


def _risk(result: Mapping[str, Any], settings: Mapping[str, Any]) -> Found:
    del settings
    return result["at"], result["chosen"], result["actor"], _mean(result)


def _simulate(result: Mapping[str, Any], settings: Mapping[str, Any]) -> Found:
    del settings
    return result["state"], result["chosen"], result["actor"], _mean(result)


def _sensitivity(result: Mapping[str, Any], settings: Mapping[str, Any]) -> Found:
    del settings
    return result["decision"], result["chosen"], result["actor"], result.get("value")


def _information(result: Mapping[str, Any], settings: Mapping[str, Any]) -> Found:
    del settings
    return result["at"], result["chosen"], result["actor"], result.get("value")


def _stress(result: Mapping[str, Any], settings: Mapping[str, Any]) -> Found:
    del settings
    option = result["as_file"]["followed"]
    return result["decision"]["state"], option, result["actor"], result["as_file"]["values"].get(option)


def _negotiate(result: Mapping[str, Any], settings: Mapping[str, Any]) -> Found:
    option, actor = result["agreement"]["option"], settings["actor"]
    held = next(position for position in result["positions"] if position["actor"] == actor)
    return result["decision"], option, actor, held["values"][option]


def _strategies(result: Mapping[str, Any], settings: Mapping[str, Any]) -> Found:
    del settings
    best = result["strategies"][0]
    decision = best["summary"][0]["state"]
    return decision, best["choices"][decision], result["actor"], best["value"]


READERS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Found]] = {
    "risk": _risk,
    "simulate": _simulate,
    "sensitivity": _sensitivity,
    "information": _information,
    "stress": _stress,
    "negotiate": _negotiate,
    "strategies": _strategies,
}
