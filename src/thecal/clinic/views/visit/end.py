"""The end of a visit: when the patient is seen again, what may not be left open, and the date for a calendar."""

import re

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from thecal.care.refill_visit import judge_end
from thecal.clinic.access import at_the_pump, for_staff
from thecal.clinic.actions.visits import close_visit
from thecal.clinic.calendar_file import calendar_file
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.models import Visit
from thecal.clinic.views.visit.desk import Desk, days_to_ms, desk_of, say
from thecal.clinic.views.visit.page import render_visit
from thecal.errors import BadInput, OurFault
from thecal.findings import Severity


@at_the_pump
@require_POST
def close(request: AuthenticatedRequest, visit_id: int) -> HttpResponse:
    """End the visit and say when the patient should be seen again."""
    desk = desk_of(request, visit_id)
    try:
        next_due_ms = _next_due_ms(request.POST.get("next_days", ""), desk.now.clinic_ms)
        left_stopped = _left_stopped(desk, request.POST.get("left_stopped", ""))
        booking_why = request.POST.get("booking_why", "").strip()
        _check_end(desk, next_due_ms, booking_why, left_stopped)
        close_visit(
            visit=desk.visit,
            next_due_ms=next_due_ms,
            left_stopped=left_stopped,
            booking_why=booking_why,
            acting=request.user,
            now=desk.now,
        )
    except BadInput as wrong:
        return render_visit(request, desk, desk.draft, error=wrong, status=422)
    except OurFault as wrong:
        return say(request, desk, wrong)
    return redirect("patient", desk.visit.patient_id)


def _check_end(desk: Desk, next_due_ms: int | None, booking_why: str, left_stopped: str) -> None:
    """Nothing, where the visit may end; an opened reservoir is closed, told, seen to run and booked."""
    case = desk.end_case(booked_ms=next_due_ms, booking_why=booking_why, left_stopped=left_stopped)
    for finding in judge_end(case):
        if finding.severity is Severity.BLOCK:
            raise OurFault(finding.says, remedy=finding.remedy)
        if finding.severity > Severity.NOTE:
            raise BadInput(finding.field, finding.says, remedy=finding.remedy)


def _left_stopped(desk: Desk, why: str) -> str:
    """Why a pump that gives nothing is left so; a visit does not end in silence about it."""
    if not why.strip() and desk.is_stopped:
        raise BadInput("left_stopped", "the pump is stopped", remedy="Update it, or write why it is left stopped.")
    if not why.strip() and desk.is_empty:
        raise BadInput("left_stopped", "the reservoir is empty", remedy="Fill it, or write why it is left empty.")
    return why.strip()


def _next_due_ms(text: str, now_ms: int) -> int | None:
    """In so many days; None where nothing was asked for."""
    if not text.strip():
        return None
    due_ms = days_to_ms(text, now_ms)
    if due_ms is None:
        shown = text if re.fullmatch(r".{0,20}", text) else f"{text[:20]}…"
        raise BadInput("next_days", f"{shown!r} is not a number of days", remedy="Write 1 to 366, or leave it empty.")
    return due_ms


@for_staff
@require_safe
def refill_date(request: AuthenticatedRequest, visit_id: int) -> HttpResponse:
    """The refill's day as a file for a calendar. It names the patient by initials, unless the whole name is chosen."""
    desk = desk_of(request, visit_id)
    at_ms, words = _refill_day(desk)
    if at_ms is None:
        raise Http404
    name = desk.visit.patient.name if request.GET.get("name") == "whole" else _initials(desk.visit)
    text = calendar_file(
        uid=f"refill-{desk.visit.pk}@thecal",
        day_ms=at_ms,
        made_ms=desk.now.clinic_ms,
        summary=f"Pump refill: {name}",
        description=f"{words} Low drug becomes withdrawal: if the day cannot be kept, book another one before it.",
    )
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="refill-{desk.visit.pk}.ics"'
    return response


def _refill_day(desk: Desk) -> tuple[int | None, str]:
    """The day that was booked; until then the day to book it by."""
    booked = desk.visit.next_due_ms or days_to_ms(desk.endings["next_days"], desk.now.clinic_ms)
    if booked is not None:
        return booked, "Booked in the clinic."
    return desk.chart.book_by.at_ms if desk.chart.book_by else None, "Book the refill by this day."


def _initials(visit: Visit) -> str:
    """A. L.: what stands in brackets is no name."""
    words = re.sub(r"\(.*?\)", "", visit.patient.name).split()
    return " ".join(f"{word[0].upper()}." for word in words)
