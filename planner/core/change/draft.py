"""A text on its way from one state to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.core.diagnostics import Diagnostic, Edit, replace
from planner.core.rules import check
from planner.core.source import Source

if TYPE_CHECKING:
    from typing import Self

Change = Callable[[Source], Sequence[Edit]]


@dataclass(frozen=True)
class Draft:
    """A scenario's text while it is changed; each change sees the text as the one before left it."""

    source: Source

    @classmethod
    def of(cls, text: str | bytes, *, path: str = "<stdin>") -> Self:
        """Start from a text."""
        return cls(Source.from_text(text, path=path))

    @property
    def text(self) -> str:
        """The text as it now is."""
        return self.source.text

    def apply(self, *changes: Change) -> Self:
        """Make changes one after the other.

        Raises:
            EditError: the text does not allow one of them; nothing is changed.
        """
        draft = self
        for change in changes:
            text = replace(draft.text, list(change(draft.source)))
            draft = type(self)(draft.source.changed(text))
        return draft

    def new_errors(self, before: Draft) -> list[Diagnostic]:
        """Return the errors of this text that ``before`` did not have.

        An error that only reads differently now (a sum that is still not 1, a fault that names what was renamed) is
        none of them.
        """
        old = [each for each in check(before.source) if each.severity == "error"]
        said = Counter((each.code, each.message) for each in old)
        new = []
        for each in check(self.source):
            if each.severity != "error":
                continue
            if said[each.code, each.message]:
                said[each.code, each.message] -= 1
            else:
                new.append(each)
        gone, come = Counter(code for code, _ in said.elements()), Counter(each.code for each in new)
        return [each for each in new if come[each.code] > gone[each.code]]
