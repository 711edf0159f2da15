"""Predicted concentration by vertebral level over hours to weeks: a map whose steps read in grey, beside a spine."""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from statistics import median
from typing import Final, Literal

from thecal.errors import OurFault
from thecal.figures.axis import TimeAxis
from thecal.figures.backbone import LEVELS, ROW_HEIGHTS, Backbone
from thecal.figures.draw import draw_panels
from thecal.figures.figure import PHONE, WIDE, Drawing, Figure, Sheet, Table
from thecal.figures.panels import Chart, Mark
from thecal.figures.scales import Scale, checked, checked_time, show_number
from thecal.figures.spine import CLASSES, FAINT, class_bounds, runs
from thecal.figures.svg import Markup, coordinate, element, path, text, text_width
from thecal.units import NO_BREAK_SPACE

COLUMNS: Final = {"wide": 240, "phone": 120}
"""More cannot be told apart."""
ROWS_MAX: Final = 60
"""The table has no more times than this."""
WIDE_RANGE: Final = 20.0
"""A highest value this many times the middle one would leave most of the map in its lowest of equal steps."""
_TITLE: Final = 20.0
Column = Literal["highest", "mean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpineTimeSeries:
    """Concentration in the fluid, one row per level in `levels` (top to bottom), one column per instant of `times_ms`.

    A value holds until the next instant, the last until `until_ms`. Where there are more instants than a drawing has
    columns, a column shows the `highest` or the `mean` of those it covers.
    """

    concentration_mcg_per_ml: Sequence[Sequence[float]]
    times_ms: Sequence[int]
    until_ms: int
    tip_level: str
    levels: Sequence[str] = LEVELS
    axis: TimeAxis = field(default_factory=TimeAxis)
    marks: Sequence[Mark] = ()
    column: Column = "highest"

    def __post_init__(self) -> None:
        first = LEVELS.index(self.levels[0]) if self.levels and self.levels[0] in LEVELS else len(LEVELS)
        if not self.levels or tuple(self.levels) != LEVELS[first : first + len(self.levels)]:
            raise OurFault("levels run from C1 down to S2 without a gap")
        if self.tip_level not in self.levels:
            raise OurFault(f"the tip's level {self.tip_level} is not among those drawn")
        rows = self.concentration_mcg_per_ml
        if len(rows) != len(self.levels) or any(len(row) != len(self.times_ms) for row in rows):
            raise OurFault("one row per level, one value per time in each")
        times = [*(checked_time(at_ms, "a column") for at_ms in self.times_ms), checked_time(self.until_ms, "the end")]
        if any(later <= earlier for earlier, later in pairwise(times)):
            raise OurFault("the times of a map rise, and it ends after the last")
        if any(checked(value, "a concentration") < 0 for row in rows for value in row):
            raise OurFault("no concentration is below zero")

    def columns(self, count: int) -> tuple[list[int], list[list[float]]]:
        """At most `count` columns of equal length: where each begins, and its values by level."""
        if len(self.times_ms) <= count:
            return list(self.times_ms), [list(row) for row in self.concentration_mcg_per_ml]
        first, span = self.times_ms[0], self.until_ms - self.times_ms[0]
        starts = [first + span * index // count for index in range(count)]
        covered = [self._covered(begin, end) for begin, end in pairwise([*starts, self.until_ms])]
        return starts, [[self._reduced(row, shares) for shares in covered] for row in self.concentration_mcg_per_ml]

    def _covered(self, begin_ms: int, end_ms: int) -> dict[int, float]:
        """The share of `[begin_ms, end_ms)` in which the value of each instant holds."""
        first, last = bisect_right(self.times_ms, begin_ms) - 1, bisect_right(self.times_ms, end_ms - 1)
        edges = [begin_ms, *self.times_ms[first + 1 : last], end_ms]
        return {
            first + index: (end - begin) / (end_ms - begin_ms) for index, (begin, end) in enumerate(pairwise(edges))
        }

    def _reduced(self, row: Sequence[float], shares: dict[int, float]) -> float:
        if self.column == "highest":
            return max(row[index] for index in shares)
        return sum(share * row[index] for index, share in shares.items())


def spine_time_map(
    series: SpineTimeSeries,
    *,
    assumptions: Sequence[str] = (),
    name: str = "spine-time",
    title: str = "Predicted concentration along the spine over time",
) -> Figure:
    """The map over time, its marks across it, the scale of its steps below; wide ranges take steps of ratios."""
    steps = _steps(series)
    wide, phone = (_Map(series, sheet, steps).draw() for sheet in (WIDE, PHONE))
    figure = Figure(
        name=name, title=title, caption=_caption(series, steps), wide=wide, phone=phone, table=_table(series)
    )
    return figure.assuming(assumptions)


@dataclass(frozen=True, slots=True)
class _Steps:
    """Where the classes part: `bounds`, which are ratios of each other or a step apart."""

    bounds: tuple[float, ...]
    ratios: bool


def ratio_bounds(highest: float) -> tuple[float, ...]:
    """The seven bounds between eight classes, 1-2-5 down from the highest: each twice or 2.5 times the one below."""
    power = math.floor(math.log10(highest))
    ladder = [float(f"{part}e{power - down}") for down in range(-1, 4) for part in (5, 2, 1)]
    below = [bound for bound in ladder if bound <= highest * (1 + 1e-9)]
    return tuple(reversed(below[: CLASSES - 1]))


def _steps(series: SpineTimeSeries) -> _Steps:
    """Ratios where equal steps would leave most of the map in the lowest."""
    values = [value for row in series.concentration_mcg_per_ml for value in row if value > 0]
    highest = max(FAINT, max(values, default=0.0))
    ratios = bool(values) and highest > WIDE_RANGE * median(values)
    return _Steps(ratio_bounds(highest) if ratios else class_bounds(highest), ratios)


def _caption(series: SpineTimeSeries, steps: _Steps) -> str:
    says = [f"Predicted, catheter tip at {series.tip_level}."]
    cells = [
        (value, level, at_ms)
        for level, row in zip(series.levels, series.concentration_mcg_per_ml, strict=True)
        for value, at_ms in zip(row, series.times_ms, strict=True)
    ]
    if cells:
        highest, level, at_ms = max(cells, key=lambda cell: cell[0])
        peak = f"{show_number(highest, digits=3)}{NO_BREAK_SPACE}mcg/mL"
        says.append(f"Highest {peak} at {level}, {series.axis.show(at_ms)}.")
    if steps.ratios:
        says.append("Each step of shade is two to two and a half times the one below it.")
    if len(series.times_ms) > min(COLUMNS.values()):
        says.append(f"Where times are too close to draw, a column shows their {series.column}.")
    return " ".join(says)


def _table(series: SpineTimeSeries) -> Table:
    """One row per time, or per stretch of equal length where there are too many times to read."""
    if not series.times_ms:
        return Table(("Time", *(f"{level} (mcg/mL)" for level in series.levels)), ())
    starts, rows = series.columns(ROWS_MAX)
    first = "Time" if len(series.times_ms) <= ROWS_MAX else f"From ({series.column} until the next)"
    head = (first, *(f"{level} (mcg/mL)" for level in series.levels))
    cells = ((series.axis.show(at), *(show_number(row[i], digits=4) for row in rows)) for i, at in enumerate(starts))
    return Table(head, tuple(cells))


class _Map:
    """One map on one sheet."""

    def __init__(self, series: SpineTimeSeries, sheet: Sheet, steps: _Steps) -> None:
        self.series, self.steps = series, steps
        self.phone = sheet.name == PHONE.name
        self.axis_x = 66.0 if self.phone else 76.0
        self.left = self.axis_x + (40.0 if self.phone else 46.0)
        self.sheet = replace(sheet, right=14)
        self.heights = [ROW_HEIGHTS[level[0]] for level in series.levels]
        self.tip = list(series.levels).index(series.tip_level)

    def draw(self) -> Drawing:
        """The whole map."""
        series = self.series
        begins = series.times_ms[0] if series.times_ms else series.until_ms
        chart = Chart(
            panels=(), marks=series.marks, from_ms=begins, until_ms=series.until_ms, ticker=series.axis.ticker,
            left=self.left,
        )  # fmt: skip
        drawn = draw_panels(chart, self.sheet, above=_TITLE, below=sum(self.heights))
        edges = list(accumulate(self.heights, initial=drawn.lane_top))
        says = "Predicted, mcg/mL, by level" if self.phone else "Predicted concentration, mcg/mL, by vertebral level"
        halos = (path(((x, edges[0]), (x, edges[-1])), "figure__mark-halo") for x in drawn.marks_x)
        parts = [
            text(2, 14, says, "figure__title"), *self._heat(edges, drawn.x), *self._spine(edges, drawn.x),
            *halos, drawn.body, *self._scale(drawn.height + 6, drawn.x),
        ]  # fmt: skip
        return Drawing(sheet=self.sheet, height=drawn.height + 46, body=Markup("".join(parts)))

    def _heat(self, edges: Sequence[float], x: Scale) -> Iterator[str]:
        """The cells, neighbours of one class drawn as one, and all of a class as one path: a month stays small."""
        if not self.series.times_ms:
            yield text((x.start + x.end) / 2, edges[0] + 40, "no data", "figure__quiet", anchor="middle")
            return
        starts, rows = self.series.columns(COLUMNS[self.sheet.name])
        places = [coordinate(x(at_ms)) for at_ms in (*starts, self.series.until_ms)]
        strokes: list[list[str]] = [[] for _ in range(CLASSES)]
        for row, (top, bottom) in zip(rows, pairwise(map(coordinate, edges)), strict=True):
            for first, last, step in runs(row, self.steps.bounds):
                strokes[step].append(f"M{places[first]} {top}H{places[last]}V{bottom}H{places[first]}")
        for step, cells in enumerate(strokes):
            if cells:
                yield element("path", d="".join(cells), class_=f"figure__heat figure__heat--{step}")

    def _spine(self, edges: Sequence[float], x: Scale) -> Iterator[str]:
        """Names and bones beside the rows, and the tip's row across the map."""
        for index, level in enumerate(self.series.levels):
            tip = index == self.tip
            says, looks = (f"tip {level}", "figure__title figure__says--without") if tip else (level, "figure__quiet")
            middle = (edges[index] + edges[index + 1]) / 2
            yield text(46, middle + 3.5, says, f"figure__small {looks}", anchor="end")
        backbone = Backbone(first=LEVELS.index(self.series.levels[0]), edges=edges, axis=self.axis_x)
        yield from (*backbone.bones(), *backbone.cord(), *backbone.catheter(self.tip))
        top, bottom = edges[self.tip], edges[self.tip + 1]
        corners = ((x.start, top), (x.end, top), (x.end, bottom), (x.start, bottom))
        for looks in ("figure__mark-halo", "figure__tip-line"):
            yield path(corners, looks, closed=True)

    def _scale(self, top: float, x: Scale) -> Iterator[str]:
        """The steps and the bounds between them, under the map, and what kind of steps they are."""
        width = (x.end - x.start) / CLASSES
        for step in range(CLASSES):
            looks = f"figure__heat figure__heat--{step}"
            yield element("rect", x=x.start + step * width, y=top, width=width, height=10, class_=looks)
        for step, bound in enumerate(self.steps.bounds, start=1):
            place, says = x.start + step * width, show_number(bound, digits=3)
            if text_width(says, 10) < width + 2:
                yield text(place, top + 22, says, "figure__quiet figure__small", anchor="middle")
        yield text(x.start - 8, top + 22, "mcg/mL", "figure__quiet figure__small", anchor="end")
        says = "steps of ratios" if self.steps.ratios else "equal steps"
        yield text(x.start - 8, top + 9, says, "figure__quiet figure__small", anchor="end")
        if len(self.series.times_ms) > COLUMNS[self.sheet.name]:
            says = f"each column shows the {self.series.column} of the times it covers"
            yield text(x.end, top + 36, says, "figure__quiet figure__small", anchor="end")
