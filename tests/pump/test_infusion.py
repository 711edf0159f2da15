"""Modes and programs: what cannot be written down, and what a mode asks for at every instant, counted by hand."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pump.helpers import MODES, NEW_YEAR_MS, program, running

from thecal.canonical import from_plain, to_plain
from thecal.pump import machine
from thecal.pump.bolus import BridgeBolus, PrimingBolus, Purge, SingleBolus
from thecal.pump.infusion import (
    MOST_STEPS,
    WEEK_MS,
    FlexDay,
    FlexSchedule,
    FlexStep,
    InfusionMode,
    MinimumRate,
    PatientDose,
    PeriodicBolus,
    Program,
    SimpleContinuous,
    StopPump,
    largest_day_nl_ms_per_day,
    local_day,
    rate_at,
    rates_of,
    steps_of_day,
    weekly_nl_ms_per_day,
)
from thecal.pump.ledger import deliver, time_to_deliver_ms
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

PERIODIC: dict[str, int] = {
    "basal_rate_nl_per_day": 240_000,
    "bolus_rate_nl_per_day": 2_400_000,
    "lasts_ms": HOUR_MS,
    "every_ms": 6 * HOUR_MS,
    "first_ms": 2 * HOUR_MS,
}


def flex(*steps: tuple[int, int]) -> FlexDay:
    """A day of (hour, rate)."""
    return FlexDay(steps=tuple(FlexStep(start_ms=hour * HOUR_MS, rate_nl_per_day=rate) for hour, rate in steps))


QUIET, BUSY = flex((0, 100_000)), flex((0, 100_000), (20, 2_400_000))
WEEK = FlexSchedule(days=(QUIET, BUSY, QUIET, QUIET, QUIET, QUIET, QUIET))
"""Tuesday's evening is busy."""


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (SimpleContinuous, {"rate_nl_per_day": 1}, {"rate_nl_per_day": 0}),
        (FlexStep, {"start_ms": 0, "rate_nl_per_day": 1}, {"rate_nl_per_day": 0}),
        (FlexStep, {"start_ms": 0, "rate_nl_per_day": 1}, {"start_ms": -1}),
        (FlexStep, {"start_ms": DAY_MS - 1, "rate_nl_per_day": 1}, {"start_ms": DAY_MS}),
        (FlexSchedule, {"days": (QUIET,)}, {"days": ()}),
        (FlexSchedule, {"days": (QUIET,) * 7}, {"days": (QUIET,) * 2}),
        (FlexSchedule, {"days": (QUIET,) * 7}, {"days": (QUIET,) * 8}),
        (PeriodicBolus, {**PERIODIC, "basal_rate_nl_per_day": 0}, {"basal_rate_nl_per_day": -1}),
        (PeriodicBolus, {**PERIODIC, "basal_rate_nl_per_day": 2_399_999}, {"basal_rate_nl_per_day": 2_400_000}),
        (
            PeriodicBolus,
            {**PERIODIC, "every_ms": MINUTE_MS, "lasts_ms": 1, "first_ms": 0},
            {"every_ms": MINUTE_MS // 2},
        ),
        (PeriodicBolus, {**PERIODIC, "every_ms": 8 * HOUR_MS}, {"every_ms": 7 * HOUR_MS}),
        (PeriodicBolus, {**PERIODIC, "every_ms": DAY_MS}, {"every_ms": 2 * DAY_MS}),
        (PeriodicBolus, {**PERIODIC, "lasts_ms": 1}, {"lasts_ms": 0}),
        (PeriodicBolus, {**PERIODIC, "lasts_ms": 6 * HOUR_MS - 1}, {"lasts_ms": 6 * HOUR_MS}),
        (PeriodicBolus, {**PERIODIC, "first_ms": 0}, {"first_ms": -1}),
        (PeriodicBolus, {**PERIODIC, "first_ms": 6 * HOUR_MS - 1}, {"first_ms": 6 * HOUR_MS}),
    ],
)
def test_a_mode_that_makes_no_sense_cannot_be_written_down(
    kind: type, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    """The last value that is right is accepted, the next is not."""
    assert kind(**good)
    with pytest.raises(AssertionError):
        kind(**{**good, **bad})


@pytest.mark.parametrize("count", [1, MOST_STEPS])
def test_a_day_has_one_to_thirteen_steps_from_midnight_on(count: int) -> None:
    """Thirteen changes a day; a fourteenth, a late first, two at once are refused."""
    day = flex(*((hour, 48_000) for hour in range(count)))
    assert len(day.steps) == count
    for steps in (
        (),
        (*flex(*((hour, 48_000) for hour in range(13))).steps, FlexStep(start_ms=DAY_MS - 1, rate_nl_per_day=1)),
        (FlexStep(start_ms=1, rate_nl_per_day=1),),
        (*day.steps, day.steps[-1]),
    ):
        with pytest.raises(AssertionError):
            FlexDay(steps=steps)


@pytest.mark.parametrize("kind", [SingleBolus, PrimingBolus, Purge, BridgeBolus])
def test_a_bolus_has_a_volume_a_rate_and_a_bridge_its_old_drug(kind: type) -> None:
    """One of each is the least."""
    good = {"volume_nl": 1, "rate_nl_per_day": 1}
    if kind is BridgeBolus:
        good["concentration_pg_per_nl"] = 1
    assert kind(**good)
    for name in good:
        with pytest.raises(AssertionError):
            kind(**{**good, name: 0})


@pytest.mark.parametrize("name", ["volume_nl", "rate_nl_per_day", "lockout_ms", "most_per_day"])
def test_a_patient_dose_has_all_of_its_limits(name: str) -> None:
    """None of them is nothing: no lockout, or no dose, is said by having no patient dose."""
    good = {"volume_nl": 1, "rate_nl_per_day": 1, "lockout_ms": 1, "most_per_day": 1}
    assert PatientDose(**good)
    with pytest.raises(AssertionError):
        PatientDose(**{**good, name: 0})


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ({"drug": "x"}, {"drug": ""}),
        ({"concentration_pg_per_nl": 1}, {"concentration_pg_per_nl": 0}),
        ({"low_reservoir_alarm_nl": 0}, {"low_reservoir_alarm_nl": -1}),
        ({"catheter_nl": 0}, {"catheter_nl": -1}),
        ({"tubing_nl": 0}, {"tubing_nl": -1}),
        ({"utc_offset_min": 840}, {"utc_offset_min": 841}),
        ({"utc_offset_min": -840}, {"utc_offset_min": -841}),
        ({"ceiling_nl_per_day": 0}, {"ceiling_nl_per_day": -1}),
    ],
)
def test_a_program_that_makes_no_sense_cannot_be_written_down(good: dict[str, Any], bad: dict[str, Any]) -> None:
    """The last value that is right is accepted, the next is not."""
    assert replace(program(), **good)
    with pytest.raises(AssertionError):
        replace(program(), **bad)


@settings(max_examples=50, deadline=None)
@given(mode=MODES)
def test_a_program_survives_being_written_down(mode: InfusionMode) -> None:
    """Every mode reads back as it was."""
    whole = replace(
        program(mode),
        patient_dose=PatientDose(volume_nl=1, rate_nl_per_day=1, lockout_ms=1, most_per_day=1),
    )
    assert from_plain(Program, to_plain(whole)) == whole


@pytest.mark.parametrize(
    ("at_ms", "offset_min", "expected"),
    [
        (0, 0, (3, 0)),
        (-1, 0, (2, DAY_MS - 1)),
        (DAY_MS - 1, 0, (3, DAY_MS - 1)),
        (4 * DAY_MS, 0, (0, 0)),
        (NEW_YEAR_MS, 0, (2, 0)),
        (NEW_YEAR_MS, 60, (2, HOUR_MS)),
        (NEW_YEAR_MS, -60, (1, 23 * HOUR_MS)),
        (NEW_YEAR_MS, 840, (2, 14 * HOUR_MS)),
    ],
)
def test_the_local_day_of_an_instant(at_ms: int, offset_min: int, expected: tuple[int, int]) -> None:
    """1 January 1970 was a Thursday, 1 January 2025 a Wednesday; west of Greenwich it was still the day before."""
    assert local_day(at_ms, offset_min) == expected


def test_a_step_runs_from_its_start_to_the_next_one() -> None:
    """To the millisecond, over midnight, by weekday; what it answers next is when to ask again."""
    tuesday = NEW_YEAR_MS - DAY_MS
    for at_ms, expected in (
        (tuesday, (100_000, tuesday + 20 * HOUR_MS)),
        (tuesday + 20 * HOUR_MS - 1, (100_000, tuesday + 20 * HOUR_MS)),
        (tuesday + 20 * HOUR_MS, (2_400_000, NEW_YEAR_MS)),
        (NEW_YEAR_MS - 1, (2_400_000, NEW_YEAR_MS)),
        (NEW_YEAR_MS, (100_000, NEW_YEAR_MS + DAY_MS)),
    ):
        assert rate_at(WEEK, at_ms, 0) == expected
        assert rate_at(WEEK, at_ms - HOUR_MS, 60) == (expected[0], expected[1] - HOUR_MS)


@pytest.mark.parametrize(
    ("hour", "rate", "next_hour"),
    [(0, 240_000, 2), (2, 2_400_000, 3), (3, 240_000, 8), (8, 2_400_000, 9), (20, 2_400_000, 21), (21, 240_000, 26)],
)
def test_doses_come_at_even_times_of_day(hour: int, rate: int, next_hour: int) -> None:
    """At 2, 8, 14 and 20 o'clock for an hour, the basal rate between; to the millisecond."""
    mode = PeriodicBolus(**PERIODIC)
    midnight = NEW_YEAR_MS
    assert rate_at(mode, midnight + hour * HOUR_MS, 0) == (rate, midnight + next_hour * HOUR_MS)
    assert rate_at(mode, midnight + next_hour * HOUR_MS - 1, 0) == (rate, midnight + next_hour * HOUR_MS)
    assert rate_at(mode, midnight + hour * HOUR_MS, -120)[0] == rate_at(mode, midnight + (hour - 2) * HOUR_MS, 0)[0]
    assert mode.doses_per_day == 4


def test_doses_give_what_they_say_in_a_day() -> None:
    """Four hours of 0.1 mL and twenty of 0.01 mL: 0.6 mL."""
    mode = PeriodicBolus(**PERIODIC)
    pump = running(mode)
    day, flow = machine.advance(pump, pump.now_ms + DAY_MS)
    assert day.delivered_nl == 4 * 100_000 + 20 * 10_000
    assert [each.volume_nl for each in flow] == [
        20_000,
        100_000,
        50_000,
        100_000,
        50_000,
        100_000,
        50_000,
        100_000,
        30_000,
    ]


def test_a_pause_between_doses_commands_no_flow() -> None:
    """Four segments a day, and nothing between them."""
    pump = running(PeriodicBolus(**{**PERIODIC, "basal_rate_nl_per_day": 0}))
    _, flow = machine.advance(pump, pump.now_ms + DAY_MS)
    assert [(each.start_ms - pump.now_ms) // HOUR_MS for each in flow] == [2, 8, 14, 20]
    assert {(each.end_ms - each.start_ms, each.volume_nl) for each in flow} == {(HOUR_MS, 100_000)}


def test_a_dose_over_midnight_is_the_next_days_too() -> None:
    """From 23:30 to 0:30: the day begins in the middle of it, and every hour of the day is told once."""
    mode = PeriodicBolus(
        basal_rate_nl_per_day=48_000,
        bolus_rate_nl_per_day=96_000,
        lasts_ms=HOUR_MS,
        every_ms=DAY_MS,
        first_ms=DAY_MS - HOUR_MS // 2,
    )
    expected = ((0, 96_000), (HOUR_MS // 2, 48_000), (DAY_MS - HOUR_MS // 2, 96_000))
    assert steps_of_day(mode, 3) == expected
    assert weekly_nl_ms_per_day(mode, 0) == 7 * (48_000 * 23 + 96_000) * HOUR_MS
    at_once = PeriodicBolus(**{**PERIODIC, "first_ms": 1})
    assert steps_of_day(at_once, 0)[:3] == ((0, 240_000), (1, 2_400_000), (HOUR_MS + 1, 240_000))
    at_midnight = PeriodicBolus(**{**PERIODIC, "first_ms": 5 * HOUR_MS})
    assert steps_of_day(at_midnight, 0)[:2] == ((0, 240_000), (5 * HOUR_MS, 2_400_000))
    assert steps_of_day(PeriodicBolus(**{**PERIODIC, "first_ms": 0}), 0)[0] == (0, 2_400_000)


def test_what_each_mode_asks_for() -> None:
    """Rates, a day's steps, a week's sum; a pause is no rate, and the minimum rate is the device's."""
    periodic = PeriodicBolus(**PERIODIC)
    pauses = PeriodicBolus(**{**PERIODIC, "basal_rate_nl_per_day": 0})
    table: list[tuple[InfusionMode, tuple[int, ...], int, int]] = [
        (StopPump(), (), 0, 0),
        (MinimumRate(), (), 6_000 * WEEK_MS, 0),
        (SimpleContinuous(rate_nl_per_day=7), (7,), 7 * WEEK_MS, 1),
        (WEEK, (100_000, 100_000, 2_400_000, *[100_000] * 5), 7 * 100_000 * DAY_MS + 4 * 2_300_000 * HOUR_MS, 2),
        (periodic, (240_000, 2_400_000), 7 * 600_000 * DAY_MS, 9),
        (pauses, (2_400_000,), 7 * 400_000 * DAY_MS, 9),
    ]
    for mode, rates, weekly, tuesday_steps in table:
        assert rates_of(mode) == rates
        assert weekly_nl_ms_per_day(mode, 6_000) == weekly
        assert len(steps_of_day(mode, 1)) == tuesday_steps
    assert steps_of_day(SimpleContinuous(rate_nl_per_day=7), 5) == ((0, 7),)
    assert [len(steps_of_day(WEEK, day)) for day in range(7)] == [1, 2, 1, 1, 1, 1, 1]
    assert FlexSchedule(days=(BUSY,)).day(6) is BUSY


def test_the_largest_day_is_any_24_hours() -> None:
    """Two busy evenings that touch across midnight make one; the same every day is the mean."""
    friday_night, saturday_morning = flex((0, 48_000), (18, 1_200_000)), flex((0, 1_200_000), (6, 48_000))
    days = (QUIET, QUIET, QUIET, QUIET, friday_night, saturday_morning, QUIET)
    assert largest_day_nl_ms_per_day(FlexSchedule(days=days), 0) == (12 * 1_200_000 + 12 * 48_000) * HOUR_MS
    over_the_week = (saturday_morning, QUIET, QUIET, QUIET, QUIET, QUIET, friday_night)
    assert largest_day_nl_ms_per_day(FlexSchedule(days=over_the_week), 0) == (12 * 1_200_000 + 12 * 48_000) * HOUR_MS
    assert largest_day_nl_ms_per_day(FlexSchedule(days=(BUSY,)), 0) == (20 * 100_000 + 4 * 2_400_000) * HOUR_MS
    assert largest_day_nl_ms_per_day(MinimumRate(), 6_000) == 6_000 * DAY_MS
    assert largest_day_nl_ms_per_day(PeriodicBolus(**PERIODIC), 0) == 600_000 * DAY_MS


@settings(max_examples=100, deadline=None)
@given(
    rate=st.integers(0, 30_000_000),
    lasts_ms=st.integers(0, 10 * DAY_MS),
    carry=st.integers(0, DAY_MS - 1),
    drawn=st.data(),
)
def test_delivery_is_the_whole_part_and_the_rest_is_carried(
    rate: int, lasts_ms: int, carry: int, drawn: st.DataObject
) -> None:
    """However it is cut; and the time to a volume is the first millisecond that has it."""
    volume_nl, rest = deliver(rate, lasts_ms, carry)
    assert volume_nl * DAY_MS + rest == rate * lasts_ms + carry
    assert 0 <= rest < DAY_MS
    part_ms = drawn.draw(st.integers(0, lasts_ms))
    first, middle = deliver(rate, part_ms, carry)
    second, last = deliver(rate, lasts_ms - part_ms, middle)
    assert (first + second, last) == (volume_nl, rest)
    wait_ms = time_to_deliver_ms(volume_nl, rate, carry)
    if volume_nl == 0:
        assert wait_ms == 0
    else:
        assert wait_ms is not None
        assert deliver(rate, wait_ms, carry)[0] >= volume_nl
        assert deliver(rate, wait_ms - 1, carry)[0] < volume_nl


def test_nothing_is_delivered_backwards_or_at_no_rate() -> None:
    """A rate below nothing and a carry that is no remainder are refused; at no rate a volume never comes."""
    for rate, carry in ((-1, 0), (1, -1), (1, DAY_MS)):
        with pytest.raises(AssertionError):
            deliver(rate, 1, carry)
    assert time_to_deliver_ms(1, 0, 0) is None
    assert time_to_deliver_ms(0, 0, 0) == time_to_deliver_ms(-1, 0, 0) == 0
