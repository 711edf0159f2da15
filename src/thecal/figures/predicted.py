"""What every predicted course shares: current beside pending, one band, and words that say what it spans."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from thecal.errors import OurFault
from thecal.figures.axis import TimeAxis
from thecal.figures.build import build
from thecal.figures.figure import Figure
from thecal.figures.panels import Band, Chart, Line, LineKind, Mark, Panel, Points, Spread, tabulate

ENSEMBLE_SAYS: Final = "5 to 95 % of virtual patients"
"""What a band spans whose ends are taken from virtual patients."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """A predicted course in its panel's unit; the spread belongs to the pending course, or to the only one."""

    current: Points
    pending: Points = ()
    spread: Spread = ()

    @property
    def kind(self) -> LineKind:
        """Whose spread the band is."""
        return "pending" if self.pending else "current"

    def values(self) -> list[float]:
        """Every value that is drawn."""
        ends = [value for _, *pair in self.spread for value in pair]
        return [value for points in (self.current, self.pending) for _, value in points] + ends

    def check(self, what: str, highest: float) -> None:
        """OurFault where a value is off the scale: it would be drawn outside the panel."""
        if any(not 0 <= value <= highest for value in self.values()):
            raise OurFault(f"{what} has a value off the scale", remedy=f"Hand in 0 to {highest:g}.")

    def lines(self, *, step: bool = False) -> list[Line]:
        """The courses, each named at its end."""
        label = "current, predicted" if self.pending else "predicted"
        lines = [Line(label=label, points=self.current, step=step)]
        if self.pending:
            lines.append(Line(label="pending, predicted", points=self.pending, kind="pending", step=step))
        return lines

    def bands(self, says: str, *, step: bool = False) -> list[Band]:
        """The one band, which the chart's foot explains."""
        return [Band(label=says, points=self.spread, kind=self.kind, silent=True, step=step)] if self.spread else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """The words of a predicted chart; `more` ends its caption."""

    name: str
    title: str
    band: str
    more: str = ""
    assumptions: Sequence[str] = ()


def predicted_chart(
    panels: Sequence[Panel],
    courses: Iterable[Predicted],
    says: Says,
    *,
    axis: TimeAxis,
    marks: Sequence[Mark],
) -> Figure:
    """Panels of predicted courses: *predicted* in the caption, the band explained below, then what was assumed."""
    banded = [course for course in courses if course.spread]
    kinds = {course.kind for course in banded}
    chart = Chart(
        panels=panels,
        marks=marks,
        ticker=axis.ticker,
        foot=says.band if banded else "",
        foot_band=("pending" if "pending" in kinds else "current") if banded else None,
    )
    band = f"Band: {says.band}." if banded else "No band: the spread between people is not shown."
    caption = " ".join(part for part in ("Predicted.", band, says.more) if part)
    height = 104 if len(panels) > 1 else 0
    figure = build(says.name, says.title, caption, chart, tabulate(chart, axis.show), panel_height=height)
    return figure.assuming(says.assumptions)
