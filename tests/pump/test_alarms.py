"""Alarms: one is heard at a time, beeps equal a count minute by minute, and nobody can silence one for good."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pump.helpers import NEW_YEAR_MS, program, running, updated

from thecal.canonical import from_plain, to_plain
from thecal.pump import machine
from thecal.pump.alarms import MOST_SILENCES, ActiveAlarm, Alarm, heard
from thecal.pump.commands import (
    Acknowledge,
    ClockLostSensed,
    LowBatteryReset,
    MotorRecoverySensed,
    MotorStallSensed,
    SetClock,
    Stop,
    Update,
)
from thecal.pump.events import EventKind
from thecal.pump.memory import Pump
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

CRITICAL = [
    Alarm.LIMITER_CUT,
    Alarm.NO_PROGRAM,
    Alarm.END_OF_SERVICE,
    Alarm.EMERGENCY_STOP,
    Alarm.LOW_BATTERY_RESET,
    Alarm.MOTOR_STALL,
    Alarm.EMPTY_RESERVOIR,
    Alarm.STOPPED_TOO_LONG,
]
"""What takes the therapy away, or gives too much of it, most urgent first."""
OTHERS = [
    Alarm.CLOCK_UNKNOWN,
    Alarm.MEMORY_FALLBACK,
    Alarm.REPLACEMENT_INDICATOR,
    Alarm.LOW_RESERVOIR,
    Alarm.LOG_NEARLY_FULL,
]
"""What can wait for office hours."""


def acknowledge(pump: Pump, alarm: Alarm) -> Pump:
    """The pump with it acknowledged."""
    after = machine.handle(pump, Acknowledge(alarm=alarm))
    assert isinstance(after, Pump), after
    return after


def stalled() -> Pump:
    """A pump whose motor stands, and says so, since New Year."""
    return machine.sense(running(), MotorStallSensed())


def test_each_alarm_is_of_one_kind() -> None:
    """Critical ones sound every 10 minutes and are quiet for 4 hours at most; the others every hour, and for a day."""
    assert [*CRITICAL, *OTHERS] == list(Alarm)
    for kind, is_critical, times in (
        (CRITICAL, True, (10 * MINUTE_MS, 4 * HOUR_MS)),
        (OTHERS, False, (HOUR_MS, DAY_MS)),
    ):
        for alarm in kind:
            assert (alarm.is_critical, alarm.interval_ms, alarm.silent_ms) == (is_critical, *times)


@pytest.mark.parametrize(("urgent", "other"), list(combinations([*CRITICAL, *OTHERS], 2)))
def test_of_two_the_more_urgent_one_is_heard(urgent: Alarm, other: Alarm) -> None:
    """Whichever began first; the other while it is silent; nothing while both are."""
    now_ms = NEW_YEAR_MS
    first, second = ActiveAlarm(alarm=urgent, since_ms=now_ms), ActiveAlarm(alarm=other, since_ms=now_ms - 5)
    assert heard([first, second], now_ms) == heard([second, first], now_ms) == first
    quiet = first.silenced(now_ms)
    assert heard([quiet, second], now_ms) == second
    assert heard([quiet, second.silenced(now_ms)], now_ms) is None
    assert heard([quiet, second], now_ms + urgent.silent_ms) == quiet


def test_an_alarm_is_heard_from_its_start() -> None:
    """Not a millisecond before; none of none."""
    active = ActiveAlarm(alarm=Alarm.MOTOR_STALL, since_ms=NEW_YEAR_MS)
    assert heard([active], NEW_YEAR_MS - 1) is None
    assert heard([active], NEW_YEAR_MS) == active
    assert heard([], NEW_YEAR_MS) is None


def test_a_silence_is_over_to_the_millisecond() -> None:
    """Four hours from the acknowledgement for a critical alarm, a day for another."""
    for alarm, lasts_ms in ((Alarm.MOTOR_STALL, 4 * HOUR_MS), (Alarm.LOW_RESERVOIR, DAY_MS)):
        quiet = ActiveAlarm(alarm=alarm, since_ms=0).silenced(7)
        assert [quiet.is_silent(ms) for ms in (6, 7, 6 + lasts_ms, 7 + lasts_ms)] == [False, True, True, False]


@settings(max_examples=100, deadline=None)
@given(
    alarm=st.sampled_from(Alarm),
    since_min=st.integers(0, 90),
    waits_min=st.lists(st.integers(0, 60 * 60), max_size=MOST_SILENCES + 6),
    lasts_min=st.integers(0, 40 * 24 * 60),
)
def test_the_beeps_are_those_of_a_count_minute_by_minute(
    alarm: Alarm, since_min: int, waits_min: list[int], lasts_min: int
) -> None:
    """One at the start and one each interval, none in a silence, however many silences there were."""
    active = ActiveAlarm(alarm=alarm, since_ms=since_min * MINUTE_MS)
    at_min, silent = since_min, set[int]()
    interval_min, silent_min = alarm.interval_ms // MINUTE_MS, alarm.silent_ms // MINUTE_MS
    for wait_min in waits_min:
        at_min += wait_min
        if active.may_be_silenced(at_min * MINUTE_MS):
            active = active.silenced(at_min * MINUTE_MS)
            silent |= set(range(at_min, at_min + silent_min))
    until_min = at_min + lasts_min
    counted = sum(minute not in silent for minute in range(since_min, until_min, interval_min))
    assert active.beeps(until_min * MINUTE_MS) == counted
    assert len(active.silences) <= MOST_SILENCES


def test_nothing_is_counted_before_it_began_and_a_beep_counts_once_it_has_begun() -> None:
    """`[since, until)`: the first beep at the start, the second an interval later."""
    active = ActiveAlarm(alarm=Alarm.MOTOR_STALL, since_ms=1_000_000)
    at = [0, 1_000_000, 1_000_001, 1_600_000, 1_600_001]
    assert [active.beeps(until_ms) for until_ms in at] == [0, 0, 1, 1, 2]


@pytest.mark.parametrize("alarm", [Alarm.MOTOR_STALL, Alarm.LOW_RESERVOIR])
def test_nobody_keeps_an_alarm_quiet_for_ever(alarm: Alarm) -> None:
    """Acknowledged every minute of a month, it still sounds between any two silences."""
    active = ActiveAlarm(alarm=alarm, since_ms=0)
    beeped_at, minutes = [], 30 * 24 * 60
    for minute in range(minutes):
        if active.may_be_silenced(minute * MINUTE_MS):
            active = active.silenced(minute * MINUTE_MS)
        if not active.is_silent(minute * MINUTE_MS) and minute * MINUTE_MS % alarm.interval_ms == 0:
            beeped_at.append(minute)
    longest_ms = alarm.silent_ms + 2 * alarm.interval_ms
    assert len(beeped_at) >= minutes * MINUTE_MS // longest_ms
    assert active.beeps(minutes * MINUTE_MS) == len(beeped_at)


def test_an_alarm_that_has_not_sounded_again_cannot_be_silenced_again() -> None:
    """Not while it is quiet, not before its next beep; a moment after that it can."""
    active = ActiveAlarm(alarm=Alarm.MOTOR_STALL, since_ms=0).silenced(MINUTE_MS)
    ends_ms = 4 * HOUR_MS + MINUTE_MS
    beeps_ms = 4 * HOUR_MS + 10 * MINUTE_MS
    for at_ms in (MINUTE_MS, ends_ms - 1, ends_ms, beeps_ms):
        assert not active.may_be_silenced(at_ms)
        with pytest.raises(AssertionError):
            active.silenced(at_ms)
    assert active.may_be_silenced(beeps_ms + 1)
    again = active.silenced(beeps_ms + 1)
    assert again.silences == ((MINUTE_MS, ends_ms), (beeps_ms + 1, beeps_ms + 1 + 4 * HOUR_MS))


def test_acknowledging_changes_the_one_alarm_and_leaves_a_line() -> None:
    """Its name stands in the log; the others sound on, and the therapy is what it was."""
    pump = machine.sense(stalled(), ClockLostSensed())
    after = acknowledge(pump, Alarm.MOTOR_STALL)
    stall, clock = after.alarms
    assert (stall.alarm, stall.is_silent(after.now_ms)) == (Alarm.MOTOR_STALL, True)
    assert (clock.alarm, clock.silences) == (Alarm.CLOCK_UNKNOWN, ())
    assert (after.log[-1].kind, after.log[-1].detail) == (EventKind.ALARM_ACKNOWLEDGED, "MOTOR_STALL")
    assert len(after.log) == len(pump.log) + 1
    assert machine.advance(after, after.now_ms + DAY_MS)[1] == machine.advance(pump, pump.now_ms + DAY_MS)[1]
    assert from_plain(Pump, to_plain(after)) == after


def test_a_second_acknowledgement_is_refused_until_it_has_sounded() -> None:
    """The pump says why, and changes nothing; after the next beep it takes it."""
    after = acknowledge(stalled(), Alarm.MOTOR_STALL)
    for wait_ms in (0, MINUTE_MS, 4 * HOUR_MS):
        later, _ = machine.advance(after, after.now_ms + wait_ms)
        refusal = machine.handle(later, Acknowledge(alarm=Alarm.MOTOR_STALL))
        assert isinstance(refusal, Refusal)
        assert refusal.code is RefusalCode.NOTHING_SOUNDS
        assert "has not sounded since" in refusal.says
    later, _ = machine.advance(after, after.now_ms + 4 * HOUR_MS + 1)
    assert acknowledge(later, Alarm.MOTOR_STALL).alarms[0].is_silent(later.now_ms)


def test_what_does_not_sound_cannot_be_acknowledged() -> None:
    """The pump says so by its name."""
    refusal = machine.handle(stalled(), Acknowledge(alarm=Alarm.EMPTY_RESERVOIR))
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.says) == (RefusalCode.NOTHING_SOUNDS, "EMPTY_RESERVOIR does not sound.")


def test_an_alarm_that_ended_and_comes_back_sounds_at_once() -> None:
    """What was acknowledged was the last one."""
    quiet = acknowledge(stalled(), Alarm.MOTOR_STALL)
    again = machine.sense(machine.sense(quiet, MotorRecoverySensed()), MotorStallSensed())
    assert [(each.alarm, each.silences) for each in again.alarms] == [(Alarm.MOTOR_STALL, ())]


def test_what_an_event_raised_lasts_until_the_next_update() -> None:
    """A reset by low battery sounds on through a stop and a month, not through an update; it is said once."""
    pump = machine.sense(machine.sense(running(), LowBatteryReset()), LowBatteryReset())
    stopped = machine.handle(pump, Stop())
    assert isinstance(stopped, Pump)
    later, _ = machine.advance(stopped, stopped.now_ms + 30 * DAY_MS)
    for each in (pump, stopped, later):
        assert [active.alarm for active in each.alarms].count(Alarm.LOW_BATTERY_RESET) == 1
        assert each.standing == (Alarm.LOW_BATTERY_RESET,)
    assert updated(later, Update(program=program(), reservoir_nl=20_000_000)).alarms == ()


def test_the_emergency_key_twice_is_one_alarm() -> None:
    """And two lines."""
    twice = machine.stop(machine.stop(running(), EventKind.EMERGENCY_STOPPED), EventKind.EMERGENCY_STOPPED)
    assert twice.standing == (Alarm.EMERGENCY_STOP,)
    assert [event.kind for event in twice.log].count(EventKind.EMERGENCY_STOPPED) == 2


def test_raising_and_clearing_are_one_line_each() -> None:
    """However long it sounds."""
    lost = machine.sense(running(), ClockLostSensed())
    later, _ = machine.advance(lost, lost.now_ms + 5 * DAY_MS)
    told = machine.handle(later, SetClock(clock_ms=later.now_ms))
    assert isinstance(told, Pump)
    assert told.alarms == ()
    lines = [(event.kind, event.detail) for event in told.log if event.detail == "CLOCK_UNKNOWN"]
    assert lines == [(EventKind.ALARM_RAISED, "CLOCK_UNKNOWN"), (EventKind.ALARM_CLEARED, "CLOCK_UNKNOWN")]
