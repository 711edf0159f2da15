"""A visit with a pump that ran empty: it says before the fill what the fill does; after 48 hours it is a restart."""

import re

import pytest
from tests.clinic.helpers import text_of
from tests.clinic.rehearse.desk import ORDER, Desk, code_of
from tests.clinic.rehearse.helpers import Clinic
from tests.clinic.steps.helpers import known_at, sheet_url

from thecal.clinic.models import AuditRow, Patient, Person, Visit
from thecal.clinic.steps import trouble
from thecal.clinic.worklist import worklist
from thecal.pump.memory import empty_since_ms
from thecal.rehearsal.world import World
from thecal.units import HOUR_MS, SECOND_MS

AT_TIP = "Of the intended dose at the tip"
LONG_MS = 48 * HOUR_MS
SAME = ORDER | {"daily_dose": "300", "reason": ""}
RESTART = {"interruption": "empty", "stopped_for_h": "49", "set_by_prescriber": "yes", "monitored_bed": "yes"}


def emptied(clinic: Clinic, for_ms: int, person: Person | None = None) -> Desk:
    """Asta's pump, read when it had been empty for so long."""
    desk = Desk(clinic, person)
    desk.post("interrogate")
    empty_ms = desk.read().empty_ms
    assert empty_ms is not None
    with World.open(clinic.path) as world:
        world.advance_to(empty_ms + for_ms)
    desk.pass_time(empty_ms + for_ms - clinic.now.clinic_ms)
    desk.post("interrogate")
    assert empty_since_ms(desk.read()) == empty_ms
    return desk


def filled(desk: Desk) -> None:
    """The reservoir emptied of nothing, and filled."""
    assert desk.post("refill", desk.entries(withdrawn="0", expires="2028-03")).status_code == 302


@pytest.mark.parametrize(
    ("for_ms", "dose", "says"),
    [
        (0, "300", "the program may stay"),
        (LONG_MS - SECOND_MS, "300", "the program may stay"),
        (LONG_MS, "300", "the program may stay"),
        (LONG_MS + SECOND_MS, "", "After so long this is a restart"),
        (20 * LONG_MS, "", "After so long this is a restart"),
    ],
)
def test_long_after_it_ran_empty_no_dose_stands_in_the_order(clinic: Clinic, for_ms: int, dose: str, says: str) -> None:
    """Shortly after, what the pump holds stands there; and the page says before the fill what the fill sets going."""
    page = emptied(clinic, for_ms).page()
    found = re.search(r'name="daily_dose" value="([^"]*)"', page)
    assert found is not None
    assert found.group(1) == dose
    assert says in page
    assert re.search(r"it goes on at 300\smcg/day", page)
    assert '<option value="empty" selected>' in page


def test_nothing_reaches_the_tip_from_an_empty_reservoir(clinic: Clinic) -> None:
    """Neither a time nor a figure promises it, until the pump is told of a fill."""
    desk = emptied(clinic, HOUR_MS)
    empty = text_of(desk.post("preview", SAME))
    filled(desk)
    full = text_of(desk.post("preview", SAME))
    assert [AT_TIP in review for review in (empty, full)] == [False, True]
    assert ["not while the reservoir is empty" in review for review in (empty, full)] == [True, False]


@pytest.mark.parametrize(("for_ms", "wants"), [(LONG_MS, ""), (LONG_MS + SECOND_MS, "a prescriber as the second")])
def test_a_nurse_restarts_it_with_a_prescriber(clinic: Clinic, for_ms: int, wants: str) -> None:
    """After 48 hours no order set covers it; before, it is a refill like another."""
    desk = emptied(clinic, for_ms, clinic.lindqvist)
    filled(desk)
    review = text_of(desk.post("preview", SAME))
    assert ("Wants" in review) == bool(wants)
    assert wants in review


def test_a_visit_does_not_end_in_silence_about_an_empty_reservoir(clinic: Clinic) -> None:
    """Without a reason it stays open; with one it ends, and the audit keeps the reason."""
    desk = emptied(clinic, HOUR_MS)
    assert "Why the pump is left empty" in desk.page()
    assert desk.post("close", {"next_days": "1"}).status_code == 422
    assert Visit.objects.get(pk=desk.visit.pk).closed_ms is None
    desk.post("close", {"next_days": "1", "left_stopped": "No drug of this strength in the house."})
    assert Visit.objects.get(pk=desk.visit.pk).closed_ms is not None
    row = AuditRow.objects.filter(action="close visit").last()
    assert row is not None
    assert row.detail["left_stopped"] == "No drug of this strength in the house."


def test_the_worklist_says_that_nothing_is_delivered(clinic: Clinic) -> None:
    """From the first read-out alone: nobody has to ring for it."""
    desk = Desk(clinic)
    desk.post("interrogate")
    empty_ms = desk.read().empty_ms
    assert empty_ms is not None
    for at_ms, is_said in ((empty_ms - 1, False), (empty_ms, True)):
        items = worklist(Patient.objects.filter(pk=desk.patient.pk), now_ms=at_ms)
        (why,) = [item.why for item in items if item.what == "Refill the pump"]
        assert ("nothing is delivered" in why) == is_said


def test_a_restart_at_a_dose_set_anew_is_watched_for_eight_hours(clinic: Clinic) -> None:
    """From the confirmed update on, to the millisecond; and what was written of the interruption is done with."""
    desk = emptied(clinic, LONG_MS + HOUR_MS)
    desk.client.post(sheet_url(desk.patient, "trouble.restart"), RESTART)
    filled(desk)
    second = {"second_person": "okafor", "second_code": code_of(clinic.okafor)}
    assert desk.update(daily_dose="100", reason="Low, and watched.", **second).status_code == 302
    restarted_ms = desk.visit.updates.get().settled_ms
    assert restarted_ms is not None
    for after_ms, is_due in ((0, True), (8 * HOUR_MS - 1, True), (8 * HOUR_MS, False)):
        known = known_at(desk.patient, restarted_ms + after_ms)
        assert ("Watch the restart" in [item.what for item in trouble.STEP.due(known)]) == is_due
    assert trouble.interruption_of(known_at(desk.patient, restarted_ms)) is None
