"""What is done with the wand in a visit: interrogate, update, stop, quieten, set the clock, refill (decision 0003).

Each writes what it learned in one transaction with its audit row, before or after the exchange with the pump, never
around it: an exchange can take long, and a lost link must not lose the record.
"""

from typing import Any

from django.db import transaction

from thecal.canonical import Plain
from thecal.care.rule_book import RULES_VERSION
from thecal.clinic.actions.read_outs import Checked, record_fill, record_read_out
from thecal.clinic.actions.updates import record_outcome, record_pending_update
from thecal.clinic.actions.visits import merge_draft
from thecal.clinic.audit import append_row
from thecal.clinic.bedside import Bedside
from thecal.clinic.clock import Now
from thecal.clinic.draft import Draft
from thecal.clinic.models import Fill, Implant, Person, PumpUpdate, ReadOut, UpdateStatus, Visit
from thecal.clinic.models.pumps import Holds
from thecal.clinic.models.work import UNSETTLED
from thecal.errors import OurFault
from thecal.programmer.exchange import Confirmed, Outcome, Refused, Unconfirmed, settle
from thecal.programmer.review import Review
from thecal.pump.alarms import Alarm
from thecal.pump.bolus import PrimingBolus
from thecal.pump.memory import Interrogation

ORDER_PARTS = tuple(Draft().to_json())
"""The parts of a visit's draft that are the order."""
CONFIRMED_SAYS = "A read-out says that the pump runs it."


def interrogate(*, visit: Visit, implant: Implant, bedside: Bedside, acting: Person, now: Now) -> ReadOut:
    """Read the pump; keep what it said; settle an update that was left unconfirmed."""
    read = bedside.open_session(implant, acting).interrogate()
    return _keep(visit, implant, read, acting=acting, now=now)


def stop_pump(*, visit: Visit, implant: Implant, bedside: Bedside, acting: Person, now: Now) -> ReadOut:
    """Stop delivery. Never blocked, whatever else is unsettled; the intent is written down first."""
    with transaction.atomic():
        append_row(
            now=now, person=acting, action="stop pump", subject=f"visit {visit.pk}", detail={"serial": implant.serial}
        )
    read = bedside.open_session(implant, acting).stop()
    return _keep(visit, implant, read, acting=acting, now=now)


def acknowledge_alarm(
    *, visit: Visit, implant: Implant, bedside: Bedside, alarm: Alarm, acting: Person, now: Now
) -> ReadOut:
    """Quieten an alarm for a while. Who did it is written down first: for so long nobody hears it."""
    detail: dict[str, Plain] = {"serial": implant.serial, "alarm": alarm.name}
    with transaction.atomic():
        append_row(now=now, person=acting, action="acknowledge alarm", subject=f"visit {visit.pk}", detail=detail)
    read = bedside.open_session(implant, acting).acknowledge(alarm)
    return _keep(visit, implant, read, acting=acting, now=now)


def set_clock(*, visit: Visit, implant: Implant, bedside: Bedside, acting: Person, now: Now) -> ReadOut:
    """Tell the pump the clinic's time. The hours of its program stay what they are."""
    detail: dict[str, Plain] = {"serial": implant.serial, "clock_ms": now.clinic_ms}
    with transaction.atomic():
        append_row(now=now, person=acting, action="set clock", subject=f"visit {visit.pk}", detail=detail)
    read = bedside.open_session(implant, acting).set_clock(now.clinic_ms)
    return _keep(visit, implant, read, acting=acting, now=now)


def update_pump(
    *,
    visit: Visit,
    implant: Implant,
    bedside: Bedside,
    reviewed: Review,
    onto_revision: int,
    transaction_id: str,
    reason: str,
    second_person: Person | None,
    acting: Person,
    now: Now,
) -> PumpUpdate:
    """Put a reviewed update into the pump.

    1. Open the session: where that fails, nothing was sent and nothing is pending.
    2. Write the pending update down.
    3. Stage, read back, commit, read back: in no transaction. A kill here leaves it pending, unconfirmed at next start.
    4. Write the outcome down, and the read-out that says so.
    """
    session = bedside.open_session(implant, acting)
    pending = record_pending_update(
        visit=visit,
        implant=implant,
        transaction_id=transaction_id,
        update=reviewed.update,
        onto_revision=onto_revision,
        review={
            "digest": reviewed.digest,
            "findings": [finding.rule for finding in reviewed.findings],
            "rules_version": RULES_VERSION,
            "fill": visit.draft.get("fill"),
        },
        reason=reason,
        second_person=second_person,
        acting=acting,
        now=now,
    )
    outcome = session.update(reviewed.update, onto_revision, transaction_id, reviewed.digest)
    return _write_outcome(pending, outcome, acting=acting, now=now)


def withdraw(*, visit: Visit, implant: Implant, bedside: Bedside, acting: Person, now: Now) -> int:
    """Empty the reservoir: what the syringe reads, kept as the syringe's word until somebody writes it down.

    Asked twice, it says again what it drew the first time.
    """
    if visit.closed_ms is not None:
        raise OurFault("this visit is closed", remedy="Open a new one.")
    already: int | None = (visit.draft.get("refill") or {}).get("syringe_nl")
    if already is not None:
        return already
    drawn_nl = bedside.withdraw(implant)
    merge_draft(visit=visit, parts={"refill": {"syringe_nl": drawn_nl}}, acting=acting, now=now)
    return drawn_nl


def refill(
    *, visit: Visit, implant: Implant, bedside: Bedside | None, volume_nl: int, concentration_pg_per_nl: int,
    expected_nl: int | None, withdrawn_nl: int | None, acting: Person, now: Now, checked: Checked | None = None,
) -> Fill:  # fmt: skip
    """Fill the reservoir, which is emptied before, and write down what came out and what went in.

    `withdrawn_nl` is what somebody read from the syringe, None where nobody wrote it down. Where there is no bedside
    the fill was made by hand, and is only written down. The pump is told by an update.
    """
    if visit.closed_ms is not None:
        raise OurFault("this visit is closed", remedy="Open a new one.")
    if bedside is not None:
        bedside.refill(implant, volume_nl=volume_nl, concentration_pg_per_nl=concentration_pg_per_nl)
    return _write_fill(
        visit,
        implant,
        volume_nl=volume_nl,
        concentration_pg_per_nl=concentration_pg_per_nl,
        residual_expected_nl=expected_nl,
        residual_withdrawn_nl=withdrawn_nl,
        checked=checked,
        acting=acting,
        now=now,
    )


@transaction.atomic
def _write_fill(visit: Visit, implant: Implant, *, acting: Person, now: Now, **written: Any) -> Fill:
    """The fill on record, and the visit that has yet to tell the pump of it."""
    fill = record_fill(implant=implant, at_ms=now.clinic_ms, acting=acting, now=now, **written)
    merge_draft(visit=visit, parts={"fill": fill.pk, "refill": None}, acting=acting, now=now)
    return fill


@transaction.atomic
def _keep(visit: Visit, implant: Implant, read: Interrogation, *, acting: Person, now: Now) -> ReadOut:
    """The read-out on record, and what it says of an update that waits for one."""
    assert visit.patient_id == implant.patient_id, "a visit is with one patient and their pump"
    read_out = record_read_out(implant=implant, interrogation=read, acting=acting, now=now)
    waiting = implant.updates.filter(status__in=UNSETTLED).first()
    if waiting is not None:
        verdict = settle(waiting.transaction_id, waiting.digest, waiting.onto_revision, read)
        status, says = _in_words(verdict)
        _settle(waiting, status, says, acting=acting, now=now)
    _take_over_fill(visit, implant, read, acting=acting, now=now)
    return read_out


def _take_over_fill(visit: Visit, implant: Implant, read: Interrogation, *, acting: Person, now: Now) -> None:
    """A pump that was filled at its operation and never programmed: this visit tells it of that fill."""
    if read.program is not None or visit.closed_ms is not None or "fill" in visit.draft:
        return
    fill = implant.fills.order_by("at_ms", "id").last()
    if fill is not None:
        merge_draft(visit=visit, parts={"fill": fill.pk}, acting=acting, now=now)


@transaction.atomic
def _write_outcome(pending: PumpUpdate, outcome: Outcome, *, acting: Person, now: Now) -> PumpUpdate:
    status, says = _in_words(outcome)
    read = outcome.interrogation if isinstance(outcome, Confirmed | Refused) else None
    if read is not None:
        record_read_out(implant=pending.implant, interrogation=read, acting=acting, now=now)
    return _settle(pending, status, says, acting=acting, now=now)


def _settle(update: PumpUpdate, status: UpdateStatus, says: str, *, acting: Person, now: Now) -> PumpUpdate:
    """The outcome on record. What the pump runs is no draft any more, and a refill that it knows of is told once.

    A refill that was made after the update was sent is still to be told.
    """
    settled = record_outcome(update=update, status=status, says=says, acting=acting, now=now)
    if status is UpdateStatus.CONFIRMED and settled.visit.closed_ms is None:
        parts: dict[str, Any] = dict.fromkeys(ORDER_PARTS)
        if settled.visit.draft.get("fill") == settled.review.get("fill"):
            parts["fill"] = None
        merge_draft(visit=settled.visit, parts=parts, acting=acting, now=now)
    if status is UpdateStatus.CONFIRMED and isinstance(settled.read().bolus, PrimingBolus):
        Implant.objects.filter(pk=settled.implant_id).update(tubing_holds=Holds.DRUG, catheter_holds=Holds.DRUG)
    return settled


def _in_words(outcome: Outcome) -> tuple[UpdateStatus, str]:
    """The outcome as the record keeps it."""
    match outcome:
        case Confirmed():
            return UpdateStatus.CONFIRMED, CONFIRMED_SAYS
        case Refused():
            return UpdateStatus.REFUSED, outcome.says
        case Unconfirmed(why=why):
            return UpdateStatus.UNCONFIRMED, why
