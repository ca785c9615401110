"""What the parser says about broken YAML, told in sentences that help."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.core.faults import Found
from planner.core.syntax_case import GLUED, KEY, WORD, Case, indent
from planner.core.syntax_lines import item_in_line, misplaced_colon, missing_colon, missing_space, spaces, tab, uneven

if TYPE_CHECKING:
    from collections.abc import Callable

    from yaml.error import MarkedYAMLError

_ENTRY = re.compile(r"[\[{,:]\s*([^\[\]{},:]*)\Z")
_CONFLICT = re.compile(r"^<{7,}(?: .*)?$", re.MULTILINE), re.compile(r"^>{7,}(?: .*)?$", re.MULTILINE)
_ID_LAST = re.compile(r"\S\s+([a-z][a-z0-9_-]*)\s*\Z")


def syntax_fault(text: str, error: MarkedYAMLError, last: int, bracket: int | None) -> Found:
    """Return the fault behind a parser's error.

    ``last`` is where the last scalar starts, ``bracket`` where the innermost open bracket stands.
    """
    case = Case(text, error, last, bracket)
    unsettled = _unsettled(case)
    if unsettled:
        return unsettled
    for words, explain in _TABLE:
        if words.search(case.problem):
            found = explain(case)
            if found:
                return found
    return _other(case)


def _unsettled(case: Case) -> Found | None:
    """Explain the lines by which git marks a conflict, wherever the parser stumbled over them or what they enclose."""
    begin = _CONFLICT[0].search(case.text)
    end = _CONFLICT[1].search(case.text, begin.end()) if begin else None
    if begin is None or end is None:
        return None
    message = f"a conflict of git is not settled, in lines {case.number(begin.start())} to {case.number(end.start())}"
    help_ = "make one text of both sides, and take out the lines with <<<<<<<, ======= and >>>>>>>"
    return Found("P016", message, begin.start(), begin.end(), "from here on one side, then the other", help_)


def _other(case: Case) -> Found:
    end = case.at + 1 if case.char and case.char not in "\r\n" else case.at
    if case.at == len(case.text) and case.bracket is not None:
        return _unclosed(case, case.bracket)
    message = f"YAML cannot be read here: {case.problem}"
    return Found("P016", message, case.at, end, "", "put text with special characters in quotation marks")


def _no_key(case: Case) -> Found | None:
    """Explain why a mapping in lines does not go on: indentation, or something behind a closed value."""
    text, at = case.text, case.at
    if case.char in {"]", "}", ","}:
        return _stray(case)
    if at == indent(text, case.start):
        return _key_expected(case) if case.char == ":" else uneven(case)
    before = text[:at].rstrip()[-1:]
    rest = case.content(at)
    if before in {'"', "'"} and text[case.last : case.last + 1] == before:
        if "\n" in text[case.last : at] or "\r" in text[case.last : at]:
            return _open_quote(case, case.last)
        help_ = (
            "write '' for a ' inside single quotation marks"
            if before == "'"
            else 'write \\" for a " inside double ones'
        )
        message = "text goes on after the closing quotation mark"
        opened = ((case.last, case.last + 1, "opened here"),)
        return Found("P019", message, at, at + len(rest), "", f"{help_}, or use the other kind", opened)
    message = "text goes on after the closing bracket" if before in {"]", "}"} else "text goes on after the value"
    return Found("P016", message, at, at + len(rest), "", "put the whole text in quotation marks")


# --- quotation marks and brackets -----------------------------------------------------------------------------


def _quote(case: Case) -> Found:
    return _open_quote(case, case.at if case.context is None else case.context)


def _open_quote(case: Case, start: int) -> Found:
    mark = case.text[start : start + 1]
    content = case.content(start)
    help_ = f"close it with {mark} where the text ends"
    message = "the quotation mark opened here is not closed in its line"
    if case.at == len(case.text):
        message = "the quotation mark opened here is never closed"
    return Found("P019", message, start, start + len(content), "", help_)


def _unclosed(case: Case, bracket: int) -> Found:
    char = case.text[bracket]
    partner = "]" if char == "[" else "}"
    message = f"the bracket '{char}' opened here is never closed"
    return Found("P020", message, bracket, bracket + 1, "", f"close it with '{partner}'")


def _stray(case: Case) -> Found:
    char, at = case.char, case.at
    if char == ",":
        message, help_ = "a comma with nothing to separate", "take it out, or put the text in quotation marks"
        return Found("P016", message, at, at + 1, "", help_)
    partner = "[" if char == "]" else "{"
    message = f"the bracket '{char}' closes nothing"
    return Found("P020", message, at, at + 1, "", f"take it out, or open it with '{partner}'")


def _in_brackets(case: Case) -> Found | None:
    """Explain why a list or mapping in brackets does not go on."""
    opened = case.context if case.context is not None else case.bracket
    if opened is None or case.text[opened : opened + 1] not in {"[", "{"}:
        return None
    text, at = case.text, case.at
    if at >= len(text):
        return _unclosed(case, opened)
    if case.char in {"]", "}"}:
        partner = "]" if text[opened] == "[" else "}"
        message = f"'{text[opened]}' is closed by '{case.char}'"
        return Found(
            "P020", message, at, at + 1, "", f"close it with '{partner}'", ((opened, opened + 1, "opened here"),)
        )
    key = KEY.match(text, case.indent, case.stop)
    if opened < case.start and key is not None:
        above = case.line_start(opened)
        if case.indent - case.start <= indent(text, above) - above:
            return _unclosed(case, opened)
        return _missing_comma(case.indent, key.end(1), key[1])
    if case.char == ":":
        return _colon_in_brackets(case)
    word = WORD.match(text, at)
    return _missing_comma(at, word.end() if word else at + 1, word[0] if word else case.char)


def _missing_comma(start: int, end: int, what: str) -> Found:
    return Found("P025", f"a ',' is missing before '{what}'", start, end, "", "put a ',' between two entries")


def _colon_in_brackets(case: Case) -> Found:
    text, at = case.text, case.at
    entry = _ENTRY.search(text, case.start, at)
    start = entry.start(1) if entry else at
    glued = _ID_LAST.search(text, start, at)
    if glued:
        message = f"a ',' is missing before '{glued[1]}', or the text needs quotation marks"
        return Found("P025", message, glued.start(1), glued.end(1), "", f"write ', {glued[1]}: …' if it is a key")
    stop = re.compile(r"[,\]}\r\n]|\Z").search(text, at)
    value = text[start : stop.start() if stop else len(text)].rstrip()
    message = "a ':' with a space after it stands inside text without quotation marks"
    help_ = f'put the text in quotation marks: "{value}"' if '"' not in value and len(value) <= 60 else None
    return Found("P023", message, start, start + len(value), "", help_ or "put the text in quotation marks")


def _no_content(case: Case) -> Found | None:
    if case.char in {",", "]", "}"}:
        return _stray(case)
    return _key_expected(case) if case.char == ":" else None


def _key_expected(case: Case) -> Found:
    return Found("P016", "a ':' without a key before it", case.at, case.at + 1, "", "write the key before the colon")


# --- characters with a meaning of their own -------------------------------------------------------------------


def _reserved(case: Case) -> Found:
    start = case.at if case.context is None or case.context < case.start else case.context
    content = case.content(start)
    inside = case.bracket is not None
    if inside:
        match = re.compile(r"[^,\]}\r\n]*").match(content)
        content = match[0].rstrip() if match else content
    marks = "'" if '"' in content else '"'
    short = len(content) <= 60 and marks not in content
    help_ = f"put it in quotation marks: {marks}{content}{marks}" if short else "put it in quotation marks"
    message = f"text cannot start with '{case.text[start : start + 1]}'"
    return Found("P024", message, start, start + max(len(content), 1), "YAML keeps this character for itself", help_)


def _missing_end_of_key(case: Case) -> Found:
    first = case.at if case.context is None else case.context
    content = case.content(first)
    glued = GLUED.match(content)
    return missing_space(case, first, glued) if glued else missing_colon(case, first)


def _escape(case: Case) -> Found:
    text, at = case.text, case.at
    if text[at : at + 1] != "\\":
        at = max(text.rfind("\\", 0, at + 1), 0)
    if "Unicode" in case.problem:
        message, help_ = "this escape stands for no character", "write the character itself"
        match = re.compile(r"\\[uUx][0-9a-fA-F]*").match(text, at)
        return Found("P026", message, at, match.end() if match else at + 2, "", help_)
    message = f"'{text[at : at + 2]}' is no escape in double quotation marks"
    return Found(
        "P026", message, at, min(at + 2, len(text)), "", "write \\\\ for a backslash, or use single quotation marks"
    )


def _tag(case: Case) -> Found:
    start = case.at if case.context is None else case.context
    word = re.compile(r"\S*").match(case.text, start)
    end = word.end() if word else start + 1
    message = f"tags such as '{case.text[start:end]}' are not part of the format"
    return Found("P012", message, start, end, "", "leave the tag out, or put the text in quotation marks")


def _after_document(case: Case) -> Found:
    text, at = case.text, case.at
    before = text[:at].rstrip()
    if before.endswith("..."):
        message = "a second document starts here"
        word = WORD.match(text, at)
        return Found(
            "P006", message, at, word.end() if word else at + 1, "", "keep one scenario in a file, and leave '...' out"
        )
    if text.startswith("%"):
        return Found(
            "P016", "a line that starts with '%' needs '---' below it", 0, case.line_stop(0), "", "leave the line out"
        )
    lines = list(case.above())
    if at == case.indent and lines:
        start, first = lines[-1]
        if first - start > at - case.start:
            message = f"the first key is indented by {spaces(first - start)}, this one by {spaces(at - case.start)}"
            word = WORD.match(text, at)
            end = word.end() if word else at + 1
            related = ((first, first + 1, "the first key"),)
            return Found("P018", message, at, end, "", "start both in the same column", related)
    content = case.content(at)
    message = "text goes on after the end of the document"
    return Found("P016", message, at, at + max(len(content), 1), "", "every line at the margin is 'key: value'")


def _block_header(case: Case) -> Found:
    start = case.at if case.context is None else case.context
    content = case.content(start)
    message = f"text cannot start with '{case.text[start : start + 1]}'"
    help_ = "put it in quotation marks, or start the text in the next line"
    return Found("P024", message, start, start + len(content), "it announces text in the lines below", help_)


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


# libyaml and PyYAML's own parser word their problems alike but not the same; the first entry that finds an answer wins.
_TABLE: tuple[tuple[re.Pattern[str], Callable[[Case], Found | None]], ...] = (
    (_words("tab character|cannot start any token|indentation"), tab),
    (_words("cannot start any token|alphabetic or numeric|directive name|mapping keys are not allowed"), _reserved),
    (_words("mapping values are not allowed"), misplaced_colon),
    (_words("could not find expected ':'"), _missing_end_of_key),
    (_words("sequence entries are not allowed"), item_in_line),
    (_words("expected key|expected '-' indicator|expected <block end>"), _no_key),
    (_words("expected ',' or"), _in_brackets),
    (_words("node content"), _no_content),
    (_words("unexpected end of stream|unexpected document (?:indicator|separator)"), _quote),
    (_words("escape|hexdecimal"), _escape),
    (_words("tag|'>'|URI"), _tag),
    (_words("comment or (?:a )?line break|indentation indicator"), _block_header),
    (_words("document start"), _after_document),
)
