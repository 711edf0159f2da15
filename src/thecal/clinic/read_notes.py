"""What a read-out tells beside doses and alarms: the pump's time, what a field did, what stands until an update."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from thecal.clinic.pump_words import ALARM_WORDS
from thecal.clinic.when import show_time
from thecal.pump.events import EventKind
from thecal.pump.infusion import FlexSchedule, PeriodicBolus
from thecal.pump.memory import Interrogation
from thecal.pump.states import State
from thecal.units import DAY_MS, MINUTE_MS, show_dose, show_duration

CLOCK_APART_MS = 2 * MINUTE_MS
"""Two clocks that differ by no more count as one: Thecal's own choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing to know of a pump that was read: how urgent (a class of its mark), what it is, and what follows.

    `is_of_clock` where setting the pump's clock mends it.
    """

    css: Literal["emergency", "urgent", "routine"]
    what: str
    says: str
    is_of_clock: bool = False


def notes_of(read: Interrogation, *, received_ms: int) -> tuple[Note, ...]:
    """What to know of a pump that was read at `received_ms` by the clinic's clock."""
    return (*_held(read), *_clock(read, received_ms), *_standing(read))


def _held(read: Interrogation) -> Iterator[Note]:
    """A field stopped it, and reading lets it go at its full dose: nobody would know but by the log."""
    if read.state is State.HELD:
        since = show_time(read.state_since_ms)
        yield Note(css="emergency", what="Held by a field", says=f"Nothing is delivered since {since}. Interrogate it.")
        return
    freed = next((each for each in reversed(read.log) if each.kind is EventKind.RELEASED), None)
    if freed is None or freed.at_ms <= read.at_ms - DAY_MS:
        return
    held = next(
        each for each in reversed(read.log) if each.kind is EventKind.HELD_BY_FIELD and each.at_ms <= freed.at_ms
    )
    yield Note(
        css="emergency",
        what=f"A field held the pump for {show_duration(freed.at_ms - held.at_ms)}",
        says=f"From {show_time(held.at_ms)} to {show_time(freed.at_ms)} nothing was delivered. Reading it has let it "
        f"go: it runs at {show_dose(read.dose_pg_per_day)} again, which after days without drug is a restart.",
    )


def _clock(read: Interrogation, received_ms: int) -> Iterator[Note]:
    """Steps of the day come when the pump thinks that it is time."""
    if not read.clock_known:
        says = f"{_hours(read)} Set its clock."
        yield Note(css="urgent", what="The pump does not know the time", says=says, is_of_clock=True)
        return
    ahead_ms = read.at_ms + read.clock_shift_ms - received_ms
    if abs(ahead_ms) > CLOCK_APART_MS:
        side = "ahead of" if ahead_ms > 0 else "behind"
        what = f"The pump's clock is {show_duration(abs(ahead_ms))} {side} the clinic's"
        says = f"{_hours(read)} Set its clock if the clinic's is right."
        yield Note(css="routine", what=what, says=says, is_of_clock=True)


def _hours(read: Interrogation) -> str:
    """What a wrong time does to this program."""
    follows = read.program is not None and isinstance(read.program.infusion_mode, FlexSchedule | PeriodicBolus)
    if not follows:
        return "This program is the same at every hour."
    if not read.clock_known:
        return "It gives its mean dose, without the steps of the day."
    return "The steps of the day come by the pump's clock."


def _standing(read: Interrogation) -> Iterator[Note]:
    """What lasts until a prescriber has looked, whatever became of its cause."""
    for alarm in read.standing:
        says = "It ends with the next update, whatever became of its cause."
        yield Note(css="routine", what=f"Stands until an update: {ALARM_WORDS[alarm].lower()}", says=says)
