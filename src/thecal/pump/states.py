"""The pump's one state machine.

Rule 1. Every change of state is a row of `TRANSITIONS`; nothing else assigns `Pump.state`.
Rule 2. This file knows no clock, no bytes and no patient.

There is no single safe state. STOPPED is withdrawal over a day or two, so it keeps nagging; MINIMUM_RATE is
withdrawal, slowly; and a bolus of any kind ends in the infusion that it interrupted, never in STOPPED.
A stalled motor is not a state: the pump goes on trying, without catching up, and says so by an alarm.
"""

from enum import Enum, auto


class State(Enum):
    """What the pump is doing."""

    STOPPED = auto()
    """No delivery: on the shelf, or by command. Alarms when it lasts."""
    INFUSING = auto()
    """Delivering by its program: simple continuous or flex."""
    MINIMUM_RATE = auto()
    """The slowest rate the metal will run."""
    BRIDGING = auto()
    """Old drug in tubing and catheter leaves at the old dose; ends by delivered volume."""
    PRIMING = auto()
    """Empty tubing and catheter fill; ends by delivered volume."""
    BOLUS = auto()
    """One dose over a stated time; ends by delivered volume."""
    END_OF_SERVICE = auto()
    """The battery is spent. Delivery has stopped for good."""


class Trigger(Enum):
    """What can move the pump from one state to another."""

    STOP = auto()
    INFUSE = auto()
    IDLE_SLOWLY = auto()
    BRIDGE = auto()
    PRIME = auto()
    GIVE_BOLUS = auto()
    BOLUS_ENDED = auto()
    BATTERY_SPENT = auto()


_WORKING = (State.STOPPED, State.INFUSING, State.MINIMUM_RATE, State.BRIDGING, State.PRIMING, State.BOLUS)

TRANSITIONS: dict[tuple[State, Trigger], State] = {
    **{(state, Trigger.STOP): State.STOPPED for state in _WORKING},
    **{(state, Trigger.INFUSE): State.INFUSING for state in _WORKING},
    **{(state, Trigger.IDLE_SLOWLY): State.MINIMUM_RATE for state in _WORKING},
    **{(state, Trigger.BRIDGE): State.BRIDGING for state in _WORKING},
    **{(state, Trigger.PRIME): State.PRIMING for state in _WORKING},
    **{(state, Trigger.GIVE_BOLUS): State.BOLUS for state in _WORKING},
    (State.BRIDGING, Trigger.BOLUS_ENDED): State.INFUSING,
    (State.PRIMING, Trigger.BOLUS_ENDED): State.INFUSING,
    (State.BOLUS, Trigger.BOLUS_ENDED): State.INFUSING,
    **{(state, Trigger.BATTERY_SPENT): State.END_OF_SERVICE for state in _WORKING},
    (State.END_OF_SERVICE, Trigger.STOP): State.END_OF_SERVICE,
}
