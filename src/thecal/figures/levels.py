"""Predicted concentration in the fluid at chosen levels: a panel for each, so that no band hides another."""

from collections.abc import Sequence
from dataclasses import dataclass

from thecal.figures.axis import TimeAxis
from thecal.figures.figure import Figure
from thecal.figures.panels import Mark, Panel
from thecal.figures.predicted import ENSEMBLE_SAYS, Predicted, Says, predicted_chart
from thecal.figures.scales import DECADES_MAX
from thecal.units import LARGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelCourse(Predicted):
    """Concentration (mcg/mL) at one level; the spread belongs to the pending course, or to the only one."""

    level: str

    def __post_init__(self) -> None:
        self.check(self.level, LARGEST)


def levels_chart(
    courses: Sequence[LevelCourse],
    *,
    axis: TimeAxis,
    assumptions: Sequence[str] = (),
    marks: Sequence[Mark] = (),
    log: bool = False,
    band_says: str = ENSEMBLE_SAYS,
    name: str = "levels",
    title: str = "Predicted concentration by level",
) -> Figure:
    """The courses from top to bottom as they are given. On a `log` axis all panels share one scale."""
    shared = _shared(courses) if log else None
    panels = [_panel(course, band_says, shared) for course in courses]
    many = "Each panel has a scale of its own." if len(courses) > 1 else ""
    feet = "Equal ratios take equal room; less than a ten-thousandth of the highest lies on the foot."
    says = Says(name=name, title=title, band=band_says, more=feet if log else many, assumptions=assumptions)
    return predicted_chart(panels, courses, says, axis=axis, marks=marks)


def _shared(courses: Sequence[LevelCourse]) -> tuple[float, float] | None:
    """The ends of the scale of ratios that all panels share."""
    positive = [value for course in courses for value in course.values() if value > 0]
    if not positive:
        return None
    return max(min(positive), max(positive) * 10.0**-DECADES_MAX), max(positive)


def _panel(course: LevelCourse, band_says: str, shared: tuple[float, float] | None) -> Panel:
    low, high = shared or (None, None)
    return Panel(
        title=course.level, unit="mcg/mL", lines=course.lines(), bands=course.bands(band_says), low=low, high=high,
        log=shared is not None,
    )  # fmt: skip
