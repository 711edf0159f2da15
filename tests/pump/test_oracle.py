"""The third law: whatever is programmed, for ten years, the pump commands what it should, to less than one pulse."""

import time
from collections.abc import Callable
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.laws.therapies import Therapy
from tests.pump.helpers import BOLUSES, MODES, NEW_YEAR_MS, ageless, new_pump, program, updated
from tests.pump.oracle import DAY, Exact, allowed_with, volume_nl

from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.bolus import SingleBolus
from thecal.pump.commands import Update
from thecal.pump.devices import BATTERY_ALARM, BATTERY_RESERVE, PUMP_MODELS
from thecal.pump.infusion import (
    FlexDay,
    FlexSchedule,
    FlexStep,
    InfusionMode,
    MinimumRate,
    PeriodicBolus,
    SimpleContinuous,
    StopPump,
)
from thecal.pump.memory import Pump
from thecal.units import DAY_MS, HOUR_MS

NAMES = st.sampled_from(sorted(PUMP_MODELS))
CAMPAIGN, PARTS = 10_000, 8


def complaints(therapy: Therapy) -> list[str]:
    """Everything in which the pump is not what the oracle says, at this instant."""
    pump, exact, pulse_nl = therapy.pump, therapy.exact, therapy.model.pulse_nl
    behind = exact.total - therapy.commanded_nl
    said = {
        f"{float(behind)} nL behind": 0 <= behind < pulse_nl,
        f"counts {pump.delivered_nl} nL": pump.delivered_nl == therapy.commanded_nl,
        f"not whole pulses: {pump.delivered_nl}": pump.delivered_nl % pulse_nl == 0,
        f"reservoir {pump.reservoir_nl}, not {exact.reservoir_nl()}": pump.reservoir_nl == exact.reservoir_nl(),
        f"the limiter cut {pump.state}": Alarm.LIMITER_CUT not in pump.standing,
        "another bolus runs": pump.bolus == exact.bolus,
    }
    return [what for what, right in said.items() if not right]


def ten_years(key: str, look: Callable[[Therapy], list[str]] = complaints) -> list[str]:
    """One therapy to its end; what was wrong on the way."""
    therapy, wrong = Therapy(key), []
    for at_ms in therapy.instants():
        therapy.pass_time(at_ms)
        wrong += [f"{key} at {at_ms}: {what}" for what in look(therapy)]
        therapy.act()
    for bolus, gave, _ in therapy.exact.boluses:
        if abs(gave - bolus.volume_nl) >= 1:
            wrong.append(f"{key}: {bolus} gave {float(gave)}")
    return wrong


@pytest.mark.parametrize("tens", range(4))
def test_ten_years_of_any_therapy_come_within_one_pulse(tens: int) -> None:
    """At every instant somebody looks: never more than is due, and less than one pulse behind."""
    assert [wrong for number in range(10) for wrong in ten_years(f"therapy {10 * tens + number}")] == []


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_ten_thousand_therapies_of_ten_years(part: int, record_property: Callable[[str, object], None]) -> None:
    """The campaign, a part at a time: as many as are printed, no violation."""
    begun, wrong, each = time.monotonic(), list[str](), CAMPAIGN // PARTS
    for number in range(part * each, (part + 1) * each):
        wrong += ten_years(f"campaign {number}")
    line = f"{each} therapies x 10 years in {time.monotonic() - begun:.0f} s: {len(wrong)} violations"
    record_property("oracle", line)
    print(line)  # noqa: T201 - a campaign says how much it looked at
    assert wrong == []


def test_the_oracle_finds_a_pump_that_loses_a_pulse() -> None:
    """A law that cannot be broken is none: one pulse too few, and one too many, are each complained of."""
    for off in (-1, 1):
        therapy = Therapy("therapy 0")
        therapy.pass_time(NEW_YEAR_MS + 100 * DAY_MS)
        assert complaints(therapy) == []
        therapy.commanded_nl += off * therapy.model.pulse_nl
        assert complaints(therapy)


@given(mode=MODES, bolus=BOLUSES, name=NAMES, offset=st.integers(-840, 840), late_ms=st.integers(0, 3 * DAY_MS))
@settings(max_examples=60, deadline=None)
def test_the_read_out_dates_are_those_of_the_oracle(
    mode: InfusionMode, bolus: object, name: str, offset: int, late_ms: int
) -> None:
    """Low and empty to the millisecond, half-way through a bolus too."""
    model, ordered = PUMP_MODELS[name], program(mode, utc_offset_min=offset)
    runs = allowed_with(ordered, bolus)  # type: ignore[arg-type] # drawn as object
    update = Update(program=ordered, reservoir_nl=6_000_000, bolus=runs)
    pump = ageless(updated(new_pump(pump_model=model), update))
    exact = Exact(model=model, now_ms=pump.now_ms)
    exact.update(update)
    pump, _ = machine.advance(pump, pump.now_ms + late_ms)
    exact.advance(pump.now_ms)
    read = machine.interrogate(pump)
    ends_stopped = isinstance(pump.bolus, SingleBolus) and model.single_bolus_stops
    if not ends_stopped:
        dates = (read.low_reservoir_ms, read.empty_ms)
        assert [*map(in_sight, dates)] == [in_sight(exact.reached_ms(2_000_000)), in_sight(exact.reached_ms(0))]
    ends_ms = exact.bolus_end_ms()
    if ends_ms is not None and ends_ms > pump.now_ms:
        assert machine.advance(pump, ends_ms - 1)[0].bolus == runs
        assert machine.advance(pump, ends_ms)[0].bolus is None


@given(mode=MODES, name=NAMES, late_ms=st.integers(0, 30 * DAY_MS))
@settings(max_examples=60, deadline=None)
def test_the_replacement_indicator_is_that_of_the_oracle(mode: InfusionMode, name: str, late_ms: int) -> None:
    """Energy for time and for every nanolitre, for an alarm that stands; by the calendar at the latest."""
    model = PUMP_MODELS[name]
    update = Update(program=program(mode), reservoir_nl=model.capacity_nl)
    pump, _ = machine.advance(updated(new_pump(pump_model=model), update), NEW_YEAR_MS + late_ms)
    exact = Exact(model=model, now_ms=NEW_YEAR_MS)
    exact.update(update)
    exact.advance(pump.now_ms)
    per_ms = model.baseline_nj_per_ms + (BATTERY_ALARM.whole() if pump.alarms else 0)
    left_nj = model.battery_nj - BATTERY_RESERVE.whole() - pump.battery.used_nj
    used_up_ms = exact.used_up_ms(left_nj, per_ms)
    by_calendar_ms = NEW_YEAR_MS + model.service_life_ms - model.indicator_to_end_ms
    assert used_up_ms is not None
    assert machine.interrogate(pump).indicator_ms == min(used_up_ms, by_calendar_ms)


@given(rate=st.integers(48_000, 1_000_000), name=NAMES)
@settings(max_examples=30, deadline=None)
def test_the_battery_lasts_as_long_as_its_energy(rate: int, name: str) -> None:
    """Refilled before it is ever low, the pump asks at the millisecond at which the reserve is reached, not before."""
    model, mode = PUMP_MODELS[name], SimpleContinuous(rate_nl_per_day=rate)
    pump = updated(new_pump(pump_model=model), Update(program=program(mode), reservoir_nl=model.capacity_nl))
    asked_ms = machine.interrogate(pump).indicator_ms
    refill_days = (model.capacity_nl - 2_000_000) // rate - 1
    while pump.now_ms + refill_days * DAY_MS < asked_ms:
        pump, _ = machine.advance(pump, pump.now_ms + refill_days * DAY_MS)
        assert pump.alarms == ()
        pump = updated(pump, Update(program=program(mode), reservoir_nl=model.capacity_nl))
    before, _ = machine.advance(pump, asked_ms - 1)
    after, _ = machine.advance(before, asked_ms)
    assert before.alarms == ()
    assert [active.alarm for active in after.alarms] == [Alarm.REPLACEMENT_INDICATOR]
    per_ms, reserve = model.baseline_nj_per_ms, BATTERY_RESERVE.whole()
    counted = floor(Fraction(rate * (asked_ms - NEW_YEAR_MS), DAY))
    used_nj = per_ms * (asked_ms - NEW_YEAR_MS) + model.pulse_nj_per_nl * counted
    by_calendar_ms = NEW_YEAR_MS + model.service_life_ms - model.indicator_to_end_ms
    assert asked_ms == by_calendar_ms or used_nj >= model.battery_nj - reserve


def in_sight(at_ms: int | None) -> int | None:
    """A date within two hundred years, which is as far as any forecast looks."""
    return at_ms if at_ms is not None and at_ms < NEW_YEAR_MS + 200 * 365 * DAY_MS else None


THREE = FlexDay(steps=(FlexStep(start_ms=0, rate_nl_per_day=100), FlexStep(start_ms=6 * HOUR_MS, rate_nl_per_day=400)))
ONE = FlexDay(steps=(FlexStep(start_ms=0, rate_nl_per_day=7),))
HALF_HOURS = PeriodicBolus(
    basal_rate_nl_per_day=48, bolus_rate_nl_per_day=480, lasts_ms=HOUR_MS, every_ms=4 * HOUR_MS, first_ms=HOUR_MS // 2
)


@pytest.mark.parametrize(
    ("mode", "hours", "volume"),
    [
        (StopPump(), 24, Fraction(0)),
        (MinimumRate(), 12, Fraction(3_000)),
        (SimpleContinuous(rate_nl_per_day=7), 1, Fraction(7, 24)),
        (FlexSchedule(days=(THREE,)), 24, Fraction(25 + 300)),
        (FlexSchedule(days=(THREE,)), 7, Fraction(25) + Fraction(400, 24)),
        (FlexSchedule(days=(ONE, ONE, THREE, ONE, ONE, ONE, ONE)), 48, Fraction(325 + 7)),
        (FlexSchedule(days=(ONE, ONE, THREE, ONE, ONE, ONE, ONE)), 7 * 24, Fraction(325 + 6 * 7)),
        (HALF_HOURS, 24, Fraction(48 * 18, 24) + Fraction(480 * 6, 24)),
        (HALF_HOURS, 1, Fraction(1) + Fraction(10)),
    ],
)
def test_the_oracle_itself_is_right_by_hand(mode: InfusionMode, hours: int, volume: Fraction) -> None:
    """From a Wednesday's midnight on, worked out on paper."""
    assert volume_nl(mode, NEW_YEAR_MS, NEW_YEAR_MS + hours * HOUR_MS, 0, 6_000) == volume


def test_a_pump_of_whole_pulses_waits_for_the_whole_pulse() -> None:
    """At 48 000 nL/day a 2000 nL pulse is due once an hour: not a nanolitre a millisecond before."""
    valve = PUMP_MODELS["Prometra II class 20 mL"]
    update = Update(program=program(SimpleContinuous(rate_nl_per_day=48_000)), reservoir_nl=valve.capacity_nl)
    pump: Pump = updated(new_pump(pump_model=valve), update)
    before, _ = machine.advance(pump, pump.now_ms + HOUR_MS - 1)
    after, _ = machine.advance(before, pump.now_ms + HOUR_MS)
    assert (before.delivered_nl, after.delivered_nl) == (0, 2_000)
