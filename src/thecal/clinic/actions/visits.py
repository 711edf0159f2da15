"""Visits: opened, drafted, closed."""

from typing import Any

from django.db import transaction

from thecal.canonical import Plain
from thecal.clinic.audit import append_row
from thecal.clinic.clock import Now
from thecal.clinic.models import Patient, Person, Visit
from thecal.errors import OurFault


@transaction.atomic
def open_visit(*, patient: Patient, acting: Person, now: Now) -> Visit:
    """The patient's open visit; a new one where none is open."""
    already = patient.visits.filter(closed_ms__isnull=True).first()
    if already is not None:
        return already
    visit = Visit.objects.create(patient=patient, by=acting, opened_ms=now.clinic_ms)
    _note(visit, "open visit", acting=acting, now=now)
    return visit


@transaction.atomic
def save_draft(*, visit: Visit, draft: dict[str, Any], acting: Person, now: Now) -> Visit:
    """Keep what was entered so far. A closed visit takes no more."""
    changed = Visit.objects.filter(pk=visit.pk, closed_ms__isnull=True).update(draft=draft)
    if changed != 1:
        raise OurFault("this visit is closed", remedy="Open a new one.")
    visit.refresh_from_db()
    _note(visit, "save draft", acting=acting, now=now)
    return visit


@transaction.atomic
def merge_draft(*, visit: Visit, parts: dict[str, Any], acting: Person, now: Now) -> Visit:
    """Keep these parts of a draft beside what is kept already; a part that is None goes, a dictionary is added to.

    Two entries that are kept at the same moment lose nothing of one another.
    """
    fresh = Visit.objects.select_for_update().get(pk=visit.pk)
    merged = {
        name: {**(fresh.draft.get(name) or {}), **part} if isinstance(part, dict) else part
        for name, part in parts.items()
    }
    draft = {name: part for name, part in {**fresh.draft, **merged}.items() if part is not None}
    return save_draft(visit=visit, draft=draft, acting=acting, now=now)


@transaction.atomic
def close_visit(
    *,
    visit: Visit,
    next_due_ms: int | None,
    acting: Person,
    now: Now,
    left_stopped: str = "",
    booking_why: str = "",
) -> Visit:
    """End a visit, say when the patient should be seen again, and why a stopped pump is left so or no refill booked."""
    changed = Visit.objects.filter(pk=visit.pk, closed_ms__isnull=True).update(
        closed_ms=now.clinic_ms, next_due_ms=next_due_ms
    )
    if changed != 1:
        raise OurFault("this visit was closed before", remedy="Open a new one.")
    visit.refresh_from_db()
    _note(visit, "close visit", acting=acting, now=now, left_stopped=left_stopped, booking_why=booking_why)
    return visit


def _note(visit: Visit, action: str, *, acting: Person, now: Now, **said: str) -> None:
    detail: dict[str, Plain] = {"patient": visit.patient_id, "next_due_ms": visit.next_due_ms}
    detail |= {name: words for name, words in said.items() if words}
    append_row(now=now, person=acting, action=action, subject=f"visit {visit.pk}", detail=detail)
