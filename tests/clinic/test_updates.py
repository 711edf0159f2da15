"""Updates in the records: pending first, three outcomes, one unsettled per implant, none lost by a dead process."""

import pytest
from django.db import IntegrityError, transaction
from tests.clinic.helpers import NOW, Team, at, make_implant, make_program

from thecal.clinic.actions import mark_interrupted_updates, open_visit, record_outcome, record_pending_update
from thecal.clinic.models import AuditRow, Implant, Person, PumpUpdate, UpdateStatus
from thecal.errors import OurFault
from thecal.pump.commands import Update


@pytest.fixture
def implant(team: Team) -> Implant:
    """The first patient's pump."""
    return make_implant(team.patient)


def _pend(team: Team, implant: Implant, transaction_id: str = "t-1", second: Person | None = None) -> PumpUpdate:
    return record_pending_update(
        visit=open_visit(patient=implant.patient, acting=team.alice, now=NOW),
        implant=implant,
        transaction_id=transaction_id,
        update=Update(program=make_program()),
        onto_revision=3,
        review={"findings": []},
        reason="Stiffer in the morning.",
        second_person=second,
        acting=team.alice,
        now=NOW,
    )


def test_what_was_reviewed_can_be_read_back_whole(team: Team, implant: Implant) -> None:
    """The stored update is the reviewed one, to the digit, under its digest."""
    pending = PumpUpdate.objects.get(pk=_pend(team, implant).pk)
    assert pending.read() == Update(program=make_program())
    assert pending.read().digest() == pending.digest
    assert pending.status == UpdateStatus.PENDING


def test_a_second_unsettled_update_is_refused(team: Team, implant: Implant) -> None:
    """By the action in words, and by the database for whoever goes round it."""
    pending = _pend(team, implant)
    with pytest.raises(OurFault, match="unsettled"):
        _pend(team, implant, "t-2")
    pending.pk, pending.transaction_id = None, "t-3"
    with pytest.raises(IntegrityError), transaction.atomic():
        pending.save(force_insert=True)


@pytest.mark.parametrize("status", [UpdateStatus.CONFIRMED, UpdateStatus.REFUSED])
def test_a_settled_update_makes_room_for_the_next(team: Team, implant: Implant, status: UpdateStatus) -> None:
    """And stays settled."""
    settled = record_outcome(update=_pend(team, implant), status=status, says="", acting=team.alice, now=NOW)
    assert settled.is_settled
    assert settled.settled_ms == NOW.clinic_ms
    with pytest.raises(OurFault, match="settled before"):
        record_outcome(update=settled, status=UpdateStatus.REFUSED, says="", acting=team.alice, now=NOW)
    _pend(team, implant, "t-2")


def test_unconfirmed_still_blocks_until_a_read_out_settles_it(team: Team, implant: Implant) -> None:
    """Nobody knows which program runs, so no other is sent."""
    lost = record_outcome(
        update=_pend(team, implant), status=UpdateStatus.UNCONFIRMED, says="No answer.", acting=team.alice, now=NOW
    )
    assert not lost.is_settled
    with pytest.raises(OurFault):
        _pend(team, implant, "t-2")
    record_outcome(update=lost, status=UpdateStatus.CONFIRMED, says="Read back.", acting=team.alice, now=NOW)
    _pend(team, implant, "t-2")


def test_pending_is_no_outcome(team: Team, implant: Implant) -> None:
    """An update cannot end where it began."""
    with pytest.raises(OurFault, match="no outcome"):
        record_outcome(update=_pend(team, implant), status=UpdateStatus.PENDING, says="", acting=team.alice, now=NOW)


def test_a_transaction_id_is_used_once(team: Team, implant: Implant) -> None:
    """Even for another patient's pump."""
    _pend(team, implant)
    with pytest.raises(OurFault):
        _pend(team, make_implant(team.other))


def test_nobody_is_their_own_second_person(team: Team, implant: Implant) -> None:
    """Two people are two."""
    with pytest.raises(OurFault):
        _pend(team, implant, second=team.alice)
    assert _pend(team, implant, second=team.bob).second_person == team.bob


def test_a_dead_process_leaves_unconfirmed_and_twice_is_once(team: Team, implant: Implant) -> None:
    """At the next start; the program itself signs the row."""
    pending = _pend(team, implant)
    assert mark_interrupted_updates(now=at(NOW.clinic_ms + 5)) == 1
    assert mark_interrupted_updates(now=at(NOW.clinic_ms + 9)) == 0
    pending.refresh_from_db()
    assert pending.status == UpdateStatus.UNCONFIRMED
    row = AuditRow.objects.order_by("sequence").last()
    assert row is not None
    assert (row.person, row.action, row.detail["status"]) == (None, "record outcome", "unconfirmed")
