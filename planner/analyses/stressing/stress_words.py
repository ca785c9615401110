"""What a stress test says, in sentences: the headline, where the rules disagree, reversals, where options fail."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from planner.analyses.digits import fixed
from planner.analyses.notebook import escaped
from planner.analyses.paths import percent
from planner.analyses.result import decimals, listing, written
from planner.analyses.stressing.choice_rules import margin
from planner.analyses.stressing.discovery import ALWAYS, BOX, NEARLY_ALWAYS, NEVER, NOWHERE, SELDOM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from planner.analyses.focus import Focus
    from planner.analyses.stress import Stress
    from planner.analyses.stressing.box import Ranges
    from planner.analyses.stressing.choice_rules import Reversal
    from planner.analyses.stressing.discovery import Discovery, Limit, Part
    from planner.analyses.stressing.futures import Worlds

    Naming = Callable[[str], str]

METHOD = (
    "Backward induction in each future; rules of choice without probabilities (Wald, Savage, Hurwicz, Laplace); "
    "corners, Latin hypercube samples and coordinate search within the ranges; scenario discovery by the "
    "patient rule induction method (Friedman and Fisher 1999, Bryant and Lempert 2010)"
)
NAMES = {
    "maximin": "maximin",
    "maximax": "maximax",
    "minimax_regret": "minimax regret",
    "hurwicz": "Hurwicz",
    "laplace": "Laplace",
    "expected": "expected value",
}
NOISE = 1e-9  # of the largest of all: what a search leaves of nothing
MANY = 4  # as many parameters of a point are told


def rule_name(found: Stress, rule: str) -> str:
    """Return a rule's name, Hurwicz' with the weight of the best future."""
    return f"Hurwicz ({found.settings['optimism']:g})" if rule == "hurwicz" else NAMES[rule]


def quoted(found: Stress, option: str) -> str:
    """Return an option's name in quotes."""
    return f"'{found.focus.name(option)}'"


def future_name(found: Stress, future: str) -> str:
    """Return a future's name in quotes."""
    return next(f"'{world.name}'" for world in found.worlds if world.id == future)


def viewed(found: Stress) -> str:
    """Return whose value is meant, as ' for France'; nothing in a scenario without actors."""
    return f" for {found.scenario.actors[found.focus.actor].name}" if found.scenario.has_actors else ""


def unit(found: Stress) -> str:
    """Return the unit of values; empty where they are scores or have none."""
    criteria = list(found.scenario.criteria.values())
    return criteria[0].unit or "" if len(criteria) == 1 and not criteria[0].has_scale else ""


def worth(found: Stress) -> str:
    """Return what the numbers are, such as 'Cost in EUR m for France'."""
    what = "Value" if found.focus.sense > 0 else "Cost"
    return f"{what}{f' in {unit(found)}' if unit(found) else ''}{viewed(found)}"


def number_text(value: float) -> str:
    """Write a number of the file with at most four digits that count.

    >>> number_text(0.08), number_text(120_000.0), number_text(22.126)
    ('0.08', '120,000', '22.13')
    """
    short = float(f"{value:.4g}")
    if short and not 1e-6 <= abs(short) < 1e15:
        return f"{short:.4g}"
    return f"{short:,.10f}".rstrip("0").rstrip(".")


def share_text(share: float) -> str:
    """Write a share in whole per cent, more exactly near 0 and 1.

    >>> share_text(0.753), share_text(0.004), share_text(1.0)
    ('75 %', '0.4 %', '100 %')
    """
    return percent(share) if share < 0.01 or share > 0.99 else f"{fixed(100 * share, 0)} %"


# --- the headline and the rules -------------------------------------------------------------------------------------


def headline(found: Stress) -> str:
    """Say in one sentence which option stands up to what, and whether the rules agree."""
    if not found.rules:
        return _without_futures(found)
    regret = found.rules["minimax_regret"]
    count = len(found.counted)
    where = f"in the {count} futures" if count > 1 else f"in {future_name(found, found.worlds[found.counted[0]].id)}"
    by_option = _takers(found)
    if len(by_option) > 1:
        said = [
            f"{listing(rules)} take{'s' * (len(rules) == 1)} {quoted(found, option)}" for option, rules in by_option
        ]
        return f"{_capital(where)}{viewed(found)} {'; '.join(said)}."
    option = quoted(found, regret.option)
    if len(found.options) == 1:
        return f"{option} is the only option, so that nothing can be missed{viewed(found)} {where}."
    if regret.value > 0:
        most = written(regret.value, decimals([regret.value]))
        return f"{_capital(where)} all rules take {option}{viewed(found)}: at most {most} is missed."
    return f"{_capital(where)} all rules take {option}{viewed(found)}: no other option is better."


def _takers(found: Stress) -> list[tuple[str, list[str]]]:
    """Return the rules by the option that they take, the option of most rules first."""
    by_option: dict[str, list[str]] = {}
    for rule, result in found.rules.items():
        by_option.setdefault(result.option, []).append(rule_name(found, rule))
    return sorted(by_option.items(), key=lambda each: -len(each[1]))


def _without_futures(found: Stress) -> str:
    """Say what the ranges alone tell."""
    cases = found.worst_cases
    assert cases is not None
    by_worst, by_regret = box_choices(found)
    worst, regret = cases.worst[by_worst[0]], cases.regret[by_regret[0]]
    places = decimals([worst.value, regret.value])
    head = f"No futures in the file; within all ranges maximin takes {quoted(found, by_worst[0])}{viewed(found)}"
    least = f"{'worst' if worst.proved else 'worst found'} {written(worst.value, places)}"
    most = f"{'largest regret' if regret.proved else 'largest regret found'} {written(regret.value, places)}"
    if by_worst[0] == by_regret[0]:
        return f"{head} ({least}), and so does minimax regret ({most})."
    return f"{head} ({least}), minimax regret {quoted(found, by_regret[0])} ({most})."


def box_choices(found: Stress) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the options that maximin and minimax regret take over the box, all that do equally well."""
    cases, sense = found.worst_cases, found.focus.sense
    assert cases is not None
    worst = {option: sense * case.value for option, case in cases.worst.items()}
    regret = {option: -case.value for option, case in cases.regret.items()}
    return _best(worst), _best(regret)


def _best(score: Mapping[str, float]) -> tuple[str, ...]:
    most = max(score.values())
    apart = NOISE * max(map(abs, score.values()))
    return tuple(option for option, value in score.items() if value >= most - apart)


def disagreement(found: Stress) -> str:
    """Say which rules take which option, and about which futures they disagree."""
    if not found.rules:
        return ""
    by_option = _takers(found)
    if len(by_option) == 1:
        return f"All rules take {quoted(found, by_option[0][0])}."
    said = [f"{listing(rules)} {quoted(found, option)}" for option, rules in by_option]
    one, other = by_option[0][0], by_option[1][0]
    return f"The rules disagree: {'; '.join(said)}. {_about(found, one, other)}"


def _about(found: Stress, one: str, other: str) -> str:
    """Say in which futures one option is better, and in which the other."""
    rows = [found.options.index(option) for option in (one, other)]
    counted = list(found.counted)
    gap = found.focus.sense * (found.own[rows[0], counted] - found.own[rows[1], counted])
    noise = margin(found.own)
    places = decimals([*gap.tolist()], apart=[each for each in gap.tolist() if abs(each) > noise])
    better = "cheaper" if found.focus.sense < 0 else "better"
    said = []
    for option, at in ((one, int(gap.argmax())), (other, int(gap.argmin()))):
        size = gap[at] if option == one else -gap[at]
        if size > noise:
            world = found.worlds[counted[at]]
            said.append(f"{quoted(found, option)} is {written(size, places)} {better} in '{world.name}'")
    return f"{_capital(', '.join(said))}." if said else "They are worth the same in every future."


def reversed_text(found: Stress) -> str:
    """Say whether leaving out an option turns minimax regret round among the others."""
    if not found.rules:
        return ""
    if len(found.options) < 3:
        return "With two options none can be left out, so minimax regret cannot reverse." * (len(found.options) == 2)
    at_the_top = list(_top(found))
    if not at_the_top:
        return "Whichever option is left out, minimax regret keeps to its choice among the others."
    return " ".join(
        f"Without {quoted(found, found.options[each.without])}, minimax regret would prefer "
        f"{quoted(found, found.options[each.preferred])} to {quoted(found, found.options[each.before])}."
        for each in at_the_top
    )


def _top(found: Stress) -> Iterator[Reversal]:
    """Yield the reversals that change what is taken: from the best of those left to another."""
    full = found.rules["minimax_regret"].values
    for each in found.reversals:
        left = {option: full[option] for at, option in enumerate(found.options) if at != each.without}
        best = min(left, key=lambda option: left[option])
        if each.choice and found.options[each.before] == best:
            yield each


def switches_text(found: Stress) -> str:
    """Say at which weight of the best future the choice of Hurwicz' rule changes."""
    if not found.switches:
        return ""
    said = [
        f"from {quoted(found, found.options[each.before])} to {quoted(found, found.options[each.after])} at "
        f"{number_text(each.at)}"
        for each in found.switches
    ]
    return f"As the weight of the best future grows, Hurwicz' rule goes over {', then '.join(said)}."


# --- who is hurt, worst cases ----------------------------------------------------------------------------------------


def reference_words(found: Stress) -> str:
    """Return what losses are counted from, in words."""
    if found.reference == "fallback":
        assert found.focus.fallback is not None
        return f"the fallback {quoted(found, found.options[found.focus.fallback])} in the same future"
    starts = any(criterion.start is not None for criterion in found.scenario.criteria.values())
    return "things as they stand today" if starts else "nothing happening"


def point_text(point: Mapping[str, float], naming: Naming = str, sign: str = "=") -> str:
    """Write the parameters that matter at a point, a few of many, as ``--set`` takes them."""
    names = list(point)
    shown = names if len(names) <= MANY + 1 else names[:MANY]
    said = [f"{naming(name)}{sign}{number_text(point[name])}" for name in shown]
    more = len(names) - len(shown)
    return ", ".join(said) + (f" and {more} more" if more else "") if said else "the numbers as they are"


# --- scenario discovery ----------------------------------------------------------------------------------------------


def failing_words(found: Stress) -> tuple[str, str]:
    """Return what failing and not failing is, after an option's name."""
    fails = found.fails
    if fails.kind == "regret":
        whose = viewed(found) if len(found.scenario.actors) > 1 else ""
        return f"is not the best{whose}", f"is the best{whose}"
    assert fails.limit is not None
    limit = number_text(fails.limit)
    if fails.kind == "limit":
        return (f"falls below {limit}", f"keeps to {limit} or more") if fails.sense > 0 else (
            f"costs more than {limit}", f"costs no more than {limit}")  # fmt: skip
    actors = found.scenario.actors
    whose = f"{actors[found.focus.actor].name}'s" if len(actors) > 1 else "its"
    return f"misses {whose} minimum of {limit}", f"meets {whose} minimum of {limit}"


def discovered(found: Stress, one: Discovery, naming: Naming = str) -> str:
    """Say in one sentence where in the ranges an option fails."""
    option = quoted(found, one.option)
    fails, stands = failing_words(found)
    if one.kind in {NEVER, ALWAYS}:
        return f"{option} {stands if one.kind == NEVER else fails} in all {one.points:,} cases tried."
    if one.kind == SELDOM:
        return f"{option} {fails} in only {one.failures:,} of {one.points:,} cases tried, too few to say where."
    if one.kind == NEARLY_ALWAYS:
        return f"{option} {fails} in {share_text(one.failures / one.points)} of {one.points:,} cases tried."
    if one.kind == NOWHERE or one.part is None:
        share = share_text(one.failures / one.points)
        return f"{option} {fails} in {share} of {one.points:,} cases, in no part of the ranges above all."
    assert one.kind == BOX
    part = one.part
    often = "mostly" if part.merit.coverage >= 0.5 else "most often"
    sentence = (
        f"{option} {fails} {often} when {_where(part, naming)}: this covers {share_text(part.merit.coverage)} of its "
        f"failures (n = {one.failures:,} of {one.points:,}), and {share_text(part.merit.density)} of such cases fail"
    )
    if not part.holds:
        return f"{sentence}, no more than chance would have it."
    if one.further is not None:
        more = one.further
        sentence += (
            f"; outside of this another {share_text(more.merit.coverage)} when {_where(more, naming)}, where "
            f"{share_text(more.merit.density)} fail"
        )
    return f"{sentence}."


def _where(part: Part, naming: Naming) -> str:
    return listing(condition for limit in part.limits for condition in conditions(limit, naming))


def conditions(limit: Limit, naming: Naming = str) -> Iterator[str]:
    """Yield a parameter's limits, such as ``talks_yield < 0.18``."""
    name = naming(limit.parameter)
    if limit.low is not None and limit.high is not None:
        yield f"{limit_text(limit.low)} < {name} < {limit_text(limit.high)}"
    elif limit.low is not None:
        yield f"{name} > {limit_text(limit.low)}"
    elif limit.high is not None:
        yield f"{name} < {limit_text(limit.high)}"


def limit_text(value: float) -> str:
    """Write a limit of a box in full: it was rounded before it was measured.

    >>> limit_text(0.18), limit_text(22.0), limit_text(-12000.0)
    ('0.18', '22', '-12,000')
    """
    if value and not 1e-6 <= abs(value) < 1e15:
        return f"{value:.12g}"
    places = 0 if not value else max(0, 11 - math.floor(math.log10(abs(value))))
    return f"{value:,.{places}f}".rstrip("0").rstrip(".") if places else f"{value:,.0f}"


# --- notes -----------------------------------------------------------------------------------------------------------


def notes(looked: Focus, found: Worlds, box: Ranges, *, with_base: bool, usable: bool) -> Iterator[str]:
    """Yield what a reader must know besides."""
    futures = looked.scenario.futures
    if not futures:
        yield "The file has no futures, so there are no rules over futures; see the ranges."
    kept = sorted({name for future in futures.values() for name in future.set} & set(looked.overrides))
    if kept:
        them = ("was", "it") if len(kept) == 1 else ("were", "them")
        yield f"{_named(kept)} {them[0]} set for this run; futures that set {them[1]} keep their own numbers."
    same = [
        world.id
        for at, world in enumerate(found.worlds)
        if at and np.allclose(found.values[..., at], found.values[..., 0], rtol=1e-12, atol=1e-12)
    ]
    if same:
        yield f"In {_named(same)} the options are worth the same as with the file's own numbers."
    if with_base and not futures:
        yield "Without futures the file's own numbers are not counted as one."
    if not len(box):
        yield "No parameter with a range makes a difference to these options, so nothing is said of ranges."
    if box.idle:
        yield f"Ranges without effect on these options: {_named(box.idle)}."
    if box.follow:
        verb = "has a range but is a formula" if len(box.follow) == 1 else "have ranges but are formulas"
        yield f"{_named(box.follow)} {verb}: what the formula reads was varied."
    if not usable:
        yield "Hardly any point of the ranges is possible, so it cannot be said where options fail."


def _named(names: Sequence[str], most: int = 5) -> str:
    more = len(names) - most
    return listing([*names[:most], f"{more} more"] if more > 0 else names)


# --- notebooks -------------------------------------------------------------------------------------------------------


def markdown(found: Stress) -> str:
    """Return headline and the table of options and futures as Markdown, regrets in brackets."""
    places = decimals([*found.own.ravel().tolist()])
    shown = [*dict.fromkeys([0, *found.counted])]
    head = " | ".join(escaped(found.worlds[at].name) for at in shown)
    lines = [f"**{escaped(found.scenario.title)}**", "", escaped(headline(found)), ""]
    lines += [f"| option | {head} |", "|---|" + "---:|" * len(shown)]
    for row, option in enumerate(found.options):
        cells = [f"{written(found.own[row, at], places)} ({written(found.regrets[row, at], places)})" for at in shown]
        lines.append(f"| {escaped(found.focus.name(option))} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
