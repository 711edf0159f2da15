"""What happens at an instant: the state moves, a line is written, alarms start and stop.

Rule 1. `move` is the one place where `Pump.state` changes, by a row of the table.
Rule 2. `settle` is called after everything that happens, and leaves the pump such that nothing more is due at its now.
"""

from collections.abc import Iterator
from dataclasses import replace

from thecal.pump.alarms import ActiveAlarm, Alarm
from thecal.pump.bolus import Bolus, BridgeBolus, PrimingBolus, Purge, SingleBolus
from thecal.pump.devices import PUMP_MODELS, STOPPED_TOO_LONG
from thecal.pump.events import EventKind, nearly_full, remembered
from thecal.pump.infusion import MinimumRate, StopPump
from thecal.pump.memory import Pump
from thecal.pump.service import indicator_due, spent
from thecal.pump.states import TRANSITIONS, State, Trigger


def move(pump: Pump, trigger: Trigger) -> Pump:
    """The pump in the state that the table gives; the state's clock restarts only where the state is another."""
    state = TRANSITIONS[pump.state, trigger]
    since_ms = pump.state_since_ms if state is pump.state else pump.now_ms
    return replace(pump, state=state, state_since_ms=since_ms)


def remember(pump: Pump, kind: EventKind, detail: str) -> Pump:
    """One more line of the log, chained to the last; the memory is bounded."""
    log, head = remembered(pump.log, pump.log_head, at_ms=pump.now_ms, kind=kind, detail=detail)
    return replace(pump, log=log, log_head=head)


def trigger_of(pump: Pump) -> Trigger:
    """What the running bolus, or else the program, asks of the state machine."""
    assert pump.program is not None, "only a program asks for anything"
    if pump.bolus is not None:
        return _BOLUS_TRIGGERS[type(pump.bolus)]
    modes: dict[type, Trigger] = {StopPump: Trigger.STOP, MinimumRate: Trigger.IDLE_SLOWLY}
    return modes.get(type(pump.program.infusion_mode), Trigger.INFUSE)


_BOLUS_TRIGGERS: dict[type[Bolus], Trigger] = {
    BridgeBolus: Trigger.BRIDGE,
    PrimingBolus: Trigger.PRIME,
    Purge: Trigger.PURGE,
    SingleBolus: Trigger.GIVE_BOLUS,
}


def settle(pump: Pump) -> Pump:
    """What is due at this instant: a cut, the battery's steps, the end of a bolus; then the alarms."""
    if not pump.powered:
        return pump
    if pump.limiter is not None and pump.limiter.is_cut and not _stands_cut(pump):
        pump = cut(pump, Alarm.LIMITER_CUT, EventKind.LIMITER_CUT)
    if pump.battery.indicator_since_ms is None and indicator_due(pump):
        pump = replace(pump, battery=replace(pump.battery, indicator_since_ms=pump.now_ms))
    if pump.state is not State.END_OF_SERVICE and spent(pump):
        pump = move(without_bolus(pump), Trigger.BATTERY_SPENT)
        pump = remember(pump, EventKind.END_OF_SERVICE, "")
    if pump.bolus is not None and pump.bolus_left_nl == 0:
        pump = _end_bolus(pump)
    return _settle_alarms(pump)


def without_bolus(pump: Pump) -> Pump:
    """The pump with no bolus running; what one still owed is not made up for."""
    if pump.bolus is None or pump.bolus_left_nl == 0:
        return replace(pump, bolus=None, bolus_left_nl=None)
    detail = f"{type(pump.bolus).__name__}, {pump.bolus_left_nl} nL not given"
    return remember(replace(pump, bolus=None, bolus_left_nl=None), EventKind.BOLUS_ABANDONED, detail)


def cut(pump: Pump, alarm: Alarm, kind: EventKind) -> Pump:
    """Delivery ends, and the alarm stands until the next update."""
    if alarm not in pump.standing:
        pump = replace(pump, standing=(*pump.standing, alarm))
    return remember(move(without_bolus(pump), Trigger.CUT), kind, "")


def _stands_cut(pump: Pump) -> bool:
    """Whether a cut has taken effect: it sounds, and nothing is delivered, whatever else the memory may say."""
    return Alarm.LIMITER_CUT in pump.standing and pump.state in {State.STOPPED, State.END_OF_SERVICE}


def _end_bolus(pump: Pump) -> Pump:
    """What was programmed goes on, but for the class of pump that stopped after a single bolus."""
    ended = pump.bolus
    pump = replace(pump, bolus=None, bolus_left_nl=None)
    if isinstance(ended, SingleBolus):
        old = PUMP_MODELS[pump.pump_model].single_bolus_stops
        pump = move(pump, Trigger.OLD_BOLUS_ENDED if old else Trigger.BOLUS_ENDED)
    else:
        pump = move(pump, trigger_of(pump) if isinstance(ended, Purge) else Trigger.BOLUS_ENDED)
    return remember(pump, EventKind.BOLUS_ENDED, type(ended).__name__)


def _settle_alarms(pump: Pump) -> Pump:
    """Raise what has become true, clear what no longer is; each change is one line of the log."""
    due = set(_due(pump))
    sounding = {active.alarm for active in pump.alarms}
    for alarm in Alarm:
        if alarm in due and alarm not in sounding:
            raised = ActiveAlarm(alarm=alarm, since_ms=pump.now_ms)
            pump = remember(replace(pump, alarms=(*pump.alarms, raised)), EventKind.ALARM_RAISED, alarm.name)
        if alarm in sounding and alarm not in due:
            kept = tuple(active for active in pump.alarms if active.alarm is not alarm)
            pump = remember(replace(pump, alarms=kept), EventKind.ALARM_CLEARED, alarm.name)
    return pump


def _due(pump: Pump) -> Iterator[Alarm]:
    """The alarms whose condition holds now. A pump that was never programmed has nothing to say of its reservoir."""
    yield from pump.standing
    if pump.state is State.END_OF_SERVICE:
        yield Alarm.END_OF_SERVICE
    if pump.motor_stalled:
        yield Alarm.MOTOR_STALL
    if pump.battery.indicator_since_ms is not None:
        yield Alarm.REPLACEMENT_INDICATOR
    if not pump.clock_known:
        yield Alarm.CLOCK_UNKNOWN
    if nearly_full(pump.log):
        yield Alarm.LOG_NEARLY_FULL
    if pump.program is None:
        return
    if pump.reservoir_nl <= pump.program.low_reservoir_alarm_nl:
        yield Alarm.LOW_RESERVOIR
    if pump.reservoir_nl == 0:
        yield Alarm.EMPTY_RESERVOIR
    if pump.state is State.STOPPED and pump.now_ms - pump.state_since_ms >= STOPPED_TOO_LONG.whole():
        yield Alarm.STOPPED_TOO_LONG
