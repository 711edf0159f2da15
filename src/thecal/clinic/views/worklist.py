"""The first page, the worklist and the list of patients."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from thecal.clinic.access import EVERYONE, for_roles, for_staff, patients_seen_by
from thecal.clinic.clock import clinic_now
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.worklist import worklist


@for_roles(*EVERYONE)
@require_safe
def home(request: AuthenticatedRequest) -> HttpResponse:
    """Everyone's first page: staff see the worklist, a patient their own page."""
    return redirect("worklist" if request.user.is_clinic_staff else "own_page")


@for_staff
@require_safe
def show_worklist(request: AuthenticatedRequest) -> HttpResponse:
    """Who needs what, by when, why."""
    now_ms = clinic_now().clinic_ms
    items = worklist(patients_seen_by(request.user).order_by("name"), now_ms=now_ms)
    return render(request, "clinic/worklist.html", {"items": items, "now_ms": now_ms})


@for_staff
@require_safe
def show_patients(request: AuthenticatedRequest) -> HttpResponse:
    """Every record, by name."""
    patients = patients_seen_by(request.user).order_by("name")
    return render(request, "clinic/patients.html", {"patients": patients})
