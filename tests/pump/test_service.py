"""The battery's life: five to seven years at ordinary rates, a hard limit, and at most 90 days after the indicator."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pump.helpers import new_pump, program, running, updated

from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.battery import BatteryLevel
from thecal.pump.bolus import PrimingBolus
from thecal.pump.commands import BatterySensed, Stop, Update
from thecal.pump.devices import PROMETRA_20, PUMP_MODELS, REFERENCE_20, PumpModel
from thecal.pump.events import EventKind
from thecal.pump.infusion import FlexDay, FlexSchedule, FlexStep, MinimumRate, SimpleContinuous, StopPump
from thecal.pump.journal import settle
from thecal.pump.memory import Pump
from thecal.pump.running import next_event_ms
from thecal.pump.service import (
    asks_nj,
    draw_nj_per_ms,
    end_of_service_ms,
    indicator_by_ms,
    indicator_due,
    indicator_ms,
    last_day_ms,
    spent,
)
from thecal.pump.states import State
from thecal.units import DAY_MS, HOUR_MS

YEAR_MS = 365 * DAY_MS
CAPACITY_NJ = 2_690_000_000_000
RESERVE_NJ = 147_000_000_000


def at_rate(rate: int, pump_model: PumpModel = REFERENCE_20) -> Pump:
    """A pump that is made, filled and programmed at one instant."""
    mode = SimpleContinuous(rate_nl_per_day=rate)
    return updated(new_pump(pump_model=pump_model), Update(program=program(mode), reservoir_nl=18_000_000))


def kept_filled(pump: Pump, until_ms: int) -> Pump:
    """The pump at `until_ms`, or where its battery ended, refilled every ten days so that nothing else sounds."""
    while pump.now_ms < until_ms and pump.state is not State.END_OF_SERVICE:
        pump, _ = machine.advance(pump, min(until_ms, pump.now_ms + 10 * DAY_MS))
        pump = settle(replace(pump, reservoir_nl=18_000_000))
    return pump


def used(pump: Pump, used_nj: int) -> Pump:
    """The pump with so much used of its battery."""
    return replace(pump, battery=replace(pump.battery, used_nj=used_nj))


@pytest.mark.parametrize(("rate", "least", "most"), [(1_000_000, 4.9, 5.1), (600_000, 5.6, 6.6), (300_000, 6.75, 7.0)])
def test_the_life_at_ordinary_rates_is_the_makers(rate: int, least: float, most: float) -> None:
    """Seven years at 0.3 mL/day, five at 1 mL/day, refilled as a patient is; delivery ends at the end, critically."""
    start = at_rate(rate)
    ended = kept_filled(start, start.made_ms + 10 * YEAR_MS)
    end_ms = next(event.at_ms for event in ended.log if event.kind is EventKind.END_OF_SERVICE)
    assert least <= (end_ms - start.made_ms) / YEAR_MS <= most
    asked_ms = ended.battery.indicator_since_ms
    assert asked_ms is not None
    assert 60 * DAY_MS <= end_ms - asked_ms <= 90 * DAY_MS
    assert {Alarm.END_OF_SERVICE, Alarm.REPLACEMENT_INDICATOR} <= {each.alarm for each in ended.alarms}
    assert machine.advance(ended, ended.now_ms + YEAR_MS)[1] == ()


@pytest.mark.parametrize("mode", [StopPump(), MinimumRate(), SimpleContinuous(rate_nl_per_day=48_000)])
@pytest.mark.parametrize("model", PUMP_MODELS.values(), ids=lambda model: model.name)
def test_no_battery_outlives_the_labels_limit(model: PumpModel, mode: object) -> None:
    """However little it is used; the indicator comes 90 days before at the latest."""
    start = updated(new_pump(pump_model=model), Update(program=program(mode), reservoir_nl=18_000_000))
    start = used(start, -(10**16))
    last_ms = start.made_ms + model.service_life_ms
    assert (last_day_ms(start), end_of_service_ms(start)) == (last_ms, last_ms)
    assert indicator_by_ms(start) == indicator_ms(start) == last_ms - 90 * DAY_MS
    before, _ = machine.advance(start, last_ms - 90 * DAY_MS - 1)
    asks, _ = machine.advance(before, last_ms - 90 * DAY_MS)
    assert (before.battery.indicator_since_ms, asks.battery.indicator_since_ms) == (None, last_ms - 90 * DAY_MS)
    still, _ = machine.advance(asks, last_ms - 1)
    ended, _ = machine.advance(still, last_ms)
    assert (still.state is State.END_OF_SERVICE, ended.state) == (False, State.END_OF_SERVICE)
    assert ended.state_since_ms == last_ms


@pytest.mark.parametrize("days_left", [0, 1, 89, 90, 91, 200])
def test_the_end_comes_at_most_ninety_days_after_the_indicator_and_never_after_the_limit(days_left: int) -> None:
    """An indicator late in life leaves less; an early one leaves the label's days and no more."""
    start = running()
    asks = machine.sense(replace(start, made_ms=start.now_ms + days_left * DAY_MS - 7 * YEAR_MS), _low())
    left_ms = min(days_left, 90) * DAY_MS
    assert end_of_service_ms(asks) == start.now_ms + left_ms
    if not left_ms:
        assert asks.state is State.END_OF_SERVICE
        return
    fresh = used(asks, -(10**16))
    before, _ = machine.advance(fresh, start.now_ms + left_ms - 1)
    assert before.state is not State.END_OF_SERVICE
    assert machine.advance(before, start.now_ms + left_ms)[0].state is State.END_OF_SERVICE


def _low() -> BatterySensed:
    return BatterySensed(level=BatteryLevel.LOW)


def test_the_indicator_and_the_end_come_with_the_nanojoule() -> None:
    """At capacity less reserve, and at the capacity; one less is not yet."""
    start = running()
    assert asks_nj(start) == CAPACITY_NJ - RESERVE_NJ
    assert not indicator_due(used(start, CAPACITY_NJ - RESERVE_NJ - 1))
    assert indicator_due(used(start, CAPACITY_NJ - RESERVE_NJ))
    assert not spent(used(start, CAPACITY_NJ - 1))
    assert spent(used(start, CAPACITY_NJ))
    asks = settle(used(start, CAPACITY_NJ - RESERVE_NJ))
    assert asks.battery.indicator_since_ms == start.now_ms
    assert asks_nj(asks) == CAPACITY_NJ
    assert settle(used(start, CAPACITY_NJ)).state is State.END_OF_SERVICE


@pytest.mark.parametrize(("level", "due", "ended"), [("GOOD", False, False), ("LOW", True, False), ("END", True, True)])
def test_what_the_voltage_says_counts_as_well(level: str, due: bool, ended: bool) -> None:
    """Whatever was counted: a film on the battery shows in its voltage."""
    pump = replace(running(), battery=replace(running().battery, level=BatteryLevel[level]))
    assert (indicator_due(pump), spent(pump)) == (due, ended)


def test_time_volume_and_alarms_draw_on_it() -> None:
    """Ten microwatts, two more while anything sounds, and the work of each nanolitre."""
    start = at_rate(600_000)
    assert draw_nj_per_ms(start) == 10
    day, _ = machine.advance(start, start.now_ms + DAY_MS)
    assert day.battery.used_nj - start.battery.used_nj == 10 * DAY_MS + 596 * 600_000
    stopped = machine.handle(start, Stop())
    assert isinstance(stopped, Pump)
    still, _ = machine.advance(stopped, stopped.now_ms + 48 * HOUR_MS)
    assert still.battery.used_nj - stopped.battery.used_nj == 10 * 48 * HOUR_MS
    assert draw_nj_per_ms(still) == 12
    sounds, _ = machine.advance(still, still.now_ms + DAY_MS)
    assert sounds.battery.used_nj - still.battery.used_nj == 12 * DAY_MS
    valve = at_rate(600_000, PROMETRA_20)
    after, _ = machine.advance(valve, valve.now_ms + DAY_MS)
    assert after.battery.used_nj - valve.battery.used_nj == 10 * DAY_MS + 60 * 600_000


def test_every_step_of_a_day_is_paid_for() -> None:
    """Many stretches in one go cost as much as one after the other."""
    steps = tuple(FlexStep(start_ms=hour * HOUR_MS, rate_nl_per_day=240_000 * (1 + hour % 3)) for hour in range(12))
    mode = FlexSchedule(days=(FlexDay(steps=steps),))
    start = updated(new_pump(), Update(program=program(mode), reservoir_nl=18_000_000))
    day, _ = machine.advance(start, start.now_ms + DAY_MS)
    assert day.battery.used_nj - start.battery.used_nj == 10 * DAY_MS + 596 * day.delivered_nl
    assert day.delivered_nl == 4 * (10_000 + 20_000 + 30_000) + 12 * 30_000


@settings(max_examples=60, deadline=None)
@given(
    rate=st.integers(48_000, 24_000_000),
    left_nj=st.integers(1, 40_000_000_000),
    spans=st.lists(st.integers(1, 5 * HOUR_MS), max_size=4),
    asked=st.booleans(),
)
def test_the_battery_speaks_at_the_very_millisecond(rate: int, left_nj: int, spans: list[int], asked: bool) -> None:
    """The first at which the exact sum of time and volume reaches what is left, however time is cut before."""
    start = replace(at_rate(rate), reservoir_nl=10**12)
    due_nj = CAPACITY_NJ if asked else CAPACITY_NJ - RESERVE_NJ
    since_ms = start.now_ms if asked else None
    start = used(start, due_nj - left_nj)
    start = settle(replace(start, battery=replace(start.battery, indicator_since_ms=since_ms)))
    per_ms = 12 if asked else 10
    lower, upper = 0, left_nj
    while lower < upper:
        middle = (lower + upper) // 2
        reached = per_ms * middle + 596 * (rate * middle // DAY_MS) >= left_nj
        lower, upper = (lower, middle) if reached else (middle + 1, upper)
    expected_ms = start.now_ms + lower
    if not asked:
        assert indicator_ms(start) == next_event_ms(start) == expected_ms
    pump = start
    for span in spans:
        pump, _ = machine.advance(pump, min(expected_ms - 1, pump.now_ms + span))
    before, _ = machine.advance(pump, expected_ms - 1)
    after, _ = machine.advance(before, expected_ms)
    if asked:
        assert (before.state, after.state) == (State.INFUSING, State.END_OF_SERVICE)
    else:
        assert (before.battery.indicator_since_ms, after.battery.indicator_since_ms) == (None, expected_ms)
    assert indicator_ms(after) == after.battery.indicator_since_ms


@pytest.mark.parametrize("left_nj", [1, 600_000_000, 900_000_000, 5_000_000_000])
def test_the_indicator_is_foreseen_in_the_middle_of_a_bolus_and_after_it(left_nj: int) -> None:
    """To the millisecond: a bolus costs more in a minute than the program does."""
    prime = PrimingBolus(volume_nl=1_000_000, rate_nl_per_day=12_000_000)
    start = updated(at_rate(300_000), Update(program=program(), reservoir_nl=18_000_000, bolus=prime))
    start, _ = machine.advance(start, start.now_ms + 12_345)
    start = used(start, CAPACITY_NJ - RESERVE_NJ - left_nj)
    foreseen_ms = indicator_ms(start)
    before, _ = machine.advance(start, foreseen_ms - 1)
    after, _ = machine.advance(start, foreseen_ms)
    assert (before.battery.indicator_since_ms, after.battery.indicator_since_ms) == (None, foreseen_ms)


def test_after_the_end_nothing_is_used_or_delivered_and_a_stop_is_still_accepted() -> None:
    """Once and for good; one line."""
    start = running()
    ended = settle(used(start, CAPACITY_NJ))
    later, flow = machine.advance(ended, ended.now_ms + YEAR_MS)
    assert flow == ()
    assert later == replace(ended, now_ms=ended.now_ms + YEAR_MS)
    stopped = machine.handle(later, Stop())
    assert isinstance(stopped, Pump)
    assert stopped.state is State.END_OF_SERVICE
    assert [event.kind for event in stopped.log].count(EventKind.END_OF_SERVICE) == 1
    assert machine.interrogate(later).end_of_service_ms <= ended.now_ms + 90 * DAY_MS


def test_a_stopped_pump_uses_its_battery_by_sounding() -> None:
    """Its indicator may come sooner than by the calendar, and the read-out of the day says when."""
    stopped = machine.handle(running(), Stop())
    assert isinstance(stopped, Pump)
    nagging, _ = machine.advance(stopped, stopped.now_ms + 3 * DAY_MS)
    near = used(nagging, CAPACITY_NJ - RESERVE_NJ - 12 * DAY_MS)
    assert indicator_ms(near) == near.now_ms + DAY_MS
    before, _ = machine.advance(near, near.now_ms + DAY_MS - 1)
    after, _ = machine.advance(before, near.now_ms + DAY_MS)
    assert (before.battery.indicator_since_ms, after.battery.indicator_since_ms) == (None, after.now_ms)
