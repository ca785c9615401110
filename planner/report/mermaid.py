"""The drawn tree as Mermaid text, for readers whose viewer draws it and for diffs.

Every label is quoted, and every character that Mermaid or the Markdown inside its labels would take for syntax is
written as an entity, so any text is safe: quotes, brackets, a leading minus, ``#``, ``;``, backticks, ``end``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.report.rounding import formatter
from planner.report.sketch import hidden
from planner.report.text import ELLIPSIS

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.report.sketch import Sketch, Twig

MAX_LABEL = 120  # characters; viewers refuse diagrams of more than 50,000

_NODES = {"decision": '["{}"]', "chance": '(["{}"])', "outcome": '>"{}"]', "folded": '("{}")'}
_CLASSES = (
    "classDef reached fill:#e3eef8,stroke:#0b4a82,stroke-width:2px,color:#111111",
    "classDef aside fill:#ffffff,stroke:#8c8c8c,stroke-width:1px,color:#444444",
)
_CHOSEN = "stroke:#0b4a82,stroke-width:5px"
_REACHED = "stroke:#0b4a82,stroke-width:2px"
_ASIDE = "stroke:#8c8c8c,stroke-width:1px"
_SYNTAX = re.compile(
    r"""["#;`\\<>&*_~|{}\[\]]"""
    r"|(?<=%)%|%(?=%)"  # directives
    r"|(?<=\bfa):|(?<=\bfa[bklrs]):"  # icons
    r"|(?<=http):|(?<=https):|(?<=\bwww)\."  # links
)
_NOTHING = "\u200b"  # keeps apart what Mermaid reads even after entities: a line break, a formula
_LIST = re.compile(r"^(\d+)([.)])(?=\s)|^([-+])")


def label(text: str) -> str:
    """Return ``text`` as it may stand between the quotes of a Mermaid label.

    Line breaks become spaces; a text that is too long ends in an ellipsis. A beginning that Markdown would take for
    a list is written as an entity too.

    Examples:
        >>> label('say "no" #1; -3')
        'say #quot;no#quot; #35;1#59; -3'
        >>> label("-3"), label("1. first")
        ('#45;3', '1#46; first')
    """
    flat = " ".join(text.split()).replace("\\n", f"\\{_NOTHING}n").replace("$$", f"${_NOTHING}$")
    if len(flat) > MAX_LABEL:
        flat = flat[: MAX_LABEL - 1].rstrip() + ELLIPSIS
    start = _LIST.match(flat)
    head = ""
    if start:
        mark = start.group(2) or start.group(3)
        head = f"{start.group(1) or ''}#{ord(mark)};"
        flat = flat[start.end() :]
    return head + _SYNTAX.sub(lambda m: "#quot;" if m.group() == '"' else f"#{ord(m.group())};", flat)


def mermaid(sketch: Sketch) -> str:
    """Return ``sketch`` as a Mermaid flowchart, the recommended options as thick links, without a final newline."""
    write = formatter([value for twig in sketch.twigs for value in twig.values], apart=False)
    lines = ["flowchart LR"]
    for index, twig in enumerate(sketch.twigs):
        style = "reached" if twig.reached else "aside"
        lines.append(f"  n{index}{_NODES[twig.kind].format(_node_text(sketch, twig, write))}:::{style}")
    groups: dict[str, list[int]] = {}
    links = 0
    chances = sketch.chances()
    for index, twig in enumerate(sketch.twigs):
        if twig.parent < 0:
            continue
        arrow = "==>" if twig.chosen and twig.reached else "-->"
        lines.append(f'  n{twig.parent} {arrow}|"{_edge_text(twig, chances[index])}"| n{index}')
        style = _ASIDE if not twig.reached else _CHOSEN if twig.chosen else _REACHED
        groups.setdefault(style, []).append(links)
        links += 1
    for style in sorted(groups, key=(_CHOSEN, _REACHED, _ASIDE).index):
        lines.append(f"  linkStyle {','.join(map(str, groups[style]))} {style}")  # noqa: PERF401
    return "\n".join([*lines, *(f"  {line}" for line in _CLASSES)])


def _node_text(sketch: Sketch, twig: Twig, write: Callable[[float], str]) -> str:
    """Return title and values of a node as one label."""
    parts = []
    if twig.kind == "folded":
        parts.append(f"{hidden(twig)}, not drawn")
    elif twig.title:
        parts.append(label(twig.title))
    if twig.values:
        one = len(sketch.actors) == 1
        shown = range(len(sketch.actors)) if twig.kind in ("outcome", "folded") else sketch.focus
        names = [f"{label(sketch.short[i])} " if not one else "" for i in shown]
        parts.append(", ".join(f"{name}{write(twig.values[i])}" for name, i in zip(names, shown, strict=True)))
    text = "<br/>".join(parts) or " "
    return text if not text.startswith("-") else f"#45;{text[1:]}"  # no list either


def _edge_text(twig: Twig, chance: str) -> str:
    """Return an option's name, or a branch's probability and name."""
    name = label(twig.edge)
    if not chance:
        return name or " "
    return f"{chance}{': ' if name else ''}{name}"
