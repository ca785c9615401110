"""An outline as a picture: SVG and PNG through the report's drawing, Mermaid, and DOT for Graphviz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analyses.likelihood import percent
from planner.report.rounding import formatter, signed
from planner.report.sketch import MANY, Sketch, Twig, hidden
from planner.report.words import ended, listed, state_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.analyses.outline import Outline
    from planner.analyses.outlining.outline_rows import Row

FOCUS = 3
SCALE = 2  # dots of a PNG for each pixel of the drawing

_SHAPES = {"decision": "box", "chance": "ellipse", "outcome": "cds", "folded": "note"}
_BLUE, _GREY = "#0b4a82", "#8c8c8c"


def sketch(outline: Outline) -> Sketch:
    """Return the outline as the report's pictures draw it."""
    actors = () if outline.missing else outline.actors
    focus = tuple(range(min(FOCUS, len(outline.deciders)))) or (0,)
    names = tuple(outline.scenario.actors[actor].name for actor in actors)
    return Sketch(tuple(map(_twig, outline.rows)), names, actors, focus if actors else ())


def _twig(row: Row) -> Twig:
    return Twig(
        parent=row.parent,
        state=row.state,
        kind="folded" if row.hidden else row.kind,  # type: ignore[arg-type]
        title=f"{row.title} {state_words(row.state)}".rstrip() if row.node else "",
        edge=row.name,
        path=row.path,
        probability=row.probability,
        values=tuple(row.values.values()),
        chosen=row.chosen,
        reached=row.reached or row.path_probability is None,  # without values nothing is set aside
        hidden=min(row.hidden, MANY + 1),
    )


def svg(outline: Outline) -> str:
    """Return the tree as SVG."""
    from planner.report.charts import tree_svg

    made = sketch(outline)
    alt = ended(f"Decision tree of {outline.scenario.title}: {outline.headline()}")
    return tree_svg(made, title=outline.headline(), subtitle=_note(outline, made), alt=alt)


def png(outline: Outline) -> bytes:
    """Return the tree as PNG."""
    import vl_convert

    drawn: bytes = vl_convert.svg_to_png(svg(outline), scale=SCALE)
    return drawn


def _note(outline: Outline, made: Sketch) -> str:
    folded = f" Folded to {len(made.twigs)} nodes." if made.folded else ""
    if outline.missing:
        return f"The options and branches as they are written.{folded}"
    cost = "cost" if outline.scenario.objective == "minimize" else "value"
    whose = ""
    if len(outline.actors) > 1:
        whose = f" to {listed([made.actors[at] for at in made.focus])}"
    return (
        f"Below each line: the {cost}{whose} to be expected once the path has come that far, all before it included. "
        f"Computed from the stated inputs.{folded}"
    )


def mermaid_text(outline: Outline) -> str:
    """Return the tree as a Mermaid flowchart."""
    from planner.report.mermaid import mermaid

    return mermaid(sketch(outline)) + "\n"


# --- DOT ------------------------------------------------------------------------------------------------------


def quoted(text: str) -> str:
    r"""Return text as a DOT string, line breaks kept.

    Examples:
        >>> print(quoted('say "no"'), quoted("a\\b"))
        "say \"no\"" "a\\b"
    """
    lines = ["".join(c if c.isprintable() else " " for c in line) for line in text.split("\n")]
    return '"' + "\\n".join(line.replace("\\", "\\\\").replace('"', '\\"') for line in lines) + '"'


def dot(outline: Outline) -> str:
    """Return the tree in Graphviz's language; a shared node stands once, and every edge to it says what holds there."""
    return "\n".join(_dot_lines(outline)) + "\n"


def _dot_lines(outline: Outline) -> Iterator[str]:
    write = formatter([value for row in outline.rows for value in row.values.values()], apart=False)

    def worth(row: Row) -> str:
        if len(outline.actors) == 1:
            return "".join(write(value) for value in row.values.values())
        return ", ".join(f"{actor} {write(value)}" for actor, value in row.values.items())

    yield f"digraph {quoted(outline.scenario.name)} {{"
    yield f"  graph [rankdir=LR, label={quoted(outline.scenario.title)}, labelloc=t, fontname=Helvetica];"
    yield "  node [fontname=Helvetica, fontsize=11];"
    yield "  edge [fontname=Helvetica, fontsize=10];"
    for at, row in enumerate(outline.rows):
        if row.see is None:
            text = "\n".join(line for line in (_dot_title(row), worth(row)) if line)
            color = _BLUE if row.reached or outline.missing else _GREY
            shape = _SHAPES["folded" if row.hidden else row.kind]
            yield f'  n{at} [shape={shape}, color="{color}", label={quoted(text)}];'
    for at, row in enumerate(outline.rows):
        if row.parent < 0:
            continue
        parts = [_dot_edge(row), _dot_payoff(row), worth(row) if row.see is not None else ""]
        color = _BLUE if row.reached or outline.missing else _GREY
        wide = ", penwidth=3" if row.chosen and row.reached else ""
        dashed = ", style=dashed" if row.see is not None else ""
        target = at if row.see is None else row.see
        label = quoted("\n".join(part for part in parts if part))
        yield f'  n{row.parent} -> n{target} [color="{color}"{wide}{dashed}, label={label}];'
    yield "}"


def _dot_title(row: Row) -> str:
    title = f"{row.title} {state_words(row.state)}".rstrip()
    if not row.hidden:
        return title
    return f"{title}\n{hidden(_twig(row))}, not drawn"


def _dot_edge(row: Row) -> str:
    if row.probability is None:
        return row.name
    return f"{percent(row.probability)} {row.name}".rstrip()


def _dot_payoff(row: Row) -> str:
    return ", ".join(
        f"{f'{actor} ' if actor else ''}{criterion} {signed(amount)}"
        for actor, amounts in row.payoff.items()
        for criterion, amount in amounts.items()
    )
