"""A clinic without patients, in which nothing can happen until somebody is admitted."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import START_MS, sign_in
from tests.clinic.rehearse.helpers import WALL_MS

from thecal.clinic.actions import start_clock
from thecal.clinic.audit import verify_audit
from thecal.clinic.bedside import room_of
from thecal.clinic.clock import Now
from thecal.clinic.models import AuditRow, ClinicClock, Patient, Person, Site, Stage
from thecal.clinic.models.people import STAFF
from thecal.clinic.rehearse.clock import Jump, in_words, jump
from thecal.clinic.rehearse.seed import seed_empty
from thecal.rehearsal.world import World
from thecal.units import DAY_MS


@pytest.mark.django_db
def test_where_nothing_happens_a_month_passes(tmp_path: Path) -> None:
    """From 3 March to 3 April; and the words say so."""
    now = Now(clinic_ms=START_MS, wall_ms=START_MS)
    start_clock(now_ms=START_MS, acting=None, now=now)
    nobody = Person.objects.create(username="nobody", role="nurse")
    with World.create(tmp_path / "world", START_MS, 1) as world:
        passed = jump(world, Jump.SOMETHING, acting=nobody, now=now)
        assert world.now_ms == passed.to_ms == START_MS + 31 * DAY_MS
    told = [sentence.replace("\u00a0", " ") for sentence in in_words(passed)]
    assert told == ["It is 3 Apr 2026 09:00. Nobody called, and nothing new is due."]


@pytest.mark.django_db
def test_an_empty_rehearsal_has_staff_a_set_up_and_nobody_admitted(tmp_path: Path) -> None:
    """Everybody who treats, the clock at its first morning, numbers for day and night; no patient, no carer."""
    seed_empty(tmp_path / "world", wall_ms=WALL_MS)
    assert {person.role for person in Person.objects.all()} == set(STAFF)
    assert ClinicClock.objects.get().now_ms == START_MS
    assert Site.objects.get().out_of_hours_number == "555 0142 (fictional)"
    assert not Patient.objects.exists()
    verify_audit(AuditRow.objects.order_by("sequence"))


@pytest.mark.django_db
def test_somebody_admitted_to_it_lives_on_its_clock(tmp_path: Path, settings: Any) -> None:
    """The record by the page, the virtual patient by the room: an examiner finds tone, and a month passes."""
    settings.THECAL_WORLD = tmp_path / "world"
    seed_empty(tmp_path / "world", wall_ms=WALL_MS)
    client = sign_in(Client(), Person.objects.get(username="adeyemi"))
    given = {"name": "Nils Ohm (fictional)", "born": "1980-02-29", "origin": "spinal", "tolerance": "naive"}
    assert client.post(reverse("new_patient"), given).status_code == 302
    patient = Patient.objects.get()
    assert (patient.record_number, patient.stage) == ("R-0001", Stage.ASSESSMENT)
    room = room_of(patient)
    assert room is not None
    assert any(grade != "0" for grade in room.examine(patient).values())
    assert client.post(reverse("rehearsal_clock"), {"by": "month"}).status_code == 302
    assert ClinicClock.objects.get().now_ms == START_MS + 31 * DAY_MS


@pytest.mark.django_db
def test_two_people_of_one_record_number_cannot_be_admitted(tmp_path: Path, settings: Any) -> None:
    """A refused admission leaves neither a record nor a virtual patient."""
    settings.THECAL_WORLD = tmp_path / "world"
    seed_empty(tmp_path / "world", wall_ms=WALL_MS)
    client = sign_in(Client(), Person.objects.get(username="ruiz"))
    given = {"name": "Nils Ohm", "born": "1980-02-29", "origin": "spinal", "tolerance": "naive", "record_number": "X-1"}
    assert client.post(reverse("new_patient"), given).status_code == 302
    assert client.post(reverse("new_patient"), given | {"name": "Ida Ek"}).status_code == 422
    assert Patient.objects.count() == 1
