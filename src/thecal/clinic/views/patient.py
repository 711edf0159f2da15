"""A patient's page for the clinic."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from thecal.clinic.access import for_staff, get_patient
from thecal.clinic.charting import picture
from thecal.clinic.clock import clinic_now
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.records import chart_of
from thecal.clinic.story import story_of
from thecal.clinic.worklist import items_of


@for_staff
@require_safe
def show_patient(request: AuthenticatedRequest, patient_id: int) -> HttpResponse:
    """Everything on record about one patient: now, body, story, next."""
    patient = get_patient(request, patient_id)
    now_ms = clinic_now().clinic_ms
    chart = chart_of(patient, now_ms=now_ms)
    items = sorted(items_of(chart, now_ms=now_ms), key=lambda item: (item.urgency.rank, item.by_ms))
    story = story_of(patient)
    page = {"chart": chart, "patient": patient, "items": items, "story": story}
    pictured = picture(chart, story, now_ms=now_ms)
    page |= {"figures": pictured.figures, "pictured": pictured}
    return render(request, "patient/page.html", page | {"now_ms": now_ms})
