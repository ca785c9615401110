"""In which formats a paper is written, where each goes, and in whose style."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from planner.errors import PlannerError
from planner.report.documents import FORMATS, document
from planner.report.documents import MARKDOWN as MARKDOWN  # noqa: PLC0414 - the command asks for it, too
from planner.report.kinds import SLIDES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.cli.paper import Shape
    from planner.cli.settings import Workspace
    from planner.core.model import Scenario
    from planner.report import Report
    from planner.report.documents.style import Style

TEXT = (MARKDOWN, "html")  # formats that can be printed
LISTED = ",".join(FORMATS)


def names(ctx: click.Context, param: click.Parameter, texts: Sequence[str]) -> tuple[str, ...]:
    """Accept names of formats, several separated by commas."""
    found = [name.strip().lower().lstrip(".") for text in texts for name in text.split(",")]
    for name in found:
        if name not in FORMATS:
            raise click.BadParameter(f"there is no format '{name}'; use some of {', '.join(FORMATS)}.", ctx, param)
    return tuple(dict.fromkeys(found))


def chosen(formats: Sequence[str], output: str | None, *, said: bool) -> tuple[str, ...]:
    """Return the formats of a paper.

    Args:
        formats: what --format says, or the settings.
        output: what -o says; a known ending chooses the format unless --format does.
        said: whether --format stands on the command line.

    Raises:
        UsageError: -o and --format contradict each other.
    """
    ending = _ending(output) if output else ""
    if output == "-":
        wanted = tuple(formats) if said else (MARKDOWN,)
        binary = [FORMATS[name].called for name in wanted if name not in TEXT]
        if binary or len(wanted) > 1:
            what = f"{binary[0]} is not text" if binary else "Several formats do not go into one stream"
            raise click.UsageError(f"{what}; name a file with -o.", click.get_current_context())
        return wanted
    if ending and not said:
        return (ending,)
    if said and len(formats) == 1 and ending and ending != formats[0]:
        means = f"-o {output} asks for {FORMATS[ending].called}, --format {formats[0]} for another."
        raise click.UsageError(means, click.get_current_context())
    return tuple(formats) or (MARKDOWN,)


def _ending(name: str) -> str:
    """Return the format that a file's name ends in, empty if it is none of ours."""
    suffix = Path(name).suffix.lower().lstrip(".")
    return suffix if suffix in FORMATS else ""


def targets(target: Path, formats: Sequence[str], *, named: bool) -> dict[str, Path]:
    """Return where each format goes: beside each other, with their own endings.

    Args:
        target: where the paper goes.
        formats: its formats.
        named: whether somebody chose that name; a single format goes there, whatever its ending.
    """
    if named and len(formats) == 1:
        return {formats[0]: target}
    stem = target.with_suffix("") if _ending(target.name) else target
    return {name: stem.with_name(f"{stem.name}.{name}") for name in formats}


def markdown_of(files: Mapping[str, Path]) -> Path:
    """Return where the Markdown of a paper goes, or would go beside its documents."""
    path = next(iter(files.values()))
    return files.get(MARKDOWN) or path.with_name(f"{path.stem if _ending(path.name) else path.name}.{MARKDOWN}")


def texts(
    report: Report, scenario: Scenario, formats: Sequence[str], shape: Shape, place: Workspace
) -> tuple[dict[str, bytes], list[str]]:
    """Return a paper in its formats other than Markdown, by their names, and remarks on them; nothing is written.

    Raises:
        PlannerError: the style in the settings has a fault, or what a format needs is not installed.
    """
    from planner.report.documents.paper import Paper

    others = [name for name in formats if name != MARKDOWN]
    if not others:
        return {}, []
    paper = Paper(
        report.markdown,
        report.pictures,
        title=scenario.title,
        language=shape.lang,
        day=scenario.as_of,
        style=replace(style_of_place(place), slides=shape.kind == SLIDES),
    )
    return {name: document(name, paper) for name in others}, paper.remarks


def refuse_edited(documents: Mapping[Path, bytes], place: Workspace) -> None:
    """Make sure that no document is overwritten that somebody worked on.

    Raises:
        PlannerError: one of those that are there is not what this program wrote.
    """
    from planner.report.documents.seal import touched

    for path in documents:
        try:
            before = path.read_bytes() if path.is_file() else None
        except OSError:  # what stands in the way is said when it is written
            continue
        if before is not None and touched(path.suffix.lower().lstrip("."), before):
            raise PlannerError(
                f"'{place.shown(path)}' is left as it is: it was edited by hand, or is another document",
                "--force overwrites it; -o FILE writes the paper elsewhere",
            )


def style_of_place(place: Workspace) -> Style:
    """Return the style that the settings give: the workspace's own before the user's, key by key.

    Raises:
        PlannerError: a key or its value does not fit.
    """
    from planner.report.documents.style import Style, style_of

    style = Style()
    for file in reversed(place.files):
        table: Mapping[str, object] = file.values.get("report", {})
        found = table.get("style", {}) if isinstance(table, dict) else {}
        if not isinstance(found, dict):
            raise PlannerError(
                f"{place.shown(file.path)}: 'style' in [report] is no table", "write it as [report.style]"
            )
        style = style_of(found, file.path, shown=place.shown(file.path), base=style)
    return style
