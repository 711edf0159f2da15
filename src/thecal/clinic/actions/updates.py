"""Updates: written down before they are sent, settled by what the pump then says (decision 0003).

    record_pending_update → the exchange with the pump, in no transaction → record_outcome

A process that dies in between leaves a pending row. `mark_interrupted_updates` turns it into *unconfirmed* at the next
start, and only a read-out settles it: confirmed or refused.
"""

from django.db import IntegrityError, transaction

from thecal.canonical import Plain, to_plain
from thecal.clinic.audit import append_row
from thecal.clinic.clock import Now
from thecal.clinic.models import Implant, Person, PumpUpdate, UpdateStatus, Visit
from thecal.clinic.models.work import OUTCOMES, UNSETTLED
from thecal.errors import OurFault
from thecal.pump.commands import Update


@transaction.atomic
def record_pending_update(
    *,
    visit: Visit,
    implant: Implant,
    transaction_id: str,
    update: Update,
    onto_revision: int,
    review: Plain,
    reason: str,
    second_person: Person | None,
    acting: Person,
    now: Now,
) -> PumpUpdate:
    """Write an update down before it is sent. Refused while an earlier one is unsettled."""
    if implant.updates.filter(status__in=UNSETTLED).exists():
        raise OurFault("an earlier update of this pump is unsettled", remedy="Interrogate the pump first.")
    try:
        with transaction.atomic():
            pending = PumpUpdate.objects.create(
                visit=visit,
                implant=implant,
                transaction_id=transaction_id,
                digest=update.digest(),
                onto_revision=onto_revision,
                update=to_plain(update),
                review=review,
                reason=reason,
                by=acting,
                second_person=second_person,
                created_ms=now.clinic_ms,
            )
    except IntegrityError as refused:
        raise OurFault(
            "this update cannot be written down", remedy="Interrogate, review again, then update."
        ) from refused
    _note(pending, "record pending update", acting=acting, now=now)
    return pending


@transaction.atomic
def record_outcome(
    *, update: PumpUpdate, status: UpdateStatus, says: str, acting: Person | None, now: Now
) -> PumpUpdate:
    """Write down how an update ended. A settled update stays as it is; unconfirmed may still be settled."""
    if status not in OUTCOMES:
        raise OurFault(f"{status} is no outcome", remedy="An update is confirmed, refused or unconfirmed.")
    settled_ms = None if status is UpdateStatus.UNCONFIRMED else now.clinic_ms
    changed = PumpUpdate.objects.filter(pk=update.pk, status__in=UNSETTLED).update(
        status=status, outcome_says=says, settled_ms=settled_ms
    )
    if changed != 1:
        raise OurFault("this update was settled before", remedy="Open the visit to see how it ended.")
    update.refresh_from_db()
    _note(update, "record outcome", acting=acting, now=now)
    return update


def mark_interrupted_updates(*, now: Now) -> int:
    """How many pending updates, left by a process that died, became unconfirmed. Safe to call twice.

    Call it before the server takes its first request: later, a pending update is somebody's at work.
    """
    interrupted = list(PumpUpdate.objects.filter(status=UpdateStatus.PENDING))
    for update in interrupted:
        record_outcome(
            update=update,
            status=UpdateStatus.UNCONFIRMED,
            says="The program that sent it ended before the pump's answer was written down.",
            acting=None,
            now=now,
        )
    return len(interrupted)


def _note(update: PumpUpdate, action: str, *, acting: Person | None, now: Now) -> None:
    detail: dict[str, Plain] = {
        "implant": update.implant_id,
        "status": str(update.status),
        "digest": update.digest,
        "transaction_id": update.transaction_id,
        "second_person": update.second_person_id,
    }
    append_row(now=now, person=acting, action=action, subject=f"update {update.pk}", detail=detail)
