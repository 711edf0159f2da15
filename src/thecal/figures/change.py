"""Assessments over time: the legs' mean grade, spasms and pain, each scale a line of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from thecal.care.scales import AshworthVariant, PennFrequency, PennWindow, Tone, mean_hundredths
from thecal.figures.effect import ASHWORTH
from thecal.figures.figure import Figure
from thecal.figures.lines import line_chart
from thecal.figures.panels import Line, LineKind, Mark, Panel, Points

VARIANTS: Final[dict[AshworthVariant | None, tuple[str, LineKind]]] = {
    AshworthVariant.MODIFIED: ("Modified Ashworth", "current"),
    AshworthVariant.ORIGINAL: ("original Ashworth", "without"),
    None: ("scale not known", "reference"),
}
WINDOWS: Final[dict[PennWindow | None, tuple[str, LineKind]]] = {
    PennWindow.LAST_DAY: ("over the last day", "current"),
    PennWindow.LAST_HOUR: ("over the last hour", "without"),
    None: ("time not known", "reference"),
}
FIVE_STEPS: Final = tuple((float(step), str(step)) for step in range(5))
TEN_STEPS: Final = ((0.0, "0"), (5.0, "5"), (10.0, "10"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """What one assessment found that is drawn over time; None is not known and leaves a gap."""

    at_ms: int
    variant: AshworthVariant | None = None
    tones: tuple[Tone, ...] = ()
    penn_frequency: PennFrequency | None = None
    penn_window: PennWindow | None = None
    pain: int | None = None


def change_chart(
    assessments: Sequence[Assessed], *, utc_offset_min: int, marks: Sequence[Mark] = (), name: str = "change"
) -> Figure:
    """Three panels, oldest on the left. Scales that share digits are not joined by one line."""
    series = sorted(assessments, key=lambda each: each.at_ms)
    legs = [
        _line(*looks, _points((one.at_ms, _mean(one.tones)) for one in series if one.variant is variant))
        for variant, looks in VARIANTS.items()
    ]
    spasms = [
        _line(*looks, _points((one.at_ms, one.penn_frequency) for one in series if one.penn_window is window))
        for window, looks in WINDOWS.items()
    ]
    pain = [_line("as the patient says", "current", _points((one.at_ms, one.pain) for one in series))]
    panels = [
        Panel(title="Legs, mean grade", unit="points", lines=_drawn(legs), ticks=ASHWORTH, low=0, high=4),
        Panel(title="Spasms, Penn frequency", unit="grade", lines=_drawn(spasms), ticks=FIVE_STEPS, low=0, high=4),
        Panel(title="Pain", unit="0 to 10", lines=_drawn(pain), ticks=TEN_STEPS, low=0, high=10),
    ]
    caption = "What was not asked is left out. Two scales with the same digits are two lines."
    return line_chart(
        panels, utc_offset_min=utc_offset_min, title="Change over time", caption=caption, name=name, marks=marks
    )


def _mean(tones: tuple[Tone, ...]) -> float | None:
    """The legs' mean in points."""
    hundredths = mean_hundredths(tones)
    return None if hundredths is None else hundredths / 100


def _points(pairs: Iterable[tuple[int, float | None]]) -> Points:
    """The points that are known."""
    return [(at_ms, float(value)) for at_ms, value in pairs if value is not None]


def _line(label: str, kind: LineKind, points: Points) -> Line:
    return Line(label=label, points=points, kind=kind)


def _drawn(lines: Sequence[Line]) -> list[Line]:
    """The lines with something on them."""
    return [line for line in lines if line.points]
