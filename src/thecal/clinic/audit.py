"""Adding to the audit, and checking that nobody else did.

The chain shows edits, removals in the middle and reordering. A removed tail shows only against a head that was kept
elsewhere: hand it to `verify_audit`.
"""

from collections.abc import Iterable, Mapping

from django.db import transaction

from thecal.canonical import Plain
from thecal.clinic.clock import Now
from thecal.clinic.models import AuditRow, Person
from thecal.clinic.models.audit import GENESIS
from thecal.errors import TheirFault


def append_row(*, now: Now, person: Person | None, action: str, subject: str, detail: Mapping[str, Plain]) -> AuditRow:
    """Add one row. Only inside the transaction of the action it tells of: neither is kept without the other."""
    assert transaction.get_connection().in_atomic_block, "an audit row belongs into its action's transaction"
    last = AuditRow.objects.order_by("sequence").last()
    row = AuditRow(
        sequence=last.sequence + 1 if last else 1,
        clinic_ms=now.clinic_ms,
        wall_ms=now.wall_ms,
        person=person,
        action=action,
        subject=subject,
        detail=dict(detail),
        previous=last.hash if last else GENESIS,
    )
    row.hash = row.computed_hash()
    row.save(force_insert=True)
    return row


def verify_audit(rows: Iterable[AuditRow], *, head: str | None = None) -> None:
    """Nothing, where each row names the one before and `head` is the last one's hash; TheirFault where not."""
    previous, sequence = GENESIS, 0
    for row in rows:
        sound = row.sequence == sequence + 1 and row.previous == previous and row.hash == row.computed_hash()
        if not sound:
            raise TheirFault(
                f"the audit is broken at row {row.sequence}", remedy="Stop work, keep the database file, find out why."
            )
        previous, sequence = row.hash, row.sequence
    if head is not None and previous != head:
        raise TheirFault(
            "the audit does not end where it should", remedy="Stop work, keep the database file, find out why."
        )
