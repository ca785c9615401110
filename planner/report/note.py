"""What a paper tells programs about itself: a comment at its end, which no reader of the paper sees.

The note says from which file, by which version and with which options a paper was made, and what its text and pictures
were then. So anybody can find out whether the paper still holds, and make it again. It holds no clock and no path of
one machine: the same paper gets the same note wherever it is made.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HEAD = "<!-- planner report 1"
NOTED = (".md", ".markdown", ".mdown", ".qmd", ".rmd", ".html", ".htm")  # kinds of files in which it is a comment
MOST_BYTES = 64 * 1024 * 1024  # a larger file is no paper of ours

_NOTE = re.compile(r"\n*^" + re.escape(HEAD) + r"\n(?P<json>.*?)^-->\n?", re.MULTILINE | re.DOTALL)
_CONFLICT = re.compile(
    r"^<{7}[ \n].*?\n?(?P<ours>^.*?)(?:^\|{7}[ \n].*?)?^={7}\n.*?^>{7}[^\n]*\n?", re.MULTILINE | re.DOTALL
)

Kind = Literal["scenario", "gone", "version", "template", "picture missing", "picture edited", "edited", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """A text with which a paper compares its scenario.

    Attributes:
        fingerprint: of the text with all that it includes.
        scenario: the path of another scenario's file from the paper's folder; None for an earlier text of its own.
        revision: the commit in which that text stood; None where none was named.
        paper: the paper that was made from that text, from this paper's folder; None where a revision was named.
    """

    fingerprint: str
    scenario: str | None = None
    revision: str | None = None
    paper: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """How a paper was made.

    Attributes:
        scenario: the path of the scenario's file from the paper's folder, with "/"; None for standard input.
        fingerprint: of the scenario with all that it includes.
        version: of the program.
        options: with which the paper was made, as `planner report` takes them.
        templates: fingerprint of the user's own templates; None where there were none.
        text: fingerprint of the paper's text without this note; line ends do not count.
        pictures: fingerprints of the pictures beside it, by file name.
        compared: with what a comparison paper compares its scenario.
    """

    scenario: str | None
    fingerprint: str
    version: str
    options: Mapping[str, Any] = field(default_factory=dict)
    templates: str | None = None
    text: str = ""
    pictures: Mapping[str, str] = field(default_factory=dict)
    compared: tuple[Other, ...] = ()

    def comment(self) -> str:
        """Return the note as the comment that stands at the end of a paper."""
        keys = ("scenario", "fingerprint", "version", "options", "templates", "text", "pictures")
        told = {key: getattr(self, key) for key in keys}
        if self.compared:  # other papers keep the note that they always had
            told["compared"] = [asdict(other) for other in self.compared]
        body = json.dumps(told, indent=1)
        # Nothing in it may end the comment, whatever a file is called.
        return f"{HEAD}\n{body.replace('--', '-' + chr(92) + 'u002d').replace('>', chr(92) + 'u003e')}\n-->\n"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a paper is out of date: a word for programs, and a sentence's end for people."""

    kind: Kind
    words: str
    picture: str = ""

    @property
    def by_hand(self) -> bool:
        """Whether making the paper anew would undo what somebody did by hand."""
        return self.kind in {"edited", "picture edited", "unknown"}

    def to_dict(self) -> dict[str, str]:
        """Return both as plain data."""
        return {"kind": self.kind, "message": self.words}


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it stands on the disk: its text without the note, and the note if it has one."""

    path: Path
    body: str
    note: Note | None
    raw: bytes = field(repr=False, default=b"")

    @property
    def scenario(self) -> Path | None:
        """The file that the paper is on, whether it is there or not."""
        if self.note is None or self.note.scenario is None:
            return None
        return Path(os.path.normpath(os.path.join(os.path.realpath(self.path.parent), self.note.scenario)))  # noqa: PTH118

    def edits(self) -> list[Reason]:
        """Return what was done by hand to the paper and its pictures since it was made."""
        if self.note is None:
            return [Reason("unknown", "it does not say how it was made")]
        found = []
        if text_fingerprint(self.body) != self.note.text:
            merged = re.search(r"^<{7}[ \n]", self.body, re.MULTILINE)
            found.append(
                Reason("edited", "it holds the marks of a conflict" if merged else "its text was edited by hand")
            )
        for name, known in self.note.pictures.items():
            picture = _bytes(self.path.with_name(name))
            if picture is None:
                found.append(Reason("picture missing", f"the picture {name} is missing", name))
            elif text_fingerprint(picture) != known:
                found.append(Reason("picture edited", f"the picture {name} was changed by hand", name))
        return found

    def undone_by(self, body: str, pictures: Mapping[str, str]) -> list[Reason]:
        """Return what was done by hand and would be lost if this text and these pictures took its place."""
        if not self.body.strip():
            return []
        lost = []
        for reason in self.edits():
            if reason.picture:
                new = pictures.get(reason.picture)
                old = _bytes(self.path.with_name(reason.picture))
                same = new is None or old is None or text_fingerprint(new) == text_fingerprint(old)
            else:
                same = body == self.body
            if reason.by_hand and not same:
                lost.append(reason)
        return lost


def relative(path: str | os.PathLike[str], folder: str | os.PathLike[str]) -> str:
    """Return a path as a note writes it: from the paper's folder, with "/", and the same on every machine."""
    try:
        short = os.path.relpath(os.path.realpath(path), os.path.realpath(folder))
    except ValueError:  # another drive
        short = os.path.realpath(path)
    return short.replace(os.sep, "/")


def text_fingerprint(text: str | bytes) -> str:
    """Return the SHA-256 of a text, whose line ends do not count: git may turn them on the way to another machine."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return hashlib.sha256(raw.replace(b"\r\n", b"\n")).hexdigest()


def templates_fingerprint(template: str | None, folders: Iterable[str | os.PathLike[str]]) -> str | None:
    """Return the fingerprint of the templates that a paper may be made by; None where they are all our own.

    A template may extend and include any other in the folders, so that all of these count.
    """
    known = hashlib.sha256()
    found = template is not None
    if template is not None:
        known.update(template.replace("\r\n", "\n").encode("utf-8", "surrogatepass") + b"\0")
    for folder in folders:
        for file in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
            content = (_bytes(file) or b"").replace(b"\r\n", b"\n")
            name = file.relative_to(folder).as_posix().encode("utf-8", "surrogateescape")
            known.update(name + b"\0" + hashlib.sha256(content).digest())
            found = True
    return known.hexdigest() if found else None


def split(text: str) -> tuple[str, Note | None]:
    r"""Return a paper's text without its note, and the note; None if it has none that can be read.

    >>> split("# A paper\n")
    ('# A paper\n', None)
    """
    plain = text.replace("\r\n", "\n")
    places = list(_NOTE.finditer(plain))
    note = _parsed(places[-1]["json"]) if places else None
    if note is not None:
        last = places[-1]
        return plain[: last.start()] + "\n" + plain[last.end() :], note
    ours = _CONFLICT.sub(lambda found: found["ours"], plain)
    if ours == plain:
        return plain, None
    return plain, split(ours)[1]  # after a merge of two papers: how ours was made, and a text that is nobody's


def _parsed(text: str) -> Note | None:
    try:
        found = json.loads(text)
        known = {each.name for each in fields(Note)}  # a later version may say more
        if isinstance(found, dict) and "compared" in found:
            found["compared"] = tuple(_other(each) for each in found["compared"])
        note = Note(**{key: found[key] for key in known & found.keys()}) if isinstance(found, dict) else None
    except (ValueError, TypeError, AttributeError):
        return None
    return note if note is not None and _sound(note) else None


def _other(given: Mapping[str, Any]) -> Other:
    """Return what stands in a note about another text; what a later version says besides is passed over."""
    known = {each.name for each in fields(Other)}
    other = Other(**{key: given[key] for key in known & given.keys()})
    texts = [getattr(other, name) for name in known if getattr(other, name) is not None]
    if not all(isinstance(text, str) and "\0" not in text for text in texts):
        raise TypeError
    return other


def _sound(note: Note) -> bool:
    """Whether everything in a note has the kind that it should have, whoever wrote it."""
    if not isinstance(note.options, dict) or not isinstance(note.pictures, dict):
        return False
    texts = (note.fingerprint, note.version, note.text, *note.pictures.values())
    beside = (not set(name) & set("/\\\0") and name not in {"", ".", ".."} for name in note.pictures)
    optional = (note.scenario, note.templates)
    return (
        all(isinstance(text, str) for text in texts)
        and all(text is None or isinstance(text, str) for text in optional)
        and "\0" not in (note.scenario or "")
        and all(beside)
    )


def read_paper(path: str | os.PathLike[str]) -> Paper | None:
    """Return a paper as it stands; None where no file is, or none with text.

    Raises:
        PlannerError: the file cannot be read.
    """
    file = Path(path)
    try:
        if not file.is_file() or file.stat().st_size > MOST_BYTES:
            return None
        raw = file.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PlannerError(f"'{path}' cannot be read: {reason}", "check its permissions") from error
    body, note = split(raw.decode("utf-8", "replace"))
    return Paper(file, body, note, raw)


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def find_papers(folder: str | os.PathLike[str]) -> list[Paper]:
    """Return the papers with a note in a folder and below it, by name; hidden files and folders are left out."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "templates")
        for name in sorted(names):
            if name.startswith(".") or not name.lower().endswith(NOTED):
                continue
            try:
                paper = read_paper(Path(place, name))
            except PlannerError:
                continue
            if paper is not None and paper.note is not None:
                found.append(paper)
    return found
