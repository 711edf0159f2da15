"""Surgery and hospital stay in the clinic: what blocks, what an operation does, and who goes home when."""

import pytest
from tests.clinic.helpers import START_MS, Team, make_implant, make_patient, text_of
from tests.clinic.steps.helpers import preview
from tests.clinic.steps.theatre import BOOKED, OPERATED, SAID, Theatre

from thecal.clinic.models import Fill, Flag, Implant, Stage, StepRecord
from thecal.clinic.models.pumps import Holds
from thecal.clinic.steps.hospital import trained
from thecal.clinic.steps.operating import started_ms
from thecal.clinic.steps.surgery import booking_case, consented
from thecal.errors import BadInput
from thecal.rehearsal.world import World
from thecal.units import DAY_MS, HOUR_MS

HOME = {
    **dict.fromkeys(("card_given", "numbers_given", "tablets_at_home", "wound_checks_booked"), "yes"),
    "refill_day": "2026-05-01",
    "oral_plan": "Oral baclofen down by 5 mg a week from day 7 on.",
    "against_advice": "no",
}
TAUGHT = dict.fromkeys(("transfers", "positioning", "equipment", "alarms_again", "signs_again"), "yes")
WELL = dict.fromkeys(
    (
        "hard_to_wake", "slow_breathing", "seizure", "drowsy", "floppy", "confused", "fever", "itch", "stiffer",
    ),
    "no",
)  # fmt: skip


def ready(theatre: Theatre) -> None:
    """Test, consent and booking."""
    theatre.screen()
    theatre.done("surgery.consent", SAID)
    theatre.done("surgery.booking", BOOKED)


def in_the_room(theatre: Theatre) -> str | None:
    """The serial number of the pump that truly lies in the patient."""
    assert theatre.world is not None
    with World.open(theatre.world) as world:
        return world.serial(theatre.patient.record_number)


def test_from_consent_to_home(theatre: Theatre) -> None:
    """Consent, booking, operation, first program, watch, training, home: each leads the worklist to the next."""
    theatre.screen()
    assert theatre.work("surgery") == [("Planned", "Take the consent")]
    theatre.done("surgery.consent", SAID)
    assert theatre.work("surgery") == [("Planned", "Book the implant")]
    theatre.done("surgery.booking", BOOKED)
    assert theatre.work("surgery") == [("Planned", "Implant the pump")]
    theatre.wait(DAY_MS)
    theatre.done("surgery.operation", OPERATED)
    assert theatre.patient.stage == Stage.TITRATING
    assert theatre.work("surgery") == [("Today", "Program the pump")]
    theatre.program()
    assert theatre.work("surgery") == [("Today", "Watch the start of the pump")]
    theatre.wait(8 * HOUR_MS)
    theatre.done("surgery.day_check", WELL, theatre.team.bob)
    assert theatre.work("surgery") == [
        ("Planned", "Look at the patient in hospital"),
        ("Planned", "Prepare the discharge"),
    ]
    theatre.done("surgery.training", TAUGHT, theatre.team.thea)
    theatre.wait(2 * DAY_MS)
    theatre.done("surgery.discharge", HOME, theatre.team.bob)
    assert theatre.work("surgery") == []
    assert "1 May 2026" in theatre.page("surgery")


@pytest.mark.parametrize("name", ["said_alarms", "said_too_little", "said_too_much", "said_refills", "driver"])
@pytest.mark.parametrize("answer", ["", "no"])
def test_a_consent_is_not_signed_before_each_item_is_said_back(theatre: Theatre, name: str, answer: str) -> None:
    """One item missing, or failed, and nothing is written."""
    if name == "driver" and answer:
        answer = " "
    refused = theatre.send("surgery.consent", SAID | {name: answer})
    assert refused.status_code == 422
    assert "a finding blocks this" in text_of(refused)
    assert not StepRecord.objects.filter(sheet="surgery.consent").exists()
    assert consented(theatre.known()) is None


def test_who_is_flagged_cannot_speak_for_themselves_whatever_is_ticked(theatre: Theatre) -> None:
    """The record's flag asks for a carer."""
    theatre.patient.flags = [Flag.CANNOT_REPORT.value]
    theatre.patient.save()
    assert theatre.send("surgery.consent", SAID).status_code == 422
    theatre.done("surgery.consent", SAID | {"said_by": "carer"})


def test_nothing_is_booked_without_test_consent_and_provider(theatre: Theatre) -> None:
    """Each alone blocks; all there, it is booked."""
    answer = theatre.send("surgery.booking", BOOKED)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "No screening dose is known to have worked" in page
    assert "No consent is on record" in page
    theatre.screen()
    theatre.done("surgery.consent", SAID)
    for changed in ({"rehabilitation_provider": " "}, {"infection": ""}, {"infection": "yes"}):
        assert theatre.send("surgery.booking", BOOKED | changed).status_code == 422
    theatre.done("surgery.booking", BOOKED)


def test_no_response_at_100_mcg_is_neither_booked_nor_implanted(theatre: Theatre) -> None:
    """Whoever presses which button: nothing is in the patient."""
    theatre.screen("NOT_ENOUGH", dose_pg=100_000_000)
    theatre.done("surgery.consent", SAID)
    for sheet, entries in (("surgery.booking", BOOKED), ("surgery.operation", theatre.agreed(OPERATED))):
        answer = theatre.send(sheet, entries)
        assert answer.status_code == 422
        assert "had no response" in text_of(answer) or "100 mcg" in text_of(answer)
    assert not Implant.objects.filter(patient=theatre.patient).exists()
    assert in_the_room(theatre) is None


def test_an_implant_that_others_did_is_written_down_whatever_the_test_was(elsewhere: Theatre) -> None:
    """What happened is never refused; two people sign it."""
    assert elsewhere.send("surgery.operation", OPERATED).status_code == 422
    elsewhere.done("surgery.operation", elsewhere.agreed(OPERATED))
    assert elsewhere.implant.serial == OPERATED["serial"]


def test_what_the_record_says_is_what_lies_in_the_body(theatre: Theatre) -> None:
    """The pump answers by its serial number, is full, and gives nothing before it is programmed."""
    theatre.operate()
    implant = theatre.implant
    assert (implant.catheter_implanted_mm, implant.tip_level, implant.tubing_nl) == (770, "T10", 140_000)
    assert (implant.tubing_holds, implant.catheter_holds) == (Holds.DRUG, Holds.NO_DRUG)
    read = theatre.room.open_session(implant, theatre.team.alice).interrogate()
    assert (read.serial, read.program) == ("TH-90001", None)
    assert theatre.room.withdraw(implant) == 20_000_000
    fill = Fill.objects.get(implant=implant)
    assert (fill.volume_nl, fill.concentration_pg_per_nl, fill.lot) == (20_000_000, 500, "D-1")
    assert "0.1694 mL to prime" in theatre.page("surgery")


@pytest.mark.parametrize("name", ["pump_model", "serial", "side", "filled_nl", "tip_level", "catheter_total_mm"])
def test_an_implant_that_cannot_be_kept_is_not_put_in(theatre: Theatre, name: str) -> None:
    """The entry is named, and nobody is operated on."""
    ready(theatre)
    answer = theatre.send("surgery.operation", theatre.agreed(OPERATED | {name: ""}))
    assert answer.status_code == 422
    assert "not known" in text_of(answer)
    assert not Implant.objects.filter(patient=theatre.patient).exists()
    assert in_the_room(theatre) is None


def test_a_serial_number_and_a_patient_take_one_pump(theatre: Theatre) -> None:
    """A number that is taken, and a second pump, are refused."""
    make_implant(make_patient("Another"), serial="TH-80000")
    ready(theatre)
    taken = theatre.send("surgery.operation", OPERATED | {"serial": "TH-80000"})
    assert "belongs to an implant already" in text_of(taken).lower()
    theatre.done("surgery.operation", OPERATED)
    again = theatre.send("surgery.operation", OPERATED | {"serial": "TH-90002"})
    assert "a pump is in already" in text_of(again).lower()
    assert Implant.objects.filter(patient=theatre.patient).count() == 1


def test_an_unbooked_operation_asks_for_two(theatre: Theatre) -> None:
    """The screening test worked, and nothing else was asked: not by one person."""
    theatre.screen()
    refused = theatre.send("surgery.operation", OPERATED)
    assert refused.status_code == 422
    assert not Implant.objects.filter(patient=theatre.patient).exists()
    theatre.done("surgery.operation", theatre.agreed(OPERATED))


def test_a_correction_mends_the_implant_and_operates_on_nobody(theatre: Theatre) -> None:
    """A length typed wrong is mended on record; pump, fill and body stay as they are."""
    record = theatre.operate(catheter_trimmed_mm="21")
    assert theatre.implant.catheter_implanted_mm == 680
    theatre.wait(HOUR_MS)
    theatre.done("surgery.operation", OPERATED | {"corrects": str(record.pk)})
    assert theatre.implant.catheter_implanted_mm == 770
    assert theatre.implant.implanted_ms == START_MS
    assert Fill.objects.filter(implant=theatre.implant).count() == 1
    assert Implant.objects.filter(patient=theatre.patient).count() == 1


def test_what_a_part_holds_after_a_program_is_not_undone_by_a_correction(theatre: Theatre) -> None:
    """A confirmed prime has filled the catheter; the operation's record cannot empty it again."""
    record = theatre.operate()
    Implant.objects.filter(pk=theatre.implant.pk).update(catheter_holds=Holds.DRUG)
    theatre.program()
    theatre.wait(HOUR_MS)
    theatre.done("surgery.operation", OPERATED | {"pump_lot": "P-2", "corrects": str(record.pk)})
    assert (theatre.implant.pump_lot, theatre.implant.catheter_holds) == ("P-2", Holds.DRUG)


def test_an_unknown_part_is_shown_with_what_it_may_hold(theatre: Theatre) -> None:
    """No prime, and the mcg already in the path."""
    ready(theatre)
    unknown = OPERATED | {"catheter_holds": "", "reason": "nobody wrote it down"}
    shown = text_of(preview(theatre.client, theatre.team.sol, theatre.patient, "surgery.operation", unknown))
    assert "154.7 mcg" in shown.replace("\u00a0", " ")
    theatre.done("surgery.operation", unknown)
    assert "none to prime, or not known" in theatre.page("surgery")


@pytest.mark.parametrize("short_ms", [-1, 0])
def test_nobody_is_sent_home_in_the_first_eight_hours(theatre: Theatre, short_ms: int) -> None:
    """To the millisecond, counted from the confirmed program."""
    theatre.operate()
    theatre.program()
    theatre.done("surgery.training", TAUGHT, theatre.team.thea)
    theatre.wait(8 * HOUR_MS + short_ms)
    answer = theatre.send("surgery.discharge", HOME, theatre.team.bob)
    assert answer.status_code == (422 if short_ms else 302)


def test_who_leaves_against_advice_leaves_with_two_people_signing(theatre: Theatre) -> None:
    """Nobody is held; what is missing is said."""
    theatre.operate()
    theatre.program()
    leaving = theatre.agreed({"against_advice": "yes", "refill_day": ""})
    theatre.done("surgery.discharge", leaving, theatre.team.bob)


@pytest.mark.parametrize("name", ["card_given", "numbers_given", "refill_day"])
def test_nobody_goes_home_without_card_numbers_and_refill_date(theatre: Theatre, name: str) -> None:
    """Each alone blocks."""
    theatre.operate()
    theatre.program()
    theatre.wait(3 * DAY_MS)
    assert theatre.send("surgery.discharge", theatre.agreed(HOME | {name: ""}), theatre.team.bob).status_code == 422


def test_training_counts_when_all_of_it_was_done_since_the_operation(theatre: Theatre) -> None:
    """Not known, in part, all: what was trained before this pump does not count."""
    theatre.done("surgery.training", TAUGHT, theatre.team.thea)
    theatre.wait(HOUR_MS)
    theatre.operate()
    assert trained(theatre.known()) is None
    theatre.done("surgery.training", {"transfers": "yes"}, theatre.team.thea)
    assert trained(theatre.known()) is False
    theatre.wait(2 * HOUR_MS)
    theatre.done("surgery.training", TAUGHT, theatre.team.thea)
    assert trained(theatre.known()) is True


def test_a_sign_of_danger_in_hospital_stands_on_the_worklist_at_once(theatre: Theatre) -> None:
    """Slow breathing is now, and the record is kept in any case."""
    theatre.operate()
    theatre.program()
    record = theatre.done("surgery.day_check", WELL | {"slow_breathing": "yes"}, theatre.team.bob)
    assert record.urgency == "now"


def test_the_first_program_s_time_goes_before_what_is_typed(theatre: Theatre) -> None:
    """A start that is on record cannot be talked earlier."""
    theatre.operate()
    assert started_ms(theatre.implant) is None
    theatre.program()
    theatre.wait(HOUR_MS)
    assert (
        theatre.send("surgery.discharge", HOME | {"start_ms": "2026-01-01T00:00"}, theatre.team.bob).status_code == 422
    )


@pytest.mark.parametrize(("answer", "paid"), [("granted", True), ("refused", False), ("asked", None)])
def test_the_payer_s_answer_is_read_from_its_own_record(theatre: Theatre, answer: str, paid: bool | None) -> None:
    """What was typed in the booking counts only where no answer is on record."""
    theatre.write("coverage.authorisation", {"purpose": "implant", "answer": answer})
    assert booking_case({}, theatre.known()).authorised is paid
    assert booking_case({"authorised": True}, theatre.known()).authorised is (True if paid is None else paid)


def test_who_may_do_what(theatre: Theatre, team: Team) -> None:
    """Surgeon and prescriber operate, nurse and coordinator book, the patient sees none of it."""
    for person, sheet, status in (
        (team.bob, "surgery.operation", 403),
        (team.cora, "surgery.booking", 422),
        (team.cora, "surgery.consent", 403),
        (team.thea, "surgery.discharge", 403),
        (team.pat, "surgery.consent", 403),
    ):
        assert theatre.send(sheet, {}, person).status_code == status, (person, sheet)


def test_an_operation_that_is_still_to_come_is_not_recorded(elsewhere: Theatre) -> None:
    """A date in the past is kept as the implant's date."""
    ready(elsewhere)
    assert elsewhere.send("surgery.operation", OPERATED | {"operated_ms": "2026-03-04T09:00"}).status_code == 422
    elsewhere.done("surgery.operation", OPERATED | {"operated_ms": "2026-03-02T09:00"})
    assert elsewhere.implant.implanted_ms == START_MS - DAY_MS


def test_the_room_refuses_what_the_world_cannot_hold(theatre: Theatre) -> None:
    """An overfill is refused in the room, and nothing is on record."""
    ready(theatre)
    assert theatre.send("surgery.operation", OPERATED | {"filled_nl": "21"}).status_code == 422
    assert not Implant.objects.filter(patient=theatre.patient).exists()
    with pytest.raises(BadInput):
        theatre.room.withdraw(Implant(serial="TH-90001"))
