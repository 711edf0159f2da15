"""From what the clinician orders, in doses, to what the pump holds, in rates.

A prescription speaks of drug: a daily dose, or doses per hour through the day. A program speaks of volume. The one
becomes the other by exact division, rounded to the nearest nanolitre a day; the pump's own daily dose, computed back
from its rates, stands beside the order in every review.
"""

from dataclasses import dataclass
from itertools import pairwise

from thecal.care.flex import DoseStep, peak_hour_pg, total_pg_per_day
from thecal.errors import BadInput
from thecal.pump.devices import MINIMUM_RATE, PumpModel
from thecal.pump.infusion import (
    MOST_STEPS,
    WEEK_MS,
    WEEKDAYS,
    FlexDay,
    FlexSchedule,
    FlexStep,
    InfusionMode,
    MinimumRate,
    PeriodicBolus,
    Program,
    SimpleContinuous,
    StopPump,
    steps_of_day,
)
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS, PG_PER_MCG, ceil_div, round_div

HOURS = 24
LARGEST_PG_PER_DAY = 100_000 * PG_PER_MCG
"""No entry above it is a dose of baclofen: fifty times the label's highest, 2003 mcg/day (rote-liste.de 12315-1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinuousDose:
    """One daily dose, evenly through the day."""

    dose_pg_per_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexDoseStep:
    """From `start_ms` after local midnight on, `dose_pg_per_h`."""

    start_ms: int
    dose_pg_per_h: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexDoseDay:
    """One day's steps, the first at midnight, each until the next."""

    steps: tuple[FlexDoseStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexDose:
    """One day for every day, or seven, Monday first."""

    days: tuple[FlexDoseDay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicDose:
    """`dose_pg` over `lasts_ms`, every `every_ms`, the first `first_ms` after local midnight; between them the basal.

    `every_ms` divides the day. A basal of zero is a pause.
    """

    basal_pg_per_h: int
    dose_pg: int
    lasts_ms: int
    every_ms: int
    first_ms: int

    @property
    def doses_per_day(self) -> int:
        """How many doses every day has."""
        return DAY_MS // self.every_ms

    @property
    def dose_pg_per_day(self) -> int:
        """The drug a day at which a dose flows, to the nearest picogram."""
        return round_div(self.dose_pg * DAY_MS, self.lasts_ms)


Dosing = StopPump | MinimumRate | ContinuousDose | FlexDose | PeriodicDose


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription:
    """What the clinician orders. `utc_offset_min` is the local time a day schedule is meant in."""

    drug: str
    concentration_pg_per_nl: int
    dosing: Dosing
    low_reservoir_alarm_nl: int
    utc_offset_min: int


def program_for(prescription: Prescription, *, tubing_nl: int, catheter_nl: int) -> Program:
    """The program that carries the order out. BadInput where the order is no order.

    `catheter_nl` is 0 where the catheter's length is not known: no catheter has no volume.

    >>> order = Prescription(drug="baclofen", concentration_pg_per_nl=2_000, low_reservoir_alarm_nl=2_000_000,
    ...     dosing=ContinuousDose(dose_pg_per_day=300_000_000), utc_offset_min=0)
    >>> program_for(order, tubing_nl=140_000, catheter_nl=195_800).infusion_mode
    SimpleContinuous(rate_nl_per_day=150000)
    """
    check(prescription)
    mode = _mode(prescription.dosing, prescription.concentration_pg_per_nl)
    return Program(
        drug=prescription.drug.strip(),
        concentration_pg_per_nl=prescription.concentration_pg_per_nl,
        infusion_mode=mode,
        low_reservoir_alarm_nl=prescription.low_reservoir_alarm_nl,
        catheter_nl=catheter_nl,
        tubing_nl=tubing_nl,
        utc_offset_min=prescription.utc_offset_min,
        ceiling_nl_per_day=ceiling_nl_per_day(mode),
        patient_dose=None,
    )


def ceiling_nl_per_day(mode: InfusionMode) -> int:
    """The most that this program may give in any 24 h, nL: what the pump's limiter will hold it to.

    Computed here by itself, from the weekly pattern laid out minute by minute where it changes, and again by the pump.

    >>> ceiling_nl_per_day(SimpleContinuous(rate_nl_per_day=150_000))
    150000
    """
    if isinstance(mode, StopPump):
        return 0
    if isinstance(mode, MinimumRate):
        return MINIMUM_RATE.whole()
    days = [steps_of_day(mode, weekday) for weekday in range(WEEKDAYS)]
    if all(day == days[0] for day in days):
        return ceil_div(_day(days[0]), DAY_MS)
    knots = [(day * DAY_MS + start_ms, rate) for day, steps in enumerate(days) for start_ms, rate in steps]
    return ceil_div(max(_window(knots, begin_ms) for begin_ms in _begins(knots)), DAY_MS)


def _day(steps: tuple[tuple[int, int], ...]) -> int:
    """Rate times time over a day that is like every other, and so over any 24 h."""
    ends = [*(start_ms for start_ms, _ in steps[1:]), DAY_MS]
    return sum(rate * (end_ms - start_ms) for (start_ms, rate), end_ms in zip(steps, ends, strict=True))


def _begins(knots: list[tuple[int, int]]) -> set[int]:
    """Where the largest 24 h of the week may begin: at a step, or 24 h before one."""
    starts = {start_ms for start_ms, _ in knots}
    return starts | {(start_ms - DAY_MS) % WEEK_MS for start_ms in starts}


def _window(knots: list[tuple[int, int]], begin_ms: int) -> int:
    """Rate times time over the 24 h from `begin_ms`, by what each stretch of two weeks in a row shares with it."""
    ends = [*(start_ms for start_ms, _ in knots[1:]), WEEK_MS]
    return sum(
        rate * max(0, min(end_ms + shift, begin_ms + DAY_MS) - max(start_ms + shift, begin_ms))
        for shift in (0, WEEK_MS)
        for (start_ms, rate), end_ms in zip(knots, ends, strict=True)
    )


def check(prescription: Prescription) -> None:
    """Nothing where the order can be read; BadInput that names the field where it cannot."""
    if not prescription.drug.strip():
        raise BadInput("drug", "is empty", remedy="Write the drug on the label: baclofen.")
    if prescription.concentration_pg_per_nl <= 0:
        raise BadInput(
            "concentration_pg_per_nl", "a concentration of zero holds no drug", remedy="Copy it from the label."
        )
    if prescription.low_reservoir_alarm_nl < 0:
        raise BadInput("low_reservoir_alarm_nl", "is negative", remedy="Write the volume at which to alarm: 2 mL.")
    if not -14 * 60 <= prescription.utc_offset_min <= 14 * 60:
        raise BadInput("utc_offset_min", "is more than 14 hours from UTC", remedy="Write minutes east of UTC: 60.")
    match prescription.dosing:
        case ContinuousDose(dose_pg_per_day=dose):
            _check_dose("dosing.dose_pg_per_day", dose)
        case FlexDose(days=days):
            _check_days(days)
        case PeriodicDose():
            _check_periodic(prescription.dosing)
        case _:
            return


def ordered_cycle(dosing: Dosing) -> tuple[tuple[DoseStep, ...], int]:
    """(steps in pg/day, length of the cycle in ms) of an order; a stop or minimum rate orders no dose."""
    match dosing:
        case ContinuousDose(dose_pg_per_day=dose):
            return (DoseStep(start_ms=0, dose_pg_per_day=dose),), DAY_MS
        case FlexDose(days=days):
            steps = tuple(
                DoseStep(start_ms=day * DAY_MS + step.start_ms, dose_pg_per_day=step.dose_pg_per_h * HOURS)
                for day, pattern in enumerate(days)
                for step in pattern.steps
            )
            return steps, len(days) * DAY_MS
        case PeriodicDose(basal_pg_per_h=basal, dose_pg_per_day=dose):
            return _periodic_cycle(dosing, basal_pg_per_day=basal * HOURS, dose_pg_per_day=dose)
        case _:
            return (DoseStep(start_ms=0, dose_pg_per_day=0),), DAY_MS


def _periodic_cycle(
    times: PeriodicDose | PeriodicBolus, *, basal_pg_per_day: int, dose_pg_per_day: int
) -> tuple[tuple[DoseStep, ...], int]:
    """The fewest intervals that make an hour, from midnight on; a dose that began before may still run then."""
    cycle_ms = times.every_ms * ceil_div(HOUR_MS, times.every_ms)
    starts = range(times.first_ms, cycle_ms, times.every_ms)
    still_runs = -times.first_ms % times.every_ms < times.lasts_ms
    changes = {0: dose_pg_per_day if still_runs else basal_pg_per_day}
    changes |= {(start_ms + times.lasts_ms) % cycle_ms: basal_pg_per_day for start_ms in starts}
    changes |= dict.fromkeys(starts, dose_pg_per_day)
    return tuple(
        DoseStep(start_ms=start_ms, dose_pg_per_day=dose) for start_ms, dose in sorted(changes.items())
    ), cycle_ms


def program_cycle(program: Program, pump_model: PumpModel) -> tuple[tuple[DoseStep, ...], int]:
    """(steps in pg/day, length of the cycle in ms) that the pump gives, from its own rates."""
    drug = program.concentration_pg_per_nl
    match program.infusion_mode:
        case SimpleContinuous(rate_nl_per_day=rate):
            return (DoseStep(start_ms=0, dose_pg_per_day=rate * drug),), DAY_MS
        case FlexSchedule(days=days):
            steps = tuple(
                DoseStep(start_ms=day * DAY_MS + step.start_ms, dose_pg_per_day=step.rate_nl_per_day * drug)
                for day, pattern in enumerate(days)
                for step in pattern.steps
            )
            return steps, len(days) * DAY_MS
        case PeriodicBolus(basal_rate_nl_per_day=basal, bolus_rate_nl_per_day=dose) as times:
            return _periodic_cycle(times, basal_pg_per_day=basal * drug, dose_pg_per_day=dose * drug)
        case MinimumRate():
            return (DoseStep(start_ms=0, dose_pg_per_day=pump_model.minimum_rate_nl_per_day * drug),), DAY_MS
        case StopPump():
            return (DoseStep(start_ms=0, dose_pg_per_day=0),), DAY_MS


def ordered_dose_pg_per_day(dosing: Dosing) -> int:
    """The order's 24-hour total; the mean of the days for a week's schedule.

    >>> ordered_dose_pg_per_day(FlexDose(days=(FlexDoseDay(steps=(FlexDoseStep(start_ms=0, dose_pg_per_h=10),)),)))
    240
    """
    steps, cycle_ms = ordered_cycle(dosing)
    return total_pg_per_day(steps, cycle_ms=cycle_ms)


def program_dose_pg_per_day(program: Program, pump_model: PumpModel) -> int:
    """The 24-hour total the pump gives, from its own rates."""
    steps, cycle_ms = program_cycle(program, pump_model)
    return total_pg_per_day(steps, cycle_ms=cycle_ms)


def program_peak_hour_pg(program: Program, pump_model: PumpModel) -> int:
    """The most drug the pump gives in any 60 minutes of its program."""
    steps, cycle_ms = program_cycle(program, pump_model)
    return peak_hour_pg(steps, cycle_ms=cycle_ms)


def _mode(dosing: Dosing, concentration_pg_per_nl: int) -> InfusionMode:
    """Doses to rates, each rounded to the nearest nanolitre a day."""
    match dosing:
        case ContinuousDose(dose_pg_per_day=dose):
            return SimpleContinuous(rate_nl_per_day=_rate("dosing.dose_pg_per_day", dose, concentration_pg_per_nl))
        case FlexDose(days=days):
            return FlexSchedule(days=tuple(_flex_day(day, concentration_pg_per_nl) for day in days))
        case PeriodicDose():
            return _periodic(dosing, concentration_pg_per_nl)
        case StopPump() | MinimumRate():
            return dosing


def _flex_day(day: FlexDoseDay, concentration_pg_per_nl: int) -> FlexDay:
    return FlexDay(
        steps=tuple(
            FlexStep(
                start_ms=step.start_ms,
                rate_nl_per_day=_rate("dosing.steps", step.dose_pg_per_h * HOURS, concentration_pg_per_nl),
            )
            for step in day.steps
        )
    )


def _periodic(dosing: PeriodicDose, concentration_pg_per_nl: int) -> PeriodicBolus:
    """Basal and dose, each as a rate; nothing between doses is a pause."""
    basal = 0
    if dosing.basal_pg_per_h:
        basal = _rate("dosing.basal_pg_per_h", dosing.basal_pg_per_h * HOURS, concentration_pg_per_nl)
    dose = _rate("dosing.dose_pg", dosing.dose_pg_per_day, concentration_pg_per_nl)
    if dose <= basal:
        remedy = "Order a larger dose, a shorter one, or one constant dose."
        raise BadInput("dosing.dose_pg", "is no more than the basal gives in that time", remedy=remedy)
    return PeriodicBolus(
        basal_rate_nl_per_day=basal,
        bolus_rate_nl_per_day=dose,
        lasts_ms=dosing.lasts_ms,
        every_ms=dosing.every_ms,
        first_ms=dosing.first_ms,
    )


def _rate(field: str, dose_pg_per_day: int, concentration_pg_per_nl: int) -> int:
    """nL/day, nearest; a dose too small for one nanolitre a day is no dose."""
    rate = round_div(dose_pg_per_day, concentration_pg_per_nl)
    if rate <= 0:
        raise BadInput(field, "is less than the pump can count", remedy="Order a dose, the minimum rate or a stop.")
    return rate


def _check_dose(field: str, dose_pg_per_day: int) -> None:
    """A dose is more than nothing and not absurd. No default fills a gap: zero needs a stop of its own."""
    if dose_pg_per_day <= 0:
        raise BadInput(field, "is not above zero", remedy="Order a dose, or order the stop by name.")
    if dose_pg_per_day > LARGEST_PG_PER_DAY:
        raise BadInput(field, "is absurdly large", remedy="Write it in micrograms a day: 300 mcg/day.")


def _check_periodic(dosing: PeriodicDose) -> None:
    """Doses at even times, each over before the next begins. Minutes typed for hours divide the day as well."""
    if dosing.every_ms < MINUTE_MS or DAY_MS % dosing.every_ms:
        remedy = "Choose an interval that divides 24 h: 4 h, 6 h, 8 h or 12 h."
        raise BadInput("dosing.every_ms", "gives no whole number of doses a day", remedy=remedy)
    if not 0 < dosing.lasts_ms < dosing.every_ms:
        remedy = "Write how long one dose runs: less than the interval."
        raise BadInput("dosing.lasts_ms", "does not fit between two doses", remedy=remedy)
    if not 0 <= dosing.first_ms < dosing.every_ms:
        remedy = "Write the first time after midnight, within the interval."
        raise BadInput("dosing.first_ms", "is not within the first interval", remedy=remedy)
    if dosing.basal_pg_per_h < 0:
        raise BadInput("dosing.basal_pg_per_h", "is negative", remedy="Write the dose between, or zero for a pause.")
    _check_dose("dosing.dose_pg", dosing.dose_pg)
    _check_dose("dosing.dose_pg", dosing.dose_pg * dosing.doses_per_day)


def _check_days(days: tuple[FlexDoseDay, ...]) -> None:
    """A day schedule has no gap and no overlap, and every step gives drug."""
    if len(days) not in {1, WEEKDAYS}:
        raise BadInput("dosing.days", f"has {len(days)} days", remedy="Write one day for every day, or all seven.")
    for number, day in enumerate(days):
        _check_day(f"dosing.days[{number}].steps", day)


def _check_day(field: str, day: FlexDoseDay) -> None:
    starts = [step.start_ms for step in day.steps]
    if not 1 <= len(starts) <= MOST_STEPS:
        raise BadInput(field, f"has {len(starts)} steps", remedy=f"A day has 1 to {MOST_STEPS} steps.")
    if starts[0] != 0:
        raise BadInput(field, "leaves a gap after midnight", remedy="Start the first step at 00:00.")
    if any(later <= earlier for earlier, later in pairwise(starts)) or starts[-1] >= DAY_MS:
        raise BadInput(field, "overlap, or run past midnight", remedy="Order the steps by their start, 00:00 to 23:59.")
    for step in day.steps:
        _check_dose(field, step.dose_pg_per_h * HOURS)
