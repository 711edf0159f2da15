"""What the pump remembers: one record per event, each chained to the last by a hash.

The log is one canonical-JSON line per event. `previous` is the hash of the line before, so that an edited, removed or
reordered line shows.
"""

from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from thecal.canonical import canonical_json, record_digest, to_plain
from thecal.errors import TheirFault

SCHEMA = 1
GENESIS = "0" * 64


class EventKind(Enum):
    """Everything that is worth a line."""

    MANUFACTURED = auto()
    UPDATE_COMMITTED = auto()
    STOPPED = auto()
    EMERGENCY_STOPPED = auto()
    BOLUS_ENDED = auto()
    ALARM_RAISED = auto()
    ALARM_CLEARED = auto()
    MOTOR_STALLED = auto()
    MOTOR_RECOVERED = auto()
    END_OF_SERVICE = auto()
    ACCESS_REFUSED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the log. `detail` is short text: an alarm's name, a digest, a role."""

    schema: int
    sequence: int
    at_ms: int
    kind: EventKind
    detail: str
    previous: str

    def line(self) -> bytes:
        """The canonical-JSON line, without a newline."""
        return canonical_json(to_plain(self))

    def hash(self) -> str:
        """What the next event's `previous` must be."""
        return record_digest(self)


def verify_chain(events: tuple[Event, ...], *, head: str | None = None) -> None:
    """Nothing, where each event names the one before and `head` is the last one's hash; TheirFault where not."""
    for before, after in pairwise(events):
        if after.previous != before.hash() or after.sequence != before.sequence + 1:
            raise TheirFault(f"the pump's log is broken before event {after.sequence}", remedy="Interrogate again.")
    if head is not None and events and events[-1].hash() != head:
        raise TheirFault("the pump's log does not end where it says", remedy="Interrogate again.")
