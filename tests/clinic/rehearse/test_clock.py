"""The rehearsal's clock: forward only, the world first, and the clinic is told what it could know."""

import time

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import START_MS, sign_in, text_of
from tests.clinic.rehearse.helpers import ASTA, JONAS, MILO, Clinic, patient_of, stall_at

from thecal.clinic.actions import settle_call
from thecal.clinic.clock import clinic_now
from thecal.clinic.models import AlarmHeard, Answer, AuditRow, Call, CallUrgency, ClinicClock
from thecal.clinic.rehearse import clock
from thecal.clinic.rehearse.clock import Jump, Passed, jump, level_clock
from thecal.rehearsal.world import World
from thecal.units import DAY_MS, HOUR_MS

MONTH_MS = 31 * DAY_MS
"""From 3 March to 3 April."""


def move(clinic: Clinic, by: Jump) -> Passed:
    """Press one of the buttons."""
    with World.open(clinic.path) as world:
        return jump(world, by, acting=clinic.ruiz, now=clinic_now())


@pytest.mark.parametrize(
    ("by", "lasts_ms"),
    [(Jump.HALF_HOUR, HOUR_MS // 2), (Jump.HOUR, HOUR_MS), (Jump.DAY, DAY_MS), (Jump.MONTH, MONTH_MS)],
)
def test_a_button_moves_both_clocks(clinic: Clinic, by: Jump, lasts_ms: int) -> None:
    """The world's and the clinic's, with one row that says who pressed it."""
    before = AuditRow.objects.filter(action="move clock").count()
    passed = move(clinic, by)
    with World.open(clinic.path) as world:
        assert world.now_ms == clinic_now().clinic_ms == passed.to_ms == START_MS + lasts_ms
    rows = AuditRow.objects.filter(action="move clock")
    assert rows.count() == before + 1
    assert rows.latest("sequence").person == clinic.ruiz
    assert rows.latest("sequence").clinic_ms == START_MS + lasts_ms


def test_a_month_of_six_patients_takes_less_than_two_seconds(clinic: Clinic) -> None:
    """Of this process's own time, whoever else is on the machine."""
    begun = time.process_time()
    move(clinic, Jump.MONTH)
    assert time.process_time() - begun < 2


def test_calls_on_the_way_are_written_down_once(clinic: Clinic) -> None:
    """With the words, the time at which they came, and an audit row each."""
    passed = move(clinic, Jump.MONTH)
    with World.open(clinic.path) as world:
        reports = world.reports(START_MS)
    assert reports, "a reservoir that runs low is heard within a month"
    assert [(call.received_ms, call.words) for call in passed.calls] == [
        (report.at_ms, report.words) for report in reports
    ]
    assert Call.objects.filter(received_ms__gt=START_MS).count() == len(reports)
    assert AuditRow.objects.filter(action="record call", clinic_ms__gt=START_MS).count() == len(reports)


def test_what_a_caller_did_not_say_is_not_known(clinic: Clinic) -> None:
    """Unknown is not no; a beep is a sound, not an alarm of a kind."""
    call = Call.objects.get()
    assert call.alarm_heard == AlarmHeard.UNKNOWN
    assert (call.stiff, call.itch) == (Answer.YES, Answer.YES)
    assert {call.sleepy, call.breathing, call.fever} == {Answer.UNKNOWN}
    assert call.by == clinic.lindqvist


@pytest.mark.parametrize("by", [Jump.HOUR, Jump.SOMETHING])
def test_a_kill_between_the_two_clocks_loses_no_call(clinic: Clinic, by: Jump) -> None:
    """The world had moved a month and the clinic had not: the next move brings every call, once."""
    with World.open(clinic.path) as world:
        world.advance_to(START_MS + MONTH_MS)
        reports = world.reports(START_MS)
    move(clinic, by)
    written = Call.objects.filter(received_ms__gt=START_MS, received_ms__lte=START_MS + MONTH_MS)
    assert [call.received_ms for call in written.order_by("received_ms")] == [report.at_ms for report in reports]
    with World.open(clinic.path) as world:
        assert world.now_ms == clinic_now().clinic_ms > START_MS + MONTH_MS


def test_a_start_levels_the_clocks_and_twice_changes_nothing(clinic: Clinic) -> None:
    """What the server does before its first request."""
    with World.open(clinic.path) as world:
        world.advance_to(START_MS + MONTH_MS)
        calls = level_clock(world, acting=None, now=clinic_now())
        rows = AuditRow.objects.count()
        assert calls
        assert level_clock(world, acting=None, now=clinic_now()) == ()
    assert AuditRow.objects.count() == rows
    assert ClinicClock.objects.get().now_ms == START_MS + MONTH_MS


def test_a_crash_while_calls_are_written_writes_none(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clock row and calls are one transaction."""
    with monkeypatch.context() as broken:
        broken.setattr(clock, "move_clock", _crash)
        with pytest.raises(KeyboardInterrupt):
            move(clinic, Jump.MONTH)
    assert clinic_now().clinic_ms == START_MS
    assert not Call.objects.filter(received_ms__gt=START_MS).exists()
    move(clinic, Jump.HOUR)
    assert Call.objects.filter(received_ms__gt=START_MS).exists()


def test_until_something_happens_stops_where_a_date_falls_due(clinic: Clinic) -> None:
    """First the titration visit; then the day by which Asta's refill is booked."""
    passed = move(clinic, Jump.SOMETHING)
    assert passed.to_ms == START_MS + 6 * HOUR_MS
    assert [item.what for item in passed.items] == ["See for titration"]
    passed = move(clinic, Jump.SOMETHING)
    assert passed.to_ms == START_MS + 2 * DAY_MS
    assert (ASTA, "Refill the pump") in [(item.patient.record_number, item.what) for item in passed.items]


def test_until_something_happens_passes_by_what_only_a_pump_knows(clinic: Clinic) -> None:
    """A rotor that stops in the night is not something; the call in the morning is."""
    begun_ms = START_MS + 7 * HOUR_MS
    move(clinic, Jump.SOMETHING)
    stall_at(clinic.path, MILO, begun_ms)
    passed = move(clinic, Jump.SOMETHING)
    assert passed.to_ms > begun_ms
    assert [call.patient.record_number for call in passed.calls] == [MILO]
    assert passed.to_ms == passed.calls[0].received_ms
    assert passed.items[0].what == "Act on a call"


def test_something_always_happened_or_a_month_has_passed(clinic: Clinic) -> None:
    """Five times on end: never for nothing."""
    for _ in range(5):
        passed = move(clinic, Jump.SOMETHING)
        assert passed.calls or passed.items or passed.to_ms - passed.from_ms >= 28 * DAY_MS


def test_a_month_from_the_thirty_first_ends_with_the_next_month() -> None:
    """31 January to 28 February, and December into January."""
    january_31, december_31 = 1_769_853_600_000, 1_798_711_200_000
    assert clock._month_ms(january_31) == 28 * DAY_MS
    assert clock._month_ms(december_31) == 31 * DAY_MS


def test_the_page_tells_what_happened(clinic: Clinic, client: Client) -> None:
    """In words, on the page where the button was pressed."""
    sign_in(client, clinic.lindqvist)
    page = reverse("patient", args=[patient_of(ASTA).pk])
    response = client.post(reverse("rehearsal_clock"), {"by": "month", "next": page}, follow=True)
    assert response.redirect_chain == [(page, 302)]
    told = text_of(response)
    assert "It is 3 Apr 2026 09:00." in told
    assert "The patient called about Asta Lind (fictional): “It beeps every hour.”" in told


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_the_way_back_stays_in_the_clinic(clinic: Clinic, client: Client, address: str) -> None:
    """Whatever a form says."""
    response = sign_in(client, clinic.ruiz).post(reverse("rehearsal_clock"), {"by": "hour", "next": address})
    assert response.headers["Location"] == reverse("home")


@pytest.mark.parametrize("name", ["rehearsal_clock", "rehearsal_wand"])
def test_the_bar_needs_a_token_and_a_post(clinic: Clinic, name: str) -> None:
    """A link from elsewhere moves nothing."""
    strict = sign_in(Client(enforce_csrf_checks=True), clinic.ruiz)
    assert strict.post(reverse(name), {"by": "hour", "hand": "hold"}).status_code == 403
    assert strict.get(reverse(name)).status_code == 405
    assert clinic_now().clinic_ms == START_MS


def test_a_patient_has_no_buttons(clinic: Clinic, client: Client) -> None:
    """The bar is there and says what it is; nothing on it can be pressed."""
    page = text_of(sign_in(client, clinic.lind).get(reverse("own_page")))
    assert "virtual patients" in page
    assert "Until something happens" not in page
    assert reverse("rehearsal_wand") not in page


def test_a_settled_call_stays_settled(clinic: Clinic) -> None:
    """Moving the clock brings new calls, and no old one again."""
    call = Call.objects.get(patient__record_number=JONAS)
    settle_call(call=call, words="Sent to emergency care.", acting=clinic.lindqvist, now=clinic.now)
    move(clinic, Jump.DAY)
    assert Call.objects.filter(patient__record_number=JONAS).count() == 1
    call.refresh_from_db()
    assert call.settled_words == "Sent to emergency care."
    assert call.urgency == CallUrgency.NOW


def _crash(**how: object) -> None:
    raise KeyboardInterrupt
