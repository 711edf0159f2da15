"""A visit's addresses, with real pumps behind them: who may, what is refused, what is never refused."""

import re
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import sign_in, text_of
from tests.clinic.rehearse.helpers import ASTA, MILO, Clinic, implant_of, patient_of

from thecal.clinic.actions import mark_interrupted_updates, move_clock, record_pending_update
from thecal.clinic.clock import Now
from thecal.clinic.models import AuditRow, Fill, Person, PumpUpdate, ReadOut, UpdateStatus, Visit
from thecal.clinic.rehearse.people import shown_codes
from thecal.clinic.rehearse.place import Hand, move_wand
from thecal.pump.commands import Update
from thecal.pump.memory import Interrogation
from thecal.pump.states import State
from thecal.rehearsal.world import World
from thecal.units import MINUTE_MS

ORDER = {
    "mode": "continuous",
    "concentration": "500",
    "daily_dose": "310",
    "low_alarm": "2",
    "bridge": "",
    "no_bridge_reason": "",
    "reason": "Stiffer in the morning.",
    "second_person": "",
}
RAISED_PG_PER_DAY = 310_000_000


class Desk:
    """Asta's visit in somebody's browser."""

    def __init__(self, clinic: Clinic, person: Person | None = None, record_number: str = ASTA) -> None:
        self.clinic = clinic
        self.client = sign_in(Client(), person or clinic.ruiz)
        self.patient = patient_of(record_number)
        self.implant = implant_of(record_number)
        self.client.post(reverse("start_visit", args=[self.patient.pk]))
        self.visit = Visit.objects.get(patient=self.patient, closed_ms__isnull=True)

    def post(self, name: str, data: dict[str, str] | None = None) -> Any:
        """Press one of the page's buttons."""
        return self.client.post(reverse(f"visit_{name}", args=[self.visit.pk]), data or {})

    def page(self) -> str:
        """The visit as it stands."""
        return text_of(self.client.get(reverse("visit", args=[self.visit.pk])))

    def digest(self, order: dict[str, str]) -> str:
        """What the review of this order is known by; empty where there is nothing to press."""
        found = re.search(r'name="digest" value="([0-9a-f]{64})"', text_of(self.post("preview", order)))
        return found.group(1) if found else ""

    def update(self, **changed: str) -> Any:
        """Review the order, and press *Update pump* on it."""
        order = ORDER | changed
        return self.post("update", {"digest": self.digest(order)} | order)

    def dose_pg_per_day(self) -> int:
        """What the record says that the pump runs."""
        return self.read().dose_pg_per_day

    def read(self) -> Interrogation:
        """The latest read-out on record."""
        read_out = ReadOut.objects.filter(implant=self.implant).order_by("received_ms", "id").last()
        assert read_out is not None
        return read_out.read()

    def pass_time(self, ms: int) -> None:
        """Let the clinic's clock go on."""
        now = self.clinic.now
        move_clock(
            to_ms=now.clinic_ms + ms, acting=None, now=Now(clinic_ms=now.clinic_ms + ms, wall_ms=now.wall_ms + ms)
        )

    def hand(self, hand: Hand) -> None:
        """Lift or hold the wand."""
        with World.open(self.clinic.path) as world:
            move_wand(world, hand)


def _code_of(person: Person) -> str:
    (shown,) = shown_codes([person], wall_ms=time.time_ns() // 1_000_000)
    return shown.code


@pytest.fixture
def desk(clinic: Clinic) -> Desk:
    """Dr Ruiz with Asta, the pump read."""
    desk = Desk(clinic)
    desk.post("interrogate")
    return desk


@pytest.mark.parametrize("who", ["ruiz", "lindqvist"])
def test_a_prescriber_and_a_nurse_may_do_all_of_it(clinic: Clinic, who: str) -> None:
    """Read, review, update, end."""
    desk = Desk(clinic, getattr(clinic, who))
    assert desk.post("interrogate").status_code == 302
    assert desk.update().status_code == 302
    assert "Confirmed" in desk.page()
    assert desk.dose_pg_per_day() == RAISED_PG_PER_DAY
    assert desk.post("close", {"next_days": "14"}).status_code == 302
    desk.visit.refresh_from_db()
    assert desk.visit.closed_ms == clinic.now.clinic_ms


def test_a_patient_may_do_none_of_it(desk: Desk, clinic: Clinic) -> None:
    """Not even with their own pump."""
    stranger = sign_in(Client(), clinic.lind)
    for name in ("interrogate", "stop", "refill", "preview", "draft", "update", "close"):
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
    desk.post("refill", {"fill_volume": "20", "fill_concentration": "500"})
    desk.update()
    desk.post("close")
    assert [action for action, _ in rows] == [
        "open visit",
        "record read-out",
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
    own = {"daily_dose": "450", "second_person": "ruiz", "second_code": _code_of(clinic.ruiz)}
    assert desk.update(**own).status_code == 422
    assert not PumpUpdate.objects.filter(visit=desk.visit).exists()

    code = _code_of(clinic.okafor)
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
    refused = desk.update(**second, second_code=_code_of(clinic.okafor))
    assert refused.status_code == 409
    assert "Too many wrong codes" in text_of(refused)


def test_both_reasons_are_on_record(desk: Desk, clinic: Clinic) -> None:
    """Why no bridge, and why at all."""
    desk.post("refill", {"fill_volume": "20", "fill_concentration": "2000"})
    order = {"concentration": "2000", "bridge": "none", "no_bridge_reason": "Aspirated.", "second_person": "okafor"}
    assert desk.update(**order, second_code=_code_of(clinic.okafor)).status_code == 302
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
        desk.post("refill", {"fill_volume": "20", "fill_concentration": "500"})
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
    done = desk.post("refill", {"fill_volume": "18.5", "fill_concentration": "2000"} | ORDER | {"daily_dose": "abc"})
    assert done.status_code == 302
    fill = Fill.objects.filter(implant=desk.implant).order_by("id").last()
    assert fill is not None
    assert (fill.volume_nl, fill.concentration_pg_per_nl) == (18_500_000, 2_000)
    assert 'value="abc"' in desk.page()


@pytest.mark.parametrize(
    ("volume", "concentration", "field"),
    [
        ("", "500", "Volume"),
        ("1,500", "500", "Volume"),
        ("0", "500", "Volume"),
        ("-5", "500", "Volume"),
        ("20.1", "500", "Volume"),
        ("NaN", "500", "Volume"),
        ("20", "0", "Concentration on the label"),
        ("20", "", "Concentration on the label"),
        ("20", "0.5 g", "Concentration on the label"),
    ],
)
def test_a_bad_refill_fills_nothing(desk: Desk, volume: str, concentration: str, field: str) -> None:
    """The field is named, what was typed is still there, and the reservoir holds what it held."""
    before = Fill.objects.count()
    refused = desk.post("refill", {"fill_volume": volume, "fill_concentration": concentration})
    assert refused.status_code == 422
    page = text_of(refused)
    assert f">{field}</a>:" in page
    assert f'name="fill_volume" value="{volume}"' in page
    assert Fill.objects.count() == before


def test_a_closed_visit_takes_no_more(desk: Desk) -> None:
    """Not a draft, not an update, not a refill, not a second end; and nothing breaks."""
    digest = desk.digest(ORDER)
    assert desk.post("close").status_code == 302
    read_outs, fills = ReadOut.objects.count(), Fill.objects.count()
    assert desk.post("draft", ORDER).status_code == 302
    assert desk.post("update", {"digest": digest} | ORDER).status_code == 409
    assert desk.post("refill", {"fill_volume": "20", "fill_concentration": "500"} | ORDER).status_code == 302
    assert desk.post("interrogate", ORDER).status_code == 302
    assert desk.post("close", {"next_days": "3"}).status_code == 302
    desk.visit.refresh_from_db()
    assert desk.visit.draft == {}
    assert desk.visit.next_due_ms is None
    assert (ReadOut.objects.count(), Fill.objects.count()) == (read_outs, fills)
    assert not PumpUpdate.objects.filter(visit=desk.visit).exists()


@pytest.mark.parametrize("days", ["0", "367", "abc", "-1", "1.5", "9" * 5_000])
def test_the_next_visit_is_in_a_number_of_days(desk: Desk, days: str) -> None:
    """One line at the field; the visit stays open."""
    refused = desk.post("close", {"next_days": days})
    assert refused.status_code == 422
    assert ">See again in</a>:" in text_of(refused)
    desk.visit.refresh_from_db()
    assert desk.visit.closed_ms is None


def test_a_fourteenth_step_is_refused_and_not_dropped(clinic: Clinic) -> None:
    """A day has thirteen; what somebody typed is never left out in silence."""
    desk = Desk(clinic, record_number=MILO)
    desk.post("interrogate")
    rows = {f"start_0_{row}": f"{row:02d}:00" for row in range(14)} | {f"rate_0_{row}": "11" for row in range(14)}
    order = ORDER | {"mode": "flex", "concentration": "2000"} | rows
    page = text_of(desk.post("preview", order))
    assert "Step 14: from</a>: is one step too many" in page
    assert desk.digest(order) == ""
    del order["start_0_13"], order["rate_0_13"]
    assert desk.digest(order)


def test_rows_keep_their_places(clinic: Clinic) -> None:
    """A row left empty in the middle is no step, and the row that is wrong is the one that is named."""
    desk = Desk(clinic, record_number=MILO)
    desk.post("interrogate")
    rows = {"start_0_0": "00:00", "rate_0_0": "10", "start_0_2": "08:00", "rate_0_2": "12"}
    order = ORDER | {"mode": "flex", "concentration": "2000"} | rows
    assert desk.digest(order)
    assert 'data-wrong="rate_0_2"' in text_of(desk.post("preview", order | {"rate_0_2": "abc"}))
    assert 'data-wrong="start_0_2"' in text_of(desk.post("preview", order | {"start_0_2": "24:00"}))
    assert 'data-wrong="rate_0_2"' in text_of(desk.post("preview", order | {"rate_0_2": "0"}))


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("daily_dose", "1,500"),
        ("daily_dose", "0"),
        ("daily_dose", "0.3 mg"),
        ("daily_dose", "999999999"),
        ("concentration", "1.500"),
        ("concentration", "0"),
        ("low_alarm", "-5"),
        ("low_alarm", "400"),
        ("mode", "sideways"),
        ("reason", "x" * 451),
    ],
)
def test_a_bad_entry_is_named_as_the_page_names_it_and_sends_nothing(desk: Desk, field: str, typed: str) -> None:
    """The refusal links to an entry that is on the page."""
    refused = desk.post("update", {"digest": "0" * 64} | ORDER | {field: typed})
    assert refused.status_code == 422
    page = text_of(refused)
    assert f'data-wrong="{field}"' in page
    assert f'id="{field}"' in page
    assert not PumpUpdate.objects.filter(visit=desk.visit).exists()
