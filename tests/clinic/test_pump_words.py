"""Nothing that a pump can say is without words, and what a read-out tells beside dose and alarms is told once."""

import re
from dataclasses import replace
from enum import Enum
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import (
    NOW,
    START_MS,
    Team,
    make_implant,
    make_program,
    run_pump,
    sign_in,
    text_of,
)

from thecal.clinic.actions import open_visit, record_read_out
from thecal.clinic.knowledge import know_pump
from thecal.clinic.models import ClinicClock, Patient
from thecal.clinic.pump_words import (
    ALARM_REMEDIES,
    ALARM_WORDS,
    DETAIL_WORDS,
    EVENT_WORDS,
    STATE_WORDS,
    event_in_words,
)
from thecal.clinic.read_notes import CLOCK_APART_MS, notes_of
from thecal.clinic.steps import registry
from thecal.clinic.work_items import Urgency
from thecal.clinic.worklist import ALARM_URGENCY, worklist
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.bolus import BridgeBolus, PrimingBolus, Purge, SingleBolus
from thecal.pump.commands import Acknowledge, ClockLostSensed, FieldSensed, Interrogate, LowBatteryReset, SetClock
from thecal.pump.devices import BATTERY, SYNCHROMED_20
from thecal.pump.events import EventKind
from thecal.pump.infusion import FlexDay, FlexSchedule, FlexStep
from thecal.pump.memory import Given, Pump
from thecal.pump.states import State
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (STATE_WORDS, State),
        (ALARM_WORDS, Alarm),
        (ALARM_REMEDIES, Alarm),
        (ALARM_URGENCY, Alarm),
        (EVENT_WORDS, EventKind),
    ],
)
def test_every_member_has_its_words(words: dict[Any, Any], kind: type[Enum]) -> None:
    """A pump that says something new would break a page: no member is missing, and no two are called alike."""
    assert set(words) == set(kind)
    assert all(words.values())
    assert len(set(words.values())) == len(words) or words is ALARM_URGENCY


def test_every_bolus_and_alarm_is_named_in_the_log() -> None:
    """What ended, was broken off, began or was quietened is said by its name; other details are not for this page."""
    for bolus in (SingleBolus, BridgeBolus, PrimingBolus, Purge):
        assert event_in_words(EventKind.BOLUS_ENDED, bolus.__name__).startswith("Bolus ended: ")
        broken = event_in_words(EventKind.BOLUS_ABANDONED, f"{bolus.__name__}, 17 nL not given")
        assert broken == f"Bolus broken off: {DETAIL_WORDS[bolus.__name__]}"
    assert event_in_words(EventKind.ALARM_RAISED, "MOTOR_STALL") == "Alarm began: motor stall"
    assert event_in_words(EventKind.CLOCK_SET, "1772528400000") == "Clock set"


def test_what_stops_or_slows_delivery_is_an_emergency() -> None:
    """The rest is seen to today, and a full log at the next visit."""
    now = {alarm for alarm, urgency in ALARM_URGENCY.items() if urgency is Urgency.EMERGENCY}
    assert now == {
        Alarm.LIMITER_CUT,
        Alarm.NO_PROGRAM,
        Alarm.END_OF_SERVICE,
        Alarm.EMERGENCY_STOP,
        Alarm.LOW_BATTERY_RESET,
        Alarm.MOTOR_STALL,
        Alarm.EMPTY_RESERVOIR,
        Alarm.STOPPED_TOO_LONG,
    }
    assert ALARM_URGENCY[Alarm.CLOCK_UNKNOWN] is ALARM_URGENCY[Alarm.MEMORY_FALLBACK] is Urgency.URGENT
    assert ALARM_URGENCY[Alarm.LOG_NEARLY_FULL] is Urgency.ROUTINE


def flex() -> FlexSchedule:
    """Two steps a day."""
    steps = (FlexStep(start_ms=0, rate_nl_per_day=100_000), FlexStep(start_ms=6 * HOUR_MS, rate_nl_per_day=200_000))
    return FlexSchedule(days=(FlexDay(steps=steps),))


def told(pump: Pump, *, received_ms: int = START_MS) -> list[tuple[str, str]]:
    """(how urgent, what) of each note on a pump that is read now."""
    notes = notes_of(machine.interrogate(pump), received_ms=received_ms)
    return [(note.css, f"{note.what}. {note.says}".replace("\u00a0", " ")) for note in notes]


def test_a_pump_in_order_has_no_notes() -> None:
    """Nor has one whose clock is two minutes off."""
    assert told(run_pump("TR-1")) == []
    for apart_ms in (CLOCK_APART_MS, -CLOCK_APART_MS):
        assert told(run_pump("TR-1"), received_ms=START_MS + apart_ms) == []


@pytest.mark.parametrize(("shift_ms", "side"), [(CLOCK_APART_MS + 1, "ahead of"), (-CLOCK_APART_MS - 1, "behind")])
def test_a_clock_that_is_off_is_told_with_what_follows(shift_ms: int, side: str) -> None:
    """One millisecond beyond two minutes, either way; whether it matters is the program's to say."""
    for program, follows in (
        (make_program(), "same at every hour"),
        (make_program(flex()), "come by it"),
    ):
        pump = run_pump("TR-1", program=program)
        shifted = machine.handle(pump, SetClock(clock_ms=START_MS + shift_ms))
        assert isinstance(shifted, Pump)
        ((css, says),) = told(shifted)
        assert css == "routine"
        assert says.startswith(f"The pump's clock is 2 min {side} the clinic's")
        assert follows in says


def test_a_lost_clock_is_its_alarm_s_to_tell() -> None:
    """What a pump without time says of the time is nothing: it is not compared."""
    lost = machine.sense(run_pump("TR-1", program=make_program(flex())), ClockLostSensed())
    assert told(lost, received_ms=START_MS + DAY_MS) == []


def held(*, reads_after_ms: int) -> Pump:
    """A pump of the class that a field traps, held for three days and then read."""
    pump = machine.sense(run_pump("TR-1"), LowBatteryReset())
    trapped = machine.sense(replace(pump, pump_model=SYNCHROMED_20.name), FieldSensed())
    assert trapped.state is State.HELD
    return machine.advance(trapped, START_MS + reads_after_ms)[0]


def test_a_pump_that_is_held_counts_as_interrupted() -> None:
    """It delivers nothing: what is known of it says since when, like a stopped one."""
    read = machine.interrogate(held(reads_after_ms=3 * DAY_MS))
    known = know_pump(read, now_ms=START_MS + 3 * DAY_MS)
    assert (known.interrupted_since_ms, known.dose_pg_per_day) == (START_MS, 0)
    assert known.reservoir_now_nl == 18_000_000
    assert next(note.what for note in notes_of(read, received_ms=read.at_ms)) == "Held by a field"


def test_how_long_a_field_held_it_is_told_for_a_day_after() -> None:
    """Reading lets it go at its full dose, so that only the log knows of three days without drug."""
    freed = machine.handle(held(reads_after_ms=3 * DAY_MS), Interrogate())
    assert isinstance(freed, Pump)
    at_ms = START_MS + 3 * DAY_MS
    assert ("emergency", "A field held the pump for 3 d") in [
        (css, says.partition(".")[0]) for css, says in told(freed, received_ms=at_ms)
    ]
    cut = notes_of(replace(machine.interrogate(freed), log=freed.log[-1:]), received_ms=at_ms)
    assert cut[0].what == "A field held the pump for a time that is not known"
    for after_ms, is_told in ((DAY_MS - 1, True), (DAY_MS, False)):
        later, _ = machine.advance(freed, at_ms + after_ms)
        assert any("field" in says for _, says in told(later, received_ms=at_ms + after_ms)) is is_told


@pytest.mark.parametrize(("for_ms", "css"), [(2 * DAY_MS, "urgent"), (2 * DAY_MS + 1, "emergency")])
def test_after_so_long_in_a_field_what_runs_again_is_a_restart(for_ms: int, css: str) -> None:
    """The border is care's own: 48 hours."""
    freed = machine.handle(held(reads_after_ms=for_ms), Interrogate())
    assert isinstance(freed, Pump)
    ((told_css, says),) = told(freed, received_ms=START_MS + for_ms)
    assert (told_css, "is a restart" in says, "it may stay" in says) == (css, css == "emergency", css == "urgent")


def read_in(team: Team, pump: Pump) -> Patient:
    """The patient, with this pump read now."""
    implant = make_implant(team.patient, serial=pump.serial)
    record_read_out(implant=implant, interrogation=machine.interrogate(pump), acting=team.bob, now=NOW)
    return team.patient


def troubled() -> Pump:
    """A pump with an acknowledged alarm, an unknown time, three doses of which two are of this day, half a battery."""
    pump = machine.sense(machine.sense(run_pump("TR-1"), LowBatteryReset()), ClockLostSensed())
    quiet = machine.handle(pump, Acknowledge(alarm=Alarm.LOW_BATTERY_RESET))
    assert isinstance(quiet, Pump)
    given = tuple(
        Given(at_ms=START_MS - ago_ms, volume_nl=12_345, by_patient=False)
        for ago_ms in (DAY_MS, 6 * HOUR_MS, MINUTE_MS)
    )
    return replace(quiet, given=given, battery=replace(quiet.battery, used_nj=BATTERY.whole() // 2 + 1))


def test_the_pages_show_what_was_read(team: Team, client: Client) -> None:
    """The visit's read-out and the patient's page: acknowledged alarms, the clock, doses, the battery and its end."""
    ClinicClock.objects.create(now_ms=START_MS)
    patient = read_in(team, troubled())
    visit = open_visit(patient=patient, acting=team.bob, now=NOW)
    sign_in(client, team.bob)
    for address in (reverse("visit", args=[visit.pk]), reverse("patient", args=[patient.pk])):
        page = text_of(client.get(address))
        assert "acknowledged, quiet until 3 Mar 2026 13:00" in page
        assert "Alarm: time of day unknown" in page
        assert "It stands until the next update" in page
        assert re.search(r'care-card emergency"><h3>.{0,80}Alarm: reset by low battery', page)
        assert re.search(r'care-card urgent"><h3>.{0,80}Alarm: time of day unknown', page)
        assert "0.0247 mL together" in page
        assert "50 %" in page
        assert "service ends" in page
        assert ALARM_REMEDIES[Alarm.LOW_BATTERY_RESET] in page


def test_a_held_pump_and_a_silent_one_are_on_the_worklist(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """Held: nothing is delivered, and somebody decides; each alarm with what to do about it."""
    monkeypatch.setattr(registry, "STEPS", ())
    patient = read_in(team, held(reads_after_ms=0))
    items = worklist([patient], now_ms=START_MS)
    assert {item.what for item in items} >= {"Decide about a stopped pump"}
    alarm = next(item for item in items if item.what.startswith("Act on an alarm"))
    assert alarm.urgency is Urgency.EMERGENCY
    assert alarm.why.endswith(ALARM_REMEDIES[Alarm.LOW_BATTERY_RESET])
