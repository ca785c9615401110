"""What the results of all analyses share in a notebook: data frames, and names that are safe in Markdown."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from planner.analyses.result import BadArgument

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def frame(rows: Iterable[Mapping[str, Any]]) -> Any:
    """Return rows as a pandas DataFrame.

    Raises:
        BadArgument: pandas is not installed.
    """
    try:
        pandas = import_module("pandas")
    except ImportError:
        raise BadArgument("a data frame needs pandas, which is not installed", "pip install pandas") from None
    return pandas.DataFrame(list(rows))


def escaped(text: str) -> str:
    r"""Return text on one line as it may stand in a cell of a Markdown table.

    Examples:
        >>> escaped("a | *b*")
        'a \\| \\*b\\*'
    """
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("*", "\\*").replace("\n", " ")
