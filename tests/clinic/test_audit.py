"""The audit: in the action's transaction, chained, and never changed."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import NOW, Team, make_heard, sign_in, text_of

from thecal.clinic.actions import record_call, settle_call
from thecal.clinic.audit import append_row, verify_audit
from thecal.clinic.models import AuditRow, Call, CallUrgency, Patient
from thecal.errors import BadInput, OurFault, TheirFault

RAW = "UPDATE clinic_auditrow SET action = 'nothing' WHERE sequence = 1"


def _record(team: Team) -> Call:
    return record_call(
        patient=team.patient,
        caller="Ana",
        words="",
        heard=make_heard(),
        urgency=CallUrgency.TODAY,
        acting=team.bob,
        now=NOW,
    )


def test_an_action_leaves_one_row_that_says_who_and_what(team: Team) -> None:
    """By both clocks, with the person and the subject."""
    before = AuditRow.objects.count()
    call = _record(team)
    row = AuditRow.objects.order_by("sequence").last()
    assert row is not None
    assert AuditRow.objects.count() == before + 1
    assert (row.person, row.action, row.subject) == (team.bob, "record call", f"call {call.pk}")
    assert (row.clinic_ms, row.wall_ms) == (NOW.clinic_ms, NOW.wall_ms)


def test_a_failing_audit_takes_the_action_with_it(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its row an action has not happened."""

    def fail(**kwargs: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr("thecal.clinic.actions.calls.append_row", fail)
    with pytest.raises(DatabaseError):
        _record(team)
    assert not Call.objects.exists()


def test_a_refused_action_leaves_neither_change_nor_row(team: Team) -> None:
    """What was refused is not on record as done."""
    call = _record(team)
    before = AuditRow.objects.count()
    with pytest.raises(BadInput):
        settle_call(call=call, words="  ", acting=team.bob, now=NOW)
    settle_call(call=call, words="Sent in.", acting=team.bob, now=NOW)
    with pytest.raises(OurFault):
        settle_call(call=call, words="Again.", acting=team.alice, now=NOW)
    call.refresh_from_db()
    assert call.settled_words == "Sent in."
    assert AuditRow.objects.count() == before + 1


def test_a_row_outside_a_transaction_is_a_fault_of_ours(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row cannot be kept apart from its action."""
    with monkeypatch.context() as outside:
        outside.setattr(transaction.get_connection(), "in_atomic_block", False)
        with pytest.raises(AssertionError):
            append_row(now=NOW, person=None, action="x", subject="y", detail={})


@pytest.mark.parametrize(
    "statement",
    [
        RAW,
        "DELETE FROM clinic_auditrow WHERE sequence = 1",
        "REPLACE INTO clinic_auditrow SELECT * FROM clinic_auditrow WHERE sequence = 1",
    ],
)
def test_the_database_refuses_to_change_a_row(team: Team, statement: str) -> None:
    """Whoever goes round Django meets the triggers."""
    with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_kind_of_a_record_is_fixed(team: Team) -> None:
    """No record of a real pump is made from a rehearsal's, nor the other way round."""
    with pytest.raises(DatabaseError, match="fixed"), transaction.atomic():
        Patient.objects.filter(pk=team.patient.pk).update(kind="transcribed")


def test_the_chain_holds(team: Team) -> None:
    """Rows written by actions verify, up to their head."""
    before = AuditRow.objects.count()
    _record(team)
    rows = list(AuditRow.objects.all())
    assert len(rows) == before + 1
    verify_audit(rows, head=rows[-1].hash)


@pytest.mark.parametrize("field", ["clinic_ms", "wall_ms", "person_id", "action", "subject", "detail", "previous"])
def test_an_edit_of_any_field_shows(team: Team, field: str) -> None:
    """Nothing in a row can be altered unseen."""
    rows = list(AuditRow.objects.all())
    other = {"person_id": team.alice.pk, "detail": {"role": "admin"}, "clinic_ms": 1, "wall_ms": 1}
    setattr(rows[2], field, other.get(field, "altered"))
    with pytest.raises(TheirFault, match="row 3"):
        verify_audit(rows)


def test_a_missing_or_moved_row_shows(team: Team) -> None:
    """A hole, two rows swapped, a tail cut off against a known head."""
    rows = list(AuditRow.objects.all())
    for broken in ([rows[0], *rows[2:]], [rows[1], rows[0], *rows[2:]]):
        with pytest.raises(TheirFault):
            verify_audit(broken)
    with pytest.raises(TheirFault):
        verify_audit(rows[:-1], head=rows[-1].hash)


def test_the_page_shows_rows_and_that_the_chain_holds(team: Team, client: Client) -> None:
    """For a prescriber."""
    page = text_of(sign_in(client, team.alice).get(reverse("audit")))
    assert "the chain holds" in page
    assert "add person" in page


def test_the_page_says_where_the_chain_broke(team: Team, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loudly, with what to do."""
    sign_in(client, team.alice)
    monkeypatch.setattr(AuditRow, "computed_hash", lambda row: "0" * 64)
    page = text_of(client.get(reverse("audit")))
    assert "the audit is broken at row 1" in page
    assert "Stop work" in page
