"""What git calls: the merge of three files, and a scenario in plain lines for `git diff`."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.output import counted

if TYPE_CHECKING:
    from planner.cli.output import Output
    from planner.core.change.merge.merging import Labels, Merged, Style

BY_LINES = 3  # exit code: the script merges line by line, and need not say that again


def merge_files(out: Output, files: tuple[str, str, str], made: str, *, path: str, labels: Labels, size: int) -> int:
    """Merge three files into a fourth, which is written whole or not at all; return the exit code."""
    from planner.core.change.merge.merging import merge
    from planner.core.faults import MAX_BYTES

    texts = []
    for file in files:
        content = Path(file).read_bytes()
        try:
            texts.append(content.decode() if len(content) <= MAX_BYTES else None)
        except UnicodeDecodeError:
            texts.append(None)
    base, ours, theirs = texts
    if base is None or ours is None or theirs is None:
        return _refuse(out, path, "it is no text in UTF-8")
    if not is_scenario(ours, path) and not is_scenario(theirs, path):
        return BY_LINES
    merged = merge(base, ours, theirs, path=path, labels=labels, style=_style(), size=size)
    if not merged.readable:
        return _refuse(out, path, "a version of it has faults that keep it from being read")
    beside = f"{made}.new"
    Path(beside).write_bytes(merged.text.encode())
    os.replace(beside, made)  # noqa: PTH105 - in one step
    tell(out, merged, path, labels)
    return 0 if merged.clean else 1


def is_scenario(text: str, path: str) -> bool:
    """Whether a text is a scenario, or may be one that cannot be read at the moment."""
    from planner.core.source import Source

    data = Source.from_text(text, path=path).data
    return data is None or "planner" in data or "nodes" in data


def tell(out: Output, merged: Merged, path: str, labels: Labels) -> None:
    """Say in words what must be settled."""
    for note in merged.notes:
        out.say(_wrapped(f"{path}: {note}", 0))
    if merged.clean:
        return
    out.say(_wrapped(f"{path}: {counted(len(merged.conflicts), 'conflict')} to settle", 0))
    for fault in merged.faults:
        help_ = f" (help: {fault.help})" if fault.help else ""
        out.say(_wrapped(f"each side is sound, both together are not: {fault.message}{help_}", 2))
    heads = {"base": "base", "ours": labels.ours, "theirs": labels.theirs}
    width = min(max(map(len, heads.values())), 20)
    for each in merged.conflicts:
        out.say(_wrapped(f"{each.place}: {each.reason}" if each.place else each.reason, 2))
        if (each.base, each.ours, each.theirs) == (None, None, None):
            continue
        for name, head in heads.items():
            value = getattr(each, name)
            said = "nothing there" if value is None else value
            out.say(_wrapped(f"{_short(head, width):{width}}  {said}", 4, 4 + width + 2))


def _refuse(out: Output, path: str, reason: str) -> int:
    out.say(_wrapped(f"planner: {path} is merged line by line: {reason}", 0))
    return BY_LINES


def _style() -> Style:
    """Return how git is told to show conflicts, by the settings and in the environment of the merge that calls us."""
    import subprocess

    try:
        asked = ["git", "config", "--get", "merge.conflictStyle"]
        said = subprocess.run(asked, capture_output=True, check=False, text=True).stdout.strip()  # noqa: S603
    except OSError:
        said = ""
    return "diff3" if said == "diff3" else "zdiff3" if said == "zdiff3" else "merge"


def _wrapped(text: str, indent: int, more: int | None = None) -> str:
    from planner.cli.output import talk_width

    return "\n".join(
        textwrap.wrap(
            text,
            max(talk_width(), 30),
            initial_indent=" " * indent,
            subsequent_indent=" " * (indent + 2 if more is None else more),
            break_on_hyphens=False,
        )
    )


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
