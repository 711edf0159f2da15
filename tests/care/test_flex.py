"""A day schedule's total and its peak hour, against sums over single minutes."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.care.helpers import MCG, rules

from thecal.care.flex import DoseStep, judge_peak, peak_hour_pg, total_pg_per_day
from thecal.units import DAY_MS, MINUTE_MS

MINUTES = 24 * 60


@st.composite
def schedules(draw: st.DrawFn) -> tuple[DoseStep, ...]:
    """A day of steps on whole minutes."""
    later = draw(st.lists(st.integers(1, MINUTES - 1), max_size=8, unique=True))
    starts = [0, *sorted(later)]
    return tuple(
        DoseStep(start_ms=start * MINUTE_MS, dose_pg_per_day=draw(st.integers(1, 3_000 * MCG))) for start in starts
    )


def minute_by_minute(steps: tuple[DoseStep, ...]) -> list[Fraction]:
    """The drug in each minute of the day."""
    running = iter([*steps[1:], None])
    dose, upcoming = steps[0].dose_pg_per_day, next(running)
    minutes = []
    for minute in range(MINUTES):
        if upcoming is not None and upcoming.start_ms == minute * MINUTE_MS:
            dose, upcoming = upcoming.dose_pg_per_day, next(running)
        minutes.append(Fraction(dose, MINUTES))
    return minutes


@settings(max_examples=40)
@given(steps=schedules())
def test_total_and_peak_agree_with_single_minutes(steps: tuple[DoseStep, ...]) -> None:
    """The total is the sum of the minutes, the peak the most that any 60 of them hold, midnight included."""
    minutes = minute_by_minute(steps)
    twice = minutes + minutes
    assert total_pg_per_day(steps) == round(sum(minutes))
    window = sum(twice[:60])
    most = window
    for start in range(MINUTES):
        window += twice[start + 60] - twice[start]
        most = max(most, window)
    assert peak_hour_pg(steps) == round(most)


@given(dose=st.integers(24, 3_000 * MCG))
def test_a_constant_rate_has_no_peak(dose: int) -> None:
    """The peak hour of a constant rate is a twenty-fourth of its day."""
    steps = (DoseStep(start_ms=0, dose_pg_per_day=dose),)
    assert total_pg_per_day(steps) == dose
    assert peak_hour_pg(steps) == round(Fraction(dose, 24))


def test_a_peak_across_midnight_is_seen() -> None:
    """Half an hour before midnight and half an hour after it are one hour."""
    half = 30 * MINUTE_MS
    steps = (
        DoseStep(start_ms=0, dose_pg_per_day=480),
        DoseStep(start_ms=half, dose_pg_per_day=24),
        DoseStep(start_ms=DAY_MS - half, dose_pg_per_day=480),
    )
    assert peak_hour_pg(steps) == 20


def test_a_week_s_total_is_the_mean_of_its_days() -> None:
    """Six days of 100 and one of 170 are 110 a day."""
    week = tuple(DoseStep(start_ms=day * DAY_MS, dose_pg_per_day=170 if day == 6 else 100) for day in range(7))
    assert total_pg_per_day(week, cycle_ms=7 * DAY_MS) == 110


@pytest.mark.parametrize("peak", [1, 199, 200, 201, 900])
def test_a_fifth_of_the_day_in_an_hour_asks_why(peak: int) -> None:
    """20 % passes; anything above asks for a reason."""
    assert rules(judge_peak(total_pg_per_day=1_000, peak_hour_pg=peak)) == (["flex.peak_hour"] if peak > 200 else [])
