"""Calls: writing one down, reading it, settling it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from thecal.clinic.access import for_staff, patients_seen_by
from thecal.clinic.actions import record_call, settle_call
from thecal.clinic.clock import clinic_now
from thecal.clinic.forms import CallForm, SettleForm, first_errors
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.models import AlarmHeard, Answer, Call, CallUrgency
from thecal.clinic.triage import Heard, triage
from thecal.errors import OurFault


@for_staff
@require_http_methods(["GET", "POST"])
def new_call(request: AuthenticatedRequest) -> HttpResponse:
    """The form, and on POST the call written down; then its page, which says what to do."""
    form = CallForm(request.POST or None, initial={"patient": request.GET.get("patient")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        call = record_call(
            patient=given["patient"],
            caller=given["caller"],
            words=given["words"],
            heard=form.heard(),
            urgency=CallUrgency(given["urgency"]),
            acting=request.user,
            now=clinic_now(),
        )
        return redirect("call", call.pk)
    status = 422 if form.is_bound else 200
    return render(request, "clinic/new_call.html", {"form": form, "errors": first_errors(form)}, status=status)


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
    page = {"call": call, "triage": triage(_heard(call)), "form": form, "errors": first_errors(form)}
    return render(request, "clinic/call.html", page, status=status)


def _heard(call: Call) -> Heard:
    return Heard(
        alarm_heard=AlarmHeard(call.alarm_heard),
        stiff=Answer(call.stiff),
        itch=Answer(call.itch),
        sleepy=Answer(call.sleepy),
        breathing=Answer(call.breathing),
        fever=Answer(call.fever),
    )
