"""The wand: a visit opened, the pump read, stopped, quietened, its clock set."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from thecal.clinic.access import at_the_pump, for_staff, get_patient
from thecal.clinic.actions import exchange
from thecal.clinic.actions.visits import open_visit
from thecal.clinic.bedside import bedside_of
from thecal.clinic.clock import clinic_now
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.views.visit.desk import Desk, carry, desk_of, say
from thecal.clinic.views.visit.page import render_visit
from thecal.errors import LinkLost, OurFault, ThecalError, TheirFault
from thecal.pump.alarms import Alarm

EXCHANGE_ERRORS = (LinkLost, TheirFault, OurFault)


@at_the_pump
@require_POST
def start(request: AuthenticatedRequest, patient_id: int) -> HttpResponse:
    """The patient's open visit, or a new one."""
    patient = get_patient(request, patient_id)
    get_object_or_404(patient.implants, removed_ms=None)
    return redirect("visit", open_visit(patient=patient, acting=request.user, now=clinic_now()).pk)


@for_staff
@require_safe
def show(request: AuthenticatedRequest, visit_id: int) -> HttpResponse:
    """The visit as it stands."""
    desk = desk_of(request, visit_id)
    return render_visit(request, desk, desk.draft)


@at_the_pump
@require_POST
def interrogate(request: AuthenticatedRequest, visit_id: int) -> HttpResponse:
    """Hold the wand over the pump and read it."""
    desk = desk_of(request, visit_id)
    if desk.visit.closed_ms is not None:
        return say(request, desk, OurFault("this visit is closed", remedy="Open a new one."))
    carry(request, desk)
    return _with_wand(request, desk, exchange.interrogate)


@at_the_pump
@require_POST
def stop(request: AuthenticatedRequest, visit_id: int) -> HttpResponse:
    """Stop delivery. Never blocked."""
    desk = desk_of(request, visit_id)
    carry(request, desk)
    return _with_wand(request, desk, exchange.stop_pump)


@at_the_pump
@require_POST
def acknowledge(request: AuthenticatedRequest, visit_id: int) -> HttpResponse:
    """Quieten one alarm for a while."""
    desk = desk_of(request, visit_id)
    carry(request, desk)
    alarm = Alarm.__members__.get(request.POST.get("alarm", ""))
    if alarm is None:
        return say(request, desk, OurFault("no alarm has this name", remedy="Interrogate, and choose one that sounds."))
    return _with_wand(request, desk, partial(exchange.acknowledge_alarm, alarm=alarm))


@at_the_pump
@require_POST
def set_clock(request: AuthenticatedRequest, visit_id: int) -> HttpResponse:
    """Tell the pump the clinic's time."""
    desk = desk_of(request, visit_id)
    carry(request, desk)
    return _with_wand(request, desk, exchange.set_clock)


def _with_wand(request: AuthenticatedRequest, desk: Desk, act: Callable[..., Any]) -> HttpResponse:
    try:
        bedside = bedside_of(desk.visit.patient)
        act(visit=desk.visit, implant=desk.implant, bedside=bedside, acting=request.user, now=desk.now)
    except EXCHANGE_ERRORS as lost:
        messages.error(request, _wand_words(lost))
    return redirect("visit", desk.visit.pk)


def _wand_words(lost: ThecalError) -> str:
    """What to tell somebody who holds a wand."""
    return f"The wand: {lost}"
