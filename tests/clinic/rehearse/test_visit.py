"""A visit's addresses, with real pumps behind them: who may, what is refused, what is never refused."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import sign_in, text_of
from tests.clinic.rehearse.desk import ORDER, RAISED_PG_PER_DAY, Desk, code_of
from tests.clinic.rehearse.helpers import Clinic

from thecal.clinic.actions import mark_interrupted_updates, record_pending_update
from thecal.clinic.models import AuditRow, Fill, PumpUpdate, ReadOut, UpdateStatus
from thecal.clinic.rehearse.place import Hand
from thecal.pump.commands import Update
from thecal.pump.states import State
from thecal.units import MINUTE_MS


@pytest.fixture
def desk(clinic: Clinic) -> Desk:
    """Dr Ruiz with Asta, the pump read."""
    desk = Desk(clinic)
    desk.post("interrogate")
    return desk


@pytest.mark.parametrize(("who", "dose"), [("ruiz", "310"), ("lindqvist", "300"), ("lindqvist", "290")])
def test_a_prescriber_and_a_nurse_may_do_all_of_it(clinic: Clinic, who: str, dose: str) -> None:
    """Read, review, update, end; a nurse without an order set keeps the dose, or lowers it."""
    desk = Desk(clinic, getattr(clinic, who))
    assert desk.post("interrogate").status_code == 302
    assert desk.update(daily_dose=dose).status_code == 302
    assert "Confirmed" in desk.page()
    assert desk.dose_pg_per_day() == int(dose) * 10**6
    assert desk.post("close", {"next_days": "14"}).status_code == 302
    desk.visit.refresh_from_db()
    assert desk.visit.closed_ms == clinic.now.clinic_ms


def test_a_nurse_raises_a_dose_with_a_prescriber(clinic: Clinic) -> None:
    """No order set is signed: a second person who is no prescriber is not enough, one who is gives their code."""
    desk = Desk(clinic, clinic.lindqvist)
    desk.post("interrogate")
    assert desk.update().status_code == 422
    assert desk.update(second_person="meyer", second_code="000000").status_code == 422
    assert "a prescriber as the second person" in text_of(desk.post("preview", ORDER | {"second_person": "meyer"}))
    assert not PumpUpdate.objects.filter(visit=desk.visit).exists()
    assert desk.update(second_person="okafor", second_code=code_of(clinic.okafor)).status_code == 302
    assert desk.dose_pg_per_day() == RAISED_PG_PER_DAY


def test_a_patient_may_do_none_of_it(desk: Desk, clinic: Clinic) -> None:
    """Not even with their own pump."""
    stranger = sign_in(Client(), clinic.lind)
    for name in ("interrogate", "stop", "entry", "withdraw", "refill", "preview", "draft", "update", "close"):
        assert stranger.post(reverse(f"visit_{name}", args=[desk.visit.pk])).status_code == 403
    assert stranger.get(reverse("visit", args=[desk.visit.pk])).status_code == 403
    assert stranger.post(reverse("start_visit", args=[desk.patient.pk])).status_code == 403


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """(action, whether it stood in a transaction of its own) of every audit row from here on."""
    seen: list[tuple[str, bool]] = []
    save = AuditRow.save

    def watched(row: AuditRow, **options: Any) -> None:
        seen.append((row.action, bool(connection.savepoint_ids)))
        save(row, **options)

    monkeypatch.setattr(AuditRow, "save", watched)
    return seen


def test_every_step_leaves_its_audit_row_in_its_own_transaction(clinic: Clinic, rows: list[tuple[str, bool]]) -> None:
    """In the order of what was done; the update is written down before it is sent."""
    desk = Desk(clinic)
    desk.post("interrogate")
    desk.post("refill", desk.entries())
    desk.update()
    desk.post("close", {"next_days": "20"})
    assert [action for action, _ in rows] == [
        "open visit",
        "record read-out",
        "save draft",
        "record fill",
        "save draft",
        "save draft",
        "record pending update",
        "record read-out",
        "record outcome",
        "save draft",
        "close visit",
    ]
    assert all(inside for _, inside in rows)


def test_nothing_is_reviewed_on_an_old_read_out(desk: Desk) -> None:
    """Eleven minutes later the pump is read again first."""
    digest = desk.digest(ORDER)
    assert digest
    desk.pass_time(11 * MINUTE_MS)
    assert desk.digest(ORDER) == ""
    assert "has not been read in the last ten minutes" in desk.page()
    refused = desk.post("update", {"digest": digest} | ORDER)
    assert refused.status_code == 409
    assert "Interrogate again" in text_of(refused)
    assert not PumpUpdate.objects.filter(visit=desk.visit).exists()
    desk.post("interrogate")
    assert 'value="310"' in desk.page(), "what was typed is still there"


def test_only_what_was_reviewed_is_sent(desk: Desk) -> None:
    """The digest of another order, or none, sends nothing."""
    other = desk.digest(ORDER | {"daily_dose": "305"})
    for digest in (other, "", "0" * 64):
        refused = desk.post("update", {"digest": digest} | ORDER)
        assert refused.status_code == 409
        assert "not what was reviewed" in text_of(refused)
    assert not PumpUpdate.objects.filter(visit=desk.visit).exists()
    assert desk.dose_pg_per_day() == 300_000_000


def test_an_update_that_wants_a_signature_is_not_sent_without(desk: Desk, clinic: Clinic) -> None:
    """Half as much again: no reason, no second person, a wrong code, one's own code, a used code."""
    assert desk.update(daily_dose="450", reason="").status_code == 422
    assert desk.update(daily_dose="450").status_code == 422
    second = {"daily_dose": "450", "second_person": "okafor"}
    assert desk.update(**second, second_code="000000").status_code == 422
    own = {"daily_dose": "450", "second_person": "ruiz", "second_code": code_of(clinic.ruiz)}
    assert desk.update(**own).status_code == 422
    assert not PumpUpdate.objects.filter(visit=desk.visit).exists()

    code = code_of(clinic.okafor)
    assert desk.update(**second, second_code=code).status_code == 302
    sent = PumpUpdate.objects.get(visit=desk.visit)
    assert (sent.status, sent.second_person) == (UpdateStatus.CONFIRMED, clinic.okafor)
    again = desk.update(daily_dose="700", second_person="okafor", second_code=code)
    assert again.status_code == 422
    assert "is not Dr Daniel Okafor" in text_of(again)


def test_codes_cannot_be_guessed_one_after_another(desk: Desk, clinic: Clinic) -> None:
    """After five wrong ones even the right one waits."""
    second = {"daily_dose": "450", "second_person": "okafor"}
    for _ in range(5):
        assert desk.update(**second, second_code="000000").status_code == 422
    refused = desk.update(**second, second_code=code_of(clinic.okafor))
    assert refused.status_code == 409
    assert "Too many wrong codes" in text_of(refused)


def test_both_reasons_are_on_record(desk: Desk, clinic: Clinic) -> None:
    """Why no bridge, and why at all."""
    desk.post("refill", desk.entries("2000"))
    order = {"concentration": "2000", "bridge": "none", "no_bridge_reason": "Aspirated.", "second_person": "okafor"}
    assert desk.update(**order, second_code=code_of(clinic.okafor)).status_code == 302
    sent = PumpUpdate.objects.get(visit=desk.visit)
    assert sent.reason == "No bridge: Aspirated. Stiffer in the morning."


def test_a_process_that_died_leaves_unconfirmed_and_a_read_out_settles_it(desk: Desk, clinic: Clinic) -> None:
    """Loud on the visit; no other update is sent; interrogate and stop stay."""
    digest = desk.digest(ORDER)
    sent = record_pending_update(
        visit=desk.visit,
        implant=desk.implant,
        transaction_id="died",
        update=_update_of(desk),
        onto_revision=desk.read().revision,
        review={},
        reason="",
        second_person=None,
        acting=clinic.ruiz,
        now=clinic.now,
    )
    assert mark_interrupted_updates(now=clinic.now) == 1
    page = desk.page()
    assert "Unconfirmed" in page
    assert "Update pump" not in page
    assert "Stop pump now" in page
    assert desk.post("update", {"digest": digest} | ORDER).status_code == 409
    desk.post("interrogate")
    sent.refresh_from_db()
    assert sent.status == UpdateStatus.REFUSED
    assert "Refused" in desk.page()
    assert desk.update().status_code == 302


def _update_of(desk: Desk) -> Update:
    """An update that was never sent."""
    seeded = PumpUpdate.objects.filter(implant=desk.implant).order_by("created_ms", "id").last()
    assert seeded is not None
    return seeded.read()


def test_stop_is_never_blocked(desk: Desk) -> None:
    """Unconfirmed, unread, or after the visit has ended."""
    desk.hand(Hand.LIFT_IN_UPDATE)
    desk.update()
    assert "Unconfirmed" in desk.page()
    desk.hand(Hand.HOLD)
    desk.pass_time(11 * MINUTE_MS)
    desk.post("stop")
    assert "Unconfirmed" not in desk.page()
    assert desk.read().state is State.STOPPED
    desk.post("close")
    assert desk.post("stop").status_code == 302


def test_a_lost_wand_loses_no_record(desk: Desk) -> None:
    """Nothing is pending where no session could be had; the page says what to do."""
    digest = desk.digest(ORDER)
    desk.hand(Hand.LIFT_NOW)
    refused = desk.post("update", {"digest": digest} | ORDER)
    assert refused.status_code == 409
    assert not PumpUpdate.objects.filter(visit=desk.visit).exists()
    desk.post("stop")
    assert "The wand:" in desk.page()
    assert AuditRow.objects.filter(action="stop pump").exists(), "the attempt is on record"


def test_a_refill_is_told_once(desk: Desk) -> None:
    """Sent twice it fills once; what the pump was told of, by whatever way it became known, is not told again."""
    fills = Fill.objects.filter(implant=desk.implant)
    before = fills.count()
    for _ in range(2):
        desk.post("refill", desk.entries())
    assert fills.count() == before + 1
    assert "filled and not told" in text_of(desk.client.post(reverse("visit_close", args=[desk.visit.pk]), follow=True))

    desk.hand(Hand.LIFT_IN_UPDATE)
    desk.update()
    desk.hand(Hand.HOLD)
    desk.post("interrogate")
    page = desk.page()
    assert "Confirmed" in page
    assert "Filled, and the pump not told" not in page
    assert desk.read().reservoir_nl == 20_000_000
    desk.visit.refresh_from_db()
    assert desk.visit.draft == {}


def test_a_refill_is_never_blocked_by_what_is_typed_below(desk: Desk) -> None:
    """An order that cannot be meant, and one that is blocked, wait; the syringe does not."""
    desk.post("draft", ORDER | {"daily_dose": "abc"})
    done = desk.post("refill", desk.entries("2000", fill_volume="18.5") | ORDER | {"daily_dose": "abc"})
    assert done.status_code == 302
    fill = Fill.objects.filter(implant=desk.implant).order_by("id").last()
    assert fill is not None
    assert (fill.volume_nl, fill.concentration_pg_per_nl) == (18_500_000, 2_000)
    assert 'value="abc"' in desk.page()


def test_a_closed_visit_takes_no_more(desk: Desk) -> None:
    """Not a draft, not an update, not a refill, not a second end; and nothing breaks."""
    digest = desk.digest(ORDER)
    assert desk.post("close").status_code == 302
    read_outs, fills = ReadOut.objects.count(), Fill.objects.count()
    assert desk.post("draft", ORDER).status_code == 302
    assert desk.post("update", {"digest": digest} | ORDER).status_code == 409
    assert desk.post("refill", desk.entries() | ORDER).status_code == 302
    assert desk.post("interrogate", ORDER).status_code == 302
    assert desk.post("close", {"next_days": "3"}).status_code == 302
    desk.visit.refresh_from_db()
    assert desk.visit.draft == {}
    assert desk.visit.next_due_ms is None
    assert (ReadOut.objects.count(), Fill.objects.count()) == (read_outs, fills)
    assert not PumpUpdate.objects.filter(visit=desk.visit).exists()
