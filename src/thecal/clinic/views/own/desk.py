"""What every page at home is made from."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from thecal.clinic.access import get_patient
from thecal.clinic.clock import Now, clinic_now
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.models import Role, StepRecord
from thecal.clinic.steps.known import Known, known_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The one record of whoever looks, at this moment."""

    known: Known
    now: Now


def home_of(request: AuthenticatedRequest) -> Home:
    """The record, or 404 where it does not exist for this person."""
    patient, now = get_patient(request, request.user.patient_id or 0), clinic_now()
    return Home(known=known_of(patient, now_ms=now.clinic_ms), now=now)


def own_records(home: Home, sheet_key: str) -> list[StepRecord]:
    """Every record of this sheet that stands, newest first."""
    return list(reversed(home.known.all(sheet_key)))


def show(
    request: AuthenticatedRequest, home: Home, template: str, page: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page at home; `carer` says that who looks is not the one whose pump it is."""
    shown = {
        "patient": home.known.patient,
        "chart": home.known.chart,
        "now_ms": home.now.clinic_ms,
        "carer": request.user.role == Role.CARER,
    }
    return render(request, template, shown | (page or {}), status=status)
