"""The desk: the clinic's set-up, admission, and accounts for those at home."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from thecal.care.admission import judge_admission
from thecal.care.site import judge_set_up
from thecal.clinic.access import at_the_desk, for_roles, get_patient
from thecal.clinic.actions.desk import (
    NewRecord,
    admit_patient,
    open_account,
    set_up_site,
    site_is_set_up,
    switch_predictions,
)
from thecal.clinic.clock import clinic_now
from thecal.clinic.context import site_now
from thecal.clinic.desk_forms import AccountForm, AdmissionForm, SetUpForm
from thecal.clinic.forms import first_errors
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.models import Origin, Patient, Person, RecordKind, Role, Tolerance
from thecal.clinic.predicting import predictions_since_ms
from thecal.clinic.second_person import co_signed, others
from thecal.clinic.steps.judged import asks, plain_findings
from thecal.errors import BadInput, ThecalError
from thecal.findings import Finding, Severity, worst

Errors = list[tuple[str, str, str]]
UNIQUE = "record_number"


@for_roles(Role.PRESCRIBER, Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: AuthenticatedRequest) -> HttpResponse:
    """The clinic's name and its two numbers; it is not finished without the one for the night."""
    form = SetUpForm(request.POST if request.method == "POST" else None, initial=site_now())
    if not (form.is_bound and form.is_valid()):
        return _render_set_up(request, form, (), first_errors(form))
    findings = judge_set_up(form.set_up())
    try:
        site = set_up_site(
            set_up=form.set_up(), reason=request.POST.get("reason", ""), acting=request.user, now=clinic_now()
        )
    except BadInput as wrong:
        return _render_set_up(request, form, findings, [_as_error(wrong)])
    messages.success(request, f"{site.name} is set up. Every page now shows its numbers.")
    return redirect("set_up")


def _render_set_up(
    request: AuthenticatedRequest, form: SetUpForm, findings: Sequence[Finding], errors: Errors
) -> HttpResponse:
    page = {"form": form, "errors": errors, "finished": site_is_set_up(), "reason": request.POST.get("reason", "")}
    page |= _asked(findings) | {"predictions_since_ms": predictions_since_ms()}
    return render(request, "desk/set_up.html", page, status=422 if form.is_bound else 200)


@for_roles(Role.PRESCRIBER, Role.COORDINATOR)
@require_POST
def predictions(request: AuthenticatedRequest) -> HttpResponse:
    """Switch predictions on or off for records that are no rehearsal."""
    chosen = {"on": True, "off": False}.get(request.POST.get("predictions", ""))
    if chosen is None:
        return HttpResponseBadRequest("Choose on or off.")
    try:
        switch_predictions(on=chosen, acting=request.user, now=clinic_now())
    except ThecalError as wrong:
        messages.error(request, str(wrong))
        return redirect("set_up")
    messages.success(request, f"Predictions outside rehearsals are {'on' if chosen else 'off'}.")
    return redirect("set_up")


@at_the_desk
@require_http_methods(["GET", "HEAD", "POST"])
def new_patient(request: AuthenticatedRequest) -> HttpResponse:
    """A new record: not before the clinic is set up, and not the same person twice without a second pair of eyes."""
    rehearsal = bool(getattr(settings, "THECAL_BEDSIDE", ""))
    form = AdmissionForm(request.POST if request.method == "POST" else None, rehearsal=rehearsal)
    if not site_is_set_up():
        return render(request, "desk/not_set_up.html", status=409 if form.is_bound else 200)
    if not (form.is_bound and form.is_valid()):
        return _render_admission(request, form, (), first_errors(form))
    findings = judge_admission(form.admission(now_ms=clinic_now().clinic_ms))
    try:
        patient = _admit(request, form, findings)
    except BadInput as wrong:
        return _render_admission(request, form, findings, [_as_error(wrong)])
    except ThecalError as wrong:
        return _render_admission(request, form, findings, [("content", "Not admitted", str(wrong))])
    messages.success(request, f"{patient.name} is admitted, record {patient.record_number}.")
    return redirect("patient", patient.pk)


def _admit(request: AuthenticatedRequest, form: AdmissionForm, findings: Sequence[Finding]) -> Patient:
    given, chosen = form.cleaned_data, request.POST.get("second_person", "")
    second: Person | None = None
    if chosen and worst(list(findings)) is Severity.TWO_PEOPLE:
        second = co_signed(request, username=chosen, code=request.POST.get("second_code", ""))
    record = NewRecord(
        name=given["name"],
        born=given["born"],
        record_number=given["record_number"],
        origin=Origin(given["origin"]),
        tolerance=Tolerance(given["tolerance"]),
        allergies=given["allergies"],
        flags=tuple(given["flags"]),
        kind=RecordKind(given.get("kind", RecordKind.REHEARSAL)),
    )
    return admit_patient(
        record=record,
        findings=findings,
        reason=request.POST.get("reason", ""),
        second_person=second,
        acting=request.user,
        now=clinic_now(),
    )


def _render_admission(
    request: AuthenticatedRequest, form: AdmissionForm, findings: Sequence[Finding], errors: Errors
) -> HttpResponse:
    page = {"form": form, "errors": errors, "others": others(request.user), "reason": request.POST.get("reason", "")}
    page |= {"second_person": request.POST.get("second_person", "")} | _asked(findings)
    return render(request, "desk/new_patient.html", page, status=422 if form.is_bound else 200)


@at_the_desk
@require_http_methods(["GET", "HEAD", "POST"])
def accounts(request: AuthenticatedRequest, patient_id: int) -> HttpResponse:
    """Who reads this record from home, and an account for one more. Password and secret are shown once."""
    patient = get_patient(request, patient_id)
    form = AccountForm(request.POST if request.method == "POST" else None)
    opened = None
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        opened = open_account(
            patient=patient,
            name=given["name"],
            username=given["username"],
            role=Role(given["role"]),
            acting=request.user,
            now=clinic_now(),
        )
        form = AccountForm()
    page = {"patient": patient, "form": form, "errors": first_errors(form), "opened": opened}
    page |= {"people": patient.people.order_by("pk"), "issuer": settings.MFA_TOTP_ISSUER}
    return render(request, "desk/accounts.html", page, status=422 if form.errors else 200)


def _asked(findings: Sequence[Finding]) -> dict[str, Any]:
    return {"findings": plain_findings(findings), "asks": asks(findings)}


def _as_error(wrong: BadInput) -> tuple[str, str, str]:
    says = wrong.says.split(": ", 1)[-1].rstrip(".")
    place = wrong.field if wrong.field in {"reason", "second_person", "second_code"} else f"id_{wrong.field}"
    return place, wrong.field.replace("_", " ").capitalize(), f"{says}. {wrong.remedy}"
