"""Where labels go so that none covers another, and none leaves the drawing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from thecal.figures.svg import text_width


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, y growing downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box", gap: float = 0) -> bool:
        """Whether the two share room, or come closer than `gap` side by side."""
        beside = self.left < other.right + gap and other.left < self.right + gap
        return beside and self.top < other.bottom and other.top < self.bottom

    def crossed_by(self, start: tuple[float, float], end: tuple[float, float]) -> bool:
        """Whether a straight stroke passes through (Liang and Barsky's clipping)."""
        enter, leave = 0.0, 1.0
        spans = ((start[0], end[0], self.left, self.right), (start[1], end[1], self.top, self.bottom))
        for begin, finish, low, high in spans:
            length = finish - begin
            if length == 0:
                if not low < begin < high:
                    return False
                continue
            first, second = sorted(((low - begin) / length, (high - begin) / length))
            enter, leave = max(enter, first), min(leave, second)
        return enter < leave


def text_box(x: float, baseline: float, says: str, size: float) -> Box:
    """The room one line of text takes when it starts at `x`."""
    return Box(x, baseline - size * 0.85, x + text_width(says, size), baseline + size * 0.3)


def spread(centres: Sequence[float], heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """New centres in the same order, as near as may be, blocks apart, between `top` and `bottom` where they fit."""
    order = sorted(range(len(centres)), key=lambda index: (centres[index], index))
    placed = list(centres)
    edge = top
    for index in order:
        placed[index] = max(centres[index], edge + heights[index] / 2)
        edge = placed[index] + heights[index] / 2
    edge = bottom
    for index in reversed(order):
        placed[index] = min(placed[index], edge - heights[index] / 2)
        edge = placed[index] - heights[index] / 2
    return placed


@dataclass(frozen=True, slots=True)
class Flag:
    """Words beside a vertical line: where they start, how wide they are, and in which row from the top."""

    x: float
    left: float
    width: float
    row: int

    @property
    def right(self) -> float:
        """Where the words end."""
        return self.left + self.width

    def covers(self, x: float) -> bool:
        """Whether a vertical line at `x` would run through the words."""
        return self.left - 2 < x < self.right + 2


def flags(places: Iterable[tuple[float, float]], left: float, right: float) -> list[Flag]:
    """Rows for words beside vertical lines, given as `(x, width)` from left to right.

    No words share room. Lines run down beside the words of other lines wherever there is a row for that, which there
    always is while words fit to the right of their lines.
    """
    placed: list[Flag] = []
    for x, width in places:
        begin = _start(x, width, left, right)
        top = min((flag.row for flag in placed), default=0)
        below = max((flag.row for flag in placed), default=-1) + 1
        tried = [Flag(x, begin, width, row) for row in (*range(top, below + 1), top - 1)]
        lowest = Flag(x, begin, width, below)
        placed.append(next((flag for flag in tried if _is_free(flag, placed)), lowest))
    first = min((flag.row for flag in placed), default=0)
    return [Flag(flag.x, flag.left, flag.width, flag.row - first) for flag in placed]


def _start(x: float, width: float, left: float, right: float) -> float:
    """Right of the line, else left of it, else as far right as there is room."""
    if x + 4 + width <= right:
        return x + 4
    return x - 4 - width if x - 4 - width >= left else max(left, right - width)


def _is_free(flag: Flag, placed: Sequence[Flag]) -> bool:
    for other in placed:
        if other.row == flag.row and flag.left < other.right + 8 and other.left < flag.right + 8:
            return False
        if other.row > flag.row and other.covers(flag.x):
            return False
        if other.row < flag.row and flag.covers(other.x):
            return False
    return True
