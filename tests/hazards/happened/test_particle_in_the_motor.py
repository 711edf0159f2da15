"""A particle in the motor.

A foreign particle, left in the making, could stop the motor for good. 11 299 pumps made from May 2018 to April 2019
were concerned (class I, October 2019; recalls-rappels.canada.ca, SynchroMed II programmable pump). Nobody was operated
on as a precaution: the answer was to listen for the alarm.

The pump cannot mend itself and does not pretend to: it counts nothing, catches nothing up, and sounds for as long as
the rotor stands. A person must hear it, and the clinic must replace the pump. Whose serial number is among the
recalled, a list would say; no such list is part of this version, so the implant's serial number is looked up by hand.
"""

from tests.hazards.happened.replay import RATE, drug_pg, implanted, lived, sounding
from tests.programmer.reviews import asked, order, reviewed
from tests.twin.helpers import NEW_YEAR_MS, committed

from thecal.mechanism import Stall
from thecal.pump.alarms import Alarm, heard
from thecal.pump.commands import Acknowledge, Update
from thecal.pump.devices import BEEP_CRITICAL
from thecal.twin import device as implant
from thecal.twin.device import Device
from thecal.units import DAY_MS, HOUR_MS

STUCK_MS = NEW_YEAR_MS + 5 * DAY_MS
STUCK = Stall(start_ms=STUCK_MS, sensed_after_ms=HOUR_MS)


def stuck(days: int) -> Device:
    """An implant whose rotor stands for good since its fifth day, so many days after New Year."""
    return lived(implanted(faults=[STUCK]), days * DAY_MS)[0]


def test_nothing_ever_flows_again_and_nothing_is_caught_up() -> None:
    """Five days of drug have left the reservoir and not a nanolitre more, whatever is tried."""
    month = stuck(30)
    assert month.metal.reservoir_nl == 20_000_000 - 5 * RATE
    assert month.pump.program is not None
    again = committed(month, Update(program=month.pump.program), "t2")
    assert drug_pg(lived(again, 5 * DAY_MS)[1]) == 0


def test_the_alarm_sounds_for_as_long_as_it_lasts() -> None:
    """Every ten minutes for twenty-five days; who quietens it hears it again."""
    month = stuck(30)
    (stall,) = month.pump.alarms
    assert (stall.alarm, stall.since_ms) == (Alarm.MOTOR_STALL, STUCK_MS + HOUR_MS)
    assert stall.beeps(month.now_ms) == (25 * DAY_MS - HOUR_MS) // BEEP_CRITICAL.whole()
    quiet = implant.command(month, Acknowledge(alarm=Alarm.MOTOR_STALL))
    assert isinstance(quiet, Device)
    assert heard(quiet.pump.alarms, quiet.now_ms) is None
    tomorrow, _ = lived(quiet, DAY_MS)
    assert heard(tomorrow.pump.alarms, tomorrow.now_ms) is not None
    assert sounding(tomorrow.pump) == {Alarm.MOTOR_STALL}


def test_the_review_says_that_an_update_starts_no_motor() -> None:
    """Whoever programs a stalled pump is told that nothing will flow."""
    done = reviewed(stuck(10).pump, order())
    assert "pump.stalled" in asked(done)
