"""The style of an organisation: its logo, its colours, what stands above and below every page, and the paper.

It is written in `planner.toml`, in the table `[report.style]`.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import PlannerError
from planner.report.documents.colours import READABLE, contrast, is_colour, mixed

if TYPE_CHECKING:
    from collections.abc import Mapping

PAPERS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}  # millimetres
_LOGOS = {".svg": "image/svg+xml", ".png": "image/png"}
_MOST_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture that stands on top of the first page: SVG or PNG."""

    content: bytes
    kind: str

    @property
    def data(self) -> str:
        """The picture as an address that holds it."""
        return f"data:{self.kind};base64,{base64.b64encode(self.content).decode()}"

    def png(self, height: int) -> bytes:
        """Return it as PNG, at least ``height`` pixels high if it was drawn."""
        if self.kind == "image/png":
            return self.content
        import vl_convert

        text = self.content.decode("utf-8")
        made: bytes = vl_convert.svg_to_png(text)
        return vl_convert.svg_to_png(text, scale=max(1.0, height / png_size(made)[1]))


@dataclass(frozen=True, slots=True)
class Style:
    """How papers look.

    Attributes:
        accent: colour of headings and rules, as ``#rrggbb``.
        text: colour of the text on white.
        header: what stands on top of every page; empty for the paper's title.
        footer: what stands at the foot of every page, before its number.
        paper: ``a4`` or ``letter``.
        logo: the picture on top of the first page.
        slides: whether pages lie on their side and every section begins one, as one idea a page wants it.
    """

    accent: str = "#0b4a82"
    text: str = "#1a1a1a"
    header: str = ""
    footer: str = ""
    paper: str = "a4"
    logo: Logo | None = None
    slides: bool = False

    @property
    def page(self) -> tuple[float, float]:
        """Width and height of the paper in millimetres."""
        width, height = PAPERS[self.paper]
        return (height, width) if self.slides else (width, height)


def style_of(settings: Mapping[str, Any], file: Path, *, shown: str = "", base: Style | None = None) -> Style:
    """Return the style that the table ``[report.style]`` of a settings file gives.

    Args:
        settings: the table.
        file: where it stands; the logo's path counts from there.
        shown: how messages call the file.
        base: the style whose keys hold where the table has none.

    Raises:
        PlannerError: a key or what it says does not fit; the sentence names file and key.

    Examples:
        >>> style_of({"accent": "#7b1e3c", "paper": "letter"}, Path("planner.toml")).page
        (215.9, 279.4)
    """
    known = [each.name for each in fields(Style) if each.name != "slides"]  # which the kind of paper says
    values: dict[str, Any] = {}
    name = shown or str(file)
    for key, value in settings.items():
        if key not in known:
            near = get_close_matches(key, known, 1)
            means = f"; did you mean '{near[0]}'?" if near else ""
            raise _fault(name, key, f"is not one of {', '.join(known)}{means}", "rename it or take it away")
        if not isinstance(value, str):
            raise _fault(name, key, f"is {value!r}, and a text is needed", "put it in quotation marks")
        values[key] = _logo(file, name, value) if key == "logo" else _checked(name, key, value)
    return replace(base or Style(), **values)


def _checked(name: str, key: str, value: str) -> str:
    """Return a colour, a paper or a line of text, if it is one."""
    if key in {"accent", "text"}:
        if not is_colour(value):
            raise _fault(name, key, f"is '{value}', which is no colour", "write it as '#0b4a82'")
        if key == "text" and contrast(value, "#ffffff") < READABLE:
            short = f"its contrast to white is {contrast(value, '#ffffff'):.1f}, and {READABLE} is the least"
            raise _fault(name, key, f"is '{value}', which cannot be read on paper: {short}", "choose a darker one")
        return mixed(value, value, 0)  # with six digits
    if key == "paper" and value.lower() not in PAPERS:
        raise _fault(name, key, f"is '{value}', which is no paper known here", f"write {' or '.join(PAPERS)}")
    return value.lower() if key == "paper" else " ".join(value.split())


def _logo(file: Path, name: str, value: str) -> Logo:
    """Return the logo that a path names."""
    path = file.parent / Path(value).expanduser()
    kind = _LOGOS.get(path.suffix.lower())
    if kind is None:
        raise _fault(name, "logo", f"is '{value}', which is no picture known here", "give an .svg or .png file")
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise _fault(name, "logo", f"is '{value}', which cannot be read: {reason}", f"put it at {path}") from error
    if len(content) > _MOST_BYTES:
        raise _fault(name, "logo", f"is '{value}', which has more than {_MOST_BYTES // 10**6} MB", "make it smaller")
    logo = Logo(content, kind)
    try:
        png_size(logo.png(1))
    except Exception as error:  # whatever the drawing library says about a broken file
        raise _fault(name, "logo", f"is '{value}', which cannot be drawn", "give another .svg or .png file") from error
    return logo


def png_size(content: bytes) -> tuple[int, int]:
    """Return width and height of a PNG picture in pixels.

    Raises:
        ValueError: it is none.
    """
    if content[:8] != b"\x89PNG\r\n\x1a\n" or content[12:16] != b"IHDR":
        raise ValueError("no PNG")
    width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    if not (width and height):
        raise ValueError("empty PNG")
    return width, height


def _fault(file: str, key: str, what: str, step: str) -> PlannerError:
    return PlannerError(f"{file}: '{key}' in [report.style] {what}", step)
