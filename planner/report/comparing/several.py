"""What a comparison paper says of several scenarios side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.analyses.side_by_side import option_name
from planner.report.comparing.charts import MOST, Side, Sides, dumbbell_svg, marks
from planner.report.comparing.revisions import axis, changes, effects, effects_note
from planner.report.comparing.words import NAMED, Words
from planner.report.rounding import decimals_for, number
from planner.report.sections import Picture, Section
from planner.report.tables import plain, table
from planner.report.words import count, day, ended, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.side_by_side import Beside, SideBySide
    from planner.report.findings import Findings

OPTIONS = 20  # rows of a table
ACTORS = 6  # actors with a table, or a panel, of their own


def section(found: SideBySide, finding: Findings) -> Section:
    """Return what a comparison paper prints.

    Args:
        found: the scenarios side by side; the first is the one that the paper is on.
        finding: what follows from the first.
    """
    actors = shared_actors(found)
    context: dict[str, Any] = {
        "several": True,
        "against": "",
        "headline": [plain(found.headline())],
        "scenarios": scenarios(found),
        "options": [{"actor": name(found, actor), "table": options(found, actor)} for actor in actors[:ACTORS]],
        "others": [difference(found, one) for one in found.together[1:]],
        "apart": [f"{plain(one.title)}: {ended(plain(one.why))}" for one in found.apart],
    }
    pictures = {"moved": _picture(found, finding, actors)} if len(found.together) > 1 and actors else {}
    return Section(context, pictures)


def shared_actors(found: SideBySide) -> list[str]:
    """Return the actors that are told: those who decide in the first, then the others, if two scenarios have them."""
    order = dict.fromkeys([*found.first.gist.by, *found.first.worth])
    return [actor for actor in order if sum(actor in one.worth for one in found.together) > 1]


def name(found: SideBySide, actor: str) -> str:
    """Return an actor's name; empty for the only one of scenarios without actors."""
    scenario = found.scenario
    if scenario is None or not scenario.has_actors:
        return ""
    return plain(scenario.actors[actor].name) if actor in scenario.actors else plain(actor)


def titles(found: SideBySide) -> list[str]:
    """Return what the scenarios are called."""
    return [plain(found.called(one)) for one in found.all]


def scenarios(found: SideBySide) -> str:
    """Return a table: what each recommends, what that is worth to those who decide, how far it is ahead."""
    rows = []
    for one, title in zip(found.all, titles(found), strict=True):
        scenario = one.scenario
        dated = day(scenario.as_of) if scenario is not None and scenario.as_of is not None else "no date"
        if one.gist.problem:
            rows.append([title, dated, f"cannot be evaluated: {plain(one.gist.problem)}", "", ""])
            continue
        rows.append([title, dated, _recommended(one), _worth(one), _margin(one)])
    return table(["Scenario", "As of", "Recommendation", "Value", "Margin"], rows, right=[4])


def _recommended(one: Beside) -> str:
    if one.gist.chosen is None:
        return "nothing is decided"
    also = [plain(one.gist.options.get(each, each)) for each in one.gist.tied if each != one.gist.chosen]
    return f"**{plain(option_name(one))}**{f' (as good: {listed(also)})' if also else ''}"


def _write(one: Beside, actor: str, value: float) -> str:
    """Return a value to an actor with the decimals that tell its options apart."""
    own = [values[actor] for values in (one.worth, *one.options.values()) if actor in values]
    return number(value, decimals_for(own))


def _worth(one: Beside) -> str:
    """Return what is recommended is worth to those who decide."""
    scenario = one.scenario
    assert scenario is not None
    who = [actor for actor in one.gist.by if actor in one.worth] or list(one.worth)
    unit = f" {plain(one.gist.unit)}" if one.gist.unit else ""
    if not scenario.has_actors:
        return f"{_write(one, who[0], one.worth[who[0]])}{unit}"
    told = [f"{plain(scenario.actors[actor].name)} {_write(one, actor, one.worth[actor])}" for actor in who[:NAMED]]
    more = len(who) - NAMED
    others = [count(more, "more", "more")] if more > 0 else []
    return f"{', '.join([*told, *others])}{unit}"


def _margin(one: Beside) -> str:
    return "" if one.gist.margin is None else _write(one, one.gist.actor or "", one.gist.margin)


def options(found: SideBySide, actor: str) -> str:
    """Return options by scenarios: what each is worth to an actor, what is recommended in bold."""
    together = found.together
    told = dict.fromkeys(option for one in together for option in one.options)
    values = [one.options.get(option, {}).get(actor) for one in together for option in told]
    places = decimals_for([value for value in values if value is not None])
    heads = [title for one, title in zip(found.all, titles(found), strict=True) if one in together]
    rows = []
    for option in list(told)[:OPTIONS]:
        row = [_option(together, option)]
        for one in together:
            value = one.options.get(option, {}).get(actor)
            text = "-" if value is None else number(value, places)
            row.append(f"**{text}**" if option == one.gist.chosen else text)
        rows.append(row)
    made = table(["Option", *heads], rows, right=range(1, len(heads) + 1))
    left = len(told) - OPTIONS
    return f"{made}\n\n{count(left, 'more option').capitalize()} not shown." if left > 0 else made


def _option(together: Sequence[Beside], option: str) -> str:
    return plain(next(one.gist.options[option] for one in together if option in one.gist.options))


def difference(found: SideBySide, one: Beside) -> dict[str, Any]:
    """Return what differs in the model between the first and another, and what that does."""
    made = one.comparison
    assert made is not None
    words = Words(made)
    title = titles(found)[found.all.index(one)]
    if not made.in_model:
        said = (
            "The model is the same; only names, notes and sources differ." if made.in_words else "The two are the same."
        )
        return {"title": title, "sentences": [said], "model": "", "effects": "", "note": "", "limits": []}
    sentences = [_turned(found, words), *words.cause()]
    return {
        "title": title,
        "sentences": [each for each in sentences if each],
        "model": changes(words, made.in_model),
        "effects": effects(words) if len(made.attribution.effects) > 1 else "",
        "note": effects_note(words),
        "limits": [ended(plain(each)) for each in made.attribution.not_tried],
    }


def _turned(found: SideBySide, words: Words) -> str:
    """Say what is recommended there and in the first."""
    made = words.found.recommendation
    number_of = count(len(words.found.in_model), "difference")
    assert made is not None
    head = f"{number_of.capitalize()} in the model against {titles(found)[0]}"
    if made.before is None and made.after is None:
        return f"{head}. {words.values()}"
    if made.changed:
        there, here = words.option(made.before), words.option(made.after)
        return f"{head}: {there} is recommended there, {here} here. {words.values()}"
    return f"{head}; both recommend {words.option(made.after)}. {words.values()}"


def _picture(found: SideBySide, finding: Findings, actors: Sequence[str]) -> Picture:
    together = found.together[:MOST]
    told = list(dict.fromkeys(option for one in together for option in one.options))[:OPTIONS]
    shown = list(actors[:ACTORS])
    names = [found.called(one) for one in together]
    sides = tuple(
        Side(title, tuple(tuple(one.options.get(option, {}).get(actor) for option in told) for actor in shown))
        for one, title in zip(together, names, strict=True)
    )
    called = [_plain_option(together, option) for option in told]
    panels = tuple(name(found, actor).replace("\\", "") for actor in shown)
    data = Sides(tuple(called), panels, sides, None, axis(finding))
    seen = [f"{mark}: {title}" for mark, title in zip(marks(len(sides)), names, strict=True)]
    left = len(found.together) - len(together)
    more = f" {count(left, 'more scenario').capitalize()} in the tables." if left else ""
    subtitle = f"{'. '.join(seen)}. Numbers in this order.{more} Computed from the stated inputs."
    title = found.verdict().rstrip(".")
    alt = ended(f"{title}. {_alt(data)}")
    return Picture(alt, dumbbell_svg(data, title=title, subtitle=subtitle, alt=alt))


def _plain_option(together: Sequence[Beside], option: str) -> str:
    return next(one.gist.options[option] for one in together if option in one.gist.options)


def _alt(data: Sides) -> str:
    """Return every value in words."""
    parts = []
    for panel, actor in enumerate(data.actors):
        places = decimals_for([v for side in data.sides for v in side.values[panel] if v is not None])
        for at, option in enumerate(data.options):
            values = [(side.name, side.values[panel][at]) for side in data.sides]
            told = ", ".join(f"{name} {'none' if v is None else number(v, places)}" for name, v in values)
            parts.append(f"{f'{actor}, ' if actor else ''}{option}: {told}")
    return "; ".join(parts)
