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
    Prescription,
    ordered_dose_pg_per_day,
    program_dose_pg_per_day,
    program_for,
    program_peak_hour_pg,
)
from thecal.pump.devices import REFERENCE_20
from thecal.pump.infusion import MOST_STEPS, MinimumRate, SimpleContinuous, StopPump
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
]


@pytest.mark.parametrize(("order", "field"), BAD)
def test_what_is_no_order_is_refused_by_name(order: Prescription, field: str) -> None:
    """A gap, an overlap, nothing, too much, a negative: the field is named, with what would be right."""
    with pytest.raises(BadInput) as refused:
        program_for(order, tubing_nl=0, catheter_nl=0)
    assert refused.value.field == field
    assert refused.value.remedy
