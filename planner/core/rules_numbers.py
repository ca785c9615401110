"""Checks on numbers: parameters, distributions, probabilities."""

from __future__ import annotations

import math
import re
from decimal import Decimal, Inexact, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING

from planner.core.parameters import cycles, values
from planner.core.reader import Path, Reader, did_you_mean, listing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.expression import Expression
    from planner.core.model import Distribution, Edge, Node, Parameter, Scenario, Signal

TOLERANCE = 1e-9
COMPLEMENT = re.compile(r"\s*1(\.0*)?\s*-")


def short(value: float | Fraction) -> str:
    """Write a number with at most twelve digits."""
    return format(float(value), ".12g")


def base_values(reader: Reader, scenario: Scenario) -> dict[str, float]:
    """Work out the parameters that can be; those in a circle or broken are left out."""
    reads = {name: parameter.value.names for name, parameter in scenario.parameters.items()}
    bad = {name for circle in cycles(reads) for name in circle}
    bad |= {name for name in reads if f"parameter {name}" in reader.broken}
    while True:
        more = {
            name
            for name in reads
            if name not in bad and any(other in bad or other not in reads for other in reads[name])
        }
        if not more:
            break
        bad |= more
    return values({name: parameter for name, parameter in scenario.parameters.items() if name not in bad})


# --- parameters -------------------------------------------------------------------------------------------


def check_parameters(reader: Reader, scenario: Scenario) -> None:
    """Circles, values outside their range, distributions that do not fit."""
    for circle in cycles({name: parameter.value.names for name, parameter in scenario.parameters.items()}):
        shown = " -> ".join([*circle, circle[0]])
        message = f"parameter '{circle[0]}' depends on itself"
        if len(circle) > 1:
            message = f"parameters {listing(circle, 'and')} depend on each other"
        path = value_path(reader, circle[0])
        reader.fault("P112", message, path, label=shown, help="give one of them a number of its own")
    base = base_values(reader, scenario)
    for name, parameter in scenario.parameters.items():
        value = base.get(name)
        if value is None:
            continue
        if not math.isfinite(value):
            reader.fault(
                "P203", f"parameter '{name}' has no finite value", value_path(reader, name), label=f"this is {value}"
            )
            continue
        if check_range(reader, parameter, value) and parameter.distribution is not None:
            check_distribution(reader, parameter)


def value_path(reader: Reader, name: str) -> Path:
    """Return where a parameter's value stands: bare, or under ``value``."""
    entry = reader.given("parameters", name)
    return ("parameters", name, "value") if isinstance(entry, dict) and "value" in entry else ("parameters", name)


def check_range(reader: Reader, parameter: Parameter, value: float) -> bool:
    """Check low <= value <= high; return whether that holds."""
    name, low, high = parameter.id, parameter.low, parameter.high
    path: Path = ("parameters", name)
    if low is not None and high is not None and low > high:
        related = [((*path, "high"), False, f"high is {short(high)}")]
        message = f"low of '{name}' is {short(low)}, above its high of {short(high)}"
        reader.fault("P206", message, (*path, "low"), label="above high", help="swap the two", related=related)
        return False
    for bound, key, off in ((low, "low", "below"), (high, "high", "above")):
        if bound is not None and (value < bound if key == "low" else value > bound):
            message = f"'{name}' is {short(value)}, {off} its {key} of {short(bound)}"
            related = [((*path, key), False, f"{key} is {short(bound)}")]
            help_ = "move the value into its range, or widen the range"
            reader.fault("P206", message, value_path(reader, name), label=f"{off} {key}", help=help_, related=related)
            return False
    return True


def check_distribution(reader: Reader, parameter: Parameter) -> None:
    """Check that a distribution can be drawn from and agrees with low, value and high."""
    spread = parameter.distribution
    assert spread is not None
    path: Path = ("parameters", parameter.id, "distribution")
    if parameter.is_formula:
        message = f"'{parameter.id}' is a formula and has a distribution"
        reader.fault(
            "P208", message, path, label="which of the two?", help="give the distribution to what the formula reads"
        )
        return
    reason = misfit(spread, parameter.low, parameter.high)
    if reason is not None:
        code, text, help_ = reason
        reader.fault(code, f"distribution of '{parameter.id}' {text}", path, label="does not fit", help=help_)


def misfit(spread: Distribution, low: float | None, high: float | None) -> tuple[str, str, str] | None:
    """Say why a distribution does not fit the range, as (code, message, help); None if it does."""
    family, given = spread.family, spread.arguments
    if family == "discrete":
        return misfit_table(spread, low, high)
    if not given:
        if low is None or high is None:
            return "P207", f"'{family}' needs low and high", "add 'low: …' and 'high: …'"
        if low == high:
            return "P207", f"'{family}' needs low below high", "leave the distribution out for a fixed number"
        if family == "lognormal" and low <= 0:
            return "P207", f"'lognormal' is above 0 but low is {short(low)}", "raise low above 0"
        return None
    first, second = given
    if family == "uniform":
        if first >= second:
            return "P208", f"runs from {short(first)} to {short(second)}", "write the smaller number first"
        return outside((first, second), "draws from", low, high)
    if second <= 0 or (family == "beta" and first <= 0):
        return "P208", "has a number that is not above 0", "both numbers of beta, and any spread, are above 0"
    if family == "beta":
        centre = first / (first + second)
    else:
        centre = first if family == "normal" else math.exp(min(first, 700))
    return outside((centre,), "is centred on", low, high)


def misfit_table(spread: Distribution, low: float | None, high: float | None) -> tuple[str, str, str] | None:
    """Say why the table of a discrete distribution does not fit."""
    chances = [chance for _, chance in spread.table]
    if any(not 0 <= chance <= 1 for chance in chances):
        return "P208", "has a probability outside 0 and 1", "write each value with its probability"
    if abs(math.fsum(chances) - 1) > TOLERANCE:
        return "P208", f"has probabilities that sum to {short(math.fsum(chances))}", "make them sum to 1"
    return outside([amount for amount, _ in spread.table], "draws", low, high)


def outside(points: Sequence[float], verb: str, low: float | None, high: float | None) -> tuple[str, str, str] | None:
    """Say which point lies outside the range."""
    for point in points:
        if (low is not None and point < low) or (high is not None and point > high):
            ends = f"{'…' if low is None else short(low)} to {'…' if high is None else short(high)}"
            return "P207", f"{verb} {short(point)}, outside {ends}", "make the range and the distribution agree"
    return None


# --- probabilities ----------------------------------------------------------------------------------------


def check_probabilities(reader: Reader, scenario: Scenario) -> None:
    """Each chance node's branches: given, within 0 and 1, and 1 in all."""
    base: Mapping[str, float] = base_values(reader, scenario)
    for node in scenario.nodes.values():
        if node.kind == "chance" and node.observe is None:
            check_branches(reader, node, base)
    for future in scenario.futures.values():
        for name, formula in future.set.items():
            if formula.names <= base.keys() and not math.isfinite(formula.evaluate(base)):
                message = f"'{name}' has no finite value in future '{future.id}'"
                reader.fault("P203", message, ("futures", future.id, "set", name))


def check_branches(reader: Reader, node: Node, base: Mapping[str, float]) -> None:
    """Check one chance node at the given numbers; what depends on the path state is checked state by state."""
    if node.id in reader.broken or not node.edges:
        return
    total = 0.0
    exact = True
    rest: list[Edge] = []
    complete = True
    for edge in node.edges.values():
        p = edge.p
        if edge.when is not None:
            complete = False
        if p is None:
            if edge.rest:
                rest.append(edge)
            else:
                complete = missing(reader, node, edge)
            continue
        if p.names:
            exact = False
            if not p.names <= base.keys():
                complete = False
                continue
            value = p.evaluate(base)
        else:
            exact = exact and p.literal
            value = p.constant
        if not 0.0 <= value <= 1.0:
            complete = outside_one(reader, edge, value)
        total += value
    if complete:
        check_sum(reader, node, total, rest, base, exact=exact)


def missing(reader: Reader, node: Node, edge: Edge) -> bool:
    """Report a branch without probability; return False."""
    path = ("nodes", node.id, "branches", edge.id)
    remainder = next((other for other in node.edges.values() if other.rest), None)
    if remainder is not None:
        message = f"branch '{edge.id}' of '{node.id}' has no 'p' while '{remainder.id}' takes the rest"
        related = [(("nodes", node.id, "branches", remainder.id, "p"), False, "takes all that is left")]
        help_ = "give it a probability, or 'p: rest' to share the remainder equally"
        reader.fault("P204", message, path, key=True, label="which share?", help=help_, related=related)
    else:
        message = f"branch '{edge.id}' of '{node.id}' has no probability"
        reader.fault(
            "P205", message, path, key=True, label="how likely?", help="add 'p: …', or 'p: rest' for what is left"
        )
    return False


def outside_one(reader: Reader, edge: Edge, value: float) -> bool:
    """Report a probability outside [0, 1]; return False."""
    assert edge.p is not None
    what = short(value)
    where = edge.p.text if edge.p.literal else f"{edge.p.text} = {what}"
    help_ = None
    if 1 < value <= 100 and (edge.p.literal or edge.p.text.isidentifier()):
        help_ = f"write {short(value / 100)} for {what} %"
    message = f"probability of branch '{edge.id}' of '{edge.node}' is {what}"
    code = "P202" if math.isfinite(value) else "P203"
    reader.fault(
        code,
        message,
        ("nodes", edge.node, "branches", edge.id, "p"),
        label=f"{where} is not between 0 and 1",
        help=help_,
    )
    return False


def check_sum(
    reader: Reader, node: Node, total: float, rest: Sequence[Edge], base: Mapping[str, float], *, exact: bool
) -> None:
    """Check that the branches leave nothing out and take no more than there is."""
    given = [edge for edge in node.edges.values() if edge.p is not None]
    shown = short(total)
    if exact and abs(total - 1) < 0.01:
        total_exact = exact_sum(given)
        off = total_exact > 1 if rest else total_exact != 1
        shown = decimal_text(total_exact)
    else:
        off = total > 1 + TOLERANCE if rest else abs(total - 1) > TOLERANCE
    if not off:
        if rest and abs(total - 1) <= TOLERANCE:
            two_remainders(reader, node, given, rest[0])
        return
    related = [
        (("nodes", node.id, "branches", edge.id, "p"), False, mark(edge.p, base))
        for edge in given
        if edge.p is not None
    ]
    if rest:
        message = f"probabilities of '{node.id}' sum to {shown} before 'rest', more than 1"
        help_ = "lower them, so that something is left for the rest"
    else:
        message = f"probabilities of '{node.id}' sum to {shown}, not 1"
        help_ = "give one branch 'p: rest' to let it take what is left"
    reader.fault("P201", message, ("nodes", node.id), key=True, label="this chance node", help=help_, related=related)


def two_remainders(reader: Reader, node: Node, given: Sequence[Edge], rest: Edge) -> None:
    """Report a branch that is 1 minus the others beside one that takes the rest."""
    for edge in given:
        if edge.p is not None and edge.p.names and COMPLEMENT.match(edge.p.text):
            path = ("nodes", node.id, "branches", edge.id, "p")
            message = f"'{edge.id}' and '{rest.id}' of '{node.id}' both take the remainder"
            related = [(("nodes", node.id, "branches", rest.id, "p"), False, "nothing is left for it")]
            help_ = f"write 'p: rest' for '{edge.id}' alone, or a probability for '{rest.id}'"
            reader.fault("P204", message, path, label="1 minus the others", help=help_, related=related)
            return


def mark(p: Expression, base: Mapping[str, float]) -> str:
    """Write a probability for the margin: ``0.6`` or ``hope = 0.3``."""
    return p.text if p.literal else f"{p.text} = {short(p.evaluate(base))}"


def exact_sum(edges: Sequence[Edge]) -> Fraction:
    """Add plain decimals exactly."""
    numbers = [edge.p.program[0][1].text for edge in edges if edge.p is not None]
    try:
        with localcontext() as context:
            context.prec = 200
            context.traps[Inexact] = True
            return Fraction(sum(map(Decimal, numbers), Decimal(0)))
    except Inexact:
        return sum(map(Fraction, numbers), Fraction(0))


def decimal_text(total: Fraction) -> str:
    """Write an exact sum of decimals with all its digits, up to forty."""
    with localcontext() as context:
        context.prec = 40
        return format((Decimal(total.numerator) / Decimal(total.denominator)).normalize(), "f")


# --- signals ----------------------------------------------------------------------------------------------


def check_signals(reader: Reader, scenario: Scenario) -> None:
    """Signals: about a chance node, a row for each of its branches, each row adding up to 1."""
    base = base_values(reader, scenario)
    for signal in scenario.signals.values():
        path: Path = ("signals", signal.id)
        node = scenario.nodes.get(signal.about)
        if node is None:
            help_ = did_you_mean(signal.about, scenario.nodes, "nodes")
            message = f"signal '{signal.id}' is about unknown node '{signal.about}'"
            reader.fault("P103", message, (*path, "about"), label="no node has this id", help=help_)
            continue
        if node.kind != "chance":
            message = f"signal '{signal.id}' is about '{node.id}', which is no chance node"
            reader.fault("P119", message, (*path, "about"), label=f"this is {node.kind}")
            continue
        if node.observe is not None:
            message = f"signal '{signal.id}' is about '{node.id}', which brings news itself"
            about = scenario.signals[node.observe].about if node.observe in scenario.signals else "what is in question"
            help_ = f"let it be about '{about}'"
            reader.fault("P119", message, (*path, "about"), label="news about news", help=help_)
            continue
        check_rows(reader, signal, node, base)
    for node in scenario.nodes.values():
        heard = scenario.signals.get(node.observe) if node.observe else None
        if heard is None:
            continue
        news = list(dict.fromkeys(word for row in heard.likelihood.values() for word in row))
        for edge in node.edges:
            if edge not in news:
                message = f"branch '{edge}' of '{node.id}' is no news of signal '{heard.id}'"
                help_ = did_you_mean(edge, news, "news")
                reader.fault(
                    "P107", message, ("nodes", node.id, "branches", edge), key=True, label="never heard", help=help_
                )
        for word in news:
            if word not in node.edges and node.edges:
                message = f"'{node.id}' has no branch for the news '{word}' of signal '{heard.id}'"
                reader.fault("P109", message, ("nodes", node.id, "branches"), key=True, help=f"add '{word}: {{…}}'")


def check_rows(reader: Reader, signal: Signal, node: Node, base: Mapping[str, float]) -> None:
    """Check the likelihoods of one signal."""
    path: Path = ("signals", signal.id, "likelihood")
    for branch in node.edges:
        if branch not in signal.likelihood:
            message = f"signal '{signal.id}' has no likelihoods for branch '{branch}' of '{node.id}'"
            reader.fault("P109", message, path, key=True, help=f"add '{branch}: {{…}}'")
    for branch, row in signal.likelihood.items():
        if branch not in node.edges:
            help_ = did_you_mean(branch, node.edges, "branches")
            message = f"'{branch}' is no branch of '{node.id}'"
            reader.fault("P107", message, (*path, branch), key=True, label="no such branch", help=help_)
            continue
        chances = [
            chance.evaluate(base) if reader.names_known((*path, branch, word), chance, base, {}) else math.nan
            for word, chance in row.items()
        ]
        if any(math.isnan(chance) for chance in chances):
            continue
        for word, chance in zip(row, chances, strict=True):
            if not 0 <= chance <= 1:
                message = f"likelihood of '{word}' given '{branch}' is {short(chance)}"
                reader.fault("P202", message, (*path, branch, word), label="not between 0 and 1")
        if abs(math.fsum(chances) - 1) > TOLERANCE:
            message = f"likelihoods of '{signal.id}' given '{branch}' sum to {short(math.fsum(chances))}, not 1"
            reader.fault("P210", message, (*path, branch), key=True, label="this row")
