"""Words of Gambit's file formats, read leniently and with their places; what is wrong becomes a diagnostic."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from planner.core.diagnostics import Diagnostic, ScenarioError, Span
from planner.core.source import Source
from planner.errors import PlannerError

if TYPE_CHECKING:
    from planner.core.diagnostics import Severity

STRING, WORD, MARK, END = "string", "word", "mark", "end"
SYNTAX = ("X101", "unreadable")
NUMBER = ("X102", "bad-number")
REFERENCE = ("X103", "bad-reference")
CHANCES = ("X104", "chances-sum")
RESTATED = ("X105", "restated-differently")
TRAILING = ("X106", "text-after-the-end")
ENCODING = ("X107", "not-utf-8")
UNFIT = ("X108", "not-expressible")

MAX_DIGITS = 1_000
MAX_EXPONENT = 300

_BOM = "\ufeff"
_TOKEN = re.compile(r'[\s,\ufeff]*(?:"((?:[^"\\]|\\.)*)"|([{}])|([^\s",{}]+))', re.DOTALL)
_SKIP = re.compile(r"[\s,\ufeff]*")
_ESCAPED = re.compile(r'\\([\\"])')
_DECIMAL = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE]([-+]?[0-9]+))?")
_RATIO = re.compile(r"[-+]?[0-9]+/[0-9]+")
_COUNT = re.compile(r"\+?[0-9]+")


class Token(NamedTuple):
    """A word, a quoted string without its quotation marks, or a brace; its place is ``start`` to ``stop``."""

    kind: str
    text: str
    start: int
    stop: int


class Lexer:
    """Reads one token after the other; commas are passed over, as are byte order marks.

    >>> lexer = Lexer('p "a ""', path="game.efg")
    >>> lexer.token, lexer.advance(), lexer.token.text
    (Token(kind='word', text='p', start=0, stop=1), None, 'a ')
    """

    def __init__(self, content: bytes | str, *, path: str) -> None:
        raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        self.warnings: list[Diagnostic] = []
        text, problem = _decoded(raw)
        self.source = Source(path, raw, text, None, None, ())
        if problem:
            self.warn(ENCODING, problem, 0, 0, help="save the file as UTF-8 if names look wrong")
        self.text = text
        self._numbers: dict[str, Fraction] = {}
        self.token = Token(END, "", 0, 0)
        self.advance()

    def advance(self) -> None:
        """Go to the next token."""
        match = _TOKEN.match(self.text, self.token.stop)
        if match is None:
            start = _SKIP.match(self.text, self.token.stop).end()  # type: ignore[union-attr]
            if start < len(self.text):
                self.fail(SYNTAX, "a quotation mark is not closed", start, start + 1, help='end the name with "')
            self.token = Token(END, "", len(self.text), len(self.text))
            return
        group = match.lastindex or 0
        kind = (STRING, MARK, WORD)[group - 1]
        text = match[group]
        start = match.start(group) - (group == 1)
        if kind == STRING and "\\" in text:
            text = _ESCAPED.sub(r"\1", text)
        self.token = Token(kind, text, start, match.end())

    # --- taking what must come ------------------------------------------------------------------------------

    def at_mark(self, mark: str) -> bool:
        """Whether a brace comes now."""
        return self.token.kind == MARK and self.token.text == mark

    def take_mark(self, mark: str, what: str) -> None:
        """Pass a brace."""
        if not self.at_mark(mark):
            self.unexpected(f"'{mark}' {what}")
        self.advance()

    def string(self, what: str) -> str:
        """Take a quoted string."""
        if self.token.kind != STRING:
            self.unexpected(f"{what} in quotation marks")
        text = self.token.text
        self.advance()
        return text

    def word(self, what: str) -> Token:
        """Take a word."""
        token = self.token
        if token.kind != WORD:
            self.unexpected(what)
        self.advance()
        return token

    def integer(self, what: str) -> int:
        """Take a number from 0 on."""
        token = self.token
        if token.kind != WORD or not _COUNT.fullmatch(token.text) or len(token.text) > 18:
            self.unexpected(f"{what}, a whole number")
        self.advance()
        return int(token.text)

    def number(self, what: str) -> Fraction:
        """Take an exact number: 3, -0.5, 1/3, 1e3."""
        token = self.token
        if token.kind != WORD:
            self.unexpected(what)
        found = self._numbers.get(token.text)
        if found is None:
            found = self._numbers[token.text] = self._exact(token, what)
        self.advance()
        return found

    def _exact(self, token: Token, what: str) -> Fraction:
        text, where = token.text, (token.start, token.stop)
        shown = text if len(text) <= 20 else f"{text[:19]}…"
        decimal = _DECIMAL.fullmatch(text)
        if decimal is None and not _RATIO.fullmatch(text):
            self.fail(NUMBER, f"'{shown}' is no number, where {what} should stand", *where,
                      help="write 3, -0.5, 1/3 or 1e3")  # fmt: skip
        exponent = decimal[1] if decimal is not None else None
        if len(text) > MAX_DIGITS or (
            exponent is not None and (len(exponent) > 6 or abs(int(exponent)) > MAX_EXPONENT)
        ):
            self.fail(NUMBER, f"'{shown}' has too many digits", *where, help="write a number between -1e300 and 1e300")
        if "/" in text and not int(text.partition("/")[2]):
            self.fail(NUMBER, f"'{shown}' divides by zero", *where, help="write a number that is finite")
        number = Fraction(text)
        if number and not 1e-300 < abs(number) < 10**300:
            self.fail(NUMBER, f"'{shown}' is too large or too small", *where,
                      help="write a number between -1e300 and 1e300")  # fmt: skip
        return number

    # --- trouble --------------------------------------------------------------------------------------------

    def unexpected(self, wanted: str) -> None:
        """Say that something else should stand here."""
        token = self.token
        if token.kind == END:
            last = max(len(self.text.rstrip()) - 1, 0)
            self.fail(SYNTAX, f"the file ends where {wanted} should follow", last, last + 1,
                      help="the file may be cut off: get a whole copy")  # fmt: skip
        shown = token.text if len(token.text) <= 20 else f"{token.text[:19]}…"
        said = f'"{shown}"' if token.kind == STRING else f"'{shown}'"
        self.fail(SYNTAX, f"{said} stands where {wanted} should stand", token.start, token.stop)

    def diagnostic(
        self,
        code: tuple[str, str],
        message: str,
        start: int,
        stop: int,
        *,
        help: str | None = None,
        warning: bool = False,
    ) -> Diagnostic:
        """Return a fault of the text."""
        severity: Severity = "warning" if warning else "error"
        return Diagnostic(*code, severity, message, self.source, Span(start, stop), help=help)

    def warn(self, code: tuple[str, str], message: str, start: int, stop: int, *, help: str | None = None) -> None:
        """Note something that does not keep the file from being read."""
        self.warnings.append(self.diagnostic(code, message, start, stop, help=help, warning=True))

    def fail(self, code: tuple[str, str], message: str, start: int, stop: int, *, help: str | None = None) -> None:
        """Stop with a fault.

        Raises:
            ScenarioError: always.
        """
        raise ScenarioError([*self.warnings, self.diagnostic(code, message, start, stop, help=help)])

    def finish(self) -> None:
        """Warn of what stands behind the end."""
        if self.token.kind != END:
            self.warn(TRAILING, "the game is complete here; what follows is not read", self.token.start,
                      self.token.stop, help="take it out, or look whether a number of actions is wrong")  # fmt: skip


def _decoded(raw: bytes) -> tuple[str, str]:
    """Return the text of a file, and what had to be guessed for that."""
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise PlannerError("the file is in UTF-16", "save it as UTF-8")
    try:
        return raw.decode(), ""
    except UnicodeDecodeError as error:
        return raw.decode(
            "cp1252", "replace"
        ), f"byte {error.start + 1:,} is not UTF-8; the file is read as Windows-1252"
