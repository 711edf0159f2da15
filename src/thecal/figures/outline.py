"""A person from the front and from the back, arms a little away, palms forward. A picture, not an anatomy.

Places are in user units of a drawing of one body: x from the midline, y down from the crown. Only one half is written
down; the other is its mirror image.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from thecal.care.scales import MuscleGroup
from thecal.figures.svg import Markup, path

HEIGHT: Final = 342.0
REACH: Final = 78.0
"""How far the fingers are from the midline."""
Place = tuple[float, float]

_HALF: Final[tuple[Place, ...]] = (
    (0, 0), (9, 2), (14.5, 10), (15.5, 20), (13, 31), (8, 38), (8.5, 46), (16, 51), (31, 54.5), (40, 62), (44.5, 78),
    (49, 102), (54, 121), (60, 143), (66, 165), (71, 178), (73, 190), (69, 197), (62, 192), (58.5, 178), (56, 166),
    (48, 147), (42, 125), (37, 104), (32, 84), (29.5, 78), (28.5, 95), (26, 118), (25.5, 134), (30, 154), (33, 172),
    (33, 196), (30, 222), (26, 243), (26.5, 262), (24, 290), (19, 318), (22, 328), (25, 336), (14, 339), (8, 336),
    (9.5, 318), (8, 290), (7, 262), (9, 243), (7, 215), (3, 188), (0, 180),
)  # fmt: skip
"""From the crown down the outside of arm and leg, and up the inside."""


@dataclass(frozen=True, slots=True)
class Patch:
    """Where a muscle group lies: an ellipse, turned by `turn` degrees, outwards at its lower end."""

    x: float
    y: float
    across: float
    along: float
    turn: float

    def edge(self, middle: float, top: float, sign: int) -> Iterator[Place]:
        """Its edge on a body whose midline is at `middle`; `sign` is −1 for the half on the viewer's left."""
        turn = math.radians(self.turn)
        for step in range(24):
            angle = step / 12 * math.pi
            across, along = self.across * math.cos(angle), self.along * math.sin(angle)
            x = self.x + across * math.cos(turn) + along * math.sin(turn)
            yield middle + sign * x, top + self.y - across * math.sin(turn) + along * math.cos(turn)


FRONT: Final = {
    MuscleGroup.SHOULDER_ADDUCTORS: Patch(17, 70, 11, 7, 0),
    MuscleGroup.ELBOW_FLEXORS: Patch(41, 92, 5.5, 16, 14),
    MuscleGroup.WRIST_FLEXORS: Patch(54, 144, 5, 15, 17),
    MuscleGroup.FINGER_FLEXORS: Patch(66, 182, 4.5, 9, 15),
    MuscleGroup.HIP_FLEXORS: Patch(19, 156, 8, 7, 0),
    MuscleGroup.HIP_ADDUCTORS: Patch(9.5, 199, 4, 15, 5),
    MuscleGroup.KNEE_EXTENSORS: Patch(22.5, 205, 6.5, 27, -3),
}
BACK: Final = {
    MuscleGroup.KNEE_FLEXORS: Patch(18.5, 210, 9, 26, -3),
    MuscleGroup.ANKLE_PLANTAR_FLEXORS: Patch(16.5, 272, 7, 21, -2),
}


def silhouette(middle: float, top: float) -> Markup:
    """The outline of one body."""
    half = list(_smooth(_HALF))
    left = ((middle - x, top + y) for x, y in reversed(half))
    return path([*((middle + x, top + y) for x, y in half), *left], "figure__body", closed=True)


def _smooth(points: tuple[Place, ...]) -> Iterator[Place]:
    """A curve through the points (Catmull and Rom's), as short strokes."""
    for index in range(len(points) - 1):
        before, start = points[max(index - 1, 0)], points[index]
        end, after = points[index + 1], points[min(index + 2, len(points) - 1)]
        for step in range(5):
            yield _between(before, start, end, after, step / 5)
    yield points[-1]


def _between(before: Place, start: Place, end: Place, after: Place, part: float) -> Place:
    """The place after `part` of the way from `start` to `end`."""
    x, y = (
        start[axis]
        + part * (end[axis] - before[axis]) / 2
        + part**2 * (before[axis] - 2.5 * start[axis] + 2 * end[axis] - after[axis] / 2)
        + part**3 * (1.5 * (start[axis] - end[axis]) + (after[axis] - before[axis]) / 2)
        for axis in (0, 1)
    )
    return x, y
