"""The rehearsal's patients were examined and followed up: pages have something to show, the worklist no noise."""

from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import START_MS, sign_in, text_of
from tests.clinic.rehearse.helpers import ASTA, INGRID, JONAS, MILO, ROSA, TEODOR, Clinic, patient_of

from thecal.clinic.models import Patient
from thecal.clinic.steps.assessed import aims, examined
from thecal.clinic.steps.follow_up import standing
from thecal.clinic.steps.known import known_of
from thecal.clinic.worklist import worklist


def test_whoever_has_had_a_pump_for_long_was_followed_up(clinic: Clinic) -> None:
    """A date that somebody knows, and none is due when the curtain rises."""
    for record_number in (MILO, ASTA, ROSA, JONAS, TEODOR):
        now = standing(known_of(patient_of(record_number), now_ms=START_MS))
        assert now.due.last_ms is not None, record_number
        assert now.from_implant == (record_number == TEODOR)
    assert "Follow-up" not in [item.what for item in worklist(Patient.objects.all(), now_ms=START_MS)]


def test_what_is_looser_was_stiffer_before(clinic: Clinic, client: Client) -> None:
    """Two examinations, two grades of the goals, both charts on the page."""
    page = text_of(sign_in(client, clinic.lindqvist).get(reverse("step", args=[patient_of(MILO).pk, "assessment"])))
    assert "Stiffness by muscle group" in page
    assert "Change over time" in page
    assert "Looser than last time" in page


def test_who_waits_for_the_screening_test_stands_on_stiffness(clinic: Clinic) -> None:
    """Examined once, with goals, and with what she may lose."""
    known = known_of(patient_of(INGRID), now_ms=START_MS)
    case, goals = examined(known), aims(known)
    assert case is not None
    assert goals is not None
    assert case.relies_on_tone is True
    assert goals.agreed is True
    assert patient_of(INGRID).baseline_mas_tenths == 30
