"""The pump as a function of time: commands in, memory out, segments of commanded flow on the way.

Nothing ticks. `advance` jumps from one event to the next: a schedule step, the end of a bolus, an alarm, the end of
the battery. `advance(a→c)` equals `advance(a→b→c)`, always, and a refused command changes nothing.
"""

from dataclasses import replace

from thecal.flow import Segment
from thecal.pump.alarms import Alarm
from thecal.pump.battery import Battery, BatteryLevel
from thecal.pump.bolus import SingleBolus
from thecal.pump.checks import (
    refuse_acknowledge,
    refuse_clock,
    refuse_commit,
    refuse_patient_dose,
    refuse_stage,
)
from thecal.pump.commands import Acknowledge, Command, Commit, GivePatientDose, Interrogate, SetClock, Stage, Stop
from thecal.pump.devices import PUMP_MODELS, PumpModel
from thecal.pump.events import GENESIS, EventKind
from thecal.pump.journal import move, remember, settle, trigger_of
from thecal.pump.ledger import given_since
from thecal.pump.memory import Given, Pump, Staged, limiter_for, rearmed
from thecal.pump.readings import dose_pg_per_day, interrogate, read_skin
from thecal.pump.refusals import Refusal
from thecal.pump.running import next_event_ms, run
from thecal.pump.sensing import sense
from thecal.pump.states import State, Trigger

__all__ = [
    "advance",
    "dose_pg_per_day",
    "handle",
    "interrogate",
    "manufacture",
    "next_event_ms",
    "note_access_refused",
    "read_skin",
    "sense",
    "stop",
]


def manufacture(*, serial: str, pump_model: PumpModel, now_ms: int) -> Pump:
    """A pump on the shelf: stopped, unprogrammed, empty, its battery beginning to age."""
    battery = Battery(
        used_nj=0, level=BatteryLevel.GOOD, indicator_since_ms=None, strangers_nj=0, strangers_since_ms=now_ms
    )
    pump = Pump(
        serial=serial, pump_model=pump_model.name, now_ms=now_ms, made_ms=now_ms, powered=True,
        state=State.STOPPED, state_since_ms=now_ms, program=None, revision=0, transaction_id="", update_digest="",
        bolus=None, bolus_left_nl=None, given=(), reservoir_nl=0, carry_nl_ms_per_day=0, owed_nl=0, delivered_nl=0,
        limiter=None, motor_stalled=False, battery=battery, clock_shift_ms=0, clock_known=True, standing=(), alarms=(),
        staged=None, log=(), log_head=GENESIS,
    )  # fmt: skip
    return remember(pump, EventKind.MANUFACTURED, serial)


def advance(pump: Pump, to_ms: int) -> tuple[Pump, tuple[Segment, ...]]:
    """The pump at `to_ms`, and the flow it commanded on the way, in order and without overlap."""
    assert to_ms >= pump.now_ms, "time does not run backwards"
    segments: list[Segment] = []
    while pump.now_ms < to_ms:
        if pump.state is State.END_OF_SERVICE or not pump.powered:
            return replace(pump, now_ms=to_ms), tuple(segments)
        pump, commanded = run(pump, to_ms)
        segments += commanded
        pump = settle(pump)
    return pump, tuple(segments)


def handle(pump: Pump, command: Command) -> Pump | Refusal:
    """The pump after a command at its own `now_ms`, or why not. A refusal leaves nothing behind."""
    after: Pump | Refusal
    match command:
        case Interrogate():
            after = _released(pump)
        case Stop():
            after = stop(pump, EventKind.STOPPED)
        case Stage():
            after = refuse_stage(pump, command) or _stage(pump, command)
        case Commit():
            after = refuse_commit(pump, command) or _commit(pump, command)
        case Acknowledge():
            after = refuse_acknowledge(pump, command) or _acknowledge(pump, command)
        case SetClock():
            after = refuse_clock(pump, command) or _set_clock(pump, command)
        case GivePatientDose():
            after = refuse_patient_dose(pump) or _give_patient_dose(pump)
    return after


def stop(pump: Pump, kind: EventKind) -> Pump:
    """Delivery ends now, whatever runs. The program is kept for a prescriber's restart; nothing resumes by itself."""
    assert kind in {EventKind.STOPPED, EventKind.EMERGENCY_STOPPED}, "a stop is one of two kinds"
    standing = pump.standing
    if kind is EventKind.EMERGENCY_STOPPED and Alarm.EMERGENCY_STOP not in standing:
        standing = (*standing, Alarm.EMERGENCY_STOP)
    pump = move(replace(pump, bolus=None, bolus_left_nl=None, standing=standing), Trigger.STOP)
    return settle(remember(pump, kind, ""))


def note_access_refused(pump: Pump, detail: str) -> Pump:
    """The pump with a line for an attempt that was turned away; therapy is untouched."""
    return settle(remember(pump, EventKind.ACCESS_REFUSED, detail))


def _stage(pump: Pump, command: Stage) -> Pump:
    """The update beside the running program. One class of pump stops delivery until the commit."""
    staged = Staged(
        transaction_id=command.transaction_id,
        onto_revision=command.onto_revision,
        staged_ms=pump.now_ms,
        update=command.update,
    )
    if PUMP_MODELS[pump.pump_model].stops_while_updating and pump.state is not State.STOPPED:
        pump = stop(pump, EventKind.STOPPED)
    return replace(pump, staged=staged)


def _commit(pump: Pump, command: Commit) -> Pump:
    """The staged update becomes the running one; the same transaction again changes nothing."""
    if command.transaction_id == pump.transaction_id:
        return pump
    assert pump.staged is not None, "a commit that was not refused has something staged"
    update = pump.staged.update
    program, bolus = update.program, update.bolus
    left_nl = None if bolus is None else bolus.volume_nl
    pump = replace(
        pump,
        program=program,
        revision=pump.revision + 1,
        transaction_id=command.transaction_id,
        update_digest=command.digest,
        reservoir_nl=pump.reservoir_nl if update.reservoir_nl is None else update.reservoir_nl,
        bolus=bolus,
        bolus_left_nl=left_nl,
        given=_given(pump, bolus.volume_nl, by_patient=False) if isinstance(bolus, SingleBolus) else pump.given,
        limiter=limiter_for(program, bolus, left_nl, PUMP_MODELS[pump.pump_model].pulse_nl),
        standing=(),
        staged=None,
    )
    pump = remember(pump, EventKind.UPDATE_COMMITTED, command.digest)
    return settle(move(pump, trigger_of(pump)))


def _given(pump: Pump, volume_nl: int, *, by_patient: bool) -> tuple[Given, ...]:
    """The doses of the last 24 h, with one more."""
    return (*given_since(pump), Given(at_ms=pump.now_ms, volume_nl=volume_nl, by_patient=by_patient))


def _give_patient_dose(pump: Pump) -> Pump:
    """The dose begins now, and the program goes on after it."""
    assert pump.program is not None, "a dose that was not refused has a program"
    dose = pump.program.patient_dose
    assert dose is not None, "and the program allows it"
    bolus = SingleBolus(volume_nl=dose.volume_nl, rate_nl_per_day=dose.rate_nl_per_day)
    given = _given(pump, dose.volume_nl, by_patient=True)
    pump = replace(pump, bolus=bolus, bolus_left_nl=dose.volume_nl, given=given)
    return settle(move(remember(pump, EventKind.PATIENT_DOSE, f"{dose.volume_nl} nL"), Trigger.GIVE_BOLUS))


def _acknowledge(pump: Pump, command: Acknowledge) -> Pump:
    """Quiet for a while; what it is about is not mended."""
    alarms = tuple(active.silenced(pump.now_ms) if active.alarm is command.alarm else active for active in pump.alarms)
    return remember(replace(pump, alarms=alarms), EventKind.ALARM_ACKNOWLEDGED, command.alarm.name)


def _set_clock(pump: Pump, command: SetClock) -> Pump:
    """The time of day from now on. The limiter begins a new day: an hour of the schedule may come twice, or not."""
    pump = rearmed(replace(pump, clock_shift_ms=command.clock_ms - pump.now_ms, clock_known=True))
    return settle(remember(pump, EventKind.CLOCK_SET, str(command.clock_ms)))


def _released(pump: Pump) -> Pump:
    """Reading changes nothing, but that it lets go a pump that a field held in telemetry."""
    if pump.state is not State.HELD:
        return pump
    return settle(remember(move(pump, trigger_of(pump)), EventKind.RELEASED, ""))
