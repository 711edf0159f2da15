"""A pump that was left stopped: it goes on sounding, and the visit says so."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import NOW, START_MS, make_implant, make_team, run_pump, sign_in, text_of
from tests.pump.helpers import running

from thecal.clinic.actions import open_visit, record_read_out
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.commands import Stop
from thecal.pump.devices import BEEP_CRITICAL, STOPPED_TOO_LONG
from thecal.pump.memory import Pump
from thecal.pump.states import State
from thecal.units import DAY_MS


def stopped(pump: Pump) -> Pump:
    """The pump after a stop."""
    done = machine.handle(pump, Stop())
    assert isinstance(done, Pump)
    return done


@pytest.mark.parametrize("days", [3, 30, 300])
def test_a_pump_left_stopped_goes_on_sounding(days: int) -> None:
    """From 48 h on it beeps every ten minutes, without end, and it does not start by itself."""
    pump, flow = machine.advance(stopped(running()), running().now_ms + days * DAY_MS)
    assert pump.state is State.STOPPED
    assert sum(segment.volume_nl for segment in flow) == 0
    (nagging,) = [active for active in pump.alarms if active.alarm is Alarm.STOPPED_TOO_LONG]
    assert nagging.alarm.is_critical
    assert nagging.since_ms == pump.state_since_ms + STOPPED_TOO_LONG.whole()
    assert nagging.beeps(pump.now_ms) == (days * DAY_MS - STOPPED_TOO_LONG.whole()) // BEEP_CRITICAL.whole()
    later, _ = machine.advance(pump, pump.now_ms + DAY_MS)
    assert nagging.beeps(later.now_ms) > nagging.beeps(pump.now_ms)
    assert nagging in later.alarms


@pytest.mark.django_db
def test_a_visit_says_that_the_pump_is_stopped() -> None:
    """Beside the button that ends the visit stands what follows; on a running pump it does not."""
    team, client = make_team(), Client()
    for patient, stops in ((team.patient, True), (team.other, False)):
        implant = make_implant(patient)
        pump = run_pump(implant.serial)
        read = machine.interrogate(stopped(pump) if stops else pump)
        visit = open_visit(patient=patient, acting=team.bob, now=NOW)
        record_read_out(implant=implant, interrogation=read, acting=team.bob, now=NOW)
        page = text_of(sign_in(client, team.bob).get(reverse("visit", args=[visit.pk])))
        assert ("The pump is stopped" in page) is stops
        assert "End visit" in page
    assert read.at_ms == START_MS
