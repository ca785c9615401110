"""The three-way merge of scenario texts by meaning.

A value that only one side changed is taken from it, whatever else stands on its line; entries that one side added or
took out come or go; comments are merged like values. Our text is the one that is changed, so our layout and order stay
where theirs changed nothing. What both sides changed is left open between ordinary markers, and so is what is sound on
both sides and makes no sound model together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from planner.core.change.layout_order import DOCUMENT
from planner.core.change.merge.causes import causes, new_errors
from planner.core.change.merge.combining import Known, Merger
from planner.core.change.merge.comments import merged_lines
from planner.core.change.merge.form import Form, merged, plain
from planner.core.change.merge.grouping import Grouping
from planner.core.change.merge.lines import split, stretches
from planner.core.change.merge.names import Twice, followed, with_open_names
from planner.core.change.merge.pieces import COMMENT, NOTHING, Irregular, Pieces, pieces
from planner.core.change.merge.recast import Frame, opened
from planner.core.change.merge.rope import Clash, Labels, Rope, Style, clashes, pick, rendered
from planner.core.change.merge.unsettled import differing, versions
from planner.core.change.places import shown
from planner.core.source import Source

if TYPE_CHECKING:
    from planner.core.diagnostics import Diagnostic
    from planner.core.source import Path

__all__ = ["Conflict", "Labels", "Merged", "Style", "merge"]

LINES = "both sides changed these lines"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that a person must settle.

    Attributes:
        place: where, as the command line names it: ``talks_yield.value``, ``line.engage.to``; empty for the whole file.
        reason: what stands against what.
        base: what stood there before, in words; None where nothing did.
        ours: what stands there on our side.
        theirs: what stands there on theirs.
    """

    place: str
    reason: str
    base: str | None
    ours: str | None
    theirs: str | None

    def to_dict(self) -> dict[str, str | None]:
        """Return the conflict under stable keys."""
        return {name: getattr(self, name) for name in ("place", "reason", "base", "ours", "theirs")}


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of a merge.

    Attributes:
        text: the merged text, with markers where there are conflicts.
        conflicts: what must be settled, in the order of the text; empty after a clean merge.
        way: "meaning", or "lines" where a text could not be taken apart as a scenario file.
        faults: errors that the merged model would have and neither side has; they make conflicts.
        notes: what was followed, each as a clause: a rename of one side in what the other changed.
        readable: whether both sides could be read; if not, the result was not checked.
    """

    text: str
    conflicts: tuple[Conflict, ...] = ()
    way: Literal["meaning", "lines"] = "meaning"
    faults: tuple[Diagnostic, ...] = ()
    notes: tuple[str, ...] = ()
    readable: bool = True

    @property
    def clean(self) -> bool:
        """Whether nothing is left to settle."""
        return not self.conflicts

    def to_dict(self) -> dict[str, Any]:
        """Return the result under stable keys."""
        return {
            "clean": self.clean,
            "way": self.way,
            "conflicts": [each.to_dict() for each in self.conflicts],
            "faults": [each.to_dict() for each in self.faults],
            "notes": list(self.notes),
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class _Texts:
    """Three texts in plain form, read and cut; no base where both sides added the file."""

    sources: tuple[Source | None, Source, Source]
    cut: tuple[Pieces | None, Pieces, Pieces]
    doubtful: frozenset[Path] = frozenset()
    twice: tuple[Twice, ...] = ()
    notes: tuple[str, ...] = ()


def merge(
    base: str,
    ours: str,
    theirs: str,
    *,
    path: str = "scenario.yaml",
    labels: Labels = Labels(),  # noqa: B008 - frozen
    style: Style = "merge",
    size: int = 7,
) -> Merged:
    r"""Merge what two sides made of a scenario text.

    Args:
        base: the text that both come from; empty where both added the file.
        ours: our version, whose layout and order stay.
        theirs: their version.
        path: the file's name; JSON is what ends in ``.json``.
        labels: what stands behind the markers.
        style: whether the base stands between the markers, too (``diff3``, ``zdiff3``), as git names it.
        size: the length of the markers.

    Examples:
        >>> merge("a: {p: 1, q: 2}\n", "a: {p: 3, q: 2}\n", "a: {p: 1, q: 4}\n").text
        'a: {p: 3, q: 4}\n'
        >>> merge("title: Old\n", "title: Ours\n", "title: Theirs\n").conflicts
        (Conflict(place='title', reason='both sides changed it', base='Old', ours='Ours', theirs='Theirs'),)
    """
    if theirs in (ours, base):
        return Merged(ours)
    if base == ours:
        return Merged(theirs)
    form = merged(Form.of(base) if base.strip() else None, Form.of(ours), Form.of(theirs))
    given = (plain(base), plain(ours), plain(theirs))
    writer = _Writer(form, labels, style, size)
    try:
        texts = _read(*given, path)
        return _by_meaning(texts, writer)
    except Irregular:
        return _checked_lines(*given, path, writer)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes ropes as merged texts."""

    form: Form
    labels: Labels
    style: Style
    size: int
    notes: tuple[str, ...] = ()

    def write(
        self, rope: Rope, way: Literal["meaning", "lines"] = "meaning", faults: tuple[Diagnostic, ...] = ()
    ) -> Merged:
        found = clashes(rope)
        text = rendered(rope, self.labels, style=self.style, size=self.size)
        conflicts = [Conflict(shown(each.path), each.reason, *each.words) for each in found]
        if faults and not found:
            conflicts = [Conflict("", each.message, None, None, None) for each in faults]
        return Merged(self.form.on(text), tuple(dict.fromkeys(conflicts)), way, faults, self.notes)


def _read(base: str, ours: str, theirs: str, path: str) -> _Texts:
    """Read and cut three texts.

    Raises:
        Irregular: one of the two sides cannot be read, or the base can neither be read nor has markers in it.
    """
    sides = (Source.from_text(ours, path=path), Source.from_text(theirs, path=path))
    if any(side.data is None or side.diagnostics for side in sides):
        raise Irregular
    if not base.strip():
        return _Texts((None, *sides), (None, pieces(sides[0]), pieces(sides[1])))
    source = Source.from_text(base, path=path)
    doubtful: set[Path] = set()
    if source.diagnostics:
        both = versions(base)
        if both is None:
            raise Irregular
        source, other = (Source.from_text(text, path=path) for text in both)
        if other.data is None or other.diagnostics:
            raise Irregular
        doubtful = differing(source.data, other.data)
    if doubtful:
        return _Texts((source, *sides), (pieces(source), pieces(sides[0]), pieces(sides[1])), frozenset(doubtful))
    same = followed(source, *sides)
    cut = (pieces(same.base), pieces(same.ours), pieces(same.theirs))
    return _Texts((same.base, same.ours, same.theirs), cut, frozenset(), same.twice, same.notes)


def _by_meaning(texts: _Texts, writer: _Writer) -> Merged:
    """Merge, check what came of it, and open again what makes no sound model together."""
    ours, theirs = texts.sources[1:]
    rope = _rope(texts, frozenset())
    _keeps(rope, texts)
    writer = replace(writer, notes=texts.notes)
    if clashes(rope) or texts.twice:
        return writer.write(with_open_names(rope, texts.twice, ours.path))
    made = Source.from_text(pick(rope, "ours"), path=ours.path)
    faults = tuple(new_errors(made, ours, theirs))
    if not faults:
        return writer.write(rope)
    for places in (causes(faults, made, ours, theirs), frozenset(differing(ours.data, theirs.data))):
        opened_up = _rope(texts, places)
        if clashes(opened_up):
            _keeps(opened_up, texts)
            return writer.write(opened_up, faults=faults)
    return writer.write(rope, faults=faults)


def _rope(texts: _Texts, forced: frozenset[Path]) -> Rope:
    """Merge three texts that are cut into pieces."""
    base, ours, theirs = texts.cut
    known = Known(forced, texts.doubtful)
    headers = (base.header if base else "", ours.header, theirs.header)
    suffixes = (base.suffix if base else "", ours.suffix, theirs.suffix)
    groups = (base.root if base else NOTHING, ours.root, theirs.root)
    flow = ours.root.flow and theirs.root.flow
    frame = Frame.of(ours.root, flow=True, column=0) if flow else Frame(False, 0)
    if not flow:
        column = (theirs if ours.root.flow else ours).root.column
        frame = Frame(False, column)
        groups = tuple(opened(group, column) for group in groups)  # type: ignore[assignment]
    root = Grouping(Merger(known), (), DOCUMENT, groups, frame).rope()
    nothing = (0, 0, 0)
    if flow:
        return [ours.header, *root, ours.suffix]
    return [*merged_lines((), headers, nothing, 0), *root, *merged_lines((), suffixes, nothing, 0)]


def _keeps(rope: Rope, texts: _Texts) -> None:
    """Make sure that both sides of the result can be read, and that no comment was lost.

    Raises:
        Irregular: it is not so, which would be a fault of this program; lines are merged then.
    """
    path = texts.sources[1].path
    results = dict.fromkeys([pick(rope, "ours"), pick(rope, "theirs")])
    for text in results:
        source = Source.from_text(text, path=path)
        if source.data is None or source.diagnostics:
            raise Irregular
    every = "".join(results)
    before = set() if texts.cut[0] is None else set(_comments(texts.cut[0]))
    for cut in texts.cut[1:]:
        if any(comment not in every for comment in set(_comments(cut)) - before):
            raise Irregular


def _comments(cut: Pieces) -> list[str]:
    around = COMMENT.findall(cut.header) + COMMENT.findall(cut.suffix)
    return [each.rstrip() for each in (*around, *cut.root.comments)]


def _checked_lines(base: str, ours: str, theirs: str, path: str, writer: _Writer) -> Merged:
    """Merge line by line, and leave open what differs where a clean result makes no sound model."""
    rope = _by_lines(base, ours, theirs)
    sides = [Source.from_text(text, path=path) for text in (ours, theirs)]
    if any(side.data is None or side.diagnostics for side in sides):
        return replace(writer.write(rope, "lines"), readable=False)
    if not clashes(rope):
        made = Source.from_text(pick(rope, "ours"), path=path)
        faults = tuple(made.diagnostics or new_errors(made, *sides))
        if faults:
            return writer.write(_by_lines("", ours, theirs), "lines", faults)
    return writer.write(rope, "lines")


def _by_lines(base: str, ours: str, theirs: str) -> Rope:
    """Merge line by line, as git does."""
    rope: Rope = []
    for stretch in stretches(split(base), split(ours), split(theirs)):
        made = stretch.merged
        if made is not None:
            rope += made
            continue
        texts = ["".join(lines) for lines in (stretch.base, stretch.ours, stretch.theirs)]
        rope.append(Clash.of((), LINES, texts))
    return rope
