"""Pages: the patient's, the patient's own, help, errors; and what holds for all of them."""

import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.checks import run_checks
from django.db import DatabaseError, connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.clinic.helpers import NOW, START_MS, Team, make_implant, make_patient, read_pump, sign_in, text_of

from thecal.clinic.actions import record_read_out, start_clock
from thecal.clinic.models import Flag, Site, Stage
from thecal.clinic.views.errors import broken
from thecal.errors import TheirFault
from thecal.units import DAY_MS

HELP = ("help", "too_little", "too_much", "alarm", "wound_and_fever")


@pytest.fixture
def read(team: Team) -> Team:
    """The first patient's pump was read ten days before the clinic's standing now."""
    implant = make_implant(team.patient)
    record_read_out(implant=implant, interrogation=read_pump(implant.serial), acting=team.bob, now=NOW)
    start_clock(now_ms=START_MS + 10 * DAY_MS, acting=None, now=NOW)
    return team


def test_the_patients_page_shows_belief_with_its_moment(read: Team, client: Client) -> None:
    """Dose first; the reservoir now is calculated from the read-out, and the page says when that was."""
    page = text_of(sign_in(client, read.bob).get(reverse("patient", args=[read.patient.pk])))
    assert "300 mcg/day" in page
    assert "16.5 mL" in page
    assert "Calculated by the pump, read 3 Mar 2026 09:00" in page
    assert "12.5 mcg/h" in page


def test_the_header_names_what_anyone_must_know(team: Team, client: Client) -> None:
    """Flags in words; what is not recorded says so."""
    patient = make_patient("Flagged", flags=[Flag.T6_OR_ABOVE, Flag.RENAL], allergies="")
    page = text_of(sign_in(client, team.bob).get(reverse("patient", args=[patient.pk])))
    assert "Lesion at T6 or above" in page
    assert "Kidneys impaired" in page
    assert "not recorded" in page


@pytest.mark.parametrize("stage", list(Stage))
def test_a_patient_without_a_pump_has_a_page(team: Team, client: Client, stage: Stage) -> None:
    """Empty states say what is missing."""
    patient = make_patient("Nobody", stage=stage)
    response = sign_in(client, team.bob).get(reverse("patient", args=[patient.pk]))
    assert response.status_code == 200
    assert "No pump is implanted" in text_of(response)


def test_a_pump_that_was_never_read_says_so(team: Team, client: Client) -> None:
    """No number is shown for what nobody asked the pump."""
    make_implant(team.patient)
    page = text_of(sign_in(client, team.bob).get(reverse("patient", args=[team.patient.pk])))
    assert "has not been interrogated yet" in page
    assert "mcg/day" not in page


def test_a_read_out_of_another_pump_is_refused(team: Team) -> None:
    """Two pumps can be in the field."""
    implant = make_implant(team.patient)
    with pytest.raises(TheirFault, match="TR-other"):
        record_read_out(implant=implant, interrogation=read_pump("TR-other"), acting=team.bob, now=NOW)


def test_a_patients_own_page_is_plain(read: Team, client: Client) -> None:
    """Micrograms in full, no abbreviation, and whom to call at night."""
    page = text_of(sign_in(client, read.pat).get(reverse("own_page")))
    assert "300 micrograms a day" in page
    assert "mcg" not in page
    assert "555 0142" in page
    assert "Nobody reads these pages at night" in page


@pytest.mark.parametrize("name", HELP)
def test_help_asks_no_record_and_keeps_itself_for_later(name: str, client: Client, db: None) -> None:
    """Nothing but the clinic's own numbers is looked up; its one script only keeps the page on the device."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = text_of(client.get(reverse(name)))
    assert [query["sql"] for query in asked.captured_queries if "clinic_site" not in query["sql"]] == []
    assert len(asked) <= 1
    assert re.findall(r'<script src="([^"]+)"', page) == ["/static/clinic/offline.js"]
    assert page.count("<script") == 1
    assert "555 0142" in page
    assert "not a cleared medical device" in page


@pytest.mark.parametrize("name", HELP)
def test_help_has_a_number_while_the_records_are_down(name: str, client: Client, db: None, monkeypatch: Any) -> None:
    """Readable while everything else is out of order: then the settings' numbers are shown."""

    def broken(**asked: Any) -> None:
        raise DatabaseError(asked)

    monkeypatch.setattr(Site.objects, "filter", broken)
    assert "555 0142" in text_of(client.get(reverse(name)))


@pytest.mark.parametrize("name", HELP)
def test_help_gives_no_doses(name: str, client: Client, db: None) -> None:
    """Where sources conflict no dose is printed; so none is."""
    page = text_of(client.get(reverse(name)))
    assert re.search(r"\d\s*(mg|mcg|µg|micrograms|milligrams|mL)\b", page) is None


def test_every_page_says_that_this_is_no_device(read: Team, client: Client) -> None:
    """Wherever a dose may appear."""
    sign_in(client, read.alice)
    for name, numbers in (("worklist", []), ("patient", [read.patient.pk]), ("new_call", []), ("audit", [])):
        page = text_of(client.get(reverse(name, args=numbers)))
        assert "not a cleared medical device" in page
        assert "Rehearsal clinic" in page


def test_nothing_comes_from_other_hosts_or_from_inside_the_page(read: Team, client: Client) -> None:
    """No address of another host, no inline script or style: the policy would stop them, so none is there."""
    sign_in(client, read.alice)
    for address in (reverse("worklist"), reverse("patient", args=[read.patient.pk]), reverse("help")):
        response = client.get(address)
        page = text_of(response)
        assert re.search(r'(src|href)="(https?:)?//', page) is None
        assert re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", page) is None
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert "no-store" in response.headers["Cache-Control"]


def test_static_files_are_served_without_a_build_step(client: Client, db: None) -> None:
    """Straight from the package, with their licences beside them."""
    response = client.get("/static/clinic/thecal.css")
    assert response.status_code == 200
    assert b"--accent" in response.content
    assert finders.find("vendor/pico-LICENSE.md")
    assert finders.find("vendor/htmx-LICENSE")


def test_an_unknown_address_says_what_to_do(team: Team, client: Client) -> None:
    """With a way back and a way to help."""
    response = sign_in(client, team.bob).get("/nowhere/")
    assert response.status_code == 404
    assert "There is nothing here" in text_of(response)
    assert reverse("help") in text_of(response)


def test_our_own_fault_says_to_interrogate(rf: object, db: None) -> None:
    """After a crash nobody knows what the pump holds."""
    from django.test import RequestFactory

    response = broken(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "Interrogate it" in text_of(response)


def test_a_form_without_its_token_changes_nothing(team: Team) -> None:
    """And says to load the page again."""
    strict = sign_in(Client(enforce_csrf_checks=True), team.bob)
    response = strict.post(reverse("new_call"), {})
    assert response.status_code == 403
    assert "The form was too old" in text_of(response)


@override_settings(THECAL_OUT_OF_HOURS_NUMBER="")
def test_a_site_without_a_night_number_does_not_start() -> None:
    """Set-up cannot finish without it."""
    assert "thecal.E001" in [message.id for message in run_checks()]
