"""Stacked panels over one time axis: what is to be drawn, checked, and the same numbers as a table.

Points are `(at_ms, value)` in time order, values in the panel's unit; two points at one time are a jump. Every number
is checked when the record is made: OurFault for NaN, infinity, times out of order.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import Literal

from thecal.errors import OurFault
from thecal.figures.figure import Table
from thecal.figures.scales import Ticker, checked, checked_time, show_number, time_ticks

LineKind = Literal["current", "pending", "belief", "truth", "without", "reference", "alarm"]
"""Each kind has a line style of its own; `without` is what would happen without the bridge, without the change."""

Points = Sequence[tuple[int, float]]
Spread = Sequence[tuple[int, float, float]]
LABELS_MAX = 8
Cells = dict[tuple[int, int], str]


def _check_order(times: Iterable[int], label: str) -> None:
    if any(later < earlier for earlier, later in pairwise(times)):
        raise OurFault(f"{label} is not in time order", remedy="Sort the points by time.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line. A `step` line holds each value until the next point, the last to the end of the chart."""

    label: str
    points: Points
    kind: LineKind = "current"
    step: bool = False

    def __post_init__(self) -> None:
        for at_ms, value in self.points:
            checked_time(at_ms, self.label)
            checked(value, self.label)
        _check_order((at_ms for at_ms, _ in self.points), self.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A spread around a line: `(at_ms, lowest, highest)`. Its name stands at its end unless `silent`.

    A `step` band holds each pair until the next, the last to the end of the chart, as a step line does.
    """

    label: str
    points: Spread
    kind: LineKind = "current"
    silent: bool = False
    step: bool = False

    def __post_init__(self) -> None:
        for at_ms, lowest, highest in self.points:
            checked_time(at_ms, self.label)
            if checked(lowest, self.label) > checked(highest, self.label):
                raise OurFault(f"{self.label} has its lowest value above its highest")
        _check_order((at_ms for at_ms, _, _ in self.points), self.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A horizontal line that means something: the low-reservoir alarm, the intended dose."""

    label: str
    value: float
    kind: LineKind = "alarm"

    def __post_init__(self) -> None:
        checked(self.value, self.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Words at a stretch of a line: 25 % for 53 h 44 min. `brief` is said where there is no room for more."""

    from_ms: int
    until_ms: int
    value: float
    says: str
    brief: str = ""
    kind: LineKind = "current"

    def __post_init__(self) -> None:
        _check_order((checked_time(self.from_ms, self.says), checked_time(self.until_ms, self.says)), self.says)
        checked(self.value, self.says)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment that matters to every panel: a vertical line with words at the top."""

    at_ms: int
    says: str
    kind: LineKind = "reference"

    def __post_init__(self) -> None:
        checked_time(self.at_ms, self.says)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Lines in one unit. The value axis holds zero unless `low` and `high` say otherwise; `ticks` replace its.

    A `log` axis gives equal ratios equal room. A `caution` stands between the title and what it warns of.
    """

    title: str
    unit: str
    lines: Sequence[Line] = ()
    bands: Sequence[Band] = ()
    levels: Sequence[Level] = ()
    notes: Sequence[Note] = ()
    ticks: Sequence[tuple[float, str]] = ()
    low: float | None = None
    high: float | None = None
    log: bool = False
    caution: str = ""

    def __post_init__(self) -> None:
        if len(self.lines) + len(self.bands) + len(self.levels) > LABELS_MAX:
            raise OurFault(f"{self.title} has too many lines to label", remedy="Split it into several panels.")

    def values(self) -> Iterator[float]:
        """Every value that has to find room on the axis."""
        yield from (value for line in self.lines for _, value in line.points)
        yield from chain.from_iterable((lowest, highest) for band in self.bands for _, lowest, highest in band.points)
        yield from (level.value for level in self.levels)
        yield from (limit for limit in (self.low, self.high) if limit is not None)
        yield from (value for value, _ in self.ticks)

    def times(self) -> Iterator[int]:
        """Every time that has to find room on the axis."""
        yield from (at_ms for line in self.lines for at_ms, _ in line.points)
        yield from (at_ms for band in self.bands for at_ms, _, _ in band.points)
        yield from chain.from_iterable((note.from_ms, note.until_ms) for note in self.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Panels, one above the other, and the marks that cross them.

    `ticker` writes the time axis; `foot` stands below it, after a patch of the band it explains, if it explains one.
    `left` is the least room kept free to the left of the time axis.
    """

    panels: Sequence[Panel]
    marks: Sequence[Mark] = ()
    from_ms: int | None = None
    until_ms: int | None = None
    ticker: Ticker = field(default_factory=lambda: time_ticks(0))
    foot: str = ""
    foot_band: LineKind | None = None
    left: float = 0

    def __post_init__(self) -> None:
        for at_ms in (self.from_ms, self.until_ms):
            if at_ms is not None:
                checked_time(at_ms, "an end of the chart")

    def times(self) -> Iterator[int]:
        """Every time that has to find room on the axis."""
        yield from chain.from_iterable(panel.times() for panel in self.panels)
        yield from (mark.at_ms for mark in self.marks)
        yield from (at_ms for at_ms in (self.from_ms, self.until_ms) if at_ms is not None)


def tabulate(chart: Chart, show_at: Callable[[int], str], *, first: str = "Time") -> Table:
    """One row per time (a jump takes two), one column per line, two per band, and the marks last."""
    columns = list(_columns(chart))
    keys = sorted(set(chain.from_iterable(cells for _, cells in columns)))
    rows = tuple((show_at(key[0]), *(cells.get(key, "") for _, cells in columns)) for key in keys)
    return Table((first, *(name for name, _ in columns)), rows)


def _columns(chart: Chart) -> Iterator[tuple[str, Cells]]:
    many = len(chart.panels) > 1
    for panel in chart.panels:
        before = f"{panel.title}: " if many else ""
        for line in panel.lines:
            yield f"{before}{line.label} ({panel.unit})", _cells((at, show_number(value)) for at, value in line.points)
        for band in panel.bands:
            lows, highs = ([(row[0], show_number(row[column])) for row in band.points] for column in (1, 2))
            yield f"{before}{band.label}, lowest ({panel.unit})", _cells(lows)
            yield f"{before}{band.label}, highest ({panel.unit})", _cells(highs)
    if chart.marks:
        yield "Mark", _cells((mark.at_ms, mark.says) for mark in sorted(chart.marks, key=lambda mark: mark.at_ms))


def _cells(pairs: Iterable[tuple[int, str]]) -> Cells:
    """Cells by time and by how many came at that time before."""
    cells: Cells = {}
    for at_ms, says in pairs:
        repeat = 0
        while (at_ms, repeat) in cells:
            repeat += 1
        cells[at_ms, repeat] = says
    return cells
