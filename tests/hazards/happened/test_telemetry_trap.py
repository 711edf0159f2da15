"""A sounding pump that a scanner's field put into telemetry.

While an alarm sounded, the field of a scanner switched a pump into telemetry; it did not take up infusion afterwards,
and went on not doing so until somebody read it (tga.gov.au, SynchroMed II infusion pump, caution after MRI).

The alarm that sounds is the old one, so nobody hears a difference. The catch is the reading after every scan: it lets
the pump go on, and its log tells since when nothing flowed.
"""

import pytest
from tests.hazards.happened.replay import RATE, drug_pg, implanted, kinds, lived, ordered, sounding
from tests.pump.helpers import program
from tests.twin.helpers import NEW_YEAR_MS, committed

from thecal.mechanism.faults import TelemetryField
from thecal.pump.alarms import Alarm
from thecal.pump.commands import Interrogate, Update
from thecal.pump.devices import REFERENCE_20, SYNCHROMED_20, PumpModel
from thecal.pump.events import EventKind
from thecal.pump.states import State
from thecal.twin.device import Device
from thecal.units import DAY_MS, HOUR_MS

SCAN = TelemetryField(start_ms=NEW_YEAR_MS + DAY_MS, end_ms=NEW_YEAR_MS + DAY_MS + HOUR_MS)


def scanned(model: PumpModel, *, sounds: bool) -> Device:
    """An implant a day after its scan; where it `sounds`, its reservoir counts as low."""
    device = implanted(model, faults=[SCAN])
    if sounds:
        device = committed(device, Update(program=program(), reservoir_nl=2_000_000), "low")
    return lived(device, 2 * DAY_MS)[0]


def test_it_delivers_nothing_until_somebody_reads_it() -> None:
    """Held since the field came; five more days, and still nothing but the alarm it had before."""
    held = scanned(SYNCHROMED_20, sounds=True)
    assert (held.pump.state, held.pump.state_since_ms) == (State.HELD, SCAN.start_ms)
    later, out = lived(held, 5 * DAY_MS)
    assert (drug_pg(out), later.pump.state, sounding(later.pump)) == (0, State.HELD, {Alarm.LOW_RESERVOIR})


def test_one_reading_lets_it_go_and_the_log_tells_of_it() -> None:
    """It goes on at its rate, catches nothing up, and both lines stay."""
    released = ordered(scanned(SYNCHROMED_20, sounds=True), Interrogate())
    assert released.pump.state is State.INFUSING
    _, out = lived(released, DAY_MS)
    assert drug_pg(out) == pytest.approx(RATE * 500, abs=SYNCHROMED_20.pulse_nl * 500)
    log = kinds(released.pump)
    assert log.index(EventKind.HELD_BY_FIELD) < log.index(EventKind.RELEASED)


@pytest.mark.parametrize(("model", "sounds"), [(SYNCHROMED_20, False), (REFERENCE_20, True), (REFERENCE_20, False)])
def test_a_silent_pump_and_a_reference_pump_are_not_caught(model: PumpModel, sounds: bool) -> None:
    """The trap needs both: that class, and an alarm that sounds."""
    assert scanned(model, sounds=sounds).pump.state is State.INFUSING
