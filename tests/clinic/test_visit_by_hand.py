"""A refill where no wand and no syringe are at hand: what was done by hand is written down, and never refused."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import NOW, Team, make_implant, make_patient, read_pump, sign_in, text_of

from thecal.clinic.actions import open_visit, record_read_out
from thecal.clinic.models import Fill, Implant, RecordKind, Visit

BY_HAND = {
    "said_born": "17 May 1990",
    "place": "home",
    "label": "Lioresal 2 mg/mL",
    "label_again": "baclofen 2000",
    "lot": "B2",
    "expires": "12/2027",
    "withdrawn": "2.5",
    "fill_volume": "18",
}


@pytest.fixture
def implant(team: Team) -> Implant:
    """A pump that is no rehearsal's."""
    del team
    return make_implant(make_patient("Paul Ode", kind=RecordKind.OPEN_PUMP))


@pytest.fixture
def visit(team: Team, implant: Implant) -> Visit:
    """Bob with the patient."""
    return open_visit(patient=implant.patient, acting=team.bob, now=NOW)


def post(client: Client, visit: Visit, name: str, data: dict[str, str]) -> Any:
    """Press one of the page's buttons."""
    return client.post(reverse(f"visit_{name}", args=[visit.pk]), data)


def test_what_was_filled_by_hand_is_written_down(team: Team, client: Client, visit: Visit) -> None:
    """A label in milligrams and a trade name are the same drug; nothing was read, so nothing is compared."""
    sign_in(client, team.bob)
    entries = BY_HAND | {"said_record_number": visit.patient.record_number}
    assert post(client, visit, "refill", entries).status_code == 302
    fill = Fill.objects.get()
    assert (fill.volume_nl, fill.concentration_pg_per_nl) == (18_000_000, 2_000)
    assert (fill.residual_withdrawn_nl, fill.residual_expected_nl) == (2_500_000, None)
    assert (fill.place, str(fill.expires)) == ("home", "2027-12-31")


def test_no_syringe_is_shown_where_there_is_none(team: Team, client: Client, visit: Visit) -> None:
    """Nor is one used by going round the page."""
    page = text_of(sign_in(client, team.bob).get(reverse("visit", args=[visit.pk])))
    assert "Empty the reservoir</button>" not in page
    answer = client.post(reverse("visit_withdraw", args=[visit.pk]), follow=True)
    assert "has no wand here" in text_of(answer)


def test_without_a_date_there_is_no_calendar_file(team: Team, client: Client, visit: Visit, implant: Implant) -> None:
    """Once the pump was read, there is one: the day to book the refill by."""
    address = reverse("visit_refill_date", args=[visit.pk])
    assert sign_in(client, team.bob).get(address).status_code == 404
    record_read_out(implant=implant, interrogation=read_pump(implant.serial), acting=team.bob, now=NOW)
    text = client.get(address).content.decode()
    assert "Book the refill by this day" in text
    assert "SUMMARY:Pump refill: P. O." in text
