"""The worklist: what is due, most urgent first, from records alone."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import (
    NOW,
    START_MS,
    Team,
    at,
    make_heard,
    make_implant,
    make_program,
    read_pump,
    run_pump,
    sign_in,
    text_of,
)

from thecal.clinic.actions import (
    close_visit,
    mark_interrupted_updates,
    open_visit,
    record_call,
    record_fill,
    record_pending_update,
    record_read_out,
    settle_call,
)
from thecal.clinic.models import AlarmHeard, Answer, CallUrgency, Implant, Patient, Stage
from thecal.clinic.steps import registry
from thecal.clinic.work_items import Urgency, WorkItem
from thecal.clinic.worklist import worklist
from thecal.pump import machine
from thecal.pump.commands import MotorStallSensed, Update
from thecal.pump.devices import REFERENCE_20, SYNCHROMED_20, PumpModel
from thecal.units import DAY_MS


@pytest.fixture(autouse=True)
def without_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the steps of therapy ask for is tested with each step."""
    monkeypatch.setattr(registry, "STEPS", ())


def _items(now_ms: int = START_MS) -> list[WorkItem]:
    return worklist(Patient.objects.all(), now_ms=now_ms)


def _read(team: Team, *, patient: Patient | None = None, **how: Any) -> Implant:
    """A pump in the patient, filled and read at the start."""
    implant = make_implant(patient or team.patient)
    record_fill(
        implant=implant,
        at_ms=START_MS,
        volume_nl=18_000_000,
        concentration_pg_per_nl=2_000,
        residual_expected_nl=None,
        residual_withdrawn_nl=None,
        acting=team.bob,
        now=NOW,
    )
    record_read_out(implant=implant, interrogation=read_pump(implant.serial, **how), acting=team.bob, now=NOW)
    return implant


def test_nothing_is_due_says_so(team: Team, client: Client) -> None:
    """An empty list tells what would fill it."""
    page = text_of(sign_in(client, team.bob).get(reverse("worklist")))
    assert "<title>0 on the worklist" in page
    assert "Nothing is due" in page


def test_a_refill_appears_as_its_date_draws_near(team: Team) -> None:
    """18 mL at 0.15 mL/day: low after 106 2/3 days; the worst case of 14.5 % and 1.4 mL binds, after 96.6 days."""
    _read(team)
    dry_days = (18.0 - 1.4) / 1.145 / 0.15
    due_ms = START_MS + int(dry_days * DAY_MS)
    assert _items(due_ms - 29 * DAY_MS) == []
    (planned,) = _items(due_ms - 27 * DAY_MS)
    assert (planned.what, planned.urgency) == ("Refill the pump", Urgency.ROUTINE)
    assert abs(planned.by_ms - due_ms) < 1_000
    assert "Low-reservoir date 18 Jun 2026" in planned.why.replace("\u00a0", " ")
    (today,) = _items(due_ms + 1_000)
    assert today.urgency is Urgency.URGENT
    (now,) = _items(START_MS + 107 * DAY_MS)
    assert now.urgency is Urgency.EMERGENCY


def test_an_alarm_shows_only_once_it_was_read(team: Team) -> None:
    """A stall after the read-out changes nothing here: nothing is sent to the clinic (decision 0002)."""
    implant = _read(team)
    assert _items() == []
    stalled = machine.sense(run_pump(implant.serial), MotorStallSensed())
    record_read_out(implant=implant, interrogation=machine.interrogate(stalled), acting=team.bob, now=NOW)
    (item,) = _items()
    assert (item.urgency, item.what) == (Urgency.EMERGENCY, "Act on an alarm: motor stall")


def test_a_call_shows_until_it_is_settled(team: Team) -> None:
    """As urgent as its answers."""
    heard = make_heard(alarm_heard=AlarmHeard.SINGLE, stiff=Answer.YES, itch=Answer.YES)
    call = record_call(
        patient=team.patient,
        caller="Leyla, his mother",
        words="it beeps every hour",
        heard=heard,
        urgency=CallUrgency.NEXT_VISIT,
        acting=team.bob,
        now=NOW,
    )
    (item,) = _items()
    assert item.urgency is Urgency.EMERGENCY
    assert item.url == reverse("call", args=[call.pk])
    assert "it beeps every hour" in item.why
    settle_call(call=call, words="Sent in.", acting=team.bob, now=NOW)
    assert _items() == []


@pytest.mark.parametrize(("model", "may_stand"), [(REFERENCE_20, False), (SYNCHROMED_20, True)])
def test_an_unconfirmed_update_is_an_emergency(team: Team, model: PumpModel, *, may_stand: bool) -> None:
    """Old program or new: only a read-out tells; and one kind of pump may have stopped for it."""
    implant = _read(team)
    Implant.objects.filter(pk=implant.pk).update(pump_model=model.name)
    record_pending_update(
        visit=open_visit(patient=team.patient, acting=team.alice, now=NOW),
        implant=implant,
        transaction_id="t-1",
        update=Update(program=make_program()),
        onto_revision=1,
        review={},
        reason="",
        second_person=None,
        acting=team.alice,
        now=NOW,
    )
    mark_interrupted_updates(now=NOW)
    (item,) = _items()
    assert (item.urgency, item.what) == (Urgency.EMERGENCY, "Settle an update by interrogation")
    assert ("it may deliver nothing" in item.why) is may_stand


def test_a_visit_is_due_when_the_last_one_said_so(team: Team) -> None:
    """Within a week it is planned; from its day on it is today's."""
    team.patient.stage = Stage.TITRATING
    team.patient.save()
    visit = open_visit(patient=team.patient, acting=team.alice, now=NOW)
    close_visit(visit=visit, next_due_ms=START_MS + 10 * DAY_MS, acting=team.alice, now=NOW)
    assert _items() == []
    (planned,) = _items(START_MS + 4 * DAY_MS)
    assert (planned.what, planned.urgency) == ("See for titration", Urgency.ROUTINE)
    (due,) = _items(START_MS + 10 * DAY_MS)
    assert due.urgency is Urgency.URGENT


def test_most_urgent_first_then_soonest(team: Team) -> None:
    """Whatever the patients' names."""
    _read(team)
    _read(team, patient=team.other)
    heard = make_heard(breathing=Answer.YES)
    record_call(
        patient=team.other,
        caller="Bo",
        words="",
        heard=heard,
        urgency=CallUrgency.NOW,
        acting=team.bob,
        now=at(START_MS),
    )
    items = _items(START_MS + 90 * DAY_MS)
    assert [item.urgency.rank for item in items] == sorted(item.urgency.rank for item in items)
    assert items[0].patient == team.other


@pytest.mark.parametrize("count", [1, 6])
def test_questions_to_the_database_grow_with_patients_only(
    team: Team, client: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    """At most eight for each patient, and a handful for the page."""
    for _ in range(count - 1):
        Patient.objects.create(
            name="More", born="2000-01-01", record_number=f"M-{_}", baseline_mas_tenths=20, origin="spinal",
            tolerance="naive", kind="rehearsal", stage="before_screening",
        )  # fmt: skip
    sign_in(client, team.bob)
    with django_assert_max_num_queries(10 + 8 * (count + 1)):
        client.get(reverse("worklist"))
