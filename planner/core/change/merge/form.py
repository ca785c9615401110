"""What a text is like as a whole: its byte order mark, its line ends, whether its last line has one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

_BOM = "\ufeff"
Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a text."""

    mark: bool = False
    end: str = "\n"
    closed: bool = True

    @classmethod
    def of(cls, text: str) -> Form:
        """Return the form of a text."""
        windows = text.count("\r\n")
        unix, old = text.count("\n") - windows, text.count("\r") - windows
        end = "\r\n" if windows > unix else "\r" if old and not windows and not unix else "\n"
        return cls(text.startswith(_BOM), end, not text or text[-1] in "\r\n")

    def on(self, text: str) -> str:
        """Give a plain text this form."""
        if not self.closed and text.endswith("\n") and not text.endswith("\n\n"):
            text = text[:-1]
        return _BOM * self.mark + (text if self.end == "\n" else text.replace("\n", self.end))


def plain(text: str) -> str:
    """Return a text without byte order mark whose lines end with line feeds, the last one, too."""
    text = text.removeprefix(_BOM).replace("\r\n", "\n").replace("\r", "\n")
    return text + "\n" if text and not text.endswith("\n") else text


def merged(base: Form | None, ours: Form, theirs: Form) -> Form:
    """Merge forms: what only one side changed is taken."""
    if base is None:
        return ours
    mark = _taken(base.mark, ours.mark, theirs.mark)
    return Form(mark, _taken(base.end, ours.end, theirs.end), _taken(base.closed, ours.closed, theirs.closed))


def _taken(base: Kind, ours: Kind, theirs: Kind) -> Kind:
    return theirs if ours == base else ours
