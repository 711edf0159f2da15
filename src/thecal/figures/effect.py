"""Predicted effect by muscle group: small multiples, current beside pending, with a band."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from thecal.figures.axis import TimeAxis
from thecal.figures.figure import Figure
from thecal.figures.panels import Mark, Panel
from thecal.figures.predicted import Predicted, Says, predicted_chart

BAND_SAYS: Final = "spread of sensitivity between people (published), nothing else"
ASHWORTH: Final = ((0.0, "0"), (1.0, "1"), (1.5, "1+"), (2.0, "2"), (3.0, "3"), (4.0, "4"))
"""Modified Ashworth grades and where they are drawn: 1+ lies between 1 and 2."""
FRACTION: Final = ((0.0, "0"), (0.25, "0.25"), (0.5, "0.5"), (0.75, "0.75"), (1.0, "1"))

EffectScale = Literal["ashworth", "suppressed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MuscleGroup(Predicted):
    """The predicted course of one muscle group; the spread belongs to the pending course, or to the only one."""

    muscle_group: str


def effect_chart(
    groups: Sequence[MuscleGroup],
    *,
    scale: EffectScale,
    utc_offset_min: int = 0,
    axis: TimeAxis | None = None,
    marks: Sequence[Mark] = (),
    band_says: str = BAND_SAYS,
    assumptions: Sequence[str] = (),
    name: str = "effect",
    title: str = "",
) -> Figure:
    """Modified Ashworth grades (1+ handed in as 1.5) or the fraction of tone suppressed, over time, *predicted*.

    `band_says` is what the spread spans; without an `axis` times are dates at `utc_offset_min`.
    """
    what = "spasticity" if scale == "ashworth" else "tone suppressed"
    ticks = ASHWORTH if scale == "ashworth" else FRACTION
    unit = "Modified Ashworth" if scale == "ashworth" else "fraction of tone suppressed"
    for group in groups:
        group.check(group.muscle_group, ticks[-1][0])
    panels = [_panel(group, unit, ticks, band_says) for group in groups]
    says = Says(name=name, title=title or f"Predicted {what}", band=band_says, assumptions=assumptions)
    return predicted_chart(panels, groups, says, axis=axis or TimeAxis(utc_offset_min=utc_offset_min), marks=marks)


def _panel(group: MuscleGroup, unit: str, ticks: tuple[tuple[float, str], ...], band_says: str) -> Panel:
    return Panel(
        title=group.muscle_group, unit=unit, lines=group.lines(), bands=group.bands(band_says), ticks=ticks,
        low=ticks[0][0], high=ticks[-1][0],
    )  # fmt: skip
