"""Documents in other formats from a paper in Markdown: HTML, PDF, Word and PowerPoint.

One function a format, from a `Paper` to bytes; each is imported when it is first used. HTML needs nothing that the
program does not have; the others need the extra ``documents``.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.report.documents.paper import Paper


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name and ending, what people call it, and the package that it needs."""

    name: str
    called: str
    package: str = ""


MARKDOWN = "md"
FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format(MARKDOWN, "Markdown"),
        Format("html", "HTML"),
        Format("pdf", "PDF", "typst"),
        Format("docx", "Word", "pypandoc"),
        Format("pptx", "PowerPoint", "pypandoc"),
    )
}
_INSTALLED_AS = {"pypandoc": "pypandoc-binary"}


def require(formats: Iterable[str]) -> None:
    """Make sure that what some formats need is installed.

    Raises:
        PlannerError: it is not; the message says how to install it.
    """
    for name in formats:
        wanted = FORMATS[name]
        if wanted.package and not _there(wanted.package):
            package = _INSTALLED_AS.get(wanted.package, wanted.package)
            raise PlannerError(
                f"{wanted.called} needs the package '{package}', which is not installed",
                "pip install 'planner[documents]'",
            )


def _there(package: str) -> bool:
    """Whether a package is installed with the program that it brings along."""
    if find_spec(package) is None:
        return False
    if package != "pypandoc":
        return True
    try:
        import_module(package).get_pandoc_path()
    except OSError:  # pypandoc without the program
        return False
    return True


def document(name: str, paper: Paper) -> bytes:
    r"""Return a paper in a format.

    Args:
        name: of the format, one of `FORMATS`.
        paper: what it is made from.

    Raises:
        PlannerError: what the format needs is not installed.

    Examples:
        >>> from planner.report.documents.paper import Paper
        >>> document("html", Paper("# A line\n"))[:15]
        b'<!DOCTYPE html>'
    """
    require([name])
    if name == MARKDOWN:
        return paper.markdown.encode()
    write = getattr(import_module(f"planner.report.documents.{name}"), name)
    made: bytes = write(paper)
    return made
