"""A comparison as a comment on a pull request: GitHub's Markdown, the details folded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.analyses.comparing.comparison_words import actor_name, difference
from planner.cli.diff_text import (
    chances,
    effect_cells,
    forecast_sentence,
    listed,
    moved_cell,
    ordered,
    sentences,
    shown_actors,
    turned,
)
from planner.cli.output import counted
from planner.report.tables import plain, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.analyses.comparison import Comparison
    from planner.cli.commands.diff import Section
    from planner.cli.diff_sides import Sides
    from planner.core.change.differences import Difference

MOST = 100  # rows of a table
LONGEST = 80
_CODE = re.compile(r"[A-Za-z0-9_./\[\]=, :~^@{}()+*<>-]+\Z")
_VERBS = {"added": "added", "removed": "removed", "changed": "changed", "renamed": "renamed", "moved": "moved"}


def markdown(found: Sides, sections: Sequence[Section]) -> str:
    """Return the whole comment."""
    if not sections:
        return f"No scenario differs between {code(found.before)} and {code(found.after)}.\n"
    parts: list[str] = []
    if len(sections) > 1:
        from planner.cli.commands.diff import summary

        parts.append(f"**{plain(summary(sections))}**")
    for section in sections:
        parts += _section(found, section)
    return "\n\n".join(parts) + "\n"


def code(text: str) -> str:
    r"""Return a name as code, or escaped where it holds what code cannot.

    >>> code("line.engage"), code("a`b")
    ('`line.engage`', 'a\\`b')
    """
    return f"`{text}`" if _CODE.match(text) else plain(text)


def _section(found: Sides, section: Section) -> Iterator[str]:
    pair = section.pair
    status = f" ({pair.status})" if pair.status in {"added", "deleted"} else ""
    renamed = f", renamed from {code(pair.old_path)}" if pair.old_path and pair.old_path != found.before else ""
    through = f", through {', '.join(map(code, pair.through))}" if pair.through else ""
    yield f"### {code(pair.path)}{status}{renamed}{through}"
    yield f"**{plain(section.headline())}**"
    if section.comparison is not None:
        yield from _comparison(section.comparison)
    yield f"<sub>{code(found.before)} → {code(found.after)}</sub>"


def _comparison(found: Comparison) -> Iterator[str]:
    moving = any(one.reach == "values" for one in found.in_model)
    if found.evaluated and moving and found.options:
        yield options(found)
        if found.forecast is not None:
            yield plain(forecast_sentence(found))
    for side in (found.before, found.after):
        if side.diagnostics:
            lines = [f"- {code(one.code)} line {one.line}: {plain(one.message)}" for one in side.diagnostics[:10]]
            yield f"{code(side.path)} cannot be evaluated:\n\n" + "\n".join(lines)
    if found.in_model:
        yield folded(counted(len(found.in_model), "change") + " in the model", changes(found.in_model))
    if found.evaluated and moving and len(found.attribution.effects) > 1:
        title = "Which change did it" if turned(found) else "What each change does"
        yield folded(title, effects(found))
    if found.evaluated and moving and found.outcomes:
        yield folded("Outcomes whose probability moved most", outcomes(found))
    if found.in_words:
        what = counted(len(found.in_words), "change")
        yield folded(f"{what} of names, notes and sources, without effect", changes(found.in_words))


def folded(title: str, body: str) -> str:
    """Return a part that opens on a click."""
    return f"<details>\n<summary>{title}</summary>\n\n{body}\n\n</details>"


def options(found: Comparison) -> str:
    """Return the table of options, what is recommended in bold."""
    actors = shown_actors(found)
    scenario = found.scenario
    named = scenario is not None and scenario.has_actors
    heads = [plain(actor_name(found, actor)) if named else "Value" for actor in actors]
    made = found.recommendation
    assert made is not None
    rows = []
    for one in listed(found, MOST):
        name = plain(one.name)
        if one.option == made.after:
            name = f"**{name}** (recommended)" if made.changed else f"**{name}**"
        elif one.option == made.before:
            name = f"{name} (recommended before)"
        elif one.option in made.tied_after:
            name = f"{name} (as good)"
        rows.append([name, *(moved_cell(found, one, actor, "→") for actor in actors)])
    return table([f"Options at {code(found.decision or '')}", *heads], rows, right=range(1, len(actors) + 1))


def changes(told: Sequence[Difference]) -> str:
    """Return the table of changes."""
    rows = [
        [
            f"{_VERBS[one.kind]} {one.what}",
            code(one.place),
            plain(_short(one.before)),
            plain(_short(one.after)),
            difference(one.delta) if one.delta is not None else "",
        ]
        for one in told[:MOST]
    ]
    more = f"\n\n… and {len(told) - MOST:,} more." if len(told) > MOST else ""
    return table(["What", "Where", "Before", "After", "Δ"], rows, right=[4]) + more


def _short(text: str | None) -> str:
    from planner.analyses.comparing.comparison_words import shortened

    return "" if text is None else shortened(text, LONGEST)


def effects(found: Comparison) -> str:
    """Return the table of what each change does, and what must be said besides."""
    told = ordered(found)
    heads, rows = effect_cells(found, told[:MOST], longest=LONGEST)
    numbers = [at for at, head in enumerate(heads) if head in {"alone", "share"}]
    body = table([head.capitalize() for head in heads], [[plain(text) for text in row] for row in rows], right=numbers)
    more = [f"… and {len(told) - MOST:,} more."] if len(told) > MOST else []
    return "\n\n".join([body, *more, *map(plain, sentences(found))])


def outcomes(found: Comparison) -> str:
    """Return the table of outcomes whose probability moved most."""
    rows = [[code(one.outcome), *chances(one.before, one.after)] for one in found.outcomes[:10]]
    return table(["Outcome", "Before", "After"], rows, right=[1, 2])
