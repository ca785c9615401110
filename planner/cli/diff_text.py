"""A comparison as it is read on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analyses.comparing.comparison_words import (
    actor_name,
    arrow,
    numbers,
    shortened,
    signed,
    unit_text,
)
from planner.cli.output import GAP, Column, Row, counted
from planner.cli.show import BEST, actor_head
from planner.report.rounding import decimals_for, number, percentages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.comparing.attribution import Effect
    from planner.analyses.comparing.moves import OptionMove
    from planner.analyses.comparison import Comparison
    from planner.cli.output import Output
    from planner.core.change.differences import Difference

MARKS = {"added": "+", "removed": "-", "changed": "~", "renamed": "=", "moved": "^"}
NARROW = 64  # columns below which the word for what is different gives way
WIDEST = 60  # characters of a value or a change
NOISE = 1e-9
GROUPS = (("values", "Changes in the model"), ("ranges", "Changes that move no value: ranges, futures and the like"))


def show(out: Output, found: Comparison, rows: int | None) -> None:
    """Write what is different, what it does and which change did it."""
    out.line(found.headline(), style="bold yellow" if turned(found) else "")
    for reach, title in GROUPS:
        _differences(out, [one for one in found.in_model if one.reach == reach], title, rows)
    _differences(out, list(found.in_words), "Changes of names, notes and sources, without effect", rows)
    if not found.evaluated or found.recommendation is None:
        _faults(out, found)
        return
    if not any(one.reach == "values" for one in found.in_model):
        return
    _options(out, found, rows)
    _forecast(out, found)
    _outcomes(out, found)
    _effects(out, found, rows)


def turned(found: Comparison) -> bool:
    """Whether another option is recommended."""
    return found.recommendation is not None and found.recommendation.changed


def _differences(out: Output, told: Sequence[Difference], title: str, rows: int | None) -> None:
    if not told:
        return
    out.write("\n")
    narrow = out.width < NARROW
    columns = [Column(""), *([] if narrow else [Column("what")]), Column("place"), Column("")]
    lines = [
        Row(
            [MARKS[one.kind], *([] if narrow else [one.what]), one.place, arrow(one, longest=WIDEST)],
            best=one.kind == "added",
            faint=one.kind == "removed",
        )
        for one in told[:rows]
    ]
    out.table(columns, lines, title=title)
    _more(out, len(told), rows, "change")


def _more(out: Output, total: int, rows: int | None, word: str) -> None:
    if rows is not None and total > rows:
        out.line(f"… and {counted(total - rows, f'more {word}')}; --rows 0 or --json shows all.")


def _faults(out: Output, found: Comparison) -> None:
    from planner.core.diagnostics import render

    for side in (found.before, found.after):
        if side.diagnostics:
            out.write("\n")
            out.line(f"Why {side.path} cannot be evaluated:", style="bold")
            out.write(render(side.diagnostics[:3], "text", width=out.width, color=out.color))


# --- what it does -------------------------------------------------------------------------------------------


def _options(out: Output, found: Comparison, most: int | None) -> None:
    """Write the options with their values before and after, a column for each actor or lines."""
    if not found.options:
        return
    out.write("\n")
    legend = " (> is recommended, < was)" if turned(found) else ""
    title = f"What it does at {found.decision}{legend}"
    told = listed(found, most)
    actors = shown_actors(found)
    cells = {(one.option, actor): moved_cell(found, one, actor) for one in told for actor in actors}
    lead = [Column(""), Column("option")]
    heads = [actor_head(actor) for actor in actors]
    rows = [(one, [cells[one.option, actor] for actor in actors]) for one in told]
    sizes = [3, max(len("option"), *(len(one.option) for one, _ in rows))]
    sizes += [max(len(heads[at]), *(len(row[at]) for _, row in rows)) + GAP for at in range(len(actors))]
    best = {found.recommendation.after} if found.recommendation else set()
    if sum(sizes) + GAP <= out.width:
        columns = [*lead, *(Column(head, number=True) for head in heads)]
        lines = [Row([_mark(found, one), one.option, *row], best=one.option in best) for one, row in rows]
    else:
        columns = [*lead, Column("actor"), Column("value", number=True)]
        lines = [
            Row([_mark(found, one) if at == 0 else "", one.option if at == 0 else "", heads[at], cell],
                best=one.option in best)
            for one, row in rows
            for at, cell in enumerate(row)
        ]  # fmt: skip
        if len(actors) == 1:
            columns.pop(2)
            lines = [Row([*line.cells[:2], line.cells[3]], best=line.best) for line in lines]
    out.table(columns, lines, title=title)
    _more(out, len(found.options), most, "option")


def listed(found: Comparison, most: int | None) -> list[OptionMove]:
    """Return the first options, what is or was recommended among them."""
    made = found.recommendation
    known = {made.before, made.after} if made is not None else set()
    first = [one for one in found.options if one.option in known]
    others = [one for one in found.options if one.option not in known]
    room = len(others) if most is None else max(most - len(first), 0)
    kept = {one.option for one in (*first, *others[:room])}
    return [one for one in found.options if one.option in kept]


def shown_actors(found: Comparison) -> list[str]:
    """Return whose values are shown: those who decide there, and the point of view."""
    from planner.analyses.comparing.judge import first_decision

    evaluation = found.after.evaluation
    decision = first_decision(evaluation, found.decision) if evaluation is not None else None
    by = decision.by if decision is not None else ()
    return list(dict.fromkeys([*by, *([found.actor] if found.actor else [])]))


def _mark(found: Comparison, one: OptionMove) -> str:
    made = found.recommendation
    assert made is not None
    before = "<" if one.option == made.before and made.changed else ""
    after = BEST if one.option == made.after else "=" if one.option in made.tied_after else ""
    return f"{before}{after}"


def moved_cell(found: Comparison, one: OptionMove, actor: str, sign: str = "->") -> str:
    """Return an option's value before and after with the difference; once if it is the same."""
    before, after = ((side or {}).get(actor) for side in (one.before, one.after))
    places = column_decimals(found, actor)
    if before is None or after is None:
        old, new = ("none" if value is None else number(value, places) for value in (before, after))
        return f"{old} {sign} {new}"
    moved = after - before
    if abs(moved) <= NOISE * max(1.0, abs(before)):
        return number(after, places)
    return f"{number(before, places)} {sign} {number(after, places)} ({signed(moved, places)})"


def column_decimals(found: Comparison, actor: str) -> int:
    """Return the decimals in which the values of all options are told apart."""
    values = [(side or {}).get(actor) for one in found.options for side in (one.before, one.after)]
    return decimals_for(numbers(values))


def _forecast(out: Output, found: Comparison) -> None:
    made = found.forecast
    if made is None:
        return
    out.write("\n")
    out.line(forecast_sentence(found), style="bold yellow" if made.changed else "")


def forecast_sentence(found: Comparison) -> str:
    """Say whether what is forecast to happen is another thing."""
    made = found.forecast
    assert made is not None
    if made.why:
        return f"No forecast: {made.why}."
    before, after = (" > ".join(path) or "nothing is decided" for path in (made.before, made.after))
    several = f" ({made.count_after:,} equilibria)" if made.count_after > 1 else ""
    if not made.changed:
        return f"The forecast stays: {after}{several}."
    return f"THE FORECAST CHANGED: {before} -> {after}{several}."


def _outcomes(out: Output, found: Comparison, most: int = 5) -> None:
    moves = found.outcomes[:most]
    if not moves:
        return
    out.write("\n")
    rows = [Row([one.outcome, *chances(one.before, one.after)]) for one in moves]
    columns = [Column("outcome"), Column("before", number=True), Column("after", number=True)]
    out.table(columns, rows, title="Outcomes whose probability moved most")


def chances(before: float, after: float) -> list[str]:
    """Return two probabilities in per cent, told apart."""
    for decimals in range(5):
        texts = [percentages([p, 1 - p], most_decimals=decimals)[0] for p in (before, after)]
        if texts[0] != texts[1]:
            return texts
    return texts


# --- which change did it ------------------------------------------------------------------------------------


def _effects(out: Output, found: Comparison, rows: int | None) -> None:
    given = found.attribution
    if len(given.effects) > 1:
        out.write("\n")
        table(out, found, rows)
    for sentence in sentences(found, shared=out.width >= NARROW):
        out.line(sentence)


def ordered(found: Comparison) -> list[Effect]:
    """Return the effects in order of their size: share of the whole, else what each does alone; what turns it first."""
    actor = found.actor or ""
    together = flip_set(found)

    def size(one: Effect) -> tuple[bool, bool, float, float]:
        largest = max((abs(moves.get(actor, 0.0)) for moves in one.options.values()), default=0.0)
        own = one.share.get(actor, (one.alone or {}).get(actor, 0.0))
        return not one.sufficient, one not in together, -abs(own), -largest

    return sorted(found.attribution.effects, key=size)


def table(out: Output, found: Comparison, rows: int | None) -> None:
    """Write a row for each change: what it does alone, its share, whether it turns the recommendation."""
    effects = ordered(found)
    shown = effects[:rows]
    columns, cells = effect_cells(found, shown, longest=WIDEST if out.width < NARROW else out.width // 2 - 8)
    if out.width < NARROW:
        keep = [at for at, head in enumerate(columns) if head not in {"moves most", "share"}]
        columns, cells = [columns[at] for at in keep], [[row[at] for at in keep] for row in cells]
    heads = [Column(head, number=head in {"alone", "share"}) for head in columns]
    lines = [Row(row, best=one.sufficient) for one, row in zip(shown, cells, strict=True)]
    out.table(heads, lines, title="Which change did it" if turned(found) else "What each change does")
    _more(out, len(effects), rows, "change")


def effect_cells(found: Comparison, effects: Sequence[Effect], *, longest: int) -> tuple[list[str], list[list[str]]]:
    """Return the heads and the cells of the table of effects."""
    actor = found.actor or ""
    alone = [None if one.alone is None else one.alone.get(actor) for one in effects]
    share = [one.share.get(actor) for one in effects]
    most = [_most_moved(one, actor) for one in effects]
    places = decimals_for(numbers([*alone, *share]) or [0.0])
    far = decimals_for(numbers([value for _, value, _ in most]) or [0.0])
    shares = any(value is not None for value in share)
    heads = ["change", "alone", *(["share"] if shares else []), "moves most", "turns"]
    rows = []
    for one, value, part, (option, moved, who) in zip(effects, alone, share, most, strict=True):
        rows.append(
            [
                shortened(unit_text(found, one), longest),
                "not tried" if one.why == "not tried" else "cannot" if value is None else signed(value, places),
                *([signed(part, places) if part is not None else ""] if shares else []),
                f"{option} {signed(moved, far)}{f' for {who}' if who else ''}" if option else "nothing",
                turns(found, one),
            ]
        )
    if not turned(found) and not any(row[-1] for row in rows):
        heads, rows = heads[:-1], [row[:-1] for row in rows]
    return heads, rows


def _most_moved(one: Effect, actor: str) -> tuple[str, float, str]:
    """Return the option that a change moves most for an actor, by how much; for another actor if it moves none.

    The last is the other actor's id.
    """
    own = {option: row.get(actor, 0.0) for option, row in one.options.items()}
    option = max(own, key=lambda each: abs(own[each]), default="")
    if option and own[option]:
        return option, own[option], ""
    others = {(option, who): moved for option, row in one.options.items() for who, moved in row.items()}
    if not others:
        return "", 0.0, ""
    option, who = max(others, key=lambda each: abs(others[each]))
    return option, others[option, who], who


def flip_set(found: Comparison) -> list[Effect]:
    """Return the changes of the first set that turns the recommendation."""
    given = found.attribution
    return [given.effects[unit] for unit in sorted(given.flip.sets[0])] if given.flip is not None else []


def turns(found: Comparison, one: Effect) -> str:
    """Say in a word or two whether a change turns the recommendation."""
    made = found.recommendation
    assert made is not None
    together = flip_set(found)
    words = ["alone"] * one.sufficient + ["together"] * (len(together) > 1 and one in together)
    words += ["needed"] * one.necessary
    if not words and one.alone_choice not in {None, made.before, made.after}:
        return f"alone to {one.alone_choice}"
    if not words and not made.changed and one.alone_choice not in {None, made.after}:
        return f"alone to {one.alone_choice}"
    return ", ".join(words)


def sentences(found: Comparison, *, shared: bool = True) -> list[str]:
    """Return what must be said about the changes besides the table."""
    given = found.attribution
    return [*([_method(found, shared=shared)] if len(given.effects) > 1 else []), *given.not_tried]


def _method(found: Comparison, *, shared: bool) -> str:
    shares = found.attribution.shares
    whose = actor_name(found, found.actor)
    scenario = found.scenario
    of = f" for {whose}" if scenario is not None and scenario.has_actors else ""
    alone = f"'alone' is by how much the value of what is recommended moves{of} if nothing else is changed"
    if not shared:
        return f"{alone}."
    if shares.method == "exact":
        return f"{alone}; 'share' is the change's exact Shapley share of the whole difference."
    if shares.method == "sampled":
        return f"{alone}; 'share' is the Shapley share of the whole difference from {shares.orders:,} sampled orders."
    why = f" ({shares.why})" if shares.why else ""
    return f"{alone}; shares of the whole difference are left out{why}."
