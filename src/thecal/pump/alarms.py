"""The pump's alarms: which, how urgent, and when they beep.

A beep is not an event: it is computed from the alarm's start, its interval and its silences, so that ten years of
nagging cost nothing. An alarm can be acknowledged and is then quiet for a while; it cannot be silenced for good.
One tone sounds at a time: while a critical alarm sounds, the others are not heard.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum, auto

from thecal.pump.devices import BEEP_CRITICAL, BEEP_NON_CRITICAL, SILENT_CRITICAL, SILENT_NON_CRITICAL
from thecal.units import ceil_div


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


MOST_SILENCES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveAlarm:
    """An alarm that holds since `since_ms`; `silences` are the last `[from, to)` of its acknowledgements, in order.

    `left_out` are the beeps that fell into silences which are not kept any more.
    """

    alarm: Alarm
    since_ms: int
    silences: tuple[tuple[int, int], ...] = ()
    left_out: int = 0

    def beeps(self, until_ms: int) -> int:
        """How often it was due to sound in `[since_ms, until_ms)`: at its start and every interval, silences left out.

        Right from the oldest silence that is kept on. A more urgent alarm may have sounded in its place: see `heard`.
        """
        silent = sum(self._due(min(from_ms, until_ms), min(to_ms, until_ms)) for from_ms, to_ms in self.silences)
        return self._due(self.since_ms, until_ms) - self.left_out - silent

    def is_silent(self, at_ms: int) -> bool:
        """Whether somebody has acknowledged it a short while ago."""
        return any(from_ms <= at_ms < to_ms for from_ms, to_ms in self.silences)

    def may_be_silenced(self, at_ms: int) -> bool:
        """Whether it was due to sound since its last silence: acknowledged every minute, it is still heard."""
        return not self.silences or self._due(self.silences[-1][1], at_ms) > 0

    def silenced(self, at_ms: int) -> "ActiveAlarm":
        """The alarm, quiet from now on for its own while. The last silences are kept, and they never touch."""
        assert self.may_be_silenced(at_ms), "an alarm sounds between two silences"
        silences = (*self.silences, (at_ms, at_ms + self.alarm.silent_ms))
        forgotten = sum(self._due(from_ms, to_ms) for from_ms, to_ms in silences[:-MOST_SILENCES])
        return replace(self, silences=silences[-MOST_SILENCES:], left_out=self.left_out + forgotten)

    def _due(self, from_ms: int, to_ms: int) -> int:
        """The beeps that fall into `[from_ms, to_ms)`."""
        return self._due_before(to_ms) - self._due_before(from_ms)

    def _due_before(self, at_ms: int) -> int:
        return max(0, ceil_div(at_ms - self.since_ms, self.alarm.interval_ms))


def heard(alarms: Iterable[ActiveAlarm], at_ms: int) -> ActiveAlarm | None:
    """The one alarm that is heard now: the most urgent of those that are not silent; None where all is quiet."""
    loud = [active for active in alarms if active.since_ms <= at_ms and not active.is_silent(at_ms)]
    return min(loud, key=lambda active: active.alarm.value, default=None)
