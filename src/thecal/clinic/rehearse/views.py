"""The rehearsal's own pages and buttons: codes, the clock, the wand, the teaching view."""

from enum import Enum
from typing import TypeVar

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from thecal.clinic.access import for_staff, get_patient, patients_seen_by, public
from thecal.clinic.clock import clinic_now
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.records import chart_of
from thecal.clinic.rehearse.clock import Jump, in_words, jump
from thecal.clinic.rehearse.place import Hand, has_world, move_wand, open_world
from thecal.clinic.rehearse.teaching import lesson_of
from thecal.errors import ThecalError

Choice = TypeVar("Choice", bound=Enum)


@public
@require_safe
def show_codes(request: HttpRequest) -> HttpResponse:
    """The table of codes alone."""
    return render(request, "rehearse/codes.html")


@for_staff
@require_POST
def move_clock(request: AuthenticatedRequest) -> HttpResponse:
    """Move everybody's time, and say what the clinic came to know meanwhile."""
    by = _chosen(Jump, request.POST.get("by", ""))
    try:
        with open_world() as world:
            passed = jump(world, by, acting=request.user, now=clinic_now())
    except ThecalError as wrong:
        messages.error(request, str(wrong))
    else:
        for sentence in in_words(passed):
            messages.info(request, sentence)
    return _back(request)


@for_staff
@require_POST
def hold_or_lift(request: AuthenticatedRequest) -> HttpResponse:
    """Lift the wand, now or in the middle of the next update, or hold it."""
    hand = _chosen(Hand, request.POST.get("hand", ""))
    try:
        with open_world() as world:
            move_wand(world, hand)
    except ThecalError as wrong:
        messages.error(request, str(wrong))
    else:
        messages.info(request, hand.value)
    return _back(request)


@for_staff
@require_safe
def show_teaching(request: AuthenticatedRequest) -> HttpResponse:
    """Whose truth can be looked at."""
    if not has_world():
        raise Http404
    patients = patients_seen_by(request.user).order_by("name")
    return render(request, "rehearse/teaching.html", {"patients": patients})


@for_staff
@require_safe
def show_lesson(request: AuthenticatedRequest, patient_id: int) -> HttpResponse:
    """What is simulated to be so in one patient. The clinic cannot see this."""
    patient = get_patient(request, patient_id)
    lesson = lesson_of(patient) if has_world() else None
    if lesson is None:
        raise Http404
    chart = chart_of(patient, now_ms=clinic_now().clinic_ms)
    return render(request, "rehearse/lesson.html", {"patient": patient, "lesson": lesson, "chart": chart})


def _chosen(kind: type[Choice], name: str) -> Choice:
    """The member of that name; 400 where there is none, since only the page's own buttons send one."""
    try:
        return kind[name.upper()]
    except KeyError:
        raise BadRequest(f"{name!r} is no button of the rehearsal bar") from None


def _back(request: HttpRequest) -> HttpResponse:
    """To the page whose bar was used."""
    address = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return redirect(address)
    return redirect("home")
