"""Commands: what an update digests to, what staging does to each class of pump, and what a commit carries over."""

from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pump.helpers import BOLUSES, MODES, NEW_YEAR_MS, new_pump, program, running, updated

from thecal.canonical import from_plain, to_plain
from thecal.flow import Segment
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.battery import BatteryLevel
from thecal.pump.bolus import Bolus, BridgeBolus, PrimingBolus, Purge, SingleBolus
from thecal.pump.commands import (
    BatterySensed,
    ClockLostSensed,
    Command,
    Commit,
    FieldSensed,
    Interrogate,
    LowBatteryReset,
    MotorRecoverySensed,
    MotorStallSensed,
    RotorUnbiddenSensed,
    SetClock,
    Stage,
    Stop,
    Update,
)
from thecal.pump.devices import PUMP_MODELS, REFERENCE_20, SYNCHROMED_20, PumpModel
from thecal.pump.events import EventKind
from thecal.pump.infusion import FlexDay, FlexSchedule, FlexStep, InfusionMode, MinimumRate, SimpleContinuous, StopPump
from thecal.pump.journal import move, settle, trigger_of
from thecal.pump.limiter import armed
from thecal.pump.memory import Given, Interrogation, Pump, Staged, as_read
from thecal.pump.states import TRANSITIONS, State, Trigger
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

ML = 1_000_000


def staged(pump: Pump, update: Update) -> Pump:
    """The pump with an update staged."""
    after = machine.handle(pump, Stage(transaction_id="x", onto_revision=pump.revision, update=update))
    assert isinstance(after, Pump), after
    return after


def taken(pump: Pump, command: Command) -> Pump:
    """The pump after a command that must not be refused."""
    after = machine.handle(pump, command)
    assert isinstance(after, Pump), after
    return after


@settings(max_examples=50, deadline=None)
@given(mode=MODES, bolus=BOLUSES, reservoir_nl=st.none() | st.integers(0, 20 * ML))
def test_what_was_reviewed_is_named_by_its_digest(
    mode: InfusionMode, bolus: Bolus | None, reservoir_nl: int | None
) -> None:
    """It survives being written down, and a nanolitre anywhere makes another."""
    update = Update(program=program(mode), reservoir_nl=reservoir_nl, bolus=bolus)
    again = from_plain(Update, to_plain(update))
    assert again == update
    assert again.digest() == update.digest()
    other = replace(update, program=replace(update.program, catheter_nl=update.program.catheter_nl + 1))
    assert len({update.digest(), other.digest(), replace(update, reservoir_nl=20 * ML + 1).digest()}) == 3


@pytest.mark.parametrize("model", PUMP_MODELS.values(), ids=lambda model: model.name)
def test_staging_stops_one_class_of_pump_and_no_other(model: PumpModel) -> None:
    """An update that is left unfinished leaves that class stopped, and it nags after two days."""
    pump = updated(new_pump(pump_model=model), Update(program=program(), reservoir_nl=18 * ML))
    ready = staged(pump, Update(program=program(SimpleContinuous(rate_nl_per_day=700_000))))
    if not model.stops_while_updating:
        assert replace(ready, staged=None) == pump
        return
    assert ready.state is State.STOPPED
    assert [event.kind for event in ready.log[len(pump.log) :]] == [EventKind.STOPPED]
    left, _ = machine.advance(ready, ready.now_ms + 48 * HOUR_MS)
    assert Alarm.STOPPED_TOO_LONG in {each.alarm for each in left.alarms}
    assert staged(ready, Update(program=program())).log == ready.log, "a stopped pump is not stopped twice"


def test_a_staged_update_is_replaced_by_the_next_and_outlives_a_stop() -> None:
    """One at a time, with when and onto what it was put there."""
    first, second = Update(program=program()), Update(program=program(StopPump()))
    ready = staged(staged(running(), first), second)
    assert ready.staged is not None
    assert (ready.staged.update, ready.staged.staged_ms, ready.staged.onto_revision) == (second, ready.now_ms, 1)
    assert (ready.staged.transaction_id, machine.interrogate(ready).staged_digest) == ("x", second.digest())
    assert taken(ready, Stop()).staged == ready.staged


def test_a_commit_changes_everything_that_it_says_and_nothing_else() -> None:
    """Revision, transaction, digest, program, reservoir; what was delivered, the clock and the log go on."""
    start, _ = machine.advance(running(), NEW_YEAR_MS + HOUR_MS)
    update = Update(program=program(SimpleContinuous(rate_nl_per_day=700_000)), reservoir_nl=9 * ML)
    after = taken(staged(start, update), Commit(transaction_id="x", digest=update.digest()))
    assert after == replace(
        start,
        program=update.program,
        revision=start.revision + 1,
        transaction_id="x",
        update_digest=update.digest(),
        reservoir_nl=9 * ML,
        limiter=after.limiter,
        log=after.log,
        log_head=after.log_head,
    )
    assert after.limiter is not None
    assert after.limiter.window == ()
    assert after.log[:-1] == start.log
    assert (after.log[-1].kind, after.log[-1].detail) == (EventKind.UPDATE_COMMITTED, update.digest())


BOLUS_STATES: list[tuple[Bolus | None, InfusionMode, State]] = [
    (None, SimpleContinuous(rate_nl_per_day=600_000), State.INFUSING),
    (
        None,
        FlexSchedule(days=(FlexDay(steps=(FlexStep(start_ms=0, rate_nl_per_day=600_000),)),)),
        State.INFUSING,
    ),
    (None, StopPump(), State.STOPPED),
    (None, MinimumRate(), State.MINIMUM_RATE),
    (SingleBolus(volume_nl=9, rate_nl_per_day=ML), SimpleContinuous(rate_nl_per_day=600_000), State.BOLUS),
    (PrimingBolus(volume_nl=9, rate_nl_per_day=ML), SimpleContinuous(rate_nl_per_day=600_000), State.PRIMING),
    (
        BridgeBolus(volume_nl=9, rate_nl_per_day=ML, concentration_pg_per_nl=500),
        SimpleContinuous(rate_nl_per_day=600_000),
        State.BRIDGING,
    ),
    (Purge(volume_nl=9, rate_nl_per_day=ML), StopPump(), State.PURGING),
]


@pytest.mark.parametrize(("bolus", "mode", "state"), BOLUS_STATES)
@pytest.mark.parametrize("before", [State.STOPPED, State.INFUSING, State.MINIMUM_RATE, State.PRIMING, State.HELD])
def test_a_commit_starts_at_once_from_every_state(
    bolus: Bolus | None, mode: InfusionMode, state: State, before: State
) -> None:
    """The bolus first, else the program; the state's clock restarts only where the state is another."""
    start = replace(running(), state=before, state_since_ms=NEW_YEAR_MS - 5, standing=(Alarm.LOW_BATTERY_RESET,))
    after = updated(start, Update(program=program(mode), bolus=bolus))
    assert (after.state, after.bolus) == (state, bolus)
    assert after.bolus_left_nl == (None if bolus is None else bolus.volume_nl)
    assert after.state_since_ms == (start.state_since_ms if state is before else after.now_ms)
    assert (after.standing, after.alarms) == ((), ())


def test_a_bolus_that_an_update_replaces_is_gone() -> None:
    """What it still owed is not made up for."""
    prime = PrimingBolus(volume_nl=100_000, rate_nl_per_day=2_400_000)
    start = updated(running(), Update(program=program(), bolus=prime))
    half, _ = machine.advance(start, start.now_ms + HOUR_MS // 2)
    after = updated(half, Update(program=program()))
    assert (after.state, after.bolus, after.bolus_left_nl) == (State.INFUSING, None, None)
    day, _ = machine.advance(after, after.now_ms + DAY_MS)
    assert day.delivered_nl - half.delivered_nl == 600_000


def test_a_stop_ends_whatever_runs_and_is_written_down() -> None:
    """A bolus too; by command quietly, by the emergency key heard; only one of the two is a stop."""
    start = updated(running(), Update(program=program(), bolus=SingleBolus(volume_nl=9_000, rate_nl_per_day=ML)))
    for kind, standing in ((EventKind.STOPPED, ()), (EventKind.EMERGENCY_STOPPED, (Alarm.EMERGENCY_STOP,))):
        after = machine.stop(start, kind)
        assert (after.state, after.bolus, after.bolus_left_nl) == (State.STOPPED, None, None)
        assert (after.program, after.standing) == (start.program, standing)
        assert after.log[len(start.log)].kind is kind
    with pytest.raises(AssertionError):
        machine.stop(start, EventKind.LIMITER_CUT)


def test_what_is_no_command_and_no_sensor_is_our_own_slip() -> None:
    """It ends in an error, and never in the last thing of a list."""
    with pytest.raises(UnboundLocalError):
        machine.handle(running(), Alarm.MOTOR_STALL)  # type: ignore[arg-type] # that is the slip
    with pytest.raises(UnboundLocalError):
        machine.sense(running(), Alarm.MOTOR_STALL)  # type: ignore[arg-type] # that is the slip


def test_time_does_not_run_backwards() -> None:
    """Now is no time at all; a millisecond before is refused."""
    pump = running()
    assert machine.advance(pump, pump.now_ms) == (pump, ())
    with pytest.raises(AssertionError):
        machine.advance(pump, pump.now_ms - 1)


def test_the_flow_that_was_commanded_is_told_stretch_by_stretch() -> None:
    """A bolus, then the program, each from when to when; none from a pump without power."""
    prime = PrimingBolus(volume_nl=100_000, rate_nl_per_day=2_400_000)
    start = updated(running(), Update(program=program(), bolus=prime))
    end, flow = machine.advance(start, start.now_ms + 2 * HOUR_MS)
    assert flow == (
        Segment(start_ms=start.now_ms, end_ms=start.now_ms + HOUR_MS, volume_nl=100_000),
        Segment(start_ms=start.now_ms + HOUR_MS, end_ms=end.now_ms, volume_nl=25_000),
    )
    dead = replace(start, powered=False)
    assert machine.advance(dead, dead.now_ms + DAY_MS) == (replace(dead, now_ms=dead.now_ms + DAY_MS), ())
    assert settle(dead) == dead


def test_an_access_that_was_refused_leaves_its_line() -> None:
    """And nothing else."""
    start = running()
    noted = machine.note_access_refused(start, "wrong key")
    assert noted == replace(start, log=noted.log, log_head=noted.log_head)
    assert (noted.log[-1].kind, noted.log[-1].detail) == (EventKind.ACCESS_REFUSED, "wrong key")


def test_every_change_of_state_is_a_row_of_the_table() -> None:
    """What is no row does not happen; only a program asks for anything."""
    for state in State:
        for trigger in Trigger:
            pump = replace(running(), state=state)
            if (state, trigger) in TRANSITIONS:
                assert move(pump, trigger).state is TRANSITIONS[state, trigger]
            else:
                with pytest.raises(KeyError):
                    move(pump, trigger)
    with pytest.raises(AssertionError):
        trigger_of(new_pump())
    assert {after for (before, _), after in TRANSITIONS.items() if before is State.END_OF_SERVICE} == {
        State.END_OF_SERVICE
    }


def test_a_pump_is_made_stopped_empty_and_unknown() -> None:
    """With a line that says who it is; reading it tells as much, and no dose."""
    shelf = machine.manufacture(serial="S-9", pump_model=REFERENCE_20, now_ms=NEW_YEAR_MS)
    assert [(event.kind, event.detail) for event in shelf.log] == [(EventKind.MANUFACTURED, "S-9")]
    read = machine.interrogate(shelf)
    assert (read.serial, read.pump_model, read.state, read.program) == ("S-9", REFERENCE_20.name, State.STOPPED, None)
    assert (read.revision, read.transaction_id, read.update_digest, read.staged_digest) == (0, "", "", None)
    assert (read.reservoir_nl, read.dose_pg_per_day, read.rate_now_nl_per_day) == (0, 0, 0)
    assert (read.at_ms, read.made_ms, read.state_since_ms, read.clock_known) == (NEW_YEAR_MS,) * 3 + (True,)
    skin = machine.read_skin(shelf)
    assert (skin.at_ms, skin.state, skin.mode, skin.concentration_pg_per_nl) == (NEW_YEAR_MS, State.STOPPED, "", None)
    assert machine.read_skin(running()).mode == "SimpleContinuous"
    assert taken(shelf, Interrogate()) == shelf


def test_the_daily_dose_is_that_of_what_the_pump_does() -> None:
    """A week's mean of a schedule, the slowest rate after a reset, none while stopped."""
    week = FlexSchedule(
        days=tuple(FlexDay(steps=(FlexStep(start_ms=0, rate_nl_per_day=100_000 * day),)) for day in range(1, 8))
    )
    assert machine.dose_pg_per_day(running(week)) == 400_000 * 500
    uneven = FlexDay(
        steps=(FlexStep(start_ms=0, rate_nl_per_day=48_000), FlexStep(start_ms=DAY_MS - 1, rate_nl_per_day=50_000))
    )
    assert machine.dose_pg_per_day(running(FlexSchedule(days=(uneven,)))) == 24_000_000, "to the nearest picogram"
    assert machine.dose_pg_per_day(running(MinimumRate())) == 6_000 * 500
    assert machine.dose_pg_per_day(machine.sense(running(), LowBatteryReset())) == 6_000 * 500
    assert machine.dose_pg_per_day(taken(running(), Stop())) == 0


@pytest.mark.parametrize(("wait_ms", "alive"), [(10 * MINUTE_MS, True), (10 * MINUTE_MS + 1, False)])
def test_a_read_out_tells_of_a_staged_update_while_it_lives(wait_ms: int, alive: bool) -> None:
    """Ten minutes."""
    update = Update(program=program())
    later, _ = machine.advance(staged(running(), update), NEW_YEAR_MS + wait_ms)
    assert machine.interrogate(later).staged_digest == (update.digest() if alive else None)


def told() -> Pump:
    """A pump with something to tell in every part of its memory."""
    prime = PrimingBolus(volume_nl=100_000, rate_nl_per_day=2_400_000)
    made = new_pump(pump_model=SYNCHROMED_20)
    start = updated(made, Update(program=program(), reservoir_nl=18 * ML, bolus=prime))
    pump, _ = machine.advance(start, start.now_ms + HOUR_MS // 3 + 1)
    pump = machine.sense(machine.sense(pump, MotorStallSensed()), ClockLostSensed())
    pump = taken(pump, SetClock(clock_ms=pump.now_ms + HOUR_MS))
    given = (Given(at_ms=pump.now_ms - 1, volume_nl=7, by_patient=True),)
    battery = replace(pump.battery, strangers_nj=5, level=BatteryLevel.LOW)
    staged_ = Staged(transaction_id="y", onto_revision=1, staged_ms=pump.now_ms, update=Update(program=program()))
    return settle(
        replace(
            pump, given=given, battery=battery, staged=staged_, standing=(Alarm.MEMORY_FALLBACK,), clock_known=False
        )
    )


def test_a_read_out_tells_what_the_pump_holds() -> None:
    """Field by field, whatever both have; with what is staged, what is commanded and when the service ends."""
    pump = told()
    read = machine.interrogate(pump)
    shared = {field.name for field in fields(read)} & {field.name for field in fields(pump)}
    assert len(shared) == 21
    for name in shared:
        assert getattr(read, name) == getattr(pump, name), name
    assert pump.staged is not None
    assert (read.at_ms, read.staged_digest) == (pump.now_ms, pump.staged.update.digest())
    assert (read.rate_now_nl_per_day, read.dose_pg_per_day) == (2_400_000, 300_000_000)
    assert read.end_of_service_ms == pump.now_ms + 90 * DAY_MS
    assert read.indicator_ms == pump.now_ms
    assert from_plain(Interrogation, to_plain(read)) == read
    skin = machine.read_skin(pump)
    assert (skin.at_ms, skin.state, skin.alarms) == (pump.now_ms, pump.state, pump.alarms)


def test_a_pump_made_from_a_read_out_is_the_pump_but_for_what_it_leaves_out() -> None:
    """No carry, nothing owed, nothing delivered before, a limiter that saw nothing, nothing staged; with power."""
    pump = told()
    assert pump.carry_nl_ms_per_day * pump.owed_nl * pump.delivered_nl
    assert as_read(machine.interrogate(pump)) == replace(
        pump,
        carry_nl_ms_per_day=0,
        owed_nl=0,
        delivered_nl=0,
        staged=None,
        limiter=armed(ceiling_nl=24_000_000, allowance_nl=pump.bolus_left_nl or 0, pulse_nl=50),
    )


def test_lines_say_what_is_worth_saying() -> None:
    """One word or a few, and no more than an empty text where the kind says it all; a log is always plain text."""
    start = updated(new_pump(pump_model=SYNCHROMED_20), Update(program=program(), reservoir_nl=18 * ML))
    dosed = updated(start, Update(program=program(), bolus=SingleBolus(volume_nl=10_000, rate_nl_per_day=2_400_000)))
    pump, _ = machine.advance(dosed, dosed.now_ms + HOUR_MS)
    pump = machine.sense(pump, MotorStallSensed())
    pump = taken(machine.sense(pump, FieldSensed()), Interrogate())
    pump = machine.sense(machine.sense(pump, MotorRecoverySensed()), ClockLostSensed())
    pump = machine.sense(taken(pump, Stop()), RotorUnbiddenSensed())
    pump = machine.sense(machine.stop(pump, EventKind.EMERGENCY_STOPPED), BatterySensed(level=BatteryLevel.END))
    lines = [(event.kind, event.detail) for event in pump.log[len(dosed.log) :]]
    assert lines == [
        (EventKind.BOLUS_ENDED, "SingleBolus"),
        (EventKind.MOTOR_STALLED, ""),
        (EventKind.ALARM_RAISED, "MOTOR_STALL"),
        (EventKind.HELD_BY_FIELD, ""),
        (EventKind.RELEASED, ""),
        (EventKind.MOTOR_RECOVERED, ""),
        (EventKind.ALARM_CLEARED, "MOTOR_STALL"),
        (EventKind.CLOCK_LOST, ""),
        (EventKind.ALARM_RAISED, "CLOCK_UNKNOWN"),
        (EventKind.STOPPED, ""),
        (EventKind.LIMITER_CUT, ""),
        (EventKind.ALARM_RAISED, "LIMITER_CUT"),
        (EventKind.EMERGENCY_STOPPED, ""),
        (EventKind.ALARM_RAISED, "EMERGENCY_STOP"),
        (EventKind.END_OF_SERVICE, ""),
        (EventKind.ALARM_RAISED, "END_OF_SERVICE"),
        (EventKind.ALARM_RAISED, "REPLACEMENT_INDICATOR"),
    ]


@settings(max_examples=50, deadline=None)
@given(mode=MODES, bolus=BOLUSES, gone_ms=st.integers(0, DAY_MS))
def test_a_pump_made_from_a_read_out_would_answer_with_it(
    mode: InfusionMode, bolus: Bolus | None, gone_ms: int
) -> None:
    """All that a read-out tells, and nothing that it does not."""
    if isinstance(mode, StopPump | MinimumRate) and not isinstance(bolus, Purge):
        bolus = None
    start = updated(new_pump(), Update(program=program(mode), reservoir_nl=18 * ML, bolus=bolus))
    pump, _ = machine.advance(start, start.now_ms + gone_ms)
    read = machine.interrogate(pump)
    again = machine.interrogate(as_read(read))
    dates = (again.low_reservoir_ms, again.empty_ms, again.indicator_ms)
    assert again == replace(read, low_reservoir_ms=dates[0], empty_ms=dates[1], indicator_ms=dates[2])
    assert as_read(read).limiter == (None if pump.limiter is None else as_read(again).limiter)
