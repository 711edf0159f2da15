"""A program as a 24-hour strip: current solid, pending dashed, in the same axes."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from thecal.errors import OurFault
from thecal.figures.build import build
from thecal.figures.figure import Figure, Table
from thecal.figures.panels import Band, Chart, Line, LineKind, Note, Panel
from thecal.figures.scales import checked, clock_ticks, show_number
from thecal.units import DAY_MS, HOUR_MS, NL_PER_ML, NO_BREAK_SPACE, PG_PER_MCG, decimal_text, round_div, show_dose


@dataclass(frozen=True, slots=True, kw_only=True)
class DayProgram:
    """A program's day: steps `(start_ms since midnight, rate_nl_per_day)` in order; the last holds until the first."""

    steps: Sequence[tuple[int, int]]
    concentration_pg_per_nl: int

    def __post_init__(self) -> None:
        checked(self.concentration_pg_per_nl, "the concentration")
        starts = [start_ms for start_ms, _ in self.steps]
        if any(not 0 <= start_ms < DAY_MS for start_ms in starts) or any(b <= a for a, b in pairwise(starts)):
            raise OurFault("a day's steps start within the day, one after the other")
        if any(checked(rate, "a rate") < 0 for _, rate in self.steps):
            raise OurFault("no pump runs backwards")

    def from_midnight(self) -> list[tuple[int, int]]:
        """The steps with one at midnight: the last step of the day before, where the first starts later."""
        steps = list(self.steps)
        return steps if not steps or steps[0][0] == 0 else [(0, steps[-1][1]), *steps]

    def rate_nl_per_day_at(self, at_ms: int) -> int:
        """The rate at a time of day."""
        return next(rate for start_ms, rate in reversed(self.from_midnight()) if start_ms <= at_ms)

    def mcg_per_h(self, rate_nl_per_day: int) -> float:
        """A rate as mass an hour."""
        return rate_nl_per_day * self.concentration_pg_per_nl / (24 * PG_PER_MCG)

    def total_pg(self) -> int:
        """What 24 hours deliver, to the nearest picogram."""
        steps = [*self.from_midnight(), (DAY_MS, 0)]
        parts = sum((until_ms - from_ms) * rate for (from_ms, rate), (until_ms, _) in pairwise(steps))
        return round_div(parts * self.concentration_pg_per_nl, DAY_MS)


def day_strip(
    current: DayProgram | None, pending: DayProgram | None = None, *, name: str = "day-strip", title: str = ""
) -> Figure:
    """The strip. Totals stand at the lines' ends, peaks at the peaks; either program may be missing."""
    both: list[tuple[LineKind, DayProgram]] = []
    if current is not None and current.steps:
        both.append(("current", current))
    if pending is not None and pending.steps:
        both.append(("pending", pending))
    panel = Panel(
        title="Dose rate",
        unit="mcg/h",
        lines=[_line(program, kind) for kind, program in both],
        bands=[_shade(program) for kind, program in both if kind == "current"],
        notes=[_peak(program, kind) for kind, program in both],
    )
    caption = "; ".join(f"{kind} {show_dose(program.total_pg())}, {_peak_says(program)}" for kind, program in both)
    chart = Chart(panels=[panel], ticker=clock_ticks, until_ms=DAY_MS if both else None)
    return build(
        name, title or "Program over 24 hours", f"{caption or 'No program'}.".capitalize(), chart, _table(both)
    )


def _line(program: DayProgram, kind: LineKind) -> Line:
    points = [(start_ms, program.mcg_per_h(rate)) for start_ms, rate in program.from_midnight()]
    return Line(label=f"{kind} {show_dose(program.total_pg())}", points=points, kind=kind, step=True)


def _shade(program: DayProgram) -> Band:
    """The area under the current program, faint."""
    steps = [*program.from_midnight(), (DAY_MS, 0)]
    corners = [
        (at_ms, 0.0, program.mcg_per_h(rate))
        for (from_ms, rate), (until_ms, _) in pairwise(steps)
        for at_ms in (from_ms, until_ms)
    ]
    return Band(label="", points=corners, kind="reference", silent=True)


def _peak_step(program: DayProgram) -> tuple[int, int, int]:
    """When the highest rate begins and ends, and that rate; the first of several."""
    steps = [*program.from_midnight(), (DAY_MS, 0)]
    stretches = [(from_ms, until_ms, rate) for (from_ms, rate), (until_ms, _) in pairwise(steps)]
    return max(stretches, key=lambda stretch: (stretch[2], -stretch[0]))


def _peak(program: DayProgram, kind: LineKind) -> Note:
    from_ms, until_ms, rate = _peak_step(program)
    value = program.mcg_per_h(rate)
    brief = show_number(value, digits=4)
    return Note(from_ms=from_ms, until_ms=until_ms, value=value, says=_peak_says(program), brief=brief, kind=kind)


def _peak_says(program: DayProgram) -> str:
    from_ms, until_ms, rate = _peak_step(program)
    says = f"{show_number(program.mcg_per_h(rate), digits=4)}{NO_BREAK_SPACE}mcg/h"
    if until_ms - from_ms == DAY_MS:
        return f"{says} all day"
    return f"peak {says}, {_clock(from_ms)}–{_clock(until_ms)}"


def _clock(at_ms: int) -> str:
    return f"{at_ms // HOUR_MS:02d}:{at_ms % HOUR_MS // 60_000:02d}"


def _table(both: Sequence[tuple[LineKind, DayProgram]]) -> Table:
    """Every step of either program, what it runs at, and the total."""
    starts = sorted({start_ms for _, program in both for start_ms, _ in program.from_midnight()})
    head = [f"{kind}, {what}" for kind, _ in both for what in ("rate (mL/day)", "dose rate (mcg/h)")]
    rows = [(_clock(start_ms), *_cells(both, start_ms)) for start_ms in starts]
    totals = [cell for _, program in both for cell in ("", f"{show_dose(program.total_pg())}")]
    return Table(("From", *head), (*rows, ("24-hour total", *totals)) if rows else ())


def _cells(both: Sequence[tuple[LineKind, DayProgram]], start_ms: int) -> list[str]:
    rates = [(program, program.rate_nl_per_day_at(start_ms)) for _, program in both]
    return [
        cell
        for program, rate in rates
        for cell in (decimal_text(rate, NL_PER_ML), show_number(program.mcg_per_h(rate)))
    ]
