"""What the pump does about what its own sensors tell it: the table of what each fault falls back to.

There is no catch-up: what a fault kept from flowing is never made up for.
"""

from dataclasses import replace

from thecal.pump.alarms import Alarm
from thecal.pump.battery import BatteryLevel
from thecal.pump.commands import (
    BatterySensed,
    ClockLostSensed,
    FieldSensed,
    LowBatteryReset,
    MotorRecoverySensed,
    MotorStallSensed,
    RotorUnbiddenSensed,
    Sensed,
)
from thecal.pump.devices import PUMP_MODELS
from thecal.pump.events import EventKind
from thecal.pump.journal import cut, move, remember, settle, without_bolus
from thecal.pump.memory import Pump, rearmed
from thecal.pump.states import TRANSITIONS, State, Trigger


def sense(pump: Pump, sensed: Sensed) -> Pump:
    """The pump after its own sensor spoke. What it knows already changes nothing; without power nobody listens."""
    if not pump.powered or pump.state is State.END_OF_SERVICE:
        return pump
    match sensed:
        case MotorStallSensed() | MotorRecoverySensed():
            after = _stall(pump, stalled=isinstance(sensed, MotorStallSensed))
        case RotorUnbiddenSensed():
            after = _unbidden(pump)
        case BatterySensed(level=level):
            after = _battery(pump, level)
        case LowBatteryReset():
            after = _reset(pump)
        case ClockLostSensed():
            after = _clock_lost(pump)
        case FieldSensed():
            after = _field(pump)
    return after


def _stall(pump: Pump, *, stalled: bool) -> Pump:
    """It goes on trying, catches nothing up, and counts nothing while it stands."""
    if stalled == pump.motor_stalled or not PUMP_MODELS[pump.pump_model].senses_stall:
        return pump
    kind = EventKind.MOTOR_STALLED if stalled else EventKind.MOTOR_RECOVERED
    return settle(remember(replace(pump, motor_stalled=stalled), kind, ""))


def _unbidden(pump: Pump) -> Pump:
    """The limiter takes the motor's current away: overdose acts within hours."""
    if pump.limiter is None or pump.limiter.is_cut:
        return pump
    return settle(replace(pump, limiter=replace(pump.limiter, is_cut=True)))


def _battery(pump: Pump, level: BatteryLevel) -> Pump:
    """The voltage only falls."""
    if level.value <= pump.battery.level.value:
        return pump
    return settle(replace(pump, battery=replace(pump.battery, level=level)))


def _reset(pump: Pump) -> Pump:
    """Minimum rate, the critical alarm, and the program kept for a prescriber's restart; a stopped pump stays so."""
    pump = move(without_bolus(replace(pump, staged=None)), Trigger.RESET)
    pump = remember(pump, EventKind.RESTARTED, "low battery")
    if Alarm.LOW_BATTERY_RESET not in pump.standing and pump.program is not None:
        pump = replace(pump, standing=(*pump.standing, Alarm.LOW_BATTERY_RESET))
    return settle(pump)


def _clock_lost(pump: Pump) -> Pump:
    """Flat at the program's mean, without steps and doses; a bridge is a volume and is finished as one."""
    if not pump.clock_known:
        return pump
    if pump.state is State.BOLUS:
        pump = move(without_bolus(pump), Trigger.BOLUS_ENDED)
    return settle(remember(rearmed(replace(pump, clock_known=False)), EventKind.CLOCK_LOST, ""))


def _field(pump: Pump) -> Pump:
    """One class of pump delivers nothing more if it sounds while the field comes, until it is interrogated."""
    trapped = PUMP_MODELS[pump.pump_model].telemetry_trap and bool(pump.alarms)
    if not trapped or (pump.state, Trigger.HOLD) not in TRANSITIONS:
        return pump
    return settle(remember(move(pump, Trigger.HOLD), EventKind.HELD_BY_FIELD, ""))


def damaged(pump: Pump, *, cells: str, is_lost: bool) -> Pump:
    """What its memory's test found: `cells` by name, if any. From good copies it runs on, and sounds.

    `is_lost`: where no good copy is left it stops rather than guess.
    """
    if cells:
        pump = remember(pump, EventKind.MEMORY_DAMAGED, cells)
    if cells and Alarm.MEMORY_FALLBACK not in pump.standing:
        pump = replace(pump, standing=(*pump.standing, Alarm.MEMORY_FALLBACK))
    if is_lost and pump.state is not State.END_OF_SERVICE and Alarm.NO_PROGRAM not in pump.standing:
        pump = cut(pump, Alarm.NO_PROGRAM, EventKind.MEMORY_DAMAGED)
    return settle(pump)
