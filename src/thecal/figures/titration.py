"""Titration in one figure: the dose as it was read, the tone at it, and what the person could do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from thecal.care.scales import AshworthVariant
from thecal.figures.effect import ASHWORTH
from thecal.figures.figure import Figure
from thecal.figures.lines import line_chart
from thecal.figures.panels import Line, LineKind, Mark, Panel, Points
from thecal.units import PG_PER_MCG

VARIANTS: Final[dict[AshworthVariant | None, tuple[str, LineKind]]] = {
    AshworthVariant.MODIFIED: ("Modified Ashworth", "current"),
    AshworthVariant.ORIGINAL: ("original Ashworth", "without"),
    None: ("scale not known", "reference"),
}
STANDS: Final = ((0.0, "cannot"), (1.0, "can"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """The legs' mean grade in hundredths of a point, and by which scale."""

    at_ms: int
    variant: AshworthVariant | None
    mean_hundredths: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TitrationSeries:
    """Doses as `(at_ms, dose_pg_per_day)` from read-outs, tone from examinations, standing from notes, until now."""

    dose_pg_per_day: Points
    tone: Sequence[Graded]
    stands: Sequence[tuple[int, bool]]
    until_ms: int
    utc_offset_min: int


def titration_chart(series: TitrationSeries, *, marks: Sequence[Mark] = (), name: str = "titration") -> Figure:
    """Three panels over one time axis. A dose holds until the next read-out; tone and function are as seen."""
    doses = [(at_ms, dose / PG_PER_MCG) for at_ms, dose in series.dose_pg_per_day]
    dose = [Line(label="as read from the pump", points=doses, kind="belief", step=True)] if doses else []
    standing: Points = [(at_ms, float(can)) for at_ms, can in series.stands]
    stood = [Line(label="stands or transfers", points=standing, kind="current", step=True)] if standing else []
    panels = [
        Panel(title="Daily dose", unit="mcg/day", lines=dose),
        Panel(title="Tone: legs, mean grade", unit="points", lines=_tone(series), ticks=ASHWORTH, low=0, high=4),
        Panel(title="Function: stands or transfers", unit="as seen", lines=stood, ticks=STANDS, low=0, high=1),
    ]
    return line_chart(
        panels,
        utc_offset_min=series.utc_offset_min,
        title="Dose against tone and function",
        caption="The dose is what the pump said when it was read. What was not looked at is left out.",
        name=name,
        marks=marks,
        until_ms=series.until_ms,
    )


def _tone(series: TitrationSeries) -> list[Line]:
    """A line for each scale that was used: two scales with the same digits are two lines."""
    lines = []
    for variant, (label, kind) in VARIANTS.items():
        points = [(one.at_ms, one.mean_hundredths / 100) for one in series.tone if one.variant is variant]
        lines += [Line(label=label, points=points, kind=kind)] if points else []
    return lines
