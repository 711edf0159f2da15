"""The pump's one state machine.

Rule 1. Every change of state is a row of `TRANSITIONS`; nothing else assigns `Pump.state`.
Rule 2. This file knows no clock, no bytes and no patient.

There is no single safe state. STOPPED is withdrawal over a day or two, so it keeps nagging; MINIMUM_RATE is
withdrawal, slowly; and a bolus of any kind ends in the infusion that it interrupted, never in STOPPED: but for one old
class of pump, whose behaviour is kept as the hazard that it was.
A stalled motor is not a state: the pump goes on trying, without catching up, and says so by an alarm.
"""

from enum import Enum, auto


class State(Enum):
    """What the pump is doing."""

    STOPPED = auto()
    """No delivery: on the shelf, by command, cut by the limiter, or without a program it can read. Alarms."""
    INFUSING = auto()
    """Delivering by its program: simple continuous, flex or periodic bolus."""
    MINIMUM_RATE = auto()
    """The slowest rate the metal will run: by program, or after a reset by low battery."""
    BRIDGING = auto()
    """Old drug in tubing and catheter leaves at the old dose; ends by delivered volume."""
    PRIMING = auto()
    """Empty tubing and catheter fill; ends by delivered volume."""
    PURGING = auto()
    """A few drops in the operating room, to see that the pump runs; ends by delivered volume."""
    BOLUS = auto()
    """One dose over a stated time, by order or asked for by the patient; ends by delivered volume."""
    HELD = auto()
    """A field has put a sounding pump into telemetry: no delivery until it is interrogated. One class does this."""
    END_OF_SERVICE = auto()
    """The battery is spent. Delivery has stopped for good."""


class Trigger(Enum):
    """What can move the pump from one state to another."""

    STOP = auto()
    INFUSE = auto()
    IDLE_SLOWLY = auto()
    BRIDGE = auto()
    PRIME = auto()
    PURGE = auto()
    GIVE_BOLUS = auto()
    BOLUS_ENDED = auto()
    OLD_BOLUS_ENDED = auto()
    """A single bolus ends on a pump of the class that then stopped."""
    CUT = auto()
    """The limiter took the motor's current away, or no program can be read."""
    RESET = auto()
    """The battery's voltage fell for a moment."""
    HOLD = auto()
    BATTERY_SPENT = auto()


_BOLUSES = (State.BRIDGING, State.PRIMING, State.PURGING, State.BOLUS)
_DELIVERING = (State.INFUSING, State.MINIMUM_RATE, *_BOLUSES)
_WORKING = (State.STOPPED, *_DELIVERING, State.HELD)

TRANSITIONS: dict[tuple[State, Trigger], State] = {
    **{(state, Trigger.STOP): State.STOPPED for state in _WORKING},
    **{(state, Trigger.INFUSE): State.INFUSING for state in _WORKING},
    **{(state, Trigger.IDLE_SLOWLY): State.MINIMUM_RATE for state in _WORKING},
    **{(state, Trigger.BRIDGE): State.BRIDGING for state in _WORKING},
    **{(state, Trigger.PRIME): State.PRIMING for state in _WORKING},
    **{(state, Trigger.PURGE): State.PURGING for state in _WORKING},
    **{(state, Trigger.GIVE_BOLUS): State.BOLUS for state in _WORKING},
    **{(state, Trigger.BOLUS_ENDED): State.INFUSING for state in _BOLUSES},
    (State.BOLUS, Trigger.OLD_BOLUS_ENDED): State.STOPPED,
    **{(state, Trigger.CUT): State.STOPPED for state in _WORKING},
    (State.STOPPED, Trigger.RESET): State.STOPPED,
    **{(state, Trigger.RESET): State.MINIMUM_RATE for state in (*_DELIVERING, State.HELD)},
    **{(state, Trigger.HOLD): State.HELD for state in _DELIVERING},
    **{(state, Trigger.BATTERY_SPENT): State.END_OF_SERVICE for state in _WORKING},
    (State.END_OF_SERVICE, Trigger.STOP): State.END_OF_SERVICE,
}
