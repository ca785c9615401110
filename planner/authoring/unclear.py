"""An answer that cannot be understood."""

from __future__ import annotations


class Unclear(ValueError):  # noqa: N818 - said to a person, who answers again
    """An answer that cannot be used, in one sentence that says what to write."""

    @property
    def message(self) -> str:
        """The sentence."""
        return str(self)
