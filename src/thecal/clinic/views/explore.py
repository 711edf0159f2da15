"""The explore page: what would a program do? A simulation, asked by address; it reads and writes nothing."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from thecal.clinic.access import for_staff, get_patient
from thecal.clinic.clock import clinic_now
from thecal.clinic.explore import Answer, answer
from thecal.clinic.explore_form import ExploreForm
from thecal.clinic.forms import first_errors
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.predicting import shows_predictions
from thecal.clinic.records import chart_of


@for_staff
@require_safe
def show_explore(request: AuthenticatedRequest, patient_id: int) -> HttpResponse:
    """The form, empty at first; with a question in the address, its answer below."""
    patient, now_ms = get_patient(request, patient_id), clinic_now().clinic_ms
    chart = chart_of(patient, now_ms=now_ms)
    page = {"patient": patient, "chart": chart, "now_ms": now_ms}
    if not shows_predictions(patient):
        return render(request, "explore/switched_off.html", page)
    asked = request.GET if "what" in request.GET or "days" in request.GET else None
    form = ExploreForm(asked, chart=chart, now_ms=now_ms)
    found: Answer | None = None
    if form.is_bound and form.is_valid() and form.question is not None:
        found = answer(form.question)
    page |= {"form": form, "errors": first_errors(form) if form.is_bound else [], "answer": found}
    return render(request, "explore/page.html", page, status=422 if form.errors else 200)
