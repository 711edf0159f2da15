"""The pump as a function of time: commands in, memory out, segments of commanded flow on the way.

Nothing ticks. `advance` jumps from one boundary to the next: a schedule step, the end of a bolus, an alarm, the end of
the battery. `advance(a→c)` equals `advance(a→b→c)`, always, and a refused command changes nothing.
"""

from collections.abc import Iterator
from dataclasses import replace

from thecal.flow import Segment
from thecal.pump.alarms import ActiveAlarm, Alarm
from thecal.pump.bolus import Bolus, BridgeBolus, PrimingBolus
from thecal.pump.checks import refuse_commit, refuse_stage
from thecal.pump.commands import Command, Commit, Interrogate, MotorStallSensed, Sensed, Stage, Stop
from thecal.pump.devices import PUMP_MODELS, STAGE_LIFE, STOPPED_TOO_LONG, PumpModel
from thecal.pump.events import GENESIS, SCHEMA, Event, EventKind
from thecal.pump.infusion import WEEKDAYS, MinimumRate, StopPump, weekly_nl_ms_per_day
from thecal.pump.ledger import deliver, time_to_deliver_ms
from thecal.pump.memory import Interrogation, Pump, SkinReading, Staged
from thecal.pump.refusals import Refusal
from thecal.pump.reservoir import rate_now, reached_ms
from thecal.pump.service import end_of_service_ms, indicator_ms
from thecal.pump.states import TRANSITIONS, State, Trigger
from thecal.units import DAY_MS, round_div

LOG_LINES = 400
"""What the memory holds; the oldest line goes first, and what stays is still a chain. Grade: assumed."""


def manufacture(*, serial: str, pump_model: PumpModel, now_ms: int) -> Pump:
    """A pump on the shelf: stopped, unprogrammed, empty, its battery beginning to age."""
    pump = Pump(
        serial=serial, pump_model=pump_model.name, now_ms=now_ms, made_ms=now_ms,
        state=State.STOPPED, state_since_ms=now_ms, program=None, revision=0, transaction_id="", update_digest="",
        bolus=None, bolus_left_nl=None, reservoir_nl=0, carry_nl_ms_per_day=0, delivered_nl=0,
        motor_stalled=False, stopped_by_key=False, alarms=(), staged=None, log=(), log_head=GENESIS,
    )  # fmt: skip
    return _remember(pump, EventKind.MANUFACTURED, serial)


def advance(pump: Pump, to_ms: int) -> tuple[Pump, tuple[Segment, ...]]:
    """The pump at `to_ms`, and the flow it commanded on the way, in order and without overlap."""
    assert to_ms >= pump.now_ms, "time does not run backwards"
    segments: list[Segment] = []
    while pump.now_ms < to_ms:
        boundary_ms = min((at_ms for at_ms in boundaries(pump)), default=to_ms)
        pump, segment = _deliver_until(pump, min(boundary_ms, to_ms))
        segments += [segment] if segment is not None else []
        pump = _arrive(pump)
    return pump, tuple(segments)


def boundaries(pump: Pump) -> Iterator[int]:
    """The instants after now at which something in the pump may change by itself."""
    if pump.state is State.END_OF_SERVICE:
        return
    rate, schedule_ms = rate_now(pump)
    candidates = [schedule_ms, indicator_ms(pump), end_of_service_ms(pump)]
    if pump.state is State.STOPPED:
        candidates.append(pump.state_since_ms + STOPPED_TOO_LONG.whole())
    if not pump.motor_stalled and pump.program is not None:
        volumes = [pump.reservoir_nl, pump.reservoir_nl - pump.program.low_reservoir_alarm_nl, pump.bolus_left_nl]
        waits = [time_to_deliver_ms(nl, rate, pump.carry_nl_ms_per_day) for nl in volumes if nl is not None and nl > 0]
        candidates += [pump.now_ms + wait for wait in waits if wait is not None]
    yield from (at_ms for at_ms in candidates if at_ms is not None and at_ms > pump.now_ms)


def handle(pump: Pump, command: Command) -> Pump | Refusal:
    """The pump after a command at its own `now_ms`, or why not. A refusal leaves nothing behind."""
    match command:
        case Interrogate():
            return pump
        case Stop():
            return stop(pump, EventKind.STOPPED)
        case Stage():
            return refuse_stage(pump, command) or replace(pump, staged=_staged(pump, command))
        case Commit():
            return refuse_commit(pump, command) or _commit(pump, command)


def stop(pump: Pump, kind: EventKind) -> Pump:
    """Delivery ends now, whatever runs. The program is kept for a prescriber's restart; nothing resumes by itself."""
    assert kind in {EventKind.STOPPED, EventKind.EMERGENCY_STOPPED}, "a stop is one of two kinds"
    by_key = pump.stopped_by_key or kind is EventKind.EMERGENCY_STOPPED
    pump = _move(replace(pump, bolus=None, bolus_left_nl=None, stopped_by_key=by_key), Trigger.STOP)
    return _settle_alarms(_remember(pump, kind, ""))


def sense(pump: Pump, sensed: Sensed) -> Pump:
    """The pump after its own sensor spoke. It goes on trying, catches nothing up, and counts nothing while stalled."""
    stalled = isinstance(sensed, MotorStallSensed)
    if stalled == pump.motor_stalled:
        return pump
    kind = EventKind.MOTOR_STALLED if stalled else EventKind.MOTOR_RECOVERED
    return _settle_alarms(_remember(replace(pump, motor_stalled=stalled), kind, ""))


def note_access_refused(pump: Pump, detail: str) -> Pump:
    """The pump with a line for an attempt that was turned away; therapy is untouched."""
    return _remember(pump, EventKind.ACCESS_REFUSED, detail)


def interrogate(pump: Pump) -> Interrogation:
    """What an enrolled wand reads."""
    low_nl = pump.program.low_reservoir_alarm_nl if pump.program is not None else 0
    return Interrogation(
        serial=pump.serial, pump_model=pump.pump_model, at_ms=pump.now_ms,
        state=pump.state, state_since_ms=pump.state_since_ms, program=pump.program, revision=pump.revision,
        transaction_id=pump.transaction_id, update_digest=pump.update_digest, staged_digest=_staged_digest(pump),
        bolus=pump.bolus, bolus_left_nl=pump.bolus_left_nl,
        dose_pg_per_day=dose_pg_per_day(pump), rate_now_nl_per_day=rate_now(pump)[0],
        reservoir_nl=pump.reservoir_nl, low_reservoir_ms=reached_ms(pump, low_nl), empty_ms=reached_ms(pump, 0),
        indicator_ms=indicator_ms(pump), motor_stalled=pump.motor_stalled, alarms=pump.alarms,
        log=pump.log, log_head=pump.log_head,
    )  # fmt: skip


def read_skin(pump: Pump) -> SkinReading:
    """What anyone at the skin reads: no identity, no history."""
    return SkinReading(
        at_ms=pump.now_ms,
        state=pump.state,
        mode=type(pump.program.infusion_mode).__name__ if pump.program is not None else "",
        concentration_pg_per_nl=pump.program.concentration_pg_per_nl if pump.program is not None else None,
        dose_pg_per_day=dose_pg_per_day(pump),
        alarms=pump.alarms,
    )


def dose_pg_per_day(pump: Pump) -> int:
    """The daily dose computed from the program's rates (a week's mean), 0 where the pump is stopped."""
    if pump.program is None or pump.state in {State.STOPPED, State.END_OF_SERVICE}:
        return 0
    minimum = PUMP_MODELS[pump.pump_model].minimum_rate_nl_per_day
    weekly = weekly_nl_ms_per_day(pump.program.infusion_mode, minimum)
    return round_div(weekly * pump.program.concentration_pg_per_nl, WEEKDAYS * DAY_MS)


def _deliver_until(pump: Pump, until_ms: int) -> tuple[Pump, Segment | None]:
    """Flow at the rate of now; while the motor is sensed to be stalled it is tried and not counted."""
    rate, _ = rate_now(pump)
    volume_nl, carry = deliver(rate, until_ms - pump.now_ms, pump.carry_nl_ms_per_day)
    segment = Segment(start_ms=pump.now_ms, end_ms=until_ms, volume_nl=volume_nl) if rate else None
    counted_nl = 0 if pump.motor_stalled else volume_nl
    left_nl = None if pump.bolus_left_nl is None else pump.bolus_left_nl - counted_nl
    assert left_nl is None or left_nl >= 0, "a bolus delivers no more than it owes"
    return replace(
        pump,
        now_ms=until_ms,
        carry_nl_ms_per_day=carry,
        reservoir_nl=max(0, pump.reservoir_nl - counted_nl),
        delivered_nl=pump.delivered_nl + counted_nl,
        bolus_left_nl=left_nl,
    ), segment


def _arrive(pump: Pump) -> Pump:
    """What happens at the instant reached: a bolus ends, the battery ends, alarms start or stop."""
    if pump.state is not State.END_OF_SERVICE and pump.now_ms >= end_of_service_ms(pump):
        pump = _move(replace(pump, bolus=None, bolus_left_nl=None), Trigger.BATTERY_SPENT)
        pump = _remember(pump, EventKind.END_OF_SERVICE, "")
    if pump.bolus is not None and pump.bolus_left_nl == 0:
        ended = type(pump.bolus).__name__
        pump = _move(replace(pump, bolus=None, bolus_left_nl=None), Trigger.BOLUS_ENDED)
        pump = _remember(pump, EventKind.BOLUS_ENDED, ended)
    return _settle_alarms(pump)


def _move(pump: Pump, trigger: Trigger) -> Pump:
    """The one place where `state` changes; its clock restarts only where the state is another."""
    state = TRANSITIONS[pump.state, trigger]
    since_ms = pump.state_since_ms if state is pump.state else pump.now_ms
    return replace(pump, state=state, state_since_ms=since_ms)


def _settle_alarms(pump: Pump) -> Pump:
    """Raise what has become true, clear what no longer is; each change is one line of the log."""
    due = _due(pump)
    sounding = {active.alarm for active in pump.alarms}
    for alarm in Alarm:
        if alarm in due and alarm not in sounding:
            raised = ActiveAlarm(alarm=alarm, since_ms=pump.now_ms)
            pump = _remember(replace(pump, alarms=(*pump.alarms, raised)), EventKind.ALARM_RAISED, alarm.name)
        if alarm in sounding and alarm not in due:
            kept = tuple(active for active in pump.alarms if active.alarm is not alarm)
            pump = _remember(replace(pump, alarms=kept), EventKind.ALARM_CLEARED, alarm.name)
    return pump


def _due(pump: Pump) -> set[Alarm]:
    """The alarms whose condition holds now. A pump that was never programmed has nothing to say of its reservoir."""
    low_nl = pump.program.low_reservoir_alarm_nl if pump.program is not None else -1
    stopped_ms = pump.now_ms - pump.state_since_ms
    conditions = {
        Alarm.LOW_RESERVOIR: pump.reservoir_nl <= low_nl,
        Alarm.EMPTY_RESERVOIR: pump.reservoir_nl == 0 and pump.program is not None,
        Alarm.MOTOR_STALL: pump.motor_stalled,
        Alarm.STOPPED_TOO_LONG: pump.state is State.STOPPED
        and pump.program is not None
        and stopped_ms >= STOPPED_TOO_LONG.whole(),
        Alarm.EMERGENCY_STOP: pump.stopped_by_key,
        Alarm.REPLACEMENT_INDICATOR: pump.now_ms >= indicator_ms(pump),
        Alarm.END_OF_SERVICE: pump.state is State.END_OF_SERVICE,
    }
    return {alarm for alarm, holds in conditions.items() if holds}


def _staged(pump: Pump, command: Stage) -> Staged:
    return Staged(
        transaction_id=command.transaction_id,
        onto_revision=command.onto_revision,
        staged_ms=pump.now_ms,
        update=command.update,
    )


def _staged_digest(pump: Pump) -> str | None:
    """What is staged and still alive."""
    if pump.staged is None or pump.now_ms - pump.staged.staged_ms > STAGE_LIFE.whole():
        return None
    return pump.staged.update.digest()


def _commit(pump: Pump, command: Commit) -> Pump:
    """The staged update becomes the running one; the same transaction again changes nothing."""
    if command.transaction_id == pump.transaction_id:
        return pump
    assert pump.staged is not None, "a commit that was not refused has something staged"
    update = pump.staged.update
    pump = replace(
        pump,
        program=update.program,
        revision=pump.revision + 1,
        transaction_id=command.transaction_id,
        update_digest=command.digest,
        reservoir_nl=pump.reservoir_nl if update.reservoir_nl is None else update.reservoir_nl,
        bolus=update.bolus,
        bolus_left_nl=None if update.bolus is None else update.bolus.volume_nl,
        stopped_by_key=False,
        staged=None,
    )
    pump = _remember(pump, EventKind.UPDATE_COMMITTED, command.digest)
    return _settle_alarms(_move(pump, _trigger(update.bolus, pump)))


def _trigger(bolus: Bolus | None, pump: Pump) -> Trigger:
    """What a committed update asks the state machine to do."""
    assert pump.program is not None, "a commit brings a program"
    match bolus:
        case BridgeBolus():
            return Trigger.BRIDGE
        case PrimingBolus():
            return Trigger.PRIME
        case None:
            modes: dict[type, Trigger] = {StopPump: Trigger.STOP, MinimumRate: Trigger.IDLE_SLOWLY}
            return modes.get(type(pump.program.infusion_mode), Trigger.INFUSE)
        case _:
            return Trigger.GIVE_BOLUS


def _remember(pump: Pump, kind: EventKind, detail: str) -> Pump:
    """One more line of the log, chained to the last; the memory is bounded."""
    sequence = pump.log[-1].sequence + 1 if pump.log else 0
    event = Event(schema=SCHEMA, sequence=sequence, at_ms=pump.now_ms, kind=kind, detail=detail, previous=pump.log_head)
    lines = (*pump.log, event)[-LOG_LINES:]
    return replace(pump, log=lines, log_head=event.hash())
