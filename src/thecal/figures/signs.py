"""Predicted signs beside tone: reflex, spasms, weakness, drowsiness, breathing, and the stage of withdrawal."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from thecal.figures.axis import TimeAxis
from thecal.figures.effect import FRACTION
from thecal.figures.figure import Figure
from thecal.figures.panels import Mark, Panel
from thecal.figures.predicted import ENSEMBLE_SAYS, Predicted, Says, predicted_chart

Sign = Literal["reflex", "spasms", "weakness", "drowsiness", "breathing", "withdrawal"]
NO_REASSURANCE: Final = "Risk predicted; a low value is no reassurance. Watch the person."
STAGES: Final = ((0.0, "none"), (1.0, "early"), (2.0, "severe"), (3.0, "grave"))
"""Stages of withdrawal and where they are drawn."""
PENN: Final = tuple((float(grade), str(grade)) for grade in range(5))


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one sign is drawn: its title, its unit, its scale, what is said beside it."""

    title: str
    unit: str
    ticks: tuple[tuple[float, str], ...] = FRACTION
    caution: str = ""


_KINDS: Final[dict[Sign, _Kind]] = {
    "reflex": _Kind("H reflex of the calf that is left", "fraction of before"),
    "spasms": _Kind("Spasms", "Penn frequency, 0 to 4", PENN),
    "weakness": _Kind("Useful tone lost: weakness", "fraction"),
    "drowsiness": _Kind("Drowsiness", "fraction of its full effect"),
    "breathing": _Kind("Breathing", "fraction of its full effect", caution=NO_REASSURANCE),
    "withdrawal": _Kind("Withdrawal", "stage", STAGES),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignCourse(Predicted):
    """One sign over time: a fraction 0 to 1, the Penn frequency 0 to 4, or the number of the stage in `STAGES`."""

    sign: Sign

    def __post_init__(self) -> None:
        self.check(self.sign, _KINDS[self.sign].ticks[-1][0])


def signs_chart(
    courses: Sequence[SignCourse],
    *,
    axis: TimeAxis,
    assumptions: Sequence[str] = (),
    marks: Sequence[Mark] = (),
    band_says: str = ENSEMBLE_SAYS,
    name: str = "signs",
    title: str = "Predicted signs",
) -> Figure:
    """A panel for each sign. A stage holds until the next; breathing carries its caution in the panel."""
    panels = [_panel(course, band_says) for course in courses]
    breathing = any(course.sign == "breathing" for course in courses)
    says = Says(
        name=name, title=title, band=band_says, more=NO_REASSURANCE if breathing else "", assumptions=assumptions
    )
    return predicted_chart(panels, courses, says, axis=axis, marks=marks)


def _panel(course: SignCourse, band_says: str) -> Panel:
    kind, step = _KINDS[course.sign], course.sign == "withdrawal"
    return Panel(
        title=kind.title, unit=kind.unit, lines=course.lines(step=step),
        bands=course.bands(band_says, step=step), ticks=kind.ticks, low=0, high=kind.ticks[-1][0], caution=kind.caution,
    )  # fmt: skip
