"""What is read at home: the first page, warning signs, the rescue plan, benefits and risks, the card; and the guide."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from thecal.clinic.access import at_home, for_staff, get_patient, public
from thecal.clinic.clock import clinic_now
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.steps import own, removal_cases
from thecal.clinic.steps.fields import NOT_KNOWN
from thecal.clinic.steps.known import known_of
from thecal.clinic.views.own.desk import home_of, show


@at_home
@require_safe
def first(request: AuthenticatedRequest) -> HttpResponse:
    """Whom to call, the next refill, and the way to everything else."""
    home = home_of(request)
    return show(request, home, "own/first.html", {"plan": home.known.latest(own.RESCUE.key)})


@at_home
@require_safe
def signs(request: AuthenticatedRequest) -> HttpResponse:
    """Both lists of warning signs, and whom to call for which."""
    return show(request, home_of(request), "own/signs.html")


@at_home
@require_safe
def plan(request: AuthenticatedRequest) -> HttpResponse:
    """The prescriber's rescue plan, as it was written."""
    home = home_of(request)
    written = home.known.latest(own.RESCUE.key)
    entries = own.RescueForm(known=home.known).shown(written.values)[0][1] if written else []
    told = [(label, says) for label, says in entries if says != NOT_KNOWN]
    return show(request, home, "own/plan.html", {"plan": written, "entries": told})


@at_home
@require_safe
def good_and_bad(request: AuthenticatedRequest) -> HttpResponse:
    """Benefits and risks in numbers of people."""
    return show(request, home_of(request), "own/good_and_bad.html")


@at_home
@require_safe
def own_card(request: AuthenticatedRequest) -> HttpResponse:
    """The emergency card, to print."""
    home = home_of(request)
    return show(request, home, "own/card.html", {"catheter_left": removal_cases.catheter_words(home.known)})


@for_staff
@require_safe
def card(request: AuthenticatedRequest, patient_id: int) -> HttpResponse:
    """The emergency card of a patient, to print and hand over."""
    patient, now_ms = get_patient(request, patient_id), clinic_now().clinic_ms
    known = known_of(patient, now_ms=now_ms)
    page = {"patient": patient, "chart": known.chart, "now_ms": now_ms}
    return render(request, "own/card.html", page | {"catheter_left": removal_cases.catheter_words(known)})


@public
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Do I need a pump? What there is to know and to ask; never yes or no."""
    return render(request, "own/guide.html")
