"""Broken lines of YAML: tabs, indentation, colons that are missing or too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.core.faults import Found
from planner.core.syntax_case import GLUED, KEY, LINE, WORD, Case, indent

if TYPE_CHECKING:
    import re


def tab(case: Case) -> Found | None:
    """Explain a tab in the indentation or before the text of a line."""
    if case.char != "\t":
        return None
    text, at = case.text, case.at
    while at > case.start and text[at - 1] == "\t":
        at -= 1
    end = indent(text, case.at)
    line = case.number(case.at)
    if case.at > indent(text, case.start):
        message = f"line {line} has a tab before its text"
        return Found("P017", message, at, end, "a tab, where YAML takes spaces only", "replace the tab by a space")
    edits = _without_tabs(text)
    return Found(
        "P017",
        f"line {line} is indented with a tab",
        at,
        end,
        "a tab, where YAML takes spaces only",
        "indent with spaces, two for each level",
        title="indent with two spaces instead of a tab" if edits else "",
        edits=edits,
    )


def _without_tabs(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return the edits that make tabs at the start of lines spaces, or none where the depth would be a guess."""
    edits = []
    spaced = tabbed = False  # whether spaces, or tabs, say how deep some line is
    for line in LINE.finditer(text):
        first = indent(text, line.start())
        lead, rest = text[line.start() : first], text[first : line.end()].strip()
        counts = rest != "" and not rest.startswith("#")
        spaced = spaced or (counts and " " in lead)
        if "\t" in lead:
            tabbed = tabbed or counts
            edits.append((line.start(), first, "  " * lead.count("\t") if rest else ""))
    if spaced and tabbed:
        return ()
    return tuple(edits)


def misplaced_colon(case: Case) -> Found | None:
    """Explain a ':' where no key can stand: glued keys, lines without a colon, deeper lines, text with ': '."""
    key = KEY.match(case.text, case.indent, case.stop)
    if key is not None and key.end() <= case.at:
        return _colon_in_text(case, key.end())
    for _, first in case.above():
        content = case.content(first)
        if first >= case.at:
            break
        glued = GLUED.match(content)
        if glued:
            return missing_space(case, first, glued)
        if content.startswith(("'", '"')) and not KEY.match(content):
            break
        key = KEY.match(content)
        if key is None:
            return missing_colon(case, first)
        return _deeper(case, first, key)
    if case.at - case.indent > 1000:
        message = "a key longer than 1,024 characters"
        return Found(
            "P016", message, case.indent, case.indent + 20, "", "give it a short key and put the text below it"
        )
    return None


def _colon_in_text(case: Case, after_key: int) -> Found:
    start = indent(case.text, after_key)
    value = case.content(start)
    marks = "'" if '"' in value and "'" not in value else '"'
    help_ = (
        f"put the text in quotation marks: {marks}{value}{marks}" if len(value) <= 60 and marks not in value else None
    )
    message = "a ':' with a space after it stands inside text without quotation marks"
    return Found("P023", message, start, start + len(value), "", help_ or "put the text in quotation marks")


def missing_space(case: Case, first: int, match: re.Match[str]) -> Found:
    """Explain `key:value`, which is one word to YAML."""
    colon = first + match.end(1) + 1
    start = first + match.start(1)
    value = case.content(colon)
    return Found(
        "P021",
        f"'{match[1]}:' needs a space after its colon",
        start,
        colon,
        "",
        f"write '{match[1]}: {value}'" if len(value) <= 60 else f"write '{match[1]}: …'",
        title="put a space after the colon",
        edits=((colon, colon, " "),),
    )


def missing_colon(case: Case, first: int) -> Found:
    """Explain a line of a mapping that is no key."""
    content = case.content(first)
    number = case.number(first)
    help_ = f"write '{content}:' if it is a key" if len(content) <= 40 else "write 'key: value'"
    return Found("P022", f"line {number} has no ':'", first, first + len(content), "a key needs a ':' after it", help_)


def _deeper(case: Case, first: int, key: re.Match[str]) -> Found:
    number, name = case.number(first), key[1]
    word = KEY.match(case.text, case.indent, case.stop)
    end = word.end(1) if word else case.at
    column = case.indent - case.start
    message = f"this line is indented deeper than '{name}' in line {number}, which has its value already"
    help_ = f"start it in the column of '{name}', or leave '{name}:' without a value on its line"
    start = first + key.start(1)
    return Found(
        "P018", message, case.indent, end, spaces(column), help_, ((start, start + len(name), "its value follows it"),)
    )


def uneven(case: Case) -> Found:
    """Explain a line that starts in no column of the mappings and lists it could belong to."""
    text, at, column = case.text, case.at, case.at - case.start
    known: list[int] = []
    places: dict[int, int] = {}
    for start, first in case.above():
        if not known or first - start < known[-1]:
            known.append(first - start)
            places[first - start] = first
        if first == start:
            break
    word = WORD.match(text, at)
    end = word.end() if word else at + 1
    if column in known:
        other = places[column]
        item = case.char == "-"
        message = "a list item stands among the keys of a mapping" if item else "a key stands among the items of a list"
        help_ = (
            "indent the list below its own key"
            if item
            else "indent the key below its own item, or end the list before it"
        )
        what = "a key" if item else "an item"
        return Found("P018", message, at, end, "", help_, ((other, other + 1, what),))
    fitting = " or ".join(str(width) for width in sorted(known)[:4]) or "0"
    message = f"line {case.number(at)} is indented by {column}, like no line above it that it could belong to"
    return Found("P018", message, at, end, spaces(column), f"indent it by {fitting} spaces")


def spaces(count: int) -> str:
    """Return '1 space', '2 spaces'."""
    return f"{count} space" + ("" if count == 1 else "s")


def item_in_line(case: Case) -> Found:
    """Explain `key: - item`."""
    message = "a list item cannot start in the line of its key"
    return Found("P018", message, case.at, case.at + 1, "", "put '- …' on a line of its own, or write [first, second]")
