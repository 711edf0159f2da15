"""What a pump holds, and what an interrogation reads of it."""

from dataclasses import dataclass, replace

from thecal.pump.alarms import ActiveAlarm, Alarm
from thecal.pump.battery import Battery
from thecal.pump.bolus import Bolus, BridgeBolus, PrimingBolus, Purge
from thecal.pump.commands import Update
from thecal.pump.devices import PUMP_MODELS
from thecal.pump.events import Event
from thecal.pump.infusion import Program
from thecal.pump.limiter import Limiter, armed
from thecal.pump.states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """An update beside the running program, with when it was put there."""

    transaction_id: str
    onto_revision: int
    staged_ms: int
    update: Update


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A single dose that was begun at `at_ms`: a limit on the day counts it for 24 h."""

    at_ms: int
    volume_nl: int
    by_patient: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pump:
    """The pump's whole memory, at `now_ms`. Immutable: `machine` makes the next one.

    `now_ms` is the pump's own count of time and never jumps; the time of day it believes in is `now_ms` plus
    `clock_shift_ms`, if `clock_known`.
    `carry_nl_ms_per_day` is the undelivered remainder of rate times time, 0 <= carry < 86_400_000; `owed_nl` is what is
    due and not yet a whole pulse, 0 <= owed < pulse. `delivered_nl` is whole pulses.
    `reservoir_nl` is calculated, a belief: it may fall to 0 and stay there while the pump goes on.
    `bolus_left_nl` is what the running bolus still owes; None where no bolus runs. `given` are the last day's doses.
    `standing` are the alarms that an event raised and that last until the next update.
    `transaction_id` and `update_digest` are the last committed update's: they settle an unconfirmed one.
    `limiter` is None until the first update: nothing can flow before it.
    """

    serial: str
    pump_model: str
    now_ms: int
    made_ms: int
    powered: bool
    state: State
    state_since_ms: int
    program: Program | None
    revision: int
    transaction_id: str
    update_digest: str
    bolus: Bolus | None
    bolus_left_nl: int | None
    given: tuple[Given, ...]
    reservoir_nl: int
    carry_nl_ms_per_day: int
    owed_nl: int
    delivered_nl: int
    limiter: Limiter | None
    motor_stalled: bool
    battery: Battery
    clock_shift_ms: int
    clock_known: bool
    standing: tuple[Alarm, ...]
    alarms: tuple[ActiveAlarm, ...]
    staged: Staged | None
    log: tuple[Event, ...]
    log_head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrogation:
    """What a read-out tells: the pump's belief, with the time at which it said so.

    `dose_pg_per_day` is computed by the pump from its own rates over the next 24 h of program (a week's mean for a
    weekday flex); `rate_now_nl_per_day` is what it commands at `at_ms`. `staged_digest` is None where nothing waits.
    `low_reservoir_ms`, `empty_ms` are when the calculated reservoir reaches its alarm volume and zero, or None where it
    never does at this program; `indicator_ms` is when the replacement indicator is due at this program, or was.
    """

    serial: str
    pump_model: str
    at_ms: int
    made_ms: int
    state: State
    state_since_ms: int
    program: Program | None
    revision: int
    transaction_id: str
    update_digest: str
    staged_digest: str | None
    bolus: Bolus | None
    bolus_left_nl: int | None
    given: tuple[Given, ...]
    dose_pg_per_day: int
    rate_now_nl_per_day: int
    reservoir_nl: int
    low_reservoir_ms: int | None
    empty_ms: int | None
    battery: Battery
    indicator_ms: int
    end_of_service_ms: int
    motor_stalled: bool
    clock_shift_ms: int
    clock_known: bool
    standing: tuple[Alarm, ...]
    alarms: tuple[ActiveAlarm, ...]
    log: tuple[Event, ...]
    log_head: str


def empty_since_ms(read: Interrogation) -> int | None:
    """Since when the pump counts its reservoir empty; None where it counts drug in it."""
    return next((each.since_ms for each in read.alarms if each.alarm is Alarm.EMPTY_RESERVOIR), None)


def stands(read: Interrogation) -> bool:
    """Whether a pump that was programmed was stopped, held by a field, or slowed to its minimum rate.

    One whose memory has lost its program was programmed too.
    """
    return read.revision > 0 and read.state in {State.STOPPED, State.HELD, State.MINIMUM_RATE}


def interrupted_since_ms(read: Interrogation) -> int | None:
    """Since when a programmed pump counts next to nothing delivered: the earlier of its stop and its empty reservoir.

    None where it delivers, and before its first program.
    """
    since = [empty_since_ms(read), read.state_since_ms if stands(read) else None]
    return min((at_ms for at_ms in since if at_ms is not None), default=None)


def as_read(read: Interrogation) -> Pump:
    """A pump that would answer with this read-out: dates and what-ifs run on it.

    What a read-out leaves out starts at zero: the carry, less than a pulse, what was delivered before, and what the
    limiter saw.
    """
    pulse_nl = PUMP_MODELS[read.pump_model].pulse_nl
    return Pump(
        serial=read.serial, pump_model=read.pump_model, now_ms=read.at_ms, made_ms=read.made_ms, powered=True,
        state=read.state, state_since_ms=read.state_since_ms, program=read.program, revision=read.revision,
        transaction_id=read.transaction_id, update_digest=read.update_digest, bolus=read.bolus,
        bolus_left_nl=read.bolus_left_nl, given=read.given, reservoir_nl=read.reservoir_nl, carry_nl_ms_per_day=0,
        owed_nl=0, delivered_nl=0, limiter=limiter_for(read.program, read.bolus, read.bolus_left_nl, pulse_nl),
        motor_stalled=read.motor_stalled, battery=read.battery, clock_shift_ms=read.clock_shift_ms,
        clock_known=read.clock_known, standing=read.standing, alarms=read.alarms, staged=None, log=read.log,
        log_head=read.log_head,
    )  # fmt: skip


def limiter_for(program: Program | None, bolus: Bolus | None, left_nl: int | None, pulse_nl: int) -> Limiter | None:
    """The limiter armed for a program and what runs before it; what fills or empties the path passes once."""
    if program is None:
        return None
    once_nl = left_nl or 0 if isinstance(bolus, BridgeBolus | PrimingBolus | Purge) else 0
    return armed(ceiling_nl=program.ceiling_nl_per_day, allowance_nl=once_nl, pulse_nl=pulse_nl)


def rearmed(pump: Pump) -> Pump:
    """The pump with its limiter's day begun anew, for the same ceiling; a cut lasts.

    For when the time of day jumps: an hour of the schedule may come twice, or its mean after its peak, and neither is
    more than was ordered.
    """
    limiter = limiter_for(pump.program, pump.bolus, pump.bolus_left_nl, PUMP_MODELS[pump.pump_model].pulse_nl)
    if limiter is None or pump.limiter is None:
        return pump
    return replace(pump, limiter=replace(limiter, is_cut=pump.limiter.is_cut))


@dataclass(frozen=True, slots=True, kw_only=True)
class SkinReading:
    """What anyone at the skin may read: dose, concentration, mode and alarms. No identity."""

    at_ms: int
    state: State
    mode: str
    concentration_pg_per_nl: int | None
    dose_pg_per_day: int
    alarms: tuple[ActiveAlarm, ...]
