"""Calls: writing one down while the rules listen, reading it, settling it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from thecal.clinic.access import for_staff, patients_seen_by
from thecal.clinic.actions import record_call, settle_call
from thecal.clinic.clock import clinic_now
from thecal.clinic.forms import CallForm, SettleForm, first_errors
from thecal.clinic.hearing import JudgedCall, LastRefill, heard_in, judge, with_record
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.models import Call, CallUrgency, Patient
from thecal.clinic.records import chart_of
from thecal.clinic.steps.judged import plain_findings
from thecal.errors import OurFault


@for_staff
@require_http_methods(["GET", "POST"])
def new_call(request: AuthenticatedRequest) -> HttpResponse:
    """The form, and on POST the call written down; then its page, which says what to do."""
    form = CallForm(request.POST or None, initial={"patient": request.GET.get("patient")})
    if request.method == "POST" and form.is_valid():
        return redirect("call", _record(request, form).pk)
    status = 422 if form.is_bound else 200
    page = {"form": form, "errors": first_errors(form)} | (_judged(form) if form.is_bound else {})
    return render(request, "clinic/new_call.html", page, status=status)


@for_staff
@require_POST
def judge_call(request: AuthenticatedRequest) -> HttpResponse:
    """The least urgency of what is answered so far, why, and what to tell the caller. Nothing is kept."""
    return render(request, "clinic/_call_judged.html", _judged(CallForm(request.POST)))


def _record(request: AuthenticatedRequest, form: CallForm) -> Call:
    given, now = form.cleaned_data, clinic_now()
    told = " ".join(_judge_form(form).advice) if given["told"] else ""
    return record_call(
        patient=given["patient"],
        caller=given["caller"],
        words=given["words"],
        heard=form.heard(),
        urgency=form.chosen(),
        since=given["since"],
        advice=" ".join(part for part in (told, given["advice"]) if part)[:2000],
        acting=request.user,
        now=now,
    )


def _judge_form(form: CallForm) -> JudgedCall:
    """What the rules say of a form that may be half filled in."""
    now_ms, heard = clinic_now().clinic_ms, form.heard()
    patient: Patient | None = form.cleaned_data.get("patient")
    return judge(with_record(heard, patient, now_ms=now_ms), patient, received_ms=now_ms, chosen=form.chosen())


def _judged(form: CallForm) -> dict[str, Any]:
    """The panel beside the form: the judgement, and what the record says of the pump."""
    form.is_valid()
    patient: Patient | None = form.cleaned_data.get("patient")
    judged = _judge_form(form)
    return {
        "judged": judged,
        "findings": plain_findings(judged.findings),
        "patient": patient,
        "chart": chart_of(patient, now_ms=clinic_now().clinic_ms) if patient else None,
    }


@for_staff
@require_safe
def show_call(request: AuthenticatedRequest, call_id: int) -> HttpResponse:
    """One call: what was said, what to do now."""
    call = _get_call(request, call_id)
    return _render_call(request, call, SettleForm(), status=200)


@for_staff
@require_POST
def settle(request: AuthenticatedRequest, call_id: int) -> HttpResponse:
    """Write down what was done; the call leaves the worklist."""
    call = _get_call(request, call_id)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _render_call(request, call, form, status=422)
    try:
        settle_call(call=call, words=form.cleaned_data["words"], acting=request.user, now=clinic_now())
    except OurFault as refused:
        form.add_error("words", str(refused))
        return _render_call(request, call, form, status=409)
    return redirect("worklist")


def _get_call(request: AuthenticatedRequest, call_id: int) -> Call:
    calls = Call.objects.select_related("patient", "by", "settled_by")
    return get_object_or_404(calls, pk=call_id, patient__in=patients_seen_by(request.user))


def _render_call(request: AuthenticatedRequest, call: Call, form: SettleForm, *, status: int) -> HttpResponse:
    judged = judge(heard_in(call), call.patient, received_ms=call.received_ms, chosen=CallUrgency(call.urgency))
    page = {
        "call": call,
        "removed": chart_of(call.patient, now_ms=clinic_now().clinic_ms).removed,
        "judged": judged,
        "findings": plain_findings(judged.findings),
        "last_refill": LastRefill(call.last_refill or LastRefill.UNKNOWN).label,
        "form": form,
        "errors": first_errors(form),
    }
    return render(request, "clinic/call.html", page, status=status)
