"""Reading the sections beside the tree: actors, criteria, parameters, futures, state, signals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.core.expression import Expression, FormulaError
from planner.core.model import (
    SELF,
    VALUE,
    Actor,
    Correlation,
    Criterion,
    Distribution,
    Future,
    Include,
    Parameter,
    Signal,
)
from planner.core.num import Num
from planner.core.reader import Path, Reader, did_you_mean
from planner.core.source import Map, Seq

if TYPE_CHECKING:
    from collections.abc import Mapping

ACTOR_KEYS = frozenset({"name", "weights", "weight_ranges", "risk_tolerance", "votes", "minimum", "note"})
CRITERION_KEYS = frozenset({"name", "unit", "worst", "best", "start", "note"})
PARAMETER_KEYS = frozenset({"name", "unit", "value", "low", "high", "distribution", "source", "note"})
FUTURE_KEYS = frozenset({"name", "set", "probability", "note"})
INCLUDE_KEYS = frozenset({"file", "set", "note"})
SIGNAL_KEYS = frozenset({"name", "about", "likelihood"})

# family -> how many numbers it takes in parentheses (0: the parameter's own low, value and high), and its use
FAMILIES: Mapping[str, tuple[tuple[int, ...], str]] = {
    "pert": ((0,), "pert"),
    "triangular": ((0,), "triangular"),
    "uniform": ((0, 2), "uniform, or uniform(0.1, 0.4)"),
    "normal": ((0, 2), "normal(0.2, 0.05)"),
    "lognormal": ((0, 2), "lognormal(0.5, 0.2)"),
    "beta": ((2,), "beta(4, 16)"),
    "discrete": ((1,), "discrete({0.1: 0.5, 0.3: 0.5})"),
}
CALL = re.compile(r"\s*([a-z]+)\s*(?:\((.*)\))?\s*\Z", re.DOTALL)


def read_criteria(reader: Reader, data: Map) -> dict[str, Criterion]:
    """Read ``criteria``; without the section there is the one criterion ``value``."""
    if "criteria" not in data:
        return {VALUE: Criterion(VALUE, "Value")}
    section = reader.mapping(("criteria",), data["criteria"], "a mapping of criteria")
    made: dict[str, Criterion] = {}
    for name, value in (section or {}).items():
        path: Path = ("criteria", name)
        reader.good_id(path, name, "a criterion")
        found = reader.mapping(path, value) if value is not None else Map()
        if found is None:
            continue
        reader.unknown_keys(path, found, CRITERION_KEYS, f"criterion '{name}'")
        numbers = {key: reader.number((*path, key), found[key]) for key in ("worst", "best", "start") if key in found}
        texts = {key: reader.text((*path, key), found[key]) for key in ("unit", "note") if key in found}
        title = reader.text((*path, "name"), found["name"]) if "name" in found else None
        made[name] = Criterion(name, title or name, **numbers, **texts)  # type: ignore[arg-type]
    if section is not None and not section:
        reader.wrong_type(("criteria",), None, "at least one criterion", "leave the key out for a single value")
    return made or {VALUE: Criterion(VALUE, "Value")}


def read_actors(reader: Reader, data: Map, criteria: Mapping[str, Criterion]) -> dict[str, Actor]:
    """Read ``actors``; without the section there is the one actor ``self``."""
    if "actors" not in data:
        return {SELF: Actor(SELF, "Self")}
    section = reader.mapping(("actors",), data["actors"], "a mapping of actors")
    made: dict[str, Actor] = {}
    for name, value in (section or {}).items():
        path: Path = ("actors", name)
        reader.good_id(path, name, "an actor")
        if name in criteria:
            reader.fault(
                "P121",
                f"'{name}' is both an actor and a criterion",
                path,
                key=True,
                label="a payoff could mean either",
                help="give one of them another id",
                related=[(("criteria", name), True, "the criterion")] if "criteria" in data else (),
            )
        found = reader.mapping(path, value) if value is not None else Map()
        if found is None:
            made[name] = Actor(name, name)
            continue
        made[name] = read_actor(reader, path, found, criteria)
    if section is not None and not section:
        reader.wrong_type(("actors",), None, "at least one actor", "leave the key out for a single decider")
    return made or {SELF: Actor(SELF, "Self")}


def read_actor(reader: Reader, path: Path, found: Map, criteria: Mapping[str, Criterion]) -> Actor:
    """Read one actor."""
    name = str(path[-1])
    reader.unknown_keys(path, found, ACTOR_KEYS, f"actor '{name}'")
    weights: dict[str, float] = {}
    given = reader.mapping((*path, "weights"), found["weights"], "weights by criterion") if "weights" in found else None
    for criterion, weight in (given or {}).items():
        number = reader.number((*path, "weights", criterion), weight)
        if criterion not in criteria:
            unknown_criterion(reader, (*path, "weights", criterion), criterion, criteria)
        elif number is not None:
            weights[criterion] = number
    numbers = {
        key: reader.number((*path, key), found[key]) for key in ("risk_tolerance", "votes", "minimum") if key in found
    }
    for key in ("risk_tolerance", "votes"):
        number = numbers.get(key)
        if number is not None and (number < 0 or (number == 0 and key == "risk_tolerance")):
            least = "above 0" if key == "risk_tolerance" else "at least 0"
            help_ = "leave it out for a neutral attitude to risk" if key == "risk_tolerance" else None
            reader.fault("P119", f"{key} of '{name}' is {number:g}", (*path, key), label=f"must be {least}", help=help_)
            numbers[key] = None
    title = reader.text((*path, "name"), found["name"]) if "name" in found else None
    note = reader.text((*path, "note"), found["note"]) if "note" in found else None
    ranges = read_weight_ranges(reader, path, found, weights)
    return Actor(name, title or name, weights, ranges, note=note, **numbers)


def read_weight_ranges(
    reader: Reader, actor: Path, found: Map, weights: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Read ``weight_ranges`` of an actor: for some of its weights [lowest, highest]."""
    path: Path = (*actor, "weight_ranges")
    given = reader.mapping(path, found["weight_ranges"], "ranges by criterion") if "weight_ranges" in found else None
    made: dict[str, tuple[float, float]] = {}
    for criterion, row in (given or {}).items():
        where: Path = (*path, criterion)
        if type(row) is not Seq or len(row) != 2:
            reader.wrong_type(where, row, "a list of two numbers", "write [lowest, highest], such as [10, 30]")
            continue
        low, high = (reader.number((*where, at), row[at]) for at in (0, 1))
        if low is None or high is None:
            continue
        if criterion not in weights:
            message = f"'{actor[-1]}' has a range for the weight of '{criterion}', and no weight"
            reader.fault(
                "P119", message, where, key=True, label="of which weight?", help=f"add '{criterion}' to its weights"
            )
        elif not low <= weights[criterion] <= high or low == high or (low < 0 < high):
            message = f"the range of the weight of '{criterion}' does not fit: [{low:g}, {high:g}]"
            help_ = f"let it begin below and end above the weight {weights[criterion]:g}, on one side of 0"
            reader.fault("P119", message, where, label="does not fit", help=help_)
        else:
            made[criterion] = (low, high)
    return made


def unknown_criterion(reader: Reader, path: Path, name: str, criteria: Mapping[str, Criterion]) -> None:
    """Report a criterion that the file does not define."""
    reader.fault(
        "P105",
        f"unknown criterion '{name}'",
        path,
        key=True,
        label="no criterion has this id",
        help=did_you_mean(name, criteria, "criteria"),
    )


def read_parameters(reader: Reader, data: Map, state: Mapping[str, float]) -> dict[str, Parameter]:
    """Read ``parameters``: a bare number, a formula, or a mapping with ``value``."""
    section = reader.mapping(("parameters",), data["parameters"]) if data.get("parameters") is not None else None
    made: dict[str, Parameter] = {}
    for name, value in (section or {}).items():
        path: Path = ("parameters", name)
        reader.good_id(path, name, "a parameter", formula=True)
        if name in state:
            reader.fault(
                "P121",
                f"'{name}' is both a parameter and a state variable",
                path,
                key=True,
                label="a formula could mean either",
                help="give one of them another id",
                related=[(("state", name), True, "the state variable")],
            )
        parameter = read_parameter(reader, path, value)
        made[name] = parameter or Parameter(name, Expression.of(0))
        if parameter is None:
            reader.broken.add(f"parameter {name}")
    for name, parameter in made.items():
        value_path = ("parameters", name, *(("value",) if type(reader.given("parameters", name)) is Map else ()))
        if state and any(read in state and read not in made for read in parameter.value.names):
            first = next(read for read in sorted(parameter.value.names) if read in state)
            message = f"parameter '{name}' reads the state variable '{first}'"
            help_ = "a parameter is the same on every path; use the state in 'p' or 'payoff'"
            reader.fault("P122", message, value_path, help=help_)
            reader.broken.add(f"parameter {name}")
        elif not reader.names_known(value_path, parameter.value, made, {}):
            reader.broken.add(f"parameter {name}")
    return made


def read_parameter(reader: Reader, path: Path, value: object) -> Parameter | None:
    """Read one parameter."""
    name = str(path[-1])
    if type(value) is not Map:
        bare = reader.formula(path, value)
        return Parameter(name, bare) if bare is not None else None
    reader.unknown_keys(path, value, PARAMETER_KEYS, f"parameter '{name}'")
    if "value" not in value:
        reader.fault("P109", f"parameter '{name}' has no value", path, key=True, help="add 'value: …'")
        return None
    formula = reader.formula((*path, "value"), value["value"])
    numbers = {key: reader.number((*path, key), value[key]) for key in ("low", "high") if key in value}
    texts = {key: reader.text((*path, key), value[key]) for key in ("name", "unit", "source", "note") if key in value}
    spread = None
    if "distribution" in value:
        spread = read_distribution(reader, (*path, "distribution"), value["distribution"])
    if formula is None:
        return None
    return Parameter(name, formula, distribution=spread, **numbers, **texts)  # type: ignore[arg-type]


def read_distribution(reader: Reader, path: Path, value: object) -> Distribution | None:
    """Read ``pert``, ``beta(4, 16)``, ``discrete({0.1: 0.5, 0.3: 0.5})`` or ``{discrete: {0.1: 0.5}}``."""
    if type(value) is Map and list(value) == ["discrete"]:
        table = reader.mapping((*path, "discrete"), value["discrete"])
        text = ", ".join(f"{key}: {item.text if type(item) is Num else item}" for key, item in (table or {}).items())
        return discrete(reader, path, f"{{{text}}}") if table is not None else None
    if type(value) is not str:
        reader.wrong_type(path, value, "a distribution", "write for instance 'pert' or 'beta(4, 16)'")
        return None
    match = CALL.match(value)
    family = match.group(1) if match else value.split("(")[0].strip()
    if match is None or family not in FAMILIES:
        label = "this cannot be read" if family in FAMILIES else "no such distribution"
        reader.fault(
            "P208", f"unknown distribution '{value}'", path, label=label, help=did_you_mean(family, FAMILIES, "")
        )
        return None
    inside = match.group(2)
    if family == "discrete":
        return discrete(reader, path, inside or "")
    arguments = numbers_of(inside) if inside and inside.strip() else ()
    counts, use = FAMILIES[family]
    if arguments is None or len(arguments) not in counts:
        message = f"'{value}' does not fit the distribution '{family}'"
        reader.fault("P208", message, path, label="these numbers are not what it takes", help=f"write {use}")
        return None
    return Distribution(family, arguments)


def numbers_of(text: str) -> tuple[float, ...] | None:
    """Read numbers between commas; formulas of plain numbers are worked out."""
    try:
        made = [Expression.parse(part) for part in text.split(",")]
    except FormulaError:
        return None
    values = [expression.constant for expression in made]
    return None if any(value is None for value in values) else tuple(value for value in values if value is not None)


def discrete(reader: Reader, path: Path, text: str) -> Distribution | None:
    """Read the table of a discrete distribution."""
    inner = text.strip().removeprefix("{").removesuffix("}")
    pairs = [part.split(":") for part in inner.split(",") if part.strip()]
    read = [numbers_of(",".join(pair)) for pair in pairs]
    good = [(pair[0], pair[1]) for pair in read if pair is not None and len(pair) == 2]
    if not pairs or len(good) != len(pairs):
        help_ = "write discrete({0.1: 0.5, 0.3: 0.5}): each value with its probability"
        reader.fault("P208", "the table of 'discrete' cannot be read", path, help=help_)
        return None
    return Distribution("discrete", (), tuple(good))


def read_correlations(reader: Reader, data: Map, parameters: Mapping[str, Parameter]) -> tuple[Correlation, ...]:
    """Read ``correlations``: a list of [parameter, parameter, rank correlation]."""
    section = data.get("correlations")
    if section is None:
        return ()
    if type(section) is not Seq:
        reader.wrong_type(("correlations",), section, "a list", "write '- [first, second, 0.4]'")
        return ()
    made = []
    for place, row in enumerate(section):
        path: Path = ("correlations", place)
        if type(row) is not Seq or len(row) != 3:
            reader.wrong_type(path, row, "a list of two parameters and a number", "write [first, second, 0.4]")
            continue
        first, second = (reader.text((*path, at), row[at]) for at in (0, 1))
        value = reader.number((*path, 2), row[2])
        if first is None or second is None or value is None:
            continue
        known = [known_parameter(reader, (*path, at), word, parameters) for at, word in enumerate((first, second))]
        if not -1 <= value <= 1:
            reader.fault(
                "P209", f"the correlation {value:g} is not between -1 and 1", (*path, 2), label="no such correlation"
            )
        elif all(known):
            made.append(Correlation(first, second, value))
    return tuple(made)


def known_parameter(
    reader: Reader, path: Path, name: str, parameters: Mapping[str, Parameter], *, key: bool = False
) -> bool:
    """Check that a parameter is defined."""
    if name in parameters:
        return True
    help_ = did_you_mean(name, parameters, "parameters")
    reader.fault("P106", f"unknown parameter '{name}'", path, key=key, label="no parameter has this id", help=help_)
    return False


def read_futures(reader: Reader, data: Map, parameters: Mapping[str, Parameter]) -> dict[str, Future]:
    """Read ``futures``."""
    section = reader.mapping(("futures",), data["futures"]) if data.get("futures") is not None else None
    made: dict[str, Future] = {}
    for name, value in (section or {}).items():
        path: Path = ("futures", name)
        reader.good_id(path, name, "a future")
        found = reader.mapping(path, value)
        if found is None:
            continue
        reader.unknown_keys(path, found, FUTURE_KEYS, f"future '{name}'")
        title = reader.text((*path, "name"), found["name"]) if "name" in found else None
        note = reader.text((*path, "note"), found["note"]) if "note" in found else None
        chance = reader.number((*path, "probability"), found["probability"]) if "probability" in found else None
        if chance is not None and not 0 <= chance <= 1:
            message = f"probability of future '{name}' is {chance:g}"
            reader.fault("P202", message, (*path, "probability"), label="not between 0 and 1")
        changes = reader.mapping((*path, "set"), found["set"]) if "set" in found else Map()
        new: dict[str, Expression] = {}
        for parameter, amount in (changes or {}).items():
            formula = reader.formula((*path, "set", parameter), amount)
            if parameter not in parameters:
                reader.fault(
                    "P117",
                    f"future '{name}' overrides unknown parameter '{parameter}'",
                    (*path, "set", parameter),
                    key=True,
                    label="no parameter has this id",
                    help=did_you_mean(parameter, parameters, "parameters"),
                )
            elif formula is not None and reader.names_known((*path, "set", parameter), formula, parameters, {}):
                new[parameter] = formula
        made[name] = Future(name, title or name, new, chance, note)
    return made


def read_state(reader: Reader, data: Map) -> dict[str, float]:
    """Read ``state``: the variables of the path and their values at the root."""
    section = reader.mapping(("state",), data["state"]) if data.get("state") is not None else None
    made: dict[str, float] = {}
    for name, value in (section or {}).items():
        reader.good_id(("state", name), name, "a state variable", formula=True)
        number = reader.number(("state", name), value)
        made[name] = 0.0 if number is None else number
    return made


def read_signals(reader: Reader, data: Map) -> dict[str, Signal]:
    """Read ``signals``; the references to nodes and branches are checked when the nodes are known."""
    section = reader.mapping(("signals",), data["signals"]) if data.get("signals") is not None else None
    made: dict[str, Signal] = {}
    for name, value in (section or {}).items():
        path: Path = ("signals", name)
        reader.good_id(path, name, "a signal")
        found = reader.mapping(path, value)
        if found is None:
            continue
        reader.unknown_keys(path, found, SIGNAL_KEYS, f"signal '{name}'")
        missing = [key for key in ("about", "likelihood") if key not in found]
        if missing:
            reader.fault(
                "P109", f"signal '{name}' has no '{missing[0]}'", path, key=True, help=f"add '{missing[0]}: …'"
            )
            continue
        node = reader.text((*path, "about"), found["about"])
        table: dict[str, dict[str, Expression]] = {}
        rows = reader.mapping((*path, "likelihood"), found["likelihood"], "a mapping by branch") or Map()
        for branch, row in rows.items():
            news = reader.mapping((*path, "likelihood", branch), row, "a mapping by news") or Map()
            read = {word: reader.formula((*path, "likelihood", branch, word), chance) for word, chance in news.items()}
            table[branch] = {word: chance for word, chance in read.items() if chance is not None}
        if node is not None:
            title = reader.text((*path, "name"), found["name"]) if "name" in found else None
            made[name] = Signal(name, node, table, title)
    return made


def read_includes(reader: Reader, data: Map, parameters: Mapping[str, Parameter]) -> dict[str, Include]:
    """Read ``include``: other scenario files, each under the id that edges lead to."""
    section = reader.mapping(("include",), data["include"]) if data.get("include") is not None else None
    made: dict[str, Include] = {}
    for name, value in (section or {}).items():
        path: Path = ("include", name)
        reader.good_id(path, name, "an include")
        found = reader.mapping(path, value, "a mapping with 'file'")
        if found is None:
            continue
        reader.unknown_keys(path, found, INCLUDE_KEYS, f"include '{name}'")
        if "file" not in found:
            reader.fault("P109", f"include '{name}' names no file", path, key=True, help="add 'file: …'")
            continue
        file = reader.text((*path, "file"), found["file"])
        note = reader.text((*path, "note"), found["note"]) if "note" in found else None
        changes = reader.mapping((*path, "set"), found["set"]) if "set" in found else Map()
        new: dict[str, Expression] = {}
        for parameter, amount in (changes or {}).items():
            where = (*path, "set", parameter)
            formula = reader.formula(where, amount)
            if formula is not None and reader.names_known(where, formula, parameters, {}):
                new[parameter] = formula
        if file is not None:
            made[name] = Include(name, file, new, note)
    return made
