"""A stress test as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.analyses.stressing import stress_words
from planner.analyses.stressing.choice_rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.analyses.stress import RuleResult, Stress


def as_dict(found: Stress) -> dict[str, Any]:
    """Return the result; what a rule takes stands under its name, the details under ``rules``."""
    focus = found.focus
    taken = {rule: found.rules[rule].option if rule in found.rules else None for rule in RULES}
    return {
        "decision": {
            "state": focus.label,
            "node": focus.node,
            "title": focus.title,
            "by": list(focus.by),
            "fallback": None if focus.fallback is None else focus.options[focus.fallback],
            "options": [{"option": option, "name": focus.name(option)} for option in focus.options],
        },
        "actor": focus.actor,
        "futures": [_future(found, at) for at in range(1, len(found.worlds))],
        "table": _rows(found, found.counted),
        "base": _rows(found, [0]),
        **taken,
        "rules": {
            **_rules(found.rules),
            "expected": _rules(found.rules).get("expected") or {"option": None, "reason": found.no_expected},
        },
        "weights": None if found.weights is None else dict(found.weights),
        "as_file": _as_file(found),
        "agree": len({result.option for result in found.rules.values()}) == 1 if found.rules else None,
        "disagreement": found.disagreement(),
        "hurwicz_switches": [
            {"at": switch.at, "from": focus.options[switch.before], "to": focus.options[switch.after]}
            for switch in found.switches
        ],
        "reversals": _reversals(found),
        "deciders": {actor: _rules(rules) for actor, rules in found.deciders.items()},
        "reference": found.reference,
        "hurt": [
            {"option": one.option, "actor": one.actor, "future": one.future, "loss": one.loss} for one in found.hurt
        ],
        "minimum": [
            {
                "actor": share.actor,
                "minimum": share.minimum,
                "option": share.option,
                "futures": share.futures,
                "ranges": share.ranges,
            }
            for share in found.shares
        ],
        "ranges": _ranges(found),
        "fails": found.fails.name,
        "discovery": [{**one.to_dict(), "sentence": stress_words.discovered(found, one)} for one in found.discovery],
        "notes": list(found.notes),
        "method": found.method,
    }


def _future(found: Stress, at: int) -> dict[str, Any]:
    world = found.worlds[at]
    return {
        "future": world.id,
        "name": world.name,
        "set": dict(world.set),
        "probability": world.probability,
        "chosen": found.chosen[at],
    }


def _rows(found: Stress, worlds: Iterable[int]) -> list[dict[str, Any]]:
    actors = list(found.scenario.actors)
    return [
        {
            "option": option,
            "future": found.worlds[world].id,
            "value": float(found.own[at, world]),
            "regret": float(found.regrets[at, world]),
            "by_actor": dict(zip(actors, map(float, found.values[at, :, world]), strict=True)),
        }
        for at, option in enumerate(found.options)
        for world in worlds
    ]


def _rules(rules: Mapping[str, RuleResult]) -> dict[str, dict[str, Any]]:
    return {
        rule: {
            "option": result.option,
            "tied": list(result.tied),
            "value": result.value,
            "values": dict(result.values),
        }
        for rule, result in rules.items()
    }


def _as_file(found: Stress) -> dict[str, Any]:
    """Return what is taken by the file's own numbers: by those who decide, and by the point of view alone."""
    values = dict(zip(found.options, map(float, found.own[:, 0]), strict=True))
    best = max(found.options, key=lambda option: found.focus.sense * values[option])
    return {"followed": found.focus.chosen, "option": best, "values": values}


def _reversals(found: Stress) -> list[dict[str, Any]]:
    names = found.options
    return [
        {
            "without": names[each.without],
            "preferred": names[each.preferred],
            "before": names[each.before],
            "regrets": dict(zip((names[each.preferred], names[each.before]), each.regrets, strict=True)),
            "regrets_before": dict(zip((names[each.preferred], names[each.before]), each.regrets_before, strict=True)),
            "choice": each.choice,
        }
        for each in found.reversals
    ]


def _ranges(found: Stress) -> dict[str, Any] | None:
    box, cases = found.ranges, found.worst_cases
    if box is None or cases is None:
        return None
    by_worst, by_regret = stress_words.box_choices(found)
    return {
        "parameters": [
            {"parameter": name, "low": float(low), "high": float(high), "value": float(given)}
            for name, low, high, given in zip(box.names, box.low, box.high, box.given, strict=True)
        ],
        "without_effect": list(box.idle),
        "follow": list(box.follow),
        "points": cases.points,
        "left_out": cases.left_out,
        "all_corners": cases.corners,
        "maximin": by_worst[0],
        "maximin_tied": list(by_worst) if len(by_worst) > 1 else [],
        "minimax_regret": by_regret[0],
        "minimax_regret_tied": list(by_regret) if len(by_regret) > 1 else [],
        "options": [
            {
                "option": option,
                "worst": cases.worst[option].to_dict(),
                "regret": cases.regret[option].to_dict(),
            }
            for option in found.options
        ],
        "sample": {"points": found.settings["points"], "left_out": found.left_out},
    }
