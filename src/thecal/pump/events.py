"""What the pump remembers: one record per event, each chained to the last by a hash.

The log is one canonical-JSON line per event. `previous` is the hash of the line before, so that an edited, removed or
reordered line shows. Faults have a chain of their own beside, `previous_fault`: when the memory is full the oldest line
that is not a fault makes room, and what stays can still be checked. No flood of harmless lines erases a fault: a log of
nothing but faults takes none of them.
"""

from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from thecal.canonical import canonical_json, record_digest, to_plain
from thecal.errors import TheirFault

SCHEMA = 2
GENESIS = "0" * 64
LOG_LINES = 400
"""What the memory holds. Grade: assumed."""
NEARLY_FULL = LOG_LINES * 4 // 5
"""So many faults, and the pump asks for a read-out."""


class EventKind(Enum):
    """Everything that is worth a line."""

    MANUFACTURED = auto()
    UPDATE_COMMITTED = auto()
    STOPPED = auto()
    EMERGENCY_STOPPED = auto()
    BOLUS_ENDED = auto()
    BOLUS_ABANDONED = auto()
    ALARM_RAISED = auto()
    ALARM_CLEARED = auto()
    ALARM_ACKNOWLEDGED = auto()
    MOTOR_STALLED = auto()
    MOTOR_RECOVERED = auto()
    LIMITER_CUT = auto()
    MEMORY_DAMAGED = auto()
    RESTARTED = auto()
    CLOCK_LOST = auto()
    CLOCK_SET = auto()
    PATIENT_DOSE = auto()
    HELD_BY_FIELD = auto()
    RELEASED = auto()
    END_OF_SERVICE = auto()
    ACCESS_REFUSED = auto()

    @property
    def is_fault(self) -> bool:
        """Whether a full log keeps it rather than lines that are not."""
        return self in _FAULTS


_FAULTS = frozenset(
    {
        EventKind.MANUFACTURED,
        EventKind.EMERGENCY_STOPPED,
        EventKind.BOLUS_ABANDONED,
        EventKind.MOTOR_STALLED,
        EventKind.MOTOR_RECOVERED,
        EventKind.LIMITER_CUT,
        EventKind.MEMORY_DAMAGED,
        EventKind.RESTARTED,
        EventKind.CLOCK_LOST,
        EventKind.HELD_BY_FIELD,
        EventKind.END_OF_SERVICE,
    }
)
"""With the line that says who the pump is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the log. `detail` is short text: an alarm's name, a digest, a role."""

    schema: int
    sequence: int
    at_ms: int
    kind: EventKind
    detail: str
    previous: str
    previous_fault: str

    def line(self) -> bytes:
        """The canonical-JSON line, without a newline."""
        return canonical_json(to_plain(self))

    def hash(self) -> str:
        """What the next event's `previous` must be."""
        return record_digest(self)


def nearly_full(log: tuple[Event, ...]) -> bool:
    """Whether faults have nearly filled the memory, and one came since the last update: a visit read the others."""
    faults = [event.sequence for event in log if event.kind.is_fault]
    updates = [event.sequence for event in log if event.kind is EventKind.UPDATE_COMMITTED]
    return len(faults) >= NEARLY_FULL and faults[-1] > max(updates, default=-1)


def remembered(
    log: tuple[Event, ...], head: str, *, at_ms: int, kind: EventKind, detail: str
) -> tuple[tuple[Event, ...], str]:
    """(the log with one more line, its new head). A full memory lets the oldest line go that is not a fault.

    Where every line is one, the oldest goes for a new fault, and for nothing else.
    """
    ordinary = next((index for index, line in enumerate(log) if not line.kind.is_fault), None)
    if len(log) >= LOG_LINES and ordinary is None and not kind.is_fault:
        return log, head
    last_fault = next((event.hash() for event in reversed(log) if event.kind.is_fault), GENESIS)
    event = Event(
        schema=SCHEMA,
        sequence=log[-1].sequence + 1 if log else 0,
        at_ms=at_ms,
        kind=kind,
        detail=detail,
        previous=head,
        previous_fault=last_fault,
    )
    if len(log) >= LOG_LINES:
        oldest = ordinary or 0
        log = (*log[:oldest], *log[oldest + 1 :])
    return (*log, event), event.hash()


def verify_chain(events: tuple[Event, ...], *, head: str | None = None, whole: bool = False) -> None:
    """Nothing, where the lines are whole; TheirFault where one was edited, removed from the middle or moved.

    Lines that follow one another name one another. Once more lines were written than the memory holds, faults may stand
    alone before the oldest line that is not one: there each names the fault before it. `head` is the last line's hash.
    A read-out may leave out the oldest lines; `whole` says that it did not, and that as many are there as must be.
    """
    last = events[-1].sequence if events else -1
    harmless = next((event.sequence for event in events if not event.kind.is_fault), last)
    alone_before = harmless if last >= LOG_LINES else 0
    for before, after in pairwise(events):
        follows = after.sequence == before.sequence + 1
        may_stand_alone = before.sequence < alone_before and before.sequence < after.sequence
        if not (after.previous == before.hash() if follows else may_stand_alone):
            raise _broken(after)
    faults = [event for event in events if event.kind.is_fault]
    for before, after in pairwise(faults):
        if after.previous_fault != before.hash():
            raise _broken(after)
    if head is not None and events and events[-1].hash() != head:
        raise TheirFault("the pump's log does not end where it says", remedy="Interrogate again.")
    if whole and len(events) != min(LOG_LINES, last + 1):
        raise TheirFault("lines of the pump's log are missing", remedy="Interrogate again.")


def _broken(event: Event) -> TheirFault:
    return TheirFault(f"the pump's log is broken before event {event.sequence}", remedy="Interrogate again.")
