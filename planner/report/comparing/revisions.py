"""What a comparison paper says of two texts of one scenario: what changed, and why it comes out otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.analyses.comparing.comparison_words import difference
from planner.report.comparing.charts import Side, Sides, dumbbell_svg
from planner.report.comparing.words import ARROW, NAMED, NOISE, VERBS, Words, code, short
from planner.report.rounding import decimals_for, percentages, signed
from planner.report.sections import Picture, Section
from planner.report.tables import plain, table
from planner.report.words import capital, count, ended, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.comparing.attribution import Effect
    from planner.analyses.comparing.moves import OptionMove
    from planner.analyses.comparison import Comparison
    from planner.core.change.differences import Difference
    from planner.report.findings import Findings

CHANGES = 30  # rows of a table of changes
EFFECTS = 15
OPTIONS = 20
OUTCOMES = 8


def section(found: Comparison, finding: Findings, said: str) -> Section:
    """Return what a comparison paper prints.

    Args:
        found: the comparison; its second side is what the paper is on.
        finding: what follows from the second side.
        said: with what it is compared, in words.
    """
    words = Words(found)
    moving = found.evaluated and any(one.reach == "values" for one in found.in_model)
    context: dict[str, Any] = {
        "several": False,
        "against": said,
        "headline": headline(found, words, said),
        "changed": bool(found.in_model),
        "options": options(words) if moving and found.options else "",
        "effects": effects(words) if moving and len(found.attribution.effects) > 1 else "",
        "effects_note": effects_note(words),
        "model": changes(words, found.in_model),
        "model_count": count(len(found.in_model), "change"),
        "in_words": changes(words, found.in_words),
        "forecast": forecast(words) if moving else "",
        "outcomes": outcomes(words) if moving else "",
        "limits": limits(found, words),
    }
    pictures = {}
    if moving and _drawable(found):
        pictures["moved"] = _picture(words, finding)
    return Section(context, pictures)


# --- sentences ------------------------------------------------------------------------------------------------


def headline(found: Comparison, words: Words, said: str) -> list[str]:
    """Return what changed and why, a sentence each."""
    if not found.evaluated or not found.before.readable or not found.after.readable:
        return [plain(found.headline())]
    made = found.recommendation
    decided = made is not None and (made.before is not None or made.after is not None)
    if not found.in_model:
        return [_nothing(found, words, said, decided=decided)]
    if all(one.reach != "values" for one in found.in_model):
        stays = f" {words.recommendation()}" if decided else ""
        what = "No value moves: what is different are ranges, distributions, futures or a conflict."
        return [f"{what}{stays}"]
    sentences = [words.recommendation()] if decided else []
    turned = decided and made is not None and made.changed
    why = [*words.cause(), words.values()] if turned else [words.values(), *words.cause()]
    return [*sentences, *why, *_forecast_too(found)]


def _nothing(found: Comparison, words: Words, said: str, *, decided: bool) -> str:
    """Say in one sentence that nothing has changed."""
    made = found.recommendation
    assert made is not None
    stays = f"; the recommendation stays **{words.option(made.after).strip('*')}**" if decided and made.after else ""
    reworded = f", apart from {count(len(found.in_words), 'change')} of names, notes and sources" * bool(found.in_words)
    return f"Nothing has changed in the model since {said}{reworded}{stays}."


def _forecast_too(found: Comparison) -> list[str]:
    made = found.forecast
    if made is None or made.why or not made.changed:
        return []
    return ["What is forecast to happen if each does what is best for it has changed, too."]


def forecast(words: Words) -> str:
    """Return what happens if each does what is best for it, before and after."""
    made = words.found.forecast
    if made is None or made.why:
        return ""
    before, after = (_path(words, path) for path in (made.before, made.after))
    several = f" It is one of {count(made.count_after, 'equilibrium', 'equilibria')}." if made.count_after > 1 else ""
    if not made.changed:
        return f"As before: {after}.{several}"
    if before == after:
        numbers = f"{count(made.count_before, 'equilibrium', 'equilibria')}, now {made.count_after:,}"
        return f"First of all as before: {after}; but what else can happen has changed ({numbers})."
    return f"Before: {before}. Now: **{after}**.{several}"


def _path(words: Words, path: Sequence[str]) -> str:
    """Return a path of decisions in names, each once."""
    told = []
    for each in path:
        node, _, edge = each.rpartition(".")
        known = [
            s.nodes[node].edges[edge].name for s in words.scenarios if node in s.nodes and edge in s.nodes[node].edges
        ]
        told.append(plain(known[0]) if known else code(each))
    return ", then ".join(dict.fromkeys(told)) or "nothing is decided"


def limits(found: Comparison, words: Words) -> list[str]:
    """Return what could not be compared, and why."""
    told = []
    for side, which in ((found.before, "What was before"), (found.after, "What is now")):
        if side.evaluation is None:
            verb = "cannot be evaluated" if side.readable else "cannot be read"
            told.append(ended(f"{which} {verb}: {plain(side.reason)}"))
    if found.forecast is not None and found.forecast.why:
        told.append(ended(f"The forecast is not compared: {plain(found.forecast.why)}"))
    told += [ended(plain(each)) for each in found.attribution.not_tried]
    if not found.evaluated:
        return told
    new = [words.option(one.option) for one in found.options if one.before is None]
    gone = [words.option(one.option) for one in found.options if one.after is None]
    if new:
        told.append(f"{listed(new)}: new, so there is no value before.")
    if gone:
        told.append(f"{listed(gone)}: gone, so there is no value now.")
    ranges = sum(one.reach == "ranges" for one in found.in_model)
    if ranges:
        verb = "is" if ranges == 1 else "are"
        told.append(
            f"{count(ranges, 'change').capitalize()} of ranges, distributions, futures or the conflict {verb} in the "
            "table of changes; what simulation and stress tests make of them is not compared."
        )
    return told


# --- tables ---------------------------------------------------------------------------------------------------


def options(words: Words) -> str:
    """Return the options with their values before and after: a column for each actor, or a row where there are many."""
    found = words.found
    kept = _kept(found, OPTIONS)
    wide = words.actors if len(words.actors) <= NAMED else ()
    if wide:
        heads = [words.actor(actor) for actor in wide] if words.named else ["Value"]
        rows = [[_named(words, one), *(words.cell(one, actor) for actor in wide)] for one in kept]
        made = table(["Option", *heads], rows, right=range(1, len(heads) + 1))
    else:
        rows = [
            [_named(words, one), words.actor(actor), words.cell(one, actor)] for one in kept for actor in words.actors
        ]
        made = table(["Option", "Actor", "Value"], rows, right=[2])
    left = len(found.options) - len(kept)
    return f"{made}\n\n{_more(left, 'option')}" if left else made


def _kept(found: Comparison, most: int) -> list[OptionMove]:
    """Return the first options, with those that are or were recommended."""
    made = found.recommendation
    known = {made.before, made.after} if made is not None else set()
    room = most - sum(one.option in known for one in found.options)
    others = [one.option for one in found.options if one.option not in known][: max(room, 0)]
    return [one for one in found.options if one.option in known or one.option in others]


def _named(words: Words, one: OptionMove) -> str:
    made = words.found.recommendation
    assert made is not None
    name = plain(one.name)
    if one.option == made.after:
        return f"**{name}** (recommended)"
    return f"{name} (recommended before)" if one.option == made.before else name


def _more(number: int, noun: str) -> str:
    return f"{count(number, f'more {noun}').capitalize()} not shown; `planner diff` lists all."


def changes(words: Words, told: Sequence[Difference]) -> str:
    """Return a table of changes."""
    if not told:
        return ""
    rows = [
        [
            capital(words.place(one)) if one.kind != "renamed" else f"{plain(one.what)} (renamed)",
            code(one.place),
            short(one.before) or f"({VERBS[one.kind]})",
            short(one.after) or f"({VERBS[one.kind]})",
            difference(one.delta) if one.delta is not None else "",
        ]
        for one in told[:CHANGES]
    ]
    made = table(["Change", "Where", "Before", "After", "Difference"], rows, right=[4])
    left = len(told) - CHANGES
    return f"{made}\n\n{_more(left, 'change')}" if left > 0 else made


def effects(words: Words) -> str:
    """Return what each change does, the strongest first."""
    found, actor = words.found, words.found.actor or ""
    together = _together(found)
    told = sorted(
        found.attribution.effects,
        key=lambda one: (not one.sufficient, one not in together, -abs(words.own(one, actor)), -_farthest(one, actor)),
    )
    alone = [None if one.alone is None else one.alone.get(actor) for one in told]
    shares = [one.share.get(actor) for one in told]
    places = decimals_for([value for value in (*alone, *shares) if value is not None])
    share = any(value is not None for value in shares)
    rows = []
    for one, value, part in list(zip(told, alone, shares, strict=True))[:EFFECTS]:
        rows.append(
            [
                capital(words.unit(one)),
                "not tried" if one.why == "not tried" else "cannot" if value is None else signed(value, places),
                *([signed(part, places) if part is not None else ""] if share else []),
                _most_moved(words, one, actor),
                _turns(words, one, together),
            ]
        )
    heads = ["Change", "Alone", *(["Share"] if share else []), "Moves most", "Turns the recommendation"]
    if not any(row[-1] for row in rows):
        heads, rows = heads[:-1], [row[:-1] for row in rows]
    made = table(heads, rows, right=[1, 2] if share else [1])
    left = len(told) - EFFECTS
    return f"{made}\n\n{_more(left, 'change')}" if left > 0 else made


def _farthest(one: Effect, actor: str) -> float:
    return max((abs(moves.get(actor, 0.0)) for moves in one.options.values()), default=0.0)


def _together(found: Comparison) -> list[Effect]:
    given = found.attribution
    return [given.effects[at] for at in sorted(given.flip.sets[0])] if given.flip is not None else []


def _most_moved(words: Words, one: Effect, actor: str) -> str:
    """Return the option that a change moves most, by how much and for whom."""
    moves = {(option, who): moved for option, row in one.options.items() for who, moved in row.items()}
    own = {key: moved for key, moved in moves.items() if key[1] == actor and abs(moved) > NOISE}
    if not own and not any(abs(moved) > NOISE for moved in moves.values()):
        return "nothing"
    option, who = max(own or moves, key=lambda key: abs((own or moves)[key]))
    whose = f" for {words.actor(who)}" if who != actor and words.named else ""
    return f"{words.option(option).strip('*')} {signed(moves[option, who], words.places(who))}{whose}"


def _turns(words: Words, one: Effect, together: Sequence[Effect]) -> str:
    made = words.found.recommendation
    assert made is not None
    said = ["alone"] * one.sufficient + ["together"] * (len(together) > 1 and one in together)
    said += ["needed"] * one.necessary
    if not said and one.alone_choice is not None and one.alone_choice not in {made.before, made.after}:
        return f"alone to {words.option(one.alone_choice)}"
    if not said and not made.changed and one.alone_choice not in {None, made.after}:
        return f"alone to {words.option(one.alone_choice)}"
    return ", ".join(said)


def effects_note(words: Words) -> str:
    """Say how the table of effects is to be read."""
    found = words.found
    whose = f" for {words.actor(found.actor)}" if words.named and found.actor else ""
    said = f"*Alone*: by how much the value of what is recommended moves{whose} if nothing else is changed."
    if found.recommendation is not None and found.recommendation.changed:
        said += " *Together*: in the smallest set that turns the recommendation."
        said += " *Needed*: without it the recommendation turns back."
    shares = found.attribution.shares
    if shares.method == "exact":
        return f"{said} *Share*: of the whole difference, exact Shapley values, which add up to it."
    if shares.method == "sampled":
        return f"{said} *Share*: of the whole difference, Shapley values from {shares.orders:,} sampled orders."
    return f"{said} Shares of the whole difference are left out{f' ({plain(shares.why)})' if shares.why else ''}."


def outcomes(words: Words) -> str:
    """Return the outcomes whose probability moved most."""
    told = words.found.outcomes[:OUTCOMES]
    if not told:
        return ""
    rows = []
    for one in told:
        before, after = percentages_apart(one.before, one.after)
        rows.append([outcome_name(words, one.outcome), before, after])
    made = table(["Outcome", "Before", "After"], rows, right=[1, 2])
    left = len(words.found.outcomes) - OUTCOMES
    return f"{made}\n\n{_more(left, 'outcome')}" if left > 0 else made


def percentages_apart(before: float, after: float) -> tuple[str, str]:
    """Return two probabilities in per cent, told apart.

    >>> percentages_apart(0.251, 0.254), percentages_apart(0.25, 0.4)
    (('25.1 %', '25.4 %'), ('25 %', '40 %'))
    """
    for decimals in range(5):
        first, second = (percentages([p, 1 - p], most_decimals=decimals)[0] for p in (before, after))
        if first != second:
            break
    return first, second


def outcome_name(words: Words, outcome: str) -> str:
    """Return an outcome's name: of the node, or of the branch that ends a path, with its node."""
    for scenario in words.scenarios:
        if outcome in scenario.nodes:
            return plain(scenario.nodes[outcome].title)
        node, _, edge = outcome.rpartition(".")
        if node in scenario.nodes and edge in scenario.nodes[node].edges:
            return plain(f"{scenario.nodes[node].edges[edge].name} ({scenario.nodes[node].title})")
    return code(outcome)


# --- the picture ----------------------------------------------------------------------------------------------


def _drawable(found: Comparison) -> bool:
    return any(one.before or one.after for one in found.options)


def _picture(words: Words, finding: Findings) -> Picture:
    found = words.found
    kept = _kept(found, OPTIONS)
    actors = words.actors[:6]
    made = found.recommendation
    assert made is not None
    data = Sides(
        options=tuple(one.name for one in kept),
        actors=tuple(_name(words, actor) for actor in actors),
        sides=(
            Side("before", tuple(tuple((one.before or {}).get(actor) for one in kept) for actor in actors)),
            Side("now", tuple(tuple((one.after or {}).get(actor) for one in kept) for actor in actors)),
        ),
        chosen=next((at for at, one in enumerate(kept) if one.option == made.after), None),
        axis=axis(finding),
    )
    turned = f"was {_quoted(found, made.before)}" if made.changed else "as before"
    title = f"{_quoted(found, made.after)} is recommended, {turned}" if made.after else "Values before and now"
    subtitle = (
        "Hollow circle: before. Filled circle: now. In bold: what is recommended now. Computed from the stated inputs."
    )
    alt = ended(f"{title}. {_alt(words, kept, actors)}")
    return Picture(alt, dumbbell_svg(data, title=title, subtitle=subtitle, alt=alt))


def _name(words: Words, actor: str) -> str:
    if not words.named:
        return ""
    return next((each.actors[actor].name for each in words.scenarios if actor in each.actors), actor)


def _quoted(found: Comparison, option: str | None) -> str:
    return next((one.name for one in found.options if one.option == option), option or "nothing")


def _alt(words: Words, kept: Sequence[OptionMove], actors: Sequence[str]) -> str:
    """Return every option's value before and after, in words."""
    parts = []
    for actor in actors:
        told = ", ".join(f"{one.name} {words.cell(one, actor).replace(f' {ARROW} ', ' to ')}" for one in kept)
        parts.append(f"{_name(words, actor)}: {told}" if words.named else told)
    return "; ".join(parts)


def axis(finding: Findings) -> str:
    """Return the title of the axis of values."""
    if finding.scored:
        return "Value, 0 (worst) to 100 (best)"
    what = f"{'Cost' if finding.costs else 'Value'}{f', {finding.unit}' if finding.unit else ''}"
    return f"{what} (smaller is better)" if finding.costs else what
