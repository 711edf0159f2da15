"""Dose at the pump and at the catheter tip while a change travels: old, bridge, new; with and without the bridge."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from thecal.figures.figure import Figure
from thecal.figures.lines import line_chart
from thecal.figures.panels import Line, LineKind, Mark, Note, Panel, Points
from thecal.figures.scales import checked, checked_time
from thecal.units import NO_BREAK_SPACE, PG_PER_MCG, show_duration

NOTES_MAX: Final = 3
"""More stretches than this are told by the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TipSeries:
    """Daily doses as steps `(at_ms, dose_pg_per_day)`; each value holds until the next, the last until `until_ms`.

    `intended_pg_per_day` is the order, against which per cent are counted. `without_pg_per_day` is the dose at the tip
    with no bridge; `current_…` are the doses if nothing is changed. `stages` name what the pump does from a time on:
    old, bridge, new.
    """

    at_pump_pg_per_day: Points
    at_tip_pg_per_day: Points
    intended_pg_per_day: Points
    until_ms: int
    utc_offset_min: int
    without_pg_per_day: Points = ()
    current_at_pump_pg_per_day: Points = ()
    current_at_tip_pg_per_day: Points = ()
    stages: Sequence[tuple[int, str]] = ()

    def __post_init__(self) -> None:
        checked_time(self.until_ms, "the end of the chart")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch in which the tip gets `per_cent` of the intended dose."""

    from_ms: int
    until_ms: int
    dose_pg_per_day: float
    per_cent: int

    def says(self) -> str:
        """25 % for 53 h 44 min."""
        return f"{self.per_cent}{NO_BREAK_SPACE}% for {show_duration(self.until_ms - self.from_ms)}"


def stretches(dose: Points, intended: Points, until_ms: int) -> list[Stretch]:
    """Where the dose is not the intended one, to the nearest per cent; stretches of one per cent are joined."""
    found: list[Stretch] = []
    given_at, wanted_at = _Steps(dose), _Steps(intended)
    times = sorted({at_ms for at_ms, _ in (*dose, *intended) if at_ms < until_ms})
    for from_ms, end_ms in pairwise([*times, until_ms]):
        given, wanted = given_at(from_ms), wanted_at(from_ms)
        if given is None or not wanted or round(100 * given / wanted) == 100:
            continue
        per_cent = round(100 * given / wanted)
        if found and (found[-1].until_ms, found[-1].per_cent) == (from_ms, per_cent):
            from_ms = found.pop().from_ms  # noqa: PLW2901 the stretch goes on: it began earlier
        found.append(Stretch(from_ms=from_ms, until_ms=end_ms, dose_pg_per_day=given, per_cent=per_cent))
    return found


class _Steps:
    """A step line: its value at a time, None before it begins."""

    def __init__(self, points: Points) -> None:
        self.times = [at_ms for at_ms, _ in points]
        self.values = [checked(value, "a dose") for _, value in points]

    def __call__(self, at_ms: int) -> float | None:
        """The last value that began at or before the time."""
        index = bisect_right(self.times, at_ms)
        return self.values[index - 1] if index else None


def tip_chart(series: TipSeries, *, name: str = "tip", title: str = "Dose at the pump and at the tip") -> Figure:
    """Two panels in the same axes; every stretch at the tip that is off the order says by how much, for how long."""
    pump_high, tip_high = _highs(series)
    panels = [
        Panel(title="At the pump", unit="mcg/day", lines=_pump_lines(series), high=pump_high),
        Panel(title="At the tip", unit="mcg/day", lines=_tip_lines(series), notes=list(_notes(series)), high=tip_high),
    ]
    return line_chart(
        panels,
        utc_offset_min=series.utc_offset_min,
        title=title,
        caption=_caption(series),
        name=name,
        marks=[Mark(at_ms=at_ms, says=says) for at_ms, says in series.stages],
        until_ms=series.until_ms,
    )


def _pump_lines(series: TipSeries) -> list[Line]:
    pending = _line("pending", "pending", series.at_pump_pg_per_day)
    current = series.current_at_pump_pg_per_day
    return [pending, _line("current", "current", current)] if current else [pending]


def _tip_lines(series: TipSeries) -> list[Line]:
    bridged = "with bridge" if series.without_pg_per_day else "pending"
    lines = [_line(bridged, "pending", series.at_tip_pg_per_day)]
    if series.without_pg_per_day:
        lines.append(_line("without bridge", "without", series.without_pg_per_day))
    if series.current_at_tip_pg_per_day:
        lines.append(_line("current", "current", series.current_at_tip_pg_per_day))
    return lines


def _line(label: str, kind: LineKind, points: Points) -> Line:
    return Line(label=label, points=[(at_ms, dose / PG_PER_MCG) for at_ms, dose in points], kind=kind, step=True)


def _highs(series: TipSeries) -> tuple[float, float]:
    """Where the two panels end: at the same dose, so that heights compare, unless one would be flattened by it."""
    pump = _highest((*series.at_pump_pg_per_day, *series.current_at_pump_pg_per_day))
    tip = _highest((*series.at_tip_pg_per_day, *series.without_pg_per_day, *series.current_at_tip_pg_per_day))
    high = max(pump, tip)
    return (high, high) if high <= 2 * min(pump, tip) else (pump, tip)


def _highest(points: Points) -> float:
    return max((checked(dose, "a dose") for _, dose in points), default=0.0) / PG_PER_MCG


def _off(series: TipSeries) -> Iterator[tuple[LineKind, str, list[Stretch]]]:
    until_ms = series.until_ms
    yield "pending", "with bridge", stretches(series.at_tip_pg_per_day, series.intended_pg_per_day, until_ms)
    yield "without", "without bridge", stretches(series.without_pg_per_day, series.intended_pg_per_day, until_ms)


def _notes(series: TipSeries) -> Iterator[Note]:
    for kind, _, found in _off(series):
        longest = sorted(found, key=lambda one: one.from_ms - one.until_ms)[:NOTES_MAX]
        for one in longest:
            value = one.dose_pg_per_day / PG_PER_MCG
            yield Note(from_ms=one.from_ms, until_ms=one.until_ms, value=value, says=one.says(), kind=kind)


def _caption(series: TipSeries) -> str:
    if not series.intended_pg_per_day:
        return "What leaves the reservoir, and what leaves the tip."
    parts = []
    for _, label, found in _off(series):
        if label == "without bridge" and not series.without_pg_per_day:
            continue
        label = f"{label} " if series.without_pg_per_day else ""  # noqa: PLW2901 one line needs no name
        says = ", then ".join(one.says() for one in found[:NOTES_MAX]) or f"100{NO_BREAK_SPACE}% throughout"
        more = f" and {len(found) - NOTES_MAX} more stretches" if len(found) > NOTES_MAX else ""
        parts.append(f"{label}{says}{more}")
    return f"Of the intended dose at the tip: {'; '.join(parts)}."
