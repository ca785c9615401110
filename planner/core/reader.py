"""What all parts of the reader share: reporting a fault at its place, and reading one value of each kind."""

from __future__ import annotations

import difflib
import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from planner.core.diagnostics import Diagnostic, Fix, Label, Span
from planner.core.expression import MAX_FORMULA, WORDS, Expression, FormulaError
from planner.core.num import Num
from planner.core.rule_table import RULES
from planner.core.source import Map, Seq, Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

Path = tuple[str | int, ...]
Related = tuple[Path, bool, str]  # a place, whether its key is meant, and what to say there

ID = re.compile(r"[a-z][a-z0-9_-]*\Z")
FORMULA_ID = re.compile(r"[a-z][a-z0-9_]*\Z")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
PERCENT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*%\s*\Z")
QUANTITY = re.compile(r"\s*-?\d[\d.]*\s*[A-Za-z€$£]")
COMMA = re.compile(r"\s*(-?\d+),(\d+)\s*\Z")


def listing(words: Iterable[str], joint: str = "or") -> str:
    """Return "'a', 'b' or 'c'"."""
    quoted = [f"'{word}'" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {joint} {quoted[-1]}" if quoted else ""


def kind_of(value: object) -> str:
    """Name what stands in the file, in words of the format."""
    if isinstance(value, Map):
        return "a mapping"
    if isinstance(value, Seq):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    return "a number" if isinstance(value, float) else "text"


def nearest(word: str, known: Collection[str]) -> str | None:
    """Return the known word that was probably meant."""
    found = difflib.get_close_matches(word, known, 1, 0.6)
    return found[0] if found else None


def did_you_mean(word: str, known: Collection[str], what: str) -> str:
    """Return the help line for an unknown word."""
    near = nearest(word, known)
    if near:
        return f"did you mean '{near}'?"
    if not known:
        return f"this file has no {what}"
    shown = list(known)[:8]
    return f"known: {', '.join(shown)}{', …' if len(known) > len(shown) else ''}"


def plain_number(text: str) -> str | None:
    """Return the number that '30 %' or '0,3' certainly means."""
    percent = PERCENT.match(text)
    if percent:
        return format((Decimal(percent.group(1)) / 100).normalize(), "f")
    comma = COMMA.match(text)
    return f"{comma.group(1)}.{comma.group(2)}" if comma else None


class Reader:
    """Reads values out of a `Source` and collects every fault with its place."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.diagnostics: list[Diagnostic] = []
        self.formulas: dict[str, Expression] = {}
        self.broken: set[str] = set()  # ids of nodes whose numbers cannot be added up
        self.meant: set[str] = set()  # nodes that a misspelt reference probably meant
        self.meant_names: set[str] = set()  # parameters and state variables that a misspelt formula probably meant

    def fault(  # noqa: PLR0913 - one call writes one whole diagnostic
        self,
        code: str,
        message: str,
        path: Path,
        *,
        key: bool = False,
        label: str = "",
        help: str | None = None,
        related: Iterable[Related] = (),
        inside: tuple[int, int] | None = None,
        fix: tuple[str, str] | None = None,
        at: Span | None = None,
    ) -> None:
        """Report a fault at the value under ``path``, or at its key.

        ``inside`` narrows the place to a part of the value's text, ``at`` is the place itself; ``fix`` is a title and
        the text that replaces the place.
        """
        rule = RULES[code]
        source, path = self.source.home(path)
        span = source.key_span(path) if key else source.span(path)
        if inside is not None:
            span = self.narrow(source, span, inside)
        span = at or span
        homes = ((*self.source.home(where), at_key, text) for where, at_key, text in related)
        marks = tuple(
            Label(source.key_span(where) if at_key else source.span(where), text)
            for home, where, at_key, text in homes
            if home is source
        )
        repair = Fix(fix[0], ((span.start, span.end, fix[1]),)) if fix else None
        self.diagnostics.append(
            Diagnostic(code, rule.slug, rule.severity, message, source, span, label, marks, help, repair)
        )

    @staticmethod
    def narrow(source: Source, span: Span, inside: tuple[int, int]) -> Span:
        """Place a part of a scalar's value within the scalar's text, past its quotation mark."""
        text = source.text[span.start : span.end]
        shift = 1 if text[:1] in {"'", '"'} else 0
        if "\n" in text or "\\" in text:
            return span
        start = min(span.start + inside[0] + shift, span.end)
        return Span(start, max(min(span.start + inside[1] + shift, span.end), start))

    def given(self, *path: str) -> object:
        """Return what stands in the file under ``path``, or None."""
        found: object = self.source.data
        for key in path:
            found = found.get(key) if isinstance(found, Map) else None
        return found

    # --- shape --------------------------------------------------------------------------------------------

    def wrong_type(self, path: Path, value: object, wanted: str, help: str | None = None) -> None:
        """Report a value of another kind than the key takes."""
        name = ".".join(str(part) for part in path)
        if value is None:
            self.fault("P102", f"'{name}' is empty", path, key=True, label=f"needs {wanted}", help=help)
            return
        self.fault("P102", f"'{name}' is {kind_of(value)}, not {wanted}", path, label=f"needs {wanted}", help=help)

    def mapping(self, path: Path, value: object, wanted: str = "a mapping") -> Map | None:
        """Return the value if it is a mapping; report it otherwise."""
        if type(value) is Map:
            return value
        self.wrong_type(path, value, wanted)
        return None

    def unknown_keys(self, path: Path, value: Map, known: Collection[str], what: str) -> None:
        """Report the keys that the format does not know there."""
        for key in value:
            if key not in known:
                if self.cut_off(path, value, key):
                    continue
                near = nearest(key, known)
                sure = (
                    near is not None and near not in value and len(difflib.get_close_matches(key, known, 2, 0.8)) == 1
                )
                self.fault(
                    "P101",
                    f"unknown key '{key}' in {what}",
                    (*path, key),
                    key=True,
                    label="the format has no such key here",
                    help=f"did you mean '{near}'?" if near else f"the keys here are {', '.join(sorted(known))}",
                    fix=(f"write '{near}'", near) if near and sure else None,
                )

    def cut_off(self, path: Path, value: Map, key: str) -> bool:
        """Report a key that is none: what follows a comma in the middle of an entry inside { }."""
        span = self.source.key_span((*path, key))
        if value[key] is not None or self.source.text[span.end : span.end + 20].lstrip()[:1] not in {",", "}"}:
            return False
        help_ = "put the text or formula with the comma in quotation marks"
        if key[:1].isdigit():
            help_ = "write decimals with a point: 0.6; thousands take no comma"
        message = f"'{key}' stands behind a comma, which ends an entry inside {{ }}"
        self.fault("P101", message, (*path, key), key=True, label="this is read as a key", help=help_)
        return True

    def good_id(self, path: Path, name: str, what: str, *, formula: bool = False) -> bool:
        """Check the id that is the last part of ``path``."""
        pattern = FORMULA_ID if formula else ID
        if pattern.match(name):
            if formula and name in WORDS:
                self.fault(
                    "P108",
                    f"{what} cannot be called '{name}', a word of the formula language",
                    path,
                    key=True,
                    label="reserved in formulas",
                    help="choose another id",
                )
                return False
            return True
        better = re.sub(r"[^a-z0-9_]+" if formula else r"[^a-z0-9_-]+", "_" if formula else "-", name.lower()).strip(
            "-_"
        )
        rule = "small letters, digits and '_'" if formula else "small letters, digits, '-' and '_'"
        reason = ", because it stands in formulas" if formula and ID.match(name) else ""
        self.fault(
            "P108",
            f"'{name}' is no id for {what}",
            path,
            key=True,
            label=f"ids start with a letter and hold {rule}{reason}",
            help=f"write '{better}' and give the full name under 'name'" if pattern.match(better) else None,
        )
        return False

    # --- scalars ------------------------------------------------------------------------------------------

    def text(self, path: Path, value: object) -> str | None:
        """Read text; a bare number counts as its digits."""
        if type(value) is str:
            return value
        if type(value) is Num:
            return value.text
        help_ = "write it in quotes" if isinstance(value, bool) else None
        self.wrong_type(path, value, "text", help_)
        return None

    def number(self, path: Path, value: object) -> float | None:
        """Read a plain number."""
        if type(value) is Num:
            return value
        help_ = "write a number such as 0.3" if isinstance(value, str) else None
        self.wrong_type(path, value, "a number", help_)
        return None

    def day(self, path: Path, value: object) -> date | None:
        """Read a date."""
        text = value.text if type(value) is Num else value
        if isinstance(text, str) and DATE.match(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass
        if isinstance(text, str):
            label = "no such day" if DATE.match(text) else "not written as a date"
            self.fault("P113", f"'{text}' is no date", path, label=label, help="write a day as 2026-11-23")
        else:
            self.wrong_type(path, value, "a date", "write a day as 2026-11-23")
        return None

    def texts(self, path: Path, value: object) -> tuple[str, ...]:
        """Read a list of texts."""
        if type(value) is not Seq:
            self.wrong_type(path, value, "a list", "write it in square brackets: [first, second]")
            return ()
        read = [self.text((*path, place), item) for place, item in enumerate(value)]
        return tuple(text for text in read if text is not None)

    def formula(self, path: Path, value: object) -> Expression | None:
        """Read a number or a formula; names in it are not looked up yet."""
        if type(value) is Num:
            return Expression.number(value)
        if type(value) is not str:
            self.wrong_type(path, value, "a number or a formula")
            return None
        made = self.formulas.get(value)
        if made is not None:
            return made
        try:
            made = Expression.parse(value)
        except FormulaError as error:
            code = "P120" if len(value) > MAX_FORMULA else "P110"
            help_ = error.help
            end = self.source.span(path).end
            if value.count("(") > value.count(")") and self.source.text[end : end + 1] == ",":
                help_ = "a comma ends the entry inside { }: put the whole formula in quotation marks"
            elif QUANTITY.match(value) and path[-1] == "value":
                help_ = "write the number alone, and what it counts under 'unit: …'"
            where = f" at character {error.start + 1}" if code == "P110" and value else ""
            repair = plain_number(value)
            self.fault(
                code,
                f"formula cannot be read{where}: {error.message}",
                path,
                help=help_,
                inside=(error.start, error.end) if error.end > error.start and not repair else None,
                fix=(f"write {repair}", repair) if repair else None,
            )
            return None
        self.formulas[value] = made
        return made

    def names_known(
        self,
        path: Path,
        formula: Expression,
        known: Collection[str],
        state: Mapping[str, Any],
        what: str = "parameters or state",
    ) -> bool:
        """Check the names of a formula against parameters and state."""
        if not formula.names or all(name in known or name in state for name in formula.names):
            return True
        everything = [*known, *state]
        for name in sorted(formula.names):
            if name not in known and name not in state:
                self.meant_names.update(difflib.get_close_matches(name, everything, 1, 0.6))
                match = re.search(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])", formula.text)
                self.fault(
                    "P111",
                    f"formula reads unknown name '{name}'",
                    path,
                    label="no parameter or state variable has this name",
                    help=did_you_mean(name, everything, what),
                    inside=match.span() if match else None,
                )
        return False
