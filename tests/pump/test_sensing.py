"""What the pump does about what its sensors tell it, in every state; what it knows already changes nothing."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.pump.helpers import new_pump, program, updated

from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.battery import BatteryLevel
from thecal.pump.bolus import BridgeBolus, PrimingBolus, Purge, SingleBolus
from thecal.pump.commands import (
    BatterySensed,
    ClockLostSensed,
    FieldSensed,
    Interrogate,
    LowBatteryReset,
    MotorRecoverySensed,
    MotorStallSensed,
    RotorUnbiddenSensed,
    Sensed,
    SetClock,
    Stage,
    Stop,
    Update,
)
from thecal.pump.devices import PROMETRA_20, PUMP_MODELS, REFERENCE_20, SYNCHROMED_20, SYNCHROMED_EL, PumpModel
from thecal.pump.events import EventKind, verify_chain
from thecal.pump.infusion import FlexDay, FlexSchedule, FlexStep, MinimumRate, PeriodicBolus, StopPump
from thecal.pump.journal import settle
from thecal.pump.limiter import armed
from thecal.pump.memory import Pump
from thecal.pump.reservoir import rate_now
from thecal.pump.sensing import damaged
from thecal.pump.states import State
from thecal.units import DAY_MS, HOUR_MS

ML = 1_000_000
FLEX = FlexSchedule(
    days=(
        FlexDay(
            steps=(
                FlexStep(start_ms=0, rate_nl_per_day=240_000),
                FlexStep(start_ms=12 * HOUR_MS, rate_nl_per_day=720_000),
            )
        ),
    )
)
"""Half a day slow, half a day fast: 0.48 mL/day on average."""
ALL: list[Sensed] = [
    MotorStallSensed(),
    MotorRecoverySensed(),
    RotorUnbiddenSensed(),
    BatterySensed(level=BatteryLevel.END),
    LowBatteryReset(),
    ClockLostSensed(),
    FieldSensed(),
]


def filled(pump_model: PumpModel = REFERENCE_20, mode: object = None, **bolus: object) -> Pump:
    """A pump of a model with 20 mL, on a program, with a bolus if one is given."""
    made = new_pump(pump_model=pump_model)
    return updated(made, Update(program=program(mode), reservoir_nl=18 * ML, **bolus))  # type: ignore[arg-type] # a bolus or none


def stop(pump: Pump) -> Pump:
    """The pump after a stop."""
    after = machine.handle(pump, Stop())
    assert isinstance(after, Pump)
    return after


def later(pump: Pump, ms: int) -> Pump:
    """The pump after so long."""
    return machine.advance(pump, pump.now_ms + ms)[0]


def sounding(pump: Pump) -> list[Alarm]:
    """The alarms that sound."""
    return [active.alarm for active in pump.alarms]


def lines(pump: Pump, since: Pump) -> list[EventKind]:
    """What was written since, but for alarms that came and went."""
    quiet = {EventKind.ALARM_RAISED, EventKind.ALARM_CLEARED}
    return [event.kind for event in pump.log[len(since.log) :] if event.kind not in quiet]


@pytest.mark.parametrize("sensed", ALL, ids=lambda sensed: type(sensed).__name__)
def test_without_power_or_service_nobody_listens(sensed: Sensed) -> None:
    """The pump is the very same."""
    ended = replace(filled(SYNCHROMED_20), state=State.END_OF_SERVICE)
    off = replace(filled(SYNCHROMED_20), powered=False)
    assert machine.sense(ended, sensed) == ended
    assert machine.sense(off, sensed) == off


@pytest.mark.parametrize("model", PUMP_MODELS.values(), ids=lambda model: model.name)
def test_only_some_classes_sense_that_the_rotor_stands(model: PumpModel) -> None:
    """The others go on counting what does not flow, and are silent."""
    before = filled(model)
    after = machine.sense(before, MotorStallSensed())
    if model in {PROMETRA_20, SYNCHROMED_EL} or model.name.startswith("Prometra"):
        assert after == before
    else:
        assert sounding(after) == [Alarm.MOTOR_STALL]
        assert lines(after, before) == [EventKind.MOTOR_STALLED]


def test_a_stall_and_its_end_are_said_once_each() -> None:
    """Sensing the same again is no news; recovery without a stall is none either."""
    start = filled()
    assert machine.sense(start, MotorRecoverySensed()) == start
    stalled = machine.sense(start, MotorStallSensed())
    assert machine.sense(stalled, MotorStallSensed()) == stalled
    turning = machine.sense(stalled, MotorRecoverySensed())
    assert sounding(turning) == []
    assert lines(turning, start) == [EventKind.MOTOR_STALLED, EventKind.MOTOR_RECOVERED]
    assert machine.sense(turning, MotorRecoverySensed()) == turning


def test_what_a_standing_rotor_did_not_move_is_neither_counted_nor_made_up_for() -> None:
    """The reservoir and a bolus wait; what the schedule gives afterwards is what it would have given."""
    dose = SingleBolus(volume_nl=100_000, rate_nl_per_day=2_400_000)
    start = filled(bolus=dose)
    half = later(start, HOUR_MS // 2)
    assert half.bolus_left_nl == 50_000
    stood = later(machine.sense(half, MotorStallSensed()), 5 * DAY_MS)
    assert (stood.bolus_left_nl, stood.reservoir_nl) == (50_000, half.reservoir_nl)
    assert stood.delivered_nl == half.delivered_nl
    assert rate_now(stood)[0] == 2_400_000, "it goes on trying"
    ended = later(machine.sense(stood, MotorRecoverySensed()), HOUR_MS // 2)
    assert (ended.state, ended.delivered_nl) == (State.INFUSING, half.delivered_nl + 50_000)


def test_a_rotor_that_turns_unbidden_is_cut_and_the_program_kept() -> None:
    """Critical, once; a rest does not bring the current back, an update does."""
    start = filled()
    cut = machine.sense(start, RotorUnbiddenSensed())
    assert (cut.state, cut.program, sounding(cut)) == (State.STOPPED, start.program, [Alarm.LIMITER_CUT])
    assert lines(cut, start) == [EventKind.LIMITER_CUT]
    assert machine.sense(cut, RotorUnbiddenSensed()) == cut
    assert later(cut, DAY_MS).delivered_nl == cut.delivered_nl
    assert updated(cut, Update(program=program())).alarms == ()


def test_a_rotor_that_turns_unbidden_in_a_pump_that_was_never_programmed() -> None:
    """Its limiter was never armed: there is no current to take away."""
    assert machine.sense(new_pump(), RotorUnbiddenSensed()) == new_pump()


@pytest.mark.parametrize("kind", [BridgeBolus, PrimingBolus, Purge, SingleBolus])
def test_what_a_cut_ends_is_written_down(kind: type) -> None:
    """How much of a bolus was not given; nothing of it comes later."""
    more = {"concentration_pg_per_nl": 500} if kind is BridgeBolus else {}
    start = later(filled(bolus=kind(volume_nl=100_000, rate_nl_per_day=2_400_000, **more)), HOUR_MS // 4)
    for sensed, ends in ((RotorUnbiddenSensed(), EventKind.LIMITER_CUT), (LowBatteryReset(), EventKind.RESTARTED)):
        after = machine.sense(start, sensed)
        assert (after.bolus, after.bolus_left_nl) == (None, None)
        assert lines(after, start) == [EventKind.BOLUS_ABANDONED, ends]
        (abandoned,) = [event for event in after.log if event.kind is EventKind.BOLUS_ABANDONED]
        assert abandoned.detail == f"{kind.__name__}, 75000 nL not given"


@pytest.mark.parametrize("left_nl", [1, 0])
def test_a_bolus_that_ends_as_the_cut_comes_was_given_whole(left_nl: int) -> None:
    """In the very millisecond: nothing was abandoned; a nanolitre before its end something was."""
    start = filled(bolus=PrimingBolus(volume_nl=9, rate_nl_per_day=2_400_000))
    assert start.limiter is not None
    cut = settle(replace(start, bolus_left_nl=left_nl, limiter=replace(start.limiter, is_cut=True)))
    assert (cut.state, cut.bolus, cut.bolus_left_nl) == (State.STOPPED, None, None)
    abandoned = [EventKind.BOLUS_ABANDONED] if left_nl else []
    assert lines(cut, start) == [*abandoned, EventKind.LIMITER_CUT]


@pytest.mark.parametrize(("kind", "left"), [(PrimingBolus, 75_000), (SingleBolus, 0)])
def test_setting_the_clock_leaves_what_is_left_of_an_allowance(kind: type, left: int) -> None:
    """A prime still passes beside the ceiling, a dose never did."""
    start = later(filled(bolus=kind(volume_nl=100_000, rate_nl_per_day=2_400_000)), HOUR_MS // 4)
    moved = machine.handle(start, SetClock(clock_ms=start.now_ms + HOUR_MS))
    assert isinstance(moved, Pump)
    assert moved.limiter == armed(ceiling_nl=24_000_000, allowance_nl=left, pulse_nl=1)


def test_the_voltage_only_falls() -> None:
    """Low makes the indicator due, now; the end ends service; a better reading is not believed."""
    start = filled()
    assert machine.sense(start, BatterySensed(level=BatteryLevel.GOOD)) == start
    low = machine.sense(start, BatterySensed(level=BatteryLevel.LOW))
    assert (low.battery.indicator_since_ms, sounding(low)) == (start.now_ms, [Alarm.REPLACEMENT_INDICATOR])
    assert low.state is State.INFUSING
    for level in (BatteryLevel.GOOD, BatteryLevel.LOW):
        assert machine.sense(low, BatterySensed(level=level)) == low
    ended = machine.sense(low, BatterySensed(level=BatteryLevel.END))
    assert ended.state is State.END_OF_SERVICE
    assert set(sounding(ended)) == {Alarm.REPLACEMENT_INDICATOR, Alarm.END_OF_SERVICE}
    at_once = machine.sense(start, BatterySensed(level=BatteryLevel.END))
    assert at_once.state is State.END_OF_SERVICE
    assert lines(at_once, start) == [EventKind.END_OF_SERVICE]


@pytest.mark.parametrize(
    ("mode", "stopped", "state"),
    [
        (None, False, State.MINIMUM_RATE),
        (FLEX, False, State.MINIMUM_RATE),
        (MinimumRate(), False, State.MINIMUM_RATE),
        (StopPump(), False, State.STOPPED),
        (None, True, State.STOPPED),
    ],
)
def test_a_reset_by_low_battery_falls_to_the_minimum_rate(mode: object, stopped: bool, state: State) -> None:
    """Critical; the program is kept for a prescriber's restart, what was staged is not; what was stopped stays so."""
    start = stop(filled(mode=mode)) if stopped else filled(mode=mode)
    ready = machine.handle(start, Stage(transaction_id="x", onto_revision=1, update=Update(program=program())))
    assert isinstance(ready, Pump)
    after = machine.sense(ready, LowBatteryReset())
    assert (after.state, after.program, after.staged) == (state, start.program, None)
    assert sounding(after) == [Alarm.LOW_BATTERY_RESET]
    assert after.log[-2].detail == "low battery"
    assert rate_now(after)[0] == (6_000 if state is State.MINIMUM_RATE else 0)
    assert sum(each.volume_nl for each in machine.advance(after, after.now_ms + DAY_MS)[1]) == rate_now(after)[0]


def test_a_reset_on_the_shelf_alarms_nobody() -> None:
    """There is no therapy to fall back from; the line is there."""
    after = machine.sense(new_pump(), LowBatteryReset())
    assert (after.state, after.alarms, after.standing) == (State.STOPPED, (), ())
    assert lines(after, new_pump()) == [EventKind.RESTARTED]


PERIODIC = PeriodicBolus(
    basal_rate_nl_per_day=240_000, bolus_rate_nl_per_day=2_400_000, lasts_ms=HOUR_MS, every_ms=6 * HOUR_MS, first_ms=0
)
"""0.24 mL/day, and 0.1 mL less 0.01 four times a day on top of it: 0.6 mL/day."""


@pytest.mark.parametrize(("mode", "mean"), [(FLEX, 480_000), (PERIODIC, 600_000), (None, 600_000)])
def test_without_the_time_of_day_a_schedule_runs_flat_at_its_mean(mode: object, mean: int) -> None:
    """At every hour; a single beep says so, until somebody tells the time, and then the schedule goes on."""
    start = filled(mode=mode)
    lost = machine.sense(start, ClockLostSensed())
    assert sounding(lost) == [Alarm.CLOCK_UNKNOWN]
    assert lines(lost, start) == [EventKind.CLOCK_LOST]
    assert machine.sense(lost, ClockLostSensed()) == lost
    for hour in range(24):
        assert rate_now(later(lost, hour * HOUR_MS))[0] == mean
    assert later(lost, DAY_MS).delivered_nl == mean
    told = machine.handle(lost, SetClock(clock_ms=start.now_ms))
    assert isinstance(told, Pump)
    assert rate_now(told) == rate_now(start)


def test_a_mean_that_is_no_whole_rate_is_rounded_down() -> None:
    """Less than a nanolitre a day too little, and never a fraction on the way."""
    uneven = FlexDay(
        steps=(FlexStep(start_ms=0, rate_nl_per_day=48_000), FlexStep(start_ms=16 * HOUR_MS, rate_nl_per_day=48_001))
    )
    lost = machine.sense(filled(mode=FlexSchedule(days=(uneven,))), ClockLostSensed())
    assert (rate_now(lost), type(rate_now(lost)[0])) == ((48_000, None), int)


@pytest.mark.parametrize("kind", [BridgeBolus, PrimingBolus, Purge])
def test_a_volume_is_finished_as_one_without_the_time_of_day(kind: type) -> None:
    """A bridge, a prime, a purge end by what was delivered; then flat."""
    more = {"concentration_pg_per_nl": 500} if kind is BridgeBolus else {}
    start = later(filled(mode=FLEX, bolus=kind(volume_nl=100_000, rate_nl_per_day=2_400_000, **more)), HOUR_MS // 2)
    lost = machine.sense(start, ClockLostSensed())
    assert (lost.state, lost.bolus_left_nl) == (start.state, 50_000)
    ended = later(lost, HOUR_MS // 2)
    assert (ended.state, ended.delivered_nl, rate_now(ended)[0]) == (State.INFUSING, 100_000, 480_000)


def test_a_dose_is_given_up_without_the_time_of_day() -> None:
    """A dose is meant for its hour; the mean goes on."""
    start = later(filled(mode=FLEX, bolus=SingleBolus(volume_nl=100_000, rate_nl_per_day=2_400_000)), HOUR_MS // 2)
    lost = machine.sense(start, ClockLostSensed())
    assert (lost.state, lost.bolus) == (State.INFUSING, None)
    assert lines(lost, start) == [EventKind.BOLUS_ABANDONED, EventKind.CLOCK_LOST]


def test_the_mean_after_the_peak_is_not_cut() -> None:
    """A tight ceiling and a clock lost in the fast half: more than a day's dose in 24 h, and no more than ordered."""
    tight = replace(program(FLEX), ceiling_nl_per_day=480_000)
    start = later(updated(new_pump(), Update(program=tight, reservoir_nl=18 * ML)), DAY_MS)
    lost = machine.sense(start, ClockLostSensed())
    assert later(lost, 10 * DAY_MS).state is State.INFUSING
    assert start.limiter is not None
    cut = machine.sense(machine.sense(start, RotorUnbiddenSensed()), ClockLostSensed())
    assert cut.limiter is not None
    assert cut.limiter.is_cut


def trap(state: State) -> Pump:
    """A pump of the class that can be trapped, sounding, in a state."""
    start = filled(SYNCHROMED_20)
    return replace(machine.sense(start, MotorStallSensed()), state=state, state_since_ms=start.now_ms - 7)


@pytest.mark.parametrize("state", [state for state in State if state is not State.END_OF_SERVICE])
def test_a_field_holds_a_pump_that_sounds_until_it_is_interrogated(state: State) -> None:
    """One class of pump; nothing is delivered, and the read-out lets it go."""
    start = trap(state)
    held = machine.sense(start, FieldSensed())
    if state in {State.STOPPED, State.HELD}:
        assert held == start
        return
    assert (held.state, held.state_since_ms, rate_now(held)) == (State.HELD, start.now_ms, (0, None))
    assert lines(held, start) == [EventKind.HELD_BY_FIELD]
    assert machine.sense(held, FieldSensed()) == held
    assert sum(each.volume_nl for each in machine.advance(held, held.now_ms + 9 * DAY_MS)[1]) == 0
    released = machine.handle(held, Interrogate())
    assert isinstance(released, Pump)
    assert (released.state, rate_now(released)[0]) == (State.INFUSING, 600_000)
    assert lines(released, held) == [EventKind.RELEASED]


def test_a_pump_that_is_silent_or_of_another_class_is_held_by_no_field() -> None:
    """The very same."""
    for start in (filled(SYNCHROMED_20), machine.sense(filled(REFERENCE_20), MotorStallSensed())):
        assert machine.sense(start, FieldSensed()) == start


def test_a_bolus_that_a_field_held_goes_on_after_the_read_out() -> None:
    """What was left of it, at its rate; until then no end is foreseen."""
    dose = SingleBolus(volume_nl=100_000, rate_nl_per_day=2_400_000)
    start = later(filled(SYNCHROMED_20, bolus=dose), HOUR_MS // 2)
    held = machine.sense(machine.sense(machine.sense(start, ClockLostSensed()), MotorStallSensed()), FieldSensed())
    assert held.bolus is None, "a dose is given up with the clock"
    held = machine.sense(machine.sense(start, BatterySensed(level=BatteryLevel.LOW)), FieldSensed())
    assert (held.state, held.bolus_left_nl) == (State.HELD, 50_000)
    assert machine.interrogate(held).empty_ms is None, "nothing flows"
    assert later(held, DAY_MS).reservoir_nl == held.reservoir_nl
    released = machine.handle(later(held, DAY_MS), Interrogate())
    assert isinstance(released, Pump)
    assert released.state is State.BOLUS
    assert later(released, HOUR_MS // 2).delivered_nl == start.delivered_nl + 50_000


@pytest.mark.parametrize(
    "start", [filled(), stop(filled()), new_pump(), machine.sense(filled(), LowBatteryReset())], ids=range(4)
)
def test_damage_with_a_good_copy_beside_it_sounds_and_runs_on(start: Pump) -> None:
    """A single beep, a line with the name, the same state and the same flow; found again, a line more."""
    after = damaged(start, cells="bank A", is_lost=False)
    assert (after.state, after.program) == (start.state, start.program)
    assert after.standing == (*start.standing, Alarm.MEMORY_FALLBACK)
    assert Alarm.MEMORY_FALLBACK in sounding(after)
    assert lines(after, start) == [EventKind.MEMORY_DAMAGED]
    assert [event.detail for event in after.log if event.kind is EventKind.MEMORY_DAMAGED] == ["bank A"]
    assert machine.advance(after, after.now_ms + DAY_MS)[1] == machine.advance(start, start.now_ms + DAY_MS)[1]
    again = damaged(after, cells="count B", is_lost=False)
    assert again.standing == after.standing
    assert damaged(start, cells="", is_lost=False) == start


STARTS: list[Callable[[], Pump]] = [
    filled,
    lambda: stop(filled()),
    lambda: filled(bolus=PrimingBolus(volume_nl=9, rate_nl_per_day=48_000)),
]


@pytest.mark.parametrize("begin", STARTS)
def test_without_a_good_copy_it_stops_rather_than_guess(begin: Callable[[], Pump]) -> None:
    """Critical, and no flow; finding it again stops nothing twice."""
    start = begin()
    after = damaged(start, cells="bank A, bank B", is_lost=True)
    assert after.state is State.STOPPED
    assert (after.bolus, after.bolus_left_nl) == (None, None)
    assert {Alarm.NO_PROGRAM, Alarm.MEMORY_FALLBACK} <= set(sounding(after))
    assert sum(each.volume_nl for each in machine.advance(after, after.now_ms + 9 * DAY_MS)[1]) == 0
    assert damaged(after, cells="", is_lost=True) == after
    verify_chain(after.log, head=after.log_head, whole=True)
    ended = replace(start, state=State.END_OF_SERVICE)
    assert damaged(ended, cells="", is_lost=True).state is State.END_OF_SERVICE
