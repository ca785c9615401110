"""Results as rows, and back: `split` takes a result apart, `join` puts it together again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.store import tables

if TYPE_CHECKING:
    from planner.store.content import Row, Table

Item = Mapping[str, Any]

_DECISION = frozenset(("state", "node", "by", "chosen", "tied", "options", "probability"))
_OPTION = frozenset(("option", "values"))
_EXACT = 2**53  # above it a float cannot hold every whole number
_OUTCOME = frozenset(("outcome", "probability", "values", "payoff", "payoffs"))


@dataclass(frozen=True, slots=True)
class Parts:
    """A result taken apart: what becomes rows, what stays JSON, and what the rows have no column for."""

    values: Mapping[str, Any]
    decisions: Sequence[Item]
    outcomes: Sequence[Item]
    rest: dict[str, Any]
    extra: dict[str, Any]

    def rows(self, run_id: int) -> Iterator[tuple[Table, list[Row]]]:
        """Yield the rows of a run, table by table; columns in the order of the models."""
        yield tables.ValueRow, [(run_id, i, actor, value) for i, (actor, value) in enumerate(self.values.items())]
        yield tables.DecisionRow, _decision_rows(run_id, self.decisions)
        chances = [(run_id, i, outcome["outcome"], outcome["probability"]) for i, outcome in enumerate(self.outcomes)]
        yield tables.OutcomeRow, chances
        yield tables.OutcomeAmountRow, [(run_id, i, *row) for i, row in enumerate(_amounts(self.outcomes))]


def split(result: Mapping[str, Any]) -> Parts:
    """Take a result's ``to_dict()`` apart.

    ``values``, ``decisions`` and ``outcomes`` become rows where they have the shape of `planner evaluate`'s; a part
    that has another shape stays JSON as it is, so that nothing is lost.
    """
    rest = dict(result)
    extra: dict[str, Any] = {}
    values = _take(rest, "values", _are_values, {})
    decisions = _take(rest, "decisions", _are_decisions, ())
    outcomes = _take(rest, "outcomes", _are_outcomes, ())
    if "values" in result and "values" not in rest:
        extra["values"] = {}
    if "decisions" in result and "decisions" not in rest:
        extra["by"] = {decision["node"]: list(decision["by"]) for decision in decisions}
        extra["decisions"] = _odd(decisions, _DECISION)
        extra["options"] = _odd((option for decision in decisions for option in decision["options"]), _OPTION)
    if "outcomes" in result and "outcomes" not in rest:
        extra["outcomes"] = _odd(outcomes, _OUTCOME)
    return Parts(values, decisions, outcomes, rest, extra)


def join(
    rest: Mapping[str, Any],
    extra: Mapping[str, Any],
    *,
    values: Iterable[Row],
    decisions: Iterable[Row],
    outcomes: Iterable[Row],
    amounts: Iterable[Row],
) -> dict[str, Any]:
    """Put a result together again from its JSON parts and its rows (without run and position, in order)."""
    result: dict[str, Any] = dict(rest)
    if "values" in extra:
        result["values"] = dict(tuple(row) for row in values)
    if "decisions" in extra:
        result["decisions"] = _joined_decisions(decisions, extra)
    if "outcomes" in extra:
        result["outcomes"] = _joined_outcomes(outcomes, amounts, extra["outcomes"])
    return result


def _take(rest: dict[str, Any], key: str, fits: Any, empty: Any) -> Any:
    return rest.pop(key) if key in rest and fits(rest[key]) else empty


def _odd(items: Iterable[Item], usual: frozenset[str]) -> dict[str, dict[str, Any]]:
    """Return the unusual keys of the items that have some, by the item's number."""
    return {
        str(i): {key: value for key, value in item.items() if key not in usual}
        for i, item in enumerate(items)
        if not usual.issuperset(item)
    }


def _have(items: Any, keys: frozenset[str]) -> bool:
    return isinstance(items, Sequence) and all(isinstance(item, Mapping) and item.keys() >= keys for item in items)


def _are_values(values: Any) -> bool:
    return isinstance(values, Mapping) and _are_numbers(values.values())


def _are_numbers(numbers: Iterable[Any]) -> bool:
    """Whether a column of floats and nulls gives all of them back equal."""
    numbers = list(numbers)
    kinds = set(map(type, numbers))
    if not all(issubclass(kind, (float, int, type(None))) for kind in kinds):
        return False
    return int not in kinds or all(abs(n) <= _EXACT for n in numbers if type(n) is int)


def _are_decisions(decisions: Any) -> bool:
    if not _have(decisions, _DECISION):
        return False
    owners: dict[str, list[str]] = {}
    numbers: list[Any] = [decision["probability"] for decision in decisions]
    for decision in decisions:
        options, tied, by = decision["options"], decision["tied"], decision["by"]
        try:
            names = [option["option"] for option in options]
            for option in options:
                numbers += option["values"].values()
        except (AttributeError, KeyError, TypeError):
            return False
        if (
            decision["chosen"] not in names
            or (tied and list(tied) != [name for name in names if name in tied])
            or owners.setdefault(decision["node"], by) != by
            or not all(option["values"] for option in options)
        ):
            return False
    return len({decision["state"] for decision in decisions}) == len(decisions) and _are_numbers(numbers)


def _are_outcomes(outcomes: Any) -> bool:
    if not _have(outcomes, _OUTCOME - {"payoffs"}):
        return False
    if any("payoffs" in o and not (o["payoffs"] and all(o["payoffs"].values())) for o in outcomes):
        return False
    numbers = [amount for _, _, _, amount in _amounts(outcomes)] + [outcome["probability"] for outcome in outcomes]
    return len({outcome["outcome"] for outcome in outcomes}) == len(outcomes) and _are_numbers(numbers)


def _decision_rows(run_id: int, decisions: Sequence[Item]) -> list[Row]:
    rows: list[Row] = []
    append = rows.append
    position = 0
    for decision in decisions:
        state, node, p = decision["state"], decision["node"], decision["probability"]
        chosen, tied = decision["chosen"], decision["tied"]
        for option in decision["options"]:
            name = option["option"]
            is_chosen, is_tied = name == chosen, name in tied
            for actor, value in option["values"].items():
                append((run_id, position, state, node, name, is_chosen, is_tied, actor, value, p))
                position += 1
    return rows


def _amounts(outcomes: Sequence[Item]) -> Iterator[Row]:
    for outcome in outcomes:
        name = outcome["outcome"]
        for actor, value in outcome["values"].items():
            yield name, actor, None, value
        for criterion, amount in outcome["payoff"].items():
            yield name, None, criterion, amount
        for actor, amounts in outcome.get("payoffs", {}).items():
            for criterion, amount in amounts.items():
                yield name, actor, criterion, amount


def _joined_decisions(rows: Iterable[Row], extra: Mapping[str, Any]) -> list[dict[str, Any]]:
    decisions: list[dict[str, Any]] = []
    options: list[dict[str, Any]] = []
    for state, node, option, chosen, tied, actor, value, p in rows:
        if not decisions or decisions[-1]["state"] != state:
            decisions.append(
                {"state": state, "node": node, "by": extra["by"][node], "chosen": None, "tied": [], "options": []}
                | {"probability": p}
            )
        decision = decisions[-1]
        if not decision["options"] or decision["options"][-1]["option"] != option:
            options.append({"option": option, "values": {}})
            decision["options"].append(options[-1])
            if chosen:
                decision["chosen"] = option
            if tied:
                decision["tied"].append(option)
        options[-1]["values"][actor] = value
    for items, kind in ((decisions, "decisions"), (options, "options")):
        for number, more in extra[kind].items():
            items[int(number)].update(more)
    return decisions


def _joined_outcomes(rows: Iterable[Row], amounts: Iterable[Row], extra: Mapping[str, Any]) -> list[dict[str, Any]]:
    outcomes: dict[str, dict[str, Any]] = {
        name: {"outcome": name, "probability": p, "values": {}, "payoff": {}} for name, p in rows
    }
    for name, actor, criterion, amount in amounts:
        outcome = outcomes[name]
        if criterion is None:
            outcome["values"][actor] = amount
        elif actor is None:
            outcome["payoff"][criterion] = amount
        else:
            outcome.setdefault("payoffs", {}).setdefault(actor, {})[criterion] = amount
    found = list(outcomes.values())
    for number, more in extra.items():
        found[int(number)].update(more)
    return found
