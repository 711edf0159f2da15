"""What the clinic can say of a pump now, from records alone: pure functions of a read-out and a time.

Everything here is *calculated by the pump* or calculated from what it said. What truly flowed is not known here
(decision 0002): a stall after the read-out changes nothing on these pages until somebody calls or interrogates.
"""

from dataclasses import dataclass

from thecal.clinic.pump_words import STATE_WORDS
from thecal.pump import infusion
from thecal.pump.alarms import ActiveAlarm, Alarm
from thecal.pump.devices import PUMP_MODELS
from thecal.pump.infusion import (
    FlexSchedule,
    MinimumRate,
    PeriodicBolus,
    Program,
    SimpleContinuous,
    StopPump,
    local_day,
)
from thecal.pump.machine import advance
from thecal.pump.memory import Given, Interrogation, as_read, interrupted_since_ms
from thecal.pump.states import State
from thecal.units import DAY_MS, round_div


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramStep:
    """From `start_ms` after midnight to `end_ms`, `dose_pg_per_day` as a rate of dose."""

    start_ms: int
    end_ms: int
    dose_pg_per_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPump:
    """What one read-out tells at `now_ms`. `reservoir_now_nl` is calculated from the program that was read.

    `given` are the doses begun in the 24 h before it was read; `battery_used_per_mille` is as the pump counts.
    """

    read_ms: int
    now_ms: int
    state: State
    state_since_ms: int
    interrupted_since_ms: int | None
    state_words: str
    mode_words: str
    dose_pg_per_day: int
    concentration_pg_per_nl: int | None
    mean_rate_nl_per_day: int
    reservoir_read_nl: int
    reservoir_now_nl: int
    low_alarm_nl: int | None
    low_reservoir_ms: int | None
    empty_ms: int | None
    indicator_ms: int
    end_of_service_ms: int
    battery_used_per_mille: int
    given: tuple[Given, ...]
    motor_stalled: bool
    alarms: tuple[ActiveAlarm, ...]
    standing: tuple[Alarm, ...]
    steps: tuple[ProgramStep, ...]

    @property
    def quiet(self) -> tuple[ActiveAlarm, ...]:
        """The alarms that had been acknowledged a short while before it was read."""
        return tuple(active for active in self.alarms if active.is_silent(self.read_ms))

    @property
    def given_nl(self) -> int:
        """The volume of those doses together."""
        return sum(given.volume_nl for given in self.given)


def know_pump(read_out: Interrogation, *, now_ms: int) -> KnownPump:
    """What `read_out` tells at `now_ms`."""
    program = read_out.program
    return KnownPump(
        read_ms=read_out.at_ms,
        now_ms=now_ms,
        state=read_out.state,
        state_since_ms=read_out.state_since_ms,
        interrupted_since_ms=interrupted_since_ms(read_out),
        state_words=STATE_WORDS[read_out.state],
        mode_words=mode_in_words(program),
        dose_pg_per_day=read_out.dose_pg_per_day,
        concentration_pg_per_nl=program.concentration_pg_per_nl if program else None,
        mean_rate_nl_per_day=round_div(read_out.dose_pg_per_day, program.concentration_pg_per_nl) if program else 0,
        reservoir_read_nl=read_out.reservoir_nl,
        reservoir_now_nl=reservoir_at(read_out, now_ms),
        low_alarm_nl=program.low_reservoir_alarm_nl if program else None,
        low_reservoir_ms=read_out.low_reservoir_ms,
        empty_ms=read_out.empty_ms,
        indicator_ms=read_out.indicator_ms,
        end_of_service_ms=read_out.end_of_service_ms,
        battery_used_per_mille=read_out.battery.used_nj * 1000 // PUMP_MODELS[read_out.pump_model].battery_nj,
        given=tuple(given for given in read_out.given if given.at_ms > read_out.at_ms - DAY_MS),
        motor_stalled=read_out.motor_stalled,
        alarms=read_out.alarms,
        standing=read_out.standing,
        steps=steps_of_day(program, now_ms),
    )


def mode_in_words(program: Program | None) -> str:
    """The infusion mode by its name."""
    match program.infusion_mode if program else None:
        case SimpleContinuous():
            return "Simple continuous"
        case FlexSchedule() as flex:
            return "Flex, by weekday" if len(flex.days) > 1 else "Flex"
        case PeriodicBolus() as doses:
            return f"Periodic bolus, {doses.doses_per_day} a day"
        case MinimumRate():
            return "Minimum rate"
        case StopPump():
            return "Stopped"
        case None:
            return "No program"


def reservoir_at(read_out: Interrogation, at_ms: int) -> int:
    """The calculated reservoir at `at_ms`: what the pump that was read will count, if nothing is changed.

    Never below zero. A pump that was stopped, spent or stalled when it was read counts nothing.
    """
    pump, _ = advance(as_read(read_out), max(at_ms, read_out.at_ms))
    return pump.reservoir_nl


def steps_of_day(program: Program | None, at_ms: int) -> tuple[ProgramStep, ...]:
    """The program of the local day that `at_ms` lies in, as stretches; empty where nothing is programmed."""
    if program is None:
        return ()
    weekday, _ = local_day(at_ms, program.utc_offset_min)
    starts = list(infusion.steps_of_day(program.infusion_mode, weekday))
    ends = [*(start_ms for start_ms, _ in starts[1:]), DAY_MS] if starts else []
    return tuple(
        ProgramStep(start_ms=start_ms, end_ms=end_ms, dose_pg_per_day=rate * program.concentration_pg_per_nl)
        for (start_ms, rate), end_ms in zip(starts, ends, strict=True)
    )
