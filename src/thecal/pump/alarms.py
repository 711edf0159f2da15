"""The pump's alarms: which, how urgent, and when they beep.

A beep is not an event: it is computed from the alarm's start and its interval, so that ten years of nagging cost
nothing.
"""

from dataclasses import dataclass
from enum import Enum, auto

from thecal.pump.devices import BEEP_CRITICAL, BEEP_NON_CRITICAL


class Alarm(Enum):
    """What the pump can sound."""

    LOW_RESERVOIR = auto()
    EMPTY_RESERVOIR = auto()
    MOTOR_STALL = auto()
    STOPPED_TOO_LONG = auto()
    EMERGENCY_STOP = auto()
    """Sounds from the moment at which the emergency key stopped the pump: nobody stops one unheard."""
    REPLACEMENT_INDICATOR = auto()
    END_OF_SERVICE = auto()

    @property
    def is_critical(self) -> bool:
        """Two tones; the others are a single beep. Source: gillettechildrens.org, discharge information."""
        return self not in {Alarm.LOW_RESERVOIR, Alarm.REPLACEMENT_INDICATOR}

    @property
    def interval_ms(self) -> int:
        """From one sound to the next."""
        return (BEEP_CRITICAL if self.is_critical else BEEP_NON_CRITICAL).whole()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveAlarm:
    """An alarm that sounds since `since_ms`."""

    alarm: Alarm
    since_ms: int

    def beeps(self, until_ms: int) -> int:
        """How often it has sounded in `[since_ms, until_ms)`."""
        return 0 if until_ms <= self.since_ms else -(-(until_ms - self.since_ms) // self.alarm.interval_ms)
