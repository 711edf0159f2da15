"""A scan after which the motor did not turn at once.

In a magnetic resonance scanner the rotor stands still, as it should, and turns again outside. Nine pumps stalled for
longer, some for a day: gears were bound or turned back. Seventy logs told of stall or recovery late, or only when the
pump was read a second time (letter of August 2008; MHRA MDA/2008/087; professional.medtronic.com, MRI guidelines).

The pump says what its sensor shows, and after a field that is late. So the catch is a rule of the visit: read before
and after the scan, read again, and leave the pump running beforehand, for what
was stopped by hand does not begin again by itself.
"""

import pytest
from tests.hazards.happened.replay import RATE, drug_pg, implanted, kinds, lived, ordered, sounding
from tests.twin.helpers import NEW_YEAR_MS

from thecal.mechanism import MriStall
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.commands import Stop
from thecal.pump.devices import PUMP_MODELS, SYNCHROMED_20
from thecal.pump.events import EventKind
from thecal.pump.states import State
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

SCAN_MS = NEW_YEAR_MS + DAY_MS


def scan(recovery_ms: int) -> MriStall:
    """Half an hour in the scanner on the second day."""
    return MriStall(start_ms=SCAN_MS, exposure_ms=30 * MINUTE_MS, recovery_ms=recovery_ms)


@pytest.mark.parametrize("hours", [0, 2, 24])
def test_what_did_not_flow_is_not_caught_up(hours: int) -> None:
    """Half an hour and up to a day without drug: afterwards the rate is the program's, and no more."""
    fault = scan(hours * HOUR_MS)
    device, _ = lived(implanted(SYNCHROMED_20, faults=[fault]), 4 * DAY_MS)
    stood_ms = 30 * MINUTE_MS + hours * HOUR_MS
    used_nl = 20_000_000 - device.metal.reservoir_nl
    assert abs(used_nl - (4 * DAY_MS - stood_ms) * RATE // DAY_MS) <= 2 * SYNCHROMED_20.pulse_nl
    assert sounding(device.pump) == set()
    assert kinds(device.pump).count(EventKind.MOTOR_RECOVERED) == 1


def test_the_first_reading_tells_of_no_recovery_and_the_second_does() -> None:
    """Outside the scanner the rotor turns, and for twenty minutes the pump still says that it stands."""
    device, _ = lived(implanted(SYNCHROMED_20, faults=[scan(0)]), DAY_MS + 30 * MINUTE_MS)
    _, flows = lived(device, 10 * MINUTE_MS)
    assert drug_pg(flows) > 0
    first, _ = lived(device, 10 * MINUTE_MS)
    read = machine.interrogate(first.pump)
    assert (read.motor_stalled, sounding(read)) == (True, {Alarm.MOTOR_STALL})
    second, _ = lived(first, 10 * MINUTE_MS)
    read = machine.interrogate(second.pump)
    assert (read.motor_stalled, sounding(read)) == (False, set())
    assert [each for each in kinds(second.pump) if "MOTOR" in each.name] == [
        EventKind.MOTOR_STALLED,
        EventKind.MOTOR_RECOVERED,
    ]


def test_a_motor_that_stays_bound_sounds_until_it_turns() -> None:
    """A day later it still says so: whoever reads it then treats withdrawal and does not wait."""
    device, _ = lived(implanted(SYNCHROMED_20, faults=[scan(24 * HOUR_MS)]), DAY_MS + 20 * HOUR_MS)
    assert sounding(device.pump) == {Alarm.MOTOR_STALL}
    assert machine.interrogate(device.pump).motor_stalled


def test_dosing_is_as_it_was_before_the_scan() -> None:
    """The field changed no program: read before and after, they are the same."""
    device = implanted(SYNCHROMED_20, faults=[scan(2 * HOUR_MS)])
    before = machine.interrogate(device.pump)
    after = machine.interrogate(lived(device, 2 * DAY_MS)[0].pump)
    assert (before.program, before.revision, before.dose_pg_per_day) == (
        after.program,
        after.revision,
        after.dose_pg_per_day,
    )


def test_a_pump_that_was_stopped_for_the_scan_and_forgotten_is_silent_for_two_days() -> None:
    """Not stopped, it goes on by itself behind the scanner; stopped, it does not, and nothing sounds till later."""
    left, out = lived(ordered(implanted(SYNCHROMED_20), Stop()), 2 * DAY_MS - 1)
    assert (drug_pg(out), sounding(left.pump), left.pump.state) == (0, set(), State.STOPPED)
    running, out = lived(implanted(SYNCHROMED_20, faults=[scan(0)]), 2 * DAY_MS - 1)
    assert drug_pg(out) > RATE * 500
    assert (sounding(running.pump), running.pump.state) == (set(), State.INFUSING)


def test_every_model_says_what_it_takes_in_a_scanner() -> None:
    """Whoever books a scan finds the class on the pump's own page."""
    assert all(model.mri for model in PUMP_MODELS.values())
