"""A short in the feed-through.

Current leaked where the motor's wires pass the pump's wall: motors stalled, or the electronics reset to a rate at
which next to nothing flows. All pumps made from 1998 to 2013 could have it; one death was counted (class I, June 2013;
fda.gov, list of recalls, ucm359111). The feed-through was changed in 2016.

The pump notices both and sounds its critical alarm. Whoever hears it must call: a two-tone alarm is an emergency on
the telephone, and a reset is shown on the next read-out as a state and not only as a line.
"""

from tests.hazards.happened.replay import drug_pg, implanted, kinds, lived, sounding
from tests.twin.helpers import NEW_YEAR_MS

from thecal.care.calls import CallCase, Page, Sound, judge_call, pages_for
from thecal.findings import Urgency, most_urgent
from thecal.mechanism.faults import FeedThroughShort
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.devices import SYNCHROMED_20
from thecal.pump.events import EventKind
from thecal.pump.memory import interrupted_since_ms
from thecal.pump.states import State
from thecal.units import DAY_MS, HOUR_MS

SHORT_MS = NEW_YEAR_MS + 3 * DAY_MS


def test_a_short_that_holds_the_rotor_is_told_as_a_stall() -> None:
    """Nothing flows from its onset; from when it is sensed the pump counts nothing and sounds."""
    short = FeedThroughShort(start_ms=SHORT_MS, sensed_after_ms=HOUR_MS)
    device, _ = lived(implanted(SYNCHROMED_20, faults=[short]), 3 * DAY_MS)
    ill, out = lived(device, 2 * DAY_MS)
    assert drug_pg(out) == 0
    assert sounding(ill.pump) == {Alarm.MOTOR_STALL}
    (alarm,) = ill.pump.alarms
    assert (alarm.since_ms, alarm.alarm.is_critical) == (SHORT_MS + HOUR_MS, True)
    assert EventKind.MOTOR_STALLED in kinds(ill.pump)
    assert machine.interrogate(ill.pump).motor_stalled


def test_a_short_that_resets_is_told_as_a_state() -> None:
    """Minimum rate since the very instant, critical, and the read-out says since when nothing worth the name flows."""
    short = FeedThroughShort(start_ms=SHORT_MS, resets=True)
    ill, _ = lived(implanted(SYNCHROMED_20, faults=[short]), 5 * DAY_MS)
    assert (ill.pump.state, sounding(ill.pump)) == (State.MINIMUM_RATE, {Alarm.LOW_BATTERY_RESET})
    assert interrupted_since_ms(machine.interrogate(ill.pump)) == SHORT_MS


def test_whoever_hears_two_tones_is_called_back_at_once() -> None:
    """Without any sign of illness yet: it is withdrawal that has not begun."""
    quiet = CallCase(
        breathing=False, sleepy=False, stiff=False, itch=False, fever=False, sound=Sound.TWO_TONE, refill_missed=False
    )
    assert most_urgent(judge_call(quiet)) is Urgency.NOW
    assert Page.ALARM in pages_for(quiet)
