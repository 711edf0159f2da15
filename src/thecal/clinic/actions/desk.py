"""The desk: a clinic set up, a person admitted, an account opened for somebody at home."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction

from thecal.canonical import Plain
from thecal.care.site import SetUp, judge_set_up
from thecal.clinic.actions.people import add_person
from thecal.clinic.audit import append_row
from thecal.clinic.bedside import room_of
from thecal.clinic.clock import Now
from thecal.clinic.models import Origin, Patient, Person, RecordKind, Role, Site, Stage, Tolerance
from thecal.errors import BadInput, OurFault
from thecal.findings import Finding, Severity, worst

SECRET_BYTES = 20
PASSWORD_BYTES = 15
SHORTEST_REASON = 10
"""Characters: a reason says something. Thecal's own choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecord:
    """What is written down of a new patient; an empty number is the next free one."""

    name: str
    born: date
    record_number: str
    origin: Origin
    tolerance: Tolerance
    allergies: str
    flags: tuple[str, ...]
    kind: RecordKind


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account, and what its owner needs to sign in. The password and the secret are shown once and kept nowhere."""

    person: Person
    password: str
    totp_secret: str


def check_asked(findings: Sequence[Finding], *, reason: str, second_person: Person | None) -> None:
    """Nothing, where all that the findings ask for is there; BadInput that names what is missing."""
    severity = worst(list(findings))
    if severity is Severity.BLOCK:
        stop = next(finding for finding in findings if finding.severity is Severity.BLOCK)
        raise BadInput(stop.field, stop.says.rstrip("."), remedy=stop.remedy)
    if severity in {Severity.REASON, Severity.TWO_PEOPLE} and len(reason.strip()) < SHORTEST_REASON:
        raise BadInput("reason", "does not say why", remedy=f"Write at least {SHORTEST_REASON} characters.")
    if severity is Severity.TWO_PEOPLE and second_person is None:
        raise BadInput("second_person", "is not chosen", remedy="Choose who has checked this with you.")


@transaction.atomic
def set_up_site(*, set_up: SetUp, reason: str, acting: Person, now: Now) -> Site:
    """Finish the clinic's set-up, or change it. Without a number for the night nothing is written."""
    findings = judge_set_up(set_up)
    check_asked(findings, reason=reason, second_person=None)
    written: dict[str, Plain] = {
        "name": (set_up.name or "").strip(),
        "daytime_number": (set_up.daytime_number or "").strip(),
        "out_of_hours_number": (set_up.out_of_hours_number or "").strip(),
    }
    site, _ = Site.objects.update_or_create(id=1, defaults=written | {"set_up_ms": now.clinic_ms})
    append_row(
        now=now, person=acting, action="set up site", subject="site", detail=written | {"reason": reason.strip()}
    )
    return site


@transaction.atomic
def switch_predictions(*, on: bool, acting: Person, now: Now) -> None:
    """Show predictions in records that are no rehearsal, or show them no more. As it was already: nothing is written.

    OurFault before the clinic is set up.
    """
    site = Site.objects.filter(set_up_ms__isnull=False).first()
    if site is None:
        raise OurFault("this clinic is not set up", remedy="Finish its set-up first, then switch predictions on.")
    if on == (site.predictions_since_ms is not None):
        return
    site.predictions_since_ms = now.clinic_ms if on else None
    site.save(update_fields=["predictions_since_ms"])
    action = "switch predictions on" if on else "switch predictions off"
    append_row(now=now, person=acting, action=action, subject="site", detail={})


def site_is_set_up() -> bool:
    """Whether somebody can be admitted here."""
    return Site.objects.filter(set_up_ms__isnull=False).exists()


@transaction.atomic
def admit_patient(
    *,
    record: NewRecord,
    findings: Sequence[Finding],
    reason: str,
    second_person: Person | None,
    acting: Person,
    now: Now,
) -> Patient:
    """Make a record, at the beginning of the way; in a rehearsal its virtual patient comes in too."""
    if not site_is_set_up():
        raise OurFault("this clinic is not set up", remedy="Give it a number for the night first, under Set-up.")
    check_asked(findings, reason=reason, second_person=second_person)
    patient = Patient.objects.create(
        name=record.name,
        born=record.born,
        record_number=record.record_number or _next_number(),
        origin=record.origin,
        tolerance=record.tolerance,
        allergies=record.allergies.strip(),
        flags=list(record.flags),
        kind=record.kind,
        stage=Stage.ASSESSMENT,
    )
    detail: dict[str, Plain] = {
        "record_number": patient.record_number,
        "kind": str(record.kind),
        "reason": reason.strip(),
    }
    if second_person is not None:
        detail["second_person"] = second_person.pk
    append_row(now=now, person=acting, action="admit patient", subject=f"patient {patient.pk}", detail=detail)
    room = room_of(patient)
    if room is not None:
        room.admit(patient)
    return patient


@transaction.atomic
def open_account(*, patient: Patient, name: str, username: str, role: Role, acting: Person, now: Now) -> NewAccount:
    """Let somebody at home sign in and see this one record. In a rehearsal the person is fictional."""
    assert role in {Role.PATIENT, Role.CARER}, "staff get no account from a patient's page"
    fictional = patient.kind == RecordKind.REHEARSAL and bool(settings.THECAL_FICTIONAL_PASSWORD)
    password = settings.THECAL_FICTIONAL_PASSWORD if fictional else secrets.token_urlsafe(PASSWORD_BYTES)
    secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    person = add_person(
        username=username,
        name=name,
        role=role,
        password=password,
        totp_secret=secret,
        patient=patient,
        is_fictional=fictional,
        acting=acting,
        now=now,
    )
    return NewAccount(person=person, password=password, totp_secret=secret)


def _next_number() -> str:
    """R- and four digits, one more than the highest there is."""
    numbers = Patient.objects.filter(record_number__regex=r"^R-\d{4}$").order_by("record_number")
    last = numbers.values_list("record_number", flat=True).last()
    return f"R-{int(last.removeprefix('R-')) + 1 if last else 1:04d}"
