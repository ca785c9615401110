"""Room for names beside the marks of a picture: no name lies on another, on a mark or on a line."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Spot = tuple[float, float]
AIR = 4.0  # pixels between two names side by side


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two boxes overlap."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def within(self, other: Box) -> bool:
        """Whether this box lies inside another one."""
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.top <= self.top
            and self.bottom <= other.bottom
        )

    def wider(self, by: float) -> Box:
        """Return the box with some room on both sides."""
        return Box(self.left - by, self.top, self.right + by, self.bottom)

    def nearest(self, spot: Spot) -> Spot:
        """Return the spot of the box that is nearest to another one."""
        return min(max(spot[0], self.left), self.right), min(max(spot[1], self.top), self.bottom)

    def crossed(self, one: Spot, two: Spot) -> bool:
        """Whether a line between two spots meets the box (clipping by Liang and Barsky)."""
        low, high = 0.0, 1.0
        dx, dy = two[0] - one[0], two[1] - one[1]
        for step, room in (
            (-dx, one[0] - self.left),
            (dx, self.right - one[0]),
            (-dy, one[1] - self.top),
            (dy, self.bottom - one[1]),
        ):
            if step == 0:
                if room < 0:
                    return False
                continue
            at = room / step
            if step < 0:
                low = max(low, at)
            else:
                high = min(high, at)
        return low <= high


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a name stands.

    Attributes:
        box: the room that it takes.
        align: left, center or right: the edge of the box that its lines stand at.
        leader: whether it stands so far off that a thin line should lead to its mark.
    """

    box: Box
    align: str
    leader: bool = False

    @property
    def x(self) -> float:
        """Where its lines are anchored."""
        box = self.box
        return {"left": box.left, "right": box.right, "center": (box.left + box.right) / 2}[self.align]


# (across, down, align) of a name from its mark, the first choice first
_SIDES = (
    (1, 0, "left"), (-1, 0, "right"), (0, -1, "center"), (0, 1, "center"),
    (1, -1, "left"), (1, 1, "left"), (-1, -1, "right"), (-1, 1, "right"),
)  # fmt: skip


def places(
    marks: Sequence[Spot],
    sizes: Sequence[tuple[float, float] | None],
    area: Box,
    gap: float,
    *,
    lines: Sequence[Spot] = (),
    blocked: Sequence[Box] = (),
) -> list[Placed | None]:
    """Return where each name goes, None for one that finds no room.

    >>> room = places([(50, 50), (80, 50)], [(40, 12), (40, 12)], Box(0, 0, 100, 100), 8)
    >>> [(each.align, each.x, each.box.bottom) for each in room]
    [('right', 42.0, 56.0), ('center', 80.0, 42.0)]

    Args:
        marks: where the marks are.
        sizes: width and height of each mark's name; None for a mark without.
        area: where names may stand.
        gap: between a mark's middle and its name.
        lines: the corners of a line that no name may lie on.
        blocked: what else no name may lie on.
    """
    taken = [Box(x - gap * 0.7, y - gap * 0.7, x + gap * 0.7, y + gap * 0.7) for x, y in marks]
    names = list(blocked)
    found: list[Placed | None] = []
    for number, (mark, size) in enumerate(zip(marks, sizes, strict=True)):
        others = [*taken[:number], *taken[number + 1 :]]
        place = None if size is None else _place(mark, size, others, names, (area, gap, lines))
        if place is not None:
            names.append(place.box.wider(AIR))
        found.append(place)
    return found


def _place(
    mark: Spot,
    size: tuple[float, float],
    marks: Sequence[Box],
    names: Sequence[Box],
    room: tuple[Box, float, Sequence[Spot]],
) -> Placed | None:
    """Return the first place beside a mark where nothing is, near it if possible."""
    area, gap, lines = room
    for far in (1.0, 2.5, 4.5):
        for across, down, align in _SIDES:
            box = _box(mark, size, across * gap * far, down * gap * far, align)
            if not box.within(area) or any(box.meets(other) for other in (*marks, *names)):
                continue
            if any(box.crossed(one, two) for one, two in pairwise(lines)):
                continue
            if far > 1 and any(other.crossed(mark, box.nearest(mark)) for other in names):
                continue
            return Placed(box, align, leader=far > 1)
    return None


def _box(mark: Spot, size: tuple[float, float], across: float, down: float, align: str) -> Box:
    """Return the box of a name that stands so far from its mark; a name above or below it ends there."""
    (x, y), (wide, high) = mark, size
    left = {"left": x + across, "right": x + across - wide, "center": x - wide / 2}[align]
    middle = y + down + (0 if down == 0 else high / 2 * (1 if down > 0 else -1))
    if align != "center" and down:
        middle = y + down
    return Box(left, middle - high / 2, left + wide, middle + high / 2)
