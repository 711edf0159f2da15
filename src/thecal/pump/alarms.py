"""The pump's alarms: which, how urgent, and when they beep.

A beep is not an event: it is computed from the alarm's start, its interval and its silences, so that ten years of
nagging cost nothing. An alarm can be acknowledged and is then quiet for a while; it cannot be silenced for good.
One tone sounds at a time: while a critical alarm sounds, the others are not heard.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum, auto

from thecal.pump.devices import BEEP_CRITICAL, BEEP_NON_CRITICAL, SILENT_CRITICAL, SILENT_NON_CRITICAL


class Alarm(Enum):
    """What the pump can sound, the most urgent first."""

    LIMITER_CUT = auto()
    """More would have flowed than was allowed: the limiter took the motor's current away."""
    NO_PROGRAM = auto()
    """Neither bank of the memory can be read: the pump has stopped rather than guess."""
    END_OF_SERVICE = auto()
    EMERGENCY_STOP = auto()
    """Sounds from the moment at which the emergency key stopped the pump: nobody stops one unheard."""
    LOW_BATTERY_RESET = auto()
    """The battery's voltage fell for a moment: the pump runs at its minimum rate until a prescriber restarts it."""
    MOTOR_STALL = auto()
    EMPTY_RESERVOIR = auto()
    STOPPED_TOO_LONG = auto()
    CLOCK_UNKNOWN = auto()
    """The pump does not know the time of day: it runs flat at its program's mean."""
    MEMORY_FALLBACK = auto()
    """One bank of the memory was damaged; the pump runs from the other."""
    REPLACEMENT_INDICATOR = auto()
    LOW_RESERVOIR = auto()
    LOG_NEARLY_FULL = auto()
    """The part of the log that keeps faults is nearly full: read it out."""

    @property
    def is_critical(self) -> bool:
        """Two tones; the others are a single beep. Source: gillettechildrens.org, discharge information."""
        return self not in _NON_CRITICAL

    @property
    def interval_ms(self) -> int:
        """From one sound to the next."""
        return (BEEP_CRITICAL if self.is_critical else BEEP_NON_CRITICAL).whole()

    @property
    def silent_ms(self) -> int:
        """For how long it is quiet after somebody acknowledged it."""
        return (SILENT_CRITICAL if self.is_critical else SILENT_NON_CRITICAL).whole()


_NON_CRITICAL = frozenset(
    {
        Alarm.CLOCK_UNKNOWN,
        Alarm.MEMORY_FALLBACK,
        Alarm.REPLACEMENT_INDICATOR,
        Alarm.LOW_RESERVOIR,
        Alarm.LOG_NEARLY_FULL,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveAlarm:
    """An alarm that holds since `since_ms`; `silences` are `[from, to)` during which it was acknowledged, in order."""

    alarm: Alarm
    since_ms: int
    silences: tuple[tuple[int, int], ...] = ()

    def beeps(self, until_ms: int) -> int:
        """How often it was due to sound in `[since_ms, until_ms)`: at its start and every interval, silences left out.

        A more urgent alarm may have sounded in its place: see `heard`.
        """
        return self._due(until_ms) - sum(
            self._due(min(to_ms, until_ms)) - self._due(min(from_ms, until_ms)) for from_ms, to_ms in self.silences
        )

    def is_silent(self, at_ms: int) -> bool:
        """Whether somebody has acknowledged it a short while ago."""
        return any(from_ms <= at_ms < to_ms for from_ms, to_ms in self.silences)

    def _due(self, until_ms: int) -> int:
        return 0 if until_ms <= self.since_ms else -(-(until_ms - self.since_ms) // self.alarm.interval_ms)


def acknowledged(active: ActiveAlarm, at_ms: int) -> ActiveAlarm:
    """The alarm, quiet from now on for its own while. The last silences are kept, and they never touch."""
    until_ms = at_ms + active.alarm.silent_ms
    before = tuple((from_ms, min(to_ms, at_ms)) for from_ms, to_ms in active.silences)
    return replace(active, silences=(*before, (at_ms, until_ms))[-MOST_SILENCES:])


MOST_SILENCES = 8


def heard(alarms: Iterable[ActiveAlarm], at_ms: int) -> ActiveAlarm | None:
    """The one alarm that is heard now: the most urgent of those that are not silent; None where all is quiet."""
    loud = [active for active in alarms if active.since_ms <= at_ms and not active.is_silent(at_ms)]
    return min(loud, key=lambda active: active.alarm.value, default=None)
