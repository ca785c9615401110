"""What a paper says of a stress test: options by futures, the rules side by side, the worst within all ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.analyses.paths import percent
from planner.analyses.stressing import stress_words as words
from planner.report.charts_stress import RegretMap, limits, regrets_svg
from planner.report.rounding import formatter
from planner.report.sections import Picture, Section
from planner.report.tables import plain, table
from planner.report.words import count, ended, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.analyses.stress import Share, Stress
    from planner.report.findings import Findings

WIDE = 6  # as many columns of futures; with more, futures are rows
MOST_ROWS, MOST_COLUMNS = 20, 6
MOST_SENTENCES = 6
WORLDS = 20  # as many futures are described
HEADS = {
    "maximin": "Worst (maximin)",
    "maximax": "Best (maximax)",
    "minimax_regret": "Largest regret (minimax regret)",
    "hurwicz": "Mixed (Hurwicz)",
    "laplace": "Mean (Laplace)",
    "expected": "Expected",
}


def section(result: Stress, found: Findings) -> Section:
    """Return what the paper says of a stress test."""
    root = found.root
    context: dict[str, Any] = {
        "finding": plain(result.headline()),
        "question": "" if root is not None and root.state == result.focus.label else plain(result.focus.title),
        "table": "",
        "minimums": _minimums(result),
        "worst": "",
    }
    if result.rules:
        context |= _futures(result)
    if result.worst_cases is not None:
        context |= _worst(result) | _discovered(result)
    return Section(context, {"stress": _picture(result)} if result.rules else {})


def _name(result: Stress, option: str) -> str:
    return plain(result.focus.name(option))


def _parameter(result: Stress, name: str) -> str:
    title = result.scenario.parameters[name].name
    return f'"{title}"' if title else name


# --- futures and rules ------------------------------------------------------------------------------------------


def _worlds(result: Stress) -> str:
    """Return what each future is: the parameters that it sets, and how likely it is where the file says so."""
    futures = list(result.scenario.futures.values())
    said = any(future.probability is not None for future in futures)
    rows = []
    for future in futures[:WORLDS]:
        sets = "; ".join(f"{_parameter(result, name)} {formula.text}" for name, formula in future.set.items())
        chance = [] if not said else ["" if future.probability is None else percent(future.probability)]
        rows.append([plain(future.name), plain(sets), *chance])
    more = len(futures) - len(rows)
    rows += [[f"*and {count(more, 'more future')}*", "", *([""] if said else [])]] if more > 0 else []
    return table(["Future", "Sets", *(["Probability"] if said else [])], rows, right=[2] if said else [])


def _futures(result: Stress) -> dict[str, Any]:
    regret = result.rules["minimax_regret"]
    return {
        "table": _table(result),
        "table_note": _table_note(result),
        "worlds": _worlds(result),
        "rules": _rules(result),
        "rules_note": _rules_note(result),
        "disagreement": plain(result.disagreement()),
        "reversal": plain(words.reversed_text(result)),
        "deciders": _deciders(result),
        "deciders_note": "What each rule would take for each of those who decide, were the choice its own.",
        "hurt": _hurt(result),
        "minimax_regret": _name(result, regret.option),
    }


def _shown(result: Stress) -> list[int]:
    """Return the worlds of the table: the file's own numbers, then the futures."""
    return [*dict.fromkeys([0, *result.counted])]


def _table(result: Stress) -> str:
    shown = _shown(result)
    value = formatter(result.own.ravel().tolist())
    missed = formatter(result.regrets.ravel().tolist())
    heads = [plain(result.worlds[at].name) for at in shown]
    names = [_name(result, option) for option in result.options]
    cells = [
        [f"{value(result.own[row, at])} ({missed(result.regrets[row, at])})" for at in shown]
        for row in range(len(names))
    ]
    if len(shown) <= WIDE + 1:
        rows = [[name, *row] for name, row in zip(names[:MOST_ROWS], cells, strict=False)]
        return table(["Option", *heads], rows, right=range(1, len(heads) + 1))
    rows = [[head, *(row[at] for row in cells[:MOST_COLUMNS])] for at, head in enumerate(heads[:MOST_ROWS])]
    return table(["Future", *names[:MOST_COLUMNS]], rows, right=range(1, min(len(names), MOST_COLUMNS) + 1))


def _table_note(result: Stress) -> str:
    best = "best" if result.focus.sense > 0 else "cheapest"
    first = (
        f"{plain(words.worth(result))} of each option in each future, later decisions taken knowing which it is; in "
        f"brackets the regret, what is missed against the {best} option there."
    )
    said = [first]
    if 0 not in result.counted:
        said.append("The first column, the numbers as they are, does not count as a future."
                    if len(_shown(result)) <= WIDE + 1 else
                    "The first row, the numbers as they are, does not count as a future.")  # fmt: skip
    if len(_shown(result)) > WIDE + 1:
        hidden = len(_shown(result)) - MOST_ROWS, len(result.options) - MOST_COLUMNS
    else:
        hidden = 0, len(result.options) - MOST_ROWS
    more = [count(number, word) for number, word in zip(hidden, ("future", "option"), strict=True) if number > 0]
    if more:
        said.append(f"Not shown: {listed(more)} more.")
    return " ".join(said)


def _rules(result: Stress) -> str:
    write = formatter([value for found in result.rules.values() for value in found.values.values()])
    rows = []
    for option in result.options[:MOST_ROWS]:
        cells = []
        for found in result.rules.values():
            text = write(found.values[option])
            cells.append(f"**{text}**" if option == found.option or option in found.tied else text)
        rows.append([_name(result, option), *cells])
    return table(["Option", *(HEADS[rule] for rule in result.rules)], rows, right=range(1, len(result.rules) + 1))


def _rules_note(result: Stress) -> str:
    said = "In bold what each rule takes; where several are bold they do equally well."
    if result.weights is None:
        return f"{said} There is no expected value over the futures: {plain(result.no_expected)}."
    return said


def _deciders(result: Stress) -> str:
    if not result.deciders:
        return ""
    rows = [
        [words.rule_name(result, rule), *(_name(result, found[rule].option) for found in result.deciders.values())]
        for rule in result.rules
    ]
    heads = [plain(result.scenario.actors[actor].name) for actor in result.deciders]
    return table(["Rule", *heads], [[row[0].capitalize() if row[0].islower() else row[0], *row[1:]] for row in rows])


def _hurt(result: Stress) -> str:
    """Say who loses most by each option, in a table; in a sentence if nobody does."""
    if result.reference is None or len(result.scenario.actors) == 1:
        return ""
    against = plain(words.reference_words(result))
    if not any(one.actor for one in result.hurt):
        return f"Nobody is worse off than with {against}."
    write = formatter([one.loss for one in result.hurt])
    rows = [
        [
            _name(result, one.option),
            plain(result.scenario.actors[one.actor].name),
            plain(next(world.name for world in result.worlds if world.id == one.future)),
            write(one.loss),
        ]
        for one in result.hurt
        if one.actor is not None
    ]
    made = table(["Option", "Hurts most", "In the future", "Loss"], rows[:MOST_ROWS], right=[3])
    others = " The other options leave nobody worse off." if len(rows) < len(result.hurt) else ""
    return f"{made}\n\nLosses are counted from {against}.{others}"


def _minimums(result: Stress) -> str:
    """Return how often each option meets each actor's minimum, a column for each actor who has one."""
    if not result.shares:
        return ""
    limits = {each.actor: each.minimum for each in result.shares}
    write = formatter(list(limits.values()))
    word = "least" if result.focus.sense > 0 else "most"
    heads = [f"{plain(result.scenario.actors[one].name)} (at {word} {write(least)})" for one, least in limits.items()]
    shares = {(each.option, each.actor): each for each in result.shares}
    rows = [
        [_name(result, option), *(_met(shares[option, actor]) for actor in limits)]
        for option in result.options[:MOST_ROWS]
    ]
    made = table(["Option", *heads], rows, right=range(1, len(heads) + 1))
    futures = any(each.futures is not None for each in result.shares)
    points = any(each.ranges is not None for each in result.shares)
    kinds = ["the futures"] * futures + ["points spread over the ranges"] * points
    return f"{made}\n\nThe share of {' / of '.join(kinds)} in which an option meets the minimum."


def _met(share: Share) -> str:
    told = [part for part in (share.futures, share.ranges) if part is not None]
    return " / ".join(words.share_text(part) for part in told)


# --- ranges -------------------------------------------------------------------------------------------------------


def _worst(result: Stress) -> dict[str, Any]:
    cases, box = result.worst_cases, result.ranges
    assert cases is not None
    assert box is not None
    by_worst, by_regret = words.box_choices(result)
    value = formatter([case.value for case in cases.worst.values()])
    missed = formatter([case.value for case in cases.regret.values()])
    rows = []
    for option in result.options[:MOST_ROWS]:
        worst, regret = cases.worst[option], cases.regret[option]
        texts = [value(worst.value), missed(regret.value)]
        bold = option in by_worst, option in by_regret
        texts = [f"**{text}**" if marked else text for text, marked in zip(texts, bold, strict=True)]
        against = "" if regret.against is None else _name(result, regret.against)
        rows.append([_name(result, option), *texts, against])
    head = "Worst value" if result.focus.sense > 0 else "Highest cost"
    made = table(["Option", head, "Largest regret", "Against"], rows, right=[1, 2])
    spans = f"the ranges of {len(box)} parameters" if len(box) > 1 else "its range"
    kinds = [case.proved for case in (*cases.worst.values(), *cases.regret.values())]
    proof = "All are proved: values are straight in each parameter, so the worst is at a corner of the ranges."
    if not all(kinds):
        proof = "They were found by search; worse may exist."
    return {
        "worst": made,
        "worst_note": f"An adversary picks the worst in {spans} for each option; in bold what maximin and minimax "
        f"regret take. {proof}",
    }


def _discovered(result: Stress) -> dict[str, Any]:
    told = result.discovery[:MOST_SENTENCES]

    def naming(name: str) -> str:
        return _parameter(result, name)

    note = ""
    if told:
        sizes = f"two samples of {result.settings['points']:,} points, spread evenly over the ranges"
        note = f"From {sizes}: one to find the part in which an option fails, the other to measure it."
        if len(result.discovery) > len(told):
            note += f" Not shown: {count(len(result.discovery) - len(told), 'option')} more."
    return {
        "discovered": [plain(words.discovered(result, one, naming)) for one in told],
        "discovered_note": note,
    }


# --- the picture ----------------------------------------------------------------------------------------------------


def _picture(result: Stress) -> Picture:
    """Return the regrets as a picture; of many futures those with the largest regrets."""
    most_options, most_futures = limits()
    rows = list(range(len(result.options)))[:most_options]
    shown = _told(result, most_futures)
    regret = result.rules["minimax_regret"]
    largest = [regret.values[result.options[row]] for row in rows]
    data = RegretMap(
        options=[result.focus.name(result.options[row]) for row in rows],
        futures=[result.worlds[at].name for at in shown],
        regrets=[[float(result.regrets[row, at]) for at in shown] for row in rows],
        values=[[float(result.own[row, at]) for at in shown] for row in rows],
        largest=largest,
        taken=[row for row in rows if result.options[row] in (regret.option, *regret.tied)],
    )
    write = formatter(largest)
    hidden = len(_shown(result)) - len(shown), len(result.options) - len(rows)
    alt = _alt(result, write)
    svg = regrets_svg(data, title=_title(result, write), subtitle=_subtitle(result, hidden), alt=alt)
    return Picture(alt, svg)


def _told(result: Stress, most: int) -> list[int]:
    """Return the worlds that the picture shows: the file's own numbers, the largest regrets of options, then others."""
    shown = _shown(result)
    if len(shown) <= most:
        return shown
    counted = list(result.counted)
    worst = {counted[at] for at in result.regrets[:, counted].argmax(axis=1).tolist()}
    weight = {at: float(result.regrets[:, at].max()) for at in shown}
    return sorted(sorted(shown, key=lambda at: (at != 0, at not in worst, -weight[at]))[:most])


def _title(result: Stress, write: Callable[[float], str]) -> str:
    regret = result.rules["minimax_regret"]
    name, whose, futures = result.focus.name(regret.option), words.viewed(result), len(result.counted)
    unit = f" {words.unit(result)}" if words.unit(result) else ""
    where = f" of the {futures} futures" if futures > 1 else f" '{result.worlds[result.counted[0]].name}'"
    if regret.value > 0:
        said = f"{name} misses at most {write(regret.value)}{unit}{whose} in{' any' * (futures > 1)}{where}"
        said += ", the least of all" if len(result.options) > 1 else ""
    else:
        said = f"{name} is the best option{whose} in{' each' * (futures > 1)}{where}"
    if len(regret.tied) > 1:
        others = listed([result.focus.name(one) for one in regret.tied if one != regret.option])
        said += f"; {others} {'does' if len(regret.tied) == 2 else 'do'} as well"
    return said


def _subtitle(result: Stress, hidden: tuple[int, int]) -> str:
    """Say what the numbers are and what is missing; ``hidden`` counts futures and options that are not shown."""
    unit = words.unit(result)
    scale = f" in {unit}" if unit else ", in points of value" if _scored(result) else ""
    said = [
        f"Regret{words.viewed(result)}{scale}: what an option misses against the best one in each future.",
        f"Small: the option's own {'value' if result.focus.sense > 0 else 'cost'}.",
    ]
    if 0 not in result.counted:
        said.append("The first column, the numbers as they are, does not count for the last.")
    more = [count(number, word) for number, word in zip(hidden, ("future", "option"), strict=True) if number > 0]
    if more:
        said.append(f"Not shown: {listed(more)} more.")
    return " ".join(said)


def _scored(result: Stress) -> bool:
    return any(criterion.has_scale for criterion in result.scenario.criteria.values())


def _alt(result: Stress, write: Callable[[float], str]) -> str:
    regret = result.rules["minimax_regret"]
    ranked: Sequence[str] = sorted(result.options, key=lambda option: regret.values[option])
    said = listed([f"{result.focus.name(option)} {write(regret.values[option])}" for option in ranked[:6]])
    more = f" and {len(ranked) - 6} more" if len(ranked) > 6 else ""
    return ended(f"A grid of options and futures, the darker the more is missed. Largest regrets: {said}{more}")
