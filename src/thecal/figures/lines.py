"""Lines over time in stacked panels: the general chart, and the reservoir's."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from thecal.figures.build import build
from thecal.figures.figure import Figure
from thecal.figures.panels import Band, Chart, Level, Line, Mark, Panel, Points, Spread, tabulate
from thecal.figures.scales import show_date, show_number, show_time, time_ticks
from thecal.units import NL_PER_ML, NO_BREAK_SPACE


def line_chart(
    panels: Sequence[Panel],
    *,
    utc_offset_min: int,
    title: str,
    caption: str,
    name: str = "lines",
    marks: Sequence[Mark] = (),
    until_ms: int | None = None,
) -> Figure:
    """Panels that share one time axis: reservoir, dose at the tip, effect. Values are in each panel's unit."""
    chart = Chart(panels=panels, marks=marks, until_ms=until_ms, ticker=time_ticks(utc_offset_min))
    table = tabulate(chart, partial(show_time, utc_offset_min=utc_offset_min))
    return build(name, title, caption, chart, table, panel_height=110 if len(panels) > 2 else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservoirSeries:
    """A reservoir over time, in nanolitres and Unix milliseconds.

    `calculated_nl` is what the pump believes, `worst_case_nl` the spread around it; `truth_nl` is for the
    teaching view alone.
    """

    calculated_nl: Points
    alarm_volume_nl: float
    utc_offset_min: int
    worst_case_nl: Spread = ()
    truth_nl: Points = ()
    read_at_ms: int | None = None
    book_by_ms: int | None = None


def reservoir_chart(series: ReservoirSeries, *, name: str = "reservoir", title: str = "Reservoir volume") -> Figure:
    """Calculated volume and its worst case until the low-reservoir alarm, the read-out and the book-by date."""
    lines = [Line(label="calculated by the pump", points=_ml(series.calculated_nl), kind="belief")]
    if series.truth_nl:
        lines.append(Line(label="simulated actual", points=_ml(series.truth_nl), kind="truth"))
    bands = [Band(label="worst case", points=_ml_spread(series.worst_case_nl))] if series.worst_case_nl else []
    alarm_says = f"{show_number(series.alarm_volume_nl / NL_PER_ML)}{NO_BREAK_SPACE}mL"
    level = Level(label=f"low-reservoir alarm {alarm_says}", value=series.alarm_volume_nl / NL_PER_ML)
    panel = Panel(title="Volume in the reservoir", unit="mL", lines=lines, bands=bands, levels=[level])
    return line_chart(
        [panel],
        utc_offset_min=series.utc_offset_min,
        title=title,
        caption=_caption(series, alarm_says),
        name=name,
        marks=_marks(series),
    )


def _marks(series: ReservoirSeries) -> list[Mark]:
    marks = []
    if series.read_at_ms is not None:
        marks.append(Mark(at_ms=series.read_at_ms, says=f"read {_time(series, series.read_at_ms)}"))
    if series.book_by_ms is not None:
        marks.append(Mark(at_ms=series.book_by_ms, says=f"book by {_date(series, series.book_by_ms)}", kind="current"))
    return marks


def _caption(series: ReservoirSeries, alarm_says: str) -> str:
    parts = ["Calculated by the pump"]
    if series.read_at_ms is not None:
        parts.append(f", read {_time(series, series.read_at_ms)}")
    parts.append(f". Low-reservoir alarm at {alarm_says}.")
    if series.book_by_ms is not None:
        parts.append(f" Book by {_date(series, series.book_by_ms)}.")
    if series.truth_nl:
        parts.append(" The dotted line is the simulated actual volume, which no clinic sees.")
    return "".join(parts)


def _date(series: ReservoirSeries, at_ms: int) -> str:
    return show_date(at_ms, series.utc_offset_min, year=True)


def _time(series: ReservoirSeries, at_ms: int) -> str:
    return show_time(at_ms, series.utc_offset_min)


def _ml(points: Points) -> list[tuple[int, float]]:
    return [(at_ms, volume_nl / NL_PER_ML) for at_ms, volume_nl in points]


def _ml_spread(points: Spread) -> list[tuple[int, float, float]]:
    return [(at_ms, lowest_nl / NL_PER_ML, highest_nl / NL_PER_ML) for at_ms, lowest_nl, highest_nl in points]
