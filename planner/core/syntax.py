"""What the parser says about broken YAML, told in sentences that help."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.core.faults import Found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from yaml.error import MarkedYAMLError

_LINE_END = re.compile(r"\r\n?|\n")
_INDENT = re.compile(r"[ \t]*")
_KEY = re.compile(r"(?:- +)*(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s\"'#\[\]{},][^:#]*?) *:(?=\s|$)")
_GLUED = re.compile(r"(?:- +)*([a-z][a-z0-9_-]*):(?!//)[^\s:]")
_WORD = re.compile(r"[^\s,\[\]{}:]+")
_TRAILING_COMMENT = re.compile(r"\s+#.*|\s+\Z")
_ENTRY = re.compile(r"[\[{,:]\s*([^\[\]{},:]*)\Z")
_ID_LAST = re.compile(r"\S\s+([a-z][a-z0-9_-]*)\s*\Z")


class _Case:
    """A place where the parser stopped, and the text round it."""

    def __init__(self, text: str, error: MarkedYAMLError, last: int, bracket: int | None) -> None:
        self.text = text
        self.problem = error.problem or "the text cannot be read"
        self.at = min(error.problem_mark.index if error.problem_mark else len(text), len(text))
        self.context = min(error.context_mark.index, len(text)) if error.context_mark else None
        self.last = last  # where the last scalar that was read starts
        self.bracket = bracket  # where the innermost open bracket stands
        self.char = text[self.at : self.at + 1]
        self.start = self.line_start(self.at)
        self.stop = self.line_stop(self.at)
        self.indent = _indent(text, self.start)

    def line_start(self, at: int) -> int:
        return max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1

    def line_stop(self, at: int) -> int:
        match = _LINE_END.search(self.text, at)
        return match.start() if match else len(self.text)

    def number(self, at: int) -> int:
        """Line number of a place, from 1."""
        return sum(1 for _ in _LINE_END.finditer(self.text, 0, at)) + 1

    def above(self) -> Iterator[tuple[int, int]]:
        """Yield start and first letter of the lines above that are neither empty nor a comment, nearest first."""
        at = self.start
        while at > 0:
            stop = at - 2 if self.text[at - 2 : at] == "\r\n" else at - 1
            at = self.line_start(stop)
            first = _indent(self.text, at)
            if first < stop and self.text[first] != "#":
                yield at, first

    def content(self, start: int) -> str:
        """Return the rest of a line without spaces and a comment at its end."""
        return _TRAILING_COMMENT.sub("", self.text[start : self.line_stop(start)], count=1)


def _indent(text: str, start: int) -> int:
    match = _INDENT.match(text, start)
    return match.end() if match else start


def syntax_fault(text: str, error: MarkedYAMLError, last: int, bracket: int | None) -> Found:
    """Return the fault behind a parser's error.

    ``last`` is where the last scalar starts, ``bracket`` where the innermost open bracket stands.
    """
    case = _Case(text, error, last, bracket)
    for words, explain in _TABLE:
        if words.search(case.problem):
            found = explain(case)
            if found:
                return found
    return _other(case)


def _other(case: _Case) -> Found:
    end = case.at + 1 if case.char and case.char not in "\r\n" else case.at
    if case.at == len(case.text) and case.bracket is not None:
        return _unclosed(case, case.bracket)
    message = f"YAML cannot be read here: {case.problem}"
    return Found("P016", message, case.at, end, "", "put text with special characters in quotation marks")


# --- tabs and indentation ------------------------------------------------------------------------------------


def _tab(case: _Case) -> Found | None:
    if case.char != "\t":
        return None
    text, at = case.text, case.at
    while at > case.start and text[at - 1] == "\t":
        at -= 1
    end = _indent(text, case.at)
    line = case.number(case.at)
    if case.at > _indent(text, case.start):
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
    start = 0
    for line in text.splitlines(keepends=True) if text.isascii() else re.split(r"(?<=\n)|(?<=\r)(?!\n)", text):
        lead = line[: _indent(line, 0)]
        rest = line[len(lead) :].rstrip("\r\n")
        if lead.startswith(" ") and rest and not rest.startswith("#"):
            return ()
        if "\t" in lead:
            edits.append((start, start + len(lead), "  " * lead.count("\t") if rest else ""))
        start += len(line)
    return tuple(edits)


def _misplaced_colon(case: _Case) -> Found | None:
    """Explain a ':' where no key can stand: glued keys, lines without a colon, deeper lines, text with ': '."""
    key = _KEY.match(case.text, case.indent, case.stop)
    if key is not None and key.end() <= case.at:
        return _colon_in_text(case, key.end())
    for _, first in case.above():
        content = case.content(first)
        if first >= case.at:
            break
        glued = _GLUED.match(content)
        if glued:
            return _missing_space(case, first, glued)
        if content.startswith(("'", '"')) and not _KEY.match(content):
            break
        key = _KEY.match(content)
        if key is None:
            return _missing_colon(case, first)
        return _deeper(case, first, key)
    if case.at - case.indent > 1000:
        message = "a key longer than 1,024 characters"
        return Found("P016", message, case.indent, case.indent + 20, "", "give it a short key and put the text below it")
    return None


def _colon_in_text(case: _Case, after_key: int) -> Found:
    start = _indent(case.text, after_key)
    value = case.content(start)
    marks = "'" if '"' in value and "'" not in value else '"'
    help_ = f"put the text in quotation marks: {marks}{value}{marks}" if len(value) <= 60 and marks not in value else None
    message = "a ':' with a space after it stands inside text without quotation marks"
    return Found("P023", message, start, start + len(value), "", help_ or "put the text in quotation marks")


def _missing_space(case: _Case, first: int, match: re.Match[str]) -> Found:
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


def _missing_colon(case: _Case, first: int) -> Found:
    content = case.content(first)
    number = case.number(first)
    help_ = f"write '{content}:' if it is a key" if len(content) <= 40 else "write 'key: value'"
    return Found("P022", f"line {number} has no ':'", first, first + len(content), "a key needs a ':' after it", help_)


def _deeper(case: _Case, first: int, key: re.Match[str]) -> Found:
    number, name = case.number(first), key[1]
    word = _KEY.match(case.text, case.indent, case.stop)
    end = word.end(1) if word else case.at
    column = case.indent - case.start
    message = f"this line is indented deeper than '{name}' in line {number}, which has its value already"
    help_ = f"start it in the column of '{name}', or leave '{name}:' without a value on its line"
    start = first + key.start(1)
    return Found("P018", message, case.indent, end, f"{column} spaces", help_, ((start, start + len(name), "its value follows it"),))


def _no_key(case: _Case) -> Found | None:
    """Explain why a mapping in lines does not go on: indentation, or something behind a closed value."""
    text, at = case.text, case.at
    if at == _indent(text, case.start):
        return _uneven(case)
    before = text[:at].rstrip()[-1:]
    rest = case.content(at)
    if before in {'"', "'"} and text[case.last : case.last + 1] == before:
        if "\n" in text[case.last : at] or "\r" in text[case.last : at]:
            return _open_quote(case, case.last)
        help_ = "write '' for a ' inside single quotation marks" if before == "'" else 'write \\" for a " inside double ones'
        message = "text goes on after the closing quotation mark"
        opened = ((case.last, case.last + 1, "opened here"),)
        return Found("P019", message, at, at + len(rest), "", f"{help_}, or use the other kind", opened)
    if case.char in {"]", "}", ","}:
        return _stray(case)
    message = "text goes on after the closing bracket" if before in {"]", "}"} else "text goes on after the value"
    return Found("P016", message, at, at + len(rest), "", "put the whole text in quotation marks")


def _uneven(case: _Case) -> Found:
    text, at, column = case.text, case.at, case.at - case.start
    if case.char == ":":
        return Found("P016", "a ':' without a key before it", at, at + 1, "", "write the key before the colon")
    if case.char in {"]", "}", ","}:
        return _stray(case)
    known: list[int] = []
    places: dict[int, int] = {}
    for start, first in case.above():
        if not known or first - start < known[-1]:
            known.append(first - start)
            places[first - start] = first
    word = _WORD.match(text, at)
    end = word.end() if word else at + 1
    if column in known:
        other = places[column]
        item = case.char == "-"
        message = "a list item stands among the keys of a mapping" if item else "a key stands among the items of a list"
        help_ = "indent the list below its own key" if item else "indent the key below its own item, or end the list before it"
        what = "a key" if item else "an item"
        return Found("P018", message, at, end, "", help_, ((other, other + 1, what),))
    fitting = " or ".join(str(width) for width in sorted(known)[:4]) or "0"
    message = f"line {case.number(at)} is indented by {column}, like no line above it that it could belong to"
    return Found("P018", message, at, end, f"{_spaces(column)}", f"indent it by {fitting} spaces")


def _spaces(count: int) -> str:
    return f"{count} space" + ("" if count == 1 else "s")


def _item_in_line(case: _Case) -> Found:
    message = "a list item cannot start in the line of its key"
    return Found("P018", message, case.at, case.at + 1, "", "put '- …' on a line of its own, or write [first, second]")


# --- quotation marks and brackets -----------------------------------------------------------------------------


def _quote(case: _Case) -> Found:
    return _open_quote(case, case.at if case.context is None else case.context)


def _open_quote(case: _Case, start: int) -> Found:
    mark = case.text[start : start + 1]
    content = case.content(start)
    help_ = f"close it with {mark} where the text ends"
    message = "the quotation mark opened here is not closed in its line"
    if case.at == len(case.text):
        message = "the quotation mark opened here is never closed"
    return Found("P019", message, start, start + len(content), "", help_)


def _unclosed(case: _Case, bracket: int) -> Found:
    char = case.text[bracket]
    partner = "]" if char == "[" else "}"
    message = f"the bracket '{char}' opened here is never closed"
    return Found("P020", message, bracket, bracket + 1, "", f"close it with '{partner}'")


def _stray(case: _Case) -> Found:
    char, at = case.char, case.at
    if char == ",":
        message, help_ = "a comma with nothing to separate", "take it out, or put the text in quotation marks"
        return Found("P016", message, at, at + 1, "", help_)
    partner = "[" if char == "]" else "{"
    message = f"the bracket '{char}' closes nothing"
    return Found("P020", message, at, at + 1, "", f"take it out, or open it with '{partner}'")


def _in_brackets(case: _Case) -> Found | None:
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
        return Found("P020", message, at, at + 1, "", f"close it with '{partner}'", ((opened, opened + 1, "opened here"),))
    inner = opened >= case.start
    if not inner and _KEY.match(text, case.indent, case.stop) and not _brackets_go_on(case):
        return _unclosed(case, opened)
    if case.char == ":":
        return _colon_in_brackets(case)
    word = _WORD.match(text, at)
    message = f"a ',' is missing before '{word[0] if word else case.char}'"
    return Found("P025", message, at, word.end() if word else at + 1, "", "put a ',' between two entries")


def _brackets_go_on(case: _Case) -> bool:
    """Whether the line above ends like one whose list goes on."""
    return case.text[: case.start].rstrip().endswith((",", "[", "{"))


def _colon_in_brackets(case: _Case) -> Found:
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


def _no_content(case: _Case) -> Found | None:
    if case.char in {",", "]", "}"}:
        return _stray(case)
    if case.char == ":":
        return Found("P016", "a ':' without a key before it", case.at, case.at + 1, "", "write the key before the colon")
    return None


# --- characters with a meaning of their own -------------------------------------------------------------------


def _reserved(case: _Case) -> Found:
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


def _missing_end_of_key(case: _Case) -> Found:
    first = case.at if case.context is None else case.context
    content = case.content(first)
    glued = _GLUED.match(content)
    return _missing_space(case, first, glued) if glued else _missing_colon(case, first)


def _escape(case: _Case) -> Found:
    text, at = case.text, case.at
    if text[at : at + 1] != "\\":
        at = max(text.rfind("\\", 0, at + 1), 0)
    if "Unicode" in case.problem:
        message, help_ = "this escape stands for no character", "write the character itself"
        match = re.compile(r"\\[uUx][0-9a-fA-F]*").match(text, at)
        return Found("P026", message, at, match.end() if match else at + 2, "", help_)
    message = f"'{text[at : at + 2]}' is no escape in double quotation marks"
    return Found("P026", message, at, min(at + 2, len(text)), "", "write \\\\ for a backslash, or use single quotation marks")


def _tag(case: _Case) -> Found:
    start = case.at if case.context is None else case.context
    word = re.compile(r"\S*").match(case.text, start)
    end = word.end() if word else start + 1
    message = f"tags such as '{case.text[start:end]}' are not part of the format"
    return Found("P012", message, start, end, "", "leave the tag out, or put the text in quotation marks")


def _after_document(case: _Case) -> Found:
    text, at = case.text, case.at
    before = text[:at].rstrip()
    if before.endswith("..."):
        message = "a second document starts here"
        word = _WORD.match(text, at)
        return Found("P006", message, at, word.end() if word else at + 1, "", "keep one scenario in a file, and leave '...' out")
    if text.startswith("%"):
        return Found("P016", "a line that starts with '%' needs '---' below it", 0, case.line_stop(0), "", "leave the line out")
    lines = list(case.above())
    if at == case.indent and lines:
        start, first = lines[-1]
        if first - start > at - case.start:
            message = f"the first key is indented by {_spaces(first - start)}, this one by {_spaces(at - case.start)}"
            word = _WORD.match(text, at)
            end = word.end() if word else at + 1
            related = ((first, first + 1, "the first key"),)
            return Found("P018", message, at, end, "", "start both in the same column", related)
    content = case.content(at)
    message = "text goes on after the end of the document"
    return Found("P016", message, at, at + max(len(content), 1), "", "every line at the margin is 'key: value'")


def _block_header(case: _Case) -> Found:
    start = case.at if case.context is None else case.context
    content = case.content(start)
    message = f"text cannot start with '{case.text[start : start + 1]}'"
    help_ = "put it in quotation marks, or start the text in the next line"
    return Found("P024", message, start, start + len(content), "it announces text in the lines below", help_)


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


# libyaml and PyYAML's own parser word their problems alike but not the same; the first entry that finds an answer wins.
_TABLE: tuple[tuple[re.Pattern[str], Callable[[_Case], Found | None]], ...] = (
    (_words("tab character|cannot start any token|indentation"), _tab),
    (_words("cannot start any token|alphabetic or numeric|directive name|mapping keys are not allowed"), _reserved),
    (_words("mapping values are not allowed"), _misplaced_colon),
    (_words("could not find expected ':'"), _missing_end_of_key),
    (_words("sequence entries are not allowed"), _item_in_line),
    (_words("expected key|expected '-' indicator|expected <block end>"), _no_key),
    (_words("expected ',' or"), _in_brackets),
    (_words("node content"), _no_content),
    (_words("unexpected end of stream|unexpected document (?:indicator|separator)"), _quote),
    (_words("escape|hexdecimal"), _escape),
    (_words("tag|'>'|URI"), _tag),
    (_words("comment or (?:a )?line break|indentation indicator"), _block_header),
    (_words("document start"), _after_document),
)
