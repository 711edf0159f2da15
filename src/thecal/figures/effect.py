"""Predicted effect by muscle group: small multiples, current beside pending, with the one spread that is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

from thecal.errors import OurFault
from thecal.figures.build import build
from thecal.figures.figure import Figure
from thecal.figures.panels import Band, Chart, Line, LineKind, Panel, Points, Spread, tabulate
from thecal.figures.scales import show_time, time_ticks

BAND_SAYS: Final = "spread of sensitivity between people (published), nothing else"
ASHWORTH: Final = ((0.0, "0"), (1.0, "1"), (1.5, "1+"), (2.0, "2"), (3.0, "3"), (4.0, "4"))
"""Modified Ashworth grades and where they are drawn: 1+ lies between 1 and 2."""
FRACTION: Final = ((0.0, "0"), (0.25, "0.25"), (0.5, "0.5"), (0.75, "0.75"), (1.0, "1"))

EffectScale = Literal["ashworth", "suppressed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MuscleGroup:
    """The predicted course of one muscle group; the spread belongs to the pending course, or to the only one."""

    muscle_group: str
    current: Points
    pending: Points = ()
    spread: Spread = ()


def effect_chart(
    groups: Sequence[MuscleGroup],
    *,
    scale: EffectScale,
    utc_offset_min: int,
    name: str = "effect",
    title: str = "",
) -> Figure:
    """Modified Ashworth grades (1+ handed in as 1.5) or the fraction of tone suppressed, over time, *predicted*."""
    what = "spasticity" if scale == "ashworth" else "tone suppressed"
    ticks = ASHWORTH if scale == "ashworth" else FRACTION
    unit = "Modified Ashworth" if scale == "ashworth" else "fraction of tone suppressed"
    for group in groups:
        _check(group, ticks[-1][0])
    panels = [_panel(group, unit, ticks) for group in groups]
    kind: LineKind = "pending" if any(group.pending for group in groups) else "current"
    banded = any(group.spread for group in groups)
    chart = Chart(
        panels=panels,
        ticker=time_ticks(utc_offset_min),
        foot=BAND_SAYS if banded else "",
        foot_band=kind if banded else None,
    )
    caption = f"Predicted. {f'Band: {BAND_SAYS}.' if banded else 'No band: the spread between people is not shown.'}"
    table = tabulate(chart, partial(show_time, utc_offset_min=utc_offset_min))
    return build(name, title or f"Predicted {what}", caption, chart, table, panel_height=104 if len(panels) > 1 else 0)


def _check(group: MuscleGroup, highest: float) -> None:
    """OurFault where a value is off the scale: it would be drawn outside the panel."""
    values = [value for points in (group.current, group.pending) for _, value in points]
    values += [value for _, *pair in group.spread for value in pair]
    if any(not 0 <= value <= highest for value in values):
        raise OurFault(f"{group.muscle_group} has a value off the scale", remedy=f"Hand in 0 to {highest:g}.")


def _panel(group: MuscleGroup, unit: str, ticks: tuple[tuple[float, str], ...]) -> Panel:
    lines = [Line(label="current, predicted", points=group.current)]
    if group.pending:
        lines.append(Line(label="pending, predicted", points=group.pending, kind="pending"))
    kind: LineKind = "pending" if group.pending else "current"
    bands = [Band(label=BAND_SAYS, points=group.spread, kind=kind, silent=True)] if group.spread else []
    return Panel(
        title=group.muscle_group, unit=unit, lines=lines, bands=bands, ticks=ticks, low=ticks[0][0], high=ticks[-1][0]
    )
