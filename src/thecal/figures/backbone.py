"""A spine seen from its side, row by row beside a map: vertebrae, cord and catheter. A picture, not a measurement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from thecal.figures.svg import element, path

LEVELS: Final = (
    *(f"C{number}" for number in range(1, 8)),
    *(f"T{number}" for number in range(1, 13)),
    *(f"L{number}" for number in range(1, 6)),
    *(f"S{number}" for number in range(1, 3)),
)

ROW_HEIGHTS: Final = {"C": 12.0, "T": 15.0, "L": 23.0, "S": 15.0}
"""In proportion to an adult's: the cervical part of the canal is 12.5 cm long, the thoracic 27.5, the lumbar 17.8."""
_Knots = tuple[tuple[str, float], ...]
_CURVE: Final[_Knots] = (
    ("C1", -1.0), ("C4", -6.0), ("T1", -1.0), ("T6", 8.0), ("T12", 1.0), ("L3", -7.0), ("L5", -4.0), ("S2", 7.0),
)  # fmt: skip
_WIDTH: Final[_Knots] = (
    ("C1", 10.0),
    ("C7", 12.0),
    ("T6", 14.0),
    ("T12", 17.0),
    ("L4", 21.0),
    ("S1", 18.0),
    ("S2", 12.0),
)
_REACH: Final[_Knots] = (("C1", 5.0), ("C7", 9.0), ("T6", 9.0), ("T12", 9.0), ("L3", 11.0), ("S1", 4.0), ("S2", 3.0))
_DROP: Final[_Knots] = (("C1", 0.0), ("C7", 4.0), ("T6", 9.0), ("T10", 5.0), ("T12", 1.0), ("S2", 0.0))
_CANAL: Final = 8.0
_CORD_END: Final = LEVELS.index("L1") + 0.8
_ENTRY: Final = LEVELS.index("L3") + 0.5


def _between(knots: _Knots, where: float) -> float:
    """A value at a place along the spine, counted in levels from C1, gliding from knot to knot."""
    places = [(LEVELS.index(level) + 0.5, value) for level, value in knots]
    for (begin, before), (end, after) in pairwise(places):
        if where <= end:
            part = max((where - begin) / (end - begin), 0.0)
            return before + (after - before) * part * part * (3 - 2 * part)
    return places[-1][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backbone:
    """The levels from `first` on; `edges` are the rows' upper edges and the last's lower, `axis` the middle in x."""

    first: int
    edges: Sequence[float]
    axis: float

    @property
    def count(self) -> int:
        """How many levels are drawn."""
        return len(self.edges) - 1

    def canal(self, row: float) -> tuple[float, float]:
        """The middle of the canal at a row and a part of it."""
        index = min(int(row), self.count - 1)
        y = self.edges[index] + (self.edges[index + 1] - self.edges[index]) * (row - index)
        where = self.first + row
        return self.axis + _between(_CURVE, where) + _between(_WIDTH, where) / 2 + _CANAL / 2, y

    def bones(self) -> Iterator[str]:
        """A body in front and a process behind the canal for each level; the face looks to the left."""
        for row in range(self.count):
            where = self.first + row
            (above, top), (middle, waist), (below, bottom) = (self.canal(row + part) for part in (0.1, 0.5, 0.9))
            front, back = _CANAL / 2 + 1, _CANAL / 2
            width = _between(_WIDTH, where + 0.5) - 2
            body = (
                (above - front, top), (middle - front - 1, waist), (below - front, bottom),
                (below - front - width, bottom), (middle - front - width + 1, waist), (above - front - width, top),
            )  # fmt: skip
            yield path(body, "figure__bone", closed=True)
            reach, drop = _between(_REACH, where + 0.5), _between(_DROP, where + 0.5)
            process = (
                (middle + back, waist - 4), (middle + back + reach, waist + drop - 1),
                (middle + back + reach, waist + drop + 1), (middle + back, waist + 4),
            )  # fmt: skip
            yield path(process, "figure__bone", closed=True)

    def cord(self) -> Iterator[str]:
        """The cord, which ends at the first lumbar level."""
        rows = min(_CORD_END - self.first, self.count)
        if rows > 0:
            yield path((self.canal(rows * part / 60) for part in range(61)), "figure__cord")

    def catheter(self, tip: int) -> Iterator[str]:
        """From where it enters, at L3 or two levels below a lower tip, up behind the cord to the tip."""
        entry = min(max(_ENTRY - self.first, tip + 2.5), self.count - 0.5)
        rows = (tip + 0.5 + (entry - tip - 0.5) * part / 40 for part in range(41))
        up = [(x + 1.5, y) for x, y in map(self.canal, rows)]
        yield path([*up, (up[-1][0] + 16, up[-1][1] + 9)], "figure__catheter")
        yield element("circle", cx=up[0][0], cy=up[0][1], r=3.5, class_="figure__tip")
