"""Orders in doses become programs in rates, and what is no order is refused with its field's name."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thecal.errors import BadInput
from thecal.programmer.prescription import (
    LARGEST_PG_PER_DAY,
    ContinuousDose,
    Dosing,
    FlexDose,
    FlexDoseDay,
    FlexDoseStep,
    PeriodicDose,
    Prescription,
    ordered_cycle,
    ordered_dose_pg_per_day,
    program_dose_pg_per_day,
    program_for,
    program_peak_hour_pg,
)
from thecal.pump.devices import REFERENCE_20
from thecal.pump.infusion import MOST_STEPS, MinimumRate, PeriodicBolus, SimpleContinuous, StopPump, rate_at
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS, PG_PER_MCG

MCG = PG_PER_MCG
ORDER = Prescription(
    drug="baclofen",
    concentration_pg_per_nl=2_000,
    dosing=ContinuousDose(dose_pg_per_day=300 * MCG),
    low_reservoir_alarm_nl=2_000_000,
    utc_offset_min=60,
)
CONCENTRATIONS = st.sampled_from([50, 500, 1_000, 2_000, 3_000])


def day(*steps: tuple[int, int]) -> FlexDoseDay:
    """A day of (minute, pg an hour)."""
    return FlexDoseDay(
        steps=tuple(FlexDoseStep(start_ms=minute * MINUTE_MS, dose_pg_per_h=dose) for minute, dose in steps)
    )


@st.composite
def flex_doses(draw: st.DrawFn) -> FlexDose:
    """One day, or seven, of up to 13 steps."""
    days = []
    for _ in range(draw(st.sampled_from([1, 7]))):
        later = draw(st.lists(st.integers(1, 1_439), max_size=MOST_STEPS - 1, unique=True))
        days.append(day(*((minute, draw(st.integers(MCG, 100 * MCG))) for minute in [0, *sorted(later)])))
    return FlexDose(days=tuple(days))


def of(dosing: Dosing, *, concentration: int = 2_000) -> Prescription:
    """The order with another dosing."""
    return replace(ORDER, dosing=dosing, concentration_pg_per_nl=concentration)


@given(dose=st.integers(10 * MCG, 3_000 * MCG), concentration=CONCENTRATIONS)
def test_a_daily_dose_becomes_the_nearest_rate(dose: int, concentration: int) -> None:
    """The rate is the exact quotient, rounded, and the pump's own dose is half a nanolitre's drug off at most."""
    order = of(ContinuousDose(dose_pg_per_day=dose), concentration=concentration)
    program = program_for(order, tubing_nl=140_000, catheter_nl=195_800)
    assert program.infusion_mode == SimpleContinuous(rate_nl_per_day=round(Fraction(dose, concentration)))
    assert 2 * abs(program_dose_pg_per_day(program, REFERENCE_20) - dose) <= concentration


@given(dosing=flex_doses(), concentration=CONCENTRATIONS)
def test_a_day_schedule_keeps_its_total_and_its_peak(dosing: FlexDose, concentration: int) -> None:
    """The order's total is the exact sum of its steps; the pump's own total and peak hour are within its rounding."""
    exact = Fraction(0)
    for one in dosing.days:
        ends = [*(step.start_ms for step in one.steps[1:]), DAY_MS]
        exact += sum(
            Fraction(step.dose_pg_per_h * (end - step.start_ms), HOUR_MS)
            for step, end in zip(one.steps, ends, strict=True)
        )
    order = of(dosing, concentration=concentration)
    program = program_for(order, tubing_nl=0, catheter_nl=0)
    assert ordered_dose_pg_per_day(dosing) == round(exact / len(dosing.days))
    assert abs(program_dose_pg_per_day(program, REFERENCE_20) - exact / len(dosing.days)) <= concentration
    most = max(step.dose_pg_per_h for one in dosing.days for step in one.steps)
    assert program_peak_hour_pg(program, REFERENCE_20) <= most + concentration


EVERY_SIX_HOURS = PeriodicDose(
    basal_pg_per_h=8 * MCG, dose_pg=30 * MCG, lasts_ms=30 * MINUTE_MS, every_ms=6 * HOUR_MS, first_ms=2 * HOUR_MS
)
DIVISORS = [minutes for minutes in range(1, 1_441) if 1_440 % minutes == 0]


@st.composite
def periodic_doses(draw: st.DrawFn) -> PeriodicDose:
    """Doses at even times, never weaker than the basal between them."""
    every_ms = draw(st.sampled_from(DIVISORS)) * MINUTE_MS
    lasts_ms = draw(st.integers(1, every_ms - 1))
    basal = draw(st.one_of(st.just(0), st.integers(MCG, 20 * MCG)))
    least = basal * lasts_ms // HOUR_MS + 1
    dose = least + 2 * MCG + draw(st.integers(0, MCG))
    return PeriodicDose(
        basal_pg_per_h=basal,
        dose_pg=dose,
        lasts_ms=lasts_ms,
        every_ms=every_ms,
        first_ms=draw(st.integers(0, every_ms - 1)),
    )


def test_a_dose_every_six_hours_is_the_dose_that_was_ordered() -> None:
    """Four times 30 mcg and 22 h at 8 mcg/h are 296 mcg a day; the busiest hour has a dose and half an hour's basal."""
    assert EVERY_SIX_HOURS.doses_per_day == 4
    assert ordered_dose_pg_per_day(EVERY_SIX_HOURS) == 296 * MCG
    program = program_for(of(EVERY_SIX_HOURS), tubing_nl=0, catheter_nl=0)
    assert program.infusion_mode == PeriodicBolus(
        basal_rate_nl_per_day=96_000,
        bolus_rate_nl_per_day=720_000,
        lasts_ms=30 * MINUTE_MS,
        every_ms=6 * HOUR_MS,
        first_ms=2 * HOUR_MS,
    )
    assert program_dose_pg_per_day(program, REFERENCE_20) == 296 * MCG
    assert program_peak_hour_pg(program, REFERENCE_20) == 34 * MCG
    assert program.ceiling_nl_per_day == 148_000


def test_minutes_typed_for_hours_are_sixty_times_the_doses() -> None:
    """Such an order can be read, so its number of doses and its total are what a person has to see."""
    slip = replace(EVERY_SIX_HOURS, every_ms=6 * MINUTE_MS, lasts_ms=5 * MINUTE_MS, first_ms=0)
    assert slip.doses_per_day == 240
    assert ordered_dose_pg_per_day(slip) == 240 * 30 * MCG + 4 * 8 * MCG


@given(dosing=periodic_doses(), concentration=CONCENTRATIONS)
def test_periodic_doses_keep_their_total(dosing: PeriodicDose, concentration: int) -> None:
    """The order's total is that of its doses and of the time between; the pump's own is within its rounding."""
    program = program_for(of(dosing, concentration=concentration), tubing_nl=0, catheter_nl=0)
    doses = DAY_MS // dosing.every_ms
    between = Fraction(dosing.basal_pg_per_h * (DAY_MS - doses * dosing.lasts_ms), HOUR_MS)
    assert abs(ordered_dose_pg_per_day(dosing) - doses * dosing.dose_pg - between) <= 1
    assert abs(program_dose_pg_per_day(program, REFERENCE_20) - doses * dosing.dose_pg - between) <= concentration


@given(dosing=periodic_doses())
def test_the_order_and_the_pump_change_at_the_same_instants(dosing: PeriodicDose) -> None:
    """Each stretch of the ordered day is a stretch of the pump's day, at the very rate."""
    mode = program_for(of(dosing), tubing_nl=0, catheter_nl=0).infusion_mode
    assert isinstance(mode, PeriodicBolus)
    for step in ordered_cycle(dosing)[0]:
        assert rate_at(mode, step.start_ms, 0)[0] == round(Fraction(step.dose_pg_per_day, 2_000))


def test_no_basal_is_a_pause() -> None:
    """Nothing flows between doses, and nobody has to invent a rate for it."""
    program = program_for(of(replace(EVERY_SIX_HOURS, basal_pg_per_h=0)), tubing_nl=0, catheter_nl=0)
    assert isinstance(program.infusion_mode, PeriodicBolus)
    assert program.infusion_mode.basal_rate_nl_per_day == 0
    assert program_dose_pg_per_day(program, REFERENCE_20) == 120 * MCG


def test_everything_else_travels_as_it_was_ordered() -> None:
    """Label, alarm, offset and the volumes of the path are in the program, to the nanolitre."""
    program = program_for(ORDER, tubing_nl=140_000, catheter_nl=195_800)
    assert (program.drug, program.concentration_pg_per_nl, program.low_reservoir_alarm_nl) == (
        "baclofen",
        2_000,
        2_000_000,
    )
    assert (program.tubing_nl, program.catheter_nl, program.utc_offset_min) == (140_000, 195_800, 60)


@pytest.mark.parametrize(("mode", "dose"), [(StopPump(), 0), (MinimumRate(), 12 * MCG)])
def test_a_stop_and_the_minimum_rate_are_ordered_by_name(mode: StopPump | MinimumRate, dose: int) -> None:
    """They order no dose; the minimum rate of 2000 mcg/mL still gives 12 mcg a day."""
    program = program_for(of(mode), tubing_nl=0, catheter_nl=0)
    assert program.infusion_mode == mode
    assert ordered_dose_pg_per_day(mode) == 0
    assert program_dose_pg_per_day(program, REFERENCE_20) == dose


def test_the_largest_entry_is_still_an_entry() -> None:
    """The bound on absurd doses is itself allowed."""
    order = of(ContinuousDose(dose_pg_per_day=LARGEST_PG_PER_DAY))
    assert program_for(order, tubing_nl=0, catheter_nl=0).infusion_mode == SimpleContinuous(rate_nl_per_day=50 * 10**6)


BAD = [
    (replace(ORDER, drug="  "), "drug"),
    (replace(ORDER, concentration_pg_per_nl=0), "concentration_pg_per_nl"),
    (replace(ORDER, concentration_pg_per_nl=-500), "concentration_pg_per_nl"),
    (replace(ORDER, low_reservoir_alarm_nl=-1), "low_reservoir_alarm_nl"),
    (replace(ORDER, utc_offset_min=841), "utc_offset_min"),
    (of(ContinuousDose(dose_pg_per_day=0)), "dosing.dose_pg_per_day"),
    (of(ContinuousDose(dose_pg_per_day=-1)), "dosing.dose_pg_per_day"),
    (of(ContinuousDose(dose_pg_per_day=999)), "dosing.dose_pg_per_day"),
    (of(ContinuousDose(dose_pg_per_day=LARGEST_PG_PER_DAY + 1)), "dosing.dose_pg_per_day"),
    (of(FlexDose(days=())), "dosing.days"),
    (of(FlexDose(days=(day((0, MCG)),) * 2)), "dosing.days"),
    (of(FlexDose(days=(day(),))), "dosing.days[0].steps"),
    (of(FlexDose(days=(day((1, MCG)),))), "dosing.days[0].steps"),
    (of(FlexDose(days=(day((0, MCG), (60, MCG), (60, MCG)),))), "dosing.days[0].steps"),
    (of(FlexDose(days=(day((0, MCG), (90, MCG), (60, MCG)),))), "dosing.days[0].steps"),
    (of(FlexDose(days=(day((0, MCG), (1_440, MCG)),))), "dosing.days[0].steps"),
    (of(FlexDose(days=(day((0, MCG), (60, 0)),))), "dosing.days[0].steps"),
    (of(FlexDose(days=(day(*((minute, MCG) for minute in range(14))),))), "dosing.days[0].steps"),
    (of(replace(EVERY_SIX_HOURS, every_ms=7 * HOUR_MS)), "dosing.every_ms"),
    (of(replace(EVERY_SIX_HOURS, every_ms=30_000, lasts_ms=1, first_ms=0)), "dosing.every_ms"),
    (of(replace(EVERY_SIX_HOURS, lasts_ms=6 * HOUR_MS)), "dosing.lasts_ms"),
    (of(replace(EVERY_SIX_HOURS, lasts_ms=0)), "dosing.lasts_ms"),
    (of(replace(EVERY_SIX_HOURS, first_ms=6 * HOUR_MS)), "dosing.first_ms"),
    (of(replace(EVERY_SIX_HOURS, first_ms=-1)), "dosing.first_ms"),
    (of(replace(EVERY_SIX_HOURS, basal_pg_per_h=-1)), "dosing.basal_pg_per_h"),
    (of(replace(EVERY_SIX_HOURS, basal_pg_per_h=1)), "dosing.basal_pg_per_h"),
    (of(replace(EVERY_SIX_HOURS, dose_pg=0)), "dosing.dose_pg"),
    (of(replace(EVERY_SIX_HOURS, dose_pg=4 * MCG)), "dosing.dose_pg"),
    (of(replace(EVERY_SIX_HOURS, dose_pg=LARGEST_PG_PER_DAY // 4 + 1)), "dosing.dose_pg"),
]


@pytest.mark.parametrize(("order", "field"), BAD)
def test_what_is_no_order_is_refused_by_name(order: Prescription, field: str) -> None:
    """A gap, an overlap, nothing, too much, a negative: the field is named, with what would be right."""
    with pytest.raises(BadInput) as refused:
        program_for(order, tubing_nl=0, catheter_nl=0)
    assert refused.value.field == field
    assert refused.value.remedy
