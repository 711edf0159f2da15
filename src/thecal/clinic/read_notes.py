"""What a read-out tells beside doses and alarms: what a field did, and a clock that is not the clinic's."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from thecal.care.restart import Interruption, offers_previous
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
    return (*_held(read), *_clock(read, received_ms))


def _held(read: Interrogation) -> Iterator[Note]:
    """A field stopped it, and reading lets it go at its full dose: nobody would know but by the log."""
    if read.state is State.HELD:
        since = show_time(read.state_since_ms)
        yield Note(css="emergency", what="Held by a field", says=f"Nothing is delivered since {since}. Interrogate it.")
        return
    freed = next((each for each in reversed(read.log) if each.kind is EventKind.RELEASED), None)
    if freed is None or freed.at_ms <= read.at_ms - DAY_MS:
        return
    held = [each for each in read.log if each.kind is EventKind.HELD_BY_FIELD and each.at_ms <= freed.at_ms]
    for_ms = freed.at_ms - held[-1].at_ms if held else None
    short = offers_previous(stopped_for_ms=for_ms, interruption=Interruption.SCAN)
    follows = "so shortly interrupted, it may stay" if short else "after so long, that is a restart"
    yield Note(
        css="urgent" if short else "emergency",
        what=f"A field held the pump for {'a time that is not known' if for_ms is None else show_duration(for_ms)}",
        says=f"Until {show_time(freed.at_ms)} nothing was delivered. Reading it has let it go, and it runs again at "
        f"{show_dose(read.dose_pg_per_day)}: {follows}.",
    )


def _clock(read: Interrogation, received_ms: int) -> Iterator[Note]:
    """Steps of the day come when the pump thinks that it is time. A pump that knows no time sounds for it."""
    ahead_ms = read.at_ms + read.clock_shift_ms - received_ms
    if not read.clock_known or abs(ahead_ms) <= CLOCK_APART_MS:
        return
    follows = read.program is not None and isinstance(read.program.infusion_mode, FlexSchedule | PeriodicBolus)
    hours = "The steps of the day come by it." if follows else "This program is the same at every hour."
    apart = f"{show_duration(abs(ahead_ms))} {'ahead of' if ahead_ms > 0 else 'behind'}"
    yield Note(
        css="routine",
        what=f"The pump's clock is {apart} the clinic's",
        says=f"{hours} Set it if the clinic's is right.",
        is_of_clock=True,
    )
