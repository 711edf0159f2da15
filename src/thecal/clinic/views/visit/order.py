"""The order: reviewed as it is typed, kept, and put into the pump."""

import secrets
from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from thecal.clinic.access import at_the_pump
from thecal.clinic.actions import exchange
from thecal.clinic.bedside import bedside_of
from thecal.clinic.draft import Draft
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.models import PumpUpdate
from thecal.clinic.reviewing import judge
from thecal.clinic.second_person import co_signed
from thecal.clinic.views.visit.desk import Desk, desk_of, keep_order, say
from thecal.clinic.views.visit.page import render_visit
from thecal.clinic.views.visit.wand import EXCHANGE_ERRORS
from thecal.errors import BadInput, OurFault


@at_the_pump
@require_POST
def preview(request: AuthenticatedRequest, visit_id: int) -> HttpResponse:
    """The review of what is typed right now; nothing is kept."""
    desk = desk_of(request, visit_id)
    return render_visit(request, desk, Draft.read(request.POST.dict()), template="visit/_review.html")


@at_the_pump
@require_POST
def keep_draft(request: AuthenticatedRequest, visit_id: int) -> HttpResponse:
    """Keep what is typed, and show its review."""
    desk = desk_of(request, visit_id)
    draft = Draft.read(request.POST.dict())
    if request.POST.get("previous"):
        draft = _with_previous(request, desk, draft)
    try:
        keep_order(request, desk, draft)
    except OurFault as closed:
        return say(request, desk, closed)
    return redirect("visit", desk.visit.pk)


def _with_previous(request: AuthenticatedRequest, desk: Desk, draft: Draft) -> Draft:
    """The draft with the program before the interruption, where care's rule offers it; as it was where not."""
    if desk.read_out is None:
        return draft
    judged = judge(
        desk.visit, desk.implant, desk.read_out.read(), draft, now_ms=desk.now.clinic_ms, acting=request.user
    )
    if judged.previous is None:
        return draft
    before = Draft.of_program(judged.previous)
    return replace(
        draft, mode=before.mode, daily_dose=before.daily_dose, by_weekday=before.by_weekday, days=before.days
    )


@at_the_pump
@require_POST
def update(request: AuthenticatedRequest, visit_id: int) -> HttpResponse:
    """Put into the pump what was reviewed: exactly that, or nothing."""
    desk = desk_of(request, visit_id)
    draft = Draft.read(request.POST.dict())
    try:
        keep_order(request, desk, draft)
        _send(request, desk, draft)
    except BadInput as wrong:
        return render_visit(request, desk, draft, error=wrong, status=422)
    except EXCHANGE_ERRORS as lost:
        return render_visit(request, desk, draft, error=lost, status=409)
    return redirect("visit", desk.visit.pk)


def _send(request: AuthenticatedRequest, desk: Desk, draft: Draft) -> PumpUpdate:
    """The update, once it is the reviewed one and everyone who must has signed."""
    read_out = desk.read_out
    if read_out is None:
        raise OurFault("the read-out is not of this moment", remedy="Interrogate again, review, then update.")
    read = read_out.read()
    judged = judge(desk.visit, desk.implant, read, draft, now_ms=desk.now.clinic_ms, acting=request.user)
    if judged.wrong is not None:
        raise judged.wrong
    reviewed = judged.review
    assert reviewed is not None, "a draft is either wrong or reviewed"
    if request.POST.get("digest") != reviewed.digest:
        raise OurFault(
            "what is on the screen is not what was reviewed", remedy="Look at the review again, then update."
        )
    if not judged.may_update:
        missing = " and ".join(reviewed.missing) or "a block to be lifted"
        raise BadInput("reason", f"this update still wants {missing}", remedy="See the findings beside it.")
    second = None
    if draft.second_person:
        code = request.POST.get("second_code", "")
        second = co_signed(request, username=draft.second_person, code=code)
    return exchange.update_pump(
        visit=desk.visit,
        implant=desk.implant,
        bedside=bedside_of(desk.visit.patient),
        reviewed=reviewed,
        onto_revision=read.revision,
        transaction_id=secrets.token_hex(16),
        reason=draft.why(),
        second_person=second,
        acting=request.user,
        now=desk.now,
    )
