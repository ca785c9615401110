"""A comparison in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analyses.notebook import escaped
from planner.analyses.result import decimals, listing, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.analyses.comparing.attribution import Effect
    from planner.analyses.comparing.flips import Flip
    from planner.analyses.comparison import Comparison
    from planner.core.change.differences import Difference

LONGEST = 40  # characters of a value in a sentence
NOISE = 1e-9
HUGE = 1e15  # from here on numbers have an exponent


def headline(found: Comparison) -> str:
    """Say in one or two sentences what a change does."""
    if found.before.readable != found.after.readable:
        return f"The two cannot be compared: {_unevaluated(found)}."
    if not found.in_model:
        return f"No change in the model{_words_alone(found)}."
    if not found.evaluated:
        return f"{_count(found)}; {_unevaluated(found)}."
    if all(one.reach != "values" for one in found.in_model):
        return "No value changes: what is different are ranges, distributions, futures or a conflict."
    made = found.recommendation
    assert made is not None
    if made.before is None and made.after is None:
        return f"{_value(found, 'The value')}."
    sentence = _changed(found) if made.changed else _stays(found)
    return sentence + _forecast(found)


def _words_alone(found: Comparison) -> str:
    renamed = sum(one.kind == "renamed" for one in found.in_words)
    others = len(found.in_words) - renamed
    said = [f"{renamed:,} renamed"] * bool(renamed) + [f"{others:,} of names, notes or sources"] * bool(others)
    return f"; in words there is: {listing(said)}" if said else ""


def _count(found: Comparison) -> str:
    number = len(found.in_model)
    return "1 change in the model" if number == 1 else f"{number:,} changes in the model"


def _unevaluated(found: Comparison) -> str:
    if found.before.reason == found.after.reason:
        return f"neither side can be evaluated ({found.after.reason})"
    said = [
        f"{which} {'cannot be evaluated' if side.readable else 'cannot be read'} ({side.reason})"
        for which, side in (("what was before", found.before), ("what is after", found.after))
        if side.evaluation is None
    ]
    return listing(said)


def option_name(found: Comparison, option: str | None) -> str:
    """Return an option's name in words, in quotation marks."""
    if option is None:
        return "no option"
    return f"'{next((one.name for one in found.options if one.option == option), option)}'"


def actor_name(found: Comparison, actor: str | None) -> str:
    """Return an actor's name."""
    scenario = found.scenario
    known = scenario.actors.get(actor or "") if scenario is not None else None
    return known.name if known is not None else str(actor)


def _for(found: Comparison) -> str:
    scenario = found.scenario
    return f" for {actor_name(found, found.actor)}" if scenario is not None and scenario.has_actors else ""


def _value(found: Comparison, what: str) -> str:
    """Say how the value of what is recommended moved."""
    made = found.recommendation
    assert made is not None
    actor = found.actor or ""
    before, after = made.value_before.get(actor), made.value_after.get(actor)
    if before is None or after is None:
        return f"{what} cannot be compared{_for(found)}"
    moved = after - before
    places = decimals([before, after], apart=[moved] if abs(moved) > NOISE * max(1.0, abs(before)) else [])
    if not round(moved, places):
        return f"{what} stays {_written(after, places)}{_for(found)}"
    old, new = _written(before, places), _written(after, places)
    return f"{what} goes from {old} to {new} ({signed(moved, places)}){_for(found)}"


def signed(value: float, places: int) -> str:
    """Write a difference with its sign.

    >>> signed(3.21, 1), signed(-4, 0), signed(0, 1)
    ('+3.2', '-4', '0.0')
    """
    text = _written(value, places)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def _written(value: float, places: int) -> str:
    return written(value, places) if abs(value) < HUGE else f"{value:.6g}"


def _stays(found: Comparison) -> str:
    made = found.recommendation
    assert made is not None
    name = option_name(found, made.after)
    tie = ""
    if made.tied_after and not made.tied_before:
        others = listing(option_name(found, each) for each in made.tied_after if each != made.after)
        tie = f", now only as good as {others}"
    elif made.tied_before and not made.tied_after:
        tie = ", now without a tie"
    alone = [each for each in found.attribution.effects if each.alone_choice not in {None, made.after}]
    offset = ""
    if alone:
        first = alone[0]
        what, turned = unit_text(found, first), option_name(found, first.alone_choice)
        others = f", and {len(alone) - 1} more would have turned it" if len(alone) > 1 else ""
        offset = f" {_capital(what)} alone would have turned it to {turned}{others}; other changes make up for it."
    return f"The recommendation stays {name}{tie}. {_value(found, 'Its value')}.{offset}"


def _changed(found: Comparison) -> str:
    made = found.recommendation
    assert made is not None
    before, after = option_name(found, made.before), option_name(found, made.after)
    why = _why(found)
    value = f"{_value(found, 'Its value')}." if made.before is not None and made.after is not None else ""
    tied = ""
    if made.tied_after:
        tied = f" (as good: {listing(option_name(found, each) for each in made.tied_after if each != made.after)})"
    return f"The recommendation changed from {before} to {after}{tied}{': ' if why else ''}{why}. {value}".rstrip()


def _why(found: Comparison) -> str:
    flip, effects = found.attribution.flip, found.attribution.effects
    if flip is None:
        return ""
    return flip_sentence(found, flip, effects)


def flip_sentence(found: Comparison, flip: Flip, effects: Sequence[Effect]) -> str:
    """Say which set of changes turns the recommendation."""
    first = sorted(flip.sets[0])
    texts = [unit_text(found, effects[unit]) for unit in first]
    whole = len(first) == len(effects)
    if len(first) == 1:
        others = (flip.count or 1) - 1
        more = f"; so {'does' if others == 1 else 'do'} {others:,} other{'s' if others > 1 else ''}" if others else ""
        return f"{texts[0]} does it alone{more}"
    if not flip.minimal:
        return (
            f"{len(first):,} of {len(effects):,} changes do it together, and fewer may; there was no time to find out"
        )
    if len(first) > 4:
        kind = (
            "the smallest set that does it"
            if flip.smallest
            else ("none of which can be left out, though a smaller set may do it, too")
        )
        return f"{len(first):,} of {len(effects):,} changes do it together, {kind}"
    together = f"{listing(texts)} do it together"
    if len(first) == 2 and flip.smallest:
        together += ", neither alone"
    elif flip.smallest:
        together += ", no fewer do"
    else:
        together += ", and none of them can be left out, though there may be a smaller set"
    others = (flip.count or 1) - 1
    if others and not whole:
        together += f"; {others:,} other set{'s' if others > 1 else ''} of {len(first)} would, too"
    return together


def _forecast(found: Comparison) -> str:
    made = found.forecast
    if made is None or made.why or not made.changed:
        return ""
    return (
        " The forecast changed, too."
        if found.recommendation and found.recommendation.changed
        else (" What is forecast to happen changed.")
    )


def unit_text(found: Comparison, effect: Effect) -> str:
    """Return the changes of a unit in a few words."""
    texts = [change_text(found.differences[at]) for at in effect.changes]
    if len(texts) > 2:
        return f"{texts[0]} with {len(texts) - 1} more"
    return " with ".join(texts)


def change_text(one: Difference) -> str:
    """Return a difference in a few words: ``oil 0.4 -> 0.2``, ``the new option line.wait``."""
    if one.kind == "renamed":
        return f"{one.before} is now called {one.after}"
    if one.kind == "moved":
        return f"{one.place} as the {one.after} {one.what}"
    if one.what == "root":
        return f"the first node {one.before} -> {one.after}"
    if one.before is not None and one.after is not None:
        return f"{one.place} {shortened(one.before)} -> {shortened(one.after)}"
    if one.what in _THINGS:
        return f"the new {one.what} {one.place}" if one.before is None else f"{one.what} {one.place} gone"
    if one.before is None:
        return f"the new {one.place} {shortened(one.after or '')}"
    return f"{one.place} {shortened(one.before)} gone"


def arrow(one: Difference, *, longest: int = LONGEST, sign: str = "->") -> str:
    """Return what was and what is: ``0.25 -> 0.4 (+0.15)``."""
    before, after = (None if text is None else shortened(text, longest) for text in (one.before, one.after))
    if before is None or after is None:
        return after or before or ""
    moved = f" ({difference(one.delta)})" if one.delta is not None else ""
    return f"{before} {sign} {after}{moved}"


def difference(delta: float) -> str:
    """Write a difference of numbers with its sign and as many digits as tell something.

    >>> difference(0.15), difference(-1500.0), difference(1 / 3), difference(0.0), difference(2e-9)
    ('+0.15', '-1,500', '+0.333333', '0', '+2e-09')
    """
    if 1e6 <= abs(delta) < HUGE:
        return f"{delta:+,.0f}"
    return f"{delta:+,.6g}" if delta else "0"


_THINGS = frozenset(
    {"node", "option", "branch", "parameter", "actor", "criterion", "state variable", "signal", "include", "future"}
)


def shortened(text: str, longest: int = LONGEST) -> str:
    """Return a text that fits into a line."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _capital(text: str) -> str:
    """Return a text for the beginning of a sentence; ids keep their small letters."""
    return text[0].upper() + text[1:] if text.startswith("the ") else text


def markdown_table(found: Comparison) -> str:
    """Return the differences as a Markdown table, the headline above."""
    rows = [["change", "before", "after"]]
    rows += [[f"{one.what} {one.place}", one.before or "", one.after or ""] for one in found.differences]
    lines = [f"| {' | '.join(map(escaped, row))} |" for row in rows]
    return "\n".join([escaped(found.headline()), "", lines[0], "| --- | --- | --- |", *lines[1:]])


def numbers(values: Iterable[float | None]) -> list[float]:
    """Return the values that are there."""
    return [value for value in values if value is not None]
