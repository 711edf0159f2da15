"""What a session asks beside updates: an alarm quietened, the clock set, a patient's dose; and why the pump refuses."""

import pytest
from tests.wand.helpers import EMERGENCY_KEY, ENGINEER, NURSE, PATIENT, PRESCRIBER, PUMP, Bedside

from thecal.errors import OurFault
from thecal.programmer.exchange import OpenSession, emergency_stop, open_session
from thecal.programmer.links.memory import MemoryLink
from thecal.pump.alarms import Alarm
from thecal.units import DAY_MS, MINUTE_MS
from thecal.wand.credentials import Credential
from thecal.wand.messages import EmergencyStopped


def opened(bedside: Bedside, credential: Credential) -> OpenSession:
    """A session of this credential."""
    return open_session(MemoryLink(bedside.respond), credential, PUMP.public())


def stopped_by_key() -> Bedside:
    """A bedside that sounds."""
    bedside = Bedside()
    assert isinstance(emergency_stop(MemoryLink(bedside.respond), EMERGENCY_KEY), EmergencyStopped)
    return bedside


@pytest.mark.parametrize("credential", [PRESCRIBER, NURSE, ENGINEER])
def test_an_alarm_is_acknowledged_and_not_ended(credential: Credential) -> None:
    """It is quiet for its own while, and still stands in the read-out."""
    bedside = stopped_by_key()
    session = opened(bedside, credential)
    read = session.acknowledge(Alarm.EMERGENCY_STOP)
    (active,) = read.alarms
    assert (active.alarm, active.is_silent(bedside.now_ms)) == (Alarm.EMERGENCY_STOP, True)
    assert not active.is_silent(bedside.now_ms + Alarm.EMERGENCY_STOP.silent_ms)


def test_a_patient_does_not_quieten_the_pump() -> None:
    """At home an alarm sounds until somebody was told of it."""
    bedside = stopped_by_key()
    session = opened(bedside, PATIENT)
    with pytest.raises(OurFault, match="may not"):
        session.acknowledge(Alarm.EMERGENCY_STOP)
    assert not bedside.pump.alarms[0].is_silent(bedside.now_ms)


def test_what_does_not_sound_is_not_acknowledged() -> None:
    """The pump's own reason comes back, with what to do."""
    session = opened(Bedside(), NURSE)
    with pytest.raises(OurFault, match="does not sound") as raised:
        session.acknowledge(Alarm.MOTOR_STALL)
    assert "Interrogate" in raised.value.remedy


def test_the_clock_is_set_within_its_limit() -> None:
    """Two minutes are taken and read back; a month is refused and changes nothing."""
    bedside = Bedside()
    session = opened(bedside, NURSE)
    read = session.set_clock(bedside.now_ms + 2 * MINUTE_MS)
    assert (read.clock_shift_ms, read.clock_known) == (2 * MINUTE_MS, True)
    with pytest.raises(OurFault, match="at most"):
        session.set_clock(bedside.now_ms + 30 * DAY_MS)
    assert bedside.pump.clock_shift_ms == 2 * MINUTE_MS


def test_a_patient_dose_that_no_order_allows_is_not_given() -> None:
    """Baclofen's pump gives none; a nurse has no right to ask in the patient's place."""
    for credential, says in ((PATIENT, "No order allows"), (NURSE, "may not")):
        bedside = Bedside()
        session = opened(bedside, credential)
        with pytest.raises(OurFault, match=says):
            session.give_patient_dose()
        assert bedside.pump.bolus is None
