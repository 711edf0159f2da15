"""A visit: read, review, confirm. Three steps that stay in sight."""

import re
import secrets
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from thecal.clinic import typed
from thecal.clinic.access import at_the_pump, for_staff, get_patient, patients_seen_by
from thecal.clinic.actions import exchange
from thecal.clinic.actions.visits import close_visit, open_visit, save_draft
from thecal.clinic.bedside import bedside_of
from thecal.clinic.clock import Now, clinic_now
from thecal.clinic.draft import DAYS, MODES, Draft, TypedStep
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.models import Fill, Implant, PumpUpdate, ReadOut, UpdateStatus, Visit
from thecal.clinic.records import Chart, chart_of
from thecal.clinic.reviewing import Judged, judge
from thecal.clinic.second_person import co_signed, others
from thecal.errors import BadInput, LinkLost, OurFault, ThecalError, TheirFault
from thecal.pump.bolus import BridgeBolus
from thecal.pump.devices import PUMP_MODELS
from thecal.pump.infusion import MOST_STEPS
from thecal.pump.states import State
from thecal.units import DAY_MS, MINUTE_MS, show_volume

FRESH_MS = 10 * MINUTE_MS
"""A read-out older than this is read again before anything is reviewed on it; ten minutes are Thecal's own choice."""
_FILLINGS = ("fill_volume", "fill_concentration", "next_days", "left_stopped")
_EXCHANGE_ERRORS = (LinkLost, TheirFault, OurFault)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything a visit's views look at."""

    visit: Visit
    chart: Chart
    implant: Implant
    now: Now

    @property
    def read_out(self) -> ReadOut | None:
        """The read-out of this visit, if it is fresh."""
        read_out = self.chart.read_out
        if read_out is None or read_out.received_ms < self.visit.opened_ms:
            return None
        return read_out if self.now.clinic_ms - read_out.received_ms <= FRESH_MS else None

    @property
    def last_update(self) -> PumpUpdate | None:
        """The latest update of this visit."""
        return self.visit.updates.order_by("created_ms", "id").last()

    @property
    def fill(self) -> Fill | None:
        """The refill made in this visit and not yet told to the pump."""
        return self.implant.fills.filter(pk=self.visit.draft.get("fill")).first()

    @property
    def draft(self) -> Draft:
        """What was typed last; at first, what the pump runs."""
        if "mode" in self.visit.draft:
            return Draft.from_json(self.visit.draft)
        read_out = self.read_out
        if read_out is None:
            return Draft()
        read = read_out.read()
        draft, fill = Draft.of_program(read.program), self.fill
        if fill is not None:
            draft = replace(draft, concentration=str(fill.concentration_pg_per_nl))
        return replace(draft, bridge="bridge") if isinstance(read.bolus, BridgeBolus) else draft

    @property
    def is_done(self) -> bool:
        """Whether what was ordered in this visit runs, and nothing else has been typed or filled since."""
        last = self.last_update
        return last is not None and last.status == UpdateStatus.CONFIRMED and not self.visit.draft


def _desk(request: AuthenticatedRequest, visit_id: int) -> Desk:
    visits = Visit.objects.filter(patient__in=patients_seen_by(request.user)).select_related("patient")
    visit, now = get_object_or_404(visits, pk=visit_id), clinic_now()
    chart = chart_of(visit.patient, now_ms=now.clinic_ms)
    return Desk(visit=visit, chart=chart, implant=get_object_or_404(visit.patient.implants, removed_ms=None), now=now)


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
    desk = _desk(request, visit_id)
    return _render(request, desk, desk.draft)


@at_the_pump
@require_POST
def interrogate(request: AuthenticatedRequest, visit_id: int) -> HttpResponse:
    """Hold the wand over the pump and read it."""
    desk = _desk(request, visit_id)
    if desk.visit.closed_ms is not None:
        return _say(request, desk, OurFault("this visit is closed", remedy="Open a new one."))
    _carry(request, desk)
    return _with_wand(request, desk, exchange.interrogate)


@at_the_pump
@require_POST
def stop(request: AuthenticatedRequest, visit_id: int) -> HttpResponse:
    """Stop delivery. Never blocked."""
    desk = _desk(request, visit_id)
    _carry(request, desk)
    return _with_wand(request, desk, exchange.stop_pump)


def _with_wand(request: AuthenticatedRequest, desk: Desk, act: Any) -> HttpResponse:
    try:
        bedside = bedside_of(desk.visit.patient)
        act(visit=desk.visit, implant=desk.implant, bedside=bedside, acting=request.user, now=desk.now)
    except _EXCHANGE_ERRORS as lost:
        messages.error(request, _wand_words(lost))
    return redirect("visit", desk.visit.pk)


@at_the_pump
@require_POST
def refill(request: AuthenticatedRequest, visit_id: int) -> HttpResponse:
    """Empty and fill the reservoir with the syringe; the pump is told of it by the next update."""
    desk = _desk(request, visit_id)
    _carry(request, desk)
    try:
        made = _filled(request, desk)
    except BadInput as wrong:
        return _render(request, desk, desk.draft, error=wrong, status=422)
    except ThecalError as wrong:
        return _say(request, desk, wrong)
    kept = desk.visit.draft
    if "mode" in kept:
        kept = replace(Draft.from_json(kept), concentration=str(made.concentration_pg_per_nl)).to_json()
    save_draft(visit=desk.visit, draft={**kept, "fill": made.pk}, acting=request.user, now=desk.now)
    return redirect("visit", desk.visit.pk)


def _filled(request: AuthenticatedRequest, desk: Desk) -> Fill:
    """The refill done, if the reservoir can hold it. The same form sent twice fills once.

    A pump that cannot be read is filled all the same: what was expected in it is then not known.
    """
    read_out, already = desk.read_out, desk.fill
    expected_nl = read_out.read().reservoir_nl if read_out is not None else None
    volume_nl = typed.volume_nl(request.POST.get("fill_volume", ""), field="fill_volume")
    label = typed.concentration_pg_per_nl(request.POST.get("fill_concentration", ""), field="fill_concentration")
    capacity_nl = PUMP_MODELS[desk.implant.pump_model].capacity_nl
    if not 0 < volume_nl <= capacity_nl:
        says = "does not fit the reservoir" if volume_nl else "is nothing"
        raise BadInput("fill_volume", says, remedy=f"Write what goes in, at most {show_volume(capacity_nl)}.")
    if already is not None and (already.volume_nl, already.concentration_pg_per_nl) == (volume_nl, label):
        return already
    return exchange.refill(
        visit=desk.visit,
        implant=desk.implant,
        bedside=bedside_of(desk.visit.patient),
        volume_nl=volume_nl,
        concentration_pg_per_nl=label,
        expected_nl=already.volume_nl if already is not None else expected_nl,
        acting=request.user,
        now=desk.now,
    )


@at_the_pump
@require_POST
def preview(request: AuthenticatedRequest, visit_id: int) -> HttpResponse:
    """The review of what is typed right now; nothing is kept."""
    desk = _desk(request, visit_id)
    return _render(request, desk, Draft.read(request.POST.dict()), template="visit/_review.html")


@at_the_pump
@require_POST
def keep_draft(request: AuthenticatedRequest, visit_id: int) -> HttpResponse:
    """Keep what is typed, and show its review."""
    desk = _desk(request, visit_id)
    try:
        _keep(request, desk, Draft.read(request.POST.dict()))
    except OurFault as closed:
        return _say(request, desk, closed)
    return redirect("visit", desk.visit.pk)


def _carry(request: AuthenticatedRequest, desk: Desk) -> None:
    """Keep what was typed into the order while another button of the page was pressed."""
    if "concentration" in request.POST and desk.visit.closed_ms is None:
        _keep(request, desk, Draft.read(request.POST.dict()))


def _say(request: AuthenticatedRequest, desk: Desk, wrong: ThecalError) -> HttpResponse:
    """Back to the visit, with one sentence."""
    messages.error(request, str(wrong))
    return redirect("visit", desk.visit.pk)


def _keep(request: AuthenticatedRequest, desk: Desk, draft: Draft) -> None:
    kept = {**draft.to_json(), "fill": desk.visit.draft.get("fill")}
    save_draft(visit=desk.visit, draft=kept, acting=request.user, now=desk.now)


@at_the_pump
@require_POST
def update(request: AuthenticatedRequest, visit_id: int) -> HttpResponse:
    """Put into the pump what was reviewed: exactly that, or nothing."""
    desk = _desk(request, visit_id)
    draft = Draft.read(request.POST.dict())
    try:
        _keep(request, desk, draft)
        _send(request, desk, draft)
    except BadInput as wrong:
        return _render(request, desk, draft, error=wrong, status=422)
    except _EXCHANGE_ERRORS as lost:
        return _render(request, desk, draft, error=lost, status=409)
    return redirect("visit", desk.visit.pk)


def _send(request: AuthenticatedRequest, desk: Desk, draft: Draft) -> PumpUpdate:
    """The update, once it is the reviewed one and everyone who must has signed."""
    read_out = desk.read_out
    if read_out is None:
        raise OurFault("the read-out is not of this moment", remedy="Interrogate again, review, then update.")
    read = read_out.read()
    judged = judge(desk.visit, desk.implant, read, draft, now_ms=desk.now.clinic_ms)
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


@at_the_pump
@require_POST
def close(request: AuthenticatedRequest, visit_id: int) -> HttpResponse:
    """End the visit and say when the patient should be seen again."""
    desk = _desk(request, visit_id)
    if desk.fill is not None:
        remedy = "Update the pump: it still counts the drug from before the refill."
        return _say(request, desk, OurFault("the pump was filled and not told", remedy=remedy))
    try:
        next_due_ms = _next_due_ms(request.POST.get("next_days", ""), desk.now.clinic_ms)
        left_stopped = _left_stopped(desk, request.POST.get("left_stopped", ""))
        close_visit(
            visit=desk.visit, next_due_ms=next_due_ms, left_stopped=left_stopped, acting=request.user, now=desk.now
        )
    except BadInput as wrong:
        return _render(request, desk, desk.draft, error=wrong, status=422)
    except OurFault as wrong:
        return _say(request, desk, wrong)
    return redirect("patient", desk.visit.patient_id)


def _left_stopped(desk: Desk, why: str) -> str:
    """Why a stopped pump is left stopped; a visit does not end in silence about it."""
    pump = desk.chart.pump
    if pump is None or pump.state is not State.STOPPED:
        return ""
    if not why.strip():
        raise BadInput("left_stopped", "the pump is stopped", remedy="Update it, or write why it is left stopped.")
    return why.strip()


def _next_due_ms(text: str, now_ms: int) -> int | None:
    """In so many days; None where nothing was asked for."""
    if not text.strip():
        return None
    if not (re.fullmatch(r"\d{1,3}", text.strip(), re.ASCII) and 0 < int(text) <= 366):
        raise BadInput("next_days", f"{text!r} is not a number of days", remedy="Write 1 to 366, or leave it empty.")
    return now_ms + int(text) * DAY_MS


def _render(
    request: AuthenticatedRequest,
    desk: Desk,
    draft: Draft,
    *,
    template: str = "visit/page.html",
    error: ThecalError | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, or its review alone."""
    read_out = desk.read_out
    judged: Judged | None = None
    if read_out is not None and desk.visit.closed_ms is None and desk.chart.unsettled is None:
        judged = judge(desk.visit, desk.implant, read_out.read(), draft, now_ms=desk.now.clinic_ms)
    page = {
        "visit": desk.visit,
        "patient": desk.visit.patient,
        "chart": desk.chart,
        "implant": desk.implant,
        "read_out": read_out,
        "read": read_out.read() if read_out is not None else None,
        "draft": draft,
        "day_rows": _day_rows(draft),
        "judged": judged,
        "fill": desk.fill,
        "last_update": desk.last_update,
        "done": desk.is_done,
        "modes": MODES.items(),
        "others": others(request.user),
        "error": error,
        "filling": {name: request.POST.get(name, "") for name in _FILLINGS},
        "now_ms": desk.now.clinic_ms,
    }
    return render(request, template, page, status=status)


def _day_rows(draft: Draft) -> list[tuple[int, str, list[tuple[int, TypedStep]]]]:
    """(day, its name, all thirteen rows, and one too many if it was typed); empty rows wait to be typed in."""
    empty = TypedStep(start="", rate="")
    names = DAYS if draft.by_weekday else ("Every day",)
    days = [*draft.days, *(((),) * (len(names) - len(draft.days)))]
    return [
        (day, name, [(row, rows[row] if row < len(rows) else empty) for row in range(max(MOST_STEPS, len(rows)))])
        for day, (name, rows) in enumerate(zip(names, days, strict=True))
    ]


def _wand_words(lost: ThecalError) -> str:
    """What to tell somebody who holds a wand."""
    return f"The wand: {lost}"
