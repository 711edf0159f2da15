"""Dose at the catheter's tip over time: what the pump calculates beside what truly flowed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from thecal.errors import OurFault
from thecal.figures.axis import TimeAxis
from thecal.figures.build import build
from thecal.figures.figure import Figure
from thecal.figures.panels import Chart, Line, LineKind, Mark, Panel, Points, tabulate
from thecal.figures.scales import checked, checked_time
from thecal.units import PG_PER_MCG

_TRUTH: Final = "The dotted line is the simulated actual dose, which no clinic sees."


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredSeries:
    """Daily doses at the tip as steps `(at_ms, dose_pg_per_day)`; each holds until the next, the last to `until_ms`.

    `calculated…` is the pump's belief carried to the tip; `actual…` is for simulations and the teaching view alone.
    """

    calculated_pg_per_day: Points
    until_ms: int
    actual_pg_per_day: Points = ()
    axis: TimeAxis = field(default_factory=TimeAxis)
    marks: Sequence[Mark] = ()

    def __post_init__(self) -> None:
        checked_time(self.until_ms, "the end of the chart")
        doses = [dose for points in (self.calculated_pg_per_day, self.actual_pg_per_day) for _, dose in points]
        if any(checked(dose, "a dose") < 0 for dose in doses):
            raise OurFault("no dose is below zero")


def delivered_chart(
    series: DeliveredSeries,
    *,
    assumptions: Sequence[str] = (),
    name: str = "delivered",
    title: str = "Dose at the catheter's tip",
) -> Figure:
    """One panel: belief solid, truth dotted. A bolus is best a mark, since its rate would flatten all else."""
    lines = [_line("calculated by the pump", "belief", series.calculated_pg_per_day)]
    if series.actual_pg_per_day:
        lines.append(_line("simulated actual", "truth", series.actual_pg_per_day))
    panel = Panel(title="Dose at the tip", unit="mcg/day", lines=lines)
    chart = Chart(panels=[panel], marks=series.marks, until_ms=series.until_ms, ticker=series.axis.ticker)
    caption = "Calculated by the pump, and carried to the tip." + (f" {_TRUTH}" if series.actual_pg_per_day else "")
    return build(name, title, caption, chart, tabulate(chart, series.axis.show)).assuming(assumptions)


def _line(label: str, kind: LineKind, points: Points) -> Line:
    return Line(label=label, points=[(at_ms, dose / PG_PER_MCG) for at_ms, dose in points], kind=kind, step=True)
