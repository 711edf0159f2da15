"""Predicted concentration by vertebral level and hour: a heat map beside a spine, in steps that read in grey."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from thecal.errors import OurFault
from thecal.figures.backbone import LEVELS, ROW_HEIGHTS, Backbone
from thecal.figures.figure import PHONE, WIDE, Drawing, Figure, Sheet, Table
from thecal.figures.scales import checked, show_number
from thecal.figures.svg import Markup, element, path, text
from thecal.units import NO_BREAK_SPACE

CLASSES: Final = 8
"""Steps of grey that stay apart on paper."""
FAINT: Final = 0.05
"""mcg/mL. Below it no scale is stretched: it is a tenth of what a usual dose predicts at the tip (drawing choice)."""
STEPS: Final = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
"""What a step between classes may be, times a power of ten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpineSeries:
    """Concentration in the fluid, one row per level in `levels` (top to bottom), one column per hour.

    `first_hour` is the hour of the day at which the first column begins; pg/nL is mcg/mL, to the digit.
    """

    concentration_pg_per_nl: Sequence[Sequence[float]]
    tip_level: str
    levels: Sequence[str] = LEVELS
    first_hour: int = 0

    def __post_init__(self) -> None:
        first = LEVELS.index(self.levels[0]) if self.levels and self.levels[0] in LEVELS else len(LEVELS)
        if not self.levels or tuple(self.levels) != LEVELS[first : first + len(self.levels)]:
            raise OurFault("levels run from C1 down to S2 without a gap")
        if self.tip_level not in self.levels:
            raise OurFault(f"the tip's level {self.tip_level} is not among those drawn")
        rows = self.concentration_pg_per_nl
        if len(rows) != len(self.levels) or len(set(map(len, rows))) > 1:
            raise OurFault("one row per level, all of one length")
        if any(checked(value, "a concentration") < 0 for row in rows for value in row):
            raise OurFault("no concentration is below zero")

    @property
    def scale_top(self) -> float:
        """What the classes reach up to: the highest value, but never so little that next to nothing looks like much."""
        values = (value for row in self.concentration_pg_per_nl for value in row)
        return max(FAINT, max(values, default=0.0))

    @property
    def hours(self) -> int:
        """How many columns there are."""
        return len(self.concentration_pg_per_nl[0])

    def clock(self, column: int) -> str:
        """The hour at which a column begins."""
        return f"{(self.first_hour + column) % 24:02d}:00"


def spine_map(
    series: SpineSeries, *, name: str = "spine", title: str = "Predicted concentration along the spine"
) -> Figure:
    """The map, its mean per level as numbers beside it, and the scale of its steps below."""
    wide, phone = (_Map(series, sheet).draw() for sheet in (WIDE, PHONE))
    return Figure(name=name, title=title, caption=_caption(series), wide=wide, phone=phone, table=_table(series))


def class_bounds(highest: float) -> tuple[float, ...]:
    """The seven bounds between eight classes: equal, readable steps up from zero, the highest in the last but few.

    Equal steps, because what a reader compares is how much more one level has than another.
    """
    rough = (highest if highest > 0 else 1.0) / CLASSES
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(part * magnitude for part in STEPS if part * magnitude >= rough * (1 - 1e-9))
    return tuple(float(f"{step * count:.6g}") for count in range(1, CLASSES))


def _table(series: SpineSeries) -> Table:
    head = ("Level", *(f"{series.clock(column)} (mcg/mL)" for column in range(series.hours)), "Mean (mcg/mL)")
    rows = tuple(
        (level, *(show_number(value) for value in row), show_number(_mean(row)) if row else "")
        for level, row in zip(series.levels, series.concentration_pg_per_nl, strict=True)
    )
    return Table(head, rows if series.hours else ())


def _mean(row: Sequence[float]) -> float:
    return sum(row) / len(row)


def _caption(series: SpineSeries) -> str:
    says = f"Predicted, catheter tip at {series.tip_level}."
    cells = [
        (value, level, column)
        for level, row in zip(series.levels, series.concentration_pg_per_nl, strict=True)
        for column, value in enumerate(row)
    ]
    if not cells:
        return says
    highest, level, column = max(cells, key=lambda cell: cell[0])
    peak = f"{show_number(highest, digits=3)}{NO_BREAK_SPACE}mcg/mL"
    return f"{says} Highest {peak} at {level} from {series.clock(column)}."


class _Map:
    """One map on one sheet: where its rows and columns lie, and what is drawn there."""

    def __init__(self, series: SpineSeries, sheet: Sheet) -> None:
        self.series, self.sheet = series, sheet
        phone = sheet.width < 500
        self.level_x = 46.0
        self.axis_x = 66.0 if phone else 76.0
        self.left = self.axis_x + (40.0 if phone else 46.0)
        self.right = sheet.width - (46.0 if phone else 56.0)
        heights = [ROW_HEIGHTS[level[0]] for level in series.levels]
        self.edges = list(accumulate(heights, initial=34.0))
        self.tip = list(series.levels).index(series.tip_level)

    def draw(self) -> Drawing:
        """The whole map."""
        says = "Predicted concentration, mcg/mL, by vertebral level and hour"
        head = text(2, 14, says if self.sheet.width > 500 else "Predicted, mcg/mL, by level and hour", "figure__title")
        mean = text(self.sheet.width - 2, 28, "mean", "figure__quiet", anchor="end")
        foot = self.edges[-1] + 24
        parts = [head, mean, *self._heat(), *self._spine(), *self._hours(), *self._scale(foot)]
        return Drawing(sheet=self.sheet, height=foot + 30, body=Markup("".join(parts)))

    def _column(self, column: float) -> float:
        return self.left + (self.right - self.left) * column / max(self.series.hours, 1)

    def _heat(self) -> Iterator[str]:
        rows = self.series.concentration_pg_per_nl
        bounds = class_bounds(self.series.scale_top)
        for index, (level, row) in enumerate(zip(self.series.levels, rows, strict=True)):
            top, bottom = self.edges[index], self.edges[index + 1]
            tip = index == self.tip
            says, looks = (f"tip {level}", "figure__title figure__says--without") if tip else (level, "figure__quiet")
            yield text(self.level_x, (top + bottom) / 2 + 3.5, says, f"figure__small {looks}", anchor="end")
            for first, last, step in runs(row, bounds):
                x, end = self._column(first), self._column(last)
                yield element(
                    "rect", x=x, y=top, width=end - x, height=bottom - top, class_=f"figure__heat figure__heat--{step}"
                )
            if row:
                mean = show_number(_mean(row), digits=2)
                looks = "figure__small figure__title" if tip else "figure__small figure__quiet"
                yield text(self.sheet.width - 2, (top + bottom) / 2 + 3.5, mean, looks, anchor="end")
        if not self.series.hours:
            yield text((self.left + self.right) / 2, self.edges[0] + 40, "no data", "figure__quiet", anchor="middle")

    def _hours(self) -> Iterator[str]:
        bottom = self.edges[-1]
        yield path(((self.left, bottom), (self.right, bottom)), "figure__axis")
        wanted = 6 if self.sheet.width < 500 else 3
        step = max(wanted, -(-self.series.hours // 8))
        for column in range(0, self.series.hours + 1, step):
            x = self._column(column)
            yield path(((x, bottom), (x, bottom + 4)), "figure__axis")
            says = "24:00" if column == 24 and self.series.first_hour == 0 else self.series.clock(column)
            yield text(x, bottom + 16, says, "figure__quiet figure__small", anchor="middle")

    def _scale(self, top: float) -> Iterator[str]:
        """The steps and the bounds between them, under the map."""
        width = (self.right - self.left) / CLASSES
        for step in range(CLASSES):
            x = self.left + step * width
            yield element("rect", x=x, y=top, width=width, height=10, class_=f"figure__heat figure__heat--{step}")
        for step, bound in enumerate(class_bounds(self.series.scale_top), start=1):
            says = show_number(bound, digits=3)
            yield text(self.left + step * width, top + 22, says, "figure__quiet figure__small", anchor="middle")
        yield text(self.sheet.width - 2, top + 22, "mcg/mL", "figure__quiet figure__small", anchor="end")

    def _spine(self) -> Iterator[str]:
        """The spine beside the map, and the tip's row across it."""
        backbone = Backbone(first=LEVELS.index(self.series.levels[0]), edges=self.edges, axis=self.axis_x)
        yield from (*backbone.bones(), *backbone.cord(), *backbone.catheter(self.tip))
        top, bottom = self.edges[self.tip], self.edges[self.tip + 1]
        corners = ((self.left, top), (self.right, top), (self.right, bottom), (self.left, bottom))
        yield path(corners, "figure__tip-line", closed=True)


def runs(row: Sequence[float], bounds: tuple[float, ...]) -> Iterator[tuple[int, int, int]]:
    """Neighbouring columns of one class as `(first, last + 1, class)`: fewer rectangles, no seams between them."""
    steps = [sum(value >= bound for bound in bounds) for value in row]
    first = 0
    for column in range(1, len(steps) + 1):
        if column == len(steps) or steps[column] != steps[first]:
            yield first, column, steps[first]
            first = column
