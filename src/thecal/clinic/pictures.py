"""The pictures on the clinic's pages: knowledge in, figures out. Predictions come from read-outs alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from thecal.clinic.models import Implant, Patient, Tolerance
from thecal.clinic.steps.ages import age_years
from thecal.figures import (
    LEVELS,
    DayProgram,
    Figure,
    LevelCourse,
    MuscleGroup,
    ReservoirSeries,
    SpineTimeSeries,
    TimeAxis,
    TipSeries,
    day_strip,
    effect_chart,
    levels_chart,
    reservoir_chart,
    spine_time_map,
    tip_chart,
)
from thecal.programmer.review import Review
from thecal.programmer.tip import SETTLED_MS, Stretch
from thecal.pump.bolus import BridgeBolus
from thecal.pump.devices import FLOW_ACCURACY, UNDELIVERABLE
from thecal.pump.infusion import Program, local_day, steps_of_day
from thecal.pump.memory import Interrogation
from thecal.twin.forecast import Forecast, Person, Shares, build_of, tolerance_of
from thecal.twin.virtual import BAND_SAYS

GROUPS = {"soleus": "Calf (soleus)", "quadriceps": "Thigh (quadriceps)", "biceps": "Elbow (biceps)"}
TENTHS = 10
SAMPLES = 240
"""Points of a line: more cannot be told apart on a screen."""
NO_BAND = "A map has no room for a band: it is the typical person's, and the curves by level below carry the band."


def person_of(patient: Patient, implant: Implant, now_ms: int) -> Person | None:
    """What the record says of the patient, as a forecast wants it: with the median build of their age.

    None where nobody wrote down how stiff they were, and for children younger than the model knows.
    """
    stature = build_of(age_years(patient, now_ms))
    if patient.baseline_mas_tenths is None or stature is None:
        return None
    return Person(
        tip_level=implant.tip_level,
        path_nl=implant.catheter_nl + implant.tubing_nl,
        tolerance=float(tolerance_of(chronic=patient.tolerance == Tolerance.CHRONIC).value),
        baseline_mas=patient.baseline_mas_tenths / TENTHS,
        stature=stature,
    )


def day_program(program: Program | None, at_ms: int) -> DayProgram | None:
    """The program's day that `at_ms` lies in; None where no dose is programmed."""
    if program is None:
        return None
    weekday, _ = local_day(at_ms, program.utc_offset_min)
    steps = list(steps_of_day(program.infusion_mode, weekday))
    return DayProgram(steps=steps, concentration_pg_per_nl=program.concentration_pg_per_nl) if steps else None


def program_strip(current: Program | None, pending: Program | None, at_ms: int) -> Figure | None:
    """Both programs as a 24-hour strip in the same axes; None where there is nothing to draw."""
    running, proposed = day_program(current, at_ms), day_program(pending, at_ms)
    if proposed == running:
        proposed = None
    if running is None and proposed is None:
        return None
    return day_strip(running, proposed, title="Program, by hour of the day")


def reservoir_picture(read: Interrogation, *, book_by_ms: int | None) -> Figure | None:
    """The calculated reservoir from the read-out until it would be empty, with its worst case."""
    if read.program is None or read.empty_ms is None or read.empty_ms <= read.at_ms:
        return None
    times = [int(at_ms) for at_ms in np.linspace(read.at_ms, read.empty_ms, 40)]
    share = [(read.empty_ms - at_ms) / (read.empty_ms - read.at_ms) for at_ms in times]
    calculated = [(at_ms, read.reservoir_nl * left) for at_ms, left in zip(times, share, strict=True)]
    return reservoir_chart(
        ReservoirSeries(
            calculated_nl=calculated,
            worst_case_nl=[(at_ms, _worst_nl(read.reservoir_nl, left_nl), left_nl) for at_ms, left_nl in calculated],
            alarm_volume_nl=read.program.low_reservoir_alarm_nl,
            utc_offset_min=read.program.utc_offset_min,
            read_at_ms=read.at_ms,
            book_by_ms=book_by_ms,
        ),
        title="Reservoir, calculated by the pump",
    )


def _worst_nl(held_nl: int, left_nl: float) -> float:
    """What could still be delivered, if the pump gave the most that its specification allows."""
    delivered_nl = (held_nl - left_nl) * (1 + FLOW_ACCURACY.whole() / 1_000)
    return max(0.0, held_nl - delivered_nl - UNDELIVERABLE.whole())


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What of a forecast is drawn: `[from_ms, until_ms]`, in local time."""

    from_ms: int
    until_ms: int
    utc_offset_min: int

    @property
    def axis(self) -> TimeAxis:
        """Dates."""
        return TimeAxis(utc_offset_min=self.utc_offset_min)


def predicted(current: Forecast, pending: Forecast | None, window: Window) -> dict[str, Figure]:
    """By name: the fluid along the spine, at levels, and tone; what is pending beside what is current, with a band."""
    shown = pending or current
    return {
        "spine": _spine_picture(shown, window),
        "levels": _levels_picture(current, pending, window),
        "effect": _effect_picture(current, pending, window),
    }


def _spine_picture(shown: Forecast, window: Window) -> Figure:
    """Fluid by vertebral level over time. A map has no band: it names the figure that has."""
    times_ms = [at_ms for at_ms, _ in _points(shown, shown.run.tip_pg_per_day, window)]
    rows = shown.spine(times_ms[:-1])
    series = SpineTimeSeries(
        concentration_mcg_per_ml=[rows[level] for level in LEVELS],
        times_ms=times_ms[:-1],
        until_ms=times_ms[-1],
        tip_level=shown.body.tip_level,
        axis=window.axis,
    )
    return with_no_band(spine_time_map(series, name="spine", title="Predicted drug along the spine"))


def with_no_band(drawn: Figure) -> Figure:
    """A map that says where its band is."""
    return replace(drawn, caption=f"{drawn.caption} {NO_BAND}")


def _levels_picture(current: Forecast, pending: Forecast | None, window: Window) -> Figure:
    """Fluid at a few levels, with the band of virtual patients."""
    shown = pending or current
    courses = [
        LevelCourse(
            level=level,
            current=_points(current, current.level(level), window),
            pending=_points(pending, pending.level(level), window) if pending else (),
            spread=_spread(shown, band, window),
        )
        for level, band in shown.fluid.items()
    ]
    title = "Predicted drug in the fluid, by level"
    return levels_chart(courses, axis=window.axis, band_says=BAND_SAYS, title=title)


def _effect_picture(current: Forecast, pending: Forecast | None, window: Window) -> Figure:
    """Predicted Modified Ashworth by muscle group, with the band of virtual patients."""
    shown = pending or current
    groups = [
        MuscleGroup(
            muscle_group=label,
            current=_points(current, current.mas(target), window),
            pending=_points(pending, pending.mas(target), window) if pending else (),
            spread=_spread(shown, shown.mas_band(target), window),
        )
        for target, label in GROUPS.items()
    ]
    return effect_chart(groups, scale="ashworth", axis=window.axis, band_says=BAND_SAYS, title="Predicted spasticity")


def _spread(foreseen: Forecast, band: tuple[Shares, Shares], window: Window) -> list[tuple[int, float, float]]:
    """(time, lowest, highest) within the window."""
    low, high = (_points(foreseen, end, window) for end in band)
    return [(at_ms, least, most) for (at_ms, least), (_, most) in zip(low, high, strict=True)]


def _points(foreseen: Forecast, values: Shares, window: Window) -> list[tuple[int, float]]:
    """The values within the window, thinned to what a screen can show."""
    times = foreseen.run.times_ms
    inside = np.flatnonzero((times >= window.from_ms) & (times <= window.until_ms))
    kept = inside[:: max(1, len(inside) // SAMPLES)]
    return [(int(times[index]), float(values[index])) for index in kept]


def tip_picture(reviewed: Review, *, utc_offset_min: int) -> Figure | None:
    """The dose at the pump and at the tip until the change has arrived plus 24 h."""
    if reviewed.picture is None or not reviewed.picture.at_tip:
        return None
    even = len(reviewed.pending.rates_nl_per_day) == 1
    unbridged = _unbridged(reviewed) if even else []
    now = reviewed.unchanged
    return tip_chart(
        TipSeries(
            at_pump_pg_per_day=_steps(reviewed.picture.at_pump),
            at_tip_pg_per_day=_steps(reviewed.picture.at_tip),
            intended_pg_per_day=_intended(reviewed) if even else [],
            until_ms=max(reviewed.until_ms, *(at_ms + SETTLED_MS for at_ms, _ in unbridged), reviewed.at_ms),
            utc_offset_min=utc_offset_min,
            without_pg_per_day=unbridged,
            stages=_stages(reviewed),
            current_at_pump_pg_per_day=_steps(now.at_pump) if now is not None else (),
            current_at_tip_pg_per_day=_steps(now.at_tip or ()) if now is not None else (),
        ),
        title="Dose at the pump and at the catheter's tip",
    )


def _intended(reviewed: Review) -> list[tuple[int, float]]:
    """The order, against which per cent are counted; a schedule has no one dose to count against."""
    ordered = reviewed.pending.ordered_pg_per_day or reviewed.pending.dose_pg_per_day
    return [(reviewed.at_ms, float(ordered))] if ordered else []


def _stages(reviewed: Review) -> list[tuple[int, str]]:
    """Where a bridge runs, and where the new program takes over: the new drug leaves the reservoir fast meanwhile."""
    if reviewed.bridge is None or not isinstance(reviewed.update.bolus, BridgeBolus):
        return []
    return [(reviewed.at_ms, "bridge"), (reviewed.at_ms + reviewed.bridge.duration_ms, "new program")]


def _unbridged(reviewed: Review) -> list[tuple[int, float]]:
    """What the tip would get with no bridge, where one is planned."""
    lost = reviewed.without_bridge
    if lost is None or reviewed.update.bolus is None:
        return []
    steps = [(reviewed.at_ms, float(lost.tip_pg_per_day)), (reviewed.at_ms + lost.duration_ms, lost.dose_pg_per_day)]
    return [(at_ms, float(dose)) for at_ms, dose in steps]


def _steps(stretches: Sequence[Stretch]) -> list[tuple[int, float]]:
    return [(stretch.start_ms, float(stretch.dose_pg_per_day)) for stretch in stretches]
