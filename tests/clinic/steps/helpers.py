"""What tests of the steps share: a sheet filled in by somebody, and what came of it."""

from collections.abc import Mapping
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import SECRET, at, sign_in

from thecal.clinic.models import Patient, Person, StepRecord
from thecal.clinic.steps.known import Known, known_of

__all__ = ["at", "code_now", "fill_in", "known_at", "preview", "sheet_url", "sign_in"]


def sheet_url(patient: Patient, sheet: str, *, name: str = "sheet") -> str:
    """The address of a sheet by its whole key."""
    step_key, sheet_name = sheet.split(".", 1)
    return reverse(name, args=[patient.pk, step_key, sheet_name])


def fill_in(client: Client, person: Person, patient: Patient, sheet: str, entries: Mapping[str, Any]) -> Any:
    """The answer to a sheet that this person sends."""
    return sign_in(client, person).post(sheet_url(patient, sheet), dict(entries))


def preview(client: Client, person: Person, patient: Patient, sheet: str, entries: Mapping[str, Any]) -> Any:
    """The findings panel for what is typed."""
    return sign_in(client, person).post(sheet_url(patient, sheet, name="sheet_preview"), dict(entries))


def last_record(sheet: str) -> StepRecord:
    """The record of this sheet that was made last."""
    record = StepRecord.objects.filter(sheet=sheet).order_by("made_ms", "id").last()
    assert record is not None, f"nothing was recorded in {sheet}"
    return record


def known_at(patient: Patient, now_ms: int) -> Known:
    """What is on record of this patient at that time."""
    return known_of(patient, now_ms=now_ms)


def code_now() -> str:
    """The one-time code of every person of the tests, at this moment."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(SECRET, counter)))
