"""In which order the entries of a merged mapping or list stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Sequence

Ids = list["Hashable"]


def host(base: Sequence[Hashable], ours: Sequence[Hashable], theirs: Sequence[Hashable]) -> str | None:
    """Return whose order of the common entries holds, "ours" or "theirs"; None where both changed it differently."""
    common = set(ours) & set(theirs)
    one, two = _only(ours, common), _only(theirs, common)
    if one == two:
        return "ours"
    known = common & set(base)
    before = _only(base, known)
    if before == _only(two, known) and (len(known) == len(common) or before != _only(one, known)):
        return "ours"
    if before == _only(one, known):
        return "theirs" if before != _only(two, known) else "ours"
    return None


def arranged(
    first: Sequence[Hashable],
    second: Sequence[Hashable],
    kept: Collection[Hashable],
    rank: Callable[[Hashable], tuple[int, str]],
) -> Ids:
    """Return the kept entries in the order of ``first``, those of ``second`` alone behind what precedes them there.

    Where both have new ones behind the same entry, those whose first comes earlier by ``rank`` stand first, so that it
    does not matter which side is which.
    """
    made = [id_ for id_ in first if id_ in kept]
    there, other = set(made), set(second)
    anchor: Hashable = None
    run: Ids = []
    for id_ in [each for each in second if each in kept]:
        if id_ in there:
            _put(made, anchor, run, other, rank)
            anchor, run = id_, []
        else:
            run.append(id_)
    _put(made, anchor, run, other, rank)
    return made


def _put(
    made: Ids,
    anchor: Hashable,
    run: Ids,
    other: Collection[Hashable],
    rank: Callable[[Hashable], tuple[int, str]],
) -> None:
    """Put a run of new entries behind an entry, or at the start, before or behind new ones that are there already."""
    if not run:
        return
    at = made.index(anchor) + 1 if anchor is not None else 0
    stop = at
    while stop < len(made) and made[stop] not in other:
        stop += 1
    if stop > at and rank(made[at]) < rank(run[0]):
        at = stop
    made[at:at] = run


def _only(ids: Sequence[Hashable], kept: Collection[Hashable]) -> Ids:
    return [id_ for id_ in ids if id_ in kept]
