"""The desk: no set-up without a number for the night, no admission before it, nobody twice; accounts for the home."""

import time
from datetime import date
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import SECRET, Team, make_patient, make_person, sign_in, text_of

from thecal.clinic.models import AuditRow, Patient, Person, RecordKind, Role, Site, Stage
from thecal.clinic.rehearse import PASSWORD
from thecal.clinic.rehearse.people import code_at

SITE = {"name": "Hillside", "daytime_number": "020 5550 0100", "out_of_hours_number": "020 5550 0142"}
ANA = {
    "name": "Ana Berg",
    "born": "1990-05-17",
    "origin": "cerebral",
    "tolerance": "naive",
    "allergies": "penicillin",
    "flags": ["cannot_report"],
}


def set_up() -> Site:
    """The clinic's set-up, done."""
    return Site.objects.create(id=1, set_up_ms=1, **SITE)


def admit(client: Client, **changed: Any) -> Any:
    """Press *Admit*."""
    return client.post(reverse("new_patient"), ANA | changed)


def test_a_set_up_is_finished_with_a_number_for_the_night(team: Team, client: Client) -> None:
    """It is kept, it is in the audit, and every page shows it, the public ones too."""
    sign_in(client, team.cora)
    assert client.post(reverse("set_up"), SITE).status_code == 302
    site = Site.objects.get()
    assert (site.name, site.out_of_hours_number) == ("Hillside", "020 5550 0142")
    assert site.set_up_ms is not None
    row = AuditRow.objects.latest("sequence")
    assert (row.action, row.person) == ("set up site", team.cora)
    for name in ("too_little", "alarm", "account_login"):
        assert "020 5550 0142" in text_of(Client().get(reverse(name), follow=True))


@pytest.mark.parametrize("night", ["", "  ", "999", "ask the desk", "1" * 16])
def test_without_a_number_for_the_night_nothing_is_finished(team: Team, client: Client, night: str) -> None:
    """What was typed stays on the page, the entry is named, and nothing is written."""
    sign_in(client, team.alice)
    page = client.post(reverse("set_up"), SITE | {"out_of_hours_number": night})
    assert page.status_code == 422
    assert "#id_out_of_hours_number" in text_of(page)
    assert 'value="Hillside"' in text_of(page)
    assert not Site.objects.exists()


def test_a_short_number_asks_for_a_reason(team: Team, client: Client) -> None:
    """An extension may be right: somebody says why."""
    sign_in(client, team.alice)
    short = SITE | {"out_of_hours_number": "4711"}
    page = client.post(reverse("set_up"), short)
    assert page.status_code == 422
    assert 'name="reason"' in text_of(page)
    assert client.post(reverse("set_up"), short | {"reason": "Short dial of the whole valley."}).status_code == 302


def test_the_database_itself_refuses_a_set_up_without_a_number(db: None) -> None:
    """Whatever program writes it."""
    with pytest.raises(IntegrityError), transaction.atomic():
        Site.objects.create(id=1, name="Hillside", set_up_ms=1)


def test_before_the_set_up_the_settings_numbers_are_shown(team: Team, client: Client) -> None:
    """A number there is always."""
    assert "555 0142" in text_of(client.get(reverse("too_much")))
    Site.objects.create(id=1, **SITE)
    assert "555 0142" in text_of(client.get(reverse("too_much")))


def test_nobody_is_admitted_before_the_set_up(team: Team, client: Client) -> None:
    """Reading and treating those who are here goes on."""
    sign_in(client, team.bob)
    assert "not set up yet" in text_of(client.get(reverse("new_patient")))
    assert admit(client).status_code == 409
    assert not Patient.objects.filter(name="Ana Berg").exists()
    assert client.get(reverse("patient", args=[team.patient.pk])).status_code == 200


def test_an_admission_makes_a_record_at_the_beginning_of_the_way(team: Team, client: Client) -> None:
    """The next free number, what was typed and nothing that was not."""
    set_up()
    sign_in(client, team.cora)
    numbers = set(Patient.objects.values_list("record_number", flat=True))
    response = admit(client)
    patient = Patient.objects.get(name="Ana Berg")
    assert response.headers["Location"] == reverse("patient", args=[patient.pk])
    assert (patient.stage, patient.kind) == (Stage.ASSESSMENT, RecordKind.REHEARSAL)
    assert (patient.born, patient.allergies, patient.flags) == (date(1990, 5, 17), "penicillin", ["cannot_report"])
    assert patient.baseline_mas_tenths is None
    assert patient.record_number > max(numbers)
    row = AuditRow.objects.latest("sequence")
    assert (row.action, row.person, row.subject) == ("admit patient", team.cora, f"patient {patient.pk}")
    assert client.get(reverse("patient", args=[patient.pk])).status_code == 200


@pytest.mark.parametrize(
    ("changed", "entry"),
    [
        ({"name": " "}, "id_name"),
        ({"born": ""}, "id_born"),
        ({"born": "2999-01-01"}, "id_born"),
        ({"born": "17.5.90"}, "id_born"),
        ({"origin": ""}, "id_origin"),
        ({"tolerance": ""}, "id_tolerance"),
        ({"record_number": "TAKEN"}, "id_record_number"),
    ],
)
def test_what_cannot_be_is_refused_and_named(team: Team, client: Client, changed: dict[str, str], entry: str) -> None:
    """The summary leads to the entry; nothing is written."""
    set_up()
    Patient.objects.filter(pk=team.other.pk).update(record_number="TAKEN")
    before = Patient.objects.count()
    page = admit(sign_in(client, team.bob), **changed)
    assert page.status_code == 422
    assert f"#{entry}" in text_of(page)
    assert Patient.objects.count() == before


def test_the_same_name_and_birthday_takes_a_second_person(team: Team, client: Client) -> None:
    """Without one it is refused; with another's code of this moment it is made, and the audit names both."""
    set_up()
    sign_in(client, team.bob)
    assert admit(client).status_code == 302
    again = {"name": "BERG, Ana", "reason": "A cousin of the same name; both were here."}
    page = admit(client, **again)
    assert page.status_code == 422
    assert "second_person" in text_of(page)
    assert admit(client, **again, second_person="alice", second_code="000000").status_code == 422
    code = code_at(SECRET, wall_s=int(time.time()))
    assert admit(client, **again, second_person="alice", second_code=code).status_code == 302
    assert Patient.objects.filter(born="1990-05-17", name__icontains="Berg").count() == 2
    assert AuditRow.objects.latest("sequence").detail["second_person"] == team.alice.pk


def test_part_of_the_name_asks_for_a_reason(team: Team, client: Client) -> None:
    """Anna is perhaps Ana."""
    set_up()
    sign_in(client, team.alice)
    admit(client)
    assert admit(client, name="Anna Berg").status_code == 422
    assert admit(client, name="Anna Berg", reason="Her twin sister, seen together.").status_code == 302


def test_an_account_sees_the_one_record_and_is_fictional_in_a_rehearsal(team: Team, client: Client) -> None:
    """A carer's account, opened by the coordinator; whoever owns it signs in with both factors."""
    sign_in(client, team.cora)
    address = reverse("accounts", args=[team.patient.pk])
    page = text_of(client.post(address, {"name": "Ida Ex", "role": "carer", "username": "Ida"}))
    ida = Person.objects.get(username="ida")
    assert (ida.role, ida.patient, ida.is_fictional) == (Role.CARER, team.patient, True)
    assert PASSWORD in page
    assert "otpauth" not in page
    browser = Client()
    browser.post(reverse("account_login"), {"login": "ida", "password": PASSWORD})
    secret = get_adapter().decrypt(Authenticator.objects.get(user=ida).data["secret"])
    browser.post(reverse("mfa_authenticate"), {"code": code_at(secret, wall_s=int(time.time()))})
    assert browser.get(reverse("own_page")).status_code == 200


def test_outside_a_rehearsal_password_and_secret_are_made_and_shown_once(team: Team, client: Client) -> None:
    """Nobody's password is known beforehand, and the page forgets it."""
    patient = make_patient("Ida Ex", kind=RecordKind.TRANSCRIBED)
    sign_in(client, team.bob)
    address = reverse("accounts", args=[patient.pk])
    page = text_of(client.post(address, {"name": "Ida Ex", "role": "patient", "username": "ida"}))
    ida = Person.objects.get(username="ida")
    assert not ida.is_fictional
    assert not ida.check_password(PASSWORD)
    secret = get_adapter().decrypt(Authenticator.objects.get(user=ida).data["secret"])
    assert secret in page
    assert secret not in text_of(client.get(address))


@pytest.mark.parametrize(
    "wrong", [{"username": "pat"}, {"username": "PAT"}, {"username": "with space"}, {"role": "nurse"}, {"name": ""}]
)
def test_an_account_that_cannot_be_is_refused(team: Team, client: Client, wrong: dict[str, str]) -> None:
    """A taken name, in whatever case; and nobody becomes staff from a patient's page."""
    before = Person.objects.count()
    given = {"name": "Ida Ex", "role": "patient", "username": "ida"} | wrong
    page = sign_in(client, team.alice).post(reverse("accounts", args=[team.patient.pk]), given)
    assert page.status_code == 422
    assert Person.objects.count() == before


def test_someone_at_home_admits_nobody(team: Team, client: Client) -> None:
    """Neither a new patient nor an account: the desk is the clinic's."""
    for person in (team.pat, team.oda, make_person("zoe", Role.THERAPIST)):
        sign_in(client, person)
        assert client.post(reverse("new_patient"), ANA).status_code == 403
        assert client.post(reverse("accounts", args=[team.patient.pk]), {}).status_code == 403


def test_predictions_are_off_until_the_site_switches_them_on(team: Team, client: Client) -> None:
    """The set-up page says so; a press of the button is kept with who did it and when, and so is the way back."""
    set_up()
    sign_in(client, team.cora)
    assert "Off." in text_of(client.get(reverse("set_up")))
    switched = client.post(reverse("switch_predictions"), {"predictions": "on"}, follow=True)
    assert "Predictions outside rehearsals are on" in text_of(switched)
    assert "On since" in text_of(switched)
    row = AuditRow.objects.latest("sequence")
    assert (row.action, row.person, row.subject) == ("switch predictions on", team.cora, "site")
    assert Site.objects.get().predictions_since_ms == row.clinic_ms
    client.post(reverse("switch_predictions"), {"predictions": "off"})
    assert AuditRow.objects.latest("sequence").action == "switch predictions off"
    assert Site.objects.get().predictions_since_ms is None


def test_a_switch_that_stands_already_leaves_no_row(team: Team, client: Client) -> None:
    """A second press, of a page that was open twice, changes nothing."""
    set_up()
    sign_in(client, team.alice)
    client.post(reverse("switch_predictions"), {"predictions": "on"})
    since_ms, rows = Site.objects.get().predictions_since_ms, AuditRow.objects.count()
    client.post(reverse("switch_predictions"), {"predictions": "on"})
    assert (Site.objects.get().predictions_since_ms, AuditRow.objects.count()) == (since_ms, rows)


def test_before_the_set_up_nothing_is_switched(team: Team, client: Client) -> None:
    """The page says what comes first."""
    sign_in(client, team.alice)
    page = client.post(reverse("switch_predictions"), {"predictions": "on"}, follow=True)
    assert "Finish its set-up first" in text_of(page)
    assert not Site.objects.exists()
    assert 'action="/set-up/predictions/"' not in text_of(page)


def test_a_changed_set_up_leaves_the_switch_as_it_was(team: Team, client: Client) -> None:
    """A new telephone number says nothing about predictions."""
    set_up()
    sign_in(client, team.alice)
    client.post(reverse("switch_predictions"), {"predictions": "on"})
    since_ms = Site.objects.get().predictions_since_ms
    client.post(reverse("set_up"), SITE | {"daytime_number": "020 5550 0199"})
    assert (Site.objects.get().predictions_since_ms, Site.objects.get().daytime_number) == (since_ms, "020 5550 0199")
