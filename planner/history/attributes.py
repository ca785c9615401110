"""The lines that `planner git install` writes into a file of git attributes, and takes out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.history.wrappers import NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

BEGIN = "# planner: scenario files are merged and compared by meaning (`planner git install`)"
END = "# planner: end"
SUFFIXES = ("yaml", "yml", "json")
_VALUES = f"merge={NAME} diff={NAME}"


def with_lines(text: str, patterns: Sequence[str]) -> str:
    r"""Return a file of attributes with lines for the patterns; what others wrote stays as it is.

    Examples:
        >>> print(with_lines("*.png binary\n", ["scenarios/**/*.yaml"]), end="")
        *.png binary
        # planner: scenario files are merged and compared by meaning (`planner git install`)
        scenarios/**/*.yaml merge=planner diff=planner
        # planner: end
    """
    end = "\r\n" if "\r\n" in text else "\n"
    ours = end.join([BEGIN, *(f"{_written(pattern)} {_VALUES}" for pattern in patterns), END]) + end
    before, inside, after = _parts(text)
    if inside is None:
        before += end if before and not before.endswith("\n") else ""
        return before + ours
    foreign = "".join(line for line in inside if not _is_ours(line))
    return before + ours + foreign + after


def without_lines(text: str) -> str:
    """Return a file of attributes without our lines."""
    before, inside, after = _parts(text)
    if inside is None:
        return text
    return before + "".join(line for line in inside if not _is_ours(line)) + after


def patterns_in(text: str) -> list[str]:
    """Return the patterns of our lines; empty where there are none."""
    return [
        line.strip().removesuffix(_VALUES).strip().removeprefix('"').removesuffix('"')
        for line in _parts(text)[1] or ()
        if line.strip().endswith(_VALUES)
    ]


def default_patterns(prefix: str = "") -> list[str]:
    """Return the patterns of the scenario files of a workspace, whose folder is ``prefix`` with a slash behind."""
    escaped = "".join(f"\\{char}" if char in "*?[\\" else char for char in prefix)
    return [f"{escaped}scenarios/**/*.{suffix}" for suffix in SUFFIXES]


def _parts(text: str) -> tuple[str, list[str] | None, str]:
    """Return what stands before our lines, between their first and last, and behind them."""
    lines = text.splitlines(keepends=True)
    bare = [line.strip() for line in lines]
    if BEGIN not in bare:
        return text, None, ""
    start = bare.index(BEGIN)
    stop = bare.index(END, start) + 1 if END in bare[start:] else start + 1
    while stop < len(lines) and END not in bare[start:stop] and _is_ours(lines[stop]):
        stop += 1
    return "".join(lines[:start]), lines[start:stop], "".join(lines[stop:])


def _is_ours(line: str) -> bool:
    return line.strip() in {BEGIN, END} or line.strip().endswith(f" {_VALUES}")


def _written(pattern: str) -> str:
    """Write a pattern as git reads it: in quotation marks where it has spaces or begins with a mark of its own."""
    pattern = f"\\{pattern}" if pattern.startswith("!") else pattern
    if not any(char.isspace() for char in pattern) and pattern[:1] not in {"#", '"', "["}:
        return pattern
    quoted = pattern.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\n", "\\n")
    return f'"{quoted}"'
