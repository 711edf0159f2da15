"""What a step of therapy leaves on record: sheets recorded, signed by a second person, settled; drafts kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from thecal.canonical import Plain, digest
from thecal.care.rule_book import RULES_VERSION
from thecal.clinic.audit import append_row
from thecal.clinic.clock import Now
from thecal.clinic.models import Patient, Person, StepDraft, StepRecord
from thecal.clinic.steps.judged import asks, plain_findings, urgency_of
from thecal.clinic.steps.known import known_of
from thecal.clinic.steps.mechanism import Doing, Sheet
from thecal.errors import BadInput, OurFault
from thecal.findings import Finding

SHORTEST_REASON = 10
"""Characters: a reason says something. Thecal's own choice."""


def check_signing(
    sheet: Sheet, findings: Sequence[Finding], *, reason: str, second_person: Person | None, later: bool
) -> None:
    """Nothing, where everything that the findings ask for is there; BadInput that names what is missing."""
    asked = asks(findings)
    if asked == "block":
        raise BadInput("findings", "a finding blocks this", remedy="See the findings, and what would be right.")
    if asked and len(reason.strip()) < SHORTEST_REASON:
        raise BadInput("reason", "does not say why", remedy=f"Write at least {SHORTEST_REASON} characters.")
    if asked == "second" and second_person is None and not (later and sheet.second_later):
        raise BadInput("second_person", "is not chosen", remedy="Choose who has checked this with you.")


@transaction.atomic
def record_sheet(
    *,
    sheet: Sheet,
    doing: Doing,
    findings: Sequence[Finding],
    reason: str = "",
    second_person: Person | None = None,
    later: bool = False,
) -> StepRecord:
    """Write a sheet down as it was judged, with what follows from it. Nothing is written where something is missing.

    A record that waits for its second person has no consequences yet. A correction stands in the place of the record
    it corrects, which stays.
    """
    check_signing(sheet, findings, reason=reason, second_person=second_person, later=later)
    waits = asks(findings) == "second" and second_person is None
    record = StepRecord.objects.create(
        patient=doing.patient,
        sheet=sheet.key,
        made_ms=doing.now.clinic_ms,
        by=doing.acting,
        values=dict(doing.values),
        findings=plain_findings(findings),
        rules_version=RULES_VERSION,
        reason=reason.strip(),
        wants_second=waits,
        second_person=second_person,
        signed_ms=None if waits else doing.now.clinic_ms,
        corrects=doing.corrects,
        urgency=urgency_of(findings),
    )
    StepDraft.objects.filter(patient=doing.patient, sheet=sheet.key, by=doing.acting).delete()
    _note(record, "record step", acting=doing.acting, now=doing.now)
    if not waits and sheet.then is not None:
        sheet.then(doing, record)
    return record


@transaction.atomic
def sign_record(*, record: StepRecord, sheet: Sheet, acting: Person, now: Now) -> StepRecord:
    """Sign as the second person: from now on other steps may rest on it, and what follows from it is done."""
    if acting.pk == record.by_id:
        raise BadInput("second_person", "is the one who wrote it", remedy="Let somebody else check and sign it.")
    if not acting.may_sign:
        remedy = "Ask a prescriber, a nurse, a pharmacist or a surgeon."
        raise BadInput("second_person", f"is a {acting.get_role_display().lower()}", remedy=remedy)
    changed = StepRecord.objects.filter(pk=record.pk, wants_second=True, corrected_by__isnull=True).update(
        wants_second=False, second_person=acting, signed_ms=now.clinic_ms
    )
    if changed != 1:
        raise OurFault("this record waits for nobody's signature", remedy="Open it to see who signed.")
    record.refresh_from_db()
    _note(record, "sign step", acting=acting, now=now)
    if sheet.then is not None:
        known = known_of(record.patient, now_ms=now.clinic_ms)
        sheet.then(Doing(values=record.values, known=known, acting=record.by, now=now), record)
    return record


@transaction.atomic
def settle_record(*, record: StepRecord, words: str, acting: Person, now: Now) -> StepRecord:
    """Write down what was done about an urgent finding."""
    if not words.strip():
        raise BadInput("words", "says nothing", remedy="Write what was done, in one sentence.")
    changed = StepRecord.objects.filter(pk=record.pk, settled_ms__isnull=True).update(
        settled_ms=now.clinic_ms, settled_by=acting, settled_words=words.strip()
    )
    if changed != 1:
        raise OurFault("this was settled before", remedy="Open the record to see by whom.")
    record.refresh_from_db()
    _note(record, "settle step", acting=acting, now=now)
    return record


@transaction.atomic
def keep_draft(*, patient: Patient, sheet: Sheet, typed: Mapping[str, Any], acting: Person, now: Now) -> StepDraft:
    """Keep what is typed. A draft is nobody's knowledge, so it leaves no row in the audit."""
    draft, _ = StepDraft.objects.update_or_create(
        patient=patient,
        sheet=sheet.key,
        by=acting,
        defaults={"typed": dict(typed), "kept_ms": now.clinic_ms},
    )
    return draft


@transaction.atomic
def forget_draft(*, patient: Patient, sheet: Sheet, acting: Person) -> None:
    """Throw a draft away."""
    StepDraft.objects.filter(patient=patient, sheet=sheet.key, by=acting).delete()


def _note(record: StepRecord, action: str, *, acting: Person, now: Now) -> None:
    """The audit row holds the digest of what was written, so that a changed record shows."""
    detail: dict[str, Plain] = {
        "patient": record.patient_id,
        "sheet": record.sheet,
        "digest": digest({"values": record.values, "findings": record.findings, "reason": record.reason}),
        "rules_version": record.rules_version,
    }
    if record.corrects_id is not None:
        detail["corrects"] = record.corrects_id
    append_row(now=now, person=acting, action=action, subject=f"step record {record.pk}", detail=detail)
