"""A stress test on a terminal: tables that turn long where they would be too wide, and sentences between them."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from planner.analyses.result import listing
from planner.analyses.stressing import stress_words as words
from planner.cli.output import GAP, Column, Row
from planner.cli.show import BEST, TIED, actor_name, rest, writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.analyses.stress import Stress
    from planner.analyses.stressing.worst_case import Extreme
    from planner.cli.output import Output

WIDE = 60  # columns from which on points stand in the table
HEADS = {
    "maximin": "maximin",
    "maximax": "maximax",
    "minimax_regret": "regret",
    "hurwicz": "hurwicz",
    "laplace": "laplace",
    "expected": "expected",
}


def futures(out: Output, result: Stress, rows: int | None) -> None:
    """Write what each option is worth in each future, its regret in brackets."""
    shown = [*dict.fromkeys([0, *result.counted])]
    if len(shown) == 1 and not result.rules:
        return
    value = writer(result.own.ravel().tolist())
    missed = writer(result.regrets.ravel().tolist())
    heads = [result.worlds[at].id for at in shown]
    cells = [[value(result.own[row, at]) for at in shown] for row in range(len(result.options))]
    regrets = [[missed(result.regrets[row, at]) for at in shown] for row in range(len(result.options))]
    both = [[f"{one} ({other})" for one, other in zip(*pair, strict=True)] for pair in zip(cells, regrets, strict=True)]
    out.write("\n")
    best = "best" if result.focus.sense > 0 else "cheapest"
    out.line(
        f"{words.worth(result)} in each future; in brackets the regret: what is missed against the {best} option there"
    )
    columns = [Column("option"), *(Column(head, number=True) for head in heads)]
    if _fits(out, ["option", *heads], zip(result.options, both, strict=True)):
        out.table(columns, [Row([option, *row]) for option, row in zip(result.options, both, strict=True)])
    else:
        lines = [
            Row([option if not at else "", head, cells[row][at], regrets[row][at]])
            for row, option in enumerate(result.options)
            for at, head in enumerate(heads)
        ]
        head = [Column("option"), Column("future"), Column("value", number=True), Column("regret", number=True)]
        out.table(head, lines[:rows])
        rest(out, len(lines), rows, "row")
    if 0 not in result.counted:
        out.line(f"{heads[0]}: as the file has it, not counted among the futures (--with-base counts it).")


def _fits(out: Output, heads: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]]) -> bool:
    lines = [heads, *([option, *cells] for option, cells in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return sum(widths) + GAP * (len(widths) - 1) <= out.width


def rules(out: Output, result: Stress, rows: int | None) -> None:
    """Write what the rules compare side by side, which option each takes, and where they disagree."""
    del rows
    if not result.rules:
        return
    out.write("\n")
    out.line(f"What each rule compares: `{BEST}` the option it takes, `{TIED}` one as good")
    write = writer(value for found in result.rules.values() for value in found.values.values())
    heads = [HEADS[rule] for rule in result.rules]
    cells = [
        [
            f"{BEST if option == found.option else TIED if option in found.tied else ''}{write(found.values[option])}"
            for found in result.rules.values()
        ]
        for option in result.options
    ]
    if _fits(out, ["option", *heads], zip(result.options, cells, strict=True)):
        columns = [Column("option"), *(Column(head, number=True) for head in heads)]
        out.table(columns, [Row([option, *row]) for option, row in zip(result.options, cells, strict=True)])
    else:
        lines = [Row([HEADS[rule], found.option, write(found.value)]) for rule, found in result.rules.items()]
        out.table([Column("rule"), Column("takes"), Column("at", number=True)], lines)
    out.line(_key(result))
    out.write("\n")
    for text in (words.disagreement(result), words.switches_text(result), words.reversed_text(result)):
        if text:
            out.line(text)


def _key(result: Stress) -> str:
    """Say what the columns are."""
    worst, best = ("worst", "best") if result.focus.sense > 0 else ("largest", "smallest")
    said = (
        f"maximin: the {worst} value; maximax: the {best}; regret: the largest; hurwicz: {best} and {worst} mixed "
        f"{result.settings['optimism']:g} to {1 - result.settings['optimism']:g}; laplace: the mean"
    )
    if result.weights is not None:
        return f"{said}; expected: by the futures' probabilities."
    return f"{said}. No expected value: {result.no_expected}."


def deciders(out: Output, result: Stress, rows: int | None) -> None:
    """Write what the rules take for each of those who decide together."""
    del rows
    if not result.deciders:
        return
    out.write("\n")
    out.line("What each rule would take for each of those who decide")
    names = list(result.rules)
    columns = [Column("actor"), *(Column(HEADS[rule]) for rule in names)]
    lines = [[actor, *(found[rule].option for rule in names)] for actor, found in result.deciders.items()]
    if _fits(out, [column.head for column in columns], ((line[0], line[1:]) for line in lines)):
        out.table(columns, [Row(line) for line in lines])
        return
    columns = [Column("actor"), Column("rule"), Column("takes")]
    out.table(
        columns,
        [
            Row([line[0] if not at else "", HEADS[rule], option])
            for line in lines
            for at, (rule, option) in enumerate(zip(names, line[1:], strict=True))
        ],
    )


def hurt(out: Output, result: Stress, rows: int | None) -> None:
    """Write who loses most by each option."""
    if result.reference is None or not result.rules or len(result.scenario.actors) == 1:
        return
    out.write("\n")
    if not any(one.actor for one in result.hurt):
        out.line(f"Nobody is worse off than with {words.reference_words(result)}.")
        return
    out.line(f"Who loses most, against {words.reference_words(result)}")
    write = writer(one.loss for one in result.hurt)
    lines = [
        Row(
            [one.option, actor_name(result.scenario, one.actor), one.future or "", write(one.loss)]
            if one.actor is not None
            else [one.option, "nobody", "", ""]
        )
        for one in result.hurt
    ]
    out.table([Column("option"), Column("who"), Column("future"), Column("loses", number=True)], lines[:rows])
    rest(out, len(lines), rows, "option")


def minimums(out: Output, result: Stress, rows: int | None) -> None:
    """Write how often each option meets each actor's minimum."""
    if not result.shares:
        return
    out.write("\n")
    told = {
        "futures": any(share.futures is not None for share in result.shares),
        "ranges": any(share.ranges is not None for share in result.shares),
    }
    of = {"futures": "the futures", "ranges": "points spread over the ranges"}
    kinds = " and of ".join(of[kind] for kind, there in told.items() if there)
    out.line(f"Share of {kinds} in which an option meets a minimum")
    write = writer(share.minimum for share in result.shares)
    lines = [
        Row(
            [
                share.option,
                share.actor,
                write(share.minimum),
                *[_share(getattr(share, kind)) for kind, there in told.items() if there],
            ]
        )
        for share in result.shares
    ]
    columns = [Column("option"), Column("actor"), Column("minimum", number=True)]
    columns += [Column(kind, number=True) for kind, there in told.items() if there]
    out.table(columns, lines[:rows])
    rest(out, len(lines), rows, "row")


def _share(share: float | None) -> str:
    return "" if share is None else words.share_text(share)


def worst(out: Output, result: Stress, rows: int | None) -> None:
    """Write the worst value and the largest regret of each option within all ranges."""
    cases, box = result.worst_cases, result.ranges
    if cases is None or box is None:
        return
    by_worst, by_regret = words.box_choices(result)
    spans = f"the ranges of {len(box)} parameters" if len(box) > 1 else f"the range of {box.names[0]}"
    out.write("\n")
    _extremes(
        out,
        f"{'Worst value' if result.focus.sense > 0 else 'Highest cost'}{words.viewed(result)} within {spans}",
        "worst",
        cases.worst,
        by_worst,
        rows,
    )
    out.write("\n")
    _extremes(out, f"Largest regret within {spans}", "regret", cases.regret, by_regret, rows)
    out.line(_proof(result))


def _extremes(
    out: Output, title: str, head: str, found: Mapping[str, Extreme], best: Sequence[str], rows: int | None
) -> None:
    out.line(title)
    write = writer(case.value for case in found.values())
    against = any(case.against for case in found.values())
    wide = out.width >= WIDE
    points = {
        option: words.point_text(case.point) if case.value or not against else "never" for option, case in found.items()
    }
    lines = [
        Row(
            [
                BEST if option == best[0] else TIED if option in best else "",
                option,
                write(case.value),
                *[case.against or "-"] * against,
                *[points[option]] * wide,
            ],
            best=option == best[0],
        )
        for option, case in found.items()
    ]
    columns = [Column(""), Column("option"), Column(head, number=True), *[Column("against")] * against]
    out.table([*columns, *[Column("where")] * wide], lines[:rows])
    if not wide:
        for option in list(found)[:rows]:
            _hanging(out, f"{option}: {points[option]}")
    rest(out, len(lines), rows, "option")


def _proof(result: Stress) -> str:
    """Say what is proved and what was only found, and how many points were tried."""
    cases = result.worst_cases
    assert cases is not None
    known = {
        "worst value": [option for option, case in cases.worst.items() if case.proved],
        "regret": [option for option, case in cases.regret.items() if case.proved],
    }
    tried = f"{cases.points:,} points tried"
    if cases.left_out:
        tried += f", {cases.left_out:,} of them impossible and left out"
    if all(len(options) == len(result.options) for options in known.values()):
        return f"Proved: values are straight in each parameter, so the worst is at a corner ({tried})."
    proved = "; ".join(f"{kind} of {listing(options)}" for kind, options in known.items() if options)
    return f"Found by search, worse may exist ({tried}).{f' Proved: {proved}.' if proved else ''}"


def discovered(out: Output, result: Stress, rows: int | None) -> None:
    """Write where in the ranges each option fails."""
    if not result.discovery:
        return
    out.write("\n")
    out.line("Where options fail (parameters spread evenly over their ranges, measured on a second sample)")
    for one in result.discovery[:rows]:
        _hanging(out, words.discovered(result, one))
    rest(out, len(result.discovery), rows, "option")
    if result.left_out:
        out.line(f"{result.left_out:,} of {result.settings['points']:,} points are impossible and left out.")


def _hanging(out: Output, text: str) -> None:
    """Write a paragraph as an item of a list."""
    whole = text.replace(" %", "\u00a0%")  # a number stays with its sign
    lines = wrap(whole, max(20, out.width - 2), break_long_words=False, break_on_hyphens=False)
    first, *more = (line.replace("\u00a0", " ") for line in lines)
    out.line(f"- {first}")
    for line in more:
        out.line(line, indent=2)
