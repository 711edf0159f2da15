"""The room's wand and syringe: what is lifted in the middle leaves an update unconfirmed, and a read-out settles it."""

import gc
import sqlite3
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import make_implant, make_patient, sign_in, text_of
from tests.clinic.rehearse.helpers import ASTA, JONAS, Clinic, implant_of, review_of

from thecal.clinic.actions import open_visit
from thecal.clinic.actions.exchange import interrogate, refill, stop_pump, update_pump, withdraw
from thecal.clinic.bedside import bedside_of
from thecal.clinic.models import AuditRow, Person, PumpUpdate, UpdateStatus, Visit
from thecal.clinic.rehearse.bedside import RehearsalBedside, as_read
from thecal.clinic.rehearse.place import Hand, move_wand, wand_now
from thecal.errors import BadInput, LinkLost, OurFault
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.commands import ClockLostSensed, LowBatteryReset, Sensed
from thecal.pump.memory import Interrogation
from thecal.pump.states import State
from thecal.rehearsal.world import World


class Room:
    """Asta's visit, with the wand in Dr Ruiz's hand."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.implant = implant_of(ASTA)
        self.bedside = bedside_of(self.implant.patient)
        self.visit: Visit = open_visit(patient=self.implant.patient, acting=clinic.ruiz, now=clinic.now)

    def hand(self, hand: Hand) -> None:
        """Lift or hold the wand."""
        with World.open(self.clinic.path) as world:
            move_wand(world, hand)

    def wand(self) -> Hand:
        """How the wand is held."""
        with World.open(self.clinic.path) as world:
            return wand_now(world)

    def read(self, acting: Person | None = None) -> Interrogation:
        """Interrogate, as the visit does it."""
        who = acting or self.clinic.ruiz
        kept = interrogate(
            visit=self.visit, implant=self.implant, bedside=self.bedside, acting=who, now=self.clinic.now
        )
        return kept.read()

    def update(self, read: Interrogation, dose_pg_per_day: int = 310_000_000, name: str = "t-1") -> PumpUpdate:
        """Another daily dose, as the visit sends it."""
        return update_pump(
            visit=self.visit,
            implant=self.implant,
            bedside=self.bedside,
            reviewed=review_of(read, dose_pg_per_day),
            onto_revision=read.revision,
            transaction_id=name,
            reason="",
            second_person=None,
            acting=self.clinic.ruiz,
            now=self.clinic.now,
        )


@pytest.fixture
def room(clinic: Clinic) -> Room:
    """A visit by Asta."""
    return Room(clinic)


def test_a_rehearsals_bedside_is_the_virtual_one(room: Room) -> None:
    """The settings name it."""
    assert isinstance(room.bedside, RehearsalBedside)


@pytest.mark.parametrize("who", ["ruiz", "lindqvist"])
def test_an_update_with_the_wand_held_is_confirmed(room: Room, who: str) -> None:
    """By the credential of either role; the pump runs it."""
    room.clinic = replace(room.clinic, ruiz=getattr(room.clinic, who))
    update = room.update(room.read())
    assert update.status == UpdateStatus.CONFIRMED
    assert room.read().dose_pg_per_day == 310_000_000


def test_the_wand_lifted_in_the_update_leaves_it_unconfirmed(room: Room) -> None:
    """The pump has committed and nobody heard it; reading before the update does not use the choice up."""
    room.hand(Hand.LIFT_IN_UPDATE)
    read = room.read()
    assert room.wand() is Hand.LIFT_IN_UPDATE
    update = room.update(read)
    assert update.status == UpdateStatus.UNCONFIRMED
    assert room.wand() is Hand.LIFT_NOW
    with World.open(room.clinic.path) as world:
        assert world._read(room.implant.serial).pump.transaction_id == "t-1"


def test_an_interrogation_settles_it(room: Room) -> None:
    """Once the wand is held again, the read-out says that the pump runs it."""
    room.hand(Hand.LIFT_IN_UPDATE)
    update = room.update(room.read())
    with pytest.raises(LinkLost):
        room.read()
    room.hand(Hand.HOLD)
    room.read()
    update.refresh_from_db()
    assert update.status == UpdateStatus.CONFIRMED


def test_until_then_no_other_update_is_sent_and_stop_is(room: Room) -> None:
    """Stop is never held up."""
    room.hand(Hand.LIFT_IN_UPDATE)
    read = room.read()
    room.update(read)
    room.hand(Hand.HOLD)
    with pytest.raises(OurFault, match="unsettled"):
        room.update(read, name="t-2")
    stopped = stop_pump(
        visit=room.visit, implant=room.implant, bedside=room.bedside, acting=room.clinic.ruiz, now=room.clinic.now
    )
    assert stopped.read().state is State.STOPPED


def befalls(room: Room, sensed: Sensed) -> None:
    """Something happens to the pump unseen."""
    with World.open(room.clinic.path) as world:
        world._change(room.implant.serial, lambda device: replace(device, pump=machine.sense(device.pump, sensed)))


def test_an_alarm_is_quietened_from_the_page_and_the_record_says_by_whom(room: Room, client: Client) -> None:
    """One button for each alarm that sounds; pressed, the read-out shows until when, and the button is gone."""
    befalls(room, LowBatteryReset())
    room.read()
    sign_in(client, room.clinic.lindqvist)
    page, address = reverse("visit", args=[room.visit.pk]), reverse("visit_acknowledge", args=[room.visit.pk])
    assert "quiet for 4 h 00 min" in text_of(client.get(page))
    client.post(address, {"alarm": Alarm.LOW_BATTERY_RESET.name})
    shown = text_of(client.get(page))
    assert "acknowledged, quiet until" in shown
    assert address not in shown
    row = AuditRow.objects.get(action="acknowledge alarm")
    assert (row.person, row.detail["alarm"]) == (room.clinic.lindqvist, "LOW_BATTERY_RESET")


@pytest.mark.parametrize("alarm", ["", "TOOTHACHE", "MOTOR_STALL", "LOW_BATTERY_RESET"])
def test_what_does_not_sound_is_not_quietened_from_the_page(room: Room, client: Client, alarm: str) -> None:
    """No name, no alarm of that name, one that does not sound: said in one sentence, and nothing is quiet."""
    address = reverse("visit_acknowledge", args=[room.visit.pk])
    page = text_of(sign_in(client, room.clinic.lindqvist).post(address, {"alarm": alarm}, follow=True))
    assert "no alarm has this name" in page or "does not sound" in page
    assert room.read().alarms == ()


def test_a_lost_clock_is_set_from_the_page(room: Room, client: Client) -> None:
    """The pump is told the clinic's time, and the note about it is gone."""
    befalls(room, ClockLostSensed())
    assert room.read().clock_known is False
    sign_in(client, room.clinic.lindqvist)
    page, address = reverse("visit", args=[room.visit.pk]), reverse("visit_set_clock", args=[room.visit.pk])
    assert address in text_of(client.get(page))
    client.post(address)
    shown = text_of(client.get(page))
    assert address not in shown
    assert "time of day unknown" not in shown
    read = room.read()
    assert (read.clock_known, read.at_ms + read.clock_shift_ms, read.alarms) == (True, room.clinic.now.clinic_ms, ())
    assert AuditRow.objects.get(action="set clock").detail["clock_ms"] == room.clinic.now.clinic_ms


def test_the_choice_is_for_one_update(room: Room) -> None:
    """The next one, with the wand held, is confirmed."""
    room.hand(Hand.LIFT_IN_UPDATE)
    room.update(room.read())
    room.hand(Hand.HOLD)
    assert room.update(room.read(), 320_000_000, "t-2").status == UpdateStatus.CONFIRMED


def test_a_lifted_wand_sends_nothing(room: Room) -> None:
    """No session, so nothing is pending either."""
    read = room.read()
    room.hand(Hand.LIFT_NOW)
    with pytest.raises(LinkLost):
        room.update(read)
    assert not room.visit.updates.exists()


def test_the_bar_lifts_and_holds(clinic: Clinic, client: Client) -> None:
    """And says on every page how the wand is."""
    sign_in(client, clinic.lindqvist)
    page = text_of(client.post(reverse("rehearsal_wand"), {"hand": "lift_now"}, follow=True))
    assert "The wand is lifted" in page
    page = text_of(client.post(reverse("rehearsal_wand"), {"hand": "lift_in_update"}, follow=True))
    assert "The wand will be lifted in the next update" in page
    page = text_of(client.post(reverse("rehearsal_wand"), {"hand": "hold"}, follow=True))
    assert "Lift the wand" in page
    assert "The wand is lifted" not in page


def test_a_refill_draws_what_is_truly_there_as_a_syringe_reads(room: Room) -> None:
    """0.6 mL a day since 10 February, read to a tenth of a millilitre; the drug is in the pump, the word on record."""
    acting, now = room.clinic.lindqvist, room.clinic.now
    drawn_nl = withdraw(visit=room.visit, implant=room.implant, bedside=room.bedside, acting=acting, now=now)
    assert drawn_nl == 7_400_000
    assert room.visit.draft == {"refill": {"syringe_nl": 7_400_000}}
    fill = refill(
        visit=room.visit,
        implant=room.implant,
        bedside=room.bedside,
        volume_nl=20_000_000,
        concentration_pg_per_nl=2_000,
        expected_nl=7_400_000,
        withdrawn_nl=7_300_000,
        acting=room.clinic.lindqvist,
        now=room.clinic.now,
    )
    assert fill.residual_withdrawn_nl == 7_300_000, "what somebody wrote down, not what the syringe held"
    with World.open(room.clinic.path) as world:
        assert world.truth(ASTA).reservoir_pg == 20_000_000 * 2_000


def test_a_stalled_pump_has_more_left_than_was_expected(clinic: Clinic) -> None:
    """0.15 mL/day for a day and an hour and twenty minutes: the syringe shows what the clinic could not know."""
    drawn_nl = RehearsalBedside().refill(implant_of(JONAS), volume_nl=20_000_000, concentration_pg_per_nl=2_000)
    assert drawn_nl == 8_600_000


@pytest.mark.parametrize(("true_nl", "read_nl"), [(0, 0), (49_999, 0), (50_001, 100_000), (7_449_999, 7_400_000)])
def test_a_syringe_is_read_to_a_tenth(true_nl: int, read_nl: int) -> None:
    """Rounded, not cut."""
    assert as_read(true_nl) == read_nl


def test_more_than_fits_is_refused(clinic: Clinic) -> None:
    """By the virtual reservoir, and it stays as it was."""
    with pytest.raises(BadInput):
        RehearsalBedside().refill(implant_of(ASTA), volume_nl=21_000_000, concentration_pg_per_nl=500)


def test_a_pump_that_is_not_in_the_room_is_named(clinic: Clinic) -> None:
    """A rehearsal's record that the world does not know."""
    implant = make_implant(make_patient("Nobody (fictional)", record_number="R-9000"))
    with pytest.raises(BadInput, match=implant.serial):
        RehearsalBedside().open_session(implant, clinic.ruiz)


def test_the_file_is_let_go_with_the_session(clinic: Clinic) -> None:
    """No connection outlives its use."""
    session = RehearsalBedside().open_session(implant_of(ASTA), clinic.ruiz)
    rows = session._world._store._rows  # type: ignore[attr-defined] # the bedside's own session has a world
    del session
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError):
        rows.execute("SELECT 1")
