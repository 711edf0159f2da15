"""The steps of therapy: the way through them, each step's page, its sheets and their records."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from thecal.clinic.access import for_staff, get_patient, patients_seen_by
from thecal.clinic.actions.steps import (
    check_signing,
    forget_draft,
    keep_draft,
    record_sheet,
    settle_record,
    sign_record,
)
from thecal.clinic.bedside import room_of
from thecal.clinic.clock import Now, clinic_now
from thecal.clinic.forms import SettleForm, first_errors
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.models import Person, StepDraft, StepRecord
from thecal.clinic.second_person import co_signed, others
from thecal.clinic.steps import registry
from thecal.clinic.steps.due import title_of
from thecal.clinic.steps.judged import asks, plain_findings
from thecal.clinic.steps.known import Known, known_of
from thecal.clinic.steps.mechanism import Doing, Sheet, Step
from thecal.clinic.steps.sheet_form import GridCells, Section, SheetForm
from thecal.errors import BadInput, ThecalError
from thecal.findings import Finding
from thecal.units import MINUTE_MS

LATER = "later"
"""The second person's choice that means: somebody will sign this afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A sheet that somebody fills in."""

    step: Step
    sheet: Sheet
    known: Known
    now: Now
    corrects: StepRecord | None


@for_staff
@require_safe
def show_steps(request: AuthenticatedRequest, patient_id: int) -> HttpResponse:
    """The way through therapy: each step, and what was last written down in it."""
    known = _known(request, patient_id)
    rows = [(step, step.state_words(known), list(step.due(known))) for step in registry.STEPS]
    return render(request, "steps/steps.html", _header(known) | {"rows": rows})


@for_staff
@require_safe
def show_step(request: AuthenticatedRequest, patient_id: int, step_key: str) -> HttpResponse:
    """One step: what its records tell, what is due, and its sheets."""
    known, step = _known(request, patient_id), _step(step_key)
    look = step.look(known)
    page = _header(known) | {"step": step, "look": look, "findings": plain_findings(look.findings)}
    page["due"] = sorted(step.due(known), key=lambda item: (item.urgency.rank, item.by_ms))
    page["sheets"] = [_sheet_row(request.user, sheet, known) for sheet in step.sheets]
    return render(request, "steps/step.html", page | dict(look.extra))


def _sheet_row(person: Person, sheet: Sheet, known: Known) -> dict[str, Any]:
    """A sheet on its step's page: who may fill it in, and every record that stands, newest first."""
    made = [(record, sheet.tells(record.values)) for record in reversed(known.records) if record.sheet == sheet.key]
    return {"sheet": sheet, "may": person.role in sheet.roles, "records": made, "latest": made[0] if made else None}


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def fill_in(request: AuthenticatedRequest, patient_id: int, step_key: str, sheet_name: str) -> HttpResponse:
    """A sheet to be filled in, and its recording."""
    desk = _desk(request, patient_id, step_key, sheet_name)
    if request.method != "POST":
        return _render(request, desk, _begun(request, desk))
    form = desk.sheet.form(request.POST, known=desk.known)
    if not form.is_valid():
        return _render(request, desk, form, errors=first_errors(form), status=422)
    try:
        record = _record(request, desk, form.values())
    except BadInput as wrong:
        return _render(request, desk, form, errors=[_as_error(wrong)], status=422)
    except ThecalError as wrong:
        return _render(request, desk, form, errors=[("content", "Not recorded", str(wrong))], status=409)
    return _recorded(request, desk, record)


def _recorded(request: AuthenticatedRequest, desk: Desk, record: StepRecord) -> HttpResponse:
    """To the record where somebody must act on it, else back to the step."""
    if record.wants_second:
        messages.warning(request, f"{desk.sheet.title}: recorded. Until a second person signs, nothing rests on it.")
    else:
        messages.success(request, f"{desk.sheet.title}: recorded.")
    if record.urgency in {"now", "today"}:
        return redirect("record", record.pk)
    return redirect("step", desk.known.patient.pk, desk.step.key)


def _record(request: AuthenticatedRequest, desk: Desk, values: dict[str, Any]) -> StepRecord:
    """What was filled in, done in the room and written down; the same form sent twice is recorded once."""
    again = _same(request, desk, values)
    if again is not None:
        return again
    findings = desk.sheet.judge(values, desk.known)
    reason, chosen = request.POST.get("reason", ""), request.POST.get("second_person", "")
    later, second = chosen == LATER, None
    if chosen and not later and asks(findings) == "second":
        second = co_signed(request, username=chosen, code=request.POST.get("second_code", ""))
    check_signing(desk.sheet, findings, reason=reason, second_person=second, later=later)
    doing = Doing(values=values, known=desk.known, acting=request.user, now=desk.now, corrects=desk.corrects)
    doing = _done_in_the_room(desk.sheet, doing)
    return record_sheet(
        sheet=desk.sheet,
        doing=doing,
        findings=findings,
        reason=reason,
        second_person=second,
        later=later,
    )


def _same(request: AuthenticatedRequest, desk: Desk, values: dict[str, Any]) -> StepRecord | None:
    """The record that these entries made less than a minute ago, where a button was pressed twice."""
    last = desk.step.last(desk.known)
    if last is None or desk.corrects is not None or last.sheet != desk.sheet.key or last.by_id != request.user.pk:
        return None
    just_now = desk.now.clinic_ms - last.made_ms < MINUTE_MS
    return last if just_now and {name: last.entry(name) for name in values} == values else None


def _done_in_the_room(sheet: Sheet, doing: Doing) -> Doing:
    """In a rehearsal the sheet's act is done to the virtual patient; elsewhere people have done it.

    A correction changes what is written, not what was done: what was learned then is kept.
    """
    if doing.corrects is not None:
        return replace(doing, values={**doing.corrects.values, **doing.values})
    room = room_of(doing.patient)
    if sheet.act is None or room is None:
        return doing
    return replace(doing, values={**doing.values, **sheet.act(doing, room)})


@for_staff
@require_POST
def preview(request: AuthenticatedRequest, patient_id: int, step_key: str, sheet_name: str) -> HttpResponse:
    """The findings of what is typed right now; what is typed is kept as a draft."""
    desk = _desk(request, patient_id, step_key, sheet_name)
    form = desk.sheet.form(request.POST, known=desk.known)
    if desk.corrects is None:
        keep_draft(patient=desk.known.patient, sheet=desk.sheet, typed=form.typed(), acting=request.user, now=desk.now)
    return render(request, "steps/_judged.html", _judged(desk, form))


@for_staff
@require_POST
def forget(request: AuthenticatedRequest, patient_id: int, step_key: str, sheet_name: str) -> HttpResponse:
    """Throw away what was typed and not recorded."""
    desk = _desk(request, patient_id, step_key, sheet_name)
    forget_draft(patient=desk.known.patient, sheet=desk.sheet, acting=request.user)
    return redirect("sheet", patient_id, step_key, sheet_name)


@for_staff
@require_safe
def show_record(request: AuthenticatedRequest, record_id: int) -> HttpResponse:
    """One record as it was written, judged and signed."""
    return _render_record(request, _get_record(request, record_id))


@for_staff
@require_POST
def sign(request: AuthenticatedRequest, record_id: int) -> HttpResponse:
    """Sign as the second person, from one's own account."""
    record = _get_record(request, record_id)
    sheet = registry.sheet_of(record.sheet)
    if sheet is None:
        raise Http404
    try:
        sign_record(record=record, sheet=sheet, acting=request.user, now=clinic_now())
    except ThecalError as wrong:
        messages.error(request, str(wrong))
    return redirect("record", record.pk)


@for_staff
@require_POST
def settle(request: AuthenticatedRequest, record_id: int) -> HttpResponse:
    """Write down what was done about an urgent finding."""
    record, form = _get_record(request, record_id), SettleForm(request.POST)
    if not form.is_valid():
        return _render_record(request, record, form, status=422)
    try:
        settle_record(record=record, words=form.cleaned_data["words"], acting=request.user, now=clinic_now())
    except ThecalError as wrong:
        messages.error(request, str(wrong))
    return redirect("record", record.pk)


def _render_record(
    request: AuthenticatedRequest, record: StepRecord, form: SettleForm | None = None, *, status: int = 200
) -> HttpResponse:
    known, sheet = known_of(record.patient, now_ms=clinic_now().clinic_ms), registry.sheet_of(record.sheet)
    page = _header(known) | {
        "record": record,
        "sheet": sheet,
        "step": registry.step_of(record.sheet.split(".", 1)[0]),
        "title": title_of(record),
        "shown": sheet.form(known=known).shown(record.values) if sheet else [],
        "corrected_by": StepRecord.objects.filter(corrects=record).first(),
        "may_correct": sheet is not None and request.user.role in sheet.roles,
        "form": form or SettleForm(),
        "errors": first_errors(form) if form else [],
    }
    return render(request, "steps/record.html", page, status=status)


def _get_record(request: AuthenticatedRequest, record_id: int) -> StepRecord:
    records = StepRecord.objects.filter(patient__in=patients_seen_by(request.user))
    return get_object_or_404(records.select_related("patient", "by", "second_person", "settled_by"), pk=record_id)


def _known(request: AuthenticatedRequest, patient_id: int) -> Known:
    return known_of(get_patient(request, patient_id), now_ms=clinic_now().clinic_ms)


def _step(key: str) -> Step:
    step = registry.step_of(key)
    if step is None:
        raise Http404
    return step


def _desk(request: AuthenticatedRequest, patient_id: int, step_key: str, sheet_name: str) -> Desk:
    step, now = _step(step_key), clinic_now()
    sheet = next((sheet for sheet in step.sheets if sheet.name == sheet_name), None)
    if sheet is None:
        raise Http404
    if request.user.role not in sheet.roles:
        raise PermissionDenied
    patient = get_patient(request, patient_id)
    corrects = _corrected(request, patient.pk, sheet)
    known = known_of(patient, now_ms=now.clinic_ms).without(corrects)
    return Desk(step=step, sheet=sheet, known=known, now=now, corrects=corrects)


def _corrected(request: AuthenticatedRequest, patient_id: int, sheet: Sheet) -> StepRecord | None:
    """The record that is being corrected, where the address names one that still stands."""
    number = request.POST.get("corrects") or request.GET.get("corrects") or ""
    if not (number.isascii() and number.isdigit()):
        return None
    standing = StepRecord.objects.filter(patient=patient_id, sheet=sheet.key, corrected_by__isnull=True)
    return get_object_or_404(standing, pk=int(number))


def _begun(request: AuthenticatedRequest, desk: Desk) -> SheetForm:
    """The record to be corrected, the draft that was kept, or an empty form."""
    if desk.corrects is not None:
        return desk.sheet.form(known=desk.known, values=desk.corrects.values)
    form = desk.sheet.form(known=desk.known)
    draft = _draft(request, desk)
    if draft is not None:
        form.initial = dict(draft.typed)
    return form


def _draft(request: AuthenticatedRequest, desk: Desk) -> StepDraft | None:
    mine = StepDraft.objects.filter(patient=desk.known.patient, sheet=desk.sheet.key, by=request.user)
    return None if desk.corrects is not None else mine.first()


def _judged(desk: Desk, form: SheetForm) -> dict[str, Any]:
    """What the findings panel shows; an unbound form is judged by what it begins with."""
    seen = form if form.is_bound else desk.sheet.form(form.initial, known=desk.known)
    found: list[Finding] = desk.sheet.judge(seen.values(), desk.known)
    labels = {name: str(entry.label) for name, entry in form.fields.items()}
    return {
        "findings": [{**each, "label": labels.get(each["field"], "")} for each in plain_findings(found)],
        "asks": asks(found),
        "sheet": desk.sheet,
    }


def _render(
    request: AuthenticatedRequest,
    desk: Desk,
    form: SheetForm,
    *,
    errors: list[tuple[str, str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    page = (
        _header(desk.known)
        | _judged(desk, form)
        | {
            "step": desk.step,
            "form": form,
            "sections": [_section(form, section) for section in form.sections],
            "errors": errors or [],
            "others": others(request.user),
            "corrects": desk.corrects,
            "draft": _draft(request, desk) if not form.is_bound else None,
            "reason": request.POST.get("reason", ""),
            "second_person": request.POST.get("second_person", ""),
        }
    )
    return render(request, "steps/form.html", page, status=status)


def _section(form: SheetForm, section: Section) -> dict[str, Any]:
    grid = GridCells(form, section.grid) if section.grid else None
    return {
        "title": section.title,
        "says": section.says,
        "fields": [form[name] for name in section.names],
        "grid": grid,
    }


def _as_error(wrong: BadInput) -> tuple[str, str, str]:
    """(id, label, what is wrong) of a refusal that names no entry of the form."""
    says = wrong.says.removeprefix(f"{wrong.field}: ")
    return (wrong.field, wrong.field.replace("_", " ").capitalize(), f"{says}. {wrong.remedy}")


def _header(known: Known) -> dict[str, Any]:
    """What the patient's header needs."""
    return {"patient": known.patient, "chart": known.chart, "now_ms": known.now_ms, "known": known}
